//! What an address names an object by: its id, or its handle where it has one.

use rocket::http::RawStr;
use rocket::request::FromParam;

use super::picture_file::is_hash;
use crate::domain::Id;
use crate::domain::text::handle_in_address;

/// The routes that read an object by its handle as well.
const BY_HANDLE: [&str; 5] =
    ["/products/<id>", "/collections/<id>", "/p/<handle>", "/c/<handle>", "/i/<name>"];

/// The id of an object, or its handle, which is never all digits.
pub enum Key {
    Id(Id),
    Handle(String),
}

impl Key {
    /// What a text names an object by; `None` where it can be neither.
    pub fn of(text: &str) -> Option<Self> {
        match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Id::parse(text).map(Self::Id),
            false => handle_in_address(text).map(Self::Handle),
        }
    }
}

impl<'r> FromParam<'r> for Key {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        Self::of(text).ok_or(())
    }
}

/// Tells `true` for a segment of an address, as it came, that can be the name of something there.
/// `pattern`: the path of the route, of which this is a `part`.
pub fn is_name(pattern: &str, part: &str, segment: &str) -> bool {
    let decoded = RawStr::new(segment).percent_decode();
    match part {
        "<hash>" => is_hash(segment),
        _ => {
            BY_HANDLE.contains(&pattern) && decoded.is_ok_and(|it| handle_in_address(&it).is_some())
        }
    }
}
