//! How the file is opened: one connection that writes, a pool that only reads, and a write-ahead
//! log that stays small.

use std::path::Path;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};

use super::sql::failure;
use crate::error::{Error, Result};

/// SQLite 3.51.3 is the first release without a bug that could reset a log still in use
/// (<https://sqlite.org/wal.html>, "The WAL-Reset Bug").
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Another process (the command line) may hold the lock for a moment.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages kept in memory by each connection, in KiB.
const CACHE_KIB: i64 = 2_048;
const STATEMENTS_CACHED_MAX: usize = 256;
/// After a checkpoint the log is cut back to this size.
const LOG_BYTES_KEPT: i64 = 16 * 1024 * 1024;
const READER_WAIT: Duration = Duration::from_secs(2);

/// Connections that cannot write.
pub type Readers = r2d2::Pool<SqliteConnectionManager>;

/// Opens the file for writing, in a mode in which a commit is on disk before it returns.
///
/// # Errors
/// One sentence for a file that cannot be opened or used.
pub fn open_writer(file: &Path) -> Result<Connection> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(Error::internal("the built-in SQLite is older than 3.51.3"));
    }
    let connection = Connection::open(file).map_err(|error| failure(&error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| failure(&error))?;
    let mode: String = connection
        .query_row("pragma journal_mode = wal", [], |row| row.get(0))
        .map_err(|error| failure(&error))?;
    if mode != "wal" {
        return Err(Error::internal(
            "this file system cannot share memory between processes, which the shop's file needs",
        ));
    }
    connection
        .execute_batch(&format!(
            "pragma synchronous = full;
             pragma foreign_keys = on;
             pragma secure_delete = on;
             pragma trusted_schema = off;
             pragma cell_size_check = on;
             pragma wal_autocheckpoint = 0;
             pragma cache_size = -{CACHE_KIB};
             pragma journal_size_limit = {LOG_BYTES_KEPT};"
        ))
        .map_err(|error| failure(&error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    Ok(connection)
}

/// Opens a pool of connections that only read, each with its own small cache.
///
/// # Errors
/// When the file cannot be read.
pub fn open_readers(file: &Path, connections: u32) -> Result<Readers> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(file).with_flags(flags).with_init(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
        connection.execute_batch(&format!(
            "pragma query_only = on;
             pragma trusted_schema = off;
             pragma cell_size_check = on;
             pragma cache_size = -{CACHE_KIB};"
        ))
    });
    r2d2::Pool::builder()
        .max_size(connections)
        .min_idle(Some(1))
        .max_lifetime(None)
        .idle_timeout(None)
        .test_on_check_out(false)
        .connection_timeout(READER_WAIT)
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build(manager)
        .map_err(|error| Error::internal(format!("the shop's file cannot be read: {error}")))
}

/// Copies what readers no longer need from the log into the file, without waiting for anyone.
///
/// # Errors
/// Trouble of the file.
pub fn checkpoint_passively(connection: &Connection) -> Result<()> {
    checkpoint(connection, "passive")
}

/// Empties the log, so that the next commit starts at its beginning. Waits for readers no longer
/// than the busy timeout.
///
/// # Errors
/// Trouble of the file.
pub fn checkpoint_and_restart(connection: &Connection) -> Result<()> {
    checkpoint(connection, "restart")
}

/// Empties the log and cuts it to nothing.
///
/// # Errors
/// Trouble of the file.
pub fn checkpoint_and_truncate(connection: &Connection) -> Result<()> {
    checkpoint(connection, "truncate")
}

fn checkpoint(connection: &Connection, mode: &str) -> Result<()> {
    let pragma = format!("pragma wal_checkpoint({mode})");
    connection.query_row(&pragma, [], |_| Ok(())).map_err(|error| failure(&error))
}
