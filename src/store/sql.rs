//! The one seam to the database: statements over a transaction, and what its errors mean.
//!
//! Statements are written with `$1`, `$2`, …, as PostgreSQL wants them. In SQLite `$n` is a *name*,
//! numbered by first appearance, so it is rewritten to `?n` here.

use std::cell::Cell;

pub use rusqlite::types::{ToSql, Value};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ffi};

use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::text::Email;
use crate::error::{Code, Error, Result};

/// A value that can be bound to a statement.
pub type Param<'a> = &'a dyn ToSql;

/// Statements inside one transaction.
pub struct Tx<'a> {
    connection: &'a Connection,
}

impl<'a> Tx<'a> {
    pub fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// A broken constraint as [`Code::Conflict`] with its name as the cause (see [`Broken`]);
    /// trouble of the file as what [`failure`] makes of it.
    pub fn execute(&self, sql: &str, params: &[Param]) -> Result<usize> {
        let mut statement = self.prepare(sql)?;
        statement.execute(params).map_err(|error| failure(&error))
    }

    /// All rows.
    pub fn all<T>(
        &self,
        sql: &str,
        params: &[Param],
        mut read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params).map_err(|error| failure(&error))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| failure(&error))? {
            found.push(read(&Row { row, next: Cell::new(0) })?);
        }
        Ok(found)
    }

    /// The first row, if there is one.
    pub fn maybe<T>(
        &self,
        sql: &str,
        params: &[Param],
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params).map_err(|error| failure(&error))?;
        match rows.next().map_err(|error| failure(&error))? {
            Some(row) => read(&Row { row, next: Cell::new(0) }).map(Some),
            None => Ok(None),
        }
    }

    /// The row that must be there, such as that of `insert … returning`.
    ///
    /// # Errors
    /// As [`Tx::execute`]; internal when there is none.
    pub fn one<T>(
        &self,
        sql: &str,
        params: &[Param],
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<T> {
        let row = self.maybe(sql, params, read)?;
        row.ok_or_else(|| Error::internal(format!("no row from: {sql}")))
    }

    /// The first column of the first row, if there is one.
    pub fn maybe_value<T: FromSql>(&self, sql: &str, params: &[Param]) -> Result<Option<T>> {
        self.maybe(sql, params, first)
    }

    /// The first column of the row that must be there.
    pub fn value<T: FromSql>(&self, sql: &str, params: &[Param]) -> Result<T> {
        self.one(sql, params, first)
    }

    /// The first column of all rows.
    pub fn values<T: FromSql>(&self, sql: &str, params: &[Param]) -> Result<Vec<T>> {
        self.all(sql, params, first)
    }

    /// Inserts a row by a statement that ends in `returning id`.
    pub fn insert(&self, sql: &str, params: &[Param]) -> Result<Id> {
        self.value(sql, params)
    }

    /// Whether there is such a row.
    pub fn exists(&self, sql: &str, params: &[Param]) -> Result<bool> {
        Ok(self.maybe(sql, params, |_| Ok(()))?.is_some())
    }

    fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        let sql = sql.replace('$', "?");
        self.connection.prepare_cached(&sql).map_err(|error| failure(&error))
    }
}

/// A row, read column by column in the order of its `select`.
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
    next: Cell<usize>,
}

impl Row<'_> {
    /// The next column.
    ///
    /// # Errors
    /// Damaged, when the file holds what the program never writes.
    pub fn take<T: FromSql>(&self) -> Result<T> {
        let at = self.next.get();
        self.next.set(at + 1);
        self.row.get(at).map_err(|error| damaged(&format!("column {at}: {error}")))
    }

    /// The next column, a word that this parser knows.
    pub fn parse<T, E>(&self, parse: impl FnOnce(&str) -> std::result::Result<T, E>) -> Result<T> {
        let text: String = self.take()?;
        // The log must not hold what may be somebody's name, so the text itself is not told.
        parse(&text).map_err(|_| damaged(&format!("column {}: unreadable", self.next.get() - 1)))
    }

    /// The next column, JSON that the program wrote itself.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        self.parse(|text| serde_json::from_str(text))
    }

    /// The next column, JSON or nothing.
    pub fn maybe_json<T: serde::de::DeserializeOwned>(&self) -> Result<Option<T>> {
        let text: Option<String> = self.take()?;
        let read = |text: String| serde_json::from_str(&text);
        text.map(read).transpose().map_err(|error| damaged(&error.to_string()))
    }
}

fn first<T: FromSql>(row: &Row<'_>) -> Result<T> {
    row.take()
}

/// Writes a value as JSON text for the file.
pub fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))
}

/// Turns a broken constraint into what the client did wrong, at the statement that can break it.
pub trait Broken<T> {
    /// `names`: what SQLite says of the constraint, such as `accounts.username_key`.
    ///
    /// # Errors
    /// `error()` when that constraint broke; any other error as it was.
    fn broken(self, name: &str, error: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> Broken<T> for Result<T> {
    fn broken(self, name: &str, error: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|was| match was.cause() {
            Some(cause) if cause.starts_with("constraint: ") && cause.contains(name) => error(),
            _ => was,
        })
    }
}

/// What an error of SQLite means to the shop.
pub fn failure(error: &rusqlite::Error) -> Error {
    let cause = error.to_string();
    let Some(code) = error.sqlite_error() else { return Error::internal(cause) };
    match code.code {
        ErrorCode::ConstraintViolation => Error::internal(format!("constraint: {cause}")),
        ErrorCode::DiskFull => storage_full().with_cause(cause),
        ErrorCode::SystemIoFailure if is_full(code.extended_code) => {
            storage_full().with_cause(cause)
        }
        ErrorCode::SystemIoFailure
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied => storage_failed().with_cause(cause),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => damaged(&cause),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            let detail = "The shop is busy. Please try again.";
            Error::new(Code::Busy, detail).retry_after(1).with_cause(cause)
        }
        ErrorCode::OperationInterrupted => {
            let detail = "This took too long and was stopped. Please ask for less.";
            Error::new(Code::TooSlow, detail).retry_after(5)
        }
        _ => Error::internal(cause),
    }
}

/// The file holds what it never should: said loudly, and never answered with "not found".
pub fn damaged(cause: &str) -> Error {
    let detail = "The shop's file is damaged here. Restore it from a backup.";
    Error::new(Code::Damaged, detail).with_cause(cause)
}

fn storage_full() -> Error {
    let detail = "The disk is full. Nothing was done; please try again later.";
    Error::new(Code::StorageFull, detail).retry_after(30)
}

fn storage_failed() -> Error {
    let detail = "The disk cannot be written. Nothing was done; please try again later.";
    Error::new(Code::StorageFailed, detail).retry_after(30)
}

/// A write past a quota or a file size limit comes as an I/O error of writing or growing.
fn is_full(extended: i32) -> bool {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let limits = [libc::ENOSPC, libc::EDQUOT, libc::EFBIG];
    let writing = [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_SHMSIZE];
    writing.contains(&extended) && limits.contains(&errno)
}

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.get().into())
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        Self::new(number).ok_or(FromSqlError::OutOfRange(number))
    }
}

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.micros().into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_micros)
    }
}

impl ToSql for Date {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.text().into())
    }
}

impl FromSql for Date {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Email {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Email {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).map_err(|_| FromSqlError::InvalidType)
    }
}
