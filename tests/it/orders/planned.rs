//! Orders are planned on a snapshot and placed by the writer, which sees that the plan still holds.
//! Whatever changes in between, no order goes by what is not true any more.

use serde_json::{Value, json};
use tillbox::domain::Id;
use tillbox::domain::customers::Contact;
use tillbox::domain::orders::{Draft, LineInput, Order, OrderPlan, Orderer};
use tillbox::domain::text::Email;
use tillbox::error::{Code, Result};
use tillbox::store::orders;

use crate::fixtures;
use crate::shop::Shop;

/// Something that happens in the shop.
type Change = fn(&Shop);

/// Two of the first product and one of the second, whose stock is not tracked, by a guest.
fn draft(code: Option<&str>) -> Draft {
    let id = |number| Id::new(number).unwrap();
    let line = |product_id, quantity| LineInput::of(product_id, None, quantity);
    let email = Email::parse("ana@example.org").ok();
    Draft {
        items: vec![(0, line(id(1), 2)), (1, line(id(2), 1))],
        customer: Some(Contact { name: "Ana Silva".to_owned(), email, phone: None }),
        discount_code: code.map(str::to_owned),
        ..Draft::default()
    }
}

fn plan(shop: &Shop, code: Option<&str>) -> OrderPlan {
    shop.store.read(|tx| orders::plan(tx, &draft(code), Orderer::Storefront)).unwrap()
}

fn place(shop: &Shop, plan: &OrderPlan) -> Result<Order> {
    shop.beside(|tx| orders::place_planned(tx, plan))
}

fn shop() -> Shop {
    let shop = Shop::new();
    let admin = shop.admin();
    fixtures::product("Mug", "9.95").stock(5).create(&admin);
    fixtures::product("Tea", "4.00").create(&admin);
    shop
}

fn patch(shop: &Shop, path: &str, body: Value) {
    shop.admin().patch(path, body).expect(200);
}

/// What the file says of orders, stock, customers and numbers.
fn state(shop: &Shop) -> Vec<Value> {
    let admin = shop.admin();
    let get = |path: &str| admin.get(path).expect(200);
    let next = |path: &str| get(path)["data"].clone();
    vec![
        next("/orders"),
        get("/products/1")["stock"].clone(),
        next("/products/1/stock_movements"),
        next("/customers"),
        get("/reports/sales?from=2026-11-01&to=2026-11-30")["total"].clone(),
    ]
}

#[test]
fn an_order_that_was_planned_is_placed_as_it_was_planned() {
    let shop = shop();
    let order = place(&shop, &plan(&shop, None)).unwrap();
    assert_eq!(order.totals.total.text(), "23.90");
    let told = shop.admin().get("/orders/1").expect(200);
    assert_eq!((&told["number"], &told["total"]), (&json!("1001"), &json!("23.90")));
    assert_eq!(shop.admin().get("/products/1").expect(200)["stock"], 3);
}

#[test]
fn nothing_is_placed_by_a_plan_that_does_not_hold_any_more() {
    let changes: [(&str, Change); 11] = [
        ("a price", |shop| patch(shop, "/products/1", json!({ "price": "9.96" }))),
        ("a name", |shop| patch(shop, "/products/2", json!({ "name": "Chai" }))),
        ("a draft", |shop| patch(shop, "/products/2", json!({ "status": "draft" }))),
        ("a deletion", |shop| drop(shop.admin().delete("/products/2").expect(204))),
        ("too few", |shop| {
            let sold = json!({ "delta": -4, "reason": "sold" });
            shop.admin().post("/products/1/stock_movements", sold).expect(201);
        }),
        ("no count any more", |shop| patch(shop, "/products/1", json!({ "stock": null }))),
        ("a count", |shop| {
            let counted = json!({ "counted": 7, "reason": "corrected" });
            shop.admin().post("/products/2/stock_movements", counted).expect(201);
        }),
        ("a setting", |shop| patch(shop, "/settings", json!({ "delivery_days": 9 }))),
        ("the same guest", |shop| drop(fixtures::order(2, 1).create(&shop.visitor()))),
        ("another discount", |shop| patch(shop, "/discounts/1", json!({ "value": "20" }))),
        ("a discount that is used up", |shop| {
            let other = json!({ "discount_code": "TEN",
                "customer": { "name": "Bo", "email": "bo@example.org" } });
            fixtures::order(2, 1).with(other).create(&shop.visitor());
        }),
    ];
    for (what, change) in changes {
        let shop = shop();
        let once = json!({ "usage_limit": 1 });
        fixtures::percent_off("TEN", "10").with(once).create(&shop.admin());
        let planned = plan(&shop, what.contains("discount").then_some("TEN"));
        change(&shop);
        let before = state(&shop);
        let error = place(&shop, &planned).err();
        assert_eq!(error.map(|error| error.code()), Some(Code::Stale), "{what}");
        assert_eq!(state(&shop), before, "{what}");
    }
}

#[test]
fn a_guest_who_became_an_account_gets_no_order_of_a_stranger() {
    let shop = shop();
    place(&shop, &plan(&shop, None)).unwrap();
    let planned = plan(&shop, None);
    let account = json!({ "customer_id": 1 });
    fixtures::account("ana").with(account).create(&shop.admin());
    assert_eq!(place(&shop, &planned).unwrap_err().code(), Code::Stale);
    place(&shop, &plan(&shop, None)).unwrap();
    assert_eq!(shop.admin().get("/orders/2").expect(200)["customer_id"], 2);
}
