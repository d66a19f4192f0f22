//! `/orders/<id>/payment_sessions`: a buyer's way to the card provider.

use rocket::{get, post};
use serde_json::json;

use super::find::find;
use crate::domain::Id;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form;
use crate::http::limits::Kind;
use crate::http::permissions::{OrderScope, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::payment_sessions;

/// Needs no `Idempotency-Key`: an order has one open session, which is answered again.
#[post("/orders/<id>/payment_sessions", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(Permission::PayOrder, id)?;
    ctx.read(|tx| find(tx, id, scope))?;
    form::read(&body.json(), |_| Ok(()))?;
    ctx.limit(Kind::Order, &caller)?;
    let opened = ctx.app.cards.open_session(id).await?;
    match opened.is_new {
        true => {
            let location = format!("/orders/{id}/payment_sessions/{}", opened.session.id);
            Response::created(location, &opened.session)
        }
        false => Response::ok(&opened.session),
    }
}

/// Asks the provider, while the session is open.
#[get("/orders/<id>/payment_sessions/<step>")]
pub async fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    let (_, scope) = ctx.may_with_order(Permission::ReadOrder, id)?;
    ctx.read(|tx| find(tx, id, scope))?;
    Response::ok(&ctx.app.cards.look_at_session(id, step).await?)
}

#[get("/orders/<id>/payment_sessions")]
pub fn list(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let sessions = ctx.read(|tx| {
        find(tx, id, OrderScope::Any)?;
        payment_sessions::list(tx, id)
    })?;
    Response::ok(&json!({ "data": sessions }))
}
