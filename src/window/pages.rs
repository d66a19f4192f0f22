//! The templates of the pages, once for each language: `static/window/`.

use std::sync::{Arc, LazyLock};

use minijinja::value::Value;
use minijinja::{Environment, State};
use serde::Serialize;

use super::texts;
use super::view::{View, Way};
use crate::domain::spelling;
use crate::domain::window::Language;
use crate::error::Result;
use crate::http::app::App;
use crate::templates::Templates;
use crate::texts::{filled, teach};

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../static/window/", $name)))),+]
    };
}

pub const SOURCES: [(&str, &str); 21] = sources![
    "base.html",
    "footer.html",
    "parts.html",
    "first.html",
    "list.html",
    "search.html",
    "product.html",
    "product_about.html",
    "product_main.html",
    "cart.html",
    "checkout.html",
    "order.html",
    "lost.html",
    "order_withdrawal.html",
    "order_withdrawn.html",
    "withdrawal.html",
    "withdrawn.html",
    "info.html",
    "password.html",
    "verify.html",
    "error.html",
];

static ENGLISH: LazyLock<Templates> = LazyLock::new(|| templates(Language::En));
static GERMAN: LazyLock<Templates> = LazyLock::new(|| templates(Language::De));

/// A whole page. `ways`: what its way around leads to.
///
/// # Errors
/// Internal, for a page that does not fit its template.
pub fn whole(
    app: &App,
    view: &View,
    ways: Vec<Way>,
    template: &str,
    page: &impl Serialize,
) -> Result<String> {
    let footer = part(app, view, "footer.html", &view.settings.version.to_string(), || ())?;
    render(template, view.language, &view.frame(ways, &footer), page)
}

/// A part of pages, kept by `shown`: all that it depends on beside the language.
///
/// # Errors
/// Internal, for a part that does not fit its template.
pub fn part<P: Serialize>(
    app: &App,
    view: &View,
    template: &str,
    shown: &str,
    page: impl FnOnce() -> P,
) -> Result<Arc<str>> {
    let asked = view.asked_language.map(Language::name).unwrap_or_default();
    let key = format!("{template} {} {asked} {shown}", view.language.name());
    let make = || render(template, view.language, &view.frame(Vec::new(), ""), &page());
    app.kept_texts.get_or(key, make)
}

/// The HTML that a template makes of what all pages show (`shop`) and what this one does (`page`).
fn render(
    name: &str,
    language: Language,
    shop: &impl Serialize,
    page: &impl Serialize,
) -> Result<String> {
    #[derive(Serialize)]
    struct Context<'a, S, P> {
        shop: &'a S,
        page: &'a P,
    }
    let templates = match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
    };
    templates.render(name, Context { shop, page })
}

fn templates(language: Language) -> Templates {
    let spoken = |(name, source): (&'static str, &str)| (name, spoken(source, language));
    Templates::new(SOURCES.map(spoken), move |environment: &mut Environment<'static>| {
        teach(environment, language, texts::of(language));
        environment.add_function("to", to);
        environment.add_filter("money", move |state: &State, amount: &str| {
            let currency = of_shop(state, "currency");
            spelling::money(amount, currency.as_str().unwrap_or_default(), language)
        });
    })
}

/// A template in which texts that need nothing else stand already, and addresses but for the
/// language that was asked for.
fn spoken(source: &str, language: Language) -> String {
    let source = crate::texts::spoken(source, texts::of(language));
    let led = |path: &str| Some(format!("{path}{{{{ shop.asked_query }}}}"));
    filled(&source, "{{ to(\"", "\") }}", |path| led(path).filter(|_| !path.contains(['?', '"'])))
}

/// `to("/cart")`: the address of a page, in the language that was asked for in the address of this
/// one.
fn to(state: &State, path: &str) -> String {
    match of_shop(state, "asked_language").as_str() {
        Some(language) if path.contains('?') => format!("{path}&lang={language}"),
        Some(language) => format!("{path}?lang={language}"),
        None => path.to_owned(),
    }
}

fn of_shop(state: &State, name: &str) -> Value {
    let shop = state.lookup("shop").unwrap_or_default();
    shop.get_attr(name).unwrap_or_default()
}
