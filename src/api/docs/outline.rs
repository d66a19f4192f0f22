//! What the page of the API says by itself, without a script: how requests are made, the
//! credentials, and every operation with who may call it and what it answers. A script draws the
//! rest of an operation when it is looked at.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::templates::escaped;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The description, as far as the outline goes.
#[derive(serde::Deserialize)]
struct Description {
    info: Info,
    tags: Vec<Tag>,
    paths: Members<BTreeMap<String, Value>>,
    components: Components,
}

#[derive(serde::Deserialize)]
struct Info {
    version: String,
    description: String,
}

#[derive(serde::Deserialize)]
struct Tag {
    name: String,
    description: String,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    security_schemes: Members<Scheme>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scheme {
    description: String,
    bearer_format: Option<String>,
    name: Option<String>,
}

#[derive(serde::Deserialize)]
struct Operation {
    #[serde(skip)]
    method: &'static str,
    #[serde(skip)]
    path: String,
    #[serde(rename = "operationId")]
    id: String,
    tags: Vec<String>,
    summary: String,
    security: Vec<BTreeMap<String, Value>>,
    responses: BTreeMap<String, Value>,
}

/// The page with its outline in the places for it. The description is part of the program and is
/// read by a test; one that could not be read would leave the places empty.
pub fn page(template: &str, description: &str) -> String {
    let Ok(description) = serde_json::from_str::<Description>(description) else {
        return template.to_owned();
    };
    let operations = operations(&description.paths);
    let parts = [
        ("VERSION", escaped(&description.info.version)),
        ("CONVENTIONS", paragraphs(&description.info.description, &operations)),
        ("CREDENTIALS", credentials(&description.components.security_schemes, &operations)),
        ("OPERATIONS", sections(&description.tags, &operations)),
    ];
    parts.iter().fold(template.to_owned(), |page, (place, html)| {
        page.replace(&format!("<!-- {place} -->"), html)
    })
}

/// All operations in the order of their paths, and of a path in that of the methods.
fn operations(paths: &Members<BTreeMap<String, Value>>) -> Vec<Operation> {
    let of = |path: &String, method, item: &BTreeMap<String, Value>| {
        let operation = serde_json::from_value::<Operation>(item.get(method)?.clone()).ok()?;
        Some(Operation { method, path: path.clone(), ..operation })
    };
    let of_path = |(path, item)| METHODS.iter().filter_map(move |method| of(path, method, item));
    paths.0.iter().map(|(path, item)| (path, item)).flat_map(of_path).collect()
}

fn credentials(schemes: &Members<Scheme>, operations: &[Operation]) -> String {
    let mut html = String::from("<dl class=\"fields\">");
    for (id, scheme) in &schemes.0 {
        let shape = scheme.bearer_format.as_deref().or(scheme.name.as_deref()).unwrap_or_default();
        let (words, shape) = (words(id), escaped(shape));
        let text = paragraphs(&scheme.description, operations);
        put(
            &mut html,
            format_args!(
                "<div id=\"auth-{id}\"><dt><strong>{words}</strong><br><code>{shape}</code></dt>\
                 <dd>{text}</dd></div>"
            ),
        );
    }
    html + "</dl>"
}

fn sections(tags: &[Tag], operations: &[Operation]) -> String {
    let mut html = String::new();
    for Tag { name, description } in tags {
        let (title, text) = (capital(name), paragraphs(description, operations));
        put(
            &mut html,
            format_args!("<section class=\"tag\" id=\"tag-{name}\"><h2>{title}</h2>{text}"),
        );
        let own = operations.iter().filter(|operation| operation.tags.first() == Some(name));
        own.for_each(|operation| put(&mut html, format_args!("{}", article(operation))));
        html.push_str("</section>");
    }
    html
}

fn article(operation: &Operation) -> String {
    let Operation { method, id, .. } = operation;
    let (title, word) = (escaped(&operation.summary), method.to_uppercase());
    // A long path may break after its slashes.
    let path = escaped(&operation.path).replace('/', "/<wbr>");
    let statuses: Vec<_> = operation.responses.keys().map(|status| escaped(status)).collect();
    format!(
        "<article class=\"operation\" id=\"{id}\"><div class=\"words\"><h3>{title} \
         <a class=\"permalink\" href=\"#{id}\" aria-label=\"Link to {title}\">#</a></h3>\
         <p class=\"route\"><span class=\"method {method}\">{word}</span> <code>{path}</code></p>\
         <p class=\"who\"><strong>Who:</strong> {}</p>\
         <p class=\"statuses\"><strong>Answers:</strong> {}</p></div></article>\n",
        who(operation),
        statuses.join(", "),
    )
}

/// Says who may call it, and with what.
fn who(operation: &Operation) -> String {
    let schemes = operation.security.iter().filter_map(|alternative| alternative.keys().next());
    let link = |id: &String| format!("<a href=\"#auth-{id}\">{}</a>", words(id));
    let links: Vec<String> = schemes.map(link).collect();
    let Some((last, others)) = links.split_last() else { return "Anyone.".to_owned() };
    let is_open = operation.security.iter().any(BTreeMap::is_empty);
    let begin = if is_open { "Anyone, with no credential or with " } else { "With " };
    let or = if others.is_empty() { "" } else { " or " };
    format!("{begin}{}{or}{last}.", others.join(", "))
}

/// Markdown without lists: paragraphs, and in them code and what is bold.
fn paragraphs(text: &str, operations: &[Operation]) -> String {
    let mut html = String::new();
    for paragraph in text.split("\n\n") {
        html.push_str("<p>");
        // Every second part stands between backticks.
        for (i, part) in paragraph.split('`').enumerate() {
            html.push_str(&if i % 2 == 1 { code(part, operations) } else { bold(part) });
        }
        html.push_str("</p>");
    }
    html
}

fn bold(text: &str) -> String {
    let tag = |(i, part): (usize, &str)| {
        let part = escaped(part);
        if i % 2 == 1 { format!("<strong>{part}</strong>") } else { part }
    };
    text.split("**").enumerate().map(tag).collect()
}

/// Code, which is a link where it names an operation, such as `POST /orders/<id>`.
fn code(text: &str, operations: &[Operation]) -> String {
    let names = |operation: &&Operation| {
        let Operation { method, path, .. } = operation;
        format!("{} {path}", method.to_uppercase()) == text.replace('<', "{").replace('>', "}")
    };
    let html = format!("<code>{}</code>", escaped(text));
    match operations.iter().find(names) {
        Some(Operation { id, .. }) => format!("<a href=\"#{id}\">{html}</a>"),
        None => html,
    }
}

fn words(id: &str) -> String {
    escaped(&id.replace('_', " "))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
    escaped(&format!("{}{rest}", first.to_uppercase()))
}

fn put(html: &mut String, more: fmt::Arguments) {
    // Writing into a text does not fail.
    let _ = html.write_fmt(more);
}

/// The members of an object in the order in which they stand.
struct Members<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Members<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_in_the_outline() {
        let template =
            "<!-- VERSION --><!-- CONVENTIONS --><!-- CREDENTIALS --><!-- OPERATIONS -->";
        let page = page(template, crate::api::docs::DESCRIPTION);
        let described: Value = serde_json::from_str(crate::api::docs::DESCRIPTION).unwrap();
        let items = described["paths"].as_object().unwrap().values();
        let ids: Vec<&str> = items
            .flat_map(|item| METHODS.map(|it| item[it]["operationId"].as_str()))
            .flatten()
            .collect();
        assert!(ids.len() > 90);
        for id in &ids {
            assert_eq!(
                page.matches(&format!("<article class=\"operation\" id=\"{id}\">")).count(),
                1
            );
        }
        assert_eq!(page.matches("<article").count(), ids.len());
        assert!(
            page.contains("<strong>Who:</strong> With <a href=\"#auth-admin_key\">admin key</a>")
        );
        assert!(page.contains("<a href=\"#create_session\"><code>") && !page.contains("<!--"));
        assert!(page.find("id=\"list_products\"") < page.find("id=\"create_product\""));
    }
}
