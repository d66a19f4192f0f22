//! Many at once, where money is at stake: a discount is never used past its limit, no more goes
//! back than came in, nothing is cancelled twice, and a payment meets the end of its time. Each
//! race is run `TILLBOX_RACES` times (25).

use std::sync::Barrier;
use std::thread;

use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tempfile::TempDir;
use tillbox::domain::Id;
use tillbox::domain::orders::{PaymentInput, StepInput};
use tillbox::domain::settings::PaymentMethod;
use tillbox::error::Code;
use tillbox::store::{Tx, orders};

use crate::fixtures::{self, cash_all, percent_off, stocked};
use crate::server::{Stall, tillbox};
use crate::shop::Shop;

const RACERS: usize = 4;
/// Buyers who want one discount at once.
const BUYERS: usize = 200;
const STACK_BYTES: usize = 256 * 1024;

fn rounds() -> i64 {
    std::env::var("TILLBOX_RACES").map_or(25, |count| count.parse().unwrap())
}

/// A served shop that has enough of its product.
struct Track {
    stall: Stall,
    dir: TempDir,
}

impl Track {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { stall: Stall::open(dir.path(), 100_000), dir }
    }

    /// So many ask at one moment; answers how often which status came.
    fn race(&self, path: &str, body: &Value, racers: usize) -> impl Fn(u16) -> usize + use<> {
        let gate = Barrier::new(racers);
        let ask = || {
            let mut http = self.stall.admin();
            let opened = http.open();
            gate.wait();
            opened.unwrap();
            http.post(path, body).status
        };
        let ask = &ask;
        let statuses: Vec<u16> = thread::scope(|scope| {
            let start = |_| {
                let thread = thread::Builder::new().stack_size(STACK_BYTES);
                thread.spawn_scoped(scope, ask).unwrap()
            };
            let threads: Vec<_> = (0..racers).map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        move |wanted| statuses.iter().filter(|status| **status == wanted).count()
    }

    #[track_caller]
    fn sound(&self) {
        let verified = tillbox(&["verify", "--data", self.dir.path().to_str().unwrap()]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }
}

#[test]
fn a_discount_is_used_ten_times_by_two_hundred_buyers() {
    let track = Track::new();
    let mut admin = track.stall.admin();
    for round in 0..rounds() {
        let code = format!("TEN{round}");
        let ten = percent_off(&code, "10").with(json!({ "usage_limit": 10 })).body();
        admin.post("/discounts", &ten).expect(201);
        let body = fixtures::order(1, 1).with(json!({ "discount_code": code })).body();
        let answered = track.race("/orders", &body, BUYERS);
        assert_eq!((answered(201), answered(422)), (10, BUYERS - 10));
        let used = admin.get(&format!("/discounts?code={code}")).expect(200).json();
        assert_eq!(used["data"][0]["usage_count"], 10);
    }
    track.sound();
}

#[test]
fn no_more_goes_back_than_came_in_however_many_refund_at_once() {
    let track = Track::new();
    let mut admin = track.stall.admin();
    for id in 1..=rounds() {
        admin.post("/orders", &fixtures::order(1, 2).body()).expect(201);
        admin.post(&format!("/orders/{id}/payments"), &cash_all()).expect(201);
        let nine = json!({ "amount": "9.00", "reason": "x" });
        let answered = track.race(&format!("/orders/{id}/refunds"), &nine, RACERS);
        assert_eq!((answered(201), answered(409)), (2, RACERS - 2));
        let order = admin.get(&format!("/orders/{id}")).expect(200).json();
        assert_eq!(order["refunded_total"], "18.00");
    }
    track.sound();
}

#[test]
fn an_order_is_cancelled_once_and_its_goods_come_back_once() {
    let track = Track::new();
    let mut admin = track.stall.admin();
    for id in 1..=rounds() {
        admin.post("/orders", &fixtures::order(1, 2).body()).expect(201);
        let why = json!({ "reason": "x" });
        let answered = track.race(&format!("/orders/{id}/cancellation"), &why, RACERS);
        assert_eq!((answered(201), answered(409)), (1, RACERS - 1));
    }
    assert_eq!(admin.get("/products/1").expect(200).json()["stock"], 100_000);
    track.sound();
}

#[test]
fn a_payment_in_the_last_moment_is_taken_or_its_order_is_cancelled_but_not_both() {
    let shop = Shop::new();
    let admin = stocked(&shop, 100_000);
    let (runtime, mut paid) = (Runtime::new().unwrap(), 0);
    for number in 1..=rounds() {
        fixtures::order(1, 1).create(&admin);
        shop.clock.advance_seconds(168 * 3_600);
        let (id, store) = (Id::new(number).unwrap(), shop.store.clone());
        let pay = async {
            let (amount, reference) = (None, None);
            let cash = PaymentInput {
                amount,
                method: PaymentMethod::Cash,
                reference,
                paid_at: None,
                accept_surplus: false,
                again: true,
            };
            let take = move |tx: &Tx<'_>| {
                let input = StepInput::Payment(cash.clone());
                orders::take_step(tx, &orders::find(tx, id)?, &input, |decided| decided)
            };
            store.write(take).await
        };
        let end = async { store.write(orders::cancel_unpaid).await };
        // Whoever is asked first is put into the queue first.
        let payment = runtime.block_on(async {
            if number % 2 == 0 {
                rocket::tokio::join!(pay, end).0
            } else {
                rocket::tokio::join!(end, pay).1
            }
        });
        let order = admin.get(&format!("/orders/{number}")).expect(200);
        let seen = [&order["status"], &order["cancel_reason"], &order["paid_total"]];
        match payment {
            Ok(_) => assert_eq!(seen, [&json!("open"), &Value::Null, &json!("9.95")]),
            Err(error) => {
                assert_eq!(error.code(), Code::ActionNotPossible);
                assert_eq!(seen, [&json!("cancelled"), &json!("unpaid"), &json!("0.00")]);
                continue;
            }
        }
        paid += 1;
    }
    assert!(paid > 0 && paid < rounds(), "both came first at times");
    println!("{paid} of {} payments came in time", rounds());
    let stock = admin.get("/products/1").expect(200)["stock"].as_i64().unwrap();
    assert_eq!(stock, 100_000 - paid);
    assert!(tillbox::store::engine::verify::shop(&shop.config.data).unwrap().sound().is_ok());
}
