//! The body of a request: of a media type we read, not too large, and JSON.
//!
//! Only its bytes are stored, and counted while they are: the tree of its values takes many times
//! their room, so it is made for whoever reads it, and goes when they are done.

use std::sync::Arc;

use rocket::data::{DataStream, FromData, Outcome, ToByteUnit};
use rocket::http::Method;
use rocket::{Data, Request};
use serde::Serialize;

use super::in_flight::Share;
use super::json::{self, Json, Malformed, VALUES_MAX};
use super::pace::Pace;
use super::problem::stash;
use super::share;
use crate::error::{Code, Error, Result};

/// Bytes of a JSON body.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a draft of an order: 2,000 lines with their notes.
const DRAFT_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a person with addresses.
const PERSON_BYTES_MAX: usize = 64 * 1024;
/// Bytes of what comes with a password.
const SIGN_IN_BYTES_MAX: usize = 16 * 1024;
const CHUNK_BYTES: usize = 16 * 1024;
/// Some editors put it before everything; it says nothing (RFC 8259 §8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const ENCODING_CHARS_SHOWN: usize = 40;

/// A body that is JSON. An empty one counts as `{}`. Clones are the same.
#[derive(Clone, Debug)]
pub struct Body {
    received: Arc<Received>,
    is_patch: bool,
}

/// The bytes of a body, which count as under way while they are held.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) raw: Vec<u8>,
    _share: Share,
}

impl Body {
    /// The JSON that was sent, read again with each call.
    pub fn json(&self) -> Json {
        // It was checked when it came.
        parse(&self.received.raw, json::parse).unwrap_or(Json::Null)
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &[u8] {
        &self.received.raw
    }

    /// Tells a PATCH, which leaves out what stays, from a PUT.
    pub fn is_patch(&self) -> bool {
        self.is_patch
    }

    /// The whole object that this body makes of the stored one, to be read as if it had been sent:
    /// a PATCH is merged into it (RFC 7396), any other body stands for itself.
    pub fn over(&self, stored: &impl Serialize) -> Result<Json> {
        if !self.is_patch {
            return Ok(self.json());
        }
        let text = serde_json::to_string(stored).map_err(|e| Error::internal(e.to_string()))?;
        let whole = json::parse(&text);
        let mut whole = whole.map_err(|error| Error::internal(format!("{error:?}")))?;
        json::merge(&mut whole, &self.json());
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
    let announced = announced.and_then(|bytes| bytes.parse::<usize>().ok()).unwrap_or(0);
    let empty = announced == 0 && data.peek(1).await.is_empty();
    if !empty && !is_readable(request) {
        let detail = match request.method() {
            Method::Patch => "Send application/json or application/merge-patch+json.",
            _ => "Send application/json.",
        };
        return Err(Error::new(Code::UnsupportedMediaType, detail));
    }
    if !empty {
        refuse_encoded(request)?;
    }
    let most = bytes_max(request);
    if announced > most {
        return Err(too_large(most));
    }
    let stream = data.open((most + 1).bytes());
    let received = receive(stream, share::of_body(request)?, most, announced).await?;
    parse(&received.raw, json::check)?;
    Ok(Body { received: Arc::new(received), is_patch: request.method() == Method::Patch })
}

/// The bytes that a body may have, by the noun it is sent to.
fn bytes_max(request: &Request<'_>) -> usize {
    match request.uri().path().segments().get(0) {
        Some("sessions" | "setup" | "staff" | "customer_accounts") => SIGN_IN_BYTES_MAX,
        Some("customers") => PERSON_BYTES_MAX,
        Some("quotes" | "orders") => DRAFT_BYTES_MAX,
        _ => BODY_BYTES_MAX,
    }
}

/// Takes in what comes, from whoever goes on sending. `announced`: 0 where the length was not told.
pub(super) async fn receive(
    mut stream: DataStream<'_>,
    mut share: Share,
    most: usize,
    announced: usize,
) -> Result<Received> {
    let mut raw = Vec::new();
    let mut pace = Pace::new();
    loop {
        let left = if announced > 0 { announced - raw.len() } else { CHUNK_BYTES };
        if left == 0 {
            return Ok(Received { raw, _share: share });
        }
        // The room grows with what came, not with what was announced.
        raw.reserve_exact(left.min(CHUNK_BYTES));
        let read = pace.read(&mut stream, &mut raw).await?;
        if read == 0 {
            return Ok(Received { raw, _share: share });
        }
        if raw.len() > most {
            return Err(too_large(most));
        }
        share.add(read)?;
    }
}

/// Nothing is unpacked here: a small body could become a large one.
pub(super) fn refuse_encoded(request: &Request<'_>) -> Result<()> {
    let encodings = request.headers().get("Content-Encoding").flat_map(|line| line.split(','));
    let packed =
        |encoding: &&str| !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity");
    match encodings.map(str::trim).find(packed) {
        None => Ok(()),
        Some(encoding) => {
            let encoding: String = encoding.chars().take(ENCODING_CHARS_SHOWN).collect();
            let detail = format!("Send the body as it is, without the encoding {encoding}.");
            Err(Error::new(Code::UnsupportedMediaType, detail))
        }
    }
}

fn parse<T>(raw: &[u8], read: impl FnOnce(&str) -> std::result::Result<T, Malformed>) -> Result<T> {
    let raw = raw.strip_prefix(BYTE_ORDER_MARK).unwrap_or(raw);
    let malformed = |detail: String| Error::new(Code::MalformedJson, detail);
    let text = if raw.is_empty() { Ok("{}") } else { std::str::from_utf8(raw) };
    let text = text.map_err(|error| {
        malformed(format!("The body is not UTF-8 at byte {}.", error.valid_up_to()))
    })?;
    read(text).map_err(|fault| match fault {
        Malformed::At(detail) => malformed(detail),
        Malformed::TooManyValues => {
            let detail = format!("A body has at most {VALUES_MAX} values.");
            Error::new(Code::BodyTooLarge, detail)
        }
    })
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

pub(super) fn too_large(most: usize) -> Error {
    Error::new(Code::BodyTooLarge, format!("A body has at most {most} bytes here."))
}
