//! `/orders`: placing, reading, listing, counting, tracking; and `/quotes`, what an order would
//! come to. Each step of an order has a file of its own, and so have its documents.

pub mod cancellations;
mod find;
pub mod fulfilment;
pub mod invoices;
pub mod payments;
pub mod refunds;
pub mod returns;
mod step;
mod units;
pub mod withdrawals;

use std::sync::Arc;

use rocket::{get, patch, post};
use serde::Serialize;

use crate::api::http::body::Body;
use crate::api::http::contact_forms::{address, contact, contact_object, destination};
use crate::api::http::context::{Rehearsal, RequestContext};
use crate::api::http::credential::{is_track_token, order_token, track_token};
use crate::api::http::etag::Versioned;
use crate::api::http::form::{
    self, Field, Form, decimal, flag, integer, paragraphs, plain_line, text,
};
use crate::api::http::limits::Kind;
use crate::api::http::metadata_form::metadata;
use crate::api::http::page::{self, Query, words};
use crate::api::http::permissions::{Caller, OrderScope, Permission};
use crate::api::http::response::{ApiResult, Response};
use crate::domain::calendar::Date;
use crate::domain::customers::{Address, Contact};
use crate::domain::orders::{
    Draft, FulfillmentStatus, GUEST_LINES_MAX, LINE_NOTE_CHARS_MAX, LINES_MAX, LineInput, MoneyDue,
    Order, OrderEditInput, Orderer, PaymentStatus, Status, Track, UNITS_MAX,
};
use crate::domain::settings::Settings;
use crate::domain::text::{LINE_CHARS_MAX, NOTE_CHARS_MAX};
use crate::domain::{Id, Invalid};
use crate::error::{Error, Result};
use crate::secret::Hash;
use crate::store::engine::list::Range;
use crate::store::idempotency::{self, Made};
use crate::store::orders::{self, Filter};
use crate::store::{Tx, customers, settings};
use find::{find, visible_to};

const SORTS: &[(&str, &str)] = &[
    ("order_date", "order_date"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
    ("total", "total"),
];

/// A new order, with what opens it and shows where it is.
#[derive(Serialize)]
struct Placed {
    #[serde(flatten)]
    order: Order,
    token: String,
    tracking_url: String,
}

#[post("/orders", data = "<body>")]
pub async fn place(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::PlaceOrder)?;
    ctx.limit(Kind::Order, &caller)?;
    let (draft, secret) = (read_draft(&body, &caller, address), ctx.app.secret);
    let rehearsal = rehearsal(&draft, &caller);
    let shown = move |tx: &Tx, order: Order| -> ApiResult {
        let location = format!("/orders/{}", order.id);
        let placed = placed(tx, visible_to(&caller, order), &secret)?;
        let etag = placed.order.tag().text(caller.sees_as_staff());
        Ok(Response::created(location, &placed)?.with_etag(etag))
    };
    let place = move |tx: &Tx, ()| {
        let draft = draft.as_ref().map_err(Clone::clone)?;
        let order = orders::place(tx, draft, orderer(&caller))?;
        Ok((Made { kind: idempotency::Kind::Order, subject: order.id }, shown(tx, order)?))
    };
    let again = move |tx: &Tx, (), id| shown(tx, orders::find(tx, id)?);
    ctx.once_after(rehearsal, &caller, &body, |_| Ok(()), place, again).await
}

/// Where many lines are to be looked up, the writer does it for nobody who is refused.
fn rehearsal(draft: &Result<Draft>, caller: &Caller) -> Rehearsal {
    match draft {
        Ok(draft) if draft.is_long() => Rehearsal::Long,
        Ok(draft) if draft.is_short() => Rehearsal::of(caller),
        _ => Rehearsal::Short,
    }
}

#[post("/quotes", data = "<body>")]
pub async fn quote(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::PlaceOrder)?;
    ctx.limit(Kind::Quote, &caller)?;
    let draft = read_draft(&body, &caller, destination)?;
    let is_long = draft.is_long();
    let quote = move |tx: &Tx| orders::quote(tx, &draft, orderer(&caller));
    Response::ok(&if is_long { ctx.read_long(quote).await? } else { ctx.read(quote)? })
}

#[get("/orders/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(Permission::ReadOrder, id)?;
    let order = ctx.read(|tx| find(tx, id, scope))?;
    ctx.object(&visible_to(&caller, order), &caller)
}

#[patch("/orders/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(Permission::EditOrder, id)?;
    let if_match = ctx.if_match();
    let order = ctx.write(move |tx| {
        let before = find(tx, id, scope)?;
        let settings = settings::load(tx)?;
        let usual = before.expected_delivery_date;
        let merged = body.over(&OrderEditInput::of(&before))?;
        let input = form::read(&merged, |form| order_edit(form, usual));
        let decided = input.and_then(|input| before.edited(input, &settings));
        let after = if_match.guard(&before, decided)?;
        orders::save_edit(tx, &before, after, &settings)
    });
    Response::object(&order.await?, &caller)
}

#[get("/orders/<id>/track")]
pub fn track(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    let shown = ctx.parameter("token");
    let scope = match ctx.may_with_order(Permission::ReadOrder, id) {
        _ if shown.is_some_and(|token| is_track_token(&ctx.app.secret, id, token)) => {
            OrderScope::ByToken
        }
        Ok((_, scope)) => scope,
        // Without a token nobody learns anything, not even whether there is such an order.
        Err(_) => return Err(Error::not_found()),
    };
    let track = ctx.read(|tx| {
        let order = find(tx, id, scope)?;
        Ok(Track::of(&order, &orders::steps(tx, &order)?))
    })?;
    Response::ok(&if caller.sees_as_staff() { track } else { track.without_steps() })
}

#[get("/orders")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::ListOrders)?;
    list_of(&ctx, &caller, None).await
}

#[get("/customers/<id>/orders")]
pub async fn list_of_customer(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may(Permission::ListOrders)?;
    ctx.may_with_customer(Permission::ReadCustomer, id)?;
    ctx.read(|tx| customers::contact(tx, id))?.ok_or_else(Error::not_found)?;
    list_of(&ctx, &caller, Some(id)).await
}

#[get("/orders/counts")]
pub async fn counts(ctx: RequestContext) -> ApiResult {
    let own = own(&ctx.may(Permission::ListOrders)?);
    Response::ok(&ctx.read_long(move |tx| orders::counts(tx, own)).await?)
}

async fn list_of(ctx: &RequestContext, caller: &Caller, customer_id: Option<Id>) -> ApiResult {
    let query = ctx.query()?;
    let (filter, range) = filter(&query, own(caller).or(customer_id), || ctx.read(settings::load))?;
    query.done()?;
    let sort = range.sort;
    let mut page = ctx.read_long(move |tx| orders::list(tx, &filter, &range)).await?;
    page.rows = page.rows.into_iter().map(|order| visible_to(caller, order)).collect();
    query.answer(&page, sort)
}

fn filter(
    query: &Query,
    own: Option<Id>,
    settings: impl Fn() -> Result<Arc<Settings>>,
) -> Result<(Filter, Range)> {
    let start = |text: &str, settings: &Settings| {
        Date::parse(text).map(|date| settings.time_zone.start_of(date))
    };
    let end = |text: &str, settings: &Settings| {
        Date::parse(text).map(|date| settings.time_zone.start_of(date.next()))
    };
    let from = query.get_by("from", &settings, start)?;
    let before = query.get_by("to", &settings, end)?;
    let filter = Filter {
        status: query.word("status", Status::NAMES),
        payment_status: query.word("payment_status", PaymentStatus::NAMES),
        fulfillment_status: query.word("fulfillment_status", FulfillmentStatus::NAMES),
        customer_id: query.get("customer_id", page::id),
        own,
        from,
        before,
        money_due: query.get("money_due", MoneyDue::parse),
        updated_after: query.time("updated_after", &settings)?,
        awaiting_return: query.get("awaiting_return", page::flag),
        q: query.get("q", words),
    };
    Ok((filter, query.range(SORTS, true)?))
}

fn own(caller: &Caller) -> Option<Id> {
    match caller {
        Caller::Customer(session) => Some(session.customer_id),
        _ => None,
    }
}

fn orderer(caller: &Caller) -> Orderer {
    match caller {
        Caller::Customer(session) => Orderer::Customer(session.customer_id),
        Caller::RecordHolder(record) => Orderer::Visitor { record: Some(*record) },
        Caller::Visitor | Caller::OrderHolder(_) => Orderer::Visitor { record: None },
        Caller::Storefront(_) | Caller::Reader(_) => Orderer::Storefront,
        Caller::Admin(_) | Caller::Staff(_) => Orderer::Shop,
    }
}

fn placed(tx: &Tx, order: Order, secret: &Hash) -> Result<Placed> {
    let settings = settings::load(tx)?;
    let base = settings.public_url.as_deref().unwrap_or_default();
    let (id, token) = (order.id, order_token(secret, order.id));
    let tracking_url = format!("{base}/orders/{id}/track?token={}", track_token(secret, id));
    Ok(Placed { order, token, tracking_url })
}

/// Reads where an order goes.
type ReadAddress = fn(Form) -> Field<Address>;

/// The draft of a body; fields that are not well-formed are noted in it.
fn read_draft(body: &Body, caller: &Caller, to: ReadAddress) -> Result<Draft> {
    let lines_max = if caller.is_visitor() { GUEST_LINES_MAX } else { LINES_MAX };
    let (draft, errors) = form::read_on(&body.json(), |form| draft(form, lines_max, to))?;
    Ok(Draft { errors, ..draft })
}

fn draft(form: &Form, lines_max: usize, to: ReadAddress) -> Draft {
    let items = form.each("items", lines_max, line_input);
    if items.as_ref().is_ok_and(|items| items.as_ref().is_none_or(Vec::is_empty)) {
        form.note("items", Invalid::new("required", "Give at least one item."));
    }
    let items = items.ok().flatten().unwrap_or_default().into_iter().enumerate();
    let guest = form.object("customer", guest).unwrap_or(None);
    let (customer, accepts_marketing) = guest.unzip();
    Draft {
        items: items.filter_map(|(at, item)| Some((at, item.ok()?))).collect(),
        customer_id: form.optional("customer_id", form::id).unwrap_or(None),
        customer,
        accepts_marketing: accepts_marketing.unwrap_or(false),
        shipping_address: form.object("shipping_address", to).unwrap_or(None),
        billing_address: form.object("billing_address", address).unwrap_or(None),
        shipping_method: form
            .optional("shipping_method", plain_line(LINE_CHARS_MAX))
            .unwrap_or(None),
        payment_method: form.optional("payment_method", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        discount_code: form.optional("discount_code", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        note: form.optional("note", paragraphs(NOTE_CHARS_MAX)).unwrap_or(None),
        metadata: metadata(form).unwrap_or_default(),
        expected_total: form.optional("expected_total", decimal).unwrap_or(None),
        order_date: form.optional("order_date", form::raw).unwrap_or(None),
        errors: Vec::new(),
    }
}

/// The guest who orders, and whether they take letters from the shop.
fn guest(form: Form) -> Field<(Contact, bool)> {
    let (contact, marketing) = (contact(&form), form.optional("accepts_marketing", flag));
    form.done();
    Ok((contact?, marketing?.unwrap_or(false)))
}

fn line_input(form: Form) -> Field<LineInput> {
    let product_id = form.required("product_id", form::id);
    let variant_id = form.optional("variant_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let note = form.optional("note", paragraphs(LINE_NOTE_CHARS_MAX));
    form.done();
    let (product_id, variant_id) = (product_id?, variant_id?);
    Ok(LineInput { product_id, variant_id, quantity: quantity?, note: note? })
}

/// `usual`: the day on which it is expected, which stays where none is given.
fn order_edit(form: &Form, usual: Date) -> Field<OrderEditInput> {
    let expected_delivery_date = form.optional("expected_delivery_date", text(Date::parse));
    let note = form.optional("note", paragraphs(NOTE_CHARS_MAX));
    let staff_note = form.optional("staff_note", paragraphs(NOTE_CHARS_MAX));
    let customer = form.object("customer", contact_object);
    let shipping_address = form.object("shipping_address", address);
    let billing_address = form.object("billing_address", address);
    Ok(OrderEditInput {
        expected_delivery_date: expected_delivery_date?.unwrap_or(usual),
        customer: customer?,
        note: note?,
        staff_note: staff_note?,
        shipping_address: shipping_address?,
        billing_address: billing_address?,
    })
}
