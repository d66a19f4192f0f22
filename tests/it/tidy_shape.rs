//! The shape of the house, in the way of `tidy.rs`: no circles between files, columns by name,
//! rules in the domain, and documents that speak of what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::source::{Source, is_of_name, item_end, line_of, names, word_places};
use crate::tidy::{Offences, bites, hold, hold_in, spares, tree};

/// Functions of `src/store/orders` that only carry rows to values and back.
const CARRIERS: [&str; 9] = [
    "about",
    "currency_of",
    "delivery",
    "narrow_states",
    "narrowed",
    "of",
    "rows_of",
    "set_id",
    "to_json",
];

/// The files that each file imports.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn files_import_in_no_circle() {
    let others = files(&[
        ("src/a.rs", "pub struct A;"),
        ("src/b/mod.rs", "mod c;\npub use c::Thing;"),
        ("src/b/c.rs", "use crate::a::A;\npub struct Thing;"),
        ("src/d.rs", ""),
    ]);
    let arrows = graph(&others);
    let rule = |path: &str, text: &str| circles(path, text, &others, &arrows);
    bites(rule, "src/a.rs", &["use crate::b::Thing;", "fn f(x: crate::b::c::Thing) {}"]);
    bites(rule, "src/a.rs", &["use crate::b::{self, c::Thing};"]);
    spares(rule, "src/a.rs", &["use crate::d::D;", "// crate::b::Thing", "use crate::b::Other;"]);
    spares(rule, "src/b/mod.rs", &["mod c;\npub use c::Thing;"]);

    let tree = sources();
    let arrows = graph(&tree);
    hold(|path, text| circles(path, text, &tree, &arrows));
}

#[test]
fn inserts_name_their_columns() {
    let path = "src/store/orders/save.rs";
    bites(
        unnamed_inserts,
        path,
        &["\"insert into sales values ($1)\"", "\"INSERT INTO a SELECT\""],
    );
    spares(
        unnamed_inserts,
        path,
        &["\"insert into sales (slot) values ($1)\"", "// insert into a"],
    );
    hold(|path, text| if path.starts_with("src/") { unnamed_inserts(path, text) } else { vec![] });
}

#[test]
fn what_needs_no_transaction_is_decided_in_the_domain() {
    let path = "src/store/orders/save.rs";
    bites(
        rules,
        path,
        &["fn hold_until(quote: &Quote) {}", "pub fn fits<T>(\n    a: T,\n) -> bool {}"],
    );
    spares(
        rules,
        path,
        &["fn save(tx: &Tx, a: u8) {}", "fn read(row: &Row) {}", "fn of(a: u8) {}"],
    );
    spares(rules, "src/store/products.rs", &["fn hold_until(quote: &Quote) {}"]);
    hold(rules);
}

#[test]
fn documents_speak_of_files_that_are_there() {
    bites(
        lost_paths,
        "README.md",
        &["See `src/nothing.rs`.", "`store/engine/no.rs`", "`docs/no.md`"],
    );
    spares(lost_paths, "README.md", &["`src/lib.rs`, `store/engine/`", "`/orders`", "`a/b.c`"]);
    spares(lost_paths, "README.md", &["made: `target/release`, `dist/SHA256SUMS`"]);
    let mut documents = Vec::new();
    crate::tidy::gather("docs", "md", &mut documents);
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"] {
        documents.push((name.to_owned(), fs::read_to_string(name).unwrap()));
    }
    assert!(documents.len() > 4, "there are documents in docs");
    hold_in(documents, lost_paths);
}

// ---- The rules ----

/// Says where a file imports one that leads back to it. `files`: all of them by their paths, and
/// `graph` their imports.
fn circles(path: &str, text: &str, files: &BTreeMap<String, String>, graph: &Graph) -> Offences {
    if !path.starts_with("src/") {
        return Offences::new();
    }
    let imports = imports(path, text, files).into_iter();
    let back = imports.filter(|import| leads_to(graph, import, path));
    back.map(|import| (1, format!("a circle of imports through {import}"))).collect()
}

fn leads_to(graph: &Graph, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        if file == to {
            return true;
        }
        let imports = graph.get(file).into_iter().flatten().map(String::as_str);
        next.extend(imports.filter(|import| seen.insert(import)));
    }
    false
}

fn graph(files: &BTreeMap<String, String>) -> Graph {
    let arrows = |(path, text): (&String, &String)| (path.clone(), imports(path, text, files));
    files.iter().map(arrows).collect()
}

/// The files that a file names. An index file lists its children, which is no import.
fn imports(path: &str, text: &str, files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let code = without_listing(text);
    let module = module_of(path);
    let absolute = |name: String| {
        if let Some(rest) = name.strip_prefix("crate::") {
            return Some(rest.to_owned());
        }
        // A path into a child; a word alone is any name.
        let (child, _) = name.split_once("::")?;
        file_of(&[&module[..], &[child.to_owned()]].concat(), files)?;
        Some([&module[..], &[name]].concat().join("::"))
    };
    let named = names(path, &code).into_iter().filter_map(|(_, name)| absolute(name));
    named.filter_map(|name| target(&name, files)).filter(|target| target != path).collect()
}

/// The file that defines a name, past what index files list.
fn target(name: &str, files: &BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<String> = name.split("::").map(str::to_owned).collect();
    let depth = (1..=parts.len()).rev().find(|depth| file_of(&parts[..*depth], files).is_some())?;
    let file = file_of(&parts[..depth], files)?;
    let listed = parts.get(depth).and_then(|item| listing_of(&files[&file], item));
    let child = listed.and_then(|child| {
        let child: Vec<String> =
            parts[..depth].iter().cloned().chain(child.split("::").map(str::to_owned)).collect();
        target(&[&child[..], &parts[depth..=depth]].concat().join("::"), files)
    });
    Some(child.unwrap_or(file))
}

/// The child module that an index file lists an item of.
fn listing_of(text: &str, item: &str) -> Option<String> {
    let code = Source::read(text).code;
    word_places(&code, "use").into_iter().find_map(|at| {
        let before = code[..at].trim_end();
        let statement = code[at + 3..item_end(&code, at)].trim().trim_end_matches(';');
        let (child, items) = statement.rsplit_once("::")?;
        let has = word_places(items, item).len() == 1;
        (has && before.ends_with(['b', ')'])).then(|| child.to_owned())
    })
}

/// The text without `mod` and `pub use`, and without what only tests say.
fn without_listing(text: &str) -> String {
    let code = Source::read(text).code;
    let mut kept: Vec<char> = code.chars().collect();
    let mut blank = |from: usize, to: usize| {
        let (from, to) = (code[..from].chars().count(), code[..to].chars().count());
        for c in &mut kept[from..to] {
            *c = if *c == '\n' { '\n' } else { ' ' };
        }
    };
    for at in word_places(&code, "use") {
        let before = code[..at].trim_end();
        if before.ends_with("pub") || before.ends_with("pub(super)") {
            blank(at, item_end(&code, at));
        }
    }
    for at in word_places(&code, "mod") {
        if code[at..].starts_with("mod ") && code[at..item_end(&code, at)].ends_with(';') {
            blank(at, item_end(&code, at));
        }
    }
    for (at, _) in code.match_indices("#[cfg(test)]") {
        blank(at, item_end(&code, at + "#[cfg(test)]".len()));
    }
    kept.into_iter().collect()
}

fn module_of(path: &str) -> Vec<String> {
    let name = path.trim_start_matches("src/").trim_end_matches(".rs");
    let name = name.trim_end_matches("/mod");
    name.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
}

fn file_of(module: &[String], files: &BTreeMap<String, String>) -> Option<String> {
    let base = format!("src/{}", module.join("/"));
    [format!("{base}.rs"), format!("{base}/mod.rs")].into_iter().find(|f| files.contains_key(f))
}

fn unnamed_inserts(_: &str, text: &str) -> Offences {
    let offends = |literal: &str| {
        let words = literal.to_lowercase();
        words.match_indices("insert into ").any(|(at, start)| {
            let rest = words[at + start.len()..].trim_start();
            let after = rest.trim_start_matches(is_of_name).trim_start();
            // Where the table is a macro's, its columns are as well.
            !rest.is_empty() && !after.starts_with('(')
        })
    };
    let mut offences = Source::read(text).literals;
    offences.retain(|(_, literal)| offends(literal));
    let why = "an insert without its columns";
    offences.into_iter().map(|(line, _)| (line, why.to_owned())).collect()
}

/// A function without a transaction or a row is a rule, and rules are for `domain/orders`.
fn rules(path: &str, text: &str) -> Offences {
    if !path.starts_with("src/store/orders/") {
        return Offences::new();
    }
    let code = Source::read(text).code;
    let mut offences = Offences::new();
    for at in word_places(&code, "fn") {
        let rest = code[at + 2..].trim_start();
        let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
        let head = &rest[..rest.find('{').unwrap_or(rest.len())];
        let works = head.contains("tx: &Tx") || head.contains("row: &Row");
        if !name.is_empty() && !works && !CARRIERS.contains(&name) {
            let why = format!("`{name}` needs no transaction: it belongs in domain/orders");
            offences.push((line_of(&code, at), why));
        }
    }
    offences
}

/// Paths in backticks that begin with a folder of ours, from the root or from `src`, and lead
/// nowhere. What a build makes (`.gitignore` lists it) may or may not be there.
fn lost_paths(_: &str, text: &str) -> Offences {
    let ignored = fs::read_to_string(".gitignore").unwrap();
    let made: Vec<_> = ignored.lines().map(|line| line.trim_start_matches('/')).collect();
    let mut offences = Offences::new();
    for (index, line) in text.lines().enumerate() {
        for word in line.split('`').skip(1).step_by(2) {
            let first = word.split('/').next().unwrap_or_default();
            let is_path =
                word.contains('/') && word.chars().all(|c| is_of_name(c) || "/.-".contains(c));
            let folder = [first.to_owned(), format!("src/{first}")];
            let named = !first.is_empty() && !first.starts_with('.') && !made.contains(&first);
            let ours = is_path && named && folder.iter().any(|f| Path::new(f).is_dir());
            if ours && !Path::new(word).exists() && !Path::new("src").join(word).exists() {
                offences.push((index + 1, format!("there is no {word}")));
            }
        }
    }
    offences
}

fn sources() -> BTreeMap<String, String> {
    tree().into_iter().filter(|(path, _)| path.starts_with("src/")).collect()
}

fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}
