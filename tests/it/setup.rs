//! The first minutes of a shop: whoever reads the code at its start becomes the owner, once.

use std::fs;
use std::iter;
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::{demo, qr};

use crate::fixtures::product;
use crate::http::Http;
use crate::server::{Server, lines_of, program, tillbox_in};
use crate::shop::{STAFF_PASSWORD, Shop, ids};

const HOUR: i64 = 3600;

#[test]
fn whoever_has_the_code_becomes_the_owner_and_is_signed_in() {
    let shop = Shop::new();
    let answer = shop.visitor().post("/setup", setup(&offered(&shop)));
    assert_eq!(answer.header("Location"), Some("/staff/sessions/current"));
    let mut session = answer.expect(201);
    let token = session["token"].take();
    let cookie = answer.header("Set-Cookie").unwrap();
    assert!(cookie.starts_with(&format!("tb_session={}; ", token.as_str().unwrap())), "{cookie}");
    let wanted = json!({
        "token": null, "token_type": "Bearer", "expires_at": "2026-11-23T21:00:00Z", "staff_id": 1,
        "role": "owner",
    });
    assert_eq!(session, wanted);
    let owner = shop.bearer(token.as_str().unwrap());
    let settings = owner.get("/settings").expect(200);
    let set = ["name", "currency", "country"].map(|field| settings[field].as_str().unwrap());
    assert_eq!(set, ["Bakery", "CHF", "CH"]);
    assert_eq!(settings["time_zone"], "Europe/Zurich");
    let methods = settings["shipping_methods"].as_array().unwrap();
    let told = ["code", "price", "needs_address", "pickup"];
    let told = methods.iter().map(|method| told.map(|field| method[field].clone()));
    let wanted = [json!(["parcel", "0.00", true, false]), json!(["pickup", "0.00", false, true])];
    assert_eq!(told.map(|fields| json!(fields)).collect::<Vec<Value>>(), wanted);
    assert_eq!(methods[0]["countries"], json!(["CH"]));
    let again = json!({ "email": "Owner@example.org", "password": STAFF_PASSWORD });
    shop.visitor().post("/staff/sessions", again).expect(201);
    assert!(owner.get("/products").expect(200)["data"].as_array().unwrap().is_empty());
}

#[test]
fn the_code_lies_where_only_the_owner_can_read_it_and_is_forgotten_when_it_was_used() {
    let shop = Shop::new();
    let code = offered(&shop);
    let file = shop.config.data.join("setup-code");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{code}\n"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!((code.len(), code.bytes().all(|byte| byte.is_ascii_hexdigit())), (32, true));
    shop.visitor().post("/setup", setup(&code)).expect(201);
    assert!(!file.exists());
    assert!(shop.bytes_with(&code).is_empty());
    let problem = shop.visitor().post("/setup", setup(&code)).refused(409, "conflict");
    assert!(problem["detail"].as_str().unwrap().contains("owner"), "{problem}");
    assert_eq!(shop.setup.offer(demo::put_goods).unwrap(), None);
}

#[test]
fn another_code_or_a_late_one_opens_nothing_and_the_answer_says_what_to_do() {
    let shop = Shop::new();
    let (stale, code) = (offered(&shop), offered(&shop));
    for wrong in [" ", "0", &"0".repeat(32), &code[1..], &format!("{code}0"), &stale] {
        let problem = shop.visitor().post("/setup", setup(wrong)).refused(403, "forbidden");
        assert!(problem["detail"].as_str().unwrap().contains("Start the shop again"), "{problem}");
    }
    shop.clock.advance_seconds(HOUR - 1);
    let mut short = setup(&code);
    short["password"] = json!("short");
    shop.visitor().post("/setup", short).invalid(&[("/password", "too_short")]);
    shop.clock.advance_seconds(1);
    shop.visitor().post("/setup", setup(&code)).refused(403, "forbidden");
    shop.visitor().post("/setup", setup(&offered(&shop))).expect(201);
    // A shop that offers nothing has no code that fits.
    Shop::new().visitor().post("/setup", setup("0")).refused(403, "forbidden");
}

#[test]
fn everything_that_is_wrong_with_a_setup_is_told_at_once() {
    let shop = Shop::new();
    let code = offered(&shop);
    shop.visitor().post("/setup", json!({ "sample": "yes", "name": "Bakery" })).invalid(&[
        ("/code", "required"),
        ("/email", "required"),
        ("/password", "required"),
        ("/shop_name", "required"),
        ("/currency", "required"),
        ("/sample", "wrong_type"),
        ("/name", "unknown_field"),
    ]);
    let body = json!({
        "code": code, "email": "owner@example.org", "password": "owner@Example.org",
        "shop_name": " ", "currency": "EURO", "country": "XX",
    });
    shop.visitor().post("/setup", body).invalid(&[
        ("/password", "too_common"),
        ("/shop_name", "empty"),
        ("/currency", "unknown_currency"),
        ("/country", "unknown_country"),
    ]);
}

#[test]
fn an_owner_who_was_added_on_the_command_line_closes_the_setup() {
    let shop = Shop::new();
    let code = offered(&shop);
    shop.owner();
    shop.visitor().post("/setup", setup(&code)).refused(409, "conflict");
    assert!(!shop.config.data.join("setup-code").exists());
    shop.visitor().post("/setup", setup("another")).refused(409, "conflict");
}

#[test]
fn sample_goods_come_without_people_and_orders_and_only_where_there_are_none() {
    let shop = Shop::new();
    let mut body = setup(&offered(&shop));
    body["sample"] = json!(true);
    let admin = shop.admin();
    product("Mug", "1").create(&admin);
    shop.visitor().post("/setup", body.clone()).refused(409, "currency_fixed");
    body["currency"] = json!("EUR");
    shop.visitor().post("/setup", body.clone()).refused(409, "conflict");
    assert_eq!(admin.get("/settings").expect(200)["name"], "My shop");

    let shop = Shop::new();
    let mut body = setup(&offered(&shop));
    body["sample"] = json!(true);
    let session = shop.visitor().post("/setup", body).expect(201);
    let owner = shop.holder(&session);
    let list = owner.get("/products?limit=100").expect(200);
    let goods = list["data"].as_array().unwrap();
    assert!(goods.len() >= 15, "{}", goods.len());
    assert!(goods.iter().all(|good| good["currency"] == "CHF" && good["status"] != "archived"));
    assert!(goods.iter().any(|good| good["stock"].as_i64() > Some(0)));
    for path in ["/orders", "/customers", "/customer_accounts", "/discounts"] {
        assert!(ids(&owner.get(path).expect(200)).is_empty(), "{path}");
    }
    // What was never ordered leaves nothing behind.
    for id in ids(&list) {
        owner.delete(&format!("/products/{id}")).expect(204);
        owner.get(&format!("/products/{id}")).refused(404, "not_found");
    }
}

#[test]
fn a_shop_that_is_set_up_speaks_its_language_and_charges_its_tax() {
    let shop = Shop::new();
    let mut body = setup(&offered(&shop));
    for (field, value) in [
        ("country", json!("DE")),
        ("currency", json!("EUR")),
        ("language", json!("de")),
        ("tax_rate", json!("19")),
        ("sample", json!(true)),
    ] {
        body[field] = value;
    }
    let owner = shop.holder(&shop.visitor().post("/setup", body).expect(201));
    let settings = owner.get("/settings").expect(200);
    assert_eq!(settings["window"]["languages"], json!(["de", "en"]));
    assert_eq!(settings["time_zone"], "Europe/Berlin");
    let everything = json!([{ "category": "standard", "country": "*", "rate": "19" }]);
    assert_eq!(settings["tax_rates"], everything);
    let methods = settings["shipping_methods"].as_array().unwrap();
    let names: Vec<&Value> = methods.iter().map(|method| &method["name"]).collect();
    assert_eq!(names, ["Paket", "Abholung"]);
    let loaf = owner.get("/products/sauerteigbrot").expect(200);
    assert_eq!(loaf["tags"], json!(["Lebensmittel", "Backwaren"]));
    let mug = owner.get("/products/steingutbecher").expect(200);
    assert_eq!(mug["options"][0]["name"], "Farbe");
    // Another shop charges none, and says why.
    let shop = Shop::new();
    let mut body = setup(&offered(&shop));
    body["tax_exempt_note"] = json!("Kein Ausweis von Umsatzsteuer, § 19 UStG.");
    let owner = shop.holder(&shop.visitor().post("/setup", body).expect(201));
    let settings = owner.get("/settings").expect(200);
    assert_eq!(settings["tax_exempt_note"], "Kein Ausweis von Umsatzsteuer, § 19 UStG.");
    assert_eq!(settings["tax_rates"], json!([]));
    let skipped = json!({ "setup_skipped": ["shipping", "tax"] });
    assert_eq!(
        owner.patch("/settings", skipped.clone()).expect(200)["setup_skipped"],
        skipped["setup_skipped"]
    );
    owner.patch("/settings", json!({ "setup_skipped": [""] })).refused(422, "validation_failed");
}

#[test]
fn the_sample_goods_go_at_once_but_for_what_somebody_made_their_own() {
    let shop = Shop::new();
    let mut body = setup(&offered(&shop));
    body["sample"] = json!(true);
    let owner = shop.holder(&shop.visitor().post("/setup", body).expect(201));
    let all = owner.get("/sample_goods").expect(200)["count"].as_i64().unwrap();
    assert!(all >= 15, "{all}");
    let mine = owner.get("/products/olive-oil").expect(200)["id"].clone();
    owner.patch(&format!("/products/{mine}"), json!({ "name": "My own oil" })).expect(200);
    let loaf = owner.get("/products/sourdough-loaf").expect(200)["id"].clone();
    let fetched = json!({ "shipping_method": "pickup" });
    crate::fixtures::order(loaf.clone(), 1).with(fetched).create(&owner);
    assert_eq!(owner.get("/sample_goods").expect(200)["count"], all - 1);
    owner.delete("/sample_goods").expect(204);
    assert_eq!(owner.get("/sample_goods").expect(200)["count"], 0);
    let left = owner.get("/products?limit=100").expect(200);
    let mut left: Vec<i64> = ids(&left);
    left.sort_unstable();
    // What was ordered is out of sight; the collection of what is left stays.
    let loaf = owner.get(&format!("/products/{loaf}")).expect(200);
    assert_eq!(loaf["status"], "archived");
    assert!(left.contains(&mine.as_i64().unwrap()) && left.len() <= 2, "{left:?}");
    let collections = owner.get("/collections").expect(200);
    let names: Vec<&Value> =
        collections["data"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Food"]);
    shop.adds_up();
}

#[test]
fn guesses_at_the_code_are_limited_like_sign_ins() {
    let shop = Shop::with(|config| config.limits_logins = 3);
    let code = offered(&shop);
    let guess = |code: &str| {
        let ask = shop.visitor().ask(Method::Post, "/setup").json(&setup(code));
        ask.from("203.0.113.7").send()
    };
    for _ in 0..3 {
        guess("0").refused(403, "forbidden");
    }
    guess(&code).refused(429, "too_many_requests");
    shop.clock.advance_seconds(21);
    guess(&code).expect(201);
}

#[test]
fn a_shop_without_an_owner_prints_where_to_set_it_up_until_it_has_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, _, code) = Started::at(dir.path()).unwrap_code();
    let code_file = dir.path().join("setup-code");
    assert_eq!(fs::read_to_string(&code_file).unwrap().trim(), code);
    end(&mut child);

    let (mut child, port, newer) = Started::at(dir.path()).unwrap_code();
    assert_ne!(code, newer);
    let claim = |code: &str| Http::new(port).post("/setup", &setup(code));
    claim(&code).expect(403);
    // Of those who come at once, one is the owner.
    let together = Barrier::new(4);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let claims: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    claim(&newer).status
                })
            })
            .collect();
        claims.into_iter().map(|claim| claim.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 3, "{statuses:?}");
    assert!(!code_file.exists());
    end(&mut child);

    let started = Started::at(dir.path());
    assert_eq!(started.code, None);
    end(&mut { started.child });
    assert!(!code_file.exists());
}

#[test]
fn a_code_that_nobody_used_is_gone_once_there_is_an_owner() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(dir.path());
    assert!(server.stop().success());
    assert!(dir.path().join("setup-code").exists());
    let add = ["staff", "add", "owner@example.org", "--data", dir.path().to_str().unwrap()];
    assert!(tillbox_in(dir.path(), &[], &add, STAFF_PASSWORD).status.success());
    let _server = Server::start(dir.path());
    assert!(!dir.path().join("setup-code").exists());
}

#[test]
fn the_address_of_a_shop_for_the_whole_house_is_one_that_a_telephone_reaches() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["--data", "shop", "--address", "0.0.0.0", "--port", "0"]);
    command.current_dir(dir.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = lines_of(child.stdout.take().unwrap());
    let next = || lines.recv_timeout(Duration::from_secs(20)).unwrap();
    let (first, second) = (next(), next());
    end(&mut child);
    let port = first.strip_prefix("Tillbox is listening on http://0.0.0.0:").unwrap();
    let told = second.strip_prefix("Set up: http://").unwrap();
    let (at, _) = told.split_once("/admin#setup=").unwrap();
    let at: SocketAddr = at.parse().unwrap();
    assert_eq!(at.port().to_string(), port);
    // A machine without any network has no other address to tell.
    let outwards = UdpSocket::bind("0.0.0.0:0").unwrap();
    let is_alone = outwards.connect("192.0.2.1:9").is_err();
    assert_eq!(at.ip().is_unspecified(), is_alone, "{second}");
}

#[test]
fn a_terminal_shows_the_address_as_a_code_for_a_telephone() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new("script");
    let serve = format!("'{}' --data shop --port 0", program().get_program().to_str().unwrap());
    command.args(["--quiet", "--flush", "--command", &serve, "/dev/null"]).current_dir(dir.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut terminal = command.spawn().expect("script, of util-linux, makes a terminal");
    let lines = lines_of(terminal.stdout.take().unwrap());
    let next = || lines.recv_timeout(Duration::from_secs(20)).unwrap();
    let told = iter::repeat_with(next).find(|line| line.starts_with("Set up: ")).unwrap();
    let address = told.trim_end().strip_prefix("Set up: ").unwrap();
    for line in qr::drawn(address).unwrap().lines() {
        assert_eq!(next().trim_end_matches('\r'), line);
    }
    end(&mut terminal);
}

/// A shop as its owner starts it, and what it said.
struct Started {
    child: Child,
    port: u16,
    code: Option<String>,
}

impl Started {
    fn at(dir: &Path) -> Self {
        let mut command = program();
        command.arg("--data").arg(dir).args(["--port", "0"]).current_dir(dir);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let first = lines.recv_timeout(Duration::from_secs(20)).unwrap();
        let url = first.strip_prefix("Tillbox is listening on ").unwrap();
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        // Whatever is said at the start is said before the first answer.
        Http::new(port).get("/shop").expect(200);
        let start = format!("Set up: {url}/admin#setup=");
        let second = lines.recv_timeout(Duration::from_millis(300));
        let code = second.ok().map(|line| line.strip_prefix(&start).unwrap().to_owned());
        assert_eq!(lines.try_recv(), Err(mpsc::TryRecvError::Empty));
        Self { child, port, code }
    }

    fn unwrap_code(self) -> (Child, u16, String) {
        (self.child, self.port, self.code.expect("the second line tells the code"))
    }
}

fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn offered(shop: &Shop) -> String {
    shop.setup.offer(demo::put_goods).unwrap().unwrap()
}

fn setup(code: &str) -> Value {
    json!({
        "code": code, "email": "owner@example.org", "password": STAFF_PASSWORD,
        "shop_name": "Bakery", "currency": "CHF", "country": "CH",
    })
}
