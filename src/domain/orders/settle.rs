//! The states of an order, derived from what happened to it.

use super::order::{Item, Order};
use super::states::{FulfillmentStatus, PaymentStatus, Status};
use super::steps::Action;
use crate::domain::calendar::Timestamp;
use crate::error::Result;

impl Order {
    /// Derives the three states, and the fields that hang on them, from what happened.
    pub fn settle(&mut self) {
        self.totals.taxes = self.placed_taxes();
        self.owed = self.count_owed();
        self.fulfillment_status = self.derive_fulfillment();
        self.payment_status = self.derive_payment();
        self.to_pay = self.money(self.open_amount());
        self.to_refund = self.money((self.refundable() - self.owed).max(0));
        self.status = self.derive_status();
        self.refunds_failed = self.refunds.iter().map(|refund| refund.failed_amount.minor()).sum();
        let held = self.status == Status::Open
            && self.payment_status == PaymentStatus::Unpaid
            && self.fulfillment_status == FulfillmentStatus::Unfulfilled;
        self.hold_until = self.hold.filter(|_| held);
        // The reason that stands on an order is that of its full cancellation.
        if self.status != Status::Cancelled {
            self.cancel_reason = None;
        }
    }

    /// The kinds of steps that fit the present state. A withdrawal is not among them: that hangs on
    /// the day as well.
    pub fn allowed(&self) -> Vec<Action> {
        let unshipped = self.items.iter().any(|item| item.unshipped() > 0);
        let came_back = self.fulfillment_status == FulfillmentStatus::Returned;
        let under_way = self.shipments.iter().any(|shipment| shipment.delivered_at.is_none());
        let kept = self.items.iter().any(|item| item.kept() > 0);
        [
            (Action::Payments, self.open_amount() > 0),
            (Action::Packing, self.is_untouched() && unshipped),
            (Action::Shipments, unshipped),
            (Action::Delivery, (under_way && !came_back) || (self.pickup && unshipped)),
            (Action::Cancellation, unshipped),
            (Action::Refunds, self.refundable() > 0),
            (Action::Returns, kept),
        ]
        .into_iter()
        .filter_map(|(action, fits)| fits.then_some(action))
        .collect()
    }

    /// Refuses a kind of step that does not fit now.
    ///
    /// # Errors
    /// A conflict, with `otherwise` as its sentence.
    pub(super) fn require(&self, action: Action, otherwise: &str) -> Result<()> {
        match self.allowed().contains(&action) {
            true => Ok(()),
            false => Err(self.not_possible(otherwise)),
        }
    }

    /// Tells `true` while nothing is packed: until then a buyer may cancel.
    pub fn is_untouched(&self) -> bool {
        self.fulfillment_status == FulfillmentStatus::Unfulfilled
    }

    /// The moment at which everything had arrived.
    pub fn delivered_at(&self) -> Option<Timestamp> {
        let last = self.shipments.iter().filter_map(|shipment| shipment.delivered_at).max();
        last.filter(|_| self.fulfillment_status.is_done())
    }

    /// Tells `true` where every unit was cancelled.
    pub(super) fn is_void(&self) -> bool {
        self.items.iter().all(|item| item.cancelled_quantity == item.quantity)
    }

    fn derive_status(&self) -> Status {
        if self.is_void() {
            Status::Cancelled
        } else if self.fulfillment_status.is_done() && self.open_amount() == 0 {
            Status::Completed
        } else {
            Status::Open
        }
    }

    fn derive_payment(&self) -> PaymentStatus {
        let (paid, refunded) = (self.paid_total.minor(), self.refunded_total.minor());
        if paid == 0 && self.owed > 0 {
            PaymentStatus::Unpaid
        } else if self.open_amount() > 0 {
            PaymentStatus::PartiallyPaid
        } else if paid == 0 {
            PaymentStatus::Paid
        } else if refunded == paid {
            PaymentStatus::Refunded
        } else if refunded > 0 {
            PaymentStatus::PartiallyRefunded
        } else {
            PaymentStatus::Paid
        }
    }

    fn derive_fulfillment(&self) -> FulfillmentStatus {
        let sum = |units: &dyn Fn(&Item) -> i64| self.items.iter().map(units).sum::<i64>();
        let shipped = sum(&|item| item.shipped_quantity);
        let unshipped = sum(&Item::unshipped);
        let left = sum(&|item| item.quantity - item.cancelled_quantity);
        let returned = sum(&|item| item.returned_quantity);
        let arrived = self.shipments.iter().all(|shipment| shipment.delivered_at.is_some());
        if left > 0 && returned == left {
            FulfillmentStatus::Returned
        } else if shipped > 0 && unshipped == 0 && arrived {
            FulfillmentStatus::Delivered
        } else if shipped > 0 && unshipped == 0 {
            FulfillmentStatus::Shipped
        } else if shipped > 0 {
            FulfillmentStatus::PartiallyShipped
        } else if self.packed_at.is_some() && self.pickup {
            FulfillmentStatus::ReadyForPickup
        } else if self.packed_at.is_some() {
            FulfillmentStatus::Packed
        } else {
            FulfillmentStatus::Unfulfilled
        }
    }
}
