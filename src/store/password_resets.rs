//! Ways to a new password: who asked for one is sent a link that works once. Whether anybody has
//! the name that was asked for is seen neither in the answer nor in what is written.

use serde_json::{Value, json};

use super::engine::sql::Row;
use super::engine::statements::insert;
use super::mails::{self, NewMail};
use super::sessions::{self, Realm};
use super::{Tx, email_verifications, settings};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::mails::{MailKind, RESETS_DAILY_MAX};
use crate::domain::staff::Person;
use crate::domain::text::{Email, folded};
use crate::error::{Code, Error, Result};
use crate::secret;

/// For so many days an invitation can be taken.
const INVITATION_DAYS: i64 = 7;
/// For so long a link works that was asked for.
pub const RESET_MINUTES: i64 = 60;
const MINUTE_SECONDS: i64 = 60;
const DAY_SECONDS: i64 = 24 * 3_600;
/// Of which kind the name is that was given.
const USERNAME: &str = "username";
const EMAIL: &str = "email";
/// Accounts of one address that are sent a link.
const ACCOUNTS_MAX: i64 = 20;

/// The name that somebody gives who does not know their password.
#[derive(Clone, Debug)]
pub enum Asked {
    Username(String),
    Email(String),
}

/// Whose password it is.
#[derive(Clone, Debug)]
pub struct Owner {
    pub realm: Realm,
    id: Id,
    /// The name that they sign in with.
    pub name: String,
    email: Email,
}

impl Owner {
    /// What is no password for them.
    pub fn names(&self) -> [&str; 2] {
        [&self.name, self.email.as_str()]
    }
}

/// Notes that somebody asked for a new password, and nothing of whether anybody has the name: the
/// post [looks for them](answer_requests).
pub fn request(tx: &Tx, realm: Realm, asked: &Asked) -> Result<()> {
    let (field, name) = match asked {
        Asked::Username(name) => (USERNAME, name),
        Asked::Email(email) => (EMAIL, email),
    };
    insert!(tx, "password_requests", {
        "realm": realm.name(),
        "field": field,
        "name": name,
        "created_at": tx.now(),
    })
    .map(drop)
}

/// Tells `true` where somebody asked who has no answer yet.
pub fn are_asked(tx: &Tx) -> Result<bool> {
    tx.exists("select 1 from password_requests limit 1", &[])
}

/// Queues the mails that show the way to whoever asked; so many at most. Returns `true` when there
/// is more.
pub fn answer_requests(tx: &Tx, most: i64) -> Result<bool> {
    let sql = "select id, realm, field, name from password_requests order by id limit $1";
    let requests = tx.all(sql, &[&most], |row| {
        let name = row.get("name")?;
        let asked = match row.get::<String>("field")?.as_str() {
            USERNAME => Asked::Username(name),
            _ => Asked::Email(name),
        };
        Ok((row.get::<Id>("id")?, row.word("realm", Realm::of)?, asked))
    })?;
    for (id, realm, asked) in &requests {
        tx.execute("delete from password_requests where id = $1", &[id])?;
        answer(tx, *realm, asked)?;
    }
    are_asked(tx)
}

/// Makes the links of whoever has a name, and queues the mail with them.
fn answer(tx: &Tx, realm: Realm, asked: &Asked) -> Result<()> {
    let owners = owners(tx, realm, asked)?;
    let Some(first) = owners.first() else { return Ok(()) };
    let until = tx.now().plus_seconds(RESET_MINUTES * MINUTE_SECONDS);
    let mut links = Vec::new();
    for owner in &owners {
        let token = secret::token("")?;
        insert_reset(tx, &token, owner, until)?;
        links.push(json!({ "username": owner.name, "token": token }));
    }
    send(tx, first, &links)
}

/// Queues the mail by which somebody new on the staff chooses their password, in a shop whose mails
/// can lead to its pages.
pub fn invite(tx: &Tx, person: &Person) -> Result<()> {
    let settings = settings::load(tx)?;
    let Some(mail) = settings.mail.as_ref().filter(|_| settings.can_send_links()) else {
        return Ok(());
    };
    let (name, email) = (person.email.as_str().to_owned(), person.email.clone());
    let owner = Owner { realm: Realm::Staff, id: person.id, name, email };
    let token = secret::token("")?;
    let until = tx.now().plus_seconds(INVITATION_DAYS * DAY_SECONDS);
    insert_reset(tx, &token, &owner, until)?;
    let links = [json!({ "username": owner.name, "token": token })];
    let facts = json!({ "accounts": links, "valid_days": INVITATION_DAYS });
    let language = settings.window.own_language();
    let new = NewMail::of(MailKind::StaffInvitation, &owner.email, language);
    mails::queue(tx, mail, &NewMail { facts, ..new })
}

fn insert_reset(tx: &Tx, token: &str, owner: &Owner, until: Timestamp) -> Result<()> {
    let id_in = |realm| Some(owner.id).filter(|_| owner.realm == realm);
    insert!(tx, "password_resets", {
        "token_hash": secret::hash(token),
        "account_id": id_in(Realm::Customers),
        "staff_id": id_in(Realm::Staff),
        "created_at": tx.now(),
        "expires_at": until,
    })
    .map(drop)
}

/// Queues one mail with a link for each account of its address, [`RESETS_DAILY_MAX`] a day.
fn send(tx: &Tx, owner: &Owner, links: &[Value]) -> Result<()> {
    let settings = settings::load(tx)?;
    let Some(mail) = settings.mail.as_ref().filter(|_| settings.can_send_links()) else {
        return Ok(());
    };
    let kind = match owner.realm {
        Realm::Customers => MailKind::PasswordReset,
        Realm::Staff => MailKind::StaffPasswordReset,
    };
    let since = tx.now().plus_seconds(-DAY_SECONDS);
    if mails::count_since(tx, kind, &owner.email, since)? >= RESETS_DAILY_MAX {
        return Ok(());
    }
    let facts = json!({ "accounts": links, "valid_minutes": RESET_MINUTES });
    let language = settings.window.own_language();
    let new = NewMail { facts, by_visitor: true, ..NewMail::of(kind, &owner.email, language) };
    mails::queue(tx, mail, &new)
}

/// Whose password a token may change.
///
/// # Errors
/// [`Code::Gone`] for one that is unknown, was used, or has ended.
pub fn owner_of(tx: &Tx, realm: Realm, token: &str) -> Result<Owner> {
    let sql = match realm {
        Realm::Customers => {
            "select accounts.id as id, username as name, email
            from password_resets join accounts on accounts.id = account_id
                join customers on customers.id = customer_id
            where password_resets.token_hash = $1 and password_resets.expires_at > $2"
        }
        Realm::Staff => {
            "select staff.id as id, email as name, email
            from password_resets join staff on staff.id = staff_id
            where password_resets.token_hash = $1 and password_resets.expires_at > $2"
        }
    };
    let owner = tx.maybe(sql, &[&secret::hash(token), &tx.now()], |row| read(row, realm))?;
    owner.ok_or_else(|| {
        let detail = "This link was used already, or has ended. Please ask for a new one.";
        Error::new(Code::Gone, detail)
    })
}

/// Gives whom a token belongs to a new password, ends all their sessions and all other links, and
/// tells them of it.
///
/// # Errors
/// As [`owner_of`].
pub fn change(tx: &Tx, realm: Realm, token: &str, password_hash: &str) -> Result<()> {
    let owner = owner_of(tx, realm, token)?;
    let (update, used) = match realm {
        Realm::Customers => (
            "update accounts set password_hash = $1, version = version + 1, updated_at = $2
            where id = $3",
            "delete from password_resets where account_id = $1",
        ),
        Realm::Staff => (
            "update staff set password_hash = $1, version = version + 1, updated_at = $2
            where id = $3",
            "delete from password_resets where staff_id = $1",
        ),
    };
    tx.execute(update, &[&password_hash, &tx.now(), &owner.id])?;
    tx.execute(used, &[&owner.id])?;
    sessions::forget_networks(tx, realm, &folded(&owner.name))?;
    match realm {
        Realm::Customers => {
            email_verifications::note(tx, owner.id)?;
            sessions::end_others(tx, owner.id, None)?;
        }
        Realm::Staff => sessions::end_others_of_staff(tx, owner.id, None)?,
    }
    let settings = settings::load(tx)?;
    let Some(mail) = &settings.mail else { return Ok(()) };
    let facts = json!({ "account": { "username": owner.name } });
    let language = settings.window.own_language();
    let new = NewMail::of(MailKind::PasswordChanged, &owner.email, language);
    mails::queue(tx, mail, &NewMail { facts, ..new })
}

/// Clears away links that have ended, and requests that no mail could answer for as long.
pub fn clean(tx: &Tx) -> Result<()> {
    let sql = "delete from password_resets where expires_at <= $1";
    tx.execute(sql, &[&tx.now()])?;
    let sql = "delete from password_requests where created_at <= $1";
    tx.execute(sql, &[&tx.now().plus_seconds(-RESET_MINUTES * MINUTE_SECONDS)]).map(drop)
}

fn owners(tx: &Tx, realm: Realm, asked: &Asked) -> Result<Vec<Owner>> {
    let (sql, key) = match (realm, asked) {
        (Realm::Customers, Asked::Username(name)) => (
            "select accounts.id as id, username as name, email
            from accounts join customers on customers.id = customer_id
            where username_key = $1 order by accounts.id limit $2",
            folded(name),
        ),
        (Realm::Customers, Asked::Email(email)) => (
            "select accounts.id as id, username as name, email
            from customers join accounts on accounts.customer_id = customers.id
            where email_key = $1 order by accounts.id limit $2",
            folded(email),
        ),
        (Realm::Staff, Asked::Username(email) | Asked::Email(email)) => (
            "select id, email as name, email from staff where email_key = $1 limit $2",
            folded(email),
        ),
    };
    tx.all(sql, &[&key.trim(), &ACCOUNTS_MAX], |row| read(row, realm))
}

fn read(row: &Row, realm: Realm) -> Result<Owner> {
    Ok(Owner {
        realm,
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.parse("email", Email::parse)?,
    })
}
