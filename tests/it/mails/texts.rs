//! The words of the mails, and those that a shop puts in their place.

use serde_json::json;
use tillbox::domain::mails::MailKind;

use super::Posted;
use crate::fixtures;
use crate::shop::Shop;

#[test]
fn every_mail_can_be_looked_at_in_both_languages() {
    let shop = Shop::new();
    let admin = shop.admin();
    let list = admin.get("/mail_templates?language=de").expect(200);
    let kinds: Vec<&str> =
        list["data"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), MailKind::NAMES.len() - 1, "all but the test mail: {kinds:?}");
    for kind in kinds {
        for language in ["en", "de"] {
            let path = format!("/mail_templates/{kind}/preview?language={language}");
            let made = admin.post(&path, json!({})).expect(200);
            let (subject, text) =
                (made["subject"].as_str().unwrap(), made["text"].as_str().unwrap());
            assert!(!subject.is_empty() && !subject.contains('\n'), "{kind} {language}");
            assert!(!text.contains("{{") && !text.contains("none"), "{kind} {language}: {text}");
            assert!(!text.contains("\n\n\n"), "{kind} {language}: {text}");
            assert!(
                made["html"].as_str().unwrap().contains(&format!("<html lang=\"{language}\">"))
            );
        }
    }
    admin.get("/mail_templates/test").refused(404, "not_found");
    admin.put("/mail_templates/test", json!({})).refused(404, "not_found");
    admin.get("/mail_templates?language=fr").refused(422, "validation_failed");
    admin.get("/mail_templates/nothing").refused(404, "not_found");
    admin.get("/mail_templates/order_paid?language=fr").refused(422, "validation_failed");
}

#[test]
fn a_shop_says_it_in_words_of_its_own() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    let usual = admin.get("/mail_templates/order_received").expect(200);
    assert_eq!(usual["is_own"], false);
    let own = json!({ "subject": "Thanks, {{ order.name }}",
        "text": "You get {{ order.items|length }} thing for {{ order.total|money }}.\n\nBye." });
    let set = admin.put("/mail_templates/order_received?language=en", own.clone()).expect(200);
    assert_eq!((&set["is_own"], &set["subject"]), (&json!(true), &own["subject"]));
    let order = fixtures::order(1, 2).create(&posted.shop.visitor());
    let total = order["total"].as_str().unwrap();
    let path = "/mail_templates/order_received/preview?language=en";
    let made = admin.post(path, json!({ "order_id": 1 })).expect(200);
    assert_eq!(made["subject"], "Thanks, Ana Silva");
    let received = posted.received();
    let mail = received.iter().find(|mail| mail.to == "ana@example.org").unwrap();
    assert_eq!(mail.subject(), "Thanks, Ana Silva");
    let said = format!("You get 1 thing for €{total}.\n\nBye.");
    assert!(mail.text().starts_with(&said), "{}", mail.text());
    let back = admin.put("/mail_templates/order_received?language=en", json!({})).expect(200);
    assert_eq!((&back["is_own"], &back["text"]), (&json!(false), &usual["text"]));
    admin.post(path, json!({ "order_id": 9 })).refused(404, "not_found");
}

#[test]
fn a_fault_in_the_words_is_told_with_its_line() {
    let shop = Shop::new();
    let admin = shop.admin();
    let put = |subject: &str, text: &str| {
        let body = json!({ "subject": subject, "text": text });
        admin.put("/mail_templates/order_received", body)
    };
    for (subject, text, at, line) in [
        ("Hello", "One\n{{ order.nmae }}", "/text", 2),
        ("Hello", "One\ntwo\n{% if order.name %}", "/text", 3),
        ("{{ order.", "One", "/subject", 1),
        ("Hello", "{{ order.total|dance }}", "/text", 1),
        (
            "Hello",
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "/text",
            1,
        ),
        ("Hello", "{% include \"secrets\" %}", "/text", 1),
        ("Hello", "{{ settings.secret }}", "/text", 1),
    ] {
        let problem = put(subject, text).refused(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], at, "{text}: {problem}");
        assert_eq!(problem["errors"][0]["code"], "not_a_template");
        assert_eq!(problem["line"], line, "{text}: {problem}");
    }
    assert_eq!(admin.get("/mail_templates/order_received").expect(200)["is_own"], false);
}

#[test]
fn words_that_fit_no_more_give_way_to_those_of_the_program() {
    let posted = Posted::new();
    let stored = "insert into mail_templates (kind, language, subject, text)
        values ('order_received', 'en', 'x', '{{ gone.long.ago }}')";
    posted.shop.beside(|tx| tx.execute(stored, &[])).unwrap();
    fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.told("ana@example.org"), ["Your order 1001 at My shop"]);
}
