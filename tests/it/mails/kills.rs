//! The power goes while mails go out, and the mail server has a bad day: every order that was
//! confirmed has its mail, at least once and under one id. `TILLBOX_MAIL_KILLS` says how often.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;

use super::server::MailServer;
use crate::kills::{Closing, Street, insist};
use crate::server::{Dice, Front, Stall};

const CLIENTS: usize = 16;
/// All that waits has gone out by then.
const PATIENCE: Duration = Duration::from_mins(10);

#[test]
fn every_order_of_a_shop_that_is_killed_has_its_mail_under_one_id() {
    let rounds = std::env::var("TILLBOX_MAIL_KILLS").map_or(20, |count| count.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000_000);
    let server = MailServer::start();
    let mut settings = server.settings();
    settings["notify"] = json!([]);
    let set = json!({ "mail": settings }).to_string();
    stall.admin().request("PATCH", "/settings", &[], Some(&set)).unwrap().expect(200);
    let mut dice = Dice::thrown("kills while mails go out");
    let mut mood = Dice::new(dice.below(u64::MAX));
    server.refuse(move |line| match (line, mood.below(10)) {
        (".", 0) => Some("451 try again"),
        (line, 0..=2) if line.starts_with("RCPT") => Some("450 busy"),
        (line, 0) if line.starts_with("EHLO") => Some("421 closing"),
        _ => None,
    });
    let confirmed = trade_through_kills(&mut stall, rounds, &mut dice);
    server.accept();
    send_all(&mut stall, dir.path());
    let file = Connection::open(dir.path().join("shop.db")).unwrap();
    let mut sent: HashMap<i64, String> = HashMap::new();
    let mut rows = file.prepare("select order_id, message_id, status, kind from mails").unwrap();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        assert_eq!(row.get::<_, String>("status").unwrap(), "sent");
        assert_eq!(row.get::<_, String>("kind").unwrap(), "order_received");
        let before = sent.insert(row.get("order_id").unwrap(), row.get("message_id").unwrap());
        assert_eq!(before, None, "two mails for one order");
    }
    let orders: i64 = file.query_row("select count(*) from orders", [], |row| row.get(0)).unwrap();
    let received = server.take();
    let seen: Vec<String> =
        received.iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    let distinct: HashSet<&str> = seen.iter().map(String::as_str).collect();
    println!(
        "{} orders, {} mails, {} of them again",
        orders,
        distinct.len(),
        seen.len() - sent.len()
    );
    assert_eq!(sent.len(), usize::try_from(orders).unwrap(), "every order has its mail");
    assert!(confirmed.iter().all(|id| sent.contains_key(id)), "what was confirmed is told");
    let known: HashSet<&str> = sent.values().map(String::as_str).collect();
    assert_eq!(distinct, known, "what came is what was to be told, all of it");
}

/// Kills and restarts the server while buyers go on ordering; gives the orders that were confirmed.
fn trade_through_kills(stall: &mut Stall, rounds: u64, dice: &mut Dice) -> Vec<i64> {
    let street =
        Street { port: AtomicU16::new(stall.server.port()), closed: AtomicBool::new(false) };
    let front = stall.front.clone();
    thread::scope(|scope| {
        let closing = Closing(&street);
        let start = |client| {
            let (street, front) = (&street, &front);
            scope.spawn(move || trade(street, front, client))
        };
        let threads: Vec<_> = (0..CLIENTS).map(start).collect();
        for _ in 0..rounds {
            thread::sleep(Duration::from_millis(100 + dice.below(300)));
            street.port.store(0, Ordering::SeqCst);
            stall.server.kill();
            stall.reopen();
            street.port.store(stall.server.port(), Ordering::SeqCst);
        }
        drop(closing);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Orders now and then, each time as somebody else.
fn trade(street: &Street, front: &Front, client: usize) -> Vec<i64> {
    let mut confirmed = Vec::new();
    let mut kept = None;
    while !street.closed.load(Ordering::SeqCst) {
        let buyer = client * 100_000 + confirmed.len();
        let key = format!("buyer-{buyer}");
        let answer = insist(street, front, &mut kept, &key, &front.order(buyer, &[1]));
        confirmed.push(answer.json()["id"].as_i64().unwrap());
        thread::sleep(Duration::from_millis(200));
    }
    confirmed
}

/// Lets all that waits go out now.
fn send_all(stall: &mut Stall, dir: &std::path::Path) {
    stall.server.kill();
    let file = Connection::open(dir.join("shop.db")).unwrap();
    file.execute("update mails set due_at = 0, status = 'queued' where status <> 'sent'", [])
        .unwrap();
    drop(file);
    stall.reopen();
    let begun = Instant::now();
    let waiting = |stall: &Stall| {
        let mut admin = stall.admin();
        let queued = admin.get("/mails?status=queued&limit=1").expect(200).json();
        !queued["data"].as_array().unwrap().is_empty()
    };
    // What was ordered last may not be queued yet.
    thread::sleep(Duration::from_secs(2));
    while waiting(stall) {
        assert!(begun.elapsed() < PATIENCE, "mails still wait");
        thread::sleep(Duration::from_millis(200));
    }
}
