//! Planning an order: all that an order can be refused for, and all that takes long, is done on a
//! snapshot, before the writer is asked. What the plan rests on has versions; it is placed only
//! while they are the same.

use serde_json::{Value, json};

use super::shelf;
use crate::domain::customers::CustomerRecord;
use crate::domain::discounts::DiscountUser;
use crate::domain::orders::{
    Draft, OrderPlan, Orderer, PaymentInput, PlannedBuyer, Quote, QuoteRequest, Shelf,
};
use crate::error::{Error, Result};
use crate::store::{Tx, customers, settings};

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

/// Plans an order.
///
/// # Errors
/// Invalid with every field that is wrong; [`Code::PriceChanged`] with the quote;
/// [`Code::OutOfStock`] with every line that is short.
///
/// [`Code::PriceChanged`]: crate::error::Code::PriceChanged
/// [`Code::OutOfStock`]: crate::error::Code::OutOfStock
pub fn plan(tx: &Tx, draft: &Draft, orderer: Orderer) -> Result<OrderPlan> {
    let settings = settings::load(tx)?;
    let shelf = shelf::load(tx, draft, orderer, settings.currency)?;
    let request = QuoteRequest { draft, orderer, settings: &settings, now: tx.now(), firm: true };
    let quote = Quote::of(request, &shelf)?;
    quote.check_placeable(request)?;
    let (customer_id, email) = shelf.discount_user(draft, orderer);
    Ok(OrderPlan {
        quote,
        buyer: buyer(tx, draft, orderer, &shelf)?,
        paid: draft.paid.as_ref().map(PaymentInput::at_once),
        user: DiscountUser { customer_id, email },
        settings,
    })
}

fn buyer(tx: &Tx, draft: &Draft, orderer: Orderer, shelf: &Shelf) -> Result<PlannedBuyer> {
    match (draft.record(orderer), &shelf.buyer, &draft.customer) {
        (Some(id), Some(known), _) => {
            let (version, contact) = (known.version, known.contact.clone());
            Ok(PlannedBuyer::Known(CustomerRecord { id, contact, version }))
        }
        (None, _, Some(guest)) => {
            let known = guest.email.as_ref().map(|email| customers::guest(tx, email));
            Ok(match known.transpose()?.flatten() {
                Some(record) => PlannedBuyer::Guest(record, guest.clone()),
                None => PlannedBuyer::New(guest.clone(), draft.accepts_marketing),
            })
        }
        _ => Err(Error::internal("nobody orders")),
    }
}
