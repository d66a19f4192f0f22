//! `tillbox verify` finds what does not add up, whoever made it so, and nothing where all is well.

use std::path::Path;

use serde_json::json;
use tillbox::store::engine::verify::file as read_again;

use super::{copies, fails, succeeds, text};
use crate::fixtures::{self, pay, set, stocked};
use crate::shop::Shop;

/// Ways to spoil a shop, each with what is then said of it.
const SPOILT: &[(&str, &str)] = &[
    ("update variants set on_hand = on_hand - 1", "The stock of variant 1"),
    ("update variants set price = price + 1", "The price of variant 1 is not the last"),
    ("update stock_movements set delta = 4 where id = 2", "The stock of variant 1"),
    ("update stock_movements set on_hand = 9 where id = 1", "The stock ledger does not add up"),
    ("update order_items set discount = 1 where id = 2", "The lines of order 2"),
    ("update order_items set tax = 1 where id = 2", "The lines of order 2"),
    ("update orders set tax_total = 5 where id = 1", "The lines of order 1"),
    ("update payments set amount = 1", "The payments of order 1"),
    ("update orders set paid_total = 1 where id = 2", "The payments of order 2"),
    ("update order_items set shipped_quantity = 1 where id = 2", "The shipments of order line 2"),
    ("update refunds set amount = 1", "The refunds of order 1"),
    ("update refunds set voided_at = 1", "The refunds of order 1"),
    ("update returns set voided_at = 1", "The returns of order line 1"),
    ("update shipments set voided_at = 1", "The shipments of order line 1"),
    ("update orders set to_refund = 1 where id = 1", "What order 1 stands at, the money"),
    ("update orders set open_amount = 1 where id = 2", "What order 2 stands at, the money"),
    ("update orders set standing_tax = 1 where id = 2", "The journal of order 2 does not add up"),
    ("delete from journal where order_id = 3", "The journal of order 3 does not add up"),
    ("update journal set received = 7 where received > 0", "the money that came in: received"),
    ("update journal set refunded = 7 where refunded > 0", "the money that went back: refunded"),
    ("delete from invoices where type = 'credit_note'", "The documents of order 1 do not add up"),
    ("update invoices set total = 1 where id = 1", "The documents of order 1 do not add up"),
    ("update orders set invoice_due = 1 where id = 1", "The invoice of order 1 is there"),
    ("update journal_days set units = 3", "The stored sums of day 2026-11-23"),
    ("delete from order_events where order_id = 2", "Nothing is written down"),
    ("update customers set orders_count = 0", "The orders of customer 1"),
    ("update customers set total_spent = 0", "The orders of customer 1"),
    ("update orders set number = '1004' where id = 3", "The order number 1004 does not follow"),
    ("update orders set number = '999' where id = 3", "The order number 999 does not follow"),
    ("update settings set next_order_number = 1005", "The next order number is 1005"),
    ("update variants set committed = committed + 1", "what is committed of variant 1"),
    ("update order_items set taken = 0 where id = 2", "what is committed of variant 1"),
    (
        "insert into idempotency_keys (hash, fingerprint, kind, subject, created_at)
        values (x'00', x'00', 'order', 9, 0)",
        "Order 9 was made by a request and is not there",
    ),
    ("update counted_orders set last_id = 2", "The counts of orders by their states are wrong"),
    ("update orders set awaits_return = 1", "The withdrawals of order 1, 2, 3 contradict"),
    ("insert into buyer_words values ('x', 99)", "Words are stored of customer 99"),
    ("update order_items set product_id = 9", "is not of the product of its variant"),
    ("update order_items set previous_id = 1 where id = 3", "Order line 3 does not follow"),
    ("update stock_movements set previous_id = null where id = 3", "Stock movement 3 does not"),
    ("update variants set last_item_id = 2", "Variant 1 does not know its last line"),
    ("update variants set last_movement_id = null", "Variant 1 does not know its last movement"),
    ("update variants set last_item_id = 99", "The last line of variant 1 is not there"),
    ("update variants set last_movement_id = 99", "The last movement of variant 1 is not there"),
    ("update order_items set variant_id = 99 where id = 1", "Variant 99 does not know its last"),
    ("insert into product_tags values ('a', 1, 1)", "Product 1 is not found by its tags"),
    (COLLECTION, "Collection 1 does not know how many products it has"),
    ("update products set collection_ids = '[1]'", "Product 1 is not found by its collections"),
    (PICTURE, "Picture ab is not whole"),
    (PICTURE, "Nobody shows picture ab"),
    ("update products set images = '[{\"id\":9}]'", "Product 1 does not show its own pictures"),
    ("update order_items set picture_id = 9 where id = 1", "The picture of order line 1 is not"),
    ("update products set name = 'Other' where id = 1", "Product 1 is not found by its words"),
    ("delete from product_search where rowid = 1", "Product 1 is not found by its words"),
    ("delete from settings", "There is no row of settings"),
    (LOST_IN_THE_MIDDLE, "Orders are missing before order 3"),
    (LOST_AT_THE_END, "Orders are missing before order at the end"),
    ("update orders set customer_id = 99", "points to a row of customers that is not there"),
    ("pragma ignore_check_constraints = on; update variants set on_hand = -1", "CHECK constraint"),
];

const COLLECTION: &str = "insert into collections (handle, name, name_key, description, position,
        products, active_products, version, revision, created_at, updated_at)
    values ('a', 'A', 'a', '', 0, 1, 1, 1, 0, 0, 0)";

const PICTURE: &str = "insert into pictures (hash, media_type, width, height, bytes, is_kept,
        created_at)
    values ('ab', 'image/jpeg', 1, 1, 5, 0, 0)";

const LOST_IN_THE_MIDDLE: &str = "delete from order_items where order_id = 2;
    delete from order_events where order_id = 2;
    delete from stock_movements where order_id = 2; delete from journal where order_id = 2;
    delete from orders where id = 2";

const LOST_AT_THE_END: &str = "delete from order_items where order_id = 3;
    delete from order_events where order_id = 3;
    delete from stock_movements where order_id = 3; delete from journal where order_id = 3;
    delete from orders where id = 3";

#[test]
fn whatever_does_not_add_up_is_found() {
    let shop = shop_with_three_orders();
    let folder = shop.folder().join("spoilt");
    std::fs::create_dir(&folder).unwrap();
    for (number, (sql, says)) in SPOILT.iter().enumerate() {
        let copy = folder.join(format!("{number}.db"));
        succeeds(&["backup", text(&copy), "--data", text(&shop.config.data)]);
        assert_eq!(faults(&copy), [""; 0], "before {sql}");
        let spoil = rusqlite::Connection::open(&copy).unwrap();
        spoil.execute_batch("pragma foreign_keys = off").unwrap();
        spoil.execute_batch(sql).unwrap();
        drop(spoil);
        let faults = faults(&copy);
        assert!(faults.iter().any(|fault| fault.contains(says)), "{sql}: {faults:?}");
        let said = fails(&["verify", text(&copy)]);
        assert!(said.contains(says) && said.contains("Not restorable: "), "{said}");
    }
}

#[test]
fn a_whole_shop_is_restorable_also_while_it_runs_and_with_any_start_of_its_numbers() {
    let shop = shop_with_three_orders();
    let data = text(&shop.config.data);
    let said = succeeds(&["verify", "--data", data]);
    assert_eq!(said, "restorable: 3 orders, the last at 2026-11-23T09:00:00Z\n");
    for start in [1500, 1400, 2_000] {
        let settings = json!({ "order_number_start": start, "order_number_prefix": "A-" });
        set(&shop.admin(), settings);
        succeeds(&["verify", "--data", data]);
        if start != 1500 {
            fixtures::order(1, 1).create(&shop.visitor());
            fixtures::order(1, 1).create(&shop.visitor());
        }
    }
    assert!(succeeds(&["verify", "--data", data]).starts_with("restorable: 7 orders"));
    let ana = shop.customer("ana");
    fixtures::order(1, 1).own().create(&ana);
    ana.post("/orders/8/cancellation", json!({ "reason": "changed my mind" })).expect(201);
    shop.admin().delete("/customers/2").expect(204);
    let tracking = |stock| shop.admin().patch("/products/1", json!({ "stock": stock })).expect(200);
    tracking(json!(null));
    fixtures::order(1, 1).create(&shop.visitor());
    tracking(json!(77));
    assert!(succeeds(&["verify", "--data", data]).starts_with("restorable: 9 orders"));
    assert_eq!(copies(&shop), Vec::<String>::new());
}

#[test]
fn what_is_no_shop_is_refused_in_a_sentence() {
    let shop = Shop::new();
    let path = shop.folder().join("other.db");
    std::fs::write(&path, "no database at all, but long enough to be looked at".repeat(100))
        .unwrap();
    let said = fails(&["verify", text(&path)]);
    assert!(said.contains("damaged"), "{said}");
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("create table a (b)").unwrap();
    let said = fails(&["verify", text(&path)]);
    assert_eq!(said, format!("{} is not restorable. It is no shop of Tillbox.\n", text(&path)));
    let said = fails(&["verify", "/nowhere/at/all.db"]);
    assert!(said.starts_with("There is no file /nowhere/at/all.db"), "{said}");
}

fn shop_with_three_orders() -> Shop {
    let shop = Shop::new();
    let admin = stocked(&shop, 500);
    fixtures::seller(&admin);
    for _ in 0..3 {
        fixtures::order(1, 2).create(&shop.visitor());
    }
    pay(&admin, 1);
    for (what, body) in [
        ("invoices", json!({})),
        ("shipments", fixtures::parcel()),
        ("returns", json!({ "items": fixtures::units(&[(1, 1)]), "refund": true })),
    ] {
        admin.post(&format!("/orders/1/{what}"), body).expect(201);
    }
    shop.clock.advance_seconds(fixtures::DAY);
    admin.get("/reports/sales").expect(200);
    shop.clock.advance_seconds(-fixtures::DAY);
    drop(admin);
    shop
}

fn faults(path: &Path) -> Vec<String> {
    read_again(path).unwrap().faults
}
