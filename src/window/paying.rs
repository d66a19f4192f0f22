//! Paying by card, as far as pages show it: to whom it is offered, and where a buyer is led.

use serde::Serialize;

use super::visit::Visit;
use crate::domain::Id;
use crate::domain::orders::{Order, Status};
use crate::domain::settings::{PaymentMethod, Settings};
use crate::error::{Code, Error, Result};
use crate::http::response::{PAYING_HERE_POLICY, PAYING_POLICY, Response};
use crate::store::payment_sessions;

/// What of the query tells how it went.
pub const FIELD: &str = "card";
pub const CHECKING: &str = "checking";
const DOWN: &str = "down";

/// What an order's page says of cards.
#[derive(Serialize)]
pub struct CardPart {
    /// It is the way that the buyer chose.
    is_chosen: bool,
    /// The buyer came back from the provider, which has not said yet that they have paid.
    is_checked: bool,
    /// The provider could not be reached when the order was placed.
    is_down: bool,
}

/// Where a buyer goes who has just ordered: to the provider where they pay by card, and else to the
/// page of their order, which says why they cannot pay just now.
pub async fn after_order(visit: &Visit, order: &Order) -> String {
    let page = format!("/o/{}", order.id);
    if order.payment_method != PaymentMethod::Card || !is_offered(order, &visit.view.settings) {
        return visit.to(&page);
    }
    match address(visit, order.id).await {
        Ok(url) => url,
        // The order stands, whatever went wrong.
        Err(error) => {
            tracing::warn!(%error, "a buyer could not be led to the card provider");
            visit.to(&format!("{page}?{FIELD}={DOWN}"))
        }
    }
}

/// The part of an order's page, for who may pay it by card.
pub fn part(visit: &Visit, order: &Order) -> Result<Option<CardPart>> {
    if !is_offered(order, &visit.view.settings) {
        return Ok(None);
    }
    let told = visit.ctx.parameter(FIELD);
    let is_open = || visit.ctx.read(|tx| payment_sessions::open_of(tx, order.id));
    Ok(Some(CardPart {
        is_chosen: order.payment_method == PaymentMethod::Card,
        is_checked: told == Some(CHECKING) && is_open()?.is_some(),
        is_down: told == Some(DOWN),
    }))
}

/// A page from which a form may lead to the provider.
pub fn dressed(visit: &Visit, page: Response) -> Response {
    if !visit.view.settings.takes_cards() {
        return page;
    }
    let is_here = visit.ctx.app.config.stripe_url.starts_with("http://");
    page.with_policy(if is_here { PAYING_HERE_POLICY } else { PAYING_POLICY })
}

fn is_offered(order: &Order, settings: &Settings) -> bool {
    let has_way = settings.payment_methods.contains(&PaymentMethod::Card);
    let is_open = order.to_pay.minor() > 0 && order.status != Status::Cancelled;
    has_way && is_open && settings.takes_cards()
}

/// The page of the provider on which an order is paid.
pub async fn address(visit: &Visit, id: Id) -> Result<String> {
    let opened = visit.ctx.app.cards.open_session(id).await?;
    opened.session.url.ok_or_else(|| Error::internal("an open session without an address"))
}

/// What the page says of a buyer who could not be led on, and its status; `None` for a fault of the
/// shop.
pub fn refused(error: &Error) -> Option<(&'static str, u16)> {
    match error.code() {
        Code::ProviderFailed | Code::Busy => Some(("order.card_down", 503)),
        // It was paid meanwhile, or is cancelled; the page says which.
        Code::ActionNotPossible => Some(("order.card_nothing_open", 409)),
        Code::Invalid => Some(("order.card_unfit", 422)),
        Code::Conflict => Some(("order.card_none", 409)),
        _ => None,
    }
}
