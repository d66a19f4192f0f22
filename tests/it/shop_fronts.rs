//! What somebody meets who writes a shop front: where to begin, what a wrong guess is answered, and
//! which headers and origins a browser gets through with.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, product, with};
use crate::shop::{Shop, User};

const ORIGIN: &str = "https://shop.example.org";

fn detail(problem: &Value) -> &str {
    problem["detail"].as_str().unwrap()
}

#[test]
fn the_bare_address_and_every_unknown_one_say_where_to_go_on() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    // Where there is a window, buyers see it.
    assert_eq!(visitor.get("/").header("Content-Type"), Some("text/html; charset=utf-8"));
    fixtures::set(&shop.admin(), json!({ "window": { "enabled": false } }));
    let start = visitor.get("/").expect(200);
    for (name, path) in start.as_object().unwrap() {
        assert_eq!(visitor.get(path.as_str().unwrap()).status, 200, "{name}");
    }
    for path in ["/product", "/api/products", "/v1/orders/1", "/orders/1/pay"] {
        let problem = visitor.get(path).refused(404, "not_found");
        assert!(detail(&problem).contains("/docs") && detail(&problem).contains("/admin"));
    }
    // That is another sentence than the one of an id that is not there.
    let missing = visitor.get("/products/9").refused(404, "not_found");
    assert!(!detail(&missing).contains("/docs"), "{missing}");
}

#[test]
fn an_order_tells_both_of_its_tokens_and_how_each_is_sent() {
    let shop = Shop::new();
    product("Mug", "9.95").create(&shop.admin());
    let visitor = shop.visitor();
    let order = fixtures::order(1, 1).create(&visitor);
    let (token, tracking) =
        (order["token"].as_str().unwrap(), order["tracking_token"].as_str().unwrap());
    assert_eq!(order["tracking_url"], format!("/o/1?token={tracking}"));
    visitor.get(&format!("/orders/1/track?token={tracking}")).expect(200);
    // The order's own token in an address, and none at all.
    for path in [format!("/orders/1?token={token}"), "/orders/1".to_owned()] {
        let problem = visitor.get(&path).refused(401, "unauthenticated");
        assert!(detail(&problem).contains("Authorization: Bearer tb_ord_"), "{problem}");
        assert!(!detail(&problem).contains(token), "{problem}");
    }
    let wrong_place = visitor.get(&format!("/orders/1/track?token={token}"));
    let problem = wrong_place.refused(404, "not_found");
    assert!(detail(&problem).contains("Authorization: Bearer tb_ord_"), "{problem}");
    // Of tracking nobody learns whether there is such an order.
    for (path, said) in [("track", "?token="), ("track?token=1", "this token")] {
        let [here, nowhere] = [1, 9].map(|id| visitor.get(&format!("/orders/{id}/{path}")));
        let problem = here.refused(404, "not_found");
        assert_eq!(problem, nowhere.refused(404, "not_found"));
        assert!(detail(&problem).contains(said), "{problem}");
    }
}

#[test]
fn a_cart_in_another_shops_words_is_told_the_form_of_a_line() {
    let shop = Shop::new();
    product("Mug", "9.95").create(&shop.admin());
    for name in ["product_ids", "products", "line_items", "lines", "cart"] {
        let body = with(fixtures::order(1, 1).body(), json!({ "items": null, name: [1] }));
        for path in ["/orders", "/quotes"] {
            let problem = shop
                .visitor()
                .post(path, body.clone())
                .invalid(&[("/items", "required"), (&format!("/{name}"), "unknown_field")]);
            let faults = problem["errors"].as_array().unwrap().iter();
            let fault = faults.clone().find(|fault| fault["code"] == "unknown_field").unwrap();
            let said = fault["detail"].as_str().unwrap();
            assert!(said.contains(r#""items": [{"product_id": 1, "quantity": 2}]"#), "{said}");
        }
    }
}

#[test]
fn parameters_of_other_shops_are_named_by_what_they_are_here_and_nothing_is_guessed_from_afar() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (path, parameter, said) in [
        ("/products", "page", "Use after"),
        ("/products", "skip", "Use after"),
        ("/orders", "offset", "Use after"),
        ("/customers", "per_page", "Use limit"),
        ("/orders", "order_by", "Use sort"),
        ("/customers", "search", "Use q"),
        ("/orders", "since", "Use updated_after"),
        ("/orders", "stauts", "Did you mean status?"),
        ("/orders", "limt", "Did you mean limit?"),
        // No list has it, and nothing is near.
        ("/orders", "date", "There is no such parameter."),
        ("/orders", "colour", "There is no such parameter."),
        ("/discounts", "search", "There is no such parameter."),
    ] {
        let problem = admin.get(&format!("{path}?{parameter}=1")).refused(422, "validation_failed");
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["parameter"], &fault["code"]),
            (&json!(parameter), &json!("unknown_parameter"))
        );
        let told = fault["detail"].as_str().unwrap();
        assert!(told.ends_with(said) || (told.contains(said) && said.starts_with("Use")), "{told}");
    }
    let far = with(product("Mug", "9.95").body(), json!({ "date": "2026-11-23" }));
    let problem = admin.post("/products", far).invalid(&[("/date", "unknown_field")]);
    assert_eq!(detail(&problem), "There is no such field.");
}

#[test]
fn a_quote_takes_addresses_as_far_as_they_are_typed_and_an_order_does_not() {
    let shop = Shop::new();
    product("Mug", "9.95").create(&shop.admin());
    let typed = json!({ "country": "DE", "postal_code": "10115", "city": "" });
    for field in ["shipping_address", "billing_address"] {
        let body = with(fixtures::order(1, 1).body(), json!({ field: typed }));
        shop.visitor().post("/quotes", body.clone()).expect(200);
        let missing = ["name", "line1", "city"].map(|name| format!("/{field}/{name}"));
        let missing = missing.each_ref().map(|pointer| (pointer.as_str(), "required"));
        shop.visitor().post("/orders", body.clone()).invalid(&missing);
    }
}

#[test]
fn all_that_can_be_known_to_be_wrong_is_told_at_once() {
    let shop = Shop::new();
    let admin = shop.admin();
    product("Mug", "9.95").with(json!({ "stock": 1 })).create(&admin);
    let body = with(
        fixtures::order(1, 3).body(),
        json!({ "items": [
        { "product_id": 1, "quantity": 3 }, { "product_id": 9, "quantity": 1 },
    ] }),
    );
    // An order: what is short stands beside what is not there.
    let wanted = [("/items/0/quantity", "out_of_stock"), ("/items/1/product_id", "not_found")];
    let problem = shop.visitor().post("/orders", body.clone()).invalid(&wanted);
    let faults = problem["errors"].as_array().unwrap();
    let short = faults.iter().find(|fault| fault["code"] == "out_of_stock").unwrap();
    assert_eq!(short["available"], 1);
    // A quote tells both beside the price of the rest.
    let quote = shop.visitor().post("/quotes", body.clone()).expect(200);
    assert_eq!(quote["short"][0]["available"], 1);
    assert_eq!(quote["problems"][0]["pointer"], "/items/1/product_id");
    // An account: a password that says nothing new, and a customer who is not there.
    let account = json!({ "username": "ana.silva", "password": "ana.silva", "customer_id": 9 });
    admin
        .post("/customer_accounts", account)
        .invalid(&[("/password", "too_common"), ("/customer_id", "not_found")]);
}

/// A preflight from the shop front, with the names that its request will carry.
fn preflight(user: &User, names: &str) -> Option<String> {
    let ask = user.ask(Method::Options, "/orders").header("Origin", ORIGIN);
    let ask = ask.header("Access-Control-Request-Method", "POST");
    let answer = ask.header("Access-Control-Request-Headers", names).send();
    assert_eq!(answer.status, 204);
    assert!(answer.header("Vary").unwrap().contains("Origin"));
    answer.header("Access-Control-Allow-Headers").map(str::to_owned)
}

#[test]
fn a_browser_may_send_whatever_headers_a_client_adds() {
    let shop = Shop::with(|config| config.cors_origins = vec![ORIGIN.to_owned()]);
    let visitor = shop.visitor();
    for names in [
        "authorization,content-type,idempotency-key",
        "traceparent, x-client-version",
        "if-match, sentry-trace, baggage",
    ] {
        assert_eq!(preflight(&visitor, names).as_deref(), Some(names));
    }
    for names in ["", "a b", "x,", "über", &"x".repeat(1_025)] {
        assert_eq!(preflight(&visitor, names), None, "{names}");
    }
}
