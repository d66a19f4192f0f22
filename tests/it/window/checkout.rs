//! The cart and the checkout: an order on one page, once, and nothing typed is lost.

use serde_json::json;

use super::browser::{Browser, Page, checkout_fields};
use crate::fixtures::{self, percent_off, product};
use crate::shop::Shop;

#[test]
fn a_stranger_puts_something_into_the_cart_and_orders_it() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    fixtures::seller(&admin);
    let browser = Browser::new(&shop).speaking("de");
    browser.get("/cart").says(200, &["Ihr Warenkorb ist noch leer."]);
    let cart = browser.put(1, 1, 2);
    cart.says(200, &["Mug", "19,90\u{a0}€", "quantity-1\" type=\"number\" value=\"2\""]);
    let page = browser.get("/checkout");
    let page =
        page.says(200, &["Zahlungspflichtig bestellen", "19,90\u{a0}€", "autocomplete=\"email\""]);
    let done = browser.send_checkout(&page, &[("note", "Bitte klingeln.")]);
    let done = done.says(200, &["Danke!", "Bestellung 1001", "Ada Example", "Long Street 1"]);
    let order = admin.get(&format!("/orders/{}", done.order_id())).expect(200);
    assert_eq!(order["total"], "19.90");
    assert_eq!(order["locale"], "de");
    assert_eq!(order["customer"]["email"], "ada@example.org");
    assert_eq!(order["note"], "Bitte klingeln.");
    assert_eq!(order["shipping_address"]["line1"], "Long Street 1");
    admin.post(&format!("/orders/{}/invoices", order["id"]), json!({})).expect(201);
    let invoice = admin.get(&format!("/orders/{}/invoices/1", order["id"]));
    let text = String::from_utf8_lossy(&invoice.body).into_owned();
    assert!(text.contains("<h1>Rechnung INV-1</h1>") && text.contains("19,90\u{a0}€"), "{text}");
    browser.get("/cart").says(200, &["Ihr Warenkorb ist noch leer."]);
    assert_eq!(browser.get("/checkout").path, "/cart");
    assert_eq!(admin.get("/products/1").expect(200)["stock"], 8);
}

#[test]
fn what_is_sent_twice_is_one_order_also_from_two_tabs_and_after_edits() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 100);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout");
    let (other_tab, lost_answer) = (browser.copy(), browser.copy());
    let first = browser.send_checkout(&page, &[]).order_id();
    // Back and once more, with another name; from the other tab; by whoever never saw the answer.
    for (tab, name) in
        [(&browser, "Ada"), (&browser, "Eva"), (&other_tab, "Ada"), (&lost_answer, "Bob")]
    {
        let again = tab.send_checkout(&page, &[("name", name)]);
        assert_eq!(again.says(200, &["Ada Example"]).order_id(), first);
    }
    assert_eq!(admin.get("/orders?count=true").expect(200)["count"], 1);
    // A stranger who has nothing but the key learns that it was placed, and nothing of it.
    let stranger = Browser::new(&shop);
    let told = stranger.send_checkout(&page, &[]);
    told.says(200, &["This order was placed"]).hides(&["Ada", "ada@", "Long Street", "Mug"]);
    // Half an hour later the cart that ordered opens it no more, and the order's cookie does.
    shop.clock.advance_seconds(31 * 60);
    let told = other_tab.copy();
    told.set_cookie("tb_order", "/o/1", "");
    told.send_checkout(&page, &[]).says(200, &["This order was placed"]).hides(&["ada@"]);
    browser.send_checkout(&page, &[]).says(200, &["ada@example.org"]);
    // Whoever never saw the answer is led to the order, and buys something else as another one.
    let unseen = browser.copy();
    unseen.put(1, 1, 1);
    let page = unseen.get("/checkout");
    let before = unseen.copy();
    let second = unseen.send_checkout(&page, &[]).order_id();
    let words = ["Your order 1002 was placed.", "/o/2/open?token=", "nothing in your cart"];
    let cart = before.get("/cart").says(200, &words);
    let link = cart.html.split("/open?token=").nth(1).unwrap().split('"').next().unwrap();
    before.get(&format!("/o/2/open?token={link}")).says(200, &["Order 1002"]);
    before.put(1, 1, 3).says(200, &["value=\"3\""]);
    let third = before.order(&[]).order_id();
    assert!(first < second && second < third);
    // A cart that is filled again is another order.
    browser.put(1, 1, 1);
    assert_ne!(browser.order(&[]).order_id(), first);
}

#[test]
fn all_faults_stand_at_their_fields_and_nothing_typed_is_lost() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let parcel = json!({ "code": "parcel", "name": "Parcel", "needs_address": true });
    admin.patch("/settings", json!({ "shipping_methods": [parcel] })).expect(200);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let typed = [
        ("name", ""),
        ("email", "no address"),
        ("phone", "abc"),
        ("line1", ""),
        ("city", ""),
        ("shipping_method", "parcel"),
        ("country", "DE"),
        ("note", "<b>Ring \"twice\"</b>"),
        ("postal_code", "12345"),
    ];
    let page = browser.order(&typed).says(
        422,
        &[
            "5 fields need your attention:",
            "Enter your name.",
            "Enter street and number.",
            "Enter an e-mail address such as name@example.com.",
            "Enter the town.",
            "id=\"email-fault\"",
            "aria-describedby=\"email-fault\"",
            "value=\"no address\"",
            "value=\"12345\"",
            "&lt;b&gt;Ring &quot;twice&quot;&lt;/b&gt;</textarea>",
        ],
    );
    assert_eq!(page.html.matches("aria-invalid").count(), 5);
    let again = browser.send_checkout(&page, &[("name", "Ada")]);
    again.says(200, &["Order 1001"]);
    assert_eq!(admin.get("/orders/1").expect(200)["customer"]["name"], "Ada");
}

#[test]
fn a_price_or_a_stock_that_changed_meanwhile_is_shown_and_asked_about() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 3);
    let page = browser.get("/checkout");
    admin.patch("/products/1", json!({ "price": "11" })).expect(200);
    let page = browser.send_checkout(&page, &[]);
    let page = page.says(409, &["It was €29.85 and is now €33.00.", "value=\"Ada Example\""]);
    admin.patch("/products/1", json!({ "stock": 2 })).expect(200);
    let page = browser.send_checkout(&page, &[]);
    let page = page.says(409, &["Somebody was faster", "Only 2 left", "href=\"/cart\""]);
    browser.get("/cart").says(200, &["Only 2 left"]);
    browser.submit("/cart", &[("quantity-1", "2")]);
    // The form of before is of another cart.
    let page =
        browser.send_checkout(&page, &[]).says(409, &["Your cart has changed meanwhile", "€22.00"]);
    browser.send_checkout(&page, &[]).says(200, &["Order 1001", "€22.00"]);
    assert_eq!(admin.get("/orders?count=true").expect(200)["count"], 1);
}

#[test]
fn what_cannot_be_had_any_more_is_said_and_stands_apart() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    product("Cup", "5").create(&admin);
    product("Bowl", "7").create(&admin);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    browser.put(2, 2, 1);
    browser.put(3, 3, 1);
    admin.patch("/products/1", json!({ "status": "archived" })).expect(200);
    admin.patch("/products/3", json!({ "status": "draft", "name": "Secret" })).expect(200);
    browser.put(77, 88, 1);
    let gone = ["No longer available", "Mug", "A product that is not sold any more", "€5.00"];
    browser.get("/cart").says(200, &gone).hides(&["Secret"]);
    let page = browser.get("/checkout");
    let page = page.says(200, &["Not everything in your cart can be ordered any more."]);
    browser.send_checkout(&page, &[]).says(422, &["Your cart has changed", "Change the cart"]);
    for variant in ["1", "3", "88"] {
        browser.submit("/cart", &[("remove", variant)]);
    }
    browser.get("/cart").says(200, &["Cup"]).hides(&["No longer available"]);
    browser.order(&[]).says(200, &["Order 1001"]);
}

#[test]
fn ways_to_send_and_to_pay_are_chosen_with_their_prices() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 100);
    let methods = json!([
        { "code": "parcel", "name": "Parcel", "price": "4.90", "needs_address": true,
          "countries": ["DE"] },
        { "code": "abroad", "name": "Abroad", "price": "14", "needs_address": true,
          "countries": ["FR", "IT"] },
        { "code": "pickup", "name": "Fetch it", "pickup": true },
    ]);
    let settings = json!({
        "country": "DE", "shipping_methods": methods,
        "payment_methods": ["bank_transfer", "pay_at_pickup"],
    });
    admin.patch("/settings", settings).expect(200);
    percent_off("TEN", "10").create(&admin);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout").says(200, &["Parcel", "€4.90", "Fetch it", "€14.85"]);
    let page = page
        .hides(&["Abroad", "Zahlung bei Abholung", "value=\"GB\""])
        .says(200, &["value=\"FR\""]);
    let update = [("action", "update"), ("country", "FR")];
    let page = browser
        .send_checkout(&page, &update)
        .says(200, &["Abroad", "€23.95", "value=\"Ada Example\""]);
    drop(page);
    let update = [("action", "update"), ("shipping_method", "pickup"), ("discount_code", "TEN")];
    let page = browser.order(&update).says(200, &["Pay when you fetch it", "€8.95", "not-needed"]);
    let wrong = [("action", "update"), ("discount_code", "NONE")];
    let told = browser.send_checkout(&page, &wrong);
    told.says(200, &["This code does not count for your order.", "value=\"NONE\""]);
    // Whoever chooses without a script and orders at once is asked about the other total.
    let chosen = [
        ("shipping_method", "pickup"),
        ("payment_method", "pay_at_pickup"),
        ("discount_code", "TEN"),
    ];
    let page = browser.order(&chosen).says(409, &["It was €14.85 and is now €8.95."]);
    let done = browser.send_checkout(&page, &chosen);
    let done = done.says(200, &["Order 1001", "Pay when you fetch it", "€8.95"]);
    let order = admin.get(&format!("/orders/{}", done.order_id())).expect(200);
    assert_eq!(order["shipping_address"], json!(null));
    assert_eq!(
        (&order["shipping_method"], &order["payment_method"]),
        (&json!("pickup"), &json!("pay_at_pickup"))
    );
}

#[test]
fn who_chooses_another_country_is_asked_for_the_address_there() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let settings = json!({
        "country": "DE", "prices_include_tax": false,
        "tax_rates": [{ "country": "DE", "rate": "19" }, { "country": "FR", "rate": "20" }],
        "shipping_methods": [
            { "code": "mail", "name": "Mail", "price": "0", "needs_address": false },
        ],
    });
    admin.patch("/settings", settings).expect(200);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let bare = [("line1", ""), ("postal_code", ""), ("city", ""), ("country", "FR")];
    let page = browser.get("/checkout").says(200, &["€11.84"]);
    let update = [&bare[..], &[("action", "update")]].concat();
    let page = browser.send_checkout(&page, &update).says(200, &["€11.94"]);
    let page = browser.send_checkout(&page, &bare).says(422, &["Enter street and number."]);
    let fetched = [&bare[..3], &[("action", "update")]].concat();
    let page = browser.send_checkout(&page, &fetched).says(200, &["€11.84"]);
    browser.send_checkout(&page, &bare[..3]).says(200, &["Order 1001", "€11.84"]);
}

#[test]
fn a_shop_of_no_country_takes_none_for_granted() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout").says(200, &["<option value=\"\" selected></option>"]);
    let words = ["Choose a country.", "id=\"country-fault\""];
    browser.send_checkout(&page, &[("country", "")]).says(422, &words);
}

#[test]
fn an_invoice_may_go_elsewhere() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let billing = [
        ("billing", "true"),
        ("billing_recipient", ""),
        ("billing_company", "Example Ltd"),
        ("billing_line1", "High Street 2"),
        ("billing_city", "Elsewhere"),
        ("billing_country", "GB"),
        ("country", "DE"),
    ];
    browser.order(&billing).says(200, &["Example Ltd", "Invoice to", "United Kingdom", "Germany"]);
    let order = admin.get("/orders/1").expect(200);
    assert_eq!(order["billing_address"]["name"], "Ada Example");
    assert_eq!(order["billing_address"]["company"], "Example Ltd");
}

#[test]
fn an_address_that_is_typed_for_the_invoice_counts_without_its_tick() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    // The list of countries always says one; that alone is no address.
    browser.order(&[("billing_country", "FR")]).says(200, &["Order 1001"]);
    assert_eq!(admin.get("/orders/1").expect(200)["billing_address"], json!(null));
    browser.put(1, 1, 1);
    let half = [("billing_company", "Example Ltd"), ("billing_country", "GB")];
    let page = browser.order(&half).says(422, &["id=\"billing_line1-fault\"", "<details open>"]);
    assert!(page.html.contains("name=\"billing\" value=\"true\" checked"), "{}", page.html);
    let more = [("billing_line1", "High Street 2"), ("billing_city", "Elsewhere")];
    browser.send_checkout(&page, &[&half[..], &more].concat()).says(200, &["Invoice to"]);
    let order = admin.get("/orders/2").expect(200);
    assert_eq!(order["billing_address"]["company"], "Example Ltd");
}

#[test]
fn what_the_script_changes_is_marked_for_it() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 10);
    let methods = json!([
        { "code": "parcel", "name": "Parcel", "needs_address": true },
        { "code": "mail", "name": "Mail", "needs_address": false },
        { "code": "pickup", "name": "Fetch it", "pickup": true },
    ]);
    admin.patch("/settings", json!({ "shipping_methods": methods })).expect(200);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    // A new total is read out: by a line that stays where it is.
    let page = browser.get("/checkout");
    let page = page.says(200, &["role=\"status\" aria-live=\"polite\" data-told></p>"]);
    browser.get("/cart").says(200, &["class=\"total\" aria-live=\"polite\""]);
    // Where an address is needed the words beside it wait: at its heading, its street, its town.
    let (waits, shown) = ("data-optional hidden>(optional)", "data-optional>(optional)");
    let count = |page: &Page| [waits, shown].map(|words| page.html.matches(words).count());
    assert_eq!(count(&page), [3, 0]);
    for method in ["mail", "pickup"] {
        let chosen = [("action", "update"), ("shipping_method", method)];
        assert_eq!(count(&browser.send_checkout(&page, &chosen)), [0, 3], "{method}");
    }
}

#[test]
fn the_fields_of_the_form_are_those_of_the_page() {
    let shop = Shop::new();
    fixtures::stocked(&shop, 10);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 1);
    let page = browser.get("/checkout");
    for (name, _) in checkout_fields(&page, &[]) {
        assert!(page.html.contains(&format!("name=\"{name}\"")), "{name}");
    }
}

#[test]
fn more_than_can_be_ordered_at_once_is_told() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 1_000);
    admin.patch("/settings", json!({ "guest_units_max": 20 })).expect(200);
    let browser = Browser::new(&shop);
    browser.put(1, 1, 21);
    let told = ["At most 20 units can be ordered at once.", "Change the cart", "Ada Example"];
    browser.order(&[]).says(422, &told);
    browser.submit("/cart", &[("quantity-1", "20")]);
    browser.order(&[]).says(200, &["Thank you!"]);
}

#[test]
fn more_than_can_be_ordered_at_once_is_told_in_the_cart_already() {
    let shop = Shop::new();
    let admin = fixtures::stocked(&shop, 1_000);
    product("Cup", "5").create(&admin);
    admin.patch("/settings", json!({ "guest_units_max": 20 })).expect(200);
    let browser = Browser::new(&shop);
    let (line, all) = (
        "<p class=\"fault\">At most 20",
        "<p class=\"fault\">There are 22 units in your cart; at most 20",
    );
    browser.put(1, 1, 20).hides(&[line, all]);
    // At the line, with what was typed.
    browser.put(1, 1, 1).says(200, &[line, "value=\"21\""]);
    let german = browser.copy().speaking("de");
    german.get("/cart").says(200, &["Höchstens 20 Stück können auf einmal bestellt werden."]);
    // Where only all lines together are too much, beside their sum.
    browser.submit("/cart", &[("quantity-1", "11")]).hides(&[line]);
    browser.put(2, 2, 11).says(200, &[all, "value=\"11\""]).hides(&[line]);
    let german = browser.copy().speaking("de");
    german.get("/cart").says(200, &["In Ihrem Warenkorb sind 22 Stück; höchstens 20"]);
    // More than a cart holds of a thing is the most that it holds.
    let both = [("quantity-1", "10000"), ("quantity-2", "1")];
    browser.submit("/cart", &both).says(200, &[line, "value=\"9999\"", "value=\"1\""]);
}
