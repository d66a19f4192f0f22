//! `fields` of a list of products: what of each is wanted, where the whole would be too much.

use serde_json::{Map, Value};

use crate::domain::products::Product;
use crate::domain::{Invalid, Parsed};
use crate::error::{Error, Result};
use crate::store::engine::list::Page;

/// What a product has. Its id is always told.
#[rustfmt::skip]
const FIELDS: [&str; 34] = [
    "id", "name", "handle", "description", "status", "vendor", "tags", "collection_ids",
    "tax_category", "unit_price", "manufacturer", "safety_note", "withdrawal_exempt",
    "restock_returns", "metadata", "price", "compare_at_price", "sku", "barcode", "stock",
    "committed", "shortfall", "low_stock_at", "available", "allow_backorder", "weight_grams",
    "lowest_price_30d", "currency", "options", "variants", "images", "version",
    "created_at", "updated_at",
];

/// Names of fields with commas between them.
pub fn parse(text: &str) -> Parsed<Vec<&'static str>> {
    let known = |name: &str| FIELDS.iter().find(|field| **field == name.trim()).copied();
    let all: Option<Vec<&str>> = text.split(',').map(known).collect();
    all.ok_or_else(|| {
        let detail = format!("Give names with commas between them, of {}.", FIELDS.join(", "));
        Invalid::new("unknown_value", detail)
    })
}

/// The products of a page with no other fields than these.
///
/// # Errors
/// Internal, where a product cannot be told at all.
pub fn choose(page: Page<Product>, fields: &[&str]) -> Result<Page<Map<String, Value>>> {
    let Page { rows, next, count } = page;
    let chosen = |product: Product| match serde_json::to_value(product) {
        Ok(Value::Object(mut whole)) => {
            whole.retain(|name, _| name == "id" || fields.contains(&name.as_str()));
            Ok(whole)
        }
        Ok(_) => Err(Error::internal("a product is no object")),
        Err(error) => Err(Error::internal(error.to_string())),
    };
    let rows = rows.into_iter().map(chosen).collect::<Result<_>>()?;
    Ok(Page { rows, next, count })
}
