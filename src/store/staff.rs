//! The people who work in the shop.

use super::sql::{Broken, Row, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::error::{Code, Error, Issue, Result};

/// Whether anybody is on the staff; the first is the owner.
///
/// # Errors
/// Storage errors.
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

/// # Errors
/// Not found.
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
    tx.execute("delete from sessions where staff_id = $1", &[&id]).map(drop)
}

fn taken() -> Error {
    let detail = "Somebody on the staff has this e-mail already.";
    let issue = Issue::at("/email", "taken", detail);
    Error::new(Code::Taken, detail).with_issues(vec![issue])
}
