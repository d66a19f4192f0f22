//! The only place that asks what time it is; tests set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::domain::calendar::Timestamp;
use crate::process;

/// The time, handed to whoever needs it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// `created`: on the machine's steady clock.
    System {
        created: Duration,
    },
    Fixed(Arc<Fixed>),
}

#[derive(Debug)]
struct Fixed {
    micros: AtomicI64,
    elapsed_seconds: AtomicU64,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System { created: process::uptime() })
    }

    /// A clock that stands still until it is told to advance.
    pub fn fixed(at: Timestamp) -> Self {
        let (micros, elapsed_seconds) = (AtomicI64::new(at.micros()), AtomicU64::new(0));
        Self(Source::Fixed(Arc::new(Fixed { micros, elapsed_seconds })))
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System { .. } => Timestamp::from_micros(system_micros()),
            Source::Fixed(fixed) => Timestamp::from_micros(fixed.micros.load(Ordering::Relaxed)),
        }
    }

    /// The time since this clock was made, which nobody who sets the machine's clock can change.
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::System { created } => process::uptime().saturating_sub(*created),
            Source::Fixed(fixed) => {
                Duration::from_secs(fixed.elapsed_seconds.load(Ordering::Relaxed))
            }
        }
    }

    /// Lets time pass on a fixed clock; the machine's clock takes no orders.
    pub fn advance_seconds(&self, seconds: i64) {
        self.leap_seconds(seconds);
        if let Source::Fixed(fixed) = &self.0 {
            let passed = u64::try_from(seconds).unwrap_or(0);
            fixed.elapsed_seconds.fetch_add(passed, Ordering::Relaxed);
        }
    }

    /// Sets a fixed clock forward or back, while no time passes.
    pub fn leap_seconds(&self, seconds: i64) {
        if let Source::Fixed(fixed) = &self.0 {
            fixed.micros.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the clock")]
fn system_micros() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_of_a_fixed_clock_is_no_time_that_passes() {
        let clock = Clock::fixed(Timestamp::from_micros(0));
        clock.advance_seconds(60);
        clock.leap_seconds(-3_600);
        assert_eq!(clock.now().seconds(), -3_540);
        assert_eq!(clock.elapsed(), Duration::from_mins(1));
        clock.advance_seconds(-60);
        assert_eq!(clock.elapsed(), Duration::from_mins(1), "time never runs back");
    }

    #[test]
    fn the_time_since_a_clock_was_made_grows() {
        let clock = Clock::system();
        std::thread::sleep(Duration::from_millis(2));
        let first = clock.elapsed();
        assert!(first >= Duration::from_millis(2));
        assert!(clock.elapsed() >= first);
    }
}
