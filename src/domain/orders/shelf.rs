//! The shelf: the part of the shop that a draft is held against.

use std::collections::HashMap;

use super::draft::{Draft, Orderer};
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::discounts::Discount;
use crate::domain::money::Money;
use crate::domain::pictures::LinePicture;
use crate::domain::text::Email;

/// Variants that a fault names to choose from.
pub const CHOICES_MAX: u32 = 20;

/// The part of the shop that a draft is held against.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Variants for sale that the draft names, by their ids.
    pub variants: HashMap<Id, ShelfVariant>,
    /// Variants for sale of the products that it names without one, in the order of the shop; of
    /// each product no more than tell that there are more than [`CHOICES_MAX`].
    pub choices: HashMap<Id, Vec<ShelfVariant>>,
    /// How many there are of a product that has more than that.
    pub counts: HashMap<Id, i64>,
    /// The customer whom the draft is for, if there is such a record.
    pub buyer: Option<KnownBuyer>,
    /// The discount of the draft's code, if there is one.
    pub discount: Option<Discount>,
    /// The buyer has used that discount before.
    pub discount_used: bool,
}

impl Shelf {
    /// The user of a discount: the account's record, if the buyer has an account, and the e-mail.
    pub fn discount_user(&self, draft: &Draft, orderer: Orderer) -> (Option<Id>, Option<Email>) {
        let Some(id) = draft.record(orderer) else {
            return (None, draft.customer.as_ref().and_then(|contact| contact.email.clone()));
        };
        let account = self.buyer.as_ref().is_some_and(|buyer| buyer.has_account);
        let email = self.buyer.as_ref().and_then(|buyer| buyer.contact.email.clone());
        (Some(id).filter(|_| account), email)
    }
}

/// A variant that is for sale.
#[derive(Clone, Debug)]
pub struct ShelfVariant {
    pub product_id: Id,
    pub id: Id,
    /// Counts its edits.
    pub version: i64,
    pub title: Option<String>,
    pub sku: Option<String>,
    pub price: Money,
    /// Its stock is counted.
    pub is_tracked: bool,
    /// Units that are left, where that is a limit.
    pub limit: Option<i64>,
    pub product_name: String,
    pub tax_category: String,
    /// Of one unit; goods without it weigh nothing.
    pub weight_grams: Option<i64>,
    pub withdrawal_exempt: bool,
    /// Its own, or the first of its product.
    pub picture: Option<LinePicture>,
}

/// A customer whom the shop knows.
#[derive(Clone, Debug)]
pub struct KnownBuyer {
    pub contact: Contact,
    /// Counts the edits of the record.
    pub version: i64,
    pub has_account: bool,
}
