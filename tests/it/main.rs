//! The tests of the running shop: one binary, a file a noun, and the house rules beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod backups;
mod cli;
mod conventions;
mod customer_accounts;
mod customers;
mod demo;
mod faults;
mod hostile;
mod http;
mod kills;
mod lists;
mod odd_text;
mod once;
mod openapi;
mod orders;
mod packages;
mod permissions;
mod product_lists;
mod products;
mod races;
mod retail;
mod server;
mod sessions;
mod settings;
mod shop;
mod stock_movements;
mod store;
mod tidy;
mod variants;
mod watching;
