//! Mails: what is told to whom, and that nothing of it is lost.

mod kills;
mod orders;
mod outbox;
mod resets;
mod server;
mod settings;
mod texts;
mod verifications;

use serde_json::{Value, json};
use tillbox::post::Post;
use tillbox::store;

use self::server::{MailServer, Received};
use crate::shop::Shop;

/// A shop that sends its mails to a server of the test, and the post that takes them there.
pub struct Posted {
    pub shop: Shop,
    pub server: MailServer,
    post: Post,
    runtime: tokio::runtime::Runtime,
}

impl Posted {
    /// A shop of six mugs.
    pub fn new() -> Self {
        let shop = Shop::new();
        crate::fixtures::stocked(&shop, 6);
        let server = MailServer::start();
        let settings =
            json!({ "public_url": "https://shop.example.org", "mail": server.settings() });
        shop.admin().patch("/settings", settings).expect(200);
        let secret = shop.store.read(store::settings::secret).unwrap();
        let post = Post::new(shop.store.clone(), secret);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self { shop, server, post, runtime }
    }

    /// Lets the post do all that there is to do now.
    pub fn deliver(&self) {
        while self.runtime.block_on(self.post.look_round()).unwrap() {}
    }

    /// What has come to the server since the last time, after the post had its turn.
    pub fn received(&self) -> Vec<Received> {
        self.deliver();
        self.server.take()
    }

    /// The subjects of what has come to an address since the last time.
    pub fn told(&self, address: &str) -> Vec<String> {
        let received = self.received().into_iter();
        received.filter(|mail| mail.to == address).map(|mail| mail.subject()).collect()
    }

    /// The mails as the shop lists them, oldest first.
    pub fn listed(&self, query: &str) -> Vec<Value> {
        let path = format!("/mails?sort=created_at&{query}");
        let list = self.shop.admin().get(&path).expect(200);
        list["data"].as_array().unwrap().clone()
    }
}

/// Puts a mail into a shop that sends none: mail 1.
pub fn queue_one(shop: &Shop) {
    let sql = "insert into mails (kind, status, recipient, recipient_key, language, message_id,
            by_visitor, due_at, created_at)
        values ('order_received', 'queued', 'a@example.org', 'a@example.org', 'en', '<1@x>',
            0, 0, 0)";
    shop.beside(|tx| tx.execute(sql, &[])).unwrap();
}
