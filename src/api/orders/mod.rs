//! `/orders`: placing, reading, listing, counting, tracking; and `/quotes`, what an order would
//! come to. What happens to an order afterwards is in `steps` and `after`, its documents in
//! `invoices`.

pub mod after;
pub mod invoices;
pub mod steps;

use rocket::{get, patch, post};
use serde::Serialize;

use crate::api::auth::{
    self, Caller, OrderScope, Permission, authorize, authorize_customer, authorize_order,
    order_token, track_token,
};
use crate::api::body::Body;
use crate::api::contact_forms::{address, contact_object};
use crate::api::context::RequestContext;
use crate::api::etag::{Tag, in_order};
use crate::api::form::{self, Field, Form, decimal, integer, line, paragraphs, patched, text};
use crate::api::limits::Kind;
use crate::api::page::{self, Query, words};
use crate::api::response::{ApiResult, Response};
use crate::domain::calendar::{Date, Zone};
use crate::domain::customers::Address;
use crate::domain::orders::{
    FulfillmentStatus, LINES_MAX, Order, PaymentStatus, Status, UNITS_MAX,
};
use crate::domain::text::{LINE_CHARS_MAX, NOTE_CHARS_MAX};
use crate::domain::{Id, Invalid};
use crate::error::{Error, Result};
use crate::secret::Hash;
use crate::store::list::Range;
use crate::store::orders::{self, Draft, Filter, LineInput, OrderEditInput, Orderer};
use crate::store::sql::Tx;
use crate::store::{customers, settings};

const SORTS: &[(&str, &str)] =
    &[("order_date", "order_date"), ("created_at", "created_at"), ("total", "total")];

/// A new order, with what opens it and shows where it is.
#[derive(Serialize)]
struct Placed {
    #[serde(flatten)]
    order: Order,
    token: String,
    tracking_url: String,
}

/// The parts of an order that can be mended, as a PATCH is merged into them.
#[derive(Serialize)]
struct Editable<'a> {
    expected_delivery_date: Date,
    note: &'a Option<String>,
    shipping_address: &'a Option<Address>,
    billing_address: &'a Option<Address>,
}

#[post("/orders", data = "<body>")]
pub async fn place(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller_of_once()?;
    authorize(&caller, Permission::PlaceOrder)?;
    ctx.limit(Kind::Order, &caller)?;
    let draft = form::read_on(body.json(), draft);
    let draft = draft.map(|(draft, faults)| Draft { faults, ..draft });
    let (now, secret) = (ctx.now, ctx.app.secret);
    ctx.once(&caller, &body, move |tx| {
        let order = orders::place(tx, &draft?, orderer(&caller), &caller.name(), now)?;
        let person = order.customer_id;
        let etag = tag(&order).text(caller.sees_as_staff());
        let location = format!("/orders/{}", order.id);
        let placed = placed(tx, visible_to(order, &caller), &secret)?;
        Ok(Response::created(location, &placed)?.with_etag(etag).about(person))
    })
    .await
}

#[post("/quotes", data = "<body>")]
pub fn quote(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::PlaceOrder)?;
    ctx.limit(Kind::Quote, &caller)?;
    let (draft, faults) = form::read_on(body.json(), draft)?;
    let (draft, now) = (Draft { faults, ..draft }, ctx.now);
    let look = move |tx: &Tx| orders::quote(tx, &draft, orderer(&caller), now);
    Response::ok(&ctx.app.store.read(look)?)
}

#[get("/orders/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    let scope = authorize_order(&caller, Permission::ReadOrder, id)?;
    let order = ctx.app.store.read(|tx| find(tx, id, scope))?;
    let tag = tag(&order);
    ctx.object(&visible_to(order, &caller), tag, &caller)
}

#[patch("/orders/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    let scope = authorize_order(&caller, Permission::EditOrder, id)?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    let order = ctx
        .write(move |tx| {
            let old = find(tx, id, scope)?;
            let editable = Editable {
                expected_delivery_date: old.expected_delivery_date,
                note: &old.note,
                shipping_address: &old.shipping_address,
                billing_address: &old.billing_address,
            };
            let edit = form::read(&patched(&editable, body.json())?, editing)?;
            let edited = orders::edit(tx, id, edit, &caller.name(), now);
            in_order(edited, || check(&old, if_match.as_deref()))
        })
        .await?;
    let etag = tag(&order).text(caller.sees_as_staff());
    Ok(Response::ok(&order)?.with_etag(etag))
}

#[get("/orders/<id>/track")]
pub fn track(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    let by_address = ctx
        .parameter("token")
        .is_some_and(|token| auth::is_track_token(&ctx.app.secret, id, token));
    let scope = match authorize_order(&caller, Permission::ReadOrder, id) {
        _ if by_address => OrderScope::ByToken,
        Ok(scope) => scope,
        // Who has no token learns nothing, not even whether there is such an order.
        Err(_) => return Err(Error::not_found()),
    };
    let track = ctx.app.store.read(|tx| {
        find(tx, id, scope)?;
        orders::track(tx, id)
    })?;
    Response::ok(&if caller.sees_as_staff() { track } else { track.without_steps() })
}

#[get("/orders")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ListOrders)?;
    list_of(&ctx, &caller, None).await
}

#[get("/customers/<id>/orders")]
pub async fn list_of_customer(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ListOrders)?;
    authorize_customer(&caller, Permission::ReadCustomer, id)?;
    ctx.app.store.read(|tx| customers::contact(tx, id))?.ok_or_else(Error::not_found)?;
    list_of(&ctx, &caller, Some(id)).await
}

#[get("/orders/counts")]
pub async fn counts(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ListOrders)?;
    let own = own(&caller);
    let counts = ctx.app.store.read_long(move |tx| orders::counts(tx, own)).await?;
    Response::ok(&counts)
}

async fn list_of(ctx: &RequestContext, caller: &Caller, customer_id: Option<Id>) -> ApiResult {
    let zone = ctx.app.store.read(settings::load)?.time_zone;
    let query = ctx.query();
    let (filter, range) = filter(&query, &zone, own(caller).or(customer_id))?;
    query.done()?;
    let sort = range.sort;
    let find = move |tx: &Tx| orders::list(tx, &filter, &range);
    let mut page = ctx.app.store.read_long(find).await?;
    page.rows = page.rows.into_iter().map(|order| visible_to(order, caller)).collect();
    query.answer(&page, sort)
}

fn filter(query: &Query, zone: &Zone, own: Option<Id>) -> Result<(Filter, Range)> {
    let from = query.get("from", Date::parse).map(|date| zone.start_of(date));
    let before = query.get("to", Date::parse).map(|date| zone.start_of(date.next()));
    let filter = Filter {
        status: query.word("status", Status::NAMES),
        payment_status: query.word("payment_status", PaymentStatus::NAMES),
        fulfillment_status: query.word("fulfillment_status", FulfillmentStatus::NAMES),
        customer_id: query.get("customer_id", page::id),
        own,
        from,
        before,
        awaiting_return: query.get("awaiting_return", page::flag),
        q: query.get("q", words),
    };
    Ok((filter, query.range(SORTS, true)?))
}

/// The order, if it is one that this caller may see.
pub fn find(tx: &Tx, id: Id, scope: OrderScope) -> Result<Order> {
    let order = orders::find(tx, id)?;
    scope.check(order.customer_id)?;
    Ok(order)
}

/// The order as this caller may see it: a visitor learns no id of a customer.
pub fn visible_to(mut order: Order, caller: &Caller) -> Order {
    if caller.is_visitor() {
        order.customer_id = None;
    }
    order
}

pub fn tag(order: &Order) -> Tag {
    Tag { version: order.version, revision: order.revision }
}

/// Holds `If-Match` against an order.
///
/// # Errors
/// 412.
pub fn check(order: &Order, if_match: Option<&str>) -> Result<()> {
    tag(order).check(if_match, false, || serde_json::json!(order))
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
    let base = settings::load(tx)?.public_url.unwrap_or_default();
    let (id, token) = (order.id, order_token(secret, order.id));
    let tracking_url = format!("{base}/orders/{id}/track?token={}", track_token(secret, id));
    Ok(Placed { order, token, tracking_url })
}

/// What can be read of an order; what cannot is noted and left out.
fn draft(form: &Form) -> Draft {
    let items = form.each("items", LINES_MAX, wanted);
    if items.as_ref().is_ok_and(|items| items.as_ref().is_none_or(Vec::is_empty)) {
        form.note("items", Invalid::new("required", "Give at least one item."));
    }
    let items = items.ok().flatten().unwrap_or_default().into_iter().enumerate();
    Draft {
        items: items.filter_map(|(at, item)| Some((at, item.ok()?))).collect(),
        customer_id: form.optional("customer_id", form::id).unwrap_or(None),
        customer: form.object("customer", contact_object).unwrap_or(None),
        shipping_address: form.object("shipping_address", address).unwrap_or(None),
        billing_address: form.object("billing_address", address).unwrap_or(None),
        shipping_method: form.optional("shipping_method", line(LINE_CHARS_MAX)).unwrap_or(None),
        payment_method: form.optional("payment_method", line(LINE_CHARS_MAX)).unwrap_or(None),
        discount_code: form.optional("discount_code", line(LINE_CHARS_MAX)).unwrap_or(None),
        note: form.optional("note", paragraphs(NOTE_CHARS_MAX)).unwrap_or(None),
        expected_total: form.optional("expected_total", decimal).unwrap_or(None),
        order_date: form.optional("order_date", form::raw).unwrap_or(None),
        faults: Vec::new(),
    }
}

fn wanted(form: Form) -> Field<LineInput> {
    let product_id = form.required("product_id", form::id);
    let variant_id = form.optional("variant_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    form.done();
    Ok(LineInput { product_id: product_id?, variant_id: variant_id?, quantity: quantity? })
}

fn editing(form: &Form) -> Field<OrderEditInput> {
    let expected_delivery_date = form.required("expected_delivery_date", text(Date::parse));
    let note = form.optional("note", paragraphs(NOTE_CHARS_MAX));
    let shipping_address = form.object("shipping_address", address);
    let billing_address = form.object("billing_address", address);
    Ok(OrderEditInput {
        expected_delivery_date: expected_delivery_date?,
        note: note?,
        shipping_address: shipping_address?,
        billing_address: billing_address?,
    })
}
