//! `/c/<handle>` and `/search`: lists of products, sorted and narrowed.

use rocket::get;
use serde::Serialize;

use super::cards::{Card, summary};
use super::view::encoded;
use super::visit::Visit;
use crate::domain::collections::Collection;
use crate::domain::pictures::CollectionImage;
use crate::error::{Code, Result};
use crate::http::key::Key;
use crate::http::page::{self, Query};
use crate::http::response::{ApiResult, Response};
use crate::store::engine::list::{Page, Range};
use crate::store::products::{self, BY_RANK, Filter, InCollection};
use crate::store::{Tx, collections};

/// Products on one page of a list.
const ROWS: usize = 24;
/// Parts that the page of a collection names.
const PARTS_MAX: usize = 100;
/// How a collection can be sorted: the value of the field, and whether it is the way it comes.
const SORTS: [&str; 4] = ["position", "-created_at", "price", "-price"];
const COLUMNS: &[(&str, &str)] =
    &[("position", "position"), ("created_at", "created_at"), ("price", "price_from")];

#[derive(Serialize)]
struct CollectionPage {
    name: String,
    description: String,
    summary: String,
    image: Option<CollectionImage>,
    path: String,
    parts: Vec<Link>,
    products: Vec<Card>,
    next: Option<String>,
    sort: &'static str,
    sorts: [&'static str; 4],
    in_stock: bool,
    on_sale: bool,
    is_first: bool,
}

/// A collection that is a part of this one, or that this one is a part of.
#[derive(Serialize)]
struct Link {
    name: String,
    href: String,
}

#[derive(Serialize)]
struct SearchPage {
    q: String,
    products: Vec<Card>,
    next: Option<String>,
    is_first: bool,
}

#[get("/c/<handle>")]
pub async fn collection(visit: Visit, handle: Key) -> ApiResult {
    let handle = match handle {
        Key::Handle(handle) => handle,
        Key::Id(id) => {
            let found = visit.ctx.read(|tx| collections::find(tx, id))?;
            return Ok(Response::moved(visit.to(&link(found).href)));
        }
    };
    let query = visit.ctx.query()?;
    visit
        .shared(async {
            let page = collection_page(&visit, &handle, query).await?;
            visit.render("list.html", &page)
        })
        .await
}

async fn collection_page(visit: &Visit, handle: &str, query: Query) -> Result<CollectionPage> {
    let in_stock = query.get("in_stock", page::flag) == Some(true);
    let on_sale = query.get("on_sale", page::flag) == Some(true);
    let range = range(&query, COLUMNS)?;
    let sort = range.sort;
    let (found, parts) = visit.ctx.read(|tx| {
        let found = collections::find_by_handle(tx, handle)?;
        let parts = collections::parts_with_goods(tx, found.id, PARTS_MAX)?;
        let whole = found.parent_id.map(|id| collections::find(tx, id)).transpose()?;
        Ok((found, whole.into_iter().chain(parts).collect::<Vec<_>>()))
    })?;
    let filter = Filter {
        only_active: true,
        collection: Some(InCollection::Id(found.id)),
        in_stock: in_stock.then_some(true),
        on_sale: on_sale.then_some(true),
        ..Filter::default()
    };
    let (is_first, is_long) = (range.after.is_none(), filter.is_long(sort));
    let list = move |tx: &Tx| products::list(tx, &filter, &range);
    let Page { rows, next, .. } =
        if is_long { visit.ctx.read_long(list).await? } else { visit.ctx.read(list)? };
    let wanted = query.get("sort", |text| Ok(text.to_owned())).unwrap_or_default();
    Ok(CollectionPage {
        summary: summary(&found.description),
        description: found.description,
        image: found.image,
        path: format!("/c/{}", encoded(&found.handle)),
        name: found.name,
        parts: parts.into_iter().map(link).collect(),
        products: Card::all(rows),
        next: next.map(|after| query.next_address(&after, sort)),
        sort: SORTS.into_iter().find(|known| *known == wanted).unwrap_or("position"),
        sorts: SORTS,
        in_stock,
        on_sale,
        is_first,
    })
}

fn link(collection: Collection) -> Link {
    Link { href: format!("/c/{}", encoded(&collection.handle)), name: collection.name }
}

#[get("/search")]
pub async fn search(visit: Visit) -> ApiResult {
    let query = visit.ctx.query()?;
    visit
        .shared(async {
            let page = search_page(&visit, query).await?;
            visit.render("search.html", &page)
        })
        .await
}

async fn search_page(visit: &Visit, query: Query) -> Result<SearchPage> {
    let q = query.get("q", page::words).unwrap_or_default();
    let range = range(&query, &[(BY_RANK, BY_RANK)])?;
    let (sort, is_first) = (range.sort, range.after.is_none());
    let filter = Filter { only_active: true, ..Filter::default() };
    let words = q.clone();
    let Page { rows, next, .. } = match q.is_empty() {
        true => Page { rows: Vec::new(), next: None, count: None },
        false => {
            let find = move |tx: &Tx| products::find_by_words(tx, &words, &filter, &range);
            visit.ctx.read_long(find).await?
        }
    };
    Ok(SearchPage {
        q,
        products: Card::all(rows),
        next: next.map(|after| query.next_address(&after, sort)),
        is_first,
    })
}

/// The part of a list that is asked for; its beginning, where the place to go on from is none.
fn range(query: &Query, columns: &[(&str, &'static str)]) -> Result<Range> {
    let range = match query.range(columns, false) {
        Err(error) if error.code() == Code::BadCursor => {
            query.from_start().range(columns, false)?
        }
        range => range?,
    };
    Ok(Range { limit: ROWS, is_counted: false, ..range })
}
