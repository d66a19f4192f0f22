//! Counts of requests, for `GET /metrics`.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// Upper bounds of the buckets that durations are counted in, in seconds.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The labels of a duration: words of the program, never a caller's.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Route {
    method: &'static str,
    route: String,
}

/// The labels of a count.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Outcome {
    method: &'static str,
    route: String,
    status: u16,
}

/// Requests and how long their responses took, since the start.
pub struct RequestMetrics {
    pub requests: Family<Outcome, Counter>,
    pub durations: Family<Route, Histogram, fn() -> Histogram>,
}

impl Default for RequestMetrics {
    fn default() -> Self {
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> _);
        Self { requests: Family::default(), durations }
    }
}

impl RequestMetrics {
    /// Counts a request whose response was made.
    pub fn count(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let outcome = Outcome { method, route: route.to_owned(), status };
        self.requests.get_or_create(&outcome).inc();
        let route = Route { method, route: route.to_owned() };
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
    }
}
