//! `/sessions` and `/staff/sessions`: signing in and out.

use rocket::{delete, get, post};
use serde_json::json;

use crate::domain::passwords::Password;
use crate::domain::text::{EMAIL_CHARS_MAX, cannot_fit, folded};
use crate::error::{Code, Error, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::credential::cleared_cookies;
use crate::http::form::{self, Field, Form, raw};
use crate::http::permissions::Caller;
use crate::http::response::{ApiResult, Response};
use crate::http::sign_in::{KnownDevice, attempt, signed_in};
use crate::store::sessions::{self, LoginRecord, NewSession, Realm};
use crate::store::staff;

#[post("/sessions", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.caller_or_visitor()?;
    let (name, password) = form::read(&body.json(), |form| credentials(form, "username"))?;
    drop(body);
    let (record, session) = sign_in(&ctx, Realm::Customers, &name, password).await?;
    let device = ctx.device_cookie(Realm::Customers, &record)?;
    let response = Response::created(
        "/sessions/current".to_owned(),
        &json!({
            "token": session.token,
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "account_id": record.id,
            "customer_id": record.customer_id,
        }),
    )?;
    Ok(response.with_cookies([device]))
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
            Ok(Response::nothing().with_cookies(cleared_cookies(ctx.address.is_https)))
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
    let (key, app) = (folded(name).trim().to_owned(), &ctx.app);
    let network = ctx.address.network_hash(&app.secret);
    let record = ctx.read(|tx| sessions::login_record(tx, realm, &key, network.as_ref()))?;
    let known = record.as_ref().and_then(|record| KnownDevice::of(ctx, realm, record, network));
    let attempt = attempt(ctx, &format!("{realm:?} {key}"), known.as_ref())?;
    let queue = KnownDevice::queue(known.as_ref(), realm);
    let hash = record.as_ref().map(|record| record.password_hash.clone());
    let fits = app.hashing.verify(queue, hash, password).await?;
    let Some(record) = record.filter(|_| fits) else {
        attempt.failed();
        return Err(wrong());
    };
    // A device that keeps its cookie needs no other sign.
    let network = network.filter(|_| known.is_none());
    let (proven, replaced) = (record.clone(), ctx.session_of_cookie());
    let opened = ctx.write(move |tx| {
        let opened = sessions::open(tx, realm, &key, &proven, network.as_ref())?;
        if let (Some(replaced), Some(_), Realm::Staff) = (replaced, &opened, realm) {
            sessions::end(tx, replaced)?;
        }
        Ok(opened)
    });
    let Some(session) = opened.await? else {
        attempt.failed();
        return Err(wrong());
    };
    attempt.succeeded();
    Ok((record, session))
}

fn credentials(form: &Form, name: &'static str) -> Field<(String, Password)> {
    // A text too long to be a name is nobody's, as an empty one is.
    let name = form.required(name, |value| {
        raw(value).map(|text| if cannot_fit(&text, EMAIL_CHARS_MAX) { String::new() } else { text })
    });
    let password = form.required("password", raw);
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
