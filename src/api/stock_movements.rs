//! `/products/<id>/stock_movements`: the ledger of what came and went.

use rocket::{get, post};

use super::auth::{Permission, authorize};
use super::body::Body;
use super::context::RequestContext;
use super::form::{self, Field, Form, integer, paragraphs, text};
use super::page;
use super::response::{ApiResult, Response};
use crate::domain::products::{Reason, STOCK_MAX};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Id, Invalid};
use crate::error::{Error, Result};
use crate::store::products;
use crate::store::sql::Tx;
use crate::store::stock::{self, Amount, Cause};

/// What somebody says about stock.
struct StockMovementInput {
    variant_id: Option<Id>,
    amount: Amount,
    reason: Reason,
    note: Option<String>,
}

#[post("/products/<id>/stock_movements", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.caller_of_once()?;
    authorize(&caller, Permission::MoveStock)?;
    let (told, now): (Result<StockMovementInput>, _) = (form::read(body.json(), fields), ctx.now);
    let find = move |tx: &Tx| products::find(tx, id);
    ctx.once_about(&caller, &body, find, move |tx, product| {
        let told = told?;
        let variant_id = products::choose_variant(&product, told.variant_id)?;
        let actor = caller.name();
        let note = told.note.as_deref();
        let cause = Cause { reason: told.reason, note, order_id: None, actor: &actor, now };
        let movement = stock::move_stock(tx, variant_id, told.amount, &cause)?;
        products::bump_revision(tx, id)?;
        Response::created(format!("/products/{id}/stock_movements/{}", movement.id), &movement)
    })
    .await
}

#[get("/products/<id>/stock_movements/<movement>")]
pub fn read(ctx: RequestContext, id: Id, movement: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadStock)?;
    let movement = ctx.app.store.read(|tx| {
        let found = stock::find(tx, movement)?;
        let product = products::product_of(tx, found.variant_id)?;
        if product == id { Ok(found) } else { Err(Error::not_found()) }
    })?;
    Response::ok(&movement)
}

#[get("/products/<id>/stock_movements")]
pub fn list(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadStock)?;
    let query = ctx.query();
    let variant_id = query.get("variant_id", page::id);
    let range = query.range(&[("created_at", "id")], true)?;
    query.done()?;
    let page = ctx.app.store.read(|tx| {
        products::find(tx, id)?;
        stock::list(tx, id, variant_id, &range)
    })?;
    query.answer(&page, range.sort)
}

fn fields(form: &Form) -> Field<StockMovementInput> {
    let variant_id = form.optional("variant_id", form::id);
    let delta = form.optional("delta", integer(-STOCK_MAX, STOCK_MAX));
    let counted = form.optional("counted", integer(-STOCK_MAX, STOCK_MAX));
    let reason = form.required("reason", text(Reason::parse));
    let note = form.optional("note", paragraphs(NOTE_CHARS_MAX));
    let amount = match (delta?, counted?) {
        (Some(delta), None) => Ok(Amount::Delta(delta)),
        (None, Some(counted)) => Ok(Amount::Counted(counted)),
        (Some(_), Some(_)) => {
            let detail = "Give delta or counted, not both.";
            Err(form.note("counted", Invalid::new("not_allowed", detail)))
        }
        (None, None) => {
            let detail = "Give \"delta\", how much it changed, or \"counted\", how much there is.";
            Err(form.note("delta", Invalid::new("required", detail)))
        }
    };
    Ok(StockMovementInput {
        variant_id: variant_id?,
        amount: amount?,
        reason: reason?,
        note: note?,
    })
}
