//! What comes back after the sale: money, goods, and the word of a buyer who does not want them.
//! Each is one transaction with its event.

use serde::Serialize;
use serde_json::{Value, json};

use super::steps::{Step, choose_units, count_money, finish, not_possible, reload_and_save};
use super::{Event, find, record, save};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::money::Money;
use crate::domain::orders::{
    EventKind, Item, Order, Refund, RefundPlan, Status, Units, Wish, Withdrawal,
};
use crate::domain::products::Reason;
use crate::domain::settings::Settings;
use crate::error::{Error, FieldError, Result};
use crate::store::sql::{Row, Tx, json as to_json};
use crate::store::stock::{self, Cause};
use crate::store::{invoices, products, sales, settings};

/// What somebody wants to give back: an amount, or units and the price of shipping; nothing named
/// is what the order says is to be refunded.
#[derive(Clone, Debug)]
pub struct RefundInput {
    /// A decimal in the order's currency.
    pub amount: Option<String>,
    pub items: Option<Vec<Units>>,
    pub shipping: bool,
    pub reason: String,
}

/// Units that come back, and whether they can be sold again.
#[derive(Clone, Copy, Debug)]
pub struct ReturnItemInput {
    pub units: Units,
    pub restock: bool,
}

/// What a buyer gets when they withdraw.
#[derive(Debug, Serialize)]
pub struct Receipt {
    id: Id,
    order_id: Id,
    order_number: String,
    items: Vec<ReceiptItem>,
    withdrawn_at: Timestamp,
}

impl Receipt {
    pub fn id(&self) -> Id {
        self.id
    }
}

#[derive(Debug, Serialize)]
struct ReceiptItem {
    item_id: Id,
    name: String,
    variant_title: Option<String>,
    quantity: i64,
}

/// Gives money back; no goods move.
///
/// # Errors
/// Not found; invalid for an amount that is none and for items the order does not have;
/// [`crate::error::Code::ActionNotPossible`] for more than was paid.
pub fn refund(tx: &Tx, id: Id, giving: &RefundInput, actor: &str, now: Timestamp) -> Result<Step> {
    let mut order = find(tx, id)?;
    let items = match &giving.items {
        Some(named) => {
            choose_units(&order, Some(named), |item| item.quantity - order.refunded_units(item.id))?
        }
        None => Vec::new(),
    };
    let wish = match &giving.amount {
        Some(text) => Wish::Amount(amount(text, &order)?),
        None if giving.items.is_some() || giving.shipping => {
            Wish::Parts { items: &items, shipping: giving.shipping }
        }
        None => Wish::Due,
    };
    let plan = order.plan_refund(wish).map_err(|detail| not_possible(&order, detail))?;
    let refund = refund_order(tx, &mut order, &plan, Some(&giving.reason), actor, now)?;
    finish(tx, order, refund, now)
}

fn amount(text: &str, order: &Order) -> Result<i64> {
    let wrong =
        |code, detail: String| Error::invalid(vec![FieldError::at("/amount", code, detail)]);
    let amount = Money::parse(text, order.currency).map_err(|r| wrong(r.code, r.detail))?;
    match amount.minor() {
        0 => Err(wrong("out_of_range", "A refund is more than nothing.".to_owned())),
        minor => Ok(minor),
    }
}

/// Writes a refund down, with its credit note if there is an invoice.
fn refund_order(
    tx: &Tx,
    order: &mut Order,
    plan: &RefundPlan,
    reason: Option<&str>,
    actor: &str,
    now: Timestamp,
) -> Result<Id> {
    let sql = "insert into refunds (order_id, amount, shipping, taxes, reason, refunded_at)
        values ($1, $2, $3, $4, $5, $6) returning id";
    let row = |group: &crate::domain::totals::TaxGroup| {
        (group.rate, group.net.minor(), group.tax.minor())
    };
    let taxes = to_json(&plan.taxes.iter().map(row).collect::<Vec<_>>())?;
    let (amount, shipping) = (plan.amount.minor(), plan.shipping.minor());
    let id = tx.insert(sql, &[&order.id, &amount, &shipping, &taxes, &reason, &now])?;
    for unit in &plan.items {
        let sql = "insert into refund_items (refund_id, item_id, quantity) values ($1, $2, $3)";
        tx.execute(sql, &[&id, &unit.item_id, &unit.quantity])?;
    }
    let refund = Refund {
        id,
        amount: plan.amount,
        currency: order.currency,
        items: plan.items.clone(),
        shipping: plan.shipping,
        reason: reason.map(str::to_owned),
        taxes: plan.taxes.clone(),
        refunded_at: now,
    };
    order.refunded_total = Money::new(order.refunded_total.minor() + amount, order.currency);
    count_money(tx, order, -amount)?;
    sales::count_refund(tx, &settings::load(tx)?.time_zone, &refund)?;
    record(tx, order.id, &Event::about(EventKind::Refund, id), actor, now)?;
    invoices::credit(tx, order, &refund, actor, now)?;
    Ok(id)
}

/// Takes goods back; with `refund` also what they cost, at most what is to be refunded then.
///
/// # Errors
/// Not found; invalid for items the order does not have;
/// [`crate::error::Code::ActionNotPossible`] for more than was sent, or when there is nothing to
/// refund.
pub fn return_items(
    tx: &Tx,
    id: Id,
    coming: &[ReturnItemInput],
    refund: bool,
    actor: &str,
    now: Timestamp,
) -> Result<Step> {
    let order = find(tx, id)?;
    refuse_twice(coming)?;
    let named: Vec<Units> = coming.iter().map(|coming| coming.units).collect();
    let units = choose_units(&order, Some(&named), Item::kept)?;
    let sql = "insert into returns (order_id, returned_at) values ($1, $2) returning id";
    let step = tx.insert(sql, &[&id, &now])?;
    for coming in coming {
        take_in(tx, id, step, *coming, actor, now)?;
    }
    record(tx, id, &Event::about(EventKind::Return, step), actor, now)?;
    if refund {
        let mut back = find(tx, id)?;
        let plan = back.plan_refund(Wish::Returned(&units));
        let plan = plan.map_err(|detail| not_possible(&order, detail))?;
        let refund = refund_order(tx, &mut back, &plan, None, actor, now)?;
        tx.execute("update returns set refund_id = $2 where id = $1", &[&step, &refund])?;
        return finish(tx, back, step, now);
    }
    reload_and_save(tx, order, step, now)
}

/// A line that comes back partly for sale and partly not is two returns.
fn refuse_twice(coming: &[ReturnItemInput]) -> Result<()> {
    let twice = |(at, one): (usize, &ReturnItemInput)| {
        let same = |other: &&ReturnItemInput| other.units.item_id == one.units.item_id;
        coming.iter().take(at).find(same).map(|_| {
            let detail = "Name a line once; what cannot be sold again is a return of its own.";
            FieldError::at(format!("/items/{at}/item_id"), "given_twice", detail)
        })
    };
    let errors: Vec<FieldError> = coming.iter().enumerate().filter_map(twice).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors)) }
}

/// Counts returned units, and puts them back on the shelf they were taken from.
fn take_in(
    tx: &Tx,
    order_id: Id,
    step: Id,
    ReturnItemInput { units, restock }: ReturnItemInput,
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into return_items (return_id, item_id, quantity, restock)
        values ($1, $2, $3, $4)";
    tx.execute(sql, &[&step, &units.item_id, &units.quantity, &restock])?;
    let sql = "update order_items set returned_quantity = returned_quantity + $2
        where id = $1 returning product_id, variant_id, taken";
    let (product_id, variant_id, taken): (Id, Id, i64) =
        tx.one(sql, &[&units.item_id, &units.quantity], |row| {
            Ok((row.take()?, row.take()?, row.take()?))
        })?;
    if taken > 0 && restock {
        let order_id = Some(order_id);
        let cause = Cause { reason: Reason::Returned, note: None, order_id, actor, now };
        stock::put_back(tx, variant_id, units.quantity, &cause)?;
        products::bump_revision(tx, product_id)?;
    }
    Ok(())
}

/// A return of an order, as it stands on the wire.
pub fn find_return(tx: &Tx, order_id: Id, id: Id) -> Result<Option<Value>> {
    let sql = "select refund_id, returned_at from returns where id = $1 and order_id = $2";
    let items = "select item_id, quantity, restock from return_items
        where return_id = $1 order by item_id";
    let item = |row: &Row| {
        let (item_id, quantity): (Id, i64) = (row.take()?, row.take()?);
        let restock: bool = row.take()?;
        Ok(json!({ "item_id": item_id, "quantity": quantity, "restock": restock }))
    };
    tx.maybe(sql, &[&id, &order_id], |row| {
        let (refund_id, at): (Option<Id>, Timestamp) = (row.take()?, row.take()?);
        let items = tx.all(items, &[&id], item)?;
        Ok(json!({ "id": id, "items": items, "refund_id": refund_id, "returned_at": at }))
    })
}

/// Notes that the buyer does not want these units, or any of the order; moves neither goods nor
/// money.
///
/// # Errors
/// Not found; invalid for lines that cannot be withdrawn from;
/// [`crate::error::Code::ActionNotPossible`] when it is too late or nothing is left.
pub fn withdraw(
    tx: &Tx,
    id: Id,
    items: Option<&[Units]>,
    actor: &str,
    now: Timestamp,
) -> Result<(Order, Receipt)> {
    let mut order = find(tx, id)?;
    refuse_exempt(&order, items.unwrap_or_default())?;
    refuse_too_late(&order, &settings::load(tx)?, now)?;
    let chosen = choose_units(&order, items, |item| order.withdrawable(item))?;
    if chosen.is_empty() {
        let detail = "There is nothing left in this order that can be withdrawn from.";
        return Err(not_possible(&order, detail));
    }
    let sql = "insert into withdrawals (order_id, withdrawn_at) values ($1, $2) returning id";
    let step = tx.insert(sql, &[&id, &now])?;
    for unit in &chosen {
        let sql = "insert into withdrawal_items (withdrawal_id, item_id, quantity)
            values ($1, $2, $3)";
        tx.execute(sql, &[&step, &unit.item_id, &unit.quantity])?;
    }
    record(tx, id, &Event::about(EventKind::Withdrawal, step), actor, now)?;
    save(tx, &mut order, now)?;
    let order = find(tx, id)?;
    let receipt = receipt(&order, step).ok_or_else(|| Error::internal("no withdrawal"))?;
    Ok((order, receipt))
}

fn refuse_exempt(order: &Order, named: &[Units]) -> Result<()> {
    let exempt = |(at, units): (usize, &Units)| {
        let item = order.items.iter().find(|item| item.id == units.item_id)?;
        item.withdrawal_exempt.then(|| {
            let detail = format!("“{}” cannot be withdrawn from.", item.name);
            FieldError::at(format!("/items/{at}/item_id"), "withdrawal_exempt", detail)
        })
    };
    let errors: Vec<FieldError> = named.iter().enumerate().filter_map(exempt).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors)) }
}

/// The time ends with the day that is so many days after the last of it arrived.
fn refuse_too_late(order: &Order, settings: &Settings, now: Timestamp) -> Result<()> {
    if order.status == Status::Cancelled {
        return Err(not_possible(order, "This order was cancelled."));
    }
    let Some(arrived) = order.delivered_at() else { return Ok(()) };
    let zone = &settings.time_zone;
    let last = zone.date_of(arrived).plus_days(settings.withdrawal_days);
    if now < zone.start_of(last.next()) {
        return Ok(());
    }
    Err(not_possible(order, format!("The time to withdraw was over after {}.", last.text())))
}

/// What was declared by a withdrawal of this order.
pub fn receipt(order: &Order, id: Id) -> Option<Receipt> {
    let Withdrawal { items, withdrawn_at, .. } =
        order.withdrawals.iter().find(|withdrawal| withdrawal.id == id)?;
    let item = |units: &Units| {
        let item = order.items.iter().find(|item| item.id == units.item_id)?;
        Some(ReceiptItem {
            item_id: item.id,
            name: item.name.clone(),
            variant_title: item.variant_title.clone(),
            quantity: units.quantity,
        })
    };
    Some(Receipt {
        id,
        order_id: order.id,
        order_number: order.number.clone(),
        items: items.iter().filter_map(item).collect(),
        withdrawn_at: *withdrawn_at,
    })
}
