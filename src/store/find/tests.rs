//! Searches go several ways, and all of them find the same.

use super::*;
use crate::clock::Clock;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::store::engine::list::Sort;
use crate::store::engine::store::Store;
use crate::store::tests::sample;
use crate::store::{opening, search};

const NAMES: [&str; 4] = ["Anna Schmidt", "Anna Weber", "Emil Schmidt", "Anna-Lena Kurz"];

/// Thirty customers with two orders each, one of which has been Berta before.
fn shop(folder: &std::path::Path) -> Store {
    let euro = Currency::parse("EUR").unwrap();
    let fill = |tx: &Tx| {
        tx.execute("insert into past_number_prefixes (prefix) values ('R-')", &[])?;
        for id in 1..=30 {
            let name = NAMES[usize::try_from(id).unwrap() % NAMES.len()];
            let email = format!("c{id}@example.org");
            sample::customer(tx, id, name, &email)?;
            let prefix = if id < 10 { "R-" } else { "" };
            sample::order(tx, (2 * id - 1, &format!("{prefix}{}", 999 + 2 * id)), id, 100 - id)?;
            sample::order(tx, (2 * id, &format!("{prefix}{}", 1_000 + 2 * id)), id, 100 + id)?;
        }
        let (record, buyer) = ("Anna Weber", sample::contact("Berta Weber", "b@example.org"));
        let record = sample::contact(record, "c1@example.org");
        search::add_buyer(tx, sample::to_id(1), &record, &buyer)
    };
    let now = Timestamp::from_micros(1_000);
    opening::write_beside_server(folder, euro, now, fill).unwrap();
    opening::open(folder, Clock::system(), euro, 1).unwrap()
}

fn range(column: &'static str, descending: bool, is_counted: bool) -> Range {
    Range { sort: Sort { column, descending }, after: None, limit: 5, is_counted }
}

/// All pages of a search, one after the other.
fn found(tx: &Tx, search: &Search, table: &'static str, walk: Walk, range: &Range) -> Vec<Id> {
    found_in(tx, search, &|| List::of(table), walk, range)
}

/// The same, in a list that is narrowed to something else besides.
fn found_in(
    tx: &Tx,
    search: &Search,
    list: &dyn Fn() -> List,
    walk: Walk,
    range: &Range,
) -> Vec<Id> {
    let mut range = range.clone();
    let (mut all, mut counts) = (Vec::new(), Vec::new());
    loop {
        let read = |list: List| list.page(tx, &range, "id", |row| row.get::<Id>("id"));
        let page = search.page(tx, list, (&range, walk), read).unwrap();
        all.extend(page.rows);
        counts.extend(page.count);
        range.after = page.next;
        if range.after.is_none() {
            let all_rows = i64::try_from(all.len()).unwrap();
            assert!(counts.iter().all(|count| *count == all_rows), "{counts:?} of {all_rows}");
            return all;
        }
    }
}

/// None, some and all of what there is.
fn limits() -> Vec<Limits> {
    let mut all = Vec::new();
    for customers in [0, 8, 100] {
        for (customers_of_common, orders) in [(0, 0), (30, 20), (100, 100)] {
            for (rows, few) in [(1, 0), (20, 5), (100, 100)] {
                let (rows_of_common, rows_of_buyer) = (rows.min(10), rows.min(2));
                all.push(Limits {
                    few,
                    customers,
                    customers_of_common,
                    orders,
                    rows,
                    rows_of_common,
                    rows_of_buyer,
                });
            }
        }
    }
    all
}

const SEARCHES: [&str; 18] = [
    "anna",
    "schmidt",
    "anna schmidt",
    "schmidt 1004",
    "anna kurz",
    "emil anna",
    "berta",
    "weber berta",
    "example.org",
    "1",
    "10",
    "1010",
    "#r-1010",
    "r",
    "c7",
    "kurz r-10",
    "nobody",
    "anna nobody",
];

#[test]
fn orders_are_found_the_same_whichever_way_the_search_goes() {
    let dir = tempfile::tempdir().unwrap();
    let store = shop(&dir.path().join("shop"));
    let orders = [("order_date", true), ("order_date", false), ("id", true), ("total", false)];
    let look = |tx: &Tx| {
        for (text, (column, descending)) in
            SEARCHES.iter().flat_map(|text| orders.map(|order| (*text, order)))
        {
            let range = range(column, descending, false);
            let usual = Search::orders(tx, text)?;
            let wanted = found(tx, &usual, "orders", Walk::Some, &range);
            for limits in limits() {
                let search = Search::orders_within(tx, text, limits)?;
                for walk in [Walk::Some, Walk::All, Walk::Not] {
                    let found = found(tx, &search, "orders", walk, &range);
                    assert_eq!(found, wanted, "{text} by {column} {walk:?} {limits:?}");
                }
            }
        }
        let hits = |text| {
            let search = Search::orders(tx, text).unwrap();
            found(tx, &search, "orders", Walk::Some, &range("id", false, false)).len()
        };
        let hits = ["anna", "schmidt", "anna schmidt", "berta", "10", "r", "nobody"].map(hits);
        assert_eq!(hits, [44, 30, 14, 2, 60, 18, 0]);
        Ok(())
    };
    store.read(look).unwrap();
}

#[test]
fn orders_of_a_narrowed_list_are_those_of_the_whole_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = shop(&dir.path().join("shop"));
    let condition = "status = 'open' and id % 3 <> 0 and order_date < 125";
    let narrowed = || {
        let mut list = List::of("orders");
        list.only(condition);
        list.with("order_date >= #", 75);
        list
    };
    let look = |tx: &Tx| {
        let sql = format!("select id from orders where {condition} and order_date >= 75");
        let fitting: Vec<Id> = tx.values(&sql, &[])?;
        for (text, (column, is_counted)) in SEARCHES.iter().flat_map(|text| {
            [("order_date", false), ("order_date", true), ("id", false), ("total", true)]
                .map(|order| (*text, order))
        }) {
            let range = range(column, true, is_counted);
            let usual = Search::orders(tx, text)?;
            let mut wanted = found(tx, &usual, "orders", Walk::Some, &range);
            wanted.retain(|id| fitting.contains(id));
            for limits in limits() {
                let search = Search::orders_within(tx, text, limits)?;
                for walk in [Walk::Some, Walk::All, Walk::Not] {
                    let found = found_in(tx, &search, &narrowed, walk, &range);
                    assert_eq!(found, wanted, "{text} by {column} {walk:?} {limits:?}");
                }
            }
        }
        Ok(())
    };
    store.read(look).unwrap();
}

#[test]
fn customers_are_found_the_same_whichever_way_the_search_goes() {
    let dir = tempfile::tempdir().unwrap();
    let store = shop(&dir.path().join("shop"));
    let look = |tx: &Tx| {
        for (text, column, is_counted) in SEARCHES.iter().flat_map(|text| {
            [(*text, "name_key", false), (*text, "id", false), (*text, "total_spent", true)]
        }) {
            let range = range(column, false, is_counted);
            let usual = Search::customers(tx, text)?;
            let wanted = found(tx, &usual, "customers", Walk::Some, &range);
            for limits in limits() {
                let search = Search::customers_within(tx, text, limits)?;
                let found = found(tx, &search, "customers", Walk::Some, &range);
                assert_eq!(found, wanted, "{text} by {column} {limits:?}");
            }
        }
        let hits = |text| {
            let search = Search::customers(tx, text).unwrap();
            found(tx, &search, "customers", Walk::Some, &range("id", false, false)).len()
        };
        assert_eq!(["anna", "anna schmidt", "berta", "1001"].map(hits), [22, 7, 0, 0]);
        Ok(())
    };
    store.read(look).unwrap();
}

/// How the engine goes about a search, within these limits.
fn plan_of(store: &Store, text: &str, limits: Limits) -> String {
    let plan = store.read(|tx| {
        let search = Search::orders_within(tx, text, limits)?;
        let range = range("order_date", true, false);
        let mut list = List::of("orders");
        match (&search.among, &search.buyers) {
            (Some(ids), _) => list.with(IS_AMONG, json(ids)?),
            (None, Some(buyers)) => {
                search.fetch_of(buyers, &mut list, IS_CUSTOMER)?;
                return list.plan(tx, &range);
            }
            (None, None) => drop(list.within(tx, &range, 20)?),
        }
        search.require(&mut list, &[])?;
        list.plan(tx, &range)
    });
    plan.unwrap().join("\n")
}

#[test]
fn a_search_reads_indexes_and_not_every_row() {
    let dir = tempfile::tempdir().unwrap();
    let store = shop(&dir.path().join("shop"));
    let none = Limits {
        few: 0,
        customers: 0,
        customers_of_common: 0,
        orders: 0,
        rows: 20,
        rows_of_common: 20,
        rows_of_buyer: 0,
    };
    for (limits, text, steps) in [
        (LIMITS, "anna", &["COVERING INDEX orders_customer (customer_id=?)"][..]),
        (LIMITS, "10", &["SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"]),
        (
            none,
            "anna",
            &[
                "orders_date (order_date>?)",
                "customer_words_customer (customer_id=? AND word>? AND word<?)",
                "buyer_words_customer (customer_id=? AND word>? AND word<?)",
            ],
        ),
        (
            none,
            "1050",
            &[
                "orders_date (order_date>?)",
                "order_items_order (order_id=?)",
                "variant_skus_variant (variant_id=? AND sku_key>? AND sku_key<?)",
                "shipments_order (order_id=?)",
            ],
        ),
    ] {
        let plan = plan_of(&store, text, limits);
        for step in steps {
            assert!(plan.contains(step), "{step}: {plan}");
        }
        assert!(!plan.contains("SCAN orders") && !plan.contains("SCAN w"), "{plan}");
    }
    let plan = store.read(|tx| {
        let search = Search::orders_within(tx, "anna", none)?;
        let mut list = List::of("orders");
        search.fetch(&mut list);
        list.plan(tx, &range("order_date", true, false))
    });
    let plan = plan.unwrap().join("\n");
    for step in [
        "SEARCH w USING PRIMARY KEY (word>? AND word<?)",
        "SEARCH o USING COVERING INDEX orders_customer (customer_id=?)",
        "(number>? AND number<?)",
        "SEARCH w USING PRIMARY KEY (sku_key>? AND sku_key<?)",
        "SEARCH v USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH i USING INTEGER PRIMARY KEY (rowid=?)",
        "shipments_tracking (tracking_key>? AND tracking_key<?)",
    ] {
        assert!(plan.contains(step), "{step}: {plan}");
    }
}

/// What many buyers may have is met along an index of dates. What few have is fetched, or found in
/// an index of few orders, none of which is read for its customer.
#[test]
fn orders_of_known_buyers_are_read_by_the_index_that_is_meant() {
    let dir = tempfile::tempdir().unwrap();
    let store = shop(&dir.path().join("shop"));
    for (is_of, condition, step) in [
        (
            IS_CUSTOMER,
            "id > 0",
            "SEARCH orders USING COVERING INDEX orders_customer (customer_id=?",
        ),
        (IS_MET_BY_DATE, "total > 0", "USING COVERING INDEX orders_date (order_date>?"),
        (IS_MET_BY_DATE, "fulfillment_status = 'delivered'", "INDEX orders_date (order_date>?)"),
        (IS_MET_BY_DATE, "open_amount > 0", "INDEX orders_open_amount (order_date>?)"),
        (
            IS_OF_CUSTOMER,
            "status = 'open' and status <> 'completed'",
            "SEARCH orders USING COVERING INDEX orders_status (status=?)",
        ),
    ] {
        let plan = store.read(|tx| {
            let search = Search::orders(tx, "anna")?;
            let mut list = List::of("orders");
            list.only(condition);
            search.fetch_of(search.buyers.as_ref().unwrap(), &mut list, is_of)?;
            list.plan(tx, &range("order_date", true, false))
        });
        let plan = plan.unwrap().join("\n");
        assert!(plan.contains(step), "{step}: {plan}");
    }
}
