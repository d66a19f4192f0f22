//! The house rules as tests, so that the build keeps them and nobody has to remember them.
//!
//! A rule is a function from a path and its text to the lines that break it. Its test first gives
//! it a few wrong lines, because a rule that cannot fail guards nothing, and then the whole tree.

use std::fmt::Write as _;
use std::fs;

use crate::source::{
    Source, code_lines, is_of_name, item_end, line_of, names, says, test_lines, word_places,
};

const FILE_LINES_MAX: usize = 450;
const FUNCTION_LINES_MAX: usize = 60;
/// A test tells its story to the end, so it may be a little longer than what it tests.
const TEST_FILE_LINES_MAX: usize = 500;
const TEST_LINES_MAX: usize = 70;
const COLUMNS_MAX: usize = 100;

/// What a layer must not say: what stands above it, and what another layer wraps for it.
const ARROWS: [(&str, &str); 10] = [
    (
        "src/domain",
        "crate::store crate::post crate::cards crate::http crate::api crate::window crate::server \
         crate::demo crate::cli rocket rusqlite",
    ),
    (
        "src/post",
        "crate::cards crate::http crate::api crate::window crate::server crate::demo crate::cli \
         rocket rusqlite",
    ),
    (
        "src/store",
        "crate::post crate::cards crate::http crate::api crate::window crate::server crate::demo \
         crate::cli rocket",
    ),
    (
        "src/cards",
        "crate::post crate::http crate::api crate::window crate::server crate::demo crate::cli \
         rocket rusqlite",
    ),
    (
        "src/documents",
        "crate::store crate::http crate::api crate::window crate::server crate::demo crate::cli \
         rocket rusqlite",
    ),
    ("src/http", "crate::api crate::window crate::server crate::demo crate::cli rusqlite"),
    ("src/api", "crate::window crate::server crate::demo crate::cli rusqlite"),
    ("src/window", "crate::api crate::server crate::demo crate::cli rusqlite"),
    ("src/server", "crate::demo crate::cli"),
    ("src/demo", "crate::http crate::api crate::cli rocket"),
];

/// The seam to the engine: only there stands `rusqlite`.
const SEAM: &str = "src/store/engine/";
/// The layers above the store.
const ABOVE_THE_STORE: [&str; 5] =
    ["src/post/", "src/cards/", "src/http/", "src/api/", "src/window/"];

const LEFT_OVERS: [&str; 7] = ["todo!", "unimplemented!", "dbg!", "TODO", "FIXME", "XXX", "HACK"];

/// Line numbers from 1, each with the reason why it offends.
pub type Offences = Vec<(usize, String)>;

#[test]
fn imports_only_point_down() {
    bites(arrows, "src/domain/money.rs", &["use crate::store::Tx;", "use rocket::get;"]);
    bites(arrows, "src/domain/tax.rs", &["use crate::{\n  domain::{tax, text},\n  api,\n};"]);
    bites(arrows, "src/store/mod.rs", &["use super::api::page;", "fn f(x: &rocket::Request);"]);
    bites(arrows, "src/api/page.rs", &["r2d2_sqlite::rusqlite::Row", "crate::cli::run()"]);
    bites(arrows, "src/documents/mod.rs", &["use crate::http::html;", "use crate::store::Tx;"]);
    bites(arrows, "src/http/page.rs", &["use crate::{api::orders, domain};"]);
    bites(arrows, "src/post/mod.rs", &["use crate::http::app::App;", "use rocket::tokio;"]);
    bites(arrows, "src/cards/mod.rs", &["use crate::http::app::App;", "use crate::api::orders;"]);
    bites(arrows, "src/window/cart.rs", &["use crate::api::orders;"]);
    bites(arrows, "src/api/orders/mod.rs", &["use crate::window::cart;"]);
    spares(arrows, "src/demo/mod.rs", &["use super::window;"]);
    bites(arrows, "src/server.rs", &["use crate::demo;", "crate::cli::run()"]);
    bites(arrows, "src/demo/fill.rs", &["use super::super::api::App;", "use rocket::Build;"]);
    spares(arrows, "src/store/orders.rs", &["use crate::domain::{api, orders};", "// rocket"]);
    spares(arrows, "src/domain/tax.rs", &["let s = r#\"a \"rocket\" b\"#;", "use super::text;"]);
    spares(arrows, "src/demo/mod.rs", &["use crate::{server, store::Store};"]);
    hold(arrows);
}

#[test]
fn only_the_seam_knows_the_engine() {
    bites(engine, "src/store/orders.rs", &["use rusqlite::params;", "use {rusqlite::Row};"]);
    bites(engine, "src/error.rs", &["fn from(error: rusqlite::Error) -> Self {}"]);
    spares(engine, "src/store/engine/sql.rs", &["use rusqlite::params;"]);
    spares(engine, "src/store/orders.rs", &["let rusqlite_like = 1;"]);
    hold(engine);
}

#[test]
fn nouns_of_the_api_do_not_import_each_other() {
    let nouns = nouns(["src/api/mod.rs", "src/api/orders/mod.rs", "src/api/staff.rs"]);
    assert_eq!(nouns, ["orders", "staff"]);
    let rule = |path: &str, text: &str| siblings(path, text, &nouns);
    bites(rule, "src/api/staff.rs", &["use crate::api::orders;", "use super::*;"]);
    bites(rule, "src/api/page.rs", &["use super::{body, staff::Staff};"]);
    spares(rule, "src/api/staff.rs", &["use super::{auth, body};", "use crate::store::orders;"]);
    spares(rule, "src/api/orders/place.rs", &["use super::Draft; use crate::api::orders::Line;"]);
    spares(rule, "src/api/mod.rs", &["use self::orders::place; use crate::api::staff;"]);

    let tree = tree();
    let nouns = self::nouns(tree.iter().map(|(path, _)| path.as_str()));
    hold(|path, text| siblings(path, text, &nouns));
}

#[test]
fn sql_is_written_in_the_store_alone() {
    bites(sql_elsewhere, "src/api/orders.rs", &["\"select 1\"", "\"\n delete from orders\""]);
    bites(
        sql_elsewhere,
        "src/api/orders.rs",
        &["\"UPDATE orders SET a = 1\"", "\"insert into a\""],
    );
    bites(sql_elsewhere, "src/http/page.rs", &["\"select 1\""]);
    spares(sql_elsewhere, "src/api/orders.rs", &["\"Please select a currency.\"", "// select 1"]);
    hold(sql_elsewhere);
}

#[test]
fn no_statement_is_pasted_together() {
    bites(formatted_sql, "src/store/orders.rs", &["tx.execute(&format!(\"drop {table}\"), [])?;"]);
    spares(formatted_sql, "src/store/orders.rs", &["tx.execute(\"format!\", [])?;"]);
    hold(formatted_sql);
}

#[test]
fn files_stay_short() {
    bites(file_length, "src/a.rs", &[&"a();\n".repeat(451)]);
    bites(file_length, "tests/it/a.rs", &[&"a();\n".repeat(501)]);
    spares(file_length, "tests/it/a.rs", &[&"a();\n".repeat(500)]);
    spares(file_length, "src/a.rs", &[&"a();\n\n// Why.\n/* a\nb */\n".repeat(450)]);
    hold(file_length);
}

#[test]
fn functions_stay_short() {
    let body = |lines| format!("fn f(a: [u8; 2]) {{\n{}}}\n", "a('{', \"{\");\n".repeat(lines));
    bites(function_length, "src/a.rs", &[&body(59), &format!("impl A {{\n{}}}", body(60))]);
    bites(function_length, "tests/it/a.rs", &[&body(69)]);
    spares(function_length, "tests/it/a.rs", &[&body(68)]);
    spares(function_length, "src/a.rs", &[&body(58).repeat(9), "type F = fn(u8) -> u8;"]);
    hold(function_length);
}

#[test]
fn lines_fit_the_page() {
    bites(line_length, "src/a.rs", &[&"ä".repeat(101)]);
    spares(line_length, "src/a.rs", &[&"ä".repeat(100)]);
    hold(line_length);
}

#[test]
fn nothing_is_left_over() {
    bites(left_overs, "src/a.rs", &["todo!()", "dbg!(a);", "// TODO: later", "/* FIXME */"]);
    spares(left_overs, "src/a.rs", &["\"XXX\"", "my_todo!()", "// A HACKER"]);
    hold(left_overs);
}

#[test]
fn nothing_in_the_program_unwraps() {
    let test = "#[cfg(test)]\nmod tests {\n fn f() {\n a.unwrap();\n }\n}\n";
    bites(unwraps, "src/a.rs", &["a.unwrap();", "a.expect(\"b\");", &format!("{test}a.unwrap();")]);
    spares(unwraps, "src/a.rs", &[test, "a.unwrap_or(1);", "// a.unwrap()"]);
    hold(unwraps);
}

#[test]
fn no_float_touches_a_rule() {
    bites(floats, "src/domain/tax.rs", &["let a = b as f64;", "let a = 1.0f32;"]);
    spares(floats, "src/domain/tax.rs", &["// never an f64"]);
    hold(floats);
}

#[test]
fn every_module_says_why_it_exists() {
    bites(heads, "src/a.rs", &["", "use std::fs;\n//! Late.\n"]);
    spares(heads, "src/a.rs", &["//! Why.\n"]);
    hold(heads);
}

/// Each of the texts breaks the rule on its own, once.
pub fn bites(rule: impl Fn(&str, &str) -> Offences, path: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(rule(path, text).len(), 1, "{path} got away with {text}");
    }
}

pub fn spares(rule: impl Fn(&str, &str) -> Offences, path: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(rule(path, text), [], "{path} may say {text}");
    }
}

pub fn hold(rule: impl Fn(&str, &str) -> Offences) {
    hold_in(tree(), rule);
}

/// Runs one rule over a whole tree and reports every offender at once.
pub fn hold_in(tree: Vec<(String, String)>, rule: impl Fn(&str, &str) -> Offences) {
    let mut report = String::new();
    for (path, text) in tree {
        for (line, why) in rule(&path, &text) {
            writeln!(report, "{path}:{line}: {why}").unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// Every Rust file of the project, by its path from the root, in a stable order.
pub fn tree() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        gather(folder, "rs", &mut files);
    }
    files.sort();
    assert!(files.iter().any(|(path, _)| path.starts_with("src/")), "there is nothing to check");
    files
}

/// Adds the files of a folder, which is named from the root, whose names end so.
pub fn gather(folder: &str, ending: &str, files: &mut Vec<(String, String)>) {
    // A folder that is not there breaks no rule.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            gather(&path, ending, files);
        } else if entry.path().extension().is_some_and(|its| its == ending) {
            let text = fs::read_to_string(entry.path()).unwrap();
            files.push((path, text));
        }
    }
}

// ---- The rules ----

fn arrows(path: &str, text: &str) -> Offences {
    let Some((layer, forbidden)) = ARROWS.iter().find(|(layer, _)| path.starts_with(layer)) else {
        return Offences::new();
    };
    names(path, text)
        .into_iter()
        .filter(|(_, name)| forbidden.split(' ').any(|thing| says(name, thing)))
        .map(|(line, name)| (line, format!("{layer} must not say `{name}`")))
        .collect()
}

fn engine(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/") || path.starts_with(SEAM) {
        return Offences::new();
    }
    names(path, text)
        .into_iter()
        .filter(|(_, name)| says(name, "rusqlite"))
        .map(|(line, _)| (line, "only src/store/engine may say `rusqlite`".to_owned()))
        .collect()
}

/// The route table in `api/mod.rs` knows all nouns. Everything else there knows its own at most.
fn siblings(path: &str, text: &str, nouns: &[String]) -> Offences {
    let Some(own) = path.strip_prefix("src/api/").filter(|name| *name != "mod.rs") else {
        return Offences::new();
    };
    let own = own.split(['/', '.']).next().unwrap_or_default();
    let others: Vec<&str> = nouns.iter().map(String::as_str).filter(|noun| *noun != own).collect();
    names(path, text)
        .into_iter()
        .filter(|(_, name)| {
            let mut parts = name.split("::");
            parts.next() == Some("crate")
                && parts.next() == Some("api")
                && parts.next().is_some_and(|noun| noun == "*" || others.contains(&noun))
        })
        .map(|(line, name)| (line, format!("a sibling is imported: `{name}`")))
        .collect()
}

/// What lies in `src/api` is a noun.
fn nouns<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut nouns: Vec<String> = paths
        .into_iter()
        .filter_map(|path| path.strip_prefix("src/api/"))
        .filter_map(|path| path.split(['/', '.']).next())
        .filter(|name| *name != "mod")
        .map(str::to_owned)
        .collect();
    nouns.dedup();
    nouns
}

fn sql_elsewhere(path: &str, text: &str) -> Offences {
    if !ABOVE_THE_STORE.iter().any(|layer| path.starts_with(layer)) {
        return Offences::new();
    }
    let mut offences = Source::read(text).literals;
    offences.retain(|(_, literal)| is_sql(literal));
    offences.into_iter().map(|(line, _)| (line, "SQL belongs to src/store".to_owned())).collect()
}

/// All in one case is a statement; "Select a currency" is a sentence for a person.
fn is_sql(literal: &str) -> bool {
    let has = |words: &str| literal.contains(words) || literal.contains(&words.to_uppercase());
    let starts = |words: &str| {
        let literal = literal.trim_start();
        literal.starts_with(words) || literal.starts_with(&words.to_uppercase())
    };
    starts("select ")
        || (has("select ") && has(" from "))
        || has("insert into")
        || has("delete from")
        || (has("update ") && has(" set "))
}

/// Values are bound, never written into a statement. Only pragmas, in `sqlite.rs`, take none.
fn formatted_sql(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/store") || path == "src/store/engine/sqlite.rs" {
        return Offences::new();
    }
    lines_where(&Source::read(text).code, "a statement is made by `format!`", |line| {
        line.contains("format!") && (line.contains("query") || line.contains("execute"))
    })
}

fn file_length(path: &str, text: &str) -> Offences {
    let max = if path.starts_with("src/") { FILE_LINES_MAX } else { TEST_FILE_LINES_MAX };
    let lines = code_lines(&Source::read(text).code);
    if lines <= max {
        return Offences::new();
    }
    vec![(1, format!("{lines} lines of code; a noun this long becomes a folder"))]
}

fn function_length(path: &str, text: &str) -> Offences {
    let max = if path.starts_with("src/") { FUNCTION_LINES_MAX } else { TEST_LINES_MAX };
    let code = Source::read(text).code;
    let mut offences = Offences::new();
    for at in word_places(&code, "fn") {
        let name = code[at + 2..].trim_start();
        let name = &name[..name.find(|c| !is_of_name(c)).unwrap_or(name.len())];
        let lines = code_lines(&code[at..item_end(&code, at)]);
        // A function without a name is a type, such as `fn(u8) -> u8`.
        if !name.is_empty() && lines > max {
            offences.push((line_of(&code, at), format!("`{name}` has {lines} lines")));
        }
    }
    offences
}

fn line_length(_: &str, text: &str) -> Offences {
    let why = format!("longer than {COLUMNS_MAX} columns");
    lines_where(text, &why, |line| line.chars().count() > COLUMNS_MAX)
}

/// Strings are spared: they may name a currency, and one code is among these words.
fn left_overs(_: &str, text: &str) -> Offences {
    let source = Source::read(text);
    let mut offences = Offences::new();
    for word in LEFT_OVERS {
        for part in [&source.code, &source.comments] {
            for at in word_places(part, word) {
                offences.push((line_of(part, at), format!("`{word}` is left over")));
            }
        }
    }
    offences
}

fn unwraps(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/") || path.contains("/tests") {
        return Offences::new();
    }
    let code = Source::read(text).code;
    let tests = test_lines(&code);
    let mut offences = lines_where(&code, "a panic in the program", |line| {
        line.contains(".unwrap()") || line.contains(".expect(")
    });
    offences.retain(|(line, _)| !tests[*line - 1]);
    offences
}

/// No word borders here, so that `as_f64` and `1.0f64` are found too.
fn floats(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/domain") {
        return Offences::new();
    }
    lines_where(&Source::read(text).code, "a float in a rule", |line| {
        line.contains("f32") || line.contains("f64")
    })
}

fn heads(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/") || text.starts_with("//!") {
        return Offences::new();
    }
    vec![(1, "the file does not start with a `//!` comment".to_owned())]
}

pub fn lines_where(text: &str, why: &str, offends: impl Fn(&str) -> bool) -> Offences {
    text.lines()
        .enumerate()
        .filter(|(_, line)| offends(line))
        .map(|(index, _)| (index + 1, why.to_owned()))
        .collect()
}
