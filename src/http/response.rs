//! Every "yes" on the wire: JSON with its status, `ETag` and `Location`.

use std::sync::Arc;

use rocket::http::Status;
use rocket::response::Responder;
use rocket::{Request, response};
use serde::Serialize;

use super::etag::Versioned;
use super::in_flight::Share;
use super::kept_answers::Answer;
use super::permissions::Caller;
use super::problem;
use super::share;
use crate::error::{Error, Result};

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
/// Bodies up to this are not counted while nobody reads them: the system's buffers take them.
const SMALL_BYTES_MAX: usize = 16 * 1024;
/// Most objects, and most rows of lists, fit into so many bytes, for which room is made at once.
const USUAL_BYTES: usize = 1024;
/// A body up to this goes out in one piece together with its head.
const PIECE_BYTES_MAX: usize = 64 * 1024;
/// A page may load its own files and what the shop answers, and nothing else from anywhere.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The same for a page for buyers, who send forms to the shop that they are in.
pub const WINDOW_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The same for a page whose forms may lead to a card provider, wherever that has its pages.
pub const PAYING_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self' https:; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The same where the provider is on this machine, as in tests.
pub const PAYING_HERE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
    form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'; \
    require-trusted-types-for 'script'";

/// The result of a handler.
pub type ApiResult = Result<Response>;

/// A success.
#[derive(Debug)]
pub struct Response {
    status: u16,
    media_type: &'static str,
    /// Shared with what is kept of it.
    body: Arc<Vec<u8>>,
    location: Option<String>,
    etag: Option<String>,
    link: Option<String>,
    /// The policy of a page: the origins it may load from.
    policy: Option<&'static str>,
    /// The same is sent in several ways, of which this is one: whether it is compressed.
    compressed: Option<bool>,
    /// The language of a page that could be had in another one as well.
    language: Option<&'static str>,
    /// The addresses that a script may stand between, for one that browsers run beside a page.
    worker_scope: Option<&'static str>,
    /// Seconds after which to try again.
    retry_after: Option<u64>,
    /// It stays the same for good, so browsers need not ask again.
    immutable: bool,
    cookies: Vec<String>,
    /// Anyone may keep it, but asks whether it is still true before using it again.
    public: bool,
    replayed: bool,
}

impl Response {
    fn new(status: u16, body: impl Into<Arc<Vec<u8>>>) -> Self {
        Self {
            status,
            media_type: JSON,
            body: body.into(),
            location: None,
            etag: None,
            link: None,
            policy: None,
            compressed: None,
            language: None,
            worker_scope: None,
            retry_after: None,
            immutable: false,
            cookies: Vec::new(),
            public: false,
            replayed: false,
        }
    }

    /// 200 with an object.
    pub fn ok(object: &impl Serialize) -> ApiResult {
        json(object, 1).map(|body| Self::new(200, body))
    }

    /// 200 with a list of so many rows.
    pub fn list(list: &impl Serialize, rows: usize) -> ApiResult {
        json(list, rows + 1).map(|body| Self::new(200, body))
    }

    /// 201 with the new object and where it is.
    pub fn created(location: String, object: &impl Serialize) -> ApiResult {
        let mut answer = Self::new(201, json(object, 1)?);
        answer.location = Some(location);
        Ok(answer)
    }

    /// 200 with an object and its tag.
    pub fn object(object: &impl Versioned, caller: &Caller) -> ApiResult {
        let etag = object.tag().text(caller.sees_as_staff());
        Ok(Self::ok(object)?.with_etag(etag))
    }

    /// 201 with the new object, its tag, and where it is.
    pub fn new_object(location: String, object: &impl Versioned, caller: &Caller) -> ApiResult {
        let etag = object.tag().text(caller.sees_as_staff());
        Ok(Self::created(location, object)?.with_etag(etag))
    }

    /// 200 with a file of the program.
    pub fn of(media_type: &'static str, body: Vec<u8>) -> Self {
        Self { media_type, ..Self::new(200, body) }
    }

    /// 200 with a page that was made for the caller.
    pub fn page(html: String) -> Self {
        Self::of(HTML, html.into_bytes()).with_policy(PAGE_POLICY)
    }

    /// 303: whoever sent something goes on with a GET of this address.
    pub fn see_other(location: String) -> Self {
        Self { location: Some(location), ..Self::new(303, Vec::new()) }
    }

    /// 301: it has another address for good.
    pub fn moved(location: String) -> Self {
        Self { location: Some(location), ..Self::new(301, Vec::new()) }
    }

    /// 204: done, and there is nothing to say.
    pub fn nothing() -> Self {
        Self::new(204, Vec::new())
    }

    /// 200 with an answer that was kept.
    pub fn of_kept(answer: Answer) -> Self {
        let Answer { body, etag, link } = answer;
        Self { etag, link, public: true, ..Self::new(200, body) }
    }

    /// What to keep of a 200 that anyone may have.
    pub fn to_kept(&mut self) -> Option<Answer> {
        if let Some(body) = Arc::get_mut(&mut self.body) {
            // Room that was made and not needed is not kept as well.
            body.shrink_to_fit();
        }
        let (body, etag, link) = (Arc::clone(&self.body), self.etag.clone(), self.link.clone());
        (self.status == 200 && self.public).then_some(Answer { body, etag, link })
    }

    /// The same, or 304 where the caller has what its tag stands for.
    #[must_use]
    pub fn unless(self, caller_has: impl Fn(&str) -> bool) -> Self {
        match self.etag {
            Some(tag) if caller_has(&tag) => {
                let Self { public, language, .. } = self;
                Self { language, ..Self::unchanged(tag).public(public) }
            }
            _ => self,
        }
    }

    /// 304: what the caller has is still true.
    pub fn unchanged(etag: String) -> Self {
        Self::new(304, Vec::new()).with_etag(etag)
    }

    /// Adds the header `ETag`.
    #[must_use]
    pub fn with_etag(mut self, etag: String) -> Self {
        self.etag = Some(etag);
        self
    }

    /// Adds the header `Link`, if there is one.
    #[must_use]
    pub fn with_link(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }

    /// Adds the header `Content-Security-Policy`.
    #[must_use]
    pub fn with_policy(mut self, policy: &'static str) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Sets the media type of the body.
    #[must_use]
    pub fn with_media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = media_type;
        self
    }

    /// Adds headers `Set-Cookie`.
    #[must_use]
    pub fn with_cookies(mut self, cookies: impl IntoIterator<Item = String>) -> Self {
        self.cookies.extend(cookies);
        self
    }

    /// For bodies that are kept in both ways: whether this is the one in gzip.
    #[must_use]
    pub fn compressed(mut self, gzip: bool) -> Self {
        self.compressed = Some(gzip);
        self
    }

    /// For a script that stands between these addresses and the network (Service Workers).
    #[must_use]
    pub fn as_worker_of(mut self, scope: &'static str) -> Self {
        self.worker_scope = Some(scope);
        self
    }

    /// For pages that are there in several languages: the one this is in.
    #[must_use]
    pub fn in_language(mut self, language: &'static str) -> Self {
        self.language = Some(language);
        self
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Says when to try again, if at all.
    #[must_use]
    pub fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// For answers whose address changes with them.
    #[must_use]
    pub fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }

    /// For answers that are the same for everybody.
    #[must_use]
    pub fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    /// For answers to a request that was answered before.
    #[must_use]
    pub fn replayed(mut self) -> Self {
        self.replayed = true;
        self
    }
}

/// A body that counts as under way until it was read, unless it is small.
struct Counted {
    bytes: Arc<Vec<u8>>,
    _share: Option<Share>,
}

impl Counted {
    fn new(bytes: Arc<Vec<u8>>, request: &Request<'_>) -> Result<Self> {
        let large = bytes.len() > SMALL_BYTES_MAX;
        let share = large.then(|| share::take_answer(request, bytes.len())).transpose()?;
        Ok(Self { bytes, _share: share })
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// JSON of something that holds so many objects.
fn json(value: &impl Serialize, objects: usize) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(objects * USUAL_BYTES);
    serde_json::to_writer(&mut body, value).map_err(|error| Error::internal(error.to_string()))?;
    Ok(body)
}

impl<'r> Responder<'r, 'static> for Response {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let body = match Counted::new(self.body, request) {
            Ok(body) => body,
            Err(error) => return Ok(problem::respond(&error, request)),
        };
        let length = body.bytes.len();
        let mut response = rocket::Response::build();
        response.status(Status::new(self.status));
        if !body.bytes.is_empty() {
            response.raw_header("Content-Type", self.media_type);
            response.sized_body(length, std::io::Cursor::new(body));
        }
        // One byte of room is left, as the end is found by a read that has room.
        response.max_chunk_size((length + 1).min(PIECE_BYTES_MAX));
        let cache = match (self.immutable, self.public) {
            (true, _) => "public, max-age=31536000, immutable",
            (_, true) => "public, no-cache",
            _ => "private, no-store",
        };
        match (self.language, self.compressed) {
            (Some(_), _) => response.raw_header("Vary", "Accept-Language, Accept-Encoding"),
            (None, Some(_)) => response.raw_header("Vary", "Accept-Encoding"),
            (None, None) => &mut response,
        };
        if self.compressed == Some(true) {
            response.raw_header("Content-Encoding", "gzip");
        }
        response.raw_header("Cache-Control", cache);
        let optional = [
            ("Retry-After", self.retry_after.map(|seconds| seconds.to_string())),
            ("Content-Language", self.language.map(str::to_owned)),
            ("Location", self.location),
            ("ETag", self.etag),
            ("Link", self.link),
            ("Content-Security-Policy", self.policy.map(str::to_owned)),
            // With less than that, browsers do not say from where a form was sent.
            ("Referrer-Policy", self.language.map(|_| "same-origin".to_owned())),
            ("Service-Worker-Allowed", self.worker_scope.map(str::to_owned)),
            ("Idempotent-Replayed", self.replayed.then(|| "true".to_owned())),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                response.raw_header(name, value);
            }
        }
        for cookie in self.cookies {
            response.raw_header_adjoin("Set-Cookie", cookie);
        }
        response.ok()
    }
}
