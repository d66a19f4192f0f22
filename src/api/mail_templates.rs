//! `/mail_templates`: the words of the mails, which a shop may change.

use rocket::{get, post, put};
use serde::Serialize;
use serde_json::json;

use crate::domain::mails::{MailKind, SUBJECT_CHARS_MAX, TEXT_CHARS_MAX};
use crate::domain::window::Language;
use crate::error::{Error, FieldError, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, line, paragraphs};
use crate::http::page::Query;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::post::{self, TextFault};
use crate::store::mails::{MailText, find_text, save_text};
use crate::store::{Tx, settings};

/// The words of a kind of mail, as they stand on the wire.
#[derive(Serialize)]
struct Template {
    kind: MailKind,
    language: Language,
    subject: String,
    text: String,
    /// The shop wrote them itself.
    is_own: bool,
}

impl Template {
    fn of(kind: MailKind, language: Language, own: Option<MailText>) -> Self {
        let is_own = own.is_some();
        let MailText { subject, text } = own.unwrap_or_else(|| post::usual(kind, language));
        Self { kind, language, subject, text, is_own }
    }
}

#[get("/mail_templates")]
pub fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let language = language(&ctx, &ctx.query()?)?;
    let of = |tx: &Tx, kind| Ok(Template::of(kind, language, find_text(tx, kind, language)?));
    let kinds = || MailKind::all().filter(|kind| *kind != MailKind::Test);
    let templates: Vec<Template> = ctx.read(|tx| kinds().map(|kind| of(tx, kind)).collect())?;
    Response::ok(&json!({ "data": templates, "next_cursor": null }))
}

#[get("/mail_templates/<kind>")]
pub fn read(ctx: RequestContext, kind: &str) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let kind = kind_of(kind)?;
    let language = language(&ctx, &ctx.query()?)?;
    let own = ctx.read(|tx| find_text(tx, kind, language))?;
    Response::ok(&Template::of(kind, language, own))
}

/// Changes the words of a kind of mail; without any, those of the program are said again.
#[put("/mail_templates/<kind>", data = "<body>")]
pub async fn replace(ctx: RequestContext, kind: &str, body: Body) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let kind = kind_of(kind)?;
    let language = language(&ctx, &ctx.query()?)?;
    let text = form::read(&body.json(), |form| words(form, kind, language))?;
    if let Some(text) = &text {
        let settings = ctx.read(settings::load)?;
        post::sample(&settings, (kind, language), text).map_err(not_a_template)?;
    }
    let own = text.clone();
    ctx.write(move |tx| save_text(tx, kind, language, own.as_ref())).await?;
    Response::ok(&Template::of(kind, language, text))
}

/// Shows a mail in these words, made of a real order, or of a sample where none is named.
#[post("/mail_templates/<kind>/preview", data = "<body>")]
pub fn preview(ctx: RequestContext, kind: &str, body: Body) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let kind = kind_of(kind)?;
    let language = language(&ctx, &ctx.query()?)?;
    let (text, order_id) = form::read(&body.json(), |form| {
        let order_id = form.optional("order_id", form::id);
        Ok((words(form, kind, language)?, order_id?))
    })?;
    let text = match text {
        Some(text) => text,
        None => {
            let own = ctx.read(|tx| find_text(tx, kind, language))?;
            own.unwrap_or_else(|| post::usual(kind, language))
        }
    };
    let made = match order_id {
        Some(id) => {
            let secret = ctx.app.secret;
            ctx.read(|tx| post::preview(tx, (kind, language), id, &text, &secret))?
        }
        None => post::sample(&*ctx.read(settings::load)?, (kind, language), &text),
    };
    match made {
        Ok(letter) => Response::ok(&json!({
            "subject": letter.subject, "text": letter.text, "html": letter.html,
        })),
        Err(fault) => Err(not_a_template(fault)),
    }
}

/// The kind of mails that an address names; the test mail is what it is.
fn kind_of(name: &str) -> Result<MailKind> {
    let kind = MailKind::of(name).filter(|kind| *kind != MailKind::Test);
    kind.ok_or_else(Error::not_found)
}

/// The words of a body; `None` where it has none.
fn words(form: &Form, kind: MailKind, language: Language) -> Field<Option<MailText>> {
    form.ignore(&["kind", "language", "is_own"]);
    let subject = form.optional("subject", line(SUBJECT_CHARS_MAX));
    let text = form.optional("text", paragraphs(TEXT_CHARS_MAX));
    let (subject, text) = (subject?, text?);
    if subject.is_none() && text.is_none() {
        return Ok(None);
    }
    let usual = post::usual(kind, language);
    Ok(Some(MailText {
        subject: subject.unwrap_or(usual.subject),
        text: text.unwrap_or(usual.text),
    }))
}

/// The language that the query names, or the first of the shop.
fn language(ctx: &RequestContext, query: &Query) -> Result<Language> {
    let named = query.get("language", Language::parse);
    query.done()?;
    Ok(named.unwrap_or(ctx.read(settings::load)?.window.own_language()))
}

/// The refusal of words that cannot be filled in, with the line of the fault.
fn not_a_template(TextFault { part, line, detail }: TextFault) -> Error {
    let detail = format!("Line {line}: {detail}.");
    let error = FieldError::at(format!("/{part}"), "not_a_template", detail);
    Error::invalid(vec![error]).with("line", json!(line))
}
