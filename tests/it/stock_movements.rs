//! The stock ledger: what is on hand is the sum of what moved, whoever moved it and however.

use serde_json::{Value, json};

use crate::fixtures;
use crate::shop::{Answer, Shop, User, ids};

/// What the only variant of a product has, and the orders that may still be cancelled.
struct Shelf<'a> {
    admin: User<'a>,
    buyer: User<'a>,
    path: String,
    /// The movements that were seen so far, and their sum.
    seen: Vec<i64>,
    sum: i64,
    open_orders: Vec<i64>,
}

impl<'a> Shelf<'a> {
    fn new(shop: &'a Shop, fields: &Value) -> Self {
        let admin = shop.admin();
        let mug = fixtures::product("Mug", "9.95").with(fields).create(&admin);
        let (path, buyer) = (fixtures::path(&mug), shop.visitor());
        Self { admin, buyer, path, seen: Vec::new(), sum: 0, open_orders: Vec::new() }
    }

    fn move_stock(&self, body: &Value) -> Answer {
        self.admin.post(&format!("{}/stock_movements", self.path), body.clone())
    }

    fn patch(&self, body: Value) -> Answer {
        self.admin.patch(&self.path, body)
    }

    fn product(&self) -> Value {
        self.admin.get(&self.path).expect(200)
    }

    fn stock(&self) -> Option<i64> {
        self.product()["stock"].as_i64()
    }

    fn order(&mut self, quantity: i64) -> Answer {
        let product = self.path.trim_start_matches("/products/");
        let answer = fixtures::order(product, quantity).send(&self.buyer);
        if answer.status == 201 {
            self.open_orders.push(answer.json()["id"].as_i64().unwrap());
        }
        answer
    }

    fn cancel(&self, order: i64, items: Option<Value>) -> Answer {
        let mut body = json!({ "reason": "changed their mind" });
        if let Some(items) = items {
            body["items"] = items;
        }
        self.admin.post(&format!("/orders/{order}/cancellation"), body)
    }

    /// Reads what moved since the last look, and holds the books against the shelf.
    #[track_caller]
    fn check_books(&mut self) -> Vec<Value> {
        let list = self.admin.get(&format!("{}/stock_movements?limit=20", self.path)).expect(200);
        let mut new = list["data"].as_array().unwrap().clone();
        new.retain(|row| !self.seen.contains(&row["id"].as_i64().unwrap()));
        new.reverse();
        for row in &new {
            self.sum += row["delta"].as_i64().unwrap();
            self.seen.push(row["id"].as_i64().unwrap());
            assert_eq!(row["stock"], self.sum, "{row}");
        }
        let product = self.product();
        assert_eq!(product["variants"][0]["stock"], product["stock"]);
        if let Some(stock) = product["stock"].as_i64() {
            assert_eq!(stock, self.sum, "the shelf and its ledger disagree");
            assert!(stock >= 0 || product["allow_backorder"] == true, "{product}");
        } else {
            assert!(new.is_empty(), "something moved that is not tracked: {new:?}");
        }
        new
    }
}

#[test]
fn a_movement_says_what_changed_or_what_was_counted_and_can_be_read_again() {
    let shop = Shop::new();
    let shelf = Shelf::new(&shop, &json!({ "stock": 10 }));
    let version = shelf.product()["version"].clone();
    for (body, delta, stock) in [
        (json!({ "delta": 5, "reason": "received" }), 5, 15),
        (json!({ "delta": -2, "reason": "damaged", "note": "Fell.\nBroke." }), -2, 13),
        (json!({ "counted": 17, "reason": "corrected" }), 4, 17),
        (json!({ "delta": -1, "reason": "sold", "variant_id": "1" }), -1, 16),
        (json!({ "counted": 16, "reason": "returned", "variant_id": 1 }), 0, 16),
    ] {
        let before = shelf.admin.get(&shelf.path);
        let made = shelf.move_stock(&body);
        let movement = made.expect(201);
        let told = [&movement["delta"], &movement["stock"], &movement["variant_id"]];
        assert_eq!(told, [&json!(delta), &json!(stock), &json!(1)], "{body}");
        assert_eq!((&movement["reason"], &movement["note"]), (&body["reason"], &body["note"]));
        assert_eq!(shelf.admin.get(made.header("Location").unwrap()).expect(200), movement);
        assert_eq!(shelf.stock(), Some(stock));
        let after = shelf.admin.get(&shelf.path);
        assert_ne!(after.header("ETag"), before.header("ETag"));
        assert_eq!(after.json()["version"], version, "a movement is no edit");
    }
    for (body, faults) in [
        (json!({}), &[("/reason", "required"), ("/delta", "required")] as &[(&str, &str)]),
        (
            json!({ "delta": 1, "counted": 2, "reason": "lost" }),
            &[("/reason", "unknown_reason"), ("/counted", "not_allowed")],
        ),
        (json!({ "delta": "1", "reason": "sold" }), &[("/delta", "wrong_type")]),
        (json!({ "delta": 1.5, "reason": "sold" }), &[("/delta", "not_an_integer")]),
        (json!({ "dleta": 1, "counted": 1, "reason": "sold" }), &[("/dleta", "unknown_field")]),
        (
            json!({ "delta": 1, "reason": "sold", "variant_id": 99 }),
            &[("/variant_id", "variant_required")],
        ),
    ] {
        shelf.move_stock(&body).invalid(faults);
    }
    assert_eq!(shelf.stock(), Some(16));
}

#[test]
fn the_ledger_of_a_product_lists_its_variants_apart() {
    let shop = Shop::new();
    let admin = shop.admin();
    let size = |value: &str| json!({ "options": { "Size": value }, "price": "5", "stock": 1 });
    let body = json!({ "name": "Shirt", "variants": [size("S"), size("M")] });
    fixtures::create(&admin, body);
    Shelf::new(&shop, &json!({ "stock": 7 }));
    let path = "/products/1/stock_movements";
    admin.post(path, json!({ "delta": 1, "reason": "received" })).refused(422, "variant_required");
    for (variant, id) in [(1, 4), (2, 5)] {
        let body = json!({ "delta": variant, "reason": "received", "variant_id": variant });
        assert_eq!(admin.post(path, body).expect(201)["id"], id);
    }
    for (query, want) in [
        ("", &[5_i64, 4, 2, 1][..]),
        ("?sort=created_at", &[1, 2, 4, 5]),
        ("?variant_id=2", &[5, 2]),
        ("?variant_id=3", &[]),
    ] {
        assert_eq!(ids(&admin.get(&format!("{path}{query}")).expect(200)), want, "{query}");
    }
    let first = admin.get(&format!("{path}?limit=3")).expect(200);
    assert_eq!(ids(&first), [5, 4, 2]);
    let rest = format!("{path}?limit=3&after={}", first["next_cursor"].as_str().unwrap());
    admin.post(path, json!({ "counted": 9, "reason": "corrected", "variant_id": 1 })).expect(201);
    assert_eq!(ids(&admin.get(&rest).expect(200)), [1]);
    admin.get("/products/2/stock_movements/1").refused(404, "not_found");
    admin.get("/products/9/stock_movements").refused(404, "not_found");
    assert_eq!(admin.get("/products/2/stock_movements/3").expect(200)["delta"], 7);
    assert_eq!(admin.put("/products/2/stock_movements/3", json!({})).status, 405);
}

#[test]
fn stock_falls_below_zero_only_while_back_orders_are_allowed() {
    let shop = Shop::new();
    let mut shelf = Shelf::new(&shop, &json!({ "stock": 2 }));
    let below = |answer: Answer| {
        answer.refused(409, "stock_below_zero");
    };
    let count = |counted: i64| json!({ "counted": counted, "reason": "corrected" });
    below(fixtures::product("Cup", "1").stock(-1).send(&shelf.admin));
    below(shelf.move_stock(&json!({ "delta": -3, "reason": "damaged" })));
    below(shelf.move_stock(&count(-1)));
    below(shelf.patch(json!({ "stock": -1 })));
    let short = shelf.order(3).refused(409, "out_of_stock");
    assert_eq!(short["errors"][0]["available"], 2);
    assert_eq!(short["errors"][0]["pointer"], "/items/0/quantity");
    assert_eq!(shelf.check_books().len(), 1);

    shelf.patch(json!({ "allow_backorder": true })).expect(200);
    shelf.order(3).expect(201);
    assert_eq!(shelf.stock(), Some(-1));
    below(shelf.patch(json!({ "allow_backorder": false })));
    below(shelf.patch(json!({ "allow_backorder": false, "stock": -1 })));
    let name_only = json!({ "name": "Mug", "allow_backorder": false });
    below(shelf.admin.put(&shelf.path, name_only));
    assert_eq!(shelf.product()["allow_backorder"], true, "a refused edit leaves no trace");
    shelf.check_books();
    shelf.patch(json!({ "allow_backorder": false, "stock": 1 })).expect(200);
    shelf.order(2).refused(409, "out_of_stock");
    shelf.patch(json!({ "allow_backorder": true, "stock": -5 })).expect(200);
    shelf.move_stock(&json!({ "delta": 5, "reason": "received" })).expect(201);
    shelf.patch(json!({ "allow_backorder": false })).expect(200);
    shelf.order(1).refused(409, "out_of_stock");
    assert_eq!(shelf.check_books().len(), 3);
}

#[test]
fn every_way_to_change_stock_leaves_its_line_in_the_ledger() {
    let shop = Shop::new();
    let mut shelf = Shelf::new(&shop, &json!({ "stock": 5 }));
    let line = |row: &Value| json!([row["delta"], row["reason"], row["order_id"]]);
    let check = |shelf: &mut Shelf<'_>, want: &[Value]| {
        let lines: Vec<Value> = shelf.check_books().iter().map(line).collect();
        assert_eq!(lines, want);
    };
    check(&mut shelf, &[json!([5, "corrected", null])]);
    shelf.order(2).expect(201);
    check(&mut shelf, &[json!([-2, "sold", 1])]);
    shelf.patch(json!({ "stock": 3, "price": "8" })).expect(200);
    check(&mut shelf, &[]);
    shelf.patch(json!({ "stock": 9 })).expect(200);
    check(&mut shelf, &[json!([6, "corrected", null])]);
    shelf.admin.put(&shelf.path, json!({ "name": "Mug", "variants": [{ "id": 1 }] })).expect(200);
    check(&mut shelf, &[]);
    let counted = json!({ "name": "Mug", "variants": [{ "id": 1, "stock": 4 }] });
    shelf.admin.put(&shelf.path, counted).expect(200);
    check(&mut shelf, &[json!([-5, "corrected", null])]);
    let item = shelf.admin.get("/orders/1").expect(200)["items"][0]["id"].clone();
    shelf.cancel(1, Some(json!([{ "item_id": item, "quantity": 1 }]))).expect(201);
    check(&mut shelf, &[json!([1, "returned", 1])]);
    shelf.cancel(1, None).expect(201);
    check(&mut shelf, &[json!([1, "returned", 1])]);
    shelf.cancel(1, None).refused(409, "action_not_possible");
    check(&mut shelf, &[]);
    assert_eq!(shelf.stock(), Some(6));
}

#[test]
fn nothing_moves_while_stock_is_not_tracked_and_a_count_begins_it_again() {
    let shop = Shop::new();
    let mut shelf = Shelf::new(&shop, &json!({}));
    let delta = json!({ "delta": 1, "reason": "received" });
    shelf.order(1_000).expect(201);
    shelf.move_stock(&delta).refused(409, "conflict");
    shelf.cancel(1, None).expect(201);
    assert_eq!(shelf.check_books().len(), 0);
    let movement = shelf.move_stock(&json!({ "counted": 6, "reason": "received" })).expect(201);
    assert_eq!(movement["delta"], 6);
    shelf.order(2).expect(201);
    assert_eq!(shelf.check_books().len(), 2);

    shelf.patch(json!({ "stock": null })).expect(200);
    shelf.order(50).expect(201);
    shelf.cancel(2, None).expect(201);
    shelf.move_stock(&delta).refused(409, "conflict");
    assert_eq!(shelf.check_books().len(), 0);
    shelf.patch(json!({ "stock": 3 })).expect(200);
    let begun = shelf.check_books();
    assert_eq!((&begun[0]["delta"], &begun[0]["reason"]), (&json!(-1), &json!("corrected")));
    shelf.cancel(3, None).expect(201);
    assert_eq!(shelf.stock(), Some(3));
    assert_eq!(shelf.check_books().len(), 0);
}

#[test]
fn on_hand_is_the_sum_of_its_movements_whatever_happens_in_whichever_order() {
    let shop = Shop::new();
    let mut shelf = Shelf::new(&shop, &json!({ "stock": 10 }));
    // The numbers of Numerical Recipes: the same walk every time.
    let mut state: u64 = 20_261_123;
    let mut dice = |sides: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % sides).unwrap()
    };
    for step in 0..250 {
        let number = dice(9);
        let answer = match dice(12) {
            0..=2 => shelf.order(1 + number),
            3 | 4 if !shelf.open_orders.is_empty() => {
                let at = usize::try_from(dice(shelf.open_orders.len() as u64)).unwrap();
                let order = shelf.open_orders[at];
                let items =
                    shelf.admin.get(&format!("/orders/{order}")).expect(200)["items"].clone();
                let one = json!([{ "item_id": items[0]["id"], "quantity": 1 }]);
                shelf.cancel(order, (number > 3).then_some(one))
            }
            3..=5 => shelf.move_stock(&json!({ "delta": number - 4, "reason": "received" })),
            6 => shelf.move_stock(&json!({ "counted": number - 2, "reason": "corrected" })),
            7 => shelf.patch(json!({ "stock": number - 2, "allow_backorder": number % 2 == 0 })),
            8 => shelf.patch(json!({ "stock": number.checked_sub(2).filter(|n| *n > 0) })),
            9 => shelf.patch(json!({ "allow_backorder": number > 4 })),
            10 => shelf.admin.put(&shelf.path, json!({ "name": "Mug", "price": number })),
            _ => shelf.admin.put(&shelf.path, shelf.product()),
        };
        assert!([200, 201, 409].contains(&answer.status), "step {step}: {answer:?}");
        shelf.check_books();
    }
    assert!(shelf.seen.len() > 50, "the walk went nowhere: {} movements", shelf.seen.len());
}

#[test]
fn movements_are_listed_from_either_end_of_all_variants_or_of_one() {
    let shop = Shop::new();
    let admin = shop.admin();
    let sizes = ["S", "M", "L"];
    let variant = |size: &str| json!({ "options": { "Size": size }, "stock": 100 });
    let shirt = fixtures::product("Shirt", "9.95")
        .with(json!({ "variants": sizes.map(variant) }))
        .create(&admin);
    let path = format!("{}/stock_movements", fixtures::path(&shirt));
    let id = |place: usize| shirt["variants"][place]["id"].as_i64().unwrap();
    let variants = [id(0), id(1), id(2)];
    // Somebody else's movements lie in between.
    let mug = fixtures::product("Mug", "1.00").with(json!({ "stock": 100 })).create(&admin);
    for turn in 0..20 {
        let variant_id = variants[turn * turn % 3];
        let moved = json!({ "variant_id": variant_id, "delta": 1, "reason": "received" });
        admin.post(&path, moved).expect(201);
        let order = json!({
            "items": [
                { "product_id": shirt["id"], "variant_id": variants[turn % 3], "quantity": 1 },
                { "product_id": mug["id"], "quantity": 1 },
            ],
            "customer": { "name": "Ana", "email": "ana@example.org" },
        });
        admin.post("/orders", order).expect(201);
    }
    let all = admin.get(&format!("{path}?limit=100")).expect(200);
    let mut rows: Vec<(i64, i64)> = Vec::new();
    for row in all["data"].as_array().unwrap() {
        rows.push((row["id"].as_i64().unwrap(), row["variant_id"].as_i64().unwrap()));
    }
    assert_eq!(rows.len(), 3 + 20 + 20);
    assert!(rows.is_sorted_by(|one, other| one.0 > other.0), "the latest come first: {rows:?}");
    for of in [None, Some(variants[0]), Some(variants[2])] {
        let wanted = rows.iter().filter(|(_, variant)| of.is_none_or(|of| of == *variant));
        let mut wanted: Vec<i64> = wanted.map(|(id, _)| *id).collect();
        for sort in ["-created_at", "created_at"] {
            let narrowed = of.map(|id| format!("&variant_id={id}")).unwrap_or_default();
            let mut seen = Vec::new();
            let first = format!("{path}?limit=7&count=true&sort={sort}{narrowed}");
            let mut page = admin.get(&first).expect(200);
            assert_eq!(page["count"], json!(wanted.len()), "{first}");
            loop {
                seen.extend(ids(&page));
                let Some(after) = page["next_cursor"].as_str() else { break };
                let next = format!("{path}?limit=7&sort={sort}{narrowed}&after={after}");
                page = admin.get(&next).expect(200);
            }
            assert_eq!(seen, wanted, "{first}");
            wanted.reverse();
        }
    }
}

#[test]
fn the_id_of_a_movement_that_went_with_its_product_is_never_given_again() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "1.00").with(json!({ "stock": 5 })).create(&admin);
    let cup = fixtures::product("Cup", "1.00").with(json!({ "stock": 5 })).create(&admin);
    let list = |product: &Value| format!("{}/stock_movements", fixtures::path(product));
    assert_eq!(ids(&admin.get(&list(&cup)).expect(200)), [2]);
    admin.delete(&fixtures::path(&cup)).expect(204);
    admin.post(&list(&mug), json!({ "delta": 1, "reason": "received" })).expect(201);
    fixtures::order(1, 1).create(&shop.visitor());
    assert_eq!(ids(&admin.get(&list(&mug)).expect(200)), [4, 3, 1]);
}
