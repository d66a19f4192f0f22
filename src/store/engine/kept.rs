//! One value that nearly every transaction reads, kept in memory from one to the next.

use std::any::Any;
use std::sync::{Arc, Mutex};

/// A value, and the version of the row that it was read from.
///
/// Whoever asks has read the version in their own snapshot, so what they get is what they would
/// have read there. Only what is committed is kept: a version that is taken back may come again
/// with something else.
#[derive(Default)]
pub struct Kept(Mutex<Option<(i64, Arc<dyn Any + Send + Sync>)>>);

impl Kept {
    /// The value of a version, if it is the one that is kept.
    pub fn get<T: Any + Send + Sync>(&self, version: i64) -> Option<Arc<T>> {
        let kept = self.0.lock().ok()?;
        let (known, value) = kept.as_ref()?;
        (*known == version).then(|| Arc::clone(value).downcast().ok()).flatten()
    }

    /// Keeps the value of a version instead of that of another.
    pub fn set<T: Any + Send + Sync>(&self, version: i64, value: Arc<T>) {
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some((version, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_for_its_version_alone() {
        let kept = Kept::default();
        assert_eq!(kept.get::<String>(1), None);
        kept.set(1, Arc::new("one".to_owned()));
        assert_eq!(kept.get::<String>(1).as_deref().map(String::as_str), Some("one"));
        kept.set(2, Arc::new("two".to_owned()));
        assert_eq!(kept.get::<String>(1), None);
        assert_eq!(kept.get::<String>(2).as_deref().map(String::as_str), Some("two"));
        assert_eq!(kept.get::<i64>(2), None);
    }
}
