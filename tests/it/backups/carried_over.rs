//! A shop that was made by the program before there was a journal, opened by this one: its orders
//! keep their sums, its past days their figures, and its books add up from there on.
//!
//! `shop_of_fifth_schema.sql` is what that program wrote: fourteen orders of late 2026, cancelled,
//! returned and refunded in part, with and without tax in the price. The figures here are those
//! that it told of them itself.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use tillbox::secret;
use tillbox::store::engine::verify;

use super::{succeeds, text};
use crate::http::Http;
use crate::server::{Server, key};

/// Order: its three states, what it came to, was paid, was paid back, and is to be paid back.
const ORDERS: [(&str, &str, &str, [&str; 4]); 14] = [
    ("open", "unpaid", "unfulfilled", ["54.90", "0.00", "0.00", "0.00"]),
    ("completed", "paid", "delivered", ["94.90", "94.90", "0.00", "0.00"]),
    ("open", "partially_refunded", "unfulfilled", ["100.00", "100.00", "50.00", "0.00"]),
    ("open", "unpaid", "delivered", ["100.00", "0.00", "0.00", "0.00"]),
    ("open", "partially_refunded", "unfulfilled", ["100.00", "100.00", "50.00", "0.00"]),
    ("open", "partially_refunded", "unfulfilled", ["100.00", "100.00", "30.00", "20.00"]),
    ("completed", "partially_refunded", "returned", ["54.90", "54.90", "50.00", "0.00"]),
    ("cancelled", "paid", "unfulfilled", ["44.90", "44.90", "0.00", "44.90"]),
    ("open", "partially_refunded", "unfulfilled", ["114.90", "114.90", "25.00", "0.00"]),
    ("open", "unpaid", "unfulfilled", ["99.99", "0.00", "0.00", "0.00"]),
    ("open", "unpaid", "unfulfilled", ["5.95", "0.00", "0.00", "0.00"]),
    ("completed", "paid", "returned", ["184.33", "184.33", "0.00", "178.50"]),
    ("open", "partially_paid", "unfulfilled", ["65.33", "10.00", "0.00", "0.00"]),
    ("open", "paid", "shipped", ["65.33", "65.33", "0.00", "0.00"]),
];

/// Day: orders and units; gross, net, tax, discounts, shipping, refunds; rate, net and tax.
type Day = (&'static str, [i64; 2], [&'static str; 6], &'static [[&'static str; 3]]);

/// Answers to others, more than are carried over at once.
const OTHER_ANSWERS: usize = 2_500;

const DAYS: [Day; 7] = [
    (
        "2026-09-03",
        [2, 4],
        ["149.80", "131.88", "17.92", "0.00", "9.80", "0.00"],
        &[["20", "45.75", "9.15"], ["19", "46.13", "8.77"], ["0", "40.00", "0.00"]],
    ),
    (
        "2026-10-05",
        [2, 3],
        ["150.00", "126.05", "23.95", "0.00", "0.00", "0.00"],
        &[["19", "126.04", "23.96"]],
    ),
    (
        "2026-10-06",
        [2, 2],
        ["100.00", "84.04", "15.96", "0.00", "0.00", "0.00"],
        &[["19", "84.02", "15.98"]],
    ),
    (
        "2026-10-07",
        [1, 1],
        ["54.90", "46.13", "8.77", "0.00", "4.90", "0.00"],
        &[["19", "46.13", "8.77"]],
    ),
    (
        "2026-10-08",
        [2, 5],
        ["164.89", "144.21", "20.68", "0.00", "4.90", "0.00"],
        &[["19", "88.15", "16.75"], ["7", "56.07", "3.93"]],
    ),
    (
        "2026-11-02",
        [2, 3],
        ["127.80", "107.40", "20.40", "0.00", "4.90", "0.00"],
        &[["19", "107.40", "20.41"]],
    ),
    (
        "2026-11-29",
        [2, 2],
        ["130.66", "109.80", "20.86", "0.00", "9.80", "205.00"],
        &[["19", "109.80", "20.86"]],
    ),
];

#[test]
fn the_books_of_an_older_program_are_carried_over_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    shop_of_fifth_schema(&data);
    let verified = succeeds(&["verify", "--data", text(&data)]);
    assert!(verified.starts_with("restorable: 14 orders"), "before the upgrade: {verified}");

    let server = Server::start(&data);
    let mut admin = Http::new(server.port()).bearer(&key(&data, "admin"));
    check_orders(&mut admin);
    check_days(&mut admin);
    let numbers = documents(&mut admin);
    assert_eq!(numbers, ["INV-1", "INV-2", "CN-1", "CN-2"], "no document is issued");
    // Two that are cancelled, or returned, or dropped in part, are owed money: 8, 6 and 12.
    let counts = admin.get("/orders/counts").expect(200).json();
    assert_eq!((&counts["to_refund"], &counts["to_pay"]), (&json!(3), &json!(5)));
    assert_eq!(verify::shop(&data).unwrap().faults, [""; 0]);

    // From here on everything is counted anew: the rest of order 6 is cancelled, all that was paid
    // and did not go back is due; of order 4, which was invoiced, what is left comes back.
    let sixth = admin.post("/orders/6/cancellation", &json!({ "reason": "x" })).expect(201).json();
    assert_eq!(sixth["to_refund"], "70.00");
    let item = admin.get("/orders/4").expect(200).json()["items"][0]["id"].clone();
    let units = json!([{ "item_id": item, "quantity": 1 }]);
    let back = json!({ "items": units, "reason": "defect" });
    let fourth = admin.post("/orders/4/returns", &back).expect(201).json();
    assert_eq!((&fourth["status"], &fourth["to_refund"]), (&json!("completed"), &json!("0.00")));
    assert_eq!(documents(&mut admin).last().map(String::as_str), Some("CN-3"));
    check_days_before(&mut admin);
    assert_eq!(verify::shop(&data).unwrap().faults, [""; 0]);
    drop(server);
    let _again = Server::start(&data);
    assert_eq!(verify::shop(&data).unwrap().faults, [""; 0]);
}

#[test]
fn a_request_repeated_after_the_upgrade_makes_nothing_a_second_time() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    shop_of_fifth_schema(&data);
    let pay = json!({ "method": "cash" }).to_string();
    let order = json!({ "items": [{ "product_id": 1, "quantity": 1 }] }).to_string();
    let answers = [
        ("/orders", &order, Some("/orders/3")),
        ("/orders/14/payments", &pay, Some("/orders/14/payments/9")),
        ("/products", &order, None),
        ("/discounts", &order, Some("/discounts/x")),
    ];
    store_answers(&data, &answers);

    let admin = key(&data, "admin");
    let mut server = Server::start(&data);
    let mut http = Http::new(server.port()).bearer(&admin);
    let mut send = |path: &str, body: &str| {
        let answer = http.request("POST", path, &[("Idempotency-Key", "k")], Some(body)).unwrap();
        (answer.status, answer.header("Location").map(str::to_owned), answer.json())
    };
    let (status, location, shown) = send("/orders", &order);
    assert_eq!((status, location.as_deref()), (201, Some("/orders/3")));
    assert_eq!((&shown["number"], &shown["total"]), (&json!("1003"), &json!("100.00")));
    let (status, location, shown) = send("/orders/14/payments", &pay);
    assert_eq!((status, location.as_deref()), (201, Some("/orders/14/payments/9")));
    assert_eq!((&shown["number"], &shown["paid_total"]), (&json!("1014"), &json!("65.33")));
    for path in ["/products", "/discounts"] {
        let (status, _, refused) = send(path, &order);
        assert_eq!((status, &refused["code"]), (410, &json!("gone")), "{path}");
    }
    let (status, _, refused) = send("/orders", &pay);
    assert_eq!((status, &refused["code"]), (422, &json!("idempotency_key_reused")));
    let mut http = Http::new(server.port()).bearer(&admin);
    let mut seen = 0;
    http.each("/orders", |_| seen += 1);
    assert_eq!(seen, ORDERS.len());
    assert!(server.stop().success());
    let file = Connection::open(data.join("shop.db")).unwrap();
    let count = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let keys = count("select count(*) from idempotency_keys");
    assert_eq!(usize::try_from(keys).unwrap(), answers.len() + OTHER_ANSWERS);
    assert_eq!(count("select count(*) from sqlite_schema where name = 'idempotency_answers'"), 0);
    let file = std::fs::read(data.join("shop.db")).unwrap();
    let holds = |text: &[u8]| file.windows(text.len()).any(|bytes| bytes == text);
    assert!(holds(b"Ana Silva") && !holds(b"an answer of before"), "no answer stays in the file");
}

/// Stores answers as that program did: what was asked of an address by the second key, and where it
/// said that the new object is.
fn store_answers(data: &Path, answers: &[(&str, &String, Option<&str>)]) {
    let file = Connection::open(data.join("shop.db")).unwrap();
    let secret = file.query_row("select secret from settings", [], |row| row.get(0)).unwrap();
    for (path, body, location) in answers {
        let print = secret::sign(&secret, "fingerprint of a request", body.as_bytes());
        let scope = format!("key 2 POST {path}");
        let sql = "insert into idempotency_keys
            values (?, 'k', ?, 201, ?, null, ?, 1, 1795944366383365)";
        let body = b"an answer of before".repeat(100);
        file.execute(sql, (scope, print, location, body)).unwrap();
    }
    let sql = "insert into idempotency_keys values ('key 1 POST /orders', ?, zeroblob(32), 201,
        '/orders/1', null, x'41', 1, 1795944366383365)";
    for other in 0..OTHER_ANSWERS {
        file.execute(sql, [format!("k{other}")]).unwrap();
    }
}

fn check_orders(admin: &mut Http) {
    for (id, (status, payment, fulfillment, sums)) in (1..).zip(ORDERS) {
        let order = admin.get(&format!("/orders/{id}")).expect(200).json();
        let states = ["status", "payment_status", "fulfillment_status"].map(|name| &order[name]);
        assert_eq!(states, [status, payment, fulfillment], "order {id}");
        let seen = ["total", "paid_total", "refunded_total", "to_refund"].map(|name| &order[name]);
        assert_eq!(seen, sums, "order {id}");
    }
}

fn check_days(admin: &mut Http) {
    check_days_of(admin, &DAYS);
}

/// The days before the one on which the file was made.
fn check_days_before(admin: &mut Http) {
    check_days_of(admin, &DAYS[..DAYS.len() - 1]);
}

fn check_days_of(admin: &mut Http, days: &[Day]) {
    for (day, counts, sums, rates) in days {
        let path = format!("/reports/sales?from={day}&to={day}");
        let row = admin.get(&path).expect(200).json()["total"].clone();
        assert_eq!([&row["orders"], &row["units"]], counts.map(|count| json!(count)).each_ref());
        let names = ["gross", "net", "tax", "discounts", "shipping", "refunded"];
        assert_eq!(names.map(|name| &row[name]), *sums, "{day}");
        assert_eq!((&row["reductions"], &row["revenue"]), (&json!("0.00"), &row["gross"]), "{day}");
        let rates: Vec<Value> = rates
            .iter()
            .map(
                |[rate, net, tax]| json!({ "country": null, "rate": rate, "net": net, "tax": tax }),
            )
            .collect();
        assert_eq!(row["taxes"], json!(rates), "{day}");
    }
}

fn documents(admin: &mut Http) -> Vec<String> {
    let mut issued = Vec::new();
    for id in 1..=14 {
        let listed = admin.get(&format!("/orders/{id}/invoices")).expect(200).json();
        let rows = listed["data"].as_array().unwrap();
        issued.extend(
            rows.iter().map(|row| (id_of(row), row["number"].as_str().unwrap().to_owned())),
        );
    }
    issued.sort();
    issued.into_iter().map(|(_, number)| number).collect()
}

fn id_of(object: &Value) -> i64 {
    object["id"].as_i64().unwrap()
}

fn shop_of_fifth_schema(data: &Path) {
    std::fs::create_dir(data).unwrap();
    let mut file = Connection::open(data.join("shop.db")).unwrap();
    let migrations = refinery::load_sql_migrations("migrations").unwrap();
    let runner = refinery::Runner::new(&migrations).set_target(refinery::Target::Version(5));
    runner.set_grouped(true).run(&mut file).unwrap();
    file.execute_batch("pragma foreign_keys = off").unwrap();
    file.execute_batch(include_str!("shop_of_fifth_schema.sql")).unwrap();
    file.execute_batch("pragma journal_mode = wal").unwrap();
}
