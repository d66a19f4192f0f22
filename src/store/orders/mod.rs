//! Orders: reading them, listing them, counting them. Holding a draft against the shop is in
//! `offer`, placing in `place`, what happens afterwards in `steps`, and what comes back in `after`.

mod after;
mod edit;
mod offer;
mod place;
mod steps;
mod unpaid;

pub use after::{Receipt, RefundInput, ReturnItemInput, refund, return_items, withdraw};
pub use edit::{OrderEditInput, edit};
pub use offer::{Draft, LineInput, Orderer, quote};
pub use place::place;
pub use steps::{
    ShipmentInput, Step, cancel, deliver, pack, pay, ship, step, void_delivery, void_packing,
    void_payment,
};
pub use unpaid::cancel_unpaid;

use serde_json::{Map, Value};

use super::list::{List, Page, Range, containing};
use super::sql::{Row, Tx, json};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::{
    Buyer, EventKind, FulfillmentStatus, Item, Order, OrderEvent, Payment, PaymentStatus, Refund,
    Shipment, Status, Track, Units, Withdrawal,
};
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::totals::{TaxGroup, Totals};
use crate::error::{Error, Result};

pub fn find(tx: &Tx, id: Id) -> Result<Order> {
    let sql = "select currency, number, order_date, expected_delivery_date, customer_id, name,
            email, phone, shipping_address, billing_address, shipping_method, payment_method,
            subtotal, discount_code, discount_total, shipping_total, shipping_tax, tax_total,
            total, paid_total, refunded_total, prices_include_tax, note, packed_at, cancelled_at,
            cancel_reason, hold_until, pickup, shipping_method_name, shipping_tax_rate, version,
            created_at, updated_at, revision
        from orders where id = $1";
    let mut order = tx.maybe(sql, &[&id], |row| read(id, row))?.ok_or_else(Error::not_found)?;
    order.items = items(tx, id, order.currency)?;
    order.payments = payments(tx, id, order.currency)?;
    order.shipments = shipments(tx, id)?;
    order.refunds = refunds(tx, id, order.currency)?;
    order.withdrawals = withdrawals(tx, id)?;
    order.settle();
    Ok(order)
}

/// Where an order is, for its buyer.
pub fn track(tx: &Tx, id: Id) -> Result<Track> {
    let order = find(tx, id)?;
    let sql = "select id, kind, at from order_events
        where order_id = $1 and voided_at is null order by id";
    let history = tx.all(sql, &[&id], |row| {
        let id = row.take()?;
        let kind = row.parse(|name| EventKind::parse(name).ok_or(()))?;
        Ok(OrderEvent { id, kind, at: row.take()? })
    })?;
    Ok(Track::of(&order, &history))
}

/// What a list of orders may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<String>,
    pub payment_status: Option<String>,
    pub fulfillment_status: Option<String>,
    pub customer_id: Option<Id>,
    /// Whose orders the caller may see, where that is not everybody's.
    pub own: Option<Id>,
    /// Ordered at this time or later.
    pub from: Option<Timestamp>,
    /// Ordered before this time.
    pub before: Option<Timestamp>,
    /// Whether the buyer declared a withdrawal that nothing has followed yet.
    pub awaiting_return: Option<bool>,
    /// Part of a number, a name, an e-mail, a SKU or a tracking number.
    pub q: Option<String>,
}

/// The orders with a withdrawal after which neither goods came back nor anything was cancelled.
macro_rules! awaiting_return {
    () => {
        "(select w.order_id from withdrawals w
            join order_events d
                on d.order_id = w.order_id and d.kind = 'withdrawal' and d.subject = w.id
            where not exists (select 1 from order_events e
                where e.order_id = w.order_id and e.id > d.id and e.voided_at is null
                    and e.kind in ('return', 'cancellation')))"
    };
}

pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Order>> {
    let mut list = List::of("orders");
    list.with_some("status = #", filter.status.clone());
    list.with_some("payment_status = #", filter.payment_status.clone());
    list.with_some("fulfillment_status = #", filter.fulfillment_status.clone());
    list.with_some("customer_id = #", filter.customer_id);
    list.with_some("customer_id = #", filter.own);
    list.with_some("order_date >= #", filter.from);
    list.with_some("order_date < #", filter.before);
    match filter.awaiting_return {
        Some(true) => list.only(concat!("id in ", awaiting_return!())),
        Some(false) => list.only(concat!("id not in ", awaiting_return!())),
        None => {}
    }
    list.with_some(
        "(number like # escape '\\' or name like # escape '\\' or email like # escape '\\'
            or id in (select order_id from order_items where sku like # escape '\\')
            or id in (select order_id from shipments where tracking_number like # escape '\\'))",
        filter.q.as_deref().map(containing),
    );
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// Three states, and how many orders are in them.
type Group = (String, String, String, i64);

/// How many orders are in which state; of one customer, or of the whole shop.
pub fn counts(tx: &Tx, customer_id: Option<Id>) -> Result<Value> {
    let sql = "select status, payment_status, fulfillment_status, count(*) from orders
        where $1 is null or customer_id = $1 group by 1, 2, 3";
    let groups: Vec<Group> = tx.all(sql, &[&customer_id], |row| {
        Ok((row.take()?, row.take()?, row.take()?, row.take()?))
    })?;
    let sql = concat!(
        "select count(*) from orders
        where ($1 is null or customer_id = $1) and id in ",
        awaiting_return!()
    );
    let to_return: i64 = tx.value(sql, &[&customer_id])?;
    let sum = |fits: &dyn Fn(&Group) -> bool| -> i64 {
        groups.iter().filter(|group| fits(group)).map(|group| group.3).sum()
    };
    let by = |names: &[&str], of: &dyn Fn(&Group) -> String| {
        let count = |name: &&str| {
            ((*name).to_owned(), Value::from(sum(&|group| of(group).as_str() == *name)))
        };
        Value::Object(names.iter().map(count).collect::<Map<_, _>>())
    };
    let packed = |group: &Group| matches!(group.2.as_str(), "packed" | "ready_for_pickup");
    let owing = |group: &Group| matches!(group.1.as_str(), "unpaid" | "partially_paid");
    Ok(serde_json::json!({
        "total": sum(&|_| true),
        "status": by(Status::NAMES, &|group| group.0.clone()),
        "payment_status": by(PaymentStatus::NAMES, &|group| group.1.clone()),
        "fulfillment_status": by(FulfillmentStatus::NAMES, &|group| group.2.clone()),
        "to_pack": sum(&|group| group.0 == "open" && group.2 == "unfulfilled"),
        "packed": sum(&|group| group.0 == "open" && packed(group)),
        "to_pay": sum(&|group| group.0 == "open" && owing(group)),
        "to_return": to_return,
        "to_refund": sum(&|group| group.0 == "cancelled" && group.1 == "paid"),
    }))
}

/// Writes back what [`Order::settle`] and the steps may change, as a new version.
fn save(tx: &Tx, order: &mut Order, now: Timestamp) -> Result<()> {
    order.settle();
    order.version += 1;
    order.updated_at = now;
    if order.status == Status::Cancelled && order.cancelled_at.is_none() {
        order.cancelled_at = Some(now);
    }
    let sql = "update orders set status = $2, payment_status = $3, fulfillment_status = $4,
            expected_delivery_date = $5, shipping_address = $6, billing_address = $7,
            paid_total = $8, note = $9, packed_at = $10, cancelled_at = $11, cancel_reason = $12,
            version = $13, updated_at = $14, refunded_total = $15
        where id = $1";
    let address = |address: &Option<_>| address.as_ref().map(json).transpose();
    tx.execute(
        sql,
        &[
            &order.id,
            &order.status.name(),
            &order.payment_status.name(),
            &order.fulfillment_status.name(),
            &order.expected_delivery_date,
            &address(&order.shipping_address)?,
            &address(&order.billing_address)?,
            &order.paid_total.minor(),
            &order.note,
            &order.packed_at,
            &order.cancelled_at,
            &order.cancel_reason,
            &order.version,
            &now,
            &order.refunded_total.minor(),
        ],
    )
    .map(drop)
}

/// What is written down about a step.
struct Event<'a> {
    kind: EventKind,
    subject: Option<Id>,
    units: Option<String>,
    note: Option<&'a str>,
}

impl Event<'_> {
    fn of(kind: EventKind) -> Self {
        Self { kind, subject: None, units: None, note: None }
    }

    fn about(kind: EventKind, subject: Id) -> Self {
        Self { kind, subject: Some(subject), units: None, note: None }
    }
}

fn record(tx: &Tx, order_id: Id, event: &Event, actor: &str, now: Timestamp) -> Result<Id> {
    let sql = "insert into order_events (order_id, kind, actor, subject, units, note, at)
        values ($1, $2, $3, $4, $5, $6, $7) returning id";
    let (kind, subject) = (event.kind.name(), &event.subject);
    tx.insert(sql, &[&order_id, &kind, &actor, subject, &event.units, &event.note, &now])
}

/// Notes in the timeline that a document was issued.
pub fn note_invoice(tx: &Tx, order_id: Id, actor: &str, now: Timestamp) -> Result<()> {
    record(tx, order_id, &Event::of(EventKind::Invoice), actor, now).map(drop)
}

/// The order's own row; its lines, payments and shipments come after.
fn read(id: Id, row: &Row) -> Result<Order> {
    let currency = row.parse(Currency::parse)?;
    let money = || Ok::<_, Error>(Money::new(row.take()?, currency));
    Ok(Order {
        id,
        currency,
        number: row.take()?,
        order_date: row.take()?,
        expected_delivery_date: row.take()?,
        customer_id: row.take()?,
        customer: Buyer { name: row.take()?, email: row.take()?, phone: row.take()? },
        shipping_address: row.maybe_json()?,
        billing_address: row.maybe_json()?,
        shipping_method: row.take()?,
        payment_method: row.parse(PaymentMethod::parse)?,
        totals: Totals {
            subtotal: money()?,
            discount_code: row.take()?,
            discount_total: money()?,
            shipping_total: money()?,
            shipping_tax: money()?,
            tax_total: money()?,
            taxes: Vec::new(),
            total: money()?,
        },
        paid_total: money()?,
        refunded_total: money()?,
        prices_include_tax: row.take()?,
        note: row.take()?,
        packed_at: row.take()?,
        cancelled_at: row.take()?,
        cancel_reason: row.take()?,
        hold_until: row.take()?,
        pickup: row.take()?,
        shipping_method_name: row.take::<Option<String>>()?.unwrap_or_default(),
        shipping_tax_rate: row.parse(Percent::parse)?,
        version: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        revision: row.take()?,
        refunds: Vec::new(),
        withdrawals: Vec::new(),
        items: Vec::new(),
        payments: Vec::new(),
        shipments: Vec::new(),
        // Derived by `settle` once all is there.
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        to_refund: Money::new(0, currency),
    })
}

fn items(tx: &Tx, order_id: Id, currency: Currency) -> Result<Vec<Item>> {
    let sql = "select id, product_id, variant_id, name, variant_title, sku, unit_price, quantity,
            subtotal, discount, tax_rate, tax, total, shipped_quantity, cancelled_quantity,
            returned_quantity, withdrawal_exempt
        from order_items where order_id = $1 order by id";
    let money = |row: &Row| Ok::<_, Error>(Money::new(row.take()?, currency));
    tx.all(sql, &[&order_id], |row| {
        Ok(Item {
            id: row.take()?,
            product_id: row.take()?,
            variant_id: row.take()?,
            name: row.take()?,
            variant_title: row.take()?,
            sku: row.take()?,
            unit_price: money(row)?,
            quantity: row.take()?,
            subtotal: money(row)?,
            discount: money(row)?,
            tax_rate: row.parse(Percent::parse)?,
            tax: money(row)?,
            total: money(row)?,
            shipped_quantity: row.take()?,
            cancelled_quantity: row.take()?,
            returned_quantity: row.take()?,
            withdrawal_exempt: row.take()?,
        })
    })
}

fn payments(tx: &Tx, order_id: Id, currency: Currency) -> Result<Vec<Payment>> {
    let sql = "select id, amount, method, reference, paid_at from payments
        where order_id = $1 and voided_at is null order by id";
    tx.all(sql, &[&order_id], |row| {
        Ok(Payment {
            id: row.take()?,
            amount: Money::new(row.take()?, currency),
            currency,
            method: row.parse(PaymentMethod::parse)?,
            reference: row.take()?,
            paid_at: row.take()?,
        })
    })
}

fn shipments(tx: &Tx, order_id: Id) -> Result<Vec<Shipment>> {
    let sql = "select id, carrier, tracking_number, tracking_url, expected_delivery_date,
            shipped_at, delivered_at
        from shipments where order_id = $1 order by id";
    let items = "select item_id, quantity from shipment_items
        where shipment_id = $1 order by item_id";
    tx.all(sql, &[&order_id], |row| {
        let id: Id = row.take()?;
        Ok(Shipment {
            id,
            items: units(tx, items, id)?,
            carrier: row.take()?,
            tracking_number: row.take()?,
            tracking_url: row.take()?,
            expected_delivery_date: row.take()?,
            shipped_at: row.take()?,
            delivered_at: row.take()?,
        })
    })
}

fn refunds(tx: &Tx, order_id: Id, currency: Currency) -> Result<Vec<Refund>> {
    let sql = "select id, amount, shipping, reason, taxes, refunded_at from refunds
        where order_id = $1 order by id";
    let items = "select item_id, quantity from refund_items where refund_id = $1 order by item_id";
    let money = |minor| Money::new(minor, currency);
    tx.all(sql, &[&order_id], |row| {
        let id: Id = row.take()?;
        let (amount, shipping) = (money(row.take()?), money(row.take()?));
        let reason = row.take()?;
        let taxes: Vec<(Percent, i64, i64)> = row.json()?;
        let group = |(rate, net, tax)| TaxGroup { rate, net: money(net), tax: money(tax) };
        Ok(Refund {
            id,
            amount,
            currency,
            items: units(tx, items, id)?,
            shipping,
            reason,
            taxes: taxes.into_iter().map(group).collect(),
            refunded_at: row.take()?,
        })
    })
}

fn withdrawals(tx: &Tx, order_id: Id) -> Result<Vec<Withdrawal>> {
    let sql = "select id, withdrawn_at from withdrawals where order_id = $1 order by id";
    let items = "select item_id, quantity from withdrawal_items
        where withdrawal_id = $1 order by item_id";
    tx.all(sql, &[&order_id], |row| {
        let id: Id = row.take()?;
        Ok(Withdrawal { id, items: units(tx, items, id)?, withdrawn_at: row.take()? })
    })
}

/// Units of lines, as `sql` finds them for a step.
fn units(tx: &Tx, sql: &str, step: Id) -> Result<Vec<Units>> {
    tx.all(sql, &[&step], |row| Ok(Units { item_id: row.take()?, quantity: row.take()? }))
}
