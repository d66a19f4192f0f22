//! Invoices and credit notes: their numbers follow each other without a gap, and what stands on
//! them never changes once they are issued.

use serde_json::json;

use super::engine::list::Ids;
use super::engine::sql::{Row, json as to_json};
use super::engine::statements::insert;
use super::number_sequences::NumberSequence;
use super::orders::{self, timeline};
use super::{Tx, settings};
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::currency::Currency;
use crate::domain::invoices::{
    Content, DocumentedStep, Invoice, Recipient, Seller, Type, kept_until, step_address,
};
use crate::domain::money::Money;
use crate::domain::orders::{Action, Order, Standing};
use crate::domain::settings::{InvoiceAt, Settings};
use crate::error::{Code, Error, Result};

/// Documents that are blanked in one go, few enough not to hold anybody up.
const BLANKED_AT_ONCE: i64 = 500;
/// Invoices that are issued in one go, few enough for the same reason.
const ISSUED_AT_ONCE: i64 = 50;

/// A document with all that is printed on it.
#[derive(Debug)]
pub struct Printed {
    pub kind: Type,
    pub content: Content,
    /// `None` once it was blanked.
    pub recipient: Option<Recipient>,
}

/// The documents that are retained of a person who was forgotten.
#[derive(Debug, serde::Serialize)]
pub struct RetainedDocuments {
    pub invoices: i64,
    /// The last day of the one that is retained longest.
    pub until: String,
}

/// Issues the invoice of an order: what stands now. Steps before it get no documents.
///
/// # Errors
/// A conflict for a second one, and where nothing of the order stands; [`Code::SellerIncomplete`]
/// with the settings that are missing.
pub fn issue(tx: &Tx, order: &Order) -> Result<Invoice> {
    if Standing::of(order).is_nothing() {
        let detail = "Nothing of this order stands; there is nothing to invoice.";
        return Err(order.not_possible(detail));
    }
    if let Some(number) = number_of(tx, order.id)? {
        let detail = format!("Invoice {number} was issued for this order already.");
        return Err(order.not_possible(detail));
    }
    let settings = settings::load(tx)?;
    let missing = Seller::missing(&settings);
    if !missing.is_empty() {
        let detail = "An invoice needs the address of the shop, and its tax number or the reason \
                      for charging no tax: please complete the settings.";
        let error = Error::new(Code::SellerIncomplete, detail);
        return Err(error.with("missing", json!(missing)));
    }
    write(tx, order, &settings)
}

/// Issues the invoice by itself, when the shop wants it at this point of an order. One that would
/// lack what it must say waits until the settings say it.
pub fn issue_when_due(tx: &Tx, order: &Order, settings: &Settings) -> Result<()> {
    let due = match settings.invoice_at {
        None => false,
        Some(InvoiceAt::Paid) => order.open_amount() == 0,
        Some(InvoiceAt::Shipped) => !order.shipments.is_empty(),
    };
    if !due || Standing::of(order).is_nothing() || number_of(tx, order.id)?.is_some() {
        return Ok(());
    }
    match Seller::missing(settings).is_empty() {
        true => write(tx, order, settings).map(drop),
        false => set_due(tx, order.id, true),
    }
}

/// Issues some of the invoices that wait, where the settings are complete by now. Tells `true`
/// where there may be more.
pub fn issue_waiting(tx: &Tx, settings: &Settings) -> Result<bool> {
    if !Seller::missing(settings).is_empty() {
        return Ok(false);
    }
    let sql = "select id from orders where invoice_due = 1 order by id limit $1";
    let waiting: Vec<Id> = tx.all(sql, &[&ISSUED_AT_ONCE], |row| row.get("id"))?;
    for order in orders::find_all(tx, &Ids::of(&waiting))? {
        write(tx, &order, settings)?;
    }
    Ok(i64::try_from(waiting.len()) == Ok(ISSUED_AT_ONCE))
}

/// Lets no invoice wait of which nothing stands any more.
pub fn forget_due(tx: &Tx, order: &Order) -> Result<()> {
    if Standing::of(order).is_nothing() { set_due(tx, order.id, false) } else { Ok(()) }
}

fn set_due(tx: &Tx, order_id: Id, is_due: bool) -> Result<()> {
    let sql = "update orders set invoice_due = $1 where id = $2 and invoice_due <> $1";
    tx.execute(sql, &[&is_due, &order_id]).map(drop)
}

/// Issues the document of a step, or of its void, where the order was invoiced before: a credit
/// note for what does not stand any more, one more invoice for what stands again.
pub fn document_change(
    tx: &Tx,
    before: &Order,
    after: &Order,
    step: DocumentedStep,
    settings: &Settings,
) -> Result<()> {
    if before.stands_like(after) {
        return Ok(());
    }
    let difference = Standing::of(before).total() - Standing::of(after).total();
    let Some(invoice_number) = number_of(tx, after.id)?.filter(|_| difference != 0) else {
        return Ok(());
    };
    let (kind, sequence) = match difference > 0 {
        true => (Type::CreditNote, NumberSequence::CreditNotes),
        false => (Type::Invoice, NumberSequence::Invoices),
    };
    let number = sequence.take(tx)?;
    let of_invoice = (invoice_number.as_str(), settings);
    let content = Content::of_change((before, after), of_invoice, &number, tx.now());
    let total = Money::new(difference.abs(), after.currency);
    insert_document(tx, after, &content, (kind, Some(step), total))?;
    timeline::note_invoice(tx, after.id)
}

/// The documents of an order.
pub fn list(tx: &Tx, order_id: Id) -> Result<Vec<Invoice>> {
    let currency = settings::currency(tx)?;
    let sql = "select id, type, number, order_id, step_kind, step_id, refund_id, total, issued_at
        from invoices
        where order_id = $1 order by id";
    tx.all(sql, &[&order_id], |row| read(row, currency))
}

/// A document of an order, with all that is printed on it.
///
/// # Errors
/// Not found, also for a document of another order.
pub fn find(tx: &Tx, order_id: Id, id: Id) -> Result<Printed> {
    let sql = "select i.type, i.content, i.buyer, r.reason from invoices i
            left join refunds r on r.id = i.refund_id
        where i.id = $1 and i.order_id = $2";
    let found = tx.maybe(sql, &[&id, &order_id], |row| {
        let kind = row.word("type", Type::of)?;
        let content: Content = row.json("content")?;
        let recipient = row.maybe_json("buyer")?;
        let content = Content { reason: row.get("reason")?, ..content };
        Ok(Printed { kind, content, recipient })
    })?;
    found.ok_or_else(Error::not_found)
}

/// Tells which of a customer's invoices must be retained when the customer is forgotten; the others
/// are blanked at once.
pub fn forget(tx: &Tx, customer_id: Id) -> Result<Option<RetainedDocuments>> {
    let settings = settings::load(tx)?;
    let oldest = oldest_kept(&settings, tx.now());
    let sql = "update invoices set buyer = null where issued_on < $1
            and order_id in (select id from orders where customer_id = $2)";
    tx.execute(sql, &[&oldest, &customer_id])?;
    let sql =
        "select count(*) as invoices, max(issued_on) as last from invoices where buyer is not null
            and order_id in (select id from orders where customer_id = $1)";
    tx.one(sql, &[&customer_id], |row| {
        let (invoices, last): (i64, Option<Date>) = (row.get("invoices")?, row.get("last")?);
        let until = |last| kept_until(last, settings.retention_years);
        Ok(last.map(|last| RetainedDocuments { invoices, until: until(last) }))
    })
}

/// Blanks some of those who were forgotten and whose documents need not be retained any longer.
/// Tells `true` where there may be more.
pub fn blank_old(tx: &Tx) -> Result<bool> {
    let oldest = oldest_kept(&*settings::load(tx)?, tx.now());
    let sql = "update invoices set buyer = null where id in (
            select i.id from invoices i join orders o on o.id = i.order_id
            where i.buyer is not null and i.issued_on < $1 and o.customer_id is null limit $2)";
    let blanked = tx.execute(sql, &[&oldest, &BLANKED_AT_ONCE])?;
    Ok(i64::try_from(blanked) == Ok(BLANKED_AT_ONCE))
}

/// The first day whose documents are still retained.
fn oldest_kept(settings: &Settings, now: Timestamp) -> String {
    let this_year = settings.time_zone.date_of(now).year();
    format!("{:04}-01-01", (this_year - settings.retention_years).max(0))
}

/// The number of an order's first invoice, which is over the whole.
fn number_of(tx: &Tx, order_id: Id) -> Result<Option<String>> {
    let sql = "select number from invoices where order_id = $1 and type = 'invoice'
        order by id limit 1";
    tx.maybe_value(sql, &[&order_id])
}

fn write(tx: &Tx, order: &Order, settings: &Settings) -> Result<Invoice> {
    let number = NumberSequence::Invoices.take(tx)?;
    let content = Content::of_invoice(order, settings, &number, tx.now());
    let total = Money::new(Standing::of(order).total(), order.currency);
    let invoice = insert_document(tx, order, &content, (Type::Invoice, None, total))?;
    timeline::note_invoice(tx, order.id)?;
    set_due(tx, order.id, false)?;
    Ok(invoice)
}

fn insert_document(
    tx: &Tx,
    order: &Order,
    content: &Content,
    (kind, step, total): (Type, Option<DocumentedStep>, Money),
) -> Result<Invoice> {
    let refund = step.filter(|(action, _)| *action == Action::Refunds);
    let refund_id = refund.map(|(_, id)| id);
    let id = insert!(tx, "invoices", {
        "order_id": order.id,
        "type": kind.name(),
        "number": content.number,
        "step_kind": step.map(|(action, _)| action.name()),
        "step_id": step.map(|(_, id)| id),
        "refund_id": refund_id,
        "total": total.minor(),
        "content": to_json(content)?,
        "buyer": Recipient::of(order).as_ref().map(to_json).transpose()?,
        "issued_on": content.issued_on,
        "issued_at": tx.now(),
    })?;
    let (number, currency) = (content.number.clone(), order.currency);
    let step = step.map(|step| step_address(order.id, step));
    let (order_id, issued_at) = (order.id, tx.now());
    Ok(Invoice { id, kind, number, order_id, step, refund_id, total, currency, issued_at })
}

fn read(row: &Row, currency: Currency) -> Result<Invoice> {
    let order_id = row.get("order_id")?;
    let step = row.maybe_word("step_kind", Action::of)?.zip(row.get("step_id")?);
    Ok(Invoice {
        id: row.get("id")?,
        kind: row.word("type", Type::of)?,
        number: row.get("number")?,
        order_id,
        step: step.map(|step| step_address(order_id, step)),
        refund_id: row.get("refund_id")?,
        total: Money::new(row.get("total")?, currency),
        currency,
        issued_at: row.get("issued_at")?,
    })
}
