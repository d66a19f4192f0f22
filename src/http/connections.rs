//! The connections of the server: how long one may wait, how many there may be, and their end.
//!
//! The web framework ends none by itself, and tells of none before its first request is whole. So a
//! thread looks at all of them as the system sees them, beside what their requests have noted here.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Data, Orbit, Request, Response, Rocket};

use super::client_address::ClientAddress;
use super::connection_rules::{Exchange, Limit, Rules};
use crate::http::app::App;
use crate::process;

/// Between two looks; shorter where there are many connections.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LOOK_EVERY_IN_A_CROWD: Duration = Duration::from_millis(200);
const CROWD: usize = 64;
/// What was ended is told once in so many looks, not once a connection.
const LOOKS_A_REPORT: usize = 60;
/// The longest that a stop waits for requests that are under way.
const FAREWELL: Duration = Duration::from_secs(3);
/// Between two looks while the server stops.
const FAREWELL_LOOK_EVERY: Duration = Duration::from_millis(20);

/// The connections that had requests, by the address of their other end.
#[derive(Debug, Default)]
struct Connections {
    exchanges: Mutex<HashMap<SocketAddr, Exchange>>,
}

impl Connections {
    fn exchanges(&self) -> MutexGuard<'_, HashMap<SocketAddr, Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fairing that notes requests, keeps watch, and says farewell.
#[derive(Default)]
pub struct Watch(Arc<Connections>);

#[rocket::async_trait]
impl Fairing for Watch {
    fn info(&self) -> Info {
        let kind = Kind::Liftoff | Kind::Request | Kind::Response | Kind::Shutdown;
        Info { name: "connections", kind }
    }

    async fn on_liftoff(&self, rocket: &Rocket<Orbit>) {
        let rules = Rules::new(process::raise_file_limit());
        let (port, watched) = (rocket.config().port, Arc::downgrade(&self.0));
        let watch = move || keep_watch(port, rules, &watched);
        if let Err(error) = std::thread::Builder::new().name("connections".to_owned()).spawn(watch)
        {
            tracing::error!(%error, "nobody watches the connections");
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let Some(peer) = peer(request) else { return };
        let crowd = request.rocket().state::<App>().is_some_and(|app| {
            let proxied = request.headers().contains("X-Forwarded-For");
            proxied && ClientAddress::is_proxy(peer.ip(), app)
        });
        self.0.exchanges().entry(peer).or_default().begin(crowd);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, _: &mut Response<'r>) {
        let Some(peer) = peer(request) else { return };
        if let Some(exchange) = self.0.exchanges().get_mut(&peer) {
            exchange.answer(now());
        }
    }

    /// Lets requests under way end, and everybody else go at once: the web framework looks only
    /// once for connections that are open, and then waits out its whole grace for them.
    async fn on_shutdown(&self, rocket: &Rocket<Orbit>) {
        let began = now();
        loop {
            let open = process::connections(rocket.config().port);
            let late = began.elapsed() >= FAREWELL;
            if open.is_empty() || late {
                open.iter().for_each(process::end_connection);
                break;
            }
            {
                let exchanges = self.0.exchanges();
                let at_rest = open
                    .iter()
                    .filter(|socket| Limit::is_at_rest(socket, exchanges.get(&socket.peer), now()));
                at_rest.for_each(process::end_connection);
            }
            tokio::time::sleep(FAREWELL_LOOK_EVERY).await;
        }
        // The tasks of the last ones end now.
        tokio::time::sleep(FAREWELL_LOOK_EVERY).await;
    }
}

/// Looks at the connections until the server is gone.
fn keep_watch(port: u16, mut rules: Rules, watched: &Weak<Connections>) {
    let (mut ended, mut looks) = ([0; Limit::ALL.len()], 0);
    loop {
        let crowded = {
            let Some(connections) = watched.upgrade() else { return };
            let open = process::connections(port);
            let mut exchanges = connections.exchanges();
            for (socket, limit) in rules.judge(&open, &mut exchanges, now()) {
                process::end_connection(&socket);
                ended[limit as usize] += 1;
            }
            open.len() > CROWD
        };
        looks += 1;
        if looks % LOOKS_A_REPORT == 0 {
            for (limit, count) in Limit::ALL.iter().zip(std::mem::take(&mut ended)) {
                if count > 0 {
                    tracing::info!(count, why = limit.name(), "connections were ended");
                }
            }
        }
        std::thread::sleep(if crowded { LOOK_EVERY_IN_A_CROWD } else { LOOK_EVERY });
    }
}

/// The other end of a request's connection; none in a test without one.
fn peer(request: &Request<'_>) -> Option<SocketAddr> {
    request.remote().map(|peer| SocketAddr::new(peer.ip().to_canonical(), peer.port()))
}

#[allow(clippy::disallowed_methods, reason = "how long something takes is no time of day")]
fn now() -> Instant {
    Instant::now()
}
