//! `/api_keys`: what programs show instead of a password. For the owner alone.

use rocket::{delete, get, patch, post};
use serde::Serialize;

use crate::domain::api_keys::KeyRole;
use crate::domain::text::LINE_CHARS_MAX;
use crate::domain::{Id, Invalid};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, line, text};
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::api_keys::{self, ApiKey};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at")];

/// A new key, for the only time with itself.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    listed: &'a ApiKey,
    key: String,
}

#[get("/api_keys")]
pub fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Keys)?;
    let query = ctx.query()?;
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ctx.read(|tx| api_keys::page(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/api_keys", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.may(Permission::Keys)?;
    let (role, name) = form::read(&body.json(), fields)?;
    let created = ctx.write(move |tx| api_keys::create(tx, role, name.as_deref()));
    let (listed, key) = created.await?;
    Response::created(format!("/api_keys/{}", listed.id), &Created { listed: &listed, key })
}

#[get("/api_keys/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::Keys)?;
    Response::ok(&ctx.read(|tx| api_keys::find(tx, id))?)
}

#[patch("/api_keys/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    ctx.may(Permission::Keys)?;
    let renamed = ctx.write(move |tx| {
        let old = api_keys::find(tx, id)?;
        let name = form::read(&body.over(&old)?, |form| new_name(form, &old))?;
        api_keys::rename(tx, &old, name.as_deref())
    });
    Response::ok(&renamed.await?)
}

#[delete("/api_keys/<id>")]
pub async fn revoke(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::Keys)?;
    ctx.write(move |tx| api_keys::revoke(tx, id)).await?;
    Ok(Response::nothing())
}

fn fields(form: &Form) -> Field<(KeyRole, Option<String>)> {
    form.ignore(&["revoked_at"]);
    let role = form.required("role", text(KeyRole::parse));
    let name = form.optional("name", line(LINE_CHARS_MAX));
    Ok((role?, name?))
}

/// The name of a key; its role may be sent back, and stays.
fn new_name(form: &Form, old: &ApiKey) -> Field<Option<String>> {
    form.ignore(&["revoked_at"]);
    let name = form.optional("name", line(LINE_CHARS_MAX));
    let role = form.change("role", text(KeyRole::parse));
    if role?.or(old.role) != old.role {
        let detail = "A key keeps its role; make another one.";
        return Err(form.note("role", Invalid::new("not_allowed", detail)));
    }
    name
}
