//! What happens to an order after it was placed, and taking a wrong click back. Each step is one
//! transaction with its event.

use serde_json::{Value, json};

use super::edit::check_date;
use super::{Event, after, find, record, save};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::money::Money;
use crate::domain::orders::{
    Action, EventKind, FulfillmentStatus, Item, Order, Shipment, Status, Units,
};
use crate::domain::products::Reason;
use crate::domain::settings::PaymentMethod;
use crate::domain::shipping::tracking_url;
use crate::error::{Code, Error, FieldError, Result};
use crate::store::sql::{Row, Tx, damaged, json as to_json};
use crate::store::stock::{self, Cause};
use crate::store::{customers, discounts, invoices, products, sales, settings};

/// An order after a step, and the number of the step.
#[derive(Debug)]
pub struct Step {
    pub order: Order,
    pub id: Id,
}

/// A parcel that leaves the house.
#[derive(Clone, Debug)]
pub struct ShipmentInput {
    /// `None`: everything that is left.
    pub items: Option<Vec<Units>>,
    pub carrier: String,
    pub tracking_number: String,
    pub tracking_url: Option<String>,
    pub expected_delivery_date: Option<Date>,
}

/// Takes money in. `amount`: a decimal in the order's currency; left out, all that is open.
///
/// # Errors
/// Not found; invalid for an amount that is none; [`Code::ActionNotPossible`] for more than is
/// open.
pub fn pay(
    tx: &Tx,
    id: Id,
    (amount, method, reference): (Option<&str>, PaymentMethod, Option<&str>),
    actor: &str,
    now: Timestamp,
) -> Result<Step> {
    let mut order = find(tx, id)?;
    let open = order.open_amount();
    let amount = match amount {
        Some(text) => Money::parse(text, order.currency)
            .map_err(|r| Error::invalid(vec![FieldError::at("/amount", r.code, r.detail)]))?,
        None => Money::new(open, order.currency),
    };
    if amount.minor() == 0 && open > 0 {
        let detail = "A payment is more than nothing.";
        return Err(Error::invalid(vec![FieldError::at("/amount", "out_of_range", detail)]));
    }
    if amount.minor() > open || open == 0 {
        let left = Money::new(open, order.currency).text();
        let detail = format!("{left} {} is open on this order.", order.currency.code());
        return Err(not_possible(&order, detail));
    }
    let sql = "insert into payments (order_id, amount, method, reference, paid_at)
        values ($1, $2, $3, $4, $5) returning id";
    let payment = tx.insert(sql, &[&id, &amount.minor(), &method.name(), &reference, &now])?;
    order.paid_total = Money::new(order.paid_total.minor() + amount.minor(), order.currency);
    count_money(tx, &order, amount.minor())?;
    record(tx, id, &Event::about(EventKind::Payment, payment), actor, now)?;
    let step = finish(tx, order, payment, now)?;
    invoices::issue_when_due(tx, &step.order, actor, now)?;
    Ok(step)
}

/// Takes a payment back that never was.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`] when refunds rest on it.
pub fn void_payment(tx: &Tx, id: Id, payment: Id, actor: &str, now: Timestamp) -> Result<()> {
    let mut order = find(tx, id)?;
    let found = order.payments.iter().find(|found| found.id == payment);
    let amount = found.ok_or_else(Error::not_found)?.amount.minor();
    if order.paid_total.minor() - amount < order.refunded_total.minor() {
        return Err(not_possible(&order, "Money of this payment was refunded."));
    }
    tx.execute("update payments set voided_at = $2 where id = $1", &[&payment, &now])?;
    order.paid_total = Money::new(order.paid_total.minor() - amount, order.currency);
    count_money(tx, &order, -amount)?;
    void_event(tx, id, EventKind::Payment, payment, now)?;
    record(tx, id, &Event::about(EventKind::PaymentVoided, payment), actor, now)?;
    save(tx, &mut order, now)
}

/// Notes that everything is packed.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`].
pub fn pack(tx: &Tx, id: Id, actor: &str, now: Timestamp) -> Result<Step> {
    let mut order = find(tx, id)?;
    require(&order, Action::Packing, "This order cannot be packed now.")?;
    order.packed_at = Some(now);
    let step = record(tx, id, &Event::of(EventKind::Packing), actor, now)?;
    finish(tx, order, step, now)
}

/// Unpacks what was not packed after all.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`] once something was shipped.
pub fn void_packing(tx: &Tx, id: Id, step: Id, actor: &str, now: Timestamp) -> Result<()> {
    let mut order = find(tx, id)?;
    live_event(tx, id, EventKind::Packing, step)?;
    let packed = [FulfillmentStatus::Packed, FulfillmentStatus::ReadyForPickup];
    if !packed.contains(&order.fulfillment_status) {
        return Err(not_possible(&order, "Something of it was shipped already."));
    }
    order.packed_at = None;
    tx.execute("update order_events set voided_at = $2 where id = $1", &[&step, &now])?;
    record(tx, id, &Event::about(EventKind::PackingVoided, step), actor, now)?;
    save(tx, &mut order, now)
}

/// Sends units on their way.
///
/// # Errors
/// Not found; invalid for items the order does not have; [`Code::ActionNotPossible`] for more than
/// is left.
pub fn ship(
    tx: &Tx,
    id: Id,
    shipping: &ShipmentInput,
    actor: &str,
    now: Timestamp,
) -> Result<Step> {
    let mut order = find(tx, id)?;
    if let Some(date) = shipping.expected_delivery_date {
        check_date(tx, &order, date)?;
    }
    let units = choose_units(&order, shipping.items.as_deref(), Item::unshipped)?;
    require(&order, Action::Shipments, "Nothing of this order is left to ship.")?;
    order.expected_delivery_date =
        shipping.expected_delivery_date.unwrap_or(order.expected_delivery_date);
    let shipment = send(tx, id, &units, shipping, now)?;
    record(tx, id, &Event::about(EventKind::Shipment, shipment), actor, now)?;
    let step = reload_and_save(tx, order, shipment, now)?;
    invoices::issue_when_due(tx, &step.order, actor, now)?;
    Ok(step)
}

/// Writes a shipment down, and what is in it.
fn send(tx: &Tx, id: Id, units: &[Units], shipping: &ShipmentInput, now: Timestamp) -> Result<Id> {
    let sql = "insert into shipments (order_id, carrier, tracking_number, tracking_url,
            expected_delivery_date, shipped_at)
        values ($1, $2, $3, $4, $5, $6) returning id";
    let (carrier, number) = (&shipping.carrier, &shipping.tracking_number);
    let url = shipping.tracking_url.clone().or_else(|| tracking_url(carrier, number));
    let date = &shipping.expected_delivery_date;
    let shipment = tx.insert(sql, &[&id, carrier, number, &url, date, &now])?;
    for unit in units {
        let sql = "insert into shipment_items (shipment_id, item_id, quantity)
            values ($1, $2, $3)";
        tx.execute(sql, &[&shipment, &unit.item_id, &unit.quantity])?;
        let sql = "update order_items set shipped_quantity = shipped_quantity + $2 where id = $1";
        tx.execute(sql, &[&unit.item_id, &unit.quantity])?;
    }
    Ok(shipment)
}

/// Hands everything that is left to the buyer, who has come for it.
fn hand_over(tx: &Tx, order: &Order, now: Timestamp) -> Result<()> {
    let shipping = ShipmentInput {
        items: None,
        carrier: Shipment::PICKUP.to_owned(),
        tracking_number: order.number.clone(),
        tracking_url: None,
        expected_delivery_date: None,
    };
    let units = choose_units(order, None, Item::unshipped)?;
    send(tx, order.id, &units, &shipping, now).map(drop)
}

/// Takes back what was handed over.
fn take_from_buyer(tx: &Tx, order: &Order, shipment: &Shipment) -> Result<()> {
    if order.items.iter().any(|item| item.returned_quantity > 0) {
        return Err(not_possible(order, "Something of it came back already."));
    }
    for unit in &shipment.items {
        let sql = "update order_items set shipped_quantity = shipped_quantity - $2 where id = $1";
        tx.execute(sql, &[&unit.item_id, &unit.quantity])?;
    }
    tx.execute("delete from shipment_items where shipment_id = $1", &[&shipment.id])?;
    tx.execute("delete from shipments where id = $1", &[&shipment.id]).map(drop)
}

/// Notes that a shipment arrived, or all that are under way; of what the buyer fetches, that they
/// have come.
///
/// # Errors
/// Not found; invalid for a shipment the order does not have; [`Code::ActionNotPossible`].
pub fn deliver(
    tx: &Tx,
    id: Id,
    shipment_id: Option<Id>,
    actor: &str,
    now: Timestamp,
) -> Result<Step> {
    let order = find(tx, id)?;
    let known = |id: Id| order.shipments.iter().any(|shipment| shipment.id == id);
    if shipment_id.is_some_and(|id| !known(id)) {
        let detail = "This order has no such shipment.";
        return Err(Error::invalid(vec![FieldError::at("/shipment_id", "not_found", detail)]));
    }
    require(&order, Action::Delivery, "Nothing of this order is on its way.")?;
    if order.pickup && shipment_id.is_none() && order.items.iter().any(|i| i.unshipped() > 0) {
        hand_over(tx, &order, now)?;
    }
    let sql = "update shipments set delivered_at = $3
        where order_id = $1 and delivered_at is null and ($2 is null or id = $2) returning id";
    let read = |row: &Row| row.take::<i64>();
    let arrived = tx.all(sql, &[&id, &shipment_id, &now], read)?;
    if arrived.is_empty() {
        return Err(not_possible(&order, "This shipment has arrived already."));
    }
    // Which parcels came is kept, so that taking the step back moves these and no others.
    let units = Some(to_json(&arrived)?);
    let event = Event { subject: shipment_id, units, ..Event::of(EventKind::Delivery) };
    let step = record(tx, id, &event, actor, now)?;
    let step = reload_and_save(tx, order, step, now)?;
    invoices::issue_when_due(tx, &step.order, actor, now)?;
    Ok(step)
}

/// Takes a delivery back that did not happen.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`] when something that was handed over came back since.
pub fn void_delivery(tx: &Tx, id: Id, step: Id, actor: &str, now: Timestamp) -> Result<()> {
    let order = find(tx, id)?;
    let (_, _, arrived, _) = live_event(tx, id, EventKind::Delivery, step)?;
    let arrived: Vec<i64> = arrived
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| damaged("a delivery without parcels"))?;
    for shipment in order.shipments.iter().filter(|own| arrived.contains(&own.id.get())) {
        if shipment.is_parcel() {
            let sql = "update shipments set delivered_at = null where id = $1";
            tx.execute(sql, &[&shipment.id])?;
        } else {
            take_from_buyer(tx, &order, shipment)?;
        }
    }
    tx.execute("update order_events set voided_at = $2 where id = $1", &[&step, &now])?;
    record(tx, id, &Event::about(EventKind::DeliveryVoided, step), actor, now)?;
    reload_and_save(tx, order, step, now).map(drop)
}

/// Cancels units that did not leave the house; their stock comes back.
///
/// # Errors
/// Not found; invalid for items the order does not have; [`Code::ActionNotPossible`].
pub fn cancel(
    tx: &Tx,
    id: Id,
    items: Option<&[Units]>,
    reason: &str,
    actor: &str,
    now: Timestamp,
) -> Result<Step> {
    let before = find(tx, id)?;
    let mut order = before.clone();
    let units = choose_units(&order, items, Item::unshipped)?;
    require(&order, Action::Cancellation, "Nothing of this order can be cancelled any more.")?;
    let order_id = Some(id);
    let cause = Cause { reason: Reason::Returned, note: None, order_id, actor, now };
    for unit in &units {
        let sql = "update order_items set cancelled_quantity = cancelled_quantity + $2
            where id = $1 returning product_id, variant_id, taken";
        let (product_id, variant_id, taken): (Id, Id, i64) =
            tx.one(sql, &[&unit.item_id, &unit.quantity], |row| {
                Ok((row.take()?, row.take()?, row.take()?))
            })?;
        if taken > 0 {
            stock::put_back(tx, variant_id, unit.quantity, &cause)?;
            products::bump_revision(tx, product_id)?;
        }
    }
    order.cancel_reason = Some(reason.to_owned());
    let event = Event {
        units: Some(to_json(&units)?),
        note: Some(reason),
        ..Event::of(EventKind::Cancellation)
    };
    let step = record(tx, id, &event, actor, now)?;
    let step = reload_and_save(tx, order, step, now)?;
    let zone = settings::load(tx)?.time_zone;
    sales::count(tx, &zone, Some(&before), &step.order)?;
    if step.order.status == Status::Cancelled {
        discounts::release_use(tx, id)?;
    }
    Ok(step)
}

/// A step, to be read again under its address.
///
/// # Errors
/// Not found, also for one that was voided.
pub fn step(tx: &Tx, id: Id, kind: Action, step: Id) -> Result<Value> {
    let order = find(tx, id)?;
    let value = match kind {
        Action::Payments => order.payments.iter().find(|p| p.id == step).map(|p| json!(p)),
        Action::Shipments => order.shipments.iter().find(|s| s.id == step).map(|s| json!(s)),
        Action::Packing => {
            let (at, ..) = live_event(tx, id, EventKind::Packing, step)?;
            Some(json!({ "id": step, "packed_at": at }))
        }
        Action::Delivery => {
            let (at, shipment, ..) = live_event(tx, id, EventKind::Delivery, step)?;
            Some(json!({ "id": step, "delivered_at": at, "shipment_id": shipment }))
        }
        Action::Cancellation => {
            let (at, _, units, note) = live_event(tx, id, EventKind::Cancellation, step)?;
            let items: Option<Value> = units.and_then(|text| serde_json::from_str(&text).ok());
            Some(json!({ "id": step, "cancelled_at": at, "items": items, "reason": note }))
        }
        Action::Refunds => order.refunds.iter().find(|r| r.id == step).map(|r| json!(r)),
        Action::Returns => after::find_return(tx, id, step)?,
        Action::Withdrawal => after::receipt(&order, step).map(|receipt| json!(receipt)),
    };
    value.ok_or_else(Error::not_found)
}

/// The units that a step is about: those named, or all that are left for it.
pub fn choose_units(
    order: &Order,
    named: Option<&[Units]>,
    left: impl Fn(&Item) -> i64,
) -> Result<Vec<Units>> {
    let Some(named) = named else {
        let all = order.items.iter().filter(|item| left(item) > 0);
        return Ok(all.map(|item| Units { item_id: item.id, quantity: left(item) }).collect());
    };
    let mut errors = Vec::new();
    let mut units: Vec<Units> = Vec::new();
    let mut too_many = None;
    for (at, unit) in named.iter().enumerate() {
        let Some(item) = order.items.iter().find(|item| item.id == unit.item_id) else {
            let detail = "This order has no such item.";
            errors.push(FieldError::at(format!("/items/{at}/item_id"), "not_found", detail));
            continue;
        };
        let sum = match units.iter_mut().find(|known| known.item_id == unit.item_id) {
            Some(known) => {
                known.quantity += unit.quantity;
                known.quantity
            }
            None => {
                units.push(*unit);
                unit.quantity
            }
        };
        if sum > left(item) {
            too_many = Some(format!("{} of “{}” are left.", left(item), item.name));
        }
    }
    match too_many {
        _ if !errors.is_empty() => Err(Error::invalid(errors)),
        Some(detail) => Err(not_possible(order, detail)),
        None => Ok(units),
    }
}

/// Reads the lines and shipments again, which SQL has changed, and saves the order with what is
/// changed in memory.
pub fn reload_and_save(tx: &Tx, changed: Order, step: Id, now: Timestamp) -> Result<Step> {
    let mut order = find(tx, changed.id)?;
    order.expected_delivery_date = changed.expected_delivery_date;
    order.cancel_reason = changed.cancel_reason.filter(|_| order.status == Status::Cancelled);
    finish(tx, order, step, now)
}

pub fn finish(tx: &Tx, mut order: Order, step: Id, now: Timestamp) -> Result<Step> {
    save(tx, &mut order, now)?;
    Ok(Step { order: find(tx, order.id)?, id: step })
}

pub fn count_money(tx: &Tx, order: &Order, minor: i64) -> Result<()> {
    match order.customer_id {
        Some(customer_id) => customers::count_money(tx, customer_id, minor),
        None => Ok(()),
    }
}

type Happened = (Timestamp, Option<Id>, Option<String>, Option<String>);

fn live_event(tx: &Tx, id: Id, kind: EventKind, step: Id) -> Result<Happened> {
    let sql = "select at, subject, units, note from order_events
        where id = $1 and order_id = $2 and kind = $3 and voided_at is null";
    let read = |row: &Row| Ok((row.take()?, row.take()?, row.take()?, row.take()?));
    tx.maybe(sql, &[&step, &id, &kind.name()], read)?.ok_or_else(Error::not_found)
}

fn void_event(tx: &Tx, id: Id, kind: EventKind, subject: Id, now: Timestamp) -> Result<()> {
    let sql = "update order_events set voided_at = $4
        where order_id = $1 and kind = $2 and subject = $3 and voided_at is null";
    tx.execute(sql, &[&id, &kind.name(), &subject, &now]).map(drop)
}

pub fn require(order: &Order, action: Action, otherwise: &str) -> Result<()> {
    match order.allowed().contains(&action) {
        true => Ok(()),
        false => Err(not_possible(order, otherwise)),
    }
}

pub fn not_possible(order: &Order, detail: impl Into<String>) -> Error {
    Error::new(Code::ActionNotPossible, detail).with("allowed", json!(order.allowed()))
}
