//! Units of an order's lines, as a step names them.

use super::order::{Item, Order};
use super::steps::Units;
use crate::error::{FieldError, Result};

impl Order {
    /// Refuses units of lines that the order does not have.
    ///
    /// # Errors
    /// Invalid, with every line.
    pub(super) fn check_named(&self, named: &[Units]) -> Result<()> {
        let unknown = |(at, units): (usize, &Units)| {
            let detail = "This order has no such item.";
            self.item(units.item_id)
                .is_none()
                .then(|| FieldError::at(format!("/items/{at}/item_id"), "not_found", detail))
        };
        FieldError::none(named.iter().enumerate().filter_map(unknown).collect())
    }

    /// The units that a step is about: those named, or all that are left for it. A line that is
    /// named twice is meant with the sum.
    ///
    /// # Errors
    /// Invalid for lines the order does not have; a conflict for more than `left`.
    pub(super) fn choose_units(
        &self,
        named: Option<&[Units]>,
        left: impl Fn(&Item) -> i64,
    ) -> Result<Vec<Units>> {
        let Some(named) = named else {
            let all = self.items.iter().filter(|item| left(item) > 0);
            return Ok(all.map(|item| Units { item_id: item.id, quantity: left(item) }).collect());
        };
        self.check_named(named)?;
        let mut chosen: Vec<Units> = Vec::new();
        for units in named {
            match chosen.iter_mut().find(|known| known.item_id == units.item_id) {
                Some(known) => known.quantity += units.quantity,
                None => chosen.push(*units),
            }
        }
        let is_short = |units: &&Units| {
            let wanted = chosen.iter().find(|known| known.item_id == units.item_id);
            let left = self.item(units.item_id).map(&left);
            wanted.zip(left).is_some_and(|(wanted, left)| wanted.quantity > left)
        };
        match named.iter().rfind(is_short).and_then(|units| self.item(units.item_id)) {
            Some(item) => {
                Err(self.not_possible(format!("{} of “{}” are left.", left(item), item.name)))
            }
            None => Ok(chosen),
        }
    }

    /// Refuses a line that is named twice.
    ///
    /// # Errors
    /// Invalid, with every line after the first of its kind.
    pub(super) fn check_named_once(named: &[Units], detail: &'static str) -> Result<()> {
        let twice = |(at, units): (usize, &Units)| {
            let before = named.iter().take(at).any(|other| other.item_id == units.item_id);
            before.then(|| FieldError::at(format!("/items/{at}/item_id"), "given_twice", detail))
        };
        FieldError::none(named.iter().enumerate().filter_map(twice).collect())
    }

    /// Tells `true` while a unit is neither cancelled nor returned.
    pub(super) fn any_stands(&self) -> bool {
        self.items.iter().any(|item| item.standing() > 0)
    }

    pub(super) fn add_to_items(&mut self, units: &[Units], add: impl Fn(&mut Item, i64)) {
        for units in units {
            if let Some(item) = self.items.iter_mut().find(|item| item.id == units.item_id) {
                add(item, units.quantity);
            }
        }
    }
}
