//! The report of sales: what was sold on which day, in which way, with which tax.

use std::time::Instant;

use serde_json::{Value, json};
use tillbox::domain::orders::{Draft, LineInput, Orderer};

use crate::fixtures::{self, DAY, amount_off, id_of, pay, set, took};
use crate::shop::{Shop, User};

/// A shop that sends mugs and books by post, with a tax on each.
fn shop_of_mugs_and_books(admin: &User<'_>) {
    let settings = json!({
        "tax_rates": [{ "rate": "19" }, { "category": "books", "rate": "7" }],
        "shipping_methods": [{ "code": "post", "price": "4.90", "needs_address": false }],
        "payment_methods": ["bank_transfer", "cash"],
    });
    set(admin, settings);
    fixtures::product("Mug", "11.90").create(admin);
    fixtures::product("Book", "10.70").with(json!({ "tax_category": "books" })).create(admin);
    amount_off("FIVE", "5").create(admin);
}

#[test]
fn a_report_adds_up_orders_tax_discounts_shipping_and_refunds_by_day() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_of_mugs_and_books(&admin);
    let order = fixtures::order(1, 2).item(2, 1);
    order.clone().with(json!({ "discount_code": "FIVE" })).create(&admin);
    shop.clock.advance_seconds(DAY);
    let paid = order.clone().with(json!({ "payment_method": "cash" })).create_id(&admin);
    let gone = order.create_id(&admin);
    took(&admin, gone, "cancellation", json!({ "reason": "x" }));
    let fewer = order.create(&admin);
    let line = &fewer["items"][0]["id"];
    let one = json!({ "items": [{ "item_id": line, "quantity": 1 }], "reason": "x" });
    took(&admin, id_of(&fewer), "cancellation", one);
    pay(&admin, paid);
    shop.clock.advance_seconds(DAY);
    took(&admin, paid, "refunds", json!({ "amount": "10", "reason": "x" }));

    let report = admin.get("/reports/sales?from=2026-11-22&to=2026-11-25").expect(200);
    let row = |start: &str| {
        let rows = report["data"].as_array().unwrap();
        rows.iter().find(|row| row["start"] == start).unwrap().clone()
    };
    let empty = json!({
        "start": "2026-11-22", "orders": 0, "units": 0, "gross": "0.00", "discounts": "0.00",
        "shipping": "0.00", "reductions": "0.00", "revenue": "0.00", "net": "0.00", "tax": "0.00",
        "taxes": [], "received": "0.00", "refunded": "0.00", "payment_methods": [],
    });
    assert_eq!(row("2026-11-22"), empty);
    // 34.50 − 5.00 + 4.90.
    let first = row("2026-11-23");
    let seen = [&first["orders"], &first["units"], &first["gross"], &first["discounts"]];
    assert_eq!(seen, [&json!(1), &json!(3), &json!("34.40"), &json!("5.00")]);
    let placed = admin.get("/orders/1").expect(200);
    let taxes: Vec<Value> = placed["taxes"].as_array().unwrap().clone();
    let taxes: Vec<Value> =
        taxes.into_iter().map(|row| fixtures::with(row, json!({ "country": null }))).collect();
    assert_eq!((&first["taxes"], &first["tax"]), (&json!(taxes), &placed["tax_total"]));
    // Three of 39.40; one of them and a mug of another are cancelled: 39.40 and 11.90 less.
    let second = row("2026-11-24");
    let seen = [&second["orders"], &second["units"], &second["gross"], &second["shipping"]];
    assert_eq!(seen, [&json!(3), &json!(9), &json!("118.20"), &json!("14.70")]);
    let seen = [&second["reductions"], &second["revenue"], &second["received"]];
    assert_eq!(seen, [&json!("51.30"), &json!("66.90"), &json!("39.40")]);
    let methods = json!([{ "method": "cash", "received": "39.40", "refunded": "0.00" }]);
    assert_eq!(second["payment_methods"], methods);
    // 10.00 are given back beyond what is due: by so much less was sold.
    let third = row("2026-11-25");
    let seen = [&third["orders"], &third["refunded"], &third["reductions"], &third["revenue"]];
    assert_eq!(seen, [&json!(0), &json!("10.00"), &json!("10.00"), &json!("-10.00")]);
    let total = &report["total"];
    let seen = [&total["orders"], &total["gross"], &total["refunded"], &total["revenue"]];
    assert_eq!(seen, [&json!(4), &json!("152.60"), &json!("10.00"), &json!("91.30")]);
    assert_eq!(total.get("start"), None);

    let week = admin.get("/reports/sales?from=2026-11-22&to=2026-11-25&interval=week").expect(200);
    let starts: Vec<&Value> =
        week["data"].as_array().unwrap().iter().map(|r| &r["start"]).collect();
    assert_eq!(starts, ["2026-11-22", "2026-11-23"]);
    assert_eq!((&week["data"][1]["gross"], &week["total"]), (&json!("152.60"), total));
    let month =
        admin.get("/reports/sales?from=2026-10-01&to=2026-11-30&interval=month").expect(200);
    assert_eq!(month["data"][1]["gross"], "152.60");
    let usual = admin.get("/reports/sales").expect(200);
    assert_eq!((&usual["to"], usual["data"].as_array().unwrap().len()), (&json!("2026-11-25"), 30));
}

#[test]
fn what_is_written_down_keeps_its_day_whatever_zone_the_shop_moves_to() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_of_mugs_and_books(&admin);
    set(&admin, json!({ "time_zone": "Europe/Berlin" }));
    for at in ["2026-03-28T23:10:00Z", "2026-03-29T22:50:00Z", "2026-03-29T18:20:00Z"] {
        fixtures::order(1, 1).with(json!({ "order_date": at })).create(&admin);
    }
    for zone in ["Europe/Berlin", "UTC", "Asia/Kathmandu", "America/St_Johns"] {
        set(&admin, json!({ "time_zone": zone }));
        let report = admin.get("/reports/sales?from=2026-03-28&to=2026-03-30").expect(200);
        let seen: Vec<i64> = report["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["orders"].as_i64().unwrap())
            .collect();
        // 00:10 on the 29th, 00:50 on the 30th in summer time, and 20:20 on the 29th.
        assert_eq!(seen, [0, 2, 1], "{zone}");
    }
}

#[test]
fn a_report_that_makes_no_sense_is_refused() {
    let shop = Shop::new();
    let admin = shop.admin();
    let check = |query: &str, fault: (&str, &str)| {
        admin.get(&format!("/reports/sales?{query}")).invalid(&[fault]);
    };
    check("from=2026-11-24&to=2026-11-23", ("to", "out_of_range"));
    check("from=2000-01-01&to=2026-11-23", ("from", "out_of_range"));
    check("from=yesterday", ("from", "not_a_date"));
    check("interval=year", ("interval", "unknown_value"));
    check("zone=UTC", ("zone", "unknown_parameter"));
    admin.get("/reports/sales?from=2000-01-01&interval=month").expect(200);
}

/// By command (`./test report`): what a report over very many orders takes.
#[test]
#[ignore = "places a hundred thousand orders; ./test report runs it"]
fn a_report_over_a_hundred_thousand_orders_is_quick() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_of_mugs_and_books(&admin);
    let orders = 100_000_i64;
    let (draft, base) = (draft(), shop.clock.now());
    for chunk in 0..orders / 1_000 {
        shop.beside(|tx| {
            for order in 0..1_000 {
                let at = base.plus_seconds(-(chunk * 1_000 + order) * 310);
                let draft = Draft { order_date: Some(at.text()), ..draft.clone() };
                tillbox::store::orders::place(tx, &draft, Orderer::Shop)?;
            }
            Ok(())
        })
        .unwrap();
    }
    let mut times = Vec::new();
    for query in ["interval=day&from=2025-11-25", "interval=month&from=2025-11-25", ""] {
        for _ in 0..5 {
            let begun = Instant::now();
            admin.get(&format!("/reports/sales?{query}")).expect(200);
            times.push((query, begun.elapsed()));
        }
    }
    let report = admin.get("/reports/sales?interval=month&from=2025-11-01").expect(200);
    assert_eq!(report["total"]["orders"], orders);
    println!("{orders} orders: {times:?}");
}

fn draft() -> Draft {
    let id = |number| tillbox::domain::Id::new(number).unwrap();
    let line = |product| LineInput::of(id(product), None, 2);
    Draft {
        items: vec![(0, line(1)), (1, line(2))],
        customer: Some(tillbox::domain::customers::Contact {
            name: "Ana".to_owned(),
            email: tillbox::domain::text::Email::parse("ana@example.org").ok(),
            phone: None,
        }),
        ..Draft::default()
    }
}

#[test]
fn the_report_of_goods_tells_what_sold_best() {
    let shop = Shop::new();
    let admin = shop.admin();
    shop_of_mugs_and_books(&admin);
    for (mugs, books) in [(1, 3), (2, 2)] {
        fixtures::order(1, mugs).item(2, books).create(&admin);
    }
    let free = json!([{ "name": "Cake", "unit_price": "99", "quantity": 50 }]);
    fixtures::order_of(free).create(&admin);
    took(&admin, 1, "cancellation", json!({ "reason": "x" }));
    shop.clock.advance_seconds(DAY);
    fixtures::order(1, 9).create(&admin);
    let sold = |query: &str| {
        let report = admin.get(&format!("/reports/products?{query}")).expect(200);
        let told = |row: &Value| {
            let count = |name: &str| row[name].as_i64().unwrap();
            let (name, gross) = (row["name"].as_str().unwrap(), row["gross"].as_str().unwrap());
            let [orders, units, gone] = ["orders", "units", "cancelled_units"].map(count);
            format!("{name} {orders} {units} {gone} {gross}")
        };
        report["data"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    // Three books and two at 10.70; a mug and two, and nine the day after, at 11.90.
    let first = "from=2026-11-23&to=2026-11-23";
    assert_eq!(sold(first), ["Book 2 5 3 53.50", "Mug 2 3 1 35.70"]);
    assert_eq!(sold(""), ["Mug 3 12 1 142.80", "Book 2 5 3 53.50"]);
    assert_eq!(sold("sort=-gross&limit=1"), ["Mug 3 12 1 142.80"]);
    assert_eq!(sold("to=2026-11-22"), [""; 0]);
    admin.get("/reports/products?sort=name&limit=0&from=x").refused(422, "validation_failed");
    admin.get("/reports/products?from=2026-11-24&to=2026-11-23").refused(422, "validation_failed");
}
