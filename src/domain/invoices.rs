//! Invoices and credit notes: what stands on them, frozen when they are issued. Amounts are the
//! texts that are printed, so that nothing can change them afterwards.

use serde::{Deserialize, Serialize};

use super::Id;
use super::calendar::{Date, Timestamp};
use super::currency::Currency;
use super::customers::Address;
use super::money::Money;
use super::orders::{Action, Item, Order, Standing, StandingPart};
use super::settings::Settings;
use super::tax::Percent;
use super::totals::TaxGroup;
use super::window::Language;
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
    /// The address of the step that it follows from; `None` on the invoice of the whole. Gone
    /// where the step was taken back.
    pub step: Option<String>,
    /// The refund that it follows from, where the step is one.
    pub refund_id: Option<Id>,
    pub total: Money,
    pub currency: Currency,
    pub issued_at: Timestamp,
}

/// The step of an order that a document follows from.
pub type DocumentedStep = (Action, Id);

/// The address of a step of an order.
pub fn step_address(order_id: Id, (action, id): DocumentedStep) -> String {
    format!("/orders/{order_id}/{}/{id}", action.name())
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

    /// The settings without which an invoice does not say what it must of the seller: the full name
    /// and address, and the tax number or the reason for charging no tax (2006/112/EC Art. 226).
    pub fn missing(settings: &Settings) -> Vec<&'static str> {
        let is_known = settings.tax_number.is_some() || settings.tax_exempt_note.is_some();
        let needed = [("address", settings.address.is_some()), ("tax_number", is_known)];
        needed.into_iter().filter(|(_, is_said)| !is_said).map(|(name, _)| name).collect()
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
    /// `None` on the document of a step, which tells differences.
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
    /// That it is written in; older documents are in English.
    #[serde(default)]
    pub language: Language,
    pub seller: Seller,
    pub number: String,
    /// Of the document of a step: the number of the order's invoice.
    pub invoice_number: Option<String>,
    /// Dates of the shop's zone.
    pub issued_on: String,
    pub order_number: String,
    pub ordered_on: String,
    /// The day on which the goods left the house.
    pub shipped_on: Option<String>,
    pub currency: String,
    pub prices_include_tax: bool,
    /// The sentence of a shop that charged no tax; older documents have none.
    pub tax_note: Option<String>,
    pub lines: Vec<Line>,
    pub subtotal: Option<String>,
    /// The code, and the reason for what was agreed to.
    pub discount_code: Option<String>,
    pub discount_total: Option<String>,
    pub shipping_method: Option<String>,
    pub shipping_total: Option<String>,
    /// What was taken off the prices after the sale; with its tax, but on the invoice of an order
    /// whose prices are without.
    #[serde(default)]
    pub price_reductions: Option<String>,
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
    /// The invoice of an order: what stands when it is issued.
    pub fn of_invoice(order: &Order, settings: &Settings, number: &str, now: Timestamp) -> Self {
        let money = |minor| Money::new(minor, order.currency);
        let some = |minor| (minor > 0).then(|| money(minor).text());
        let mut terms = settings.payment_terms.iter();
        let (standing, full) = (Standing::of(order), Standing::of(&order.at_full_price()));
        let lines = || order.items.iter().zip(&full.lines).filter(|(_, line)| line.units > 0);
        let subtotal = lines().map(|(item, line)| item.unit_price.minor() * line.units).sum();
        let discount = lines().map(|(_, line)| line.discount).sum();
        let shipping: i64 = full.shipping.iter().map(|part| part.amount).sum();
        Self {
            lines: lines().map(|(item, part)| line(item, part)).collect(),
            subtotal: Some(money(subtotal).text()),
            discount_code: order.discount_names(),
            discount_total: some(discount),
            shipping_method: Some(order.shipping_method_name.clone()),
            shipping_total: Some(money(shipping).text()),
            price_reductions: some(match order.prices_include_tax {
                true => full.total() - standing.total(),
                false => full.net() - standing.net(),
            }),
            taxes: tax_lines(&standing.taxes, 1),
            total: money(standing.total()).text(),
            payment_instructions: terms
                .find(|terms| terms.method == order.payment_method)
                .and_then(|terms| terms.instructions.clone()),
            paid: some(order.refundable()),
            ..Self::bare(order, settings, number, now)
        }
    }

    /// The document of a step: a credit note over what stood before it and does not any more, or
    /// one more invoice over what stands again. `invoice_number`: of the order's invoice.
    pub fn of_change(
        (before, after): (&Order, &Order),
        (invoice_number, settings): (&str, &Settings),
        number: &str,
        now: Timestamp,
    ) -> Self {
        let (was, is) = (Standing::of(before), Standing::of(after));
        let sign = if was.total() < is.total() { -1 } else { 1 };
        let money = |minor: i64| Money::new(sign * minor, after.currency);
        let mut lines: Vec<(Line, i64)> = Vec::new();
        for (at, item) in after.items.iter().enumerate() {
            let Some((old, new)) = was.lines.get(at).zip(is.lines.get(at)) else { continue };
            let zeroed = before.items.get(at).map_or(0, |old| item.zeroed - old.zeroed);
            let units = if old.units == new.units { zeroed } else { old.units - new.units };
            if units != 0 {
                lines.push((changed_line(item, sign * units), old.total - new.total));
            }
        }
        let shipping = was.shipping_total() - is.shipping_total();
        let of_lines: i64 = lines.iter().map(|(_, total)| total).sum();
        let mut rest = was.total() - is.total() - of_lines - shipping;
        // Where tax is on top, a minor unit of it may lie on another line afterwards.
        let is_rounding = rest.abs() <= i64::try_from(after.items.len()).unwrap_or(i64::MAX);
        if let Some((_, total)) = lines.last_mut().filter(|_| is_rounding) {
            *total += rest;
            rest = 0;
        }
        let line = |(line, total): (Line, i64)| Line { total: Some(money(total).text()), ..line };
        Self {
            invoice_number: Some(invoice_number.to_owned()),
            lines: lines.into_iter().map(line).collect(),
            shipping_method: (shipping != 0).then(|| after.shipping_method_name.clone()),
            shipping_total: (shipping != 0).then(|| money(shipping).text()),
            price_reductions: (rest != 0).then(|| money(rest).text()),
            taxes: tax_lines(&was.minus(&is), sign),
            total: money(was.total() - is.total()).text(),
            ..Self::bare(after, settings, number, now)
        }
    }

    /// The parts that both kinds have.
    fn bare(order: &Order, settings: &Settings, number: &str, now: Timestamp) -> Self {
        let date = |at: Timestamp| settings.time_zone.date_of(at).text();
        let shipped = order.shipments.iter().map(|shipment| shipment.shipped_at).min();
        Self {
            language: order.locale.unwrap_or_else(|| settings.window.own_language()),
            seller: Seller::of(settings),
            number: number.to_owned(),
            invoice_number: None,
            issued_on: date(now),
            order_number: order.number.clone(),
            ordered_on: date(order.order_date),
            shipped_on: shipped.map(date),
            currency: order.currency.code().to_owned(),
            prices_include_tax: order.prices_include_tax,
            tax_note: order.tax_note.clone(),
            lines: Vec::new(),
            subtotal: None,
            discount_code: None,
            discount_total: None,
            shipping_method: None,
            shipping_total: None,
            price_reductions: None,
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

/// A line of the order at its full price.
fn line(item: &Item, part: &StandingPart) -> Line {
    let money = |minor| Money::new(minor, item.unit_price.currency());
    Line {
        unit_price: Some(item.unit_price.text()),
        discount: (part.discount > 0).then(|| money(part.discount).text()),
        total: Some(money(part.total).text()),
        ..changed_line(item, part.units)
    }
}

/// Units of a line, without what they come to.
fn changed_line(item: &Item, quantity: i64) -> Line {
    Line {
        name: item.name.clone(),
        variant_title: item.variant_title.clone(),
        sku: item.sku.clone(),
        quantity,
        unit_price: None,
        discount: None,
        tax_rate: item.tax_rate.text(),
        total: None,
    }
}

/// The rows of tax; none where nothing bears any.
fn tax_lines(groups: &[TaxGroup], sign: i64) -> Vec<TaxLine> {
    if groups.iter().all(|group| group.rate == Percent::ZERO) {
        return Vec::new();
    }
    let text = |money: Money| Money::new(sign * money.minor(), money.currency()).text();
    let row = |group: &TaxGroup| TaxLine {
        rate: group.rate.text(),
        net: text(group.net),
        tax: text(group.tax),
    };
    groups.iter().map(row).collect()
}
