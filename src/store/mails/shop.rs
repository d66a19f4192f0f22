//! What the shop's own people are told that no order gives to tell: once a day at most.

use serde_json::{Value, json};

use super::{NewMail, queue};
use crate::domain::calendar::Timestamp;
use crate::domain::mails::{MailKind, MailSettings};
use crate::domain::products::title;
use crate::domain::window::Language;
use crate::error::Result;
use crate::store::engine::sql::Row;
use crate::store::{Tx, products, settings};

const DAY_SECONDS: i64 = 24 * 3_600;
/// Products that are named in one mail.
const NAMED_MAX: i64 = 50;

/// Queues a mail to each of the shop's own people who want to be told.
pub fn tell_shop(
    tx: &Tx,
    settings: &MailSettings,
    language: Language,
    kind: MailKind,
    facts: &Value,
) -> Result<()> {
    for to in &settings.notify {
        let facts = facts.clone();
        queue(tx, settings, &NewMail { facts, ..NewMail::of(kind, to, language) })?;
    }
    Ok(())
}

/// Tells what is running low, where that is not what was told last.
pub fn tell_low_stock(tx: &Tx) -> Result<()> {
    tell_daily(tx, MailKind::ShopLowStock, |tx| {
        let sql = "select products.name as name, variants.options as options, sku, on_hand
            from variants join products on products.id = product_id
            where removed = 0 and (on_hand <= low_stock_at or shortfall > 0) and status = 'active'
            order by products.name, variants.position, variants.id limit $1";
        let products: Vec<Value> = tx.all(sql, &[&NAMED_MAX], read_low)?;
        Ok((!products.is_empty()).then(|| json!({ "products": products })))
    })
}

/// Tells that the copy of the day could not be made.
pub fn tell_failed_backup(tx: &Tx, reason: &str) -> Result<()> {
    let facts = json!({ "reason": reason });
    tell_daily(tx, MailKind::ShopBackupFailed, |_| Ok(Some(facts)))
}

/// Tells something, if there is anything, unless a mail of the kind is younger than a day. What is
/// running low and was told already is not told again either.
fn tell_daily(
    tx: &Tx,
    kind: MailKind,
    facts: impl FnOnce(&Tx) -> Result<Option<Value>>,
) -> Result<()> {
    let settings = settings::load(tx)?;
    let Some(mail) = settings.mail.as_ref().filter(|mail| !mail.notify.is_empty()) else {
        return Ok(());
    };
    let last = last_facts(tx, kind)?;
    let since = tx.now().plus_seconds(-DAY_SECONDS);
    if last.as_ref().is_some_and(|(_, at)| *at > since) {
        return Ok(());
    }
    let Some(facts) = facts(tx)? else { return Ok(()) };
    let is_told = kind == MailKind::ShopLowStock && last.is_some_and(|(told, _)| told == facts);
    if is_told {
        return Ok(());
    }
    tell_shop(tx, mail, settings.window.own_language(), kind, &facts)
}

/// The facts of the newest mail of a kind, and when it was queued.
fn last_facts(tx: &Tx, kind: MailKind) -> Result<Option<(Value, Timestamp)>> {
    let sql = "select facts, created_at from mails where kind = $1 order by id desc limit 1";
    tx.maybe(sql, &[&kind.name()], |row| Ok((row.json("facts")?, row.get("created_at")?)))
}

fn read_low(row: &Row) -> Result<Value> {
    let name: String = row.get("name")?;
    let name = match title(&products::read_options(row)?) {
        Some(title) => format!("{name}, {title}"),
        None => name,
    };
    let (sku, stock): (Option<String>, Option<i64>) = (row.get("sku")?, row.get("on_hand")?);
    Ok(json!({ "name": name, "sku": sku, "stock": stock.unwrap_or(0) }))
}
