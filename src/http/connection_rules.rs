//! The rules by which connections are ended: half a request for too long, an answer that nobody
//! reads, nothing at all, or more of them than there may be.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use crate::process::Socket;

/// From the first byte of a request until it is whole but for its body.
const HEADERS_MAX: Duration = Duration::from_secs(10);
/// Without any byte in either direction.
const IDLE_MAX: Duration = Duration::from_mins(1);
/// While none of what was sent arrives.
const UNREAD_MAX: Duration = Duration::from_secs(30);
/// What happened less than this ago may be part of what comes next: the system tells times by its
/// ticks, and a response is made a moment before it is sent.
const SLACK: Duration = Duration::from_millis(100);
/// A connection that was not there a look ago may have been made since.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2);
/// Connections at most, however many files may be open.
const CONNECTIONS_MAX: usize = 4_096;
/// Files that are left for the shop itself.
const FILES_RESERVED: u64 = 128;
/// Of all connections, one address may hold this part (one in so many).
const ADDRESS_PART: usize = 4;

/// What the requests of a connection have noted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exchange {
    under_way: u32,
    requests: u64,
    answered: Option<Instant>,
    /// A proxy sends the requests of many.
    crowd: bool,
}

impl Exchange {
    /// Notes a request that is whole but for its body.
    pub fn begin(&mut self, crowd: bool) {
        self.under_way += 1;
        self.requests += 1;
        self.crowd |= crowd;
    }

    /// Notes that its response was made.
    pub fn answer(&mut self, now: Instant) {
        self.under_way = self.under_way.saturating_sub(1);
        self.answered = Some(now);
    }
}

/// The reasons to end a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    HalfARequest,
    Unread,
    Idle,
    TooMany,
}

impl Limit {
    pub const ALL: [Self; 4] = [Self::HalfARequest, Self::Unread, Self::Idle, Self::TooMany];

    /// The word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::HalfARequest => "half a request for too long",
            Self::Unread => "an answer was not read",
            Self::Idle => "idle",
            Self::TooMany => "too many",
        }
    }

    /// Tells `true` for a connection that nothing is under way on.
    pub fn is_at_rest(socket: &Socket, exchange: Option<&Exchange>, now: Instant) -> bool {
        let answered = exchange.and_then(|exchange| exchange.answered);
        let quiet = answered.is_none_or(|answered| now - answered > SLACK);
        let under_way = exchange.is_some_and(|exchange| exchange.under_way > 0);
        let still = socket.since_received > SLACK && socket.since_sent > SLACK;
        !under_way && !socket.is_sending && quiet && still
    }
}

/// The rules, and what they remember of each connection between two looks.
#[derive(Debug)]
pub struct Rules {
    connections_max: usize,
    memory: HashMap<u64, Memory>,
}

#[derive(Clone, Copy, Debug)]
struct Memory {
    /// The requests before the half one, and when that was seen first.
    half: Option<(u64, Instant)>,
    arrived: u64,
    arrived_at: Instant,
}

impl Rules {
    /// The rules where so many files may be open.
    pub fn new(files_max: Option<u64>) -> Self {
        let room = files_max.map_or(u64::MAX, |files| files.saturating_sub(FILES_RESERVED));
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        Self { connections_max: room.clamp(ADDRESS_PART, CONNECTIONS_MAX), memory: HashMap::new() }
    }

    /// The connections to end. Exchanges of connections that are gone are forgotten.
    pub fn judge(
        &mut self,
        open: &[Socket],
        exchanges: &mut HashMap<SocketAddr, Exchange>,
        now: Instant,
    ) -> Vec<(Socket, Limit)> {
        self.remember(open, exchanges, now);
        let mut ended = Vec::new();
        let mut rest = Vec::new();
        for socket in open {
            match self.overdue(socket, exchanges.get(&socket.peer), now) {
                Some(limit) => ended.push((*socket, limit)),
                None => rest.push(*socket),
            }
        }
        ended.extend(self.surplus(&rest, exchanges).into_iter().map(|s| (s, Limit::TooMany)));
        ended
    }

    fn remember(
        &mut self,
        open: &[Socket],
        exchanges: &mut HashMap<SocketAddr, Exchange>,
        now: Instant,
    ) {
        let mut before = std::mem::take(&mut self.memory);
        for socket in open {
            let (cookie, peer, arrived) = (socket.cookie, socket.peer, socket.arrived);
            let new = Memory { half: None, arrived, arrived_at: now };
            let mut memory = before.remove(&cookie).unwrap_or(new);
            if memory.arrived != arrived || !socket.is_sending {
                (memory.arrived, memory.arrived_at) = (arrived, now);
            }
            let exchange = exchanges.get(&peer);
            let requests = exchange.map_or(0, |exchange| exchange.requests);
            memory.half = match memory.half {
                _ if !is_half(socket, exchange, now) => None,
                Some((since, at)) if since == requests => Some((since, at)),
                _ => Some((requests, now)),
            };
            self.memory.insert(cookie, memory);
        }
        let peers: HashSet<SocketAddr> = open.iter().map(|socket| socket.peer).collect();
        exchanges.retain(|peer, exchange| {
            let recent = exchange.answered.is_some_and(|answered| now - answered < FORGOTTEN_AFTER);
            peers.contains(peer) || exchange.under_way > 0 || recent
        });
    }

    fn overdue(&self, socket: &Socket, exchange: Option<&Exchange>, now: Instant) -> Option<Limit> {
        let memory = self.memory.get(&socket.cookie)?;
        let under_way = exchange.is_some_and(|exchange| exchange.under_way > 0);
        if socket.is_sending {
            return (now - memory.arrived_at > UNREAD_MAX).then_some(Limit::Unread);
        }
        if memory.half.is_some_and(|(_, since)| now - since > HEADERS_MAX) {
            return Some(Limit::HalfARequest);
        }
        let idle = socket.since_received.min(socket.since_sent);
        (!under_way && idle > IDLE_MAX).then_some(Limit::Idle)
    }

    /// Those that are too many: of the address with the most, the ones with half a request first,
    /// then those that have been quiet the longest. One with a request under way is left alone.
    fn surplus(&self, open: &[Socket], exchanges: &HashMap<SocketAddr, Exchange>) -> Vec<Socket> {
        let mut groups: HashMap<IpAddr, Vec<&Socket>> = HashMap::new();
        for socket in open {
            groups.entry(network(socket.peer.ip())).or_default().push(socket);
        }
        let mut surplus = Vec::new();
        let mut left = open.len();
        let mut groups: Vec<Vec<&Socket>> = groups.into_values().collect();
        groups.sort_unstable_by_key(Vec::len);
        for mut group in groups.into_iter().rev() {
            let crowd = group
                .iter()
                .any(|socket| exchanges.get(&socket.peer).is_some_and(|exchange| exchange.crowd));
            let part = self.connections_max / if crowd { 1 } else { ADDRESS_PART };
            let over =
                group.len().saturating_sub(part).max(left.saturating_sub(self.connections_max));
            if over == 0 {
                continue;
            }
            group.retain(|socket| {
                exchanges.get(&socket.peer).is_none_or(|exchange| exchange.under_way == 0)
            });
            group.sort_unstable_by_key(|socket| {
                let half = self.memory.get(&socket.cookie).is_some_and(|m| m.half.is_some());
                (half, socket.since_received.min(socket.since_sent))
            });
            let ended = group.iter().rev().take(over).map(|socket| **socket);
            let before = surplus.len();
            surplus.extend(ended);
            left -= surplus.len() - before;
        }
        surplus
    }
}

/// Tells `true` where something of a request came after the last one was answered.
fn is_half(socket: &Socket, exchange: Option<&Exchange>, now: Instant) -> bool {
    let waiting = socket.received > 0 && !socket.is_sending;
    match exchange {
        _ if !waiting => false,
        None => true,
        Some(exchange) if exchange.under_way > 0 => false,
        Some(exchange) => exchange.answered.is_some_and(|answered| {
            let since_answered = now.saturating_duration_since(answered);
            socket.since_received + SLACK < since_answered
        }),
    }
}

/// The network that counts as one: an IPv4 address, or the first 56 bits of an IPv6 one, which is
/// what a household is given.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 72 << 72).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "how long something takes is no time of day")]
mod tests {
    use super::*;

    const A_WHILE: Duration = Duration::from_mins(10);

    fn socket(host: u8, port: u16) -> Socket {
        Socket {
            number: -1,
            cookie: u64::from(host) << 16 | u64::from(port),
            peer: SocketAddr::from(([10, 0, 0, host], port)),
            received: 10,
            arrived: 0,
            is_sending: false,
            since_received: Duration::from_secs(1),
            since_sent: A_WHILE,
        }
    }

    fn limits(ended: &[(Socket, Limit)]) -> Vec<Limit> {
        ended.iter().map(|(_, limit)| *limit).collect()
    }

    #[test]
    fn half_a_request_has_ten_seconds_however_slowly_its_bytes_come() {
        let (mut rules, mut exchanges) = (Rules::new(None), HashMap::new());
        let (start, dripping) = (Instant::now(), [socket(1, 1)]);
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(rules.judge(&dripping, &mut exchanges, at(0)).is_empty());
        assert!(rules.judge(&dripping, &mut exchanges, at(10)).is_empty());
        assert_eq!(limits(&rules.judge(&dripping, &mut exchanges, at(11))), [Limit::HalfARequest]);
        // A request that is whole is none, and the next one has its own time.
        let exchange = exchanges.entry(dripping[0].peer).or_insert_with(Exchange::default);
        exchange.begin(false);
        assert!(rules.judge(&dripping, &mut exchanges, at(12)).is_empty());
        exchanges.get_mut(&dripping[0].peer).unwrap().answer(at(13));
        assert!(rules.judge(&dripping, &mut exchanges, at(20)).is_empty());
        assert!(rules.judge(&dripping, &mut exchanges, at(30)).is_empty());
        assert_eq!(limits(&rules.judge(&dripping, &mut exchanges, at(31))), [Limit::HalfARequest]);
    }

    #[test]
    fn who_neither_speaks_nor_is_spoken_to_is_idle_after_a_minute() {
        let (mut rules, now) = (Rules::new(None), Instant::now());
        let exchange = |answered: Duration| {
            let mut exchange = Exchange::default();
            exchange.begin(false);
            exchange.answer(now.checked_sub(answered).unwrap());
            exchange
        };
        let quiet = Socket { since_received: A_WHILE, ..socket(1, 1) };
        // A feed sends, and nothing comes back but that it arrives.
        let feed = Socket { since_sent: Duration::from_secs(19), ..socket(1, 2) };
        let feed = Socket { since_received: A_WHILE, ..feed };
        let mut exchanges: HashMap<SocketAddr, Exchange> =
            [quiet, feed].map(|socket| (socket.peer, exchange(A_WHILE))).into();
        let ended = rules.judge(&[quiet, feed], &mut exchanges, now);
        assert_eq!((limits(&ended), ended[0].0.peer), (vec![Limit::Idle], quiet.peer));
    }

    #[test]
    fn an_answer_that_does_not_arrive_ends_its_connection() {
        let (mut rules, mut exchanges) = (Rules::new(None), HashMap::new());
        let start = Instant::now();
        let mut reader = Socket { is_sending: true, ..socket(1, 1) };
        for (seconds, arrived, ended) in [(0, 0, 0), (29, 5, 0), (58, 5, 0), (60, 5, 1)] {
            reader.arrived = arrived;
            let now = start + Duration::from_secs(seconds);
            assert_eq!(rules.judge(&[reader], &mut exchanges, now).len(), ended, "{seconds}");
        }
    }

    #[test]
    fn an_address_holds_a_quarter_and_those_at_work_stay() {
        let (mut rules, now) = (Rules::new(Some(FILES_RESERVED + 40)), Instant::now());
        let mut open: Vec<Socket> = (1..=20).map(|port| socket(1, port)).collect();
        open.extend([socket(2, 1), socket(2, 2)]);
        let mut exchanges = HashMap::new();
        for port in 1..=12 {
            exchanges.entry(socket(1, port).peer).or_insert_with(Exchange::default).begin(false);
        }
        // Ten may stay, twelve are at work: the other eight go.
        let ended = rules.judge(&open, &mut exchanges, now);
        assert!(ended.iter().all(|(socket, _)| socket.peer.ip() == IpAddr::from([10, 0, 0, 1])));
        assert_eq!(limits(&ended), [Limit::TooMany; 8]);
        assert!(ended.iter().all(|(socket, _)| socket.peer.port() > 12));
        // A proxy sends the requests of many.
        exchanges.get_mut(&socket(1, 1).peer).unwrap().begin(true);
        assert!(rules.judge(&open, &mut exchanges, now).is_empty());
    }
}
