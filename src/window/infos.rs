//! `/i/<name>`: the owner's own texts.

use rocket::get;
use serde::Serialize;

use super::visit::Visit;
use crate::domain::markdown::{self, Block};
use crate::domain::window::InfoPage;
use crate::error::Error;
use crate::http::response::ApiResult;

#[derive(Serialize)]
struct Info {
    name: InfoPage,
    blocks: Vec<Block>,
}

#[get("/i/<name>")]
pub async fn page(visit: Visit, name: &str) -> ApiResult {
    let name = InfoPage::of(name).ok_or_else(Error::not_found)?;
    let text = visit.view.settings.window.page(name).ok_or_else(Error::not_found)?;
    let info = Info { name, blocks: markdown::blocks(text) };
    visit.shared(async { visit.render("info.html", &info) }).await
}
