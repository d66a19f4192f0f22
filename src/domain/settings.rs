//! What the owner decides about the shop: one row, with a default for everything.

use serde::Serialize;

use super::calendar::{Date, DeliveryRule, Timestamp, Zone, expected_delivery};
use super::currency::Currency;
use super::{Parsed, Refusal};

/// The one way of shipping there is until shipping methods can be set up: free, and it needs no
/// address.
pub const STANDARD_SHIPPING: &str = "standard";
/// Open days a delivery may take at most.
pub const DELIVERY_DAYS_MAX: i64 = 365;

/// How an order may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    BankTransfer,
    CashOnDelivery,
    PayAtPickup,
    Cash,
    Invoice,
    Card,
    Other,
}

impl PaymentMethod {
    const ALL: [Self; 7] = [
        Self::BankTransfer,
        Self::CashOnDelivery,
        Self::PayAtPickup,
        Self::Cash,
        Self::Invoice,
        Self::Card,
        Self::Other,
    ];

    /// # Errors
    /// `unknown_payment_method` with the list of all.
    pub fn parse(text: &str) -> Parsed<Self> {
        Self::ALL.into_iter().find(|method| method.name() == text).ok_or_else(|| {
            let all = Self::ALL.map(Self::name).join(", ");
            Refusal::new("unknown_payment_method", format!("A payment method is one of {all}."))
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::BankTransfer => "bank_transfer",
            Self::CashOnDelivery => "cash_on_delivery",
            Self::PayAtPickup => "pay_at_pickup",
            Self::Cash => "cash",
            Self::Invoice => "invoice",
            Self::Card => "card",
            Self::Other => "other",
        }
    }

    /// Whether the goods go out before the money comes in.
    pub fn is_pay_later(self) -> bool {
        matches!(self, Self::CashOnDelivery | Self::PayAtPickup | Self::Invoice)
    }
}

/// The settings, as they stand on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    pub name: String,
    pub currency: Currency,
    #[serde(serialize_with = "zone_name")]
    pub time_zone: Zone,
    pub country: Option<String>,
    pub public_url: Option<String>,
    pub order_number_prefix: String,
    pub order_number_start: i64,
    pub delivery_days: i64,
    pub cut_off_hour: Option<i8>,
    pub open_weekdays: Vec<i8>,
    pub payment_methods: Vec<PaymentMethod>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The number that the next order gets.
    #[serde(skip)]
    pub next_order_number: i64,
}

impl Settings {
    /// The day on which an order of this time should arrive.
    pub fn expected_delivery(&self, ordered_at: Timestamp) -> Date {
        let rule = DeliveryRule {
            zone: &self.time_zone,
            days: self.delivery_days,
            cut_off_hour: self.cut_off_hour,
            open_weekdays: &self.open_weekdays,
        };
        expected_delivery(ordered_at, &rule)
    }

    /// What everybody may know of the shop.
    pub fn public(&self) -> PublicShop<'_> {
        PublicShop {
            name: &self.name,
            currency: self.currency,
            time_zone: self.time_zone.name(),
            country: self.country.as_deref(),
            public_url: self.public_url.as_deref(),
            payment_methods: &self.payment_methods,
            shipping_methods: &[STANDARD_SHIPPING],
            delivery_days: self.delivery_days,
            cut_off_hour: self.cut_off_hour,
            open_weekdays: &self.open_weekdays,
        }
    }
}

/// The public part of the settings: `GET /shop`.
#[derive(Debug, Serialize)]
pub struct PublicShop<'a> {
    pub name: &'a str,
    pub currency: Currency,
    pub time_zone: &'a str,
    pub country: Option<&'a str>,
    pub public_url: Option<&'a str>,
    pub payment_methods: &'a [PaymentMethod],
    pub shipping_methods: &'a [&'a str],
    pub delivery_days: i64,
    pub cut_off_hour: Option<i8>,
    pub open_weekdays: &'a [i8],
}

fn zone_name<S: serde::Serializer>(zone: &Zone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}
