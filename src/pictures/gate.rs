//! The gate to rendering: one picture at a time, so that neither memory nor the workers run out.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Limits, Picture, damaged, render};
use crate::error::{Code, Error};

/// Pictures that may wait for their turn; one more is told to come back.
pub(super) const WAITING_MAX: usize = 32;
/// Seconds after which the queue has moved.
const RETRY_AFTER: u64 = 5;

/// Renders pictures, one at a time.
#[derive(Clone)]
pub struct Pictures {
    limits: Limits,
    turn: Arc<Semaphore>,
    pub(super) waiting: Arc<Semaphore>,
}

impl Pictures {
    pub fn new(limits: Limits) -> Self {
        let waiting = Arc::new(Semaphore::new(WAITING_MAX));
        Self { limits, turn: Arc::new(Semaphore::new(1)), waiting }
    }

    /// Renders a file when its turn comes; it is never in memory as a whole.
    ///
    /// # Errors
    /// [`Code::Busy`] when too many wait; why it is no picture.
    pub async fn render(&self, file: File) -> crate::error::Result<Picture> {
        let limits = self.limits;
        self.take_turn(move || Ok(render(BufReader::new(file), limits)?)).await
    }

    pub(super) async fn take_turn(
        &self,
        work: impl FnOnce() -> crate::error::Result<Picture> + Send + 'static,
    ) -> crate::error::Result<Picture> {
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else {
            let detail = "Too many pictures are being read. Please try again.";
            return Err(Error::new(Code::Busy, detail).retry_after(RETRY_AFTER));
        };
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|error| Error::internal(error.to_string()))?;
        // The turn ends with the work, also when the caller hangs up before.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        task.await.unwrap_or_else(|_| Err(damaged("the decoder panicked").into()))
    }
}
