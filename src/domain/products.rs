//! Products and their variants: what a request may set, and how the fields at the top of a product
//! mirror those of its only or first variant.

use std::collections::HashSet;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::calendar::Timestamp;
use super::currency::Currency;
use super::metadata::Metadata;
use super::money::Money;
use super::words::words;
use super::{Change, Id, Invalid};
use crate::error::{Error, FieldError, Result as Decided};

/// Variants of one product.
pub const VARIANTS_MAX: usize = 250;
/// Options (size, colour, …) of one product.
pub const OPTIONS_MAX: usize = 10;
/// Tags of one product.
pub const TAGS_MAX: usize = 250;
/// Days before the present price began, among whose prices the lowest is told (Directive 98/6/EC,
/// Art. 6a).
pub const LOWEST_PRICE_DAYS: i64 = 30;
/// Grams of one unit, at most.
pub const WEIGHT_GRAMS_MAX: i64 = 1_000_000_000;

words! {
    /// The availability of a product.
    Status, "unknown_status", "A status is active, draft or archived." {
        Active = "active",
        Draft = "draft",
        Archived = "archived",
    }
}

/// A choice that the variants of a product differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

/// A tag, as it stands in the list of tags.
#[derive(Clone, Debug, Serialize)]
pub struct TagCount {
    pub tag: String,
    /// Products that have it, and that whoever asks may see.
    pub products_count: i64,
}

/// The offer of a variant: the fields that a product mirrors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub price: Money,
    pub compare_at_price: Option<Money>,
    /// Stock keeping unit: unique among what is not archived, case matters.
    pub sku: Option<String>,
    pub barcode: Option<String>,
    /// Units that can still be sold; `None` while stock is not tracked.
    pub stock: Option<i64>,
    /// Units that orders took and wait for.
    pub committed: i64,
    /// Units by which a count fell short of what orders wait for.
    pub shortfall: i64,
    pub low_stock_at: Option<i64>,
    pub allow_backorder: bool,
    pub weight_grams: Option<i64>,
    /// Shows what buyers see: neither `committed` and `shortfall` nor `low_stock_at`.
    pub for_buyers: bool,
}

impl Offer {
    /// Tells `true` where a unit can be ordered.
    pub fn is_available(&self) -> bool {
        self.allow_backorder || self.stock.is_none_or(|stock| stock > 0)
    }
}

impl Serialize for Offer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("price", &self.price)?;
        map.serialize_entry("compare_at_price", &self.compare_at_price)?;
        map.serialize_entry("sku", &self.sku)?;
        map.serialize_entry("barcode", &self.barcode)?;
        map.serialize_entry("stock", &self.stock)?;
        if !self.for_buyers {
            map.serialize_entry("committed", &self.committed)?;
            map.serialize_entry("shortfall", &self.shortfall)?;
            map.serialize_entry("low_stock_at", &self.low_stock_at)?;
        }
        map.serialize_entry("available", &self.is_available())?;
        map.serialize_entry("allow_backorder", &self.allow_backorder)?;
        map.serialize_entry("weight_grams", &self.weight_grams)?;
        map.end()
    }
}

/// A variant, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    pub id: Id,
    pub title: Option<String>,
    #[serde(flatten)]
    pub offer: Offer,
    /// The lowest price of the [`LOWEST_PRICE_DAYS`] before the present one began; `None` where
    /// there was none before.
    pub lowest_price_30d: Option<Money>,
    #[serde(serialize_with = "as_object")]
    pub options: Vec<(String, String)>,
    /// Place in the list, from 1.
    pub position: i64,
    /// Counts the changes that are no edits, such as those of its stock.
    #[serde(skip)]
    pub revision: i64,
}

/// A product, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    pub id: Id,
    #[serde(flatten)]
    pub fields: ProductFields,
    #[serde(flatten)]
    pub offer: Offer,
    /// That of the only or first variant.
    pub lowest_price_30d: Option<Money>,
    pub currency: Currency,
    pub options: Vec<ProductOption>,
    pub variants: Vec<Variant>,
    pub collection_ids: [Id; 0],
    pub images: [Id; 0],
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub revision: i64,
}

impl Product {
    /// The product as buyers see it.
    #[must_use]
    pub fn for_buyers(mut self) -> Self {
        self.offer.for_buyers = true;
        for variant in &mut self.variants {
            variant.offer.for_buyers = true;
        }
        self
    }

    /// The variant that a request about the product means: the named one, or the only one.
    ///
    /// # Errors
    /// Invalid with the list of variants.
    pub fn choose_variant(&self, variant_id: Option<Id>) -> Decided<Id> {
        let chosen = match (variant_id, self.variants.as_slice()) {
            (None, [only]) => Some(only.id),
            (None, _) => None,
            (Some(id), variants) => variants.iter().map(|variant| variant.id).find(|v| *v == id),
        };
        chosen.ok_or_else(|| {
            let name = |variant: &Variant| {
                format!("{} ({})", variant.id, variant.title.as_deref().unwrap_or("the only one"))
            };
            let list: Vec<String> = self.variants.iter().map(name).collect();
            let detail = format!("Choose a variant: {}.", list.join(", "));
            Error::invalid(vec![FieldError::at("/variant_id", "variant_required", detail)])
        })
    }
}

/// The fields that belong to the product as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct ProductFields {
    pub name: String,
    pub handle: String,
    pub description: String,
    pub status: Status,
    pub vendor: Option<String>,
    pub tags: Vec<String>,
    pub tax_category: String,
    pub withdrawal_exempt: bool,
    pub metadata: Metadata,
}

/// An [`Offer`] as a request describes it.
#[derive(Clone, Debug, Default)]
pub struct OfferInput {
    pub price: Change<Money>,
    pub compare_at_price: Change<Option<Money>>,
    pub sku: Change<Option<String>>,
    pub barcode: Change<Option<String>>,
    pub stock: Change<Option<i64>>,
    pub low_stock_at: Change<Option<i64>>,
    pub allow_backorder: Change<bool>,
    pub weight_grams: Change<Option<i64>>,
}

/// A variant as a request describes it.
#[derive(Clone, Debug, Default)]
pub struct VariantInput {
    pub id: Option<Id>,
    pub offer: OfferInput,
    pub options: Vec<(String, String)>,
}

/// A product as a request describes it.
#[derive(Clone, Debug)]
pub struct ProductInput {
    pub name: String,
    /// `None`: made of the name, or kept.
    pub handle: Option<String>,
    pub description: String,
    pub status: Change<Status>,
    pub vendor: Option<String>,
    pub tags: Vec<String>,
    pub tax_category: String,
    pub withdrawal_exempt: bool,
    pub metadata: Metadata,
    pub offer: OfferInput,
    pub options: Change<Vec<ProductOption>>,
    pub variants: Change<Vec<VariantInput>>,
}

/// A variant as it shall be.
#[derive(Clone, Debug)]
pub struct VariantPlan {
    pub id: Option<Id>,
    pub offer: Offer,
    /// `Keep`: whatever is on hand by then stays.
    pub stock: Change<Option<i64>>,
    pub options: Vec<(String, String)>,
}

/// An error of a request, and its place (a JSON Pointer).
pub type Fault = (String, Invalid);

/// The options and variants that a product shall have: what was sent, held against what is stored.
///
/// # Errors
/// `set_on_variant` for a mirrored field that was changed where several variants differ, or
/// differently in both places; `unknown_variant`, `options_mismatch`, `required`.
pub fn plan_variants(
    input: &ProductInput,
    stored: Option<&Product>,
) -> Result<(Vec<ProductOption>, Vec<VariantPlan>), Vec<Fault>> {
    let entries = entries(input, stored)?;
    let options = options(input, stored, &entries)?;
    let mut faults = Vec::new();
    let mut plans: Vec<Draft> = entries
        .into_iter()
        .map(|entry| {
            let old = entry.id.and_then(|id| find(stored, id)).map(|variant| &variant.offer);
            let mut chosen = entry.options;
            chosen.sort_by_key(|(name, _)| options.iter().position(|o| &o.name == name));
            Draft { id: entry.id, sent: entry.offer, old, options: chosen }
        })
        .collect();
    mirror_all(&input.offer, stored.map(|product| &product.offer), &mut plans, &mut faults);
    track_added(&mut plans, stored);
    let plans = plans
        .into_iter()
        .enumerate()
        .filter_map(|(at, draft)| draft.settle(at, &mut faults))
        .collect();
    if faults.is_empty() { Ok((options, plans)) } else { Err(faults) }
}

/// Tells `true` where two variants have the same option values.
pub fn has_twins(plans: &[VariantPlan]) -> bool {
    let mut seen = HashSet::new();
    plans.iter().any(|plan| {
        let mut values = plan.options.clone();
        values.sort();
        !seen.insert(values)
    })
}

/// `S / Blue`; `None` for the only variant of a product without options.
pub fn title(options: &[(String, String)]) -> Option<String> {
    let values: Vec<&str> = options.iter().map(|(_, value)| value.as_str()).collect();
    (!values.is_empty()).then(|| values.join(" / "))
}

/// The sent list of variants; the stored one where none was sent; one variant for a new product.
fn entries(
    input: &ProductInput,
    stored: Option<&Product>,
) -> Result<Vec<VariantInput>, Vec<Fault>> {
    let Change::Set(sent) = &input.variants else {
        let keep = |variant: &Variant| VariantInput {
            id: Some(variant.id),
            offer: OfferInput::default(),
            options: variant.options.clone(),
        };
        return Ok(match stored {
            Some(product) => product.variants.iter().map(keep).collect(),
            None => vec![VariantInput::default()],
        });
    };
    // What is no option of the product any more is none of its variants.
    let stays = |name: &str| match &input.options {
        Change::Set(options) => options.iter().any(|option| option.name == name),
        Change::Keep => true,
    };
    let mut entries = sent.clone();
    if stored.is_none() {
        // Ids of another product, whose document was taken as a pattern for this one.
        for entry in &mut entries {
            entry.id = None;
        }
    }
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    for (at, entry) in entries.iter_mut().enumerate() {
        let Some(id) = entry.id else { continue };
        match find(stored, id) {
            Some(known) if seen.insert(id) => {
                if entry.options.is_empty() {
                    let kept = known.options.iter().filter(|(name, _)| stays(name));
                    entry.options = kept.cloned().collect();
                }
            }
            _ => {
                let detail = "This product has no such variant, or it is listed twice.";
                let invalid = Invalid::new("unknown_variant", detail);
                faults.push((format!("/variants/{at}/id"), invalid));
            }
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// The options sent, or those that the variants show; each variant must choose one value of each.
fn options(
    input: &ProductInput,
    stored: Option<&Product>,
    entries: &[VariantInput],
) -> Result<Vec<ProductOption>, Vec<Fault>> {
    let kept = matches!(input.variants, Change::Keep);
    let options = match (&input.options, stored) {
        (Change::Keep, Some(product)) if kept => return Ok(product.options.clone()),
        (Change::Keep, _) => derived_options(entries),
        (Change::Set(options), _) => with_values(options, entries),
    };
    let names: HashSet<&str> = options.iter().map(|option| option.name.as_str()).collect();
    let fits = |entry: &VariantInput| {
        let chosen = |(name, value): &(String, String)| {
            options.iter().any(|option| &option.name == name && option.values.contains(value))
        };
        entry.options.len() == names.len() && entry.options.iter().all(chosen)
    };
    let mismatch = |at: usize| {
        let detail = "Each variant chooses one listed value of each option of the product.";
        (format!("/variants/{at}/options"), Invalid::new("options_mismatch", detail))
    };
    let faults: Vec<Fault> = (0..entries.len())
        .filter(|at| entries.get(*at).is_some_and(|entry| !fits(entry)))
        .map(mismatch)
        .collect();
    if faults.is_empty() { Ok(options) } else { Err(faults) }
}

/// The options as they were sent; one without values has those that the variants choose.
fn with_values(options: &[ProductOption], entries: &[VariantInput]) -> Vec<ProductOption> {
    let derived = derived_options(entries);
    let filled = |option: &ProductOption| {
        let used = derived.iter().find(|used| used.name == option.name);
        used.filter(|_| option.values.is_empty()).unwrap_or(option).clone()
    };
    options.iter().map(filled).collect()
}

/// The options that variants use, in the order in which they first appear.
fn derived_options(entries: &[VariantInput]) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for (name, value) in entries.iter().flat_map(|entry| &entry.options) {
        match options.iter_mut().find(|option| &option.name == name) {
            Some(option) if option.values.contains(value) => {}
            Some(option) => option.values.push(value.clone()),
            None => {
                options.push(ProductOption { name: name.clone(), values: vec![value.clone()] });
            }
        }
    }
    options
}

/// A variant between what was sent and what shall be.
struct Draft<'a> {
    id: Option<Id>,
    sent: OfferInput,
    old: Option<&'a Offer>,
    options: Vec<(String, String)>,
}

impl Draft<'_> {
    /// Fills in what was not sent: as it was in a variant that is kept, by default in a new one,
    /// which needs a price.
    fn settle(self, at: usize, faults: &mut Vec<Fault>) -> Option<VariantPlan> {
        let (old, sent) = (self.old, self.sent);
        let Change::Set(price) = or_old(sent.price, old.map(|offer| offer.price)) else {
            let pointer = format!("/variants/{at}/price");
            faults.push((pointer, Invalid::new("required", "Enter a price.")));
            return None;
        };
        let offer = Offer {
            price,
            compare_at_price: sent
                .compare_at_price
                .or(old.and_then(|offer| offer.compare_at_price)),
            sku: sent.sku.or(old.and_then(|offer| offer.sku.clone())),
            barcode: sent.barcode.or(old.and_then(|offer| offer.barcode.clone())),
            stock: None,
            committed: 0,
            shortfall: 0,
            low_stock_at: sent.low_stock_at.or(old.and_then(|offer| offer.low_stock_at)),
            allow_backorder: sent
                .allow_backorder
                .or(old.is_some_and(|offer| offer.allow_backorder)),
            weight_grams: sent.weight_grams.or(old.and_then(|offer| offer.weight_grams)),
            for_buyers: false,
        };
        Some(VariantPlan { id: self.id, offer, stock: sent.stock, options: self.options })
    }
}

/// Begins to track a variant that is added to others which all are, unless it says otherwise:
/// nothing of it has come yet.
fn track_added(plans: &mut [Draft], stored: Option<&Product>) {
    let Some(stored) = stored else { return };
    let was_tracked = |offer: &Offer| offer.stock.is_some();
    let mut kept = plans.iter().filter_map(|plan| plan.old.map(|old| (plan, old))).peekable();
    let all_tracked = match kept.peek() {
        Some(_) => kept.all(|(plan, old)| {
            plan.sent.stock.sent().map_or_else(|| was_tracked(old), Option::is_some)
        }),
        None => stored.variants.iter().all(|variant| was_tracked(&variant.offer)),
    };
    let added = plans.iter_mut().filter(|plan| all_tracked && plan.old.is_none());
    for plan in added.filter(|plan| plan.sent.stock == Change::Keep) {
        plan.sent.stock = Change::Set(Some(0));
    }
}

fn or_old<T>(sent: Change<T>, old: Option<T>) -> Change<T> {
    match (sent, old) {
        (Change::Keep, Some(old)) => Change::Set(old),
        (sent, _) => sent,
    }
}

/// Carries each field at the top of the product over to the variant it mirrors.
fn mirror_all(
    top: &OfferInput,
    stored: Option<&Offer>,
    plans: &mut [Draft],
    faults: &mut Vec<Fault>,
) {
    if let (Change::Set(price), None, true) = (&top.price, stored, plans.len() > 1) {
        // The price of a new product is that of every variant that names none.
        for plan in plans.iter_mut().filter(|plan| plan.sent.price == Change::Keep) {
            plan.sent.price = Change::Set(*price);
        }
    }
    macro_rules! mirror {
        ($($field:ident),*) => {$(
            let sent = top.$field.sent();
            let old = stored.map(|offer| &offer.$field);
            let first_old = plans.first().and_then(|plan| plan.old).map(|offer| &offer.$field);
            let several = plans.len() > 1;
            if let Some(first) = plans.first_mut() {
                let slot = &mut first.sent.$field;
                if !mirror(sent, old, first_old, slot, several) {
                    faults.push((concat!("/", stringify!($field)).to_owned(), set_on_variant()));
                }
            }
        )*};
    }
    mirror!(
        price,
        compare_at_price,
        sku,
        barcode,
        stock,
        low_stock_at,
        allow_backorder,
        weight_grams
    );
}

/// One field: an unchanged mirror is ignored, a changed one sets the only variant. `false` where it
/// contradicts the variants.
fn mirror<T: PartialEq + Clone>(
    sent: Option<&T>,
    mirrored: Option<&T>,
    first_old: Option<&T>,
    first: &mut Change<T>,
    several: bool,
) -> bool {
    let Some(sent) = sent else { return true };
    if mirrored == Some(sent) || first.sent() == Some(sent) {
        return true;
    }
    let changed_below = first.sent().is_some() && first.sent() != first_old;
    if several || changed_below {
        return false;
    }
    *first = Change::Set(sent.clone());
    true
}

fn set_on_variant() -> Invalid {
    let detail = "Set this on the variants: they differ, or say something else.";
    Invalid::new("set_on_variant", detail)
}

fn find(stored: Option<&Product>, id: Id) -> Option<&Variant> {
    stored?.variants.iter().find(|variant| variant.id == id)
}

fn as_object<S: serde::Serializer>(
    pairs: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
