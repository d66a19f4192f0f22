//! Tillbox: a whole shop in one program and one file.
//!
//! Three layers, and imports only point down: `api` (what the world may ask), `store` (what is
//! kept, and when it is safe), `domain` (what is allowed). In reading order:

/// What the world may ask.
pub mod api;
/// The command line.
pub mod cli;
/// Time, handed in.
pub mod clock;
/// Every knob once.
pub mod config;
/// What is allowed.
pub mod domain;
/// The one error type.
pub mod error;
/// Hashing of passwords.
pub mod hashing;
/// What only the operating system can do.
pub mod process;
/// Randomness, tokens and signatures.
pub mod secret;
/// A server over one folder.
pub mod server;
/// What is kept, and when it is safe.
pub mod store;
