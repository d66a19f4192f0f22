//! The names of countries in each language: `static/window/countries.txt` (ISO 3166-1, names as in
//! CLDR).

use serde::Serialize;

use super::window::Language;

/// A line for each: code, English name, German name.
const NAMES: &str = include_str!("../../static/window/countries.txt");

/// A country to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Country {
    pub code: &'static str,
    pub name: &'static str,
}

/// The name of a country; its code, where it has none.
pub fn name(code: &str, language: Language) -> &str {
    all(language).find(|country| country.code == code).map_or(code, |country| country.name)
}

/// All of them, by their codes.
pub fn all(language: Language) -> impl Iterator<Item = Country> {
    NAMES.lines().filter_map(move |line| {
        let mut parts = line.split('|');
        let (code, english, german) = (parts.next()?, parts.next()?, parts.next()?);
        let name = match language {
            Language::En => english,
            Language::De => german,
        };
        Some(Country { code, name })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::country;

    #[test]
    fn every_country_has_a_code_and_two_names() {
        let lines = NAMES.lines().count();
        assert!(lines > 240);
        for language in [Language::En, Language::De] {
            let countries: Vec<Country> = all(language).collect();
            assert_eq!(countries.len(), lines);
            for country in countries {
                assert!(super::tests::country(country.code).is_ok(), "{}", country.code);
                assert!(!country.name.is_empty());
            }
        }
    }
}
