//! What the staff and a buyer agree to: goods that the shop does not list, and prices that it does
//! not ask of everybody.
//!
//! A line's own discount comes first, then the order's, then that of a code: each on what the one
//! before it has left, and at most all of that.

use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::tax::Percent;
use crate::domain::totals::Reduction;
use crate::error::FieldError;

/// Goods that the staff names, without a product.
#[derive(Clone, Debug)]
pub struct FreeGoods {
    pub name: String,
    /// `None`: the standard one.
    pub tax_category: Option<String>,
}

/// The price that was agreed to for a line.
#[derive(Clone, Debug, Default)]
pub struct AgreedPrice {
    /// Of one unit: a decimal, read in the shop's currency.
    pub unit_price: Option<String>,
    /// The reason for a price that differs from the product's.
    pub reason: Option<String>,
    pub discount: Option<AgreedDiscount>,
}

/// A discount that was agreed to.
#[derive(Clone, Debug)]
pub struct AgreedDiscount {
    pub value: AgreedValue,
    pub reason: String,
}

/// How much is taken off.
#[derive(Clone, Debug)]
pub enum AgreedValue {
    /// A decimal, read in the shop's currency.
    Amount(String),
    /// Above nothing.
    Percent(Percent),
}

impl AgreedDiscount {
    /// The discount in a currency; `at`: where it stands in the request.
    pub(super) fn reduction(
        &self,
        at: &str,
        currency: Currency,
    ) -> std::result::Result<Reduction, FieldError> {
        match &self.value {
            AgreedValue::Percent(percent) => Ok(Reduction::Percent(*percent)),
            AgreedValue::Amount(text) => match Money::parse(text, currency) {
                Ok(amount) => Ok(Reduction::Amount(amount)),
                Err(invalid) => {
                    let pointer = format!("{at}/amount");
                    Err(FieldError::at(pointer, invalid.code, invalid.detail))
                }
            },
        }
    }
}
