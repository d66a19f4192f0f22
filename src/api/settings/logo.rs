//! `/settings/logo`: the picture that stands for the shop.

use rocket::{delete, post};

use crate::error::Error;
use crate::http::context::RequestContext;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::http::upload::Upload;
use crate::store::{pictures, settings};

#[post("/settings/logo", data = "<upload>")]
pub async fn set(ctx: RequestContext, upload: Upload) -> ApiResult {
    let caller = ctx.may(Permission::Settings)?;
    let picture = upload.render(&ctx).await?;
    let changed = ctx.write(move |tx| {
        let picture_id = pictures::save(tx, &picture)?;
        pictures::set_logo(tx, Some(picture_id))?;
        settings::load(tx)
    });
    Response::object(&*changed.await?, &caller)
}

#[delete("/settings/logo")]
pub async fn remove(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::Settings)?;
    let if_match = ctx.if_match();
    ctx.write(move |tx| {
        let settings = settings::load(tx)?;
        if_match.check(&*settings)?;
        if settings.window.logo.is_none() {
            return Err(Error::not_found());
        }
        pictures::set_logo(tx, None)
    })
    .await?;
    Ok(Response::nothing())
}
