//! The folder of a shop: its names, its lock, and what trouble with its files means.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Code, Error, Result};
use crate::secret;

/// The file that is the shop, inside the data folder.
pub const FILE_NAME: &str = "shop.db";
/// The folder beside the shop's file that keeps its copies.
pub const BACKUPS_NAME: &str = "backups";
/// The first letters of files that are written to and read again, and seen by nobody.
const SCRATCH_PREFIX: &str = "scratch-";
/// Held by the process that serves the folder.
const LOCK_NAME: &str = "tillbox.lock";
/// The tries to take the lock, and the pause between them, before serving is refused.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(100);

/// The shop's file in a folder that has one.
///
/// # Errors
/// One sentence for a folder without a shop.
pub fn file_of(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(FILE_NAME);
    if file.is_file() {
        return Ok(file);
    }
    Err(Error::conflict(format!("There is no shop in the folder {}.", folder.display())))
}

/// Makes the folder, for its owner's eyes alone.
///
/// # Errors
/// One sentence for a folder that cannot be used.
pub fn make(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| unusable("folder", folder, &error))
}

/// Makes the shop's file where there is none.
///
/// # Errors
/// One sentence for a file that cannot be used.
pub fn make_file(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(FILE_NAME);
    let made = File::options().create(true).append(true).mode(0o600).open(&file);
    made.map_err(|error| unusable("file", &file, &error))?;
    Ok(file)
}

/// Takes the lock of the folder, which ends with the process, however it ends; `None` while
/// another process has it.
///
/// # Errors
/// One sentence for a folder that cannot be used.
pub fn lock(folder: &Path) -> Result<Option<File>> {
    let path = folder.join(LOCK_NAME);
    let open = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = open.map_err(|error| unusable("folder", folder, &error))?;
    Ok(file.try_lock().is_ok().then_some(file))
}

/// Takes the lock for serving; a command that holds it for a moment is waited for.
///
/// # Errors
/// One sentence while another server has the folder.
pub fn lock_to_serve(folder: &Path) -> Result<File> {
    for _ in 0..LOCK_TRIES {
        if let Some(lock) = lock(folder)? {
            return Ok(lock);
        }
        std::thread::sleep(LOCK_WAIT);
    }
    let detail = format!("Another Tillbox already serves the folder {}.", folder.display());
    Err(Error::conflict(detail))
}

/// Makes a new name in a folder outlive a power cut.
///
/// # Errors
/// Those of the folder.
pub fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// A file in the folder that has no name, and ends with its handle.
///
/// # Errors
/// Those of a disk that is full, or fails.
pub fn scratch_file(folder: &Path) -> Result<File> {
    let path = folder.join(format!("{SCRATCH_PREFIX}{}", secret::hex(&secret::label()?)));
    let mut open = File::options();
    let opened = open.create_new(true).read(true).write(true).mode(0o600).open(&path);
    let file = opened.map_err(|error| write_error(&path, &error))?;
    std::fs::remove_file(&path).map_err(|error| write_error(&path, &error))?;
    Ok(file)
}

/// Removes what a program that was killed between two lines has left of such files.
pub fn clear_scratch(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_scratch = |name: &str| name.starts_with(SCRATCH_PREFIX);
    for entry in entries.filter(|entry| is_scratch(&entry.file_name().to_string_lossy())) {
        let _ = std::fs::remove_file(entry.path());
    }
}

/// The error of a file that cannot be written: a full disk, or one that fails.
pub fn write_error(path: &Path, error: &std::io::Error) -> Error {
    let detail = format!("Cannot write {}: {error}.", path.display());
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::StorageFull,
        _ => Code::StorageFailed,
    };
    Error::new(code, detail).retry_after(30)
}

fn unusable(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::conflict(format!("The {what} {} cannot be used: {error}.", path.display()))
}
