//! The mechanism of HTTP: what every route needs and no noun owns.

pub mod body;
pub mod client_address;
mod connection_rules;
pub mod connections;
pub mod contact_forms;
pub mod context;
pub mod credential;
pub mod device;
pub mod etag;
pub mod form;
pub mod headers;
pub mod in_flight;
pub mod json;
pub mod limits;
pub mod log_lines;
pub mod lost_headers;
pub mod page;
pub mod permissions;
pub mod places;
pub mod problem;
pub mod request_id;
pub mod request_log;
pub mod request_metrics;
pub mod response;
pub mod share;
pub mod sign_in;
mod table;
