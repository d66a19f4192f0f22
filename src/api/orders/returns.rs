//! `/orders/<id>/returns`: goods that come back.

use rocket::{delete, get, post};

use super::step::{create_step, read_step, void_step};
use crate::domain::orders::{
    Action, LINES_MAX, ReturnInput, ReturnItemInput, ReturnReason, StepInput, UNITS_MAX, Units,
};
use crate::domain::{Id, Invalid};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, flag, integer, text};
use crate::http::response::ApiResult;

#[post("/orders/<id>/returns", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), return_input).map(StepInput::Return);
    create_step(ctx, id, body, Action::Returns, input).await
}

#[get("/orders/<id>/returns/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Returns, step)
}

#[delete("/orders/<id>/returns/<step>")]
pub async fn void(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Returns, step).await
}

fn return_input(form: &Form) -> Field<ReturnInput> {
    let items = form.list("items", LINES_MAX, return_item);
    let reason = form.optional("reason", text(ReturnReason::parse));
    let refund = form.optional("refund", flag);
    let items = items?.unwrap_or_default();
    if items.is_empty() {
        form.note("items", Invalid::new("required", "Choose what came back."));
    }
    Ok(ReturnInput { items, reason: reason?, refund: refund?.unwrap_or(false) })
}

fn return_item(form: Form) -> Field<ReturnItemInput> {
    let item_id = form.required("item_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let restock = form.optional("restock", flag);
    form.done();
    let units = Units { item_id: item_id?, quantity: quantity? };
    Ok(ReturnItemInput { units, restock: restock? })
}
