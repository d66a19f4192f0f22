//! What a request costs over the socket, against the least that Rocket itself can do: a few bytes
//! of JSON from a route that does nothing. The three are measured in turns, so that a busy moment
//! of the machine falls on all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[allow(dead_code)]
#[path = "../tests/it/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../tests/it/server.rs"]
mod server;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use http::Http;
use rocket::config::{Config, LogLevel};
use rocket::response::content::RawJson;
use server::Stall;

const SLICE: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
/// No connection sends more than this in a slice.
const REQUESTS_MAX: usize = 100_000;

/// One kind of request at one number of connections, and the microseconds each one took.
struct Load<'a> {
    name: &'a str,
    connections: usize,
    connect: &'a (dyn Fn() -> Http + Sync),
    send: &'a (dyn Fn(&mut Http) + Sync),
    micros: Vec<u64>,
    taken: Duration,
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000_000);
    let (bare, port) = (start_bare_rocket(), stall.server.port());
    let (path, order, keys) = (stall.product_path(), stall.front.order(1, &[1]), AtomicU64::new(0));
    let hello = |http: &mut Http| drop(http.get("/").expect(200));
    let read = |http: &mut Http| drop(http.get(&path).expect(200));
    let place = |http: &mut Http| {
        let key = keys.fetch_add(1, Ordering::Relaxed).to_string();
        let headers = [("Idempotency-Key", key.as_str())];
        drop(http.request("POST", "/orders", &headers, Some(&order)).unwrap().expect(201));
    };
    let (to_bare, to_shop, to_front) = (|| Http::new(bare), || Http::new(port), || stall.buyer());
    let mut loads: Vec<Load<'_>> = Vec::new();
    for connections in [1, 64] {
        let mut load = |name, connect, send| {
            let (micros, taken) = (Vec::new(), Duration::ZERO);
            loads.push(Load { name, connections, connect, send, micros, taken });
        };
        load("hello of a bare Rocket", &to_bare, &hello);
        load("GET /products/<id>", &to_shop, &read);
        load("POST /orders", &to_front, &place);
    }
    for _ in 0..ROUNDS {
        loads.iter_mut().for_each(Load::run_slice);
    }
    println!("{:24}  conn  requests/s  of hello    p50 µs    p99 µs", "");
    for three in loads.chunks_mut(3) {
        let hello = three[0].per_second();
        for load in three {
            load.print(hello);
        }
    }
}

impl Load<'_> {
    fn run_slice(&mut self) {
        let begun = Instant::now();
        let client = || {
            let (mut http, mut micros) = ((self.connect)(), Vec::new());
            while begun.elapsed() < SLICE && micros.len() < REQUESTS_MAX {
                let sent = Instant::now();
                (self.send)(&mut http);
                micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap());
            }
            micros
        };
        let micros: Vec<u64> = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections).map(|_| scope.spawn(client)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        self.taken += begun.elapsed();
        self.micros.extend(micros);
    }

    fn per_second(&self) -> u128 {
        self.micros.len() as u128 * 1_000_000 / self.taken.as_micros()
    }

    fn print(&mut self, hello: u128) {
        self.micros.sort_unstable();
        let at = |percent| self.micros[(self.micros.len() - 1) * percent / 100];
        let (name, connections, rate) = (self.name, self.connections, self.per_second());
        let (share, p50, p99) = (rate * 100 / hello, at(50), at(99));
        println!("{name:24}{connections:6}{rate:12}{share:8} %{p50:10}{p99:10}");
    }
}

#[rocket::get("/")]
const fn hello() -> RawJson<&'static str> {
    RawJson(r#"{"hello":"world"}"#)
}

/// A Rocket with nothing but one route, on a port that was free a moment ago.
fn start_bare_rocket() -> u16 {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut config = Config { port, log_level: LogLevel::Off, ..Config::release_default() };
    config.shutdown.ctrlc = false;
    let rocket = rocket::custom(config).mount("/", rocket::routes![hello]);
    let mut runtime = rocket::tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    thread::spawn(move || runtime.block_on(rocket.launch()).map(drop).unwrap());
    while Http::new(port).open().is_err() {
        thread::sleep(Duration::from_millis(5));
    }
    port
}
