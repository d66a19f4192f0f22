//! A quote: what a draft comes to in this shop, before anything is written. A quote is shown, an
//! order is placed by it.

use super::draft::{Draft, Orderer};
use super::lines::{QuoteLine, lines, shortages, weight_of};
use super::pricing::{OrderDiscounts, price};
use super::shelf::Shelf;
use crate::domain::Invalid;
use crate::domain::calendar::{Date, Timestamp, parse_appointment, parse_time};
use crate::domain::currency::Currency;
use crate::domain::customers::Address;
use crate::domain::discounts::Discount;
use crate::domain::metadata::Metadata;
use crate::domain::money::Money;
use crate::domain::settings::{PaymentMethod, PaymentTerms, Settings};
use crate::domain::shipping::ShippingMethod;
use crate::domain::totals::{Reduction, Totals};
use crate::domain::window::Language;
use crate::error::{Error, FieldError, Result};

/// A draft that is held against the shop.
#[derive(Clone, Copy)]
pub struct QuoteRequest<'a> {
    pub draft: &'a Draft,
    pub orderer: Orderer,
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// It is to be placed; a quote may still lack who orders, and where it goes.
    pub firm: bool,
}

/// A draft with its lines, its prices, its terms.
#[derive(Clone, Debug)]
pub struct Quote {
    pub lines: Vec<QuoteLine>,
    pub totals: Totals,
    pub method: ShippingMethod,
    /// The country whose tax it bears, where there is one.
    pub tax_country: Option<String>,
    pub terms: PaymentTerms,
    pub discount: Option<Discount>,
    pub ordered_at: Timestamp,
    pub expected_delivery_date: Date,
    /// When the buyer comes for the goods, where that was agreed to.
    pub pickup_at: Option<Timestamp>,
    pub currency: Currency,
    pub prices_include_tax: bool,
    /// The sentence of a shop that charges no tax.
    pub tax_note: Option<String>,
    pub shipping_address: Option<Address>,
    pub billing_address: Option<Address>,
    pub note: Option<String>,
    pub metadata: Metadata,
    pub locale: Option<Language>,
    /// Parts of the draft that a quote does without; an order is refused for them.
    pub problems: Vec<FieldError>,
}

impl Quote {
    /// Holds a draft against the shop. What is well-formed and cannot be had is left out of a quote
    /// and told in its problems: each line, the discount, a method that does not fit.
    ///
    /// # Errors
    /// Invalid with every field that is wrong.
    pub fn of(request: QuoteRequest, shelf: &Shelf) -> Result<Self> {
        let QuoteRequest { draft, settings, firm, .. } = request;
        let mut errors = draft.errors.clone();
        errors.extend(check_orderer(request, shelf));
        let ordered_at = check_order_date(request, &mut errors);
        check_expected_total(request, &mut errors);
        let agreed = check_discount(request, &mut errors);
        let (mut problems, mut of_lines) = (Vec::new(), Vec::new());
        let mut lines = lines(draft, shelf, settings, &mut of_lines);
        // Where nothing is sent there is still a price of the goods.
        let unsent = ShippingMethod::standard(Money::new(0, settings.currency));
        let weight = weight_of(&lines);
        let method = check_shipping(request, weight, &mut problems).or((!firm).then_some(&unsent));
        let terms = check_payment(request, method, &mut problems);
        let pickup_at = check_pickup(request, (method, ordered_at), &mut problems);
        if draft.discount_code.is_some() && shelf.discount.is_none() {
            problems.push(no_discount("There is no such discount."));
        }
        problems.append(&mut of_lines);
        check_guest_units(request, &lines, &mut problems);
        refuse(request, errors, &problems, &lines)?;
        let discount = fitting_discount((request, ordered_at), shelf, &lines, &mut problems);
        refuse(request, Vec::new(), &problems, &lines)?;
        let method = method.unwrap_or(&unsent);
        let country = settings.tax_country(method, draft.shipping_address.as_ref());
        for line in &mut lines {
            line.tax_rate = settings.tax_rate(&line.tax_category, country);
        }
        let shipping_tax = settings.shipping_tax(method, country);
        let off = OrderDiscounts { agreed, code: discount };
        let totals = price(&mut lines, &off, (method, shipping_tax), settings)
            .map_err(|invalid| invalid_at("/items", invalid))?;
        Ok(Self {
            lines,
            totals,
            method: method.clone(),
            tax_country: country.map(str::to_owned),
            terms: terms.cloned().unwrap_or_else(|| PaymentTerms::of(PaymentMethod::Other)),
            discount: discount.cloned(),
            ordered_at,
            expected_delivery_date: match pickup_at {
                Some(at) => settings.time_zone.date_of(at),
                None => settings.expected_delivery(ordered_at, method),
            },
            pickup_at,
            currency: settings.currency,
            prices_include_tax: settings.prices_include_tax,
            tax_note: settings.tax_exempt_note.clone(),
            shipping_address: draft.shipping_address.clone(),
            billing_address: draft.billing_address.clone(),
            note: draft.note.clone(),
            metadata: draft.metadata.clone(),
            locale: draft.locale,
            problems,
        })
    }

    /// The moment until which goods are held for a buyer who does not pay.
    pub fn hold_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.terms.hold_from(now).filter(|_| self.totals.total.minor() > 0)
    }
}

/// Refuses what is wrong with any draft, and of one that is to be placed whatever cannot be had,
/// with the lines that are short beside it.
fn refuse(
    request: QuoteRequest,
    mut errors: Vec<FieldError>,
    problems: &[FieldError],
    lines: &[QuoteLine],
) -> Result<()> {
    if request.firm {
        errors.extend_from_slice(problems);
        if !errors.is_empty() {
            errors.extend(shortages(lines));
        }
    }
    FieldError::none(errors)
}

/// The one the order is for must be named by those who may choose, and by nobody else.
fn check_orderer(request: QuoteRequest, shelf: &Shelf) -> Option<FieldError> {
    let QuoteRequest { draft, orderer, firm, .. } = request;
    if draft.is_faulty("/customer") || draft.is_faulty("/customer_id") {
        return None;
    }
    let unknown =
        || Some(FieldError::at("/customer_id", "not_found", "There is no such customer."));
    let not_allowed = |detail| Some(FieldError::at("/customer", "not_allowed", detail));
    let named = draft.customer_id.is_some();
    match orderer {
        Orderer::Customer(own) if draft.customer_id.is_some_and(|id| id != own) => unknown(),
        Orderer::Customer(_) if draft.customer.is_some() => {
            not_allowed("You are signed in, so the order is yours; leave out who orders.")
        }
        Orderer::Customer(_) => None,
        _ if named && draft.customer.is_some() => {
            not_allowed("Name a customer there is or a new one, not both.")
        }
        _ if !named && draft.customer.is_none() && firm => {
            let detail = "Enter your name and e-mail address.";
            Some(FieldError::at("/customer", "required", detail))
        }
        Orderer::Visitor { record } if named && draft.customer_id != record => unknown(),
        _ if named && shelf.buyer.is_none() => unknown(),
        _ => None,
    }
}

/// The shipping method that was asked for, or the first that goes there and carries the goods; so
/// it is for a quote that asked for one that does not.
fn check_shipping<'a>(
    request: QuoteRequest<'a>,
    weight_grams: i64,
    errors: &mut Vec<FieldError>,
) -> Option<&'a ShippingMethod> {
    let QuoteRequest { draft, settings, firm, .. } = request;
    if draft.is_faulty("/shipping_method") {
        return None;
    }
    let (address, is_faulty) =
        (draft.shipping_address.as_ref(), draft.is_faulty("/shipping_address"));
    let going: Vec<&ShippingMethod> = match is_faulty {
        // Where it goes is not known, so nothing can be said of what goes there.
        true => settings.shipping_methods.iter().collect(),
        false => settings.shipping_to(address).collect(),
    };
    let mut fitting = going.iter().copied().filter(|method| method.carries(weight_grams));
    let chosen = match &draft.shipping_method {
        Some(code) => fitting.find(|method| method.code == *code),
        None if is_faulty => return None,
        None => fitting.next(),
    };
    match chosen {
        None => {
            let detail = no_shipping(&going, draft.shipping_method.as_deref(), weight_grams);
            errors.push(FieldError::at("/shipping_method", "not_available", detail));
        }
        Some(method) if firm && method.needs_address && address.is_none() && !is_faulty => {
            let detail = format!("“{}” needs a shipping address.", method.name);
            errors.push(FieldError::at("/shipping_address", "address_required", detail));
        }
        Some(_) => {}
    }
    let carries = |method: &&ShippingMethod| method.carries(weight_grams);
    chosen.or_else(|| going.iter().copied().find(carries).filter(|_| !firm))
}

/// The sentence of why nothing, or not the method of a code, brings these goods; `going`: all that
/// go there.
fn no_shipping(going: &[&ShippingMethod], code: Option<&str>, weight_grams: i64) -> String {
    if going.is_empty() {
        return "Nothing is sent to this country.".to_owned();
    }
    let carries = |method: &&&ShippingMethod| method.carries(weight_grams);
    let names = going.iter().filter(carries).map(|method| format!("“{}”", method.name));
    let names: Vec<String> = names.collect();
    let there_is = match names.is_empty() {
        true => "nothing here carries them".to_owned(),
        false => format!("there is {}", names.join(", ")),
    };
    if code.is_none_or(|code| going.iter().any(|method| method.code == code)) {
        return format!("The goods weigh {weight_grams} g, which is too heavy; {there_is}.");
    }
    format!("There is no such shipping method; {there_is}.")
}

/// The way to pay that was asked for, or the first that fits how it is sent; so it is for a quote
/// that asked for one that does not.
fn check_payment<'a>(
    request: QuoteRequest<'a>,
    method: Option<&ShippingMethod>,
    errors: &mut Vec<FieldError>,
) -> Option<&'a PaymentTerms> {
    let QuoteRequest { draft, settings, firm, .. } = request;
    if draft.is_faulty("/payment_method") {
        return None;
    }
    let fitting: Vec<&PaymentTerms> = match method {
        Some(method) => settings.payment_for(method).collect(),
        None => settings.payment_terms.iter().collect(),
    };
    let offered: Vec<&PaymentTerms> = match method {
        Some(method) => settings.payment_offered(method).collect(),
        None => fitting.clone(),
    };
    let chosen = match &draft.payment_method {
        Some(name) => fitting.iter().find(|terms| terms.method.name() == name),
        None => offered.first(),
    };
    if chosen.is_none() {
        let names = offered.iter().map(|terms| terms.method.name().replace('_', " "));
        let names: Vec<String> = names.collect();
        let detail = if names.is_empty() {
            "There is no way to pay for what is sent so; choose another one.".to_owned()
        } else {
            format!("Here you pay by {}.", names.join(", "))
        };
        errors.push(FieldError::at("/payment_method", "not_available", detail));
    }
    chosen.or_else(|| offered.first().filter(|_| !firm)).copied()
}

/// The discount that was asked for, if the lines get it.
fn fitting_discount<'a>(
    (request, ordered_at): (QuoteRequest, Timestamp),
    shelf: &'a Shelf,
    lines: &[QuoteLine],
    errors: &mut Vec<FieldError>,
) -> Option<&'a Discount> {
    let discount = shelf.discount.as_ref()?;
    let subtotal = lines.iter().map(|line| line.subtotal.minor()).sum();
    // Whoever is known by a name alone could use it again and again.
    let is_nobody =
        request.firm && shelf.discount_user(request.draft, request.orderer) == (None, None);
    let used = || {
        let once = || format!("The discount {} counts once for everybody", discount.code);
        match discount.once_per_customer {
            true if shelf.discount_used => Some(format!("{}.", once())),
            true if is_nobody => Some(format!("{}, and needs an e-mail.", once())),
            _ => None,
        }
    };
    let subtotal = Money::new(subtotal, request.settings.currency);
    match discount.why_not(subtotal, ordered_at).or_else(used) {
        None => Some(discount),
        Some(reason) => {
            errors.push(no_discount(reason));
            None
        }
    }
}

/// The discount that was agreed to for the order, and why.
fn check_discount<'a>(
    request: QuoteRequest<'a>,
    errors: &mut Vec<FieldError>,
) -> Option<(Reduction, &'a str)> {
    let discount = request.draft.discount.as_ref()?;
    match discount.reduction("/discount", request.settings.currency) {
        Ok(reduction) => Some((reduction, &discount.reason)),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

fn no_discount(detail: impl Into<String>) -> FieldError {
    FieldError::at("/discount_code", "not_available", detail)
}

/// A visitor can have only so much put aside.
fn check_guest_units(request: QuoteRequest, lines: &[QuoteLine], errors: &mut Vec<FieldError>) {
    let Orderer::Visitor { .. } = request.orderer else { return };
    let units: i64 = lines.iter().map(|line| line.quantity).sum();
    let most = request.settings.guest_units_max;
    if units > most {
        let detail = format!("Guests can order {most} units at once; please sign in for more.");
        errors.push(FieldError::at("/items", "too_many_units", detail));
    }
}

fn check_expected_total(request: QuoteRequest, errors: &mut Vec<FieldError>) {
    let Some(text) = &request.draft.expected_total else { return };
    if let Err(invalid) = Money::parse(text, request.settings.currency) {
        errors.push(FieldError::at("/expected_total", invalid.code, invalid.detail));
    }
}

/// When the buyer comes, if that was agreed to: not before the order, for what they come for.
fn check_pickup(
    request: QuoteRequest,
    (method, ordered_at): (Option<&ShippingMethod>, Timestamp),
    problems: &mut Vec<FieldError>,
) -> Option<Timestamp> {
    let text = request.draft.pickup_at.as_ref()?;
    let mut refuse = |code, detail: &str| {
        problems.push(FieldError::at("/pickup_at", code, detail));
        None
    };
    match parse_appointment(text, &request.settings.time_zone) {
        Err(invalid) => refuse(invalid.code, &invalid.detail),
        Ok(at) if at < ordered_at => refuse("out_of_range", "Nobody comes before the order."),
        Ok(_) if method.is_some_and(|method| !method.pickup) => {
            refuse("not_allowed", "A time belongs to what the buyer comes for.")
        }
        Ok(at) => Some(at),
    }
}

/// The moment of the order: now, unless the shop itself says an earlier one.
fn check_order_date(request: QuoteRequest, errors: &mut Vec<FieldError>) -> Timestamp {
    let QuoteRequest { draft, orderer, settings, now, .. } = request;
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

fn invalid_at(pointer: &str, invalid: Invalid) -> Error {
    Error::invalid(vec![FieldError::at(pointer, invalid.code, invalid.detail)])
}
