//! What a buyer sees of an order on its way, and what each token opens.

use serde_json::{Value, json};

use crate::fixtures::{
    self, cash, cash_all, deliver, mug, parcel, pay, set, ship, step_of, took, with,
};
use crate::shop::{Shop, User};

const MOMENT: i64 = 60;

fn track(user: &User<'_>, id: i64) -> Value {
    user.get(&format!("/orders/{id}/track")).expect(200)
}

#[track_caller]
fn sees(track: &Value, status: &str, progress: i64, stations: &[&str]) {
    assert_eq!((&track["status"], &track["progress"]), (&json!(status), &json!(progress)));
    let events = track["events"].as_array().unwrap();
    let seen: Vec<&str> = events.iter().map(|event| event["status"].as_str().unwrap()).collect();
    assert_eq!(seen, stations, "{track}");
    for event in events {
        assert!(!event["message"].as_str().unwrap().is_empty());
    }
    let times: Vec<&str> = events.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{track}");
}

#[test]
fn each_station_is_shown_as_it_is_reached_and_gone_when_it_was_a_wrong_click() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let placed = fixtures::order(mug, 2).create(&shop.visitor());
    let holder = shop.holder(&placed);
    let check = |status: &str, progress: i64, stations: &[&str]| {
        sees(&track(&holder, 1), status, progress, stations);
        shop.clock.advance_seconds(MOMENT);
    };
    check("placed", 0, &["placed"]);
    took(&admin, 1, "payments", cash("1"));
    check("placed", 0, &["placed"]);
    let payment = step_of(&admin, 1, "payments", cash_all());
    check("confirmed", 20, &["placed", "confirmed"]);
    admin.delete(&payment).expect(204);
    check("placed", 0, &["placed"]);
    pay(&admin, 1);
    let packing = step_of(&admin, 1, "packing", json!({}));
    check("packed", 40, &["placed", "confirmed", "packed"]);
    admin.delete(&packing).expect(204);
    check("confirmed", 20, &["placed", "confirmed"]);
    took(&admin, 1, "packing", json!({}));
    let one = json!({ "items": [{ "item_id": placed["items"][0]["id"], "quantity": 1 }] });
    took(&admin, 1, "shipments", with(parcel(), one));
    let on_way = ["placed", "confirmed", "packed", "shipped"];
    check("shipped", 60, &on_way);
    took(&admin, 1, "delivery", json!({}));
    // One of two parcels has arrived; the buyer still waits.
    check("shipped", 60, &on_way);
    let url = json!({ "tracking_url": "https://dhl.example.org/2" });
    took(&admin, 1, "shipments", with(parcel(), url));
    let delivery = step_of(&admin, 1, "delivery", json!({}));
    let all = ["placed", "confirmed", "packed", "shipped", "shipped", "delivered"];
    check("delivered", 100, &all);
    let seen = track(&holder, 1);
    let want = json!({
        "order_id": 1, "number": "1001", "status": "delivered", "progress": 100,
        "order_date": "2026-11-23T09:00:00Z", "expected_delivery_date": "2026-11-26",
        "pickup_at": null,
        "shipped_at": "2026-11-23T09:06:00Z", "delivered_at": "2026-11-23T09:08:00Z",
        "shipments": [
            { "carrier": "DHL", "tracking_number": "00340434161094042557",
              "tracking_url": DHL, "shipped_at": "2026-11-23T09:06:00Z" },
            { "carrier": "DHL", "tracking_number": "00340434161094042557",
              "tracking_url": "https://dhl.example.org/2", "shipped_at": "2026-11-23T09:08:00Z" },
        ],
        "events": seen["events"],
    });
    assert_eq!(seen, want);
    admin.delete(&delivery).expect(204);
    check("shipped", 60, &all[..5]);
    assert_eq!(track(&holder, 1)["delivered_at"], Value::Null);
}

#[test]
fn who_takes_steps_finds_them_in_the_track_and_the_buyer_does_not() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let placed = fixtures::order(mug, 1).create(&shop.visitor());
    let holder = shop.holder(&placed);
    let packing = step_of(&admin, 1, "packing", json!({}));
    ship(&admin, 1);
    let delivery = step_of(&admin, 1, "delivery", json!({}));
    let steps = |user: &User<'_>| -> Vec<Value> {
        let events = track(user, 1)["events"].take();
        events.as_array().unwrap().iter().map(|event| event["step_id"].clone()).collect()
    };
    let id = |path: &str| json!(path.rsplit('/').next().unwrap().parse::<i64>().unwrap());
    let want = [Value::Null, id(&packing), Value::Null, id(&delivery)];
    assert_eq!((steps(&admin), steps(&shop.reader())), (want.to_vec(), want.to_vec()));
    assert_eq!(steps(&holder), vec![Value::Null; 4]);
    let seen = track(&holder, 1);
    assert!(seen["events"][1].get("step_id").is_none(), "{seen}");
    let path = format!("/orders/1/delivery/{}", steps(&admin)[3]);
    admin.delete(&path).expect(204);
}

#[test]
fn who_takes_steps_finds_all_that_stand_and_what_can_be_taken_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let placed = fixtures::order(mug, 4).create(&shop.visitor());
    let holder = shop.holder(&placed);
    let item = &placed["items"][0]["id"];
    let some = |units: i64| json!([{ "item_id": item, "quantity": units }]);
    let part = json!({ "items": some(1), "reason": "Sold out." });
    let cancelled = step_of(&admin, 1, "cancellation", part);
    ship(&admin, 1);
    took(&admin, 1, "delivery", json!({}));
    for user in [&holder, &admin] {
        user.post("/orders/1/withdrawal", json!({ "items": some(1) })).expect(201);
    }
    let returned = step_of(&admin, 1, "returns", json!({ "items": some(2), "reason": "defect" }));
    // Neither the part that was cancelled nor the part that came back is a station.
    let seen = track(&admin, 1);
    let stations: Vec<&Value> =
        seen["events"].as_array().unwrap().iter().map(|event| &event["status"]).collect();
    assert_eq!(stations, ["placed", "shipped", "delivered"]);
    let told = |track: &Value| -> Vec<Value> {
        let row =
            |step: &Value| json!([step["action"], step["units"], step["reason"], step["voidable"]]);
        track["steps"].as_array().unwrap().iter().map(row).collect()
    };
    let want = [
        json!(["cancellation", 1, "Sold out.", true]),
        json!(["shipments", 3, null, true]),
        json!(["delivery", null, null, true]),
        json!(["withdrawal", 1, null, false]),
        json!(["withdrawal", 1, null, true]),
        json!(["returns", 2, "defect", true]),
    ];
    assert_eq!((told(&seen), told(&track(&shop.reader(), 1))), (want.to_vec(), want.to_vec()));
    for user in [&holder, &shop.storefront()] {
        assert!(track(user, 1).get("steps").is_none());
    }
    // Their addresses are those that their makers were told.
    let address = |step: &Value| {
        let (action, id) = (step["action"].as_str().unwrap(), &step["step_id"]);
        format!("/orders/1/{action}/{id}")
    };
    assert_eq!([&seen["steps"][0], &seen["steps"][5]].map(address), [cancelled, returned]);
    for at in [5, 4, 2, 1, 0] {
        admin.delete(&address(&seen["steps"][at])).expect(204);
    }
    assert_eq!(told(&track(&admin, 1)), [want[3].clone()]);
}

/// Where a parcel of this carrier is followed, which the shop knows.
const DHL: &str =
    "https://www.dhl.com/global-en/home/tracking.html?tracking-id=00340434161094042557";

#[test]
fn an_order_that_is_paid_later_is_confirmed_at_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let methods =
        ["bank_transfer", "cash_on_delivery", "pay_at_pickup", "cash", "invoice", "card", "other"];
    set(&admin, json!({ "payment_methods": methods }));
    for (id, method) in (1..).zip(methods) {
        fixtures::order(mug, 1).with(json!({ "payment_method": method })).create(&admin);
        match method {
            "cash_on_delivery" | "pay_at_pickup" | "invoice" => {
                sees(&track(&admin, id), "confirmed", 20, &["placed", "confirmed"]);
            }
            _ => sees(&track(&admin, id), "placed", 0, &["placed"]),
        }
    }
    let stations = ["placed", "confirmed", "shipped", "delivered"];
    deliver(&admin, 2);
    pay(&admin, 2);
    sees(&track(&admin, 2), "delivered", 100, &stations);
    took(&admin, 3, "packing", json!({}));
    took(&admin, 3, "cancellation", json!({ "reason": "x" }));
    sees(&track(&admin, 3), "cancelled", 0, &["placed", "confirmed", "packed", "cancelled"]);
    ship(&admin, 1);
    sees(&track(&admin, 1), "shipped", 60, &["placed", "shipped"]);
}

#[test]
fn a_token_opens_its_own_order_and_nothing_else() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let place = || {
        let placed = fixtures::order(mug, 1).create(&shop.visitor());
        (placed["token"].as_str().unwrap().to_owned(), fixtures::tracking(&placed))
    };
    let ((token, url), (other, other_url)) = (place(), place());
    assert!(token.starts_with("tb_ord_1_"), "{token}");
    let holder = shop.bearer(&token);
    holder.get("/orders/1").expect(200);
    holder.get("/orders/1/track").expect(200);
    // Elsewhere its holder is a visitor.
    holder.get("/orders/2").refused(401, "unauthenticated");
    holder.get("/orders/2/track").refused(404, "not_found");
    holder.get("/orders").refused(401, "unauthenticated");
    holder.get("/customers/1").refused(401, "unauthenticated");
    holder.get(&format!("/products/{mug}")).expect(200);
    fixtures::order(mug, 1).create(&holder);
    let visitor = shop.visitor();
    let track = visitor.get(&url);
    let text = String::from_utf8_lossy(&track.body).into_owned();
    assert_eq!(track.expect(200)["order_id"], 1);
    assert_eq!(track.header("Cache-Control"), Some("private, no-store"));
    for personal in ["Ana", "Silva", "example.org", "customer"] {
        assert!(!text.contains(personal), "{text}");
    }
    assert_eq!(shop.customer("bob").get(&url).expect(200)["order_id"], 1);
    let secret = |url: &str| url.split_once('=').unwrap().1.to_owned();
    for wrong in ["", "x", &token, &secret(&other_url), &secret(&url).to_uppercase()] {
        visitor.get(&format!("/orders/1/track?token={wrong}")).refused(404, "not_found");
    }
    visitor.get("/orders/99/track").refused(404, "not_found");
    visitor.get(&format!("/orders/1?token={}", secret(&url))).refused(401, "unauthenticated");
    // What was made up is no credential at all.
    for wrong in [&token.replace("_1_", "_2_"), &other.replace("_2_", "_1_"), "tb_ord_1_"] {
        for path in ["/orders/1", "/orders/1/track", &url, "/products"] {
            shop.bearer(wrong).get(path).refused(401, "unauthenticated");
        }
    }
    shop.bearer(&secret(&url)).get("/orders/1").refused(401, "unauthenticated");
    let shop = shop.restarted();
    shop.bearer(&token).get("/orders/1").expect(200);
    shop.visitor().get(&url).expect(200);
}

#[test]
fn the_staff_sees_who_took_a_step() {
    let shop = Shop::new();
    let owner = shop.owner();
    let admin = shop.admin();
    fixtures::mug(&admin, 9);
    let placed = fixtures::order(1, 2).create(&shop.visitor());
    fixtures::pay(&admin, 1);
    fixtures::took(&owner, 1, "packing", json!({}));
    let one = json!({ "items": fixtures::units(&[(1, 1)]), "reason": "Too many" });
    owner.delete(&fixtures::step_of(&owner, 1, "shipments", fixtures::parcel())).expect(204);
    owner.delete("/orders/1/packing/3").expect(204);
    fixtures::took(&shop.holder(&placed), 1, "cancellation", one);
    let actors = |user: &User<'_>| {
        let track = user.get("/orders/1/track").expect(200);
        let told =
            |step: &Value| json!([step["action"], step["actor"]["kind"], step["actor"]["name"]]);
        track["steps"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let want = [json!(["payments", "key", null]), json!(["cancellation", "buyer", null])];
    assert_eq!(actors(&admin), want);
    fixtures::took(&owner, 1, "packing", json!({}));
    assert_eq!(actors(&shop.reader())[2], json!(["packing", "staff", "owner@example.org"]));
    let track = shop.visitor().get(&fixtures::tracking(&placed)).expect(200);
    assert!(!track.to_string().contains("owner@example.org"));
}
