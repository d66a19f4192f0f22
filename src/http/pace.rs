//! How quickly a body comes: whoever falls silent, or sends a trickle, is given up.

use std::time::Duration;

use rocket::data::DataStream;
use rocket::tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout};

use crate::error::{Code, Error, Result};

/// The longest wait for the next bytes.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// Who sends less than this in a span sends too slowly.
const SPAN: Duration = Duration::from_mins(1);
const SPAN_BYTES_MIN: usize = 60 * 200;

/// The pace of one body.
pub struct Pace {
    span_began: Instant,
    came_in_span: usize,
}

impl Pace {
    /// The pace of a body that begins now.
    pub fn new() -> Self {
        Self { span_began: Instant::now(), came_in_span: 0 }
    }

    /// Reads what comes next into the room that a buffer has; 0 at the end.
    ///
    /// # Errors
    /// [`Code::RequestTimeout`] for whoever is too slow; [`Code::BadRequest`] for a body that
    /// breaks off.
    pub async fn read(&mut self, from: &mut DataStream<'_>, into: &mut Vec<u8>) -> Result<usize> {
        let read = timeout(SILENCE_MAX, from.read_buf(into)).await.map_err(|_| too_slow())?;
        let read = read.map_err(|error| {
            Error::new(Code::BadRequest, "The body did not arrive whole.")
                .with_cause(error.to_string())
        })?;
        self.came_in_span += read;
        if read > 0 && self.span_began.elapsed() >= SPAN {
            if self.came_in_span < SPAN_BYTES_MIN {
                return Err(too_slow());
            }
            *self = Self::new();
        }
        Ok(read)
    }
}

fn too_slow() -> Error {
    Error::new(Code::RequestTimeout, "The body came too slowly, or not at all.")
}
