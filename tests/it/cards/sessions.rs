//! Sessions at the provider: one open an order, over what is open of it, and each payment booked
//! once, however late it is heard of.

use serde_json::{Value, json};

use super::provider::{Mood, SECRET};
use super::{CardShop, takes_cards, url};
use crate::fixtures::{self, DAY, not_now, set, took};
use crate::shop::Shop;

fn path(order: &Value, session: &Value) -> String {
    format!("/orders/{}/payment_sessions/{}", order["id"], session["id"])
}

#[test]
fn a_buyer_is_led_to_the_provider_and_the_payment_is_booked_once() {
    let shop = CardShop::new();
    let order = shop.order(2);
    let answer = shop.session(&order);
    let session = answer.expect(201);
    assert_eq!(answer.header("Location"), Some("/orders/1/payment_sessions/1"));
    let wanted = json!({
        "id": 1, "url": url(&session), "amount": "19.90", "currency": "EUR",
        "expires_at": "2026-11-23T10:00:00Z", "status": "open",
    });
    assert_eq!(session, wanted);
    // Asked again, it is the same one.
    assert_eq!(shop.session(&order).expect(200), session);
    assert_eq!(shop.provider.count("POST /v1/checkout/sessions"), 1);
    let buyer = shop.shop.holder(&order);
    assert_eq!(buyer.get(&path(&order, &session)).expect(200), session);
    let told = &shop.provider.state().sessions["cs_test_000001"].clone();
    assert_eq!((&told["amount_total"], &told["currency"]), (&json!(1990), &json!("eur")));
    assert_eq!(told["success_url"], "https://mugs.example/o/1/paid");
    assert_eq!(told["cancel_url"], "https://mugs.example/o/1");

    assert!(shop.provider.pay(url(&session)));
    shop.wait(3);
    let paid = buyer.get(&path(&order, &session)).expect(200);
    assert_eq!((&paid["status"], &paid["url"]), (&json!("paid"), &Value::Null));
    shop.asks();
    let order = shop.read(&order);
    assert_eq!((&order["payment_status"], &order["paid_total"]), (&json!("paid"), &json!("19.90")));
    let payments = order["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 1);
    assert_eq!(payments[0]["method"], "card");
    assert_eq!(payments[0]["reference"], "pi_000001");
    not_now(
        &shop.admin(),
        1,
        "payment_sessions",
        json!({}),
        &["packing", "shipments", "cancellation", "refunds"],
    );
    let list = shop.admin().get("/orders/1/payment_sessions").expect(200);
    assert_eq!(list, json!({ "data": [paid] }));
    shop.admin().get("/orders/99/payment_sessions").refused(404, "not_found");
    // What moved at the provider is taken back by no click.
    shop.admin().delete("/orders/1/payments/1").refused(409, "action_not_possible");
    shop.assert_sound();
}

#[test]
fn nothing_of_the_buyer_leaves_the_shop() {
    let shop = CardShop::new();
    shop.led(1);
    let sent = shop.provider.state().sent.join("\n");
    assert!(sent.contains("1001") && sent.contains("My%20shop"), "{sent}");
    for personal in ["Ana", "Silva", "ana%40", "ana@", "example.org"] {
        assert!(!sent.contains(personal), "{personal}: {sent}");
    }
}

#[test]
fn the_shop_finds_by_itself_that_somebody_has_paid_and_closed_the_tab() {
    let shop = CardShop::new();
    let (order, session) = shop.led(1);
    shop.asks();
    assert_eq!(shop.provider.count("GET /v1/checkout"), 0, "nothing is due yet");
    shop.provider.pay(url(&session));
    shop.wait(61);
    let shop = CardShop { shop: shop.shop.restarted(), provider: shop.provider };
    assert!(shop.asks());
    assert_eq!(shop.read(&order)["payment_status"], "paid");
    shop.wait(DAY);
    shop.asks();
    assert_eq!(shop.provider.count("GET /v1/checkout"), 1, "what is paid is asked about no more");
}

#[test]
fn an_expired_session_makes_room_for_another_and_a_late_payment_is_booked() {
    let shop = CardShop::new();
    let (order, first) = shop.led(1);
    shop.provider.expire(url(&first));
    let second = shop.session(&order).expect(201);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(shop.admin().get(&path(&order, &first)).expect(200)["status"], "expired");
    // Both are paid: the first in spite of its end.
    shop.provider.pay(url(&second));
    shop.provider.pay_oddly(url(&first), None);
    shop.wait(11 * 60);
    shop.asks();
    let order = shop.read(&order);
    assert_eq!((&order["paid_total"], &order["to_refund"]), (&json!("19.90"), &json!("9.95")));
    assert_eq!(shop.admin().get("/orders?money_due=out").expect(200)["data"][0]["id"], 1);
    shop.asks();
    assert_eq!(shop.read(&order)["payments"].as_array().unwrap().len(), 2);
    shop.assert_sound();
}

#[test]
fn what_has_ended_is_asked_about_for_a_day_and_no_longer() {
    let shop = CardShop::new();
    let (_, session) = shop.led(1);
    shop.provider.expire(url(&session));
    for _ in 0..200 {
        shop.wait(10 * 60 + 1);
        shop.asks();
    }
    let asked = shop.provider.count("GET /v1/checkout");
    assert!((140..150).contains(&asked), "{asked}");
}

#[test]
fn an_order_that_changes_ends_its_session_first() {
    let shop = CardShop::new();
    let admin = shop.admin();
    let (order, first) = shop.led(2);
    took(&admin, 1, "payments", fixtures::cash("9.95"));
    let second = shop.session(&order).expect(201);
    assert_eq!(second["amount"], "9.95");
    assert_eq!(admin.get(&path(&order, &first)).expect(200)["status"], "expired");
    assert!(!shop.provider.pay(url(&first)), "nobody can pay by the first any more");
    // Paid while it was about to be ended: booked, and nothing is open.
    shop.provider.pay(url(&second));
    let one = json!([{ "item_id": order["items"][0]["id"], "quantity": 1 }]);
    took(&admin, 1, "cancellation", json!({ "items": one, "reason": "broken" }));
    shop.session(&order).refused(409, "action_not_possible");
    shop.asks();
    let order = shop.read(&order);
    assert_eq!((&order["paid_total"], &order["to_refund"]), (&json!("19.90"), &json!("9.95")));
    shop.assert_sound();
}

#[test]
fn money_for_a_cancelled_order_is_to_be_given_back() {
    let shop = CardShop::new();
    let (order, session) = shop.led(1);
    took(&shop.admin(), 1, "cancellation", json!({ "reason": "changed my mind" }));
    shop.provider.pay(url(&session));
    shop.asks();
    let order = shop.read(&order);
    assert_eq!((&order["status"], &order["to_refund"]), (&json!("cancelled"), &json!("9.95")));
    assert_eq!(shop.admin().get("/orders/counts").expect(200)["to_refund"], 1);
    // In time, the session of a cancelled order is ended at the provider.
    let (_, session) = shop.led(1);
    took(&shop.admin(), 2, "cancellation", json!({ "reason": "changed my mind" }));
    shop.asks();
    assert!(!shop.provider.pay(url(&session)));
    assert_eq!(shop.admin().get("/orders/2/payment_sessions/2").expect(200)["status"], "expired");
}

#[test]
fn another_amount_is_booked_as_it_came_and_another_currency_is_not() {
    let shop = CardShop::new();
    let (less, session) = shop.led(2);
    shop.provider.pay_oddly(url(&session), Some(1_000));
    let (more, session) = shop.led(1);
    shop.provider.pay_oddly(url(&session), Some(1_000));
    let (odd, session) = shop.led(1);
    shop.provider.pay(url(&session));
    shop.provider.state().sessions.get_mut("cs_test_000003").unwrap()["currency"] = json!("usd");
    shop.wait(61);
    shop.asks();
    let less = shop.read(&less);
    assert_eq!((&less["paid_total"], &less["to_pay"]), (&json!("10.00"), &json!("9.90")));
    let more = shop.read(&more);
    assert_eq!((&more["paid_total"], &more["to_refund"]), (&json!("10.00"), &json!("0.05")));
    assert_eq!(shop.read(&odd)["paid_total"], "0.00");
    assert_eq!(shop.admin().get(&path(&odd, &session)).expect(200)["status"], "failed");
    shop.assert_sound();
}

#[test]
fn goods_are_held_while_somebody_may_be_paying() {
    let shop = CardShop::new();
    let terms = json!({ "payment_terms": [{ "method": "card", "hold_hours": 1 }] });
    set(&shop.admin(), terms);
    let (order, session) = shop.led(1);
    let cancel = |shop: &CardShop| {
        let runtime = rocket::tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(shop.shop.store.write(tillbox::store::orders::cancel_unpaid)).unwrap();
    };
    shop.wait(2 * 3_600);
    cancel(&shop);
    assert_eq!(shop.read(&order)["status"], "open");
    shop.provider.expire(url(&session));
    shop.asks();
    cancel(&shop);
    assert_eq!(shop.read(&order)["status"], "cancelled");
}

#[test]
fn a_provider_that_misbehaves_is_told_and_disturbs_nothing_else() {
    let shop = CardShop::new();
    let order = shop.order(1);
    for mood in [Mood::Failing, Mood::Mute, Mood::Garbage] {
        shop.provider.behaves(mood);
        let refused = shop.session(&order);
        refused.refused(503, "provider_failed");
        assert_eq!(refused.header("Retry-After"), Some("30"));
    }
    shop.provider.behaves(Mood::Well);
    let session = shop.session(&order).expect(201);
    let made = shop.provider.state().sessions.len();
    assert_eq!(made, 1, "the one that was made without a word is found by its key");
    // A session that is known stands while the provider is away.
    shop.provider.behaves(Mood::Failing);
    assert_eq!(shop.session(&order).expect(200), session);
    assert_eq!(shop.admin().get(&path(&order, &session)).expect(200), session);
    shop.wait(61);
    shop.asks();
    assert_eq!(shop.read(&order)["payment_status"], "unpaid");
    shop.provider.behaves(Mood::Well);
    shop.provider.pay(url(&session));
    shop.wait(61);
    shop.asks();
    assert_eq!(shop.read(&order)["payment_status"], "paid");
}

#[test]
fn what_no_card_can_pay_is_told_before_anybody_is_asked() {
    let shop = CardShop::new();
    let admin = shop.admin();
    let sticker = fixtures::product("Sticker", "0.49").create_id(&admin);
    let order = fixtures::order(sticker, 1).create(&shop.shop.visitor());
    shop.session(&order).refused(422, "amount_too_small");
    let holder = shop.shop.holder(&order);
    let path = "/orders/1/payment_sessions";
    holder.post(path, json!({ "amount": "9" })).invalid(&[("/amount", "unknown_field")]);
    holder.get(&format!("{path}/99")).refused(404, "not_found");
    assert!(shop.provider.state().calls.is_empty());
    // A currency whose least amount the shop does not know.
    let shop = CardShop::new();
    let unknown = Shop::with(|config| {
        config.stripe_url = shop.provider.url();
        config.currency = "KES".to_owned();
    });
    let admin = unknown.admin();
    set(&admin, takes_cards());
    let cheap = fixtures::product("Sticker", "0.10").create_id(&admin);
    let order = fixtures::order(cheap, 1).create(&unknown.visitor());
    let asked = unknown.holder(&order).post(path, json!({}));
    asked.refused(422, "amount_too_small");
    let listed = admin.get(path).expect(200);
    assert_eq!(listed["data"][0]["status"], "failed");
    // Three decimals end in a zero.
    let dinars = Shop::with(|config| {
        config.stripe_url = shop.provider.url();
        config.currency = "KWD".to_owned();
    });
    let admin = dinars.admin();
    set(&admin, takes_cards());
    let fine = fixtures::product("Pen", "1.235").create_id(&admin);
    let order = fixtures::order(fine, 1).create(&dinars.visitor());
    let asked = dinars.holder(&order).post(path, json!({}));
    assert_eq!(asked.expect(422)["errors"][0]["code"], "too_many_digits");
}

#[test]
fn a_shop_without_a_key_or_an_address_leads_nobody_to_a_provider() {
    let shop = CardShop::new();
    let (order, session) = shop.led(1);
    let admin = shop.admin();
    set(&admin, json!({ "public_url": null }));
    let other = shop.order(1);
    assert!(
        shop.session(&other).refused(409, "conflict")["detail"]
            .as_str()
            .unwrap()
            .contains("public address")
    );
    set(&admin, json!({ "card": null }));
    shop.session(&other).refused(409, "conflict");
    // Nobody knows what becomes of the session of before, until there is a key again.
    shop.provider.pay(url(&session));
    shop.wait(2 * 3_600);
    shop.asks();
    assert_eq!(admin.get(&path(&order, &session)).expect(200)["status"], "expired");
    set(&admin, json!({ "card": { "secret_key": "sk_live_another" } }));
    shop.wait(11 * 60);
    shop.asks();
    set(&admin, json!({ "card": { "secret_key": SECRET } }));
    shop.wait(11 * 60);
    shop.asks();
    assert_eq!(shop.read(&order)["payment_status"], "paid");
    assert!(shop.shop.bytes_with("sk_live_another").len() <= 2, "the file alone may hold it");
}

#[test]
fn a_key_that_the_provider_does_not_know_or_of_another_account_leads_nobody_astray() {
    let shop = CardShop::new();
    let (order, first) = shop.led(1);
    let known = |key: &str| set(&shop.admin(), json!({ "card": { "secret_key": key } }));
    known("sk_test_unknown");
    let other = shop.order(1);
    shop.session(&other).refused(503, "provider_failed");
    assert_eq!(shop.session(&order).expect(200), first, "what is open stands while it has time");
    // Another account knows nothing of the session of before, and makes one of its own.
    known(SECRET);
    shop.provider.state().sessions.clear();
    let second = shop.session(&order).expect(201);
    assert_ne!(second["id"], first["id"]);
    shop.provider.pay(url(&second));
    shop.wait(61);
    shop.asks();
    assert_eq!(shop.read(&order)["payment_status"], "paid");
}

#[test]
fn a_key_is_written_and_never_read() {
    let shop = CardShop::new();
    let admin = shop.admin();
    let card = |fields: Value| set(&admin, fields)["card"].clone();
    let test = json!({ "provider": "stripe", "mode": "test" });
    let live = json!({ "provider": "stripe", "mode": "live" });
    assert_eq!(card(json!({})), test);
    assert_eq!(card(json!({ "card": { "secret_key": "rk_live_1" } })), live);
    assert_eq!(card(json!({ "card": { "provider": "stripe" } })), live);
    // A PUT of what was read, and one that does not speak of cards, keep it.
    let read = admin.get("/settings").expect(200);
    assert!(!read.to_string().contains("rk_live_1"));
    assert_eq!(admin.put("/settings", read).expect(200)["card"], live);
    let short = json!({ "name": "Mugs", "currency": "EUR" });
    assert_eq!(admin.put("/settings", short).expect(200)["card"], live);
    assert_eq!(card(json!({ "card": { "secret_key": null } })), Value::Null);
    assert_eq!(card(json!({ "card": { "secret_key": SECRET } })), test);
    assert_eq!(card(json!({ "card": null })), Value::Null);
    let wrong = |key: &str| json!({ "card": { "secret_key": key } });
    for key in ["pk_test_1", "sk_1", "secret"] {
        admin.patch("/settings", wrong(key)).invalid(&[("/card/secret_key", "not_a_card_key")]);
    }
    let other = json!({ "card": { "provider": "other" } });
    admin.patch("/settings", other).invalid(&[("/card/provider", "unknown_value")]);
    assert_eq!(shop.shop.visitor().get("/shop").expect(200)["card"], Value::Null);
}

#[test]
fn a_card_is_offered_where_the_shop_can_take_one() {
    let shop = CardShop::new();
    let offered = |shop: &CardShop| {
        let quote = shop.shop.visitor().post("/quotes", fixtures::order(1, 1).body()).expect(200);
        let methods = quote["payment_methods"].as_array().unwrap().iter();
        methods.map(|terms| terms["method"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(offered(&shop), ["card", "bank_transfer"]);
    set(&shop.admin(), json!({ "card": null }));
    assert_eq!(offered(&shop), ["bank_transfer"]);
    // Who takes cards elsewhere may still say so.
    let named = fixtures::order(1, 1).with(json!({ "payment_method": "card" }));
    assert_eq!(named.create(&shop.admin())["payment_method"], "card");
}
