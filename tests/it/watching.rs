//! What those see who watch over the shop: its health, its metrics, and its log, which tells of
//! every request and of nobody in it.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use rocket::http::Method;
use rocket::tokio::runtime::Runtime;
use serde_json::{Value, json};
use tillbox::error::{Code, Error};
use tillbox::store::{Reader, Store, Tx, opening};

use crate::fixtures::{self, credentials, product, stocked};
use crate::http::Http;
use crate::server::{Server, key, tillbox_in};
use crate::shop::{Answer, Shop};

/// Stands in everything that somebody sends, and must stand in no line.
const CANARY: &str = "canary";

#[test]
fn the_health_of_a_shop_is_open_to_all_and_tells_no_secret() {
    let shop = Shop::new();
    let mut health = shop.visitor().get("/health").expect(200);
    // What there is to warn of is the machine's.
    assert!(health["warnings"].take().is_array());
    let version = env!("CARGO_PKG_VERSION");
    let well = json!({
        "ok": true, "version": version, "storage": "ok", "last_backup": null, "warnings": null,
    });
    assert_eq!(health, well);
    shop.visitor().ask(Method::Head, "/health").send().expect(200);
    shop.bearer("tb_read_nobody").get("/health").refused(401, "unauthenticated");
}

#[test]
fn whoever_wants_more_copies_than_there_is_room_for_is_told() {
    let warns = |wanted: usize| {
        let shop = Shop::with(|config| config.backups_kept = wanted);
        let warnings = shop.visitor().get("/health").expect(200)["warnings"].take();
        warnings.as_array().unwrap().contains(&json!("fewer_backups"))
    };
    assert!(warns(usize::MAX) && !warns(1) && !warns(0));
}

/// Somebody meets a page that is torn, or seems to be. Returns how the shop is once the file was
/// looked through.
fn meet_damage(shop: &Shop) -> Answer {
    let met = shop.store.read(|_| Err::<(), _>(Error::new(Code::Damaged, "a page is torn")));
    assert!(met.is_err());
    loop {
        let health = shop.visitor().get("/health");
        if health.json()["storage"] != "checking" {
            return health;
        }
        assert_eq!(health.json()["ok"], true);
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn damage_that_somebody_met_is_told_until_the_shop_is_started_again() {
    let shop = Shop::new();
    stocked(&shop, 5);
    shop.beside(|tx| tx.execute("update variants set on_hand = 4", &[])).unwrap();
    let problem = meet_damage(&shop).refused(503, "unhealthy");
    assert_eq!((&problem["ok"], &problem["storage"]), (&json!(false), &json!("damaged")));
    assert_eq!(problem["version"], env!("CARGO_PKG_VERSION"));
    let says = problem["detail"].as_str().unwrap();
    assert!(says.contains("tillbox verify") && !says.contains("backup"), "{says}");
    assert!(metric(&shop, "tillbox_healthy ").ends_with(" 0"));
    shop.restarted().visitor().get("/health").expect(200);
}

#[test]
fn what_could_not_be_read_for_a_moment_is_no_damage() {
    let shop = Shop::new();
    stocked(&shop, 5);
    assert_eq!(meet_damage(&shop).expect(200)["storage"], "ok");
    let torn = shop.store.read(|_| Err::<(), _>(Error::new(Code::StorageFailed, "no page")));
    assert!(torn.is_err());
    let health = shop.visitor().get("/health").expect(200);
    assert_eq!(health["storage"], "checking", "not looked at again within the minute");
    fixtures::order(1, 1).create(&shop.visitor());
}

/// Runs `work` while another program holds the file to write into it.
fn while_held(shop: &Shop, work: impl FnOnce()) {
    std::thread::scope(|scope| {
        let (let_go, held) = mpsc::channel::<()>();
        let (holds, is_held) = mpsc::channel();
        let (data, currency) = (&shop.config.data, shop.config.currency().unwrap());
        let now = shop.clock.now();
        scope.spawn(move || {
            opening::write_beside_server(data, currency, now, |_| {
                holds.send(()).unwrap();
                Ok(held.recv().unwrap_err())
            })
        });
        is_held.recv().unwrap();
        work();
        drop(let_go);
    });
}

fn change(store: &Store) -> Result<(), Error> {
    Runtime::new().unwrap().block_on(store.write(|_| Ok(())))
}

#[test]
fn a_file_that_another_program_holds_for_good_is_told_and_then_the_writer_gives_up() {
    let shop = Shop::new();
    while_held(&shop, || {
        assert_eq!(change(&shop.store).unwrap_err().code(), Code::Busy);
        let problem = shop.visitor().get("/health").refused(503, "unhealthy");
        assert_eq!(problem["storage"], "locked");
        shop.clock.advance_seconds(31);
        assert_eq!(change(&shop.store).unwrap_err().code(), Code::Busy);
        Runtime::new().unwrap().block_on(shop.store.writer_ended());
    });
    let problem = shop.visitor().get("/health").refused(503, "unhealthy");
    assert_eq!(problem["storage"], "stopped");
    change(&shop.restarted().store).unwrap();
}

#[test]
fn a_file_that_is_free_again_is_written_again_however_late() {
    let shop = Shop::new();
    while_held(&shop, || assert_eq!(change(&shop.store).unwrap_err().code(), Code::Busy));
    shop.clock.advance_seconds(31);
    change(&shop.store).unwrap();
    shop.visitor().get("/health").expect(200);
}

/// What a job returns, and nobody takes any more.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        bug(CANARY);
    }
}

fn bug(what: &str) {
    std::panic::resume_unwind(Box::new(what.to_owned()));
}

#[test]
fn a_writer_that_ends_is_told_and_what_is_asked_of_it_is_refused_at_once() {
    let shop = Shop::new();
    let store = &shop.store;
    Runtime::new().unwrap().block_on(async {
        let (open, gate) = mpsc::channel::<()>();
        let bomb = store.write(move |_| {
            let _ = gate.recv();
            Ok(Bomb)
        });
        let impatient = rocket::tokio::time::timeout(Duration::from_millis(20), bomb).await;
        assert!(impatient.is_err());
        drop(open);
        store.writer_ended().await;
        assert_eq!(store.write(|_| Ok(())).await.unwrap_err().code(), Code::Busy);
    });
    let problem = shop.visitor().get("/health").refused(503, "unhealthy");
    assert_eq!(problem["storage"], "stopped");
    shop.restarted().visitor().get("/health").expect(200);
}

#[test]
fn the_words_of_a_panic_are_no_cause_that_is_logged() {
    let shop = Shop::new();
    Runtime::new().unwrap().block_on(async {
        let broken = |_: &Tx<'_>| {
            bug(CANARY);
            Ok(())
        };
        let write = shop.store.write(broken).await.unwrap_err();
        let read = shop.store.read_long(Reader::Shop, broken).await.unwrap_err();
        for error in [write, read] {
            assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
        }
    });
}

#[test]
fn metrics_count_requests_by_route_and_never_by_path() {
    let shop = Shop::new();
    let admin = shop.admin();
    for _ in 0..3 {
        admin.get("/products/77").refused(404, "not_found");
    }
    product("Mug", "9.95").create(&admin);
    shop.visitor().get(&format!("/{CANARY}")).refused(404, "not_found");
    let answer = shop.reader().get("/metrics");
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(kind)));
    let text = String::from_utf8(answer.body).unwrap();
    for line in [
        "tillbox_http_requests_total{method=\"GET\",route=\"/products/<id>\",status=\"404\"} 3",
        "tillbox_http_requests_total{method=\"POST\",route=\"/products\",status=\"201\"} 1",
        "tillbox_http_requests_total{method=\"GET\",route=\"-\",status=\"404\"} 1",
        "tillbox_http_request_duration_seconds_count{method=\"GET\",route=\"/products/<id>\"} 3",
        "tillbox_healthy 1",
        "tillbox_changes_waiting 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    assert!(!text.contains(CANARY) && !text.contains("/77"), "{text}");
    for name in ["tillbox_file_bytes ", "tillbox_disk_free_bytes ", "tillbox_commits_total "] {
        let value: i64 = metric(&shop, name).rsplit(' ').next().unwrap().parse().unwrap();
        assert!(value > 0, "{name}{value}");
    }
}

#[test]
fn every_request_is_a_line_of_json_that_names_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_with(dir.path(), &[("TILLBOX_LOG", "json")], &[]);
    let asked = plant_canaries(&server, dir.path());
    let log = server.log();
    assert!(!log.to_lowercase().contains(CANARY), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(requests.len(), asked, "{log}");
    for line in &requests {
        assert!(line["id"].is_string() && line["micros"].is_u64(), "{line}");
        assert!(line["timestamp"].is_string() && line["level"] == "INFO", "{line}");
    }
    let found = |method: &str, route: &str, status: u16, caller: &str| {
        requests.iter().any(|line| {
            line["method"] == method
                && line["route"] == route
                && line["status"] == status
                && line["caller"] == caller
        })
    };
    for (method, route, status, caller) in [
        ("POST", "/customer_accounts", 201, "visitor"),
        ("GET", "/customers/<id>", 200, "customer"),
        ("POST", "/sessions", 401, "visitor"),
        ("POST", "/orders", 201, "customer"),
        ("GET", "/orders/<id>", 200, "order_token"),
        ("GET", "/orders/<id>/track", 404, "visitor"),
        ("GET", "/o/<id>", 200, "visitor"),
        ("GET", "/orders", 200, "owner"),
        ("GET", "/orders", 401, "unknown_credential"),
        ("POST", "/products", 201, "admin_key"),
        ("POST", "/products", 422, "admin_key"),
        ("GET", "-", 404, "-"),
    ] {
        assert!(found(method, route, status, caller), "{method} {route} {status} {caller}\n{log}");
    }
}

#[test]
fn the_log_is_a_line_for_people_unless_it_is_told_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let asked = plant_canaries(&server, dir.path());
    let log = server.log();
    assert!(!log.to_lowercase().contains(CANARY), "{log}");
    assert_eq!(log.lines().filter(|line| line.contains(" request ")).count(), asked);
    assert!(!log.contains('\u{1b}'), "no colours where no terminal is: {log}");
    drop(server);
    let server = Server::start_with(dir.path(), &[("TILLBOX_LOG", "quiet")], &[]);
    Http::new(server.port()).get("/shop").expect(200);
    assert_eq!(server.log(), "");
}

/// Asks for one thing after the other with a canary wherever one fits; tells how often it asked.
fn plant_canaries(server: &Server, dir: &Path) -> usize {
    let admin = key(dir, "admin");
    let add = ["staff", "add", "canary@example.org", "--data", dir.to_str().unwrap()];
    assert!(tillbox_in(dir, &[], &add, "canary password one\n").status.success());
    let mut asked = 0;
    let mut ask = |token: &str, method: &str, path: &str, body: Option<Value>| -> Value {
        asked += 1;
        let body = body.map(|body| body.to_string());
        let bearer = format!("Bearer {token}");
        let mut headers = vec![
            ("User-Agent", "canary/1.0"),
            ("Cookie", "tb_session=tb_stf_canary; other=canary"),
            ("Idempotency-Key", "canary-key"),
            ("Referer", "http://canary.example/"),
            ("X-Forwarded-For", "canary"),
            ("If-None-Match", "\"canary\""),
        ];
        if !token.is_empty() {
            headers.push(("Authorization", &bearer));
        }
        let mut http = Http::new(server.port());
        let answer = http.request(method, path, &headers, body.as_deref()).unwrap();
        serde_json::from_slice(&answer.body).unwrap_or_default()
    };
    let person = json!({ "name": "Canary", "email": "canary@example.org", "phone": "+1 2345" });
    let address =
        json!({ "name": "Canary", "line1": "Canary 1", "city": "Canary", "country": "DE" });
    let product = json!({ "name": "Canary", "price": "9.95", "description": "canary" });
    ask(&admin, "POST", "/products", Some(product));
    ask(&admin, "POST", "/products", Some(json!({ "canary": "canary" })));
    let account = json!({
        "username": "canary", "password": "canary password two", "customer": person,
    });
    let account = ask("", "POST", "/customer_accounts", Some(account));
    let session = account["token"].as_str().unwrap().to_owned();
    ask(&session, "GET", "/customers/1?canary", None);
    let wrong = credentials("canary", "canary password three");
    ask("", "POST", "/sessions", Some(wrong));
    let order = json!({
        "items": [{ "product_id": 1, "quantity": 1 }],
        "note": "canary",
        "shipping_address": address,
    });
    let order = ask(&session, "POST", "/orders", Some(order));
    ask(order["token"].as_str().unwrap(), "GET", "/orders/1", None);
    let tracking = fixtures::tracking(&order);
    ask("", "GET", &tracking, None);
    // The page of the order, whose token is no part of a line either.
    ask("", "GET", order["tracking_url"].as_str().unwrap(), None);
    ask("", "GET", "/orders/1/track?token=canary", None);
    ask("tb_read_canary", "GET", "/orders", None);
    let owner = json!({ "email": "canary@example.org", "password": "canary password one" });
    let owner = ask("", "POST", "/staff/sessions", Some(owner));
    let owner = owner["token"].as_str().unwrap().to_owned();
    ask(&owner, "GET", "/orders?q=canary", None);
    ask(&owner, "POST", "/backups", Some(json!({})));
    ask("", "GET", "/canary/canary?canary=canary", None);
    ask("", "CANARY", "/canary", None);
    // Nothing of a credential may be in the log either.
    let log = server.log();
    for secret in [&admin, &session, &owner, order["token"].as_str().unwrap()] {
        let random = secret.rsplit('_').next().unwrap();
        assert!(!log.contains(random), "{log}");
    }
    let token = tracking.rsplit('=').next().unwrap();
    assert!(!log.contains(token), "{log}");
    asked
}

/// The line of a metric.
fn metric(shop: &Shop, start: &str) -> String {
    let text = String::from_utf8(shop.reader().get("/metrics").body).unwrap();
    text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{text}")).to_owned()
}
