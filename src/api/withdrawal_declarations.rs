//! `/withdrawal_declarations`: what buyers declared without any login, and what is still to do.

use rocket::{get, patch};

use crate::domain::Id;
use crate::domain::withdrawals::Declaration;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form::{self, Field, Form};
use crate::http::page;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::{Tx, withdrawal_declarations as declarations};

const SORTS: &[(&str, &str)] = &[("declared_at", "id")];

#[get("/withdrawal_declarations")]
pub async fn list(ctx: RequestContext) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    let query = ctx.query()?;
    let open = query.get("open", page::flag);
    let range = query.range(SORTS, true)?;
    query.done()?;
    let (sort, is_short) = (range.sort, declarations::is_short(open, &range));
    let look = move |tx: &Tx| declarations::list(tx, open, &range);
    let page = if is_short { ctx.read(look)? } else { ctx.read_long(look).await? };
    query.answer(&page, sort)
}

#[get("/withdrawal_declarations/<id>")]
pub fn read(ctx: RequestContext, id: Id) -> ApiResult {
    ctx.may(Permission::ReadInvoices)?;
    Response::ok(&ctx.read(|tx| declarations::find(tx, id))?)
}

#[patch("/withdrawal_declarations/<id>", data = "<body>")]
pub async fn edit(ctx: RequestContext, id: Id, body: Body) -> ApiResult {
    ctx.may(Permission::FulfilOrder)?;
    let changed = ctx.write(move |tx| {
        let old = declarations::find(tx, id)?;
        let settled = form::read(&body.over(&old)?, |form| settled(form, &old))?;
        declarations::settle(tx, &old, settled)
    });
    Response::ok(&changed.await?)
}

/// Reads whether it was seen to; the rest may be sent back, and stays.
fn settled(form: &Form, old: &Declaration) -> Field<bool> {
    form.ignore(&["order_number", "name", "email", "statement", "order_id"]);
    form.ignore(&["open_because", "declared_at", "settled_at"]);
    let settled = form.change("settled", form::flag);
    Ok(settled?.or(old.settled))
}
