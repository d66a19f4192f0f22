//! Discounts that buyers know the code of, and when one of them counts.

use serde::Serialize;

use super::calendar::Timestamp;
use super::currency::Currency;
use super::money::Money;
use super::tax::Percent;
use super::text::{Email, plain_line};
use super::totals::Reduction;
use super::words::words;
use super::{Id, Invalid, Parsed};

/// Characters of a code.
const CODE_CHARS_MAX: usize = 64;
/// Times a discount may be used at most.
pub const USAGE_LIMIT_MAX: i64 = 1_000_000_000;

words! {
    /// The kinds of discounts.
    Type, "unknown_value", "A discount's type is percent, amount or free_shipping." {
        Percent = "percent",
        Amount = "amount",
        FreeShipping = "free_shipping",
    }
}

/// The value of a discount; none with free shipping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Percent(Percent),
    Amount(Money),
    None,
}

/// A discount as a request describes it.
#[derive(Clone, Debug)]
pub struct DiscountInput {
    pub code: String,
    pub reduction: Reduction,
    /// Of the goods, before the discount.
    pub min_subtotal: Option<Money>,
    pub starts_at: Option<Timestamp>,
    /// The first instant at which it is over.
    pub ends_at: Option<Timestamp>,
    pub usage_limit: Option<i64>,
    pub once_per_customer: bool,
}

/// The user of a discount: their account's record, if they have one, and their e-mail.
#[derive(Clone, Debug)]
pub struct DiscountUser {
    pub customer_id: Option<Id>,
    pub email: Option<Email>,
}

/// A discount, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Discount {
    pub id: Id,
    pub code: String,
    #[serde(rename = "type")]
    pub kind: Type,
    pub value: Value,
    pub min_subtotal: Option<Money>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub usage_limit: Option<i64>,
    pub once_per_customer: bool,
    pub usage_count: i64,
    pub currency: Currency,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub revision: i64,
}

impl Discount {
    /// The kind and the value that lines are reduced by.
    pub fn reduction(&self) -> Reduction {
        match self.value {
            Value::Percent(percent) => Reduction::Percent(percent),
            Value::Amount(amount) => Reduction::Amount(amount),
            Value::None => Reduction::FreeShipping,
        }
    }

    /// The reason for which goods of this price, ordered at this time, do not get it, if they do
    /// not.
    pub fn why_not(&self, subtotal: Money, ordered_at: Timestamp) -> Option<String> {
        let code = &self.code;
        if self.starts_at.is_some_and(|start| ordered_at < start) {
            return Some(format!("The discount {code} has not begun yet."));
        }
        if self.ends_at.is_some_and(|end| ordered_at >= end) {
            return Some(format!("The discount {code} is over."));
        }
        if self.usage_limit.is_some_and(|limit| self.usage_count >= limit) {
            return Some(format!("The discount {code} is used up."));
        }
        let least = self.min_subtotal.filter(|least| subtotal.minor() < least.minor());
        least.map(|least| {
            let currency = self.currency.code();
            format!("The discount {code} needs goods for {} {currency} at least.", least.text())
        })
    }
}

/// A code: 1 to 64 characters without blanks.
///
/// # Errors
/// `not_a_code`, and those of a line.
pub fn code(raw: &str) -> Parsed<String> {
    let text = plain_line(raw, CODE_CHARS_MAX)?;
    match text.chars().any(char::is_whitespace) {
        true => Err(Invalid::new("not_a_code", "Enter a code without blanks, such as SPRING10.")),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_counts_in_its_time_for_enough_goods_until_it_is_used_up() {
        let currency = Currency::parse("EUR").unwrap();
        let at = Timestamp::from_micros;
        let discount = Discount {
            id: Id::new(1).unwrap(),
            code: "SPRING".to_owned(),
            kind: Type::FreeShipping,
            value: Value::None,
            min_subtotal: Some(Money::new(1_000, currency)),
            starts_at: Some(at(10)),
            ends_at: Some(at(20)),
            usage_limit: Some(3),
            once_per_customer: false,
            usage_count: 2,
            currency,
            version: 1,
            created_at: at(0),
            updated_at: at(0),
            revision: 0,
        };
        let used_up = Discount { usage_count: 3, ..discount.clone() };
        for (discount, minor, now, word) in [
            (&discount, 1_000, 10, None),
            (&discount, 1_000, 19, None),
            (&discount, 999, 10, Some("10.00 EUR at least")),
            (&discount, 1_000, 9, Some("not begun")),
            (&discount, 1_000, 20, Some("is over")),
            (&used_up, 1_000, 10, Some("used up")),
        ] {
            let reason = discount.why_not(Money::new(minor, currency), at(now));
            let fits = |word: &str| reason.as_ref().is_some_and(|text| text.contains(word));
            assert!(word.map_or(reason.is_none(), fits), "{word:?}: {reason:?}");
        }
        assert!(code("SPRING 10").is_err() && code(" SPRING10 ").is_ok());
    }
}
