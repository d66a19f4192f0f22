//! Pictures: what was made of an upload, stored in parts, and for whom it is there. One that nobody
//! shows any more goes, but for those that lines of orders show.

use super::Tx;
use super::engine::sql::{Row, json};
use super::engine::statements::{insert, update};
use crate::domain::Id;
use crate::domain::pictures::{IMAGES_MAX, LinePicture, Picture, ProductImage, StoredImage};
use crate::domain::products::Product;
use crate::error::{Error, Result};

/// Bytes of a part of a picture.
pub const PART_BYTES: usize = 64 * 1024;
/// Lines of a variant that are looked at for the picture that goes; it stays where there are more.
const LINES_MAX: i64 = 10_000;

/// A picture as it was made of an upload.
#[derive(Clone, Debug)]
pub struct NewPicture {
    pub hash: String,
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    /// Each width it was made for, with its bytes.
    pub files: Vec<(u32, Vec<u8>)>,
}

/// A picture in one of its widths, as it is sent.
#[derive(Clone, Debug)]
pub struct PictureFile {
    pub picture_id: Id,
    pub media_type: String,
    pub bytes: i64,
}

/// Stores a picture, unless it is there already.
pub fn save(tx: &Tx, new: &NewPicture) -> Result<Id> {
    let known = "select id from pictures where hash = $1";
    if let Some(id) = tx.maybe_value(known, &[&new.hash])? {
        return Ok(id);
    }
    let bytes: usize = new.files.iter().map(|(_, bytes)| bytes.len()).sum();
    let id = insert!(tx, "pictures", {
        "hash": new.hash,
        "media_type": new.media_type,
        "width": new.width,
        "height": new.height,
        "bytes": i64::try_from(bytes).unwrap_or(i64::MAX),
        "is_kept": false,
        "created_at": tx.now(),
    })?;
    for (width, bytes) in &new.files {
        for (part, bytes) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
            insert!(tx, "picture_parts", {
                "picture_id": id,
                "width": width,
                "part": part,
                "bytes": bytes,
            })?;
        }
    }
    Ok(id)
}

/// A picture in one of its widths.
///
/// # Errors
/// Not found.
pub fn file(tx: &Tx, hash: &str, width: u32) -> Result<PictureFile> {
    let sql = "select p.id, p.media_type, sum(length(f.bytes)) as bytes
        from pictures p join picture_parts f on f.picture_id = p.id and f.width = $1
        where p.hash = $2 group by p.id";
    let read = |row: &Row| {
        let (picture_id, media_type) = (row.get("id")?, row.get("media_type")?);
        Ok(PictureFile { picture_id, media_type, bytes: row.get("bytes")? })
    };
    tx.maybe(sql, &[&width, &hash], read)?.ok_or_else(Error::not_found)
}

/// A part of a picture in one of its widths, from 0.
///
/// # Errors
/// Not found, behind the last.
pub fn part(tx: &Tx, (picture_id, width): (Id, u32), part: i64) -> Result<Vec<u8>> {
    let sql = "select bytes from picture_parts
        where picture_id = $1 and width = $2 and part = $3";
    tx.maybe_value(sql, &[&picture_id, &width, &part])?.ok_or_else(Error::not_found)
}

/// Refuses one more image of a product that has as many as it may.
///
/// # Errors
/// A conflict.
pub fn check_room(product: &Product) -> Result<()> {
    if product.images.len() < IMAGES_MAX {
        return Ok(());
    }
    Err(Error::conflict(format!("A product has at most {IMAGES_MAX} pictures.")))
}

/// Adds an image to a product, at a place from 1, or behind the others.
///
/// # Errors
/// A conflict where it has as many as it may.
pub fn add_image(
    tx: &Tx,
    product: &Product,
    picture_id: Id,
    (alt, position): (&str, Option<usize>),
) -> Result<Id> {
    check_room(product)?;
    let id = insert!(tx, "product_images", {
        "product_id": product.id,
        "picture_id": picture_id,
        "position": 0,
        "alt": alt,
    })?;
    place(tx, product, id, position.unwrap_or(IMAGES_MAX))?;
    restate(tx, product.id)?;
    Ok(id)
}

/// Changes what is said of an image, and its place from 1.
pub fn edit_image(tx: &Tx, product: &Product, id: Id, alt: &str, position: usize) -> Result<()> {
    update!(tx, "product_images", id, { "alt": alt })?;
    place(tx, product, id, position)?;
    restate(tx, product.id)
}

/// Takes an image from a product and from its variants.
pub fn remove_image(tx: &Tx, product: &Product, id: Id) -> Result<()> {
    let sql = "select picture_id from product_images where id = $1";
    let picture_id: Id = tx.value(sql, &[&id])?;
    tx.execute("update variants set image_id = null where image_id = $1", &[&id])?;
    tx.execute("delete from product_images where id = $1", &[&id])?;
    for (position, image) in (1_i64..).zip(product.images.iter().filter(|it| it.id != id)) {
        update!(tx, "product_images", image.id, { "position": position })?;
    }
    restate(tx, product.id)?;
    keep_or_forget(tx, Some(product.id), picture_id)
}

/// Takes all images of a product that goes for good, after its variants.
pub fn forget(tx: &Tx, product_id: Id) -> Result<()> {
    let sql = "delete from product_images where product_id = $1 returning picture_id";
    let pictures: Vec<Id> = tx.values(sql, &[&product_id])?;
    pictures.into_iter().try_for_each(|picture_id| keep_or_forget(tx, None, picture_id))
}

/// Sets the picture of a collection, or takes it away.
pub fn set_of_collection(
    tx: &Tx,
    collection_id: Id,
    (picture_id, alt): (Option<Id>, &str),
) -> Result<()> {
    let sql = "select picture_id from collections where id = $1";
    let before: Option<Id> = tx.value(sql, &[&collection_id])?;
    update!(tx, "collections", collection_id, {
        "picture_id": picture_id,
        "picture_alt": alt,
        "updated_at": tx.now(),
    }, "version = version + 1")?;
    match before {
        Some(before) if Some(before) != picture_id => keep_or_forget(tx, None, before),
        _ => Ok(()),
    }
}

/// Sets the logo of the shop, or takes it away.
pub fn set_logo(tx: &Tx, picture_id: Option<Id>) -> Result<()> {
    let before: Option<Id> = tx.value("select logo_picture_id from settings", &[])?;
    let sql = "update settings set logo_picture_id = $1, version = version + 1, updated_at = $2";
    tx.execute(sql, &[&picture_id, &tx.now()])?;
    match before {
        Some(before) if Some(before) != picture_id => keep_or_forget(tx, None, before),
        _ => Ok(()),
    }
}

/// The picture of a row that was joined with its table.
pub fn read_picture(row: &Row) -> Result<Picture> {
    Ok(Picture { hash: row.get("hash")?, width: row.get("width")?, height: row.get("height")? })
}

/// The picture of a line of an order, or of what is on the shelf.
pub fn of_line(row: &Row) -> Result<Option<LinePicture>> {
    let id = row.get::<Option<Id>>("picture_id")?;
    Ok(id.zip(row.get("picture_hash")?).map(|(id, hash)| LinePicture { id, hash }))
}

/// Writes on a product and its variants which images and pictures they have by now.
pub fn restate(tx: &Tx, product_id: Id) -> Result<()> {
    let sql = "select i.id, i.alt, i.picture_id, p.hash, p.width, p.height
        from product_images i join pictures p on p.id = i.picture_id
        where i.product_id = $1 order by i.position, i.id";
    let read = |row: &Row| {
        let (id, alt, picture) = (row.get("id")?, row.get("alt")?, read_picture(row)?);
        let image = StoredImage { id, alt, picture };
        Ok((image, row.get::<Id>("picture_id")?))
    };
    let (images, pictures): (Vec<StoredImage>, Vec<Id>) =
        tx.all(sql, &[&product_id], read)?.into_iter().unzip();
    update!(tx, "products", product_id, {
        "images": json(&images)?,
        "picture_id": pictures.first(),
        "updated_at": tx.now(),
    }, "version = version + 1")?;
    // Who has planned an order by the old pictures plans it anew.
    let sql = "update variants set version = version + 1 where product_id = $1";
    tx.execute(sql, &[&product_id])?;
    of_variants(tx, product_id)
}

/// Writes on the variants of a product which picture is their own.
pub fn of_variants(tx: &Tx, product_id: Id) -> Result<()> {
    let sql = "update variants set picture_id =
            (select picture_id from product_images i where i.id = image_id)
        where product_id = $1 and (image_id is not null or picture_id is not null)";
    tx.execute(sql, &[&product_id]).map(drop)
}

/// Puts an image at a place among those of its product; the others keep their order.
fn place(tx: &Tx, product: &Product, id: Id, position: usize) -> Result<()> {
    let others = product.images.iter().map(|image: &ProductImage| image.id);
    let mut order: Vec<Id> = others.filter(|other| *other != id).collect();
    order.insert(position.saturating_sub(1).min(order.len()), id);
    for (position, id) in (1_i64..).zip(order) {
        update!(tx, "product_images", id, { "position": position })?;
    }
    Ok(())
}

/// Forgets a picture that nobody shows any more, or keeps it for the lines of orders that do.
/// `product_id`: the product that showed it, whose lines may.
fn keep_or_forget(tx: &Tx, product_id: Option<Id>, picture_id: Id) -> Result<()> {
    if let Some(product_id) = product_id
        && is_on_lines(tx, product_id, picture_id)?
    {
        return tx
            .execute("update pictures set is_kept = 1 where id = $1", &[&picture_id])
            .map(drop);
    }
    let shown = "select 1 from pictures where id = $1 and is_kept = 1
        union all select 1 from product_images where picture_id = $1
        union all select 1 from collections where picture_id = $1
        union all select 1 from settings where logo_picture_id = $1 limit 1";
    if tx.exists(shown, &[&picture_id])? {
        return Ok(());
    }
    tx.execute("delete from picture_parts where picture_id = $1", &[&picture_id])?;
    tx.execute("delete from pictures where id = $1", &[&picture_id]).map(drop)
}

/// Tells `true` where a line of an order of the product shows the picture, or may.
fn is_on_lines(tx: &Tx, product_id: Id, picture_id: Id) -> Result<bool> {
    let sql = "select last_item_id from variants
        where product_id = $1 and last_item_id is not null";
    let lines = "with recursive line (id, picture_id, previous_id) as (
            select id, picture_id, previous_id from order_items where id = $1
            union all
            select i.id, i.picture_id, i.previous_id from line
                join order_items i on i.id = line.previous_id
            limit $2)
        select count(*) as lines, coalesce(sum(picture_id = $3), 0) as shown from line";
    let last: Vec<Id> = tx.values(sql, &[&product_id])?;
    for id in last {
        let read = |row: &Row| Ok((row.get::<i64>("lines")?, row.get::<i64>("shown")?));
        let (looked_at, shown) =
            tx.maybe(lines, &[&id, &LINES_MAX, &picture_id], read)?.unwrap_or_default();
        if shown > 0 || looked_at == LINES_MAX {
            return Ok(true);
        }
    }
    Ok(false)
}
