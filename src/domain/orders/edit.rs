//! The parts of an order that the shop may mend.

use serde::Serialize;

use super::order::Order;
use crate::domain::calendar::{Date, Zone};
use crate::domain::customers::Address;
use crate::error::Result;

/// The parts of an order that can be mended: the day it should arrive, the note, and the addresses
/// until it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct OrderEditInput {
    pub expected_delivery_date: Date,
    pub note: Option<String>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
}

impl OrderEditInput {
    /// The parts of an order as they are.
    pub fn of(order: &Order) -> Self {
        Self {
            expected_delivery_date: order.expected_delivery_date,
            note: order.note.clone(),
            shipping_address: order.shipping_address.clone(),
            billing_address: order.billing_address.clone(),
        }
    }
}

impl Order {
    /// The order with these parts.
    ///
    /// # Errors
    /// Invalid for a day before the order's; a conflict for an address of what has left.
    pub fn edited(&self, edit: OrderEditInput, zone: &Zone) -> Result<Self> {
        if edit.expected_delivery_date != self.expected_delivery_date {
            self.check_delivery_date(edit.expected_delivery_date, zone)?;
        }
        let moved = edit.shipping_address != self.shipping_address
            || edit.billing_address != self.billing_address;
        if moved && !self.shipments.is_empty() {
            let detail = "It has left the house: its addresses stay as they are.";
            return Err(self.not_possible(detail));
        }
        Ok(Self {
            expected_delivery_date: edit.expected_delivery_date,
            note: edit.note,
            shipping_address: edit.shipping_address,
            billing_address: edit.billing_address,
            ..self.clone()
        })
    }
}
