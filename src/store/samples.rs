//! Goods that the set-up put on the shelves to look at, and their collections. What somebody has
//! made their own by an edit is none of them any more.

use super::engine::sql::Row;
use super::{Tx, collections, products};
use crate::domain::Id;
use crate::error::Result;

/// Marks everything that is on the shelves as a sample.
pub(super) fn mark(tx: &Tx) -> Result<()> {
    tx.execute("update products set is_sample = 1", &[])?;
    tx.execute("update collections set is_sample = 1", &[]).map(drop)
}

/// Counts the sample goods there are.
pub fn count(tx: &Tx) -> Result<i64> {
    tx.value("select count(*) from products where is_sample = 1 and status <> 'archived'", &[])
}

/// Takes the sample goods away, and their collections that are empty then. Ordered goods go out of
/// sight.
pub fn remove(tx: &Tx) -> Result<()> {
    let id = |row: &Row| row.get("id");
    let sql = "select id from products where is_sample = 1 order by id";
    for product in tx.all::<Id>(sql, &[], id)? {
        products::delete(tx, &products::find(tx, product)?)?;
    }
    tx.execute("update products set is_sample = 0 where is_sample = 1", &[])?;
    // Those that are a part of another one first.
    let empty = "select id from collections as c where is_sample = 1
            and not exists (select 1 from collection_products m
                    join products p on p.id = m.product_id
                where m.collection_id = c.id and p.status <> 'archived')
        order by case when parent_id is null then 1 else 0 end, id";
    for collection in tx.all::<Id>(empty, &[], id)? {
        let holds = "select 1 from collections where parent_id = $1 limit 1";
        if !tx.exists(holds, &[&collection])? {
            collections::delete(tx, collection)?;
        }
    }
    Ok(())
}
