//! `/orders/<id>/invoices`, `/orders/<id>/packing-slip`, `/packing-slips`: what is printed.

use rocket::{get, post};
use serde_json::json;

use super::find;
use crate::api::answer::{Answer, Reply};
use crate::api::ask::Ask;
use crate::api::auth::{OrderScope, Permission, authorize, authorize_order};
use crate::api::body::Body;
use crate::api::form;
use crate::api::page::Query;
use crate::api::print::{self, Paper};
use crate::domain::invoices::Seller;
use crate::domain::orders::Order;
use crate::domain::{Id, Parsed, Refusal};
use crate::error::{Code, Error, Issue, Result};
use crate::store::sql::Tx;
use crate::store::{invoices, settings};

/// Slips that are printed at once.
const SLIPS_MAX: usize = 100;

#[post("/orders/<id>/invoices", data = "<body>")]
pub async fn issue(ask: Ask, id: Id, body: Body) -> Reply {
    let nothing = form::read(body.json(), |_| Ok(()));
    let caller = ask.caller_of_once()?;
    authorize_order(&caller, Permission::FulfilOrder, id)?;
    let now = ask.now;
    let found = move |tx: &Tx| find(tx, id, OrderScope::Any);
    ask.once_about(&caller, &body, found, move |tx, order| {
        nothing?;
        let invoice = invoices::issue(tx, id, &caller.name(), now)?;
        let location = format!("/orders/{id}/invoices/{}", invoice.id);
        Ok(Answer::created(location, &invoice)?.about(order.customer_id))
    })
    .await
}

#[get("/orders/<id>/invoices")]
pub fn list(ask: Ask, id: Id) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let issued = ask.app.store.read(|tx| {
        find(tx, id, OrderScope::Any)?;
        invoices::list(tx, id)
    })?;
    Answer::ok(&json!({ "data": issued }))
}

#[get("/orders/<id>/invoices/<step>")]
pub fn read(ask: Ask, id: Id, step: Id) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ask.query();
    let paper = paper(&query);
    // An address that is not there comes before what is wrong with its query.
    let printed = ask.app.store.read(|tx| invoices::find(tx, id, step))?;
    query.done()?;
    let (content, recipient) = (&printed.content, printed.recipient.as_ref());
    Ok(Answer::page(print::invoice(printed.kind, content, recipient, paper)))
}

#[get("/orders/<id>/packing-slip")]
pub fn packing_slip(ask: Ask, id: Id) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ask.query();
    let paper = paper(&query);
    let order = ask.app.store.read(|tx| find(tx, id, OrderScope::Any))?;
    query.done()?;
    slips(&ask, &[order], paper)
}

#[get("/packing-slips")]
pub async fn packing_slips(ask: Ask) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::ReadInvoices)?;
    let query = ask.query();
    let (ids, paper) = (query.get("orders", ids), paper(&query));
    query.done()?;
    let Some(ids) = ids else {
        let detail = "Name orders, such as ?orders=1,2,3.";
        return Err(Error::invalid(vec![Issue::parameter("orders", "required", detail)]));
    };
    let orders = ask.app.store.read_long(move |tx| found(tx, &ids)).await?;
    slips(&ask, &orders, paper)
}

fn found(tx: &Tx, ids: &[Id]) -> Result<Vec<Order>> {
    let order = |id: &Id| {
        find(tx, *id, OrderScope::Any).map_err(|error| match error.code() {
            Code::NotFound => {
                let detail = format!("There is no order {id}.");
                Error::invalid(vec![Issue::parameter("orders", "not_found", detail)])
            }
            _ => error,
        })
    };
    ids.iter().map(order).collect()
}

fn slips(ask: &Ask, orders: &[Order], paper: Paper) -> Reply {
    let settings = ask.app.store.read(settings::load)?;
    let seller = Seller::of(&settings);
    Ok(Answer::page(print::packing_slips(&seller, orders, &settings.time_zone, paper)))
}

fn paper(query: &Query) -> Paper {
    query.get("paper", Paper::parse).unwrap_or(Paper::A4)
}

/// Ids with commas between them.
fn ids(text: &str) -> Parsed<Vec<Id>> {
    let wrong = || Refusal::new("not_an_id", "Give ids with commas between them, as 1,2,3.");
    let ids: Option<Vec<Id>> = text.split(',').map(|id| Id::parse(id.trim())).collect();
    match ids.ok_or_else(wrong)? {
        ids if ids.len() > SLIPS_MAX => {
            Err(Refusal::new("too_many", format!("At most {SLIPS_MAX} at once.")))
        }
        ids => Ok(ids),
    }
}
