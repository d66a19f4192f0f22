//! What the file knows of the time: the latest that was seen, and whether the clock is believed.

use std::time::Duration;

use super::Tx;
use crate::domain::clock_watch::{ClockWatch, SeenTimes};
use crate::error::Result;

/// Gives a new file the time at which it was made.
pub fn create_if_missing(tx: &Tx) -> Result<()> {
    let sql = "insert into clock (id, seen_at) values (1, $1) on conflict do nothing";
    tx.execute(sql, &[&tx.now()]).map(drop)
}

/// Looks at the clock, and writes down what is new of it. `elapsed`: as the program's clock tells.
/// Returns `true` when the clock is believed.
pub fn look(tx: &Tx, watch: &mut ClockWatch, elapsed: Duration) -> Result<bool> {
    let before = load(tx)?;
    let after = watch.look(before, tx.now(), elapsed);
    if after != before {
        save(tx, after)?;
    }
    Ok(after.doubted_since.is_none())
}

/// Believes the clock, because somebody looked at it who knows.
pub fn confirm(tx: &Tx) -> Result<()> {
    save(tx, SeenTimes { latest: tx.now(), doubted_since: None })
}

/// Tells `true` while the clock is not believed.
pub fn is_doubted(tx: &Tx) -> Result<bool> {
    Ok(load(tx)?.doubted_since.is_some())
}

fn load(tx: &Tx) -> Result<SeenTimes> {
    tx.one("select seen_at, doubted_since from clock", &[], |row| {
        Ok(SeenTimes { latest: row.get("seen_at")?, doubted_since: row.get("doubted_since")? })
    })
}

fn save(tx: &Tx, times: SeenTimes) -> Result<()> {
    let sql = "update clock set seen_at = $1, doubted_since = $2";
    tx.execute(sql, &[&times.latest, &times.doubted_since]).map(drop)
}
