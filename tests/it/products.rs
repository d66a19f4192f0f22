//! Products and their variants: what a shop owner writes into the catalogue is what stands there,
//! in one place, and what buyers and orders see of it.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, buy, create, path, set, shirt, with};
use crate::shop::{Answer, Shop, ids};

fn mug(fields: Value) -> Value {
    fixtures::product("Mug", "9.95").with(fields).body()
}

#[test]
fn a_name_and_a_price_make_a_product_that_is_for_sale() {
    let shop = Shop::new();
    let answer = shop.admin().post("/products", json!({ "name": " Blue Mug ", "price": 9.9 }));
    let offer = json!({
        "price": "9.90", "compare_at_price": null, "sku": null, "barcode": null, "stock": null,
        "available": true, "allow_backorder": false, "weight_grams": null,
    });
    let variant = json!({ "id": 1, "title": null, "lowest_price_30d": null, "options": {},
        "image_id": null, "position": 1 });
    let own = json!({ "committed": 0, "shortfall": 0, "low_stock_at": null });
    let of_staff = with(offer.clone(), own);
    let product = json!({
        "id": 1, "name": "Blue Mug", "handle": "blue-mug", "description": "", "status": "active",
        "vendor": null, "tags": [], "collection_ids": [], "tax_category": "standard",
        "lowest_price_30d": null, "currency": "EUR", "withdrawal_exempt": false, "options": [],
        "metadata": {}, "unit_price": null, "manufacturer": null, "safety_note": null,
        "restock_returns": true,
        "images": [], "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    });
    let shown = |offer: &Value| {
        let variants = json!({ "variants": [with(variant.clone(), offer)] });
        with(with(product.clone(), offer), variants)
    };
    assert_eq!(answer.expect(201), shown(&of_staff));
    assert_eq!(answer.header("Location"), Some("/products/1"));
    let read = shop.visitor().get("/products/1");
    assert_eq!(read.expect(200), shown(&offer));
    assert_eq!(read.header("ETag"), Some("\"1.0\""));
    assert_eq!(read.header("Cache-Control"), Some("public, no-cache"));
    let private = shop.admin().get("/products/1");
    assert_eq!(private.header("Cache-Control"), Some("private, no-store"));
    assert_ne!(private.header("ETag"), read.header("ETag"));
}

#[test]
fn what_is_wrong_with_a_product_is_told_field_by_field() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |body: Value, faults: &[(&str, &str)]| {
        admin.post("/products", body).invalid(faults);
    };
    let size = |value: &str| json!({ "price": "9.95", "options": { "Size": value } });
    check(json!({}), &[("/name", "required"), ("/price", "required")]);
    check(
        json!({ "name": " ", "price": "1e2", "stock": 1.5, "prise": 1, "tags": ["a", 2] }),
        &[
            ("/name", "empty"),
            ("/price", "not_money"),
            ("/stock", "not_an_integer"),
            ("/prise", "unknown_field"),
            ("/tags/1", "wrong_type"),
        ],
    );
    check(mug(json!({ "name": "é".repeat(256) })), &[("/name", "too_long")]);
    check(mug(json!({ "name": "a\nb" })), &[("/name", "control_character")]);
    check(mug(json!({ "description": "d".repeat(100_001) })), &[("/description", "too_long")]);
    check(mug(json!({ "description": "bell\u{7}" })), &[("/description", "control_character")]);
    check(mug(json!({ "handle": "Blue Mug" })), &[("/handle", "not_a_handle")]);
    check(mug(json!({ "handle": "1984" })), &[("/handle", "not_a_handle")]);
    check(mug(json!({ "status": "sold" })), &[("/status", "unknown_status")]);
    check(mug(json!({ "stock": "5" })), &[("/stock", "wrong_type")]);
    check(mug(json!({ "weight_grams": -1 })), &[("/weight_grams", "out_of_range")]);
    check(mug(json!({ "collection_ids": [1] })), &[("/collection_ids/0", "not_found")]);
    check(mug(json!({ "variants": [] })), &[("/variants", "empty")]);
    check(mug(json!({ "variants": {} })), &[("/variants", "wrong_type")]);
    check(json!({ "name": "Mug", "variants": [{}] }), &[("/variants/0/price", "required")]);
    check(
        mug(json!({ "variants": [{ "price": -1, "colour": "red" }] })),
        &[("/variants/0/price", "not_money"), ("/variants/0/colour", "unknown_field")],
    );
    check(
        mug(json!({ "variants": [size("S"), { "price": "5" }] })),
        &[("/variants/1/options", "options_mismatch")],
    );
    check(
        mug(json!({ "options": [{ "name": "Size", "values": ["S"] }], "variants": [size("M")] })),
        &[("/variants/0/options", "options_mismatch")],
    );
    check(
        mug(json!({ "options": [{ "name": "A", "values": [] }, { "name": "A", "values": [] }] })),
        &[("/options", "given_twice")],
    );
    let many = |count: usize| (0..count).map(|n| size(&n.to_string())).collect::<Value>();
    check(mug(json!({ "variants": many(251) })), &[("/variants", "too_many")]);
    let most = json!({ "description": "é".repeat(100_000), "variants": many(250) });
    assert_eq!(create(&admin, mug(most))["variants"].as_array().unwrap().len(), 250);
    let near = admin.post("/products", mug(json!({ "vendr": "x" }))).expect(422);
    assert!(near["detail"].as_str().unwrap().contains("Did you mean \"vendor\"?"), "{near}");
    assert_eq!(ids(&admin.get("/products").expect(200)), [1], "a refused product left a trace");
}

#[test]
fn what_was_read_can_be_put_back_and_changes_nothing_but_the_version() {
    let shop = Shop::new();
    let admin = shop.admin();
    let put_back = |product: &Value| {
        let before = admin.get(&path(product)).expect(200);
        let after = admin.put(&path(product), before.clone());
        let version = json!({ "version": before["version"].as_i64().unwrap() + 1 });
        assert_eq!(after.expect(200), with(before, &version));
        let movements = format!("{}/stock_movements?limit=100", path(product));
        admin.get(&movements).expect(200)["data"].as_array().unwrap().len()
    };
    for (body, movements) in [
        (mug(json!({})), 0),
        (mug(json!({ "stock": 0, "sku": "MUG", "tags": ["b", "a", "b"] })), 1),
        (mug(json!({ "stock": -3, "allow_backorder": true, "status": "draft" })), 1),
        (mug(json!({ "status": "archived", "stock": 4, "sku": "OLD" })), 1),
        (mug(json!({ "name": "x".repeat(255), "withdrawal_exempt": true })), 0),
        (shirt(), 2),
    ] {
        let product = create(&admin, body);
        assert_eq!(put_back(&product), movements, "{product}");
        buy(&shop, &product, &product["variants"][0]);
        put_back(&product);
    }
    let newer = create(&admin, mug(json!({ "sku": "OLD", "handle": "newer" })));
    let old = admin.get("/products?status=archived").expect(200)["data"][0].clone();
    assert_eq!((&old["sku"], &newer["sku"]), (&json!("OLD"), &json!("OLD")));
    put_back(&old);
}

#[test]
fn programs_hang_names_and_values_on_a_product() {
    let shop = Shop::new();
    let admin = shop.admin();
    let product = create(&admin, mug(json!({ "metadata": { "erp": "4711", "shelf": "B 3" } })));
    assert_eq!(product["metadata"], json!({ "erp": "4711", "shelf": "B 3" }));
    let patch = |metadata: Value| admin.patch(&path(&product), json!({ "metadata": metadata }));
    let patched = patch(json!({ "shelf": null, "erp": "4712", "colour": "blue" })).expect(200);
    assert_eq!(patched["metadata"], json!({ "erp": "4712", "colour": "blue" }));
    assert_eq!(
        shop.visitor().get("/products").expect(200)["data"][0]["metadata"],
        patched["metadata"]
    );
    patch(json!({ "erp": 1 })).invalid(&[("/metadata/erp", "wrong_type")]);
    patch(json!({ "erp": "x".repeat(4_097) })).invalid(&[("/metadata/erp", "too_long")]);
    assert_eq!(patch(Value::Null).expect(200)["metadata"], json!({}));
}

#[test]
fn a_put_resets_what_it_leaves_out_save_status_stock_and_variants() {
    let shop = Shop::new();
    let admin = shop.admin();
    set(&admin, json!({ "tax_rates": [{ "category": "reduced", "rate": "7" }] }));
    let fields = json!({
        "status": "draft", "stock": 3, "sku": "MUG",
        "description": "Blue", "vendor": "Potter", "tags": ["blue"], "tax_category": "reduced",
        "withdrawal_exempt": true, "low_stock_at": 1, "handle": "the-mug",
        "metadata": { "supplier": "4711" },
    });
    let mug = create(&admin, mug(fields));
    let put = admin.put(&path(&mug), json!({ "name": "Cup" })).expect(200);
    let defaults = json!({
        "name": "Cup", "description": "", "vendor": null, "tags": [], "tax_category": "standard",
        "withdrawal_exempt": false, "metadata": {}, "version": 2,
    });
    assert_eq!(put, with(mug, &defaults));

    let shirt = create(&admin, shirt());
    let keep = json!({ "name": "Shirt", "variants": [
        { "id": shirt["variants"][1]["id"], "options": { "Size": "M" }, "price": "18.50" },
    ] });
    let put = admin.put(&path(&shirt), keep.clone()).expect(200);
    assert_eq!((&put["variants"][0]["stock"], &put["stock"]), (&json!(-2), &json!(-2)));
    assert_eq!((&put["variants"][0]["sku"], &put["price"]), (&json!("SH-M"), &json!("18.50")));
    let mut strict = keep;
    strict["variants"][0]["allow_backorder"] = json!(false);
    admin.put(&path(&shirt), strict).refused(409, "stock_below_zero");
    assert_eq!(put["options"], json!([{ "name": "Size", "values": ["M"] }]));
}

#[test]
fn a_patch_changes_what_it_names_and_null_brings_the_default_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    let rest = json!({ "tags": ["a"], "vendor": "Potter", "description": "Blue", "stock": 3 });
    let mug = create(&admin, mug(rest));
    let mut now = mug.clone();
    for (patch, want) in [
        (json!({ "name": "Cup" }), json!({ "name": "Cup" })),
        (json!({ "price": 12 }), json!({ "price": "12.00", "lowest_price_30d": "9.95" })),
        (json!({ "status": "draft" }), json!({ "status": "draft" })),
        (json!({ "tags": ["z"] }), json!({ "tags": ["z"] })),
        (json!({ "vendor": null, "tags": null }), json!({ "vendor": null, "tags": [] })),
        (json!({ "description": null }), json!({ "description": "" })),
        (json!({ "sku": "CUP", "stock": 9 }), json!({ "sku": "CUP", "stock": 9 })),
        (json!({ "sku": null, "stock": null }), json!({ "sku": null, "stock": null })),
        (json!({ "allow_backorder": true }), json!({ "allow_backorder": true })),
        (json!({ "allow_backorder": null }), json!({ "allow_backorder": false })),
        (json!({}), json!({})),
    ] {
        let version = now["version"].as_i64().unwrap() + 1;
        let got = admin.patch(&path(&mug), patch.clone()).expect(200);
        now = with(with(now, &want), json!({ "version": version, "variants": got["variants"] }));
        assert_eq!(got, now, "{patch}");
        for field in ["price", "sku", "stock", "allow_backorder"] {
            assert_eq!(got["variants"][0][field], got[field], "{patch}");
        }
    }
    admin.patch(&path(&mug), json!({ "name": null })).invalid(&[("/name", "required")]);
    let merge = admin.ask(Method::Patch, &path(&mug));
    let merge = merge.raw("application/merge-patch+json; charset=utf-8", "{\"name\":\"Bowl\"}");
    assert_eq!(merge.send().expect(200)["name"], "Bowl");
    let text = admin.ask(Method::Put, &path(&mug)).raw("application/merge-patch+json", "{}");
    text.send().refused(415, "unsupported_media_type");
    admin.patch("/products/99", json!({ "name": "x" })).refused(404, "not_found");
}

#[test]
fn a_sku_and_a_handle_are_used_once_until_their_product_is_archived() {
    let shop = Shop::new();
    let admin = shop.admin();
    let taken = |answer: Answer, at: &str| {
        let problem = answer.refused(409, "taken");
        assert_eq!(problem["errors"][0]["pointer"], at, "{problem}");
    };
    let first = create(&admin, mug(json!({ "sku": "MUG", "handle": "the-mug" })));
    taken(admin.post("/products", mug(json!({ "sku": "MUG" }))), "/sku");
    taken(admin.post("/products", mug(json!({ "handle": "the-mug" }))), "/handle");
    create(&admin, mug(json!({ "sku": "mug" })));
    let twice = json!([{ "sku": "A", "price": "1", "options": { "Size": "S" } },
        { "sku": "A", "price": "1", "options": { "Size": "M" } }]);
    taken(admin.post("/products", json!({ "name": "Mug", "variants": twice })), "/variants/1/sku");
    let one = json!([{ "sku": "MUG", "price": "1", "options": { "Size": "S" } }]);
    taken(admin.post("/products", json!({ "name": "Mug", "variants": one })), "/variants/0/sku");
    let twins = json!([{ "price": "1", "options": { "Size": "S" } },
        { "price": "2", "options": { "Size": "S" } }]);
    taken(admin.post("/products", json!({ "name": "Mug", "variants": twins })), "/variants");

    let draft = create(&admin, mug(json!({ "status": "draft", "sku": "DRAFT" })));
    taken(admin.post("/products", mug(json!({ "sku": "DRAFT" }))), "/sku");
    admin.patch(&path(&draft), json!({ "status": "archived" })).expect(200);
    create(&admin, mug(json!({ "sku": "DRAFT" })));

    admin.patch(&path(&first), json!({ "status": "archived" })).expect(200);
    let heir = create(&admin, mug(json!({ "sku": "MUG", "handle": "the-mug" })));
    let renamed = admin.patch(&path(&first), json!({ "name": "Old mug" })).expect(200);
    assert_eq!((&renamed["sku"], &renamed["handle"]), (&json!("MUG"), &json!("the-mug")));
    taken(admin.patch(&path(&first), json!({ "status": "active", "handle": "old" })), "/sku");
    taken(admin.patch(&path(&first), json!({ "status": "active", "sku": "OLD" })), "/handle");
    admin.delete(&path(&heir)).expect(204);
    assert_eq!(admin.patch(&path(&first), json!({ "status": "active" })).expect(200)["sku"], "MUG");
}

#[test]
fn a_handle_is_made_of_the_name_and_stays_when_the_name_changes() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (name, handle) in [
        ("Große Tasse", "grosse-tasse"),
        ("Mug", "mug"),
        ("Mug", "mug-2"),
        ("Mug 3", "mug-3"),
        ("MUG!", "mug-4"),
        ("Ørsted lamp", "orsted-lamp"),
        ("Кофе", "кофе"),
        ("Кофе", "кофе-2"),
        ("茶碗", "茶碗"),
        ("1984", "p-1984"),
        ("☕", "product"),
    ] {
        let product = fixtures::product(name, "1").create(&admin);
        assert_eq!(product["handle"], handle, "{name}");
        let renamed = admin.put(&path(&product), json!({ "name": "Cup" })).expect(200);
        assert_eq!(renamed["handle"], handle);
    }
}

#[test]
fn prices_have_the_digits_of_the_shops_currency() {
    for (currency, cases) in [
        ("EUR", vec![("9", Ok("9.00")), ("9.955", Err("too_many_digits"))]),
        ("EUR", vec![("9999999999.99", Ok("9999999999.99")), ("1e1", Err("not_money"))]),
        ("EUR", vec![("10000000000", Err("amount_too_large")), ("-1", Err("not_money"))]),
        ("JPY", vec![("1200", Ok("1200")), ("1200.0", Err("too_many_digits"))]),
        ("JPY", vec![("999999999999", Ok("999999999999"))]),
        ("KWD", vec![("1.25", Ok("1.250")), ("1.2505", Err("too_many_digits"))]),
    ] {
        let shop = Shop::with(|config| config.currency = currency.to_owned());
        let admin = shop.admin();
        for (price, want) in cases {
            let as_number = format!("{{\"name\":\"Mug\",\"price\":{price}}}");
            for body in [json!({ "name": "Mug", "price": price }).to_string(), as_number] {
                let ask = admin.ask(Method::Post, "/products").raw("application/json", body);
                match want {
                    Ok(text) => {
                        let mug = ask.send().expect(201);
                        assert_eq!(
                            (&mug["price"], &mug["currency"]),
                            (&json!(text), &json!(currency))
                        );
                        let order = buy(&shop, &mug, &mug["variants"][0]).expect(201);
                        let total = json!([order["total"], order["currency"]]);
                        assert_eq!(total, json!([text, currency]));
                    }
                    Err(code) => drop(ask.send().invalid(&[("/price", code)])),
                }
            }
        }
    }
}

#[test]
fn whoever_sets_stock_must_have_seen_the_last_sale() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "9.95").stock(5).create(&admin);
    let change = |method, tag: &str, body: Value| {
        admin.ask(method, &path(&mug)).header("If-Match", tag).json(&body).send()
    };
    let tag = || admin.get(&path(&mug)).header("ETag").unwrap().to_owned();
    let before = tag();
    buy(&shop, &mug, &mug["variants"][0]).expect(201);
    assert_ne!(tag(), before, "a sale changes the tag");
    let variant = &mug["variants"][0]["id"];
    let below = json!({ "variants": [{ "id": variant, "stock": 9 }] });
    for (method, body) in [
        (Method::Patch, json!({ "stock": 9 })),
        (Method::Patch, json!({ "stock": null })),
        (Method::Patch, below.clone()),
        (Method::Put, with(json!({ "name": "Mug" }), &below)),
        (Method::Put, mug.clone()),
    ] {
        let problem = change(method, &before, body).refused(412, "precondition_failed");
        assert_eq!(problem["current"]["stock"], 4);
    }
    let renamed = change(Method::Patch, &before, json!({ "name": "Cup" })).expect(200);
    assert_eq!((&renamed["stock"], &renamed["version"]), (&json!(4), &json!(2)));
    change(Method::Put, &before, json!({ "name": "Cup" })).refused(412, "precondition_failed");
    change(Method::Delete, &before, json!({})).refused(412, "precondition_failed");
    change(Method::Patch, &before, json!({ "name": "" })).invalid(&[("/name", "required")]);
    let twofold = json!({ "stock": 8, "variants": [{ "id": variant, "stock": 9 }] });
    change(Method::Patch, &before, twofold).invalid(&[("/stock", "set_on_variant")]);
    assert_eq!(change(Method::Patch, &tag(), json!({ "stock": 9 })).expect(200)["stock"], 9);
    change(Method::Delete, &tag(), json!({})).expect(204);
}

#[test]
fn a_product_that_was_ordered_is_archived_and_any_other_is_gone() {
    let shop = Shop::new();
    let admin = shop.admin();
    let unsold = fixtures::product("Mug", "9.95").stock(3).create(&admin);
    admin.delete(&path(&unsold)).expect(204);
    for user in [&admin, &shop.visitor()] {
        user.get(&path(&unsold)).refused(404, "not_found");
    }
    admin.delete(&path(&unsold)).refused(404, "not_found");
    assert_eq!(
        fixtures::product("Mug", "9.95").create(&admin)["id"],
        2,
        "an id is never used again"
    );

    let sold = create(&admin, mug(json!({ "stock": 3, "sku": "MUG" })));
    let order = buy(&shop, &sold, &sold["variants"][0]).expect(201);
    let order_path = format!("/orders/{}", order["id"]);
    let placed = admin.get(&order_path).expect(200);
    admin.delete(&path(&sold)).expect(204);
    shop.visitor().get(&path(&sold)).refused(404, "not_found");
    shop.storefront().get(&path(&sold)).refused(404, "not_found");
    assert_eq!(shop.reader().get(&path(&sold)).expect(200)["status"], "archived");
    assert_eq!(admin.get(&order_path).expect(200), placed);
    buy(&shop, &sold, &Value::Null).invalid(&[("/items/0/product_id", "not_found")]);
    let cancel = format!("{order_path}/cancellation");
    admin.post(&cancel, json!({ "reason": "changed their mind" })).expect(201);
    assert_eq!(admin.get(&path(&sold)).expect(200)["stock"], 3);
}

#[test]
fn an_order_stays_as_it_was_placed_whatever_happens_to_its_product() {
    let shop = Shop::new();
    let admin = shop.admin();
    let shirt = create(&admin, shirt());
    let order = buy(&shop, &shirt, &shirt["variants"][0]).expect(201);
    let order_path = format!("/orders/{}", order["id"]);
    let placed = admin.get(&order_path).expect(200);
    let other = json!({ "options": { "Colour": "Red" }, "price": "1" });
    let rag = json!({ "name": "Rag", "variants": [other] });
    assert_eq!(admin.put(&path(&shirt), rag).expect(200)["price"], "1.00");
    assert_eq!(admin.get(&order_path).expect(200), placed);
    assert_eq!(placed["items"][0]["variant_title"], "S");
    assert_eq!(placed["items"][0]["sku"], "SH-S");
}
