//! What is done beside the selling, every minute: what has ended is cleared away, orders that
//! nobody paid for are cancelled, and once a day the shop is copied.

use std::time::Duration;

use crate::clock::Clock;
use crate::store::{Store, idempotency, invoices, orders, sessions};

/// How often there is a look round, and the pause when there is more to clear than fits in one go.
const EVERY: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_secs(1);

/// Works until it is dropped. `backups_kept`: daily copies; 0 makes none.
pub async fn run(store: Store, backups_kept: usize, clock: Clock) {
    loop {
        while clear(&store, &clock).await {
            tokio::time::sleep(PAUSE).await;
        }
        match store.back_up_daily(backups_kept, clock.now()).await {
            Ok(true) => tracing::info!("the copy of the day was made and found whole"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the copy of the day could not be made"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Clears away what has ended: sessions, keys, the time to pay, the time to keep a document. Tells
/// whether there is more.
async fn clear(store: &Store, clock: &Clock) -> bool {
    let now = clock.now();
    let cleared = store.write(move |tx| {
        sessions::clean(tx, now)?;
        let more = [
            idempotency::clean(tx, now)?,
            orders::cancel_unpaid(tx, now)?,
            invoices::blank_old(tx, now)?,
        ];
        Ok(more.contains(&true))
    });
    cleared.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what has ended could not be cleared away");
        false
    })
}
