//! Setting an order right: taking a wrong click back, changing what may still change, and not
//! doing either to an order that somebody else has changed meanwhile.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{
    self, DAY, address, cash, cash_all, deliver, mug, parcel, set, step_of, took, units, with,
};
use crate::shop::{Answer, Shop, User};

#[test]
fn a_wrong_click_is_taken_back_while_nothing_rests_on_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    fixtures::order(mug, 2).create(&admin);
    fixtures::order(mug, 1).create(&admin);
    let order = || admin.get("/orders/1").expect(200);
    let void = |step: &str, want: u16| {
        let before = order()["version"].as_i64().unwrap();
        let answer = admin.delete(step);
        assert_eq!(answer.status, want, "{}", answer.json());
        let gone = if want == 204 { 404 } else { 200 };
        assert_eq!(admin.get(step).status, gone);
        assert_eq!(order()["version"], before + i64::from(want == 204));
    };
    let first = step_of(&admin, 1, "payments", cash("5"));
    let second = step_of(&admin, 1, "payments", cash_all());
    let elsewhere = second.replace("/orders/1/", "/orders/2/");
    for none in [elsewhere.as_str(), "/orders/1/payments/99", "/orders/1/packing/1"] {
        admin.delete(none).refused(404, "not_found");
        admin.get(none).refused(404, "not_found");
    }
    void(&first, 204);
    admin.delete(&first).refused(404, "not_found");
    assert_eq!(
        (&order()["payment_status"], &order()["paid_total"]),
        (&json!("partially_paid"), &json!("14.90"))
    );
    assert_eq!(admin.get("/customers/1").expect(200)["total_spent"], "14.90");
    void(&second, 204);
    assert_eq!(
        (order()["payment_status"].as_str(), &order()["payments"]),
        (Some("unpaid"), &json!([]))
    );

    let packing = step_of(&admin, 1, "packing", json!({}));
    void(&packing, 204);
    assert_eq!(order()["fulfillment_status"], "unfulfilled");
    let packing = step_of(&admin, 1, "packing", json!({}));
    let one = with(parcel(), json!({ "items": units(&[(1, 1)]) }));
    let shipment = step_of(&admin, 1, "shipments", one);
    void(&packing, 409);
    admin.delete(&packing).refused(409, "action_not_possible");
    step_of(&admin, 1, "shipments", parcel());
    let near = step_of(&admin, 1, "delivery", json!({ "shipment_id": 1 }));
    let all = step_of(&admin, 1, "delivery", json!({}));
    let arrived = || {
        let shipments = order()["shipments"].clone();
        [0, 1].map(|at| !shipments[at]["delivered_at"].is_null())
    };
    assert_eq!(arrived(), [true, true]);
    void(&all, 204);
    assert_eq!(arrived(), [true, false], "the other parcel did arrive");
    void(&near, 204);
    assert_eq!(arrived(), [false, false]);
    assert_eq!(order()["fulfillment_status"], "shipped");
    let cancelled = step_of(&admin, 2, "cancellation", json!({ "reason": "x" }));
    void(&shipment, 204);
    assert_eq!(order()["fulfillment_status"], "partially_shipped");
    admin.delete(&cancelled).expect(204);
    assert_eq!(admin.get("/orders/2").expect(200)["status"], "open");
}

#[test]
fn a_payment_stays_while_money_that_went_back_rests_on_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    fixtures::order(mug, 2).create(&admin);
    let first = step_of(&admin, 1, "payments", cash("10"));
    let refund = json!({ "amount": "6", "reason": "scratched" });
    step_of(&admin, 1, "refunds", refund);
    let second = step_of(&admin, 1, "payments", cash("9.90"));
    // The second alone would cover the 6, but it had not come in when they went out.
    admin.delete(&first).refused(409, "action_not_possible");
    admin.get(&first).expect(200);
    admin.delete(&second).expect(204);
    assert_eq!(admin.get("/orders/1").expect(200)["paid_total"], "10.00");
}

#[test]
fn an_unknown_item_is_told_before_what_the_order_forbids() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let unknown = json!({ "reason": "x", "items": units(&[(9, 1)]) });
    let withdrawn = json!({ "items": units(&[(9, 1)]) });
    let fault = ("/items/0/item_id", "not_found");
    fixtures::order(mug, 2).create(&admin);
    took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    admin.post("/orders/1/withdrawal", withdrawn.clone()).invalid(&[fault]);
    admin.post("/orders/1/cancellation", unknown.clone()).invalid(&[fault]);

    let placed = fixtures::order(mug, 2).create(&shop.visitor());
    let holder = shop.holder(&placed);
    deliver(&admin, 2);
    holder.post("/orders/2/cancellation", unknown).invalid(&[fault]);
    shop.clock.advance_seconds(60 * DAY);
    holder.post("/orders/2/withdrawal", withdrawn).invalid(&[fault]);
    holder.post("/orders/2/withdrawal", json!({})).refused(409, "action_not_possible");
}

#[test]
fn a_step_on_a_stale_order_is_refused_and_shows_it_as_the_caller_may_see_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let placed = fixtures::order(mug, 2).create(&shop.visitor());
    let holder = shop.holder(&placed);
    let stale = admin.get("/orders/1").header("ETag").unwrap().to_owned();
    let etag = holder.get("/orders/1").header("ETag").unwrap().to_owned();
    let payment = step_of(&admin, 1, "payments", cash("1"));
    let with_tag = |user: &User<'_>, method: Method, path: &str, body: Value, tag: &str| {
        user.ask(method, path).header("If-Match", tag).json(&body).send()
    };
    let check = |answer: Answer, buyer: Value| {
        let current = answer.refused(412, "precondition_failed")["current"].clone();
        assert_eq!((&current["version"], &current["customer_id"]), (&json!(2), &buyer));
    };
    let (ask, path) = (Method::Post, "/orders/1/cancellation");
    check(with_tag(&admin, ask, "/orders/1/packing", json!({}), &stale), json!(1));
    check(with_tag(&admin, Method::Delete, &payment, json!({}), &stale), json!(1));
    let note = json!({ "staff_note": "x" });
    check(with_tag(&admin, Method::Patch, "/orders/1", note.clone(), &stale), json!(1));
    check(with_tag(&holder, ask, path, json!({ "reason": "x" }), &etag), Value::Null);
    let fresh = admin.get("/orders/1").header("ETag").unwrap().to_owned();
    with_tag(&admin, Method::Patch, "/orders/1", note, &fresh).expect(200);
    let fresh = admin.get("/orders/1").header("ETag").unwrap().to_owned();
    with_tag(&admin, ask, "/orders/1/packing", json!({}), &fresh).expect(201);
}

#[test]
fn the_staff_mend_an_order_its_addresses_until_it_is_shipped() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let date = json!({ "order_date": "2026-11-20" });
    fixtures::order(mug, 2).with(date).create(&admin);
    let home = address("Porto");
    let edit = |patch: Value| admin.patch("/orders/1", patch);
    let address = json!({ "shipping_address": home, "billing_address": home });
    let mended = edit(with(address.clone(), json!({ "staff_note": "Ring." }))).expect(200);
    assert_eq!((&mended["version"], &mended["staff_note"]), (&json!(2), &json!("Ring.")));
    assert_eq!(mended, admin.get("/orders/1").expect(200));
    let moved = edit(json!({ "shipping_address": { "line1": "Rua 2" } })).expect(200);
    let lines = (&moved["shipping_address"]["line1"], &moved["billing_address"]["line1"]);
    assert_eq!(lines, (&json!("Rua 2"), &json!("Rua 1")));
    let kept = json!({ "id": 1, "version": 1, "currency": "EUR", "created_at": "x" });
    edit(kept).expect(200);
    for (patch, fault) in [
        (
            json!({ "expected_delivery_date": "2026-11-19" }),
            ("/expected_delivery_date", "out_of_range"),
        ),
        (json!({ "expected_delivery_date": "soon" }), ("/expected_delivery_date", "not_a_date")),
        (json!({ "total": "1" }), ("/total", "unknown_field")),
        (
            json!({ "billing_address": { "country": "Portugal" } }),
            ("/billing_address/country", "unknown_country"),
        ),
    ] {
        edit(patch).invalid(&[fault]);
    }
    let day = json!({ "expected_delivery_date": "2026-11-20" });
    assert_eq!(edit(day).expect(200)["expected_delivery_date"], "2026-11-20");
    // A form that leaves it empty changes the rest alone.
    for empty in [json!(""), Value::Null] {
        let kept = edit(json!({ "expected_delivery_date": empty })).expect(200);
        assert_eq!(kept["expected_delivery_date"], "2026-11-20");
    }
    took(&admin, 1, "shipments", with(parcel(), json!({ "items": units(&[(1, 1)]) })));
    let problem = edit(json!({ "shipping_address": null })).refused(409, "action_not_possible");
    assert_eq!(
        problem["allowed"],
        json!(["payments", "shipments", "delivery", "cancellation", "returns"])
    );
    let note = json!({ "staff_note": null, "expected_delivery_date": "2026-12-24" });
    let noted = edit(note).expect(200);
    assert_eq!((&noted["staff_note"], &noted["items"][0]["name"]), (&Value::Null, &json!("Mug")));
    edit(json!({ "shipping_address": moved["shipping_address"] })).expect(200);
}

#[test]
fn an_order_can_be_mended_after_the_shop_moved_to_another_zone() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    shop.clock.advance_seconds(2 * 60 * 60);
    set(&admin, json!({ "delivery_days": 0 }));
    fixtures::order(mug, 1).create(&admin);
    // There it is the day after already.
    set(&admin, json!({ "time_zone": "Pacific/Kiritimati" }));
    let noted = admin.patch("/orders/1", json!({ "staff_note": "x" })).expect(200);
    assert_eq!(noted["expected_delivery_date"], "2026-11-23");
}

#[test]
fn a_stale_withdrawal_shows_the_order_as_its_buyer_may_see_it() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 5);
    let placed = fixtures::order(1, 1).create(&shop.visitor());
    admin.post("/orders/1/shipments", fixtures::parcel()).expect(201);
    let holder = shop.holder(&placed);
    for (what, body) in [("withdrawal", json!({})), ("cancellation", json!({ "reason": "Late." }))]
    {
        let ask = holder.ask(Method::Post, &format!("/orders/1/{what}"));
        let refused = ask.header("If-Match", "\"9.9\"").json(&body).send();
        let problem = refused.refused(412, "precondition_failed");
        assert_eq!(problem["current"], holder.get("/orders/1").expect(200), "{what}");
    }
}
