//! The events of orders, in the order in which they were written: each has an id that is higher
//! than those before it, so that anyone who has seen one can ask for what came after.

use serde::Serialize;

use super::Tx;
use super::engine::sql::Row;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::orders::EventKind;
use crate::error::Result;

/// Events that are read at once.
pub const EVENTS_MAX: usize = 100;

/// A line of the feed: something that happened to an order.
#[derive(Clone, Debug, Serialize)]
pub struct FeedEntry {
    #[serde(skip)]
    pub id: Id,
    pub order_id: Id,
    pub number: String,
    pub kind: &'static str,
    pub at: Timestamp,
}

/// The id of the last event; 0 before the first.
pub fn last(tx: &Tx) -> Result<i64> {
    tx.value("select coalesce(max(id), 0) from order_events", &[])
}

/// The first [`EVENTS_MAX`] events after one.
pub fn after(tx: &Tx, id: i64) -> Result<Vec<FeedEntry>> {
    let sql = "select order_events.id as id, order_id, number, kind, at
        from order_events join orders on orders.id = order_id
        where order_events.id > $1 order by order_events.id limit $2";
    let most = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
    tx.all(sql, &[&id, &most], |row: &Row| {
        Ok(FeedEntry {
            id: row.get("id")?,
            order_id: row.get("order_id")?,
            number: row.get("number")?,
            kind: row.word("kind", EventKind::of)?.name(),
            at: row.get("at")?,
        })
    })
}
