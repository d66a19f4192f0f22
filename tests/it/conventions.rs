//! What every address has in common: the order of checks, the shape of a "no", preconditions,
//! requests that count once, lists, and what a browser of another site may do.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use rocket::http::Method;
use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::store::Tx;

use crate::fixtures::{self, address, cash_all, create, parcel, person, ship, stocked};
use crate::server::Stall;
use crate::shop::{Answer, Shop, User, ids};

const ORIGIN: &str = "https://shop.example.org";
const SENT: &str = "authorization, content-type, idempotency-key, if-match";
const MEBIBYTE: usize = 1024 * 1024;
type Work = Box<dyn Fn(&Tx<'_>) -> tillbox::error::Result<()> + Send>;

/// Jobs that may wait for the one writer.
const QUEUE: usize = 1_024;

/// A product with 50 pieces on the shelf, a customer, and orders 1 and 2.
fn with_two_orders(shop: &Shop) -> User<'_> {
    let admin = stocked(shop, 50);
    fixtures::order(1, 1).create(&admin);
    fixtures::order(1, 1).create(&admin);
    admin
}

/// A "no" has the shape of RFC 9457 and says which request it answers.
#[track_caller]
fn no(answer: &Answer, status: u16, code: &str) -> Value {
    let problem = answer.refused(status, code);
    for text in ["title", "detail"] {
        assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {problem}");
    }
    assert!(answer.header("X-Request-Id").is_some());
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(answer.header("Vary"), Some("Authorization, Cookie, Origin"));
    problem
}

/// Sends JSON, or whatever else the type says, with some headers.
#[track_caller]
fn send(user: &User, to: (Method, &str), headers: &[(&str, &str)], body: (&str, &str)) -> Answer {
    let ask = user.ask(to.0, to.1).raw(body.0, body.1);
    headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).send()
}

#[test]
fn who_mends_one_fault_after_the_other_meets_them_in_the_same_order() {
    let shop = Shop::new();
    let admin = with_two_orders(&shop);
    let (visitor, reader) = (shop.visitor(), shop.reader());
    let (good, large) = (r#"{"method":"cash","amount":"1"}"#, "[".repeat(MEBIBYTE + 1));
    let used = [("Idempotency-Key", "used")];
    let post = |user: &User, path: &str, headers: &[(&str, &str)], kind: &str, body: &str| {
        send(user, (Method::Post, path), headers, (kind, body))
    };
    post(&admin, "/orders/1/payments", &used, "application/json", good).expect(201);
    let stale = ("If-Match", "\"9.9\"");
    let fresh = ("If-Match", "\"2.0\"");
    let (text, json) = ("text/plain", "application/json");
    let (to, gone) = ("/orders/1/payments", "/orders/99/payments");
    let (broken_key, key) = (("Idempotency-Key", "a b"), ("Idempotency-Key", "new"));
    let wrong = r#"{"method":"shells","amount":"1.234"}"#;
    let currency = r#"{"method":"cash","amount":"1.234"}"#;
    let much = r#"{"method":"cash","amount":"500"}"#;
    for (user, path, headers, kind, body, status, code) in [
        (&visitor, gone, &[broken_key, stale][..], text, "{", 415, "unsupported_media_type"),
        (&visitor, gone, &[broken_key, stale], json, large.as_str(), 413, "body_too_large"),
        (&visitor, gone, &[broken_key, stale], json, "{", 400, "malformed_json"),
        (&visitor, gone, &[broken_key, stale], json, wrong, 400, "bad_request"),
        (&visitor, gone, &[key, stale], json, wrong, 401, "unauthenticated"),
        (&reader, gone, &[key, stale], json, wrong, 403, "forbidden"),
        (&admin, gone, &[key, stale], json, wrong, 404, "not_found"),
        (&admin, to, &[used[0], stale], json, wrong, 422, "idempotency_key_reused"),
        (&admin, to, &[key, stale], json, wrong, 422, "validation_failed"),
        (&admin, to, &[key, stale], json, currency, 422, "validation_failed"),
        (&admin, to, &[key, stale], json, much, 412, "precondition_failed"),
        (&admin, to, &[key, fresh], json, much, 409, "action_not_possible"),
    ] {
        no(&post(user, path, headers, kind, body), status, code);
    }
    post(&admin, to, &[used[0], stale], json, good).expect(201);
    let other = r#"{"method":"cash","amount":"1","again":true}"#;
    post(&admin, to, &[key, fresh], json, other).expect(201);
    assert_eq!(admin.get("/orders/1").expect(200)["paid_total"], "2.00");
}

#[test]
fn a_fault_in_the_body_comes_before_a_stale_copy_and_that_before_a_conflict() {
    let shop = Shop::new();
    let admin = with_two_orders(&shop);
    let ana = shop.customer("ana");
    fixtures::product("Cup", "1").with(json!({ "sku": "CUP" })).create(&admin);
    let sizes = json!([{ "price": "1", "options": { "Size": "S" } },
        { "price": "2", "options": { "Size": "M" } }]);
    create(&admin, json!({ "name": "Shirt", "variants": sizes }));
    ship(&admin, 2);
    let check = |user: &User, method, path: &str, body: Value, status: u16| {
        let answer = user.ask(method, path).header("If-Match", "\"9.9\"").json(&body).send();
        assert_eq!(answer.status, status, "{path} {body} {}", answer.json());
    };
    let elsewhere = address("Lisboa");
    check(&admin, Method::Patch, "/products/3", json!({ "price": "5" }), 422);
    check(&admin, Method::Patch, "/products/3", json!({ "sku": "CUP", "name": "" }), 422);
    check(&admin, Method::Patch, "/products/1", json!({ "sku": "CUP" }), 412);
    check(
        &admin,
        Method::Patch,
        "/orders/2",
        json!({ "expected_delivery_date": "2020-01-01" }),
        422,
    );
    check(&admin, Method::Patch, "/orders/2", json!({ "shipping_address": elsewhere }), 412);
    let both = json!({ "expected_delivery_date": "2020-01-01", "shipping_address": elsewhere });
    admin.patch("/orders/2", both).expect(422);
    check(&admin, Method::Post, "/orders/2/cancellation", json!({ "items": [] }), 422);
    check(&admin, Method::Post, "/orders/2/packing", json!({}), 412);
    check(&ana, Method::Patch, "/customer_accounts/1", json!({ "password": "short" }), 422);
    // Who is a customer already learns first what is wrong with the body.
    check(&ana, Method::Post, "/customers", json!({ "name": 1 }), 422);
    check(&ana, Method::Post, "/customers", person("Ana Silva"), 409);
    check(&ana, Method::Post, "/customer_accounts", json!({ "username": 1 }), 422);
}

#[test]
fn every_no_is_a_problem_document() {
    let shop = Shop::with(|config| config.limits_sign_ups = 1);
    let admin = with_two_orders(&shop);
    let (visitor, odd) = (shop.visitor(), shop.bearer("tb_admin_nobody"));
    let check = |user: &User, method, path: &str, status, code: &str| {
        no(&user.ask(method, path).send(), status, code)
    };
    for path in ["/index.html", "/nothing", "/products/1/x", "/webhooks", "/audit"] {
        check(&admin, Method::Get, path, 404, "not_found");
        check(&visitor, Method::Post, path, 404, "not_found");
    }
    for id in ["0", "-1", "01", "1.0", "1e3", "abc", "9007199254740992", "99999999999999999999"] {
        for noun in ["products", "customers", "customer_accounts", "orders"] {
            for method in [Method::Get, Method::Delete, Method::Patch] {
                check(&admin, method, &format!("/{noun}/{id}"), 404, "not_found");
            }
        }
        check(&admin, Method::Post, &format!("/orders/{id}/payments"), 404, "not_found");
        check(&admin, Method::Get, &format!("/orders/1/payments/{id}"), 404, "not_found");
    }
    for (method, path, allow) in [
        (Method::Delete, "/products", "GET, POST, HEAD, OPTIONS"),
        (Method::Post, "/products/1", "DELETE, GET, PATCH, PUT, HEAD, OPTIONS"),
        (Method::Delete, "/orders/1", "GET, PATCH, HEAD, OPTIONS"),
        (Method::Put, "/orders/1/track", "GET, HEAD, OPTIONS"),
        (Method::Get, "/sessions", "POST, OPTIONS"),
        (Method::Head, "/sessions", "POST, OPTIONS"),
        (Method::Trace, "/shop", "GET, HEAD, OPTIONS"),
        (Method::Connect, "/settings", "GET, PATCH, PUT, HEAD, OPTIONS"),
    ] {
        let answer = visitor.ask(method, path).send();
        assert_eq!((answer.status, answer.header("Allow")), (405, Some(allow)), "{method} {path}");
        if method != Method::Head {
            no(&answer, 405, "method_not_allowed");
        }
        let options = visitor.ask(Method::Options, path).send();
        assert_eq!((options.status, options.header("Allow")), (204, Some(allow)), "{path}");
        assert!(options.body.is_empty());
    }
    check(&visitor, Method::Options, "/nothing", 404, "not_found");
    check(&odd, Method::Get, "/products", 401, "unauthenticated");
    let bare = visitor.get("/customers");
    no(&bare, 401, "unauthenticated");
    assert_eq!(bare.header("WWW-Authenticate"), Some("Bearer"));
    no(&shop.customer("ana").get("/customers"), 403, "forbidden");
    let many = visitor.post("/customers", person("Ana Silva"));
    no(&many, 429, "too_many_requests");
    let wait: u64 = many.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
}

#[test]
fn a_shop_with_too_much_to_write_says_so_at_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (begun, wait_begun) = std::sync::mpsc::channel();
    let (end, wait_end) = std::sync::mpsc::channel::<()>();
    let runtime = Runtime::new().unwrap();
    let write = |work: Work| {
        let store = shop.store.clone();
        runtime.spawn(async move { store.write(work).await })
    };
    let first = write(Box::new(move |_| {
        begun.send(()).unwrap();
        let _ = wait_end.recv();
        Ok(())
    }));
    wait_begun.recv().unwrap();
    let others = (0..=QUEUE).map(|_| write(Box::new(|_| Ok(()))));
    let (refused, _, others) = runtime.block_on(rocket::futures::future::select_all(others));
    let refused = refused.unwrap().unwrap_err();
    assert_eq!(refused.code().name(), "busy");
    let full = fixtures::product("Mug", "1").send(&admin);
    no(&full, 503, "busy");
    assert_eq!(full.header("Retry-After"), Some("1"));
    assert_eq!(ids(&admin.get("/products").expect(200)), [0_i64; 0]);
    end.send(()).unwrap();
    runtime.block_on(first).unwrap().unwrap();
    for other in others {
        runtime.block_on(other).unwrap().unwrap();
    }
    fixtures::product("Mug", "1").create(&admin);
}

#[test]
fn what_only_a_socket_can_send_is_answered_like_anything_else() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 5);
    let mut http = stall.admin();
    for (method, path, status, code) in [
        ("FOO", "/products", 405, "method_not_allowed"),
        ("FOO", "/products/1?a=b", 405, "method_not_allowed"),
        ("get", "/products", 405, "method_not_allowed"),
        ("FOO", "/nothing", 404, "not_found"),
    ] {
        let answer = http.request(method, path, &[], None).unwrap().expect(status);
        assert_eq!(answer.header("Content-Type"), Some("application/problem+json"));
        assert_eq!(answer.json()["code"], code);
        assert!(answer.header("X-Request-Id").is_some());
        assert_eq!(answer.header("Allow").is_some(), status == 405);
    }
    for path in ["/products", "/products/1", "/shop", "/settings", "/orders", "/nothing"] {
        let get = http.request("GET", path, &[("X-Request-Id", "a")], None).unwrap();
        let head = http.request("HEAD", path, &[("X-Request-Id", "a")], None).unwrap();
        let without_date = |headers: &[(String, String)]| {
            let kept = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("date"));
            kept.map(|(n, v)| (n.to_ascii_lowercase(), v.clone())).collect::<BTreeSet<_>>()
        };
        assert_eq!(head.status, get.status);
        assert_eq!(without_date(&head.headers), without_date(&get.headers), "{path}");
    }
    let large = (2 * MEBIBYTE).to_string();
    let lengths = [("Content-Length", large.as_str()), ("Transfer-Encoding", "chunked")];
    for (at, header) in lengths.into_iter().enumerate() {
        let answer = unending(&stall, header, at == 1);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("\"body_too_large\""), "{answer}");
    }
    http.get("/products").expect(200);
}

/// Announces or sends more than the shop takes, and hands over the answer.
fn unending(stall: &Stall, header: (&str, &str), chunks: bool) -> String {
    use std::io::Read;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, stall.server.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let (name, value) = header;
    let head = format!(
        "POST /customers HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n{name}: \
         {value}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Rocket answers once it has seen the beginning of a body; the shop may hang up before the end.
    stream.write_all(if chunks { b"" } else { &[b' '; 64] }).unwrap();
    for _ in 0..(if chunks { 40 } else { 0 }) {
        let chunk = format!("8000\r\n{}\r\n", " ".repeat(0x8000));
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = vec![0; 4096];
    let mut read = 0;
    while !String::from_utf8_lossy(&answer[..read]).contains("detail") {
        match stream.read(&mut answer[read..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => read += more,
        }
    }
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[test]
fn bodies_are_json_of_the_right_type_or_nothing() {
    let shop = Shop::new();
    let admin = shop.admin();
    let product = r#"{"name":"Mug","price":"1"}"#;
    let patch = "application/merge-patch+json";
    for (method, path, kind, body, status) in [
        (Method::Post, "/products", "application/json; charset=utf-8", product, 201),
        (Method::Post, "/products", "Application/JSON", product, 201),
        (Method::Post, "/products", patch, product, 415),
        (Method::Post, "/products", "application/x-www-form-urlencoded", "name=Mug", 415),
        (Method::Post, "/products", "text/json", product, 415),
        (Method::Post, "/products", "nonsense", product, 415),
        (Method::Put, "/products/1", patch, product, 415),
        (Method::Patch, "/products/1", patch, product, 200),
        (Method::Patch, "/products/1", "application/json", product, 200),
        (Method::Patch, "/products/1", "text/csv", product, 415),
        (Method::Post, "/products", "text/plain", "", 422),
        (Method::Patch, "/products/1", "text/plain", "", 200),
    ] {
        let answer = send(&admin, (method, path), &[], (kind, body));
        assert_eq!(answer.status, status, "{method} {path} {kind}: {}", answer.json());
    }
    let untyped = admin.ask(Method::Post, "/products").header("Content-Type", "").send();
    untyped.invalid(&[("/name", "required"), ("/price", "required")]);
    // A form of another site's page cannot turn itself into another method.
    for form in ["_method=delete", "_method=DELETE", "_method=put", "&_method=put", "&_method=get"]
    {
        let kind = "application/x-www-form-urlencoded";
        for path in ["/products", "/customers", "/sessions"] {
            no(
                &send(&admin, (Method::Post, path), &[], (kind, form)),
                415,
                "unsupported_media_type",
            );
        }
        let one = send(&admin, (Method::Post, "/products/1"), &[], (kind, form));
        no(&one, 405, "method_not_allowed");
    }
    admin.get("/products/1").expect(200);
}

#[test]
fn browsers_of_named_origins_may_read_everything_that_is_said_to_them() {
    let shop = Shop::with(|config| config.cors_origins = vec![ORIGIN.to_owned()]);
    with_two_orders(&shop);
    let visitor = shop.visitor();
    let exposed = "ETag, Link, Location, Retry-After, Idempotent-Replayed, X-Request-Id";
    for (method, path, origin, status, allowed) in [
        (Method::Get, "/products", ORIGIN, 200, true),
        (Method::Get, "/products/1", ORIGIN, 200, true),
        (Method::Get, "/products/9", ORIGIN, 404, true),
        (Method::Get, "/customers", ORIGIN, 401, true),
        (Method::Delete, "/products", ORIGIN, 405, true),
        (Method::Post, "/customers", ORIGIN, 422, true),
        (Method::Options, "/orders", ORIGIN, 204, true),
        (Method::Options, "/nothing", ORIGIN, 404, true),
        (Method::Get, "/products", "https://evil.example.org", 200, false),
        (Method::Get, "/products", "http://shop.example.org", 200, false),
        (Method::Options, "/orders", "null", 204, false),
    ] {
        let ask = visitor.ask(method, path).header("Origin", origin);
        let ask = ask.header("Access-Control-Request-Headers", SENT);
        let answer = ask.header("Access-Control-Request-Method", "POST").send();
        let wanted = |value| allowed.then_some(value);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), wanted(origin), "{path}");
        assert_eq!(answer.header("Access-Control-Expose-Headers"), wanted(exposed), "{path}");
        assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
        assert!(answer.header("Vary").unwrap().contains("Origin"));
        if status == 204 {
            let methods = answer.header("Access-Control-Allow-Methods");
            assert_eq!(methods, wanted("GET, POST, HEAD, OPTIONS"));
            assert_eq!(answer.header("Access-Control-Allow-Headers"), wanted(SENT));
        }
    }
    let nobody = visitor.get("/products");
    assert_eq!(nobody.header("Access-Control-Allow-Origin"), None);
}

#[test]
fn a_request_keeps_its_own_id_when_that_is_sane() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let long = "x".repeat(65);
    for (sent, sane) in [
        ("abc-123_4.5", true),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", true),
        ("", false),
        ("a b", false),
        ("<script>", false),
        ("é", false),
        (long.as_str(), false),
    ] {
        for path in ["/shop", "/nothing", "/orders/1"] {
            let answer = visitor.ask(Method::Get, path).header("X-Request-Id", sent).send();
            let id = answer.header("X-Request-Id").unwrap();
            assert_eq!(id == sent, sane, "{sent:?} became {id:?}");
            assert!(!id.is_empty() && id.len() <= 64);
        }
    }
    let id = |answer: &Answer| answer.header("X-Request-Id").unwrap().to_owned();
    assert_ne!(id(&visitor.get("/shop")), id(&visitor.get("/shop")));
}

#[test]
fn only_what_everybody_may_see_is_kept_by_caches() {
    let shop = Shop::new();
    let admin = with_two_orders(&shop);
    let ana = shop.customer("ana");
    let placed = fixtures::order(1, 1).create(&shop.visitor());
    let buyer = shop.holder(&placed);
    let check = |user: &User, path: &str, public: bool| {
        let answer = user.get(path);
        answer.expect(200);
        let wanted = if public { "public, no-cache" } else { "private, no-store" };
        assert_eq!(answer.header("Cache-Control"), Some(wanted), "{path}");
        assert_eq!(answer.header("Vary"), Some("Authorization, Cookie, Origin"));
    };
    for path in ["/products", "/products/1", "/shop"] {
        check(&shop.visitor(), path, true);
        for user in [&admin, &ana, &buyer, &shop.reader(), &shop.storefront()] {
            check(user, path, false);
        }
    }
    for path in ["/customers", "/customers/1", "/customer_accounts/1", "/orders", "/orders/1/track"]
    {
        check(&admin, path, false);
    }
    check(&shop.visitor(), &fixtures::tracking(&placed), false);
    check(&buyer, "/orders/3", false);
}

#[test]
fn nobody_overwrites_what_they_have_not_seen() {
    let shop = Shop::new();
    let admin = with_two_orders(&shop);
    shop.customer("ana");
    for (path, patch) in [
        ("/products/1", json!({ "vendor": "Ana" })),
        ("/customers/1", json!({ "phone": "12345" })),
        ("/customer_accounts/1", json!({ "username": "other" })),
        ("/orders/1", json!({ "staff_note": "Ring twice." })),
        ("/settings", json!({ "name": "Corner shop" })),
    ] {
        let tag = admin.get(path).header("ETag").unwrap().to_owned();
        let ask = |method, name, value: &str| admin.ask(method, path).header(name, value);
        for list in [tag.clone(), format!("W/{tag}"), format!("\"7.7\", {tag}"), "*".to_owned()] {
            let answer = ask(Method::Get, "If-None-Match", &list).send();
            assert_eq!((answer.status, answer.body.len()), (304, 0), "{path} {list}");
            assert_eq!(answer.header("ETag"), Some(tag.as_str()));
            assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
            assert_eq!(ask(Method::Head, "If-None-Match", &list).send().status, 304);
        }
        ask(Method::Get, "If-None-Match", "\"7.7\"").send().expect(200);
        let changed = ask(Method::Patch, "If-Match", &tag).json(&patch).send();
        let version = changed.expect(200)["version"].clone();
        let new = changed.header("ETag").unwrap().to_owned();
        assert!(new != tag && new.starts_with(&format!("\"{version}.")), "{tag} {new}");
        let current = admin.get(path);
        assert_eq!(current.header("ETag"), Some(new.as_str()));
        let methods: &[Method] = match path {
            "/orders/1" => &[Method::Patch],
            "/settings" => &[Method::Patch, Method::Put],
            _ => &[Method::Patch, Method::Put, Method::Delete],
        };
        let whole = current.json();
        for method in methods {
            let body = if *method == Method::Put { &whole } else { &patch };
            for stale in [tag.as_str(), "\"7.7\"", "nonsense", "W/\"1.0\"", ""] {
                let answer = ask(*method, "If-Match", stale).json(body).send();
                assert_eq!(no(&answer, 412, "precondition_failed")["current"], whole);
            }
            assert_eq!(admin.get(path).json(), whole, "{method} {path}");
        }
        ask(Method::Patch, "If-Match", "*").json(&patch).send().expect(200);
    }
}

#[test]
fn an_action_on_an_order_is_refused_to_whoever_saw_an_older_one() {
    let shop = Shop::new();
    let admin = with_two_orders(&shop);
    let placed = fixtures::order(1, 1).send(&shop.visitor());
    let buyer = shop.holder(&placed.expect(201));
    let tag = placed.header("ETag").unwrap();
    admin.patch("/orders/3", json!({ "staff_note": "Ring twice." })).expect(200);
    for (what, body) in [
        ("payments", cash_all()),
        ("packing", json!({})),
        ("shipments", parcel()),
        ("delivery", json!({})),
        ("cancellation", json!({ "reason": "late" })),
    ] {
        let ask = admin.ask(Method::Post, &format!("/orders/3/{what}")).json(&body);
        let problem = no(&ask.header("If-Match", tag).send(), 412, "precondition_failed");
        assert_eq!(problem["current"], admin.get("/orders/3").expect(200), "{what}");
    }
    let ask = buyer.ask(Method::Post, "/orders/3/cancellation").json(&json!({ "reason": "late" }));
    let problem = no(&ask.header("If-Match", tag).send(), 412, "precondition_failed");
    assert_eq!(problem["current"], buyer.get("/orders/3").expect(200));
    let step = admin.post("/orders/3/packing", json!({})).header("Location").unwrap().to_owned();
    let void = |path: &str, tag: &str| {
        admin.ask(Method::Delete, path).header("If-Match", tag).send().status
    };
    let new = buyer.get("/orders/3").header("ETag").unwrap().to_owned();
    assert_eq!(void("/orders/3/packing/99", tag), 404);
    assert_eq!(void(&step, tag), 412);
    assert_eq!(void(&step, &new), 204);
}
