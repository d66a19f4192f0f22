//! Placing an order that was planned: see that the plan still holds, take the stock, write it down.
//! All of it, or no trace of it.

use super::plan::plan;
use super::steps::take_step;
use super::timeline::{NewEvent, record_at};
use crate::domain::Id;
use crate::domain::applied_discounts::{DiscountKind, sum_of};
use crate::domain::customers::Contact;
use crate::domain::orders::{
    Draft, EventKind, Item, Order, OrderPlan, Orderer, PlannedBuyer, Quote, QuoteLine, StepInput,
};
use crate::domain::window::Language;
use crate::error::Result;
use crate::store::engine::sql::json as to_json;
use crate::store::engine::statements::{insert, insert_row};
use crate::store::number_sequences::{LineIds, NextOrder};
use crate::store::{Tx, customers, discounts, journal, search, stock_movements};

/// Plans and places an order in one go.
///
/// # Errors
/// As [`plan`].
pub fn place(tx: &Tx, draft: &Draft, orderer: Orderer) -> Result<Order> {
    place_planned(tx, &plan(tx, draft, orderer)?)
}

/// Places an order that was planned. What can speak against it is asked first, of each line by the
/// statement that takes its stock.
///
/// # Errors
/// [`Code::Stale`] where the shop changed since, so that it has to be planned anew.
///
/// [`Code::Stale`]: crate::error::Code::Stale
pub fn place_planned(tx: &Tx, plan: &OrderPlan) -> Result<Order> {
    let quote = &plan.quote;
    let next = NextOrder::read(tx, plan.settings.version)?;
    let ids = next.line_ids(quote.lines.iter().map(|line| line.is_tracked));
    // Stock first: it is what most often has changed, and nothing is written by then.
    for (line, ids) in quote.lines.iter().zip(&ids).filter(|(line, _)| !line.is_repeat) {
        take(tx, line, ids)?;
    }
    next.take_number(tx)?;
    let customer_id = count_order(tx, &plan.buyer)?;
    let contact = plan.buyer.contact();
    let id = insert_order(tx, &next.number, (customer_id, contact), quote)?;
    let mut order = Order::placed(id, next.number, (customer_id, contact), quote, tx.now());
    for (line, ids) in quote.lines.iter().zip(&ids) {
        if line.is_repeat {
            // It follows the line before of its variant, which is written by now.
            take(tx, line, ids)?;
        }
        order.items.push(insert_item(tx, id, ids, line)?);
    }
    order.settle();
    if let Some(discount) = &quote.discount {
        discounts::use_up(tx, discount, id, &plan.user)?;
    }
    record_at(tx, id, &NewEvent::of(EventKind::Placed), quote.ordered_at)?;
    journal::record_placed(tx, &plan.settings.time_zone, &order)?;
    match &plan.paid {
        Some(paid) if order.open_amount() > 0 => {
            let input = StepInput::Payment(paid.clone());
            Ok(take_step(tx, &order, &input, |decided| decided)?.order)
        }
        _ => Ok(order),
    }
}

/// Takes the units of a line from the stock of its variant, where it is of one.
fn take(tx: &Tx, line: &QuoteLine, ids: &LineIds) -> Result<()> {
    let Some(variant_id) = line.variant_id else { return Ok(()) };
    stock_movements::take(tx, (variant_id, line.variant_version), ids, line.quantity)
}

/// Counts the order with its customer, and makes the record of a guest who is new.
fn count_order(tx: &Tx, buyer: &PlannedBuyer) -> Result<Id> {
    match buyer {
        PlannedBuyer::Known(record) => customers::count_order(tx, record, false),
        PlannedBuyer::Guest(record, contact) => {
            search::add_buyer(tx, record.id, &record.contact, contact)?;
            customers::count_order(tx, record, true)
        }
        PlannedBuyer::New(contact, accepts_marketing) => {
            customers::add_guest(tx, contact, *accepts_marketing)
        }
    }
}

fn insert_order(
    tx: &Tx,
    number: &str,
    (customer_id, contact): (Id, &Contact),
    quote: &Quote,
) -> Result<Id> {
    let address = |address: &Option<_>| address.as_ref().map(to_json).transpose();
    let (totals, method) = (&quote.totals, &quote.method);
    insert!(tx, "orders", {
        "number": number,
        "status": "open",
        // Nothing is owed on an order of nothing but gifts.
        "payment_status": if totals.total.minor() == 0 { "paid" } else { "unpaid" },
        "fulfillment_status": "unfulfilled",
        "order_date": quote.ordered_at,
        "expected_delivery_date": quote.expected_delivery_date,
        "pickup_at": quote.pickup_at,
        "customer_id": customer_id,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "shipping_address": address(&quote.shipping_address)?,
        "billing_address": address(&quote.billing_address)?,
        "shipping_method": method.code,
        "shipping_method_name": method.name,
        "shipping_parts": to_json(&totals.shipping_rows())?,
        "shipping_tax_category": method.tax_category,
        "pickup": method.pickup,
        "payment_method": quote.terms.method.name(),
        "hold_until": quote.hold_until(tx.now()),
        "subtotal": totals.subtotal.minor(),
        "discount_code": totals.discount_code,
        "discount_total": totals.discount_total.minor(),
        "order_discount_reason": totals.discount_reason,
        "shipping_total": totals.shipping_total.minor(),
        "shipping_tax": totals.shipping_tax.minor(),
        "tax_total": totals.tax_total.minor(),
        "total": totals.total.minor(),
        "tax_country": quote.tax_country,
        "standing_net": totals.total.minor() - totals.tax_total.minor(),
        "standing_tax": totals.tax_total.minor(),
        "open_amount": totals.total.minor(),
        "paid_total": 0,
        "refunded_total": 0,
        "currency": quote.currency.code(),
        "prices_include_tax": quote.prices_include_tax,
        "tax_note": quote.tax_note,
        "note": quote.note,
        "metadata": to_json(&quote.metadata)?,
        "locale": quote.locale.map(Language::name),
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    })
}

/// Writes a line, and down in the ledger what it took of the stock.
fn insert_item(tx: &Tx, order_id: Id, ids: &LineIds, line: &QuoteLine) -> Result<Item> {
    let mut taken = 0;
    if let Some((movement_id, variant_id)) = ids.movement.zip(line.variant_id) {
        taken = line.quantity;
        stock_movements::record_sale(tx, movement_id, (variant_id, taken), order_id)?;
    }
    let own = line.discounts.iter().find(|part| part.kind == DiscountKind::Line);
    insert_row!(tx, "order_items", {
        "id": ids.item,
        "variant_id": line.variant_id,
        "order_id": order_id,
        "product_id": line.product_id,
        "name": line.name,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "unit_price": line.unit_price.minor(),
        "price_reason": line.reason,
        "quantity": line.quantity,
        "subtotal": line.subtotal.minor(),
        "discount": line.discount.minor(),
        "own_discount": sum_of(&line.discounts, DiscountKind::Line),
        "own_discount_reason": own.and_then(|part| part.reason.as_ref()),
        "order_discount": sum_of(&line.discounts, DiscountKind::Order),
        "tax_rate": line.tax_rate.text(),
        "tax_category": line.tax_category,
        "tax": line.tax.minor(),
        "total": line.total.minor(),
        "taken": taken,
        "note": line.note,
        "picture_id": line.picture.as_ref().map(|picture| picture.id),
        "withdrawal_exempt": line.withdrawal_exempt,
        "shipped_quantity": 0,
        "cancelled_quantity": 0,
        "returned_quantity": 0,
    }, "previous_id" = "(select prior_item_id from variants where id = $2)")?;
    Ok(Item::placed(ids.item, line, taken))
}
