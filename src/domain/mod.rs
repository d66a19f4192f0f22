//! What is allowed: values that cannot be wrong, and the rules between them.
//!
//! Pure: no clock, no randomness, no input or output, no floating point.

pub mod api_keys;
pub mod applied_discounts;
pub mod bank_account;
pub mod calendar;
pub mod cards;
pub mod clock_watch;
pub mod collections;
mod countries;
pub mod country_names;
pub mod currency;
pub mod customers;
mod decimal;
pub mod discounts;
mod invisible;
pub mod invoices;
pub mod journal;
pub mod mails;
pub mod markdown;
pub mod metadata;
pub mod money;
pub mod orders;
pub mod passwords;
pub mod pictures;
pub mod products;
pub mod reports;
pub mod search;
pub mod settings;
pub mod shipping;
pub mod spelling;
pub mod staff;
pub mod stock_movements;
pub mod tax;
pub mod text;
pub mod totals;
pub mod unit_price;
pub mod window;
pub mod withdrawals;
pub(crate) mod words;

use serde::{Deserialize, Serialize};

/// The largest id, 2^53 − 1: what every JSON reader keeps exactly (RFC 8259 §6).
pub const ID_MAX: i64 = (1 << 53) - 1;

/// The id of a row: 1 to [`ID_MAX`], never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Id(i64);

impl TryFrom<i64> for Id {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("not an id")
    }
}

impl Id {
    /// The smallest id there can be.
    pub const FIRST: Self = Self(1);

    /// `None` outside 1 to [`ID_MAX`].
    pub fn new(number: i64) -> Option<Self> {
        (1..=ID_MAX).contains(&number).then_some(Self(number))
    }

    /// Reads plain digits; no sign, no leading zero.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        plain.then(|| text.parse().ok()).flatten().and_then(Self::new)
    }

    /// The number of the id, from 1.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

/// A value that was refused: a stable code and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub code: &'static str,
    pub detail: String,
}

impl Invalid {
    /// A refusal with a code for programs and a sentence for people.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// The result of parsing a single value.
pub type Parsed<T> = std::result::Result<T, Invalid>;

/// A field that a request may leave alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The request does not speak of it.
    #[default]
    Keep,
    /// The request sets it.
    Set(T),
}

impl<T> Change<T> {
    /// The value that was sent, if any was.
    pub fn sent(&self) -> Option<&T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value that was sent, or else this.
    pub fn or(self, default: T) -> T {
        match self {
            Self::Keep => default,
            Self::Set(value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_positive_integer_below_two_to_the_53() {
        for bad in ["", "0", "-1", "+1", "01", "1.0", "1e3", "9007199254740992", "x", " 1"] {
            assert_eq!(Id::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Id::parse("9007199254740991").map(Id::get), Some(ID_MAX));
        assert_eq!(Id::parse("7").map(Id::get), Some(7));
    }
}
