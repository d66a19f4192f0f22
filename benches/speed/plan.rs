//! What is measured against what: the servers, and a row for each thing that they are asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::load::{self, Request, Requests};
use crate::peers::{self, Peer};
use crate::process::{Server, free_port};
use crate::rows::Row;
use crate::shop::Shop;
use crate::{disk, fill};

/// The shop that is compared with the peers.
pub const PRODUCTS: u64 = 1_000;
const ORDERS: u64 = 1_000;
const BIG_PRODUCTS: u64 = 100_000;
const BIG_ORDERS: u64 = 1_000_000;
/// A folder that is kept in memory, where there is one.
const MEMORY: &str = "/dev/shm";

pub const HELLO: &str = "hello of a bare Rocket";
pub const PRODUCT: &str = "`GET /products/<id>`";
pub const KNOWN: &str = "… with a matching `If-None-Match`";
pub const LIST: &str = "`GET /products?limit=20`";
pub const PRODUCT_BY_KEY: &str = "`GET /products/<id>` with a key";
pub const LIST_BY_KEY: &str = "`GET /products?limit=20` with a key";
pub const PAGE: &str = "a product's page";
pub const PAGE_PACKED: &str = "a product's page in gzip";
pub const PAGE_FRAMED: &str = "a product's page, its frame made anew";
pub const PAGE_MADE: &str = "a product's page, made anew";
pub const ORDER: &str = "`GET /orders/<id>`";
pub const TRACK: &str = "`GET /orders/<id>/track`";
pub const SALE: &str = "`POST /orders`, 3 lines";
pub const SALE_OF_ONE: &str = "`POST /orders`, 1 line";
pub const IN_MEMORY: &str = "`POST /orders`, 3 lines, the file in memory";
pub const BESIDE: &str = "`GET /products/<id>` while 64 order";
pub const BESIDE_HELLO: &str = "hello of a bare Rocket while 64 order";
pub const SALE_BESIDE: &str = "`POST /orders`, 3 lines, while 64 look at pages";
pub const SALE_QUIET: &str = "`POST /orders`, 3 lines, every 5 ms";
pub const SALE_CUT_OFF: &str =
    "`POST /orders`, 3 lines, every 5 ms, while mail server and card provider are silent";
pub const SQLITE: &str = "SQLite alone, a row a commit";
pub const SYNC: &str = "`fdatasync` of 4 KiB";
pub const TRAILBASE_PRODUCT: &str = "TrailBase: one product";
pub const TRAILBASE_LIST: &str = "TrailBase: a list of 20";
pub const TRAILBASE_SALE: &str = "TrailBase: a sale of 1 line, NORMAL";
pub const POCKETBASE_PRODUCT: &str = "PocketBase: one product";
pub const POCKETBASE_LIST: &str = "PocketBase: a list of 20";
pub const POCKETBASE_SALE: &str = "PocketBase: a sale of 1 line, a batch, FULL";
/// Behind the name of a row of the big shop.
pub const BIG: &str = ", big";
/// What the staff look at in the big shop.
pub const LOOKS: [&str; 19] = [
    "/orders/counts",
    "/orders?limit=20&q=meyer",
    "/orders?limit=20&q=zoe%20xu",
    "/orders?limit=20&q=501234",
    "/customers?limit=20&q=meyer",
    "/customers?limit=20&q=zoe%20xu",
    "/orders?limit=20",
    "/orders?limit=20&status=open",
    "/orders?limit=20&sort=-order_date",
    "/orders?limit=20&sort=created_at",
    "/orders?limit=20&sort=-updated_at",
    "/orders?limit=20&sort=-total",
    "/customers?limit=20",
    "/customers?limit=20&sort=name",
    "/customers?limit=20&sort=-updated_at",
    "/customers?limit=20&sort=-total_spent",
    "/products?limit=20&sort=name",
    "/products?limit=20&sort=-updated_at",
    "/products?limit=20&sort=price",
];

/// What a shop front narrows its lists to, in a shop of any size.
pub const FILTERS: [&str; 8] = [
    "/products?limit=20&tag=few",
    "/products?limit=20&tag=tenth",
    "/products?limit=20&collection=1&sort=position",
    "/products?limit=20&collection=shown",
    "/products?limit=20&on_sale=true",
    "/products?limit=20&in_stock=true",
    "/products?limit=20&min_price=20&sort=price",
    "/products?ids=7,3,500,20,11",
];
/// What is looked for among many products: a word of thousands, two letters, a number, two words.
pub const SEARCHES: [&str; 5] = [
    "/products?limit=20&q=wool",
    "/products?limit=20&q=wo",
    "/products?limit=20&q=000123",
    "/products?limit=20&q=wool%20lamp",
    "/products?limit=20&q=s0501",
];

/// The servers that are measured, each in a folder of its own.
pub struct Servers {
    pub folder: PathBuf,
    pub hello: Server,
    pub shop: Shop,
    /// Told apart from the shop by its disk alone.
    in_memory: Option<(Shop, Thrown)>,
    /// Of which nobody takes the mails, and nobody the cards.
    cut_off: Shop,
    trailbase: Option<Peer>,
    pocketbase: Option<Peer>,
    pub big: Option<Shop>,
    /// The orders that are placed beside readers.
    orders: Requests,
    /// The pages that are looked at beside orders.
    pages: Requests,
}

/// Which peers there are, and whether the big shop is measured.
#[derive(Default)]
pub struct Wanted {
    pub trailbase: Option<PathBuf>,
    pub pocketbase: Option<PathBuf>,
    pub is_big: bool,
}

/// A folder that goes when it is no longer needed.
struct Thrown(PathBuf);

impl Drop for Thrown {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Servers {
    /// Starts all of them in a folder of the benchmark, which is emptied; what takes minutes to
    /// make stays beside it for the next time.
    pub fn start(root: &Path, wanted: &Wanted) -> Self {
        let folder = root.join("run");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fill::fill(&folder.join("shop"), PRODUCTS, ORDERS);
        for copy in ["started", "file", "cut-off"] {
            copy_shop(&folder.join("shop"), &folder.join(copy));
        }
        let in_memory = Path::new(MEMORY).is_dir().then(|| {
            // Of a run that was broken off there may be one left.
            let name = concat!("tillbox-bench", env!("CARGO_MANIFEST_DIR")).replace('/', "-");
            let path = Path::new(MEMORY).join(name);
            let _ = fs::remove_dir_all(&path);
            copy_shop(&folder.join("shop"), &path);
            (Shop::open(&path, PRODUCTS), Thrown(path))
        });
        let big = wanted.is_big.then(|| {
            let made = root.join("big");
            if !made.join("shop.db").exists() {
                let _ = fs::remove_dir_all(root.join("big.part"));
                fill::fill(&root.join("big.part"), BIG_PRODUCTS, BIG_ORDERS);
                fs::rename(root.join("big.part"), &made).unwrap();
            }
            copy_shop(&made, &folder.join("big"));
            copy_shop(&made, &folder.join("big-started"));
            Shop::open(&folder.join("big"), BIG_PRODUCTS)
        });
        let shop = Shop::open(&folder.join("shop"), PRODUCTS);
        let peer = |name: &str, program: &Option<PathBuf>, start: fn(&Path, &Path, u64) -> Peer| {
            program.as_ref().map(|program| start(program, &folder.join(name), PRODUCTS))
        };
        Self {
            hello: start_hello(&folder),
            orders: shop.orders(3, 1),
            pages: shop.look_around(),
            in_memory,
            cut_off: Shop::open_beside_silence(&folder.join("cut-off"), PRODUCTS),
            trailbase: peer("trailbase", &wanted.trailbase, peers::trailbase),
            pocketbase: peer("pocketbase", &wanted.pocketbase, peers::pocketbase),
            big,
            shop,
            folder,
        }
    }

    /// The folders whose servers are started anew in each round: a usual and a big one.
    pub fn started(&self) -> (PathBuf, Option<PathBuf>) {
        let big = self.big.as_ref().map(|_| self.folder.join("big-started"));
        (self.folder.join("started"), big)
    }

    /// Throws all logs away.
    pub fn forget_logs(&self) {
        let peers = [&self.trailbase, &self.pocketbase];
        let peers = peers.into_iter().flatten().map(|peer| &peer.server);
        let shops = [Some(&self.shop), Some(&self.cut_off), self.big.as_ref()];
        let in_memory = self.in_memory.as_ref().map(|it| &it.0);
        let shops = shops.into_iter().chain([in_memory]).flatten().map(|shop| &shop.server);
        peers.chain(shops).for_each(Server::forget_log);
    }

    /// The rows in the order in which they are measured.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        let hello =
            || Requests::of(self.hello.port, 200).with(&Request::get("/hello/500", &[]), false);
        for connections in [1, 16, 64] {
            rows.push(Row::load(HELLO, connections, &self.hello, hello()));
        }
        self.add_reads(&mut rows);
        self.add_orders(&mut rows);
        rows.push(Row::alone(SQLITE, self.folder.clone(), disk::commits));
        rows.push(Row::alone(SYNC, self.folder.clone(), disk::syncs));
        rows.push(Row::beside(BESIDE, self.shop.read_product(), &self.orders));
        rows.push(Row::beside(BESIDE_HELLO, hello(), &self.orders));
        rows.push(Row::paced(SALE_QUIET, self.shop.orders(3, 7), None));
        rows.push(Row::paced(SALE_CUT_OFF, self.cut_off.orders(3, 9), None));
        rows.push(Row::paced(SALE_BESIDE, self.shop.orders(3, 8), Some(&self.pages)));
        if let Some(big) = &self.big {
            add_big(big, &mut rows);
        }
        rows
    }

    fn add_reads<'a>(&'a self, rows: &mut Vec<Row<'a>>) {
        let shop = &self.shop;
        for connections in [1, 16, 64] {
            rows.push(Row::load(PRODUCT, connections, &shop.server, shop.read_product()));
        }
        rows.push(Row::load(KNOWN, 16, &shop.server, shop.read_known_product()));
        rows.push(Row::load(PRODUCT_BY_KEY, 16, &shop.server, shop.read_product_by_key()));
        if let Some(peer) = &self.trailbase {
            rows.push(Row::load(TRAILBASE_PRODUCT, 16, &peer.server, peer.read_product()));
        }
        if let Some(peer) = &self.pocketbase {
            rows.push(Row::load(POCKETBASE_PRODUCT, 16, &peer.server, peer.read_product()));
        }
        rows.push(Row::load(LIST, 16, &shop.server, shop.list_products()));
        rows.push(Row::load(LIST_BY_KEY, 16, &shop.server, shop.list_products_by_key()));
        if let Some(peer) = &self.trailbase {
            rows.push(Row::load(TRAILBASE_LIST, 16, &peer.server, peer.list_products()));
        }
        if let Some(peer) = &self.pocketbase {
            rows.push(Row::load(POCKETBASE_LIST, 16, &peer.server, peer.list_products()));
        }
        rows.push(Row::load(PAGE, 16, &shop.server, shop.page(&[])));
        let gzip = ("Accept-Encoding", "gzip");
        rows.push(Row::load(PAGE_PACKED, 16, &shop.server, shop.page(&[gzip])));
        rows.push(Row::load(PAGE_FRAMED, 16, &shop.server, shop.framed_page()));
        rows.push(Row::load(PAGE_MADE, 16, &shop.server, shop.made_pages()));
        for path in FILTERS {
            rows.push(Row::load(path, LOOKERS, &shop.server, shop.look(path)));
        }
        rows.push(Row::load(ORDER, 16, &shop.server, shop.read_order()));
        rows.push(Row::load(TRACK, 16, &shop.server, shop.track()));
    }

    fn add_orders<'a>(&'a self, rows: &mut Vec<Row<'a>>) {
        let shop = &self.shop;
        for (kind, connections) in [(2, 1), (3, 16), (4, 64)] {
            rows.push(Row::load(SALE, connections, &shop.server, shop.orders(3, kind)));
        }
        rows.push(Row::load(SALE_OF_ONE, 64, &shop.server, shop.orders(1, 5)));
        if let Some(peer) = &self.trailbase {
            rows.push(Row::load(TRAILBASE_SALE, 64, &peer.server, peer.sales()));
        }
        if let Some(peer) = &self.pocketbase {
            rows.push(Row::load(POCKETBASE_SALE, 64, &peer.server, peer.sales()));
        }
        if let Some((shop, _)) = &self.in_memory {
            rows.push(Row::load(IN_MEMORY, 64, &shop.server, shop.orders(3, 1)));
        }
    }
}

fn add_big<'a>(shop: &'a Shop, rows: &mut Vec<Row<'a>>) {
    let mut add = |name: &str, connections: usize, requests: Requests| {
        rows.push(Row::load(&format!("{name}{BIG}"), connections, &shop.server, requests));
    };
    add(PRODUCT, 16, shop.read_product());
    add(KNOWN, 16, shop.read_known_product());
    add(LIST, 16, shop.list_products());
    add(PRODUCT_BY_KEY, 16, shop.read_product_by_key());
    add(LIST_BY_KEY, 16, shop.list_products_by_key());
    add(ORDER, 16, shop.read_order());
    add(TRACK, 16, shop.track());
    add(SALE, 1, shop.orders(3, 1));
    add(SALE, 64, shop.orders(3, 2));
    add(SALE_OF_ONE, 64, shop.orders(1, 3));
    for path in FILTERS.into_iter().chain(LOOKS) {
        add(path, LOOKERS, shop.look(path));
    }
    for path in SEARCHES {
        add(path, 1, shop.look(path));
    }
}

/// Of the staff, who look at the same moment.
pub const LOOKERS: usize = 4;

/// The time from the start of a hello to its first answer, and the process.
pub fn hello_start(folder: &Path) -> (Duration, Server) {
    let begun = Instant::now();
    let server = start_hello(folder);
    load::ask(server.port, &Request::get("/hello/500", &[]), 200).unwrap();
    (begun.elapsed(), server)
}

fn start_hello(folder: &Path) -> Server {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["hello", &port.to_string()]);
    Server::start(&mut command, port, &folder.join("hello.log"))
}

fn copy_shop(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::copy(from.join("shop.db"), to.join("shop.db")).unwrap();
}
