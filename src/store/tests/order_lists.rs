//! Which indexes lists of orders walk along.

use super::sample;
use crate::clock::Clock;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::orders::MoneyDue;
use crate::store::engine::list::{Range, Sort};
use crate::store::opening;
use crate::store::orders::Filter;

/// A list that is narrowed in one way.
fn only(change: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::default();
    change(&mut filter);
    filter
}

fn status(status: &str) -> Filter {
    only(|filter| filter.status = Some(status.to_owned()))
}

fn payment(status: &str) -> Filter {
    only(|filter| filter.payment_status = Some(status.to_owned()))
}

fn fulfillment(status: &str) -> Filter {
    only(|filter| filter.fulfillment_status = Some(status.to_owned()))
}

#[test]
fn lists_of_orders_walk_along_an_index_and_sort_little() {
    let to_pack = Filter { status: Some("open".to_owned()), ..fulfillment("unfulfilled") };
    let by_date = [
        (Filter::default(), "COVERING INDEX orders_date"),
        (status("open"), "COVERING INDEX orders_status (status=?)"),
        (status("cancelled"), "COVERING INDEX orders_status (status=?)"),
        (status("completed"), "INDEX orders_date"),
        (to_pack, "COVERING INDEX orders_status (status=?)"),
        (fulfillment("delivered"), "INDEX orders_date"),
        (payment("unpaid"), "INDEX orders_open_amount"),
        (payment("partially_paid"), "INDEX orders_open_amount"),
        (payment("paid"), "INDEX orders_date"),
        (payment("refunded"), "INDEX orders_refunded"),
        (payment("partially_refunded"), "INDEX orders_refunded"),
        (only(|filter| filter.money_due = Some(MoneyDue::In)), "INDEX orders_open_amount"),
        (only(|filter| filter.money_due = Some(MoneyDue::Out)), "INDEX orders_to_refund"),
        (only(|filter| filter.awaiting_return = Some(true)), "INDEX orders_awaiting_return"),
        (only(|filter| filter.awaiting_return = Some(false)), "INDEX orders_date"),
        (only(|filter| filter.awaiting_invoice = Some(true)), "INDEX orders_awaiting_invoice"),
        (
            only(|filter| filter.customer_id = Some(sample::to_id(1))),
            "COVERING INDEX orders_customer (customer_id=?)",
        ),
        (
            only(|filter| filter.from = Some(Timestamp::from_micros(1))),
            "COVERING INDEX orders_date (order_date>?)",
        ),
    ];
    let since = |filter: &mut Filter| filter.updated_after = Some(Timestamp::from_micros(1));
    let otherwise = [
        (Filter::default(), "id", "SCAN orders"),
        (Filter::default(), "updated_at", "INDEX orders_updated"),
        (only(since), "updated_at", "INDEX orders_updated (updated_at>?)"),
    ];
    // What is open is few, so these may be sorted; totals are read from the index alone.
    let sorted = [
        (status("open"), "updated_at", "INDEX orders_status (status=?)"),
        (status("open"), "total", "INDEX orders_status (status=?)"),
        (fulfillment("packed"), "order_date", "COVERING INDEX orders_status (status=?)"),
        (Filter::default(), "total", "COVERING INDEX orders_date"),
    ];
    let by_date = by_date.into_iter().map(|(filter, index)| (filter, "order_date", index));
    for (filter, column, index) in by_date.chain(otherwise) {
        let plan = plan(&filter, column);
        assert!(plan.contains(index) && !plan.contains("TEMP"), "{filter:?} {column}: {plan}");
    }
    for (filter, column, index) in sorted {
        let plan = plan(&filter, column);
        assert!(plan.contains(index), "{filter:?} {column}: {plan}");
    }
}

fn plan(filter: &Filter, column: &'static str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let euro = Currency::parse("EUR").unwrap();
    let store = opening::open(&dir.path().join("shop"), Clock::system(), euro, 1).unwrap();
    let sort = Sort { column, descending: true };
    let range = Range { sort, after: None, limit: 20, is_counted: false };
    store.read(|tx| Ok(filter.narrowed().plan(tx, &range)?.join("\n"))).unwrap()
}
