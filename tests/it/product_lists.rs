//! Lists of products, and who sees and changes which of them.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::fixtures::{self, create, path, shirt, with};
use crate::product_search::buns;
use crate::shop::{Shop, User, ids};

/// Six products, of which four are for sale.
fn shelves(admin: &User<'_>, shop: &Shop) {
    for (minute, fields) in [
        json!({ "name": "Bowl", "price": "3", "tags": ["blue", "round"], "sku": "B" }),
        json!({ "name": "Apron", "price": "9.50", "compare_at_price": "12", "stock": 0,
            "low_stock_at": 0 }),
        with(shirt(), json!({ "name": "Dress" })),
        json!({ "name": "Cup", "price": "3", "stock": 2, "low_stock_at": 2, "tags": ["blue"] }),
        json!({ "name": "Draft", "price": "1", "status": "draft", "handle": "soon" }),
        json!({ "name": "Old", "price": "2", "status": "archived", "sku": "B" }),
    ]
    .into_iter()
    .enumerate()
    {
        // The first two are made in the same second.
        shop.clock.advance_seconds(60 * i64::from(minute > 1));
        create(admin, fields);
    }
}

#[track_caller]
fn check(user: &User<'_>, query: &str, want: &[i64]) {
    assert_eq!(ids(&user.get(&format!("/products?{query}")).expect(200)), want, "{query}");
}

#[test]
fn a_list_shows_what_was_asked_for_in_the_order_asked_for() {
    let shop = Shop::new();
    let admin = shop.admin();
    shelves(&admin, &shop);
    let visitor = shop.visitor();
    for (query, want) in [
        ("", &[4_i64, 3, 2, 1][..]),
        ("sort=created_at", &[1, 2, 3, 4]),
        ("sort=-created_at", &[4, 3, 2, 1]),
        ("sort=name", &[2, 1, 4, 3]),
        ("sort=-name", &[3, 4, 1, 2]),
        ("sort=price", &[1, 4, 2, 3]),
        ("sort=-price", &[3, 2, 4, 1]),
        ("status=active&sort=name", &[2, 1, 4, 3]),
        ("status=draft", &[]),
        ("handle=soon", &[]),
        ("tag=blue", &[4, 1]),
        ("tag=Blue", &[]),
        ("tag=blue&max_price=3&in_stock=true&sort=created_at", &[1, 4]),
        ("min_price=9.5&sort=price", &[2, 3]),
        ("max_price=9.49", &[4, 1]),
        ("min_price=18.5&max_price=18.50", &[3]),
        ("in_stock=true", &[4, 3, 1]),
        ("in_stock=false", &[2]),
        ("low_stock=true", &[4, 2]),
        ("low_stock=false", &[3, 1]),
        ("sku=SH-M", &[3]),
        ("sku=sh-m", &[]),
        ("sku=B", &[1]),
        ("handle=dress", &[3]),
    ] {
        check(&visitor, query, want);
    }
    check(&admin, "sort=created_at", &[1, 2, 3, 4, 5, 6]);
    check(&admin, "status=draft", &[5]);
    check(&shop.reader(), "status=archived", &[6]);
    check(&admin, "sku=B", &[6, 1]);
    for (query, at, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=101", "limit", "out_of_range"),
        ("sort=stock", "sort", "unknown_value"),
        ("min_price=9.999", "min_price", "too_many_digits"),
        ("in_stock=yes", "in_stock", "unknown_value"),
        ("status=sold", "status", "unknown_status"),
        ("statsu=draft", "statsu", "unknown_parameter"),
    ] {
        visitor.get(&format!("/products?{query}")).invalid(&[(at, code)]);
    }
}

#[test]
fn a_list_is_narrowed_to_tags_to_ids_and_to_what_is_on_sale() {
    let shop = Shop::new();
    shelves(&shop.admin(), &shop);
    let visitor = shop.visitor();
    for (query, want) in [
        ("tag=blue&tag=round", &[1_i64][..]),
        ("tag=blue&tag=square", &[]),
        ("tag=&tag=round", &[1]),
        ("on_sale=true", &[3, 2]),
        ("on_sale=false&sort=created_at", &[1, 4]),
        ("ids=3,1,9,5,4", &[3, 1, 4]),
        ("ids=3,1,4&limit=1", &[3, 1, 4]),
        ("ids=3,1,4&sort=created_at&limit=2", &[1, 3]),
        ("ids=3,1,4&in_stock=true&tag=blue", &[1, 4]),
    ] {
        check(&visitor, query, want);
    }
    check(&shop.reader(), "ids=6,5,1", &[6, 5, 1]);
    let too_many = format!("ids={}", vec!["1"; 101].join(","));
    for (query, at, code) in [
        ("on_sale=yes", "on_sale", "unknown_value"),
        ("ids=1,x", "ids", "not_an_id"),
        (&too_many, "ids", "too_many"),
        ("fields=name,prize", "fields", "unknown_value"),
    ] {
        visitor.get(&format!("/products?{query}")).invalid(&[(at, code)]);
    }
}

#[test]
fn a_product_answers_to_its_handle_in_every_spelling_while_it_has_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = create(&admin, json!({ "name": "Übergroße Tasse", "price": "5" }));
    let draft = create(&admin, json!({ "name": "Draft", "price": "5", "status": "draft" }));
    let visitor = shop.visitor();
    assert_eq!(mug["handle"], "ubergrosse-tasse");
    admin.patch("/products/1", json!({ "handle": "große-tasse" })).expect(200);
    for path in ["gro%C3%9Fe-tasse", "GRO%C3%9Fe-Tasse"] {
        let named = visitor.get(&format!("/products/{path}"));
        assert_eq!(named.expect(200), visitor.get("/products/1").expect(200));
        let tag = named.header("ETag").unwrap();
        let again = visitor.ask(Method::Get, &format!("/products/{path}"));
        assert_eq!(again.header("If-None-Match", tag).send().status, 304);
    }
    assert_eq!(admin.get("/products/draft").expect(200)["id"], draft["id"]);
    // What is no sale, what is given up, and what is none at all.
    admin.delete("/products/1").expect(204);
    for path in ["draft", "gro%C3%9Fe-tasse", "ubergrosse-tasse", "no--such-", "%00", "01"] {
        visitor.get(&format!("/products/{path}")).refused(404, "not_found");
    }
    // It is changed by its id alone, and a browser may ask whether it may read it.
    admin.delete("/products/draft").refused(404, "not_found");
    let options = visitor.ask(Method::Options, "/products/draft").send();
    assert_eq!((options.status, options.header("Allow")), (204, Some("GET, HEAD, OPTIONS")));
}

#[test]
fn tags_are_listed_with_how_many_products_have_each() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (tags, status) in [
        (json!(["blue", "round"]), "active"),
        (json!(["blue", "émail"]), "active"),
        (json!(["blue", "secret"]), "draft"),
        (json!(["old", "round"]), "archived"),
    ] {
        create(&admin, json!({ "name": "Mug", "price": "5", "tags": tags, "status": status }));
    }
    let list = |user: &User<'_>, query: &str| -> Vec<(String, i64)> {
        let page = user.get(&format!("/tags?{query}")).expect(200);
        let told = |row: &Value| {
            (row["tag"].as_str().unwrap().to_owned(), row["products_count"].as_i64().unwrap())
        };
        page["data"].as_array().unwrap().iter().map(told).collect()
    };
    let own = |all: &[(&str, i64)]| -> Vec<(String, i64)> {
        all.iter().map(|(tag, count)| ((*tag).to_owned(), *count)).collect()
    };
    let visitor = shop.visitor();
    assert_eq!(list(&visitor, ""), own(&[("blue", 2), ("round", 1), ("émail", 1)]));
    assert_eq!(list(&visitor, "sort=-tag"), own(&[("émail", 1), ("round", 1), ("blue", 2)]));
    let all = own(&[("blue", 3), ("old", 1), ("round", 2), ("secret", 1), ("émail", 1)]);
    assert_eq!(list(&admin, ""), all);
    for sort in ["tag", "-tag"] {
        let (mut seen, mut next) = (Vec::new(), format!("limit=2&count=true&sort={sort}"));
        loop {
            let page = admin.get(&format!("/tags?{next}")).expect(200);
            assert_eq!(page["count"], 5);
            seen.extend(list(&admin, &next));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("limit=2&count=true&sort={sort}&after={cursor}");
        }
        if sort == "-tag" {
            seen.reverse();
        }
        assert_eq!(seen, all);
    }
    // Whatever happens to a product happens to its tags.
    admin.patch("/products/1", json!({ "tags": ["red"] })).expect(200);
    admin.patch("/products/2", json!({ "status": "draft" })).expect(200);
    admin.patch("/products/3", json!({ "status": "active" })).expect(200);
    assert_eq!(list(&visitor, ""), own(&[("blue", 1), ("red", 1), ("secret", 1)]));
    admin.delete("/products/3").expect(204);
    let order = fixtures::order(1, 1).send(&visitor);
    order.expect(201);
    admin.delete("/products/1").expect(204);
    assert_eq!(list(&visitor, ""), own(&[]));
    assert_eq!(ids(&admin.get("/products?tag=red").expect(200)), [1]);
}

#[test]
fn a_list_tells_no_more_of_a_product_than_was_asked_for() {
    let shop = Shop::new();
    let admin = shop.admin();
    create(&admin, json!({ "name": "Mug", "price": "5" }));
    let whole = admin.get("/products").expect(200)["data"][0].clone();
    let names: Vec<&str> = whole.as_object().unwrap().keys().map(String::as_str).collect();
    // Each field can be asked for, and nothing else can.
    for name in &names {
        let page = admin.get(&format!("/products?fields={name}")).expect(200);
        let mut want = json!({ "id": 1 });
        want[*name] = whole[*name].clone();
        assert_eq!(page["data"], json!([want]), "{name}");
    }
    let all = admin.get(&format!("/products?fields={}", names.join(","))).expect(200);
    assert_eq!(all["data"][0], whole);
    let some = shop.visitor().get("/products?fields=name,%20price,committed").expect(200);
    assert_eq!(some["data"], json!([{ "id": 1, "name": "Mug", "price": "5.00" }]));
}

#[test]
fn a_list_is_read_to_its_end_without_a_gap_while_products_are_added() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (visitor, names) =
        (shop.visitor(), ["Cup", "Apron", "Cup", "Bowl", "Dress", "Cup", "Émail"]);
    for (at, name) in names.iter().enumerate() {
        create(&admin, json!({ "name": name, "price": at % 3 }));
    }
    for sort in ["name", "-name", "price", "-price", "created_at", "-created_at"] {
        let all = ids(&visitor.get(&format!("/products?limit=100&sort={sort}")).expect(200));
        let mut seen = Vec::new();
        let mut next = format!("/products?limit=2&sort={sort}&status=active");
        loop {
            let answer = visitor.get(&next);
            let page = answer.expect(200);
            seen.extend(ids(&page));
            let name = ["Aaa", "Cup", "Zzz"][seen.len() % 3];
            create(&admin, json!({ "name": name, "price": seen.len() % 4 }));
            let Some(cursor) = page["next_cursor"].as_str() else {
                assert_eq!(answer.header("Link"), None);
                break;
            };
            let link = answer.header("Link").unwrap();
            next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
            assert!(link.ends_with("; rel=\"next\"") && next.starts_with('/'), "{link}");
            assert!(next.contains(cursor), "{link}");
        }
        seen.retain(|id| all.contains(id));
        assert_eq!(seen, all, "{sort}");
    }
    let first = visitor.get("/products?limit=1&sort=name").expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    for query in [format!("sort=price&after={cursor}"), "after=x".into(), "after=6162".into()] {
        visitor.get(&format!("/products?{query}")).refused(400, "bad_cursor");
    }
}

#[test]
fn everybody_reads_what_is_for_sale_and_only_the_shop_writes() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "9.95").stock(3).create(&admin);
    let draft = create(&admin, json!({ "name": "Soon", "price": "1", "status": "draft" }));
    let movements = format!("{}/stock_movements", path(&mug));
    let check = |user: &User<'_>, sees_all: bool, stock: u16, write: u16| {
        assert_eq!(user.get(&path(&mug)).expect(200)["name"], "Mug");
        assert_eq!(user.ask(Method::Head, &path(&mug)).send().status, 200);
        assert_eq!(user.get(&path(&draft)).status, if sees_all { 200 } else { 404 });
        let listed = ids(&user.get("/products?sort=created_at&limit=2").expect(200)).len();
        assert_eq!(listed, if sees_all { 2 } else { 1 });
        assert_eq!(user.get(&movements).status, stock);
        assert_eq!(user.get(&format!("{movements}/1")).status, stock);
        let body = json!({ "name": "Mug", "price": "1" });
        let count = json!({ "delta": 1, "reason": "received" });
        let put = user.put(&path(&mug), body.clone());
        let patch = user.patch(&path(&mug), json!({ "vendor": "Potter" }));
        assert_eq!([put.status, patch.status], [write; 2]);
        let made = if write == 200 { 201 } else { write };
        let post = user.post("/products", with(body, json!({ "status": "archived" })));
        assert_eq!([post.status, user.post(&movements, count).status], [made; 2]);
        let gone = if write == 200 { 404 } else { write };
        assert_eq!(user.delete("/products/999").status, gone);
        assert_eq!(user.post("/products/999/stock_movements", json!({})).status, gone);
    };
    check(&shop.visitor(), false, 401, 401);
    check(&shop.customer("ana"), false, 403, 403);
    check(&shop.storefront(), false, 403, 403);
    check(&shop.reader(), true, 200, 403);
    check(&shop.staff("owner@example.org", Role::Owner), true, 200, 200);
    check(&shop.staff("clerk@example.org", Role::Staff), true, 200, 200);
    check(&admin, true, 200, 200);
    let ended = shop.bearer("tb_admin_unknown");
    ended.get("/products").refused(401, "unauthenticated");
    for path in ["/products/0", "/products/01", "/products/x", "/products/9007199254740992"] {
        admin.get(path).refused(404, "not_found");
    }
}

#[test]
fn a_product_sent_twice_with_one_key_is_made_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    let send = |path: &str, key: &str, body: &Value| {
        admin.ask(Method::Post, path).header("Idempotency-Key", key).json(body).send()
    };
    let mug = fixtures::product("Mug", "9.95");
    for (path, first, other) in [
        ("/products", mug.clone().stock(1).body(), mug.body()),
        (
            "/products/1/stock_movements",
            json!({ "delta": 2, "reason": "received" }),
            json!({ "delta": 3, "reason": "received" }),
        ),
    ] {
        let made = send(path, "k-1", &first);
        made.expect(201);
        let again = send(path, "\"k-1\"", &first);
        assert_eq!((again.status, &again.body), (201, &made.body));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.header("Location"), made.header("Location"));
        send(path, "k-1", &other).refused(422, "idempotency_key_reused");
        send(path, "k-2", &json!({})).expect(422);
        send(path, "k-2", &first).expect(201);
    }
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 5);
    assert_eq!(ids(&admin.get("/products").expect(200)), [2, 1]);
}

/// What belongs to many products is met along the list and not fetched, which nobody may notice.
#[test]
fn a_list_of_what_is_common_is_the_same_as_any_other() {
    const COUNT: i64 = 2_600;
    let shop = Shop::new();
    let admin = shop.admin();
    buns(&shop, COUNT);
    admin.post("/collections", json!({ "name": "Many" })).expect(201);
    let many: Vec<i64> = (1..=COUNT).filter(|number| number % 2 == 0).collect();
    admin.put("/collections/1/products", json!({ "product_ids": many })).expect(200);
    let walk = |query: &str| -> Vec<i64> {
        let (mut seen, mut next) = (Vec::new(), format!("limit=100&{query}"));
        loop {
            let page = admin.get(&format!("/products?{next}")).expect(200);
            seen.extend(ids(&page));
            let Some(cursor) = page["next_cursor"].as_str() else { return seen };
            next = format!("limit=100&{query}&after={cursor}");
        }
    };
    let by_price = |fits: &dyn Fn(i64) -> bool| -> Vec<i64> {
        let mut all: Vec<i64> = (1..=COUNT).filter(|number| fits(*number)).collect();
        all.sort_by_key(|number| (100 - number % 100, *number));
        all
    };
    let newest = |fits: &dyn Fn(i64) -> bool| -> Vec<i64> {
        (1..=COUNT).rev().filter(|number| fits(*number)).collect()
    };
    assert_eq!(walk("tag=odd"), newest(&|number| number % 2 == 1));
    assert_eq!(walk("tag=odd&sort=price"), by_price(&|number| number % 2 == 1));
    assert_eq!(walk("tag=odd&tag=third"), newest(&|number| number % 6 == 3));
    assert_eq!(walk("collection=many"), newest(&|number| number % 2 == 0));
    assert_eq!(walk("collection=1&sort=price"), by_price(&|number| number % 2 == 0));
    assert_eq!(walk("collection=1&tag=third"), newest(&|number| number % 6 == 0));
    assert_eq!(walk("on_sale=true&sort=price"), by_price(&|number| number % 2 == 1));
    assert_eq!(walk("tag=odd&collection=many"), [0_i64; 0]);
    assert_eq!(walk("collection=none"), [0_i64; 0]);
    let counted = admin.get("/products?tag=odd&count=true&limit=1").expect(200);
    assert_eq!(counted["count"], COUNT / 2);
}
