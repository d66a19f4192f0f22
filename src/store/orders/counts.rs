//! Orders counted by their states, and by the money that is due.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::Id;
use crate::domain::orders::{FulfillmentStatus, Order, PaymentStatus, Status};
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::sql::Row;

/// Numbers of orders in each state, and of those that wait for something. Its fields stand in the
/// order of the alphabet.
#[derive(Debug, Serialize)]
pub struct OrderCounts {
    pub fulfillment_status: BTreeMap<&'static str, i64>,
    pub packed: i64,
    pub payment_status: BTreeMap<&'static str, i64>,
    pub status: BTreeMap<&'static str, i64>,
    pub to_invoice: i64,
    pub to_pack: i64,
    pub to_pay: i64,
    pub to_refund: i64,
    pub to_return: i64,
    pub total: i64,
}

/// Orders that share their three states and the money that is due.
struct Group {
    status: Status,
    payment: PaymentStatus,
    fulfillment: FulfillmentStatus,
    is_to_pay: bool,
    is_to_refund: bool,
    orders: i64,
}

/// Orders that are counted one by one; of more, the sums are stored.
const COUNTED_ONE_BY_ONE: i64 = 250;
/// Orders whose sums are stored in one go, few enough not to hold anybody up.
const AT_ONCE: i64 = 10_000;

/// Tells `true` where so many orders came after those whose sums are stored that these should be
/// too.
pub fn are_behind(tx: &Tx) -> Result<bool> {
    let sql = "select coalesce(max(id), 0) - (select last_id from counted_orders) from orders";
    Ok(tx.value::<i64>(sql, &[])? > COUNTED_ONE_BY_ONE)
}

/// Stores the sums of orders that came since. Tells `true` where there are more.
pub fn catch_up(tx: &Tx) -> Result<bool> {
    let sql = "insert into order_counts (status, payment_status, fulfillment_status, is_to_pay,
            is_to_refund, orders)
        select status, payment_status, fulfillment_status,
            case when open_amount > 0 then 1 else 0 end, case when to_refund > 0 then 1 else 0 end,
            count(*)
        from orders
        where id > (select last_id from counted_orders)
            and id <= (select last_id from counted_orders) + $1
        group by 1, 2, 3, 4, 5
        on conflict (status, payment_status, fulfillment_status, is_to_pay, is_to_refund)
            do update set orders = order_counts.orders + excluded.orders";
    tx.execute(sql, &[&AT_ONCE])?;
    let sql = "update counted_orders
        set last_id = min(last_id + $1, (select coalesce(max(id), 0) from orders))";
    tx.execute(sql, &[&AT_ONCE])?;
    are_behind(tx)
}

/// Notes after a step whether a withdrawal of the order waits for goods to come back.
pub(super) fn note_withdrawals(tx: &Tx, before: &Order, after: &Order) -> Result<()> {
    if before.withdrawals.is_empty() && after.withdrawals.is_empty() {
        return Ok(());
    }
    let sql = "update orders set awaits_return = case when exists (select 1 from withdrawals w
                join order_events d
                    on d.order_id = w.order_id and d.kind = 'withdrawal' and d.subject = w.id
                where w.order_id = orders.id and w.voided_at is null
                    and not exists (select 1 from order_events e
                        where e.order_id = w.order_id and e.id > d.id and e.voided_at is null
                            and e.kind in ('return', 'cancellation')))
            then 1 else 0 end
        where id = $1";
    tx.execute(sql, &[&after.id]).map(drop)
}

/// Counts the orders of one customer, or of the whole shop.
pub fn counts(tx: &Tx, customer_id: Option<Id>) -> Result<OrderCounts> {
    let (groups, to_return, to_invoice) = match customer_id {
        None => (
            tx.all(ALL, &[], read)?,
            tx.value("select count(*) from orders where awaits_return = 1", &[])?,
            tx.value("select count(*) from orders where invoice_due = 1", &[])?,
        ),
        Some(id) => (
            tx.all(OF_CUSTOMER, &[&id], read)?,
            tx.value(
                "select count(*) from orders where customer_id = $1 and awaits_return = 1",
                &[&id],
            )?,
            // That is the shop's own matter.
            0,
        ),
    };
    let sum = |fits: &dyn Fn(&Group) -> bool| -> i64 {
        groups.iter().filter(|group| fits(group)).map(|group| group.orders).sum()
    };
    let by = |names: &'static [&'static str], word: &dyn Fn(&Group) -> &'static str| {
        names.iter().map(|name| (*name, sum(&|group| word(group) == *name))).collect()
    };
    let open = |group: &Group| group.status == Status::Open;
    let is_packed = |group: &Group| {
        let packed = [FulfillmentStatus::Packed, FulfillmentStatus::ReadyForPickup];
        packed.contains(&group.fulfillment)
    };
    Ok(OrderCounts {
        fulfillment_status: by(FulfillmentStatus::NAMES, &|group| group.fulfillment.name()),
        packed: sum(&|group| open(group) && is_packed(group)),
        payment_status: by(PaymentStatus::NAMES, &|group| group.payment.name()),
        status: by(Status::NAMES, &|group| group.status.name()),
        to_invoice,
        to_pack: sum(&|group| open(group) && group.fulfillment == FulfillmentStatus::Unfulfilled),
        to_pay: sum(&|group| group.is_to_pay),
        to_refund: sum(&|group| group.is_to_refund),
        to_return,
        total: sum(&|_| true),
    })
}

const ALL: &str = "select status, payment_status, fulfillment_status, is_to_pay, is_to_refund,
        orders
    from order_counts
    union all
    select status, payment_status, fulfillment_status,
        case when open_amount > 0 then 1 else 0 end, case when to_refund > 0 then 1 else 0 end, 1
    from orders where id > (select last_id from counted_orders)";

const OF_CUSTOMER: &str = "select status, payment_status, fulfillment_status,
        case when open_amount > 0 then 1 else 0 end as is_to_pay,
        case when to_refund > 0 then 1 else 0 end as is_to_refund, count(*) as orders
    from orders where customer_id = $1 group by 1, 2, 3, 4, 5";

fn read(row: &Row) -> Result<Group> {
    Ok(Group {
        status: row.word("status", Status::of)?,
        payment: row.word("payment_status", PaymentStatus::of)?,
        fulfillment: row.word("fulfillment_status", FulfillmentStatus::of)?,
        is_to_pay: row.get("is_to_pay")?,
        is_to_refund: row.get("is_to_refund")?,
        orders: row.get("orders")?,
    })
}
