//! The table, and the figures that are held against each other: always those of the same round, so
//! that a busy moment of the machine falls on both.

use crate::rows::{Row, Sample};

/// A row is named by its words and its connections.
pub type Name<'a> = (&'a str, usize);

/// The figure of a sample that a ratio is made of.
pub type Figure = fn(&Sample) -> u64;

pub const CPU: Figure = |sample| sample.cpu;
pub const RATE: Figure = |sample| sample.rate;
pub const P99: Figure = |sample| sample.p99_micros;
pub const CALLS: Figure = |sample| sample.calls;

/// All rows, once they are measured.
pub struct Table<'a>(pub Vec<Row<'a>>);

impl Table<'_> {
    pub fn samples(&self, (name, connections): Name) -> &[Sample] {
        let is_it = |row: &&Row| row.name == name && row.connections == connections;
        self.0.iter().find(is_it).filter(|row| row.failed.is_none()).map_or(&[], |row| &row.samples)
    }

    /// The median of a figure, where there is one.
    pub fn median_of(&self, name: Name, figure: Figure) -> Option<u64> {
        median(self.samples(name).iter().map(figure).collect())
    }

    /// The thousandths that one is of the other: the median over the rounds.
    pub fn ratio(&self, one: Name, other: Name, figure: Figure) -> Option<u64> {
        let pairs = self.samples(one).iter().zip(self.samples(other));
        let ratio = |(one, other)| thousandths(figure(one), figure(other));
        median(pairs.map(ratio).collect())
    }

    /// Prints it; `hello` names the row that processor time is compared with.
    pub fn print(&self, hello: &str) {
        println!(
            "| what | connections | CPU µs | × hello | requests/s | p50 µs | p99 µs | \
             to disk kB | in all writes kB |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        for row in &self.0 {
            let name = (row.name.as_str(), row.connections);
            let of = |figure: Figure| self.median_of(name, figure).unwrap_or_default();
            let hello = self.ratio(name, (hello, row.connections), CPU).filter(|_| of(CPU) > 0);
            let cells = [
                row.name.clone(),
                row.connections.to_string(),
                known(of(CPU), |cpu| tenths(cpu / 100)),
                hello.map(hundredths).unwrap_or_default(),
                if of(RATE) >= 100_000 {
                    (of(RATE) / 1000).to_string()
                } else {
                    tenths(of(RATE) / 100)
                },
                known(of(|sample| sample.p50_micros), |micros| micros.to_string()),
                known(of(P99), |micros| micros.to_string()),
                known(of(|sample| sample.disk), |bytes| tenths(bytes / 100)),
                known(of(|sample| sample.calls), |bytes| tenths(bytes / 100)),
            ];
            match &row.failed {
                None => println!("| {} |", cells.join(" | ")),
                // The whole of it was said when it happened.
                Some(reason) => println!(
                    "| {} | {} | failed: {} |",
                    cells[0],
                    cells[1],
                    reason.lines().next().unwrap_or_default()
                ),
            }
        }
    }
}

/// The figure in the middle.
pub fn median(mut figures: Vec<u64>) -> Option<u64> {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied()
}

/// The thousandths that one figure is of another.
pub fn thousandths(one: u64, other: u64) -> u64 {
    one.saturating_mul(1_000) / other.max(1)
}

fn known(figure: u64, text: impl FnOnce(u64) -> String) -> String {
    if figure == 0 { String::new() } else { text(figure) }
}

/// Tenths as a decimal.
pub fn tenths(count: u64) -> String {
    format!("{}.{}", count / 10, count % 10)
}

/// Thousandths as a decimal of two digits.
pub fn hundredths(thousandths: u64) -> String {
    format!("{}.{:02}", thousandths / 1_000, thousandths % 1_000 / 10)
}
