//! Movements of stock.

use super::words::words;

/// Units on hand, at most, and below zero at most.
pub const STOCK_MAX: i64 = 1_000_000_000;

words! {
    /// The reasons for which stock moves.
    MovementReason,
    "unknown_reason",
    "A reason is received, sold, returned, damaged or corrected." {
        Received = "received",
        Sold = "sold",
        Returned = "returned",
        Damaged = "damaged",
        Corrected = "corrected",
    }
}
