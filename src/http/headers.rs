//! Headers that every response carries, and the responses to what no route takes: 404, 405,
//! OPTIONS, and CORS.

use std::borrow::Cow;

use rocket::catcher::BoxFuture;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, RawStr, Status};
use rocket::{Catcher, Data, Request, Response, Route};

use super::client_address::is_https;
use super::credential::{cleared_cookies, is_session_cookie};
use super::key::is_name;
use super::lost_headers::LostHeaders;
use super::notes::Notes;
use super::problem;
use super::request_id::request_id;
use super::request_log;
use crate::domain::Id;
use crate::error::{Code, Error};
use crate::http::app::App;

/// Headers that a browser's script may read.
const CORS_READ: &str = "ETag, Link, Location, Retry-After, Idempotent-Replayed, X-Request-Id";
const CORS_SECONDS: &str = "600";
/// Bytes of the headers' names that one preflight may ask for.
const CORS_NAMES_BYTES_MAX: usize = 1_024;
/// Tells a path that is none from an id that is not there.
const NO_SUCH_PATH: &str = "The shop has no such address. What there is stands in /docs, and the \
                            page of the staff is /admin.";
/// Rocket looks this far into a form for another method.
const METHOD_FIELD_BYTES_MAX: usize = "_method=delete".len();

/// The fairing that decorates answers, and undoes a rewritten method.
pub struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "headers", kind: Kind::Request | Kind::Response }
    }

    /// Rocket lets a form rewrite its method; here a form is a POST and nothing else.
    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        let form = request.content_type().is_some_and(|kind| kind.is_form());
        let rewrites = |start: &[u8]| start.windows(7).any(|part| part == b"_method");
        if form && rewrites(data.peek(METHOD_FIELD_BYTES_MAX).await) {
            request.set_method(Method::Post);
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        decorate(request, response);
    }
}

/// Adds the headers that every response carries. An unknown method passes by the fairings, so the
/// catcher calls this as well; twice does no harm.
fn decorate<'r>(request: &'r Request<'_>, response: &mut Response<'r>) {
    // Where nobody asked for them, they are forgotten here.
    let _ = LostHeaders::of(request);
    response.set_raw_header("X-Request-Id", request_id(request));
    if !is_immutable(response) {
        response.set_raw_header("Vary", vary(response.headers().get_one("Vary")));
    }
    response.set_raw_header("X-Content-Type-Options", "nosniff");
    if !response.headers().contains("Referrer-Policy") {
        response.set_raw_header("Referrer-Policy", "no-referrer");
    }
    if !response.headers().contains("Cache-Control") {
        response.set_raw_header("Cache-Control", "private, no-store");
    }
    // Whoever signs in with an ended cookie has a new one, which stays.
    let fresh = || response.headers().get("Set-Cookie").any(is_session_cookie);
    if Notes::of(request).ended_cookie.get().is_some() && !fresh() {
        let is_https = request.rocket().state::<App>().is_some_and(|app| is_https(request, app));
        for cookie in cleared_cookies(is_https) {
            response.adjoin_raw_header("Set-Cookie", cookie);
        }
    }
    if let Some(origin) = allowed_origin(request) {
        response.set_raw_header("Access-Control-Allow-Origin", origin);
        response.set_raw_header("Access-Control-Expose-Headers", CORS_READ);
    }
}

/// Tells `true` for what is the same for good, whoever asks: it varies by nothing, so that caches
/// between the shop and its buyers may hold it.
fn is_immutable(response: &Response<'_>) -> bool {
    let cache = response.headers().get_one("Cache-Control");
    cache.is_some_and(|cache| cache.ends_with("immutable"))
}

/// The headers that responses depend on, after those this one depends on by itself.
fn vary(own: Option<&str>) -> Cow<'static, str> {
    const ALL: &str = "Authorization, Cookie, Origin";
    match own {
        Some(own) if !own.contains(ALL) => format!("{own}, {ALL}").into(),
        Some(own) => own.to_owned().into(),
        None => ALL.into(),
    }
}

fn allowed_origin<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let origin = request.headers().get_one("Origin")?;
    let app = request.rocket().state::<App>()?;
    let allowed = |known: &String| known == origin || known == "*";
    app.config.cors_origins.iter().any(allowed).then_some(origin)
}

/// The catcher of whatever no handler answered.
pub fn catcher() -> Catcher {
    fn catch<'r>(status: Status, request: &'r Request<'_>) -> BoxFuture<'r> {
        Box::pin(async move { Ok(unanswered(status, request)) })
    }
    Catcher::new(None, catch)
}

fn unanswered<'r>(status: Status, request: &'r Request<'_>) -> Response<'r> {
    let mut response = match problem::stashed(request) {
        Some(error) => problem::respond(error, request),
        None => without_handler(status, request),
    };
    decorate(request, &mut response);
    request_log::note_unseen(request, response.status());
    response
}

fn without_handler(status: Status, request: &Request<'_>) -> Response<'static> {
    let methods = methods(request);
    let known = methods.contains(&request.method()) && status != Status::BadRequest;
    match status.code {
        // A method that Rocket does not know comes as a bad request.
        400 | 404 | 405 | 422 if methods.is_empty() => {
            problem::respond(&Error::new(Code::NotFound, NO_SUCH_PATH), request)
        }
        404 | 405 | 422 if request.method() == Method::Options => options(request, &methods),
        404 | 405 | 422 if known => problem::respond(&Error::not_found(), request),
        400 | 404 | 405 | 422 => {
            let allow = allow(&methods);
            let detail = format!("Only {allow} can be sent to this address.");
            let error = Error::new(Code::MethodNotAllowed, detail);
            let mut response = problem::respond(&error, request);
            response.set_raw_header("Allow", allow);
            response
        }
        413 => problem::respond(&Error::new(Code::BodyTooLarge, "Send less."), request),
        code => problem::respond(&Error::internal(format!("status {code}")), request),
    }
}

fn options(request: &Request<'_>, methods: &[Method]) -> Response<'static> {
    let allow = allow(methods);
    let mut response = Response::build();
    response.status(Status::NoContent).raw_header("Allow", allow.clone());
    let preflight = request.headers().contains("Access-Control-Request-Method");
    if preflight && allowed_origin(request).is_some() {
        response
            .raw_header("Access-Control-Allow-Methods", allow)
            .raw_header("Access-Control-Max-Age", CORS_SECONDS);
        let sent = request.headers().get_one("Access-Control-Request-Headers");
        if let Some(names) = sent.filter(|names| is_names(names)) {
            // Those that a script must never set, browsers do not ask for (Fetch §2.2.2), and those
            // that nobody reads here do no harm: clients send their own beside ours.
            response.raw_header("Access-Control-Allow-Headers", names.to_owned());
            response.raw_header("Vary", "Access-Control-Request-Headers");
        }
    }
    response.finalize()
}

/// Tells `true` for names of headers with commas between them (RFC 9110 §5.1).
fn is_names(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_name = |name: &str| !name.trim().is_empty() && name.trim().bytes().all(is_token);
    text.len() <= CORS_NAMES_BYTES_MAX && text.split(',').all(is_name)
}

/// The methods of the routes that this path has.
fn methods(request: &Request<'_>) -> Vec<Method> {
    let path: Vec<&str> = request.uri().path().raw_segments().map(RawStr::as_str).collect();
    let is_read = matches!(request.method(), Method::Get | Method::Head | Method::Options);
    let fits = |route: &Route| {
        let pattern = route.uri.path();
        let is_read = is_read && route.method == Method::Get;
        let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
        let same = |(part, segment): (&&str, &&str)| match part.starts_with('<') {
            true => Id::parse(segment).is_some() || is_read && is_name(pattern, part, segment),
            false => part == segment,
        };
        parts.len() == path.len() && parts.iter().zip(&path).all(same)
    };
    let mut methods: Vec<Method> = request
        .rocket()
        .routes()
        .filter(|route| fits(route))
        .filter_map(|route| route.method.into())
        .collect();
    methods.sort_unstable_by_key(|method| method.as_str());
    methods.dedup();
    methods
}

fn allow(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    if methods.contains(&Method::Get) {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}
