//! Metadata: names and values that programs hang on an object. The shop stores and shows them, and
//! reads nothing in them.

use std::collections::BTreeMap;

use super::{Invalid, Parsed};

/// Names of one object.
pub const METADATA_ENTRIES_MAX: usize = 50;
/// Bytes of all its names and values together.
pub const METADATA_BYTES_MAX: usize = 4_096;

/// Names and their values.
pub type Metadata = BTreeMap<String, String>;

/// The metadata of names and values that are well-formed each.
///
/// # Errors
/// `given_twice` for a name, `too_many`, `too_long`.
pub fn metadata(entries: Vec<(String, String)>) -> Parsed<Metadata> {
    if entries.len() > METADATA_ENTRIES_MAX {
        let detail = format!("At most {METADATA_ENTRIES_MAX} entries.");
        return Err(Invalid::new("too_many", detail));
    }
    let bytes: usize = entries.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > METADATA_BYTES_MAX {
        let detail = format!("At most {METADATA_BYTES_MAX} bytes in all names and values.");
        return Err(Invalid::new("too_long", detail));
    }
    let count = entries.len();
    let metadata: Metadata = entries.into_iter().collect();
    match metadata.len() == count {
        true => Ok(metadata),
        false => Err(Invalid::new("given_twice", "Use each name once.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fifty_names_of_four_kilobytes_at_most_each_given_once() {
        let entries = |count: usize, value: &str| -> Vec<(String, String)> {
            (0..count).map(|at| (format!("{at:02}"), value.to_owned())).collect()
        };
        // 50 names of 2 bytes leave 3,996 bytes for values: 79 each, and 46 more.
        assert_eq!(metadata(entries(50, &"x".repeat(79))).map(|metadata| metadata.len()), Ok(50));
        for (entries, code) in [
            (entries(51, "x"), "too_many"),
            (entries(50, &"x".repeat(80)), "too_long"),
            (entries(1, &"ä".repeat(2_048)), "too_long"),
            ([entries(1, "x"), entries(1, "y")].concat(), "given_twice"),
        ] {
            assert_eq!(metadata(entries).unwrap_err().code, code);
        }
    }
}
