//! Keys that are stored beside the texts they are made of, so that these are found and sorted by an
//! index. A file of a program that made them otherwise, or none, gets them at its first opening.

use super::engine::sql::{Row, ToSql};
use super::search;
use super::{Tx, product_search, products};
use crate::domain::Id;
use crate::domain::customers::Contact;
use crate::domain::search::code_key;
use crate::domain::text::{LINE_CHARS_MAX, folded, plain_line, search_key};
use crate::error::Result;

/// The way of folding that keys are made by. Whoever changes `domain/search.rs`, or the functions
/// of `domain/text.rs` that it calls, adds one, and every shop makes its keys anew.
const FOLDING: i64 = 1;

/// Makes all keys anew, unless they are made as this program makes them.
pub fn make_if_older(tx: &Tx) -> Result<()> {
    let sql = "select folding, finds, goods from stored_keys";
    let made: (i64, bool, bool) =
        tx.one(sql, &[], |row| Ok((row.get("folding")?, row.get("finds")?, row.get("goods")?)))?;
    let (folding, finds, goods) = made;
    if folding != FOLDING {
        people(tx)?;
        codes(tx)?;
        customers(tx)?;
        names_of_products(tx)?;
        parcels(tx)?;
    }
    if folding != FOLDING || !finds {
        buyers(tx)?;
        skus(tx)?;
    }
    if folding != FOLDING || !goods {
        words_of_products(tx)?;
    }
    if made == (FOLDING, true, true) {
        return Ok(());
    }
    let sql = "update stored_keys set folding = $1, finds = 1, goods = 1";
    tx.execute(sql, &[&FOLDING]).map(drop)
}

/// Usernames and e-mails that somebody signs in with. One that would be another's stays as it is:
/// nobody can have typed it, as it holds what nobody sees.
fn people(tx: &Tx) -> Result<()> {
    let accounts = "select id, username as text, username_key as key from accounts
        where id > $1 order by id limit 1000";
    let mend = "update accounts set username_key = $1 where id = $2
        and not exists (select 1 from accounts where username_key = $1)";
    each(tx, accounts, text_and_key, |id, (name, key)| change(tx, mend, id, folded(&name), &key))?;
    let staff = "select id, email as text, email_key as key from staff
        where id > $1 order by id limit 1000";
    let mend = "update staff set email_key = $1 where id = $2
        and not exists (select 1 from staff where email_key = $1)";
    each(tx, staff, text_and_key, |id, (email, key)| change(tx, mend, id, folded(&email), &key))
}

/// Codes of discounts, who has used them, and SKUs. A code that would be another's stays.
fn codes(tx: &Tx) -> Result<()> {
    let discounts = "select id, code as text, code_key as key from discounts
        where id > $1 order by id limit 1000";
    let mend = "update discounts set code_key = $1 where id = $2
        and not exists (select 1 from discounts where code_key = $1)";
    each(tx, discounts, text_and_key, |id, (code, key)| change(tx, mend, id, folded(&code), &key))?;
    let uses = "select order_id as id, email_key as text, email_key as key from discount_uses
        where order_id > $1 and email_key is not null order by order_id limit 1000";
    let mend = "update discount_uses set email_key = $1 where order_id = $2";
    each(tx, uses, text_and_key, |id, (email, key)| change(tx, mend, id, folded(&email), &key))?;
    let variants = "select id, sku as text, sku as key from variants
        where id > $1 and sku is not null order by id limit 1000";
    let mend = "update variants set sku = $1 where id = $2
        and not exists (select 1 from variants where sku = $1 and live = 1)";
    each(tx, variants, text_and_key, |id, (text, sku)| {
        change(tx, mend, id, plain_line(&text, LINE_CHARS_MAX).unwrap_or(text), &sku)
    })
}

fn customers(tx: &Tx) -> Result<()> {
    tx.execute("delete from customer_words", &[])?;
    let all = "select id, name, email, phone from customers where id > $1 order by id limit 1000";
    let sql = "update customers set name_key = $1, email_key = $2 where id = $3";
    each(tx, all, contact, |id, contact| {
        tx.execute(sql, &[&search_key(&contact.name), &contact.email_key(), &id])?;
        search::add_customer(tx, id, &contact)
    })
}

fn names_of_products(tx: &Tx) -> Result<()> {
    let all = "select id, name from products where id > $1 order by id limit 1000";
    let sql = "update products set name_key = $1 where id = $2";
    each(
        tx,
        all,
        |row| row.get("name"),
        |id, name: String| tx.execute(sql, &[&search_key(&name), &id]).map(drop),
    )
}

/// The words that products are found by.
fn words_of_products(tx: &Tx) -> Result<()> {
    product_search::clear(tx)?;
    let all = "select id from products where id > $1 order by id limit 1000";
    each(tx, all, |_| Ok(()), |id, ()| product_search::save(tx, &products::find(tx, id)?))
}

/// The words of buyers whom their customers' records name otherwise.
fn buyers(tx: &Tx) -> Result<()> {
    tx.execute("delete from buyer_words", &[])?;
    let all = "select o.id, o.customer_id, o.name, o.email, o.phone, c.name as record_name,
            c.email as record_email, c.phone as record_phone
        from orders o join customers c on c.id = o.customer_id
        where o.id > $1 and (coalesce(o.name, '') <> c.name
            or coalesce(o.email, '') <> coalesce(c.email, '')
            or coalesce(o.phone, '') <> coalesce(c.phone, ''))
        order by o.id limit 1000";
    let read = |row: &Row| {
        let name = row.get("record_name")?;
        let record =
            Contact { name, email: row.get("record_email")?, phone: row.get("record_phone")? };
        Ok((row.get::<Id>("customer_id")?, record, search::buyer(row)?))
    };
    each(tx, all, read, |_, (customer_id, record, buyer)| {
        search::add_stored_buyer(tx, customer_id, &record, &buyer)
    })
}

/// The SKUs that variants have, and had when they were ordered.
fn skus(tx: &Tx) -> Result<()> {
    tx.execute("delete from variant_skus", &[])?;
    let sql = "select id, sku from variants where sku is not null
        union select variant_id, sku from order_items where sku is not null";
    let all = tx.all(sql, &[], |row| Ok((row.get("id")?, row.get("sku")?)))?;
    all.into_iter().try_for_each(|(id, sku): (Id, String)| search::add_sku(tx, id, Some(&sku)))
}

fn parcels(tx: &Tx) -> Result<()> {
    let parcels = "select id, tracking_number as code from shipments
        where id > $1 order by id limit 1000";
    let sql = "update shipments set tracking_key = $1 where id = $2";
    each(
        tx,
        parcels,
        |row| row.get("code"),
        |id, code: String| tx.execute(sql, &[&code_key(&code), &id]).map(drop),
    )
}

/// Reads all rows of a statement that gives a thousand after an id, and has done with these before
/// it reads the next.
fn each<T>(
    tx: &Tx,
    sql: &str,
    read: impl Fn(&Row) -> Result<T>,
    mut save: impl FnMut(Id, T) -> Result<()>,
) -> Result<()> {
    let mut after: Option<Id> = None;
    loop {
        let from: &dyn ToSql = match &after {
            Some(id) => id,
            None => &0,
        };
        let rows = tx.all(sql, &[from], |row| Ok((row.get::<Id>("id")?, read(row)?)))?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = Some(*last);
        for (id, row) in rows {
            save(id, row)?;
        }
    }
}

fn change(tx: &Tx, sql: &str, id: Id, key: String, old: &str) -> Result<()> {
    if key == old { Ok(()) } else { tx.execute(sql, &[&key, &id]).map(drop) }
}

fn text_and_key(row: &Row) -> Result<(String, String)> {
    Ok((row.get("text")?, row.get("key")?))
}

fn contact(row: &Row) -> Result<Contact> {
    Ok(Contact { name: row.get("name")?, email: row.get("email")?, phone: row.get("phone")? })
}
