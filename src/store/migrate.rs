//! Brings the file to the shape this program knows; all or nothing.

use std::path::Path;

use rusqlite::Connection;

use super::backups::{self, Made};
use crate::error::{Error, Result};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Runs the migrations that are missing, in one transaction with their entries in the history. A
/// shop that has orders of an older program is copied first. The caller holds the lock on the data
/// folder.
///
/// # Errors
/// One sentence for a file of a newer program, a copy that failed, or a migration that did; the
/// shop is then as it was.
pub fn run(connection: &mut Connection, folder: &Path) -> Result<Option<Made>> {
    let copied = match last_applied(connection)? {
        None => None,
        Some(found) => {
            refuse_newer(found)?;
            if found == newest() {
                return Ok(None);
            }
            Some(backups::before_upgrade(connection, folder, newest()).map_err(not_copied)?)
        }
    };
    let runner = embedded::migrations::runner().set_grouped(true);
    match runner.run(connection) {
        Ok(_) => Ok(copied),
        Err(error) if copied.is_some() => {
            let detail = "The upgrade of the shop's file failed and was undone; the shop is as it \
                          was, and the version you had before can serve it";
            // The whole statement follows the cause, from the second line on.
            let cause = error.to_string();
            let cause = cause.split(" in --").next().unwrap_or_default();
            Err(Error::conflict(format!("{detail}: {}.", cause.lines().next().unwrap_or_default())))
        }
        Err(error) => Err(Error::internal(format!("the migration failed: {error}"))),
    }
}

/// # Errors
/// A sentence, when the file was written by a newer program than this.
pub fn refuse_newer(found: i64) -> Result<()> {
    if found <= newest() {
        return Ok(());
    }
    let detail = "This shop was written by a newer Tillbox; please use that version or newer.";
    Err(Error::conflict(detail))
}

/// Whether the file has the shape this program knows.
pub fn is_current(connection: &Connection) -> Result<bool> {
    Ok(last_applied(connection)? == Some(newest()))
}

/// The number of the last migration that the file has seen; none for a file that is no shop.
pub fn last_applied(connection: &Connection) -> Result<Option<i64>> {
    let history = "select 1 from sqlite_schema where name = 'refinery_schema_history'";
    let found = connection.prepare(history).and_then(|mut statement| statement.exists([]));
    if !found.map_err(|error| super::sql::failure(&error))? {
        return Ok(None);
    }
    let newest = "select max(version) from refinery_schema_history";
    let version = connection.query_row(newest, [], |row| row.get(0));
    version.map_err(|error| super::sql::failure(&error))
}

fn newest() -> i64 {
    let migrations = embedded::migrations::runner();
    let versions = migrations.get_migrations().iter().map(refinery::Migration::version);
    i64::from(versions.max().unwrap_or(0))
}

fn not_copied(error: Error) -> Error {
    let detail = "The shop's file was not upgraded, because the copy that is made before failed";
    Error::new(error.code(), format!("{detail}: {error}"))
}
