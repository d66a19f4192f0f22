//! Mails that are to be sent, and those that were. What an order gives to tell follows from its
//! events, each of which stands in the transaction of its cause; other mails are queued beside
//! theirs.

mod events;
mod shop;
mod templates;

pub use events::{are_unseen, follow, skip_to_now};
pub use shop::{tell_failed_backup, tell_low_stock, tell_shop};
pub use templates::{MailText, find_text, save_text};

use serde_json::{Value, json};

use super::Tx;
use super::engine::list::{List, Page, Range};
use super::engine::sql::{Row, json as to_json};
use super::engine::statements::{insert, update};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::mails::{
    HOURLY_MAX, KEPT_DAYS, Mail, MailKind, MailSettings, MailStatus, pause_seconds,
};
use crate::domain::text::Email;
use crate::domain::window::Language;
use crate::error::{Code, Error, Result};
use crate::secret;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
/// Mails that are cleared away at once.
const CLEANED_AT_ONCE: usize = 500;

macro_rules! columns {
    () => {
        "id, kind, status, recipient, language, message_id, order_id, subject, tries, due_at,
            error, created_at, sent_at"
    };
}

/// A mail to be queued.
pub struct NewMail<'a> {
    pub kind: MailKind,
    pub to: &'a Email,
    pub language: Language,
    pub order_id: Option<Id>,
    pub event_id: Option<Id>,
    /// What it tells beside its order.
    pub facts: Value,
    pub by_visitor: bool,
    /// Until then what it tells can still be taken back.
    pub not_before: Option<Timestamp>,
}

impl<'a> NewMail<'a> {
    /// A mail that goes out at once, and that nobody from outside caused.
    pub fn of(kind: MailKind, to: &'a Email, language: Language) -> Self {
        Self {
            kind,
            to,
            language,
            order_id: None,
            event_id: None,
            facts: json!({}),
            by_visitor: false,
            not_before: None,
        }
    }
}

/// A mail whose time has come.
pub struct DueMail {
    pub mail: Mail,
    pub event_id: Option<Id>,
    /// The row of the step that the event speaks of.
    pub subject_id: Option<Id>,
    pub event_at: Option<Timestamp>,
    pub facts: Value,
    /// What it tells of was taken back.
    pub is_void: bool,
}

/// Queues a mail. Those to one address that visitors cause go out [`HOURLY_MAX`] an hour.
pub fn queue(tx: &Tx, settings: &MailSettings, new: &NewMail) -> Result<()> {
    let key = new.to.key();
    let mut due_at = new.not_before.unwrap_or(tx.now());
    if new.by_visitor {
        let sql = "select due_at from mails where recipient_key = $1 and by_visitor = 1
            order by due_at desc limit 1 offset $2";
        let before: Option<Timestamp> = tx.maybe_value(sql, &[&key, &(HOURLY_MAX - 1)])?;
        let next = before.map(|before| before.plus_seconds(HOUR_SECONDS));
        due_at = next.map_or(due_at, |next| next.max(due_at));
    }
    let host = settings.domain();
    insert!(tx, "mails", {
        "kind": new.kind.name(),
        "status": MailStatus::Queued.name(),
        "recipient": new.to,
        "recipient_key": key,
        "language": new.language.name(),
        "message_id": format!("<{}@{host}>", secret::token("")?),
        "order_id": new.order_id,
        "event_id": new.event_id,
        "facts": to_json(&new.facts)?,
        "by_visitor": new.by_visitor,
        "due_at": due_at,
        "created_at": tx.now(),
    })
    .map(drop)
}

/// The mails whose time has come, those that wait longest first; so many of them at most.
pub fn due(tx: &Tx, most: i64) -> Result<Vec<DueMail>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", event_id, facts,
            (select subject from order_events where order_events.id = event_id) as subject_id,
            (select at from order_events where order_events.id = event_id) as event_at,
            exists (select 1 from order_events
                where order_events.id = event_id and voided_at is not null) as is_void
        from mails where status = 'queued' and due_at <= $1 order by due_at, id limit $2"
    );
    tx.all(sql, &[&tx.now(), &most], |row| {
        Ok(DueMail {
            mail: read(row)?,
            event_id: row.get("event_id")?,
            subject_id: row.get("subject_id")?,
            event_at: row.get("event_at")?,
            facts: row.json("facts")?,
            is_void: row.get("is_void")?,
        })
    })
}

/// The time at which the next mail is due, if any waits.
pub fn next_due(tx: &Tx) -> Result<Option<Timestamp>> {
    tx.value("select min(due_at) from mails where status = 'queued'", &[])
}

/// Notes that the mail server took a mail. The way in that it showed is forgotten.
pub fn note_sent(tx: &Tx, mail: &Mail, subject: &str) -> Result<()> {
    if mail.kind.shows_a_way_in() {
        tx.execute("update mails set facts = '{}' where id = $1", &[&mail.id])?;
    }
    update!(tx, "mails", mail.id, {
        "status": MailStatus::Sent.name(),
        "subject": subject,
        "error": None::<&str>,
        "sent_at": tx.now(),
    }, "tries = tries + 1")
    .map(drop)
}

/// Notes that a mail did not go out, and when it is tried again. `chance` is anything.
pub fn note_failed(tx: &Tx, mail: &Mail, error: &str, chance: u8) -> Result<()> {
    note_try(tx, mail, error, pause_seconds(mail.tries + 1, chance))
}

/// Notes that a mail was refused for good: there is nobody of that address.
pub fn note_refused(tx: &Tx, mail: &Mail, error: &str) -> Result<()> {
    note_try(tx, mail, error, None)
}

fn note_try(tx: &Tx, mail: &Mail, error: &str, pause_seconds: Option<i64>) -> Result<()> {
    let status = if pause_seconds.is_some() { MailStatus::Queued } else { MailStatus::Failed };
    update!(tx, "mails", mail.id, {
        "status": status.name(),
        "tries": mail.tries + 1,
        "due_at": tx.now().plus_seconds(pause_seconds.unwrap_or(0)),
        "error": error,
    })
    .map(drop)
}

/// Takes a mail away that has nothing to tell any more.
pub fn forget(tx: &Tx, id: Id) -> Result<()> {
    tx.execute("delete from mails where id = $1", &[&id]).map(drop)
}

/// Takes away what was to be told to a customer, and what was told.
pub fn forget_customer(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "delete from mails
        where order_id in (select id from orders where customer_id = $1)
            or recipient_key = (select email_key from customers where id = $1)";
    tx.execute(sql, &[&customer_id]).map(drop)
}

/// A page of the mails; those with a status, those of an order.
pub fn list(
    tx: &Tx,
    status: Option<MailStatus>,
    order_id: Option<Id>,
    range: &Range,
) -> Result<Page<Mail>> {
    let mut list = List::of("mails");
    list.with_some("status = #", status.map(MailStatus::name));
    list.with_some("order_id = #", order_id);
    list.page(tx, range, columns!(), read)
}

/// A mail.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Mail> {
    let sql = concat!("select ", columns!(), " from mails where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

/// Sends a mail once more, at once and under its own id.
///
/// # Errors
/// [`Code::ActionNotPossible`] for one that showed a way in.
pub fn resend(tx: &Tx, mail: &Mail) -> Result<Mail> {
    if mail.kind.shows_a_way_in() && mail.status != MailStatus::Queued {
        let detail = "The link in this mail is not stored. Whoever needs one asks for it anew.";
        return Err(Error::new(Code::ActionNotPossible, detail));
    }
    update!(tx, "mails", mail.id, {
        "status": MailStatus::Queued.name(),
        "tries": 0,
        "due_at": tx.now(),
        "error": None::<&str>,
    })?;
    find(tx, mail.id)
}

/// Tells `true` where a mail failed for good not long ago.
pub fn has_failed(tx: &Tx) -> Result<bool> {
    let sql = "select 1 from mails where status = 'failed' limit 1";
    tx.exists(sql, &[])
}

/// The number of mails of a kind that visitors caused to an address since then.
pub fn count_since(tx: &Tx, kind: MailKind, to: &Email, since: Timestamp) -> Result<i64> {
    let sql = "select count(*) from mails
        where recipient_key = $1 and kind = $2 and by_visitor = 1 and created_at > $3";
    tx.value(sql, &[&to.key(), &kind.name(), &since])
}

/// Clears away mails that went out, or failed for good, a while ago. Returns `true` when there is
/// more.
pub fn clean(tx: &Tx) -> Result<bool> {
    let sql = "delete from mails where id in (
            select id from mails where status <> 'queued' and created_at < $1 limit $2
        )";
    let before = tx.now().plus_seconds(-KEPT_DAYS * DAY_SECONDS);
    Ok(tx.execute(sql, &[&before, &count(CLEANED_AT_ONCE)])? == CLEANED_AT_ONCE)
}

fn read(row: &Row) -> Result<Mail> {
    let status = row.word("status", MailStatus::of)?;
    let due_at: Timestamp = row.get("due_at")?;
    Ok(Mail {
        id: row.get("id")?,
        kind: row.word("kind", MailKind::of)?,
        status,
        to: row.get("recipient")?,
        language: row.word("language", Language::of)?,
        subject: row.get("subject")?,
        order_id: row.get("order_id")?,
        message_id: row.get("message_id")?,
        tries: row.get("tries")?,
        next_try_at: Some(due_at).filter(|_| status == MailStatus::Queued),
        error: row.get("error")?,
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
    })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
