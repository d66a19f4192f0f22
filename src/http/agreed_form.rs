//! The fields of an order as the staff takes it: goods that are not listed, prices that were agreed
//! to, money that came with it. From anyone else they are refused.

use super::form::{self, Field, Form, decimal, line, percent, text};
use crate::domain::Invalid;
use crate::domain::orders::{
    AgreedDiscount, AgreedPrice, AgreedValue, FreeGoods, Goods, PaidInput,
};
use crate::domain::settings::PaymentMethod;
use crate::domain::tax::Percent;
use crate::domain::text::LINE_CHARS_MAX;

const DISCOUNT: &str = "discount";
const REASON: &str = "reason";
const OF_LINES: [&str; 5] = ["name", "tax_category", "unit_price", REASON, DISCOUNT];
const OF_ORDERS: [&str; 3] = [DISCOUNT, "pickup_at", "paid"];

/// Refuses what only the staff may say of an order.
pub fn refuse_of_order(form: &Form) {
    refuse(form, &OF_ORDERS);
}

/// The goods of a line, and the price that was agreed to for them.
pub fn goods(form: &Form, is_shop: bool) -> Field<(Goods, Option<Box<AgreedPrice>>)> {
    if !is_shop {
        refuse(form, &OF_LINES);
        return Ok((listed(form)?, None));
    }
    let is_free = form.has("name") && !form.has("product_id");
    let goods = if is_free { free(form) } else { listed(form) };
    let agreed = agreed_price(form, is_free);
    Ok((goods?, agreed?))
}

/// A discount that was agreed to.
pub fn agreed_discount(form: Form, usual_reason: Option<String>) -> Field<AgreedDiscount> {
    let (amount, percent) = (form.optional("amount", decimal), form.optional("percent", percent));
    let reason = match form.optional(REASON, line(LINE_CHARS_MAX))?.or(usual_reason) {
        Some(reason) => Ok(reason),
        None => Err(form.note(REASON, Invalid::new("required", "Say what it is for."))),
    };
    let value = match (amount?, percent?) {
        (Some(amount), None) => Ok(AgreedValue::Amount(amount)),
        (None, Some(percent)) if percent > Percent::ZERO => Ok(AgreedValue::Percent(percent)),
        (None, Some(_)) => {
            let detail = "A discount is more than nothing.";
            Err(form.note("percent", Invalid::new("out_of_range", detail)))
        }
        _ => {
            let detail = "Give an amount or a percent, not both.";
            Err(form.note("amount", Invalid::new("required", detail)))
        }
    };
    form.done();
    Ok(AgreedDiscount { value: value?, reason: reason? })
}

/// Money that came with the order.
pub fn paid(form: Form) -> Field<PaidInput> {
    let method = form.required("method", text(PaymentMethod::parse));
    let reference = form.optional("reference", line(LINE_CHARS_MAX));
    form.done();
    Ok(PaidInput { method: method?, reference: reference? })
}

fn listed(form: &Form) -> Field<Goods> {
    let product_id = form.required("product_id", form::id);
    let variant_id = form.optional("variant_id", form::id);
    Ok(Goods::Listed { product_id: product_id?, variant_id: variant_id? })
}

fn free(form: &Form) -> Field<Goods> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let tax_category = form.optional("tax_category", line(LINE_CHARS_MAX));
    Ok(Goods::Free(Box::new(FreeGoods { name: name?, tax_category: tax_category? })))
}

/// The price of its own that a line has, if any; goods that are not listed have no other.
fn agreed_price(form: &Form, is_free: bool) -> Field<Option<Box<AgreedPrice>>> {
    let unit_price = match is_free {
        true => form.required("unit_price", decimal).map(Some),
        false => {
            refuse(form, &["name", "tax_category"]);
            form.optional("unit_price", decimal)
        }
    };
    let reason = form.optional(REASON, line(LINE_CHARS_MAX));
    let usual = reason.as_ref().ok().cloned().flatten();
    let discount = form.object(DISCOUNT, |form| agreed_discount(form, usual));
    let (unit_price, reason, discount) = (unit_price?, reason?, discount?);
    if unit_price.is_some() && reason.is_none() && !is_free {
        let detail = "Say why it has a price of its own.";
        return Err(form.note(REASON, Invalid::new("required", detail)));
    }
    let is_agreed = unit_price.is_some() || discount.is_some();
    Ok(is_agreed.then(|| Box::new(AgreedPrice { unit_price, reason, discount })))
}

fn refuse(form: &Form, names: &[&'static str]) {
    form.ignore(names);
    for name in names.iter().filter(|name| form.has(name)) {
        form.note(name, Invalid::new("not_allowed", "Only the shop itself agrees to this."));
    }
}
