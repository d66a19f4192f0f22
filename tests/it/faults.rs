//! Bad luck: a full disk, a damaged file, clients that hang up, a second server, a stop in the
//! middle of the rush. The shop says plainly what is wrong, loses nothing and invents nothing.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use crate::http::{Answer, Http};
use crate::server::{Dice, Front, Refused, Server, Stall, tillbox, units};
use crate::window::browser::{Browser, Port};

const DAMAGES: usize = 5;
const DAMAGED_PAGES: usize = 6;
const HANG_UPS: usize = 200;

#[test]
fn a_full_disk_refuses_orders_keeps_the_shop_readable_and_heals_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(dir.path(), "3m") else {
        eprintln!("The full disk was not tried, because no small disk may be mounted here.");
        return;
    };
    let stall = Stall::open(dir.path(), 100_000);
    let browser = Browser::new(Port(stall.server.port()));
    browser.put(1, 1, 1);
    let checkout = browser.get("/checkout");
    let mut http = stall.buyer();
    let orders = fill(&mut http, &stall);

    // Whoever is at the checkout loses nothing that they typed, and sees the goods.
    let long = "x".repeat(4_000);
    let told = browser.send_checkout(&checkout, &[("note", &long)]);
    told.says(507, &["We cannot take orders this minute.", "value=\"Ada Example\"", &long]);
    browser.get("/p/mug").says(200, &["€9.95"]);
    stall.admin().get(&stall.product_path()).expect(200);
    let sick = Http::new(stall.server.port()).get("/health").expect(503).json();
    assert_eq!((&sick["code"], &sick["storage"]), (&"unhealthy".into(), &"full".into()));
    for (id, order) in &orders {
        let read = stall.admin().get(&format!("/orders/{id}")).expect(200).json();
        assert_eq!((&read["number"], &read["total"]), (&order["number"], &order["total"]));
    }

    disk.grow("40m");
    let begun = Instant::now();
    let healed = loop {
        let answer = fat_order(&mut http, &stall, orders.len());
        if answer.status == 201 || begun.elapsed() > Duration::from_secs(10) {
            break answer.expect(201).json();
        }
        thread::sleep(Duration::from_millis(100));
    };
    println!("{} orders fitted, the next after {:?} of room", orders.len(), begun.elapsed());
    let health = Http::new(stall.server.port()).get("/health").expect(200).json();
    assert_eq!(health["warnings"], serde_json::json!(["disk_low"]));
    assert_eq!(healed["number"], (1_001 + orders.len()).to_string());
    let all = i64::try_from(orders.len() + 1).unwrap();
    assert_eq!(stall.orders(|order| assert_eq!(units(order), 1)), orders.len() + 1);
    assert_eq!((stall.stock(), stall.ledger()), (100_000 - all, 100_000 - all));
}

#[test]
fn a_damaged_file_never_shows_a_wrong_order_and_never_denies_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000);
    let mut http = stall.buyer();
    let mut orders = HashMap::new();
    for buyer in 0..200 {
        let body = stall.front.order(buyer, &[1]);
        let told = http.request("POST", "/orders", &[], Some(&body)).unwrap().expect(201).json();
        orders.insert(told["id"].as_i64().unwrap(), told["number"].clone());
    }
    assert!(stall.server.stop().success());

    let file = dir.path().join("shop.db");
    let whole = fs::read(&file).unwrap();
    let mut dice = Dice::thrown("damaged pages");
    for _ in 0..DAMAGES {
        for beside in ["shop.db-wal", "shop.db-shm"] {
            let _ = fs::remove_file(dir.path().join(beside));
        }
        fs::write(&file, damaged(&whole, &mut dice)).unwrap();
        match Server::try_start(dir.path(), &[], &[]) {
            Err(refused) => assert_one_sentence(&refused),
            Ok(server) => {
                stall.server = server;
                check_damaged(&mut stall.admin(), &orders);
                stall.server.kill();
            }
        }
    }
}

#[test]
fn two_hundred_buyers_who_hang_up_leave_the_books_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let gate = Barrier::new(HANG_UPS);
    thread::scope(|scope| {
        for buyer in 0..HANG_UPS {
            let (gate, stall) = (&gate, &stall);
            scope.spawn(move || hang_up(stall, buyer, gate));
        }
    });

    let body = stall.front.order(HANG_UPS, &[1]);
    stall.buyer().request("POST", "/orders", &[], Some(&body)).unwrap().expect(201);
    let mut placed = 0;
    loop {
        let now = stall.orders(|order| assert_eq!(units(order), 1));
        if now == placed {
            break;
        }
        placed = now;
        thread::sleep(Duration::from_millis(500));
    }
    println!("{} of {HANG_UPS} orders came through before the connection broke", placed - 1);
    assert!((1..=HANG_UPS + 1).contains(&placed));
    let left = 1_000 - i64::try_from(placed).unwrap();
    assert_eq!((stall.stock(), stall.ledger()), (left, left));
}

#[test]
fn a_second_server_on_the_folder_is_refused_in_one_sentence_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let first = Server::start(dir.path());
    let second = Server::try_start(dir.path(), &[], &[]);
    assert_one_sentence(&second.err().expect("two servers on one folder"));
    Http::new(first.port()).get("/shop").expect(200);
}

#[test]
fn a_taken_port_is_told_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let started = Server::try_start(dir.path(), &[], &["--port", &port]);
    let refused = started.err().expect("a server on a taken port");
    assert_one_sentence(&refused);
    assert!(refused.stderr.contains(&port), "{refused:?}");
}

#[test]
fn an_option_that_does_not_exist_is_a_usage_error() {
    let ended = tillbox(&["--nonsense"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(!ended.stderr.is_empty());
    assert!(ended.stdout.is_empty());
}

#[test]
fn a_stop_in_the_rush_ends_in_good_order_and_keeps_every_confirmed_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000_000);
    let (front, port) = (stall.front.clone(), stall.server.port());
    let (ended, confirmed) = thread::scope(|scope| {
        let start = |buyer| {
            let front = &front;
            scope.spawn(move || order_until_closed(front, port, buyer))
        };
        let threads: Vec<_> = (0..8).map(start).collect();
        thread::sleep(Duration::from_millis(500));
        let ended = stall.server.stop();
        let told = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        (ended, told.collect::<Vec<_>>())
    });
    assert_eq!(ended.code(), Some(0));
    assert!(!confirmed.is_empty());

    stall.reopen();
    let count = confirmed.len();
    let mut confirmed: HashMap<i64, Value> = confirmed.into_iter().collect();
    assert_eq!(confirmed.len(), count, "two buyers were given the same order");
    let placed = stall.orders(|order| {
        if let Some(number) = confirmed.remove(&order["id"].as_i64().unwrap()) {
            assert_eq!(number, order["number"]);
        }
    });
    assert!(confirmed.is_empty(), "{} confirmed orders are lost", confirmed.len());
    assert!(placed <= count + 8, "{placed} orders of {count} confirmed and 8 on their way");
}

#[test]
fn a_reader_of_another_program_costs_one_line_of_the_log_and_half_a_second_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 100);
    let file = || Connection::open(dir.path().join("shop.db")).unwrap();
    let (reader, writer) = (file(), file());
    reader.execute_batch("begin; select count(*) from orders").unwrap();
    // More than the log may have before the server waits for its turn at it.
    let grow = "pragma wal_autocheckpoint = 0;
        insert into sign_in_places (name_key, place, seen_at)
        values ('big', zeroblob(70000000), 0)";
    writer.execute_batch(grow).unwrap();
    stall.place(20);
    let log = stall.server.log();
    assert_eq!(log.matches("somebody reads the shop's file for long").count(), 1, "{log}");
    let told = Instant::now();
    assert!(stall.server.stop().success());
    assert!(told.elapsed() < Duration::from_secs(5), "it waited for the reader");
    reader.execute_batch("commit").unwrap();
    stall.reopen();
    assert_eq!(stall.orders(|_| {}), 20);
}

/// A disk of its own size, taken away again at the end of the test.
struct Disk(PathBuf);

impl Disk {
    /// None where the test may not mount one.
    fn mount(dir: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size},mode=0700");
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(dir);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(dir.to_owned()))
    }

    fn grow(&self, size: &str) {
        let options = format!("remount,size={size}");
        let grown = Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap();
        assert!(grown.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Places orders until the disk is full; gives those that were confirmed, by id.
fn fill(http: &mut Http, stall: &Stall) -> HashMap<i64, Value> {
    let mut orders = HashMap::new();
    for buyer in 0..3_000 {
        let answer = fat_order(http, stall, buyer);
        let told = answer.json();
        if answer.status != 201 {
            assert_eq!((answer.status, &told["code"]), (507, &"storage_full".into()), "{told}");
            assert_problem(&answer);
            return orders;
        }
        orders.insert(told["id"].as_i64().unwrap(), told);
    }
    panic!("3,000 fat orders fitted on a disk of 3 MB");
}

fn fat_order(http: &mut Http, stall: &Stall, buyer: usize) -> Answer {
    let note = "Please wrap it well. ".repeat(45);
    let body = stall.front.noted_order(buyer, &[1], Some(note.trim()));
    let name = format!("fat-{buyer}");
    http.request("POST", "/orders", &[("Idempotency-Key", &name)], Some(&body)).unwrap()
}

/// The file with some pages of its latter half overwritten, where the orders are.
fn damaged(whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let size = if size == 1 { 65_536 } else { size };
    let pages = bytes.len() / size;
    for _ in 0..DAMAGED_PAGES {
        let page = pages / 2 + dice.index(pages * 2 / 5);
        for byte in &mut bytes[page * size..(page + 1) * size] {
            *byte = u8::try_from(dice.below(256)).unwrap();
        }
    }
    bytes
}

/// An order is right, or it is a failure of the server; it is never something else or not there.
fn check_damaged(http: &mut Http, orders: &HashMap<i64, Value>) {
    let mut failed = 0;
    for (id, number) in orders {
        let answer = http.get(&format!("/orders/{id}"));
        let told = answer.json();
        if answer.status == 200 {
            assert_eq!((&told["id"], &told["number"]), (&Value::from(*id), number));
            assert_eq!((&told["total"], units(&told)), (&"9.95".into(), 1));
        } else {
            assert_eq!(answer.status, 500, "order {id}: {told}");
            assert_problem(&answer);
            failed += 1;
        }
    }
    println!("damaged: {} orders right, {failed} failed openly", orders.len() - failed);
}

/// Sends an order and breaks the connection at once. Closing with an unread answer resets it;
/// every second buyer leaves the polite way.
fn hang_up(stall: &Stall, buyer: usize, gate: &Barrier) {
    let http = stall.buyer();
    let connect = || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, stall.server.port()))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        if buyer.is_multiple_of(2) {
            stream.write_all(&http.message("GET", "/shop", &[], None))?;
            stream.peek(&mut [0])?;
        }
        std::io::Result::Ok(stream)
    };
    let stream = connect();
    gate.wait();
    let body = stall.front.order(buyer, &[1]);
    let _ = stream.unwrap().write_all(&http.message("POST", "/orders", &[], Some(&body)));
}

/// One buyer's orders, one after the other, until the shop takes no more.
fn order_until_closed(front: &Front, port: u16, buyer: usize) -> Vec<(i64, Value)> {
    let mut http = front.at(port);
    let body = front.order(buyer, &[1]);
    let mut told = Vec::new();
    while let Ok(answer) = http.request("POST", "/orders", &[], Some(&body)) {
        if answer.status != 201 {
            break;
        }
        let order = answer.json();
        told.push((order["id"].as_i64().unwrap(), order["number"].clone()));
    }
    told
}

#[track_caller]
fn assert_problem(answer: &Answer) {
    let kind = answer.header("Content-Type").unwrap_or_default();
    assert!(kind.starts_with("application/problem+json"), "{kind:?}: {}", answer.text());
}

#[track_caller]
fn assert_one_sentence(refused: &Refused) {
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let lines = refused.stderr.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(lines, 1, "{refused:?}");
    assert!(!refused.stderr.contains("panicked"), "{refused:?}");
}
