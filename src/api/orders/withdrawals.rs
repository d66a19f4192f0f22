//! `/orders/<id>/withdrawal`: the declaration of a buyer not to want what they ordered.

use rocket::{delete, get, post};

use super::find::{find, visible_to};
use super::step::{permission, read_step, void_step};
use super::units::{some_units, units};
use crate::domain::Id;
use crate::domain::orders::{Action, LINES_MAX, Order, StepInput};
use crate::error::Error;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form;
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::{Tx, orders};

/// Answers its receipt, and not the order.
#[post("/orders/<id>/withdrawal", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let by_shop = ctx.caller().is_ok_and(|caller| caller.is_shop());
    let input = form::read(&body.json(), |form| {
        let items = some_units(form, form.list("items", LINES_MAX, units)?);
        Ok(StepInput::Withdrawal { items, by_shop })
    });
    let (caller, scope) = ctx.may_with_order_once(permission(Action::Withdrawal), id)?;
    let if_match = ctx.if_match();
    let found = move |tx: &Tx| find(tx, id, scope);
    let shown = move |order: &Order, step: Id| -> ApiResult {
        let receipt = order.withdrawal_receipt(step).ok_or_else(Error::not_found)?;
        Response::created(format!("/orders/{id}/withdrawal/{step}"), &receipt)
    };
    let take = move |tx: &Tx, before: Order| {
        let current = visible_to(&caller, before.clone());
        let guard = |decided| if_match.guard(&current, decided);
        let taken = orders::take_step(tx, &before, input.as_ref().map_err(Clone::clone)?, guard)?;
        Ok((Made { kind: Kind::Step, subject: taken.id }, shown(&taken.order, taken.id)?))
    };
    let again = move |_: &Tx, order: Order, step| shown(&order, step);
    ctx.once_about(&caller, &body, found, (take, again)).await
}

#[get("/orders/<id>/withdrawal/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Withdrawal, step)
}

#[delete("/orders/<id>/withdrawal/<step>")]
pub async fn void(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Withdrawal, step).await
}
