//! `GET /openapi.json`, the description of this API, `GET /docs`, the page that shows it, and
//! `GET /documents/<file>`, the looks of printed documents. All are part of the program.

use rocket::get;
use rust_embed::{Embed, EmbeddedFile};

use super::answer::{Answer, PAGE_POLICY, Reply};
use super::ask::Ask;
use crate::error::Error;
use crate::secret;

#[derive(Embed)]
#[folder = "static/"]
struct Files;

#[get("/openapi.json")]
pub fn openapi(ask: Ask) -> Reply {
    send(&ask, "openapi.json")
}

#[get("/docs")]
pub fn page(ask: Ask) -> Reply {
    send(&ask, "docs/index.html")
}

#[get("/docs/<file>")]
pub fn part(ask: Ask, file: &str) -> Reply {
    send(&ask, &format!("docs/{file}"))
}

#[get("/documents/<file>")]
pub fn document_part(ask: Ask, file: &str) -> Reply {
    send(&ask, &format!("documents/{file}"))
}

fn send(ask: &Ask, path: &str) -> Reply {
    ask.caller()?;
    let EmbeddedFile { data, metadata } = Files::get(path).ok_or_else(Error::not_found)?;
    let hash = secret::hex(&metadata.sha256_hash());
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    if ask.has(&etag) {
        return Ok(Answer::unchanged(etag).public(true));
    }
    let media_type = match path.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "application/json",
    };
    let answer = Answer::of(media_type, data.into_owned()).with_etag(etag).public(true);
    Ok(answer.with_policy(PAGE_POLICY))
}
