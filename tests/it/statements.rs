//! How many statements a request runs. A list reads each table once however many rows it has, and
//! nothing is read again that is known: who adds a statement here should know why.

use serde_json::{Value, json};

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
        ("/orders/7/track", 8),
        ("/customers?limit=20", 3),
        ("/discounts?limit=20", 3),
        ("/products/7/stock_movements?limit=20", 5),
    ] {
        let run = read(path);
        assert!(run <= most, "GET {path} runs {run} statements, {most} are enough");
        // However many rows: each table is read once.
        if let Some(base) = path.strip_suffix("20") {
            let two = read(&format!("{base}2"));
            assert!(run <= two + 3, "GET {path} runs {run} statements, of two rows {two}");
        }
    }
    let run = counted(&shop, || place(&shop, 7));
    // Some of them twice: a stranger's order is tried on a snapshot first. Four write the words
    // that it is found by: its number, the surname, the e-mail and the domain of that.
    assert!(run <= 32, "POST /orders of 3 lines runs {run} statements");
    admin
        .post("/orders/31/shipments", json!({ "carrier": "c", "tracking_number": "1" }))
        .expect(201);
    let run = counted(&shop, || admin.post("/orders/31/delivery", json!({})).expect(201));
    assert!(run <= 10, "POST /orders/<id>/delivery runs {run} statements");
}
