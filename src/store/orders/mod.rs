//! Orders: reading them, listing them, counting them, placing them, and writing their steps. What
//! is allowed is decided by `domain/orders`.

mod actors;
mod counts;
mod list;
mod place;
mod plan;
mod read;
mod request;
mod save;
mod shelf;
mod steps;
mod stock;
pub mod timeline;
mod unpaid;

pub use actors::steps_with_actors;
pub use counts::{OrderCounts, are_behind, catch_up, counts};
pub use list::{Filter, list};
pub use place::{place, place_planned};
pub use plan::{plan, quote};
pub use read::{find, find_all};
pub use request::{OrderRequest, PlacedOrder, Planned};
pub use save::{TakenStep, save_card_refund, save_edit, save_shipment, save_steps, save_void};
pub use steps::{find_step, preview_step, steps, take_step};
pub use unpaid::cancel_unpaid;
