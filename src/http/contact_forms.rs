//! Names and addresses, as several bodies hold them.

use super::form::{Field, Form, line, raw, text};
use super::json::Json;
use crate::domain::customers::{Address, Contact};
use crate::domain::passwords::Password;
use crate::domain::text::{Email, LINE_CHARS_MAX, country, phone};
use crate::domain::{Invalid, Parsed};

/// An address of a body.
pub fn address(form: Form) -> Field<Address> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let line1 = form.required("line1", line(LINE_CHARS_MAX));
    let city = form.required("city", line(LINE_CHARS_MAX));
    with_rest(&form, name, line1, city)
}

/// An address of which nothing but the country need be known; what is not is empty.
pub fn destination(form: Form) -> Field<Address> {
    let text = |name| form.optional(name, line(LINE_CHARS_MAX)).map(Option::unwrap_or_default);
    let (name, line1, city) = (text("name"), text("line1"), text("city"));
    with_rest(&form, name, line1, city)
}

fn with_rest(
    form: &Form,
    name: Field<String>,
    line1: Field<String>,
    city: Field<String>,
) -> Field<Address> {
    let line2 = form.optional("line2", line(LINE_CHARS_MAX));
    let postal_code = form.optional("postal_code", line(LINE_CHARS_MAX));
    let region = form.optional("region", line(LINE_CHARS_MAX));
    let country = form.required("country", text(country));
    let company = form.optional("company", line(LINE_CHARS_MAX));
    let vat_id = form.optional("vat_id", line(LINE_CHARS_MAX));
    let phone = form.optional("phone", text(phone));
    form.done();
    Ok(Address {
        name: name?,
        line1: line1?,
        line2: line2?,
        postal_code: postal_code?,
        city: city?,
        region: region?,
        country: country?,
        company: company?,
        vat_id: vat_id?,
        phone: phone?,
    })
}

/// What a person must have to be reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    ByEmail,
    /// Whom the staff speaks to may have no e-mail.
    ByEmailOrPhone,
}

/// A person of a body: a name, and what they are reached by.
pub fn contact(form: &Form, reached: Reached) -> Field<Contact> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let email = match reached {
        Reached::ByEmail => form.required("email", text(Email::parse)).map(Some),
        Reached::ByEmailOrPhone => form.optional("email", text(Email::parse)),
    };
    let phone = form.optional("phone", text(phone));
    if matches!((&email, &phone), (Ok(None), Ok(None))) {
        let detail = "Give an e-mail address or a phone number.";
        return Err(form.note("email", Invalid::new("required", detail)));
    }
    Ok(Contact { name: name?, email: email?, phone: phone? })
}

/// A person that is an object of its own inside a body.
pub fn contact_object(reached: Reached) -> impl FnOnce(Form) -> Field<Contact> {
    move |form| {
        let contact = contact(&form, reached);
        form.done();
        contact
    }
}

/// A new password, which is none of its owner's names.
pub fn new_password(names: &[&str]) -> impl Fn(&Json) -> Parsed<Password> {
    move |value| Password::choose(&raw(value)?, names)
}
