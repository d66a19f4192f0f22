//! `GET /health`: whether the shop can sell, and what somebody should look after, for whoever
//! watches over it. No secrets, no figures.

use rocket::get;
use serde_json::json;

use crate::error::{Code, Error};
use crate::http::context::RequestContext;
use crate::http::response::{ApiResult, Response};
use crate::store::engine::health::State;
use crate::store::{backups, clock_watch, mails};

#[get("/health")]
pub fn read(ctx: RequestContext) -> ApiResult {
    ctx.caller()?;
    let read = ctx
        .read(|tx| Ok((backups::last(tx)?, clock_watch::is_doubted(tx)?, mails::has_failed(tx)?)));
    // The read itself may be what finds the damage.
    let state = ctx.app.store.state();
    let (version, storage) = (env!("CARGO_PKG_VERSION"), state.name());
    let (last_backup, clock_is_doubted, mail_failed) = read.unwrap_or_default();
    let (store, wanted) = (&ctx.app.store, ctx.app.config.backups_kept);
    let warnings = warnings([
        ("clock_doubted", clock_is_doubted),
        ("disk_low", store.disk_is_low()),
        ("mail_failed", mail_failed),
        ("fewer_backups", backups::kept_of(store, wanted) < wanted),
    ]);
    let says = match state {
        State::Ok | State::Checking => {
            let healthy = json!({
                "ok": true, "version": version, "storage": storage, "last_backup": last_backup,
                "warnings": warnings,
            });
            return Response::ok(&healthy);
        }
        State::Full => "The disk is full: nothing can be changed, what is there can be read.",
        State::Failing => "The disk cannot be written: nothing can be changed.",
        State::Locked => "Another program holds the shop's file: nothing can be changed.",
        State::Stopped => "Nothing can be changed; the shop is about to be started again.",
        State::Damaged => {
            "The shop's file is damaged. Before anything else run `tillbox verify`, which says \
             what is wrong."
        }
    };
    Err(Error::new(Code::Unhealthy, says)
        .with("ok", json!(false))
        .with("version", json!(version))
        .with("storage", json!(storage))
        .with("last_backup", json!(last_backup))
        .with("warnings", json!(warnings)))
}

/// What does not stop the shop, and needs somebody.
fn warnings(found: [(&'static str, bool); 4]) -> Vec<&'static str> {
    found.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}
