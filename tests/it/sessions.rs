//! Signing in and out, how long it lasts, and how often it may be tried: what keeps strangers out
//! and the owner of a password in.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::passwords::Password;
use tillbox::domain::staff::Role;
use tillbox::domain::text::Email;
use tillbox::{hashing, store};

use crate::fixtures::{DAY, ana, credentials, customer, product, with};
use crate::shop::{Answer, Ask, PASSWORD, STAFF_PASSWORD, Shop, User};

const HOUR: i64 = 3600;

#[test]
fn a_customer_signs_in_for_thirty_days_and_out_again() {
    let shop = Shop::new();
    let first = shop.customer("ana");
    let answer = sign_in(&shop, "ana", PASSWORD).send();
    assert_eq!(answer.header("Location"), Some("/sessions/current"));
    assert_eq!(answer.cookie("tb_session"), None);
    let mut session = answer.expect(201);
    let token = session["token"].take();
    assert!(token.as_str().unwrap().starts_with("tb_ses_"));
    let wanted = json!({
        "token": null, "token_type": "Bearer", "expires_at": "2026-12-23T09:00:00Z",
        "account_id": 1, "customer_id": 1,
    });
    assert_eq!(session, wanted);
    let second = shop.bearer(token.as_str().unwrap());
    assert_eq!(second.get("/sessions/current").expect(200)["expires_at"], wanted["expires_at"]);
    first.delete("/sessions/current").expect(204);
    first.get("/sessions/current").refused(401, "unauthenticated");
    shop.clock.advance_seconds(30 * DAY - 1);
    second.get("/sessions/current").expect(200);
    shop.clock.advance_seconds(1);
    let ended = second.get("/sessions/current");
    ended.refused(401, "unauthenticated");
    assert_eq!(ended.header("WWW-Authenticate"), Some("Bearer"));
    second.get("/products").refused(401, "unauthenticated");
}

#[test]
fn a_wrong_sign_in_gets_one_answer_whatever_was_wrong() {
    let shop = Shop::new();
    shop.customer("ana");
    shop.owner();
    let (long, staff) = ("a".repeat(2_000), "owner@example.org");
    let first = sign_in(&shop, "ana", "a wrong password").send();
    first.refused(401, "unauthenticated");
    for (name, password) in
        [("nobody", PASSWORD), ("ana", " "), ("ana", &long), (" ", " "), (staff, STAFF_PASSWORD)]
    {
        let answer = sign_in(&shop, name, password).send();
        assert_eq!((answer.status, &answer.body), (401, &first.body), "{name}");
    }
    for (email, password) in [("no@example.org", PASSWORD), (staff, PASSWORD), ("ana", PASSWORD)] {
        let answer = sign_in_staff(&shop, email, password).send();
        assert_eq!((answer.status, &answer.body), (401, &first.body), "{email}");
    }
    let visitor = shop.visitor();
    visitor
        .post("/sessions", json!({}))
        .invalid(&[("/username", "required"), ("/password", "required")]);
    sign_in(&shop, "", "").send().invalid(&[("/username", "required"), ("/password", "required")]);
    visitor
        .post("/staff/sessions", json!({ "email": 1, "password": null }))
        .invalid(&[("/email", "wrong_type"), ("/password", "required")]);
}

#[test]
fn a_name_and_a_password_open_the_door_in_every_spelling_of_the_same_characters() {
    let shop = Shop::new();
    let body = with(credentials(" José ", "pässword of Ana"), json!({ "customer": ana() }));
    shop.visitor().post("/customer_accounts", body).expect(201);
    for name in ["José", "JOSÉ", "jose\u{301}", " José "] {
        for password in ["pässword of Ana", "pa\u{308}ssword of Ana"] {
            sign_in(&shop, name, password).send().expect(201);
        }
    }
    for (name, password) in [("Jose", "pässword of Ana"), ("José", "Pässword of Ana")] {
        sign_in(&shop, name, password).send().refused(401, "unauthenticated");
    }
}

#[test]
fn a_staff_session_ends_after_twelve_hours_without_a_request() {
    let shop = Shop::new();
    let owner = shop.owner();
    for _ in 0..3 {
        shop.clock.advance_seconds(11 * HOUR);
        owner.get("/orders").expect(200);
    }
    let session = owner.get("/staff/sessions/current").expect(200);
    assert_eq!((&session["role"], &session["staff_id"]), (&json!("owner"), &json!(1)));
    assert_eq!(session["email"], "owner@example.org");
    shop.clock.advance_seconds(12 * HOUR);
    owner.get("/orders").refused(401, "unauthenticated");
    let owner = shop.bearer(&staff_token(&shop));
    shop.clock.advance_seconds(11 * HOUR);
    // The moment it would end is that of this request, not of an earlier one.
    let session = owner.get("/staff/sessions/current").expect(200);
    assert_eq!(session["expires_at"], "2026-11-26T05:00:00Z");
}

#[test]
fn a_staff_session_ends_after_thirty_days_however_much_it_is_used() {
    let shop = Shop::new();
    let owner = shop.owner();
    for _ in 0..65 {
        shop.clock.advance_seconds(11 * HOUR);
        owner.get("/orders").expect(200);
    }
    let session = owner.get("/staff/sessions/current").expect(200);
    assert_eq!(session["expires_at"], "2026-12-23T09:00:00Z");
    shop.clock.advance_seconds(5 * HOUR - 1);
    owner.get("/orders").expect(200);
    shop.clock.advance_seconds(1);
    owner.get("/orders").refused(401, "unauthenticated");
}

#[test]
fn a_reset_password_ends_the_sessions_of_that_person_alone() {
    let shop = Shop::new();
    let owner = shop.owner();
    let till = shop.staff("till@example.org", Role::Staff);
    let hash = hashing::hash(&Password::attempt("another loaf of rye")).unwrap();
    let email = Email::parse("Till@Example.org").unwrap();
    shop.beside(|tx| store::staff::reset(tx, &email, &hash)).unwrap();
    till.get("/orders").refused(401, "unauthenticated");
    owner.get("/orders").expect(200);
    sign_in_staff(&shop, "till@example.org", STAFF_PASSWORD).send().refused(401, "unauthenticated");
    let again = sign_in_staff(&shop, "TILL@example.org", "another loaf of rye").send().expect(201);
    assert_eq!(again["role"], "staff");
}

#[test]
fn a_bad_credential_counts_as_none_where_one_signs_in() {
    let shop = Shop::new();
    shop.customer("ana");
    shop.owner();
    let stranger = shop.bearer("tb_ses_of_nobody");
    stranger.post("/sessions", credentials("ana", PASSWORD)).expect(201);
    let body = json!({ "email": "owner@example.org", "password": STAFF_PASSWORD });
    stranger.post("/staff/sessions", body).expect(201);
    stranger.get("/products").refused(401, "unauthenticated");
}

#[test]
fn the_cookie_of_the_staff_stays_in_the_browser_and_says_secure_over_https() {
    let shop = Shop::with(|config| config.trusted_proxies = vec!["10.0.0.1".into()]);
    shop.owner();
    let (proto, forwarded) = ("X-Forwarded-Proto", "Forwarded");
    for (peer, name, value, secure) in [
        ("10.0.0.1", proto, "https", true),
        ("10.0.0.1", proto, "HTTPS", true),
        ("10.0.0.1", proto, " https , http", true),
        ("10.0.0.1", proto, "http,https", false),
        ("10.0.0.1", proto, "http", false),
        ("10.0.0.1", proto, "https-or-so", false),
        ("10.0.0.2", proto, "https", false),
        ("203.0.113.7", proto, "https", false),
        ("10.0.0.1", forwarded, "for=192.0.2.1;proto=https", true),
        ("10.0.0.1", forwarded, "Proto=\"HTTPS\"; for=\"[2001:db8::1]\", proto=http", true),
        ("10.0.0.1", forwarded, "for=192.0.2.1, proto=https", false),
        ("10.0.0.1", forwarded, "proto=http;host=proto=https", false),
        ("10.0.0.2", forwarded, "proto=https", false),
    ] {
        let request = sign_in_staff(&shop, "owner@example.org", STAFF_PASSWORD);
        let answer = request.from(peer).header(name, value).send();
        let token = answer.expect(201)["token"].as_str().unwrap().to_owned();
        let (cookie, other) = match secure {
            true => ("__Host-tb_session", "tb_session"),
            false => ("tb_session", "__Host-tb_session"),
        };
        let attributes = "Path=/; HttpOnly; SameSite=Strict";
        let secure = if secure { "; Secure" } else { "" };
        let wanted = format!("{cookie}={token}; {attributes}{secure}");
        assert_eq!(answer.cookie(cookie), Some(wanted.as_str()), "{peer} {value}");
        assert_eq!(answer.cookie(other), None);
        let device = answer.cookie("tb_device").unwrap();
        let wanted = format!("; Max-Age=31536000; {attributes}{secure}");
        assert!(device.ends_with(&wanted), "{device}");
    }
}

#[test]
fn the_cookie_carries_no_write_from_another_site() {
    let shop = Shop::new();
    shop.owner();
    let cookie = format!("tb_session={}", staff_token(&shop));
    let (fetched, origin) = ("Sec-Fetch-Site", "Origin");
    for (headers, allowed) in [
        (&[(fetched, "same-origin")][..], true),
        (&[(fetched, "same-origin"), (origin, "https://evil.example")], true),
        (&[(fetched, "same-site")], false),
        (&[(fetched, "cross-site")], false),
        (&[(fetched, "none")], false),
        (&[(fetched, "cross-site"), (origin, "https://shop.example")], false),
        (&[(origin, "https://shop.example")], true),
        (&[(origin, "https://evil.example")], false),
        (&[(origin, "https://shop.example.evil.example")], false),
        (&[(origin, "https://shop.example:8443")], false),
        (&[(origin, "null")], false),
        (&[(origin, "https://")], false),
        (&[], false),
    ] {
        let visitor = shop.visitor();
        let ask = |method, path: &str| {
            let ask = visitor.ask(method, path).header("Cookie", &cookie);
            let ask = ask.header("Host", "shop.example");
            headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value))
        };
        let written = ask(Method::Post, "/products").json(&product("Mug", "1").body()).send();
        let ended = ask(Method::Delete, "/products/1").header("If-Match", "\"0.0\"").send();
        if allowed {
            written.expect(201);
            ended.refused(412, "precondition_failed");
        } else {
            written.refused(403, "cross_site");
            ended.refused(403, "cross_site");
        }
        let read = ask(Method::Get, "/orders").send();
        read.expect(200);
        assert_eq!(read.header("Set-Cookie"), None);
    }
}

#[test]
fn a_credential_in_the_request_wins_over_the_cookie() {
    let shop = Shop::new();
    shop.owner();
    let cookie = format!("tb_session={}", staff_token(&shop));
    let ask = |user: &User<'_>, method, path: &str, body: Value| {
        user.ask(method, path).header("Cookie", &cookie).json(&body).send()
    };
    let (ana, admin) = (shop.customer("ana"), shop.admin());
    ask(&ana, Method::Get, "/settings", json!({})).refused(403, "forbidden");
    assert_eq!(ask(&ana, Method::Get, "/sessions/current", json!({})).expect(200)["account_id"], 1);
    let stranger = shop.bearer("tb_stf_of_nobody");
    ask(&stranger, Method::Get, "/settings", json!({})).refused(401, "unauthenticated");
    // What comes with a key comes from no foreign page.
    ask(&admin, Method::Post, "/products", product("Mug", "1").body()).expect(201);
}

#[test]
fn a_cookie_that_has_ended_counts_as_none_and_is_cleared() {
    let shop = Shop::new();
    shop.owner();
    shop.customer("ana");
    let admin = shop.key(tillbox::domain::api_keys::KeyRole::Admin);
    let token = staff_token(&shop);
    let ask = |method, path: &str, token: &str| {
        let visitor = shop.visitor();
        let ask = visitor.ask(method, path).header("Cookie", &format!("tb_session={token}"));
        ask.header("Sec-Fetch-Site", "same-origin").send()
    };
    let cleared = |answer: &Answer| {
        let end = "Max-Age=0; Path=/; HttpOnly; SameSite=Strict";
        let (plain, https) = (answer.cookie("tb_session"), answer.cookie("__Host-tb_session"));
        assert_eq!(plain, Some(format!("tb_session=; {end}").as_str()));
        assert_eq!(https, Some(format!("__Host-tb_session=; {end}; Secure").as_str()));
    };
    let out = ask(Method::Delete, "/staff/sessions/current", &token);
    out.expect(204);
    cleared(&out);
    // Only a session of the staff has a place in the cookie.
    for ended in [token.as_str(), "nonsense", &admin] {
        let read = ask(Method::Get, "/products", ended);
        read.expect(200);
        cleared(&read);
        let refused = ask(Method::Get, "/orders", ended);
        refused.refused(401, "unauthenticated");
        cleared(&refused);
        let again = sign_in_staff(&shop, "owner@example.org", STAFF_PASSWORD);
        let again = again.header("Cookie", &format!("tb_session={ended}")).send();
        let fresh = format!("tb_session={}; ", again.expect(201)["token"].as_str().unwrap());
        assert!(again.cookie("tb_session").unwrap().starts_with(&fresh), "{ended}");
        assert_eq!(again.cookie("__Host-tb_session"), None);
        // Who signs in as a customer has no new one in its place.
        let customer =
            sign_in(&shop, "ana", PASSWORD).header("Cookie", &format!("tb_session={ended}"));
        let customer = customer.send();
        customer.expect(201);
        cleared(&customer);
    }
}

#[test]
fn sign_ins_are_limited_by_address_for_everyone_but_staff_and_keys() {
    let shop = Shop::with(|config| config.limits_logins = 3);
    let (ana, owner) = (shop.customer("ana"), shop.owner());
    let knock = |user: &User<'_>, from: &str, name: &str| {
        let ask = user.ask(Method::Post, "/sessions").json(&credentials(name, PASSWORD));
        ask.from(from).send()
    };
    for (network, same, other) in [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ("::ffff:198.51.100.1", "198.51.100.1", "198.51.100.2"),
    ] {
        for at in 0..3 {
            knock(&shop.visitor(), network, &format!("nobody {at}"))
                .refused(401, "unauthenticated");
        }
        let refused = knock(&shop.visitor(), same, "ana");
        refused.refused(429, "too_many_requests");
        let wait: i64 = refused.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=21).contains(&wait), "{wait}");
        knock(&ana, network, "ana").refused(429, "too_many_requests");
        let staff = sign_in_staff(&shop, "owner@example.org", STAFF_PASSWORD);
        staff.from(network).send().refused(429, "too_many_requests");
        for free in [&owner, &shop.storefront(), &shop.reader(), &shop.admin()] {
            knock(free, network, "ana").expect(201);
        }
        knock(&shop.visitor(), other, "ana").expect(201);
    }
    shop.clock.advance_seconds(21);
    knock(&shop.visitor(), "203.0.113.7", "ana").expect(201);
}

#[test]
fn forwarded_addresses_are_believed_from_trusted_proxies_alone() {
    let shop = Shop::with(|config| {
        config.limits_sign_ups = 1;
        config.trusted_proxies = vec!["10.0.0.0/8".into()];
    });
    let passes = |peer: &str, forwarded: &str| {
        let visitor = shop.visitor();
        let ask = visitor.ask(Method::Post, "/customers").json(&json!({})).from(peer);
        let answer = ask.header("X-Forwarded-For", forwarded).send();
        assert!([422, 429].contains(&answer.status), "{}", answer.status);
        answer.status == 422
    };
    for (peer, forwarded, fresh) in [
        ("10.0.0.1", "203.0.113.1", true),
        ("10.0.0.2", "203.0.113.1", false),
        ("10.0.0.1", "203.0.113.2", true),
        // What stands before the proxy's own word was written by the caller.
        ("10.0.0.1", "198.51.100.1, 203.0.113.2", false),
        ("10.0.0.1", "198.51.100.1, 203.0.113.2, 10.0.0.9", false),
        // Some proxies write the port as well.
        ("10.0.0.1", "203.0.113.3:4711", true),
        ("10.0.0.1", "198.51.100.2, 203.0.113.3:4712", false),
        ("10.0.0.1", "[2001:db8::1]:443", true),
        ("10.0.0.1", "2001:db8::2", false),
        // A word that is no address hides the caller; then the proxy is the caller.
        ("10.0.0.3", "198.51.100.3, unknown", true),
        ("10.0.0.3", "198.51.100.4, unknown", false),
        ("192.0.2.1", "203.0.113.8", true),
        ("192.0.2.1", "203.0.113.9", false),
    ] {
        assert_eq!(passes(peer, forwarded), fresh, "{peer} {forwarded}");
    }
}

#[test]
fn a_proxy_that_nobody_has_named_may_send_ten_times_as_much() {
    let shop = Shop::with(|config| config.limits_sign_ups = 1);
    for (peer, forwards, passes) in [
        ("127.0.0.1", true, 10),
        ("192.168.1.1", true, 10),
        ("fd00::1", true, 10),
        ("192.168.1.2", false, 1),
        ("203.0.113.1", true, 1),
    ] {
        let visitor = shop.visitor();
        let knock = || {
            let ask = visitor.ask(Method::Post, "/customers").json(&json!({})).from(peer);
            match forwards {
                true => ask.header("X-Forwarded-For", "198.51.100.1").send(),
                false => ask.send(),
            }
        };
        let passed = (0..12).take_while(|_| knock().status == 422).count();
        assert_eq!(passed, passes, "{peer}");
    }
}

#[test]
fn failed_sign_ins_make_everyone_wait_longer_and_longer_for_that_name() {
    let shop = Shop::new();
    shop.customer("ana");
    let admin = shop.admin();
    for name in ["ana", "nobody"] {
        let fail = |at: usize| {
            let name = if at < 9 { name.to_owned() } else { name.to_uppercase() };
            let body = credentials(&name, "a wrong password");
            let ask = admin.ask(Method::Post, "/sessions").json(&body);
            ask.from(&format!("203.0.113.{at}")).send()
        };
        (0..5).for_each(|at| drop(fail(at).refused(401, "unauthenticated")));
        let mut waits = Vec::new();
        for at in 5..17 {
            let held = fail(at);
            held.refused(429, "too_many_requests");
            let wait: i64 = held.header("Retry-After").unwrap().parse().unwrap();
            waits.push(wait);
            shop.clock.advance_seconds(wait);
            fail(at).refused(401, "unauthenticated");
        }
        assert!(waits.is_sorted_by(|one, next| one < next || *next >= 15 * 60), "{waits:?}");
        assert!(waits[0] <= 5 && (900..=901).contains(waits.last().unwrap()), "{waits:?}");
        // The right password has to wait as well, or it could be told from the wrong ones.
        sign_in(&shop, name, PASSWORD).send().refused(429, "too_many_requests");
    }
    sign_in(&shop, "ana", PASSWORD).send().expect(201);
    // Who is in starts afresh.
    (0..5)
        .for_each(|_| drop(sign_in(&shop, "ana", "wrong").send().refused(401, "unauthenticated")));
}

#[test]
fn who_signed_in_from_an_address_is_not_held_up_there_by_the_failures_of_others() {
    let shop = Shop::with(|config| config.trusted_proxies = vec!["10.0.0.1".into()]);
    shop.customer("ana");
    shop.owner();
    let (home, elsewhere, stranger) = ("203.0.113.7", "203.0.113.8", "198.51.100.1");
    for (sign_in, right) in [(sign_in as SignIn, PASSWORD), (sign_in_staff, STAFF_PASSWORD)] {
        let name = if right == PASSWORD { "ana" } else { "owner@example.org" };
        let try_from = |from: &str, password: &str| {
            let ask = sign_in(&shop, name, password).from("10.0.0.1");
            ask.header("X-Forwarded-For", from).send()
        };
        try_from(home, right).expect(201);
        for _ in 0..5 {
            try_from(stranger, "wrong").refused(401, "unauthenticated");
        }
        try_from(stranger, right).refused(429, "too_many_requests");
        try_from(elsewhere, right).refused(429, "too_many_requests");
        try_from(home, right).expect(201);
        // The counter of that address grows like the other one.
        for _ in 0..5 {
            try_from(home, "wrong").refused(401, "unauthenticated");
        }
        try_from(home, right).refused(429, "too_many_requests");
        shop.clock.advance_seconds(2);
        try_from(home, right).expect(201);
        try_from(elsewhere, right).expect(201);
    }
    // To another account, that address is like any other.
    shop.customer("ben");
    for _ in 0..5 {
        sign_in(&shop, "ben", "wrong").from(stranger).send().refused(401, "unauthenticated");
    }
    sign_in(&shop, "ben", PASSWORD).from(home).send().refused(429, "too_many_requests");
}

#[test]
fn the_address_of_a_proxy_that_nobody_trusts_is_nobodys_own() {
    for peer in ["10.0.0.1", "127.0.0.1", "203.0.113.7"] {
        let shop = Shop::new();
        shop.customer("ana");
        let try_through = |password: &str| {
            let ask = sign_in(&shop, "ana", password).from(peer);
            ask.header("X-Forwarded-For", "198.51.100.1").send()
        };
        try_through(PASSWORD).expect(201);
        for _ in 0..5 {
            sign_in(&shop, "ana", "wrong").from("192.0.2.1").send().refused(401, "unauthenticated");
        }
        try_through(PASSWORD).refused(429, "too_many_requests");
    }
}

#[test]
fn orders_are_limited_by_address_and_those_of_customers_by_account_as_well() {
    let shop = Shop::with(|config| config.limits_orders = 2);
    let (ana, ben) = (shop.customer("ana"), shop.customer("ben"));
    let order = |user: &User<'_>, from: &str| {
        let answer = user.ask(Method::Post, "/orders").json(&json!({})).from(from).send();
        assert!([422, 429].contains(&answer.status), "{}", answer.status);
        answer.status == 422
    };
    assert!(order(&ana, "203.0.113.1") && order(&ana, "203.0.113.2"));
    assert!(!order(&ana, "203.0.113.3"));
    // Ana's first order counts there as well.
    assert!(order(&ben, "203.0.113.1") && !order(&shop.customer("eva"), "203.0.113.1"));
    let record = customer("Eva").create(&shop.visitor());
    let holder = shop.holder(&record);
    assert!(!order(&shop.visitor(), "203.0.113.1") && !order(&holder, "203.0.113.1"));
    assert!(order(&shop.visitor(), "203.0.113.4") && order(&holder, "203.0.113.4"));
    assert!(!order(&shop.visitor(), "203.0.113.4") && !order(&holder, "203.0.113.4"));
    for free in [shop.storefront(), shop.admin(), shop.owner()] {
        assert!((0..4).all(|_| order(&free, "203.0.113.1")));
    }
    shop.clock.advance_seconds(30);
    assert!(order(&ana, "203.0.113.3") && !order(&ana, "203.0.113.3"));
}

#[test]
fn customers_behind_a_proxy_that_nobody_named_share_ten_times_the_rate() {
    let shop = Shop::with(|config| config.limits_quotes = 1);
    let quote = |name: &str| {
        let ask = shop.customer(name).ask(Method::Post, "/quotes").json(&json!({}));
        ask.header("X-Forwarded-For", "203.0.113.1").from("10.0.0.1").send().status
    };
    let statuses =
        ["a01", "a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10"].map(quote);
    assert_eq!(statuses, [422; 10]);
    assert_eq!(quote("a11"), 429);
}

#[test]
fn sign_ups_are_limited_by_address_for_everyone_but_staff_and_keys() {
    let shop = Shop::with(|config| config.limits_sign_ups = 2);
    let sign_up = |user: &User<'_>, path: &str, from: &str| {
        user.ask(Method::Post, path).json(&json!({})).from(from).send().status
    };
    let (visitor, owner) = (shop.visitor(), shop.owner());
    assert_eq!(sign_up(&visitor, "/customers", "203.0.113.1"), 422);
    assert_eq!(sign_up(&visitor, "/customer_accounts", "203.0.113.1"), 422);
    for path in ["/customers", "/customer_accounts"] {
        assert_eq!(sign_up(&visitor, path, "203.0.113.1"), 429);
        for free in [&shop.storefront(), &shop.admin(), &owner] {
            assert_eq!(sign_up(free, path, "203.0.113.1"), 422);
        }
    }
    assert_eq!(sign_up(&visitor, "/customers", "203.0.113.2"), 422);
}

type SignIn = for<'a> fn(&'a Shop, &str, &str) -> Ask<'a>;

fn sign_in<'a>(shop: &'a Shop, name: &str, password: &str) -> Ask<'a> {
    shop.visitor().ask(Method::Post, "/sessions").json(&credentials(name, password))
}

fn sign_in_staff<'a>(shop: &'a Shop, email: &str, password: &str) -> Ask<'a> {
    let body = json!({ "email": email, "password": password });
    shop.visitor().ask(Method::Post, "/staff/sessions").json(&body)
}

/// A new session of the owner, who has one already.
fn staff_token(shop: &Shop) -> String {
    let session = sign_in_staff(shop, "owner@example.org", STAFF_PASSWORD).send().expect(201);
    session["token"].as_str().unwrap().to_owned()
}
