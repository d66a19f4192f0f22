//! `GET /metrics`: counts since the start, in the text format of `OpenMetrics`.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use rocket::get;
use rocket::http::ContentType;

use crate::error::{Error, Result};
use crate::http::context::RequestContext;
use crate::http::permissions::Permission;
use crate::http::request_metrics::RequestMetrics;
use crate::store::engine::health::State;
use crate::store::{StoreStats, backups};

#[get("/metrics")]
pub fn read(ctx: RequestContext) -> Result<(ContentType, String)> {
    ctx.may(Permission::ReadMetrics)?;
    let store = &ctx.app.store;
    let last_backup = ctx.read(backups::last)?;
    let mut registry = registry(&ctx.app.metrics, store.stats());
    let healthy = Gauge::<i64>::default();
    healthy.set((store.state() == State::Ok).into());
    registry.register("healthy", "1 while the file can be read and written", healthy);
    if let Some(at) = last_backup {
        let gauge = Gauge::<i64>::default();
        gauge.set(at.seconds());
        let help = "When the last good backup was made, since 1970";
        registry.register_with_unit("last_backup_timestamp", help, Unit::Seconds, gauge);
    }
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|error| Error::internal(error.to_string()))?;
    let kind = ContentType::new("application", "openmetrics-text");
    Ok((kind.with_params([("version", "1.0.0"), ("charset", "utf-8")]), text))
}

fn registry(metrics: &RequestMetrics, stats: StoreStats) -> Registry {
    let mut registry = Registry::with_prefix("tillbox");
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The program", build);
    registry.register("http_requests", "Requests answered", metrics.requests.clone());
    let help = "How long answers took to make";
    let durations = metrics.durations.clone();
    registry.register_with_unit("http_request_duration", help, Unit::Seconds, durations);
    for (name, help, value) in [
        ("changes", "Changes that were tried", stats.jobs),
        ("commits", "Commits that carried them to the disk", stats.commits),
    ] {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    for (name, help, value) in [
        ("file", "The shop's file", Some(stats.file_bytes)),
        ("log", "The log that is not yet in the file", Some(stats.log_bytes)),
        ("disk_free", "Room on the disk of the file", stats.free_bytes),
    ] {
        let gauge = Gauge::<i64>::default();
        gauge.set(value.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(-1));
        registry.register_with_unit(name, help, Unit::Bytes, gauge);
    }
    let waiting = Gauge::<i64>::default();
    waiting.set(stats.waiting);
    registry.register("changes_waiting", "Changes that wait or are under way", waiting);
    registry
}
