//! How the file is opened: one connection that writes, a pool that only reads, and a write-ahead
//! log that stays small.

use std::fmt::Write;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::folder::write_error;
use super::sql::failure;
use crate::error::{Error, Result};

/// SQLite 3.51.3 is the first release without a bug that could reset a log still in use
/// (<https://sqlite.org/wal.html>, "The WAL-Reset Bug").
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Another process (the command line) may hold the lock for a moment.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The wait of the last checkpoint for others who read; what it leaves in the log stays there.
const CLOSING_WAIT: Duration = Duration::from_millis(500);
/// Bytes of a page, in files that are new from now on. An order changes a few bytes in each of some
/// thirty pages, and all of a page goes to the disk.
const PAGE_BYTES: i64 = 2_048;
/// Pages kept in memory by each connection that reads, in KiB.
const CACHE_KIB: i64 = 2_048;
/// The same of the one that writes: what orders touch, and what a commit has to hold on to.
const WRITER_CACHE_KIB: i64 = 8_192;
const STATEMENTS_CACHED_MAX: usize = 256;
/// When the log begins anew, its file is cut back to this size, below which nobody looks at it: a
/// file that is written over is quicker than one that grows.
const LOG_BYTES_KEPT: i64 = 16 * 1024 * 1024;
/// Pages of a backup that are written at once, and the pause after them.
const PAGES_PER_STEP: i32 = 512;
const PAUSE_BETWEEN_STEPS: Duration = Duration::from_millis(2);
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
    connection
        .execute_batch(&format!("pragma page_size = {PAGE_BYTES}"))
        .map_err(|error| failure(&error))?;
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
             pragma cache_size = -{WRITER_CACHE_KIB};
             pragma journal_size_limit = {LOG_BYTES_KEPT};"
        ))
        .map_err(|error| failure(&error))?;
    set_up(&connection).map_err(|error| failure(&error))?;
    Ok(connection)
}

/// Sets up what all connections have in common.
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
    // The plan of a statement goes by its text alone. Else one with `limit $1` would be compiled
    // anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Opens a pool of connections that only read, each with its own small cache.
///
/// # Errors
/// When the file cannot be read.
pub fn open_readers(file: &Path, connections: u32) -> Result<Readers> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(file)
        .with_flags(flags)
        .with_init(|connection| set_up_reader(connection));
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

fn set_up_reader(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    set_up(connection)?;
    connection.execute_batch(&format!(
        "pragma query_only = on;
         pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma cache_size = -{CACHE_KIB};"
    ))
}

/// Opens the shop's file for reading alone.
///
/// # Errors
/// When it cannot be read.
pub fn open_reader(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|error| failure(&error))?;
    set_up_reader(&connection).map_err(|error| failure(&error))?;
    Ok(connection)
}

/// Opens a file to be looked through, such as a backup, without changing it.
///
/// Where it may be written it is opened for writing all the same: to SQLite a table of a read-only
/// file has no `check`, so that nothing would be found that breaks one.
///
/// # Errors
/// When it cannot be read.
pub fn open_to_verify(file: &Path) -> Result<Connection> {
    open_with_checks(file).or_else(|_| open_unchanging(file)).map_err(|error| failure(&error))
}

/// Opens the file of a shop that is served, to be looked through: never without its log.
///
/// # Errors
/// When it cannot be read.
pub fn open_beside(file: &Path) -> Result<Connection> {
    open_with_checks(file).map_err(|error| failure(&error))
}

fn open_with_checks(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    // Whoever looks does not tidy up: a log beside the file stays there.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    set_up_reader(&connection)?;
    connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Opens a file in a place where not even a lock can be written.
fn open_unchanging(file: &Path) -> rusqlite::Result<Connection> {
    let mut uri = "file:".to_owned();
    for byte in file.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri, flags)?;
    set_up_reader(&connection)?;
    Ok(connection)
}

/// Copies all that `source` sees into the empty file `to`, which `handle` has open; it is on disk
/// when this returns. Others may write meanwhile; the copy is of one moment. It goes bit by bit, so
/// that the disk is free for them in between.
pub fn copy(source: &Connection, to: &Path, handle: &File) -> Result<()> {
    let copy = || {
        let mut target = Connection::open(to)?;
        // Nobody needs half a copy, so nothing is kept to take it back; `handle` syncs.
        target.execute_batch("pragma synchronous = off; pragma journal_mode = off")?;
        // One snapshot, or every commit of others would make the copy begin anew.
        source.execute_batch("begin; select 1 from sqlite_schema")?;
        let copied = Backup::new(source, &mut target).and_then(|backup| {
            while backup.step(PAGES_PER_STEP)? == StepResult::More {
                // Much at once would keep the next order's commit waiting.
                let _ = handle.sync_data();
                std::thread::sleep(PAUSE_BETWEEN_STEPS);
            }
            Ok(())
        });
        source.execute_batch("commit")?;
        copied?;
        // A lone file, that needs no log beside it to be read.
        target.query_row("pragma journal_mode = delete", [], |_| Ok(()))?;
        target.close().map_err(|(_, error)| error)
    };
    copy().map_err(|error| failure(&error))?;
    handle.sync_all().map_err(|error| write_error(to, &error))
}

/// Copies what readers no longer need from the log into the file, without waiting for anyone, and
/// tells whether that was all.
pub fn checkpoint_passively(connection: &Connection) -> Result<bool> {
    let copied =
        |row: &rusqlite::Row| Ok(row.get::<_, i64>("log")? == row.get::<_, i64>("checkpointed")?);
    let all = connection.query_row("pragma wal_checkpoint(passive)", [], copied);
    all.map_err(|error| failure(&error))
}

/// Empties the log, so that the next commit starts at its beginning. Waits for readers no longer
/// than the busy timeout, and tells whether they were done by then.
pub fn checkpoint_and_restart(connection: &Connection) -> Result<bool> {
    checkpoint(connection, "restart")
}

/// Empties the log and cuts it to nothing, unless others read for long.
pub fn checkpoint_and_truncate(connection: &Connection) -> Result<()> {
    connection.busy_timeout(CLOSING_WAIT).map_err(|error| failure(&error))?;
    checkpoint(connection, "truncate").map(drop)
}

/// Tells whether nobody was in the way; who is, is no error to SQLite.
fn checkpoint(connection: &Connection, mode: &str) -> Result<bool> {
    let pragma = format!("pragma wal_checkpoint({mode})");
    let busy: i64 =
        connection.query_row(&pragma, [], |row| row.get(0)).map_err(|error| failure(&error))?;
    Ok(busy == 0)
}
