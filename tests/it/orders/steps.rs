//! What happens to an order after it was placed, and who may do it.

use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::fixtures::{
    self, cash, cash_all, id_of, mug, not_now, parcel, pay, ship, step_of, took, units, with,
};
use crate::shop::{Shop, User};

const STEPS: [&str; 5] = ["payments", "packing", "shipments", "delivery", "cancellation"];

fn states(order: &Value) -> [&str; 3] {
    ["status", "payment_status", "fulfillment_status"].map(|name| order[name].as_str().unwrap())
}

#[test]
fn money_comes_in_parts_and_never_more_than_is_open() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    fixtures::order(mug, 2).create(&admin);
    let check = |body: Value, fault: (&str, &str)| {
        admin.post("/orders/1/payments", body).invalid(&[fault]);
    };
    check(json!({}), ("/method", "required"));
    check(json!({ "method": "shells" }), ("/method", "unknown_payment_method"));
    check(cash("0"), ("/amount", "out_of_range"));
    check(cash("-1"), ("/amount", "not_money"));
    check(cash("1e1"), ("/amount", "not_money"));
    check(cash("0.001"), ("/amount", "too_many_digits"));
    check(cash("10000000000"), ("/amount", "amount_too_large"));
    check(with(cash("1"), json!({ "amonut": 1 })), ("/amonut", "unknown_field"));
    let unpaid = ["payments", "packing", "shipments", "cancellation"];
    not_now(&admin, 1, "payments", cash("19.91"), &unpaid);
    let part = took(&admin, 1, "payments", json!({ "method": "cash", "amount": 5.5 }));
    assert_eq!(
        (&part["payment_status"], &part["paid_total"]),
        (&json!("partially_paid"), &json!("5.50"))
    );
    let partly = ["payments", "packing", "shipments", "cancellation", "refunds"];
    not_now(&admin, 1, "payments", cash("14.41"), &partly);
    shop.clock.advance_seconds(60);
    let rest = json!({ "method": "bank_transfer", "reference": "Statement 7" });
    let paid = took(&shop.storefront(), 1, "payments", rest);
    assert_eq!((&paid["payment_status"], &paid["paid_total"]), (&json!("paid"), &json!("19.90")));
    let want = json!([
        { "id": 1, "amount": "5.50", "currency": "EUR", "method": "cash", "reference": null,
          "paid_at": "2026-11-23T09:00:00Z" },
        { "id": 2, "amount": "14.40", "currency": "EUR", "method": "bank_transfer",
          "reference": "Statement 7", "paid_at": "2026-11-23T09:01:00Z" },
    ]);
    assert_eq!(paid["payments"], want);
    assert_eq!(admin.get("/orders/1/payments/2").expect(200), want[1]);
    not_now(&admin, 1, "payments", cash("0.01"), &partly[1..]);
    not_now(&admin, 1, "payments", cash_all(), &partly[1..]);

    fixtures::order(mug, 1).create(&admin);
    let methods =
        ["bank_transfer", "cash_on_delivery", "pay_at_pickup", "cash", "invoice", "card", "other"];
    for method in methods {
        took(&admin, 2, "payments", json!({ "method": method, "amount": "0.01" }));
    }
    assert_eq!(admin.get("/customers/1").expect(200)["total_spent"], "19.97");
}

#[test]
fn what_the_shop_brings_itself_has_neither_carrier_nor_number() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::order(mug(&admin, 9), 3).create(&admin);
    let order = took(&admin, 1, "shipments", json!({ "carrier": "", "tracking_number": null }));
    let parcel = &order["shipments"][0];
    for field in ["carrier", "tracking_number", "tracking_url"] {
        assert_eq!(parcel[field], Value::Null, "{field}");
    }
    let track = || admin.get("/orders/1/track").expect(200);
    assert_eq!(
        (&track()["status"], &track()["shipments"][0]["carrier"]),
        (&json!("shipped"), &Value::Null)
    );
    let at = format!("/orders/1/shipments/{}", parcel["id"]);
    let mended = json!({ "carrier": "DHL", "tracking_number": "00340434161094042557" });
    admin.patch(&at, mended).expect(200);
    assert!(track()["shipments"][0]["tracking_url"].is_string());
    let mended = json!({ "carrier": null, "tracking_number": null });
    admin.patch(&at, mended).expect(200);
    assert_eq!(track()["shipments"][0]["tracking_url"], Value::Null);
    took(&admin, 1, "delivery", json!({}));
    assert_eq!(track()["status"], "delivered");
}

#[test]
fn an_order_leaves_in_parcels_and_arrives_one_by_one_or_all_at_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (mug, pen) = (mug(&admin, 9), fixtures::product("Pen", "1").create_id(&admin));
    fixtures::order(mug, 3).item(pen, 2).create(&admin);
    let of = |lines: &[(i64, i64)]| with(parcel(), json!({ "items": units(lines) }));
    let check = |body: Value, faults: &[(&str, &str)]| {
        admin.post("/orders/1/shipments", body).invalid(faults);
    };
    check(
        of(&[(7, 1), (1, 1), (8, 9)]),
        &[("/items/0/item_id", "not_found"), ("/items/2/item_id", "not_found")],
    );
    check(of(&[]), &[("/items", "empty")]);
    check(of(&[(1, 0)]), &[("/items/0/quantity", "out_of_range")]);
    check(with(parcel(), json!({ "tracking_url": "ftp://x" })), &[("/tracking_url", "not_a_url")]);
    let early = json!({ "expected_delivery_date": "2026-11-22" });
    check(with(parcel(), early.clone()), &[("/expected_delivery_date", "out_of_range")]);
    // What is wrong in itself is told before what does not fit now.
    check(with(of(&[(1, 99)]), early), &[("/expected_delivery_date", "out_of_range")]);
    let begun = ["payments", "packing", "shipments", "cancellation"];
    not_now(&admin, 1, "shipments", of(&[(1, 4)]), &begun);
    not_now(&admin, 1, "shipments", of(&[(1, 2), (1, 2)]), &begun);
    not_now(&admin, 1, "delivery", json!({}), &begun);

    let first = json!({ "tracking_url": "https://dhl.example.org/1",
        "expected_delivery_date": "2026-11-23" });
    let first = took(&admin, 1, "shipments", with(of(&[(1, 1), (1, 1)]), first));
    assert_eq!(states(&first), ["open", "unpaid", "partially_shipped"]);
    assert_eq!(first["expected_delivery_date"], "2026-11-23");
    assert_eq!(first["shipments"][0]["items"], units(&[(1, 2)]));
    let partly = ["payments", "shipments", "delivery", "cancellation", "returns"];
    not_now(&admin, 1, "packing", json!({}), &partly);
    not_now(&admin, 1, "shipments", of(&[(1, 2)]), &partly);
    let second = took(&admin, 1, "shipments", of(&[(1, 1)]));
    assert_eq!(second["expected_delivery_date"], "2026-11-23", "the better one stays");
    let third = ship(&admin, 1);
    assert_eq!(third["shipments"][2]["items"], units(&[(2, 2)]), "all that was left");
    assert_eq!(states(&third), ["open", "unpaid", "shipped"]);
    assert_eq!(third["items"][0]["shipped_quantity"], 3);
    let gone = ["payments", "delivery", "returns"];
    not_now(&admin, 1, "shipments", parcel(), &gone);
    not_now(&admin, 1, "cancellation", json!({ "reason": "Late" }), &gone);
    check(
        with(parcel(), json!({ "items": units(&[(7, 1)]) })),
        &[("/items/0/item_id", "not_found")],
    );

    let unknown = admin.post("/orders/1/delivery", json!({ "shipment_id": 9 }));
    unknown.invalid(&[("/shipment_id", "not_found")]);
    let one = took(&admin, 1, "delivery", json!({ "shipment_id": 2 }));
    assert_eq!(states(&one), ["open", "unpaid", "shipped"]);
    let arrived = &one["shipments"];
    assert_eq!(
        (&arrived[0]["delivered_at"], &arrived[2]["delivered_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(arrived[1]["delivered_at"], "2026-11-23T09:00:00Z");
    not_now(&admin, 1, "delivery", json!({ "shipment_id": 2 }), &gone);
    assert_eq!(states(&took(&admin, 1, "delivery", json!({}))), ["open", "unpaid", "delivered"]);
    not_now(&admin, 1, "delivery", json!({}), &["payments", "returns"]);
    let paid = pay(&admin, 1);
    assert_eq!(states(&paid), ["completed", "paid", "delivered"]);
    for step in STEPS {
        not_now(&admin, 1, step, body_of(step), &["refunds", "returns"]);
    }
}

/// A body that each step takes.
fn body_of(step: &str) -> Value {
    match step {
        "payments" => cash_all(),
        "shipments" => parcel(),
        "cancellation" => json!({ "reason": "Changed my mind." }),
        _ => json!({}),
    }
}

#[test]
fn units_are_cancelled_in_parts_or_whole_and_their_stock_comes_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (mug, pen) = (mug(&admin, 9), fixtures::product("Pen", "1").create_id(&admin));
    fixtures::order(mug, 3).item(pen, 2).create(&admin);
    took(&admin, 1, "payments", cash("25"));
    let of = |lines: &[(i64, i64)], why: &str| json!({ "items": units(lines), "reason": why });
    let stock = || admin.get(&format!("/products/{mug}")).expect(200)["stock"].clone();
    let check = |body: Value, fault: (&str, &str)| {
        admin.post("/orders/1/cancellation", body).invalid(&[fault]);
    };
    check(json!({}), ("/reason", "required"));
    check(of(&[], "x"), ("/items", "empty"));
    check(of(&[(1, 1), (9, 1)], "x"), ("/items/1/item_id", "not_found"));
    check(of(&[(1, -1)], "x"), ("/items/0/quantity", "out_of_range"));
    let all = ["payments", "packing", "shipments", "cancellation", "refunds"];
    not_now(&admin, 1, "cancellation", of(&[(1, 2), (1, 2)], "x"), &all);
    assert_eq!(stock(), 6);

    // 31.85 were ordered, 9.95 less are owed, so 3.10 of the 25.00 come back.
    let part = took(&admin, 1, "cancellation", of(&[(1, 1)], "One is broken."));
    assert_eq!(states(&part), ["open", "paid", "unfulfilled"]);
    assert_eq!((&part["total"], &part["to_refund"]), (&json!("31.85"), &json!("3.10")));
    let line = &part["items"][0];
    assert_eq!((&line["quantity"], &line["cancelled_quantity"]), (&json!(3), &json!(1)));
    assert_eq!((&part["cancelled_at"], &part["cancel_reason"]), (&Value::Null, &Value::Null));
    assert_eq!(stock(), 7);
    took(&admin, 1, "packing", json!({}));
    took(&admin, 1, "shipments", with(parcel(), json!({ "items": units(&[(1, 1)]) })));
    let rest = step_of(&admin, 1, "cancellation", json!({ "reason": "Out of pens." }));
    let want = json!({ "items": units(&[(1, 1), (2, 2)]), "reason": "Out of pens." });
    let step = admin.get(&rest).expect(200);
    assert_eq!(with(step.clone(), want), step);
    let order = admin.get("/orders/1").expect(200);
    assert_eq!(states(&order), ["open", "paid", "shipped"], "one mug is on its way");
    assert_eq!((&order["to_refund"], stock()), (&json!("15.05"), json!(8)));
    took(&admin, 1, "delivery", json!({}));
    assert_eq!(states(&admin.get("/orders/1").expect(200)), ["completed", "paid", "delivered"]);

    fixtures::order(mug, 8).create(&admin);
    took(&admin, 2, "packing", json!({}));
    took(&admin, 2, "payments", cash("1"));
    shop.clock.advance_seconds(60);
    let gone = took(&admin, 2, "cancellation", json!({ "reason": "  Wrong address.  " }));
    assert_eq!(states(&gone)[..2], ["cancelled", "paid"]);
    assert_eq!((&gone["to_refund"], &gone["total"]), (&json!("1.00"), &json!("79.60")));
    assert_eq!(gone["cancelled_at"], "2026-11-23T09:01:00Z");
    assert_eq!(gone["cancel_reason"], "Wrong address.");
    assert_eq!(stock(), 8);
    for step in STEPS {
        not_now(&admin, 2, step, body_of(step), &["refunds"]);
    }
}

#[test]
fn stock_comes_back_as_far_as_the_order_took_it_whenever_tracking_began_or_ended() {
    #[track_caller]
    fn check(first: Value, meanwhile: &[Value], want: Value) {
        let shop = Shop::new();
        let admin = shop.admin();
        let mug = fixtures::product("Mug", "9.95").with(json!({ "stock": first }));
        let path = fixtures::path(&mug.create(&admin));
        fixtures::order(1, 3).create(&admin);
        let item = json!({ "reason": "x", "items": units(&[(1, 1)]) });
        for stock in meanwhile {
            admin.patch(&path, json!({ "stock": stock })).expect(200);
        }
        took(&admin, 1, "cancellation", item);
        took(&admin, 1, "cancellation", json!({ "reason": "x" }));
        assert_eq!(admin.get(&path).expect(200)["stock"], want);
        if want.is_null() {
            admin.patch(&path, json!({ "stock": 4 })).expect(200);
        }
        let on_hand = admin.get(&path).expect(200)["stock"].as_i64().unwrap();
        let ledger = admin.get(&format!("{path}/stock_movements")).expect(200);
        let deltas = ledger["data"].as_array().unwrap().iter();
        assert_eq!(deltas.map(|row| row["delta"].as_i64().unwrap()).sum::<i64>(), on_hand);
    }
    let off = Value::Null;
    check(json!(10), &[], json!(10));
    check(json!(10), &[json!(0)], json!(3));
    check(json!(10), std::slice::from_ref(&off), off.clone());
    check(json!(10), &[off.clone(), json!(20)], json!(23));
    check(off.clone(), &[], off.clone());
    check(off.clone(), &[json!(20)], json!(20));
    check(off.clone(), &[json!(20), off.clone()], off.clone());
}

#[test]
fn each_may_take_the_steps_of_the_contract_and_no_others() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 1000);
    let buyer = shop.customer("ana");
    let place = || {
        let placed = fixtures::order(mug, 1).own().create(&buyer);
        (id_of(&placed), placed["token"].as_str().unwrap().to_owned())
    };
    // Each step is taken on a fresh order, delivery on one that was shipped. Without a user, the
    // holder of the order's token takes it.
    let check = |user: Option<&User<'_>>, want: [u16; 5]| {
        for (step, want) in STEPS.iter().zip(want) {
            let (id, token) = place();
            if *step == "delivery" {
                ship(&admin, id);
            }
            let holder = shop.bearer(&token);
            let answer =
                user.unwrap_or(&holder).post(&format!("/orders/{id}/{step}"), body_of(step));
            assert_eq!(answer.status, want, "{step}: {}", answer.json());
        }
    };
    let stranger = shop.customer("bob");
    check(Some(&shop.visitor()), [401; 5]);
    check(None, [401, 401, 401, 401, 201]);
    check(Some(&buyer), [403, 403, 403, 403, 201]);
    check(Some(&stranger), [403, 403, 403, 403, 404]);
    check(Some(&shop.storefront()), [201, 403, 403, 403, 201]);
    check(Some(&shop.reader()), [403; 5]);
    check(Some(&shop.staff("di@example.org", Role::Staff)), [201; 5]);
    check(Some(&shop.admin()), [201; 5]);
    let (id, token) = place();
    took(&admin, id, "payments", cash("1"));
    let payment = admin.get(&format!("/orders/{id}")).expect(200)["payments"][0]["id"].clone();
    let path = format!("/orders/{id}/payments/{payment}");
    for (user, read, void, edit) in [
        (shop.visitor(), 401, 401, 401),
        (shop.bearer(&token), 200, 401, 401),
        (buyer.clone(), 200, 403, 403),
        (stranger, 404, 403, 403),
        (shop.storefront(), 200, 403, 403),
        (shop.reader(), 200, 403, 403),
        (admin.clone(), 200, 204, 200),
    ] {
        let note = json!({ "staff_note": "x" });
        assert_eq!(user.get(&path).status, read);
        assert_eq!(user.patch(&format!("/orders/{id}"), note).status, edit);
        assert_eq!(user.delete(&path).status, void);
    }
}

#[test]
fn buyers_cancel_until_their_order_is_packed() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let cleo = shop.customer("cleo");
    let why = || json!({ "reason": "I have one." });
    let path = |id: i64| format!("/orders/{id}/cancellation");
    let placed = fixtures::order(mug, 2).create(&shop.visitor());
    let front = shop.storefront();
    fixtures::order(mug, 2).own().create(&cleo);
    fixtures::order(mug, 2).create(&front);
    let holder = shop.holder(&placed);
    for (id, user) in [(1, &holder), (2, &cleo), (3, &front)] {
        took(&admin, id, "packing", json!({}));
        let answer = user.post(&path(id), why());
        assert_eq!(answer.refused(409, "action_not_possible")["allowed"], json!([]));
        let packed = admin.get(&format!("/orders/{id}")).expect(200)["version"].clone();
        assert_eq!(packed, 2, "the refusal changed nothing");
    }
    admin.delete("/orders/1/packing/4").expect(204);
    let half = with(why(), json!({ "items": units(&[(1, 1)]) }));
    let part = took(&holder, 1, "cancellation", half);
    assert_eq!((&part["status"], &part["customer_id"]), (&json!("open"), &Value::Null));
    let gone = took(&holder, 1, "cancellation", why());
    assert_eq!(gone["status"], "cancelled");
    let twice = holder.post(&path(1), why()).refused(409, "action_not_possible");
    assert!(!twice["detail"].as_str().unwrap().contains("Packing"), "{twice}");
    fixtures::order(mug, 2).own().create(&cleo);
    assert_eq!(took(&cleo, 4, "cancellation", why())["customer"]["name"], "cleo");
    // Somebody else's token, and their own for another's order, open nothing.
    shop.customer("bob").post(&path(3), why()).refused(404, "not_found");
    holder.post(&path(3), why()).refused(401, "unauthenticated");
    admin.post(&path(3), why()).expect(201);
}
