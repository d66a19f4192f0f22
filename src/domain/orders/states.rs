//! The words for the states of an order.

use crate::domain::words::words;

words! {
    /// The life of an order.
    Status {
        Open = "open",
        /// Delivered and paid.
        Completed = "completed",
        Cancelled = "cancelled",
    }
}

words! {
    /// The part of what is owed that was paid.
    PaymentStatus {
        Unpaid = "unpaid",
        PartiallyPaid = "partially_paid",
        Paid = "paid",
        PartiallyRefunded = "partially_refunded",
        Refunded = "refunded",
    }
}

words! {
    /// The way in which money of an order is still to move.
    MoneyDue, "unknown_value", "Give in or out." {
        /// From the buyer: something is open.
        In = "in",
        /// To the buyer: something is to be refunded.
        Out = "out",
    }
}

words! {
    /// The place of the goods.
    FulfillmentStatus {
        Unfulfilled = "unfulfilled",
        Packed = "packed",
        /// Packed, and the buyer may come.
        ReadyForPickup = "ready_for_pickup",
        PartiallyShipped = "partially_shipped",
        Shipped = "shipped",
        Delivered = "delivered",
        /// All that was not cancelled came back.
        Returned = "returned",
    }
}

impl PaymentStatus {
    /// Tells `true` while the buyer owes money.
    pub fn is_owing(self) -> bool {
        matches!(self, Self::Unpaid | Self::PartiallyPaid)
    }
}

impl FulfillmentStatus {
    /// Tells `true` once nothing is left to be brought.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Delivered | Self::Returned)
    }
}
