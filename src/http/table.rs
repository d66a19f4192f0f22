//! A table of fixed size. When it is full, the least of its values makes room for a new one, so
//! that no flood of newcomers takes more memory or empties it.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// Values by their keys, and in their order.
pub struct Table<K, V> {
    most: usize,
    values: HashMap<K, V>,
    order: BTreeSet<(V, K)>,
}

impl<K: Copy + Ord + Hash, V: Copy + Ord> Table<K, V> {
    /// A table of at most so many values.
    pub fn new(most: usize) -> Self {
        Self { most, values: HashMap::new(), order: BTreeSet::new() }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        self.values.get(key).copied()
    }

    /// Tells `true` where a value under this key drives out no other.
    pub fn has_place(&self, key: &K) -> bool {
        self.values.len() < self.most || self.values.contains_key(key)
    }

    pub fn set(&mut self, key: K, value: V) {
        if !self.has_place(&key)
            && let Some((_, least)) = self.least()
        {
            self.remove(&least);
        }
        self.remove(&key);
        self.values.insert(key, value);
        self.order.insert((value, key));
    }

    pub fn remove(&mut self, key: &K) {
        if let Some(value) = self.values.remove(key) {
            self.order.remove(&(value, *key));
        }
    }

    /// The least value and its key.
    pub fn least(&self) -> Option<(V, K)> {
        self.order.first().copied()
    }

    /// The least value that is not below this one, and its key.
    pub fn least_from(&self, value: V) -> Option<(V, K)>
    where
        K: Default,
    {
        self.order.range((value, K::default())..).next().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_loses_its_least_value_and_never_grows() {
        let mut table = Table::new(3);
        for (key, value) in [(1, 50), (2, 10), (3, 30), (2, 40), (4, 20), (5, 45)] {
            table.set(key, value);
        }
        let held: Vec<_> = (1..=5).filter_map(|key| table.get(&key)).collect();
        assert_eq!(held, [50, 40, 45]);
        assert_eq!((table.least(), table.least_from(41)), (Some((40, 2)), Some((45, 5))));
        assert!(table.has_place(&1) && !table.has_place(&4));
        table.remove(&2);
        assert!(table.has_place(&4));
    }
}
