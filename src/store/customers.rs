//! Customers: their records, and the visitor's token that opens a new one.

use super::engine::list::{Ids, List, Page, Range, of_ids};
use super::engine::sql::{Row, json};
use super::engine::statements::{insert, update};
use super::find::{Search, Walk};
use super::{Tx, search, settings};
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::customers::{Contact, Customer, CustomerInput, CustomerRecord, Note};
use crate::domain::money::Money;
use crate::domain::orders::Buyer;
use crate::domain::text::{Email, folded, search_key};
use crate::domain::{Change, Id};
use crate::error::{Error, Result};
use crate::secret;

/// A visitor's token for the record they made lives an hour.
const TOKEN_SECONDS: i64 = 3600;

/// The beginning of every visitor's token.
pub const TOKEN_PREFIX: &str = "tb_cus_";

/// The one who changes a record: the holder of its token may go on with it, anyone else ends the
/// token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    TokenHolder,
    Anyone,
}

/// Makes a record.
pub fn create(tx: &Tx, input: &CustomerInput) -> Result<Customer> {
    let id = insert(tx, input, (false, 0))?;
    find(tx, id)
}

/// A record.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Customer> {
    find_all(tx, &Ids::of(&[id]))?.pop().ok_or_else(Error::not_found)
}

macro_rules! columns {
    () => {
        "id, name, email, phone, addresses, note, accepts_marketing, orders_count, total_spent,
            version, created_at, updated_at, revision"
    };
}

/// The records of these ids, in whatever order.
pub fn find_all(tx: &Tx, ids: &Ids) -> Result<Vec<Customer>> {
    let currency = settings::currency(tx)?;
    let sql = of_ids!(["select ", columns!(), " from customers where id in "], []);
    ids.rows(tx, sql, |row| read(row, currency))
}

/// Replaces a record; `old` is what it was. A guest's stays one, to be found by the next order with
/// the same e-mail, as long as it keeps that e-mail.
pub fn update(tx: &Tx, old: &Customer, input: &CustomerInput, by: By) -> Result<Customer> {
    let (contact, email_key) = (&input.contact, input.contact.email_key());
    update!(tx, "customers", old.id, {
        "name": contact.name,
        "name_key": search_key(&contact.name),
        "email": contact.email,
        "email_key": email_key,
        "phone": contact.phone,
        "addresses": json(&input.addresses)?,
        "accepts_marketing": input.accepts_marketing,
        "updated_at": tx.now(),
    }, "version = version + 1")?;
    search::change_customer(tx, old.id, (&old.contact, contact), old.orders_count > 0)?;
    if email_key != old.contact.email_key() {
        end_guest(tx, old.id)?;
        forget_email(tx, old.id)?;
    }
    if let Change::Set(note) = &input.note {
        tx.execute("update customers set note = $1 where id = $2", &[note, &old.id])?;
    }
    if by == By::Anyone {
        end_token(tx, old.id)?;
    }
    find(tx, old.id)
}

/// Forgets what was known of the address of a customer with an account: that it is theirs, and the
/// ways to a new password that were sent there.
fn forget_email(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update accounts set email_verified_at = null where customer_id = $1";
    tx.execute(sql, &[&id])?;
    let sql = "delete from password_resets
        where account_id in (select id from accounts where customer_id = $1)";
    tx.execute(sql, &[&id]).map(drop)
}

/// Removes a record that nothing refers to any more.
///
/// # Errors
/// Not found.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    search::remove_customer(tx, id)?;
    match tx.execute("delete from customers where id = $1", &[&id])? {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// The customers that a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words of a name, an e-mail or a phone number.
    pub q: Option<String>,
    pub email: Option<String>,
    /// Changed after this time.
    pub updated_after: Option<Timestamp>,
}

/// A page of records.
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Customer>> {
    let narrowed = || {
        let mut list = List::of("customers");
        list.with_some("email_key = #", filter.email.as_deref().map(folded));
        list.with_some("updated_at > #", filter.updated_after);
        list
    };
    let currency = settings::currency(tx)?;
    let page = |list: List| list.page(tx, range, columns!(), |row| read(row, currency));
    match &filter.q {
        None => page(narrowed()),
        Some(text) => Search::customers(tx, text)?.page(tx, narrowed, (range, Walk::Some), page),
    }
}

/// Gives a new record the token that its maker, a visitor, opens it with.
pub fn give_token(tx: &Tx, id: Id) -> Result<String> {
    let token = secret::token(TOKEN_PREFIX)?;
    let expires_at = tx.now().plus_seconds(TOKEN_SECONDS);
    let sql = "update customers set token_hash = $1, token_expires_at = $2 where id = $3";
    tx.execute(sql, &[&secret::hash(&token), &expires_at, &id])?;
    Ok(token)
}

/// The record that a token opens, while it lives.
pub fn by_token(tx: &Tx, token: &str) -> Result<Option<Id>> {
    let sql = "select id from customers where token_hash = $1 and token_expires_at > $2";
    tx.maybe_value(sql, &[&secret::hash(token), &tx.now()])
}

/// Tells `true` while there is a token that opens the record.
pub fn has_token(tx: &Tx, id: Id) -> Result<bool> {
    let sql = "select 1 from customers where id = $1 and token_expires_at > $2";
    tx.exists(sql, &[&id, &tx.now()])
}

/// Ends the token of a record, if it has one.
pub fn end_token(tx: &Tx, id: Id) -> Result<()> {
    let sql = "update customers set token_hash = null, token_expires_at = null
        where id = $1 and token_hash is not null";
    tx.execute(sql, &[&id]).map(drop)
}

/// The contact of a customer, if the record exists.
pub fn contact(tx: &Tx, id: Id) -> Result<Option<Contact>> {
    tx.maybe("select name, email, phone from customers where id = $1", &[&id], read_contact)
}

/// A record, if it exists.
pub fn record(tx: &Tx, id: Id) -> Result<Option<CustomerRecord>> {
    let sql = "select id, name, email, phone, version from customers where id = $1";
    tx.maybe(sql, &[&id], read_record)
}

/// The record of a guest that an earlier order with this e-mail made, if there is one that has no
/// account.
pub fn guest(tx: &Tx, email: &Email) -> Result<Option<CustomerRecord>> {
    let sql = "select id, name, email, phone, version from customers
        where email_key = $1 and guest = 1
            and not exists (select 1 from accounts where customer_id = customers.id)
        order by id limit 1";
    tx.maybe(sql, &[&email.key()], read_record)
}

/// Makes the record of a guest with a first order, and whether it takes letters from the shop; one
/// without an e-mail is not found by a later order.
///
/// # Errors
/// [`Code::Stale`] where there is one for this e-mail already.
///
/// [`Code::Stale`]: crate::error::Code::Stale
pub fn add_guest(tx: &Tx, contact: &Contact, accepts_marketing: bool) -> Result<Id> {
    let is_known = match &contact.email {
        Some(email) => guest(tx, email)?.is_some(),
        None => false,
    };
    if is_known {
        return Err(Error::stale());
    }
    let input = CustomerInput { accepts_marketing, ..CustomerInput::of(contact.clone()) };
    insert(tx, &input, (contact.email.is_some(), 1))
}

/// Notes the buyer of a customer's order, so that it is found by that contact too.
pub fn note_buyer(tx: &Tx, id: Id, buyer: &Buyer) -> Result<()> {
    let record = contact(tx, id)?.ok_or_else(Error::not_found)?;
    search::add_stored_buyer(tx, id, &record, buyer)
}

/// Makes the record of a guest one that no later guest order finds.
pub fn end_guest(tx: &Tx, id: Id) -> Result<()> {
    tx.execute("update customers set guest = 0 where id = $1", &[&id]).map(drop)
}

/// Counts an order of a customer, whose record is still this one; `guest`: it must be that of a
/// guest. Returns the number of the record.
///
/// # Errors
/// [`Code::Stale`] where the record has changed.
///
/// [`Code::Stale`]: crate::error::Code::Stale
pub fn count_order(tx: &Tx, record: &CustomerRecord, guest: bool) -> Result<Id> {
    let sql = "update customers set orders_count = orders_count + 1, revision = revision + 1
        where id = $1 and version = $2 and guest >= $3";
    match tx.execute(sql, &[&record.id, &record.version, &guest])? {
        0 => Err(Error::stale()),
        _ => Ok(record.id),
    }
}

/// Counts money of a customer, in minor units; less than nothing takes some back.
pub fn count_money(tx: &Tx, id: Id, minor: i64) -> Result<()> {
    let sql = "update customers set total_spent = total_spent + $1, revision = revision + 1
        where id = $2";
    tx.execute(sql, &[&minor, &id]).map(drop)
}

fn insert(tx: &Tx, input: &CustomerInput, (guest, orders_count): (bool, i64)) -> Result<Id> {
    let contact = &input.contact;
    let id = insert!(tx, "customers", {
        "name": contact.name,
        "name_key": search_key(&contact.name),
        "email": contact.email,
        "email_key": contact.email_key(),
        "phone": contact.phone,
        "addresses": json(&input.addresses)?,
        "note": input.note.clone().or(None),
        "accepts_marketing": input.accepts_marketing,
        "guest": guest,
        "orders_count": orders_count,
        "total_spent": 0,
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    })?;
    search::add_customer(tx, id, contact)?;
    Ok(id)
}

fn read(row: &Row, currency: Currency) -> Result<Customer> {
    Ok(Customer {
        id: row.get("id")?,
        contact: read_contact(row)?,
        addresses: row.json("addresses")?,
        note: Note::Shown(row.get("note")?),
        accepts_marketing: row.get("accepts_marketing")?,
        orders_count: row.get("orders_count")?,
        total_spent: Money::new(row.get("total_spent")?, currency),
        currency,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        revision: row.get("revision")?,
    })
}

fn read_record(row: &Row) -> Result<CustomerRecord> {
    let (id, contact) = (row.get("id")?, read_contact(row)?);
    Ok(CustomerRecord { id, contact, version: row.get("version")? })
}

fn read_contact(row: &Row) -> Result<Contact> {
    Ok(Contact { name: row.get("name")?, email: row.get("email")?, phone: row.get("phone")? })
}
