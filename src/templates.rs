//! Pages that are made of templates: what buyers see, and what is printed.
//!
//! The templates are part of the program and read once; whatever is put into one is escaped, so
//! that no text becomes a tag.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior};
use serde::Serialize;

use crate::error::{Error, Result};

/// Templates that may include and extend each other.
pub struct Templates(Environment<'static>);

impl Templates {
    /// Reads templates, each with its name. `prepare` adds the functions and filters that they use.
    pub fn new(
        sources: impl IntoIterator<Item = (&'static str, impl Into<String>)>,
        prepare: impl FnOnce(&mut Environment<'static>),
    ) -> Self {
        let mut environment = Environment::new();
        // A name that is written wrong is a fault, and not an empty text.
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(write_escaped);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        prepare(&mut environment);
        for (name, source) in sources {
            if let Err(error) = environment.add_template_owned(name, source.into()) {
                // A test renders each of them, so nobody but its author ever sees this.
                tracing::error!(%error, name, "a template cannot be read");
            }
        }
        Self(environment)
    }

    /// The page that a template makes of a context.
    ///
    /// # Errors
    /// Internal, for a context that does not fit the template.
    pub fn render(&self, name: &str, context: impl Serialize) -> Result<String> {
        let template = self.0.get_template(name);
        let page = template.and_then(|template| template.render(Serde(context)));
        page.map_err(|error| Error::internal(format!("{error:#}")))
    }
}

/// Writes a value as it stands in HTML, between tags and in quotes.
pub fn write_escaped(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => push_escaped(out, text),
        _ if value.kind() == ValueKind::None => Ok(()),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// Text as it stands in HTML, between tags and in quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn push_escaped(out: &mut Output<'_>, text: &str) -> std::result::Result<(), minijinja::Error> {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.write_str(text.get(plain..at).unwrap_or_default())?;
        out.write_str(escape)?;
        plain = at + 1;
    }
    out.write_str(text.get(plain..).unwrap_or_default())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag() {
        let source = "<a title=\"{{ text }}\">{{ text }}</a>{{ number }}{{ nothing }}";
        let templates = Templates::new([("page.html", source)], |_| ());
        let context = minijinja::context! { text => "<b>\"&'\u{e9}", number => 7, nothing => () };
        let escaped = "&lt;b&gt;&quot;&amp;&#39;\u{e9}";
        let page = templates.render("page.html", context).unwrap();
        assert_eq!(page, format!("<a title=\"{escaped}\">{escaped}</a>7"));
    }

    #[test]
    fn a_name_that_is_written_wrong_is_a_fault() {
        let templates = Templates::new([("page.html", "{{ nmae }}")], |_| ());
        assert!(templates.render("page.html", minijinja::context! { name => "a" }).is_err());
    }
}
