//! `/discounts`: codes that take something off an order.

use rocket::{delete, get, patch, post, put};

use crate::domain::calendar::{Date, Timestamp, Zone, parse_time};
use crate::domain::discounts::{Discount, DiscountInput, Type, USAGE_LIMIT_MAX, code};
use crate::domain::money::Money;
use crate::domain::settings::Settings;
use crate::domain::tax::Percent;
use crate::domain::totals::Reduction;
use crate::domain::{Id, Invalid, Parsed};
use crate::error::Result;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::etag::versioned;
use crate::http::form::{self, Field, Form, flag, integer, money, percent, raw, text};
use crate::http::json::Json;
use crate::http::page;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::{Tx, discounts, settings};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("code", "code_key")];

versioned!(Discount);

#[post("/discounts", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::Discounts)?;
    let sent = body.clone();
    let shown = move |discount: &Discount| {
        Response::new_object(format!("/discounts/{}", discount.id), discount, &caller)
    };
    let make = move |tx: &Tx| {
        let discount = discounts::create(tx, &read_input(tx, &sent.json())?)?;
        Ok((Made { kind: Kind::Discount, subject: discount.id }, shown(&discount)?))
    };
    let again = move |tx: &Tx, id| shown(&discounts::find(tx, id)?);
    ctx.once(&caller, &body, (make, again)).await
}

#[get("/discounts")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Discounts)?;
    let query = ctx.query()?;
    let code = query.get("code", page::code);
    let range = query.range(SORTS, true)?;
    query.done()?;
    let sort = range.sort;
    let page = ctx.read_long(move |tx| discounts::list(tx, code.as_deref(), &range)).await?;
    query.answer(&page, sort)
}

#[get("/discounts/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.may(Permission::Discounts)?;
    ctx.object(&ctx.read(|tx| discounts::find(tx, id))?, &caller)
}

#[put("/discounts/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/discounts/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/discounts/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::Discounts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        if_match.check(&discounts::find(tx, id)?)?;
        discounts::delete(tx, id)
    })
    .await?;
    Ok(Response::nothing())
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::Discounts)?;
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        let old = discounts::find(tx, id)?;
        let input = if_match.guard(&old, read_input(tx, &body.over(&old)?))?;
        discounts::update(tx, &old, &input)
    });
    Response::object(&changed.await?, &caller)
}

fn read_input(tx: &Tx, json: &Json) -> Result<DiscountInput> {
    let settings = settings::load(tx)?;
    form::read(json, |form| fields(form, &settings))
}

fn fields(form: &Form, settings: &Settings) -> Field<DiscountInput> {
    form.ignore(&["usage_count"]);
    let code = form.required("code", text(code));
    let reduction = reduction(form, settings);
    let min_subtotal = form.optional("min_subtotal", money(settings.currency));
    let zone = &settings.time_zone;
    let starts_at = form.optional("starts_at", |json| parse_time(&raw(json)?, zone));
    let ends_at = form.optional("ends_at", |json| end(&raw(json)?, zone));
    let usage_limit = form.optional("usage_limit", integer(1, USAGE_LIMIT_MAX));
    let once_per_customer = form.optional("once_per_customer", flag);
    let (starts_at, ends_at) = (starts_at?, ends_at?);
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end <= start) {
        let detail = "Choose a time after its beginning.";
        form.note("ends_at", Invalid::new("out_of_range", detail));
    }
    Ok(DiscountInput {
        code: code?,
        reduction: reduction?,
        min_subtotal: min_subtotal?,
        starts_at,
        ends_at,
        usage_limit: usage_limit?,
        once_per_customer: once_per_customer?.unwrap_or(false),
    })
}

/// `type` and `value`.
fn reduction(form: &Form, settings: &Settings) -> Field<Reduction> {
    match form.required("type", text(Type::parse)) {
        Ok(Type::Percent) => {
            let percent = form.required("value", percent)?;
            if percent == Percent::ZERO {
                return Err(form.note("value", too_little()));
            }
            Ok(Reduction::Percent(percent))
        }
        Ok(Type::Amount) => {
            let amount: Money = form.required("value", money(settings.currency))?;
            if amount.minor() == 0 {
                return Err(form.note("value", too_little()));
            }
            Ok(Reduction::Amount(amount))
        }
        Ok(Type::FreeShipping) => match form.optional("value", |_| Ok(()))? {
            None => Ok(Reduction::FreeShipping),
            Some(()) => {
                let detail = "Free shipping has no value; leave it out.";
                Err(form.note("value", Invalid::new("not_allowed", detail)))
            }
        },
        Err(noted) => {
            form.ignore(&["value"]);
            Err(noted)
        }
    }
}

fn too_little() -> Invalid {
    Invalid::new("out_of_range", "A discount takes off more than nothing.")
}

/// The end of a discount: of a bare date, the end of that day.
fn end(text: &str, zone: &Zone) -> Parsed<Timestamp> {
    match Date::parse(text) {
        Ok(date) => parse_time(&date.next().text(), zone),
        Err(_) => parse_time(text, zone),
    }
}
