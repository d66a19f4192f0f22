//! How mails go out.

use crate::domain::mails::{CREDENTIAL_CHARS_MAX, MailSecurity, MailSettings, NOTIFIED_MAX, host};
use crate::domain::text::{Email, plain_line as checked_line};
use crate::domain::{Change, Invalid, Parsed};
use crate::http::form::{Field, Form, integer, plain_line, raw, text};
use crate::http::json::Json;

/// Reads how mails go out. A password that is left out stays.
pub fn mail(form: &Form, old: Option<&MailSettings>) -> Field<Option<MailSettings>> {
    form.object("mail", |form| settings(&form, old))
}

fn settings(form: &Form, old: Option<&MailSettings>) -> Field<MailSettings> {
    form.ignore(&["has_password"]);
    let host = form.required("host", text(host));
    let security = form.optional("security", text(MailSecurity::parse));
    let port = form.optional("port", integer(1, u16::MAX.into()));
    let username = form.optional("username", plain_line(CREDENTIAL_CHARS_MAX));
    let password = form.clearable("password", secret);
    let from = form.required("from", text(Email::parse));
    let reply_to = form.optional("reply_to", text(Email::parse));
    let notify = form.values("notify", NOTIFIED_MAX, text(Email::parse));
    form.done();
    let (host, security) = (host?, security?.unwrap_or(MailSecurity::Tls));
    if security == MailSecurity::None && !MailSettings::is_local(&host) {
        let detail = "Mails go out in plain only to a server on the same machine; choose tls or \
                      starttls.";
        return Err(form.note("security", Invalid::new("not_allowed", detail)));
    }
    let port = match port? {
        Some(port) => u16::try_from(port).unwrap_or(u16::MAX),
        None => security.port(),
    };
    let password = match password? {
        Change::Keep => old.and_then(|old| old.password.clone()),
        Change::Set(password) => password,
    };
    let mut told: Vec<Email> = Vec::new();
    for to in notify?.unwrap_or_default() {
        if told.iter().all(|known| known.key() != to.key()) {
            told.push(to);
        }
    }
    let notify = told;
    let (username, from, reply_to) = (username?, from?, reply_to?);
    Ok(MailSettings { host, port, security, username, password, from, reply_to, notify })
}

/// A password as it was typed.
fn secret(value: &Json) -> Parsed<String> {
    let secret = raw(value)?;
    checked_line(&secret, CREDENTIAL_CHARS_MAX)?;
    Ok(secret)
}
