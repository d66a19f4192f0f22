//! The fields of an order that is asked for.

use super::agreed_form::{agreed_discount, goods, paid, refuse_of_order};
use super::contact_forms::{Reached, contact};
use super::form::{self, Field, Form, decimal, flag, integer, paragraphs, plain_line};
use super::json::Json;
use super::metadata_form::metadata;
use super::permissions::Caller;
use crate::domain::Invalid;
use crate::domain::customers::{Address, Contact};
use crate::domain::orders::{
    Draft, GUEST_LINES_MAX, LINE_NOTE_CHARS_MAX, LINES_MAX, LineInput, UNITS_MAX,
};
use crate::domain::text::{LINE_CHARS_MAX, NOTE_CHARS_MAX};
use crate::error::Result;

/// Reads an address of an order; that of a quote may still lack most.
pub type ReadAddress = fn(Form) -> Field<Address>;

/// The draft that somebody sent; fields that are not well-formed are noted in it.
///
/// # Errors
/// Invalid, for what is no object.
pub fn read_draft(sent: &Json, caller: &Caller, to: ReadAddress) -> Result<Draft> {
    let lines_max = if caller.is_visitor() { GUEST_LINES_MAX } else { LINES_MAX };
    // Whom the staff speaks to may have no e-mail.
    let reached = if caller.is_shop() { Reached::ByEmailOrPhone } else { Reached::ByEmail };
    let who = (lines_max, reached, caller.is_shop());
    let (draft, errors) = form::read_on(sent, |form| draft(form, who, to))?;
    Ok(Draft { errors, ..draft })
}

/// What other shops call the lines of an order.
const LINES_ELSEWHERE: &[&str] =
    &["products", "product_ids", "product_id", "lines", "line_items", "order_items", "cart"];

fn draft(
    form: &Form,
    (lines_max, reached, is_shop): (usize, Reached, bool),
    to: ReadAddress,
) -> Draft {
    form.hint(
        LINES_ELSEWHERE,
        "What is ordered stands in \"items\": [{\"product_id\": 1, \"quantity\": 2}].",
    );
    let items = form.each("items", lines_max, |form| line_input(&form, is_shop));
    if items.as_ref().is_ok_and(|items| items.as_ref().is_none_or(Vec::is_empty)) {
        form.note("items", Invalid::new("required", "There is nothing in this order yet."));
    }
    let items = items.ok().flatten().unwrap_or_default().into_iter().enumerate();
    let guest = form.object("customer", |form| guest(&form, reached)).unwrap_or(None);
    let (customer, accepts_marketing) = guest.unzip();
    let draft = Draft {
        items: items.filter_map(|(at, item)| Some((at, item.ok()?))).collect(),
        customer_id: form.optional("customer_id", form::id).unwrap_or(None),
        customer,
        accepts_marketing: accepts_marketing.unwrap_or(false),
        shipping_address: form.object("shipping_address", to).unwrap_or(None),
        billing_address: form.object("billing_address", to).unwrap_or(None),
        shipping_method: form
            .optional("shipping_method", plain_line(LINE_CHARS_MAX))
            .unwrap_or(None),
        payment_method: form.optional("payment_method", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        discount_code: form.optional("discount_code", plain_line(LINE_CHARS_MAX)).unwrap_or(None),
        note: form.optional("note", paragraphs(NOTE_CHARS_MAX)).unwrap_or(None),
        metadata: metadata(form).unwrap_or_default(),
        locale: None,
        expected_total: form.optional("expected_total", decimal).unwrap_or(None),
        order_date: form.optional("order_date", form::raw).unwrap_or(None),
        errors: Vec::new(),
        ..Draft::default()
    };
    with_agreed(form, draft, is_shop)
}

/// The draft with what only the staff says of an order.
fn with_agreed(form: &Form, draft: Draft, is_shop: bool) -> Draft {
    if !is_shop {
        refuse_of_order(form);
        return draft;
    }
    Draft {
        discount: form.object("discount", |form| agreed_discount(form, None)).unwrap_or(None),
        pickup_at: form.optional("pickup_at", form::raw).unwrap_or(None),
        paid: form.object("paid", paid).unwrap_or(None),
        ..draft
    }
}

/// The guest who orders, and whether they take letters from the shop.
fn guest(form: &Form, reached: Reached) -> Field<(Contact, bool)> {
    let (contact, marketing) = (contact(form, reached), form.optional("accepts_marketing", flag));
    form.done();
    Ok((contact?, marketing?.unwrap_or(false)))
}

fn line_input(form: &Form, is_shop: bool) -> Field<LineInput> {
    let goods = goods(form, is_shop);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let note = form.optional("note", paragraphs(LINE_NOTE_CHARS_MAX));
    form.done();
    let (goods, agreed) = goods?;
    Ok(LineInput { goods, quantity: quantity?, note: note?, agreed })
}
