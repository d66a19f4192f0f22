//! `tillbox restore` puts a copy in the shop's place, never over a running shop, and loses neither.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{fails, succeeds, text};
use crate::server::{Dice, Server, Stall, key, program};

/// Restores that are killed halfway.
const KILLS: u64 = 30;

#[test]
fn a_copy_takes_the_place_of_the_shop_which_is_put_aside() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    let copy = dir.path().join("copy.db");
    let mut stall = sell(&data, 3);
    succeeds(&["backup", text(&copy), "--data", text(&data)]);
    stall.place(2);

    let refused = fails(&["restore", text(&copy), "--data", text(&data)]);
    assert!(refused.starts_with("A running Tillbox serves the folder"), "{refused}");
    assert_eq!(stall.orders(|_| ()), 5, "the shop goes on");

    // Killed, so that its last orders are in the log alone.
    stall.server.kill();
    let said = succeeds(&["restore", text(&copy), "--data", text(&data)]);
    assert!(said.contains("restorable: 3 orders"), "{said}");
    stall.reopen();
    assert_eq!(stall.orders(|_| ()), 3);
    stall.place(1);
    assert!(stall.server.stop().success());

    let aside = said.trim_end().trim_end_matches('.').rsplit_once(" lies in ").unwrap().1;
    let verified = succeeds(&["verify", aside]);
    assert!(verified.starts_with("restorable: 5 orders"), "{verified}");
    succeeds(&["restore", aside, "--data", text(&data)]);
    stall.reopen();
    assert_eq!(stall.orders(|_| ()), 5);
}

#[test]
fn a_copy_opens_a_shop_in_an_empty_folder_on_another_machine() {
    let dir = tempfile::tempdir().unwrap();
    let stall = sell(&dir.path().join("here"), 2);
    let copy = dir.path().join("copy.db");
    succeeds(&["backup", text(&copy), "--data", text(&dir.path().join("here"))]);
    let there = dir.path().join("there");
    let said = succeeds(&["restore", text(&copy), "--data", text(&there)]);
    assert_eq!(said.lines().count(), 1, "nothing was put aside: {said}");
    let _server = Server::start(&there);
    let verified = succeeds(&["verify", "--data", text(&there)]);
    assert!(verified.starts_with("restorable: 2 orders"), "{verified}");
    drop(stall);
}

#[test]
fn a_file_that_is_not_restorable_leaves_the_shop_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    let mut stall = sell(&data, 3);
    let copy = dir.path().join("copy.db");
    succeeds(&["backup", text(&copy), "--data", text(&data)]);
    assert!(stall.server.stop().success());
    let before = names(&data);

    let missing = fails(&["restore", "/nowhere/at/all.db", "--data", text(&data)]);
    assert_eq!(missing, "There is no file /nowhere/at/all.db.\n");
    let spoil = |sql: &str| {
        let spoilt = dir.path().join("spoilt.db");
        fs::copy(&copy, &spoilt).unwrap();
        rusqlite::Connection::open(&spoilt).unwrap().execute_batch(sql).unwrap();
        fails(&["restore", text(&spoilt), "--data", text(&data)])
    };
    let said = spoil("update variants set on_hand = 1");
    assert!(said.contains("The stock of variant 1"), "{said}");
    let said = spoil("update refinery_schema_history set version = 99 where version = 2");
    assert!(said.contains("newer Tillbox"), "{said}");

    assert_eq!(names(&data), before);
    stall.reopen();
    assert_eq!(stall.orders(|_| ()), 3);
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_shop_or_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    let copy = dir.path().join("copy.db");
    let mut stall = sell(&data, 3);
    succeeds(&["backup", text(&copy), "--data", text(&data)]);
    stall.place(4);
    stall.server.kill();
    let old = dir.path().join("old");
    copy_folder(&data, &old);

    let mut dice = Dice::thrown("killed restores");
    let (mut kept, mut restored) = (0, 0);
    for round in 0..KILLS {
        fs::remove_dir_all(&data).unwrap();
        copy_folder(&old, &data);
        let mut command = program();
        command.args(["restore", text(&copy), "--data", text(&data)]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(dice.below(60_000)));
        let _ = child.kill();
        child.wait().unwrap();
        let said = succeeds(&["verify", "--data", text(&data)]);
        match said.split(' ').nth(1).unwrap() {
            "7" => kept += 1,
            "3" => restored += 1,
            orders => panic!("round {round}: {orders} orders"),
        }
        let _server = Server::start(&data);
    }
    println!("{KILLS} restores killed: {kept} left the old shop, {restored} the new one");
}

/// A served shop with some orders.
fn sell(data: &Path, orders: usize) -> Stall {
    let stall = Stall::open(data, 1_000);
    key(data, "read");
    stall.place(orders);
    stall
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<PathBuf> = entries.collect();
    names.sort();
    names
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for path in names(from) {
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}
