//! What comes back after the sale: money, goods, and the word of a buyer who does not want them.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{
    self, DAY, cash, deliver, id_of, mug, not_now, pay, set, ship, step_of, took, units, with,
};
use crate::shop::{Shop, User, ids};

/// A shop whose prices include 19 % tax and whose parcels cost 4.90.
fn taxed(admin: &User<'_>) {
    let method = json!({ "code": "post", "price": "4.90", "needs_address": false });
    let settings = json!({ "tax_rates": [{ "rate": "19" }], "shipping_methods": [method] });
    set(admin, settings);
}

/// Two mugs of 9.95 and a pen of 1.00, paid and delivered.
fn delivered(admin: &User<'_>) -> Value {
    let pen = fixtures::product("Pen", "1").create_id(admin);
    fixtures::order(mug(admin, 9), 2).item(pen, 1).create(admin);
    pay(admin, 1);
    deliver(admin, 1)
}

fn tax_of(object: &Value) -> i64 {
    let cents = |tax: &Value| tax["tax"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    object["taxes"].as_array().unwrap().iter().map(cents).sum()
}

#[test]
fn refunds_give_back_lines_shipping_or_an_amount_and_exactly_the_tax_in_them() {
    let shop = Shop::new();
    let admin = shop.admin();
    taxed(&admin);
    let order = delivered(&admin);
    // 19.90 + 1.00 + 4.90 with 19 % in it.
    assert_eq!((&order["total"], &order["tax_total"]), (&json!("25.80"), &json!("4.12")));
    let refund =
        |body: Value| took(&admin, 1, "refunds", with(json!({ "reason": "Sorry." }), body));
    let one = refund(json!({ "items": units(&[(1, 1)]) }));
    let first = json!({
        "id": 1, "amount": "9.95", "currency": "EUR", "items": units(&[(1, 1)]),
        "shipping": "0.00", "reason": "Sorry.", "price_reduction": "9.95",
        "taxes": [{ "rate": "19", "net": "8.36", "tax": "1.59" }],
        "refunded_at": "2026-11-23T09:00:00Z", "via": null, "status": "done",
        "failed_amount": "0.00",
    });
    assert_eq!(one["refunds"][0], first);
    assert_eq!(admin.get("/orders/1/refunds/1").expect(200), first);
    assert_eq!(one["refunded_total"], "9.95");
    assert_eq!(
        (&one["payment_status"], &one["status"]),
        (&json!("partially_refunded"), &json!("completed"))
    );
    let sent = refund(json!({ "shipping": true }));
    assert_eq!(
        (&sent["refunds"][1]["amount"], &sent["refunds"][1]["shipping"]),
        (&json!("4.90"), &json!("4.90"))
    );
    refund(json!({ "amount": 0.01 }));
    let last = refund(json!({ "amount": "10.94" }));
    assert_eq!(
        (&last["payment_status"], &last["refunded_total"]),
        (&json!("refunded"), &json!("25.80"))
    );
    let taxes: i64 = last["refunds"].as_array().unwrap().iter().map(tax_of).sum();
    assert_eq!(taxes, 412, "all that was paid went back, and so did all the tax");
    assert_eq!(admin.get("/customers/1").expect(200)["total_spent"], "0.00");
    let nothing = ["returns"];
    not_now(&admin, 1, "refunds", json!({ "amount": "0.01", "reason": "x" }), &nothing);
    not_now(&admin, 1, "refunds", json!({ "reason": "x" }), &nothing);
    let stock = admin.get("/products/2").expect(200)["stock"].clone();
    assert_eq!(stock, 7, "money alone moves no goods");
}

#[test]
fn what_was_refunded_is_not_refunded_again() {
    let shop = Shop::new();
    let admin = shop.admin();
    taxed(&admin);
    delivered(&admin);
    let check = |body: Value, fault: (&str, &str)| {
        admin.post("/orders/1/refunds", body).invalid(&[fault]);
    };
    check(json!({}), ("/reason", "required"));
    let why = |body: Value| with(json!({ "reason": "x" }), body);
    check(why(json!({ "amount": "0" })), ("/amount", "out_of_range"));
    check(why(json!({ "amount": "1.001" })), ("/amount", "too_many_digits"));
    check(why(json!({ "amount": "1", "shipping": true })), ("/amount", "not_allowed"));
    check(why(json!({ "amount": "1", "items": units(&[(1, 1)]) })), ("/amount", "not_allowed"));
    check(why(json!({ "items": [] })), ("/items", "empty"));
    check(why(json!({ "items": units(&[(9, 1)]) })), ("/items/0/item_id", "not_found"));
    check(why(json!({ "shipping": "yes" })), ("/shipping", "wrong_type"));
    check(why(json!({ "sum": "1" })), ("/sum", "unknown_field"));
    let fits = ["refunds", "returns"];
    not_now(&admin, 1, "refunds", why(json!({ "amount": "25.81" })), &fits);
    not_now(&admin, 1, "refunds", why(json!({ "items": units(&[(1, 3)]) })), &fits);
    not_now(&admin, 1, "refunds", why(json!({})), &fits);
    let line = json!({ "items": units(&[(1, 1)]) });
    for (what, body) in [
        ("refunds", why(json!({ "amount": "1" }))),
        ("returns", line.clone()),
        ("withdrawal", line),
    ] {
        let stale = admin.ask(Method::Post, &format!("/orders/1/{what}"));
        let stale = stale.header("If-Match", "\"1.0\"").json(&body).send();
        stale.refused(412, "precondition_failed");
    }
    took(&admin, 1, "refunds", why(json!({ "items": units(&[(1, 2)]), "shipping": true })));
    not_now(&admin, 1, "refunds", why(json!({ "items": units(&[(1, 1)]) })), &fits);
    not_now(&admin, 1, "refunds", why(json!({ "shipping": true })), &fits);
    not_now(&admin, 1, "refunds", why(json!({ "amount": "1.01" })), &fits);
    let payment = admin.delete("/orders/1/payments/1").refused(409, "action_not_possible");
    assert_eq!(payment["detail"], "Money of this payment was refunded.");
    admin.get("/orders/1/refunds/9").refused(404, "not_found");
}

#[test]
fn what_is_due_after_a_cancellation_goes_back_by_a_refund_that_names_nothing() {
    let shop = Shop::new();
    let admin = shop.admin();
    taxed(&admin);
    let mug = mug(&admin, 9);
    fixtures::order(mug, 3).create(&admin);
    pay(&admin, 1);
    let one = json!({ "items": units(&[(1, 1)]), "reason": "Broken." });
    assert_eq!(took(&admin, 1, "cancellation", one)["to_refund"], "9.95");
    let back = took(&admin, 1, "refunds", json!({ "reason": "Broken." }));
    assert_eq!(
        (&back["refunds"][0]["amount"], &back["to_refund"]),
        (&json!("9.95"), &json!("0.00"))
    );
    let rest = took(&admin, 1, "cancellation", json!({ "reason": "All broken." }));
    assert_eq!((&rest["status"], &rest["to_refund"]), (&json!("cancelled"), &json!("24.80")));
    let back = took(&admin, 1, "refunds", json!({ "reason": "All broken." }));
    assert_eq!(back["payment_status"], "refunded");
    let taxes: i64 = back["refunds"].as_array().unwrap().iter().map(tax_of).sum();
    assert_eq!(taxes, 0, "what settles what is due takes nothing off the price");
}

#[test]
fn goods_come_back_on_the_shelf_or_not_and_their_price_with_them() {
    let shop = Shop::new();
    let admin = shop.admin();
    taxed(&admin);
    delivered(&admin);
    let stock = || admin.get("/products/2").expect(200)["stock"].clone();
    let back = |units: Value, more: Value| with(json!({ "items": units }), more);
    let check = |body: Value, fault: (&str, &str)| {
        admin.post("/orders/1/returns", body).invalid(&[fault]);
    };
    check(json!({}), ("/items", "required"));
    check(back(units(&[(1, 0)]), json!({})), ("/items/0/quantity", "out_of_range"));
    check(back(units(&[(9, 1)]), json!({})), ("/items/0/item_id", "not_found"));
    check(back(units(&[(1, 1), (1, 1)]), json!({})), ("/items/1/item_id", "given_twice"));
    check(back(units(&[(1, 1)]), json!({ "refund": 1 })), ("/refund", "wrong_type"));
    not_now(&admin, 1, "returns", back(units(&[(1, 3)]), json!({})), &["refunds", "returns"]);

    let broken = json!([{ "item_id": 1, "quantity": 1, "restock": false }]);
    let broken = took(&admin, 1, "returns", json!({ "items": broken }));
    assert_eq!((&broken["items"][0]["returned_quantity"], stock()), (&json!(1), json!(7)));
    assert_eq!((&broken["to_refund"], &broken["status"]), (&json!("9.95"), &json!("completed")));
    let whole = took(&admin, 1, "returns", back(units(&[(1, 1)]), json!({ "refund": true })));
    assert_eq!((&whole["refunded_total"], stock()), (&json!("9.95"), json!(8)));
    assert_eq!(whole["to_refund"], "9.95", "that of the broken one is still due");
    let want = json!({
        "id": 2, "items": [{ "item_id": 1, "quantity": 1, "restock": true }], "reason": "other",
        "refund_id": 1, "returned_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(admin.get("/orders/1/returns/2").expect(200), want);
    assert_eq!(whole["fulfillment_status"], "delivered");
    took(&admin, 1, "refunds", json!({ "reason": "The broken one." }));
    let last = took(&admin, 1, "returns", back(units(&[(2, 1)]), json!({ "refund": true })));
    assert_eq!(last["fulfillment_status"], "returned");
    assert_eq!((&last["status"], &last["refunded_total"]), (&json!("completed"), &json!("20.90")));
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!((&track["status"], &track["progress"]), (&json!("returned"), &json!(0)));
    not_now(&admin, 1, "returns", back(units(&[(1, 1)]), json!({})), &["refunds"]);
    let movements = admin.get("/products/2/stock_movements").expect(200);
    assert_eq!(movements["data"][0]["reason"], "returned");
}

#[test]
fn a_return_refunds_no_more_than_is_due() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    fixtures::order(mug, 2).create(&admin);
    ship(&admin, 1);
    let all = json!({ "items": units(&[(1, 2)]), "refund": true });
    // Nothing was paid, so nothing can go back, and the goods stay where they are.
    let fits = ["payments", "delivery", "returns"];
    not_now(&admin, 1, "returns", all.clone(), &fits);
    assert_eq!(admin.get("/orders/1").expect(200)["items"][0]["returned_quantity"], 0);
    pay(&admin, 1);
    took(&admin, 1, "refunds", json!({ "amount": "5", "reason": "A scratch." }));
    let back = took(&admin, 1, "returns", all);
    assert_eq!((&back["refunded_total"], &back["to_refund"]), (&json!("19.90"), &json!("0.00")));
    assert_eq!(back["payment_status"], "refunded");
}

#[test]
fn a_buyer_withdraws_until_two_weeks_after_it_arrived() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let exempt = json!({ "withdrawal_exempt": true });
    let bread = fixtures::product("Bread", "3").with(exempt).create_id(&admin);
    let order = fixtures::order(mug, 3).item(bread, 1);
    let placed = order.create(&shop.visitor());
    let holder = shop.holder(&placed);
    let check = |body: Value, fault: (&str, &str)| {
        holder.post("/orders/1/withdrawal", body).invalid(&[fault]);
    };
    check(json!({ "items": [] }), ("/items", "empty"));
    check(json!({ "items": units(&[(9, 1)]) }), ("/items/0/item_id", "not_found"));
    check(json!({ "items": units(&[(2, 1)]) }), ("/items/0/item_id", "withdrawal_exempt"));
    check(json!({ "lines": [] }), ("/lines", "unknown_field"));
    let declare = |body: Value| holder.post("/orders/1/withdrawal", body);
    let first = declare(json!({ "items": units(&[(1, 1)]) }));
    let receipt = json!({
        "id": 1, "order_id": 1, "order_number": "1001", "withdrawn_at": "2026-11-23T09:00:00Z",
        "items": [{ "item_id": 1, "name": "Mug", "variant_title": null, "quantity": 1 }],
    });
    assert_eq!(first.expect(201), receipt);
    assert_eq!(holder.get(first.header("Location").unwrap()).expect(200), receipt);
    let seen = admin.get("/orders/1").expect(200);
    let want =
        json!([{ "id": 1, "items": units(&[(1, 1)]), "withdrawn_at": "2026-11-23T09:00:00Z" }]);
    assert_eq!((&seen["withdrawals"], &seen["version"]), (&want, &json!(2)));
    assert_eq!((&seen["to_refund"], &seen["status"]), (&json!("0.00"), &json!("open")));
    declare(json!({ "items": units(&[(1, 3)]) })).refused(409, "action_not_possible");
    shop.clock.advance_seconds(60 * DAY);
    ship(&admin, 1);
    declare(json!({ "items": units(&[(1, 1)]) })).expect(201);
    took(&admin, 1, "delivery", json!({}));
    // The last day counts to its end.
    shop.clock.advance_seconds(14 * DAY + 14 * 3600);
    let rest = declare(json!({})).expect(201);
    assert_eq!(rest["items"][0]["quantity"], 1, "all that is left");
    declare(json!({})).refused(409, "action_not_possible");

    order.create(&admin);
    deliver(&admin, 2);
    shop.clock.advance_seconds(15 * DAY);
    let late = admin.post("/orders/2/withdrawal", json!({})).refused(409, "action_not_possible");
    assert!(late["detail"].as_str().unwrap().contains("over after"), "{late}");
    fixtures::order(bread, 1).create(&admin);
    admin.post("/orders/3/withdrawal", json!({})).refused(409, "action_not_possible");
    fixtures::order(mug, 1).create(&admin);
    took(&admin, 4, "cancellation", json!({ "reason": "x" }));
    admin.post("/orders/4/withdrawal", json!({})).refused(409, "action_not_possible");
}

#[test]
fn what_is_fetched_is_ready_handed_over_and_taken_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let methods = json!([{ "code": "pickup", "name": "At the shop", "pickup": true }]);
    set(&admin, json!({ "shipping_methods": methods }));
    let placed = fixtures::order(mug, 2).create(&admin);
    assert_eq!(placed["shipping_method"], "pickup");
    let packing = step_of(&admin, 1, "packing", json!({}));
    let ready = admin.get("/orders/1").expect(200);
    assert_eq!(ready["fulfillment_status"], "ready_for_pickup");
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!((&track["status"], &track["progress"]), (&json!("ready_for_pickup"), &json!(60)));
    admin.delete(&packing).expect(204);
    took(&admin, 1, "packing", json!({}));
    let handed = step_of(&admin, 1, "delivery", json!({}));
    // What was handed over can be read as a shipment too, as that is how the units are counted.
    assert_eq!(admin.get("/orders/1/shipments/1").expect(200)["carrier"], "pickup");
    let there = admin.get("/orders/1").expect(200);
    assert_eq!(there["fulfillment_status"], "delivered");
    assert_eq!(there["items"][0]["shipped_quantity"], 2);
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!((&track["status"], &track["shipments"]), (&json!("delivered"), &json!([])));
    admin.delete(&handed).expect(204);
    let back = admin.get("/orders/1").expect(200);
    assert_eq!(back["fulfillment_status"], "ready_for_pickup");
    assert_eq!(
        (&back["items"][0]["shipped_quantity"], &back["shipments"]),
        (&json!(0), &json!([]))
    );
    pay(&admin, 1);
    let handed = step_of(&admin, 1, "delivery", json!({}));
    assert_eq!(admin.get("/orders/1").expect(200)["status"], "completed");
    took(&admin, 1, "returns", json!({ "items": units(&[(1, 1)]) }));
    admin.delete(&handed).refused(409, "action_not_possible");
    assert_eq!(admin.get("/orders?fulfillment_status=returned").expect(200)["data"], json!([]));
}

#[test]
fn an_order_that_nobody_pays_for_is_cancelled_when_its_time_is_over() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let methods = json!({
        "payment_methods": ["bank_transfer", "invoice", "card"],
        "payment_terms": [{ "method": "bank_transfer", "hold_hours": 48 },
            { "method": "card", "hold_hours": null }],
    });
    set(&admin, methods);
    let order = |method: &str| {
        fixtures::order(mug, 1).with(json!({ "payment_method": method })).create(&admin)
    };
    assert_eq!(order("bank_transfer")["hold_until"], "2026-11-25T09:00:00Z");
    for method in ["invoice", "card"] {
        assert_eq!(order(method)["hold_until"], Value::Null);
    }
    for _ in 0..3 {
        order("bank_transfer");
    }
    took(&admin, 4, "payments", cash("0.01"));
    took(&admin, 5, "packing", json!({}));
    pay(&admin, 6);
    assert_eq!(admin.get("/orders/4").expect(200)["hold_until"], Value::Null);
    let cancel = || shop.beside(tillbox::store::orders::cancel_unpaid).unwrap();
    shop.clock.advance_seconds(2 * DAY - 1);
    assert!(!cancel());
    assert_eq!(admin.get("/orders?status=cancelled").expect(200)["data"], json!([]));
    shop.clock.advance_seconds(1);
    assert!(!cancel());
    let gone = admin.get("/orders?status=cancelled").expect(200)["data"].clone();
    assert_eq!(gone.as_array().unwrap().len(), 1);
    let gone = &gone[0];
    assert_eq!((id_of(gone), &gone["cancel_reason"]), (1, &json!("unpaid")));
    assert_eq!(gone["hold_until"], Value::Null);
    assert_eq!(admin.get(&format!("/products/{mug}")).expect(200)["stock"], 4);
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!(track["status"], "cancelled");
}

#[test]
fn a_withdrawal_waits_in_the_list_until_something_follows() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    for _ in 0..3 {
        fixtures::order(mug, 2).create(&admin);
    }
    let waiting = || {
        let list = admin.get("/orders?awaiting_return=true").expect(200);
        let others = admin.get("/orders?awaiting_return=false").expect(200);
        assert_eq!(ids(&list).len() + ids(&others).len(), 3);
        let counts = admin.get("/orders/counts").expect(200);
        assert_eq!(counts["to_return"], ids(&list).len());
        ids(&list)
    };
    assert_eq!(waiting(), [0_i64; 0]);
    pay(&admin, 1);
    for order in [1, 2] {
        admin.post(&format!("/orders/{order}/withdrawal"), json!({})).expect(201);
    }
    assert_eq!(waiting(), [2, 1]);
    // What was not sent yet is cancelled; the money is still to be given back.
    took(&admin, 1, "cancellation", json!({ "reason": "withdrawn" }));
    assert_eq!(waiting(), [2]);
    assert_eq!(admin.get("/orders/counts").expect(200)["to_refund"], 1);
    ship(&admin, 2);
    assert_eq!(waiting(), [2]);
    took(&admin, 2, "returns", json!({ "items": [{ "item_id": 2, "quantity": 2 }] }));
    assert_eq!(waiting(), [0_i64; 0]);
    took(&admin, 1, "refunds", json!({ "reason": "withdrawn" }));
    assert_eq!(admin.get("/orders/counts").expect(200)["to_refund"], 0);
    // A withdrawal that is taken back waits for nothing, and does again when what followed it is.
    let third = admin.post("/orders/3/withdrawal", json!({})).expect(201);
    assert_eq!(waiting(), [3]);
    admin.delete(&format!("/orders/3/withdrawal/{}", third["id"])).expect(204);
    assert_eq!(waiting(), [0_i64; 0]);
    admin.delete("/orders/2/returns/1").expect(204);
    assert_eq!(waiting(), [2]);
    shop.visitor().get("/orders?awaiting_return=true").refused(401, "unauthenticated");
    admin.get("/orders?awaiting_return=maybe").refused(422, "validation_failed");
}

#[test]
fn a_refund_and_a_return_can_be_tried_before_they_are_taken() {
    let shop = Shop::new();
    let admin = shop.admin();
    taxed(&admin);
    let before = delivered(&admin);
    let tried = |what: &str, body: Value| {
        admin.post(&format!("/orders/1/{what}?dry_run=true"), body).expect(200)
    };
    let back = json!({ "items": units(&[(1, 1)]), "refund": true });
    let after = tried("returns", back.clone());
    assert_eq!(admin.get("/orders/1").expect(200), before, "nothing was taken");
    // What it said is what it comes to.
    let taken = took(&admin, 1, "returns", back);
    for sum in ["refunded_total", "to_refund", "to_pay", "payment_status", "fulfillment_status"] {
        assert_eq!(after[sum], taken[sum], "{sum}");
    }
    for sum in ["amount", "price_reduction", "taxes"] {
        assert_eq!(after[sum], taken["refunds"][0][sum], "{sum}");
    }
    let refund = tried("refunds", json!({ "amount": "1.00", "reason": "Late" }));
    assert_eq!((&refund["amount"], &refund["price_reduction"]), (&json!("1.00"), &json!("1.00")));
    let much = json!({ "amount": "999", "reason": "Late" });
    admin.post("/orders/1/refunds?dry_run=true", much).refused(409, "action_not_possible");
    let wrong = json!({ "items": units(&[(9, 1)]) });
    admin.post("/orders/1/returns?dry_run=true", wrong).refused(422, "validation_failed");
    shop.storefront().post("/orders/1/refunds?dry_run=true", json!({})).refused(403, "forbidden");
}

#[test]
fn a_step_is_not_taken_where_a_parameter_is_not_understood() {
    let shop = Shop::new();
    let admin = shop.admin();
    let before = delivered(&admin);
    let refund = json!({ "amount": "1.00", "reason": "Late" });
    for (asked, parameter, code) in [
        ("refunds?dry_run=perhaps", "dry_run", "unknown_value"),
        ("refunds?dryrun=true", "dryrun", "unknown_parameter"),
        // Which has no preview.
        ("payments?dry_run=true", "dry_run", "unknown_parameter"),
    ] {
        let body = if asked.starts_with("refunds") { refund.clone() } else { cash("1.00") };
        admin.post(&format!("/orders/1/{asked}"), body).invalid(&[(parameter, code)]);
    }
    assert_eq!(admin.get("/orders/1").expect(200), before, "nothing was taken");
}
