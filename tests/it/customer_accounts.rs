//! Accounts: signing up, names and passwords, and what their owners and the shop may change.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, credentials};
use crate::shop::{Answer, PASSWORD, Shop, User, ids};

const OTHER_PASSWORD: &str = "a staple, stapled twice";

#[test]
fn one_request_makes_a_customer_an_account_and_a_session() {
    let shop = Shop::new();
    let mut body = sign_up("ana");
    body["customer"]["phone"] = json!("+351 21 000 000");
    let answer = shop.visitor().post("/customer_accounts", body);
    assert_eq!(answer.header("Location"), Some("/customer_accounts/1"));
    assert_eq!(answer.header("ETag"), Some("\"1.1\""));
    let mut account = answer.expect(201);
    let ana = shop.bearer(account["token"].take().as_str().unwrap());
    let expected = json!({
        "id": 1, "customer_id": 1, "username": "ana", "email_verified_at": null,
        "last_login_at": null, "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
        "customer": {
            "id": 1, "name": "Ana Silva", "email": "ana@example.org", "phone": "+351 21 000 000",
            "addresses": [], "accepts_marketing": false, "orders_count": 0, "total_spent": "0.00",
            "currency": "EUR", "version": 1,
            "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
        },
        "token": null, "token_type": "Bearer", "expires_at": "2026-12-23T09:00:00Z",
    });
    assert_eq!(account, expected);
    let read = ana.get("/customer_accounts/1");
    assert!(!String::from_utf8_lossy(&read.body).contains("assword"));
    assert_eq!(read.expect(200)["customer"], expected["customer"]);
    assert_eq!(read.header("ETag"), answer.header("ETag"));
    assert_eq!(read.header("Cache-Control"), Some("private, no-store"));
    ana.post("/customer_accounts", sign_up("ana2")).refused(409, "conflict");
    shop.clock.advance_seconds(60);
    shop.visitor().post("/sessions", credentials("ana", PASSWORD)).expect(201);
    let account = ana.get("/customer_accounts/1").expect(200);
    assert_eq!(account["last_login_at"], "2026-11-23T09:01:00Z");
    assert_eq!((&account["version"], &account["updated_at"]), (&json!(1), &expected["updated_at"]));
}

#[test]
fn an_account_is_for_a_record_that_one_may_name_or_for_a_new_one() {
    let shop = Shop::new();
    let admin = shop.admin();
    let record = || fixtures::customer("Eva").create(&shop.visitor());
    let account_of = |user: &User<'_>, customer: &Value, name: &str| {
        fixtures::account(name).for_customer(customer.clone()).send(user)
    };
    let (first, second) = (record(), record());
    let holder = shop.holder(&second);
    // To a stranger it looks the same whether or not there is such a record.
    let there = account_of(&shop.visitor(), &first["id"], "eva");
    there.invalid(&[("/customer_id", "not_found")]);
    assert_eq!(account_of(&shop.visitor(), &json!(99), "eva").body, there.body);
    assert_eq!(account_of(&holder, &first["id"], "eva").body, there.body);
    account_of(&admin, &json!(99), "eva").invalid(&[("/customer_id", "not_found")]);
    let account = account_of(&admin, &first["id"], "eva").expect(201);
    assert_eq!((&account["customer_id"], &account["customer"]["name"]), (&json!(1), &json!("Eva")));
    assert_eq!(account["token"], Value::Null);
    account_of(&admin, &first["id"], "eva2").refused(409, "taken");
    let account = account_of(&holder, &json!("2"), "eva2").expect(201);
    shop.holder(&account).get("/customers/2").expect(200);
    let third = record();
    account_of(&shop.storefront(), &third["id"], "eva3").expect(201);
    let post = |body| shop.visitor().post("/customer_accounts", body);
    post(credentials("eva4", PASSWORD)).invalid(&[("/customer", "required")]);
    let mut both = sign_up("eva4");
    both["customer_id"] = json!(1);
    admin.post("/customer_accounts", both).invalid(&[("/customer", "not_allowed")]);
    assert_eq!(ids(&admin.get("/customers?sort=created_at").expect(200)), [1, 2, 3]);
}

#[test]
fn a_sign_up_names_all_its_faults_at_once_and_leaves_nothing_behind() {
    let shop = Shop::new();
    shop.customer("ana");
    let post = |body| shop.visitor().post("/customer_accounts", body);
    post(json!({
        "username": "an", "password": "short",
        "customer": { "name": "", "email": "ana", "note": "" },
    }))
    .invalid(&[
        ("/username", "too_short"),
        ("/password", "too_short"),
        ("/customer/name", "required"),
        ("/customer/email", "not_an_email"),
        ("/customer/note", "unknown_field"),
    ]);
    post(json!({ "usernam": "ana" })).invalid(&[
        ("/username", "required"),
        ("/password", "required"),
        ("/customer", "required"),
        ("/usernam", "unknown_field"),
    ]);
    post(sign_up("ana")).refused(409, "taken");
    let mut sent_back = sign_up("eva");
    for name in ["id", "version", "created_at", "updated_at", "last_login_at"] {
        sent_back[name] = Value::Null;
    }
    assert_eq!(post(sent_back).expect(201)["id"], 2);
    assert_eq!(ids(&shop.admin().get("/customers").expect(200)), [2, 1]);
}

#[test]
fn a_username_is_taken_in_every_spelling() {
    let shop = Shop::new();
    let post = |name: &str| shop.visitor().post("/customer_accounts", sign_up(name));
    for (name, others) in [
        ("José", &["josé", "JOSÉ", "jose\u{301}", " José\u{3000}"][..]),
        ("Ana@Example.org", &["ana@example.org"]),
        ("Straße", &["STRASSE", "straẞe"]),
        ("οδυσσεύς", &["ΟΔΥΣΣΕΎΣ"]),
        ("ﬁlm", &["film"]),
        ("a b", &["A B"]),
    ] {
        let wanted = post(name).expect(201)["username"].clone();
        assert_eq!(wanted, name);
        for other in others {
            let problem = post(other).refused(409, "taken");
            assert_eq!(problem["errors"][0]["pointer"], "/username", "{other}");
        }
    }
    for (name, code) in [
        ("ab", "too_short"),
        ("  ab ", "too_short"),
        ("", "required"),
        ("\u{200b}", "empty"),
        ("a\u{7}bc", "control_character"),
        (&"ä".repeat(65), "too_long"),
    ] {
        post(name).invalid(&[("/username", code)]);
    }
    post(&"ä".repeat(64)).expect(201);
    post("jose").expect(201);
}

#[test]
fn a_password_is_long_enough_and_not_the_first_that_is_tried() {
    let shop = Shop::new();
    let post = |password: &str| {
        let mut body = sign_up("ana.silva");
        body["password"] = json!(password);
        shop.visitor().post("/customer_accounts", body)
    };
    for (password, code) in [
        ("", "required"),
        ("7 chars", "too_short"),
        (&"pá".repeat(65), "too_long"),
        (&"👩‍🚀".repeat(128), "too_long"),
        ("password", "too_common"),
        ("PassWord123", "too_common"),
        ("12345678", "too_common"),
        ("zzzzzzzzzz", "too_common"),
        ("ana.silva", "too_common"),
        ("ANA.Silva", "too_common"),
        ("ana.silva@example.org", "too_common"),
    ] {
        post(password).invalid(&[("/password", code)]);
    }
    let mut body = sign_up("ana.silva");
    body["password"] = json!(12_345_678);
    shop.visitor().post("/customer_accounts", body).invalid(&[("/password", "wrong_type")]);
    let longest = format!("{}ü", "pá".repeat(63));
    for (at, password) in ["8 chars!", &longest, "  blanks stay  "].into_iter().enumerate() {
        let name = format!("ana {at}");
        let mut body = sign_up(&name);
        body["password"] = json!(password);
        shop.visitor().post("/customer_accounts", body).expect(201);
        shop.visitor().post("/sessions", credentials(&name, password)).expect(201);
        let trimmed = credentials(&name, &format!("{password} "));
        shop.visitor().post("/sessions", trimmed).refused(401, "unauthenticated");
    }
}

#[test]
fn whoever_changes_a_password_knows_the_old_one_unless_it_is_the_shop() {
    let shop = Shop::new();
    let (ana, ben) = (shop.customer("ana"), shop.customer("ben"));
    let change = |user: &User<'_>, current: Option<&str>, password: &str| {
        let mut body = json!({ "password": password });
        if let Some(current) = current {
            body["current_password"] = json!(current);
        }
        user.patch("/customer_accounts/1", body)
    };
    let required = [("/current_password", "required")];
    for user in [&ana, &shop.storefront()] {
        change(user, None, OTHER_PASSWORD).invalid(&required);
        change(user, Some("wrong"), OTHER_PASSWORD).refused(422, "wrong_password");
        change(user, Some(PASSWORD), "short").invalid(&[("/password", "too_short")]);
    }
    change(&ben, Some(PASSWORD), OTHER_PASSWORD).refused(404, "not_found");
    change(&shop.reader(), Some(PASSWORD), OTHER_PASSWORD).refused(403, "forbidden");
    opens(&shop, PASSWORD).expect(201);
    change(&ana, Some(PASSWORD), OTHER_PASSWORD).expect(200);
    opens(&shop, PASSWORD).refused(401, "unauthenticated");
    opens(&shop, OTHER_PASSWORD).expect(201);
    change(&shop.storefront(), Some(OTHER_PASSWORD), PASSWORD).expect(200);
    opens(&shop, PASSWORD).expect(201);
    for shop_itself in [shop.admin(), shop.owner()] {
        change(&shop_itself, None, OTHER_PASSWORD).expect(200);
        opens(&shop, OTHER_PASSWORD).expect(201);
        change(&shop_itself, None, PASSWORD).expect(200);
    }
}

#[test]
fn guessing_the_old_password_of_an_open_session_makes_one_wait() {
    let shop = Shop::new();
    let ana = shop.customer("ana");
    let guess = |current: &str| {
        let body = json!({ "password": OTHER_PASSWORD, "current_password": current });
        ana.patch("/customer_accounts/1", body)
    };
    for _ in 0..5 {
        guess("wrong").refused(422, "wrong_password");
    }
    let held = guess(PASSWORD);
    held.refused(429, "too_many_requests");
    let wait = held.header("Retry-After").unwrap().parse().unwrap();
    shop.clock.advance_seconds(wait);
    guess(PASSWORD).expect(200);
}

#[test]
fn a_changed_password_ends_every_session_but_the_one_that_changed_it() {
    let shop = Shop::new();
    let (ana, ben) = (shop.customer("ana"), shop.customer("ben"));
    let sign_in = |password| shop.holder(&opens(&shop, password).expect(201));
    let (second, third) = (sign_in(PASSWORD), sign_in(PASSWORD));
    let body = json!({ "password": OTHER_PASSWORD, "current_password": PASSWORD });
    second.patch("/customer_accounts/1", body).expect(200);
    second.get("/customer_accounts/1").expect(200);
    ana.get("/customer_accounts/1").refused(401, "unauthenticated");
    third.get("/products").refused(401, "unauthenticated");
    shop.admin().put("/customer_accounts/1", credentials("ana", PASSWORD)).expect(200);
    second.get("/customer_accounts/1").refused(401, "unauthenticated");
    let fourth = sign_in(PASSWORD);
    fourth.patch("/customer_accounts/1", json!({ "username": "anna" })).expect(200);
    fourth.get("/customer_accounts/1").expect(200);
    ben.get("/customer_accounts/2").expect(200);
}

#[test]
fn an_account_that_was_read_can_be_sent_back_and_its_name_changed() {
    let shop = Shop::new();
    let ana = shop.customer("ana");
    shop.customer("ben");
    let read = ana.get("/customer_accounts/1");
    let mut account = read.expect(200);
    account["customer"]["name"] = json!("Somebody");
    account["customer_id"] = json!(2);
    account["username"] = json!("Ana Silva");
    let put = ana.put("/customer_accounts/1", account.clone());
    let changed = put.expect(200);
    assert_eq!((&changed["username"], &changed["customer_id"]), (&json!("Ana Silva"), &json!(1)));
    assert_eq!((&changed["customer"]["name"], &changed["version"]), (&json!("ana"), &json!(2)));
    shop.visitor().post("/sessions", credentials("ANA silva", PASSWORD)).expect(201);
    shop.visitor().post("/sessions", credentials("ana", PASSWORD)).refused(401, "unauthenticated");
    ana.put("/customer_accounts/1", json!({})).invalid(&[("/username", "required")]);
    ana.patch("/customer_accounts/1", json!({ "username": "BEN" })).refused(409, "taken");
    ana.patch("/customer_accounts/1", json!({ "username": "ANA SILVA" })).expect(200);
    let stale = |method, body: &Value| {
        let ask = ana.ask(method, "/customer_accounts/1");
        ask.header("If-Match", read.header("ETag").unwrap()).json(body).send()
    };
    let refused = stale(Method::Patch, &json!({ "username": "ana" }));
    assert_eq!(refused.refused(412, "precondition_failed")["current"]["username"], "ANA SILVA");
    stale(Method::Delete, &json!({})).refused(412, "precondition_failed");
    // What the body says wrong, then what is out of date, and only then what is in use.
    stale(Method::Patch, &json!({ "username": "ben" })).refused(412, "precondition_failed");
    let wrong = json!({ "username": "ben", "password": OTHER_PASSWORD, "current_password": "x" });
    ana.patch("/customer_accounts/1", wrong).invalid(&[("/current_password", "wrong_password")]);
    ana.patch("/customer_accounts/1", json!({})).expect(200);
}

#[test]
fn a_deleted_account_leaves_the_record_and_frees_its_name() {
    let shop = Shop::new();
    let (ana, admin) = (shop.customer("ana"), shop.admin());
    ana.delete("/customer_accounts/1").expect(204);
    ana.get("/customer_accounts/1").refused(401, "unauthenticated");
    admin.get("/customer_accounts/1").refused(404, "not_found");
    admin.delete("/customer_accounts/1").refused(404, "not_found");
    opens(&shop, PASSWORD).refused(401, "unauthenticated");
    assert_eq!(admin.get("/customers/1").expect(200)["name"], "ana");
    assert_eq!(fixtures::account("ana").for_customer(1).create(&admin)["id"], 2);
    ana.get("/customers/1").refused(401, "unauthenticated");
    admin.delete("/customers/1").expect(204);
    admin.get("/customer_accounts/2").refused(404, "not_found");
}

#[test]
fn the_shop_lists_accounts_and_finds_one_by_its_name() {
    let shop = Shop::new();
    for name in ["cleo", "ana", "ben"] {
        shop.customer(name);
    }
    let reader = shop.reader();
    for (query, wanted) in [
        ("", &[3, 2, 1][..]),
        ("?sort=created_at", &[1, 2, 3]),
        ("?sort=username", &[2, 3, 1]),
        ("?sort=-username&limit=2", &[1, 3]),
        ("?username=ANA", &[2]),
        ("?customer_id=3", &[3]),
        ("?username=nobody", &[]),
    ] {
        let list = reader.get(&format!("/customer_accounts{query}")).expect(200);
        assert_eq!(ids(&list), wanted, "{query}");
    }
    let first = reader.get("/customer_accounts?sort=username&limit=2").expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = reader.get(&format!("/customer_accounts?sort=username&limit=2&after={cursor}"));
    assert_eq!(ids(&next.expect(200)), [1]);
    reader.get("/customer_accounts?name=ana").invalid(&[("name", "unknown_parameter")]);
}

fn opens(shop: &Shop, password: &str) -> Answer {
    shop.visitor().post("/sessions", credentials("ana", password))
}

fn sign_up(name: &str) -> Value {
    let customer =
        json!({ "name": "Ana Silva", "email": format!("{}@example.org", name_part(name)) });
    fixtures::account(name).with(json!({ "customer": customer })).body()
}

/// What of a username can stand before the @ of an address.
fn name_part(name: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || *c == '.';
    let part: String = name.chars().filter(kept).take(64).collect();
    if part.is_empty() { "ana".to_owned() } else { part }
}
