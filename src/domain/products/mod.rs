//! Products and their variants: what they are, and what a request may set.

mod plan;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::metadata::Metadata;
use crate::domain::money::Money;
use crate::domain::pictures::ProductImage;
use crate::domain::tax::STANDARD_CATEGORY;
use crate::domain::unit_price::{UnitPrice, UnitPriceView};
use crate::domain::words::words;
use crate::domain::{Change, Id};
use crate::error::{Error, FieldError, Result as Decided};
pub use plan::{has_twins, plan_variants};

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
    /// The image of the product that shows this one.
    pub image_id: Option<Id>,
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
    /// What is said of the price for a unit: that of the only or first variant.
    pub unit_price: Option<UnitPriceView>,
    pub images: Vec<ProductImage>,
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
    /// In ascending order.
    pub collection_ids: Vec<Id>,
    pub tax_category: String,
    #[serde(skip)]
    pub unit_price: Option<UnitPrice>,
    /// Who made it, with their postal and electronic address, and what its users must know for
    /// their safety: as they stand beside an offer (Regulation (EU) 2023/988, Art. 19).
    pub manufacturer: Option<String>,
    pub safety_note: Option<String>,
    pub withdrawal_exempt: bool,
    /// Whether what comes back can be sold again, where a return does not say.
    pub restock_returns: bool,
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
    pub image_id: Change<Option<Id>>,
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
    /// In ascending order, each once.
    pub collection_ids: Vec<Id>,
    pub tax_category: String,
    pub unit_price: Option<UnitPrice>,
    pub manufacturer: Option<String>,
    pub safety_note: Option<String>,
    pub withdrawal_exempt: bool,
    pub restock_returns: bool,
    pub metadata: Metadata,
    pub offer: OfferInput,
    pub options: Change<Vec<ProductOption>>,
    pub variants: Change<Vec<VariantInput>>,
}

impl ProductInput {
    /// A product of this name of which nothing else is said.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            handle: None,
            description: String::new(),
            status: Change::Keep,
            vendor: None,
            tags: Vec::new(),
            collection_ids: Vec::new(),
            tax_category: STANDARD_CATEGORY.to_owned(),
            unit_price: None,
            manufacturer: None,
            safety_note: None,
            withdrawal_exempt: false,
            restock_returns: true,
            metadata: Metadata::new(),
            offer: OfferInput::default(),
            options: Change::Keep,
            variants: Change::Keep,
        }
    }
}

/// A variant as it shall be.
#[derive(Clone, Debug)]
pub struct VariantPlan {
    pub id: Option<Id>,
    pub offer: Offer,
    /// `Keep`: whatever is on hand by then stays.
    pub stock: Change<Option<i64>>,
    pub options: Vec<(String, String)>,
    pub image_id: Option<Id>,
}

/// `S / Blue`; `None` for the only variant of a product without options.
pub fn title(options: &[(String, String)]) -> Option<String> {
    let values: Vec<&str> = options.iter().map(|(_, value)| value.as_str()).collect();
    (!values.is_empty()).then(|| values.join(" / "))
}

fn as_object<S: serde::Serializer>(
    pairs: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
