//! Orders that nobody paid for in time: their goods go back on the shelf.

use super::steps::cancel;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::error::Result;
use crate::store::sql::Tx;

/// Orders that are cancelled in one go, few enough not to hold anybody up.
const AT_ONCE: i64 = 20;
/// What stands on them, and who did it.
const REASON: &str = "unpaid";
const ACTOR: &str = "tillbox";

/// Cancels some of the orders whose time is over, with nothing paid and nothing packed. Tells
/// whether there may be more.
pub fn cancel_unpaid(tx: &Tx, now: Timestamp) -> Result<bool> {
    let sql = "select id from orders
        where hold_until <= $1 and status = 'open' and payment_status = 'unpaid'
            and fulfillment_status = 'unfulfilled'
        order by hold_until, id limit $2";
    let over: Vec<Id> = tx.values(sql, &[&now, &AT_ONCE])?;
    for id in &over {
        cancel(tx, *id, None, REASON, ACTOR, now)?;
    }
    Ok(i64::try_from(over.len()) == Ok(AT_ONCE))
}
