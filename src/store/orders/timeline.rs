//! The timeline of an order: an entry for everything that happened to it.

use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::orders::EventKind;
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::sql::Row;
use crate::store::engine::statements::insert;

/// An entry to be written.
pub(super) struct NewEvent<'a> {
    pub kind: EventKind,
    /// The step it speaks of, where that has a row of its own.
    pub subject: Option<Id>,
    /// JSON: the units of a cancellation, the parcels of a delivery.
    pub units: Option<String>,
    pub note: Option<&'a str>,
}

impl NewEvent<'_> {
    pub(super) fn of(kind: EventKind) -> Self {
        Self { kind, subject: None, units: None, note: None }
    }

    pub(super) fn about(kind: EventKind, subject: Id) -> Self {
        Self { subject: Some(subject), ..Self::of(kind) }
    }
}

/// An entry that was not voided.
pub(super) struct OrderEvent {
    pub id: Id,
    pub kind: EventKind,
    pub subject: Option<Id>,
    pub units: Option<String>,
    pub note: Option<String>,
    /// As [`Tx::actor`] named them.
    pub actor: String,
    pub at: Timestamp,
}

pub(super) fn record(tx: &Tx, order_id: Id, event: &NewEvent) -> Result<Id> {
    record_at(tx, order_id, event, tx.now())
}

pub(super) fn record_at(tx: &Tx, order_id: Id, event: &NewEvent, at: Timestamp) -> Result<Id> {
    insert!(tx, "order_events", {
        "order_id": order_id,
        "kind": event.kind.name(),
        "actor": tx.actor(),
        "subject": event.subject,
        "units": event.units,
        "note": event.note,
        "at": at,
    })
}

/// Notes that a document was issued.
pub fn note_invoice(tx: &Tx, order_id: Id) -> Result<()> {
    record(tx, order_id, &NewEvent::of(EventKind::Invoice)).map(drop)
}

/// The entries of an order that were not voided, oldest first.
pub(super) fn live(tx: &Tx, order_id: Id) -> Result<Vec<OrderEvent>> {
    let sql = "select id, kind, subject, units, note, actor, at from order_events
        where order_id = $1 and voided_at is null order by id";
    tx.all(sql, &[&order_id], |row: &Row| {
        Ok(OrderEvent {
            id: row.get("id")?,
            kind: row.word("kind", EventKind::of)?,
            subject: row.get("subject")?,
            units: row.get("units")?,
            note: row.get("note")?,
            actor: row.get("actor")?,
            at: row.get("at")?,
        })
    })
}

/// Voids the entry of a step that has a row of its own.
pub(super) fn void_about(tx: &Tx, order_id: Id, kind: EventKind, subject: Id) -> Result<()> {
    let sql = "update order_events set voided_at = $1
        where order_id = $2 and kind = $3 and subject = $4 and voided_at is null";
    tx.execute(sql, &[&tx.now(), &order_id, &kind.name(), &subject]).map(drop)
}

/// Voids an entry that is itself the step.
pub(super) fn void(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update order_events set voided_at = $1 where id = $2";
    tx.execute(sql, &[&tx.now(), &id]).map(drop)
}
