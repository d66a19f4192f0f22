//! The rows of the table: what is measured, and what came of it in each round.

use std::path::PathBuf;
use std::time::Duration;

use crate::load::{self, Outcome, Requests, Stream};
use crate::process::Server;

/// Who reads beside a load of orders: so many connections, each with this pause before a request.
pub const READERS: usize = 8;
const READERS_PAUSE: Duration = Duration::from_millis(5);
/// Orders at once beside them.
const BUYERS: usize = 64;
/// Visitors who look at pages, each with this pause before the next.
const VISITORS: usize = 64;
const VISITORS_PAUSE: Duration = Duration::from_millis(100);
/// The time for which a server may tidy up before the next row.
const REST: Duration = Duration::from_millis(200);
const WARM_UP: Duration = Duration::from_millis(300);

/// A row of the table.
pub struct Row<'a> {
    pub name: String,
    pub connections: usize,
    work: Work<'a>,
    pub samples: Vec<Sample>,
    /// The reason for which it could not be measured.
    pub failed: Option<String>,
}

enum Work<'a> {
    Load(&'a Server, Requests),
    /// Readers of one server while the other takes orders.
    Beside(Requests, &'a Requests),
    /// Orders at a steady pace, alone or while visitors look at pages.
    Paced(Requests, Option<&'a Requests>),
    /// Something without a server, in a folder; how often it was done.
    Alone(PathBuf, fn(&std::path::Path, Duration) -> (u64, Duration)),
}

/// What came of a row in a round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Of the server, nanoseconds a request.
    pub cpu: u64,
    /// Requests in a thousand seconds.
    pub rate: u64,
    pub p50_micros: u64,
    pub p99_micros: u64,
    /// Bytes a request.
    pub disk: u64,
    pub calls: u64,
}

impl<'a> Row<'a> {
    pub fn load(name: &str, connections: usize, server: &'a Server, requests: Requests) -> Self {
        Self::of(name, connections, Work::Load(server, requests))
    }

    pub fn beside(name: &str, readers: Requests, orders: &'a Requests) -> Self {
        Self::of(name, READERS, Work::Beside(readers, orders))
    }

    pub fn paced(name: &str, orders: Requests, pages: Option<&'a Requests>) -> Self {
        Self::of(name, READERS, Work::Paced(orders, pages))
    }

    pub fn alone(
        name: &str,
        folder: PathBuf,
        work: fn(&std::path::Path, Duration) -> (u64, Duration),
    ) -> Self {
        Self::of(name, 1, Work::Alone(folder, work))
    }

    fn of(name: &str, connections: usize, work: Work<'a>) -> Self {
        Self { name: name.to_owned(), connections, work, samples: Vec::new(), failed: None }
    }

    /// Runs it for a moment that does not count.
    pub fn warm_up(&mut self) {
        self.run(WARM_UP);
        self.samples.clear();
    }

    /// Runs it for so long, unless it has failed before.
    pub fn run(&mut self, length: Duration) {
        if self.failed.is_some() {
            return;
        }
        match self.measure(length) {
            Ok(sample) => self.samples.push(sample),
            Err(reason) => {
                eprintln!("{} at {} connections: {reason}", self.name, self.connections);
                self.failed = Some(reason);
            }
        }
        std::thread::sleep(REST);
    }

    fn measure(&self, length: Duration) -> Result<Sample, String> {
        match &self.work {
            Work::Load(server, requests) => {
                let pause = Duration::ZERO;
                let stream = Stream { requests, connections: self.connections, pause };
                let look = || (server.cpu(), server.written());
                let ((cpu, written), outcomes) = load::run(&[stream], length, look)?;
                let (cpu, now) = (server.cpu().since(&cpu), server.written());
                let bytes = (now.disk - written.disk, now.calls - written.calls);
                Ok(Sample::of(outcomes.into_iter().next().unwrap_or_default(), cpu, bytes))
            }
            Work::Beside(readers, orders) => {
                let (connections, pause) = (self.connections, READERS_PAUSE);
                let streams = [
                    Stream { requests: readers, connections, pause },
                    Stream { requests: orders, connections: BUYERS, pause: Duration::ZERO },
                ];
                let ((), outcomes) = load::run(&streams, length, || ())?;
                Ok(Sample::of(outcomes.into_iter().next().unwrap_or_default(), 0, (0, 0)))
            }
            Work::Paced(orders, pages) => {
                let (connections, pause) = (self.connections, READERS_PAUSE);
                let mut streams = vec![Stream { requests: orders, connections, pause }];
                streams.extend(pages.map(|requests| Stream {
                    requests,
                    connections: VISITORS,
                    pause: VISITORS_PAUSE,
                }));
                let ((), outcomes) = load::run(&streams, length, || ())?;
                Ok(Sample::of(outcomes.into_iter().next().unwrap_or_default(), 0, (0, 0)))
            }
            Work::Alone(folder, work) => {
                let (done, taken) = work(folder, length);
                Ok(Sample { rate: per_kilosecond(done, taken), ..Sample::default() })
            }
        }
    }
}

impl Sample {
    fn of(outcome: Outcome, cpu: u64, (disk, calls): (u64, u64)) -> Self {
        let Outcome { mut micros, taken } = outcome;
        micros.sort_unstable();
        let done = micros.len() as u64;
        let at = |percent: usize| micros.get((micros.len().max(1) - 1) * percent / 100).copied();
        let each = |sum: u64| sum / done.max(1);
        Self {
            cpu: each(cpu),
            rate: per_kilosecond(done, taken),
            p50_micros: at(50).unwrap_or_default(),
            p99_micros: at(99).unwrap_or_default(),
            disk: each(disk),
            calls: each(calls),
        }
    }
}

fn per_kilosecond(done: u64, taken: Duration) -> u64 {
    let micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX).max(1);
    // Whole numbers are enough: the slowest row does a hundred a second.
    done.saturating_mul(1_000_000_000) / micros
}
