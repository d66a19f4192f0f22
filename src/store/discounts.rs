//! Discounts, and who has used which. A discount is never used past its limit: the use is counted
//! in the transaction of its order, by a statement and a `check` that both refuse one too many.

use super::list::{List, Page, Range};
use super::settings;
use super::sql::{Broken, Row, Tx};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::currency::Currency;
use crate::domain::discounts::{Discount, DiscountInput, Type, Value};
use crate::domain::money::Money;
use crate::domain::tax::Percent;
use crate::domain::text::{Email, folded};
use crate::domain::totals::Reduction;
use crate::error::{Code, Error, FieldError, Result};

/// # Errors
/// [`Code::Taken`] for a code that there is already.
pub fn create(tx: &Tx, input: &DiscountInput, now: Timestamp) -> Result<Discount> {
    let sql = "insert into discounts (code, code_key, type, value, min_subtotal, starts_at,
            ends_at, usage_limit, once_per_customer, usage_count, version, revision, created_at,
            updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 1, 0, $10, $10) returning id";
    let (kind, value) = stored(input.reduction);
    let id = tx.insert(
        sql,
        &[
            &input.code,
            &folded(&input.code),
            &kind.name(),
            &value,
            &input.min_subtotal.map(Money::minor),
            &input.starts_at,
            &input.ends_at,
            &input.usage_limit,
            &input.once_per_customer,
            &now,
        ],
    );
    find(tx, id.broken("discounts.code_key", taken)?)
}

pub fn find(tx: &Tx, id: Id) -> Result<Discount> {
    let currency = settings::currency(tx)?;
    let sql = "select id, code, type, value, min_subtotal, starts_at, ends_at, usage_limit,
            once_per_customer, usage_count, version, created_at, updated_at, revision
        from discounts where id = $1";
    tx.maybe(sql, &[&id], |row| read(row, currency))?.ok_or_else(Error::not_found)
}

/// The discount of a code, in whatever case it is written.
pub fn by_code(tx: &Tx, code: &str) -> Result<Option<Discount>> {
    let id = tx.maybe_value("select id from discounts where code_key = $1", &[&folded(code)])?;
    id.map(|id| find(tx, id)).transpose()
}

/// Replaces a discount. Orders that have it stay as they are.
///
/// # Errors
/// Not found; [`Code::Taken`]; a conflict for a limit below what was used.
pub fn update(tx: &Tx, id: Id, input: &DiscountInput, now: Timestamp) -> Result<Discount> {
    let used = find(tx, id)?.usage_count;
    if input.usage_limit.is_some_and(|limit| limit < used) {
        let detail = format!("It was used {used} times already.");
        let at = FieldError::at("/usage_limit", "out_of_range", detail.clone());
        return Err(Error::conflict(detail).with_errors(vec![at]));
    }
    let sql = "update discounts set code = $2, code_key = $3, type = $4, value = $5,
            min_subtotal = $6, starts_at = $7, ends_at = $8, usage_limit = $9,
            once_per_customer = $10, version = version + 1, updated_at = $11
        where id = $1";
    let (kind, value) = stored(input.reduction);
    let changed = tx.execute(
        sql,
        &[
            &id,
            &input.code,
            &folded(&input.code),
            &kind.name(),
            &value,
            &input.min_subtotal.map(Money::minor),
            &input.starts_at,
            &input.ends_at,
            &input.usage_limit,
            &input.once_per_customer,
            &now,
        ],
    );
    changed.broken("discounts.code_key", taken)?;
    find(tx, id)
}

/// Takes a discount away. Orders keep its code and what it took off.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    match tx.execute("delete from discounts where id = $1", &[&id])? {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

pub fn list(tx: &Tx, code: Option<&str>, range: &Range) -> Result<Page<Discount>> {
    let mut list = List::of("discounts");
    list.with_some("code_key = #", code.map(folded));
    let page = list.page(tx, range)?;
    let rows = page.rows.into_iter().map(|id| find(tx, id)).collect::<Result<_>>()?;
    Ok(Page { rows, next: page.next })
}

/// Who uses a discount: their account's record, if they have one, and their e-mail.
#[derive(Clone, Debug)]
pub struct User<'a> {
    pub customer_id: Option<Id>,
    pub email: Option<&'a Email>,
}

/// Whether one of these has used it before: the account, or anybody with this e-mail.
pub fn was_used_by(tx: &Tx, id: Id, user: &User) -> Result<bool> {
    let sql = "select 1 from discount_uses
        where discount_id = $1 and (customer_id = $2 or email_key = $3) limit 1";
    tx.exists(sql, &[&id, &user.customer_id, &user.email.map(Email::key)])
}

/// Counts a use.
///
/// # Errors
/// Internal when it is used up, which the caller has just seen it is not.
pub fn use_up(tx: &Tx, id: Id, order_id: Id, user: &User) -> Result<()> {
    let sql = "update discounts set usage_count = usage_count + 1, revision = revision + 1
        where id = $1 and (usage_limit is null or usage_count < usage_limit) returning id";
    tx.value::<Id>(sql, &[&id])?;
    let sql = "insert into discount_uses (order_id, discount_id, customer_id, email_key)
        values ($1, $2, $3, $4)";
    let email = user.email.map(Email::key);
    tx.execute(sql, &[&order_id, &id, &user.customer_id, &email]).map(drop)
}

/// Gives the use of an order back that was cancelled.
pub fn release_use(tx: &Tx, order_id: Id) -> Result<()> {
    let sql = "delete from discount_uses where order_id = $1 returning discount_id";
    let Some(id) = tx.maybe_value::<Id>(sql, &[&order_id])? else { return Ok(()) };
    let sql = "update discounts set usage_count = usage_count - 1, revision = revision + 1
        where id = $1";
    tx.execute(sql, &[&id]).map(drop)
}

/// Blanks whose uses they were; they stay counted.
pub fn forget(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "update discount_uses set customer_id = null, email_key = null
        where customer_id = $1
            or order_id in (select id from orders where customer_id = $1)";
    tx.execute(sql, &[&customer_id]).map(drop)
}

fn taken() -> Error {
    let detail = "There is a discount with this code already.";
    let at = FieldError::at("/code", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![at])
}

fn stored(reduction: Reduction) -> (Type, Option<i64>) {
    match reduction {
        Reduction::Percent(percent) => (Type::Percent, Some(percent.parts())),
        Reduction::Amount(amount) => (Type::Amount, Some(amount.minor())),
        Reduction::FreeShipping => (Type::FreeShipping, None),
    }
}

fn read(row: &Row, currency: Currency) -> Result<Discount> {
    let (id, code, kind) = (row.take()?, row.take()?, row.parse(Type::parse)?);
    let value: Option<i64> = row.take()?;
    let min_subtotal: Option<i64> = row.take()?;
    Ok(Discount {
        id,
        code,
        kind,
        value: match (kind, value) {
            (Type::Percent, Some(parts)) => Value::Percent(Percent::of_parts(parts)),
            (Type::Amount, Some(minor)) => Value::Amount(Money::new(minor, currency)),
            _ => Value::None,
        },
        min_subtotal: min_subtotal.map(|minor| Money::new(minor, currency)),
        starts_at: row.take()?,
        ends_at: row.take()?,
        usage_limit: row.take()?,
        once_per_customer: row.take()?,
        usage_count: row.take()?,
        currency,
        version: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        revision: row.take()?,
    })
}
