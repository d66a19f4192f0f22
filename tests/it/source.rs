//! What a Rust file says: its code without comments and strings, its names, its items.

/// A bare word may stand anywhere in a name; a path must be its beginning.
pub fn says(name: &str, thing: &str) -> bool {
    if thing.contains("::") {
        name.strip_prefix(thing).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    } else {
        name.split("::").any(|part| part == thing)
    }
}

/// Every name in a file with its line: `use a::{b, c}` is `a::b` and `a::c`, and `super` is
/// written out, so that no way of importing hides an arrow.
pub fn names(path: &str, text: &str) -> Vec<(usize, String)> {
    // A name ends where another character comes, so one must come.
    let code = Source::read(text).code + "\n";
    let tests = test_lines(&code);
    let module = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let mut names = raw_names(&code);
    for (line, name) in &mut names {
        let mut above: Vec<&str> = module.split('/').collect();
        if tests[*line - 1] {
            above.push("tests");
        }
        let mut rest = name.as_str();
        while let Some(shorter) = rest.strip_prefix("super::") {
            above.pop();
            rest = shorter;
        }
        if rest.len() < name.len() {
            above.insert(0, "crate");
            *name = format!("{}::{rest}", above.join("::"));
        }
    }
    names
}

fn raw_names(code: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut groups = vec![String::new()];
    let mut name = String::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let word = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
        let token = if rest.starts_with("::") { "::" } else { word };
        let goes_on = name.ends_with("::");
        let step = if token.is_empty() { c.len_utf8() } else { token.len() };
        if !name.is_empty() && (token == "::" || (goes_on && !word.is_empty())) {
            name.push_str(token);
        } else if goes_on && c == '{' {
            groups.push(std::mem::take(&mut name));
        } else if goes_on && c == '*' {
            name.push('*');
        } else if !(goes_on && c.is_whitespace()) {
            if !name.is_empty() {
                names.push((line, name.trim_end_matches("::").to_owned()));
                name.clear();
            }
            match c {
                '{' => groups.push(String::new()),
                '}' if groups.len() > 1 => drop(groups.pop()),
                _ if !word.is_empty() => name = format!("{}{word}", groups[groups.len() - 1]),
                _ => {}
            }
        }
        line += usize::from(c == '\n');
        rest = &rest[step..];
    }
    names
}

/// For each line whether it lies in an item under `#[cfg(test)]`.
pub fn test_lines(code: &str) -> Vec<bool> {
    let mut lines = vec![false; code.lines().count() + 1];
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let last = line_of(code, item_end(code, at + mark.len()) - 1);
        lines[line_of(code, at) - 1..last].fill(true);
    }
    lines
}

/// Behind the brace that closes the item at `from`, or behind its semicolon where it has none.
pub fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[from..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && (c == '}' || c == ';') {
            return from + at + 1;
        }
    }
    code.len()
}

pub fn word_places(text: &str, word: &str) -> Vec<usize> {
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(|at| !text[..*at].ends_with(is_of_name))
        .filter(|at| !text[at + word.len()..].starts_with(is_of_name))
        .collect()
}

pub fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

pub fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// A file taken apart, so that a brace in a string or a word in a comment misleads no rule.
#[derive(Default)]
pub struct Source {
    /// Same lines as the file. Comments are blank, and what stands in quotes became quotes.
    pub code: String,
    /// Same lines as the file. Everything else is blank.
    pub comments: String,
    /// What stands in each string, with the line where it begins.
    pub literals: Vec<(usize, String)>,
}

enum Kind {
    Code,
    Comment,
    Quoted,
}

impl Source {
    pub fn read(text: &str) -> Source {
        let mut reader =
            Reader { text: text.chars().collect(), at: 0, line: 1, source: Source::default() };
        while reader.at < reader.text.len() {
            reader.step();
        }
        reader.source
    }
}

struct Reader {
    text: Vec<char>,
    at: usize,
    line: usize,
    source: Source,
}

impl Reader {
    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.take_until(|reader| reader.peek(0) == '\n', &Kind::Comment),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            // Without a closing quote it is a lifetime.
            ('\'', second) if second == '\\' || self.peek(2) == '\'' => {
                self.take(if second == '\\' { 3 } else { 2 }, &Kind::Quoted);
                self.take_until(|reader| reader.peek(0) == '\'', &Kind::Quoted);
                self.take(1, &Kind::Quoted);
            }
            _ => self.take(1, &Kind::Code),
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ if self.at >= self.text.len() => return,
                _ => {
                    self.take(1, &Kind::Comment);
                    continue;
                }
            }
            self.take(2, &Kind::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let before = &self.text[..self.at];
        let hashes = before.iter().rev().take_while(|c| **c == '#').count();
        let raw = before[..self.at - hashes].ends_with(&['r']);
        let line = self.line;
        self.take(1, &Kind::Quoted);
        let start = self.at;
        while self.at < self.text.len() {
            match self.peek(0) {
                '\\' if !raw => self.take(2, &Kind::Quoted),
                '"' if !raw || (1..=hashes).all(|ahead| self.peek(ahead) == '#') => break,
                _ => self.take(1, &Kind::Quoted),
            }
        }
        let literal = self.text[start..self.at].iter().collect();
        self.source.literals.push((line, literal));
        self.take(1, &Kind::Quoted);
    }

    fn peek(&self, ahead: usize) -> char {
        self.text.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn take_until(&mut self, end: impl Fn(&Reader) -> bool, kind: &Kind) {
        while self.at < self.text.len() && !end(self) {
            self.take(1, kind);
        }
    }

    fn take(&mut self, count: usize, kind: &Kind) {
        for _ in 0..count.min(self.text.len() - self.at) {
            let c = self.text[self.at];
            self.at += 1;
            self.line += usize::from(c == '\n');
            let blank = if c == '\n' { c } else { ' ' };
            let quote = if c.is_whitespace() { blank } else { '"' };
            self.source.code.push(match kind {
                Kind::Code => c,
                Kind::Comment => blank,
                Kind::Quoted => quote,
            });
            self.source.comments.push(if matches!(kind, Kind::Comment) { c } else { blank });
        }
    }
}
