//! The id of a request, which its response and its line of log carry.

use rocket::Request;

use super::notes::Notes;
use crate::secret;

const CHARS_MAX: usize = 64;

/// The id of a request: its own where that is sane, else a new one.
pub fn request_id<'r>(request: &'r Request<'_>) -> &'r str {
    let own = || {
        let sent = request.headers().get_one("X-Request-Id")?;
        let sane = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
        let fits = (1..=CHARS_MAX).contains(&sent.len()) && sent.bytes().all(sane);
        fits.then(|| sent.to_owned())
    };
    let new = || secret::hex(&secret::label().unwrap_or_default());
    Notes::of(request).id.get_or_init(|| own().unwrap_or_else(new))
}
