//! Placing an order: look at the shelf, price it, take the stock, write it down. All of it, or no
//! trace of it.

use std::collections::HashMap;

use serde_json::json;

use super::{Event, find, record};
use crate::domain::Id;
use crate::domain::calendar::{Timestamp, parse_time};
use crate::domain::currency::Currency;
use crate::domain::customers::{Address, Contact};
use crate::domain::money::Money;
use crate::domain::orders::{EventKind, Order, Priced, Totals, UNITS_MAX};
use crate::domain::products::{Reason, title};
use crate::domain::settings::{PaymentMethod, STANDARD_SHIPPING, Settings};
use crate::error::{Code, Error, Issue, Result};
use crate::store::sql::{Tx, json as to_json};
use crate::store::stock::{self, Cause};
use crate::store::{customers, products, settings};

/// A line that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub product_id: Id,
    pub variant_id: Option<Id>,
    /// 1 to [`UNITS_MAX`].
    pub quantity: i64,
}

/// An order as it is asked for: every field that is well-formed, none held against the shop yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Each with its place in the request.
    pub items: Vec<(usize, Wanted)>,
    pub customer_id: Option<Id>,
    pub customer: Option<Contact>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub shipping_method: Option<String>,
    pub payment_method: Option<String>,
    pub discount_code: Option<String>,
    pub note: Option<String>,
    /// A decimal, read in the shop's currency.
    pub expected_total: Option<String>,
    /// A time, read in the shop's zone.
    pub order_date: Option<String>,
    /// What was not well-formed; told together with what the shop finds wrong.
    pub faults: Vec<Issue>,
}

/// Who places an order, and for whom they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orderer {
    /// A customer, for oneself.
    Customer(Id),
    /// A visitor, as a guest; or for the record whose token they hold.
    Visitor { record: Option<Id> },
    /// The shop front's server, for anyone.
    Storefront,
    /// The shop, for anyone; also what was ordered elsewhere and earlier.
    Shop,
}

/// A line of the order: what is on the shelf, and how much of it is taken.
struct Line {
    /// Which of the wanted items it was first.
    at: usize,
    product_id: Id,
    variant_id: Id,
    name: String,
    variant_title: Option<String>,
    sku: Option<String>,
    price: Priced,
    subtotal: Money,
    /// Units that are left, where that is a limit.
    limit: Option<i64>,
}

/// What the draft comes to in this shop, before anything is written.
struct Offer {
    lines: Vec<Line>,
    totals: Totals,
    payment_method: PaymentMethod,
    ordered_at: Timestamp,
}

/// Places an order.
///
/// # Errors
/// Invalid with every field that is wrong; [`Code::PriceChanged`] with the quote;
/// [`Code::OutOfStock`] with every line that is short.
pub fn place(
    tx: &Tx,
    draft: &Draft,
    orderer: Orderer,
    actor: &str,
    now: Timestamp,
) -> Result<Order> {
    let settings = settings::load(tx)?;
    let mut issues = draft.faults.clone();
    let of_buyer = |fault: &Issue| fault.is_within("/customer") || fault.is_within("/customer_id");
    if !issues.iter().any(of_buyer) {
        issues.extend(check_orderer(tx, draft, orderer)?);
    }
    let offer = offer(tx, draft, orderer, &settings, now, &mut issues)?;
    let offer = match offer {
        Some(offer) if issues.is_empty() => offer,
        _ => return Err(Error::invalid(issues)),
    };
    check_price(draft, &offer, &settings)?;
    check_stock(&offer)?;
    let (customer_id, contact) = buyer(tx, draft, orderer, now)?;
    let id = insert(tx, draft, &offer, &settings, (customer_id, &contact), now)?;
    take_all(tx, id, &offer, actor, now)?;
    customers::count_order(tx, customer_id)?;
    record(tx, id, &Event::of(EventKind::Placed), actor, offer.ordered_at)?;
    find(tx, id)
}

/// Who the order is for must be named by those who may choose, and by nobody else.
fn check_orderer(tx: &Tx, draft: &Draft, orderer: Orderer) -> Result<Vec<Issue>> {
    let unknown = || Issue::at("/customer_id", "not_found", "There is no such customer.");
    let named = draft.customer_id.is_some();
    let issue = match orderer {
        Orderer::Customer(own) if draft.customer_id.is_some_and(|id| id != own) => Some(unknown()),
        Orderer::Customer(_) if draft.customer.is_some() => {
            let detail = "A signed-in customer orders as oneself; leave \"customer\" out.";
            Some(Issue::at("/customer", "not_allowed", detail))
        }
        Orderer::Customer(_) => None,
        _ if named && draft.customer.is_some() => {
            let detail = "Give customer_id or customer, not both.";
            Some(Issue::at("/customer", "not_allowed", detail))
        }
        _ if !named && draft.customer.is_none() => {
            let detail = "Say who orders: {\"name\", \"email\"}.";
            Some(Issue::at("/customer", "required", detail))
        }
        Orderer::Visitor { record } if named && draft.customer_id != record => Some(unknown()),
        _ => match draft.customer_id {
            Some(id) if customers::contact(tx, id)?.is_none() => Some(unknown()),
            _ => None,
        },
    };
    Ok(issue.into_iter().collect())
}

/// Holds the draft against the shop. `None` where an issue says why there is no offer.
fn offer(
    tx: &Tx,
    draft: &Draft,
    orderer: Orderer,
    settings: &Settings,
    now: Timestamp,
    issues: &mut Vec<Issue>,
) -> Result<Option<Offer>> {
    let payment_method = check_methods(draft, settings, issues);
    let ordered_at = check_order_date(draft, orderer, settings, now, issues);
    if let Some(text) = &draft.expected_total
        && let Err(refusal) = Money::parse(text, settings.currency)
    {
        issues.push(Issue::at("/expected_total", refusal.code, refusal.detail));
    }
    let lines = lines(tx, draft, settings.currency, issues)?;
    if !issues.is_empty() {
        return Ok(None);
    }
    let subtotals = lines.iter().map(|line| line.subtotal);
    match (Totals::of(subtotals, settings.currency), payment_method) {
        (Ok(totals), Some(payment_method)) => {
            Ok(Some(Offer { lines, totals, payment_method, ordered_at }))
        }
        (Err(refusal), _) => {
            issues.push(Issue::at("/items", refusal.code, refusal.detail));
            Ok(None)
        }
        (Ok(_), None) => Ok(None),
    }
}

fn check_methods(
    draft: &Draft,
    settings: &Settings,
    issues: &mut Vec<Issue>,
) -> Option<PaymentMethod> {
    if draft.discount_code.is_some() {
        let detail = "There is no such discount.";
        issues.push(Issue::at("/discount_code", "not_available", detail));
    }
    if draft.shipping_method.as_deref().is_some_and(|method| method != STANDARD_SHIPPING) {
        let detail = format!("There is no such shipping method; there is {STANDARD_SHIPPING}.");
        issues.push(Issue::at("/shipping_method", "not_available", detail));
    }
    let methods = &settings.payment_methods;
    let chosen = match &draft.payment_method {
        Some(name) => methods.iter().find(|method| method.name() == name),
        None => methods.first(),
    };
    if chosen.is_none() {
        let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
        let detail = format!("This shop takes {}.", names.join(", "));
        issues.push(Issue::at("/payment_method", "not_available", detail));
    }
    chosen.copied()
}

fn check_order_date(
    draft: &Draft,
    orderer: Orderer,
    settings: &Settings,
    now: Timestamp,
    issues: &mut Vec<Issue>,
) -> Timestamp {
    let Some(text) = &draft.order_date else { return now };
    let mut refuse = |code, detail: String| {
        issues.push(Issue::at("/order_date", code, detail));
        now
    };
    if orderer != Orderer::Shop {
        return refuse("not_allowed", "Only the shop itself may date an order.".to_owned());
    }
    match parse_time(text, &settings.time_zone) {
        Ok(at) if at > now => refuse("in_the_future", "An order cannot be of the future.".into()),
        Ok(at) => at,
        Err(refusal) => refuse(refusal.code, refusal.detail),
    }
}

/// The lines of the order: the same variant twice is one line with the sum.
fn lines(tx: &Tx, draft: &Draft, currency: Currency, issues: &mut Vec<Issue>) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut places: HashMap<Id, usize> = HashMap::new();
    for (at, wanted) in &draft.items {
        let line = match on_shelf(tx, *at, wanted, currency)? {
            Ok(line) => line,
            Err(issue) => {
                issues.push(issue);
                continue;
            }
        };
        let place = places.get(&line.variant_id).and_then(|place| lines.get_mut(*place));
        if let Some(same) = place {
            same.price.quantity += line.price.quantity;
        } else {
            places.insert(line.variant_id, lines.len());
            lines.push(line);
        }
    }
    for line in &mut lines {
        if line.price.quantity > UNITS_MAX {
            let detail = format!("A line has at most {UNITS_MAX} units.");
            issues.push(Issue::at(quantity_of(line.at), "out_of_range", detail));
        }
        match line.price.subtotal() {
            Ok(subtotal) => line.subtotal = subtotal,
            Err(refusal) => {
                issues.push(Issue::at(quantity_of(line.at), refusal.code, refusal.detail));
            }
        }
    }
    Ok(lines)
}

/// Finds what is meant by a wanted item among what is for sale.
fn on_shelf(
    tx: &Tx,
    at: usize,
    wanted: &Wanted,
    currency: Currency,
) -> Result<std::result::Result<Line, Issue>> {
    let sql = "select v.id, v.options, v.sku, v.price, v.on_hand, v.allow_backorder, p.name
        from variants v join products p on p.id = v.product_id
        where p.id = $1 and p.status = 'active' and v.removed = 0 and ($2 is null or v.id = $2)
        order by v.position, v.id";
    let mut found = tx.all(sql, &[&wanted.product_id, &wanted.variant_id], |row| {
        let variant_id = row.take()?;
        let variant_title = title(&products::read_options(row)?);
        let (sku, minor) = (row.take()?, row.take()?);
        let (on_hand, allow_backorder): (Option<i64>, bool) = (row.take()?, row.take()?);
        let unit_price = Money::new(minor, currency);
        Ok(Line {
            at,
            product_id: wanted.product_id,
            variant_id,
            name: row.take()?,
            variant_title,
            sku,
            price: Priced { unit_price, quantity: wanted.quantity },
            subtotal: Money::new(0, currency),
            limit: on_hand.filter(|_| !allow_backorder),
        })
    })?;
    Ok(match (found.len(), wanted.variant_id) {
        (0, Some(_)) => {
            let detail = "There is no such variant of this product for sale.";
            Err(Issue::at(format!("/items/{at}/variant_id"), "not_found", detail))
        }
        (0, None) => {
            let detail = "There is no such product for sale.";
            Err(Issue::at(format!("/items/{at}/product_id"), "not_found", detail))
        }
        (1, _) => Ok(found.remove(0)),
        _ => {
            let name = |line: &Line| {
                format!("{} ({})", line.variant_id, line.variant_title.as_deref().unwrap_or("–"))
            };
            let list: Vec<String> = found.iter().map(name).collect();
            let detail = format!("Give the variant_id of one of {}.", list.join(", "));
            Err(Issue::at(format!("/items/{at}/variant_id"), "variant_required", detail))
        }
    })
}

/// The buyer may say which total they saw; another one is refused with the quote.
fn check_price(draft: &Draft, offer: &Offer, settings: &Settings) -> Result<()> {
    let expected = draft.expected_total.as_deref();
    let expected = expected.and_then(|text| Money::parse(text, settings.currency).ok());
    if expected.is_none_or(|expected| expected == offer.totals.total) {
        return Ok(());
    }
    let item = |line: &Line| {
        json!({
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "name": line.name,
            "variant_title": line.variant_title,
            "sku": line.sku,
            "unit_price": line.price.unit_price,
            "quantity": line.price.quantity,
            "subtotal": line.subtotal,
            "discount": Money::new(0, settings.currency),
            "tax_rate": "0",
            "tax": Money::new(0, settings.currency),
            "total": line.subtotal,
        })
    };
    let mut quote =
        serde_json::to_value(&offer.totals).map_err(|error| Error::internal(error.to_string()))?;
    quote["items"] = offer.lines.iter().map(item).collect();
    quote["currency"] = json!(settings.currency);
    quote["expected_delivery_date"] = json!(settings.expected_delivery(offer.ordered_at));
    quote["short"] = shortages(offer).iter().map(|issue| json!(issue.detail)).collect();
    let detail = format!("The total is now {}.", offer.totals.total.text());
    let issue = Issue::at("/expected_total", "price_changed", detail.clone());
    Err(Error::new(Code::PriceChanged, detail).with_issues(vec![issue]).with("quote", quote))
}

fn check_stock(offer: &Offer) -> Result<()> {
    let short = shortages(offer);
    match short.first() {
        Some(first) => Err(Error::new(Code::OutOfStock, first.detail.clone()).with_issues(short)),
        None => Ok(()),
    }
}

fn shortages(offer: &Offer) -> Vec<Issue> {
    let short = |line: &Line| {
        let left = line.limit.filter(|left| *left < line.price.quantity)?.max(0);
        let name = &line.name;
        let detail = match left {
            0 => format!("“{name}” is sold out."),
            left => format!("Only {left} of “{name}” left."),
        };
        let mut issue = Issue::at(quantity_of(line.at), "out_of_stock", detail);
        issue.available = Some(left);
        Some(issue)
    };
    offer.lines.iter().filter_map(short).collect()
}

/// The customer the order belongs to, and the contact it is a copy of.
fn buyer(tx: &Tx, draft: &Draft, orderer: Orderer, now: Timestamp) -> Result<(Id, Contact)> {
    let named = match orderer {
        Orderer::Customer(own) => Some(own),
        _ => draft.customer_id,
    };
    match (named, &draft.customer) {
        (Some(id), _) => {
            let contact = customers::contact(tx, id)?;
            Ok((id, contact.ok_or_else(|| Error::internal("the customer was there"))?))
        }
        (None, Some(guest)) => Ok((customers::guest(tx, guest, now)?, guest.clone())),
        (None, None) => Err(Error::internal("nobody orders")),
    }
}

fn insert(
    tx: &Tx,
    draft: &Draft,
    offer: &Offer,
    settings: &Settings,
    buyer: (Id, &Contact),
    now: Timestamp,
) -> Result<Id> {
    let sql = "insert into orders (number, status, payment_status, fulfillment_status, order_date,
            expected_delivery_date, customer_id, name, email, phone, shipping_address,
            billing_address, shipping_method, payment_method, subtotal, discount_total,
            shipping_total, shipping_tax, tax_total, total, paid_total, refunded_total, currency,
            prices_include_tax, note, version, revision, created_at, updated_at)
        values ($1, 'open', $2, 'unfulfilled', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0,
            0, 0, 0, $13, 0, 0, $14, 1, $15, 1, 0, $16, $16)
        returning id";
    let address = |address: &Option<Address>| address.as_ref().map(to_json).transpose();
    let (customer_id, contact) = buyer;
    let number = settings::take_order_number(tx)?;
    // Nothing is owed on an order of nothing but gifts.
    let paid = if offer.totals.total.minor() == 0 { "paid" } else { "unpaid" };
    tx.insert(
        sql,
        &[
            &number,
            &paid,
            &offer.ordered_at,
            &settings.expected_delivery(offer.ordered_at),
            &customer_id,
            &contact.name,
            &contact.email,
            &contact.phone,
            &address(&draft.shipping_address)?,
            &address(&draft.billing_address)?,
            &STANDARD_SHIPPING,
            &offer.payment_method.name(),
            &offer.totals.total.minor(),
            &settings.currency.code(),
            &draft.note,
            &now,
        ],
    )
}

/// Writes the lines and takes their stock.
fn take_all(tx: &Tx, order_id: Id, offer: &Offer, actor: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into order_items (order_id, product_id, variant_id, name, variant_title,
            sku, unit_price, quantity, subtotal, discount, tax_rate, tax, total, taken,
            shipped_quantity, cancelled_quantity, returned_quantity)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '0', 0, $9, $10, 0, 0, 0) returning id";
    let order = Some(order_id);
    let cause = Cause { reason: Reason::Sold, note: None, order_id: order, actor, now };
    for line in &offer.lines {
        let taken = stock::take(tx, line.variant_id, line.price.quantity, &cause)?;
        if taken > 0 {
            products::touch(tx, line.product_id)?;
        }
        tx.insert(
            sql,
            &[
                &order_id,
                &line.product_id,
                &line.variant_id,
                &line.name,
                &line.variant_title,
                &line.sku,
                &line.price.unit_price.minor(),
                &line.price.quantity,
                &line.subtotal.minor(),
                &taken,
            ],
        )?;
    }
    Ok(())
}

fn quantity_of(at: usize) -> String {
    format!("/items/{at}/quantity")
}
