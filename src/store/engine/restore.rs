//! Puts a backup in the shop's place, and the shop aside.

use std::fs;
use std::path::{Path, PathBuf};

use super::backup::{self, Backup};
use super::folder::{self, FILE_NAME, sync_folder_of, write_error};
use super::{sqlite, verify};
use crate::domain::calendar::Timestamp;
use crate::error::{Error, Result};

/// Names for what is put aside in one second.
const ASIDES_A_SECOND_MAX: u32 = 100;

/// A shop that was restored.
#[derive(Debug)]
pub struct Restored {
    pub made: Backup,
    /// The shop that was there before, if there was one.
    pub aside: Option<PathBuf>,
}

/// Replaces the shop of a folder by a verified copy of `from`.
///
/// The old file is never without a name, and a file without its log never stands where its log is:
/// ended at any moment, the folder holds the old shop or the new one.
///
/// # Errors
/// One sentence for a folder that is being served, or a file that is not restorable.
pub fn restore(data: &Path, from: &Path, now: Timestamp) -> Result<Restored> {
    folder::make(data)?;
    let Some(_lock) = folder::lock(data)? else {
        let detail = format!(
            "A running Tillbox serves the folder {}; stop it before you restore.",
            data.display()
        );
        return Err(Error::conflict(detail));
    };
    verify::file(from)?.sound()?;
    let shop = data.join(FILE_NAME);
    let fresh = data.join("restored.db");
    let made = backup::make(&sqlite::open_to_verify(from)?, &fresh)?;
    let swap = || -> std::io::Result<Option<PathBuf>> {
        let aside = if shop.exists() { Some(put_aside(&shop, data, now)?) } else { None };
        fs::rename(&fresh, &shop)?;
        sync_folder_of(&shop)?;
        Ok(aside)
    };
    let aside = swap().map_err(|error| write_error(&shop, &error))?;
    Ok(Restored { made, aside })
}

/// Gives the old file a second name and empties its log, so that nothing of it can get into the
/// new one.
fn put_aside(shop: &Path, data: &Path, now: Timestamp) -> std::io::Result<PathBuf> {
    // A file that is too damaged to be opened keeps its log beside it.
    if let Ok(connection) = sqlite::open_writer(shop) {
        let _ = sqlite::checkpoint_and_truncate(&connection);
    }
    let time: String = now.text().chars().filter(char::is_ascii_alphanumeric).collect();
    let aside = (1..ASIDES_A_SECOND_MAX)
        .map(|number| match number {
            1 => data.join(format!("before-restore-{time}.db")),
            more => data.join(format!("before-restore-{time}-{more}.db")),
        })
        .find(|path| !path.exists())
        .unwrap_or_default();
    fs::hard_link(shop, &aside)?;
    let log = with_ending(shop, "-wal");
    if log.exists() {
        fs::hard_link(&log, with_ending(&aside, "-wal"))?;
        sync_folder_of(shop)?;
        fs::remove_file(&log)?;
    }
    match fs::remove_file(with_ending(shop, "-shm")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    sync_folder_of(shop)?;
    Ok(aside)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
