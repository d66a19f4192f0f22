//! `/sessions` and `/staff/sessions`: signing in and out.

use rocket::{delete, get, post};
use serde_json::json;

use super::http::body::Body;
use super::http::context::RequestContext;
use super::http::credential::cleared_cookie;
use super::http::form::{self, Field, Form, raw};
use super::http::limits::Kind;
use super::http::permissions::Caller;
use super::http::response::{ApiResult, Response};
use super::http::sign_in::signed_in;
use crate::domain::passwords::{PASSWORD_BYTES_MAX, Password};
use crate::domain::text::folded;
use crate::error::{Code, Error, Result};
use crate::secret;
use crate::store::sessions::{self, LoginRecord, NewSession, Realm};
use crate::store::staff;

#[post("/sessions", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    let (name, password) = form::read(&body.json(), |form| credentials(form, "username"))?;
    drop(body);
    let (record, session) = sign_in(&ctx, Realm::Customers, &name, password).await?;
    Response::created(
        "/sessions/current".to_owned(),
        &json!({
            "token": session.token,
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "account_id": record.id,
            "customer_id": record.customer_id,
        }),
    )
}

#[get("/sessions/current")]
pub fn current(ctx: RequestContext) -> ApiResult {
    match ctx.caller()? {
        Caller::Customer(session) => Response::ok(&json!({
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "account_id": session.account_id,
            "customer_id": session.customer_id,
        })),
        caller => Err(not_signed_in(&caller)),
    }
}

#[delete("/sessions/current")]
pub async fn end(ctx: RequestContext) -> ApiResult {
    match ctx.caller()? {
        Caller::Customer(session) => {
            let id = session.session_id;
            ctx.write(move |tx| sessions::end(tx, id)).await?;
            Ok(Response::nothing())
        }
        caller => Err(not_signed_in(&caller)),
    }
}

#[post("/staff/sessions", data = "<body>")]
pub async fn create_staff(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    let (name, password) = form::read(&body.json(), |form| credentials(form, "email"))?;
    drop(body);
    let (record, session) = sign_in(&ctx, Realm::Staff, &name, password).await?;
    signed_in(&ctx, &record, &session)
}

#[get("/staff/sessions/current")]
pub fn current_staff(ctx: RequestContext) -> ApiResult {
    match ctx.caller()? {
        Caller::Staff(session) => {
            let person = ctx.read(|tx| staff::find(tx, session.staff_id))?;
            Response::ok(&json!({
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
pub async fn end_staff(ctx: RequestContext) -> ApiResult {
    match ctx.caller()? {
        Caller::Staff(session) => {
            let id = session.session_id;
            ctx.write(move |tx| sessions::end(tx, id)).await?;
            Ok(Response::nothing().with_cookie(cleared_cookie()))
        }
        caller => Err(not_signed_in(&caller)),
    }
}

/// Opens a session for a name and its password. Whatever is wrong, the response is the same, after
/// the same work.
async fn sign_in(
    ctx: &RequestContext,
    realm: Realm,
    name: &str,
    password: Password,
) -> Result<(LoginRecord, NewSession)> {
    ctx.limit(Kind::Login, &ctx.caller_or_visitor()?)?;
    let (key, app) = (folded(name.trim()), &ctx.app);
    let (network_hash, own_address) = (ctx.address.network_hash(&app.secret), !ctx.address.proxied);
    let record = ctx.read(|tx| sessions::login_record(tx, realm, &key, &network_hash))?;
    let known = own_address && record.as_ref().is_some_and(|record| record.known_network);
    let counter = if known {
        format!("{realm:?} {key} {}", secret::hex(&network_hash))
    } else {
        format!("{realm:?} {key}")
    };
    app.limits.attempt(&counter, app.clock.now())?;
    let hash = record.as_ref().map(|record| record.password_hash.clone());
    let fits = app.hashing.verify(hash, password).await?;
    let Some(record) = record.filter(|_| fits) else { return Err(wrong()) };
    let (proven, network_hash) = (record.clone(), own_address.then_some(network_hash));
    let opened =
        ctx.write(move |tx| sessions::open(tx, realm, &key, &proven, network_hash.as_ref()));
    let opened = opened.await?;
    app.limits.succeeded(&counter);
    Ok((record, opened.ok_or_else(wrong)?))
}

fn credentials(form: &Form, name: &'static str) -> Field<(String, Password)> {
    let name = form.required(name, raw);
    // A text too long to be a password is not hashed as one.
    let password = form.required("password", |value| {
        raw(value).map(|text| if text.len() > PASSWORD_BYTES_MAX { String::new() } else { text })
    });
    Ok((name?, Password::attempt(&password?)))
}

fn wrong() -> Error {
    Error::new(Code::Unauthenticated, "The name or the password is wrong.")
}

fn not_signed_in(caller: &Caller) -> Error {
    if caller.is_visitor() {
        Error::new(Code::Unauthenticated, "Please sign in.")
    } else {
        Error::new(Code::Forbidden, "This credential is no such session.")
    }
}
