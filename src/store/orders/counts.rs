//! Orders counted by their states, and by the money that is due.

use std::collections::BTreeMap;

use serde::Serialize;

use super::list::awaiting_return;
use crate::domain::Id;
use crate::domain::orders::{FulfillmentStatus, PaymentStatus, Status};
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
    pub to_pack: i64,
    pub to_pay: i64,
    pub to_refund: i64,
    pub to_return: i64,
    pub total: i64,
}

/// Orders that share their three states.
struct Group {
    status: Status,
    payment: PaymentStatus,
    fulfillment: FulfillmentStatus,
    orders: i64,
}

/// Counts the orders of one customer, or of the whole shop.
pub fn counts(tx: &Tx, customer_id: Option<Id>) -> Result<OrderCounts> {
    let sql = "select status, payment_status, fulfillment_status, count(*) as orders from orders
        where cast($1 as integer) is null or customer_id = $1 group by 1, 2, 3";
    let groups = tx.all(sql, &[&customer_id], |row: &Row| {
        Ok(Group {
            status: row.word("status", Status::of)?,
            payment: row.word("payment_status", PaymentStatus::of)?,
            fulfillment: row.word("fulfillment_status", FulfillmentStatus::of)?,
            orders: row.get("orders")?,
        })
    })?;
    let sql = concat!(
        "select count(*) from orders
        where (cast($1 as integer) is null or customer_id = $1) and id in ",
        awaiting_return!()
    );
    let to_return = tx.value(sql, &[&customer_id])?;
    let sql = "select count(*) from orders
        where open_amount > 0 and (cast($1 as integer) is null or customer_id = $1)";
    let to_pay = tx.value(sql, &[&customer_id])?;
    let sql = "select count(*) from orders
        where to_refund > 0 and (cast($1 as integer) is null or customer_id = $1)";
    let to_refund = tx.value(sql, &[&customer_id])?;
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
        to_pack: sum(&|group| open(group) && group.fulfillment == FulfillmentStatus::Unfulfilled),
        to_pay,
        to_refund,
        to_return,
        total: sum(&|_| true),
    })
}
