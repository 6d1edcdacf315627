//! Typed 32-bit indices, and the dense tables that they index.
//!
//! Every object of the IR is named by an index of its own type ([`Value`](crate::Value), [`Inst`](crate::Inst), ...), never by a
//! reference: functions can be copied and compared, facts are vectors over indices, and output is deterministic. The design follows
//! Cranelift's `entity` crate. An [`EntityVec`] owns objects or holds facts for all of them; an [`EntitySet`] is a bit set.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use bitvec::vec::BitVec;

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
        pub struct $name(u32);

        impl $crate::Entity for $name {
            fn new(index: usize) -> Self {
                debug_assert!(index < u32::MAX as usize, "index space of entities exhausted");
                Self(index as u32)
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
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

/// A set of entities: one bit each, grown on demand.
#[derive(Clone)]
pub struct EntitySet<K> {
    bits: BitVec,
    key: PhantomData<K>,
}

impl<K: Entity> EntitySet<K> {
    /// The empty set.
    pub fn new() -> Self {
        Self {
            bits: BitVec::new(),
            key: PhantomData,
        }
    }

    /// The empty set, with room for entities below `len`.
    pub fn with_len(len: usize) -> Self {
        Self {
            bits: BitVec::repeat(false, len),
            key: PhantomData,
        }
    }

    /// Whether `key` is in the set.
    pub fn contains(&self, key: K) -> bool {
        self.bits.get(key.index()).is_some_and(|bit| *bit)
    }

    /// Adds `key`; true if it was not there.
    pub fn insert(&mut self, key: K) -> bool {
        let index = key.index();
        if index >= self.bits.len() {
            self.bits.resize(index + 1, false);
        }
        !self.bits.replace(index, true)
    }

    /// Removes `key`; true if it was there.
    pub fn remove(&mut self, key: K) -> bool {
        let index = key.index();
        index < self.bits.len() && self.bits.replace(index, false)
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = K> + '_ {
        self.bits.iter_ones().map(K::new)
    }

    /// The number of members: linear in the range of the set.
    pub fn count(&self) -> usize {
        self.bits.count_ones()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.bits.not_any()
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
        self.bits.iter_ones().eq(other.bits.iter_ones())
    }
}

impl<K: Entity> Eq for EntitySet<K> {}

impl<K: Entity> FromIterator<K> for EntitySet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(iter: I) -> Self {
        let mut set = Self::new();
        for key in iter {
            set.insert(key);
        }
        set
    }
}

impl<K: Entity> fmt::Debug for EntitySet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
