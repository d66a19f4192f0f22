//! `GET /openapi.json`, the description of this API, `GET /docs`, the page that shows it, and
//! `GET /documents/<file>`, the looks of printed documents. All are part of the program.

use rocket::get;
use rust_embed::{Embed, EmbeddedFile};

use super::answer::{Answer, PAGE_POLICY, Reply};
use super::ask::Ask;
use crate::error::Error;
use crate::secret::{self, Hash};

const DESCRIPTION: &str = include_str!("../../static/openapi.json");

#[derive(Embed)]
#[folder = "static/docs/"]
struct Docs;

#[derive(Embed)]
#[folder = "static/documents/"]
struct Documents;

#[get("/openapi.json")]
pub fn openapi(ask: Ask) -> Reply {
    ask.caller()?;
    let hash = secret::hash(DESCRIPTION);
    Ok(send(&ask, "openapi.json", DESCRIPTION.as_bytes().to_vec(), &hash))
}

#[get("/docs")]
pub fn page(ask: Ask) -> Reply {
    find::<Docs>(&ask, "index.html")
}

#[get("/docs/<file>")]
pub fn part(ask: Ask, file: &str) -> Reply {
    find::<Docs>(&ask, file)
}

#[get("/documents/<file>")]
pub fn document_part(ask: Ask, file: &str) -> Reply {
    find::<Documents>(&ask, file)
}

fn find<F: Embed>(ask: &Ask, path: &str) -> Reply {
    ask.caller()?;
    let EmbeddedFile { data, metadata } = F::get(path).ok_or_else(Error::not_found)?;
    Ok(send(ask, path, data.into_owned(), &metadata.sha256_hash()))
}

fn send(ask: &Ask, path: &str, data: Vec<u8>, hash: &Hash) -> Answer {
    let hash = secret::hex(hash);
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    if ask.has(&etag) {
        return Answer::unchanged(etag).public(true);
    }
    let media_type = match path.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "application/json",
    };
    let answer = Answer::of(media_type, data).with_etag(etag).public(true);
    answer.with_policy(PAGE_POLICY)
}
