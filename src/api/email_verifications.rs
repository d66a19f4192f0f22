//! `/email_verifications`: that the e-mail of an account is its holder's.

use rocket::post;

use crate::http::context::RequestContext;
use crate::http::response::{ApiResult, Response};
use crate::store::email_verifications;

#[post("/email_verifications/<token>")]
pub async fn confirm(ctx: RequestContext, token: &str) -> ApiResult {
    ctx.caller_or_visitor()?;
    let (secret, token) = (ctx.app.secret, token.to_owned());
    ctx.write(move |tx| email_verifications::confirm(tx, &secret, &token)).await?;
    Ok(Response::nothing())
}
