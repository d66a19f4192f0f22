//! Quotes: what an order would come to, told before it is placed, and the rules of tax, shipping
//! and payment that both follow.

use serde_json::{Value, json};

use crate::fixtures::{self, address, amount_off, ana, cash, cash_all, deliver, set, took, with};
use crate::shop::{Shop, User, ids};

/// A German shop with two rates, three ways to send and three to pay.
fn german_shop(admin: &User<'_>) {
    let settings = json!({
        "country": "DE",
        "tax_rates": [
            { "rate": "19", "country": "DE" }, { "rate": "25" },
            { "category": "books", "rate": "7", "country": "DE" },
        ],
        "shipping_methods": [
            { "code": "parcel", "name": "Parcel", "countries": ["DE", "AT"], "price": "4.90",
              "free_from": "50", "delivery_days_max": 2 },
            { "code": "world", "price": "19", "needs_address": true },
            { "code": "pickup", "pickup": true, "delivery_days_max": 0 },
        ],
        "payment_methods": ["cash_on_delivery", "pay_at_pickup", "bank_transfer"],
        "payment_terms": [{ "method": "bank_transfer", "instructions": "IBAN DE00" }],
    });
    set(admin, settings);
    fixtures::product("Mug", "11.90").stock(5).create(admin);
    fixtures::product("Book", "10.70").with(json!({ "tax_category": "books" })).create(admin);
}

fn items(quantities: &[(i64, i64)]) -> Value {
    let item =
        |(product, quantity): &(i64, i64)| json!({ "product_id": product, "quantity": quantity });
    json!({ "items": quantities.iter().map(item).collect::<Value>() })
}

fn to(country: &str) -> Value {
    json!({ "shipping_address": with(address("Town"), json!({ "country": country })) })
}

#[test]
fn a_quote_tells_all_that_an_order_would_cost_and_leaves_no_trace() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    let visitor = shop.visitor();
    let body = with(items(&[(1, 2), (2, 1)]), to("DE"));
    let quote = visitor.post("/quotes", body.clone()).expect(200);
    let want = json!({
        "items": [
            { "product_id": 1, "variant_id": 1, "name": "Mug", "variant_title": null, "sku": null,
              "unit_price": "11.90", "quantity": 2, "subtotal": "23.80", "discount": "0.00",
              "tax_rate": "19", "tax": "3.80", "total": "23.80", "note": null,
              "image_url": null, "reason": null, "discounts": [] },
            { "product_id": 2, "variant_id": 2, "name": "Book", "variant_title": null, "sku": null,
              "unit_price": "10.70", "quantity": 1, "subtotal": "10.70", "discount": "0.00",
              "tax_rate": "7", "tax": "0.70", "total": "10.70", "note": null,
              "image_url": null, "reason": null, "discounts": [] },
        ],
        "subtotal": "34.50", "discount_code": null, "discount_total": "0.00",
        "shipping_total": "4.90", "shipping_tax": "0.78", "tax_total": "5.28",
        "taxes": [{ "rate": "19", "net": "24.12", "tax": "4.58" },
            { "rate": "7", "net": "10.00", "tax": "0.70" }],
        "total": "39.40", "currency": "EUR", "prices_include_tax": true,
        "tax_note": null, "shipping_method": "parcel", "payment_method": "cash_on_delivery",
        "expected_delivery_date": "2026-11-25", "pickup_at": null, "discounts": [],
        "shipping_methods": [
            { "code": "parcel", "name": "Parcel", "price": "4.90", "pickup": false,
              "needs_address": true, "expected_delivery_date": "2026-11-25" },
            { "code": "world", "name": "world", "price": "19.00", "pickup": false,
              "needs_address": true, "expected_delivery_date": "2026-11-26" },
            { "code": "pickup", "name": "pickup", "price": "0.00", "pickup": true,
              "needs_address": false, "expected_delivery_date": "2026-11-23" },
        ],
        "payment_methods": [
            { "method": "cash_on_delivery", "instructions": null, "hold_hours": null },
            { "method": "bank_transfer", "instructions": "IBAN DE00", "hold_hours": 168 },
        ],
        "short": [], "problems": [],
    });
    assert_eq!(quote, want);
    assert!(ids(&admin.get("/orders").expect(200)).is_empty());
    assert!(ids(&admin.get("/customers").expect(200)).is_empty());
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 5);
    // The order says the same.
    let more = json!({ "customer": ana(), "expected_total": quote["total"] });
    let placed = visitor.post("/orders", with(body, more)).expect(201);
    for field in ["subtotal", "shipping_total", "shipping_tax", "tax_total", "taxes", "total"] {
        assert_eq!(placed[field], want[field], "{field}");
    }
    assert_eq!(placed["number"], "1001");
}

#[test]
fn a_quote_may_lack_who_orders_and_where_it_goes_but_not_sense() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    let visitor = shop.visitor();
    let bare = visitor.post("/quotes", items(&[(1, 9)])).expect(200);
    assert_eq!((&bare["shipping_method"], &bare["total"]), (&json!("parcel"), &json!("107.10")));
    let short = json!([{ "pointer": "/items/0/quantity", "code": "out_of_stock",
        "detail": "Only 5 of “Mug” left.", "available": 5 }]);
    assert_eq!(bare["short"], short);
    visitor.post("/quotes", json!({})).invalid(&[("/items", "required")]);
    let wrong = json!({ "customer": { "name": "Ana" }, "order_date": "2026-11-01",
        "customer_id": 7, "expected_total": "much", "shipping_address": { "country": "de" } });
    visitor.post("/quotes", with(items(&[(7, 1)]), wrong)).invalid(&[
        ("/customer/email", "required"),
        ("/order_date", "not_allowed"),
        ("/expected_total", "not_money"),
        ("/shipping_address/country", "unknown_country"),
    ]);
    let nobody = json!({ "customer_id": 7 });
    admin.post("/quotes", with(items(&[(1, 1)]), nobody)).invalid(&[("/customer_id", "not_found")]);
    let ana = shop.customer("ana");
    assert_eq!(ana.post("/quotes", items(&[(2, 1)])).expect(200)["total"], "15.60");
    let limited = Shop::with(|config| config.limits_quotes = 1);
    german_shop(&limited.admin());
    limited.visitor().post("/quotes", items(&[(2, 1)])).expect(200);
    limited.visitor().post("/quotes", items(&[(2, 1)])).refused(429, "too_many_requests");
    limited.storefront().post("/quotes", items(&[(2, 1)])).expect(200);
}

/// The pointers and the codes of what a quote does without.
fn told(quote: &Value) -> Vec<String> {
    let problems = quote["problems"].as_array().unwrap().iter();
    let word = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
    problems.map(|problem| word(problem, "pointer") + " " + &word(problem, "code")).collect()
}

#[test]
fn what_cannot_be_had_is_left_out_of_a_quote_and_told() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    amount_off("FIVE", "5").with(json!({ "min_subtotal": "50" })).create(&admin);
    let visitor = shop.visitor();
    let lines = json!([
        { "product_id": 1, "quantity": 2 }, { "product_id": 7, "quantity": 1 },
        { "product_id": 2, "variant_id": 99, "quantity": 1 },
        { "product_id": 2, "quantity": 1_000_000 }, { "product_id": 2, "quantity": 1 },
    ]);
    let choices = json!({ "items": lines, "shipping_method": "balloon", "payment_method": "gold",
        "discount_code": "five", "shipping_address": { "country": "DE" } });
    let quote = admin.post("/quotes", choices.clone()).expect(200);
    let wrong = [
        "/shipping_method not_available",
        "/payment_method not_available",
        "/items/1/product_id not_found",
        "/items/2/variant_id not_found",
        "/items/3/quantity out_of_range",
        "/discount_code not_available",
    ];
    assert_eq!(told(&quote), wrong);
    let detail = "There is no such product for sale.";
    assert_eq!(quote["problems"][2]["detail"], detail);
    let ways = (&quote["shipping_method"], &quote["payment_method"], &quote["discount_code"]);
    assert_eq!(ways, (&json!("parcel"), &json!("cash_on_delivery"), &Value::Null));
    // 2 × 11.90 and the parcel for 4.90.
    let sums = (&quote["subtotal"], &quote["discount_total"], &quote["total"]);
    assert_eq!(sums, (&json!("23.80"), &json!("0.00"), &json!("28.70")));
    assert_eq!((quote["items"].as_array().unwrap().len(), &quote["short"]), (1, &json!([])));
    let known = visitor.post("/quotes", with(choices.clone(), json!({ "discount_code": "x" })));
    assert_eq!(told(&known.expect(200))[2], "/discount_code not_available");
    // An order is refused for all of it.
    let order = with(with(choices, to("DE")), json!({ "customer": ana() }));
    admin.post("/orders", order).invalid(&[
        ("/shipping_method", "not_available"),
        ("/payment_method", "not_available"),
        ("/items/1/product_id", "not_found"),
        ("/items/2/variant_id", "not_found"),
        ("/items/3/quantity", "out_of_range"),
    ]);
}

#[test]
fn a_quote_of_nothing_that_is_left_costs_nothing() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    admin.delete("/products/2").expect(204);
    let visitor = shop.visitor();
    let quote = visitor.post("/quotes", with(items(&[(2, 1)]), to("DE"))).expect(200);
    assert_eq!(told(&quote), ["/items/0/product_id not_found"]);
    for sum in
        ["subtotal", "discount_total", "shipping_total", "shipping_tax", "tax_total", "total"]
    {
        assert_eq!(quote[sum], "0.00", "{sum}");
    }
    assert_eq!((&quote["items"], &quote["taxes"]), (&json!([]), &json!([])));
    assert_eq!(quote["shipping_methods"][0]["price"], "4.90", "as soon as there is something");
    assert_eq!(quote["expected_delivery_date"], "2026-11-25");
    visitor.post("/quotes", json!({ "items": [] })).invalid(&[("/items", "required")]);
}

#[test]
fn a_country_is_enough_for_a_quote_also_one_where_nothing_is_sent() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    let visitor = shop.visitor();
    let quote = |country: &str| {
        let address = json!({ "shipping_address": { "country": country } });
        visitor.post("/quotes", with(items(&[(1, 1)]), address)).expect(200)
    };
    let far = quote("US");
    assert_eq!((&far["shipping_method"], &far["total"]), (&json!("world"), &json!("30.90")));
    set(&admin, json!({ "shipping_methods": [{ "code": "van", "countries": ["DE"] }] }));
    let nowhere = quote("US");
    assert_eq!(told(&nowhere), ["/shipping_method not_available"]);
    for none in ["shipping_method", "expected_delivery_date"] {
        assert_eq!(nowhere[none], Value::Null, "{none}");
    }
    // 11.90 with 25 % in it.
    let sums = (&nowhere["shipping_methods"], &nowhere["total"], &nowhere["tax_total"]);
    assert_eq!(sums, (&json!([]), &json!("11.90"), &json!("2.38")));
}

#[test]
fn tax_is_that_of_the_country_the_goods_go_to() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    let visitor = shop.visitor();
    let tax = |extra: Value| {
        let quote = visitor.post("/quotes", with(items(&[(1, 1)]), extra)).expect(200);
        (quote["items"][0]["tax_rate"].clone(), quote["total"].clone())
    };
    assert_eq!(tax(to("AT")), (json!("25"), json!("16.80")), "an inclusive price stays the same");
    assert_eq!(tax(to("FR")), (json!("25"), json!("30.90")));
    assert_eq!(tax(json!({})), (json!("19"), json!("16.80")));
    // Whoever fetches the goods pays the shop's tax, wherever they live.
    let fetched = with(to("FR"), json!({ "shipping_method": "pickup" }));
    assert_eq!(tax(fetched), (json!("19"), json!("11.90")));
    set(&admin, json!({ "prices_include_tax": false }));
    let quote = visitor.post("/quotes", with(items(&[(1, 1), (2, 1)]), to("FR"))).expect(200);
    // 11.90 + 19.00 at 25 %, and a book that has no rate there.
    let want = json!([{ "rate": "25", "net": "30.90", "tax": "7.73" },
        { "rate": "0", "net": "10.70", "tax": "0.00" }]);
    assert_eq!((&quote["taxes"], &quote["total"]), (&want, &json!("49.33")));
    assert_eq!(
        (&quote["items"][0]["tax"], &quote["shipping_tax"]),
        (&json!("2.98"), &json!("4.75"))
    );
    assert_eq!(quote["items"][0]["total"], "14.88");
}

#[test]
fn the_first_way_to_send_and_to_pay_that_fits_is_taken() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    let visitor = shop.visitor();
    let order = |extra: Value| fixtures::order(1, 1).with(extra).send(&visitor);
    order(json!({})).refused(422, "address_required");
    order(json!({ "shipping_method": "world" }))
        .invalid(&[("/shipping_address", "address_required")]);
    let placed = order(to("US")).expect(201);
    let chosen =
        |order: &Value| (order["shipping_method"].clone(), order["payment_method"].clone());
    assert_eq!(chosen(&placed), (json!("world"), json!("cash_on_delivery")));
    let placed = order(json!({ "shipping_method": "pickup" })).expect(201);
    assert_eq!(chosen(&placed), (json!("pickup"), json!("pay_at_pickup")));
    let wrong = json!({ "shipping_method": "pickup", "payment_method": "cash_on_delivery" });
    order(wrong).invalid(&[("/payment_method", "not_available")]);
    let wrong = with(to("DE"), json!({ "payment_method": "pay_at_pickup" }));
    order(wrong).invalid(&[("/payment_method", "not_available")]);
    // Free from 50.00 of goods after the discount.
    let quote = |quantity: i64, extra: Value| {
        visitor.post("/quotes", with(items(&[(2, quantity)]), extra)).expect(200)["shipping_total"]
            .clone()
    };
    assert_eq!((quote(4, to("DE")), quote(5, to("DE"))), (json!("4.90"), json!("0.00")));
    amount_off("FIVE", "5").create(&admin);
    assert_eq!(quote(5, with(to("DE"), json!({ "discount_code": "five" }))), "4.90");
    // What nobody brings anywhere cannot be ordered.
    let only = json!([{ "code": "van", "countries": ["DE"] }]);
    set(&admin, json!({ "shipping_methods": only }));
    let refused = order(to("FR")).invalid(&[("/shipping_method", "not_available")]);
    assert_eq!(refused["detail"], "Nothing is sent to this country.");
}

#[test]
fn a_guest_puts_only_so_much_aside() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    set(&admin, json!({ "guest_units_max": 3 }));
    let body = with(items(&[(1, 2), (2, 2)]), to("DE"));
    let quote = shop.visitor().post("/quotes", body.clone()).expect(200);
    assert_eq!(told(&quote), ["/items too_many_units"]);
    let order = with(body.clone(), json!({ "customer": ana() }));
    shop.visitor().post("/orders", order).invalid(&[("/items", "too_many_units")]);
    shop.customer("ana").post("/quotes", body.clone()).expect(200);
    shop.storefront().post("/quotes", body).expect(200);
}

#[test]
fn the_settings_of_money_are_refused_where_they_make_no_sense() {
    let shop = Shop::new();
    let admin = shop.admin();
    let row = |row: Value| json!({ "tax_rates": [row] });
    let terms = |fields: Value| json!({ "payment_terms": [fields] });
    let twice = json!([{ "method": "card" }, { "method": "card" }]);
    for (body, pointer, code) in [
        (row(json!({})), "/tax_rates/0/rate", "required"),
        (row(json!({ "rate": "101" })), "/tax_rates/0/rate", "out_of_range"),
        (row(json!({ "rate": "1", "country": "de" })), "/tax_rates/0/country", "unknown_country"),
        (json!({ "tax_rates": [{ "rate": "1" }, { "rate": 2 }] }), "/tax_rates/1", "given_twice"),
        (json!({ "closed_dates": ["2026-13-01"] }), "/closed_dates/0", "not_a_date"),
        (terms(json!({ "method": "gold" })), "/payment_terms/0/method", "unknown_payment_method"),
        (
            terms(json!({ "method": "card", "hold_hours": 0 })),
            "/payment_terms/0/hold_hours",
            "out_of_range",
        ),
        (
            terms(json!({ "method": "invoice", "hold_hours": 1 })),
            "/payment_terms/0/hold_hours",
            "not_allowed",
        ),
        (json!({ "payment_terms": twice }), "/payment_terms/1/method", "given_twice"),
        (json!({ "guest_units_max": 0 }), "/guest_units_max", "out_of_range"),
        (json!({ "withdrawal_days": 366 }), "/withdrawal_days", "out_of_range"),
        (json!({ "retention_years": -1 }), "/retention_years", "out_of_range"),
        (json!({ "invoice_at": "packed" }), "/invoice_at", "unknown_value"),
        (json!({ "email": "x" }), "/email", "not_an_email"),
        (json!({ "invoice_number_prefix": "CN-" }), "/credit_note_number_prefix", "given_twice"),
        (json!({ "invoice_number_start": 0 }), "/invoice_number_start", "out_of_range"),
    ] {
        admin.patch("/settings", body).invalid(&[(pointer, code)]);
    }
    let address = admin.patch("/settings", json!({ "address": { "name": "X" } }));
    let lacking = ["/address/line1", "/address/city", "/address/country"];
    address.invalid(&lacking.map(|pointer| (pointer, "required")));
    assert_eq!(admin.get("/settings").expect(200)["version"], 1);
}

#[test]
fn a_way_to_send_is_refused_where_it_makes_no_sense() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |methods: Value, fault: (&str, &str)| {
        let pointer = format!("/shipping_methods{}", fault.0);
        let body = json!({ "shipping_methods": methods });
        admin.patch("/settings", body).invalid(&[(pointer.as_str(), fault.1)]);
    };
    let one = |fields: Value| json!([with(json!({ "code": "a" }), fields)]);
    check(json!([]), ("", "empty"));
    check(json!([{}]), ("/0/code", "required"));
    check(json!([{ "code": "A" }]), ("/0/code", "not_a_code"));
    check(json!([{ "code": "a" }, { "code": "a" }]), ("/1/code", "given_twice"));
    check(one(json!({ "price": "1.001" })), ("/0/price", "too_many_digits"));
    check(one(json!({ "free_from": "x" })), ("/0/free_from", "not_money"));
    check(one(json!({ "countries": [] })), ("/0/countries", "empty"));
    check(one(json!({ "countries": ["XX"] })), ("/0/countries/0", "unknown_country"));
    let days = json!({ "delivery_days_min": 3, "delivery_days_max": 2 });
    check(one(days), ("/0/delivery_days_min", "out_of_range"));
    check(one(json!({ "cost": 1 })), ("/0/cost", "unknown_field"));
    let kept =
        json!([{ "code": "van", "pickup": false, "price": 5 }, { "code": "shop", "pickup": true }]);
    let kept = set(&admin, json!({ "shipping_methods": kept }));
    let want = json!([
        { "code": "van", "name": "van", "countries": ["*"], "price": "5.00",
          "prices_by_weight": [], "free_from": null,
          "delivery_days_min": null, "delivery_days_max": null, "pickup": false,
          "needs_address": true, "tax_category": "standard" },
        { "code": "shop", "name": "shop", "countries": ["*"], "price": "0.00",
          "prices_by_weight": [], "free_from": null,
          "delivery_days_min": null, "delivery_days_max": null, "pickup": true,
          "needs_address": false, "tax_category": "standard" },
    ]);
    assert_eq!(kept["shipping_methods"], want);
}

#[test]
fn the_currency_is_fixed_by_whatever_has_a_price() {
    let shop = Shop::new();
    let admin = shop.admin();
    // An unpriced method does not fix the currency, a priced one does, and so does a discount.
    set(&admin, json!({ "currency": "JPY" }));
    set(&admin, json!({ "shipping_methods": [{ "code": "a", "price": 500 }] }));
    admin.patch("/settings", json!({ "currency": "EUR" })).refused(409, "currency_fixed");
    set(&admin, json!({ "shipping_methods": null }));
    set(&admin, json!({ "currency": "KWD" }));
    assert_eq!(amount_off("A", "1.125").create(&admin)["value"], "1.125");
    admin.patch("/settings", json!({ "currency": "EUR" })).refused(409, "currency_fixed");
}

#[test]
fn yen_and_dinars_go_through_the_whole_life_of_an_order() {
    for (currency, price, total, tax, half) in
        [("JPY", "1200", "3600", "327", "1800"), ("KWD", "1.250", "3.750", "0.341", "1.875")]
    {
        let shop = Shop::with(|config| config.currency = currency.to_owned());
        let admin = shop.admin();
        fixtures::seller(&admin);
        set(&admin, json!({ "tax_rates": [{ "rate": "10" }] }));
        fixtures::product("Tea", price).stock(9).create(&admin);
        let expected = json!({ "expected_total": total });
        let placed = fixtures::order(1, 3).with(expected).create(&shop.visitor());
        assert_eq!((&placed["total"], &placed["tax_total"]), (&json!(total), &json!(tax)));
        let part = took(&admin, 1, "payments", cash(half));
        // The other half of the same day is another payment.
        let rest = with(cash_all(), json!({ "again": true }));
        assert_eq!(part["payment_status"], "partially_paid");
        assert_eq!(took(&admin, 1, "payments", rest)["paid_total"], total);
        took(&admin, 1, "packing", json!({}));
        assert_eq!(deliver(&admin, 1)["status"], "completed");
        admin.post("/orders/1/invoices", json!({})).expect(201);
        let all = json!({ "items": [{ "item_id": 1, "quantity": 3 }], "refund": true });
        let back = took(&admin, 1, "returns", all);
        assert_eq!(back["refunded_total"], total);
        let note = admin.get("/orders/1/invoices").expect(200)["data"][1].clone();
        assert_eq!((&note["type"], &note["total"]), (&json!("credit_note"), &json!(total)));
        let report = admin.get("/reports/sales").expect(200);
        let seen = [
            &report["total"]["gross"],
            &report["total"]["reductions"],
            &report["total"]["refunded"],
        ];
        assert_eq!(seen, [&json!(total), &json!(total), &json!(total)]);
        assert_eq!(report["total"]["taxes"], json!([]));
    }
}
