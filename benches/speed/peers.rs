//! Other programs of the kind, driven as their own documentation says. Each sells one unit in a
//! request that takes it off the stock and writes an order, which is less than the shop does.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::load::{self, Request, Requests};
use crate::process::{Server, free_port};

const SALES: u64 = 4_096;
const STOCK: u64 = 1_000_000_000;
/// The requests of one call that fills a shop.
const BATCH: u64 = 500;
const EMAIL: &str = "bench@example.org";
const PASSWORD: &str = "long enough for a bench";

/// A peer that serves so many products.
pub struct Peer {
    pub server: Server,
    products: u64,
    one: String,
    list: &'static str,
    sell: &'static str,
    sale: fn(u64) -> Value,
}

impl Peer {
    pub fn read_product(&self) -> Requests {
        self.get(&self.one)
    }

    pub fn list_products(&self) -> Requests {
        self.get(self.list)
    }

    fn get(&self, path: &str) -> Requests {
        Requests::of(self.server.port, 200).with(&Request::get(path, &[]), false)
    }

    pub fn sales(&self) -> Requests {
        let mut requests = Requests::of(self.server.port, 200);
        for number in 0..SALES {
            let product = 1 + Chance::of(number).below(self.products);
            let body = (self.sale)(product).to_string();
            let sale = Request { method: "POST", path: self.sell, headers: &[], body: &body };
            requests = requests.with(&sale, false);
        }
        requests
    }
}

// ---- TrailBase: a small program over the crate, as `PROGRAM ADDRESS FOLDER` ----

/// Its tables and a trigger are one migration; it commits in SQLite's mode NORMAL.
pub fn trailbase(program: &Path, folder: &Path, products: u64) -> Peer {
    fs::create_dir_all(folder.join("migrations")).unwrap();
    let migration = format!(
        "create table products (
            id integer primary key, name text not null, price integer not null,
            stock integer not null check (stock >= 0)
        ) strict;
        create table sales (
            id integer primary key, product integer not null references products (id),
            email text not null, quantity integer not null
        ) strict;
        create trigger take_stock after insert on sales begin
            update products set stock = stock - new.quantity where id = new.product;
        end;
        with recursive numbers (number) as (
            select 1 union all select number + 1 from numbers where number < {products}
        )
        insert into products
            select number, printf('Product %06d', number), 500 + number, {STOCK} from numbers;"
    );
    fs::write(folder.join("migrations/U1700000001__shop.sql"), migration).unwrap();
    let config = r#"email {}
        server { application_name: "bench" site_url: "http://127.0.0.1" }
        auth {}
        jobs {}
        record_apis: [
            { name: "products" table_name: "products" acl_world: [READ] },
            { name: "sales" table_name: "sales" acl_world: [CREATE] }
        ]"#;
    fs::write(folder.join("config.textproto"), config).unwrap();
    let port = free_port();
    let mut command = Command::new(program);
    command.arg(format!("127.0.0.1:{port}")).arg(folder);
    let server = Server::start(&mut command, port, &folder.join("log"));
    Peer {
        server,
        products,
        one: format!("/api/records/v1/products/{}", products.min(500)),
        list: "/api/records/v1/products?limit=20",
        sell: "/api/records/v1/sales",
        sale: |product| json!({"product": product, "email": EMAIL, "quantity": 1}),
    }
}

// ---- PocketBase: its own program, as `PROGRAM serve` ----

/// Both halves of a sale are one batch, which is one transaction of it; a hook sets the mode FULL,
/// in which a commit is on disk before the answer, as in the shop.
pub fn pocketbase(program: &Path, folder: &Path, products: u64) -> Peer {
    let data = folder.join("data");
    fs::create_dir_all(folder.join("hooks")).unwrap();
    fs::create_dir_all(folder.join("public")).unwrap();
    let hook = "onBootstrap((event) => {
        event.next();
        event.app.nonconcurrentDB().newQuery('PRAGMA synchronous = FULL').execute();
    });";
    fs::write(folder.join("hooks/full.pb.js"), hook).unwrap();
    let mut upsert = Command::new(program);
    upsert.args(["superuser", "upsert", EMAIL, PASSWORD, "--dir"]).arg(&data);
    assert!(upsert.stdout(Stdio::null()).status().unwrap().success());
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["serve", "--hooksWatch=false", "--http", &format!("127.0.0.1:{port}"), "--dir"]);
    command.arg(&data).arg("--hooksDir").arg(folder.join("hooks"));
    command.arg("--publicDir").arg(folder.join("public"));
    let server = Server::start(&mut command, port, &folder.join("log"));
    fill_pocketbase(port, products);
    Peer {
        server,
        products,
        one: format!("/api/collections/products/records/{}", record_id(products.min(500))),
        list: "/api/collections/products/records?perPage=20",
        sell: "/api/batch",
        sale: sale_batch,
    }
}

fn fill_pocketbase(port: u16, products: u64) {
    let call = |token: &str, method: &str, path: &str, body: &Value| {
        let (headers, body) = ([("Authorization", token)], body.to_string());
        let headers = if token.is_empty() { &[][..] } else { &headers[..] };
        let request = Request { method, path, headers, body: &body };
        serde_json::from_str::<Value>(&load::ask(port, &request, 200).unwrap().1).unwrap()
    };
    let login = json!({"identity": EMAIL, "password": PASSWORD});
    let path = "/api/collections/_superusers/auth-with-password";
    let token = call("", "POST", path, &login)["token"].as_str().unwrap().to_owned();
    let settings = json!({
        "batch": {"enabled": true, "maxRequests": BATCH, "timeout": 60, "maxBodySize": 0},
        "rateLimits": {"enabled": false},
    });
    call(&token, "PATCH", "/api/settings", &settings);
    let number = |name: &str| json!({"name": name, "type": "number", "onlyInt": true});
    let text = |name: &str| json!({"name": name, "type": "text"});
    let mut stock = number("stock");
    stock["min"] = json!(0);
    let collections = [
        json!({"name": "products", "type": "base", "listRule": "", "viewRule": "", "updateRule": "",
            "fields": [text("name"), number("price"), stock]}),
        json!({"name": "orders", "type": "base", "viewRule": "", "createRule": "",
            "fields": [text("email"), {"name": "lines", "type": "json"}, number("total")]}),
    ];
    for collection in &collections {
        call(&token, "POST", "/api/collections", collection);
    }
    let insert = |number: u64| {
        let name = format!("Product {number:06}");
        let id = record_id(number);
        let body = json!({"id": id, "name": name, "price": 500 + number, "stock": STOCK});
        json!({"method": "POST", "url": "/api/collections/products/records", "body": body})
    };
    for first in (1..=products).step_by(usize::try_from(BATCH).unwrap()) {
        let last = products.min(first + BATCH - 1);
        let inserts: Vec<Value> = (first..=last).map(insert).collect();
        call(&token, "POST", "/api/batch", &json!({"requests": inserts}));
    }
}

fn sale_batch(product: u64) -> Value {
    let id = record_id(product);
    let order = json!({
        "email": EMAIL, "total": 500 + product, "lines": [{"product": id, "quantity": 1}],
    });
    let url = format!("/api/collections/products/records/{id}");
    json!({"requests": [
        {"method": "PATCH", "url": url, "body": {"stock-": 1}},
        {"method": "POST", "url": "/api/collections/orders/records", "body": order},
    ]})
}

/// An id as long as its ids are.
fn record_id(number: u64) -> String {
    format!("p{number:014}")
}
