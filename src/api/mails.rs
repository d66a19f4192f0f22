//! `/mails`: what was sent to whom, what waits, what failed for good; and a mail to see whether the
//! settings are right.

use rocket::{get, post};
use serde_json::json;

use crate::domain::Id;
use crate::domain::mails::{MailSettings, MailStatus};
use crate::domain::text::Email;
use crate::error::{Error, FieldError, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Form};
use crate::http::page;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::post;
use crate::store::{mails, settings};

const SORTS: &[(&str, &str)] = &[("created_at", "id")];

#[get("/mails")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let query = ctx.query()?;
    let status = query.get("status", MailStatus::parse);
    let order_id = query.get("order_id", page::id);
    let range = query.range(SORTS, true)?;
    query.done()?;
    let sort = range.sort;
    let page = ctx.read_long(move |tx| mails::list(tx, status, order_id, &range)).await?;
    query.answer(&page, sort)
}

#[get("/mails/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    Response::ok(&ctx.read(|tx| mails::find(tx, id))?)
}

#[post("/mails/<id>/resend", data = "<body>")]
pub async fn resend(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    ctx.may(Permission::FulfilOrder)?;
    form::read(&body.json(), |_| Ok(()))?;
    let mail = ctx.write(move |tx| {
        let mail = mails::find(tx, id)?;
        in_use(settings::load(tx)?.mail.as_ref())?;
        mails::resend(tx, &mail)
    });
    Response::ok(&mail.await?)
}

/// Sends a mail while the caller waits, and tells in plain words what went wrong.
#[post("/mails/test", data = "<body>")]
pub async fn test(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let to = form::read(&body.json(), |form: &Form| form.optional("to", form::text(Email::parse)))?;
    let settings = ctx.read(settings::load)?;
    let mail_settings = in_use(settings.mail.as_ref())?.clone();
    let to = to.unwrap_or_else(|| mail_settings.from.clone());
    let language = settings.window.own_language();
    let letter = post::test_letter(&settings, language, ctx.app.clock.now())?;
    let told = json!({ "to": to, "subject": letter.subject });
    let send = move || post::send_test(&mail_settings, &to, &letter);
    let sent = rocket::tokio::task::spawn_blocking(send).await;
    let sent = sent.map_err(|_| Error::internal("a test mail panicked"))?;
    match sent {
        Ok(()) => Response::ok(&told),
        Err(fault) => {
            let at = format!("/mail/{}", fault.about);
            let error = FieldError::at(&at, "mail_refused", fault.detail.clone());
            Err(Error::conflict(fault.detail).with_errors(vec![error]))
        }
    }
}

/// How mails go out.
///
/// # Errors
/// A conflict where none do.
fn in_use(settings: Option<&MailSettings>) -> Result<&MailSettings> {
    settings.ok_or_else(|| Error::conflict("Say first how mails go out: settings, `mail`."))
}
