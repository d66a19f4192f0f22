//! What buyers see of the shop's settings: the window, and the account that they transfer money to.

use super::choices::some_of;
use crate::domain::Invalid;
use crate::domain::bank_account::{BankAccount, Bic, HOLDER_CHARS_MAX, Iban};
use crate::domain::currency::Currency;
use crate::domain::window::{
    Accent, INTRO_CHARS_MAX, InfoPage, InfoText, Language, PAGE_CHARS_MAX, Window,
};
use crate::http::form::{Field, Form, flag, line, paragraphs, text};

/// Reads the account of transfers, of a shop that sells in a currency, and the window, whose logo
/// stays: it comes by its own way.
pub fn both(
    form: &Form,
    currency: Currency,
    old: &Window,
) -> (Field<Option<BankAccount>>, Field<Window>) {
    let window = form.object("window", window).map(|window| {
        let window = window.unwrap_or_default();
        Window { logo: old.logo.clone(), ..window }
    });
    (form.object("bank_account", |form| bank_account(form, currency)), window)
}

fn window(form: Form) -> Field<Window> {
    form.ignore(&["logo"]);
    let usual = Window::default();
    let enabled = form.optional("enabled", flag);
    let accent = form.optional("accent", text(Accent::parse));
    let intro = form.optional("intro", paragraphs(INTRO_CHARS_MAX));
    let pages = form.object("pages", pages);
    let most = Language::NAMES.len();
    let languages = some_of(&form, "languages", most, text(Language::parse), &usual.languages);
    form.done();
    Ok(Window {
        enabled: enabled?.unwrap_or(usual.enabled),
        accent: accent?.unwrap_or(usual.accent),
        logo: None,
        intro: intro?.filter(|intro| !intro.is_empty()),
        pages: pages?.unwrap_or_default(),
        languages: languages?,
    })
}

/// The texts that there are, in the order in which they are linked.
fn pages(form: Form) -> Field<Vec<InfoText>> {
    let read = |name: InfoPage| {
        let text = form.optional(name.name(), paragraphs(PAGE_CHARS_MAX));
        (name, text)
    };
    let read = InfoPage::ALL.map(read);
    form.done();
    let mut pages = Vec::new();
    for (name, text) in read {
        let text = text?.filter(|text| !text.is_empty());
        pages.extend(text.map(|text| InfoText { name, text }));
    }
    Ok(pages)
}

fn bank_account(form: Form, currency: Currency) -> Field<BankAccount> {
    let account_holder = form.required("account_holder", line(HOLDER_CHARS_MAX));
    let iban = form.required("iban", text(Iban::parse));
    let bic = form.optional("bic", text(Bic::parse));
    form.done();
    let account = BankAccount { account_holder: account_holder?, iban: iban?, bic: bic? };
    if BankAccount::has_code(currency) && account.needs_bic() {
        let detail = "Give the BIC as well: this account is outside the European Economic Area, \
                      and the code to pay has to name its bank.";
        return Err(form.note("bic", Invalid::new("required", detail)));
    }
    Ok(account)
}
