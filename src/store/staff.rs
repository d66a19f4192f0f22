//! The people who work in the shop.

use super::sql::{Broken, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::staff::Role;
use crate::domain::text::Email;
use crate::error::{Code, Error, Result};

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
) -> Result<Role> {
    let first = !tx.exists("select 1 from staff limit 1", &[])?;
    let role = if first { Role::Owner } else { role.unwrap_or(Role::Staff) };
    let sql = "insert into staff
            (email, email_key, role, password_hash, version, created_at, updated_at)
        values ($1, $2, $3, $4, 1, $5, $5) returning id";
    let taken = || Error::new(Code::Taken, "Somebody on the staff has this e-mail already.");
    tx.insert(sql, &[email, &email.key(), &role.name(), &password_hash, &now])
        .broken("staff.email_key", taken)?;
    Ok(role)
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
