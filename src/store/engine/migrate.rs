//! Brings the file to the shape this program knows; all or nothing.

use std::path::Path;

use rusqlite::Connection;

use super::backup::{self, Backup};
use super::schema;
use super::sql::failure;
use crate::error::{Error, Result};

/// Runs the migrations that are missing, in one transaction with their entries in the history. A
/// shop that has orders of an older program is copied first. The caller holds the lock on the data
/// folder.
///
/// # Errors
/// One sentence for a file of a newer program, a copy that failed, or a migration that did; the
/// shop is then as it was.
pub fn run(connection: &mut Connection, folder: &Path) -> Result<Option<Backup>> {
    let copied = match schema::version(connection)? {
        None => None,
        Some(found) => {
            schema::refuse_newer(found)?;
            if found == schema::newest() {
                return Ok(None);
            }
            Some(backup::before_upgrade(connection, folder, schema::newest()).map_err(not_copied)?)
        }
    };
    match run_all(connection)? {
        Ok(()) => Ok(copied),
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

/// Runs them while references are not followed: where a table takes the place of another, that is
/// dropped before the new one has its name.
fn run_all(connection: &mut Connection) -> Result<std::result::Result<(), refinery::Error>> {
    let follow = |connection: &Connection, on: bool| {
        connection.pragma_update(None, "foreign_keys", on).map_err(|error| failure(&error))
    };
    follow(connection, false)?;
    let ran = schema::migrations().set_grouped(true).run(connection);
    follow(connection, true)?;
    Ok(ran.map(drop))
}

fn not_copied(error: Error) -> Error {
    let detail = "The shop's file was not upgraded, because the copy that is made before failed";
    Error::new(error.code(), format!("{detail}: {error}"))
}
