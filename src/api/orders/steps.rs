//! `/orders/<id>/payments`, `/packing`, `/shipments`, `/delivery`, `/cancellation`: what happens to
//! an order, each a resource that can be read, some that can be taken back.

use rocket::{delete, get, post};

use super::{check, find, tag, visible_to};
use crate::api::auth::{OrderScope, Permission, authorize_order};
use crate::api::body::Body;
use crate::api::context::RequestContext;
use crate::api::etag::in_order;
use crate::api::form::{self, Field, Form, decimal, integer, line, paragraphs, text};
use crate::api::response::{ApiResult, Response};
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::orders::{Action, LINES_MAX, Order, UNITS_MAX, Units};
use crate::domain::settings::PaymentMethod;
use crate::domain::text::{LINE_CHARS_MAX, NOTE_CHARS_MAX, url};
use crate::domain::{Id, Invalid};
use crate::error::{Code, Error, Result};
use crate::store::orders::{self, ShipmentInput, Step};
use crate::store::sql::Tx;

/// Money that came in.
struct PaymentInput {
    amount: Option<String>,
    method: PaymentMethod,
    reference: Option<String>,
}

/// Units that are not wanted any more.
struct CancellationInput {
    items: Option<Vec<Units>>,
    reason: String,
}

/// Who takes a step, and when.
pub struct By {
    pub actor: String,
    pub now: Timestamp,
}

#[post("/orders/<id>/payments", data = "<body>")]
pub async fn pay(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let paying = form::read(body.json(), paying);
    step(ctx, id, body, Action::Payments, paying, |tx, order, paying, by| {
        let (amount, reference) = (paying.amount.as_deref(), paying.reference.as_deref());
        orders::pay(tx, order.id, (amount, paying.method, reference), &by.actor, by.now)
    })
    .await
}

#[delete("/orders/<id>/payments/<step>")]
pub async fn void_payment(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void(ctx, id, Action::Payments, move |tx, by| {
        orders::void_payment(tx, id, step, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/packing", data = "<body>")]
pub async fn pack(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let nothing = form::read(body.json(), |_| Ok(()));
    step(ctx, id, body, Action::Packing, nothing, |tx, order, (), by| {
        orders::pack(tx, order.id, &by.actor, by.now)
    })
    .await
}

#[delete("/orders/<id>/packing/<step>")]
pub async fn void_packing(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void(ctx, id, Action::Packing, move |tx, by| {
        orders::void_packing(tx, id, step, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/shipments", data = "<body>")]
pub async fn ship(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let shipping = form::read(body.json(), shipping);
    step(ctx, id, body, Action::Shipments, shipping, |tx, order, shipping, by| {
        orders::ship(tx, order.id, &shipping, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/delivery", data = "<body>")]
pub async fn deliver(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let shipment = form::read(body.json(), |form| form.optional("shipment_id", form::id));
    step(ctx, id, body, Action::Delivery, shipment, |tx, order, shipment, by| {
        orders::deliver(tx, order.id, shipment, &by.actor, by.now)
    })
    .await
}

#[delete("/orders/<id>/delivery/<step>")]
pub async fn void_delivery(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void(ctx, id, Action::Delivery, move |tx, by| {
        orders::void_delivery(tx, id, step, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/cancellation", data = "<body>")]
pub async fn cancel(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let cancelling = form::read(body.json(), cancelling);
    let by_shop = ctx.caller_of_once()?.is_shop();
    step(ctx, id, body, Action::Cancellation, cancelling, move |tx, order, cancelling, by| {
        if !by_shop && !order.is_untouched() {
            let detail = "Packing has begun; please ask the shop.";
            let allowed = serde_json::json!([]);
            return Err(Error::new(Code::ActionNotPossible, detail).with("allowed", allowed));
        }
        let (items, reason) = (cancelling.items.as_deref(), cancelling.reason.as_str());
        orders::cancel(tx, order.id, items, reason, &by.actor, by.now)
    })
    .await
}

#[get("/orders/<id>/payments/<step>")]
pub fn payment(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Payments, step)
}

#[get("/orders/<id>/packing/<step>")]
pub fn packing(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Packing, step)
}

#[get("/orders/<id>/shipments/<step>")]
pub fn shipment(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Shipments, step)
}

#[get("/orders/<id>/delivery/<step>")]
pub fn delivery(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Delivery, step)
}

#[get("/orders/<id>/cancellation/<step>")]
pub fn cancellation(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Cancellation, step)
}

pub fn permission(action: Action) -> Permission {
    match action {
        Action::Payments => Permission::RecordPayment,
        Action::Packing
        | Action::Shipments
        | Action::Delivery
        | Action::Refunds
        | Action::Returns => Permission::FulfilOrder,
        Action::Cancellation | Action::Withdrawal => Permission::CancelOrder,
    }
}

/// Takes a step and answers with the whole order and where the step can be read.
pub async fn step<I: Send + 'static>(
    ctx: RequestContext,
    id: Id,
    body: Body,
    action: Action,
    input: Result<I>,
    work: impl FnOnce(&Tx, &Order, I, &By) -> Result<Step> + Send + 'static,
) -> ApiResult {
    let caller = ctx.caller_of_once()?;
    let scope = authorize_order(&caller, permission(action), id)?;
    let (if_match, by) = (ctx.if_match(), By { actor: caller.name(), now: ctx.now });
    let found = move |tx: &Tx| find(tx, id, scope);
    ctx.once_about(&caller, &body, found, move |tx, order| {
        let input = input?;
        let order = visible_to(order, &caller);
        let taken = work(tx, &order, input, &by);
        let taken = in_order(taken, || check(&order, if_match.as_deref()));
        let Step { order, id: step } = taken?;
        let person = order.customer_id;
        let etag = tag(&order).text(caller.sees_as_staff());
        let location = format!("/orders/{id}/{}/{step}", action.name());
        Ok(Response::created(location, &visible_to(order, &caller))?.with_etag(etag).about(person))
    })
    .await
}

/// Takes a step back.
async fn void(
    ctx: RequestContext,
    id: Id,
    action: Action,
    work: impl FnOnce(&Tx, &By) -> Result<()> + Send + 'static,
) -> ApiResult {
    let caller = ctx.caller()?;
    // Only the shop itself undoes its clicks.
    authorize_order(&caller, Permission::FulfilOrder, id)?;
    authorize_order(&caller, permission(action), id)?;
    let (if_match, by) = (ctx.if_match(), By { actor: caller.name(), now: ctx.now });
    ctx.write(move |tx| {
        let order = find(tx, id, OrderScope::Any)?;
        in_order(work(tx, &by), || check(&order, if_match.as_deref()))
    })
    .await?;
    Ok(Response::nothing())
}

pub fn read(ctx: &RequestContext, id: Id, action: Action, step: Id) -> ApiResult {
    let caller = ctx.caller()?;
    let scope = authorize_order(&caller, Permission::ReadOrder, id)?;
    let value = ctx.app.store.read(|tx| {
        find(tx, id, scope)?;
        orders::step(tx, id, action, step)
    })?;
    Response::ok(&value)
}

fn paying(form: &Form) -> Field<PaymentInput> {
    let amount = form.optional("amount", decimal);
    let method = form.required("method", text(PaymentMethod::parse));
    let reference = form.optional("reference", line(LINE_CHARS_MAX));
    Ok(PaymentInput { amount: amount?, method: method?, reference: reference? })
}

fn shipping(form: &Form) -> Field<ShipmentInput> {
    let items = form.list("items", LINES_MAX, units);
    let carrier = form.required("carrier", line(LINE_CHARS_MAX));
    let tracking_number = form.required("tracking_number", line(LINE_CHARS_MAX));
    let tracking_url = form.optional("tracking_url", text(url));
    let date = form.optional("expected_delivery_date", text(Date::parse));
    Ok(ShipmentInput {
        items: some_units(form, items?),
        carrier: carrier?,
        tracking_number: tracking_number?,
        tracking_url: tracking_url?,
        expected_delivery_date: date?,
    })
}

fn cancelling(form: &Form) -> Field<CancellationInput> {
    let items = form.list("items", LINES_MAX, units);
    let reason = form.required("reason", paragraphs(NOTE_CHARS_MAX));
    Ok(CancellationInput { items: some_units(form, items?), reason: reason? })
}

/// A list that names nothing is a mistake, not everything.
pub fn some_units(form: &Form, items: Option<Vec<Units>>) -> Option<Vec<Units>> {
    if items.as_ref().is_some_and(Vec::is_empty) {
        let detail = "Name at least one item, or leave \"items\" out for all.";
        form.note("items", Invalid::new("empty", detail));
    }
    items
}

pub fn units(form: Form) -> Field<Units> {
    let item_id = form.required("item_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    form.done();
    Ok(Units { item_id: item_id?, quantity: quantity? })
}
