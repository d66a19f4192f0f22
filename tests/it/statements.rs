//! How many statements a request runs. A list reads each table once however many rows it has, and
//! nothing is read again that is known: who adds a statement here should know why.

use serde_json::{Value, json};
use tillbox::domain::Id;
use tillbox::domain::customers::Contact;
use tillbox::domain::orders::{Draft, LineInput, Orderer};
use tillbox::domain::text::Email;
use tillbox::store::{Tx, orders};

use crate::shop::Shop;

/// Statements of a request, its credential among them.
fn counted(shop: &Shop, ask: impl FnOnce() -> Value) -> u64 {
    let before = shop.store.stats().statements;
    ask();
    shop.store.stats().statements - before
}

/// A shop with 30 products of 3 variants and 30 orders of 3 lines, all delivered and paid, the half
/// of them with a parcel more and a refund.
fn busy(shop: &Shop) {
    let admin = shop.admin();
    for number in 1..=30 {
        let variant = |size: &str| json!({ "options": { "Size": size }, "stock": 1_000 });
        let variants = [variant("S"), variant("M"), variant("L")];
        let name = format!("Shirt {number}");
        admin
            .post("/products", json!({ "name": name, "price": "9.95", "variants": variants }))
            .expect(201);
    }
    for number in 1..=30 {
        place(shop, number);
        let post = |path: &str, body: Value| {
            admin.post(&format!("/orders/{number}/{path}"), body).expect(201);
        };
        post("payments", json!({ "method": "cash" }));
        let parcel =
            |items: Value| json!({ "carrier": "c", "tracking_number": "1", "items": items });
        let first = (number - 1) * 3 + 1;
        post("shipments", parcel(json!([{ "item_id": first, "quantity": 1 }])));
        post("shipments", json!({ "carrier": "c", "tracking_number": "2" }));
        post("delivery", json!({}));
        if number % 2 == 0 {
            post("refunds", json!({ "amount": "1.00", "reason": "late" }));
        }
    }
}

fn place(shop: &Shop, product: i64) -> Value {
    let variant = |size: i64| 3 * (product - 1) + size;
    let line = |size| json!({ "product_id": product, "variant_id": variant(size), "quantity": 2 });
    let customer = json!({ "name": "Ana", "email": "ana@example.org" });
    let order = json!({ "items": [line(1), line(2), line(3)], "customer": customer });
    shop.visitor().post("/orders", order).expect(201)
}

#[test]
fn a_request_runs_no_more_statements_than_it_needs() {
    let shop = Shop::new();
    busy(&shop);
    let admin = shop.admin();
    let read = |path: &str| counted(&shop, || admin.get(path).expect(200));
    for (path, most) in [
        ("/products?limit=20", 4),
        ("/products/7", 4),
        ("/orders?limit=20", 9),
        ("/orders/7", 7),
        // With the name of who took its steps.
        ("/orders/7/track", 9),
        ("/customers?limit=20", 3),
        ("/discounts?limit=20", 3),
        ("/products/7/stock_movements?limit=20", 6),
    ] {
        let run = read(path);
        assert!(run <= most, "GET {path} runs {run} statements, {most} are enough");
        // However many rows: each table is read once.
        if let Some(base) = path.strip_suffix("20") {
            let two = read(&format!("{base}2"));
            assert!(run <= two + 3, "GET {path} runs {run} statements, of two rows {two}");
        }
    }
    place(&shop, 7);
    admin
        .post("/orders/31/shipments", json!({ "carrier": "c", "tracking_number": "1" }))
        .expect(201);
    let run = counted(&shop, || admin.post("/orders/31/delivery", json!({})).expect(201));
    assert!(run <= 10, "POST /orders/<id>/delivery runs {run} statements");
}

/// The statements by which an order of 3 lines is planned, on a snapshot, and placed, by the
/// writer; who sends it and its key come to these.
#[test]
fn an_order_is_planned_in_few_statements_and_placed_in_few() {
    let shop = Shop::new();
    busy(&shop);
    let line = |number: i64| LineInput::of(Id::new(number).unwrap(), Id::new(3 * number), 2);
    let email = Email::parse("ana@example.org").ok();
    let draft = Draft {
        items: (1..=3).map(|number| (0, line(number))).collect(),
        customer: Some(Contact { name: "Ana".to_owned(), email, phone: None }),
        ..Draft::default()
    };
    let statements = || shop.store.stats().statements;
    let before = statements();
    let plan = shop.store.read(|tx| orders::plan(tx, &draft, Orderer::Storefront)).unwrap();
    let planned = statements() - before;
    let writing = shop.store.write(move |tx| orders::place_planned(tx, &plan));
    let order = tokio::runtime::Runtime::new().unwrap().block_on(writing).unwrap();
    let placed = statements() - before - planned;
    assert_eq!(order.items.len(), 3);
    assert!(planned <= 5, "it is planned by {planned} statements");
    assert!(placed <= 16, "it is placed by {placed} statements");
    let run = counted(&shop, || place(&shop, 7));
    assert!(run <= 22, "POST /orders of 3 lines runs {run} statements");
}

#[test]
fn an_order_of_its_own_commit_writes_few_bytes() {
    const ORDERS: i64 = 60;
    let shop = Shop::new();
    busy(&shop);
    // Its log is empty then, and while somebody reads it grows by all that is written.
    let shop = shop.restarted();
    let written = |_: &Tx| {
        for number in 0..ORDERS {
            place(&shop, 1 + number % 30);
        }
        Ok(shop.store.stats().log_bytes)
    };
    let bytes = shop.store.read(written).unwrap() / u64::try_from(ORDERS).unwrap();
    assert!((1_000..=43_000).contains(&bytes), "an order writes {bytes} bytes");
}
