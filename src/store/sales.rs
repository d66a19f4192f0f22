//! Sales, in sums of a day. They are counted in the transaction of every order and of all that
//! changes it, so that a report of years reads sums and no orders. The same sums are stored by the
//! quarter of an hour: of these the days are made anew when the shop moves to another time zone.

use std::collections::BTreeMap;

use super::Tx;
use super::engine::sql::{Param, Row};
use super::engine::statements::insert_row;
use crate::domain::calendar::{Date, Timestamp, Zone};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{Order, Refund};
use crate::domain::reports::Sale;
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::totals::TaxGroup;
use crate::error::Result;

const SLOT_MICROS: i64 = 900_000_000;

/// Counts an order as it is, and no more as it was before a step; before it was placed that is
/// nothing.
pub fn count(tx: &Tx, zone: &Zone, before: Option<&Order>, after: &Order) -> Result<()> {
    let was = before.map(Sale::of).unwrap_or_default();
    let is = Sale::of(after);
    if was == is {
        return Ok(());
    }
    let when = When::of(zone, after.order_date);
    add(tx, &when, after.payment_method, &is, 1)?;
    add(tx, &when, after.payment_method, &was, -1)
}

/// Counts money that went back, on its own day.
pub fn count_refund(tx: &Tx, zone: &Zone, refund: &Refund) -> Result<()> {
    let tax: i64 = refund.taxes.iter().map(|group| group.tax.minor()).sum();
    let sums = Sums { orders: 1, gross: refund.amount.minor(), tax, ..Sums::default() };
    add_row(tx, &When::of(zone, refund.refunded_at), ("refund", ""), &sums)
}

/// Makes the sums of days anew, for the days of a zone.
pub fn move_days(tx: &Tx, zone: &Zone) -> Result<()> {
    let sql = "select slot, kind, key, orders, units, gross, tax, discount, shipping from sales";
    let mut days: BTreeMap<(String, String, String), Sums> = BTreeMap::new();
    tx.all(sql, &[], |row| {
        let slot: i64 = row.get("slot")?;
        let at = Timestamp::from_micros(slot.saturating_mul(SLOT_MICROS));
        let day = (zone.date_of(at).text(), row.get("kind")?, row.get("key")?);
        days.entry(day).or_default().add(&read(row)?);
        Ok(())
    })?;
    tx.execute("delete from sales_days", &[])?;
    days.iter().try_for_each(|((day, kind, key), sums)| insert_day(tx, day, (kind, key), sums))
}

/// Makes the sums of days of an older program's file, which has none.
pub fn make_days_if_missing(tx: &Tx, zone: &Zone) -> Result<()> {
    let missing = "select 1 from sales where not exists (select 1 from sales_days) limit 1";
    if tx.exists(missing, &[])? { move_days(tx, zone) } else { Ok(()) }
}

/// The quarter of an hour and the day that something counts for.
struct When {
    slot: i64,
    day: Date,
}

impl When {
    fn of(zone: &Zone, at: Timestamp) -> Self {
        Self { slot: at.micros().div_euclid(SLOT_MICROS), day: zone.date_of(at) }
    }
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

impl Sums {
    fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.units += other.units;
        self.gross += other.gross;
        self.tax += other.tax;
        self.discount += other.discount;
        self.shipping += other.shipping;
    }
}

/// Adds an order's part to the sums, or takes it out (`sign` is −1).
fn add(tx: &Tx, when: &When, method: PaymentMethod, sale: &Sale, sign: i64) -> Result<()> {
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
    add_row(tx, when, ("order", ""), &sums)?;
    add_row(tx, when, ("method", method.name()), &sums)?;
    for (rate, gross, tax) in &sale.rates {
        let sums = Sums { gross: sign * gross, tax: sign * tax, ..Sums::default() };
        add_row(tx, when, ("rate", &rate.text()), &sums)?;
    }
    Ok(())
}

fn add_row(tx: &Tx, when: &When, (kind, key): (&str, &str), sums: &Sums) -> Result<()> {
    let slot = "update sales set orders = orders + $4, units = units + $5, gross = gross + $6,
            tax = tax + $7, discount = discount + $8, shipping = shipping + $9
        where slot = $1 and kind = $2 and key = $3";
    let day = "update sales_days set orders = orders + $4, units = units + $5, gross = gross + $6,
            tax = tax + $7, discount = discount + $8, shipping = shipping + $9
        where day = $1 and kind = $2 and key = $3";
    let Sums { orders, units, gross, tax, discount, shipping } = sums;
    let row: [Param; 9] = [&when.slot, &kind, &key, orders, units, gross, tax, discount, shipping];
    if tx.execute(slot, &row)? == 0 {
        insert_row!(tx, "sales", {
            "slot": when.slot,
            "kind": kind,
            "key": key,
            "orders": orders,
            "units": units,
            "gross": gross,
            "tax": tax,
            "discount": discount,
            "shipping": shipping,
        })?;
    }
    let row: [Param; 9] = [&when.day, &kind, &key, orders, units, gross, tax, discount, shipping];
    if tx.execute(day, &row)? == 0 {
        insert_day(tx, &when.day.text(), (kind, key), sums)?;
    }
    Ok(())
}

fn insert_day(tx: &Tx, day: &str, (kind, key): (&str, &str), sums: &Sums) -> Result<()> {
    insert_row!(tx, "sales_days", {
        "day": day,
        "kind": kind,
        "key": key,
        "orders": sums.orders,
        "units": sums.units,
        "gross": sums.gross,
        "tax": sums.tax,
        "discount": sums.discount,
        "shipping": sums.shipping,
    })
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

/// The sales that are to be paid in one way.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ByMethod {
    pub method: String,
    pub orders: i64,
    pub gross: Money,
}

/// A row of sums: its kind and key, and what they are.
type Summed = (String, String, Sums);

/// The sales from one day to another, both included.
pub fn between(tx: &Tx, from: Date, to: Date, currency: Currency) -> Result<Span> {
    let sql = "select kind, key, sum(orders) as orders, sum(units) as units, sum(gross) as gross,
            sum(tax) as tax, sum(discount) as discount, sum(shipping) as shipping
        from sales_days where day between $1 and $2 group by kind, key order by kind, key";
    let rows: Vec<Summed> =
        tx.all(sql, &[&from, &to], |row| Ok((row.get("kind")?, row.get("key")?, read(row)?)))?;
    Ok(span(&rows, currency))
}

fn read(row: &Row) -> Result<Sums> {
    Ok(Sums {
        orders: row.get("orders")?,
        units: row.get("units")?,
        gross: row.get("gross")?,
        tax: row.get("tax")?,
        discount: row.get("discount")?,
        shipping: row.get("shipping")?,
    })
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
