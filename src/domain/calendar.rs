//! Time: instants on the wire, dates of the shop's zone, and when an order should arrive.
//!
//! `time` reads and writes RFC 3339; `jiff` knows the time zones (its database is built in).

use std::ops::RangeInclusive;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::decimal::digit;
use super::{Invalid, Parsed};

const MICROS_PER_SECOND: i64 = 1_000_000;
/// The last year that is written with four digits.
const YEAR_MAX: u64 = 9_999;
/// 0001-01-02T00:00:00Z to 9999-12-31T00:00:00Z: no other time is taken, so that it has a date in
/// every zone.
const SECONDS_TAKEN: RangeInclusive<i64> = -62_135_510_400..=253_402_214_400;

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many microseconds after 1970-01-01T00:00:00Z.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// This many seconds later (earlier when negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// RFC 3339 in UTC with whole seconds: `2026-11-23T09:01:12Z`.
    pub fn text(self) -> String {
        self.bytes().map(|bytes| text_of(&bytes).to_owned()).unwrap_or_default()
    }

    /// The bytes of the text; a year that has none gives nothing.
    fn bytes(self) -> Option<[u8; 20]> {
        let utc = OffsetDateTime::from_unix_timestamp(self.seconds()).ok()?;
        let (year, month, day) = (u64::try_from(utc.year()).ok()?, utc.month(), utc.day());
        if year > YEAR_MAX {
            return None;
        }
        let (hour, minute, second) = utc.to_hms();
        let mut bytes = *b"0000-00-00T00:00:00Z";
        put_two(&mut bytes, 0, year / 100);
        put_two(&mut bytes, 2, year % 100);
        for (at, number) in [(5, u8::from(month)), (8, day), (11, hour), (14, minute), (17, second)]
        {
            put_two(&mut bytes, at, number.into());
        }
        Some(bytes)
    }
}

fn put_two(bytes: &mut [u8], at: usize, number: u64) {
    (bytes[at], bytes[at + 1]) = (digit(number / 10), digit(number));
}

fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.bytes().as_ref().map_or("", |bytes| text_of(bytes)))
    }
}

/// A day of the calendar, without a zone. Years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `not_a_date`.
    pub fn parse(text: &str) -> Parsed<Self> {
        let invalid = || Invalid::new("not_a_date", "Enter a date such as 2026-11-23.");
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let date = shape.then(|| text.parse().ok()).flatten();
        date.filter(|date: &jiff::civil::Date| date.year() > 0).map(Self).ok_or_else(invalid)
    }

    /// The date as in `2026-11-20`.
    pub fn text(self) -> String {
        text_of(&self.bytes()).to_owned()
    }

    fn bytes(self) -> [u8; 10] {
        let mut bytes = *b"0000-00-00";
        let year = u64::try_from(self.0.year()).unwrap_or_default();
        put_two(&mut bytes, 0, year / 100);
        put_two(&mut bytes, 2, year % 100);
        put_two(&mut bytes, 5, u64::try_from(self.0.month()).unwrap_or_default());
        put_two(&mut bytes, 8, u64::try_from(self.0.day()).unwrap_or_default());
        bytes
    }

    /// Monday is 1, Sunday 7 (ISO 8601).
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// The day after; the last day of the calendar stays.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// So many days later, earlier when negative; at the end of the calendar it stays.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days);
        Self(span.and_then(|span| self.0.checked_add(span)).unwrap_or(self.0))
    }

    /// The first day of the month after; in the last month of the calendar the day stays.
    #[must_use]
    pub fn first_of_next_month(self) -> Self {
        let next = self.0.last_of_month().tomorrow();
        Self(next.unwrap_or(self.0))
    }

    /// The year of the Gregorian calendar.
    pub fn year(self) -> i64 {
        self.0.year().into()
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text_of(&self.bytes()))
    }
}

/// A time zone of the IANA database, such as `Europe/Berlin`.
#[derive(Clone, Debug)]
pub struct Zone(jiff::tz::TimeZone);

impl Zone {
    /// # Errors
    /// `unknown_time_zone`.
    pub fn parse(name: &str) -> Parsed<Self> {
        let detail = "Choose a time zone of the IANA database, such as UTC or Europe/Berlin.";
        let invalid = Invalid::new("unknown_time_zone", detail);
        jiff::tz::TimeZone::get(name).map(Self).map_err(|_| invalid)
    }

    /// Universal time, the zone of a new shop.
    pub fn utc() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }

    /// The name in the spelling of the database.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The date that a calendar on the shop's wall shows.
    pub fn date_of(&self, at: Timestamp) -> Date {
        Date(self.wall(at).date())
    }

    /// The hour of the shop's clock, 0 to 23.
    pub fn hour_of(&self, at: Timestamp) -> i8 {
        self.wall(at).hour()
    }

    /// The time that the clock shows, to the second: `14:05:09`.
    pub fn time_of(&self, at: Timestamp) -> String {
        self.wall(at).strftime("%H:%M:%S").to_string()
    }

    /// The first instant of a day.
    pub fn start_of(&self, date: Date) -> Timestamp {
        let zoned = date.0.to_zoned(self.0.clone());
        Timestamp(zoned.map_or(i64::MAX, |zoned| zoned.timestamp().as_microsecond()))
    }

    fn wall(&self, at: Timestamp) -> jiff::civil::DateTime {
        let instant = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
        self.0.to_datetime(instant)
    }
}

/// Reads an RFC 3339 time with any offset, or a bare date as its first instant in the zone.
///
/// # Errors
/// `not_a_time`.
pub fn parse_time(text: &str, zone: &Zone) -> Parsed<Timestamp> {
    let invalid = || Invalid::new("not_a_time", "Enter a time such as 2026-11-23T09:00:00+01:00.");
    let seconds = match Date::parse(text) {
        Ok(date) => zone.start_of(date).seconds(),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).map_err(|_| invalid())?.unix_timestamp(),
    };
    match SECONDS_TAKEN.contains(&seconds) {
        true => Ok(Timestamp(seconds.saturating_mul(MICROS_PER_SECOND))),
        false => Err(invalid()),
    }
}

/// Reads a time as people agree to it: also on the wall of the shop, such as `2026-11-23T17:30`, of
/// which the first counts where the clock goes back.
///
/// # Errors
/// As [`parse_time`].
pub fn parse_appointment(text: &str, zone: &Zone) -> Parsed<Timestamp> {
    let wall = jiff::civil::DateTime::strptime("%Y-%m-%dT%H:%M", text).ok();
    match wall.and_then(|wall| zone.0.to_timestamp(wall).ok()) {
        Some(at) => parse_time(&at.to_string(), zone),
        None => parse_time(text, zone),
    }
}

/// The working days of the shop, and the days that a delivery takes.
#[derive(Clone, Debug)]
pub struct DeliveryRule<'a> {
    pub zone: &'a Zone,
    /// Open days between order and delivery.
    pub days: i64,
    /// From this hour on, an order counts as the next open day's. 0 to 23.
    pub cut_off_hour: Option<i8>,
    /// ISO weekdays (Monday 1 to Sunday 7) on which the shop is open; never empty.
    pub open_weekdays: &'a [i8],
    /// Days on which it is closed all the same.
    pub closed_dates: &'a [Date],
}

impl DeliveryRule<'_> {
    /// The first open day from this one on.
    fn open_day(&self, from: Date) -> Date {
        let mut date = from;
        // Bounded: some weekday is open, and each of these may be closed.
        for _ in 0..7 * (self.closed_dates.len() + 1) {
            let opens = self.open_weekdays.contains(&date.weekday());
            if opens && !self.closed_dates.contains(&date) {
                break;
            }
            date = date.next();
        }
        date
    }
}

/// The day on which an order should be with the buyer: the day on which the shop takes it up, then
/// as many open days as the delivery takes. It takes it up on the order's day where it is open then
/// and the cut-off hour is not past, else on the next open day.
pub fn expected_delivery(ordered_at: Timestamp, rule: &DeliveryRule) -> Date {
    let today = rule.zone.date_of(ordered_at);
    let too_late = rule.cut_off_hour.is_some_and(|hour| rule.zone.hour_of(ordered_at) >= hour);
    let mut date = rule.open_day(if too_late { today.next() } else { today });
    for _ in 0..rule.days {
        date = rule.open_day(date.next());
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        parse_time(text, &Zone::parse("UTC").unwrap()).unwrap()
    }

    #[test]
    fn times_are_read_with_any_offset_and_written_in_utc() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        for (text, want) in [
            ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00.987654+01:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23", "2026-11-22T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
        ] {
            assert_eq!(parse_time(text, &berlin).unwrap().text(), want);
        }
        for bad in ["", "now", "2026-13-01", "2026-02-30", "2026-11-23 09:00", "0000-01-01", "1e9"]
        {
            assert!(parse_time(bad, &berlin).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_date_is_that_of_the_shops_zone() {
        for (zone, day) in [
            ("Pacific/Kiritimati", "2026-11-24"),
            ("UTC", "2026-11-23"),
            ("America/Los_Angeles", "2026-11-23"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            assert_eq!(zone.date_of(at("2026-11-23T12:00:00Z")).text(), day);
        }
        assert!(Zone::parse("Mars/Olympus").is_err());
    }

    #[test]
    fn delivery_counts_open_days_after_the_cut_off() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let closed_dates = &["2026-12-25", "2027-01-01"].map(|date| Date::parse(date).unwrap());
        let check =
            |zone: &Zone, ordered: &str, days: i64, cut_off_hour: Option<i8>, want: &str| {
                let open_weekdays = &[1, 2, 3, 4, 5];
                let rule = DeliveryRule { zone, days, cut_off_hour, open_weekdays, closed_dates };
                assert_eq!(expected_delivery(at(ordered), &rule).text(), want, "{ordered} +{days}");
            };
        // 2026-11-23 is a Monday.
        check(&zone, "2026-11-23T09:00:00Z", 3, None, "2026-11-26");
        check(&zone, "2026-11-26T09:00:00Z", 3, None, "2026-12-01");
        check(&zone, "2026-11-23T12:59:00Z", 1, Some(14), "2026-11-24");
        check(&zone, "2026-11-23T13:00:00Z", 1, Some(14), "2026-11-25");
        check(&zone, "2026-11-28T09:00:00Z", 0, None, "2026-11-30");
        check(&zone, "2026-11-23T23:30:00Z", 1, None, "2026-11-25");
        check(&zone, "2026-12-24T09:00:00Z", 1, None, "2026-12-28");
        check(&zone, "2026-12-25T09:00:00Z", 0, None, "2026-12-28");
        // Saturday, Sunday and Friday after two o'clock in Berlin are Monday's; so is a Friday
        // that is closed. A day later is Tuesday.
        check(&zone, "2026-11-28T09:00:00Z", 1, Some(14), "2026-12-01");
        check(&zone, "2026-11-28T15:00:00Z", 1, Some(14), "2026-12-01");
        check(&zone, "2026-11-29T09:00:00Z", 1, None, "2026-12-01");
        check(&zone, "2026-11-27T13:00:00Z", 1, Some(14), "2026-12-01");
        check(&zone, "2026-11-27T13:00:00Z", 0, Some(14), "2026-11-30");
        check(&zone, "2026-11-27T12:59:00Z", 1, Some(14), "2026-11-30");
        check(&zone, "2026-12-25T09:00:00Z", 1, None, "2026-12-29");
        check(&zone, "2026-12-24T13:00:00Z", 1, Some(14), "2026-12-29");
        // Saturday's order, taken up on Monday, is there on Thursday after three days.
        check(&zone, "2026-11-28T09:00:00Z", 3, None, "2026-12-03");
    }
}
