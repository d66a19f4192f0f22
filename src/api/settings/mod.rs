//! `/settings` for the owner, and `/shop`, the part of them that anyone may see.

pub mod logo;

mod card;
mod choices;
mod mail;
mod window;

use rocket::{get, patch, put};

use self::choices::{note_twice, some_of};
use crate::domain::calendar::{Date, Zone};
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::orders::UNITS_MAX;
use crate::domain::products::WEIGHT_GRAMS_MAX;
use crate::domain::settings::{
    CLOSED_DATES_MAX, DELIVERY_DAYS_MAX, GUEST_UNITS_MAX_DEFAULT, HOLD_HOURS_MAX, InvoiceAt,
    PaymentMethod, PaymentTerms, RETENTION_YEARS_MAX, Settings, TAX_NOTE_CHARS_MAX,
    WITHDRAWAL_DAYS_MAX,
};
use crate::domain::shipping::{
    SHIPPING_METHODS_MAX, ShippingMethod, WEIGHT_PRICES_MAX, WeightPrice, code,
};
use crate::domain::tax::{
    ANY_COUNTRY, PROPORTIONAL_CATEGORY, STANDARD_CATEGORY, TAX_RATES_MAX, TaxRate, categories,
    check_category,
};
use crate::domain::text::{Email, LINE_CHARS_MAX, NOTE_CHARS_MAX, country, url};
use crate::domain::{ID_MAX, Invalid, Parsed};
use crate::error::Result;
use crate::http::body::Body;
use crate::http::contact_forms::address;
use crate::http::context::RequestContext;
use crate::http::etag::{Tag, Versioned};
use crate::http::form::{
    self, Field, Form, flag, integer, line, money, paragraphs, plain_line, text,
};
use crate::http::json::Json;
use crate::http::permissions::Permission;
use crate::http::response::{ApiResult, Response};
use crate::store::{invoices, settings};

const PREFIX_CHARS_MAX: usize = 16;
/// Two hundred and some countries, and room for more.
const COUNTRIES_MAX: usize = 300;
const INVOICE_PREFIX: &str = "INV-";
const CREDIT_NOTE_PREFIX: &str = "CN-";

impl Versioned for Settings {
    /// Nothing but an edit changes the settings.
    fn tag(&self) -> Tag {
        Tag { version: self.version, revision: 0 }
    }
}

#[get("/settings")]
pub fn read(ctx: RequestContext) -> ApiResult {
    let caller = ctx.may(Permission::Settings)?;
    ctx.object(&*ctx.read(settings::load)?, &caller)
}

#[put("/settings", data = "<body>")]
pub async fn replace(ctx: RequestContext, body: Body) -> ApiResult {
    change(ctx, body).await
}

#[patch("/settings", data = "<body>")]
pub async fn edit(ctx: RequestContext, body: Body) -> ApiResult {
    change(ctx, body).await
}

#[get("/shop")]
pub async fn shop(ctx: RequestContext) -> ApiResult {
    let caller = ctx.caller()?;
    let make = async {
        let settings = ctx.read(settings::load)?;
        ctx.view(&settings.public(), &*settings, &caller)
    };
    ctx.kept_or(&caller, make).await
}

/// Tasks of the set-up that can be skipped, and the length of their names.
const SETUP_TASKS_MAX: usize = 20;
const TASK_CHARS_MAX: usize = 64;

async fn change(ctx: RequestContext, body: Body) -> ApiResult {
    let caller = ctx.may(Permission::Settings)?;
    let if_match = ctx.if_match();
    let changed = ctx.write(move |tx| {
        let old = settings::load(tx)?;
        let new = if_match.guard(&*old, read_input(&body, &old))?;
        let settings = settings::update(tx, &old, &new)?;
        // The others follow within a minute.
        invoices::issue_waiting(tx, &settings)?;
        Ok(settings)
    });
    Response::object(&*changed.await?, &caller)
}

/// The settings that a body makes of the stored ones.
fn read_input(body: &Body, old: &Settings) -> Result<Settings> {
    // Prices that nobody speaks of are read in the currency that they will be in.
    let currency = match body.json().field("currency") {
        Some(Json::Text(code)) => Currency::parse(code).unwrap_or(old.currency),
        _ => old.currency,
    };
    let whole = body.over(&old.clone().in_currency(currency))?;
    form::read(&whole, |form| fields(form, old))
}

fn fields(form: &Form, old: &Settings) -> Field<Settings> {
    form.hint(&["shop_name"], "Did you mean \"name\"?");
    let name = form.required("name", line(LINE_CHARS_MAX));
    let email = form.optional("email", text(Email::parse));
    let address = form.object("address", address);
    let tax_number = form.optional("tax_number", plain_line(LINE_CHARS_MAX));
    let currency = form.required("currency", text(Currency::parse));
    let time_zone = form.optional("time_zone", text(Zone::parse));
    let country = form.optional("country", text(country));
    let public_url = form.optional("public_url", text(base_url));
    let invoice_at = form.optional("invoice_at", text(InvoiceAt::parse));
    let prices_include_tax = form.optional("prices_include_tax", flag);
    let tax_rates = tax_rates(form);
    let tax_exempt_note = form.optional("tax_exempt_note", paragraphs(TAX_NOTE_CHARS_MAX));
    let delivery_days = form.optional("delivery_days", integer(0, DELIVERY_DAYS_MAX));
    let cut_off_hour = form.optional("cut_off_hour", small(0, 23));
    let open_weekdays = some_of(form, "open_weekdays", 7, small(1, 7), &[1, 2, 3, 4, 5]);
    let closed_dates = form.values("closed_dates", CLOSED_DATES_MAX, text(Date::parse));
    let shipping_methods = shipping_methods(form, currency.unwrap_or(old.currency));
    let payment = payment(form);
    let guest_units_max = form.optional("guest_units_max", integer(1, UNITS_MAX));
    let withdrawal_days = form.optional("withdrawal_days", integer(0, WITHDRAWAL_DAYS_MAX));
    let retention_years = form.optional("retention_years", integer(0, RETENTION_YEARS_MAX));
    let rest = card::beside(form, old, rest(form, old));
    let (bank_account, window) = window::both(form, currency.unwrap_or(old.currency), &old.window);
    let (mut open_weekdays, payment) = (open_weekdays?, payment?);
    let (tax_rates, shipping_methods) = (tax_rates?, shipping_methods?);
    note_categories(form, (&tax_rates, &shipping_methods), old);
    open_weekdays.sort_unstable();
    let mut closed_dates = closed_dates?.unwrap_or_default();
    closed_dates.sort_unstable();
    closed_dates.dedup();
    Ok(Settings {
        name: name?,
        email: email?,
        address: address?,
        tax_number: tax_number?,
        currency: currency?,
        time_zone: time_zone?.unwrap_or_else(Zone::utc),
        country: country?,
        public_url: public_url?,
        invoice_at: invoice_at?,
        prices_include_tax: prices_include_tax?.unwrap_or(true),
        tax_rates,
        tax_exempt_note: tax_exempt_note?.filter(|note| !note.is_empty()),
        delivery_days: delivery_days?.unwrap_or(3),
        cut_off_hour: cut_off_hour?,
        open_weekdays,
        closed_dates,
        shipping_methods,
        payment_terms: payment.1,
        payment_methods: payment.0,
        guest_units_max: guest_units_max?.unwrap_or(GUEST_UNITS_MAX_DEFAULT),
        withdrawal_days: withdrawal_days?.unwrap_or(14),
        retention_years: retention_years?.unwrap_or(10),
        bank_account: bank_account?,
        window: window?,
        ..rest?
    })
}

/// How mails go out, the sequences of numbers, and what of the set-up is not wanted, in the
/// settings as they were.
fn rest(form: &Form, old: &Settings) -> Field<Settings> {
    let (mail, numbers) = (mail::mail(form, old.mail.as_ref()), numbers(form, old));
    let skipped = form.values("setup_skipped", SETUP_TASKS_MAX, plain_line(TASK_CHARS_MAX));
    Ok(Settings { mail: mail?, setup_skipped: skipped?.unwrap_or_default(), ..numbers? })
}

/// The three sequences of numbers, in the settings as they were.
fn numbers(form: &Form, old: &Settings) -> Field<Settings> {
    let start = |name| form.optional(name, integer(1, ID_MAX / 2));
    let order_number_prefix = form.optional("order_number_prefix", text(prefix));
    let order_number_start = start("order_number_start");
    let invoice_number_prefix = form.optional("invoice_number_prefix", text(prefix));
    let invoice_number_start = start("invoice_number_start");
    let credit_note_number_prefix = form.optional("credit_note_number_prefix", text(prefix));
    let credit_note_number_start = start("credit_note_number_start");
    let or = |prefix: Option<String>, usual: &str| prefix.unwrap_or_else(|| usual.to_owned());
    let invoice_number_prefix = or(invoice_number_prefix?, INVOICE_PREFIX);
    let credit_note_number_prefix = or(credit_note_number_prefix?, CREDIT_NOTE_PREFIX);
    if invoice_number_prefix == credit_note_number_prefix {
        let detail = "Invoices and credit notes need prefixes that differ.";
        form.note("credit_note_number_prefix", Invalid::new("given_twice", detail));
    }
    Ok(Settings {
        order_number_prefix: order_number_prefix?.unwrap_or_default(),
        order_number_start: order_number_start?.unwrap_or(old.order_number_start),
        invoice_number_prefix,
        invoice_number_start: invoice_number_start?.unwrap_or(old.invoice_number_start),
        credit_note_number_prefix,
        credit_note_number_start: credit_note_number_start?.unwrap_or(old.credit_note_number_start),
        ..old.clone()
    })
}

fn tax_rates(form: &Form) -> Field<Vec<TaxRate>> {
    let rates = form.list("tax_rates", TAX_RATES_MAX, |row| {
        let category = row.optional("category", plain_line(LINE_CHARS_MAX));
        let country = row.optional("country", text(country_or_any));
        let rate = row.required("rate", form::percent);
        row.done();
        Ok(TaxRate {
            category: category?.unwrap_or_else(|| STANDARD_CATEGORY.to_owned()),
            country: country?.unwrap_or_else(|| ANY_COUNTRY.to_owned()),
            rate: rate?,
        })
    });
    let rates = rates?.unwrap_or_default();
    note_twice(form, "tax_rates", "", &rates, |one, other| {
        one.category == other.category && one.country == other.country
    });
    Ok(rates)
}

fn shipping_methods(form: &Form, currency: Currency) -> Field<Vec<ShippingMethod>> {
    let methods = form.list("shipping_methods", SHIPPING_METHODS_MAX, |row| {
        let method = shipping_method(&row, currency);
        row.done();
        method
    });
    let standard = || vec![ShippingMethod::standard(Money::new(0, currency))];
    let methods = methods?.unwrap_or_else(standard);
    if methods.is_empty() {
        return Err(form.note("shipping_methods", Invalid::new("empty", "Choose at least one.")));
    }
    note_twice(form, "shipping_methods", "/code", &methods, |one, other| one.code == other.code);
    Ok(methods)
}

fn shipping_method(row: &Form, currency: Currency) -> Field<ShippingMethod> {
    let days = |name| row.optional(name, integer(0, DELIVERY_DAYS_MAX));
    let code = row.required("code", text(code));
    let name = row.optional("name", line(LINE_CHARS_MAX));
    let countries =
        some_of(row, "countries", COUNTRIES_MAX, text(country_or_any), &[ANY_COUNTRY.to_owned()]);
    let price = row.optional("price", money(currency));
    let prices_by_weight = prices_by_weight(row, currency);
    let free_from = row.optional("free_from", money(currency));
    let (delivery_days_min, delivery_days_max) =
        (days("delivery_days_min"), days("delivery_days_max"));
    let pickup = row.optional("pickup", flag);
    let needs_address = row.optional("needs_address", flag);
    let tax_category = row.optional("tax_category", plain_line(LINE_CHARS_MAX));
    let (code, pickup) = (code?, pickup?.unwrap_or(false));
    let (delivery_days_min, delivery_days_max) = (delivery_days_min?, delivery_days_max?);
    if delivery_days_min.zip(delivery_days_max).is_some_and(|(min, max)| min > max) {
        let detail = "Enter no more days than it takes at most.";
        row.note("delivery_days_min", Invalid::new("out_of_range", detail));
    }
    Ok(ShippingMethod {
        name: name?.unwrap_or_else(|| code.clone()),
        code,
        countries: countries?,
        price: price?.unwrap_or(Money::new(0, currency)),
        prices_by_weight: prices_by_weight?,
        free_from: free_from?,
        delivery_days_min,
        delivery_days_max,
        pickup,
        needs_address: needs_address?.unwrap_or(!pickup),
        tax_category: tax_category?.unwrap_or_else(|| STANDARD_CATEGORY.to_owned()),
    })
}

/// Prices by weight, each row heavier than the one before.
fn prices_by_weight(row: &Form, currency: Currency) -> Field<Vec<WeightPrice>> {
    let rows = row.list("prices_by_weight", WEIGHT_PRICES_MAX, |row| {
        let up_to_grams = row.required("up_to_grams", integer(1, WEIGHT_GRAMS_MAX));
        let price = row.required("price", money(currency));
        row.done();
        Ok(WeightPrice { up_to_grams: up_to_grams?, price: price? })
    });
    let rows = rows?.unwrap_or_default();
    for (at, (before, after)) in (1..).zip(rows.iter().zip(rows.iter().skip(1))) {
        if after.up_to_grams <= before.up_to_grams {
            let detail = "Enter more than in the row before.";
            let path = format!("prices_by_weight/{at}/up_to_grams");
            row.note_inside(&path, Invalid::new("out_of_range", detail));
        }
    }
    Ok(rows)
}

/// Notes the shipping methods of a tax category that the rates do not name, and rates of the one
/// that stands for those of the goods. What was so before stays as it is.
fn note_categories(form: &Form, (rates, methods): (&[TaxRate], &[ShippingMethod]), old: &Settings) {
    let (mut known, known_before) = (categories(rates), categories(&old.tax_rates));
    if let Some(at) = rates.iter().position(|row| row.category == PROPORTIONAL_CATEGORY)
        && !known_before.contains(&PROPORTIONAL_CATEGORY)
    {
        let detail = "This word says of shipping that it bears the rates of the goods.";
        form.note_inside(&format!("tax_rates/{at}/category"), Invalid::new("not_allowed", detail));
    }
    known.push(PROPORTIONAL_CATEGORY);
    let was_so = |method: &ShippingMethod| {
        let mut before = old.shipping_methods.iter().filter(|before| before.code == method.code);
        let category = &method.tax_category;
        before.any(|before| before.tax_category == *category)
            && !known_before.contains(&category.as_str())
    };
    for (at, method) in methods.iter().enumerate().filter(|(_, method)| !was_so(method)) {
        if let Err(invalid) = check_category(&known, &method.tax_category) {
            form.note_inside(&format!("shipping_methods/{at}/tax_category"), invalid);
        }
    }
}

/// The ways to pay, and what is said of each.
fn payment(form: &Form) -> Field<(Vec<PaymentMethod>, Vec<PaymentTerms>)> {
    let usual = [PaymentMethod::BankTransfer];
    let methods = some_of(form, "payment_methods", 7, text(PaymentMethod::parse), &usual);
    let terms = form.list("payment_terms", 7, |row| {
        let method = row.required("method", text(PaymentMethod::parse));
        let instructions = row.optional("instructions", paragraphs(NOTE_CHARS_MAX));
        let hold_hours = row.clearable("hold_hours", integer(1, HOLD_HOURS_MAX));
        row.done();
        let (method, instructions) = (method?, instructions?);
        let usual = PaymentTerms::of(method);
        let hold_hours = hold_hours?.or(usual.hold_hours);
        if method.is_pay_later() && hold_hours.is_some() {
            let detail = "What is paid after the goods went out is never cancelled; give null.";
            row.note("hold_hours", Invalid::new("not_allowed", detail));
        }
        let instructions = instructions.filter(|text| !text.is_empty());
        Ok(PaymentTerms { method, instructions, hold_hours })
    });
    let terms = terms?.unwrap_or_default();
    note_twice(form, "payment_terms", "/method", &terms, |one, other| one.method == other.method);
    let methods = methods?;
    let terms = PaymentTerms::of_all(&methods, &terms);
    Ok((methods, terms))
}

fn country_or_any(raw: &str) -> Parsed<String> {
    if raw == ANY_COUNTRY { Ok(raw.to_owned()) } else { country(raw) }
}

/// An address to build others on: without a slash at its end.
fn base_url(raw: &str) -> Parsed<String> {
    let text = url(raw)?;
    if text.contains(['?', '#']) {
        return Err(Invalid::new("not_a_url", "Enter the address without ? and #."));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Letters, digits and `-/._` in front of order numbers; may be empty. It does not end in a digit,
/// so that no two numbers can ever read the same.
fn prefix(raw: &str) -> Parsed<String> {
    let plain = raw.chars().all(|c| c.is_ascii_alphanumeric() || "-/._".contains(c));
    let ends_in_digit = raw.ends_with(|c: char| c.is_ascii_digit());
    if plain && !ends_in_digit && raw.len() <= PREFIX_CHARS_MAX {
        return Ok(raw.to_owned());
    }
    let detail = "At most 16 letters, digits and - / . _, no digit at the end.";
    Err(Invalid::new("not_a_prefix", detail))
}

fn small(least: i8, most: i8) -> impl Fn(&Json) -> Parsed<i8> {
    move |value| {
        let number = integer(least.into(), most.into())(value)?;
        i8::try_from(number).map_err(|_| Invalid::new("out_of_range", "Enter less."))
    }
}
