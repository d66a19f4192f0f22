//! Answers that anyone may have are kept in memory. Nobody can tell, but by how quick they are:
//! what was written shows in the very next answer, and nobody gets what was made for another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rocket::http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tillbox::domain::staff::Role;

use crate::fixtures::{self, furnished, set};
use crate::http::Http;
use crate::server::Stall;
use crate::shop::{Answer, Shop, User, ids};

const PATHS: [&str; 4] = ["/products", "/products?limit=1", "/products/1", "/shop"];

/// All of an answer that may differ from one to the next.
type Seen = (u16, Vec<u8>, [Option<String>; 5]);

fn seen(answer: &Answer) -> Seen {
    let header = |name| answer.header(name).map(str::to_owned);
    let names = ["Content-Type", "ETag", "Cache-Control", "Vary", "Link"];
    (answer.status, answer.body.clone(), names.map(header))
}

/// Tells `true` where a visitor is answered from memory: they have no credential that is looked up.
fn is_kept(shop: &Shop, path: &str) -> bool {
    let before = shop.store.stats().statements;
    shop.visitor().get(path);
    shop.store.stats().statements == before
}

/// Writes something that no visitor can see.
fn write_something(admin: &User) {
    admin.patch("/orders/1", json!({ "staff_note": "Ring twice." })).expect(200);
}

fn if_none_match(shop: &Shop, method: Method, path: &str, tag: &str) -> Answer {
    shop.visitor().ask(method, path).header("If-None-Match", tag).send()
}

#[test]
fn an_answer_from_memory_is_the_same_in_every_part() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    for path in PATHS {
        write_something(&admin);
        let first = shop.visitor().get(path);
        first.expect(200);
        assert!(is_kept(&shop, path), "{path}");
        let again = shop.visitor().get(path);
        assert_eq!(seen(&again), seen(&first), "{path}");
        assert_ne!(again.header("X-Request-Id"), first.header("X-Request-Id"));
        let head = shop.visitor().ask(Method::Head, path).send();
        let (status, _, headers) = seen(&first);
        assert_eq!(seen(&head), (status, Vec::new(), headers), "{path}");
        write_something(&admin);
        assert!(!is_kept(&shop, path), "{path}");
        assert_eq!(seen(&shop.visitor().get(path)), seen(&first), "{path}");
    }
    // Also what a HEAD made is whole.
    write_something(&admin);
    shop.visitor().ask(Method::Head, "/products/1").send();
    assert!(is_kept(&shop, "/products/1"));
    assert_eq!(shop.visitor().get("/products/1").expect(200)["name"], "Mug");
}

#[test]
fn what_was_written_shows_in_the_very_next_answer() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::mug(&admin, 3);
    let path = format!("/products/{mug}");
    let both = |field: &str| {
        let product = shop.visitor().get(&path).expect(200)[field].clone();
        let list = shop.visitor().get("/products").expect(200)["data"][0][field].clone();
        assert!(is_kept(&shop, &path) && is_kept(&shop, "/products"));
        assert_eq!(product, list, "{field}");
        product
    };
    assert_eq!(both("price"), "9.95");
    admin.patch(&path, json!({ "price": "8" })).expect(200);
    assert_eq!(both("price"), "8.00");
    assert_eq!((both("stock"), both("available")), (json!(3), json!(true)));
    fixtures::order(mug, 3).send(&shop.visitor()).expect(201);
    assert_eq!((both("stock"), both("available")), (json!(0), json!(false)));
    fixtures::took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    assert_eq!(both("stock"), 3);
    admin
        .post(&format!("{path}/stock_movements"), json!({ "delta": 4, "reason": "received" }))
        .expect(201);
    assert_eq!(both("stock"), 7);
    assert_eq!(shop.visitor().get("/shop").expect(200)["name"], "My shop");
    set(&admin, json!({ "name": "Mugs" }));
    assert_eq!(shop.visitor().get("/shop").expect(200)["name"], "Mugs");
    fixtures::product("Cup", "1").create(&admin);
    assert_eq!(ids(&shop.visitor().get("/products").expect(200)), [2, 1]);
}

#[test]
fn what_is_not_for_sale_is_gone_in_the_next_answer_and_no_refusal_is_kept() {
    let shop = Shop::new();
    let admin = shop.admin();
    let path = format!("/products/{}", fixtures::mug(&admin, 3));
    let shows = |status: u16| {
        for _ in 0..2 {
            shop.visitor().get(&path).expect(status);
            let rows = ids(&shop.visitor().get("/products").expect(200)).len();
            assert_eq!(rows, usize::from(status == 200));
        }
        assert_eq!(is_kept(&shop, &path), status == 200);
    };
    shows(200);
    for away in ["draft", "archived"] {
        admin.patch(&path, json!({ "status": away })).expect(200);
        shows(404);
        admin.patch(&path, json!({ "status": "active" })).expect(200);
        shows(200);
    }
    admin.delete(&path).expect(204);
    shows(404);
    for _ in 0..2 {
        shop.visitor().get("/products?statsu=x").invalid(&[("statsu", "unknown_parameter")]);
        shop.visitor().get("/products?limit=1&limit=1").invalid(&[("limit", "given_twice")]);
    }
}

#[test]
fn queries_do_not_mix() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let queries = [
        "",
        "?",
        "?limit=1",
        "?limit=2",
        "?limit=1&sort=name",
        "?sort=name&limit=1",
        "?sort=-name&limit=1",
        "?tag=a&limit=1",
        "?tag=a%26limit%3D1",
        "?tag=a%26limit=1",
        "?tag=&limit=1",
        "?limit=1&count=true",
        "?%6Cimit=1",
        "?limit=%31",
        "?handle=mug",
        "?handle=m%75g",
        "?handle=m%2575g",
        "?handle=cup",
        "?handle=mug+",
        "?handle=mug%2B",
        "?limit=1&limit=1",
        "?a=b",
        "/1",
        "/1?limit=1",
        "/2",
        "/%31",
        "/1%3Flimit=1",
    ];
    let ask = |query: &str| seen(&shop.visitor().get(&format!("/products{query}")));
    let fresh = queries.map(|query| {
        write_something(&admin);
        ask(query)
    });
    for _ in 0..2 {
        for (query, fresh) in queries.iter().zip(&fresh) {
            assert_eq!(&ask(query), fresh, "{query}");
        }
    }
    for (query, fresh) in queries.iter().zip(&fresh).rev() {
        assert_eq!(&ask(query), fresh, "{query}");
    }
}

#[test]
fn nobody_gets_what_was_made_for_another() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    fixtures::product("Soon", "1").with(json!({ "status": "draft" })).create(&admin);
    let (reader, storefront) = (shop.reader(), shop.storefront());
    let (staff, ana) = (shop.staff("till@example.org", Role::Staff), shop.customer("bob"));
    let holder = shop.holder(&fixtures::order(1, 1).create(&shop.visitor()));
    let ask = |user: &User, path: &str| seen(&user.get(path));
    let stray = |path: &str| {
        seen(&shop.visitor().ask(Method::Get, path).header("Cookie", "tb_session=tb_x").send())
    };
    let users = [&shop.visitor(), &admin, &reader, &storefront, &staff, &ana, &holder];
    for path in PATHS {
        let mut callers: Vec<Box<dyn Fn() -> Seen + '_>> = vec![Box::new(|| stray(path))];
        callers.extend(users.map(|user| Box::new(move || ask(user, path)) as Box<_>));
        let fresh = |ask: &dyn Fn() -> Seen| {
            write_something(&admin);
            ask()
        };
        let fresh: Vec<Seen> = callers.iter().map(|ask| fresh(ask)).collect();
        for (at, seen) in fresh.iter().enumerate() {
            let wanted = if at == 1 { "public, no-cache" } else { "private, no-store" };
            assert_eq!(seen.2[2].as_deref(), Some(wanted), "{path} {at}");
        }
        for first in &callers {
            for (second, fresh) in callers.iter().zip(&fresh) {
                write_something(&admin);
                first();
                assert_eq!(&second(), fresh, "{path}");
            }
        }
        shop.visitor().get(path).expect(200);
        assert!(is_kept(&shop, path));
        shop.bearer("tb_nobody").get(path).refused(401, "unauthenticated");
        let lame = shop.visitor().ask(Method::Get, path).header("Authorization", "Basic eDp5");
        lame.send().refused(401, "unauthenticated");
    }
}

#[test]
fn if_none_match_holds_with_an_answer_that_is_kept_and_without() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    for path in ["/products/1", "/shop"] {
        let first = shop.visitor().get(path);
        let tag = first.header("ETag").unwrap().to_owned();
        for list in [tag.clone(), format!("W/{tag}"), format!("\"7.7\", {tag}"), "*".to_owned()] {
            for method in [Method::Get, Method::Head] {
                write_something(&admin);
                for _ in 0..2 {
                    let known = if_none_match(&shop, method, path, &list);
                    assert_eq!((known.status, known.body.len()), (304, 0), "{path} {list}");
                    assert_eq!(known.header("ETag"), Some(tag.as_str()));
                    assert_eq!(known.header("Cache-Control"), Some("public, no-cache"));
                    assert_eq!(known.header("Content-Type"), None);
                }
                // Who had it already has left it whole for the next one.
                assert!(is_kept(&shop, path));
                assert_eq!(seen(&shop.visitor().get(path)), seen(&first));
            }
        }
        let stale = if_none_match(&shop, Method::Get, path, "\"7.7\"");
        assert_eq!(seen(&stale), seen(&first));
    }
    let tag = shop.visitor().get("/products/1").header("ETag").unwrap().to_owned();
    admin.patch("/products/1", json!({ "price": "8" })).expect(200);
    for _ in 0..2 {
        let changed = if_none_match(&shop, Method::Get, "/products/1", &tag);
        assert_eq!(changed.expect(200)["price"], "8.00");
    }
}

#[test]
fn what_another_process_writes_shows_after_a_second() {
    let shop = Shop::new();
    furnished(&shop);
    let names = || {
        let product = shop.visitor().get("/products/1").expect(200)["name"].clone();
        let list = shop.visitor().get("/products").expect(200);
        (product, list["data"][1]["name"].clone())
    };
    let both = |name: &str| (json!(name), json!(name));
    assert_eq!(names(), both("Mug"));
    let file = Connection::open(shop.config.data.join("shop.db")).unwrap();
    file.execute("update products set name = 'Jug' where id = 1", []).unwrap();
    assert_eq!(names(), both("Mug"));
    shop.clock.advance_seconds(1);
    assert_eq!(names(), both("Jug"));
}

#[test]
fn who_wrote_reads_their_own_writes_while_others_read() {
    const EDITS: u64 = 200;
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let (path, ended) = (stall.product_path(), AtomicBool::new(false));
    let visitor = || Http::new(stall.server.port());
    let vendor = |answer: Value| answer["vendor"].as_str().map(str::to_owned);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut visitor = visitor();
                while !ended.load(Ordering::Relaxed) {
                    visitor.get(&path).expect(200);
                }
            });
        }
        let (mut admin, mut visitor) = (stall.admin(), visitor());
        for edit in 0..EDITS {
            let body = json!({ "vendor": format!("V{edit}") }).to_string();
            admin.request("PATCH", &path, &[], Some(&body)).unwrap().expect(200);
            let read = vendor(visitor.get(&path).expect(200).json());
            if read != Some(format!("V{edit}")) {
                ended.store(true, Ordering::Relaxed);
                panic!("{read:?} was read after V{edit} was written");
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
}
