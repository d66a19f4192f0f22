//! Copies that are made while orders come in: each is whole and holds every order that was
//! confirmed before it was asked for. `TILLBOX_BACKUPS` says how many (10), `TILLBOX_ORDERS` how
//! many orders come in a second (200).

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{succeeds, text};
use crate::http::Http;
use crate::server::{Stall, tillbox, tillbox_in};
use crate::shop::STAFF_PASSWORD;

const CLIENTS: u64 = 8;
/// How long orders come in before the first copy, to know what is usual.
const USUAL: Duration = Duration::from_secs(4);
/// Orders that are there before, so that there is something to copy.
const FIRST_ORDERS: usize = 2_000;

#[test]
fn every_copy_made_in_the_rush_is_whole_and_holds_what_was_confirmed() {
    let (backups, rate) = (setting("TILLBOX_BACKUPS", 10), setting("TILLBOX_ORDERS", 200));
    let dir = tempfile::tempdir().unwrap();
    let stall = busy_shop(dir.path());
    let owner = owner(dir.path(), &stall);
    let rush = Rush::default();
    let copy = dir.path().join("copy.db");
    thread::scope(|scope| {
        let _end = Ending(&rush);
        (0..CLIENTS).for_each(|client| {
            let (rush, stall) = (&rush, &stall);
            scope.spawn(move || order_steadily(rush, stall, client, CLIENTS * 1_000_000 / rate));
        });
        thread::sleep(USUAL);
        let usual = rush.take();
        let begun = Instant::now();
        for round in 0..backups {
            let confirmed = rush.last_confirmed.load(Ordering::SeqCst);
            match round % 2 {
                0 => drop(succeeds(&["backup", text(&copy), "--data", text(dir.path())])),
                _ => fs::write(&copy, download(&stall, &owner)).unwrap(),
            }
            let said = succeeds(&["verify", text(&copy)]);
            let orders: i64 = said.split(' ').nth(1).unwrap().parse().unwrap();
            assert!(orders >= confirmed, "{confirmed} confirmed, and the copy says {said}");
            fs::remove_file(&copy).unwrap();
        }
        let (took, meanwhile) = (begun.elapsed(), rush.take());
        let (calm, busy) = (percentile(&usual), percentile(&meanwhile));
        println!("{backups} copies in {took:?}, all whole, none without a confirmed order");
        println!("{} orders meanwhile, 99 % in {busy:?}; {calm:?} before", meanwhile.len());
    });
    succeeds(&["verify", "--data", text(dir.path())]);
}

#[test]
fn a_plain_copy_of_the_file_is_no_backup() {
    let dir = tempfile::tempdir().unwrap();
    let stall = busy_shop(dir.path());
    let rush = Rush::default();
    let copy = dir.path().join("copy.db");
    let bad = thread::scope(|scope| {
        let _end = Ending(&rush);
        (0..CLIENTS).for_each(|client| {
            let (rush, stall) = (&rush, &stall);
            scope.spawn(move || order_steadily(rush, stall, client, 5_000));
        });
        let is_bad = |_: &u64| {
            thread::sleep(Duration::from_millis(150));
            let confirmed = rush.last_confirmed.load(Ordering::SeqCst);
            fs::copy(dir.path().join("shop.db"), &copy).unwrap();
            let output = tillbox(&["verify", text(&copy)]);
            let said = String::from_utf8(output.stdout).unwrap();
            let orders = said.split(' ').nth(1).and_then(|orders| orders.parse().ok());
            orders.is_none_or(|orders: i64| orders < confirmed)
        };
        (0..12).filter(is_bad).count()
    });
    println!("{bad} of 12 plain copies were damaged or lacked a confirmed order");
    assert!(bad > 0, "if a plain copy were good, the check above would prove nothing");
}

/// What the buyers share.
#[derive(Default)]
struct Rush {
    over: AtomicBool,
    last_confirmed: AtomicI64,
    durations: Mutex<Vec<Duration>>,
}

impl Rush {
    fn take(&self) -> Vec<Duration> {
        std::mem::take(&mut self.durations.lock().unwrap())
    }
}

/// Sends the buyers home even when the test fails halfway, so that it ends.
struct Ending<'a>(&'a Rush);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

/// One buyer: an order every so many microseconds, whether or not the one before was late.
fn order_steadily(rush: &Rush, stall: &Stall, client: u64, every_micros: u64) {
    let mut http = stall.buyer();
    let body = stall.front.order(usize::try_from(client).unwrap(), &[1]);
    let mut due = Instant::now() + Duration::from_micros(every_micros * client / CLIENTS);
    while !rush.over.load(Ordering::SeqCst) {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let order = http.request("POST", "/orders", &[], Some(&body)).unwrap().expect(201).json();
        // From when it was due, so that waiting in line counts.
        rush.durations.lock().unwrap().push(due.elapsed());
        rush.last_confirmed.fetch_max(order["id"].as_i64().unwrap(), Ordering::SeqCst);
        due += Duration::from_micros(every_micros);
    }
}

fn busy_shop(dir: &Path) -> Stall {
    let stall = Stall::open(dir, 100_000_000);
    let mut http = stall.buyer();
    for buyer in 0..FIRST_ORDERS {
        let body = stall.front.order(buyer % 50, &[1]);
        http.request("POST", "/orders", &[], Some(&body)).unwrap().expect(201);
    }
    stall
}

fn owner(dir: &Path, stall: &Stall) -> String {
    let add = ["staff", "add", "owner@example.org", "--data", text(dir)];
    assert!(tillbox_in(dir, &[], &add, STAFF_PASSWORD).status.success());
    let session = serde_json::json!({ "email": "owner@example.org", "password": STAFF_PASSWORD });
    let session = Http::new(stall.server.port()).post("/staff/sessions", &session).expect(201);
    session.json()["token"].as_str().unwrap().to_owned()
}

fn download(stall: &Stall, owner: &str) -> Vec<u8> {
    let mut http = Http::new(stall.server.port()).bearer(owner);
    http.post("/backups", &serde_json::json!({})).expect(200).body
}

fn percentile(durations: &[Duration]) -> Duration {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() * 99 / 100]
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |given| given.parse().unwrap())
}
