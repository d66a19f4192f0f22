//! A picture that is uploaded: only the shop itself may, and its bytes go into a file at once, so
//! that many of them need little memory.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use rocket::data::{DataStream, FromData, Outcome, ToByteUnit};
use rocket::request::FromRequest;
use rocket::tokio::io::AsyncWriteExt;
use rocket::{Data, Request, tokio};

use super::context::RequestContext;
use super::in_flight;
use super::pace::Pace;
use super::permissions::Permission;
use super::places::Place;
use super::problem::stash;
use crate::error::{Code, Error, Result};
use crate::secret::Hasher;
use crate::store::engine::folder::write_error;
use crate::store::pictures::NewPicture;

/// Bytes of a picture.
const BYTES_MAX: usize = 10 * 1024 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;
/// What is made of a picture; it is another one where this changes.
const RECIPE: &[u8] = b"1";

/// The bytes of a picture.
pub struct Upload {
    /// At its beginning. It has no name and ends with this.
    pub file: File,
    /// The name of the picture, by what was sent.
    pub hash: String,
    /// Held until the picture is stored.
    pub place: Place,
}

impl Upload {
    /// Makes a picture of it, when its turn comes.
    pub async fn render(self, ctx: &RequestContext) -> Result<Arc<NewPicture>> {
        let Self { file, hash, place: _place } = self;
        let made = ctx.app.pictures.render(file).await?;
        let files = made.renditions.into_iter().map(|one| (one.width, one.bytes)).collect();
        let (width, height, media_type) = (made.width, made.height, made.format.media_type());
        Ok(Arc::new(NewPicture { hash, media_type, width, height, files }))
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Upload {
    type Error = ();

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match receive(request, data).await {
            Ok(upload) => Outcome::Success(upload),
            Err(error) => Outcome::Error((stash(request, error), ())),
        }
    }
}

async fn receive(request: &Request<'_>, data: Data<'_>) -> Result<Upload> {
    // Nobody else has a reason to send that much.
    let Some(ctx) = RequestContext::from_request(request).await.succeeded() else {
        return Err(Error::internal("no shop"));
    };
    let caller = ctx.may(permission(request))?;
    check_media_type(request)?;
    let announced = request.headers().get_one("Content-Length");
    let announced = announced.and_then(|bytes| bytes.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > BYTES_MAX) {
        return Err(too_large());
    }
    let places = &ctx.app.uploads;
    let place = places.take(&caller.name(), usize::MAX).ok_or_else(in_flight::busy)?;
    let file = ctx.app.store.scratch_file()?;
    let (file, hash) = write_down(data.open((BYTES_MAX + 1).bytes()), file).await?;
    Ok(Upload { file, hash, place })
}

/// The permission to send a picture, by the noun it is sent to.
fn permission(request: &Request<'_>) -> Permission {
    match request.uri().path().segments().get(0) {
        Some("settings") => Permission::Settings,
        _ => Permission::WriteProducts,
    }
}

/// Writes what comes into the file, and names it.
async fn write_down(mut stream: DataStream<'_>, file: File) -> Result<(File, String)> {
    let failed = |error| write_error(Path::new("a picture"), &error);
    let (mut file, mut hasher) = (tokio::fs::File::from_std(file), Hasher::default());
    hasher.add(RECIPE);
    let (mut pace, mut bytes) = (Pace::new(), 0);
    let mut chunk = Vec::with_capacity(CHUNK_BYTES);
    while pace.read(&mut stream, &mut chunk).await? > 0 {
        bytes += chunk.len();
        if bytes > BYTES_MAX {
            return Err(too_large());
        }
        hasher.add(&chunk);
        file.write_all(&chunk).await.map_err(failed)?;
        chunk.clear();
    }
    file.flush().await.map_err(failed)?;
    let mut file = file.into_std().await;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok((file, hasher.name()))
}

/// What says that it is something else is refused before it is sent. What says nothing is looked
/// at: many programs call every file the same.
fn check_media_type(request: &Request<'_>) -> Result<()> {
    let Some(kind) = request.content_type() else { return Ok(()) };
    let is = |top: &str, subs: &[&str]| {
        kind.top().as_str().eq_ignore_ascii_case(top)
            && subs.iter().any(|sub| kind.sub().as_str().eq_ignore_ascii_case(sub))
    };
    if is("image", &["jpeg", "jpg", "pjpeg", "png", "webp", "*"])
        || is("application", &["octet-stream", "x-www-form-urlencoded"])
    {
        return Ok(());
    }
    let detail = match is("multipart", &["form-data"]) {
        true => "Send the picture by itself as the body, not in a form.",
        false => "Send a picture: JPEG, PNG or WebP.",
    };
    Err(Error::new(Code::UnsupportedMediaType, detail))
}

fn too_large() -> Error {
    let mib = BYTES_MAX / (1024 * 1024);
    Error::new(Code::BodyTooLarge, format!("A picture has at most {mib} MiB."))
}
