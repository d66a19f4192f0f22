//! `/checkout`: all that an order needs on one page, and the order, once for each cart.

use std::collections::BTreeMap;

use rocket::{get, post};
use serde::Serialize;
use serde_json::Value;

use super::cart::{self, CartView};
use super::checkout_form::{CheckoutForm, FIELDS, FieldTexts, faults};
use super::cookies::{Cart, OrderCookie, is_key};
use super::countries;
use super::paying;
use super::placed;
use super::texts;
use super::visit::Visit;
use crate::domain::Id;
use crate::domain::country_names::Country;
use crate::domain::orders::{Draft, Orderer};
use crate::error::{Code, Error, Result};
use crate::http::contact_forms::{address, destination};
use crate::http::draft_form::read_draft;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::{ApiResult, Response};
use crate::order_tokens::order_token;
use crate::store::orders::{OrderRequest, PlacedOrder};
use crate::texts::Texts;

const NOT_WHOLE: &str = "checkout.cart_not_whole";
const OUT_OF_STOCK: &str = "checkout.out_of_stock";
const TOO_MANY_UNITS: &str = "checkout.too_many_units";

#[derive(Serialize)]
struct CheckoutPage<'a> {
    cart: &'a CartView,
    quote: &'a Value,
    /// What was typed, by the names of the fields.
    form: BTreeMap<&'a str, &'a str>,
    faults: FieldTexts,
    fields: [&'static str; FIELDS.len()],
    /// What has to be said before anything else: that the total is another one, and the like.
    notice: Option<Notice>,
    key: &'a str,
    lines: String,
    /// The total that the form is sent for.
    expected_total: String,
    countries: Vec<Country>,
    needs_address: bool,
    is_pickup: bool,
}

/// A notice, by the name of its text, and the total of before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Notice {
    text: &'static str,
    before: Option<String>,
    /// The most that there may be.
    most: Option<i64>,
    /// It is to be mended in the cart.
    names_cart: bool,
    /// A discount is not shown, and may count all the same.
    hides_discount: bool,
}

impl Notice {
    fn of(text: &'static str) -> Self {
        let names_cart = [NOT_WHOLE, OUT_OF_STOCK, TOO_MANY_UNITS].contains(&text);
        Self { text, names_cart, ..Self::default() }
    }
}

/// What is said of a form that was not taken.
#[derive(Default)]
struct Refused {
    status: u16,
    faults: FieldTexts,
    notice: Option<Notice>,
    retry_after: Option<u64>,
}

impl Refused {
    /// Nothing is said of it.
    fn accepted() -> Self {
        Self { status: 200, ..Self::default() }
    }
}

#[get("/checkout")]
pub fn page(visit: Visit) -> ApiResult {
    if visit.view.cart.lines.is_empty() {
        return Ok(Response::see_other(visit.to("/cart")));
    }
    visit.ctx.limit(Kind::Quote, &Caller::Visitor)?;
    shown(&visit, &PostedForm::default(), Refused::accepted())
}

/// Places the order, or with `action=update` shows what it comes to with what is chosen now.
#[post("/checkout", data = "<form>")]
pub async fn place(visit: Visit, form: PostedForm) -> ApiResult {
    let key = form.text("key");
    if let Some(placed) = placed_before(&visit, key)? {
        return Ok(placed);
    }
    let cart = &visit.view.cart;
    if cart.lines.is_empty() {
        return Ok(visit
            .own(visit.render("lost.html", &Lost { kind: "no_cart" })?)
            .with_status(409));
    }
    let is_update = form.text("action") == "update";
    let is_seen = cart.key.as_deref() == Some(key) && form.text("lines") == cart.lines_text();
    let taken = match !is_update && is_seen {
        true => order(&visit, &form, key).await.map(Some),
        false => visit.ctx.limit(Kind::Quote, &Caller::Visitor).map(|()| None),
    };
    match taken {
        Ok(Some(placed)) => {
            let next = paying::after_order(&visit, &placed.order).await;
            Ok(arrived(&visit, &placed, next, key))
        }
        Ok(None) if is_update => shown(&visit, &form, Refused::accepted()),
        Ok(None) => {
            let notice = Some(Notice::of("checkout.cart_changed"));
            shown(&visit, &form, Refused { status: 409, notice, ..Refused::default() })
        }
        Err(error) => match refused(&error, &form, &visit) {
            Some(refused) => shown(&visit, &form, refused),
            None => Err(error),
        },
    }
}

async fn order(visit: &Visit, form: &PostedForm, key: &str) -> Result<PlacedOrder> {
    visit.ctx.limit(Kind::Order, &Caller::Visitor)?;
    let sent = CheckoutForm::new(form, &visit.view.settings).request(&visit.view.cart, true);
    let draft = read_draft(&sent, &Caller::Visitor, address);
    let locale = Some(visit.language());
    let request = OrderRequest {
        draft: draft.map(|draft| Draft { locale, ..draft }),
        orderer: Orderer::Visitor { record: None },
        once: Some(placed::once(key)),
    };
    visit.ctx.place(request).await
}

/// The way on from the order that was placed, with what opens it. The cart is empty from then on.
fn arrived(visit: &Visit, placed: &PlacedOrder, next: String, key: &str) -> Response {
    let id = placed.order.id;
    let token = order_token(&visit.ctx.app.secret, id);
    let cookies = [
        OrderCookie::header(id, &token, visit.view.is_https),
        Cart::ordered(key).cookie(visit.view.is_https),
    ];
    Response::see_other(next).with_cookies(cookies)
}

/// The page of whoever has no cart to order, or nothing that opens the order they look for.
#[derive(Serialize)]
pub struct Lost {
    /// The name of its texts.
    pub kind: &'static str,
}

/// The answer to a form whose order was placed before. Whoever has the cart that ordered it sees it
/// for a while, and whoever has its cookie always; others learn that it was placed.
fn placed_before(visit: &Visit, key: &str) -> Result<Option<Response>> {
    if !is_key(key) {
        return Ok(None);
    }
    let found = visit.ctx.read(|tx| placed::find(tx, key))?;
    let Some(order) = found else { return Ok(None) };
    let cart = &visit.view.cart;
    let is_own = [&cart.key, &cart.ordered].iter().any(|own| own.as_deref() == Some(key));
    if is_own && placed::is_fresh(&order, visit.ctx.app.clock.now()) {
        let placed = PlacedOrder { order, is_new: false };
        let page = visit.to(&format!("/o/{}", placed.order.id));
        return Ok(Some(arrived(visit, &placed, page, key)));
    }
    Ok(Some(Response::see_other(visit.to(&placed_address(order.id)))))
}

/// The address at which an order is shown to whoever has its cookie, and to others that it was
/// placed.
fn placed_address(id: Id) -> String {
    format!("/o/{id}?placed=true")
}

/// What is said of an order that was refused; `None` for what is no fault of the form.
fn refused(error: &Error, form: &PostedForm, visit: &Visit) -> Option<Refused> {
    let retry_after = error.retry_after_seconds();
    let faults = faults(error, texts::of(visit.language()));
    let has_too_many = error.errors().iter().any(|fault| fault.code == "too_many_units");
    let (status, notice) = match error.code() {
        Code::Invalid if has_too_many => {
            let most = Some(visit.view.settings.guest_units_max);
            (422, Notice { most, ..Notice::of(TOO_MANY_UNITS) })
        }
        Code::Invalid if faults.is_empty() => (422, Notice::of("checkout.cart_changed")),
        Code::Invalid => return Some(Refused { status: 422, faults, ..Refused::default() }),
        Code::PriceChanged => {
            let before = form.filled("expected_total").map(str::to_owned);
            (409, Notice { before, ..Notice::of("checkout.price_changed") })
        }
        Code::OutOfStock => (409, Notice::of(OUT_OF_STOCK)),
        Code::TooManyRequests => {
            let hides_discount = form.filled("discount_code").is_some();
            (429, Notice { hides_discount, ..Notice::of("checkout.too_many") })
        }
        Code::Busy | Code::Stale | Code::TooSlow => (503, Notice::of("checkout.busy")),
        Code::StorageFull => (507, Notice::of("checkout.no_orders_now")),
        Code::StorageFailed => (503, Notice::of("checkout.no_orders_now")),
        _ => return None,
    };
    Some(Refused { status, faults, notice: Some(notice), retry_after })
}

fn shown(visit: &Visit, form: &PostedForm, refused: Refused) -> ApiResult {
    let mut cart = visit.view.cart.clone();
    let key = cart.with_key()?;
    let fields = CheckoutForm::new(form, &visit.view.settings);
    let sent = fields.request(&cart, false);
    let draft =
        read_draft(&sent, &Caller::Visitor, destination).unwrap_or_else(|_| cart::draft(&cart));
    // Whoever asks too often is not told of codes: they would be found out one by one.
    let discount_code = draft.discount_code.filter(|_| refused.status != 429);
    let draft = Draft { errors: Vec::new(), discount_code, ..draft };
    let view = visit.ctx.read(|tx| CartView::of(tx, &cart, &draft))?;
    if view.is_empty() {
        return Ok(Response::see_other(visit.to("/cart")));
    }
    let settings = &*visit.view.settings;
    let code = view.quote()["shipping_method"].as_str().unwrap_or_default();
    let method = settings.shipping_methods.iter().find(|method| method.code == code);
    let Refused { status, mut faults, notice, retry_after } = refused;
    // Whoever saw a discount before that was hidden still orders for the total that they saw.
    let seen = form.filled("expected_total");
    let hides_discount = notice.as_ref().is_some_and(|notice| notice.hides_discount);
    let expected_total = seen.filter(|_| hides_discount).map(str::to_owned);
    let not_whole = || (!view.is_whole()).then(|| Notice::of(NOT_WHOLE));
    let notice = notice.or_else(not_whole);
    note_discount(&view, texts::of(visit.language()), &mut faults);
    let total = || view.quote()["total"].as_str().unwrap_or_default().to_owned();
    let page = CheckoutPage {
        quote: view.quote(),
        form: fields.typed(),
        faults,
        fields: FIELDS,
        notice,
        key: &key,
        lines: cart.lines_text(),
        expected_total: expected_total.unwrap_or_else(total),
        countries: countries::of(settings, visit.language()),
        needs_address: method.is_some_and(|method| method.needs_address),
        is_pickup: method.is_some_and(|method| method.pickup),
        cart: &view,
    };
    let html = visit.render("checkout.html", &page)?;
    let response = paying::dressed(visit, visit.own(html));
    let response = response.with_status(status).retry_after(retry_after);
    Ok(response.with_cookies([cart.cookie(visit.view.is_https)]))
}

/// Says at its field that a discount does not count.
fn note_discount(view: &CartView, texts: &Texts, faults: &mut FieldTexts) {
    let problems = view.quote()["problems"].as_array();
    let of_discount = |problem: &&Value| problem["pointer"].as_str() == Some("/discount_code");
    if problems.is_some_and(|problems| problems.iter().find(of_discount).is_some()) {
        let text = texts.get("fault.discount_code").unwrap_or_default();
        faults.entry("discount_code".to_owned()).or_insert_with(|| text.to_owned());
    }
}
