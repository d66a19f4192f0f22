//! `/orders`: reading, listing, counting, tracking. Placing one has a file of its own, and so have
//! each of its steps and its documents.

pub mod cancellations;
mod find;
pub mod fulfilment;
pub mod invoices;
pub mod payment_sessions;
pub mod payments;
pub mod place;
pub mod refunds;
pub mod returns;
mod step;
mod units;
pub mod withdrawals;

use std::sync::Arc;

use rocket::{get, patch};

use crate::domain::Id;
use crate::domain::calendar::{Date, Zone, parse_appointment};
use crate::domain::orders::{
    FulfillmentStatus, MoneyDue, OrderEditInput, PaymentStatus, Status, Track,
};
use crate::domain::settings::Settings;
use crate::domain::text::NOTE_CHARS_MAX;
use crate::error::{Code, Error, Result};
use crate::http::body::Body;
use crate::http::contact_forms::{Reached, address, contact_object};
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, paragraphs, text};
use crate::http::page::{self, Query, words};
use crate::http::permissions::{Caller, OrderScope, Permission};
use crate::http::response::{ApiResult, Response};
use crate::order_tokens::{ORDER_PREFIX, is_track_token};
use crate::store::engine::list::Range;
use crate::store::orders::{self, Filter};
use crate::store::{customers, settings};
use find::{find, visible_to};

const SORTS: &[(&str, &str)] = &[
    ("order_date", "order_date"),
    // In the order in which they were placed, also where the clock was set back meanwhile.
    ("created_at", "id"),
    ("updated_at", "updated_at"),
    ("total", "total"),
];

/// What to do with an order's token that came in an address, where it would be logged and kept.
const TOKEN_IN_HEADER: &str = "The token of an order does not belong into an address: send it as \
                               \"Authorization: Bearer tb_ord_…\".";

#[get("/orders/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let allowed = ctx.may_with_order(Permission::ReadOrder, id);
    let (caller, scope) = allowed.map_err(|error| explained(error, ctx.parameter("token")))?;
    let order = ctx.read(|tx| find(tx, id, scope))?;
    ctx.object(&visible_to(&caller, order), &caller)
}

#[patch("/orders/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(Permission::EditOrder, id)?;
    let if_match = ctx.if_match();
    let order = ctx.write(move |tx| {
        let before = find(tx, id, scope)?;
        let settings = settings::load(tx)?;
        let usual = before.expected_delivery_date;
        let merged = body.over(&OrderEditInput::of(&before))?;
        let input = form::read(&merged, |form| order_edit(form, (usual, &settings.time_zone)));
        let decided = input.and_then(|input| before.edited(input, &settings));
        let after = if_match.guard(&before, decided)?;
        orders::save_edit(tx, &before, after, &settings)
    });
    Response::object(&order.await?, &caller)
}

#[get("/orders/<id>/track")]
pub fn track(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    let shown = ctx.parameter("token");
    let scope = match ctx.may_with_order(Permission::ReadOrder, id) {
        _ if shown.is_some_and(|token| is_track_token(&ctx.app.secret, id, token)) => {
            OrderScope::ByToken
        }
        Ok((_, scope)) => scope,
        // Without a token nobody learns anything, not even whether there is such an order.
        Err(_) => return Err(untracked(shown)),
    };
    let is_staff = caller.sees_as_staff();
    let track = ctx.read(|tx| {
        let order = find(tx, id, scope)?;
        if !is_staff {
            return Ok(Track::of(&order, &orders::steps(tx, &order)?).without_steps());
        }
        let (steps, actors) = orders::steps_with_actors(tx, &order)?;
        Ok(Track::of(&order, &steps).with_actors(actors))
    })?;
    Response::ok(&track)
}

/// The refusal of a visitor who wants to read an order, with what would open it.
fn explained(error: Error, in_address: Option<&str>) -> Error {
    match in_address {
        _ if error.code() != Code::Unauthenticated => error,
        Some(_) => Error::new(Code::Unauthenticated, TOKEN_IN_HEADER),
        None => {
            let detail = "Please sign in, or send the token that came with the order as \
                          \"Authorization: Bearer tb_ord_…\".";
            Error::new(Code::Unauthenticated, detail)
        }
    }
}

/// The answer to a visitor without the token for tracking, whether there is such an order or not.
fn untracked(in_address: Option<&str>) -> Error {
    let detail = match in_address {
        Some(token) if token.starts_with(ORDER_PREFIX) => TOKEN_IN_HEADER,
        Some(_) => "There is no order under this address with this token.",
        None => {
            "There is nothing here without a token: add ?token= and the order's tracking_token, or \
             take its tracking_url as it is."
        }
    };
    Error::new(Code::NotFound, detail)
}

#[get("/orders")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::ListOrders)?;
    list_of(&ctx, &caller, None).await
}

#[get("/customers/<id>/orders")]
pub async fn list_of_customer(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may(Permission::ListOrders)?;
    ctx.may_with_customer(Permission::ReadCustomer, id)?;
    ctx.read(|tx| customers::contact(tx, id))?.ok_or_else(Error::not_found)?;
    list_of(&ctx, &caller, Some(id)).await
}

#[get("/orders/counts")]
pub async fn counts(ctx: RequestContext) -> ApiResult {
    let own = own(&ctx.may(Permission::ListOrders)?);
    if own.is_some() {
        return Response::ok(&ctx.read_long(move |tx| orders::counts(tx, own)).await?);
    }
    let mut are_behind = ctx.read(orders::are_behind)?;
    while are_behind {
        // A disk that takes nothing more keeps nobody from reading the counts.
        are_behind = ctx.write(orders::catch_up).await.unwrap_or(false);
    }
    Response::ok(&ctx.read_long(move |tx| orders::counts(tx, None)).await?)
}

async fn list_of(ctx: &RequestContext, caller: &Caller, customer_id: Option<Id>) -> ApiResult {
    let query = ctx.query()?;
    let (filter, range) = filter(&query, own(caller).or(customer_id), || ctx.read(settings::load))?;
    query.done()?;
    let sort = range.sort;
    let mut page = ctx.read_long(move |tx| orders::list(tx, &filter, &range)).await?;
    page.rows = page.rows.into_iter().map(|order| visible_to(caller, order)).collect();
    query.answer(&page, sort)
}

fn filter(
    query: &Query,
    own: Option<Id>,
    settings: impl Fn() -> Result<Arc<Settings>>,
) -> Result<(Filter, Range)> {
    let start = |text: &str, settings: &Settings| {
        Date::parse(text).map(|date| settings.time_zone.start_of(date))
    };
    let end = |text: &str, settings: &Settings| {
        Date::parse(text).map(|date| settings.time_zone.start_of(date.next()))
    };
    let from = query.get_by("from", &settings, start)?;
    let before = query.get_by("to", &settings, end)?;
    let filter = Filter {
        status: query.word("status", Status::NAMES),
        payment_status: query.word("payment_status", PaymentStatus::NAMES),
        fulfillment_status: query.word("fulfillment_status", FulfillmentStatus::NAMES),
        customer_id: query.get("customer_id", page::id),
        own,
        from,
        before,
        money_due: query.get("money_due", MoneyDue::parse),
        updated_after: query.time("updated_after", &settings)?,
        awaiting_return: query.get("awaiting_return", page::flag),
        awaiting_invoice: query.get("awaiting_invoice", page::flag),
        q: query.get("q", words),
    };
    Ok((filter, query.range(SORTS, true)?))
}

fn own(caller: &Caller) -> Option<Id> {
    match caller {
        Caller::Customer(session) => Some(session.customer_id),
        _ => None,
    }
}

/// `usual`: the day on which it is expected, which stays where none is given.
fn order_edit(form: &Form, (usual, zone): (Date, &Zone)) -> Field<OrderEditInput> {
    let expected_delivery_date = form.optional("expected_delivery_date", text(Date::parse));
    let pickup_at = form.optional("pickup_at", |json| parse_appointment(&form::raw(json)?, zone));
    let note = form.optional("note", paragraphs(NOTE_CHARS_MAX));
    let staff_note = form.optional("staff_note", paragraphs(NOTE_CHARS_MAX));
    let customer = form.object("customer", contact_object(Reached::ByEmailOrPhone));
    let shipping_address = form.object("shipping_address", address);
    let billing_address = form.object("billing_address", address);
    Ok(OrderEditInput {
        expected_delivery_date: expected_delivery_date?.unwrap_or(usual),
        pickup_at: pickup_at?,
        customer: customer?,
        note: note?,
        staff_note: staff_note?,
        shipping_address: shipping_address?,
        billing_address: billing_address?,
    })
}
