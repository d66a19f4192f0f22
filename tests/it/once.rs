//! Requests that count once: what a repeated `Idempotency-Key` answers, and whom it concerns.

use std::sync::Barrier;
use std::thread;

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::store::idempotency;

use crate::fixtures::{self, DAY, ana, credentials, stocked};
use crate::server::Stall;
use crate::shop::{Answer, PASSWORD, Shop, User, ids};

/// The body of an order of mugs.
fn mugs(quantity: i64) -> Value {
    fixtures::order(1, quantity).body()
}

fn keyed(user: &User, path: &str, key: &str, body: &Value) -> Answer {
    user.ask(Method::Post, path).header("Idempotency-Key", key).json(body).send()
}

#[track_caller]
fn is_replay(answer: &Answer, first: &Answer) {
    assert_eq!(answer.status, first.status);
    assert_eq!(answer.body, first.body, "{}", answer.json());
    assert_eq!(answer.header("Idempotent-Replayed"), Some("true"));
    for name in ["Location", "ETag", "Content-Type", "Cache-Control"] {
        assert_eq!(answer.header(name), first.header(name), "{name}");
    }
    assert_eq!(first.header("Idempotent-Replayed"), None);
}

#[test]
fn a_repeated_request_has_one_effect_wherever_a_key_is_taken() {
    let shop = Shop::new();
    let admin = stocked(&shop, 50);
    fixtures::order(1, 1).create(&admin);
    fixtures::order(1, 1).create(&admin);
    let parcel = |number: &str| json!({ "carrier": "DHL", "tracking_number": number });
    let named = |name: &str| json!({ "name": name, "email": "ana@example.org" });
    let priced = |name: &str| json!({ "name": name, "price": "1" });
    let moved = |delta: i64| json!({ "delta": delta, "reason": "received" });
    for (path, body, other) in [
        ("/customers", named("Ana"), named("Eva")),
        ("/products", priced("Cup"), priced("Jug")),
        ("/products/1/stock_movements", moved(5), moved(6)),
        ("/orders", mugs(1), mugs(2)),
        ("/orders/1/payments", json!({ "method": "cash" }), json!({ "method": "card" })),
        ("/orders/1/packing", json!({}), json!({ "id": 1 })),
        ("/orders/1/shipments", parcel("1"), parcel("2")),
        ("/orders/1/delivery", json!({}), json!({ "id": 1 })),
        ("/orders/2/cancellation", json!({ "reason": "a" }), json!({ "reason": "b" })),
    ] {
        let first = keyed(&admin, path, "same", &body);
        first.expect(201);
        let before = state(&admin);
        is_replay(&keyed(&admin, path, "same", &body), &first);
        is_replay(&keyed(&admin, path, "\"same\"", &body), &first);
        let reused = keyed(&admin, path, "same", &other);
        let problem = reused.refused(422, "idempotency_key_reused");
        assert_eq!(problem["errors"][0]["header"], "Idempotency-Key", "{problem}");
        assert_eq!(state(&admin), before, "{path}");
    }
}

#[test]
fn a_repeated_sign_up_makes_one_account_and_opens_one_session() {
    let shop = Shop::new();
    let path = "/customer_accounts";
    let body = |username: &str, password: &str| {
        fixtures::account(username).with(json!({ "password": password, "customer": ana() })).body()
    };
    for (user, username) in [(shop.visitor(), "ana"), (shop.admin(), "ben")] {
        let first = keyed(&user, path, "k", &body(username, PASSWORD));
        let mut made = first.expect(201);
        let opened = ["token", "token_type", "expires_at"]
            .map(|name| made.as_object_mut().unwrap().remove(name).is_some());
        assert_eq!(opened, [username == "ana"; 3]);
        // The password is no part of what it says, and is not compared.
        for password in [PASSWORD, "another horse battery"] {
            let again = keyed(&user, path, "k", &body(username, password));
            assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
            assert_eq!(again.header("Location"), first.header("Location"));
            assert_eq!(again.header("Set-Cookie"), None);
            assert_eq!(again.expect(201), made);
        }
        let sign_in = |password| shop.visitor().post("/sessions", credentials(username, password));
        sign_in(PASSWORD).expect(201);
        sign_in("another horse battery").refused(401, "unauthenticated");
    }
    // Who is known sees that the key was used; a visitor with another body is somebody else.
    let admin = shop.admin();
    keyed(&admin, path, "k", &body("eva", PASSWORD)).expect(201);
    let reused = keyed(&admin, path, "k", &body("eve", PASSWORD));
    reused.refused(422, "idempotency_key_reused");
    keyed(&shop.visitor(), path, "k", &body("ida", PASSWORD)).expect(201);
    let reader = shop.reader();
    assert_eq!(ids(&reader.get(path).expect(200)).len(), 4);
    // After an hour a key that somebody guesses opens no account, and nothing is made again.
    shop.clock.advance_seconds(3_601);
    keyed(&shop.visitor(), path, "k", &body("ana", PASSWORD)).refused(410, "gone");
    assert_eq!(ids(&reader.get(path).expect(200)).len(), 4);
}

/// Everything that a repeated request could have changed.
fn state(admin: &User) -> Vec<Value> {
    let lists = ["/customers", "/products", "/products/1/stock_movements", "/orders"];
    lists.iter().map(|path| admin.get(path).expect(200)).collect()
}

#[test]
fn a_key_has_1_to_255_visible_characters() {
    let shop = Shop::new();
    let admin = stocked(&shop, 50);
    let (longest, longer) = ("k".repeat(255), "k".repeat(256));
    for (key, good) in [
        ("a", true),
        ("\"a\"", true),
        ("!#$%&'()*+,-./:;<=>?@[]^_`{|}~\\", true),
        ("\"", true),
        (longest.as_str(), true),
        (&format!("\"{longest}\""), true),
        (longer.as_str(), false),
        (&format!("\"{longer}\""), false),
        ("", false),
        ("\"\"", false),
        ("a b", false),
        ("é", false),
        ("a\tb", false),
    ] {
        let answer = keyed(&admin, "/orders", key, &mugs(1));
        if good {
            answer.expect(201);
            continue;
        }
        let problem = answer.refused(400, "bad_request");
        assert_eq!(problem["errors"][0]["header"], "Idempotency-Key", "{key:?}");
        // Where no key is taken, none is looked at.
        let ask = |method, path| admin.ask(method, path).header("Idempotency-Key", key);
        ask(Method::Get, "/orders").send().expect(200);
        ask(Method::Patch, "/products/1").json(&json!({ "vendor": "A" })).send().expect(200);
        ask(Method::Post, "/sessions").send().expect(422);
    }
    // "a" and a are one key, and so are the longest ones.
    assert_eq!(ids(&admin.get("/orders").expect(200)).len(), 4);
}

#[test]
fn where_no_key_is_taken_a_repeated_request_is_a_new_one() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    shop.customer("ana");
    let session = credentials("ana", PASSWORD);
    let token = |answer: Answer| answer.expect(201)["token"].clone();
    let first = token(keyed(&visitor, "/sessions", "k", &session));
    assert_ne!(token(keyed(&visitor, "/sessions", "k", &session)), first);
    let admin = stocked(&shop, 5);
    let patch = |vendor: &str| {
        let ask = admin.ask(Method::Patch, "/products/1").header("Idempotency-Key", "k");
        ask.json(&json!({ "vendor": vendor })).send().expect(200)["vendor"].clone()
    };
    assert_eq!((patch("A"), patch("B")), (json!("A"), json!("B")));
}

#[test]
fn callers_with_the_same_key_do_not_meet() {
    let shop = Shop::new();
    let admin = stocked(&shop, 50);
    let (one, two) = (shop.storefront(), shop.storefront());
    let ana = shop.customer("ana");
    let own = fixtures::order(1, 1).own().body();
    let id = |answer: Answer| answer.expect(201)["id"].as_i64().unwrap();
    let mut orders = vec![
        id(keyed(&admin, "/orders", "k", &mugs(1))),
        id(keyed(&one, "/orders", "k", &mugs(1))),
        id(keyed(&two, "/orders", "k", &mugs(1))),
        id(keyed(&ana, "/orders", "k", &own)),
        id(keyed(&shop.visitor(), "/orders", "k", &mugs(1))),
        // Visitors cannot be told apart: with another body it is another one.
        id(keyed(&shop.visitor(), "/orders", "k", &mugs(2))),
    ];
    assert_eq!(orders, [1, 2, 3, 4, 5, 6]);
    // A customer is one caller, whichever session they use.
    let again = shop.visitor().post("/sessions", credentials("ana", PASSWORD)).expect(201);
    let again = shop.holder(&again);
    orders = vec![
        id(keyed(&one, "/orders", "k", &mugs(1))),
        id(keyed(&again, "/orders", "k", &own)),
        id(keyed(&shop.visitor(), "/orders", "k", &mugs(1))),
        id(keyed(&shop.visitor(), "/orders", "k", &mugs(2))),
    ];
    assert_eq!(orders, [2, 4, 5, 6]);
    // Another address is another request.
    keyed(&admin, "/orders/1/packing", "k", &json!({})).expect(201);
    keyed(&admin, "/orders/2/packing", "k", &json!({})).expect(201);
    assert_eq!(ids(&admin.get("/orders").expect(200)).len(), 6);
}

#[test]
fn whoever_has_no_token_gets_no_answer_of_those_who_have_one() {
    let shop = Shop::new();
    let admin = stocked(&shop, 50);
    let first = fixtures::order(1, 1).create(&admin);
    let record = fixtures::customer("Eva").create(&shop.visitor());
    let again = fixtures::customer("Eva").create(&shop.visitor());
    let visitor = shop.visitor();
    let (holder, other, buyer) = (shop.holder(&record), shop.holder(&again), shop.holder(&first));
    let ask = |user: &User, body: &Value| keyed(user, "/orders", "k", body);
    let placed = [&holder, &other, &buyer, &visitor].map(|user| ask(user, &mugs(1)));
    let ids = placed.each_ref().map(|answer| answer.expect(201)["id"].clone());
    assert_eq!(ids, [2, 3, 4, 5]);
    for (user, first) in [&holder, &other, &buyer, &visitor].into_iter().zip(&placed) {
        is_replay(&ask(user, &mugs(1)), first);
    }
    // Who is known by a token cannot use the key for something else.
    ask(&holder, &mugs(2)).refused(422, "idempotency_key_reused");
    ask(&buyer, &mugs(2)).refused(422, "idempotency_key_reused");
}

#[test]
fn an_address_is_one_in_every_spelling() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 50);
    let mut http = stall.admin();
    let mut ask = |path: &str, body: &str| {
        let answer = http.request("POST", path, &[("Idempotency-Key", "k")], Some(body)).unwrap();
        assert_eq!(answer.status, 201, "{path}");
        (answer.header("Idempotent-Replayed").is_some(), answer.body)
    };
    let order = stall.front.order(1, &[1]);
    let (_, placed) = ask("/orders", &order);
    for path in ["/orders/", "/%6frders", "/%6Frders/", "//orders", "/orders//", "/orders?a=b"] {
        assert_eq!(ask(path, &order), (true, placed.clone()), "{path}");
    }
    let cash = "{\"method\":\"cash\"}";
    let (_, paid) = ask("/orders/1/payments", cash);
    for path in ["/orders/%31/payments", "//orders//1/payments/", "/orders/1/%70ayments"] {
        assert_eq!(ask(path, cash), (true, paid.clone()), "{path}");
    }
    assert_eq!(stall.orders(|_| ()), 1);
}

#[test]
fn a_visitor_who_repeats_a_sign_up_gets_the_record_but_no_second_token() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let first = keyed(&visitor, "/customers", "k", &ana());
    let mut record = first.expect(201);
    let token = record.as_object_mut().unwrap().remove("token").unwrap();
    let again = keyed(&visitor, "/customers", "k", &ana());
    assert_eq!(again.expect(201), record);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(again.header("Location"), first.header("Location"));
    shop.bearer(token.as_str().unwrap()).get("/customers/1").expect(200);
    assert_eq!(ids(&shop.admin().get("/customers").expect(200)), [1]);
}

#[test]
fn a_refused_request_may_be_mended_under_the_same_key() {
    let shop = Shop::new();
    let admin = stocked(&shop, 1);
    keyed(&admin, "/orders", "k", &mugs(0)).expect(422);
    keyed(&admin, "/orders", "k", &mugs(3)).refused(409, "out_of_stock");
    let more = json!({ "counted": 3, "reason": "received" });
    admin.post("/products/1/stock_movements", more).expect(201);
    let first = keyed(&admin, "/orders", "k", &mugs(3));
    assert_eq!(first.expect(201)["number"], "1001");
    is_replay(&keyed(&admin, "/orders", "k", &mugs(3)), &first);
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 0);
}

#[test]
fn a_repeated_request_is_answered_with_what_it_made_as_it_stands_now() {
    let shop = Shop::new();
    let admin = stocked(&shop, 5);
    let code = fixtures::percent_off("SPRING", "10").body();
    let nothing = json!({});
    for (path, body, then) in [
        ("/products", fixtures::product("Cup", "5").body(), json!({ "vendor": "A" })),
        ("/customers", ana(), json!({ "name": "Ana Lopes" })),
        ("/discounts", code, json!({ "code": "SUMMER" })),
        ("/orders", mugs(1), json!({ "staff_note": "By hand." })),
        ("/orders/1/packing", nothing, json!({ "staff_note": "With care." })),
    ] {
        let first = keyed(&admin, path, "k", &body);
        let mut object = first.header("Location").unwrap().to_owned();
        if path.contains("packing") {
            object = "/orders/1".to_owned();
        }
        admin.patch(&object, then).expect(200);
        is_as_it_stands(&keyed(&admin, path, "k", &body), &first, &admin.get(&object));
    }
    let first = keyed(&admin, "/orders", "k", &mugs(1));
    fixtures::pay(&admin, 1);
    let again = keyed(&admin, "/orders", "k", &mugs(1));
    assert_eq!(again.json()["payment_status"], "paid");
    is_as_it_stands(&again, &first, &admin.get("/orders/1"));
    // To whom no note of the staff is shown, none is shown again.
    keyed(&shop.visitor(), "/orders", "k", &mugs(1)).expect(201);
    admin.patch("/orders/2", json!({ "staff_note": "By hand." })).expect(200);
    let again = keyed(&shop.visitor(), "/orders", "k", &mugs(1)).expect(201);
    assert_eq!((&again["version"], again.get("staff_note")), (&json!(2), None));
}

/// `now`: what is read of the object. An order is answered with its tokens as well.
#[track_caller]
fn is_as_it_stands(answer: &Answer, first: &Answer, now: &Answer) {
    let mut shown = answer.expect(201);
    for token in ["token", "tracking_token", "tracking_url"] {
        assert_eq!(shown.get(token), first.json().get(token));
        shown.as_object_mut().unwrap().remove(token);
    }
    assert_eq!(shown, now.expect(200));
    assert_eq!(answer.header("ETag"), now.header("ETag"));
    assert_eq!(answer.header("Location"), first.header("Location"));
    assert_eq!(answer.header("Idempotent-Replayed"), Some("true"));
    assert_ne!(answer.header("ETag"), None);
}

#[test]
fn what_was_deleted_since_is_gone_and_not_made_again() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (path, body) in [
        ("/products", fixtures::product("Cup", "5").body()),
        ("/customers", ana()),
        ("/discounts", fixtures::percent_off("SPRING", "10").body()),
        ("/collections", json!({ "name": "Bread" })),
    ] {
        let first = keyed(&admin, path, "k", &body);
        admin.delete(first.header("Location").unwrap()).expect(204);
        for _ in 0..2 {
            keyed(&admin, path, "k", &body).refused(410, "gone");
        }
        keyed(&admin, path, "k", &json!({})).refused(422, "idempotency_key_reused");
        assert_eq!(ids(&admin.get(path).expect(200)), [0_i64; 0], "{path}");
    }
}

#[test]
fn a_repeated_step_that_was_voided_is_not_taken_again() {
    let shop = Shop::new();
    let admin = stocked(&shop, 5);
    fixtures::order(1, 2).create(&admin);
    let parcel = fixtures::parcel();
    for (what, body) in [
        ("payments", json!({ "method": "cash" })),
        ("packing", json!({})),
        ("shipments", parcel),
        ("cancellation", json!({ "reason": "a" })),
    ] {
        let path = format!("/orders/1/{what}");
        let first = keyed(&admin, &path, "k", &body);
        let step = first.header("Location").unwrap();
        admin.delete(step).expect(204);
        let now = admin.get("/orders/1");
        is_as_it_stands(&keyed(&admin, &path, "k", &body), &first, &now);
        admin.get(step).refused(404, "not_found");
        assert_eq!(admin.get("/orders/1").body, now.body, "{what}");
    }
    // A withdrawal is answered with its receipt, and of one that was voided there is none.
    let withdraw = || keyed(&admin, "/orders/1/withdrawal", "k", &json!({}));
    let first = withdraw();
    is_replay(&withdraw(), &first);
    admin.delete(first.header("Location").unwrap()).expect(204);
    withdraw().refused(410, "gone");
    fixtures::seller(&admin);
    let invoice = || keyed(&admin, "/orders/1/invoices", "k", &json!({}));
    let first = invoice();
    is_replay(&invoice(), &first);
}

#[test]
fn a_repeated_sign_up_shows_a_visitor_no_more_than_its_token_does() {
    let shop = Shop::new();
    let sign_up = |user: &User| keyed(user, "/customers", "k", &ana());
    let (visitor, front) = (shop.visitor(), shop.storefront());
    let first = sign_up(&visitor).expect(201);
    shop.holder(&first).patch("/customers/1", json!({ "phone": "+49 30 1234" })).expect(200);
    assert_eq!(sign_up(&visitor).expect(201)["phone"], "+49 30 1234");
    sign_up(&front).expect(201);
    shop.clock.advance_seconds(3601);
    sign_up(&visitor).refused(410, "gone");
    sign_up(&front).expect(201);
    assert_eq!(ids(&shop.admin().get("/customers").expect(200)), [2, 1]);
}

#[test]
fn a_key_takes_a_hundred_bytes_of_the_file_and_tells_nothing_of_anybody() {
    const ORDERS: i64 = 300;
    let shop = Shop::new();
    let admin = stocked(&shop, ORDERS);
    for order in 0..ORDERS {
        keyed(&admin, "/orders", &format!("a-key-as-long-as-they-are-{order}"), &mugs(1))
            .expect(201);
    }
    let (rows, bytes, texts): (i64, i64, i64) = shop
        .beside(|tx| {
            let rows = tx.value("select count(*) from idempotency_keys", &[])?;
            let pages = "select cast(sum(pgsize) as integer) from dbstat
                where name in ('idempotency_keys', 'idempotency_keys_hash')";
            let texts = "select count(*) from idempotency_keys
                where length(hash) + length(fingerprint) <> 32 or kind <> 'order'";
            Ok((rows, tx.value(pages, &[])?, tx.value(texts, &[])?))
        })
        .unwrap();
    assert_eq!((rows, texts), (ORDERS, 0));
    assert!(bytes / rows < 140, "{} bytes for each key", bytes / rows);
}

#[test]
fn a_key_counts_for_a_week_and_is_forgotten_in_the_end() {
    let shop = Shop::new();
    let admin = stocked(&shop, 5);
    let clean = |days: i64| {
        let clean = |tx: &tillbox::store::Tx<'_>| {
            idempotency::clean(&tx.at(shop.clock.now().plus_seconds(days * DAY)))?;
            tx.value::<i64>("select count(*) from idempotency_keys", &[])
        };
        shop.beside(clean).unwrap()
    };
    let first = keyed(&admin, "/orders", "k", &mugs(1));
    assert_eq!(clean(7), 1);
    is_replay(&keyed(&admin, "/orders", "k", &mugs(1)), &first);
    assert_eq!(clean(9), 0);
}

#[test]
fn many_who_send_the_same_request_at_once_get_one_order() {
    const CALLERS: usize = 16;
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 100);
    for round in 0..5 {
        let gate = Barrier::new(CALLERS);
        let send = || {
            let mut http = stall.buyer();
            http.open().unwrap();
            let (body, key) = (stall.front.order(round, &[1]), format!("k{round}"));
            gate.wait();
            http.request("POST", "/orders", &[("Idempotency-Key", &key)], Some(&body)).unwrap()
        };
        let answers: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..CALLERS).map(|_| scope.spawn(send)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|a| (a.status, &a.body) == (201, &answers[0].body)));
        let first = answers.iter().filter(|a| a.header("Idempotent-Replayed").is_none()).count();
        assert_eq!(first, 1);
    }
    assert_eq!((stall.orders(|_| ()), stall.stock()), (5, 95));
}
