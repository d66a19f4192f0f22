//! `/settings` for the owner, and `/shop`, the part of them that everybody may see.

use rocket::{get, patch, put};

use super::answer::{Answer, Reply};
use super::ask::Ask;
use super::auth::{Permission, authorize};
use super::body::Body;
use super::etag::Tag;
use super::form::{self, Field, Form, integer, line, patched, text};
use super::json::Json;
use crate::domain::calendar::Zone;
use crate::domain::currency::Currency;
use crate::domain::settings::{DELIVERY_DAYS_MAX, PaymentMethod, Settings};
use crate::domain::text::{LINE_CHARS_MAX, country, url};
use crate::domain::{ID_MAX, Parsed, Refusal};
use crate::error::Result;
use crate::store::settings;

const PREFIX_CHARS_MAX: usize = 16;

#[get("/settings")]
pub fn read(ask: Ask) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::Settings)?;
    let settings = ask.app.store.read(settings::load)?;
    ask.object(&settings, tag(&settings), &caller)
}

#[put("/settings", data = "<body>")]
pub async fn replace(ask: Ask, body: Body) -> Reply {
    change(ask, move |_| Ok(body.into_json())).await
}

#[patch("/settings", data = "<body>")]
pub async fn edit(ask: Ask, body: Body) -> Reply {
    change(ask, move |old| patched(old, body.json())).await
}

#[get("/shop")]
pub fn shop(ask: Ask) -> Reply {
    let caller = ask.caller()?;
    let settings = ask.app.store.read(settings::load)?;
    ask.object(&settings.public(), tag(&settings), &caller)
}

async fn change(ask: Ask, whole: impl FnOnce(&Settings) -> Result<Json> + Send + 'static) -> Reply {
    let caller = ask.caller()?;
    authorize(&caller, Permission::Settings)?;
    let (if_match, now) = (ask.if_match(), ask.now);
    let settings = ask
        .write(move |tx| {
            let old = settings::load(tx)?;
            let new = form::read(&whole(&old)?, |form| fields(form, &old))?;
            tag(&old).check(if_match.as_deref(), false, || serde_json::json!(old))?;
            settings::update(tx, &old, &new, now)
        })
        .await?;
    let etag = tag(&settings).text(caller.sees_as_staff());
    Ok(Answer::ok(&settings)?.with_etag(etag))
}

fn fields(form: &Form, old: &Settings) -> Field<Settings> {
    let name = form.required("name", line(LINE_CHARS_MAX));
    let currency = form.required("currency", text(Currency::parse));
    let time_zone = form.optional("time_zone", text(Zone::parse));
    let country = form.optional("country", text(country));
    let public_url = form.optional("public_url", text(base_url));
    let order_number_prefix = form.optional("order_number_prefix", text(prefix));
    let order_number_start = form.optional("order_number_start", integer(1, ID_MAX / 2));
    let delivery_days = form.optional("delivery_days", integer(0, DELIVERY_DAYS_MAX));
    let cut_off_hour = form.optional("cut_off_hour", small(0, 23));
    let open_weekdays = form.values("open_weekdays", 7, small(1, 7));
    let payment_methods = form.values("payment_methods", 7, text(PaymentMethod::parse));
    let mut open_weekdays = open_weekdays?.unwrap_or_else(|| vec![1, 2, 3, 4, 5]);
    open_weekdays.sort_unstable();
    open_weekdays.dedup();
    let mut methods: Vec<PaymentMethod> = Vec::new();
    for method in payment_methods?.unwrap_or_else(|| vec![PaymentMethod::BankTransfer]) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    for (name, empty) in
        [("open_weekdays", open_weekdays.is_empty()), ("payment_methods", methods.is_empty())]
    {
        if empty {
            form.note(name, Refusal::new("empty", "Give at least one."));
        }
    }
    Ok(Settings {
        name: name?,
        currency: currency?,
        time_zone: time_zone?.unwrap_or_else(Zone::utc),
        country: country?,
        public_url: public_url?,
        order_number_prefix: order_number_prefix?.unwrap_or_default(),
        order_number_start: order_number_start?.unwrap_or(old.order_number_start),
        delivery_days: delivery_days?.unwrap_or(3),
        cut_off_hour: cut_off_hour?,
        open_weekdays,
        payment_methods: methods,
        ..old.clone()
    })
}

/// An address to build others on: without a slash at its end.
fn base_url(raw: &str) -> Parsed<String> {
    let text = url(raw)?;
    match text.contains(['?', '#']) {
        true => Err(Refusal::new("not_a_url", "Give the address without ? and #.")),
        false => Ok(text.trim_end_matches('/').to_owned()),
    }
}

/// Letters, digits and `-/._` in front of order numbers; may be empty. It does not end in a digit,
/// so that no two numbers can ever read the same.
fn prefix(raw: &str) -> Parsed<String> {
    let plain = raw.chars().all(|c| c.is_ascii_alphanumeric() || "-/._".contains(c));
    let ends_in_digit = raw.ends_with(|c: char| c.is_ascii_digit());
    match plain && !ends_in_digit && raw.len() <= PREFIX_CHARS_MAX {
        true => Ok(raw.to_owned()),
        false => {
            let detail = "At most 16 letters, digits and - / . _, no digit at the end.";
            Err(Refusal::new("not_a_prefix", detail))
        }
    }
}

fn small(least: i8, most: i8) -> impl Fn(&Json) -> Parsed<i8> {
    move |value| {
        let number = integer(least.into(), most.into())(value)?;
        i8::try_from(number).map_err(|_| Refusal::new("out_of_range", "Give less."))
    }
}

fn tag(settings: &Settings) -> Tag {
    Tag { version: settings.version, revision: 0 }
}
