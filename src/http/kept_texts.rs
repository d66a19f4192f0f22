//! Texts that are costly to make, kept in memory by what they are made of: other than a kept
//! answer, such a text holds as long as its key is asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// All texts together, with their keys.
const BYTES_MAX: usize = 1 << 20;
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// The texts that are kept.
#[derive(Debug, Default)]
pub struct KeptTexts(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    bytes: usize,
    texts: HashMap<String, Arc<str>>,
}

impl KeptTexts {
    /// The text of a key, which names all that the text depends on; made where there is none yet.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get_or<E>(
        &self,
        key: String,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<str>, E> {
        let kept = self.0.lock().ok().and_then(|shelf| shelf.texts.get(&key).map(Arc::clone));
        if let Some(text) = kept {
            return Ok(text);
        }
        let text: Arc<str> = make()?.into();
        self.set(key, &text);
        Ok(text)
    }

    /// When there is no room left, all begins anew: what is asked for often is back at once.
    fn set(&self, key: String, text: &Arc<str>) {
        let bytes = key.len() + text.len();
        let Ok(mut shelf) = self.0.lock() else { return };
        if bytes > TEXT_BYTES_MAX || shelf.texts.contains_key(&key) {
            return;
        }
        if shelf.bytes + bytes > BYTES_MAX {
            *shelf = Shelf::default();
        }
        shelf.bytes += bytes;
        shelf.texts.insert(key, Arc::clone(text));
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn get(kept: &KeptTexts, key: &str, text: &str) -> Arc<str> {
        let made: Result<_, Infallible> = kept.get_or(key.to_owned(), || Ok(text.to_owned()));
        made.unwrap()
    }

    #[test]
    fn a_text_is_made_once_for_its_key() {
        let kept = KeptTexts::default();
        assert_eq!(&*get(&kept, "1.0 en", "Mug"), "Mug");
        assert_eq!(&*get(&kept, "1.0 en", "never made"), "Mug");
        assert_eq!(&*get(&kept, "1.1 en", "Cup"), "Cup");
        assert_eq!(kept.get_or("1.2 en".to_owned(), || Err("no")), Err("no"));
        assert_eq!(&*get(&kept, "1.2 en", "made after all"), "made after all");
    }

    #[test]
    fn texts_have_their_room_and_no_more() {
        let kept = KeptTexts::default();
        let text = " ".repeat(TEXT_BYTES_MAX - 8);
        for number in 0..100 {
            get(&kept, &number.to_string(), &text);
            let shelf = kept.0.lock().unwrap();
            let bytes: usize = shelf.texts.iter().map(|(key, text)| key.len() + text.len()).sum();
            assert!(shelf.bytes == bytes && bytes <= BYTES_MAX && bytes > 0);
        }
        assert_eq!(&*get(&kept, "99", "kept already"), text);
        assert_eq!(&*get(&kept, "0", "forgotten"), "forgotten");
        get(&kept, "large", &" ".repeat(TEXT_BYTES_MAX));
        assert_eq!(&*get(&kept, "large", "too large to keep"), "too large to keep");
    }
}
