//! Units of an order's lines, as the bodies of steps name them.

use crate::domain::Invalid;
use crate::domain::orders::{UNITS_MAX, Units};
use crate::http::form::{self, Field, Form, integer};

/// Units of one line.
pub fn units(form: Form) -> Field<Units> {
    let item_id = form.required("item_id", form::id);
    let quantity = form.required("quantity", integer(1, UNITS_MAX));
    form.done();
    Ok(Units { item_id: item_id?, quantity: quantity? })
}

/// A list that names nothing is a mistake, not everything.
pub fn some_units(form: &Form, items: Option<Vec<Units>>) -> Option<Vec<Units>> {
    if items.as_ref().is_some_and(Vec::is_empty) {
        let detail = "Choose at least one item, or name none for all of them.";
        form.note("items", Invalid::new("empty", detail));
    }
    items
}
