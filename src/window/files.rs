//! The sheet of styles and the script of the pages. Each is sent under an address with a hash of
//! what is in it, so that browsers keep it for good.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rocket::get;

use crate::domain::window::Accent;
use crate::http::bare::bare;
use crate::http::context::RequestContext;
use crate::http::gzip::gzip;
use crate::http::response::{ApiResult, Response};
use crate::secret;
use crate::store::settings;

const STYLE: &str = include_str!("../../static/window/style.css");
const SCRIPT: &str = include_str!("../../static/window/script.js");
const HASH_CHARS: usize = 16;

/// A file as it is sent.
struct File {
    hash: String,
    plain: Vec<u8>,
    gzip: Vec<u8>,
}

static SCRIPT_FILE: LazyLock<File> = LazyLock::new(|| File::of(&bare(SCRIPT)));
/// The sheet without the accent, which stands in front of it.
static STYLE_FILE: LazyLock<String> = LazyLock::new(|| bare(STYLE));

impl File {
    fn of(text: &str) -> Self {
        let (hash, gzip) = (hash_of(text), gzip(text.as_bytes()));
        Self { hash, plain: text.as_bytes().to_vec(), gzip }
    }
}

fn hash_of(text: &str) -> String {
    let mut hash = secret::hex(&secret::hash(text));
    hash.truncate(HASH_CHARS);
    hash
}

/// The address of the sheet of styles with this accent.
pub fn style_address(accent: &Accent) -> String {
    static HASH: LazyLock<String> = LazyLock::new(|| hash_of(&STYLE_FILE));
    let colour = accent.as_str().trim_start_matches('#');
    format!("/window/{}-{colour}/style.css", *HASH)
}

/// The address of the script.
pub fn script_address() -> String {
    format!("/window/{}/script.js", SCRIPT_FILE.hash)
}

/// The sheet with the accent it was made for last.
static DRESSED: Mutex<Option<(Accent, Arc<File>)>> = Mutex::new(None);

#[get("/window/<hash>/style.css")]
pub fn style(ctx: RequestContext, hash: &str) -> ApiResult {
    let settings = ctx.read(settings::load)?;
    let accent = &settings.window.accent;
    let is_current = style_address(accent).split('/').nth(2) == Some(hash);
    Ok(send(&ctx, "text/css; charset=utf-8", &dressed(accent), is_current))
}

fn dressed(accent: &Accent) -> Arc<File> {
    let mut last = DRESSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, file)) = &*last
        && known == accent
    {
        return Arc::clone(file);
    }
    let text = format!(":root{{--accent:{}}}\n{}", accent.as_str(), *STYLE_FILE);
    let file = Arc::new(File::of(&text));
    *last = Some((accent.clone(), Arc::clone(&file)));
    file
}

#[get("/window/<hash>/script.js")]
pub fn script(ctx: RequestContext, hash: &str) -> Response {
    send(&ctx, "text/javascript; charset=utf-8", &SCRIPT_FILE, hash == SCRIPT_FILE.hash)
}

/// Under the address of another program or accent the file of now is sent, to be asked for again:
/// the page that names it is an old one.
fn send(ctx: &RequestContext, kind: &'static str, file: &File, is_current: bool) -> Response {
    let gzip = ctx.takes_gzip();
    let body = if gzip { &file.gzip } else { &file.plain };
    let response = Response::of(kind, body.clone()).compressed(gzip);
    if is_current { response.immutable() } else { response }
}
