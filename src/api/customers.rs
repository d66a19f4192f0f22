//! `/customers`: the people who buy.

use rocket::{delete, get, patch, post, put};
use serde::Serialize;

use super::auth::{Caller, Permission, authorize, authorize_customer};
use super::body::Body;
use super::contact_forms::{address, contact};
use super::context::RequestContext;
use super::etag::Tag;
use super::form::{self, Field, Form, flag, paragraphs, patched};
use super::json::Json;
use super::limits::Kind;
use super::page::words;
use super::response::{ApiResult, Response};
use crate::domain::customers::{ADDRESSES_MAX, Customer, CustomerInput, Note};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Change, Id};
use crate::error::{Error, Result};
use crate::store::customers::{self, By, Filter};

const SORTS: &[(&str, &str)] =
    &[("created_at", "created_at"), ("name", "lower(name)"), ("total_spent", "total_spent")];

/// A new record, and for the visitor who made it the token that opens it.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    customer: &'a Customer,
    token: String,
}

#[post("/customers", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller_of_once()?;
    authorize(&caller, Permission::CreateCustomer)?;
    if let Caller::Customer(session) = caller {
        input(body.json(), &caller)?;
        let detail = format!("You are a customer already: /customers/{}.", session.customer_id);
        return Err(Error::conflict(detail));
    }
    ctx.limit(Kind::SignUp, &caller)?;
    let (input, now) = (input(body.json(), &caller), ctx.now);
    ctx.once(&caller, &body, move |tx| {
        let customer = visible_to(customers::create(tx, &input?, now)?, &caller);
        let (id, etag) = (customer.id, tag(&customer).text(caller.sees_as_staff()));
        let location = format!("/customers/{id}");
        let answer = if caller.is_visitor() {
            let token = customers::give_token(tx, id, now)?;
            let created = Created { customer: &customer, token };
            Response::created(location, &created)?.replayed_as(&customer)?
        } else {
            Response::created(location, &customer)?
        };
        Ok(answer.with_etag(etag).about(Some(id)))
    })
    .await
}

#[get("/customers/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_customer(&caller, Permission::ReadCustomer, id)?;
    let customer = visible_to(ctx.app.store.read(|tx| customers::find(tx, id))?, &caller);
    ctx.object(&customer, tag(&customer), &caller)
}

#[put("/customers/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |_| Ok(body.into_json())).await
}

#[patch("/customers/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |old| patched(old, body.json())).await
}

#[delete("/customers/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_customer(&caller, Permission::DeleteCustomer, id)?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    let kept = ctx.write(move |tx| {
        check(&visible_to(customers::find(tx, id)?, &caller), if_match.as_deref())?;
        customers::delete(tx, id, now)
    });
    match kept.await? {
        Some(kept) => Response::ok(&serde_json::json!({ "kept": kept })),
        None => Ok(Response::nothing()),
    }
}

#[get("/customers")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ListCustomers)?;
    let query = ctx.query();
    let filter = Filter { q: query.get("q", words), email: query.get("email", words) };
    let range = query.range(SORTS, true)?;
    query.done()?;
    let sort = range.sort;
    let find = move |tx: &crate::store::sql::Tx| customers::list(tx, &filter, &range);
    let mut page = ctx.app.store.read_long(find).await?;
    page.rows = page.rows.into_iter().map(|customer| visible_to(customer, &caller)).collect();
    query.answer(&page, sort)
}

/// Replaces a record by what `whole` makes of the stored one.
async fn change(
    ctx: RequestContext,
    id: Id,
    whole: impl FnOnce(&Customer) -> Result<Json> + Send + 'static,
) -> ApiResult {
    let caller = ctx.caller()?;
    authorize_customer(&caller, Permission::ChangeCustomer, id)?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    let by = match caller {
        Caller::RecordHolder(_) => By::TokenHolder,
        _ => By::Anyone,
    };
    let changed = ctx.write(move |tx| {
        let old = visible_to(customers::find(tx, id)?, &caller);
        let input = input(&whole(&old)?, &caller)?;
        check(&old, if_match.as_deref())?;
        customers::update(tx, id, &input, by, now)
    });
    let customer = visible_to(changed.await?, &caller);
    let etag = tag(&customer).text(caller.sees_as_staff());
    Ok(Response::ok(&customer)?.with_etag(etag))
}

fn input(json: &Json, caller: &Caller) -> Result<CustomerInput> {
    form::read(json, |form| fields(form, caller.is_shop()))
}

fn fields(form: &Form, is_staff: bool) -> Field<CustomerInput> {
    let contact = contact(form);
    let addresses = form.list("addresses", ADDRESSES_MAX, address);
    let marketing = form.optional("accepts_marketing", flag);
    form.ignore(&["orders_count", "total_spent", "note"]);
    let note = match is_staff {
        true => form.clearable("note", paragraphs(NOTE_CHARS_MAX)),
        false => Ok(Change::Keep),
    };
    Ok(CustomerInput {
        contact: contact?,
        addresses: addresses?.unwrap_or_default(),
        accepts_marketing: marketing?.unwrap_or(false),
        note: note?,
    })
}

/// The record as this caller may see it.
pub fn visible_to(mut customer: Customer, caller: &Caller) -> Customer {
    if !caller.sees_as_staff() {
        customer.note = Note::Hidden;
    }
    customer
}

fn tag(customer: &Customer) -> Tag {
    Tag { version: customer.version, revision: customer.revision }
}

fn check(customer: &Customer, if_match: Option<&str>) -> Result<()> {
    tag(customer).check(if_match, false, || serde_json::json!(customer))
}
