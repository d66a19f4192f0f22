//! `/password_resets` and `/staff/password_resets`: a new password for whoever does not know
//! theirs.

use rocket::post;
use serde_json::json;

use crate::domain::text::{EMAIL_CHARS_MAX, cannot_fit};
use crate::domain::{Invalid, Parsed};
use crate::hashing::Queue;
use crate::http::body::Body;
use crate::http::contact_forms::new_password;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, raw};
use crate::http::json::Json;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::response::{ApiResult, Response};
use crate::store::password_resets::{self, Asked};
use crate::store::sessions::Realm;

#[post("/password_resets", data = "<body>")]
pub async fn request(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    let asked = form::read(&body.json(), customer)?;
    ask(ctx, Realm::Customers, asked).await
}

#[post("/staff/password_resets", data = "<body>")]
pub async fn request_of_staff(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    let asked = form::read(&body.json(), |form| Ok(Asked::Email(form.required("email", name)?)))?;
    ask(ctx, Realm::Staff, asked).await
}

#[post("/password_resets/<token>", data = "<body>")]
pub async fn change(ctx: RequestContext, token: &str, body: Body) -> ApiResult {
    set(ctx, Realm::Customers, token, body).await
}

#[post("/staff/password_resets/<token>", data = "<body>")]
pub async fn change_of_staff(ctx: RequestContext, token: &str, body: Body) -> ApiResult {
    set(ctx, Realm::Staff, token, body).await
}

/// The answer is the same whoever was asked for, after the same work.
async fn ask(ctx: RequestContext, realm: Realm, asked: Asked) -> ApiResult {
    ctx.limit(Kind::Login, &Caller::Visitor)?;
    ctx.write(move |tx| password_resets::request(tx, realm, &asked)).await?;
    let detail = "If there is such an account, a mail with a link is on its way to its address.";
    Ok(Response::ok(&json!({ "detail": detail }))?.with_status(202))
}

async fn set(ctx: RequestContext, realm: Realm, token: &str, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    ctx.limit(Kind::Login, &Caller::Visitor)?;
    let new = |names: &[&str]| {
        form::read(&body.json(), |form| form.required("password", new_password(names)))
    };
    // What can be no password is told first; whose it would be is known by the token alone.
    new(&[])?;
    let token = token.to_owned();
    let owner = ctx.read(|tx| password_resets::owner_of(tx, realm, &token))?;
    let password = new(&owner.names())?;
    drop(body);
    let hash = ctx.app.hashing.hash(Queue::Strangers, password).await?;
    ctx.write(move |tx| password_resets::change(tx, realm, &token, &hash)).await?;
    Ok(Response::nothing())
}

/// The username or the e-mail of a customer.
fn customer(form: &Form) -> Field<Asked> {
    let username = form.optional("username", name)?;
    let email = form.optional("email", name)?;
    match (username, email) {
        (Some(_), Some(_)) => {
            let detail = "Give the username or the e-mail, not both.";
            Err(form.note("email", Invalid::new("not_allowed", detail)))
        }
        (Some(username), None) => Ok(Asked::Username(username)),
        (None, Some(email)) => Ok(Asked::Email(email)),
        (None, None) => {
            let detail = "Enter a username or an e-mail address.";
            Err(form.note("email", Invalid::new("required", detail)))
        }
    }
}

/// A text too long to be a name is nobody's.
fn name(value: &Json) -> Parsed<String> {
    let text = raw(value)?;
    Ok(if cannot_fit(&text, EMAIL_CHARS_MAX) { String::new() } else { text })
}
