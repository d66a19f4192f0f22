//! Movements of stock, and what they make of it.

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

/// The stock of a variant. On the shelf lie `on_hand + committed - shortfall` units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stock {
    /// Units that can still be sold; `None` while stock is not tracked.
    pub on_hand: Option<i64>,
    /// Units that orders took and wait for.
    pub committed: i64,
    /// The part of these that a count did not find.
    pub shortfall: i64,
    pub allow_backorder: bool,
}

impl Stock {
    /// The stock after units came in, and how many of them fill the shortfall: those can no more
    /// be sold than the ones that orders found. Less than nothing goes out and fills nothing.
    pub fn after(&self, units: i64) -> (Self, i64) {
        let filled = self.on_hand.map_or(0, |_| units.clamp(0, self.shortfall));
        let on_hand = self.on_hand.map(|on_hand| on_hand + units - filled);
        (Self { on_hand, shortfall: self.shortfall - filled, ..*self }, filled)
    }

    /// The stock when orders wait for so many units more, or fewer.
    #[must_use]
    pub fn with_committed(&self, more: i64) -> Self {
        let committed = self.committed + more;
        Self { committed, shortfall: self.shortfall.min(committed), ..*self }
    }

    /// The stock after so many units were counted on the shelf: nobody else can have what orders
    /// wait for.
    /// `short`: fewer than that may be there, which is noted. `None` where they may not.
    pub fn counted(&self, units: i64, short: bool) -> Option<Self> {
        let left = units - self.committed;
        if left >= 0 || self.allow_backorder {
            return Some(Self { on_hand: Some(left), shortfall: 0, ..*self });
        }
        let noted = short && units >= 0;
        noted.then(|| Self { on_hand: Some(0), shortfall: -left, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn stock(on_hand: Option<i64>, committed: i64, shortfall: i64) -> Stock {
        Stock { on_hand, committed, shortfall, allow_backorder: false }
    }

    #[test]
    fn a_count_leaves_to_sell_what_no_order_waits_for() {
        for (committed, counted, short, want) in [
            (0, 17, false, Some((17, 0))),
            (5, 17, false, Some((12, 0))),
            (5, 17, true, Some((12, 0))),
            (5, 5, false, Some((0, 0))),
            (5, 3, false, None),
            (5, 3, true, Some((0, 2))),
            (5, 0, true, Some((0, 5))),
            (0, -1, false, None),
            (0, -1, true, None),
        ] {
            for on_hand in [None, Some(0), Some(40)] {
                let after = stock(on_hand, committed, 0).counted(counted, short);
                let want = want.map(|(left, shortfall)| stock(Some(left), committed, shortfall));
                assert_eq!(after, want, "{counted} of {committed}");
            }
        }
        let back_order = Stock { allow_backorder: true, ..stock(Some(1), 5, 0) };
        let after = back_order.counted(3, false).map(|stock| (stock.on_hand, stock.shortfall));
        assert_eq!(after, Some((Some(-2), 0)));
    }

    #[test]
    fn what_comes_in_fills_a_shortfall_before_it_can_be_sold() {
        for (before, units, want, filled) in [
            (stock(Some(4), 3, 0), 5, stock(Some(9), 3, 0), 0),
            (stock(Some(0), 5, 2), 1, stock(Some(0), 5, 1), 1),
            (stock(Some(0), 5, 2), 2, stock(Some(0), 5, 0), 2),
            (stock(Some(0), 5, 2), 9, stock(Some(7), 5, 0), 2),
            (stock(Some(3), 5, 2), -1, stock(Some(2), 5, 2), 0),
            (stock(None, 5, 0), 9, stock(None, 5, 0), 0),
        ] {
            assert_eq!(before.after(units), (want, filled), "{before:?} {units}");
        }
        // What was shipped after all was there: nobody is short of it any more.
        assert_eq!(stock(Some(0), 5, 2).with_committed(-4), stock(Some(0), 1, 1));
        assert_eq!(stock(Some(0), 1, 1).with_committed(3), stock(Some(0), 4, 1));
    }
}
