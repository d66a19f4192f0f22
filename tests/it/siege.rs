//! What strangers have tried to stop a shop, one after the other and all at once, while a buyer
//! orders. `TILLBOX_ROUND_SECONDS` and `TILLBOX_SIEGE_SECONDS` make it longer.

use std::net::{Ipv4Addr, TcpStream};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::doors::{head, memory};
use crate::http::Http;
use crate::server::{Server, Stall};

const MEBIBYTE: u64 = 1024 * 1024;
/// The debug build alone takes more at rest than a release under siege.
const MEMORY_MAX: u64 = 96 * MEBIBYTE;
/// What may stay of it afterwards.
const KEPT_MAX: u64 = 8 * MEBIBYTE;
const BACK_IN: Duration = Duration::from_secs(10);
const BUYER_PAUSE: Duration = Duration::from_millis(50);

fn seconds(name: &str, few: u64) -> Duration {
    Duration::from_secs(std::env::var(name).map_or(few, |many| many.parse().unwrap()))
}

/// What one stranger does again and again, with a number of its own.
type Stranger = fn(&Server, usize);

#[test]
fn under_siege_every_order_is_taken_and_the_memory_stays() {
    let dir = tempfile::tempdir().unwrap();
    let limits = [("TILLBOX_LIMITS_LOGINS", "30"), ("TILLBOX_LIMITS_QUOTES", "60")];
    let mut stall = Stall::open(dir.path(), 1_000_000);
    furnish(&stall);
    // The limits of an address are on, as everywhere but in other tests.
    assert_eq!(stall.server.stop().code(), Some(0));
    stall.server = Server::start_with(dir.path(), &limits, &[]);
    let rest = memory(&stall.server);
    let strangers: [(&str, Stranger, usize); 7] = [
        ("large sign-ins", large_sign_in, 30),
        ("sign-ins", sign_in, 20),
        ("large drafts", large_draft, 30),
        ("searches", search, 90),
        ("half requests", half_a_request, 8),
        ("silent bodies", silent_body, 8),
        ("unread lists", unread_list, 4),
    ];
    let (mut orders, mut most) = (0, 0);
    for stranger in &strangers {
        let round = beset(&stall, &[*stranger], seconds("TILLBOX_ROUND_SECONDS", 1));
        orders += round.orders;
        most = round.memory.max(most);
    }
    let all = beset(&stall, &strangers, seconds("TILLBOX_SIEGE_SECONDS", 5));
    orders += all.orders;
    most = all.memory.max(most);
    assert!(most < MEMORY_MAX, "{} MiB", most / MEBIBYTE);
    let begun = Instant::now();
    while memory(&stall.server) > rest + KEPT_MAX && begun.elapsed() < BACK_IN {
        thread::sleep(Duration::from_millis(500));
    }
    let after = memory(&stall.server);
    println!("memory {} MiB after {:?}", after / MEBIBYTE, begun.elapsed());
    assert!(after <= rest + KEPT_MAX, "{} MiB stay", after / MEBIBYTE);
    assert_eq!(stall.orders(|_| ()), orders);
}

/// How a buyer fared beside strangers.
struct Round {
    orders: usize,
    /// The most that the server held for itself, in bytes.
    memory: u64,
}

/// Lets strangers do what they do, so many of each, while a buyer orders one unit after another.
fn beset(stall: &Stall, strangers: &[(&str, Stranger, usize)], time: Duration) -> Round {
    let over = AtomicBool::new(false);
    let (mut waits, mut most) = (Vec::new(), 0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for (_, stranger, many) in strangers {
            for at in 0..*many {
                let over = &over;
                scope.spawn(move || {
                    for round in (at * 100_000).. {
                        if over.load(Ordering::Relaxed) {
                            return;
                        }
                        stranger(&stall.server, round);
                    }
                });
            }
        }
        let mut buyer = stall.buyer();
        while begun.elapsed() < time {
            let (order, asked) = (stall.front.order(waits.len(), &[1]), Instant::now());
            let answer = buyer.request("POST", "/orders", &[], Some(&order));
            let served = answer.is_ok_and(|answer| answer.status == 201);
            if !served {
                over.store(true, Ordering::Relaxed);
            }
            assert!(served, "order {}: {}", waits.len(), stall.server.log());
            waits.push(asked.elapsed());
            most = memory(&stall.server).max(most);
            thread::sleep(BUYER_PAUSE);
        }
        over.store(true, Ordering::Relaxed);
    });
    waits.sort_unstable();
    let names: Vec<&str> = strangers.iter().map(|(name, ..)| *name).collect();
    println!(
        "{}: {} orders, p50 {:?}, p99 {:?}, memory {} MiB",
        names.join(", "),
        waits.len(),
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
        most / MEBIBYTE
    );
    Round { orders: waits.len(), memory: most }
}

/// A product of many variants, and many with long descriptions.
fn furnish(stall: &Stall) {
    let variant = |n: usize| json!({ "price": "1", "options": { "Size": n.to_string() } });
    let variants: Vec<Value> = (0..250).map(variant).collect();
    let mut admin = stall.admin();
    admin.post("/products", &json!({ "name": "Screw", "variants": variants })).expect(201);
    for n in 0..60 {
        let (name, description) = (format!("P{n}"), "d".repeat(90_000));
        let product = json!({ "name": name, "price": "1", "description": description });
        admin.post("/products", &product).expect(201);
    }
}

fn send(server: &Server, method: &str, path: &str, body: Option<&str>) {
    // Refused, cut off or answered: what becomes of a stranger is told elsewhere.
    let _ = Http::new(server.port()).request(method, path, &[], body);
}

fn large_sign_in(server: &Server, _: usize) {
    static BODY: LazyLock<String> = LazyLock::new(|| {
        let list = "{\"a\":0},".repeat(130_000);
        format!("{{\"username\":\"a\",\"password\":\"b\",\"id\":[{list}0]}}")
    });
    send(server, "POST", "/sessions", Some(&BODY));
}

fn sign_in(server: &Server, round: usize) {
    let body = json!({ "username": format!("n{round}"), "password": "long enough" });
    send(server, "POST", "/sessions", Some(&body.to_string()));
}

fn large_draft(server: &Server, round: usize) {
    static BODY: LazyLock<String> = LazyLock::new(|| {
        let line = json!({ "product_id": 2, "quantity": 1 });
        let person = json!({ "name": "A", "email": "a@example.org" });
        json!({ "items": vec![line; 2_000], "customer": person }).to_string()
    });
    let path = if round.is_multiple_of(2) { "/orders" } else { "/quotes" };
    send(server, "POST", path, Some(&BODY));
}

fn search(server: &Server, _: usize) {
    send(server, "GET", "/products?tag=zz&in_stock=false", None);
}

fn half_a_request(server: &Server, _: usize) {
    hold(server, b"GET /products HTTP/1.1\r\nHost: sh");
}

fn silent_body(server: &Server, _: usize) {
    hold(server, &[head("POST", "/orders", 200_000), vec![b' '; 100_000]].concat());
}

fn unread_list(server: &Server, _: usize) {
    hold(server, b"GET /products?limit=60 HTTP/1.1\r\nHost: shop\r\n\r\n");
}

/// Sends on fifty connections and keeps them open for a while.
fn hold(server: &Server, sent: &[u8]) {
    use std::io::Write;
    let connect = |_| {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).ok()?;
        stream.set_write_timeout(Some(Duration::from_millis(200))).ok()?;
        let _ = stream.write_all(sent);
        Some(stream)
    };
    let held: Vec<Option<TcpStream>> = (0..50).map(connect).collect();
    thread::sleep(Duration::from_secs(2));
    drop(held);
}
