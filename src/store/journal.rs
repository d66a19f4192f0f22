//! The journal of sales, and the report that is read from it. Rows are appended in the transaction
//! of the event, on its day in the shop's zone. The sums of a day that is over are made when they
//! are first asked for and stored; a row that is written for that day later drops them.

use super::Tx;
use super::engine::sql::Row;
use super::engine::statements::insert_row;
use crate::domain::Id;
use crate::domain::calendar::{Date, Zone};
use crate::domain::currency::Currency;
use crate::domain::journal::{self, JournalRow, Sums};
use crate::domain::money::Money;
use crate::domain::orders::Order;
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::error::Result;

/// Days whose sums are made in one go, few enough not to hold anybody up.
const DAYS_AT_ONCE: usize = 31;

/// Appends what an order adds that was placed just now, for the day of the order.
pub fn record_placed(tx: &Tx, zone: &Zone, order: &Order) -> Result<()> {
    record(tx, order, zone.date_of(order.order_date), &journal::placed(order))
}

/// Appends what a step, or its void, changed in an order.
pub fn record_change(tx: &Tx, zone: &Zone, before: &Order, after: &Order) -> Result<()> {
    let today = zone.date_of(tx.now());
    if before.tax_country != after.tax_country {
        // The same tax is due elsewhere from now on.
        record(tx, before, today, &journal::moved_out(before))?;
        record(tx, after, today, &journal::moved_in(before))?;
    }
    record(tx, after, today, &journal::changed(before, after))
}

fn record(tx: &Tx, order: &Order, day: Date, rows: &[JournalRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.execute("delete from journal_days where day = $1", &[&day])?;
    let place = (Some(order.id), Some(day), order.tax_country.as_deref());
    rows.iter().try_for_each(|row| insert(tx, place, row))
}

/// Appends a row, of an order or of none, for a day or as the opening of an older program's order.
pub(super) fn insert(
    tx: &Tx,
    (order_id, day, country): (Option<Id>, Option<Date>, Option<&str>),
    row: &JournalRow,
) -> Result<()> {
    let sums = &row.sums;
    insert_row!(tx, "journal", {
        "order_id": order_id,
        "day": day,
        "country": country.filter(|_| row.rate.is_some()).unwrap_or_default(),
        "rate": row.rate.map(Percent::text).unwrap_or_default(),
        "method": row.method.map(PaymentMethod::name).unwrap_or_default(),
        "orders": sums.orders,
        "units": sums.units,
        "gross": sums.gross,
        "discounts": sums.discounts,
        "shipping": sums.shipping,
        "reductions": sums.reductions,
        "net": sums.net,
        "tax": sums.tax,
        "received": sums.received,
        "refunded": sums.refunded,
    })
}

/// The days of a span that are over at `today` and whose sums are not stored.
pub fn days_to_make(tx: &Tx, (from, to): (Date, Date), today: Date) -> Result<Vec<Date>> {
    let mut missing = Vec::new();
    let (mut next, last) = (from, to.min(today.plus_days(-1)));
    let found = "select min(day) from journal where day between $1 and $2";
    while let Some(day) = tx.value::<Option<Date>>(found, &[&next, &last])? {
        if !tx.exists("select 1 from journal_days where day = $1 limit 1", &[&day])? {
            missing.push(day);
        }
        next = day.next();
    }
    Ok(missing)
}

/// Stores the sums of days that are over.
pub fn make_days(tx: &Tx, days: &[Date]) -> Result<()> {
    let sql = "insert into journal_days (day, country, rate, method, orders, units, gross,
            discounts, shipping, reductions, net, tax, received, refunded)
        select day, country, rate, method, sum(orders), sum(units), sum(gross), sum(discounts),
            sum(shipping), sum(reductions), sum(net), sum(tax), sum(received), sum(refunded)
        from journal where day = $1 group by day, country, rate, method
        on conflict do nothing";
    days.iter().try_for_each(|day| tx.execute(sql, &[day]).map(drop))
}

/// So many days as are made in one go.
pub fn portions(days: &[Date]) -> impl Iterator<Item = Vec<Date>> {
    days.chunks(DAYS_AT_ONCE).map(<[Date]>::to_vec)
}

/// The sums of a span of time, as they stand on the wire.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Span {
    pub orders: i64,
    pub units: i64,
    pub gross: Money,
    pub discounts: Money,
    pub shipping: Money,
    pub reductions: Money,
    pub revenue: Money,
    pub net: Money,
    pub tax: Money,
    pub taxes: Vec<CountryTax>,
    pub received: Money,
    pub refunded: Money,
    pub payment_methods: Vec<ByMethod>,
}

/// What bears one rate in one country.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CountryTax {
    /// `None` where neither the address nor the shop says one.
    pub country: Option<String>,
    pub rate: Percent,
    pub net: Money,
    pub tax: Money,
}

/// The money that moved in one way.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ByMethod {
    pub method: String,
    pub received: Money,
    pub refunded: Money,
}

/// The sums of a country, a rate and a method.
struct Group {
    country: String,
    rate: String,
    method: String,
    sums: Sums,
}

/// The sums from one day to another, both included.
pub fn between(tx: &Tx, from: Date, to: Date, currency: Currency) -> Result<Span> {
    let sql = "select country, rate, method, cast(sum(orders) as integer) as orders,
            cast(sum(units) as integer) as units, cast(sum(gross) as integer) as gross,
            cast(sum(discounts) as integer) as discounts,
            cast(sum(shipping) as integer) as shipping,
            cast(sum(reductions) as integer) as reductions, cast(sum(net) as integer) as net,
            cast(sum(tax) as integer) as tax, cast(sum(received) as integer) as received,
            cast(sum(refunded) as integer) as refunded
        from (select country, rate, method, orders, units, gross, discounts, shipping, reductions,
                net, tax, received, refunded
            from journal_days where day between $1 and $2
            union all
            select country, rate, method, orders, units, gross, discounts, shipping, reductions,
                net, tax, received, refunded
            from journal where day between $1 and $2
                and not exists (select 1 from journal_days made where made.day = journal.day)
            ) as rows
        group by country, rate, method order by country, rate, method";
    let groups = tx.all(sql, &[&from, &to], |row| {
        Ok(Group {
            country: row.get("country")?,
            rate: row.get("rate")?,
            method: row.get("method")?,
            sums: read(row)?,
        })
    })?;
    Ok(span(&groups, currency))
}

fn read(row: &Row) -> Result<Sums> {
    Ok(Sums {
        orders: row.get("orders")?,
        units: row.get("units")?,
        gross: row.get("gross")?,
        discounts: row.get("discounts")?,
        shipping: row.get("shipping")?,
        reductions: row.get("reductions")?,
        net: row.get("net")?,
        tax: row.get("tax")?,
        received: row.get("received")?,
        refunded: row.get("refunded")?,
    })
}

fn span(groups: &[Group], currency: Currency) -> Span {
    let money = |minor| Money::new(minor, currency);
    let mut all = Sums::default();
    for group in groups {
        all.add(&group.sums);
    }
    let method = |group: &Group| ByMethod {
        method: group.method.clone(),
        received: money(group.sums.received),
        refunded: money(group.sums.refunded),
    };
    let of_method = groups.iter().filter(|group| {
        !group.method.is_empty() && (group.sums.received != 0 || group.sums.refunded != 0)
    });
    Span {
        orders: all.orders,
        units: all.units,
        gross: money(all.gross),
        discounts: money(all.discounts),
        shipping: money(all.shipping),
        reductions: money(all.reductions),
        revenue: money(all.gross - all.reductions),
        net: money(all.net),
        tax: money(all.tax),
        taxes: taxes(groups, currency),
        received: money(all.received),
        refunded: money(all.refunded),
        payment_methods: of_method.map(method).collect(),
    }
}

/// The rates by country, the highest first.
fn taxes(groups: &[Group], currency: Currency) -> Vec<CountryTax> {
    let of_rate = |group: &Group| {
        let rate = Percent::parse(&group.rate).ok()?;
        let (net, tax) = (group.sums.net, group.sums.tax);
        (net != 0 || tax != 0).then(|| CountryTax {
            country: Some(group.country.clone()).filter(|country| !country.is_empty()),
            rate,
            net: Money::new(net, currency),
            tax: Money::new(tax, currency),
        })
    };
    let mut taxes: Vec<CountryTax> = groups.iter().filter_map(of_rate).collect();
    taxes.sort_unstable_by(|one, other| {
        one.country.cmp(&other.country).then(other.rate.cmp(&one.rate))
    });
    taxes
}
