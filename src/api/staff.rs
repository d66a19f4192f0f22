//! `/staff`: the people who work in the shop. For the owner alone.

use rocket::{delete, get, patch, post};

use super::answer::{Answer, Reply};
use super::ask::Ask;
use super::auth::{Caller, Permission, authorize};
use super::body::Body;
use super::etag::{Tag, in_order};
use super::form::{self, Field, Form, text};
use super::people::new_password;
use crate::domain::calendar::Timestamp;
use crate::domain::passwords::Password;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::domain::{Change, Id};
use crate::error::Result;
use crate::store::staff::{self, PersonChange};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("email", "email_key")];

#[get("/staff")]
pub fn list(ask: Ask) -> Reply {
    owner(&ask)?;
    let query = ask.query();
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ask.app.store.read(|tx| staff::list(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/staff", data = "<body>")]
pub async fn create(ask: Ask, body: Body) -> Reply {
    let caller = owner(&ask)?;
    let (email, role, password) = form::read(body.json(), newcomer)?;
    let (hash, now) = (ask.app.hashing.hash(password).await?, ask.now);
    let person = ask.write(move |tx| staff::add(tx, &email, role, &hash, now)).await?;
    let (location, etag) =
        (format!("/staff/{}", person.id), tag(&person).text(caller.sees_as_staff()));
    Ok(Answer::created(location, &person)?.with_etag(etag))
}

#[get("/staff/<id>")]
pub fn read(ask: Ask, id: Id) -> Reply {
    let caller = owner(&ask)?;
    let person = ask.app.store.read(|tx| staff::find(tx, id))?;
    ask.object(&person, tag(&person), &caller)
}

#[patch("/staff/<id>", data = "<body>")]
pub async fn edit(ask: Ask, id: Id, body: Body) -> Reply {
    let caller = owner(&ask)?;
    let old = ask.app.store.read(|tx| staff::find(tx, id))?;
    let (email, role, password) = form::read(body.json(), |form| changes(form, &old))?;
    let (if_match, now) = (ask.if_match(), ask.now);
    check(&old, if_match.as_deref())?;
    let password_hash = match password {
        Change::Set(password) => Some(ask.app.hashing.hash(password).await?),
        Change::Keep => None,
    };
    let session_id = match caller {
        Caller::Staff(session) => Some(session.session_id),
        _ => None,
    };
    let change = PersonChange { email, role, password_hash, session_id };
    let changed = ask.write(move |tx| {
        let old = staff::find(tx, id)?;
        in_order(staff::update(tx, id, &change, now), || check(&old, if_match.as_deref()))
    });
    let person = changed.await?;
    Ok(Answer::ok(&person)?.with_etag(tag(&person).text(caller.sees_as_staff())))
}

#[delete("/staff/<id>")]
pub async fn delete(ask: Ask, id: Id) -> Reply {
    owner(&ask)?;
    let if_match = ask.if_match();
    ask.write(move |tx| {
        check(&staff::find(tx, id)?, if_match.as_deref())?;
        staff::delete(tx, id)
    })
    .await?;
    Ok(Answer::nothing())
}

fn owner(ask: &Ask) -> Result<Caller> {
    let caller = ask.caller()?;
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
