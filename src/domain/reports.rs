//! The spans that a report is cut into, and what it is sorted by.

use super::calendar::Date;
use super::words::words;

/// Rows of one report.
pub const ROWS_MAX: usize = 1_000;

words! {
    /// The length of a row of a report.
    Interval, "unknown_value", "Give one of day, week, month." {
        Day = "day",
        /// From Monday on (ISO 8601).
        Week = "week",
        Month = "month",
    }
}

words! {
    /// What the best sellers are told by, the most first.
    ProductSort, "unknown_value", "Give one of -units, -gross." {
        Units = "-units",
        Gross = "-gross",
    }
}

impl Interval {
    /// The first days of the rows from one date to another, the first of which is `from` itself;
    /// no more than one above [`ROWS_MAX`].
    pub fn starts(self, from: Date, to: Date) -> Vec<Date> {
        let mut starts = vec![from];
        let mut day = from;
        while starts.len() <= ROWS_MAX {
            let next = self.after(day);
            // At the end of the calendar it goes no further.
            if next > to || next <= day {
                break;
            }
            starts.push(next);
            day = next;
        }
        starts
    }

    /// The first day of the row that follows the one this day is in.
    fn after(self, day: Date) -> Date {
        match self {
            Self::Day => day.next(),
            Self::Week => day.plus_days(8 - i64::from(day.weekday())),
            Self::Month => day.first_of_next_month(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_cut_at_days_mondays_and_firsts() {
        let date = |text| Date::parse(text).unwrap();
        let cut = |interval: Interval, from, to| -> Vec<String> {
            let starts = interval.starts(date(from), date(to));
            starts.into_iter().map(Date::text).collect()
        };
        assert_eq!(cut(Interval::Day, "2026-02-28", "2026-03-01"), ["2026-02-28", "2026-03-01"]);
        // 2026-11-23 is a Monday.
        let weeks = cut(Interval::Week, "2026-11-22", "2026-11-30");
        assert_eq!(weeks, ["2026-11-22", "2026-11-23", "2026-11-30"]);
        let months = cut(Interval::Month, "2026-11-15", "2027-01-01");
        assert_eq!(months, ["2026-11-15", "2026-12-01", "2027-01-01"]);
        assert_eq!(cut(Interval::Month, "2026-11-15", "2026-11-15"), ["2026-11-15"]);
        assert_eq!(cut(Interval::Day, "2000-01-01", "2026-01-01").len(), ROWS_MAX + 1);
        assert_eq!(cut(Interval::Day, "9999-12-30", "9999-12-31").len(), 2);
    }
}
