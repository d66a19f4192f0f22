//! Invoices and credit notes: what stands on them, frozen when they are issued. Amounts are the
//! texts that are printed, so that nothing can change them afterwards.

use serde::{Deserialize, Serialize};

use super::Id;
use super::calendar::{Date, Timestamp};
use super::currency::Currency;
use super::customers::Address;
use super::money::{Money, share};
use super::orders::{Item, Order, Refund};
use super::reports::Sale;
use super::settings::Settings;
use super::totals::{TaxGroup, groups};
use super::words::words;

words! {
    /// The two kinds, each with its own series of numbers.
    Type {
        Invoice = "invoice",
        /// Takes back an invoice, or a part of it.
        CreditNote = "credit_note",
    }
}

/// A document that was issued, as it stands on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Invoice {
    pub id: Id,
    #[serde(rename = "type")]
    pub kind: Type,
    pub number: String,
    pub order_id: Id,
    /// Of a credit note: the refund it is about.
    pub refund_id: Option<Id>,
    pub total: Money,
    pub currency: Currency,
    pub issued_at: Timestamp,
}

/// The shop that issued a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    pub email: Option<String>,
    pub address: Option<Address>,
    pub tax_number: Option<String>,
}

impl Seller {
    /// The seller as the settings name it now.
    pub fn of(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            email: settings.email.as_ref().map(|email| email.as_str().to_owned()),
            address: settings.address.clone(),
            tax_number: settings.tax_number.clone(),
        }
    }
}

/// To whom it was issued; kept apart, because it is blanked one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    pub address: Option<Address>,
}

impl Recipient {
    /// The recipient that an order names; `None` where its buyer has no name any more.
    pub fn of(order: &Order) -> Option<Self> {
        let address = order.billing_address.as_ref().or(order.shipping_address.as_ref());
        let name = order.customer.name.clone()?;
        Some(Self { name, address: address.cloned() })
    }
}

/// A line of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub quantity: i64,
    /// `None` on a credit note, whose sums say it all.
    pub unit_price: Option<String>,
    pub discount: Option<String>,
    pub tax_rate: String,
    pub total: Option<String>,
}

/// The sums that bear one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    pub rate: String,
    pub net: String,
    pub tax: String,
}

/// The content of a document, beside its recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub seller: Seller,
    pub number: String,
    /// Of a credit note: the number of the invoice it takes back.
    pub invoice_number: Option<String>,
    /// Dates of the shop's zone.
    pub issued_on: String,
    pub order_number: String,
    pub ordered_on: String,
    /// The day on which the goods left the house.
    pub shipped_on: Option<String>,
    pub currency: String,
    pub prices_include_tax: bool,
    pub lines: Vec<Line>,
    pub subtotal: Option<String>,
    pub discount_code: Option<String>,
    pub discount_total: Option<String>,
    pub shipping_method: Option<String>,
    pub shipping_total: Option<String>,
    pub taxes: Vec<TaxLine>,
    pub total: String,
    pub payment_method: String,
    pub payment_instructions: Option<String>,
    pub paid: Option<String>,
    /// The reason for which money went back. Not frozen: it is shown as long as the refund has it.
    #[serde(skip)]
    pub reason: Option<String>,
}

impl Content {
    /// The invoice of an order, without what was cancelled by then.
    pub fn of_invoice(order: &Order, settings: &Settings, number: &str, now: Timestamp) -> Self {
        let money = |minor| Money::new(minor, order.currency);
        let some = |money: Money| (money.minor() > 0).then(|| money.text());
        let terms = settings.payment_terms.iter();
        let mut terms = terms.filter(|terms| terms.method == order.payment_method);
        let (sale, kept) = (Sale::of(order), |item: &Item| item.quantity - item.cancelled_quantity);
        let subtotal = order.items.iter().map(|item| item.unit_price.minor() * kept(item)).sum();
        let taxes = groups(order.bearings(kept), order.currency);
        let lines = order.items.iter().filter(|item| kept(item) > 0);
        Self {
            lines: lines.map(|item| line(item, kept(item))).collect(),
            subtotal: Some(money(subtotal).text()),
            discount_code: order.totals.discount_code.clone(),
            discount_total: some(money(sale.discount)),
            shipping_method: Some(order.shipping_method_name.clone()),
            shipping_total: Some(order.totals.shipping_total.text()),
            taxes: taxes.iter().map(tax_line).collect(),
            total: money(sale.gross).text(),
            payment_instructions: terms.find_map(|terms| terms.instructions.clone()),
            paid: some(order.paid_total),
            ..Self::bare(order, settings, number, now)
        }
    }

    /// The credit note of a refund; `invoice_number`: of the invoice it takes back.
    pub fn of_credit_note(
        order: &Order,
        refund: &Refund,
        (invoice_number, settings): (&str, &Settings),
        number: &str,
        now: Timestamp,
    ) -> Self {
        let of_item = |item: &Item| {
            let units = refund.items.iter().find(|units| units.item_id == item.id)?;
            let line = line(item, units.quantity);
            Some(Line { unit_price: None, discount: None, total: None, ..line })
        };
        let shipping = (refund.shipping.minor() > 0).then(|| refund.shipping.text());
        Self {
            invoice_number: Some(invoice_number.to_owned()),
            lines: order.items.iter().filter_map(of_item).collect(),
            shipping_method: shipping.is_some().then(|| order.shipping_method_name.clone()),
            shipping_total: shipping,
            taxes: refund.taxes.iter().map(tax_line).collect(),
            total: refund.amount.text(),
            ..Self::bare(order, settings, number, now)
        }
    }

    /// The parts that both kinds have.
    fn bare(order: &Order, settings: &Settings, number: &str, now: Timestamp) -> Self {
        let date = |at: Timestamp| settings.time_zone.date_of(at).text();
        let shipped = order.shipments.iter().map(|shipment| shipment.shipped_at).min();
        Self {
            seller: Seller::of(settings),
            number: number.to_owned(),
            invoice_number: None,
            issued_on: date(now),
            order_number: order.number.clone(),
            ordered_on: date(order.order_date),
            shipped_on: shipped.map(date),
            currency: order.currency.code().to_owned(),
            prices_include_tax: order.prices_include_tax,
            lines: Vec::new(),
            subtotal: None,
            discount_code: None,
            discount_total: None,
            shipping_method: None,
            shipping_total: None,
            taxes: Vec::new(),
            total: String::new(),
            payment_method: order.payment_method.name().to_owned(),
            payment_instructions: None,
            paid: None,
            reason: None,
        }
    }
}

/// The last day on which a document of this day must be kept: the end of the year, so many years
/// later (as § 147 AO counts in Germany).
pub fn kept_until(issued_on: Date, retention_years: i64) -> String {
    format!("{}-12-31", issued_on.year() + retention_years)
}

/// So many units of a line of the order.
fn line(item: &Item, quantity: i64) -> Line {
    let part = |money: Money| {
        let minor = money.minor();
        let dropped = share(minor, item.quantity - quantity, item.quantity);
        Money::new(minor - dropped, money.currency())
    };
    let discount = part(item.discount);
    Line {
        name: item.name.clone(),
        variant_title: item.variant_title.clone(),
        sku: item.sku.clone(),
        quantity,
        unit_price: Some(item.unit_price.text()),
        discount: (discount.minor() > 0).then(|| discount.text()),
        tax_rate: item.tax_rate.text(),
        total: Some(part(item.total).text()),
    }
}

fn tax_line(group: &TaxGroup) -> TaxLine {
    TaxLine { rate: group.rate.text(), net: group.net.text(), tax: group.tax.text() }
}
