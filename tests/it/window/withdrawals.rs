//! Withdrawing in two steps, with and without the order's cookie.

use serde_json::json;

use super::browser::Browser;
use crate::fixtures;
use crate::shop::Shop;

#[test]
fn every_page_leads_to_the_withdrawal() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    for path in ["/", "/p/mug", "/cart", "/checkout", "/search", "/nowhere", "/o/1"] {
        assert!(browser.get(path).html.contains("href=\"/withdrawal\""), "{path}");
    }
}

#[test]
fn a_buyer_withdraws_from_a_part_or_all_and_has_the_receipt() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 3);
    browser.order(&[]);
    let page = browser.get("/o/1/withdrawal").says(200, &["Mug", "of 3", "Go on"]);
    let item =
        page.html.split("name=\"units-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let units = format!("units-{item}");
    browser.submit("/o/1/withdrawal", &[(&units, "0")]).says(422, &["Choose at least one thing."]);
    let page = browser.submit("/o/1/withdrawal", &[(&units, "1")]);
    page.says(200, &["1 × Mug", "Confirm withdrawal"]);
    assert_eq!(admin.get("/orders/1").expect(200)["withdrawals"], json!([]));
    let done = browser.submit("/o/1/withdrawal", &[(&units, "1"), ("step", "confirm")]);
    assert_eq!(done.path, "/o/1/withdrawal/done");
    done.says(200, &["Your withdrawal has arrived", "1 × Mug", " at ", "(UTC)"]);
    let rest = [(units.as_str(), "9"), ("step", "confirm")];
    browser.submit("/o/1/withdrawal", &rest).says(200, &["2 × Mug"]);
    // Once more, and the receipt is shown again.
    browser.submit("/o/1/withdrawal", &rest).says(200, &["2 × Mug"]);
    browser.get("/o/1/withdrawal").says(200, &["Your withdrawal has arrived"]);
    let declared = admin.get("/orders/1").expect(200)["withdrawals"].as_array().unwrap().len();
    assert_eq!(declared, 2);
    Browser::new(&shop).get("/o/1/withdrawal").says(404, &[]).hides(&["Mug"]);
    Browser::new(&shop).submit("/o/1/withdrawal", &rest).says(404, &[]).hides(&["Mug"]);
}

#[test]
fn a_declaration_is_acknowledged_alike_whether_it_fits_or_not() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    browser.order(&[]);
    let stranger = Browser::new(&shop);
    let faulty = stranger.submit("/withdrawal", &[("number", ""), ("name", " "), ("email", "x")]);
    faulty.says(422, &["3 fields need your attention", "Enter your name.", "value=\"x\""]);
    let declare = |number: &str, name: &str, email: &str, step: &str| {
        let fields = [("number", number), ("name", name), ("email", email), ("step", step)];
        let page = stranger.submit("/withdrawal", &fields);
        page.says(200, &[number, name, email]).html
    };
    let review = declare("#1001", "ADA example", "Ada@Example.org", "");
    assert!(review.contains("Confirm withdrawal"));
    assert_eq!(admin.get("/orders/1").expect(200)["withdrawals"], json!([]));
    let fitting = declare("#1001", "ADA example", "Ada@Example.org", "confirm");
    let stranger_s = declare("#1001", "ADA exampel", "Ada@Example.org", "confirm");
    let nowhere = declare("#9999", "ADA example", "Ada@Example.org", "confirm");
    let again = declare("#1001", "ADA example", "Ada@Example.org", "confirm");
    assert_eq!(fitting, again);
    assert_eq!(stranger_s.replace("exampel", "example"), fitting);
    assert_eq!(nowhere.replace("#9999", "#1001"), fitting);
    assert!(!fitting.contains("Mug"));
    let withdrawals = admin.get("/orders/1").expect(200)["withdrawals"].as_array().unwrap().len();
    assert_eq!(withdrawals, 1, "what fits is a withdrawal of the order, once");
    let waiting = admin.get("/withdrawal_declarations?open=true").expect(200);
    assert_eq!(waiting["data"].as_array().unwrap().len(), 3);
    let all = admin.get("/withdrawal_declarations").expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 4, "every one is stored");
    // Whoever wants to change what they typed gets it back.
    let fields = [("number", "7"), ("name", "Eva"), ("email", "e@example.org"), ("step", "change")];
    let form = stranger.submit("/withdrawal", &fields).says(200, &["value=\"Eva\"", "Go on"]);
    form.hides(&["Confirm withdrawal"]);
}

#[test]
fn declarations_are_limited_like_sign_ins() {
    let shop = Shop::with(|config| config.limits_logins = 3);
    let browser = Browser::new(&shop);
    let fields =
        [("number", "1"), ("name", "Eva"), ("email", "e@example.org"), ("step", "confirm")];
    for _ in 0..3 {
        browser.submit("/withdrawal", &fields).says(200, &["has arrived"]);
    }
    let page = browser.submit("/withdrawal", &fields).says(429, &["Please wait a minute"]);
    assert!(page.answer.header("Retry-After").is_some());
}
