//! `/orders/<id>/payments`: money that comes in.

use rocket::{delete, get, post};

use super::step::{create_step, read_step, void_step};
use crate::domain::Id;
use crate::domain::orders::{Action, PaymentInput, StepInput};
use crate::domain::settings::PaymentMethod;
use crate::domain::text::LINE_CHARS_MAX;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, decimal, flag, line, text};
use crate::http::response::ApiResult;

#[post("/orders/<id>/payments", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), payment).map(StepInput::Payment);
    create_step(ctx, id, body, Action::Payments, input).await
}

#[get("/orders/<id>/payments/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Payments, step)
}

#[delete("/orders/<id>/payments/<step>")]
pub async fn void(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Payments, step).await
}

fn payment(form: &Form) -> Field<PaymentInput> {
    let amount = form.optional("amount", decimal);
    let method = form.required("method", text(PaymentMethod::parse));
    let reference = form.optional("reference", line(LINE_CHARS_MAX));
    let paid_at = form.optional("paid_at", form::raw);
    let accept_surplus = form.optional("accept_surplus", flag);
    let again = form.optional("again", flag);
    Ok(PaymentInput {
        amount: amount?,
        method: method?,
        reference: reference?,
        paid_at: paid_at?,
        accept_surplus: accept_surplus?.unwrap_or(false),
        again: again?.unwrap_or(false),
    })
}
