//! `/orders/<id>/refunds`, `/returns`, `/withdrawal`: what comes back after the sale.

use rocket::{get, post};

use super::steps::{permission, read, some_units, step, units};
use super::{check, find};
use crate::api::auth::authorize_order;
use crate::api::body::Body;
use crate::api::context::RequestContext;
use crate::api::etag::in_order;
use crate::api::form::{self, Field, Form, decimal, flag, integer, paragraphs};
use crate::api::response::{ApiResult, Response};
use crate::domain::orders::{Action, LINES_MAX, UNITS_MAX, Units};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Id, Invalid};
use crate::store::orders::{self, RefundInput, ReturnItemInput};
use crate::store::sql::Tx;

/// Goods that come back.
struct ReturnInput {
    items: Vec<ReturnItemInput>,
    refund: bool,
}

#[post("/orders/<id>/refunds", data = "<body>")]
pub async fn refund(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let giving = form::read(body.json(), giving_back);
    step(ctx, id, body, Action::Refunds, giving, |tx, order, giving, by| {
        orders::refund(tx, order.id, &giving, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/returns", data = "<body>")]
pub async fn return_items(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let returning = form::read(body.json(), returning);
    step(ctx, id, body, Action::Returns, returning, |tx, order, returning, by| {
        let ReturnInput { items, refund } = returning;
        orders::return_items(tx, order.id, &items, refund, &by.actor, by.now)
    })
    .await
}

#[post("/orders/<id>/withdrawal", data = "<body>")]
pub async fn withdraw(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let items = form::read(body.json(), |form| {
        let items = form.list("items", LINES_MAX, units);
        Ok(some_units(form, items?))
    });
    let caller = ctx.caller_of_once()?;
    let scope = authorize_order(&caller, permission(Action::Withdrawal), id)?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    let found = move |tx: &Tx| find(tx, id, scope);
    ctx.once_about(&caller, &body, found, move |tx, order| {
        let items = items?;
        let withdrawn = orders::withdraw(tx, id, items.as_deref(), &caller.name(), now);
        let (order, receipt) = in_order(withdrawn, || check(&order, if_match.as_deref()))?;
        let location = format!("/orders/{id}/withdrawal/{}", receipt.id());
        Ok(Response::created(location, &receipt)?.about(order.customer_id))
    })
    .await
}

#[get("/orders/<id>/refunds/<step>")]
pub fn read_refund(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Refunds, step)
}

#[get("/orders/<id>/returns/<step>")]
pub fn read_return(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Returns, step)
}

#[get("/orders/<id>/withdrawal/<step>")]
pub fn withdrawal(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read(&ctx, id, Action::Withdrawal, step)
}

fn giving_back(form: &Form) -> Field<RefundInput> {
    let amount = form.optional("amount", decimal);
    let items = form.list("items", LINES_MAX, units);
    let shipping = form.optional("shipping", flag);
    let reason = form.required("reason", paragraphs(NOTE_CHARS_MAX));
    let (amount, items) = (amount?, some_units(form, items?));
    let shipping = shipping?.unwrap_or(false);
    if amount.is_some() && (items.is_some() || shipping) {
        let detail = "Give an amount, or what it is for, not both.";
        form.note("amount", Invalid::new("not_allowed", detail));
    }
    Ok(RefundInput { amount, items, shipping, reason: reason? })
}

fn returning(form: &Form) -> Field<ReturnInput> {
    let items = form.list("items", LINES_MAX, coming);
    let refund = form.optional("refund", flag);
    let items = items?.unwrap_or_default();
    if items.is_empty() {
        form.note("items", Invalid::new("required", "Say what came back."));
    }
    Ok(ReturnInput { items, refund: refund?.unwrap_or(false) })
}

fn coming(form: Form) -> Field<ReturnItemInput> {
    let item_id = form.required("item_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let restock = form.optional("restock", flag);
    form.done();
    let units = Units { item_id: item_id?, quantity: quantity? };
    Ok(ReturnItemInput { units, restock: restock?.unwrap_or(true) })
}
