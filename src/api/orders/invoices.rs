//! `/orders/<id>/invoices`, `/orders/<id>/packing-slip`, `/packing-slips`: what is printed.

use rocket::{get, post};
use serde_json::json;

use super::find::find;
use crate::documents::{self, Paper};
use crate::domain::Id;
use crate::domain::invoices::{Invoice, Seller};
use crate::domain::orders::Order;
use crate::error::{Error, FieldError, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form;
use crate::http::page::{self, Query};
use crate::http::permissions::{OrderScope, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::engine::list::Ids;
use crate::store::idempotency::{Kind, Made};
use crate::store::{Tx, invoices, orders, settings};

#[post("/orders/<id>/invoices", data = "<body>")]
pub async fn issue(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let nothing = form::read(&body.json(), |_| Ok(()));
    let (caller, scope) = ctx.may_with_order_once(Permission::FulfilOrder, id)?;
    let found = move |tx: &Tx| find(tx, id, scope);
    let shown = move |invoice: &Invoice| {
        Response::created(format!("/orders/{id}/invoices/{}", invoice.id), invoice)
    };
    let issue = move |tx: &Tx, order: Order| {
        nothing.clone()?;
        let invoice = invoices::issue(tx, &order)?;
        Ok((Made { kind: Kind::Invoice, subject: invoice.id }, shown(&invoice)?))
    };
    let again = move |tx: &Tx, order: Order, made: Id| {
        let issued = invoices::list(tx, order.id)?;
        shown(issued.iter().find(|invoice| invoice.id == made).ok_or_else(Error::not_found)?)
    };
    ctx.once_about(&caller, &body, found, (issue, again)).await
}

#[get("/orders/<id>/invoices")]
pub fn list(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let issued = ctx.read(|tx| {
        find(tx, id, OrderScope::Any)?;
        invoices::list(tx, id)
    })?;
    Response::ok(&json!({ "data": issued }))
}

#[get("/orders/<id>/invoices/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let query = ctx.query()?;
    let paper = paper(&query);
    // An address that is not there comes before what is wrong with its query.
    let printed = ctx.read(|tx| invoices::find(tx, id, step))?;
    query.done()?;
    let (content, recipient) = (&printed.content, printed.recipient.as_ref());
    Ok(Response::page(documents::invoice(printed.kind, content, recipient, paper)?))
}

#[get("/orders/<id>/packing-slip")]
pub fn packing_slip(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let query = ctx.query()?;
    let paper = paper(&query);
    let order = ctx.read(|tx| find(tx, id, OrderScope::Any))?;
    query.done()?;
    slips(&ctx, &[order], paper)
}

#[get("/packing-slips")]
pub async fn packing_slips(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let query = ctx.query()?;
    let (ids, paper) = (query.get("orders", page::ids), paper(&query));
    query.done()?;
    let Some(ids) = ids else {
        let detail = "Name orders, such as ?orders=1,2,3.";
        return Err(Error::invalid(vec![FieldError::parameter("orders", "required", detail)]));
    };
    let orders = ctx.read_long(move |tx| found(tx, &ids)).await?;
    slips(&ctx, &orders, paper)
}

/// The orders of these ids, in their order.
fn found(tx: &Tx, ids: &[Id]) -> Result<Vec<Order>> {
    let orders = orders::find_all(tx, &Ids::of(ids))?;
    let order = |id: &Id| {
        let found = orders.iter().find(|order| order.id == *id).cloned();
        found.ok_or_else(|| {
            let detail = format!("There is no order {id}.");
            Error::invalid(vec![FieldError::parameter("orders", "not_found", detail)])
        })
    };
    ids.iter().map(order).collect()
}

fn slips(ctx: &RequestContext, orders: &[Order], paper: Paper) -> ApiResult {
    let settings = ctx.read(settings::load)?;
    let (seller, language) = (Seller::of(&settings), settings.window.own_language());
    let page = documents::packing_slips(&seller, orders, &settings.time_zone, paper, language)?;
    Ok(Response::page(page))
}

fn paper(query: &Query) -> Paper {
    query.get("paper", Paper::parse).unwrap_or(Paper::A4)
}
