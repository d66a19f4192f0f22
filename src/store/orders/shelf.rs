//! The shelf of a draft. Its lines are looked up one by one: to open and join a list of ids pays
//! for many, and an order has few.

use std::collections::HashMap;

use crate::domain::Id;
use crate::domain::currency::Currency;
use crate::domain::discounts::DiscountUser;
use crate::domain::money::Money;
use crate::domain::orders::{CHOICES_MAX, Draft, KnownBuyer, Orderer, Shelf, ShelfVariant};
use crate::domain::products::title;
use crate::error::{FIELD_ERRORS_MAX, Result};
use crate::store::engine::list::{Ids, of_ids};
use crate::store::engine::sql::Row;
use crate::store::{Tx, customer_accounts, customers, discounts, pictures, products};

/// The part of the shop that a draft is held against.
pub(super) fn load(tx: &Tx, draft: &Draft, orderer: Orderer, currency: Currency) -> Result<Shelf> {
    let buyer = draft.record(orderer).map(|id| known_buyer(tx, id)).transpose()?.flatten();
    let discount = draft.discount_code.as_deref().map(|code| discounts::by_code(tx, code));
    let choices = choices(tx, draft, currency)?;
    let mut shelf = Shelf {
        variants: named(tx, draft, currency)?,
        counts: counts(tx, draft, &choices)?,
        choices,
        buyer,
        discount: discount.transpose()?.flatten(),
        discount_used: false,
    };
    if let Some(discount) = shelf.discount.as_ref().filter(|discount| discount.once_per_customer) {
        let (customer_id, email) = shelf.discount_user(draft, orderer);
        let user = DiscountUser { customer_id, email };
        shelf.discount_used = discounts::was_used_by(tx, discount.id, &user)?;
    }
    Ok(shelf)
}

fn known_buyer(tx: &Tx, id: Id) -> Result<Option<KnownBuyer>> {
    let Some(record) = customers::record(tx, id)? else { return Ok(None) };
    let has_account = customer_accounts::exists_for(tx, id)?;
    Ok(Some(KnownBuyer { contact: record.contact, version: record.version, has_account }))
}

macro_rules! variant_columns {
    () => {
        "select v.product_id, v.id, v.version, v.options, v.sku, v.price, v.on_hand,
            v.allow_backorder, v.weight_grams, p.name, p.tax_category, p.withdrawal_exempt,
            i.id as picture_id, i.hash as picture_hash"
    };
}

/// The variants for sale that lines name.
fn named(tx: &Tx, draft: &Draft, currency: Currency) -> Result<HashMap<Id, ShelfVariant>> {
    let sql = concat!(
        variant_columns!(),
        " from variants v join products p on p.id = v.product_id
        left join pictures i on i.id = coalesce(v.picture_id, p.picture_id)
        where v.id = $1 and v.removed = 0 and p.status = 'active'"
    );
    let mut found = HashMap::new();
    for id in draft.variants() {
        if let Some(variant) = tx.maybe(sql, &[&id], |row| variant(row, currency))? {
            found.insert(id, variant);
        }
    }
    Ok(found)
}

/// The variants for sale of the products that lines name without one.
fn choices(tx: &Tx, draft: &Draft, currency: Currency) -> Result<HashMap<Id, Vec<ShelfVariant>>> {
    // Of a product with hundreds of variants no more are read than a fault lists.
    let sql = concat!(
        variant_columns!(),
        " from variants v join products p on p.id = v.product_id
        left join pictures i on i.id = coalesce(v.picture_id, p.picture_id)
        where v.product_id = $1 and v.removed = 0 and p.status = 'active'
        order by v.position, v.id limit $2"
    );
    let mut found = HashMap::new();
    for id in draft.products_without_variant() {
        let variants = tx.all(sql, &[&id, &(CHOICES_MAX + 1)], |row| variant(row, currency))?;
        if !variants.is_empty() {
            found.insert(id, variants);
        }
    }
    Ok(found)
}

/// How many variants there are of the products whose choices were cut short, as far as faults are
/// told.
fn counts(
    tx: &Tx,
    draft: &Draft,
    choices: &HashMap<Id, Vec<ShelfVariant>>,
) -> Result<HashMap<Id, i64>> {
    let sql = of_ids!(
        ["select product_id, count(*) as variants from variants
        where removed = 0 and product_id in "],
        [" group by product_id"]
    );
    let is_cut =
        |id: &Id| choices.get(id).is_some_and(|listed| listed.len() > CHOICES_MAX as usize);
    let cut = draft.products_without_variant().into_iter().filter(is_cut);
    let cut: Vec<Id> = cut.take(FIELD_ERRORS_MAX).collect();
    if cut.is_empty() {
        return Ok(HashMap::new());
    }
    let read = |row: &Row| Ok((row.get("product_id")?, row.get("variants")?));
    Ok(Ids::of(&cut).rows(tx, sql, read)?.into_iter().collect())
}

fn variant(row: &Row, currency: Currency) -> Result<ShelfVariant> {
    let (product_id, id) = (row.get("product_id")?, row.get("id")?);
    let title = title(&products::read_options(row)?);
    let (sku, price) = (row.get("sku")?, row.get("price")?);
    let on_hand: Option<i64> = row.get("on_hand")?;
    let allow_backorder: bool = row.get("allow_backorder")?;
    Ok(ShelfVariant {
        product_id,
        id,
        version: row.get("version")?,
        title,
        sku,
        price: Money::new(price, currency),
        is_tracked: on_hand.is_some(),
        limit: on_hand.filter(|_| !allow_backorder),
        product_name: row.get("name")?,
        tax_category: row.get("tax_category")?,
        weight_grams: row.get("weight_grams")?,
        withdrawal_exempt: row.get("withdrawal_exempt")?,
        picture: pictures::of_line(row)?,
    })
}
