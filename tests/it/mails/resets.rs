//! A new password for whoever does not know theirs.

use std::time::Instant;

use rocket::futures::future::join_all;
use serde_json::{Value, json};
use tillbox::domain::passwords::Password;
use tillbox::hashing;
use tillbox::store::password_resets;
use tillbox::store::sessions::Realm;

use super::{Posted, Received};
use crate::fixtures::DAY;
use crate::shop::{Answer, PASSWORD, Shop, User};
use crate::window::browser::Browser;

const NEW: &str = "four seasons of rye";

fn ask(shop: &Shop, body: Value) -> Answer {
    let answer = shop.visitor().post("/password_resets", body);
    answer.expect(202);
    answer
}

/// Ana, who was asked whether her address is hers.
fn ana(posted: &Posted) -> User<'_> {
    let ana = posted.shop.customer("ana");
    assert_eq!(posted.received().len(), 1);
    ana
}

/// The tokens in the links of a mail.
fn tokens(mail: &Received) -> Vec<String> {
    let begin = "https://shop.example.org/password/";
    let text = mail.text();
    text.lines().filter_map(|line| line.strip_prefix(begin)).map(str::to_owned).collect()
}

fn token(posted: &Posted, body: Value) -> String {
    ask(&posted.shop, body);
    tokens(&posted.received().remove(0)).remove(0)
}

fn signs_in(shop: &Shop, username: &str, password: &str) -> bool {
    let body = json!({ "username": username, "password": password });
    shop.visitor().post("/sessions", body).status == 201
}

fn set<'a>(shop: &'a Shop, token: &str, password: &str) -> (User<'a>, Answer) {
    let visitor = shop.visitor();
    let answer =
        visitor.post(&format!("/password_resets/{token}"), json!({ "password": password }));
    (visitor, answer)
}

#[test]
fn a_customer_sets_a_new_password_by_a_link_that_works_once() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let ana = ana(&posted);
    let token = token(&posted, json!({ "username": "Ana" }));
    assert!(signs_in(shop, "ana", PASSWORD), "nothing has changed yet");
    set(shop, &token, "short").1.invalid(&[("/password", "too_short")]);
    set(shop, &token, "ana@example.org").1.invalid(&[("/password", "too_common")]);
    assert_eq!(set(shop, &token, NEW).1.status, 204);
    assert!(signs_in(shop, "ana", NEW) && !signs_in(shop, "ana", PASSWORD));
    ana.get("/sessions/current").refused(401, "unauthenticated");
    set(shop, &token, "another password").1.refused(410, "gone");
    assert!(signs_in(shop, "ana", NEW));
    assert_eq!(posted.told("ana@example.org"), ["Your password at My shop was changed"]);
    let facts = "select count(*) from mails where facts like '%token%'";
    assert_eq!(shop.beside(|tx| tx.value::<i64>(facts, &[])).unwrap(), 0, "it is not stored");
    let listed = posted.listed("status=sent");
    let sent = listed.iter().find(|mail| mail["kind"] == "password_reset").unwrap();
    let again = format!("/mails/{}/resend", sent["id"]);
    shop.admin().post(&again, json!({})).refused(409, "action_not_possible");
}

#[test]
fn the_answer_and_what_is_written_are_the_same_for_a_name_that_nobody_has() {
    let posted = Posted::new();
    let shop = &posted.shop;
    ana(&posted);
    let known = ask(shop, json!({ "email": "ANA@example.org" }));
    let unknown = ask(shop, json!({ "email": "nobody@example.org" }));
    assert_eq!(known.body, unknown.body);
    let count = |sql| shop.beside(|tx| tx.value::<i64>(sql, &[])).unwrap();
    let requests = "select count(*) from password_requests";
    assert_eq!(count(requests), 2);
    assert_eq!(posted.received().len(), 1);
    assert_eq!((count(requests), count("select count(*) from password_resets")), (0, 1));
    for body in [json!({}), json!({ "username": "" })] {
        shop.visitor().post("/password_resets", body).invalid(&[("/email", "required")]);
    }
    let both = json!({ "username": "ana", "email": "ana@example.org" });
    shop.visitor().post("/password_resets", both).invalid(&[("/email", "not_allowed")]);
}

#[test]
fn an_address_of_several_accounts_is_sent_one_mail_with_a_link_for_each() {
    let posted = Posted::new();
    for name in ["ana", "anita"] {
        let customer = json!({ "name": name, "email": "both@example.org" });
        let body = json!({ "username": name, "password": PASSWORD, "customer": customer });
        posted.shop.visitor().post("/customer_accounts", body).expect(201);
    }
    posted.received();
    ask(&posted.shop, json!({ "email": "both@example.org" }));
    let received = posted.received();
    assert_eq!(received.len(), 1);
    let tokens = tokens(&received[0]);
    assert_eq!(tokens.len(), 2);
    assert_eq!(set(&posted.shop, &tokens[1], NEW).1.status, 204);
    assert!(signs_in(&posted.shop, "anita", NEW) && signs_in(&posted.shop, "ana", PASSWORD));
    assert_eq!(set(&posted.shop, &tokens[0], NEW).1.status, 204, "the other one still works");
}

#[test]
fn a_link_ends_with_its_hour_with_another_and_with_the_account() {
    let posted = Posted::new();
    let shop = &posted.shop;
    ana(&posted);
    let first = token(&posted, json!({ "username": "ana" }));
    shop.clock.advance_seconds(3_600);
    set(shop, &first, NEW).1.refused(410, "gone");
    let second = token(&posted, json!({ "username": "ana" }));
    let third = token(&posted, json!({ "username": "ana" }));
    assert_eq!(set(shop, &third, NEW).1.status, 204);
    set(shop, &second, "another password").1.refused(410, "gone");
    shop.clock.advance_seconds(DAY);
    posted.received();
    let last = token(&posted, json!({ "username": "ana" }));
    let wrong = json!({ "password": NEW });
    let staff = format!("/staff/password_resets/{last}");
    shop.visitor().post(&staff, wrong).refused(410, "gone");
    assert_eq!(shop.admin().delete("/customer_accounts/1").status, 204);
    set(shop, &last, NEW).1.refused(410, "gone");
}

#[test]
fn three_links_a_day_are_sent_to_an_address() {
    let posted = Posted::new();
    ana(&posted);
    for _ in 0..5 {
        ask(&posted.shop, json!({ "username": "ana" }));
    }
    assert_eq!(posted.told("ana@example.org").len(), 3);
    posted.shop.clock.advance_seconds(DAY);
    ask(&posted.shop, json!({ "username": "ana" }));
    assert_eq!(posted.told("ana@example.org").len(), 1);
    posted.shop.admin().patch("/settings", json!({ "mail": null })).expect(200);
    ask(&posted.shop, json!({ "username": "ana" }));
}

#[test]
fn of_many_who_use_a_link_at_once_one_sets_the_password() {
    let posted = Posted::new();
    let shop = &posted.shop;
    ana(&posted);
    let token = token(&posted, json!({ "username": "ana" }));
    let hash = |number| hashing::hash(&Password::attempt(&format!("{NEW} {number}"))).unwrap();
    let writes = (0..8).map(|number| {
        let (token, hash) = (token.clone(), hash(number));
        shop.store.write(move |tx| password_resets::change(tx, Realm::Customers, &token, &hash))
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let done = runtime.block_on(join_all(writes));
    let won: Vec<usize> = (0..8).filter(|number| done[*number].is_ok()).collect();
    assert_eq!(won.len(), 1, "{done:?}");
    assert!(signs_in(shop, "ana", &format!("{NEW} {}", won[0])));
}

#[test]
fn the_staff_set_a_new_password_on_a_page_also_where_the_window_is_closed() {
    let posted = Posted::new();
    let shop = &posted.shop;
    shop.owner();
    shop.admin().patch("/settings", json!({ "window": { "enabled": false } })).expect(200);
    let asked = json!({ "email": "owner@example.org" });
    shop.visitor().post("/staff/password_resets", asked).expect(202);
    let mail = posted.received().remove(0);
    assert_eq!(mail.subject(), "Set a new admin password at My shop");
    let path = format!("/password/{}", tokens(&mail).remove(0));
    let browser = Browser::new(shop);
    for _ in 0..2 {
        browser.get(&path).says(200, &["for the account owner@example.org", "new-password"]);
    }
    browser.submit(&path, &[("password", "short")]).says(422, &["at least 8 characters"]);
    let done = browser.submit(&path, &[("password", NEW)]);
    done.says(200, &["The new password is set", "href=\"/admin\""]);
    browser.submit(&path, &[("password", "another password")]).says(410, &["was used already"]);
    browser.get(&path).says(410, &["was used already"]).hides(&["owner@example.org"]);
    let body = json!({ "email": "owner@example.org", "password": NEW });
    shop.visitor().post("/staff/sessions", body).expect(201);
    browser.get("/password/nonsense").says(410, &["was used already"]);
}

#[test]
fn a_link_of_the_staff_is_used_by_a_program_as_well() {
    let posted = Posted::new();
    let shop = &posted.shop;
    let owner = shop.owner();
    let asked = json!({ "email": "Owner@Example.org" });
    shop.visitor().post("/staff/password_resets", asked).expect(202);
    let path = format!("/staff/password_resets/{}", tokens(&posted.received().remove(0)).remove(0));
    let set = |password: &str| shop.visitor().post(&path, json!({ "password": password }));
    set("owner@example.org").invalid(&[("/password", "too_common")]);
    assert_eq!(set(NEW).status, 204);
    owner.get("/staff").refused(401, "unauthenticated");
    let body = json!({ "email": "owner@example.org", "password": NEW });
    shop.visitor().post("/staff/sessions", body).expect(201);
    let told = posted.told("owner@example.org");
    assert_eq!(told, ["Your password at My shop was changed"]);
}

#[test]
fn whoever_asks_or_guesses_too_often_waits() {
    let shop = Shop::with(|config| config.limits_logins = 1);
    let visitor = shop.visitor();
    for (path, body) in [
        ("/password_resets", json!({ "username": "ana" })),
        ("/staff/password_resets", json!({ "email": "owner@example.org" })),
        ("/password_resets/nobody", json!({ "password": NEW })),
        ("/staff/password_resets/nobody", json!({ "password": NEW })),
    ] {
        visitor.post(path, body.clone());
        let refused = visitor.post(path, body);
        refused.refused(429, "too_many_requests");
        assert!(refused.header("Retry-After").is_some());
    }
}

/// Not a limit, as the machine has other work: it prints both for whoever looks at them.
#[test]
fn a_known_name_takes_about_as_long_as_an_unknown_one() {
    let posted = Posted::new();
    ana(&posted);
    let mut micros = [Vec::new(), Vec::new()];
    for round in 0..200 {
        for (kind, name) in ["ana", "nobody"].into_iter().enumerate() {
            let begun = Instant::now();
            ask(&posted.shop, json!({ "username": name }));
            micros[kind].push(begun.elapsed().as_micros());
        }
        // Else the known one meets its limit of the day.
        if round % 3 == 2 {
            posted.shop.clock.advance_seconds(DAY);
        }
    }
    let medians = micros.map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2]
    });
    println!("known {} µs, unknown {} µs", medians[0], medians[1]);
    assert!(medians[0] < medians[1] * 3 && medians[1] < medians[0] * 3, "{medians:?}");
}
