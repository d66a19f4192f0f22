//! Requests that count once: the key and the response, stored in the transaction of the effect.

use super::Tx;
use super::engine::statements::insert_row;
use crate::domain::Id;
use crate::error::{Code, Error, FieldError, Place, Result};
use crate::secret::{Hash, same};

/// The time for which responses are stored.
const KEPT_SECONDS: i64 = 8 * 24 * 3600;
const CLEANED_AT_ONCE: u32 = 500;

/// A request that came with an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Once {
    /// The caller, the method, and the route with its ids; for visitors the fingerprint as well.
    pub scope: String,
    pub key: String,
    /// HMAC of the body under the shop's secret.
    pub fingerprint: Hash,
}

/// A response as it is stored: what is needed to send the same bytes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResponse {
    pub status: u16,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

/// The response that this request got before, if it did.
///
/// # Errors
/// [`Code::KeyReused`] when the key came with another body; [`Code::Erased`] when the response was
/// blanked with the person it spoke of.
pub fn find(tx: &Tx, once: &Once) -> Result<Option<StoredResponse>> {
    let sql = "select fingerprint, status, location, etag, body from idempotency_keys
        where scope = $1 and key = $2";
    let found = tx.maybe(sql, &[&once.scope, &once.key], |row| {
        let fingerprint: Hash = row.get("fingerprint")?;
        let (status, location) = (row.get("status")?, row.get("location")?);
        let (etag, body): (_, Option<Vec<u8>>) = (row.get("etag")?, row.get("body")?);
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

/// Stores a response. `customer_id`: whose data it holds.
pub fn store(
    tx: &Tx,
    once: &Once,
    response: &StoredResponse,
    customer_id: Option<Id>,
) -> Result<()> {
    insert_row!(tx, "idempotency_keys", {
        "scope": once.scope,
        "key": once.key,
        "fingerprint": once.fingerprint,
        "status": response.status,
        "location": response.location,
        "etag": response.etag,
        "body": response.body,
        "customer_id": customer_id,
        "created_at": tx.now(),
    })
}

/// Blanks the responses that hold a person's data; the keys stay used.
pub fn erase(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "update idempotency_keys set body = null, customer_id = null where customer_id = $1";
    tx.execute(sql, &[&customer_id]).map(drop)
}

/// Forgets some of what is older than the promise, few enough not to hold anybody up. Tells `true`
/// where there may be more.
pub fn clean(tx: &Tx) -> Result<bool> {
    let sql = "delete from idempotency_keys where (scope, key) in (
            select scope, key from idempotency_keys where created_at < $1 limit $2)";
    let old = tx.now().plus_seconds(-KEPT_SECONDS);
    let cleaned = tx.execute(sql, &[&old, &CLEANED_AT_ONCE])?;
    Ok(cleaned >= CLEANED_AT_ONCE as usize)
}
