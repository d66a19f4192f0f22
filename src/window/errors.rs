//! Pages that say what went wrong, and what to do. A program that asks for a page is told the same
//! as by the API.

use rocket::http::{Header, Method};
use rocket::{Request, Response};
use serde::Serialize;

use super::pages;
use super::view::View;
use crate::error::{Code, Error};
use crate::http::app::App;
use crate::http::request_id::request_id;
use crate::http::response::WINDOW_POLICY;

/// The first parts of the addresses of pages.
const OWN: [&str; 9] = ["p", "c", "i", "o", "search", "cart", "checkout", "withdrawal", "password"];

#[derive(Serialize)]
struct ErrorPage {
    /// The name of its text.
    kind: &'static str,
    request_id: Option<String>,
    can_search: bool,
}

/// The page of an error; `None` where no page was asked for, or the window is closed.
pub fn page(error: &Error, request: &Request<'_>) -> Option<Response<'static>> {
    if !is_of_page(request) {
        return None;
    }
    let app = request.rocket().state::<App>()?;
    let view = View::of(request, app).ok().filter(|view| view.settings.window.enabled)?;
    let kind = kind(error.code());
    let is_ours = kind == "internal";
    let page = ErrorPage {
        kind,
        request_id: is_ours.then(|| request_id(request).to_owned()),
        can_search: matches!(kind, "not_found" | "gone"),
    };
    let html = pages::whole(app, &view, Vec::new(), "error.html", &page).ok()?;
    let mut response = Response::build();
    response
        .header(Header::new("Content-Type", "text/html; charset=utf-8"))
        .raw_header("Content-Language", view.language.name())
        .raw_header("Content-Security-Policy", WINDOW_POLICY)
        .raw_header("Referrer-Policy", "same-origin")
        .raw_header("Vary", "Accept-Language, Accept-Encoding")
        .sized_body(html.len(), std::io::Cursor::new(html));
    Some(response.finalize())
}

/// Tells `true` for the address of a page, and where a browser looks for an address that is none.
fn is_of_page(request: &Request<'_>) -> bool {
    let first = request.uri().path().segments().get(0).unwrap_or_default();
    if OWN.contains(&first) || first.is_empty() && request.route().is_some() {
        return true;
    }
    let accepts = request.headers().get_one("Accept").unwrap_or_default();
    let looks = matches!(request.method(), Method::Get | Method::Head);
    request.route().is_none() && looks && accepts.contains("text/html")
}

fn kind(code: Code) -> &'static str {
    match code {
        Code::NotFound => "not_found",
        Code::Gone => "gone",
        Code::CrossSite => "cross_site",
        Code::TooManyRequests => "too_many",
        Code::Busy | Code::TooSlow | Code::Stale | Code::Unhealthy => "busy",
        Code::StorageFull | Code::StorageFailed => "no_orders",
        Code::BodyTooLarge => "too_large",
        Code::Internal | Code::Damaged => "internal",
        _ => "bad_request",
    }
}
