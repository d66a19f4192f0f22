//! Lists: how much of them is shown, in which order, and how to read on while they grow.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::fixtures;
use crate::shop::{Answer, Shop, User, ids};

/// Rows of each kind that are there before anybody reads.
const ROWS: i64 = 7;
const PRODUCT_SORTS: &[&str] =
    &["name", "-name", "price", "-price", "created_at", "-created_at", "updated_at", ""];

/// One more row of every list.
fn grow(shop: &Shop, admin: &User, number: i64) {
    let name = "m".repeat(usize::try_from(number).unwrap());
    fixtures::product(&name, &format!("{number}.50")).stock(100).create(admin);
    shop.customer(&format!("ana{number}"));
    fixtures::order(1, 1).create(admin);
    let moved = json!({ "delta": 1, "reason": "received" });
    admin.post("/products/1/stock_movements", moved).expect(201);
}

/// The address of the next page, as the header and the body both say it.
#[track_caller]
fn next(answer: &Answer) -> Option<String> {
    let page = answer.expect(200);
    let cursor = page["next_cursor"].as_str().map(str::to_owned);
    let link = answer.header("Link").map(|link| {
        let path = link.strip_prefix('<').and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
        path.unwrap_or_else(|| panic!("{link}")).to_owned()
    });
    assert_eq!(link.is_some(), cursor.is_some());
    if let (Some(link), Some(cursor)) = (&link, &cursor) {
        assert!(link.starts_with('/') && link.contains(&format!("after={cursor}")), "{link}");
    }
    link
}

#[test]
fn a_list_that_is_read_to_its_end_shows_every_row_once_while_it_grows() {
    let shop = Shop::new();
    let admin = shop.admin();
    for number in 1..=ROWS {
        grow(&shop, &admin, number);
    }
    let mut added = ROWS;
    for (list, sorts) in [
        ("/products", PRODUCT_SORTS),
        (
            "/customers",
            &["name", "-name", "total_spent", "created_at", "-created_at", "updated_at", ""][..],
        ),
        ("/customer_accounts", &["username", "-username", "created_at", ""]),
        (
            "/orders",
            &["order_date", "-order_date", "created_at", "updated_at", "total", "-total", ""],
        ),
        ("/products/1/stock_movements", &["created_at", "-created_at", ""]),
    ] {
        for sort in sorts {
            let before: HashSet<i64> = ids(&whole(&admin, list)).into_iter().collect();
            let mut seen = Vec::new();
            let mut at = Some(format!("{list}?limit=3&sort={sort}"));
            while let Some(path) = at {
                let page = admin.get(&path);
                seen.extend(ids(&page.json()));
                at = next(&page);
                if seen.len() == 3 {
                    added += 1;
                    grow(&shop, &admin, added);
                }
            }
            let once: HashSet<i64> = seen.iter().copied().collect();
            assert_eq!(once.len(), seen.len(), "{list} by {sort} repeats rows: {seen:?}");
            assert!(once.is_superset(&before), "{list} by {sort} hides rows: {seen:?}");
        }
    }
}

fn whole(admin: &User, list: &str) -> Value {
    let page = admin.get(&format!("{list}?limit=100"));
    assert_eq!(next(&page), None);
    page.json()
}

#[test]
fn the_link_keeps_what_was_asked_for() {
    let shop = Shop::new();
    let admin = shop.admin();
    for name in ["a & b=c", "a & b=c 2", "other"] {
        let tags = json!({ "tags": ["50% <off> & \"new\"/é"] });
        fixtures::product(name, "1").with(tags).create(&admin);
    }
    fixtures::product("untagged", "8.50").create(&admin);
    let tag = "50%25%20%3Coff%3E%20%26%20%22new%22%2F%C3%A9";
    let mut seen = Vec::new();
    let mut at = Some(format!("/products?tag={tag}&sort=-name&limit=1"));
    while let Some(path) = at {
        assert!(path.contains(tag) && path.contains("sort=-name"), "{path}");
        let page = shop.visitor().get(&path);
        seen.extend(ids(&page.json()));
        at = next(&page);
    }
    assert_eq!(seen, [3, 2, 1]);
}

#[test]
fn a_question_about_a_list_that_makes_no_sense_is_refused() {
    let shop = Shop::new();
    let admin = shop.admin();
    for number in 1..=3 {
        grow(&shop, &admin, number);
    }
    let cursor = |path: &str| {
        let cursor = admin.get(path).expect(200)["next_cursor"].as_str().unwrap().to_owned();
        assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        cursor
    };
    let by_name = cursor("/products?limit=1&sort=name");
    let of_customers = cursor("/customers?limit=1&sort=total_spent");
    for list in
        ["/products", "/customers", "/customer_accounts", "/orders", "/products/1/stock_movements"]
    {
        assert_eq!(ids(&admin.get(&format!("{list}?limit=1")).expect(200)).len(), 1);
        assert!(ids(&admin.get(&format!("{list}?limit=100")).expect(200)).len() >= 3);
        for (query, faults) in [
            ("limit=0", &[("limit", "out_of_range")][..]),
            ("limit=101", &[("limit", "out_of_range")]),
            ("limit=-1", &[("limit", "out_of_range")]),
            ("limit=1.5", &[("limit", "out_of_range")]),
            ("limit=99999999999999999999", &[("limit", "out_of_range")]),
            ("limit=ten", &[("limit", "out_of_range")]),
            ("count=7", &[("count", "unknown_value")]),
            ("limit=1&limit=2", &[("limit", "given_twice")]),
            ("sort=shoe_size", &[("sort", "unknown_value")]),
            ("sort=--created_at", &[("sort", "unknown_value")]),
            ("sort=id;drop%20table%20orders", &[("sort", "unknown_value")]),
            ("limits=3", &[("limits", "unknown_parameter")]),
            ("%00=3", &[("\0", "unknown_parameter")]),
            (
                "limit=0&sort=x&y=1",
                &[("limit", "out_of_range"), ("sort", "unknown_value"), ("y", "unknown_parameter")],
            ),
        ] {
            admin.get(&format!("{list}?{query}")).invalid(faults);
        }
        let near = admin.get(&format!("{list}?limt=3")).invalid(&[("limt", "unknown_parameter")]);
        assert!(near["errors"][0]["detail"].as_str().unwrap().contains("Did you mean limit?"));
        for bad in ["x", "00", "ff", "5b5d", "7b7d", "%00", "5b312c322c335d", "5b6e756c6c5d"] {
            admin.get(&format!("{list}?after={bad}")).refused(400, "bad_cursor");
        }
        let long = "5b".repeat(20_000);
        admin.get(&format!("{list}?after={long}")).refused(400, "bad_cursor");
        for other in [&by_name, &of_customers] {
            admin.get(&format!("{list}?sort=-created_at&after={other}")).refused(400, "bad_cursor");
        }
    }
}

#[test]
fn filters_that_make_no_sense_are_named_and_strange_ones_find_nothing() {
    let shop = Shop::new();
    let admin = shop.admin();
    grow(&shop, &admin, 1);
    for (path, name, code) in [
        ("/products?status=sold", "status", "unknown_status"),
        ("/products?min_price=-1", "min_price", "not_money"),
        ("/products?min_price=1e3", "min_price", "not_money"),
        ("/products?max_price=1.234", "max_price", "too_many_digits"),
        ("/products?max_price=99999999999999999999", "max_price", "amount_too_large"),
        ("/products?in_stock=maybe", "in_stock", "unknown_value"),
        ("/products?low_stock=1", "low_stock", "unknown_value"),
        ("/products?sku=%00", "sku", "control_character"),
        ("/products?q=mug%07", "q", "control_character"),
        ("/products?colour=red", "colour", "unknown_parameter"),
        ("/customers?q=a%07", "q", "control_character"),
        ("/customer_accounts?customer_id=0", "customer_id", "not_an_id"),
        ("/orders?status=lost", "status", "unknown_value"),
        ("/orders?customer_id=x", "customer_id", "not_an_id"),
        ("/orders?from=2026-02-30", "from", "not_a_date"),
        ("/orders?to=yesterday", "to", "not_a_date"),
        ("/orders?updated_after=yesterday", "updated_after", "not_a_time"),
        ("/customers?updated_after=2026-02-30", "updated_after", "not_a_time"),
        ("/products?updated_after=12:00", "updated_after", "not_a_time"),
        ("/discounts?updated_after=2026-02-03", "updated_after", "unknown_parameter"),
    ] {
        admin.get(path).invalid(&[(name, code)]);
    }
    for (path, rows) in [
        ("/products?sku=%27%20or%201=1", 0),
        ("/products?tag=%25", 0),
        ("/products?handle=%F0%9F%98%80", 0),
        ("/products?tag=%FF%FE", 0),
        ("/customers?q=%25", 0),
        ("/customers?q=_", 0),
        ("/customers?q=%5C", 0),
        ("/customers?email=ANA1@example.ORG", 1),
        ("/orders?q=%25", 0),
        ("/orders?from=0001-01-01&to=9999-12-31", 1),
        ("/orders?from=9999-12-31", 0),
        ("/orders?limit=&status=&from=", 1),
        ("/orders?customer_id=9007199254740991", 0),
    ] {
        assert_eq!(ids(&admin.get(path).expect(200)).len(), rows, "{path}");
    }
}

#[test]
fn a_list_is_counted_for_whoever_asks_and_for_nobody_else() {
    let shop = Shop::new();
    let admin = shop.admin();
    for number in 1..=ROWS {
        grow(&shop, &admin, number);
    }
    fixtures::percent_off("A", "1").create(&admin);
    // 7 orders of 7 guests' rows: one e-mail, so one record beside the 7 of the accounts.
    for (list, rows) in [
        ("/products", 7),
        ("/products?max_price=3.00", 2),
        ("/customers", 8),
        ("/customers?email=ana@example.org", 1),
        ("/customer_accounts", 7),
        ("/orders", 7),
        ("/orders?status=cancelled", 0),
        ("/customers/8/orders", 0),
        // Put on the shelf, then 7 times sold and 7 times received.
        ("/products/1/stock_movements", 15),
        ("/discounts", 1),
    ] {
        let sep = if list.contains('?') { '&' } else { '?' };
        let page = admin.get(&format!("{list}{sep}limit=1&count=true"));
        assert_eq!(page.expect(200)["count"], rows, "{list}");
        if let Some(link) = next(&page) {
            assert_eq!(admin.get(&link).expect(200)["count"], rows, "{list}: all, also further on");
        }
        for not in ["", "&count=false", "&count="] {
            assert_eq!(
                admin.get(&format!("{list}{sep}limit=1{not}")).expect(200).get("count"),
                None
            );
        }
    }
    let owner = shop.owner();
    assert_eq!(owner.get("/staff?count=true").expect(200)["count"], 1);
    assert!(owner.get("/api_keys?count=true").expect(200)["count"].is_u64());
}

#[test]
fn a_row_is_written_as_the_object_is_by_itself() {
    let shop = Shop::new();
    let admin = fixtures::furnished(&shop);
    fixtures::percent_off("TEN", "10").create(&admin);
    for list in ["/products", "/customers", "/customer_accounts", "/orders", "/discounts"] {
        let rows = admin.get(&format!("{list}?limit=1"));
        let object = admin.get(&format!("{list}/{}", ids(&rows.expect(200))[0]));
        let [rows, object] = [rows, object].map(|answer| String::from_utf8(answer.body).unwrap());
        assert!(rows.starts_with(&format!("{{\"data\":[{object}]")), "{object} is in {rows}");
    }
}

#[test]
fn whoever_keeps_a_copy_asks_for_what_changed_since() {
    let shop = Shop::new();
    let admin = shop.admin();
    for number in 1..=3 {
        grow(&shop, &admin, number);
    }
    shop.clock.advance_seconds(60);
    let since = shop.clock.now().text();
    shop.clock.advance_seconds(60);
    fixtures::pay(&admin, 2);
    admin.patch("/products/1", json!({ "vendor": "V" })).expect(200);
    admin.patch("/customers/3", json!({ "phone": "12345" })).expect(200);
    shop.clock.advance_seconds(60);
    fixtures::pay(&admin, 1);
    admin.patch("/products/3", json!({ "vendor": "V" })).expect(200);
    for (list, changed, sorted) in [
        ("/orders", &[2, 1][..], &[3, 2, 1][..]),
        ("/products", &[1, 3], &[2, 1, 3]),
        ("/customers", &[3], &[1, 2, 4, 3]),
    ] {
        let found = admin.get(&format!("{list}?updated_after={since}&sort=updated_at")).expect(200);
        assert_eq!(ids(&found), changed, "{list} since {since}");
        assert_eq!(ids(&admin.get(&format!("{list}?sort=updated_at")).expect(200)), sorted);
        let nothing = shop.clock.now().text();
        let later = admin.get(&format!("{list}?updated_after={nothing}&count=true")).expect(200);
        assert_eq!((ids(&later).len(), &later["count"]), (0, &json!(0)));
    }
    // Midnight of that day in the shop's zone, and the same with an offset whose + is a blank.
    for (list, rows) in [("/orders", 3), ("/products", 3), ("/customers", 4)] {
        let all = admin.get(&format!("{list}?updated_after=2026-11-23")).expect(200);
        assert_eq!(ids(&all).len(), rows, "{list}");
        let none =
            admin.get(&format!("{list}?updated_after=2026-11-25T00:00:00+01:00")).expect(200);
        assert_eq!(ids(&none).len(), 0, "{list}");
    }
}
