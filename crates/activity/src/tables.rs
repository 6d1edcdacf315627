//! Tables of the analysis: dense where most entities have an entry, hashed fast where few have.

use indexmap::{IndexMap, IndexSet};
use ir::{Entity, EntityVec};
use rustc_hash::FxBuildHasher;

use crate::state::Cause;

/// A map in the order of insertion.
pub(crate) type Map<K, V> = IndexMap<K, V, FxBuildHasher>;

/// A set in the order of insertion.
pub(crate) type Set<K> = IndexSet<K, FxBuildHasher>;

/// Why each active entity is active; what has no cause is not.
#[derive(Clone, Debug)]
pub(crate) struct Causes<K: Entity>(EntityVec<K, Option<Cause>>);

impl<K: Entity> Default for Causes<K> {
    fn default() -> Self {
        Self(EntityVec::default())
    }
}

impl<K: Entity> Causes<K> {
    /// Nothing is active yet, of so many entities.
    pub(crate) fn with_len(len: usize) -> Self {
        Self(EntityVec::filled(len, None))
    }

    pub(crate) fn get(&self, key: K) -> Option<Cause> {
        self.0.get(key).copied().flatten()
    }

    pub(crate) fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn insert(&mut self, key: K, cause: Cause) {
        self.0.grow(key.index() + 1, None);
        self.0[key] = Some(cause);
    }

    /// What is active, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        self.0
            .iter()
            .filter(|(_, cause)| cause.is_some())
            .map(|(key, _)| key)
    }
}

/// Lists for each of some entities, in one allocation; none if all are empty.
#[derive(Clone, Debug)]
pub(crate) struct Lists<K: Entity, V> {
    /// Where the list of each entity ends; it begins where that of the one before ends.
    ends: EntityVec<K, u32>,
    items: Vec<V>,
}

impl<K: Entity, V: Copy> Lists<K, V> {
    /// Sorts pairs into lists of `len` entities, each in the order of the pairs.
    pub(crate) fn of(len: usize, pairs: &[(K, V)]) -> Self {
        if pairs.is_empty() {
            return Self {
                ends: EntityVec::new(),
                items: Vec::new(),
            };
        }
        let mut ends: EntityVec<K, u32> = EntityVec::filled(len + 1, 0);
        for &(key, _) in pairs {
            ends[K::new(key.index() + 1)] += 1;
        }
        for index in 1..=len {
            ends[K::new(index)] += ends[K::new(index - 1)];
        }
        let mut items: Vec<V> = pairs.iter().map(|&(_, item)| item).collect();
        // While they are filled, the end of each list is where its next item goes: at first that is where it begins.
        for &(key, item) in pairs {
            items[ends[key] as usize] = item;
            ends[key] += 1;
        }
        Self { ends, items }
    }

    /// The list of one entity.
    pub(crate) fn get(&self, key: K) -> &[V] {
        let before = key.index().checked_sub(1).map(K::new);
        let start = before
            .and_then(|before| self.ends.get(before))
            .map_or(0, |&end| end);
        match self.ends.get(key) {
            Some(&end) => &self.items[start as usize..end as usize],
            None => &[],
        }
    }
}
