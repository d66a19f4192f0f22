//! Money that comes in.

use super::order::Order;
use super::steps::{Payment, Step};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::settings::PaymentMethod;
use crate::error::{Error, FieldError, Result};

/// Money that the shop says came in.
#[derive(Clone, Debug)]
pub struct PaymentInput {
    /// A decimal in the order's currency; left out, all that is open.
    pub amount: Option<String>,
    pub method: PaymentMethod,
    pub reference: Option<String>,
}

impl Order {
    /// The payment that this says.
    ///
    /// # Errors
    /// Invalid for an amount that is none; a conflict for more than is open.
    pub(super) fn payment(&self, input: &PaymentInput, now: Timestamp) -> Result<Step> {
        let open = self.open_amount();
        let amount = match &input.amount {
            Some(text) => parse_amount(text, self.currency)?,
            None => self.money(open),
        };
        if amount.minor() == 0 && open > 0 {
            return Err(out_of_range("A payment is more than nothing."));
        }
        if amount.minor() > open || open == 0 {
            let left = self.money(open).text();
            let code = self.currency.code();
            return Err(self.not_possible(format!("{left} {code} is open on this order.")));
        }
        Ok(Step::Payment(Payment {
            id: None,
            amount,
            currency: self.currency,
            method: input.method,
            reference: input.reference.clone(),
            paid_at: now,
        }))
    }

    pub(super) fn add_payment(&mut self, payment: &Payment) {
        self.paid_total = self.money(self.paid_total.minor() + payment.amount.minor());
        self.payments.push(payment.clone());
    }
}

/// An amount of a step, in the order's currency.
///
/// # Errors
/// Invalid, at `/amount`.
pub(super) fn parse_amount(text: &str, currency: Currency) -> Result<Money> {
    Money::parse(text, currency).map_err(|invalid| {
        Error::invalid(vec![FieldError::at("/amount", invalid.code, invalid.detail)])
    })
}

pub(super) fn out_of_range(detail: &str) -> Error {
    Error::invalid(vec![FieldError::at("/amount", "out_of_range", detail)])
}
