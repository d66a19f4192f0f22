//! What the shop is built from: few packages, and only under licences that ask nothing of the
//! shop's owner.
//!
//! Every package is code that somebody must trust, so their number has a limit like any other
//! list. What only tests and benchmarks need does not count: it never reaches an owner.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Value, json};

const PACKAGES_MAX: usize = 275;

/// That of the Independent JPEG Group wants its name told, which the README does. The list of
/// authorities whom browsers trust is data, under a licence for data.
const LICENCES: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "IJG",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn the_shop_is_built_from_few_packages() {
    let packages = packages(&metadata());
    println!("{} packages, at most {PACKAGES_MAX}", packages.len());
    assert!(packages.len() > 1, "the list of packages was not understood");
    assert!(packages.len() <= PACKAGES_MAX, "{} packages", packages.len());
}

#[test]
fn every_licence_is_on_the_list() {
    let refused: Vec<String> = packages(&metadata())
        .into_iter()
        .filter(|(_, licence)| !is_allowed(licence))
        .map(|(package, licence)| format!("{package}: {licence}"))
        .collect();
    assert!(refused.is_empty(), "\n{}", refused.join("\n"));
}

#[test]
fn a_licence_is_judged_as_a_whole() {
    for licence in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "MIT AND Zlib",
        "GPL-3.0 AND MPL-2.0 OR MIT",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        "((MIT))",
    ] {
        assert!(is_allowed(licence), "{licence}");
    }
    for licence in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR MPL-2.0)",
        "(MIT OR ISC) AND GPL-3.0",
        "Apache-2.0 WITH Other-exception",
        "MIT ISC",
        "(MIT",
        "MIT)",
        "MIT OR",
    ] {
        assert!(!is_allowed(licence), "{licence}");
    }
}

#[test]
fn only_what_ships_is_counted() {
    let needs = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
    let package = |id: &str| json!({"id": id, "name": id, "version": "1.0.0", "license": "MIT"});
    let metadata = json!({
        "packages": (["shop", "used", "builds", "below", "tests"].map(package)),
        "resolve": {"root": "shop", "nodes": [
            {"id": "shop", "deps": [
                needs("used", json!(null)),
                needs("builds", json!("build")),
                needs("tests", json!("dev")),
            ]},
            {"id": "used", "deps": [needs("below", json!(null))]},
            {"id": "builds", "deps": [needs("below", json!(null))]},
            {"id": "below", "deps": []},
            {"id": "tests", "deps": []},
        ]},
    });
    let names: Vec<String> = packages(&metadata).into_keys().collect();
    assert_eq!(names, ["below 1.0.0", "builds 1.0.0", "used 1.0.0"]);
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        // Other systems bring packages of their own; the limit is for the one that most run.
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Name and version of all that normal and build dependencies reach, each with its licence.
fn packages(metadata: &Value) -> BTreeMap<String, String> {
    let reached = reached(&metadata["resolve"]);
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| reached.contains(text(&package["id"])))
        .map(|package| {
            let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
            // Without a licence there is no permission, and the empty text is not on the list.
            (name, package["license"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

fn reached(resolve: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = resolve["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (text(&node["id"]), &node["deps"]))
        .collect();
    let root = text(&resolve["root"]);
    let mut reached = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for dependency in nodes[id].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let id = text(&dependency["pkg"]);
            if kinds.iter().any(|kind| kind["kind"] != "dev") && reached.insert(id) {
                open.push(id);
            }
        }
    }
    reached.remove(root);
    reached
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Reads an SPDX expression. An old slash means `OR`; what cannot be read is not allowed.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) == Some(true) && rest.is_empty()
}

/// `AND` binds closer than `OR`. Both sides are always read, so that no nonsense hides in one.
fn either(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = both(rest)?;
    while take(rest, "OR") {
        allowed |= both(rest)?;
    }
    Some(allowed)
}

fn both(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = one(rest)?;
    while take(rest, "AND") {
        allowed &= one(rest)?;
    }
    Some(allowed)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    if take(rest, "(") {
        let allowed = either(rest)?;
        return take(rest, ")").then_some(allowed);
    }
    let (licence, after) = rest.split_first()?;
    *rest = after;
    if !take(rest, "WITH") {
        return Some(LICENCES.contains(licence));
    }
    let (exception, after) = rest.split_first()?;
    *rest = after;
    Some(LICENCES.contains(&format!("{licence} WITH {exception}").as_str()))
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    let found = rest.first() == Some(&word);
    if found {
        *rest = &rest[1..];
    }
    found
}
