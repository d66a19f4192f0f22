//! The shop's file, open: many readers on snapshots, one writer, and the measures of both.
//!
//! [`Store::read`], [`Store::read_long`] and [`Store::write`] are the only doors.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot, watch};

use super::backup::{self, Backup};
use super::folder::{self, FILE_NAME};
use super::health::{self, Health, State};
use super::sql::{SHOP, Tx, failure};
use super::turns::{self, Reader, Turns};
use super::writer::Shared;
use super::{migrate, schema, sqlite, writer};
use crate::clock::Clock;
use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, Result};
use crate::process;

const LONG_READ_MAX: Duration = Duration::from_secs(5);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 10_000;
/// Readers beside those of the server's workers and of long reads.
const SPARE_READERS: u32 = 1;

/// The shop's file, open. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    readers: sqlite::Readers,
    long_reads: Turns,
    writer: Mutex<Option<writer::Writer>>,
    threads: Mutex<Option<Threads>>,
    shared: Shared,
    /// One backup at a time.
    backing_up: Arc<Semaphore>,
    folder: PathBuf,
    _lock: File,
}

struct Threads {
    writer: JoinHandle<rusqlite::Connection>,
    checkpoint: JoinHandle<()>,
    stop_checkpoint: std::sync::mpsc::Sender<()>,
}

/// The measures of a store; counts are since the start.
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
    /// Statements that reads and changes have run.
    pub statements: u64,
}

impl Store {
    /// Opens the shop of a folder for serving; makes both when they are not there. `workers`:
    /// threads that may read at once; `begin`: what is written before anybody is served, as for
    /// [`prepare`].
    ///
    /// # Errors
    /// One sentence for a folder that cannot be used, a second server on it, a newer file.
    pub fn open(
        folder: &Path,
        clock: Clock,
        workers: u32,
        begin: impl FnOnce(&Tx, Option<&Backup>) -> Result<()>,
    ) -> Result<Self> {
        folder::make(folder)?;
        let lock = folder::lock_to_serve(folder)?;
        backup::clear_parts(folder);
        folder::clear_scratch(folder);
        let connection = prepare(folder, clock.now(), begin)?;
        let file = folder.join(FILE_NAME);
        let readers = sqlite::open_readers(&file, workers + turns::TURNS_MAX + SPARE_READERS)?;
        let log = writer::Log::of(&file);
        let copying = sqlite::open_writer(&file)?;
        let shared = Shared {
            clock,
            health: Health::of(file.clone()),
            statements: Arc::default(),
            kept: Arc::default(),
            changed: watch::Sender::default(),
            counts: Arc::default(),
        };
        let (writer, writer_thread) =
            writer::Writer::start((connection, file), log.clone(), shared.clone())?;
        let (stop_checkpoint, stopped) = std::sync::mpsc::channel();
        let checkpoint =
            writer::checkpoint_in_background(copying, log, Arc::clone(&shared.counts), stopped)?;
        let threads = Threads { writer: writer_thread, checkpoint, stop_checkpoint };
        Ok(Self(Arc::new(Inner {
            readers,
            long_reads: Turns::default(),
            writer: Mutex::new(Some(writer)),
            threads: Mutex::new(Some(threads)),
            shared,
            backing_up: Arc::new(Semaphore::new(1)),
            folder: folder.to_owned(),
            _lock: lock,
        })))
    }

    /// A short read: a row by its id, a page of an indexed list. Runs where it is called.
    pub fn read<T>(&self, look: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.0.read(None, look)
    }

    /// A read that may look at many rows: on a thread of its own, when it is the turn of who reads,
    /// five seconds at most.
    ///
    /// # Errors
    /// What `look` returned; [`Code::Busy`] when too many wait; [`Code::TooSlow`].
    pub async fn read_long<T, F>(&self, reader: Reader, look: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx) -> Result<T> + Send + 'static,
    {
        let turn = self.0.long_reads.take(reader).await?;
        let inner = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            let _held = turn;
            inner.read(Some(LONG_READ_MAX), look)
        });
        // The error itself would quote the message of a panic.
        task.await.unwrap_or_else(|_| Err(Error::internal("a read panicked")))
    }

    /// A change that the shop makes by itself, as [`Store::write_by`].
    ///
    /// # Errors
    /// As [`Store::write_by`].
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx) -> Result<T> + Send + 'static,
    {
        self.write_by(SHOP.to_owned(), work).await
    }

    /// A change: in a transaction of its own, answered when it is on disk. `work` may run twice,
    /// and then nothing is left of the first time. `actor`: who makes it, as [`Tx::actor`] tells.
    ///
    /// # Errors
    /// What `work` returned; [`Code::Busy`] when too many wait; storage errors, and then nothing
    /// was done.
    pub async fn write_by<T, F>(&self, actor: String, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx) -> Result<T> + Send + 'static,
    {
        let writer = self.0.writer.lock().ok().and_then(|writer| writer.clone());
        let closing = || Error::new(Code::Busy, "The shop is closing.").retry_after(5);
        writer.ok_or_else(closing)?.write(actor, work).await
    }

    /// Makes a copy of the shop while it sells: one at a time, on a thread that stands back behind
    /// those who serve.
    ///
    /// # Errors
    /// [`Code::Busy`] while another one is made; damaged, when the copy is; storage errors.
    pub async fn copy_to(&self, file: PathBuf) -> Result<Backup> {
        let turn = Arc::clone(&self.0.backing_up).try_acquire_owned().map_err(|_| {
            let detail = "Another backup is being made. Please try again.";
            Error::new(Code::Busy, detail).retry_after(5)
        })?;
        let source = folder::file_of(&self.0.folder)?;
        let (reply, made) = oneshot::channel();
        let work = move || {
            process::stand_back();
            let made = sqlite::open_reader(&source).and_then(|from| backup::make(&from, &file));
            drop(turn);
            let _ = reply.send(made);
        };
        let thread = std::thread::Builder::new().name("backup".to_owned()).spawn(work);
        thread.map_err(|error| Error::internal(error.to_string()))?;
        let made = made.await.map_err(|_| Error::internal("a backup panicked"))?;
        made.inspect_err(|error| self.0.shared.health.note(error.code()))
    }

    /// Lets readers that nobody uses just now forget the pages of the file that they hold.
    pub fn forget_pages(&self) {
        let mut idle = Vec::new();
        while let Some(reader) = self.0.readers.try_get() {
            if let Err(error) = reader.execute_batch("pragma shrink_memory") {
                tracing::warn!(%error, "a reader keeps its pages");
            }
            idle.push(reader);
        }
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// A file beside the shop that has no name, and ends with its handle.
    ///
    /// # Errors
    /// Those of a disk that is full, or fails.
    pub fn scratch_file(&self) -> Result<File> {
        folder::scratch_file(&self.0.folder)
    }

    /// The time that reads and changes go by.
    pub fn now(&self) -> Timestamp {
        self.0.shared.clock.now()
    }

    /// The time since the store was opened, as [`Clock::elapsed`] tells.
    pub fn elapsed(&self) -> Duration {
        self.0.shared.clock.elapsed()
    }

    /// The number of commits since the start. A commit counts once it can be read and before anyone
    /// is answered who waits for it: what is read after this number has all that it counts, and
    /// whoever was answered finds it raised.
    pub fn commits(&self) -> u64 {
        self.0.shared.counts.commits.load(Acquire)
    }

    /// Wakes whoever waits for something to be written.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.shared.changed.subscribe()
    }

    /// The state of the file, as far as its users have noticed.
    pub fn state(&self) -> State {
        self.0.shared.health.state()
    }

    /// Tells `true` where the disk of the file will soon be full.
    pub fn disk_is_low(&self) -> bool {
        process::disk_space(&self.0.folder).is_some_and(health::is_low)
    }

    /// Waits until the writer has ended by itself, which it never should: nothing can be changed
    /// any more until the program is started again.
    pub async fn writer_ended(&self) {
        let mut ended = self.0.shared.health.writer_ended();
        // The sender lives as long as the store.
        let _ = ended.wait_for(|ended| *ended).await;
    }

    /// The measures of the file and its writer just now.
    pub fn stats(&self) -> StoreStats {
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |data| data.len());
        let file = self.0.folder.join(FILE_NAME);
        let counts = &self.0.shared.counts;
        StoreStats {
            file_bytes: bytes(&file),
            log_bytes: writer::Log::of(&file).bytes(),
            free_bytes: process::disk_space(&self.0.folder).map(|space| space.free_bytes),
            waiting: counts.waiting.load(Relaxed),
            commits: counts.commits.load(Relaxed),
            jobs: counts.jobs.load(Relaxed),
            statements: self.0.shared.statements.load(Relaxed),
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
        let Shared { clock, health, statements, kept, .. } = &self.shared;
        let read = Snapshot::begin(&connection, most).and_then(|snapshot| {
            let tx = Tx::new(snapshot.0, clock.now(), SHOP);
            look(&tx.counted_by(statements).with_kept(kept, true))
        });
        read.inspect_err(|error| health.note_read(error.code()))
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
        snapshot.run("begin").map_err(|error| failure(&error))?;
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

/// Opens the file of a folder for writing, makes it where there is none, brings it up to date, and
/// runs `begin` in a transaction, which hears of the copy that was made before an upgrade. The
/// caller holds the lock of the folder.
///
/// # Errors
/// One sentence for a folder that cannot be used, or a newer file; what `begin` returned.
pub fn prepare(
    folder: &Path,
    now: Timestamp,
    begin: impl FnOnce(&Tx, Option<&Backup>) -> Result<()>,
) -> Result<rusqlite::Connection> {
    let mut connection = sqlite::open_writer(&folder::make_file(folder)?)?;
    let copied = migrate::run(&mut connection, folder)?;
    change(&connection, now, |tx| begin(tx, copied.as_ref()))?;
    Ok(connection)
}

/// Runs `work` on the shop of a folder from another process than its server. Whoever finds the
/// folder unlocked brings the file up to date; beside a server it is.
///
/// # Errors
/// As [`prepare`], and what `work` returned.
pub fn write_beside<T>(
    folder: &Path,
    now: Timestamp,
    begin: impl FnOnce(&Tx, Option<&Backup>) -> Result<()>,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    folder::make(folder)?;
    let connection = match folder::lock(folder)? {
        Some(_held) => prepare(folder, now, begin)?,
        None => sqlite::open_writer(&folder.join(FILE_NAME))?,
    };
    change(&connection, now, work)
}

/// Runs `work` on the shop of a folder that nobody serves.
///
/// # Errors
/// One sentence for a folder without a shop, or one that is being served; as [`prepare`], and what
/// `work` returned.
pub fn write_alone<T>(
    folder: &Path,
    now: Timestamp,
    begin: impl FnOnce(&Tx, Option<&Backup>) -> Result<()>,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    folder::file_of(folder)?;
    let Some(_held) = folder::lock(folder)? else {
        let detail =
            format!("A running Tillbox serves the folder {}; stop it first.", folder.display());
        return Err(Error::conflict(detail));
    };
    change(&prepare(folder, now, begin)?, now, work)
}

/// Copies the shop of a folder to a file, also while it is served, and runs `note` on the shop when
/// it is of this program's shape: one that waits for its upgrade has nowhere to write it down.
///
/// # Errors
/// As [`backup::make_new`], and what `note` returned.
pub fn copy_beside(
    folder: &Path,
    to: &Path,
    now: Timestamp,
    note: impl FnOnce(&Tx, &Backup) -> Result<()>,
) -> Result<Backup> {
    let source = folder::file_of(folder)?;
    // Only who copies stands back: whoever holds the file to write into it must be quick.
    let copying = std::thread::scope(|scope| {
        let copy = || {
            process::stand_back();
            backup::make_new(&sqlite::open_reader(&source)?, to)
        };
        scope.spawn(copy).join()
    });
    let made = copying.unwrap_or_else(|_| Err(Error::internal("a backup panicked")))?;
    let connection = sqlite::open_writer(&source)?;
    if schema::is_current(&connection)? {
        change(&connection, now, |tx| note(tx, &made))?;
    }
    Ok(made)
}

/// Runs `work` in a transaction.
fn change<T>(
    connection: &rusqlite::Connection,
    now: Timestamp,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    let run = |sql| connection.execute_batch(sql).map_err(|error| failure(&error));
    run("begin immediate")?;
    let done = work(&Tx::new(connection, now, SHOP));
    run(if done.is_ok() { "commit" } else { "rollback" })?;
    done
}
