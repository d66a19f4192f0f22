//! `POST /clock_confirmations`: the owner's word that the clock of the machine is right, after it
//! leapt.

use rocket::post;
use serde_json::json;

use super::http::body::Body;
use super::http::context::RequestContext;
use super::http::form;
use super::http::permissions::Permission;
use super::http::response::{ApiResult, Response};
use crate::store::clock_watch;

#[post("/clock_confirmations", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.may(Permission::Settings)?;
    form::read(&body.json(), |_| Ok(()))?;
    let time = ctx.write(|tx| clock_watch::confirm(tx).map(|()| tx.now())).await?;
    Response::ok(&json!({ "time": time }))
}
