//! What a step of an order does to the stock that its lines were taken from. Whether that is
//! tracked at the moment is not known here: while it is not, nothing of this moves.

use super::order::{Item, Order};
use super::steps::{ReturnedUnits, Step, Units};
use crate::error::FieldError;

impl Item {
    /// Units that were taken and wait to be shipped: they still lie on the shelf.
    pub fn committed(&self) -> i64 {
        self.taken.min(self.unshipped())
    }

    /// The error of a line that needs more units again than are left.
    pub fn shortage(&self, left: i64) -> FieldError {
        let (left, name) = (left.max(0), &self.name);
        let detail = match left {
            0 => format!("“{name}” is sold out."),
            left => format!("Only {left} of “{name}” left."),
        };
        let error = FieldError::at("", "out_of_stock", detail);
        FieldError { available: Some(left), ..error }
    }
}

impl Order {
    /// The units that a step of this order gives back: of what is cancelled those that were taken,
    /// of what returns for sale those that were taken and shipped.
    pub fn given_back(&self, step: &Step) -> Vec<Units> {
        match step {
            Step::Cancellation(cancellation) => {
                let items = cancellation.items.as_deref().unwrap_or_default();
                self.at_most(items, Item::committed)
            }
            Step::Return(returned) => {
                let for_sale = returned.items.iter().filter(|units| units.restock);
                let items: Vec<Units> = for_sale.map(ReturnedUnits::units).collect();
                self.at_most(&items, |item| item.taken - item.committed())
            }
            _ => Vec::new(),
        }
    }

    /// The units that taking a step back takes again: all that were cancelled, and of a return
    /// those that it had given back.
    pub fn taken_again(step: &Step, restocked: &[Units]) -> Vec<Units> {
        match step {
            Step::Cancellation(cancellation) => cancellation.items.clone().unwrap_or_default(),
            Step::Return(_) => restocked.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Notes units that went back to the stock.
    pub fn put_back(&mut self, units: &[Units]) {
        self.add_to_items(units, |item, units| item.taken -= units);
    }

    /// Notes units that were taken from the stock once more.
    pub fn take(&mut self, units: &[Units]) {
        self.add_to_items(units, |item, units| {
            item.taken = (item.taken + units).min(item.quantity - item.cancelled_quantity);
        });
    }

    fn at_most(&self, units: &[Units], most: impl Fn(&Item) -> i64) -> Vec<Units> {
        let cut = |units: &Units| {
            let most = self.item(units.item_id).map_or(0, &most);
            Units { quantity: units.quantity.min(most), ..*units }
        };
        units.iter().map(cut).filter(|units| units.quantity > 0).collect()
    }
}
