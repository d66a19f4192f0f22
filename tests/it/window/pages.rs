//! What every page keeps to: its language, its headers, its weight, and whether there is a window.

use rocket::http::Method;
use serde_json::json;

use super::browser::Browser;
use crate::fixtures::{self, product};
use crate::shop::Shop;

#[test]
fn the_language_is_the_browsers_until_an_address_asks_for_another() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 3);
    let browser = Browser::new(&shop).speaking("de");
    let page = browser.get("/p/mug").says(200, &["<html lang=\"de\">", "In den Warenkorb"]);
    assert_eq!(page.answer.header("Content-Language"), Some("de"));
    let page =
        browser.get("/p/mug?lang=en").says(200, &["<html lang=\"en\">", "Put into the cart"]);
    for link in ["href=\"/cart?lang=en\"", "action=\"/cart?lang=en\"", "href=\"/?lang=en\""] {
        assert!(page.html.contains(link), "{link}: {}", page.html);
    }
    browser.get("/p/mug?lang=fr").says(200, &["<html lang=\"de\">"]).hides(&["lang=fr"]);
    let added = browser.submit("/cart?lang=en", &[("product", "1"), ("variant", "1")]);
    assert_eq!(added.path, "/cart?lang=en");
    shop.admin().patch("/settings", json!({ "window": { "languages": ["de"] } })).expect(200);
    Browser::new(&shop)
        .get("/p/mug?lang=en")
        .says(200, &["<html lang=\"de\">"])
        .hides(&["English"]);
}

#[test]
fn a_page_is_asked_for_again_only_where_it_has_changed() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    let ask = |tag: &str, coding: &str| {
        let visitor = shop.visitor();
        let ask = visitor.ask(Method::Get, "/p/mug").header("If-None-Match", tag);
        ask.header("Accept-Encoding", coding).send()
    };
    let plain = ask("\"none\"", "identity");
    let packed = ask("\"none\"", "gzip");
    assert_eq!((plain.status, packed.status), (200, 200));
    assert_eq!(
        (plain.header("Content-Encoding"), packed.header("Content-Encoding")),
        (None, Some("gzip"))
    );
    assert!(packed.body.len() * 2 < plain.body.len());
    let vary = plain.header("Vary").unwrap();
    assert!(vary.contains("Accept-Language") && vary.contains("Accept-Encoding"), "{vary}");
    assert_eq!(plain.header("Cache-Control"), Some("public, no-cache"));
    let (tag, other) = (plain.header("ETag").unwrap(), packed.header("ETag").unwrap());
    assert_ne!(tag, other);
    assert_eq!((ask(tag, "identity").status, ask(other, "gzip").status), (304, 304));
    assert_eq!((ask(other, "identity").status, ask(tag, "gzip").status), (200, 200));
    admin.patch("/products/1", json!({ "name": "Large mug" })).expect(200);
    assert_eq!(ask(tag, "identity").status, 200);
}

#[test]
fn a_page_shows_at_once_whatever_changes_of_what_it_is_made_of() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 6);
    let browser = Browser::new(&shop);
    let shows = |texts: &[&str]| drop(browser.get("/p/mug").says(200, texts));
    shows(&["In stock"]);
    fixtures::order(1, 3).create(&shop.visitor());
    shows(&["Only 3 left"]);
    admin.patch("/products/1", json!({ "vendor": "Kiln Street" })).expect(200);
    shows(&["Kiln Street", "Only 3 left"]);
    let settings = json!({ "name": "Corner", "email": "hello@example.org",
        "tax_exempt_note": "No tax is charged.", "delivery_days": 1 });
    admin.patch("/settings", settings).expect(200);
    shows(&["Corner", "hello@example.org", "No tax is charged.", "24 November 2026"]);
    admin.post("/collections", json!({ "name": "Clay" })).expect(201);
    admin.put("/collections/1/products", json!({ "product_ids": [1] })).expect(200);
    shows(&["href=\"/c/clay\"", "Only 3 left"]);
    shop.clock.advance_seconds(24 * 3_600);
    shows(&["25 November 2026"]);
    browser.get("/p/mug?lang=de").says(200, &["Nur noch 3", "25. November 2026"]);
}

#[test]
fn every_page_has_a_strict_policy_and_says_where_its_forms_come_from() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 3);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    for path in ["/", "/p/mug", "/search?q=mug", "/cart", "/checkout", "/withdrawal", "/nowhere"] {
        let page = browser.get(path);
        let header = |name: &str| page.answer.header(name).unwrap_or_default().to_owned();
        let policy = header("Content-Security-Policy");
        for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("Referrer-Policy"), "same-origin", "{path}");
        assert_eq!(header("X-Content-Type-Options"), "nosniff", "{path}");
        let inline = page.html.split("<script").skip(1);
        for script in inline {
            assert!(
                script.starts_with(" src=\"/window/")
                    || script.starts_with(" type=\"application/ld+json\"")
            );
        }
        assert!(!page.html.contains(" style=") && !page.html.contains(" onclick="));
        assert!(
            !page.html.contains("http://") && !page.html.contains("https://") || path == "/p/mug"
        );
    }
    let cart = browser.get_alone("/checkout");
    assert_eq!(cart.header("Cache-Control"), Some("private, no-store"));
}

#[test]
fn the_files_of_the_pages_are_kept_for_good_and_small() {
    let shop = Shop::new();
    let page = Browser::new(&shop).get("/");
    let address = |end: &str| {
        let mut parts = page.html.split('"').filter(|part| part.ends_with(end));
        parts.next().unwrap().to_owned()
    };
    let mut packed = page.html.len();
    for (end, most) in [("style.css", 12_000), ("script.js", 6_000)] {
        let visitor = shop.visitor();
        let file = visitor.get(&address(end));
        assert_eq!(file.status, 200);
        assert!(file.body.len() <= most, "{end}: {}", file.body.len());
        assert!(file.header("Cache-Control").unwrap().ends_with("immutable"), "{end}");
        let gzip = visitor.ask(Method::Get, &address(end)).header("Accept-Encoding", "gzip").send();
        packed += gzip.body.len();
    }
    assert!(packed < 30_000, "a first visit takes {packed} bytes");
    let before = address("style.css");
    shop.admin().patch("/settings", json!({ "window": { "accent": "#aa0000" } })).expect(200);
    let page = Browser::new(&shop).get("/");
    assert!(!page.html.contains(&before));
    let sheet = page.html.split('"').find(|part| part.ends_with("style.css")).unwrap();
    let sheet = shop.visitor().get(sheet);
    assert!(String::from_utf8_lossy(&sheet.body).starts_with(":root{--accent:#aa0000}"));
    // A page of before is dressed as well, but asks again the next time.
    let old = shop.visitor().get(&before);
    assert_eq!(old.status, 200);
    assert!(!old.header("Cache-Control").unwrap().contains("immutable"));
}

#[test]
fn a_closed_window_is_open_to_the_staff_alone() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    admin.patch("/settings", json!({ "window": { "enabled": false } })).expect(200);
    let browser = Browser::new(&shop);
    let start = browser.get_alone("/").expect(200);
    assert_eq!((&start["docs"], &start["admin"]), (&json!("/docs"), &json!("/admin")));
    for path in
        ["/p/mug", "/cart", "/checkout", "/search?q=a", "/withdrawal", "/sitemap.xml", "/o/1"]
    {
        let problem = browser.get_alone(path);
        problem.refused(404, "not_found");
    }
    let robots = shop.visitor().get("/robots.txt");
    assert!(String::from_utf8_lossy(&robots.body).contains("Disallow: /\n"));
    let owner = shop.owner();
    owner.get("/p/mug");
    let body = owner.get("/p/mug").body;
    assert!(String::from_utf8_lossy(&body).contains("Put into the cart"));
    // An order leads to where a shop front reads of it.
    let order = fixtures::order(1, 1).create(&shop.visitor());
    assert!(order["tracking_url"].as_str().unwrap().starts_with("/orders/1/track?token="));
}

#[test]
fn a_shop_that_cannot_be_read_is_not_taken_for_a_closed_window() {
    let shop = Shop::new();
    let settings = "update settings set \"window\" = '{', version = version + 1";
    shop.beside(|tx| tx.execute(settings, &[])).unwrap();
    for path in ["/", "/cart", "/robots.txt"] {
        shop.visitor().get(path).refused(500, "internal");
    }
}

#[test]
fn search_engines_are_told_what_there_is_where_the_shop_knows_its_address() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    product("Cup & saucer", "4").create(&admin);
    product("Draft", "4").with(json!({ "status": "draft" })).create(&admin);
    let text = |path: &str| {
        let answer = shop.visitor().get(path);
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    };
    assert_eq!(text("/sitemap.xml").0, 404);
    let page = Browser::new(&shop).get("/p/mug").hides(&["rel=\"canonical\"", "og:url"]);
    drop(page);
    let settings = json!({
        "public_url": "https://tea.example.org", "window": { "pages": { "terms": "Pay." } },
    });
    admin.patch("/settings", settings).expect(200);
    let (status, index) = text("/sitemap.xml");
    assert_eq!(status, 200);
    assert!(index.contains("<loc>https://tea.example.org/sitemap/0.xml</loc>"), "{index}");
    let (_, part) = text("/sitemap/0.xml");
    for path in ["/", "/i/terms", "/p/mug", "/p/cup-saucer"] {
        assert!(part.contains(&format!("<loc>https://tea.example.org{path}</loc>")), "{part}");
    }
    assert!(!part.contains("draft"), "{part}");
    for none in ["/sitemap/x.xml", "/sitemap/-1.xml", "/sitemap/0", "/sitemap/99999999999999.xml"] {
        assert_eq!(text(none).0, 404, "{none}");
    }
    let (_, robots) = text("/robots.txt");
    assert!(
        robots.contains("Disallow: /o/\n") && robots.contains("Sitemap: https://tea"),
        "{robots}"
    );
    let canonical = "rel=\"canonical\" href=\"https://tea.example.org/p/mug\"";
    let words = [canonical, "hreflang=\"de\"", "property=\"og:title\" content=\"Mug\""];
    Browser::new(&shop).get("/p/mug?lang=de&utm=1").says(200, &words);
}
