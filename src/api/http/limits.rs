//! How often anyone may knock: steady rates per address or account, and a growing wait after failed
//! sign-ins.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;

use crate::domain::calendar::Timestamp;
use crate::error::{Code, Error, Result};
use crate::secret;

const MINUTE_MICROS: i64 = 60_000_000;
/// Callers that are remembered; then those who are quiet again are forgotten.
const CALLERS_MAX: usize = 100_000;
/// Failed sign-ins without a wait.
const FREE_FAILURES: u32 = 5;
const WAIT_SECONDS_MAX: i64 = 15 * 60;
/// Failures are forgotten after this long without another.
const FAILURES_KEPT_SECONDS: i64 = 60 * 60;
/// The factor by which a proxy may send more that nobody has named yet.
pub const UNNAMED_PROXY_FACTOR: i64 = 10;

/// The requests that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Login,
    SignUp,
    Order,
    Quote,
}

/// The callers that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// An IPv4 address, or the first 64 bits of an IPv6 one.
    Address(IpAddr),
    Account(i64),
}

impl Who {
    /// The address as a name to count under; of IPv6 its network of 64 bits.
    pub fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self::Address(IpAddr::V6((v6.to_bits() >> 64 << 64).into())),
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }
}

/// The counters, in memory.
#[derive(Default)]
pub struct Limits {
    rates: Mutex<HashMap<(Kind, Who), Timestamp>>,
    /// By the hash of a name, so that long names take no more room than short ones.
    failures: Mutex<HashMap<secret::Hash, Failures>>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Limits {
    /// Counts a request of at most `per_minute`, which may also come all at once. 0 is no limit.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the time to wait.
    pub fn count(&self, kind: Kind, who: Who, per_minute: i64, now: Timestamp) -> Result<()> {
        if per_minute <= 0 {
            return Ok(());
        }
        let Ok(mut rates) = self.rates.lock() else { return Ok(()) };
        forget(&mut rates, |full_at| *full_at <= now);
        // Generic cell rate: the time at which the bucket will be empty again.
        let each = MINUTE_MICROS / per_minute;
        let empty_at = rates.get(&(kind, who)).map_or(now, |at| *at.max(&now));
        let ahead = empty_at.micros() - now.micros() + each;
        if ahead > MINUTE_MICROS {
            return Err(too_many((ahead - MINUTE_MICROS) / 1_000_000 + 1));
        }
        rates.insert((kind, who), Timestamp::from_micros(empty_at.micros() + each));
        Ok(())
    }

    /// Counts an attempt to sign in as failed until [`Limits::succeeded`] says otherwise, so that
    /// attempts at the same time count as well.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] while the wait after earlier failures lasts.
    pub fn attempt(&self, name: &str, now: Timestamp) -> Result<()> {
        let Ok(mut failures) = self.failures.lock() else { return Ok(()) };
        let old = now.plus_seconds(-FAILURES_KEPT_SECONDS);
        forget(&mut failures, |failures| failures.last < old);
        let name = secret::hash(name);
        let seen = failures.get(&name).filter(|seen| seen.last >= old);
        let count = seen.map_or(0, |seen| seen.count);
        if let Some(seen) = seen.filter(|seen| seen.count >= FREE_FAILURES) {
            let until = seen.last.plus_seconds(wait_seconds(seen.count));
            if now < until {
                return Err(too_many(until.seconds() - now.seconds() + 1));
            }
        }
        failures.insert(name, Failures { count: count + 1, last: now });
        Ok(())
    }

    /// Forgets the failures of a name: its owner is in.
    pub fn succeeded(&self, name: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.remove(&secret::hash(name));
        }
    }
}

/// 1, 2, 4, … seconds, a quarter of an hour at most.
fn wait_seconds(failures: u32) -> i64 {
    let doublings = failures.saturating_sub(FREE_FAILURES).min(20);
    (1_i64 << doublings).min(WAIT_SECONDS_MAX)
}

fn forget<K: Eq + Hash, V>(map: &mut HashMap<K, V>, is_old: impl Fn(&V) -> bool) {
    if map.len() >= CALLERS_MAX {
        map.retain(|_, value| !is_old(value));
    }
    if map.len() >= CALLERS_MAX {
        map.clear();
    }
}

fn too_many(seconds: i64) -> Error {
    let seconds = u64::try_from(seconds).unwrap_or(1).max(1);
    let detail = format!("Too many requests. Please try again in {seconds} seconds.");
    Error::new(Code::TooManyRequests, detail).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_rate_may_come_at_once_and_then_steadily() {
        let limits = Limits::default();
        let who = Who::address("10.0.0.1".parse().unwrap());
        let count = |seconds| limits.count(Kind::Order, who, 30, at(seconds)).is_ok();
        assert!((0..30).all(|_| count(0)));
        assert!(!count(0));
        assert!(!count(1));
        assert!(count(2));
        assert!(!count(3));
        assert!((0..30).all(|_| count(200)));
        assert!(!count(200));
    }

    #[test]
    fn an_ipv6_network_is_one_caller() {
        let who = |text: &str| Who::address(text.parse().unwrap());
        assert_eq!(who("2001:db8::1"), who("2001:db8::2"));
        assert_ne!(who("2001:db8::1"), who("2001:db8:0:1::1"));
        assert_eq!(who("::ffff:10.0.0.1"), who("10.0.0.1"));
    }

    #[test]
    fn the_wait_after_failures_grows_to_a_quarter_of_an_hour() {
        let limits = Limits::default();
        let attempt = |seconds| limits.attempt("ana", at(seconds));
        assert!((0..5).all(|_| attempt(0).is_ok()));
        assert_eq!(attempt(0).unwrap_err().retry_after_seconds(), Some(2));
        assert!(attempt(1).is_ok());
        assert!(attempt(2).is_err());
        assert!(attempt(3).is_ok());
        assert!((0..30).all(|n| wait_seconds(n) <= 900) && wait_seconds(20) == 900);
        limits.succeeded("ana");
        assert!((0..5).all(|_| attempt(4).is_ok()));
        assert!(limits.attempt("somebody else", at(4)).is_ok());
    }
}
