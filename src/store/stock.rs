//! The stock ledger: what is on hand is the sum of its movements, always.
//!
//! While the stock of a variant is not tracked, nothing moves.

use super::list::{List, Page, Range};
use super::sql::{Broken, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::products::{Reason, STOCK_MAX};
use crate::error::{Code, Error, FieldError, Result};

/// A movement, as it stands on the wire.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Movement {
    pub id: Id,
    pub variant_id: Id,
    pub delta: i64,
    /// On hand after it.
    pub stock: i64,
    pub reason: String,
    pub note: Option<String>,
    pub order_id: Option<Id>,
    pub created_at: Timestamp,
}

/// How much somebody says there is, or that it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Delta(i64),
    /// What was counted on the shelf; turns tracking on.
    Counted(i64),
}

/// Why stock moves, and who moves it.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    pub reason: Reason,
    pub note: Option<&'a str>,
    pub order_id: Option<Id>,
    pub actor: &'a str,
    pub now: Timestamp,
}

/// Moves the stock of a variant.
///
/// # Errors
/// A conflict where a change is told of stock that is not tracked; [`Code::StockBelowZero`].
pub fn move_stock(tx: &Tx, variant_id: Id, amount: Amount, cause: &Cause) -> Result<Movement> {
    let on_hand = on_hand(tx, variant_id)?;
    let (delta, after) = match (amount, on_hand) {
        (Amount::Delta(delta), Some(on_hand)) => (delta, on_hand + delta),
        (Amount::Counted(counted), Some(on_hand)) => (counted - on_hand, counted),
        (Amount::Counted(counted), None) => (counted - ledger_sum(tx, variant_id)?, counted),
        (Amount::Delta(_), None) => {
            let detail = "Stock is not tracked here; send what you \"counted\" to begin.";
            let at = FieldError::at("/delta", "not_tracked", detail);
            return Err(Error::conflict(detail).with_errors(vec![at]));
        }
    };
    if after.abs() > STOCK_MAX {
        let detail = format!("Stock can be {STOCK_MAX} units at most.");
        return Err(Error::invalid(vec![FieldError::at("", "out_of_range", detail)]));
    }
    let sql = "update variants set on_hand = $2 where id = $1";
    tx.execute(sql, &[&variant_id, &after]).broken("on_hand is null", || below_zero(on_hand))?;
    record_movement(tx, variant_id, delta, after, cause)
}

/// Stops tracking the stock of a variant.
pub fn stop_tracking(tx: &Tx, variant_id: Id) -> Result<()> {
    tx.execute("update variants set on_hand = null where id = $1", &[&variant_id]).map(drop)
}

/// Takes units for an order; nothing moves where stock is not tracked. Tells how many were taken.
///
/// # Errors
/// Internal when there are fewer than the caller has just seen: no order may take them then.
pub fn take(tx: &Tx, variant_id: Id, quantity: i64, cause: &Cause) -> Result<i64> {
    let Some(_tracked) = on_hand(tx, variant_id)? else { return Ok(0) };
    let sql = "update variants set on_hand = on_hand - $2
        where id = $1 and (on_hand >= $2 or allow_backorder = 1) returning on_hand";
    let after = tx.value(sql, &[&variant_id, &quantity])?;
    record_movement(tx, variant_id, -quantity, after, cause)?;
    Ok(quantity)
}

/// Puts units of an order back; nothing moves where stock is not tracked (any more).
pub fn put_back(tx: &Tx, variant_id: Id, quantity: i64, cause: &Cause) -> Result<()> {
    let sql = "update variants set on_hand = on_hand + $2
        where id = $1 and on_hand is not null returning on_hand";
    match tx.maybe_value(sql, &[&variant_id, &quantity])? {
        Some(after) => record_movement(tx, variant_id, quantity, after, cause).map(drop),
        None => Ok(()),
    }
}

/// The movements of a product's variants.
pub fn list(
    tx: &Tx,
    product_id: Id,
    variant_id: Option<Id>,
    range: &Range,
) -> Result<Page<Movement>> {
    let mut list = List::of("stock_movements");
    list.with("variant_id in (select v.id from variants v where v.product_id = #)", product_id);
    list.with_some("variant_id = #", variant_id);
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

pub fn find(tx: &Tx, id: Id) -> Result<Movement> {
    let sql = "select id, variant_id, delta, on_hand, reason, note, order_id, created_at
        from stock_movements where id = $1";
    let found = tx.maybe(sql, &[&id], |row| {
        Ok(Movement {
            id: row.take()?,
            variant_id: row.take()?,
            delta: row.take()?,
            stock: row.take()?,
            reason: row.take()?,
            note: row.take()?,
            order_id: row.take()?,
            created_at: row.take()?,
        })
    })?;
    found.ok_or_else(Error::not_found)
}

fn on_hand(tx: &Tx, variant_id: Id) -> Result<Option<i64>> {
    tx.value("select on_hand from variants where id = $1", &[&variant_id])
}

/// The sum of all movements, which outlives a time without tracking.
fn ledger_sum(tx: &Tx, variant_id: Id) -> Result<i64> {
    let sql = "select coalesce(sum(delta), 0) from stock_movements where variant_id = $1";
    tx.value(sql, &[&variant_id])
}

fn record_movement(
    tx: &Tx,
    variant_id: Id,
    delta: i64,
    after: i64,
    cause: &Cause,
) -> Result<Movement> {
    let sql = "insert into stock_movements
            (variant_id, delta, on_hand, reason, note, order_id, actor, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning id";
    let (reason, order_id) = (cause.reason.name(), &cause.order_id);
    let id = tx.insert(
        sql,
        &[&variant_id, &delta, &after, &reason, &cause.note, order_id, &cause.actor, &cause.now],
    )?;
    Ok(Movement {
        id,
        variant_id,
        delta,
        stock: after,
        reason: reason.to_owned(),
        note: cause.note.map(str::to_owned),
        order_id: cause.order_id,
        created_at: cause.now,
    })
}

/// Stock that would fall below zero without back-orders.
pub fn below_zero(on_hand: Option<i64>) -> Error {
    let left = on_hand.unwrap_or(0);
    let detail = format!("Stock cannot fall below zero; {left} on hand.");
    let mut error = FieldError::at("", "stock_below_zero", detail.clone());
    error.available = on_hand;
    Error::new(Code::StockBelowZero, detail).with_errors(vec![error])
}
