//! `/cart`: what a visitor has put aside, held against the shop.

use rocket::{get, post};
use serde::Serialize;
use serde_json::Value;

use super::cookies::{Cart, CartLine, QUANTITY_MAX};
use super::placed;
use super::visit::Visit;
use crate::domain::Id;
use crate::domain::orders::{Draft, LineInput, Orderer};
use crate::domain::products::Status;
use crate::error::Result;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::{ApiResult, Response};
use crate::order_tokens::order_token;
use crate::store::{Tx, orders, products};

/// A cart that is held against the shop.
#[derive(Serialize)]
pub struct CartView {
    lines: Vec<CartRow>,
    gone: Vec<GoneRow>,
    /// All that is in it can be ordered as it is.
    is_whole: bool,
    quote: Value,
}

/// A line that can be ordered.
#[derive(Serialize)]
struct CartRow {
    item: Value,
    /// Units there are, where they are fewer than wanted.
    short: Option<i64>,
}

/// A line that cannot be had any more.
#[derive(Serialize)]
struct GoneRow {
    variant_id: Id,
    /// `None` where nothing is known of it any more.
    name: Option<String>,
}

#[derive(Serialize)]
struct CartPage {
    cart: CartView,
    quantity_max: i64,
    /// What is said of more units than a visitor can order at once.
    too_many: Option<TooMany>,
    is_full: bool,
    /// The order that the last cart of this browser became, for a while.
    ordered: Option<Ordered>,
}

/// More units than a visitor can order at once.
#[derive(Serialize)]
struct TooMany {
    units: i64,
    most: i64,
    /// No line alone is too much, so that it is said beside their sum.
    is_of_sum: bool,
}

#[derive(Serialize)]
struct Ordered {
    number: String,
    href: String,
}

/// A draft of nothing but the lines of a cart.
pub fn draft(cart: &Cart) -> Draft {
    let input = |(at, line): (usize, &CartLine)| {
        let CartLine { product_id, variant_id, quantity } = *line;
        (at, LineInput::of(product_id, Some(variant_id), quantity))
    };
    Draft { items: cart.lines.iter().enumerate().map(input).collect(), ..Draft::default() }
}

impl CartView {
    /// The cart with the quote of a draft of it.
    pub fn of(tx: &Tx, cart: &Cart, draft: &Draft) -> Result<Self> {
        let quote = orders::quote(tx, draft, Orderer::Visitor { record: None })?;
        let list = |name: &str| quote[name].as_array().cloned().unwrap_or_default();
        let (items, shortages) = (list("items"), list("short"));
        let is_of = |value: &Value, id: Id| value["variant_id"].as_i64() == Some(id.get());
        let short = |at: usize| {
            let pointer = format!("/items/{at}/quantity");
            let found = shortages.iter().find(|it| it["pointer"].as_str() == Some(&pointer));
            found.map(|it| it["available"].as_i64().unwrap_or(0))
        };
        let (mut lines, mut gone) = (Vec::new(), Vec::new());
        for (at, line) in cart.lines.iter().enumerate() {
            match items.iter().find(|item| is_of(item, line.variant_id)) {
                Some(item) => lines.push(CartRow { item: item.clone(), short: short(at) }),
                None => gone.push(GoneRow::of(tx, line)),
            }
        }
        let is_whole = gone.is_empty() && lines.iter().all(|line| line.short.is_none());
        Ok(Self { lines, gone, is_whole, quote })
    }

    /// All of it can be ordered as it is.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The quote, as it stands on the wire.
    pub fn quote(&self) -> &Value {
        &self.quote
    }

    /// What is too much in it, if anything, where a visitor can order so many units at once.
    fn too_many(&self, most: i64) -> Option<TooMany> {
        let quantity = |row: &CartRow| row.item["quantity"].as_i64().unwrap_or(0);
        let units: i64 = self.lines.iter().map(quantity).sum();
        let is_of_sum = !self.lines.iter().any(|row| quantity(row) > most);
        (units > most).then_some(TooMany { units, most, is_of_sum })
    }

    /// Nothing in it can be had.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl GoneRow {
    fn of(tx: &Tx, line: &CartLine) -> Self {
        // What is being prepared has no name yet, and what was deleted none any more.
        let product = products::find(tx, line.product_id).ok();
        let product = product.filter(|product| product.fields.status != Status::Draft);
        let name = product.map(|product| product.fields.name);
        Self { variant_id: line.variant_id, name }
    }
}

#[get("/cart")]
pub fn page(visit: Visit) -> ApiResult {
    shown(&visit, false)
}

/// Puts something into the cart, takes it out, or says of each line how much of it.
#[post("/cart", data = "<form>")]
pub fn change(visit: Visit, form: PostedForm) -> ApiResult {
    let mut cart = visit.view.cart.clone();
    let mut fits = true;
    if let (Some(product), Some(variant)) =
        (Id::parse(form.text("product")), Id::parse(form.text("variant")))
    {
        let quantity = form.text("quantity").parse().unwrap_or(1).clamp(1, QUANTITY_MAX);
        fits = cart.add(product, variant, quantity);
    }
    for (name, value) in form.fields() {
        let variant = name.strip_prefix("quantity-").and_then(Id::parse);
        if let (Some(variant), Ok(quantity)) = (variant, value.parse::<i64>()) {
            cart.set(variant, quantity.max(0));
        }
    }
    if let Some(variant) = Id::parse(form.text("remove")) {
        cart.set(variant, 0);
    }
    if !fits {
        return shown(&visit, true);
    }
    let cookie = cart.cookie(visit.view.is_https);
    Ok(Response::see_other(visit.to("/cart")).with_cookies([cookie]))
}

fn shown(visit: &Visit, is_full: bool) -> ApiResult {
    visit.ctx.limit(Kind::Quote, &Caller::Visitor)?;
    let cart = &visit.view.cart;
    let cart = visit.ctx.read(|tx| CartView::of(tx, cart, &draft(cart)))?;
    let ordered = last_order(visit)?;
    let too_many = cart.too_many(visit.view.settings.guest_units_max);
    let page = CartPage { cart, quantity_max: QUANTITY_MAX, too_many, is_full, ordered };
    let status = if is_full { 409 } else { 200 };
    Ok(visit.own(visit.render("cart.html", &page)?).with_status(status))
}

/// The order that this browser placed last, if that is not long ago.
fn last_order(visit: &Visit) -> Result<Option<Ordered>> {
    let Some(key) = &visit.view.cart.ordered else { return Ok(None) };
    let order = visit.ctx.read(|tx| placed::find(tx, key))?;
    let fresh = order.filter(|order| placed::is_fresh(order, visit.ctx.app.clock.now()));
    Ok(fresh.map(|order| {
        let token = order_token(&visit.ctx.app.secret, order.id);
        let href = visit.to(&format!("/o/{}/open?token={token}", order.id));
        Ordered { href, number: order.number }
    }))
}
