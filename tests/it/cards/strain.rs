//! A provider that hangs, and what must not wait for it; who may ask how often; and where the
//! shop's key never stands.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::provider::{Mood, Provider, SECRET};
use super::{CardShop, takes_cards};
use crate::fixtures::{self, set};
use crate::http::Http;
use crate::server::{Server, key};
use crate::shop::Shop;

/// Requests that may wait for the provider.
const CALLERS: usize = 8;

/// A shop behind a port that takes cards, its provider, and what is ordered there.
struct Wired {
    provider: Provider,
    server: Server,
    admin: String,
    order: Value,
    _dir: TempDir,
}

impl Wired {
    fn new() -> Self {
        let (dir, provider) = (tempfile::tempdir().unwrap(), Provider::start());
        let url = provider.url();
        let server = Server::start_with(dir.path(), &[("TILLBOX_STRIPE_URL", url.as_str())], &[]);
        let admin = key(dir.path(), "admin");
        let mut http = Http::new(server.port()).bearer(&admin);
        let settings = takes_cards().to_string();
        http.request("PATCH", "/settings", &[], Some(&settings)).unwrap().expect(200);
        http.post("/products", &json!({ "name": "Mug", "price": "9.95" })).expect(201);
        let customer = json!({ "name": "Ana", "email": "ana@example.org" });
        let order = json!({ "items": [{ "product_id": 1, "quantity": 1 }], "customer": customer });
        Self { provider, server, admin, order, _dir: dir }
    }
}

#[test]
fn nobody_waits_for_a_provider_that_hangs_but_those_who_need_it() {
    let Wired { provider, server, admin, order, .. } = &Wired::new();
    let port = server.port();
    let mut http = Http::new(port).bearer(admin);
    for _ in 0..=CALLERS {
        http.post("/orders", order).expect(201);
    }
    provider.behaves(Mood::Hanging);
    thread::scope(|scope| {
        let asks: Vec<_> = (1..=CALLERS)
            .map(|id| {
                let path = format!("/orders/{id}/payment_sessions");
                let mut http = Http::new(port).bearer(admin).patience(Duration::from_secs(30));
                scope.spawn(move || {
                    let begun = Instant::now();
                    let refused = http.post(&path, &json!({}));
                    assert_eq!(refused.status, 503, "{}", refused.text());
                    assert_eq!(refused.json()["code"], "provider_failed");
                    begun.elapsed()
                })
            })
            .collect();
        thread::sleep(Duration::from_secs(1));
        // Beyond them nobody waits, and everybody else is served as ever.
        let begun = Instant::now();
        let busy = http.post(&format!("/orders/{}/payment_sessions", CALLERS + 1), &json!({}));
        assert_eq!((busy.status, &busy.json()["code"]), (503, &json!("busy")));
        assert!(busy.header("Retry-After").is_some());
        for _ in 0..100 {
            http.post("/orders", order).expect(201);
        }
        http.post("/orders/1/cancellation", &json!({ "reason": "tired of it" })).expect(201);
        http.get("/orders/2/payment_sessions").expect(200);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        for ask in asks {
            let took = ask.join().unwrap();
            assert!(took < Duration::from_secs(18), "the longest wait is {took:?}");
        }
    });
    let log = server.log();
    assert!(log.contains("not answered"), "{log}");
    assert!(!log.contains(SECRET) && !log.contains("0123456789abcdef"), "{log}");
}

#[test]
fn many_tabs_lead_to_one_page() {
    let Wired { provider, server, admin, order, .. } = &Wired::new();
    let port = server.port();
    let mut http = Http::new(port).bearer(admin);
    http.post("/orders", order).expect(201);
    let urls: Vec<_> = thread::scope(|scope| {
        let ask = || {
            let mut http = Http::new(port).bearer(admin);
            let answer = http.post("/orders/1/payment_sessions", &json!({}));
            assert!([200, 201].contains(&answer.status), "{}", answer.text());
            answer.json()["url"].clone()
        };
        let tabs: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        tabs.into_iter().map(|tab| tab.join().unwrap()).collect()
    });
    assert!(urls.iter().all(|url| *url == urls[0]), "{urls:?}");
    assert_eq!(provider.state().sessions.len(), 1);
    assert_eq!(provider.count("POST /v1/checkout/sessions"), 1);
}

#[test]
fn a_stranger_asks_for_sessions_so_often_and_no_more() {
    let provider = Provider::start();
    let shop = Shop::with(|config| {
        config.stripe_url = provider.url();
        config.limits_orders = 3;
    });
    fixtures::stocked(&shop, 10);
    set(&shop.admin(), takes_cards());
    let order = fixtures::order(1, 1).create(&shop.visitor());
    let ask = || shop.holder(&order).post("/orders/1/payment_sessions", json!({}));
    ask().expect(201);
    ask().expect(200);
    ask().refused(429, "too_many_requests");
    // The shop itself is not counted.
    shop.admin().post("/orders/1/payment_sessions", json!({})).expect(200);
}

#[test]
fn the_shops_key_stands_in_the_file_and_nowhere_else() {
    let shop = CardShop::new();
    let (order, _) = shop.led(1);
    let admin = shop.admin();
    let seen = [
        admin.get("/settings"),
        admin.get("/orders/1"),
        admin.get("/orders/1/payment_sessions"),
        admin.get("/metrics"),
        shop.shop.holder(&order).get("/orders/1"),
        shop.shop.visitor().get("/shop"),
    ];
    for answer in seen {
        assert_eq!(answer.status, 200);
        assert!(!String::from_utf8_lossy(&answer.body).contains(SECRET), "{answer:?}");
    }
    assert!(
        !format!("{:?}", shop.shop.store.read(tillbox::store::settings::load)).contains(SECRET)
    );
    set(&admin, json!({ "card": null }));
    assert_eq!(admin.get("/settings").expect(200)["card"], json!(null));
}
