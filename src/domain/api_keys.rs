//! The keys that programs show instead of a password.

use super::words::words;

words! {
    /// The roles of keys: as staff with the settings, a shop front's own server, or reading alone.
    KeyRole, "unknown_role", "A key's role is admin, storefront or read." {
        Admin = "admin",
        Storefront = "storefront",
        Read = "read",
    }
}

impl KeyRole {
    /// The beginning of its keys, for people and secret scanners.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Admin => "tb_admin_",
            Self::Storefront => "tb_storefront_",
            Self::Read => "tb_read_",
        }
    }
}
