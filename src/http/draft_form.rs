//! The fields of an order that is asked for.

use super::contact_forms::contact;
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
    let (draft, errors) = form::read_on(sent, |form| draft(form, lines_max, to))?;
    Ok(Draft { errors, ..draft })
}

/// What other shops call the lines of an order.
const LINES_ELSEWHERE: &[&str] =
    &["products", "product_ids", "product_id", "lines", "line_items", "order_items", "cart"];

fn draft(form: &Form, lines_max: usize, to: ReadAddress) -> Draft {
    form.hint(
        LINES_ELSEWHERE,
        "What is ordered stands in \"items\": [{\"product_id\": 1, \"quantity\": 2}].",
    );
    let items = form.each("items", lines_max, line_input);
    if items.as_ref().is_ok_and(|items| items.as_ref().is_none_or(Vec::is_empty)) {
        form.note("items", Invalid::new("required", "There is nothing in this order yet."));
    }
    let items = items.ok().flatten().unwrap_or_default().into_iter().enumerate();
    let guest = form.object("customer", guest).unwrap_or(None);
    let (customer, accepts_marketing) = guest.unzip();
    Draft {
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
    }
}

/// The guest who orders, and whether they take letters from the shop.
fn guest(form: Form) -> Field<(Contact, bool)> {
    let (contact, marketing) = (contact(&form), form.optional("accepts_marketing", flag));
    form.done();
    Ok((contact?, marketing?.unwrap_or(false)))
}

fn line_input(form: Form) -> Field<LineInput> {
    let product_id = form.required("product_id", form::id);
    let variant_id = form.optional("variant_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    let note = form.optional("note", paragraphs(LINE_NOTE_CHARS_MAX));
    form.done();
    let (product_id, variant_id) = (product_id?, variant_id?);
    Ok(LineInput { product_id, variant_id, quantity: quantity?, note: note? })
}
