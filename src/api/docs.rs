//! `GET /`, which says where to begin, `GET /openapi.json`, the description of this API, `GET
//! /docs`, the page that shows it, and `GET /documents/<file>`, the styles of printed documents. All
//! are part of the program.

use rocket::get;
use rust_embed::{Embed, EmbeddedFile};
use serde_json::json;

use super::http::context::RequestContext;
use super::http::response::{ApiResult, PAGE_POLICY, Response};
use crate::error::Error;
use crate::secret::{self, Hash};

const DESCRIPTION: &str = include_str!("../../static/openapi.json");

#[derive(Embed)]
#[folder = "static/docs/"]
struct Docs;

#[derive(Embed)]
#[folder = "static/documents/"]
struct Documents;

/// Whoever opens the shop's bare address learns where to go on.
#[get("/")]
pub fn start(ctx: RequestContext) -> ApiResult {
    ctx.caller()?;
    Response::ok(&json!({
        "docs": "/docs", "openapi": "/openapi.json", "admin": "/admin", "shop": "/shop",
    }))
}

#[get("/openapi.json")]
pub fn openapi(ctx: RequestContext) -> ApiResult {
    ctx.caller()?;
    let hash = secret::hash(DESCRIPTION);
    Ok(send(&ctx, "openapi.json", DESCRIPTION.as_bytes().to_vec(), &hash))
}

#[get("/docs")]
pub fn page(ctx: RequestContext) -> ApiResult {
    find::<Docs>(&ctx, "index.html")
}

#[get("/docs/<file>")]
pub fn part(ctx: RequestContext, file: &str) -> ApiResult {
    find::<Docs>(&ctx, file)
}

#[get("/documents/<file>")]
pub fn document_part(ctx: RequestContext, file: &str) -> ApiResult {
    find::<Documents>(&ctx, file)
}

fn find<F: Embed>(ctx: &RequestContext, path: &str) -> ApiResult {
    ctx.caller()?;
    let EmbeddedFile { data, metadata } = F::get(path).ok_or_else(Error::not_found)?;
    Ok(send(ctx, path, data.into_owned(), &metadata.sha256_hash()))
}

fn send(ctx: &RequestContext, path: &str, data: Vec<u8>, hash: &Hash) -> Response {
    let hash = secret::hex(hash);
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    if ctx.has(&etag) {
        return Response::unchanged(etag).public(true);
    }
    let media_type = match path.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "application/json",
    };
    let response = Response::of(media_type, data).with_etag(etag).public(true);
    response.with_policy(PAGE_POLICY)
}
