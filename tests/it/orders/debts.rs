//! Whoever owes the shop money, or is owed some, is not forgotten before it is settled.

use serde_json::{Value, json};

use crate::fixtures::{self, deliver, pay, set, took};
use crate::shop::{Shop, User};

/// A shop that sends a vase for 100.00 and 4.90, and cleo, who has ordered one.
fn vase_for_cleo(shop: &Shop) -> (User<'_>, User<'_>) {
    let admin = shop.admin();
    let method = json!([{ "code": "parcel", "price": "4.90", "needs_address": false }]);
    set(&admin, json!({ "shipping_methods": method }));
    fixtures::product("Vase", "100").create(&admin);
    let cleo = shop.customer("cleo");
    assert_eq!(fixtures::order(1, 1).own().create(&cleo)["total"], "104.90");
    (admin, cleo)
}

#[track_caller]
fn stays(user: &User<'_>) {
    let problem = user.delete("/customers/1").refused(409, "open_orders");
    assert_eq!(problem["orders"], json!([{ "id": 1, "number": "1001" }]));
    assert_eq!(user.get("/orders/1").expect(200)["customer"]["name"], "cleo");
}

#[test]
fn a_debtor_cannot_make_the_shop_forget_who_they_are() {
    let shop = Shop::new();
    let (admin, cleo) = vase_for_cleo(&shop);
    deliver(&admin, 1);
    stays(&cleo);
    took(&admin, 1, "payments", fixtures::cash("104.89"));
    stays(&cleo);
    pay(&admin, 1);
    cleo.delete("/customers/1").expect(204);
    assert_eq!(admin.get("/orders/1").expect(200)["customer"]["name"], Value::Null);
}

#[test]
fn a_customer_who_is_owed_money_stays_until_it_went_back() {
    let shop = Shop::new();
    let (admin, cleo) = vase_for_cleo(&shop);
    pay(&admin, 1);
    let gone = took(&admin, 1, "cancellation", json!({ "reason": "Sold out." }));
    assert_eq!(gone["to_refund"], "104.90");
    stays(&cleo);
    stays(&admin);
    took(&admin, 1, "refunds", json!({ "amount": "104.90", "reason": "Sold out." }));
    cleo.delete("/customers/1").expect(204);
}

#[test]
fn goods_that_came_back_are_paid_back_before_their_buyer_is_forgotten() {
    let shop = Shop::new();
    let (admin, cleo) = vase_for_cleo(&shop);
    pay(&admin, 1);
    deliver(&admin, 1);
    let back = json!({ "items": [{ "item_id": 1, "quantity": 1 }] });
    let order = took(&admin, 1, "returns", back);
    stays(&cleo);
    let refund = json!({ "amount": order["to_refund"], "reason": "It came back." });
    took(&admin, 1, "refunds", refund);
    cleo.delete("/customers/1").expect(204);
}

#[test]
fn nothing_is_due_of_an_order_that_was_cancelled_before_it_was_paid() {
    let shop = Shop::new();
    let (admin, cleo) = vase_for_cleo(&shop);
    stays(&cleo);
    took(&admin, 1, "cancellation", json!({ "reason": "Sold out." }));
    cleo.delete("/customers/1").expect(204);
}
