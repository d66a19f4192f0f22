//! The words of the pages, in each language: `static/window/texts/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::window::Language;

/// The words of one language, by their names.
pub struct Texts(HashMap<String, String>);

static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/window/texts/en.json")));
static GERMAN: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/window/texts/de.json")));

impl Texts {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    fn read(json: &str) -> Self {
        // A test holds the files against each other, so neither is ever empty.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn parameters(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (english, german) = (Texts::of(Language::En), Texts::of(Language::De));
        assert!(english.0.len() > 100);
        let names = |texts: &Texts| texts.0.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(english), names(german));
        for (name, text) in &english.0 {
            let other = german.get(name).unwrap();
            assert_eq!(parameters(text), parameters(other), "{name}");
            assert!(!text.trim().is_empty() && !other.trim().is_empty(), "{name}");
        }
    }

    #[test]
    fn every_text_that_a_page_says_is_there() {
        let texts = Texts::of(Language::En);
        let mut said = 0;
        for (_, template) in super::super::pages::SOURCES {
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
        assert!(said > 150, "{said}");
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
