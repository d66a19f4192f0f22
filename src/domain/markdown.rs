//! The subset of Markdown (`CommonMark` 0.31) that the owner's texts are written in: headings,
//! paragraphs, lists, emphasis and links. What is no part of it stays the text that it is; there is
//! no HTML in it.

use serde::Serialize;

use super::text::url;

/// Emphasis within emphasis.
const DEPTH_MAX: usize = 4;
/// Bytes after which whatever began a span does not end any more, so that no text takes long.
const SPAN_BYTES_MAX: usize = 3_000;

/// A block of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Level 2 or 3; the page has its own heading of level 1.
    Heading {
        level: u8,
        spans: Vec<Span>,
    },
    Paragraph {
        spans: Vec<Span>,
    },
    List {
        ordered: bool,
        items: Vec<Vec<Span>>,
    },
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    Text { text: String },
    Strong { spans: Vec<Span> },
    Emphasis { spans: Vec<Span> },
    Link { url: String, text: String },
    Break,
}

/// The blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        let line = line.trim();
        let heading = heading(line);
        let goes_on = !line.is_empty()
            && heading.is_none()
            && lines.first().is_none_or(|first| item(first).is_some() == item(line).is_some());
        if !goes_on {
            end(&mut blocks, &mut lines);
        }
        match heading {
            Some((level, text)) => blocks.push(Block::Heading { level, spans: spans(text, 0) }),
            None if !line.is_empty() => lines.push(line),
            None => {}
        }
    }
    blocks
}

/// Makes a block of the lines so far: a list or a paragraph.
fn end(blocks: &mut Vec<Block>, lines: &mut Vec<&str>) {
    let Some(first) = lines.first() else { return };
    let block = match item(first) {
        Some((ordered, _)) => {
            let items = lines.iter().filter_map(|line| item(line));
            Block::List { ordered, items: items.map(|(_, text)| spans(text, 0)).collect() }
        }
        None => {
            let lines = lines.iter().map(|line| spans(line, 0));
            let all: Vec<Vec<Span>> = lines.collect();
            Block::Paragraph { spans: all.join(&Span::Break) }
        }
    };
    blocks.push(block);
    lines.clear();
}

/// `# Heading`: those of the first and the second level are the largest below the page's own.
fn heading(line: &str) -> Option<(u8, &str)> {
    let signs = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(signs..)?.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
    match signs {
        1 | 2 => Some((2, text)),
        3..=6 => Some((3, text)),
        _ => None,
    }
}

/// `- item`, `* item`, `1. item`: whether the list is ordered, and the text.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((false, text.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let text = line.get(digits..)?.strip_prefix(". ")?;
    (1..=9).contains(&digits).then(|| (true, text.trim_start()))
}

fn spans(text: &str, depth: usize) -> Vec<Span> {
    let (mut found, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\\' => escaped(rest).map(|c| (Span::Text { text: c.to_string() }, 1 + c.len_utf8())),
            '*' if depth < DEPTH_MAX => emphasis(rest, depth),
            '[' => link(rest),
            _ => None,
        };
        let bytes = match taken {
            Some((Span::Text { text }, bytes)) => {
                plain.push_str(&text);
                bytes
            }
            Some((span, bytes)) => {
                push_plain(&mut found, &mut plain);
                found.push(span);
                bytes
            }
            None => {
                plain.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(bytes..).unwrap_or_default();
    }
    push_plain(&mut found, &mut plain);
    found
}

/// The beginning of a text, as far as one span may reach.
fn near(text: &str) -> &str {
    text.get(..text.floor_char_boundary(SPAN_BYTES_MAX)).unwrap_or(text)
}

fn push_plain(found: &mut Vec<Span>, plain: &mut String) {
    if !plain.is_empty() {
        found.push(Span::Text { text: std::mem::take(plain) });
    }
}

/// The sign after a backslash, which then stands for itself.
fn escaped(text: &str) -> Option<char> {
    text.chars().nth(1).filter(char::is_ascii_punctuation)
}

/// `*emphasis*` or `**strong**`, and its bytes.
fn emphasis(text: &str, depth: usize) -> Option<(Span, usize)> {
    let mark = if text.starts_with("**") { "**" } else { "*" };
    let inner = near(text).get(mark.len()..)?;
    if inner.starts_with(char::is_whitespace) || inner.starts_with('*') {
        return None;
    }
    let ends = inner.match_indices(mark).map(|(at, _)| at);
    let end = ends.filter(|at| is_end(inner, *at, mark)).find(|at| *at > 0)?;
    let spans = spans(inner.get(..end)?, depth + 1);
    let bytes = end + 2 * mark.len();
    Some((if mark == "*" { Span::Emphasis { spans } } else { Span::Strong { spans } }, bytes))
}

/// Tells `true` where a mark ends what it began: it follows a word, and is not half of another.
fn is_end(inner: &str, at: usize, mark: &str) -> bool {
    let before = inner.get(..at).unwrap_or_default();
    let after = inner.get(at + mark.len()..).unwrap_or_default();
    let whole = mark == "**" || !before.ends_with('*') && !after.starts_with('*');
    whole && !before.ends_with(char::is_whitespace) && !before.ends_with('\\')
}

/// `[text](https://…)`, and its bytes. Addresses within the shop begin with a slash.
fn link(text: &str) -> Option<(Span, usize)> {
    let (label, rest) = near(text).get(1..)?.split_once("](")?;
    let (address, _) = rest.split_once(')')?;
    if label.is_empty() || label.contains(['[', ']']) {
        return None;
    }
    let within = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    let mail = address.strip_prefix("mailto:").is_some_and(|to| to.contains('@'));
    if !within && !mail && url(address).is_err() || address.contains(char::is_whitespace) {
        return None;
    }
    let span = Span::Link { url: address.to_owned(), text: label.to_owned() };
    Some((span, 1 + label.len() + 2 + address.len() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Span {
        Span::Text { text: text.to_owned() }
    }

    fn paragraph(spans: Vec<Span>) -> Vec<Block> {
        vec![Block::Paragraph { spans }]
    }

    #[test]
    fn blocks_are_headings_paragraphs_and_lists() {
        let source = "# Terms\r\nOne\ntwo\n\n## Part ##\n- a\n- b\nafter\n1. x\n2. y\n\n\n### Deep";
        let heading = |level, of| Block::Heading { level, spans: vec![text(of)] };
        let list = |ordered, of: [&str; 2]| Block::List {
            ordered,
            items: of.map(|item| vec![text(item)]).to_vec(),
        };
        let wanted = [
            heading(2, "Terms"),
            Block::Paragraph { spans: vec![text("One"), Span::Break, text("two")] },
            heading(2, "Part"),
            list(false, ["a", "b"]),
            Block::Paragraph { spans: vec![text("after")] },
            list(true, ["x", "y"]),
            heading(3, "Deep"),
        ];
        assert_eq!(blocks(source), wanted);
        assert_eq!(blocks("\n \n"), []);
    }

    #[test]
    fn lines_hold_emphasis_and_links() {
        let strong = Span::Strong { spans: vec![text("no")] };
        let emphasis = Span::Emphasis { spans: vec![text("very")] };
        assert_eq!(
            blocks("a **no** *very*!"),
            paragraph(vec![text("a "), strong, text(" "), emphasis, text("!"),])
        );
        let link = |url: &str| {
            paragraph(vec![Span::Link { url: url.to_owned(), text: "here".to_owned() }])
        };
        for url in ["https://example.com/a?b=c", "/i/terms", "mailto:shop@example.com"] {
            assert_eq!(blocks(&format!("[here]({url})")), link(url));
        }
    }

    #[test]
    fn what_is_no_part_of_it_stays_text() {
        for source in [
            "<script>alert(1)</script>",
            "[here](javascript:alert(1))",
            "[here](//example.com)",
            "[here](/\\example.com)",
            "[here]()",
            "![a](b)",
            "2 * 3 * 4",
            "a*",
            "**",
            "***",
            "`code` _under_ ~~no~~",
            "#hashtag",
            "1.5 litres",
        ] {
            assert_eq!(blocks(source), paragraph(vec![text(source)]), "{source}");
        }
        assert_eq!(blocks("\\*a\\* \\[b\\]"), paragraph(vec![text("*a* [b]")]));
        // However much is nested, it ends.
        let deep = "*a ".repeat(10_000);
        assert_eq!(blocks(&deep).len(), 1);
    }
}
