//! Products and their variants.

mod addresses;
mod handles;
mod list;

use std::collections::HashSet;

use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::pictures::{ProductImage, StoredImage};
use crate::domain::products::{
    Offer, Product, ProductFields, ProductInput, ProductOption, Status, Variant, VariantPlan,
    has_twins, plan_variants, title,
};
use crate::domain::search::ProductWords;
use crate::domain::stock_movements::MovementReason;
use crate::domain::text::{handle_of, search_key};
use crate::domain::{Change, Id, Invalid};
use crate::error::{Code, Error, FieldError, Result};
use crate::store::engine::list::{Ids, by_owner, of_ids};
use crate::store::engine::sql::{Broken, Row, damaged, json};
use crate::store::engine::statements::{insert, update};
use crate::store::stock_movements::{self, Amount, Cause};
use crate::store::{
    Tx, collections, pictures, price_history, product_search, search, settings, tags,
};
pub use addresses::{addresses, parts};
pub use handles::former_owner;
pub use list::{BY_RANK, Filter, InCollection, list, search as find_by_words};

/// The options and variants that a product shall have.
#[derive(Clone, Debug)]
pub struct Plan {
    options: Vec<ProductOption>,
    variants: Vec<VariantPlan>,
}

/// The plan of a product; `old` is what it was. Nothing is held against other products yet.
///
/// # Errors
/// Invalid for variants that contradict themselves.
pub fn plan(input: &ProductInput, old: Option<&Product>) -> Result<Plan> {
    let error = |(pointer, invalid): (String, Invalid)| {
        FieldError::at(pointer, invalid.code, invalid.detail)
    };
    let (options, variants) = plan_variants(input, old)
        .map_err(|faults| Error::invalid(faults.into_iter().map(error).collect()))?;
    Ok(Plan { options, variants })
}

/// Makes a product with its variants.
///
/// # Errors
/// [`Code::Taken`] for a handle or SKU in use, or two variants of the same options.
pub fn create(tx: &Tx, input: &ProductInput, plan: &Plan) -> Result<Product> {
    collections::check(tx, &input.collection_ids)?;
    let status = input.status.clone().or(Status::Active);
    let (handle, is_active) = (free_handle(tx, input)?, status == Status::Active);
    let inserted = insert!(tx, "products", {
        "name": input.name,
        "name_key": search_key(&input.name),
        "handle": handle,
        "description": input.description,
        "status": status.name(),
        "vendor": input.vendor,
        "tags": json(&input.tags)?,
        "collection_ids": json(&input.collection_ids)?,
        "tax_category": input.tax_category,
        "unit_price": input.unit_price.as_ref().map(json).transpose()?,
        "manufacturer": input.manufacturer,
        "safety_note": input.safety_note,
        "withdrawal_exempt": input.withdrawal_exempt,
        "restock_returns": input.restock_returns,
        "metadata": json(&input.metadata)?,
        "options": json(&plan.options)?,
        "price_from": 0,
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    });
    let id = inserted.broken("products.handle", handle_taken)?;
    sort_in(tx, id, input, is_active)?;
    save_variants(tx, id, None, &plan.variants)?;
    handles::take(tx, &handle)?;
    let product = find(tx, id)?;
    product_search::save(tx, &product)?;
    Ok(product)
}

/// Replaces a product; `old` is what it was.
///
/// # Errors
/// [`Code::Taken`] for a handle or SKU in use, or two variants of the same options;
/// [`Code::StockBelowZero`].
pub fn update(tx: &Tx, old: &Product, input: &ProductInput, plan: &Plan) -> Result<Product> {
    collections::check(tx, &input.collection_ids)?;
    let status = input.status.clone().or(old.fields.status);
    let handle = input.handle.as_ref().unwrap_or(&old.fields.handle);
    let updated = update!(tx, "products", old.id, {
        "name": input.name,
        "name_key": search_key(&input.name),
        "handle": handle,
        "description": input.description,
        "status": status.name(),
        "vendor": input.vendor,
        "tags": json(&input.tags)?,
        "collection_ids": json(&input.collection_ids)?,
        "tax_category": input.tax_category,
        "unit_price": input.unit_price.as_ref().map(json).transpose()?,
        "manufacturer": input.manufacturer,
        "safety_note": input.safety_note,
        "withdrawal_exempt": input.withdrawal_exempt,
        "restock_returns": input.restock_returns,
        "metadata": json(&input.metadata)?,
        "options": json(&plan.options)?,
        // What somebody edits is theirs.
        "is_sample": false,
        "updated_at": tx.now(),
    }, "version = version + 1");
    updated.broken("products.handle", handle_taken)?;
    let same = input.tags == old.fields.tags
        && input.collection_ids == old.fields.collection_ids
        && status == old.fields.status;
    if !same {
        sort_in(tx, old.id, input, status == Status::Active)?;
    }
    let was_held = old.fields.status != Status::Archived;
    if was_held && (status == Status::Archived || *handle != old.fields.handle) {
        handles::give_up(tx, old)?;
    }
    if status != Status::Archived {
        handles::take(tx, handle)?;
    }
    save_variants(tx, old.id, Some(old), &plan.variants)?;
    pictures::of_variants(tx, old.id)?;
    let product = find(tx, old.id)?;
    if ProductWords::of(&product) != ProductWords::of(old) {
        product_search::save(tx, &product)?;
    }
    Ok(product)
}

/// Takes a product away: for ever when it was never ordered, else out of sight.
pub fn delete(tx: &Tx, product: &Product) -> Result<()> {
    let id = product.id;
    if product.fields.status != Status::Archived {
        handles::give_up(tx, product)?;
    }
    let ordered = "select 1 from variants where product_id = $1 and last_item_id is not null
        limit 1";
    if tx.exists(ordered, &[&id])? {
        let sql = "update products set status = 'archived', version = version + 1,
                updated_at = $1
            where id = $2 and status <> 'archived'";
        tx.execute(sql, &[&tx.now(), &id])?;
        tags::save(tx, id, &product.fields.tags, false)?;
        collections::save(tx, id, &product.fields.collection_ids, false)?;
        return end_sale(tx, id);
    }
    stock_movements::forget(tx, id)?;
    tags::forget(tx, id)?;
    collections::save(tx, id, &[], false)?;
    for sql in [
        "delete from price_history
        where variant_id in (select id from variants where product_id = $1)",
        "delete from variant_skus
        where variant_id in (select id from variants where product_id = $1)",
        "delete from variants where product_id = $1",
    ] {
        tx.execute(sql, &[&id])?;
    }
    pictures::forget(tx, id)?;
    product_search::forget(tx, id)?;
    tx.execute("delete from best_sellers where product_id = $1", &[&id])?;
    tx.execute("delete from products where id = $1", &[&id]).map(drop)
}

/// The product that a variant belongs to.
///
/// # Errors
/// Not found.
pub fn product_of(tx: &Tx, variant_id: Id) -> Result<Id> {
    let sql = "select product_id from variants where id = $1";
    tx.maybe_value(sql, &[&variant_id])?.ok_or_else(Error::not_found)
}

/// Puts a product where it is found: among those of its tags and of its collections.
fn sort_in(tx: &Tx, id: Id, input: &ProductInput, is_active: bool) -> Result<()> {
    tags::save(tx, id, &input.tags, is_active)?;
    collections::save(tx, id, &input.collection_ids, is_active)
}

/// Lets go of the SKUs of a product, whose variants are not what they were any more.
fn end_sale(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update variants set live = 0, version = version + 1 where product_id = $1";
    tx.execute(sql, &[&id]).map(drop)
}

macro_rules! product_columns {
    () => {
        "id, name, handle, description, status, vendor, tags, collection_ids, tax_category,
            unit_price, manufacturer, safety_note, withdrawal_exempt, restock_returns, metadata,
            options, images, version, created_at, updated_at, revision"
    };
}
use product_columns;

/// Brings the variants of a product to what is planned.
fn save_variants(tx: &Tx, id: Id, old: Option<&Product>, plans: &[VariantPlan]) -> Result<()> {
    if has_twins(plans) {
        let detail = "Two variants have the same option values.";
        let error = FieldError::at("/variants", "taken", detail);
        return Err(Error::new(Code::Taken, detail).with_errors(vec![error]));
    }
    check_skus(tx, id, plans)?;
    // Nothing holds a sku while they change hands.
    end_sale(tx, id)?;
    let planned: HashSet<Id> = plans.iter().filter_map(|plan| plan.id).collect();
    for gone in old.iter().flat_map(|old| &old.variants).filter(|v| !planned.contains(&v.id)) {
        remove_variant(tx, gone.id)?;
    }
    let price_of = |id: Id| {
        let mut known = old.iter().flat_map(|old| &old.variants);
        known.find(|variant| variant.id == id).map(|variant| variant.offer.price)
    };
    let cause = Cause { reason: MovementReason::Corrected, note: None, order_id: None };
    for (place, plan) in (1_i64..).zip(plans) {
        let variant_id = match plan.id {
            Some(variant_id) => variant_id,
            None => insert_variant(tx, id, place, &plan.offer)?,
        };
        match plan.id.and_then(price_of) {
            Some(before) if before == plan.offer.price => {}
            Some(_) => price_history::change(tx, variant_id, plan.offer.price)?,
            None => price_history::begin(tx, variant_id, plan.offer.price)?,
        }
        // Stock below zero is only ever seen while back-orders are allowed.
        if plan.offer.allow_backorder {
            update_variant(tx, variant_id, place, plan)?;
            set_stock(tx, variant_id, &plan.stock, &cause)?;
        } else {
            set_stock(tx, variant_id, &plan.stock, &cause)?;
            update_variant(tx, variant_id, place, plan)?;
        }
    }
    let sql = "update variants set live = 1 where product_id = $1 and removed = 0
        and exists (select 1 from products where id = $1 and status <> 'archived')";
    tx.execute(sql, &[&id])?;
    let sql = "update products set price_from =
            (select min(price) from variants where product_id = $1 and removed = 0)
        where id = $1";
    tx.execute(sql, &[&id]).map(drop)
}

/// Refuses every SKU that another product, or another variant of this one, has.
fn check_skus(tx: &Tx, product_id: Id, plans: &[VariantPlan]) -> Result<()> {
    // An archived product holds no sku, so it is in nobody's way and nobody is in its.
    let sql = "select 1 from variants where sku = $1 and live = 1 and product_id <> $2
        and exists (select 1 from products where id = $2 and status <> 'archived')";
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let Some(sku) = &plan.offer.sku else { continue };
        if !seen.insert(sku) || tx.exists(sql, &[sku, &product_id])? {
            // Without options its one variant is the product itself.
            let pointer = match plan.options.is_empty() {
                true => "/sku".to_owned(),
                false => format!("/variants/{at}/sku"),
            };
            errors.push(FieldError::at(pointer, "taken", format!("The SKU “{sku}” is in use.")));
        }
    }
    match errors.first() {
        Some(first) => Err(Error::new(Code::Taken, first.detail.clone()).with_errors(errors)),
        None => Ok(()),
    }
}

fn insert_variant(tx: &Tx, product_id: Id, place: i64, offer: &Offer) -> Result<Id> {
    insert!(tx, "variants", {
        "product_id": product_id,
        "position": place,
        "live": false,
        "removed": false,
        "options": "[]",
        "price": offer.price.minor(),
        "allow_backorder": offer.allow_backorder,
    })
}

fn update_variant(tx: &Tx, id: Id, place: i64, plan: &VariantPlan) -> Result<()> {
    let offer = &plan.offer;
    let updated = update!(tx, "variants", id, {
        "position": place,
        "options": json(&plan.options)?,
        "sku": offer.sku,
        "barcode": offer.barcode,
        "price": offer.price.minor(),
        "compare_at_price": offer.compare_at_price.map(Money::minor),
        "low_stock_at": offer.low_stock_at,
        "allow_backorder": offer.allow_backorder,
        "weight_grams": offer.weight_grams,
        "image_id": plan.image_id,
    });
    updated.broken(stock_movements::BELOW_ZERO, || stock_movements::below_zero(None))?;
    search::add_sku(tx, id, offer.sku.as_deref())
}

/// Takes a variant away: out of sight when it was ever ordered or moved, else for ever.
fn remove_variant(tx: &Tx, id: Id) -> Result<()> {
    let used = "select 1 from variants
        where id = $1 and (last_movement_id is not null or last_item_id is not null)";
    if tx.exists(used, &[&id])? {
        return tx.execute("update variants set removed = 1 where id = $1", &[&id]).map(drop);
    }
    price_history::forget(tx, id)?;
    search::remove_skus(tx, id)?;
    tx.execute("delete from variants where id = $1", &[&id]).map(drop)
}

fn set_stock(tx: &Tx, id: Id, stock: &Change<Option<i64>>, cause: &Cause) -> Result<()> {
    match stock {
        Change::Keep => Ok(()),
        Change::Set(None) => stock_movements::stop_tracking(tx, id),
        Change::Set(Some(count)) if stock_movements::stock(tx, id)?.on_hand == Some(*count) => {
            Ok(())
        }
        Change::Set(Some(count)) => {
            stock_movements::move_stock(tx, id, Amount::Sellable(*count), cause).map(drop)
        }
    }
}

/// The handle that was asked for, or the first free one made of the name.
fn free_handle(tx: &Tx, input: &ProductInput) -> Result<String> {
    if let Some(handle) = &input.handle {
        return Ok(handle.clone());
    }
    let sql = "select 1 from products where handle = $1 and status <> 'archived'";
    let base = handle_of(&input.name, "product");
    if !tx.exists(sql, &[&base])? {
        return Ok(base);
    }
    // Doubling, then halving: a thousand products of one name need some twenty looks.
    let taken = |number: i64| tx.exists(sql, &[&format!("{base}-{number}")]);
    let (mut below, mut above) = (1, 2);
    while taken(above)? {
        (below, above) = (above, above * 2);
    }
    while above - below > 1 {
        let middle = below.midpoint(above);
        if taken(middle)? { below = middle } else { above = middle }
    }
    Ok(format!("{base}-{above}"))
}

fn handle_taken() -> Error {
    let detail = "Another product has this handle.";
    let error = FieldError::at("/handle", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}

macro_rules! variant_columns {
    () => {
        "product_id, id, options, price, compare_at_price, sku, barcode, on_hand, committed,
            shortfall, low_stock_at, allow_backorder, weight_grams, lowest_price_30d, image_id,
            position, revision"
    };
}

/// A product.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Product> {
    let currency = settings::currency(tx)?;
    let sql = concat!("select ", product_columns!(), " from products where id = $1");
    let own = tx.maybe(sql, &[&id], OwnRow::read)?.ok_or_else(Error::not_found)?;
    let sql = concat!(
        "select ",
        variant_columns!(),
        " from variants where product_id = $1 and removed = 0 order by position, id"
    );
    let variants = tx.all(sql, &[&id], |row| Ok(read_variant(row, currency)?.1))?;
    own.with(variants, currency)
}

/// The product that has a handle now.
///
/// # Errors
/// Not found.
pub fn find_by_handle(tx: &Tx, handle: &str) -> Result<Product> {
    let sql = "select id from products where handle = $1 and status <> 'archived'";
    find(tx, tx.maybe_value(sql, &[&handle])?.ok_or_else(Error::not_found)?)
}

/// Adds their variants to the products of a page.
fn with_variants(tx: &Tx, rows: Vec<OwnRow>) -> Result<Vec<Product>> {
    let currency = settings::currency(tx)?;
    let sql = of_ids!(
        ["select ", variant_columns!(), " from variants where removed = 0 and product_id in "],
        [" order by position, id"]
    );
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let variants = Ids::of(&ids).rows(tx, sql, |row| read_variant(row, currency))?;
    let mut variants = by_owner(variants);
    let product = |row: OwnRow| {
        let variants = variants.remove(&row.id).unwrap_or_default();
        row.with(variants, currency)
    };
    rows.into_iter().map(product).collect()
}

/// The row of a product, without its variants.
struct OwnRow {
    id: Id,
    fields: ProductFields,
    options: Vec<ProductOption>,
    images: Vec<StoredImage>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    revision: i64,
}

impl OwnRow {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            fields: read_fields(row)?,
            options: row.json("options")?,
            images: row.json("images")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            revision: row.get("revision")?,
        })
    }

    fn with(self, variants: Vec<Variant>, currency: Currency) -> Result<Product> {
        let Self { id, fields, options, images, version, created_at, updated_at, revision } = self;
        let first = variants.first().ok_or_else(|| damaged("no variant"))?;
        let unit_price = fields.unit_price.map(|unit| unit.of_pack(first.offer.price));
        let of_variants: i64 = variants.iter().map(|variant| variant.revision).sum();
        Ok(Product {
            id,
            fields,
            offer: first.offer.clone(),
            lowest_price_30d: first.lowest_price_30d,
            currency,
            options,
            variants,
            unit_price,
            images: ProductImage::all(images),
            version,
            created_at,
            updated_at,
            revision: revision + of_variants,
        })
    }
}

fn read_fields(row: &Row) -> Result<ProductFields> {
    Ok(ProductFields {
        name: row.get("name")?,
        handle: row.get("handle")?,
        description: row.get("description")?,
        status: row.word("status", Status::of)?,
        vendor: row.get("vendor")?,
        tags: row.json("tags")?,
        collection_ids: row.json("collection_ids")?,
        tax_category: row.get("tax_category")?,
        unit_price: row.maybe_json("unit_price")?,
        manufacturer: row.get("manufacturer")?,
        safety_note: row.get("safety_note")?,
        withdrawal_exempt: row.get("withdrawal_exempt")?,
        restock_returns: row.get("restock_returns")?,
        metadata: row.json("metadata")?,
    })
}

/// A variant, and the product it belongs to.
fn read_variant(row: &Row, currency: Currency) -> Result<(Id, Variant)> {
    let money = |minor| Money::new(minor, currency);
    let (product_id, id) = (row.get("product_id")?, row.get("id")?);
    let options = read_options(row)?;
    let variant = Variant {
        id,
        title: title(&options),
        options,
        offer: Offer {
            price: money(row.get("price")?),
            compare_at_price: row.get::<Option<i64>>("compare_at_price")?.map(money),
            sku: row.get("sku")?,
            barcode: row.get("barcode")?,
            stock: row.get("on_hand")?,
            committed: row.get("committed")?,
            shortfall: row.get("shortfall")?,
            low_stock_at: row.get("low_stock_at")?,
            allow_backorder: row.get("allow_backorder")?,
            weight_grams: row.get("weight_grams")?,
            for_buyers: false,
        },
        lowest_price_30d: row.get::<Option<i64>>("lowest_price_30d")?.map(money),
        image_id: row.get("image_id")?,
        position: row.get("position")?,
        revision: row.get("revision")?,
    };
    Ok((product_id, variant))
}

/// The column `options` of a variant: pairs of name and value, in the order of the product's.
pub fn read_options(row: &Row) -> Result<Vec<(String, String)>> {
    row.json("options")
}
