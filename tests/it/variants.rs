//! The variants of a product: the list that a request sends is the list there is, and the fields at
//! the top of a product never say anything else than its variants.

use serde_json::{Value, json};

use crate::fixtures::{self, buy, create, path, shirt, with};
use crate::shop::Shop;

#[test]
fn the_names_of_options_are_text_like_any_other() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (composed, decomposed) = ("Größe", " Gro\u{308}ße ");
    let variant = |name: &str| json!({ "price": "5", "options": { name: "S" } });
    let options = json!([{ "name": decomposed, "values": ["S"] }]);
    for body in [
        json!({ "name": "Shirt", "options": options, "variants": [variant(decomposed)] }),
        json!({ "name": "Shirt", "variants": [variant(decomposed)] }),
    ] {
        let product = create(&admin, body);
        assert_eq!(product["options"][0]["name"], composed);
        assert_eq!(product["variants"][0]["options"], json!({ composed: "S" }));
    }
    let refused = |options: Value, at: &str, code: &str| {
        let body = json!({ "name": "Shirt", "price": "5", "variants": [{ "options": options }] });
        admin.post("/products", body).invalid(&[(at, code)]);
    };
    refused(json!({ "": "S" }), "/variants/0/options/", "empty");
    refused(json!({ "a/b": "" }), "/variants/0/options/a~1b", "empty");
    refused(json!({ "A": "S", " A ": "M" }), "/variants/0/options", "given_twice");
    let eleven: Value = (0..11).map(|n| (n.to_string(), json!("S"))).collect();
    refused(eleven, "/variants/0/options", "too_many");
}

#[test]
fn a_field_at_the_top_speaks_for_the_only_variant_and_never_against_several() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |stored: Value, change: Value, want: Result<Value, &[&str]>| {
        let product = create(&admin, stored);
        let mut sent = with(json!({ "name": "Any" }), &change);
        for variant in sent.get_mut("variants").and_then(Value::as_array_mut).into_iter().flatten()
        {
            // A place in the list stands for the id of the variant there.
            if let Some(at) = variant["id"].as_u64() {
                variant["id"] = product["variants"][usize::try_from(at).unwrap()]["id"].clone();
            }
        }
        let answer = admin.put(&path(&product), sent);
        match want {
            Ok(want) => {
                let now = answer.expect(200);
                let shown: Value = want
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|name| (name.clone(), now[name].clone()))
                    .collect();
                assert_eq!(shown, want, "{change}");
                for name in want.as_object().unwrap().keys() {
                    assert_eq!(now["variants"][0][name], now[name], "{change}");
                }
            }
            Err(fields) => {
                let faults: Vec<_> = fields.iter().map(|at| (*at, "set_on_variant")).collect();
                assert_eq!(answer.invalid(&faults)["code"], "set_on_variant", "{change}");
                assert_eq!(admin.get(&path(&product)).expect(200), product);
            }
        }
        admin.delete(&path(&product)).expect(204);
    };
    let one = || fixtures::product("Mug", "9.95").with(json!({ "sku": "MUG", "stock": 4 })).body();
    check(one(), json!({ "price": "8" }), Ok(json!({ "price": "8.00", "sku": "MUG", "stock": 4 })));
    check(one(), json!({ "sku": null, "stock": 2 }), Ok(json!({ "sku": null, "stock": 2 })));
    let below = |fields: Value| json!([with(json!({ "id": 0 }), &fields)]);
    for (top, variant, want) in [
        (json!({ "price": "8" }), json!({ "price": "8.00" }), Ok(json!({ "price": "8.00" }))),
        (json!({ "price": "8" }), json!({ "price": "9.95" }), Ok(json!({ "price": "8.00" }))),
        (json!({ "price": "8" }), json!({}), Ok(json!({ "price": "8.00" }))),
        (json!({ "price": "9.95" }), json!({ "price": "7" }), Ok(json!({ "price": "7.00" }))),
        (json!({ "price": "8" }), json!({ "price": "7" }), Err(&["/price"] as &[&str])),
        (json!({ "stock": 5 }), json!({ "stock": 6 }), Err(&["/stock"])),
        (json!({ "stock": 5 }), json!({ "stock": null }), Err(&["/stock"])),
        (json!({ "sku": "A" }), json!({ "sku": "A" }), Ok(json!({ "sku": "A" }))),
    ] {
        check(one(), with(top, json!({ "variants": below(variant) })), want);
    }
    for (top, want) in [
        (json!({ "price": "20.00", "stock": 5, "sku": "SH-S" }), Ok(json!({ "stock": 5 }))),
        (json!({ "price": 20, "barcode": "4006381333931" }), Ok(json!({ "price": "20.00" }))),
        (json!({ "price": "21" }), Err(&["/price"] as &[&str])),
        (json!({ "stock": 6, "sku": null }), Err(&["/stock", "/sku"])),
        (json!({ "allow_backorder": true }), Err(&["/allow_backorder"])),
    ] {
        check(shirt(), top, want);
    }
    let top = with(shirt(), json!({ "sku": "SH", "weight_grams": 9 }));
    let faults = [("/sku", "set_on_variant"), ("/weight_grams", "set_on_variant")];
    admin.post("/products", top).invalid(&faults);
}

#[test]
fn the_list_of_variants_keeps_adds_and_removes() {
    let shop = Shop::new();
    let admin = shop.admin();
    let shirt = create(&admin, shirt());
    let [s, m] = [0, 1].map(|at| shirt["variants"][at].clone());
    let large = json!({ "options": { "Size": "L" }, "price": "22", "sku": "SH-L" });
    let put = |variants: Value| {
        admin.put(&path(&shirt), json!({ "name": "Shirt", "variants": variants }))
    };
    let all = put(json!([large, m, s])).expect(200);
    let shown: Vec<_> =
        all["variants"].as_array().unwrap().iter().map(|v| (&v["title"], &v["position"])).collect();
    let want = [("L", 1), ("M", 2), ("S", 3)].map(|(title, at)| (json!(title), json!(at)));
    assert_eq!(shown, want.iter().map(|(title, at)| (title, at)).collect::<Vec<_>>());
    assert_eq!((&all["price"], &all["sku"]), (&json!("22.00"), &json!("SH-L")));
    assert_eq!(with(all["variants"][2].clone(), json!({ "position": 1 })), s);

    let l = all["variants"][0].clone();
    for (variants, at) in [
        (json!([l, { "id": 99, "options": { "Size": "S" } }]), "/variants/1/id"),
        (json!([l, m, l]), "/variants/2/id"),
    ] {
        put(variants).invalid(&[(at, "unknown_variant")]);
    }
    put(json!([l, with(m.clone(), json!({ "options": { "Size": "L" } }))])).refused(409, "taken");

    let other = fixtures::product("Mug", "9.95").with(json!({ "sku": "MUG" })).create(&admin);
    let of_another = json!([{ "id": other["variants"][0]["id"] }]);
    put(of_another).invalid(&[("/variants/0/id", "unknown_variant")]);

    // The moved and the ordered are kept out of sight; the untouched are gone. Both leave the list.
    put(json!([m, with(l, json!({ "sku": "SH-S" }))])).expect(200);
    let movements = admin.get(&format!("{}/stock_movements", path(&shirt))).expect(200);
    assert!(movements["data"].as_array().unwrap().iter().any(|row| row["variant_id"] == s["id"]));
    buy(&shop, &shirt, &s).invalid(&[("/items/0/variant_id", "not_found")]);
    put(json!([s])).invalid(&[("/variants/0/id", "unknown_variant")]);
}

#[test]
fn an_option_goes_and_the_variants_that_are_named_stay() {
    let shop = Shop::new();
    let admin = shop.admin();
    let shirt = create(&admin, shirt());
    let s = shirt["variants"][0].clone();
    let patch = |body: Value| admin.patch(&path(&shirt), body);
    let one = json!([{ "id": s["id"] }]);
    let plain = patch(json!({ "options": [], "variants": one })).expect(200);
    let want = with(s.clone(), json!({ "options": {}, "title": null }));
    assert_eq!((&plain["options"], &plain["variants"]), (&json!([]), &json!([want])));
    assert_eq!(plain["stock"], s["stock"]);
    // One of two options: the other one is still the variant's.
    let options = json!([
        { "name": "Size", "values": ["S"] }, { "name": "Colour", "values": ["Blue"] },
    ]);
    let chosen = json!([{ "id": s["id"], "options": { "Size": "S", "Colour": "Blue" } }]);
    patch(json!({ "options": options, "variants": chosen })).expect(200);
    let left = json!([{ "name": "Colour", "values": ["Blue"] }]);
    let blue = patch(json!({ "options": left, "variants": one })).expect(200);
    assert_eq!(blue["variants"][0]["options"], json!({ "Colour": "Blue" }));
    // A new option has a value of each variant, and none is guessed.
    let more = json!([
        { "name": "Colour", "values": ["Blue"] }, { "name": "Cut", "values": ["Wide"] },
    ]);
    patch(json!({ "options": more, "variants": one }))
        .invalid(&[("/variants/0/options", "options_mismatch")]);
}

#[test]
fn an_option_without_values_has_those_that_the_variants_choose() {
    let shop = Shop::new();
    let admin = shop.admin();
    let shirt = json!({
        "name": "Shirt", "price": "10",
        "options": [{ "name": "Colour" }, { "name": "Size", "values": ["M", "S"] }],
        "variants": [
            { "options": { "Size": "S", "Colour": "Red" } },
            { "options": { "Size": "M", "Colour": "Blue" } },
            { "options": { "Size": "S", "Colour": "Blue" } },
        ],
    });
    let made = admin.post("/products", shirt.clone()).expect(201);
    let want = json!([
        { "name": "Colour", "values": ["Red", "Blue"] }, { "name": "Size", "values": ["M", "S"] },
    ]);
    assert_eq!(made["options"], want);
    // What is listed binds still, and each variant chooses of each option.
    let unlisted = with(
        shirt.clone(),
        json!({ "options": [
        { "name": "Colour" }, { "name": "Size", "values": ["M"] },
    ] }),
    );
    admin.post("/products", unlisted).invalid(&[
        ("/variants/0/options", "options_mismatch"),
        ("/variants/2/options", "options_mismatch"),
    ]);
    let unused = with(
        shirt,
        json!({ "options": [
        { "name": "Colour" }, { "name": "Size" }, { "name": "Cut" },
    ] }),
    );
    let faults = [0, 1, 2].map(|at| format!("/variants/{at}/options"));
    let faults = faults.each_ref().map(|at| (at.as_str(), "options_mismatch"));
    admin.post("/products", unused).invalid(&faults);
}

#[test]
fn a_product_that_was_read_can_be_the_pattern_of_a_new_one_and_grow_a_size() {
    let shop = Shop::new();
    let admin = shop.admin();
    let shirt = json!({ "name": "Shirt", "variants": [
        { "price": "10", "options": { "Size": "S" }, "weight_grams": 150 },
        { "price": "12", "options": { "Size": "M" } },
    ] });
    let mut first = create(&admin, shirt);
    first["handle"] = json!("another-shirt");
    let second = create(&admin, first.clone());
    assert_ne!(second["variants"][0]["id"], first["variants"][0]["id"]);
    let grown = json!({ "variants": [
        { "id": first["variants"][0]["id"] },
        { "price": "14", "options": { "Size": "L" } },
    ] });
    let grown = admin.patch(&format!("/products/{}", first["id"]), grown).expect(200);
    assert_eq!(grown["options"], json!([{ "name": "Size", "values": ["S", "L"] }]));
    assert_eq!(grown["variants"][0]["weight_grams"], 150);
}
