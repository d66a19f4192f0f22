//! The query of a list: its filters, its order, and where it goes on.

use std::cell::RefCell;
use std::fmt::Write;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::form::nearest;
use super::response::{ApiResult, Response};
use crate::domain::calendar::{Timestamp, parse_time};
use crate::domain::settings::Settings;
use crate::domain::{Id, Invalid, Parsed};
use crate::error::{Code, Error, FieldError, Result};
use crate::secret;
use crate::store::engine::list::{After, Key, Page, Range, Sort};

const LIMIT_DEFAULT: usize = 20;
const LIMIT_MAX: usize = 100;
/// Ids in one parameter.
const IDS_MAX: usize = 100;

/// Names that parameters have elsewhere, what they are called here, and how it is used.
const ELSEWHERE: [(&[&str], &str, &str); 5] = [
    (
        &[
            "page",
            "skip",
            "offset",
            "start",
            "cursor",
            "page_token",
            "starting_after",
            "page_info",
            "next_cursor",
        ],
        "after",
        "Use after, with the next_cursor of the page before.",
    ),
    (
        &["per_page", "perPage", "page_size", "pageSize", "size", "take", "first", "top"],
        "limit",
        "Use limit.",
    ),
    (
        &["order", "order_by", "orderby", "orderBy", "sort_by", "sortBy", "dir", "direction"],
        "sort",
        "Use sort, with - in front to descend.",
    ),
    (&["query", "search", "s", "keyword", "term", "filter", "text"], "q", "Use q."),
    (
        &["since", "updated_since", "modified_after", "updated_at_min"],
        "updated_after",
        "Use updated_after.",
    ),
];

/// The parameters of a request, read one by one like the fields of a form.
pub struct Query {
    path: String,
    parameters: Vec<(String, String)>,
    known: RefCell<Vec<&'static str>>,
    errors: RefCell<Vec<FieldError>>,
}

impl Query {
    /// The query of a list at a path.
    pub fn new(path: String, parameters: Vec<(String, String)>) -> Self {
        let known = RefCell::new(Vec::new());
        Self { path, parameters, known, errors: RefCell::new(Vec::new()) }
    }

    /// A parameter, if it was given. An empty one counts as none.
    pub fn get<T>(&self, name: &'static str, read: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        self.known.borrow_mut().push(name);
        let mut given = self.parameters.iter().filter(|(known, _)| known == name);
        let (_, value) = given.next()?;
        if given.next().is_some() {
            self.note(name, &Invalid::new("given_twice", "Give this parameter once."));
            return None;
        }
        if value.is_empty() {
            return None;
        }
        read(value).map_err(|invalid| self.note(name, &invalid)).ok()
    }

    /// A parameter that may be given several times. Empty ones count as none.
    pub fn get_all<T>(&self, name: &'static str, read: impl Fn(&str) -> Parsed<T>) -> Vec<T> {
        self.known.borrow_mut().push(name);
        let given =
            self.parameters.iter().filter(|(known, value)| known == name && !value.is_empty());
        let read = |(_, value): &(String, String)| {
            read(value).map_err(|invalid| self.note(name, &invalid)).ok()
        };
        given.filter_map(read).collect()
    }

    /// Tells `true` for a parameter that was given, and not left empty.
    pub fn is_given(&self, name: &str) -> bool {
        self.parameters.iter().any(|(known, value)| known == name && !value.is_empty())
    }

    /// One of a few words.
    pub fn word(&self, name: &'static str, words: &[&str]) -> Option<String> {
        self.get(name, |text| match words.contains(&text) {
            true => Ok(text.to_owned()),
            false => {
                Err(Invalid::new("unknown_value", format!("Give one of {}.", words.join(", "))))
            }
        })
    }

    /// A parameter that is read by the shop's settings, which are looked up where it was given.
    pub fn get_by<T>(
        &self,
        name: &'static str,
        settings: impl FnOnce() -> Result<Arc<Settings>>,
        read: impl Fn(&str, &Settings) -> Parsed<T>,
    ) -> Result<Option<T>> {
        let Some(text) = self.get(name, |text| Ok(text.to_owned())) else { return Ok(None) };
        let read = read(&text, &*settings()?);
        Ok(read.map_err(|invalid| self.note(name, &invalid)).ok())
    }

    /// A time; a bare date begins in the shop's zone.
    pub fn time(
        &self,
        name: &'static str,
        settings: impl FnOnce() -> Result<Arc<Settings>>,
    ) -> Result<Option<Timestamp>> {
        // In a query a bare + is a blank.
        let read = |text: &str, settings: &Settings| {
            parse_time(&text.replace(' ', "+"), &settings.time_zone)
        };
        self.get_by(name, settings, read)
    }

    /// `limit`, `sort`, `after` and `count`. `sorts`: the names on the wire and their columns, the
    /// default first; each may be turned round by a `-`. `descending`: how the default goes.
    pub fn range(&self, sorts: &[(&str, &'static str)], descending: bool) -> Result<Range> {
        let limit = self.get("limit", limit);
        let sort = self.get("sort", |text| {
            let name = text.strip_prefix('-').unwrap_or(text);
            let known = sorts.iter().find(|(known, _)| *known == name);
            let names: Vec<&str> = sorts.iter().map(|(name, _)| *name).collect();
            known.map(|(_, column)| Sort { column, descending: text.starts_with('-') }).ok_or_else(
                || {
                    let detail = format!("Sort by {}; - in front descends.", names.join(", "));
                    Invalid::new("unknown_value", detail)
                },
            )
        });
        let default = sorts.first().map_or("id", |(_, column)| *column);
        let sort = sort.unwrap_or(Sort { column: default, descending });
        let after = self.get("after", |text| Ok(text.to_owned()));
        let after = after.map(|text| cursor(&text, sort)).transpose()?;
        let is_counted = self.get("count", flag).unwrap_or(false);
        Ok(Range { sort, after, limit: limit.unwrap_or(LIMIT_DEFAULT), is_counted })
    }

    /// # Errors
    /// Everything that is wrong, and every parameter nobody asked for.
    pub fn done(&self) -> Result<()> {
        let known = self.known.borrow();
        for (name, _) in self.parameters.iter().filter(|(name, _)| !known.contains(&name.as_str()))
        {
            let meant = ELSEWHERE.iter().find(|(names, _, _)| names.contains(&name.as_str()));
            let meant = meant.filter(|(_, meant, _)| known.contains(meant));
            let detail = match (meant, nearest(name, &known)) {
                (Some((_, _, sentence)), _) => format!("There is no such parameter. {sentence}"),
                (None, Some(near)) => format!("There is no such parameter. Did you mean {near}?"),
                (None, None) => "There is no such parameter.".to_owned(),
            };
            self.note(name, &Invalid::new("unknown_parameter", detail));
        }
        match self.errors.take() {
            errors if errors.is_empty() => Ok(()),
            errors => Err(Error::invalid(errors)),
        }
    }

    /// The page, with the cursor and the link to the next one.
    pub fn answer<T: Serialize>(&self, page: &Page<T>, sort: Sort) -> ApiResult {
        let next = page.next.as_ref().map(|after| cursor_text(after, sort));
        let link = page.next.as_ref().map(|after| self.next_address(after, sort));
        let link = link.map(|address| format!("<{address}>; rel=\"next\""));
        let body = Body { count: page.count, data: &page.rows, next_cursor: next };
        Ok(Response::list(&body, page.rows.len())?.with_link(link))
    }

    /// The same list from its beginning.
    #[must_use]
    pub fn from_start(&self) -> Self {
        let kept = self.parameters.iter().filter(|(name, _)| name != "after").cloned();
        Self::new(self.path.clone(), kept.collect())
    }

    /// The address at which the list goes on.
    pub fn next_address(&self, after: &After, sort: Sort) -> String {
        let cursor = cursor_text(after, sort);
        let kept = self.parameters.iter().filter(|(name, _)| name != "after");
        let mut query = String::new();
        for (name, value) in kept {
            let _ = write!(query, "{}={}&", escaped(name), escaped(value));
        }
        format!("{}?{query}after={cursor}", self.path)
    }

    /// Notes a fault of a parameter.
    pub fn note(&self, name: &str, invalid: &Invalid) {
        let error = FieldError::parameter(name, invalid.code, invalid.detail.clone());
        self.errors.borrow_mut().push(error);
    }
}

/// The body of a list.
#[derive(Serialize)]
struct Body<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    data: &'a [T],
    next_cursor: Option<String>,
}

/// How many rows.
pub fn limit(text: &str) -> Parsed<usize> {
    match text.parse() {
        Ok(limit @ 1..=LIMIT_MAX) => Ok(limit),
        _ => Err(Invalid::new("out_of_range", format!("Give 1 to {LIMIT_MAX}."))),
    }
}

/// `true` or `false`.
pub fn flag(text: &str) -> Parsed<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Invalid::new("unknown_value", "Give true or false.")),
    }
}

/// Reads an id from a parameter.
pub fn id(text: &str) -> Parsed<Id> {
    Id::parse(text).ok_or_else(|| Invalid::new("not_an_id", "Give an id."))
}

/// Ids with commas between them, at most 100.
pub fn ids(text: &str) -> Parsed<Vec<Id>> {
    let wrong = || Invalid::new("not_an_id", "Give ids with commas between them, as 1,2,3.");
    let ids: Option<Vec<Id>> = text.split(',').map(|id| Id::parse(id.trim())).collect();
    match ids.ok_or_else(wrong)? {
        ids if ids.len() > IDS_MAX => {
            Err(Invalid::new("too_many", format!("At most {IDS_MAX} at once.")))
        }
        ids => Ok(ids),
    }
}

/// Text to look for.
pub fn words(text: &str) -> Parsed<String> {
    crate::domain::text::line(text, 255)
}

/// A code, a name to sign in with, or an e-mail to look for.
pub fn code(text: &str) -> Parsed<String> {
    crate::domain::text::plain_line(text, 255)
}

fn cursor_text(after: &After, sort: Sort) -> String {
    let key = match &after.key {
        Key::Number(number) => json!(number),
        Key::Text(text) => json!(text),
    };
    secret::hex(json!([name(sort), key, after.id]).to_string().as_bytes())
}

/// Reads a cursor of ours that belongs to this order.
fn cursor(text: &str, sort: Sort) -> Result<After> {
    let bad = || {
        let detail = "Take next_cursor as it was, with the same sort.";
        let error = FieldError::parameter("after", "bad_cursor", detail);
        Error::new(Code::BadCursor, detail).with_errors(vec![error])
    };
    let bytes = secret::unhex(text).ok_or_else(bad)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    let key = match &value[1] {
        Value::Number(number) => Key::Number(number.as_i64().ok_or_else(bad)?),
        Value::String(text) => Key::Text(text.clone()),
        _ => return Err(bad()),
    };
    let id = value[2].as_i64().and_then(Id::new).ok_or_else(bad)?;
    let ours = value[0] == name(sort).as_str();
    if ours { Ok(After { key, id }) } else { Err(bad()) }
}

fn name(sort: Sort) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.column)
}

/// Percent-encoding of everything but unreserved characters (RFC 3986 §2.3).
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
