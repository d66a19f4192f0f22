//! `/`: the first page, or where the window is closed, where programs and the staff begin.

use rocket::get;
use serde::Serialize;
use serde_json::json;

use super::cards::{Card, summary};
use super::view;
use super::visit::Visit;
use crate::domain::markdown::{self, Block};
use crate::domain::pictures::CollectionImage;
use crate::error::Error;
use crate::http::context::RequestContext;
use crate::http::response::{ApiResult, Response};
use crate::store::engine::list::{Range, Sort};
use crate::store::products::{self, Filter};
use crate::store::{collections, settings};

/// New products on the first page.
const NEWEST: usize = 12;

/// Collections on the first page.
const TILES: usize = 100;

#[derive(Serialize)]
struct First {
    intro: Vec<Block>,
    /// The beginning of the intro, for search engines.
    summary: String,
    collections: Vec<CollectionTile>,
    newest: Vec<Card>,
}

/// A collection with its picture.
#[derive(Serialize)]
struct CollectionTile {
    name: String,
    href: String,
    image: Option<CollectionImage>,
}

#[get("/")]
pub async fn page(visit: Result<Visit, ()>, ctx: RequestContext) -> ApiResult {
    let Ok(visit) = visit else { return closed(&ctx) };
    visit.shared(async { visit.render("first.html", &first(&visit)?) }).await
}

fn first(visit: &Visit) -> crate::error::Result<First> {
    let intro = visit.view.settings.window.intro.as_deref().unwrap_or_default();
    let sort = Sort { column: "created_at", descending: true };
    let range = Range { sort, after: None, limit: NEWEST, is_counted: false };
    let filter = Filter { only_active: true, ..Filter::default() };
    let (collections, newest) = visit.ctx.read(|tx| {
        Ok((collections::at_top(tx, TILES)?, products::list(tx, &filter, &range)?.rows))
    })?;
    let tile = |it: crate::domain::collections::Collection| CollectionTile {
        href: format!("/c/{}", view::encoded(&it.handle)),
        name: it.name,
        image: it.image,
    };
    Ok(First {
        intro: markdown::blocks(intro),
        summary: summary(intro),
        collections: collections.into_iter().map(tile).collect(),
        newest: Card::all(newest),
    })
}

/// What there is beside the pages for buyers.
fn closed(ctx: &RequestContext) -> ApiResult {
    // Where it is open, the shop could not be read, which is told instead.
    if ctx.read(settings::load)?.window.enabled {
        return Err(Error::internal("no visit to an open window"));
    }
    Response::ok(&json!({
        "docs": "/docs", "openapi": "/openapi.json", "admin": "/admin", "shop": "/shop",
    }))
}
