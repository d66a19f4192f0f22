//! A step of an order as a resource: taken by a POST, read under its address, and taken back by a
//! DELETE.

use serde::Serialize;

use super::find::{find, visible_to};
use crate::domain::Id;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{
    Action, FulfillmentStatus, Order, PaymentStatus, Status, StepInput, StepTerms,
};
use crate::domain::totals::TaxGroup;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::page;
use crate::http::permissions::{OrderScope, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::orders::{self, TakenStep};
use crate::store::{Tx, settings};

/// The permission that a kind of step needs.
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

/// Takes a step; the response is the whole order and where the step can be read.
pub async fn create_step(
    ctx: RequestContext,
    id: Id,
    body: Body,
    action: Action,
    input: Result<StepInput>,
) -> ApiResult {
    let query = ctx.query()?;
    let can_be_tried = matches!(action, Action::Refunds | Action::Returns);
    let is_tried = can_be_tried && query.get("dry_run", page::flag).unwrap_or(false);
    // A word for a trial that is not understood must not take the step.
    query.done()?;
    if is_tried {
        return preview_step(&ctx, id, action, input);
    }
    let (caller, scope) = ctx.may_with_order_once(permission(action), id)?;
    let if_match = ctx.if_match();
    let found = move |tx: &Tx| find(tx, id, scope);
    let shown = move |order: Order, step: Id| {
        let location = format!("/orders/{id}/{}/{step}", action.name());
        Response::new_object(location, &visible_to(&caller, order), &caller)
    };
    let take = move |tx: &Tx, before: Order| {
        let current = visible_to(&caller, before.clone());
        let guard = |decided| if_match.guard(&current, decided);
        let TakenStep { order, id: step } =
            orders::take_step(tx, &before, input.as_ref().map_err(Clone::clone)?, guard)?;
        Ok((Made { kind: Kind::Step, subject: step }, shown(order, step)?))
    };
    // Also where the step was voided since: what is shown of it is the order.
    let again = move |_: &Tx, order, step| shown(order, step);
    ctx.once_about(&caller, &body, found, (take, again)).await
}

/// What a step would come to.
#[derive(Serialize)]
struct StepPreview<'a> {
    /// The money that would go back by it.
    amount: Money,
    /// The part of it that goes beyond what is to be refunded, and its tax.
    price_reduction: Money,
    taxes: &'a [TaxGroup],
    refunded_total: Money,
    to_pay: Money,
    to_refund: Money,
    status: Status,
    payment_status: PaymentStatus,
    fulfillment_status: FulfillmentStatus,
    currency: Currency,
}

impl<'a> StepPreview<'a> {
    fn of(after: &'a Order) -> Self {
        let refund = after.refunds.iter().find(|refund| refund.id.is_none());
        let zero = Money::new(0, after.currency);
        Self {
            amount: refund.map_or(zero, |refund| refund.amount),
            price_reduction: refund.map_or(zero, |refund| refund.price_reduction),
            taxes: refund.map_or(&[], |refund| &refund.taxes),
            refunded_total: after.refunded_total,
            to_pay: after.to_pay,
            to_refund: after.to_refund,
            status: after.status,
            payment_status: after.payment_status,
            fulfillment_status: after.fulfillment_status,
            currency: after.currency,
        }
    }
}

/// Tells what a step would come to, and takes none.
fn preview_step(
    ctx: &RequestContext,
    id: Id,
    action: Action,
    input: Result<StepInput>,
) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(permission(action), id)?;
    let if_match = ctx.if_match();
    let after = ctx.read(|tx| {
        let before = find(tx, id, scope)?;
        let current = visible_to(&caller, before.clone());
        let input = input.as_ref().map_err(Clone::clone)?;
        orders::preview_step(tx, &before, input, |decided| if_match.guard(&current, decided))
    })?;
    Response::ok(&StepPreview::of(&after))
}

/// Takes a step back. Only the shop itself undoes its clicks.
pub async fn void_step(ctx: RequestContext, id: Id, action: Action, step: Id) -> ApiResult {
    ctx.may_with_order(Permission::FulfilOrder, id)?;
    ctx.may_with_order(permission(action), id)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let before = find(tx, id, OrderScope::Any)?;
        let steps = orders::steps(tx, &before)?;
        let settings = settings::load(tx)?;
        let terms = StepTerms::of(&settings);
        let decided = before.without(&steps, (action, step), &terms, tx.now());
        let (after, step) = if_match.guard(&before, decided)?;
        orders::save_void(tx, &before, after, &step, &settings)
    })
    .await?;
    Ok(Response::nothing())
}

/// Reads a step again.
pub fn read_step(ctx: &RequestContext, id: Id, action: Action, step: Id) -> ApiResult {
    let (_, scope) = ctx.may_with_order(Permission::ReadOrder, id)?;
    Response::ok(&ctx.read(|tx| {
        let order = find(tx, id, scope)?;
        orders::find_step(tx, &order, action, step)
    })?)
}
