//! The one row of settings, and the shop's secret.

use super::NewShop;
use super::sales;
use super::sql::{Row, Tx, json};
use crate::domain::calendar::{Date, Timestamp, Zone};
use crate::domain::currency::Currency;
use crate::domain::invoices;
use crate::domain::money::Money;
use crate::domain::settings::{InvoiceAt, PaymentMethod, PaymentTerms, Settings};
use crate::domain::shipping::{ShippingMethod, StoredShippingMethod};
use crate::error::{Code, Error, FieldError, Result};
use crate::secret::{self, Hash};

/// Gives a new file its settings.
pub fn create_if_missing(tx: &Tx, new: NewShop) -> Result<()> {
    let sql = "insert into settings (id, name, currency, time_zone, order_number_prefix,
            order_number_start, next_order_number, delivery_days, open_weekdays, payment_methods,
            secret, version, created_at, updated_at)
        values (1, 'My shop', $1, 'UTC', '', 1001, 1001, 3, '[1,2,3,4,5]', '[\"bank_transfer\"]',
            $2, 1, $3, $3)
        on conflict do nothing";
    tx.execute(sql, &[&new.currency.code(), &secret::random()?, &new.now]).map(drop)
}

pub fn load(tx: &Tx) -> Result<Settings> {
    let sql = "select currency, name, email, address, tax_number, time_zone, country, public_url,
            order_number_prefix, order_number_start, invoice_number_prefix, invoice_number_start,
            credit_note_number_prefix, credit_note_number_start, invoice_at, prices_include_tax,
            tax_rates, delivery_days, cut_off_hour, open_weekdays, closed_dates, shipping_methods,
            payment_methods, payment_terms, guest_units_max, withdrawal_days, retention_years,
            version, created_at, updated_at
        from settings";
    tx.one(sql, &[], read)
}

/// The currency of everything in the shop.
pub fn currency(tx: &Tx) -> Result<Currency> {
    tx.one("select currency from settings", &[], |row| row.parse(Currency::parse))
}

/// The key of all signatures.
pub fn secret(tx: &Tx) -> Result<Hash> {
    tx.value("select secret from settings", &[])
}

/// Replaces the settings; `old` is what they were.
///
/// # Errors
/// [`Code::CurrencyFixed`] once something has a price; a conflict for a number start that is
/// behind.
pub fn update(tx: &Tx, old: &Settings, new: &Settings, now: Timestamp) -> Result<Settings> {
    if new.currency != old.currency && has_prices(tx, old)? {
        let detail = "The currency is fixed since the first product, discount or shipping method \
                      with a price was made.";
        let at = FieldError::at("/currency", "currency_fixed", detail);
        return Err(Error::new(Code::CurrencyFixed, detail).with_errors(vec![at]));
    }
    for sequence in [NumberSequence::Orders, NumberSequence::Invoices, NumberSequence::CreditNotes]
    {
        sequence.restart(tx, sequence.start_of(old), sequence.start_of(new))?;
    }
    let sql = "update settings set name = $1, currency = $2, time_zone = $3, country = $4,
            public_url = $5, order_number_prefix = $6, delivery_days = $7, cut_off_hour = $8,
            open_weekdays = $9, payment_methods = $10, email = $11, address = $12,
            tax_number = $13, invoice_number_prefix = $14, credit_note_number_prefix = $15,
            invoice_at = $16, prices_include_tax = $17, tax_rates = $18, closed_dates = $19,
            shipping_methods = $20, payment_terms = $21, guest_units_max = $22,
            withdrawal_days = $23, retention_years = $24, version = version + 1, updated_at = $25";
    let methods: Vec<StoredShippingMethod> =
        new.shipping_methods.iter().map(StoredShippingMethod::of).collect();
    tx.execute(
        sql,
        &[
            &new.name,
            &new.currency.code(),
            &new.time_zone.name(),
            &new.country,
            &new.public_url,
            &new.order_number_prefix,
            &new.delivery_days,
            &new.cut_off_hour,
            &json(&new.open_weekdays)?,
            &json(&new.payment_methods)?,
            &new.email,
            &new.address.as_ref().map(json).transpose()?,
            &new.tax_number,
            &new.invoice_number_prefix,
            &new.credit_note_number_prefix,
            &new.invoice_at.map(InvoiceAt::name),
            &new.prices_include_tax,
            &json(&new.tax_rates)?,
            &json(&new.closed_dates)?,
            &json(&methods)?,
            &json(&new.payment_terms)?,
            &new.guest_units_max,
            &new.withdrawal_days,
            &new.retention_years,
            &now,
        ],
    )?;
    if new.time_zone.name() != old.time_zone.name() {
        sales::move_days(tx, &new.time_zone)?;
    }
    load(tx)
}

fn has_prices(tx: &Tx, settings: &Settings) -> Result<bool> {
    let priced = settings.shipping_methods.iter().any(ShippingMethod::is_priced);
    let sql = "select 1 from products union all select 1 from discounts limit 1";
    Ok(priced || tx.exists(sql, &[])?)
}

/// Numbers that follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSequence {
    Orders,
    Invoices,
    CreditNotes,
}

impl NumberSequence {
    pub fn of(kind: invoices::Type) -> Self {
        match kind {
            invoices::Type::Invoice => Self::Invoices,
            invoices::Type::CreditNote => Self::CreditNotes,
        }
    }

    /// Takes the next number; there is no gap because it is taken in the transaction of what gets
    /// it.
    pub fn take(self, tx: &Tx) -> Result<String> {
        let sql = match self {
            Self::Orders => {
                "update settings set next_order_number = next_order_number + 1
                returning order_number_prefix, next_order_number - 1"
            }
            Self::Invoices => {
                "update settings set next_invoice_number = next_invoice_number + 1
                returning invoice_number_prefix, next_invoice_number - 1"
            }
            Self::CreditNotes => {
                "update settings set next_credit_note_number = next_credit_note_number + 1
                returning credit_note_number_prefix, next_credit_note_number - 1"
            }
        };
        tx.one(sql, &[], |row| {
            let (prefix, number): (String, i64) = (row.take()?, row.take()?);
            Ok(format!("{prefix}{number}"))
        })
    }

    /// Counts on from a changed start; it must be ahead of every number given.
    fn restart(self, tx: &Tx, old: i64, new: i64) -> Result<()> {
        if new == old {
            return Ok(());
        }
        let last = self.last(tx)?;
        if new <= last {
            let detail = format!("Numbers up to {last} are given; start at {}.", last + 1);
            let at = FieldError::at(self.field(), "number_taken", detail.clone());
            return Err(Error::conflict(detail).with_errors(vec![at]));
        }
        let sql = match self {
            Self::Orders => "update settings set order_number_start = $1, next_order_number = $1",
            Self::Invoices => {
                "update settings set invoice_number_start = $1, next_invoice_number = $1"
            }
            Self::CreditNotes => {
                "update settings set credit_note_number_start = $1, next_credit_note_number = $1"
            }
        };
        tx.execute(sql, &[&new])?;
        // Whoever recounts the numbers must know where they may jump.
        let sql = match self {
            Self::Orders => {
                "insert into order_number_starts (first) values ($1) on conflict do nothing"
            }
            Self::Invoices => {
                "insert into invoice_number_starts values ('invoice', $1) on conflict do nothing"
            }
            Self::CreditNotes => {
                "insert into invoice_number_starts values ('credit_note', $1)
                on conflict do nothing"
            }
        };
        tx.execute(sql, &[&new]).map(drop)
    }

    /// The last number given, without its prefix, which never ends in a digit; 0 before the first.
    /// Numbers only rise, so none is higher.
    fn last(self, tx: &Tx) -> Result<i64> {
        let sql = match self {
            Self::Orders => "select number from orders order by id desc limit 1",
            Self::Invoices => {
                "select number from invoices where type = 'invoice' order by id desc limit 1"
            }
            Self::CreditNotes => {
                "select number from invoices where type = 'credit_note' order by id desc limit 1"
            }
        };
        let number: Option<String> = tx.maybe_value(sql, &[])?;
        let number = number.unwrap_or_default();
        let prefix = number.trim_end_matches(|c: char| c.is_ascii_digit());
        Ok(number.strip_prefix(prefix).and_then(|digits| digits.parse().ok()).unwrap_or(0))
    }

    fn start_of(self, settings: &Settings) -> i64 {
        match self {
            Self::Orders => settings.order_number_start,
            Self::Invoices => settings.invoice_number_start,
            Self::CreditNotes => settings.credit_note_number_start,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Orders => "/order_number_start",
            Self::Invoices => "/invoice_number_start",
            Self::CreditNotes => "/credit_note_number_start",
        }
    }
}

fn read(row: &Row) -> Result<Settings> {
    let currency = row.parse(Currency::parse)?;
    let zero = Money::new(0, currency);
    let mut settings = Settings {
        currency,
        name: row.take()?,
        email: row.take()?,
        address: row.maybe_json()?,
        tax_number: row.take()?,
        time_zone: row.parse(Zone::parse)?,
        country: row.take()?,
        public_url: row.take()?,
        order_number_prefix: row.take()?,
        order_number_start: row.take()?,
        invoice_number_prefix: row.take()?,
        invoice_number_start: row.take()?,
        credit_note_number_prefix: row.take()?,
        credit_note_number_start: row.take()?,
        invoice_at: row.take::<Option<String>>()?.and_then(|name| InvoiceAt::parse(&name).ok()),
        prices_include_tax: row.take()?,
        tax_rates: row.json()?,
        delivery_days: row.take()?,
        cut_off_hour: row.take()?,
        open_weekdays: row.json()?,
        closed_dates: dates(&row.json::<Vec<String>>()?),
        shipping_methods: methods(row.maybe_json()?, zero),
        payment_methods: row.json::<Vec<PaymentMethod>>()?,
        payment_terms: row.json()?,
        guest_units_max: row.take()?,
        withdrawal_days: row.take()?,
        retention_years: row.take()?,
        version: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    };
    settings.payment_terms =
        PaymentTerms::of_all(&settings.payment_methods, &settings.payment_terms);
    Ok(settings)
}

fn dates(texts: &[String]) -> Vec<Date> {
    texts.iter().filter_map(|text| Date::parse(text).ok()).collect()
}

fn methods(kept: Option<Vec<StoredShippingMethod>>, zero: Money) -> Vec<ShippingMethod> {
    let read = |kept: Vec<StoredShippingMethod>| {
        kept.into_iter().map(|method| method.method(zero.currency())).collect()
    };
    kept.map_or_else(|| vec![ShippingMethod::standard(zero)], read)
}
