//! The shelf: the part of the shop that a draft is held against, and the lines it has on it.

use std::collections::HashMap;

use serde::Serialize;

use super::draft::{Draft, LINE_NOTE_CHARS_MAX, LineInput, Orderer, UNITS_MAX};
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::discounts::Discount;
use crate::domain::money::Money;
use crate::domain::pictures::LinePicture;
use crate::domain::tax::Percent;
use crate::domain::text::Email;
use crate::error::{FIELD_ERRORS_MAX, FieldError};

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
            return (None, draft.customer.as_ref().map(|contact| contact.email.clone()));
        };
        let account = self.buyer.as_ref().is_some_and(|buyer| buyer.has_account);
        let email = self.buyer.as_ref().map(|buyer| buyer.contact.email.clone());
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

/// A line of a quote: a variant, and how much of it is ordered.
#[derive(Clone, Debug, Serialize)]
pub struct QuoteLine {
    /// The place in the request of the item it was first.
    #[serde(skip)]
    pub at: usize,
    pub product_id: Id,
    pub variant_id: Id,
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub unit_price: Money,
    pub quantity: i64,
    pub subtotal: Money,
    pub discount: Money,
    pub tax_rate: Percent,
    pub tax: Money,
    pub total: Money,
    pub note: Option<String>,
    /// The address of its picture.
    #[serde(rename = "image_url")]
    pub picture: Option<LinePicture>,
    #[serde(skip)]
    pub withdrawal_exempt: bool,
    #[serde(skip)]
    pub is_tracked: bool,
    #[serde(skip)]
    pub tax_category: String,
    /// Of one unit.
    #[serde(skip)]
    pub weight_grams: i64,
    /// Units that are left, where that is a limit.
    #[serde(skip)]
    pub limit: Option<i64>,
    /// The version of the variant that it was made by.
    #[serde(skip)]
    pub variant_version: i64,
}

/// The lines that can be had, with what they come to: the same variant twice is one line with the
/// sum. The others are noted.
pub(super) fn lines(draft: &Draft, shelf: &Shelf, errors: &mut Vec<FieldError>) -> Vec<QuoteLine> {
    let mut lines: Vec<QuoteLine> = Vec::new();
    let mut places: HashMap<Id, usize> = HashMap::new();
    for (at, input) in &draft.items {
        let Some(variant) = choose(shelf, input) else {
            note(errors, || no_variant(shelf, *at, input));
            continue;
        };
        let line = QuoteLine::of(variant, *at, input);
        let place = places.get(&line.variant_id).and_then(|place| lines.get_mut(*place));
        if let Some(same) = place {
            same.quantity += line.quantity;
            same.note = merged(same.note.take(), line.note);
        } else {
            places.insert(line.variant_id, lines.len());
            lines.push(line);
        }
    }
    lines.retain_mut(|line| match line.add_up() {
        Ok(()) => true,
        Err(error) => {
            note(errors, || error);
            false
        }
    });
    lines
}

/// The lines that there is not enough of, as faults.
pub(super) fn shortages(lines: &[QuoteLine]) -> Vec<FieldError> {
    let short = |line: &QuoteLine| {
        let left = line.limit.filter(|left| *left < line.quantity)?.max(0);
        let name = &line.name;
        let detail = match left {
            0 => format!("“{name}” is sold out."),
            left => format!("Only {left} of “{name}” left."),
        };
        let mut error = FieldError::at(quantity_of(line.at), "out_of_stock", detail);
        error.available = Some(left);
        Some(error)
    };
    lines.iter().filter_map(short).collect()
}

/// The weight of all that is ordered, in grams.
pub(super) fn weight_of(lines: &[QuoteLine]) -> i64 {
    let weigh = |line: &QuoteLine| line.weight_grams.saturating_mul(line.quantity);
    lines.iter().map(weigh).fold(0, i64::saturating_add)
}

/// The notes of lines that are one: below each other, unless they are the same.
fn merged(own: Option<String>, other: Option<String>) -> Option<String> {
    match (own, other) {
        (Some(own), Some(other)) if own != other => Some(format!("{own}\n{other}")),
        (own, other) => own.or(other),
    }
}

/// Notes a fault, and makes it only where it is told.
fn note(errors: &mut Vec<FieldError>, error: impl FnOnce() -> FieldError) {
    if errors.len() < FIELD_ERRORS_MAX {
        errors.push(error());
    }
}

/// The variant that a line means, among those that are for sale.
fn choose<'a>(shelf: &'a Shelf, input: &LineInput) -> Option<&'a ShelfVariant> {
    match input.variant_id {
        Some(id) => {
            shelf.variants.get(&id).filter(|variant| variant.product_id == input.product_id)
        }
        None => match shelf.choices.get(&input.product_id).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        },
    }
}

/// The fault of a line that means no variant, or one of several.
fn no_variant(shelf: &Shelf, at: usize, input: &LineInput) -> FieldError {
    let error = |field, code, detail| FieldError::at(format!("/items/{at}/{field}"), code, detail);
    if input.variant_id.is_some() {
        let detail = "There is no such variant of this product for sale.".to_owned();
        return error("variant_id", "not_found", detail);
    }
    let Some(variants) = shelf.choices.get(&input.product_id) else {
        let detail = "There is no such product for sale.".to_owned();
        return error("product_id", "not_found", detail);
    };
    let name = |variant: &ShelfVariant| {
        format!("{} ({})", variant.id, variant.title.as_deref().unwrap_or("–"))
    };
    let list: Vec<String> = variants.iter().take(CHOICES_MAX as usize).map(name).collect();
    let more = match shelf.counts.get(&input.product_id) {
        Some(count) => format!(" and {} more", count - i64::from(CHOICES_MAX)),
        None => String::new(),
    };
    let detail = format!("Choose a variant: {}{more}.", list.join(", "));
    error("variant_id", "variant_required", detail)
}

impl QuoteLine {
    fn of(variant: &ShelfVariant, at: usize, input: &LineInput) -> Self {
        let zero = Money::new(0, variant.price.currency());
        Self {
            at,
            product_id: input.product_id,
            variant_id: variant.id,
            name: variant.product_name.clone(),
            variant_title: variant.title.clone(),
            sku: variant.sku.clone(),
            unit_price: variant.price,
            quantity: input.quantity,
            subtotal: zero,
            discount: zero,
            tax_rate: Percent::ZERO,
            tax: zero,
            total: zero,
            note: input.note.clone(),
            picture: variant.picture.clone(),
            withdrawal_exempt: variant.withdrawal_exempt,
            is_tracked: variant.is_tracked,
            tax_category: variant.tax_category.clone(),
            weight_grams: variant.weight_grams.unwrap_or(0),
            limit: variant.limit,
            variant_version: variant.version,
        }
    }
}

impl QuoteLine {
    /// Multiplies its price, or tells why no line is like that.
    fn add_up(&mut self) -> std::result::Result<(), FieldError> {
        let quantity = |code, detail| Err(FieldError::at(quantity_of(self.at), code, detail));
        if self.quantity > UNITS_MAX {
            return quantity("out_of_range", format!("A line has at most {UNITS_MAX} units."));
        }
        if self.note.as_ref().is_some_and(|note| note.chars().count() > LINE_NOTE_CHARS_MAX) {
            let detail = format!("At most {LINE_NOTE_CHARS_MAX} characters on one line.");
            return Err(FieldError::at(format!("/items/{}/note", self.at), "too_long", detail));
        }
        let minor = i128::from(self.unit_price.minor()) * i128::from(self.quantity);
        match Money::checked(minor, self.unit_price.currency()) {
            Ok(subtotal) => self.subtotal = subtotal,
            Err(invalid) => return quantity(invalid.code, invalid.detail),
        }
        Ok(())
    }
}

/// The pointer to the quantity of an item.
fn quantity_of(at: usize) -> String {
    format!("/items/{at}/quantity")
}
