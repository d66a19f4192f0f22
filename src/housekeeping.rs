//! What is done beside the selling, every minute: what has ended is cleared away, orders that
//! nobody paid for are cancelled, and once a day the shop is copied. While the clock is not
//! believed nothing ends.

use std::time::Duration;

use crate::domain::clock_watch::ClockWatch;
use crate::error::Result;
use crate::process;
use crate::store::{
    Reader, Store, Tx, backups, clock_watch, idempotency, invoices, mails, orders, password_resets,
    product_search, sessions, settings,
};

/// The time between two looks round, and the pause when there is more to clear than fits in one go.
const EVERY: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks at what sells best.
const SALES_EVERY: Duration = Duration::from_hours(6);
/// Between two looks at the memory, and how much of it may lie idle.
const MEMORY_EVERY: Duration = Duration::from_secs(5);
const IDLE_MEMORY_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The one who looks round.
pub struct Housekeeper {
    store: Store,
    /// Daily copies; 0 makes none.
    backups_kept: usize,
    watch: ClockWatch,
    believes_clock: bool,
    /// When it was last looked at what sells best, as the store tells time since its start.
    sales_seen: Option<Duration>,
}

impl Housekeeper {
    /// A housekeeper who has not looked yet. `backups_kept`: daily copies; 0 makes none.
    pub fn new(store: Store, backups_kept: usize) -> Self {
        let (watch, believes_clock) = (ClockWatch::default(), true);
        Self { store, backups_kept, watch, believes_clock, sales_seen: None }
    }

    /// Works until it is dropped.
    pub async fn run(mut self) {
        loop {
            self.look_round().await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Looks round once.
    pub async fn look_round(&mut self) {
        while self.clear().await {
            tokio::time::sleep(PAUSE).await;
        }
        self.look_at_sales().await;
        if self.backups_kept == 0 {
            return;
        }
        let kept = match self.believes_clock {
            true => backups::kept_of(&self.store, self.backups_kept),
            false => usize::MAX,
        };
        match backups::make_daily(&self.store, kept).await {
            Ok(true) => tracing::info!("the copy of the day was made and found whole"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "the copy of the day could not be made");
                let reason = error.detail().to_owned();
                let tell = self.store.write(move |tx| mails::tell_failed_backup(tx, &reason));
                if let Err(error) = tell.await {
                    tracing::warn!(%error, "nobody can be told of it");
                }
            }
        }
    }

    /// Looks at what sells best, now and then: whoever searches for what is common sees that first.
    async fn look_at_sales(&mut self) {
        let now = self.store.elapsed();
        if self.sales_seen.is_some_and(|seen| now.saturating_sub(seen) < SALES_EVERY) {
            return;
        }
        self.sales_seen = Some(now);
        let looked = self.store.read_long(Reader::Shop, product_search::look_at_sales).await;
        let noted = match looked {
            Ok(best) => {
                self.store.write(move |tx| product_search::note_best_sellers(tx, &best)).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "what sells best could not be noted");
        }
    }

    /// Looks at the clock, and clears away what has ended by it. Returns `true` when there is more.
    async fn clear(&mut self) -> bool {
        let (seen, elapsed) = (self.watch, self.store.elapsed());
        let looked = self.store.write(move |tx| {
            let mut watch = seen;
            let believed = clock_watch::look(tx, &mut watch, elapsed)?;
            let more = believed && clear_ended(tx)?;
            Ok((watch, believed, more))
        });
        match looked.await {
            Ok((watch, believed, more)) => {
                self.watch = watch;
                self.note_belief(believed);
                more
            }
            Err(error) => {
                tracing::warn!(%error, "what has ended could not be cleared away");
                false
            }
        }
    }

    fn note_belief(&mut self, believed: bool) {
        if believed && !self.believes_clock {
            tracing::info!("the clock is believed again");
        } else if !believed && self.believes_clock {
            tracing::warn!(
                "the clock leapt, or the shop was closed for long: nothing ends by it until it \
                 has held for a day or POST /clock_confirmations says that it is right"
            );
        }
        self.believes_clock = believed;
    }
}

/// Gives memory that a rush took back to the system; works until it is dropped.
pub async fn return_memory(store: Store) {
    loop {
        tokio::time::sleep(MEMORY_EVERY).await;
        if process::idle_memory_bytes().is_some_and(|idle| idle > IDLE_MEMORY_BYTES_MAX) {
            let store = store.clone();
            let work = move || {
                store.forget_pages();
                process::return_free_memory();
            };
            let _ = tokio::task::spawn_blocking(work).await;
        }
    }
}

/// Tells what is running low, and clears away what has ended: sessions, idempotency keys, the time
/// to pay, the time to keep a document. Returns `true` when there is more.
fn clear_ended(tx: &Tx) -> Result<bool> {
    sessions::clean(tx)?;
    password_resets::clean(tx)?;
    mails::tell_low_stock(tx)?;
    let more = [
        mails::clean(tx)?,
        idempotency::clean(tx)?,
        orders::cancel_unpaid(tx)?,
        invoices::blank_old(tx)?,
        invoices::issue_waiting(tx, &*settings::load(tx)?)?,
    ];
    Ok(more.contains(&true))
}
