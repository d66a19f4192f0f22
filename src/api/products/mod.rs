//! `/products`: what is for sale.

mod fields;
mod input;

use std::sync::Arc;

use rocket::{delete, get, patch, post, put};

use crate::domain::money::Money;
use crate::domain::products::{Product, Status};
use crate::domain::settings::Settings;
use crate::domain::{Id, Invalid, Parsed};
use crate::error::{Error, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::etag::versioned;
use crate::http::json::Json;
use crate::http::key::Key;
use crate::http::page::{self, Query, words};
use crate::http::permissions::{Caller, Permission, Reach};
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::products::{self, BY_RANK, Filter, InCollection};
use crate::store::{Tx, settings};
use input::{Terms, read_input};

const SORTS: &[(&str, &str)] = &[
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
    ("name", "name_key"),
    ("price", "price_from"),
    (BY_POSITION, BY_POSITION),
];
/// The order of the products of a collection.
const BY_POSITION: &str = "position";

versioned!(Product);

#[post("/products", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::WriteProducts)?;
    let sent = body.clone();
    let shown = move |product: &Product| {
        Response::new_object(format!("/products/{}", product.id), product, &caller)
    };
    let make = move |tx: &Tx| {
        let input = read_input(&sent.json(), &Terms::load(tx, None)?)?;
        let product = products::create(tx, &input, &products::plan(&input, None)?)?;
        Ok((Made { kind: Kind::Product, subject: product.id }, shown(&product)?))
    };
    let again = move |tx: &Tx, id| shown(&products::find(tx, id)?);
    ctx.once(&caller, &body, (make, again)).await
}

#[get("/products/<id>")]
pub async fn read(ctx: RequestContext, id: Key) -> ApiResult {
    let (caller, reach) = (ctx.caller()?, ctx.reach(Permission::ReadProducts)?);
    let make = async {
        let product = ctx.read(|tx| match &id {
            Key::Id(id) => products::find(tx, *id),
            Key::Handle(handle) => products::find_by_handle(tx, handle),
        })?;
        if reach == Reach::Own && product.fields.status != Status::Active {
            return Err(Error::not_found());
        }
        ctx.object(&visible_to(&caller, product), &caller)
    };
    ctx.kept_or(&caller, make).await
}

#[put("/products/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/products/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/products/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let product = products::find(tx, id)?;
        if_match.check(&product)?;
        products::delete(tx, &product)
    })
    .await?;
    Ok(Response::nothing())
}

#[get("/products")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let (caller, reach) = (ctx.caller()?, ctx.reach(Permission::ReadProducts)?);
    let query = ctx.query()?;
    ctx.kept_or(&caller, page_of(&ctx, (&caller, reach), query)).await
}

async fn page_of(
    ctx: &RequestContext,
    (caller, reach): (&Caller, Reach),
    query: Query,
) -> ApiResult {
    let filter = filter(&query, reach, || ctx.read(settings::load))?;
    let q = query.get("q", words);
    let mut range = match q.is_some() && !query.is_given("sort") {
        true => query.range(&[(BY_RANK, BY_RANK)], false)?,
        false => query.range(SORTS, true)?,
    };
    let fields = query.get("fields", fields::parse);
    let sort = range.sort;
    if sort.column == BY_POSITION && filter.collection.is_none() {
        let detail = "Products have a position in a collection alone; name one, as collection=1.";
        query.note("sort", &Invalid::new("not_allowed", detail));
    }
    query.done()?;
    let named = filter.ids.clone().filter(|_| q.is_none() && !query.is_given("sort"));
    if let Some(ids) = &named {
        // All of them, in the order in which they were named.
        range.limit = ids.len();
    }
    let mut page = if let Some(q) = q {
        ctx.read_long(move |tx| products::find_by_words(tx, &q, &filter, &range)).await?
    } else if filter.is_long(sort) || range.is_counted {
        ctx.read_long(move |tx| products::list(tx, &filter, &range)).await?
    } else {
        ctx.read(|tx| products::list(tx, &filter, &range))?
    };
    if let Some(ids) = named {
        page.rows.sort_unstable_by_key(|product| ids.iter().position(|id| *id == product.id));
    }
    page.rows = page.rows.into_iter().map(|product| visible_to(caller, product)).collect();
    match fields {
        Some(fields) => query.answer(&fields::choose(page, &fields)?, sort),
        None => query.answer(&page, sort),
    }
}

/// The product as this caller may see it: what is promised and what is low is the shop's affair.
fn visible_to(caller: &Caller, product: Product) -> Product {
    if caller.is_stranger() { product.for_buyers() } else { product }
}

fn filter(
    query: &Query,
    reach: Reach,
    settings: impl Fn() -> Result<Arc<Settings>>,
) -> Result<Filter> {
    let money =
        |text: &str, settings: &Settings| Money::parse(text, settings.currency).map(Money::minor);
    Ok(Filter {
        status: query.get("status", Status::parse),
        only_active: reach == Reach::Own,
        tags: query.get_all("tag", words),
        ids: query.get("ids", page::ids),
        on_sale: query.get("on_sale", page::flag),
        min_price: query.get_by("min_price", &settings, money)?,
        max_price: query.get_by("max_price", &settings, money)?,
        in_stock: query.get("in_stock", page::flag),
        low_stock: query.get("low_stock", page::flag),
        sku: query.get("sku", page::code),
        barcode: query.get("barcode", page::code),
        handle: query.get("handle", words),
        updated_after: query.time("updated_after", &settings)?,
        collection: query.get("collection", collection),
    })
}

/// The id of a collection, or its handle.
fn collection(text: &str) -> Parsed<InCollection> {
    match Key::of(text) {
        Some(Key::Id(id)) => Ok(InCollection::Id(id)),
        Some(Key::Handle(handle)) => Ok(InCollection::Handle(handle)),
        None => Err(Invalid::new("not_an_id", "Give the id of a collection, or its handle.")),
    }
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::WriteProducts)?;
    // Stock must not be set by anyone who has not seen what was sold meanwhile.
    let if_match = ctx.if_match().with_revision(speaks_of_stock(&body.json()));
    let changed = ctx.write(move |tx| {
        let old = products::find(tx, id)?;
        let decided = read_input(&whole(&body, &old)?, &Terms::load(tx, Some(&old))?)
            .and_then(|input| products::plan(&input, Some(&old)).map(|plan| (input, plan)));
        let (input, plan) = if_match.guard(&old, decided)?;
        products::update(tx, &old, &input, &plan)
    });
    Response::object(&changed.await?, &caller)
}

/// The product that a body makes of the stored one.
fn whole(body: &Body, old: &Product) -> Result<Json> {
    let mut whole = body.over(old)?;
    let sent = body.json();
    let sends = |name| sent.field(name).is_some();
    if body.is_patch()
        && sends("variants")
        && !sends("options")
        && let Json::Object(fields) = &mut whole
    {
        // New variants bring their own options; the stored ones would contradict them.
        fields.retain(|(name, _)| name != "options");
    }
    Ok(whole)
}

/// Tells `true` for a body that sets stock, at the top or in a variant.
fn speaks_of_stock(json: &Json) -> bool {
    let Json::Object(fields) = json else { return false };
    fields.iter().any(|(name, value)| match value {
        Json::Array(variants) if name == "variants" => variants.iter().any(speaks_of_stock),
        _ => name == "stock",
    })
}
