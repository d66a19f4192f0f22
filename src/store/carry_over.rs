//! The books of an older program, carried over when its file is opened the first time: its reports
//! keep their figures, and its orders begin with what stands of them now. It issues no document and
//! changes no sum that an order shows.

use super::engine::list::Ids;
use super::engine::sql::Row;
use super::engine::statements::update;
use super::orders::{self, find_all};
use super::{Tx, journal, settings};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::journal::{JournalRow, Sums, opening};
use crate::domain::money::Money;
use crate::domain::orders::{Item, Order, Refund, Standing, Status, Step};
use crate::domain::settings::{PaymentMethod, Settings};
use crate::domain::tax::Percent;
use crate::error::Result;

/// Orders that are read at once.
const ORDERS_AT_ONCE: i64 = 500;

/// Carries the books of an older program over, once: its tables of sums are gone afterwards.
pub fn carry_over(tx: &Tx) -> Result<()> {
    let there = "select 1 from sqlite_schema where type = 'table' and name = 'sales_days'";
    if !tx.exists(there, &[])? {
        return Ok(());
    }
    let settings = settings::load(tx)?;
    days(tx)?;
    received(tx, &settings)?;
    let sql = "select id from orders where id > $1 order by id limit $2";
    let mut last = 0;
    loop {
        let ids: Vec<Id> = tx.values(sql, &[&last, &ORDERS_AT_ONCE])?;
        let Some(id) = ids.last() else { break };
        last = id.get();
        for order in find_all(tx, &Ids::of(&ids))? {
            open_books(tx, order, &settings)?;
        }
    }
    tx.execute("drop table sales_days", &[])?;
    tx.execute("drop table sales", &[]).map(drop)
}

/// The sums of each day as they were reported. What its rates do not add up to stands in a row
/// without a rate.
fn days(tx: &Tx) -> Result<()> {
    let sql = "select day, kind, key, orders, units, gross, tax, discount, shipping
        from sales_days order by day, kind, key";
    let rows = tx.all(sql, &[], |row: &Row| {
        let (day, kind, key): (Date, String, String) =
            (row.get("day")?, row.get("kind")?, row.get("key")?);
        let (gross, tax): (i64, i64) = (row.get("gross")?, row.get("tax")?);
        let sums = Sums {
            orders: row.get("orders")?,
            units: row.get("units")?,
            gross,
            discounts: row.get("discount")?,
            shipping: row.get("shipping")?,
            net: gross - tax,
            tax,
            ..Sums::default()
        };
        Ok((day, kind, key, sums))
    })?;
    let none = JournalRow { rate: None, method: None, sums: Sums::default() };
    for (day, kind, key, sums) in rows {
        let place = (None, Some(day), None);
        match kind.as_str() {
            "order" => journal::insert(tx, place, &JournalRow { sums, ..none })?,
            "rate" => {
                let rate = Percent::parse(&key).ok();
                let Sums { gross, net, tax, .. } = sums;
                let back = Sums { gross: -gross, net: -net, tax: -tax, ..Sums::default() };
                journal::insert(tx, place, &JournalRow { rate, sums, ..none })?;
                journal::insert(tx, place, &JournalRow { sums: back, ..none })?;
            }
            "refund" => {
                let sums = Sums { refunded: sums.gross, ..Sums::default() };
                journal::insert(tx, place, &JournalRow { sums, ..none })?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The payments of each day, which such a program did not report.
fn received(tx: &Tx, settings: &Settings) -> Result<()> {
    let sql = "select method, amount, paid_at from payments where voided_at is null order by id";
    let payments = tx.all(sql, &[], |row: &Row| {
        let method = row.word("method", PaymentMethod::of)?;
        Ok((method, row.get("amount")?, row.get::<Timestamp>("paid_at")?))
    })?;
    for (method, received, paid_at) in payments {
        let day = settings.time_zone.date_of(paid_at);
        let sums = Sums { received, ..Sums::default() };
        let row = JournalRow { rate: None, method: Some(method), sums };
        journal::insert(tx, (None, Some(day), None), &row)?;
    }
    Ok(())
}

/// Writes down what an order stands at, and its opening row.
fn open_books(tx: &Tx, order: Order, settings: &Settings) -> Result<()> {
    let owed = owed_before(&order);
    let mut order = if order.refunds.is_empty() { order } else { with_reductions(tx, order)? };
    order.shipping_owed = order.items.iter().any(|item| item.cancelled_quantity < item.quantity);
    order.tax_country = match (&order.shipping_address, order.pickup) {
        (Some(address), false) => Some(address.country.clone()),
        _ => settings.country.clone(),
    };
    let standing = Standing::of(&order);
    order.opening = owed - standing.total();
    order.settle();
    let sql = "select cast(coalesce(sum(case type when 'invoice' then total else -total end), 0)
            as integer) from invoices where order_id = $1 having count(*) > 0";
    let documents = tx.maybe_value::<i64>(sql, &[&order.id])?;
    update!(tx, "orders", order.id, {
        "status": order.status.name(),
        "payment_status": order.payment_status.name(),
        "fulfillment_status": order.fulfillment_status.name(),
        "tax_country": order.tax_country,
        "shipping_owed": order.shipping_owed,
        "shipping_reduction": order.shipping_reduction,
        "standing_net": standing.net(),
        "standing_tax": standing.tax(),
        "open_amount": order.open_amount(),
        "to_refund": order.to_refund.minor(),
        "opening": order.opening,
        "opening_documents": documents.map_or(0, |documents| documents - standing.total()),
    })?;
    let is_reduced = |item: &&Item| item.zeroed > 0 || item.reduction + item.reduced.1 > 0;
    for item in order.items.iter().filter(is_reduced) {
        update!(tx, "order_items", item.id, {
            "zeroed_quantity": item.zeroed,
            "reduced_quantity": item.reduced.0,
            "reduced_amount": item.reduced.1,
            "reduction": item.reduction,
        })?;
    }
    let place = (Some(order.id), None, order.tax_country.as_deref());
    opening(&order).iter().try_for_each(|row| journal::insert(tx, place, row))
}

/// What the order owes so that the money still to come, and to go back, is what it was under the
/// older program: that shared a line's total over its units, and let no refund lower what is owed.
fn owed_before(order: &Order) -> i64 {
    let dropped = |item: &Item| {
        let units = item.cancelled_quantity + item.returned_quantity;
        crate::domain::money::share(item.total.minor(), units, item.quantity)
    };
    let owed = match order.status {
        Status::Cancelled => 0,
        _ => order.totals.total.minor() - order.items.iter().map(dropped).sum::<i64>(),
    };
    let (paid, kept) = (order.paid_total.minor(), order.refundable());
    if owed > paid { owed - order.refunded_total.minor() } else { owed.min(kept) }
}

/// The order with the reductions that its refunds are now, as its steps say when they were made.
fn with_reductions(tx: &Tx, order: Order) -> Result<Order> {
    let mut again = order.before_steps();
    for step in orders::steps(tx, &order)? {
        let step = match step {
            Step::Refund(refund) => {
                let beyond = (refund.amount.minor() - again.to_refund.minor()).max(0);
                let beyond = Money::new(beyond.min(again.owed), order.currency);
                if let Some(id) = refund.id.filter(|_| beyond.minor() > 0) {
                    update!(tx, "refunds", id, { "price_reduction": beyond.minor() })?;
                }
                Step::Refund(Refund { price_reduction: beyond, ..refund })
            }
            step => step,
        };
        again = again.with(&step);
    }
    let units = |order: &Order| -> Vec<(i64, i64)> {
        order.items.iter().map(|item| (item.cancelled_quantity, item.returned_quantity)).collect()
    };
    // A file that does not say any more what was cancelled says at least how much.
    let told = units(&again) == units(&order);
    let (items, off) = (again.items, again.shipping_reduction);
    Ok(if told {
        Order { items, shipping_reduction: off, refunds: again.refunds, ..order }
    } else {
        order
    })
}
