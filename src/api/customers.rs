//! `/customers`: the people who buy.

use rocket::{delete, get, patch, post, put};
use serde::Serialize;
use serde_json::json;

use crate::domain::customers::{ADDRESSES_MAX, Customer, CustomerInput, Note};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Change, Id};
use crate::error::{Error, Result};
use crate::http::body::Body;
use crate::http::contact_forms::{Reached, address, contact};
use crate::http::context::RequestContext;
use crate::http::etag::{Tag, Versioned, versioned};
use crate::http::form::{self, Field, Form, flag, paragraphs};
use crate::http::json::Json;
use crate::http::limits::Kind;
use crate::http::page::{self, words};
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::customers::{self, By, Filter};
use crate::store::idempotency::{self, Made};
use crate::store::{Tx, customer_accounts, email_verifications, forgetting, settings};

const SORTS: &[(&str, &str)] = &[
    // In the order in which they were made, also where the clock was set back meanwhile.
    ("created_at", "id"),
    ("updated_at", "updated_at"),
    ("name", "name_key"),
    ("total_spent", "total_spent"),
];

versioned!(Customer);

/// A new record, and for the visitor who made it the token that opens it.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    customer: &'a Customer,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl Versioned for Created<'_> {
    fn tag(&self) -> Tag {
        self.customer.tag()
    }
}

#[post("/customers", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::CreateCustomer)?;
    let input = read_input(&body.json(), &caller, false);
    if let Caller::Customer(session) = caller {
        input?;
        let detail = format!("You are a customer already: /customers/{}.", session.customer_id);
        return Err(Error::conflict(detail));
    }
    ctx.limit(Kind::SignUp, &caller)?;
    let shown = move |customer: Customer, token: Option<String>| {
        let customer = visible_to(customer, &caller);
        let location = format!("/customers/{}", customer.id);
        Response::new_object(location, &Created { customer: &customer, token }, &caller)
    };
    let make = move |tx: &Tx| {
        let customer = customers::create(tx, input.as_ref().map_err(Clone::clone)?)?;
        let (id, opens) = (customer.id, caller.is_visitor());
        let token = if opens { Some(customers::give_token(tx, id)?) } else { None };
        Ok((Made { kind: idempotency::Kind::Customer, subject: id }, shown(customer, token)?))
    };
    let again = move |tx: &Tx, id| {
        // A request says no more about a record than the token did that it gave.
        if caller.is_visitor() && !customers::has_token(tx, id)? {
            return Err(Error::not_found());
        }
        shown(customers::find(tx, id)?, None)
    };
    ctx.once(&caller, &body, (make, again)).await
}

#[get("/customers/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may_with_customer(Permission::ReadCustomer, id)?;
    let customer = visible_to(ctx.read(|tx| customers::find(tx, id))?, &caller);
    ctx.object(&customer, &caller)
}

#[put("/customers/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/customers/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/customers/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may_with_customer(Permission::DeleteCustomer, id)?;
    let if_match = ctx.if_match();
    let retained = ctx.write(move |tx| {
        if_match.check(&visible_to(customers::find(tx, id)?, &caller))?;
        forgetting::forget_customer(tx, id)
    });
    match retained.await? {
        Some(documents) => Response::ok(&json!({ "kept": documents })),
        None => Ok(Response::nothing()),
    }
}

#[get("/customers")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::ListCustomers)?;
    let query = ctx.query()?;
    let filter = Filter {
        q: query.get("q", words),
        email: query.get("email", page::code),
        updated_after: query.time("updated_after", || ctx.read(settings::load))?,
    };
    let range = query.range(SORTS, true)?;
    query.done()?;
    let sort = range.sort;
    let mut page = ctx.read_long(move |tx| customers::list(tx, &filter, &range)).await?;
    page.rows = page.rows.into_iter().map(|customer| visible_to(customer, &caller)).collect();
    query.answer(&page, sort)
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may_with_customer(Permission::ChangeCustomer, id)?;
    let if_match = ctx.if_match();
    let by = match caller {
        Caller::RecordHolder(_) => By::TokenHolder,
        _ => By::Anyone,
    };
    let changed = ctx.write(move |tx| {
        let old = visible_to(customers::find(tx, id)?, &caller);
        let has_account = customer_accounts::exists_for(tx, id)?;
        let input = body.over(&old).and_then(|whole| read_input(&whole, &caller, has_account));
        let input = if_match.guard(&old, input)?;
        let customer = customers::update(tx, &old, &input, by)?;
        let is_new = customer.contact.email_key() != old.contact.email_key();
        if is_new && !caller.is_shop() {
            email_verifications::ask_customer(tx, id)?;
        }
        Ok(customer)
    });
    let customer = visible_to(changed.await?, &caller);
    Response::object(&customer, &caller)
}

/// The shop may write down whom it only calls; an account needs an e-mail.
fn read_input(json: &Json, caller: &Caller, has_account: bool) -> Result<CustomerInput> {
    let reached = match caller.is_shop() && !has_account {
        true => Reached::ByEmailOrPhone,
        false => Reached::ByEmail,
    };
    form::read(json, |form| fields(form, reached, caller.is_shop()))
}

fn fields(form: &Form, reached: Reached, is_shop: bool) -> Field<CustomerInput> {
    let contact = contact(form, reached);
    let addresses = form.list("addresses", ADDRESSES_MAX, address);
    let marketing = form.optional("accepts_marketing", flag);
    form.ignore(&["orders_count", "total_spent", "note"]);
    let note =
        if is_shop { form.clearable("note", paragraphs(NOTE_CHARS_MAX)) } else { Ok(Change::Keep) };
    Ok(CustomerInput {
        contact: contact?,
        addresses: addresses?.unwrap_or_default(),
        accepts_marketing: marketing?.unwrap_or(false),
        note: note?,
    })
}

/// The record as this caller may see it.
fn visible_to(mut customer: Customer, caller: &Caller) -> Customer {
    if !caller.sees_as_staff() {
        customer.note = Note::Hidden;
    }
    customer
}
