//! What is kept, and when it is safe. All SQL is in here; nothing in here knows of HTTP.
//!
//! [`Store::read`], [`Store::read_long`] and [`Store::write`] are the only doors.

pub mod backups;
pub mod customer_accounts;
pub mod customers;
pub mod discounts;
pub mod events;
pub mod health;
pub mod idempotency;
pub mod invoices;
pub mod keys;
pub mod list;
mod migrate;
pub mod orders;
pub mod products;
pub mod restore;
pub mod sales;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sql;
mod sqlite;
pub mod staff;
pub mod stock;
pub mod verify;
mod writer;

use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};

use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::error::{Code, Error, Result};
use crate::process;
use health::{Health, State};
use sql::Tx;

/// The file that is the shop, inside the data folder.
pub const FILE_NAME: &str = "shop.db";
/// Held by the process that serves the folder.
const LOCK_NAME: &str = "tillbox.lock";
/// Long reads at once, and how many more may wait.
const LONG_READS_MAX: usize = 2;
const LONG_READS_WAITING_MAX: usize = 64;
/// How often, and after which pause, the lock is tried before serving is refused.
const LOCK_TRIES: u32 = 10;
const LOCK_WAIT: Duration = Duration::from_millis(100);
const LONG_READ_MAX: Duration = Duration::from_secs(5);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 10_000;
/// Readers beside the server's workers: long reads and a spare one.
const SPARE_READERS: u32 = 4;

/// The shop's file, open. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    readers: sqlite::Readers,
    long_reads: Arc<Semaphore>,
    long_reads_waiting: Arc<Semaphore>,
    writer: Mutex<Option<writer::Writer>>,
    threads: Mutex<Option<Threads>>,
    health: Arc<Health>,
    /// Told after each commit.
    changed: watch::Sender<()>,
    /// One backup at a time.
    backing_up: Arc<Semaphore>,
    /// For whoever will be the owner.
    setup: Mutex<Option<setup::Offer>>,
    folder: PathBuf,
    _lock: File,
}

struct Threads {
    writer: JoinHandle<rusqlite::Connection>,
    checkpoint: JoinHandle<()>,
    stop_checkpoint: std::sync::mpsc::Sender<()>,
}

/// What a new file starts with.
#[derive(Clone, Copy, Debug)]
pub struct NewShop {
    pub currency: Currency,
    pub now: Timestamp,
}

/// What [`Store::measures`] tells; counts are since the start.
#[derive(Clone, Copy, Debug)]
pub struct StoreStats {
    pub file_bytes: u64,
    pub log_bytes: u64,
    /// On the disk of the file, where the system tells.
    pub free_bytes: Option<u64>,
    /// Changes that wait or are under way.
    pub waiting: i64,
    pub commits: u64,
    /// Changes that were tried.
    pub jobs: u64,
}

impl Store {
    /// Opens the shop of a folder for serving; makes both when they are not there. `workers`:
    /// threads that may read at once.
    ///
    /// # Errors
    /// One sentence for a folder that cannot be used, a second server on it, a newer file.
    pub fn open(folder: &Path, new: NewShop, workers: u32) -> Result<Self> {
        make_folder(folder)?;
        let lock = lock_to_serve(folder)?;
        backups::clear_parts(folder);
        let connection = prepare(folder, new)?;
        let file = folder.join(FILE_NAME);
        let health = Arc::<Health>::default();
        let readers = sqlite::open_readers(&file, workers + SPARE_READERS)?;
        let log = writer::Log::of(&file);
        let copying = sqlite::open_writer(&file)?;
        let changed = watch::Sender::default();
        let (writer, writer_thread) =
            writer::Writer::start(connection, log.clone(), Arc::clone(&health), changed.clone())?;
        let (stop_checkpoint, stopped) = std::sync::mpsc::channel();
        let checkpoint = writer::checkpoint_in_background(copying, log, stopped)?;
        let threads = Threads { writer: writer_thread, checkpoint, stop_checkpoint };
        Ok(Self(Arc::new(Inner {
            readers,
            long_reads: Arc::new(Semaphore::new(LONG_READS_MAX)),
            long_reads_waiting: Arc::new(Semaphore::new(LONG_READS_WAITING_MAX)),
            writer: Mutex::new(Some(writer)),
            threads: Mutex::new(Some(threads)),
            health,
            changed,
            backing_up: Arc::new(Semaphore::new(1)),
            setup: Mutex::new(None),
            folder: folder.to_owned(),
            _lock: lock,
        })))
    }

    /// A short read: a row by its id, a page of an indexed list. Runs where it is called.
    pub fn read<T>(&self, look: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.0.read(None, look)
    }

    /// A read that may look at many rows: on a thread of its own, two at a time, five seconds at
    /// most.
    ///
    /// # Errors
    /// What `look` returned; [`Code::Busy`] when too many wait; [`Code::TooSlow`].
    pub async fn read_long<T, F>(&self, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        let place = Arc::clone(&self.0.long_reads_waiting).try_acquire_owned();
        let Ok(place) = place else {
            let detail = "Too many searches at once. Please try again.";
            return Err(Error::new(Code::Busy, detail).retry_after(2));
        };
        let turn = Arc::clone(&self.0.long_reads).acquire_owned().await;
        let turn = turn.map_err(|error| Error::internal(error.to_string()))?;
        let inner = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            inner.read(Some(LONG_READ_MAX), look)
        });
        task.await.unwrap_or_else(|error| Err(Error::internal(error.to_string())))
    }

    /// A change: in a transaction of its own, answered when it is on disk.
    ///
    /// # Errors
    /// What `work` returned; [`Code::Busy`] when too many wait; storage errors, and then nothing
    /// was done.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        let writer = self.0.writer.lock().ok().and_then(|writer| writer.clone());
        let closing = || Error::new(Code::Busy, "The shop is closing.").retry_after(5);
        writer.ok_or_else(closing)?.write(work).await
    }

    /// Wakes whoever waits for something to be written.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// How the file is doing, as far as its users have noticed.
    pub fn state(&self) -> State {
        self.0.health.state()
    }

    /// What the file and its writer measure just now.
    pub fn stats(&self) -> StoreStats {
        use std::sync::atomic::Ordering::Relaxed;
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.len());
        let file = self.0.folder.join(FILE_NAME);
        let writer = self.0.writer.lock().ok().and_then(|writer| writer.clone());
        let counts = writer.as_ref().map(writer::Writer::counts);
        StoreStats {
            file_bytes: bytes(&file),
            log_bytes: writer::Log::of(&file).bytes(),
            free_bytes: process::free_bytes(&self.0.folder),
            waiting: counts.map_or(0, |counts| counts.waiting.load(Relaxed)),
            commits: counts.map_or(0, |counts| counts.commits.load(Relaxed)),
            jobs: counts.map_or(0, |counts| counts.jobs.load(Relaxed)),
        }
    }

    /// Writes what waits, empties the log and closes the file.
    pub fn close(&self) {
        drop(self.0.writer.lock().ok().and_then(|mut writer| writer.take()));
        let threads = self.0.threads.lock().ok().and_then(|mut threads| threads.take());
        let Some(threads) = threads else { return };
        drop(threads.stop_checkpoint);
        let _ = threads.checkpoint.join();
        if let Ok(connection) = threads.writer.join()
            && let Err(error) = sqlite::checkpoint_and_truncate(&connection)
        {
            tracing::warn!(%error, "the log could not be emptied at the end");
        }
    }
}

impl Inner {
    fn read<T>(&self, most: Option<Duration>, look: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        let connection = self.readers.get().map_err(|error| {
            Error::new(Code::Busy, "The shop is busy. Please try again.")
                .retry_after(1)
                .with_cause(error.to_string())
        })?;
        let read =
            Snapshot::begin(&connection, most).and_then(|snapshot| look(&Tx::new(snapshot.0)));
        read.inspect_err(|error| self.health.note(error.code()))
    }
}

/// One state of the shop, however many statements look at it; ends even when a reader panics.
struct Snapshot<'a>(&'a rusqlite::Connection);

impl<'a> Snapshot<'a> {
    fn begin(connection: &'a rusqlite::Connection, most: Option<Duration>) -> Result<Self> {
        if let Some(most) = most {
            let deadline = Instant::now() + most;
            let late = move || Instant::now() > deadline;
            let _ = connection.progress_handler(STEPS_PER_LOOK, Some(late));
        }
        let snapshot = Self(connection);
        snapshot.run("begin").map_err(|error| sql::failure(&error))?;
        Ok(snapshot)
    }

    fn run(&self, sql: &str) -> rusqlite::Result<usize> {
        self.0.prepare_cached(sql)?.execute([])
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        let _ = self.0.progress_handler(0, None::<fn() -> bool>);
        let _ = self.run("commit");
    }
}

/// Runs `work` on the shop of a folder from another process than the server: keys and staff alone.
///
/// # Errors
/// As [`Store::open`], and what `work` returned.
pub fn write_beside_server<T>(
    folder: &Path,
    new: NewShop,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    make_folder(folder)?;
    // Whoever finds the folder unlocked may bring the file up to date; beside a server it is.
    let connection = match lock(folder)? {
        Some(_held) => prepare(folder, new)?,
        None => sqlite::open_writer(&folder.join(FILE_NAME))?,
    };
    change(&connection, work)
}

/// Opens the file, brings it up to date, and makes the one row of settings. The caller holds the
/// lock of the folder.
fn prepare(folder: &Path, new: NewShop) -> Result<rusqlite::Connection> {
    let file = folder.join(FILE_NAME);
    let made = File::options().create(true).append(true).mode(0o600).open(&file);
    made.map_err(|error| {
        Error::conflict(format!("The file {} cannot be used: {error}.", file.display()))
    })?;
    let mut connection = sqlite::open_writer(&file)?;
    let copied = migrate::run(&mut connection, folder)?;
    change(&connection, |tx| {
        settings::create_if_missing(tx, new)?;
        sales::make_days_if_missing(tx, &settings::load(tx)?.time_zone)?;
        let Some(made) = copied else { return Ok(()) };
        backups::record(tx, backups::Kind::Upgrade, made.bytes, made.verdict.orders, new.now)
    })?;
    Ok(connection)
}

/// Runs `work` in a transaction.
fn change<T>(connection: &rusqlite::Connection, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
    let run = |sql| connection.execute_batch(sql).map_err(|error| sql::failure(&error));
    run("begin immediate")?;
    let done = work(&Tx::new(connection));
    run(if done.is_ok() { "commit" } else { "rollback" })?;
    done
}

/// The shop's file in a folder that has one.
fn file_of(folder: &Path) -> Result<PathBuf> {
    let file = folder.join(FILE_NAME);
    match file.is_file() {
        true => Ok(file),
        false => {
            Err(Error::conflict(format!("There is no shop in the folder {}.", folder.display())))
        }
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| {
        Error::conflict(format!("The folder {} cannot be used: {error}.", folder.display()))
    })
}

/// Takes the lock of the folder, which ends with the process, however it ends.
fn lock(folder: &Path) -> Result<Option<File>> {
    let path = folder.join(LOCK_NAME);
    let open = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = open.map_err(|error| {
        Error::conflict(format!("The folder {} cannot be used: {error}.", folder.display()))
    })?;
    Ok(file.try_lock().is_ok().then_some(file))
}

/// Takes the lock for serving; a command that holds it for a moment is waited for.
fn lock_to_serve(folder: &Path) -> Result<File> {
    for _ in 0..LOCK_TRIES {
        if let Some(lock) = lock(folder)? {
            return Ok(lock);
        }
        std::thread::sleep(LOCK_WAIT);
    }
    let detail = format!("Another Tillbox already serves the folder {}.", folder.display());
    Err(Error::conflict(detail))
}
