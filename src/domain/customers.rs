//! People who buy: the record of a customer, and the account that opens it.

use serde::Serialize;

use super::Id;
use super::calendar::Timestamp;
use super::money::Money;
use super::text::Email;
use crate::domain::Change;
use crate::domain::currency::Currency;

/// Addresses that one customer may keep.
pub const ADDRESSES_MAX: usize = 50;

/// A postal address. `country` is a code of ISO 3166-1 alpha-2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Address {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub country: String,
    pub company: Option<String>,
    /// The number under which its company is known for VAT.
    pub vat_id: Option<String>,
    /// For whoever brings the parcel.
    pub phone: Option<String>,
}

/// A person to write to and call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    pub name: String,
    /// `None` only with a phone number, and never of a customer with an account.
    pub email: Option<Email>,
    pub phone: Option<String>,
}

impl Contact {
    /// The e-mail folded, to find it again in another spelling; empty where there is none.
    pub fn email_key(&self) -> String {
        self.email.as_ref().map(Email::key).unwrap_or_default()
    }
}

/// A record as an order is planned by it.
#[derive(Clone, Debug)]
pub struct CustomerRecord {
    pub id: Id,
    pub contact: Contact,
    /// Counts its edits.
    pub version: i64,
}

/// The staff's words about a customer or an order; hidden from everyone else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Note {
    Shown(Option<String>),
    #[serde(skip)]
    Hidden,
}

impl Note {
    /// The words, where they are shown and there are any.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Shown(note) => note.as_deref(),
            Self::Hidden => None,
        }
    }

    /// For serde: a hidden note is left out.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

/// A customer, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Customer {
    pub id: Id,
    #[serde(flatten)]
    pub contact: Contact,
    pub addresses: Vec<Address>,
    #[serde(skip_serializing_if = "Note::is_hidden")]
    pub note: Note,
    pub accepts_marketing: bool,
    pub orders_count: i64,
    /// Paid minus refunded, over all orders.
    pub total_spent: Money,
    pub currency: Currency,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub revision: i64,
}

/// A customer as a request describes it.
#[derive(Clone, Debug)]
pub struct CustomerInput {
    pub contact: Contact,
    pub addresses: Vec<Address>,
    pub note: Change<Option<String>>,
    pub accepts_marketing: bool,
}

impl CustomerInput {
    /// A record of nothing but a contact.
    pub fn of(contact: Contact) -> Self {
        let addresses = Vec::new();
        Self { contact, addresses, note: Change::Keep, accepts_marketing: false }
    }
}

/// An account, as it stands on the wire. The password is never shown.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    pub id: Id,
    pub customer_id: Id,
    pub username: String,
    pub customer: Customer,
    /// When its holder showed that they read the mails of its address.
    pub email_verified_at: Option<Timestamp>,
    pub last_login_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip)]
    pub revision: i64,
}
