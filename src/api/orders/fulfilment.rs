//! `/orders/<id>/packing`, `/shipments`, `/delivery`: the way of the goods to their buyer.

use rocket::{delete, get, patch, post};

use super::find::{find, visible_to};
use super::step::{create_step, read_step, void_step};
use super::units::{some_units, units};
use crate::domain::Id;
use crate::domain::calendar::Date;
use crate::domain::orders::{
    Action, DeliveryInput, LINES_MAX, ShipmentEditInput, ShipmentInput, StepInput,
};
use crate::domain::text::{LINE_CHARS_MAX, url};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, line, plain_line, text};
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::{orders, settings};

#[post("/orders/<id>/packing", data = "<body>")]
pub async fn pack(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), |_| Ok(StepInput::Packing));
    create_step(ctx, id, body, Action::Packing, input).await
}

#[get("/orders/<id>/packing/<step>")]
pub fn packing(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Packing, step)
}

#[delete("/orders/<id>/packing/<step>")]
pub async fn void_packing(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Packing, step).await
}

#[post("/orders/<id>/shipments", data = "<body>")]
pub async fn ship(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), shipment_input).map(StepInput::Shipment);
    create_step(ctx, id, body, Action::Shipments, input).await
}

#[get("/orders/<id>/shipments/<step>")]
pub fn shipment(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Shipments, step)
}

#[patch("/orders/<id>/shipments/<step>", data = "<body>")]
pub async fn edit_shipment(ctx: RequestContext, id: Id, step: Id, body: Body) -> ApiResult {
    let (caller, scope) = ctx.may_with_order(Permission::FulfilOrder, id)?;
    let if_match = ctx.if_match();
    let order = ctx.write(move |tx| {
        let before = find(tx, id, scope)?;
        let settings = settings::load(tx)?;
        let stored = ShipmentEditInput::of(before.parcel(step)?);
        let input = form::read(&body.over(&stored)?, shipment_edit);
        let decided = input.and_then(|input| before.with_parcel(step, &input, &settings.time_zone));
        let after = if_match.guard(&before, decided)?;
        orders::save_shipment(tx, &before, after, step, &settings)
    });
    Response::object(&visible_to(&caller, order.await?), &caller)
}

#[delete("/orders/<id>/shipments/<step>")]
pub async fn void_shipment(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Shipments, step).await
}

#[post("/orders/<id>/delivery", data = "<body>")]
pub async fn deliver(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let input = form::read(&body.json(), |form| {
        let shipment_id = form.optional("shipment_id", form::id)?;
        Ok(StepInput::Delivery(DeliveryInput { shipment_id }))
    });
    create_step(ctx, id, body, Action::Delivery, input).await
}

#[get("/orders/<id>/delivery/<step>")]
pub fn delivery(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    read_step(&ctx, id, Action::Delivery, step)
}

#[delete("/orders/<id>/delivery/<step>")]
pub async fn void_delivery(ctx: RequestContext, id: Id, step: Id) -> ApiResult {
    void_step(ctx, id, Action::Delivery, step).await
}

fn shipment_edit(form: &Form) -> Field<ShipmentEditInput> {
    let carrier = form.optional("carrier", line(LINE_CHARS_MAX));
    let tracking_number = form.optional("tracking_number", plain_line(LINE_CHARS_MAX));
    let tracking_url = form.optional("tracking_url", text(url));
    let date = form.optional("expected_delivery_date", text(Date::parse));
    Ok(ShipmentEditInput {
        carrier: carrier?,
        tracking_number: tracking_number?,
        tracking_url: tracking_url?,
        expected_delivery_date: date?,
    })
}

fn shipment_input(form: &Form) -> Field<ShipmentInput> {
    let items = form.list("items", LINES_MAX, units);
    let carrier = form.optional("carrier", line(LINE_CHARS_MAX));
    let tracking_number = form.optional("tracking_number", plain_line(LINE_CHARS_MAX));
    let tracking_url = form.optional("tracking_url", text(url));
    let date = form.optional("expected_delivery_date", text(Date::parse));
    Ok(ShipmentInput {
        items: some_units(form, items?),
        carrier: carrier?,
        tracking_number: tracking_number?,
        tracking_url: tracking_url?,
        expected_delivery_date: date?,
    })
}
