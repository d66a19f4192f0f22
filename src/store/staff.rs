//! The people who work in the shop.

use super::list::{List, Page, Range};
use super::sessions::{self, Realm};
use super::sql::{Broken, Row, Tx};
use crate::domain::calendar::Timestamp;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::domain::{Change, Id};
use crate::error::{Code, Error, FieldError, Result};

/// Whether anybody is on the staff; the first is the owner.
pub fn is_anyone(tx: &Tx) -> Result<bool> {
    tx.exists("select 1 from staff limit 1", &[])
}

/// Adds a person. The first one is the owner, whatever was asked for.
///
/// # Errors
/// [`Code::Taken`] for an e-mail that somebody has.
pub fn add(
    tx: &Tx,
    email: &Email,
    role: Option<Role>,
    password_hash: &str,
    now: Timestamp,
) -> Result<Person> {
    let role = if is_anyone(tx)? { role.unwrap_or(Role::Staff) } else { Role::Owner };
    let sql = "insert into staff
            (email, email_key, role, password_hash, version, created_at, updated_at)
        values ($1, $2, $3, $4, 1, $5, $5) returning id";
    let id = tx.insert(sql, &[email, &email.key(), &role.name(), &password_hash, &now]);
    find(tx, id.broken("staff.email_key", taken)?)
}

pub fn find(tx: &Tx, id: Id) -> Result<Person> {
    let sql = "select email, role, last_login_at, version, created_at, updated_at
        from staff where id = $1";
    let read = |row: &Row| {
        Ok(Person {
            id,
            email: row.take()?,
            role: row.parse(Role::parse)?,
            last_login_at: row.take()?,
            version: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    };
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

pub fn list(tx: &Tx, range: &Range) -> Result<Page<Person>> {
    let page = List::of("staff").page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// What changes about a person.
#[derive(Clone, Debug)]
pub struct PersonChange {
    pub email: Change<Email>,
    pub role: Change<Role>,
    pub password_hash: Option<String>,
    /// The session that lives on when the password changes.
    pub session_id: Option<Id>,
}

/// # Errors
/// Not found; [`Code::Taken`] for an e-mail that somebody has; a conflict for the role of the last
/// owner.
pub fn update(tx: &Tx, id: Id, change: &PersonChange, now: Timestamp) -> Result<Person> {
    let old = find(tx, id)?;
    let email = change.email.sent().unwrap_or(&old.email);
    let role = *change.role.sent().unwrap_or(&old.role);
    if role != Role::Owner {
        keep_an_owner(tx, &old)?;
    }
    let sql = "update staff set email = $2, email_key = $3, role = $4,
            password_hash = coalesce($5, password_hash), version = version + 1, updated_at = $6
        where id = $1";
    let hash = &change.password_hash;
    tx.execute(sql, &[&id, email, &email.key(), &role.name(), hash, &now])
        .broken("staff.email_key", taken)?;
    if email.key() != old.email.key() {
        sessions::forget_networks(tx, Realm::Staff, &old.email.key())?;
    }
    if hash.is_some() {
        sessions::end_others_of_staff(tx, id, change.session_id)?;
    }
    find(tx, id)
}

/// Takes a person off the staff and ends their sessions. What they did keeps their number.
///
/// # Errors
/// Not found; a conflict for the last owner.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    let person = find(tx, id)?;
    keep_an_owner(tx, &person)?;
    sessions::forget_networks(tx, Realm::Staff, &person.email.key())?;
    sessions::end_others_of_staff(tx, id, None)?;
    tx.execute("delete from staff where id = $1", &[&id]).map(drop)
}

/// Gives a person a new password and ends all their sessions.
///
/// # Errors
/// Not found, when nobody has this e-mail.
pub fn reset(tx: &Tx, email: &Email, password_hash: &str, now: Timestamp) -> Result<()> {
    let sql = "update staff set password_hash = $2, version = version + 1, updated_at = $3
        where email_key = $1 returning id";
    let id: Option<Id> = tx.maybe_value(sql, &[&email.key(), &password_hash, &now])?;
    let id =
        id.ok_or_else(|| Error::new(Code::NotFound, "Nobody on the staff has this e-mail."))?;
    sessions::end_others_of_staff(tx, id, None)
}

/// A shop without an owner could never get one back.
fn keep_an_owner(tx: &Tx, leaving: &Person) -> Result<()> {
    let sql = "select 1 from staff where role = 'owner' and id <> $1 limit 1";
    if leaving.role != Role::Owner || tx.exists(sql, &[&leaving.id])? {
        return Ok(());
    }
    Err(Error::conflict("This is the only owner. Make somebody else an owner first."))
}

fn taken() -> Error {
    let detail = "Somebody on the staff has this e-mail already.";
    let error = FieldError::at("/email", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}
