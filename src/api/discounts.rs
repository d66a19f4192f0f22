//! `/discounts`: codes that take something off an order.

use rocket::{delete, get, patch, post, put};

use super::auth::{Permission, authorize};
use super::body::Body;
use super::context::RequestContext;
use super::etag::{Tag, in_order};
use super::form::{self, Field, Form, flag, integer, money, patched, percent, raw, text};
use super::json::Json;
use super::page::words;
use super::response::{ApiResult, Response};
use crate::domain::calendar::{Date, Timestamp, Zone, parse_time};
use crate::domain::discounts::{Discount, DiscountInput, Type, USAGE_LIMIT_MAX, code};
use crate::domain::money::Money;
use crate::domain::settings::Settings;
use crate::domain::tax::Percent;
use crate::domain::totals::Reduction;
use crate::domain::{Id, Invalid};
use crate::error::Result;
use crate::store::sql::Tx;
use crate::store::{discounts, settings};

const SORTS: &[(&str, &str)] = &[("created_at", "created_at"), ("code", "code_key")];

#[post("/discounts", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.caller_of_once()?;
    authorize(&caller, Permission::Discounts)?;
    let (json, now) = (body.json().clone(), ctx.now);
    ctx.once(&caller, &body, move |tx| {
        let discount = discounts::create(tx, &input(tx, &json)?, now)?;
        let (location, etag) = (format!("/discounts/{}", discount.id), tag(&discount).text(true));
        Ok(Response::created(location, &discount)?.with_etag(etag))
    })
    .await
}

#[get("/discounts")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::Discounts)?;
    let query = ctx.query();
    let code = query.get("code", words);
    let range = query.range(SORTS, true)?;
    query.done()?;
    let sort = range.sort;
    let find = move |tx: &Tx| discounts::list(tx, code.as_deref(), &range);
    let page = ctx.app.store.read_long(find).await?;
    query.answer(&page, sort)
}

#[get("/discounts/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::Discounts)?;
    let discount = ctx.app.store.read(|tx| discounts::find(tx, id))?;
    ctx.object(&discount, tag(&discount), &caller)
}

#[put("/discounts/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |_| Ok(body.into_json())).await
}

#[patch("/discounts/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, move |old| patched(old, body.json())).await
}

#[delete("/discounts/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::Discounts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        check(&discounts::find(tx, id)?, if_match.as_deref())?;
        discounts::delete(tx, id)
    })
    .await?;
    Ok(Response::nothing())
}

async fn change(
    ctx: RequestContext,
    id: Id,
    whole: impl FnOnce(&Discount) -> Result<Json> + Send + 'static,
) -> ApiResult {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::Discounts)?;
    let (if_match, now) = (ctx.if_match(), ctx.now);
    let changed = ctx.write(move |tx| {
        let old = discounts::find(tx, id)?;
        let input = input(tx, &whole(&old)?)?;
        let changed = discounts::update(tx, id, &input, now);
        in_order(changed, || check(&old, if_match.as_deref()))
    });
    let discount = changed.await?;
    Ok(Response::ok(&discount)?.with_etag(tag(&discount).text(caller.sees_as_staff())))
}

fn input(tx: &Tx, json: &Json) -> Result<DiscountInput> {
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
        let detail = "Give a time after starts_at.";
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

/// `type` and `value`, which says how much of it.
fn reduction(form: &Form, settings: &Settings) -> Field<Reduction> {
    match form.required("type", text(Type::parse)) {
        Ok(Type::Percent) => {
            let percent = form.required("value", percent)?;
            match percent == Percent::ZERO {
                true => Err(form.note("value", too_little())),
                false => Ok(Reduction::Percent(percent)),
            }
        }
        Ok(Type::Amount) => {
            let amount: Money = form.required("value", money(settings.currency))?;
            match amount.minor() {
                0 => Err(form.note("value", too_little())),
                _ => Ok(Reduction::Amount(amount)),
            }
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
fn end(text: &str, zone: &Zone) -> crate::domain::Parsed<Timestamp> {
    match Date::parse(text) {
        Ok(date) => parse_time(&date.next().text(), zone),
        Err(_) => parse_time(text, zone),
    }
}

fn tag(discount: &Discount) -> Tag {
    Tag { version: discount.version, revision: discount.revision }
}

fn check(discount: &Discount, if_match: Option<&str>) -> Result<()> {
    tag(discount).check(if_match, false, || serde_json::json!(discount))
}
