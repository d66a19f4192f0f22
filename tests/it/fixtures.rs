//! What tests start from, in one place: goods, people, orders, and the steps that orders take. So a
//! test says what matters to it and no more, and a body that many tests send is written once.
//!
//! `fixtures::product("Mug", "9.95").stock(5).create(&admin)` makes a product, and
//! `fixtures::order(1, 2).send(&visitor)` asks for two of it.

use std::borrow::Borrow;

use rocket::http::Method;
use serde_json::{Value, json};

use crate::images::jpeg;
use crate::shop::{Answer, PASSWORD, Shop, User};

/// Seconds of a day, for the clock of a shop.
pub const DAY: i64 = 24 * 3600;

/// A body in the making and the list that it is sent to; many can be made of one.
#[derive(Clone)]
pub struct Fixture {
    list: &'static str,
    body: Value,
}

/// A product without a count of its stock.
pub fn product(name: &str, price: &str) -> Fixture {
    Fixture { list: "/products", body: json!({ "name": name, "price": price }) }
}

/// A percentage off an order.
pub fn percent_off(code: &str, value: &str) -> Fixture {
    let body = json!({ "code": code, "type": "percent", "value": value });
    Fixture { list: "/discounts", body }
}

/// An amount off an order.
pub fn amount_off(code: &str, value: &str) -> Fixture {
    percent_off(code, value).with(json!({ "type": "amount" }))
}

/// The record of a customer.
pub fn customer(name: &str) -> Fixture {
    Fixture { list: "/customers", body: person(name) }
}

/// An account with the usual password; a test says whose.
pub fn account(username: &str) -> Fixture {
    Fixture { list: "/customer_accounts", body: credentials(username, PASSWORD) }
}

/// A guest's order of units of a product.
pub fn order(product: impl Into<Value>, quantity: i64) -> Fixture {
    order_of(json!([])).item(product, quantity)
}

/// A guest's order of lines that a test writes itself.
pub fn order_of(items: Value) -> Fixture {
    Fixture { list: "/orders", body: json!({ "items": items, "customer": ana() }) }
}

impl Fixture {
    /// Sets fields, also those that are set already.
    pub fn with(self, fields: impl Borrow<Value>) -> Self {
        Self { body: with(self.body, fields), ..self }
    }

    /// Puts units of a product on the shelf.
    pub fn stock(self, units: i64) -> Self {
        self.with(json!({ "stock": units }))
    }

    /// Adds a line to an order.
    pub fn item(mut self, product: impl Into<Value>, quantity: i64) -> Self {
        let line = json!({ "product_id": product.into(), "quantity": quantity });
        self.body["items"].as_array_mut().unwrap().push(line);
        self
    }

    /// Leaves out the guest: the order is that of the customer who sends it.
    pub fn own(mut self) -> Self {
        self.body.as_object_mut().unwrap().remove("customer");
        self
    }

    /// Makes it the order or the account of a customer.
    pub fn for_customer(self, customer: impl Into<Value>) -> Self {
        self.own().with(json!({ "customer_id": customer.into() }))
    }

    pub fn body(&self) -> Value {
        self.body.clone()
    }

    pub fn send(&self, user: &User<'_>) -> Answer {
        user.post(self.list, self.body())
    }

    /// Makes it and returns it as the shop answers it.
    #[track_caller]
    pub fn create(&self, user: &User<'_>) -> Value {
        self.send(user).expect(201)
    }

    /// Makes it and returns its id.
    #[track_caller]
    pub fn create_id(&self, user: &User<'_>) -> i64 {
        id_of(&self.create(user))
    }
}

// ---- Shops and goods ----

/// Says in the settings who sells, as invoices need it.
pub fn seller(admin: &User<'_>) {
    let address =
        json!({ "name": "Mugs Lda.", "line1": "Rua 1", "city": "Porto", "country": "PT" });
    set(admin, json!({ "tax_number": "PT 123", "address": address }));
}

/// Adds mugs at 9.95 and returns the id of the product.
pub fn mug(admin: &User<'_>, stock: i64) -> i64 {
    product("Mug", "9.95").with(json!({ "sku": "MUG" })).stock(stock).create_id(admin)
}

/// Gives a shop its mugs, product 1, and returns its admin.
pub fn stocked(shop: &Shop, stock: i64) -> User<'_> {
    let admin = shop.admin();
    mug(&admin, stock);
    admin
}

/// Gives a shop one of each: mugs and cups, products 1 and 2, Ana, customer and account 1, her
/// order 1, a collection, 1, and a picture of a mug, 1. Returns its admin.
pub fn furnished(shop: &Shop) -> User<'_> {
    let admin = stocked(shop, 100_000);
    product("Cup", "1").create(&admin);
    shop.customer("ana");
    order(1, 9).for_customer(1).create(&admin);
    admin.post("/collections", json!({ "name": "Mugs" })).expect(201);
    picture(&admin, 1);
    admin
}

/// Adds a picture to a product, and returns what is said of it.
#[track_caller]
pub fn picture(admin: &User<'_>, product: i64) -> Value {
    let request = admin.ask(Method::Post, &format!("/products/{product}/images"));
    request.raw("image/jpeg", jpeg(40, 30, 1)).send().expect(201)
}

/// A shirt in two sizes, with everything that a variant can have.
pub fn shirt() -> Value {
    json!({
        "name": "Shirt",
        "description": "Two lines,\nboth kept.",
        "vendor": "Weaver",
        "tags": ["new", "cotton"],
        "options": [{ "name": "Size", "values": ["S", "M", "L"] }],
        "variants": [
            { "options": { "Size": "S" }, "sku": "SH-S", "price": "20", "stock": 5,
              "compare_at_price": "25", "barcode": "4006381333931", "low_stock_at": 2,
              "weight_grams": 150 },
            { "options": { "Size": "M" }, "sku": "SH-M", "price": "18.50", "stock": -2,
              "allow_backorder": true },
        ],
    })
}

/// Adds a shirt in the sizes S and M and returns its id and those of its variants.
pub fn shirt_in_two_sizes(admin: &User<'_>) -> (i64, i64, i64) {
    let shirt = json!({
        "name": "Shirt",
        "options": [{ "name": "Size", "values": ["S", "M"] }],
        "variants": [
            { "price": "20", "sku": "SHIRT-S", "stock": 5, "options": { "Size": "S" } },
            { "price": "22", "sku": "SHIRT-M", "stock": 5, "options": { "Size": "M" } },
        ],
    });
    let made = create(admin, shirt);
    (id_of(&made), id_of(&made["variants"][0]), id_of(&made["variants"][1]))
}

/// Adds a product of which a test writes every field.
#[track_caller]
pub fn create(admin: &User<'_>, body: Value) -> Value {
    admin.post("/products", body).expect(201)
}

pub fn path(product: &Value) -> String {
    format!("/products/{}", product["id"])
}

/// Changes settings and returns all of them.
#[track_caller]
pub fn set(admin: &User<'_>, fields: Value) -> Value {
    admin.patch("/settings", fields).expect(200)
}

// ---- People ----

/// Ana, who buys as a guest.
pub fn ana() -> Value {
    person("Ana Silva")
}

/// A person with the e-mail of their first name.
pub fn person(name: &str) -> Value {
    let first = name.split(' ').next().unwrap().to_lowercase();
    json!({ "name": name, "email": format!("{first}@example.org") })
}

/// Where Ana lives.
pub fn address(city: &str) -> Value {
    json!({ "name": "Ana Silva", "line1": "Rua 1", "city": city, "country": "PT" })
}

/// What a customer signs in with.
pub fn credentials(name: &str, password: &str) -> Value {
    json!({ "username": name, "password": password })
}

// ---- Orders and their steps ----

/// Sends a guest's order of one unit of a variant.
pub fn buy(shop: &Shop, product: &Value, variant: &Value) -> Answer {
    let item = json!({ "product_id": product["id"], "variant_id": variant["id"], "quantity": 1 });
    order_of(json!([item])).send(&shop.visitor())
}

/// Takes a step that must succeed; what every such answer owes the caller is checked on the way.
#[track_caller]
pub fn took(user: &User<'_>, order: i64, what: &str, body: Value) -> Value {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    let taken = answer.expect(201);
    let read = user.get(&format!("/orders/{order}"));
    assert_eq!(taken, read.expect(200), "the answer is the whole order");
    assert_eq!(answer.header("ETag"), read.header("ETag"));
    let location = answer.header("Location").unwrap();
    let (folder, step) = location.rsplit_once('/').unwrap();
    assert_eq!(folder, format!("/orders/{order}/{what}"));
    assert_eq!(user.get(location).expect(200)["id"].to_string(), step);
    taken
}

/// Takes a step and returns the address under which it can be read.
#[track_caller]
pub fn step_of(user: &User<'_>, order: i64, what: &str, body: Value) -> String {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    answer.expect(201);
    answer.header("Location").unwrap().to_owned()
}

/// Tries a step that does not fit; checks what would.
#[track_caller]
pub fn not_now(user: &User<'_>, order: i64, what: &str, body: Value, allowed: &[&str]) {
    let answer = user.post(&format!("/orders/{order}/{what}"), body);
    assert_eq!(answer.refused(409, "action_not_possible")["allowed"], json!(allowed));
}

/// Pays all that is open.
#[track_caller]
pub fn pay(user: &User<'_>, order: i64) -> Value {
    took(user, order, "payments", cash_all())
}

/// Sends all that is left in one parcel.
#[track_caller]
pub fn ship(user: &User<'_>, order: i64) -> Value {
    took(user, order, "shipments", parcel())
}

/// Sends all that is left in one parcel, which arrives.
#[track_caller]
pub fn deliver(user: &User<'_>, order: i64) -> Value {
    ship(user, order);
    took(user, order, "delivery", json!({}))
}

pub fn cash(amount: &str) -> Value {
    json!({ "method": "cash", "amount": amount })
}

/// All that is open, in cash.
pub fn cash_all() -> Value {
    json!({ "method": "cash" })
}

pub fn parcel() -> Value {
    json!({ "carrier": "DHL", "tracking_number": "00340434161094042557" })
}

/// Units of the lines of an order whose items are counted from 1.
pub fn units(of: &[(i64, i64)]) -> Value {
    of.iter().map(|(item, n)| json!({ "item_id": item, "quantity": n })).collect()
}

// ---- Objects ----

/// The address at which a program reads where an order is, by its tracking token.
pub fn tracking(placed: &Value) -> String {
    let token = placed["tracking_token"].as_str().unwrap();
    format!("/orders/{}/track?token={token}", placed["id"])
}

pub fn id_of(object: &Value) -> i64 {
    object["id"].as_i64().unwrap()
}

/// An object with the fields of another one, which win.
pub fn with(mut object: Value, fields: impl Borrow<Value>) -> Value {
    for (name, value) in fields.borrow().as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}
