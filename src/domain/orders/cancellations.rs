//! Units that are not wanted any more, before they leave the house.

use super::order::{Item, Order};
use super::steps::{Action, Cancellation, Step, Units};
use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, Result};

/// A wish to cancel.
#[derive(Clone, Debug)]
pub struct CancellationInput {
    /// `None`: everything that is left.
    pub items: Option<Vec<Units>>,
    pub reason: String,
    /// It is the shop's own: anyone else may cancel only until packing begins.
    pub by_shop: bool,
}

impl Order {
    /// The cancellation that this wishes.
    ///
    /// # Errors
    /// Invalid for lines the order does not have; a conflict for a buyer once packing has begun,
    /// and for more than is left.
    pub(super) fn cancellation(&self, input: &CancellationInput, now: Timestamp) -> Result<Step> {
        self.check_named(input.items.as_deref().unwrap_or_default())?;
        if !input.by_shop && !self.is_untouched() {
            let detail = "Packing has begun; please ask the shop.";
            let nothing = serde_json::json!([]);
            return Err(Error::new(Code::ActionNotPossible, detail).with("allowed", nothing));
        }
        let items = self.choose_units(input.items.as_deref(), Item::unshipped)?;
        self.require(Action::Cancellation, "Nothing of this order can be cancelled any more.")?;
        let (items, reason) = (Some(items), Some(input.reason.clone()));
        Ok(Step::Cancellation(Cancellation { cancelled_at: now, id: None, items, reason }))
    }

    pub(super) fn add_cancellation(&mut self, cancellation: &Cancellation) {
        let items = cancellation.items.as_deref().unwrap_or_default();
        self.add_to_items(items, |item, units| {
            item.drop_standing(units);
            item.cancelled_quantity += units;
        });
        self.shipping_owed = self.shipping_owed && self.any_stands();
        if self.is_void() {
            self.cancelled_at = self.cancelled_at.or(Some(cancellation.cancelled_at));
            self.cancel_reason.clone_from(&cancellation.reason);
        }
    }
}
