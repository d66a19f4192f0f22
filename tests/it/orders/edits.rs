//! Mending an order: its addresses by the rules of placing, its contact, and the words of the shop
//! beside those of the buyer.

use rocket::http::Method;
use serde_json::{Value, json};

use crate::fixtures::{self, address, deliver, mug, pay, set, took, with};
use crate::shop::{Shop, User};

/// A shop that sends to three countries; in Austria the tax is another one.
fn german_shop(admin: &User<'_>) {
    set(
        admin,
        json!({
            "country": "DE",
            "tax_rates": [
                { "rate": "19", "country": "DE" }, { "rate": "20", "country": "AT" },
                { "rate": "19", "country": "FR" },
            ],
            "shipping_methods": [
                { "code": "parcel", "countries": ["DE", "AT", "FR"], "price": "4.90" },
            ],
        }),
    );
    fixtures::product("Mug", "11.90").create(admin);
}

fn to(country: &str) -> Value {
    json!({ "shipping_address": with(address("Town"), json!({ "country": country })) })
}

#[test]
fn an_order_is_not_moved_to_where_nothing_is_sent_or_another_tax_is_due() {
    let shop = Shop::new();
    let admin = shop.admin();
    german_shop(&admin);
    fixtures::order(1, 1).with(to("DE")).create(&admin);
    let stale = admin.get("/orders/1").header("ETag").unwrap().to_owned();
    let edit = |body: Value| admin.patch("/orders/1", body);
    let nowhere = [("/shipping_address/country", "not_available")];
    assert_eq!(edit(to("CH")).invalid(&nowhere)["code"], "not_available");
    let part = json!({ "shipping_address": { "country": "CH" } });
    edit(part).invalid(&nowhere);
    let none = json!({ "shipping_address": null });
    edit(none).invalid(&[("/shipping_address", "address_required")]);
    edit(to("AT")).refused(409, "tax_would_change");
    let order = admin.get("/orders/1").expect(200);
    assert_eq!(
        (&order["version"], &order["shipping_address"]["country"]),
        (&json!(1), &json!("DE"))
    );
    // 11.90 and 4.90 with 19 % in them, as before.
    let moved = edit(to("FR")).expect(200);
    assert_eq!((&moved["total"], &moved["tax_total"]), (&json!("16.80"), &json!("2.68")));
    assert_eq!(moved["shipping_address"]["country"], "FR");
    let ask = |body: Value| {
        admin.ask(Method::Patch, "/orders/1").header("If-Match", &stale).json(&body).send()
    };
    ask(to("CH")).invalid(&nowhere);
    ask(to("AT")).refused(412, "precondition_failed");
    // Where the bill goes is no matter of the parcel.
    let bill = json!({ "billing_address": with(address("Bern"), json!({ "country": "CH" })) });
    edit(bill).expect(200);
    took(&admin, 1, "shipments", fixtures::parcel());
    edit(to("DE")).refused(409, "action_not_possible");
}

#[test]
fn the_contact_on_an_order_can_be_mended_and_stays_well_formed() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    fixtures::order(mug, 1).create(&shop.visitor());
    let edit = |contact: Value| admin.patch("/orders/1", json!({ "customer": contact }));
    let mended = edit(json!({ "email": "ana.silva@example.org", "phone": "12345" })).expect(200);
    let want = json!({ "name": "Ana Silva", "email": "ana.silva@example.org", "phone": "12345" });
    assert_eq!((&mended["customer"], &mended["version"]), (&want, &json!(2)));
    assert_eq!(admin.get("/orders?q=ana.silva").expect(200)["data"][0]["customer"], want);
    let record = admin.get("/customers/1").expect(200);
    assert_eq!(record["email"], "ana@example.org", "the record is another matter");
    for (contact, fault) in [
        (json!({ "email": "ana" }), ("/customer/email", "not_an_email")),
        (json!({ "name": null }), ("/customer/name", "required")),
        (json!({ "phone": "call me" }), ("/customer/phone", "not_a_phone")),
        (json!({ "note": "x" }), ("/customer/note", "unknown_field")),
        (Value::Null, ("/customer", "required")),
    ] {
        edit(contact).invalid(&[fault]);
    }
}

#[test]
fn the_buyers_note_is_the_buyers_and_the_staffs_is_seen_by_the_staff_alone() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let cleo = shop.customer("cleo");
    let noted = json!({ "note": "Ring twice." });
    fixtures::order(mug, 1).own().with(&noted).create(&cleo);
    let placed = fixtures::order(mug, 1).with(&noted).create(&shop.visitor());
    let holder = shop.holder(&placed);
    let (front, owner) = (shop.storefront(), shop.owner());
    for (order, buyer) in [("/orders/1", &cleo), ("/orders/2", &holder)] {
        assert_eq!(admin.get(order).expect(200)["staff_note"], Value::Null);
        let written = admin.patch(order, json!({ "staff_note": "Pays late." })).expect(200);
        assert_eq!(written["note"], "Ring twice.");
        for shows in [&admin, &owner, &shop.reader()] {
            assert_eq!(shows.get(order).expect(200)["staff_note"], "Pays late.");
        }
        for hidden in [buyer, &front] {
            let order = hidden.get(order).expect(200);
            assert_eq!((order.get("staff_note"), &order["note"]), (None, &json!("Ring twice.")));
        }
        // What was read can be sent back, and another note is not lost unnoticed.
        admin.patch(order, noted.clone()).expect(200);
        admin.patch(order, json!({ "note": "Mine." })).invalid(&[("/note", "not_allowed")]);
        let cancelled = took(
            buyer,
            if order == "/orders/1" { 1 } else { 2 },
            "cancellation",
            json!({ "reason": "x" }),
        );
        assert_eq!(cancelled.get("staff_note"), None);
    }
    let listed = cleo.get("/orders").expect(200)["data"][0].clone();
    assert_eq!(listed.get("staff_note"), None);
    let tag = "\"1.0\"";
    let stale = cleo.ask(Method::Post, "/orders/1/cancellation").header("If-Match", tag);
    let problem = stale.json(&json!({ "reason": "x" })).send().refused(412, "precondition_failed");
    assert_eq!(problem["current"].get("staff_note"), None);
    let gone = admin.patch("/orders/1", json!({ "staff_note": null })).expect(200);
    assert_eq!(gone["staff_note"], Value::Null);
}

#[test]
fn an_order_keeps_what_programs_and_buyers_say_of_it_and_of_its_lines() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let line = |note: Value| json!({ "product_id": mug, "quantity": 1, "note": note });
    let lines = json!([line(json!("For Bo.")), line(json!("For Al.")), line(json!("For Bo."))]);
    let said = json!({ "metadata": { "cart": "7", " gift ": "" } });
    let order = fixtures::order_of(lines).with(said);
    let placed = order.create(&shop.visitor());
    assert_eq!(placed["metadata"], json!({ "cart": "7", "gift": "" }));
    assert_eq!(placed["items"][0]["note"], "For Bo.\nFor Al.\nFor Bo.", "one line of the same mug");
    assert_eq!(admin.get("/orders/1").expect(200)["items"], placed["items"]);
    let slip = admin.get("/orders/1/packing-slip").body;
    let slip = String::from_utf8(slip).unwrap();
    assert!(slip.contains("<p>For Bo.<br>For Al."), "{slip}");
    let bare = fixtures::order(mug, 1).create(&shop.visitor());
    assert_eq!((&bare["metadata"], &bare["items"][0]["note"]), (&json!({}), &Value::Null));
    let refused = |fields: Value, fault: (&str, &str)| {
        order.clone().with(fields).send(&admin).invalid(&[fault]);
    };
    let many: Value =
        (0..51).map(|at| (at.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    refused(json!({ "metadata": many }), ("/metadata", "too_many"));
    refused(json!({ "metadata": { "a": "x".repeat(4_096) } }), ("/metadata", "too_long"));
    refused(json!({ "metadata": { "a/b": 1 } }), ("/metadata/a~1b", "wrong_type"));
    refused(json!({ "metadata": [] }), ("/metadata", "wrong_type"));
    let long = |chars: usize| json!([line(json!("x".repeat(chars)))]);
    refused(json!({ "items": long(501) }), ("/items/0/note", "too_long"));
    // 250 and 249 characters and the break between them are 500, which one line can hold.
    let two = |other: usize| json!([line(json!("x".repeat(250))), line(json!("y".repeat(other)))]);
    refused(json!({ "items": two(250) }), ("/items/0/note", "too_long"));
    order.clone().with(json!({ "items": two(249) })).create(&admin);
}

#[test]
fn a_new_guest_says_whether_they_want_letters_and_a_known_one_stays_as_they_are() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let guest = |name: &str, accepts: Value| {
        let person = with(fixtures::person(name), json!({ "accepts_marketing": accepts }));
        fixtures::order(mug, 1).with(json!({ "customer": person })).send(&shop.visitor())
    };
    guest("Ana", json!(true)).expect(201);
    guest("Bo", json!(null)).expect(201);
    guest("Ana", json!(false)).expect(201);
    let wants =
        |id: i64| admin.get(&format!("/customers/{id}")).expect(200)["accepts_marketing"].clone();
    assert_eq!((wants(1), wants(2)), (json!(true), json!(false)));
    guest("Cy", json!("yes")).invalid(&[("/customer/accepts_marketing", "wrong_type")]);
}

#[test]
fn nothing_that_was_said_of_an_order_outlives_its_buyer() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let line = json!({ "product_id": mug, "quantity": 1, "note": "For Bo." });
    let said = json!({ "note": "Ring.", "metadata": { "friend": "Bo" } });
    fixtures::order_of(json!([line])).with(said).create(&shop.visitor());
    admin.patch("/orders/1", json!({ "staff_note": "Knows Bo." })).expect(200);
    pay(&admin, 1);
    deliver(&admin, 1);
    admin.delete("/customers/1").expect(204);
    let left = admin.get("/orders/1").expect(200);
    let said =
        json!([left["note"], left["staff_note"], left["items"][0]["note"], left["metadata"]]);
    assert_eq!(said, json!([null, null, null, {}]));
}
