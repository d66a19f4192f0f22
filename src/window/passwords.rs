//! `/password/<token>`: a new password for whoever came by the link in a mail. Looking at the page
//! uses nothing up.

use rocket::{get, post};
use serde::Serialize;

use super::checkout_form::FieldTexts;
use super::texts;
use super::visit::AnyVisit;
use crate::domain::passwords::Password;
use crate::error::Code;
use crate::hashing::Queue;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::ApiResult;
use crate::store::password_resets::{self, Owner};
use crate::store::sessions::Realm;

const STATUS_ENDED: u16 = 410;

#[derive(Serialize)]
struct PasswordPage<'a> {
    path: String,
    /// Whose password it is; `None` where the link has ended.
    name: Option<&'a str>,
    is_set: bool,
    is_staff: bool,
    faults: FieldTexts,
}

#[get("/password/<token>")]
pub fn page(visit: AnyVisit, token: &str) -> ApiResult {
    visit.ctx.limit(Kind::Login, &Caller::Visitor)?;
    let owner = owner(&visit, token)?;
    shown(&visit, token, owner.as_ref(), (false, FieldTexts::new()))
}

#[post("/password/<token>", data = "<form>")]
pub async fn change(visit: AnyVisit, token: &str, form: PostedForm) -> ApiResult {
    let ctx = &visit.ctx;
    ctx.limit(Kind::Login, &Caller::Visitor)?;
    let Some(owner) = owner(&visit, token)? else {
        return shown(&visit, token, None, (false, FieldTexts::new()));
    };
    let Ok(password) = Password::choose(form.text("password"), &owner.names()) else {
        let text = texts::of(visit.language()).get("fault.password").unwrap_or_default();
        let faults = [("password".to_owned(), text.to_owned())].into_iter().collect();
        return shown(&visit, token, Some(&owner), (false, faults));
    };
    let hash = ctx.app.hashing.hash(Queue::Strangers, password).await?;
    let (realm, used) = (owner.realm, token.to_owned());
    let changed = ctx.write(move |tx| password_resets::change(tx, realm, &used, &hash)).await;
    match changed {
        Ok(()) => shown(&visit, token, Some(&owner), (true, FieldTexts::new())),
        Err(error) if error.code() == Code::Gone => {
            shown(&visit, token, None, (false, FieldTexts::new()))
        }
        Err(error) => Err(error),
    }
}

/// Whose password a link may change, if anyone's.
fn owner(visit: &AnyVisit, token: &str) -> crate::error::Result<Option<Owner>> {
    for realm in [Realm::Customers, Realm::Staff] {
        match visit.ctx.read(|tx| password_resets::owner_of(tx, realm, token)) {
            Ok(owner) => return Ok(Some(owner)),
            Err(error) if error.code() == Code::Gone => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn shown(
    visit: &AnyVisit,
    token: &str,
    owner: Option<&Owner>,
    (is_set, faults): (bool, FieldTexts),
) -> ApiResult {
    let status = match owner {
        None => STATUS_ENDED,
        Some(_) if !faults.is_empty() => 422,
        Some(_) => 200,
    };
    let page = PasswordPage {
        path: format!("/password/{token}"),
        name: owner.map(|owner| owner.name.as_str()),
        is_set,
        is_staff: owner.is_some_and(|owner| owner.realm == Realm::Staff),
        faults,
    };
    Ok(visit.own(visit.render("password.html", &page)?).with_status(status))
}
