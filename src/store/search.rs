//! The words that customers and their orders are found by, and the SKUs of variants. They are
//! written with what they belong to, and gone with it; `store/find.rs` looks for them.
//!
//! An order writes none: it is found by the words of its customer. What its buyer was called
//! otherwise stands once, however many orders say it.

use super::Tx;
use super::engine::sql::Row;
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::orders::Buyer;
use crate::domain::search::{Words, code_key};
use crate::error::Result;

/// Writes the words of a new customer.
pub fn add_customer(tx: &Tx, id: Id, contact: &Contact) -> Result<()> {
    words_of(contact).iter().try_for_each(|word| add_word(tx, id, word))
}

/// Writes the words of a customer who has changed. `has_orders`: these are still found by the old
/// ones.
pub fn change_customer(
    tx: &Tx,
    id: Id,
    (before, after): (&Contact, &Contact),
    has_orders: bool,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    // Both are made anew, by the folding that the stored ones were made by: none is missed.
    let (before, after) = (words_of(before), words_of(after));
    let remove = "delete from customer_words where word = $1 and customer_id = $2";
    for gone in before.iter().filter(|word| !after.contains(word)) {
        tx.execute(remove, &[gone, &id])?;
        if has_orders {
            add_buyer_word(tx, id, gone)?;
        }
    }
    after.iter().filter(|word| !before.contains(word)).try_for_each(|new| add_word(tx, id, new))
}

/// Takes the words of a customer away, and those of the buyers of their orders, which are still
/// found by their numbers.
pub fn remove_customer(tx: &Tx, id: Id) -> Result<()> {
    tx.execute("delete from customer_words where customer_id = $1", &[&id])?;
    tx.execute("delete from buyer_words where customer_id = $1", &[&id]).map(drop)
}

/// Writes the words of an order's buyer that the record of the customer has not.
pub fn add_buyer(tx: &Tx, customer_id: Id, record: &Contact, buyer: &Contact) -> Result<()> {
    if record == buyer {
        return Ok(());
    }
    add_more(tx, customer_id, &words_of(record), &words_of(buyer))
}

/// Writes the words of a buyer, as a stored order names them, that the record has not.
pub fn add_stored_buyer(tx: &Tx, customer_id: Id, record: &Contact, buyer: &Buyer) -> Result<()> {
    add_more(tx, customer_id, &words_of(record), &words_of_buyer(buyer))
}

/// Writes the SKU of a variant; those it had before stay, as its orders have them.
pub fn add_sku(tx: &Tx, variant_id: Id, sku: Option<&str>) -> Result<()> {
    let sql = "insert into variant_skus (sku_key, variant_id) values ($1, $2)
        on conflict do nothing";
    sku.map_or(Ok(()), |sku| tx.execute(sql, &[&code_key(sku), &variant_id]).map(drop))
}

/// Takes the SKUs of a variant away.
pub fn remove_skus(tx: &Tx, variant_id: Id) -> Result<()> {
    tx.execute("delete from variant_skus where variant_id = $1", &[&variant_id]).map(drop)
}

/// The buyer of an order, as its row names them.
pub fn buyer(row: &Row) -> Result<Buyer> {
    Ok(Buyer { name: row.get("name")?, email: row.get("email")?, phone: row.get("phone")? })
}

fn add_more(tx: &Tx, customer_id: Id, record: &[String], buyer: &[String]) -> Result<()> {
    let more = buyer.iter().filter(|word| !record.contains(word));
    more.into_iter().try_for_each(|word| add_buyer_word(tx, customer_id, word))
}

fn add_word(tx: &Tx, customer_id: Id, word: &str) -> Result<()> {
    let sql = "insert into customer_words (word, customer_id) values ($1, $2)";
    tx.execute(sql, &[&word, &customer_id]).map(drop)
}

fn add_buyer_word(tx: &Tx, customer_id: Id, word: &str) -> Result<()> {
    let sql = "insert into buyer_words (word, customer_id) values ($1, $2) on conflict do nothing";
    tx.execute(sql, &[&word, &customer_id]).map(drop)
}

fn words_of(contact: &Contact) -> Vec<String> {
    words_of_buyer(&Buyer::of(contact))
}

fn words_of_buyer(buyer: &Buyer) -> Vec<String> {
    let mut words = Words::default();
    if let Some(name) = &buyer.name {
        words = words.and_line(name);
    }
    if let Some(email) = &buyer.email {
        words = words.and_email(email.as_str());
    }
    if let Some(phone) = &buyer.phone {
        words = words.and_phone(phone);
    }
    words.list()
}
