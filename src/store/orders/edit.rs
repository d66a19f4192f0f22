//! Mending an order: the day it should arrive, the note, and the addresses until it leaves.

use super::{Event, find, record, save};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::customers::Address;
use crate::domain::orders::{EventKind, Order};
use crate::error::{Code, Error, FieldError, Result};
use crate::store::settings;
use crate::store::sql::Tx;

/// The parts of an order that the staff may change.
#[derive(Clone, Debug)]
pub struct OrderEditInput {
    pub expected_delivery_date: Date,
    pub note: Option<String>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
}

/// Changes an order, as a new version with an event.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`] for an address of what has left; invalid for a day before
/// the order's.
pub fn edit(tx: &Tx, id: Id, edit: OrderEditInput, actor: &str, now: Timestamp) -> Result<Order> {
    let mut order = find(tx, id)?;
    if edit.expected_delivery_date != order.expected_delivery_date {
        check_date(tx, &order, edit.expected_delivery_date)?;
    }
    let moved = edit.shipping_address != order.shipping_address
        || edit.billing_address != order.billing_address;
    if moved && !order.shipments.is_empty() {
        let detail = "It has left the house: its addresses stay as they are.";
        return Err(Error::new(Code::ActionNotPossible, detail)
            .with("allowed", serde_json::json!(order.allowed())));
    }
    order.expected_delivery_date = edit.expected_delivery_date;
    order.note = edit.note;
    order.shipping_address = edit.shipping_address;
    order.billing_address = edit.billing_address;
    record(tx, id, &Event::of(EventKind::Edit), actor, now)?;
    save(tx, &mut order, now)?;
    find(tx, id)
}

/// Nothing arrives before it was ordered.
///
/// # Errors
/// Invalid.
pub fn check_date(tx: &Tx, order: &Order, date: Date) -> Result<()> {
    let ordered = settings::load(tx)?.time_zone.date_of(order.order_date);
    if date >= ordered {
        return Ok(());
    }
    let detail = format!("It was ordered on {}; it cannot arrive before.", ordered.text());
    Err(Error::invalid(vec![FieldError::at("/expected_delivery_date", "out_of_range", detail)]))
}
