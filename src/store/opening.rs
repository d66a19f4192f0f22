//! Opening a shop: what a file holds before anybody is served.

use std::path::Path;

use super::engine::backup::Backup;
use super::engine::store::{self, Store};
use super::{Tx, backups, carry_over, clock_watch, idempotency, settings, stored_keys};
use crate::clock::Clock;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::error::Result;

/// Opens the shop of a folder for serving; makes both when they are not there. `currency`: of a new
/// shop; `workers`: threads that may read at once.
///
/// # Errors
/// One sentence for a folder that cannot be used, a second server on it, a newer file.
pub fn open(folder: &Path, clock: Clock, currency: Currency, workers: u32) -> Result<Store> {
    Store::open(folder, clock, workers, |tx, copied| begin(tx, currency, copied))
}

/// Runs `work` on the shop of a folder from another process than its server: keys and staff alone.
///
/// # Errors
/// As [`open`], and what `work` returned.
pub fn write_beside_server<T>(
    folder: &Path,
    currency: Currency,
    now: Timestamp,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    store::write_beside(folder, now, |tx, copied| begin(tx, currency, copied), work)
}

/// Runs `work` on the shop of a folder that nobody serves: what its server knows by heart.
///
/// # Errors
/// One sentence for a folder that is being served; as [`open`], and what `work` returned.
pub fn write_without_server<T>(
    folder: &Path,
    currency: Currency,
    now: Timestamp,
    work: impl FnOnce(&Tx) -> Result<T>,
) -> Result<T> {
    store::write_alone(folder, now, |tx, copied| begin(tx, currency, copied), work)
}

/// The settings and the clock of a new file; the keys, the books and the requests of an older one,
/// and the copy that was made of it before its upgrade.
fn begin(tx: &Tx, currency: Currency, copied: Option<&Backup>) -> Result<()> {
    settings::create_if_missing(tx, currency)?;
    clock_watch::create_if_missing(tx)?;
    stored_keys::make_if_older(tx)?;
    carry_over::carry_over(tx)?;
    idempotency::carry_over(tx)?;
    match copied {
        Some(copy) => backups::record(tx, backups::Kind::Upgrade, copy),
        None => Ok(()),
    }
}
