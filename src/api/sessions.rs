//! `/sessions` and `/staff/sessions`: signing in and out.

use rocket::{delete, get, post};
use serde_json::json;

use super::answer::{Answer, Reply};
use super::ask::Ask;
use super::auth::{Caller, cleared_cookie};
use super::body::Body;
use super::form::{self, Field, Form, raw};
use super::limits::Kind;
use crate::domain::passwords::{PASSWORD_BYTES_MAX, Password};
use crate::domain::text::folded;
use crate::error::{Code, Error, Result};
use crate::secret;
use crate::store::sessions::{self, Candidate, Door, Opened};
use crate::store::staff;

#[post("/sessions", data = "<body>")]
pub async fn create(ask: Ask, body: Body) -> Reply {
    ask.caller_or_visitor()?;
    let (name, password) = form::read(body.json(), |form| credentials(form, "username"))?;
    let (candidate, opened) = sign_in(&ask, Door::Customers, &name, password).await?;
    Answer::created(
        "/sessions/current".to_owned(),
        &json!({
            "token": opened.token,
            "token_type": "Bearer",
            "expires_at": opened.expires_at,
            "account_id": candidate.id,
            "customer_id": candidate.customer_id,
        }),
    )
}

#[get("/sessions/current")]
pub fn current(ask: Ask) -> Reply {
    match ask.caller()? {
        Caller::Customer(session) => Answer::ok(&json!({
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "account_id": session.account_id,
            "customer_id": session.customer_id,
        })),
        caller => Err(not_signed_in(&caller)),
    }
}

#[delete("/sessions/current")]
pub async fn end(ask: Ask) -> Reply {
    match ask.caller()? {
        Caller::Customer(session) => {
            let id = session.session_id;
            ask.write(move |tx| sessions::end(tx, id)).await?;
            Ok(Answer::nothing())
        }
        caller => Err(not_signed_in(&caller)),
    }
}

#[post("/staff/sessions", data = "<body>")]
pub async fn create_staff(ask: Ask, body: Body) -> Reply {
    ask.caller_or_visitor()?;
    let (name, password) = form::read(body.json(), |form| credentials(form, "email"))?;
    let (candidate, opened) = sign_in(&ask, Door::Staff, &name, password).await?;
    ask.signed_in(&candidate, &opened)
}

#[get("/staff/sessions/current")]
pub fn current_staff(ask: Ask) -> Reply {
    match ask.caller()? {
        Caller::Staff(session) => {
            let person = ask.app.store.read(|tx| staff::find(tx, session.staff_id))?;
            Answer::ok(&json!({
                "token_type": "Bearer",
                "expires_at": session.expires_at,
                "staff_id": session.staff_id,
                "email": person.email,
                "role": session.role,
            }))
        }
        caller => Err(not_signed_in(&caller)),
    }
}

#[delete("/staff/sessions/current")]
pub async fn end_staff(ask: Ask) -> Reply {
    match ask.caller()? {
        Caller::Staff(session) => {
            let id = session.session_id;
            ask.write(move |tx| sessions::end(tx, id)).await?;
            Ok(Answer::nothing().with_cookie(cleared_cookie()))
        }
        caller => Err(not_signed_in(&caller)),
    }
}

/// Opens a session for a name and its password. Whatever is wrong, the answer is the same, after
/// the same work.
async fn sign_in(
    ask: &Ask,
    door: Door,
    name: &str,
    password: Password,
) -> Result<(Candidate, Opened)> {
    ask.limit(Kind::Login, &ask.caller_or_visitor()?)?;
    let (key, place, app) = (folded(name.trim()), ask.place(), &ask.app);
    let candidate = app.store.read(|tx| sessions::candidate(tx, door, &key, &place))?;
    let known = candidate.as_ref().is_some_and(|c| c.known_place) && ask.has_own_address();
    let counter = match known {
        true => format!("{door:?} {key} {}", secret::hex(&place)),
        false => format!("{door:?} {key}"),
    };
    app.limits.attempt(&counter, ask.now)?;
    let kept = candidate.as_ref().map(|candidate| candidate.password_hash.clone());
    let fits = app.hashing.verify(kept, password).await?;
    let Some(candidate) = candidate.filter(|_| fits) else { return Err(wrong()) };
    let (place, now) = (ask.has_own_address().then_some(place), ask.now);
    let opening = candidate.clone();
    let opened =
        ask.write(move |tx| sessions::open(tx, door, &key, &opening, place.as_ref(), now)).await?;
    app.limits.succeeded(&counter);
    Ok((candidate, opened.ok_or_else(wrong)?))
}

fn credentials(form: &Form, name: &'static str) -> Field<(String, Password)> {
    let name = form.required(name, raw);
    // What is too long to be a password is not hashed as one.
    let password = form.required("password", |value| {
        raw(value).map(|text| if text.len() > PASSWORD_BYTES_MAX { String::new() } else { text })
    });
    Ok((name?, Password::attempt(&password?)))
}

fn wrong() -> Error {
    Error::new(Code::Unauthenticated, "The name or the password is wrong.")
}

fn not_signed_in(caller: &Caller) -> Error {
    match caller.is_visitor() {
        true => Error::new(Code::Unauthenticated, "Please sign in."),
        false => Error::new(Code::Forbidden, "This credential is no such session."),
    }
}
