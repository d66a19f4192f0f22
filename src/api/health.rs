//! `GET /health`: whether the shop can sell, for whoever watches over it. No secrets, no figures.

use rocket::get;
use serde_json::json;

use super::answer::{Answer, Reply};
use super::ask::Ask;
use crate::error::{Code, Error};
use crate::store::backups;
use crate::store::condition::State;

#[get("/health")]
pub fn read(ask: Ask) -> Reply {
    ask.caller()?;
    let last_backup = ask.app.store.read(backups::last);
    // The read itself may be what finds the damage.
    let state = ask.app.store.state();
    let (version, storage) = (env!("CARGO_PKG_VERSION"), state.name());
    let last_backup = last_backup.unwrap_or_default();
    let says = match state {
        State::Ok => {
            let healthy = json!({
                "ok": true, "version": version, "storage": storage, "last_backup": last_backup,
            });
            return Answer::ok(&healthy);
        }
        State::Full => "The disk is full: nothing can be changed, what is there can be read.",
        State::Failing => "The disk cannot be written: nothing can be changed.",
        State::Damaged => "The shop's file is damaged. Restore it from a backup.",
    };
    Err(Error::new(Code::Unhealthy, says)
        .with("ok", json!(false))
        .with("version", json!(version))
        .with("storage", json!(storage))
        .with("last_backup", json!(last_backup)))
}
