//! The books after partial changes: what stands of an order, the report, the documents and the
//! money that is due. Every number is worked out by hand beside its test.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{
    self, DAY, amount_off, cash_all, deliver, pay, set, ship, step_of, took, units, with,
};
use crate::shop::{Shop, User};

/// A shop in Germany with 19 % and 7 %; prices are with tax, or without.
fn shop_with_tax(admin: &User<'_>, included: bool) {
    let settings = json!({
        "country": "DE",
        "prices_include_tax": included,
        "payment_methods": ["bank_transfer", "invoice"],
        "tax_rates": [{ "country": "DE", "rate": "19" },
            { "category": "books", "country": "DE", "rate": "7" },
            { "country": "FR", "rate": "20" }],
    });
    set(admin, settings);
    fixtures::seller(admin);
}

/// Everything is sent for 4.90.
fn send_for_4_90(admin: &User<'_>) {
    let post = json!([{ "code": "post", "price": "4.90", "needs_address": false }]);
    set(admin, json!({ "shipping_methods": post }));
}

fn report(admin: &User<'_>, day: &str) -> Value {
    let path = format!("/reports/sales?from={day}&to={day}");
    admin.get(&path).expect(200)["total"].clone()
}

/// These sums of a report, in this order.
fn sums(report: &Value, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| report[name].as_str().unwrap().to_owned()).collect()
}

/// The documents of an order: `INV-1 60.00`.
fn documents(admin: &User<'_>, order: i64) -> Vec<String> {
    let listed = admin.get(&format!("/orders/{order}/invoices")).expect(200);
    let told = |row: &Value| {
        format!("{} {}", row["number"].as_str().unwrap(), row["total"].as_str().unwrap())
    };
    listed["data"].as_array().unwrap().iter().map(told).collect()
}

fn cancel(units: Value) -> Value {
    json!({ "items": units, "reason": "No longer wanted." })
}

#[test]
fn what_is_left_of_an_order_bears_its_own_tax_everywhere() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, false);
    fixtures::product("Pen", "2.50").create(&admin);
    fixtures::order(1, 2).create(&admin);
    took(&admin, 1, "cancellation", cancel(units(&[(1, 1)])));
    // 2.50 stand, 0.475 of tax on them is 0.48: 2.98.
    let day = report(&admin, "2026-11-23");
    assert_eq!(sums(&day, &["revenue", "net", "tax"]), ["2.98", "2.50", "0.48"]);
    let row = json!({ "country": "DE", "rate": "19", "net": "2.50", "tax": "0.48" });
    assert_eq!(day["taxes"], json!([row]));
    let paid = pay(&admin, 1);
    assert_eq!((&paid["paid_total"], &paid["payment_status"]), (&json!("2.98"), &json!("paid")));
    shop.adds_up();
}

#[test]
fn an_invoice_after_a_partial_cancellation_adds_up() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Mug", "10.00").create(&admin);
    amount_off("CENT", "0.01").create(&admin);
    fixtures::order(1, 2).with(json!({ "discount_code": "CENT" })).create(&admin);
    took(&admin, 1, "cancellation", cancel(units(&[(1, 1)])));
    admin.post("/orders/1/invoices", json!({})).expect(201);
    // Half a cent off is one: 9.99, and 9.99 × 19 / 119 = 1.595… of tax in it, so 8.39 and 1.60.
    assert_eq!(documents(&admin, 1), ["INV-1 9.99"]);
    let page = String::from_utf8(admin.get("/orders/1/invoices/1").body).unwrap();
    for word in ["€9.99", "tax on 8.39", "1.60"] {
        assert!(page.contains(word), "{word} is not in {page}");
    }
    shop.adds_up();
}

#[test]
fn a_unit_that_is_refunded_and_then_comes_back_is_paid_back_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Lamp", "50.00").create(&admin);
    fixtures::order(1, 2).create(&admin);
    pay(&admin, 1);
    deliver(&admin, 1);
    admin.post("/orders/1/invoices", json!({})).expect(201);
    let one = units(&[(1, 1)]);
    took(&admin, 1, "refunds", json!({ "items": one, "reason": "It hums." }));
    let back = took(&admin, 1, "returns", json!({ "items": one }));
    let seen = [&back["refunded_total"], &back["to_refund"], &back["status"]];
    assert_eq!(seen, [&json!("50.00"), &json!("0.00"), &json!("completed")]);
    assert_eq!(documents(&admin, 1), ["INV-1 100.00", "CN-1 50.00"]);
    shop.adds_up();
}

#[test]
fn the_report_tells_what_the_shop_keeps_and_money_apart() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Lamp", "50.00").create(&admin);
    fixtures::order(1, 2).create(&admin);
    pay(&admin, 1);
    let placed = report(&admin, "2026-11-23");
    shop.clock.advance_seconds(DAY);
    took(&admin, 1, "cancellation", cancel(units(&[(1, 1)])));
    took(&admin, 1, "refunds", json!({ "reason": "Cancelled." }));
    // 100.00 were sold on Monday, 50.00 of them taken off and paid back on Tuesday.
    let names = ["gross", "reductions", "revenue", "received", "refunded"];
    let monday = sums(&placed, &names);
    assert_eq!(monday, ["100.00", "0.00", "100.00", "100.00", "0.00"]);
    let tuesday = report(&admin, "2026-11-24");
    assert_eq!(sums(&tuesday, &names), ["0.00", "50.00", "-50.00", "0.00", "50.00"]);
    let both = admin.get("/reports/sales?from=2026-11-23&to=2026-11-24").expect(200);
    assert_eq!(sums(&both["total"], &names), ["100.00", "50.00", "50.00", "100.00", "50.00"]);
    // 100.00 × 19 / 119 = 15.966, 50.00 × 19 / 119 = 7.983: 15.97 − 7.98 is 7.99 less.
    assert_eq!(sums(&tuesday, &["net", "tax"]), ["-42.01", "-7.99"]);
    assert_eq!(tuesday["taxes"][0]["tax"], "-7.99");
    // What was filed for Monday stays to the byte, whatever happens to its order.
    let filed = admin.get("/reports/sales?from=2026-11-23&to=2026-11-23").body;
    took(&admin, 1, "cancellation", json!({ "reason": "All of it." }));
    assert_eq!(admin.get("/reports/sales?from=2026-11-23&to=2026-11-23").body, filed);
    // But for an order that was taken elsewhere on that day.
    let earlier = json!({ "order_date": "2026-11-23" });
    fixtures::order(1, 1).with(earlier).create(&admin);
    assert_eq!(sums(&report(&admin, "2026-11-23"), &["gross"]), ["150.00"]);
    shop.adds_up();
}

#[test]
fn tax_is_told_by_the_country_that_gets_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Lamp", "11.90").create(&admin);
    fixtures::product("Map", "12.00").create(&admin);
    let to = |country: &str| {
        let address = with(fixtures::address("Lyon"), json!({ "country": country }));
        json!({ "shipping_address": address })
    };
    fixtures::order(1, 1).with(to("DE")).create(&admin);
    fixtures::order(2, 1).with(to("FR")).create(&admin);
    // 11.90 with 19 % are 10.00 and 1.90; 12.00 with 20 % are 10.00 and 2.00.
    let row = |country: &str, rate: &str, tax: &str| {
        let net = "10.00";
        json!({ "country": country, "rate": rate, "net": net, "tax": tax })
    };
    let day = report(&admin, "2026-11-23");
    assert_eq!(day["taxes"], json!([row("DE", "19", "1.90"), row("FR", "20", "2.00")]));
    assert_eq!(sums(&day, &["revenue", "net", "tax"]), ["23.90", "20.00", "3.90"]);
}

#[test]
fn a_credit_note_and_the_report_follow_the_goods_before_any_money_moves() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Chair", "30.00").create(&admin);
    fixtures::order(1, 2).with(json!({ "payment_method": "invoice" })).create(&admin);
    admin.post("/orders/1/invoices", json!({})).expect(201);
    deliver(&admin, 1);
    shop.clock.advance_seconds(DAY);
    let half = json!({ "items": units(&[(1, 1)]), "reason": "defect" });
    let back = step_of(&admin, 1, "returns", half);
    assert_eq!(documents(&admin, 1), ["INV-1 60.00", "CN-1 30.00"]);
    let note = admin.get("/orders/1/invoices").expect(200)["data"][1].clone();
    assert_eq!((&note["step"], &note["refund_id"]), (&json!(back), &Value::Null));
    let tuesday = report(&admin, "2026-11-24");
    assert_eq!(sums(&tuesday, &["reductions", "refunded"]), ["30.00", "0.00"]);
    // Taken back, it stands again: one more invoice, and neither a gap nor a deletion.
    admin.delete(&back).expect(204);
    assert_eq!(documents(&admin, 1), ["INV-1 60.00", "CN-1 30.00", "INV-2 30.00"]);
    pay(&admin, 1);
    // 5.00 for a scratch, beyond what is due: a credit note for the difference.
    took(&admin, 1, "refunds", json!({ "amount": "5", "reason": "A scratch." }));
    assert_eq!(documents(&admin, 1)[3], "CN-2 5.00");
    // What happened before an invoice is in it, and has no document of its own.
    fixtures::order(1, 2).create(&admin);
    took(&admin, 2, "cancellation", cancel(units(&[(2, 1)])));
    admin.post("/orders/2/invoices", json!({})).expect(201);
    assert_eq!(documents(&admin, 2), ["INV-3 30.00"]);
    took(&admin, 2, "cancellation", json!({ "reason": "The rest." }));
    assert_eq!(documents(&admin, 2), ["INV-3 30.00", "CN-3 30.00"]);
    fixtures::order(1, 1).create(&admin);
    took(&admin, 3, "cancellation", json!({ "reason": "All." }));
    admin.post("/orders/3/invoices", json!({})).refused(409, "action_not_possible");
    shop.adds_up();
}

#[test]
fn a_withdrawal_of_everything_pays_the_way_there_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    send_for_4_90(&admin);
    fixtures::product("Coat", "50.00").create(&admin);
    let placed = fixtures::order(1, 2).create(&shop.visitor());
    pay(&admin, 1);
    deliver(&admin, 1);
    shop.holder(&placed).post("/orders/1/withdrawal", json!({})).expect(201);
    let part = json!({ "items": units(&[(1, 1)]), "refund": true });
    assert_eq!(took(&admin, 1, "returns", part.clone())["refunded_total"], "50.00");
    // With the last of it the 4.90 for shipping go back as well.
    let whole = took(&admin, 1, "returns", part);
    assert_eq!((&whole["refunded_total"], &whole["to_refund"]), (&json!("104.90"), &json!("0.00")));
    assert_eq!(whole["refunds"][1]["shipping"], "4.90");
    let back = admin.get("/orders/1/returns/2").expect(200);
    assert_eq!(back["reason"], "withdrawal");
    shop.adds_up();
}

#[test]
fn a_refused_parcel_owes_nothing_and_counts_nowhere_as_unpaid() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    send_for_4_90(&admin);
    fixtures::product("Coat", "100.00").create(&admin);
    fixtures::order(1, 1).with(json!({ "payment_method": "invoice" })).create(&admin);
    ship(&admin, 1);
    let refused = json!({ "items": units(&[(1, 1)]), "reason": "refused" });
    let order = took(&admin, 1, "returns", refused);
    let seen = [&order["status"], &order["payment_status"], &order["fulfillment_status"]];
    assert_eq!(seen, [&json!("completed"), &json!("paid"), &json!("returned")]);
    let counts = admin.get("/orders/counts").expect(200);
    assert_eq!((&counts["to_pay"], &counts["payment_status"]["unpaid"]), (&json!(0), &json!(0)));
    let unpaid = admin.get("/orders?money_due=in").expect(200);
    assert_eq!(unpaid["data"], json!([]));
    let delivery = admin.post("/orders/1/delivery", json!({}));
    delivery.refused(409, "action_not_possible");
}

#[test]
fn what_the_bank_shows_can_be_booked_late_and_too_high_but_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Lamp", "50.00").create(&admin);
    fixtures::order(1, 1).create(&admin);
    shop.clock.advance_seconds(DAY);
    let transfer = |fields: Value| {
        with(json!({ "method": "bank_transfer", "reference": "RF18", "amount": "30" }), fields)
    };
    let dated = transfer(json!({ "paid_at": "2026-11-23" }));
    let order = took(&admin, 1, "payments", dated.clone());
    assert_eq!(order["payments"][0]["paid_at"], "2026-11-23T00:00:00Z");
    for _ in 0..2 {
        let again = admin.post("/orders/1/payments", dated.clone());
        again.refused(409, "already_recorded");
    }
    // Another day, amount or reference is another payment; so is the same that is said to be one.
    let much = transfer(json!({ "amount": "40" }));
    admin.post("/orders/1/payments", much.clone()).refused(409, "action_not_possible");
    let surplus = took(&admin, 1, "payments", with(much, json!({ "accept_surplus": true })));
    assert_eq!((&surplus["paid_total"], &surplus["to_refund"]), (&json!("70.00"), &json!("20.00")));
    let again = with(dated, json!({ "again": true, "accept_surplus": true }));
    assert_eq!(took(&admin, 1, "payments", again)["to_refund"], "50.00");
    let future = transfer(json!({ "paid_at": "2026-11-30" }));
    admin.post("/orders/1/payments", future).invalid(&[("/paid_at", "in_the_future")]);
    // It counts on the day of booking, whenever the bank says it came.
    assert_eq!(sums(&report(&admin, "2026-11-24"), &["received"]), ["100.00"]);

    // A transfer that comes after the order was cancelled is all to be refunded.
    fixtures::order(1, 1).create(&admin);
    took(&admin, 2, "cancellation", json!({ "reason": "unpaid" }));
    let late = transfer(json!({ "amount": "50", "accept_surplus": true }));
    let order = took(&admin, 2, "payments", late);
    let seen = [&order["status"], &order["to_refund"], &order["payment_status"]];
    assert_eq!(seen, [&json!("cancelled"), &json!("50.00"), &json!("paid")]);
    let counts = admin.get("/orders/counts").expect(200);
    assert_eq!((&counts["to_refund"], &counts["to_pay"]), (&json!(2), &json!(0)));
    shop.adds_up();
}

#[test]
fn money_due_is_an_amount_and_no_word() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Gift", "0").create(&admin);
    fixtures::product("Mug", "20.00").create(&admin);
    // A free order that was cancelled, 20.00 after a partial cancellation, and 20.00 to come.
    fixtures::order(1, 1).create(&admin);
    took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    fixtures::order(2, 2).create(&admin);
    pay(&admin, 2);
    took(&admin, 2, "cancellation", cancel(units(&[(2, 1)])));
    fixtures::order(2, 1).create(&admin);
    let counts = admin.get("/orders/counts").expect(200);
    assert_eq!((&counts["to_refund"], &counts["to_pay"]), (&json!(1), &json!(1)));
    let ids = |query: &str| {
        let list = admin.get(&format!("/orders?money_due={query}")).expect(200);
        crate::shop::ids(&list)
    };
    assert_eq!((ids("out"), ids("in")), (vec![2], vec![3]));
    admin.get("/orders?money_due=both").invalid(&[("money_due", "unknown_value")]);
}

#[test]
fn every_wrong_click_is_taken_back_with_its_stock_and_its_documents() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    fixtures::product("Lamp", "50.00").stock(10).create(&admin);
    let stock = || admin.get("/products/1").expect(200)["stock"].clone();
    let order = || admin.get("/orders/1").expect(200);
    fixtures::order(1, 3).create(&admin);
    let payment = step_of(&admin, 1, "payments", cash_all());
    admin.post("/orders/1/invoices", json!({})).expect(201);
    let cancelled = step_of(&admin, 1, "cancellation", cancel(units(&[(1, 1)])));
    assert_eq!((stock(), &order()["to_refund"]), (json!(8), &json!("50.00")));
    let refund = step_of(&admin, 1, "refunds", json!({ "reason": "x" }));
    // The refund paid back what the cancellation freed, and the payment had brought.
    for rested in [&cancelled, &payment] {
        let refused = admin.delete(rested).refused(409, "action_not_possible");
        assert_eq!(refused["allowed"], json!(["packing", "shipments", "cancellation", "refunds"]));
    }
    admin.delete(&refund).expect(204);
    admin.delete(&cancelled).expect(204);
    assert_eq!((stock(), &order()["to_refund"]), (json!(7), &json!("0.00")));
    let shipment = step_of(&admin, 1, "shipments", fixtures::parcel());
    let mended = json!({ "tracking_number": "00340434161094042558" });
    let stale = admin.ask(Method::Patch, &shipment).header("If-Match", "\"1.0\"");
    stale.json(&mended).send().refused(412, "precondition_failed");
    let after = admin.patch(&shipment, mended).expect(200);
    assert_eq!(after["shipments"][0]["tracking_number"], "00340434161094042558");
    let url = after["shipments"][0]["tracking_url"].as_str().unwrap().to_owned();
    assert!(url.ends_with("00340434161094042558"), "{url}");
    let delivery = step_of(&admin, 1, "delivery", json!({}));
    admin.delete(&shipment).refused(409, "action_not_possible");
    let back = step_of(&admin, 1, "returns", json!({ "items": units(&[(1, 2)]) }));
    assert_eq!(stock(), 9);
    let refund = step_of(&admin, 1, "refunds", json!({ "reason": "x" }));
    admin.delete(&back).refused(409, "action_not_possible");
    admin.delete(&refund).expect(204);
    admin.delete(&back).expect(204);
    admin.delete(&delivery).expect(204);
    admin.delete(&shipment).expect(204);
    assert_eq!((stock(), &order()["fulfillment_status"]), (json!(7), &json!("unfulfilled")));
    assert_eq!(
        documents(&admin, 1),
        ["INV-1 150.00", "CN-1 50.00", "INV-2 50.00", "CN-2 100.00", "INV-3 100.00"]
    );
    // Of what was put back, only one is left for it.
    let cancelled = step_of(&admin, 1, "cancellation", cancel(units(&[(1, 2)])));
    fixtures::order(1, 8).create(&admin);
    let short = admin.delete(&cancelled).refused(409, "out_of_stock");
    assert_eq!(short["errors"][0]["available"], 1);
    assert_eq!((stock(), &order()["items"][0]["cancelled_quantity"]), (json!(1), &json!(2)));
    shop.adds_up();
}

#[test]
fn a_declaration_of_the_buyer_stays_and_one_that_was_entered_wrongly_does_not() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::product("Lamp", "50.00").create(&admin);
    let declared = |order: i64, user: &User<'_>| {
        let answer = user.post(&format!("/orders/{order}/withdrawal"), json!({}));
        answer.expect(201);
        answer.header("Location").unwrap().to_owned()
    };
    let placed = fixtures::order(1, 1).create(&shop.visitor());
    let by_buyer = declared(1, &shop.holder(&placed));
    let refused = admin.delete(&by_buyer).refused(409, "action_not_possible");
    assert_eq!(refused["detail"], "The buyer declared it.");
    fixtures::order(1, 1).create(&admin);
    let by_shop = declared(2, &admin);
    admin.delete(&by_shop).expect(204);
    assert_eq!(admin.get("/orders/2").expect(200)["withdrawals"], json!([]));
}

#[test]
fn goods_are_held_anew_for_whom_a_payment_is_taken_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::product("Lamp", "50.00").create(&admin);
    fixtures::order(1, 1).create(&admin);
    let payment = step_of(&admin, 1, "payments", cash_all());
    // The week for which the goods were held is long over.
    shop.clock.advance_seconds(30 * DAY);
    admin.delete(&payment).expect(204);
    let held = admin.get("/orders/1").expect(200);
    // 2026-12-23 and a week.
    assert_eq!(
        (&held["status"], &held["hold_until"]),
        (&json!("open"), &json!("2026-12-30T09:00:00Z"))
    );
    let cancel = |tx: &tillbox::store::Tx| tillbox::store::orders::cancel_unpaid(tx);
    shop.beside(cancel).unwrap();
    assert_eq!(admin.get("/orders/1").expect(200)["status"], "open");
}

#[test]
fn a_discount_that_a_cancellation_gave_back_is_used_again_when_that_is_taken_back() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::product("Lamp", "50.00").create(&admin);
    amount_off("ONCE", "5").with(json!({ "usage_limit": 1 })).create(&admin);
    let code = json!({ "discount_code": "ONCE" });
    fixtures::order(1, 1).with(code.clone()).create(&admin);
    let cancelled = step_of(&admin, 1, "cancellation", json!({ "reason": "x" }));
    admin.delete(&cancelled).expect(204);
    assert_eq!(admin.get("/discounts/1").expect(200)["usage_count"], 1);
    let cancelled = step_of(&admin, 1, "cancellation", json!({ "reason": "x" }));
    fixtures::order(1, 1).with(code).create(&admin);
    admin.delete(&cancelled).refused(409, "action_not_possible");
    shop.adds_up();
}

#[test]
fn an_order_that_moves_takes_its_tax_along_to_the_other_country() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    // The same rate in both countries, so that its sums do not move.
    set(&admin, json!({ "tax_rates": [{ "country": "*", "rate": "20" }] }));
    fixtures::product("Map", "12.00").create(&admin);
    let to = |country: &str| {
        let address = with(fixtures::address("Lyon"), json!({ "country": country }));
        json!({ "shipping_address": address })
    };
    fixtures::order(1, 1).with(to("FR")).create(&admin);
    shop.clock.advance_seconds(DAY);
    admin.patch("/orders/1", to("AT")).expect(200);
    // 12.00 with 20 % are 10.00 and 2.00; they leave France on the day of the move.
    let row = |country: &str, net: &str, tax: &str| {
        let rate = "20";
        json!({ "country": country, "rate": rate, "net": net, "tax": tax })
    };
    let day = report(&admin, "2026-11-24");
    assert_eq!(day["taxes"], json!([row("AT", "10.00", "2.00"), row("FR", "-10.00", "-2.00")]));
    assert_eq!(sums(&day, &["reductions", "revenue", "tax"]), ["0.00", "0.00", "0.00"]);
    shop.adds_up();
}

#[test]
fn an_invoice_after_a_reduction_says_what_was_taken_off() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_with_tax(&admin, true);
    send_for_4_90(&admin);
    fixtures::product("Lamp", "50.00").create(&admin);
    fixtures::order(1, 2).create(&admin);
    pay(&admin, 1);
    took(&admin, 1, "refunds", json!({ "amount": "10", "reason": "It came late." }));
    admin.post("/orders/1/invoices", json!({})).expect(201);
    // 100.00 + 4.90 − 10.00 = 94.90, and as much was paid and did not go back.
    assert_eq!(documents(&admin, 1), ["INV-1 94.90"]);
    let page = String::from_utf8(admin.get("/orders/1/invoices/1").body).unwrap();
    for word in ["100.00", "4.90", "Price reductions", "10.00", "€94.90"] {
        assert!(page.contains(word), "{word} is not in {page}");
    }
    assert!(!page.contains("104.90"), "{page}");
}
