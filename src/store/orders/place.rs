//! Placing an order: hold it against the shop, take the stock, write it down. All of it, or no
//! trace of it.

use serde_json::{Value, json};

use super::shelf;
use super::timeline::{NewEvent, record_at};
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::orders::{
    Draft, EventKind, Item, Order, Orderer, Quote, QuoteLine, QuoteRequest, Shelf,
};
use crate::domain::search::code_key;
use crate::domain::stock_movements::MovementReason;
use crate::error::{Error, Result};
use crate::store::discounts::User;
use crate::store::engine::sql::json as to_json;
use crate::store::engine::statements::insert;
use crate::store::number_sequences::NumberSequence;
use crate::store::stock_movements::{self, Cause};
use crate::store::{Tx, customers, discounts, journal, products, search, settings};

/// The quote of a draft, as it is shown.
///
/// # Errors
/// Invalid with every field that is wrong.
pub fn quote(tx: &Tx, draft: &Draft, orderer: Orderer) -> Result<Value> {
    let settings = settings::load(tx)?;
    let shelf = shelf::load(tx, draft, orderer, settings.currency)?;
    let request = QuoteRequest { draft, orderer, settings: &settings, now: tx.now(), firm: false };
    Ok(json!(Quote::of(request, &shelf)?.view(request)))
}

/// Places an order.
///
/// # Errors
/// Invalid with every field that is wrong; [`Code::PriceChanged`] with the quote;
/// [`Code::OutOfStock`] with every line that is short.
///
/// [`Code::PriceChanged`]: crate::error::Code::PriceChanged
/// [`Code::OutOfStock`]: crate::error::Code::OutOfStock
pub fn place(tx: &Tx, draft: &Draft, orderer: Orderer) -> Result<Order> {
    let settings = settings::load(tx)?;
    let shelf = shelf::load(tx, draft, orderer, settings.currency)?;
    let request = QuoteRequest { draft, orderer, settings: &settings, now: tx.now(), firm: true };
    let quote = Quote::of(request, &shelf)?;
    quote.check_placeable(request)?;
    let (customer_id, contact) = buyer(tx, draft, orderer, &shelf)?;
    let number = NumberSequence::Orders.take(tx)?;
    let id = insert_order(tx, &number, (customer_id, &contact), &quote)?;
    let mut order = Order::placed(id, number, (customer_id, &contact), &quote, tx.now());
    search::add_order(tx, id, &order.number, &order.customer)?;
    for line in &quote.lines {
        order.items.push(reserve_stock(tx, id, line)?);
    }
    order.settle();
    if let Some(discount) = &quote.discount {
        let (customer_id, email) = shelf.discount_user(draft, orderer);
        let user = User { customer_id, email: email.as_ref() };
        discounts::use_up(tx, discount.id, id, &user)?;
    }
    customers::count_order(tx, customer_id)?;
    record_at(tx, id, &NewEvent::of(EventKind::Placed), quote.ordered_at)?;
    journal::record_placed(tx, &settings.time_zone, &order)?;
    Ok(order)
}

/// The customer the order belongs to, and the contact it is a copy of.
fn buyer(tx: &Tx, draft: &Draft, orderer: Orderer, shelf: &Shelf) -> Result<(Id, Contact)> {
    match (draft.record(orderer), &shelf.buyer, &draft.customer) {
        (Some(id), Some(known), _) => Ok((id, known.contact.clone())),
        (None, _, Some(guest)) => {
            Ok((customers::guest(tx, guest, draft.accepts_marketing)?, guest.clone()))
        }
        _ => Err(Error::internal("nobody orders")),
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
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    })
}

/// Takes the stock of a line, and writes it down.
fn reserve_stock(tx: &Tx, order_id: Id, line: &QuoteLine) -> Result<Item> {
    let mut taken = 0;
    if line.is_tracked {
        let cause = Cause { reason: MovementReason::Sold, note: None, order_id: Some(order_id) };
        stock_movements::take(tx, line.variant_id, line.quantity, &cause)?;
        products::bump_revision(tx, line.product_id)?;
        taken = line.quantity;
    }
    let id = insert!(tx, "order_items", {
        "order_id": order_id,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "name": line.name,
        "variant_title": line.variant_title,
        "sku": line.sku,
        "sku_key": line.sku.as_deref().map(code_key),
        "unit_price": line.unit_price.minor(),
        "quantity": line.quantity,
        "subtotal": line.subtotal.minor(),
        "discount": line.discount.minor(),
        "tax_rate": line.tax_rate.text(),
        "tax_category": line.tax_category,
        "tax": line.tax.minor(),
        "total": line.total.minor(),
        "taken": taken,
        "note": line.note,
        "withdrawal_exempt": line.withdrawal_exempt,
        "shipped_quantity": 0,
        "cancelled_quantity": 0,
        "returned_quantity": 0,
    })?;
    Ok(Item::placed(id, line, taken))
}
