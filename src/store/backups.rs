//! Copies of the shop: why each was made, and when the next is due.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::Tx;
use super::engine::backup::{self, Backup, DAILY_PREFIX, DOWNLOAD_PREFIX};
use super::engine::folder::{BACKUPS_NAME, FILE_NAME, write_error};
use super::engine::statements::insert;
use super::engine::store::{self, Store};
use crate::domain::calendar::Timestamp;
use crate::error::Result;
use crate::process;
use crate::secret;

const DAY_SECONDS: i64 = 24 * 3600;

/// The reasons for which copies are made.
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
    /// The reason as it stands in the name of the copy.
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Command => "command",
            Self::Download => "download",
            Self::Upgrade => "upgrade",
        }
    }
}

/// A copy to send away. Its file has no name any more and ends with the handle.
#[derive(Debug)]
pub struct Download {
    pub file: File,
    pub bytes: i64,
}

/// Makes a copy to be sent away.
///
/// # Errors
/// As [`Store::copy_to`].
pub async fn download(store: &Store) -> Result<Download> {
    let name = format!("{DOWNLOAD_PREFIX}{}.db", secret::token("")?);
    let path = store.folder().join(BACKUPS_NAME).join(name);
    let made = make(store, path.clone(), Kind::Download).await?;
    let file = File::open(&path).map_err(|error| write_error(&path, &error));
    let _ = std::fs::remove_file(&path);
    Ok(Download { file: file?, bytes: made.bytes })
}

/// Makes the copy of the day when the last one is a day old, and keeps `kept` of them; `false` when
/// none was due.
///
/// # Errors
/// As [`Store::copy_to`].
pub async fn make_daily(store: &Store, kept: usize) -> Result<bool> {
    if kept == 0 || !store.read(is_due)? {
        return Ok(false);
    }
    let folder = store.folder().join(BACKUPS_NAME);
    let day = store.now().text().chars().take("2026-11-24".len()).collect::<String>();
    let today = folder.join(format!("{DAILY_PREFIX}{day}.db"));
    make(store, today.clone(), Kind::Daily).await?;
    backup::forget_old(&today, kept)?;
    Ok(true)
}

/// How many of `wanted` daily copies are kept: all of them together take at most a quarter of the
/// room there is for them, but one is always made.
pub fn kept_of(store: &Store, wanted: usize) -> usize {
    let folder = store.folder();
    let Some(space) = process::disk_space(folder) else { return wanted };
    let shop = std::fs::metadata(folder.join(FILE_NAME)).map_or(0, |data| data.len());
    let copies = backup::daily_bytes(&folder.join(BACKUPS_NAME));
    fitting(space.free_bytes.saturating_add(copies), shop, wanted)
}

/// Of `wanted` copies of a shop of so many bytes, those that take a quarter of `room` at most.
fn fitting(room: u64, shop: u64, wanted: usize) -> usize {
    let fit = (room / 4) / shop.max(1);
    wanted.min(usize::try_from(fit).unwrap_or(usize::MAX).max(1))
}

/// Copies the shop of a folder to a file, also while it is served; for the command line.
///
/// # Errors
/// One sentence for a file that is there already, a folder without a shop, a disk that is full.
pub fn to_file(folder: &Path, to: &Path, now: Timestamp) -> Result<Backup> {
    store::copy_beside(folder, to, now, |tx, made| record(tx, Kind::Command, made))
}

async fn make(store: &Store, to: PathBuf, kind: Kind) -> Result<Backup> {
    let made = store.copy_to(to).await?;
    let copy = made.clone();
    store.write(move |tx| record(tx, kind, &copy)).await?;
    Ok(made)
}

/// Writes down that a copy was made and found whole.
pub fn record(tx: &Tx, kind: Kind, made: &Backup) -> Result<()> {
    insert!(tx, "backups", {
        "kind": kind.name(),
        "bytes": made.bytes,
        "orders": made.verdict.orders,
        "made_at": tx.now(),
    })
    .map(drop)
}

/// The moment at which the last good copy was made.
pub fn last(tx: &Tx) -> Result<Option<Timestamp>> {
    tx.maybe_value("select made_at from backups order by id desc limit 1", &[])
}

/// Tells `true` when the copy of the day is to be made: a day after the last one, or after the shop
/// began. What was made while the clock was ahead does not count.
fn is_due(tx: &Tx) -> Result<bool> {
    let sql = "select coalesce((select made_at from backups where kind = 'daily' and made_at <= $1
            order by id desc limit 1), created_at) from settings";
    let last: Timestamp = tx.value(sql, &[&tx.now()])?;
    Ok(last > tx.now() || tx.now().seconds() - last.seconds() >= DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn copies_take_a_quarter_of_the_room_and_one_is_always_made() {
        for (room, shop, wanted, kept) in [
            (8_000, 100, 7, 7),
            (2_800, 100, 7, 7),
            (2_799, 100, 7, 6),
            (400, 100, 7, 1),
            (0, 100, 7, 1),
            (0, 0, 7, 1),
            (8_000, 100, 0, 0),
        ] {
            assert_eq!(fitting(room, shop, wanted), kept, "{room} {shop}");
        }
    }
}
