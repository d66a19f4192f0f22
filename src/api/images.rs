//! `/products/<id>/images`, `/collections/<id>/image`: what products and collections look like; and
//! `/images`, where everybody sees it.

use rocket::{delete, get, patch, post};
use serde_json::json;

use crate::domain::pictures::{IMAGES_MAX, ProductImage};
use crate::domain::products::{Product, Status};
use crate::domain::text::paragraphs;
use crate::domain::{Id, Invalid, Parsed};
use crate::error::{Error, Result};
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form, integer, text};
use crate::http::permissions::{Permission, Reach};
use crate::http::picture_file::{Hash, PictureBody};
use crate::http::response::{ApiResult, Response};
use crate::http::upload::Upload;
use crate::store::idempotency::{self, Kind, Made, Once, gone_where_not_found};
use crate::store::{Tx, collections, pictures, products};

/// Characters of what a picture shows, for those who do not see it.
const ALT_CHARS_MAX: usize = 500;

#[post("/products/<id>/images", data = "<upload>")]
pub async fn create(ctx: RequestContext, id: Id, upload: Upload) -> ApiResult {
    let caller = ctx.may_once(Permission::WriteProducts)?;
    let query = ctx.query()?;
    let alt = query.get("alt", alt).unwrap_or_default();
    let position = query.get("position", position);
    query.done()?;
    let said = json!([upload.hash, alt, position]).to_string();
    let once = ctx.once_saying(&caller, said.as_bytes())?;
    // What was made before, or cannot be, is not worth the work.
    let before = ctx.read(|tx| {
        pictures::check_room(&products::find(tx, id)?)?;
        made_before(tx, once.as_ref(), id)
    })?;
    if let Some(response) = before {
        return Ok(response);
    }
    let picture = upload.render(&ctx).await?;
    ctx.write(move |tx| {
        if let Some(response) = made_before(tx, once.as_ref(), id)? {
            return Ok(response);
        }
        let product = products::find(tx, id)?;
        let picture_id = pictures::save(tx, &picture)?;
        let image_id = pictures::add_image(tx, &product, picture_id, (&alt, position))?;
        if let Some(once) = &once {
            idempotency::store(tx, once, &Made { kind: Kind::Image, subject: image_id })?;
        }
        shown(&products::find(tx, id)?, image_id)
    })
    .await
}

#[get("/products/<id>/images/<image>")]
pub fn read(ctx: RequestContext, id: Id, image: Id) -> ApiResult {
    let reach = ctx.reach(Permission::ReadProducts)?;
    let product = ctx.read(|tx| products::find(tx, id))?;
    if reach == Reach::Own && product.fields.status != Status::Active {
        return Err(Error::not_found());
    }
    Response::ok(find(&product, image)?)
}

#[patch("/products/<id>/images/<image>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, image: Id, body: Body) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let product = products::find(tx, id)?;
        let old = find(&product, image)?;
        let (alt, position) = if_match.guard(&product, form::read(&body.over(old)?, fields))?;
        pictures::edit_image(tx, &product, image, &alt, position.unwrap_or(old.position))?;
        Response::ok(find(&products::find(tx, id)?, image)?)
    })
    .await
}

#[delete("/products/<id>/images/<image>")]
pub async fn delete(ctx: RequestContext, id: Id, image: Id) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let product = products::find(tx, id)?;
        find(&product, image)?;
        if_match.check(&product)?;
        pictures::remove_image(tx, &product, image)
    })
    .await?;
    Ok(Response::nothing())
}

#[post("/collections/<id>/image", data = "<upload>")]
pub async fn set_of_collection(ctx: RequestContext, id: Id, upload: Upload) -> ApiResult {
    let caller = ctx.may(Permission::WriteProducts)?;
    let query = ctx.query()?;
    let alt = query.get("alt", alt).unwrap_or_default();
    query.done()?;
    ctx.read(|tx| collections::find(tx, id))?;
    let picture = upload.render(&ctx).await?;
    let changed = ctx.write(move |tx| {
        collections::find(tx, id)?;
        let picture_id = pictures::save(tx, &picture)?;
        pictures::set_of_collection(tx, id, (Some(picture_id), &alt))?;
        collections::find(tx, id)
    });
    Response::object(&changed.await?, &caller)
}

#[delete("/collections/<id>/image")]
pub async fn remove_of_collection(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::WriteProducts)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let collection = collections::find(tx, id)?;
        if_match.check(&collection)?;
        if collection.image.is_none() {
            return Err(Error::not_found());
        }
        pictures::set_of_collection(tx, id, (None, ""))
    })
    .await?;
    Ok(Response::nothing())
}

#[get("/images/<hash>/<width>")]
pub fn show(ctx: RequestContext, hash: Hash, width: u32) -> Result<PictureBody> {
    ctx.caller()?;
    let file = ctx.read(|tx| pictures::file(tx, &hash.0, width))?;
    let etag = format!("\"{}-{width}\"", hash.0);
    let is_known = ctx.has(&etag);
    Ok(PictureBody { store: ctx.app.store.clone(), file, width, etag, is_known })
}

/// The response to a request that was answered before, if it was.
fn made_before(tx: &Tx, once: Option<&Once>, product_id: Id) -> Result<Option<Response>> {
    let Some(once) = once else { return Ok(None) };
    let Some(made) = idempotency::find(tx, once)? else { return Ok(None) };
    let product = products::find(tx, product_id)?;
    let shown = shown(&product, made.subject).map_err(gone_where_not_found)?;
    Ok(Some(shown.replayed()))
}

fn shown(product: &Product, image: Id) -> ApiResult {
    let location = format!("/products/{}/images/{image}", product.id);
    Response::created(location, find(product, image)?)
}

fn find(product: &Product, image: Id) -> Result<&ProductImage> {
    product.images.iter().find(|one| one.id == image).ok_or_else(Error::not_found)
}

fn fields(form: &Form) -> Field<(String, Option<usize>)> {
    form.ignore(&["width", "height", "urls"]);
    let said = form.optional("alt", text(alt));
    let last = i64::try_from(IMAGES_MAX).unwrap_or(i64::MAX);
    let position = form.optional("position", integer(1, last));
    let position = position?.and_then(|position| usize::try_from(position).ok());
    Ok((said?.unwrap_or_default(), position))
}

fn alt(text: &str) -> Parsed<String> {
    paragraphs(text, ALT_CHARS_MAX)
}

fn position(text: &str) -> Parsed<usize> {
    match text.parse() {
        Ok(position) if (1..=IMAGES_MAX).contains(&position) => Ok(position),
        _ => Err(Invalid::new("out_of_range", format!("Give 1 to {IMAGES_MAX}."))),
    }
}
