//! The settings of a shop, and what they do to the orders placed under them.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::calendar::{Timestamp, Zone, parse_time};
use tillbox::domain::staff::Role;

use crate::fixtures::{DAY, mug, order, product, set, with};
use crate::shop::Shop;
use crate::window_settings;

fn time(text: &str) -> Timestamp {
    parse_time(text, &Zone::utc()).unwrap()
}

/// What a shop says of a way to pay before it says anything.
fn terms(method: &str) -> Value {
    let hold_hours = if method == "invoice" { json!(null) } else { json!(168) };
    json!({ "method": method, "instructions": null, "hold_hours": hold_hours })
}

/// The one way to send goods of a shop that has set up none.
fn standard() -> Value {
    json!({
        "code": "standard", "name": "Standard", "countries": ["*"], "price": "0.00",
        "prices_by_weight": [], "free_from": null, "delivery_days_min": null,
        "delivery_days_max": null, "pickup": false, "needs_address": false,
        "tax_category": "standard",
    })
}

/// The settings of a new shop.
fn defaults() -> Value {
    json!({
        "name": "My shop", "currency": "EUR", "time_zone": "UTC", "country": null,
        "public_url": null, "order_number_prefix": "", "order_number_start": 1001,
        "delivery_days": 3, "cut_off_hour": null, "open_weekdays": [1, 2, 3, 4, 5],
        "payment_methods": ["bank_transfer"], "payment_terms": [terms("bank_transfer")],
        "email": null, "address": null, "tax_number": null, "invoice_number_prefix": "INV-",
        "invoice_number_start": 1, "credit_note_number_prefix": "CN-",
        "credit_note_number_start": 1, "invoice_at": null, "prices_include_tax": true,
        "tax_rates": [], "tax_exempt_note": null, "closed_dates": [],
        "shipping_methods": [standard()], "guest_units_max": 1_000, "withdrawal_days": 14,
        "retention_years": 10, "setup_skipped": [], "bank_account": null, "card": null,
        "mail": null,
        "window": window_settings::window(),
        "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    })
}

#[test]
fn a_new_shop_has_a_setting_for_everything_and_keeps_what_is_set() {
    let shop = Shop::new();
    let admin = shop.admin();
    assert_eq!(admin.get("/settings").expect(200), defaults());
    let mine = json!({
        "name": "Mugs & More", "time_zone": "europe/berlin", "country": "DE",
        "public_url": "https://mugs.example/shop/", "order_number_prefix": "MUG-",
        "order_number_start": 5000, "delivery_days": 0, "cut_off_hour": 14,
        "open_weekdays": [6, 1, 6], "payment_methods": ["invoice", "cash", "invoice"],
    });
    let tidied = json!({
        "time_zone": "Europe/Berlin", "public_url": "https://mugs.example/shop",
        "open_weekdays": [1, 6], "payment_methods": ["invoice", "cash"],
        "payment_terms": [terms("invoice"), terms("cash")], "version": 2,
    });
    let now = with(with(defaults(), &mine), &tidied);
    assert_eq!(set(&admin, mine), now);
    let put = admin.put("/settings", now.clone());
    assert_eq!(put.expect(200), with(now, json!({ "version": 3 })), "GET, then PUT");
    let nulls = json!({
        "time_zone": null, "country": null, "public_url": null, "cut_off_hour": null,
        "order_number_prefix": null, "delivery_days": null, "open_weekdays": null,
        "payment_methods": null,
    });
    let kept = json!({ "name": "Mugs & More", "order_number_start": 5000, "version": 4 });
    let now = with(defaults(), &kept);
    assert_eq!(set(&admin, nulls), now);
    set(&admin, json!({ "country": "AT", "delivery_days": 9 }));
    let put = admin
        .put("/settings", json!({ "name": "Mugs", "currency": "EUR", "order_number_start": 5000 }));
    assert_eq!(put.expect(200), with(now, json!({ "name": "Mugs", "version": 6 })));
    let shop = shop.restarted();
    assert_eq!(shop.visitor().get("/shop").expect(200)["name"], "Mugs");
}

#[test]
fn settings_that_make_no_sense_are_refused_field_by_field() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (field, value, code) in [
        ("name", json!(""), "required"),
        ("name", json!(" "), "empty"),
        ("name", json!(null), "required"),
        ("currency", json!("eur"), "unknown_currency"),
        ("currency", json!(null), "required"),
        ("time_zone", json!("Mars/Olympus"), "unknown_time_zone"),
        ("time_zone", json!("../etc/passwd"), "unknown_time_zone"),
        ("country", json!("de"), "unknown_country"),
        ("public_url", json!("mugs.example"), "not_a_url"),
        ("public_url", json!("ftp://mugs.example"), "not_a_url"),
        ("public_url", json!(format!("https://mugs.example/{}", "a".repeat(2_048))), "too_long"),
        ("order_number_prefix", json!("A1"), "not_a_prefix"),
        ("order_number_start", json!(0), "out_of_range"),
        ("order_number_start", json!("1"), "wrong_type"),
        ("delivery_days", json!(-1), "out_of_range"),
        ("delivery_days", json!(1.5), "not_an_integer"),
        ("cut_off_hour", json!(24), "out_of_range"),
        ("open_weekdays", json!([]), "empty"),
        ("payment_methods", json!([]), "empty"),
        ("versions", json!(1), "unknown_field"),
    ] {
        let pointer = format!("/{field}");
        let problem = admin.patch("/settings", json!({ field: value }));
        problem.invalid(&[(pointer.as_str(), code)]);
    }
    let several = json!({ "open_weekdays": [1, 0, 8], "payment_methods": ["cash", "gold"] });
    admin.patch("/settings", several).invalid(&[
        ("/open_weekdays/1", "out_of_range"),
        ("/open_weekdays/2", "out_of_range"),
        ("/payment_methods/1", "unknown_payment_method"),
    ]);
    admin.put("/settings", json!({})).invalid(&[("/name", "required"), ("/currency", "required")]);
    assert_eq!(admin.get("/settings").expect(200), defaults());
}

#[test]
fn everybody_sees_the_public_part_and_only_the_owner_the_settings() {
    let shop = Shop::new();
    let admin = shop.admin();
    set(&admin, json!({ "order_number_prefix": "SECRET-", "country": "PT" }));
    let public = json!({
        "name": "My shop", "currency": "EUR", "time_zone": "UTC", "country": "PT",
        "public_url": null, "payment_methods": ["bank_transfer"],
        "payment_terms": [terms("bank_transfer")], "shipping_methods": [standard()],
        "delivery_days": 3, "cut_off_hour": null, "open_weekdays": [1, 2, 3, 4, 5],
        "closed_dates": [], "email": null, "address": null, "prices_include_tax": true,
        "tax_note": null,
        "tax_categories": ["standard"], "withdrawal_days": 14,
        "window": window_settings::public_window(),
    });
    let owner = shop.owner();
    let clerk = shop.staff("clerk@example.org", Role::Staff);
    for (user, status) in [
        (shop.visitor(), 401),
        (shop.customer("ana"), 403),
        (shop.storefront(), 403),
        (shop.reader(), 403),
        (clerk, 403),
        (owner, 200),
        (admin, 200),
    ] {
        assert_eq!(user.get("/shop").expect(200), public);
        assert_eq!(user.get("/settings").status, status);
        assert_eq!(user.patch("/settings", json!({ "delivery_days": 3 })).status, status);
        let put = user.ask(Method::Put, "/settings").header("If-Match", "\"0.0\"");
        let stale = if status == 200 { 412 } else { status };
        assert_eq!(put.json(&json!({ "name": "X", "currency": "EUR" })).send().status, stale);
    }
    assert_eq!(shop.visitor().delete("/settings").status, 405);
    shop.visitor().patch("/shop", json!({})).refused(405, "method_not_allowed");
}

#[test]
fn whoever_changes_settings_must_have_seen_the_last_change() {
    let shop = Shop::new();
    let admin = shop.admin();
    let change = |tag: &str, body: Value| {
        admin.ask(Method::Patch, "/settings").header("If-Match", tag).json(&body).send()
    };
    let read = admin.get("/settings");
    let tag = read.header("ETag").unwrap();
    let known = admin.ask(Method::Get, "/settings").header("If-None-Match", tag).send();
    assert_eq!(known.status, 304);
    assert_eq!(read.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(shop.visitor().get("/shop").header("Cache-Control"), Some("public, no-cache"));
    change(tag, json!({ "name": "Mugs" })).expect(200);
    let problem = change(tag, json!({ "name": "Cups" })).refused(412, "precondition_failed");
    assert_eq!(problem["current"]["name"], "Mugs");
    change(tag, json!({ "name": "" })).invalid(&[("/name", "required")]);
    let known = admin.ask(Method::Get, "/settings").header("If-None-Match", tag).send();
    assert_eq!(known.expect(200)["version"], 2);
}

#[test]
fn the_currency_is_fixed_while_there_is_a_product() {
    let shop = Shop::with(|config| config.currency = "JPY".into());
    let admin = shop.admin();
    assert_eq!(shop.visitor().get("/shop").expect(200)["currency"], "JPY");
    set(&admin, json!({ "currency": "KWD" }));
    assert_eq!(product("Mug", "1.25").create(&admin)["price"], "1.250");
    let problem = admin.patch("/settings", json!({ "currency": "EUR" }));
    assert_eq!(problem.refused(409, "currency_fixed")["errors"][0]["pointer"], "/currency");
    set(&admin, json!({ "currency": "KWD", "name": "Mugs" }));
    admin.delete("/products/1").expect(204);
    set(&admin, json!({ "currency": "EUR" }));
    mug(&admin, 50);
    admin.patch("/products/2", json!({ "status": "archived" })).expect(200);
    admin.patch("/settings", json!({ "currency": "USD" })).refused(409, "currency_fixed");
}

#[test]
fn order_numbers_start_where_the_owner_says_and_are_never_given_twice() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    let visitor = shop.visitor();
    let number = || order(1, 1).create(&visitor)["number"].as_str().unwrap().to_owned();
    let start = |at: i64| admin.patch("/settings", json!({ "order_number_start": at }));
    start(5000).expect(200);
    start(1).expect(200);
    assert_eq!([number(), number()], ["1", "2"]);
    order(1, 1).with(json!({ "payment_method": "gold" })).send(&visitor).expect(422);
    assert_eq!(number(), "3", "a refused order leaves no gap");
    set(&admin, json!({ "order_number_prefix": "TB-" }));
    assert_eq!(number(), "TB-4");
    start(3).refused(409, "conflict");
    assert_eq!(start(4).refused(409, "conflict")["errors"][0]["pointer"], "/order_number_start");
    start(5).expect(200);
    start(900).expect(200);
    start(100).expect(200);
    assert_eq!([number(), number()], ["TB-100", "TB-101"]);
    start(99).refused(409, "conflict");
    start(101).refused(409, "conflict");
    set(&admin, json!({ "order_number_prefix": "", "order_number_start": 100 }));
    assert_eq!(number(), "102");
    assert_eq!(admin.get("/orders/4").expect(200)["number"], "TB-4", "numbers stay as given");
}

#[test]
fn an_order_of_the_weekend_is_mondays() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    shop.clock.advance_seconds(30 * DAY);
    set(&admin, json!({ "delivery_days": 1, "cut_off_hour": 14 }));
    // 2026-11-27 is a Friday: what comes from two o'clock on, or on Saturday or Sunday, is taken up
    // on Monday, the 30th, and is there on Tuesday; what comes before on Monday.
    for (ordered, want) in [
        ("2026-11-27T13:59:59Z", "2026-11-30"),
        ("2026-11-27T14:00:00Z", "2026-12-01"),
        ("2026-11-28T09:00:00Z", "2026-12-01"),
        ("2026-11-29T20:00:00Z", "2026-12-01"),
        ("2026-11-30T13:59:59Z", "2026-12-01"),
    ] {
        let placed = order(1, 1).with(json!({ "order_date": ordered })).create(&admin);
        assert_eq!(placed["expected_delivery_date"], want, "{ordered}");
    }
    // A Monday on which it is closed is no day to take anything up.
    set(&admin, json!({ "closed_dates": ["2026-11-30"] }));
    let placed = order(1, 1).with(json!({ "order_date": "2026-11-28" })).create(&admin);
    assert_eq!(placed["expected_delivery_date"], "2026-12-02");
}

#[test]
fn an_order_is_expected_by_the_shops_own_calendar() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    shop.clock.advance_seconds(30 * DAY);
    let check = |settings: Value, ordered: &str, want: &str| {
        set(&admin, settings.clone());
        let placed = order(1, 1).with(json!({ "order_date": ordered })).create(&admin);
        assert_eq!(placed["expected_delivery_date"], want, "{settings} {ordered}");
        let at = if ordered.len() == 10 { None } else { Some(time(ordered).text()) };
        assert!(at.is_none_or(|at| placed["order_date"] == at), "{placed}");
    };
    // 2026-11-23 is a Monday.
    check(json!({}), "2026-11-23T09:00:00Z", "2026-11-26");
    check(json!({}), "2026-11-26", "2026-12-01");
    check(json!({ "delivery_days": 1 }), "2026-11-27T23:59:59Z", "2026-11-30");
    check(json!({ "delivery_days": 0 }), "2026-11-23", "2026-11-23");
    check(json!({ "delivery_days": 0 }), "2026-11-29", "2026-11-30");
    check(json!({ "delivery_days": 1, "cut_off_hour": 14 }), "2026-11-23T13:59:59Z", "2026-11-24");
    check(json!({}), "2026-11-23T14:00:00Z", "2026-11-25");
    check(json!({ "time_zone": "Europe/Berlin" }), "2026-11-23T12:59:59Z", "2026-11-24");
    check(json!({}), "2026-11-23T13:00:00Z", "2026-11-25");
    check(json!({}), "2026-11-23T14:30:00+02:00", "2026-11-24");
    check(json!({ "cut_off_hour": null }), "2026-11-23T23:30:00Z", "2026-11-25");
    check(json!({ "time_zone": "America/Los_Angeles" }), "2026-11-24T07:59:00Z", "2026-11-24");
    check(json!({ "open_weekdays": [6, 7] }), "2026-11-24T12:00:00Z", "2026-11-29");
    check(json!({ "delivery_days": 3 }), "2026-11-24T12:00:00Z", "2026-12-06");
    check(json!({ "open_weekdays": [1, 2, 3, 4, 5, 6, 7] }), "2026-11-28", "2026-12-01");
    let first = admin.get("/orders/1").expect(200);
    assert_eq!(first["expected_delivery_date"], "2026-11-26", "what was placed stays");
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!(track["expected_delivery_date"], "2026-11-26");
}

#[test]
fn a_buyer_gets_an_address_of_the_shop_to_follow_the_order() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    let visitor = shop.visitor();
    let place = || {
        let ask = visitor.ask(Method::Post, "/orders").header("Host", "evil.example");
        let placed = ask.json(&order(1, 1).body()).send();
        assert!(placed.header("Location").unwrap().starts_with("/orders/"));
        placed.expect(201)["tracking_url"].as_str().unwrap().to_owned()
    };
    assert!(place().starts_with("/o/1?token="));
    for (url, want) in [
        ("https://mugs.example", "https://mugs.example"),
        ("https://mugs.example/", "https://mugs.example"),
        ("http://mugs.example:8080/shop/", "http://mugs.example:8080/shop"),
    ] {
        set(&admin, json!({ "public_url": url }));
        let tracking = place();
        let path = tracking.strip_prefix(want).unwrap();
        assert_eq!(visitor.get(path).status, 200);
    }
}

#[test]
fn a_buyer_pays_in_one_of_the_ways_the_shop_takes() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    set(&admin, json!({ "payment_methods": ["invoice", "cash_on_delivery"] }));
    let visitor = shop.visitor();
    assert_eq!(order(1, 1).create(&visitor)["payment_method"], "invoice");
    let chosen = json!({ "payment_method": "cash_on_delivery" });
    assert_eq!(order(1, 1).with(chosen).create(&visitor)["payment_method"], "cash_on_delivery");
    let refused = order(1, 1).with(json!({ "payment_method": "bank_transfer" })).send(&visitor);
    refused.invalid(&[("/payment_method", "not_available")]);
    assert_eq!(admin.get("/orders/1/track").expect(200)["status"], "confirmed");
    let shipping = order(1, 1).with(json!({ "shipping_method": "standard" })).create(&visitor);
    assert_eq!(shipping["shipping_method"], "standard");
    order(1, 1)
        .with(json!({ "shipping_method": "drone" }))
        .send(&visitor)
        .invalid(&[("/shipping_method", "not_available")]);
}
