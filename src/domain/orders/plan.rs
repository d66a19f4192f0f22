//! An order that was held against the shop and is not placed yet: what it comes to, whose it is,
//! and the versions of what it rests on. It can be placed while these are the same.

use std::sync::Arc;

use super::payments::PaymentInput;
use super::quote::Quote;
use crate::domain::customers::{Contact, CustomerRecord};
use crate::domain::discounts::DiscountUser;
use crate::domain::settings::Settings;

/// An order that the shop would take as it was when it was planned.
#[derive(Clone, Debug)]
pub struct OrderPlan {
    pub quote: Quote,
    pub buyer: PlannedBuyer,
    /// What is paid at once.
    pub paid: Option<PaymentInput>,
    /// The user of its discount.
    pub user: DiscountUser,
    pub settings: Arc<Settings>,
}

/// The customer whom a planned order shall belong to.
#[derive(Clone, Debug)]
pub enum PlannedBuyer {
    /// The one who was named.
    Known(CustomerRecord),
    /// A guest who ordered before with the same e-mail, and the contact of this order.
    Guest(CustomerRecord, Contact),
    /// A guest whom the shop does not know, and whether they take letters from it.
    New(Contact, bool),
}

impl PlannedBuyer {
    /// The contact that the order is a copy of.
    pub fn contact(&self) -> &Contact {
        match self {
            Self::Known(record) => &record.contact,
            Self::Guest(_, contact) | Self::New(contact, _) => contact,
        }
    }
}
