//! Orders as they are spoken: by telephone, without an e-mail, of goods that are not listed, at
//! prices that were agreed to, paid at once, for a time.

use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::fixtures::{self, mug, product, set, took, units, with};
use crate::shop::{Shop, User, ids};

fn by_phone() -> Value {
    json!({ "name": "Frieda Kern", "phone": "+49 30 1234" })
}

/// Mugs, product 1, and a shop that sends, and where goods can be fetched; books bear 7 %.
fn counter(shop: &Shop) -> User<'_> {
    let admin = shop.admin();
    mug(&admin, 10);
    set(
        &admin,
        json!({
            "country": "DE", "time_zone": "Europe/Berlin",
            "tax_rates": [
                { "category": "standard", "country": "DE", "rate": "19" },
                { "category": "books", "country": "DE", "rate": "7" },
            ],
            "shipping_methods": [
                { "code": "parcel", "name": "Parcel", "price": "4.90" },
                { "code": "pickup", "name": "Fetch it", "price": "0", "pickup": true },
            ],
            "payment_methods": ["bank_transfer", "pay_at_pickup", "cash"],
        }),
    );
    admin
}

fn fetched(items: Value) -> Value {
    json!({ "customer": by_phone(), "items": items, "shipping_method": "pickup" })
}

#[test]
fn who_calls_needs_no_e_mail_and_gets_a_record_of_their_own_each_time() {
    let shop = Shop::new();
    let (admin, staff) = (counter(&shop), shop.staff("di@example.org", Role::Staff));
    let order = fetched(json!([{ "product_id": 1, "quantity": 1 }]));
    let first = staff.post("/orders", order.clone()).expect(201);
    assert_eq!(first["customer"], with(by_phone(), json!({ "email": null })));
    let again = admin.post("/orders", order.clone()).expect(201);
    assert_ne!(again["customer_id"], first["customer_id"]);
    let record = format!("/customers/{}", first["customer_id"]);
    assert_eq!(admin.get(&record).expect(200)["email"], Value::Null);
    // Both are found by what is known of them.
    for q in ["frieda", "301234"] {
        assert_eq!(ids(&admin.get(&format!("/orders?q={q}")).expect(200)), [2, 1]);
        assert_eq!(ids(&admin.get(&format!("/customers?q={q}")).expect(200)).len(), 2);
    }
    // The same record, named, is used again; and it may get an e-mail later.
    let known = json!({ "customer_id": first["customer_id"], "customer": null });
    let named = admin.post("/orders", with(order.clone(), known)).expect(201);
    assert_eq!(named["customer"]["email"], Value::Null);
    admin.patch(&record, json!({ "note": "Rings." })).expect(200);
    admin.patch(&record, json!({ "phone": null })).invalid(&[("/email", "required")]);
    let made = json!({ "username": "frieda", "password": "correct horse", "customer_id": 1 });
    admin.post("/customer_accounts", made.clone()).invalid(&[("/customer_id", "not_allowed")]);
    admin.patch(&record, json!({ "email": "f@example.org" })).expect(200);
    admin.post("/customer_accounts", made).expect(201);
    admin.patch(&record, json!({ "email": null })).invalid(&[("/email", "required")]);
    // Nobody else is reached by telephone alone.
    let nobody = json!({ "customer": { "name": "Frieda" } });
    admin.post("/orders", with(order.clone(), nobody)).invalid(&[("/customer/email", "required")]);
    for user in [shop.visitor(), shop.storefront()] {
        user.post("/orders", order.clone()).invalid(&[("/customer/email", "required")]);
        user.post("/customers", by_phone()).invalid(&[("/email", "required")]);
    }
    admin.post("/customers", by_phone()).expect(201);
    // The buyer of an order may lose the e-mail, and not all that they are reached by.
    let only_phone = json!({ "customer": { "name": "Frieda", "email": null, "phone": "1234" } });
    assert_eq!(admin.patch("/orders/3", only_phone).expect(200)["customer"]["phone"], "1234");
    let nothing = json!({ "customer": { "phone": null } });
    admin.patch("/orders/3", nothing).invalid(&[("/customer/email", "required")]);
}

#[test]
fn a_discount_that_counts_once_for_everybody_needs_to_know_whose_it_is() {
    let shop = Shop::new();
    let admin = counter(&shop);
    fixtures::percent_off("ONCE", "10").with(json!({ "once_per_customer": true })).create(&admin);
    let order = with(
        fetched(json!([{ "product_id": 1, "quantity": 1 }])),
        json!({ "discount_code": "ONCE" }),
    );
    admin.post("/orders", order.clone()).invalid(&[("/discount_code", "not_available")]);
    let reached = with(by_phone(), json!({ "email": "f@example.org" }));
    admin.post("/orders", with(order, json!({ "customer": reached }))).expect(201);
}

#[test]
fn what_was_agreed_to_is_taken_off_one_after_the_other() {
    let shop = Shop::new();
    let admin = counter(&shop);
    fixtures::percent_off("TEN", "10").create(&admin);
    let agreed = with(
        fetched(json!([
            { "product_id": 1, "quantity": 2 },
            { "product_id": 1, "quantity": 1, "unit_price": "5", "reason": "A crack" },
            { "name": "Cake", "unit_price": "20.00", "quantity": 1, "tax_category": "books",
              "discount": { "percent": "10", "reason": "First one" } },
        ])),
        json!({ "discount": { "amount": "3", "reason": "Regular" }, "discount_code": "TEN" }),
    );
    let quote = admin.post("/quotes", agreed.clone()).expect(200);
    let placed = admin.post("/orders", agreed).expect(201);
    // 19.90 + 5 + 20 = 44.90. The cake: −2.00. 3.00 on 19.90, 5.00, 18.00: 1.39, 0.35, 1.26.
    // 10 % of what is left, 18.51, 4.65, 16.74, are 3.99: 1.85, 0.47, 1.67.
    let of_all = json!([
        { "kind": "order", "amount": "3.00", "reason": "Regular" },
        { "kind": "code", "amount": "3.99", "reason": "TEN" },
        { "kind": "line", "amount": "2.00", "reason": "First one" },
    ]);
    for sums in [&quote, &placed, &admin.get("/orders/1").expect(200)] {
        let of = |name: &str| sums[name].as_str().unwrap().to_owned();
        let names = ["subtotal", "discount_total", "tax_total", "total"];
        // 19 % in 16.66 + 4.18 are 3.33, 7 % in 15.07 are 0.99.
        assert_eq!(names.map(of), ["44.90", "8.99", "4.32", "35.91"]);
        assert_eq!(sums["discounts"], of_all);
        let off = |at: usize| sums["items"][at]["discount"].as_str().unwrap().to_owned();
        assert_eq!([0, 1, 2].map(off), ["3.24", "0.82", "4.93"]);
        let cake = &sums["items"][2];
        assert_eq!((&cake["product_id"], &cake["variant_id"]), (&Value::Null, &Value::Null));
        assert_eq!(
            cake["discounts"],
            json!([
                { "kind": "line", "amount": "2.00", "reason": "First one" },
                { "kind": "order", "amount": "1.26", "reason": "Regular" },
                { "kind": "code", "amount": "1.67", "reason": "TEN" },
            ]),
        );
        let cracked = &sums["items"][1];
        assert_eq!(
            (&cracked["unit_price"], &cracked["reason"]),
            (&json!("5.00"), &json!("A crack"))
        );
        assert_eq!(sums["items"][0]["reason"], Value::Null);
    }
    // Both lines of mugs were taken from the shelf, and everything can go its way.
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 7);
    took(&admin, 1, "payments", json!({ "method": "cash" }));
    took(&admin, 1, "delivery", json!({}));
    let back = json!({ "items": [
        { "item_id": 2, "quantity": 1, "restock": true },
        { "item_id": 3, "quantity": 1, "restock": true },
    ], "reason": "defect", "refund": true });
    let returned = took(&admin, 1, "returns", back);
    assert_eq!(returned["refunded_total"], "19.25");
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 8);
    shop.adds_up();
}

#[test]
fn a_discount_is_at_most_all_that_is_left() {
    let shop = Shop::new();
    let admin = counter(&shop);
    let line = |discount: Value| json!([{ "product_id": 1, "quantity": 1, "discount": discount }]);
    let all = line(json!({ "amount": "99", "reason": "A present" }));
    let order = with(fetched(all), json!({ "discount": { "percent": "50", "reason": "Twice" } }));
    let placed = admin.post("/orders", with(order, json!({ "paid": { "method": "cash" } })));
    let placed = placed.expect(201);
    assert_eq!((&placed["total"], &placed["payment_status"]), (&json!("0.00"), &json!("paid")));
    assert_eq!(
        placed["discounts"],
        json!([
            { "kind": "line", "amount": "9.95", "reason": "A present" },
        ])
    );
    assert_eq!(placed["payments"], json!([]), "there was nothing to pay");
    // Half of 9.95 is rounded half up, once.
    let half = line(json!({ "percent": "50", "reason": "Half" }));
    assert_eq!(admin.post("/orders", fetched(half)).expect(201)["total"], "4.97");
}

#[test]
fn lines_of_one_variant_at_two_prices_share_its_stock() {
    let shop = Shop::new();
    let admin = counter(&shop);
    let of = |plain: i64, agreed: i64| {
        fetched(json!([
            { "product_id": 1, "quantity": plain },
            { "product_id": 1, "quantity": agreed, "unit_price": "1", "reason": "Old" },
            { "product_id": 1, "quantity": 1 },
        ]))
    };
    let short = admin.post("/orders", of(6, 4)).refused(409, "out_of_stock");
    assert_eq!(short["errors"][0]["pointer"], "/items/1/quantity");
    assert_eq!(short["errors"][0]["available"], 3);
    let placed = admin.post("/orders", of(5, 4)).expect(201);
    let quantities: Vec<i64> = placed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["quantity"].as_i64().unwrap())
        .collect();
    assert_eq!(quantities, [6, 4]);
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 0);
    took(&admin, 1, "cancellation", json!({ "items": units(&[(2, 3)]), "reason": "Enough" }));
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 3);
    admin.post("/orders", of(1, 1)).expect(201);
    shop.adds_up();
}

#[test]
fn it_is_paid_at_once_and_the_buyer_comes_at_a_time() {
    let shop = Shop::new();
    let admin = counter(&shop);
    let order = with(
        fetched(json!([{ "product_id": 1, "quantity": 2 }])),
        json!({ "paid": { "method": "cash", "reference": "Till 2" },
                "pickup_at": "2026-11-25T17:30:00+01:00" }),
    );
    let placed = admin.post("/orders", order.clone()).expect(201);
    assert_eq!(
        (&placed["payment_status"], &placed["paid_total"]),
        (&json!("paid"), &json!("19.90"))
    );
    assert_eq!(placed["payments"][0]["reference"], "Till 2");
    assert_eq!(placed["pickup_at"], "2026-11-25T16:30:00Z");
    assert_eq!(placed["expected_delivery_date"], "2026-11-25");
    let track = shop.visitor().get(&fixtures::tracking(&placed)).expect(200);
    assert_eq!(
        (&track["pickup_at"], &track["status"]),
        (&json!("2026-11-25T16:30:00Z"), &json!("confirmed"))
    );
    let slip = admin.get("/orders/1/packing-slip").body;
    let slip = String::from_utf8(slip).unwrap();
    assert!(slip.contains("17:30"), "{slip}");
    // Also as it stands on the wall of the shop.
    let wall = admin.patch("/orders/1", json!({ "pickup_at": "2026-11-25T18:00" })).expect(200);
    assert_eq!(wall["pickup_at"], "2026-11-25T17:00:00Z");
    let moved = admin.patch("/orders/1", json!({ "pickup_at": "2026-11-26" })).expect(200);
    assert_eq!(moved["pickup_at"], "2026-11-25T23:00:00Z");
    assert_eq!(moved["expected_delivery_date"], "2026-11-26");
    let day = admin.get("/reports/sales?from=2026-11-23&to=2026-11-23").expect(200);
    assert_eq!(day["total"]["received"], "19.90");
    // A time is one after the order, and of what is fetched.
    let early = json!({ "pickup_at": "2026-11-20T08:00:00Z" });
    admin
        .post("/orders", with(order.clone(), early.clone()))
        .invalid(&[("/pickup_at", "out_of_range")]);
    admin.patch("/orders/1", early).invalid(&[("/pickup_at", "out_of_range")]);
    let sent = json!({ "shipping_method": "parcel" });
    admin
        .post("/orders", with(order.clone(), sent))
        .invalid(&[("/pickup_at", "not_allowed"), ("/shipping_address", "address_required")]);
    let later = json!({ "pickup_at": "soon" });
    admin.post("/orders", with(order, later)).invalid(&[("/pickup_at", "not_a_time")]);
    shop.adds_up();
}

#[test]
fn what_was_agreed_to_says_what_is_wrong_with_it() {
    let shop = Shop::new();
    let admin = counter(&shop);
    let of = |line: Value| {
        let mut item = json!({ "quantity": 1 });
        item.as_object_mut().unwrap().extend(line.as_object().unwrap().clone());
        fetched(json!([item]))
    };
    let check =
        |line: Value, wrong: &[(&str, &str)]| drop(admin.post("/orders", of(line)).invalid(wrong));
    let reason = "A crack";
    check(json!({ "name": "Cake" }), &[("/items/0/unit_price", "required")]);
    check(json!({ "product_id": 1, "unit_price": "5" }), &[("/items/0/reason", "required")]);
    check(
        json!({ "product_id": 1, "unit_price": "5.001", "reason": reason }),
        &[("/items/0/unit_price", "too_many_digits")],
    );
    check(json!({ "product_id": 1, "name": "Cup" }), &[("/items/0/name", "not_allowed")]);
    check(
        json!({ "name": "Cake", "unit_price": "1", "tax_category": "cakes" }),
        &[("/items/0/tax_category", "unknown_value")],
    );
    for (discount, wrong) in [
        (json!({ "reason": reason }), ("/items/0/discount/amount", "required")),
        (
            json!({ "amount": "1", "percent": "2", "reason": reason }),
            ("/items/0/discount/amount", "required"),
        ),
        (
            json!({ "percent": "0", "reason": reason }),
            ("/items/0/discount/percent", "out_of_range"),
        ),
        (json!({ "amount": "-1", "reason": reason }), ("/items/0/discount/amount", "not_money")),
        (json!({ "amount": "1" }), ("/items/0/discount/reason", "required")),
    ] {
        check(json!({ "product_id": 1, "discount": discount }), &[wrong]);
    }
    // Its line may say the reason.
    let said = json!({ "product_id": 1, "discount": { "amount": "1" }, "reason": reason });
    admin.post("/orders", of(said)).expect(201);
    let order = with(
        of(json!({ "product_id": 1 })),
        json!({
            "discount": { "amount": "x", "reason": reason }, "paid": { "method": "gold" },
        }),
    );
    admin
        .post("/orders", order)
        .invalid(&[("/paid/method", "unknown_payment_method"), ("/discount/amount", "not_money")]);
}

#[test]
fn nobody_but_the_shop_agrees_to_a_price() {
    let shop = Shop::new();
    counter(&shop);
    let order = with(
        fixtures::order(1, 1).body(),
        json!({
            "discount": { "percent": "99", "reason": "Me" }, "paid": { "method": "cash" },
            "pickup_at": "2026-11-25T17:30:00Z", "shipping_method": "pickup",
        }),
    );
    let mut line = json!({ "product_id": 1, "quantity": 1 });
    for (field, value) in [
        ("name", json!("Cake")),
        ("unit_price", json!("0.01")),
        ("reason", json!("Me")),
        ("discount", json!({ "percent": "99", "reason": "Me" })),
        ("tax_category", json!("books")),
    ] {
        line[field] = value;
    }
    let order = with(order, json!({ "items": [line] }));
    for user in [shop.visitor(), shop.storefront(), shop.customer("ana")] {
        let mut sent = order.clone();
        if user.get("/sessions/current").status == 200 {
            sent.as_object_mut().unwrap().remove("customer");
        }
        user.post("/orders", sent).invalid(&[
            ("/items/0/name", "not_allowed"),
            ("/items/0/tax_category", "not_allowed"),
            ("/items/0/unit_price", "not_allowed"),
            ("/items/0/reason", "not_allowed"),
            ("/items/0/discount", "not_allowed"),
            ("/discount", "not_allowed"),
            ("/pickup_at", "not_allowed"),
            ("/paid", "not_allowed"),
        ]);
    }
}

#[test]
fn the_words_of_what_was_agreed_to_go_with_the_buyer() {
    let shop = Shop::new();
    let admin = counter(&shop);
    product("Bowl", "8").create(&admin);
    let agreed = with(
        fetched(json!([
            { "product_id": 2, "quantity": 1, "unit_price": "5", "reason": "For Frieda" },
            { "product_id": 1, "quantity": 1,
              "discount": { "amount": "1", "reason": "For Frieda" } },
        ])),
        json!({ "discount": { "amount": "1", "reason": "For Frieda" },
                "paid": { "method": "cash" } }),
    );
    admin.post("/orders", agreed).expect(201);
    took(&admin, 1, "delivery", json!({}));
    admin.delete("/customers/1").expect(204);
    let order = admin.get("/orders/1").expect(200);
    assert!(!order.to_string().contains("Frieda"), "{order}");
    assert_eq!(
        order["discounts"],
        json!([
            { "kind": "order", "amount": "1.00", "reason": null },
            { "kind": "line", "amount": "1.00", "reason": null },
        ])
    );
}
