//! Many buyers who pay by card while the provider fails, hangs and answers nonsense and the shop is
//! killed: in the end the money at the provider is what the shop says came and went, order by
//! order. `TILLBOX_CARDS` says how many orders (60).

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::provider::{Mood, Provider};
use super::takes_cards;
use crate::http::Http;
use crate::server::{Dice, Server, key, tillbox};

const BUYERS: usize = 6;
/// Of a hundred calls so many go wrong.
const PERCENT_WRONG: u64 = 30;
/// A buyer who is not served for so long gives up, and the test with them.
const PATIENCE: Duration = Duration::from_mins(2);

/// The shop's server, wherever it is just now.
struct Street<'a> {
    port: AtomicU16,
    closed: AtomicBool,
    provider: &'a Provider,
    admin: String,
}

impl Street<'_> {
    /// Asks until the shop answers with one of these statuses; what became of a request whose
    /// connection broke is for the shop to know.
    fn insist(&self, ask: (&str, &str, &Value), key: &str, wanted: &[u16]) -> (u16, Value) {
        let (method, path, body) = ask;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let port = self.port.load(Ordering::SeqCst);
            if port == 0 {
                thread::sleep(Duration::from_millis(5));
                continue;
            }
            let body = (method == "POST").then(|| body.to_string());
            let mut http = Http::new(port).bearer(&self.admin);
            let headers: &[(&str, &str)] =
                if key.is_empty() { &[] } else { &[("Idempotency-Key", key)] };
            let Ok(answer) = http.request(method, path, headers, body.as_deref()) else { continue };
            if wanted.contains(&answer.status) {
                return (answer.status, answer.json());
            }
            assert_eq!(answer.status, 503, "{method} {path}: {}", answer.text());
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{method} {path} was not answered within {PATIENCE:?}");
    }

    fn post(&self, path: &str, body: &Value, key: &str, wanted: &[u16]) -> (u16, Value) {
        self.insist(("POST", path, body), key, wanted)
    }

    fn get(&self, path: &str) -> Value {
        self.insist(("GET", path, &Value::Null), "", &[200]).1
    }

    /// A session of an order; `None` where nothing is open any more.
    fn session(&self, order: i64) -> Option<Value> {
        let path = format!("/orders/{order}/payment_sessions");
        let (status, session) = self.post(&path, &json!({}), "", &[200, 201, 409]);
        (status != 409).then_some(session)
    }

    /// Looks at a session until the shop knows that it was paid.
    fn await_payment(&self, path: &str) {
        let begun = Instant::now();
        while self.get(path)["status"] != "paid" {
            assert!(begun.elapsed() < PATIENCE, "{path} is never paid");
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// The life of an order: what its buyer does, and what becomes of it at the provider.
    fn live(&self, name: &str, dice: &mut Dice) {
        let item = json!({ "product_id": 1, "quantity": 1 + dice.below(3) });
        let customer = json!({ "name": name, "email": "buyer@example.org" });
        let order = json!({ "items": [item], "customer": customer, "payment_method": "card" });
        let id = self.post("/orders", &order, name, &[201]).1["id"].as_i64().unwrap();
        let Some(first) = self.session(id) else { return };
        let url = first["url"].as_str().unwrap();
        let pay = |url: &str| self.provider.pay(url);
        let step = |what: &str, body: Value| {
            let path = format!("/orders/{id}/{what}");
            self.post(&path, &body, &format!("{name}-{what}"), &[201, 409]).0
        };
        match dice.below(9) {
            // Nobody pays.
            0 => {}
            // Paid twice: by another way as well, and by two sessions.
            1 => {
                step("payments", json!({ "method": "cash", "amount": "1" }));
                let second = self.session(id);
                self.provider.pay_oddly(url, None);
                second.map(|second| pay(second["url"].as_str().unwrap()));
            }
            // Late: after its end, or after the order was cancelled.
            2 => {
                self.provider.expire(url);
                self.session(id);
                self.provider.pay_oddly(url, None);
            }
            3 => {
                step("cancellation", json!({ "reason": "changed my mind" }));
                self.provider.pay_oddly(url, None);
            }
            // Early: before the shop has heard of anything else.
            4 => {
                pay(url);
                step("cancellation", json!({ "reason": "changed my mind" }));
            }
            // In another amount.
            5 => {
                let units = i64::try_from(51 + dice.below(5_000)).unwrap();
                self.provider.pay_oddly(url, Some(units));
            }
            // Expired, and paid by another session.
            6 => {
                self.provider.expire(url);
                if let Some(second) = self.session(id) {
                    pay(second["url"].as_str().unwrap());
                }
            }
            // Paid and given back, in whole or in part.
            _ => {
                pay(url);
                self.await_payment(&format!("/orders/{id}/payment_sessions/{}", first["id"]));
                let cents = 100 + dice.below(895);
                let amount = format!("{}.{:02}", cents / 100, cents % 100);
                let refund = json!({ "via": "card", "amount": amount, "reason": "sorry" });
                step("refunds", refund);
            }
        }
    }
}

#[test]
fn all_money_at_the_provider_is_in_the_shop_whatever_breaks() {
    let orders: usize = std::env::var("TILLBOX_CARDS").map_or(60, |orders| orders.parse().unwrap());
    let mut dice = Dice::thrown("a crowd that pays by card");
    let dir = tempfile::tempdir().unwrap();
    let provider = Provider::start();
    let url = provider.url();
    let env = [("TILLBOX_STRIPE_URL", url.as_str())];
    let start = || Server::start_with(dir.path(), &env, &[]);
    let mut server = start();
    let admin = key(dir.path(), "admin");
    let mut http = Http::new(server.port()).bearer(&admin);
    let settings = takes_cards().to_string();
    http.request("PATCH", "/settings", &[], Some(&settings)).unwrap().expect(200);
    http.post("/products", &json!({ "name": "Mug", "price": "9.95" })).expect(201);
    provider.behaves(Mood::Moody(PERCENT_WRONG));
    let (port, closed) = (AtomicU16::new(server.port()), AtomicBool::new(false));
    let street = Street { port, closed, provider: &provider, admin: admin.clone() };
    let mut kills = 0;
    thread::scope(|scope| {
        let buyers: Vec<_> = (0..BUYERS)
            .map(|buyer| {
                let (street, mut dice) = (&street, Dice::new(dice.below(u64::MAX)));
                scope.spawn(move || {
                    for order in (buyer..orders).step_by(BUYERS) {
                        street.live(&format!("buyer-{order}"), &mut dice);
                    }
                })
            })
            .collect();
        while !street.closed.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(50 + dice.below(400)));
            street.port.store(0, Ordering::SeqCst);
            server.kill();
            make_due(dir.path());
            server = start();
            kills += 1;
            street.port.store(server.port(), Ordering::SeqCst);
            let all_done = buyers.iter().all(thread::ScopedJoinHandle::is_finished);
            street.closed.store(all_done, Ordering::SeqCst);
        }
        for buyer in buyers {
            buyer.join().unwrap();
        }
    });
    println!("{orders} orders by card, the shop was killed {kills} times");
    provider.behaves(Mood::Well);
    settle(&mut server, dir.path(), &start);
    check(&provider, server.port(), &admin, orders);
    assert!(server.stop().success());
    let verified = tillbox(&["verify", "--data", dir.path().to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// Lets all that is to be asked about be asked about now: the shop would wait for minutes.
fn make_due(dir: &std::path::Path) {
    let file = Connection::open(dir.join("shop.db")).unwrap();
    file.busy_timeout(Duration::from_secs(5)).unwrap();
    let sql = "update payment_sessions set ask_at = 1 where ask_at is not null;
        update card_refunds set ask_at = 1 where ask_at is not null";
    file.execute_batch(sql).unwrap();
}

/// Starts the shop again until it has nothing more to ask at once.
fn settle(server: &mut Server, dir: &std::path::Path, start: &impl Fn() -> Server) {
    server.kill();
    make_due(dir);
    *server = start();
    let file = Connection::open(dir.join("shop.db")).unwrap();
    let sql = "select (select count(*) from payment_sessions where ask_at = 1)
        + (select count(*) from card_refunds where ask_at is not null)
        + (select count(*) from payment_sessions where status = 'open' and unwanted = 1)";
    let begun = Instant::now();
    while file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0 {
        assert!(begun.elapsed() < PATIENCE, "something is never settled; {}", server.log());
        thread::sleep(Duration::from_millis(50));
    }
}

/// In minor units of euros.
fn cents(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// What the shop says of each order is what the provider has, and what another way brought.
fn check(provider: &Provider, port: u16, admin: &str, orders: usize) {
    let (mut seen, mut all, mut paid, mut back) = (0, (0, 0), 0, 0);
    Http::new(port).bearer(admin).each("/orders", |order| {
        seen += 1;
        let number = order["number"].as_str().unwrap();
        let by_card = |payment: &&Value| payment["method"] == "card";
        let payments = order["payments"].as_array().unwrap().iter().filter(by_card);
        let came: i64 = payments.map(|payment| cents(&payment["amount"])).sum();
        let refunds = order["refunds"].as_array().unwrap().iter();
        let went: i64 = refunds
            .map(|refund| {
                assert_eq!(refund["status"], "done", "{order}");
                cents(&refund["amount"])
            })
            .sum();
        assert_eq!(provider.state().money(number), (came, went), "{order}");
        assert_eq!(cents(&order["refunded_total"]), went);
        all = (all.0 + came, all.1 + went);
        (paid, back) = (paid + usize::from(came > 0), back + usize::from(went > 0));
    });
    assert_eq!(seen, orders);
    let state = provider.state();
    let there = state.sessions.values().filter(|session| session["payment_status"] == "paid");
    let there: i64 = there.map(|session| session["amount_total"].as_i64().unwrap()).sum();
    let gone: i64 = state.refunds.iter().map(|refund| refund["amount"].as_i64().unwrap()).sum();
    assert_eq!((there, gone), all, "in all");
    println!("{paid} orders were paid, money of {back} went back; {there} came, {gone} went");
    assert!(3 * paid > seen && back > 0, "too little happened");
}
