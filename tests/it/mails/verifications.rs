//! Addresses of accounts are confirmed by whoever reads their mails, and the staff are invited by
//! one.

use serde_json::{Value, json};

use super::{Posted, Received};
use crate::fixtures::DAY;
use crate::shop::{PASSWORD, Shop, User};
use crate::window::browser::Browser;

const ASKED: &str = "Please confirm your email address at My shop";
const NEW: &str = "four seasons of rye";

/// The path of the link of a mail.
fn path(mail: &Received) -> String {
    let text = mail.text();
    let shop = "https://shop.example.org";
    let link = text.lines().find_map(|line| line.strip_prefix(shop)).expect("a link");
    link.to_owned()
}

fn sign_up(shop: &Shop) -> (User<'_>, Value) {
    let customer = json!({ "name": "Ana", "email": "ana@example.org" });
    let body = json!({ "username": "ana", "password": PASSWORD, "customer": customer });
    let account = shop.visitor().post("/customer_accounts", body).expect(201);
    (shop.bearer(account["token"].as_str().unwrap()), account)
}

fn verified_at(shop: &Shop) -> Value {
    shop.admin().get("/customer_accounts/1").expect(200)["email_verified_at"].clone()
}

fn of_api(page: &str) -> String {
    page.replace("/verify/", "/email_verifications/")
}

#[test]
fn whoever_opens_an_account_is_asked_whether_the_address_is_theirs() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let (ana, account) = sign_up(shop);
    assert_eq!(account["email_verified_at"], Value::Null);
    let mail = posted.received().remove(0);
    assert_eq!((mail.to.as_str(), mail.subject()), ("ana@example.org", ASKED.to_owned()));
    let page = path(&mail);
    let tag = ana.get("/customer_accounts/1").header("ETag").unwrap().to_owned();
    let browser = Browser::new(shop);
    browser.get(&page).says(200, &["Is ana@example.org your address?"]);
    assert_eq!(verified_at(shop), Value::Null, "looking says nothing");
    browser.submit(&page, &[]).says(200, &["ana@example.org is confirmed"]);
    let at = verified_at(shop);
    assert!(at.is_string());
    assert_ne!(ana.get("/customer_accounts/1").header("ETag"), Some(tag.as_str()));
    shop.clock.advance_seconds(60);
    browser.submit(&page, &[]).says(200, &["is confirmed"]);
    shop.visitor().post(&of_api(&page), Value::Null).expect(204);
    assert_eq!(verified_at(shop), at, "the first time counts");
    let german = browser.get(&format!("{page}?lang=de"));
    german.says(200, &["Ist ana@example.org Ihre Adresse?"]);
}

#[test]
fn a_link_fits_one_address_of_one_account_for_a_week() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let (ana, _) = sign_up(shop);
    let first = path(&posted.received().remove(0));
    ana.patch("/customers/1", json!({ "email": "ana@example.net" })).expect(200);
    let asked = posted.received().remove(0);
    assert_eq!((asked.to.as_str(), asked.subject()), ("ana@example.net", ASKED.to_owned()));
    let second = path(&asked);
    let browser = Browser::new(shop);
    browser.get(&first).says(410, &["has another address by now"]).hides(&["example.net"]);
    browser.submit(&first, &[]).says(410, &["has another address by now"]);
    shop.visitor().post(&of_api(&first), Value::Null).refused(410, "gone");
    let other = second.replace("tb_ver_1_", "tb_ver_2_");
    shop.visitor().post(&of_api(&other), Value::Null).refused(410, "gone");
    for nonsense in ["x", "tb_ver_1_99999999999_00", "tb_ver_", "%F0%9F%A6%8A"] {
        browser.get(&format!("/verify/{nonsense}")).says(410, &["has another address by now"]);
    }
    shop.clock.advance_seconds(7 * DAY - 1);
    browser.get(&second).says(200, &["Is ana@example.net"]);
    shop.clock.advance_seconds(1);
    browser.submit(&second, &[]).says(410, &["has another address by now"]);
    assert_eq!(verified_at(shop), Value::Null);
}

#[test]
fn another_address_is_not_confirmed_and_ends_the_links_to_a_password() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let (ana, _) = sign_up(shop);
    Browser::new(shop).submit(&path(&posted.received().remove(0)), &[]).says(200, &[]);
    ana.patch("/customers/1", json!({ "name": "Ana Ribeiro" })).expect(200);
    ana.patch("/customers/1", json!({ "email": "ANA@example.org" })).expect(200);
    assert!(verified_at(shop).is_string() && posted.received().is_empty());
    let asked = json!({ "username": "ana" });
    shop.visitor().post("/password_resets", asked).expect(202);
    let reset = path(&posted.received().remove(0));
    ana.patch("/customers/1", json!({ "email": "ana@example.net" })).expect(200);
    assert_eq!(verified_at(shop), Value::Null);
    let body = json!({ "password": NEW });
    let reset = reset.replace("/password/", "/password_resets/");
    shop.visitor().post(&reset, body).refused(410, "gone");
}

#[test]
fn a_link_to_a_new_password_confirms_the_address_it_was_sent_to() {
    let posted = Posted::new();
    let shop = &posted.shop;
    sign_up(shop);
    posted.received();
    shop.visitor().post("/password_resets", json!({ "username": "ana" })).expect(202);
    let reset = path(&posted.received().remove(0)).replace("/password/", "/password_resets/");
    shop.visitor().post(&reset, json!({ "password": NEW })).expect(204);
    assert!(verified_at(shop).is_string());
}

#[test]
fn accounts_that_the_shop_makes_or_changes_ask_nobody() {
    let posted = Posted::new();
    let admin = posted.shop.admin();
    let customer = json!({ "name": "Ana", "email": "ana@example.org" });
    let body = json!({ "username": "ana", "password": PASSWORD, "customer": customer });
    admin.post("/customer_accounts", body).expect(201);
    admin.patch("/customers/1", json!({ "email": "ana@example.net" })).expect(200);
    assert!(posted.received().is_empty());
    let bare = Shop::new();
    sign_up(&bare);
    let queued = "select count(*) from mails";
    assert_eq!(bare.beside(|tx| tx.value::<i64>(queued, &[])).unwrap(), 0, "it sends none");
}

#[test]
fn somebody_new_on_the_staff_is_invited_to_choose_a_password() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let owner = shop.owner();
    let till = owner.post("/staff", json!({ "email": "till@example.org" })).expect(201);
    assert_eq!((&till["role"], &till["last_login_at"]), (&json!("staff"), &Value::Null));
    let mail = posted.received().remove(0);
    assert_eq!(mail.subject(), "Your access to the admin page of My shop");
    let page = path(&mail);
    shop.clock.advance_seconds(7 * DAY - 1);
    let browser = Browser::new(shop);
    browser.get(&page).says(200, &["for the account till@example.org"]);
    browser.submit(&page, &[("password", NEW)]).says(200, &["The new password is set"]);
    let body = json!({ "email": "till@example.org", "password": NEW });
    shop.visitor().post("/staff/sessions", body).expect(201);
    let facts = "select count(*) from mails where facts like '%token%'";
    assert_eq!(shop.beside(|tx| tx.value::<i64>(facts, &[])).unwrap(), 0);
    let owner = shop.signed_in("owner@example.org");
    let mara = owner.post("/staff", json!({ "email": "mara@example.org" })).expect(201);
    let page = path(&posted.received().pop().unwrap());
    let at = format!("/staff/{}", mara["id"]);
    owner.patch(&at, json!({ "email": "mara@example.net" })).expect(200);
    browser.get(&page).says(410, &["was used already"]);
    posted.shop.admin().patch("/settings", json!({ "public_url": null })).expect(200);
    let nobody = json!({ "email": "nobody@example.org" });
    owner.post("/staff", nobody).invalid(&[("/password", "required")]);
}
