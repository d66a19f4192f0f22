//! Full-text search of products. The only file that writes to the engine's index of words, or asks
//! it; what is in it, and what is looked for, is folded by the program, so no text is ever read as
//! its syntax.

use std::collections::HashSet;

use super::Tx;
use super::engine::statements::insert_row;
use crate::domain::Id;
use crate::domain::products::Product;
use crate::domain::search::{ProductWords, Sought, code_key};
use crate::domain::text::search_key;
use crate::error::Result;

/// Finds that are ranked, by where the words stand. To rank more takes longer than anybody waits.
const RANKED_MAX: i64 = 2_000;
/// Of a search that finds more, those that may be shown beside what sells best.
const SHOWN_MAX: usize = 1_000;
/// Finds that are looked at, from the newest on.
const LOOKED_AT_MAX: i64 = 200_000;
/// Products that are called exactly so.
const EXACT_MAX: i64 = 200;
/// Products that a common word finds first.
const BEST_SELLERS_MAX: i64 = 500;

/// Brings what a product is found by to what it says now.
pub fn save(tx: &Tx, product: &Product) -> Result<()> {
    forget(tx, product.id)?;
    add(tx, product.id, &ProductWords::of(product))
}

/// Forgets what a product is found by.
pub fn forget(tx: &Tx, product_id: Id) -> Result<()> {
    tx.execute("delete from product_search where rowid = $1", &[&product_id]).map(drop)
}

/// Forgets everything, to be made anew.
pub fn clear(tx: &Tx) -> Result<()> {
    tx.execute("insert into product_search (product_search) values ('delete-all')", &[]).map(drop)
}

/// The products that a text finds, best first: where all of its words are found, in the name before
/// the SKU before the rest. Of a search that finds more than can be ranked: what is called exactly
/// so, then what sells best, then the newest.
pub fn find(tx: &Tx, text: &str) -> Result<Vec<Id>> {
    let Some(sought) = expression(&Sought::of(text)) else { return Ok(Vec::new()) };
    let some = "select count(*) from (
            select 1 from product_search where product_search match $1 limit $2)";
    let found: i64 = tx.value(some, &[&sought, &(RANKED_MAX + 1)])?;
    if found <= RANKED_MAX {
        // No weight of the rank would do: a short product with the word elsewhere comes before a
        // long one that has it in its name.
        let places = ["name : ", "{name code} : ", ""];
        let within = |place: &str| ranked(tx, &format!("{place}({sought})"));
        let found = places.into_iter().map(within).collect::<Result<Vec<_>>>()?;
        return Ok(each_once(found.concat()));
    }
    let (best, newest) = common(tx, &sought)?;
    Ok(each_once([exact(tx, text)?, best, newest].concat()))
}

/// Of what a common word finds, what sells best, and the newest. To read the finds one after the
/// other takes less than to ask of each best seller whether it is one.
fn common(tx: &Tx, sought: &str) -> Result<(Vec<Id>, Vec<Id>)> {
    let best: Vec<Id> = tx.values("select product_id from best_sellers order by place", &[])?;
    let is_best: HashSet<Id> = best.iter().copied().collect();
    let (mut sold, mut newest) = (HashSet::new(), Vec::new());
    let sql = "select rowid from product_search where product_search match $1
        order by rowid desc limit $2";
    tx.each(sql, &[&sought, &LOOKED_AT_MAX], |row| {
        let id = row.get("rowid")?;
        if is_best.contains(&id) {
            sold.insert(id);
        } else if newest.len() < SHOWN_MAX {
            newest.push(id);
        }
        Ok(())
    })?;
    Ok((best.into_iter().filter(|id| sold.contains(id)).collect(), newest))
}

/// What an expression finds, what has most of it first.
fn ranked(tx: &Tx, expression: &str) -> Result<Vec<Id>> {
    let sql = "select rowid from product_search where product_search match $1
        order by rank, rowid desc";
    tx.values(sql, &[&expression])
}

fn each_once(mut ids: Vec<Id>) -> Vec<Id> {
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

/// Looks anew at what sells best.
pub fn look_at_sales(tx: &Tx) -> Result<Vec<Id>> {
    let sql = "select product_id from variants where ordered > 0
        group by product_id order by sum(ordered) desc, product_id limit $1";
    tx.values(sql, &[&BEST_SELLERS_MAX])
}

/// Writes down what sells best.
pub fn note_best_sellers(tx: &Tx, ids: &[Id]) -> Result<()> {
    let known: Vec<Id> = tx.values("select product_id from best_sellers order by place", &[])?;
    if known == ids {
        return Ok(());
    }
    tx.execute("delete from best_sellers", &[])?;
    let insert = "insert into best_sellers (place, product_id)
        select $1, id from products where id = $2";
    for (place, id) in (1_i64..).zip(ids) {
        tx.execute(insert, &[&place, id])?;
    }
    Ok(())
}

/// The products whose SKU, barcode or name is the text.
fn exact(tx: &Tx, text: &str) -> Result<Vec<Id>> {
    let sql = "select product_id from (
            select v.product_id, 1 as place from variant_skus k join variants v
                on v.id = k.variant_id and v.removed = 0
            where k.sku_key = $1
            union all
            select product_id, 2 from variants where barcode = $2 and removed = 0
            union all
            select id, 3 from products where name_key = $3)
        group by product_id order by min(place), product_id desc limit $4";
    tx.values(sql, &[&code_key(text), &text, &search_key(text), &EXACT_MAX])
}

/// What the index understands: each word in quotes, and one of some letters finds what it begins.
/// `None` where nothing is looked for.
fn expression(sought: &Sought) -> Option<String> {
    let term = |word: &String| {
        let star = if word.chars().nth(1).is_some() { "*" } else { "" };
        format!("\"{}\"{star}", word.replace('"', "\"\""))
    };
    let terms: Vec<String> = sought.words().iter().map(term).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

fn add(tx: &Tx, id: Id, words: &ProductWords) -> Result<()> {
    insert_row!(tx, "product_search", {
        "rowid": id,
        "name": words.name,
        "code": words.code,
        "rest": words.rest,
    })
}
