//! `/orders/<id>/cancellation`: units that are not wanted any more.

use rocket::{delete, get, post};

use super::step::{create_step, read_step, void_step};
use super::units::{some_units, units};
use crate::domain::Id;
use crate::domain::orders::{Action, CancellationInput, LINES_MAX, StepInput};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, paragraphs};
use crate::http::response::ApiResult;

#[post("/orders/<id>/cancellation", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let by_shop = ctx.caller().is_ok_and(|caller| caller.is_shop());
    let input = form::read(&body.json(), |form| cancellation(form, by_shop));
    let input = input.map(StepInput::Cancellation);
    create_step(ctx, id, body, Action::Cancellation, input).await
}

#[get("/orders/<id>/cancellation/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Cancellation, step)
}

#[delete("/orders/<id>/cancellation/<step>")]
pub async fn void(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Cancellation, step).await
}

fn cancellation(form: &Form, by_shop: bool) -> Field<CancellationInput> {
    let items = form.list("items", LINES_MAX, units);
    let reason = form.required("reason", paragraphs(NOTE_CHARS_MAX));
    Ok(CancellationInput { items: some_units(form, items?), reason: reason?, by_shop })
}
