//! Devices that have signed in before, and what strangers can do to them: nothing.

use rocket::http::Method;
use serde_json::json;
use tillbox::domain::passwords::Password;
use tillbox::domain::staff::Role;
use tillbox::domain::text::Email;
use tillbox::{hashing, store};

use crate::fixtures::{self, DAY, credentials};
use crate::shop::{Answer, PASSWORD, STAFF_PASSWORD, Shop};

const OWNER: &str = "owner@example.org";
const NEW_PASSWORD: &str = "another loaf of rye";
/// A proxy that nobody has named: strangers come by it as well.
const PROXY: &str = "10.0.0.1";

/// Somebody at a door of the shop.
#[derive(Clone, Copy)]
struct Door<'a> {
    shop: &'a Shop,
    name: &'a str,
}

impl Door<'_> {
    /// Tries a password through the proxy, on a device with this cookie.
    fn knock(self, password: &str, cookie: &str) -> Answer {
        self.knock_from(PROXY, password, cookie)
    }

    fn knock_from(self, peer: &str, password: &str, cookie: &str) -> Answer {
        let (path, body) = match self.name.contains('@') {
            true => ("/staff/sessions", json!({ "email": self.name, "password": password })),
            false => ("/sessions", credentials(self.name, password)),
        };
        let ask = self.shop.visitor().ask(Method::Post, path).json(&body).from(peer);
        let ask = if peer == PROXY { ask.header("X-Forwarded-For", "192.0.2.1") } else { ask };
        if cookie.is_empty() { ask.send() } else { ask.header("Cookie", cookie).send() }
    }

    /// Signs in on a new device and returns its cookie.
    fn new_device(self, password: &str) -> String {
        device_of(&self.knock(password, ""))
    }

    /// Strangers fail until every stranger has to wait.
    fn strangers_fail(self) {
        for n in 1..=5 {
            self.knock_from(&format!("203.0.113.{n}"), "wrong", "").refused(401, "unauthenticated");
        }
        self.knock("wrong", "").refused(429, "too_many_requests");
    }
}

/// The cookie of a device, as it comes back.
fn device_of(answer: &Answer) -> String {
    answer.expect(201);
    answer.cookie("tb_device").unwrap().split(';').next().unwrap().to_owned()
}

fn doors(shop: &Shop) -> [(Door<'_>, &'static str); 2] {
    shop.owner();
    shop.customer("ana");
    let door = |name| Door { shop, name };
    [(door("ana"), PASSWORD), (door(OWNER), STAFF_PASSWORD)]
}

#[test]
fn a_known_device_is_not_held_up_by_strangers_and_has_a_counter_of_its_own() {
    let shop = Shop::new();
    for (door, password) in doors(&shop) {
        let device = door.new_device(password);
        door.strangers_fail();
        let device = device_of(&door.knock(password, &device));
        // Only for itself.
        door.knock(password, "").refused(429, "too_many_requests");
        for _ in 0..5 {
            door.knock("wrong", &device).refused(401, "unauthenticated");
        }
        door.knock(password, &device).refused(429, "too_many_requests");
        shop.clock.advance_seconds(2);
        door.knock(password, &device).expect(201);
    }
}

#[test]
fn a_device_is_known_to_those_who_signed_in_on_it_and_to_nobody_else() {
    let shop = Shop::new();
    let [(ana, _), (owner, _)] = doors(&shop);
    shop.customer("ben");
    shop.staff("till@example.org", Role::Staff);
    let (ben, till) = (Door { name: "ben", ..ana }, Door { name: "till@example.org", ..owner });
    let device = owner.new_device(STAFF_PASSWORD);
    let device = device_of(&ana.knock(PASSWORD, &device));
    for door in [ana, ben, owner, till] {
        door.strangers_fail();
    }
    ana.knock(PASSWORD, &device).expect(201);
    owner.knock(STAFF_PASSWORD, &device).expect(201);
    ben.knock(PASSWORD, &device).refused(429, "too_many_requests");
    till.knock(STAFF_PASSWORD, &device).refused(429, "too_many_requests");
    for forged in ["tb_device=", "tb_device=s1", &device.replace(".1", ".2"), &device[..80]] {
        owner.knock(STAFF_PASSWORD, forged).refused(429, "too_many_requests");
    }
}

#[test]
fn a_rush_through_the_same_proxy_holds_up_no_known_device() {
    let shop = Shop::with(|config| config.limits_logins = 3);
    let [_, (owner, _)] = doors(&shop);
    let device = owner.new_device(STAFF_PASSWORD);
    let stranger = |n: usize| {
        shop.visitor()
            .ask(Method::Post, "/sessions")
            .json(&credentials(&format!("nobody {n}"), "wrong"))
    };
    let refused =
        (0..40).map(|n| stranger(n).from(PROXY).header("X-Forwarded-For", "192.0.2.1").send());
    assert!(refused.filter(|answer| answer.status == 429).count() >= 10);
    owner.knock(STAFF_PASSWORD, "").refused(429, "too_many_requests");
    let knocks: Vec<u16> = (0..5).map(|_| owner.knock(STAFF_PASSWORD, &device).status).collect();
    // It has the rate of one address.
    assert_eq!(knocks, [201, 201, 201, 429, 429]);
}

#[test]
fn a_changed_password_ends_the_standing_of_every_device_and_network() {
    let shop = Shop::new();
    let home = "198.51.100.1";
    for (door, password) in doors(&shop) {
        let changes: [&dyn Fn(); 2] = [
            &|| match password {
                PASSWORD => {
                    let path = "/customer_accounts/1";
                    shop.admin().patch(path, json!({ "password": NEW_PASSWORD })).expect(200);
                }
                _ => {
                    let owner = shop.signed_in(OWNER);
                    owner.patch("/staff/1", json!({ "password": NEW_PASSWORD })).expect(200);
                }
            },
            &|| {
                let hash = hashing::hash(&Password::attempt(NEW_PASSWORD)).unwrap();
                let email = Email::parse(OWNER).unwrap();
                shop.beside(|tx| store::staff::reset(tx, &email, &hash)).unwrap();
            },
        ];
        let device = door.new_device(password);
        door.knock_from(home, password, "").expect(201);
        door.strangers_fail();
        door.knock(password, &device).expect(201);
        door.knock_from(home, password, "").expect(201);
        changes[0]();
        door.knock(NEW_PASSWORD, &device).refused(429, "too_many_requests");
        door.knock_from(home, NEW_PASSWORD, "").refused(429, "too_many_requests");
        shop.clock.advance_seconds(DAY);
        if password == STAFF_PASSWORD {
            door.knock_from(home, NEW_PASSWORD, "").expect(201);
            changes[1]();
            door.strangers_fail();
            door.knock_from(home, NEW_PASSWORD, "").refused(429, "too_many_requests");
        }
    }
}

#[test]
fn a_device_outlives_its_account_for_nobody() {
    let shop = Shop::new();
    let [(ana, _), _] = doors(&shop);
    let device = ana.new_device(PASSWORD);
    let admin = shop.admin();
    admin.delete("/customer_accounts/1").expect(204);
    fixtures::account("ana").for_customer(1).create(&admin);
    ana.strangers_fail();
    ana.knock(PASSWORD, &device).refused(429, "too_many_requests");
}

#[test]
fn a_device_that_keeps_its_cookie_leaves_no_network_behind() {
    let shop = Shop::new();
    let (office, home) = ("198.51.100.1", "198.51.100.2");
    for (door, password) in doors(&shop) {
        let device = device_of(&door.knock_from(home, password, ""));
        door.knock_from(office, password, &device).expect(201);
        door.strangers_fail();
        door.knock_from(home, password, "").expect(201);
        door.knock_from(office, password, "").refused(429, "too_many_requests");
        door.knock_from(office, password, &device).expect(201);
    }
}

#[test]
fn a_device_is_known_for_a_year_also_after_a_restart() {
    let shop = Shop::new();
    let device = doors(&shop)[1].0.new_device(STAFF_PASSWORD);
    let shop = shop.restarted();
    let owner = Door { shop: &shop, name: OWNER };
    shop.clock.advance_seconds(365 * DAY - 1);
    owner.strangers_fail();
    owner.knock(STAFF_PASSWORD, &device).expect(201);
    shop.clock.advance_seconds(1);
    owner.knock("wrong", "").refused(401, "unauthenticated");
    owner.knock(STAFF_PASSWORD, &device).refused(429, "too_many_requests");
}

#[test]
fn whoever_signs_up_or_sets_up_a_shop_has_a_known_device() {
    let shop = Shop::new();
    let code = shop.setup.offer(|_, _| Ok(())).unwrap().unwrap();
    let setup = json!({ "code": code, "email": OWNER, "password": STAFF_PASSWORD,
        "shop_name": "Bakery", "currency": "EUR" });
    let answer = shop.visitor().ask(Method::Post, "/setup").json(&setup).from(PROXY);
    let device = device_of(&answer.header("X-Forwarded-For", "192.0.2.1").send());
    let sign_up = fixtures::account("ana").with(json!({ "customer": fixtures::ana() })).body();
    let sign_up = shop.visitor().ask(Method::Post, "/customer_accounts").json(&sign_up);
    let device = device_of(&sign_up.header("Cookie", &device).send());
    for (name, password) in [("ana", PASSWORD), (OWNER, STAFF_PASSWORD)] {
        let door = Door { shop: &shop, name };
        door.strangers_fail();
        door.knock(password, &device).expect(201);
    }
}

#[test]
fn a_clock_that_is_wrong_for_a_moment_holds_up_nobody() {
    const ELEVEN_YEARS: i64 = 11 * 365 * DAY;
    let shop = Shop::with(|config| {
        config.limits_logins = 3;
        config.limits_orders = 3;
    });
    let [(ana, _), _] = doors(&shop);
    let order = || shop.visitor().post("/orders", json!({})).expect(422);
    ana.knock_from("192.0.2.9", "wrong", "").refused(401, "unauthenticated");
    order();
    shop.clock.leap_seconds(ELEVEN_YEARS);
    ana.knock_from("192.0.2.9", "wrong", "").refused(401, "unauthenticated");
    order();
    shop.clock.leap_seconds(-ELEVEN_YEARS);
    ana.knock_from("192.0.2.9", PASSWORD, "").expect(201);
    order();
    // What was used up comes back with the time, not with the clock.
    shop.clock.leap_seconds(ELEVEN_YEARS);
    shop.visitor().post("/orders", json!({})).refused(429, "too_many_requests");
}

#[test]
fn the_right_password_in_a_shop_that_cannot_answer_is_no_failure() {
    let shop = Shop::new();
    let doors = doors(&shop);
    shop.store.close();
    for (door, password) in doors {
        for _ in 0..10 {
            door.knock(password, "").refused(503, "busy");
        }
        for _ in 0..5 {
            door.knock("wrong", "").refused(401, "unauthenticated");
        }
        door.knock(password, "").refused(429, "too_many_requests");
    }
}

#[test]
fn failures_with_many_names_are_counted_by_their_network() {
    let shop = Shop::with(|config| config.limits_logins = 5);
    let storefront = shop.storefront();
    let guess = |user: &crate::shop::User<'_>, n: i64, from: &str| {
        // Slowly enough for the limit by the minute.
        shop.clock.advance_seconds(60);
        let body = credentials(&format!("nobody {n}"), "wrong");
        user.ask(Method::Post, "/sessions").json(&body).from(from).send().status
    };
    let visitor = shop.visitor();
    let failed = (0..60).filter(|n| guess(&visitor, *n, "203.0.113.7") == 401).count();
    // Twenty an hour, which come back a third of one a minute.
    assert_eq!(failed, 20 + 19);
    assert_eq!(guess(&visitor, 61, "203.0.113.8"), 401);
    // A shop front signs in all of its customers from one address.
    assert!((100..160).all(|n| guess(&storefront, n, "203.0.113.7") == 401));
}

#[test]
fn a_browser_that_signs_in_again_ends_the_session_it_had() {
    let shop = Shop::new();
    shop.owner();
    shop.staff("till@example.org", Role::Staff);
    let alive = |token: &str| shop.bearer(token).get("/orders").status == 200;
    let sign_in = |name: &str, cookie: &str| {
        let body = json!({ "email": name, "password": STAFF_PASSWORD });
        let ask = shop.visitor().ask(Method::Post, "/staff/sessions").json(&body);
        let ask = ask.header("Sec-Fetch-Site", "same-origin").header("Cookie", cookie);
        ask.send().expect(201)["token"].as_str().unwrap().to_owned()
    };
    let elsewhere = sign_in(OWNER, "a=b");
    let first = sign_in(OWNER, "a=b");
    let second = sign_in(OWNER, &format!("tb_session={first}"));
    let third = sign_in("till@example.org", &format!("__Host-tb_session={second}"));
    assert_eq!([&first, &second, &third, &elsewhere].map(|t| alive(t)), [false, false, true, true]);
    // A wrong password ends nothing, nor does a sign-in from another site.
    for (password, site, status) in
        [("wrong", "same-origin", 401), (STAFF_PASSWORD, "cross-site", 403)]
    {
        let body = json!({ "email": OWNER, "password": password });
        let ask = shop.visitor().ask(Method::Post, "/staff/sessions").json(&body);
        let ask =
            ask.header("Sec-Fetch-Site", site).header("Cookie", &format!("tb_session={third}"));
        ask.send().expect(status);
        assert!(alive(&third));
    }
}

#[test]
fn the_session_is_read_from_both_names_of_its_cookie() {
    let shop = Shop::new();
    shop.owner();
    let body = json!({ "email": OWNER, "password": STAFF_PASSWORD });
    let session = shop.visitor().post("/staff/sessions", body).expect(201);
    let token = session["token"].as_str().unwrap();
    let ask = |method, cookie: &str| {
        shop.visitor().ask(method, "/staff/sessions/current").header("Cookie", cookie)
    };
    for cookie in [
        format!("tb_session={token}"),
        format!("__Host-tb_session={token}"),
        format!("tb_session=ended; __Host-tb_session={token}"),
        format!("tb_session={token}; __Host-tb_session=ended"),
    ] {
        let read = ask(Method::Get, &cookie).send();
        read.expect(200);
        assert_eq!(read.header("Set-Cookie"), None);
        // Without a host, no origin fits.
        let odd = ask(Method::Delete, &cookie).header("Origin", "https://shop.example");
        odd.send().refused(403, "cross_site");
    }
}
