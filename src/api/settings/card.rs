//! The shop's key at the provider of cards: written, and never read.

use crate::domain::Change;
use crate::domain::Invalid;
use crate::domain::cards::{CardSettings, PROVIDER, SecretKey};
use crate::domain::settings::Settings;
use crate::http::form::{Field, Form, text};

/// Reads what is said of cards into settings that were read so far.
pub fn beside(form: &Form, old: &Settings, read: Field<Settings>) -> Field<Settings> {
    let card = card(form, old.card.as_ref());
    Ok(Settings { card: card?, ..read? })
}

/// Reads what is said of cards. A key that nobody speaks of stays, so that a stale form does not
/// take it away; null removes it.
fn card(form: &Form, old: Option<&CardSettings>) -> Field<Option<CardSettings>> {
    if form.is_null("card") {
        return Ok(None);
    }
    let read = form.object("card", |form| {
        form.ignore(&["mode"]);
        let provider = form.optional("provider", text(provider));
        let key = form.clearable("secret_key", text(SecretKey::parse));
        form.done();
        provider?;
        key
    });
    Ok(match read? {
        None | Some(Change::Keep) => old.cloned(),
        Some(Change::Set(key)) => key.map(|secret_key| CardSettings { secret_key }),
    })
}

fn provider(raw: &str) -> Result<(), Invalid> {
    if raw == PROVIDER {
        return Ok(());
    }
    Err(Invalid::new("unknown_value", "The provider of cards is stripe."))
}
