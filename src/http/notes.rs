//! What is noted of a request while it is answered. It is one value, since each that the framework
//! keeps for a request takes a look-up and memory of its own.

use std::sync::OnceLock;
use std::time::Instant;

use rocket::Request;

use super::in_flight::Owner;
use crate::error::Error;

/// The notes of a request. What was noted first stays.
#[derive(Debug, Default)]
pub struct Notes {
    /// The moment it came; none for those that fairings do not see.
    pub began: OnceLock<Instant>,
    pub id: OnceLock<String>,
    /// The kind of caller, once a guard knows.
    pub caller_kind: OnceLock<&'static str>,
    /// Whose bytes under way it makes.
    pub owner: OnceLock<Owner>,
    /// The names of the headers that the framework dropped.
    pub lost_headers: OnceLock<Vec<String>>,
    /// The reason why a guard refused it.
    pub refusal: OnceLock<Error>,
    /// Its cookie has ended, so that its response clears it.
    pub ended_cookie: OnceLock<()>,
}

impl Notes {
    /// The notes of a request.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(Self::default)
    }
}
