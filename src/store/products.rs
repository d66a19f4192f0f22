//! Products and their variants.

use std::collections::HashSet;

use super::list::{List, Page, Range};
use super::settings;
use super::sql::{Broken, Row, Tx, json};
use super::stock::{self, Amount, Cause};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::products::{
    Offer, Product, ProductFields, ProductInput, ProductOption, Reason, Status, Variant,
    VariantPlan, has_twins, plan_variants, title,
};
use crate::domain::text::handle_of;
use crate::domain::{Change, Id};
use crate::error::{Code, Error, FieldError, Result};

/// Makes a product with its variants.
///
/// # Errors
/// Invalid for variants that contradict themselves; [`Code::Taken`] for a handle or sku in use.
pub fn create(tx: &Tx, input: &ProductInput, actor: &str, now: Timestamp) -> Result<Product> {
    let (options, plans) = plan(input, None)?;
    let sql = "insert into products (name, handle, description, status, vendor, tags,
            tax_category, withdrawal_exempt, options, price_from, version, revision, created_at,
            updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 1, 0, $10, $10) returning id";
    let handle = free_handle(tx, input)?;
    let status = input.status.clone().or(Status::Active);
    let id = tx
        .insert(
            sql,
            &[
                &input.name,
                &handle,
                &input.description,
                &status.name(),
                &input.vendor,
                &json(&input.tags)?,
                &input.tax_category,
                &input.withdrawal_exempt,
                &json(&options)?,
                &now,
            ],
        )
        .broken("products.handle", handle_taken)?;
    save_variants(tx, id, None, &plans, actor, now)?;
    find(tx, id)
}

pub fn find(tx: &Tx, id: Id) -> Result<Product> {
    let currency = settings::currency(tx)?;
    let variants = variants(tx, id, currency)?;
    let sql = "select name, handle, description, status, vendor, tags, tax_category,
            withdrawal_exempt, options, version, created_at, updated_at, revision
        from products where id = $1";
    let found = tx.maybe(sql, &[&id], |row| {
        let fields = read_fields(row)?;
        let first = variants.first().ok_or_else(|| super::sql::damaged("no variant"))?;
        Ok(Product {
            id,
            fields,
            offer: first.offer.clone(),
            lowest_price_30d: None,
            currency,
            options: row.json()?,
            collection_ids: [],
            images: [],
            version: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            revision: row.take()?,
            variants: Vec::new(),
        })
    })?;
    let mut product = found.ok_or_else(Error::not_found)?;
    product.variants = variants;
    Ok(product)
}

/// Replaces a product; `old` is what it was.
///
/// # Errors
/// [`Code::Taken`] for a handle or sku in use; [`Code::StockBelowZero`].
pub fn update(
    tx: &Tx,
    old: &Product,
    input: &ProductInput,
    actor: &str,
    now: Timestamp,
) -> Result<Product> {
    let (options, plans) = plan(input, Some(old))?;
    let sql = "update products set name = $2, handle = $3, description = $4, status = $5,
            vendor = $6, tags = $7, tax_category = $8, withdrawal_exempt = $9, options = $10,
            version = version + 1, updated_at = $11
        where id = $1";
    tx.execute(
        sql,
        &[
            &old.id,
            &input.name,
            input.handle.as_ref().unwrap_or(&old.fields.handle),
            &input.description,
            &input.status.clone().or(old.fields.status).name(),
            &input.vendor,
            &json(&input.tags)?,
            &input.tax_category,
            &input.withdrawal_exempt,
            &json(&options)?,
            &now,
        ],
    )
    .broken("products.handle", handle_taken)?;
    save_variants(tx, old.id, Some(old), &plans, actor, now)?;
    find(tx, old.id)
}

/// Takes a product away: for ever when it was never ordered, else out of sight.
pub fn delete(tx: &Tx, id: Id, now: Timestamp) -> Result<()> {
    find(tx, id)?;
    if tx.exists("select 1 from order_items where product_id = $1 limit 1", &[&id])? {
        let sql = "update products set status = 'archived', version = version + 1,
                updated_at = $2
            where id = $1 and status <> 'archived'";
        tx.execute(sql, &[&id, &now])?;
        return tx.execute("update variants set live = 0 where product_id = $1", &[&id]).map(drop);
    }
    for sql in [
        "delete from stock_movements
        where variant_id in (select id from variants where product_id = $1)",
        "delete from variants where product_id = $1",
        "delete from products where id = $1",
    ] {
        tx.execute(sql, &[&id])?;
    }
    Ok(())
}

/// The variant that a request about a product means: the named one, or the only one.
///
/// # Errors
/// Invalid with the list of variants.
pub fn choose_variant(product: &Product, variant_id: Option<Id>) -> Result<Id> {
    let chosen = match (variant_id, product.variants.as_slice()) {
        (None, [only]) => Some(only.id),
        (None, _) => None,
        (Some(id), variants) => variants.iter().map(|variant| variant.id).find(|v| *v == id),
    };
    chosen.ok_or_else(|| {
        let name = |variant: &Variant| {
            format!("{} ({})", variant.id, variant.title.as_deref().unwrap_or("the only one"))
        };
        let list: Vec<String> = product.variants.iter().map(name).collect();
        let detail = format!("Give the variant_id of one of {}.", list.join(", "));
        Error::invalid(vec![FieldError::at("/variant_id", "variant_required", detail)])
    })
}

/// The product that a variant belongs to.
pub fn product_of(tx: &Tx, variant_id: Id) -> Result<Id> {
    let sql = "select product_id from variants where id = $1";
    tx.maybe_value(sql, &[&variant_id])?.ok_or_else(Error::not_found)
}

/// Notes that something other than an edit changed what the product shows.
pub fn bump_revision(tx: &Tx, id: Id) -> Result<()> {
    tx.execute("update products set revision = revision + 1 where id = $1", &[&id]).map(drop)
}

/// What a list of products may be narrowed to. Prices are in minor units.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Status>,
    /// What everybody may see, and nothing else.
    pub only_active: bool,
    pub tag: Option<String>,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub in_stock: Option<bool>,
    pub low_stock: Option<bool>,
    pub sku: Option<String>,
    pub handle: Option<String>,
}

impl Filter {
    /// Whether no index helps, so that many rows may have to be looked at.
    pub fn is_long(&self) -> bool {
        self.tag.is_some() || self.in_stock.is_some() || self.low_stock.is_some()
    }
}

macro_rules! in_stock {
    () => {
        "(select 1 from variants v where v.product_id = products.id and v.removed = 0
            and (v.on_hand is null or v.on_hand > 0 or v.allow_backorder = 1))"
    };
}
macro_rules! low_stock {
    () => {
        "(select 1 from variants v where v.product_id = products.id and v.removed = 0
            and v.on_hand <= v.low_stock_at)"
    };
}
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Product>> {
    let mut list = List::of("products");
    list.with_some("status = #", filter.status.map(Status::name));
    if filter.only_active {
        list.only("status = 'active'");
    }
    list.with_some("handle = #", filter.handle.clone());
    list.with_some("price_from >= #", filter.min_price);
    list.with_some("price_from <= #", filter.max_price);
    list.with_some("exists (select 1 from json_each(tags) where value = #)", filter.tag.clone());
    list.with_some(
        "id in (select product_id from variants where removed = 0 and sku = #)",
        filter.sku.clone(),
    );
    match filter.in_stock {
        Some(true) => list.only(concat!("exists ", in_stock!())),
        Some(false) => list.only(concat!("not exists ", in_stock!())),
        None => {}
    }
    match filter.low_stock {
        Some(true) => list.only(concat!("exists ", low_stock!())),
        Some(false) => list.only(concat!("not exists ", low_stock!())),
        None => {}
    }
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// The options and variants that a product shall have.
type Plan = (Vec<ProductOption>, Vec<VariantPlan>);

/// What a request makes of a product; `old` is what it was. Nothing is held against other products
/// yet.
fn plan(input: &ProductInput, old: Option<&Product>) -> Result<Plan> {
    plan_variants(input, old).map_err(|faults| {
        let error = |(pointer, invalid): (String, crate::domain::Invalid)| {
            FieldError::at(pointer, invalid.code, invalid.detail)
        };
        Error::invalid(faults.into_iter().map(error).collect())
    })
}

/// Brings the variants of a product to what is planned.
fn save_variants(
    tx: &Tx,
    id: Id,
    old: Option<&Product>,
    plans: &[VariantPlan],
    actor: &str,
    now: Timestamp,
) -> Result<()> {
    if has_twins(plans) {
        let detail = "Two variants have the same option values.";
        let error = FieldError::at("/variants", "taken", detail);
        return Err(Error::new(Code::Taken, detail).with_errors(vec![error]));
    }
    check_skus(tx, id, plans)?;
    // Nothing holds a sku while they change hands.
    tx.execute("update variants set live = 0 where product_id = $1", &[&id])?;
    let kept: HashSet<Id> = plans.iter().filter_map(|plan| plan.id).collect();
    for gone in old.iter().flat_map(|old| &old.variants).filter(|v| !kept.contains(&v.id)) {
        remove_variant(tx, gone.id)?;
    }
    let cause = Cause { reason: Reason::Corrected, note: None, order_id: None, actor, now };
    for (place, plan) in (1_i64..).zip(plans) {
        let variant_id = match plan.id {
            Some(variant_id) => variant_id,
            None => insert_variant(tx, id, place, &plan.offer)?,
        };
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

/// Every sku that another product, or another variant of this one, has.
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
            errors.push(FieldError::at(pointer, "taken", format!("The SKU {sku} is in use.")));
        }
    }
    match errors.first() {
        Some(first) => Err(Error::new(Code::Taken, first.detail.clone()).with_errors(errors)),
        None => Ok(()),
    }
}

fn insert_variant(tx: &Tx, product_id: Id, place: i64, offer: &Offer) -> Result<Id> {
    let sql = "insert into variants
            (product_id, position, live, removed, options, price, allow_backorder)
        values ($1, $2, 0, 0, '[]', $3, $4) returning id";
    tx.insert(sql, &[&product_id, &place, &offer.price.minor(), &offer.allow_backorder])
}

fn update_variant(tx: &Tx, id: Id, place: i64, plan: &VariantPlan) -> Result<()> {
    let sql = "update variants set position = $2, options = $3, sku = $4, barcode = $5,
            price = $6, compare_at_price = $7, low_stock_at = $8, allow_backorder = $9,
            weight_grams = $10
        where id = $1";
    let offer = &plan.offer;
    tx.execute(
        sql,
        &[
            &id,
            &place,
            &json(&plan.options)?,
            &offer.sku,
            &offer.barcode,
            &offer.price.minor(),
            &offer.compare_at_price.map(Money::minor),
            &offer.low_stock_at,
            &offer.allow_backorder,
            &offer.weight_grams,
        ],
    )
    .map(drop)
    .broken("on_hand is null", || stock::below_zero(None))
}

/// One that was ever ordered or moved is kept out of sight, any other is gone.
fn remove_variant(tx: &Tx, id: Id) -> Result<()> {
    let used = "select 1 from stock_movements where variant_id = $1
        union all select 1 from order_items where variant_id = $1 limit 1";
    let sql = match tx.exists(used, &[&id])? {
        true => "update variants set removed = 1 where id = $1",
        false => "delete from variants where id = $1",
    };
    tx.execute(sql, &[&id]).map(drop)
}

fn set_stock(tx: &Tx, id: Id, stock: &Change<Option<i64>>, cause: &Cause) -> Result<()> {
    let now: Option<i64> = tx.value("select on_hand from variants where id = $1", &[&id])?;
    match stock {
        Change::Set(Some(count)) if now != Some(*count) => {
            stock::move_stock(tx, id, Amount::Counted(*count), cause).map(drop)
        }
        Change::Set(None) => stock::stop_tracking(tx, id),
        _ => Ok(()),
    }
}

/// The handle that was asked for, or the first free one made of the name.
fn free_handle(tx: &Tx, input: &ProductInput) -> Result<String> {
    if let Some(handle) = &input.handle {
        return Ok(handle.clone());
    }
    let sql = "select 1 from products where handle = $1 and status <> 'archived'";
    let base = handle_of(&input.name);
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

fn variants(tx: &Tx, product_id: Id, currency: Currency) -> Result<Vec<Variant>> {
    let sql = "select id, options, price, compare_at_price, sku, barcode, on_hand, low_stock_at,
            allow_backorder, weight_grams, position
        from variants where product_id = $1 and removed = 0 order by position, id";
    tx.all(sql, &[&product_id], |row| {
        let (id, options): (Id, Vec<(String, String)>) = (row.take()?, read_options(row)?);
        let (price, compare_at) = (row.take()?, row.take::<Option<i64>>()?);
        Ok(Variant {
            id,
            title: title(&options),
            options,
            offer: Offer {
                price: Money::new(price, currency),
                compare_at_price: compare_at.map(|minor| Money::new(minor, currency)),
                sku: row.take()?,
                barcode: row.take()?,
                stock: row.take()?,
                low_stock_at: row.take()?,
                allow_backorder: row.take()?,
                weight_grams: row.take()?,
            },
            position: row.take()?,
        })
    })
}

/// The options of a variant, in the order of the product's: a list of pairs.
pub fn read_options(row: &Row) -> Result<Vec<(String, String)>> {
    row.json()
}

fn read_fields(row: &Row) -> Result<ProductFields> {
    Ok(ProductFields {
        name: row.take()?,
        handle: row.take()?,
        description: row.take()?,
        status: row.parse(Status::parse)?,
        vendor: row.take()?,
        tags: row.json()?,
        tax_category: row.take()?,
        withdrawal_exempt: row.take()?,
    })
}
