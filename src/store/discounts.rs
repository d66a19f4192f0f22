//! Discounts, and the orders that have used them. A discount is never used past its limit: the use
//! is counted in the transaction of its order, by a statement and a `check` that both refuse one
//! too many.

use super::engine::list::{List, Page, Range};
use super::engine::sql::{Broken, Row};
use super::engine::statements::{insert, insert_row, update};
use super::{Tx, customer_accounts, settings};
use crate::domain::Id;
use crate::domain::currency::Currency;
use crate::domain::discounts::{Discount, DiscountInput, DiscountUser, Type, Value};
use crate::domain::money::Money;
use crate::domain::orders::Order;
use crate::domain::tax::Percent;
use crate::domain::text::{Email, folded};
use crate::domain::totals::Reduction;
use crate::error::{Code, Error, FieldError, Result};

macro_rules! columns {
    () => {
        "id, code, type, value, min_subtotal, starts_at, ends_at, usage_limit, once_per_customer,
            usage_count, version, created_at, updated_at, revision"
    };
}

/// Makes a discount.
///
/// # Errors
/// [`Code::Taken`] for a code that there is already.
pub fn create(tx: &Tx, input: &DiscountInput) -> Result<Discount> {
    let (kind, value) = stored(input.reduction);
    let id = insert!(tx, "discounts", {
        "code": input.code,
        "code_key": folded(&input.code),
        "type": kind.name(),
        "value": value,
        "min_subtotal": input.min_subtotal.map(Money::minor),
        "starts_at": input.starts_at,
        "ends_at": input.ends_at,
        "usage_limit": input.usage_limit,
        "once_per_customer": input.once_per_customer,
        "usage_count": 0,
        "version": 1,
        "revision": 0,
        "created_at": tx.now(),
        "updated_at": tx.now(),
    });
    find(tx, id.broken("discounts.code_key", taken)?)
}

/// A discount.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Discount> {
    let currency = settings::currency(tx)?;
    let sql = concat!("select ", columns!(), " from discounts where id = $1");
    tx.maybe(sql, &[&id], |row| read(row, currency))?.ok_or_else(Error::not_found)
}

/// The discount of a code, in whatever case it is written.
pub fn by_code(tx: &Tx, code: &str) -> Result<Option<Discount>> {
    let currency = settings::currency(tx)?;
    let sql = concat!("select ", columns!(), " from discounts where code_key = $1");
    tx.maybe(sql, &[&folded(code)], |row| read(row, currency))
}

/// Replaces a discount; `old` is what it was. Orders that have it stay as they are.
///
/// # Errors
/// [`Code::Taken`] for a code that there is already; a conflict for a limit below what was used.
pub fn update(tx: &Tx, old: &Discount, input: &DiscountInput) -> Result<Discount> {
    let used = old.usage_count;
    if input.usage_limit.is_some_and(|limit| limit < used) {
        let detail = format!("It was used {used} times already.");
        let error = FieldError::at("/usage_limit", "out_of_range", detail.clone());
        return Err(Error::conflict(detail).with_errors(vec![error]));
    }
    let (kind, value) = stored(input.reduction);
    let updated = update!(tx, "discounts", old.id, {
        "code": input.code,
        "code_key": folded(&input.code),
        "type": kind.name(),
        "value": value,
        "min_subtotal": input.min_subtotal.map(Money::minor),
        "starts_at": input.starts_at,
        "ends_at": input.ends_at,
        "usage_limit": input.usage_limit,
        "once_per_customer": input.once_per_customer,
        "updated_at": tx.now(),
    }, "version = version + 1");
    updated.broken("discounts.code_key", taken)?;
    find(tx, old.id)
}

/// Takes a discount away. Orders keep its code and what it took off.
///
/// # Errors
/// Not found.
pub fn delete(tx: &Tx, id: Id) -> Result<()> {
    match tx.execute("delete from discounts where id = $1", &[&id])? {
        0 => Err(Error::not_found()),
        _ => Ok(()),
    }
}

/// A page of discounts, or the one of a code.
pub fn list(tx: &Tx, code: Option<&str>, range: &Range) -> Result<Page<Discount>> {
    let mut list = List::of("discounts");
    list.with_some("code_key = #", code.map(folded));
    let currency = settings::currency(tx)?;
    list.page(tx, range, columns!(), |row| read(row, currency))
}

/// True when the account, or anyone with this e-mail, has used the discount before.
pub fn was_used_by(tx: &Tx, id: Id, user: &DiscountUser) -> Result<bool> {
    let sql = "select 1 from discount_uses
        where discount_id = $1 and (customer_id = $2 or email_key = $3) limit 1";
    tx.exists(sql, &[&id, &user.customer_id, &user.email.as_ref().map(Email::key)])
}

/// Counts the use of a discount by which an order was planned.
///
/// # Errors
/// [`Code::Stale`] where it has changed, is used up, or counts once and this user had it.
pub fn use_up(tx: &Tx, discount: &Discount, order_id: Id, user: &DiscountUser) -> Result<()> {
    let id = discount.id;
    let sql = "update discounts set usage_count = usage_count + 1, revision = revision + 1
        where id = $1 and version = $2 and (usage_limit is null or usage_count < usage_limit)";
    let used = discount.once_per_customer && was_used_by(tx, id, user)?;
    if used || tx.execute(sql, &[&id, &discount.version])? == 0 {
        return Err(Error::stale());
    }
    insert_row!(tx, "discount_uses", {
        "order_id": order_id,
        "discount_id": id,
        "customer_id": user.customer_id,
        "email_key": user.email.as_ref().map(Email::key),
    })
}

/// Releases the use of an order that was cancelled.
pub fn release_use(tx: &Tx, order_id: Id) -> Result<()> {
    let sql = "delete from discount_uses where order_id = $1 returning discount_id";
    let Some(id) = tx.maybe_value::<Id>(sql, &[&order_id])? else { return Ok(()) };
    let sql = "update discounts set usage_count = usage_count - 1, revision = revision + 1
        where id = $1";
    tx.execute(sql, &[&id]).map(drop)
}

/// Uses the discount of an order again whose cancellation was taken back. Nothing is counted where
/// the discount is gone.
///
/// # Errors
/// A conflict where it is used up meanwhile.
pub fn use_again(tx: &Tx, order: &Order) -> Result<()> {
    let Some(code) = &order.totals.discount_code else { return Ok(()) };
    let Some(discount) = by_code(tx, code)? else { return Ok(()) };
    if discount.usage_limit.is_some_and(|limit| discount.usage_count >= limit) {
        let detail = format!("The discount {code} of this order is used up meanwhile.");
        return Err(order.not_possible(detail));
    }
    let account = order.customer_id.map(|id| customer_accounts::exists_for(tx, id)).transpose()?;
    let customer_id = order.customer_id.filter(|_| account == Some(true));
    let user = DiscountUser { customer_id, email: order.customer.email.clone() };
    use_up(tx, &Discount { once_per_customer: false, ..discount }, order.id, &user)
}

/// Blanks the user in all uses of a customer; they stay counted.
pub fn forget(tx: &Tx, customer_id: Id) -> Result<()> {
    let sql = "update discount_uses set customer_id = null, email_key = null
        where customer_id = $1
            or order_id in (select id from orders where customer_id = $1)";
    tx.execute(sql, &[&customer_id]).map(drop)
}

fn taken() -> Error {
    let detail = "There is a discount with this code already.";
    let error = FieldError::at("/code", "taken", detail);
    Error::new(Code::Taken, detail).with_errors(vec![error])
}

/// The columns `type` and `value` of a reduction.
fn stored(reduction: Reduction) -> (Type, Option<i64>) {
    match reduction {
        Reduction::Percent(percent) => (Type::Percent, Some(percent.parts())),
        Reduction::Amount(amount) => (Type::Amount, Some(amount.minor())),
        Reduction::FreeShipping => (Type::FreeShipping, None),
    }
}

fn read(row: &Row, currency: Currency) -> Result<Discount> {
    let (id, code, kind) = (row.get("id")?, row.get("code")?, row.word("type", Type::of)?);
    let value: Option<i64> = row.get("value")?;
    let min_subtotal: Option<i64> = row.get("min_subtotal")?;
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
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        usage_limit: row.get("usage_limit")?,
        once_per_customer: row.get("once_per_customer")?,
        usage_count: row.get("usage_count")?,
        currency,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        revision: row.get("revision")?,
    })
}
