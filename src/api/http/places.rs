//! Places that callers hold for as long as they like, such as feeds: so many in all, and so many
//! each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The places there are.
#[derive(Debug)]
pub struct Places {
    all: usize,
    held: Mutex<HashMap<String, usize>>,
}

impl Places {
    /// As many places.
    pub fn new(all: usize) -> Arc<Self> {
        Arc::new(Self { all, held: Mutex::default() })
    }

    /// A place for a holder who has less than `most`, where one is free.
    pub fn take(self: &Arc<Self>, holder: String, most: usize) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.values().sum::<usize>() >= self.all {
            return None;
        }
        let own = held.entry(holder.clone()).or_default();
        if *own >= most {
            return None;
        }
        *own += 1;
        Some(Place { of: Arc::clone(self), holder })
    }
}

/// A place, held until this is dropped.
#[derive(Debug)]
pub struct Place {
    of: Arc<Places>,
    holder: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.holder) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_has_some_places_and_all_have_no_more_than_there_are() {
        let places = Places::new(3);
        let take = |name: &str| places.take(name.to_owned(), 2);
        let (one, two) = (take("a").unwrap(), take("a").unwrap());
        assert!(take("a").is_none());
        let three = take("b").unwrap();
        assert!(take("c").is_none());
        drop(one);
        let four = take("c").unwrap();
        drop((two, three, four));
        assert!(places.held.lock().unwrap().is_empty());
    }
}
