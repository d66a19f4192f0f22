//! Invoices, credit notes and packing slips: their numbers, what stands on them, and how long.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{
    self, DAY, address, cash, deliver, parcel, pay, set, ship, step_of, took, units, with,
};
use crate::shop::{Answer, Shop, User, ids};

const YEAR: i64 = 365 * DAY;

/// A shop with an address and a tax, which sends by post a mug with a name that is markup.
fn shop_in_porto(admin: &User<'_>) {
    let settings = json!({
        "name": "Mugs & <More>", "email": "shop@example.org", "tax_number": "PT 123",
        "address": { "name": "Mugs Lda.", "line1": "Rua 1", "city": "Porto", "country": "PT" },
        "tax_rates": [{ "rate": "23" }],
        "shipping_methods": [
            { "code": "post", "name": "Post", "price": "4.92", "needs_address": false },
        ],
        "payment_terms": [{ "method": "bank_transfer", "instructions": "IBAN PT50\nThank you!" }],
    });
    set(admin, settings);
    fixtures::product("Mug <b>", "12.30").with(json!({ "sku": "M&M" })).create(admin);
}

fn order_mugs(admin: &User<'_>, quantity: i64) {
    let fields = json!({
        "note": "Ring \"twice\"",
        "customer": { "name": "Ana <i>", "email": "ana@example.org" },
        "shipping_address": { "name": "Ana <i>", "line1": "Rua 2", "postal_code": "4000",
            "city": "Porto", "country": "PT" },
    });
    fixtures::order(1, quantity).with(fields).create(admin);
}

fn invoice(admin: &User<'_>, order: i64) -> Value {
    admin.post(&format!("/orders/{order}/invoices"), json!({})).expect(201)
}

fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
    let policy = answer.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"));
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    let html = String::from_utf8(answer.body.clone()).unwrap();
    for naughty in ["<script", "style=", "http", "<b>", "<i>", "<More>"] {
        assert!(!html.contains(naughty), "{naughty}: {html}");
    }
    html
}

#[track_caller]
fn has(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "{word} is not in {html}");
    }
}

#[test]
fn an_invoice_says_who_sells_or_is_not_issued() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::product("Mug", "12.30").create(&admin);
    order_mugs(&admin, 1);
    let missing = |names: &[&str]| {
        let refused = admin.post("/orders/1/invoices", json!({}));
        assert_eq!(refused.refused(409, "seller_incomplete")["missing"], json!(names));
    };
    missing(&["address", "tax_number"]);
    set(&admin, json!({ "tax_exempt_note": "No tax by § 19 UStG." }));
    missing(&["address"]);
    set(&admin, json!({ "tax_exempt_note": null, "address": address("Porto") }));
    missing(&["tax_number"]);
    set(&admin, json!({ "tax_exempt_note": "No tax by § 19 UStG." }));
    assert_eq!(invoice(&admin, 1)["number"], "INV-1");
    // A credit note of what was issued is never held back.
    set(&admin, json!({ "tax_exempt_note": null, "address": null }));
    took(&admin, 1, "cancellation", json!({ "reason": "Sold out" }));
    let issued = admin.get("/orders/1/invoices").expect(200);
    assert_eq!(issued["data"][1]["type"], "credit_note");
    shop.adds_up();
}

#[test]
fn an_invoice_that_is_due_waits_until_the_shop_says_who_it_is() {
    let shop = Shop::new();
    let admin = shop.admin();
    set(&admin, json!({ "invoice_at": "paid" }));
    fixtures::product("Mug", "12.30").create(&admin);
    for _ in 0..3 {
        order_mugs(&admin, 1);
    }
    let waiting = || {
        let list = admin.get("/orders?awaiting_invoice=true").expect(200);
        let count = admin.get("/orders/counts").expect(200)["to_invoice"].clone();
        assert_eq!(count, ids(&list).len());
        ids(&list)
    };
    // The payments go through.
    for order in [1, 2] {
        assert_eq!(pay(&admin, order)["payment_status"], "paid");
    }
    assert_eq!(waiting(), [2, 1]);
    assert_eq!(ids(&admin.get("/orders?awaiting_invoice=false").expect(200)), [3]);
    // Nothing stands of the second any more, so nothing waits.
    took(&admin, 2, "cancellation", json!({ "reason": "Sold out" }));
    assert_eq!(waiting(), [1]);
    fixtures::seller(&admin);
    assert_eq!(waiting(), [] as [i64; 0]);
    assert_eq!(admin.get("/orders/1/invoices").expect(200)["data"][0]["number"], "INV-1");
    pay(&admin, 3);
    assert_eq!(admin.get("/orders/3/invoices").expect(200)["data"][0]["number"], "INV-2");
    shop.adds_up();
}

#[test]
fn an_invoice_is_issued_once_and_stays_what_it_was() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    order_mugs(&admin, 2);
    let issued = admin.post("/orders/1/invoices", json!({}));
    let want = json!({
        "id": 1, "type": "invoice", "number": "INV-1", "order_id": 1, "step": null,
        "refund_id": null, "total": "29.52", "currency": "EUR", "issued_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(issued.expect(201), want);
    assert_eq!(issued.header("Location"), Some("/orders/1/invoices/1"));
    assert_eq!(admin.get("/orders/1/invoices").expect(200), json!({ "data": [want] }));
    admin.post("/orders/1/invoices", json!({})).refused(409, "action_not_possible");
    admin.post("/orders/1/invoices", json!({ "x": 1 })).invalid(&[("/x", "unknown_field")]);
    let html = page(&admin.get("/orders/1/invoices/1"));
    has(
        &html,
        &[
            "Invoice INV-1",
            "Mugs &amp; &lt;More&gt;",
            "Mugs Lda.",
            "Tax number PT 123",
            "Ana &lt;i&gt;",
            "4000 Porto",
            "Mug &lt;b&gt;",
            "M&amp;M",
            "12.30",
            "24.60",
            "4.92",
            "Shipping (Post)",
            "€29.52",
            "includes 23% tax on 24.00",
            "5.52",
            "Bank transfer",
            "IBAN PT50<br>Thank you!",
            "23 November 2026",
            "1001",
        ],
    );
    // Nothing that happens later changes it.
    set(&admin, json!({ "name": "Others", "tax_rates": [] }));
    admin.patch("/products/1", json!({ "name": "Cup", "price": "99" })).expect(200);
    admin.patch("/orders/1", json!({ "shipping_address": address("Lisboa") })).expect(200);
    assert_eq!(page(&admin.get("/orders/1/invoices/1")), html);
    has(&page(&admin.get("/orders/1/invoices/1?paper=receipt")), &["class=\"receipt\""]);
    admin.get("/orders/1/invoices/1?paper=a5").invalid(&[("paper", "unknown_value")]);
    order_mugs(&admin, 1);
    admin.get("/orders/2/invoices/1").refused(404, "not_found");
    took(&admin, 2, "cancellation", json!({ "reason": "x" }));
    admin.post("/orders/2/invoices", json!({})).refused(409, "action_not_possible");
    order_mugs(&admin, 1);
    assert_eq!(invoice(&admin, 3)["number"], "INV-2");
}

#[test]
fn what_falls_after_an_invoice_gets_a_credit_note_and_what_fell_before_it_none() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    for order_id in 1..=2 {
        order_mugs(&admin, 2);
        pay(&admin, order_id);
    }
    invoice(&admin, 1);
    let one = json!({ "items": [{ "item_id": 1, "quantity": 1 }], "reason": "A <i> crack." });
    took(&admin, 1, "refunds", one);
    took(&admin, 2, "refunds", json!({ "amount": "5", "reason": "Late." }));
    invoice(&admin, 2);
    let numbers = |order: i64| {
        let issued = admin.get(&format!("/orders/{order}/invoices")).expect(200);
        let number = |row: &Value| row["number"].as_str().unwrap().to_owned();
        issued["data"].as_array().unwrap().iter().map(number).collect::<Vec<_>>()
    };
    assert_eq!(
        (numbers(1), numbers(2)),
        (vec!["INV-1".into(), "CN-1".into()], vec!["INV-2".into()])
    );
    let note = admin.get("/orders/1/invoices").expect(200)["data"][1].clone();
    assert_eq!(
        (&note["type"], &note["refund_id"], &note["step"], &note["total"]),
        (&json!("credit_note"), &json!(1), &json!("/orders/1/refunds/1"), &json!("12.30"))
    );
    let html = page(&admin.get("/orders/1/invoices/2"));
    has(
        &html,
        &["Credit note CN-1", "INV-1", "A &lt;i&gt; crack.", "€12.30", "tax on 10.00", "2.30"],
    );
    // Goods that come back with their money get one as well; this unit's money went back before.
    ship(&admin, 1);
    let two = json!({ "items": [{ "item_id": 1, "quantity": 2 }], "refund": true });
    took(&admin, 1, "returns", two);
    assert_eq!(numbers(1), ["INV-1", "CN-1", "CN-2"]);
}

#[test]
fn a_price_that_was_reduced_is_a_row_of_the_invoice_in_the_terms_of_its_prices() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    set(&admin, json!({ "prices_include_tax": false }));
    order_mugs(&admin, 2);
    pay(&admin, 1);
    // One of two mugs is paid back: 17.22 stand without tax of what was 29.52, and 23 % on them are
    // 3.96.
    let item = admin.get("/orders/1").expect(200)["items"][0]["id"].clone();
    let one = json!({ "items": [{ "item_id": item, "quantity": 1 }], "reason": "Cracked." });
    let refund = step_of(&admin, 1, "refunds", one);
    invoice(&admin, 1);
    let html = page(&admin.get("/orders/1/invoices/1"));
    has(&html, &["Subtotal", ">24.60<", ">4.92<", "Price reductions", ">\u{2212}12.30<"]);
    has(&html, &["plus 23% tax on 17.22", ">3.96<", ">€21.18<"]);
    // Taken back, it is owed again: 36.31 − 21.18 stand on an invoice of their own.
    admin.delete(&refund).expect(204);
    let html = page(&admin.get("/orders/1/invoices/2"));
    has(&html, &["Invoice INV-2", "<dt>Further to invoice</dt><dd>INV-1</dd>", ">€15.13<"]);
    has(&html, &["includes 23% tax on 12.30", ">2.83<"]);
    for word in ["Subtotal", "Unit price", "credited"] {
        assert!(!html.contains(word), "{word} in {html}");
    }
}

#[test]
fn an_invoice_comes_by_itself_when_the_shop_wants_it_so() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    let count = |order: i64| {
        let issued = admin.get(&format!("/orders/{order}/invoices")).expect(200);
        issued["data"].as_array().unwrap().len()
    };
    set(&admin, json!({ "invoice_at": "paid" }));
    order_mugs(&admin, 2);
    took(&admin, 1, "payments", cash("1"));
    assert_eq!(count(1), 0);
    pay(&admin, 1);
    assert_eq!(count(1), 1);
    set(&admin, json!({ "invoice_at": "shipped" }));
    order_mugs(&admin, 2);
    let one = json!({ "items": [{ "item_id": 2, "quantity": 1 }], "reason": "x" });
    took(&admin, 2, "cancellation", one);
    took(&admin, 2, "packing", json!({}));
    assert_eq!(count(2), 0);
    deliver(&admin, 2);
    assert_eq!(count(2), 1);
    // Only what was not cancelled stands on it.
    has(&page(&admin.get("/orders/2/invoices/2")), &["€17.22", "23 November 2026"]);
}

#[test]
fn numbers_of_documents_start_where_the_owner_says_and_have_no_gap() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    let numbers = json!({ "invoice_number_prefix": "R/", "invoice_number_start": 500 });
    set(&admin, numbers);
    for id in 1..=3 {
        order_mugs(&admin, 1);
        invoice(&admin, id);
    }
    let third = admin.get("/orders/3/invoices").expect(200);
    assert_eq!(third["data"][0]["number"], "R/502");
    let taken = admin.patch("/settings", json!({ "invoice_number_start": 502 }));
    let taken = taken.refused(409, "conflict");
    assert_eq!(taken["errors"][0]["pointer"], "/invoice_number_start");
    assert_eq!(taken["errors"][0]["code"], "number_taken");
    set(&admin, json!({ "invoice_number_start": 900 }));
    order_mugs(&admin, 1);
    assert_eq!(invoice(&admin, 4)["number"], "R/900");
    let file = shop.config.data.clone();
    let verdict = tillbox::store::engine::verify::shop(&file).unwrap();
    assert!(verdict.sound().is_ok(), "the numbers have no gap");
}

#[test]
fn a_forgotten_customers_invoices_keep_their_name_as_long_as_the_law_wants() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    set(&admin, json!({ "retention_years": 2 }));
    order_mugs(&admin, 1);
    pay(&admin, 1);
    invoice(&admin, 1);
    took(&admin, 1, "refunds", json!({ "amount": "1", "reason": "Secret reason" }));
    deliver(&admin, 1);
    let kept = admin.delete("/customers/1").expect(200);
    assert_eq!(kept, json!({ "kept": { "invoices": 2, "until": "2028-12-31" } }));
    let html = page(&admin.get("/orders/1/invoices/1"));
    has(&html, &["Ana &lt;i&gt;", "Rua 2"]);
    assert!(!page(&admin.get("/orders/1/invoices/2")).contains("Secret"));
    assert_eq!(admin.get("/orders/1").expect(200)["customer"]["name"], Value::Null);
    let blank = || {
        shop.beside(tillbox::store::invoices::blank_old).unwrap();
        page(&admin.get("/orders/1/invoices/1")).contains("data was deleted")
    };
    shop.clock.advance_seconds(2 * YEAR);
    assert!(!blank(), "until the end of the second year");
    shop.clock.advance_seconds(YEAR / 8);
    assert!(blank());
    has(&page(&admin.get("/orders/1/invoices/1")), &["INV-1", "€17.22"]);
    // What need not be kept is gone at once.
    set(&admin, json!({ "retention_years": 0 }));
    order_mugs(&admin, 1);
    invoice(&admin, 2);
    deliver(&admin, 2);
    pay(&admin, 2);
    shop.clock.advance_seconds(YEAR);
    admin.delete("/customers/2").expect(204);
    assert!(page(&admin.get("/orders/2/invoices/3")).contains("data was deleted"));
    let shop = shop.restarted();
    assert!(shop.bytes_with("Rua 2").is_empty());
}

#[test]
fn packing_slips_say_what_to_pack_and_where_it_goes_but_no_price() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    order_mugs(&admin, 3);
    order_mugs(&admin, 1);
    let slip = page(&admin.get("/orders/1/packing-slip"));
    has(
        &slip,
        &[
            "Order 1001",
            "Mug &lt;b&gt;",
            "M&amp;M",
            ">3<",
            "Rua 2",
            "Post",
            "Ring &quot;twice&quot;",
        ],
    );
    assert!(!slip.contains("12.30"));
    let one = with(parcel(), json!({ "items": units(&[(1, 1)]) }));
    took(&admin, 1, "shipments", one);
    has(&page(&admin.get("/orders/1/packing-slip?paper=receipt")), &[">2<", "class=\"receipt\""]);
    let both = page(&admin.get("/packing-slips?orders=2,1"));
    assert_eq!(both.matches("<section").count(), 2);
    assert!(both.find("Order 1002").unwrap() < both.find("Order 1001").unwrap());
    admin.get("/packing-slips").invalid(&[("orders", "required")]);
    admin.get("/packing-slips?orders=1,x").invalid(&[("orders", "not_an_id")]);
    admin.get("/packing-slips?orders=1,9").invalid(&[("orders", "not_found")]);
    admin.get("/orders/9/packing-slip").refused(404, "not_found");
    admin.get("/orders/9/invoices").refused(404, "not_found");
    admin.get("/orders/1/packing-slip?paper=x").invalid(&[("paper", "unknown_value")]);
    let many = vec!["1"; 101].join(",");
    admin.get(&format!("/packing-slips?orders={many}")).invalid(&[("orders", "too_many")]);
    let style = shop.visitor().ask(Method::Get, "/documents/style.css").send();
    assert_eq!(style.header("Content-Type"), Some("text/css; charset=utf-8"));
    for hidden in ["nothing.css", "base.html", "invoice.html"] {
        shop.visitor().get(&format!("/documents/{hidden}")).refused(404, "not_found");
    }
}

#[test]
fn a_small_business_charges_no_tax_and_says_so_on_everything() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_in_porto(&admin);
    order_mugs(&admin, 1);
    let note = "No tax is charged (§ 19 UStG <b>).";
    let said = set(&admin, json!({ "tax_exempt_note": note }));
    assert_eq!(said["tax_exempt_note"], note);
    assert_eq!(shop.visitor().get("/shop").expect(200)["tax_note"], note);
    // Two mugs for 12.30 and 4.92 for the post are 29.52, in prices with tax or without it: the
    // 23 % that the settings still name are not in it and do not come on top.
    for (order, inclusive) in [(2, true), (3, false)] {
        set(&admin, json!({ "prices_include_tax": inclusive }));
        let items = json!({ "items": [{ "product_id": 1, "quantity": 2 }] });
        let quote = shop.visitor().post("/quotes", items).expect(200);
        order_mugs(&admin, 2);
        let placed = admin.get(&format!("/orders/{order}")).expect(200);
        for told in [&quote, &placed] {
            assert_eq!((&told["total"], &told["tax_total"]), (&json!("29.52"), &json!("0.00")));
            assert_eq!((&told["taxes"], &told["shipping_tax"]), (&json!([]), &json!("0.00")));
            let line = &told["items"][0];
            assert_eq!((&line["tax_rate"], &line["tax"]), (&json!("0"), &json!("0.00")));
            assert_eq!(told["tax_note"], note);
        }
        invoice(&admin, order);
    }
    pay(&admin, 2);
    let one = json!({ "items": [{ "item_id": 2, "quantity": 1 }], "reason": "A crack." });
    took(&admin, 2, "refunds", one);
    let said = "No tax is charged (§ 19 UStG &lt;b&gt;).";
    // What was issued stays as it was, and what was placed before bears its tax and says nothing.
    set(&admin, json!({ "tax_exempt_note": "" }));
    for document in ["2/invoices/1", "3/invoices/2", "2/invoices/3"] {
        let html = page(&admin.get(&format!("/orders/{document}")));
        has(&html, &[said]);
        assert!(!html.contains("% tax"), "{html}");
    }
    assert_eq!(admin.get("/settings").expect(200)["tax_exempt_note"], Value::Null);
    let first = admin.get("/orders/1").expect(200);
    // 17.22 with 23 %: 14.00 and 3.22.
    assert_eq!((&first["tax_note"], &first["tax_total"]), (&Value::Null, &json!("3.22")));
    assert_eq!(invoice(&admin, 1)["id"], 4);
    let html = page(&admin.get("/orders/1/invoices/4"));
    assert!(!html.contains("UStG") && html.contains("23% tax on 14.00"), "{html}");
    let long = json!({ "tax_exempt_note": "x".repeat(1_001) });
    admin.patch("/settings", long).invalid(&[("/tax_exempt_note", "too_long")]);
}
