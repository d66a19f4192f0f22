//! The description is one that generators of clients bear. Each rule here is about something that
//! one of them made nonsense of: a client that does not compile, or that refuses a right answer.
//! `./test clients` makes the clients; this finds the same in a moment.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::openapi::document;

type Rule = fn(&Map<String, Value>) -> Option<&'static str>;

const RULES: [Rule; 4] =
    [integers_have_room, choices_are_plain, patterns_are_common, times_are_free];

#[test]
fn generated_clients_understand_every_schema() {
    let mut faults = Vec::new();
    walk(&document(), "", &mut |at, schema| {
        let broken = RULES.iter().filter_map(|rule| rule(schema));
        faults.extend(broken.map(|why| format!("{at}: {why}")));
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Without a format, Go, Java and Rust take 32 bits.
fn integers_have_room(schema: &Map<String, Value>) -> Option<&'static str> {
    let integer = types(schema).contains(&"integer");
    let small = |name: &str| {
        let end = schema.get(name).and_then(Value::as_i64);
        end.is_some_and(|end| i32::try_from(end).is_ok())
    };
    let short = small("minimum") && small("maximum") || schema.contains_key("enum");
    let long = schema.get("format").is_some_and(|format| format == "int64");
    (integer && !short && !long).then_some("an integer of 32 bits")
}

/// A choice becomes a type of its own, which holds nothing or does not compile.
fn choices_are_plain(schema: &Map<String, Value>) -> Option<&'static str> {
    if schema.contains_key("oneOf") {
        return Some("a choice; say it in words");
    }
    let choices = schema.get("anyOf").and_then(Value::as_array)?;
    let nulls = choices.iter().filter(|choice| choice["type"] == "null").count();
    (choices.len() != 2 || nulls != 1).then_some("a choice that is not just of null")
}

/// Python matches from the start, PHP by bytes and without `\u`, Go knows no look-ahead, and a
/// quote ends the string that a pattern stands in.
fn patterns_are_common(schema: &Map<String, Value>) -> Option<&'static str> {
    let pattern = schema.get("pattern").and_then(Value::as_str)?;
    let whole = pattern.starts_with('^') && pattern.ends_with('$');
    let odd =
        ["\\u", "\\x8", "\\x9", "(?", "\"", "'", "[^-"].iter().any(|odd| pattern.contains(odd));
    (!whole || odd).then_some("a pattern that not every language reads alike")
}

/// It is no string any more when a client holds it against a pattern.
fn times_are_free(schema: &Map<String, Value>) -> Option<&'static str> {
    let format = schema.get("format").and_then(Value::as_str)?;
    (format.starts_with("date") && schema.contains_key("pattern"))
        .then_some("a time with a pattern")
}

/// In Go each word of a list is a constant of the one package, and `NewOrder` makes an `Order`.
#[test]
fn no_two_names_of_a_client_in_go_are_the_same() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut owners = BTreeMap::new();
    for (schema, it) in schemas {
        assert!(!schema.starts_with("New"), "{schema} is a constructor");
        let words = it["x-enum-varnames"].as_array().or(it["enum"].as_array());
        for word in words.into_iter().flatten().filter_map(Value::as_str) {
            let constant = word.to_uppercase();
            if let Some(other) = owners.insert(constant, schema) {
                panic!("{word} is of {other} and of {schema}; see x-enum-varnames");
            }
        }
    }
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Every object of the description but its examples, with where it stands.
fn walk(node: &Value, at: &str, visit: &mut impl FnMut(&str, &Map<String, Value>)) {
    if let Value::Object(object) = node {
        visit(at, object);
        for (name, inner) in object.iter().filter(|(name, _)| !name.starts_with("example")) {
            walk(inner, &format!("{at}/{name}"), visit);
        }
    }
    for (index, inner) in node.as_array().into_iter().flatten().enumerate() {
        walk(inner, &format!("{at}/{index}"), visit);
    }
}
