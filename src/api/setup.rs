//! `POST /setup`: makes the owner of a shop that has none.

use rocket::post;

use super::body::Body;
use super::contact_forms::new_password;
use super::context::RequestContext;
use super::form::{self, Field, Form, flag, line, raw, text};
use super::limits::Kind;
use super::response::ApiResult;
use crate::domain::currency::Currency;
use crate::domain::passwords::Password;
use crate::domain::text::{Email, LINE_CHARS_MAX, country};
use crate::store::setup::{self, Claim};

/// What the body says.
struct SetupInput {
    code: String,
    email: Email,
    password: Password,
    shop_name: String,
    currency: Currency,
    country: Option<String>,
    sample: bool,
}

#[post("/setup", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    let wanted = form::read(body.json(), fields)?;
    // A guess at the code is a guess at a password.
    ctx.limit(Kind::Login, &caller)?;
    let store = &ctx.app.store;
    let sample = store.open_setup(&wanted.code, ctx.now)?;
    let claim = Claim {
        email: wanted.email,
        password_hash: ctx.app.hashing.hash(wanted.password).await?,
        shop_name: wanted.shop_name,
        currency: wanted.currency,
        country: wanted.country,
        sample: wanted.sample.then_some(sample),
    };
    let (network_hash, now) = (ctx.has_own_address().then(|| ctx.network_hash()), ctx.now);
    let claimed = ctx.write(move |tx| setup::claim(tx, &claim, network_hash.as_ref(), now)).await;
    let (owner, opened) = claimed?;
    store.end_setup();
    ctx.signed_in(&owner, &opened)
}

fn fields(form: &Form) -> Field<SetupInput> {
    let code = form.required("code", raw);
    let email = form.required("email", text(Email::parse));
    let names: Vec<&str> = email.as_ref().map(Email::as_str).into_iter().collect();
    let password = form.required("password", new_password(&names));
    let shop_name = form.required("shop_name", line(LINE_CHARS_MAX));
    let currency = form.required("currency", text(Currency::parse));
    let country = form.optional("country", text(country));
    let sample = form.optional("sample", flag);
    Ok(SetupInput {
        code: code?,
        password: password?,
        email: email?,
        shop_name: shop_name?,
        currency: currency?,
        country: country?,
        sample: sample?.unwrap_or(false),
    })
}
