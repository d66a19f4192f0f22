//! What the shop says in its mails in words of its own.

use crate::domain::mails::MailKind;
use crate::domain::window::Language;
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::statements::insert_row;

/// The words of a mail, before they are filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    pub subject: String,
    pub text: String,
}

/// The shop's own words for a kind of mail, if it has any.
pub fn find_text(tx: &Tx, kind: MailKind, language: Language) -> Result<Option<MailText>> {
    let sql = "select subject, text from mail_templates where kind = $1 and language = $2";
    tx.maybe(sql, &[&kind.name(), &language.name()], |row| {
        Ok(MailText { subject: row.get("subject")?, text: row.get("text")? })
    })
}

/// Saves the shop's own words; without any, those of the program are said again.
pub fn save_text(
    tx: &Tx,
    kind: MailKind,
    language: Language,
    text: Option<&MailText>,
) -> Result<()> {
    let sql = "delete from mail_templates where kind = $1 and language = $2";
    tx.execute(sql, &[&kind.name(), &language.name()])?;
    let Some(MailText { subject, text }) = text else { return Ok(()) };
    insert_row!(tx, "mail_templates", {
        "kind": kind.name(),
        "language": language.name(),
        "subject": subject,
        "text": text,
    })
}
