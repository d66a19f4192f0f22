//! Accounts: the names and passwords that customers sign in with.

use std::collections::HashMap;

use super::engine::list::{Ids, List, Page, Range};
use super::engine::sql::{Broken, Row, damaged};
use super::engine::statements::{insert, update};
use super::sessions::{self, Realm};
use super::{Tx, customers};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::customers::{Account, Customer};
use crate::domain::passwords::Username;
use crate::domain::text::folded;
use crate::error::{Code, Error, FieldError, Result};

/// Makes the account of a customer. The visitor's token of that record has done its work.
///
/// # Errors
/// [`Code::Taken`] for a username in use, or a customer who has an account.
pub fn create(
    tx: &Tx,
    customer_id: Id,
    username: &Username,
    password_hash: &str,
) -> Result<Account> {
    let inserted = insert!(tx, "accounts", {
        "customer_id": customer_id,
        "username": username.as_str(),
        "username_key": username.key(),
        "password_hash": password_hash,
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    });
    let id = inserted
        .broken("accounts.username_key", username_taken)
        .broken("accounts.customer_id", customer_taken)?;
    customers::end_token(tx, customer_id)?;
    customers::end_guest(tx, customer_id)?;
    find(tx, id)
}

macro_rules! columns {
    () => {
        "id, customer_id, username, email_verified_at, last_login_at, version, created_at,
            updated_at, revision"
    };
}

/// An account.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Account> {
    maybe(tx, id)?.ok_or_else(Error::not_found)
}

/// An account, if there is one.
pub fn maybe(tx: &Tx, id: Id) -> Result<Option<Account>> {
    let sql = concat!("select ", columns!(), " from accounts where id = $1");
    let row = tx.maybe(sql, &[&id], AccountRow::read)?;
    Ok(with_customers(tx, row.into_iter().collect())?.pop())
}

/// The account of a customer, if there is one.
pub fn of_customer(tx: &Tx, customer_id: Id) -> Result<Option<Account>> {
    let id = tx.maybe_value("select id from accounts where customer_id = $1", &[&customer_id])?;
    id.map(|id| find(tx, id)).transpose()
}

/// The hash of an account's password.
///
/// # Errors
/// Not found.
pub fn password_hash(tx: &Tx, id: Id) -> Result<String> {
    let sql = "select password_hash from accounts where id = $1";
    tx.maybe_value(sql, &[&id])?.ok_or_else(Error::not_found)
}

/// Refuses a username in use.
///
/// # Errors
/// [`Code::Taken`].
pub fn check_free(tx: &Tx, username: &Username) -> Result<()> {
    let sql = "select 1 from accounts where username_key = $1";
    if tx.exists(sql, &[&username.key()])? { Err(username_taken()) } else { Ok(()) }
}

/// True when this customer has an account.
pub fn exists_for(tx: &Tx, customer_id: Id) -> Result<bool> {
    tx.exists("select 1 from accounts where customer_id = $1", &[&customer_id])
}

/// A change of an account.
#[derive(Clone, Debug)]
pub struct AccountChange {
    pub username: Username,
    /// Of a new password.
    pub password_hash: Option<String>,
    /// The session that lives on when the password changes.
    pub session_id: Option<Id>,
}

/// Changes an account; `old` is what it was.
///
/// # Errors
/// [`Code::Taken`] for a username in use.
pub fn update(tx: &Tx, old: &Account, change: &AccountChange) -> Result<Account> {
    let (key, old_key) = (change.username.key(), folded(&old.username));
    let updated = update!(tx, "accounts", old.id, {
        "username": change.username.as_str(),
        "username_key": key,
        "updated_at": tx.now(),
    }, "version = version + 1");
    updated.broken("accounts.username_key", username_taken)?;
    if key != old_key || change.password_hash.is_some() {
        sessions::forget_networks(tx, Realm::Customers, &old_key)?;
    }
    if let Some(hash) = &change.password_hash {
        tx.execute("update accounts set password_hash = $1 where id = $2", &[hash, &old.id])?;
        sessions::end_others(tx, old.id, change.session_id)?;
    }
    find(tx, old.id)
}

/// The accounts that a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub username: Option<String>,
    pub customer_id: Option<Id>,
}

/// A page of accounts.
pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Account>> {
    let mut list = List::of("accounts");
    list.with_some("username_key = #", filter.username.as_deref().map(folded));
    list.with_some("customer_id = #", filter.customer_id);
    let Page { rows, next, count } = list.page(tx, range, columns!(), AccountRow::read)?;
    Ok(Page { rows: with_customers(tx, rows)?, next, count })
}

/// Ends an account and its sessions; the customer's record stays.
pub fn delete(tx: &Tx, account: &Account) -> Result<()> {
    delete_row(tx, account.id, &folded(&account.username))
}

/// Ends the account of a customer, if there is one.
pub fn delete_of_customer(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "select id, username_key from accounts where customer_id = $1";
    let read = |row: &Row| Ok((row.get("id")?, row.get::<String>("username_key")?));
    match tx.maybe(sql, &[&customer_id], read)? {
        Some((id, username_key)) => delete_row(tx, id, &username_key),
        None => Ok(()),
    }
}

fn delete_row(tx: &Tx, id: Id, username_key: &str) -> Result<()> {
    sessions::forget_networks(tx, Realm::Customers, username_key)?;
    sessions::end_others(tx, id, None)?;
    tx.execute("delete from accounts where id = $1", &[&id]).map(drop)
}

fn username_taken() -> Error {
    let detail = "This username is taken.";
    let error = FieldError::at("/username", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}

fn customer_taken() -> Error {
    let detail = "This customer has an account already.";
    let error = FieldError::at("/customer_id", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}

/// The accounts of a page with their customers.
fn with_customers(tx: &Tx, rows: Vec<AccountRow>) -> Result<Vec<Account>> {
    let customer_ids: Vec<Id> = rows.iter().map(|row| row.customer_id).collect();
    let customers = customers::find_all(tx, &Ids::of(&customer_ids))?;
    let mut customers: HashMap<Id, Customer> =
        customers.into_iter().map(|customer| (customer.id, customer)).collect();
    let account = |row: AccountRow| {
        let customer = customers.remove(&row.customer_id);
        customer.map(|customer| row.with(customer)).ok_or_else(|| damaged("no customer"))
    };
    rows.into_iter().map(account).collect()
}

/// An account without its customer.
struct AccountRow {
    id: Id,
    customer_id: Id,
    username: String,
    email_verified_at: Option<Timestamp>,
    last_login_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    revision: i64,
}

impl AccountRow {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            customer_id: row.get("customer_id")?,
            username: row.get("username")?,
            email_verified_at: row.get("email_verified_at")?,
            last_login_at: row.get("last_login_at")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            revision: row.get("revision")?,
        })
    }

    /// The account. The embedded customer is part of it: what changes that, changes this too.
    fn with(self, customer: Customer) -> Account {
        Account {
            id: self.id,
            customer_id: self.customer_id,
            username: self.username,
            email_verified_at: self.email_verified_at,
            last_login_at: self.last_login_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            revision: self.revision + customer.version + customer.revision,
            customer,
        }
    }
}
