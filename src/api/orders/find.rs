//! An order as its caller may see it.

use crate::domain::Id;
use crate::domain::customers::Note;
use crate::domain::orders::Order;
use crate::error::Result;
use crate::http::etag::versioned;
use crate::http::permissions::{Caller, OrderScope};
use crate::store::{Tx, orders};

versioned!(Order);

/// The order, if the scope holds it.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id, scope: OrderScope) -> Result<Order> {
    let order = orders::find(tx, id)?;
    scope.check(order.customer_id)?;
    Ok(order)
}

/// The order as this caller may see it: a visitor learns no id of a customer, and nobody but the
/// staff what they noted.
pub fn visible_to(caller: &Caller, mut order: Order) -> Order {
    if !caller.sees_as_staff() {
        order.staff_note = Note::Hidden;
    }
    if caller.is_visitor() {
        order.customer_id = None;
    }
    order
}
