//! Reading the fields of a body: every fault is noted with its JSON Pointer, and all of them are
//! answered at once.

use std::cell::RefCell;

use super::field_names::asked_for;
use super::json::Json;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::tax::Percent;
use crate::domain::{Change, Id, Invalid, Parsed};
use crate::error::{Error, FIELD_ERRORS_MAX, FieldError, Result};

/// Fields of every object that may be sent back and are ignored, so that what was read can be sent.
const READ_ONLY: &[&str] = &["id", "version", "created_at", "updated_at", "currency"];

/// The faults of a request so far.
#[derive(Default)]
pub struct FieldErrors(RefCell<Vec<FieldError>>);

/// Stands for a field whose fault is noted already.
#[derive(Clone, Copy, Debug)]
pub struct InvalidField;

/// A field that was read, or noted as wrong.
pub type Field<T> = std::result::Result<T, InvalidField>;

impl From<InvalidField> for Error {
    fn from(_: InvalidField) -> Self {
        // Only reached when a form forgets to check its issues first.
        Self::internal("a field was used although it was refused")
    }
}

impl FieldErrors {
    /// Notes a fault of a field and returns the mark of it.
    pub fn note(&self, pointer: String, invalid: Invalid) -> InvalidField {
        let mut errors = self.0.borrow_mut();
        if errors.len() < FIELD_ERRORS_MAX {
            errors.push(FieldError::at(pointer, invalid.code, invalid.detail));
        }
        InvalidField
    }

    /// Succeeds when no fault was noted.
    pub fn check(self) -> Result<()> {
        let errors = self.0.into_inner();
        if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors)) }
    }
}

/// Reads a body as an object.
///
/// # Errors
/// Every fault at once.
pub fn read<T>(json: &Json, read: impl FnOnce(&Form) -> Field<T>) -> Result<T> {
    let errors = FieldErrors::default();
    let value = Form::at(String::new(), json, &errors).and_then(|form| {
        let value = read(&form);
        form.done();
        value
    });
    errors.check()?;
    Ok(value?)
}

/// Reads a body whose other faults only come out later, to be told together: what could be read,
/// and what is wrong so far.
///
/// # Errors
/// A body that is no object.
pub fn read_on<T>(json: &Json, read: impl FnOnce(&Form) -> T) -> Result<(T, Vec<FieldError>)> {
    let errors = FieldErrors::default();
    let value = Form::at(String::new(), json, &errors).map(|form| {
        let value = read(&form);
        form.done();
        value
    });
    match value {
        Ok(value) => Ok((value, errors.0.into_inner())),
        Err(InvalidField) => Err(Error::invalid(errors.0.into_inner())),
    }
}

/// An object whose fields are read one by one.
pub struct Form<'a> {
    errors: &'a FieldErrors,
    pointer: String,
    fields: &'a [(String, Json)],
    known: RefCell<Vec<&'static str>>,
    hints: RefCell<Vec<Hint>>,
}

/// Names of fields that people send who mean another one, and a sentence that says which.
type Hint = (&'static [&'static str], &'static str);

impl<'a> Form<'a> {
    /// An object inside the body.
    pub fn at(pointer: String, json: &'a Json, errors: &'a FieldErrors) -> Field<Self> {
        match json {
            Json::Object(fields) => {
                let (known, hints) = (RefCell::new(READ_ONLY.to_vec()), RefCell::default());
                Ok(Self { errors, pointer, fields, known, hints })
            }
            other => Err(errors.note(pointer, wrong_type("an object", other))),
        }
    }

    /// A field that must be there, and not empty.
    pub fn required<T>(&self, name: &'static str, read: impl Fn(&Json) -> Parsed<T>) -> Field<T> {
        match self.filled(name) {
            None => {
                let invalid = Invalid::new("required", asked_for(name));
                Err(self.errors.note(self.pointer_to(name), invalid))
            }
            Some(value) => self.noted(name, read(value)),
        }
    }

    /// A field that may be missing, null or empty.
    pub fn optional<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Json) -> Parsed<T>,
    ) -> Field<Option<T>> {
        match self.filled(name) {
            None => Ok(None),
            Some(value) => self.noted(name, read(value)).map(Some),
        }
    }

    /// A field that stays as it is when it is missing or empty; null is a value of the wrong type.
    pub fn change<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Json) -> Parsed<T>,
    ) -> Field<Change<T>> {
        match self.find(name) {
            None => Ok(Change::Keep),
            Some(value) if value.is_empty_text() => Ok(Change::Keep),
            Some(value) => self.noted(name, read(value)).map(Change::Set),
        }
    }

    /// A field that stays as it is when it is missing; null empties it, and so does a patch that
    /// leaves its text empty.
    pub fn clearable<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Json) -> Parsed<T>,
    ) -> Field<Change<Option<T>>> {
        match self.find(name) {
            Some(Json::Null | Json::Emptied) => Ok(Change::Set(None)),
            Some(value) if !value.is_empty_text() => {
                self.noted(name, read(value)).map(|value| Change::Set(Some(value)))
            }
            _ => Ok(Change::Keep),
        }
    }

    /// An object inside this one; its own form reads it.
    pub fn object<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(Form<'a>) -> Field<T>,
    ) -> Field<Option<T>> {
        match self.filled(name) {
            None => Ok(None),
            Some(value) => {
                Form::at(self.pointer_to(name), value, self.errors).and_then(read).map(Some)
            }
        }
    }

    /// A list of objects, at most so many. `None` where it is missing or null.
    pub fn list<T>(
        &self,
        name: &'static str,
        most: usize,
        read: impl Fn(Form<'a>) -> Field<T>,
    ) -> Field<Option<Vec<T>>> {
        // Every element is read before the first fault ends it, so that all faults are noted.
        let read = self.each(name, most, read)?;
        read.map(|all| all.into_iter().collect::<Field<Vec<T>>>()).transpose()
    }

    /// The same, with a result for each element: one that is wrong does not hide the others.
    pub fn each<T>(
        &self,
        name: &'static str,
        most: usize,
        read: impl Fn(Form<'a>) -> Field<T>,
    ) -> Field<Option<Vec<Field<T>>>> {
        let Some(values) = self.elements(name, most)? else { return Ok(None) };
        let element = |(at, value): (usize, &'a Json)| {
            let pointer = format!("{}/{at}", self.pointer_to(name));
            Form::at(pointer, value, self.errors).and_then(&read)
        };
        Ok(Some(values.iter().enumerate().map(element).collect()))
    }

    /// A list of plain values, at most so many. `None` where it is missing or null.
    pub fn values<T>(
        &self,
        name: &'static str,
        most: usize,
        read: impl Fn(&Json) -> Parsed<T>,
    ) -> Field<Option<Vec<T>>> {
        let Some(values) = self.elements(name, most)? else { return Ok(None) };
        let element = |(at, value): (usize, &Json)| {
            let pointer = format!("{}/{at}", self.pointer_to(name));
            read(value).map_err(|invalid| self.errors.note(pointer, invalid))
        };
        let read: Vec<Field<T>> = values.iter().enumerate().map(element).collect();
        read.into_iter().collect::<Field<Vec<T>>>().map(Some)
    }

    /// Tells `true` for a field that was sent, also as null, and not left empty.
    pub fn has(&self, name: &'static str) -> bool {
        self.find(name).is_some_and(|value| !value.is_empty_text())
    }

    /// Tells `true` for a field that was sent as null.
    pub fn is_null(&self, name: &'static str) -> bool {
        self.find(name).is_some_and(|value| matches!(value, Json::Null | Json::Emptied))
    }

    /// The fields of an object whose names are the sender's own.
    pub fn entries(&self, name: &'static str) -> Field<&'a [(String, Json)]> {
        match self.filled(name) {
            None => Ok(&[]),
            Some(Json::Object(fields)) => Ok(fields),
            Some(other) => Err(self.note(name, wrong_type("an object", other))),
        }
    }

    /// Fields that are allowed and say nothing.
    pub fn ignore(&self, names: &[&'static str]) {
        self.known.borrow_mut().extend(names);
    }

    /// Says what is meant by names that are none of this form, where one of them is sent.
    pub fn hint(&self, names: &'static [&'static str], sentence: &'static str) {
        self.hints.borrow_mut().push((names, sentence));
    }

    /// Notes a fault of a field.
    pub fn note(&self, name: &str, invalid: Invalid) -> InvalidField {
        self.errors.note(self.pointer_to(name), invalid)
    }

    /// Notes a fault of something inside, by its path without the first slash.
    pub fn note_inside(&self, path: &str, invalid: Invalid) -> InvalidField {
        self.errors.note(format!("{}/{path}", self.pointer), invalid)
    }

    /// Notes a fault of the object as a whole.
    pub fn note_whole(&self, invalid: Invalid) -> InvalidField {
        self.errors.note(self.pointer.clone(), invalid)
    }

    /// Notes every field that nobody asked for.
    pub fn done(&self) {
        let (known, hints) = (self.known.borrow(), self.hints.borrow());
        let unknown = self.fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        for (name, _) in unknown.take(FIELD_ERRORS_MAX) {
            let hint = hints.iter().find(|(names, _)| names.contains(&name.as_str()));
            let detail = match (hint, nearest(name, &known)) {
                (Some((_, sentence)), _) => format!("There is no such field. {sentence}"),
                (None, Some(near)) => format!("There is no such field. Did you mean \"{near}\"?"),
                (None, None) => "There is no such field.".to_owned(),
            };
            self.note(name, Invalid::new("unknown_field", detail));
        }
    }

    fn elements(&self, name: &'static str, most: usize) -> Field<Option<&'a [Json]>> {
        match self.filled(name) {
            None => Ok(None),
            Some(Json::Array(values)) if values.len() > most => {
                Err(self.note(name, Invalid::new("too_many", format!("At most {most} entries."))))
            }
            Some(Json::Array(values)) => Ok(Some(values)),
            Some(other) => Err(self.note(name, wrong_type("a list", other))),
        }
    }

    /// A field that holds something.
    fn filled(&self, name: &'static str) -> Option<&'a Json> {
        self.find(name).filter(|value| **value != Json::Null && !value.is_empty_text())
    }

    fn find(&self, name: &'static str) -> Option<&'a Json> {
        self.known.borrow_mut().push(name);
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn noted<T>(&self, name: &str, parsed: Parsed<T>) -> Field<T> {
        parsed.map_err(|invalid| self.note(name, invalid))
    }

    fn pointer_to(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escaped(name))
    }
}

/// RFC 6901 §3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Reads a string by a parser of text.
pub fn text<T>(parse: impl Fn(&str) -> Parsed<T>) -> impl Fn(&Json) -> Parsed<T> {
    move |value| match value {
        Json::Text(text) => parse(text),
        Json::Emptied => parse(""),
        other => Err(wrong_type("a string", other)),
    }
}

/// Reads a line of at most so many characters.
pub fn line(most: usize) -> impl Fn(&Json) -> Parsed<String> {
    text(move |raw| crate::domain::text::line(raw, most))
}

/// Reads a line that must be the same when it is typed, such as a code.
pub fn plain_line(most: usize) -> impl Fn(&Json) -> Parsed<String> {
    text(move |raw| crate::domain::text::plain_line(raw, most))
}

/// Reads text of several lines that may be empty.
pub fn paragraphs(most: usize) -> impl Fn(&Json) -> Parsed<String> {
    text(move |raw| crate::domain::text::paragraphs(raw, most))
}

/// Any string, as it is.
pub fn raw(value: &Json) -> Parsed<String> {
    text(|raw| Ok(raw.to_owned()))(value)
}

/// Reads `true` or `false`.
pub fn flag(value: &Json) -> Parsed<bool> {
    match value {
        Json::Bool(flag) => Ok(*flag),
        other => Err(wrong_type("true or false", other)),
    }
}

/// An integer between two bounds, both allowed.
pub fn integer(least: i64, most: i64) -> impl Fn(&Json) -> Parsed<i64> {
    move |value| {
        let Json::Number(number) = value else { return Err(wrong_type("an integer", value)) };
        let plain = number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
        if !plain {
            return Err(Invalid::new("not_an_integer", "Enter a whole number."));
        }
        match number.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(Invalid::new("out_of_range", format!("Enter {least} to {most}."))),
        }
    }
}

/// An id, as a number or a string of digits.
pub fn id(value: &Json) -> Parsed<Id> {
    match value {
        Json::Number(digits) | Json::Text(digits) => {
            Id::parse(digits).ok_or_else(|| Invalid::new("not_an_id", "This is the id of nothing."))
        }
        other => Err(wrong_type("an id", other)),
    }
}

/// An amount, as a decimal string or a number taken from its text.
pub fn money(currency: Currency) -> impl Fn(&Json) -> Parsed<Money> {
    move |value| decimal(value).and_then(|text| Money::parse(&text, currency))
}

/// A percentage, as a decimal string or a number taken from its text.
pub fn percent(value: &Json) -> Parsed<Percent> {
    match value {
        Json::Number(text) | Json::Text(text) => Percent::parse(text),
        other => Err(wrong_type("a percentage", other)),
    }
}

/// The text of an amount, to be read in a currency later.
pub fn decimal(value: &Json) -> Parsed<String> {
    match value {
        Json::Number(text) | Json::Text(text) if text.len() <= 64 => Ok(text.clone()),
        Json::Number(_) | Json::Text(_) => {
            Err(Invalid::new("amount_too_large", "This is no amount of money."))
        }
        other => Err(wrong_type("an amount", other)),
    }
}

fn wrong_type(wanted: &str, got: &Json) -> Invalid {
    let got = match got {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::Text(_) | Json::Emptied => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    };
    Invalid::new("wrong_type", format!("Give {wanted}, not {got}."))
}

/// The known name that was probably meant: a slip or two away, and never far in a short name.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > 40 {
        return None;
    }
    let slips_max = if name.chars().count() < 6 { 1 } else { 2 };
    let near = known.iter().min_by_key(|other| slips(name, other))?;
    (slips(name, near) <= slips_max && near.len() > 2).then_some(*near)
}

/// The slips that make one name of the other: a letter changed, added or left out, or two that
/// stand side by side in the wrong order (the distance of optimal string alignment).
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, wanted) in other.iter().enumerate() {
            let changed = at(&last, j) + usize::from(letter != wanted);
            let mut least = changed.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_swapped = i > 0
                && j > 0
                && one.get(i - 1) == Some(wanted)
                && other.get(j - 1) == Some(letter);
            if is_swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found() {
        let known = ["name", "price", "quantity"];
        assert_eq!(nearest("prize", &known), Some("price"));
        assert_eq!(nearest("nmae", &known), Some("name"));
        assert_eq!(nearest("qantitty", &known), Some("quantity"));
        for (far, known) in [("colour", known), ("date", ["note", "to", "q"]), ("page", ["tag"; 3])]
        {
            assert_eq!(nearest(far, &known), None, "{far}");
        }
        for (one, other, count) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("nmae", "name", 1)]
        {
            assert_eq!(slips(one, other), count, "{one} {other}");
        }
    }

    #[test]
    fn all_faults_are_noted_with_their_pointers() {
        let json = super::super::json::parse(r#"{"name":7,"prize":"1","a/b":0}"#).unwrap();
        let errors = FieldErrors::default();
        let form = Form::at(String::new(), &json, &errors).unwrap();
        assert!(form.required("name", line(9)).is_err());
        assert!(form.required("price", raw).is_err());
        form.done();
        let error = errors.check().unwrap_err();
        let all: Vec<String> = error.errors().iter().map(|i| format!("{:?}", i.place)).collect();
        let wanted = ["/name", "/price", "/prize", "/a~1b"];
        assert_eq!(all, wanted.map(|pointer| format!("Pointer({pointer:?})")));
    }
}
