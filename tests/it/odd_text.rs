//! Odd text: in a body it comes back exactly or is refused by name; in a header or an address it
//! leads nowhere.

use rocket::http::Method;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::fixtures::{self, furnished};
use crate::hostile::{Case, cases, pointers, points_at, with};
use crate::shop::{Shop, User};

/// Text that has broken somebody's program before.
#[rustfmt::skip]
const NAUGHTY: &[&str] = &[
    "", " ", "\t", "\n", "\u{3000}", "\0", "a\0b", "\u{7}", "\u{1b}[31mred", "\u{7f}", "\u{80}",
    "a\u{85}b", "a\rb", "a\r\nb", "a\nb", "a\tb", " spaced ", "undefined", "null", "None", "true",
    "NaN", "-1", "0", "1e400", "0x10", "1/0", "$1.00", "🦊", "👩‍👩‍👧‍👦", "🇵🇹", "\u{202e}txet",
    "\u{2066}a\u{2069}", "\u{200b}", "\u{feff}a", "a\u{feff}", "e\u{301}", "é", "\u{1e9b}\u{323}",
    "\u{fb01}", "Å", "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "ﷺ", "\u{fdfa}\u{fdfa}",
    "İıſßΣς", "日本語", "عربى", "\u{10ffff}", "\u{fffe}", "\u{e000}", "\u{2028}", "a\u{2029}b",
    "'; drop table orders; --", "\" or \"\"=\"", "\\", "\\u0000", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "&lt;&amp;", "{{7*7}}", "${7*7}", "<%= 7 %>", "#{7}", "%s%n%x",
    "%00", "%0d%0aSet-Cookie: a=b", "../../etc/passwd", "..\\..\\", "C:\\CON", "/dev/null",
    "file:///etc/passwd", "javascript:alert(1)", "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)",
    "() { :;}; echo", "`id`", "$(id)", "| ls", "*", "a,b;c", "[object Object]", "__proto__",
    "constructor",
];

/// All of it, and some that is too long.
fn naughty() -> Vec<String> {
    let mut texts: Vec<String> = NAUGHTY.iter().map(|text| (*text).to_owned()).collect();
    texts.push("x".repeat(255));
    texts.push("é".repeat(256));
    texts.push("e\u{301}".repeat(255));
    texts.push("W".repeat(5_001));
    texts.push("🦊".repeat(100_001));
    texts
}

/// What the shop keeps of a text in a field: composed, trimmed, with plain line breaks. What shows
/// nothing stays where there are paragraphs; of the rest, a family holds together in a name.
fn kept(text: &str, field: &str) -> String {
    let of_program = field.contains("/metadata/");
    let field = field.rsplit('/').next().unwrap();
    let invisible: &[char] = match field {
        _ if of_program => &[],
        "description" | "note" | "reason" => &[],
        "sku" | "barcode" | "tax_category" | "username" | "tracking_number" | "tracking_url"
        | "public_url" | "discount_code" | "phone" | "email" => {
            &['\u{202e}', '\u{2066}', '\u{2069}', '\u{200b}', '\u{feff}', '\u{200d}']
        }
        _ => &['\u{202e}', '\u{2066}', '\u{2069}', '\u{200b}', '\u{feff}'],
    };
    text.replace("\r\n", "\n").replace(invisible, "").nfc().collect::<String>().trim().to_owned()
}

#[test]
fn odd_text_comes_back_exactly_or_is_refused_by_name() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    // The steps of orders are below; a sign-in with nonsense is just wrong.
    let skipped = |path: &str| path.starts_with("/orders/") || path.ends_with("sessions");
    for case in cases().into_iter().filter(|case| !skipped(case.path)) {
        for pointer in pointers(&case.body) {
            if !case.body.pointer(&pointer).unwrap().is_string() {
                continue;
            }
            let secret = pointer.ends_with("password");
            for text in naughty().iter().filter(|text| !secret || text.len() < 1_000) {
                spoil(&admin, &case, &pointer, text);
            }
        }
    }
}

/// Sends one odd text in one field.
fn spoil(admin: &User, case: &Case, pointer: &str, text: &str) {
    let mut body = with(&case.body, pointer, json!(text));
    // What has to be unique is, so that only the text in question can be refused.
    if case.method == Method::Post && case.path == "/products" {
        let fields = body.as_object_mut().unwrap();
        for name in ["handle", "sku"] {
            if pointer != format!("/{name}") {
                fields.remove(name);
            }
        }
        if pointer != "/variants/0/sku"
            && let Some(variant) = body.pointer_mut("/variants/0")
        {
            variant.as_object_mut().unwrap().remove("sku");
        }
    }
    let before = admin.get(case.path);
    let answer = admin.ask(case.method, case.path).json(&body).send();
    let what = format!("{} {} {text:?}", case.method, case.path);
    let told = answer.json();
    match answer.status {
        200 | 201 if pointer.ends_with("password") => {
            assert!(text.is_empty() || !told.to_string().contains(&json!(text).to_string()));
        }
        200 | 201 => {
            let here = told.pointer(pointer).or_else(|| told.pointer("/order_date"));
            let same = here.is_some_and(|here| here.as_str() == Some(&kept(text, pointer)));
            // What is left empty is left out.
            let optional = text.is_empty()
                || pointer.ends_with("expected_total")
                || pointer.ends_with("order_date");
            let nothing = pointer.ends_with("price") && text == "0";
            let prefix = pointer.ends_with("order_number_prefix");
            assert!(same || optional || prefix || nothing, "{what:.300} {pointer}: {told:.600}");
            assert!(!kept(text, pointer).chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
        409 => {
            let code = told["code"].as_str().unwrap();
            assert!(
                ["taken", "price_changed"].contains(&code),
                "{what:.300} {pointer}: {told:.600}"
            );
        }
        422 => {
            // An option by another name no longer fits its variants.
            if told["errors"][0]["code"] != "options_mismatch" {
                points_at(&answer, pointer, &what);
            }
            if before.status == 200 {
                assert_eq!(admin.get(case.path).json(), before.json(), "{what:.300}");
            }
        }
        413 => assert!(text.len() > 15_000, "{what:.300}"),
        status => panic!("{status} {what:.300} {pointer}: {told:.600}"),
    }
}

#[test]
fn odd_names_of_options_come_back_exactly_or_are_refused_by_name() {
    let shop = Shop::new();
    let admin = shop.admin();
    for text in naughty() {
        let mut variant = json!({ "price": "1" });
        variant["options"][&text] = json!("S");
        let shirt = json!({ "name": "Shirt", "variants": [variant] });
        let answer = admin.post("/products", shirt);
        let told = answer.json();
        if answer.status == 201 {
            let name = kept(&text, "name");
            let shown = json!({ name.clone(): "S" });
            assert_eq!(
                (&told["variants"][0]["options"], &told["options"][0]["name"]),
                (&shown, &json!(name))
            );
            assert!(!name.is_empty() && name.chars().count() <= 255);
        } else {
            let entry = text.replace('~', "~0").replace('/', "~1");
            points_at(&answer, &format!("/variants/0/options/{entry}"), "option");
        }
    }
    let many: Value =
        (0..11).map(|n| (n.to_string(), json!("S"))).collect::<serde_json::Map<_, _>>().into();
    let shirt = json!({ "name": "Shirt", "variants": [{ "price": "1", "options": many }] });
    admin.post("/products", shirt).invalid(&[("/variants/0/options", "too_many")]);
    let twice = json!({ "e\u{301}": "S", "é": "S" });
    let shirt = json!({ "name": "Shirt", "variants": [{ "price": "1", "options": twice }] });
    admin.post("/products", shirt).invalid(&[("/variants/0/options", "given_twice")]);
}

#[test]
fn what_happens_to_orders_keeps_odd_text_as_well() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    for text in naughty() {
        for (what, body, field) in [
            (
                "payments",
                json!({ "method": "cash", "amount": "0.01", "reference": text }),
                "reference",
            ),
            ("cancellation", json!({ "reason": text }), "reason"),
            ("shipments", json!({ "carrier": text, "tracking_number": "1" }), "carrier"),
            ("shipments", json!({ "carrier": "D", "tracking_number": text }), "tracking_number"),
            (
                "shipments",
                json!({ "carrier": "D", "tracking_number": "1", "tracking_url": text }),
                "tracking_url",
            ),
        ] {
            let id = fixtures::order(1, 1).for_customer(1).create_id(&admin);
            let path = format!("/orders/{id}");
            let before = admin.get(&path).json();
            let answer = admin.post(&format!("{path}/{what}"), body);
            if answer.status == 413 {
                assert!(text.len() > 250_000, "{what}");
                continue;
            }
            if answer.status == 422 {
                points_at(&answer, &format!("/{field}"), what);
                assert_eq!(admin.get(&path).json(), before);
                continue;
            }
            answer.expect(201);
            let step = admin.get(answer.header("Location").unwrap()).expect(200);
            let shown = json!(kept(&text, field));
            let order = admin.get(&path).json();
            assert!(
                step[field] == shown || order["cancel_reason"] == shown || text.is_empty(),
                "{text:?}: {step}"
            );
        }
    }
}

#[test]
fn odd_names_and_passwords_sign_nobody_in() {
    let shop = Shop::new();
    furnished(&shop);
    let long = ["\u{fdfa}".repeat(300_000), "x".repeat(1_000_000)];
    for text in naughty().iter().chain(&long) {
        for body in [
            json!({ "username": text, "password": "x" }),
            json!({ "username": "somebody", "password": text }),
        ] {
            // Waiting is no part of this test.
            shop.clock.advance_seconds(3_600);
            let answer = shop.visitor().post("/sessions", body);
            if text.len() > 15_000 {
                answer.refused(413, "body_too_large");
            } else if text.is_empty() {
                answer.refused(422, "validation_failed");
            } else {
                answer.refused(401, "unauthenticated");
            }
        }
    }
}

#[test]
fn odd_headers_are_read_as_none_or_refused() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let long = "x".repeat(60_000);
    let odd = [
        "",
        " ",
        "x",
        "\"",
        "*",
        "é",
        "\u{1f98a}",
        "a\tb",
        ",,,,",
        "=;=;",
        "W/",
        "\"1.0",
        "null",
        "Bearer",
        "Bearer ",
        "Bearer tb_ses_",
        "Bearer tb_ord_1_",
        "Bearer tb_ord_x_y",
        "Bearer tb_cus_\u{1f98a}",
        "Basic YTpi",
        "Digest x",
        "9223372036854775808",
        &long,
    ];
    for name in [
        "Authorization",
        "If-Match",
        "If-None-Match",
        "Idempotency-Key",
        "X-Request-Id",
        "Cookie",
        "Content-Type",
        "Origin",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "Host",
        "Access-Control-Request-Method",
        "Accept",
        "Range",
        "Content-Encoding",
    ] {
        for value in
            odd.iter().map(|v| (*v).to_owned()).chain(odd.iter().map(|v| format!("tb_session={v}")))
        {
            let user = if name == "Authorization" { shop.visitor() } else { admin.clone() };
            try_header(&user, name, &value);
        }
    }
}

/// Whatever a header says, the answer is one of the shop's own.
fn try_header(user: &User, name: &str, value: &str) {
    for (method, path) in [
        (Method::Get, "/products/1"),
        (Method::Get, "/orders/1"),
        (Method::Options, "/orders"),
        (Method::Patch, "/products/1"),
        (Method::Post, "/orders"),
        (Method::Delete, "/customers/99"),
    ] {
        let ask = user.ask(method, path).header(name, value);
        let has_body = matches!(method, Method::Post | Method::Patch) && name != "Content-Type";
        let answer = if has_body { ask.json(&json!({})).send() } else { ask.send() };
        let status = answer.status;
        assert!(status < 500, "{status} {method} {path} {name}: {value:.80}");
        assert!(answer.header("X-Request-Id").is_some());
        if status >= 400 {
            let kind = answer.header("Content-Type");
            assert_eq!(kind, Some("application/problem+json"), "{name}: {value:.80}");
        }
    }
}

#[test]
fn odd_addresses_lead_nowhere() {
    let shop = Shop::new();
    let admin = furnished(&shop);
    let long = format!("/{}", "x".repeat(60_000));
    let deep = "/a".repeat(30_000);
    let digits = format!("/products/{}", "9".repeat(60_000));
    for path in [
        "/%00",
        "/products/%00",
        "/products/1%00",
        "/products/%2e%2e/orders",
        "/%2e%2e",
        "/products/../orders",
        "/products/1/%2e%2e/2",
        "/products/1%2f",
        "/%2fproducts/1",
        "/products/%ff",
        "/products/%",
        "/products/%zz",
        "/products/1;a=b",
        "/products/\u{1f98a}",
        "/products/1 2",
        "/products/+1",
        "/products/１",
        "/Products/1",
        "/PRODUCTS",
        "/products.json",
        "/orders/1/track/",
        "/orders/1/payments/%00",
        "/.git/config",
        "/shop.db",
        "/admin/../shop.db",
        &long,
        &deep,
        &digits,
    ] {
        for method in [Method::Get, Method::Post, Method::Put, Method::Delete, Method::Options] {
            let answer = admin.ask(method, path).send();
            let statuses =
                if path.ends_with('/') { &[404, 405, 200, 204][..] } else { &[404, 400] };
            assert!(statuses.contains(&answer.status), "{} {method} {path:.60}", answer.status);
            if answer.status >= 400 {
                assert_eq!(answer.header("Content-Type"), Some("application/problem+json"));
            }
        }
    }
    for token in ["", "%00", "x", "%F0%9F%A6%8A", &"a".repeat(60_000)] {
        let path = format!("/orders/1/track?token={token}");
        shop.visitor().get(&path).refused(404, "not_found");
    }
    admin.get("/products/1").expect(200);
}
