//! `/openapi.json` is what the server does: whatever a test is answered must be described there,
//! and whatever is described there must be answered in some test.
//!
//! The first is checked with every answer that any test gets ([`note`]). For the second the tests
//! of a run leave what they saw in the file `TILLBOX_SEEN`, and `./test` asks afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{credentials, furnished, percent_off};
use crate::shop::{PASSWORD, Shop};
use crate::window;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Codes of answers that need a full disk or a bug to be had; real processes meet them elsewhere.
const BAD_LUCK: [&str; 6] =
    ["busy", "internal", "request_timeout", "storage_failed", "storage_full", "too_slow"];

/// Codes of what only somebody who writes a program does wrong: they are told in its words.
const FOR_PROGRAMS: [&str; 15] = [
    "bad_cursor",
    "bad_header",
    "bad_request",
    "forbidden",
    "key_in_browser",
    "malformed_json",
    "method_not_allowed",
    "not_found",
    "unauthenticated",
    "unknown_field",
    "unknown_parameter",
    "unknown_payment_method",
    "unknown_value",
    "wrong_type",
    "unsupported_media_type",
];

/// A method and a path of the description, such as `GET /orders/{id}`.
type Operation = (String, String);

/// What the description says may be answered.
static DESCRIBED: LazyLock<BTreeMap<Operation, BTreeSet<String>>> = LazyLock::new(|| {
    let document = document();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if METHODS.contains(&method.as_str()) {
                let statuses = operation["responses"].as_object().unwrap().keys().cloned();
                operations.insert((method.to_uppercase(), path.clone()), statuses.collect());
            }
        }
    }
    operations
});

/// What a `code` may be: of a problem, and of what is wrong with one field.
static CODES: LazyLock<BTreeSet<String>> = LazyLock::new(|| words("ProblemCode"));
static FAULT_CODES: LazyLock<BTreeSet<String>> = LazyLock::new(|| words("FaultCode"));

/// What was seen in this process.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Holds an answer against the description, and notes that it was seen.
#[track_caller]
pub fn note(method: &str, path: &str, status: u16, body: &[u8]) {
    if status >= 400
        && let Ok(problem) = serde_json::from_slice::<Value>(body)
        && let Some(code) = problem["code"].as_str()
    {
        assert!(CODES.contains(code), "the code {code} is not described");
        leave(&format!("code {code}"));
        match problem["errors"].as_array() {
            Some(errors) => errors.iter().for_each(|error| {
                let code = error["code"].as_str().unwrap();
                assert!(FAULT_CODES.contains(code), "the code {code} of a fault is not described");
                is_for_people(error, &problem);
            }),
            None => is_for_people(&problem, &problem),
        }
    }
    let method = if method == "HEAD" { "GET" } else { method };
    if is_page(path) {
        return;
    }
    let Some(operation) = operation(method, path) else {
        assert!((400..500).contains(&status) || method == "OPTIONS", "{method} {path}: {status}");
        return;
    };
    let described = &DESCRIBED[&operation];
    let exact = status.to_string();
    let key = if described.contains(&exact) { exact } else { format!("{}XX", status / 100) };
    assert!(described.contains(&key), "{method} {path}: {status} is not described");
    leave(&format!("{} {} {key}", operation.0, operation.1));
}

/// What a shop front may show is a sentence, in words that somebody knows who reads no JSON.
#[track_caller]
fn is_for_people(said: &Value, problem: &Value) {
    let (code, detail) = (said["code"].as_str().unwrap(), said["detail"].as_str().unwrap());
    let first = detail.chars().next().unwrap_or(' ');
    assert!(first.is_uppercase() || !first.is_alphabetic(), "{problem}");
    assert!(detail.ends_with(['.', '?', '!']), "{problem}");
    let is_of_a_field = said["parameter"].is_null() && said["header"].is_null();
    if FOR_PROGRAMS.contains(&code) || !is_of_a_field {
        return;
    }
    // What somebody has named stands in quotation marks, however it is spelled.
    let own_words: String = detail.split(['“', '”']).step_by(2).collect();
    let is_named = |word: &str| {
        let inner = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        inner.contains('_') && inner.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    let named =
        own_words.split_whitespace().find(|word| is_named(word) || word.contains(['"', '{']));
    assert_eq!(named, None, "{problem}");
}

/// The pages of the staff and of buyers are no part of the API.
fn is_page(path: &str) -> bool {
    let is_of_staff = path == "/admin" || path.starts_with("/admin/") || path == "/favicon.ico";
    is_of_staff || window::is_at(path)
}

#[test]
fn the_routes_are_those_of_the_description() {
    let routes = Shop::new().routes();
    let mounted: BTreeSet<String> = routes
        .iter()
        .filter(|route| !is_page(route.trim_start_matches("GET ")))
        .map(|route| route.replace('<', "{").replace('>', "}"))
        .collect();
    let described: BTreeSet<String> =
        DESCRIBED.keys().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(mounted, described);
    assert_eq!(document()["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_description_and_its_page_are_there_for_everybody_and_load_nothing_from_elsewhere() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let answer = visitor.get("/openapi.json");
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(answer.header("Cache-Control"), Some("public, no-cache"));
    assert_eq!(answer.json(), document());
    let page = visitor.get("/docs");
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert!(policy.contains("frame-ancestors 'none'; require-trusted-types-for 'script'"));
    let text = String::from_utf8(page.body.clone()).unwrap();
    for part in ["docs/docs.js", "docs/style.css"] {
        assert!(text.contains(part), "{text}");
        let part = visitor.get(&format!("/{part}"));
        assert_eq!(part.status, 200);
        let tag = part.header("ETag").unwrap();
        let path = page.header("ETag").unwrap();
        assert_ne!(tag, path);
    }
    let known = page.header("ETag").unwrap();
    for path in ["/docs", "/docs/index.html"] {
        let again = visitor.ask(Method::Get, path).header("If-None-Match", known).send();
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
    for path in ["/docs/nothing.js", "/docs/..%2fopenapi.json", "/docs/%2e%2e%2fopenapi.json"] {
        visitor.get(path).refused(404, "not_found");
    }
    assert!(!text.contains("src=\"http") && !text.contains("href=\"http"), "{text}");
}

#[test]
fn what_can_be_wrong_with_any_request_is_told_by_every_operation() {
    let shop = Shop::new();
    percent_off("TEN", "10").create(&furnished(&shop));
    // Whoever may do everything meets what else can be wrong.
    let owner = shop.owner();
    let front = shop.storefront();
    let picture = owner.get("/products/1").expect(200)["images"][0]["urls"]["320"].clone();
    let picture = picture.as_str().unwrap().to_owned();
    let large = vec![b' '; 1024 * 1024 + 1];
    for ((method, path), statuses) in &*DESCRIBED {
        let verb: Method = method.parse().unwrap();
        let has = |status: &str| statuses.contains(status);
        let file = if path.starts_with("/docs") { "docs.js" } else { "style.css" };
        let at = path.replace("{file}", file).replace("{id}", "1").replace("{kind}", "order_paid");
        let at = at.replace("{token}", "nobody");
        let at = at.replace("{step}", "1").replace("{movement}", "1").replace("{image}", "1");
        let at = if path.starts_with("/images") { picture.clone() } else { at };
        front
            .ask(verb, &at)
            .header("Sec-Fetch-Site", "same-site")
            .send()
            .refused(403, "key_in_browser");
        if has("415") {
            owner
                .ask(verb, &at)
                .raw("text/plain", "x")
                .send()
                .refused(415, "unsupported_media_type");
        }
        // A picture is no JSON; what can be wrong with one is tried in `images.rs`.
        let is_picture = path.contains("/image") || path.ends_with("/logo");
        if has("415") && !(method == "POST" && is_picture) {
            owner.ask(verb, &at).raw("application/json", "{").send().refused(400, "malformed_json");
            let sent = owner.ask(verb, &at).raw("application/json", large.clone()).send();
            sent.refused(413, "body_too_large");
        }
        if has("304") {
            let tag = owner.get(&at).header("ETag").unwrap().to_owned();
            assert_eq!(owner.ask(verb, &at).header("If-None-Match", &tag).send().status, 304);
        }
        if statuses.contains("400") && method == "GET" {
            owner.ask(verb, &format!("{at}?after=zz")).send().refused(400, "bad_cursor");
            owner.ask(verb, &format!("{at}?limit=0")).send().invalid(&[("limit", "out_of_range")]);
        }
        if path.contains("{id}") && method != "GET" {
            let gone = at.replacen("/1", "/99", 1);
            let request = owner.ask(verb, &gone);
            let request = match method == "POST" && path.contains("/image") {
                true => request.raw("image/jpeg", "x"),
                false => request.json(&json!({})),
            };
            request.send().refused(404, "not_found");
        }
    }
}

#[test]
fn what_only_some_operations_answer_is_met_there() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let currency = json!({ "name": "My shop", "currency": "USD" });
    admin.put("/settings", currency).refused(409, "currency_fixed");
    admin.delete("/orders/1/delivery/99").refused(404, "not_found");

    let session = shop.visitor().post("/sessions", credentials("ana", PASSWORD)).expect(201);
    let ana = shop.holder(&session);
    let wrong =
        json!({ "username": "ana", "password": "another long one", "current_password": "x" });
    let guess = || ana.put("/customer_accounts/1", wrong.clone());
    let waits = (0..8).any(|_| guess().status == 429);
    assert!(waits, "whoever guesses must wait");
}

/// Asked by `./test` after all others, which left what they saw.
#[test]
#[ignore = "needs what the other tests saw; ./test runs it after them"]
fn nothing_is_described_that_no_test_has_seen() {
    let path = std::env::var("TILLBOX_SEEN").expect("run ./test, which says where it was noted");
    let seen = std::fs::read_to_string(path).unwrap();
    let seen: BTreeSet<&str> = seen.lines().collect();
    let mut missing: Vec<String> = Vec::new();
    for ((method, path), statuses) in &*DESCRIBED {
        // Bad luck can strike anywhere; that it is described is enough where it did not.
        let luck = |status: &str| status.starts_with('5') || status == "408";
        let told = statuses.iter().filter(|status| !luck(status));
        missing.extend(told.map(|status| format!("{method} {path} {status}")));
    }
    let told = CODES.iter().filter(|code| !BAD_LUCK.contains(&code.as_str()));
    missing.extend(told.map(|code| format!("code {code}")));
    missing.retain(|line| !seen.contains(line.as_str()));
    assert!(missing.is_empty(), "described, but never seen:\n{}", missing.join("\n"));
}

/// The words of a list that later versions add to, so that no client may refuse the others.
fn words(schema: &str) -> BTreeSet<String> {
    let words = &document()["components"]["schemas"][schema]["x-extensible-enum"];
    words.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

pub fn document() -> Value {
    serde_json::from_str(include_str!("../../static/openapi.json")).unwrap()
}

/// The operation of the description that a path belongs to. A word wins over a parameter.
fn operation(method: &str, path: &str) -> Option<Operation> {
    let path = path.split('?').next().unwrap();
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let asked = parts(path);
    let fits = |pattern: &str| {
        let pattern = parts(pattern);
        let same = |(part, asked): (&String, &String)| part.starts_with('{') || part == asked;
        pattern.len() == asked.len() && pattern.iter().zip(&asked).all(same)
    };
    let mut found: Vec<&Operation> =
        DESCRIBED.keys().filter(|(known, path)| known == method && fits(path)).collect();
    found.sort_by_key(|(_, path)| path.matches('{').count());
    found.first().map(|operation| (*operation).clone())
}

/// Writes down what was seen, once a process, for the question at the end.
fn leave(line: &str) {
    let mut seen = SEEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !seen.insert(line.to_owned()) {
        return;
    }
    if let Ok(path) = std::env::var("TILLBOX_SEEN") {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{line}").unwrap();
    }
}
