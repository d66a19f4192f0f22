//! The body of a request: of a media type we read, not too large, and JSON.

use rocket::data::{FromData, Outcome, ToByteUnit};
use rocket::http::Method;
use rocket::{Data, Request};
use serde::Serialize;

use super::json::{self, Json};
use super::problem::stash;
use crate::error::{Code, Error, Result};

/// Bytes of a JSON body.
pub const BODY_BYTES_MAX: u64 = 1024 * 1024;

/// A body that is JSON. An empty one counts as `{}`.
#[derive(Clone, Debug)]
pub struct Body {
    raw: Vec<u8>,
    json: Json,
    is_patch: bool,
}

impl Body {
    /// The JSON that was sent.
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Tells a PATCH, which leaves out what stays, from a PUT.
    pub fn is_patch(&self) -> bool {
        self.is_patch
    }

    /// The whole object that this body makes of the stored one, to be read as if it had been sent:
    /// a PATCH is merged into it (RFC 7396), any other body stands for itself.
    pub fn over(&self, stored: &impl Serialize) -> Result<Json> {
        if !self.is_patch {
            return Ok(self.json.clone());
        }
        let text = serde_json::to_string(stored).map_err(|e| Error::internal(e.to_string()))?;
        let mut whole = json::parse(&text).map_err(Error::internal)?;
        json::merge(&mut whole, &self.json);
        Ok(whole)
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Body {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(body) => Outcome::Success(body),
            Err(error) => Outcome::Error((stash(request, error), ())),
        }
    }
}

async fn read(request: &Request<'_>, mut data: Data<'_>) -> Result<Body> {
    let announced = request.headers().get_one("Content-Length");
    let announced = announced.and_then(|bytes| bytes.parse::<u64>().ok()).unwrap_or(0);
    let empty = announced == 0 && data.peek(1).await.is_empty();
    if !empty && !is_readable(request) {
        let detail = match request.method() {
            Method::Patch => "Send application/json or application/merge-patch+json.",
            _ => "Send application/json.",
        };
        return Err(Error::new(Code::UnsupportedMediaType, detail));
    }
    if announced > BODY_BYTES_MAX {
        return Err(too_large());
    }
    let raw = data.open(BODY_BYTES_MAX.bytes()).into_bytes().await;
    let raw = raw.map_err(|error| {
        Error::new(Code::BadRequest, "The body did not arrive whole.").with_cause(error.to_string())
    })?;
    if !raw.is_complete() {
        return Err(too_large());
    }
    let raw = raw.into_inner();
    let json = parse(&raw)?;
    Ok(Body { raw, json, is_patch: request.method() == Method::Patch })
}

fn parse(raw: &[u8]) -> Result<Json> {
    if raw.is_empty() {
        return Ok(Json::Object(Vec::new()));
    }
    let malformed = |detail: String| Error::new(Code::MalformedJson, detail);
    let text = std::str::from_utf8(raw).map_err(|error| {
        malformed(format!("The body is not UTF-8 at byte {}.", error.valid_up_to()))
    })?;
    json::parse(text).map_err(malformed)
}

/// `application/json`, whatever its parameters, and for PATCH the media type of RFC 7396.
fn is_readable(request: &Request<'_>) -> bool {
    request.content_type().is_some_and(|kind| {
        let patch = request.method() == Method::Patch;
        let subtype = kind.sub().as_str();
        let json = subtype.eq_ignore_ascii_case("json");
        let merge = patch && subtype.eq_ignore_ascii_case("merge-patch+json");
        kind.top().as_str().eq_ignore_ascii_case("application") && (json || merge)
    })
}

fn too_large() -> Error {
    let detail = format!("A body has at most {BODY_BYTES_MAX} bytes.");
    Error::new(Code::BodyTooLarge, detail)
}
