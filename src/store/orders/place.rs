//! Placing an order: hold it against the shop, take the stock, write it down. All of it, or no
//! trace of it.

use super::offer::{Draft, Offer, Orderer, Request, discount_user, offer, shortages, told};
use super::{Event, find, record};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::customers::{Address, Contact};
use crate::domain::money::Money;
use crate::domain::orders::{EventKind, Order};
use crate::domain::products::Reason;
use crate::error::{Code, Error, FieldError, Result};
use crate::store::discounts::User;
use crate::store::settings::NumberSequence;
use crate::store::sql::{Tx, json as to_json};
use crate::store::stock::{self, Cause};
use crate::store::{customers, discounts, products, sales, settings};

const HOUR_SECONDS: i64 = 3_600;

/// Places an order.
///
/// # Errors
/// Invalid with every field that is wrong; [`Code::PriceChanged`] with the quote;
/// [`Code::OutOfStock`] with every line that is short.
pub fn place(
    tx: &Tx,
    draft: &Draft,
    orderer: Orderer,
    actor: &str,
    now: Timestamp,
) -> Result<Order> {
    let settings = settings::load(tx)?;
    let request = Request { draft, orderer, settings: &settings, now, firm: true };
    let offer = offer(tx, request)?;
    check_price(&offer, request)?;
    check_stock(&offer)?;
    let (customer_id, contact) = buyer(tx, draft, orderer, now)?;
    let id = insert(tx, &offer, request, (customer_id, &contact))?;
    reserve_stock(tx, id, &offer, actor, now)?;
    if let Some(discount) = &offer.discount {
        let (customer_id, email) = discount_user(tx, draft, orderer)?;
        let user = User { customer_id, email: email.as_ref() };
        discounts::use_up(tx, discount.id, id, &user)?;
    }
    customers::count_order(tx, customer_id)?;
    record(tx, id, &Event::of(EventKind::Placed), actor, offer.ordered_at)?;
    let order = find(tx, id)?;
    sales::count(tx, &settings.time_zone, None, &order)?;
    Ok(order)
}

/// The buyer may say which total they saw; another one is refused with the quote.
fn check_price(offer: &Offer, request: Request) -> Result<()> {
    let expected = request.draft.expected_total.as_deref();
    let expected = expected.and_then(|text| Money::parse(text, request.settings.currency).ok());
    if expected.is_none_or(|expected| expected == offer.totals.total) {
        return Ok(());
    }
    let detail = format!("The total is now {}.", offer.totals.total.text());
    let error = FieldError::at("/expected_total", "price_changed", detail.clone());
    let quote = told(offer, request)?;
    Err(Error::new(Code::PriceChanged, detail).with_errors(vec![error]).with("quote", quote))
}

fn check_stock(offer: &Offer) -> Result<()> {
    let short = shortages(offer);
    match short.first() {
        Some(first) => Err(Error::new(Code::OutOfStock, first.detail.clone()).with_errors(short)),
        None => Ok(()),
    }
}

/// The customer the order belongs to, and the contact it is a copy of.
fn buyer(tx: &Tx, draft: &Draft, orderer: Orderer, now: Timestamp) -> Result<(Id, Contact)> {
    let named = match orderer {
        Orderer::Customer(own) => Some(own),
        _ => draft.customer_id,
    };
    match (named, &draft.customer) {
        (Some(id), _) => {
            let contact = customers::contact(tx, id)?;
            Ok((id, contact.ok_or_else(|| Error::internal("the customer was there"))?))
        }
        (None, Some(guest)) => Ok((customers::guest(tx, guest, now)?, guest.clone())),
        (None, None) => Err(Error::internal("nobody orders")),
    }
}

fn insert(tx: &Tx, offer: &Offer, request: Request, buyer: (Id, &Contact)) -> Result<Id> {
    let sql = "insert into orders (number, status, payment_status, fulfillment_status, order_date,
            expected_delivery_date, customer_id, name, email, phone, shipping_address,
            billing_address, shipping_method, shipping_method_name, shipping_tax_rate, pickup,
            payment_method, hold_until, subtotal, discount_code, discount_total, shipping_total,
            shipping_tax, tax_total, total, paid_total, refunded_total, currency,
            prices_include_tax, note, version, revision, created_at, updated_at)
        values ($1, 'open', $2, 'unfulfilled', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
            $15, $16, $17, $18, $19, $20, $21, $22, $23, 0, 0, $24, $25, $26, 1, 0, $27, $27)
        returning id";
    let Request { draft, settings, now, .. } = request;
    let address = |address: &Option<Address>| address.as_ref().map(to_json).transpose();
    let (customer_id, contact) = buyer;
    let (totals, method) = (&offer.totals, &offer.method);
    let number = NumberSequence::Orders.take(tx)?;
    // Nothing is owed on an order of nothing but gifts.
    let paid = if totals.total.minor() == 0 { "paid" } else { "unpaid" };
    tx.insert(
        sql,
        &[
            &number,
            &paid,
            &offer.ordered_at,
            &settings.expected_delivery(offer.ordered_at, method),
            &customer_id,
            &contact.name,
            &contact.email,
            &contact.phone,
            &address(&draft.shipping_address)?,
            &address(&draft.billing_address)?,
            &method.code,
            &method.name,
            &offer.shipping_tax_rate.text(),
            &method.pickup,
            &offer.terms.method.name(),
            &hold_until(offer, now),
            &totals.subtotal.minor(),
            &totals.discount_code,
            &totals.discount_total.minor(),
            &totals.shipping_total.minor(),
            &totals.shipping_tax.minor(),
            &totals.tax_total.minor(),
            &totals.total.minor(),
            &settings.currency.code(),
            &settings.prices_include_tax,
            &draft.note,
            &now,
        ],
    )
}

/// How long the goods are held for a buyer who does not pay.
fn hold_until(offer: &Offer, now: Timestamp) -> Option<Timestamp> {
    let hours = offer.terms.hold_hours.filter(|_| offer.totals.total.minor() > 0)?;
    Some(now.plus_seconds(hours * HOUR_SECONDS))
}

/// Writes the lines and takes their stock.
fn reserve_stock(tx: &Tx, order_id: Id, offer: &Offer, actor: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into order_items (order_id, product_id, variant_id, name, variant_title,
            sku, unit_price, quantity, subtotal, discount, tax_rate, tax, total, taken,
            withdrawal_exempt, shipped_quantity, cancelled_quantity, returned_quantity)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0)
        returning id";
    let order = Some(order_id);
    let cause = Cause { reason: Reason::Sold, note: None, order_id: order, actor, now };
    for (line, totals) in offer.lines.iter().zip(&offer.line_totals) {
        let taken = stock::take(tx, line.variant_id, line.quantity, &cause)?;
        if taken > 0 {
            products::bump_revision(tx, line.product_id)?;
        }
        tx.insert(
            sql,
            &[
                &order_id,
                &line.product_id,
                &line.variant_id,
                &line.name,
                &line.variant_title,
                &line.sku,
                &line.unit_price.minor(),
                &line.quantity,
                &line.subtotal.minor(),
                &totals.discount.minor(),
                &line.tax_rate.text(),
                &totals.tax.minor(),
                &totals.total.minor(),
                &taken,
                &line.withdrawal_exempt,
            ],
        )?;
    }
    Ok(())
}
