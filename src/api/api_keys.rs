//! `/api_keys`: what programs show instead of a password. For the owner alone.

use rocket::{delete, get, patch, post};
use serde::Serialize;

use super::answer::{Answer, Reply};
use super::ask::Ask;
use super::auth::{Permission, authorize};
use super::body::Body;
use super::form::{self, Field, Form, line, text};
use crate::domain::staff::KeyRole;
use crate::domain::text::LINE_CHARS_MAX;
use crate::domain::{Change, Id, Refusal};
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
pub fn list(ask: Ask) -> Reply {
    check_owner(&ask)?;
    let query = ask.query();
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ask.app.store.read(|tx| keys::page(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/api_keys", data = "<body>")]
pub async fn create(ask: Ask, body: Body) -> Reply {
    check_owner(&ask)?;
    let (role, name) = form::read(body.json(), wanted)?;
    let now = ask.now;
    let made = ask.write(move |tx| keys::make(tx, role, name.as_deref(), now));
    let (listed, key) = made.await?;
    Answer::created(format!("/api_keys/{}", listed.id), &Created { listed: &listed, key })
}

#[get("/api_keys/<id>")]
pub fn read(ask: Ask, id: Id) -> Reply {
    check_owner(&ask)?;
    Answer::ok(&ask.app.store.read(|tx| keys::read(tx, id))?)
}

#[patch("/api_keys/<id>", data = "<body>")]
pub async fn edit(ask: Ask, id: Id, body: Body) -> Reply {
    check_owner(&ask)?;
    let key = ask.write(move |tx| {
        let old = keys::read(tx, id)?;
        let name = form::read(body.json(), |form| new_name(form, &old))?;
        keys::rename(tx, id, name.or(old.name).as_deref())
    });
    Answer::ok(&key.await?)
}

#[delete("/api_keys/<id>")]
pub async fn revoke(ask: Ask, id: Id) -> Reply {
    check_owner(&ask)?;
    let now = ask.now;
    ask.write(move |tx| keys::revoke(tx, id, now)).await?;
    Ok(Answer::nothing())
}

fn check_owner(ask: &Ask) -> Result<()> {
    authorize(&ask.caller()?, Permission::Keys).map(drop)
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
        return Err(form.note("role", Refusal::new("not_allowed", detail)));
    }
    name
}
