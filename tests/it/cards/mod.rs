//! Payments by card, against a provider that tests can have behave as they like.

pub mod provider;

mod crowds;
mod refunds;
mod sessions;
mod strain;
mod window;

use rocket::tokio::runtime;
use serde_json::{Value, json};
use tillbox::cards::Asker;
use tillbox::store::engine::verify;

use self::provider::{Provider, SECRET};
use crate::fixtures::{self, set};
use crate::shop::{Shop, User};

/// A shop that takes cards, with its provider.
pub struct CardShop {
    pub shop: Shop,
    pub provider: Provider,
}

impl CardShop {
    pub fn new() -> Self {
        let provider = Provider::start();
        let shop = Shop::with(|config| config.stripe_url = provider.url());
        fixtures::stocked(&shop, 1_000);
        set(&shop.admin(), takes_cards());
        Self { shop, provider }
    }

    pub fn admin(&self) -> User<'_> {
        self.shop.admin()
    }

    /// The one who asks the provider by itself looks round once.
    pub fn asks(&self) -> bool {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Asker::new(self.shop.cards.clone()).look_round()).unwrap()
    }

    /// A guest's order of mugs, whose buyer holds its token.
    pub fn order(&self, mugs: i64) -> Value {
        fixtures::order(1, mugs)
            .with(json!({ "payment_method": "card" }))
            .create(&self.shop.visitor())
    }

    /// The order of a buyer who was led to the provider, and the session.
    pub fn led(&self, mugs: i64) -> (Value, Value) {
        let order = self.order(mugs);
        let session = self.session(&order).expect(201);
        (order, session)
    }

    /// Asks for a session in the name of the buyer.
    pub fn session(&self, order: &Value) -> crate::shop::Answer {
        let path = format!("/orders/{}/payment_sessions", order["id"]);
        self.shop.holder(order).post(&path, json!({}))
    }

    /// The order of a buyer who has paid by card, and the session.
    pub fn paid(&self, mugs: i64) -> (Value, Value) {
        let (order, session) = self.led(mugs);
        assert!(self.provider.pay(session["url"].as_str().unwrap()));
        self.wait(3);
        let path = format!("/orders/{}/payment_sessions/{}", order["id"], session["id"]);
        assert_eq!(self.shop.holder(&order).get(&path).expect(200)["status"], "paid");
        (self.read(&order), session)
    }

    pub fn read(&self, order: &Value) -> Value {
        self.admin().get(&format!("/orders/{}", order["id"])).expect(200)
    }

    /// Seconds pass for the shop.
    pub fn wait(&self, seconds: i64) {
        self.shop.clock.advance_seconds(seconds);
    }

    pub fn assert_sound(&self) {
        let verdict = verify::served(&self.shop.config.data.join("shop.db")).unwrap();
        assert_eq!(verdict.faults, [""; 0]);
    }
}

/// The settings of a shop that takes cards.
pub fn takes_cards() -> Value {
    json!({
        "card": { "provider": "stripe", "secret_key": SECRET },
        "public_url": "https://mugs.example",
        "payment_methods": ["card", "bank_transfer"],
    })
}

/// The address at which a buyer pays.
pub fn url(session: &Value) -> &str {
    session["url"].as_str().unwrap()
}
