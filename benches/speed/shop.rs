//! The shop that is measured: the release, on a folder of its own, and the requests to it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::load::{self, Request, Requests};
use crate::process::{Server, free_port};
use crate::silence;

/// Different orders, each by one of the buyers and of products by chance.
const ORDERS: u64 = 4_096;
const BUYERS: u64 = 500;
/// Pages that are looked at in turn: three times what is kept of them.
const PAGES: u64 = 1_000;
/// The keys of two kinds of requests are so far apart.
const KEYS_APART: u64 = 1_000_000_000_000;
/// The program that is measured where `TILLBOX_PROGRAM` names no other.
const PROGRAM: &str = env!("CARGO_BIN_EXE_tillbox");

/// A running shop, and an order in it.
pub struct Shop {
    pub server: Server,
    products: u64,
    front: String,
    admin: String,
    order: String,
    order_token: String,
}

impl Shop {
    /// Serves a folder that holds so many products.
    pub fn open(folder: &Path, products: u64) -> Self {
        Self::of(start(folder, None), folder, products)
    }

    /// The same, whose mail server and card provider take its calls and never answer.
    pub fn open_beside_silence(folder: &Path, products: u64) -> Self {
        let port = silence::port();
        let shop = Self::of(start(folder, Some(port)), folder, products);
        let bearer = format!("Bearer {}", shop.admin);
        let headers = [("Authorization", bearer.as_str())];
        let body = silence::settings(port).to_string();
        let set = Request { method: "PATCH", path: "/settings", headers: &headers, body: &body };
        load::ask(shop.server.port, &set, 200).unwrap();
        silence::send_buyers(&shop);
        shop
    }

    fn of(server: Server, folder: &Path, products: u64) -> Self {
        let (front, admin) = (key(folder, "storefront"), key(folder, "admin"));
        let shop = Self {
            server,
            products,
            front,
            admin,
            order: String::new(),
            order_token: String::new(),
        };
        let (order, order_token) = shop.place_one(0);
        Self { order, order_token, ..shop }
    }

    /// The id of a new order and the credential that opens it.
    pub fn place_one(&self, number: u64) -> (String, String) {
        let bearer = format!("Bearer {}", self.front);
        let headers = [("Authorization", bearer.as_str())];
        let body = order(&mut Chance::of(number), 3, self.products);
        let place = Request { method: "POST", path: "/orders", headers: &headers, body: &body };
        let (_, placed) = load::ask(self.server.port, &place, 201).unwrap();
        let placed: Value = serde_json::from_str(&placed).unwrap();
        let token = format!("Bearer {}", placed["token"].as_str().unwrap());
        (placed["id"].to_string(), token)
    }

    pub fn read_product(&self) -> Requests {
        read_product(&self.server, self.products)
    }

    /// The reading of a product by who has it already.
    pub fn read_known_product(&self) -> Requests {
        let path = product(self.products);
        let (head, _) = load::ask(self.server.port, &Request::get(&path, &[]), 200).unwrap();
        let is_etag = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("etag");
        let headers = head.lines().filter_map(|line| line.split_once(": "));
        let (_, etag) = headers.into_iter().find(is_etag).unwrap();
        let request = Request::get(&path, &[]);
        let headers = [("If-None-Match", etag)];
        let request = Request { headers: &headers, ..request };
        Requests::of(self.server.port, 304).with(&request, false)
    }

    pub fn list_products(&self) -> Requests {
        self.get("/products?limit=20", &[])
    }

    /// The same of a shop front with its key: such an answer is never kept.
    pub fn read_product_by_key(&self) -> Requests {
        self.get(&product(self.products), &[("Authorization", &format!("Bearer {}", self.front))])
    }

    pub fn list_products_by_key(&self) -> Requests {
        self.get("/products?limit=20", &[("Authorization", &format!("Bearer {}", self.front))])
    }

    /// The page of the product that is read.
    pub fn page(&self, headers: &[(&str, &str)]) -> Requests {
        self.get(&self.page_path(), headers)
    }

    /// The same with ever other queries, so that none is answered with a page that is kept.
    pub fn framed_page(&self) -> Requests {
        let path = self.page_path();
        (0..ORDERS).fold(Requests::of(self.server.port, 200), |requests, number| {
            requests.with(&Request::get(&format!("{path}?n={number}"), &[]), false)
        })
    }

    /// What visitors look at: the first page, a product, a collection, each with a cart.
    pub fn look_around(&self) -> Requests {
        let cart = [("Cookie", "tb_cart=..1-1-1"), ("Accept-Encoding", "gzip")];
        let paths = ["/".to_owned(), self.page_path(), "/c/shown".to_owned()];
        paths.iter().fold(Requests::of(self.server.port, 200), |requests, path| {
            let request = Request::get(path, &[]);
            requests.with(&Request { headers: &cart, ..request }, false)
        })
    }

    /// The pages of many products in turn: more than there is room for, so that nothing of one is
    /// kept until it is asked for again.
    pub fn made_pages(&self) -> Requests {
        let pages = (1..=self.products.min(PAGES)).map(|id| self.page_path_of(id));
        pages.fold(Requests::of(self.server.port, 200), |requests, path| {
            requests.with(&Request::get(&path, &[]), false)
        })
    }

    fn page_path(&self) -> String {
        self.page_path_of(read_one(self.products))
    }

    fn page_path_of(&self, id: u64) -> String {
        let path = format!("/products/{id}");
        let (_, product) = load::ask(self.server.port, &Request::get(&path, &[]), 200).unwrap();
        let product: Value = serde_json::from_str(&product).unwrap();
        format!("/p/{}", product["handle"].as_str().unwrap())
    }

    pub fn read_order(&self) -> Requests {
        self.get(&format!("/orders/{}", self.order), &[("Authorization", &self.order_token)])
    }

    pub fn track(&self) -> Requests {
        self.get(&format!("/orders/{}/track", self.order), &[("Authorization", &self.order_token)])
    }

    /// What the staff look at.
    pub fn look(&self, path: &str) -> Requests {
        self.get(path, &[("Authorization", &format!("Bearer {}", self.admin))])
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Requests {
        Requests::of(self.server.port, 200)
            .with(&Request { headers, ..Request::get(path, &[]) }, false)
    }

    /// Orders of so many lines; `kind` sets their keys apart from those of other requests.
    pub fn orders(&self, lines: u64, kind: u64) -> Requests {
        let bearer = format!("Bearer {}", self.front);
        let headers = [("Authorization", bearer.as_str())];
        let mut requests = Requests::of(self.server.port, 201).keys_from(kind * KEYS_APART);
        for number in 0..ORDERS {
            let body = order(&mut Chance::of(number), lines, self.products);
            let place = Request { method: "POST", path: "/orders", headers: &headers, body: &body };
            requests = requests.with(&place, true);
        }
        requests
    }
}

/// The time from the start of a program on a folder to its first answer, and the program.
pub fn start_to_answer(folder: &Path, products: u64) -> (Duration, Server) {
    let begun = Instant::now();
    let server = start(folder, None);
    load::ask(server.port, &Request::get(&product(products), &[]), 200).unwrap();
    (begun.elapsed(), server)
}

/// The reading of a product from a server of so many.
pub fn read_product(server: &Server, products: u64) -> Requests {
    Requests::of(server.port, 200).with(&Request::get(&product(products), &[]), false)
}

/// A product that is neither the first nor the last.
fn product(products: u64) -> String {
    format!("/products/{}", read_one(products))
}

/// The product that is read: it is never ordered, so that whoever has it has it still.
fn read_one(products: u64) -> u64 {
    products.min(500)
}

fn order(chance: &mut Chance, lines: u64, products: u64) -> String {
    let line = |_| {
        let product = 1 + chance.below(products - 1);
        let product = if product == read_one(products) { products } else { product };
        json!({"product_id": product, "quantity": 1})
    };
    let items: Vec<Value> = (0..lines).map(line).collect();
    let email = format!("b{}@example.org", chance.below(BUYERS));
    json!({"items": items, "customer": {"name": "Buyer", "email": email}}).to_string()
}

/// `provider`: the port of the card provider, if it is not the real one.
fn start(folder: &Path, provider: Option<u16>) -> Server {
    let port = free_port();
    let mut command = program(folder);
    command.arg("serve").arg("--data").arg(folder).args(["--port", &port.to_string()]);
    // One caller sends what otherwise comes from many, and a copy is no part of a request.
    for limit in ["LIMITS_ORDERS", "LIMITS_QUOTES", "LIMITS_LOGINS", "LIMITS_SIGN_UPS"] {
        command.env(format!("TILLBOX_{limit}"), "0");
    }
    command.env("TILLBOX_BACKUPS_KEPT", "0");
    if let Some(port) = provider {
        command.env("TILLBOX_STRIPE_URL", format!("http://127.0.0.1:{port}"));
    }
    Server::start(&mut command, port, &folder.join("log"))
}

fn key(folder: &Path, role: &str) -> String {
    let mut command = program(folder);
    command.args(["key", "create", "--role", role, "--data"]).arg(folder);
    let made = command.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// The program with nothing of the caller's own settings.
fn program(folder: &Path) -> Command {
    let other = std::env::var_os("TILLBOX_PROGRAM");
    let mut command = Command::new(other.as_deref().unwrap_or(PROGRAM.as_ref()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("TILLBOX_") || text.starts_with("ROCKET_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder);
    command
}
