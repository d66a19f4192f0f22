//! Handles that products had: whoever comes by an old address learns that something was there.

use crate::domain::Id;
use crate::domain::products::Product;
use crate::error::Result;
use crate::store::Tx;

/// Remembers the handle that a product gives up.
pub(super) fn give_up(tx: &Tx, product: &Product) -> Result<()> {
    let sql = "insert or replace into given_up_handles (handle, product_id, given_up_at)
        values ($1, $2, $3)";
    tx.execute(sql, &[&product.fields.handle, &product.id, &tx.now()]).map(drop)
}

/// Forgets of a handle who had it before, as somebody has it now.
pub(super) fn take(tx: &Tx, handle: &str) -> Result<()> {
    tx.execute("delete from given_up_handles where handle = $1", &[&handle]).map(drop)
}

/// The product that had a handle which nobody has now.
pub fn former_owner(tx: &Tx, handle: &str) -> Result<Option<Id>> {
    tx.maybe_value("select product_id from given_up_handles where handle = $1", &[&handle])
}
