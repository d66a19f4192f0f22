//! Format characters of Unicode: they show nothing, so texts that look the same differ by them.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// The general category Cf of Unicode 17.0.0 (`UnicodeData.txt`), first and last of each run.
const FORMAT: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e0001}'),
    ('\u{e0020}', '\u{e007f}'),
];

/// Zero width joiner and non-joiner: words of Persian or Hindi and many emoji are made with them.
const JOINERS: [char; 2] = ['\u{200d}', '\u{200c}'];

/// A text without format characters.
pub fn taken_out(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_format) {
        Cow::Owned(text.chars().filter(|c| !is_format(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text without format characters but for the joiners between letters or emoji.
pub fn taken_out_of_name(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_format) {
        return Cow::Borrowed(text);
    }
    let rest: Vec<char> = text.chars().filter(|c| !is_format(*c) || JOINERS.contains(c)).collect();
    let mut name = String::with_capacity(text.len());
    for (at, c) in rest.iter().enumerate() {
        let joins = || joins_before(&name) && rest.get(at + 1).is_some_and(|c| joins_after(*c));
        if !JOINERS.contains(c) || joins() {
            name.push(*c);
        }
    }
    Cow::Owned(name)
}

/// Marks belong to the letter before them, and variations and colours of skin to their emoji.
fn joins_before(text: &str) -> bool {
    text.chars().rev().find(|c| !is_combining_mark(*c)).is_some_and(is_joined)
}

/// In Bengali a joiner stands between a letter and its mark.
fn joins_after(c: char) -> bool {
    is_joined(c) || is_combining_mark(c)
}

fn is_joined(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn is_format(c: char) -> bool {
    let after = FORMAT.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|at| FORMAT.get(at)).is_some_and(|(_, last)| c <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_taken_out_and_joiners_stay_where_they_join() {
        // Text as it came, in a name, and in a code.
        for (text, name, code) in [
            ("an\u{200b}na", "anna", "anna"),
            ("\u{feff}anna\u{200e}", "anna", "anna"),
            ("an\u{ad}na \u{202e}x\u{202c}", "anna x", "anna x"),
            ("anna", "anna", "anna"),
            // A Persian name, with the non-joiner that it is written with.
            ("علی\u{200c}رضا", "علی\u{200c}رضا", "علیرضا"),
            // Hindi: the joiner follows a mark, the virama, and a letter follows it.
            ("क\u{94d}\u{200d}ष", "क\u{94d}\u{200d}ष", "क\u{94d}ष"),
            ("র\u{200d}\u{9cd}য", "র\u{200d}\u{9cd}য", "র\u{9cd}য"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀", "👩🚀"),
            ("👩🏽\u{200d}⚕\u{fe0f}", "👩🏽\u{200d}⚕\u{fe0f}", "👩🏽⚕\u{fe0f}"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}🔥"),
            ("🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}\u{200d}🌈", "🏳\u{fe0f}🌈"),
            // At an end, beside a blank or a digit, and twice, they join nothing.
            ("\u{200d}a\u{200d}", "a", "a"),
            ("a \u{200d}b\u{200c} c", "a b c", "a b c"),
            ("1\u{200d}2", "12", "12"),
            ("a\u{200d}\u{200c}b", "a\u{200c}b", "ab"),
            ("a\u{200d}\u{200b}b", "a\u{200d}b", "ab"),
            ("\u{200b}\u{200d}", "", ""),
        ] {
            assert_eq!(taken_out_of_name(text), name, "{text:?}");
            assert_eq!(taken_out_of_name(name), name, "{text:?}");
            assert_eq!(taken_out(text), code, "{text:?}");
        }
    }

    #[test]
    fn the_table_has_all_170_format_characters_of_unicode_17() {
        assert_eq!(
            (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| is_format(*c)).count(),
            170
        );
        assert!(FORMAT.is_sorted() && FORMAT.iter().all(|(first, last)| first <= last));
        for c in
            ['a', ' ', '\n', '\u{ac}', '\u{ae}', '\u{fe0f}', '\u{200a}', '\u{2010}', '\u{3164}']
        {
            assert!(!is_format(c), "{c:?}");
        }
    }
}
