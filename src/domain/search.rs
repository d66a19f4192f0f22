//! What people and orders are found by: the words of their names, their e-mail, their phone, as
//! [`search_key`] folds them, and numbers. What is looked for finds the words that it begins.

use std::collections::BTreeSet;

use super::products::Product;
use super::text::search_key;

/// Words of one search; more narrow nothing.
const SEARCH_WORDS_MAX: usize = 8;
/// Characters of a description that a product is found by.
const DESCRIPTION_CHARS_FOUND: usize = 20_000;
/// Digits that a phone number is told by from its end, so without its country.
const PHONE_DIGITS_MIN: usize = 6;
/// Digits of the longest code of a country (ITU-T E.164 §6.2.1).
const COUNTRY_DIGITS_MAX: usize = 3;

/// Stand before the digits of a phone number, from its beginning and from its end, and behind those
/// from its end where it was written without its country. No word that is typed has them.
const FORWARD: char = '\u{1}';
const BACKWARD: char = '\u{2}';
const NATIONAL: char = '\u{3}';

/// The words that somebody or something is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// Adds the words of a name or a number, and the parts of those with hyphens and the like.
    #[must_use]
    pub fn and_line(mut self, line: &str) -> Self {
        for word in search_key(line).split_whitespace() {
            self.0.insert(without_signs(word));
            self.0.extend(parts(word));
        }
        self
    }

    /// Adds an e-mail address, its parts, and the domain by itself.
    #[must_use]
    pub fn and_email(mut self, email: &str) -> Self {
        let key = search_key(email);
        let (local, domain) = key.split_once('@').unwrap_or((&key, ""));
        self.0.extend([without_signs(&key), without_signs(domain)]);
        self.0.extend(parts(local));
        self
    }

    /// Adds a phone number by its digits.
    #[must_use]
    pub fn and_phone(mut self, phone: &str) -> Self {
        let (digits, has_country) = phone_digits(phone);
        if digits.is_empty() {
            return self;
        }
        let end = if has_country { String::new() } else { NATIONAL.to_string() };
        self.0.insert(format!("{FORWARD}{digits}"));
        self.0.insert(format!("{BACKWARD}{}{end}", turned(&digits)));
        self
    }

    /// The words, without those that begin another one: who looks for these finds that.
    pub fn list(self) -> Vec<String> {
        let mut list: Vec<String> = Vec::new();
        for word in self.0.into_iter().filter(|word| !word.is_empty()) {
            // In their order, a word follows what it begins with.
            if list.last().is_some_and(|last| word.starts_with(last.as_str())) {
                list.pop();
            }
            list.push(word);
        }
        list
    }
}

/// What a product is found by: words with blanks between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductWords {
    pub name: String,
    /// SKUs and barcodes.
    pub code: String,
    /// Its description, vendor, tags and options.
    pub rest: String,
}

impl ProductWords {
    /// The words of a product.
    pub fn of(product: &Product) -> Self {
        let fields = &product.fields;
        let offers = product.variants.iter().map(|variant| &variant.offer);
        let codes = offers.flat_map(|offer| [&offer.sku, &offer.barcode]).flatten();
        let values = product.options.iter().flat_map(|option| &option.values);
        let rest = fields.tags.iter().chain(&fields.vendor).chain(values);
        Self::of_texts(&fields.name, codes, (&fields.description, rest))
    }

    /// The words of the texts of a product. `rest`: its vendor, its tags, and the values of its
    /// options.
    pub fn of_texts<'a>(
        name: &str,
        codes: impl IntoIterator<Item = &'a String>,
        (description, rest): (&str, impl IntoIterator<Item = &'a String>),
    ) -> Self {
        let described: String = description.chars().take(DESCRIPTION_CHARS_FOUND).collect();
        let all = |texts: &mut dyn Iterator<Item = &'a String>, words: Words| {
            spaced(texts.fold(words, |words, text| words.and_line(text)))
        };
        Self {
            name: spaced(Words::default().and_line(name)),
            code: all(&mut codes.into_iter(), Words::default()),
            rest: all(&mut rest.into_iter(), Words::default().and_line(&described)),
        }
    }
}

/// Words with blanks between them, without those that no index can hold: an emoji is one, a mark
/// of punctuation is none.
fn spaced(words: Words) -> String {
    let words: Vec<String> = words.list().into_iter().filter(|word| is_found(word)).collect();
    words.join(" ")
}

fn is_found(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// The words that products are looked for by: all of them must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought(Vec<String>);

impl Sought {
    /// The words of what somebody typed.
    pub fn of(text: &str) -> Self {
        let key = search_key(text);
        let words = key.split_whitespace().map(without_signs).filter(|word| is_found(word));
        Self(words.take(SEARCH_WORDS_MAX).collect())
    }

    /// The words, folded.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

/// The key of a code that is looked for whole, however it is written: a SKU, a tracking number.
pub fn code_key(code: &str) -> String {
    without_signs(&search_key(code).split_whitespace().collect::<String>())
}

/// What a search is for: of each list, one beginning of a word must be found. The first is the code
/// that may be meant, which the numbers of orders are found by as well.
pub fn beginnings(search: &str) -> Vec<Vec<String>> {
    let key = search_key(search);
    if is_number(&key) {
        return vec![beginnings_of_number(&key)];
    }
    let words = key.split_whitespace().take(SEARCH_WORDS_MAX);
    words
        .map(|word| match is_number(word) {
            true => beginnings_of_number(word),
            false => vec![without_signs(word)],
        })
        .collect()
}

/// The beginnings of the numbers of orders that a code may mean: with what stands before their
/// digits, by the digits alone, or as far as it was typed.
pub fn number_beginnings(code: &str, prefixes: &[String]) -> Vec<String> {
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut all = BTreeSet::new();
    for prefix in prefixes {
        let folded = code_key(prefix);
        if is_digits(code) {
            all.insert([prefix, code].concat());
        }
        match code.strip_prefix(&folded) {
            Some(digits) if !folded.is_empty() && is_digits(digits) => {
                all.insert([prefix, digits].concat());
            }
            _ if !folded.is_empty() && folded.starts_with(code) => {
                all.insert(prefix.clone());
            }
            _ => {}
        }
    }
    all.into_iter().collect()
}

/// Tells `true` for digits with what may stand between those of a phone number.
fn is_number(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_digit() || " +()-./x#*".contains(c);
    key.bytes().any(|byte| byte.is_ascii_digit()) && key.chars().all(allowed)
}

/// It may be the number of an order or a parcel, a SKU or a phone number.
fn beginnings_of_number(key: &str) -> Vec<String> {
    let (digits, has_country) = phone_digits(key);
    let mut all = vec![code_key(key), format!("{FORWARD}{digits}")];
    if digits.len() >= PHONE_DIGITS_MIN {
        all.push(format!("{BACKWARD}{}", turned(&digits)));
    }
    if has_country {
        let within = (1..=COUNTRY_DIGITS_MAX).filter_map(|country| digits.get(country..));
        let within = within.map(|digits| digits.trim_start_matches('0'));
        let long = within.filter(|digits| digits.len() >= PHONE_DIGITS_MIN);
        all.extend(long.map(|digits| format!("{BACKWARD}{}{NATIONAL}", turned(digits))));
    }
    all
}

/// The digits of a phone number without the zeros in front, and whether its country is among them.
fn phone_digits(phone: &str) -> (String, bool) {
    // "+49 (0)30" has a zero that nobody dials.
    let digits: String = phone.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let has_country = phone.trim_start().starts_with('+') || digits.starts_with("00");
    (digits.trim_start_matches('0').to_owned(), has_country)
}

fn turned(digits: &str) -> String {
    digits.chars().rev().collect()
}

/// A folded word by its letters and digits; one that has none, such as an emoji, as it is.
fn without_signs(word: &str) -> String {
    let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_empty() { word.to_owned() } else { plain }
}

fn parts(word: &str) -> impl Iterator<Item = String> {
    word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: Words) -> Vec<String> {
        words.list()
    }

    #[test]
    fn a_name_is_found_by_each_of_its_words_and_their_parts() {
        for (name, wanted) in [
            ("Anna Schmidt", &["anna", "schmidt"][..]),
            ("Strauß", &["strauss"]),
            ("Петров Иван", &["иван", "петров"]),
            // "muller" begins the whole word, so it need not be stored.
            ("Müller-Lüdenscheidt", &["ludenscheidt", "mullerludenscheidt"]),
            ("Conan O'Neil", &["conan", "neil", "oneil"]),
            ("Ana  Ana Anastasia", &["anastasia"]),
            ("🦊 Fox", &["fox", "🦊"]),
            ("R-1001", &["1001", "r1001"]),
            ("", &[]),
        ] {
            assert_eq!(words(Words::default().and_line(name)), wanted, "{name}");
        }
        let ana = Words::default().and_line("Ana Silva").and_email("Ana.Silva@Example.org");
        assert_eq!(words(ana), ["anasilvaexampleorg", "exampleorg", "silva"]);
    }

    #[test]
    fn a_search_finds_what_it_means() {
        let found = |stored: &Words, search: &str| {
            let words = stored.clone().list();
            beginnings(search).iter().all(|any| {
                any.iter().any(|one| words.iter().any(|word| word.starts_with(one.as_str())))
            })
        };
        let anna = Words::default()
            .and_line("Anna Müller-Lüdenscheidt")
            .and_email("anna.m@example.org")
            .and_line("R-1001");
        for (search, hit) in [
            ("anna", true),
            ("ANN", true),
            ("muller anna", true),
            ("Müller-Lü", true),
            ("ludenscheidt", true),
            ("anna.m@exa", true),
            ("example.org", true),
            ("m@example", false),
            ("nna", false),
            ("anna schmidt", false),
            ("1001", true),
            ("#1001", true),
            ("#R-1001", true),
            ("anna #1001", true),
            ("1002", false),
            ("%", false),
            ("#", false),
            ("\u{1}", false),
            ("", true),
        ] {
            assert_eq!(found(&anna, search), hit, "{search}");
        }
    }

    #[test]
    fn a_number_is_found_with_what_stands_before_it_or_without() {
        let prefixes = ["", "R-", "Größe ", "2026/R"].map(str::to_owned);
        for (code, wanted) in [
            ("1001", &["1001", "2026/R1001", "Größe 1001", "R-1001"][..]),
            ("r1001", &["R-1001"]),
            ("r", &["R-"]),
            ("grosse10", &["Größe 10"]),
            ("gros", &["Größe "]),
            ("2026r7", &["2026/R7"]),
            ("2026", &["2026", "2026/R", "2026/R2026", "Größe 2026", "R-2026"]),
            ("r10x", &[]),
            ("anna", &[]),
        ] {
            assert_eq!(number_beginnings(code, &prefixes), wanted, "{code}");
        }
    }

    #[test]
    fn a_phone_is_found_by_its_digits_with_its_country_or_without() {
        let found = |stored: &str, search: &str| {
            let words = Words::default().and_phone(stored).list();
            let beginnings = beginnings(search);
            assert_eq!(beginnings.len(), 1);
            beginnings[0].iter().any(|one| words.iter().any(|word| word.starts_with(one.as_str())))
        };
        let spellings = ["+49 30 123-45", "0049/30/12345", "030 123-45", "(030) 12345"];
        for stored in spellings.into_iter().chain(["+49 (0)30 12345"]) {
            for search in spellings.into_iter().chain(["+493012345", "03012345"]) {
                assert!(found(stored, search), "{stored} by {search}");
            }
            for search in ["030 123-46", "+49 40 12345", "12345", "112345", "13012345"] {
                assert!(!found(stored, search), "{stored} by {search}");
            }
        }
        // While it is typed; Portugal has no zero in front, Italy keeps it.
        assert!(found("+49 30 12345", "+49 30") && found("030 12345", "030 1"));
        assert!(found("21 000 0000", "+351 21 000 0000"));
        assert!(found("+39 06 123456", "06 123456") && found("06 123456", "+39 06 123456"));
        // Another country's number of the same digits.
        assert!(!found("+1 301 234 567", "+49 1 301 234 567"));
    }

    #[test]
    fn a_code_is_one_key_however_it_is_written() {
        for (code, key) in [("PEN_7", "pen7"), ("jjd 0001-2", "jjd00012"), ("Größe M", "grossem")]
        {
            assert_eq!(code_key(code), key);
        }
    }
}
