//! Lists of products: what they are narrowed to, and by which index that is found.

use std::collections::HashSet;

use super::{OwnRow, product_columns, with_variants};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::products::{Product, Status};
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::list::{After, Ids, Key, List, Page, Range, Sort, in_ids, of_ids};
use crate::store::product_search;

/// The products that a list is narrowed to. Prices are in minor units.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Status>,
    /// Nothing but what everybody may see.
    pub only_active: bool,
    /// Each of them.
    pub tags: Vec<String>,
    pub collection: Option<InCollection>,
    /// None but these.
    pub ids: Option<Vec<Id>>,
    /// A variant has a price that it was higher before.
    pub on_sale: Option<bool>,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub in_stock: Option<bool>,
    pub low_stock: Option<bool>,
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub handle: Option<String>,
    /// Edited after this time.
    pub updated_after: Option<Timestamp>,
}

/// A collection, by what it is named by.
#[derive(Clone, Debug)]
pub enum InCollection {
    Id(Id),
    Handle(String),
}

impl Filter {
    /// True when no index leads to the rows in this order, so that many others may be looked at.
    pub fn is_long(&self, sort: Sort) -> bool {
        let by_any = !self.tags.is_empty()
            || self.collection.is_some() && sort.column != "position"
            || self.on_sale.is_some()
            || self.in_stock.is_some()
            || self.low_stock.is_some();
        let by_price = self.min_price.is_some() || self.max_price.is_some();
        // What is archived stands in no index of handles and SKUs.
        let by_name = self.sku.is_some() || self.handle.is_some();
        by_any
            || self.status.is_some_and(|status| !self.only_active || status != Status::Active)
            || by_price && sort.column != "price_from"
            || self.updated_after.is_some() && sort.column != "updated_at"
            || by_name && !self.only_active
    }
}

macro_rules! in_stock {
    () => {
        "(select 1 from variants v where v.product_id = products.id and v.removed = 0
            and (v.on_hand is null or v.on_hand > 0 or v.allow_backorder = 1))"
    };
}
macro_rules! on_sale {
    () => {
        "(select v.product_id from variants v where v.removed = 0
            and v.compare_at_price > v.price)"
    };
}
macro_rules! low_stock {
    () => {
        "(select v.product_id from variants v where v.removed = 0
            and (v.on_hand <= v.low_stock_at or v.shortfall > 0))"
    };
}

/// Products of a tag or a collection that are fetched; of more, some are soon met along
/// the list.
const FEW: i64 = 1_000;
/// Rows that a list is walked along to meet what is looked for.
const ROWS_WALKED: usize = 20_000;

/// How rows that belong to something are found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All that belong to it are fetched, and then sorted.
    Fetched,
    /// Each row that is met along the list is asked.
    Met,
}

impl Way {
    /// A condition on a row, in either way.
    fn of(self, fetched: &'static str, met: &'static str) -> &'static str {
        match self {
            Self::Fetched => fetched,
            Self::Met => met,
        }
    }
}

/// Tells `true` where so many products belong to all that the list is narrowed to that the first
/// are soon met.
fn is_common(tx: &Tx, filter: &Filter) -> Result<bool> {
    let of_tag = "select 1 from product_tags where tag = $1 limit 1 offset $2";
    let of_sale = "select 1 from variants
        where removed = 0 and compare_at_price > price limit 1 offset $1";
    let of_collection = "select 1 from collections where id = $1 and products > $2";
    let mut found: Vec<Option<i64>> = Vec::new();
    for tag in &filter.tags {
        found.push(tx.maybe_value(of_tag, &[tag, &FEW])?);
    }
    if let Some(InCollection::Id(id)) = filter.collection {
        found.push(tx.maybe_value(of_collection, &[&id, &FEW])?);
    }
    if filter.on_sale == Some(true) {
        found.push(tx.maybe_value(of_sale, &[&FEW])?);
    }
    Ok(!found.is_empty() && found.iter().all(Option::is_some))
}

/// The filter with the id of its collection; `None` where there is no such collection.
fn with_id(tx: &Tx, filter: &Filter) -> Result<Option<Filter>> {
    let Some(InCollection::Handle(handle)) = &filter.collection else {
        return Ok(Some(filter.clone()));
    };
    let sql = "select id from collections where handle = $1";
    let id = tx.maybe_value(sql, &[handle])?;
    Ok(id.map(|id| Filter { collection: Some(InCollection::Id(id)), ..filter.clone() }))
}

/// The list of all products, or of those of a collection; in its order, it is walked along.
fn in_collection(filter: &Filter, sort: Sort, way: Way) -> List {
    let Some(InCollection::Id(id)) = filter.collection else { return List::of("products") };
    let (mut list, condition) = match sort.column {
        "position" => (
            List::of("collection_products cross join products on products.id = product_id"),
            "collection_id = #",
        ),
        _ => (
            List::of("products"),
            way.of(
                "id in (select product_id from collection_products where collection_id = #)",
                "exists (select 1 from collection_products c
                    where c.product_id = products.id and c.collection_id = #)",
            ),
        ),
    };
    list.with(condition, id);
    list
}

/// The column of a list in the order of a search, which is none.
pub const BY_RANK: &str = "rank";
/// Products that a search shows.
const FOUND_MAX: usize = 200;

/// A page of what a text finds among the products of a filter: the best 200, best first or in the
/// order that is asked for.
pub fn search(tx: &Tx, text: &str, filter: &Filter, range: &Range) -> Result<Page<Product>> {
    let nothing = Page { rows: Vec::new(), next: None, count: range.is_counted.then_some(0) };
    let Some(filter) = &with_id(tx, filter)? else { return Ok(nothing) };
    let mut found = product_search::find(tx, text)?;
    if let Some(ids) = &filter.ids {
        found.retain(|id| ids.contains(id));
    }
    let filter = Filter { ids: Some(found.clone()), ..filter.clone() };
    let fit: HashSet<Id> =
        narrowed(&filter, range.sort, Way::Fetched).ids(tx)?.into_iter().collect();
    let best: Vec<Id> = found.into_iter().filter(|id| fit.contains(id)).take(FOUND_MAX).collect();
    if range.sort.column != BY_RANK {
        return list(tx, &Filter { ids: Some(best), ..filter }, range);
    }
    let from = match &range.after {
        Some(After { key: Key::Number(place), .. }) => usize::try_from(*place).unwrap_or(0),
        _ => 0,
    };
    let ids: Vec<Id> = best.iter().skip(from).take(range.limit).copied().collect();
    let to = from + ids.len();
    let place =
        |id: &Id| After { key: Key::Number(i64::try_from(to).unwrap_or(i64::MAX)), id: *id };
    let next = ids.last().filter(|_| to < best.len()).map(place);
    let count = range.is_counted.then(|| i64::try_from(best.len()).unwrap_or(i64::MAX));
    let sql = of_ids!(["select ", product_columns!(), " from products where id in "], []);
    let mut rows = Ids::of(&ids).rows(tx, sql, OwnRow::read)?;
    rows.sort_unstable_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(Page { rows: with_variants(tx, rows)?, next, count })
}

/// A page of products.
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Product>> {
    let Some(filter) = with_id(tx, filter)? else {
        return Ok(Page { rows: Vec::new(), next: None, count: range.is_counted.then_some(0) });
    };
    let page = match walked(tx, &filter, range)? {
        Some(page) => page,
        None => page(tx, narrowed(&filter, range.sort, Way::Fetched), range)?,
    };
    let Page { rows, next, count } = page;
    Ok(Page { rows: with_variants(tx, rows)?, next, count })
}

fn page(tx: &Tx, list: List, range: &Range) -> Result<Page<OwnRow>> {
    list.page(tx, range, product_columns!(), OwnRow::read)
}

/// A page that was met along the list, where it was soon full, or the list at its end.
fn walked(tx: &Tx, filter: &Filter, range: &Range) -> Result<Option<Page<OwnRow>>> {
    if range.is_counted || range.sort.column == "position" || !is_common(tx, filter)? {
        return Ok(None);
    }
    let mut list = narrowed(filter, range.sort, Way::Met);
    let is_part = list.within(tx, range, ROWS_WALKED)?;
    let found = page(tx, list, range)?;
    Ok(Some(found).filter(|found| found.next.is_some() || !is_part))
}

/// The list of products that a filter leaves.
fn narrowed(filter: &Filter, sort: Sort, way: Way) -> List {
    let mut list = in_collection(filter, sort, way);
    list.with_some("status = #", filter.status.map(Status::name));
    if filter.only_active {
        list.only("status = 'active'");
    }
    list.with_some(
        match filter.only_active {
            true => "status <> 'archived' and handle = #",
            false => "handle = #",
        },
        filter.handle.clone(),
    );
    list.with_some("updated_at > #", filter.updated_after);
    list.with_some("price_from >= #", filter.min_price);
    list.with_some("price_from <= #", filter.max_price);
    for tag in &filter.tags {
        let condition = way.of(
            "id in (select product_id from product_tags where tag = #)",
            "exists (select 1 from product_tags t where t.tag = # and t.product_id = products.id)",
        );
        list.with(condition, tag.clone());
    }
    list.with_some(concat!("id in ", in_ids!("#")), filter.ids.as_deref().map(Ids::of));
    match filter.on_sale {
        Some(true) => list.only(way.of(
            concat!("id in ", on_sale!()),
            "exists (select 1 from variants v where v.product_id = products.id and v.removed = 0
                and v.compare_at_price > v.price)",
        )),
        Some(false) => list.only(concat!("id not in ", on_sale!())),
        None => {}
    }
    list.with_some(
        match filter.only_active {
            true => "id in (select product_id from variants where live = 1 and sku = #)",
            false => "id in (select product_id from variants where removed = 0 and sku = #)",
        },
        filter.sku.clone(),
    );
    list.with_some(
        "id in (select product_id from variants where removed = 0 and barcode = #)",
        filter.barcode.clone(),
    );
    match filter.in_stock {
        Some(true) => list.only(concat!("exists ", in_stock!())),
        Some(false) => list.only(concat!("not exists ", in_stock!())),
        None => {}
    }
    match filter.low_stock {
        Some(true) => list.only(concat!("id in ", low_stock!())),
        Some(false) => list.only(concat!("id not in ", low_stock!())),
        None => {}
    }
    list
}
