//! Money that comes in.

use super::draft::PaidInput;
use super::order::Order;
use super::steps::{Payment, Step, StepTerms};
use crate::domain::calendar::{Timestamp, parse_time};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::settings::PaymentMethod;
use crate::error::{Code, Error, FieldError, Result};

/// Money that the shop says came in.
#[derive(Clone, Debug)]
pub struct PaymentInput {
    /// A decimal in the order's currency; left out, all that is open.
    pub amount: Option<String>,
    pub method: PaymentMethod,
    pub reference: Option<String>,
    /// A time, or a date of the shop's zone; left out, now.
    pub paid_at: Option<String>,
    /// It may be more than is open: what is too much is to be refunded.
    pub accept_surplus: bool,
    /// It is another payment, though one that looks the same was written down already.
    pub again: bool,
}

impl PaymentInput {
    /// Everything, paid with the order.
    pub fn at_once(paid: &PaidInput) -> Self {
        Self {
            amount: None,
            method: paid.method,
            reference: paid.reference.clone(),
            paid_at: None,
            accept_surplus: false,
            again: false,
        }
    }
}

impl Order {
    /// The payment that this says.
    ///
    /// # Errors
    /// Invalid for an amount or a time that is none; [`Code::AlreadyRecorded`] for one like another
    /// that was written down; a conflict for more than is open.
    pub(super) fn payment(
        &self,
        input: &PaymentInput,
        terms: &StepTerms,
        now: Timestamp,
    ) -> Result<Step> {
        let open = self.open_amount();
        let amount = match &input.amount {
            Some(text) => parse_amount(text, self.currency)?,
            None => self.money(open),
        };
        let paid_at = input.paid_at.as_ref().map(|text| paid_at(text, terms, now)).transpose()?;
        let payment = Payment {
            id: None,
            amount,
            currency: self.currency,
            method: input.method,
            reference: input.reference.clone(),
            paid_at: paid_at.unwrap_or(now),
            booked_at: now,
            session_id: None,
        };
        if amount.minor() == 0 && (open > 0 || input.accept_surplus) {
            return Err(out_of_range("A payment is more than nothing."));
        }
        if !input.again && amount.minor() > 0 {
            self.refuse_twin(&payment, terms)?;
        }
        if (amount.minor() > open || open == 0) && !input.accept_surplus {
            let left = self.money(open).text();
            let code = self.currency.code();
            return Err(self.not_possible(format!("{left} {code} is open on this order.")));
        }
        let paid = i128::from(self.paid_total.minor()) + i128::from(amount.minor());
        Money::checked(paid, self.currency).map_err(|invalid| {
            Error::invalid(vec![FieldError::at("/amount", invalid.code, invalid.detail)])
        })?;
        Ok(Step::Payment(payment))
    }

    /// Refuses a payment that was written down already: of the same way, reference, amount and day.
    fn refuse_twin(&self, payment: &Payment, terms: &StepTerms) -> Result<()> {
        let day = |payment: &Payment| terms.zone.date_of(payment.paid_at);
        let is_twin = |other: &&Payment| {
            other.method == payment.method
                && other.reference == payment.reference
                && other.amount == payment.amount
                && day(other) == day(payment)
        };
        if !self.payments.iter().any(|other| is_twin(&other)) {
            return Ok(());
        }
        let amount = payment.amount.text();
        let (currency, day) = (self.currency.code(), day(payment).text());
        let detail = format!(
            "A payment of {amount} {currency} of {day} is written down already. Book it \
             again only if this is another one."
        );
        let allowed = serde_json::json!(self.allowed());
        Err(Error::new(Code::AlreadyRecorded, detail).with("allowed", allowed))
    }

    pub(super) fn add_payment(&mut self, payment: &Payment) {
        self.paid_total = self.money(self.paid_total.minor() + payment.amount.minor());
        self.payments.push(payment.clone());
    }
}

/// The time of a payment; not in the future.
fn paid_at(text: &str, terms: &StepTerms, now: Timestamp) -> Result<Timestamp> {
    let refuse =
        |code, detail: String| Err(Error::invalid(vec![FieldError::at("/paid_at", code, detail)]));
    match parse_time(text, terms.zone) {
        Ok(at) if at > now => refuse("in_the_future", "A payment cannot be of the future.".into()),
        Ok(at) => Ok(at),
        Err(invalid) => refuse(invalid.code, invalid.detail),
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
