//! How often anyone may knock: steady rates per address or account, and a growing wait after failed
//! sign-ins. All of it goes by the time that has passed, so that a clock that is set changes
//! nothing.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use super::table::Table;
use crate::error::{Code, Error, Result};
use crate::secret::{self, Hash};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Callers that are counted at once, and names and devices that somebody failed with.
const CALLERS_MAX: usize = 100_000;
/// Failed sign-ins without a wait.
const FREE_FAILURES: u32 = 5;
const WAIT_MAX: Duration = Duration::from_mins(15);
/// Failures are forgotten after this long without another.
const FAILURES_KEPT: Duration = HOUR;
/// The factor by which a proxy may send more that nobody has named yet.
pub const UNNAMED_PROXY_FACTOR: i64 = 10;
/// The networks of an IPv6 address that are counted, by the bits of their prefix: a line, a house
/// and a company. Whoever has a large one has all of those in it, and may send more, but not as
/// much as all of them could.
const IPV6_NETWORKS: [(u8, i64); 3] = [(64, 1), (56, 4), (48, 16)];
/// Failed sign-ins an hour for each sign-in a minute that one address may try.
pub const FAILURES_PER_LOGIN: i64 = 4;

/// The requests that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Login,
    SignUp,
    Order,
    Quote,
}

/// The counters of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Rate {
    /// By the minute.
    Asked(Kind),
    /// Sign-ins that failed, by the hour.
    Failed,
}

impl Rate {
    fn window(self) -> Duration {
        match self {
            Self::Asked(_) => MINUTE,
            Self::Failed => HOUR,
        }
    }
}

/// The callers that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An IPv4 address, or the first 64 bits of an IPv6 one.
    Address(IpAddr),
    Account(i64),
    /// A device that has signed in before.
    Device(Hash),
}

impl Who {
    /// The address as a name to count under; of IPv6 its network of 64 bits.
    pub fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self::Address(IpAddr::V6((v6.to_bits() >> 64 << 64).into())),
            v4 @ IpAddr::V4(_) => Self::Address(v4),
        }
    }

    /// The counters of a caller: the bits of each network, and the factor by which it may send more
    /// than one address.
    fn counters(self) -> impl Iterator<Item = (Self, u8, i64)> {
        let networks = match self {
            Self::Address(IpAddr::V6(_)) => IPV6_NETWORKS.as_slice(),
            _ => &[(0, 1)],
        };
        networks.iter().map(move |(bits, factor)| (self.within(*bits), *bits, *factor))
    }

    fn within(self, bits: u8) -> Self {
        match self {
            Self::Address(IpAddr::V6(v6)) => {
                let prefix = v6.to_bits() & (u128::MAX << (128 - u32::from(bits)));
                Self::Address(IpAddr::V6(prefix.into()))
            }
            other => other,
        }
    }
}

/// The one who tries to sign in.
#[derive(Clone, Copy, Debug)]
pub enum Guesser<'a> {
    /// Anyone: counted by the name that they try, and by the network that they come from.
    Stranger { name: &'a str, from: Who, failures_per_hour: i64 },
    /// A device that signed in with this name before. Its counter is its own.
    Known(&'a str),
}

/// The counters, in memory.
pub struct Limits {
    /// The moment at which a counter will be empty again, by its caller and the bits of a network.
    rates: Mutex<Table<(Rate, Who, u8), Duration>>,
    names: Mutex<FailureCounts>,
    devices: Mutex<FailureCounts>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(CALLERS_MAX)
    }
}

impl Limits {
    fn of(callers_max: usize) -> Self {
        Self {
            rates: Mutex::new(Table::new(callers_max)),
            names: Mutex::new(FailureCounts::of(callers_max)),
            devices: Mutex::new(FailureCounts::of(callers_max)),
        }
    }

    /// Counts a request of at most `per_minute`, which may also come all at once. 0 is no limit.
    /// `now`: the time that has passed.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the time to wait.
    pub fn count(&self, kind: Kind, who: Who, per_minute: i64, now: Duration) -> Result<()> {
        self.add(Rate::Asked(kind), who, per_minute, now)
    }

    /// Counts at a rate of at most so many in its window.
    fn add(&self, rate: Rate, who: Who, most: i64, now: Duration) -> Result<()> {
        if most <= 0 {
            return Ok(());
        }
        let Ok(mut rates) = self.rates.lock() else { return Ok(()) };
        // Generic cell rate: each counter is the time at which its bucket will be empty again.
        let counters: Vec<_> = who
            .counters()
            .map(|(network, bits, factor)| {
                let key = (rate, network, bits);
                let empty_at = rates.get(&key).map_or(now, |at| at.max(now));
                (key, empty_at + share(rate, most, factor))
            })
            .collect();
        let full_at = now + rate.window();
        if let Some(ahead) = counters.iter().filter_map(|(_, at)| at.checked_sub(full_at)).max()
            && ahead > Duration::ZERO
        {
            return Err(too_many(ahead));
        }
        for (key, empty_at) in counters {
            rates.set(key, empty_at);
        }
        Ok(())
    }

    /// Takes back what [`Limits::add`] counted.
    fn take_back(&self, rate: Rate, who: Who, most: i64) {
        let Ok(mut rates) = self.rates.lock() else { return };
        for (network, bits, factor) in who.counters().filter(|_| most > 0) {
            let key = (rate, network, bits);
            if let Some(empty_at) = rates.get(&key) {
                rates.set(key, empty_at.saturating_sub(share(rate, most, factor)));
            }
        }
    }

    /// Counts an attempt to sign in as failed until it is known how it ended, so that attempts at
    /// the same time count as well.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] while the wait after earlier failures lasts.
    pub fn attempt<'a>(&'a self, guesser: Guesser<'_>, now: Duration) -> Result<Attempt<'a>> {
        let (counts, name) = match guesser {
            Guesser::Stranger { name, .. } => (&self.names, name),
            Guesser::Known(name) => (&self.devices, name),
        };
        let counted = locked(counts).and_then(|mut counts| {
            let counted = counts.count(secret::hash(name), now)?;
            // Still under the lock: who is refused for their network has not tried this name.
            if let Guesser::Stranger { from, failures_per_hour, .. } = guesser {
                self.add(Rate::Failed, from, failures_per_hour, now)
                    .inspect_err(|_| counts.uncount(counted))?;
            }
            Ok(counted)
        })?;
        let network = match guesser {
            Guesser::Stranger { from, failures_per_hour, .. } => Some((from, failures_per_hour)),
            Guesser::Known(_) => None,
        };
        Ok(Attempt { limits: self, counts, counted, network, open: true })
    }
}

/// An attempt to sign in, counted as a failure. Dropped before it ended, it counts no more: the
/// shop was busy, or something broke, and nobody learnt anything.
#[must_use]
pub struct Attempt<'a> {
    limits: &'a Limits,
    counts: &'a Mutex<FailureCounts>,
    counted: Counted,
    network: Option<(Who, i64)>,
    open: bool,
}

impl Attempt<'_> {
    /// The password was wrong.
    pub fn failed(mut self) {
        self.open = false;
    }

    /// The password was right: the failures before are forgotten.
    pub fn succeeded(self) {
        if let (Some(name), Ok(mut counts)) = (self.counted.name, self.counts.lock()) {
            counts.by_name.remove(&name);
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        if let Ok(mut counts) = self.counts.lock() {
            counts.uncount(self.counted);
        }
        if let Some((from, failures_per_hour)) = self.network {
            self.limits.take_back(Rate::Failed, from, failures_per_hour);
        }
    }
}

/// The failures with one name. Ordered by how much is lost when they are forgotten: the fewest
/// first, of those with a wait the ones that have been quiet for longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Failures {
    /// Up to [`FREE_FAILURES`].
    free: u32,
    last: Duration,
    count: u32,
}

impl Failures {
    fn new(count: u32, last: Duration) -> Self {
        Self { free: count.min(FREE_FAILURES), last, count }
    }

    fn is_old(self, now: Duration) -> bool {
        self.last + FAILURES_KEPT < now
    }

    fn wait(self, now: Duration) -> Option<Duration> {
        let until = self.last + wait_after(self.count)?;
        until.checked_sub(now).filter(|wait| !wait.is_zero())
    }
}

/// A failure that was counted, so that it can be taken back.
#[derive(Clone, Copy)]
struct Counted {
    /// `None` where no name has a place left; those share one counter.
    name: Option<Hash>,
    before: Option<Failures>,
    after: Failures,
}

/// Failures by the hash of a name, so that long names take no more room than short ones.
struct FailureCounts {
    by_name: Table<Hash, Failures>,
    of_the_rest: Option<Failures>,
}

impl FailureCounts {
    fn of(most: usize) -> Self {
        Self { by_name: Table::new(most), of_the_rest: None }
    }

    fn count(&mut self, name: Hash, now: Duration) -> Result<Counted> {
        let name = self.has_place(&name, now).then_some(name);
        let before = self.get(name).filter(|seen| !seen.is_old(now));
        if let Some(wait) = before.and_then(|seen| seen.wait(now)) {
            return Err(too_many(wait));
        }
        let after = Failures::new(before.map_or(0, |seen| seen.count) + 1, now);
        self.set(name, Some(after));
        Ok(Counted { name, before, after })
    }

    fn uncount(&mut self, Counted { name, before, after }: Counted) {
        let Some(seen) = self.get(name) else { return };
        let less = match seen.count {
            _ if seen == after => before,
            // Others failed meanwhile.
            0 | 1 => None,
            count => Some(Failures::new(count - 1, seen.last)),
        };
        self.set(name, less);
    }

    /// Makes a place for a name, unless every other name has a wait that newcomers must not end.
    fn has_place(&mut self, name: &Hash, now: Duration) -> bool {
        if self.by_name.has_place(name) {
            return true;
        }
        let first_with_wait = Failures::new(FREE_FAILURES, Duration::ZERO);
        let quiet = self.by_name.least_from(first_with_wait).filter(|(seen, _)| seen.is_old(now));
        let few = || self.by_name.least().filter(|(seen, _)| *seen < first_with_wait);
        let goes = quiet.or_else(few);
        goes.inspect(|(_, other)| self.by_name.remove(other)).is_some()
    }

    fn get(&self, name: Option<Hash>) -> Option<Failures> {
        name.map_or(self.of_the_rest, |name| self.by_name.get(&name))
    }

    fn set(&mut self, name: Option<Hash>, failures: Option<Failures>) {
        match (name, failures) {
            (None, failures) => self.of_the_rest = failures,
            (Some(name), Some(failures)) => self.by_name.set(name, failures),
            (Some(name), None) => self.by_name.remove(&name),
        }
    }
}

fn locked<T>(counters: &Mutex<T>) -> Result<MutexGuard<'_, T>> {
    counters.lock().map_err(|error| Error::internal(error.to_string()))
}

/// 1, 2, 4, … seconds, a quarter of an hour at most; nothing after the first failures.
fn wait_after(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE_FAILURES)?.min(20);
    Some(Duration::from_secs(1 << doublings).min(WAIT_MAX))
}

/// The time that one request takes of the window.
fn share(rate: Rate, most: i64, factor: i64) -> Duration {
    let most = u32::try_from(most.saturating_mul(factor)).unwrap_or(u32::MAX);
    rate.window() / most
}

fn too_many(wait: Duration) -> Error {
    let seconds = wait.as_secs() + 1;
    let detail = format!("Too many requests. Please try again in {seconds} seconds.");
    Error::new(Code::TooManyRequests, detail).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: usize = FREE_FAILURES as usize;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn address(text: &str) -> Who {
        Who::address(text.parse().unwrap())
    }

    fn stranger(name: &str) -> Guesser<'_> {
        Guesser::Stranger { name, from: address("192.0.2.1"), failures_per_hour: 0 }
    }

    fn fails(limits: &Limits, guesser: Guesser<'_>, now: Duration) -> bool {
        limits.attempt(guesser, now).map(Attempt::failed).is_ok()
    }

    #[test]
    fn a_rate_may_come_at_once_and_then_steadily() {
        let limits = Limits::default();
        let count = |seconds| limits.count(Kind::Order, address("10.0.0.1"), 30, at(seconds));
        assert!((0..30).all(|_| count(0).is_ok()));
        assert!(count(0).is_err());
        assert!(count(1).is_err());
        assert!(count(2).is_ok());
        assert!(count(3).is_err());
        assert!((0..30).all(|_| count(200).is_ok()));
        assert_eq!(count(200).unwrap_err().retry_after_seconds(), Some(3));
    }

    #[test]
    fn an_ipv6_network_is_one_caller() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    }

    #[test]
    fn whoever_has_a_large_network_may_send_a_few_times_as_much_and_not_that_of_all_in_it() {
        let sent = |network: &dyn Fn(u32) -> String| {
            let limits = Limits::default();
            let one = |n| limits.count(Kind::Login, address(&network(n)), 30, at(0)).is_ok();
            (0..70_000).filter(|n| one(*n)).count()
        };
        assert_eq!(sent(&|_| "2001:db8::1".to_owned()), 30);
        assert_eq!(sent(&|n| format!("2001:db8:0:{:x}::1", n % 0x100)), 4 * 30);
        assert_eq!(sent(&|n| format!("2001:db8:0:{:x}::1", n % 0x1_0000)), 16 * 30);
        assert_eq!(sent(&|n| format!("10.0.{}.{}", n >> 8 & 0xff, n & 0xff)), 65_536 + 4_464);
    }

    #[test]
    fn the_quietest_caller_is_forgotten_first() {
        let limits = Limits::of(3);
        let count = |ip: &str, times: usize| {
            (0..times).all(|_| limits.count(Kind::Login, address(ip), 30, at(0)).is_ok())
        };
        assert!(count("10.0.0.1", 30));
        assert!((2..100).all(|n| count(&format!("10.0.0.{n}"), 1)));
        assert!(!count("10.0.0.1", 1));
    }

    #[test]
    fn the_wait_after_failures_grows_to_a_quarter_of_an_hour() {
        let limits = Limits::default();
        let attempt = |seconds| limits.attempt(stranger("ana"), at(seconds)).map(Attempt::failed);
        assert!((0..FREE).all(|_| attempt(0).is_ok()));
        assert_eq!(attempt(0).unwrap_err().retry_after_seconds(), Some(2));
        assert!(attempt(1).is_ok());
        assert!(attempt(2).is_err());
        assert!(attempt(3).is_ok());
        assert!((0..FREE_FAILURES).all(|n| wait_after(n).is_none()));
        assert!((FREE_FAILURES..99).all(|n| wait_after(n).unwrap() <= WAIT_MAX));
        assert_eq!(wait_after(20), Some(WAIT_MAX));
        limits.attempt(stranger("ana"), at(7)).unwrap().succeeded();
        assert!((0..FREE).all(|_| attempt(7).is_ok()));
        assert!(fails(&limits, stranger("somebody else"), at(7)));
    }

    #[test]
    fn an_attempt_of_which_nobody_learnt_anything_is_no_failure() {
        let limits = Limits::default();
        let from = address("2001:db8::1");
        let guesser = Guesser::Stranger { name: "ana", from, failures_per_hour: 20 };
        for _ in 0..1_000 {
            drop(limits.attempt(guesser, at(0)).unwrap());
        }
        assert!((0..FREE).all(|_| fails(&limits, guesser, at(0))));
        assert!(!fails(&limits, guesser, at(0)));
        // One that is taken back leaves the wait as it was.
        drop(limits.attempt(guesser, at(1)).unwrap());
        let (one, other) = (limits.attempt(guesser, at(1)).unwrap(), at(1));
        assert!(limits.attempt(guesser, other).is_err());
        drop(one);
        assert!(fails(&limits, guesser, at(1)));
    }

    #[test]
    fn failures_with_many_names_make_their_network_wait_but_no_other() {
        let limits = Limits::default();
        let guess = |from: &str, name: u32| {
            let name = &format!("nobody {name}");
            let guesser = Guesser::Stranger { name, from: address(from), failures_per_hour: 120 };
            fails(&limits, guesser, at(0))
        };
        assert_eq!((0..500).filter(|n| guess("192.0.2.1", *n)).count(), 120);
        assert!(guess("192.0.2.2", 600));
        let in_a_house = |n: u32| guess(&format!("2001:db8:0:{:x}::1", n % 0x100), 1_000 + n);
        assert_eq!((0..5_000).filter(|n| in_a_house(*n)).count(), 4 * 120);
        assert!(!guess("2001:db8:0:ff::1", 7_000) && guess("2001:db8:0:100::1", 7_001));
    }

    #[test]
    fn made_up_names_free_no_name_from_its_wait() {
        let limits = Limits::default();
        // One failure from its wait, and beyond.
        assert!((0..FREE - 1).all(|_| fails(&limits, stranger("ana"), at(0))));
        assert!((0..FREE).all(|_| fails(&limits, stranger("owner"), at(0))));
        for n in 0..200_000 {
            assert!(fails(&limits, stranger(&format!("nobody {n}")), at(0)));
        }
        assert!(fails(&limits, stranger("ana"), at(0)));
        assert!(!fails(&limits, stranger("ana"), at(0)));
        assert!(!fails(&limits, stranger("owner"), at(0)));
    }

    #[test]
    fn newcomers_share_a_counter_while_every_other_name_waits() {
        let limits = Limits::of(100);
        let fill = |now| {
            (0..100).flat_map(|n| [n; FREE]).all(|n| fails(&limits, stranger(&n.to_string()), now))
        };
        assert!(fill(at(0)));
        let newcomers =
            |now| (0..1_000).filter(|n| fails(&limits, stranger(&format!("new {n}")), now)).count();
        assert_eq!(newcomers(at(0)), FREE);
        assert!((0..100).all(|n| !fails(&limits, stranger(&n.to_string()), at(0))));
        // What is old makes room again.
        assert_eq!(newcomers(at(2 * 3_600)), 1_000);
    }

    #[test]
    fn a_known_device_gets_in_whatever_strangers_do_and_they_guess_no_faster() {
        let limits = Limits::default();
        let guess = |n: u32, now| {
            let from = Who::address(IpAddr::V4((0x0a00_0000 + n).into()));
            let guesser = Guesser::Stranger { name: "owner", from, failures_per_hour: 120 };
            fails(&limits, guesser, now)
        };
        let guessed = (0..10_000).filter(|n| guess(*n, at(u64::from(*n) / 10))).count();
        // Five at once, and then the waits of 1, 2, 4, … seconds, of which ten fit in.
        assert_eq!(guessed, 5 + 9);
        let device = || limits.attempt(Guesser::Known("owner's"), at(1_000));
        device().unwrap().succeeded();
        assert!((0..FREE).all(|_| device().map(Attempt::failed).is_ok()));
        assert!(device().is_err());
    }
}
