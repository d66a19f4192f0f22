//! Who may do what: the contract's table, held against every route the server really has, so that
//! a new route cannot come without a word on who may use it.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::Id;
use tillbox::domain::api_keys::KeyRole;
use tillbox::domain::staff::Role;
use tillbox::store;

use crate::fixtures::{self, cash, credentials, id_of, mug, parcel, percent_off, person, with};
use crate::shop::{Answer, PASSWORD, Shop, User, ids};

/// A row: a route and what it answers to each caller, in the order of [`CALLERS`]. `y`: the caller
/// gets through to what is asked for; `c`: to a conflict; `1`, `3`, `4`: 401, 403, 404.
const TABLE: &[(&str, &str)] = &[
    ("GET /products", "yyy yy yy yyy 111"),
    ("GET /products/<id>", "yyy yy yy yyy 111"),
    ("GET /tags", "yyy yy yy yyy 111"),
    ("GET /collections", "yyy yy yy yyy 111"),
    ("GET /collections/<id>", "yyy yy yy yyy 111"),
    ("POST /collections", "111 33 33 yyy 111"),
    ("PUT /collections/<id>", "111 33 33 yyy 111"),
    ("PATCH /collections/<id>", "111 33 33 yyy 111"),
    ("DELETE /collections/<id>", "111 33 33 yyy 111"),
    ("PUT /collections/<id>/products", "111 33 33 yyy 111"),
    ("GET /shop", "yyy yy yy yyy 111"),
    ("POST /products", "111 33 33 yyy 111"),
    ("PUT /products/<id>", "111 33 33 yyy 111"),
    ("PATCH /products/<id>", "111 33 33 yyy 111"),
    ("DELETE /products/<id>", "111 33 33 yyy 111"),
    ("POST /products/<id>/images", "111 33 33 yyy 111"),
    ("GET /products/<id>/images/<image>", "yyy yy yy yyy 111"),
    ("PATCH /products/<id>/images/<image>", "111 33 33 yyy 111"),
    ("DELETE /products/<id>/images/<image>", "111 33 33 yyy 111"),
    ("POST /collections/<id>/image", "111 33 33 yyy 111"),
    ("DELETE /collections/<id>/image", "111 33 33 yyy 111"),
    ("GET /images/<hash>/<width>", "yyy yy yy yyy 111"),
    ("POST /products/<id>/stock_movements", "111 33 33 yyy 111"),
    ("GET /products/<id>/stock_movements", "111 33 3y yyy 111"),
    ("GET /products/<id>/stock_movements/<movement>", "111 33 3y yyy 111"),
    ("POST /customers", "yyy yy y3 yyy 111"),
    ("GET /customers", "111 33 3y yyy 111"),
    ("GET /customers/<id>", "1y1 y4 yy yyy 111"),
    ("PUT /customers/<id>", "1y1 y4 y3 yyy 111"),
    ("PATCH /customers/<id>", "1y1 y4 y3 yyy 111"),
    ("DELETE /customers/<id>", "111 y4 33 yyy 111"),
    ("GET /customers/<id>/orders", "111 y4 yy yyy 111"),
    ("POST /customer_accounts", "yyy yy y3 yyy 111"),
    ("GET /customer_accounts", "111 33 3y yyy 111"),
    ("GET /customer_accounts/<id>", "111 y4 yy yyy 111"),
    ("PUT /customer_accounts/<id>", "111 y4 y3 yyy 111"),
    ("PATCH /customer_accounts/<id>", "111 y4 y3 yyy 111"),
    ("DELETE /customer_accounts/<id>", "111 y4 33 yyy 111"),
    ("POST /orders", "yyy yy y3 yyy 111"),
    ("POST /quotes", "yyy yy y3 yyy 111"),
    ("GET /orders", "111 yy yy yyy 111"),
    ("GET /orders/counts", "111 yy yy yyy 111"),
    ("GET /orders/<id>", "11y y4 yy yyy 111"),
    ("GET /orders/<id>/track", "44y y4 yy yyy 111"),
    ("PATCH /orders/<id>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/payments", "111 33 y3 yyy 111"),
    ("GET /orders/<id>/payments/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/payments/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/payment_sessions", "11y y4 y3 yyy 111"),
    ("GET /orders/<id>/payment_sessions", "111 33 3y yyy 111"),
    ("GET /orders/<id>/payment_sessions/<step>", "11y y4 yy yyy 111"),
    ("POST /orders/<id>/packing", "111 33 33 yyy 111"),
    ("GET /orders/<id>/packing/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/packing/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/shipments", "111 33 33 yyy 111"),
    ("GET /orders/<id>/shipments/<step>", "11y y4 yy yyy 111"),
    ("PATCH /orders/<id>/shipments/<step>", "111 33 33 yyy 111"),
    ("DELETE /orders/<id>/shipments/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/delivery", "111 33 33 yyy 111"),
    ("GET /orders/<id>/delivery/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/delivery/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/cancellation", "11y y4 y3 yyy 111"),
    ("GET /orders/<id>/cancellation/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/cancellation/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/refunds", "111 33 33 yyy 111"),
    ("GET /orders/<id>/refunds/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/refunds/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/returns", "111 33 33 yyy 111"),
    ("GET /orders/<id>/returns/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/returns/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/withdrawal", "11y y4 y3 yyy 111"),
    ("GET /orders/<id>/withdrawal/<step>", "11y y4 yy yyy 111"),
    ("DELETE /orders/<id>/withdrawal/<step>", "111 33 33 yyy 111"),
    ("POST /orders/<id>/invoices", "111 33 33 yyy 111"),
    ("GET /orders/<id>/invoices", "111 33 3y yyy 111"),
    ("GET /orders/<id>/invoices/<step>", "111 33 3y yyy 111"),
    ("GET /orders/<id>/packing-slip", "111 33 3y yyy 111"),
    ("GET /packing-slips", "111 33 3y yyy 111"),
    ("GET /withdrawal_declarations", "111 33 3y yyy 111"),
    ("GET /withdrawal_declarations/<id>", "111 33 3y yyy 111"),
    ("PATCH /withdrawal_declarations/<id>", "111 33 33 yyy 111"),
    ("POST /email_verifications/<token>", "yyy yy yy yyy yyy"),
    ("POST /password_resets", "yyy yy yy yyy yyy"),
    ("POST /password_resets/<token>", "yyy yy yy yyy yyy"),
    ("POST /staff/password_resets", "yyy yy yy yyy yyy"),
    ("POST /staff/password_resets/<token>", "yyy yy yy yyy yyy"),
    ("GET /mails", "111 33 3y yyy 111"),
    ("GET /mails/<id>", "111 33 3y yyy 111"),
    ("POST /mails/<id>/resend", "111 33 33 yyy 111"),
    ("POST /mails/test", "111 33 33 3yy 111"),
    ("GET /mail_templates", "111 33 33 3yy 111"),
    ("GET /mail_templates/<kind>", "111 33 33 3yy 111"),
    ("PUT /mail_templates/<kind>", "111 33 33 3yy 111"),
    ("POST /mail_templates/<kind>/preview", "111 33 33 3yy 111"),
    ("GET /discounts", "111 33 33 yyy 111"),
    ("POST /discounts", "111 33 33 yyy 111"),
    ("GET /discounts/<id>", "111 33 33 yyy 111"),
    ("PUT /discounts/<id>", "111 33 33 yyy 111"),
    ("PATCH /discounts/<id>", "111 33 33 yyy 111"),
    ("DELETE /discounts/<id>", "111 33 33 yyy 111"),
    ("GET /reports/sales", "111 33 3y yyy 111"),
    ("GET /reports/products", "111 33 3y yyy 111"),
    ("GET /events", "111 33 3y yyy 111"),
    ("GET /documents/<file>", "yyy yy yy yyy 111"),
    ("GET /admin", "yyy yy yy yyy 111"),
    ("GET /admin/<hash>/<path..>", "yyy yy yy yyy 111"),
    ("GET /sample_goods", "111 33 33 3yy 111"),
    ("DELETE /sample_goods", "111 33 33 3yy 111"),
    ("GET /admin/manifest.webmanifest", "yyy yy yy yyy 111"),
    ("GET /admin/worker.js", "yyy yy yy yyy 111"),
    ("GET /favicon.ico", "yyy yy yy yyy 111"),
    ("POST /backups", "111 33 33 33y 111"),
    ("POST /clock_confirmations", "111 33 33 3yy 111"),
    ("GET /metrics", "111 33 3y yyy 111"),
    ("GET /health", "yyy yy yy yyy 111"),
    ("GET /openapi.json", "yyy yy yy yyy 111"),
    ("GET /docs", "yyy yy yy yyy 111"),
    ("GET /docs/<file>", "yyy yy yy yyy 111"),
    ("GET /settings", "111 33 33 3yy 111"),
    ("PUT /settings", "111 33 33 3yy 111"),
    ("PATCH /settings", "111 33 33 3yy 111"),
    ("POST /settings/logo", "111 33 33 3yy 111"),
    ("DELETE /settings/logo", "111 33 33 3yy 111"),
    ("POST /sessions", "yyy yy yy yyy yyy"),
    ("POST /staff/sessions", "yyy yy yy yyy yyy"),
    ("GET /staff", "111 33 33 33y 111"),
    ("POST /staff", "111 33 33 33y 111"),
    ("GET /staff/<id>", "111 33 33 33y 111"),
    ("PATCH /staff/<id>", "111 33 33 33y 111"),
    ("DELETE /staff/<id>", "111 33 33 33y 111"),
    ("GET /api_keys", "111 33 33 33y 111"),
    ("POST /api_keys", "111 33 33 33y 111"),
    ("GET /api_keys/<id>", "111 33 33 33y 111"),
    ("PATCH /api_keys/<id>", "111 33 33 33y 111"),
    ("DELETE /api_keys/<id>", "111 33 33 33y 111"),
    ("POST /setup", "yyy yy yy yyy 111"),
    ("GET /sessions/current", "111 yy 33 333 111"),
    ("GET /staff/sessions/current", "111 33 33 y3y 111"),
    ("DELETE /sessions/current", "111 yy 33 333 111"),
    ("DELETE /staff/sessions/current", "111 33 33 y3y 111"),
];

const CALLERS: [&str; 13] = [
    "a visitor",
    "the holder of a new record's token",
    "the holder of the order's token",
    "the customer",
    "another customer",
    "a shop front",
    "a read key",
    "the staff",
    "an admin key",
    "the owner",
    "an unknown credential",
    "an ended session",
    "a revoked key",
];

/// The first on the staff.
const OWNER: i64 = 1;

/// The objects that are asked for: a customer with an account and an order that has seen it all.
struct Objects {
    customer: i64,
    account: i64,
    record: i64,
    product: i64,
    movement: i64,
    discount: i64,
    collection: i64,
    picture: String,
    key: i64,
    order: i64,
    steps: Vec<(&'static str, String)>,
}

#[test]
fn every_route_answers_each_caller_as_the_table_says() {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::seller(&admin);
    let product = mug(&admin, 50);
    let movements = admin.get(&format!("/products/{product}/stock_movements")).expect(200);
    let ana = shop.customer("ana");
    let session = ana.get("/sessions/current").expect(200);
    let record = fixtures::customer("Eva").create(&shop.visitor());
    let placed = fixtures::order(product, 3).own().create(&ana);
    let order = id_of(&placed);
    let mut steps = take_every_step(&admin, order);
    let begin = |tx: &store::Tx<'_>| {
        let order = store::orders::find(tx, Id::new(order).unwrap())?;
        store::payment_sessions::begin(tx, &order, "key", tx.now().plus_seconds(3_600))
    };
    let begun = shop.beside(begin).unwrap().id.to_string();
    steps.insert(0, ("payment_sessions", begun));
    let discount = percent_off("TEN", "10").create_id(&admin);
    let picture = fixtures::picture(&admin, product);
    let collection = admin.post("/collections", json!({ "name": "Mugs" })).expect(201);
    let collection = id_of(&collection);
    crate::window_settings::declare(&shop, "1001", None);
    crate::mails::queue_one(&shop);
    let key = new_key(&shop);
    let (customer, account) = (number(&session, "customer_id"), number(&session, "account_id"));
    let objects = Objects {
        customer,
        account,
        record: id_of(&record),
        product,
        movement: ids(&movements)[0],
        discount,
        collection,
        picture: picture["urls"]["320"].as_str().unwrap().to_owned(),
        key,
        order,
        steps,
    };
    let callers = [
        shop.visitor(),
        shop.holder(&record),
        shop.holder(&placed),
        ana.clone(),
        shop.customer("ben"),
        shop.storefront(),
        shop.reader(),
        {
            shop.owner();
            shop.staff("till@example.org", Role::Staff)
        },
        admin,
        shop.staff("second.owner@example.org", Role::Owner),
        shop.bearer("tb_ses_of_nobody"),
        ended_session(&shop),
        revoked_key(&shop),
    ];
    let mut wrong = Vec::new();
    for (route, caller, wanted) in cases() {
        let answer = ask(&callers[caller], route, &objects, CALLERS[caller]);
        if !fits(&answer, route, wanted) {
            let (name, body) = (CALLERS[caller], String::from_utf8_lossy(&answer.body));
            wrong.push(format!("{route} by {name}: not {wanted}: {} {body}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_route_once() {
    let mut routes = Shop::new().routes();
    let mut named: Vec<&str> = TABLE.iter().map(|(route, _)| *route).collect();
    routes.sort();
    named.sort_unstable();
    assert_eq!(routes, named);
}

#[test]
fn a_path_without_a_route_is_not_found_whoever_asks() {
    let shop = Shop::new();
    for user in [shop.visitor(), shop.customer("ana"), shop.reader(), shop.owner()] {
        for path in ["/webhooks", "/audit", "/customers/x", "/staff/x", "/api_keys/x", "/no"] {
            user.get(path).refused(404, "not_found");
        }
    }
}

#[test]
fn a_shop_fronts_key_is_refused_in_a_browser_whatever_it_asks_for() {
    let shop = Shop::new();
    let front = shop.storefront();
    let signing_in = credentials("ana", PASSWORD);
    for (header, value) in [("Origin", "https://shop.example"), ("Sec-Fetch-Site", "cross-site")] {
        for path in ["/products", "/orders"] {
            let door = front.ask(Method::Get, path).header(header, value);
            door.send().refused(403, "key_in_browser");
        }
        let door = front.ask(Method::Post, "/sessions").header(header, value).json(&signing_in);
        door.send().refused(403, "key_in_browser");
        let admin = shop.admin().ask(Method::Get, "/orders").header(header, value).send();
        admin.expect(200);
    }
    front.ask(Method::Get, "/orders").header("Sec-Fetch-Mode", "cors").send().expect(200);
}

#[test]
fn an_orders_token_opens_that_order_and_is_a_visitor_elsewhere() {
    let shop = Shop::new();
    let product = mug(&shop.admin(), 50);
    let place = || fixtures::order(product, 1).create(&shop.visitor());
    let (first, second) = (place(), place());
    let token = first["token"].as_str().unwrap();
    let holder = shop.bearer(token);
    holder.get("/orders/1").expect(200);
    holder.get("/orders/2").refused(401, "unauthenticated");
    holder.get("/orders/99").refused(401, "unauthenticated");
    holder.get("/orders/2/track").refused(404, "not_found");
    holder.get("/products").expect(200);
    let swapped = token.replace("tb_ord_1_", "tb_ord_2_");
    let of_tracking = second["tracking_url"].as_str().unwrap().split_once("token=").unwrap().1;
    for wrong in [swapped.as_str(), "tb_ord_1_", "tb_ord_", &format!("tb_ord_2_{of_tracking}")] {
        shop.bearer(wrong).get("/orders/2").refused(401, "unauthenticated");
        shop.bearer(wrong).get("/products").refused(401, "unauthenticated");
    }
    shop.visitor().get(&format!("/orders/1/track?token={of_tracking}")).refused(404, "not_found");
    let cancelled = holder.post("/orders/1/cancellation", json!({ "reason": "too late" }));
    assert_eq!(cancelled.expect(201)["status"], "cancelled");
    assert_eq!(holder.get("/orders/1").expect(200)["customer_id"], Value::Null);
}

#[test]
fn buyers_and_the_shop_front_cancel_until_packed_and_the_shop_still_afterwards() {
    let shop = Shop::new();
    let admin = shop.admin();
    let product = mug(&admin, 50);
    let (ana, front) = (shop.customer("ana"), shop.storefront());
    let placed = fixtures::order(product, 2).own().create(&ana);
    let holder = shop.holder(&placed);
    let packing = admin.post("/orders/1/packing", json!({}));
    packing.expect(201);
    for user in [&ana, &front, &holder] {
        let refused = user.post("/orders/1/cancellation", json!({ "reason": "too late" }));
        assert_eq!(refused.refused(409, "action_not_possible")["allowed"], json!([]));
    }
    admin.delete(packing.header("Location").unwrap()).expect(204);
    let line = placed["items"][0]["id"].clone();
    let units = json!([{ "item_id": line, "quantity": 1 }]);
    let one = json!({ "items": units, "reason": "too late" });
    ana.post("/orders/1/cancellation", one.clone()).expect(201);
    admin.post("/orders/1/packing", json!({})).expect(201);
    ana.post("/orders/1/cancellation", one.clone()).refused(409, "action_not_possible");
    assert_eq!(admin.post("/orders/1/cancellation", one).expect(201)["status"], "cancelled");
}

#[test]
fn only_the_shop_and_its_read_keys_see_what_is_not_for_sale() {
    let shop = Shop::new();
    let admin = shop.admin();
    for status in ["active", "draft", "archived"] {
        fixtures::product(status, "1").with(json!({ "status": status })).create(&admin);
    }
    for user in [shop.visitor(), shop.customer("ana"), shop.storefront()] {
        assert_eq!(ids(&user.get("/products").expect(200)), [1]);
        user.get("/products/2").refused(404, "not_found");
        user.get("/products/3").refused(404, "not_found");
    }
    for user in [admin, shop.reader(), shop.owner()] {
        assert_eq!(user.get("/products/2").expect(200)["status"], "draft");
        assert!(ids(&user.get("/products").expect(200)).contains(&2));
    }
}

#[test]
fn a_customers_lists_and_counts_hold_their_own_orders_alone() {
    let shop = Shop::new();
    let order = fixtures::order(mug(&shop.admin(), 50), 1).own();
    let (ana, ben) = (shop.customer("ana"), shop.customer("ben"));
    order.create(&ana);
    order.create(&ben);
    order.create(&ben);
    assert_eq!(ids(&ana.get("/orders").expect(200)), [1]);
    for path in ["/orders?customer_id=2", "/customers/1/orders?customer_id=2"] {
        assert!(ids(&ana.get(path).expect(200)).is_empty(), "{path}");
    }
    assert_eq!(ids(&ben.get("/orders?sort=created_at").expect(200)), [2, 3]);
    let counted =
        |user: &User<'_>| user.get("/orders/counts").expect(200)["status"]["open"].clone();
    assert_eq!((counted(&ana), counted(&ben)), (json!(1), json!(2)));
    assert_eq!(counted(&shop.storefront()), json!(3));
    order.for_customer(2).send(&ana).invalid(&[("/customer_id", "not_found")]);
}

#[test]
fn the_file_holds_no_credential_that_somebody_could_use() {
    let shop = Shop::new();
    let visitor = shop.visitor();
    let record = visitor.ask(Method::Post, "/customers").header("Idempotency-Key", "a");
    let record = record.json(&person("Ana")).send().expect(201)["token"].clone();
    shop.owner();
    let ben = fixtures::account("ben").with(json!({ "customer": person("Ben") }));
    let session = ben.create(&shop.visitor())["token"].clone();
    let keys = [KeyRole::Admin, KeyRole::Storefront, KeyRole::Read].map(|role| shop.key(role));
    let shown = keys.iter().map(String::as_str).chain([record.as_str().unwrap()]);
    let shown: Vec<&str> = shown.chain([session.as_str().unwrap()]).collect();
    for secret in shown {
        assert!(shop.bytes_with(secret).is_empty(), "{secret}");
        let random = secret.rsplit_once('_').unwrap().1;
        assert_eq!(random.len(), 64, "{secret}");
        assert!(shop.bytes_with(random).is_empty(), "{secret}");
    }
    assert!(shop.bytes_with("correct horse").is_empty());
    assert!(!shop.bytes_with("Ben").is_empty(), "the search finds what is there");
}

/// Every route with every caller. Whoever signs out does so last.
fn cases() -> Vec<(&'static str, usize, char)> {
    let row = |(route, row): &(&'static str, &'static str)| {
        let (route, row) = (*route, row.replace(' ', ""));
        assert_eq!(row.len(), CALLERS.len(), "{route}");
        row.char_indices().map(|(at, wanted)| (route, at, wanted)).collect::<Vec<_>>()
    };
    let mut cases: Vec<_> = TABLE.iter().flat_map(row).collect();
    let signs_out = |route: &str| route.starts_with("DELETE") && route.ends_with("/current");
    cases.sort_by_key(|(route, _, wanted)| signs_out(route) && *wanted == 'y');
    cases
}

fn ask(caller: &User<'_>, route: &str, objects: &Objects, name: &str) -> Answer {
    let (method, pattern) = route.split_once(' ').unwrap();
    let customer = if name.contains("record") { objects.record } else { objects.customer };
    let (noun, rest) = pattern[1..].split_once('/').unwrap_or((&pattern[1..], ""));
    let id = match noun {
        "customers" => customer,
        "customer_accounts" => objects.account,
        "products" => objects.product,
        "discounts" => objects.discount,
        "collections" => objects.collection,
        "api_keys" => objects.key,
        "staff" => OWNER,
        _ => objects.order,
    };
    let step = objects.steps.iter().find(|(what, _)| rest.contains(what));
    let path = pattern
        .replace("<id>", &id.to_string())
        .replace("<kind>", "order_paid")
        .replace("<token>", "nobody")
        .replace("<movement>", &objects.movement.to_string())
        .replace("<step>", step.map_or("", |(_, step)| step))
        .replace("<path..>", "views/orders/list.js")
        .replace("<file>", if noun == "docs" { "index.html" } else { "style.css" })
        .replace("<image>", "1")
        .replace("<hash>", &crate::admin::hash());
    let path = if noun == "images" { objects.picture.clone() } else { path };
    let path = if path == "/packing-slips" { format!("{path}?orders={id}") } else { path };
    let method: Method = method.parse().unwrap();
    let request = caller.ask(method, &path);
    match method {
        // What is wrong with a body or a version comes out after the credential was looked at, so
        // that nobody changes anything and each caller meets the same shop.
        Method::Delete => request.header("If-Match", "\"0.0\"").send(),
        Method::Get => request.send(),
        _ => request.json(&json!({ "nothing": "known" })).send(),
    }
}

fn fits(answer: &Answer, route: &str, wanted: char) -> bool {
    let through: u16 = match route.split_once(' ').unwrap() {
        ("GET", _) => 200,
        // A key has no version; the owner alone comes so far, and revokes it.
        (
            "DELETE",
            "/sessions/current" | "/staff/sessions/current" | "/api_keys/<id>" | "/sample_goods",
        ) => 204,
        ("DELETE", _) => 412,
        // It takes no body, and the token is none.
        ("POST", "/email_verifications/<token>") => 410,
        // What is sent is no picture.
        ("POST", route) if route.contains("/image") || route.ends_with("/logo") => 415,
        _ => 422,
    };
    let (status, code) = match wanted {
        'y' => return answer.status == through,
        '1' => (401, "unauthenticated"),
        '3' => (403, "forbidden"),
        _ => (404, "not_found"),
    };
    let challenged = answer.header("WWW-Authenticate") == (status == 401).then_some("Bearer");
    answer.status == status && answer.json()["code"] == code && challenged
}

/// Cancels one of three units, and pays, packs, ships and delivers another: the order stays open.
fn take_every_step(admin: &User<'_>, order: i64) -> Vec<(&'static str, String)> {
    let line = admin.get(&format!("/orders/{order}")).expect(200)["items"][0]["id"].clone();
    let one = json!([{ "item_id": line, "quantity": 1 }]);
    let steps = [
        ("cancellation", json!({ "items": one, "reason": "sold out" })),
        ("payments", cash("1")),
        ("packing", json!({})),
        ("shipments", with(parcel(), json!({ "items": one }))),
        ("delivery", json!({})),
        ("returns", json!({ "items": one })),
        ("refunds", json!({ "amount": "0.50", "reason": "a scratch" })),
        ("withdrawal", json!({})),
        ("invoices", json!({})),
    ];
    let take = |(what, body): (&'static str, Value)| {
        let answer = admin.post(&format!("/orders/{order}/{what}"), body);
        answer.expect(201);
        (what, answer.header("Location").unwrap().rsplit_once('/').unwrap().1.to_owned())
    };
    steps.map(take).into()
}

fn ended_session<'a>(shop: &'a Shop) -> User<'a> {
    let gone = shop.customer("gone");
    gone.delete("/sessions/current").expect(204);
    gone
}

fn revoked_key<'a>(shop: &'a Shop) -> User<'a> {
    let key = shop.key(KeyRole::Admin);
    let user = shop.bearer(&key);
    user.get("/orders").expect(200);
    shop.beside(|tx| store::api_keys::revoke(tx, last_key(tx))).unwrap();
    user
}

/// A key that is no caller's.
fn new_key(shop: &Shop) -> i64 {
    shop.key(KeyRole::Read);
    shop.beside(|tx| Ok(last_key(tx).get())).unwrap()
}

fn last_key(tx: &store::Tx<'_>) -> Id {
    store::api_keys::list(tx).unwrap().last().unwrap().id
}

fn number(object: &Value, name: &str) -> i64 {
    object[name].as_i64().unwrap()
}
