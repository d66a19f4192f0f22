//! What the steps of orders move in the stock. [`give_back`] and [`take_again`] say what of their
//! lines is out of the stock from then on; [`save`] moves the difference.

use crate::domain::Id;
use crate::domain::orders::{Order, Step, Units};
use crate::domain::stock_movements::MovementReason;
use crate::error::{Code, Error, Result};
use crate::store::Tx;
use crate::store::engine::sql::Row;
use crate::store::stock_movements::{self, Cause};

/// Gives back what a step of the order, saved under this id, puts on the shelf again.
pub(super) fn give_back(
    tx: &Tx,
    before: &Order,
    after: &mut Order,
    (step, id): (&Step, Id),
) -> Result<()> {
    let units = before.given_back(step);
    after.put_back(&units);
    let Step::Return(_) = step else { return Ok(()) };
    let sql = "update return_items set restocked = $1 where return_id = $2 and item_id = $3";
    for units in units {
        let item = before.item(units.item_id);
        let Some(variant) = item.and_then(|item| item.variant_id) else { continue };
        if stock_movements::stock(tx, variant)?.on_hand.is_some() {
            tx.execute(sql, &[&units.quantity, &id, &units.item_id])?;
        }
    }
    Ok(())
}

/// Takes again what a step had given back that is taken back itself.
///
/// # Errors
/// [`Code::OutOfStock`] with every line that is short.
pub(super) fn take_again(tx: &Tx, before: &Order, after: &mut Order, step: &Step) -> Result<()> {
    let restocked = match step {
        Step::Return(returned) => restocked(tx, returned.id)?,
        _ => Vec::new(),
    };
    let mut errors = Vec::new();
    for units in Order::taken_again(step, &restocked) {
        let Some(item) = before.item(units.item_id) else { continue };
        let Some(variant_id) = item.variant_id else { continue };
        let stock = stock_movements::stock(tx, variant_id)?;
        let Some(on_hand) = stock.on_hand else { continue };
        if on_hand < units.quantity && !stock.allow_backorder {
            errors.push(item.shortage(on_hand));
        }
        after.take(&[units]);
    }
    match errors.first() {
        Some(first) => Err(Error::new(Code::OutOfStock, first.detail.clone()).with_errors(errors)),
        None => Ok(()),
    }
}

/// Moves in the stock by what has changed of the lines.
pub(super) fn save(tx: &Tx, before: &Order, after: &Order) -> Result<()> {
    for (was, is) in before.items.iter().zip(&after.items) {
        let (back, committed) = (was.taken - is.taken, is.committed() - was.committed());
        let Some(variant_id) = is.variant_id.filter(|_| (back, committed) != (0, 0)) else {
            continue;
        };
        let reason = if back < 0 { MovementReason::Sold } else { MovementReason::Returned };
        let cause = Cause { reason, note: None, order_id: Some(after.id) };
        stock_movements::shift(tx, variant_id, (back, committed), &cause)?;
    }
    Ok(())
}

/// The units that a return really gave back.
fn restocked(tx: &Tx, return_id: Option<Id>) -> Result<Vec<Units>> {
    let sql = "select item_id, restocked from return_items
        where return_id = $1 and restocked > 0 order by item_id";
    tx.all(sql, &[&return_id], |row: &Row| {
        Ok(Units { item_id: row.get("item_id")?, quantity: row.get("restocked")? })
    })
}
