//! Addresses of accounts: whoever opens one, or gives it another address, is asked by mail whether
//! it is theirs.

use serde_json::json;

use super::mails::{self, NewMail};
use super::{Tx, customer_accounts, settings};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::customers::Account;
use crate::domain::mails::MailKind;
use crate::email_tokens::{account_of_token, is_email_token};
use crate::error::{Code, Error, Result};
use crate::secret::Hash;

/// For so many days after it was asked for a link works.
pub const VERIFICATION_DAYS: i64 = 7;
const DAY_SECONDS: i64 = 24 * 3_600;

/// When the link of a mail ends that was queued at this time.
pub fn ends_at(queued_at: Timestamp) -> Timestamp {
    queued_at.plus_seconds(VERIFICATION_DAYS * DAY_SECONDS)
}

/// Queues the mail that asks for a confirmation, in a shop that can send a link.
pub fn ask(tx: &Tx, account: &Account) -> Result<()> {
    let settings = settings::load(tx)?;
    let Some(mail) = settings.mail.as_ref().filter(|_| settings.can_send_links()) else {
        return Ok(());
    };
    let Some(to) = &account.customer.contact.email else { return Ok(()) };
    let new = NewMail::of(MailKind::EmailVerification, to, settings.window.own_language());
    let facts = json!({ "account_id": account.id, "valid_days": VERIFICATION_DAYS });
    mails::queue(tx, mail, &NewMail { facts, by_visitor: true, ..new })
}

/// The same for the account of a customer, if there is one.
pub fn ask_customer(tx: &Tx, customer_id: Id) -> Result<()> {
    match customer_accounts::of_customer(tx, customer_id)? {
        Some(account) => ask(tx, &account),
        None => Ok(()),
    }
}

/// The account whose address a token confirms.
///
/// # Errors
/// [`Code::Gone`] for a token that is none, has ended, or was sent to an address that the account
/// no longer has.
pub fn account_of(tx: &Tx, secret: &Hash, token: &str) -> Result<Account> {
    let id = account_of_token(token);
    let found = id.map(|id| customer_accounts::maybe(tx, id)).transpose()?.flatten();
    let fits = |account: &Account| {
        let email = account.customer.contact.email.as_ref();
        email.is_some_and(|email| is_email_token(secret, (account.id, email), token, tx.now()))
    };
    found.filter(fits).ok_or_else(|| {
        let detail = "This link has ended, or the account has another address by now.";
        Error::new(Code::Gone, detail)
    })
}

/// Notes that the address of an account is its holder's. Once more is as good.
///
/// # Errors
/// As [`account_of`].
pub fn confirm(tx: &Tx, secret: &Hash, token: &str) -> Result<()> {
    let account = account_of(tx, secret, token)?;
    note(tx, account.id)
}

/// Notes the same of an account whose holder used a link that was sent to its address.
pub fn note(tx: &Tx, account_id: Id) -> Result<()> {
    let sql = "update accounts set email_verified_at = $1, revision = revision + 1
        where id = $2 and email_verified_at is null";
    tx.execute(sql, &[&tx.now(), &account_id]).map(drop)
}
