//! The form of the checkout: its fields, as the request for an order that a program would send, and
//! the faults of that at the fields.

use std::collections::BTreeMap;

use super::cookies::{Cart, CartLine};
use crate::domain::settings::Settings;
use crate::domain::shipping::ShippingMethod;
use crate::error::{Error, FieldError, Place};
use crate::http::json::Json;
use crate::http::posted_form::PostedForm;
use crate::texts::Texts;

/// Fields of an address, which the form has under their own names, and those of the address of the
/// invoice with a mark in front.
const ADDRESS: [&str; 7] =
    ["company", "line1", "line2", "postal_code", "city", "region", "country"];
const BILLING_MARK: &str = "billing_";
const BILLING_RECIPIENT: &str = "billing_recipient";
/// Ticked where the invoice goes elsewhere.
const BILLING: &str = "billing";

/// The fields that can have a fault, in the order of the page.
pub const FIELDS: [&str; 21] = [
    "name",
    "email",
    "phone",
    "country",
    "shipping_method",
    "company",
    "line1",
    "line2",
    "postal_code",
    "city",
    "region",
    BILLING_RECIPIENT,
    "billing_company",
    "billing_line1",
    "billing_line2",
    "billing_postal_code",
    "billing_city",
    "billing_country",
    "payment_method",
    "discount_code",
    "note",
];

/// Faults by the names of their fields, in the language of the page.
pub type FieldTexts = BTreeMap<String, String>;

/// The typed fields of a checkout.
pub struct CheckoutForm<'a> {
    form: &'a PostedForm,
    settings: &'a Settings,
}

impl<'a> CheckoutForm<'a> {
    /// The fields of a form that was sent, or of an empty one.
    pub fn new(form: &'a PostedForm, settings: &'a Settings) -> Self {
        Self { form, settings }
    }

    /// What was typed, to be shown again.
    pub fn typed(&self) -> BTreeMap<&'a str, &'a str> {
        let mut typed: BTreeMap<_, _> = self.form.fields().collect();
        if !typed.contains_key("country")
            && let Some(country) = &self.settings.country
        {
            typed.insert("country", country);
        }
        if self.is_billed_elsewhere() {
            typed.insert(BILLING, "true");
        }
        typed
    }

    /// The request that the form is, for the lines of a cart. `is_firm`: it is to be placed, so
    /// that what is missing is told.
    pub fn request(&self, cart: &Cart, is_firm: bool) -> Json {
        let items = cart.lines.iter().map(item).collect();
        let mut fields = vec![("items".to_owned(), Json::Array(items))];
        let mut put = |name: &str, value: Json| fields.push((name.to_owned(), value));
        if is_firm {
            put("customer", self.object(&["name", "email", "phone"], ""));
            put("note", text(self.form.text("note")));
            put("expected_total", text(self.form.text("expected_total")));
        }
        for name in ["shipping_method", "payment_method", "discount_code"] {
            put(name, text(self.form.text(name)));
        }
        if self.is_sent(is_firm) {
            put("shipping_address", self.address("", is_firm));
        }
        if is_firm && self.is_billed_elsewhere() {
            put("billing_address", self.address(BILLING_MARK, true));
        }
        Json::Object(fields)
    }

    /// Tells `true` where an address to send to belongs to the order: nothing is sent of what is
    /// fetched, and some ways need none within the shop's own country.
    fn is_sent(&self, is_firm: bool) -> bool {
        let method = self.method();
        let is_typed = self.is_typed("");
        let own = self.settings.country.as_deref();
        // The page has shown what it costs to send it there.
        let is_abroad = self.form.filled("country").is_some_and(|country| Some(country) != own);
        match method {
            Some(method) if method.pickup => false,
            Some(method) if method.needs_address => true,
            _ => !is_firm || is_typed || is_abroad,
        }
    }

    /// Tells `true` where the invoice goes to an address of its own: whoever types one wants it,
    /// whether or not they tick its box as well.
    fn is_billed_elsewhere(&self) -> bool {
        let has_name = self.form.filled(BILLING_RECIPIENT).is_some();
        self.form.filled(BILLING).is_some() || has_name || self.is_typed(BILLING_MARK)
    }

    /// Tells `true` where something of an address is typed. A list of countries always says one.
    fn is_typed(&self, mark: &str) -> bool {
        let is_filled = |name: &&str| self.form.filled(&format!("{mark}{name}")).is_some();
        ADDRESS.iter().filter(|name| **name != "country").any(is_filled)
    }

    fn method(&self) -> Option<&'a ShippingMethod> {
        let code = self.form.text("shipping_method");
        self.settings.shipping_methods.iter().find(|method| method.code == code)
    }

    fn address(&self, mark: &str, is_whole: bool) -> Json {
        let names: &[&str] = if is_whole { &ADDRESS } else { &["country"] };
        let Json::Object(mut fields) = self.object(names, mark) else { return Json::Null };
        if is_whole {
            let own = self.form.filled(&format!("{mark}recipient"));
            let name = own.unwrap_or_else(|| self.form.text("name"));
            fields.push(("name".to_owned(), text(name)));
        } else if self.form.filled("country").is_none()
            && let Some(country) = &self.settings.country
        {
            fields = vec![("country".to_owned(), text(country))];
        }
        Json::Object(fields)
    }

    fn object(&self, names: &[&str], mark: &str) -> Json {
        let field =
            |name: &&str| ((*name).to_owned(), text(self.form.text(&format!("{mark}{name}"))));
        Json::Object(names.iter().map(field).collect())
    }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn item(line: &CartLine) -> Json {
    let number = |number: i64| Json::Number(number.to_string());
    Json::Object(vec![
        ("product_id".to_owned(), number(line.product_id.get())),
        ("variant_id".to_owned(), number(line.variant_id.get())),
        ("quantity".to_owned(), number(line.quantity)),
    ])
}

/// The faults of an order at the fields of the form, in the words of the page. Those of lines are
/// not among them: the cart shows them.
pub fn faults(error: &Error, texts: &Texts) -> FieldTexts {
    let mut faults = FieldTexts::new();
    for fault in error.errors() {
        if let Some(field) = field_of(fault).filter(|field| FIELDS.contains(&field.as_str())) {
            faults.entry(field).or_insert_with(|| words(fault, texts));
        }
    }
    faults
}

/// The field of the form that a fault belongs to.
fn field_of(fault: &FieldError) -> Option<String> {
    let Place::Pointer(pointer) = &fault.place else { return None };
    let mut parts = pointer.trim_start_matches('/').splitn(2, '/');
    let (part, field) = (parts.next()?, parts.next());
    match (part, field) {
        ("items" | "expected_total", _) => None,
        ("customer", None | Some("name")) => Some("name".to_owned()),
        // The name of an address is that of the buyer, unless there is one of its own.
        ("shipping_address", Some("name")) => Some("name".to_owned()),
        ("shipping_address", None) => Some("line1".to_owned()),
        ("billing_address", None) => Some(format!("{BILLING_MARK}line1")),
        ("billing_address", Some("name")) => Some(format!("{BILLING_MARK}recipient")),
        ("billing_address", Some(field)) => Some(format!("{BILLING_MARK}{field}")),
        ("customer" | "shipping_address", Some(field)) => Some(field.to_owned()),
        (part, _) => Some(part.to_owned()),
    }
}

/// A fault in the words of the page: those of its field, else those of its kind.
fn words(fault: &FieldError, texts: &Texts) -> String {
    let field = field_of(fault).unwrap_or_default();
    let field = field.strip_prefix(BILLING_MARK).unwrap_or(&field);
    let own = texts.get(&format!("fault.{field}.{}", fault.code));
    let of_kind = || texts.get(&format!("fault.{}", fault.code));
    let any = || texts.get(&format!("fault.{field}")).or_else(|| texts.get("fault"));
    own.or_else(of_kind).or_else(any).unwrap_or(&fault.detail).to_owned()
}
