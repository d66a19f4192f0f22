//! The owner's side of the shop window: its settings, the logo, the account of transfers, and the
//! withdrawals that were declared without a login.

use rocket::http::Method;
use serde_json::{Value, json};
use tillbox::domain::staff::Role;
use tillbox::domain::window::Language;
use tillbox::domain::withdrawals::DeclarationInput;
use tillbox::store::engine::verify;
use tillbox::store::withdrawal_declarations;

use crate::fixtures::{DAY, deliver, id_of, mug, order, set, with};
use crate::images::jpeg;
use crate::shop::{Answer, Shop, User, ids};

const IBAN: &str = "DE89370400440532013000";
/// The same with a digit that is another one.
const MISTYPED: &str = "DE88370400440532013000";

/// The window of a new shop.
pub fn window() -> Value {
    json!({
        "enabled": true, "accent": "#1d5c4d", "logo": null, "intro": null,
        "languages": ["en", "de"],
        "pages": {
            "imprint": null, "terms": null, "privacy": null, "shipping": null, "withdrawal": null,
        },
    })
}

/// What anyone may know of it.
pub fn public_window() -> Value {
    let mut public = window();
    public.as_object_mut().unwrap().remove("pages");
    public
}

fn upload(user: &User<'_>, bytes: &[u8]) -> Answer {
    user.ask(Method::Post, "/settings/logo").raw("image/jpeg", bytes).send()
}

fn pictures(shop: &Shop) -> i64 {
    shop.store.read(|tx| tx.value("select count(*) from pictures", &[])).unwrap()
}

fn assert_sound(shop: &Shop) {
    let verdict = verify::served(&shop.config.data.join("shop.db")).unwrap();
    assert_eq!(verdict.faults, [""; 0]);
}

/// Ana declares something about an order.
pub fn declare(shop: &Shop, number: &str, statement: Option<&str>) {
    let input = DeclarationInput {
        order_number: number.to_owned(),
        name: "Ana Silva".to_owned(),
        email: "ana@example.org".to_owned(),
        statement: statement.map(str::to_owned),
    };
    shop.beside(|tx| withdrawal_declarations::declare(tx, &input, Language::En)).unwrap();
}

#[test]
fn a_window_is_set_field_by_field_and_sent_back_whole() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mine = json!({
        "enabled": false, "accent": "#AB0000", "intro": "Bread,\nbaked at four.",
        "pages": { "terms": "# Terms\n- Pay first", "imprint": " Ana Silva " },
        "languages": ["de", "en", "de"],
    });
    let mut now = with(window(), &mine);
    let pages = json!({ "imprint": "Ana Silva", "terms": "# Terms\n- Pay first" });
    now["pages"] = with(window()["pages"].clone(), pages);
    now["accent"] = json!("#ab0000");
    now["languages"] = json!(["de", "en"]);
    // One name twice is one too many of two.
    admin
        .patch("/settings", json!({ "window": mine }))
        .invalid(&[("/window/languages", "too_many")]);
    let mine = with(mine, json!({ "languages": ["de", "en"] }));
    assert_eq!(set(&admin, json!({ "window": mine }))["window"], now);
    let whole = admin.get("/settings").expect(200);
    let put = admin.put("/settings", whole.clone()).expect(200);
    assert_eq!(put["window"], now, "GET, then PUT");
    // What is not sent stays in a PATCH, and goes back to its default in a PUT.
    let patch = json!({ "window": { "pages": { "terms": null }, "intro": "" } });
    let patched = set(&admin, patch);
    now["pages"]["terms"] = Value::Null;
    now["intro"] = Value::Null;
    assert_eq!(patched["window"], now);
    let bare = json!({ "name": "My shop", "currency": "EUR" });
    let half = with(bare.clone(), json!({ "window": { "languages": ["de"] } }));
    let languages = json!({ "languages": ["de"] });
    assert_eq!(admin.put("/settings", half).expect(200)["window"], with(window(), languages));
    assert_eq!(admin.put("/settings", bare).expect(200)["window"], window());
    set(&admin, json!({ "window": { "enabled": false } }));
    assert_eq!(set(&admin, json!({ "window": null }))["window"], window());
}

#[test]
fn a_window_that_makes_no_sense_is_refused_field_by_field() {
    let shop = Shop::new();
    let admin = shop.admin();
    let long = |chars: usize| "a".repeat(chars);
    for (field, value, place, code) in [
        ("accent", json!("#ffcc00"), "/window/accent", "low_contrast"),
        ("accent", json!("green"), "/window/accent", "not_a_colour"),
        ("accent", json!("#12345"), "/window/accent", "not_a_colour"),
        ("intro", json!(long(2_001)), "/window/intro", "too_long"),
        ("pages", json!({ "terms": long(50_001) }), "/window/pages/terms", "too_long"),
        ("pages", json!({ "about": "us" }), "/window/pages/about", "unknown_field"),
        ("pages", json!({ "imprint": 5 }), "/window/pages/imprint", "wrong_type"),
        ("languages", json!([]), "/window/languages", "empty"),
        ("languages", json!(["fr"]), "/window/languages/0", "unknown_value"),
        ("enabled", json!("yes"), "/window/enabled", "wrong_type"),
        ("colour", json!("#000000"), "/window/colour", "unknown_field"),
    ] {
        admin.patch("/settings", json!({ "window": { field: value } })).invalid(&[(place, code)]);
    }
    let several = json!({ "accent": "#fff", "pages": { "about": "us" }, "languages": [] });
    admin.patch("/settings", json!({ "window": several })).invalid(&[
        ("/window/accent", "not_a_colour"),
        ("/window/pages/about", "unknown_field"),
        ("/window/languages", "empty"),
    ]);
    let fits = json!({ "intro": long(2_000), "pages": { "terms": long(50_000) } });
    set(&admin, json!({ "window": fits }));
}

#[test]
fn an_account_of_transfers_is_held_against_its_check_digits_and_is_the_owners() {
    let shop = Shop::new();
    let admin = shop.admin();
    let account = |fields: Value| json!({ "bank_account": fields });
    for (fields, faults) in [
        (json!({ "account_holder": "Ana", "iban": MISTYPED }), vec![("iban", "not_an_iban")]),
        (json!({ "iban": IBAN }), vec![("account_holder", "required")]),
        (json!({ "account_holder": "Ana" }), vec![("iban", "required")]),
        (
            json!({ "account_holder": "a".repeat(71), "iban": IBAN, "bic": "X" }),
            vec![("account_holder", "too_long"), ("bic", "not_a_bic")],
        ),
    ] {
        let places: Vec<_> =
            faults.iter().map(|(name, code)| (format!("/bank_account/{name}"), *code)).collect();
        let places: Vec<_> =
            places.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
        admin.patch("/settings", account(fields)).invalid(&places);
    }
    let short = account(json!({ "account_holder": "Ana", "iban": "DE360000000000000000" }));
    let fault =
        admin.patch("/settings", short).refused(422, "validation_failed")["errors"][0].clone();
    assert_eq!(
        (&fault["pointer"], &fault["code"]),
        (&json!("/bank_account/iban"), &json!("not_an_iban"))
    );
    let told = "An IBAN that begins with DE has 22 characters, this one 20.";
    assert_eq!(fault["detail"], told);
    let typed = json!({ "account_holder": "Bäckerei Korn", "iban": "de89 3704 0044 0532 0130 00" });
    let stored = json!({ "account_holder": "Bäckerei Korn", "iban": IBAN, "bic": null });
    assert_eq!(set(&admin, account(typed))["bank_account"], stored);
    let patched = set(&admin, account(json!({ "bic": "cobadeffxxx" })));
    assert_eq!(patched["bank_account"], with(stored, json!({ "bic": "COBADEFFXXX" })));
    let whole = admin.get("/settings").expect(200);
    assert_eq!(
        admin.put("/settings", whole.clone()).expect(200)["bank_account"],
        whole["bank_account"],
        "GET, then PUT"
    );
    // Buyers are told by the pages that ask for the money, and nobody else is.
    for user in [shop.visitor(), shop.storefront(), shop.reader(), admin.clone()] {
        let seen = user.get("/shop").expect(200);
        assert_eq!(seen["window"], public_window());
        let text = seen.to_string();
        assert!(!text.contains("bank_account") && !text.contains(IBAN), "{text}");
    }
    assert_eq!(set(&admin, account(json!(null)))["bank_account"], Value::Null);
}

#[test]
fn the_bank_of_a_foreign_account_is_asked_for_where_its_code_is_made() {
    let shop = Shop::new();
    let admin = shop.admin();
    let account = |bic: Option<&str>| {
        let iban = "CH93 0076 2011 6238 5295 7";
        json!({ "bank_account": { "account_holder": "Ana", "iban": iban, "bic": bic } })
    };
    let place = ("/bank_account/bic", "required");
    admin.patch("/settings", account(None)).invalid(&[place]);
    assert_eq!(set(&admin, account(Some("POFICHBE")))["bank_account"]["bic"], "POFICHBE");
    let gone = json!({ "bank_account": { "bic": null } });
    admin.patch("/settings", gone.clone()).invalid(&[place]);
    // A shop that sells in francs shows no code, and its bank is known by the account.
    set(&admin, json!({ "currency": "CHF" }));
    assert_eq!(set(&admin, gone)["bank_account"]["bic"], Value::Null);
    admin.patch("/settings", json!({ "currency": "EUR" })).invalid(&[place]);
}

#[test]
fn a_logo_comes_and_goes_by_its_own_way() {
    let shop = Shop::new();
    let (admin, visitor) = (shop.admin(), shop.visitor());
    let answer = upload(&admin, &jpeg(900, 300, 7));
    let logo = answer.expect(200)["window"]["logo"].clone();
    assert_eq!(answer.header("ETag"), admin.get("/settings").header("ETag"));
    assert_eq!((&logo["width"], &logo["height"]), (&json!(900), &json!(300)));
    let first = logo["urls"]["320"].as_str().unwrap().to_owned();
    assert_eq!(visitor.get("/shop").expect(200)["window"]["logo"], logo);
    assert_eq!(visitor.get(&first).status, 200);
    assert_sound(&shop);
    // It is no part of what is sent as JSON.
    let whole = admin.get("/settings").expect(200);
    assert_eq!(admin.put("/settings", whole).expect(200)["window"]["logo"], logo);
    let bare = json!({ "name": "My shop", "currency": "EUR" });
    assert_eq!(admin.put("/settings", bare).expect(200)["window"]["logo"], logo);
    let nothing = json!({ "window": { "logo": null } });
    assert_eq!(set(&admin, nothing)["window"]["logo"], logo);
    assert_eq!(set(&admin, json!({ "window": null }))["window"]["logo"], logo);
    // The one before goes, but not where a product shows it.
    mug(&admin, 5);
    let pattern = jpeg(40, 30, 1);
    admin.ask(Method::Post, "/products/1/images").raw("image/jpeg", &pattern[..]).send();
    upload(&admin, &pattern).expect(200);
    visitor.get(&first).refused(404, "not_found");
    assert_eq!(pictures(&shop), 1);
    admin.delete("/products/1/images/1").expect(204);
    assert_eq!(pictures(&shop), 1);
    let stale = admin.ask(Method::Delete, "/settings/logo").header("If-Match", "\"1.0\"");
    stale.send().refused(412, "precondition_failed");
    let owner = shop.owner();
    owner.delete("/settings/logo").expect(204);
    owner.delete("/settings/logo").refused(404, "not_found");
    assert_eq!(pictures(&shop), 0);
    assert_eq!(admin.get("/settings").expect(200)["window"], window());
    assert_sound(&shop);
}

#[test]
fn a_logo_is_a_picture_that_the_owner_sends() {
    let shop = Shop::new();
    let admin = shop.admin();
    upload(&admin, b"GIF89a\x01\x00\x01\x00\x00\x00\x00;").refused(415, "unsupported_media_type");
    upload(&admin, &vec![0; 10 * 1024 * 1024 + 1]).refused(413, "body_too_large");
    let cut = upload(&admin, &jpeg(40, 30, 1)[..200]).status;
    assert!(matches!(cut, 415 | 422), "{cut}");
    let mut huge = jpeg(40, 30, 1);
    let at = huge.windows(2).position(|pair| pair[0] == 0xff && pair[1] == 0xc0).unwrap();
    huge[at + 5..at + 9].copy_from_slice(&[0xff; 4]);
    assert_eq!(upload(&admin, &huge).status, 422);
    shop.owner();
    let clerk = shop.staff("clerk@example.org", Role::Staff);
    upload(&clerk, &jpeg(40, 30, 1)).refused(403, "forbidden");
    upload(&shop.visitor(), &jpeg(40, 30, 1)).refused(401, "unauthenticated");
    assert_eq!(pictures(&shop), 0);
}

#[test]
fn a_declaration_waits_until_somebody_has_seen_to_it() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    order(1, 2).create(&admin);
    deliver(&admin, 1);
    declare(&shop, "1001", Some("Only one of the two."));
    declare(&shop, "9999", None);
    declare(&shop, "#1001", None);
    let list = |query: &str| admin.get(&format!("/withdrawal_declarations{query}")).expect(200);
    let part = json!({
        "id": 1, "order_number": "1001", "name": "Ana Silva", "email": "ana@example.org",
        "statement": "Only one of the two.", "order_id": 1,
        "open_because": "It names a part of the order in words.",
        "declared_at": "2026-11-23T09:00:00Z", "settled": false, "settled_at": null,
    });
    assert_eq!(admin.get("/withdrawal_declarations/1").expect(200), part);
    let fitting = admin.get("/withdrawal_declarations/3").expect(200);
    assert_eq!((&fitting["order_id"], &fitting["open_because"]), (&json!(1), &Value::Null));
    assert_eq!(ids(&list("")), [3, 2, 1]);
    assert_eq!(ids(&list("?open=true&sort=declared_at")), [1, 2]);
    assert_eq!(ids(&list("?open=false")), [3]);
    let first = list("?open=true&limit=1&count=true");
    assert_eq!((ids(&first), &first["count"]), (vec![2], &json!(2)));
    let next = first["next_cursor"].as_str().unwrap();
    assert_eq!(ids(&list(&format!("?open=true&limit=1&after={next}"))), [1]);
    admin.get("/withdrawal_declarations?open=maybe").expect(422);
    admin.get("/withdrawal_declarations/9").refused(404, "not_found");

    shop.clock.advance_seconds(DAY);
    let staff = {
        shop.owner();
        shop.staff("till@example.org", Role::Staff)
    };
    let say =
        |settled: Value| staff.patch("/withdrawal_declarations/1", json!({ "settled": settled }));
    let done = with(part.clone(), json!({ "settled": true, "settled_at": "2026-11-24T09:00:00Z" }));
    assert_eq!(say(json!(true)).expect(200), done);
    assert_eq!(ids(&list("?open=true")), [2]);
    shop.clock.advance_seconds(60);
    assert_eq!(say(json!(true)).expect(200), done, "the first who has seen to it did");
    assert_eq!(staff.patch("/withdrawal_declarations/1", done.clone()).expect(200), done);
    assert_eq!(say(json!(false)).expect(200), part);
    say(json!(null)).invalid(&[("/settled", "wrong_type")]);
    let order = json!({ "order": 1 });
    staff.patch("/withdrawal_declarations/1", order).invalid(&[("/order", "unknown_field")]);
    staff.patch("/withdrawal_declarations/9", json!({ "settled": true })).expect(404);
    assert_eq!(admin.get("/orders/1").expect(200)["withdrawals"].as_array().unwrap().len(), 1);
}

#[test]
fn whoever_is_forgotten_is_forgotten_in_declarations_as_well() {
    let shop = Shop::new();
    let admin = shop.admin();
    mug(&admin, 50);
    let eva = json!({ "name": "Ana Silva", "email": "ana@example.org" });
    let customer = id_of(&admin.post("/customers", eva).expect(201));
    order(1, 1).for_customer(customer).create(&admin);
    admin.post("/orders/1/cancellation", json!({ "reason": "Sold out." })).expect(201);
    declare(&shop, "1001", Some("All of the words."));
    declare(&shop, "9999", Some("No order of the shop."));
    admin.delete(&format!("/customers/{customer}")).expect(204);
    let declaration = admin.get("/withdrawal_declarations/1").expect(200);
    let blank = json!({ "name": "", "email": "", "statement": null, "order_id": 1 });
    assert_eq!(declaration, with(declaration.clone(), blank));
    // What fits no order is no record's.
    let other = admin.get("/withdrawal_declarations/2").expect(200);
    assert_eq!(other["statement"], "No order of the shop.");
    assert_sound(&shop);
}
