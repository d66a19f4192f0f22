//! `GET /openapi.json`, the description of this API, `GET /docs`, the page that shows it, and
//! `GET /documents/<file>`, the style of printed documents. All are part of the program, drawn and
//! compressed once.

mod outline;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rocket::get;
use rust_embed::{Embed, EmbeddedFile};

use crate::error::Error;
use crate::http::context::RequestContext;
use crate::http::gzip::gzip;
use crate::http::response::{ApiResult, PAGE_POLICY, Response};
use crate::secret;

const DESCRIPTION: &str = include_str!("../../../static/openapi.json");
const DOCUMENT_STYLE: &str = include_str!("../../../static/documents/style.css");
const PAGE: &str = "docs/index.html";
const ETAG_CHARS: usize = 32;

#[derive(Embed)]
#[folder = "static/docs/"]
struct Docs;

/// A file as it is sent.
struct File {
    media_type: &'static str,
    etag: String,
    plain: Vec<u8>,
    gzip: Vec<u8>,
}

/// The files by their addresses, without the first slash.
static FILES: LazyLock<BTreeMap<String, File>> = LazyLock::new(|| {
    let embedded = Docs::iter().filter_map(|name| {
        let EmbeddedFile { data, .. } = Docs::get(&name)?;
        Some((format!("docs/{name}"), String::from_utf8_lossy(&data).into_owned()))
    });
    let others = [("openapi.json", DESCRIPTION), ("documents/style.css", DOCUMENT_STYLE)];
    let others = others.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let file = |(path, text): (String, String)| {
        let file = File::of(&path, text);
        (path, file)
    };
    embedded.chain(others).map(file).collect()
});

impl File {
    fn of(path: &str, text: String) -> Self {
        let text = if path == PAGE { outline::page(&text, DESCRIPTION) } else { text };
        let media_type = match path.rsplit_once('.') {
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            _ => "application/json",
        };
        let hash = secret::hex(&secret::hash(&text));
        let etag = format!("\"{}\"", hash.get(..ETAG_CHARS).unwrap_or_default());
        let plain = text.into_bytes();
        Self { media_type, etag, gzip: gzip(&plain), plain }
    }
}

#[get("/openapi.json")]
pub fn openapi(ctx: RequestContext) -> ApiResult {
    send(&ctx, "openapi.json")
}

#[get("/docs")]
pub fn page(ctx: RequestContext) -> ApiResult {
    send(&ctx, PAGE)
}

#[get("/docs/<file>")]
pub fn part(ctx: RequestContext, file: &str) -> ApiResult {
    send(&ctx, &format!("docs/{file}"))
}

#[get("/documents/<file>")]
pub fn document_part(ctx: RequestContext, file: &str) -> ApiResult {
    send(&ctx, &format!("documents/{file}"))
}

fn send(ctx: &RequestContext, path: &str) -> ApiResult {
    ctx.caller()?;
    let file = FILES.get(path).ok_or_else(Error::not_found)?;
    if ctx.has(&file.etag) {
        return Ok(Response::unchanged(file.etag.clone()).public(true));
    }
    let is_packed = ctx.takes_gzip();
    let bytes = if is_packed { &file.gzip } else { &file.plain };
    let response = Response::of(file.media_type, bytes.clone()).compressed(is_packed);
    Ok(response.with_etag(file.etag.clone()).public(true).with_policy(PAGE_POLICY))
}
