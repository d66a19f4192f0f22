//! `/sitemap.xml` and `/robots.txt`, for search engines (sitemaps.org, protocol 0.9; RFC 9309).

use std::fmt::Write;
use std::iter;

use rocket::get;

use super::view::encoded;
use super::visit::Visit;
use crate::domain::window::InfoPage;
use crate::error::{Error, Result};
use crate::http::context::RequestContext;
use crate::http::response::{ApiResult, Response};
use crate::store::{Tx, collections, products, settings};

const XML: &str = "application/xml; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
/// Ids of products whose addresses stand in one file: the protocol allows 50,000 addresses and
/// 50 MB.
const IDS_OF_PART: i64 = 5_000;
/// Collections, which stand in the first file beside the products of that.
const COLLECTIONS_MAX: usize = 40_000;

/// The index: the files in which something stands.
#[get("/sitemap.xml")]
pub async fn index(visit: Visit) -> ApiResult {
    let base = base(&visit)?;
    let parts = visit.ctx.read_long(|tx: &Tx| products::parts(tx, IDS_OF_PART)).await?;
    let mut xml = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    // The first page stands in the first file, whatever is for sale.
    for part in iter::once(0).chain(parts.into_iter().filter(|part| *part > 0)) {
        // Writing into a text does not fail.
        let _ = writeln!(xml, "<sitemap><loc>{base}/sitemap/{part}.xml</loc></sitemap>");
    }
    xml.push_str("</sitemapindex>\n");
    Ok(Response::of(XML, xml.into_bytes()))
}

#[get("/sitemap/<file>")]
pub async fn part(visit: Visit, file: &str) -> ApiResult {
    let base = base(&visit)?;
    let number = file.strip_suffix(".xml").and_then(|number| number.parse::<i64>().ok());
    let number =
        number.filter(|number| (0..1 << 32).contains(number)).ok_or_else(Error::not_found)?;
    let from = number * IDS_OF_PART;
    let rows = move |tx: &Tx| products::addresses(tx, from..from + IDS_OF_PART);
    let rows = visit.ctx.read_long(rows).await?;
    // A file without an address is none (the schema of the protocol).
    if rows.is_empty() && number > 0 {
        return Err(Error::not_found());
    }
    let mut xml = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
    if number == 0 {
        for path in paths_of_lists(&visit)? {
            let _ = writeln!(xml, "<url><loc>{base}{path}</loc></url>");
        }
    }
    for (handle, changed) in rows {
        let (handle, day) =
            (encoded(&handle), visit.view.settings.time_zone.date_of(changed).text());
        let _ = writeln!(xml, "<url><loc>{base}/p/{handle}</loc><lastmod>{day}</lastmod></url>");
    }
    xml.push_str("</urlset>\n");
    Ok(Response::of(XML, xml.into_bytes()))
}

/// The paths of all that is no product: the first page, the collections, the owner's own texts.
fn paths_of_lists(visit: &Visit) -> Result<Vec<String>> {
    let handles = visit.ctx.read(|tx| collections::handles_with_goods(tx, COLLECTIONS_MAX))?;
    let window = &visit.view.settings.window;
    let pages = InfoPage::ALL.into_iter().filter(|page| window.page(*page).is_some());
    let of_collections = handles.iter().map(|handle| format!("/c/{}", encoded(handle)));
    let of_pages = pages.map(|page| format!("/i/{}", page.name()));
    Ok(iter::once("/".to_owned()).chain(of_collections).chain(of_pages).collect())
}

/// The address that the shop has from outside, as XML.
fn base(visit: &Visit) -> Result<String> {
    let base = visit.view.settings.public_url.as_deref().ok_or_else(Error::not_found)?;
    Ok(base.replace('&', "&amp;"))
}

/// What robots may look at: the goods, and nothing of buyers.
#[get("/robots.txt")]
pub fn robots(ctx: RequestContext) -> ApiResult {
    let settings = ctx.read(settings::load)?;
    let mut text = "User-agent: *\n".to_owned();
    if settings.window.enabled {
        for path in ["/admin", "/cart", "/checkout", "/o/", "/search"] {
            let _ = writeln!(text, "Disallow: {path}");
        }
        if let Some(base) = &settings.public_url {
            let _ = writeln!(text, "Sitemap: {base}/sitemap.xml");
        }
    } else {
        text.push_str("Disallow: /\n");
    }
    Ok(Response::of(TEXT, text.into_bytes()))
}
