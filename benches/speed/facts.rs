//! What is measured once, or once a round, beside the rows: memory, the file, and the start.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::load::{self, Stream};
use crate::plan::{self, PRODUCTS};
use crate::shop::{self, Shop};
use crate::table::{median, thousandths};

const IDLE_AFTER: Duration = Duration::from_secs(2);
const IDLE_CONNECTIONS: usize = 1_000;
const BUYERS: usize = 64;
/// Days for which the shop remembers keys, of a month's.
const KEY_DAYS: u64 = 8;
const MONTH_DAYS: u64 = 30;

#[derive(Default)]
pub struct Facts {
    pub idle_kib: Option<u64>,
    pub loaded_kib: Option<u64>,
    /// What idle connections add.
    pub connections_kib: Option<u64>,
    /// Bytes that an order takes in the file after a month.
    pub file_bytes: Option<u64>,
    /// Microseconds from the start to the first answer, in each round.
    starts: Vec<Starts>,
}

struct Starts {
    hello: u64,
    shop: u64,
    big: Option<u64>,
}

impl Facts {
    /// Starts a hello, a shop, and the big one.
    pub fn note_starts(&mut self, folder: &Path, big: Option<&Path>) {
        let micros = |taken: Duration| u64::try_from(taken.as_micros()).unwrap();
        let hello = micros(plan::hello_start(folder).0);
        let of = |folder: &Path| {
            let (taken, server) = shop::start_to_answer(folder, PRODUCTS);
            // One that was killed would begin the next time with tidying up.
            server.stop();
            micros(taken)
        };
        let (shop, big) = (of(folder), big.map(of));
        self.starts.push(Starts { hello, shop, big });
    }

    /// The thousandths that the start of a shop takes of a hello's.
    pub fn start_ratio(&self, of_big: bool) -> Option<u64> {
        let of = |starts: &Starts| if of_big { starts.big } else { Some(starts.shop) };
        let ratio = |starts: &Starts| of(starts).map(|shop| thousandths(shop, starts.hello));
        median(self.starts.iter().filter_map(ratio).collect())
    }

    /// Looks at the memory of a shop that does nothing, alone and under many connections.
    pub fn note_memory(&mut self, folder: &Path) {
        let (_, server) = shop::start_to_answer(folder, PRODUCTS);
        thread::sleep(IDLE_AFTER);
        let idle = server.memory_kib();
        self.idle_kib = Some(idle);
        let held = load::hold(&shop::read_product(&server, PRODUCTS), IDLE_CONNECTIONS, || {
            server.memory_kib()
        });
        self.connections_kib = Some(held.saturating_sub(idle));
    }

    /// Lets a shop of its own take orders, and sees what they take in its file. Of the keys only
    /// those of the last days are still there after a month.
    pub fn note_file(&mut self, folder: &Path, length: Duration) {
        let before = sizes(folder);
        let shop = Shop::open(folder, PRODUCTS);
        let requests = shop.orders(3, 0);
        let (connections, pause) = (BUYERS, Duration::ZERO);
        let stream = Stream { requests: &requests, connections, pause };
        let ((), outcomes) = load::run(&[stream], length, || ()).unwrap();
        shop.server.stop();
        let orders: u64 = outcomes.iter().map(|outcome| outcome.micros.len() as u64).sum();
        let mut grown = 0;
        for (table, bytes) in sizes(folder) {
            let more = bytes.saturating_sub(before.get(&table).copied().unwrap_or_default());
            let is_of_keys = table == "idempotency_keys";
            grown += if is_of_keys { more * KEY_DAYS / MONTH_DAYS } else { more };
        }
        self.file_bytes = Some(grown / orders.max(1));
    }

    pub fn print(&self) {
        let times = |of: fn(&Starts) -> Option<u64>| {
            let middle = median(self.starts.iter().filter_map(of).collect());
            middle.map_or("not measured".to_owned(), |micros| format!("{} ms", micros / 1_000))
        };
        println!(
            "\nFrom the start to the first answer: hello {}, the shop {}, the big one {}.",
            times(|starts| Some(starts.hello)),
            times(|starts| Some(starts.shop)),
            times(|starts| starts.big)
        );
    }
}

/// The bytes of each table with its indexes, by the pages that they hold.
fn sizes(folder: &Path) -> BTreeMap<String, u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(folder.join("shop.db"), flags).unwrap();
    let sql = "select coalesce(tbl_name, dbstat.name), sum(pgsize)
        from dbstat left join sqlite_schema on sqlite_schema.name = dbstat.name group by 1";
    let mut statement = connection.prepare(sql).unwrap();
    let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get::<_, i64>(1)?));
    let rows = statement.query_map([], read).unwrap();
    rows.map(Result::unwrap).map(|(name, bytes)| (name, u64::try_from(bytes).unwrap())).collect()
}
