//! `GET /metrics`: counts since the start, in the text format of `OpenMetrics`.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use rocket::get;
use rocket::http::ContentType;

use super::auth::{Permission, authorize};
use super::context::RequestContext;
use crate::error::{Error, Result};
use crate::store::health::State;
use crate::store::{StoreStats, backups};

/// Upper bounds of the buckets that durations are counted in, in seconds.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What tells one series of requests from another: words of ours, never a caller's.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    method: &'static str,
    route: String,
    status: u16,
}

/// What is counted while the shop runs.
pub struct Metrics {
    requests: Family<Outcome, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub fn new() -> Self {
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> _);
        Self { requests: Family::default(), durations }
    }

    pub fn count(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let outcome = Outcome { method, route: route.to_owned(), status };
        self.requests.get_or_create(&outcome).inc();
        let route = Route { method, route: route.to_owned() };
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
    }
}

#[get("/metrics")]
pub fn read(ctx: RequestContext) -> Result<(ContentType, String)> {
    let caller = ctx.caller()?;
    authorize(&caller, Permission::ReadMetrics)?;
    let store = &ctx.app.store;
    let last_backup = store.read(backups::last)?;
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

fn registry(metrics: &Metrics, measures: StoreStats) -> Registry {
    let mut registry = Registry::with_prefix("tillbox");
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The program", build);
    registry.register("http_requests", "Requests answered", metrics.requests.clone());
    let help = "How long answers took to make";
    let durations = metrics.durations.clone();
    registry.register_with_unit("http_request_duration", help, Unit::Seconds, durations);
    for (name, help, value) in [
        ("changes", "Changes that were tried", measures.jobs),
        ("commits", "Commits that carried them to the disk", measures.commits),
    ] {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    for (name, help, value) in [
        ("file", "The shop's file", Some(measures.file_bytes)),
        ("log", "The log that is not yet in the file", Some(measures.log_bytes)),
        ("disk_free", "Room on the disk of the file", measures.free_bytes),
    ] {
        let gauge = Gauge::<i64>::default();
        gauge.set(value.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(-1));
        registry.register_with_unit(name, help, Unit::Bytes, gauge);
    }
    let waiting = Gauge::<i64>::default();
    waiting.set(measures.waiting);
    registry.register("changes_waiting", "Changes that wait or are under way", waiting);
    registry
}
