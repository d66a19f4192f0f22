//! Invoices and credit notes: their numbers follow each other without a gap, and what stands on
//! them never changes once they are issued.

use super::orders;
use super::settings::{self, NumberSequence};
use super::sql::{Row, Tx, json as to_json};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::currency::Currency;
use crate::domain::invoices::{Content, Invoice, Recipient, Type, kept_until};
use crate::domain::money::Money;
use crate::domain::orders::{Order, PaymentStatus, Refund, Status};
use crate::domain::reports::Sale;
use crate::domain::settings::{InvoiceAt, Settings};
use crate::error::{Code, Error, Result};

/// Documents that are blanked in one go, few enough not to hold anybody up.
const BLANKED_AT_ONCE: i64 = 500;

/// A document with all that is printed on it.
#[derive(Debug)]
pub struct Printed {
    pub kind: Type,
    pub content: Content,
    /// `None` once it was blanked.
    pub recipient: Option<Recipient>,
}

/// What is kept of a person who was forgotten.
#[derive(Debug, serde::Serialize)]
pub struct RetainedDocuments {
    pub invoices: i64,
    /// The last day of the longest kept one.
    pub until: String,
}

/// Issues the invoice of an order; refunds that were before it get their credit notes with it.
///
/// # Errors
/// Not found; [`Code::ActionNotPossible`] for a second one, and for what was cancelled.
pub fn issue(tx: &Tx, order_id: Id, actor: &str, now: Timestamp) -> Result<Invoice> {
    let order = orders::find(tx, order_id)?;
    let refuse = |detail: String| {
        let allowed = serde_json::json!(order.allowed());
        Err(Error::new(Code::ActionNotPossible, detail).with("allowed", allowed))
    };
    if order.status == Status::Cancelled {
        return refuse("This order was cancelled; there is nothing to invoice.".to_owned());
    }
    if let Some(number) = number_of(tx, order_id)? {
        return refuse(format!("Invoice {number} was issued for this order already."));
    }
    write(tx, &order, &settings::load(tx)?, actor, now)
}

/// Issues the invoice by itself, when the shop wants it at this point of an order.
pub fn issue_when_due(tx: &Tx, order: &Order, actor: &str, now: Timestamp) -> Result<()> {
    let settings = settings::load(tx)?;
    let owing = [PaymentStatus::Unpaid, PaymentStatus::PartiallyPaid];
    let due = match settings.invoice_at {
        None => false,
        Some(InvoiceAt::Paid) => !owing.contains(&order.payment_status),
        Some(InvoiceAt::Shipped) => !order.shipments.is_empty(),
    };
    if due && order.status != Status::Cancelled && number_of(tx, order.id)?.is_none() {
        write(tx, order, &settings, actor, now)?;
    }
    Ok(())
}

/// Issues the credit note of a refund, if there is an invoice that it takes back.
pub fn credit(tx: &Tx, order: &Order, refund: &Refund, actor: &str, now: Timestamp) -> Result<()> {
    let Some(invoice_number) = number_of(tx, order.id)? else { return Ok(()) };
    let settings = settings::load(tx)?;
    let number = NumberSequence::CreditNotes.take(tx)?;
    let of_invoice = (invoice_number.as_str(), &settings);
    let content = Content::of_credit_note(order, refund, of_invoice, &number, now);
    let about = (Type::CreditNote, Some(refund.id), refund.amount);
    insert(tx, order, &content, about, now)?;
    orders::note_invoice(tx, order.id, actor, now)
}

pub fn list(tx: &Tx, order_id: Id) -> Result<Vec<Invoice>> {
    let currency = settings::currency(tx)?;
    let sql = "select id, type, number, order_id, refund_id, total, issued_at from invoices
        where order_id = $1 order by id";
    tx.all(sql, &[&order_id], |row| read(row, currency))
}

/// # Errors
/// Not found, also for a document of another order.
pub fn find(tx: &Tx, order_id: Id, id: Id) -> Result<Printed> {
    let sql = "select i.type, i.content, i.buyer, r.reason from invoices i
            left join refunds r on r.id = i.refund_id
        where i.id = $1 and i.order_id = $2";
    let found = tx.maybe(sql, &[&id, &order_id], |row| {
        let kind = row.parse(|name| Type::parse(name).ok_or(()))?;
        let content: Content = row.json()?;
        let recipient = row.maybe_json()?;
        let content = Content { reason: row.take()?, ..content };
        Ok(Printed { kind, content, recipient })
    })?;
    found.ok_or_else(Error::not_found)
}

/// What must be kept of a customer's invoices when the customer is forgotten; what need not be is
/// blanked at once.
pub fn forget(tx: &Tx, customer_id: Id, now: Timestamp) -> Result<Option<RetainedDocuments>> {
    let settings = settings::load(tx)?;
    let oldest = oldest_kept(&settings, now);
    let sql = "update invoices set buyer = null where issued_on < $2
            and order_id in (select id from orders where customer_id = $1)";
    tx.execute(sql, &[&customer_id, &oldest])?;
    let sql = "select count(*), max(issued_on) from invoices where buyer is not null
            and order_id in (select id from orders where customer_id = $1)";
    tx.one(sql, &[&customer_id], |row| {
        let (invoices, last): (i64, Option<Date>) = (row.take()?, row.take()?);
        let until = |last| kept_until(last, settings.retention_years);
        Ok(last.map(|last| RetainedDocuments { invoices, until: until(last) }))
    })
}

/// Blanks some of those who were forgotten and whose documents need not be kept any longer. Tells
/// whether there may be more.
pub fn blank_old(tx: &Tx, now: Timestamp) -> Result<bool> {
    let oldest = oldest_kept(&settings::load(tx)?, now);
    let sql = "update invoices set buyer = null where id in (
            select i.id from invoices i join orders o on o.id = i.order_id
            where i.buyer is not null and i.issued_on < $1 and o.customer_id is null limit $2)";
    let blanked = tx.execute(sql, &[&oldest, &BLANKED_AT_ONCE])?;
    Ok(i64::try_from(blanked) == Ok(BLANKED_AT_ONCE))
}

/// The first day whose documents are still kept.
fn oldest_kept(settings: &Settings, now: Timestamp) -> String {
    let this_year = settings.time_zone.date_of(now).year();
    format!("{:04}-01-01", (this_year - settings.retention_years).max(0))
}

fn number_of(tx: &Tx, order_id: Id) -> Result<Option<String>> {
    let sql = "select number from invoices where order_id = $1 and type = 'invoice'";
    tx.maybe_value(sql, &[&order_id])
}

fn write(
    tx: &Tx,
    order: &Order,
    settings: &Settings,
    actor: &str,
    now: Timestamp,
) -> Result<Invoice> {
    let number = NumberSequence::Invoices.take(tx)?;
    let content = Content::of_invoice(order, settings, &number, now);
    let total = Money::new(Sale::of(order).gross, order.currency);
    let invoice = insert(tx, order, &content, (Type::Invoice, None, total), now)?;
    orders::note_invoice(tx, order.id, actor, now)?;
    for refund in &order.refunds {
        credit(tx, order, refund, actor, now)?;
    }
    Ok(invoice)
}

fn insert(
    tx: &Tx,
    order: &Order,
    content: &Content,
    (kind, refund_id, total): (Type, Option<Id>, Money),
    now: Timestamp,
) -> Result<Invoice> {
    let sql = "insert into invoices (order_id, type, number, refund_id, total, content, buyer,
            issued_on, issued_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        returning id, type, number, order_id, refund_id, total, issued_at";
    let recipient = Recipient::of(order).as_ref().map(to_json).transpose()?;
    tx.one(
        sql,
        &[
            &order.id,
            &kind.name(),
            &content.number,
            &refund_id,
            &total.minor(),
            &to_json(content)?,
            &recipient,
            &content.issued_on,
            &now,
        ],
        |row| read(row, order.currency),
    )
}

fn read(row: &Row, currency: Currency) -> Result<Invoice> {
    Ok(Invoice {
        id: row.take()?,
        kind: row.parse(|name| Type::parse(name).ok_or(()))?,
        number: row.take()?,
        order_id: row.take()?,
        refund_id: row.take()?,
        total: Money::new(row.take()?, currency),
        currency,
        issued_at: row.take()?,
    })
}
