//! What is read for many requests and holds until something is committed.

use std::sync::{Arc, Mutex};

use crate::error::Result;
use crate::store::Store;

/// A reading of the store. Other processes change nothing that is kept so.
#[derive(Debug)]
pub struct Reading<T>(Mutex<Option<(u64, Arc<T>)>>);

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Reading<T> {
    /// What was read last, where nothing was committed since; else what `read` reads now.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn of(&self, store: &Store, read: impl FnOnce() -> Result<Arc<T>>) -> Result<Arc<T>> {
        // The number is read first, so that nothing older stands under a newer one.
        let now = store.commits();
        let kept = self.0.lock().ok().and_then(|kept| kept.clone());
        if let Some((_, known)) = kept.filter(|(commits, _)| *commits == now) {
            return Ok(known);
        }
        let known = read()?;
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some((now, Arc::clone(&known)));
        }
        Ok(known)
    }
}
