//! Copies of a file. A copy appears under its name only after it was read again and found whole,
//! and is on disk.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::folder::{self, BACKUPS_NAME, sync_folder_of, write_error};
use super::sqlite;
use super::verify::{self, Verdict};
use crate::error::{Error, Result};

/// Daily copies are named by their day.
pub const DAILY_PREFIX: &str = "daily-";
/// Copies that are sent away have a name only while they are made.
pub const DOWNLOAD_PREFIX: &str = "download-";

/// A copy that was read again and found whole.
#[derive(Clone, Debug)]
pub struct Backup {
    pub verdict: Verdict,
    pub bytes: i64,
}

/// Copies the shop before it is migrated, to a name that the next try uses again.
pub fn before_upgrade(source: &Connection, folder: &Path, newest: i64) -> Result<Backup> {
    let backups = folder.join(BACKUPS_NAME);
    folder::make(&backups)?;
    make(source, &backups.join(format!("before-v{newest}.db")))
}

/// Makes a copy under its name, or none. What has that name is replaced.
///
/// # Errors
/// Damaged, when the copy does not add up; storage errors.
pub fn make(source: &Connection, to: &Path) -> Result<Backup> {
    let (part, made) = Part::copied(source, to)?;
    part.publish(to).map_err(|error| write_error(to, &error))?;
    Ok(made)
}

/// Makes a copy under a name that nothing has, also not when the copy is ready.
///
/// # Errors
/// As [`make`]; one sentence for a name that is taken.
pub fn make_new(source: &Connection, to: &Path) -> Result<Backup> {
    // Asked before the work, and held against what came meanwhile after it.
    if to.symlink_metadata().is_ok() {
        return Err(is_there(to));
    }
    let (part, made) = Part::copied(source, to)?;
    let claimed = File::options().write(true).create_new(true).mode(0o600).open(to);
    claimed.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => is_there(to),
        _ => write_error(to, &error),
    })?;
    part.publish(to).map_err(|error| {
        let _ = std::fs::remove_file(to);
        write_error(to, &error)
    })?;
    Ok(made)
}

fn is_there(to: &Path) -> Error {
    Error::conflict(format!("{} is there already; name a new file.", to.display()))
}

/// A file on its way; it goes away unless it is published.
struct Part {
    path: PathBuf,
    /// Locked, so that two copies to one name do not write over each other.
    lock: File,
    is_published: bool,
}

impl Part {
    /// The copy, read again and found whole.
    fn copied(source: &Connection, to: &Path) -> Result<(Self, Backup)> {
        let part = Self::begin(to)?;
        sqlite::copy(source, &part.path, &part.lock)?;
        let verdict = verify::file(&part.path)?.sound()?;
        let bytes = std::fs::metadata(&part.path).map_err(|error| write_error(to, &error))?.len();
        Ok((part, Backup { verdict, bytes: i64::try_from(bytes).unwrap_or(i64::MAX) }))
    }

    /// The file is always new: what lies there may be a link, or belong to somebody else.
    fn begin(to: &Path) -> Result<Self> {
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        if let Some(backups) = path.parent().filter(|parent| parent.ends_with(BACKUPS_NAME)) {
            folder::make(backups)?;
        }
        let open = || File::options().write(true).create_new(true).mode(0o600).open(&path);
        let lock = match open() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let _held = clear_left(&path, to)?;
                open()
            }
            opened => opened,
        };
        let lock = lock.map_err(|error| write_error(&path, &error))?;
        lock.try_lock().map_err(|_| is_being_made(to))?;
        Ok(Self { path, lock, is_published: false })
    }

    fn publish(mut self, to: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.path, to)?;
        self.is_published = true;
        sync_folder_of(to)
    }
}

/// Takes away what a copy left behind that was ended halfway. Its lock is held until there is a new
/// one, so that nobody else takes that away.
fn clear_left(path: &Path, to: &Path) -> Result<File> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let left = File::options().read(true).custom_flags(flags).open(path);
    let left = left.map_err(|error| write_error(path, &error))?;
    left.try_lock().map_err(|_| is_being_made(to))?;
    std::fs::remove_file(path).map_err(|error| write_error(path, &error))?;
    Ok(left)
}

fn is_being_made(to: &Path) -> Error {
    Error::conflict(format!("Another backup to {} is being made.", to.display()))
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_published {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Clears away what a server left that was ended while it made a copy. Only for who holds the
/// folder's lock.
pub fn clear_parts(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder.join(BACKUPS_NAME)) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let download = entry.file_name().to_string_lossy().starts_with(DOWNLOAD_PREFIX);
        if download || path.extension().is_some_and(|ending| ending == "part") {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Bytes of all daily copies of a folder.
pub fn daily_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let daily = entries.filter(|entry| is_daily(&entry.path()));
    daily.filter_map(|entry| entry.metadata().ok()).map(|data| data.len()).sum()
}

fn is_daily(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(DAILY_PREFIX) && path.extension().is_some_and(|ending| ending == "db")
}

/// Deletes the oldest daily copies beside that of `today`, all but `kept`. One of a day to come was
/// made while the clock was wrong, and goes first.
pub fn forget_old(today: &Path, kept: usize) -> Result<()> {
    let folder = today.parent().unwrap_or(today);
    let entries = std::fs::read_dir(folder).map_err(|error| write_error(folder, &error))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut copies: Vec<PathBuf> = paths.filter(|path| is_daily(path)).collect();
    copies.sort_unstable_by_key(|copy| (copy.as_path() <= today, copy.clone()));
    for old in copies.iter().rev().skip(kept) {
        std::fs::remove_file(old).map_err(|error| write_error(old, &error))?;
    }
    Ok(())
}
