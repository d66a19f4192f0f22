//! Entity tags (RFC 9110 §8.8): `"<version>.<revision>"`, with a suffix where the staff see more.

use super::problem;
use crate::error::{Code, Error, Result};

/// What an object's tag is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Counts edits.
    pub version: i64,
    /// Counts everything else that changes the answer.
    pub revision: i64,
}

impl Tag {
    pub fn text(self, staff_view: bool) -> String {
        let suffix = if staff_view { "-staff" } else { "" };
        format!("\"{}.{}{suffix}\"", self.version, self.revision)
    }

    /// Whether a list of tags (`If-None-Match`) holds this one. `*` is any.
    pub fn is_in(self, list: &str, staff_view: bool) -> bool {
        is_listed(list, &self.text(staff_view))
    }

    /// Holds `If-Match` against this tag: the versions must be the same, and the revisions too
    /// where `strict`.
    ///
    /// # Errors
    /// [`Code::PreconditionFailed`] with the object as it is now.
    pub fn check(
        self,
        if_match: Option<&str>,
        strict: bool,
        current: impl FnOnce() -> serde_json::Value,
    ) -> Result<()> {
        let Some(list) = if_match else { return Ok(()) };
        let same = |tag: &str| {
            let tag = tag.trim().trim_matches('"').trim_end_matches("-staff");
            let (version, revision) = tag.split_once('.').unwrap_or((tag, ""));
            let same_version = version.parse() == Ok(self.version);
            same_version && (!strict || revision.parse() == Ok(self.revision))
        };
        if list.trim() == "*" || list.split(',').any(same) {
            return Ok(());
        }
        let detail = format!("You have {list}, it is {} now.", self.text(false));
        Err(Error::new(Code::PreconditionFailed, detail).with("current", current()))
    }
}

/// Brings the refusals of a change into their order: first what is wrong with it, then the stale
/// copy it was made from, then what it conflicts with. `done` is undone where this fails.
///
/// # Errors
/// That of `done`, or of `check`.
pub fn in_order<T>(done: Result<T>, check: impl FnOnce() -> Result<()>) -> Result<T> {
    let conflicts = |error: &Error| problem::status(error.code()).0 == 409;
    if done.as_ref().err().is_none_or(conflicts) {
        check()?;
    }
    done
}

/// Whether a list of tags (`If-None-Match`) holds this one. `*` is any.
pub fn is_listed(list: &str, own: &str) -> bool {
    list.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_compares_versions_and_revisions_where_asked() {
        let tag = Tag { version: 3, revision: 5 };
        let fits =
            |list: &str, strict| tag.check(Some(list), strict, || serde_json::Value::Null).is_ok();
        for (list, loose, strict) in [
            ("\"3.5\"", true, true),
            ("\"3.5-staff\"", true, true),
            ("\"3.4\"", true, false),
            ("\"2.5\"", false, false),
            ("\"1.0\", \"3.5\"", true, true),
            ("*", true, true),
            ("W/\"3.5\"", false, false),
            ("nonsense", false, false),
            ("", false, false),
        ] {
            assert_eq!((fits(list, false), fits(list, true)), (loose, strict), "{list}");
        }
        assert!(tag.is_in("W/\"3.5\"", false));
        assert!(!tag.is_in("\"3.5\"", true));
    }
}
