//! `/staff`: the people who work in the shop. For the owner alone, but that everyone changes their
//! own password.

use rocket::{delete, get, patch, post};

use crate::domain::calendar::Timestamp;
use crate::domain::passwords::Password;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::domain::{Change, Id};
use crate::error::{FieldError, Result};
use crate::hashing::Queue;
use crate::http::body::Body;
use crate::http::contact_forms::new_password;
use crate::http::context::RequestContext;
use crate::http::etag::{Tag, Versioned};
use crate::http::form::{self, Field, Form, raw, text};
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::http::sign_in::prove_password;
use crate::secret;
use crate::store::password_resets;
use crate::store::staff::{self, PersonChange};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("email", "email_key")];

impl Versioned for Person {
    /// Signing in changes the response without being an edit.
    fn tag(&self) -> Tag {
        let revision = self.last_login_at.map_or(0, Timestamp::seconds);
        Tag { version: self.version, revision }
    }
}

/// The body of a change.
struct PersonInput {
    email: Email,
    role: Role,
    password: Change<Password>,
    current_password: Option<String>,
}

#[get("/staff")]
pub fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Staff)?;
    let query = ctx.query()?;
    let range = query.range(SORTS, true)?;
    query.done()?;
    let page = ctx.read(|tx| staff::list(tx, &range))?;
    query.answer(&page, range.sort)
}

#[post("/staff", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::Staff)?;
    let can_invite = ctx.app.settings()?.can_send_links();
    let (email, role, password) = form::read(&body.json(), |form| newcomer(form, can_invite))?;
    drop(body);
    let is_invited = password.is_none();
    // Nobody knows this one: whoever is invited chooses theirs.
    let unknown = || secret::token("").map(|token| Password::attempt(&token));
    let password = password.map_or_else(unknown, Ok)?;
    let hash = ctx.app.hashing.hash(Queue::Staff, password).await?;
    let made = ctx.write(move |tx| {
        let person = staff::add(tx, &email, role, &hash)?;
        if is_invited {
            password_resets::invite(tx, &person)?;
        }
        Ok(person)
    });
    let person = made.await?;
    Response::new_object(format!("/staff/{}", person.id), &person, &caller)
}

#[get("/staff/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may(Permission::Staff)?;
    ctx.object(&ctx.read(|tx| staff::find(tx, id))?, &caller)
}

#[patch("/staff/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    let is_own = is_own(&caller, id);
    if !is_own {
        ctx.may(Permission::Staff)?;
    }
    let old = ctx.read(|tx| staff::find(tx, id))?;
    let input = read_input(&body, &old)?;
    if is_own {
        check_own(&old, &input)?;
        let hash = ctx.read(|tx| staff::password_hash(tx, id))?;
        let own = (format!("password of staff {id}"), Queue::Staff, hash);
        prove_password(&ctx, own, input.current_password.as_deref()).await?;
    }
    let password_hash = match input.password {
        Change::Set(password) => Some(ctx.app.hashing.hash(Queue::Staff, password).await?),
        Change::Keep => None,
    };
    let session_id = match caller {
        Caller::Staff(session) => Some(session.session_id),
        _ => None,
    };
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        // Read again: what the body leaves out may have changed while the password was hashed.
        let old = staff::find(tx, id)?;
        let PersonInput { email, role, .. } = if_match.guard(&old, read_input(&body, &old))?;
        let password_hash = password_hash.clone();
        let change = PersonChange { email, role, password_hash, session_id };
        staff::update(tx, &old, &change)
    });
    Response::object(&changed.await?, &caller)
}

#[delete("/staff/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::Staff)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let person = staff::find(tx, id)?;
        if_match.check(&person)?;
        staff::delete(tx, &person)
    })
    .await?;
    Ok(Response::nothing())
}

/// Tells `true` for one of the staff who changes themself. An owner may change anybody.
fn is_own(caller: &Caller, id: Id) -> bool {
    let Caller::Staff(session) = caller else { return false };
    session.staff_id == id && session.role == Role::Staff
}

/// Refuses what nobody changes of themself.
///
/// # Errors
/// `not_allowed` at the e-mail or the role.
fn check_own(old: &Person, input: &PersonInput) -> Result<()> {
    let detail = "Only an owner changes this.";
    let changed = [("/email", input.email != old.email), ("/role", input.role != old.role)];
    let errors = changed.into_iter().filter(|(_, is_changed)| *is_changed);
    FieldError::none(
        errors.map(|(pointer, _)| FieldError::at(pointer, "not_allowed", detail)).collect(),
    )
}

/// Somebody new. Who is given no password is invited to choose one, where a mail can be sent.
fn newcomer(form: &Form, can_invite: bool) -> Field<(Email, Option<Role>, Option<Password>)> {
    form.ignore(&["last_login_at"]);
    let email = form.required("email", text(Email::parse));
    let names: Vec<&str> = email.as_ref().map(Email::as_str).into_iter().collect();
    let password = match can_invite {
        true => form.optional("password", new_password(&names)),
        false => form.required("password", new_password(&names)).map(Some),
    };
    let role = form.optional("role", text(Role::parse));
    let password = password?;
    Ok((email?, role?, password))
}

/// The change that a body makes of a person.
fn read_input(body: &Body, old: &Person) -> Result<PersonInput> {
    form::read(&body.over(old)?, |form| changes(form, old))
}

fn changes(form: &Form, old: &Person) -> Field<PersonInput> {
    form.ignore(&["last_login_at"]);
    let email = form.change("email", text(Email::parse));
    let role = form.change("role", text(Role::parse));
    let name = email.as_ref().ok().and_then(Change::sent).unwrap_or(&old.email);
    let password = form.change("password", new_password(&[name.as_str()]));
    let current_password = form.optional("current_password", raw);
    let (email, role) = (email?.or(old.email.clone()), role?.or(old.role));
    Ok(PersonInput { email, role, password: password?, current_password: current_password? })
}
