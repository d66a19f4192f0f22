//! What goods and their shipping bear: categories that are known words, and shipping that is
//! shared over the rates of the goods.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::fixtures::{self, amount_off, set};
use crate::shop::{Shop, User};

#[test]
fn a_tax_category_is_standard_or_one_that_the_settings_name() {
    let shop = Shop::new();
    let admin = shop.admin();
    let of =
        |category: &str| fixtures::product("Faust", "10").with(json!({ "tax_category": category }));
    // A shop without rates knows one category alone.
    of("standard").create(&admin);
    let fault = [("/tax_category", "unknown_value")];
    of("books").send(&admin).invalid(&fault);
    set(
        &admin,
        json!({ "tax_rates": [
        { "rate": "19" }, { "category": "books", "rate": "7" },
        { "category": "books", "country": "AT", "rate": "10" },
    ] }),
    );
    let book = of("books").create_id(&admin);
    for unknown in ["Standard", "book", "Books", "proportional"] {
        let problem = of(unknown).send(&admin).invalid(&fault);
        let detail =
            format!("There is no tax category “{unknown}”; the settings know standard, books.");
        assert_eq!(problem["detail"], detail);
        let path = format!("/products/{book}");
        admin.patch(&path, json!({ "tax_category": unknown })).invalid(&fault);
        admin.put(&path, json!({ "name": "Faust", "tax_category": unknown })).invalid(&fault);
    }
    // All that is wrong is told at once.
    let both = of("book").with(json!({ "price": "x" })).send(&admin);
    both.invalid(&[("/tax_category", "unknown_value"), ("/price", "not_money")]);
}

#[test]
fn a_tax_category_that_products_have_cannot_leave_the_settings() {
    let shop = Shop::new();
    let admin = shop.admin();
    let books = json!([{ "rate": "19" }, { "category": "books", "rate": "7" }]);
    set(&admin, json!({ "tax_rates": books }));
    let book = fixtures::product("Faust", "10").with(json!({ "tax_category": "books" }));
    let book = book.create_id(&admin);
    fixtures::order(book, 1).create(&admin);
    // Also where they were put away: they may come back.
    for _ in 0..2 {
        for gone in [json!([{ "rate": "19" }]), json!([]), json!(null)] {
            let problem = admin.patch("/settings", json!({ "tax_rates": gone }));
            let problem = problem.refused(409, "conflict");
            assert_eq!(problem["errors"][0]["pointer"], "/tax_rates");
            let detail =
                "Products still have the tax category “books” (“Faust”); change them first.";
            assert_eq!(problem["detail"], detail);
        }
        admin.delete(&format!("/products/{book}")).expect(204);
    }
    // Its rate may change, and so may the place that it is for.
    let moved = json!([{ "category": "books", "country": "DE", "rate": "5" }]);
    set(&admin, json!({ "tax_rates": moved }));
    admin.patch(&format!("/products/{book}"), json!({ "tax_category": "standard" })).expect(200);
    set(&admin, json!({ "tax_rates": [] }));
}

#[test]
fn the_tax_category_of_a_way_to_send_is_a_known_one_too() {
    let shop = Shop::new();
    let admin = shop.admin();
    let post = |category: &str| json!([{ "code": "post", "tax_category": category }]);
    let fault = [("/shipping_methods/0/tax_category", "unknown_value")];
    let with_post = |category: &str| json!({ "shipping_methods": post(category) });
    admin.patch("/settings", with_post("post")).invalid(&fault);
    let rates = json!([{ "rate": "19" }, { "category": "proportional", "rate": "7" }]);
    let reserved = json!({ "tax_rates": rates });
    admin.patch("/settings", reserved).invalid(&[("/tax_rates/1/category", "not_allowed")]);
    // Both may come together, and neither goes without the other.
    let rates = json!([{ "category": "post", "rate": "19" }]);
    let both = json!({ "tax_rates": rates, "shipping_methods": post("post") });
    set(&admin, both);
    admin.patch("/settings", json!({ "tax_rates": [] })).invalid(&fault);
    set(&admin, json!({ "tax_rates": [], "shipping_methods": post("standard") }));
}

#[test]
fn an_older_shop_keeps_categories_that_nobody_knows_until_they_are_touched() {
    let shop = Shop::new();
    let admin = shop.admin();
    let book = fixtures::product("Faust", "10").create_id(&admin);
    let method = json!([{ "code": "post", "needs_address": false }]);
    set(&admin, json!({ "shipping_methods": method }));
    let file = Connection::open(shop.config.data.join("shop.db")).unwrap();
    let sql = "update products set tax_category = 'Book'; update settings set
        shipping_methods = replace(shipping_methods, '\"standard\"', '\"Post\"')";
    file.execute_batch(sql).unwrap();
    let path = format!("/products/{book}");
    let read = admin.get(&path).expect(200);
    assert_eq!(read["tax_category"], "Book");
    assert_eq!(admin.patch(&path, json!({ "price": "11" })).expect(200)["tax_category"], "Book");
    let read = admin.get(&path).expect(200);
    assert_eq!(admin.put(&path, read).expect(200)["tax_category"], "Book");
    let other = json!({ "tax_category": "Books" });
    admin.patch(&path, other).invalid(&[("/tax_category", "unknown_value")]);
    let copy = json!({ "name": "Copy", "price": "1", "tax_category": "Book" });
    admin.post("/products", copy).invalid(&[("/tax_category", "unknown_value")]);
    let settings = set(&admin, json!({ "name": "Mugs" }));
    assert_eq!(settings["shipping_methods"][0]["tax_category"], "Post");
    let settings = admin.put("/settings", settings).expect(200);
    assert_eq!(settings["shipping_methods"][0]["tax_category"], "Post");
    fixtures::order(book, 1).create(&admin);
    assert_eq!(
        admin.patch(&path, json!({ "tax_category": Value::Null })).expect(200)["tax_category"],
        "standard"
    );
}

/// A shop with a mug for 20.00 at 19 % and a book for 10.00 at 7 %, which sends by these methods.
fn mugs_and_books(admin: &User<'_>, methods: Value) {
    set(
        admin,
        json!({
            "tax_rates": [{ "rate": "19" }, { "category": "books", "rate": "7" }],
            "shipping_methods": methods,
        }),
    );
    fixtures::product("Book", "10").with(json!({ "tax_category": "books" })).create(admin);
    fixtures::product("Mug", "20").create(admin);
}

fn proportional(price: &str) -> Value {
    json!([{ "code": "post", "price": price, "tax_category": "proportional",
        "needs_address": false }])
}

#[test]
fn proportional_shipping_bears_the_rates_of_what_is_sent() {
    let shop = Shop::new();
    let admin = shop.admin();
    mugs_and_books(&admin, proportional("6"));
    fixtures::seller(&admin);
    let row = |rate: &str, net: &str, tax: &str| json!({ "rate": rate, "net": net, "tax": tax });
    // Of 6.00 a third goes with the book and two thirds with the mug. Without tax in the prices
    // 12.00 bear 0.84 and 24.00 bear 4.56, on top of 36.00; with it 12.00 × 7/107 is 0.785, and
    // 24.00 × 19/119 is 3.832. Of the tax a sixth is of shipping: 0.14 and 0.76, 0.13 and 0.64.
    for (inclusive, taxes, shipping_tax, tax, total) in [
        (false, [row("19", "24.00", "4.56"), row("7", "12.00", "0.84")], "0.90", "5.40", "41.40"),
        (true, [row("19", "20.17", "3.83"), row("7", "11.21", "0.79")], "0.77", "4.62", "36.00"),
    ] {
        set(&admin, json!({ "prices_include_tax": inclusive }));
        let both = fixtures::order(1, 1).item(2, 1).with(json!({ "expected_total": total }));
        let quote = shop.visitor().post("/quotes", both.body()).expect(200);
        let placed = both.create(&shop.visitor());
        for told in [&quote, &placed] {
            assert_eq!(told["taxes"], json!(taxes));
            let seen = [&told["shipping_total"], &told["shipping_tax"], &told["tax_total"]];
            assert_eq!(seen, ["6.00", shipping_tax, tax].map(|text| json!(text)).each_ref());
        }
        // It stays as it was placed, whatever becomes of the method and the rates.
        let id = &placed["id"];
        set(&admin, json!({ "shipping_methods": null }));
        let read = admin.get(&format!("/orders/{id}")).expect(200);
        assert_eq!(read["taxes"], json!(taxes));
        let issued = admin.post(&format!("/orders/{id}/invoices"), json!({})).expect(201);
        assert_eq!(issued["total"], total);
        set(&admin, json!({ "shipping_methods": proportional("6") }));
    }
}

#[test]
fn proportional_shipping_of_goods_for_nothing_bears_what_they_bore_before() {
    let shop = Shop::new();
    let admin = shop.admin();
    mugs_and_books(&admin, proportional("6"));
    fixtures::product("Leaflet", "0").with(json!({ "tax_category": "books" })).create(&admin);
    amount_off("ALL", "999").create(&admin);
    let taxes = |items: Value, code: Value| {
        let body = json!({ "items": items, "discount_code": code });
        shop.visitor().post("/quotes", body).expect(200)["taxes"].clone()
    };
    let line = |product: i64| json!({ "product_id": product, "quantity": 1 });
    // 2.00 × 7/107 is 0.131, 4.00 × 19/119 is 0.639; 6.00 × 19/119 is 0.958, 6.00 × 7/107 0.393.
    let split = json!([{ "rate": "19", "net": "3.36", "tax": "0.64" },
        { "rate": "7", "net": "1.87", "tax": "0.13" }]);
    assert_eq!(taxes(json!([line(1), line(2)]), json!("ALL")), split);
    let standard = json!([{ "rate": "19", "net": "5.04", "tax": "0.96" }]);
    assert_eq!(taxes(json!([line(3)]), Value::Null), standard);
    let book = taxes(json!([line(1), line(3)]), json!("ALL"));
    assert_eq!(book, json!([{ "rate": "7", "net": "5.61", "tax": "0.39" }]));
}

/// Up to a kilogram 4.90, up to five 6.90; then a method for everything.
fn by_weight() -> Value {
    let rows = json!([{ "up_to_grams": 1_000, "price": "4.90" },
        { "up_to_grams": 5_000, "price": 6.9 }]);
    json!([
        { "code": "post", "prices_by_weight": rows, "free_from": "100", "needs_address": false },
        { "code": "van", "price": "39", "needs_address": false },
    ])
}

#[test]
fn shipping_costs_what_the_weight_of_the_goods_says() {
    let shop = Shop::new();
    let admin = shop.admin();
    mugs_and_books(&admin, by_weight());
    admin.patch("/products/1", json!({ "weight_grams": 400 })).expect(200);
    let free = json!({ "code": "SHIP", "type": "free_shipping" });
    admin.post("/discounts", free).expect(201);
    let quote = |books: i64, mugs: i64, extra: Value| {
        let mut order = fixtures::order(1, books).with(extra);
        if mugs > 0 {
            order = order.item(2, mugs);
        }
        shop.visitor().post("/quotes", order.body()).expect(200)
    };
    // Mugs have no weight. 400 g, 800 g, 1,200 g, 4,800 g, 5,200 g, and 100.00 of goods.
    for (books, mugs, method, price) in [
        (1, 0, "post", "4.90"),
        (2, 2, "post", "4.90"),
        (3, 0, "post", "6.90"),
        (1, 4, "post", "4.90"),
        (10, 0, "post", "0.00"),
        (13, 0, "van", "39.00"),
    ] {
        let told = quote(books, mugs, json!({}));
        assert_eq!(
            (&told["shipping_method"], &told["shipping_total"]),
            (&json!(method), &json!(price))
        );
        let offered: Vec<&str> = told["shipping_methods"]
            .as_array()
            .unwrap()
            .iter()
            .map(|method| method["code"].as_str().unwrap())
            .collect();
        let both = ["post", "van"];
        assert_eq!(offered, if method == "post" { &both[..] } else { &both[1..] });
        assert_eq!(told["shipping_methods"][0]["price"], price);
    }
    assert_eq!(quote(3, 0, json!({ "discount_code": "SHIP" }))["shipping_total"], "0.00");
    // Too heavy for the post, also where that would be free.
    let post = fixtures::order(1, 13).with(json!({ "shipping_method": "post" }));
    let problem = post.send(&shop.visitor()).refused(422, "not_available");
    assert_eq!(problem["errors"][0]["pointer"], "/shipping_method");
    assert_eq!(problem["detail"], "The goods weigh 5200 g, which is too heavy; there is “van”.");
    let placed = fixtures::order(1, 13).create(&shop.visitor());
    assert_eq!((&placed["shipping_method"], &placed["total"]), (&json!("van"), &json!("169.00")));
    set(&admin, json!({ "shipping_methods": [by_weight()[0]] }));
    let problem = fixtures::order(1, 13).send(&shop.visitor()).refused(422, "not_available");
    let detail = "The goods weigh 5200 g, which is too heavy; nothing here carries them.";
    assert_eq!(problem["detail"], detail);
}

#[test]
fn prices_by_weight_climb_row_by_row() {
    let shop = Shop::new();
    let admin = shop.admin();
    let kept = set(&admin, json!({ "shipping_methods": by_weight() }));
    let rows = json!([{ "up_to_grams": 1_000, "price": "4.90" },
        { "up_to_grams": 5_000, "price": "6.90" }]);
    let post = &kept["shipping_methods"][0];
    assert_eq!((&post["prices_by_weight"], &post["price"]), (&rows, &json!("0.00")));
    assert_eq!(shop.visitor().get("/shop").expect(200)["shipping_methods"][0], *post);
    assert_eq!(admin.put("/settings", kept.clone()).expect(200)["shipping_methods"][0], *post);
    let currency = admin.patch("/settings", json!({ "currency": "JPY" }));
    currency.refused(409, "currency_fixed");
    let check = |rows: Value, at: &str, code: &str| {
        let method = json!([{ "code": "post", "prices_by_weight": rows }]);
        let pointer = format!("/shipping_methods/0/prices_by_weight{at}");
        let answer = admin.patch("/settings", json!({ "shipping_methods": method }));
        answer.invalid(&[(pointer.as_str(), code)]);
    };
    let row = |grams: i64| json!({ "up_to_grams": grams, "price": "1" });
    check(json!([row(2), row(2)]), "/1/up_to_grams", "out_of_range");
    check(json!([row(2), row(3), row(1)]), "/2/up_to_grams", "out_of_range");
    check(json!([row(0)]), "/0/up_to_grams", "out_of_range");
    check(json!([{ "price": "1" }]), "/0/up_to_grams", "required");
    check(json!([{ "up_to_grams": 1 }]), "/0/price", "required");
    check(json!([{ "up_to_grams": 1, "price": "1.001" }]), "/0/price", "too_many_digits");
    check((1..=101).map(row).collect(), "", "too_many");
    let hundred: Value = (1..=100).map(row).collect();
    for rows in [hundred, json!([]), Value::Null] {
        let method = json!([{ "code": "post", "prices_by_weight": rows }]);
        set(&admin, json!({ "shipping_methods": method }));
    }
    // Nothing has a price any more, so the currency is free again.
    set(&admin, json!({ "currency": "JPY" }));
}
