//! A mail as it goes out: its words filled in, the page made of them, and what hangs on it.

use serde_json::{Value, json};

use super::facts::{self, Facts, Shop};
use super::html;
use super::sample::names as sample_names;
use super::texts::{TextFault, filled, usual};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::mails::MailKind;
use crate::domain::settings::Settings;
use crate::domain::window::{InfoPage, Language};
use crate::error::{Error, Result};
use crate::qr;
use crate::secret::{Hash, SECRET_BYTES};
use crate::store::mails::{DueMail, MailText, find_text};
use crate::store::{Tx, orders, settings};

/// Characters of a subject, once it is filled in.
const SUBJECT_CHARS_MAX: usize = 200;

/// A mail that is ready.
pub struct Letter {
    /// The name of the shop.
    pub from_name: String,
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// A picture (PNG) of the code to pay by.
    pub code: Option<Vec<u8>>,
    /// Texts that hang on it: a name and the words.
    pub attachments: Vec<(InfoPage, String)>,
}

/// The mail of a row; `None` where there is nothing to tell any more.
pub fn of(tx: &Tx, due: &DueMail, secret: &Hash) -> Result<Option<Letter>> {
    let settings = settings::load(tx)?;
    let (kind, language) = (due.mail.kind, due.mail.language);
    let shop = Shop { settings: &settings, secret, language };
    let Some(facts) = facts::of(tx, &shop, due)? else { return Ok(None) };
    if let Some(own) = find_text(tx, kind, language)? {
        match written(&settings, language, &own, &facts) {
            Ok(letter) => return Ok(Some(letter)),
            // Better the words of the program than none.
            Err(fault) => tracing::warn!(kind = kind.name(), %fault, "a text of the shop's own"),
        }
    }
    let letter = written(&settings, language, &usual(kind, language), &facts);
    let failed = |fault: TextFault| Error::internal(fault.to_string());
    letter.map(Some).map_err(failed)
}

/// A mail about a real order in other words. What it tells of a step is a sample.
///
/// # Errors
/// Not found for the order; inside, the fault of the words.
pub fn preview(
    tx: &Tx,
    (kind, language): (MailKind, Language),
    order_id: Id,
    words: &MailText,
    secret: &Hash,
) -> Result<std::result::Result<Letter, TextFault>> {
    let settings = settings::load(tx)?;
    let shop = Shop { settings: &settings, secret, language };
    let order = orders::find(tx, order_id)?;
    let facts = facts::about(&shop, &order, (kind, sample_names(&shop)));
    Ok(written(&settings, language, words, &facts))
}

/// A mail about nothing that there is: for words that are to be looked at, or tried.
///
/// # Errors
/// The fault of the words.
pub fn sample(
    settings: &Settings,
    (_, language): (MailKind, Language),
    words: &MailText,
) -> std::result::Result<Letter, TextFault> {
    let shop = Shop { settings, secret: &[0; SECRET_BYTES], language };
    let facts = Facts { names: sample_names(&shop), code: None, attachments: Vec::new() };
    written(settings, language, words, &facts)
}

/// The mail that shows whether the settings are right.
///
/// # Errors
/// Internal.
pub fn test(settings: &Settings, language: Language, at: Timestamp) -> Result<Letter> {
    let shop = Shop { settings, secret: &[0; SECRET_BYTES], language };
    let mut names = sample_names(&shop);
    names["at"] = json!(shop.moment(at));
    let facts = Facts { names, code: None, attachments: Vec::new() };
    let letter = written(settings, language, &usual(MailKind::Test, language), &facts);
    letter.map_err(|fault| Error::internal(fault.to_string()))
}

fn written(
    settings: &Settings,
    language: Language,
    words: &MailText,
    facts: &Facts,
) -> std::result::Result<Letter, TextFault> {
    let subject = one_line(&filled(("subject", &words.subject), language, &facts.names)?);
    let text = filled(("text", &words.text), language, &facts.names)?;
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let footer = footer(settings, language);
    let code = facts.code.as_deref().and_then(qr::picture);
    let page = html::Page {
        language,
        subject: &subject,
        text,
        links: &links(&facts.names),
        accent: &settings.window.accent,
        has_code: code.is_some(),
        footer: &footer,
    };
    Ok(Letter {
        from_name: settings.name.clone(),
        html: html::page(&page),
        text: format!("{text}\n\n-- \n{}\n", footer.join("\n")),
        subject,
        code,
        attachments: facts.attachments.clone(),
    })
}

/// The text on one line, whatever was filled in.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(SUBJECT_CHARS_MAX).collect()
}

/// Who sends the mail (2000/31/EC, Art. 5).
fn footer(settings: &Settings, language: Language) -> Vec<String> {
    let mut lines = vec![settings.name.clone()];
    if let Some(address) = &settings.address {
        lines.extend(
            facts::lines(address, language).into_iter().filter(|line| *line != settings.name),
        );
    }
    lines.extend(settings.email.as_ref().map(|email| email.as_str().to_owned()));
    lines.extend(settings.tax_number.clone());
    lines.extend(settings.public_url.clone());
    lines
}

/// The addresses among the facts that the shop made itself, or its staff typed.
fn links(names: &Value) -> Vec<String> {
    let at = |pointer: &str| names.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let known =
        ["/shop/url", "/admin_url", "/order/url", "/withdrawal_url", "/parcel/tracking_url"];
    let ways_in = names.get("accounts").and_then(Value::as_array).into_iter().flatten();
    let ways_in = ways_in.filter_map(|account| account.get("link")?.as_str().map(str::to_owned));
    known.into_iter().filter_map(at).chain(ways_in).collect()
}
