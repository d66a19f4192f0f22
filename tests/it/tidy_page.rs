//! The house rules of the staff's page, in the way of `tidy.rs`: a rule first gets what it must
//! bite, and then every file of `static/admin`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::source::item_end;
use crate::source::{is_of_name, line_of};
use crate::tidy::spares;
use crate::tidy::{Offences, bites, gather, hold_in, lines_where};

const FILE_LINES_MAX: usize = 200;
const FUNCTION_LINES_MAX: usize = 70;
const COLUMNS_MAX: usize = 100;

/// Each text stands in a line of its own, however long a sentence is, and nothing else is in there.
const TEXTS: &str = "static/admin/texts/";
const TEXTS_LINES_MAX: usize = 500;

/// Words after which a stroke begins a pattern; after any other name it divides.
const BEFORE_PATTERN: [&str; 4] = ["return", "typeof", "case", "await"];

type Files = BTreeMap<String, String>;

/// The files that each file imports.
type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn scripts_import_in_no_circle() {
    let others =
        [("p/a.js", ""), ("p/b.js", "import './c/d.js';"), ("p/c/d.js", "import('../a.js')")];
    let others = graph(&files(others));
    let rule = |path: &str, text: &str| circles(path, text, &others);
    bites(rule, "p/a.js", &["import { b }\n  from \"./b.js\";", "export * from './c/../b.js';"]);
    bites(rule, "p/a.js", &["const b = soon(() => import('./b.js'));", "import './a.js';"]);
    bites(
        rule,
        "p/a.js",
        &["import(`./c/${`${'}'}`}.js`);", "/* ' */ a = b / import('./b.js') / 2"],
    );
    spares(rule, "p/a.js", &["// import './b.js'", "f(\"import './b.js'\", /'/, './b.js')"]);
    spares(rule, "p/e.js", &["import './b.js';", "import(`./views/${name}.js`);"]);

    let graph = graph(&page().into_iter().collect());
    hold_in(page(), |path, text| circles(path, text, &graph));
}

#[test]
fn imports_lead_to_a_file() {
    let others = files([("p/b.js", ""), ("p/c/d.js", "")]);
    let rule = |path: &str, text: &str| missing(path, text, &others);
    bites(
        rule,
        "p/a.js",
        &["import './c/b.js';", "import('../b.js')", "import(`./e/${name}.js`);"],
    );
    spares(
        rule,
        "p/c/a.js",
        &["import '../b.js';\nimport './d.js';", "import(`../c/${name}.js`);"],
    );

    let page = page().into_iter().collect();
    hold_in(self::page(), |path, text| missing(path, text, &page));
}

#[test]
fn addresses_of_people_are_escaped_in_links() {
    bites(open_links, "a.js", &["h(\"a\", { href: `mailto:${email}` })"]);
    spares(open_links, "a.js", &["{ href: `mailto:${encodeURIComponent(email)}` }"]);
    hold_in(page(), open_links);
}

fn open_links(_: &str, text: &str) -> Offences {
    lines_where(text, "an address that may end the link, or add to it", |line| {
        line.replace("mailto:${encodeURIComponent(", "").contains("mailto:${")
    })
}

#[test]
fn files_of_the_page_stay_short() {
    bites(page_file_length, "static/admin/a.js", &[&"a();\n".repeat(201)]);
    spares(page_file_length, "static/admin/a.js", &[&"a();\n".repeat(200)]);
    spares(page_file_length, "static/admin/texts/de/shop.js", &[&"a();\n".repeat(500)]);
    bites(page_file_length, "static/admin/texts/de/shop.js", &[&"a();\n".repeat(501)]);
    hold_in(page(), page_file_length);
}

#[test]
fn functions_of_the_page_stay_short() {
    let block = |lines| format!(" {{\n{}}}", "a(\"{\", /}/, `}${b}`);\n".repeat(lines));
    let list = |lines| format!("h(\n{})", "// Why.\n[a, b],\n".repeat(lines));
    let function = |lines| format!("function f({{ a }}){};\n", block(lines));
    let arrow = |lines| format!("const f = (a) =>{};\n", block(lines));
    let short = |lines| format!("const f = (\n  a,\n) => {};\n", list(lines));
    let airy = |lines| function(lines).replacen("`);\n", "`);\n\n  // Why.\n", 1);
    bites(page_function_length, "a.js", &[&function(69), &arrow(69), &short(34), &airy(67)]);
    bites(page_function_length, "a.js", &[&format!("class A {{\n  get b(){}\n}}", block(69))]);
    spares(page_function_length, "a.js", &[&function(68).repeat(2), &arrow(68), &short(33)]);
    spares(page_function_length, "a.js", &[&airy(66)]);
    spares(page_function_length, "a.js", &[&format!("const A ={};", block(80))]);
    hold_in(page(), page_function_length);
}

#[test]
fn lines_of_the_page_fit() {
    bites(page_line_length, "static/admin/a.css", &[&"ä".repeat(101)]);
    spares(page_line_length, "static/admin/a.css", &[&"ä".repeat(100)]);
    spares(page_line_length, "static/admin/texts/de/shop.js", &[&"ä".repeat(101)]);
    hold_in(page(), page_line_length);
}

fn files<const N: usize>(files: [(&str, &str); N]) -> Files {
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// Every file of the page that people write.
fn page() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for ending in ["js", "css", "html"] {
        gather("static/admin", ending, &mut files);
    }
    assert!(files.len() > 50, "there is nothing to check");
    files
}

// ---- The rules ----

/// A file that imports itself, over however many others; one that is fetched later counts as well.
fn circles(path: &str, text: &str, graph: &Graph) -> Offences {
    for (line, import) in imports(path, text) {
        let way =
            graph.keys().filter(|file| fits(&import, file)).find_map(|it| way(it, path, graph));
        if let Some(way) = way {
            return vec![(line, format!("a circle: {path} → {}", way.join(" → ")))];
        }
    }
    Offences::new()
}

/// The shortest way of imports from a file to another one.
fn way<'a>(from: &'a str, to: &str, graph: &'a Graph) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::from([from]);
    let mut ways = VecDeque::from([vec![from]]);
    while let Some(way) = ways.pop_front() {
        let last = way[way.len() - 1];
        if last == to {
            return Some(way);
        }
        for next in graph.get(last).into_iter().flatten() {
            if seen.insert(next) {
                ways.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

fn missing(path: &str, text: &str, files: &Files) -> Offences {
    imports(path, text)
        .into_iter()
        .filter(|(_, import)| !files.keys().any(|file| fits(import, file)))
        .map(|(line, import)| (line, format!("there is no {import}")))
        .collect()
}

fn page_file_length(path: &str, text: &str) -> Offences {
    let lines = text.lines().count();
    let most = if path.starts_with(TEXTS) { TEXTS_LINES_MAX } else { FILE_LINES_MAX };
    if lines <= most {
        return Offences::new();
    }
    vec![(1, format!("{lines} lines; what is done apart has a file of its own"))]
}

fn page_line_length(path: &str, text: &str) -> Offences {
    let why = format!("longer than {COLUMNS_MAX} columns");
    let is_text = path.starts_with(TEXTS);
    lines_where(text, &why, |line| !is_text && line.chars().count() > COLUMNS_MAX)
}

/// Functions with a name, methods and arrows, from their parameters on. What stands between their
/// lines counts: all of it has to be looked over.
fn page_function_length(path: &str, text: &str) -> Offences {
    if path.rsplit('.').next() != Some("js") {
        return Offences::new();
    }
    let code = Script::read(text).code;
    let blocks = code.match_indices('{').map(|(at, _)| (at, at)).filter(|(at, _)| {
        let before = code[..*at].trim_end();
        before.ends_with(')')
    });
    let arrows = code.match_indices("=>").map(|(at, arrow)| (at, at + arrow.len()));
    let mut offences = Offences::new();
    for (at, body) in blocks.chain(arrows) {
        let start = parameters(&code, at);
        let lines = code[start..body_end(&code, body)].lines().count();
        if lines > FUNCTION_LINES_MAX {
            offences.push((line_of(&code, start), format!("a function of {lines} lines")));
        }
    }
    offences
}

// ---- What a script says ----

fn graph(files: &Files) -> Graph {
    let imported = |path: &str, text: &str| {
        let imports = imports(path, text);
        let is_one = |file: &&String| imports.iter().any(|(_, import)| fits(import, file));
        files.keys().filter(is_one).cloned().collect()
    };
    files.iter().map(|(path, text)| (path.clone(), imported(path, text))).collect()
}

/// A name that is made up when it is needed (`./views/*.js`) is every file that it can become.
fn fits(import: &str, file: &str) -> bool {
    match import.split_once('*') {
        Some((start, rest)) => {
            let end = rest.rsplit('*').next().unwrap_or_default();
            file.len() >= start.len() + end.len() && file.starts_with(start) && file.ends_with(end)
        }
        None => import == file,
    }
}

/// What stands behind `import` and `from`, as a path from the root.
fn imports(path: &str, text: &str) -> Vec<(usize, String)> {
    let script = Script::read(text);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_import = |at: usize| {
        let before = script.code[..at].trim_end_matches(|c: char| c.is_whitespace() || c == '(');
        let word = &before[before.rfind(|c| !is_of_name(c)).map_or(0, |at| at + 1)..];
        word == "import" || word == "from"
    };
    script
        .quoted
        .iter()
        .filter(|(at, text)| text.starts_with('.') && is_import(*at))
        .map(|(at, text)| (line_of(&script.code, *at), resolved(folder, text)))
        .collect()
}

fn resolved(folder: &str, import: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Where the parameters begin that end before `at`.
fn parameters(code: &str, at: usize) -> usize {
    let before = code[..at].trim_end();
    if !before.ends_with(')') {
        return before.rfind(|c| !is_of_name(c)).map_or(0, |at| at + 1);
    }
    let mut depth = 0;
    for (at, c) in before.char_indices().rev() {
        depth += i32::from(c == ')') - i32::from(c == '(');
        if depth == 0 {
            return at;
        }
    }
    0
}

/// The end of a function's body: of a block its brace, of an expression what it is part of.
fn body_end(code: &str, from: usize) -> usize {
    let start = code.len() - code[from..].trim_start().len();
    if code[start..].starts_with('{') {
        return item_end(code, start);
    }
    let mut depth = 0;
    for (at, c) in code[start..].char_indices() {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        if depth < 0 || (depth == 0 && ",;".contains(c)) {
            return start + at;
        }
    }
    code.len()
}

/// A script taken apart, so that what stands in quotes, patterns and comments misleads no rule.
#[derive(Default)]
struct Script {
    /// Same lines as the file. Comments are blank; strings, templates and patterns became quotes.
    code: String,
    /// The strings and templates, with where they stand in the code; `*` is what is put into one.
    quoted: Vec<(usize, String)>,
}

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    script: Script,
}

impl Script {
    fn read(text: &str) -> Script {
        let mut reader = Reader { rest: text.chars(), script: Script::default() };
        while !reader.rest.as_str().is_empty() {
            reader.code();
        }
        reader.script
    }
}

impl Reader<'_> {
    /// Reads to the end, or to the brace that closes what is put into a template.
    fn code(&mut self) {
        let mut depth = 0;
        while let Some(c) = self.rest.clone().next() {
            match c {
                '/' if self.sees("//") => self.blank_until("\n"),
                '/' if self.sees("/*") => self.blank_until("*/"),
                '/' if self.begins_pattern() => self.pattern(),
                '"' | '\'' => self.string(c),
                '`' => self.template(),
                _ => {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    self.take(c);
                    if depth < 0 {
                        return;
                    }
                }
            }
        }
    }

    fn sees(&self, text: &str) -> bool {
        self.rest.as_str().starts_with(text)
    }

    fn begins_pattern(&self) -> bool {
        let before = self.script.code.trim_end();
        let word = &before[before.rfind(|c| !is_of_name(c)).map_or(0, |at| at + 1)..];
        match word.is_empty() {
            true => !before.ends_with([')', ']', '}', '"']),
            false => BEFORE_PATTERN.contains(&word),
        }
    }

    fn blank_until(&mut self, end: &str) {
        while !self.rest.as_str().is_empty() && !self.sees(end) {
            self.take(' ');
        }
        for _ in 0..end.trim().len() {
            self.take(' ');
        }
    }

    fn pattern(&mut self) {
        let mut in_class = false;
        self.take('"');
        while let Some(c) = self.rest.clone().next() {
            in_class = (in_class || c == '[') && c != ']';
            self.take('"');
            if c == '/' && !in_class {
                return;
            }
            if c == '\\' {
                self.take('"');
            }
        }
    }

    fn string(&mut self, quote: char) {
        let at = self.script.code.len();
        let mut text = String::new();
        self.take('"');
        while let Some(c) = self.take('"').filter(|c| *c != quote) {
            text.push(c);
            if c == '\\' {
                self.take('"');
            }
        }
        self.script.quoted.push((at, text));
    }

    fn template(&mut self) {
        let at = self.script.code.len();
        let mut text = String::new();
        self.take('"');
        while !self.rest.as_str().is_empty() {
            if self.sees("${") {
                self.take('"');
                self.take('{');
                self.code();
                text.push('*');
                continue;
            }
            let c = self.take('"');
            if c == Some('`') {
                break;
            }
            if c == Some('\\') {
                self.take('"');
            }
            text.extend(c);
        }
        self.script.quoted.push((at, text));
    }

    /// Takes a character, which stands in the code as another one; a line stays a line.
    fn take(&mut self, shown: char) -> Option<char> {
        let c = self.rest.next()?;
        self.script.code.push(if c == '\n' { c } else { shown });
        Some(c)
    }
}
