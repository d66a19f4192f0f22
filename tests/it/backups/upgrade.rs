//! From the first schema to the newest: a verified copy first, all or nothing, and a kill at any
//! moment leaves a shop that opens. `TILLBOX_UPGRADE_KILLS` says how often (50).

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use refinery::Target;
use rusqlite::Connection;
use serde_json::json;

use super::{fails, succeeds, text};
use crate::http::Http;
use crate::server::{Dice, Server, Stall, key, launch};

const ORDERS: usize = 40;
/// The schema of this program.
const NEWEST: i64 = 27;

#[test]
fn a_shop_of_the_first_schema_is_copied_and_comes_up_with_all_it_had() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    old_shop(&data);
    let verified = succeeds(&["verify", "--data", text(&data)]);
    assert!(verified.starts_with("restorable: 40 orders"), "before the upgrade: {verified}");
    let early = dir.path().join("early.db");
    succeeds(&["backup", text(&early), "--data", text(&data)]);

    let server = Server::start(&data);
    assert_eq!(schema(&data.join("shop.db")), NEWEST);
    let admin = key(&data, "admin");
    let mut seen = 0;
    Http::new(server.port()).bearer(&admin).each("/orders", |_| seen += 1);
    assert_eq!(seen, ORDERS);
    let settings = Http::new(server.port()).bearer(&admin).get("/settings").expect(200).json();
    assert_eq!(settings["guest_units_max"], 1_000, "no guest can have everything put aside");
    // Forty were taken of a thousand; one came back, one left the house, and the others wait.
    let mut http = Http::new(server.port()).bearer(&admin);
    let mug = http.get("/products/1").expect(200).json();
    assert_eq!((&mug["stock"], &mug["committed"]), (&json!(961), &json!(38)));
    assert_eq!(mug["handle"], "p-1984");
    http.post("/orders/3/cancellation", &json!({ "reason": "By phone." })).expect(201);
    let mug = http.get("/products/1").expect(200).json();
    assert_eq!((&mug["stock"], &mug["committed"]), (&json!(962), &json!(37)));
    let health = Http::new(server.port()).get("/health").expect(200).json();
    assert!(health["last_backup"].is_string(), "the copy counts: {health}");
    let verified = succeeds(&["verify", "--data", text(&data)]);
    assert!(verified.starts_with("restorable: 40 orders"), "{verified}");
    drop(server);

    for copy in [data.join(format!("backups/before-v{NEWEST}.db")), early] {
        assert_eq!(schema(&copy), 1);
        let there = dir.path().join("there");
        succeeds(&["restore", text(&copy), "--data", text(&there)]);
        assert_eq!(schema(&there.join("shop.db")), 1, "going back leaves it as it was");
        let _server = Server::start(&there);
        assert_eq!(schema(&there.join("shop.db")), NEWEST);
    }
}

#[test]
fn an_upgrade_that_fails_leaves_the_shop_as_it_was_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    old_shop(&data);
    let file = data.join("shop.db");
    // Something the upgrade trips over.
    let spoil = |sql: &str| Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    spoil("create table backups (mine text)");
    let before = fs::read(&file).unwrap();
    for _ in 0..2 {
        let said = fails(&["serve", "--data", text(&data), "--port", "0"]);
        assert!(said.starts_with("The upgrade of the shop's file failed and was undone"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(before == fs::read(&file).unwrap(), "the file has not changed");
    let copies: Vec<_> = fs::read_dir(data.join("backups")).unwrap().collect();
    assert_eq!(copies.len(), 1, "the second try used the name of the first");
    assert_eq!(schema(&data.join(format!("backups/before-v{NEWEST}.db"))), 1);

    spoil("drop table backups; update variants set on_hand = 3");
    let said = fails(&["serve", "--data", text(&data), "--port", "0"]);
    assert!(said.starts_with("The shop's file was not upgraded, because the copy"), "{said}");
    assert!(said.contains("The stock of variant 1"), "{said}");
    assert_eq!(schema(&file), 1);
}

#[test]
fn a_shop_killed_during_its_upgrade_comes_up_the_next_time_with_every_order() {
    let rounds = std::env::var("TILLBOX_UPGRADE_KILLS").map_or(50, |count| count.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let (old, data) = (dir.path().join("old"), dir.path().join("shop"));
    old_shop(&old);
    let mut dice = Dice::thrown("kills during an upgrade");
    let (mut before, mut after) = (0, 0);
    for round in 0..rounds {
        let _ = fs::remove_dir_all(&data);
        fs::create_dir(&data).unwrap();
        fs::copy(old.join("shop.db"), data.join("shop.db")).unwrap();
        let mut child = launch(&data, &[], &[], &tempfile::tempfile().unwrap());
        thread::sleep(Duration::from_micros(dice.below(80_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        match schema(&data.join("shop.db")) {
            1 => before += 1,
            _ => after += 1,
        }
        let _server = Server::start(&data);
        let verified = succeeds(&["verify", "--data", text(&data)]);
        assert!(verified.starts_with("restorable: 40 orders"), "round {round}: {verified}");
        assert_eq!(schema(&data.join("shop.db")), NEWEST);
    }
    println!(
        "{rounds} upgrades killed: {before} left the old file, {after} the new one, all came up"
    );
}

/// A shop with orders as the first program left it: its schema, and what a shop writes into it.
fn old_shop(data: &Path) {
    let mut stall = Stall::open(data, 1_000);
    stall.place(ORDERS);
    // One order is cancelled and one sent.
    let mut admin = stall.admin();
    admin.post("/orders/1/cancellation", &json!({ "reason": "By phone." })).expect(201);
    let parcel = json!({ "carrier": "DHL", "tracking_number": "1" });
    admin.post("/orders/2/shipments", &parcel).expect(201);
    assert!(stall.server.stop().success());
    let (new, old) = (data.join("shop.db"), data.join("old.db"));
    let mut first = Connection::open(&old).unwrap();
    let migrations = refinery::load_sql_migrations("migrations").unwrap();
    let runner = refinery::Runner::new(&migrations).set_target(Target::Version(1));
    runner.set_grouped(true).run(&mut first).unwrap();
    let copy = |sql: &str| first.execute_batch(sql).unwrap();
    copy(&format!("pragma foreign_keys = off; attach '{}' as new", text(&new)));
    for table in names(&first, "select name from sqlite_schema where type = 'table'") {
        let columns = names(&first, &format!("select name from pragma_table_info('{table}')"));
        let columns = columns.join(", ");
        // Keys of requests hold the answers in the first schema.
        let others = ["sqlite_sequence", "refinery_schema_history", "idempotency_keys"];
        if !others.contains(&table.as_str()) {
            copy(&format!("insert into {table} ({columns}) select {columns} from new.{table}"));
        }
    }
    // What the first program wrote otherwise.
    copy("update order_items set taken = quantity; update products set handle = '1984'");
    copy("detach new; pragma journal_mode = wal");
    drop(first);
    fs::rename(&old, &new).unwrap();
}

fn names(file: &Connection, sql: &str) -> Vec<String> {
    let mut statement = file.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn schema(file: &Path) -> i64 {
    let file = Connection::open(file).unwrap();
    let newest = "select max(version) from refinery_schema_history";
    file.query_row(newest, [], |row| row.get(0)).unwrap()
}
