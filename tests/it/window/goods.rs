//! What a visitor finds: the first page, collections, products, and what is not there.

use serde_json::{Value, json};

use super::browser::{Browser, Page};
use crate::fixtures::{self, product};
use crate::shop::Shop;

#[test]
fn the_first_page_shows_the_shop_its_collections_and_what_is_new() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    admin.post("/collections", json!({ "name": "Empty" })).expect(201);
    let full = admin.post("/collections", json!({ "name": "For tea" })).expect(201);
    admin.patch("/products/1", json!({ "collection_ids": [full["id"]] })).expect(200);
    product("Hidden", "1").with(json!({ "status": "draft" })).create(&admin);
    let window = json!({ "window": { "intro": "Cups & **saucers**." } });
    admin.patch("/settings", with_name(window)).expect(200);
    let browser = Browser::new(&shop);
    let words =
        ["<h1>Tea &amp; Co</h1>", "Cups &amp; <strong>saucers</strong>.", "For tea", "€9.95"];
    browser.get("/").says(200, &words).hides(&["Hidden", "Empty"]);
    assert_eq!(browser.get("/c/2?lang=de").path, "/c/for-tea?lang=de");
    browser.get("/c/for-tea").says(200, &["<h1>For tea</h1>", "Mug", "href=\"/p/mug\""]);
    browser.get("/search?q=mug").says(200, &["Search: “mug”", "/p/mug"]);
    browser.get("/search?q=hidden").says(200, &["Nothing fits these words"]).hides(&["/p/hidden"]);
    browser.get("/search").says(200, &["Type what you are looking for."]);
}

fn with_name(mut settings: Value) -> Value {
    settings["name"] = json!("Tea & Co");
    settings
}

#[test]
fn the_way_around_names_what_leads_to_goods_however_many_collections_there_are() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    let collection = |name: &str, whole: &Value| {
        let fields = json!({ "name": name, "parent_id": whole });
        admin.post("/collections", fields).expect(201)["id"].clone()
    };
    let whole = collection("Kitchen", &Value::Null);
    for number in 0..100 {
        collection(&format!("Empty {number}"), &whole);
    }
    let part = collection("Cups", &whole);
    let last = collection("For tea", &Value::Null);
    collection("Nothing", &Value::Null);
    admin.patch("/products/1", json!({ "collection_ids": [part, last] })).expect(200);
    let page = Browser::new(&shop).get("/search").says(200, &[">Kitchen</a>", ">For tea</a>"]);
    let page = page.hides(&["Empty", "Nothing<", "Cups"]);
    assert!(page.html.find("Kitchen") < page.html.find("For tea"), "{}", page.html);
    let words = ["href=\"/c/cups\"", "Nothing here fits"];
    Browser::new(&shop).get("/c/kitchen").says(200, &words).hides(&["Empty"]);
}

#[test]
fn a_product_says_what_the_law_wants_beside_its_price() {
    let shop = Shop::new();
    let admin = shop.admin();
    let maker = "Quay Soapery, 3 Quay Street, soap@example.org";
    let fields = json!({
        "compare_at_price": "12", "manufacturer": maker, "safety_note": "Not for eating.",
        "unit_price": { "measure": "300", "unit": "ml", "per": "100" }, "withdrawal_exempt": true,
        "description": "First line\nsecond <line>", "vendor": "Quay Soapery",
    });
    product("Soap", "9.90").with(fields).stock(3).create(&admin);
    admin.patch("/products/1", json!({ "price": "8.70" })).expect(200);
    let browser = Browser::new(&shop);
    let page = browser.get("/p/soap").says(
        200,
        &[
            "€8.70",
            "<del>€12.00</del>",
            "Lowest price of the last 30 days: €9.90",
            "€2.90 / 100 ml",
            "Only 3 left",
            "Tax included,",
            "plus shipping",
            maker,
            "Not for eating.",
            "These goods cannot be withdrawn from.",
            "First line\nsecond &lt;line&gt;",
            "Arrives by",
        ],
    );
    let data = told_to_programs(&page);
    assert_eq!(data["@type"], "Product");
    let offer = &data["offers"][0];
    assert_eq!((&offer["price"], &offer["priceCurrency"]), (&json!("8.70"), &json!("EUR")));
    assert_eq!(offer["availability"], "https://schema.org/InStock");
    assert_eq!(data["description"], "First line\nsecond <line>");
    let german = Browser::new(&shop).speaking("de-AT,de;q=0.9");
    german.get("/p/soap").says(
        200,
        &["8,70\u{a0}€", "Niedrigster Preis der letzten 30 Tage: 9,90\u{a0}€", "Nur noch 3 da"],
    );
}

/// What a page says to search engines.
fn told_to_programs(page: &Page) -> Value {
    let data = page.html.split("application/ld+json\">").nth(1).unwrap().split("</script>").next();
    serde_json::from_str(data.unwrap()).unwrap()
}

#[test]
fn a_price_to_which_tax_is_added_says_so_to_programs() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 3);
    let offer = || told_to_programs(&Browser::new(&shop).get("/p/mug"))["offers"][0].clone();
    let with_tax = offer();
    // Whether goods are new is not known.
    assert_eq!([&with_tax["priceSpecification"], &with_tax["itemCondition"]], [&Value::Null; 2]);
    admin.patch("/settings", json!({ "prices_include_tax": false })).expect(200);
    let told = json!({
        "@type": "UnitPriceSpecification", "price": "9.95", "priceCurrency": "EUR",
        "valueAddedTaxIncluded": false,
    });
    let net = offer();
    assert_eq!((&net["price"], &net["priceSpecification"]), (&json!("9.95"), &told));
    // Nothing is added by a shop that charges none.
    let exempt = json!({ "tax_exempt_note": "No tax is charged." });
    admin.patch("/settings", exempt).expect(200);
    assert_eq!(offer()["priceSpecification"], Value::Null);
}

#[test]
fn variants_are_chosen_by_what_they_are_and_cost() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (_, small, large) = fixtures::shirt_in_two_sizes(&admin);
    let path = "/products/1/stock_movements";
    let sold_out = json!({ "variant_id": small, "counted": 0, "reason": "corrected" });
    admin.post(path, sold_out).expect(201);
    let page = Browser::new(&shop).get("/p/shirt");
    let radio = |id: i64| format!("name=\"variant\" value=\"{id}\"");
    let page = page.says(200, &[&radio(small), &radio(large), "Sold out"]);
    let tag = |id: i64| page.html.split('<').find(|tag| tag.contains(&radio(id))).unwrap();
    assert!(tag(small).contains("disabled") && !tag(small).contains("checked"));
    assert!(tag(large).contains("checked"));
}

#[test]
fn old_addresses_lead_on_or_say_that_it_is_gone() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "9.95").create(&admin);
    let browser = Browser::new(&shop);
    assert_eq!(browser.get("/p/1").path, "/p/mug");
    assert_eq!(browser.get("/p/1?lang=de").path, "/p/mug?lang=de");
    admin.patch("/products/1", json!({ "handle": "cup" })).expect(200);
    let moved = browser.get_alone("/p/mug");
    assert_eq!((moved.status, moved.header("Location")), (301, Some("/p/cup")));
    admin.patch("/products/1", json!({ "status": "archived" })).expect(200);
    let search = "action=\"/search\"";
    browser.get("/p/mug").says(410, &["This is not sold any more", search]);
    browser.get("/p/cup").says(410, &["This is not sold any more"]);
    for path in ["/p/none", "/p/999", "/c/none", "/i/none", "/i/terms", "/nowhere", "/a/b/c"] {
        browser.get(path).says(404, &["This page is not here", search]);
    }
    // A program is still told in its own way.
    shop.visitor().get("/nowhere").refused(404, "not_found");
    shop.visitor().get("/products/999").refused(404, "not_found");
}

#[test]
fn lists_are_sorted_narrowed_and_gone_on_with() {
    let shop = Shop::new();
    let admin = shop.admin();
    let made = admin.post("/collections", json!({ "name": "All" })).expect(201);
    for number in 1..=30 {
        let fields = json!({ "collection_ids": [made["id"]] });
        product(&format!("Thing {number:02}"), &number.to_string()).with(fields).create(&admin);
    }
    let browser = Browser::new(&shop);
    let cheap =
        browser.get("/c/all?sort=price").says(200, &["Thing 01", "Thing 24", "rel=\"next\""]);
    let next = cheap.html.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let next = next.replace("&amp;", "&");
    assert!(next.starts_with("/c/all?sort=price&after="), "{next}");
    browser
        .get(&next)
        .says(200, &["Thing 25", "Thing 30", "From the beginning"])
        .hides(&["Thing 24"]);
    browser.get("/c/all?sort=-price").says(200, &["Thing 30"]).hides(&["Thing 01"]);
    admin
        .post("/products/7/stock_movements", json!({ "counted": 0, "reason": "corrected" }))
        .expect(201);
    let stocked = browser.get("/c/all?sort=price&in_stock=true");
    stocked.says(200, &["Thing 06", "Thing 25"]).hides(&["Thing 07"]);
    // What nobody asked for, and what is nonsense, is passed over.
    for query in ["utm_source=mail", "sort=nonsense", "after=00", "limit=9999", "in_stock=maybe"] {
        browser.get(&format!("/c/all?{query}")).says(200, &["Thing 0"]);
    }
}
