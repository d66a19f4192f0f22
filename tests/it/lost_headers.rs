//! Headers whose value is not UTF-8, which the server of HTTP drops before the shop sees them. They
//! must not be taken for headers that nobody sent. They exist on a real connection alone.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::fixtures::{order, product};
use crate::http::Http;
use crate::server::{Server, key};

/// Stands for a byte that UTF-8 does not have.
const ODD: char = '~';

/// Opens a connection and sends what stands before the body.
fn begin(port: u16, head: &str, headers: &str, body: &str) -> TcpStream {
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n{headers}\r\n\r\n"
    );
    let odd = |byte| if byte == ODD as u8 { 0xff } else { byte };
    let bytes: Vec<u8> = head.bytes().map(odd).collect();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&bytes).unwrap();
    stream
}

/// Sends the body and reads the status and the answer.
fn end(mut stream: TcpStream, body: &str) -> (u16, Value) {
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}

#[test]
fn a_header_that_is_not_utf_8_is_refused_and_never_taken_for_one_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let (port, admin) = (server.port(), key(dir.path(), "admin"));
    let mut http = Http::new(port).bearer(&admin);
    http.post("/products", &product("Mug", "1").body()).expect(201);
    let order = order(1, 1).body().to_string();
    let bearer = format!("Authorization: Bearer {admin}");
    let ask = |head: &str, headers: &str, body: &str| end(begin(port, head, headers, body), body);

    let (status, problem) =
        ask("GET /products", &format!("Authorization: Bearer {admin}{ODD}"), "");
    assert_eq!((status, &problem["code"]), (401, &json!("unauthenticated")));
    assert_eq!(ask("GET /products", "authorization: ~", "").0, 401);
    for (head, name, body) in [
        ("PATCH /products/1", "If-Match", "{\"name\":\"Cup\"}"),
        ("DELETE /products/1", "if-match", ""),
        ("POST /orders", "Idempotency-Key", order.as_str()),
    ] {
        let (status, problem) = ask(head, &format!("{bearer}\r\n{name}: \"1.0{ODD}\""), body);
        assert_eq!((status, &problem["code"]), (400, &json!("bad_request")), "{head}");
        let header = problem["errors"][0]["header"].as_str().unwrap();
        assert!(header.eq_ignore_ascii_case(name), "{problem}");
    }
    // Other headers mean nothing here, and the next request has lost none.
    assert_eq!(ask("GET /products", "Cookie: a=~\r\nX-Odd: ~", "").0, 200);
    assert_eq!(ask("BREW /products", "Authorization: ~", "").0, 405);
    assert_eq!(ask("GET /nowhere", "Authorization: ~", "").0, 404);
    assert_eq!(ask("GET /products", "X-Odd: fine", "").0, 200);
    assert_eq!(http.get("/products/1").expect(200).json()["name"], "Mug");
    assert!(http.get("/orders").expect(200).json()["data"].as_array().unwrap().is_empty());
}

#[test]
fn a_header_is_lost_to_its_own_request_however_slowly_that_comes() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let (port, admin) = (server.port(), key(dir.path(), "admin"));
    let bearer = format!("Authorization: Bearer {admin}");
    let body = product("Mug", "1").body().to_string();
    let odd = format!("{bearer}\r\nIdempotency-Key: {ODD}");
    let slow: Vec<TcpStream> = (0..8).map(|_| begin(port, "POST /products", &odd, &body)).collect();
    thread::sleep(Duration::from_millis(100));
    for n in 0..20 {
        let fine = format!("{bearer}\r\nIdempotency-Key: k{n}");
        assert_eq!(end(begin(port, "POST /products", &fine, &body), &body).0, 201);
    }
    for stream in slow {
        assert_eq!(end(stream, &body).0, 400);
    }
}
