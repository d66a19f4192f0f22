//! What the shop says to the card provider (Stripe), and no more of its API: sessions are made,
//! looked at and ended, money goes back. Every call has its limits of time and size, and the key
//! goes into a header and nowhere else.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::answers::{self, Garbage, RefundWish, SeenRefund};
use crate::domain::calendar::Timestamp;
use crate::domain::cards::{SecretKey, SeenSession};
use crate::error::{Code, Error};

/// The version of the API whose fields are read here.
const VERSION: &str = "2026-10-28.endive";
const CONNECT_MAX: Duration = Duration::from_secs(5);
const CALL_MAX: Duration = Duration::from_secs(15);
/// A session with its lists is some 5 kB; a page of a hundred refunds some 100.
const ANSWER_BYTES_MAX: u64 = 512 * 1024;
/// Pages of refunds of one payment that are looked through.
const PAGES_MAX: usize = 10;
/// Seconds after which a buyer may try again.
const RETRY_SECONDS: u64 = 30;

/// The provider, at its own address or another one.
pub struct Provider {
    base: String,
    /// Made with the first call: a shop that takes no cards has no certificates in memory.
    agent: OnceLock<Agent>,
}

/// What came of a call that was not done.
#[derive(Debug)]
pub enum Failure {
    /// It said no to just this, and has not done it.
    Refused { status: u16, code: String, cause: String },
    /// It answers, and not this now: a key that it does not know, too many calls, its own trouble.
    Unable(String),
    /// Nobody knows whether it was done: no answer, or one that makes no sense.
    Unknown(String),
}

/// A session to be made.
#[derive(Clone, Debug)]
pub struct SessionWish {
    /// In the provider's units.
    pub units: i64,
    pub currency: String,
    /// What the buyer reads beside the amount.
    pub title: String,
    pub order_number: String,
    /// The shop's own name of it; asked again under it, the provider makes no second one.
    pub key: String,
    /// A language of the provider's page.
    pub locale: &'static str,
    pub expires_at: Timestamp,
    /// Where the buyer comes back to, having paid or not.
    pub success_url: String,
    pub cancel_url: String,
}

type Called<T> = Result<T, Failure>;
type Fields<'a> = &'a [(&'a str, &'a str)];

impl Provider {
    /// The provider at this address.
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), agent: OnceLock::new() }
    }

    /// Makes a session.
    pub fn create_session(&self, secret: &SecretKey, wish: &SessionWish) -> Called<SeenSession> {
        let (units, expires_at) = (wish.units.to_string(), wish.expires_at.seconds().to_string());
        let currency = wish.currency.to_ascii_lowercase();
        let fields = [
            ("mode", "payment"),
            ("payment_method_types[0]", "card"),
            ("client_reference_id", &wish.key),
            ("metadata[order_number]", &wish.order_number),
            ("payment_intent_data[description]", &wish.title),
            ("payment_intent_data[metadata][order_number]", &wish.order_number),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", &currency),
            ("line_items[0][price_data][unit_amount]", &units),
            ("line_items[0][price_data][product_data][name]", &wish.title),
            ("locale", wish.locale),
            ("expires_at", &expires_at),
            ("success_url", &wish.success_url),
            ("cancel_url", &wish.cancel_url),
        ];
        let answer = self.post(secret, "/v1/checkout/sessions", &fields, Some(&wish.key))?;
        answers::session(&answer, &wish.key).map_err(garbage)
    }

    /// Looks at a session.
    pub fn session(&self, secret: &SecretKey, id: &str, key: &str) -> Called<SeenSession> {
        let answer = self.get(secret, &format!("/v1/checkout/sessions/{id}"))?;
        answers::session_of(&answer, id, key).map_err(garbage)
    }

    /// Ends a session, so that nobody can pay by it any more.
    pub fn expire_session(&self, secret: &SecretKey, id: &str, key: &str) -> Called<SeenSession> {
        let answer = self.post(secret, &format!("/v1/checkout/sessions/{id}/expire"), &[], None)?;
        answers::session_of(&answer, id, key).map_err(garbage)
    }

    /// Gives money back.
    pub fn create_refund(&self, secret: &SecretKey, wish: &RefundWish) -> Called<SeenRefund> {
        let units = wish.units.to_string();
        let fields = [
            ("payment_intent", wish.payment_reference.as_str()),
            ("amount", &units),
            (answers::REFUND_KEY_FIELD, &wish.key),
        ];
        let answer = self.post(secret, "/v1/refunds", &fields, Some(&wish.key))?;
        answers::refund(&answer, wish).map_err(garbage)
    }

    /// Looks at money that goes back.
    pub fn refund(&self, secret: &SecretKey, id: &str, wish: &RefundWish) -> Called<SeenRefund> {
        let answer = self.get(secret, &format!("/v1/refunds/{id}"))?;
        answers::refund(&answer, wish).map_err(garbage)
    }

    /// Looks for money that went back under a key; `None` where there is none.
    pub fn find_refund(&self, secret: &SecretKey, wish: &RefundWish) -> Called<Option<SeenRefund>> {
        let payment = &wish.payment_reference;
        let mut after = String::new();
        for _ in 0..PAGES_MAX {
            let path = format!("/v1/refunds?payment_intent={payment}&limit=100{after}");
            let page = answers::refunds(&self.get(secret, &path)?, wish).map_err(garbage)?;
            match (page.found, page.next) {
                (Some(found), _) => return Ok(Some(found)),
                (None, None) => return Ok(None),
                (None, Some(next)) => after = format!("&starting_after={next}"),
            }
        }
        Err(Failure::Unknown("a payment with very many refunds".to_owned()))
    }

    fn get(&self, secret: &SecretKey, path: &str) -> Called<Value> {
        let request = self.agent().get(format!("{}{path}", self.base));
        let request = request.header("Authorization", bearer(secret));
        read(request.header("Stripe-Version", VERSION).call())
    }

    fn post(
        &self,
        secret: &SecretKey,
        path: &str,
        fields: Fields,
        once: Option<&str>,
    ) -> Called<Value> {
        let request = self.agent().post(format!("{}{path}", self.base));
        let mut request = request
            .header("Authorization", bearer(secret))
            .header("Stripe-Version", VERSION)
            .header("Content-Type", "application/x-www-form-urlencoded");
        if let Some(key) = once {
            request = request.header("Idempotency-Key", key);
        }
        read(request.send(encoded(fields)))
    }

    fn agent(&self) -> &Agent {
        self.agent.get_or_init(|| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .https_only(self.base.starts_with("https://"))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .proxy(None)
                .timeout_connect(Some(CONNECT_MAX))
                .timeout_global(Some(CALL_MAX))
                .user_agent(concat!("Tillbox/", env!("CARGO_PKG_VERSION")));
            config.build().into()
        })
    }
}

fn bearer(secret: &SecretKey) -> String {
    format!("Bearer {}", secret.reveal())
}

/// Reads an answer: an object, or what it means that there is none.
fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Called<Value> {
    let mut answer = answer.map_err(|error| Failure::Unknown(error.to_string()))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    let body = text.map_err(|error| Failure::Unknown(error.to_string()))?;
    let body: Result<Value, _> = serde_json::from_str(&body);
    match (status, body) {
        (200, Ok(body)) => Ok(body),
        (400 | 402 | 404, Ok(body)) if body["error"].is_object() => Err(refused(status, &body)),
        (401, _) => Err(Failure::Unable("status 401: it does not know the shop's key".to_owned())),
        (403, _) => Err(Failure::Unable("status 403: the shop's key may not do this".to_owned())),
        (429 | 500.., _) => Err(Failure::Unable(format!("status {status}"))),
        _ => Err(Failure::Unknown(format!("status {status} and no answer of the API"))),
    }
}

fn refused(status: u16, body: &Value) -> Failure {
    let error = &body["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().chars().take(200).collect();
    let (kind, code, message): (String, String, String) =
        (text("type"), text("code"), text("message"));
    let cause = format!("status {status}, {kind} {code}: {message}");
    // Another request came under the same key: what became of that one is not told.
    match kind.as_str() {
        "idempotency_error" => Failure::Unable(cause),
        _ => Failure::Refused { status, code, cause },
    }
}

fn garbage(garbage: Garbage) -> Failure {
    Failure::Unknown(format!("an answer that makes no sense: {}", garbage.0))
}

impl Failure {
    /// The cause, for the log. The provider's messages never hold the whole of a key.
    pub fn cause(&self) -> &str {
        match self {
            Self::Refused { cause, .. } | Self::Unable(cause) | Self::Unknown(cause) => cause,
        }
    }

    /// Tells `true` where the provider says that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// What a buyer is told of it.
    pub fn error(&self) -> Error {
        let detail = "The card provider cannot be reached just now. Nothing was paid; please try \
                      again.";
        Error::new(Code::ProviderFailed, detail).with_cause(self.cause()).retry_after(RETRY_SECONDS)
    }
}

/// Fields as a form sends them.
fn encoded(fields: Fields) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        encode(name, &mut body);
        body.push('=');
        encode(value, &mut body);
    }
    body
}

fn encode(text: &str, body: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._*".contains(&byte) {
            body.push(char::from(byte));
        } else {
            body.push('%');
            body.push(char::from(DIGITS[usize::from(byte >> 4)]));
            body.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// A server that answers each connection with these bytes; its port.
    fn answering(bytes: &'static [u8]) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(bytes);
            }
        });
        port
    }

    #[test]
    fn a_line_that_is_not_encrypted_and_an_answer_without_end_are_no_answers() {
        let secret = SecretKey::parse("sk_test_1").unwrap();
        let plain = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        let moved = answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n");
        let large = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{");
        for base in [
            format!("https://127.0.0.1:{plain}"),
            format!("http://127.0.0.1:{plain}"),
            format!("http://127.0.0.1:{moved}"),
            format!("http://127.0.0.1:{large}"),
            "http://127.0.0.1:1".to_owned(),
        ] {
            let failure = Provider::new(&base).session(&secret, "cs_1", "key").unwrap_err();
            assert!(matches!(failure, Failure::Unknown(_)), "{base}: {failure:?}");
            assert!(!failure.cause().contains("sk_test_1"), "{failure:?}");
        }
    }

    #[test]
    fn fields_are_sent_so_that_nothing_in_them_becomes_another_field() {
        let fields = [("a[b]", "1&c=2"), ("d", "Ä é+%\r\n")];
        assert_eq!(encoded(&fields), "a%5Bb%5D=1%26c%3D2&d=%C3%84%20%C3%A9%2B%25%0D%0A");
    }
}
