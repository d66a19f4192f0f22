//! An order as it is asked for, before anything of it is held against the shop.

use crate::domain::Id;
use crate::domain::customers::{Address, Contact};
use crate::error::FieldError;

/// Lines of one order.
pub const LINES_MAX: usize = 2_000;
/// Units of one line, after the same variant was merged.
pub const UNITS_MAX: i64 = 1_000_000;

/// A line that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct LineInput {
    pub product_id: Id,
    pub variant_id: Option<Id>,
    /// 1 to [`UNITS_MAX`].
    pub quantity: i64,
}

/// An order as it is asked for: every field that is well-formed, none held against the shop yet.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Each with its place in the request.
    pub items: Vec<(usize, LineInput)>,
    pub customer_id: Option<Id>,
    pub customer: Option<Contact>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub shipping_method: Option<String>,
    pub payment_method: Option<String>,
    pub discount_code: Option<String>,
    pub note: Option<String>,
    /// A decimal, read in the shop's currency.
    pub expected_total: Option<String>,
    /// A time, read in the shop's zone.
    pub order_date: Option<String>,
    /// Fields that were not well-formed; told together with what the shop finds wrong.
    pub errors: Vec<FieldError>,
}

/// The one who places an order, and for whom they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orderer {
    /// A customer, for oneself.
    Customer(Id),
    /// A visitor, as a guest; or for the record whose token they hold.
    Visitor { record: Option<Id> },
    /// The shop front's server, for anyone.
    Storefront,
    /// The shop, for anyone; also what was ordered elsewhere and earlier.
    Shop,
}

impl Draft {
    /// The record that the order is for, where one is named or goes without saying.
    pub fn record(&self, orderer: Orderer) -> Option<Id> {
        match orderer {
            Orderer::Customer(own) => Some(own),
            _ => self.customer_id,
        }
    }
}
