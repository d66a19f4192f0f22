//! Uploads at a server that runs: many at once need little memory and hold up nobody, and a whole
//! catalogue of pictures goes in and comes out again. `TILLBOX_LARGE_PICTURES` makes the pictures
//! as large as cameras make them, and the catalogue as large as those of three real shops.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jpeg_encoder::{ColorType, Encoder};
use serde_json::{Value, json};

use crate::doors::memory;
use crate::http::Http;
use crate::images::jpeg;
use crate::openapi;
use crate::server::{Server, Stall, key, tillbox};

const MEBIBYTE: u64 = 1024 * 1024;
const UPLOADS: usize = 20;
/// What the server may hold for itself, with one photograph in its hands and with twenty waiting.
const ONE_MAX: u64 = 120 * MEBIBYTE;
const MANY_MAX: u64 = 160 * MEBIBYTE;
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_mins(3);

fn is_large() -> bool {
    std::env::var_os("TILLBOX_LARGE_PICTURES").is_some()
}

/// Pixels of a photograph: 12 million, as telephones make them, or few enough for every day.
fn photograph() -> (u16, u16) {
    if is_large() { (4_000, 3_000) } else { (800, 600) }
}

fn picture(number: usize) -> Vec<u8> {
    let (width, height) = photograph();
    jpeg(width, height, u8::try_from(number % 256).unwrap())
}

/// The most memory that the server had while `work` ran.
fn peak(server: &Server, work: impl FnOnce() + Send) -> u64 {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = memory(server).max(most);
                thread::sleep(LOOK);
            }
            most
        });
        work();
        over.store(true, Ordering::Relaxed);
        watcher.join().unwrap()
    })
}

#[test]
fn twenty_photographs_at_once_take_little_memory_and_orders_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000_000);
    let path = format!("{}/images", stall.product_path());
    let first = picture(0);
    let begun = Instant::now();
    let one = peak(&stall.server, || {
        stall.admin().patience(PATIENCE).upload(&path, &first).unwrap().expect(201);
    });
    let took = begun.elapsed();
    let pictures: Vec<Vec<u8>> = (1..=UPLOADS).map(picture).collect();
    let (over, orders) = (AtomicBool::new(false), AtomicUsize::new(0));
    let many = peak(&stall.server, || {
        thread::scope(|scope| {
            for client in 0..4 {
                let (stall, over, orders) = (&stall, &over, &orders);
                scope.spawn(move || {
                    let mut http = stall.buyer();
                    while !over.load(Ordering::Relaxed) {
                        let body = stall.front.order(client, &[1]);
                        let placed = http.request("POST", "/orders", &[], Some(&body));
                        placed.unwrap().expect(201);
                        orders.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let uploads = pictures.iter().map(|picture| {
                scope.spawn(|| {
                    let mut http = stall.admin().patience(PATIENCE);
                    http.upload(&path, picture).unwrap().expect(201);
                })
            });
            let uploads: Vec<_> = uploads.collect();
            for upload in uploads {
                upload.join().unwrap();
            }
            over.store(true, Ordering::Relaxed);
        });
    });
    let placed = orders.into_inner();
    println!(
        "a photograph of {:?} pixels took {took:.2?} and {} MiB, {UPLOADS} at once {} MiB beside \
         {placed} orders",
        photograph(),
        one / MEBIBYTE,
        many / MEBIBYTE,
    );
    assert!(one < ONE_MAX && many < MANY_MAX, "{one} and {many} bytes");
    assert!(placed > UPLOADS, "{placed} orders");
    let shown = stall.admin().get(&stall.product_path()).expect(200).json();
    assert_eq!(shown["images"].as_array().unwrap().len(), 1 + UPLOADS);
    assert_eq!(stall.orders(|_| ()), placed);
    assert_eq!(stall.server.stop().code(), Some(0));
}

#[test]
fn a_picture_that_breaks_off_is_told_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let admin = key(dir.path(), "admin");
    let mut http = Http::new(server.port()).bearer(&admin);
    http.post("/products", &json!({ "name": "Mug", "price": "1" })).expect(201);
    http.post("/collections", &json!({ "name": "Bread" })).expect(201);
    let whole = jpeg(400, 300, 1);
    for path in ["/products/1/images", "/collections/1/image"] {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: shop.example\r\nAuthorization: Bearer {admin}\r\n\
             Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
            whole.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&whole[..whole.len() / 2]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 "), "{answer}");
        openapi::note("POST", path, 400, body.as_bytes());
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["code"], "bad_request", "{path}");
    }
    assert_eq!(http.get("/products/1").expect(200).json()["images"], json!([]));
    assert_eq!(http.get("/collections/1").expect(200).json()["image"], Value::Null);
}

/// A picture that is stored in scans one after the other, and so is unpacked as a whole.
fn progressive(width: u16, height: u16) -> Vec<u8> {
    let (columns, lines) = (usize::from(width), usize::from(height));
    let byte = |number: usize| u8::try_from(number % 256).unwrap();
    let pixels: Vec<u8> =
        (0..columns * lines).flat_map(|at| [byte(at), byte(at / columns), 9]).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 60);
    encoder.set_progressive(true);
    encoder.encode(&pixels, width, height, ColorType::Rgb).unwrap();
    bytes
}

/// A PNG of 16 bits, with alpha.
fn deep(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let line: Vec<u8> = (0..width * 8).map(|at| u8::try_from(at % 250).unwrap()).collect();
    for _ in 0..height {
        std::io::Write::write_all(&mut stream, &line).unwrap();
    }
    stream.finish().unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn what_is_hard_to_unpack_is_stored_or_refused_and_nobody_notices() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 1_000_000);
    let path = format!("{}/images", stall.product_path());
    let (width, height) = if is_large() { (6_000, 4_000) } else { (600, 400) };
    let pictures =
        [progressive(width, height), deep(width.into(), height.into()), jpeg(width, height, 1)];
    let most = peak(&stall.server, || {
        for picture in &pictures {
            let answer = stall.admin().patience(PATIENCE).upload(&path, picture).unwrap();
            println!("{} kB: {} {}", picture.len() / 1024, answer.status, answer.text());
            let refused = answer.status == 422 && answer.json()["code"] == "picture_too_large";
            assert!(answer.status == 201 || refused, "{}", answer.text());
            stall.place(1);
        }
    });
    println!("{} MiB at most", most / MEBIBYTE);
    assert!(most < ONE_MAX, "{most} bytes");
    assert_eq!(stall.orders(|_| ()), pictures.len());
    assert_eq!(stall.server.stop().code(), Some(0));
}

/// Everything that is said of the products, and the bytes of each of their pictures.
fn catalogue(http: &mut Http) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut urls = Vec::new();
    http.each("/products?sort=created_at", |product| {
        all.insert(product["handle"].as_str().unwrap().to_owned(), product.to_string().into());
        let images = product["images"].as_array().unwrap().iter();
        urls.extend(images.flat_map(|image| image["urls"].as_object().unwrap().values().cloned()));
    });
    for url in urls.iter().filter_map(Value::as_str) {
        let answer = http.get(url).expect(200);
        let length = answer.header("content-length").unwrap().parse();
        assert_eq!(length, Ok(answer.body.len()), "{url}");
        all.insert(url.to_owned(), answer.body);
    }
    all
}

#[test]
fn a_catalogue_goes_in_and_comes_out_and_its_backup_is_equal() {
    let (products, pictures) = if is_large() { (375, 1_033) } else { (25, 70) };
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(&dir.path().join("shop"), 1);
    let mut http = stall.admin().patience(PATIENCE);
    http.post("/collections", &json!({ "name": "All" })).expect(201);
    for number in 0..products {
        let product = json!({
            "name": format!("Good {number}"), "price": "9.95", "collection_ids": [1],
            "description": "A paragraph.\n".repeat(number % 40),
            "tags": [format!("t{}", number % 9)],
        });
        http.post("/products", &product).expect(201);
    }
    let sides = [(1_200, 1_200), (1_000, 1_500), (800, 600), (2_048, 1_365)];
    let shrunk = if is_large() { 1 } else { 8 };
    let begun = Instant::now();
    for number in 0..pictures {
        let (width, height) = sides[number % sides.len()];
        let file = jpeg(width / shrunk, height / shrunk, u8::try_from(number % 251).unwrap());
        // The shade repeats itself, and so do pictures: a product shows what another does.
        let path = format!("/products/{}/images?alt=View%20{number}", 2 + number % products);
        http.upload(&path, &file).unwrap().expect(201);
    }
    println!("{products} products with {pictures} pictures after {:.1?}", begun.elapsed());
    let before = catalogue(&mut http);
    let found = http.get("/products?q=good&collection=1&count=true").expect(200).json();
    assert_eq!(found["count"], products.min(200));
    let copy = dir.path().join("copy.db");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let shop = text(&dir.path().join("shop"));
    let made = tillbox(&["backup", &text(&copy), "--data", &shop]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(stall.server.stop().code(), Some(0));
    let restored = dir.path().join("restored");
    let made = tillbox(&["restore", &text(&copy), "--data", &text(&restored)]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let again = Server::start(&restored);
    let key = crate::server::key(&restored, "admin");
    let after = catalogue(&mut Http::new(again.port()).bearer(&key).patience(PATIENCE));
    assert!(before == after, "what was restored is not what was there");
}
