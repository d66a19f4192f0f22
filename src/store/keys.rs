//! API keys: shown once, kept as a hash.

use serde::Serialize;

use super::list::{List, Page, Range};
use super::sql::{Row, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::staff::KeyRole;
use crate::error::{Error, Result};
use crate::secret;

/// A key as it is listed; the key itself is not kept.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    pub id: Id,
    pub name: Option<String>,
    pub role: KeyRole,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Makes a key and returns it, for the only time.
pub fn create(tx: &Tx, role: KeyRole, name: Option<&str>, now: Timestamp) -> Result<String> {
    make(tx, role, name, now).map(|(_, token)| token)
}

/// The same, with what is listed of it.
pub fn make(tx: &Tx, role: KeyRole, name: Option<&str>, now: Timestamp) -> Result<(Key, String)> {
    let token = secret::token(role.prefix())?;
    let sql = "insert into api_keys (name, role, token_hash, created_at) values ($1, $2, $3, $4)
        returning id";
    let id = tx.insert(sql, &[&name, &role.name(), &secret::hash(&token), &now])?;
    Ok((read(tx, id)?, token))
}

pub fn read(tx: &Tx, id: Id) -> Result<Key> {
    let sql = "select id, name, role, created_at, revoked_at from api_keys where id = $1";
    tx.maybe(sql, &[&id], listed)?.ok_or_else(Error::not_found)
}

/// All of them, also those that have ended.
pub fn list(tx: &Tx) -> Result<Vec<Key>> {
    let sql = "select id, name, role, created_at, revoked_at from api_keys order by id";
    tx.all(sql, &[], listed)
}

pub fn page(tx: &Tx, range: &Range) -> Result<Page<Key>> {
    let page = List::of("api_keys").page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| read(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// Says what a key is for.
pub fn rename(tx: &Tx, id: Id, name: Option<&str>) -> Result<Key> {
    tx.execute("update api_keys set name = $2 where id = $1", &[&id, &name])?;
    read(tx, id)
}

/// Ends a key.
///
/// # Errors
/// Not found, when there is no such key or it has ended already.
pub fn revoke(tx: &Tx, id: Id, now: Timestamp) -> Result<()> {
    let sql = "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null";
    match tx.execute(sql, &[&id, &now])? {
        1 => Ok(()),
        _ => Err(Error::not_found()),
    }
}

/// Whether a key has not ended.
pub fn is_alive(tx: &Tx, id: Id) -> Result<bool> {
    tx.exists("select 1 from api_keys where id = $1 and revoked_at is null", &[&id])
}

/// Whose key this is, while it lives.
pub fn find(tx: &Tx, token: &str) -> Result<Option<(Id, KeyRole)>> {
    let sql = "select id, role from api_keys where token_hash = $1 and revoked_at is null";
    tx.maybe(sql, &[&secret::hash(token)], |row| Ok((row.take()?, row.parse(KeyRole::parse)?)))
}

fn listed(row: &Row) -> Result<Key> {
    Ok(Key {
        id: row.take()?,
        name: row.take()?,
        role: row.parse(KeyRole::parse)?,
        created_at: row.take()?,
        revoked_at: row.take()?,
    })
}
