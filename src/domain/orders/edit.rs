//! The parts of an order that the shop may mend.

use serde::Serialize;

use super::order::{Buyer, Order};
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::customers::{Address, Contact, Note};
use crate::domain::settings::Settings;
use crate::domain::tax::{PROPORTIONAL_CATEGORY, Percent, STANDARD_CATEGORY};
use crate::error::{Code, Error, FieldError, Result};

/// The parts of an order that can be mended: the day it should arrive, its buyer, the staff's note,
/// and the addresses until it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct OrderEditInput {
    pub expected_delivery_date: Date,
    /// When the buyer comes for the goods. Another time is another day on which they are expected.
    pub pickup_at: Option<Timestamp>,
    /// `None` once the buyer was forgotten.
    pub customer: Option<Contact>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    /// The buyer's words, which may only be sent back as they are.
    pub note: Option<String>,
    pub staff_note: Option<String>,
}

impl OrderEditInput {
    /// The parts of an order as they are.
    pub fn of(order: &Order) -> Self {
        Self {
            expected_delivery_date: order.expected_delivery_date,
            pickup_at: order.pickup_at,
            customer: order.customer.contact(),
            shipping_address: order.shipping_address.clone(),
            billing_address: order.billing_address.clone(),
            note: order.note.clone(),
            staff_note: order.staff_note.text().map(str::to_owned),
        }
    }
}

impl Order {
    /// The order with these parts. Addresses are held to the rules of placing, and to the taxes the
    /// order was placed with.
    ///
    /// # Errors
    /// Invalid with every field that is wrong; a conflict for an address of what has left;
    /// [`Code::TaxWouldChange`] for one where other rates of tax are due.
    pub fn edited(&self, edit: OrderEditInput, settings: &Settings) -> Result<Self> {
        FieldError::none(self.edit_errors(&edit, settings))?;
        let moved = edit.shipping_address != self.shipping_address
            || edit.billing_address != self.billing_address;
        if moved && !self.shipments.is_empty() {
            let detail = "It has left the house: its addresses stay as they are.";
            return Err(self.not_possible(detail));
        }
        if self.customer.name.is_none() && (moved || edit.customer.is_some()) {
            return Err(self.not_possible("Its buyer was forgotten, and stays so."));
        }
        if self.would_bear_other_tax(edit.shipping_address.as_ref(), settings) {
            let detail = "Another tax is due there; cancel the order and place it anew.";
            return Err(Error::new(Code::TaxWouldChange, detail));
        }
        let customer = edit.customer.as_ref().map(Buyer::of);
        let (was, there) = (self.shipping_address.as_ref(), edit.shipping_address.as_ref());
        let (was, there) = (destination(was, settings), destination(there, settings));
        let stays = self.pickup || was == there;
        let tax_country = if stays { self.tax_country.as_deref() } else { there };
        Ok(Self {
            tax_country: tax_country.map(str::to_owned),
            expected_delivery_date: match edit.pickup_at {
                Some(at) if edit.pickup_at != self.pickup_at => settings.time_zone.date_of(at),
                _ => edit.expected_delivery_date,
            },
            pickup_at: edit.pickup_at,
            customer: customer.unwrap_or_else(|| self.customer.clone()),
            shipping_address: edit.shipping_address,
            billing_address: edit.billing_address,
            staff_note: Note::Shown(edit.staff_note),
            ..self.clone()
        })
    }

    fn edit_errors(&self, edit: &OrderEditInput, settings: &Settings) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if edit.expected_delivery_date != self.expected_delivery_date {
            let checked =
                self.check_delivery_date(edit.expected_delivery_date, &settings.time_zone);
            errors.extend(checked.err().into_iter().flat_map(|error| error.errors().to_vec()));
        }
        if let Some(at) = edit.pickup_at.filter(|_| edit.pickup_at != self.pickup_at) {
            errors.extend(self.pickup_error(at));
        }
        if edit.note != self.note {
            let detail = "This note is the buyer's own. Yours has a place beside it.";
            errors.push(FieldError::at("/note", "not_allowed", detail));
        }
        if edit.customer.is_none() && self.customer.contact().is_some() {
            errors.push(FieldError::at("/customer", "required", "Enter who orders."));
        }
        errors.extend(self.destination_error(edit.shipping_address.as_ref(), settings));
        errors
    }

    /// The fault of a time that nobody comes at.
    fn pickup_error(&self, at: Timestamp) -> Option<FieldError> {
        let fault = |code, detail: &str| Some(FieldError::at("/pickup_at", code, detail));
        if !self.pickup {
            return fault("not_allowed", "A time belongs to what the buyer comes for.");
        }
        if at < self.order_date {
            return fault("out_of_range", "Nobody comes before the order.");
        }
        None
    }

    /// The fault of an address that its shipping method does not reach, or cannot do without.
    fn destination_error(
        &self,
        address: Option<&Address>,
        settings: &Settings,
    ) -> Option<FieldError> {
        if address == self.shipping_address.as_ref() {
            return None;
        }
        let mut methods = settings.shipping_methods.iter();
        let method = methods.find(|method| method.code == self.shipping_method);
        let name = &self.shipping_method_name;
        // Of a method that the shop has no more nothing is known but that it came this far.
        if address.is_none() && method.map_or(!self.pickup, |method| method.needs_address) {
            let detail = format!("“{name}” needs a shipping address.");
            return Some(FieldError::at("/shipping_address", "address_required", detail));
        }
        let there = destination(address, settings);
        let stays = there == destination(self.shipping_address.as_ref(), settings);
        if stays || self.pickup || method.is_some_and(|method| method.goes_to(there)) {
            return None;
        }
        let pointer =
            if address.is_some() { "/shipping_address/country" } else { "/shipping_address" };
        let detail = format!("Nothing is sent to this country by “{name}”.");
        Some(FieldError::at(pointer, "not_available", detail))
    }

    /// Tells `true` where its lines or its shipping would bear other rates at this address than
    /// those it was placed with. What costs nothing bears none.
    fn would_bear_other_tax(&self, address: Option<&Address>, settings: &Settings) -> bool {
        let was = destination(self.shipping_address.as_ref(), settings);
        let there = destination(address, settings);
        if self.pickup || there == was {
            return false;
        }
        let differs = |category: Option<&str>, rate: Percent| match category {
            Some(category) => settings.tax_rate(category, there) != rate,
            None => any_other_rate(settings, rate, was, there),
        };
        // Shipping that is shared over the rates of the goods bears whatever they bear.
        let category = self.shipping_tax_category.as_deref();
        let follows =
            category == Some(PROPORTIONAL_CATEGORY) && self.totals.shipping_total.minor() > 0;
        let mut priced = self.items.iter().filter(|item| follows || item.total.minor() > 0);
        let mut shipping = self.totals.shipping_parts.iter().filter(|part| part.amount > 0);
        priced.any(|item| differs(item.tax_category.as_deref(), item.tax_rate))
            || (!follows && shipping.any(|part| differs(category, part.rate)))
    }
}

/// The country of an address; without one, the shop's.
fn destination<'a>(address: Option<&'a Address>, settings: &'a Settings) -> Option<&'a str> {
    address.map(|address| address.country.as_str()).or(settings.country.as_deref())
}

/// Tells `true` unless every category that could have had this rate where it was has it there too:
/// an older program did not note which category it was.
fn any_other_rate(
    settings: &Settings,
    rate: Percent,
    was: Option<&str>,
    there: Option<&str>,
) -> bool {
    let named = settings.tax_rates.iter().map(|row| row.category.as_str());
    let mut possible = named
        .chain([STANDARD_CATEGORY])
        .filter(|category| settings.tax_rate(category, was) == rate)
        .peekable();
    possible.peek().is_none() || possible.any(|category| settings.tax_rate(category, there) != rate)
}
