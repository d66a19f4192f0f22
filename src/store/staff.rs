//! The people who work in the shop.

use super::Tx;
use super::engine::list::{List, Page, Range};
use super::engine::sql::{Broken, Row};
use super::engine::statements::{insert, update};
use super::sessions::{self, Realm};
use crate::domain::Id;
use crate::domain::staff::{Person, Role};
use crate::domain::text::Email;
use crate::error::{Code, Error, FieldError, Result};

/// Tells `true` once anyone is on the staff; the first is the owner.
pub fn exists(tx: &Tx) -> Result<bool> {
    tx.exists("select 1 from staff limit 1", &[])
}

/// Adds a person. The first one is the owner, whatever was asked for.
///
/// # Errors
/// [`Code::Taken`] for an e-mail that is in use.
pub fn add(tx: &Tx, email: &Email, role: Option<Role>, password_hash: &str) -> Result<Person> {
    let role = if exists(tx)? { role.unwrap_or(Role::Staff) } else { Role::Owner };
    let id = insert!(tx, "staff", {
        "email": email,
        "email_key": email.key(),
        "role": role.name(),
        "password_hash": password_hash,
        "version": 1,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    });
    find(tx, id.broken("staff.email_key", taken)?)
}

macro_rules! columns {
    () => {
        "id, email, role, last_login_at, version, created_at, updated_at"
    };
}

/// A person on the staff.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Person> {
    let sql = concat!("select ", columns!(), " from staff where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

/// A page of the staff.
pub fn list(tx: &Tx, range: &Range) -> Result<Page<Person>> {
    List::of("staff").page(tx, range, columns!(), read)
}

/// A person as they shall be.
#[derive(Clone, Debug)]
pub struct PersonChange {
    pub email: Email,
    pub role: Role,
    /// `None`: the password stays.
    pub password_hash: Option<String>,
    /// The session that lives on when the password changes.
    pub session_id: Option<Id>,
}

/// Replaces a person; `old` is what they were.
///
/// # Errors
/// [`Code::Taken`] for an e-mail that is in use; a conflict for the role of the last owner.
pub fn update(tx: &Tx, old: &Person, change: &PersonChange) -> Result<Person> {
    let email = &change.email;
    if change.role != Role::Owner {
        require_another_owner(tx, old)?;
    }
    update!(tx, "staff", old.id, {
        "email": email,
        "email_key": email.key(),
        "role": change.role.name(),
        "updated_at": tx.now(),
    }, "version = version + 1")
    .broken("staff.email_key", taken)?;
    if email.key() != old.email.key() || change.password_hash.is_some() {
        sessions::forget_networks(tx, Realm::Staff, &old.email.key())?;
    }
    if email.key() != old.email.key() {
        // Those were sent to the old one.
        tx.execute("delete from password_resets where staff_id = $1", &[&old.id])?;
    }
    if let Some(hash) = &change.password_hash {
        tx.execute("update staff set password_hash = $1 where id = $2", &[hash, &old.id])?;
        sessions::end_others_of_staff(tx, old.id, change.session_id)?;
    }
    find(tx, old.id)
}

/// Takes a person off the staff and ends their sessions. Entries of what they did keep their
/// number.
///
/// # Errors
/// A conflict for the last owner.
pub fn delete(tx: &Tx, person: &Person) -> Result<()> {
    require_another_owner(tx, person)?;
    sessions::forget_networks(tx, Realm::Staff, &person.email.key())?;
    sessions::end_others_of_staff(tx, person.id, None)?;
    tx.execute("delete from staff where id = $1", &[&person.id]).map(drop)
}

/// Gives a person a new password and ends all their sessions.
///
/// # Errors
/// Not found, when nobody has this e-mail.
pub fn reset(tx: &Tx, email: &Email, password_hash: &str) -> Result<()> {
    let sql = "update staff set password_hash = $1, version = version + 1, updated_at = $2
        where email_key = $3 returning id";
    let id: Option<Id> = tx.maybe_value(sql, &[&password_hash, &tx.now(), &email.key()])?;
    let id =
        id.ok_or_else(|| Error::new(Code::NotFound, "Nobody on the staff has this e-mail."))?;
    sessions::forget_networks(tx, Realm::Staff, &email.key())?;
    sessions::end_others_of_staff(tx, id, None)
}

/// The hash of a person's password.
///
/// # Errors
/// Not found.
pub fn password_hash(tx: &Tx, id: Id) -> Result<String> {
    let sql = "select password_hash from staff where id = $1";
    tx.maybe_value(sql, &[&id])?.ok_or_else(Error::not_found)
}

/// A shop without an owner could never get one back.
fn require_another_owner(tx: &Tx, leaving: &Person) -> Result<()> {
    let sql = "select 1 from staff where role = 'owner' and id <> $1 limit 1";
    if leaving.role != Role::Owner || tx.exists(sql, &[&leaving.id])? {
        return Ok(());
    }
    Err(Error::conflict("This is the only owner. Make somebody else an owner first."))
}

fn read(row: &Row) -> Result<Person> {
    Ok(Person {
        id: row.get("id")?,
        email: row.get("email")?,
        role: row.word("role", Role::of)?,
        last_login_at: row.get("last_login_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn taken() -> Error {
    let detail = "Somebody on the staff has this e-mail already.";
    let error = FieldError::at("/email", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}
