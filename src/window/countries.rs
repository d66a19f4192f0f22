//! Countries that goods can be sent to, in the language of the page.

use crate::domain::country_names::{Country, all};
use crate::domain::settings::Settings;
use crate::domain::tax::ANY_COUNTRY;
use crate::domain::text::search_key;
use crate::domain::window::Language;

/// The countries that the shop sends to, by their names; its own first.
pub fn of(settings: &Settings, language: Language) -> Vec<Country> {
    let methods = settings.shipping_methods.iter().filter(|method| !method.pickup);
    let named: Vec<&str> =
        methods.flat_map(|method| method.countries.iter().map(String::as_str)).collect();
    let is_sent = |country: &Country| named.contains(&ANY_COUNTRY) || named.contains(&country.code);
    let mut countries: Vec<Country> = all(language).filter(is_sent).collect();
    countries.sort_unstable_by_key(|country| {
        let is_other = Some(country.code) != settings.country.as_deref();
        (is_other, search_key(country.name))
    });
    countries
}
