//! The people who buy: their records, the guests among them, and what is left when they are
//! forgotten.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{
    self, cash, cash_all, credentials, mug, parcel, pay, person, ship, took, with,
};
use crate::shop::{PASSWORD, Shop, User, ids};

#[test]
fn a_visitor_makes_a_record_and_holds_the_token_that_opens_it() {
    let shop = Shop::new();
    let body = json!({
        "name": " Ana Silva ", "email": "Ana@Example.org", "phone": "+351 21/000-000",
        "addresses": [address("Lisboa")], "accepts_marketing": true, "note": "great customer",
        "orders_count": 7, "total_spent": "99.00", "currency": "USD", "id": 70, "version": 3,
    });
    let answer = shop.visitor().post("/customers", body.clone());
    assert_eq!(answer.header("Location"), Some("/customers/1"));
    let mut made = answer.expect(201);
    let token = made["token"].take();
    assert!(token.as_str().unwrap().starts_with("tb_cus_"));
    let wanted = json!({
        "id": 1, "name": "Ana Silva", "email": "Ana@Example.org", "phone": "+351 21/000-000",
        "addresses": [address("Lisboa")], "accepts_marketing": true, "orders_count": 0,
        "total_spent": "0.00", "currency": "EUR", "version": 1, "token": null,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z",
    });
    assert_eq!(made, wanted);
    let read = shop.bearer(token.as_str().unwrap()).get("/customers/1");
    assert_eq!(read.header("ETag"), answer.header("ETag"));
    assert_eq!(read.header("Cache-Control"), Some("private, no-store"));
    assert_eq!(read.expect(200)["addresses"], wanted["addresses"]);
    // E-mails are not unique, and only visitors need a token.
    for user in [shop.admin(), shop.storefront(), shop.owner()] {
        assert!(user.post("/customers", body.clone()).expect(201).get("token").is_none());
    }
    shop.customer("ben").post("/customers", body).refused(409, "conflict");
}

#[test]
fn a_record_names_all_its_faults_at_once() {
    let shop = Shop::new();
    let post = |body| shop.visitor().post("/customers", body);
    post(json!({})).invalid(&[("/name", "required"), ("/email", "required")]);
    let mut bad = json!({ "street": "Rua", "postal_code": "1".repeat(256), "country": "Portugal" });
    bad["line1"] = json!(1);
    post(json!({
        "name": "a\u{0}b", "email": "ana@example", "phone": "call me", "addresses": [{}, bad],
        "accepts_marketing": "yes", "emial": "ana@example.org",
    }))
    .invalid(&[
        ("/name", "control_character"),
        ("/email", "not_an_email"),
        ("/phone", "not_a_phone"),
        ("/addresses/0/name", "required"),
        ("/addresses/0/line1", "required"),
        ("/addresses/0/city", "required"),
        ("/addresses/0/country", "required"),
        ("/addresses/1/name", "required"),
        ("/addresses/1/line1", "wrong_type"),
        ("/addresses/1/city", "required"),
        ("/addresses/1/country", "unknown_country"),
        ("/addresses/1/postal_code", "too_long"),
        ("/addresses/1/street", "unknown_field"),
        ("/accepts_marketing", "wrong_type"),
        ("/emial", "unknown_field"),
    ]);
    let long =
        json!({ "name": "ä".repeat(256), "email": format!("{}@example.org", "a".repeat(243)) });
    post(long).invalid(&[("/name", "too_long"), ("/email", "too_long")]);
    assert_eq!(ids(&shop.admin().get("/customers").expect(200)), Vec::<i64>::new());
}

#[test]
fn replacing_a_record_resets_what_is_left_out_and_patching_keeps_it() {
    let shop = Shop::new();
    let (ana, admin) = (shop.customer("ana"), shop.admin());
    let patch = json!({ "phone": "12345", "addresses": [address("Lisboa"), address("Porto")],
        "accepts_marketing": true });
    let patched = ana.patch("/customers/1", patch).expect(200);
    assert_eq!((&patched["name"], &patched["version"]), (&json!("ana"), &json!(2)));
    assert_eq!(patched["addresses"][1]["city"], "Porto");
    assert_eq!(
        ana.put("/customers/1", patched.clone()).expect(200)["addresses"],
        patched["addresses"]
    );
    let cleared = ana.patch("/customers/1", json!({ "phone": null })).expect(200);
    assert_eq!((&cleared["phone"], &cleared["accepts_marketing"]), (&Value::Null, &json!(true)));
    admin.patch("/customers/1", json!({ "note": "rings twice" })).expect(200);
    let stale = ana.get("/customers/1");
    let put = ana.put("/customers/1", person("Ana Silva"));
    let replaced = put.expect(200);
    assert_eq!((&replaced["addresses"], &replaced["phone"]), (&json!([]), &Value::Null));
    assert_eq!(replaced["accepts_marketing"], false);
    assert_eq!(admin.get("/customers/1").expect(200)["note"], "rings twice");
    ana.put("/customers/1", json!({ "name": "Ana" })).invalid(&[("/email", "required")]);
    ana.patch("/customers/1", json!({ "email": null })).invalid(&[("/email", "required")]);
    let ask = ana.ask(Method::Patch, "/customers/1").json(&json!({ "name": "A" }));
    let refused = ask.header("If-Match", stale.header("ETag").unwrap()).send();
    assert_eq!(refused.refused(412, "precondition_failed")["current"]["name"], "Ana Silva");
    let again = ana.ask(Method::Get, "/customers/1");
    let again = again.header("If-None-Match", put.header("ETag").unwrap()).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn a_note_is_the_staffs_alone() {
    let shop = Shop::new();
    let (ana, admin, owner) = (shop.customer("ana"), shop.admin(), shop.owner());
    let noted = admin.patch("/customers/1", json!({ "note": "pays late\nalways" })).expect(200);
    assert_eq!(noted["note"], "pays late\nalways");
    fixtures::order(mug(&admin, 50), 1).own().create(&ana);
    let paths = ["/customers/1", "/customer_accounts/1", "/orders/1", "/customers/1/orders"];
    for user in [&ana, &shop.storefront()] {
        for path in paths {
            let answer = user.get(path);
            answer.expect(200);
            assert!(!String::from_utf8_lossy(&answer.body).contains("pays late"), "{path}");
        }
        for note in [json!("mine"), Value::Null] {
            let changed = user.patch("/customers/1", json!({ "note": note })).expect(200);
            assert!(!changed.to_string().contains("pays late"));
            let body = json!({ "name": "ana", "email": "ana@example.org", "note": note });
            user.put("/customers/1", body).expect(200);
        }
        let ask = user.ask(Method::Patch, "/customers/1").json(&json!({ "name": "A" }));
        let refused = ask.header("If-Match", "\"0.0\"").send().refused(412, "precondition_failed");
        assert!(!refused.to_string().contains("pays late"));
    }
    assert_eq!(owner.get("/customers/1").expect(200)["note"], "pays late\nalways");
    let account = owner.get("/customer_accounts/1").expect(200);
    assert_eq!(account["customer"]["note"], "pays late\nalways");
    let body = json!({ "name": "ana", "email": "ana@example.org" });
    assert_eq!(owner.put("/customers/1", body).expect(200)["note"], "pays late\nalways");
    assert_eq!(
        owner.patch("/customers/1", json!({ "note": null })).expect(200)["note"],
        Value::Null
    );
}

#[test]
fn the_token_of_a_new_record_lives_an_hour_and_ends_with_the_account() {
    let shop = Shop::new();
    let admin = shop.admin();
    let record = || {
        let made = fixtures::customer("Ana").create(&shop.visitor());
        (made["id"].as_i64().unwrap(), shop.holder(&made))
    };
    let (first, holder) = record();
    let path = format!("/customers/{first}");
    holder.patch(&path, json!({ "phone": "12345" })).expect(200);
    holder.put(&path, person("Eva")).expect(200);
    let of_first = fixtures::order(mug(&admin, 50), 1).for_customer(first);
    let order = of_first.create(&holder);
    assert_eq!((&order["customer"]["name"], &order["customer_id"]), (&json!("Eva"), &Value::Null));
    assert_eq!(admin.get("/orders/1").expect(200)["customer_id"], first);
    for path in ["/orders/1", "/orders", "/orders/counts", &format!("{path}/orders")] {
        holder.get(path).refused(401, "unauthenticated");
    }
    holder.get("/orders/1/track").refused(404, "not_found");
    shop.clock.advance_seconds(3599);
    holder.get(&path).expect(200);
    shop.clock.advance_seconds(1);
    holder.get(&path).refused(401, "unauthenticated");

    let (second, holder) = record();
    of_first.send(&holder).invalid(&[("/customer_id", "not_found")]);
    holder.get(&path).refused(401, "unauthenticated");
    let account = fixtures::account("ana").for_customer(second).create(&holder);
    holder.get("/products").refused(401, "unauthenticated");
    let ana = shop.holder(&account);
    ana.get(&format!("/customers/{second}")).expect(200);
    let touches: [&dyn Fn(&str); 3] = [
        &|path| drop(admin.patch(path, json!({ "note": "seen" })).expect(200)),
        &|path| drop(shop.storefront().put(path, person("Eva")).expect(200)),
        &|path| drop(shop.owner().delete(path).expect(204)),
    ];
    for touch in touches {
        let (third, holder) = record();
        touch(&format!("/customers/{third}"));
        holder.get(&format!("/customers/{third}")).refused(401, "unauthenticated");
    }
}

#[test]
fn the_shop_finds_customers_by_words_of_name_email_or_phone() {
    let shop = Shop::new();
    let admin = shop.admin();
    for (name, email, phone) in [
        ("Cleo 100%", "cleo@example.org", "+49 30 1"),
        ("Ana Silva", "ana_s@example.org", "+351 21"),
        ("Ben", "ben@silva.example", "+44 20 1"),
    ] {
        let body = json!({ "name": name, "email": email, "phone": phone });
        admin.post("/customers", body).expect(201);
    }
    for (query, wanted) in [
        ("", &[3, 2, 1][..]),
        ("?q=silva", &[3, 2]),
        ("?q=SILVA&sort=name", &[2, 3]),
        ("?q=100%25", &[1]),
        ("?q=ana_s", &[2]),
        ("?q=%2B49", &[1]),
        ("?q=example.org&sort=-name", &[1, 2]),
        ("?q=nobody", &[]),
        ("?email=ANA_S@example.org", &[2]),
        ("?sort=created_at&limit=1", &[1]),
        ("?sort=total_spent", &[1, 2, 3]),
    ] {
        let list = admin.get(&format!("/customers{query}")).expect(200);
        assert_eq!(ids(&list), wanted, "{query}");
    }
    for (query, fault) in [
        ("limit=0", ("limit", "out_of_range")),
        ("sort=phone", ("sort", "unknown_value")),
        ("nam=ana", ("nam", "unknown_parameter")),
    ] {
        admin.get(&format!("/customers?{query}")).invalid(&[fault]);
    }
}

#[test]
fn a_customer_shows_how_many_orders_there_were_and_what_was_paid() {
    let shop = Shop::new();
    let (ana, ben, admin) = (shop.customer("ana"), shop.customer("ben"), shop.admin());
    let order = fixtures::order(mug(&admin, 50), 2).own();
    order.create(&ana);
    let tag = ana.get("/customers/1");
    order.create(&ben);
    order.create(&ana);
    let paid = admin.post("/orders/1/payments", cash("5"));
    paid.expect(201);
    let counted = || {
        let customer = ana.get("/customers/1").expect(200);
        (
            customer["orders_count"].clone(),
            customer["total_spent"].clone(),
            customer["version"].clone(),
        )
    };
    assert_eq!(counted(), (json!(2), json!("5.00"), json!(1)));
    assert_ne!(ana.get("/customers/1").header("ETag"), tag.header("ETag"));
    pay(&admin, 3);
    assert_eq!(counted().1, "24.90");
    admin.delete(paid.header("Location").unwrap()).expect(204);
    assert_eq!(counted().1, "19.90");
    let orders = "/customers/1/orders?sort=order_date";
    assert_eq!(ids(&ana.get(orders).expect(200)), [1, 3]);
    assert_eq!(ids(&admin.get(orders).expect(200)), [1, 3]);
    assert_eq!(ids(&shop.storefront().get("/customers/2/orders").expect(200)), [2]);
    assert_eq!(ids(&ana.get("/customers/1/orders?payment_status=paid").expect(200)), [3]);
    admin.get("/customers/99/orders").refused(404, "not_found");
    // An edit with the tag from before the orders still counts: nobody else edited.
    let ask = ana.ask(Method::Patch, "/customers/1").json(&json!({ "name": "Ana Silva" }));
    ask.header("If-Match", tag.header("ETag").unwrap()).send().expect(200);
}

#[test]
fn a_guest_who_comes_again_is_the_same_customer_and_nobody_elses() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 50);
    shop.customer("ana");
    fixtures::customer("Ana").create(&shop.visitor());
    let guest = |user: &User<'_>, name: &str, email: &str, phone: &str| {
        let customer = json!({ "name": name, "email": email, "phone": phone });
        let order = fixtures::order(mug, 1).with(json!({ "customer": customer })).create(user);
        assert_eq!(order["customer"], customer);
        admin.get(&format!("/orders/{}", order["id"])).expect(200)["customer_id"].clone()
    };
    let visitor = shop.visitor();
    // Neither the account nor the record with this address is taken for the guest's.
    assert_eq!(guest(&visitor, "Ana Silva", "ana@example.org", "12345"), 3);
    assert_eq!(guest(&visitor, "A. Silva", "ANA@example.org", "67890"), 3);
    assert_eq!(guest(&shop.storefront(), "Ana", "ana@example.org", "67890"), 3);
    assert_eq!(guest(&visitor, "Ben", "ben@example.org", "12345"), 4);
    let record = admin.get("/customers/3").expect(200);
    assert_eq!((&record["name"], &record["phone"]), (&json!("Ana Silva"), &json!("12345")));
    assert_eq!((&record["email"], &record["version"]), (&json!("ana@example.org"), &json!(1)));
    assert_eq!(record["orders_count"], 3);
    // What the staff writes about a guest makes no stranger of them, another address does.
    admin.patch("/customers/3", json!({ "note": "rings twice" })).expect(200);
    assert_eq!(guest(&visitor, "Ana", "ana@example.org", "12345"), 3);
    admin.patch("/customers/4", json!({ "email": "ana@example.org" })).expect(200);
    assert_eq!(guest(&visitor, "Ana", "ana@example.org", "12345"), 3);
    assert_eq!(guest(&visitor, "Ben", "ben@example.org", "12345"), 5);
    // With an account it is a customer's.
    fixtures::account("guest").for_customer(3).create(&admin);
    assert_eq!(guest(&visitor, "Ana", "ana@example.org", "12345"), 6);
}

#[test]
fn orders_of_a_guest_are_never_attached_to_an_account_by_their_address() {
    let shop = Shop::new();
    let admin = shop.admin();
    let order = fixtures::order(mug(&admin, 50), 1);
    order.create(&shop.visitor());
    let ana = shop.customer("ana");
    order.create(&shop.visitor());
    assert_eq!(ids(&ana.get("/orders").expect(200)), Vec::<i64>::new());
    ana.get("/orders/1").refused(404, "not_found");
    ana.get("/orders/2").refused(404, "not_found");
    order.send(&ana).refused(422, "validation_failed");
    order.own().create(&ana);
    assert_eq!(ids(&ana.get("/orders").expect(200)), [3]);
}

#[test]
fn a_customer_with_open_orders_stays_until_they_are_done() {
    let shop = Shop::new();
    let (ana, admin) = (shop.customer("ana"), shop.admin());
    let mug = mug(&admin, 50);
    for _ in 0..3 {
        fixtures::order(mug, 1).own().create(&ana);
    }
    let open = |user: &User<'_>| {
        let problem = user.delete("/customers/1").refused(409, "open_orders");
        problem["orders"].clone()
    };
    let number = |id: i64, number: &str| json!({ "id": id, "number": number });
    let all = json!([number(1, "1001"), number(2, "1002"), number(3, "1003")]);
    assert_eq!(open(&ana), all);
    took(&admin, 1, "cancellation", json!({ "reason": "changed their mind" }));
    pay(&admin, 2);
    ship(&admin, 2);
    assert_eq!(open(&admin), json!([number(2, "1002"), number(3, "1003")]));
    took(&admin, 2, "delivery", json!({}));
    ship(&admin, 3);
    assert_eq!(open(&ana), json!([number(3, "1003")]));
    ana.get("/customers/1").expect(200);
    // Delivered is not done while it is not paid.
    took(&admin, 3, "delivery", json!({}));
    assert_eq!(open(&ana), json!([number(3, "1003")]));
    pay(&admin, 3);
    ana.delete("/customers/1").expect(204);
    ana.get("/customers/1").refused(401, "unauthenticated");
    admin.get("/customers/1").refused(404, "not_found");
    admin.delete("/customers/1").refused(404, "not_found");
    admin.get("/customer_accounts/1").refused(404, "not_found");
    admin.get("/customers/1/orders").refused(404, "not_found");
}

/// Stands in every personal field, and nowhere else. In small letters, as the keys that names and
/// addresses are found by.
const CANARY: &str = "zq7kanarie";

#[test]
fn a_forgotten_customer_leaves_numbers_and_sums_and_no_word_about_them() {
    let shop = Shop::new();
    let admin = shop.admin();
    let orders = orders_full_of_canaries(&shop, &admin);
    assert!(!shop.bytes_with(CANARY).is_empty());
    let before: Vec<Value> = orders.iter().map(|order| admin.get(order).expect(200)).collect();
    for list in [admin.get("/customers").expect(200), admin.get("/orders").expect(200)] {
        assert!(list.to_string().contains(CANARY));
    }
    for id in ids(&admin.get("/customers").expect(200)) {
        admin.delete(&format!("/customers/{id}")).expect(204);
    }
    for (path, before) in orders.iter().zip(&before) {
        let answer = admin.get(path);
        let after = answer.expect(200);
        assert!(!after.to_string().contains(CANARY), "{after}");
        for kept in ["number", "status", "total", "paid_total", "order_date", "shipments"] {
            assert_eq!(after[kept], before[kept], "{kept}");
        }
        let bare = with(before["items"][0].clone(), json!({ "note": null }));
        assert_eq!((&after["items"], &after["metadata"]), (&json!([bare]), &json!({})));
        for blank in ["customer_id", "shipping_address", "billing_address", "note", "cancel_reason"]
        {
            assert_eq!(after[blank], Value::Null, "{blank}");
        }
        admin.get(&format!("{path}/track")).expect(200);
    }
    assert_eq!(ids(&admin.get(&format!("/orders?q={CANARY}")).expect(200)), Vec::<i64>::new());
    let shop = shop.restarted();
    assert_eq!(shop.bytes_with(CANARY), Vec::<String>::new());
}

#[test]
fn a_repeated_request_of_a_forgotten_customer_shows_nothing_of_them() {
    let shop = Shop::new();
    let (admin, front) = (shop.admin(), shop.storefront());
    let order = fixtures::order(mug(&admin, 50), 1).for_customer(1).body();
    let requests = [
        (shop.visitor(), "/customers", person("Ana")),
        (front.clone(), "/orders", order),
        (front.clone(), "/orders/1/payments", cash_all()),
        (front, "/orders/1/cancellation", json!({ "reason": "too late" })),
    ];
    let send = |(user, path, body): &(User<'_>, &str, Value)| {
        user.ask(Method::Post, path).header("Idempotency-Key", "k").json(body).send()
    };
    for request in &requests {
        let first = send(request).expect(201);
        let again = send(request);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        again.expect(201);
        if request.1 == "/customers" {
            assert_eq!((first["token"].is_string(), again.json().get("token")), (true, None));
        }
        assert_eq!(again.json()["id"], first["id"]);
    }
    took(&admin, 1, "refunds", json!({ "amount": "9.95", "reason": "too late" }));
    admin.delete("/customers/1").expect(204);
    for request in &requests {
        if request.1 == "/customers" {
            send(request).refused(410, "gone");
            continue;
        }
        let order = send(request).expect(201);
        assert_eq!(
            (&order["customer"]["name"], &order["customer_id"]),
            (&Value::Null, &Value::Null)
        );
    }
    assert_eq!(ids(&admin.get("/orders").expect(200)), [1]);
}

/// A customer with an account and a guest, each with orders, and their traces everywhere: short
/// ones, and ones that fill pages of the file.
fn orders_full_of_canaries(shop: &Shop, admin: &User<'_>) -> Vec<String> {
    let email = format!("{CANARY}@example.org");
    let line = json!({ "product_id": mug(admin, 50), "quantity": 1, "note": CANARY });
    let guest = fixtures::order_of(json!([line]));
    let guest = guest.with(json!({ "customer": person(CANARY), "metadata": { CANARY: CANARY } }));
    let account = fixtures::account(&email).with(json!({ "customer": person(CANARY) }));
    let account = account.create(&shop.visitor());
    shop.visitor().post("/sessions", credentials(&email, PASSWORD)).expect(201);
    let ana = shop.holder(&account);
    let long = CANARY.repeat(400);
    let addresses: Vec<Value> = (0..40).map(|_| address(CANARY)).collect();
    ana.patch("/customers/1", json!({ "phone": "123456", "addresses": addresses })).expect(200);
    admin.patch("/customers/1", json!({ "note": long })).expect(200);
    ana.patch("/customer_accounts/1", json!({ "username": format!("{CANARY} 2") })).expect(200);
    let guest = guest.with(json!({
        "note": long, "shipping_address": address(CANARY), "billing_address": address(CANARY),
    }));
    let post = |user: &User<'_>, path: &str, body: &Value| {
        let answer = user.ask(Method::Post, path).header("Idempotency-Key", "a-key").json(body);
        let answer = answer.send();
        answer.expect(201);
        answer.header("Location").unwrap().to_owned()
    };
    let orders = [
        post(&ana, "/orders", &guest.clone().own().body()),
        post(&shop.visitor(), "/orders", &guest.body()),
    ];
    let payment = with(cash("1"), json!({ "reference": CANARY }));
    post(admin, &format!("{}/payments", orders[0]), &payment);
    post(admin, &format!("{}/cancellation", orders[0]), &json!({ "reason": long }));
    let refund = json!({ "amount": "1", "reason": long });
    post(admin, &format!("{}/refunds", orders[0]), &refund);
    admin.patch(&orders[1], json!({ "staff_note": CANARY })).expect(200);
    post(admin, &format!("{}/shipments", orders[1]), &parcel());
    post(admin, &format!("{}/delivery", orders[1]), &json!({}));
    let payment = with(cash_all(), json!({ "reference": CANARY }));
    post(admin, &format!("{}/payments", orders[1]), &payment);
    orders.into()
}

/// An address as it is answered, with every field.
fn address(city: &str) -> Value {
    let rest = json!({ "line2": null, "postal_code": "1000-001", "region": null, "company": null,
        "vat_id": null, "phone": null });
    with(fixtures::address(city), rest)
}
