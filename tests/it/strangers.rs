//! What strangers may ask for, and what it costs nobody else: the turns at long reads.

use std::future::{Future, poll_fn};
use std::sync::mpsc;
use std::task::Poll;

use rocket::http::Method;
use rocket::tokio::runtime::Runtime;
use tillbox::domain::Id;
use tillbox::store::{Reader, Store};

use crate::fixtures::stocked;
use crate::shop::{Shop, User};

/// Places of a class of readers, and those of one address or account.
const PLACES: usize = 64;
const PLACES_OF_ONE: usize = 8;

/// Runs `then` while a place is taken for each of these readers, the turn with the first of them.
fn with_places_taken(store: &Store, readers: &[Reader], then: impl FnOnce()) {
    let runtime = Runtime::new().unwrap();
    let (mut gates, mut reads) = (Vec::new(), Vec::new());
    for reader in readers {
        let (open, gate) = mpsc::channel::<()>();
        gates.push(open);
        reads.push(Box::pin(store.read_long(*reader, move |_| Ok(gate.recv().is_err()))));
    }
    for read in &mut reads {
        let waits = poll_fn(|context| Poll::Ready(read.as_mut().poll(context).is_pending()));
        assert!(runtime.block_on(waits), "there was a place");
    }
    then();
    drop(gates);
    for read in reads {
        assert!(runtime.block_on(read).unwrap());
    }
}

#[test]
fn a_crowd_of_strangers_keeps_nobody_waiting_but_strangers() {
    let shop = Shop::new();
    stocked(&shop, 5);
    let (owner, front, ana) = (shop.owner(), shop.storefront(), shop.customer("ana"));
    let search = "/products?tag=zz&in_stock=false";
    let id = |number: usize| Id::new(i64::try_from(number).unwrap()).unwrap();
    let accounts: Vec<Reader> =
        (2..PLACES + 2).map(|number| Reader::Customer(id(number))).collect();
    for (crowd, stands_outside) in [
        (vec![Reader::Visitor(None); PLACES], shop.visitor()),
        (accounts, ana.clone()),
        (vec![Reader::Storefront; PLACES], front.clone()),
    ] {
        with_places_taken(&shop.store, &crowd, || {
            let busy = stands_outside.get(search);
            busy.refused(503, "busy");
            assert!(busy.header("Retry-After").is_some());
            for user in [&owner, &shop.admin(), &shop.reader()] {
                for list in ["/orders", "/orders/counts", "/customers?q=ana", search] {
                    user.get(list).expect(200);
                }
            }
        });
        stands_outside.get(search).expect(200);
    }
    with_places_taken(&shop.store, &[Reader::Visitor(None); PLACES], || {
        ana.get("/orders").expect(200);
        front.get(search).expect(200);
    });
}

#[test]
fn one_address_or_account_takes_only_some_of_the_places() {
    let shop = Shop::new();
    let ana = shop.customer("ana");
    let network = |text: &str| Reader::Visitor(Some(text.parse().unwrap()));
    let search = |user: &User, from: &str| {
        user.ask(Method::Get, "/products?in_stock=true").from(from).send()
    };
    for (reader, user, from) in [
        (network("203.0.113.7"), shop.visitor(), "203.0.113.7"),
        (network("2001:db8::"), shop.visitor(), "2001:db8::2"),
        (Reader::Customer(Id::new(1).unwrap()), ana, "203.0.113.7"),
    ] {
        // Somebody else has as many beside them.
        let both = [[reader; PLACES_OF_ONE], [network("203.0.113.8"); PLACES_OF_ONE]].concat();
        with_places_taken(&shop.store, &both, || {
            search(&user, from).refused(503, "busy");
        });
        search(&user, from).expect(200);
    }
}
