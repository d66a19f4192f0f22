//! Tillbox: a whole shop in one program and one file.
//!
//! Three layers, and imports only point down: `api` (what the world may ask, by `http`), `store`
//! (what is kept, and when it is safe), `domain` (what is allowed). In reading order:

// What is allowed: values that cannot be wrong, and the rules between them.
pub mod domain;

// What is kept, and when it is safe.
pub mod store;

// The mechanism of HTTP.
pub mod http;

// What is printed: invoices, credit notes, packing slips.
pub mod documents;

// What goes out by mail.
pub mod post;

// Payments by card: what is asked of the provider.
pub mod cards;

// What programs may ask.
pub mod api;

// What buyers see.
pub mod window;

// The one error type.
pub mod error;

// Every knob once.
pub mod config;

// What the program says of itself.
pub mod logging;

// Time, handed in.
pub mod clock;

// Randomness, tokens and signatures.
pub mod secret;

// The tokens of orders.
pub mod order_tokens;

// Those that confirm the e-mail of an account.
pub mod email_tokens;

// Hashing of passwords.
pub mod hashing;

// Pictures that are uploaded.
pub mod pictures;

// What only the operating system can do.
pub mod process;

// Pages that are made of templates.
pub mod templates;

// The words of such pages.
pub mod texts;

// A code for a telephone, on a terminal.
pub mod qr;

// What is done beside the selling.
pub mod housekeeping;

// A server over one folder.
pub mod server;

// A sample shop in a folder of its own.
pub mod demo;

// The command line.
pub mod cli;
