//! Orders: placing them, what happens to them, and what their buyers see. Here: the whole way of an
//! order, and the helpers that the modules below share.

mod after;
mod history;
mod lists;
mod mending;
mod placing;
mod sequences;
mod steps;
mod terms;
mod tracking;

use rocket::http::Method;
use serde_json::{Value, json};

use crate::shop::{Shop, User, ids};

fn mug(admin: &User<'_>, stock: i64) -> i64 {
    product(admin, json!({ "name": "Mug", "price": "9.95", "sku": "MUG", "stock": stock }))
}

fn product(admin: &User<'_>, body: Value) -> i64 {
    id_of(&admin.post("/products", body).expect(201))
}

/// A shirt in the sizes S and M; answers its id and those of its variants.
fn shirt(admin: &User<'_>) -> (i64, i64, i64) {
    let shirt = json!({
        "name": "Shirt",
        "options": [{ "name": "Size", "values": ["S", "M"] }],
        "variants": [
            { "price": "20", "sku": "SHIRT-S", "stock": 5, "options": { "Size": "S" } },
            { "price": "22", "sku": "SHIRT-M", "stock": 5, "options": { "Size": "M" } },
        ],
    });
    let made = admin.post("/products", shirt).expect(201);
    (id_of(&made), id_of(&made["variants"][0]), id_of(&made["variants"][1]))
}

fn id_of(object: &Value) -> i64 {
    object["id"].as_i64().unwrap()
}

fn ana() -> Value {
    json!({ "name": "Ana Silva", "email": "ana@example.org" })
}

fn order_of(product: i64, quantity: i64) -> Value {
    json!({ "items": [{ "product_id": product, "quantity": quantity }], "customer": ana() })
}

/// An object with the fields of another one, which win.
fn with(mut base: Value, extra: Value) -> Value {
    for (name, value) in extra.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// Takes a step that must succeed; what every such answer owes the caller is checked on the way.
#[track_caller]
fn took(user: &User<'_>, order: i64, what: &str, body: Value) -> Value {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    let taken = answer.expect(201);
    let read = user.get(&format!("/orders/{order}"));
    assert_eq!(taken, read.expect(200), "the answer is the whole order");
    assert_eq!(answer.header("ETag"), read.header("ETag"));
    let location = answer.header("Location").unwrap();
    let (folder, step) = location.rsplit_once('/').unwrap();
    assert_eq!(folder, format!("/orders/{order}/{what}"));
    assert_eq!(user.get(location).expect(200)["id"].to_string(), step);
    taken
}

/// Takes a step and answers the number under which it can be read.
#[track_caller]
fn step_of(user: &User<'_>, order: i64, what: &str, body: Value) -> String {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    answer.expect(201);
    answer.header("Location").unwrap().to_owned()
}

/// Tries a step that does not fit; checks what would.
#[track_caller]
fn not_now(user: &User<'_>, order: i64, what: &str, body: Value, allowed: &[&str]) {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    assert_eq!(answer.refused(409, "action_not_possible")["allowed"], json!(allowed));
}

fn cash(amount: &str) -> Value {
    json!({ "method": "cash", "amount": amount })
}

/// Units of the lines of an order whose items are counted from 1.
fn units(of: &[(i64, i64)]) -> Value {
    of.iter().map(|(item, n)| json!({ "item_id": item, "quantity": n })).collect()
}

/// All that is open, in cash.
fn cash_all() -> Value {
    json!({ "method": "cash" })
}

fn parcel() -> Value {
    json!({ "carrier": "DHL", "tracking_number": "00340434161094042557" })
}

#[test]
fn a_visitor_orders_reads_it_by_its_token_and_tracks_it_by_its_address() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 5);
    let placed = shop.visitor().post("/orders", order_of(mug, 2)).expect(201);
    assert_eq!(placed["number"], "1001");
    assert_eq!(placed["total"], "19.90");
    assert_eq!(placed["status"], "open");
    assert_eq!(placed["expected_delivery_date"], "2026-11-26");
    assert_eq!(placed["customer_id"], Value::Null);
    assert_eq!(admin.get(&format!("/products/{mug}")).expect(200)["stock"], 3);
    let holder = shop.bearer(placed["token"].as_str().unwrap());
    assert_eq!(holder.get("/orders/1").expect(200)["customer"]["name"], "Ana Silva");
    let track = shop.visitor().get(placed["tracking_url"].as_str().unwrap()).expect(200);
    assert_eq!((&track["status"], &track["progress"]), (&json!("placed"), &json!(0)));
    assert!(!track.to_string().contains("Ana"));
    shop.visitor().get("/orders/1").refused(401, "unauthenticated");
    shop.visitor().get("/orders/1/track").refused(404, "not_found");
    shop.visitor().get("/orders/1/track?token=wrong").refused(404, "not_found");
}

#[test]
fn an_order_goes_from_payment_to_delivery_and_its_buyer_sees_each_station() {
    let shop = Shop::new();
    let admin = shop.admin();
    let id = mug(&admin, 5);
    admin.post("/orders", order_of(id, 2)).expect(201);
    let step = |what: &str, body: Value| {
        let answer = admin.post(&format!("/orders/1/{what}"), body);
        let order = answer.expect(201);
        let location = answer.header("Location").unwrap().to_owned();
        assert!(location.starts_with(&format!("/orders/1/{what}/")), "{location}");
        admin.get(&location).expect(200);
        let track = admin.get("/orders/1/track").expect(200);
        (order, track["status"].as_str().unwrap().to_owned(), track["progress"].clone())
    };
    let (order, status, _) = step("payments", json!({ "method": "bank_transfer", "amount": "5" }));
    assert_eq!(order["payment_status"], "partially_paid");
    assert_eq!(status, "placed");
    let (order, status, progress) = step("payments", json!({ "method": "bank_transfer" }));
    assert_eq!((&order["payment_status"], &order["paid_total"]), (&json!("paid"), &json!("19.90")));
    assert_eq!((status.as_str(), progress), ("confirmed", json!(20)));
    let (_, status, progress) = step("packing", json!({}));
    assert_eq!((status.as_str(), progress), ("packed", json!(40)));
    let parcel = json!({ "carrier": "DHL", "tracking_number": "123" });
    let (order, status, progress) = step("shipments", parcel);
    assert_eq!(order["fulfillment_status"], "shipped");
    assert_eq!((status.as_str(), progress), ("shipped", json!(60)));
    let (order, status, progress) = step("delivery", json!({}));
    assert_eq!(order["status"], "completed");
    assert_eq!((status.as_str(), progress), ("delivered", json!(100)));
    let events = admin.get("/orders/1/track").expect(200)["events"].clone();
    let stations: Vec<&str> =
        events.as_array().unwrap().iter().map(|e| e["status"].as_str().unwrap()).collect();
    assert_eq!(stations, ["placed", "confirmed", "packed", "shipped", "delivered"]);
    assert_eq!(admin.get("/customers/1").expect(200)["total_spent"], "19.90");
}

#[test]
fn a_repeated_request_gets_the_first_answer_also_after_a_restart() {
    let shop = Shop::new();
    let key = shop.key(tillbox::domain::staff::KeyRole::Storefront);
    let mug = mug(&shop.admin(), 5);
    let send = |shop: &Shop, body: &Value| {
        let front = shop.bearer(&key);
        front.ask(Method::Post, "/orders").header("Idempotency-Key", "a").json(body).send()
    };
    let first = send(&shop, &order_of(mug, 1));
    first.expect(201);
    let again = send(&shop, &order_of(mug, 1));
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    send(&shop, &order_of(mug, 2)).refused(422, "idempotency_key_reused");
    let shop = shop.restarted();
    assert_eq!(send(&shop, &order_of(mug, 1)).body, first.body);
    assert_eq!(ids(&shop.admin().get("/orders").expect(200)), [1]);
}
