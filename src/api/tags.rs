//! `GET /tags`: the words that products are sorted by, with how many have each.

use rocket::get;

use crate::http::context::RequestContext;
use crate::http::page::Query;
use crate::http::permissions::{Permission, Reach};
use crate::http::response::ApiResult;
use crate::store::tags;

const SORTS: &[(&str, &str)] = &[("tag", "tag")];

#[get("/tags")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    let (caller, reach) = (ctx.caller()?, ctx.reach(Permission::ReadProducts)?);
    let query = ctx.query()?;
    ctx.kept_or(&caller, page_of(&ctx, reach, query)).await
}

async fn page_of(ctx: &RequestContext, reach: Reach, query: Query) -> ApiResult {
    let range = query.range(SORTS, false)?;
    query.done()?;
    let sort = range.sort;
    let page = ctx.read_long(move |tx| tags::list(tx, reach == Reach::Own, &range)).await?;
    query.answer(&page, sort)
}
