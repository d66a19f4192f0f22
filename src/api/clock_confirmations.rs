//! `POST /clock_confirmations`: the owner's word that the clock of the machine is right, after it
//! leapt.

use rocket::post;
use serde_json::json;

use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::clock_watch;

#[post("/clock_confirmations", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> ApiResult {
    ctx.may(Permission::Settings)?;
    form::read(&body.json(), |_| Ok(()))?;
    let time = ctx.write(|tx| clock_watch::confirm(tx).map(|()| tx.now())).await?;
    Response::ok(&json!({ "time": time }))
}
