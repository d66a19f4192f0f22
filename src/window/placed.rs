//! Orders that were placed by a form: each is found again by the key of the cart that it was.

use crate::domain::calendar::Timestamp;
use crate::domain::orders::Order;
use crate::error::Result;
use crate::secret::Hash;
use crate::store::idempotency::{self, Once};
use crate::store::{Tx, orders};

/// The scope of the keys of carts: their orders are told apart by nothing else.
const SCOPE: &str = "the checkout of a cart";
const NO_FINGERPRINT: Hash = [0; 32];
/// Whoever has the cart that was ordered sees its order for so long.
const SHOWN_SECONDS: i64 = 30 * 60;

/// The request that counts once for a cart, whatever the form says.
pub fn once(key: &str) -> Once {
    Once::new(SCOPE, key, &NO_FINGERPRINT)
}

/// Tells `true` where the cart of a key was ordered.
pub fn is_placed(tx: &Tx, key: &str) -> Result<bool> {
    Ok(idempotency::find(tx, &once(key))?.is_some())
}

/// The order that the cart of a key became, if it was ordered.
pub fn find(tx: &Tx, key: &str) -> Result<Option<Order>> {
    let Some(made) = idempotency::find(tx, &once(key))? else { return Ok(None) };
    orders::find(tx, made.subject).map(Some).map_err(idempotency::gone_where_not_found)
}

/// Tells `true` while an order is shown to whoever has the cart that it was.
pub fn is_fresh(order: &Order, now: Timestamp) -> bool {
    now < order.created_at.plus_seconds(SHOWN_SECONDS)
}
