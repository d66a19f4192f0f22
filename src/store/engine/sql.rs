//! The one seam to the database: statements over a transaction, and what its errors mean.
//!
//! Statements are written with `$1`, `$2`, …, as PostgreSQL wants them. In SQLite `$n` is a *name*,
//! numbered by first appearance, so in every statement `$1` appears first, `$2` next, and so on.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use rusqlite::types::{ToSql, Value};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ffi};

use super::kept::Kept;
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::text::Email;
use crate::error::{Code, Error, Result};

/// A value that can be bound to a statement.
pub type Param<'a> = &'a dyn ToSql;

/// The actor of what the shop does by itself, such as cancelling what nobody pays for.
pub const SHOP: &str = "tillbox";

/// Statements inside one transaction, with its time and who acts in it.
#[derive(Clone, Copy)]
pub struct Tx<'a> {
    connection: &'a Connection,
    now: Timestamp,
    actor: &'a str,
    /// Counts the statements that are run.
    statements: Option<&'a AtomicU64>,
    /// Set by the first statement of a rehearsal that would write.
    came_to_write: Option<&'a Cell<bool>>,
    /// What transactions before this one have read, and whether this one sees nothing but what is
    /// committed.
    kept: Option<(&'a Kept, bool)>,
}

impl<'a> Tx<'a> {
    /// A transaction with its time and its actor.
    pub fn new(connection: &'a Connection, now: Timestamp, actor: &'a str) -> Self {
        Self { connection, now, actor, statements: None, came_to_write: None, kept: None }
    }

    /// The same transaction, whose statements are counted.
    #[must_use]
    pub fn counted_by(self, statements: &'a AtomicU64) -> Self {
        Self { statements: Some(statements), ..self }
    }

    /// The same transaction with what others have read; one that only reads adds to it.
    #[must_use]
    pub fn with_kept(self, kept: &'a Kept, only_reads: bool) -> Self {
        Self { kept: Some((kept, only_reads)), ..self }
    }

    /// The value that belongs to a version which was read in this transaction: the one that is
    /// kept, or else what `read` returns.
    pub fn keep<T: Any + Send + Sync>(
        &self,
        version: i64,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<Arc<T>> {
        if let Some(value) = self.kept.and_then(|(kept, _)| kept.get(version)) {
            return Ok(value);
        }
        let value = Arc::new(read()?);
        if let Some((kept, true)) = self.kept {
            kept.set(version, Arc::clone(&value));
        }
        Ok(value)
    }

    /// The time of this transaction: one for all that is written in it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The name of who acts, as it is written beside what they did: `account 7`, `staff 1`,
    /// `key 3`, `visitor`, or [`SHOP`].
    pub fn actor(&self) -> &'a str {
        self.actor
    }

    /// The same transaction at another time, for what is written down of the past.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { now, ..self }
    }

    /// The same transaction in another name.
    #[must_use]
    pub fn by<'b>(self, actor: &'b str) -> Tx<'b>
    where
        'a: 'b,
    {
        Tx { actor, ..self }
    }

    /// Runs `work` as far as its first statement that writes: what it returned where it ended
    /// before, as a refusal does, and `None` where it has something to write.
    pub fn rehearse<T>(&self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<Option<T>> {
        let came_to_write = Cell::new(false);
        let done = work(&Tx { came_to_write: Some(&came_to_write), ..*self });
        if came_to_write.get() { Ok(None) } else { done.map(Some) }
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// A broken constraint as an internal error that [`Broken`] turns into what the client did
    /// wrong; trouble of the file as [`failure`] tells.
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
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Reads one row after the other.
    pub fn each(
        &self,
        sql: &str,
        params: &[Param],
        mut read: impl FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params).map_err(|error| failure(&error))?;
        let places = RefCell::default();
        while let Some(row) = rows.next().map_err(|error| failure(&error))? {
            read(&Row { values: row, places: &places, next: Cell::new(0) })?;
        }
        Ok(())
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
            Some(row) => {
                read(&Row { values: row, places: &RefCell::default(), next: Cell::new(0) })
                    .map(Some)
            }
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

    /// Inserts a row, as `insert!` makes the statement, and returns its id. To ask for it in the
    /// statement would have the engine open a table of its own for the answer.
    pub fn insert(&self, sql: &str, params: &[Param]) -> Result<Id> {
        self.execute(sql, params)?;
        Id::new(self.connection.last_insert_rowid()).ok_or_else(|| damaged("a row without an id"))
    }

    /// Tells `true` where there is such a row.
    pub fn exists(&self, sql: &str, params: &[Param]) -> Result<bool> {
        Ok(self.maybe(sql, params, |_| Ok(()))?.is_some())
    }

    /// How the engine goes about a statement, whatever its values are.
    #[cfg(test)]
    pub fn plan(&self, sql: &str) -> Result<Vec<String>> {
        let mut statement = self.prepare(&["explain query plan ", sql].concat())?;
        let rows = statement.raw_query().mapped(|row| row.get("detail"));
        rows.collect::<rusqlite::Result<_>>().map_err(|error| failure(&error))
    }

    fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        if let Some(statements) = self.statements {
            statements.fetch_add(1, Ordering::Relaxed);
        }
        let statement = self.connection.prepare_cached(sql).map_err(|error| failure(&error))?;
        debug_assert!(is_in_order(&statement), "out of order: {sql}");
        #[cfg(test)]
        super::plans::note(sql);
        if let Some(came_to_write) = self.came_to_write.filter(|_| !statement.readonly()) {
            came_to_write.set(true);
            return Err(Error::internal("a rehearsal writes nothing"));
        }
        Ok(statement)
    }
}

/// Tells `true` where the number of every parameter is its place in the statement.
fn is_in_order(statement: &rusqlite::Statement) -> bool {
    (1..=statement.parameter_count()).all(|place| {
        let name = statement.parameter_name(place).and_then(|name| name.strip_prefix('$'));
        name.and_then(|number| number.parse().ok()) == Some(place)
    })
}

/// A row, whose columns are read by their names.
pub struct Row<'a> {
    values: &'a rusqlite::Row<'a>,
    /// The columns read so far and their places in the `select`, for all rows of a statement:
    /// SQLite takes longer to tell a name than to read a column.
    places: &'a RefCell<Vec<(&'static str, usize)>>,
    /// The one of `places` that comes next when this row is read like the row before.
    next: Cell<usize>,
}

impl Row<'_> {
    /// A column.
    ///
    /// # Errors
    /// Damaged, when the file holds what the program never writes.
    pub fn get<T: FromSql>(&self, column: &'static str) -> Result<T> {
        let place = self.place_of(column)?;
        self.values.get(place).map_err(|error| damaged(&format!("{column}: {error}")))
    }

    /// A column of text, in which an empty one stands for nothing.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn filled(&self, column: &'static str) -> Result<Option<String>> {
        Ok(Some(self.get::<String>(column)?).filter(|text| !text.is_empty()))
    }

    /// A column that holds a word this parser knows.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn parse<T, E>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> std::result::Result<T, E>,
    ) -> Result<T> {
        let text = self.text(column)?.ok_or_else(|| unreadable(column))?;
        parse(text).map_err(|_| unreadable(column))
    }

    /// A column that holds one of the words of an enum.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn word<T>(&self, column: &'static str, of: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        self.parse(column, |text| of(text).ok_or(()))
    }

    /// As [`Row::word`], of a column that may be null.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn maybe_word<T>(
        &self,
        column: &'static str,
        of: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let known = |word| of(word).ok_or_else(|| unreadable(column));
        self.text(column)?.map(known).transpose()
    }

    /// A column of JSON that the program wrote itself.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        self.parse(column, |text| serde_json::from_str(text))
    }

    /// A column of JSON, or nothing.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn maybe_json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        let read = |text| serde_json::from_str(text).map_err(|_| unreadable(column));
        self.text(column)?.map(read).transpose()
    }

    /// The text of a column as it lies in the page, or nothing.
    fn text(&self, column: &'static str) -> Result<Option<&str>> {
        let place = self.place_of(column)?;
        let value = self.values.get_ref(place).map_err(|error| failure(&error))?;
        value.as_str_or_null().map_err(|error| damaged(&format!("{column}: {error}")))
    }

    fn place_of(&self, column: &'static str) -> Result<usize> {
        let mut places = self.places.borrow_mut();
        let same = |(name, _): &(&str, usize)| std::ptr::eq(*name, column);
        let next = self.next.get();
        let known = if places.get(next).is_some_and(same) {
            Some(next)
        } else {
            places.iter().position(same)
        };
        if let Some(known) = known {
            self.next.set(known + 1);
            return Ok(places[known].1);
        }
        // Columns are mostly read in the order of their `select`.
        let (statement, after) = (self.values.as_ref(), places.last().map_or(0, |last| last.1 + 1));
        let place = if statement.column_name(after).is_ok_and(|name| name == column) {
            after
        } else {
            let found = statement.column_index(column);
            found.map_err(|error| Error::internal(error.to_string()))?
        };
        places.push((column, place));
        self.next.set(places.len());
        Ok(place)
    }
}

/// The text itself stays out of the log: it may be a person's name.
fn unreadable(column: &str) -> Error {
    damaged(&format!("{column}: unreadable"))
}

fn first<T: FromSql>(row: &Row<'_>) -> Result<T> {
    row.values.get(0).map_err(|error| damaged(&error.to_string()))
}

/// Writes a value as JSON text for the file.
pub fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(error.to_string()))
}

/// Turns a broken constraint into what the client did wrong, at the statement that can break it.
pub trait Broken<T> {
    /// `error()` when the constraint of this name broke, any other error as it was. `name`: a part
    /// of what SQLite calls it, such as `accounts.username_key` or the text of a `check`.
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

/// The meaning of an error of SQLite to the shop.
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
    let detail = "Something in the shop's file cannot be read. Run `tillbox verify`.";
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
