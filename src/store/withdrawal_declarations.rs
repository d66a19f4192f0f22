//! Withdrawals that were declared without a login: every one is stored, and becomes a withdrawal of
//! the order that it fits. What fits none waits for somebody of the shop.

use serde_json::json;

use super::engine::list::{List, Page, Range};
use super::engine::sql::Row;
use super::engine::statements::{insert, update};
use super::mails::{self, NewMail};
use super::{Tx, orders, settings};
use crate::domain::Id;
use crate::domain::calendar::Timestamp;
use crate::domain::mails::MailKind;
use crate::domain::orders::{Order, StepInput};
use crate::domain::text::{Email, folded};
use crate::domain::window::Language;
use crate::domain::withdrawals::{Declaration, DeclarationInput};
use crate::error::{Code, Error, Result};

macro_rules! columns {
    () => {
        "id, order_number, name, email, statement, order_id, open_because, declared_at, settled_at"
    };
}

/// Orders that a declared number may mean: one, but for prefixes.
const ORDERS_LOOKED_AT: i64 = 10;

/// Stores a declaration, and withdraws from the order where everything fits.
///
/// `language`: that of its receipt.
pub fn declare(tx: &Tx, input: &DeclarationInput, language: Language) -> Result<Declaration> {
    let order = fitting_order(tx, input)?;
    let open_because = match (&order, &input.statement) {
        (None, _) => Some("No order has this number, name and e-mail.".to_owned()),
        // What of it is meant stands in words, which somebody has to read.
        (Some(_), Some(_)) => Some("It names a part of the order in words.".to_owned()),
        (Some(order), None) => {
            let all = StepInput::Withdrawal { items: None, by_shop: false };
            match orders::take_step(tx, order, &all, |decided| decided) {
                Ok(_) => None,
                Err(error) if is_refusal(error.code()) => Some(error.detail().to_owned()),
                Err(error) => return Err(error),
            }
        }
    };
    let id = insert!(tx, "withdrawal_declarations", {
        "order_number": input.order_number,
        "name": input.name,
        "email": input.email,
        "statement": input.statement,
        "order_id": order.map(|order| order.id),
        "open_because": open_because,
        "declared_at": tx.now(),
    })?;
    let declaration = find(tx, id)?;
    tell(tx, &declaration, language)?;
    Ok(declaration)
}

/// Sends the receipt to the address that was typed, and tells the shop what waits for it. The
/// receipt is the same whether it fits an order or not.
fn tell(tx: &Tx, declaration: &Declaration, language: Language) -> Result<()> {
    let settings = settings::load(tx)?;
    let Some(mail) = &settings.mail else { return Ok(()) };
    let own = settings.window.own_language();
    let facts = json!({ "declaration_id": declaration.id });
    if let Ok(to) = Email::parse(&declaration.input.email) {
        let receipt = NewMail::of(MailKind::DeclarationReceived, &to, language);
        let facts = facts.clone();
        mails::queue(tx, mail, &NewMail { facts, by_visitor: true, ..receipt })?;
    }
    match declaration.open_because {
        Some(_) => mails::tell_shop(tx, mail, own, MailKind::ShopWithdrawal, &facts),
        None => Ok(()),
    }
}

/// Tells a withdrawal that is not possible from a fault of the shop.
fn is_refusal(code: Code) -> bool {
    matches!(code, Code::ActionNotPossible | Code::Conflict | Code::Invalid)
}

/// The order that a declaration means, if its number, name and e-mail are those of one.
fn fitting_order(tx: &Tx, input: &DeclarationInput) -> Result<Option<Order>> {
    let fits = |order: &Order| {
        let name = order.customer.name.as_deref().map(folded);
        let email = order.customer.email.as_ref().map(Email::key);
        name == Some(folded(&input.name)) && email == Some(folded(&input.email))
    };
    // With a # in front and without the prefix is how people write a number as well.
    let number = input.order_number.trim_start_matches('#').trim();
    let sql = "select id from orders where number in (
            select $1 union all select order_number_prefix || $1 from settings
            union all select prefix || $1 from past_number_prefixes)
        order by id limit $2";
    let ids: Vec<Id> = tx.values(sql, &[&number, &ORDERS_LOOKED_AT])?;
    for id in ids {
        let order = orders::find(tx, id)?;
        if fits(&order) {
            return Ok(Some(order));
        }
    }
    Ok(None)
}

/// A declaration.
///
/// # Errors
/// Not found.
pub fn find(tx: &Tx, id: Id) -> Result<Declaration> {
    let sql = concat!("select ", columns!(), " from withdrawal_declarations where id = $1");
    tx.maybe(sql, &[&id], read)?.ok_or_else(Error::not_found)
}

/// A page of the declarations. `open`: of those that wait for somebody alone, or of the others.
pub fn list(tx: &Tx, open: Option<bool>, range: &Range) -> Result<Page<Declaration>> {
    let mut list = List::of("withdrawal_declarations");
    match open {
        Some(true) => list.only("open_because is not null and settled_at is null"),
        Some(false) => list.only("(open_because is null or settled_at is not null)"),
        None => {}
    }
    list.page(tx, range, columns!(), read)
}

/// Tells `false` for a page that may lie behind many rows that are no part of it.
pub fn is_short(open: Option<bool>, range: &Range) -> bool {
    open != Some(false) && !range.is_counted
}

/// Says of a declaration that somebody has seen to it, or that nobody has.
pub fn settle(tx: &Tx, old: &Declaration, settled: bool) -> Result<Declaration> {
    // The first who has seen to it did so, whoever says it again.
    if settled != old.settled {
        update!(tx, "withdrawal_declarations", old.id, {
            "settled_at": settled.then(|| tx.now()),
        })?;
    }
    find(tx, old.id)
}

fn read(row: &Row) -> Result<Declaration> {
    let settled_at = row.get::<Option<Timestamp>>("settled_at")?;
    Ok(Declaration {
        id: row.get("id")?,
        input: DeclarationInput {
            order_number: row.get("order_number")?,
            name: row.get("name")?,
            email: row.get("email")?,
            statement: row.get("statement")?,
        },
        order_id: row.get("order_id")?,
        open_because: row.get("open_because")?,
        declared_at: row.get("declared_at")?,
        settled: settled_at.is_some(),
        settled_at,
    })
}
