//! `/verify/<token>`: whoever came by the link in a mail says that its address is theirs. Looking
//! at the page says nothing yet, as programs that read mails look at it too.

use rocket::{get, post};
use serde::Serialize;

use super::visit::AnyVisit;
use crate::error::Code;
use crate::http::posted_form::PostedForm;
use crate::http::response::ApiResult;
use crate::store::email_verifications;

const STATUS_ENDED: u16 = 410;

#[derive(Serialize)]
struct VerifyPage {
    path: String,
    /// The address; `None` where the link has ended.
    email: Option<String>,
    is_confirmed: bool,
}

#[get("/verify/<token>")]
pub fn page(visit: AnyVisit, token: &str) -> ApiResult {
    let email = email(&visit, token)?;
    shown(&visit, token, email, false)
}

#[post("/verify/<token>", data = "<_form>")]
pub async fn confirm(visit: AnyVisit, token: &str, _form: PostedForm) -> ApiResult {
    let ctx = &visit.ctx;
    let Some(email) = email(&visit, token)? else { return shown(&visit, token, None, false) };
    let (secret, used) = (ctx.app.secret, token.to_owned());
    let confirmed = ctx.write(move |tx| email_verifications::confirm(tx, &secret, &used)).await;
    match confirmed {
        Ok(()) => shown(&visit, token, Some(email), true),
        Err(error) if error.code() == Code::Gone => shown(&visit, token, None, false),
        Err(error) => Err(error),
    }
}

/// The address that a link confirms, if any.
fn email(visit: &AnyVisit, token: &str) -> crate::error::Result<Option<String>> {
    let app = &visit.ctx.app;
    match visit.ctx.read(|tx| email_verifications::account_of(tx, &app.secret, token)) {
        Ok(account) => Ok(account.customer.contact.email.map(|email| email.as_str().to_owned())),
        Err(error) if error.code() == Code::Gone => Ok(None),
        Err(error) => Err(error),
    }
}

fn shown(visit: &AnyVisit, token: &str, email: Option<String>, is_confirmed: bool) -> ApiResult {
    let status = if email.is_some() { 200 } else { STATUS_ENDED };
    let page = VerifyPage { path: format!("/verify/{token}"), email, is_confirmed };
    Ok(visit.own(visit.render("verify.html", &page)?).with_status(status))
}
