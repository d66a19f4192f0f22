//! API keys: shown once, stored as a hash.

use serde::Serialize;

use super::Tx;
use super::engine::list::{List, Page, Range};
use super::engine::sql::Row;
use super::engine::statements::insert;
use crate::domain::Id;
use crate::domain::api_keys::KeyRole;
use crate::domain::calendar::Timestamp;
use crate::error::{Error, Result};
use crate::secret;

/// A key as it is listed; the key itself is not stored.
#[derive(Clone, Debug, Serialize)]
pub struct ApiKey {
    pub id: Id,
    pub name: Option<String>,
    pub role: KeyRole,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Makes a key and returns it beside what is listed of it, for the only time.
pub fn create(tx: &Tx, role: KeyRole, name: Option<&str>) -> Result<(ApiKey, String)> {
    let token = secret::token(role.prefix())?;
    let id = insert!(tx, "api_keys", {
        "name": name,
        "role": role.name(),
        "token_hash": secret::hash(&token),
        "created_at": tx.now(),
    })?;
    let name = name.map(str::to_owned);
    Ok((ApiKey { id, name, role, created_at: tx.now(), revoked_at: None }, token))
}

macro_rules! columns {
    () => {
        "id, name, role, created_at, revoked_at"
    };
}

/// A key.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<ApiKey> {
    let sql = concat!("select ", columns!(), " from api_keys where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

/// All keys, also those that have ended.
pub fn list(tx: &Tx) -> Result<Vec<ApiKey>> {
    tx.all(concat!("select ", columns!(), " from api_keys order by id"), &[], read)
}

/// A page of keys.
pub fn page(tx: &Tx, range: &Range) -> Result<Page<ApiKey>> {
    List::of("api_keys").page(tx, range, columns!(), read)
}

/// Says what a key is for.
pub fn rename(tx: &Tx, old: &ApiKey, name: Option<&str>) -> Result<ApiKey> {
    tx.execute("update api_keys set name = $1 where id = $2", &[&name, &old.id])?;
    Ok(ApiKey { name: name.map(str::to_owned), ..old.clone() })
}

/// Ends a key.
///
/// # Errors
/// Not found, when there is no such key or it has ended already.
pub fn revoke(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update api_keys set revoked_at = $1 where id = $2 and revoked_at is null";
    match tx.execute(sql, &[&tx.now(), &id])? {
        1 => Ok(()),
        _ => Err(Error::not_found()),
    }
}

/// Tells `true` for a key that has not ended.
pub fn is_alive(tx: &Tx, id: Id) -> Result<bool> {
    tx.exists("select 1 from api_keys where id = $1 and revoked_at is null", &[&id])
}

/// The key of this token, while it lives.
pub fn by_token(tx: &Tx, token: &str) -> Result<Option<(Id, KeyRole)>> {
    let sql = "select id, role from api_keys where token_hash = $1 and revoked_at is null";
    tx.maybe(sql, &[&secret::hash(token)], |row| {
        Ok((row.get("id")?, row.word("role", KeyRole::of)?))
    })
}

fn read(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get("id")?,
        name: row.get("name")?,
        role: row.word("role", KeyRole::of)?,
        created_at: row.get("created_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}
