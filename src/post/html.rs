//! The HTML of a mail, made of its text: paragraphs, lists, and links to what the shop itself
//! names. Whatever a buyer typed stays plain words.

use std::fmt::Write;

use crate::domain::window::{Accent, Language};
use crate::templates::escaped;

/// The name under which the picture of a code hangs on the mail (RFC 2392).
pub const CODE_ID: &str = "transfer-code";

/// What a page is made of.
pub struct Page<'a> {
    pub language: Language,
    pub subject: &'a str,
    pub text: &'a str,
    /// Lines of the text that are links, as the shop made them.
    pub links: &'a [String],
    pub accent: &'a Accent,
    /// A picture of the code to pay by hangs on the mail.
    pub has_code: bool,
    /// The lines below: who sends it.
    pub footer: &'a [String],
}

/// The page.
pub fn page(page: &Page) -> String {
    let accent = page.accent.as_str();
    let mut body = String::new();
    let blocks = page.text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.for_each(|block| push_block(&mut body, block, page));
    if page.has_code {
        let about = match page.language {
            Language::En => "Code for the transfer, to be scanned by a banking app",
            Language::De => "Code für die Überweisung, mit einer Banking-App zu scannen",
        };
        // Writing into a text does not fail.
        let _ = writeln!(
            body,
            "<p><img src=\"cid:{CODE_ID}\" width=\"200\" height=\"200\" alt=\"{about}\"></p>"
        );
    }
    let footer: Vec<String> = page.footer.iter().map(|line| escaped(line)).collect();
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n</head>\n\
         <body style=\"margin:0;padding:24px;background:#ffffff;color:#1c1c1c;\
         font:16px/1.5 system-ui,sans-serif\">\n\
         <main style=\"max-width:576px;margin:0 auto\">\n\
         <div style=\"border-top:4px solid {accent};padding-top:8px\">\n{body}</div>\n</main>\n\
         <footer style=\"max-width:576px;margin:24px auto 0;border-top:1px solid #d0d0d0;\
         padding-top:12px;color:#595959;font-size:14px\">{}</footer>\n</body>\n</html>\n",
        page.language.name(),
        escaped(page.subject),
        footer.join("<br>\n"),
    )
}

/// An address as people say it: a token in it is for programs.
fn without_query(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.split('?').next().unwrap_or(bare).trim_end_matches('/').to_owned()
}

fn push_block(body: &mut String, block: &str, page: &Page) {
    if page.links.iter().any(|link| link == block) {
        let (url, accent) = (escaped(block), page.accent.as_str());
        let shown = escaped(&without_query(block));
        let _ = writeln!(
            body,
            "<p style=\"overflow-wrap:anywhere\"><a href=\"{url}\" style=\"color:{accent}\">{shown}\
             </a></p>"
        );
        return;
    }
    let mut is_in_list = false;
    let mut is_in_paragraph = false;
    for line in block.lines() {
        let item = line.strip_prefix("- ");
        if is_in_paragraph && item.is_some() {
            body.push_str("</p>\n");
            is_in_paragraph = false;
        }
        match (item, is_in_list) {
            (Some(_), false) => body.push_str("<ul>\n"),
            (None, true) => body.push_str("</ul>\n"),
            _ => {}
        }
        is_in_list = item.is_some();
        match item {
            Some(item) => {
                let _ = writeln!(body, "<li>{}</li>", escaped(item));
            }
            None => {
                body.push_str(if is_in_paragraph { "<br>\n" } else { "<p>" });
                is_in_paragraph = true;
                body.push_str(&escaped(line));
            }
        }
    }
    body.push_str(match (is_in_list, is_in_paragraph) {
        (true, _) => "</ul>\n",
        (_, true) => "</p>\n",
        _ => "",
    });
}
