//! Places that callers hold for as long as they like, such as feeds: so many in all, and so many
//! each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// The places there are.
#[derive(Debug)]
pub struct Places {
    all: usize,
    held: Mutex<HashMap<String, Held>>,
}

/// The places of one holder.
#[derive(Debug, Default)]
struct Held {
    places: usize,
    asked: Arc<Notify>,
}

impl Places {
    /// As many places.
    pub fn new(all: usize) -> Arc<Self> {
        Arc::new(Self { all, held: Mutex::default() })
    }

    /// A place for a holder who has less than `most`, where one is free.
    pub fn take(self: &Arc<Self>, holder: &str, most: usize) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: usize = held.values().map(|held| held.places).sum();
        let own = held.get(holder).map_or(0, |held| held.places);
        if taken >= self.all || own >= most {
            return None;
        }
        let own = held.entry(holder.to_owned()).or_default();
        own.places += 1;
        let asked = Arc::clone(&own.asked);
        Some(Place { of: Arc::clone(self), holder: holder.to_owned(), asked })
    }

    /// Asks for a sign of life at all places of a holder: those who are gone notice it by that.
    pub fn ask(&self, holder: &str) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get(holder) {
            own.asked.notify_waiters();
        }
    }
}

/// A place, held until this is dropped.
#[derive(Debug)]
pub struct Place {
    of: Arc<Places>,
    holder: String,
    asked: Arc<Notify>,
}

impl Place {
    /// Waits until somebody asks for a sign of life.
    pub fn asked(&self) -> impl Future<Output = ()> + use<> {
        let asked = Arc::clone(&self.asked);
        async move { asked.notified().await }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.holder) {
            own.places -= 1;
            if own.places == 0 {
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
        let take = |name: &str| places.take(name, 2);
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
