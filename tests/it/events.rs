//! What the staff see without asking again: each thing that happens to an order, as it happens.

use std::thread;
use std::time::{Duration, Instant};

use rocket::http::Method;
use serde_json::{Value, json};

use crate::http::{Endless, Http};
use crate::server::{Server, Stall, key, tillbox, tillbox_in};
use crate::shop::Shop;

const FEEDS: usize = 64;
const PING: Duration = Duration::from_secs(20);
/// What a stop gives to requests that are still open.
const GRACE: Duration = Duration::from_secs(5);

/// A feed of events that somebody reads.
struct Feed(Endless);

/// An event that came: its id, and what it says.
type News = (i64, Value);

impl Feed {
    /// Asks for what happens from now on, or what came after an event.
    #[track_caller]
    fn open(http: &mut Http, after: Option<i64>) -> Self {
        let id = after.map(|id| id.to_string());
        let headers: Vec<_> = id.iter().map(|id| ("Last-Event-ID", id.as_str())).collect();
        let (head, body) = http.endless("/events", &headers).unwrap();
        assert_eq!((head.status, head.header("Content-Type")), (200, Some("text/event-stream")));
        assert_eq!(head.header("Cache-Control"), Some("private, no-store"));
        assert_eq!(head.header("X-Accel-Buffering"), Some("no"));
        let mut feed = Self(body);
        // The first line comes at once, so that whoever listens knows that they do.
        assert_eq!(feed.0.line().unwrap().as_deref(), Some(":orders"));
        feed
    }

    /// The next event, `None` when the feed has ended in good order.
    fn next(&mut self) -> Option<News> {
        let (mut id, mut kind) = (0, String::new());
        while let Some(line) = self.0.line().unwrap() {
            match line.split_once(':') {
                Some(("id", value)) => id = value.trim().parse().unwrap(),
                Some(("event", value)) => value.trim().clone_into(&mut kind),
                Some(("data", value)) => {
                    assert_eq!(kind, "order");
                    return Some((id, serde_json::from_str(value).unwrap()));
                }
                _ => {}
            }
        }
        None
    }
}

#[test]
fn an_order_and_all_that_happens_to_it_shows_up_within_a_second() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 10);
    place(&stall, 1);
    let mut feed = Feed::open(&mut stall.admin(), None);
    thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    let order = place(&stall, 2);
    let (first, event) = feed.next().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "it took {:?}", begun.elapsed());
    let wanted = json!({
        "order_id": 2, "number": "1002", "kind": "placed", "at": order["created_at"],
    });
    assert_eq!(event, wanted);
    let steps = [
        ("payments", json!({ "method": "cash" })),
        ("packing", json!({})),
        ("cancellation", json!({ "reason": "sold out" })),
    ];
    for (step, body) in &steps {
        let path = format!("/orders/2/{step}");
        stall.admin().post(&path, body).expect(201);
    }
    let mut last = first;
    for kind in ["payment", "packing", "cancellation"] {
        let (id, event) = feed.next().unwrap();
        assert_eq!((&event["kind"], &event["order_id"]), (&json!(kind), &json!(2)));
        assert!(id > last, "{id} after {last}");
        last = id;
    }
}

#[test]
fn whoever_comes_back_hears_first_what_they_missed() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let mut feed = Feed::open(&mut stall.admin(), None);
    place(&stall, 1);
    let (seen, _) = feed.next().unwrap();
    drop(feed);
    // More than are read at once.
    for _ in 0..120 {
        place(&stall, 1);
    }
    let mut feed = Feed::open(&mut stall.admin(), Some(seen));
    for order in 2..=121 {
        assert_eq!(feed.next().unwrap().1["order_id"], order);
    }
    place(&stall, 1);
    let (newest, event) = feed.next().unwrap();
    assert_eq!(event["order_id"], 122);
    // From the beginning; and from an event that this shop never had.
    assert_eq!(Feed::open(&mut stall.admin(), Some(0)).next().unwrap().1["order_id"], 1);
    let mut ahead = Feed::open(&mut stall.admin(), Some(newest + 1_000));
    place(&stall, 1);
    assert_eq!(ahead.next().unwrap().1["order_id"], 123);
}

#[test]
fn a_stop_ends_the_feeds_and_is_quick() {
    let dir = tempfile::tempdir().unwrap();
    let mut stall = Stall::open(dir.path(), 10);
    let mut feeds: Vec<Feed> = (0..8).map(|_| Feed::open(&mut stall.admin(), Some(0))).collect();
    let begun = Instant::now();
    assert_eq!(stall.server.stop().code(), Some(0));
    let took = begun.elapsed();
    assert!(took < GRACE, "it took {took:?}");
    for feed in &mut feeds {
        // Ended, not cut off.
        assert!(feed.next().is_none());
    }
}

#[test]
fn feeds_have_their_number_and_take_nothing_from_those_who_ask() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1_000);
    let feeds: Vec<Feed> = (0..FEEDS).map(|_| Feed::open(&mut stall.admin(), None)).collect();
    let full = stall.admin().get("/events").expect(503);
    assert_eq!(full.json()["code"], "busy");
    assert!(full.header("Retry-After").is_some());
    // There are fewer readers of the file than feeds.
    let begun = Instant::now();
    for _ in 0..20 {
        place(&stall, 1);
        stall.admin().get("/orders").expect(200);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    for mut feed in feeds {
        for order in 1..=20 {
            assert_eq!(feed.next().unwrap().1["order_id"], order);
        }
    }
    // The places of those who left are free again when the next thing happens.
    let begun = Instant::now();
    loop {
        place(&stall, 1);
        let (head, _) = stall.admin().endless("/events", &[]).unwrap();
        if head.status == 200 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "no place becomes free");
        thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_session_of_the_staff_holds_four_feeds() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 1);
    let (folder, password) = (dir.path().to_str().unwrap(), "a loaf of rye, sliced");
    let add = ["staff", "add", "till@example.org", "--data", folder];
    assert!(tillbox_in(dir.path(), &[], &add, password).status.success());
    let sign_in = || {
        let body = json!({ "email": "till@example.org", "password": password });
        let made = Http::new(stall.server.port()).post("/staff/sessions", &body).expect(201);
        Http::new(stall.server.port()).bearer(made.json()["token"].as_str().unwrap())
    };
    let mut one = sign_in();
    let feeds: Vec<Feed> = (0..4).map(|_| Feed::open(&mut one, None)).collect();
    assert_eq!(one.get("/events").expect(503).json()["code"], "busy");
    Feed::open(&mut sign_in(), None);
    drop(feeds);
    // A page that is loaded again and again is not held up by those it left behind.
    for _ in 0..10 {
        Feed::open(&mut one, None);
    }
}

#[test]
fn a_credential_that_ends_ends_its_feed_before_another_word() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Stall::open(dir.path(), 10);
    let reader = key(dir.path(), "read");
    let mut feed = Feed::open(&mut Http::new(stall.server.port()).bearer(&reader), None);
    place(&stall, 1);
    assert_eq!(feed.next().unwrap().1["order_id"], 1);
    let revoke = ["key", "revoke", "3", "--data", dir.path().to_str().unwrap()];
    assert!(tillbox(&revoke).status.success());
    place(&stall, 1);
    assert!(feed.next().is_none());
}

#[test]
fn a_quiet_feed_says_now_and_then_that_it_lives() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let (alive, ended) = (key(dir.path(), "admin"), key(dir.path(), "admin"));
    let open = |key: &str| {
        let feed = Feed::open(&mut Http::new(server.port()).bearer(key), None);
        feed.0.patience(PING + Duration::from_secs(5));
        feed
    };
    let (mut alive, mut ended) = (open(&alive), open(&ended));
    let revoke = ["key", "revoke", "2", "--data", dir.path().to_str().unwrap()];
    assert!(tillbox(&revoke).status.success());
    // The end of the greeting, and then the line.
    let mut lines = (0..9).map_while(|_| alive.0.line().unwrap());
    assert!(lines.any(|line| line == ":ping"));
    assert!(ended.next().is_none());
}

#[test]
fn only_the_shop_and_its_read_keys_hear_of_orders() {
    let shop = Shop::new();
    let feed = shop.reader().get("/events");
    assert_eq!((feed.status, feed.header("Vary")), (200, Some("Authorization, Cookie, Origin")));
    let head = shop.admin().ask(Method::Head, "/events").send();
    assert_eq!((head.status, head.header("Content-Type")), (200, Some("text/event-stream")));
    shop.visitor().get("/events").refused(401, "unauthenticated");
    shop.customer("ana").get("/events").refused(403, "forbidden");
    shop.storefront().get("/events").refused(403, "forbidden");
}

#[track_caller]
fn place(stall: &Stall, quantity: u64) -> Value {
    let order = stall.front.order(1, &[quantity]);
    let answer = stall.buyer().request("POST", "/orders", &[], Some(&order)).unwrap();
    answer.expect(201).json()
}
