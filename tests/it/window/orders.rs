//! The page of an order: who sees what of it, how it is paid, and what its buyer can still do.

use serde_json::{Value, json};

use super::browser::Browser;
use crate::fixtures;
use crate::shop::{Shop, User};

/// What nobody but the buyer may read.
const PERSONAL: [&str; 5] =
    ["Ada Example", "ada@example.org", "Long Street", "12345", "Ring twice"];

fn ordered<'a>(shop: &'a Shop) -> (User<'a>, Browser<&'a Shop>, Value) {
    let admin = fixtures::stocked(shop, 10);
    let browser = Browser::new(shop);
    browser.put(1, 1, 2);
    let id = browser.order(&[("note", "Ring twice")]).order_id();
    let order = admin.get(&format!("/orders/{id}")).expect(200);
    (admin, browser, order)
}

/// The path and query of the tracking address of an order that is placed by the API.
fn tracking(shop: &Shop) -> String {
    let body = fixtures::order(1, 1).with(json!({ "note": "Ring twice" })).with(json!({
        "customer": { "name": "Ada Example", "email": "ada@example.org" },
        "shipping_address": { "name": "Ada Example", "line1": "Long Street 1",
            "postal_code": "12345",
            "city": "Anytown", "country": "DE" },
    }));
    let order = body.create(&shop.visitor());
    order["tracking_url"].as_str().unwrap().to_owned()
}

#[test]
fn each_token_shows_what_it_may_and_no_byte_more() {
    let shop = Shop::new();
    let (admin, browser, _) = ordered(&shop);
    let address = tracking(&shop);
    assert!(address.starts_with("/o/2?token="));
    let stranger = Browser::new(&shop);
    let page =
        stranger.get(&address).says(200, &["Order 1002", "Ordered", "Still to be paid", "€9.95"]);
    page.hides(&PERSONAL).hides(&["Mug", "cancellation", "/documents/"]);
    browser.get("/o/1").says(200, &PERSONAL).says(200, &["Mug", "Cancel the order"]);
    // Neither token, the other's, the order's where tracking is asked for, nor a cookie of another.
    let token =
        shop.visitor().post("/orders", fixtures::order(1, 1).body()).expect(201)["token"].clone();
    let token = token.as_str().unwrap();
    let wrong = address.replace("/o/2", "/o/1");
    for path in ["/o/1", "/o/2", "/o/999", &wrong, &format!("/o/3?token={token}"), "/o/1?token="] {
        let page = stranger.get(path).says(404, &["There is no order to show here"]);
        page.hides(&PERSONAL).hides(&["Mug", "1001", "1002"]);
    }
    stranger.set_cookie("tb_order", "/o/2", token);
    stranger.get("/o/2").says(404, &[]).hides(&PERSONAL);
    // By its own token it opens, and the token is in no address from then on.
    let opened = stranger.get(&format!("/o/3/open?token={token}"));
    assert_eq!(opened.path, "/o/3");
    opened.says(200, &["Order 1003", "Mug"]).hides(&[token]);
    stranger.get(&format!("/o/2/open?token={token}")).says(404, &[]);
    stranger.get("/o/2/open?token=nonsense").says(404, &[]);
    // What the staff notes is nobody else's.
    admin.patch("/orders/1", json!({ "staff_note": "Always late." })).expect(200);
    browser.get("/o/1").says(200, &["Ada Example"]).hides(&["Always late."]);
}

#[test]
fn a_transfer_is_told_with_a_code_for_the_banks_app() {
    let shop = Shop::new();
    let admin = shop.admin();
    let account = json!({ "account_holder": "Tea & Co", "iban": "DE89 3704 0044 0532 0130 00" });
    admin.patch("/settings", json!({ "bank_account": account })).expect(200);
    let (_, browser, order) = ordered(&shop);
    let words = [
        "Tea &amp; Co",
        "DE89 3704 0044 0532 0130 00",
        "<svg class=\"qr\"",
        "€19.90",
        "<dd>1001</dd>",
    ];
    browser.get("/o/1").says(200, &words);
    let part = json!({ "amount": "9.90", "method": "bank_transfer" });
    fixtures::took(&admin, 1, "payments", part);
    browser.get("/o/1").says(200, &["€10.00", "<svg class=\"qr\""]);
    fixtures::pay(&admin, 1);
    browser.get("/o/1").says(200, &["Confirmed"]).hides(&["Still to be paid", "<svg class=\"qr\""]);
    assert_eq!(order["payment_method"], "bank_transfer");
}

#[test]
fn the_way_of_an_order_is_a_line_of_steps() {
    let shop = Shop::new();
    let (admin, browser, _) = ordered(&shop);
    let current = |word: &str| {
        let page = browser.get("/o/1");
        let step = page.html.split("aria-current=\"step\"").nth(1).unwrap().to_owned();
        assert!(
            step.trim_start_matches([' ', '\n', '>']).starts_with(&format!("<span>{word}</span>")),
            "{step}"
        );
    };
    current("Ordered");
    fixtures::pay(&admin, 1);
    current("Confirmed");
    fixtures::took(&admin, 1, "packing", json!({}));
    current("Packed");
    let parcel = json!({
        "carrier": "DHL", "tracking_number": "X1", "tracking_url": "https://example.org/t/X1",
    });
    fixtures::took(&admin, 1, "shipments", parcel);
    current("On its way");
    browser.get("/o/1").says(200, &["Parcel with DHL:", "href=\"https://example.org/t/X1\""]);
    fixtures::took(&admin, 1, "delivery", json!({}));
    current("Delivered");
}

#[test]
fn an_order_is_cancelled_by_its_buyer_until_it_is_packed() {
    let shop = Shop::new();
    let (admin, browser, _) = ordered(&shop);
    let stranger = Browser::new(&shop);
    stranger.submit("/o/1/cancellation", &[("reason", "")]).says(404, &["There is no order"]);
    browser.submit("/o/1/cancellation", &[("reason", "")]).says(200, &["Cancelled"]);
    // Whoever says it twice has said it.
    browser.submit("/o/1/cancellation", &[("reason", "again")]).says(200, &["Cancelled"]);
    let order = admin.get("/orders/1").expect(200);
    assert_eq!(
        (&order["status"], &order["cancel_reason"]),
        (&json!("cancelled"), &json!("Cancelled by the buyer."))
    );
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 10);
    browser.put(1, 1, 1);
    let id = browser.order(&[]).order_id();
    fixtures::took(&admin, id, "packing", json!({}));
    let page = browser.get(&format!("/o/{id}")).hides(&["Cancel the order"]);
    drop(page);
    let late = browser.submit(&format!("/o/{id}/cancellation"), &[]);
    late.says(409, &["It is too late to cancel"]);
}

#[test]
fn a_reason_that_is_too_long_is_told_at_its_field() {
    let shop = Shop::new();
    let (admin, browser, _) = ordered(&shop);
    let long = format!("<{}", "a".repeat(5_000));
    let page = browser.submit("/o/1/cancellation", &[("reason", &long)]);
    let words = ["id=\"reason-fault\">This is too long.", "href=\"#reason\"", "<details open>"];
    let page = page.says(422, &words).says(422, &["aria-invalid", "&lt;aaaa"]);
    drop(page);
    assert_eq!(admin.get("/orders/1").expect(200)["status"], "open");
    let reason = "Ordered twice.\nBy mistake.";
    browser.submit("/o/1/cancellation", &[("reason", reason)]).says(200, &["Cancelled"]);
    assert_eq!(admin.get("/orders/1").expect(200)["cancel_reason"], reason);
}

#[test]
fn invoices_are_there_for_the_buyer_alone() {
    let shop = Shop::new();
    let (admin, browser, _) = ordered(&shop);
    fixtures::seller(&admin);
    admin.post("/orders/1/invoices", json!({})).expect(201);
    browser.get("/o/1").says(200, &["Invoice INV-1", "href=\"/o/1/documents/1\""]);
    browser.get("/o/1/documents/1").says(200, &["Invoice INV-1", "Ada Example"]);
    browser.get("/o/1/documents/2").says(404, &["This page is not here"]);
    Browser::new(&shop).get("/o/1/documents/1").says(404, &[]).hides(&["Ada"]);
}
