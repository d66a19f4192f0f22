//! One line of log and one count for each request, when its response is made.

use std::time::{Duration, Instant};

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Status;
use rocket::{Data, Request, Response};

use super::notes::Notes;
use super::permissions::Caller;
use super::request_id::request_id;
use crate::error::Result;
use crate::http::app::App;

/// The fairing that writes the line.
pub struct RequestLog;

#[rocket::async_trait]
impl Fairing for RequestLog {
    fn info(&self) -> Info {
        Info { name: "requests", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let _ = Notes::of(request).began.set(now());
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let began = Notes::of(request).began.get();
        note(request, response.status(), began.map(Instant::elapsed).unwrap_or_default());
    }
}

/// Notes the caller.
pub fn note_caller(request: &Request<'_>, caller: &Result<Caller>) {
    let kind = caller.as_ref().map_or("unknown_credential", Caller::kind);
    let _ = Notes::of(request).caller_kind.set(kind);
}

/// Notes a request that passed by the fairings: one of a method nobody knows.
pub fn note_unseen(request: &Request<'_>, status: Status) {
    if Notes::of(request).began.get().is_none() {
        note(request, status, Duration::ZERO);
    }
}

#[allow(clippy::disallowed_methods, reason = "how long something took is no time of day")]
fn now() -> Instant {
    Instant::now()
}

fn note(request: &Request<'_>, status: Status, took: Duration) {
    // The path itself may hold a token, or a name; the pattern of the route never does.
    let route = request.route().map_or("-", |route| route.uri.path());
    let caller = Notes::of(request).caller_kind.get().copied().unwrap_or("-");
    let (id, method) = (request_id(request), request.method().as_str());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let app = request.rocket().state::<App>();
    if app.is_none_or(|app| app.log_lines.take(app.clock.elapsed())) {
        tracing::info!(id, method, route, status = status.code, micros, caller, "request");
    }
    if let Some(app) = app {
        app.metrics.count(method, route, status.code, took);
    }
}
