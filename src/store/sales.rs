//! What was sold, in sums of a quarter of an hour. They are kept in the transaction of every order
//! and of all that changes it, so that a report of years reads sums and no orders.

use super::sql::{Row, Tx};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{Order, Refund};
use crate::domain::reports::Sale;
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::totals::TaxGroup;
use crate::error::Result;

const SLOT_MICROS: i64 = 900_000_000;

/// What counts of an order, before a step and after it; before it was placed that is nothing.
///
/// # Errors
/// Storage errors.
pub fn count(tx: &Tx, before: Option<&Order>, after: &Order) -> Result<()> {
    let was = before.map(Sale::of).unwrap_or_default();
    let is = Sale::of(after);
    if was == is {
        return Ok(());
    }
    let slot = slot(after.order_date);
    add(tx, slot, after.payment_method, &is, 1)?;
    add(tx, slot, after.payment_method, &was, -1)
}

/// Counts money that went back, on its own day.
///
/// # Errors
/// Storage errors.
pub fn count_refund(tx: &Tx, refund: &Refund) -> Result<()> {
    let tax: i64 = refund.taxes.iter().map(|group| group.tax.minor()).sum();
    let sums = Sums { orders: 1, gross: refund.amount.minor(), tax, ..Sums::default() };
    add_row(tx, slot(refund.refunded_at), ("refund", ""), &sums)
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    orders: i64,
    units: i64,
    gross: i64,
    tax: i64,
    discount: i64,
    shipping: i64,
}

/// Adds an order's part to the sums, or takes it out (`sign` is −1).
fn add(tx: &Tx, slot: i64, method: PaymentMethod, sale: &Sale, sign: i64) -> Result<()> {
    if *sale == Sale::default() {
        return Ok(());
    }
    let sums = Sums {
        orders: sign * sale.orders,
        units: sign * sale.units,
        gross: sign * sale.gross,
        tax: sign * sale.tax,
        discount: sign * sale.discount,
        shipping: sign * sale.shipping,
    };
    add_row(tx, slot, ("order", ""), &sums)?;
    add_row(tx, slot, ("method", method.name()), &sums)?;
    for (rate, gross, tax) in &sale.rates {
        let sums = Sums { gross: sign * gross, tax: sign * tax, ..Sums::default() };
        add_row(tx, slot, ("rate", &rate.text()), &sums)?;
    }
    Ok(())
}

fn add_row(tx: &Tx, slot: i64, (kind, key): (&str, &str), sums: &Sums) -> Result<()> {
    let sql = "update sales set orders = orders + $4, units = units + $5, gross = gross + $6,
            tax = tax + $7, discount = discount + $8, shipping = shipping + $9
        where slot = $1 and kind = $2 and key = $3";
    let Sums { orders, units, gross, tax, discount, shipping } = sums;
    let row: [&dyn super::sql::ToSql; 9] =
        [&slot, &kind, &key, orders, units, gross, tax, discount, shipping];
    if tx.execute(sql, &row)? == 0 {
        let sql = "insert into sales values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        tx.execute(sql, &row)?;
    }
    Ok(())
}

fn slot(at: Timestamp) -> i64 {
    at.micros().div_euclid(SLOT_MICROS)
}

/// The sums of a span of time.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Span {
    pub orders: i64,
    pub units: i64,
    pub gross: Money,
    pub net: Money,
    pub tax: Money,
    pub taxes: Vec<TaxGroup>,
    pub discounts: Money,
    pub shipping: Money,
    pub refunds: Money,
    pub payment_methods: Vec<ByMethod>,
}

/// What is to be paid in one way.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ByMethod {
    pub method: String,
    pub orders: i64,
    pub gross: Money,
}

/// A row of sums: its kind and key, and what they are.
type Summed = (String, String, Sums);

/// What was sold from one time on and before another, both the beginning of a quarter of an hour.
///
/// # Errors
/// Storage errors.
pub fn between(tx: &Tx, from: Timestamp, before: Timestamp, currency: Currency) -> Result<Span> {
    let sql = "select kind, key, sum(orders), sum(units), sum(gross), sum(tax), sum(discount),
            sum(shipping)
        from sales where slot >= $1 and slot < $2 group by kind, key order by kind, key";
    let rows: Vec<Summed> = tx.all(sql, &[&slot(from), &slot(before)], |row: &Row| {
        let (kind, key) = (row.take()?, row.take()?);
        let sums = Sums {
            orders: row.take()?,
            units: row.take()?,
            gross: row.take()?,
            tax: row.take()?,
            discount: row.take()?,
            shipping: row.take()?,
        };
        Ok((kind, key, sums))
    })?;
    Ok(span(&rows, currency))
}

fn span(rows: &[Summed], currency: Currency) -> Span {
    let money = |minor| Money::new(minor, currency);
    let of = |wanted: &'static str| rows.iter().filter(move |(kind, ..)| kind == wanted);
    let one = |wanted| of(wanted).map(|(_, _, sums)| *sums).next().unwrap_or_default();
    let rate = |(_, key, sums): &Summed| TaxGroup {
        rate: Percent::parse(key).unwrap_or_default(),
        net: money(sums.gross - sums.tax),
        tax: money(sums.tax),
    };
    let method = |(_, key, sums): &Summed| ByMethod {
        method: key.clone(),
        orders: sums.orders,
        gross: money(sums.gross),
    };
    let all = one("order");
    let is_any = |sums: &Sums| sums.orders > 0 || sums.gross > 0;
    let mut taxes: Vec<TaxGroup> =
        of("rate").filter(|(_, _, sums)| is_any(sums)).map(rate).collect();
    taxes.sort_by_key(|group| std::cmp::Reverse(group.rate));
    Span {
        orders: all.orders,
        units: all.units,
        gross: money(all.gross),
        net: money(all.gross - all.tax),
        tax: money(all.tax),
        taxes,
        discounts: money(all.discount),
        shipping: money(all.shipping),
        refunds: money(one("refund").gross),
        payment_methods: of("method").filter(|(_, _, sums)| is_any(sums)).map(method).collect(),
    }
}
