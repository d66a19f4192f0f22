//! An order is a copy: nothing that is done later to what was sold, or to who bought it, changes
//! what was ordered.

use serde_json::{Value, json};

use crate::fixtures::{
    self, address, cash_all, deliver, id_of, mug, set, ship, shirt_in_two_sizes, took, with,
};
use crate::shop::Shop;

#[test]
fn what_was_ordered_stays_true_whatever_happens_to_the_product() {
    let shop = Shop::new();
    let admin = shop.admin();
    let (shirt, small, medium) = shirt_in_two_sizes(&admin);
    let items = json!([{ "product_id": shirt, "variant_id": small, "quantity": 2 }]);
    let order = fixtures::order_of(items);
    order.create(&admin);
    let before = admin.get("/orders/1");
    let line = &before.expect(200)["items"][0];
    let copy = json!([line["name"], line["variant_title"], line["sku"], line["unit_price"]]);
    assert_eq!(copy, json!(["Shirt", "S", "SHIRT-S", "20.00"]));
    let path = format!("/products/{shirt}");
    let unchanged = |what: &str| {
        let after = admin.get("/orders/1");
        assert_eq!(after.expect(200), before.json(), "{what}");
        assert_eq!(after.header("ETag"), before.header("ETag"), "{what}");
    };
    let variants = json!([
        { "id": small, "price": "99", "sku": "OTHER", "options": { "Grösse": "Klein" } },
        { "id": medium, "price": "98", "sku": "SHIRT-S", "options": { "Grösse": "Mittel" } },
    ]);
    let options = json!([{ "name": "Grösse", "values": ["Klein", "Mittel"] }]);
    let renamed = json!({ "name": "Hemd", "options": options, "variants": variants });
    admin.put(&path, renamed).expect(200);
    unchanged("another name, price, sku and option");
    let line = order.create(&admin)["items"][0].clone();
    let copy = json!([line["name"], line["variant_title"], line["sku"], line["unit_price"]]);
    assert_eq!(copy, json!(["Hemd", "Klein", "OTHER", "99.00"]));
    let rest = json!([{ "id": medium, "price": "98", "options": { "Grösse": "Mittel" } }]);
    let fewer =
        json!({ "options": [{ "name": "Grösse", "values": ["Mittel"] }], "variants": rest });
    admin.patch(&path, fewer).expect(200);
    unchanged("the variant is gone");
    admin.patch(&path, json!({ "status": "draft" })).expect(200);
    unchanged("not for sale");
    admin.delete(&path).expect(204);
    shop.visitor().get(&path).refused(404, "not_found");
    assert_eq!(admin.get(&path).expect(200)["status"], "archived");
    unchanged("the product is deleted");
    set(&admin, json!({ "payment_methods": ["cash"], "name": "New" }));
    unchanged("other settings");
    // It still takes its way, and its stock comes back to the ledger of what is gone.
    took(&admin, 2, "cancellation", json!({ "reason": "x" }));
    took(&admin, 1, "packing", json!({}));
    ship(&admin, 1);
}

#[test]
fn an_order_outlives_its_buyer_with_all_its_sums_and_nothing_personal() {
    let shop = Shop::new();
    let admin = shop.admin();
    let mug = mug(&admin, 9);
    let cleo = shop.customer("cleo");
    let home = with(address("Porto"), json!({ "name": "Cleo" }));
    let fields = json!({ "note": "for Cleo", "shipping_address": home, "billing_address": home });
    let placed = fixtures::order(mug, 2).own().with(fields).create(&cleo);
    let customer = format!("/customers/{}", placed["customer_id"]);
    let before = admin.get("/orders/1").expect(200);
    cleo.patch(&customer, json!({ "name": "Cleo B.", "email": "b@example.org" })).expect(200);
    assert_eq!(admin.get("/orders/1").expect(200), before, "a copy of who ordered");
    let problem = admin.delete(&customer).refused(409, "open_orders");
    assert_eq!(problem["orders"], json!([{ "id": 1, "number": "1001" }]));
    let one = json!([{ "item_id": before["items"][0]["id"], "quantity": 1 }]);
    took(&admin, 1, "cancellation", json!({ "items": one, "reason": "Cleo wants one." }));
    took(&admin, 1, "payments", with(cash_all(), json!({ "reference": "Cleo" })));
    deliver(&admin, 1);
    let done = admin.get("/orders/1");
    admin.delete(&customer).expect(204);
    admin.get(&customer).refused(404, "not_found");
    admin.get(&format!("{customer}/orders")).refused(404, "not_found");
    let left = admin.get("/orders/1");
    assert_ne!(left.header("ETag"), done.header("ETag"));
    let blank = json!({
        "customer_id": null, "customer": { "name": null, "email": null, "phone": null },
        "shipping_address": null, "billing_address": null, "note": null,
    });
    let mut want = with(done.json(), blank);
    want["payments"][0]["reference"] = Value::Null;
    assert_eq!(left.expect(200), want);
    let cancellation = admin.get("/orders/1/cancellation/2").expect(200);
    assert_eq!(cancellation["reason"], Value::Null);
    assert!(!admin.get("/orders/1/track").expect(200).to_string().contains("leo"));
    let holder = shop.holder(&placed);
    assert_eq!(holder.get("/orders/1").expect(200)["total"], "19.90");
    // The shop's books still balance when the click was wrong.
    admin.delete("/orders/1/payments/1").expect(204);
    assert_eq!(id_of(&admin.get("/orders?q=1001").expect(200)["data"][0]), 1);
}
