//! The single writer: one thread, one connection, one commit for all who wait.
//!
//! A job that refuses, fails or panics takes nothing from its neighbours: where one had written
//! something by then, the whole group runs once more, each in a savepoint of its own. Nobody is
//! answered before the commit that carries their work is on disk; a caller who hung up meanwhile is
//! no error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::health::Health;
use super::kept::Kept;
use super::sql::{SHOP, Tx, failure};
use super::sqlite;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};

/// Jobs that may wait. One more is refused at once: nothing was done, try again.
pub const QUEUE_MAX: usize = 1_024;
/// Jobs that share one commit.
const GROUP_MAX: usize = 256;
/// The log is emptied between two groups once its file is larger, if nobody else is busy with it.
const LOG_BYTES_SOFT_MAX: u64 = 20 * 1024 * 1024;
/// From here on the writer waits for its turn at the log instead of writing on.
const LOG_BYTES_HARD_MAX: u64 = 64 * 1024 * 1024;
/// After a reader was in the way of emptying the log, the next try is this much later. When even
/// waiting for it was in vain, it is twice as much each time, up to the longest.
const RESTART_PAUSE: Duration = Duration::from_millis(250);
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(16);
/// The time that emptying a log that is too large may wait for a slow reader.
const RESTART_WAIT: Duration = Duration::from_millis(50);
/// After changes could not begin for so long the file is opened anew, and when that does not help,
/// the writer gives up: a program that is started again may do better.
const STUCK_MAX: Duration = Duration::from_secs(30);
/// The pause after which the log is copied into the file in the background.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(500);

/// The way to the writing thread.
#[derive(Clone)]
pub struct Writer {
    queue: SyncSender<Job>,
    counts: Arc<Counts>,
}

/// The parts of a store that its writer and its readers share.
#[derive(Clone)]
pub struct Shared {
    pub clock: Clock,
    pub health: Arc<Health>,
    /// Statements that were run.
    pub statements: Arc<AtomicU64>,
    /// What readers have read, for readers and the writer.
    pub kept: Arc<Kept>,
    /// Told after each commit.
    pub changed: watch::Sender<()>,
    pub counts: Arc<Counts>,
}

/// The work of the thread since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Jobs that wait or are under way.
    pub waiting: AtomicI64,
    /// Raised after a commit is on disk and before anyone is answered.
    pub commits: AtomicU64,
    /// Jobs that were run, also those that refused.
    pub jobs: AtomicU64,
}

type Job = Box<dyn Work>;

/// Something to do inside a transaction, and whom to tell.
trait Work: Send {
    /// Does it, once more where it ran before; `false` when it refused or failed and must leave no
    /// trace.
    fn run(&mut self, tx: &Tx) -> bool;
    /// The reason for which it did not stand, once it ran.
    fn refusal(&self) -> Option<Error>;
    /// Answers: with `failed` when its work is not on disk, else with what it returned.
    fn answer(self: Box<Self>, failed: Option<Error>);
}

struct Pending<T, F> {
    actor: String,
    work: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Work for Pending<T, F>
where
    T: Send,
    F: Fn(&Tx) -> Result<T> + Send,
{
    fn run(&mut self, tx: &Tx) -> bool {
        let run = || (self.work)(&tx.by(&self.actor));
        let outcome = catch_unwind(AssertUnwindSafe(run))
            // The message of a panic may quote what somebody sent; the log has the place.
            .unwrap_or_else(|_| Err(Error::internal("a job panicked")));
        let stands = outcome.is_ok();
        self.outcome = Some(outcome);
        stands
    }

    fn refusal(&self) -> Option<Error> {
        self.outcome.as_ref().and_then(|outcome| outcome.as_ref().err().cloned())
    }

    fn answer(self: Box<Self>, failed: Option<Error>) {
        let outcome = self.outcome.unwrap_or_else(|| Err(stopped()));
        // Whoever hung up meanwhile gets no answer; what they asked for is done all the same.
        let _ = self.reply.send(failed.map_or(outcome, Err));
    }
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        (connection, file): (Connection, PathBuf),
        log: Log,
        shared: Shared,
    ) -> Result<(Self, JoinHandle<Connection>)> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let counts = Arc::clone(&shared.counts);
        let mut pen = Pen { connection, file, stuck_since: None, gave_up: false };
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                let mut end = End { health: Arc::clone(&shared.health), expected: false };
                let mut emptying = Emptying::default();
                while let Some(mut group) = next_group(&jobs) {
                    let failed = commit_together(&mut pen, &mut group, &shared).err();
                    // Counted before they are answered, so that who was answered is counted.
                    shared.counts.note(group.len());
                    for job in group {
                        job.answer(failed.clone());
                    }
                    if pen.gave_up {
                        return pen.connection;
                    }
                    shared.changed.send_replace(());
                    log.empty_when_large(&pen.connection, &mut emptying);
                }
                end.expected = true;
                pen.connection
            })
            .map_err(|error| Error::internal(error.to_string()))?;
        Ok((Self { queue, counts }, thread))
    }

    /// Runs `work` in a transaction of its own and waits until it is on disk. It may run twice, and
    /// then nothing is left of the first time.
    ///
    /// # Errors
    /// What `work` returned; [`Code::Busy`] when too many wait; storage errors, and then nothing
    /// was done.
    pub async fn write<T, F>(&self, actor: String, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx) -> Result<T> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        let job: Job = Box::new(Pending { actor, work, outcome: None, reply });
        match self.queue.try_send(job) {
            Ok(()) => {
                self.counts.waiting.fetch_add(1, Ordering::Relaxed);
                receiver.await.unwrap_or_else(|_| Err(stopped()))
            }
            Err(TrySendError::Full(_)) => Err(busy()),
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
        }
    }
}

impl Counts {
    fn note(&self, done: usize) {
        let done = u32::try_from(done).unwrap_or(u32::MAX);
        self.waiting.fetch_sub(done.into(), Ordering::Relaxed);
        self.jobs.fetch_add(done.into(), Ordering::Relaxed);
        // Whoever sees this number sees in the file what it counts.
        self.commits.fetch_add(1, Ordering::Release);
    }
}

/// The write-ahead log of the file. Only one thread at a time may copy it into the file: whoever
/// comes second is refused by SQLite at once.
#[derive(Clone)]
pub struct Log {
    path: PathBuf,
    turn: Arc<Mutex<()>>,
}

impl Log {
    pub fn of(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push("-wal");
        Self { path: PathBuf::from(name), turn: Arc::default() }
    }

    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |data| data.len())
    }

    /// Lets the next commit start at the head of the log, once it is large. While a reader is in
    /// the way (a backup is one for seconds, another program may be one for good) nobody waits for
    /// it, until the log is so large that a short wait now and then is the lesser evil.
    fn empty_when_large(&self, connection: &Connection, emptying: &mut Emptying) {
        let bytes = self.bytes();
        if bytes < LOG_BYTES_SOFT_MAX || emptying.rests(bytes) {
            return;
        }
        let (turn, wait) = match bytes {
            0..LOG_BYTES_HARD_MAX => (self.turn.try_lock().ok(), Duration::ZERO),
            LOG_BYTES_HARD_MAX.. => (self.turn.lock().ok(), RESTART_WAIT),
        };
        let Some(_turn) = turn else { return };
        let _ = connection.busy_timeout(wait);
        let emptied = sqlite::checkpoint_and_restart(connection).unwrap_or_else(|error| {
            tracing::warn!(%error, "the log could not be emptied");
            false
        });
        let _ = connection.busy_timeout(sqlite::BUSY_TIMEOUT);
        if emptied {
            *emptying = Emptying::default();
        } else {
            emptying.fail(bytes);
        }
    }
}

/// The tries to empty the log that came to nothing.
#[derive(Debug, Default)]
struct Emptying {
    last: Option<Instant>,
    /// The pause after a try that waited; none did yet where it is zero.
    pause: Duration,
}

impl Emptying {
    /// Tells `true` while the next try at a log of this size is not due yet.
    fn rests(&self, bytes: u64) -> bool {
        let pause = if bytes < LOG_BYTES_HARD_MAX { RESTART_PAUSE } else { self.pause };
        self.last.is_some_and(|last| last.elapsed() < pause)
    }

    fn fail(&mut self, bytes: u64) {
        self.last = Some(Instant::now());
        if bytes < LOG_BYTES_HARD_MAX {
            return;
        }
        if self.pause.is_zero() {
            tracing::warn!(
                bytes,
                "somebody reads the shop's file for long, and its log grows: a backup, or another \
                 program that has the file open"
            );
        }
        self.pause = (self.pause * 2).clamp(RESTART_PAUSE, RESTART_PAUSE_MAX);
    }
}

/// Copies the log into the file in the background until the sender of `stop` is gone: who reads
/// what is in the log has to look for it.
pub fn checkpoint_in_background(
    connection: Connection,
    log: Log,
    counts: Arc<Counts>,
    stop: Receiver<()>,
) -> Result<JoinHandle<()>> {
    let every = move || {
        use std::sync::mpsc::RecvTimeoutError::Timeout;
        let mut copied = None;
        while stop.recv_timeout(CHECKPOINT_EVERY) == Err(Timeout) {
            // Another process may have written as well, which makes the file of the log longer.
            let there = (counts.commits.load(Ordering::Acquire), log.bytes());
            if copied == Some(there) {
                continue;
            }
            let _turn = log.turn.lock();
            match sqlite::checkpoint_passively(&connection) {
                Ok(all) => copied = Some(there).filter(|_| all),
                Err(error) => tracing::warn!(%error, "the log could not be copied into the file"),
            }
        }
    };
    let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(every);
    thread.map_err(|error| Error::internal(error.to_string()))
}

/// Waits for a job and takes all that wait with it; none when nobody can send any more.
fn next_group(jobs: &Receiver<Job>) -> Option<Vec<Job>> {
    let mut group = vec![jobs.recv().ok()?];
    group.extend(jobs.try_iter().take(GROUP_MAX - 1));
    Some(group)
}

/// The connection that writes, and since when it could not.
struct Pen {
    connection: Connection,
    file: PathBuf,
    /// As [`Clock::elapsed`] tells.
    stuck_since: Option<Duration>,
    /// Not even a new connection can begin.
    gave_up: bool,
}

impl Pen {
    /// Begins a transaction; once that has failed for long, on a connection that is new.
    fn begin(&mut self, shared: &Shared) -> Result<()> {
        let mut begun = batch(&self.connection, "begin immediate");
        if let Err(error) = &begun {
            let now = shared.clock.elapsed();
            let since = *self.stuck_since.get_or_insert(now);
            if now.saturating_sub(since) >= STUCK_MAX {
                tracing::error!(%error, "no change could begin for long; the file is opened anew");
                begun = self.reopen().and_then(|()| batch(&self.connection, "begin immediate"));
                // The disk's trouble is told as it is, and what is there can still be read.
                self.gave_up = begun.as_ref().err().is_some_and(|error| !is_of_disk(error.code()));
            }
        }
        match &begun {
            Ok(()) => {
                self.stuck_since = None;
                shared.health.unlocked();
            }
            Err(error) if error.code() == Code::Busy => shared.health.locked(),
            Err(_) => {}
        }
        begun
    }

    fn reopen(&mut self) -> Result<()> {
        self.connection = sqlite::open_writer(&self.file)?;
        Ok(())
    }
}

fn is_of_disk(code: Code) -> bool {
    matches!(code, Code::StorageFull | Code::StorageFailed | Code::Damaged)
}

/// Tells of the end of the thread, however it ends.
struct End {
    health: Arc<Health>,
    expected: bool,
}

impl Drop for End {
    fn drop(&mut self) {
        if !self.expected {
            tracing::error!("the writer has ended; the program ends too, to be started again");
            self.health.end_of_writer();
        }
    }
}

/// Runs the jobs one after the other and commits once. An error means that nothing was done.
fn commit_together(pen: &mut Pen, group: &mut [Job], shared: &Shared) -> Result<()> {
    pen.begin(shared).inspect_err(|error| note_failure(error, shared))?;
    let connection = &pen.connection;
    let changes = connection.total_changes();
    let done = run_and_commit(connection, group, shared);
    if done.is_ok() && connection.total_changes() > changes {
        // What changed nothing wrote nothing, and says nothing of the disk.
        shared.health.written();
    }
    done.inspect_err(|error| {
        note_failure(error, shared);
        if !connection.is_autocommit() {
            let _ = batch(connection, "rollback");
        }
    })
}

fn note_failure(error: &Error, shared: &Shared) {
    shared.health.note(error.code());
    tracing::error!(%error, "a commit failed; nothing of it was done");
}

/// Runs the jobs in the transaction that was begun, and ends it.
fn run_and_commit(connection: &Connection, group: &mut [Job], shared: &Shared) -> Result<()> {
    if !run_all(connection, group, shared)? {
        batch(connection, "rollback")?;
        batch(connection, "begin immediate")?;
        for job in &mut *group {
            run_apart(connection, job, shared)?;
        }
    }
    batch(connection, "commit")
}

/// Runs the jobs; `false` where one that does not stand has left something behind. Nearly all
/// refuse before they write, and for a savepoint SQLite copies every page that a job changes.
fn run_all(connection: &Connection, group: &mut [Job], shared: &Shared) -> Result<bool> {
    for job in group {
        let changes = connection.total_changes();
        if !run(connection, job, shared)? && connection.total_changes() > changes {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs a job of which nothing is left unless it stands.
fn run_apart(connection: &Connection, job: &mut Job, shared: &Shared) -> Result<()> {
    batch(connection, "savepoint job")?;
    if !run(connection, job, shared)? {
        batch(connection, "rollback to job")?;
    }
    batch(connection, "release job")
}

/// Runs a job, and tells whether it stands.
fn run(connection: &Connection, job: &mut Job, shared: &Shared) -> Result<bool> {
    let tx = Tx::new(connection, shared.clock.now(), SHOP)
        .counted_by(&shared.statements)
        .with_kept(&shared.kept, false);
    let stands = job.run(&tx);
    let refusal = if stands { None } else { job.refusal() };
    if connection.is_autocommit() {
        // SQLite gives up the whole transaction when the disk fails under a statement.
        return Err(refusal.unwrap_or_else(stopped));
    }
    refusal.inspect(|error| shared.health.note(error.code()));
    Ok(stands)
}

fn batch(connection: &Connection, sql: &str) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).map_err(|error| failure(&error))?;
    statement.execute([]).map(drop).map_err(|error| failure(&error))
}

fn busy() -> Error {
    Error::new(Code::Busy, "The shop is busy. Please try again.").retry_after(1)
}

fn stopped() -> Error {
    Error::new(Code::Busy, "The shop is closing. Please try again.").retry_after(5)
}
