//! The words of the pages, in each language: `static/window/texts/`.

use std::sync::LazyLock;

use crate::domain::window::Language;
use crate::texts::Texts;

static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/window/texts/en.json")));
static GERMAN: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../static/window/texts/de.json")));

/// The words of a language.
pub fn of(language: Language) -> &'static Texts {
    match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::SOURCES;
    use super::*;
    use crate::texts::tests::{know_what_is_said, say_the_same};

    #[test]
    fn both_languages_say_the_same_things() {
        say_the_same(&ENGLISH, &GERMAN);
    }

    #[test]
    fn every_text_that_a_page_says_is_there() {
        assert!(know_what_is_said(&ENGLISH, &SOURCES) > 150);
    }
}
