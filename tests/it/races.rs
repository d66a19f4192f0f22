//! Many at once: the last units of a product are sold once, and a repeated order is one order.
//! These are the promises that only fail when everybody comes in the same second.

use std::collections::HashMap;
use std::fs::read_to_string;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::http::{Answer, Http};
use crate::server::{Dice, Stall, units};

const BUYERS: usize = 1_000;
const STACK_BYTES: usize = 256 * 1024;
const KEYS: usize = 300;
const TIMES: usize = 6;

#[test]
fn fifty_units_are_sold_to_exactly_fifty_of_a_thousand_buyers() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 50);
    let answers = rush(&stall, &[1]);
    check_books(&stall, &answers, 50);
}

#[test]
fn the_same_product_twice_in_an_order_takes_two_units_in_the_rush_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 50);
    let answers = rush(&stall, &[1, 1]);
    check_books(&stall, &answers, 25);
    let merged = stall.orders(|order| assert_eq!(order["items"].as_array().unwrap().len(), 1));
    assert_eq!(merged, 25);
}

#[test]
fn an_order_sent_six_times_is_placed_once_and_answered_the_same_even_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000);
    let first = send_shuffled(&stall);
    assert_eq!(first.len(), KEYS);
    assert_eq!(stall.orders(|_| ()), KEYS, "a key made two orders");

    assert!(stall.server.stop().success());
    stall.reopen();
    let mut http = stall.buyer();
    for (key, body) in &first {
        let again = place(&mut http, &stall, *key).expect(201);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert!(again.body == *body, "key {key} is answered differently after the restart");
    }
    assert_eq!(stall.orders(|order| assert_eq!(units(order), 1)), KEYS);
    assert_eq!(stall.stock(), 700);
    assert_eq!(stall.ledger(), 700);
}

/// All buyers connect, wait for each other, and order in the same moment.
fn rush(stall: &Stall, quantities: &[u64]) -> Vec<Answer> {
    allow_many_sockets();
    let gate = Barrier::new(BUYERS);
    let buy = |buyer: usize| {
        let mut http = stall.buyer();
        let body = stall.front.order(buyer, quantities);
        let opened = http.open();
        gate.wait();
        opened.unwrap();
        http.request("POST", "/orders", &[], Some(&body)).unwrap()
    };
    let buy = &buy;
    thread::scope(|scope| {
        let start = |buyer| {
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, move || buy(buyer)).unwrap()
        };
        let threads: Vec<_> = (0..BUYERS).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The stock is gone to the last unit, and whoever was refused has left nothing behind.
fn check_books(stall: &Stall, answers: &[Answer], orders: usize) {
    let mut sold = HashMap::new();
    for answer in answers {
        let told = answer.json();
        if answer.status == 201 {
            sold.insert(told["id"].as_i64().unwrap(), told["number"].clone());
        } else {
            assert_eq!((answer.status, &told["code"]), (409, &"out_of_stock".into()), "{told}");
        }
    }
    let placed = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((answers.len(), placed), (BUYERS, orders));
    assert_eq!(sold.len(), orders, "two buyers were given the same order");

    let mut taken = 0;
    let listed = stall.orders(|order| {
        taken += units(order);
        assert_eq!(sold.get(&order["id"].as_i64().unwrap()), Some(&order["number"]));
    });
    assert_eq!((listed, taken), (orders, 50));
    assert_eq!((stall.stock(), stall.ledger()), (0, 0));

    let mut guests = 0;
    stall.admin().each("/customers", |_| guests += 1);
    assert_eq!(guests, orders, "a refused buyer left a customer record");
}

/// Sends every key's order several times, in any order and at once; gives the one answer of each.
fn send_shuffled(stall: &Stall) -> HashMap<usize, Vec<u8>> {
    let mut sends: Vec<usize> = (0..KEYS * TIMES).map(|send| send % KEYS).collect();
    let mut dice = Dice::thrown("repeated orders");
    for last in (1..sends.len()).rev() {
        sends.swap(last, dice.index(last + 1));
    }
    let next = AtomicUsize::new(0);
    let sender = || {
        let mut http = stall.buyer();
        let mut seen = Vec::new();
        while let Some(key) = sends.get(next.fetch_add(1, Ordering::Relaxed)) {
            seen.push((*key, place(&mut http, stall, *key).expect(201)));
        }
        seen
    };
    let answers: Vec<(usize, Answer)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..32).map(|_| scope.spawn(sender)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.len(), KEYS * TIMES);

    let replayed = |(_, answer): &&(usize, Answer)| answer.header("Idempotent-Replayed").is_some();
    assert_eq!(answers.iter().filter(replayed).count(), KEYS * (TIMES - 1));
    let mut one = HashMap::new();
    for (key, answer) in answers {
        let body = one.entry(key).or_insert_with(|| answer.body.clone());
        assert!(*body == answer.body, "key {key} has two answers");
    }
    one
}

fn place(http: &mut Http, stall: &Stall, key: usize) -> Answer {
    let name = format!("cart-{key}");
    let body = stall.front.order(key, &[1]);
    http.request("POST", "/orders", &[("Idempotency-Key", &name)], Some(&body)).unwrap()
}

/// A thousand connections need as many open files, here and in the server, which inherits this.
pub fn allow_many_sockets() {
    let limits = read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = files.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    if soft.is_some_and(|soft| soft < 4_096) {
        let pid = std::process::id().to_string();
        let _ = Command::new("prlimit").args(["--pid", &pid, "--nofile=4096:"]).output();
    }
}
