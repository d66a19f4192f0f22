//! Orders that nobody paid for in time: their goods go back on the shelf.

use super::read::find_all;
use super::steps::take_step;
use crate::domain::Id;
use crate::domain::orders::{CancellationInput, StepInput};
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::list::Ids;

/// Orders that are cancelled in one go, few enough not to hold anybody up.
const AT_ONCE: i64 = 20;
/// The reason that stands on them.
const REASON: &str = "unpaid";

/// Cancels some of the orders whose time is over, with nothing paid and nothing packed, and no
/// buyer who may be paying just now. Tells `true` where there may be more.
pub fn cancel_unpaid(tx: &Tx) -> Result<bool> {
    let sql = "select id from orders
        where hold_until <= $1 and status = 'open' and payment_status = 'unpaid'
            and fulfillment_status = 'unfulfilled'
            and not exists (select 1 from payment_sessions s
                where s.order_id = orders.id and s.status = 'open')
        order by hold_until, id limit $2";
    let ids: Vec<Id> = tx.values(sql, &[&tx.now(), &AT_ONCE])?;
    if ids.is_empty() {
        return Ok(false);
    }
    let mut orders = find_all(tx, &Ids::of(&ids))?;
    orders.sort_unstable_by_key(|order| (order.hold_until, order.id));
    let input = CancellationInput { items: None, reason: REASON.to_owned(), by_shop: true };
    for order in &orders {
        take_step(tx, order, &StepInput::Cancellation(input.clone()), |decided| decided)?;
    }
    Ok(i64::try_from(ids.len()) == Ok(AT_ONCE))
}
