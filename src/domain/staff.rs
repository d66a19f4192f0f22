//! The people who work in the shop.

use serde::Serialize;

use super::Id;
use super::calendar::Timestamp;
use super::text::Email;
use super::words::words;

words! {
    /// The roles of the staff: the owner may do everything, the others the daily work.
    Role, "unknown_role", "A role is owner or staff." {
        Owner = "owner",
        Staff = "staff",
    }
}

/// Somebody who works in the shop.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub id: Id,
    pub email: Email,
    pub role: Role,
    pub last_login_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
