//! Forgetting a person: everything of theirs that the law does not want stored.

use serde::Serialize;
use serde_json::json;

use super::invoices::{self, RetainedDocuments};
use super::{Tx, customer_accounts, customers, discounts, mails};
use crate::domain::Id;
use crate::error::{Code, Error, Result};

/// An order that is under way or not settled, as the refusal lists it.
#[derive(Serialize)]
struct OpenOrder {
    id: Id,
    number: String,
}

/// Forgets a person: record, account, sessions and addresses are gone, their orders keep numbers
/// and sums but nothing personal. Returns the documents that must be stored for a while.
///
/// # Errors
/// Not found; [`Code::OpenOrders`] with the list of orders that are under way, or of which money is
/// due to the shop or to the customer.
pub fn forget_customer(tx: &Tx, id: Id) -> Result<Option<RetainedDocuments>> {
    refuse_with_open_orders(tx, id)?;
    let retained = invoices::forget(tx, id)?;
    discounts::forget(tx, id)?;
    mails::forget_customer(tx, id)?;
    blank_orders(tx, id)?;
    customer_accounts::delete_of_customer(tx, id)?;
    customers::delete(tx, id)?;
    Ok(retained)
}

fn refuse_with_open_orders(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "select id, number from orders
        where customer_id = $1 and (status = 'open' or open_amount > 0 or to_refund > 0)
        order by id limit 100";
    let open = tx.all(sql, &[&customer_id], |row| {
        Ok(OpenOrder { id: row.get("id")?, number: row.get("number")? })
    })?;
    if open.is_empty() {
        return Ok(());
    }
    let detail = "This customer has orders that are open, or money is due; settle them first.";
    Err(Error::new(Code::OpenOrders, detail).with("orders", json!(open)))
}

/// Blanks what is personal in the orders of a customer, and parts them from the record.
fn blank_orders(tx: &Tx, customer_id: Id) -> Result<()> {
    for sql in [
        "update refunds set reason = null
        where order_id in (select id from orders where customer_id = $1)",
        "update payments set reference = null
        where order_id in (select id from orders where customer_id = $1)",
        "update order_events set note = null
        where order_id in (select id from orders where customer_id = $1)",
        "update withdrawal_declarations set name = '', email = '', statement = null
        where order_id in (select id from orders where customer_id = $1)",
        "update order_items
        set note = null, price_reason = null, own_discount_reason = null
        where order_id in (select id from orders where customer_id = $1)",
        "update orders set customer_id = null, name = null, email = null, phone = null,
            shipping_address = null, billing_address = null, note = null, staff_note = null,
            order_discount_reason = null, metadata = '{}', cancel_reason = null,
            revision = revision + 1
        where customer_id = $1",
    ] {
        tx.execute(sql, &[&customer_id])?;
    }
    Ok(())
}
