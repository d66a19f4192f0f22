//! Placing an order, and quoting what one would come to.

use rocket::post;
use serde::Serialize;

use super::find::visible_to;
use crate::domain::orders::{Order, Orderer};
use crate::domain::settings::Settings;
use crate::http::body::Body;
use crate::http::contact_forms::{address, destination};
use crate::http::context::RequestContext;
use crate::http::draft_form::read_draft;
use crate::http::etag::{Tag, Versioned};
use crate::http::limits::Kind;
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::order_tokens::{order_token, track_token};
use crate::store::orders::OrderRequest;
use crate::store::{Tx, orders, settings};

/// A new order, with what opens it and shows where it is.
#[derive(Serialize)]
struct Placed {
    #[serde(flatten)]
    order: Order,
    token: String,
    tracking_token: String,
    tracking_url: String,
}

impl Versioned for Placed {
    fn tag(&self) -> Tag {
        self.order.tag()
    }
}

#[post("/orders", data = "<body>")]
pub async fn place(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::PlaceOrder)?;
    ctx.limit(Kind::Order, &caller)?;
    let request = OrderRequest {
        draft: read_draft(&body.json(), &caller, address),
        orderer: orderer(&caller),
        once: ctx.once_of(&caller, &body)?,
    };
    let placed = ctx.place(request).await?;
    let response = shown(&ctx, &caller, placed.order, &*ctx.read(settings::load)?)?;
    Ok(if placed.is_new { response } else { response.replayed() })
}

#[post("/quotes", data = "<body>")]
pub async fn quote(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::PlaceOrder)?;
    ctx.limit(Kind::Quote, &caller)?;
    let draft = read_draft(&body.json(), &caller, destination)?;
    let is_long = draft.is_long();
    let quote = move |tx: &Tx| orders::quote(tx, &draft, orderer(&caller));
    Response::ok(&if is_long { ctx.read_long(quote).await? } else { ctx.read(quote)? })
}

fn shown(ctx: &RequestContext, caller: &Caller, order: Order, settings: &Settings) -> ApiResult {
    let base = settings.public_url.as_deref().unwrap_or_default();
    // Buyers are led to a page where the shop has one, and else to what a shop front reads.
    let (place, page) = if settings.window.enabled { ("o", "") } else { ("orders", "/track") };
    let (id, secret) = (order.id, &ctx.app.secret);
    let tracking_token = track_token(secret, id);
    let placed = Placed {
        order: visible_to(caller, order),
        token: order_token(secret, id),
        tracking_url: format!("{base}/{place}/{id}{page}?token={tracking_token}"),
        tracking_token,
    };
    Response::new_object(format!("/orders/{id}"), &placed, caller)
}

fn orderer(caller: &Caller) -> Orderer {
    match caller {
        Caller::Customer(session) => Orderer::Customer(session.customer_id),
        Caller::RecordHolder(record) => Orderer::Visitor { record: Some(*record) },
        Caller::Visitor | Caller::OrderHolder(_) => Orderer::Visitor { record: None },
        Caller::Storefront(_) | Caller::Reader(_) => Orderer::Storefront,
        Caller::Admin(_) | Caller::Staff(_) => Orderer::Shop,
    }
}
