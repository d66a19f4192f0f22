//! Payments by card at a provider: below the API and the window, above the store. The shop asks the
//! provider, which never calls the shop, so it works behind any router. No call is made inside a
//! transaction, and none on a thread that answers requests.

mod answers;
mod asker;
mod provider;
mod refunds;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use self::provider::{Failure, Provider};
use crate::domain::Id;
use crate::domain::cards::SecretKey;
use crate::error::{Code, Error, Result};
use crate::store::{Store, settings};

pub use asker::Asker;

/// Requests that wait for the provider at once; it may take fifteen seconds for each.
const CALLERS_MAX: usize = 8;

/// Orders whose buyers are led to the provider at once; those of the same number by its rest go one
/// after the other, so that two tabs make one session.
const TURNS: usize = 64;
const TURN_MAX: Duration = Duration::from_secs(5);

/// The way to the provider. Clones are the same.
#[derive(Clone)]
pub struct Cards(Arc<Parts>);

struct Parts {
    store: Store,
    provider: Provider,
    callers: Semaphore,
    turns: [Mutex<()>; TURNS],
}

impl Cards {
    /// The way to the provider at an address.
    pub fn new(store: Store, base: &str) -> Self {
        let provider = Provider::new(base);
        let (callers, turns) =
            (Semaphore::new(CALLERS_MAX), std::array::from_fn(|_| Mutex::default()));
        Self(Arc::new(Parts { store, provider, callers, turns }))
    }

    /// A place for a request that asks the provider.
    ///
    /// # Errors
    /// Busy where too many wait for it already.
    fn place(&self) -> Result<SemaphorePermit<'_>> {
        self.0.callers.try_acquire().map_err(|_| busy())
    }

    /// The turn of an order's buyer, who may have come by several tabs.
    ///
    /// # Errors
    /// Busy where it does not come soon.
    async fn turn(&self, order_id: Id) -> Result<MutexGuard<'_, ()>> {
        let at = usize::try_from(order_id.get()).unwrap_or(0) % TURNS;
        let Some(turn) = self.0.turns.get(at) else { return Err(busy()) };
        tokio::time::timeout(TURN_MAX, turn.lock()).await.map_err(|_| busy())
    }

    /// The shop's key, if it has one.
    fn secret(&self) -> Result<Option<SecretKey>> {
        let settings = self.0.store.read(settings::load)?;
        Ok(settings.card.as_ref().map(|card| card.secret_key.clone()))
    }

    /// Calls the provider on a thread of its own.
    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Provider) -> std::result::Result<T, Failure> + Send + 'static,
    ) -> std::result::Result<T, Failure> {
        let parts = Arc::clone(&self.0);
        let called = tokio::task::spawn_blocking(move || work(&parts.provider)).await;
        called.unwrap_or_else(|_| Err(Failure::Unknown("a call panicked".to_owned())))
    }
}

fn busy() -> Error {
    let detail = "Too many wait for the card provider. Please try again.";
    Error::new(Code::Busy, detail).retry_after(5)
}
