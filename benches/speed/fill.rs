//! A shop of any size, made by the same functions of the store that the API calls, so that its
//! rows, its journal and its numbers are those of orders that were really placed. Nothing waits for
//! the disk meanwhile: a file whose making was broken off is thrown away.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Instant;

use tillbox::clock::Clock;
use tillbox::domain::calendar::Timestamp;
use tillbox::domain::collections::CollectionInput;
use tillbox::domain::currency::Currency;
use tillbox::domain::customers::{Address, Contact};
use tillbox::domain::money::Money;
use tillbox::domain::orders::{
    CancellationInput, DeliveryInput, Draft, LineInput, Order, Orderer, PaymentInput,
    ShipmentInput, StepInput,
};
use tillbox::domain::products::{OfferInput, ProductInput};
use tillbox::domain::text::Email;
use tillbox::domain::{Change, Id};
use tillbox::store::engine::store::prepare;
use tillbox::store::{Tx, collections, opening, orders, products};

use crate::chance::Chance;

/// The time over which the orders are spread, up to now.
const YEARS_SECONDS: i64 = 3 * 365 * 86_400;
/// Units of each product on the first day: no order is ever refused for want of them.
const STOCK: i64 = 1_000_000;
/// What is done between two commits.
const BATCH: usize = 5_000;
/// An order in so many is never paid, and cancelled.
const CANCELLED_ONE_IN: u64 = 33;
/// An order in so many is still waiting for its goods, however old it is.
const STUCK_ONE_IN: u64 = 500;
/// Orders in ten that are sent to an address; the others are for whoever comes.
const SENT_IN_TEN: u64 = 7;
/// Orders of a buyer on average.
const ORDERS_A_BUYER: u64 = 5;
/// The seconds after an order in which each of its steps is taken.
const PAID_AFTER: i64 = 600;
const SHIPPED_AFTER: i64 = 86_400;
const DELIVERED_AFTER: i64 = 3 * 86_400;

/// Products with a tag of their own, and in the collection.
const FEW: i64 = 40;
const MATERIALS: [&str; 24] = [
    "Oak", "Linen", "Wool", "Copper", "Slate", "Cotton", "Glass", "Walnut", "Cork", "Steel",
    "Bamboo", "Felt", "Marble", "Hemp", "Brass", "Ash", "Silk", "Stone", "Clay", "Paper", "Pine",
    "Leather", "Tin", "Birch",
];
const GOODS: [&str; 30] = [
    "Lamp", "Bowl", "Chair", "Basket", "Mug", "Plate", "Blanket", "Clock", "Shelf", "Vase", "Tray",
    "Bench", "Pillow", "Rug", "Kettle", "Spoon", "Jar", "Box", "Mirror", "Hook", "Stool", "Candle",
    "Board", "Frame", "Pot", "Towel", "Knife", "Brush", "Bag", "Bell",
];
const FIRST_NAMES: [&str; 24] = [
    "Ana", "Ben", "Clara", "David", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaya",
    "Leila", "Mei", "Nora", "Oskar", "Pavel", "Quinn", "Rosa", "Sam", "Tom", "Uma", "Vera", "Wim",
    "Zoe",
];
const LAST_NAMES: [&str; 30] = [
    "Adler", "Bauer", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jensen",
    "Keller", "Lindt", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Silva", "Tanaka",
    "Ullman", "Vogel", "Weber", "Xu", "Yilmaz", "Zimmer", "Brandt", "Meyer", "Roth", "Lang",
];

/// Makes a shop in a folder that holds none, and says how long it took.
pub fn fill(folder: &Path, products: u64, orders: u64) {
    assert!(!folder.join("shop.db").exists(), "{} holds a shop already", folder.display());
    let begun = Instant::now();
    let clock = Clock::system();
    let currency = Currency::parse("EUR").unwrap();
    opening::open(folder, clock.clone(), currency, 1).unwrap().close();
    let now = clock.now();
    let connection = prepare(folder, now, |_, _| Ok(())).unwrap();
    connection
        .execute_batch(
            "pragma journal_mode = off;
             pragma synchronous = off;
             pragma secure_delete = off;
             pragma cache_size = -1000000;",
        )
        .unwrap();
    let tx = Tx::new(&connection, now, "bench");
    let first = now.plus_seconds(-YEARS_SECONDS - 86_400);
    in_batches(&connection, products, |number| list_product(&tx.at(first), currency, number));
    collect(&tx.at(first), products);
    println!("{products} products after {:.0?}", begun.elapsed());
    let mut past = Past::new(now, products, orders);
    in_batches(&connection, orders, |number| past.sell(&tx, number));
    connection.execute_batch("begin").unwrap();
    past.catch_up(&tx, now);
    connection.execute_batch("commit; pragma journal_mode = wal;").unwrap();
    connection.close().unwrap();
    let bytes = std::fs::metadata(folder.join("shop.db")).unwrap().len();
    let (size, open) = (bytes / 1_048_576, past.open());
    println!(
        "{orders} orders after {:.0?}, {open} of them open; {size} MiB in {}",
        begun.elapsed(),
        folder.display()
    );
}

fn in_batches(connection: &rusqlite::Connection, count: u64, mut each: impl FnMut(u64)) {
    for number in 0..count {
        if number.is_multiple_of(BATCH as u64) {
            connection.execute_batch("begin").unwrap();
        }
        each(number);
        if (number + 1).is_multiple_of(BATCH as u64) || number + 1 == count {
            connection.execute_batch("commit").unwrap();
        }
    }
}

/// The product has the shape that the peers' products have: a name, a price, a stock.
fn list_product(tx: &Tx, currency: Currency, number: u64) {
    let mut chance = Chance::of(number);
    let number = i64::try_from(number).unwrap() + 1;
    let name = format!("{} {} {number:06}", chance.one_of(&MATERIALS), chance.one_of(&GOODS));
    let input = ProductInput {
        offer: OfferInput {
            price: Change::Set(Money::new((5 + number % 90) * 100 + number % 100, currency)),
            sku: Change::Set(Some(format!("S{number:06}"))),
            stock: Change::Set(Some(STOCK)),
            compare_at_price: Change::Set((number <= FEW).then(|| Money::new(50_000, currency))),
            ..OfferInput::default()
        },
        tags: tags(number),
        ..ProductInput::named(&name)
    };
    products::create(tx, &input, &products::plan(&input, None).unwrap()).unwrap();
}

/// Tags that a few products have, and a tenth of all.
fn tags(number: i64) -> Vec<String> {
    let few = (number <= FEW).then_some("few");
    let tenth = (number % 10 == 0).then_some("tenth");
    few.into_iter().chain(tenth).map(str::to_owned).collect()
}

/// A collection of a few products.
fn collect(tx: &Tx, products: u64) {
    let input = CollectionInput {
        name: "Shown".to_owned(),
        handle: None,
        description: String::new(),
        parent_id: None,
        position: None,
    };
    let collection = collections::create(tx, &input).unwrap();
    let few = FEW.min(i64::try_from(products).unwrap());
    let ids: Vec<Id> = (1..=few).rev().map(|id| Id::new(id).unwrap()).collect();
    collections::set_products(tx, &collection, &ids).unwrap();
}

/// The orders so far, and what is still to happen to them: each queue in the order of its times, as
/// an order waits as long as every other for the same step.
struct Past {
    now: Timestamp,
    products: u64,
    orders: u64,
    unpaid: VecDeque<Waiting>,
    paid: VecDeque<Waiting>,
    shipped: VecDeque<Waiting>,
    stuck: usize,
}

/// An order and the time of its next step.
struct Waiting {
    due: Timestamp,
    order: Order,
}

impl Past {
    fn new(now: Timestamp, products: u64, orders: u64) -> Self {
        let (unpaid, paid, shipped) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Self { now, products, orders, unpaid, paid, shipped, stuck: 0 }
    }

    fn open(&self) -> usize {
        self.unpaid.len() + self.paid.len() + self.shipped.len() + self.stuck
    }

    /// Places an order, after whatever was due before it.
    fn sell(&mut self, tx: &Tx, number: u64) {
        let (done, all) = (i64::try_from(number).unwrap(), i64::try_from(self.orders).unwrap());
        let at = self.now.plus_seconds(-YEARS_SECONDS + YEARS_SECONDS * done / all);
        self.catch_up(tx, at);
        let mut chance = Chance::of(number);
        let order = orders::place(&tx.at(at), &self.draft(&mut chance), Orderer::Storefront);
        let order = order.unwrap();
        self.unpaid.push_back(Waiting { due: at.plus_seconds(PAID_AFTER), order });
        if (number + 1).is_multiple_of(100_000) {
            println!("{} orders", number + 1);
        }
    }

    fn draft(&self, chance: &mut Chance) -> Draft {
        let buyer = chance.below(self.orders / ORDERS_A_BUYER + 1);
        let contact = contact(buyer);
        let lines = 1 + chance.below(4);
        let line = |_| {
            let product = Id::parse(&(1 + chance.below(self.products)).to_string()).unwrap();
            LineInput::of(product, None, 1 + i64::try_from(chance.below(2)).unwrap())
        };
        let items = (0..lines).map(line).collect::<Vec<_>>();
        let is_sent = chance.below(10) < SENT_IN_TEN;
        Draft {
            items: items.into_iter().enumerate().collect(),
            shipping_address: is_sent.then(|| address(&contact, buyer)),
            customer: Some(contact),
            ..Draft::default()
        }
    }

    /// Takes every step that is due by then, whichever is due first.
    fn catch_up(&mut self, tx: &Tx, until: Timestamp) {
        let due = |queue: &VecDeque<Waiting>| queue.front().map(|waiting| waiting.due);
        loop {
            let next = [due(&self.unpaid), due(&self.paid), due(&self.shipped)];
            let Some(at) = next.into_iter().flatten().min().filter(|at| *at <= until) else {
                return;
            };
            let tx = tx.at(at);
            if next[0] == Some(at) {
                self.pay(&tx);
            } else if next[1] == Some(at) {
                self.ship(&tx);
            } else {
                self.deliver(&tx);
            }
        }
    }

    fn pay(&mut self, tx: &Tx) {
        let Some(Waiting { order, .. }) = self.unpaid.pop_front() else { return };
        let id = u64::try_from(order.id.get()).unwrap();
        if id.is_multiple_of(CANCELLED_ONE_IN) {
            let reason = "The buyer changed their mind.".to_owned();
            let input = CancellationInput { items: None, reason, by_shop: true };
            step(tx, &order, &StepInput::Cancellation(input));
            return;
        }
        let input = PaymentInput {
            amount: None,
            method: order.payment_method,
            reference: Some(format!("Order {}", order.number)),
            paid_at: None,
            accept_surplus: false,
            again: true,
        };
        let order = step(tx, &order, &StepInput::Payment(input));
        if id.is_multiple_of(STUCK_ONE_IN) {
            self.stuck += 1;
            return;
        }
        let due = tx.now().plus_seconds(SHIPPED_AFTER);
        self.paid.push_back(Waiting { due, order });
    }

    fn ship(&mut self, tx: &Tx) {
        let Some(Waiting { order, .. }) = self.paid.pop_front() else { return };
        let input = ShipmentInput {
            items: None,
            carrier: Some("Green Parcel".to_owned()),
            tracking_number: Some(format!("GP{:09}", order.id.get() * 7)),
            tracking_url: None,
            expected_delivery_date: None,
        };
        let order = step(tx, &order, &StepInput::Shipment(input));
        let due = tx.now().plus_seconds(DELIVERED_AFTER);
        self.shipped.push_back(Waiting { due, order });
    }

    fn deliver(&mut self, tx: &Tx) {
        let Some(Waiting { order, .. }) = self.shipped.pop_front() else { return };
        step(tx, &order, &StepInput::Delivery(DeliveryInput { shipment_id: None }));
    }
}

/// Takes a step; the order after it.
fn step(tx: &Tx, order: &Order, input: &StepInput) -> Order {
    orders::take_step(tx, order, input, |decided| decided).unwrap().order
}

fn contact(buyer: u64) -> Contact {
    let mut chance = Chance::of(buyer);
    let (first, last) = (chance.one_of(&FIRST_NAMES), chance.one_of(&LAST_NAMES));
    let email = format!("{first}.{last}{buyer}@example.org").to_lowercase();
    Contact {
        name: format!("{first} {last}"),
        email: Some(Email::parse(&email).unwrap()),
        phone: buyer.is_multiple_of(3).then(|| format!("+49 30 {:07}", buyer * 13 % 10_000_000)),
    }
}

fn address(contact: &Contact, buyer: u64) -> Address {
    Address {
        name: contact.name.clone(),
        line1: format!("{} Mill Lane", 1 + buyer % 180),
        line2: None,
        postal_code: Some(format!("{:05}", 10_115 + buyer % 80_000)),
        city: "Harbourtown".to_owned(),
        region: None,
        country: "DE".to_owned(),
        company: None,
        vat_id: None,
        phone: None,
    }
}
