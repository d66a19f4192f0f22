//! The one row of settings, and the shop's secret.

use std::sync::Arc;

use super::engine::sql::{Row, json};
use super::engine::statements::update;
use super::number_sequences::NumberSequence;
use super::pictures::read_picture;
use super::{Tx, mails, sessions};
use crate::domain::calendar::{Date, Zone};
use crate::domain::cards::{CardSettings, SecretKey};
use crate::domain::currency::Currency;
use crate::domain::mails::StoredMailSettings;
use crate::domain::money::Money;
use crate::domain::pictures::Picture;
use crate::domain::settings::{
    GUEST_UNITS_MAX_DEFAULT, InvoiceAt, PaymentMethod, PaymentTerms, Settings,
};
use crate::domain::shipping::{ShippingMethod, StoredShippingMethod};
use crate::domain::tax::categories;
use crate::domain::window::StoredWindow;
use crate::error::{Code, Error, FieldError, Result};
use crate::secret::{self, Hash};

/// Gives a new file its settings.
pub fn create_if_missing(tx: &Tx, currency: Currency) -> Result<()> {
    let window = json(&StoredWindow::default())?;
    let sql = "insert into settings (id, name, currency, time_zone, order_number_prefix,
            order_number_start, next_order_number, delivery_days, open_weekdays, payment_methods,
            guest_units_max, \"window\", secret, version, created_at, updated_at)
        values (1, 'My shop', $1, 'UTC', '', 1001, 1001, 3, '[1,2,3,4,5]', '[\"bank_transfer\"]',
            $2, $3, $4, 1, $5, $5)
        on conflict do nothing";
    let guest_units_max = GUEST_UNITS_MAX_DEFAULT;
    tx.execute(sql, &[&currency.code(), &guest_units_max, &window, &secret::random()?, &tx.now()])
        .map(drop)
}

/// The settings: those that are kept, while their version is that of the file.
pub fn load(tx: &Tx) -> Result<Arc<Settings>> {
    let version = tx.value("select version from settings", &[])?;
    tx.keep(version, || load_anew(tx))
}

fn load_anew(tx: &Tx) -> Result<Settings> {
    let sql = "select currency, name, email, address, tax_number, time_zone, country, public_url,
            order_number_prefix, order_number_start, invoice_number_prefix, invoice_number_start,
            credit_note_number_prefix, credit_note_number_start, invoice_at, prices_include_tax,
            tax_rates, tax_exempt_note, delivery_days, cut_off_hour, open_weekdays, closed_dates,
            shipping_methods, payment_methods, payment_terms, guest_units_max, withdrawal_days,
            retention_years, setup_skipped, bank_account, card_secret_key, \"window\", mail,
            version, settings.created_at, updated_at, hash, width, height
        from settings left join pictures on pictures.id = logo_picture_id";
    tx.one(sql, &[], read)
}

/// The currency of everything in the shop.
pub fn currency(tx: &Tx) -> Result<Currency> {
    Ok(load(tx)?.currency)
}

/// The key of all signatures.
pub fn secret(tx: &Tx) -> Result<Hash> {
    tx.value("select secret from settings", &[])
}

/// Gives the shop a new key, which ends whatever was signed with the old one.
pub fn rotate_secret(tx: &Tx) -> Result<()> {
    tx.execute("update settings set secret = $1", &[&secret::random()?])?;
    sessions::forget_all_networks(tx)
}

/// Replaces the settings; `old` is what they were.
///
/// # Errors
/// [`Code::CurrencyFixed`] once something has a price; a conflict for a number start that is
/// behind, and where a tax category goes that products have.
pub fn update(tx: &Tx, old: &Settings, new: &Settings) -> Result<Arc<Settings>> {
    if new.currency != old.currency && has_prices(tx, old)? {
        let detail = "The currency is fixed since the first product, discount or shipping method \
                      with a price was made.";
        let error = FieldError::at("/currency", "currency_fixed", detail);
        return Err(Error::new(Code::CurrencyFixed, detail).with_errors(vec![error]));
    }
    check_categories(tx, old, new)?;
    for sequence in [NumberSequence::Orders, NumberSequence::Invoices, NumberSequence::CreditNotes]
    {
        sequence.restart(tx, old, new)?;
    }
    if new.order_number_prefix != old.order_number_prefix {
        // Orders of before are still found by it.
        let sql = "insert into past_number_prefixes (prefix) values ($1) on conflict do nothing";
        tx.execute(sql, &[&old.order_number_prefix])?;
    }
    if old.mail.is_none() && new.mail.is_some() {
        mails::skip_to_now(tx)?;
    }
    let methods: Vec<StoredShippingMethod> =
        new.shipping_methods.iter().map(StoredShippingMethod::of).collect();
    update!(tx, "settings", 1, {
        "name": new.name,
        "currency": new.currency.code(),
        "time_zone": new.time_zone.name(),
        "country": new.country,
        "public_url": new.public_url,
        "order_number_prefix": new.order_number_prefix,
        "delivery_days": new.delivery_days,
        "cut_off_hour": new.cut_off_hour,
        "open_weekdays": json(&new.open_weekdays)?,
        "payment_methods": json(&new.payment_methods)?,
        "email": new.email,
        "address": new.address.as_ref().map(json).transpose()?,
        "tax_number": new.tax_number,
        "invoice_number_prefix": new.invoice_number_prefix,
        "credit_note_number_prefix": new.credit_note_number_prefix,
        "invoice_at": new.invoice_at.map(InvoiceAt::name),
        "prices_include_tax": new.prices_include_tax,
        "tax_rates": json(&new.tax_rates)?,
        "tax_exempt_note": new.tax_exempt_note,
        "closed_dates": json(&new.closed_dates)?,
        "shipping_methods": json(&methods)?,
        "payment_terms": json(&new.payment_terms)?,
        "guest_units_max": new.guest_units_max,
        "withdrawal_days": new.withdrawal_days,
        "retention_years": new.retention_years,
        "setup_skipped": json(&new.setup_skipped)?,
        "bank_account": new.bank_account.as_ref().map(json).transpose()?,
        "card_secret_key": new.card.as_ref().map(|card| card.secret_key.reveal()),
        "window": json(&StoredWindow::of(&new.window))?,
        "mail": new.mail.as_ref().map(StoredMailSettings::of).as_ref().map(json).transpose()?,
        "updated_at": tx.now(),
    }, "version = version + 1")?;
    load(tx)
}

/// Refuses to let a tax category go that products have, archived ones too: they may come back.
fn check_categories(tx: &Tx, old: &Settings, new: &Settings) -> Result<()> {
    let stay = categories(&new.tax_rates);
    let mut gone = categories(&old.tax_rates);
    gone.retain(|category| !stay.contains(category));
    if gone.is_empty() {
        return Ok(());
    }
    let sql = "select tax_category, min(name) as example from products group by tax_category";
    let read = |row: &Row| Ok((row.get("tax_category")?, row.get("example")?));
    let used: Vec<(String, String)> = tx.all(sql, &[], read)?;
    let used = used.iter().filter(|(category, _)| gone.contains(&category.as_str()));
    let told: Vec<String> =
        used.map(|(category, example)| format!("“{category}” (“{example}”)")).collect();
    if told.is_empty() {
        return Ok(());
    }
    let detail =
        format!("Products still have the tax category {}; change them first.", told.join(", "));
    let error = FieldError::at("/tax_rates", "in_use", detail.clone());
    Err(Error::conflict(detail).with_errors(vec![error]))
}

fn has_prices(tx: &Tx, settings: &Settings) -> Result<bool> {
    let priced = settings.shipping_methods.iter().any(ShippingMethod::is_priced);
    let sql = "select 1 from products union all select 1 from discounts limit 1";
    Ok(priced || tx.exists(sql, &[])?)
}

fn read(row: &Row) -> Result<Settings> {
    let currency = row.parse("currency", Currency::parse)?;
    let zero = Money::new(0, currency);
    let mut settings = Settings {
        currency,
        name: row.get("name")?,
        email: row.get("email")?,
        address: row.maybe_json("address")?,
        tax_number: row.get("tax_number")?,
        time_zone: row.parse("time_zone", Zone::parse)?,
        country: row.get("country")?,
        public_url: row.get("public_url")?,
        order_number_prefix: row.get("order_number_prefix")?,
        order_number_start: row.get("order_number_start")?,
        invoice_number_prefix: row.get("invoice_number_prefix")?,
        invoice_number_start: row.get("invoice_number_start")?,
        credit_note_number_prefix: row.get("credit_note_number_prefix")?,
        credit_note_number_start: row.get("credit_note_number_start")?,
        invoice_at: row.maybe_word("invoice_at", InvoiceAt::of)?,
        prices_include_tax: row.get("prices_include_tax")?,
        tax_rates: row.json("tax_rates")?,
        tax_exempt_note: row.get("tax_exempt_note")?,
        delivery_days: row.get("delivery_days")?,
        cut_off_hour: row.get("cut_off_hour")?,
        open_weekdays: row.json("open_weekdays")?,
        closed_dates: dates(&row.json::<Vec<String>>("closed_dates")?),
        shipping_methods: methods(row.maybe_json("shipping_methods")?, zero),
        payment_methods: row.json::<Vec<PaymentMethod>>("payment_methods")?,
        payment_terms: row.json("payment_terms")?,
        guest_units_max: row.get("guest_units_max")?,
        withdrawal_days: row.get("withdrawal_days")?,
        retention_years: row.get("retention_years")?,
        setup_skipped: row.json("setup_skipped")?,
        bank_account: row.maybe_json("bank_account")?,
        card: card(row)?,
        window: row.json::<StoredWindow>("window")?.window(logo(row)?),
        mail: row.maybe_json::<StoredMailSettings>("mail")?.map(StoredMailSettings::settings),
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    };
    settings.payment_terms =
        PaymentTerms::of_all(&settings.payment_methods, &settings.payment_terms);
    Ok(settings)
}

fn logo(row: &Row) -> Result<Option<Picture>> {
    let hash: Option<String> = row.get("hash")?;
    hash.map(|_| read_picture(row)).transpose()
}

fn card(row: &Row) -> Result<Option<CardSettings>> {
    if row.get::<Option<String>>("card_secret_key")?.is_none() {
        return Ok(None);
    }
    let secret_key = row.parse("card_secret_key", SecretKey::parse)?;
    Ok(Some(CardSettings { secret_key }))
}

fn dates(texts: &[String]) -> Vec<Date> {
    texts.iter().filter_map(|text| Date::parse(text).ok()).collect()
}

fn methods(stored: Option<Vec<StoredShippingMethod>>, zero: Money) -> Vec<ShippingMethod> {
    let read = |stored: Vec<StoredShippingMethod>| {
        stored.into_iter().map(|method| method.method(zero.currency())).collect()
    };
    stored.map_or_else(|| vec![ShippingMethod::standard(zero)], read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::opening;

    #[test]
    fn settings_are_those_of_the_snapshot_however_often_they_change() {
        let dir = tempfile::tempdir().unwrap();
        let euro = Currency::parse("EUR").unwrap();
        let store = opening::open(&dir.path().join("shop"), Clock::system(), euro, 1).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let rename = |name: &'static str, stands: bool| {
            runtime.block_on(store.write(move |tx| {
                let old = load(tx)?;
                let new = Settings { name: name.to_owned(), ..Settings::clone(&old) };
                update(tx, &old, &new)?;
                // Whoever comes later in the same transaction sees it already.
                assert_eq!(load(tx)?.name, name);
                if stands { Ok(()) } else { Err(Error::not_found()) }
            }))
        };
        let name = |tx: &Tx| Ok(load(tx)?.name.clone());
        assert_eq!(store.read(name).unwrap(), "My shop");
        // What is taken back was never there, also for whoever takes its version.
        assert!(rename("Refused", false).is_err());
        assert_eq!(store.read(name).unwrap(), "My shop");
        rename("Second", true).unwrap();
        assert_eq!(store.read(name).unwrap(), "Second");
        store
            .read(|tx| {
                assert_eq!(name(tx)?, "Second");
                rename("Third", true)?;
                assert_eq!(store.read(name)?, "Third");
                assert_eq!(name(tx)?, "Second");
                Ok(())
            })
            .unwrap();
        assert_eq!(store.read(name).unwrap(), "Third");
        let twice = store.read(|tx| Ok(Arc::ptr_eq(&load(tx)?, &load(tx)?)));
        assert!(twice.unwrap(), "they are read anew");
    }
}
