//! The steps of an order, read from its timeline, and taking one more.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::save::{TakenStep, save_steps};
use super::timeline::{self, OrderEvent};
use crate::domain::Id;
use crate::domain::orders::{
    Action, Cancellation, Delivery, EventKind, Order, Packing, Return, ReturnReason, ReturnedUnits,
    Step, StepInput, StepTerms,
};
use crate::domain::settings::Settings;
use crate::error::{Error, Result};
use crate::store::engine::sql::{Row, damaged};
use crate::store::{Tx, settings};

/// The order after a step, and the steps to be saved.
type Decided = Result<(Order, Vec<Step>)>;

/// Takes a step of an order that was read in this transaction. `guard` sees what was decided before
/// anything is written, and may refuse it.
///
/// # Errors
/// As [`Order::apply`], and those of `guard`.
pub fn take_step(
    tx: &Tx,
    before: &Order,
    input: &StepInput,
    guard: impl FnOnce(Decided) -> Decided,
) -> Result<TakenStep> {
    let settings = settings::load(tx)?;
    let (after, steps) = decide(tx, before, input, &settings, guard)?;
    save_steps(tx, before, after, steps, &settings)
}

/// The step with what it leaves to the products: whether what comes back can be sold again.
fn completed<'a>(tx: &Tx, order: &Order, input: &'a StepInput) -> Result<Cow<'a, StepInput>> {
    let StepInput::Return(returned) = input else { return Ok(Cow::Borrowed(input)) };
    let mut returned = returned.clone();
    for item in returned.items.iter_mut().filter(|item| item.restock.is_none()) {
        let sql = "select restock_returns from products where id = $1";
        let product = order.item(item.units.item_id).and_then(|line| line.product_id);
        item.restock = product.map(|id| tx.maybe_value(sql, &[&id])).transpose()?.flatten();
    }
    Ok(Cow::Owned(StepInput::Return(returned)))
}

/// The order as it would be after a step, which is not taken.
///
/// # Errors
/// As [`take_step`].
pub fn preview_step(
    tx: &Tx,
    before: &Order,
    input: &StepInput,
    guard: impl FnOnce(Decided) -> Decided,
) -> Result<Order> {
    let settings = settings::load(tx)?;
    decide(tx, before, input, &settings, guard).map(|(after, _)| after)
}

fn decide(
    tx: &Tx,
    before: &Order,
    input: &StepInput,
    settings: &Settings,
    guard: impl FnOnce(Decided) -> Decided,
) -> Decided {
    let input = &completed(tx, before, input)?;
    guard(before.apply(input, &StepTerms::of(settings), tx.now()))
}

/// The steps of an order that were not voided, oldest first. Each made a version.
pub fn steps(tx: &Tx, order: &Order) -> Result<Vec<Step>> {
    steps_by(tx, order).map(|found| found.steps)
}

/// Steps, and the names of who took each.
#[derive(Default)]
pub(super) struct StepsBy {
    pub(super) steps: Vec<Step>,
    pub(super) actors: Vec<String>,
}

pub(super) fn steps_by(tx: &Tx, order: &Order) -> Result<StepsBy> {
    let mut found = StepsBy::default();
    if order.version == 1 {
        return Ok(found);
    }
    let events = timeline::live(tx, order.id)?;
    let shipped: HashSet<Id> = events
        .iter()
        .filter(|event| event.kind == EventKind::Shipment)
        .filter_map(|event| event.subject)
        .collect();
    for mut event in events {
        let actor = std::mem::take(&mut event.actor);
        if let Some(step) = step(tx, order, &shipped, event)? {
            found.steps.push(step);
            found.actors.push(actor);
        }
    }
    Ok(found)
}

/// A step, to be read again under its address.
///
/// # Errors
/// Not found, also for one that was voided.
pub fn find_step(tx: &Tx, order: &Order, action: Action, id: Id) -> Result<Value> {
    let found = match action {
        Action::Payments => order.payments.iter().find(|one| one.id == Some(id)).map(to_json),
        Action::Shipments => order.shipments.iter().find(|one| one.id == Some(id)).map(to_json),
        Action::Refunds => order.refunds.iter().find(|one| one.id == Some(id)).map(to_json),
        Action::Withdrawal => order.withdrawal_receipt(id).as_ref().map(to_json),
        Action::Packing | Action::Delivery | Action::Cancellation | Action::Returns => {
            let is_it = |step: &&Step| step.action() == action && step.id() == Some(id);
            match steps(tx, order)?.iter().find(is_it) {
                Some(Step::Packing(packing)) => Some(to_json(packing)),
                Some(Step::Delivery(delivery)) => Some(to_json(delivery)),
                Some(Step::Cancellation(cancellation)) => Some(to_json(cancellation)),
                Some(Step::Return(returned)) => Some(to_json(returned)),
                _ => None,
            }
        }
    };
    found.ok_or_else(Error::not_found)
}

fn to_json(step: &impl Serialize) -> Value {
    json!(step)
}

/// The step that an entry of the timeline speaks of, if it is one.
fn step(tx: &Tx, order: &Order, shipped: &HashSet<Id>, event: OrderEvent) -> Result<Option<Step>> {
    let OrderEvent { id, subject, at, .. } = event;
    Ok(match event.kind {
        EventKind::Payment => {
            let payment = order.payments.iter().find(|payment| payment.id == subject);
            payment.cloned().map(Step::Payment)
        }
        EventKind::Packing => Some(Step::Packing(Packing { id: Some(id), packed_at: at })),
        EventKind::Shipment => {
            let shipment = order.shipments.iter().find(|shipment| shipment.id == subject);
            shipment.cloned().map(Step::Shipment)
        }
        EventKind::Delivery => Some(Step::Delivery(delivery(order, shipped, event)?)),
        EventKind::Cancellation => {
            let items = event.units.and_then(|text| serde_json::from_str(&text).ok());
            let (id, reason) = (Some(id), event.note);
            Some(Step::Cancellation(Cancellation { cancelled_at: at, id, items, reason }))
        }
        EventKind::Refund => {
            let refund = order.refunds.iter().find(|refund| refund.id == subject);
            refund.cloned().map(Step::Refund)
        }
        EventKind::Return => subject.map(|id| find_return(tx, id)).transpose()?.map(Step::Return),
        EventKind::Withdrawal => {
            let found = order.withdrawals.iter().find(|withdrawal| withdrawal.id == subject);
            found.cloned().map(Step::Withdrawal)
        }
        EventKind::Placed
        | EventKind::PaymentVoided
        | EventKind::PackingVoided
        | EventKind::DeliveryVoided
        | EventKind::ShipmentVoided
        | EventKind::CancellationVoided
        | EventKind::RefundDone
        | EventKind::RefundFailed
        | EventKind::RefundVoided
        | EventKind::ReturnVoided
        | EventKind::WithdrawalVoided
        | EventKind::Edit
        | EventKind::Invoice => None,
    })
}

/// A delivery; what arrived by it and was never shipped, the buyer has come for.
fn delivery(order: &Order, shipped: &HashSet<Id>, event: OrderEvent) -> Result<Delivery> {
    let arrived: Vec<Id> = event
        .units
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| damaged("a delivery without parcels"))?;
    let fetched = arrived.iter().find(|id| !shipped.contains(id));
    let handed_over = order.shipments.iter().find(|shipment| shipment.id.as_ref() == fetched);
    Ok(Delivery {
        delivered_at: event.at,
        id: Some(event.id),
        shipment_id: event.subject,
        handed_over: handed_over.filter(|_| fetched.is_some()).cloned(),
        arrived: arrived.iter().filter(|id| shipped.contains(id)).copied().collect(),
    })
}

fn find_return(tx: &Tx, id: Id) -> Result<Return> {
    let sql = "select item_id, quantity, restock from return_items
        where return_id = $1 order by item_id";
    let items = tx.all(sql, &[&id], |row: &Row| {
        Ok(ReturnedUnits {
            item_id: row.get("item_id")?,
            quantity: row.get("quantity")?,
            restock: row.get("restock")?,
        })
    })?;
    let sql = "select r.reason, refund.id as refund_id, r.returned_at
        from returns r
            left join refunds refund on refund.id = r.refund_id and refund.voided_at is null
        where r.id = $1";
    tx.one(sql, &[&id], |row| {
        Ok(Return {
            id: Some(id),
            items,
            reason: row.word("reason", ReturnReason::of)?,
            refund_id: row.get("refund_id")?,
            returned_at: row.get("returned_at")?,
        })
    })
}
