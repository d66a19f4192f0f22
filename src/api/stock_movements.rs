//! `/products/<id>/stock_movements`: the ledger of what came and went.

use rocket::{get, post};

use crate::domain::products::Product;
use crate::domain::stock_movements::{MovementReason, STOCK_MAX};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Id, Invalid};
use crate::error::Error;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, flag, integer, paragraphs, text};
use crate::http::page;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::stock_movements::{self, Amount, Cause, Movement};
use crate::store::{Tx, products};

/// The body of a movement.
struct StockMovementInput {
    variant_id: Option<Id>,
    amount: Amount,
    reason: MovementReason,
    note: Option<String>,
}

#[post("/products/<id>/stock_movements", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::MoveStock)?;
    let input = form::read(&body.json(), fields);
    let find = move |tx: &Tx| products::find(tx, id);
    let shown = move |movement: &Movement| {
        Response::created(format!("/products/{id}/stock_movements/{}", movement.id), movement)
    };
    let make = move |tx: &Tx, product: Product| {
        let input = input.as_ref().map_err(Clone::clone)?;
        let variant_id = product.choose_variant(input.variant_id)?;
        let cause = Cause { reason: input.reason, note: input.note.as_deref(), order_id: None };
        let movement = stock_movements::move_stock(tx, variant_id, input.amount, &cause)?;
        Ok((Made { kind: Kind::Movement, subject: movement.id }, shown(&movement)?))
    };
    let again = move |tx: &Tx, _, movement| shown(&stock_movements::find(tx, movement)?);
    ctx.once_about(&caller, &body, find, (make, again)).await
}

#[get("/products/<id>/stock_movements/<movement>")]
pub fn read(ctx: RequestContext, id: Id, movement: Id) -> ApiResult {
    ctx.may(Permission::ReadStock)?;
    let movement = ctx.read(|tx| {
        let found = stock_movements::find(tx, movement)?;
        let product = products::product_of(tx, found.variant_id)?;
        if product == id { Ok(found) } else { Err(Error::not_found()) }
    })?;
    Response::ok(&movement)
}

#[get("/products/<id>/stock_movements")]
pub async fn list(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadStock)?;
    let query = ctx.query()?;
    let variant_id = query.get("variant_id", page::id);
    let range = query.range(&[("created_at", "id")], true)?;
    query.done()?;
    let (sort, is_short) = (range.sort, stock_movements::is_short(&range));
    let look = move |tx: &Tx| {
        products::find(tx, id)?;
        stock_movements::list(tx, id, variant_id, &range)
    };
    let page = if is_short { ctx.read(look)? } else { ctx.read_long(look).await? };
    query.answer(&page, sort)
}

fn fields(form: &Form) -> Field<StockMovementInput> {
    let variant_id = form.optional("variant_id", form::id);
    let delta = form.optional("delta", integer(-STOCK_MAX, STOCK_MAX));
    let counted = form.optional("counted", integer(-STOCK_MAX, STOCK_MAX));
    let reason = form.required("reason", text(MovementReason::parse));
    let note = form.optional("note", paragraphs(NOTE_CHARS_MAX));
    let short = form.optional("short", flag)?.unwrap_or(false);
    let amount = match (delta?, counted?) {
        (Some(_), None) if short => {
            let detail = "A count can be short, a change cannot.";
            Err(form.note("short", Invalid::new("not_allowed", detail)))
        }
        (Some(delta), None) => Ok(Amount::Delta(delta)),
        (None, Some(units)) => Ok(Amount::Counted { units, short }),
        (Some(_), Some(_)) => {
            let detail = "Enter how much it changed or how much there is, not both.";
            Err(form.note("counted", Invalid::new("not_allowed", detail)))
        }
        (None, None) => {
            let detail = "Enter how much it changed, or how much there is.";
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
