//! The index of words, held against the products that it is made of.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::products::ProductOption;
use crate::domain::search::ProductWords;
use crate::error::Result;
use crate::store::engine::sql::{Row, Tx};

/// The products that are found by other words than their own. Of each, no more is held than the
/// sum of what its words come to, so that a large shop takes little memory.
pub(super) fn offenders(tx: &Tx) -> Result<Vec<String>> {
    let mut found: HashMap<i64, u64> = HashMap::new();
    tx.each("select term, doc, col from product_search_words", &[], |row| {
        let (term, column): (String, String) = (row.get("term")?, row.get("col")?);
        add(found.entry(row.get("doc")?).or_default(), &column, &term);
        Ok(())
    })?;
    let mut offenders = Vec::new();
    let sql = "select id, name, description, vendor, tags, options,
            (select json_group_array(code) from (
                select sku as code from variants v where v.product_id = products.id
                    and v.removed = 0 and sku is not null
                union all
                select barcode from variants v where v.product_id = products.id
                    and v.removed = 0 and barcode is not null)) as codes
        from products order by id";
    tx.each(sql, &[], |row| {
        let id: i64 = row.get("id")?;
        let mut wanted = 0;
        let words = words_of(row)?;
        for (column, words) in [("name", &words.name), ("code", &words.code), ("rest", &words.rest)]
        {
            words.split(' ').filter(|word| !word.is_empty()).for_each(|word| {
                add(&mut wanted, column, word);
            });
        }
        if found.remove(&id).unwrap_or_default() != wanted {
            offenders.push(id.to_string());
        }
        Ok(())
    })?;
    offenders.extend(found.into_keys().map(|id| id.to_string()));
    Ok(offenders)
}

fn words_of(row: &Row) -> Result<ProductWords> {
    let (name, description): (String, String) = (row.get("name")?, row.get("description")?);
    let vendor: Option<String> = row.get("vendor")?;
    let (tags, codes): (Vec<String>, Vec<String>) = (row.json("tags")?, row.json("codes")?);
    let options: Vec<ProductOption> = row.json("options")?;
    let values = options.iter().flat_map(|option| &option.values);
    Ok(ProductWords::of_texts(
        &name,
        &codes,
        (&description, tags.iter().chain(&vendor).chain(values)),
    ))
}

/// Adds what a word comes to, whichever comes first.
fn add(sum: &mut u64, column: &str, word: &str) {
    let mut hasher = DefaultHasher::new();
    (column, word).hash(&mut hasher);
    *sum = sum.wrapping_add(hasher.finish());
}
