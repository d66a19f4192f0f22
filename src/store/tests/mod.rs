//! Tests that look at how things stand in the file.

mod order_counts;
mod order_lists;
mod reads;
pub(super) mod sample;
mod withdrawal_declarations;
