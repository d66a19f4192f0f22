//! Collections, and the products in them. The collections of a product stand on it, in its own row;
//! here they stand once more, in the order of each collection, for those who come from there.

use super::engine::list::{Ids, List, Page, Range, of_ids};
use super::engine::sql::{Broken, Row, json};
use super::engine::statements::{insert, insert_row, update};
use super::{Tx, pictures};
use crate::domain::Id;
use crate::domain::collections::{Collection, CollectionInput, POSITION_MAX};
use crate::domain::pictures::{CollectionImage, Picture};
use crate::domain::text::{handle_of, search_key};
use crate::error::{Code, Error, FieldError, Result};

macro_rules! columns {
    () => {
        "id, handle, name, description, parent_id, position, products, active_products,
            picture_alt, (select json_array(hash, width, height) from pictures
                where pictures.id = picture_id) as picture, version, revision, created_at,
            updated_at"
    };
}

/// Makes a collection without products.
///
/// # Errors
/// [`Code::Taken`] for a handle in use; invalid for a parent that is none.
pub fn create(tx: &Tx, input: &CollectionInput) -> Result<Collection> {
    check_parent(tx, None, input.parent_id)?;
    // Behind the last place there is none; those that share it follow their ids.
    let last = "select min(coalesce(max(position) + 1, 0), $1) from collections";
    let position = match input.position {
        Some(position) => position,
        None => tx.value(last, &[&POSITION_MAX])?,
    };
    let inserted = insert!(tx, "collections", {
        "handle": free_handle(tx, input)?,
        "name": input.name,
        "name_key": search_key(&input.name),
        "description": input.description,
        "parent_id": input.parent_id,
        "position": position,
        "products": 0,
        "active_products": 0,
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    });
    find(tx, inserted.broken("collections.handle", handle_taken)?)
}

/// A collection.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Collection> {
    let sql = concat!("select ", columns!(), " from collections where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

/// The collection that has a handle.
///
/// # Errors
/// Not found.
pub fn find_by_handle(tx: &Tx, handle: &str) -> Result<Collection> {
    let sql = concat!("select ", columns!(), " from collections where handle = $1");
    tx.maybe(sql, &[&handle], read)?.ok_or_else(Error::not_found)
}

/// Replaces a collection; `old` is what it was.
///
/// # Errors
/// As [`create`].
pub fn update(tx: &Tx, old: &Collection, input: &CollectionInput) -> Result<Collection> {
    if input.parent_id != old.parent_id {
        check_parent(tx, Some(old.id), input.parent_id)?;
    }
    let updated = update!(tx, "collections", old.id, {
        "handle": input.handle.as_ref().unwrap_or(&old.handle),
        "name": input.name,
        "name_key": search_key(&input.name),
        "description": input.description,
        "parent_id": input.parent_id,
        "position": input.position.unwrap_or(old.position),
        "is_sample": false,
        "updated_at": tx.now(),
    }, "version = version + 1");
    updated.broken("collections.handle", handle_taken)?;
    find(tx, old.id)
}

/// Takes a collection away. Its products stay, and the collections in it move up.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    pictures::set_of_collection(tx, id, (None, ""))?;
    let members = "select product_id from collection_products where collection_id = $1";
    let members: Vec<Id> = tx.values(members, &[&id])?;
    for sql in [
        "delete from collection_products where collection_id = $1",
        "update collections set parent_id = null, version = version + 1 where parent_id = $1",
        "delete from collections where id = $1",
    ] {
        tx.execute(sql, &[&id])?;
    }
    members.into_iter().try_for_each(|product_id| restate(tx, product_id))
}

/// A page of collections; `parent_id`: those that are a part of it.
pub fn list(tx: &Tx, parent_id: Option<Id>, range: &Range) -> Result<Page<Collection>> {
    let mut list = List::of("collections");
    list.with_some("parent_id = #", parent_id);
    list.page(tx, range, columns!(), read)
}

macro_rules! at_top {
    ($columns:expr) => {
        concat!(
            "select ",
            $columns,
            " from collections
            where parent_id is null and (active_products > 0 or exists (
                select 1 from collections part
                    where part.parent_id = collections.id and part.active_products > 0
            ))
            order by position, id limit $1"
        )
    };
}

/// The collections that are part of none and lead to goods for sale, their own or those of their
/// parts, in their order; so many of them at most.
pub fn at_top(tx: &Tx, most: usize) -> Result<Vec<Collection>> {
    tx.all(at_top!(columns!()), &[&count(most)], read)
}

/// The handles and names of the same.
pub fn names_at_top(tx: &Tx, most: usize) -> Result<Vec<(String, String)>> {
    tx.all(at_top!("handle, name"), &[&count(most)], |row| {
        Ok((row.get("handle")?, row.get("name")?))
    })
}

/// The parts of a collection in which there is something for sale, in their order; so many of them
/// at most.
pub fn parts_with_goods(tx: &Tx, id: Id, most: usize) -> Result<Vec<Collection>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from collections where parent_id = $1 and active_products > 0
        order by position, id limit $2"
    );
    tx.all(sql, &[&id, &count(most)], read)
}

/// The handles of the collections in which there is something for sale; so many of them at most.
pub fn handles_with_goods(tx: &Tx, most: usize) -> Result<Vec<String>> {
    let sql = "select handle from collections where active_products > 0 order by id limit $1";
    tx.values(sql, &[&count(most)])
}

/// Sets the products of a collection and their order; each is named once.
///
/// # Errors
/// Invalid for a product that there is not.
pub fn set_products(tx: &Tx, collection: &Collection, ids: &[Id]) -> Result<Collection> {
    let id = collection.id;
    let sql = of_ids!(["select id, status = 'active' as is_active from products where id in "], []);
    let read = |row: &Row| Ok((row.get::<Id>("id")?, row.get::<bool>("is_active")?));
    let known: std::collections::BTreeMap<Id, bool> =
        Ids::of(ids).rows(tx, sql, read)?.into_iter().collect();
    check_known("product_ids", "product", ids, |id| known.contains_key(id))?;
    let members = "select product_id from collection_products where collection_id = $1";
    let before: Vec<Id> = tx.values(members, &[&id])?;
    tx.execute("delete from collection_products where collection_id = $1", &[&id])?;
    for (position, product_id) in (0_i64..).zip(ids) {
        insert_member(tx, (id, position), *product_id, known.get(product_id) == Some(&true))?;
    }
    let moved = before.iter().filter(|id| !known.contains_key(id));
    let new = known.keys().filter(|id| !before.contains(id));
    moved.chain(new).try_for_each(|product_id| restate(tx, *product_id))?;
    let sql = "update collections set version = version + 1, updated_at = $1, products = $2,
            active_products = $3
        where id = $4";
    let active = known.values().filter(|is_active| **is_active).count();
    tx.execute(sql, &[&tx.now(), &count(ids.len()), &count(active), &id])?;
    find(tx, id)
}

/// Refuses collections that there are not, which a product names.
///
/// # Errors
/// Invalid, with the place of each.
pub fn check(tx: &Tx, ids: &[Id]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = of_ids!(["select id from collections where id in "], []);
    let known = Ids::of(ids).rows(tx, sql, |row| row.get::<Id>("id"))?;
    check_known("collection_ids", "collection", ids, |id| known.contains(id))
}

/// Brings the collections in which a product is found to those that it has; in a new one it comes
/// last.
pub fn save(tx: &Tx, product_id: Id, ids: &[Id], is_active: bool) -> Result<()> {
    let sql = "select collection_id, is_active from collection_products where product_id = $1";
    let read = |row: &Row| Ok((row.get::<Id>("collection_id")?, row.get::<bool>("is_active")?));
    let before = tx.all(sql, &[&product_id], read)?;
    for (id, was_active) in before.iter().filter(|(id, _)| !ids.contains(id)) {
        let sql = "delete from collection_products where product_id = $1 and collection_id = $2";
        tx.execute(sql, &[&product_id, id])?;
        count_change(tx, *id, -1, -i64::from(*was_active))?;
    }
    for id in ids {
        match before.iter().find(|(known, _)| known == id) {
            None => {
                let last = "select coalesce(max(position) + 1, 0) from collection_products
                    where collection_id = $1";
                insert_member(tx, (*id, tx.value(last, &[id])?), product_id, is_active)?;
                count_change(tx, *id, 1, is_active.into())?;
            }
            Some((_, was_active)) if *was_active != is_active => {
                let sql = "update collection_products set is_active = $1
                    where product_id = $2 and collection_id = $3";
                tx.execute(sql, &[&is_active, &product_id, id])?;
                count_change(tx, *id, 0, i64::from(is_active) - i64::from(*was_active))?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn insert_member(
    tx: &Tx,
    (collection_id, position): (Id, i64),
    product_id: Id,
    is_active: bool,
) -> Result<()> {
    insert_row!(tx, "collection_products", {
        "collection_id": collection_id,
        "position": position,
        "product_id": product_id,
        "is_active": is_active,
    })
}

fn count_change(tx: &Tx, id: Id, products: i64, active: i64) -> Result<()> {
    let sql = "update collections set products = products + $1,
            active_products = active_products + $2, revision = revision + 1
        where id = $3";
    tx.execute(sql, &[&products, &active, &id]).map(drop)
}

/// Writes on a product in which collections it is by now.
fn restate(tx: &Tx, product_id: Id) -> Result<()> {
    let sql = "select collection_id from collection_products where product_id = $1
        order by collection_id";
    let ids: Vec<Id> = tx.values(sql, &[&product_id])?;
    let sql = "update products set collection_ids = $1, version = version + 1, updated_at = $2
        where id = $3";
    tx.execute(sql, &[&json(&ids)?, &tx.now(), &product_id]).map(drop)
}

/// A parent is there, is part of none itself, and has not this one as its own part.
fn check_parent(tx: &Tx, id: Option<Id>, parent_id: Option<Id>) -> Result<()> {
    let Some(parent_id) = parent_id else { return Ok(()) };
    let sql = "select parent_id is null as is_top from collections where id = $1";
    let is_top = tx.maybe(sql, &[&parent_id], |row| row.get::<bool>("is_top"))?;
    let has_parts = "select 1 from collections where parent_id = $1";
    let (code, detail) = match is_top {
        None => ("not_found", "There is no such collection."),
        Some(_) if id == Some(parent_id) => ("not_allowed", "A collection is no part of itself."),
        Some(false) => ("not_allowed", "That one is a part itself; there are two levels."),
        Some(true) if id.is_some() && tx.exists(has_parts, &[&id])? => {
            ("not_allowed", "This one has parts itself; there are two levels.")
        }
        Some(true) => return Ok(()),
    };
    Err(Error::invalid(vec![FieldError::at("/parent_id", code, detail)]))
}

fn check_known(field: &str, noun: &str, ids: &[Id], is_known: impl Fn(&Id) -> bool) -> Result<()> {
    let unknown = ids.iter().enumerate().filter(|(_, id)| !is_known(id));
    let error = |(at, id): (usize, &Id)| {
        let detail = format!("There is no {noun} {id}.");
        FieldError::at(format!("/{field}/{at}"), "not_found", detail)
    };
    let errors: Vec<FieldError> = unknown.map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors)) }
}

/// The handle that was asked for, or the first free one made of the name.
fn free_handle(tx: &Tx, input: &CollectionInput) -> Result<String> {
    if let Some(handle) = &input.handle {
        return Ok(handle.clone());
    }
    let taken = |handle: &str| tx.exists("select 1 from collections where handle = $1", &[&handle]);
    let base = handle_of(&input.name, "collection");
    let mut handle = base.clone();
    for number in 2.. {
        if !taken(&handle)? {
            break;
        }
        handle = format!("{base}-{number}");
    }
    Ok(handle)
}

fn handle_taken() -> Error {
    let detail = "Another collection has this handle.";
    let error = FieldError::at("/handle", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn read(row: &Row) -> Result<Collection> {
    Ok(Collection {
        id: row.get("id")?,
        handle: row.get("handle")?,
        name: row.get("name")?,
        description: row.get("description")?,
        parent_id: row.get("parent_id")?,
        position: row.get("position")?,
        image: row.maybe_json("picture")?.map(|picture| image(picture, row)).transpose()?,
        products_count: row.get("products")?,
        active_count: row.get("active_products")?,
        version: row.get("version")?,
        revision: row.get("revision")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn image((hash, width, height): (String, u32, u32), row: &Row) -> Result<CollectionImage> {
    let picture = Picture { hash, width, height };
    Ok(CollectionImage { alt: row.get("picture_alt")?, picture })
}
