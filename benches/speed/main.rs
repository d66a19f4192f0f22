//! The speed of the shop, beside the least that Rocket can do, the machine's own limits and other
//! programs of the kind: everything in turns, so that a busy moment falls on all of them, and in
//! processor time, which such a moment spares. `docs/performance.md` says how to read it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod chance;
mod disk;
mod facts;
mod fill;
mod goals;
mod hello;
mod load;
mod peers;
mod plan;
mod process;
mod rows;
mod shop;
mod silence;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use facts::Facts;
use plan::{Servers, Wanted};
use table::Table;

const USAGE: &str = "\
./test bench [--peer trailbase=PROGRAM] [--peer pocketbase=PROGRAM] [--rounds N] [--seconds N]
             [--big] [--only WORD]
./test bench generate FOLDER --products N --orders N";

/// How much is measured.
struct Options {
    wanted: Wanted,
    rounds: usize,
    length: Duration,
    /// Rows whose name holds this word, and those of the bare hello.
    only: Option<String>,
}

fn main() -> ExitCode {
    // `cargo bench` adds a word of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["hello", port] => hello::serve(port.parse().unwrap()),
        ["generate", folder, "--products", products, "--orders", orders] => {
            fill::fill(folder.as_ref(), products.parse().unwrap(), orders.parse().unwrap());
        }
        _ => match options(words) {
            Some(options) => return measure(&options),
            None => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        },
    }
    ExitCode::SUCCESS
}

fn options(words: Vec<String>) -> Option<Options> {
    let (wanted, length) = (Wanted::default(), Duration::from_secs(2));
    let mut options = Options { wanted, rounds: 5, length, only: None };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--big" => options.wanted.is_big = true,
            "--rounds" => {
                options.rounds = words.next()?.parse().ok().filter(|rounds| *rounds > 0)?;
            }
            "--seconds" => options.length = Duration::from_secs(words.next()?.parse().ok()?),
            "--only" => options.only = Some(words.next()?),
            "--peer" => match words.next()?.split_once('=')? {
                ("trailbase", program) => options.wanted.trailbase = Some(PathBuf::from(program)),
                ("pocketbase", program) => options.wanted.pocketbase = Some(PathBuf::from(program)),
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(options)
}

fn measure(options: &Options) -> ExitCode {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench"));
    let servers = Servers::start(&root, &options.wanted);
    let mut rows = servers.rows();
    if let Some(word) = &options.only {
        rows.retain(|row| row.name == plan::HELLO || row.name.contains(word));
    }
    rows.iter_mut().for_each(rows::Row::warm_up);
    let mut facts = Facts::default();
    let (started, big_started) = servers.started();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for row in &mut rows {
            row.run(options.length);
        }
        if options.only.is_none() {
            facts.note_starts(&started, big_started.as_deref());
        }
        servers.forget_logs();
    }
    if options.only.is_none() {
        facts.loaded_kib = Some(servers.shop.server.memory_kib());
        facts.note_memory(&started);
        facts.note_file(&servers.folder.join("file"), options.length * 2);
    }
    let table = Table(rows);
    println!("\nMedians of {} rounds of {:?} on {}.\n", options.rounds, options.length, machine());
    table.print(plan::HELLO);
    println!();
    goals::print(&table, &facts);
    facts.print();
    if table.0.iter().any(|row| row.failed.is_some()) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The machine in a line.
fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} × {}, Linux {}", model.unwrap_or("an unknown processor"), kernel.trim())
}
