//! Whatever is sent, a page says what to do: never a fault of ours, never a document for programs.

use rocket::http::Method;

use super::browser::Browser;
use crate::fixtures::{self, percent_off};
use crate::shop::Shop;

const HOSTILE: [&str; 14] = [
    "",
    " ",
    "\0",
    "\u{202e}evil",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "' or 1=1 --",
    "../../etc/passwd",
    "-1",
    "9223372036854775808",
    "1e9",
    "\u{1F468}\u{200D}\u{1F469}",
    "a\r\nSet-Cookie: b=c",
];
/// Cookies that are sent to each page; how they are read is tried with many more, in the program.
const NONSENSE: usize = 100;
const FORMS: [&str; 5] =
    ["/cart", "/checkout", "/withdrawal", "/o/1/cancellation", "/o/1/withdrawal"];

fn fine(status: u16) -> bool {
    status < 500 && status != 401 && status != 415
}

#[test]
fn every_form_takes_hostile_fields() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 1_000);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    browser.order(&[]);
    browser.put(1, 1, 1);
    let checkout = browser.get("/checkout");
    let names = [
        "product",
        "variant",
        "quantity",
        "quantity-1",
        "remove",
        "key",
        "lines",
        "expected_total",
        "name",
        "email",
        "phone",
        "country",
        "line1",
        "shipping_method",
        "payment_method",
        "discount_code",
        "note",
        "billing",
        "billing_country",
        "action",
        "number",
        "statement",
        "step",
        "units-1",
        "reason",
    ];
    let long = "x".repeat(5_000);
    let values: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    for (shift, path) in FORMS.into_iter().enumerate() {
        for (at, name) in names.into_iter().enumerate() {
            // Each field of each form gets some of them, and all of them come to each form.
            for value in values.iter().skip((at + shift) % 5).step_by(5).copied() {
                let tab = browser.copy();
                let page = match path {
                    "/checkout" => tab.send_checkout(&checkout, &[(name, value)]),
                    _ => tab.submit(path, &[(name, value)]),
                };
                assert!(
                    fine(page.answer.status),
                    "{path} {name} {value:?}: {}",
                    page.answer.status
                );
                let kind = page.answer.header("Content-Type");
                assert_eq!(kind, Some("text/html; charset=utf-8"), "{path} {name} {value:?}");
                assert!(!page.html.contains("<script>alert"), "{path} {name}");
                assert!(!page.html.contains(">49<"), "{path} {name}");
            }
        }
    }
}

#[test]
fn cookies_of_nonsense_are_an_empty_cart() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    let key = "0123456789abcdef0123456789abcdef";
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..NONSENSE {
        let mut next = |most: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % most
        };
        let signs: Vec<char> = "0123456789.-~_abcdefXYZ%=\"".chars().collect();
        let length = next(200);
        let noise: String =
            (0..length).map(|_| signs[usize::try_from(next(26)).unwrap()]).collect();
        let (product, variant, quantity) = (next(5), next(5), next(20_000));
        let value = match round % 4 {
            0 => noise,
            1 => format!("{key}..{product}-{variant}-{quantity}"),
            2 => format!("..{product}-{variant}-{quantity}~{noise}"),
            _ => format!("{noise}.{key}.1-1-{quantity}"),
        };
        browser.set_cookie("tb_cart", "/", &value);
        browser.set_cookie("tb_order", "/o/1", &value);
        for path in ["/", "/cart", "/checkout", "/o/1"] {
            let answer = browser.copy().get_alone(path);
            assert!(fine(answer.status), "{path} with {value}: {}", answer.status);
        }
    }
}

#[test]
fn a_form_from_elsewhere_does_nothing() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout");
    let fields = super::browser::checkout_fields(&page, &[]);
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookie = format!("tb_cart={}", browser.cookie("tb_cart").unwrap());
    let send = |headers: &[(&str, &str)]| {
        let visitor = shop.visitor();
        let mut ask = visitor.ask(Method::Post, "/checkout").header("Cookie", &cookie);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.raw("application/x-www-form-urlencoded", body.join("&")).send()
    };
    let here = ("Host", "shop.local:8000");
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Sec-Fetch-Site", "same-site")],
        &[here, ("Origin", "http://evil.example")],
        &[here, ("Origin", "null")],
        &[here],
        &[("Sec-Fetch-Site", "cross-site"), here, ("Origin", "http://shop.local:8000")],
    ] {
        let answer = send(headers);
        let html = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(html.contains("This did not come from the shop"), "{html}");
    }
    assert_eq!(admin.get("/orders?count=true").expect(200)["count"], 0);
    // Over plain http on the network of a house, browsers say the origin and no more.
    assert_eq!(send(&[here, ("Origin", "http://shop.local:8000")]).status, 303);
    assert_eq!(admin.get("/orders?count=true").expect(200)["count"], 1);
}

#[test]
fn what_is_no_form_is_told_on_a_page() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 10);
    let visitor = shop.visitor();
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        let ask = visitor.ask(Method::Post, path).header("Sec-Fetch-Site", "same-origin");
        ask.raw(kind, body).send()
    };
    let form = "application/x-www-form-urlencoded";
    for path in FORMS {
        for (kind, body, status) in [
            ("application/json", b"{}".to_vec(), 415),
            ("multipart/form-data; boundary=x", b"--x--".to_vec(), 415),
            (form, b"name=%FF%FE".to_vec(), 400),
            (form, vec![b'a'; 65 * 1024], 413),
        ] {
            let answer = post(path, kind, body);
            assert_eq!(answer.status, status, "{path} {kind}");
            assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
            assert!(String::from_utf8_lossy(&answer.body).contains("Nothing was done."));
        }
    }
    // No cookie at all.
    let nothing = Browser::new(&shop);
    nothing
        .submit("/checkout", &[("action", "order"), ("name", "Ada")])
        .says(409, &["There is no cart to order", "cookies of this shop"]);
    for (method, path) in
        [(Method::Put, "/cart"), (Method::Delete, "/o/1"), (Method::Post, "/search")]
    {
        assert_eq!(visitor.ask(method, path).send().status, 405, "{method} {path}");
    }
}

#[test]
fn limits_are_told_at_the_form_with_all_that_was_typed() {
    let shop = Shop::with(|config| config.limits_orders = 1);
    fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    browser.order(&[]).says(200, &["Order 1001"]);
    browser.put(1, 1, 1);
    let page = browser.order(&[("note", "By the door")]);
    let page = page.says(429, &["wait a minute", "value=\"Ada Example\"", "By the door"]);
    assert!(page.answer.header("Retry-After").is_some());
}

#[test]
fn codes_of_discounts_are_not_found_out_at_the_form() {
    let shop = Shop::with(|config| (config.limits_quotes, config.limits_orders) = (4, 1));
    let admin = fixtures::stocked(&shop, 10);
    percent_off("FIFTH", "20").create(&admin);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout");
    let guess = |code: &'static str, action: &'static str, lines: &'static str| {
        let mut more = vec![("discount_code", code), ("action", action)];
        more.extend(Some(("lines", lines)).filter(|_| !lines.is_empty()));
        browser.send_checkout(&page, &more)
    };
    let wrong = "This code does not count for your order";
    guess("NINE", "update", "").says(200, &[wrong]);
    guess("FIFTH", "update", "").says(200, &["\u{20ac}7.96"]);
    // Whoever has asked too often is told nothing of a code, however they ask.
    for (action, lines) in [("update", ""), ("order", "1-1-9")] {
        for (code, total) in [("NINE", wrong), ("FIFTH", "\u{20ac}7.96")] {
            let page = guess(code, action, lines).says(429, &["wait a minute", "Ada Example"]);
            assert!(page.html.contains(&format!("value=\"{code}\"")), "{}", page.html);
            page.hides(&[total]);
        }
    }
    guess("NINE", "order", "").says(422, &[wrong]);
    guess("NINE", "order", "").says(429, &["wait a minute"]).hides(&[wrong]);
    guess("FIFTH", "order", "").says(429, &["wait a minute"]).hides(&["\u{20ac}7.96"]);
}

#[test]
fn over_https_a_cart_is_that_of_the_cookie_which_nobody_else_can_set() {
    let shop = Shop::with(|config| config.trusted_proxies = vec!["10.0.0.1".into()]);
    fixtures::stocked(&shop, 10);
    let units = |cookie: &str, proto: &str| {
        let visitor = shop.visitor();
        let ask = visitor.ask(Method::Get, "/cart").header("Cookie", cookie);
        let answer = ask.header("X-Forwarded-Proto", proto).from("10.0.0.1").send();
        String::from_utf8_lossy(&answer.body).contains("name=\"quantity-1\"")
    };
    for (name, proto, counts) in [
        ("tb_cart", "http", true),
        ("tb_cart", "https", false),
        ("__Host-tb_cart", "https", true),
        ("__Host-tb_cart", "http", false),
    ] {
        assert_eq!(units(&format!("{name}=..1-1-2"), proto), counts, "{name} over {proto}");
    }
}

#[test]
fn who_waited_out_a_limit_orders_with_the_discount_for_the_total_that_they_saw() {
    let shop = Shop::with(|config| config.limits_orders = 1);
    let admin = fixtures::stocked(&shop, 10);
    percent_off("TEN", "10").create(&admin);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    browser.order(&[]).says(200, &["Order 1001"]);
    browser.put(1, 1, 1);
    let code = [("discount_code", "TEN")];
    let page = browser.order(&[("action", "update"), code[0]]).says(200, &["\u{20ac}8.95"]);
    let page = browser.send_checkout(&page, &code);
    let page = page.says(429, &["wait a minute", "A discount is not shown just now"]);
    assert_eq!(page.field("expected_total"), "8.95");
    shop.clock.advance_seconds(60);
    browser.send_checkout(&page, &code).says(200, &["Order 1002", "\u{20ac}8.95"]);
    browser.put(1, 1, 1);
    browser.order(&[]).says(429, &["wait a minute"]).hides(&["A discount is not shown"]);
}

#[test]
fn over_https_the_cookie_of_an_order_has_a_name_that_http_cannot_set() {
    let shop = Shop::with(|config| config.trusted_proxies = vec!["10.0.0.1".into()]);
    fixtures::stocked(&shop, 10);
    let made = shop.visitor().post("/orders", fixtures::order(1, 1).body()).expect(201);
    let token = made["token"].as_str().unwrap();
    let visitor = shop.visitor();
    let ask = |path: &str, proto: &str, cookie: &str| {
        let ask = visitor.ask(Method::Get, path).header("X-Forwarded-Proto", proto);
        ask.header("Cookie", cookie).from("10.0.0.1").send()
    };
    for (proto, name) in [("https", "__Secure-tb_order"), ("http", "tb_order")] {
        let opened = ask(&format!("/o/1/open?token={token}"), proto, "");
        let cookie = opened.header("Set-Cookie").unwrap().to_owned();
        assert!(cookie.starts_with(&format!("{name}={token}; ")), "{cookie}");
        assert_eq!(cookie.ends_with("; Secure"), proto == "https", "{cookie}");
        assert_eq!(ask("/o/1", proto, &format!("{name}={token}")).status, 200);
    }
    // One from before it had that name still opens its order.
    assert_eq!(ask("/o/1", "https", &format!("tb_order={token}")).status, 200);
    assert_eq!(ask("/o/1", "https", "__Secure-tb_order=x").status, 404);
}
