//! Entity tags (RFC 9110 §8.8): `"<version>.<revision>"`, with a suffix where the staff see more.

use serde::Serialize;
use serde_json::json;

use super::problem;
use crate::error::{Code, Error, Result};

/// The two numbers of an object's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Counts edits.
    pub version: i64,
    /// Counts everything else that changes the object.
    pub revision: i64,
}

impl Tag {
    /// The value of the header `ETag`.
    pub fn text(self, staff_view: bool) -> String {
        let suffix = if staff_view { "-staff" } else { "" };
        format!("\"{}.{}{suffix}\"", self.version, self.revision)
    }
}

/// An object that has a tag.
pub trait Versioned: Serialize {
    /// The tag of the object as it is.
    fn tag(&self) -> Tag;
}

/// Gives a tag to types that have the fields `version` and `revision`.
macro_rules! versioned {
    ($($type:ty),+) => {$(
        impl $crate::http::etag::Versioned for $type {
            fn tag(&self) -> $crate::http::etag::Tag {
                let (version, revision) = (self.version, self.revision);
                $crate::http::etag::Tag { version, revision }
            }
        }
    )+};
}

pub(crate) use versioned;

/// The `If-Match` of a request.
#[derive(Clone, Debug, Default)]
pub struct IfMatch {
    list: Option<String>,
    /// The revisions must be the same as well as the versions.
    strict: bool,
}

impl IfMatch {
    /// The condition of a header, if one was sent.
    pub fn new(list: Option<String>) -> Self {
        Self { list, strict: false }
    }

    /// The same, also comparing revisions where `strict`: not where anything was sold meanwhile.
    #[must_use]
    pub fn with_revision(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// Brings the refusals of a change into their order: first a body that is not valid, then the
    /// stale copy it was made from, then a conflict. `decided`: the change, before anything of it
    /// is written.
    ///
    /// # Errors
    /// That of `decided`; [`Code::PreconditionFailed`] with the object as it is now.
    pub fn guard<T>(&self, current: &impl Versioned, decided: Result<T>) -> Result<T> {
        let conflicts = |error: &Error| problem::status(error.code()).0 == 409;
        match decided {
            Err(error) if !conflicts(&error) => Err(error),
            decided => self.check(current).and(decided),
        }
    }

    /// Refuses where the caller's copy is stale.
    ///
    /// # Errors
    /// [`Code::PreconditionFailed`] with the object as it is now.
    pub fn check(&self, current: &impl Versioned) -> Result<()> {
        let Some(list) = &self.list else { return Ok(()) };
        let now = current.tag();
        let same = |tag: &str| {
            let tag = tag.trim().trim_matches('"').trim_end_matches("-staff");
            let (version, revision) = tag.split_once('.').unwrap_or((tag, ""));
            let same_version = version.parse() == Ok(now.version);
            same_version && (!self.strict || revision.parse() == Ok(now.revision))
        };
        if list.trim() == "*" || list.split(',').any(same) {
            return Ok(());
        }
        let detail = "This was changed meanwhile. Look at it as it is now, then change it again.";
        Err(Error::new(Code::PreconditionFailed, detail).with("current", json!(current)))
    }
}

/// Tells `true` where a list of tags (`If-None-Match`) holds this one. `*` is any.
pub fn is_listed(list: &str, own: &str) -> bool {
    list.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Thing {
        version: i64,
        revision: i64,
    }

    versioned!(Thing);

    const THING: Thing = Thing { version: 3, revision: 5 };

    #[test]
    fn if_match_compares_versions_and_revisions_where_asked() {
        let fits = |list: &str, strict| {
            IfMatch::new(Some(list.to_owned())).with_revision(strict).check(&THING).is_ok()
        };
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
        assert!(is_listed("W/\"3.5\"", &THING.tag().text(false)));
        assert!(!is_listed("\"3.5\"", &THING.tag().text(true)));
    }

    #[test]
    fn a_stale_copy_comes_after_what_is_not_valid_and_before_a_conflict() {
        let code = |list: &str, decided: Result<()>| {
            let guarded = IfMatch::new(Some(list.to_owned())).guard(&THING, decided);
            guarded.map_err(|error| error.code())
        };
        let invalid = || Err(Error::invalid(Vec::new()));
        let conflict = || Err(Error::conflict("It is taken."));
        for (decided, fresh, stale) in [
            (invalid(), Err(Code::Invalid), Err(Code::Invalid)),
            (conflict(), Err(Code::Conflict), Err(Code::PreconditionFailed)),
            (Ok(()), Ok(()), Err(Code::PreconditionFailed)),
        ] {
            assert_eq!(code("\"3.5\"", decided.clone()), fresh);
            assert_eq!(code("\"2.5\"", decided), stale);
        }
    }
}
