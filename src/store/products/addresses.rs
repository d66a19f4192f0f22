//! The addresses of products that are for sale, for search engines.

use std::ops::Range;

use crate::domain::calendar::Timestamp;
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::sql::Row;

/// The numbers of the parts, of so many ids each, in which there is a product for sale.
pub fn parts(tx: &Tx, ids_of_part: i64) -> Result<Vec<i64>> {
    let first = "select id from products where id >= $1 and status = 'active' order by id limit 1";
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(id) = tx.maybe(first, &[&from], |row| row.get::<i64>("id"))? {
        let part = id / ids_of_part;
        parts.push(part);
        from = (part + 1) * ids_of_part;
    }
    Ok(parts)
}

/// The handles of the products for sale whose ids are in a range, and when each was edited.
pub fn addresses(tx: &Tx, ids: Range<i64>) -> Result<Vec<(String, Timestamp)>> {
    let sql = "select handle, updated_at from products
        where id >= $1 and id < $2 and status = 'active' order by id";
    let read = |row: &Row| Ok((row.get("handle")?, row.get("updated_at")?));
    tx.all(sql, &[&ids.start, &ids.end], read)
}
