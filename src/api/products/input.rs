//! The body of a product, read into what shall be stored.

use std::collections::HashSet;
use std::sync::Arc;

use crate::domain::collections::COLLECTIONS_OF_PRODUCT_MAX;
use crate::domain::currency::Currency;
use crate::domain::pictures::IMAGES_MAX;
use crate::domain::products::{
    OPTIONS_MAX, OfferInput, Product, ProductInput, ProductOption, Status, TAGS_MAX, VARIANTS_MAX,
    VariantInput, WEIGHT_GRAMS_MAX,
};
use crate::domain::settings::Settings;
use crate::domain::stock_movements::STOCK_MAX;
use crate::domain::tax::{STANDARD_CATEGORY, categories, check_category};
use crate::domain::text::{
    DESCRIPTION_CHARS_MAX, LINE_CHARS_MAX, NOTE_CHARS_MAX, handle as a_handle, line as clean_line,
};
use crate::domain::unit_price::{Measure, Unit, UnitPrice};
use crate::domain::{Change, Id, Invalid, Parsed};
use crate::error::Result;
use crate::http::form::{
    self, Field, Form, decimal, flag, integer, line, money, paragraphs, plain_line, text,
};
use crate::http::json::Json;
use crate::http::metadata_form::metadata;
use crate::store::{Tx, settings};

/// Fields of an offer that follow from its stock and its orders.
const DERIVED: &[&str] = &["committed", "shortfall", "available", "lowest_price_30d"];

/// The part of the shop that a product is read by.
pub(super) struct Terms<'a> {
    settings: Arc<Settings>,
    /// The product as it was, which may have a category that nobody knows any more.
    stored: Option<&'a Product>,
}

impl<'a> Terms<'a> {
    pub(super) fn load(tx: &Tx, stored: Option<&'a Product>) -> Result<Self> {
        Ok(Self { settings: settings::load(tx)?, stored })
    }

    fn tax_category(&self, value: &Json) -> Parsed<String> {
        let category = line(LINE_CHARS_MAX)(value)?;
        if self.stored.is_none_or(|stored| stored.fields.tax_category != category) {
            check_category(&categories(&self.settings.tax_rates), &category)?;
        }
        Ok(category)
    }
}

pub(super) fn read_input(json: &Json, terms: &Terms) -> Result<ProductInput> {
    form::read(json, |form| {
        let input = fields(form, terms);
        if terms.stored.is_none() && !form.has("variants") && !form.has("price") {
            form.note("price", Invalid::new("required", "Enter a price."));
        }
        input
    })
}

fn fields(form: &Form, terms: &Terms) -> Field<ProductInput> {
    let currency = terms.settings.currency;
    let name = form.required("name", line(LINE_CHARS_MAX));
    let handle = form.optional("handle", text(a_handle));
    let description = form.optional("description", paragraphs(DESCRIPTION_CHARS_MAX));
    let status = form.change("status", text(Status::parse));
    let vendor = form.optional("vendor", line(LINE_CHARS_MAX));
    let tags = form.values("tags", TAGS_MAX, line(LINE_CHARS_MAX));
    let collection_ids = form.values("collection_ids", COLLECTIONS_OF_PRODUCT_MAX, form::id);
    let unit_price = form.object("unit_price", |inner| unit_price(&inner));
    let manufacturer = form.optional("manufacturer", paragraphs(NOTE_CHARS_MAX));
    let safety_note = form.optional("safety_note", paragraphs(NOTE_CHARS_MAX));
    let restock_returns = form.optional("restock_returns", flag);
    let tax_category = form.optional("tax_category", |value| terms.tax_category(value));
    let withdrawal_exempt = form.optional("withdrawal_exempt", flag);
    let metadata = metadata(form);
    let offer = offer(form, currency);
    let options = form.list("options", OPTIONS_MAX, option);
    let variants = form.list("variants", VARIANTS_MAX, |form| variant(form, currency));
    images(form, terms);
    form.ignore(DERIVED);
    let variants = variants?;
    if variants.as_ref().is_some_and(Vec::is_empty) {
        form.note("variants", Invalid::new("empty", "A product has at least one variant."));
    }
    let options = options?;
    if options.as_deref().is_some_and(has_doubles) {
        form.note("options", Invalid::new("given_twice", "Two options have the same name."));
    }
    let mut tags = tags?.unwrap_or_default();
    tags.sort_unstable();
    tags.dedup();
    let mut collection_ids = collection_ids?.unwrap_or_default();
    collection_ids.sort_unstable();
    collection_ids.dedup();
    Ok(ProductInput {
        name: name?,
        handle: handle?,
        description: description?.unwrap_or_default(),
        status: status?,
        vendor: vendor?,
        tags,
        collection_ids,
        tax_category: tax_category?.unwrap_or_else(|| STANDARD_CATEGORY.to_owned()),
        unit_price: unit_price?,
        manufacturer: manufacturer?,
        safety_note: safety_note?,
        restock_returns: restock_returns?.unwrap_or(true),
        withdrawal_exempt: withdrawal_exempt?.unwrap_or(false),
        metadata: metadata?,
        offer: offer?,
        options: options.map_or(Change::Keep, Change::Set),
        variants: variants.map_or(Change::Keep, Change::Set),
    })
}

fn offer(form: &Form, currency: Currency) -> Field<OfferInput> {
    let price = form.change("price", money(currency));
    let compare_at_price = form.clearable("compare_at_price", money(currency));
    let sku = form.clearable("sku", plain_line(LINE_CHARS_MAX));
    let barcode = form.clearable("barcode", plain_line(LINE_CHARS_MAX));
    let stock = form.clearable("stock", integer(-STOCK_MAX, STOCK_MAX));
    let low_stock_at = form.clearable("low_stock_at", integer(0, STOCK_MAX));
    let allow_backorder = form.clearable("allow_backorder", flag);
    let weight_grams = form.clearable("weight_grams", integer(0, WEIGHT_GRAMS_MAX));
    Ok(OfferInput {
        price: price?,
        compare_at_price: compare_at_price?,
        sku: sku?,
        barcode: barcode?,
        stock: stock?,
        low_stock_at: low_stock_at?,
        allow_backorder: match allow_backorder? {
            Change::Keep => Change::Keep,
            Change::Set(allowed) => Change::Set(allowed.unwrap_or(false)),
        },
        weight_grams: weight_grams?,
    })
}

fn option(form: Form) -> Field<ProductOption> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let values = form.values("values", VARIANTS_MAX, line(LINE_CHARS_MAX));
    form.done();
    let mut values = values?.unwrap_or_default();
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.clone()));
    Ok(ProductOption { name: name?, values })
}

fn variant(form: Form, currency: Currency) -> Field<VariantInput> {
    let id = form.optional("id", form::id);
    let offer = offer(&form, currency);
    let image_id = form.clearable("image_id", form::id);
    let options = form.object("options", |inner| choices(&inner, form.entries("options")?));
    form.ignore(&["title", "position"]);
    form.ignore(DERIVED);
    form.done();
    let options = options?.unwrap_or_default();
    Ok(VariantInput { id: id?, offer: offer?, image_id: image_id?, options })
}

/// The option values of a variant; the names are text from people like the values.
fn choices(form: &Form, entries: &[(String, Json)]) -> Field<Vec<(String, String)>> {
    if entries.len() > OPTIONS_MAX {
        let detail = format!("At most {OPTIONS_MAX} entries.");
        return Err(form.note_whole(Invalid::new("too_many", detail)));
    }
    let read = |(name, value): &(String, Json)| {
        let choice = clean_line(name, LINE_CHARS_MAX)
            .and_then(|name| Ok((name, line(LINE_CHARS_MAX)(value)?)));
        choice.map_err(|invalid| form.note(name, invalid))
    };
    let read: Vec<_> = entries.iter().map(read).collect();
    let choices = read.into_iter().collect::<Field<Vec<_>>>()?;
    let mut seen = HashSet::new();
    if choices.iter().all(|(name, _)| seen.insert(name)) {
        return Ok(choices);
    }
    Err(form.note_whole(Invalid::new("given_twice", "Two options have the same name.")))
}

/// Pictures do not come in this body; those of the product may be sent back.
fn images(form: &Form, terms: &Terms) {
    let own = |id: Id| {
        let mut images = terms.stored.iter().flat_map(|product| &product.images);
        images.any(|image| image.id == id)
    };
    let is_own = |image: &Json| {
        let id = image.field("id").and_then(|id| form::id(id).ok());
        Ok(id.is_some_and(own))
    };
    if let Ok(Some(known)) = form.values("images", IMAGES_MAX, is_own)
        && known.contains(&false)
    {
        let detail = "Pictures do not come in here: send each to the images of the product.";
        form.note("images", Invalid::new("not_allowed", detail));
    }
}

/// How much is in a pack, and for how much of it the price is told.
fn unit_price(form: &Form) -> Field<UnitPrice> {
    let measure = |json: &Json| Measure::parse(&decimal(json)?);
    let (amount, unit) =
        (form.required("measure", measure), form.required("unit", text(Unit::parse)));
    let per = form.required("per", measure);
    // It follows from the price of the product.
    form.ignore(&["price"]);
    form.done();
    Ok(UnitPrice { measure: amount?, unit: unit?, per: per? })
}

fn has_doubles(options: &[ProductOption]) -> bool {
    let mut seen = HashSet::new();
    !options.iter().all(|option| seen.insert(&option.name))
}
