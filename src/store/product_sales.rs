//! What was sold of each variant, read from the lines of orders.

use serde::Serialize;

use super::Tx;
use super::engine::sql::Row;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::products::title;
use crate::domain::reports::ProductSort;
use crate::error::Result;
use crate::store::products;

/// What was sold of a variant, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct ProductSales {
    pub product_id: Id,
    pub variant_id: Id,
    /// As they are called now.
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub orders: i64,
    /// As they were placed.
    pub units: i64,
    /// Of these, what was cancelled or came back since.
    pub cancelled_units: i64,
    pub returned_units: i64,
    /// The price of what was placed, after its discounts and with its tax.
    pub gross: Money,
}

macro_rules! sold {
    ($order:literal) => {
        concat!(
            "select s.product_id, s.variant_id, p.name, v.options, v.sku, s.orders, s.units,
                s.cancelled_units, s.returned_units, s.gross
            from (select i.product_id, i.variant_id,
                    cast(count(distinct o.id) as integer) as orders,
                    cast(sum(i.quantity) as integer) as units,
                    cast(sum(i.cancelled_quantity) as integer) as cancelled_units,
                    cast(sum(i.returned_quantity) as integer) as returned_units,
                    cast(sum(i.total) as integer) as gross
                from orders o cross join order_items i on i.order_id = o.id
                where o.order_date >= $1 and o.order_date < $2 and i.variant_id is not null
                group by i.product_id, i.variant_id) as s
                join products p on p.id = s.product_id
                join variants v on v.id = s.variant_id
            order by ",
            $order,
            " limit $3"
        )
    };
}

/// What sold best of what was ordered at this time or later and before another.
pub fn best(
    tx: &Tx,
    (from, before): (Timestamp, Timestamp),
    (sort, limit): (ProductSort, usize),
    currency: Currency,
) -> Result<Vec<ProductSales>> {
    let sql = match sort {
        ProductSort::Units => sold!("s.units desc, s.gross desc, s.variant_id"),
        ProductSort::Gross => sold!("s.gross desc, s.units desc, s.variant_id"),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.all(sql, &[&from, &before, &limit], |row| read(row, currency))
}

fn read(row: &Row, currency: Currency) -> Result<ProductSales> {
    Ok(ProductSales {
        product_id: row.get("product_id")?,
        variant_id: row.get("variant_id")?,
        name: row.get("name")?,
        variant_title: title(&products::read_options(row)?),
        sku: row.get("sku")?,
        orders: row.get("orders")?,
        units: row.get("units")?,
        cancelled_units: row.get("cancelled_units")?,
        returned_units: row.get("returned_units")?,
        gross: Money::new(row.get("gross")?, currency),
    })
}
