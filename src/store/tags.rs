//! Tags, and the products that they find. The tags of a product stand on it, in its own row; here
//! they stand once more, for those who come from the tag.

use super::Tx;
use super::engine::list::{After, Key, Page, Range};
use super::engine::statements::insert_row;
use crate::domain::Id;
use crate::domain::products::TagCount;
use crate::error::Result;

/// Tags that are counted at most.
const COUNT_MAX: i64 = 10_000;

/// Brings the tags by which a product is found to those that it has.
pub fn save(tx: &Tx, product_id: Id, tags: &[String], is_active: bool) -> Result<()> {
    forget(tx, product_id)?;
    for tag in tags {
        insert_row!(tx, "product_tags", {
            "tag": tag,
            "product_id": product_id,
            "is_active": is_active,
        })?;
    }
    Ok(())
}

/// Forgets the tags of a product.
pub fn forget(tx: &Tx, product_id: Id) -> Result<()> {
    tx.execute("delete from product_tags where product_id = $1", &[&product_id]).map(drop)
}

/// A page of tags, each with how many products have it. `only_active`: of those that everybody
/// sees.
pub fn list(tx: &Tx, only_active: bool, range: &Range) -> Result<Page<TagCount>> {
    let ascending = "select tag, count(*) as products_count from product_tags
        where is_active >= $1 and tag > $2 group by tag order by tag limit $3";
    let descending = "select tag, count(*) as products_count from product_tags
        where is_active >= $1 and tag < $2 group by tag order by tag desc limit $3";
    let from_the_end = "select tag, count(*) as products_count from product_tags
        where is_active >= $1 and $2 = '' group by tag order by tag desc limit $3";
    let after = match &range.after {
        Some(After { key: Key::Text(tag), .. }) => tag.as_str(),
        _ => "",
    };
    let sql = match (range.sort.descending, after) {
        (false, _) => ascending,
        (true, "") => from_the_end,
        (true, _) => descending,
    };
    let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
    let mut rows = tx.all(sql, &[&only_active, &after, &(limit + 1)], |row| {
        Ok(TagCount { tag: row.get("tag")?, products_count: row.get("products_count")? })
    })?;
    let more = rows.len() > range.limit;
    rows.truncate(range.limit);
    // No two tags are the same, so their place in the list needs no id beside them.
    let place = |last: &TagCount| After { key: Key::Text(last.tag.clone()), id: Id::FIRST };
    let next = rows.last().filter(|_| more).map(place);
    let count = if range.is_counted { Some(count(tx, only_active)?) } else { None };
    Ok(Page { rows, next, count })
}

fn count(tx: &Tx, only_active: bool) -> Result<i64> {
    let sql = "select count(*) from (
            select distinct tag from product_tags where is_active >= $1 limit $2) as counted";
    tx.value(sql, &[&only_active, &COUNT_MAX])
}
