//! What makes a request count once: its key and its answer, kept in the transaction of its effect.

use super::sql::Tx;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, FieldError, Place, Result};
use crate::secret::{Hash, same};

/// Answers are kept this long.
const KEPT_SECONDS: i64 = 8 * 24 * 3600;
const CLEANED_AT_ONCE: u32 = 500;

/// A request that came with an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Once {
    /// Who asks, the method and the path; for visitors the fingerprint as well.
    pub scope: String,
    pub key: String,
    /// HMAC of the body under the shop's secret.
    pub fingerprint: Hash,
}

/// An answer as it is kept: what is needed to send the same bytes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

/// The answer that this request got before, if it did.
///
/// # Errors
/// [`Code::KeyReused`] when the key came with another body; [`Code::Erased`] when the answer was
/// blanked with the person it spoke of.
pub fn find(tx: &Tx, once: &Once) -> Result<Option<StoredResponse>> {
    let sql = "select fingerprint, status, location, etag, body from idempotency_keys
        where scope = $1 and key = $2";
    let found = tx.maybe(sql, &[&once.scope, &once.key], |row| {
        let fingerprint: Hash = row.take()?;
        let (status, location, etag) = (row.take()?, row.take()?, row.take()?);
        let body: Option<Vec<u8>> = row.take()?;
        Ok((fingerprint, status, location, etag, body))
    })?;
    let Some((fingerprint, status, location, etag, body)) = found else { return Ok(None) };
    if !same(&fingerprint, &once.fingerprint) {
        let detail = "This Idempotency-Key was used for another request; take a new one.";
        let place = Place::Header("Idempotency-Key");
        let error =
            FieldError { place, code: "reused", detail: detail.to_owned(), available: None };
        return Err(Error::new(Code::KeyReused, detail).with_errors(vec![error]));
    }
    match body {
        Some(body) => Ok(Some(StoredResponse { status, location, etag, body })),
        None => {
            let detail = "The answer to this request was erased with the customer's data.";
            Err(Error::new(Code::Erased, detail))
        }
    }
}

/// Keeps an answer. `customer_id`: whose data it holds.
pub fn keep(
    tx: &Tx,
    once: &Once,
    kept: &StoredResponse,
    customer_id: Option<Id>,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into idempotency_keys
            (scope, key, fingerprint, status, location, etag, body, customer_id, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.execute(
        sql,
        &[
            &once.scope,
            &once.key,
            &once.fingerprint,
            &kept.status,
            &kept.location,
            &kept.etag,
            &kept.body,
            &customer_id,
            &now,
        ],
    )
    .map(drop)
}

/// Blanks the answers that hold a person's data; the keys stay used.
pub fn erase(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "update idempotency_keys set body = null, customer_id = null where customer_id = $1";
    tx.execute(sql, &[&customer_id]).map(drop)
}

/// Forgets some of what is older than the promise, few enough not to hold anybody up. Tells
/// whether there may be more.
pub fn clean(tx: &Tx, now: Timestamp) -> Result<bool> {
    let sql = "delete from idempotency_keys where (scope, key) in (
            select scope, key from idempotency_keys where created_at < $1 limit $2)";
    let cleaned = tx.execute(sql, &[&now.plus_seconds(-KEPT_SECONDS), &CLEANED_AT_ONCE])?;
    Ok(cleaned >= CLEANED_AT_ONCE as usize)
}
