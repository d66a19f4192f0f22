//! What is stored, and when it is safe. All SQL is in here; nothing in here knows of HTTP.
//!
//! `engine` is the file and its one writer; beside it stand the nouns, which read and write through
//! a [`Tx`].

pub mod api_keys;
pub mod backups;
pub mod card_refunds;
mod carry_over;
pub mod clock_watch;
pub mod collections;
pub mod customer_accounts;
pub mod customers;
pub mod discounts;
pub mod email_verifications;
pub mod engine;
pub mod events;
mod find;
pub mod forgetting;
pub mod idempotency;
pub mod invoices;
pub mod journal;
pub mod mails;
pub mod number_sequences;
pub mod opening;
pub mod orders;
pub mod password_resets;
pub mod payment_sessions;
pub mod pictures;
pub mod price_history;
pub mod product_sales;
pub mod product_search;
pub mod products;
pub mod samples;
mod search;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod staff;
pub mod stock_movements;
mod stored_keys;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod withdrawal_declarations;

pub use engine::sql::Tx;
pub use engine::store::{Store, StoreStats};
pub use engine::turns::Reader;
