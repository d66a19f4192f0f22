//! `/collections`: the products that belong together.

use rocket::{delete, get, patch, post, put};

use crate::domain::collections::{Collection, CollectionInput, MEMBERS_MAX, POSITION_MAX};
use crate::domain::text::{DESCRIPTION_CHARS_MAX, LINE_CHARS_MAX, handle};
use crate::domain::{Id, Invalid};
use crate::error::Result;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::etag::versioned;
use crate::http::form::{self, Field, Form, integer, line, paragraphs, text};
use crate::http::json::Json;
use crate::http::key::Key;
use crate::http::page::{self, Query};
use crate::http::permissions::{Caller, Permission};
use crate::http::response::{ApiResult, Response};
use crate::store::idempotency::{Kind, Made};
use crate::store::{Tx, collections};

const SORTS: &[(&str, &str)] =
    &[("position", "position"), ("name", "name_key"), ("created_at", "created_at")];

versioned!(Collection);

#[post("/collections", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may_once(Permission::WriteProducts)?;
    let sent = body.clone();
    let shown = move |collection: &Collection| {
        Response::new_object(format!("/collections/{}", collection.id), collection, &caller)
    };
    let make = move |tx: &Tx| {
        let collection = collections::create(tx, &read_input(&sent.json())?)?;
        Ok((Made { kind: Kind::Collection, subject: collection.id }, shown(&collection)?))
    };
    let again = move |tx: &Tx, id| shown(&collections::find(tx, id)?);
    ctx.once(&caller, &body, (make, again)).await
}

#[get("/collections")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::ReadProducts)?;
    let query = ctx.query()?;
    ctx.kept_or(&caller, async { page_of(&ctx, &caller, query) }).await
}

fn page_of(ctx: &RequestContext, caller: &Caller, query: Query) -> ApiResult {
    let parent_id = query.get("parent_id", page::id);
    let range = query.range(SORTS, false)?;
    query.done()?;
    let sort = range.sort;
    let mut page = ctx.read(|tx| collections::list(tx, parent_id, &range))?;
    page.rows = page.rows.into_iter().map(|it| visible_to(caller, it)).collect();
    query.answer(&page, sort)
}

#[get("/collections/<id>")]
pub async fn read(ctx: RequestContext, id: Key) -> ApiResult {
    let caller = ctx.may(Permission::ReadProducts)?;
    let make = async {
        let collection = ctx.read(|tx| match &id {
            Key::Id(id) => collections::find(tx, *id),
            Key::Handle(handle) => collections::find_by_handle(tx, handle),
        })?;
        ctx.object(&visible_to(&caller, collection), &caller)
    };
    ctx.kept_or(&caller, make).await
}

#[put("/collections/<id>", data = "<body>")]
pub async fn replace(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[patch("/collections/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    change(ctx, id, body).await
}

#[delete("/collections/<id>")]
pub async fn delete(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        if_match.check(&collections::find(tx, id)?)?;
        collections::delete(tx, id)
    })
    .await?;
    Ok(Response::nothing())
}

#[put("/collections/<id>/products", data = "<body>")]
pub async fn set_products(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        let old = collections::find(tx, id)?;
        let ids = if_match.guard(&old, form::read(&body.json(), members))?;
        collections::set_products(tx, &old, &ids)
    });
    Response::object(&changed.await?, &caller)
}

async fn change(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        let old = collections::find(tx, id)?;
        let input = if_match.guard(&old, read_input(&body.over(&old)?))?;
        collections::update(tx, &old, &input)
    });
    Response::object(&changed.await?, &caller)
}

/// The collection as this caller may see it: what is not for sale is the shop's affair.
fn visible_to(caller: &Caller, collection: Collection) -> Collection {
    if caller.sees_as_staff() { collection } else { collection.for_buyers() }
}

fn read_input(json: &Json) -> Result<CollectionInput> {
    form::read(json, fields)
}

fn fields(form: &Form) -> Field<CollectionInput> {
    form.ignore(&["products_count", "image"]);
    form.hint(&["title"], "Use name.");
    form.hint(&["product_ids", "products"], "Send them to /collections/<id>/products.");
    let name = form.required("name", line(LINE_CHARS_MAX));
    let handle = form.optional("handle", text(handle));
    let description = form.optional("description", paragraphs(DESCRIPTION_CHARS_MAX));
    let parent_id = form.optional("parent_id", form::id);
    let position = form.optional("position", integer(0, POSITION_MAX));
    Ok(CollectionInput {
        name: name?,
        handle: handle?,
        description: description?.unwrap_or_default(),
        parent_id: parent_id?,
        position: position?,
    })
}

fn members(form: &Form) -> Field<Vec<Id>> {
    let Some(ids) = form.values("product_ids", MEMBERS_MAX, form::id)? else {
        let detail = "List the products, in their order.";
        return Err(form.note("product_ids", Invalid::new("required", detail)));
    };
    let mut seen = std::collections::HashSet::new();
    if !ids.iter().all(|id| seen.insert(id)) {
        let detail = "Name each product once.";
        return Err(form.note("product_ids", Invalid::new("given_twice", detail)));
    }
    Ok(ids)
}
