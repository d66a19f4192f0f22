//! What the machine itself can do: how often its disk makes a write certain, and how often SQLite
//! alone commits a row.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

const BLOCK: [u8; 4096] = [7; 4096];
/// Blocks of the file, which is written round and round as a log is.
const BLOCKS: u64 = 4_096;

/// Blocks that were written one by one, each certain before the next, and the time of all of them.
pub fn syncs(folder: &Path, length: Duration) -> (u64, Duration) {
    let file = File::create(folder.join("syncs")).unwrap();
    for block in 0..BLOCKS {
        file.write_all_at(&BLOCK, block * BLOCK.len() as u64).unwrap();
    }
    file.sync_all().unwrap();
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < length {
        file.write_all_at(&BLOCK, done % BLOCKS * BLOCK.len() as u64).unwrap();
        file.sync_data().unwrap();
        done += 1;
    }
    (done, begun.elapsed())
}

/// Rows that were inserted one by one, each certain before the next.
pub fn commits(folder: &Path, length: Duration) -> (u64, Duration) {
    let connection = Connection::open(folder.join("commits.db")).unwrap();
    let mode: String =
        connection.query_row("pragma journal_mode = wal", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let table = "create table if not exists rows (id integer primary key, text text) strict";
    connection.execute_batch(&format!("pragma synchronous = full; {table}")).unwrap();
    let mut insert = connection.prepare("insert into rows (text) values (?1)").unwrap();
    let text = "a row of about a hundred bytes ".repeat(3);
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < length {
        insert.execute([&text]).unwrap();
        done += 1;
    }
    (done, begun.elapsed())
}
