//! The response to a sign-in of the staff.

use serde_json::json;

use super::context::RequestContext;
use super::credential::session_cookie;
use super::response::{ApiResult, Response};
use crate::store::sessions::{LoginRecord, NewSession};

/// 201 with the new session of a person on the staff, also as the cookie of a page.
pub fn signed_in(ctx: &RequestContext, record: &LoginRecord, session: &NewSession) -> ApiResult {
    let response = Response::created(
        "/staff/sessions/current".to_owned(),
        &json!({
            "token": session.token,
            "token_type": "Bearer",
            "expires_at": session.expires_at,
            "staff_id": record.id,
            "role": record.role,
        }),
    )?;
    Ok(response.with_cookie(session_cookie(&session.token, ctx.address.is_https)))
}
