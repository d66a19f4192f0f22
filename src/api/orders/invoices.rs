//! `/orders/<id>/invoices`, `/orders/<id>/packing-slip`, `/packing-slips`: what is printed.

use rocket::{get, post};
use serde_json::json;

use super::find;
use crate::api::auth::{OrderScope, Permission, authorize, authorize_order};
use crate::api::body::Body;
use crate::api::context::RequestContext;
use crate::api::form;
use crate::api::page::Query;
use crate::api::print::{self, Paper};
use crate::api::response::{ApiResult, Response};
use crate::domain::invoices::Seller;
use crate::domain::orders::Order;
use crate::domain::{Id, Invalid, Parsed};
use crate::error::{Code, Error, FieldError, Result};
use crate::store::sql::Tx;
use crate::store::{invoices, settings};

/// Slips that are printed at once.
const SLIPS_MAX: usize = 100;

#[post("/orders/<id>/invoices", data = "<body>")]
pub async fn issue(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let nothing = form::read(body.json(), |_| Ok(()));
    let caller = ctx.caller_of_once()?;
    authorize_order(&caller, Permission::FulfilOrder, id)?;
    let now = ctx.now;
    let found = move |tx: &Tx| find(tx, id, OrderScope::Any);
    ctx.once_about(&caller, &body, found, move |tx, order| {
        nothing?;
        let invoice = invoices::issue(tx, id, &caller.name(), now)?;
        let location = format!("/orders/{id}/invoices/{}", invoice.id);
        Ok(Response::created(location, &invoice)?.about(order.customer_id))
    })
    .await
}

#[get("/orders/<id>/invoices")]
pub fn list(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let issued = ctx.app.store.read(|tx| {
        find(tx, id, OrderScope::Any)?;
        invoices::list(tx, id)
    })?;
    Response::ok(&json!({ "data": issued }))
}

#[get("/orders/<id>/invoices/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ctx.query();
    let paper = paper(&query);
    // An address that is not there comes before what is wrong with its query.
    let printed = ctx.app.store.read(|tx| invoices::find(tx, id, step))?;
    query.done()?;
    let (content, recipient) = (&printed.content, printed.recipient.as_ref());
    Ok(Response::page(print::invoice(printed.kind, content, recipient, paper)))
}

#[get("/orders/<id>/packing-slip")]
pub fn packing_slip(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ctx.query();
    let paper = paper(&query);
    let order = ctx.app.store.read(|tx| find(tx, id, OrderScope::Any))?;
    query.done()?;
    slips(&ctx, &[order], paper)
}

#[get("/packing-slips")]
pub async fn packing_slips(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ctx.query();
    let (ids, paper) = (query.get("orders", ids), paper(&query));
    query.done()?;
    let Some(ids) = ids else {
        let detail = "Name orders, such as ?orders=1,2,3.";
        return Err(Error::invalid(vec![FieldError::parameter("orders", "required", detail)]));
    };
    let orders = ctx.app.store.read_long(move |tx| found(tx, &ids)).await?;
    slips(&ctx, &orders, paper)
}

fn found(tx: &Tx, ids: &[Id]) -> Result<Vec<Order>> {
    let order = |id: &Id| {
        find(tx, *id, OrderScope::Any).map_err(|error| match error.code() {
            Code::NotFound => {
                let detail = format!("There is no order {id}.");
                Error::invalid(vec![FieldError::parameter("orders", "not_found", detail)])
            }
            _ => error,
        })
    };
    ids.iter().map(order).collect()
}

fn slips(ctx: &RequestContext, orders: &[Order], paper: Paper) -> ApiResult {
    let settings = ctx.app.store.read(settings::load)?;
    let seller = Seller::of(&settings);
    Ok(Response::page(print::packing_slips(&seller, orders, &settings.time_zone, paper)))
}

fn paper(query: &Query) -> Paper {
    query.get("paper", Paper::parse).unwrap_or(Paper::A4)
}

/// Ids with commas between them.
fn ids(text: &str) -> Parsed<Vec<Id>> {
    let wrong = || Invalid::new("not_an_id", "Give ids with commas between them, as 1,2,3.");
    let ids: Option<Vec<Id>> = text.split(',').map(|id| Id::parse(id.trim())).collect();
    match ids.ok_or_else(wrong)? {
        ids if ids.len() > SLIPS_MAX => {
            Err(Invalid::new("too_many", format!("At most {SLIPS_MAX} at once.")))
        }
        ids => Ok(ids),
    }
}
