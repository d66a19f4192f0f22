//! Brings the file to the shape this program knows; all or nothing.

use rusqlite::Connection;

use crate::error::{Error, Result};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Runs the migrations that are missing, in one transaction with their entries in the history. The
/// caller holds the lock on the data folder.
///
/// # Errors
/// One sentence for a file of a newer program, or one whose history differs from ours.
pub fn run(connection: &mut Connection) -> Result<()> {
    let newest = embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max();
    if let Some(found) = last_applied(connection)?
        && newest.is_some_and(|newest| found > i64::from(newest))
    {
        let detail = "This shop was written by a newer Tillbox; please use that version or newer.";
        return Err(Error::conflict(detail));
    }
    let runner = embedded::migrations::runner().set_grouped(true);
    let report = runner.run(connection);
    report.map(drop).map_err(|error| Error::internal(format!("the migration failed: {error}")))
}

fn last_applied(connection: &Connection) -> Result<Option<i64>> {
    let history = "select 1 from sqlite_schema where name = 'refinery_schema_history'";
    let found = connection.prepare(history).and_then(|mut statement| statement.exists([]));
    if !found.map_err(|error| super::sql::failure(&error))? {
        return Ok(None);
    }
    let newest = "select max(version) from refinery_schema_history";
    let version = connection.query_row(newest, [], |row| row.get(0));
    version.map_err(|error| super::sql::failure(&error))
}
