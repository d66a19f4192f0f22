//! Lists of settings in which nothing may stand twice.

use crate::domain::{Invalid, Parsed};
use crate::http::form::{Field, Form};
use crate::http::json::Json;

/// A list that is not empty, each value once; `usual` where nothing was sent.
pub fn some_of<T: Clone + PartialEq>(
    form: &Form,
    name: &'static str,
    most: usize,
    read: impl Fn(&Json) -> Parsed<T>,
    usual: &[T],
) -> Field<Vec<T>> {
    let mut values: Vec<T> = Vec::new();
    for value in form.values(name, most, read)?.unwrap_or_else(|| usual.to_vec()) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if values.is_empty() {
        return Err(form.note(name, Invalid::new("empty", "Choose at least one.")));
    }
    Ok(values)
}

/// Notes the rows that are the same as one before them.
pub fn note_twice<T>(
    form: &Form,
    list: &str,
    field: &str,
    rows: &[T],
    same: impl Fn(&T, &T) -> bool,
) {
    for (at, row) in rows.iter().enumerate() {
        if rows.iter().take(at).any(|before| same(before, row)) {
            let detail = "This stands in the list already.";
            form.note_inside(&format!("{list}/{at}{field}"), Invalid::new("given_twice", detail));
        }
    }
}
