//! Typed 32-bit indices, and the dense tables that they index.
//!
//! Every object of the IR is named by an index of its own type ([`Value`](crate::Value), [`Inst`](crate::Inst), ...), never by a
//! reference: functions can be copied and compared, facts are vectors over indices, and output is deterministic. The design follows
//! Cranelift's `entity` crate. An [`EntityVec`] owns objects or holds facts for all of them; an [`EntitySet`] is a bit set.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use bitvec::order::Lsb0;
use bitvec::slice::BitSlice;
use smallvec::SmallVec;

/// A typed index.
pub trait Entity: Copy + Eq + Ord + fmt::Debug {
    /// The entity with this index. Indices above `u32::MAX - 1` are a bug of the caller.
    fn new(index: usize) -> Self;
    /// The position in tables.
    fn index(self) -> usize;
}

/// Declares typed indices that print as a prefix and a number.
#[macro_export]
macro_rules! entity {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::num::NonZeroU32);

        impl $crate::Entity for $name {
            #[inline]
            fn new(index: usize) -> Self {
                debug_assert!(index < u32::MAX as usize, "index space of entities exhausted");
                // One more than the index, so that an `Option` of it needs no more room.
                Self(std::num::NonZeroU32::MIN.saturating_add(index as u32))
            }
            #[inline]
            fn index(self) -> usize {
                (self.0.get() - 1) as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), $crate::Entity::index(*self))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

/// A vector indexed by an entity.
#[derive(Clone, PartialEq, Eq)]
pub struct EntityVec<K, V> {
    items: Vec<V>,
    key: PhantomData<K>,
}

impl<K: Entity, V> EntityVec<K, V> {
    /// An empty table.
    pub const fn new() -> Self {
        Self {
            items: Vec::new(),
            key: PhantomData,
        }
    }

    /// A table with `len` copies of `value`: the usual way to make a table of facts.
    pub fn filled(len: usize, value: V) -> Self
    where
        V: Clone,
    {
        Self {
            items: vec![value; len],
            key: PhantomData,
        }
    }

    /// Appends an item and names it.
    pub fn push(&mut self, item: V) -> K {
        let key = K::new(self.items.len());
        self.items.push(item);
        key
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item of `key`, if the table reaches that far.
    pub fn get(&self, key: K) -> Option<&V> {
        self.items.get(key.index())
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator + use<K, V> {
        (0..self.items.len()).map(K::new)
    }

    /// The items, in the order of their keys.
    pub fn values(&self) -> std::slice::Iter<'_, V> {
        self.items.iter()
    }

    /// The items, mutable, in the order of their keys.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.items.iter_mut()
    }

    /// Keys with their items, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> + ExactSizeIterator {
        self.items
            .iter()
            .enumerate()
            .map(|(index, item)| (K::new(index), item))
    }

    /// Makes the table at least `len` long with copies of `value`.
    pub fn grow(&mut self, len: usize, value: V)
    where
        V: Clone,
    {
        if self.items.len() < len {
            self.items.resize(len, value);
        }
    }

    /// Gives back the room for items that are not there.
    pub fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
    }
}

impl<K: Entity, V> Default for EntityVec<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Entity, V> FromIterator<V> for EntityVec<K, V> {
    fn from_iter<I: IntoIterator<Item = V>>(iter: I) -> Self {
        Self {
            items: iter.into_iter().collect(),
            key: PhantomData,
        }
    }
}

impl<K: Entity, V> Index<K> for EntityVec<K, V> {
    type Output = V;
    fn index(&self, key: K) -> &V {
        &self.items[key.index()]
    }
}

impl<K: Entity, V> IndexMut<K> for EntityVec<K, V> {
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.items[key.index()]
    }
}

impl<K: Entity + fmt::Debug, V: fmt::Debug> fmt::Debug for EntityVec<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// A set of entities: one bit each, grown on demand. Small ones need no memory of their own. What is asked for one member goes to its word at once,
/// which analyses do millions of times; the rest is bitvec's.
#[derive(Clone)]
pub struct EntitySet<K> {
    words: SmallVec<[u64; 2]>,
    key: PhantomData<K>,
}

/// Bits of a word.
const BITS: usize = u64::BITS as usize;

/// The word of an index, and its bit there.
fn place(index: usize) -> (usize, u64) {
    (index / BITS, 1 << (index % BITS))
}

impl<K: Entity> EntitySet<K> {
    /// The empty set.
    pub fn new() -> Self {
        Self {
            words: SmallVec::new(),
            key: PhantomData,
        }
    }

    /// The empty set, with room for entities below `len`.
    pub fn with_len(len: usize) -> Self {
        Self {
            words: SmallVec::from_elem(0, len.div_ceil(BITS)),
            key: PhantomData,
        }
    }

    /// The set of all entities below `len`.
    pub fn full(len: usize) -> Self {
        let mut words = SmallVec::from_elem(u64::MAX, len.div_ceil(BITS));
        if let (Some(last), rest @ 1..) = (words.last_mut(), len % BITS) {
            *last >>= BITS - rest;
        }
        Self {
            words,
            key: PhantomData,
        }
    }

    /// Whether `key` is in the set.
    pub fn contains(&self, key: K) -> bool {
        let (word, bit) = place(key.index());
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Adds `key`; true if it was not there.
    pub fn insert(&mut self, key: K) -> bool {
        let (word, bit) = place(key.index());
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let fresh = self.words[word] & bit == 0;
        self.words[word] |= bit;
        fresh
    }

    /// Removes `key`; true if it was there.
    pub fn remove(&mut self, key: K) -> bool {
        let (word, bit) = place(key.index());
        match self.words.get_mut(word) {
            Some(word) => {
                let there = *word & bit != 0;
                *word &= !bit;
                there
            }
            None => false,
        }
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = K> + '_ {
        self.bits().iter_ones().map(K::new)
    }

    /// The first member that is `from` or behind it.
    pub fn first_from(&self, from: K) -> Option<K> {
        let (start, bit) = place(from.index());
        let first = self.words.get(start)? & !(bit - 1);
        let rest = self.words[start + 1..].iter().copied();
        let mut words = std::iter::once(first).chain(rest).enumerate();
        let (at, word) = words.find(|&(_, word)| word != 0)?;
        Some(K::new((start + at) * BITS + word.trailing_zeros() as usize))
    }

    /// The last member before `end`.
    pub fn last_before(&self, end: K) -> Option<K> {
        let (stop, bit) = place(end.index());
        let found = |at: usize, word: u64| K::new((at + 1) * BITS - 1 - word.leading_zeros() as usize);
        let last = self.words.get(stop).map_or(0, |word| word & (bit - 1));
        if last != 0 {
            return Some(found(stop, last));
        }
        let mut before = self.words[..stop.min(self.words.len())].iter().enumerate().rev();
        let (at, &word) = before.find(|&(_, &word)| word != 0)?;
        Some(found(at, word))
    }

    /// The number of members: linear in the range of the set.
    pub fn count(&self) -> usize {
        self.bits().count_ones()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.bits().not_any()
    }

    fn bits(&self) -> &BitSlice<u64, Lsb0> {
        BitSlice::from_slice(&self.words)
    }
}

impl<K: Entity> Default for EntitySet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Entity> PartialEq for EntitySet<K> {
    /// Sets are equal when their members are; how far each was grown does not matter.
    fn eq(&self, other: &Self) -> bool {
        let both = self.words.len().min(other.words.len());
        let rest = self.words[both..].iter().chain(&other.words[both..]);
        self.words[..both] == other.words[..both] && rest.copied().all(|word| word == 0)
    }
}

impl<K: Entity> Eq for EntitySet<K> {}

impl<K: Entity> FromIterator<K> for EntitySet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(iter: I) -> Self {
        let mut set = Self::new();
        set.extend(iter);
        set
    }
}

impl<K: Entity> Extend<K> for EntitySet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, iter: I) {
        for key in iter {
            self.insert(key);
        }
    }
}

impl<K: Entity> fmt::Debug for EntitySet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Entity, EntitySet};
    use crate::Value;

    proptest! {
        /// A set of bits is a set.
        #[test]
        fn sets_of_entities_are_sets(steps in prop::collection::vec((0usize..200, any::<bool>()), 0..60), at in 0usize..220) {
            let (mut bits, mut model) = (EntitySet::<Value>::new(), BTreeSet::new());
            for (index, add) in steps {
                let key = Value::new(index);
                let (ours, theirs) = match add {
                    true => (bits.insert(key), model.insert(key)),
                    false => (bits.remove(key), model.remove(&key)),
                };
                prop_assert_eq!(ours, theirs);
            }
            let place = Value::new(at);
            prop_assert!(bits.iter().eq(model.iter().copied()));
            prop_assert_eq!(bits.count(), model.len());
            prop_assert_eq!(bits.is_empty(), model.is_empty());
            prop_assert_eq!(bits.contains(place), model.contains(&place));
            prop_assert_eq!(bits.first_from(place), model.range(place..).next().copied());
            prop_assert_eq!(bits.last_before(place), model.range(..place).next_back().copied());
            let mut wider = EntitySet::with_len(1000);
            wider.extend(model.iter().copied());
            prop_assert_eq!(&bits, &wider);
        }

        #[test]
        fn full_sets_hold_what_is_below_their_length(len in 0usize..300) {
            let full = EntitySet::<Value>::full(len);
            prop_assert!(full.iter().eq((0..len).map(Value::new)));
            prop_assert!(!full.contains(Value::new(len)));
        }
    }
}
