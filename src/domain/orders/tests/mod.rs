//! The rules of orders, a table of cases each; and orders that anything may happen to.

mod any_order;
mod edits;
mod fixtures;
mod law;
mod quotes;
mod steps;
mod stock;
