//! Strangers who hold on to what they can get: half requests, bodies that stand still, answers that
//! nobody reads. They end in time, take no more than their room, and a buyer beside them is served.
//! `TILLBOX_DOORS` says how many strangers come, if not a few.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Http;
use crate::server::{Server, Stall};

const HEADERS: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(15);
const UNREAD: Duration = Duration::from_secs(30);
/// Looks are a second apart, and the machine has other things to do.
const LATE: Duration = Duration::from_secs(4);
/// Times of the system are told by its ticks.
const TICK: Duration = Duration::from_secs(1);
const MEBIBYTE: u64 = 1024 * 1024;

fn strangers(few: usize) -> usize {
    std::env::var("TILLBOX_DOORS").map_or(few, |many| many.parse().unwrap())
}

fn connect(server: &Server, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
    // A server that has enough of this one may have closed it already.
    let _ = stream.write_all(sent);
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Tells `true` where the other side has ended the connection without another word.
fn has_ended(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 1_000]) {
        Ok(bytes) => bytes == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// All that was sent before the other side ended the connection.
fn rest(stream: &mut TcpStream) -> String {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(LATE)).unwrap();
    let mut told = Vec::new();
    let _ = stream.read_to_end(&mut told);
    String::from_utf8_lossy(&told).into_owned()
}

/// Bytes of memory that a server holds for itself.
pub fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

pub fn head(method: &str, path: &str, length: usize) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
    .into_bytes()
}

#[test]
fn who_keeps_the_shop_waiting_is_ended_in_time_and_the_slow_but_honest_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let server = &stall.server;
    for n in 0..80 {
        let (name, description) = (format!("P{n}"), "d".repeat(90_000));
        let product = json!({ "name": name, "price": "1", "description": description });
        stall.admin().post("/products", &product).expect(201);
    }
    let (_, mut feed) = stall.admin().endless("/events", &[]).unwrap();
    let phone = slow_order(&stall);
    let begun = Instant::now();
    let half = b"GET /products HTTP/1.1\r\nHost: sh";
    let mut half: Vec<TcpStream> = (0..8).map(|_| connect(server, half)).collect();
    let mut body = head("POST", "/orders", 1_000);
    body.extend([b' '; 100]);
    let mut silent: Vec<TcpStream> = (0..8).map(|_| connect(server, &body)).collect();
    let list = stall.buyer().message("GET", "/products?limit=100", &[], None);
    let mut unread = connect(server, &list);
    let mut at = [None; 2];
    while begun.elapsed() < UNREAD + LATE {
        stall.buyer().get("/shop").expect(200);
        let mut note = |which: usize, over: bool| {
            if over && at[which].is_none() {
                at[which] = Some(begun.elapsed());
            }
        };
        note(0, half.iter_mut().all(has_ended));
        note(1, silent.iter().all(|stream| stream.peek(&mut [0]).is_ok()));
        thread::sleep(Duration::from_millis(200));
    }
    for (at, limit) in at.iter().zip([HEADERS, SILENCE]) {
        let at = at.unwrap_or_else(|| panic!("after {limit:?} nothing has ended"));
        assert!(at + TICK > limit && at < limit + LATE, "{at:?}, not {limit:?}");
    }
    for stream in &mut silent {
        let told = rest(stream);
        assert!(
            told.starts_with("HTTP/1.1 408 ") && told.contains("\"request_timeout\""),
            "{told}"
        );
    }
    let told = rest(&mut unread);
    let length = told.split("ontent-Length: ").nth(1).or(told.split("ontent-length: ").nth(1));
    let length: usize = length.unwrap().lines().next().unwrap().parse().unwrap();
    assert!(length > 7_000_000 && told.len() < length, "{} of {length} bytes came", told.len());
    phone.join().unwrap();
    stall.place(1);
    // It had pings all the while.
    while !feed.line().unwrap().unwrap().contains("\"order_id\"") {}
}

#[test]
fn a_new_client_gets_in_beside_more_strangers_than_there_are_files() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_with_files(dir.path(), 256);
    let half: Vec<TcpStream> = (0..strangers(300)).map(|_| connect(&server, b"GET / HT")).collect();
    let begun = Instant::now();
    while begun.elapsed() < LATE {
        Http::new(server.port()).get("/products").expect(200);
        thread::sleep(Duration::from_millis(100));
    }
    drop(half);
}

#[test]
fn bodies_of_strangers_have_their_room_and_buyers_theirs() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let before = memory(&stall.server);
    let mut body = head("POST", "/orders", 200_000);
    body.extend(vec![b' '; 100_000]);
    let many = strangers(200);
    let mut bodies: Vec<TcpStream> = (0..many).map(|_| connect(&stall.server, &body)).collect();
    stall.place(10);
    let busy = |stream: &mut TcpStream| has_ended(stream) || stream.peek(&mut [0]).is_ok();
    let begun = Instant::now();
    let mut refused = 0;
    // Ten of 100,000 bytes are 1 MiB, with what the last one brought.
    while refused < many - 11 && begun.elapsed() < LATE * 2 {
        thread::sleep(Duration::from_millis(100));
        refused = bodies.iter_mut().filter_map(|stream| busy(stream).then_some(())).count();
    }
    assert!((many - 11..=many - 10).contains(&refused), "{refused} of {many} were refused");
    let grown = memory(&stall.server).saturating_sub(before);
    assert!(grown < 32 * MEBIBYTE, "{grown} bytes are kept");
}

#[test]
fn memory_of_passwords_goes_back() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let before = memory(&server);
    let list = "{\"a\":0},".repeat(1_800);
    for n in 0..strangers(20) {
        let body =
            format!("{{\"username\":\"n{n}\",\"password\":\"long enough\",\"id\":[{list}0]}}");
        Http::new(server.port())
            .request("POST", "/sessions", &[], Some(&body))
            .unwrap()
            .expect(401);
        let large = body.replace("[{", &format!("[{}{{", list.repeat(60)));
        let answer = Http::new(server.port()).request("POST", "/sessions", &[], Some(&large));
        assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 413));
    }
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < 16 * MEBIBYTE, "{grown} bytes are kept");
}

#[test]
fn headers_that_nobody_reads_leave_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let mut odd = Vec::new();
    for n in 0..80 {
        odd.extend(format!("{}{n}: ", "x-odd-".repeat(20)).into_bytes());
        odd.extend(b"\xff\r\n");
    }
    // A path without a route asks for no caller, and so for no header.
    let mut request = b"GET /nothing HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n".to_vec();
    request.extend([&odd[..], b"\r\n"].concat());
    let ask = || {
        let told = rest(&mut connect(&server, &request));
        assert!(told.starts_with("HTTP/1.1 404 "), "{told}");
    };
    ask();
    let before = memory(&server);
    (0..1_000).for_each(|_| ask());
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < 6 * MEBIBYTE, "{grown} bytes are kept");
}

#[test]
fn a_stop_waits_for_nobody_who_says_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 10);
    let half: Vec<TcpStream> =
        (0..strangers(50)).map(|_| connect(&stall.server, b"GET / HT")).collect();
    thread::sleep(Duration::from_millis(500));
    let begun = Instant::now();
    assert_eq!(stall.server.stop().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(3), "it took {:?}", begun.elapsed());
    drop(half);
}

/// An order over a bad line: 2 kB a second, with pauses of eight seconds.
fn slow_order(stall: &Stall) -> thread::JoinHandle<()> {
    let note = "n".repeat(1_000);
    let order = stall.front.noted_order(1, &[1; 100], Some(&note));
    let message = stall.buyer().message("POST", "/orders", &[], Some(&order));
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, stall.server.port())).unwrap();
    thread::spawn(move || {
        for (at, part) in message.chunks(1_000).enumerate() {
            stream.write_all(part).unwrap();
            let pause = if at % 4 == 3 { 8_000 } else { 500 };
            thread::sleep(Duration::from_millis(pause));
        }
        let mut told = [0; 12];
        stream.read_exact(&mut told).unwrap();
        assert_eq!(String::from_utf8_lossy(&told), "HTTP/1.1 201");
    })
}
