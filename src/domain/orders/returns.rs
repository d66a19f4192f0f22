//! Goods that come back.

use super::order::{Item, Order};
use super::steps::{Return, ReturnReason, ReturnedUnits, Step, Units};
use crate::domain::calendar::Timestamp;
use crate::error::Result;

/// Goods that come back; with `refund` also what they cost, at most what is to be refunded then.
#[derive(Clone, Debug)]
pub struct ReturnInput {
    pub items: Vec<ReturnItemInput>,
    /// Left out, [`ReturnReason::Withdrawal`] where the buyer declared one, else
    /// [`ReturnReason::Other`].
    pub reason: Option<ReturnReason>,
    pub refund: bool,
}

/// Units that come back, and whether they can be sold again.
#[derive(Clone, Copy, Debug)]
pub struct ReturnItemInput {
    pub units: Units,
    /// `None`: as its product says, or else yes.
    pub restock: Option<bool>,
}

impl Order {
    /// The return that this says. Lines that come back partly for sale and partly not are two
    /// returns.
    ///
    /// # Errors
    /// Invalid for a line that is named twice and for lines the order does not have; a conflict for
    /// more than was sent.
    pub(super) fn return_of(&self, input: &ReturnInput, now: Timestamp) -> Result<Step> {
        let named: Vec<Units> = input.items.iter().map(|item| item.units).collect();
        let detail = "Name a line once; what cannot be sold again is a return of its own.";
        Self::check_named_once(&named, detail)?;
        self.choose_units(Some(&named), Item::kept)?;
        let returned = |item: &ReturnItemInput| ReturnedUnits {
            item_id: item.units.item_id,
            quantity: item.units.quantity,
            restock: item.restock.unwrap_or(true),
        };
        let items = input.items.iter().map(returned).collect();
        let usual = match self.withdrawals.is_empty() {
            true => ReturnReason::Other,
            false => ReturnReason::Withdrawal,
        };
        let reason = input.reason.unwrap_or(usual);
        Ok(Step::Return(Return { id: None, items, reason, refund_id: None, returned_at: now }))
    }

    pub(super) fn add_return(&mut self, returned: &Return) {
        let units: Vec<Units> = returned.items.iter().map(ReturnedUnits::units).collect();
        self.add_to_items(&units, |item, units| {
            item.drop_standing(units);
            item.returned_quantity += units;
        });
        let keeps_shipping = returned.reason == ReturnReason::Other;
        self.shipping_owed = self.shipping_owed && (keeps_shipping || self.any_stands());
    }
}
