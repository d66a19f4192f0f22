//! `/staff`: the people who work in the shop. For the owner alone.

use rocket::{delete, get, patch, post};

use super::auth::{Caller, Permission, authorize};
use super::body::Body;
use super::contact_forms::new_password;
use super::context::RequestContext;
use super::etag::{Tag, in_order};
use super::form::{self, Field, Form, text};
use super::response::{ApiResult, Response};
use crate::domain::calendar::Timestamp;
use crate::domain::passwords::Password;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::domain::{Change, Id};
use crate::error::Result;
use crate::store::staff::{self, PersonChange};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("email", "email_key")];

#[get("/staff")]
pub fn list(ctx: RequestContext) -> ApiResult {
    owner(&ctx)?;
    let query = ctx.query();
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ctx.app.store.read(|tx| staff::list(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/staff", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = owner(&ctx)?;
    let (email, role, password) = form::read(body.json(), newcomer)?;
    let (hash, now) = (ctx.app.hashing.hash(password).await?, ctx.now);
    let person = ctx.write(move |tx| staff::add(tx, &email, role, &hash, now)).await?;
    let (location, etag) =
        (format!("/staff/{}", person.id), tag(&person).text(caller.sees_as_staff()));
    Ok(Response::created(location, &person)?.with_etag(etag))
}

#[get("/staff/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = owner(&ctx)?;
    let person = ctx.app.store.read(|tx| staff::find(tx, id))?;
    ctx.object(&person, tag(&person), &caller)
}

#[patch("/staff/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = owner(&ctx)?;
    let old = ctx.app.store.read(|tx| staff::find(tx, id))?;
    let (email, role, password) = form::read(body.json(), |form| changes(form, &old))?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    check(&old, if_match.as_deref())?;
    let password_hash = match password {
        Change::Set(password) => Some(ctx.app.hashing.hash(password).await?),
        Change::Keep => None,
    };
    let session_id = match caller {
        Caller::Staff(session) => Some(session.session_id),
        _ => None,
    };
    let change = PersonChange { email, role, password_hash, session_id };
    let changed = ctx.write(move |tx| {
        let old = staff::find(tx, id)?;
        in_order(staff::update(tx, id, &change, now), || check(&old, if_match.as_deref()))
    });
    let person = changed.await?;
    Ok(Response::ok(&person)?.with_etag(tag(&person).text(caller.sees_as_staff())))
}

#[delete("/staff/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    owner(&ctx)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        check(&staff::find(tx, id)?, if_match.as_deref())?;
        staff::delete(tx, id)
    })
    .await?;
    Ok(Response::nothing())
}

fn owner(ctx: &RequestContext) -> Result<Caller> {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::Staff)?;
    Ok(caller)
}

fn newcomer(form: &Form) -> Field<(Email, Option<Role>, Password)> {
    form.ignore(&["last_login_at"]);
    let email = form.required("email", text(Email::parse));
    let names: Vec<&str> = email.as_ref().map(Email::as_str).into_iter().collect();
    let password = form.required("password", new_password(&names));
    let role = form.optional("role", text(Role::parse));
    let password = password?;
    Ok((email?, role?, password))
}

fn changes(form: &Form, old: &Person) -> Field<(Change<Email>, Change<Role>, Change<Password>)> {
    form.ignore(&["last_login_at"]);
    let email = form.change("email", text(Email::parse));
    let role = form.change("role", text(Role::parse));
    let own = email.as_ref().ok().and_then(Change::sent).unwrap_or(&old.email);
    let password = form.change("password", new_password(&[own.as_str()]))?;
    Ok((email?, role?, password))
}

/// Signing in changes the answer without being an edit.
fn tag(person: &Person) -> Tag {
    let revision = person.last_login_at.map_or(0, Timestamp::seconds);
    Tag { version: person.version, revision }
}

fn check(person: &Person, if_match: Option<&str>) -> Result<()> {
    tag(person).check(if_match, false, || serde_json::json!(person))
}
