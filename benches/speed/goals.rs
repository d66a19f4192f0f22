//! What the shop is to reach, held against what was measured.

use crate::facts::Facts;
use crate::plan::{
    BESIDE, BESIDE_HELLO, BIG, FILTERS, HELLO, IN_MEMORY, KNOWN, LIST, LIST_BY_KEY, LOOKERS, LOOKS,
    ORDER, PAGE, PAGE_FRAMED, PAGE_MADE, PAGE_PACKED, POCKETBASE_LIST, POCKETBASE_SALE, PRODUCT,
    PRODUCT_BY_KEY, SALE, SALE_BESIDE, SALE_CUT_OFF, SALE_OF_ONE, SALE_QUIET, SEARCHES, SQLITE,
    TRACK, TRAILBASE_LIST, TRAILBASE_PRODUCT, TRAILBASE_SALE,
};
use crate::rows::READERS;
use crate::table::{CALLS, CPU, Name, P99, RATE, Table, hundredths};

/// Something to reach. All figures are thousandths.
pub struct Goal {
    what: String,
    value: Option<u64>,
    is_least: bool,
    must: Option<u64>,
    strive: Option<u64>,
    unit: &'static str,
}

/// At most so many thousandths.
fn most(what: &str, value: Option<u64>, must: u64, strive: u64) -> Goal {
    let bound = |thousandths| Some(thousandths).filter(|limit| *limit > 0);
    let (must, strive) = (bound(must), bound(strive));
    Goal { what: what.to_owned(), value, is_least: false, must, strive, unit: "×" }
}

/// At least so many thousandths.
fn least(what: &str, value: Option<u64>, must: u64, strive: u64) -> Goal {
    Goal { is_least: true, ..most(what, value, must, strive) }
}

impl Goal {
    fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    fn print(&self, value: u64) {
        let sign = if self.is_least { "≥" } else { "≤" };
        let bound = |limit: Option<u64>| {
            let Some(limit) = limit else { return String::new() };
            let reached = if self.is_least { value >= limit } else { value <= limit };
            let mark = if reached { "reached" } else { "**not reached**" };
            format!("{sign} {}: {mark}", hundredths(limit))
        };
        let (must, strive) = (bound(self.must), bound(self.strive));
        println!("| {} | {} {} | {must} | {strive} |", self.what, hundredths(value), self.unit);
    }
}

/// Prints every goal that was measured, with its mark.
pub fn print(table: &Table, facts: &Facts) {
    println!("| goal | measured | must | strive |");
    println!("|---|---|---|---|");
    let all = [reads(table), orders(table), memory(facts), growth(table, facts)];
    let mut missing = 0;
    for goal in all.iter().flatten() {
        match goal.value {
            Some(value) => goal.print(value),
            None => missing += 1,
        }
    }
    println!("\n{missing} goals were not measured in this run.");
}

fn reads(table: &Table) -> Vec<Goal> {
    let cpu = |one, other| table.ratio(one, other, CPU);
    let rate = |one, other| table.ratio(one, other, RATE);
    let mut goals = Vec::new();
    for connections in [16, 64] {
        let (product, hello) = ((PRODUCT, connections), (HELLO, connections));
        let what = format!("a product at {connections}: CPU, of hello's");
        goals.push(most(&what, cpu(product, hello), 1_500, 1_250));
    }
    let known: Name = (KNOWN, 16);
    goals.extend([
        least(
            "a product at 16: rate, of TrailBase's",
            rate((PRODUCT, 16), (TRAILBASE_PRODUCT, 16)),
            1_500,
            0,
        ),
        most(
            "… with a matching `If-None-Match`: CPU, of the full read's",
            cpu(known, (PRODUCT, 16)),
            1_000,
            0,
        ),
        most(
            "… with a matching `If-None-Match`: CPU, of hello's",
            cpu(known, (HELLO, 16)),
            0,
            1_150,
        ),
        most("a list of 20: CPU, of TrailBase's", cpu((LIST, 16), (TRAILBASE_LIST, 16)), 600, 400),
        least(
            "a list of 20: rate, of PocketBase's",
            rate((LIST, 16), (POCKETBASE_LIST, 16)),
            6_000,
            0,
        ),
        most("a product's page: CPU, of hello's", cpu((PAGE, 16), (HELLO, 16)), 6_000, 0),
        most("… in gzip: CPU, of hello's", cpu((PAGE_PACKED, 16), (HELLO, 16)), 6_000, 0),
        most(
            "… its frame made anew: CPU, of hello's",
            cpu((PAGE_FRAMED, 16), (HELLO, 16)),
            6_000,
            0,
        ),
        most("… made anew: CPU, of hello's", cpu((PAGE_MADE, 16), (HELLO, 16)), 6_000, 0),
        most("… made anew: CPU, of the product's", cpu((PAGE_MADE, 16), (PRODUCT, 16)), 0, 0),
        most("an order: CPU, of hello's", cpu((ORDER, 16), (HELLO, 16)), 2_200, 1_700),
        most("tracking: CPU, of hello's", cpu((TRACK, 16), (HELLO, 16)), 2_200, 1_700),
    ]);
    goals
}

fn orders(table: &Table) -> Vec<Goal> {
    let cpu = |one, other| table.ratio(one, other, CPU);
    let rate = |one, other| table.ratio(one, other, RATE);
    let sale: Name = (SALE, 64);
    let kilobytes = |connections| table.median_of((SALE, connections), CALLS);
    let p99 = table.ratio((BESIDE, READERS), (BESIDE_HELLO, READERS), P99);
    let browsed = table.ratio((SALE_BESIDE, READERS), (SALE_QUIET, READERS), P99);
    let cut_off = table.ratio((SALE_CUT_OFF, READERS), (SALE_QUIET, READERS), P99);
    vec![
        most("an order at 64: CPU, of hello's", cpu(sale, (HELLO, 64)), 7_000, 4_000),
        most(
            "an order at 64: CPU, of TrailBase's one-line sale",
            cpu(sale, (TRAILBASE_SALE, 64)),
            1_200,
            0,
        ),
        least(
            "an order at 64: rate, of PocketBase's batch",
            rate(sale, (POCKETBASE_SALE, 64)),
            8_000,
            15_000,
        ),
        least(
            "an order at 64: rate, of TrailBase's one-line sale",
            rate(sale, (TRAILBASE_SALE, 64)),
            0,
            1_000,
        ),
        least("an order at 1: rate, of SQLite alone", rate((SALE, 1), (SQLITE, 1)), 700, 850),
        least(
            "an order at 64: rate, of one whose file is in memory",
            rate(sale, (IN_MEMORY, 64)),
            750,
            900,
        ),
        most("orders while 64 look at pages: 99 %, of those alone", browsed, 2_000, 0),
        most("orders while mail and cards are silent: 99 %, of those alone", cut_off, 1_200, 0),
        most("reads while 64 order: 99 %, of hello's", p99, 3_000, 2_000),
        most("written an order at 64", kilobytes(64), 30_000, 15_000).in_unit("kB"),
        most("written an order at 1", kilobytes(1), 90_000, 45_000).in_unit("kB"),
    ]
}

fn memory(facts: &Facts) -> Vec<Goal> {
    // Thousandths of a MiB.
    let mebibytes = |kib: Option<u64>| kib.map(|kib| kib * 1_000 / 1_024);
    vec![
        most("the file, an order after a month", facts.file_bytes, 2_000, 1_200).in_unit("kB"),
        most("memory, idle", mebibytes(facts.idle_kib), 14_000, 11_000).in_unit("MiB"),
        most("memory, after all of this", mebibytes(facts.loaded_kib), 40_000, 28_000)
            .in_unit("MiB"),
        most("memory, 1,000 idle connections more", mebibytes(facts.connections_kib), 20_000, 0)
            .in_unit("MiB"),
    ]
}

fn growth(table: &Table, facts: &Facts) -> Vec<Goal> {
    let big = |name: &str| format!("{name}{BIG}");
    let mut goals = vec![most(
        "start to the first answer, 1,000,000 orders, of hello's",
        facts.start_ratio(true),
        25_000,
        8_000,
    )];
    for (name, connections) in [
        (PRODUCT, 16),
        (KNOWN, 16),
        (LIST, 16),
        (PRODUCT_BY_KEY, 16),
        (LIST_BY_KEY, 16),
        (ORDER, 16),
        (TRACK, 16),
        (SALE, 1),
        (SALE, 64),
        (SALE_OF_ONE, 64),
    ] {
        let grown = table.ratio((&big(name), connections), (name, connections), CPU);
        let what = format!("growth, {name} at {connections}: CPU");
        goals.push(most(&what, grown, 1_200, 1_100));
    }
    for path in FILTERS {
        let grown = table.ratio((&big(path), LOOKERS), (path, LOOKERS), CPU);
        goals.push(most(&format!("growth, {path}: CPU"), grown, 1_200, 1_100));
    }
    for path in SEARCHES {
        let p99 = table.median_of((&big(path), 1), P99);
        let what = format!("{path} among 100,000 products: 99 %");
        goals.push(most(&what, p99, 20_000, 5_000).in_unit("ms"));
    }
    for path in LOOKS {
        let of_list = table.ratio((&big(path), LOOKERS), (&big(LIST_BY_KEY), 16), CPU);
        let what = format!("growth, {path}: CPU, of a list of 20");
        goals.push(most(&what, of_list, 10_000, 3_000));
    }
    goals
}
