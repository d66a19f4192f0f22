//! The mail server and the card provider on their worst day: they take connections and never say a
//! word. A shop that has something for both sells on.

use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use serde_json::{Value, json};

use crate::load::{self, Request};
use crate::shop::Shop;

/// Buyers who wait for the provider at any moment.
const WAITING: usize = 4;

/// The port of somebody who listens and never answers.
pub fn port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().collect::<Vec<_>>());
    port
}

/// What a shop is told of both of them, who listen at this port.
pub fn settings(port: u16) -> Value {
    json!({
        "mail": {
            "host": "127.0.0.1", "port": port, "security": "none",
            "from": "shop@example.org", "notify": ["owner@example.org"],
        },
        "card": { "provider": "stripe", "secret_key": "sk_test_0123456789abcdef" },
        "payment_methods": ["card", "bank_transfer"],
    })
}

/// Lets buyers of orders of their own ask for the provider's page, again and again, while the
/// benchmark runs.
pub fn send_buyers(shop: &Shop) {
    let server = shop.server.port;
    for number in 0..WAITING {
        let (order, token) = shop.place_one(u64::try_from(number).unwrap());
        thread::spawn(move || {
            let headers = [("Authorization", token.as_str())];
            let path = format!("/orders/{order}/payment_sessions");
            let pay = Request { method: "POST", path: &path, headers: &headers, body: "{}" };
            // Nobody is led anywhere: the provider says nothing.
            while load::ask(server, &pay, 503).is_ok() {}
        });
    }
}
