//! Copies of the shop: made while it sells, recounted, kept, put back, and made before an upgrade.

mod carried_over;
mod restore;
mod under_load;
mod upgrade;
mod verify;

use std::path::{Path, PathBuf};

use rocket::tokio::runtime::Runtime;
use serde_json::json;
use tillbox::error::Code;
use tillbox::store::backups;
use tillbox::store::engine::verify::file as read_again;

use crate::fixtures::{self, DAY, stocked};
use crate::server::{Stall, tillbox};
use crate::shop::Shop;

#[test]
fn the_owner_downloads_a_copy_that_holds_the_whole_shop() {
    let shop = Shop::new();
    stocked(&shop, 5);
    for _ in 0..3 {
        fixtures::order(1, 1).create(&shop.visitor());
    }
    let answer = shop.owner().post("/backups", json!({}));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Content-Type"), Some("application/octet-stream"));
    assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
    let name = answer.header("Content-Disposition").unwrap();
    assert_eq!(name, "attachment; filename=\"shop-20261123T090000Z.db\"");

    let copy = shop.folder().join("copy.db");
    std::fs::write(&copy, &answer.body).unwrap();
    let verdict = read_again(&copy).unwrap();
    assert_eq!((verdict.orders, verdict.faults.len()), (3, 0));
    assert_eq!(verdict.last_order_at, Some(shop.clock.now()));
    assert_eq!(copies(&shop), Vec::<String>::new(), "nothing is left of it in the folder");
    let health = shop.visitor().get("/health").expect(200);
    assert_eq!(health["last_backup"], "2026-11-23T09:00:00Z");
}

#[test]
fn the_copy_of_the_day_is_made_once_a_day_and_the_oldest_goes() {
    let shop = Shop::new();
    let make = |kept| {
        let made = backups::make_daily(&shop.store, kept);
        Runtime::new().unwrap().block_on(made).unwrap()
    };
    assert!(!make(2), "a shop of today has nothing to lose yet");
    shop.clock.advance_seconds(DAY - 1);
    assert!(!make(2));
    shop.clock.advance_seconds(1);
    assert!(!make(0), "0 makes none");
    assert!(make(2));
    assert!(!make(2), "once");
    assert_eq!(copies(&shop), ["daily-2026-11-24.db"]);
    for _ in 0..3 {
        shop.clock.advance_seconds(DAY);
        assert!(make(2));
    }
    assert_eq!(copies(&shop), ["daily-2026-11-26.db", "daily-2026-11-27.db"]);
    for name in copies(&shop) {
        let copy = shop.config.data.join("backups").join(name);
        assert!(read_again(&copy).unwrap().faults.is_empty());
        let mode = std::os::unix::fs::PermissionsExt::mode(&copy.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    let health = shop.visitor().get("/health").expect(200);
    assert_eq!(health["last_backup"], "2026-11-27T09:00:00Z");
}

#[test]
fn a_shop_that_does_not_add_up_makes_no_copy_keeps_the_old_ones_and_says_so() {
    let shop = Shop::new();
    stocked(&shop, 5);
    let make = || {
        shop.clock.advance_seconds(DAY);
        let made = backups::make_daily(&shop.store, 1);
        Runtime::new().unwrap().block_on(made)
    };
    assert!(make().unwrap());
    shop.beside(|tx| tx.execute("update variants set on_hand = 4", &[])).unwrap();
    let error = make().unwrap_err();
    assert_eq!(error.code(), Code::Damaged);
    assert_eq!(error.cause(), Some("The stock of variant 1 is not the sum of its movements."));
    assert_eq!(copies(&shop), ["daily-2026-11-24.db"]);
    while shop.visitor().get("/health").json()["storage"] == "checking" {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let problem = shop.visitor().get("/health").refused(503, "unhealthy");
    assert_eq!((&problem["ok"], &problem["storage"]), (&json!(false), &json!("damaged")));
    assert_eq!(problem["last_backup"], "2026-11-24T09:00:00Z");
}

#[test]
fn what_a_server_left_that_was_ended_while_copying_is_cleared_away() {
    let shop = Shop::new();
    let folder = shop.config.data.join("backups");
    std::fs::create_dir(&folder).unwrap();
    for name in ["daily-2026-11-22.db", "daily-2026-11-23.db.part", "download-1.db"] {
        std::fs::write(folder.join(name), "half").unwrap();
    }
    assert_eq!(copies(&shop.restarted()), ["daily-2026-11-22.db"]);
}

#[test]
fn the_command_line_copies_a_running_shop_and_never_writes_over_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 10);
    stall.place(1);
    let to = dir.path().join("my copy #1 100%.db");
    let said = succeeds(&["backup", text(&to), "--data", text(dir.path())]);
    assert!(said.starts_with(&format!(
        "{} was made and read again; restorable: 1 order, at 20",
        text(&to)
    )));
    let left: Vec<PathBuf> =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!left.iter().any(|path| text(path).contains("copy") && *path != to), "{left:?}");

    let refused = fails(&["backup", text(&to), "--data", text(dir.path())]);
    assert_eq!(refused, format!("{} is there already; name a new file.\n", text(&to)));
    let refused = fails(&["backup", text(&dir.path().join("shop.db")), "--data", text(dir.path())]);
    assert!(refused.contains("is there already"), "{refused}");
    let nowhere = fails(&["backup", "/nowhere/at/all.db", "--data", text(dir.path())]);
    assert!(nowhere.starts_with("Cannot write /nowhere/at/all.db"), "{nowhere}");
    let empty = dir.path().join("empty");
    let none = fails(&["backup", text(&empty.join("copy.db")), "--data", text(&empty)]);
    assert_eq!(none, format!("There is no shop in the folder {}.\n", text(&empty)));
    assert!(!empty.exists());
    let metrics = stall.admin().get("/metrics").expect(200).text();
    assert!(metrics.contains("tillbox_last_backup_timestamp_seconds 1"), "{metrics}");
}

#[test]
fn a_copy_is_a_new_file_and_goes_through_no_link() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("shop");
    drop(Stall::open(&data, 10));
    let (to, part, other) =
        (dir.path().join("copy.db"), dir.path().join("copy.db.part"), dir.path().join("other"));
    std::os::unix::fs::symlink(&other, &to).unwrap();
    let refused = fails(&["backup", text(&to), "--data", text(&data)]);
    assert_eq!(refused, format!("{} is there already; name a new file.\n", text(&to)));
    assert!(!other.exists());
    std::fs::remove_file(&to).unwrap();

    std::fs::write(&other, "somebody's letters").unwrap();
    std::os::unix::fs::symlink(&other, &part).unwrap();
    let refused = fails(&["backup", text(&to), "--data", text(&data)]);
    assert!(refused.starts_with(&format!("Cannot write {}", text(&part))), "{refused}");
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "somebody's letters");
    std::fs::remove_file(&part).unwrap();

    std::fs::write(&part, "half a copy").unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(&part, open).unwrap();
    succeeds(&["backup", text(&to), "--data", text(&data)]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&to.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "what somebody may have left is not written into");
}

/// The names in the folder of copies.
fn copies(shop: &Shop) -> Vec<String> {
    let entries = std::fs::read_dir(shop.config.data.join("backups"));
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    let mut names: Vec<String> = entries.into_iter().flatten().map(name).collect();
    names.sort();
    names
}

/// What a command says that succeeds.
#[track_caller]
fn succeeds(args: &[&str]) -> String {
    let output = tillbox(args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command complains of that is refused.
#[track_caller]
fn fails(args: &[&str]) -> String {
    let output = tillbox(args);
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
