//! What is done beside the selling, every minute: what has ended is cleared away, orders that
//! nobody paid for are cancelled, and once a day the shop is copied.

use std::time::Duration;

use crate::process;
use crate::store::{Store, backups, idempotency, invoices, orders, sessions};

/// The time between two looks round, and the pause when there is more to clear than fits in one go.
const EVERY: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks at the memory, and how much it has grown when some of it goes back.
const MEMORY_EVERY: Duration = Duration::from_secs(5);
const MEMORY_GROWN_BYTES: u64 = 4 * 1024 * 1024;

/// Works until it is dropped. `backups_kept`: daily copies; 0 makes none.
pub async fn run(store: Store, backups_kept: usize) {
    loop {
        while clear(&store).await {
            tokio::time::sleep(PAUSE).await;
        }
        match backups::make_daily(&store, backups_kept).await {
            Ok(true) => tracing::info!("the copy of the day was made and found whole"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the copy of the day could not be made"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Gives memory that a rush took back to the system; works until it is dropped.
pub async fn return_memory() {
    let mut before = process::memory_bytes();
    loop {
        tokio::time::sleep(MEMORY_EVERY).await;
        let (Some(now), Some(low)) = (process::memory_bytes(), before) else { return };
        before = Some(low.min(now));
        if now > low + MEMORY_GROWN_BYTES {
            let _ = tokio::task::spawn_blocking(process::return_free_memory).await;
            before = process::memory_bytes();
        }
    }
}

/// Clears away what has ended: sessions, idempotency keys, the time to pay, the time to keep a
/// document. Returns `true` when there is more.
async fn clear(store: &Store) -> bool {
    let cleared = store.write(|tx| {
        sessions::clean(tx)?;
        let more = [idempotency::clean(tx)?, orders::cancel_unpaid(tx)?, invoices::blank_old(tx)?];
        Ok(more.contains(&true))
    });
    cleared.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what has ended could not be cleared away");
        false
    })
}
