//! Reading orders. However many, each table is read once, and only where there is something in it.

use std::collections::BTreeMap;

use crate::domain::Id;
use crate::domain::applied_discounts::{AppliedDiscount, DiscountKind, applied};
use crate::domain::currency::Currency;
use crate::domain::customers::Note;
use crate::domain::money::Money;
use crate::domain::orders::{
    Buyer, CardRefund, FulfillmentStatus, Item, Order, Payment, PaymentStatus, Refund,
    RefundStatus, RefundVia, Shipment, Status, Units, Withdrawal,
};
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::totals::{ShippingPart, TaxGroup, Totals};
use crate::domain::window::Language;
use crate::error::{Error, Result};
use crate::store::engine::list::{Ids, List, Page, Range, by_owner, of_ids};
use crate::store::engine::sql::{Row, damaged};
use crate::store::{Tx, pictures};

macro_rules! columns {
    () => {
        "id, currency, number, order_date, expected_delivery_date, customer_id, name, email, phone,
            pickup_at, shipping_address, billing_address, shipping_method, payment_method, subtotal,
            discount_code, discount_total, order_discount_reason, shipping_total, shipping_tax,
            tax_total, total,
            paid_total, refunded_total, prices_include_tax, tax_note, note, staff_note, metadata,
            locale, packed_at, cancelled_at, cancel_reason, hold_until, pickup,
            shipping_method_name, shipping_tax_rate, shipping_tax_category, shipping_parts,
            tax_country, shipping_owed, shipping_reduction, opening, version, created_at,
            updated_at, revision, refunds_failed"
    };
}

/// An order.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Order> {
    let sql = concat!("select ", columns!(), " from orders where id = $1");
    let order = tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)?;
    with_parts(tx, vec![order])?.pop().ok_or_else(Error::not_found)
}

/// The orders of these ids, in whatever order.
pub fn find_all(tx: &Tx, ids: &Ids) -> Result<Vec<Order>> {
    let sql = of_ids!(["select ", columns!(), " from orders where id in "], []);
    with_parts(tx, ids.rows(tx, sql, read)?)
}

/// A page of a list of orders.
pub(super) fn page(tx: &Tx, list: List, range: &Range) -> Result<Page<Order>> {
    let Page { rows, next, count } = list.ids_first().page(tx, range, columns!(), read)?;
    Ok(Page { rows: with_parts(tx, rows)?, next, count })
}

/// Adds their lines and steps to orders.
fn with_parts(tx: &Tx, mut orders: Vec<Order>) -> Result<Vec<Order>> {
    if orders.is_empty() {
        return Ok(orders);
    }
    let ids: Vec<Id> = orders.iter().map(|order| order.id).collect();
    let currencies: Currencies = orders.iter().map(|order| (order.id, order.currency)).collect();
    let mut items = by_owner(items(tx, &Ids::of(&ids), &currencies)?);
    for order in &mut orders {
        order.items = items.remove(&order.id).unwrap_or_default();
        order.add_up_discounts();
    }
    add_steps(tx, &mut orders, &currencies)?;
    orders.iter_mut().for_each(Order::settle);
    Ok(orders)
}

type Currencies = BTreeMap<Id, Currency>;

/// Adds what happened to the orders. Their sums say in which tables there is anything, and every
/// step makes a version.
fn add_steps(tx: &Tx, orders: &mut [Order], currencies: &Currencies) -> Result<()> {
    let with = |fits: &dyn Fn(&Order) -> bool| -> Option<Ids> {
        let ids: Vec<Id> =
            orders.iter().filter(|order| fits(order)).map(|order| order.id).collect();
        (!ids.is_empty()).then(|| Ids::of(&ids))
    };
    let paid = with(&|order| order.paid_total.minor() > 0);
    let refunded = with(&|order| order.refunded_total.minor() > 0 || order.refunds_failed > 0);
    let shipped = with(&|order| order.items.iter().any(|item| item.shipped_quantity > 0));
    let changed = with(&|order| order.version > 1);
    let mut payments = rows_of(paid, |ids| payments(tx, ids, currencies))?;
    let mut refunds = rows_of(refunded, |ids| refunds(tx, ids, currencies))?;
    let mut shipments = rows_of(shipped, |ids| shipments(tx, ids))?;
    let mut withdrawals = rows_of(changed, |ids| withdrawals(tx, ids))?;
    for order in orders {
        order.payments = payments.remove(&order.id).unwrap_or_default();
        order.refunds = refunds.remove(&order.id).unwrap_or_default();
        order.shipments = shipments.remove(&order.id).unwrap_or_default();
        order.withdrawals = withdrawals.remove(&order.id).unwrap_or_default();
    }
    Ok(())
}

fn rows_of<T>(
    ids: Option<Ids>,
    load: impl FnOnce(&Ids) -> Result<Vec<(Id, T)>>,
) -> Result<BTreeMap<Id, Vec<T>>> {
    ids.map_or_else(|| Ok(BTreeMap::new()), |ids| load(&ids).map(by_owner))
}

/// The order's own row; its lines and steps come after.
fn read(row: &Row) -> Result<Order> {
    let id = row.get("id")?;
    let currency = row.parse("currency", Currency::parse)?;
    let money = |column| Ok::<_, Error>(Money::new(row.get(column)?, currency));
    Ok(Order {
        id,
        currency,
        number: row.get("number")?,
        order_date: row.get("order_date")?,
        expected_delivery_date: row.get("expected_delivery_date")?,
        pickup_at: row.get("pickup_at")?,
        customer_id: row.get("customer_id")?,
        customer: read_buyer(row)?,
        shipping_address: row.maybe_json("shipping_address")?,
        billing_address: row.maybe_json("billing_address")?,
        shipping_method: row.get("shipping_method")?,
        payment_method: row.word("payment_method", PaymentMethod::of)?,
        totals: totals(row, currency)?,
        paid_total: money("paid_total")?,
        refunded_total: money("refunded_total")?,
        prices_include_tax: row.get("prices_include_tax")?,
        tax_note: row.get("tax_note")?,
        note: row.get("note")?,
        staff_note: Note::Shown(row.get("staff_note")?),
        metadata: row.json("metadata")?,
        locale: row.maybe_word("locale", Language::of)?,
        packed_at: row.get("packed_at")?,
        cancelled_at: row.get("cancelled_at")?,
        cancel_reason: row.get("cancel_reason")?,
        hold: row.get("hold_until")?,
        tax_country: row.get("tax_country")?,
        shipping_owed: row.get("shipping_owed")?,
        shipping_reduction: row.get("shipping_reduction")?,
        opening: row.get("opening")?,
        pickup: row.get("pickup")?,
        shipping_method_name: row
            .get::<Option<String>>("shipping_method_name")?
            .unwrap_or_default(),
        shipping_tax_category: row.get("shipping_tax_category")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        revision: row.get("revision")?,
        refunds_failed: row.get("refunds_failed")?,
        items: Vec::new(),
        payments: Vec::new(),
        shipments: Vec::new(),
        refunds: Vec::new(),
        withdrawals: Vec::new(),
        // Derived by `settle` once all is there.
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        to_pay: Money::new(0, currency),
        to_refund: Money::new(0, currency),
        owed: 0,
        hold_until: None,
    })
}

/// The sums as they were placed; those of each rate are derived.
fn totals(row: &Row, currency: Currency) -> Result<Totals> {
    let money = |column| Ok::<_, Error>(Money::new(row.get(column)?, currency));
    Ok(Totals {
        subtotal: money("subtotal")?,
        discount_code: row.get("discount_code")?,
        discount_total: money("discount_total")?,
        discounts: Vec::new(),
        discount_reason: row.get("order_discount_reason")?,
        shipping_total: money("shipping_total")?,
        shipping_tax: money("shipping_tax")?,
        shipping_parts: shipping_parts(row)?,
        tax_total: money("tax_total")?,
        taxes: Vec::new(),
        total: money("total")?,
    })
}

fn read_buyer(row: &Row) -> Result<Buyer> {
    Ok(Buyer { name: row.get("name")?, email: row.get("email")?, phone: row.get("phone")? })
}

/// The parts of shipping; an order of an older program has one.
fn shipping_parts(row: &Row) -> Result<Vec<ShippingPart>> {
    let stored: Option<Vec<(Percent, i64, i64)>> = row.maybe_json("shipping_parts")?;
    let Some(stored) = stored else {
        let rate = row.parse("shipping_tax_rate", Percent::parse)?;
        let (amount, tax) = (row.get("shipping_total")?, row.get("shipping_tax")?);
        return Ok(vec![ShippingPart { rate, amount, tax }]);
    };
    let part = |(rate, amount, tax)| ShippingPart { rate, amount, tax };
    Ok(stored.into_iter().map(part).collect())
}

fn items(tx: &Tx, ids: &Ids, currencies: &Currencies) -> Result<Vec<(Id, Item)>> {
    let sql = of_ids!(
        ["select order_id, id, product_id, variant_id, name, variant_title, sku, unit_price,
            price_reason, quantity, subtotal, discount, own_discount, own_discount_reason,
            order_discount, tax_rate, tax, total, shipped_quantity,
            cancelled_quantity, returned_quantity, note, tax_category, withdrawal_exempt, taken,
            zeroed_quantity, reduced_quantity, reduced_amount, reduction, picture_id,
            (select hash from pictures where pictures.id = order_items.picture_id) as picture_hash
        from order_items where order_id in "],
        [" order by id"]
    );
    ids.rows(tx, sql, |row| {
        let order_id = row.get("order_id")?;
        let currency = currency_of(currencies, order_id)?;
        let money = |column| Ok::<_, Error>(Money::new(row.get(column)?, currency));
        let item = Item {
            id: row.get("id")?,
            product_id: row.get("product_id")?,
            variant_id: row.get("variant_id")?,
            name: row.get("name")?,
            variant_title: row.get("variant_title")?,
            sku: row.get("sku")?,
            unit_price: money("unit_price")?,
            reason: row.get("price_reason")?,
            quantity: row.get("quantity")?,
            subtotal: money("subtotal")?,
            discount: money("discount")?,
            discounts: discounts(row, money("discount")?)?,
            tax_rate: row.parse("tax_rate", Percent::parse)?,
            tax: money("tax")?,
            total: money("total")?,
            shipped_quantity: row.get("shipped_quantity")?,
            cancelled_quantity: row.get("cancelled_quantity")?,
            returned_quantity: row.get("returned_quantity")?,
            note: row.get("note")?,
            picture: pictures::of_line(row)?,
            tax_category: row.get("tax_category")?,
            withdrawal_exempt: row.get("withdrawal_exempt")?,
            taken: row.get("taken")?,
            zeroed: row.get("zeroed_quantity")?,
            reduced: (row.get("reduced_quantity")?, row.get("reduced_amount")?),
            reduction: row.get("reduction")?,
        };
        Ok((order_id, item))
    })
}

/// The parts of a line's discount. The order knows the reasons of those that it shares over its
/// lines.
fn discounts(row: &Row, all: Money) -> Result<Vec<AppliedDiscount>> {
    if all.minor() == 0 {
        return Ok(Vec::new());
    }
    let money = |minor| Money::new(minor, all.currency());
    let (own, order): (i64, i64) = (row.get("own_discount")?, row.get("order_discount")?);
    let reason: Option<String> = row.get("own_discount_reason")?;
    let parts = [
        applied(DiscountKind::Line, money(own), reason.as_deref()),
        applied(DiscountKind::Order, money(order), None),
        applied(DiscountKind::Code, money(all.minor() - own - order), None),
    ];
    Ok(parts.into_iter().flatten().collect())
}

fn payments(tx: &Tx, ids: &Ids, currencies: &Currencies) -> Result<Vec<(Id, Payment)>> {
    let sql = of_ids!(
        ["select order_id, id, amount, method, reference, paid_at,
            coalesce(booked_at, paid_at) as booked_at, session_id
        from payments
        where voided_at is null and order_id in "],
        [" order by id"]
    );
    ids.rows(tx, sql, |row| {
        let order_id = row.get("order_id")?;
        let currency = currency_of(currencies, order_id)?;
        let payment = Payment {
            id: row.get("id")?,
            amount: Money::new(row.get("amount")?, currency),
            currency,
            method: row.word("method", PaymentMethod::of)?,
            reference: row.get("reference")?,
            paid_at: row.get("paid_at")?,
            booked_at: row.get("booked_at")?,
            session_id: row.get("session_id")?,
        };
        Ok((order_id, payment))
    })
}

fn shipments(tx: &Tx, ids: &Ids) -> Result<Vec<(Id, Shipment)>> {
    let sql = of_ids!(
        ["select s.id as step_id, i.item_id, i.quantity
        from shipments s join shipment_items i on i.shipment_id = s.id where s.order_id in "],
        [" order by s.id, i.item_id"]
    );
    let mut units = by_owner(ids.rows(tx, sql, read_units)?);
    let sql = of_ids!(
        ["select order_id, id, carrier, tracking_number, tracking_url, expected_delivery_date,
            shipped_at, delivered_at
        from shipments where voided_at is null and order_id in "],
        [" order by id"]
    );
    ids.rows(tx, sql, |row| {
        let (order_id, id) = (row.get("order_id")?, row.get("id")?);
        let shipment = Shipment {
            id: Some(id),
            items: units.remove(&id).unwrap_or_default(),
            carrier: row.filled("carrier")?,
            tracking_number: row.filled("tracking_number")?,
            tracking_url: row.get("tracking_url")?,
            expected_delivery_date: row.get("expected_delivery_date")?,
            shipped_at: row.get("shipped_at")?,
            delivered_at: row.get("delivered_at")?,
        };
        Ok((order_id, shipment))
    })
}

fn refunds(tx: &Tx, ids: &Ids, currencies: &Currencies) -> Result<Vec<(Id, Refund)>> {
    let sql = of_ids!(
        ["select r.id as step_id, i.item_id, i.quantity
        from refunds r join refund_items i on i.refund_id = r.id where r.order_id in "],
        [" order by r.id, i.item_id"]
    );
    let mut units = by_owner(ids.rows(tx, sql, read_units)?);
    let sql = of_ids!(
        ["select r.order_id, r.id, r.amount, r.shipping, r.reason, r.taxes, r.price_reduction,
            coalesce(r.method, o.payment_method) as method, r.refunded_at, r.via
        from refunds r join orders o on o.id = r.order_id
        where r.voided_at is null and r.order_id in "],
        [" order by r.id"]
    );
    let mut parts = None;
    ids.rows(tx, sql, |row| {
        let (order_id, id) = (row.get("order_id")?, row.get("id")?);
        let currency = currency_of(currencies, order_id)?;
        let money = |minor| Money::new(minor, currency);
        let (amount, shipping) = (money(row.get("amount")?), money(row.get("shipping")?));
        let reason = row.get("reason")?;
        let taxes: Vec<(Percent, i64, i64)> = row.json("taxes")?;
        let group = |(rate, net, tax)| TaxGroup { rate, net: money(net), tax: money(tax) };
        let via = row.maybe_word("via", RefundVia::of)?;
        if via.is_some() && parts.is_none() {
            parts = Some(by_owner(card_refunds(tx, ids, currencies)?));
        }
        let mut refund = Refund {
            id: Some(id),
            amount,
            currency,
            items: units.remove(&id).unwrap_or_default(),
            shipping,
            reason,
            price_reduction: money(row.get("price_reduction")?),
            method: row.word("method", PaymentMethod::of)?,
            taxes: taxes.into_iter().map(group).collect(),
            refunded_at: row.get("refunded_at")?,
            via,
            status: RefundStatus::Done,
            failed_amount: money(0),
            parts: parts.as_mut().and_then(|parts| parts.remove(&id)).unwrap_or_default(),
        };
        refund.settle();
        Ok((order_id, refund))
    })
}

/// What goes back by card, beside the refund it belongs to.
fn card_refunds(tx: &Tx, ids: &Ids, currencies: &Currencies) -> Result<Vec<(Id, CardRefund)>> {
    let sql = of_ids!(
        ["select order_id, refund_id, id, payment_id, amount, status
        from card_refunds where order_id in "],
        [" order by id"]
    );
    ids.rows(tx, sql, |row| {
        let currency = currency_of(currencies, row.get("order_id")?)?;
        let part = CardRefund {
            id: row.get("id")?,
            payment_id: row.get("payment_id")?,
            amount: Money::new(row.get("amount")?, currency),
            status: row.word("status", RefundStatus::of)?,
        };
        Ok((row.get("refund_id")?, part))
    })
}

fn withdrawals(tx: &Tx, ids: &Ids) -> Result<Vec<(Id, Withdrawal)>> {
    let sql = of_ids!(
        ["select w.order_id, w.id as step_id, w.withdrawn_at, w.by_shop, i.item_id, i.quantity
        from withdrawals w join withdrawal_items i on i.withdrawal_id = w.id
        where w.voided_at is null and w.order_id in "],
        [" order by w.id, i.item_id"]
    );
    let mut found: Vec<(Id, Withdrawal)> = Vec::new();
    ids.rows(tx, sql, |row| {
        let (order_id, id): (Id, Id) = (row.get("order_id")?, row.get("step_id")?);
        let (withdrawn_at, by_shop) = (row.get("withdrawn_at")?, row.get("by_shop")?);
        let units = Units { item_id: row.get("item_id")?, quantity: row.get("quantity")? };
        match found.last_mut().filter(|(_, last)| last.id == Some(id)) {
            Some((_, same)) => same.items.push(units),
            None => {
                let (id, items) = (Some(id), vec![units]);
                found.push((order_id, Withdrawal { id, items, withdrawn_at, by_shop }));
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// Units of a line, beside the step they belong to.
fn read_units(row: &Row) -> Result<(Id, Units)> {
    let step_id = row.get("step_id")?;
    Ok((step_id, Units { item_id: row.get("item_id")?, quantity: row.get("quantity")? }))
}

fn currency_of(currencies: &Currencies, order_id: Id) -> Result<Currency> {
    currencies.get(&order_id).copied().ok_or_else(|| damaged("a row of no order"))
}
