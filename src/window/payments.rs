//! `/o/<id>/payment`: the way of a buyer to the card provider, and back from it.

use rocket::{get, post};

use super::orders::{Access, Refused, is_own, lost, shown};
use super::paying::{self, CHECKING, FIELD};
use super::visit::Visit;
use crate::domain::Id;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::{ApiResult, Response};
use crate::store::payment_sessions;

/// Leads the buyer to the provider. What they pay is all that is open.
#[post("/o/<id>/payment", data = "<_form>")]
pub async fn pay(visit: Visit, id: Id, _form: PostedForm) -> ApiResult {
    visit.ctx.limit(Kind::Order, &Caller::Visitor)?;
    if !is_own(&visit, id) {
        return lost(&visit);
    }
    match paying::address(&visit, id).await {
        Ok(url) => Ok(Response::see_other(url)),
        Err(error) => match paying::refused(&error) {
            Some((text, status)) => {
                shown(&visit, id, Access::Own, Some(Refused::Told(text, status)))
            }
            None => Err(error),
        },
    }
}

/// Comes back from the provider: it is asked before the page is shown.
#[get("/o/<id>/paid")]
pub async fn back(visit: Visit, id: Id) -> ApiResult {
    if !is_own(&visit, id) {
        return lost(&visit);
    }
    let open = visit.ctx.read(|tx| payment_sessions::open_of(tx, id))?;
    let is_open = match open {
        Some(open) => visit.ctx.app.cards.await_session(id, open.id).await?.is_open(),
        None => false,
    };
    let page = if is_open { format!("/o/{id}?{FIELD}={CHECKING}") } else { format!("/o/{id}") };
    Ok(Response::see_other(visit.to(&page)))
}
