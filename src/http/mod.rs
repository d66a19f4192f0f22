//! The mechanism of HTTP: what every route needs and no noun owns.

pub mod agreed_form;
pub mod app;
pub mod bare;
pub mod body;
pub mod client_address;
mod connection_rules;
pub mod connections;
pub mod contact_forms;
pub mod context;
pub mod credential;
pub mod device;
pub mod draft_form;
pub mod etag;
mod field_names;
pub mod form;
pub mod gzip;
pub mod headers;
pub mod in_flight;
pub mod json;
pub mod kept_answers;
pub mod kept_texts;
pub mod key;
pub mod limits;
pub mod log_lines;
pub mod lost_headers;
pub mod metadata_form;
pub mod notes;
mod pace;
pub mod page;
pub mod permissions;
pub mod picture_file;
pub mod places;
pub mod posted_form;
pub mod problem;
pub mod reading;
pub mod request_id;
pub mod request_log;
pub mod request_metrics;
pub mod response;
pub mod share;
pub mod sign_in;
mod table;
pub mod upload;

use rocket::request::FromParam;
use rocket::{Build, Rocket};

use crate::domain::Id;
use app::App;

/// Puts the parts of the shop on a server, and what is done for every request.
pub fn mount(rocket: Rocket<Build>, app: App) -> Rocket<Build> {
    rocket
        .manage(app)
        .attach(request_log::RequestLog)
        .attach(headers::Headers)
        .attach(connections::Watch::default())
        .register("/", vec![headers::catcher()])
}

impl<'r> FromParam<'r> for Id {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}
