//! What the owner decides about the shop: one row, with a default for everything.

use serde::{Deserialize, Serialize};

use super::bank_account::BankAccount;
use super::calendar::{Date, DeliveryRule, Timestamp, Zone, expected_delivery};
use super::cards::CardSettings;
use super::countries::time_zone_of;
use super::currency::Currency;
use super::customers::Address;
use super::mails::MailSettings;
use super::money::Money;
use super::shipping::ShippingMethod;
use super::tax::{Percent, STANDARD_CATEGORY, TaxRate, categories, rate_of};
use super::text::Email;
use super::totals::ShippingTax;
use super::window::{PublicWindow, Window};
use super::words::words;

/// Open days a delivery may take at most.
pub const DELIVERY_DAYS_MAX: i64 = 365;
/// Days on which a shop can say that it is closed.
pub const CLOSED_DATES_MAX: usize = 1_000;
/// Hours for which goods are held for a buyer who has not paid: a week, unless the shop says
/// otherwise.
pub const HOLD_HOURS: i64 = 168;
const HOUR_SECONDS: i64 = 3_600;
/// A year.
pub const HOLD_HOURS_MAX: i64 = 8_760;
/// Days a buyer has to withdraw at most.
pub const WITHDRAWAL_DAYS_MAX: i64 = 365;
/// Units of a guest's order, unless the owner says otherwise.
pub const GUEST_UNITS_MAX_DEFAULT: i64 = 1_000;
/// Characters of the sentence that says why a shop charges no tax.
pub const TAX_NOTE_CHARS_MAX: usize = 1_000;
/// The zone of a shop that has not said where it is.
const UTC: &str = "UTC";
/// Years for which documents can be retained, at most.
pub const RETENTION_YEARS_MAX: i64 = 50;

words! {
    /// The ways to pay an order.
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    PaymentMethod, "unknown_payment_method",
    "A payment method is one of bank_transfer, cash_on_delivery, pay_at_pickup, cash, invoice, \
     card, other." {
        BankTransfer = "bank_transfer",
        CashOnDelivery = "cash_on_delivery",
        PayAtPickup = "pay_at_pickup",
        Cash = "cash",
        Invoice = "invoice",
        Card = "card",
        Other = "other",
    }
}

impl PaymentMethod {
    /// Tells `true` where the goods go out before the money comes in.
    pub fn is_pay_later(self) -> bool {
        matches!(self, Self::CashOnDelivery | Self::PayAtPickup | Self::Invoice)
    }
}

/// The terms of a way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTerms {
    pub method: PaymentMethod,
    /// Words that the buyer needs, such as an account's number.
    pub instructions: Option<String>,
    /// An order that is unpaid for so long is cancelled; `None`: never.
    pub hold_hours: Option<i64>,
}

impl PaymentTerms {
    /// The terms of a method as a new shop has them.
    pub fn of(method: PaymentMethod) -> Self {
        let hold_hours = (!method.is_pay_later()).then_some(HOLD_HOURS);
        Self { method, instructions: None, hold_hours }
    }

    /// The moment until which goods are held from a time on for a buyer who does not pay.
    pub fn hold_from(&self, at: Timestamp) -> Option<Timestamp> {
        self.hold_hours.map(|hours| at.plus_seconds(hours * HOUR_SECONDS))
    }

    /// The terms of each way to pay: those that were set, or the usual ones.
    pub fn of_all(methods: &[PaymentMethod], said: &[Self]) -> Vec<Self> {
        let of = |method: &PaymentMethod| {
            let said = said.iter().find(|terms| terms.method == *method);
            said.cloned().unwrap_or_else(|| Self::of(*method))
        };
        methods.iter().map(of).collect()
    }
}

words! {
    /// The moment at which an invoice is issued by itself.
    InvoiceAt, "unknown_value", "Give paid, shipped, or null for by hand." {
        /// As soon as the order is paid.
        Paid = "paid",
        /// As soon as the first of it leaves the house.
        Shipped = "shipped",
    }
}

/// The settings, as they stand on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    pub name: String,
    pub email: Option<Email>,
    pub address: Option<Address>,
    pub tax_number: Option<String>,
    pub currency: Currency,
    #[serde(serialize_with = "zone_name")]
    pub time_zone: Zone,
    pub country: Option<String>,
    pub public_url: Option<String>,
    pub order_number_prefix: String,
    pub order_number_start: i64,
    pub invoice_number_prefix: String,
    pub invoice_number_start: i64,
    pub credit_note_number_prefix: String,
    pub credit_note_number_start: i64,
    pub invoice_at: Option<InvoiceAt>,
    pub prices_include_tax: bool,
    pub tax_rates: Vec<TaxRate>,
    /// The sentence of a shop that charges no tax at all, such as a small business.
    pub tax_exempt_note: Option<String>,
    pub delivery_days: i64,
    pub cut_off_hour: Option<i8>,
    pub open_weekdays: Vec<i8>,
    pub closed_dates: Vec<Date>,
    pub shipping_methods: Vec<ShippingMethod>,
    pub payment_methods: Vec<PaymentMethod>,
    /// One for each payment method, in the same order.
    pub payment_terms: Vec<PaymentTerms>,
    pub guest_units_max: i64,
    pub withdrawal_days: i64,
    pub retention_years: i64,
    /// Tasks of the set-up that the owner does not want.
    pub setup_skipped: Vec<String>,
    pub bank_account: Option<BankAccount>,
    /// `None` where the shop takes no cards.
    pub card: Option<CardSettings>,
    pub window: Window,
    /// How mails go out; `None` where none do.
    pub mail: Option<MailSettings>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Settings {
    /// Tells `true` for a shop whose mails can lead to its own pages.
    pub fn can_send_links(&self) -> bool {
        self.mail.is_some() && self.public_url.is_some()
    }

    /// The same with another currency, whose prices are still to be said.
    #[must_use]
    pub fn in_currency(mut self, currency: Currency) -> Self {
        let methods = self.shipping_methods.into_iter();
        self.shipping_methods = methods.map(|method| method.in_currency(currency)).collect();
        self.currency = currency;
        self
    }

    /// The same in a country, with what that makes plain of a shop whose owner has said nothing
    /// else yet: the time on its wall, and parcels within the country beside what is fetched.
    #[must_use]
    pub fn settled_in(mut self, country: String) -> Self {
        if let Some(zone) = time_zone_of(&country).filter(|_| self.time_zone.name() == UTC) {
            self.time_zone = zone;
        }
        let nothing = Money::new(0, self.currency);
        if self.shipping_methods == [ShippingMethod::standard(nothing)] {
            let language = self.window.own_language();
            self.shipping_methods = vec![
                ShippingMethod::parcel(nothing, &country, language),
                ShippingMethod::pickup(nothing, language),
            ];
        }
        self.country = Some(country);
        self
    }

    /// The day on which an order of this time, sent so, should arrive.
    pub fn expected_delivery(&self, ordered_at: Timestamp, method: &ShippingMethod) -> Date {
        let rule = DeliveryRule {
            zone: &self.time_zone,
            days: method.delivery_days_max.unwrap_or(self.delivery_days),
            cut_off_hour: self.cut_off_hour,
            open_weekdays: &self.open_weekdays,
            closed_dates: &self.closed_dates,
        };
        expected_delivery(ordered_at, &rule)
    }

    /// The country whose tax is due: that of the address, of what is fetched the shop's.
    pub fn tax_country<'a>(
        &'a self,
        method: &ShippingMethod,
        address: Option<&'a Address>,
    ) -> Option<&'a str> {
        let there = address.filter(|_| !method.pickup).map(|address| address.country.as_str());
        there.or(self.country.as_deref())
    }

    /// The rate of a category of goods that go to a country; of a shop that charges no tax nothing.
    pub fn tax_rate(&self, category: &str, country: Option<&str>) -> Percent {
        match self.tax_exempt_note {
            Some(_) => Percent::ZERO,
            None => rate_of(&self.tax_rates, category, country),
        }
    }

    /// The tax of shipping by a method to a country.
    pub fn shipping_tax(&self, method: &ShippingMethod, country: Option<&str>) -> ShippingTax {
        if method.is_proportional() {
            let otherwise = self.tax_rate(STANDARD_CATEGORY, country);
            return ShippingTax::OfGoods { otherwise };
        }
        ShippingTax::Rate(self.tax_rate(&method.tax_category, country))
    }

    /// The shipping methods that bring goods to this address, in the shop's order; without one, to
    /// the shop's country.
    pub fn shipping_to<'a>(
        &'a self,
        address: Option<&'a Address>,
    ) -> impl Iterator<Item = &'a ShippingMethod> {
        let there = address.map(|address| address.country.as_str()).or(self.country.as_deref());
        self.shipping_methods.iter().filter(move |method| method.goes_to(there))
    }

    /// The ways to pay for what is sent so, in the shop's order.
    pub fn payment_for(&self, method: &ShippingMethod) -> impl Iterator<Item = &PaymentTerms> {
        let pickup = method.pickup;
        let fetches = self.shipping_methods.iter().any(|method| method.pickup);
        self.payment_terms.iter().filter(move |terms| match terms.method {
            PaymentMethod::CashOnDelivery => !pickup,
            // A shop that has no method to fetch goods may still be visited.
            PaymentMethod::PayAtPickup => pickup || !fetches,
            _ => true,
        })
    }

    /// The ways to pay that are offered for what is sent so. A card is offered where the shop can
    /// take one; whoever takes it elsewhere may still name it.
    pub fn payment_offered(&self, method: &ShippingMethod) -> impl Iterator<Item = &PaymentTerms> {
        let cards = self.takes_cards();
        self.payment_for(method).filter(move |terms| terms.method != PaymentMethod::Card || cards)
    }

    /// Tells `true` where buyers can pay by card: there is a key, and an address to come back to.
    pub fn takes_cards(&self) -> bool {
        self.card.is_some() && self.public_url.is_some()
    }

    /// The part that everyone may know.
    pub fn public(&self) -> PublicShop<'_> {
        PublicShop {
            name: &self.name,
            email: self.email.as_ref(),
            address: self.address.as_ref(),
            currency: self.currency,
            time_zone: self.time_zone.name(),
            country: self.country.as_deref(),
            public_url: self.public_url.as_deref(),
            prices_include_tax: self.prices_include_tax,
            tax_note: self.tax_exempt_note.as_deref(),
            tax_categories: categories(&self.tax_rates),
            payment_methods: &self.payment_methods,
            payment_terms: &self.payment_terms,
            shipping_methods: &self.shipping_methods,
            delivery_days: self.delivery_days,
            cut_off_hour: self.cut_off_hour,
            open_weekdays: &self.open_weekdays,
            closed_dates: &self.closed_dates,
            withdrawal_days: self.withdrawal_days,
            window: self.window.public(),
        }
    }
}

/// The public part of the settings: `GET /shop`.
#[derive(Serialize)]
pub struct PublicShop<'a> {
    pub name: &'a str,
    pub email: Option<&'a Email>,
    pub address: Option<&'a Address>,
    pub currency: Currency,
    pub time_zone: &'a str,
    pub country: Option<&'a str>,
    pub public_url: Option<&'a str>,
    pub prices_include_tax: bool,
    pub tax_note: Option<&'a str>,
    /// Those that goods can have.
    pub tax_categories: Vec<&'a str>,
    pub payment_methods: &'a [PaymentMethod],
    pub payment_terms: &'a [PaymentTerms],
    pub shipping_methods: &'a [ShippingMethod],
    pub delivery_days: i64,
    pub cut_off_hour: Option<i8>,
    pub open_weekdays: &'a [i8],
    pub closed_dates: &'a [Date],
    pub withdrawal_days: i64,
    pub window: PublicWindow<'a>,
}

fn zone_name<S: serde::Serializer>(zone: &Zone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}
