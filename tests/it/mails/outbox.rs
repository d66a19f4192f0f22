//! What becomes of mails that do not go out at once.

use serde_json::{Value, json};

use tillbox::housekeeping::Housekeeper;

use super::Posted;
use crate::fixtures::{self, DAY};

const BUYER: &str = "ana@example.org";

#[test]
fn a_mail_is_tried_again_until_it_goes_out_under_its_own_id() {
    let posted = Posted::new();
    posted.server.refuse(|line| line.starts_with("RCPT").then_some("451 not just now"));
    fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.received().len(), 0);
    let queued = posted.listed("status=queued");
    assert_eq!(queued.len(), 2);
    for mail in &queued {
        assert_eq!(mail["tries"], 1);
        let words = "127.0.0.1 does not take the mail just now (451 not just now).";
        assert_eq!(mail["error"], words);
    }
    posted.shop.clock.advance_seconds(59);
    posted.server.accept();
    assert_eq!(posted.received().len(), 0, "not before its time");
    posted.shop.clock.advance_seconds(10);
    let received = posted.received();
    assert_eq!(received.len(), 2);
    for mail in queued {
        let id = mail["message_id"].as_str();
        assert!(received.iter().any(|it| it.header("Message-ID").as_deref() == id));
    }
    assert_eq!(posted.listed("status=sent").len(), 2);
}

#[test]
fn what_never_went_out_is_told_and_can_be_sent_again() {
    let posted = Posted::new();
    posted.server.refuse(|line| line.starts_with("RCPT").then_some("450 busy"));
    fixtures::order(1, 1).create(&posted.shop.visitor());
    let warnings = || posted.shop.visitor().get("/health").expect(200)["warnings"].clone();
    for _ in 0..9 {
        assert_eq!(warnings(), json!([]));
        posted.deliver();
        posted.shop.clock.advance_seconds(3 * DAY);
    }
    let failed = posted.listed("status=failed");
    assert_eq!((failed.len(), &failed[0]["tries"]), (2, &json!(9)));
    assert_eq!(failed[0]["next_try_at"], Value::Null);
    assert_eq!(warnings(), json!(["mail_failed"]));
    posted.server.accept();
    for mail in failed {
        posted.shop.admin().post(&format!("/mails/{}/resend", mail["id"]), json!({})).expect(200);
    }
    assert_eq!(posted.received().len(), 2);
    assert_eq!(warnings(), json!([]));
}

#[test]
fn what_is_for_nobody_is_not_tried_again_and_a_full_mailbox_is() {
    for (answer, status) in [("550 no such mailbox", "failed"), ("552 it is full", "queued")] {
        let posted = Posted::new();
        posted.server.refuse(move |line| line.starts_with("RCPT").then_some(answer));
        fixtures::order(1, 1).create(&posted.shop.visitor());
        posted.deliver();
        let listed = posted.listed("");
        assert!(listed.iter().all(|it| it["tries"] == 1 && it["status"] == status), "{listed:?}");
    }
}

#[test]
fn visitors_cause_five_mails_an_hour_to_one_address() {
    let posted = Posted::new();
    posted.shop.admin().patch("/products/1", json!({ "stock": 100 })).expect(200);
    for _ in 0..12 {
        fixtures::order(1, 1).create(&posted.shop.visitor());
    }
    let counts = [5, 0, 5, 2, 0].map(|_| {
        let count = posted.told(BUYER).len();
        posted.shop.clock.advance_seconds(1_800);
        count
    });
    assert_eq!(counts, [5, 0, 5, 0, 2], "the others wait, and none is lost");
}

#[test]
fn mails_are_listed_for_a_month_and_go_with_the_customer() {
    let posted = Posted::new();
    fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.received().len(), 2);
    posted.shop.admin().post("/orders/1/cancellation", json!({ "reason": "asked" })).expect(201);
    posted.shop.clock.advance_seconds(10);
    assert_eq!(posted.told(BUYER), ["Your order 1001 is cancelled"]);
    assert_eq!(posted.shop.admin().delete("/customers/1").status, 204);
    assert_eq!(posted.listed("").len(), 0);
    fixtures::order(1, 1).create(&posted.shop.visitor());
    posted.received();
    posted.shop.clock.advance_seconds(31 * DAY);
    while posted.shop.beside(tillbox::store::mails::clean).unwrap() {}
    assert_eq!(posted.listed("").len(), 0);
}

#[test]
fn a_mail_is_sent_again_by_hand() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    admin.post("/mails/7/resend", json!({})).refused(404, "not_found");
    admin.get("/mails/7").refused(404, "not_found");
    fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.received().len(), 2);
    let mail = &posted.listed("status=sent")[0];
    let again = admin.post(&format!("/mails/{}/resend", mail["id"]), json!({})).expect(200);
    assert_eq!((&again["status"], &again["tries"]), (&json!("queued"), &json!(0)));
    assert_eq!(posted.received().len(), 1);
    admin.patch("/settings", json!({ "mail": null })).expect(200);
    let path = format!("/mails/{}/resend", mail["id"]);
    admin.post(&path, json!({})).refused(409, "conflict");
    admin.get("/mails?status=lost").refused(422, "validation_failed");
}

#[test]
fn what_is_running_low_is_told_once_a_day_and_once() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    let keep = || {
        let mut keeper = Housekeeper::new(posted.shop.store.clone(), 0);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(keeper.look_round());
        posted.told("owner@example.org")
    };
    assert_eq!(keep(), [""; 0]);
    let low = json!({ "low_stock_at": 6, "sku": "MUG-1" });
    admin.patch("/products/1", low).expect(200);
    assert_eq!(keep(), ["Low stock: Mug"]);
    posted.shop.clock.advance_seconds(DAY);
    assert_eq!(keep(), [""; 0], "it is told already");
    fixtures::order(1, 1).create(&admin);
    fixtures::product("Cup", "4.00").with(json!({ "low_stock_at": 3 })).stock(3).create(&admin);
    posted.received();
    assert_eq!(keep(), ["Low stock: 2 products"]);
    fixtures::product("Jug", "4.00").with(json!({ "low_stock_at": 3 })).stock(3).create(&admin);
    assert_eq!(keep(), [""; 0], "once a day");
}

#[test]
fn a_copy_of_the_day_that_failed_is_told() {
    let posted = Posted::new();
    let failed = |tx: &tillbox::store::Tx<'_>| {
        tillbox::store::mails::tell_failed_backup(tx, "The disk is full.")
    };
    posted.shop.beside(failed).unwrap();
    posted.shop.beside(failed).unwrap();
    let received = posted.received();
    assert_eq!(received.len(), 1, "once a day");
    assert!(received[0].text().contains("The disk is full."), "{}", received[0].text());
}
