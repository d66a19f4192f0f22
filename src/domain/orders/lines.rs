//! The lines of a quote: what of a draft the shelf has, and what it comes to.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::agreed::{AgreedDiscount, AgreedPrice, FreeGoods};
use super::draft::{Draft, Goods, LINE_NOTE_CHARS_MAX, LineInput, UNITS_MAX};
use super::shelf::{CHOICES_MAX, Shelf, ShelfVariant};
use crate::domain::Id;
use crate::domain::applied_discounts::{AppliedDiscount, DiscountKind, applied};
use crate::domain::money::Money;
use crate::domain::pictures::LinePicture;
use crate::domain::settings::Settings;
use crate::domain::tax::{Percent, STANDARD_CATEGORY, categories, check_category};
use crate::domain::totals::discounts;
use crate::domain::{Invalid, Parsed};
use crate::error::{FIELD_ERRORS_MAX, FieldError};

/// A line of a quote: goods, and how much of them is ordered.
#[derive(Clone, Debug, Serialize)]
pub struct QuoteLine {
    /// The place in the request of the item it was first.
    #[serde(skip)]
    pub at: usize,
    /// `None`, as the variant: the shop does not list it.
    pub product_id: Option<Id>,
    pub variant_id: Option<Id>,
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub unit_price: Money,
    /// The reason for a price that is not the product's.
    pub reason: Option<String>,
    pub quantity: i64,
    pub subtotal: Money,
    pub discount: Money,
    /// The parts of `discount`.
    pub discounts: Vec<AppliedDiscount>,
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
    /// Units that are left for it, where that is a limit.
    #[serde(skip)]
    pub limit: Option<i64>,
    /// The version of the variant that it was made by.
    #[serde(skip)]
    pub variant_version: i64,
    /// A line before it is of the same variant, at another price.
    #[serde(skip)]
    pub is_repeat: bool,
}

/// The lines that can be had, with what they come to: the same variant twice is one line with the
/// sum, unless it was agreed to cost something else. The others are noted.
pub(super) fn lines(
    draft: &Draft,
    shelf: &Shelf,
    settings: &Settings,
    errors: &mut Vec<FieldError>,
) -> Vec<QuoteLine> {
    let mut lines: Vec<(QuoteLine, Option<&AgreedPrice>)> = Vec::new();
    let mut plain: HashMap<Id, usize> = HashMap::new();
    for (at, input) in &draft.items {
        let Some(line) = line_of(shelf, (*at, input), settings, errors) else { continue };
        let agreed = input.agreed.as_deref();
        let id = line.variant_id.filter(|_| agreed.is_none());
        let place = id.and_then(|id| plain.get(&id)).and_then(|place| lines.get_mut(*place));
        if let Some((same, _)) = place {
            same.quantity += line.quantity;
            same.note = merged(same.note.take(), line.note);
        } else {
            plain.extend(id.map(|id| (id, lines.len())));
            lines.push((line, agreed));
        }
    }
    let add_up = |(mut line, agreed): (QuoteLine, Option<&AgreedPrice>)| {
        let added = line.add_up(agreed.and_then(|agreed| agreed.discount.as_ref()));
        added.map(|()| line).map_err(|error| note(errors, || error)).ok()
    };
    let mut lines: Vec<QuoteLine> = lines.into_iter().filter_map(add_up).collect();
    share_limits(&mut lines);
    lines
}

/// The line of an item; `None`, with what is wrong noted, where it cannot be had.
fn line_of(
    shelf: &Shelf,
    (at, input): (usize, &LineInput),
    settings: &Settings,
    errors: &mut Vec<FieldError>,
) -> Option<QuoteLine> {
    let line = match &input.goods {
        Goods::Free(goods) => QuoteLine::free(goods, (at, input), settings),
        Goods::Listed { product_id, variant_id } => match choose(shelf, *product_id, *variant_id) {
            Some(variant) => QuoteLine::of(variant, (at, input)),
            None => {
                note(errors, || no_variant(shelf, at, (*product_id, *variant_id)));
                return None;
            }
        },
    };
    line.map_err(|error| note(errors, || error)).ok()
}

/// What is left for lines of one variant, for each what those before it leave.
fn share_limits(lines: &mut [QuoteLine]) {
    let mut taken: HashMap<Id, i64> = HashMap::new();
    let mut met: HashSet<Id> = HashSet::new();
    for line in lines.iter_mut() {
        let Some(id) = line.variant_id else { continue };
        line.is_repeat = !met.insert(id);
        if line.limit.is_some() {
            let before = taken.entry(id).or_default();
            line.limit = line.limit.map(|left| left - *before);
            *before += line.quantity;
        }
    }
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
fn choose(shelf: &Shelf, product_id: Id, variant_id: Option<Id>) -> Option<&ShelfVariant> {
    match variant_id {
        Some(id) => shelf.variants.get(&id).filter(|variant| variant.product_id == product_id),
        None => match shelf.choices.get(&product_id).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        },
    }
}

/// The fault of a line that means no variant, or one of several.
fn no_variant(shelf: &Shelf, at: usize, (product_id, variant_id): (Id, Option<Id>)) -> FieldError {
    let error = |field, code, detail| FieldError::at(format!("/items/{at}/{field}"), code, detail);
    if variant_id.is_some() {
        let detail = "There is no such variant of this product for sale.".to_owned();
        return error("variant_id", "not_found", detail);
    }
    let Some(variants) = shelf.choices.get(&product_id) else {
        let detail = "There is no such product for sale.".to_owned();
        return error("product_id", "not_found", detail);
    };
    let name = |variant: &ShelfVariant| {
        format!("{} ({})", variant.id, variant.title.as_deref().unwrap_or("–"))
    };
    let list: Vec<String> = variants.iter().take(CHOICES_MAX as usize).map(name).collect();
    let more = match shelf.counts.get(&product_id) {
        Some(count) => format!(" and {} more", count - i64::from(CHOICES_MAX)),
        None => String::new(),
    };
    let detail = format!("Choose a variant: {}{more}.", list.join(", "));
    error("variant_id", "variant_required", detail)
}

impl QuoteLine {
    /// Units of a variant, at its price or at the one that was agreed to.
    fn of(variant: &ShelfVariant, (at, input): (usize, &LineInput)) -> Noted<Self> {
        let agreed = input.agreed.as_deref();
        let own_price = agreed.and_then(|agreed| agreed.unit_price.as_deref());
        let price = own_price.map(|text| Money::parse(text, variant.price.currency())).transpose();
        let price = noted(at, "unit_price", price)?.unwrap_or(variant.price);
        Ok(Self {
            product_id: Some(variant.product_id),
            variant_id: Some(variant.id),
            variant_title: variant.title.clone(),
            sku: variant.sku.clone(),
            reason: agreed.and_then(|agreed| agreed.reason.clone()).filter(|_| own_price.is_some()),
            picture: variant.picture.clone(),
            withdrawal_exempt: variant.withdrawal_exempt,
            is_tracked: variant.is_tracked,
            weight_grams: variant.weight_grams.unwrap_or(0),
            limit: variant.limit,
            variant_version: variant.version,
            ..Self::unlisted((at, input), &variant.product_name, price, &variant.tax_category)
        })
    }

    /// Units of goods that the shop does not list.
    fn free(
        goods: &FreeGoods,
        (at, input): (usize, &LineInput),
        settings: &Settings,
    ) -> Noted<Self> {
        let price = input.agreed.as_ref().and_then(|agreed| agreed.unit_price.as_deref());
        let price = Money::parse(price.unwrap_or_default(), settings.currency);
        let category = goods.tax_category.as_deref().unwrap_or(STANDARD_CATEGORY);
        let known = check_category(&categories(&settings.tax_rates), category);
        noted(at, "tax_category", known)?;
        let price = noted(at, "unit_price", price)?;
        Ok(Self::unlisted((at, input), &goods.name, price, category))
    }

    /// A line before it is added up, of which there is no variant: nothing of it is counted, and
    /// it weighs nothing.
    fn unlisted(
        (at, input): (usize, &LineInput),
        name: &str,
        unit_price: Money,
        tax_category: &str,
    ) -> Self {
        let zero = Money::new(0, unit_price.currency());
        Self {
            at,
            product_id: None,
            variant_id: None,
            name: name.to_owned(),
            variant_title: None,
            sku: None,
            unit_price,
            reason: None,
            quantity: input.quantity,
            subtotal: zero,
            discount: zero,
            discounts: Vec::new(),
            tax_rate: Percent::ZERO,
            tax: zero,
            total: zero,
            note: input.note.clone(),
            picture: None,
            withdrawal_exempt: false,
            is_tracked: false,
            tax_category: tax_category.to_owned(),
            weight_grams: 0,
            limit: None,
            variant_version: 0,
            is_repeat: false,
        }
    }

    /// Multiplies its price and takes its own discount off, or tells why no line is like that.
    fn add_up(&mut self, own: Option<&AgreedDiscount>) -> Noted<()> {
        let quantity = |code, detail| Err(FieldError::at(quantity_of(self.at), code, detail));
        if self.quantity > UNITS_MAX {
            return quantity("out_of_range", format!("A line has at most {UNITS_MAX} units."));
        }
        if self.note.as_ref().is_some_and(|note| note.chars().count() > LINE_NOTE_CHARS_MAX) {
            let detail = format!("At most {LINE_NOTE_CHARS_MAX} characters on one line.");
            return Err(FieldError::at(format!("/items/{}/note", self.at), "too_long", detail));
        }
        let currency = self.unit_price.currency();
        let minor = i128::from(self.unit_price.minor()) * i128::from(self.quantity);
        match Money::checked(minor, currency) {
            Ok(subtotal) => self.subtotal = subtotal,
            Err(invalid) => return quantity(invalid.code, invalid.detail),
        }
        if let Some(own) = own {
            let reduction = own.reduction(&format!("/items/{}/discount", self.at), currency)?;
            let off = discounts(&[self.subtotal], Some(reduction)).into_iter().sum();
            let reason = Some(own.reason.as_str());
            self.discounts.extend(applied(DiscountKind::Line, Money::new(off, currency), reason));
        }
        Ok(())
    }

    /// What is left of its price after its own discount.
    pub(super) fn after_own_discount(&self) -> Money {
        let off: i64 = self.discounts.iter().map(|part| part.amount.minor()).sum();
        Money::new(self.subtotal.minor() - off, self.subtotal.currency())
    }
}

/// A value, or the fault of the item that it stands in.
type Noted<T> = std::result::Result<T, FieldError>;

fn noted<T>(at: usize, field: &str, parsed: Parsed<T>) -> Noted<T> {
    parsed.map_err(|Invalid { code, detail }| {
        FieldError::at(format!("/items/{at}/{field}"), code, detail)
    })
}

/// The pointer to the quantity of an item.
fn quantity_of(at: usize) -> String {
    format!("/items/{at}/quantity")
}
