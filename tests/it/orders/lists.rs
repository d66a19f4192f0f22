//! Lists of orders, and how many there are of each kind.

use serde_json::{Value, json};

use crate::fixtures::{self, DAY, Fixture, cash, id_of, mug, parcel, pay, took, with};
use crate::shop::{Shop, User, ids};

/// Five orders, a day apart, each in a state of its own; the third and fifth are Cleo's.
fn five_orders<'a>(shop: &'a Shop, admin: &User<'_>) -> User<'a> {
    let mug = mug(admin, 100);
    let pen = fixtures::product("Pen", "1").with(json!({ "sku": "PEN_7" })).create_id(admin);
    let cleo = shop.customer("cleo");
    let place = |user: &User<'_>, order: Fixture| {
        order.create(user);
        shop.clock.advance_seconds(DAY);
    };
    place(admin, fixtures::order(mug, 1));
    place(admin, fixtures::order(mug, 3));
    place(&cleo, fixtures::order(pen, 2).own());
    let bo = json!({ "customer": { "name": "Bo 100%", "email": "bo@example.org" } });
    place(admin, fixtures::order(pen, 1).with(bo));
    place(&cleo, fixtures::order(mug, 2).own());
    took(admin, 2, "payments", cash("1"));
    took(admin, 2, "packing", json!({}));
    pay(admin, 3);
    took(admin, 3, "shipments", with(parcel(), json!({ "tracking_number": "TRACK-3" })));
    took(admin, 3, "delivery", json!({}));
    took(admin, 4, "cancellation", json!({ "reason": "x" }));
    cleo
}

#[test]
fn orders_are_found_by_state_buyer_day_and_words() {
    let shop = Shop::new();
    let admin = shop.admin();
    let cleo = five_orders(&shop, &admin);
    let own = cleo.get("/sessions/current").expect(200)["customer_id"].clone();
    let check = |query: &str, want: &[i64]| {
        assert_eq!(ids(&admin.get(&format!("/orders?{query}")).expect(200)), want, "{query}");
    };
    check("", &[5, 4, 3, 2, 1]);
    check("sort=order_date", &[1, 2, 3, 4, 5]);
    check("sort=total&limit=2", &[4, 3]);
    check("status=open", &[5, 2, 1]);
    check("status=completed", &[3]);
    check("status=cancelled", &[4]);
    check("payment_status=unpaid", &[5, 1]);
    check("payment_status=partially_paid", &[2]);
    check("payment_status=paid", &[4, 3]);
    check("money_due=in", &[5, 2, 1]);
    check("money_due=out", &[]);
    check("fulfillment_status=packed", &[2]);
    check("fulfillment_status=delivered", &[3]);
    check("status=open&fulfillment_status=unfulfilled", &[5, 1]);
    check(&format!("customer_id={own}"), &[5, 3]);
    check("customer_id=999", &[]);
    check("from=2026-11-25", &[5, 4, 3]);
    check("to=2026-11-24", &[2, 1]);
    check("from=2026-11-24&to=2026-11-24", &[2]);
    check("from=2026-11-25&to=2026-11-24", &[]);
    check("q=1002", &[2]);
    check("q=silva", &[2, 1]);
    check("q=BO%40EXAMPLE", &[4]);
    check("q=pen_", &[4, 3]);
    check("q=PENS7", &[]);
    check("q=bo%20100%25", &[4]);
    check("q=track-3", &[3]);
    check("q=nobody", &[]);
    for (query, code) in [
        ("status=lost", "unknown_value"),
        ("payment_status=open", "unknown_value"),
        ("fulfillment_status=lost", "unknown_value"),
        ("customer_id=ana", "not_an_id"),
        ("from=yesterday", "not_a_date"),
        ("to=2026-02-30", "not_a_date"),
        ("limit=101", "out_of_range"),
        ("sort=name", "unknown_value"),
        ("state=open", "unknown_parameter"),
    ] {
        let name = query.split('=').next().unwrap();
        admin.get(&format!("/orders?{query}")).invalid(&[(name, code)]);
    }
}

#[test]
fn a_list_is_read_on_from_where_it_ended_while_orders_come_in() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 1000);
    for _ in 0..5 {
        fixtures::order(mug, 1).create(&admin);
    }
    let first = admin.get("/orders?limit=2&status=open").expect(200);
    assert_eq!(ids(&first), [5, 4]);
    fixtures::order(mug, 1).create(&admin);
    let link = admin.get("/orders?limit=2&status=open");
    let link = link.header("Link").unwrap();
    assert!(link.starts_with("</orders?limit=2&status=open&after="), "{link}");
    assert!(link.ends_with(">; rel=\"next\""), "{link}");
    let after = first["next_cursor"].as_str().unwrap();
    let next = admin.get(&format!("/orders?limit=2&status=open&after={after}")).expect(200);
    assert_eq!(ids(&next), [3, 2]);
    let after = next["next_cursor"].as_str().unwrap();
    let last = admin.get(&format!("/orders?limit=2&status=open&after={after}"));
    assert_eq!((ids(&last.expect(200)), &last.json()["next_cursor"]), (vec![1], &Value::Null));
    assert_eq!(last.header("Link"), None);
    assert_eq!(last.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(first["data"][0], admin.get("/orders/5").expect(200), "rows are whole orders");
}

#[test]
fn everyone_lists_and_counts_what_they_may_see() {
    let shop = Shop::new();
    let admin = shop.admin();
    let cleo = five_orders(&shop, &admin);
    let own = cleo.get("/sessions/current").expect(200)["customer_id"].clone();
    let bo = shop.customer("bob");
    let record = fixtures::customer("Ana Silva").create(&shop.visitor());
    let holder = shop.holder(&record);
    let token = shop.holder(&fixtures::order(1, 1).create(&shop.visitor()));
    let all: Option<&[i64]> = Some(&[6, 5, 4, 3, 2, 1]);
    let check = |user: &User<'_>, want: Option<&[i64]>| match want {
        Some(want) => {
            assert_eq!(ids(&user.get("/orders").expect(200)), want);
            assert_eq!(user.get("/orders/counts").expect(200)["total"], want.len());
        }
        None => {
            user.get("/orders").refused(401, "unauthenticated");
            user.get("/orders/counts").refused(401, "unauthenticated");
        }
    };
    check(&cleo, Some(&[5, 3]));
    check(&bo, Some(&[]));
    for user in [&shop.storefront(), &shop.reader(), &admin, &shop.owner()] {
        check(user, all);
        assert_eq!(ids(&user.get(&format!("/customers/{own}/orders")).expect(200)), [5, 3]);
        user.get("/customers/999/orders").refused(404, "not_found");
    }
    for user in [&shop.visitor(), &holder, &token] {
        check(user, None);
        user.get(&format!("/customers/{own}/orders")).refused(401, "unauthenticated");
    }
    holder.get(&format!("/customers/{}/orders", record["id"])).refused(401, "unauthenticated");
    let path = format!("/customers/{own}/orders");
    assert_eq!(ids(&cleo.get(&format!("{path}?status=open")).expect(200)), [5]);
    bo.get(&path).refused(404, "not_found");
    // Another customer's orders are simply not there.
    for id in [1, 3] {
        bo.get(&format!("/orders/{id}")).refused(404, "not_found");
        bo.get(&format!("/orders/{id}/track")).refused(404, "not_found");
    }
    assert_eq!(id_of(&cleo.get("/orders/3").expect(200)), 3);
    let counts = cleo.get("/orders/counts").expect(200);
    assert_eq!((&counts["status"]["completed"], &counts["status"]["open"]), (&json!(1), &json!(1)));
    let counts = admin.get("/orders/counts").expect(200);
    let want = json!({ "open": 4, "completed": 1, "cancelled": 1 });
    assert_eq!((&counts["status"], &counts["fulfillment_status"]["packed"]), (&want, &json!(1)));
}
