//! `GET /events`: what happens to orders, sent as it happens to everyone who has the shop open, as
//! server-sent events.
//!
//! No feed waits with a reader in its hands: the writer only says that something was written, and
//! each feed looks after what is new with a short read.

use std::time::Duration;

use rocket::futures::stream::{self, Stream, StreamExt};
use rocket::request::{FromRequest, Outcome};
use rocket::response::stream::{Event, EventStream};
use rocket::response::{self, Responder};
use rocket::tokio::select;
use rocket::{Request, Shutdown, get};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::error::{Code, Error, Result};
use crate::http::app::{App, FEEDS_MAX};
use crate::http::context::RequestContext;
use crate::http::credential;
use crate::http::permissions::{Caller, Permission};
use crate::http::places::Place;
use crate::store::events::{self, EVENTS_MAX, FeedEntry};

/// The time in which a feed that is asked notices that nobody reads it any more.
const SIGN_OF_LIFE: Duration = Duration::from_millis(200);
/// Feeds of one session of the staff.
const FEEDS_OF_SESSION_MAX: usize = 4;
/// A line is sent after this long without one, so that nothing in between takes the connection for
/// dead, and the dead are noticed.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Between two looks, so that a rush is read in pages and not order by order.
const PAUSE: Duration = Duration::from_millis(200);
/// The time after which a browser comes back.
const RETRY: Duration = Duration::from_secs(3);

/// The last event that was seen: a feed goes on after it.
pub struct LastSeen(Option<i64>);

/// A feed on its way to a caller.
pub struct Live<S>(S);

/// The events of one caller, and how far they were sent.
struct Feed {
    app: App,
    caller: Caller,
    last: i64,
    /// There may be more than was read.
    more: bool,
    changes: watch::Receiver<()>,
    shutdown: Shutdown,
    place: Place,
}

#[get("/events")]
pub async fn read(
    ctx: RequestContext,
    seen: LastSeen,
    shutdown: Shutdown,
) -> Result<Live<impl Stream<Item = Event>>> {
    let caller = ctx.may(Permission::WatchOrders)?;
    let app = ctx.app;
    // A page that is opened again and again has no more than its session; a program has its key.
    let (holder, most) = match caller {
        Caller::Staff(session) => (format!("session {}", session.session_id), FEEDS_OF_SESSION_MAX),
        caller => (caller.name(), FEEDS_MAX),
    };
    let mut place = app.feeds.take(&holder, most);
    if place.is_none() {
        // A page that was loaded again has left a feed behind, which does not know it yet.
        app.feeds.ask(&holder);
        sleep(SIGN_OF_LIFE).await;
        place = app.feeds.take(&holder, most);
    }
    let Some(place) = place else {
        let detail = "Too many watch the orders already. Please try again.";
        return Err(Error::new(Code::Busy, detail).retry_after(PING_EVERY.as_secs()));
    };
    // From here on nothing is missed: what is written after the last event wakes the feed.
    let changes = app.store.changes();
    let newest = app.store.read(events::last)?;
    // A shop that was put back from a copy may not know the last event that was seen.
    let (last, more) = (seen.0.unwrap_or(newest).min(newest), seen.0.is_some());
    let feed = Feed { app, caller, last, more, changes, shutdown, place };
    let hello = stream::iter([Event::comment("orders").with_retry(RETRY)]);
    let news = stream::unfold(feed, |mut feed| async {
        let events = feed.next().await?;
        Some((stream::iter(events), feed))
    });
    Ok(Live(hello.chain(news.flatten())))
}

impl Feed {
    /// The next events to send; `None` when the feed is over: the shop stops, or the credential
    /// ended.
    async fn next(&mut self) -> Option<Vec<Event>> {
        let (shutdown, asked) = (self.shutdown.clone(), self.place.asked());
        let news = select! {
            () = shutdown => return None,
            () = asked => return Some(vec![Event::comment("ping")]),
            news = timeout(PING_EVERY, self.news()) => news,
        };
        // Also without news there is a look: the credential may have ended.
        let events = match news {
            Ok(events) => events?,
            Err(_) => self.look()?,
        };
        Some(if events.is_empty() {
            vec![Event::comment("ping")]
        } else {
            events.iter().map(event).collect()
        })
    }

    /// Waits for events. A caller that stops waiting has missed none.
    async fn news(&mut self) -> Option<Vec<FeedEntry>> {
        loop {
            if !self.more {
                sleep(PAUSE).await;
                self.changes.changed().await.ok()?;
            }
            let events = self.look()?;
            if !events.is_empty() {
                return Some(events);
            }
        }
    }

    /// The events since the last look.
    fn look(&mut self) -> Option<Vec<FeedEntry>> {
        let (caller, last) = (self.caller, self.last);
        let found = self.app.store.read(|tx| {
            if credential::is_alive(tx, &caller)? {
                events::after(tx, last).map(Some)
            } else {
                Ok(None)
            }
        });
        let events = found.unwrap_or_else(|error| {
            // A caller who comes back goes on where this feed ends.
            tracing::warn!(%error, "a feed of events ends");
            None
        })?;
        self.more = events.len() == EVENTS_MAX;
        self.last = events.last().map_or(last, |event| event.id.get());
        Some(events)
    }
}

fn event(entry: &FeedEntry) -> Event {
    let data = serde_json::to_string(entry).unwrap_or_default();
    Event::data(data).event("order").id(entry.id.to_string())
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LastSeen {
    type Error = std::convert::Infallible;

    /// An id that we never sent counts as none; then the feed begins now.
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let sent = request.headers().get_one("Last-Event-ID");
        let id = sent.and_then(|text| text.parse().ok()).filter(|id| *id >= 0);
        Outcome::Success(Self(id))
    }
}

impl<'r, S: Stream<Item = Event> + Send + 'r> Responder<'r, 'r> for Live<S> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'r> {
        let mut response = EventStream::from(self.0).heartbeat(None).respond_to(request)?;
        response.remove_header("Expires");
        response.set_raw_header("Cache-Control", "private, no-store");
        // nginx would hold events back until it has a page of them.
        response.set_raw_header("X-Accel-Buffering", "no");
        Ok(response)
    }
}
