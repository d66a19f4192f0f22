//! Who works in the shop, and what keys may do.

use serde::Serialize;

use super::calendar::Timestamp;
use super::text::Email;
use super::{Id, Invalid, Parsed};

/// What a person on the staff may do: the owner everything, the others the daily work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Staff,
}

impl Role {
    /// # Errors
    /// `unknown_role`.
    pub fn parse(text: &str) -> Parsed<Self> {
        match text {
            "owner" => Ok(Self::Owner),
            "staff" => Ok(Self::Staff),
            _ => Err(Invalid::new("unknown_role", "A role is owner or staff.")),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Staff => "staff",
        }
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

/// What a key may do: as staff with the settings, a shop front's own server, or reading alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    Admin,
    Storefront,
    Read,
}

impl KeyRole {
    /// # Errors
    /// `unknown_role`.
    pub fn parse(text: &str) -> Parsed<Self> {
        match text {
            "admin" => Ok(Self::Admin),
            "storefront" => Ok(Self::Storefront),
            "read" => Ok(Self::Read),
            _ => Err(Invalid::new("unknown_role", "A key's role is admin, storefront or read.")),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Storefront => "storefront",
            Self::Read => "read",
        }
    }

    /// What its keys begin with, for people and secret scanners.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Admin => "tb_admin_",
            Self::Storefront => "tb_storefront_",
            Self::Read => "tb_read_",
        }
    }
}
