//! `GET /admin`, the page of the shop's staff. It is part of the program: read and compressed once,
//! under an address with the hash of all its files, so that browsers keep them for good and a new
//! program brings all of them anew.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use rocket::get;
use rust_embed::{Embed, EmbeddedFile};
use serde_json::json;

use crate::error::Error;
use crate::http::bare::bare;
use crate::http::context::RequestContext;
use crate::http::gzip::gzip;
use crate::http::response::{ApiResult, Response};
use crate::secret;

/// Stands in the page for the hash of its files.
const HASH: &str = "HASH";
const HASH_CHARS: usize = 16;
const PAGE: &str = "index.html";
const ICON: &str = "icon.png";
const WORKER: &str = "worker.js";
/// Pixels of the icons for the start of a phone.
const ICON_SIZES: [u32; 2] = [192, 512];
/// They are sent as the first of them: a browser shows nothing before it has them all.
const SHEETS: [&str; 4] = ["style.css", "pieces.css", "views.css", "phone.css"];
const SCRIPT: &str = "text/javascript; charset=utf-8";
const MANIFEST: &str = "application/manifest+json";
const STYLE: &str = "text/css; charset=utf-8";
/// The page may load its own files and ask the shop, and nothing else from anywhere; no text ever
/// becomes markup. One policy of trusted types is allowed: it knows two scripts (`scripts.js`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types scripts";
/// The worker fetches for the page, and does nothing else.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'";

#[derive(Embed)]
#[folder = "static/admin/"]
struct Files;

/// The page as it is sent.
struct Site {
    hash: String,
    /// The files by their paths, as they are and compressed.
    files: BTreeMap<String, File>,
}

struct File {
    media_type: &'static str,
    plain: Vec<u8>,
    gzip: Vec<u8>,
}

static SITE: LazyLock<Site> = LazyLock::new(Site::read);

impl Site {
    fn read() -> Self {
        let found = |name| Some((Files::get(name)?, name.to_owned()));
        let names: Vec<_> = Files::iter().collect();
        let files: Vec<(EmbeddedFile, String)> =
            names.iter().filter_map(|name| found(name)).collect();
        let mut all = String::new();
        for (file, name) in &files {
            all.push_str(name);
            all.push_str(&secret::hex(&file.metadata.sha256_hash()));
        }
        let mut hash = secret::hex(&secret::hash(&all));
        hash.truncate(HASH_CHARS);
        let file = |(file, name): (EmbeddedFile, String)| {
            let text = |name| Files::get(name).map(|file| text_of(&file)).unwrap_or_default();
            let plain = match name.as_str() {
                PAGE => text_of(&file).replace(HASH, &hash).into_bytes(),
                _ if name == SHEETS[0] => bare(&SHEETS.map(text).concat()).into_bytes(),
                _ if media_type(&name) == SCRIPT => bare(&text_of(&file)).into_bytes(),
                _ => file.data.into_owned(),
            };
            let (media_type, gzip) = (media_type(&name), gzip(&plain));
            (name, File { media_type, plain, gzip })
        };
        let files = files.into_iter().filter(|(_, name)| !SHEETS[1..].contains(&name.as_str()));
        Self { files: files.map(file).collect(), hash }
    }
}

#[get("/admin")]
pub fn page(ctx: RequestContext) -> ApiResult {
    Ok(latest(&ctx, PAGE)?.with_policy(POLICY))
}

/// The icon that a browser asks for by itself, whatever page of the shop it shows.
#[get("/favicon.ico")]
pub fn icon(ctx: RequestContext) -> ApiResult {
    latest(&ctx, ICON)
}

/// What a phone calls the page that was put on its start, and the icons that it shows.
#[get("/admin/manifest.webmanifest")]
pub fn manifest(ctx: RequestContext) -> ApiResult {
    ctx.caller()?;
    let icon = |size: u32| {
        json!({
            "src": format!("/admin/{}/icon-{size}.png", SITE.hash),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": "any maskable",
        })
    };
    let name = &ctx.app.settings()?.name;
    let manifest = json!({
        "name": name,
        "short_name": name,
        "start_url": "/admin",
        "scope": "/admin",
        "display": "standalone",
        "background_color": "#f7f6f2",
        "theme_color": "#1f6f54",
        "icons": ICON_SIZES.map(icon),
    });
    Ok(Response::of(MANIFEST, manifest.to_string().into_bytes()).public(true))
}

/// The script that keeps the page, so that it opens while the shop is away.
#[get("/admin/worker.js")]
pub fn worker(ctx: RequestContext) -> ApiResult {
    Ok(latest(&ctx, WORKER)?.with_policy(WORKER_POLICY).as_worker_of("/admin"))
}

/// A file of the page, in whatever folder it lies.
#[get("/admin/<hash>/<path..>")]
pub fn part(ctx: RequestContext, hash: &str, path: PathBuf) -> ApiResult {
    fixed(&ctx, hash, &path.to_string_lossy())
}

/// A file under an address that stays the same: browsers ask for a newer one each time.
fn latest(ctx: &RequestContext, path: &str) -> ApiResult {
    let etag = format!("\"{}\"", SITE.hash);
    if ctx.has(&etag) {
        return Ok(Response::unchanged(etag).public(true));
    }
    Ok(send(ctx, path)?.with_etag(etag).public(true))
}

/// A file under the address of this program; that of another one is not here.
fn fixed(ctx: &RequestContext, hash: &str, path: &str) -> ApiResult {
    if hash == SITE.hash && ![PAGE, WORKER].contains(&path) {
        Ok(send(ctx, path)?.immutable())
    } else {
        Err(Error::not_found())
    }
}

fn send(ctx: &RequestContext, path: &str) -> ApiResult {
    ctx.caller()?;
    let file = SITE.files.get(path).ok_or_else(Error::not_found)?;
    let gzip = ctx.takes_gzip();
    let bytes = if gzip { &file.gzip } else { &file.plain };
    Ok(Response::of(file.media_type, bytes.clone()).compressed(gzip))
}

fn text_of(file: &EmbeddedFile) -> String {
    String::from_utf8_lossy(&file.data).into_owned()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => STYLE,
        Some((_, "js")) => SCRIPT,
        Some((_, "svg")) => "image/svg+xml",
        Some((_, "png")) => "image/png",
        _ => "application/octet-stream",
    }
}
