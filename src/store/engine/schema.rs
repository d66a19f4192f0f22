//! The shape of a file: which migrations it has seen, and which this program knows.

use rusqlite::Connection;

use super::sql::failure;
use crate::error::{Error, Result};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// All migrations that this program knows, to be run.
pub fn migrations() -> refinery::Runner {
    embedded::migrations::runner()
}

/// Refuses the file of a newer program.
///
/// # Errors
/// A sentence, when the file was written by a newer program than this.
pub fn refuse_newer(found: i64) -> Result<()> {
    if found <= newest() {
        return Ok(());
    }
    let detail = "This shop was written by a newer Tillbox; please use that version or newer.";
    Err(Error::conflict(detail))
}

/// Tells `true` where the file has the shape this program knows.
pub fn is_current(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? == Some(newest()))
}

/// The number of the last migration that the file has seen; none for a file that is no shop.
pub fn version(connection: &Connection) -> Result<Option<i64>> {
    let history = "select 1 from sqlite_schema where name = 'refinery_schema_history'";
    let found = connection.prepare(history).and_then(|mut statement| statement.exists([]));
    if !found.map_err(|error| failure(&error))? {
        return Ok(None);
    }
    let newest = "select max(version) from refinery_schema_history";
    let version = connection.query_row(newest, [], |row| row.get(0));
    version.map_err(|error| failure(&error))
}

/// The number of the last migration that this program knows.
pub fn newest() -> i64 {
    let migrations = migrations();
    let versions = migrations.get_migrations().iter().map(refinery::Migration::version);
    i64::from(versions.max().unwrap_or(0))
}
