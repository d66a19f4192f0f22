//! Which rows the shop front and the lists of orders look at.

use crate::clock::Clock;
use crate::domain::calendar::Timestamp;
use crate::domain::collections::CollectionInput;
use crate::domain::currency::Currency;
use crate::domain::customers::Contact;
use crate::domain::money::Money;
use crate::domain::orders::{Draft, LineInput, Orderer};
use crate::domain::products::{OfferInput, ProductInput, Status};
use crate::domain::text::Email;
use crate::domain::{Change, Id};
use crate::error::Result;
use crate::store::engine::list::{After, Key, Range, Sort};
use crate::store::engine::plans::check;
use crate::store::pictures::NewPicture;
use crate::store::{Store, Tx, collections, opening, orders, pictures, product_search, products};

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn product() -> ProductInput {
    let price = Change::Set(Money::new(995, euro()));
    let offer = OfferInput { price, ..OfferInput::default() };
    ProductInput { offer, ..ProductInput::named("Mug") }
}

fn all() -> CollectionInput {
    CollectionInput {
        name: "All".to_owned(),
        handle: None,
        description: String::new(),
        parent_id: None,
        position: None,
    }
}

/// Two products and two orders that say that there is something in every table.
fn fill(tx: &Tx) -> Result<()> {
    for _ in 0..2 {
        let product = products::create(tx, &product(), &products::plan(&product(), None)?)?;
        let line = LineInput::of(product.id, None, 1);
        let email = Some(Email::parse("ana@example.org").unwrap());
        let customer = Contact { name: "Ana".to_owned(), email, phone: None };
        let items = vec![(0, line)];
        let draft = Draft { items, customer: Some(customer), ..Draft::default() };
        orders::place(tx, &draft, Orderer::Shop)?;
    }
    let collection = collections::create(tx, &all())?;
    collections::set_products(tx, &collection, &[Id::FIRST])?;
    let files = vec![(320, vec![7; 100])];
    let hash = "ab".to_owned();
    let picture = NewPicture { hash, media_type: "image/png", width: 1, height: 1, files };
    let picture_id = pictures::save(tx, &picture)?;
    pictures::add_image(tx, &products::find(tx, Id::FIRST)?, picture_id, ("", None))?;
    tx.execute("update orders set paid_total = 1, refunded_total = 1", &[])?;
    tx.execute("update orders set version = 2", &[])?;
    tx.execute("update order_items set shipped_quantity = 1", &[]).map(drop)
}

fn shop() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = opening::open(&dir.path().join("shop"), Clock::system(), euro(), 1).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(store.write(fill)).unwrap();
    (dir, store)
}

/// The first page and one that goes on, both ways round.
fn ranges(column: &'static str) -> impl Iterator<Item = Range> {
    let key = match column {
        "name_key" => Key::Text("m".to_owned()),
        _ => Key::Number(7),
    };
    let after = Some(After { key, id: Id::new(1).unwrap() });
    [(true, None), (false, None), (true, after.clone()), (false, after)].into_iter().map(
        move |(descending, after)| {
            let sort = Sort { column, descending };
            Range { sort, after, limit: 20, is_counted: false }
        },
    )
}

#[test]
fn the_shop_front_looks_at_no_more_products_than_it_shows() {
    use products::Filter;
    let (_dir, store) = shop();
    let all = || Filter { only_active: true, ..Filter::default() };
    let filters = [
        all(),
        Filter::default(),
        Filter { status: Some(Status::Active), ..all() },
        Filter { handle: Some("mug".to_owned()), ..all() },
        Filter { sku: Some("MUG".to_owned()), ..all() },
        Filter { ids: Some(vec![Id::FIRST, Id::FIRST]), ..all() },
        Filter { min_price: Some(1), ..all() },
        Filter { max_price: Some(1), ..all() },
        Filter { min_price: Some(1), max_price: Some(1_000), ..all() },
        Filter { updated_after: Some(Timestamp::from_micros(1)), ..Filter::default() },
    ];
    let read = store.read(|tx| {
        check(tx, |tx| products::find(tx, Id::new(1).unwrap()))?;
        let mut lists = 0;
        for column in ["created_at", "updated_at", "name_key", "price_from"] {
            for range in ranges(column) {
                for filter in filters.iter().filter(|filter| !filter.is_long(range.sort)) {
                    check(tx, |tx| products::list(tx, filter, &range))?;
                    lists += 1;
                }
            }
        }
        Ok(lists)
    });
    // Four of the filters lead to their rows in one order only.
    assert_eq!(read.unwrap(), 4 * (4 * 6 + 4));
}

#[test]
fn collections_tags_pictures_and_searches_are_read_by_indexes() {
    use products::{Filter, InCollection};
    let (_dir, store) = shop();
    let read = store.read(|tx| {
        check(tx, |tx| products::find_by_handle(tx, "mug"))?;
        check(tx, |tx| collections::find(tx, Id::FIRST))?;
        check(tx, |tx| collections::find_by_handle(tx, "all"))?;
        check(tx, |tx| pictures::file(tx, "ab", 320))?;
        check(tx, |tx| pictures::part(tx, (Id::FIRST, 320), 0))?;
        for column in ["position", "name_key", "created_at"] {
            for range in ranges(column) {
                check(tx, |tx| collections::list(tx, None, &range))?;
            }
        }
        for range in ranges("position") {
            check(tx, |tx| collections::list(tx, Some(Id::FIRST), &range))?;
            for (only_active, name) in [(true, "all"), (false, "all")] {
                let collection = Some(InCollection::Handle(name.to_owned()));
                let filter = Filter { only_active, collection, ..Filter::default() };
                check(tx, |tx| products::list(tx, &filter, &range))?;
            }
        }
        // What a word finds is fetched, and then ranked.
        for text in ["mug", "mu", "M", "nothing"] {
            product_search::find(tx, text)?;
        }
        Ok(())
    });
    read.unwrap();
}

#[test]
fn an_order_is_read_by_indexes_and_the_newest_orders_are_walked_to() {
    let (_dir, store) = shop();
    let read = store.read(|tx| {
        let order = check(tx, |tx| orders::find(tx, Id::new(1).unwrap()))?;
        check(tx, |tx| orders::steps(tx, &order))?;
        for column in ["order_date", "updated_at"] {
            for range in ranges(column) {
                check(tx, |tx| orders::list(tx, &orders::Filter::default(), &range))?;
            }
        }
        Ok(())
    });
    read.unwrap();
}
