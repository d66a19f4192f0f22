//! Who works in the shop, and what keys may do.

use serde::Serialize;

use super::Id;
use super::calendar::Timestamp;
use super::text::Email;
use super::words::words;

words! {
    /// What a person on the staff may do: the owner everything, the others the daily work.
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

words! {
    /// What a key may do: as staff with the settings, a shop front's own server, or reading alone.
    KeyRole, "unknown_role", "A key's role is admin, storefront or read." {
        Admin = "admin",
        Storefront = "storefront",
        Read = "read",
    }
}

impl KeyRole {
    /// What its keys begin with, for people and secret scanners.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Admin => "tb_admin_",
            Self::Storefront => "tb_storefront_",
            Self::Read => "tb_read_",
        }
    }
}
