//! Money that goes back to cards: as much as came by them, once, and counted from when it is asked
//! for.

use serde_json::{Value, json};

use super::provider::Mood;
use super::{CardShop, url};
use crate::fixtures::{self, not_now, took};

fn by_card(amount: Option<&str>) -> Value {
    let mut refund = json!({ "via": "card", "reason": "sorry" });
    if let Some(amount) = amount {
        refund["amount"] = json!(amount);
    }
    refund
}

fn refunded_today(shop: &CardShop) -> Value {
    let report = "/reports/sales?from=2026-11-23&to=2026-11-30&interval=day";
    shop.admin().get(report).expect(200)["total"]["refunded"].clone()
}

#[test]
fn money_goes_back_to_the_card_and_counts_when_the_provider_confirms_it() {
    let shop = CardShop::new();
    let (order, _) = shop.paid(2);
    shop.provider.state().refunds_become = "pending";
    let answer = took(&shop.admin(), 1, "refunds", by_card(Some("9.95")));
    let refund = &answer["refunds"][0];
    assert_eq!((&refund["via"], &refund["status"]), (&json!("card"), &json!("pending")));
    assert_eq!(refund["failed_amount"], "0.00");
    // It counts at once, so that nobody pays twice; in the report when it is certain.
    assert_eq!(answer["refunded_total"], "9.95");
    assert_eq!(refunded_today(&shop), "0.00");
    shop.asks();
    assert_eq!(shop.provider.state().money("1001"), (1_990, 995));
    assert_eq!(shop.read(&order)["refunds"][0]["status"], "pending");
    shop.assert_sound();
    shop.provider.refunds_end("succeeded");
    shop.wait(61);
    shop.asks();
    assert_eq!(shop.read(&order)["refunds"][0]["status"], "done");
    assert_eq!(refunded_today(&shop), "9.95");
    shop.admin().delete("/orders/1/refunds/1").refused(409, "action_not_possible");
    shop.asks();
    assert_eq!(shop.provider.count("POST /v1/refunds"), 1);
    shop.assert_sound();
}

#[test]
fn the_newest_payment_goes_back_first_and_of_each_no_more_than_is_left() {
    let shop = CardShop::new();
    let (order, first) = shop.led(2);
    shop.provider.pay_oddly(url(&first), Some(1_000));
    shop.wait(61);
    shop.asks();
    took(&shop.admin(), 1, "payments", fixtures::cash("4.90"));
    let second = shop.session(&order).expect(201);
    assert_eq!(second["amount"], "5.00");
    shop.provider.pay(url(&second));
    shop.wait(61);
    shop.asks();
    // 10.00 and 5.00 came by card, 4.90 in cash.
    let admin = shop.admin();
    let left = ["packing", "shipments", "cancellation", "refunds"];
    not_now(&admin, 1, "refunds", by_card(Some("15.01")), &left);
    took(&admin, 1, "refunds", by_card(Some("7")));
    shop.asks();
    let mut back: Vec<(Value, Value)> = shop
        .provider
        .state()
        .refunds
        .iter()
        .map(|refund| (refund["payment_intent"].clone(), refund["amount"].clone()))
        .collect();
    back.sort_by_key(|(intent, _)| intent.to_string());
    let wanted = [("pi_000001", 200), ("pi_000002", 500)];
    assert_eq!(back, wanted.map(|(intent, units)| (json!(intent), json!(units))));
    not_now(&admin, 1, "refunds", by_card(Some("8.01")), &left);
    took(&admin, 1, "refunds", by_card(Some("8")));
    shop.asks();
    not_now(&admin, 1, "refunds", by_card(None), &left);
    assert_eq!(shop.provider.state().money("1001"), (1_500, 1_500));
    assert_eq!(shop.read(&order)["refunded_total"], "15.00");
    shop.assert_sound();
}

#[test]
fn a_refund_that_fails_counts_no_more_and_is_to_be_refunded_again() {
    let shop = CardShop::new();
    let (order, _) = shop.paid(2);
    shop.provider.state().refunds_become = "failed";
    took(&shop.admin(), 1, "refunds", by_card(Some("5")));
    shop.asks();
    let failed = shop.read(&order);
    let refund = &failed["refunds"][0];
    assert_eq!((&refund["status"], &refund["failed_amount"]), (&json!("failed"), &json!("5.00")));
    // The price stays reduced, so the money is still due.
    assert_eq!((&failed["refunded_total"], &failed["to_refund"]), (&json!("0.00"), &json!("5.00")));
    assert_eq!(shop.admin().get("/orders/counts").expect(200)["to_refund"], 1);
    assert_eq!(refunded_today(&shop), "0.00");
    shop.assert_sound();
    shop.provider.state().refunds_become = "succeeded";
    took(&shop.admin(), 1, "refunds", by_card(None));
    shop.asks();
    let order = shop.read(&order);
    assert_eq!((&order["refunded_total"], &order["to_refund"]), (&json!("5.00"), &json!("0.00")));
    assert_eq!(refunded_today(&shop), "5.00");
    assert_eq!(shop.provider.state().money("1001"), (1_990, 500));
    shop.assert_sound();
}

#[test]
fn a_refund_whose_answer_was_lost_is_not_made_twice() {
    let shop = CardShop::new();
    let (order, _) = shop.paid(2);
    for mood in [Mood::Failing, Mood::Mute, Mood::Garbage] {
        shop.provider.behaves(mood);
        if mood == Mood::Failing {
            took(&shop.admin(), 1, "refunds", by_card(Some("5")));
        }
        shop.asks();
        assert_eq!(shop.read(&order)["refunds"][0]["status"], "pending", "{mood:?}");
        shop.wait(61);
    }
    shop.provider.behaves(Mood::Well);
    shop.asks();
    assert_eq!(shop.read(&order)["refunds"][0]["status"], "done");
    assert_eq!(shop.provider.state().money("1001"), (1_990, 500));
    // The provider forgets its keys after a day: then the refund is looked for first.
    shop.provider.behaves(Mood::Mute);
    took(&shop.admin(), 1, "refunds", by_card(Some("3")));
    shop.asks();
    shop.provider.behaves(Mood::Well);
    shop.provider.forget_keys();
    shop.wait(25 * 3_600);
    shop.asks();
    assert_eq!(shop.read(&order)["refunds"][1]["status"], "done");
    assert_eq!(shop.provider.state().money("1001"), (1_990, 800));
    // One that was never done is made then.
    shop.provider.behaves(Mood::Failing);
    took(&shop.admin(), 1, "refunds", by_card(Some("2")));
    shop.asks();
    shop.provider.behaves(Mood::Well);
    shop.provider.forget_keys();
    shop.wait(25 * 3_600);
    shop.asks();
    assert_eq!(shop.provider.state().money("1001"), (1_990, 1_000));
    assert_eq!(shop.read(&order)["refunded_total"], "10.00");
    shop.assert_sound();
}

#[test]
fn a_refund_that_the_provider_refuses_is_told_as_failed() {
    let shop = CardShop::new();
    let (order, _) = shop.paid(1);
    // Somebody has given it back over there.
    shop.provider.state().refunds.push(json!({
        "id": "re_elsewhere", "payment_intent": "pi_000001", "amount": 995, "status": "succeeded",
        "metadata": {},
    }));
    took(
        &shop.admin(),
        1,
        "refunds",
        by_card(None)
            .as_object()
            .map(|fields| {
                let mut fields = fields.clone();
                fields.insert("amount".into(), json!("9.95"));
                Value::Object(fields)
            })
            .unwrap(),
    );
    shop.asks();
    assert_eq!(shop.read(&order)["refunds"][0]["status"], "failed");
    shop.assert_sound();
}

#[test]
fn money_that_came_otherwise_does_not_go_back_by_card() {
    let shop = CardShop::new();
    let order = shop.order(1);
    fixtures::pay(&shop.admin(), 1);
    let left = ["packing", "shipments", "cancellation", "refunds"];
    not_now(&shop.admin(), 1, "refunds", by_card(Some("1")), &left);
    let other = json!({ "via": "post", "reason": "sorry", "amount": "1" });
    shop.admin().post("/orders/1/refunds", other).invalid(&[("/via", "unknown_value")]);
    let by_hand = took(&shop.admin(), 1, "refunds", json!({ "amount": "1", "reason": "sorry" }));
    let refund = &by_hand["refunds"][0];
    assert_eq!((&refund["via"], &refund["status"]), (&Value::Null, &json!("done")));
    assert_eq!(shop.read(&order)["refunded_total"], "1.00");
    assert!(shop.provider.state().calls.is_empty());
}
