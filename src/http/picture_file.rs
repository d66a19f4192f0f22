//! A picture on its way out: read from the shop's file in parts while it is sent, and the same for
//! good, so that whoever has it need not ask again.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use rocket::Request;
use rocket::http::{Header, Status};
use rocket::request::FromParam;
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::{AsyncRead, AsyncSeek, ReadBuf};

use crate::domain::Id;
use crate::secret::NAME_DIGITS;
use crate::store::Store;
use crate::store::pictures::{self, PART_BYTES, PictureFile};

/// The name of a picture in an address.
pub struct Hash(pub String);

impl<'r> FromParam<'r> for Hash {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        if is_hash(text) { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// Tells `true` for what can be the name of a picture.
pub fn is_hash(text: &str) -> bool {
    text.len() == NAME_DIGITS
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// The answer to whoever asks for a picture.
pub struct PictureBody {
    pub store: Store,
    pub file: PictureFile,
    pub width: u32,
    pub etag: String,
    /// They have it already.
    pub is_known: bool,
}

impl<'r> Responder<'r, 'static> for PictureBody {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let Self { store, file, width, etag, is_known } = self;
        let mut response = Response::build();
        response
            .header(Header::new("ETag", etag))
            .raw_header("Cache-Control", "public, max-age=31536000, immutable");
        if is_known {
            return response.status(Status::NotModified).ok();
        }
        let bytes = usize::try_from(file.bytes).unwrap_or_default();
        let of = (file.picture_id, width);
        let parts = Parts { store, of, next: 0, left: bytes, part: Vec::new(), at: 0 };
        response
            .raw_header("Content-Type", file.media_type)
            .sized_body(bytes, parts)
            .max_chunk_size(PART_BYTES);
        response.ok()
    }
}

/// The parts of a picture, one after the other. A part is read in a moment, by the worker.
struct Parts {
    store: Store,
    of: (Id, u32),
    next: i64,
    /// Bytes of all parts that were not sent yet.
    left: usize,
    part: Vec<u8>,
    at: usize,
}

impl AsyncRead for Parts {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 {
            return Poll::Ready(Ok(()));
        }
        if self.at == self.part.len() {
            let (of, next) = (self.of, self.next);
            let read = self.store.read(|tx| pictures::part(tx, of, next));
            self.part = read.map_err(io::Error::other)?;
            (self.next, self.at) = (next + 1, 0);
        }
        let left = self.part.get(self.at..).unwrap_or_default();
        let taken = left.len().min(into.remaining());
        into.put_slice(left.get(..taken).unwrap_or_default());
        self.at += taken;
        self.left = self.left.saturating_sub(taken);
        Poll::Ready(Ok(()))
    }
}

/// Asked for by the web framework, which knows the length already.
impl AsyncSeek for Parts {
    fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}
