//! `/api_keys`: what programs show instead of a password. For the owner alone.

use rocket::{delete, get, patch, post};
use serde::Serialize;

use super::auth::{Permission, authorize};
use super::body::Body;
use super::context::RequestContext;
use super::form::{self, Field, Form, line, text};
use super::response::{ApiResult, Response};
use crate::domain::staff::KeyRole;
use crate::domain::text::LINE_CHARS_MAX;
use crate::domain::{Change, Id, Invalid};
use crate::error::Result;
use crate::store::keys::{self, Key};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at")];

/// A new key, for the only time with itself.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    listed: &'a Key,
    key: String,
}

#[get("/api_keys")]
pub fn list(ctx: RequestContext) -> ApiResult {
    check_owner(&ctx)?;
    let query = ctx.query();
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ctx.app.store.read(|tx| keys::page(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/api_keys", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    check_owner(&ctx)?;
    let (role, name) = form::read(body.json(), wanted)?;
    let now = ctx.now;
    let made = ctx.write(move |tx| keys::make(tx, role, name.as_deref(), now));
    let (listed, key) = made.await?;
    Response::created(format!("/api_keys/{}", listed.id), &Created { listed: &listed, key })
}

#[get("/api_keys/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    check_owner(&ctx)?;
    Response::ok(&ctx.app.store.read(|tx| keys::read(tx, id))?)
}

#[patch("/api_keys/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    check_owner(&ctx)?;
    let key = ctx.write(move |tx| {
        let old = keys::read(tx, id)?;
        let name = form::read(body.json(), |form| new_name(form, &old))?;
        keys::rename(tx, id, name.or(old.name).as_deref())
    });
    Response::ok(&key.await?)
}

#[delete("/api_keys/<id>")]
pub async fn revoke(ctx: RequestContext, id: Id) -> ApiResult {
    check_owner(&ctx)?;
    let now = ctx.now;
    ctx.write(move |tx| keys::revoke(tx, id, now)).await?;
    Ok(Response::nothing())
}

fn check_owner(ctx: &RequestContext) -> Result<()> {
    authorize(&ctx.caller()?, Permission::Keys).map(drop)
}

fn wanted(form: &Form) -> Field<(KeyRole, Option<String>)> {
    form.ignore(&["revoked_at"]);
    let role = form.required("role", text(KeyRole::parse));
    let name = form.optional("name", line(LINE_CHARS_MAX));
    Ok((role?, name?))
}

fn new_name(form: &Form, old: &Key) -> Field<Change<Option<String>>> {
    form.ignore(&["revoked_at"]);
    let name = form.clearable("name", line(LINE_CHARS_MAX));
    let role = form.change("role", text(KeyRole::parse));
    if role?.sent().is_some_and(|role| *role != old.role) {
        let detail = "A key keeps its role; make another one.";
        return Err(form.note("role", Invalid::new("not_allowed", detail)));
    }
    name
}
