//! An order as it is asked for, before anything of it is held against the shop.

use std::collections::HashSet;

use super::agreed::{AgreedDiscount, AgreedPrice, FreeGoods};
use crate::domain::Id;
use crate::domain::customers::{Address, Contact};
use crate::domain::metadata::Metadata;
use crate::domain::settings::PaymentMethod;
use crate::domain::window::Language;
use crate::error::{FIELD_ERRORS_MAX, FieldError};

/// Lines of one order.
pub const LINES_MAX: usize = 2_000;
/// Lines of an order of a guest. Any more are too many to be looked up between two other requests.
pub const GUEST_LINES_MAX: usize = 100;
/// Lines that are looked up as quickly as one.
const SHORT_LINES_MAX: usize = 10;
/// Units of one line, after the same variant was merged.
pub const UNITS_MAX: i64 = 1_000_000;
/// Characters of the note on a line, also where several were merged.
pub const LINE_NOTE_CHARS_MAX: usize = 500;

/// A line that is asked for.
#[derive(Clone, Debug)]
pub struct LineInput {
    pub goods: Goods,
    /// 1 to [`UNITS_MAX`].
    pub quantity: i64,
    pub note: Option<String>,
    /// The price that the staff agreed to.
    pub agreed: Option<Box<AgreedPrice>>,
}

/// What a line asks for.
#[derive(Clone, Debug)]
pub enum Goods {
    Listed {
        product_id: Id,
        variant_id: Option<Id>,
    },
    /// Goods that the shop does not list.
    Free(Box<FreeGoods>),
}

impl LineInput {
    /// Units of a product at its price.
    pub fn of(product_id: Id, variant_id: Option<Id>, quantity: i64) -> Self {
        Self { goods: Goods::Listed { product_id, variant_id }, quantity, note: None, agreed: None }
    }
}

/// An order as it is asked for: every field that is well-formed, none held against the shop yet.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Each with its place in the request.
    pub items: Vec<(usize, LineInput)>,
    pub customer_id: Option<Id>,
    pub customer: Option<Contact>,
    /// What `customer` says of letters from the shop, for a new record.
    pub accepts_marketing: bool,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub shipping_method: Option<String>,
    pub payment_method: Option<String>,
    pub discount_code: Option<String>,
    /// A discount that the staff agreed to, beside that of a code.
    pub discount: Option<AgreedDiscount>,
    pub note: Option<String>,
    pub metadata: Metadata,
    /// The language in which the buyer saw the shop.
    pub locale: Option<Language>,
    /// A decimal, read in the shop's currency.
    pub expected_total: Option<String>,
    /// A time, read in the shop's zone.
    pub order_date: Option<String>,
    /// When the buyer comes for the goods: a time, read in the shop's zone.
    pub pickup_at: Option<String>,
    /// It is paid at once.
    pub paid: Option<PaidInput>,
    /// Fields that were not well-formed; told together with what the shop finds wrong.
    pub errors: Vec<FieldError>,
}

/// Money that comes in with the order.
#[derive(Clone, Debug)]
pub struct PaidInput {
    pub method: PaymentMethod,
    pub reference: Option<String>,
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
    /// The variants that lines name.
    pub fn variants(&self) -> Vec<Id> {
        let variant = |(_, input): &(usize, LineInput)| match input.goods {
            Goods::Listed { variant_id, .. } => variant_id,
            Goods::Free(_) => None,
        };
        self.items.iter().filter_map(variant).collect()
    }

    /// The products that lines name without a variant, each once.
    pub fn products_without_variant(&self) -> Vec<Id> {
        let mut seen = HashSet::new();
        let product = |(_, input): &(usize, LineInput)| match input.goods {
            Goods::Listed { product_id, variant_id: None } => Some(product_id),
            Goods::Listed { .. } | Goods::Free(_) => None,
        };
        self.items.iter().filter_map(product).filter(|id| seen.insert(*id)).collect()
    }

    /// Tells `true` for a part that was sent and is not well-formed, so that it is not missing.
    pub fn is_faulty(&self, pointer: &str) -> bool {
        // So many are noted and no more: the others may be anywhere.
        let is_full = self.errors.len() >= FIELD_ERRORS_MAX;
        is_full || self.errors.iter().any(|error| error.is_within(pointer))
    }

    /// Tells `true` for a well-formed draft of a few lines.
    pub fn is_short(&self) -> bool {
        self.items.len() <= SHORT_LINES_MAX && self.errors.is_empty()
    }

    /// Tells `true` for so many lines that holding them against the shop takes long.
    pub fn is_long(&self) -> bool {
        self.items.len() > GUEST_LINES_MAX
    }

    /// The record that the order is for, where one is named or goes without saying.
    pub fn record(&self, orderer: Orderer) -> Option<Id> {
        match orderer {
            Orderer::Customer(own) => Some(own),
            _ => self.customer_id,
        }
    }
}
