//! What people paste and forms send: characters that nobody sees, fields that are left empty, a
//! mark before the body, a body that is packed.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, furnished, id_of, mug, with};
use crate::shop::{PASSWORD, Shop, ids};

#[test]
fn a_code_and_an_email_pasted_with_what_nobody_sees_count_like_typed_ones() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let once = json!({ "once_per_customer": true });
    let code = fixtures::percent_off("SPR\u{200b}ING10\u{feff}", "10").with(once).create(&admin);
    assert_eq!(code["code"], "SPRING10");
    fixtures::percent_off("spring10", "5").send(&admin).refused(409, "taken");
    let order = |code: &str, email: &str| {
        let customer = json!({ "name": "Ana", "email": email });
        let body = json!({ "customer": customer, "discount_code": code });
        fixtures::order(mug, 1).with(body).send(&shop.visitor())
    };
    // 10 % of 9.95 is 0.995, half up 1.00.
    let placed = order("\u{200b}SPRING\u{ad}10", "ana\u{200b}@example.org").expect(201);
    assert_eq!(
        (&placed["discount_total"], &placed["discount_code"]),
        (&json!("1.00"), &json!("SPRING10"))
    );
    assert_eq!(placed["customer"]["email"], "ana@example.org");
    for email in ["ana@example.org", "an\u{2060}a@example.org", "ANA@example.org\u{200e}"] {
        order("SPRING10", email).invalid(&[("/discount_code", "not_available")]);
    }
    assert_eq!(ids(&admin.get("/discounts?code=spr%E2%80%8Bing10").expect(200)), [1]);
    assert_eq!(ids(&admin.get("/customers?email=an%E2%80%8Ba@example.org").expect(200)), [1]);
}

#[test]
fn a_username_with_what_nobody_sees_is_the_same_account() {
    let shop = Shop::new();
    let sign_up = |name: &str| {
        let customer = fixtures::person("Anna");
        let body = json!({ "username": name, "password": PASSWORD, "customer": customer });
        shop.visitor().post("/customer_accounts", body)
    };
    assert_eq!(sign_up("an\u{200b}na").expect(201)["username"], "anna");
    // Joiners do stay in names, and two accounts must not look the same.
    for same in ["anna", "\u{feff}ANNA", "an\u{200d}na", "ann\u{ad}a"] {
        sign_up(same).refused(409, "taken");
    }
    for name in ["anna", "an\u{200b}na", "\u{202a}anna\u{202c} ", " anna \u{feff}"] {
        shop.visitor().post("/sessions", fixtures::credentials(name, PASSWORD)).expect(201);
    }
    let found = shop.admin().get("/customer_accounts?username=an%E2%80%8Bna").expect(200);
    assert_eq!(ids(&found), [1]);
}

#[test]
fn names_lose_what_nobody_sees_but_not_what_holds_letters_and_emoji_together() {
    let shop = Shop::new();
    let admin = shop.admin();
    let cup = fixtures::product("Cup\u{200b} \u{202e}X\u{202c}", "1");
    let cup = cup.with(json!({ "sku": "C\u{200b}\u{200d}UP", "description": "a\u{200b}b" }));
    let cup = cup.create(&admin);
    let wanted = (&json!("Cup X"), &json!("CUP"), &json!("a\u{200b}b"));
    assert_eq!((&cup["name"], &cup["sku"], &cup["description"]), wanted);
    assert_eq!(ids(&admin.get("/products?sku=C%E2%80%8BUP").expect(200)), [1]);
    for name in ["علی\u{200c}رضا", "👩\u{200d}🚀 Ana", "क\u{94d}\u{200d}ष"] {
        let made = admin.post("/customers", json!({ "name": name, "email": "a@b.cd" })).expect(201);
        assert_eq!(made["name"], name);
    }
    let home =
        with(fixtures::address("Lis\u{200b}boa\u{200d}"), json!({ "country": "P\u{feff}T" }));
    let phone = "\u{202a}+351 1234\u{202c}";
    let bo = json!({ "name": "\u{200d}Bo\u{200d}", "email": "bo@b.cd", "phone": phone });
    let body = with(bo, json!({ "addresses": [home] }));
    let bo = admin.post("/customers", body).expect(201);
    let home = &bo["addresses"][0];
    assert_eq!((&bo["name"], &bo["phone"]), (&json!("Bo"), &json!("+351 1234")));
    assert_eq!((&home["city"], &home["country"]), (&json!("Lisboa"), &json!("PT")));
}

#[test]
fn an_optional_field_that_a_form_leaves_empty_is_left_out() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let ana = json!({ "name": "Ana", "email": "ana@example.org", "phone": "", "addresses": "",
        "accepts_marketing": "", "note": "" });
    let made = admin.post("/customers", ana).expect(201);
    let wanted = (&Value::Null, &json!([]), &json!(false), &Value::Null);
    let told = (&made["phone"], &made["addresses"], &made["accepts_marketing"], &made["note"]);
    assert_eq!(told, wanted);

    let home = with(fixtures::address("Lisboa"), json!({ "line2": "", "region": "" }));
    let order = json!({ "shipping_address": home, "billing_address": "", "shipping_method": "",
        "payment_method": "", "discount_code": "", "note": "", "expected_total": "",
        "order_date": "", "customer_id": "" });
    let order = fixtures::order(1, 1).with(order).create(&admin);
    assert_eq!((&order["billing_address"], &order["note"]), (&Value::Null, &Value::Null));
    assert_eq!(order["shipping_address"]["line2"], Value::Null);

    let cup = json!({ "name": "Cup", "price": "1", "sku": "", "barcode": "", "stock": "",
        "compare_at_price": "", "vendor": "", "tags": "", "status": "", "handle": "",
        "weight_grams": "", "variants": "", "options": "" });
    let cup = admin.post("/products", cup).expect(201);
    let told = (&cup["sku"], &cup["stock"], &cup["status"], &cup["tags"]);
    assert_eq!(told, (&Value::Null, &Value::Null, &json!("active"), &json!([])));

    // What must be there must not be empty.
    admin
        .post("/products", json!({ "name": "", "price": "" }))
        .invalid(&[("/name", "required"), ("/price", "required")]);
    admin.post("/customers", json!({ "name": "", "email": "", "prise": "" })).invalid(&[
        ("/name", "required"),
        ("/email", "required"),
        ("/prise", "unknown_field"),
    ]);
}

#[test]
fn a_patch_that_empties_a_field_clears_it_and_a_put_leaves_it_out() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let product = json!({ "sku": "MUG-1", "vendor": "V", "compare_at_price": "12", "stock": 7 });
    admin.patch("/products/1", product).expect(200);
    let emptied = json!({ "sku": "", "vendor": "", "compare_at_price": "", "status": "" });
    let mug = admin.patch("/products/1", emptied).expect(200);
    let told =
        (&mug["sku"], &mug["vendor"], &mug["compare_at_price"], &mug["status"], &mug["stock"]);
    assert_eq!(told, (&Value::Null, &Value::Null, &Value::Null, &json!("active"), &json!(7)));

    admin.patch("/customers/1", json!({ "phone": "12345", "note": "Rings." })).expect(200);
    let put = json!({ "name": "Ana", "email": "ana@example.org", "phone": "", "note": "" });
    let ana = admin.put("/customers/1", put).expect(200);
    assert_eq!((&ana["phone"], &ana["note"]), (&Value::Null, &json!("Rings.")));
    let ana = admin.patch("/customers/1", json!({ "note": "" })).expect(200);
    assert_eq!(ana["note"], Value::Null);
    admin.patch("/customers/1", json!({ "name": "" })).invalid(&[("/name", "required")]);

    // A PUT of a form must never take stock away.
    let put = json!({ "name": "Mug", "stock": "", "sku": "" });
    assert_eq!(admin.put("/products/1", put).expect(200)["stock"], 7);
}

#[test]
fn a_part_that_is_faulty_is_not_missing_as_well() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 5);
    let methods = json!([
        { "code": "post", "countries": ["PT"] },
        { "code": "abroad", "countries": ["FR"] },
        { "code": "shop", "pickup": true },
    ]);
    let payments = json!(["bank_transfer", "pay_at_pickup"]);
    fixtures::set(
        &admin,
        json!({ "country": "PT", "shipping_methods": methods, "payment_methods": payments }),
    );
    let no_country = with(fixtures::address("Paris"), json!({ "country": "Frankreich" }));
    let country = ("/shipping_address/country", "unknown_country");
    for (fields, faults) in [
        (json!({ "shipping_address": no_country }), &[country][..]),
        (json!({ "shipping_address": no_country, "shipping_method": "abroad" }), &[country]),
        (json!({ "shipping_address": no_country, "payment_method": "pay_at_pickup" }), &[country]),
        (
            json!({ "shipping_address": no_country, "shipping_method": "balloon" }),
            &[country, ("/shipping_method", "not_available")],
        ),
        (json!({ "shipping_address": "Paris" }), &[("/shipping_address", "wrong_type")]),
        (json!({ "shipping_method": 7 }), &[("/shipping_method", "wrong_type")]),
        (
            json!({ "shipping_method": 7, "payment_method": "pay_at_pickup" }),
            &[("/shipping_method", "wrong_type")],
        ),
        (
            json!({ "shipping_method": "shop", "payment_method": [] }),
            &[("/payment_method", "wrong_type")],
        ),
        (
            json!({ "shipping_method": "shop", "customer": { "name": "Ana", "email": "ana" } }),
            &[("/customer/email", "not_an_email")],
        ),
        (json!({ "shipping_method": "shop", "items": 7 }), &[("/items", "wrong_type")]),
    ] {
        fixtures::order(mug, 1).with(fields.clone()).send(&admin).invalid(faults);
    }
    let moved = json!({ "delta": 1.5, "reason": "received" });
    admin.post("/products/1/stock_movements", moved).invalid(&[("/delta", "not_an_integer")]);
    admin
        .post("/products", json!({ "name": "Cup", "price": "much" }))
        .invalid(&[("/price", "not_money")]);
    let unlikely = json!({ "code": "X", "type": "gift", "value": "1" });
    admin.post("/discounts", unlikely).invalid(&[("/type", "unknown_value")]);
    let sign_up = json!({ "username": "ana", "password": PASSWORD, "customer": { "name": "Ana" } });
    shop.visitor().post("/customer_accounts", sign_up).invalid(&[("/customer/email", "required")]);
}

#[test]
fn a_mark_before_a_body_is_passed_over_and_a_packed_body_is_refused_by_name() {
    let shop = Shop::new();
    let admin = shop.admin();
    let post = |encoding: &str, body: &[u8]| {
        let asked = admin.ask(Method::Post, "/products").header("Content-Encoding", encoding);
        asked.raw("application/json", body).send()
    };
    let mug = r#"{"name":"Mug","price":"1"}"#;
    let marked = format!("\u{feff}{mug}");
    post("identity", marked.as_bytes()).expect(201);
    let alone = admin.ask(Method::Patch, "/products/1").raw("application/json", "\u{feff}").send();
    assert_eq!(id_of(&alone.expect(200)), 1);
    let twice = format!("\u{feff}{marked}");
    post("identity", twice.as_bytes()).refused(400, "malformed_json");
    for (encoding, named) in [("gzip", "gzip"), ("identity, br", "br"), ("GZIP", "GZIP")] {
        let problem = post(encoding, b"\x1f\x8b\x08").refused(415, "unsupported_media_type");
        assert!(problem["detail"].as_str().unwrap().contains(named), "{problem}");
    }
    let kosovo = with(fixtures::address("Prishtina"), json!({ "country": "XK" }));
    let agim = with(fixtures::person("Agim"), json!({ "addresses": [kosovo] }));
    let agim = admin.post("/customers", agim).expect(201);
    assert_eq!(agim["addresses"][0]["country"], "XK");
}
