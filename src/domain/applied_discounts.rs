//! The parts of what was taken off the lines of an order, and why.

use serde::Serialize;

use super::money::Money;
use super::words::words;

words! {
    /// The kinds of discounts on a line.
    DiscountKind {
        /// Agreed for this line.
        Line = "line",
        /// The line's share of what was agreed for the order.
        Order = "order",
        /// Its share of the discount of a code.
        Code = "code",
    }
}

/// A part of what was taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppliedDiscount {
    pub kind: DiscountKind,
    pub amount: Money,
    /// The words of the staff; of a code, the code. `None` once the buyer was forgotten.
    pub reason: Option<String>,
}

/// A part of a discount, where it is anything.
pub fn applied(kind: DiscountKind, amount: Money, reason: Option<&str>) -> Option<AppliedDiscount> {
    let reason = reason.map(str::to_owned);
    (amount.minor() > 0).then_some(AppliedDiscount { kind, amount, reason })
}

/// The sum of the parts of one kind, in minor units.
pub fn sum_of(parts: &[AppliedDiscount], kind: DiscountKind) -> i64 {
    parts.iter().filter(|part| part.kind == kind).map(|part| part.amount.minor()).sum()
}

/// The parts of all lines: those of one kind and one reason are one.
pub fn all_parts<'a>(lines: impl Iterator<Item = &'a [AppliedDiscount]>) -> Vec<AppliedDiscount> {
    let mut all: Vec<AppliedDiscount> = Vec::new();
    for part in lines.flatten() {
        match all.iter_mut().find(|one| one.kind == part.kind && one.reason == part.reason) {
            Some(one) => {
                let sum = one.amount.minor() + part.amount.minor();
                one.amount = Money::new(sum, part.amount.currency());
            }
            None => all.push(part.clone()),
        }
    }
    all
}
