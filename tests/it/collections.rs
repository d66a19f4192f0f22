//! Collections: what belongs together, in the order in which the shop shows it.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::store::engine::verify;

use crate::fixtures::{self, create, product};
use crate::shop::{Shop, User, ids};

/// Four products, the third of which is a draft.
fn shelves(admin: &User<'_>) {
    for (name, price, status) in [
        ("Rye", "4", "active"),
        ("Bun", "1", "active"),
        ("Cake", "9", "draft"),
        ("Jam", "5", "active"),
    ] {
        product(name, price).with(json!({ "status": status })).create(admin);
    }
}

fn collection(admin: &User<'_>, body: Value) -> Value {
    admin.post("/collections", body).expect(201)
}

fn listed(user: &User<'_>, query: &str) -> Vec<i64> {
    ids(&user.get(&format!("/products?{query}")).expect(200))
}

fn count(user: &User<'_>, id: i64) -> Value {
    user.get(&format!("/collections/{id}")).expect(200)["products_count"].clone()
}

#[test]
fn a_name_makes_a_collection_that_everybody_sees() {
    let shop = Shop::new();
    let admin = shop.admin();
    let made = admin.post("/collections", json!({ "name": " Brot & Gebäck " }));
    let bread = json!({
        "id": 1, "handle": "brot-geback", "name": "Brot & Gebäck", "description": "",
        "parent_id": null, "position": 0, "image": null, "products_count": 0, "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(made.expect(201), bread);
    assert_eq!(made.header("Location"), Some("/collections/1"));
    for path in ["1", "brot-geback", "Brot-Geback"] {
        let read = shop.visitor().get(&format!("/collections/{path}"));
        assert_eq!(read.expect(200), bread);
        assert_eq!(read.header("Cache-Control"), Some("public, no-cache"));
    }
    let second = collection(&admin, json!({ "name": "Brot & Gebäck", "parent_id": 1 }));
    let told = (&second["handle"], &second["position"], &second["parent_id"]);
    assert_eq!(told, (&json!("brot-geback-2"), &json!(1), &json!(1)));
    let edited = json!({ "description": "Every morning.", "position": 7, "handle": "bread" });
    let edited = admin.patch("/collections/1", edited).expect(200);
    assert_eq!((&edited["version"], &edited["name"]), (&json!(2), &bread["name"]));
    assert_eq!(ids(&shop.visitor().get("/collections").expect(200)), [2, 1]);
    assert_eq!(ids(&shop.visitor().get("/collections?parent_id=1").expect(200)), [2]);
    assert_eq!(ids(&shop.visitor().get("/collections?sort=-created_at").expect(200)), [2, 1]);
    let last = collection(&admin, json!({ "name": "Last", "position": 1_000_000 }));
    let behind = collection(&admin, json!({ "name": "Behind" }));
    assert_eq!(behind["position"], last["position"]);
    let whole = admin.get("/collections/1").expect(200);
    assert_eq!(admin.put("/collections/1", whole).expect(200)["handle"], "bread");
    admin.delete("/collections/1").expect(204);
    admin.get("/collections/1").refused(404, "not_found");
    assert_eq!(admin.get("/collections/2").expect(200)["parent_id"], Value::Null);
}

#[test]
fn what_is_wrong_with_a_collection_is_told_field_by_field() {
    let shop = Shop::new();
    let admin = shop.admin();
    collection(&admin, json!({ "name": "Top" }));
    collection(&admin, json!({ "name": "Part", "parent_id": 1 }));
    collection(&admin, json!({ "name": "Alone" }));
    for (body, faults) in [
        (json!({}), &[("/name", "required")][..]),
        (
            json!({ "name": "", "position": -1 }),
            &[("/name", "required"), ("/position", "out_of_range")],
        ),
        (json!({ "name": "A", "parent_id": 9 }), &[("/parent_id", "not_found")]),
        (json!({ "name": "A", "parent_id": 2 }), &[("/parent_id", "not_allowed")]),
        (json!({ "name": "A", "product_ids": [1] }), &[("/product_ids", "unknown_field")]),
    ] {
        admin.post("/collections", body).invalid(faults);
    }
    for (id, parent_id) in [(1, 1), (1, 3), (3, 2)] {
        let refused = admin.patch(&format!("/collections/{id}"), json!({ "parent_id": parent_id }));
        refused.invalid(&[("/parent_id", "not_allowed")]);
    }
    admin.post("/collections", json!({ "name": "A", "handle": "top" })).refused(409, "taken");
    for method in [Method::Patch, Method::Put] {
        let taken = json!({ "name": "Part", "handle": "top" });
        admin.ask(method, "/collections/2").json(&taken).send().refused(409, "taken");
    }
    for (method, path, body) in [
        (Method::Patch, "/collections/1", json!({ "name": "Head" })),
        (Method::Put, "/collections/1", json!({ "name": "Head" })),
        (Method::Put, "/collections/1/products", json!({ "product_ids": [] })),
    ] {
        let stale = admin.ask(method, path).header("If-Match", "\"9.9\"");
        stale.json(&body).send().refused(412, "precondition_failed");
    }
    shelves(&admin);
    let set = |body: Value| admin.put("/collections/1/products", body);
    set(json!({})).invalid(&[("/product_ids", "required")]);
    set(json!({ "product_ids": [1, 1] })).invalid(&[("/product_ids", "given_twice")]);
    set(json!({ "product_ids": [1, 9, 2, 8] }))
        .invalid(&[("/product_ids/1", "not_found"), ("/product_ids/3", "not_found")]);
    let body = json!({ "name": "Tea", "price": "1", "collection_ids": [1, 9] });
    admin.post("/products", body).invalid(&[("/collection_ids/1", "not_found")]);
    let unordered = admin.get("/products?sort=position");
    unordered.invalid(&[("sort", "not_allowed")]);
    admin.get("/products?collection=--").invalid(&[("collection", "not_an_id")]);
}

#[test]
fn products_stand_in_a_collection_in_its_order_whichever_side_says_so() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    shelves(&admin);
    collection(&admin, json!({ "name": "Bread" }));
    collection(&admin, json!({ "name": "Sweet" }));
    let set = admin.put("/collections/1/products", json!({ "product_ids": [3, 2, 1] })).expect(200);
    assert_eq!((&set["products_count"], &set["version"]), (&json!(3), &json!(2)));
    assert_eq!(listed(&visitor, "collection=1&sort=position"), [2, 1]);
    assert_eq!(listed(&admin, "collection=bread&sort=position"), [3, 2, 1]);
    assert_eq!(listed(&admin, "collection=bread&sort=-position&limit=2"), [1, 2]);
    assert_eq!(listed(&visitor, "collection=1&sort=name"), [2, 1]);
    assert_eq!(listed(&visitor, "collection=9"), [0_i64; 0]);
    assert_eq!((count(&admin, 1), count(&visitor, 1)), (json!(3), json!(2)));
    // The product says the same, and whoever holds it from before is told so.
    let rye = visitor.get("/products/1").expect(200);
    assert_eq!((&rye["collection_ids"], &rye["version"]), (&json!([1]), &json!(2)));
    let page = admin.get("/products?collection=1&sort=position&limit=1&count=true").expect(200);
    assert_eq!(page["count"], 3);
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(listed(&admin, &format!("collection=1&sort=position&limit=5&after={next}")), [2, 1]);

    let jam = admin.patch("/products/4", json!({ "collection_ids": [2, 1, 2] })).expect(200);
    assert_eq!(jam["collection_ids"], json!([1, 2]));
    admin.patch("/products/3", json!({ "status": "active" })).expect(200);
    assert_eq!(listed(&visitor, "collection=1&sort=position"), [3, 2, 1, 4]);
    assert_eq!((count(&visitor, 1), count(&visitor, 2)), (json!(4), json!(1)));
    // What is reordered keeps its place in the other; what is left out is in it no more.
    admin.put("/collections/1/products", json!({ "product_ids": [4, 1] })).expect(200);
    assert_eq!(listed(&visitor, "collection=1&sort=position"), [4, 1]);
    assert_eq!(admin.get("/products/2").expect(200)["collection_ids"], json!([]));
    assert_eq!(admin.get("/products/4").expect(200)["collection_ids"], json!([1, 2]));
    fixtures::order(1, 1).create(&visitor);
    admin.delete("/products/1").expect(204);
    admin.delete("/products/4").expect(204);
    assert_eq!(
        (count(&visitor, 1), count(&admin, 1), count(&visitor, 2)),
        (json!(0), json!(1), json!(0))
    );
    assert_eq!(listed(&admin, "collection=1&sort=position"), [1]);
    admin.delete("/collections/1").expect(204);
    assert_eq!(admin.get("/products/1").expect(200)["collection_ids"], json!([]));
    let verdict = verify::served(&shop.config.data.join("shop.db")).unwrap();
    assert_eq!(verdict.faults, [""; 0]);
}

#[test]
fn what_stands_beside_an_offer_is_told_with_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    let jam = create(
        &admin,
        json!({
            "name": "Jam", "price": "4.20", "manufacturer": "Mill, Mill Lane 1\nmill@example.org",
            "safety_note": "Hot.", "restock_returns": false,
            "unit_price": { "measure": "0300", "unit": "ml", "per": 100 },
        }),
    );
    let unit_price = json!({ "measure": "300", "unit": "ml", "per": "100", "price": "1.40" });
    assert_eq!(jam["unit_price"], unit_price);
    assert_eq!(jam["manufacturer"], "Mill, Mill Lane 1\nmill@example.org");
    // What was read can be sent back; the price for a unit follows the price.
    let dearer = fixtures::with(jam, json!({ "price": "4.50" }));
    let dearer = fixtures::with(dearer, json!({ "variants": null }));
    let dearer = admin.put("/products/1", dearer).expect(200);
    assert_eq!(dearer["unit_price"]["price"], "1.50");
    assert_eq!(
        (&dearer["safety_note"], &dearer["restock_returns"]),
        (&json!("Hot."), &json!(false))
    );
    let seen = shop.visitor().get("/products/1").expect(200);
    assert_eq!(
        (&seen["unit_price"], &seen["safety_note"]),
        (&dearer["unit_price"], &json!("Hot."))
    );
    let gone = json!({ "unit_price": null, "safety_note": null, "manufacturer": "" });
    let gone = admin.patch("/products/1", gone).expect(200);
    assert_eq!((&gone["unit_price"], &gone["manufacturer"]), (&Value::Null, &Value::Null));
    let wrong = json!({ "unit_price": { "measure": 0, "unit": "lb", "pre": "1" } });
    admin.patch("/products/1", wrong).invalid(&[
        ("/unit_price/measure", "not_a_measure"),
        ("/unit_price/unit", "unknown_value"),
        ("/unit_price/per", "required"),
        ("/unit_price/pre", "unknown_field"),
    ]);
}

#[test]
fn what_comes_back_is_sold_again_as_its_product_says() {
    let shop = Shop::new();
    let admin = shop.admin();
    for restock in [true, false] {
        let fields = json!({ "stock": 5, "restock_returns": restock });
        product("Cake", "9").with(fields).create(&admin);
    }
    fixtures::order(1, 3).item(2, 3).create(&admin);
    admin.post("/orders/1/shipments", fixtures::parcel()).expect(201);
    let back = |item: i64, fields: Value| {
        let item = fixtures::with(json!({ "item_id": item, "quantity": 1 }), fields);
        admin.post("/orders/1/returns", json!({ "items": [item] })).expect(201);
    };
    let stock =
        || [1, 2].map(|id| admin.get(&format!("/products/{id}")).expect(200)["stock"].clone());
    assert_eq!(stock(), [2, 2]);
    back(1, json!({}));
    back(2, json!({}));
    assert_eq!(stock(), [3, 2]);
    back(1, json!({ "restock": false }));
    back(2, json!({ "restock": true }));
    assert_eq!(stock(), [3, 3]);
}
