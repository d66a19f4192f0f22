//! The stock ledger: what is on hand is the sum of its movements, always.
//!
//! On hand is what can still be sold. What orders took and wait for is `committed`: it lies on the
//! shelf as well, so a count of the shelf leaves to sell what was counted without it. While the
//! stock of a variant is not tracked, nothing moves.

use serde::Serialize;
use serde_json::{Value, json};

use super::Tx;
use super::engine::list::{Ids, List, Page, Range, in_ids};
use super::engine::sql::{Broken, Row};
use super::engine::statements::{insert_row, update};
use super::number_sequences::{LineIds, next_movement_id};
use crate::domain::calendar::Timestamp;
use crate::domain::stock_movements::{MovementReason, STOCK_MAX, Stock};
use crate::domain::{ID_MAX, Id};
use crate::error::{Code, Error, FieldError, Result};

/// The rule of the schema that stock which is not to be ordered back is never less than nothing.
pub const BELOW_ZERO: &str = "stock_below_zero";
/// Orders that an error lists.
const TOLD_MAX: usize = 100;
/// Lines of orders that are read at once.
const LINES_AT_ONCE: i64 = 500;

/// A movement, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Movement {
    pub id: Id,
    pub variant_id: Id,
    pub delta: i64,
    /// On hand after it.
    pub stock: i64,
    /// Units by which a count fell short of what orders wait for.
    pub shortfall: i64,
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
    /// A count of the shelf; turns tracking on. `short`: fewer than orders wait for may be there.
    Counted { units: i64, short: bool },
    /// What can still be sold; turns tracking on.
    Sellable(i64),
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
    let before = stock(tx, variant_id)?;
    match amount {
        Amount::Delta(delta) => change(tx, variant_id, &before, delta, cause),
        Amount::Counted { units, short } => {
            let before = before.with_committed(take_waiting(tx, variant_id)?);
            let Some(after) = before.counted(units, short) else {
                return Err(too_few(tx, variant_id, before.committed, units)?);
            };
            restate(tx, variant_id, (&before, &after), cause)
        }
        Amount::Sellable(units) => {
            let after = Stock { on_hand: Some(units), shortfall: 0, ..before };
            restate(tx, variant_id, (&before, &after), cause)
        }
    }
}

/// Stops tracking the stock of a variant.
pub fn stop_tracking(tx: &Tx, variant_id: Id) -> Result<()> {
    let sql = "update variants set on_hand = null, shortfall = 0, revision = revision + 1
        where id = $1";
    tx.execute(sql, &[&variant_id]).map(drop)
}

/// Takes units of a variant of this version, as far as its stock is tracked, for a line of an
/// order, which becomes the last of the variant.
///
/// # Errors
/// [`Code::Stale`] where there are too few meanwhile, or the variant has changed.
pub fn take(tx: &Tx, (variant_id, version): (Id, i64), ids: &LineIds, quantity: i64) -> Result<()> {
    let tracked = "update variants set on_hand = on_hand - $1, committed = committed + $1,
            ordered = ordered + $1, revision = revision + 1, prior_item_id = last_item_id,
            last_item_id = $2, prior_movement_id = last_movement_id, last_movement_id = $3
        where id = $4 and version = $5 and (on_hand >= $1 or allow_backorder = 1)
            and on_hand is not null and removed = 0";
    let untracked = "update variants set ordered = ordered + $1, prior_item_id = last_item_id,
            last_item_id = $2
        where id = $3 and version = $4 and on_hand is null and removed = 0";
    let LineIds { item, movement } = ids;
    let taken = match movement {
        Some(id) => tx.execute(tracked, &[&quantity, item, id, &variant_id, &version])?,
        None => tx.execute(untracked, &[&quantity, item, &variant_id, &version])?,
    };
    if taken == 0 { Err(Error::stale()) } else { Ok(()) }
}

/// Writes down what an order took of a variant, after which there is on hand what its row says.
pub fn record_sale(tx: &Tx, id: Id, (variant_id, quantity): (Id, i64), order_id: Id) -> Result<()> {
    // To `insert … select`, SQLite would copy each page that it changes, to take it back.
    let sql = "insert into stock_movements
            (id, variant_id, previous_id, delta, on_hand, reason, order_id, actor, created_at)
        values ($1, $2, (select prior_movement_id from variants where id = $2), $3,
            (select on_hand from variants where id = $2), 'sold', $4, $5, $6)";
    let (actor, now) = (tx.actor(), tx.now());
    tx.execute(sql, &[&id, &variant_id, &-quantity, &order_id, &actor, &now]).map(drop)
}

/// Moves the stock by a step of an order: units that come back (below zero: that are taken once
/// more), and how many more or fewer the order waits for. The ledger moves only while stock is
/// tracked.
pub fn shift(tx: &Tx, variant_id: Id, (back, committed): (i64, i64), cause: &Cause) -> Result<()> {
    let before = stock(tx, variant_id)?;
    let (after, filled) = before.after(back);
    write(tx, variant_id, &before, &after.with_committed(committed))?;
    match after.on_hand.filter(|_| back != 0) {
        Some(on_hand) => record_arrival(tx, variant_id, (back, on_hand), filled, cause).map(drop),
        None => Ok(()),
    }
}

/// The movements of the variants of a condition, each variant's from its last to its first.
macro_rules! chain {
    ($condition:literal, $order:literal) => {
        concat!(
            "chain (id, previous_id, delta) as (
                select m.id as id, m.previous_id, m.delta
                from variants v cross join stock_movements m on m.id = v.last_movement_id
                where ",
            $condition,
            " union all
                select m.id, m.previous_id, m.delta
                from chain c cross join stock_movements m on m.id = c.previous_id",
            $order,
            ") "
        )
    };
}

macro_rules! columns {
    () => {
        "id, variant_id, delta, on_hand, shortfall, reason, note, order_id, created_at"
    };
}

/// A page of the movements of a product's variants, or of one of them. The latest come one after
/// the other; to begin with the oldest, all are looked at.
pub fn list(
    tx: &Tx,
    product_id: Id,
    variant_id: Option<Id>,
    range: &Range,
) -> Result<Page<Movement>> {
    let sql = concat!(
        "with recursive ",
        chain!(
            "v.product_id = $1 and (cast($2 as integer) is null or v.id = $2)",
            " order by id desc"
        ),
        "select id from chain where id < $3 limit $4"
    );
    let is_newest_first = range.sort.descending && !range.is_counted;
    let before = range.after.as_ref().filter(|_| is_newest_first).map_or(ID_MAX, |it| it.id.get());
    let most = if is_newest_first { range.limit + 1 } else { usize::MAX };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let ids: Vec<Id> = tx.values(sql, &[&product_id, &variant_id, &before, &most])?;
    let mut list = List::of("stock_movements");
    list.with(concat!("id in ", in_ids!("#")), Ids::of(&ids));
    list.page(tx, range, columns!(), read)
}

/// Tells `true` where a page of movements is found without a look at all of them.
pub fn is_short(range: &Range) -> bool {
    range.sort.descending && !range.is_counted && range.after.is_none()
}

/// Forgets the movements of a product that nobody ordered.
pub fn forget(tx: &Tx, product_id: Id) -> Result<()> {
    let last = "update settings set forgotten_movement_id = max(forgotten_movement_id,
            (select coalesce(max(last_movement_id), 0) from variants where product_id = $1))";
    tx.execute(last, &[&product_id])?;
    let sql = concat!(
        "delete from stock_movements where id in (with recursive ",
        chain!("v.product_id = $1", ""),
        "select id from chain)"
    );
    tx.execute(sql, &[&product_id]).map(drop)
}

/// A movement.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Movement> {
    let sql = concat!("select ", columns!(), " from stock_movements where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

fn read(row: &Row) -> Result<Movement> {
    Ok(Movement {
        id: row.get("id")?,
        variant_id: row.get("variant_id")?,
        delta: row.get("delta")?,
        stock: row.get("on_hand")?,
        shortfall: row.get("shortfall")?,
        reason: row.get("reason")?,
        note: row.get("note")?,
        order_id: row.get("order_id")?,
        created_at: row.get("created_at")?,
    })
}

/// The stock of a variant.
pub fn stock(tx: &Tx, variant_id: Id) -> Result<Stock> {
    let sql = "select on_hand, committed, shortfall, allow_backorder from variants where id = $1";
    tx.one(sql, &[&variant_id], |row: &Row| {
        Ok(Stock {
            on_hand: row.get("on_hand")?,
            committed: row.get("committed")?,
            shortfall: row.get("shortfall")?,
            allow_backorder: row.get("allow_backorder")?,
        })
    })
}

/// Moves by what came in or went out.
fn change(tx: &Tx, variant_id: Id, before: &Stock, delta: i64, cause: &Cause) -> Result<Movement> {
    let (after, filled) = before.after(delta);
    let Some(on_hand) = after.on_hand else {
        let detail = "Stock is not tracked here; count what there is to begin.";
        let error = FieldError::at("/delta", "not_tracked", detail);
        return Err(Error::conflict(detail).with_errors(vec![error]));
    };
    write(tx, variant_id, before, &after)?;
    record_arrival(tx, variant_id, (delta, on_hand), filled, cause)
}

/// Moves to what there is said to be, whatever the ledger said.
fn restate(
    tx: &Tx,
    variant_id: Id,
    (before, after): (&Stock, &Stock),
    cause: &Cause,
) -> Result<Movement> {
    write(tx, variant_id, before, after)?;
    let said = before.on_hand.map_or_else(|| ledger_sum(tx, variant_id), Ok)?;
    let on_hand = after.on_hand.unwrap_or_default();
    let movement = record_movement(tx, variant_id, (on_hand - said, on_hand), cause)?;
    if after.shortfall > 0 {
        update!(tx, "stock_movements", movement.id, { "shortfall": after.shortfall })?;
    }
    Ok(Movement { shortfall: after.shortfall, ..movement })
}

fn write(tx: &Tx, variant_id: Id, before: &Stock, after: &Stock) -> Result<()> {
    if after.on_hand.is_some_and(|on_hand| on_hand.abs() > STOCK_MAX) {
        let detail = format!("Stock can be {STOCK_MAX} units at most.");
        return Err(Error::invalid(vec![FieldError::at("", "out_of_range", detail)]));
    }
    let updated = update!(tx, "variants", variant_id, {
        "on_hand": after.on_hand,
        "committed": after.committed,
        "shortfall": after.shortfall,
    }, "revision = revision + 1");
    updated.map(drop).broken(BELOW_ZERO, || below_zero(before.on_hand))
}

/// Takes for the lines of orders that wait what was never taken for them, because the stock was not
/// tracked when they were placed. Returns how many units that are more.
fn take_waiting(tx: &Tx, variant_id: Id) -> Result<i64> {
    let sql = "select cast(coalesce(
            sum(quantity - shipped_quantity - cancelled_quantity - taken), 0) as integer)
        from order_items
        where variant_id = $1 and taken < quantity - shipped_quantity - cancelled_quantity";
    let waiting: i64 = tx.value(sql, &[&variant_id])?;
    if waiting > 0 {
        let sql = "update order_items
            set taken = quantity - shipped_quantity - cancelled_quantity
            where variant_id = $1 and taken < quantity - shipped_quantity - cancelled_quantity";
        tx.execute(sql, &[&variant_id])?;
    }
    Ok(waiting)
}

/// The sum of all movements, which outlives a time without tracking.
fn ledger_sum(tx: &Tx, variant_id: Id) -> Result<i64> {
    let sql = concat!(
        "with recursive ",
        chain!("v.id = $1", ""),
        "select cast(coalesce(sum(delta), 0) as integer) from chain"
    );
    tx.value(sql, &[&variant_id])
}

/// Writes down what came in or went out. What fills a shortfall goes to the orders that wait for it
/// as soon as it is there, which is a line of its own.
fn record_arrival(
    tx: &Tx,
    variant_id: Id,
    (delta, after): (i64, i64),
    filled: i64,
    cause: &Cause,
) -> Result<Movement> {
    if filled > 0 {
        let promised = Cause { reason: MovementReason::Sold, note: None, order_id: None };
        record_movement(tx, variant_id, (-filled, after - delta), &promised)?;
    }
    record_movement(tx, variant_id, (delta, after), cause)
}

fn record_movement(
    tx: &Tx,
    variant_id: Id,
    (delta, after): (i64, i64),
    cause: &Cause,
) -> Result<Movement> {
    let reason = cause.reason.name();
    let id = next_movement_id(tx)?;
    insert_row!(tx, "stock_movements", {
        "id": id,
        "variant_id": variant_id,
        "delta": delta,
        "on_hand": after,
        "reason": reason,
        "note": cause.note,
        "order_id": cause.order_id,
        "actor": tx.actor(),
        "created_at": tx.now(),
    }, "previous_id" = "(select last_movement_id from variants where id = $2)")?;
    update!(tx, "variants", variant_id, { "last_movement_id": id })?;
    Ok(Movement {
        id,
        variant_id,
        delta,
        stock: after,
        shortfall: 0,
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

/// The error of a count that did not find what orders wait for, with these orders.
fn too_few(tx: &Tx, variant_id: Id, committed: i64, counted: i64) -> Result<Error> {
    let mut orders = waiting_orders(tx, variant_id, committed)?;
    orders.sort_unstable_by_key(|(id, _)| *id);
    let told = |(id, number): &(Id, String)| json!({ "id": id, "number": number });
    let orders: Vec<Value> = orders.iter().map(told).collect();
    let detail = format!(
        "Orders wait for {committed}, and {counted} were counted. Count again, or book it as \
         it is and note what is missing."
    );
    let error = FieldError::at("/counted", "stock_below_zero", detail.clone());
    let error = Error::new(Code::StockBelowZero, detail).with_errors(vec![error]);
    Ok(error.with("committed", json!(committed)).with("orders", json!(orders)))
}

/// The latest orders that wait for units of a variant, looked for among its lines until these
/// make up all that is committed.
fn waiting_orders(tx: &Tx, variant_id: Id, committed: i64) -> Result<Vec<(Id, String)>> {
    let sql = "with recursive line (id, previous_id) as (
            select id, previous_id from order_items where id = $1
            union all
            select i.id, i.previous_id from line cross join order_items i
                on i.id = line.previous_id)
        select line.previous_id, i.order_id, o.number,
            min(i.taken, i.quantity - i.shipped_quantity - i.cancelled_quantity) as waiting
        from line cross join order_items i on i.id = line.id
            cross join orders o on o.id = i.order_id
        limit $2";
    let last = "select last_item_id from variants where id = $1";
    let mut next: Option<Id> = tx.value(last, &[&variant_id])?;
    let (mut left, mut orders) = (committed, Vec::new());
    while let Some(first) = next.filter(|_| left > 0 && orders.len() < TOLD_MAX) {
        let lines = tx.all(sql, &[&first, &LINES_AT_ONCE], |row: &Row| {
            let order: (Id, String) = (row.get("order_id")?, row.get("number")?);
            Ok((row.get::<Option<Id>>("previous_id")?, row.get::<i64>("waiting")?, order))
        })?;
        next = lines.last().and_then(|(previous, ..)| *previous);
        for (_, waiting, order) in lines.into_iter().filter(|(_, waiting, _)| *waiting > 0) {
            left -= waiting;
            if !orders.contains(&order) && orders.len() < TOLD_MAX {
                orders.push(order);
            }
        }
    }
    Ok(orders)
}
