//! Hostile bodies: whatever is sent, the shop answers with a 4xx that says where the fault lies. It
//! never fails, and a refused request changes nothing. Odd text is in `odd_text`.

use std::time::Instant;

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, furnished, units};
use crate::shop::{Answer, PASSWORD, Shop, User};

/// A request that is fine as it is, to be spoilt field by field.
pub struct Case {
    pub method: Method,
    pub path: &'static str,
    pub body: Value,
}

fn case(method: Method, path: &'static str, body: Value) -> Case {
    Case { method, path, body }
}

fn address() -> Value {
    let rest = json!({ "line2": "2nd floor", "postal_code": "1100-001", "region": "Lisboa",
        "company": "Silva Lda", "vat_id": "PT501442600", "phone": "+351 21 000" });
    fixtures::with(fixtures::address("Lisboa"), rest)
}

/// Every route that takes a body, with every field it knows, for a shop that is [`furnished`].
pub fn cases() -> Vec<Case> {
    use Method::{Patch, Post, Put};
    let customer = json!({ "name": "Ana Silva", "email": "ana@example.org", "phone": "+351 1234",
        "addresses": [address()], "note": "Rings twice.", "accepts_marketing": true });
    let account = json!({ "username": "eva", "password": PASSWORD, "current_password": PASSWORD });
    let sign_up = json!({ "username": "eva", "password": PASSWORD,
        "customer": { "name": "Eva Silva", "email": "eva@example.org", "phone": "12345" } });
    let product = json!({ "name": "Mug", "handle": "mug-x", "description": "Blue", "vendor": "V",
        "status": "active", "tags": ["blue"], "tax_category": "standard", "price": "9.95",
        "compare_at_price": "19.95", "sku": "MUG-X", "barcode": "123", "low_stock_at": 1,
        "allow_backorder": false, "weight_grams": 100, "withdrawal_exempt": false });
    let sized = json!({ "name": "Shirt", "options": [{ "name": "Size", "values": ["S"] }],
        "variants": [{ "price": "1", "options": { "Size": "S" }, "sku": "S1", "barcode": "1" }] });
    let order = json!({ "items": [{ "product_id": 1, "variant_id": 1, "quantity": 1, "note": "x" }],
        "customer": { "name": "Ana Silva", "email": "ana@example.org", "phone": "12345" },
        "shipping_address": address(), "billing_address": address(), "note": "Ring twice.",
        "shipping_method": "standard", "payment_method": "bank_transfer",
        "expected_total": "9.95", "order_date": "2026-11-22T10:00:00Z",
        "metadata": { "cart": "7" } });
    let edit = json!({ "expected_delivery_date": "2026-12-24", "staff_note": "Late.",
        "shipping_address": address(), "billing_address": address() });
    let parcel = json!({ "items": [{ "item_id": 1, "quantity": 1 }], "carrier": "DHL",
        "tracking_number": "1", "tracking_url": "https://example.org/1",
        "expected_delivery_date": "2026-12-24" });
    let units = units(&[(1, 1)]);
    let settings = json!({ "name": "Shop", "currency": "EUR", "time_zone": "Europe/Lisbon",
        "country": "PT", "public_url": "https://example.org", "order_number_prefix": "A-",
        "order_number_start": 5000, "delivery_days": 4, "cut_off_hour": 12, "open_weekdays": [1],
        "payment_methods": ["invoice", "bank_transfer"] });
    vec![
        case(Post, "/customers", customer.clone()),
        case(Put, "/customers/1", customer.clone()),
        case(Patch, "/customers/1", customer),
        case(Post, "/customer_accounts", sign_up),
        case(Put, "/customer_accounts/1", account.clone()),
        case(Patch, "/customer_accounts/1", account),
        case(Post, "/products", product.clone()),
        case(Post, "/products", sized),
        case(Put, "/products/2", product.clone()),
        case(Patch, "/products/2", product),
        case(
            Post,
            "/products/1/stock_movements",
            json!({ "variant_id": 1, "delta": 1, "reason": "received", "note": "From Porto." }),
        ),
        case(Post, "/orders", order),
        case(Patch, "/orders/1", edit),
        case(
            Post,
            "/orders/1/payments",
            json!({ "amount": "0.01", "method": "cash", "reference": "R" }),
        ),
        case(Post, "/orders/1/shipments", parcel),
        case(Post, "/orders/1/delivery", json!({ "shipment_id": 1 })),
        case(Post, "/orders/1/cancellation", json!({ "items": units, "reason": "Too late." })),
        case(Put, "/settings", settings.clone()),
        case(Patch, "/settings", settings),
        case(Post, "/sessions", json!({ "username": "ana", "password": PASSWORD })),
        case(Post, "/staff/sessions", json!({ "email": "a@example.org", "password": PASSWORD })),
    ]
}

/// All that a request could have changed.
fn state(admin: &User) -> Vec<Value> {
    let shown = [
        "/customers",
        "/customer_accounts",
        "/products",
        "/products/1/stock_movements",
        "/orders",
        "/settings",
    ];
    shown.iter().map(|path| admin.get(path).expect(200)).collect()
}

/// Sends a body that must be refused, and looks whether anything moved.
#[track_caller]
fn refused(admin: &User, case: &Case, body: impl Into<Vec<u8>>, statuses: &[u16]) -> Answer {
    let before = state(admin);
    let answer = admin.ask(case.method, case.path).raw("application/json", body).send();
    let told = format!("{} {}: {}", case.method, case.path, answer.json());
    assert!(statuses.contains(&answer.status), "{} {told:.600}", answer.status);
    assert_eq!(answer.header("Content-Type"), Some("application/problem+json"), "{told}");
    assert_eq!(state(admin), before, "{told:.600}");
    answer
}

/// The pointers of everything inside a body, the innermost as well as the lists around them.
pub fn pointers(value: &Value) -> Vec<String> {
    let inside = |name: &str, value: &Value| {
        let mut own = vec![format!("/{name}")];
        own.extend(pointers(value).into_iter().map(|rest| format!("/{name}{rest}")));
        own
    };
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(n, v)| inside(n, v)).collect(),
        Value::Array(values) => {
            let named = values.iter().enumerate();
            named.flat_map(|(at, value)| inside(&at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}

pub fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

/// Every 422 says where, and only where something is wrong.
#[track_caller]
pub fn points_at(answer: &Answer, pointer: &str, what: &str) {
    let problem = answer.json();
    let faults = problem["errors"].as_array().unwrap();
    let found = faults.iter().any(|fault| {
        let at = fault["pointer"].as_str().unwrap_or_default();
        // A list is also told by its elements.
        at == pointer || at.starts_with(&format!("{pointer}/"))
    });
    assert!(found, "{what} at {pointer}: {problem:.800}");
}

#[test]
fn a_field_of_the_wrong_type_is_refused_by_name_in_every_body() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    for case in cases() {
        for pointer in pointers(&case.body) {
            let old = case.body.pointer(&pointer).unwrap();
            for wrong in [json!(true), json!(7), json!("x"), json!([[]]), json!({ "a": 1 })] {
                let is_other = std::mem::discriminant(old) != std::mem::discriminant(&wrong);
                // Amounts may be numbers, ids may be digits, and a patch looks into objects.
                let may_be = matches!((old, &wrong), (Value::String(_), Value::Number(_)));
                if !is_other
                    || (may_be
                        && (pointer.ends_with("price")
                            || pointer.ends_with("amount")
                            || pointer.ends_with("total")))
                {
                    continue;
                }
                let what = format!("{} {} {wrong}", case.method, case.path);
                let body = with(&case.body, &pointer, wrong).to_string();
                points_at(&refused(&admin, &case, body, &[422]), &pointer, &what);
            }
        }
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused_by_name() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let digits = "9".repeat(100_000);
    let huge = [
        "1e400",
        "-1e400",
        "9223372036854775808",
        "18446744073709551616",
        "1.5",
        "-1.5",
        "1e-400",
        "1E3",
        &digits,
    ];
    for case in cases() {
        for pointer in pointers(&case.body) {
            let is_money = ["price", "amount", "total"].iter().any(|name| pointer.ends_with(name));
            if !is_money && !case.body.pointer(&pointer).unwrap().is_number() {
                continue;
            }
            for number in huge.iter().filter(|number| !is_money || **number != "1.5") {
                let marked = with(&case.body, &pointer, json!("MARK")).to_string();
                let body = marked.replace("\"MARK\"", number);
                let what = format!("{} {} {number:.40}", case.method, case.path);
                points_at(&refused(&admin, &case, body, &[422]), &pointer, &what);
                if is_money {
                    let text = marked.replace("MARK", number);
                    points_at(&refused(&admin, &case, text, &[422]), &pointer, &what);
                }
            }
        }
    }
}

#[test]
fn what_is_no_object_of_json_is_refused_everywhere() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    for case in cases() {
        let good = case.body.to_string();
        let inner = good.trim_start_matches('{');
        let doubled = format!("{{\"name\":1,\"n\\u0061me\":2,{inner}");
        for body in [
            "[".repeat(10_000),
            "{\"a\":".repeat(2_000),
            deep("[", "]", 33),
            good[..good.len() - 1].to_owned(),
            good[..good.len() / 2].to_owned(),
            format!("{good}{good}"),
            format!("{good},"),
            format!("\u{feff}\u{feff}{good}"),
            format!("{good}\u{feff}"),
            doubled,
            good.replace("\":", "\"="),
            good.replace('"', "'"),
            format!("{{\"name\":\"\\ud800\",{inner}"),
            format!("{{\"a\":\"\\udc00\\ud800\",{inner}"),
            format!("{{\"a\":\"\t\",{inner}"),
            format!("{{\"a\":NaN,{inner}"),
            format!("{{\"a\":01,{inner}"),
            " ".to_owned(),
            "null,".to_owned(),
        ] {
            refused(&admin, &case, body, &[400]).refused(400, "malformed_json");
        }
        for bytes in [&b"\xff\xfe"[..], b"{\"a\":\"\xc3\x28\"}", b"{\"a\":\"\xed\xa0\x80\"}", b"\0"]
        {
            refused(&admin, &case, bytes, &[400]).refused(400, "malformed_json");
        }
        for body in ["[]", "null", "\"x\"", "7", "true", &format!("[{good}]")] {
            points_at(&refused(&admin, &case, body, &[422]), "", body);
        }
    }
}

#[test]
fn unknown_and_missing_fields_are_named_and_many_do_not_hold_up_the_shop() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    for case in cases() {
        for name in ["nmae", "__proto__", "a/b~c", "", "\0", "é".repeat(300).as_str()] {
            let mut body = case.body.clone();
            body[name] = json!(1);
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let answer = refused(&admin, &case, body.to_string(), &[422]);
            points_at(&answer, &pointer, case.path);
        }
        let fields: Vec<String> = (0..90_000).map(|n| format!("\"{n:x}\":0")).collect();
        let begun = Instant::now();
        let body = format!("{{{}}}", fields.join(","));
        // Some take less than this, and none takes so many values.
        refused(&admin, &case, body, &[413]).refused(413, "body_too_large");
        let few: Vec<String> = (0..1_400).map(|n| format!("\"{n:x}\":0")).collect();
        let answer = refused(&admin, &case, format!("{{{}}}", few.join(",")), &[422]);
        assert!(answer.json()["errors"].as_array().unwrap().len() <= 100);
        assert!(begun.elapsed().as_secs() < 5, "{} {:?}", case.path, begun.elapsed());
        if case.method == Method::Patch {
            continue;
        }
        for name in [
            "name", "email", "username", "password", "price", "items", "method", "reason",
            "currency",
        ] {
            // Whom the shop only calls has a phone number instead.
            let optional = case.path == "/orders"
                || case.path == "/products/2" && name == "price"
                || case.path.starts_with("/customers") && name == "email";
            let Some(fields) = case.body.as_object() else { continue };
            if !fields.contains_key(name)
                || optional
                || name == "items"
                || name == "reason"
                || (name == "password" && case.method == Method::Put)
            {
                continue;
            }
            let mut body = fields.clone();
            body.remove(name);
            let answer = refused(&admin, &case, Value::Object(body).to_string(), &[422]);
            points_at(&answer, &format!("/{name}"), case.path);
        }
    }
}
