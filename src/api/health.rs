//! `GET /health`: whether the shop can sell, for whoever watches over it. No secrets, no figures.

use rocket::get;
use serde_json::json;

use super::http::context::RequestContext;
use super::http::response::{ApiResult, Response};
use crate::error::{Code, Error};
use crate::store::backups;
use crate::store::engine::health::State;

#[get("/health")]
pub fn read(ctx: RequestContext) -> ApiResult {
    ctx.caller()?;
    let last_backup = ctx.read(backups::last);
    // The read itself may be what finds the damage.
    let state = ctx.app.store.state();
    let (version, storage) = (env!("CARGO_PKG_VERSION"), state.name());
    let last_backup = last_backup.unwrap_or_default();
    let says = match state {
        State::Ok => {
            let healthy = json!({
                "ok": true, "version": version, "storage": storage, "last_backup": last_backup,
            });
            return Response::ok(&healthy);
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
