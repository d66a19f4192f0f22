//! What is done beside the selling, every minute: what has ended is cleared away, orders that
//! nobody paid for are cancelled, and once a day the shop is copied.

use std::time::Duration;

use crate::store::{Store, backups, idempotency, invoices, orders, sessions};

/// The time between two looks round, and the pause when there is more to clear than fits in one go.
const EVERY: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_secs(1);

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
