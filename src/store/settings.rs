//! The one row of settings, and the shop's secret.

use super::NewShop;
use super::sql::{Row, Tx, json};
use crate::domain::calendar::{Timestamp, Zone};
use crate::domain::currency::Currency;
use crate::domain::settings::{PaymentMethod, Settings};
use crate::error::{Code, Error, Issue, Result};
use crate::secret::{self, Hash};

/// Gives a new file its settings.
///
/// # Errors
/// Storage errors.
pub fn create_if_missing(tx: &Tx, new: NewShop) -> Result<()> {
    let sql = "insert into settings (id, name, currency, time_zone, order_number_prefix,
            order_number_start, next_order_number, delivery_days, open_weekdays, payment_methods,
            secret, version, created_at, updated_at)
        values (1, 'My shop', $1, 'UTC', '', 1001, 1001, 3, '[1,2,3,4,5]', '[\"bank_transfer\"]',
            $2, 1, $3, $3)
        on conflict do nothing";
    tx.execute(sql, &[&new.currency.code(), &secret::random()?, &new.now]).map(drop)
}

/// # Errors
/// Storage errors.
pub fn load(tx: &Tx) -> Result<Settings> {
    let sql = "select name, currency, time_zone, country, public_url, order_number_prefix,
            order_number_start, delivery_days, cut_off_hour, open_weekdays, payment_methods,
            version, created_at, updated_at, next_order_number
        from settings";
    tx.one(sql, &[], read)
}

/// The currency of everything in the shop.
///
/// # Errors
/// Storage errors.
pub fn currency(tx: &Tx) -> Result<Currency> {
    tx.one("select currency from settings", &[], |row| row.parse(Currency::parse))
}

/// The key of all signatures.
///
/// # Errors
/// Storage errors.
pub fn secret(tx: &Tx) -> Result<Hash> {
    tx.value("select secret from settings", &[])
}

/// Replaces the settings; `old` is what they were.
///
/// # Errors
/// [`Code::CurrencyFixed`] once a product exists; a conflict for a number start that is behind.
pub fn update(tx: &Tx, old: &Settings, new: &Settings, now: Timestamp) -> Result<Settings> {
    if new.currency != old.currency && tx.exists("select 1 from products limit 1", &[])? {
        let detail = "The currency is fixed since the first product was made.";
        let at = Issue::at("/currency", "currency_fixed", detail);
        return Err(Error::new(Code::CurrencyFixed, detail).with_issues(vec![at]));
    }
    let next = next_number(tx, old, new)?;
    let sql = "update settings set name = $1, currency = $2, time_zone = $3, country = $4,
            public_url = $5, order_number_prefix = $6, order_number_start = $7,
            next_order_number = $8, delivery_days = $9, cut_off_hour = $10, open_weekdays = $11,
            payment_methods = $12, version = version + 1, updated_at = $13";
    let methods: Vec<&str> = new.payment_methods.iter().map(|method| method.name()).collect();
    tx.execute(
        sql,
        &[
            &new.name,
            &new.currency.code(),
            &new.time_zone.name(),
            &new.country,
            &new.public_url,
            &new.order_number_prefix,
            &new.order_number_start,
            &next,
            &new.delivery_days,
            &new.cut_off_hour,
            &json(&new.open_weekdays)?,
            &json(&methods)?,
            &now,
        ],
    )?;
    load(tx)
}

/// Takes the next order number; the numbers have no gap because it is taken in the transaction of
/// its order.
///
/// # Errors
/// Storage errors.
pub fn take_order_number(tx: &Tx) -> Result<String> {
    let sql = "update settings set next_order_number = next_order_number + 1
        returning order_number_prefix, next_order_number - 1";
    tx.one(sql, &[], |row| {
        let (prefix, number): (String, i64) = (row.take()?, row.take()?);
        Ok(format!("{prefix}{number}"))
    })
}

/// A changed start counts on from there; it must be ahead of every number given.
fn next_number(tx: &Tx, old: &Settings, new: &Settings) -> Result<i64> {
    let start = new.order_number_start;
    if start == old.order_number_start {
        return Ok(old.next_order_number);
    }
    let last = last_order_number(tx)?;
    if start <= last {
        let detail = format!("Order numbers up to {last} are given; start at {}.", last + 1);
        let at = Issue::at("/order_number_start", "number_taken", detail.clone());
        return Err(Error::conflict(detail).with_issues(vec![at]));
    }
    // Whoever recounts the numbers must know where they may jump.
    tx.execute(
        "insert into order_number_starts (first) values ($1) on conflict do nothing",
        &[&start],
    )?;
    Ok(start)
}

/// The number that the last order got, without its prefix, which never ends in a digit; 0 before
/// the first. Numbers only rise, so no order has a higher one.
fn last_order_number(tx: &Tx) -> Result<i64> {
    let sql = "select number from orders order by id desc limit 1";
    let number: Option<String> = tx.maybe_value(sql, &[])?;
    let number = number.unwrap_or_default();
    let prefix = number.trim_end_matches(|c: char| c.is_ascii_digit());
    Ok(number.strip_prefix(prefix).and_then(|digits| digits.parse().ok()).unwrap_or(0))
}

fn read(row: &Row) -> Result<Settings> {
    let methods = |names: Vec<String>| {
        let method = |name: &String| PaymentMethod::parse(name).ok();
        names.iter().filter_map(method).collect()
    };
    Ok(Settings {
        name: row.take()?,
        currency: row.parse(Currency::parse)?,
        time_zone: row.parse(Zone::parse)?,
        country: row.take()?,
        public_url: row.take()?,
        order_number_prefix: row.take()?,
        order_number_start: row.take()?,
        delivery_days: row.take()?,
        cut_off_hour: row.take()?,
        open_weekdays: row.json()?,
        payment_methods: methods(row.json()?),
        version: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        next_order_number: row.take()?,
    })
}
