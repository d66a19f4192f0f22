//! Orders: placing them, what happens to them, and what their buyers see. Here: the whole way of an
//! order.

mod after;
mod companies;
mod debts;
mod edits;
mod history;
mod lists;
mod mending;
mod placing;
mod planned;
mod sequences;
mod spoken;
mod steps;
mod terms;
mod tracking;

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, mug, parcel};
use crate::shop::{Shop, ids};

#[test]
fn a_visitor_orders_reads_it_by_its_token_and_tracks_it_by_its_address() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 5);
    let placed = fixtures::order(mug, 2).create(&shop.visitor());
    assert_eq!(placed["number"], "1001");
    assert_eq!(placed["total"], "19.90");
    assert_eq!(placed["status"], "open");
    assert_eq!(placed["expected_delivery_date"], "2026-11-26");
    assert_eq!(placed["customer_id"], Value::Null);
    assert_eq!(admin.get(&format!("/products/{mug}")).expect(200)["stock"], 3);
    let holder = shop.holder(&placed);
    assert_eq!(holder.get("/orders/1").expect(200)["customer"]["name"], "Ana Silva");
    let track = shop.visitor().get(&fixtures::tracking(&placed)).expect(200);
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
    fixtures::order(id, 2).create(&admin);
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
    let (order, status, progress) = step("shipments", parcel());
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
    let key = shop.key(tillbox::domain::api_keys::KeyRole::Storefront);
    let mug = mug(&shop.admin(), 5);
    let send = |shop: &Shop, quantity: i64| {
        let ask = shop.bearer(&key).ask(Method::Post, "/orders").header("Idempotency-Key", "a");
        ask.json(&fixtures::order(mug, quantity).body()).send()
    };
    let first = send(&shop, 1);
    first.expect(201);
    let again = send(&shop, 1);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    send(&shop, 2).refused(422, "idempotency_key_reused");
    let shop = shop.restarted();
    assert_eq!(send(&shop, 1).body, first.body);
    assert_eq!(ids(&shop.admin().get("/orders").expect(200)), [1]);
}
