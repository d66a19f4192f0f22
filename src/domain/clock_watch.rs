//! The watch over the machine's clock: a time that leapt ends nothing until it has held for a day
//! or somebody said that it is right.

use std::time::Duration;

use super::calendar::Timestamp;

/// The clock may be off by this much between two looks; a change of more is a leap.
pub const LEAP_SECONDS: i64 = 3600;
/// A shop that was closed for longer has to hear that its clock is right.
const CLOSED_SECONDS_MAX: i64 = 60 * 24 * 3600;
/// A doubted time that has gone on for so long is believed.
const HELD_SECONDS: i64 = 24 * 3600;

/// The times that the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenTimes {
    /// The latest time that was believed.
    pub latest: Timestamp,
    /// The doubted time as it was when the doubt began.
    pub doubted_since: Option<Timestamp>,
}

/// A time of day, and when it was read by a clock that nobody can set.
#[derive(Clone, Copy, Debug)]
struct Look {
    at: Timestamp,
    elapsed: Duration,
}

impl Look {
    /// `true` where no more and no less time has passed until `later` than both clocks say.
    fn leads_to(self, later: Self) -> bool {
        let passed = later.elapsed.saturating_sub(self.elapsed).as_secs();
        let expected = self.at.plus_seconds(i64::try_from(passed).unwrap_or(i64::MAX));
        is_near(expected, later.at)
    }
}

/// The last looks of a program that runs; a new one has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClockWatch {
    believed: Option<Look>,
    doubted: Option<Look>,
}

impl ClockWatch {
    /// Looks at the clock. `seen`: what the file holds; returns what it should hold from now on.
    pub fn look(&mut self, seen: SeenTimes, now: Timestamp, elapsed: Duration) -> SeenTimes {
        if seen.doubted_since.is_none() && self.doubted.is_some() {
            // Somebody said meanwhile that the clock is right.
            *self = Self::default();
        }
        let look = Look { at: now, elapsed };
        let plausible = match self.believed {
            Some(last) => last.leads_to(look),
            None => is_soon_after(seen.latest, now),
        };
        if plausible {
            return self.believe(seen, look);
        }
        let goes_on = match (self.doubted, seen.doubted_since) {
            (Some(last), _) => last.leads_to(look),
            (None, Some(since)) => is_soon_after(since, now),
            (None, None) => false,
        };
        let since = seen.doubted_since.filter(|_| goes_on).unwrap_or(now);
        if now.seconds() - since.seconds() >= HELD_SECONDS {
            return self.believe(seen, look);
        }
        self.doubted = Some(look);
        SeenTimes { doubted_since: Some(since), ..seen }
    }

    /// `latest` is written at most once in an hour: nobody needs it to the minute.
    fn believe(&mut self, seen: SeenTimes, look: Look) -> SeenTimes {
        *self = Self { believed: Some(look), doubted: None };
        let latest = if is_near(seen.latest, look.at) { seen.latest } else { look.at };
        SeenTimes { latest, doubted_since: None }
    }
}

fn is_near(one: Timestamp, other: Timestamp) -> bool {
    one.seconds().abs_diff(other.seconds()) < LEAP_SECONDS.unsigned_abs()
}

fn is_soon_after(seen: Timestamp, now: Timestamp) -> bool {
    let later = now.seconds() - seen.seconds();
    (-LEAP_SECONDS..=CLOSED_SECONDS_MAX).contains(&later)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;

    /// A program that looks at the clock, on a file.
    struct Program {
        watch: ClockWatch,
        seen: SeenTimes,
        wall: i64,
        elapsed: u64,
    }

    impl Program {
        fn at(wall: i64) -> Self {
            let seen = SeenTimes { latest: time(wall), doubted_since: None };
            Self { watch: ClockWatch::default(), seen, wall, elapsed: 0 }
        }

        fn pass(&mut self, seconds: i64) -> &mut Self {
            self.wall += seconds;
            self.elapsed += seconds.unsigned_abs();
            self
        }

        fn leap(&mut self, seconds: i64) -> &mut Self {
            self.wall += seconds;
            self
        }

        fn restart(&mut self) -> &mut Self {
            (self.watch, self.elapsed) = (ClockWatch::default(), 0);
            self
        }

        fn believes(&mut self) -> bool {
            let elapsed = Duration::from_secs(self.elapsed);
            self.seen = self.watch.look(self.seen, time(self.wall), elapsed);
            self.seen.doubted_since.is_none()
        }
    }

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn time_that_passes_is_believed_and_written_once_an_hour() {
        let mut program = Program::at(0);
        let mut written = Vec::new();
        for _ in 0..180 {
            assert!(program.pass(60).believes());
            written.push(program.seen.latest.seconds());
        }
        written.dedup();
        assert_eq!(written, [0, HOUR, 2 * HOUR, 3 * HOUR]);
        assert!(program.pass(90 * DAY).believes(), "a machine that slept for a season");
    }

    #[test]
    fn a_leap_is_doubted_until_the_clock_is_right_again() {
        for leap in [11 * YEAR, 2 * HOUR, -2 * HOUR, -50 * YEAR] {
            let mut program = Program::at(60 * YEAR);
            assert!(program.believes());
            assert!(!program.pass(60).leap(leap).believes(), "{leap}");
            assert!(!program.pass(60).believes(), "{leap}");
            assert_eq!(program.seen.latest, time(60 * YEAR));
            assert!(program.pass(60).leap(-leap).believes(), "{leap}");
        }
        assert!(Program::at(0).leap(HOUR / 2).believes(), "a correction is no leap");
    }

    #[test]
    fn a_leap_that_holds_for_a_day_is_believed_and_one_that_leaps_on_is_not() {
        let mut program = Program::at(0);
        assert!(program.believes());
        assert!(!program.leap(YEAR).believes());
        for _ in 0..23 {
            assert!(!program.pass(HOUR).believes());
        }
        assert!(!program.leap(YEAR).believes(), "the day begins anew");
        assert!(!program.pass(DAY - 1).believes());
        assert!(program.pass(1).believes());
        assert_eq!(program.seen.latest, time(2 * YEAR + 23 * HOUR + DAY));
    }

    #[test]
    fn a_start_long_after_the_last_time_is_doubted_for_a_day_also_over_restarts() {
        let mut program = Program::at(0);
        assert!(program.leap(60 * DAY).restart().believes());
        assert!(!program.leap(61 * DAY).restart().believes());
        assert!(!program.pass(HOUR).believes());
        assert!(!program.leap(22 * HOUR).restart().believes());
        assert!(program.leap(HOUR).restart().believes());
        let mut behind = Program::at(56 * YEAR);
        assert!(!behind.leap(-56 * YEAR).restart().believes(), "a machine without a battery");
        assert!(behind.pass(60).leap(56 * YEAR).believes(), "it heard what time it is");
    }

    #[test]
    fn a_clock_that_somebody_vouched_for_is_believed_at_once() {
        let mut program = Program::at(0);
        assert!(program.believes());
        assert!(!program.leap(YEAR).believes());
        program.seen = SeenTimes { latest: time(program.wall), doubted_since: None };
        assert!(program.pass(60).believes());
        assert!(!program.leap(-YEAR).believes());
    }
}
