//! `POST /setup`: makes the owner of a shop that has none.

use rocket::post;

use crate::domain::currency::Currency;
use crate::domain::passwords::Password;
use crate::domain::settings::TAX_NOTE_CHARS_MAX;
use crate::domain::tax::Percent;
use crate::domain::text::{Email, LINE_CHARS_MAX, country};
use crate::domain::window::Language;
use crate::hashing::Queue;
use crate::http::body::Body;
use crate::http::contact_forms::new_password;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, flag, line, paragraphs, percent, raw, text};
use crate::http::limits::Kind;
use crate::http::response::ApiResult;
use crate::http::sign_in::signed_in;
use crate::store::setup::{self, OwnerInput};

/// The body of a set-up.
struct SetupInput {
    code: String,
    email: Email,
    password: Password,
    shop_name: String,
    currency: Currency,
    country: Option<String>,
    language: Option<Language>,
    tax_rate: Option<Percent>,
    tax_exempt_note: Option<String>,
    sample: bool,
}

#[post("/setup", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller()?;
    let input = form::read(&body.json(), fields)?;
    drop(body);
    // A guess at the code is a guess at a password.
    ctx.limit(Kind::Login, &caller)?;
    let sample = ctx.app.setup.open(&input.code)?;
    let owner = OwnerInput {
        email: input.email,
        password_hash: ctx.app.hashing.hash(Queue::Staff, input.password).await?,
        shop_name: input.shop_name,
        currency: input.currency,
        country: input.country,
        language: input.language,
        tax_rate: input.tax_rate,
        tax_exempt_note: input.tax_exempt_note,
        sample: input.sample.then_some(sample),
    };
    let network_hash = ctx.address.network_hash(&ctx.app.secret);
    let created = ctx.write(move |tx| setup::create_owner(tx, &owner, network_hash.as_ref()));
    let (record, session) = created.await?;
    ctx.app.setup.end();
    signed_in(&ctx, &record, &session)
}

fn fields(form: &Form) -> Field<SetupInput> {
    form.hint(&["name", "shop"], "Did you mean \"shop_name\"?");
    let code = form.required("code", raw);
    let email = form.required("email", text(Email::parse));
    let names: Vec<&str> = email.as_ref().map(Email::as_str).into_iter().collect();
    let password = form.required("password", new_password(&names));
    let shop_name = form.required("shop_name", line(LINE_CHARS_MAX));
    let currency = form.required("currency", text(Currency::parse));
    let country = form.optional("country", text(country));
    let language = form.optional("language", text(Language::parse));
    let tax_rate = form.optional("tax_rate", percent);
    let tax_exempt_note = form.optional("tax_exempt_note", paragraphs(TAX_NOTE_CHARS_MAX));
    let sample = form.optional("sample", flag);
    Ok(SetupInput {
        code: code?,
        password: password?,
        email: email?,
        shop_name: shop_name?,
        currency: currency?,
        country: country?,
        language: language?,
        tax_rate: tax_rate?,
        tax_exempt_note: tax_exempt_note?.filter(|note| !note.is_empty()),
        sample: sample?.unwrap_or(false),
    })
}
