//! The proof that a file could stand in for the shop: whole, and adding up. Reads only.

mod money_rules;
mod rules;
mod words;

use std::path::Path;

use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, Result};
use crate::store::engine::sql::{SHOP, Tx, damaged, failure};
use crate::store::engine::{folder, schema, sqlite};
use rules::RULES;

/// Faults of one kind that are listed one by one.
const TOLD_MAX: usize = 10;
/// The first schema that has an index of the words of products.
const FIRST_WITH_WORDS: i64 = 19;

/// The contents of a file, and its faults.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub orders: i64,
    pub last_order_at: Option<Timestamp>,
    /// Sentences; none of them means that the file is restorable.
    pub faults: Vec<String>,
}

impl Verdict {
    /// Itself, where there is no fault.
    ///
    /// # Errors
    /// Damaged, with the first fault as its cause.
    pub fn sound(self) -> Result<Self> {
        match self.faults.first() {
            None => Ok(self),
            Some(fault) => Err(damaged(fault)),
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.orders, self.last_order_at) {
            (1, Some(at)) => write!(out, "restorable: 1 order, at {}", at.text()),
            (orders, Some(at)) => {
                write!(out, "restorable: {orders} orders, the last at {}", at.text())
            }
            (_, None) => write!(out, "restorable: no orders yet"),
        }
    }
}

/// Reads a file that is nobody's shop at the moment, such as a backup. Leaves nothing beside it.
///
/// # Errors
/// One sentence for a file that cannot be read, is no shop, or is one of a newer program.
pub fn file(path: &Path) -> Result<Verdict> {
    if !path.is_file() {
        return Err(Error::conflict(format!("There is no file {}.", path.display())));
    }
    let look = || verdict(&sqlite::open_to_verify(path)?);
    look().map_err(|error| not_restorable(path, &error))
}

/// Reads the file of a shop that this process serves.
///
/// # Errors
/// Damaged for a file that cannot be read as one; as [`Tx::execute`] of a disk that fails.
pub fn served(path: &Path) -> Result<Verdict> {
    verdict(&sqlite::open_beside(path)?)
}

/// Reads the shop of a folder, also while it is served.
pub fn shop(data: &Path) -> Result<Verdict> {
    let path = folder::file_of(data)?;
    let look = || verdict(&sqlite::open_to_verify(&path)?);
    look().map_err(|error| not_restorable(&path, &error))
}

fn verdict(connection: &rusqlite::Connection) -> Result<Verdict> {
    connection.execute_batch("begin").map_err(|error| failure(&error))?;
    let version = schema::version(connection)?;
    let version = version.ok_or_else(|| Error::conflict("It is no shop of Tillbox."))?;
    schema::refuse_newer(version)?;
    // Nothing here asks the time.
    check(&Tx::new(connection, Timestamp::from_micros(0), SHOP), version)
}

fn not_restorable(path: &Path, error: &Error) -> Error {
    let why = match error.code() {
        Code::Damaged => "It is damaged, or no shop's file.",
        _ => error.detail(),
    };
    let detail = format!("{} is not restorable. {why}", path.display());
    let told = Error::new(error.code(), detail);
    error.cause().map_or(told.clone(), |cause| told.with_cause(cause))
}

/// Asks first what the file says of itself; only where that is in order do sums mean anything.
fn check(tx: &Tx, schema: i64) -> Result<Verdict> {
    let mut verdict = Verdict { orders: 0, last_order_at: None, faults: damage(tx)? };
    if !verdict.faults.is_empty() {
        return Ok(verdict);
    }
    let held = RULES.iter().filter(|(schemas, _)| schemas.contains(&schema));
    for (says, sql) in held.flat_map(|(_, rules)| *rules) {
        let offenders: Vec<String> = tx.values(sql, &[])?;
        if !offenders.is_empty() {
            verdict.faults.push(sentence(says, &offenders));
        }
    }
    if schema >= FIRST_WITH_WORDS {
        let offenders = words::offenders(tx)?;
        if !offenders.is_empty() {
            verdict.faults.push(sentence("Product # is not found by its words.", &offenders));
        }
    }
    let sql = "select count(*) as orders, max(created_at) as last_order_at from orders";
    (verdict.orders, verdict.last_order_at) =
        tx.one(sql, &[], |row| Ok((row.get("orders")?, row.get("last_order_at")?)))?;
    Ok(verdict)
}

/// Pages that contradict each other, rows that break a rule of their table, and references to
/// what is not there.
fn damage(tx: &Tx) -> Result<Vec<String>> {
    let mut faults: Vec<String> = tx.values("pragma integrity_check(10)", &[])?;
    faults.retain(|line| line != "ok");
    let strays = tx.all("pragma foreign_key_check", &[], |row| {
        let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
        Ok(format!("A row of {table} points to a row of {parent} that is not there."))
    })?;
    faults.extend(strays.into_iter().take(TOLD_MAX));
    Ok(faults)
}

fn sentence(says: &str, offenders: &[String]) -> String {
    let more = if offenders.len() > TOLD_MAX { ", …" } else { "" };
    let told: Vec<&str> = offenders.iter().take(TOLD_MAX).map(String::as_str).collect();
    says.replace('#', &format!("{}{more}", told.join(", ")))
}
