//! What goods and their shipping bear: categories that are known words, and shipping that is
//! shared over the rates of the goods.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::fixtures::{self, set};
use crate::shop::Shop;

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
