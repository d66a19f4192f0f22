//! The power goes, the process is killed, the machine is reset: an order that was confirmed is
//! there afterwards, exactly once, and the shop is open again before anybody has noticed.
//! `TILLBOX_KILLS` and `TILLBOX_START_KILLS` say how often (50 each).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::http::{Answer, Http};
use crate::server::{Dice, Front, Server, Stall, key, launch, units};

const CLIENTS: usize = 32;
/// An order is repeated until it is confirmed; after this long the shop counts as lost.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_killed_shop_keeps_every_confirmed_order_exactly_once_and_is_back_within_a_second() {
    let rounds = count("TILLBOX_KILLS");
    let stock = i64::try_from(rounds * 5_000).unwrap().max(1_000_000);
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), stock);
    let (confirmed, mut restarts) = trade_through_kills(&mut stall, rounds);

    stall.server.kill();
    stall.reopen();
    let taken: i64 = confirmed.values().map(|order| order.units).sum();
    check_orders(&stall, confirmed);
    assert_eq!(stall.stock(), stock - taken);
    assert_eq!(stall.ledger(), stock - taken);

    restarts.sort_unstable();
    let (median, max) = (restarts[restarts.len() / 2], restarts[restarts.len() - 1]);
    println!("back after a kill: median {median:?}, longest {max:?} of {}", restarts.len());
    assert!(median < Duration::from_secs(1), "the shop takes {median:?} to come back");
}

#[test]
fn a_shop_whose_file_is_locked_for_good_ends_with_code_1_so_that_it_is_started_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 10);
    let file = Connection::open(dir.path().join("shop.db")).unwrap();
    file.execute_batch("begin immediate").unwrap();
    let order = stall.front.order(1, &[1]);
    let ask = |stall: &Stall| stall.buyer().request("POST", "/orders", &[], Some(&order));
    while let Ok(refused) = ask(&stall) {
        assert_eq!(refused.status, 503, "{}", refused.text());
    }
    assert_eq!(stall.server.end(PATIENCE).code(), Some(1));
    let log = stall.server.log();
    assert!(log.contains("the writer has ended; the program ends too"), "{log}");
    assert!(log.ends_with("It ends, to be started again.\n"), "{log}");
    file.execute_batch("commit").unwrap();
    stall.reopen();
    ask(&stall).unwrap().expect(201);
}

#[test]
fn a_shop_killed_during_its_very_first_start_comes_up_the_next_time() {
    let rounds = count("TILLBOX_START_KILLS");
    let mut dice = Dice::thrown("kills at the first start");
    let mut begun = 0;
    for round in 0..rounds {
        let dir = tempfile::tempdir().unwrap();
        let mut child = launch(dir.path(), &[], &[], &tempfile::tempfile().unwrap());
        thread::sleep(Duration::from_micros(dice.below(60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        begun += u64::from(dir.path().join("shop.db").exists());

        let server = Server::start(dir.path());
        let admin = key(dir.path(), "admin");
        Http::new(server.port()).get("/shop").expect(200);
        let listed = Http::new(server.port()).bearer(&admin).get("/orders");
        assert_eq!(listed.status, 200, "round {round}: {}", listed.text());
    }
    println!("{rounds} first starts killed, {begun} of them with the file begun, all came up");
}

/// What a buyer was told, and so what must be found again.
struct Confirmed {
    number: Value,
    total: Value,
    units: i64,
}

/// Where the server is at the moment (no port while it is down), and whether buyers go home.
pub struct Street {
    pub port: AtomicU16,
    pub closed: AtomicBool,
}

/// Sends the buyers home even when the test fails halfway, so that it ends.
pub struct Closing<'a>(pub &'a Street);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }
}

type Orders = HashMap<i64, Confirmed>;

/// Kills and restarts the server while the buyers go on ordering; gives what was confirmed, by
/// id, and how long each restart took until its first answer.
fn trade_through_kills(stall: &mut Stall, rounds: u64) -> (Orders, Vec<Duration>) {
    let mut dice = Dice::thrown("kills");
    let street =
        Street { port: AtomicU16::new(stall.server.port()), closed: AtomicBool::new(false) };
    let front = stall.front.clone();
    let mut restarts = Vec::new();
    let told = thread::scope(|scope| {
        let closing = Closing(&street);
        let start = |buyer| {
            let (street, front, dice) = (&street, &front, Dice::new(dice.below(u64::MAX)));
            scope.spawn(move || trade(street, front, buyer, dice))
        };
        let threads: Vec<_> = (0..CLIENTS).map(start).collect();
        for _ in 0..rounds {
            thread::sleep(Duration::from_millis(20 + dice.below(331)));
            street.port.store(0, Ordering::SeqCst);
            stall.server.kill();
            let killed = Instant::now();
            stall.reopen();
            Http::new(stall.server.port()).get("/shop").expect(200);
            restarts.push(killed.elapsed());
            street.port.store(stall.server.port(), Ordering::SeqCst);
        }
        drop(closing);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let count = told.len();
    let confirmed: Orders = told.into_iter().collect();
    assert_eq!(confirmed.len(), count, "two keys were given the same order");
    (confirmed, restarts)
}

fn check_orders(stall: &Stall, mut confirmed: Orders) {
    let (all, mut doubled, mut changed) = (confirmed.len(), 0, 0);
    let listed = stall.orders(|order| match confirmed.remove(&order["id"].as_i64().unwrap()) {
        None => doubled += 1,
        Some(told) => {
            let same = told.number == order["number"]
                && told.total == order["total"]
                && told.units == units(order);
            changed += usize::from(!same);
        }
    });
    let lost = confirmed.len();
    println!("{all} orders confirmed, {lost} lost, {doubled} doubled, {changed} changed");
    assert_eq!((lost, doubled, changed), (0, 0, 0));
    assert_eq!(listed, all);
}

/// One buyer: orders one to three units at a time until the street closes, each with its own key.
fn trade(street: &Street, front: &Front, buyer: usize, mut dice: Dice) -> Vec<(i64, Confirmed)> {
    let mut told = Vec::new();
    let mut kept = None;
    while !street.closed.load(Ordering::SeqCst) {
        let units = 1 + dice.below(3);
        let key = format!("buyer-{buyer}-order-{}", told.len());
        let answer = insist(street, front, &mut kept, &key, &front.order(buyer, &[units]));
        let order = answer.json();
        let (number, total) = (order["number"].clone(), order["total"].clone());
        let units = i64::try_from(units).unwrap();
        told.push((order["id"].as_i64().unwrap(), Confirmed { number, total, units }));
        thread::sleep(Duration::from_millis(5 + dice.below(10)));
    }
    told
}

/// Sends one order, with the same key and the same body, until the shop confirms it. Whether a
/// broken connection left an order behind is for the shop to know.
pub fn insist(
    street: &Street,
    front: &Front,
    kept: &mut Option<Http>,
    key: &str,
    body: &str,
) -> Answer {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let port = street.port.load(Ordering::SeqCst);
        if port == 0 && kept.is_none() {
            thread::sleep(Duration::from_millis(1));
            continue;
        }
        let mut http = kept.take().unwrap_or_else(|| front.at(port));
        let sent = http.request("POST", "/orders", &[("Idempotency-Key", key)], Some(body));
        let Ok(answer) = sent else { continue };
        *kept = Some(http);
        match answer.status {
            201 => return answer,
            503 => thread::sleep(Duration::from_millis(10)),
            other => panic!("{other}: {}", answer.text()),
        }
    }
    panic!("{key} was not confirmed within {PATIENCE:?}");
}

fn count(variable: &str) -> u64 {
    let given = std::env::var(variable).unwrap_or_else(|_| "50".to_owned());
    let count = given.parse().ok().filter(|count| *count > 0);
    count.unwrap_or_else(|| panic!("{variable} is {given:?}, which is no number above zero"))
}
