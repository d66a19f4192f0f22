//! What strangers may ask for, and what it costs nobody else: the writer's time, the workers', the
//! turns at long reads, the goods on the shelf.

use std::future::{Future, poll_fn};
use std::sync::mpsc;
use std::task::Poll;

use rocket::http::Method;
use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::domain::Id;
use tillbox::store::{Reader, Store};

use crate::fixtures::{
    Fixture, create, customer, id_of, mug, order, order_of, pay, product, set, ship, stocked, with,
};
use crate::shop::{Answer, Shop, User};

/// Places of a class of readers, and those of one address or account.
const PLACES: usize = 64;
const PLACES_OF_ONE: usize = 8;

/// The jobs of the writer, and the statements, that an answer has cost.
fn cost(shop: &Shop, ask: impl FnOnce() -> Answer) -> (Answer, u64, u64) {
    let before = shop.store.stats();
    let answer = ask();
    let after = shop.store.stats();
    (answer, after.jobs - before.jobs, after.statements - before.statements)
}

/// So many lines of a product.
fn lines(count: usize, line: &Value) -> Value {
    Value::Array(vec![line.clone(); count])
}

/// A shirt in 250 sizes.
fn shirts(admin: &User) -> i64 {
    let size = |n| json!({ "options": { "Size": format!("No. {n}") }, "price": "20" });
    let variants: Vec<Value> = (1..=250).map(size).collect();
    id_of(&create(admin, json!({ "name": "Shirt", "variants": variants })))
}

#[test]
fn what_is_refused_to_strangers_or_is_long_is_no_work_for_the_writer() {
    let shop = Shop::new();
    let admin = stocked(&shop, 5);
    let (visitor, ana, front) = (shop.visitor(), shop.customer("ana"), shop.storefront());
    let placed = order(1, 1).create(&visitor);
    let holder = shop.holder(&placed);
    pay(&admin, 1);
    ship(&admin, 1);
    let expecting = order(1, 1).with(json!({ "expected_total": "1.00" }));
    let crowd: Vec<Value> = (0..11).map(|_| json!({ "product_id": 9, "quantity": 1 })).collect();
    let asked: Vec<(&User, &str, Value, u16)> = vec![
        (&visitor, "/orders", json!({}), 422),
        (&visitor, "/orders", json!([]), 422),
        (&visitor, "/orders", order(9, 1).body(), 422),
        (&visitor, "/orders", order(1, 9).body(), 409),
        (&visitor, "/orders", expecting.body(), 409),
        (&ana, "/orders", order(1, 9).own().body(), 409),
        (&ana, "/orders", order(1, 1).body(), 422),
        (&front, "/orders", order_of(json!(crowd)).body(), 422),
        (&admin, "/orders", order(1, 0).body(), 422),
        (&holder, "/orders/1/cancellation", json!({ "reason": "late" }), 409),
        (&holder, "/orders/1/withdrawal", json!({ "items": [] }), 422),
        (&ana, "/orders/1/cancellation", json!({ "reason": "late" }), 404),
        (&visitor, "/customers", json!({}), 422),
    ];
    for (user, path, body, status) in asked {
        let (answer, jobs, _) = cost(&shop, || user.post(path, body));
        let problem = answer.expect(status);
        assert_eq!(jobs, 0, "{path}: {problem}");
    }
    let (answer, jobs, _) = cost(&shop, || order(1, 1).send(&visitor));
    assert_eq!((answer.status, jobs), (201, 1));
}

#[test]
fn a_repeated_request_has_its_answer_and_no_refusal_and_is_no_work_either() {
    let shop = Shop::new();
    let admin = stocked(&shop, 2);
    let (visitor, ana) = (shop.visitor(), shop.customer("ana"));
    let keyed = |user: &User, order: Fixture| {
        let ask = user.ask(Method::Post, "/orders").header("Idempotency-Key", "k");
        ask.json(&order.body()).send()
    };
    let (guests, own) = (order(1, 1), order(1, 1).own());
    let both = [(&visitor, guests), (&ana, own)];
    let firsts = both.clone().map(|(user, order)| keyed(user, order).expect(201));
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 0);
    for ((user, order), first) in both.into_iter().zip(firsts) {
        let (again, jobs, _) = cost(&shop, || keyed(user, order));
        assert_eq!((again.expect(201), jobs), (first, 0));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    }
    let (reused, jobs, _) = cost(&shop, || keyed(&ana, order(1, 2).own()));
    reused.refused(422, "idempotency_key_reused");
    assert_eq!(jobs, 0);
    // To a visitor another body is another request.
    keyed(&visitor, order(1, 2)).refused(409, "out_of_stock");
}

#[test]
fn a_draft_of_many_lines_reads_a_product_once_and_is_refused_in_few_words() {
    let shop = Shop::new();
    let admin = shop.admin();
    let line = json!({ "product_id": shirts(&admin), "quantity": 1 });
    let many = order_of(lines(2_000, &line));
    let guests = order_of(lines(100, &line));
    let (ana, visitor) = (shop.customer("ana"), shop.visitor());
    for (user, path, body) in [
        (&ana, "/quotes", many.clone().own().body()),
        (&ana, "/orders", many.clone().own().body()),
        (&shop.storefront(), "/orders", many.body()),
        (&visitor, "/quotes", guests.body()),
        (&visitor, "/orders", guests.body()),
    ] {
        let (answer, jobs, statements) = cost(&shop, || user.post(path, body));
        // A quote tells the same beside the price of what is left.
        let told = match path {
            "/quotes" => answer.expect(200)["problems"].clone(),
            _ => answer.refused(422, "variant_required")["errors"].clone(),
        };
        let errors = told.as_array().unwrap();
        assert_eq!(errors.len(), 100);
        let detail = errors[99]["detail"].as_str().unwrap();
        assert!(detail.starts_with("Choose a variant: 1 (No. 1), 2 (No. 2), "));
        assert!(detail.ends_with(", 20 (No. 20) and 230 more."), "{detail}");
        assert!(answer.body.len() < 64 * 1024, "{path}: {} bytes", answer.body.len());
        assert_eq!(jobs, 0, "{path}");
        assert!(statements <= 8, "{path} runs {statements} statements");
    }
}

#[test]
fn a_variant_is_found_whichever_way_lines_name_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    // The mug's variant is the 251st.
    let (shirts, mug) = (shirts(&admin), mug(&admin, 9));
    let line = |product: i64, variant: Option<i64>| {
        let item = json!({ "product_id": product, "quantity": 1 });
        with(item, json!({ "variant_id": variant }))
    };
    let quote = |items: &[Value]| shop.visitor().post("/quotes", json!({ "items": items }));
    let quoted = quote(&[line(mug, None), line(shirts, Some(250)), line(mug, Some(251))]);
    let quoted = quoted.expect(200);
    let found = |at: usize| (&quoted["items"][at]["variant_id"], &quoted["items"][at]["quantity"]);
    assert_eq!(found(0), (&json!(251), &json!(2)));
    assert_eq!(found(1), (&json!(250), &json!(1)));
    let order = |items: &[Value]| order_of(json!(items)).send(&shop.visitor());
    let not_found = ["/items/0/variant_id", "/items/1/variant_id", "/items/2/variant_id"];
    order(&[line(mug, Some(250)), line(shirts, Some(251)), line(9, Some(1))])
        .invalid(&not_found.map(|pointer| (pointer, "not_found")));
    admin.patch(&format!("/products/{mug}"), json!({ "status": "draft" })).expect(200);
    order(&[line(mug, Some(251)), line(mug, None)])
        .invalid(&[("/items/0/variant_id", "not_found"), ("/items/1/product_id", "not_found")]);
}

#[test]
fn faults_of_stock_are_a_hundred_at_most_too() {
    let shop = Shop::new();
    let admin = shop.admin();
    let size = |n: i64| json!({ "options": { "Size": n.to_string() }, "price": "1", "stock": 0 });
    let variants: Vec<Value> = (1..=150).map(size).collect();
    create(&admin, json!({ "name": "Shirt", "variants": variants }));
    let line = |n| json!({ "product_id": 1, "variant_id": n, "quantity": 1 });
    let all: Vec<Value> = (1..=150).map(line).collect();
    let refused = order_of(json!(all)).send(&admin).refused(409, "out_of_stock");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 100);
}

#[test]
fn whoever_has_no_account_orders_a_hundred_lines_and_a_thousand_units() {
    let shop = Shop::new();
    let admin = shop.admin();
    let cup = product("Cup", "1").create_id(&admin);
    let line = |quantity: i64| json!({ "product_id": cup, "quantity": quantity });
    let record = shop.holder(&customer("Eva").create(&shop.visitor()));
    let holder = shop.holder(&order(cup, 1).create(&shop.visitor()));
    let (ana, front) = (shop.customer("ana"), shop.storefront());
    for (path, good) in [("/quotes", 200), ("/orders", 201)] {
        for user in [&shop.visitor(), &record, &holder] {
            let send = |items: Value| user.post(path, order_of(items).body());
            send(lines(101, &line(1))).invalid(&[("/items", "too_many")]);
            let much = send(json!([line(1_001)]));
            match path {
                "/quotes" => {
                    assert_eq!(much.expect(200)["problems"][0]["code"], "too_many_units");
                }
                _ => drop(much.invalid(&[("/items", "too_many_units")])),
            }
            send(lines(100, &line(10))).expect(good);
        }
        let large = order_of(lines(101, &line(10)));
        ana.post(path, large.clone().own().body()).expect(good);
        front.post(path, large.body()).expect(good);
    }
    // The owner may say another number; none means the one there was.
    set(&admin, json!({ "guest_units_max": 1_000_000 }));
    order(cup, 1_000_000).create(&shop.visitor());
    assert_eq!(set(&admin, json!({ "guest_units_max": null }))["guest_units_max"], 1_000);
    let too_many = json!({ "guest_units_max": 1_000_001 });
    admin.patch("/settings", too_many).invalid(&[("/guest_units_max", "out_of_range")]);
}

/// Runs `then` while a place is taken for each of these readers, the turn with the first of them.
fn with_places_taken(store: &Store, readers: &[Reader], then: impl FnOnce()) {
    let runtime = Runtime::new().unwrap();
    let (mut gates, mut reads) = (Vec::new(), Vec::new());
    for reader in readers {
        let (open, gate) = mpsc::channel::<()>();
        gates.push(open);
        reads.push(Box::pin(store.read_long(*reader, move |_| Ok(gate.recv().is_err()))));
    }
    for read in &mut reads {
        let waits = poll_fn(|context| Poll::Ready(read.as_mut().poll(context).is_pending()));
        assert!(runtime.block_on(waits), "there was a place");
    }
    then();
    drop(gates);
    for read in reads {
        assert!(runtime.block_on(read).unwrap());
    }
}

#[test]
fn a_crowd_of_strangers_keeps_nobody_waiting_but_strangers() {
    let shop = Shop::new();
    stocked(&shop, 5);
    let (owner, front, ana) = (shop.owner(), shop.storefront(), shop.customer("ana"));
    let search = "/products?tag=zz&in_stock=false";
    let id = |number: usize| Id::new(i64::try_from(number).unwrap()).unwrap();
    let accounts: Vec<Reader> =
        (2..PLACES + 2).map(|number| Reader::Customer(id(number))).collect();
    for (crowd, stands_outside) in [
        (vec![Reader::Visitor(None); PLACES], shop.visitor()),
        (accounts, ana.clone()),
        (vec![Reader::Storefront; PLACES], front.clone()),
    ] {
        with_places_taken(&shop.store, &crowd, || {
            let busy = stands_outside.get(search);
            busy.refused(503, "busy");
            assert!(busy.header("Retry-After").is_some());
            for user in [&owner, &shop.admin(), &shop.reader()] {
                for list in ["/orders", "/orders/counts", "/customers?q=ana", search] {
                    user.get(list).expect(200);
                }
            }
        });
        stands_outside.get(search).expect(200);
    }
    with_places_taken(&shop.store, &[Reader::Visitor(None); PLACES], || {
        ana.get("/orders").expect(200);
        front.get(search).expect(200);
    });
}

#[test]
fn one_address_or_account_takes_only_some_of_the_places() {
    let shop = Shop::new();
    let ana = shop.customer("ana");
    let network = |text: &str| Reader::Visitor(Some(text.parse().unwrap()));
    let search = |user: &User, from: &str| {
        user.ask(Method::Get, "/products?in_stock=true").from(from).send()
    };
    for (reader, user, from) in [
        (network("203.0.113.7"), shop.visitor(), "203.0.113.7"),
        (network("2001:db8::"), shop.visitor(), "2001:db8::2"),
        (Reader::Customer(Id::new(1).unwrap()), ana, "203.0.113.7"),
    ] {
        // Somebody else has as many beside them.
        let both = [[reader; PLACES_OF_ONE], [network("203.0.113.8"); PLACES_OF_ONE]].concat();
        with_places_taken(&shop.store, &both, || {
            search(&user, from).refused(503, "busy");
        });
        search(&user, from).expect(200);
        // So long the next visitor would have the same answer, and need no place.
        shop.clock.advance_seconds(1);
    }
}
