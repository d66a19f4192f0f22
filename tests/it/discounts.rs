//! Discounts: what their codes take off, for whom and how often.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{DAY, amount_off, deliver, order, pay, percent_off, product, set, took};
use crate::shop::{Answer, Shop, User};

/// Orders so many mugs with a code.
fn order_with(user: &User<'_>, quantity: i64, code: &str, email: &str) -> Answer {
    let customer = json!({ "name": "Ana Silva", "email": email });
    let fields = json!({ "customer": customer, "discount_code": code });
    order(1, quantity).with(fields).send(user)
}

#[track_caller]
fn refused(answer: &Answer, word: &str) {
    let problem = answer.refused(422, "not_available");
    assert_eq!(problem["errors"][0]["pointer"], "/discount_code");
    assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
}

#[test]
fn a_discount_is_made_read_changed_and_taken_away() {
    let shop = Shop::new();
    let admin = shop.admin();
    let made = admin.post("/discounts", json!({ "code": "Ten", "type": "percent", "value": 10 }));
    let want = json!({
        "id": 1, "code": "Ten", "type": "percent", "value": "10", "min_subtotal": null,
        "starts_at": null, "ends_at": null, "usage_limit": null, "once_per_customer": false,
        "usage_count": 0, "currency": "EUR", "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(made.expect(201), want);
    assert_eq!(made.header("Location"), Some("/discounts/1"));
    let read = admin.get("/discounts/1");
    assert_eq!((read.expect(200), read.header("ETag")), (want, made.header("ETag")));
    let free = json!({ "code": "SHIP", "type": "free_shipping" });
    admin.post("/discounts", free).expect(201);
    amount_off("tEN", "5").send(&admin).refused(409, "taken");
    admin.patch("/discounts/2", json!({ "code": "ten" })).refused(409, "taken");
    let taken = json!({ "code": "ten", "type": "free_shipping" });
    admin.put("/discounts/2", taken).refused(409, "taken");

    let changed = json!({
        "type": "amount", "value": "2.5", "ends_at": "2026-12-24", "usage_limit": 3,
        "min_subtotal": "20",
    });
    let changed = admin.patch("/discounts/1", changed).expect(200);
    let seen = (&changed["value"], &changed["ends_at"], &changed["version"]);
    assert_eq!(seen, (&json!("2.50"), &json!("2026-12-25T00:00:00Z"), &json!(2)));
    let put = admin.put("/discounts/1", changed.clone()).expect(200);
    assert_eq!((&put["min_subtotal"], &put["version"]), (&json!("20.00"), &json!(3)));
    let bare = admin.put("/discounts/1", percent_off("Ten", "7.5").body()).expect(200);
    assert_eq!((&bare["usage_limit"], &bare["ends_at"]), (&Value::Null, &Value::Null));
    let stale = admin.ask(Method::Put, "/discounts/1").header("If-Match", "\"1.0\"");
    stale.json(&bare).send().refused(412, "precondition_failed");
    let stale = admin.ask(Method::Patch, "/discounts/1").header("If-Match", "\"1.0\"");
    stale.json(&json!({ "value": "5" })).send().refused(412, "precondition_failed");

    let found = |query: &str| crate::shop::ids(&admin.get(query).expect(200));
    assert_eq!(found("/discounts"), [2, 1]);
    assert_eq!(found("/discounts?code=TEN"), [1]);
    assert_eq!(found("/discounts?sort=code&limit=1"), [2]);
    admin.delete("/discounts/1").expect(204);
    admin.get("/discounts/1").refused(404, "not_found");
    admin.delete("/discounts/1").refused(404, "not_found");
}

#[test]
fn what_is_wrong_with_a_discount_is_told_field_by_field() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |fields: Value, faults: &[(&str, &str)]| {
        admin.post("/discounts", fields).invalid(faults);
    };
    check(json!({}), &[("/code", "required"), ("/type", "required")]);
    for (fields, pointer, code) in [
        (json!({ "code": "A B" }), "/code", "not_a_code"),
        (json!({ "code": "A".repeat(65) }), "/code", "too_long"),
        (json!({ "type": "gift" }), "/type", "unknown_value"),
        (json!({ "value": null }), "/value", "required"),
        (json!({ "value": "0" }), "/value", "out_of_range"),
        (json!({ "value": "100.0001" }), "/value", "out_of_range"),
        (json!({ "value": "1.00001" }), "/value", "too_many_digits"),
        (json!({ "value": "-1" }), "/value", "not_a_percentage"),
        (json!({ "value": [] }), "/value", "wrong_type"),
        (json!({ "type": "amount", "value": "0" }), "/value", "out_of_range"),
        (json!({ "type": "amount", "value": "1.001" }), "/value", "too_many_digits"),
        (json!({ "type": "free_shipping" }), "/value", "not_allowed"),
        (json!({ "min_subtotal": "x" }), "/min_subtotal", "not_money"),
        (json!({ "starts_at": "soon" }), "/starts_at", "not_a_time"),
        (json!({ "usage_limit": 0 }), "/usage_limit", "out_of_range"),
        (json!({ "once_per_customer": 1 }), "/once_per_customer", "wrong_type"),
        (json!({ "usage": 1 }), "/usage", "unknown_field"),
        (json!({ "starts_at": "2026-12-24", "ends_at": "2026-12-23" }), "/ends_at", "out_of_range"),
    ] {
        check(percent_off("A", "10").with(fields).body(), &[(pointer, code)]);
    }
    assert_eq!(admin.get("/discounts").expect(200)["data"], json!([]));
}

#[test]
fn a_code_takes_off_what_it_says_in_whatever_case_it_is_written() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "10").create(&admin);
    let method = json!({ "code": "post", "price": "4.90", "needs_address": false });
    set(&admin, json!({ "shipping_methods": [method] }));
    percent_off("TEN", "10").create(&admin);
    amount_off("FIVE", "5").create(&admin);
    let free = json!({ "code": "SHIP", "type": "free_shipping" });
    admin.post("/discounts", free).expect(201);
    let visitor = shop.visitor();
    for (code, off, shipping, total) in [
        ("ten", "3.00", "4.90", "31.90"),
        ("FIVE", "5.00", "4.90", "29.90"),
        ("Ship", "0.00", "0.00", "30.00"),
    ] {
        let placed = order_with(&visitor, 3, code, "ana@example.org").expect(201);
        let seen = [&placed["discount_total"], &placed["shipping_total"], &placed["total"]];
        assert_eq!(seen, [&json!(off), &json!(shipping), &json!(total)]);
        assert_eq!(placed["items"][0]["discount"], off);
        assert_eq!(placed["discount_code"], code.to_uppercase());
    }
    let most = order_with(&visitor, 1, "five", "ana@example.org").expect(201);
    assert_eq!(most["total"], "9.90");
    amount_off("HUGE", "999").create(&admin);
    let free = order_with(&visitor, 1, "huge", "ana@example.org").expect(201);
    assert_eq!((&free["discount_total"], &free["total"]), (&json!("10.00"), &json!("4.90")));
    // What was ordered stays, whatever becomes of the discount.
    admin.delete("/discounts/1").expect(204);
    let first = admin.get("/orders/1").expect(200);
    assert_eq!((&first["discount_code"], &first["total"]), (&json!("TEN"), &json!("31.90")));
    refused(&order_with(&visitor, 1, "TEN", "ana@example.org"), "no such discount");
}

#[test]
fn a_discount_counts_in_its_time_for_enough_goods() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "10").create(&admin);
    let fields = json!({
        "starts_at": "2026-11-24", "ends_at": "2026-11-24", "min_subtotal": "20",
    });
    percent_off("XMAS", "50").with(fields).create(&admin);
    let visitor = shop.visitor();
    refused(&order_with(&visitor, 2, "XMAS", "a@example.org"), "not begun");
    shop.clock.advance_seconds(DAY);
    refused(&order_with(&visitor, 1, "XMAS", "a@example.org"), "20.00 EUR at least");
    assert_eq!(order_with(&visitor, 2, "XMAS", "a@example.org").expect(201)["total"], "10.00");
    shop.clock.advance_seconds(15 * 3600);
    refused(&order_with(&visitor, 2, "XMAS", "a@example.org"), "is over");
}

#[test]
fn a_code_that_ended_last_night_counts_for_what_was_ordered_before() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "10").create(&admin);
    let fields = json!({ "starts_at": "2026-11-21", "ends_at": "2026-11-22" });
    percent_off("XMAS", "50").with(fields).create(&admin);
    // It is Monday, the 23rd: two mugs at half their price were 10.00 on Saturday and Sunday.
    let of = |day: &str| {
        let fields = json!({ "discount_code": "XMAS", "order_date": day });
        order(1, 2).with(fields).send(&admin)
    };
    for day in ["2026-11-21T00:00:00Z", "2026-11-22T23:59:59Z"] {
        assert_eq!(of(day).expect(201)["total"], "10.00", "{day}");
    }
    refused(&of("2026-11-20T23:59:59Z"), "not begun");
    refused(&of("2026-11-23T00:00:00Z"), "is over");
    refused(&order_with(&shop.visitor(), 2, "XMAS", "a@example.org"), "is over");
}

#[test]
fn a_discount_is_used_up_and_a_cancelled_order_gives_its_use_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "10").create(&admin);
    percent_off("TWO", "10").with(json!({ "usage_limit": 2 })).create(&admin);
    let visitor = shop.visitor();
    order_with(&visitor, 2, "TWO", "a@example.org").expect(201);
    order_with(&visitor, 1, "TWO", "a@example.org").expect(201);
    refused(&order_with(&visitor, 1, "TWO", "a@example.org"), "used up");
    let count = || admin.get("/discounts/1").expect(200)["usage_count"].clone();
    assert_eq!(count(), 2);
    let fewer = admin.patch("/discounts/1", json!({ "usage_limit": 1 })).refused(409, "conflict");
    assert_eq!(fewer["errors"][0]["pointer"], "/usage_limit");
    // A part of an order that is cancelled gives nothing back.
    let line = admin.get("/orders/1").expect(200)["items"][0]["id"].clone();
    let one = json!({ "items": [{ "item_id": line, "quantity": 1 }], "reason": "x" });
    took(&admin, 1, "cancellation", one);
    assert_eq!(count(), 2);
    took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    assert_eq!(count(), 1);
    order_with(&visitor, 1, "TWO", "a@example.org").expect(201);
    refused(&order_with(&visitor, 1, "TWO", "a@example.org"), "used up");
}

#[test]
fn once_per_customer_is_once_per_account_and_once_per_email() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "10").create(&admin);
    percent_off("ONCE", "10").with(json!({ "once_per_customer": true })).create(&admin);
    let visitor = shop.visitor();
    order_with(&visitor, 1, "ONCE", "eva@example.org").expect(201);
    refused(&order_with(&visitor, 1, "once", "EVA@Example.org"), "once for everybody");
    let ana = shop.customer("ana");
    let own = order(1, 1).own().with(json!({ "discount_code": "ONCE" }));
    own.create(&ana);
    refused(&own.send(&ana), "once for everybody");
    // Neither another e-mail of the account nor a guest with its e-mail is somebody else.
    let moved = json!({ "name": "Ana", "email": "new@example.org" });
    let id = ana.get("/sessions/current").expect(200)["customer_id"].clone();
    ana.put(&format!("/customers/{id}"), moved).expect(200);
    refused(&own.send(&ana), "once for everybody");
    refused(&order_with(&visitor, 1, "ONCE", "ana@example.org"), "once for everybody");
    // A quote for nobody in particular tells the price.
    let quote = visitor.post("/quotes", own.with(json!({ "discount_code": "once" })).body());
    assert_eq!(quote.expect(200)["total"], "9.00");
    // Whose use it was is forgotten with the person; that there was one is not.
    for id in [1, 2] {
        deliver(&admin, id);
        pay(&admin, id);
    }
    admin.delete("/customers/1").expect(204);
    let shop = shop.restarted();
    assert!(shop.bytes_with("eva@example.org").is_empty());
    assert_eq!(shop.admin().get("/discounts/1").expect(200)["usage_count"], 2);
    order_with(&shop.visitor(), 1, "ONCE", "eva@example.org").expect(201);
}
