//! Accounts: the names and passwords that customers sign in with.

use super::customers;
use super::list::{List, Page, Range};
use super::sessions::{self, Realm};
use super::sql::{Broken, Row, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::customers::Account;
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
    now: Timestamp,
) -> Result<Account> {
    let sql = "insert into accounts (customer_id, username, username_key, password_hash, version,
            revision, created_at, updated_at)
        values ($1, $2, $3, $4, 1, 0, $5, $5) returning id";
    let name = username.as_str();
    let id = tx
        .insert(sql, &[&customer_id, &name, &username.key(), &password_hash, &now])
        .broken("accounts.username_key", username_taken)
        .broken("accounts.customer_id", || {
            let detail = "This customer has an account already.";
            let error = FieldError::at("/customer_id", "taken", detail);
            Error::new(Code::Taken, detail).with_errors(vec![error])
        })?;
    customers::end_token(tx, customer_id)?;
    tx.execute("update customers set guest = 0 where id = $1", &[&customer_id])?;
    find(tx, id)
}

pub fn find(tx: &Tx, id: Id) -> Result<Account> {
    let sql = "select customer_id, username, last_login_at, version, created_at, updated_at,
            revision
        from accounts where id = $1";
    let read = |row: &Row| {
        let customer_id = row.take()?;
        Ok(Account {
            id,
            customer_id,
            customer: customers::find(tx, customer_id)?,
            username: row.take()?,
            last_login_at: row.take()?,
            version: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            revision: row.take()?,
        })
    };
    let mut account = tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)?;
    // The embedded customer is part of the answer: whatever changes it, changes this too.
    account.revision += account.customer.version + account.customer.revision;
    Ok(account)
}

/// The hash that a password is held against.
pub fn password_hash(tx: &Tx, id: Id) -> Result<String> {
    let sql = "select password_hash from accounts where id = $1";
    tx.maybe_value(sql, &[&id])?.ok_or_else(Error::not_found)
}

/// Whether a username is free.
///
/// # Errors
/// [`Code::Taken`].
pub fn check_free(tx: &Tx, username: &Username, but: Option<Id>) -> Result<()> {
    let sql = "select 1 from accounts where username_key = $1 and ($2 is null or id <> $2)";
    match tx.exists(sql, &[&username.key(), &but])? {
        true => Err(username_taken()),
        false => Ok(()),
    }
}

/// What changes about an account.
#[derive(Clone, Debug)]
pub struct AccountChange {
    pub username: Username,
    pub password_hash: Option<String>,
    /// The session that lives on when the password changes.
    pub session_id: Option<Id>,
}

/// Whether this customer has an account.
pub fn is_there_for(tx: &Tx, customer_id: Id) -> Result<bool> {
    tx.exists("select 1 from accounts where customer_id = $1", &[&customer_id])
}

/// # Errors
/// Not found; [`Code::Taken`] for a username in use.
pub fn update(tx: &Tx, id: Id, change: &AccountChange, now: Timestamp) -> Result<Account> {
    let old = find(tx, id)?;
    let sql = "update accounts set username = $2, username_key = $3,
            password_hash = coalesce($4, password_hash), version = version + 1, updated_at = $5
        where id = $1";
    let (name, key) = (change.username.as_str(), change.username.key());
    tx.execute(sql, &[&id, &name, &key, &change.password_hash, &now])
        .broken("accounts.username_key", username_taken)?;
    if folded(&old.username) != key {
        sessions::forget_networks(tx, Realm::Customers, &folded(&old.username))?;
    }
    if change.password_hash.is_some() {
        sessions::end_others(tx, id, change.session_id)?;
    }
    find(tx, id)
}

/// What a list of accounts may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub username: Option<String>,
    pub customer_id: Option<Id>,
}

pub fn list(tx: &Tx, filter: &Filter, range: &Range) -> Result<Page<Account>> {
    let mut list = List::of("accounts");
    list.with_some("username_key = #", filter.username.as_deref().map(folded));
    list.with_some("customer_id = #", filter.customer_id);
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// Ends an account and its sessions; the customer's record stays.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    let account = find(tx, id)?;
    sessions::forget_networks(tx, Realm::Customers, &folded(&account.username))?;
    sessions::end_others(tx, id, None)?;
    tx.execute("delete from accounts where id = $1", &[&id]).map(drop)
}

/// Ends the account of a customer, if there is one.
pub fn delete_of_customer(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "select id from accounts where customer_id = $1";
    match tx.maybe_value(sql, &[&customer_id])? {
        Some(id) => delete(tx, id),
        None => Ok(()),
    }
}

fn username_taken() -> Error {
    let detail = "This username is taken.";
    let error = FieldError::at("/username", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}
