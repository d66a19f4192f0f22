//! What is promised to orders still lies on the shelf: it is counted there, and sold to nobody.

use serde_json::{Value, json};

use crate::fixtures::{self, buy, create, id_of, parcel, path, shirt_in_two_sizes, units};
use crate::shop::{Answer, Shop, User};

/// What a product has to sell, and what orders wait for.
fn stock(user: &User<'_>, product: i64) -> (Value, Value) {
    let product = user.get(&format!("/products/{product}")).expect(200);
    assert_eq!(product["variants"][0]["committed"], product["committed"]);
    (product["stock"].clone(), product["committed"].clone())
}

fn count(user: &User<'_>, product: i64, counted: i64) -> Answer {
    let body = json!({ "counted": counted, "reason": "corrected" });
    user.post(&format!("/products/{product}/stock_movements"), body)
}

fn count_short(user: &User<'_>, product: i64, counted: i64) -> Value {
    let body = json!({ "counted": counted, "reason": "corrected", "short": true });
    user.post(&format!("/products/{product}/stock_movements"), body).expect(201)
}

fn step(user: &User<'_>, order: i64, what: &str, body: Value) {
    user.post(&format!("/orders/{order}/{what}"), body).expect(201);
}

fn ship(user: &User<'_>, order: i64, item: i64, quantity: i64) {
    let body = fixtures::with(parcel(), json!({ "items": units(&[(item, quantity)]) }));
    step(user, order, "shipments", body);
}

fn cancel(user: &User<'_>, order: i64, item: i64, quantity: i64) {
    let body = json!({ "items": units(&[(item, quantity)]), "reason": "By phone." });
    step(user, order, "cancellation", body);
}

fn take_back(user: &User<'_>, order: i64, item: i64, quantity: i64) {
    let items = json!([{ "item_id": item, "quantity": quantity, "restock": true }]);
    step(user, order, "returns", json!({ "items": items }));
}

#[test]
fn the_shop_sees_what_is_promised_and_buyers_see_whether_there_is_any() {
    let shop = Shop::new();
    let admin = shop.admin();
    let fields = json!({ "stock": 4, "low_stock_at": 1 });
    let mug = fixtures::product("Mug", "9.95").with(fields).create_id(&admin);
    let path = format!("/products/{mug}");
    let before = admin.get(&path);
    assert_eq!(
        (&before.json()["committed"], &before.json()["available"]),
        (&json!(0), &json!(true))
    );
    fixtures::order(mug, 4).create(&shop.visitor());
    let after = admin.get(&path);
    for shown in [&after.json(), &after.json()["variants"][0]] {
        let told = (&shown["stock"], &shown["committed"], &shown["available"]);
        assert_eq!(told, (&json!(0), &json!(4), &json!(false)));
    }
    // Keys of programs see it too; visitors and customers do not.
    let key = shop.storefront().get(&path).expect(200);
    assert_eq!((&key["committed"], &key["low_stock_at"]), (&json!(4), &json!(1)));
    for user in [shop.visitor(), shop.customer("ana")] {
        let read = user.get(&path).expect(200);
        let listed = user.get("/products").expect(200)["data"][0].clone();
        for shown in [&read, &read["variants"][0], &listed, &listed["variants"][0]] {
            assert_eq!(shown["available"], false);
            assert_eq!((shown.get("committed"), shown.get("low_stock_at")), (None, None));
        }
    }
    // Whoever knows it knows when it changes.
    ship(&admin, 1, 1, 3);
    assert_eq!(stock(&admin, mug), (json!(0), json!(1)));
    assert_ne!(admin.get(&path).header("ETag"), after.header("ETag"));
    // What was read can be sent back.
    let read = admin.get(&path).expect(200);
    admin.put(&path, read.clone()).expect(200);
    assert_eq!(stock(&admin, mug), (json!(0), json!(1)));
    admin.patch(&path, json!({ "committed": 9, "available": true })).expect(200);
    assert_eq!(stock(&admin, mug), (json!(0), json!(1)));
    for (change, available) in
        [(json!({ "allow_backorder": true }), true), (json!({ "stock": null }), true)]
    {
        assert_eq!(admin.patch(&path, change).expect(200)["available"], available);
    }
}

#[test]
fn a_count_of_the_shelf_sells_nothing_that_is_promised() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::mug(&admin, 10);
    fixtures::order(mug, 3).create(&admin);
    // Ten lie there, three of them are promised: seven can be sold.
    assert_eq!(count(&admin, mug, 10).expect(201)["stock"], 7);
    assert_eq!(stock(&admin, mug), (json!(7), json!(3)));
    // One left the house, so nine lie there, two of them promised.
    ship(&admin, 1, 1, 1);
    assert_eq!(count(&admin, mug, 9).expect(201)["delta"], 0);
    // One is cancelled: nine still lie there, one promised.
    cancel(&admin, 1, 1, 1);
    assert_eq!(stock(&admin, mug), (json!(8), json!(1)));
    // The one that was sent comes back: ten.
    take_back(&admin, 1, 1, 1);
    assert_eq!(stock(&admin, mug), (json!(9), json!(1)));
    assert_eq!(count(&admin, mug, 10).expect(201)["delta"], 0);
    // An edit of stock says what can be sold.
    let edited = admin.patch(&format!("/products/{mug}"), json!({ "stock": 5 })).expect(200);
    assert_eq!((&edited["stock"], &edited["committed"]), (&json!(5), &json!(1)));
}

#[test]
fn a_count_below_what_is_promised_names_the_orders_and_is_booked_when_it_is_meant() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::mug(&admin, 9);
    for quantity in [2, 3] {
        fixtures::order(mug, quantity).create(&admin);
    }
    fixtures::deliver(&admin, fixtures::order(mug, 1).create_id(&admin));
    let problem = count(&admin, mug, 3).refused(409, "stock_below_zero");
    assert_eq!(problem["committed"], 5);
    let waiting = json!([{ "id": 1, "number": "1001" }, { "id": 2, "number": "1002" }]);
    assert_eq!(problem["orders"], waiting);
    assert_eq!(problem["errors"][0]["pointer"], "/counted");
    assert_eq!(stock(&admin, mug), (json!(3), json!(5)), "nothing was done");

    let short = count_short(&admin, mug, 3);
    let told = (&short["delta"], &short["stock"], &short["shortfall"]);
    assert_eq!(told, (&json!(-3), &json!(0), &json!(2)));
    let path = format!("/products/{mug}/stock_movements");
    assert_eq!(admin.get(&format!("{path}/{}", short["id"])).expect(200), short);
    assert_eq!(stock(&admin, mug), (json!(0), json!(5)));
    // Zero to sell, five promised, two of them missing: three lie there. Somebody should know.
    let shown = admin.get(&format!("/products/{mug}")).expect(200);
    assert_eq!((&shown["shortfall"], &shown["variants"][0]["shortfall"]), (&json!(2), &json!(2)));
    assert_eq!(admin.get("/products?low_stock=true").expect(200)["data"][0]["id"], mug);
    // Three lie there and three are still promised: what order 1 does not want is nobody's.
    cancel(&admin, 1, 1, 2);
    assert_eq!(stock(&admin, mug), (json!(0), json!(3)));
    assert_eq!(count(&admin, mug, 3).expect(201)["stock"], 0);
    // Of what comes in, the orders that wait have the first.
    assert_eq!(count_short(&admin, mug, 1)["shortfall"], 2);
    for (came, left) in [(1, 0), (4, 3)] {
        let received = json!({ "delta": came, "reason": "received" });
        let movement = admin.post(&path, received).expect(201);
        assert_eq!((&movement["delta"], &movement["stock"]), (&json!(came), &json!(left)));
        assert_eq!(stock(&admin, mug), (json!(left), json!(3)));
    }
    // One and five lie there.
    assert_eq!(count(&admin, mug, 6).expect(201)["delta"], 0);
    let sum: i64 = admin.get(&format!("{path}?limit=100")).expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["delta"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 3, "stock is the sum of its movements");
    // A change is never short, and less than nothing lies on no shelf.
    let both = json!({ "delta": 1, "reason": "received", "short": true });
    admin.post(&path, both).invalid(&[("/short", "not_allowed")]);
    let nonsense = json!({ "counted": -1, "reason": "corrected", "short": true });
    admin.post(&path, nonsense).refused(409, "stock_below_zero");
}

#[test]
fn where_back_orders_are_allowed_a_count_may_leave_less_than_nothing() {
    let shop = Shop::new();
    let admin = shop.admin();
    let fields = json!({ "stock": 1, "allow_backorder": true });
    let mug = fixtures::product("Mug", "9.95").with(fields).create_id(&admin);
    fixtures::order(mug, 4).create(&admin);
    assert_eq!(stock(&admin, mug), (json!(-3), json!(4)));
    // Two lie there, four are promised.
    let movement = count(&admin, mug, 2).expect(201);
    assert_eq!((&movement["stock"], &movement["shortfall"]), (&json!(-2), &json!(0)));
    cancel(&admin, 1, 1, 3);
    assert_eq!(stock(&admin, mug), (json!(1), json!(1)));
}

#[test]
fn counting_what_was_not_tracked_first_takes_what_open_orders_wait_for() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = fixtures::product("Mug", "9.95").create_id(&admin);
    for quantity in [3, 2, 1] {
        fixtures::order(mug, quantity).create(&admin);
    }
    ship(&admin, 1, 1, 1);
    cancel(&admin, 3, 3, 1);
    assert_eq!(stock(&admin, mug), (Value::Null, json!(0)), "nothing was taken");
    // Two of order 1 and two of order 2 are waited for, so five leave one.
    count(&admin, mug, 3).refused(409, "stock_below_zero");
    assert_eq!(stock(&admin, mug), (Value::Null, json!(0)));
    assert_eq!(count(&admin, mug, 5).expect(201)["stock"], 1);
    assert_eq!(stock(&admin, mug), (json!(1), json!(4)));
    cancel(&admin, 2, 2, 1);
    assert_eq!(stock(&admin, mug), (json!(2), json!(3)));
    // What was sent before there was a count was taken from none.
    take_back(&admin, 1, 1, 1);
    assert_eq!(stock(&admin, mug), (json!(2), json!(3)));
    ship(&admin, 1, 1, 2);
    assert_eq!(stock(&admin, mug), (json!(2), json!(1)));
    take_back(&admin, 1, 1, 2);
    assert_eq!(stock(&admin, mug), (json!(4), json!(1)));

    // Not tracked for a while: what is cancelled meanwhile is waited for no more.
    let path = format!("/products/{mug}");
    admin.patch(&path, json!({ "stock": null })).expect(200);
    cancel(&admin, 2, 2, 1);
    assert_eq!(stock(&admin, mug), (Value::Null, json!(0)));
    fixtures::order(mug, 5).create(&admin);
    // A word about what can be sold is taken as it is; the next count knows of the order.
    let edited = admin.patch(&path, json!({ "stock": 6 })).expect(200);
    assert_eq!((&edited["stock"], &edited["committed"]), (&json!(6), &json!(0)));
    assert_eq!(count(&admin, mug, 11).expect(201)["delta"], 0);
    assert_eq!(stock(&admin, mug), (json!(6), json!(5)));
}

#[test]
fn each_variant_has_its_own_shelf() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (shirt, small, medium) = shirt_in_two_sizes(&admin);
    let line =
        |variant: i64, n: i64| json!({ "product_id": shirt, "variant_id": variant, "quantity": n });
    fixtures::order_of(json!([line(small, 2), line(medium, 1)])).create(&admin);
    let counted = |variant: i64, counted: i64| {
        let body = json!({ "variant_id": variant, "counted": counted, "reason": "corrected" });
        admin.post(&format!("/products/{shirt}/stock_movements"), body)
    };
    assert_eq!(counted(small, 5).expect(201)["stock"], 3);
    assert_eq!(counted(medium, 5).expect(201)["stock"], 4);
    let problem = counted(small, 1).refused(409, "stock_below_zero");
    assert_eq!((&problem["committed"], problem["orders"][0]["id"].as_i64()), (&json!(2), Some(1)));
}

#[test]
fn a_variant_that_joins_tracked_ones_has_nothing_to_sell_until_something_came() {
    let shop = Shop::new();
    let admin = shop.admin();
    let add = |tracked: [Value; 2], sent: Value| {
        let size = |name: &str, stock: &Value| {
            let offer = json!({ "price": "5", "stock": stock });
            fixtures::with(offer, json!({ "options": { "Size": name } }))
        };
        let both = [size("S", &tracked[0]), size("M", &tracked[1])];
        let shirt = create(&admin, json!({ "name": "Shirt", "variants": both }));
        let added = fixtures::with(json!({ "options": { "Size": "L" }, "price": "5" }), sent);
        let kept = |at: usize| json!({ "id": shirt["variants"][at]["id"] });
        let options = json!([{ "name": "Size", "values": ["S", "M", "L"] }]);
        let list = json!({ "options": options, "variants": [kept(0), kept(1), added] });
        let grown = admin.patch(&path(&shirt), list).expect(200);
        (grown.clone(), grown["variants"][2].clone())
    };
    let (shirt, large) = add([json!(3), json!(0)], json!({}));
    assert_eq!((&large["stock"], &large["available"]), (&json!(0), &json!(false)));
    buy(&shop, &shirt, &large).refused(409, "out_of_stock");
    // Unless it says otherwise, or the others are not all tracked.
    for (tracked, sent, want) in [
        ([json!(3), json!(0)], json!({ "stock": 7 }), json!(7)),
        ([json!(3), json!(0)], json!({ "stock": null }), Value::Null),
        ([json!(3), Value::Null], json!({}), Value::Null),
        ([Value::Null, Value::Null], json!({}), Value::Null),
    ] {
        assert_eq!(add(tracked, sent).1["stock"], want);
    }
    // A new product has no others.
    let mug = fixtures::product("Mug", "1").create(&admin);
    assert_eq!((&mug["stock"], id_of(&mug["variants"][0]) > 0), (&Value::Null, true));
}
