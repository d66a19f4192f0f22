//! Customers: their records, the visitor's token that opens a new one, and forgetting a person.

use serde_json::json;

use super::invoices::{self, RetainedDocuments};
use super::list::{List, Page, Range, containing};
use super::sql::{Row, Tx, json as to_json};
use super::{customer_accounts, discounts, idempotency, settings};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::customers::{Contact, Customer, CustomerInput, Note};
use crate::domain::money::Money;
use crate::domain::text::folded;
use crate::domain::{Change, Id};
use crate::error::{Code, Error, Result};
use crate::secret;

/// A visitor's token for the record they made lives an hour.
const TOKEN_SECONDS: i64 = 3600;
pub const TOKEN_PREFIX: &str = "tb_cus_";

/// Who changes a record: the holder of its token may go on with it, anyone else ends the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    TokenHolder,
    Anyone,
}

/// Makes a record.
pub fn create(tx: &Tx, input: &CustomerInput, now: Timestamp) -> Result<Customer> {
    let id = insert(tx, input, false, now)?;
    find(tx, id)
}

pub fn find(tx: &Tx, id: Id) -> Result<Customer> {
    let currency = settings::currency(tx)?;
    let sql = "select id, name, email, phone, addresses, note, accepts_marketing, orders_count,
            total_spent, version, created_at, updated_at, revision
        from customers where id = $1";
    tx.maybe(sql, &[&id], |row| read(row, currency))?.ok_or_else(Error::not_found)
}

/// Replaces a record. A guest's stays one, to be found by the next order with the same e-mail, as
/// long as it keeps that e-mail.
pub fn update(tx: &Tx, id: Id, input: &CustomerInput, by: By, now: Timestamp) -> Result<Customer> {
    let sql = "update customers set name = $2, email = $3, email_key = $4, phone = $5,
            addresses = $6, accepts_marketing = $7,
            guest = case when email_key = $4 then guest else 0 end, version = version + 1,
            updated_at = $8
        where id = $1";
    let (contact, addresses) = (&input.contact, to_json(&input.addresses)?);
    let (email, marketing) = (&contact.email, &input.accepts_marketing);
    tx.execute(
        sql,
        &[&id, &contact.name, email, &email.key(), &contact.phone, &addresses, marketing, &now],
    )?;
    if let Change::Set(note) = &input.note {
        tx.execute("update customers set note = $2 where id = $1", &[&id, note])?;
    }
    if by == By::Anyone {
        end_token(tx, id)?;
    }
    find(tx, id)
}

/// What a list of customers may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a name, an e-mail or a phone number.
    pub q: Option<String>,
    pub email: Option<String>,
}

pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Customer>> {
    let mut list = List::of("customers");
    list.with_some("email_key = #", filter.email.as_deref().map(folded));
    let pattern = filter.q.as_deref().map(containing);
    list.with_some(
        "(name like # escape '\\' or email like # escape '\\' or phone like # escape '\\')",
        pattern,
    );
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// Gives a new record the token that its maker, a visitor, opens it with.
pub fn give_token(tx: &Tx, id: Id, now: Timestamp) -> Result<String> {
    let token = secret::token(TOKEN_PREFIX)?;
    let sql = "update customers set token_hash = $2, token_expires_at = $3 where id = $1";
    tx.execute(sql, &[&id, &secret::hash(&token), &now.plus_seconds(TOKEN_SECONDS)])?;
    Ok(token)
}

/// The record that a token opens, while it lives.
pub fn by_token(tx: &Tx, token: &str, now: Timestamp) -> Result<Option<Id>> {
    let sql = "select id from customers where token_hash = $1 and token_expires_at > $2";
    tx.maybe_value(sql, &[&secret::hash(token), &now])
}

pub fn end_token(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update customers set token_hash = null, token_expires_at = null
        where id = $1 and token_hash is not null";
    tx.execute(sql, &[&id]).map(drop)
}

/// Whether there is such a record.
pub fn contact(tx: &Tx, id: Id) -> Result<Option<Contact>> {
    let sql = "select name, email, phone from customers where id = $1";
    tx.maybe(sql, &[&id], |row| {
        Ok(Contact { name: row.take()?, email: row.take()?, phone: row.take()? })
    })
}

/// The record of a guest: one that an earlier guest order with this e-mail made and that has no
/// account, as it is; else a new one.
pub fn guest(tx: &Tx, contact: &Contact, now: Timestamp) -> Result<Id> {
    let sql = "select id from customers where email_key = $1 and guest = 1
            and not exists (select 1 from accounts where customer_id = customers.id)
        order by id limit 1";
    match tx.maybe_value(sql, &[&contact.email.key()])? {
        Some(id) => Ok(id),
        None => insert(tx, &CustomerInput::of(contact.clone()), true, now),
    }
}

/// Counts an order of a customer.
pub fn count_order(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update customers set orders_count = orders_count + 1, revision = revision + 1
        where id = $1";
    tx.execute(sql, &[&id]).map(drop)
}

/// Counts money of a customer, in minor units; less than nothing takes some back.
pub fn count_money(tx: &Tx, id: Id, minor: i64) -> Result<()> {
    let sql = "update customers set total_spent = total_spent + $2, revision = revision + 1
        where id = $1";
    tx.execute(sql, &[&id, &minor]).map(drop)
}

/// Forgets a person: record, account, sessions and addresses are gone, their orders keep numbers
/// and sums but nothing personal. Tells which documents must be kept for a while.
///
/// # Errors
/// Not found; [`Code::OpenOrders`] with the list of orders that are under way.
pub fn delete(tx: &Tx, id: Id, now: Timestamp) -> Result<Option<RetainedDocuments>> {
    find(tx, id)?;
    refuse_with_open_orders(tx, id)?;
    let kept = invoices::forget(tx, id, now)?;
    discounts::forget(tx, id)?;
    for sql in [
        "update refunds set reason = null
        where order_id in (select id from orders where customer_id = $1)",
        "update payments set reference = null
        where order_id in (select id from orders where customer_id = $1)",
        "update order_events set note = null
        where order_id in (select id from orders where customer_id = $1)",
        "update orders set customer_id = null, name = null, email = null, phone = null,
            shipping_address = null, billing_address = null, note = null, cancel_reason = null,
            revision = revision + 1
        where customer_id = $1",
    ] {
        tx.execute(sql, &[&id])?;
    }
    idempotency::erase(tx, id)?;
    customer_accounts::delete_of_customer(tx, id)?;
    tx.execute("delete from customers where id = $1", &[&id])?;
    Ok(kept)
}

fn refuse_with_open_orders(tx: &Tx, id: Id) -> Result<()> {
    let sql = "select id, number from orders
        where customer_id = $1 and status <> 'cancelled'
            and fulfillment_status not in ('delivered', 'returned')
        order by id limit 100";
    let open = tx.all(sql, &[&id], |row| {
        let (id, number): (Id, String) = (row.take()?, row.take()?);
        Ok(json!({ "id": id, "number": number }))
    })?;
    if open.is_empty() {
        return Ok(());
    }
    let detail = "This customer has open orders; deliver or cancel them first.";
    Err(Error::new(Code::OpenOrders, detail).with("orders", open.into()))
}

fn insert(tx: &Tx, input: &CustomerInput, guest: bool, now: Timestamp) -> Result<Id> {
    let sql = "insert into customers (name, email, email_key, phone, addresses, note,
            accepts_marketing, guest, orders_count, total_spent, version, revision, created_at,
            updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 1, 0, $9, $9) returning id";
    let (contact, addresses) = (&input.contact, to_json(&input.addresses)?);
    let (email, marketing) = (&contact.email, &input.accepts_marketing);
    let note = input.note.clone().or(None);
    tx.insert(
        sql,
        &[
            &contact.name,
            email,
            &email.key(),
            &contact.phone,
            &addresses,
            &note,
            marketing,
            &guest,
            &now,
        ],
    )
}

fn read(row: &Row, currency: Currency) -> Result<Customer> {
    Ok(Customer {
        id: row.take()?,
        contact: Contact { name: row.take()?, email: row.take()?, phone: row.take()? },
        addresses: row.json()?,
        note: Note::Shown(row.take()?),
        accepts_marketing: row.take()?,
        orders_count: row.take()?,
        total_spent: Money::new(row.take()?, currency),
        currency,
        version: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        revision: row.take()?,
    })
}
