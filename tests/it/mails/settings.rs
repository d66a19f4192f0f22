//! How mails go out, as the owner sets it.

use serde_json::{Value, json};

use super::Posted;
use super::server::base64;
use crate::shop::Shop;

#[test]
fn a_password_is_written_and_never_read() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mail = json!({ "host": "Mail.Example.org", "from": "shop@example.org",
        "username": "shop", "password": "rye and salt" });
    let set = admin.patch("/settings", json!({ "mail": mail })).expect(200);
    let shown = json!({ "host": "mail.example.org", "port": 465, "security": "tls",
        "username": "shop", "has_password": true, "from": "shop@example.org", "reply_to": null,
        "notify": [] });
    assert_eq!(set["mail"], shown);
    let mut whole = admin.get("/settings").expect(200);
    assert!(!whole.to_string().contains("rye"));
    let stored = || shop.store.read(tillbox::store::settings::load).unwrap().mail.clone().unwrap();
    admin.put("/settings", whole.clone()).expect(200);
    assert_eq!(stored().password.as_deref(), Some("rye and salt"), "it stays where it is left out");
    admin
        .patch("/settings", json!({ "mail": { "port": 587, "security": "starttls" } }))
        .expect(200);
    assert_eq!((stored().port, stored().password.as_deref()), (587, Some("rye and salt")));
    whole["mail"]["password"] = Value::Null;
    admin.put("/settings", whole).expect(200);
    assert_eq!(stored().password, None);
    admin.patch("/settings", json!({ "mail": { "password": "again" } })).expect(200);
    let gone = admin.patch("/settings", json!({ "mail": { "password": null } })).expect(200);
    assert_eq!((stored().password, &gone["mail"]["has_password"]), (None, &json!(false)));
}

#[test]
fn mails_leave_the_machine_by_a_secure_way_alone() {
    let admin_of = Shop::new();
    let admin = admin_of.admin();
    let set = |fields: Value| {
        let mail = crate::fixtures::with(json!({ "from": "shop@example.org" }), fields);
        admin.patch("/settings", json!({ "mail": mail }))
    };
    set(json!({ "host": "mail.example.org", "security": "none" }))
        .invalid(&[("/mail/security", "not_allowed")]);
    set(json!({ "host": "127.0.0.1", "security": "none" })).expect(200);
    set(json!({ "host": "http://mail" })).invalid(&[("/mail/host", "not_a_host")]);
    set(json!({ "host": "a.example", "port": 0, "notify": ["x"], "security": "ssl" })).invalid(&[
        ("/mail/port", "out_of_range"),
        ("/mail/notify/0", "not_an_email"),
        ("/mail/security", "unknown_value"),
    ]);
    set(json!({ "host": "a.example", "security": "tls", "password": "two\nlines" }))
        .invalid(&[("/mail/password", "control_character")]);
}

#[test]
fn whoever_is_named_twice_is_told_once() {
    let posted = Posted::new();
    let notify = ["owner@example.org", "till@example.org", "Owner@Example.org"];
    let set = json!({ "mail": { "notify": notify } });
    let set = posted.shop.admin().patch("/settings", set).expect(200);
    assert_eq!(set["mail"]["notify"], json!(["owner@example.org", "till@example.org"]));
    crate::fixtures::order(1, 1).create(&posted.shop.visitor());
    assert_eq!(posted.received().len(), 3, "the buyer and the two of the shop");
}

#[test]
fn a_test_mail_says_in_plain_words_what_is_wrong() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    let test = || admin.post("/mails/test", json!({ "to": "me@example.org" }));
    assert_eq!(test().expect(200)["to"], "me@example.org");
    let mail = posted.server.take().remove(0);
    assert_eq!((mail.to.as_str(), mail.from.as_str()), ("me@example.org", "shop@example.org"));
    let said = |answer: crate::shop::Answer, at: &str, words: &str| {
        let problem = answer.refused(409, "conflict");
        assert_eq!(problem["errors"][0]["pointer"], at, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
    };
    for (begin, answer, at, words) in [
        ("MAIL", "550 sender refused", "/mail/from", "sends no mails from shop@example.org"),
        ("RCPT", "550 no such mailbox", "/mail/to", "does not take the mail"),
        ("DATA", "451 later", "/mail/server", "just now"),
        ("AUTH", "535 wrong", "/mail/password", "refuses the name or the password"),
    ] {
        let login = json!({ "mail": { "username": "shop", "password": "rye" } });
        admin.patch("/settings", login).expect(200);
        posted.server.refuse(move |line| line.starts_with(begin).then_some(answer));
        said(test(), at, words);
    }
    posted.server.accept();
    let set = |mail: Value| admin.patch("/settings", json!({ "mail": mail })).expect(200);
    set(json!({ "security": "starttls" }));
    said(test(), "/mail/security", "STARTTLS is not supported");
    set(json!({ "security": "none", "port": 1 }));
    said(test(), "/mail/port", "Nobody answers at 127.0.0.1, port 1");
    set(json!({ "security": "tls", "host": "no-such-host.invalid" }));
    said(test(), "/mail/host", "There is no server of the name no-such-host.invalid");
    set(json!({ "security": "none", "host": "localhost", "port": posted.server.port }));
    test().expect(200);
    admin.patch("/settings", json!({ "mail": null })).expect(200);
    test().refused(409, "conflict");
    admin.post("/mails/test", json!({ "to": "nobody" })).invalid(&[("/to", "not_an_email")]);
}

#[test]
fn a_name_and_a_password_are_given_to_a_server_that_asks() {
    let posted = Posted::new();
    let login = json!({ "mail": { "username": "shop", "password": "rye\u{e9}" } });
    posted.shop.admin().patch("/settings", login).expect(200);
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let noted = std::sync::Arc::clone(&seen);
    posted.server.refuse(move |line| {
        if let Some(said) = line.strip_prefix("AUTH PLAIN ") {
            *noted.lock().unwrap() = String::from_utf8(base64(said)).unwrap();
        }
        None
    });
    posted.shop.admin().post("/mails/test", json!({})).expect(200);
    assert_eq!(*seen.lock().unwrap(), "\0shop\0rye\u{e9}");
}
