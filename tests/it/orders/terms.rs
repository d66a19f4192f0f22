//! The terms of an order: methods, the total the buyer saw, dates, numbers, currencies, and the
//! fields that every order has.

use serde_json::{Value, json};

use crate::fixtures::{
    self, address, cash, cash_all, deliver, id_of, mug, not_now, parcel, pay, set, took, with,
};
use crate::shop::{Shop, User};

/// The contract's order, in its words, and what is still to be paid.
const FIELDS: &str = "id number status payment_status fulfillment_status order_date \
    expected_delivery_date pickup_at customer_id customer shipping_address billing_address \
    shipping_method payment_method items subtotal discount_code discount_total discounts \
    shipping_total shipping_tax tax_total taxes total paid_total refunded_total to_pay to_refund \
    currency prices_include_tax tax_note locale note metadata payments shipments refunds \
    withdrawals cancelled_at cancel_reason hold_until version created_at updated_at";
const ITEM_FIELDS: &str = "id product_id variant_id name variant_title sku unit_price reason \
    quantity subtotal discount discounts tax_rate tax total shipped_quantity cancelled_quantity \
    returned_quantity note image_url";

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn sorted(words: &str) -> Vec<&str> {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    words.sort_unstable();
    words
}

#[test]
fn an_order_has_every_field_of_the_contract_and_no_other() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let address = address("Porto");
    let extra = json!({ "shipping_address": address, "note": "Ring twice.\nThen wait." });
    let answer = fixtures::order(mug, 2).with(extra).send(&shop.visitor());
    let placed = answer.expect(201);
    assert_eq!(answer.header("Location"), Some("/orders/1"));
    let mut want = sorted(FIELDS);
    want.extend(["token", "tracking_token", "tracking_url"]);
    want.sort_unstable();
    assert_eq!(keys(&placed), want);
    assert_eq!(keys(&placed["items"][0]), sorted(ITEM_FIELDS));
    assert_eq!(keys(&placed["customer"]), ["email", "name", "phone"]);
    let read = admin.get("/orders/1").expect(200);
    assert_eq!(keys(&read), sorted(&format!("{FIELDS} staff_note")));
    let item = json!({
        "id": 1, "product_id": mug, "variant_id": 1, "name": "Mug", "variant_title": null,
        "sku": "MUG", "unit_price": "9.95", "reason": null, "quantity": 2,
        "subtotal": "19.90", "discount": "0.00", "discounts": [], "tax_rate": "0", "tax": "0.00",
        "total": "19.90",
        "shipped_quantity": 0, "cancelled_quantity": 0, "returned_quantity": 0,
        "note": null, "image_url": null
    });
    let unset = ["line2", "postal_code", "region", "company", "vat_id", "phone"];
    let unset: Value = unset.into_iter().map(|name| (name, Value::Null)).collect();
    let shipping_address = with(address, unset);
    let placed = json!({
        "id": 1, "number": "1001", "status": "open", "payment_status": "unpaid",
        "fulfillment_status": "unfulfilled", "order_date": "2026-11-23T09:00:00Z",
        "expected_delivery_date": "2026-11-26", "customer_id": 1,
        "customer": { "name": "Ana Silva", "email": "ana@example.org", "phone": null },
        "shipping_address": shipping_address,
        "billing_address": null, "shipping_method": "standard", "payment_method": "bank_transfer",
        "items": [item]
    });
    let want = json!({
        "subtotal": "19.90", "discount_code": null, "discount_total": "0.00",
        "discounts": [], "pickup_at": null, "shipping_total": "0.00", "shipping_tax": "0.00",
        "tax_total": "0.00", "taxes": [],
        "total": "19.90", "paid_total": "0.00", "refunded_total": "0.00", "to_refund": "0.00",
        "currency": "EUR", "prices_include_tax": true, "tax_note": null,
        "note": "Ring twice.\nThen wait.",
        "staff_note": null, "metadata": {}, "payments": [], "shipments": [], "refunds": [],
        "withdrawals": [], "cancelled_at": null, "cancel_reason": null,
        "hold_until": "2026-11-30T09:00:00Z", "version": 1,
        "created_at": "2026-11-23T09:00:00Z", "updated_at": "2026-11-23T09:00:00Z"
    });
    let want = with(placed, want);
    assert_eq!(read, with(want, json!({ "to_pay": "19.90", "locale": null })));
    admin.post("/orders/1/payments", cash("1")).expect(201);
    let paid = admin.post("/orders/1/shipments", parcel()).expect(201);
    let payment = "id amount currency method reference paid_at";
    assert_eq!(keys(&paid["payments"][0]), sorted(payment));
    let shipment = "id items carrier tracking_number tracking_url expected_delivery_date \
        shipped_at delivered_at";
    assert_eq!(keys(&paid["shipments"][0]), sorted(shipment));
}

#[test]
fn a_tracking_address_is_built_on_the_public_one_and_never_on_the_callers_host() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let place = || {
        let visitor = shop.visitor();
        let ask = visitor.ask(rocket::http::Method::Post, "/orders");
        let answer =
            ask.header("Host", "evil.example.org").json(&fixtures::order(mug, 1).body()).send();
        let location = answer.header("Location").unwrap().to_owned();
        (answer.expect(201)["tracking_url"].as_str().unwrap().to_owned(), location)
    };
    let (url, location) = place();
    assert!(url.starts_with("/o/1?token="), "{url}");
    assert_eq!(location, "/orders/1");
    let public = json!({ "public_url": "https://shop.example.org/" });
    set(&admin, public);
    let (url, location) = place();
    let path = url.strip_prefix("https://shop.example.org").unwrap();
    assert!(path.starts_with("/o/2?token="), "{url}");
    assert_eq!(location, "/orders/2");
    assert_eq!(shop.visitor().get(path).status, 200);
}

#[test]
fn methods_left_out_are_the_first_that_fit_and_unknown_ones_are_refused() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let check = |extra: Value, want: Result<(&str, &str), &[&str]>| {
        let answer = fixtures::order(mug, 1).with(extra).send(&shop.visitor());
        match want {
            Ok((payment, shipping)) => {
                let placed = answer.expect(201);
                assert_eq!(placed["payment_method"], payment);
                assert_eq!(placed["shipping_method"], shipping);
            }
            Err(fields) => {
                let faults: Vec<_> = fields.iter().map(|at| (*at, "not_available")).collect();
                answer.invalid(&faults);
            }
        }
    };
    check(json!({}), Ok(("bank_transfer", "standard")));
    check(json!({ "payment_method": "cash" }), Err(&["/payment_method"]));
    set(&admin, json!({ "payment_methods": ["invoice", "cash"] }));
    check(json!({}), Ok(("invoice", "standard")));
    check(json!({ "payment_method": "cash" }), Ok(("cash", "standard")));
    check(json!({ "shipping_method": "standard" }), Ok(("invoice", "standard")));
    check(json!({ "payment_method": null, "shipping_method": null }), Ok(("invoice", "standard")));
    check(json!({ "payment_method": "bank_transfer" }), Err(&["/payment_method"]));
    check(json!({ "payment_method": "shells" }), Err(&["/payment_method"]));
    check(json!({ "shipping_method": "pigeon" }), Err(&["/shipping_method"]));
    check(json!({ "discount_code": "SPRING" }), Err(&["/discount_code"]));
    let all = json!({ "payment_method": "x", "shipping_method": "y", "discount_code": "z" });
    check(all, Err(&["/discount_code", "/payment_method", "/shipping_method"]));
}

#[test]
fn a_buyer_who_saw_another_total_gets_the_quote_instead_of_an_order() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let ask = |total: Value| {
        let extra = json!({ "expected_total": total });
        fixtures::order(mug, 2).with(extra).send(&shop.visitor())
    };
    for fits in [json!("19.90"), json!("19.9"), json!(19.90), json!(null)] {
        ask(fits).expect(201);
    }
    for (wrong, code) in
        [("abc", "not_money"), ("19.901", "too_many_digits"), ("-19.90", "not_money")]
    {
        ask(json!(wrong)).invalid(&[("/expected_total", code)]);
    }
    admin.patch(&format!("/products/{mug}"), json!({ "price": "10" })).expect(200);
    let problem = ask(json!("19.90")).refused(409, "price_changed");
    let quote = &problem["quote"];
    let want = "items subtotal discount_code discount_total shipping_total shipping_tax tax_total \
        taxes total currency prices_include_tax tax_note shipping_method payment_method \
        expected_delivery_date pickup_at discounts shipping_methods payment_methods short problems";
    assert_eq!(keys(quote), sorted(want));
    assert_eq!((&quote["subtotal"], &quote["total"]), (&json!("20.00"), &json!("20.00")));
    let want = json!([{
        "product_id": mug, "variant_id": 1, "name": "Mug", "variant_title": null, "sku": "MUG",
        "unit_price": "10.00", "reason": null, "quantity": 2, "subtotal": "20.00",
        "discount": "0.00", "discounts": [],
        "tax_rate": "0", "tax": "0.00", "total": "20.00", "note": null,
        "image_url": null,
    }]);
    assert_eq!((&quote["items"], &quote["short"]), (&want, &json!([])));
    assert_eq!(ask(json!("20")).expect(201)["number"], "1005", "the refused took no number");
    let customers = admin.get("/customers").expect(200);
    assert_eq!(customers["data"][0]["orders_count"], 5);
}

#[test]
fn the_shop_dates_orders_that_were_taken_elsewhere() {
    let shop = Shop::new();
    let admin = shop.admin();
    set(&admin, json!({ "time_zone": "Europe/Berlin" }));
    let mug = mug(&admin, 100);
    let staff = shop.owner();
    let check = |user: &User<'_>, date: &str, want: Result<(&str, &str), &str>| {
        let answer = fixtures::order(mug, 1).with(json!({ "order_date": date })).send(user);
        match want {
            Ok((at, expected)) => {
                let placed = answer.expect(201);
                assert_eq!(placed["order_date"], at);
                assert_eq!(placed["expected_delivery_date"], expected, "{date}");
                assert_eq!(placed["created_at"], "2026-11-23T09:00:00Z");
            }
            Err(code) => drop(answer.invalid(&[("/order_date", code)])),
        }
    };
    check(&admin, "2026-11-23T09:00:00Z", Ok(("2026-11-23T09:00:00Z", "2026-11-26")));
    check(&staff, "2026-11-23T10:00:00+01:00", Ok(("2026-11-23T09:00:00Z", "2026-11-26")));
    check(&admin, "2026-11-20T04:00:00+05:30", Ok(("2026-11-19T22:30:00Z", "2026-11-24")));
    check(&admin, "2026-11-20T04:30:00+05:30", Ok(("2026-11-19T23:00:00Z", "2026-11-25")));
    check(&staff, "2026-11-20", Ok(("2026-11-19T23:00:00Z", "2026-11-25")));
    check(&admin, "2026-07-01", Ok(("2026-06-30T22:00:00Z", "2026-07-06")));
    check(&admin, "2026-11-23", Ok(("2026-11-22T23:00:00Z", "2026-11-26")));
    for future in ["2026-11-23T09:00:01Z", "2026-11-24", "2026-11-23T08:00:01-01:00"] {
        check(&admin, future, Err("in_the_future"));
    }
    for nonsense in [
        "0000-06-01T00:00:00Z",
        "0001-01-01",
        "yesterday",
        "2026-02-30",
        "2026-11-20 10:00",
        "1795424400",
    ] {
        check(&admin, nonsense, Err("not_a_time"));
    }
    for other in [&shop.visitor(), &shop.storefront()] {
        check(other, "2026-11-20", Err("not_allowed"));
    }
    // Both days are meant whole, as the shop's calendar shows them.
    let count = |query: &str| {
        let list = admin.get(&format!("/orders?{query}")).expect(200);
        list["data"].as_array().unwrap().len()
    };
    assert_eq!(count("from=2026-11-20&to=2026-11-20"), 2);
    assert_eq!(count("from=2026-11-19&to=2026-11-19"), 1);
    assert_eq!(count("to=2026-11-19"), 2);
    assert_eq!(count("from=2026-11-21"), 3);
}

#[test]
fn the_day_of_arrival_counts_open_days_after_the_cut_off() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let check = |settings: Value, want: &str| {
        set(&admin, settings.clone());
        let placed = fixtures::order(mug, 1).create(&admin);
        assert_eq!(placed["expected_delivery_date"], want, "{settings}");
    };
    // It is Monday, 2026-11-23, 09:00 in UTC.
    check(json!({}), "2026-11-26");
    check(json!({ "delivery_days": 0 }), "2026-11-23");
    check(json!({ "delivery_days": 5 }), "2026-11-30");
    check(json!({ "delivery_days": 1, "cut_off_hour": 10 }), "2026-11-24");
    check(json!({ "cut_off_hour": 9 }), "2026-11-25");
    check(json!({ "time_zone": "Europe/Lisbon" }), "2026-11-25");
    check(json!({ "time_zone": "America/New_York" }), "2026-11-24");
    check(json!({ "open_weekdays": [6] }), "2026-12-05");
    check(json!({ "cut_off_hour": null, "open_weekdays": [1, 7] }), "2026-11-29");
}

#[test]
fn numbers_count_on_without_a_gap_from_any_start_and_with_any_prefix() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 100);
    let next = |want: &str| {
        fixtures::order(mug, 999).send(&shop.visitor()).refused(409, "out_of_stock");
        fixtures::order(mug, 0).send(&admin).expect(422);
        assert_eq!(fixtures::order(mug, 1).create(&admin)["number"], want);
    };
    set(&admin, json!({ "order_number_start": 7 }));
    next("7");
    next("8");
    set(&admin, json!({ "order_number_prefix": "2026-" }));
    next("2026-9");
    for given in [1, 8, 9] {
        let start = json!({ "order_number_start": given });
        let problem = admin.patch("/settings", start).expect(409);
        assert_eq!(problem["errors"][0]["pointer"], "/order_number_start");
    }
    // Settings sent back as they were read are no new start.
    set(&admin, json!({ "order_number_start": 7 }));
    next("2026-10");
    set(&admin, json!({ "order_number_start": 500 }));
    next("2026-500");
    next("2026-501");
}

#[test]
fn a_free_order_is_paid_at_once_and_complete_when_it_arrives() {
    let shop = Shop::new();
    let admin = shop.admin();
    let gift = fixtures::product("Gift", "0").stock(5).create_id(&admin);
    let placed = fixtures::order(gift, 2).create(&admin);
    assert_eq!((&placed["total"], &placed["payment_status"]), (&json!("0.00"), &json!("paid")));
    assert_eq!(placed["status"], "open");
    let track = admin.get("/orders/1/track").expect(200);
    assert_eq!((&track["status"], &track["progress"]), (&json!("confirmed"), &json!(20)));
    let fits = ["packing", "shipments", "cancellation"];
    not_now(&admin, 1, "payments", cash_all(), &fits);
    assert_eq!(deliver(&admin, 1)["status"], "completed");
    fixtures::order(gift, 1).create(&admin);
    let gone = took(&admin, 2, "cancellation", json!({ "reason": "Not needed." }));
    let states = (&gone["status"], &gone["payment_status"], &gone["to_refund"]);
    assert_eq!(states, (&json!("cancelled"), &json!("paid"), &json!("0.00")));
    assert_eq!(admin.get("/orders?payment_status=paid").expect(200)["data"][1]["id"], 1);
}

#[test]
fn orders_are_exact_in_yen_and_in_dinars() {
    #[track_caller]
    fn check(currency: &str, price: &str, total: &str, part: &str, rest: &str, finer: &str) {
        let shop = Shop::with(|config| config.currency = currency.to_owned());
        let admin = shop.admin();
        let mug = fixtures::product("Mug", price).create_id(&admin);
        let placed = fixtures::order(mug, 3).create(&admin);
        assert_eq!((&placed["total"], &placed["currency"]), (&json!(total), &json!(currency)));
        let fault = [("/amount", "too_many_digits")];
        admin.post("/orders/1/payments", cash(finer)).invalid(&fault);
        let paid = took(&admin, 1, "payments", cash(part));
        assert_eq!(paid["paid_total"], part);
        let paid = pay(&admin, 1);
        assert_eq!(paid["payments"][1]["amount"], rest);
        assert_eq!(paid["payments"][1]["currency"], currency);
        let item = id_of(&paid["items"][0]);
        let one = json!({ "items": [{ "item_id": item, "quantity": 1 }], "reason": "Broken." });
        assert_eq!(took(&admin, 1, "cancellation", one)["to_refund"], price);
        assert_eq!(admin.get("/customers/1").expect(200)["total_spent"], total);
        fixtures::order(mug, 3).with(json!({ "expected_total": total })).create(&admin);
    }
    check("JPY", "1200", "3600", "1", "3599", "1.5");
    check("KWD", "1.250", "3.750", "0.001", "3.749", "0.0001");
    check("EUR", "9.95", "29.85", "0.01", "29.84", "0.001");
}
