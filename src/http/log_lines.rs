//! Lines of log for requests: all of them in common times, so many a second in a rush, so that
//! nobody can fill the disk with them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Lines a second; of 250 bytes each, four and a half megabytes a minute.
const A_SECOND_MAX: u64 = 300;

/// The lines of the present second.
#[derive(Debug, Default)]
pub struct LogLines {
    second: AtomicU64,
    told: AtomicU64,
    untold: AtomicU64,
}

impl LogLines {
    /// Tells `true` where there is a line left. `elapsed`: the time since the server began. Those
    /// for which there was none are told as a number, in the next second that has any.
    pub fn take(&self, elapsed: Duration) -> bool {
        let second = elapsed.as_secs();
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.told.store(0, Ordering::Relaxed);
            let untold = self.untold.swap(0, Ordering::Relaxed);
            if untold > 0 {
                tracing::warn!(untold, "more requests than lines of log");
            }
        }
        let left = self.told.fetch_add(1, Ordering::Relaxed) < A_SECOND_MAX;
        if !left {
            self.untold.fetch_add(1, Ordering::Relaxed);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_its_lines_and_the_next_one_new_ones() {
        let lines = LogLines::default();
        let taken = |second| (0..400).filter(|_| lines.take(Duration::from_secs(second))).count();
        assert_eq!((taken(1), taken(1), taken(2)), (300, 0, 300));
        assert_eq!(lines.untold.load(Ordering::Relaxed), 100);
    }
}
