//! A card provider for tests: it keeps Stripe's documented fields, states and idempotency keys, and
//! can be told to misbehave. Behind `/pay/<id>` is the page on which a buyer pays.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Dice;

/// The key of the shop's account there.
pub const SECRET: &str = "sk_test_0123456789abcdef";
const VERSION: &str = "2026-10-28.endive";
/// Stands for a line that is dead: the shop gives up before.
const HANGING: Duration = Duration::from_secs(20);

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Answers 500 and does nothing.
    Failing,
    /// Does what it is asked for, and breaks off before it has said so.
    Mute,
    /// Does what it is asked for, and answers what is no JSON.
    Garbage,
    Hanging,
    /// One of the others by chance, of a hundred calls so many.
    Moody(u64),
}

pub struct Provider {
    port: u16,
    state: Arc<Mutex<State>>,
}

pub struct State {
    pub mood: Mood,
    /// What becomes of a refund: `succeeded`, `pending` or `failed`.
    pub refunds_become: &'static str,
    pub sessions: BTreeMap<String, Value>,
    pub refunds: Vec<Value>,
    /// The calls that came, each as `POST /v1/refunds`.
    pub calls: Vec<String>,
    /// What was sent, for a look at all of it.
    pub sent: Vec<String>,
    keys: BTreeMap<String, (String, (u16, Value))>,
    dice: Dice,
    made: usize,
    port: u16,
}

struct Call {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    body: String,
}

type Said = (u16, Value);

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            mood: Mood::Well,
            refunds_become: "succeeded",
            sessions: BTreeMap::new(),
            refunds: Vec::new(),
            calls: Vec::new(),
            sent: Vec::new(),
            keys: BTreeMap::new(),
            dice: Dice::thrown("a moody card provider"),
            made: 0,
            port,
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn behaves(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// The buyer pays what the session asks for, on its page. `false` where it is not open.
    pub fn pay(&self, url: &str) -> bool {
        let mut state = self.state();
        let id = id_of(url);
        if state.sessions[&id]["status"] != "open" {
            return false;
        }
        state.settle(&id, None);
        true
    }

    /// Money comes in whatever state the session is in, and perhaps another amount.
    pub fn pay_oddly(&self, url: &str, units: Option<i64>) {
        self.state().settle(&id_of(url), units);
    }

    /// The time of a session is over.
    pub fn expire(&self, url: &str) {
        let id = id_of(url);
        let mut state = self.state();
        let session = state.sessions.get_mut(&id).unwrap();
        if session["status"] == "open" {
            session["status"] = json!("expired");
            session["url"] = Value::Null;
        }
    }

    /// What became of the refunds that were pending.
    pub fn refunds_end(&self, status: &str) {
        for refund in &mut self.state().refunds {
            if refund["status"] == "pending" {
                refund["status"] = json!(status);
            }
        }
    }

    /// A day has passed: what was asked under a key is not known any more.
    pub fn forget_keys(&self) {
        self.state().keys.clear();
    }

    /// How often it was called so.
    pub fn count(&self, call: &str) -> usize {
        self.state().calls.iter().filter(|known| known.starts_with(call)).count()
    }
}

/// The id in the address of a page.
fn id_of(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}

impl State {
    /// The units that came in for an order, and those that went back.
    pub fn money(&self, order_number: &str) -> (i64, i64) {
        let of_order = |session: &&Value| session["metadata"]["order_number"] == order_number;
        let paid = self.sessions.values().filter(of_order).filter(|session| is_paid(session));
        let (mut came, mut back) = (0, 0);
        for session in paid {
            came += session["amount_total"].as_i64().unwrap();
            back += self.given_back(session["payment_intent"].as_str().unwrap());
        }
        (came, back)
    }

    fn given_back(&self, payment_intent: &str) -> i64 {
        let of_it = self.refunds.iter().filter(|refund| {
            refund["payment_intent"] == payment_intent && refund["status"] != "failed"
        });
        of_it.map(|refund| refund["amount"].as_i64().unwrap()).sum()
    }

    fn settle(&mut self, id: &str, units: Option<i64>) {
        let session = self.sessions.get_mut(id).unwrap();
        if is_paid(session) {
            return;
        }
        if let Some(units) = units {
            session["amount_total"] = json!(units);
        }
        session["status"] = json!("complete");
        session["payment_status"] = json!("paid");
        session["payment_intent"] = json!(format!("pi_{}", &id["cs_test_".len()..]));
        session["url"] = Value::Null;
    }

    fn answer(&mut self, call: &Call) -> Said {
        self.calls.push(format!("{} {}", call.method, call.path));
        self.sent.push(call.body.clone());
        let header = |name: &str| call.headers.get(name).map(String::as_str);
        if header("authorization") != Some(&format!("Bearer {SECRET}")) {
            return refusal(401, "", "Invalid API Key provided");
        }
        if header("stripe-version") != Some(VERSION) {
            return refusal(400, "", "an unknown version");
        }
        let Some(key) = header("idempotency-key").filter(|_| call.method == "POST") else {
            return self.done(call);
        };
        let key = key.to_owned();
        if let Some((fingerprint, said)) = self.keys.get(&key) {
            if *fingerprint != format!("{} {}", call.path, call.body) {
                let mut said = refusal(400, "", "Keys for idempotent requests differ");
                said.1["error"]["type"] = json!("idempotency_error");
                return said;
            }
            return said.clone();
        }
        let said = self.done(call);
        let fingerprint = format!("{} {}", call.path, call.body);
        self.keys.insert(key, (fingerprint, said.clone()));
        said
    }

    fn done(&mut self, call: &Call) -> Said {
        let parts: Vec<&str> = call.path.trim_start_matches("/v1/").split('/').collect();
        match (call.method.as_str(), &parts[..]) {
            ("POST", ["checkout", "sessions"]) => self.create_session(call),
            ("GET", ["checkout", "sessions", id]) => self.look(id),
            ("POST", ["checkout", "sessions", id, "expire"]) => self.expire_session(id),
            ("POST", ["refunds"]) => self.create_refund(call),
            ("GET", ["refunds"]) => self.list_refunds(call),
            ("GET", ["refunds", id]) => {
                let found = self.refunds.iter().find(|refund| refund["id"] == **id).cloned();
                found.map_or_else(|| missing(id), |refund| (200, refund))
            }
            _ => refusal(404, "", "Unrecognized request URL"),
        }
    }

    fn create_session(&mut self, call: &Call) -> Said {
        let field = |name: &str| call.fields.get(name).cloned().unwrap_or_default();
        let price = "line_items[0][price_data]";
        let units: i64 = field(&format!("{price}[unit_amount]")).parse().unwrap();
        if field("mode") != "payment" || !field("success_url").starts_with("http") {
            return refusal(400, "url_invalid", "Not a valid URL");
        }
        if units < 50 {
            return refusal(400, "amount_too_small", "The amount must convert to at least 50");
        }
        self.made += 1;
        let id = format!("cs_test_{:06}", self.made);
        let session = json!({
            "id": id, "object": "checkout.session", "mode": "payment", "livemode": false,
            "status": "open", "payment_status": "unpaid", "payment_intent": null,
            "amount_total": units, "currency": field(&format!("{price}[currency]")),
            "url": format!("http://127.0.0.1:{}/pay/{id}", self.port),
            "client_reference_id": field("client_reference_id"),
            "metadata": { "order_number": field("metadata[order_number]") },
            "expires_at": field("expires_at").parse::<i64>().unwrap(),
            "success_url": field("success_url"), "cancel_url": field("cancel_url"),
            "locale": field("locale"), "customer_email": null,
        });
        self.sessions.insert(id, session.clone());
        (200, session)
    }

    fn look(&self, id: &str) -> Said {
        self.sessions.get(id).map_or_else(|| missing(id), |session| (200, session.clone()))
    }

    fn expire_session(&mut self, id: &str) -> Said {
        let Some(session) = self.sessions.get_mut(id) else { return missing(id) };
        if session["status"] != "open" {
            return refusal(400, "", "Only Checkout Sessions with a status of open can be expired");
        }
        session["status"] = json!("expired");
        session["url"] = Value::Null;
        (200, session.clone())
    }

    fn create_refund(&mut self, call: &Call) -> Said {
        let intent = call.fields["payment_intent"].clone();
        let units: i64 = call.fields["amount"].parse().unwrap();
        let paid = self.sessions.values().find(|session| session["payment_intent"] == *intent);
        let Some(paid) = paid else { return missing(&intent) };
        if self.given_back(&intent) + units > paid["amount_total"].as_i64().unwrap() {
            return refusal(400, "charge_already_refunded", "greater than unrefunded amount");
        }
        let refund = json!({
            "id": format!("re_{:06}", self.refunds.len() + 1), "object": "refund",
            "amount": units, "currency": paid["currency"], "payment_intent": intent,
            "status": self.refunds_become,
            "metadata": { "tillbox_refund": call.fields["metadata[tillbox_refund]"] },
        });
        self.refunds.push(refund.clone());
        (200, refund)
    }

    fn list_refunds(&self, call: &Call) -> Said {
        let intent = &call.query["payment_intent"];
        let limit: usize = call.query["limit"].parse().unwrap();
        let mut rows: Vec<&Value> = self.refunds.iter().rev().collect();
        rows.retain(|refund| refund["payment_intent"] == **intent);
        if let Some(after) = call.query.get("starting_after") {
            let at = rows.iter().position(|refund| refund["id"] == **after).unwrap();
            rows.drain(..=at);
        }
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        (200, json!({ "object": "list", "data": rows, "has_more": has_more }))
    }

    /// The mood of one call.
    fn mood_now(&mut self) -> Mood {
        let Mood::Moody(percent) = self.mood else { return self.mood };
        if self.dice.below(100) >= percent {
            return Mood::Well;
        }
        match self.dice.below(100) {
            0 => Mood::Hanging,
            1..33 => Mood::Failing,
            33..66 => Mood::Mute,
            _ => Mood::Garbage,
        }
    }
}

fn is_paid(session: &Value) -> bool {
    session["payment_status"] == "paid"
}

fn refusal(status: u16, code: &str, message: &str) -> Said {
    let kind = "invalid_request_error";
    (status, json!({ "error": { "type": kind, "code": code, "message": message } }))
}

fn missing(id: &str) -> Said {
    refusal(404, "resource_missing", &format!("No such object: '{id}'"))
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let Some(call) = read(&stream) else { return };
    if call.path.starts_with("/pay/") {
        return show(&mut stream, &call, &mut state.lock().unwrap());
    }
    let mut held = state.lock().unwrap();
    let mood = held.mood_now();
    let said = match mood {
        Mood::Failing => (500, json!({ "error": { "type": "api_error", "message": "sorry" } })),
        Mood::Hanging => {
            drop(held);
            return thread::sleep(HANGING);
        }
        _ => held.answer(&call),
    };
    drop(held);
    match mood {
        Mood::Mute => {}
        Mood::Garbage => send(&mut stream, 200, "text/html", "<p>Welcome to our café</p>", ""),
        _ => send(&mut stream, said.0, "application/json", &said.1.to_string(), ""),
    }
}

/// The page on which a buyer pays, or goes back.
fn show(stream: &mut TcpStream, call: &Call, state: &mut State) {
    let id = id_of(&call.path);
    let session = state.sessions[&id].clone();
    if call.method == "GET" {
        let amount = &session["amount_total"];
        let button = |what: &str| format!("<button name=\"do\" value=\"{what}\">{what}</button>");
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>Pay</title><h1>Pay {amount}</h1>\
             <form method=\"post\">{}{}</form></html>",
            button("pay"),
            button("cancel")
        );
        return send(stream, 200, "text/html", &page, "");
    }
    let pays = call.fields.get("do").is_some_and(|what| what == "pay");
    if pays && session["status"] == "open" {
        state.settle(&id, None);
    }
    let to = session[if pays { "success_url" } else { "cancel_url" }].as_str().unwrap();
    send(stream, 303, "text/html", "", &format!("Location: {to}\r\n"));
}

fn send(stream: &mut TcpStream, status: u16, kind: &str, body: &str, more: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{more}\
         Connection: close\r\n\r\n"
    );
    let _ = stream.write_all((head + body).as_bytes());
}

fn read(stream: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (path, query, fields) = (path.to_owned(), decoded(query), decoded(&body));
    Some(Call { method, path, query, headers, fields, body })
}

fn decoded(form: &str) -> BTreeMap<String, String> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}

fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                plain.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                at += 2;
            }
            b'+' => plain.push(b' '),
            byte => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8(plain).unwrap()
}
