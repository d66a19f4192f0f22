//! The only place that asks what time it is; tests set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::domain::calendar::Timestamp;

/// The time, handed to whoever needs it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The moment from which the time that has passed is counted.
    System(Instant),
    Fixed(Arc<Fixed>),
}

#[derive(Debug)]
struct Fixed {
    now_micros: AtomicI64,
    passed_micros: AtomicU64,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands still until it is told to advance.
    pub fn fixed(at: Timestamp) -> Self {
        let now_micros = AtomicI64::new(at.micros());
        Self(Source::Fixed(Arc::new(Fixed { now_micros, passed_micros: AtomicU64::new(0) })))
    }

    /// The present time, as the machine is told; it may jump in both directions.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(_) => Timestamp::from_micros(system_micros()),
            Source::Fixed(fixed) => {
                Timestamp::from_micros(fixed.now_micros.load(Ordering::Relaxed))
            }
        }
    }

    /// The time that has passed since the clock was made. It never jumps, whatever the present time
    /// is said to be.
    pub fn passed(&self) -> Duration {
        match &self.0 {
            Source::System(begun) => begun.elapsed(),
            Source::Fixed(fixed) => {
                Duration::from_micros(fixed.passed_micros.load(Ordering::Relaxed))
            }
        }
    }

    /// Lets time pass on a fixed clock; the machine's clock takes no orders.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Source::Fixed(fixed) = &self.0 {
            let passed = u64::try_from(seconds).unwrap_or(0) * 1_000_000;
            fixed.passed_micros.fetch_add(passed, Ordering::Relaxed);
        }
        self.jump_seconds(seconds);
    }

    /// Sets a fixed clock to another time, forwards or backwards, while no time passes.
    pub fn jump_seconds(&self, seconds: i64) {
        if let Source::Fixed(fixed) = &self.0 {
            fixed.now_micros.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the clock")]
fn system_micros() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
