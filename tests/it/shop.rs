//! A shop for a test: its own folder, a clock that stands still, and users who can ask.
//!
//! `let shop = Shop::new();` then `shop.admin().post("/products", json!({…}))`.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use rocket::http::{ContentType, Cookie, Header, Method};
use rocket::local::blocking::Client;
use serde_json::Value;
use tempfile::TempDir;
use tillbox::cards::Cards;
use tillbox::clock::Clock;
use tillbox::config::Config;
use tillbox::domain::api_keys::KeyRole;
use tillbox::domain::calendar::Timestamp;
use tillbox::domain::passwords::Password;
use tillbox::domain::staff::Role;
use tillbox::domain::text::Email;
use tillbox::server::{self, Server};
use tillbox::store::Store;
use tillbox::store::engine::verify;
use tillbox::store::setup::Setup;
use tillbox::{hashing, store};

use crate::openapi;
use crate::window;

/// Monday, 2026-11-23T09:00:00Z.
const NOW_MICROS: i64 = 1_795_424_400_000_000;
/// What every customer signs in with.
pub const PASSWORD: &str = "correct horse battery";
/// What everybody on the staff signs in with.
pub const STAFF_PASSWORD: &str = "a loaf of rye, sliced";

/// A shop that nobody else uses.
pub struct Shop {
    client: Client,
    pub store: Store,
    pub setup: Setup,
    pub clock: Clock,
    pub cards: Cards,
    pub config: Config,
    folder: TempDir,
}

impl Shop {
    /// A shop in euros without limits on how often anyone may ask.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// A shop whose configuration is changed first.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = Config {
            data: folder.path().join("data"),
            workers: 2,
            limits_logins: 0,
            limits_sign_ups: 0,
            limits_orders: 0,
            limits_quotes: 0,
            ..Config::default()
        };
        change(&mut config);
        let clock = Clock::fixed(Timestamp::from_micros(NOW_MICROS));
        Self::open(folder, config, clock)
    }

    fn open(folder: TempDir, config: Config, clock: Clock) -> Self {
        let Server { rocket, store, setup, cards, .. } = server::build(&config, &clock).unwrap();
        let client = Client::untracked(rocket).unwrap();
        Self { client, store, setup, clock, cards, config, folder }
    }

    /// The same shop after its server was stopped and started again.
    pub fn restarted(self) -> Self {
        let Self { client, store, setup, clock, cards, config, folder } = self;
        drop((client, setup, cards));
        store.close();
        drop(store);
        // The lock on the folder ends with the last handle on the store.
        std::thread::sleep(Duration::from_millis(10));
        Self::open(folder, config, clock)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The files of the shop in whose bytes this text stands, whether or not a row still shows it.
    pub fn bytes_with(&self, text: &str) -> Vec<String> {
        let files =
            std::fs::read_dir(&self.config.data).unwrap().map(|entry| entry.unwrap().path());
        let holds = |file: &std::path::PathBuf| {
            std::fs::read(file).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes())
        };
        files.filter(holds).map(|file| file.display().to_string()).collect()
    }

    /// Every route there is beside those of the window, as `GET /orders/<id>`.
    pub fn routes(&self) -> Vec<String> {
        let routes = self.client.rocket().routes();
        let routes = routes.filter(|route| !window::is_at(route.uri.path()));
        routes.map(|route| format!("{} {}", route.method, route.uri.path())).collect()
    }

    /// Somebody without a credential.
    pub fn visitor(&self) -> User<'_> {
        User { shop: self, credential: None }
    }

    /// Somebody with this credential: a key, a session's token, an order's token.
    pub fn bearer(&self, token: &str) -> User<'_> {
        User { shop: self, credential: Some(token.to_owned()) }
    }

    /// Whoever was given the token of what was made: a session, a record, an order.
    pub fn holder(&self, made: &Value) -> User<'_> {
        self.bearer(made["token"].as_str().unwrap())
    }

    /// A program with a new admin key.
    pub fn admin(&self) -> User<'_> {
        self.bearer(&self.key(KeyRole::Admin))
    }

    /// A shop front's server with a new key.
    pub fn storefront(&self) -> User<'_> {
        self.bearer(&self.key(KeyRole::Storefront))
    }

    /// A program with a new key that only reads.
    pub fn reader(&self) -> User<'_> {
        self.bearer(&self.key(KeyRole::Read))
    }

    /// Adds a person to the staff and signs them in.
    pub fn staff(&self, email: &str, role: Role) -> User<'_> {
        let address = Email::parse(email).unwrap();
        let hash = hashing::hash(&Password::attempt(STAFF_PASSWORD)).unwrap();
        self.beside(|tx| store::staff::add(tx, &address, Some(role), &hash)).unwrap();
        self.signed_in(email)
    }

    /// Somebody of the staff with a new session.
    pub fn signed_in(&self, email: &str) -> User<'_> {
        let body = serde_json::json!({ "email": email, "password": STAFF_PASSWORD });
        self.holder(&self.visitor().post("/staff/sessions", body).expect(201))
    }

    /// The owner: the first of the staff.
    pub fn owner(&self) -> User<'_> {
        self.staff("owner@example.org", Role::Owner)
    }

    /// A customer who has signed up; `name` is also the username.
    pub fn customer(&self, name: &str) -> User<'_> {
        let body = serde_json::json!({
            "username": name,
            "password": PASSWORD,
            "customer": { "name": name, "email": format!("{name}@example.org") },
        });
        let account = self.visitor().post("/customer_accounts", body).expect(201);
        self.holder(&account)
    }

    /// A new key, made as the command line makes it: beside the running server.
    pub fn key(&self, role: KeyRole) -> String {
        self.beside(|tx| store::api_keys::create(tx, role, None)).unwrap().1
    }

    /// The file adds up: stock, sums, what stands, the journal, the documents.
    #[track_caller]
    pub fn adds_up(&self) {
        assert_eq!(verify::shop(&self.config.data).unwrap().faults, [""; 0]);
    }

    /// Works on the file as the command line does, beside the running server.
    pub fn beside<T>(
        &self,
        work: impl FnOnce(&store::Tx<'_>) -> tillbox::error::Result<T>,
    ) -> tillbox::error::Result<T> {
        let currency = self.config.currency().unwrap();
        let (data, now) = (&self.config.data, self.clock.now());
        store::opening::write_beside_server(data, currency, now, work)
    }
}

/// Somebody who asks the shop.
#[derive(Clone)]
pub struct User<'a> {
    shop: &'a Shop,
    credential: Option<String>,
}

impl<'a> User<'a> {
    pub fn get(&self, path: &str) -> Answer {
        self.ask(Method::Get, path).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::Post, path).json(&body).send()
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::Put, path).json(&body).send()
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::Patch, path).json(&body).send()
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.ask(Method::Delete, path).send()
    }

    /// A request to be built up: headers, a raw body, an address.
    pub fn ask(&self, method: Method, path: &str) -> Ask<'a> {
        let (headers, body, from) = (Vec::new(), Vec::new(), None);
        let ask = Ask { shop: self.shop, method, path: path.to_owned(), headers, body, from };
        match &self.credential {
            Some(token) => ask.header("Authorization", &format!("Bearer {token}")),
            None => ask,
        }
    }
}

/// A request in the making.
pub struct Ask<'a> {
    shop: &'a Shop,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    from: Option<SocketAddr>,
}

impl Ask<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw(ContentType::JSON.to_string().as_str(), body.to_string())
    }

    /// Any bytes as any media type.
    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Any bytes, as what the headers say.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The address the request comes from.
    pub fn from(mut self, address: &str) -> Self {
        self.from = Some(SocketAddr::new(address.parse().unwrap(), 50_000));
        self
    }

    #[track_caller]
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        let mut request = self.shop.client.req(self.method, self.path.as_str()).body(&self.body);
        for (name, value) in self.headers {
            if name == "Cookie" {
                // Nothing reads this header in a request that never was on a wire. What is no
                // cookie is passed over, as it is by a server.
                let cookies = value.split(';').filter_map(|one| Cookie::parse(one.trim()).ok());
                request = request.cookies(cookies.map(Cookie::into_owned));
            }
            request.add_header(Header::new(name, value));
        }
        if let Some(from) = self.from {
            request = request.remote(from);
        }
        let response = request.dispatch();
        let status = response.status().code;
        let header =
            |header: Header<'_>| (header.name().as_str().to_owned(), header.value().to_owned());
        let headers: Vec<_> = response.headers().iter().map(header).collect();
        let endless = headers.iter().any(|(_, value)| value == "text/event-stream");
        // What has no end is read in a test of its own.
        let body = if endless { None } else { response.into_bytes() }.unwrap_or_default();
        openapi::note(self.method.as_str(), &self.path, status, &body);
        Answer { what, status, headers, body }
    }
}

/// What the shop answered.
#[derive(Clone, Debug)]
pub struct Answer {
    what: String,
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The same of a server that was asked over the wire.
    pub fn of_wire(what: String, answer: crate::http::Answer) -> Self {
        let crate::http::Answer { status, headers, body } = answer;
        Self { what, status, headers, body }
    }

    /// The values of a header.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let set = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        set.map(|(_, value)| value.clone()).collect()
    }

    /// The body, when the status is this one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}: {text}", self.what);
        self.json()
    }

    /// The problem, when it has this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{}: {problem}", self.what);
        assert_eq!(self.header("Content-Type"), Some("application/problem+json"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        problem
    }

    /// The 422 with exactly these faults: `("/price", "required")`, in any order.
    #[track_caller]
    pub fn invalid(&self, faults: &[(&str, &str)]) -> Value {
        let problem = self.expect(422);
        let mut found: Vec<(String, String)> = problem["errors"]
            .as_array()
            .unwrap_or(&Vec::new())
            .iter()
            .map(|fault| {
                let place = fault["pointer"].as_str().or(fault["parameter"].as_str());
                (place.unwrap_or("?").to_owned(), fault["code"].as_str().unwrap().to_owned())
            })
            .collect();
        let mut wanted: Vec<(String, String)> =
            faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{}: {problem}", self.what);
        problem
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The header that sets a cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case("Set-Cookie"));
        set.map(|(_, value)| value.as_str()).find(|value| value.split('=').next() == Some(name))
    }
}

/// The ids of a list's rows.
pub fn ids(list: &Value) -> Vec<i64> {
    list["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}
