//! The stock ledger: what is on hand is the sum of its movements, always.
//!
//! While the stock of a variant is not tracked, nothing moves.

use serde::Serialize;

use super::Tx;
use super::engine::list::{Ids, List, Page, Range, in_ids};
use super::engine::sql::Broken;
use super::engine::statements::insert;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::stock_movements::{MovementReason, STOCK_MAX};
use crate::error::{Code, Error, FieldError, Result};

/// A movement, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
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

/// The units there are said to be, or by which they changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A change, either way.
    Delta(i64),
    /// A count of the shelf; turns tracking on.
    Counted(i64),
}

/// The reason why stock moves.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    pub reason: MovementReason,
    pub note: Option<&'a str>,
    /// The order that moves it.
    pub order_id: Option<Id>,
}

/// Moves the stock of a variant.
///
/// # Errors
/// A conflict for a change of stock that is not tracked; [`Code::StockBelowZero`]; invalid beyond
/// [`STOCK_MAX`].
pub fn move_stock(tx: &Tx, variant_id: Id, amount: Amount, cause: &Cause) -> Result<Movement> {
    let on_hand = on_hand(tx, variant_id)?;
    let (delta, after) = match (amount, on_hand) {
        (Amount::Delta(delta), Some(on_hand)) => (delta, on_hand + delta),
        (Amount::Counted(counted), Some(on_hand)) => (counted - on_hand, counted),
        (Amount::Counted(counted), None) => (counted - ledger_sum(tx, variant_id)?, counted),
        (Amount::Delta(_), None) => {
            let detail = "Stock is not tracked here; send what you \"counted\" to begin.";
            let error = FieldError::at("/delta", "not_tracked", detail);
            return Err(Error::conflict(detail).with_errors(vec![error]));
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

/// Takes units of a variant whose stock is tracked for an order.
///
/// The caller has just seen that there are enough. Were there fewer, no order may take them, and
/// the error is internal.
pub fn take(tx: &Tx, variant_id: Id, quantity: i64, cause: &Cause) -> Result<()> {
    let sql = "update variants set on_hand = on_hand - $2
        where id = $1 and (on_hand >= $2 or allow_backorder = 1) returning on_hand";
    let after = tx.value(sql, &[&variant_id, &quantity])?;
    record_movement(tx, variant_id, -quantity, after, cause).map(drop)
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

/// Takes units of a variant again that an order had given back; nothing moves where stock is not
/// tracked (any more). `name`: of the product, for the sentence.
///
/// # Errors
/// [`Code::OutOfStock`] where there are not enough of them any more.
pub fn take_again(
    tx: &Tx,
    (variant_id, name): (Id, &str),
    quantity: i64,
    cause: &Cause,
) -> Result<()> {
    let Some(left) = on_hand(tx, variant_id)? else { return Ok(()) };
    let sql = "update variants set on_hand = on_hand - $2
        where id = $1 and (on_hand >= $2 or allow_backorder = 1) returning on_hand";
    match tx.maybe_value(sql, &[&variant_id, &quantity])? {
        Some(after) => record_movement(tx, variant_id, -quantity, after, cause).map(drop),
        None => {
            let detail = format!("Only {left} of “{name}” left, and {quantity} are needed.");
            Err(Error::new(Code::OutOfStock, detail))
        }
    }
}

/// A page of the movements of a product's variants, or of one of them.
pub fn list(
    tx: &Tx,
    product_id: Id,
    variant_id: Option<Id>,
    range: &Range,
) -> Result<Page<Movement>> {
    let mut list = List::of("stock_movements");
    list.with("variant_id in (select v.id from variants v where v.product_id = #)", product_id);
    list.with_some("variant_id = #", variant_id);
    list.page(tx, range, |ids| find_all(tx, ids), |movement| movement.id)
}

/// A movement.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Movement> {
    find_all(tx, &Ids::of(&[id]))?.pop().ok_or_else(Error::not_found)
}

fn find_all(tx: &Tx, ids: &Ids) -> Result<Vec<Movement>> {
    let sql = concat!(
        "select id, variant_id, delta, on_hand, reason, note, order_id, created_at
        from stock_movements where id in ",
        in_ids!()
    );
    ids.rows(tx, sql, |row| {
        Ok(Movement {
            id: row.get("id")?,
            variant_id: row.get("variant_id")?,
            delta: row.get("delta")?,
            stock: row.get("on_hand")?,
            reason: row.get("reason")?,
            note: row.get("note")?,
            order_id: row.get("order_id")?,
            created_at: row.get("created_at")?,
        })
    })
}

/// The units on hand of a variant; nothing while its stock is not tracked.
pub fn on_hand(tx: &Tx, variant_id: Id) -> Result<Option<i64>> {
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
    let reason = cause.reason.name();
    let id = insert!(tx, "stock_movements", {
        "variant_id": variant_id,
        "delta": delta,
        "on_hand": after,
        "reason": reason,
        "note": cause.note,
        "order_id": cause.order_id,
        "actor": tx.actor(),
        "created_at": tx.now(),
    })?;
    Ok(Movement {
        id,
        variant_id,
        delta,
        stock: after,
        reason: reason.to_owned(),
        note: cause.note.map(str::to_owned),
        order_id: cause.order_id,
        created_at: tx.now(),
    })
}

/// The error of stock that would fall below zero without back-orders.
pub fn below_zero(on_hand: Option<i64>) -> Error {
    let left = on_hand.unwrap_or(0);
    let detail = format!("Stock cannot fall below zero; {left} on hand.");
    let mut error = FieldError::at("", "stock_below_zero", detail.clone());
    error.available = on_hand;
    Error::new(Code::StockBelowZero, detail).with_errors(vec![error])
}
