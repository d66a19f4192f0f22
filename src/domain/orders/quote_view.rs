//! A quote as it is shown, with every way to send it and to pay for it.

use serde::Serialize;

use super::lines::{QuoteLine, shortages, weight_of};
use super::quote::{Quote, QuoteRequest};
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::currency::Currency;
use crate::domain::discounts::Discount;
use crate::domain::money::Money;
use crate::domain::settings::PaymentTerms;
use crate::domain::shipping::ShippingMethod;
use crate::domain::totals::{Reduction, Totals};
use crate::error::{Code, Error, FIELD_ERRORS_MAX, FieldError, Place, Result};

/// A quote as it stands on the wire.
#[derive(Debug, Serialize)]
pub struct QuoteView<'a> {
    #[serde(flatten)]
    totals: &'a Totals,
    items: &'a [QuoteLine],
    currency: Currency,
    prices_include_tax: bool,
    tax_note: Option<&'a str>,
    /// `None` where nothing is sent there.
    shipping_method: Option<&'a str>,
    /// `None` where there is no way to pay for what is sent so.
    payment_method: Option<&'static str>,
    expected_delivery_date: Option<Date>,
    pickup_at: Option<Timestamp>,
    shipping_methods: Vec<ShippingChoice<'a>>,
    payment_methods: Vec<&'a PaymentTerms>,
    short: Vec<Shortage>,
    problems: Vec<Unusable<'a>>,
}

#[derive(Debug, Serialize)]
struct ShippingChoice<'a> {
    code: &'a str,
    name: &'a str,
    price: Money,
    pickup: bool,
    needs_address: bool,
    expected_delivery_date: Date,
}

/// A line that there is not enough of.
#[derive(Debug, Serialize)]
struct Shortage {
    pointer: Option<String>,
    code: &'static str,
    detail: String,
    available: Option<i64>,
}

/// A part of the draft that the quote does without.
#[derive(Debug, Serialize)]
struct Unusable<'a> {
    pointer: Option<&'a str>,
    code: &'static str,
    detail: &'a str,
}

impl<'a> Unusable<'a> {
    fn of(error: &'a FieldError) -> Self {
        let pointer = match &error.place {
            Place::Pointer(pointer) => Some(pointer.as_str()),
            _ => None,
        };
        Self { pointer, code: error.code, detail: &error.detail }
    }
}

impl Shortage {
    fn of(error: FieldError) -> Self {
        let pointer = match error.place {
            Place::Pointer(pointer) => Some(pointer),
            _ => None,
        };
        Self { pointer, code: error.code, detail: error.detail, available: error.available }
    }
}

impl Quote {
    /// The quote as it is shown, with every way to send it and to pay for it.
    pub fn view<'a>(&'a self, request: QuoteRequest<'a>) -> QuoteView<'a> {
        let settings = request.settings;
        let goods = self.totals.subtotal.minor() - self.totals.discount_total.minor();
        let weight = weight_of(&self.lines);
        let free = self.discount.as_ref().map(Discount::reduction) == Some(Reduction::FreeShipping);
        let zero = Money::new(0, self.currency);
        let choice = |method: &'a ShippingMethod| ShippingChoice {
            code: &method.code,
            name: &method.name,
            price: if free { zero } else { method.price_for(goods, weight) },
            pickup: method.pickup,
            needs_address: method.needs_address,
            expected_delivery_date: settings.expected_delivery(self.ordered_at, method),
        };
        let going = settings.shipping_to(self.shipping_address.as_ref());
        let fitting = going.filter(|method| method.carries(weight));
        let choices: Vec<ShippingChoice> = fitting.map(choice).collect();
        let payment: Vec<&PaymentTerms> = settings.payment_offered(&self.method).collect();
        let is_sent = !choices.is_empty();
        QuoteView {
            totals: &self.totals,
            items: &self.lines,
            currency: self.currency,
            prices_include_tax: self.prices_include_tax,
            tax_note: self.tax_note.as_deref(),
            shipping_method: is_sent.then_some(self.method.code.as_str()),
            payment_method: (!payment.is_empty()).then(|| self.terms.method.name()),
            expected_delivery_date: is_sent.then_some(self.expected_delivery_date),
            pickup_at: self.pickup_at,
            shipping_methods: choices,
            payment_methods: payment,
            short: shortages(&self.lines).into_iter().map(Shortage::of).collect(),
            problems: self.problems.iter().map(Unusable::of).collect(),
        }
    }

    /// Refuses to be placed at another total than the buyer saw, or where there is not enough.
    ///
    /// # Errors
    /// [`Code::PriceChanged`] with the quote; [`Code::OutOfStock`] with every line that is short.
    pub fn check_placeable(&self, request: QuoteRequest) -> Result<()> {
        let expected = request.draft.expected_total.as_deref();
        let expected = expected.and_then(|text| Money::parse(text, self.currency).ok());
        if expected.is_some_and(|expected| expected != self.totals.total) {
            let detail = format!("The total is now {}.", self.totals.total.text());
            let error = FieldError::at("/expected_total", "price_changed", detail.clone());
            let quote = serde_json::json!(self.view(request));
            let changed = Error::new(Code::PriceChanged, detail).with_errors(vec![error]);
            return Err(changed.with("quote", quote));
        }
        let mut short = shortages(&self.lines);
        short.truncate(FIELD_ERRORS_MAX);
        match short.first() {
            Some(first) => {
                Err(Error::new(Code::OutOfStock, first.detail.clone()).with_errors(short))
            }
            None => Ok(()),
        }
    }
}
