//! Searching: customers and orders are found by what people type, however it is written.

use rusqlite::Connection;
use serde_json::json;

use crate::fixtures::{self, Fixture, mug, parcel, pay, person, took, with};
use crate::shop::{PASSWORD, Shop, User, ids};

#[track_caller]
fn finds(user: &User<'_>, list: &str, search: &str, wanted: &[i64]) {
    let escaped = search.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
    let mut found = ids(&user.get(&format!("{list}?q={escaped}&limit=100")).expect(200));
    found.sort_unstable();
    assert_eq!(found, wanted, "{list} {search}");
}

fn reach(name: &str, email: &str, phone: &str) -> Fixture {
    let contact = json!({ "email": email, "phone": phone });
    fixtures::customer(name).with(contact)
}

/// Six customers, in this order.
fn people(admin: &User<'_>) {
    reach("Иван Петров", "ivan@example.org", "").create(admin);
    reach("Björn Ødegård", "bjorn@example.org", "+47 22 12 34 56").create(admin);
    reach("Łukasz Żak", "l.zak@firma.example", "").create(admin);
    reach("Emil Strauß", "emil@example.org", "030 123-45").create(admin);
    reach("Anna Schmidt", "anna.s@example.org", "+49 30 123 46").create(admin);
    reach("Zoë Müller-Lüdenscheidt", "zoe@example.org", "").create(admin);
}

#[test]
fn a_customer_is_found_however_their_name_email_and_phone_are_written() {
    let shop = Shop::new();
    let admin = shop.admin();
    people(&admin);
    for (search, wanted) in [
        ("петров", &[1][..]),
        ("ПЕТРОВ ИВАН", &[1]),
        ("BJÖRN", &[2]),
        ("bjorn", &[2]),
        ("odegard", &[2]),
        ("łukasz", &[3]),
        ("Lukasz zak", &[3]),
        ("strauss", &[4]),
        ("STRAUẞ", &[4]),
        ("Schmidt Anna", &[5]),
        ("anna sch", &[5]),
        ("müller", &[6]),
        ("Ludenscheidt", &[6]),
        ("muller-lu", &[6]),
        ("l.zak@firma", &[3]),
        ("FIRMA.example", &[3]),
        ("example.org", &[1, 2, 4, 5, 6]),
        // The phone of Emil is 030 123-45, that of Anna +49 30 123 46.
        ("+493012345", &[4]),
        ("0301/2345", &[4]),
        ("(030) 123 45", &[4]),
        ("030 12346", &[5]),
        ("0049 (0)30 123-46", &[5]),
        ("+47 221 23456", &[2]),
        ("22 12 34 56", &[2]),
        // Every word must be found, each from its beginning.
        ("schmidt emil", &[]),
        ("midt", &[]),
        ("%", &[]),
        ("_", &[]),
        ("\\", &[]),
    ] {
        finds(&admin, "/customers", search, wanted);
    }
}

#[test]
fn an_order_is_found_by_its_number_its_buyer_its_skus_and_its_parcels() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let pen = fixtures::product("Pen", "1").with(json!({ "sku": "Pén_7 b" })).create_id(&admin);
    let buyer = |name: &str, phone: &str| {
        let email = format!("b{}@example.org", name.chars().count());
        let contact = with(person(name), json!({ "phone": phone, "email": email }));
        json!({ "customer": contact })
    };
    fixtures::order(mug, 1).with(buyer("Emil Strauß", "030 123-45")).create(&admin);
    fixtures::order(pen, 1).with(buyer("Anna Schmidt", "")).create(&admin);
    fixtures::set(&admin, json!({ "order_number_prefix": "R-" }));
    fixtures::order(mug, 1).with(buyer("Петров", "")).create(&admin);
    pay(&admin, 3);
    let sent = with(parcel(), json!({ "tracking_number": "JJD 0001-222" }));
    took(&admin, 3, "shipments", sent);
    for (search, wanted) in [
        ("1001", &[1][..]),
        ("#1001", &[1]),
        ("#100", &[1, 2, 3]),
        ("1003", &[3]),
        ("r-1003", &[3]),
        ("#R1003", &[3]),
        ("strauss", &[1]),
        ("schmidt anna", &[2]),
        ("петров", &[3]),
        ("strauss #1001", &[1]),
        ("strauss #1002", &[]),
        ("EXAMPLE.org", &[1, 2, 3]),
        ("+49 30 12345", &[1]),
        ("mug", &[1, 3]),
        ("pen_", &[2]),
        ("PEN-7B", &[2]),
        ("anna pen_7", &[2]),
        ("jjd0001222", &[3]),
        ("JJD-0001", &[3]),
        ("PENS7", &[]),
        ("#", &[]),
    ] {
        finds(&admin, "/orders", search, wanted);
    }
    // A customer finds among their own.
    let cleo = shop.customer("cleo");
    fixtures::order(pen, 1).own().create(&cleo);
    finds(&cleo, "/orders", "pen", &[4]);
    finds(&admin, "/orders", "pen", &[2, 4]);
}

#[test]
fn what_was_edited_is_found_by_its_new_words_and_what_was_forgotten_by_none() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    reach("Emil Strauß", "emil@example.org", "030 123-45").create(&admin);
    fixtures::order(mug, 1).for_customer(1).create(&admin);
    let renamed = json!({ "name": "Emil Zweig", "phone": "040 777-88" });
    admin.patch("/customers/1", renamed).expect(200);
    for (search, customers, orders) in [
        // Their orders are found by what they were called then, and are called now.
        ("strauss", &[][..], &[1][..]),
        ("zweig", &[1], &[1]),
        ("emil", &[1], &[1]),
        ("03012345", &[], &[1]),
        ("04077788", &[1], &[1]),
        ("1001", &[], &[1]),
    ] {
        finds(&admin, "/customers", search, customers);
        finds(&admin, "/orders", search, orders);
    }
    took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    admin.delete("/customers/1").expect(204);
    for search in ["strauss", "zweig", "emil", "emil@example.org", "03012345", "04077788"] {
        finds(&admin, "/customers", search, &[]);
        finds(&admin, "/orders", search, &[]);
    }
    finds(&admin, "/orders", "#1001", &[1]);
    let file = Connection::open(shop.folder().join("data/shop.db")).unwrap();
    for words in ["customer_words", "buyer_words"] {
        let count = format!("select count(*) from {words}");
        assert_eq!(file.query_row(&count, [], |row| row.get(0)), Ok(0), "{words}");
    }
}

#[test]
fn the_orders_of_a_customer_are_found_by_all_names_that_their_buyers_had() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let as_guest = |name: &str| {
        let contact = with(person(name), json!({ "email": "family@example.org" }));
        fixtures::order(mug, 1).with(json!({ "customer": contact })).create(&admin);
    };
    as_guest("Emil Strauß");
    as_guest("Anna Schmidt");
    fixtures::order(mug, 1).create(&admin);
    finds(&admin, "/orders", "strauss", &[1, 2]);
    finds(&admin, "/orders", "anna schmidt", &[1, 2]);
    finds(&admin, "/customers", "strauss", &[1]);
    finds(&admin, "/customers", "schmidt", &[]);
    // A buyer who is named otherwise later.
    let renamed = with(person("Emil Zweig"), json!({ "email": "family@example.org" }));
    admin.patch("/orders/1", json!({ "customer": renamed })).expect(200);
    for name in ["zweig", "strauss", "schmidt"] {
        finds(&admin, "/orders", name, &[1, 2]);
    }
    finds(&admin, "/customers", "zweig", &[]);
}

#[test]
fn an_order_is_found_by_every_sku_that_its_variant_had() {
    let shop = Shop::new();
    let admin = shop.admin();
    let pen = fixtures::product("Pen", "1").with(json!({ "sku": "PEN-7" })).create_id(&admin);
    fixtures::order(pen, 1).create(&admin);
    admin.patch(&format!("/products/{pen}"), json!({ "sku": "STIFT" })).expect(200);
    fixtures::order(pen, 1).create(&admin);
    for sku in ["pen7", "stift"] {
        finds(&admin, "/orders", sku, &[1, 2]);
    }
    let file = Connection::open(shop.folder().join("data/shop.db")).unwrap();
    let never = fixtures::product("Ink", "1").with(json!({ "sku": "INK" })).create_id(&admin);
    admin.delete(&format!("/products/{never}")).expect(204);
    let skus = "select group_concat(sku_key order by sku_key) from variant_skus";
    assert_eq!(file.query_row(skus, [], |row| row.get(0)), Ok("pen7,stift".to_owned()));
}

#[test]
fn an_order_is_found_by_what_stood_before_its_number_when_it_was_placed() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    for prefix in ["A-", "B-", ""] {
        fixtures::set(&admin, json!({ "order_number_prefix": prefix }));
        fixtures::order(mug, 1).create(&admin);
    }
    for (search, wanted) in [
        ("a-1001", &[1][..]),
        ("#A1001", &[1]),
        ("b-10", &[2]),
        ("B", &[2]),
        ("a-1002", &[]),
        ("100", &[1, 2, 3]),
        ("#1003", &[3]),
    ] {
        finds(&admin, "/orders", search, wanted);
    }
}

#[test]
fn names_are_sorted_as_they_are_searched() {
    let shop = Shop::new();
    let admin = shop.admin();
    // Folded: apfel, arger, orsted, zebra.
    for name in ["Zebra", "Ørsted", "apfel", "Ärger"] {
        fixtures::product(name, "1").create(&admin);
        let email = json!({ "email": "a@example.org" });
        fixtures::customer(name).with(email).create(&admin);
    }
    for list in ["/products", "/customers"] {
        assert_eq!(ids(&admin.get(&format!("{list}?sort=name")).expect(200)), [3, 4, 2, 1]);
    }
    admin.patch("/products/1", json!({ "name": "Aal" })).expect(200);
    admin.patch("/customers/1", json!({ "name": "Aal" })).expect(200);
    for list in ["/products", "/customers"] {
        assert_eq!(ids(&admin.get(&format!("{list}?sort=-name")).expect(200)), [2, 4, 3, 1]);
    }
}

/// What a program left that made no keys, and let in what nobody sees.
const OLDER: &str = "
    update stored_keys set folding = 0;
    delete from customer_words;
    delete from buyer_words;
    delete from variant_skus;
    update customers set name_key = '';
    update customers set email_key = 'i\u{200b}van@example.org', email = email_key where id = 1;
    update products set name_key = '';
    update shipments set tracking_key = '';
    update accounts set username = 'an\u{200b}na', username_key = 'an\u{200b}na' where id = 1;
    update accounts set username = 'b\u{200b}ob', username_key = 'b\u{200b}ob' where id = 3;
    update discounts set code = 'SPR\u{ad}ING', code_key = 'spr\u{ad}ing';
    update variants set sku = 'MU\u{feff}G' where id = 1;
";

#[test]
fn a_shop_that_was_there_before_is_searched_like_a_new_one() {
    let shop = Shop::new();
    let admin = shop.admin();
    people(&admin);
    let mug = mug(&admin, 100);
    fixtures::product("Ärger", "1").create(&admin);
    fixtures::percent_off("SPRING", "10").create(&admin);
    let account = |name: &str, customer: i64| {
        let of = json!({ "customer_id": customer });
        fixtures::account(name).with(of).create(&admin);
    };
    account("anna", 5);
    account("bob", 2);
    account("bobby", 3);
    fixtures::order(mug, 1).for_customer(4).create(&admin);
    took(&admin, 1, "shipments", with(parcel(), json!({ "tracking_number": "JJD 1" })));
    let file = Connection::open(shop.folder().join("data/shop.db")).unwrap();
    file.execute_batch(OLDER).unwrap();
    drop(file);
    let shop = shop.restarted();
    let admin = shop.admin();
    finds(&admin, "/customers", "петров", &[1]);
    finds(&admin, "/customers", "030 12345", &[4]);
    for search in ["strauss", "1001", "mug", "jjd1"] {
        finds(&admin, "/orders", search, &[1]);
    }
    assert_eq!(ids(&admin.get("/products?sort=name").expect(200)), [2, 1]);
    assert_eq!(ids(&admin.get("/products?sku=MUG").expect(200)), [1]);
    assert_eq!(ids(&admin.get("/discounts?code=spring").expect(200)), [1]);
    assert_eq!(ids(&admin.get("/customers?email=ivan@example.org").expect(200)), [1]);
    shop.visitor().post("/sessions", fixtures::credentials("anna", PASSWORD)).expect(201);
    // Another's name stays another's.
    let bob = shop.visitor().post("/sessions", fixtures::credentials("bob", PASSWORD)).expect(201);
    assert_eq!(bob["account_id"], 2);
    // The keys are made once.
    let file = Connection::open(shop.folder().join("data/shop.db")).unwrap();
    file.execute_batch("update products set name_key = 'mine'").unwrap();
    drop(file);
    let shop = shop.restarted();
    let file = Connection::open(shop.folder().join("data/shop.db")).unwrap();
    let mine = "select count(*) from products where name_key = 'mine'";
    assert_eq!(file.query_row(mine, [], |row| row.get(0)), Ok(2));
}
