//! Copies of the shop, made while it sells. A copy appears under its name only after it was read
//! again and found whole, and is on disk.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::sql::Tx;
use super::verify::{self, Verdict};
use super::{Store, file_of, make_folder, migrate, sqlite};
use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, Result};
use crate::{process, secret};

/// The folder beside the shop's file that keeps its copies.
pub const FOLDER_NAME: &str = "backups";
/// Daily copies are named by their day.
const DAILY_PREFIX: &str = "daily-";
const DAY_SECONDS: i64 = 24 * 3600;

/// Why a copy was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Kept beside the shop.
    Daily,
    /// To a file that somebody named on the command line.
    Command,
    /// Over the API.
    Download,
    /// Before the migrations of a newer program.
    Upgrade,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Command => "command",
            Self::Download => "download",
            Self::Upgrade => "upgrade",
        }
    }
}

/// A copy that was read again and found whole.
#[derive(Clone, Debug)]
pub struct Made {
    pub verdict: Verdict,
    pub bytes: i64,
}

/// A copy to send away. Its file has no name any more and ends with the handle.
#[derive(Debug)]
pub struct Download {
    pub file: File,
    pub bytes: i64,
}

impl Store {
    /// Makes a copy to be sent away.
    ///
    /// # Errors
    /// [`Code::Busy`] while another one is made; damaged, when the copy is; storage errors.
    pub async fn download(&self, now: Timestamp) -> Result<Download> {
        let name = format!("download-{}.db", secret::token("")?);
        let path = self.0.folder.join(FOLDER_NAME).join(name);
        let made = self.back_up(path.clone(), Kind::Download, now).await?;
        let file = File::open(&path).map_err(|error| trouble(&path, &error));
        let _ = std::fs::remove_file(&path);
        Ok(Download { file: file?, bytes: made.bytes })
    }

    /// Makes the copy of the day when the last one is a day old, and keeps `kept` of them. Tells
    /// whether it made one.
    pub async fn back_up_daily(&self, kept: usize, now: Timestamp) -> Result<bool> {
        if kept == 0 || !self.read(|tx| is_due(tx, now))? {
            return Ok(false);
        }
        let folder = self.0.folder.join(FOLDER_NAME);
        let day = now.text().chars().take("2026-11-24".len()).collect::<String>();
        self.back_up(folder.join(format!("{DAILY_PREFIX}{day}.db")), Kind::Daily, now).await?;
        forget_old(&folder, kept)?;
        Ok(true)
    }

    async fn back_up(&self, to: PathBuf, kind: Kind, now: Timestamp) -> Result<Made> {
        let turn = Arc::clone(&self.0.backing_up).try_acquire_owned().map_err(|_| {
            let detail = "Another backup is being made. Please try again.";
            Error::new(Code::Busy, detail).retry_after(5)
        })?;
        let source = file_of(&self.0.folder)?;
        let (reply, made) = tokio::sync::oneshot::channel();
        // A thread of its own, so that it can stand back behind those who serve.
        let work = move || {
            process::stand_back();
            let made = sqlite::open_reader(&source).and_then(|source| make(&source, &to));
            drop(turn);
            let _ = reply.send(made);
        };
        let thread = std::thread::Builder::new().name("backup".to_owned()).spawn(work);
        thread.map_err(|error| Error::internal(error.to_string()))?;
        let made = made.await.map_err(|_| Error::internal("a backup panicked"))?;
        let made = made.inspect_err(|error| self.0.health.note(error.code()))?;
        let (bytes, orders) = (made.bytes, made.verdict.orders);
        self.write(move |tx| record(tx, kind, bytes, orders, now)).await?;
        Ok(made)
    }
}

/// Copies the shop of a folder to a file, also while it is served; for the command line.
///
/// # Errors
/// One sentence for a file that is there already, a folder without a shop, a disk that is full.
pub fn to_file(folder: &Path, to: &Path, now: Timestamp) -> Result<Made> {
    let source = file_of(folder)?;
    if to.exists() {
        let detail = format!("{} is there already; name a new file.", to.display());
        return Err(Error::conflict(detail));
    }
    // Only who copies stands back: whoever holds the file to write into it must be quick.
    let copying = std::thread::scope(|scope| {
        let copy = || {
            process::stand_back();
            make(&sqlite::open_reader(&source)?, to)
        };
        scope.spawn(copy).join()
    });
    let made = copying.unwrap_or_else(|_| Err(Error::internal("a backup panicked")))?;
    let connection = sqlite::open_writer(&source)?;
    // A shop that waits for its upgrade has nowhere to write it down.
    if migrate::is_current(&connection)? {
        let (bytes, orders) = (made.bytes, made.verdict.orders);
        super::change(&connection, |tx| record(tx, Kind::Command, bytes, orders, now))?;
    }
    Ok(made)
}

/// Copies the shop before it is migrated, to a name that the next try uses again.
pub fn before_upgrade(source: &Connection, folder: &Path, newest: i64) -> Result<Made> {
    let folder = folder.join(FOLDER_NAME);
    make_folder(&folder)?;
    make(source, &folder.join(format!("before-v{newest}.db")))
}

/// Makes a copy under its name, or none.
///
/// # Errors
/// Damaged, when the copy does not add up; storage errors.
pub fn make(source: &Connection, to: &Path) -> Result<Made> {
    let part = Part::begin(to)?;
    sqlite::copy(source, &part.path, &part.lock)?;
    let verdict = verify::file(&part.path)?.sound()?;
    let bytes = std::fs::metadata(&part.path).map_err(|error| trouble(to, &error))?.len();
    part.publish(to)?;
    Ok(Made { verdict, bytes: i64::try_from(bytes).unwrap_or(i64::MAX) })
}

/// A file on its way; it goes away unless it is published.
struct Part {
    path: PathBuf,
    /// Locked, so that two copies to one name do not write over each other.
    lock: File,
}

impl Part {
    fn begin(to: &Path) -> Result<Self> {
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        if let Some(folder) = path.parent().filter(|folder| folder.ends_with(FOLDER_NAME)) {
            make_folder(folder)?;
        }
        let open = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let lock = open.map_err(|error| trouble(&path, &error))?;
        if lock.try_lock().is_err() {
            let detail = format!("Another backup to {} is being made.", to.display());
            return Err(Error::conflict(detail));
        }
        // What a copy left behind that was ended halfway.
        lock.set_len(0).map_err(|error| trouble(&path, &error))?;
        Ok(Self { path, lock })
    }

    fn publish(self, to: &Path) -> Result<()> {
        let publish = || {
            std::fs::rename(&self.path, to)?;
            sync_folder_of(to)
        };
        publish().map_err(|error| trouble(to, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Makes a new name in a folder outlive a power cut.
pub fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// What trouble with a copy's file means.
///
/// # Errors
/// Always: this is the error.
pub fn trouble(path: &Path, error: &std::io::Error) -> Error {
    let detail = format!("Cannot write {}: {error}.", path.display());
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Error::new(Code::StorageFull, detail).retry_after(30)
        }
        _ => Error::new(Code::StorageFailed, detail).retry_after(30),
    }
}

/// Clears away what a server left that was ended while it made a copy. Only for who holds the
/// folder's lock.
pub fn clear_parts(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder.join(FOLDER_NAME)) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let download = entry.file_name().to_string_lossy().starts_with("download-");
        if download || path.extension().is_some_and(|ending| ending == "part") {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Deletes the oldest daily copies, all but `kept`.
fn forget_old(folder: &Path, kept: usize) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| trouble(folder, &error))?;
    let daily = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(DAILY_PREFIX) && path.extension().is_some_and(|ending| ending == "db")
    };
    let mut copies: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(daily).collect();
    copies.sort();
    for old in copies.iter().rev().skip(kept) {
        std::fs::remove_file(old).map_err(|error| trouble(old, &error))?;
    }
    Ok(())
}

/// Writes down that a copy was made and found whole.
pub fn record(tx: &Tx, kind: Kind, bytes: i64, orders: i64, now: Timestamp) -> Result<()> {
    let sql = "insert into backups (kind, bytes, orders, made_at) values ($1, $2, $3, $4)";
    tx.execute(sql, &[&kind.name(), &bytes, &orders, &now]).map(drop)
}

/// When the last good copy was made.
pub fn last(tx: &Tx) -> Result<Option<Timestamp>> {
    tx.maybe_value("select made_at from backups order by id desc limit 1", &[])
}

/// Whether the copy of the day is to be made: a day after the last one, or after the shop began.
fn is_due(tx: &Tx, now: Timestamp) -> Result<bool> {
    let sql = "select coalesce((select made_at from backups where kind = 'daily'
            order by id desc limit 1), created_at) from settings";
    let last: Timestamp = tx.value(sql, &[])?;
    Ok(now.seconds() - last.seconds() >= DAY_SECONDS)
}
