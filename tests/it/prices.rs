//! What goods have cost: beside a price that was reduced stands the lowest of the thirty days
//! before (Directive 98/6/EC, Art. 6a).

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::fixtures::{self, DAY, create, deliver, order_of, path};
use crate::shop::{Shop, User};

/// Sets the price of a product and returns the lowest one before it.
#[track_caller]
fn lowest_before(admin: &User<'_>, product: i64, price: &str) -> Value {
    let path = format!("/products/{product}");
    let changed = admin.patch(&path, json!({ "price": price })).expect(200);
    assert_eq!(changed["variants"][0]["lowest_price_30d"], changed["lowest_price_30d"]);
    assert_eq!(admin.get(&path).expect(200), changed);
    changed["lowest_price_30d"].clone()
}

#[test]
fn a_reduced_price_stands_beside_the_lowest_of_the_thirty_days_before() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "10").create_id(&admin);
    let days = |days: i64| shop.clock.advance_seconds(days * DAY);
    let check = |price: &str, want: Value| {
        assert_eq!(lowest_before(&admin, mug, price), want, "{price}");
    };
    // Day 0: 10.00. There was no other price, and the same price again is none.
    check("10.00", Value::Null);
    days(10);
    // Day 10: 12.00 after 10.00. Day 20: 11.00 after 10.00 and 12.00.
    check("12", json!("10.00"));
    days(10);
    check("11", json!("10.00"));
    // What it is does not change while the price stays.
    days(100);
    assert_eq!(admin.get("/products/1").expect(200)["lowest_price_30d"], "10.00");
    // Day 120: for the last thirty days it was 11.00, since long before they began.
    check("9", json!("11.00"));
    days(5);
    // Day 125: 8.00. The thirty days began with 11.00 on day 95; 9.00 came on day 120.
    check("8", json!("9.00"));
    days(31);
    // Day 156: they began on day 126, with 8.00.
    check("10", json!("8.00"));
    days(29);
    // Day 185: they began on day 155, when it was 8.00 for a day more.
    check("9.50", json!("8.00"));
    days(1);
    // Day 186: they began on day 156, the very moment at which 10.00 came; 9.50 came on day 185.
    check("7", json!("9.50"));
}

#[test]
fn every_variant_has_its_own_and_the_top_shows_that_of_the_first() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (shirt, small, medium) = fixtures::shirt_in_two_sizes(&admin);
    let address = format!("/products/{shirt}");
    shop.clock.advance_seconds(DAY);
    let variant = |id: i64, price: &str| json!({ "id": id, "price": price });
    let large = json!({ "price": "24", "options": { "Size": "L" } });
    let sent = json!({ "options": [{ "name": "Size", "values": ["S", "M", "L"] }],
        "variants": [variant(small, "20"), variant(medium, "19"), large] });
    let changed = admin.patch(&address, sent).expect(200);
    let seen = |product: &Value| {
        let of = |variant: &Value| variant["lowest_price_30d"].clone();
        let variants: Vec<Value> = product["variants"].as_array().unwrap().iter().map(of).collect();
        (product["lowest_price_30d"].clone(), variants)
    };
    // S stayed at 20.00, M came from 22.00, L is new.
    let none = Value::Null;
    assert_eq!(seen(&changed), (none.clone(), vec![none.clone(), json!("22.00"), none.clone()]));
    // It may be sent back, and says nothing.
    let mut back = changed.clone();
    (back["lowest_price_30d"], back["variants"][1]["lowest_price_30d"]) = (json!("1"), json!(5));
    assert_eq!(seen(&admin.put(&address, back).expect(200)), seen(&changed));
    let first = json!({ "variants": [variant(medium, "19"), variant(small, "20")] });
    let turned = admin.patch(&address, first).expect(200);
    assert_eq!(seen(&turned), (json!("22.00"), vec![json!("22.00"), none]));
    let list = shop.visitor().get("/products").expect(200);
    assert_eq!(seen(&list["data"][0]), seen(&turned));
}

#[test]
fn prices_of_what_was_sold_are_kept_and_of_what_never_was_forgotten() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "10").create_id(&admin);
    let cup = fixtures::product("Cup", "5").create_id(&admin);
    let (shirt, ..) = fixtures::shirt_in_two_sizes(&admin);
    lowest_before(&admin, mug, "9");
    lowest_before(&admin, cup, "4");
    fixtures::order(mug, 1).create(&admin);
    let rows = |sql: &str| -> i64 {
        let file = Connection::open(shop.config.data.join("shop.db")).unwrap();
        file.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let all = "select count(*) from price_history";
    assert_eq!(rows(all), 2 + 2 + 1 + 1);
    for gone in [mug, cup, shirt] {
        admin.delete(&format!("/products/{gone}")).expect(204);
    }
    assert_eq!(rows(all), 2, "two of the mug, which is put away");
    let back = admin.patch(&format!("/products/{mug}"), json!({ "status": "active" }));
    assert_eq!(back.expect(200)["lowest_price_30d"], "10.00");
    assert_eq!(lowest_before(&admin, mug, "8"), "9.00");
    // A variant that was never sold goes with its prices, one that was keeps them.
    let made = create(&admin, fixtures::shirt());
    let sold = &made["variants"][0]["id"];
    let line = json!({ "product_id": made["id"], "variant_id": sold, "quantity": 1 });
    let placed = order_of(json!([line])).create(&admin);
    deliver(&admin, fixtures::id_of(&placed));
    let plain = json!({ "options": [], "variants": [{ "price": "1", "options": {} }] });
    admin.patch(&path(&made), plain).expect(200);
    let gone = "select count(*) from price_history h join variants v on v.id = h.variant_id
        where v.removed = 1";
    assert_eq!(rows(gone), 2, "both sizes were counted once, so both are kept");
}
