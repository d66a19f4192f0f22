//! `/orders/<id>/refunds`: money that goes back.

use rocket::{delete, get, post};

use super::step::{create_step, read_step, void_step};
use super::units::{some_units, units};
use crate::domain::orders::{Action, LINES_MAX, RefundInput, RefundVia, StepInput};
use crate::domain::text::NOTE_CHARS_MAX;
use crate::domain::{Id, Invalid};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, decimal, flag, paragraphs, text};
use crate::http::response::ApiResult;

#[post("/orders/<id>/refunds", data = "<body>")]
pub async fn create(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), refund);
    create_step(ctx, id, body, Action::Refunds, input).await
}

#[get("/orders/<id>/refunds/<step>")]
pub fn read(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Refunds, step)
}

#[delete("/orders/<id>/refunds/<step>")]
pub async fn void(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Refunds, step).await
}

fn refund(form: &Form) -> Field<StepInput> {
    let via = form.optional("via", text(RefundVia::parse));
    let amount = form.optional("amount", decimal);
    let items = form.list("items", LINES_MAX, units);
    let shipping = form.optional("shipping", flag);
    let reason = form.required("reason", paragraphs(NOTE_CHARS_MAX));
    let (amount, items) = (amount?, some_units(form, items?));
    let shipping = shipping?.unwrap_or(false);
    if amount.is_some() && (items.is_some() || shipping) {
        let detail = "Enter an amount or choose what it is for, not both.";
        form.note("amount", Invalid::new("not_allowed", detail));
    }
    let input = RefundInput { amount, items, shipping, reason: reason? };
    Ok(match via? {
        None => StepInput::Refund(input),
        Some(RefundVia::Card) => StepInput::CardRefund(input),
    })
}
