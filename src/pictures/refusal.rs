//! Why a file makes no picture.

use super::render::{PIXELS_MAX, SIDE_MAX};
use crate::error::{Code, Error, FieldError};

/// Kinds of files whose names begin with a vowel when they are said.
const AN: [&str; 3] = ["AVIF", "ICO", "SVG"];

/// The result of everything that reads a picture.
pub type Result<T> = std::result::Result<T, Refusal>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Something else, as far as its first bytes tell.
    NotAPicture {
        found: Option<&'static str>,
    },
    TooManyPixels {
        width: usize,
        height: usize,
    },
    /// It would take more bytes to unpack than there are for it.
    TooMuchMemory {
        width: usize,
        height: usize,
        bytes: usize,
        most: usize,
    },
    /// What is wrong, for the log.
    Damaged(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotAPicture { found } => {
                let what = found.map_or("This is no picture".to_owned(), |name| {
                    let article = if AN.contains(&name) { "an" } else { "a" };
                    format!("This is {article} {name}")
                });
                let detail = format!("{what}. Send a JPEG, PNG or WebP picture.");
                Self::new(Code::UnsupportedMediaType, detail)
            }
            Refusal::TooManyPixels { width, height } => too_large(format!(
                "The picture has {width} × {height} pixels; at most {} megapixels, and {SIDE_MAX} \
                 pixels in a line, are taken.",
                PIXELS_MAX / 1_000_000
            )),
            Refusal::TooMuchMemory { width, height, bytes, most } => too_large(format!(
                "The picture has {width} × {height} pixels and is stored in a way that takes \
                 {} MiB to unpack; there are {}. Save it smaller.",
                bytes.div_ceil(1 << 20),
                most >> 20
            )),
            Refusal::Damaged(cause) => {
                let detail = "The picture cannot be read; it may be damaged.";
                let fault = FieldError::at("", "picture_damaged", detail);
                Self::invalid(vec![fault]).with_cause(cause)
            }
        }
    }
}

pub fn damaged(cause: impl Into<String>) -> Refusal {
    Refusal::Damaged(cause.into())
}

fn too_large(detail: String) -> Error {
    Error::invalid(vec![FieldError::at("", "picture_too_large", detail)])
}
