//! Money that moves at the card provider: what came in is booked as it is, and what goes back is
//! taken from the payments that came so.

use super::order::Order;
use super::refunds::RefundInput;
use super::steps::{CardRefund, Payment, Refund, RefundStatus, RefundVia};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::cards;
use crate::domain::money::Money;
use crate::domain::settings::PaymentMethod;
use crate::error::{Error, FieldError, Result};

/// Money that the provider says came in. It is there, whatever has become of the order meanwhile:
/// what is too much is to be refunded.
#[derive(Clone, Debug)]
pub struct CardPayment {
    pub amount: Money,
    /// The provider's id of it.
    pub reference: String,
    pub session_id: Id,
}

impl Order {
    pub(super) fn card_payment(&self, came: &CardPayment, now: Timestamp) -> Payment {
        Payment {
            id: None,
            amount: came.amount,
            currency: self.currency,
            method: PaymentMethod::Card,
            reference: Some(came.reference.clone()),
            paid_at: now,
            booked_at: now,
            session_id: Some(came.session_id),
        }
    }

    /// The refund that this says, sent back to the cards that paid: the newest payment first, and
    /// of each no more than is left of it.
    ///
    /// # Errors
    /// As [`Order::refund`]; a conflict for more than came by card; invalid for an amount that the
    /// provider cannot count.
    pub(super) fn card_refund(&self, input: &RefundInput, now: Timestamp) -> Result<Refund> {
        let refund = self.refund(input, now)?;
        cards::to_units(refund.amount).map_err(|invalid| {
            Error::invalid(vec![FieldError::at("/amount", invalid.code, invalid.detail)])
        })?;
        let (mut open, mut parts) = (refund.amount.minor(), Vec::new());
        for payment in self.payments.iter().rev().filter(|payment| payment.session_id.is_some()) {
            let (Some(payment_id), part) = (payment.id, self.left_on_card(payment).min(open))
            else {
                continue;
            };
            if part > 0 {
                let (amount, status) = (self.money(part), RefundStatus::Pending);
                parts.push(CardRefund { id: None, payment_id, amount, status });
                open -= part;
            }
        }
        if open > 0 {
            let left = self.money(refund.amount.minor() - open).text();
            let code = self.currency.code();
            return Err(self.not_possible(format!("{left} {code} can go back by card.")));
        }
        let (via, status, method) =
            (Some(RefundVia::Card), RefundStatus::Pending, PaymentMethod::Card);
        Ok(Refund { via, status, method, parts, ..refund })
    }

    /// What of a payment did not go back by card, in minor units.
    fn left_on_card(&self, payment: &Payment) -> i64 {
        let parts = self.refunds.iter().flat_map(|refund| &refund.parts);
        let of_it = parts.filter(|part| {
            Some(part.payment_id) == payment.id && part.status != RefundStatus::Failed
        });
        payment.amount.minor() - of_it.map(|part| part.amount.minor()).sum::<i64>()
    }

    /// The order after the provider has said what became of a part of a refund. What failed counts
    /// no more and is to be refunded again; a reduction of the price stands.
    #[must_use]
    pub fn with_card_refund(&self, part_id: Id, status: RefundStatus) -> Self {
        let mut order = self.clone();
        for refund in &mut order.refunds {
            let is_it = |part: &&mut CardRefund| part.id == Some(part_id);
            if let Some(part) = refund.parts.iter_mut().find(is_it) {
                part.status = status;
                refund.settle();
            }
        }
        let counted = order.refunds.iter().map(Refund::counted).sum();
        order.refunded_total = order.money(counted);
        order.settle();
        order
    }
}

impl Refund {
    /// The amount that counts as given back, in minor units: all but what failed.
    pub fn counted(&self) -> i64 {
        self.amount.minor() - self.failed_amount.minor()
    }

    /// The amount that has gone back for certain, in minor units.
    pub fn moved(&self) -> i64 {
        match self.via {
            None => self.amount.minor(),
            Some(RefundVia::Card) => self.sum_of(RefundStatus::Done),
        }
    }

    /// Derives how far it has come from its parts.
    pub fn settle(&mut self) {
        if self.parts.is_empty() {
            return;
        }
        self.failed_amount = Money::new(self.sum_of(RefundStatus::Failed), self.currency);
        self.status = match () {
            () if self.sum_of(RefundStatus::Pending) > 0 => RefundStatus::Pending,
            () if self.failed_amount.minor() > 0 => RefundStatus::Failed,
            () => RefundStatus::Done,
        };
    }

    fn sum_of(&self, status: RefundStatus) -> i64 {
        let of_it = self.parts.iter().filter(|part| part.status == status);
        of_it.map(|part| part.amount.minor()).sum()
    }
}
