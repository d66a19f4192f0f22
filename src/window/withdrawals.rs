//! Withdrawing in two steps (Directive (EU) 2023/2673): of an order by its cookie, at
//! `/o/<id>/withdrawal`, and by number, name and e-mail at `/withdrawal`, where whoever declares it
//! learns when it came in, and nothing of any order.

use rocket::{get, post};
use serde::Serialize;

use super::checkout_form::FieldTexts;
use super::orders::{lost, own_order};
use super::texts;
use super::visit::Visit;
use crate::domain::Id;
use crate::domain::calendar::{Date, Timestamp};
use crate::domain::orders::{Item, Order, StepInput, StepTerms, Units, Withdrawal};
use crate::domain::text::{Email, LINE_CHARS_MAX, line, paragraphs};
use crate::domain::withdrawals::{DeclarationInput, STATEMENT_CHARS_MAX};
use crate::error::Code;
use crate::http::limits::Kind;
use crate::http::permissions::Caller;
use crate::http::posted_form::PostedForm;
use crate::http::response::{ApiResult, Response};
use crate::store::{orders, withdrawal_declarations};
use crate::texts::Texts;

/// A moment as the receipt of a declaration names it.
#[derive(Serialize)]
struct Moment {
    on: Date,
    /// To the second.
    at: String,
    zone: String,
}

impl Moment {
    fn of(visit: &Visit, at: Timestamp) -> Self {
        let zone = &visit.view.settings.time_zone;
        Self { on: zone.date_of(at), at: zone.time_of(at), zone: zone.name().to_owned() }
    }
}

/// A line that can be withdrawn from, in whole or in part.
#[derive(Serialize)]
struct Row {
    item_id: Id,
    name: String,
    variant_title: Option<String>,
    /// The most that can be chosen.
    left: i64,
    chosen: i64,
}

impl Row {
    /// The row of units that are left of a line; `chosen` says how many of them are meant.
    fn of(order: &Order, units: &Units, chosen: impl Fn(&Item, i64) -> i64) -> Option<Self> {
        let item = order.item(units.item_id)?;
        Some(Self {
            item_id: item.id,
            name: item.name.clone(),
            variant_title: item.variant_title.clone(),
            left: units.quantity,
            chosen: chosen(item, units.quantity),
        })
    }
}

#[derive(Serialize)]
struct OrderWithdrawal {
    id: Id,
    number: String,
    rows: Vec<Row>,
    /// The buyer looks at what they chose, and confirms it.
    confirms: bool,
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct Withdrawn {
    id: Id,
    number: String,
    rows: Vec<Row>,
    moment: Moment,
}

#[get("/o/<id>/withdrawal")]
pub fn of_order(visit: Visit, id: Id) -> ApiResult {
    let Some(order) = own_order(&visit, id)? else { return lost(&visit) };
    let rows = rows(&order, &visit, |_, left| left);
    if rows.is_empty()
        && let Some(last) = order.withdrawals.last()
    {
        return receipt(&visit, &order, last);
    }
    chooser(&visit, &order, rows, (false, None))
}

#[post("/o/<id>/withdrawal", data = "<form>")]
pub async fn withdraw(visit: Visit, id: Id, form: PostedForm) -> ApiResult {
    visit.ctx.limit(Kind::Order, &Caller::Visitor)?;
    let Some(order) = own_order(&visit, id)? else { return lost(&visit) };
    let wanted = |item: &Item, left: i64| {
        form.text(&format!("units-{}", item.id)).parse().unwrap_or(0).clamp(0, left)
    };
    let rows = rows(&order, &visit, wanted);
    let chosen: Vec<Units> = rows
        .iter()
        .filter(|row| row.chosen > 0)
        .map(|row| Units { item_id: row.item_id, quantity: row.chosen })
        .collect();
    // Whoever confirms twice has confirmed.
    if rows.is_empty()
        && let Some(last) = order.withdrawals.last()
    {
        return receipt(&visit, &order, last);
    }
    if chosen.is_empty() {
        return chooser(&visit, &order, rows, (false, Some("withdrawal.choose")));
    }
    if form.text("step") != "confirm" {
        return chooser(&visit, &order, rows, (true, None));
    }
    let input = StepInput::Withdrawal { items: Some(chosen), by_shop: false };
    let taken = visit.ctx.write(move |tx| {
        let order = orders::find(tx, id)?;
        orders::take_step(tx, &order, &input, |decided| decided)
    });
    match taken.await {
        Ok(_) => Ok(Response::see_other(visit.to(&format!("/o/{id}/withdrawal/done")))),
        Err(error) if matches!(error.code(), Code::ActionNotPossible | Code::Invalid) => {
            chooser(&visit, &order, rows, (false, Some("withdrawal.not_possible")))
        }
        Err(error) => Err(error),
    }
}

/// The receipt of the last withdrawal.
#[get("/o/<id>/withdrawal/done")]
pub fn done(visit: Visit, id: Id) -> ApiResult {
    let Some(order) = own_order(&visit, id)? else { return lost(&visit) };
    match order.withdrawals.last() {
        Some(last) => receipt(&visit, &order, last),
        None => Ok(Response::see_other(visit.to(&format!("/o/{id}/withdrawal")))),
    }
}

/// The lines that can still be withdrawn from.
fn rows(order: &Order, visit: &Visit, chosen: impl Fn(&Item, i64) -> i64) -> Vec<Row> {
    let terms = StepTerms::of(&visit.view.settings);
    let left = order.withdrawable_units(&terms, visit.ctx.app.clock.now());
    left.iter().filter_map(|units| Row::of(order, units, &chosen)).collect()
}

fn chooser(
    visit: &Visit,
    order: &Order,
    rows: Vec<Row>,
    (confirms, error): (bool, Option<&'static str>),
) -> ApiResult {
    let status = match error {
        Some("withdrawal.not_possible") => 409,
        Some(_) => 422,
        None => 200,
    };
    let page =
        OrderWithdrawal { id: order.id, number: order.number.clone(), rows, confirms, error };
    Ok(visit.own(visit.render("order_withdrawal.html", &page)?).with_status(status))
}

fn receipt(visit: &Visit, order: &Order, withdrawal: &Withdrawal) -> ApiResult {
    let rows = withdrawal.items.iter().filter_map(|units| Row::of(order, units, |_, all| all));
    let page = Withdrawn {
        id: order.id,
        number: order.number.clone(),
        rows: rows.collect(),
        moment: Moment::of(visit, withdrawal.withdrawn_at),
    };
    Ok(visit.own(visit.render("order_withdrawn.html", &page)?))
}

#[derive(Serialize)]
struct DeclarationPage<'a> {
    number: &'a str,
    name: &'a str,
    email: &'a str,
    statement: &'a str,
    faults: FieldTexts,
    confirms: bool,
}

#[derive(Serialize)]
struct Declared {
    input: DeclarationInput,
    moment: Moment,
}

#[get("/withdrawal")]
pub fn page(visit: Visit) -> ApiResult {
    declaration_page(&visit, &PostedForm::default(), (false, FieldTexts::new()))
}

/// Shows what was typed, to be confirmed; confirmed, it is stored and acknowledged, whether it fits
/// an order or not.
#[post("/withdrawal", data = "<form>")]
pub async fn declare(visit: Visit, form: PostedForm) -> ApiResult {
    visit.ctx.limit(Kind::Login, &Caller::Visitor)?;
    let input = match declaration(&form, texts::of(visit.language())) {
        Ok(input) => input,
        Err(faults) => return declaration_page(&visit, &form, (false, faults)),
    };
    if form.text("step") != "confirm" {
        let confirms = form.text("step") != "change";
        return declaration_page(&visit, &form, (confirms, FieldTexts::new()));
    }
    let stored = input.clone();
    let language = visit.language();
    let declared =
        visit.ctx.write(move |tx| withdrawal_declarations::declare(tx, &stored, language));
    let declared = declared.await?;
    let page = Declared { input, moment: Moment::of(&visit, declared.declared_at) };
    Ok(visit.own(visit.render("withdrawn.html", &page)?))
}

/// The declaration of a form, or its faults.
fn declaration(
    form: &PostedForm,
    texts: &Texts,
) -> std::result::Result<DeclarationInput, FieldTexts> {
    let mut faults = FieldTexts::new();
    let mut fault = |field: &str| {
        let text = texts.get(&format!("fault.{field}")).unwrap_or_default();
        faults.insert(field.to_owned(), text.to_owned());
    };
    let one_line =
        |name: &str| line(form.text(name), LINE_CHARS_MAX).ok().filter(|it| !it.is_empty());
    let (number, name) = (one_line("number"), one_line("name"));
    let email = Email::parse(form.text("email")).ok();
    let statement = paragraphs(form.text("statement"), STATEMENT_CHARS_MAX);
    for (field, is_missing) in [
        ("number", number.is_none()),
        ("name", name.is_none()),
        ("email", email.is_none()),
        ("statement", statement.is_err()),
    ] {
        if is_missing {
            fault(field);
        }
    }
    match (number, name, email, statement) {
        (Some(order_number), Some(name), Some(email), Ok(statement)) => Ok(DeclarationInput {
            order_number,
            name,
            email: email.as_str().to_owned(),
            statement: Some(statement).filter(|text| !text.is_empty()),
        }),
        _ => Err(faults),
    }
}

fn declaration_page(
    visit: &Visit,
    form: &PostedForm,
    (confirms, faults): (bool, FieldTexts),
) -> ApiResult {
    let status = if faults.is_empty() { 200 } else { 422 };
    let page = DeclarationPage {
        number: form.text("number"),
        name: form.text("name"),
        email: form.text("email"),
        statement: form.text("statement"),
        faults,
        confirms,
    };
    Ok(visit.own(visit.render("withdrawal.html", &page)?).with_status(status))
}
