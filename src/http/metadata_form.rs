//! Metadata, as several bodies hold it.

use super::form::{Field, Form, paragraphs};
use super::json::Json;
use crate::domain::metadata::{METADATA_BYTES_MAX, Metadata, metadata as of_entries};
use crate::domain::text::{LINE_CHARS_MAX, line};

/// The metadata of a body; none where it is left out.
pub fn metadata(form: &Form) -> Field<Metadata> {
    let read = form.object("metadata", |inner| entries(&inner, form.entries("metadata")?))?;
    let entries = read.unwrap_or_default();
    of_entries(entries).map_err(|invalid| form.note("metadata", invalid))
}

/// Names and values; the names are text from people like the values. A null leaves its entry out,
/// and a patch takes one away by it (RFC 7396), or by an empty text.
fn entries(form: &Form, entries: &[(String, Json)]) -> Field<Vec<(String, String)>> {
    let read = |(name, value): &(String, Json)| {
        let entry = line(name, LINE_CHARS_MAX)
            .and_then(|name| Ok((name, paragraphs(METADATA_BYTES_MAX)(value)?)));
        entry.map_err(|invalid| form.note(name, invalid))
    };
    // Every one is read before the first fault ends it, so that all faults are noted.
    let stays = |(_, value): &&(String, Json)| !matches!(value, Json::Null | Json::Emptied);
    let read: Vec<_> = entries.iter().filter(stays).map(read).collect();
    read.into_iter().collect()
}
