//! What buyers and the shop are told of an order.

use serde_json::{Value, json};

use super::Posted;
use crate::fixtures::{self, id_of, with};

const BUYER: &str = "ana@example.org";

/// An order of two mugs, of which the mails went out already.
fn placed(posted: &Posted, fields: Value) -> Value {
    let order = fixtures::order(1, 2).with(fields).create(&posted.shop.visitor());
    posted.received();
    order
}

#[test]
fn an_order_is_confirmed_to_its_buyer_and_told_to_the_shop() {
    let posted = Posted::new();
    let order = fixtures::order(1, 2).create(&posted.shop.visitor());
    let received = posted.received();
    let to = |address: &str| received.iter().find(|mail| mail.to == address).unwrap();
    let (buyer, shop) = (to(BUYER), to("owner@example.org"));
    assert_eq!(received.len(), 2);
    assert_eq!(buyer.from, "shop@example.org");
    assert_eq!(buyer.subject(), "Your order 1001 at My shop");
    assert_eq!(buyer.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    let total = order["total"].as_str().unwrap();
    let token = order["token"].as_str().unwrap();
    let link = format!("https://shop.example.org/o/1/open?token={token}");
    for words in ["Hello Ana Silva,", "- 2 × Mug: €19.90", &format!("- Total: €{total}"), &link]
    {
        assert!(buyer.text().contains(words), "{words}: {}", buyer.text());
    }
    assert!(buyer.html().contains(&format!("<a href=\"{link}\"")), "{}", buyer.html());
    assert_eq!(shop.subject(), format!("New order 1001: €{total}"));
    assert!(!shop.text().contains(token), "the shop has its own way to the order");
    let listed = posted.listed("order_id=1");
    assert_eq!(listed.len(), 2);
    for mail in listed {
        assert_eq!((&mail["status"], &mail["tries"]), (&json!("sent"), &json!(1)));
        let id = mail["message_id"].as_str().unwrap();
        let found = received.iter().find(|it| it.header("Message-ID").as_deref() == Some(id));
        assert_eq!(found.unwrap().to, mail["to"].as_str().unwrap());
    }
    assert_eq!(posted.received().len(), 0, "each goes out once");
}

#[test]
fn every_step_of_an_order_is_told_in_its_language() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    let order = fixtures::order(1, 2).create(&posted.shop.visitor());
    let german = "update orders set locale = 'de' where id = 1";
    posted.shop.beside(|tx| tx.execute(german, &[])).unwrap();
    posted.received();
    let step = |path: &str, body: Value| {
        let made = admin.post(&format!("/orders/1/{path}"), body).expect(201);
        posted.shop.clock.advance_seconds(10);
        (made, posted.told(BUYER))
    };
    let all = json!({ "amount": order["total"], "method": "bank_transfer" });
    let (_, paid) = step("payments", all);
    assert_eq!(paid, ["Ihre Zahlung zur Bestellung 1001 ist eingegangen"]);
    let (_, packed) = step("packing", json!({}));
    assert_eq!(packed, [""; 0]);
    let parcel = json!({ "carrier": "DHL", "tracking_number": "0034" });
    let (_, shipped) = step("shipments", parcel);
    assert_eq!(shipped.len(), 1, "{shipped:?}");
    let (_, withdrawn) = step("withdrawal", json!({}));
    assert_eq!(withdrawn, ["Wir haben Ihren Widerruf zur Bestellung 1001 erhalten"]);
    let back = json!({ "items": [{ "item_id": order["items"][0]["id"], "quantity": 2 }],
        "reason": "withdrawal" });
    step("returns", back);
    let (_, refunded) = step("refunds", json!({ "amount": "5.00", "reason": "Good will" }));
    assert_eq!(refunded.len(), 1, "{refunded:?}");
}

#[test]
fn what_is_taken_back_at_once_is_told_to_nobody() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    placed(&posted, json!({}));
    let parcel = json!({ "carrier": "DHL", "tracking_number": "0034" });
    let shipment = admin.post("/orders/1/shipments", parcel.clone()).expect(201);
    assert_eq!(posted.told(BUYER), [""; 0], "it waits ten seconds");
    posted.shop.clock.advance_seconds(9);
    let made = id_of(&shipment);
    assert_eq!(admin.delete(&format!("/orders/1/shipments/{made}")).status, 204);
    posted.shop.clock.advance_seconds(60);
    assert_eq!(posted.told(BUYER), [""; 0]);
    assert_eq!(posted.listed("status=queued").len(), 0);
    admin.post("/orders/1/shipments", parcel).expect(201);
    posted.shop.clock.advance_seconds(10);
    assert_eq!(posted.told(BUYER).len(), 1);
}

#[test]
fn what_happened_while_the_post_was_away_is_told_all_the_same() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    fixtures::seller(&admin);
    let order = placed(&posted, json!({}));
    let all = json!({ "amount": order["total"], "method": "bank_transfer" });
    let refund = json!({ "amount": "1.00", "reason": "Late" });
    for (path, body) in [("payments", all), ("invoices", json!({})), ("refunds", refund)] {
        admin.post(&format!("/orders/1/{path}"), body).expect(201);
        posted.shop.clock.advance_seconds(3_600);
    }
    let told = posted.told(BUYER);
    for words in ["Your payment for order 1001", "Your invoice for order 1001", "refund"] {
        assert!(told.iter().any(|subject| subject.contains(words)), "{words}: {told:?}");
    }
}

#[test]
fn goods_that_are_fetched_are_told_to_be_ready() {
    let posted = Posted::new();
    let pickup = json!({ "shipping_methods": [{ "code": "pickup", "pickup": true }] });
    posted.shop.admin().patch("/settings", pickup).expect(200);
    placed(&posted, json!({ "shipping_method": "pickup" }));
    posted.shop.admin().post("/orders/1/packing", json!({})).expect(201);
    posted.shop.clock.advance_seconds(10);
    let told = posted.told(BUYER);
    assert!(told.len() == 1 && told[0].contains("1001"), "{told:?}");
}

#[test]
fn an_order_that_was_taken_elsewhere_is_not_news() {
    let posted = Posted::new();
    let past = json!({ "order_date": "2026-01-03T10:00:00Z" });
    fixtures::order(1, 1).with(past).create(&posted.shop.admin());
    assert_eq!(posted.received().len(), 0);
}

#[test]
fn a_shop_that_begins_to_send_mails_tells_nothing_of_the_past() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    admin.patch("/settings", json!({ "mail": null })).expect(200);
    fixtures::order(1, 1).create(&posted.shop.visitor());
    admin.patch("/settings", json!({ "mail": posted.server.settings() })).expect(200);
    assert_eq!(posted.received().len(), 0);
    fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.received().len(), 2);
}

#[test]
fn how_to_pay_stands_in_the_mail_with_a_code_for_the_bank() {
    let posted = Posted::new();
    let account = json!({ "account_holder": "Corner Shop", "iban": "DE02120300000000202051" });
    let settings = json!({ "bank_account": account, "window": { "pages": {
        "terms": "We sell mugs.", "withdrawal": "You have 14 days." } } });
    posted.shop.admin().patch("/settings", settings).expect(200);
    fixtures::order(1, 2).create(&posted.shop.visitor());
    let received = posted.received();
    let mail = received.iter().find(|mail| mail.to == BUYER).unwrap();
    for words in ["- IBAN: DE02 1203 0000 0000 2020 51", "- Reference: 1001", "scan the code"] {
        assert!(mail.text().contains(words), "{words}: {}", mail.text());
    }
    assert!(mail.html().contains("<img src=\"cid:transfer-code\""));
    for part in ["Content-ID: <transfer-code>", "filename=\"terms.txt\"", "withdrawal.txt"] {
        assert!(mail.data.contains(part), "{part}");
    }
}

#[test]
fn nothing_that_a_buyer_typed_becomes_a_header_a_tag_or_a_link() {
    let posted = Posted::new();
    let name = "Ana <b>\u{1f600}</b> https://evil.example/ שלום";
    let customer = with(fixtures::ana(), json!({ "name": name }));
    let note = "Call me: https://evil.example/note";
    let order = json!({ "customer": customer, "note": note });
    fixtures::order(1, 1).with(order).create(&posted.shop.visitor());
    let received = posted.received();
    assert_eq!(received.len(), 2);
    for mail in received {
        assert!(mail.text().contains("https://evil.example/"), "the name stands there in words");
        assert!(!mail.html().contains("<b>") && !mail.html().contains("href=\"https://evil"));
        assert!(!mail.data.contains("evil.example/note"), "a note is not mailed");
        let head = mail.data.split("\r\n\r\n").next().unwrap();
        assert!(head.lines().all(|line| line.len() <= 998 && line.is_ascii()), "{head}");
    }
}

#[test]
fn a_withdrawal_that_was_declared_is_acknowledged_alike_whether_it_fits_or_not() {
    let posted = Posted::new();
    placed(&posted, json!({}));
    let browser = crate::window::browser::Browser::new(&posted.shop);
    let declare = |number: &str| {
        let form =
            [("number", number), ("name", "Ana Silva"), ("email", BUYER), ("step", "confirm")];
        browser.submit("/withdrawal", &form).says(200, &[]);
        posted.received()
    };
    let (fits, fits_none) = (declare("1001"), declare("9999"));
    let receipt = |mails: &[super::Received]| {
        let subject = "We have received your withdrawal declaration";
        let mail = mails.iter().find(|mail| mail.to == BUYER && mail.subject() == subject);
        mail.unwrap().text()
    };
    assert_eq!(receipt(&fits).replace("1001", "9999"), receipt(&fits_none));
    let subjects = |mails: &[super::Received], to: &str| {
        let of = mails.iter().filter(|mail| mail.to == to);
        let mut subjects: Vec<String> = of.map(super::Received::subject).collect();
        subjects.sort();
        subjects
    };
    assert_eq!(
        subjects(&fits, BUYER).len(),
        2,
        "what was withdrawn goes to the order's own address"
    );
    assert_eq!(subjects(&fits_none, BUYER).len(), 1);
    assert_eq!(subjects(&fits, "owner@example.org"), ["Withdrawal from order 1001"]);
    let task = ["Withdrawal declaration that fits no order"];
    assert_eq!(subjects(&fits_none, "owner@example.org"), task);
}
