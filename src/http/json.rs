//! A reader of JSON (RFC 8259) that keeps numbers as they were written, so that money never passes
//! through a float, and refuses what other readers let pass: a key twice, deep nesting.

use std::borrow::Cow;
use std::collections::HashSet;

/// Objects and arrays inside one another.
const DEPTH_MAX: usize = 32;
/// Values of a document: kept, each takes many times the room of its text.
pub const VALUES_MAX: usize = 50_000;
/// Fields at the top that are allowed and say nothing; a null stands in their place.
const SAYS_NOTHING: [&str; 4] = ["id", "version", "created_at", "updated_at"];

/// A JSON value. Numbers are their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    /// A text that a patch leaves empty: its field goes back to the default.
    Emptied,
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The field of an object.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Tells `true` for a text without a character, as forms send it for a field that was left out.
    pub fn is_empty_text(&self) -> bool {
        matches!(self, Self::Emptied) || matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// The fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// More than [`VALUES_MAX`] values.
    TooManyValues,
    /// A sentence with line and column.
    At(String),
}

/// Reads a whole document.
///
/// # Errors
/// The first fault.
pub fn parse(text: &str) -> Result<Json, Malformed> {
    Reader { text, at: 0, depth: 0, values: 0, keeps: true }.document()
}

/// Finds the fault that [`parse`] would find, and keeps nothing.
///
/// # Errors
/// As [`parse`].
pub fn check(text: &str) -> Result<(), Malformed> {
    Reader { text, at: 0, depth: 0, values: 0, keeps: false }.document().map(drop)
}

/// Merges a patch into a value (RFC 7396). A `null` stays as a null, which a form reads as "back to
/// the default", and so does the text of a field that was emptied.
pub fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(changes) = patch else {
        *target = if patch.is_empty_text() { Json::Emptied } else { patch.clone() };
        return;
    };
    if !matches!(target, Json::Object(_)) {
        *target = Json::Object(Vec::new());
    }
    let Json::Object(fields) = target else { return };
    // No name stands twice in a patch, so what it adds need not be looked through again.
    let stored = fields.len();
    for (name, change) in changes {
        match fields.iter_mut().take(stored).find(|(known, _)| known == name) {
            Some((_, value)) => merge(value, change),
            None => {
                let mut value = Json::Null;
                merge(&mut value, change);
                fields.push((name.clone(), value));
            }
        }
    }
}

type Read<T> = Result<T, &'static str>;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    values: usize,
    /// Makes values of what it reads; else each is a null.
    keeps: bool,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Json, Malformed> {
        let value = self.blank().value();
        let end = value.and_then(|value| match self.blank().peek() {
            None => Ok(value),
            Some(_) => Err("something follows the end of the document"),
        });
        end.map_err(|what| match self.values {
            0..=VALUES_MAX => Malformed::At(self.place(what)),
            _ => Malformed::TooManyValues,
        })
    }

    fn value(&mut self) -> Read<Json> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err("it has too many values");
        }
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => {
                let text = self.string()?;
                Ok(if self.keeps { Json::Text(text.into_owned()) } else { Json::Null })
            }
            Some(b'-' | b'0'..=b'9') => {
                let digits = self.number()?;
                Ok(if self.keeps { Json::Number(digits.to_owned()) } else { Json::Null })
            }
            Some(_) => self.word(),
            None => Err("the document ends too early"),
        }
    }

    /// The value of a field: at the top, one that says nothing is read and not kept.
    fn field(&mut self, name: &str) -> Read<Json> {
        let (kept, silent) = (self.keeps, self.depth == 1 && SAYS_NOTHING.contains(&name));
        self.keeps &= !silent;
        let value = self.blank().value()?;
        self.keeps = kept;
        Ok(if silent { Json::Null } else { value })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Read<Json>) -> Read<Json> {
        if self.depth == DEPTH_MAX {
            return Err("it is nested more than 32 deep");
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self.blank());
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Read<Json> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        let mut names = HashSet::new();
        if self.take(b'}') {
            return Ok(Json::Object(fields));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err("a name in quotes was expected");
            }
            let name = self.string()?;
            if !names.insert(name.clone()) {
                return Err("a name stands twice in one object");
            }
            if !self.blank().take(b':') {
                return Err("a colon was expected");
            }
            let value = self.field(&name)?;
            if self.keeps {
                fields.push((name.into_owned(), value));
            }
            if self.blank().take(b'}') {
                return Ok(Json::Object(fields));
            }
            if !self.take(b',') {
                return Err("a comma or } was expected");
            }
            self.blank();
        }
    }

    fn array(&mut self) -> Read<Json> {
        let mut values = Vec::new();
        if self.take(b']') {
            return Ok(Json::Array(values));
        }
        loop {
            let value = self.value()?;
            if self.keeps {
                values.push(value);
            }
            if self.blank().take(b']') {
                return Ok(Json::Array(values));
            }
            if !self.take(b',') {
                return Err("a comma or ] was expected");
            }
            self.blank();
        }
    }

    /// The text between two quotes: a part of the document where nothing in it is escaped.
    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.at += 1;
        let mut text = Cow::Borrowed("");
        loop {
            let rest = self.rest();
            let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
            let (run, _) = rest.split_at(plain);
            if run.bytes().any(|byte| byte < 0x20) {
                return Err("a control character in a string must be escaped");
            }
            text += run;
            self.at += plain;
            if self.take(b'"') {
                return Ok(text);
            }
            if !self.take(b'\\') {
                return Err("a string does not end");
            }
            text.to_mut().push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Read<char> {
        let escaped = self.peek().ok_or("a string does not end")?;
        self.at += 1;
        Ok(match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => {
                self.at -= 1;
                return Err("this escape is unknown");
            }
        })
    }

    fn unicode(&mut self) -> Read<char> {
        let lone = "half a surrogate pair stands alone";
        let first = self.hex4()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(lone);
                }
                match self.hex4()? {
                    second @ 0xDC00..=0xDFFF => {
                        0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => return Err(lone),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or(lone)
    }

    fn hex4(&mut self) -> Read<u32> {
        let digits = self.rest().get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let digits = digits.ok_or("four hexadecimal digits were expected")?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| "four hexadecimal digits were expected")
    }

    fn number(&mut self) -> Read<&'a str> {
        let start = self.at;
        self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        match self.digits() {
            0 => return Err("a digit was expected"),
            2.. if leading_zero => return Err("a number must not begin with 0"),
            _ => {}
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err("a digit was expected");
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err("a digit was expected");
            }
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads digits and tells how many.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self) -> Read<Json> {
        let words =
            [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
        for (word, value) in words {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err("a value was expected")
    }

    fn blank(&mut self) -> &mut Self {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn place(&self, what: &str) -> String {
        let read = self.text.get(..self.at).unwrap_or(self.text);
        let line = read.matches('\n').count() + 1;
        let column = read.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("The body is not JSON: {what} (line {line}, column {column}).")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_as_it_was_written() {
        let text = r#" {"a": [1, -0.50, 1e2, true, null, "x\n\u00e9\ud83d\ude00"], "b": {}} "#;
        let number = |text: &str| Json::Number(text.to_owned());
        let list = vec![
            number("1"),
            number("-0.50"),
            number("1e2"),
            Json::Bool(true),
            Json::Null,
            Json::Text("x\né😀".to_owned()),
        ];
        let fields =
            vec![("a".to_owned(), Json::Array(list)), ("b".to_owned(), Json::Object(vec![]))];
        assert_eq!(parse(text), Ok(Json::Object(fields)));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for bad in [
            "",
            " ",
            "{",
            "[",
            "{]",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "'a'",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "NaN",
            "Infinity",
            "tru",
            "truex",
            "1 2",
            "{} {}",
            "\"a",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "\u{feff}{}",
            "// x",
            "{\"a\":-01}",
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
            assert_eq!(check(bad), parse(bad).map(drop));
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(33), "]".repeat(33))).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(32), "]".repeat(32))).is_ok());
        let place = "The body is not JSON: a value was expected (line 2, column 8).";
        assert_eq!(parse("{\n  \"a\": x"), Err(Malformed::At(place.to_owned())));
    }

    #[test]
    fn a_document_has_fifty_thousand_values_at_most() {
        // The list itself is one more.
        let list = |values: usize| format!("[{}0]", "0,".repeat(values - 1));
        assert!(parse(&list(VALUES_MAX - 1)).is_ok() && check(&list(VALUES_MAX - 1)).is_ok());
        assert_eq!(parse(&list(VALUES_MAX)), Err(Malformed::TooManyValues));
        assert_eq!(check(&list(VALUES_MAX)), Err(Malformed::TooManyValues));
    }

    #[test]
    fn what_says_nothing_is_read_and_not_kept() {
        let text = r#"{"id":{"a":[1,2]},"b":{"id":3},"version":"x"}"#;
        let fields = [
            ("id", Json::Null),
            ("b", Json::Object(vec![("id".to_owned(), Json::Number("3".to_owned()))])),
            ("version", Json::Null),
        ];
        let wanted = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        assert_eq!(parse(text), Ok(Json::Object(wanted)));
        assert!(parse(r#"{"id":{"a":1,"a":2}}"#).is_err());
        assert!(parse(r#"{"id":x}"#).is_err());
    }

    #[test]
    fn a_patch_is_merged_and_keeps_its_nulls() {
        let mut target = parse(r#"{"a":1,"b":{"c":2,"d":3},"e":[1]}"#).unwrap();
        merge(&mut target, &parse(r#"{"a":null,"b":{"c":9},"e":[2],"f":{"g":1}}"#).unwrap());
        let want = parse(r#"{"a":null,"b":{"c":9,"d":3},"e":[2],"f":{"g":1}}"#).unwrap();
        assert_eq!(target, want);
    }
}
