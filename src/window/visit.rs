//! A visit: the request of whoever looks at a page, and the page that it is answered with.

use std::future::Future;
use std::ops::Deref;

use rocket::Request;
use rocket::request::{FromRequest, Outcome};
use serde::Serialize;

use super::cookies::{Cart, OrderCookie};
use super::pages;
use super::placed;
use super::view::{self, View};
use crate::domain::window::Language;
use crate::error::{Error, Result};
use crate::http::app::App;
use crate::http::context::RequestContext;
use crate::http::gzip::gzip_quickly;
use crate::http::kept_answers::{Answer, Moment, Target};
use crate::http::permissions::Caller;
use crate::http::problem::stash;
use crate::http::response::{ApiResult, Response, WINDOW_POLICY};
use crate::secret;

const HTML: &str = "text/html; charset=utf-8";
/// Pages up to this are sent as they are.
const SMALL_BYTES: usize = 1_024;
const ETAG_CHARS: usize = 24;

/// A visit to an open window, or of the staff to one that is not open yet.
pub struct Visit {
    pub ctx: RequestContext,
    pub view: View,
    /// The token that a browser shows for the order whose page it is on.
    pub order_token: Option<String>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visit {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let opened = match begin(request).await {
            Ok(visit) if visit.is_open() => Ok(visit),
            Ok(_) => Err(Error::not_found()),
            Err(error) => Err(error),
        };
        match opened {
            Ok(visit) => Outcome::Success(visit),
            Err(error) => Outcome::Error((stash(request, error), ())),
        }
    }
}

/// A visit also to a closed window: to the pages that mails lead to.
pub struct AnyVisit(Visit);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AnyVisit {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        match begin(request).await {
            Ok(visit) => Outcome::Success(Self(visit)),
            Err(error) => Outcome::Error((stash(request, error), ())),
        }
    }
}

impl Deref for AnyVisit {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

async fn begin(request: &Request<'_>) -> Result<Visit> {
    let app = request.rocket().state::<App>().ok_or_else(|| Error::internal("no shop"))?;
    let Some(ctx) = RequestContext::from_request(request).await.succeeded() else {
        return Err(Error::internal("no shop"));
    };
    let mut view = View::of(request, app)?;
    // Whoever never saw the answer to their order still has its cart, which is empty by now.
    if let Some(key) = view.cart.key.clone()
        && ctx.read(|tx| placed::is_placed(tx, &key))?
    {
        view.cart = Cart::ordered(&key);
    }
    let order_token = OrderCookie::of(request.cookies()).map(str::to_owned);
    Ok(Visit { ctx, view, order_token })
}

impl Visit {
    /// Tells `true` where the window is open, or they are of the staff.
    fn is_open(&self) -> bool {
        self.view.settings.window.enabled || matches!(self.ctx.caller(), Ok(Caller::Staff(_)))
    }

    /// The HTML of a page.
    ///
    /// # Errors
    /// Storage errors, and internal for a page that does not fit its template.
    pub fn render(&self, template: &str, page: &impl Serialize) -> Result<String> {
        let ways = if self.is_open() { view::ways(&self.ctx.app)? } else { Vec::new() };
        pages::whole(&self.ctx.app, &self.view, ways, template, page)
    }

    /// The address of another page, in the language that was asked for in the address of this one.
    pub fn to(&self, path: &str) -> String {
        self.view.to(path)
    }

    /// The language of the pages.
    pub fn language(&self) -> Language {
        self.view.language
    }

    /// A page that is the same for all who have as much in their cart: made once and kept until
    /// something is committed. `make` renders it.
    pub async fn shared(&self, make: impl Future<Output = Result<String>>) -> ApiResult {
        let gzip = self.ctx.takes_gzip();
        let is_shared = self.view.settings.window.enabled;
        let (kept, target) = (&self.ctx.app.kept_answers, self.target(gzip));
        // The number of commits is read before the page is, so that it never shows an older state
        // under a newer number.
        let now =
            Moment { commits: self.ctx.app.store.commits(), at: self.ctx.app.clock.elapsed() };
        let answer = match kept.get(&target, now).filter(|_| is_shared) {
            Some(answer) => answer,
            None => {
                let answer = answer_of(make.await?, gzip);
                if is_shared {
                    kept.set(&target, now, answer.clone());
                }
                answer
            }
        };
        let packed = gzip && is_packed(&answer);
        let page = Response::of_kept(answer).with_media_type(HTML).compressed(packed);
        let page = page.public(self.view.settings.window.enabled);
        Ok(self.dressed(page).unless(|tag| self.ctx.has(tag)))
    }

    /// A page for this visitor alone.
    pub fn own(&self, html: String) -> Response {
        let gzip = self.ctx.takes_gzip() && html.len() > SMALL_BYTES;
        let body = if gzip { gzip_quickly(html.as_bytes()) } else { html.into_bytes() };
        self.dressed(Response::of(HTML, body).compressed(gzip))
    }

    fn dressed(&self, page: Response) -> Response {
        page.with_policy(WINDOW_POLICY).in_language(self.language().name())
    }

    /// What the page is kept under: its address, and all that it shows or is beside that.
    fn target(&self, gzip: bool) -> Target {
        let (target, units) = (self.ctx.target(), self.view.cart.units());
        let (language, packing) = (self.language().name(), if gzip { "gzip" } else { "plain" });
        let path = format!("{} {language} {packing} {units}", target.path);
        Target { path, query: target.query.clone() }
    }
}

/// The answer that is kept of a page.
fn answer_of(html: String, gzip: bool) -> Answer {
    let packed = gzip && html.len() > SMALL_BYTES;
    let mut tag = secret::hex(&secret::hash(&html));
    tag.truncate(ETAG_CHARS);
    let body = if packed { gzip_quickly(html.as_bytes()) } else { html.into_bytes() };
    let mark = if packed { "-gzip" } else { "" };
    Answer { body: body.into(), etag: Some(format!("\"{tag}{mark}\"")), link: None }
}

/// Tells a page in gzip by its first bytes (RFC 1952 §2.3.1), which HTML never has.
fn is_packed(answer: &Answer) -> bool {
    answer.body.starts_with(&[0x1f, 0x8b])
}
