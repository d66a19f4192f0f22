//! How the file is doing, as far as those who use it have noticed.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crate::error::Code;

/// The state of the file, as `GET /health` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    /// The last change found no room.
    Full,
    /// The last change could not be written.
    Failing,
    /// Something in the file is not as it was written; stays until the program is started again.
    Damaged,
}

impl State {
    /// The word of the state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Full => "full",
            Self::Failing => "failing",
            Self::Damaged => "damaged",
        }
    }
}

/// Kept by all who read and write.
#[derive(Debug, Default)]
pub struct Health {
    /// 0: the last change was written, 1: there was no room, 2: it failed.
    writing: AtomicU8,
    damaged: AtomicBool,
}

impl Health {
    /// Notes what went wrong, where it says something of the file.
    pub fn note(&self, code: Code) {
        match code {
            Code::StorageFull => self.writing.store(1, Ordering::Relaxed),
            Code::StorageFailed => self.writing.store(2, Ordering::Relaxed),
            Code::Damaged => self.damaged.store(true, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Notes that a change is on disk.
    pub fn written(&self) {
        self.writing.store(0, Ordering::Relaxed);
    }

    /// The state that all of it comes to.
    pub fn state(&self) -> State {
        if self.damaged.load(Ordering::Relaxed) {
            return State::Damaged;
        }
        match self.writing.load(Ordering::Relaxed) {
            0 => State::Ok,
            1 => State::Full,
            _ => State::Failing,
        }
    }
}
