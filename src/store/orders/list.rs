//! Lists of orders.

use super::read::page;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::orders::{MoneyDue, Order};
use crate::error::Result;
use crate::store::engine::list::{List, Page, Range};
use crate::store::{Tx, search};

/// The orders that a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<String>,
    pub payment_status: Option<String>,
    pub fulfillment_status: Option<String>,
    pub customer_id: Option<Id>,
    /// The customer whose orders the caller may see, where that is not everybody's.
    pub own: Option<Id>,
    /// Ordered at this time or later.
    pub from: Option<Timestamp>,
    /// Ordered before this time.
    pub before: Option<Timestamp>,
    pub money_due: Option<MoneyDue>,
    /// Changed after this time.
    pub updated_after: Option<Timestamp>,
    /// The buyer declared a withdrawal that nothing has followed yet, or did not.
    pub awaiting_return: Option<bool>,
    /// A number, words of a name, an e-mail, a phone number, a SKU or a tracking number.
    pub q: Option<String>,
}

/// The orders with a withdrawal after which neither goods came back nor anything was cancelled.
macro_rules! awaiting_return {
    () => {
        "(select w.order_id from withdrawals w
            join order_events d
                on d.order_id = w.order_id and d.kind = 'withdrawal' and d.subject = w.id
            where not exists (select 1 from order_events e
                where e.order_id = w.order_id and e.id > d.id and e.voided_at is null
                    and e.kind in ('return', 'cancellation')))"
    };
}

pub(super) use awaiting_return;

/// A page of orders.
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Order>> {
    let mut list = List::of("orders");
    list.with_some("status = #", filter.status.clone());
    list.with_some("payment_status = #", filter.payment_status.clone());
    list.with_some("fulfillment_status = #", filter.fulfillment_status.clone());
    list.with_some("customer_id = #", filter.customer_id);
    list.with_some("customer_id = #", filter.own);
    list.with_some("order_date >= #", filter.from);
    list.with_some("order_date < #", filter.before);
    match filter.money_due {
        Some(MoneyDue::In) => list.only("open_amount > 0"),
        Some(MoneyDue::Out) => list.only("to_refund > 0"),
        None => {}
    }
    list.with_some("updated_at > #", filter.updated_after);
    match filter.awaiting_return {
        Some(true) => list.only(concat!("id in ", awaiting_return!())),
        Some(false) => list.only(concat!("id not in ", awaiting_return!())),
        None => {}
    }
    search::narrow_orders(&mut list, filter.q.as_deref())?;
    page(tx, list, range)
}
