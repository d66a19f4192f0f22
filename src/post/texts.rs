//! The words of the mails: those of the program, `static/mails`, and those that a shop has written
//! itself, filled in with what there is to tell.

use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value as Filled};
use minijinja::{Environment, State, UndefinedBehavior};
use rust_embed::RustEmbed;
use serde_json::Value;

use crate::domain::mails::MailKind;
use crate::domain::spelling;
use crate::domain::window::Language;
use crate::store::mails::MailText;

/// The steps that filling in a text may take: a text of the shop's own does not end the shop.
const FUEL: u64 = 50_000;

/// A file for each kind, in a folder for each language. A test looks at every one of them.
#[derive(RustEmbed)]
#[folder = "static/mails"]
struct Sources;

/// The words of the program for a kind of mail: the first line of the file is the subject.
pub fn usual(kind: MailKind, language: Language) -> MailText {
    let file = Sources::get(&format!("{}/{}.txt", language.name(), kind.name()));
    let source = file.map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let source = source.unwrap_or_default();
    let (subject, text) = source.split_once('\n').unwrap_or((&source, ""));
    MailText { subject: subject.to_owned(), text: text.trim_start().to_owned() }
}

/// The reason why a text cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFault {
    /// `subject` or `text`.
    pub part: &'static str,
    /// From 1.
    pub line: usize,
    pub detail: String,
}

impl fmt::Display for TextFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, line {}: {}", self.part, self.line, self.detail)
    }
}

/// Fills in a part of a mail, `subject` or `text`, with facts, among them the `currency` of
/// amounts.
pub fn filled(
    (part, source): (&'static str, &str),
    language: Language,
    facts: &Value,
) -> Result<String, TextFault> {
    let environment = environment(language);
    let made = environment.render_str(source, Serde(facts));
    made.map_err(|error| {
        let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        TextFault { part, line: error.line().unwrap_or(1), detail }
    })
}

fn environment(language: Language) -> Environment<'static> {
    let mut environment = Environment::new();
    // A name that is written wrong is a fault, and not an empty text.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(|out, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(out, state, value),
    });
    environment.add_filter("money", move |state: &State, amount: &str| {
        let currency = state.lookup("currency").unwrap_or_default();
        spelling::money(amount, currency.as_str().unwrap_or_default(), language)
    });
    environment.add_filter("date", move |date: Filled| match date.as_str() {
        Some(date) => spelling::date(date, language),
        None => String::new(),
    });
    environment
}
