//! Payments by card at a provider: below the API and the window, above the store. The shop asks the
//! provider, which never calls the shop, so it works behind any router. No call is made inside a
//! transaction, and none on a thread that answers requests.

mod answers;
mod asker;
mod provider;
mod refunds;
mod sessions;

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use self::provider::{Failure, Provider};
use crate::domain::cards::SecretKey;
use crate::error::{Code, Error, Result};
use crate::store::{Store, settings};

pub use asker::Asker;

/// Requests that wait for the provider at once; it may take fifteen seconds for each.
const CALLERS_MAX: usize = 8;

/// The way to the provider. Clones are the same.
#[derive(Clone)]
pub struct Cards(Arc<Parts>);

struct Parts {
    store: Store,
    provider: Provider,
    callers: Semaphore,
}

impl Cards {
    /// The way to the provider at an address.
    pub fn new(store: Store, base: &str) -> Self {
        let provider = Provider::new(base);
        Self(Arc::new(Parts { store, provider, callers: Semaphore::new(CALLERS_MAX) }))
    }

    /// A place for a request that asks the provider.
    ///
    /// # Errors
    /// Busy where too many wait for it already.
    fn place(&self) -> Result<SemaphorePermit<'_>> {
        self.0.callers.try_acquire().map_err(|_| {
            let detail = "Too many wait for the card provider. Please try again.";
            Error::new(Code::Busy, detail).retry_after(5)
        })
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
