//! Searching products: what stands in the name comes before the SKU, and that before the rest,
//! however it is written; and nothing that is typed is more than text.

use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::domain::Change;
use tillbox::domain::money::Money;
use tillbox::domain::products::ProductInput;
use tillbox::store::engine::verify;
use tillbox::store::{Tx, product_search, products, settings};

use crate::fixtures::{self, create, product, shirt, with};
use crate::shop::{Shop, User, ids};

fn escaped(search: &str) -> String {
    search.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

fn found(user: &User<'_>, search: &str) -> Vec<i64> {
    ids(&user.get(&format!("/products?q={}&limit=100", escaped(search))).expect(200))
}

/// Puts buns on the shelves, past the API, as there are so many. Every second one is odd, one in
/// three stands in the window, and they cost from 1.00 down to 0.01 and so on.
pub fn buns(shop: &Shop, count: i64) {
    let make = move |tx: &Tx| {
        for number in 1..=count {
            let mut input = ProductInput::named(&format!("Bun {number}"));
            let price = Money::new(100 - number % 100, settings::currency(tx)?);
            input.offer.price = Change::Set(price);
            if number % 2 == 1 {
                input.tags.push("odd".to_owned());
                input.offer.compare_at_price = Change::Set(Some(Money::new(200, price.currency())));
            }
            if number % 3 == 0 {
                input.tags.push("third".to_owned());
            }
            products::create(tx, &input, &products::plan(&input, None)?)?;
        }
        Ok(())
    };
    Runtime::new().unwrap().block_on(shop.store.write(make)).unwrap();
}

fn shelves(admin: &User<'_>) {
    for fields in [
        json!({ "name": "Crème brûlée", "description": "With a rye crust." }),
        json!({ "name": "Rye bread", "sku": "RB-7/500", "barcode": "4006381333931" }),
        json!({ "name": "Größe-38-Schuh", "vendor": "Łódź Works", "tags": ["leather goods"] }),
        json!({ "name": "Plate", "sku": "RYE" }),
        json!({ "name": "Rye flour", "status": "draft" }),
        json!({ "name": "Кофе", "description": "茶碗 ☕" }),
    ] {
        create(admin, with(json!({ "price": "3" }), fields));
    }
    create(admin, with(shirt(), json!({ "name": "Shirt" })));
}

#[test]
fn products_are_found_by_the_beginnings_of_all_their_words() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    shelves(&admin);
    for (search, wanted) in [
        // In the name, then as the SKU, then in the description.
        ("rye", &[2_i64, 4, 1][..]),
        ("RY", &[2, 4, 1]),
        ("r", &[]),
        ("creme", &[1]),
        ("BRULEE crème", &[1]),
        ("brulee bread", &[]),
        ("grosse 38", &[3]),
        ("schuh", &[3]),
        ("größe-38-sch", &[3]),
        ("lodz", &[3]),
        ("leather", &[3]),
        ("rb7", &[2]),
        ("RB-7/5", &[2]),
        ("4006381333931", &[7, 2]),
        ("кофе", &[6]),
        ("茶", &[]),
        ("茶碗", &[6]),
        ("sh-m", &[7]),
        ("yes", &[]),
        ("☕", &[6]),
    ] {
        let mut own = found(&visitor, search);
        let mut wanted = wanted.to_vec();
        if search.starts_with('4') {
            own.sort_unstable();
            wanted.sort_unstable();
        }
        assert_eq!(own, wanted, "{search}");
    }
    assert_eq!(found(&admin, "rye flo"), [5]);
    assert_eq!(found(&visitor, "rye flo"), [0_i64; 0]);
    // Whatever changes is found by what it is now.
    admin.patch("/products/2", json!({ "name": "Spelt bread", "barcode": null })).expect(200);
    assert_eq!((found(&visitor, "rye"), found(&visitor, "spelt")), (vec![4, 1], vec![2]));
    admin.delete("/products/4").expect(204);
    assert_eq!(found(&visitor, "rye"), [1]);
    admin.patch("/products/5", json!({ "status": "active" })).expect(200);
    assert_eq!(found(&visitor, "rye"), [5, 1]);
    let verdict = verify::served(&shop.config.data.join("shop.db")).unwrap();
    assert_eq!(verdict.faults, [""; 0]);
}

#[test]
fn nothing_that_is_typed_is_read_as_anything_but_text() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    shelves(&admin);
    for search in [
        "\"",
        "\"\"",
        "rye\"",
        "\" OR rye",
        "rye OR",
        "OR",
        "NOT rye",
        "rye NOT",
        "NEAR(rye bread)",
        "name:rye",
        "{name code}: rye",
        "rye*",
        "*",
        "^rye",
        "-rye",
        "+",
        "rye AND (",
        "('",
        ";--",
        "rye\u{0}x",
        "%",
        "_",
        "\\",
        "a:b:c",
        "rye - bread",
        "\u{1}",
        "rowid:1",
        "'; drop table x",
    ] {
        let answer = visitor.get(&format!("/products?q={}", escaped(search)));
        assert!(matches!(answer.status, 200 | 422), "{search}: {}", answer.status);
    }
    assert_eq!(found(&visitor, "rye*"), found(&visitor, "rye"));
    assert_eq!(found(&visitor, "\"rye\" bread"), [2]);
    assert_eq!(found(&visitor, "!?"), [0_i64; 0]);
}

#[test]
fn a_search_goes_with_filters_pages_and_an_order() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    for number in 1..=230 {
        product(&format!("Bun {number}"), &format!("{number}")).create(&admin);
    }
    admin.patch("/products/7", json!({ "tags": ["sweet"] })).expect(200);
    admin.post("/collections", json!({ "name": "Buns" })).expect(201);
    admin.put("/collections/1/products", json!({ "product_ids": [9, 8, 7] })).expect(200);
    let list = |query: &str| visitor.get(&format!("/products?{query}")).expect(200);
    assert_eq!(ids(&list("q=bun&tag=sweet")), [7]);
    assert_eq!(ids(&list("q=bun&collection=buns&sort=position")), [9, 8, 7]);
    assert_eq!(ids(&list("q=bun&sort=price&limit=3")), [31, 32, 33]);
    assert_eq!(ids(&list("q=bun%2023&ids=230,23,9&sort=price")), [23, 230]);
    assert_eq!(list("q=bun&count=true")["count"], 200);
    let (mut seen, mut next) = (Vec::new(), "q=bun&limit=90".to_owned());
    loop {
        let page = list(&next);
        seen.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("q=bun&limit=90&after={cursor}");
    }
    assert_eq!(seen.len(), 200);
    let distinct: std::collections::BTreeSet<i64> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), 200);
    let cursor = list("q=bun&limit=1")["next_cursor"].as_str().unwrap().to_owned();
    visitor.get(&format!("/products?sort=name&after={cursor}")).refused(400, "bad_cursor");
    let fields = list("q=bun%207&fields=name&limit=1");
    assert_eq!(fields["data"], json!([{ "id": 7, "name": "Bun 7" }]));
    admin.patch("/products/3", json!({ "barcode": "96385074" })).expect(200);
    assert_eq!(ids(&list("barcode=96385074")), [3]);
    assert_eq!(list("barcode=9638507")["data"], json!([]));
}

#[test]
fn of_a_word_that_finds_too_much_comes_first_what_is_called_so_and_what_sells() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    buns(&shop, 2_100);
    product("Bun", "1").create(&admin);
    product("Tray", "1").with(json!({ "sku": "BUN" })).create(&admin);
    assert_eq!(found(&visitor, "bun")[..4], [2_102, 2_101, 2_100, 2_099]);
    fixtures::order(5, 3).create(&visitor);
    fixtures::order(9, 7).create(&visitor);
    let best = shop.store.read(product_search::look_at_sales).unwrap();
    assert_eq!(best.iter().map(|id| id.get()).collect::<Vec<_>>(), [9, 5]);
    let note = move |tx: &Tx| product_search::note_best_sellers(tx, &best);
    Runtime::new().unwrap().block_on(shop.store.write(note)).unwrap();
    assert_eq!(found(&visitor, "bun")[..5], [2_102, 2_101, 9, 5, 2_100]);
    assert_eq!(found(&visitor, "bun 2100"), [2_100]);
    let last: Value = visitor.get("/products?q=bun&count=true").expect(200);
    assert_eq!(last["count"], 200);
}
