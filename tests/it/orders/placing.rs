//! Placing an order: for whom, of what, and that a refused one leaves no trace.

use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::fixtures::{self, ana, mug, shirt_in_two_sizes, with};
use crate::shop::{Shop, User, ids};

/// What an order leaves behind in the file, as numbers.
fn traces(shop: &Shop) -> Vec<i64> {
    let count = [
        "select next_order_number from settings",
        "select count(*) from orders",
        "select count(*) from order_items",
        "select count(*) from order_events",
        "select count(*) from customers",
        "select count(*) from stock_movements",
        "select count(*) from idempotency_keys",
        "select sum(revision + version) from products",
    ];
    shop.beside(|tx| count.iter().map(|sql| tx.value(sql, &[])).collect()).unwrap()
}

#[test]
fn everyone_orders_for_whom_they_may_and_for_nobody_else() {
    let shop = Shop::new();
    let admin = shop.admin();
    let order = fixtures::order(mug(&admin, 100), 1).own();
    let other = fixtures::customer("Bo Lind").create_id(&admin);
    let record = fixtures::customer("Ana Silva").create(&shop.visitor());
    let holder = shop.holder(&record);
    let customer = shop.customer("cleo");
    let own = customer.get("/sessions/current").expect(200)["customer_id"].clone();
    let check = |user: &User<'_>, who: Value, want: Result<Value, (&str, &str)>| {
        let answer = order.clone().with(who).send(user);
        match want {
            Ok(name) => assert_eq!(answer.expect(201)["customer"]["name"], name),
            Err(fault) => drop(answer.invalid(&[fault])),
        }
    };
    let (visitor, guest) = (shop.visitor(), json!({ "customer": ana() }));
    let both = json!({ "customer": ana(), "customer_id": other });
    check(&visitor, guest.clone(), Ok(json!("Ana Silva")));
    check(&visitor, json!({}), Err(("/customer", "required")));
    check(&visitor, json!({ "customer_id": other }), Err(("/customer_id", "not_found")));
    check(&holder, json!({ "customer_id": record["id"] }), Ok(json!("Ana Silva")));
    check(&holder, guest.clone(), Ok(json!("Ana Silva")));
    check(&holder, json!({ "customer_id": other }), Err(("/customer_id", "not_found")));
    check(&holder, json!({}), Err(("/customer", "required")));
    check(&customer, json!({}), Ok(json!("cleo")));
    check(&customer, json!({ "customer_id": own }), Ok(json!("cleo")));
    check(&customer, json!({ "customer_id": other }), Err(("/customer_id", "not_found")));
    check(&customer, json!({ "customer_id": 999 }), Err(("/customer_id", "not_found")));
    check(&customer, guest.clone(), Err(("/customer", "not_allowed")));
    let staff = shop.staff("di@example.org", Role::Staff);
    for shop_side in [&shop.storefront(), &admin, &staff] {
        check(shop_side, guest.clone(), Ok(json!("Ana Silva")));
        check(shop_side, json!({ "customer_id": other }), Ok(json!("Bo Lind")));
        check(shop_side, json!({ "customer_id": "1" }), Ok(json!("Bo Lind")));
        check(shop_side, json!({ "customer_id": 999 }), Err(("/customer_id", "not_found")));
        check(shop_side, json!({}), Err(("/customer", "required")));
        check(shop_side, both.clone(), Err(("/customer", "not_allowed")));
    }
    order.clone().with(guest).send(&shop.reader()).refused(403, "forbidden");
    assert_eq!(ids(&customer.get("/orders").expect(200)).len(), 2);
}

#[test]
fn a_guests_record_is_used_again_and_neither_changed_nor_shown() {
    let shop = Shop::new();
    let (admin, front) = (shop.admin(), shop.storefront());
    let mug = mug(&admin, 100);
    let order = |name: &str, email: &str| {
        let guest = json!({ "customer": { "name": name, "email": email, "phone": "1234" } });
        let placed = fixtures::order(mug, 1).with(guest).create(&shop.visitor());
        assert_eq!(placed["customer_id"], Value::Null);
        assert_eq!(placed["customer"]["name"], name);
        let read = front.get(&format!("/orders/{}", placed["id"])).expect(200);
        read["customer_id"].as_i64().unwrap()
    };
    // Neither a record that a visitor made nor one with an account is ever used.
    let made = fixtures::customer("Ana Silva").create_id(&shop.visitor());
    let first = order("Ana Silva", "ana@example.org");
    assert_ne!(first, made);
    assert_eq!(order("A. Silva", "ANA@Example.org"), first);
    let record = admin.get(&format!("/customers/{first}")).expect(200);
    assert_eq!((&record["name"], &record["orders_count"]), (&json!("Ana Silva"), &json!(2)));
    let note = json!({ "note": "Rings twice." });
    admin.patch(&format!("/customers/{first}"), note).expect(200);
    assert_eq!(order("Ana", "ana@example.org"), first, "a note does not make her another guest");
    fixtures::account("ana").for_customer(first).create(&admin);
    let second = order("Ana Silva", "ana@example.org");
    assert_ne!(second, first, "her account gets no orders by e-mail");
    assert_eq!(admin.get(&format!("/customers/{first}")).expect(200)["orders_count"], 3);
    let moved = json!({ "email": "bo@example.org" });
    admin.patch(&format!("/customers/{second}"), moved).expect(200);
    assert_ne!(order("Bo Lind", "bo@example.org"), second, "no guest's order made it with that");
}

#[test]
fn the_same_variant_twice_is_one_line_of_at_most_a_million_units() {
    let shop = Shop::new();
    let admin = shop.admin();
    let pen = fixtures::product("Pen", "0.01").create_id(&admin);
    let (shirt, small, medium) = shirt_in_two_sizes(&admin);
    let variant = &admin.get(&format!("/products/{pen}")).expect(200)["variants"][0]["id"];
    let items = json!([
        { "product_id": shirt, "variant_id": medium, "quantity": 1 },
        { "product_id": pen, "quantity": 3 },
        { "product_id": shirt, "variant_id": small, "quantity": 2 },
        { "product_id": pen, "variant_id": variant, "quantity": 4 },
        { "product_id": shirt.to_string(), "variant_id": medium.to_string(), "quantity": 1 },
    ]);
    let order = fixtures::order_of(items).create(&admin);
    let lines = order["items"].as_array().unwrap().iter();
    let lines: Vec<Value> =
        lines.map(|line| json!([line["variant_id"], line["quantity"], line["subtotal"]])).collect();
    let want = json!([[medium, 2, "44.00"], [variant, 7, "0.07"], [small, 2, "40.00"]]);
    assert_eq!(Value::from(lines), want);
    assert_eq!(order["total"], "84.07");

    let check = |quantities: &[i64], want: Result<(), &str>| {
        let items: Value =
            quantities.iter().map(|n| json!({ "product_id": pen, "quantity": n })).collect();
        let answer = fixtures::order_of(items).send(&admin);
        match want {
            Ok(()) => drop(answer.expect(201)),
            Err(code) => drop(answer.invalid(&[("/items/0/quantity", code)])),
        }
    };
    check(&[1_000_000], Ok(()));
    check(&[600_000, 400_000], Ok(()));
    check(&[1_000_001], Err("out_of_range"));
    check(&[600_000, 400_001], Err("out_of_range"));
}

#[test]
fn an_order_has_up_to_2000_lines() {
    let shop = Shop::new();
    let admin = shop.admin();
    let values: Vec<String> = (0..250).map(|n| format!("No. {n}")).collect();
    let variants: Vec<Value> =
        values.iter().map(|v| json!({ "price": "1", "options": { "No": v } })).collect();
    let options = json!([{ "name": "No", "values": values }]);
    let mut items = Vec::new();
    for series in 0..8 {
        let name = format!("Print {series}");
        let series = json!({ "name": name, "options": options, "variants": variants });
        let made = fixtures::create(&admin, series);
        for variant in made["variants"].as_array().unwrap() {
            let (product, variant) = (&made["id"], &variant["id"]);
            items.push(json!({ "product_id": product, "variant_id": variant, "quantity": 1 }));
        }
    }
    let placed = fixtures::order_of(json!(items)).create(&admin);
    assert_eq!(
        (placed["items"].as_array().unwrap().len(), &placed["total"]),
        (2000, &json!("2000.00"))
    );
    items.push(items[0].clone());
    fixtures::order_of(json!(items)).send(&admin).invalid(&[("/items", "too_many")]);
}

#[test]
fn what_is_not_for_sale_is_refused_with_every_fault_at_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 5);
    let (shirt, small, medium) = shirt_in_two_sizes(&admin);
    let hidden = |name: &str, status: &str| {
        fixtures::product(name, "1").with(json!({ "status": status })).create_id(&admin)
    };
    let (draft, archived) = (hidden("Draft", "draft"), hidden("Old", "archived"));
    let before = traces(&shop);
    let check = |items: Value, faults: &[(&str, &str)]| {
        fixtures::order_of(items).send(&shop.visitor()).invalid(faults)
    };
    let problem = check(
        json!([
            { "product_id": mug, "quantity": 1 },
            { "product_id": 999, "quantity": 1 },
            { "product_id": draft, "quantity": 1 },
            { "product_id": archived, "quantity": 1 },
            { "product_id": shirt, "quantity": 1 },
            { "product_id": mug, "variant_id": small, "quantity": 1 },
        ]),
        &[
            ("/items/1/product_id", "not_found"),
            ("/items/2/product_id", "not_found"),
            ("/items/3/product_id", "not_found"),
            ("/items/4/variant_id", "variant_required"),
            ("/items/5/variant_id", "not_found"),
        ],
    );
    let detail = problem["errors"][3]["detail"].as_str().unwrap();
    for name in [format!("{small} (S)"), format!("{medium} (M)")] {
        assert!(detail.contains(&name), "{detail}");
    }
    check(
        json!([
            { "product_id": mug, "quantity": 0 },
            { "product_id": mug, "quantity": -1 },
            { "product_id": mug, "quantity": 1.5 },
            { "product_id": mug, "quantity": "2" },
            { "product_id": mug },
            { "quantity": 1 },
            { "product_id": "x", "quantity": 1, "colour": "red" },
            7,
        ]),
        &[
            ("/items/0/quantity", "out_of_range"),
            ("/items/1/quantity", "out_of_range"),
            ("/items/2/quantity", "not_an_integer"),
            ("/items/3/quantity", "wrong_type"),
            ("/items/4/quantity", "required"),
            ("/items/5/product_id", "required"),
            ("/items/6/product_id", "not_an_id"),
            ("/items/6/colour", "unknown_field"),
            ("/items/7", "wrong_type"),
        ],
    );
    check(json!([]), &[("/items", "required")]);
    let nothing = shop.visitor().post("/orders", json!({ "customer": ana() }));
    nothing.invalid(&[("/items", "required")]);
    assert_eq!(traces(&shop), before);
    admin.delete(&format!("/products/{shirt}")).expect(204);
    check(
        json!([{ "product_id": shirt, "variant_id": small, "quantity": 1 }]),
        &[("/items/0/variant_id", "not_found")],
    );
}

#[test]
fn every_line_that_is_short_is_named_and_a_refused_order_leaves_no_trace() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 5);
    let (shirt, small, medium) = shirt_in_two_sizes(&admin);
    let before = traces(&shop);
    let order = fixtures::order_of(json!([
        { "product_id": mug, "quantity": 3 },
        { "product_id": shirt, "variant_id": small, "quantity": 5 },
        { "product_id": shirt, "variant_id": medium, "quantity": 9 },
        { "product_id": mug, "quantity": 3 },
    ]));
    let order = order.body();
    let key = ("Idempotency-Key", "short");
    let ask = |order: &Value| {
        let visitor = shop.visitor();
        visitor.ask(rocket::http::Method::Post, "/orders").header(key.0, key.1).json(order).send()
    };
    let invalid = ask(&order).refused(409, "out_of_stock");
    let lines = invalid["errors"].as_array().unwrap().iter();
    let lines: Vec<Value> =
        lines.map(|line| json!([line["pointer"], line["code"], line["available"]])).collect();
    let want = [
        json!(["/items/0/quantity", "out_of_stock", 5]),
        json!(["/items/2/quantity", "out_of_stock", 5]),
    ];
    assert_eq!(lines, want);
    assert_eq!(traces(&shop), before);
    // The key was not used up, and neither was a number.
    admin.patch(&format!("/products/{mug}"), json!({ "stock": 6 })).expect(200);
    let medium = format!("/products/{shirt}/stock_movements");
    let received = json!({ "variant_id": order["items"][2]["variant_id"], "delta": 4 });
    let received = with(received, json!({ "reason": "received" }));
    admin.post(&medium, received).expect(201);
    assert_eq!(ask(&order).expect(201)["number"], "1001");
    let problem = fixtures::order(mug, 1).send(&shop.visitor()).refused(409, "out_of_stock");
    assert_eq!(problem["errors"][0]["available"], 0);
}

#[test]
fn an_order_takes_its_stock_and_back_orders_go_below_zero() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |name: &str, stock: Value, backorder: bool, left: Value, moved: Value| {
        let fields = json!({ "stock": stock, "allow_backorder": backorder });
        let id = fixtures::product(name, "1").with(fields).create_id(&admin);
        let placed = fixtures::order(id, 3).create(&admin);
        assert_eq!(admin.get(&format!("/products/{id}")).expect(200)["stock"], left, "{name}");
        let ledger = admin.get(&format!("/products/{id}/stock_movements")).expect(200);
        let sold = |row: &&Value| row["reason"] == "sold";
        let row = ledger["data"].as_array().unwrap().iter().find(sold);
        assert_eq!(row.map_or(Value::Null, |row| row["delta"].clone()), moved, "{name}");
        assert!(row.is_none_or(|row| row["order_id"] == placed["id"]));
    };
    check("untracked", Value::Null, false, Value::Null, Value::Null);
    check("enough", json!(4), false, json!(1), json!(-3));
    check("the last", json!(3), false, json!(0), json!(-3));
    check("to come", json!(1), true, json!(-2), json!(-3));
    check("untracked, to come", Value::Null, true, Value::Null, Value::Null);
}

#[test]
fn amounts_too_large_for_money_are_refused_on_a_line_and_on_the_sum() {
    let shop = Shop::new();
    let admin = shop.admin();
    let island = fixtures::product("Island", "9999999999.99").create_id(&admin);
    let mug = mug(&admin, 5);
    let check = |items: Value, want: Result<&str, &str>| {
        let answer = fixtures::order_of(items).send(&admin);
        match want {
            Ok(total) => assert_eq!(answer.expect(201)["total"], total),
            Err(at) => drop(answer.invalid(&[(at, "amount_too_large")])),
        }
    };
    let (one, two) = (json!([{ "product_id": island, "quantity": 1 }]), "/items/1/quantity");
    check(one, Ok("9999999999.99"));
    let mug = json!({ "product_id": mug, "quantity": 1 });
    let islands = |n: i64| json!({ "product_id": island, "quantity": n });
    check(json!([mug, islands(2)]), Err(two));
    check(json!([mug, islands(1_000_000)]), Err(two));
    check(json!([mug, islands(1)]), Err("/items"));
}

#[test]
fn a_hundred_faults_of_an_order_are_listed_and_no_more() {
    let shop = Shop::new();
    let items: Vec<Value> =
        (1..=2_000).map(|id| json!({ "product_id": id, "quantity": 1 })).collect();
    let order = json!({ "items": items, "customer": { "name": "A", "email": "a@b.cd" } });
    let problem = shop.storefront().post("/orders", order).expect(422);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 100);
}

#[test]
fn what_is_wrong_in_itself_is_told_together_with_what_the_shop_does_not_have() {
    let shop = Shop::new();
    let mug = mug(&shop.admin(), 5);
    let order = json!({
        "items": [
            { "product_id": mug, "quantity": 0 },
            { "product_id": 999, "quantity": 1 },
            { "product_id": mug, "quantity": 1 },
        ],
        "customer": { "name": "", "email": "a@b.cd" },
        "payment_method": "shells",
        "order_date": "yesterday",
        "expected_total": "1.234",
        "colour": "blue",
    });
    shop.admin().post("/orders", order).invalid(&[
        ("/items/0/quantity", "out_of_range"),
        ("/items/1/product_id", "not_found"),
        ("/customer/name", "required"),
        ("/payment_method", "not_available"),
        ("/order_date", "not_a_time"),
        ("/expected_total", "too_many_digits"),
        ("/colour", "unknown_field"),
    ]);
}
