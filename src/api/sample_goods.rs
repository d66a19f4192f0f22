//! `/sample_goods`: what the set-up put on the shelves to look at.

use rocket::{delete, get};
use serde_json::json;

use crate::http::context::RequestContext;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::samples;

#[get("/sample_goods")]
pub fn read(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Settings)?;
    Response::ok(&json!({ "count": ctx.read(samples::count)? }))
}

#[delete("/sample_goods")]
pub async fn delete(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Settings)?;
    ctx.write(samples::remove).await?;
    Ok(Response::nothing())
}
