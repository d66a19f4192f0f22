//! Every "no" on the wire: an RFC 9457 problem document. The only place that knows which status a
//! code has.

use rocket::http::{ContentType, Status};
use rocket::response::{Responder, Response};
use rocket::{Request, response};
use serde_json::{Map, Value, json};

use super::notes::Notes;
use super::request_id::request_id;
use crate::error::{Code, Error, FieldError, Place};
use crate::http::app::App;

/// The status and the title of a code.
pub fn status(code: Code) -> (u16, &'static str) {
    match code {
        Code::MalformedJson => (400, "The body is not JSON"),
        Code::BadRequest => (400, "The request is malformed"),
        Code::BadCursor => (400, "The cursor is not one of ours"),
        Code::Unauthenticated => (401, "Please sign in"),
        Code::Forbidden => (403, "Not allowed"),
        Code::KeyInBrowser => (403, "A key has no place in a browser"),
        Code::CrossSite => (403, "The request came from another site"),
        Code::NotFound => (404, "Not found"),
        Code::MethodNotAllowed => (405, "This method does not fit this address"),
        Code::Conflict => (409, "This conflicts with the present state"),
        Code::OutOfStock => (409, "Not enough in stock"),
        Code::PriceChanged => (409, "The price has changed"),
        Code::TaxWouldChange => (409, "The tax would change"),
        Code::StockBelowZero => (409, "Stock would fall below zero"),
        Code::Taken => (409, "Already in use"),
        Code::ActionNotPossible => (409, "This does not fit the present state"),
        Code::AlreadyRecorded => (409, "This was written down already"),
        Code::OpenOrders => (409, "There are open orders"),
        Code::CurrencyFixed => (409, "The currency is fixed"),
        Code::SellerIncomplete => (409, "The settings do not say who sells"),
        Code::Gone => (410, "Gone"),
        Code::PreconditionFailed => (412, "Somebody changed this meanwhile"),
        Code::RequestTimeout => (408, "The request came too slowly"),
        Code::BodyTooLarge => (413, "The body is too large"),
        Code::UnsupportedMediaType => (415, "This media type is not read here"),
        Code::Invalid => (422, "Something in it is not right"),
        Code::KeyReused => (422, "The Idempotency-Key was used before"),
        Code::TooManyRequests => (429, "Too many requests"),
        Code::ProviderFailed => (503, "The card provider does not answer"),
        Code::Busy => (503, "The shop is busy"),
        Code::TooSlow => (503, "This took too long"),
        Code::StorageFull => (507, "The disk is full"),
        Code::StorageFailed => (503, "The disk cannot be written"),
        Code::Damaged => (500, "The shop's file is damaged"),
        Code::Unhealthy => (503, "The shop is not well"),
        Code::Stale => (503, "The shop has changed meanwhile"),
        Code::Internal => (500, "Something went wrong on our side"),
    }
}

/// The problem document of an error.
pub fn document(error: &Error) -> Value {
    let (status, title) = status(error.code());
    let name = error.name();
    let mut document = Map::new();
    document.insert("type".into(), format!("/problems/{name}").into());
    document.insert("title".into(), title.into());
    document.insert("status".into(), status.into());
    document.insert("detail".into(), error.detail().into());
    document.insert("code".into(), name.into());
    if !error.errors().is_empty() {
        document.insert("errors".into(), error.errors().iter().map(field_error).collect());
    }
    for (name, value) in error.extra() {
        document.insert((*name).into(), value.clone());
    }
    Value::Object(document)
}

fn field_error(error: &FieldError) -> Value {
    let mut fields = Map::new();
    match &error.place {
        Place::Pointer(pointer) => fields.insert("pointer".into(), pointer.as_str().into()),
        Place::Parameter(name) => fields.insert("parameter".into(), name.as_str().into()),
        Place::Header(name) => fields.insert("header".into(), (*name).into()),
    };
    fields.insert("code".into(), error.code.into());
    fields.insert("detail".into(), error.detail.as_str().into());
    if let Some(available) = error.available {
        fields.insert("available".into(), available.into());
    }
    Value::Object(fields)
}

/// Makes a page of an error for who looks at one; `None` for a program, which is answered a
/// document. What shows pages puts it on the server.
pub struct ErrorPages(pub fn(&Error, &Request<'_>) -> Option<Response<'static>>);

/// The response to a request that failed; what a client must not see goes to the log.
pub fn respond(error: &Error, request: &Request<'_>) -> Response<'static> {
    let (status, _) = status(error.code());
    let id = request_id(request);
    if status >= 500 {
        let route = request.route().map_or("-".to_owned(), |route| route.uri.to_string());
        let cause = error.cause().unwrap_or(error.detail());
        match error.code() {
            Code::Busy | Code::TooSlow | Code::Unhealthy | Code::ProviderFailed => {
                let app = request.rocket().state::<App>();
                if app.is_none_or(|app| app.log_lines.take(app.clock.elapsed())) {
                    tracing::warn!(id, route, cause, "not answered");
                }
            }
            Code::Damaged => tracing::error!(id, route, cause, "THE SHOP'S FILE IS DAMAGED"),
            _ => tracing::error!(id, route, cause, "not answered"),
        }
    }
    let pages = request.rocket().state::<ErrorPages>();
    let page = pages.and_then(|pages| (pages.0)(error, request));
    let mut response = page.unwrap_or_else(|| in_json(error, (status, id)));
    response.set_status(Status::new(status));
    response.set_raw_header("Cache-Control", "private, no-store");
    if let Some(seconds) = error.retry_after_seconds() {
        response.set_raw_header("Retry-After", seconds.to_string());
    }
    response
}

/// The document of an error. What broke inside is not for the outside: a 500 names the request and
/// nothing else.
fn in_json(error: &Error, (status, request_id): (u16, &str)) -> Response<'static> {
    let mut document = match status {
        500 => document(&Error::internal("")),
        _ => document(error),
    };
    if status == 500 {
        document["request_id"] = json!(request_id);
    }
    let body = document.to_string();
    let mut response = Response::build();
    response
        .header(ContentType::new("application", "problem+json"))
        .sized_body(body.len(), std::io::Cursor::new(body));
    if status == 401 {
        response.raw_header("WWW-Authenticate", "Bearer");
    }
    response.finalize()
}

/// Puts an error where the catcher finds it: guards can only fail with a status.
pub fn stash(request: &Request<'_>, error: Error) -> Status {
    let (status, _) = status(error.code());
    let _ = Notes::of(request).refusal.set(error);
    Status::new(status)
}

/// The error that a guard has put there.
pub fn stashed<'r>(request: &'r Request<'_>) -> Option<&'r Error> {
    Notes::of(request).refusal.get()
}

impl<'r> Responder<'r, 'static> for Error {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Ok(respond(&self, request))
    }
}
