//! A text never becomes a tag, and each paper shows what belongs on it.

use serde_json::json;

use super::*;
use crate::domain::Id;
use crate::domain::calendar::Date;
use crate::domain::currency::Currency;
use crate::domain::customers::Note;
use crate::domain::invoices::Line;
use crate::domain::metadata::Metadata;
use crate::domain::money::Money;
use crate::domain::orders::{Buyer, FulfillmentStatus, PaymentStatus, Status};
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::totals::Totals;
use crate::texts::tests::{know_what_is_said, say_the_same};

const NAUGHTY: &str = "</p></title><script>alert('x')</script> style=\"x\" & &lt;";
const SAFE: &str = "&lt;/p&gt;&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; \
    style=&quot;x&quot; &amp; &amp;lt;";
const PAPERS: [Paper; 2] = [Paper::A4, Paper::Receipt];
const KINDS: [Type; 2] = [Type::Invoice, Type::CreditNote];

#[test]
fn no_text_becomes_a_tag_wherever_it_stands() {
    for (kind, paper) in KINDS.into_iter().zip(PAPERS) {
        let of = |word| invoice(kind, &content(word), Some(&recipient(word)), paper);
        assert!(of("#").matches('#').count() > 25);
        assert_eq!(of(NAUGHTY), of("#").replace('#', SAFE));
        assert_eq!(of("a\nb"), of("#").replace('#', "a<br>b"));
        let of = |word| slips(&seller(word), &[order(word)], paper);
        assert!(of("#").matches('#').count() > 20);
        assert_eq!(of(NAUGHTY), of("#").replace('#', SAFE));
    }
}

#[test]
fn a_page_has_no_script_no_style_of_its_own_and_nothing_from_elsewhere() {
    for (paper, class) in PAPERS.into_iter().zip(["a4", "receipt"]) {
        let documents = KINDS.map(|kind| invoice(kind, &content("x"), None, paper));
        for html in [documents.concat(), slips(&seller("x"), &[order("x")], paper)] {
            assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{html}");
            assert!(html.contains(&format!("<body class=\"{class}\">")), "{html}");
            assert!(html.contains("rel=\"stylesheet\" href=\"/documents/style.css\""));
            for bad in ["<script", "<style", "style=", "onload", "http", "//", "src="] {
                assert!(!html.to_lowercase().contains(bad), "{bad} in {html}");
            }
        }
    }
}

#[test]
fn an_invoice_says_what_was_bought_and_what_it_comes_to() {
    let content =
        |includes| Content { prices_include_tax: includes, invoice_number: None, ..content("7") };
    let html = invoice(Type::Invoice, &content(true), Some(&recipient("Ana")), Paper::A4);
    has(
        &html,
        &["<title>Invoice 7</title>", "<h1>Invoice 7</h1>", "Ana+<br>Ana<br>Ana!<br>Ana<br>"],
    );
    has(&html, &["Tax number 7", "Shipped on", "Discount (7)", "\u{2212}7", "Shipping (7)"]);
    has(&html, &["VAT ID Ana</p>", "7<br>Tax number 7<br>VAT ID 7</p>"]);
    has(&html, &["includes 7% tax on 7", "Prices include tax.", "7\u{a0}7</td>", "Paid"]);
    has(&html, &["Bank transfer", ">Discount</th>", ">Tax</th>", "scope=\"col\""]);
    has(&html, &[">Price reductions</th>\n<td class=\"amount\">\u{2212}7</td>"]);
    let html = invoice(Type::Invoice, &content(false), None, Paper::A4);
    has(&html, &["plus 7% tax on 7", "The recipient&#39;s data was deleted."]);
    assert!(html.find("plus 7%") < html.find(">Total</th>\n<td"), "{html}");
    assert!(!html.contains("include"), "{html}");
}

#[test]
fn what_an_invoice_does_not_know_leaves_no_trace() {
    let mut bare = content("x");
    bare.taxes.clear();
    (bare.invoice_number, bare.price_reductions) = (None, None);
    (bare.shipped_on, bare.paid, bare.tax_note) = (None, None, None);
    (bare.discount_total, bare.lines[0].discount) = (None, None);
    bare.payment_method = "pay_at_pickup".to_owned();
    let html = invoice(Type::Invoice, &bare, None, Paper::A4);
    for word in ["Shipped", "Discount", " tax", ">Tax<", "Paid", "None"] {
        assert!(!html.contains(word), "{word} in {html}");
    }
    has(&html, &["Pay at pickup"]);
}

#[test]
fn a_credit_note_names_its_invoice_and_says_why_but_no_price_of_a_line() {
    let mut note = content("x");
    note.number = "CN-2".to_owned();
    note.invoice_number = Some("INV-1".to_owned());
    let line = note.lines[0].clone();
    note.lines[0] = Line { unit_price: None, discount: None, total: None, ..line };
    note.price_reductions = None;
    let html = invoice(Type::CreditNote, &note, None, Paper::Receipt);
    has(&html, &["<h1>Credit note CN-2</h1>", "<dt>For invoice</dt><dd>INV-1</dd>"]);
    has(&html, &["<dt>Reason</dt><dd>x</dd>", "Amount credited", "includes x% tax on x"]);
    has(&html, &["includes shipping (x)", "<td class=\"quantity\">2</td>"]);
    for word in ["Unit price", ">Total", "Payment", "Subtotal", "class=\"price\""] {
        assert!(!html.contains(word), "{word} in {html}");
    }
}

#[test]
fn the_document_of_a_step_has_sums_of_lines_and_says_what_else_is_in_it() {
    let of_step = |lines: usize, shipping: Option<&str>| {
        let mut change = content("8");
        let line = Line { unit_price: None, discount: None, ..change.lines[0].clone() };
        change.lines = vec![line; lines];
        (change.shipping_total, change.subtotal) = (shipping.map(str::to_owned), None);
        (change.discount_total, change.paid) = (None, None);
        change
    };
    let html = invoice(Type::CreditNote, &of_step(1, Some("8")), None, Paper::A4);
    has(&html, &["<td class=\"amount\">8</td>", "includes price reductions", "includes shipping"]);
    assert!(!html.contains("Unit price"), "{html}");
    // A reduction of the price alone has no lines: the rows above say what it is about.
    let html = invoice(Type::CreditNote, &of_step(0, Some("9")), None, Paper::A4);
    has(&html, &[">Price reductions</th>\n<td class=\"amount\">8</td>", ">Shipping (8)</th>"]);
    let places = ["Price reductions", "Shipping", "Amount credited"].map(|word| html.find(word));
    assert!(places.is_sorted(), "{html}");
    let html = invoice(Type::Invoice, &of_step(1, None), None, Paper::A4);
    has(&html, &["<dt>Further to invoice</dt><dd>8</dd>", ">Total</th>\n<td", "Bank transfer"]);
    for word in ["Subtotal", "plus", "Amount credited", "\u{2212}", "Unit price"] {
        assert!(!html.contains(word), "{word} in {html}");
    }
}

#[test]
fn every_slip_is_a_section_with_what_is_still_to_be_sent_and_no_price() {
    let mut sent = order("b");
    (sent.items[0].shipped_quantity, sent.items[0].cancelled_quantity) = (4, 1);
    let html = slips(&seller("x"), &[order("a"), sent, order("c")], Paper::A4);
    assert_eq!(html.matches("<section class=\"sheet slip\">").count(), 3);
    has(&html, &["<title>3 packing slips</title>", "Order a", "Order b", "Order c"]);
    // 5 units, of which 2 were sent; then 5, of which 4 were sent and 1 was cancelled.
    let units = ["<td class=\"quantity\">3</td>", "<td class=\"quantity\">4</td>"];
    assert_eq!(units.map(|cell| html.matches(cell).count()), [2, 1]);
    assert_eq!(html.matches("<td class=\"tick\">").count(), 3);
    // The day in Lisbon, which is an hour ahead.
    has(&html, &["<dd>2 July 2026</dd>", "Note from the buyer"]);
    assert!(!html.contains("77.77"), "{html}");
    let one = slips(&seller("x"), &[order("a")], Paper::A4);
    has(&one, &["<title>Packing slip a</title>"]);
}

#[test]
fn a_slip_without_an_address_names_the_buyer_until_that_is_blanked() {
    let mut order = Order { shipping_address: None, ..order("x") };
    order.customer.name = Some("Ana".to_owned());
    has(&slips(&seller("x"), &[order.clone()], Paper::A4), &["<p class=\"recipient\">Ana</p>"]);
    order.customer.name = None;
    has(&slips(&seller("x"), &[order], Paper::A4), &["The recipient&#39;s data was deleted."]);
}

#[test]
fn a_way_to_send_without_a_name_leaves_no_empty_brackets() {
    for method in [Some(String::new()), None] {
        for invoice_number in [None, Some("7".to_owned())] {
            let content =
                Content { shipping_method: method.clone(), invoice_number, ..content("7") };
            let html = invoice(Type::Invoice, &content, None, Paper::A4);
            has(&html, &["hipping</th>"]);
            assert!(!html.contains("()"), "{html}");
        }
    }
}

#[test]
fn a_document_is_written_as_its_language_writes_it() {
    let mut content = content("7");
    (content.language, content.invoice_number) = (Language::De, None);
    (content.total, content.currency) = ("1234.50".to_owned(), "EUR".to_owned());
    content.issued_on = "2026-12-03".to_owned();
    (content.taxes[0].rate, content.taxes[0].net) = ("10.7".to_owned(), "1115.18".to_owned());
    content.seller.address.as_mut().unwrap().country = "DE".to_owned();
    let html = invoice(Type::Invoice, &content, None, Paper::A4);
    has(&html, &["<html lang=\"de\">", "<h1>Rechnung 7</h1>", "<dd>3. Dezember 2026</dd>"]);
    has(&html, &["1.234,50\u{a0}€</td>", "enthält 10,7\u{a0}% Steuer auf 1.115,18"]);
    has(&html, &["Steuernummer 7", "<br>Deutschland<br>", "Überweisung", ">Einzelpreis</th>"]);
    let html = invoice(Type::CreditNote, &content, None, Paper::A4);
    has(&html, &["<h1>Rechnungskorrektur 7</h1>", "Gutgeschriebener Betrag"]);
    let zone = Zone::utc();
    let slip = |orders: &[Order]| {
        packing_slips(&seller("x"), orders, &zone, Paper::A4, Language::De).unwrap()
    };
    has(&slip(&[order("a")]), &["<title>Packzettel a</title>", "<h1>Bestellung a</h1>"]);
    has(&slip(&[order("a"), order("b")]), &["<title>2 Packzettel</title>"]);
}

#[test]
fn both_languages_say_the_same_things() {
    say_the_same(&ENGLISH, &GERMAN);
    assert!(know_what_is_said(&ENGLISH, &SOURCES) > 40);
}

#[test]
fn paper_is_a4_or_a_roll() {
    assert_eq!(["a4", "receipt"].map(Paper::parse), PAPERS.map(Ok));
    assert_eq!(Paper::parse("A4").unwrap_err().code, "unknown_value");
}

fn has(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "{word} is not in {html}");
    }
}

fn invoice(kind: Type, content: &Content, to: Option<&Recipient>, paper: Paper) -> String {
    super::invoice(kind, content, to, paper).unwrap()
}

fn slips(seller: &Seller, orders: &[Order], paper: Paper) -> String {
    let zone = Zone::parse("Europe/Lisbon").unwrap();
    packing_slips(seller, orders, &zone, paper, Language::En).unwrap()
}

fn seller(word: &str) -> Seller {
    content(word).seller
}

fn recipient(name: &str) -> Recipient {
    Recipient { name: name.to_owned(), address: content(name).seller.address }
}

/// With this word in every place.
fn content(word: &str) -> Content {
    let address = json!({
        "name": format!("{word}!"), "line1": word, "line2": word, "postal_code": word,
        "city": word, "region": word, "country": word, "company": format!("{word}+"),
        "vat_id": word, "phone": word,
    });
    let content = json!({
        "seller": { "name": word, "email": word, "address": address, "tax_number": word },
        "number": word, "invoice_number": word, "issued_on": word, "order_number": word,
        "ordered_on": word, "shipped_on": word, "currency": word, "prices_include_tax": true,
        "tax_note": word,
        "lines": [{
            "name": word, "variant_title": word, "sku": word, "quantity": 2,
            "unit_price": word, "discount": word, "tax_rate": word, "total": word,
        }],
        "subtotal": word, "discount_code": word, "discount_total": word,
        "shipping_method": word, "shipping_total": word, "price_reductions": word, "total": word,
        "paid": word,
        "taxes": [{ "rate": word, "net": word, "tax": word }],
        "payment_method": "bank_transfer", "payment_instructions": word,
    });
    let content: Content = serde_json::from_value(content).unwrap();
    Content { reason: Some(word.to_owned()), ..content }
}

/// Five units, of which two were sent; with this word in every place that is printed.
#[rustfmt::skip]
fn order(word: &str) -> Order {
    let (text, some) = (|| word.to_owned(), || Some(word.to_owned()));
    let at = Zone::utc().start_of(Date::parse("2026-07-02").unwrap());
    let at = at.plus_seconds(-1);
    let (id, currency) = (Id::new(1).unwrap(), Currency::parse("EUR").unwrap());
    let (money, rate) = (Money::new(77_77, currency), Percent::ZERO);
    let item = Item {
        id, product_id: Some(id), variant_id: Some(id), name: text(), variant_title: some(),
        sku: some(), unit_price: money, reason: None, discounts: Vec::new(), quantity: 5,
        subtotal: money, discount: money, tax_rate: rate,
        tax: money, total: money, shipped_quantity: 2, cancelled_quantity: 0,
        returned_quantity: 0, note: some(), tax_category: None, withdrawal_exempt: false,
        picture: None,
        taken: 0, zeroed: 0, reduced: (0, 0), reduction: 0,
    };
    let totals = Totals {
        subtotal: money, discount_code: None, discount_total: money, discounts: Vec::new(),
        discount_reason: None, shipping_total: money,
        shipping_tax: money, shipping_parts: Vec::new(), tax_total: money, taxes: Vec::new(),
        total: money,
    };
    Order {
        id, number: text(), status: Status::Open, payment_status: PaymentStatus::Paid,
        fulfillment_status: FulfillmentStatus::PartiallyShipped, order_date: at,
        expected_delivery_date: Date::parse("2026-07-09").unwrap(), pickup_at: None,
        customer_id: None,
        customer: Buyer { name: None, email: None, phone: None },
        shipping_address: seller(word).address, billing_address: None, shipping_method: text(),
        payment_method: PaymentMethod::Card, items: vec![item], totals, paid_total: money,
        refunded_total: money, to_pay: money, to_refund: money, currency, prices_include_tax: true,
        tax_note: None, note: some(), staff_note: Note::Hidden, metadata: Metadata::new(),
        locale: None,
        payments: Vec::new(), shipments: Vec::new(), refunds: Vec::new(),
        withdrawals: Vec::new(), cancelled_at: None, cancel_reason: None, hold_until: None,
        version: 1, created_at: at, updated_at: at, packed_at: None, pickup: false,
        shipping_method_name: text(), shipping_tax_category: None, tax_country: None,
        shipping_owed: true, shipping_reduction: 0, opening: 0, owed: 0, hold: None, revision: 1,
        refunds_failed: 0,
    }
}
