//! What variants have cost: a row for each price from when it began, never changed afterwards.
//!
//! The lowest price before the present one depends on nothing that comes later, so it is worked
//! out when a price begins and read with the variant.

use super::Tx;
use super::engine::statements::insert;
use crate::domain::Id;
use crate::domain::money::Money;
use crate::domain::products::LOWEST_PRICE_DAYS;
use crate::error::Result;

const DAY_SECONDS: i64 = 24 * 3_600;

/// Notes the first price of a variant.
pub fn begin(tx: &Tx, variant_id: Id, price: Money) -> Result<()> {
    insert!(tx, "price_history", {
        "variant_id": variant_id,
        "price": price.minor(),
        "since": tx.now(),
    })
    .map(drop)
}

/// Notes another price of a variant, and the lowest of the days before it.
pub fn change(tx: &Tx, variant_id: Id, price: Money) -> Result<()> {
    let from = tx.now().plus_seconds(-LOWEST_PRICE_DAYS * DAY_SECONDS);
    // The price in force when those days began is the last that had begun by then.
    let sql = "update variants set lowest_price_30d =
            (select min(price) from price_history where variant_id = $1 and since >=
                coalesce((select max(since) from price_history
                    where variant_id = $1 and since <= $2), $2))
        where id = $1";
    tx.execute(sql, &[&variant_id, &from])?;
    begin(tx, variant_id, price)
}

/// Forgets the prices of a variant that goes for ever.
pub fn forget(tx: &Tx, variant_id: Id) -> Result<()> {
    tx.execute("delete from price_history where variant_id = $1", &[&variant_id]).map(drop)
}
