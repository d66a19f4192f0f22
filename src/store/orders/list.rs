//! Lists of orders.

use super::read::page;
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::orders::{MoneyDue, Order};
use crate::error::Result;
use crate::store::Tx;
use crate::store::engine::list::{List, Page, Range};
use crate::store::find::{Search, Walk};

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
    /// Its invoice is due and waits for what the settings do not say of the seller, or does not.
    pub awaiting_invoice: Option<bool>,
    /// A number, words of a name, an e-mail, a phone number, a SKU or a tracking number.
    pub q: Option<String>,
}

/// A page of orders.
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Order>> {
    let Some(text) = &filter.q else { return page(tx, filter.narrowed(), range) };
    let walk = if filter.customer_id.or(filter.own).is_some() {
        Walk::All
    } else if range.sort.column == "total" {
        Walk::Not
    } else {
        Walk::Some
    };
    let search = Search::orders(tx, text)?;
    search.page(tx, || filter.narrowed(), (range, walk), |list| page(tx, list, range))
}

impl Filter {
    /// The list of these orders.
    pub(in crate::store) fn narrowed(&self) -> List {
        let mut list = List::of("orders");
        self.narrow_states(&mut list);
        list.with_some("customer_id = #", self.customer_id);
        list.with_some("customer_id = #", self.own);
        list.with_some("order_date >= #", self.from);
        list.with_some("order_date < #", self.before);
        match self.money_due {
            Some(MoneyDue::In) => list.only("open_amount > 0"),
            Some(MoneyDue::Out) => list.only("to_refund > 0"),
            None => {}
        }
        list.with_some("updated_at > #", self.updated_after);
        match self.awaiting_return {
            Some(true) => list.only("awaits_return = 1"),
            Some(false) => list.only("awaits_return = 0"),
            None => {}
        }
        match self.awaiting_invoice {
            Some(true) => list.only("invoice_due = 1"),
            Some(false) => list.only("invoice_due = 0"),
            None => {}
        }
        list
    }

    /// Indexes hold what is not as good as all orders in the end. What a state implies is said
    /// beside it, as far as an index asks for it.
    fn narrow_states(&self, list: &mut List) {
        let (status, fulfillment) = (self.status.as_deref(), self.fulfillment_status.as_deref());
        let is_settled = |state| ["delivered", "returned"].contains(&state);
        match (status, fulfillment) {
            (Some("open" | "cancelled"), _) => list.only("status <> 'completed'"),
            (None, Some(state)) if !is_settled(state) => {
                list.only("status in ('open', 'cancelled') and status <> 'completed'");
            }
            _ => {}
        }
        match self.payment_status.as_deref() {
            Some("unpaid" | "partially_paid") => list.only("open_amount > 0"),
            Some("partially_refunded" | "refunded") => list.only("refunded_total > 0"),
            _ => {}
        }
        list.with_some("status = #", self.status.clone());
        list.with_some("payment_status = #", self.payment_status.clone());
        list.with_some("fulfillment_status = #", self.fulfillment_status.clone());
    }
}
