//! `POST /backups`: a copy of the whole shop, made while it sells, for the owner to take away.

use rocket::http::ContentType;
use rocket::response::{Responder, Response};
use rocket::tokio::fs::File;
use rocket::{Request, post, response};

use crate::domain::calendar::Timestamp;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::context::RequestContext;
use crate::http::form;
use crate::http::permissions::Permission;
use crate::store::backups::{self, Download};

/// The copy on its way to the owner.
pub struct Copy {
    download: Download,
    made_at: Timestamp,
}

#[post("/backups", data = "<body>")]
pub async fn create(ctx: RequestContext, body: Body) -> Result<Copy> {
    ctx.may(Permission::Backups)?;
    form::read(&body.json(), |_| Ok(()))?;
    let made_at = ctx.app.clock.now();
    Ok(Copy { download: backups::download(&ctx.app.store).await?, made_at })
}

impl<'r> Responder<'r, 'static> for Copy {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let bytes = usize::try_from(self.download.bytes).unwrap_or_default();
        let time: String =
            self.made_at.text().chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("attachment; filename=\"shop-{time}.db\"");
        let file = File::from_std(self.download.file);
        Response::build()
            .header(ContentType::Binary)
            .raw_header("Content-Disposition", name)
            .sized_body(bytes, file)
            .ok()
    }
}
