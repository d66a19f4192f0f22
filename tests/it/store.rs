//! The writer's promises where no request can show them: panics, a full queue, people who hang up,
//! and a log that stays small.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rocket::tokio::runtime::Runtime;
use rocket::tokio::task::JoinSet;
use tillbox::error::{Code, Error, Result};
use tillbox::store::{Reader, Store, Tx};

use crate::shop::Shop;

/// Jobs the queue takes, at least.
const QUEUE_MIN: usize = 1_024;
/// The writer waits from 64 MiB on until the log is emptied; one group may be on top of that.
const LOG_BYTES_MAX: u64 = 80 * 1024 * 1024;

fn add(tx: &Tx<'_>, name: &str) -> Result<usize> {
    let sql = "insert into customers (name, email, email_key, addresses, accepts_marketing, guest,
            orders_count, total_spent, version, revision, created_at, updated_at)
        values ($1, 'a@b.c', 'a@b.c', '[]', 0, 0, 0, 0, 1, 0, 0, 0)";
    tx.execute(sql, &[&name])
}

fn names(store: &Store) -> i64 {
    store.read(|tx| tx.value("select count(*) from customers", &[])).unwrap()
}

/// Panics without the noise of a backtrace, as a bug in a job would.
fn bug() {
    std::panic::resume_unwind(Box::new("a bug"));
}

#[test]
fn a_job_that_panics_or_refuses_takes_nothing_from_those_beside_it() {
    let shop = Shop::new();
    let store = &shop.store;
    let outcomes = Runtime::new().unwrap().block_on(async {
        let mut jobs = JoinSet::new();
        for number in 0..300 {
            let store = store.clone();
            jobs.spawn(async move {
                let done = store.write(move |tx| {
                    add(tx, "somebody")?;
                    match number % 3 {
                        0 => Ok(()),
                        1 => Err(Error::conflict("no")),
                        _ => {
                            bug();
                            Ok(())
                        }
                    }
                });
                done.await.map_err(|error| error.code())
            });
        }
        jobs.join_all().await
    });
    let count = |outcome| outcomes.iter().filter(|found| **found == outcome).count();
    assert_eq!(count(Ok(())), 100);
    assert_eq!(count(Err(Code::Conflict)), 100);
    assert_eq!(count(Err(Code::Internal)), 100);
    assert_eq!(names(store), 100);
}

#[test]
fn a_full_queue_says_so_at_once_and_does_nothing_and_the_rest_is_done() {
    let shop = Shop::new();
    let store = &shop.store;
    let asked = QUEUE_MIN * 2;
    let outcomes = Runtime::new().unwrap().block_on(async {
        let (open, gate) = mpsc::channel::<()>();
        let (begun, wait_begun) = mpsc::channel();
        let mut jobs = JoinSet::new();
        let first = store.clone();
        jobs.spawn(async move {
            let wait = move |tx: &Tx<'_>| {
                let _ = begun.send(());
                let _ = gate.recv();
                add(tx, "first")
            };
            first.write(wait).await.map(drop).map_err(|error| error.code())
        });
        // Until then it stands in the queue itself.
        wait_begun.recv().unwrap();
        for _ in 0..asked {
            let store = store.clone();
            jobs.spawn(async move {
                let done = store.write(|tx| add(tx, "next")).await;
                done.map(drop).map_err(|error| error.code())
            });
        }
        // Everybody has knocked before the door opens; those who were refused know it already.
        while jobs.try_join_next().is_none() {
            rocket::tokio::time::sleep(Duration::from_millis(5)).await;
        }
        rocket::tokio::time::sleep(Duration::from_millis(200)).await;
        drop(open);
        jobs.join_all().await
    });
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let busy = outcomes.iter().filter(|outcome| **outcome == Err(Code::Busy)).count();
    assert_eq!(done + busy, outcomes.len());
    assert!(done > QUEUE_MIN, "{done} were done");
    assert!(busy > 0);
    assert_eq!(usize::try_from(names(store)).unwrap(), done);
}

#[test]
fn whoever_hangs_up_is_no_trouble_and_what_they_asked_for_is_done() {
    let shop = Shop::new();
    let store = &shop.store;
    Runtime::new().unwrap().block_on(async {
        let (open, gate) = mpsc::channel::<()>();
        let blocker = {
            let store = store.clone();
            rocket::tokio::spawn(async move { store.write(move |_| Ok(gate.recv().ok())).await })
        };
        for _ in 0..100 {
            let asking = store.write(|tx| add(tx, "impatient"));
            let _ = rocket::tokio::time::timeout(Duration::from_millis(1), asking).await;
        }
        drop(open);
        blocker.await.unwrap().unwrap();
        store.write(|tx| add(tx, "patient")).await.unwrap();
    });
    assert_eq!(names(store), 101);
}

#[test]
fn the_log_stays_small_while_people_write_and_read_without_a_pause() {
    let shop = Shop::new();
    let store = &shop.store;
    let log = shop.folder().join("data/shop.db-wal");
    let (stop, largest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let reader = {
        let (store, stop, largest) = (store.clone(), Arc::clone(&stop), Arc::clone(&largest));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                names(&store);
                let bytes = std::fs::metadata(&log).map_or(0, |data| data.len());
                largest.fetch_max(bytes, Ordering::Relaxed);
            }
        })
    };
    let text = "x".repeat(200_000);
    Runtime::new().unwrap().block_on(async {
        for _ in 0..40 {
            let mut jobs = JoinSet::new();
            for _ in 0..20 {
                let (store, text) = (store.clone(), text.clone());
                jobs.spawn(async move { store.write(move |tx| add(tx, &text)).await });
            }
            jobs.join_all().await;
        }
    });
    stop.store(true, Ordering::Relaxed);
    reader.join().unwrap();
    let largest = largest.load(Ordering::Relaxed);
    assert!(largest < LOG_BYTES_MAX, "the log grew to {largest} bytes for 160 MB of data");
}

#[test]
fn what_was_written_is_soon_copied_out_of_the_log_whatever_the_length_of_its_file() {
    let shop = Shop::new();
    let store = &shop.store;
    let text = "x".repeat(200_000);
    let runtime = Runtime::new().unwrap();
    let write = |text: String| runtime.block_on(store.write(move |tx| add(tx, &text))).unwrap();
    // The log has begun anew in its old file, which has the length that it keeps.
    for _ in 0..150 {
        write(text.clone());
    }
    for _ in 0..3 {
        write("somebody".to_owned());
        let begun = Instant::now();
        while !is_copied(&shop) {
            assert!(begun.elapsed() < Duration::from_secs(20), "the log is not copied");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Tells `true` where all that is in the log is in the file as well: in the index of the log, the
/// numbers of its last frame and of the last that was copied (<https://sqlite.org/walformat.html>).
fn is_copied(shop: &Shop) -> bool {
    let index = std::fs::read(shop.folder().join("data/shop.db-shm")).unwrap();
    let number = |at: usize| u32::from_ne_bytes(index[at..at + 4].try_into().unwrap());
    let (last, copied) = (number(16), number(96));
    assert!(last > 0, "the log holds something");
    last == copied
}

#[test]
fn a_search_that_takes_too_long_is_stopped_and_the_next_one_is_answered() {
    let shop = Shop::new();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n)
        select count(*) from n";
    let count =
        |sql: &'static str| shop.store.read_long(Reader::Shop, move |tx| tx.value::<i64>(sql, &[]));
    Runtime::new().unwrap().block_on(async {
        let (one, other) = rocket::tokio::join!(count(endless), count(endless));
        for stopped in [one, other] {
            assert_eq!(stopped.unwrap_err().code(), Code::TooSlow);
        }
        assert_eq!(count("select count(*) from customers").await.unwrap(), 0);
    });
}

#[test]
fn a_read_that_panics_leaves_a_usable_connection_behind() {
    let shop = Shop::new();
    for _ in 0..20 {
        let read = || shop.store.read(|_| -> Result<()> { Err(Error::internal("never")) });
        assert!(read().is_err());
        let panics = std::panic::AssertUnwindSafe(|| {
            shop.store.read(|_| -> Result<()> {
                bug();
                Ok(())
            })
        });
        assert!(std::panic::catch_unwind(panics).is_err());
    }
    assert_eq!(names(&shop.store), 0);
}
