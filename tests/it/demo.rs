//! The demo: a shop at work from the first start on, that nobody mistakes for their own, and that
//! is never poured into somebody else's.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::clock::Clock;
use tillbox::demo;
use tillbox::domain::orders::{FulfillmentStatus, PaymentStatus};

use crate::cli::refused;
use crate::fixtures::{credentials, person};
use crate::http::Http;
use crate::server::{Server, Stall, program, tillbox_in, wait};
use crate::shop::{STAFF_PASSWORD, Shop};

const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(10);
const LISTS: [&str; 4] = ["/orders", "/products", "/customers", "/customer_accounts"];

/// A demo that runs, and what it said.
struct Demo {
    child: Child,
    port: u16,
    said: Vec<String>,
}

impl Demo {
    #[track_caller]
    fn start(dir: &Path, env: &[(&str, &str)], args: &[&str]) -> Self {
        let mut command = program();
        command.arg("demo").args(["--port", "0"]).args(args).envs(env.iter().copied());
        command.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            stdout.lines().map_while(Result::ok).for_each(|line| drop(send.send(line)));
        });
        let mut demo = Self { child, port: 0, said: Vec::new() };
        // The last line of the greeting says where to read on.
        while !demo.said.last().is_some_and(|line| line.ends_with("/docs")) {
            let line = lines.recv_timeout(START).expect("the greeting goes on");
            demo.said.push(line);
        }
        let address = demo.said[0].strip_prefix("Tillbox is listening on http://127.0.0.1:");
        demo.port = address.expect("the address comes first").parse().unwrap();
        demo
    }

    #[track_caller]
    fn key(&self) -> &str {
        let mut keys = self.said.iter().map(|line| line.trim());
        keys.find(|line| line.starts_with("tb_admin_")).expect("the key is on a line of its own")
    }

    fn curls(&self) -> Vec<&str> {
        let lines = self.said.iter().map(|line| line.trim());
        lines.filter(|line| line.starts_with("curl ")).collect()
    }

    /// Whether what is said of the owner lets somebody in.
    #[track_caller]
    fn lets_in(&self, password: &str) -> bool {
        let body = json!({ "email": "owner@example.com", "password": password });
        let answer = Http::new(self.port).post("/staff/sessions", &body);
        assert!([201, 401].contains(&answer.status), "{}", answer.status);
        answer.status == 201
    }

    /// The two lines under the address of the page: who, and their password.
    #[track_caller]
    fn password(&self) -> &str {
        let page = format!("http://127.0.0.1:{}/admin", self.port);
        let mut lines = self.said.iter().map(|line| line.trim()).skip_while(|line| *line != page);
        assert_eq!((lines.next(), lines.next()), (Some(page.as_str()), Some("owner@example.com")));
        lines.next().expect("the password is on a line of its own")
    }

    fn admin(&self) -> Http {
        Http::new(self.port).bearer(self.key())
    }

    fn rows(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        self.admin().each(path, |row| rows.push(row.clone()));
        rows
    }

    #[track_caller]
    fn stop(mut self) {
        // It says its address a moment before it listens to signals; who is answered comes later.
        Http::new(self.port).get("/shop").expect(200);
        let pid = self.child.id().to_string();
        Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().unwrap();
        let ended = wait(&mut self.child, STOP).expect("it stops when it is told to");
        assert_eq!(ended.code(), Some(0));
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap()
}

fn words<'a>(orders: &'a [Value], field: &str) -> BTreeSet<&'a str> {
    orders.iter().map(|order| text(order, field)).collect()
}

/// Every state that the program can bring an order into is there, also those with money to return.
#[track_caller]
fn all_states(orders: &[Value]) {
    let set = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(words(orders, "status"), set(&["open", "completed", "cancelled"]));
    assert_eq!(words(orders, "payment_status"), set(PaymentStatus::NAMES));
    assert_eq!(words(orders, "fulfillment_status"), set(FulfillmentStatus::NAMES));
    assert!(words(orders, "payment_method").len() >= 5);
    let any = |fits: &dyn Fn(&Value) -> bool| assert!(orders.iter().any(fits));
    let is = |order: &Value, field: &str, word: &str| text(order, field) == word;
    let returns = |order: &Value| text(order, "to_refund") != "0.00";
    any(&|order| is(order, "status", "cancelled") && returns(order));
    any(&|order| is(order, "status", "cancelled") && !returns(order));
    any(&|order| is(order, "status", "open") && returns(order));
    for paid in ["unpaid", "partially_paid"] {
        any(&|order| {
            is(order, "fulfillment_status", "delivered") && is(order, "payment_status", paid)
        });
    }
    any(&|order| {
        is(order, "fulfillment_status", "packed") && is(order, "payment_status", "unpaid")
    });
    any(&|order| {
        is(order, "fulfillment_status", "shipped") && is(order, "payment_status", "unpaid")
    });
    any(&|order| order["shipments"].as_array().unwrap().len() == 2);
}

#[test]
fn the_demo_is_a_shop_at_work() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Demo::start(dir.path(), &[], &[]);
    assert!(dir.path().join("tillbox-demo/shop.db").exists());
    // Nobody becomes the owner of a demo by what it prints.
    assert!(!demo.said.iter().any(|line| line.contains("setup=")), "{:?}", demo.said);
    assert!(!dir.path().join("tillbox-demo/setup-code").exists());

    let orders = demo.rows("/orders");
    assert_eq!(orders.len(), 60);
    all_states(&orders);
    // The newest come first; numbers and times run together.
    let numbers = orders.iter().map(|order| text(order, "number").parse::<usize>().unwrap());
    assert!(numbers.eq((1001..1061).rev()));
    let times: Vec<&str> = orders.iter().map(|order| text(order, "order_date")).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    let now = Clock::system().now();
    let days_ago = |days: i64| now.plus_seconds(-days * 24 * 3600).text();
    assert!(times[0] <= now.text().as_str() && times[59] >= days_ago(90).as_str(), "{times:?}");
    // Business is growing.
    let since = |days: i64| times.iter().filter(|time| **time >= days_ago(days).as_str()).count();
    assert!(since(30) > 30 && since(60) > 40, "{} {}", since(30), since(60));

    let products = demo.rows("/products");
    assert_eq!(products.len(), 20);
    assert_eq!(words(&products, "status"), BTreeSet::from(["active", "archived", "draft"]));
    let variants = |product: &Value| product["variants"].as_array().unwrap().len();
    assert!(products.iter().filter(|product| variants(product) > 1).count() >= 5);
    let stock = |fits: &dyn Fn(&Value, i64) -> bool| {
        let fits = |product: &&Value| product["stock"].as_i64().is_some_and(|n| fits(product, n));
        products.iter().filter(fits).count()
    };
    let low = |product: &Value| product["low_stock_at"].as_i64().unwrap_or(-1);
    assert_eq!(stock(&|_, left| left == 0), 1);
    assert_eq!(stock(&|product, left| left > 0 && left <= low(product)), 1);
    assert_eq!(stock(&|product, _| product["allow_backorder"] == true), 1);

    let customers = demo.rows("/customers");
    assert_eq!(customers.len(), 10);
    for customer in &customers {
        assert!(text(customer, "email").ends_with("@example.org"), "{customer}");
        assert!(customer["orders_count"].as_i64().unwrap() > 0, "{customer}");
    }
    assert_eq!(demo.rows("/customer_accounts").len(), 2);
    let shop = Http::new(demo.port).get("/shop").expect(200).json();
    assert_eq!((text(&shop, "name"), text(&shop, "country")), ("The Corner Shop (sample)", "IE"));
}

#[test]
fn the_stock_of_the_demo_is_the_sum_of_its_movements_and_never_below_zero() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Demo::start(dir.path(), &[], &[]);
    for product in demo.rows("/products") {
        let movements = demo.rows(&format!("/products/{}/stock_movements", product["id"]));
        let mut times: Vec<&str> = movements.iter().map(|row| text(row, "created_at")).collect();
        times.reverse();
        assert!(times.is_sorted(), "{product}: {times:?}");
        for variant in product["variants"].as_array().unwrap() {
            let own = || movements.iter().filter(|row| row["variant_id"] == variant["id"]);
            let number = |row: &Value, field: &str| row[field].as_i64().unwrap();
            assert!(own().all(|row| number(row, "stock") >= 0), "{variant}");
            match variant["stock"].as_i64() {
                Some(left) => {
                    assert_eq!(own().map(|row| number(row, "delta")).sum::<i64>(), left);
                    assert_eq!(text(own().next_back().unwrap(), "reason"), "received");
                }
                None => assert_eq!(own().count(), 0),
            }
        }
    }
}

/// Runs a line as somebody pastes it, and tells the status and the body of the answer. What curl
/// adds comes from its own file of settings, so that the line stays as it was printed.
#[track_caller]
fn paste(dir: &Path, line: &str) -> (u16, Value) {
    fs::write(dir.join(".curlrc"), "write-out = \"\\n%{http_code}\"\n").unwrap();
    let mut sh = Command::new("sh");
    sh.args(["-c", line]).current_dir(dir).env("CURL_HOME", dir).env("no_proxy", "*");
    let Output { stdout, stderr, .. } = sh.output().unwrap();
    let missing = String::from_utf8_lossy(&stderr).contains("not found");
    assert!(!missing, "curl is not installed, so the lines of the demo cannot be tried");
    let said = String::from_utf8(stdout).unwrap();
    let (body, status) = said.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn the_lines_that_the_demo_prints_work_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Demo::start(dir.path(), &[], &[]);
    assert_eq!(demo.said[1], "");
    let curls = demo.curls();
    assert_eq!(curls.len(), 3, "{:?}", demo.said);
    let (status, list) = paste(dir.path(), curls[0]);
    assert_eq!(status, 200, "{list}");
    assert!(list["data"].as_array().unwrap().iter().all(|product| product["status"] == "active"));
    let (status, order) = paste(dir.path(), curls[1]);
    assert_eq!(status, 201, "{order}");
    assert_eq!(text(&order, "number"), "1061");
    let (status, list) = paste(dir.path(), curls[2]);
    assert_eq!((status, text(&list["data"][0], "number")), (200, "1061"), "{list}");
    // It can be ordered again and again.
    assert_eq!(paste(dir.path(), curls[1]).0, 201);
    assert!(demo.lets_in(demo.password()));
    let said = demo.said.join("\n");
    assert!(said.contains("./tillbox-demo"), "{said}");
    let password = said.split("with the password: ").nth(1).unwrap().lines().next().unwrap();
    for username in ["ana", "tom"] {
        assert!(said.contains(username), "{said}");
        let body = credentials(username, password);
        Http::new(demo.port).post("/sessions", &body).expect(201);
    }
}

#[test]
fn the_next_start_finds_the_demo_as_it_was_left_and_makes_a_new_key_and_password() {
    let dir = tempfile::tempdir().unwrap();
    let demo = Demo::start(dir.path(), &[], &[]);
    let (first, password) = (demo.key().to_owned(), demo.password().to_owned());
    assert_eq!(paste(dir.path(), demo.curls()[1]).0, 201);
    let before = LISTS.map(|path| demo.rows(path));
    demo.stop();
    let demo = Demo::start(dir.path(), &[], &[]);
    assert_eq!(LISTS.map(|path| demo.rows(path)), before);
    assert_eq!(before[0].len(), 61);
    assert_ne!(demo.key(), first);
    assert!(demo.lets_in(demo.password()) && !demo.lets_in(&password));
    assert_eq!(Http::new(demo.port).bearer(&first).get("/orders").status, 401);
    assert_eq!(demo.admin().get("/orders").status, 200);
    // Keys by another name are somebody else's.
    let folder = dir.path().join("tillbox-demo");
    let other = crate::server::key(&folder, "read");
    demo.stop();
    let demo = Demo::start(dir.path(), &[], &[]);
    assert_eq!(Http::new(demo.port).bearer(&other).get("/orders").status, 200);
}

#[test]
fn the_demo_leaves_a_real_shop_alone() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("mine");
    fs::create_dir(&data).unwrap();
    let mut stall = Stall::open(&data, 5);
    stall.server.stop();
    let args = ["demo", "--port", "0", "--data", "mine"];
    let text = refused(&tillbox_in(dir.path(), &[], &args, ""), 1);
    assert!(text.contains("mine") && text.contains("holds a shop already"), "{text}");
    stall.reopen();
    assert_eq!(stall.stock(), 5);
    assert_eq!(stall.orders(|_| {}), 0);
    let mut products = 0;
    stall.admin().each("/products", |_| products += 1);
    assert_eq!(products, 1);
    // Somebody on its staff makes a shop somebody's.
    let staffed = dir.path().join("staffed");
    fs::create_dir(&staffed).unwrap();
    let add = ["staff", "add", "ana@example.org", "--data", "."];
    assert!(tillbox_in(&staffed, &[], &add, STAFF_PASSWORD).status.success());
    refused(&tillbox_in(&staffed, &[], &["demo", "--data", "."], ""), 1);
    // So does a customer.
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    let mut server = Server::start(&other);
    Http::new(server.port()).post("/customers", &person("Ana")).expect(201);
    let serving = refused(&tillbox_in(&other, &[], &["demo", "--data", "."], ""), 1);
    assert!(serving.contains("already serves"), "{serving}");
    server.stop();
    refused(&tillbox_in(&other, &[], &["demo", "--data", "."], ""), 1);
}

#[test]
fn the_demo_has_a_folder_of_its_own_unless_the_caller_names_one() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).join("shop.db").exists();
    let toml = "[default]\ndata = \"of-file\"\n[global]\ndata = \"of-file\"\n";
    fs::write(dir.path().join("Rocket.toml"), toml).unwrap();
    Demo::start(dir.path(), &[], &[]).stop();
    assert!(at("tillbox-demo"));
    Demo::start(dir.path(), &[("TILLBOX_DATA", "of-env")], &[]).stop();
    assert!(at("of-env"));
    Demo::start(dir.path(), &[("TILLBOX_DATA", "not-me")], &["--data", "of-line"]).stop();
    assert!(at("of-line") && !at("of-file") && !at("not-me"));

    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = refused(&tillbox_in(dir.path(), &[], &["demo", "--port", &port], ""), 1);
    assert!(text.contains(&port), "{text}");
}

#[test]
fn nothing_in_the_demo_is_of_the_future_whenever_it_is_first_opened() {
    const HOURS: i64 = 3600;
    // 29 hours apart, so that all days of a week and many times of a day come; and around the
    // nights in which the clocks change (2027-03-28 and 2027-10-31).
    let week = (0..7).map(|step| step * 29 * HOURS);
    let changes = [125, 126, 342].map(|days| (days * 24 + 14) * HOURS);
    for later in week.chain(changes) {
        let shop = Shop::new();
        shop.clock.advance_seconds(later);
        let now = shop.clock.now();
        let opening = demo::open(&shop.store, shop.folder());
        let opened = Runtime::new().unwrap().block_on(opening).unwrap();
        let page = shop.bearer(&opened.key).get("/orders?limit=100").expect(200);
        let orders = page["data"].as_array().unwrap();
        assert_eq!(orders.len(), 60);
        all_states(orders);
        let (now, oldest) = (now.text(), now.plus_seconds(-90 * 24 * HOURS).text());
        for order in orders {
            assert!(text(order, "order_date") >= oldest.as_str(), "{now}: {order}");
            let rows = |field: &str| order[field].as_array().unwrap().iter();
            let mut times = vec![&order["order_date"], &order["updated_at"]];
            times.extend(rows("payments").map(|payment| &payment["paid_at"]));
            times.extend(rows("shipments").map(|shipment| &shipment["shipped_at"]));
            times.extend(rows("shipments").map(|shipment| &shipment["delivered_at"]));
            for time in times.into_iter().filter_map(Value::as_str) {
                assert!(time <= now.as_str(), "{time} is after {now}: {order}");
                assert!(time >= text(order, "order_date"), "{time}: {order}");
            }
        }
    }
}

#[test]
fn the_demo_has_prices_in_any_currency() {
    for (code, price) in [("JPY", "420"), ("KWD", "4.200"), ("CHF", "4.20")] {
        let shop = Shop::with(|config| config.currency = code.to_owned());
        let opening = demo::open(&shop.store, shop.folder());
        let opened = Runtime::new().unwrap().block_on(opening).unwrap();
        let product = opened.product.expect("there is something to order");
        let product = shop.visitor().get(&format!("/products/{product}")).expect(200);
        assert_eq!((text(&product, "price"), text(&product, "currency")), (price, code));
    }
}
