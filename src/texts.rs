//! The words of pages in one language, by their names, and how a template says them.

use std::collections::HashMap;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error};

use crate::domain::window::Language;
use crate::domain::{country_names, spelling};
use crate::templates::escaped;

/// The words of one language.
pub struct Texts(HashMap<String, String>);

impl Texts {
    /// The words of a file of them; a test of each file sees that it can be read.
    pub fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
    }

    /// The text of a name, if there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of a name with its `{parameters}` filled in. One of `n` units may have a text of
    /// its own, `name.one`.
    pub fn say(&self, name: &str, parameters: &[(&str, &str)]) -> String {
        let is_one = parameters.contains(&("n", "1"));
        let one = is_one.then(|| self.0.get(&format!("{name}.one"))).flatten();
        let Some(text) = one.or_else(|| self.0.get(name)) else { return name.to_owned() };
        let mut text = text.clone();
        for (parameter, value) in parameters {
            text = text.replace(&format!("{{{parameter}}}"), value);
        }
        text
    }
}

/// Lets templates speak a language: `say("name", n=3)`, and numbers, dates, rates and countries as
/// it writes them.
pub fn teach(environment: &mut Environment<'_>, language: Language, texts: &'static Texts) {
    environment
        .add_function("say", move |name: &str, parameters: Kwargs| said(texts, name, &parameters));
    environment.add_filter("number", move |decimal: &str| spelling::number(decimal, language));
    environment.add_filter("date", move |date: &str| spelling::date(date, language));
    environment
        .add_filter("country", move |code: &str| country_names::name(code, language).to_owned());
    environment.add_filter("percent", move |rate: &str| spelling::percent(rate, language));
}

fn said(texts: &Texts, name: &str, parameters: &Kwargs) -> Result<String, Error> {
    let mut values = Vec::new();
    for parameter in parameters.args() {
        values.push((parameter, parameters.get::<Value>(parameter)?.to_string()));
    }
    let parameters: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(texts.say(name, &parameters))
}

/// A template in which texts that need nothing else stand already: most of a page is those, and a
/// call takes time.
pub fn spoken(source: &str, texts: &Texts) -> String {
    filled(source, "{{ say(\"", "\") }}", |name| texts.get(name).map(escaped))
}

/// The source with what `fill` makes of each literal between two marks.
pub fn filled(
    source: &str,
    begin: &str,
    end: &str,
    fill: impl Fn(&str) -> Option<String>,
) -> String {
    let mut filled = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, from)) = rest.split_once(begin) {
        filled.push_str(before);
        let made = from.split_once(end).and_then(|(name, behind)| Some((fill(name)?, behind)));
        rest = match made {
            Some((text, behind)) => {
                filled.push_str(&text);
                behind
            }
            None => {
                filled.push_str(begin);
                from
            }
        };
    }
    filled + rest
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn parameters(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    /// Holds two languages against each other.
    pub(crate) fn say_the_same(english: &Texts, german: &Texts) {
        let names = |texts: &Texts| texts.0.keys().cloned().collect::<BTreeSet<_>>();
        assert!(!english.0.is_empty());
        assert_eq!(names(english), names(german));
        for (name, text) in &english.0 {
            let other = german.get(name).unwrap();
            assert_eq!(parameters(text), parameters(other), "{name}");
            assert!(!text.trim().is_empty() && !other.trim().is_empty(), "{name}");
        }
    }

    /// Sees that there is every text that templates say, and returns how many that are.
    pub(crate) fn know_what_is_said(texts: &Texts, sources: &[(&str, &str)]) -> usize {
        let mut said = 0;
        for (_, template) in sources {
            for part in template.split("say(\"").skip(1) {
                let (name, behind) = part.split_once('"').unwrap();
                // `say("status." ~ status)`: any of that beginning.
                let begins = behind.trim_start().starts_with('~');
                let is_there = match begins {
                    true => texts.0.keys().any(|known| known.starts_with(name)),
                    false => texts.get(name).is_some(),
                };
                assert!(is_there, "{name}");
                said += 1;
            }
        }
        said
    }

    #[test]
    fn a_text_knows_one_from_many() {
        let texts = Texts::read(r#"{"units":"{n} units","units.one":"one unit","hi":"Hi {who}"}"#);
        assert_eq!(texts.say("units", &[("n", "1")]), "one unit");
        assert_eq!(texts.say("units", &[("n", "11")]), "11 units");
        assert_eq!(texts.say("hi", &[("who", "{n}")]), "Hi {n}");
        assert_eq!(texts.say("none", &[]), "none");
    }
}
