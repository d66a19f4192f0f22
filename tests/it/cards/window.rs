//! Cards in the shop window: from the checkout to the provider and back, and again from the page of
//! the order.

use serde_json::json;

use super::provider::Mood;
use super::{CardShop, url};
use crate::fixtures::{self, set};
use crate::shop::Shop;
use crate::window::browser::{Browser, checkout_fields};

/// A buyer's browser that has ordered by card, and where it was led.
fn ordered(shop: &CardShop) -> (Browser<&Shop>, String) {
    let browser = Browser::new(&shop.shop);
    browser.put(1, 1, 2);
    let page = browser.get("/checkout").says(200, &["value=\"card\"", "led to our card provider"]);
    let fields = checkout_fields(&page, &[("payment_method", "card")]);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.submit_alone("/checkout", &fields);
    assert_eq!(answer.status, 303);
    (browser, answer.header("Location").unwrap().to_owned())
}

#[test]
fn a_checkout_leads_to_the_provider_and_back_to_a_paid_order() {
    let shop = CardShop::new();
    let (browser, led) = ordered(&shop);
    assert!(led.starts_with(&shop.provider.url()), "{led}");
    let policy = browser.get("/o/1").answer.header("Content-Security-Policy").unwrap().to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:*"), "{policy}");
    // The order stands, and is not paid yet.
    browser.get("/o/1").says(200, &["Still to be paid", "€19.90", "Pay by card"]);
    let back = browser.get("/o/1/paid");
    assert_eq!(back.path, "/o/1?card=checking");
    back.says(200, &["We are asking whether your payment has arrived", "Pay by card"]);
    assert!(shop.provider.pay(&led));
    shop.wait(3);
    let back = browser.get("/o/1/paid");
    assert_eq!(back.path, "/o/1");
    back.says(200, &["Confirmed"]).hides(&["Still to be paid", "Pay by card", "We are asking"]);
    assert_eq!(shop.read(&json!({ "id": 1 }))["payment_status"], "paid");
    let again = browser.submit("/o/1/payment", &[]);
    again.says(409, &["Nothing is left to be paid"]);
}

#[test]
fn an_order_can_be_paid_again_from_its_page_whatever_became_of_the_first_try() {
    let shop = CardShop::new();
    let (browser, led) = ordered(&shop);
    let to_provider = |browser: &Browser<&Shop>| {
        let answer = browser.submit_alone("/o/1/payment", &[]);
        assert_eq!(answer.status, 303);
        answer.header("Location").unwrap().to_owned()
    };
    // Two tabs lead to the same page; after its end to another one.
    assert_eq!(to_provider(&browser), led);
    shop.provider.expire(&led);
    let second = to_provider(&browser);
    assert_ne!(second, led);
    // Whoever has not ordered it pays nothing, and learns nothing.
    let stranger = Browser::new(&shop.shop);
    stranger.submit("/o/1/payment", &[]).says(404, &["There is no order to show here"]);
    stranger.get("/o/1/paid").says(404, &[]);
    let tracking = shop.order(1)["tracking_url"].as_str().unwrap().to_owned();
    let tracking = tracking.strip_prefix("https://mugs.example").unwrap();
    stranger.get(tracking).says(200, &["Still to be paid"]).hides(&["Pay by card"]);
}

#[test]
fn a_provider_that_is_away_keeps_nobody_from_ordering_and_is_told_in_both_languages() {
    let shop = CardShop::new();
    shop.provider.behaves(Mood::Failing);
    let (browser, led) = ordered(&shop);
    assert_eq!(led, "/o/1?card=down");
    let page = browser.get(&led);
    page.says(200, &["cannot be reached just now", "Your order stands", "Pay by card"]);
    browser.submit("/o/1/payment", &[]).says(503, &["cannot be reached just now", "Pay by card"]);
    let german = browser.copy().speaking("de");
    german.submit("/o/1/payment", &[]).says(503, &["gerade nicht erreichbar", "Mit Karte zahlen"]);
    shop.provider.behaves(Mood::Well);
    let answer = browser.submit_alone("/o/1/payment", &[]);
    assert!(shop.provider.pay(answer.header("Location").unwrap()));
    shop.wait(3);
    browser.get("/o/1/paid").says(200, &["Confirmed"]);
}

#[test]
fn a_window_without_a_key_offers_no_card() {
    let shop = CardShop::new();
    let (browser, _) = ordered(&shop);
    set(&shop.admin(), json!({ "card": null }));
    browser.get("/o/1").says(200, &["Still to be paid"]).hides(&["Pay by card"]);
    browser.submit("/o/1/payment", &[]).says(409, &["takes no cards just now"]);
    let policy = browser.get("/o/1").answer.header("Content-Security-Policy").unwrap().to_owned();
    assert!(policy.contains("form-action 'self';"), "{policy}");
    browser.put(1, 1, 1);
    browser.get("/checkout").says(200, &["value=\"bank_transfer\""]).hides(&["value=\"card\""]);
    // An order that was to be paid otherwise can be paid by card as well.
    set(&shop.admin(), super::takes_cards());
    let id = browser.order(&[("payment_method", "bank_transfer")]).order_id();
    browser.get(&format!("/o/{id}")).says(200, &["Bank transfer", "Pay by card"]);
    let order = json!({ "id": id });
    let session = shop.admin().post(&format!("/orders/{id}/payment_sessions"), json!({}));
    shop.provider.pay(url(&session.expect(201)));
    shop.wait(61);
    shop.asks();
    assert_eq!(shop.read(&order)["payment_status"], "paid");
    fixtures::ship(&shop.admin(), id);
}
