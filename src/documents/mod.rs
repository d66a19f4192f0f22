//! Invoices, credit notes and packing slips as pages to print.
//!
//! The words and the markup are the templates in `static/documents`. A page holds no script and no
//! style of its own: its looks are `/documents/style.css`.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{Output, State};
use serde::Serialize;

use crate::domain::calendar::Zone;
use crate::domain::invoices::{Content, Recipient, Seller, Type};
use crate::domain::orders::{Item, Order};
use crate::domain::spelling;
use crate::domain::window::Language;
use crate::domain::words::words;
use crate::error::Result;
use crate::templates::{Templates, write_escaped};
use crate::texts::{Texts, spoken, teach};

const SOURCES: [(&str, &str); 4] = [
    ("base.html", include_str!("../../static/documents/base.html")),
    ("parts.html", include_str!("../../static/documents/parts.html")),
    ("invoice.html", include_str!("../../static/documents/invoice.html")),
    ("packing_slips.html", include_str!("../../static/documents/packing_slips.html")),
];

static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/documents/texts/en.json")));
static GERMAN: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/documents/texts/de.json")));
static ENGLISH_PAGES: LazyLock<Templates> = LazyLock::new(|| templates(Language::En, &ENGLISH));
static GERMAN_PAGES: LazyLock<Templates> = LazyLock::new(|| templates(Language::De, &GERMAN));

fn templates(language: Language, texts: &'static Texts) -> Templates {
    let sources = SOURCES.map(|(name, source)| (name, spoken(source, texts)));
    Templates::new(sources, |environment| {
        teach(environment, language, texts);
        environment.add_filter("money", move |amount: &str, currency: &str| {
            spelling::money(amount, currency, language)
        });
        environment.set_formatter(write_lines);
    })
}

fn pages(language: Language) -> &'static Templates {
    match language {
        Language::En => &ENGLISH_PAGES,
        Language::De => &GERMAN_PAGES,
    }
}

words! {
    /// The paper that a page is printed on.
    Paper, "unknown_value", "Give one of a4, receipt." {
        A4 = "a4",
        /// A roll of 80 mm.
        Receipt = "receipt",
    }
}

/// An invoice or a credit note. `recipient`: `None` once it was blanked.
pub fn invoice(
    kind: Type,
    content: &Content,
    recipient: Option<&Recipient>,
    paper: Paper,
) -> Result<String> {
    let reason = content.reason.as_deref();
    let page = InvoicePage { paper, kind, content, reason, recipient };
    pages(content.language).render("invoice.html", page)
}

/// Packing slips, each on a page of its own. `zone`: of the shop, for its dates.
pub fn packing_slips(
    seller: &Seller,
    orders: &[Order],
    zone: &Zone,
    paper: Paper,
    language: Language,
) -> Result<String> {
    let slips = orders.iter().map(|order| Slip::of(order, zone)).collect();
    let page = SlipsPage { paper, seller, slips };
    pages(language).render("packing_slips.html", page)
}

#[derive(Serialize)]
struct InvoicePage<'a> {
    paper: Paper,
    kind: Type,
    #[serde(flatten)]
    content: &'a Content,
    reason: Option<&'a str>,
    recipient: Option<&'a Recipient>,
}

#[derive(Serialize)]
struct SlipsPage<'a> {
    paper: Paper,
    seller: &'a Seller,
    slips: Vec<Slip<'a>>,
}

/// A slip: what goes into one parcel, and where it goes.
#[derive(Serialize)]
struct Slip<'a> {
    number: &'a str,
    /// `None` once it was blanked.
    recipient: Option<Recipient>,
    ordered_on: String,
    /// The date and the time at which the buyer comes.
    pickup: Option<(String, String)>,
    shipping: Option<&'a str>,
    note: Option<&'a str>,
    units: i64,
    items: Vec<(&'a Item, i64)>,
}

impl<'a> Slip<'a> {
    fn of(order: &'a Order, zone: &Zone) -> Self {
        let (address, items) = (&order.shipping_address, to_send(order));
        let name = address.as_ref().map(|to| &to.name).or(order.customer.name.as_ref());
        Self {
            number: &order.number,
            recipient: name.map(|name| Recipient { name: name.clone(), address: address.clone() }),
            ordered_on: zone.date_of(order.order_date).text(),
            pickup: order.pickup_at.map(|at| (zone.date_of(at).text(), zone.time_of(at))),
            shipping: Some(order.shipping_method_name.as_str()).filter(|name| !name.is_empty()),
            note: order.note.as_deref(),
            units: items.iter().map(|(_, units)| units).sum(),
            items,
        }
    }
}

/// The units still to be sent; of an order that was sent already, all of it.
fn to_send(order: &Order) -> Vec<(&Item, i64)> {
    let count = |of: fn(&Item) -> i64| -> Vec<(&Item, i64)> {
        let items = order.items.iter().map(|item| (item, of(item)));
        items.filter(|(_, units)| *units > 0).collect()
    };
    match count(Item::unshipped) {
        left if left.is_empty() => count(|item| item.quantity - item.cancelled_quantity),
        left => left,
    }
}

/// Writes a value as it stands in HTML, with its lines: wherever a text stands, so that no template
/// has to ask for them.
fn write_lines(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    let Some(text) = value.as_str().filter(|_| !value.is_safe()) else {
        return write_escaped(out, state, value);
    };
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.write_str("<br>")?;
        }
        write_escaped(out, state, &Value::from(line))?;
    }
    Ok(())
}
