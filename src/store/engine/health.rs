//! How the file is doing, as far as those who use it have noticed. Damage is a suspicion until the
//! whole file was read again: a disk may fail for a moment, and who restores a backup then loses
//! orders.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::verify;
use crate::error::Code;
use crate::process::{self, DiskSpace};

/// The pause after a look through the file, so that a row that nobody can read does not keep the
/// disk busy.
const REST: Duration = Duration::from_mins(1);

/// Somebody should look after a disk with less room than this, or less than a part of its own.
const LOW_BYTES: u64 = 500_000_000;
const LOW_PART: u64 = 20;

const WRITTEN: u8 = 0;
const FULL: u8 = 1;
const FAILING: u8 = 2;
const LOCKED: u8 = 3;

/// The state of the file, as `GET /health` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    /// Something could not be read; the file is being looked through.
    Checking,
    /// The last change found no room.
    Full,
    /// The last change could not be written.
    Failing,
    /// Somebody else holds the file, so that nothing can be changed.
    Locked,
    /// The writer has ended, and the program is about to.
    Stopped,
    /// Something in the file is not as it was written; stays until the program is started again.
    Damaged,
}

impl State {
    /// The word of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Checking => "checking",
            Self::Full => "full",
            Self::Failing => "failing",
            Self::Locked => "locked",
            Self::Stopped => "stopped",
            Self::Damaged => "damaged",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Damage {
    #[default]
    None,
    Suspected,
    Confirmed,
}

#[derive(Debug, Default)]
struct Suspicion {
    damage: Damage,
    /// A thread looks through the file, or rests after it did.
    has_thread: bool,
}

/// Kept by all who read and write.
#[derive(Debug)]
pub struct Health {
    file: PathBuf,
    /// The outcome of the last change: one of the constants above.
    writing: AtomicU8,
    suspicion: Mutex<Suspicion>,
    writer_ended: watch::Sender<bool>,
}

impl Health {
    /// The health of a file of which nobody knows anything yet.
    pub fn of(file: PathBuf) -> Arc<Self> {
        let (writing, suspicion) = (AtomicU8::new(WRITTEN), Mutex::default());
        Arc::new(Self { file, writing, suspicion, writer_ended: watch::Sender::new(false) })
    }

    /// Notes what went wrong with a change, where it says something of the file.
    pub fn note(self: &Arc<Self>, code: Code) {
        match code {
            Code::StorageFull => self.writing.store(FULL, Ordering::Relaxed),
            Code::StorageFailed => self.writing.store(FAILING, Ordering::Relaxed),
            Code::Damaged => self.suspect(),
            _ => {}
        }
    }

    /// Notes what went wrong with a read.
    pub fn note_read(self: &Arc<Self>, code: Code) {
        if matches!(code, Code::Damaged | Code::StorageFailed) {
            self.suspect();
        }
    }

    /// Notes that a change is on disk.
    pub fn written(&self) {
        self.writing.store(WRITTEN, Ordering::Relaxed);
    }

    /// Notes that a change could not begin, because somebody else makes one.
    pub fn locked(&self) {
        self.writing.store(LOCKED, Ordering::Relaxed);
    }

    /// Notes that a change could begin.
    pub fn unlocked(&self) {
        let _ =
            self.writing.compare_exchange(LOCKED, WRITTEN, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Notes that the writer has ended by itself, which it never should.
    pub fn end_of_writer(&self) {
        self.writer_ended.send_replace(true);
    }

    /// Tells when the writer has ended by itself.
    pub fn writer_ended(&self) -> watch::Receiver<bool> {
        self.writer_ended.subscribe()
    }

    /// The state that all of it comes to.
    pub fn state(&self) -> State {
        if *self.writer_ended.borrow() {
            return State::Stopped;
        }
        let damage = self.suspicion().damage;
        match (damage, self.writing.load(Ordering::Relaxed)) {
            (Damage::Confirmed, _) => State::Damaged,
            (_, FULL) => State::Full,
            (_, FAILING) => State::Failing,
            (_, LOCKED) => State::Locked,
            (Damage::Suspected, _) => State::Checking,
            (Damage::None, _) => State::Ok,
        }
    }

    /// Has the file looked through, once for all who met something.
    fn suspect(self: &Arc<Self>) {
        let mut suspicion = self.suspicion();
        if suspicion.damage != Damage::None {
            return;
        }
        suspicion.damage = Damage::Suspected;
        if !suspicion.has_thread {
            let health = Arc::clone(self);
            let thread = std::thread::Builder::new().name("check".to_owned());
            suspicion.has_thread = thread.spawn(move || health.look_through()).is_ok();
        }
    }

    fn look_through(self: Arc<Self>) {
        process::stand_back();
        loop {
            let damage = self.damage_found();
            self.suspicion().damage = damage;
            std::thread::sleep(REST);
            let mut suspicion = self.suspicion();
            if suspicion.damage != Damage::Suspected {
                suspicion.has_thread = false;
                return;
            }
        }
    }

    fn damage_found(&self) -> Damage {
        let looked = verify::served(&self.file).and_then(verify::Verdict::sound);
        let Err(error) = looked else {
            tracing::warn!("something in the file could not be read for a moment; it is whole");
            return Damage::None;
        };
        if error.code() == Code::Damaged {
            tracing::error!(%error, "the shop's file is damaged; run `tillbox verify`");
            return Damage::Confirmed;
        }
        tracing::error!(%error, "the shop's file could not be looked through");
        if error.code() == Code::StorageFailed {
            self.writing.store(FAILING, Ordering::Relaxed);
        }
        Damage::None
    }

    fn suspicion(&self) -> std::sync::MutexGuard<'_, Suspicion> {
        self.suspicion.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells `true` for a disk that will soon be full.
pub fn is_low(space: DiskSpace) -> bool {
    space.free_bytes < LOW_BYTES.max(space.all_bytes / LOW_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_below_half_a_gigabyte_and_below_a_twentieth() {
        let gb = 1_000_000_000;
        for (free_bytes, all_bytes, low) in [
            (499_999_999, gb, true),
            (gb / 2, gb, false),
            (5 * gb - 1, 100 * gb, true),
            (5 * gb, 100 * gb, false),
        ] {
            assert_eq!(is_low(DiskSpace { free_bytes, all_bytes }), low, "{free_bytes}");
        }
    }
}
