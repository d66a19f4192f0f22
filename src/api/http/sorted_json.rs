//! JSON of lists: as `serde_json` writes it, with the fields of every object in the order of the
//! alphabet. The rows are written straight into the body, and each object's fields are put into
//! their order where it ends.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::error::{Error, Result};

/// Room for twenty rows of most lists.
const FIRST_BYTES: usize = 16 * 1024;

/// Writes a value as JSON.
pub fn to_vec(value: &impl Serialize) -> Result<Vec<u8>> {
    let sheet = RefCell::new(Sheet { bytes: Vec::with_capacity(FIRST_BYTES), ..Sheet::default() });
    let written = value.serialize(&mut Serializer::with_formatter(Pen(&sheet), Sorting(&sheet)));
    written.map_err(|error| Error::internal(error.to_string()))?;
    Ok(sheet.into_inner().bytes)
}

/// The body as far as it is written, and the objects in it that have not ended.
#[derive(Default)]
struct Sheet {
    bytes: Vec<u8>,
    /// The fields of all open objects, the innermost last.
    fields: Vec<Written>,
    /// For each open object how many fields those around it have.
    objects: Vec<usize>,
    /// The fields of an object in their order, on the way back into the body.
    sorted: Vec<u8>,
}

/// A field that is written: where it begins, where its name ends, and where it ends.
#[derive(Clone, Copy)]
struct Written {
    from: usize,
    name_to: usize,
    to: usize,
}

impl Sheet {
    /// Puts the fields of the innermost object into their order. No commas stand between them yet.
    fn end_object(&mut self) {
        let first = self.objects.pop().unwrap_or_default();
        let bytes = &mut self.bytes;
        let fields = &mut self.fields[first..];
        if let Some(start) = fields.first().map(|field| field.from) {
            // Within its quotes: a name may go on with a character that comes before them.
            let name = |field: &Written| &bytes[field.from + 1..field.name_to - 1];
            if fields.iter().any(|field| name(field).contains(&b'\\')) {
                fields.sort_by_cached_key(|field| plain(&bytes[field.from..field.name_to]));
            } else {
                fields.sort_unstable_by(|a, b| name(a).cmp(name(b)));
            }
            self.sorted.clear();
            for (at, field) in fields.iter().enumerate() {
                if at > 0 {
                    self.sorted.push(b',');
                }
                self.sorted.extend_from_slice(&bytes[field.from..field.to]);
            }
            bytes.truncate(start);
            bytes.extend_from_slice(&self.sorted);
        }
        self.fields.truncate(first);
        bytes.push(b'}');
    }
}

/// The text of a name with escapes in it.
fn plain(name: &[u8]) -> String {
    serde_json::from_slice(name).unwrap_or_default()
}

struct Pen<'a>(&'a RefCell<Sheet>);

impl Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Notes where fields begin and end, and leaves the commas between them to the end of the object.
struct Sorting<'a>(&'a RefCell<Sheet>);

impl Formatter for Sorting<'_> {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        {
            let mut sheet = self.0.borrow_mut();
            let before = sheet.fields.len();
            sheet.objects.push(before);
        }
        writer.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        let mut sheet = self.0.borrow_mut();
        let from = sheet.bytes.len();
        sheet.fields.push(Written { from, name_to: from, to: from });
        Ok(())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        let sheet = &mut *self.0.borrow_mut();
        if let Some(field) = sheet.fields.last_mut() {
            field.name_to = sheet.bytes.len();
        }
        Ok(())
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        let sheet = &mut *self.0.borrow_mut();
        if let Some(field) = sheet.fields.last_mut() {
            field.to = sheet.bytes.len();
        }
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.0.borrow_mut().end_object();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    struct Row<'a> {
        name: &'a str,
        id: i64,
        #[serde(flatten)]
        more: HashMap<&'a str, Value>,
        empty: [i64; 0],
    }

    #[test]
    fn lists_are_written_with_sorted_fields_whatever_their_names_are() {
        let names = ["b", "a", "a b", "a!", "ab", "\"", "\\", "é", "\u{1}", "", "#", "a\"", "a\\"];
        let inner: HashMap<&str, &str> = names.iter().map(|name| (*name, *name)).collect();
        let more = HashMap::from([
            ("z", json!(inner)),
            ("k", json!({ "b": [{ "d": 1, "c": {} }, null], "a": [] })),
        ]);
        let row = Row { name: "x, {\"y\":1}", id: -7, more, empty: [] };
        for value in [json!(row), json!([row, row]), json!({}), json!("text"), json!(null)] {
            assert_eq!(to_vec(&value).unwrap(), value.to_string().into_bytes());
        }
        assert_eq!(to_vec(&row).unwrap(), json!(row).to_string().into_bytes());
        assert_eq!(to_vec(&inner).unwrap(), json!(inner).to_string().into_bytes());
    }
}
