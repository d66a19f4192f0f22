//! Requests that count once: their keys, and what they made, stored in the transaction of the
//! effect. No answer is stored: a repeated request is shown what it made as it stands.

use super::Tx;
use super::engine::sql::Row;
use super::engine::statements::insert_row;
use crate::domain::Id;
use crate::domain::words::words;
use crate::error::{Code, Error, FieldError, Place, Result};
use crate::secret::{self, Hash, same};

/// The time for which keys are stored.
const KEPT_SECONDS: i64 = 8 * 24 * 3600;
const CLEANED_AT_ONCE: i64 = 500;
/// Answers of an older program that are read at once.
const ANSWERS_AT_ONCE: i64 = 1_000;

/// Half of a hash: 128 bits, which nobody meets by chance.
type HalfHash = [u8; 16];

/// A request that came with an `Idempotency-Key`.
#[derive(Clone, Copy, Debug)]
pub struct Once {
    hash: HalfHash,
    fingerprint: HalfHash,
}

impl Once {
    /// A request by its key and what that belongs to. `scope`: the caller, the method, and the
    /// route with its ids; for visitors the fingerprint as well. `fingerprint`: the HMAC of its
    /// body under the shop's secret.
    pub fn new(scope: &str, key: &str, fingerprint: &Hash) -> Self {
        // No key has a blank in it, so no two of these texts are the same.
        let hash = half(&secret::hash(&format!("{key} {scope}")));
        Self { hash, fingerprint: half(fingerprint) }
    }
}

words! {
    /// The kind of what a request made.
    Kind {
        Order = "order",
        Step = "step",
        Invoice = "invoice",
        Product = "product",
        Movement = "movement",
        Customer = "customer",
        Account = "account",
        Discount = "discount",
        Collection = "collection",
        Image = "image",
    }
}

/// The thing that a request made. To which order a step belongs, the request says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub kind: Kind,
    pub subject: Id,
}

/// The thing that this request made before, if it did.
///
/// # Errors
/// [`Code::KeyReused`] when the key came with another body; [`Code::Gone`] when an older program
/// did not say what was made.
pub fn find(tx: &Tx, once: &Once) -> Result<Option<Made>> {
    let sql = "select fingerprint, kind, subject from idempotency_keys where hash = $1";
    let found = tx.maybe(sql, &[&once.hash], |row| {
        let fingerprint: HalfHash = row.get("fingerprint")?;
        let kind = row.maybe_word("kind", Kind::of)?;
        Ok((fingerprint, kind.zip(row.get("subject")?)))
    })?;
    let Some((fingerprint, made)) = found else { return Ok(None) };
    if !same(&fingerprint, &once.fingerprint) {
        return Err(reused());
    }
    let (kind, subject) = made.ok_or_else(gone)?;
    Ok(Some(Made { kind, subject }))
}

/// Stores what a request made.
///
/// # Errors
/// The broken constraint `idempotency_keys.hash` for a key that is stored already.
pub fn store(tx: &Tx, once: &Once, made: &Made) -> Result<()> {
    insert_row!(tx, "idempotency_keys", {
        "hash": once.hash,
        "fingerprint": once.fingerprint,
        "kind": made.kind.name(),
        "subject": made.subject,
        "created_at": tx.now(),
    })
}

/// The refusal of a repeated request whose object is not there any more.
pub fn gone() -> Error {
    Error::new(Code::Gone, "What this request made before is not there any more.")
}

/// Turns "not found" into "gone", of what a repeated request made before.
pub fn gone_where_not_found(error: Error) -> Error {
    if error.code() == Code::NotFound { gone() } else { error }
}

/// Forgets some of what is older than the promise, few enough not to hold anybody up. Tells `true`
/// where there may be more.
pub fn clean(tx: &Tx) -> Result<bool> {
    let sql = "delete from idempotency_keys where created_at < $1 and id in (
            select id from idempotency_keys order by id limit $2)";
    let old = tx.now().plus_seconds(-KEPT_SECONDS);
    let cleaned = tx.execute(sql, &[&old, &CLEANED_AT_ONCE])?;
    Ok(i64::try_from(cleaned) == Ok(CLEANED_AT_ONCE))
}

/// Carries the keys of an older program over, once, and drops its answers. They count from now on:
/// a repeated request must find its key a little longer rather than too short.
pub fn carry_over(tx: &Tx) -> Result<()> {
    let there = "select 1 from sqlite_schema where type = 'table' and name = 'idempotency_answers'";
    if !tx.exists(there, &[])? {
        return Ok(());
    }
    // What comes after the body in a row, such as its time, takes long to read.
    let first = "select scope, key, fingerprint, location from idempotency_answers
        order by scope, key limit $1";
    // What one statement may have to take back stays in memory: a table that is dropped full would
    // be there as a whole.
    let done = "delete from idempotency_answers where (scope, key) <= ($1, $2)";
    loop {
        let answers = tx.all(first, &[&ANSWERS_AT_ONCE], read_answer)?;
        let Some((scope, key, ..)) = answers.last() else { break };
        tx.execute(done, &[scope, key])?;
        for (scope, key, fingerprint, made) in answers {
            let once = Once::new(&scope, &key, &fingerprint);
            insert_row!(tx, "idempotency_keys", {
                "hash": once.hash,
                "fingerprint": once.fingerprint,
                "kind": made.map(|made| made.kind.name()),
                "subject": made.map(|made| made.subject),
                "created_at": tx.now(),
            })?;
        }
    }
    tx.execute("drop table idempotency_answers", &[]).map(drop)
}

type StoredAnswer = (String, String, Hash, Option<Made>);

fn read_answer(row: &Row) -> Result<StoredAnswer> {
    let (scope, key, fingerprint) = (row.get("scope")?, row.get("key")?, row.get("fingerprint")?);
    let location: Option<String> = row.get("location")?;
    Ok((scope, key, fingerprint, location.and_then(|location| made_at(&location))))
}

/// The thing under an address that an older program gave it.
fn made_at(location: &str) -> Option<Made> {
    let parts: Vec<&str> = location.split('/').collect();
    let (kind, subject) = match parts[..] {
        ["", "orders", id] => (Kind::Order, id),
        ["", "orders", _, "invoices", id] => (Kind::Invoice, id),
        ["", "orders", _, _, id] => (Kind::Step, id),
        ["", "products", id] => (Kind::Product, id),
        ["", "products", _, "stock_movements", id] => (Kind::Movement, id),
        ["", "customers", id] => (Kind::Customer, id),
        ["", "discounts", id] => (Kind::Discount, id),
        _ => return None,
    };
    Some(Made { kind, subject: Id::parse(subject)? })
}

fn reused() -> Error {
    let detail = "This Idempotency-Key was used for another request; take a new one.";
    let place = Place::Header("Idempotency-Key");
    let error = FieldError { place, code: "reused", detail: detail.to_owned(), available: None };
    Error::new(Code::KeyReused, detail).with_errors(vec![error])
}

fn half(hash: &Hash) -> HalfHash {
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_program_made_is_told_by_its_address() {
        for (location, made) in [
            ("/orders/7", Some((Kind::Order, 7))),
            ("/orders/7/payments/3", Some((Kind::Step, 3))),
            ("/orders/7/invoices/3", Some((Kind::Invoice, 3))),
            ("/products/7", Some((Kind::Product, 7))),
            ("/products/7/stock_movements/9", Some((Kind::Movement, 9))),
            ("/customers/7", Some((Kind::Customer, 7))),
            ("/discounts/7", Some((Kind::Discount, 7))),
            ("/orders/x", None),
            ("/orders", None),
            ("/elsewhere/7", None),
            ("", None),
        ] {
            let found = made_at(location).map(|made| (made.kind, made.subject.get()));
            assert_eq!(found, made, "{location}");
        }
    }
}
