//! The settings of the sample: its name, its place, its hours, and what an order costs.

use std::sync::Arc;

use super::window;
use crate::domain::Invalid;
use crate::domain::calendar::Zone;
use crate::domain::currency::Currency;
use crate::domain::customers::Address;
use crate::domain::money::Money;
use crate::domain::settings::{InvoiceAt, PaymentMethod, PaymentTerms, Settings};
use crate::domain::shipping::ShippingMethod;
use crate::domain::tax::{ANY_COUNTRY, Percent, TaxRate};
use crate::domain::text::Email;
use crate::error::{Error, Result};
use crate::store::{Tx, settings};

/// Where it is.
pub const COUNTRY: &str = "IE";
/// The tax category of goods that bear none.
pub const FOOD: &str = "food";
/// The code of the way to get goods at the shop.
pub const PICKUP: &str = "pickup";
const NAME: &str = "The Corner Shop (sample)";
const TIME_ZONE: &str = "Europe/Dublin";

/// Gives the shop its name, its place and its hours.
pub fn furnish(tx: &Tx) -> Result<Arc<Settings>> {
    use PaymentMethod::{BankTransfer, Card, CashOnDelivery, Invoice, PayAtPickup};
    let old = settings::load(tx)?;
    let new = Settings {
        name: NAME.to_owned(),
        country: Some(COUNTRY.to_owned()),
        time_zone: Zone::parse(TIME_ZONE).map_err(wrong)?,
        open_weekdays: vec![1, 2, 3, 4, 5, 6],
        cut_off_hour: Some(16),
        payment_methods: vec![BankTransfer, Card, CashOnDelivery, PayAtPickup, Invoice],
        payment_terms: vec![PaymentTerms {
            instructions: Some("Please transfer the total within a week.".to_owned()),
            ..PaymentTerms::of(BankTransfer)
        }],
        bank_account: window::bank_account("The Corner Shop"),
        window: window::window(),
        email: Some(Email::parse("shop@example.org").map_err(wrong)?),
        address: Some(Address {
            name: NAME.to_owned(),
            line1: "3 Quay Street".to_owned(),
            line2: None,
            postal_code: Some("Z90 QX09".to_owned()),
            city: "Harbourtown".to_owned(),
            region: None,
            country: COUNTRY.to_owned(),
            company: None,
            vat_id: None,
            phone: None,
        }),
        tax_number: Some("IE0000000SA".to_owned()),
        tax_rates: vec![rate("standard", "23")?, rate(FOOD, "0")?],
        shipping_methods: shipping_methods(old.currency),
        invoice_at: Some(InvoiceAt::Shipped),
        ..Settings::clone(&old)
    };
    settings::update(tx, &old, &new)
}

fn rate(category: &str, percent: &str) -> Result<TaxRate> {
    let rate = Percent::parse(percent).map_err(wrong)?;
    Ok(TaxRate { category: category.to_owned(), country: ANY_COUNTRY.to_owned(), rate })
}

/// A parcel, which is free from 60.00 on, and fetching the goods.
fn shipping_methods(currency: Currency) -> Vec<ShippingMethod> {
    let standard = ShippingMethod::standard(money(490, currency));
    let parcel = ShippingMethod {
        code: "parcel".to_owned(),
        name: "Parcel".to_owned(),
        free_from: Some(money(6_000, currency)),
        delivery_days_min: Some(1),
        delivery_days_max: Some(3),
        needs_address: true,
        ..standard
    };
    let pickup = ShippingMethod {
        code: PICKUP.to_owned(),
        name: "Fetch it at the shop".to_owned(),
        delivery_days_max: Some(1),
        pickup: true,
        ..ShippingMethod::standard(money(0, currency))
    };
    vec![parcel, pickup]
}

/// A price that is plausible in any currency: 16.50 euros are 1650 yen.
pub fn money(hundredths: i64, currency: Currency) -> Money {
    let more_digits = u32::from(currency.digits().saturating_sub(2));
    Money::new(hundredths * 10_i64.pow(more_digits), currency)
}

/// A fault in the sample itself.
pub fn wrong(invalid: Invalid) -> Error {
    Error::internal(format!("the sample is wrong: {}", invalid.detail))
}
