//! Many buyers at the forms in the same moment: nothing is sold twice, and nothing ordered twice.

use std::path::Path;
use std::sync::Barrier;
use std::thread;

use super::browser::{Browser, Page, Port};
use crate::races::allow_many_sockets;
use crate::server::{Server, Stall};

/// Buyers at once.
const BUYERS: usize = 200;
const UNITS: i64 = 50;
/// Forms that are sent twice at once, so many of them at a time.
const TWICE: usize = 300;
const AT_ONCE: usize = 20;

/// A shop that takes as many orders of one address as come.
fn open(dir: &Path, stock: i64) -> Stall {
    allow_many_sockets();
    let mut stall = Stall::open(dir, stock);
    assert!(stall.server.stop().success());
    let limits = [("TILLBOX_LIMITS_ORDERS", "0"), ("TILLBOX_LIMITS_QUOTES", "0")];
    stall.server = Server::start_with(dir, &limits, &[]);
    stall
}

/// Somebody with one unit in their cart and the checkout before them.
fn at_checkout(stall: &Stall) -> (Browser<Port>, Page) {
    let browser = Browser::new(Port(stall.server.port()));
    browser.put(1, 1, 1);
    let page = browser.get("/checkout").says(200, &["name=\"expected_total\""]);
    (browser, page)
}

#[test]
fn fifty_units_are_sold_by_the_forms_to_fifty_of_two_hundred() {
    let dir = tempfile::tempdir().unwrap();
    let stall = open(dir.path(), UNITS);
    // Whoever fails on the way to the checkout fails before anybody waits for them.
    let arrive = |_| at_checkout(&stall);
    let arrived: Vec<_> = (0..BUYERS).map(arrive).collect();
    let start = Barrier::new(BUYERS);
    let order = |(browser, page): (Browser<Port>, Page)| {
        start.wait();
        let page = browser.send_checkout(&page, &[]);
        let told = match page.answer.status {
            200 => "Thank you!",
            409 => "Somebody was faster",
            status => panic!("{status}: {}", page.html),
        };
        assert!(page.html.contains(told), "{}", page.html);
        page.answer.status
    };
    let statuses: Vec<u16> = thread::scope(|scope| {
        let order = &order;
        let buyers: Vec<_> =
            arrived.into_iter().map(|buyer| scope.spawn(move || order(buyer))).collect();
        buyers.into_iter().map(|buyer| buyer.join().unwrap()).collect()
    });
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(i64::try_from(served), Ok(UNITS));
    assert_eq!(stall.stock(), 0);
    assert_eq!(i64::try_from(stall.orders(|_| ())), Ok(UNITS));
}

#[test]
fn what_is_sent_twice_at_once_also_with_another_name_is_ordered_once() {
    let dir = tempfile::tempdir().unwrap();
    let stall = open(dir.path(), 1_000);
    for _ in 0..(TWICE / AT_ONCE) {
        let start = Barrier::new(2 * AT_ONCE);
        let arrived: Vec<_> = (0..AT_ONCE).map(|_| at_checkout(&stall)).collect();
        let twice = |(at, (browser, page)): (usize, (Browser<Port>, Page))| {
            let other = if at.is_multiple_of(2) { "Ada Example" } else { "Eva Example" };
            let send = |tab: Browser<Port>, name| {
                start.wait();
                let done = tab.send_checkout(&page, &[("name", name)]);
                let is_shown = done.answer.status == 200 && done.path.starts_with("/o/");
                assert!(is_shown, "{}: {}", done.path, done.html);
            };
            let (first, second) = (browser.copy(), browser.copy());
            thread::scope(|scope| {
                scope.spawn(|| send(first, "Ada Example"));
                scope.spawn(|| send(second, other));
            });
        };
        thread::scope(|scope| {
            for buyer in arrived.into_iter().enumerate() {
                let twice = &twice;
                scope.spawn(move || twice(buyer));
            }
        });
    }
    assert_eq!(stall.orders(|_| ()), TWICE);
    assert_eq!(stall.stock(), 700);
}
