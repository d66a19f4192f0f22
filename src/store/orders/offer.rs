//! What a draft comes to in this shop, before anything is written: the shelf, the prices, the ways
//! to send and to pay, the discount, the tax. A quote tells it; an order is placed by it.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::domain::calendar::{Timestamp, parse_time};
use crate::domain::currency::Currency;
use crate::domain::customers::{Address, Contact};
use crate::domain::discounts::Discount;
use crate::domain::money::Money;
use crate::domain::orders::UNITS_MAX;
use crate::domain::products::title;
use crate::domain::settings::{PaymentTerms, Settings};
use crate::domain::shipping::ShippingMethod;
use crate::domain::tax::Percent;
use crate::domain::text::Email;
use crate::domain::totals::{
    LineTotals, Priced, Reduction, ShippingPrice, Totals, add_up, discounts,
};
use crate::domain::{Id, Parsed};
use crate::error::{Error, FieldError, Place, Result};
use crate::store::discounts::{self as kept_discounts, User};
use crate::store::sql::Tx;
use crate::store::{customer_accounts, customers, products, settings};

/// A line that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct LineInput {
    pub product_id: Id,
    pub variant_id: Option<Id>,
    /// 1 to [`UNITS_MAX`].
    pub quantity: i64,
}

/// An order as it is asked for: every field that is well-formed, none held against the shop yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Each with its place in the request.
    pub items: Vec<(usize, LineInput)>,
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
    pub faults: Vec<FieldError>,
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
pub struct Line {
    /// Which of the wanted items it was first.
    pub at: usize,
    pub product_id: Id,
    pub variant_id: Id,
    pub name: String,
    pub variant_title: Option<String>,
    pub sku: Option<String>,
    pub unit_price: Money,
    pub quantity: i64,
    pub subtotal: Money,
    pub tax_category: String,
    pub withdrawal_exempt: bool,
    pub tax_rate: Percent,
    /// Units that are left, where that is a limit.
    pub limit: Option<i64>,
}

impl Line {
    fn subtotal(&self) -> Parsed<Money> {
        let minor = i128::from(self.unit_price.minor()) * i128::from(self.quantity);
        Money::checked(minor, self.unit_price.currency())
    }
}

/// What the draft comes to in this shop, before anything is written.
pub struct Offer {
    pub lines: Vec<Line>,
    pub line_totals: Vec<LineTotals>,
    pub totals: Totals,
    pub method: ShippingMethod,
    pub shipping_tax_rate: Percent,
    pub terms: PaymentTerms,
    pub discount: Option<Discount>,
    pub ordered_at: Timestamp,
}

/// A draft that is held against the shop.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub draft: &'a Draft,
    pub orderer: Orderer,
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// It is to be placed; a quote may still lack who orders, and where it goes.
    pub firm: bool,
}

/// What an order would come to, and every way to send it and to pay for it.
///
/// # Errors
/// Invalid with every field that is wrong.
pub fn quote(tx: &Tx, draft: &Draft, orderer: Orderer, now: Timestamp) -> Result<Value> {
    let settings = settings::load(tx)?;
    let request = Request { draft, orderer, settings: &settings, now, firm: false };
    let offer = offer(tx, request)?;
    told(&offer, request)
}

/// Holds a draft against the shop.
///
/// # Errors
/// Invalid with every field that is wrong.
pub fn offer(tx: &Tx, request: Request) -> Result<Offer> {
    let Request { draft, orderer, settings, .. } = request;
    let mut errors = draft.faults.clone();
    let of_buyer =
        |fault: &FieldError| fault.is_within("/customer") || fault.is_within("/customer_id");
    if !errors.iter().any(of_buyer) {
        errors.extend(check_orderer(tx, request)?);
    }
    let method = check_shipping(request, &mut errors);
    let terms = check_payment(request, method, &mut errors);
    let discount = find_discount(tx, draft, &mut errors)?;
    let ordered_at = check_order_date(draft, orderer, settings, request.now, &mut errors);
    if let Some(text) = &draft.expected_total
        && let Err(invalid) = Money::parse(text, settings.currency)
    {
        errors.push(FieldError::at("/expected_total", invalid.code, invalid.detail));
    }
    let mut lines = lines(tx, draft, settings.currency, &mut errors)?;
    check_guest_units(request, &lines, &mut errors);
    let (Some(method), Some(terms), true) = (method, terms, errors.is_empty()) else {
        return Err(Error::invalid(errors));
    };
    let country = settings.tax_country(method, draft.shipping_address.as_ref());
    for line in &mut lines {
        line.tax_rate = settings.tax_rate(&line.tax_category, country);
    }
    let shipping_tax_rate = settings.tax_rate(&method.tax_category, country);
    let priced = price(&lines, discount.as_ref(), (method, shipping_tax_rate), settings);
    let (totals, line_totals) = priced.map_err(|invalid| {
        Error::invalid(vec![FieldError::at("/items", invalid.code, invalid.detail)])
    })?;
    if let Some(discount) = &discount {
        check_discount(tx, request, discount, totals.subtotal)?;
    }
    let (method, terms) = (method.clone(), terms.clone());
    Ok(Offer { lines, line_totals, totals, method, shipping_tax_rate, terms, discount, ordered_at })
}

/// Who the order is for must be named by those who may choose, and by nobody else.
fn check_orderer(tx: &Tx, request: Request) -> Result<Vec<FieldError>> {
    let Request { draft, orderer, firm, .. } = request;
    let unknown = || FieldError::at("/customer_id", "not_found", "There is no such customer.");
    let named = draft.customer_id.is_some();
    let error = match orderer {
        Orderer::Customer(own) if draft.customer_id.is_some_and(|id| id != own) => Some(unknown()),
        Orderer::Customer(_) if draft.customer.is_some() => {
            let detail = "A signed-in customer orders as oneself; leave \"customer\" out.";
            Some(FieldError::at("/customer", "not_allowed", detail))
        }
        Orderer::Customer(_) => None,
        _ if named && draft.customer.is_some() => {
            let detail = "Give customer_id or customer, not both.";
            Some(FieldError::at("/customer", "not_allowed", detail))
        }
        _ if !named && draft.customer.is_none() && firm => {
            let detail = "Say who orders: {\"name\", \"email\"}.";
            Some(FieldError::at("/customer", "required", detail))
        }
        Orderer::Visitor { record } if named && draft.customer_id != record => Some(unknown()),
        _ => match draft.customer_id {
            Some(id) if customers::contact(tx, id)?.is_none() => Some(unknown()),
            _ => None,
        },
    };
    Ok(error.into_iter().collect())
}

/// The shipping method that was asked for, or the first that goes there.
fn check_shipping<'a>(
    request: Request<'a>,
    errors: &mut Vec<FieldError>,
) -> Option<&'a ShippingMethod> {
    let Request { draft, settings, firm, .. } = request;
    let address = draft.shipping_address.as_ref();
    let mut fitting = settings.shipping_to(address);
    let chosen = match &draft.shipping_method {
        Some(code) => fitting.find(|method| method.code == *code),
        None => fitting.next(),
    };
    match chosen {
        None => {
            let codes: Vec<&str> =
                settings.shipping_to(address).map(|method| method.code.as_str()).collect();
            let detail = match codes.is_empty() {
                true => "Nothing is sent to this country.".to_owned(),
                false => {
                    format!("There is no such shipping method; there is {}.", codes.join(", "))
                }
            };
            errors.push(FieldError::at("/shipping_method", "not_available", detail));
        }
        Some(method) if firm && method.needs_address && address.is_none() => {
            let detail = format!("“{}” needs a shipping address.", method.name);
            errors.push(FieldError::at("/shipping_address", "address_required", detail));
        }
        Some(_) => {}
    }
    chosen
}

/// The way to pay that was asked for, or the first that fits how it is sent.
fn check_payment<'a>(
    request: Request<'a>,
    method: Option<&ShippingMethod>,
    errors: &mut Vec<FieldError>,
) -> Option<&'a PaymentTerms> {
    let Request { draft, settings, .. } = request;
    let fitting: Vec<&PaymentTerms> = match method {
        Some(method) => settings.payment_for(method).collect(),
        None => settings.payment_terms.iter().collect(),
    };
    let chosen = match &draft.payment_method {
        Some(name) => fitting.iter().find(|terms| terms.method.name() == name),
        None => fitting.first(),
    };
    if chosen.is_none() {
        let names: Vec<&str> = fitting.iter().map(|terms| terms.method.name()).collect();
        let detail = match names.is_empty() {
            true => "There is no way to pay for what is sent so; choose another one.".to_owned(),
            false => format!("Here you pay by {}.", names.join(", ")),
        };
        errors.push(FieldError::at("/payment_method", "not_available", detail));
    }
    chosen.copied()
}

fn find_discount(tx: &Tx, draft: &Draft, errors: &mut Vec<FieldError>) -> Result<Option<Discount>> {
    let Some(code) = &draft.discount_code else { return Ok(None) };
    let found = kept_discounts::by_code(tx, code)?;
    if found.is_none() {
        errors.push(no_discount("There is no such discount."));
    }
    Ok(found)
}

/// Whether this order gets the discount.
fn check_discount(tx: &Tx, request: Request, discount: &Discount, subtotal: Money) -> Result<()> {
    if let Some(reason) = discount.why_not(subtotal, request.now) {
        return Err(Error::invalid(vec![no_discount(reason)]));
    }
    if discount.once_per_customer {
        let (customer_id, email) = discount_user(tx, request.draft, request.orderer)?;
        let user = User { customer_id, email: email.as_ref() };
        if kept_discounts::was_used_by(tx, discount.id, &user)? {
            let detail = format!("The discount {} counts once for everybody.", discount.code);
            return Err(Error::invalid(vec![no_discount(detail)]));
        }
    }
    Ok(())
}

/// Whose use of a discount it is: the account's, if they have one, and the e-mail's.
pub fn discount_user(
    tx: &Tx,
    draft: &Draft,
    orderer: Orderer,
) -> Result<(Option<Id>, Option<Email>)> {
    let named = match orderer {
        Orderer::Customer(own) => Some(own),
        _ => draft.customer_id,
    };
    let Some(id) = named else {
        return Ok((None, draft.customer.as_ref().map(|contact| contact.email.clone())));
    };
    let account = customer_accounts::is_there_for(tx, id)?;
    let email = customers::contact(tx, id)?.map(|contact| contact.email);
    Ok((Some(id).filter(|_| account), email))
}

fn no_discount(detail: impl Into<String>) -> FieldError {
    FieldError::at("/discount_code", "not_available", detail)
}

/// A visitor can have only so much put aside.
fn check_guest_units(request: Request, lines: &[Line], errors: &mut Vec<FieldError>) {
    let Orderer::Visitor { .. } = request.orderer else { return };
    let units: i64 = lines.iter().map(|line| line.quantity).sum();
    if let Some(most) = request.settings.guest_units_max.filter(|most| units > *most) {
        let detail = format!("Guests can order {most} units at once; please sign in for more.");
        errors.push(FieldError::at("/items", "too_many_units", detail));
    }
}

fn price(
    lines: &[Line],
    discount: Option<&Discount>,
    (method, shipping_rate): (&ShippingMethod, Percent),
    settings: &Settings,
) -> Parsed<(Totals, Vec<LineTotals>)> {
    let subtotals: Vec<Money> = lines.iter().map(|line| line.subtotal).collect();
    let reduction = discount.map(Discount::reduction);
    let off = discounts(&subtotals, reduction);
    let due = subtotals.iter().zip(&off).map(|(subtotal, off)| subtotal.minor() - off);
    let shipping = match reduction {
        Some(Reduction::FreeShipping) => Money::new(0, settings.currency),
        _ => method.price_for(due.sum()),
    };
    let priced: Vec<Priced> =
        lines.iter().map(|line| Priced { subtotal: line.subtotal, rate: line.tax_rate }).collect();
    let shipping = ShippingPrice { price: shipping, rate: shipping_rate };
    let inclusive = settings.prices_include_tax;
    let (mut totals, lines) = add_up(&priced, &off, shipping, inclusive, settings.currency)?;
    totals.discount_code = discount.map(|discount| discount.code.clone());
    Ok((totals, lines))
}

fn check_order_date(
    draft: &Draft,
    orderer: Orderer,
    settings: &Settings,
    now: Timestamp,
    errors: &mut Vec<FieldError>,
) -> Timestamp {
    let Some(text) = &draft.order_date else { return now };
    let mut refuse = |code, detail: String| {
        errors.push(FieldError::at("/order_date", code, detail));
        now
    };
    if orderer != Orderer::Shop {
        return refuse("not_allowed", "Only the shop itself may date an order.".to_owned());
    }
    match parse_time(text, &settings.time_zone) {
        Ok(at) if at > now => refuse("in_the_future", "An order cannot be of the future.".into()),
        Ok(at) => at,
        Err(invalid) => refuse(invalid.code, invalid.detail),
    }
}

/// The lines of the order: the same variant twice is one line with the sum.
fn lines(
    tx: &Tx,
    draft: &Draft,
    currency: Currency,
    errors: &mut Vec<FieldError>,
) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut places: HashMap<Id, usize> = HashMap::new();
    for (at, wanted) in &draft.items {
        let line = match on_shelf(tx, *at, wanted, currency)? {
            Ok(line) => line,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let place = places.get(&line.variant_id).and_then(|place| lines.get_mut(*place));
        if let Some(same) = place {
            same.quantity += line.quantity;
        } else {
            places.insert(line.variant_id, lines.len());
            lines.push(line);
        }
    }
    for line in &mut lines {
        if line.quantity > UNITS_MAX {
            let detail = format!("A line has at most {UNITS_MAX} units.");
            errors.push(FieldError::at(quantity_of(line.at), "out_of_range", detail));
        }
        match line.subtotal() {
            Ok(subtotal) => line.subtotal = subtotal,
            Err(invalid) => {
                errors.push(FieldError::at(quantity_of(line.at), invalid.code, invalid.detail));
            }
        }
    }
    Ok(lines)
}

/// Finds what is meant by a wanted item among what is for sale.
fn on_shelf(
    tx: &Tx,
    at: usize,
    wanted: &LineInput,
    currency: Currency,
) -> Result<std::result::Result<Line, FieldError>> {
    let sql = "select v.id, v.options, v.sku, v.price, v.on_hand, v.allow_backorder, p.name,
            p.tax_category, p.withdrawal_exempt
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
            unit_price,
            quantity: wanted.quantity,
            subtotal: Money::new(0, currency),
            tax_category: row.take()?,
            withdrawal_exempt: row.take()?,
            tax_rate: Percent::ZERO,
            limit: on_hand.filter(|_| !allow_backorder),
        })
    })?;
    Ok(match (found.len(), wanted.variant_id) {
        (0, Some(_)) => {
            let detail = "There is no such variant of this product for sale.";
            Err(FieldError::at(format!("/items/{at}/variant_id"), "not_found", detail))
        }
        (0, None) => {
            let detail = "There is no such product for sale.";
            Err(FieldError::at(format!("/items/{at}/product_id"), "not_found", detail))
        }
        (1, _) => Ok(found.remove(0)),
        _ => {
            let name = |line: &Line| {
                format!("{} ({})", line.variant_id, line.variant_title.as_deref().unwrap_or("–"))
            };
            let list: Vec<String> = found.iter().map(name).collect();
            let detail = format!("Give the variant_id of one of {}.", list.join(", "));
            Err(FieldError::at(format!("/items/{at}/variant_id"), "variant_required", detail))
        }
    })
}

/// Every line that there is not enough of.
pub fn shortages(offer: &Offer) -> Vec<FieldError> {
    let short = |line: &Line| {
        let left = line.limit.filter(|left| *left < line.quantity)?.max(0);
        let name = &line.name;
        let detail = match left {
            0 => format!("“{name}” is sold out."),
            left => format!("Only {left} of “{name}” left."),
        };
        let mut error = FieldError::at(quantity_of(line.at), "out_of_stock", detail);
        error.available = Some(left);
        Some(error)
    };
    offer.lines.iter().filter_map(short).collect()
}

/// An offer as a quote tells it.
pub fn told(offer: &Offer, request: Request) -> Result<Value> {
    let Request { draft, settings, .. } = request;
    let item = |(line, totals): (&Line, &LineTotals)| {
        json!({
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "name": line.name,
            "variant_title": line.variant_title,
            "sku": line.sku,
            "unit_price": line.unit_price,
            "quantity": line.quantity,
            "subtotal": line.subtotal,
            "discount": totals.discount,
            "tax_rate": line.tax_rate,
            "tax": totals.tax,
            "total": totals.total,
        })
    };
    let goods = offer.totals.subtotal.minor() - offer.totals.discount_total.minor();
    let free = offer.discount.as_ref().map(Discount::reduction) == Some(Reduction::FreeShipping);
    let method = |method: &ShippingMethod| {
        let zero = Money::new(0, settings.currency);
        json!({
            "code": method.code,
            "name": method.name,
            "price": if free { zero } else { method.price_for(goods) },
            "pickup": method.pickup,
            "needs_address": method.needs_address,
            "expected_delivery_date": settings.expected_delivery(offer.ordered_at, method),
        })
    };
    let short = |error: &FieldError| {
        let Place::Pointer(pointer) = &error.place else { return Value::Null };
        json!({
            "pointer": pointer,
            "code": error.code,
            "detail": error.detail,
            "available": error.available,
        })
    };
    let mut told =
        serde_json::to_value(&offer.totals).map_err(|error| Error::internal(error.to_string()))?;
    told["items"] = offer.lines.iter().zip(&offer.line_totals).map(item).collect();
    told["currency"] = json!(settings.currency);
    told["prices_include_tax"] = json!(settings.prices_include_tax);
    told["shipping_method"] = json!(offer.method.code);
    told["payment_method"] = json!(offer.terms.method);
    told["expected_delivery_date"] =
        json!(settings.expected_delivery(offer.ordered_at, &offer.method));
    told["shipping_methods"] =
        settings.shipping_to(draft.shipping_address.as_ref()).map(method).collect();
    told["payment_methods"] =
        settings.payment_for(&offer.method).map(|terms| json!(terms)).collect();
    told["short"] = shortages(offer).iter().map(short).collect();
    Ok(told)
}

fn quantity_of(at: usize) -> String {
    format!("/items/{at}/quantity")
}
