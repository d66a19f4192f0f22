//! What every page shows: the shop, the languages, the cart, the way around.

use std::fmt::Write;
use std::sync::Arc;

use rocket::Request;
use serde::Serialize;

use super::cookies::Cart;
use super::files;
use crate::domain::pictures::{Picture, PictureView};
use crate::domain::settings::Settings;
use crate::domain::text::Email;
use crate::domain::window::{InfoPage, Language};
use crate::error::Result;
use crate::http::app::App;
use crate::http::client_address::is_https;

/// The field of an address that names a language.
pub const LANGUAGE_FIELD: &str = "lang";

/// The view of a visitor: which shop they see, and how.
#[derive(Clone)]
pub struct View {
    pub settings: Arc<Settings>,
    pub language: Language,
    /// The language that the address asks for, which goes on by every link.
    pub asked_language: Option<Language>,
    pub cart: Cart,
    pub is_https: bool,
    /// The path of the page, without a query.
    path: String,
    /// The query of the page without its language, ready to be gone on with.
    query: String,
}

/// What the templates of all pages know as `shop`.
#[derive(Serialize)]
pub struct Frame<'a> {
    name: &'a str,
    email: Option<&'a str>,
    lang: Language,
    asked_language: Option<Language>,
    /// `?lang=de` where that was asked for, to go on with.
    asked_query: String,
    languages: Vec<LanguageLink>,
    currency: &'a str,
    prices_include_tax: bool,
    tax_note: Option<&'a str>,
    accent: &'a str,
    logo: Option<PictureView>,
    style: String,
    script: String,
    units: i64,
    nav: Vec<NavLink>,
    pages: Vec<&'static str>,
    /// The address of the page without its language, where the shop knows its own address.
    canonical: Option<String>,
    base: Option<&'a str>,
    footer: &'a str,
}

#[derive(Serialize)]
struct LanguageLink {
    code: Language,
    href: String,
    is_current: bool,
}

/// A collection in the way around.
#[derive(Serialize)]
pub struct NavLink {
    name: String,
    href: String,
    is_current: bool,
}

/// A collection that the way around leads to.
pub struct Way {
    name: String,
    path: String,
}

impl View {
    /// The view of whoever sent a request.
    pub fn of(request: &Request<'_>, app: &App) -> Result<Self> {
        let settings = app.settings()?;
        let fields = request.query_fields();
        let mut query = String::new();
        let mut asked = None;
        for field in fields {
            let name = field.name.source().to_string();
            if name == LANGUAGE_FIELD {
                let known = Language::of(field.value);
                asked = known.filter(|language| settings.window.languages.contains(language));
            } else {
                let sign = if query.is_empty() { '?' } else { '&' };
                let (name, value) = (encoded(&name), encoded(field.value));
                // Writing into a text does not fail.
                let _ = write!(query, "{sign}{name}={value}");
            }
        }
        let wanted = request.headers().get_one("Accept-Language").unwrap_or_default();
        let language = asked.unwrap_or_else(|| settings.window.language_for(&wanted_of(wanted)));
        let is_https = is_https(request, app);
        Ok(Self {
            language,
            asked_language: asked,
            cart: Cart::of(request.cookies(), is_https),
            is_https,
            path: request.uri().path().as_str().to_owned(),
            query,
            settings,
        })
    }

    /// The address of a page, in the language that was asked for in the address of this one.
    pub fn to(&self, path: &str) -> String {
        let sign = if path.contains('?') { '&' } else { '?' };
        match self.asked_language {
            Some(language) => format!("{path}{sign}{LANGUAGE_FIELD}={}", language.name()),
            None => path.to_owned(),
        }
    }

    /// What the templates know of the shop. `footer`: the part of it that all pages have.
    pub fn frame<'a>(&'a self, ways: Vec<Way>, footer: &'a str) -> Frame<'a> {
        let (settings, window) = (&*self.settings, &self.settings.window);
        let base = settings.public_url.as_deref();
        let link = |code: &Language| {
            let sign = if self.query.is_empty() { '?' } else { '&' };
            let href = format!("{}{}{sign}{LANGUAGE_FIELD}={}", self.path, self.query, code.name());
            LanguageLink { code: *code, href, is_current: *code == self.language }
        };
        let way = |Way { name, path }: Way| NavLink {
            name,
            href: self.to(&path),
            is_current: path == self.path,
        };
        let written = InfoPage::ALL.into_iter().filter(|name| window.page(*name).is_some());
        Frame {
            name: &settings.name,
            email: settings.email.as_ref().map(Email::as_str),
            lang: self.language,
            asked_language: self.asked_language,
            asked_query: self.to(""),
            languages: window.languages.iter().map(link).collect(),
            currency: settings.currency.code(),
            prices_include_tax: settings.prices_include_tax,
            tax_note: settings.tax_exempt_note.as_deref(),
            accent: window.accent.as_str(),
            logo: window.logo.as_ref().map(Picture::view),
            style: files::style_address(&window.accent),
            script: files::script_address(),
            units: self.cart.units(),
            nav: ways.into_iter().map(way).collect(),
            pages: written.map(InfoPage::name).collect(),
            canonical: base.map(|base| format!("{base}{}{}", self.path, self.query)),
            base,
            footer,
        }
    }
}

/// The collections that the way around names: those at the top that lead to goods.
pub fn ways(app: &App) -> Result<Vec<Way>> {
    let way = |(handle, name): &(String, String)| Way {
        name: name.clone(),
        path: format!("/c/{}", encoded(handle)),
    };
    Ok(app.collections_at_top()?.iter().map(way).collect())
}

/// The languages that a browser wants, best first (RFC 9110 §12.5.4).
fn wanted_of(header: &str) -> Vec<Language> {
    let mut wanted: Vec<(u16, Language)> = Vec::new();
    for part in header.split(',').take(20) {
        let (range, weight) = part.split_once(';').unwrap_or((part, ""));
        let language =
            range.trim().split('-').next().and_then(|tag| Language::of(&tag.to_ascii_lowercase()));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1_000), thousandths);
        if let (Some(language), Some(weight @ 1..)) = (language, weight) {
            wanted.push((weight, language));
        }
    }
    // Of equals the first one comes first.
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    wanted.into_iter().map(|(_, language)| language).collect()
}

/// `0.8` in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    format!("{whole}{fraction:0<3}").parse().ok().filter(|weight| *weight <= 1_000)
}

/// A text as a part of an address (RFC 3986 §2.3).
pub fn encoded(text: &str) -> String {
    crate::http::page::escaped(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{De, En};

    #[test]
    fn a_browser_names_its_languages_with_weights() {
        for (header, wanted) in [
            ("", &[][..]),
            ("de", &[De]),
            ("de-AT,de;q=0.9,en;q=0.8", &[De, De, En]),
            ("fr,en;q=0.5,DE-ch;q=0.7", &[De, En]),
            ("de;q=0, en;q=0.001", &[En]),
            ("en;q=2, de;q=x, *", &[]),
            ("en, de", &[En, De]),
        ] {
            assert_eq!(wanted_of(header), wanted, "{header}");
        }
    }
}
