//! Type trees: what is known about a value and about the memory that it leads to.
//!
//! A tree is an ordered map from paths to base types. The first index of a path is a byte offset inside the value itself, each further
//! index a byte offset inside the memory that the previous level points to; [`EVERY`] (-1) stands for every offset. So a pointer to a
//! structure of a double and a pointer is `{[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Pointer}`. The empty path means "the value as a
//! whole" and occurs only in intermediate trees.
//!
//! # Invariants
//! - Every existing proper prefix of a path is a pointer (or anything).
//! - No path is covered by another of the same base type; different base types under a cover occur only where one is `Anything`.
//! - Paths are at most [`Limits::depth`] long. An index above [`Limits::offset`] is kept only where it is the smallest at its depth that was
//!   ever there: trees stay small in huge structures, and the first field of a far-away substructure is still known. (Were it the smallest of
//!   those that are there now, two facts could drive each other out for ever.)
//!
//! - Beyond [`Limits::entries`] facts a tree takes no more paths of three levels and above, beyond half as many none of four levels. A
//!   structure that leads to others of its kind, seen in an array, would have (elements times fields) to the power of the depth of them, and
//!   minutes would go by for facts that nobody asks for; and these must not keep out the near ones, which are asked for. What is there
//!   stays, so trees only grow.
//!
//! Combining two trees is an error where no bits can satisfy both. Cost: looking a path up is logarithmic in the tree (times two to the
//! number of levels at worst); inserting is linear.

use std::fmt;

use smallvec::SmallVec;

use crate::base::{BaseType, Pointers};

/// The index that stands for every offset.
pub const EVERY: i32 = -1;

/// Byte offsets, one per level of memory.
pub type Path = SmallVec<[i32; 6]>;

/// The default of [`Limits::entries`].
pub const MAX_ENTRIES: usize = 256;

/// Paths of at most so many levels are taken up by trees of any size: the offset limit bounds them.
const ALWAYS_TAKEN: usize = 2;

/// Paths of so many levels have room of their own: half of it.
const NEAR: usize = 3;

/// What keeps trees finite, and the one thing about the target that their operations need.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Limits {
    /// The longest path.
    pub depth: usize,
    /// The largest index that is always kept.
    pub offset: i32,
    /// The number of facts from which on paths of more than two levels are not taken up.
    pub entries: usize,
    /// Bytes of a pointer.
    pub pointer_bytes: i32,
}

impl Limits {
    /// With how many facts a tree takes up no more paths of so many levels.
    fn room(&self, levels: usize) -> usize {
        match levels {
            0..=ALWAYS_TAKEN => usize::MAX,
            NEAR => self.entries,
            _ => self.entries / 2,
        }
    }
}

impl Default for Limits {
    /// Enzyme's limits, with pointers of eight bytes.
    fn default() -> Self {
        Self {
            depth: 6,
            offset: 500,
            entries: MAX_ENTRIES,
            pointer_bytes: 8,
        }
    }
}

/// Why trees cannot be combined, or text is no tree.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum TreeError {
    /// Two facts about the same bytes contradict each other.
    #[error("the bytes at {} are known to be {old}, and cannot also be {new}", show(path))]
    Conflict {
        /// Where.
        path: Path,
        /// What was known.
        old: BaseType,
        /// What was added.
        new: BaseType,
    },
    /// A path leads through something that is no pointer.
    #[error("the bytes at {} are {found}, so nothing can be behind them", show(path))]
    NotPointer {
        /// The prefix that is no pointer.
        path: Path,
        /// What it is.
        found: BaseType,
    },
    /// A fact about the value as a whole where facts about its bytes are needed.
    #[error("a tree with a path of length 0 says nothing about the bytes of a value")]
    WholeValue,
    /// An index is outside the value.
    #[error("offset {index} is outside a value of {size} bytes")]
    OutOfSize {
        /// The index.
        index: i32,
        /// The size of the value in bytes.
        size: u64,
    },
    /// Text is not a tree.
    #[error("not a type tree at byte {at}: expected {expected}")]
    Parse {
        /// The position in the text.
        at: usize,
        /// What should have been there.
        expected: &'static str,
    },
}

/// What an insertion did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inserted {
    /// Nothing: it was known, or above the offset limit.
    Known,
    /// The tree says more than before.
    Changed,
    /// Nothing: the path is longer than [`Limits::depth`].
    TooDeep,
}

/// What is known about a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct TypeTree {
    entries: Vec<(Path, BaseType)>,
    /// The smallest index at each depth, once there were indices above the offset limit.
    least: Path,
}

/// How an old path and a new one of the same length cover each other.
struct Cover {
    old_covers_new: bool,
    new_covers_old: bool,
}

fn cover(old: &[i32], new: &[i32]) -> Cover {
    let covers = |wide: &[i32], narrow: &[i32]| wide.iter().zip(narrow).all(|(&w, &n)| w == n || w == EVERY);
    Cover {
        old_covers_new: covers(old, new),
        new_covers_old: covers(new, old),
    }
}

/// Whether a fact wins over another about the same bytes, at a path of so many levels.
fn is_stronger(new: BaseType, old: BaseType, levels: usize) -> bool {
    match (new, old) {
        (BaseType::Float(_), BaseType::Integer | BaseType::Pointer) => true,
        (BaseType::Pointer, BaseType::Integer) => levels > 1,
        _ => false,
    }
}

/// A path as it is printed.
fn show(path: &[i32]) -> String {
    let indices: Vec<String> = path.iter().map(i32::to_string).collect();
    format!("[{}]", indices.join(","))
}

impl TypeTree {
    /// The tree that says nothing.
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
            least: Path::new(),
        }
    }

    fn of(entries: impl Iterator<Item = (Path, BaseType)>) -> Self {
        Self {
            entries: entries.collect(),
            ..Self::new()
        }
    }

    /// `{[]:base}`: a value as a whole.
    pub fn whole(base: BaseType) -> Self {
        let mut tree = Self::new();
        tree.set(&[], base);
        tree
    }

    /// `{[-1]:base}`: a value that consists of this type.
    pub fn all(base: BaseType) -> Self {
        let mut tree = Self::new();
        tree.set(&[EVERY], base);
        tree
    }

    /// The paths with their types, in order: lexicographic, -1 first, a prefix before what it leads to.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&[i32], BaseType)> + DoubleEndedIterator {
        self.entries.iter().map(|(path, base)| (path.as_slice(), *base))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The length of the longest path.
    pub fn depth(&self) -> usize {
        self.entries.iter().map(|(path, _)| path.len()).max().unwrap_or(0)
    }

    /// Whether there is a path of length 1 or more.
    pub fn is_known_past_whole(&self) -> bool {
        self.entries.iter().any(|(path, _)| !path.is_empty())
    }

    /// Whether nothing could be added: every level is the same at every offset, down to something that is no pointer.
    pub fn is_fully_determined(&self) -> bool {
        let mut path = Path::from_slice(&[EVERY]);
        loop {
            match self.exact(&path) {
                BaseType::Unknown => return false,
                BaseType::Pointer => path.push(EVERY),
                _ => return true,
            }
        }
    }

    fn position(&self, path: &[i32]) -> Result<usize, usize> {
        self.entries
            .binary_search_by(|(other, _)| other.as_slice().cmp(path))
    }

    /// The type stored under exactly this path.
    fn exact(&self, path: &[i32]) -> BaseType {
        match self.position(path) {
            Ok(at) => self.entries[at].1,
            Err(_) => BaseType::Unknown,
        }
    }

    /// Stores without any check; `Unknown` is not stored.
    fn set(&mut self, path: &[i32], base: BaseType) {
        match self.position(path) {
            _ if base == BaseType::Unknown => {}
            Ok(at) => self.entries[at].1 = base,
            Err(at) => self.entries.insert(at, (Path::from_slice(path), base)),
        }
    }

    /// Stores without any check, unless the path is there.
    pub(crate) fn set_if_absent(&mut self, path: &[i32], base: BaseType) {
        if let Err(at) = self.position(path) {
            self.entries.insert(at, (Path::from_slice(path), base));
        }
    }

    /// The type at a path: under exactly this key, or under a key whose elements are equal or -1 and whose prefixes are all there.
    pub fn get(&self, path: &[i32]) -> BaseType {
        let exact = self.exact(path);
        let Some((&last, prefix)) = path.split_last() else {
            return exact;
        };
        if exact.is_known() {
            return exact;
        }
        let mut covers: SmallVec<[Path; 4]> = SmallVec::from_elem(Path::new(), 1);
        for &index in prefix {
            let mut next = SmallVec::new();
            for known in &covers {
                for candidate in choices(index) {
                    let mut longer = known.clone();
                    longer.push(candidate);
                    if self.exact(&longer).is_known() {
                        next.push(longer);
                    }
                }
            }
            covers = next;
        }
        for mut known in covers {
            for candidate in choices(last) {
                known.push(candidate);
                let found = self.exact(&known);
                if found.is_known() {
                    return found;
                }
                known.pop();
            }
        }
        BaseType::Unknown
    }

    /// The type at the start of the value.
    pub fn inner0(&self) -> BaseType {
        let (every, first) = (self.get(&[EVERY]), self.get(&[0]));
        every.or(first, Pointers::Distinct).unwrap_or(every)
    }

    /// Inserts one fact.
    ///
    /// # Errors
    /// If a prefix is no pointer, or a key that covers or is covered holds another type.
    pub fn insert(
        &mut self,
        path: &[i32],
        base: BaseType,
        pointers: Pointers,
        limits: &Limits,
    ) -> Result<Inserted, TreeError> {
        if path.len() > limits.depth {
            return Ok(Inserted::TooDeep);
        }
        if base == BaseType::Unknown {
            return Ok(Inserted::Known);
        }
        if path.is_empty() {
            return Ok(if self.exact(path).is_known() {
                Inserted::Known
            } else {
                self.set(path, base);
                Inserted::Changed
            });
        }
        for len in (0..path.len()).rev() {
            match self.exact(&path[..len]) {
                BaseType::Unknown | BaseType::Pointer => {}
                BaseType::Anything => return Ok(Inserted::Known),
                found => {
                    let path = Path::from_slice(&path[..len]);
                    return Err(TreeError::NotPointer { path, found });
                }
            }
        }
        self.check_behind(path, base)?;
        match self.cover_check(path, base, pointers)? {
            None => Ok(Inserted::Known),
            Some(dropped) => {
                let changed = !dropped.is_empty();
                self.remove(&dropped);
                let kept = self.add_within_offsets(path, base, limits);
                Ok(if changed || kept {
                    Inserted::Changed
                } else {
                    Inserted::Known
                })
            }
        }
    }

    /// Only pointers (and anything) may have something behind them.
    fn check_behind(&self, path: &[i32], base: BaseType) -> Result<(), TreeError> {
        let after = self.position(path).map_or_else(|at| at, |at| at + 1);
        let behind = self
            .entries
            .get(after)
            .is_some_and(|(other, _)| other.starts_with(path));
        if behind && !matches!(base, BaseType::Pointer | BaseType::Anything) {
            return Err(TreeError::NotPointer {
                path: path.into(),
                found: base,
            });
        }
        Ok(())
    }

    /// Compares a new fact with all keys of its length: `None` if it says nothing new, else the positions of the keys that it replaces.
    fn cover_check(
        &self,
        path: &[i32],
        base: BaseType,
        pointers: Pointers,
    ) -> Result<Option<Vec<usize>>, TreeError> {
        let mut replaced = Vec::new();
        for (position, (old_path, old)) in self.entries.iter().enumerate() {
            if old_path.len() != path.len() {
                continue;
            }
            let cover = cover(old_path, path);
            let conflict = || TreeError::Conflict {
                path: Path::from_slice(path),
                old: *old,
                new: base,
            };
            if cover.old_covers_new {
                if base == *old || pointers.agree(base, *old) || *old == BaseType::Anything {
                    return Ok(None);
                }
                if base != BaseType::Anything {
                    return Err(conflict());
                }
                if cover.new_covers_old {
                    replaced.push(position);
                }
            } else if cover.new_covers_old {
                if base == BaseType::Anything || base == *old || pointers.agree(base, *old) {
                    replaced.push(position);
                } else if *old != BaseType::Anything {
                    return Err(conflict());
                }
            }
        }
        Ok(Some(replaced))
    }

    /// Removes the entries at ascending positions.
    fn remove(&mut self, positions: &[usize]) {
        for &position in positions.iter().rev() {
            self.entries.remove(position);
        }
    }

    /// Stores a fact and then drops what the offset limit forbids. True if the fact itself was kept.
    fn add_within_offsets(&mut self, path: &[i32], base: BaseType, limits: &Limits) -> bool {
        if self.entries.len() >= limits.room(path.len()) || !self.is_near_enough(path, limits) {
            return false;
        }
        self.set_if_absent(path, base);
        self.trim(limits);
        self.position(path).is_ok()
    }

    /// Drops the longest paths of a tree that was made at once and is larger than trees that grow may get.
    pub(crate) fn shorten(&mut self, limits: &Limits) {
        while self.entries.len() > limits.entries {
            let longest = self.entries.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
            if longest <= ALWAYS_TAKEN {
                return;
            }
            self.entries.retain(|(path, _)| path.len() < longest);
        }
    }

    /// Whether the offset limit lets a path in. One that it keeps out must not drive out others on the way.
    fn is_near_enough(&self, path: &[i32], limits: &Limits) -> bool {
        let far = path.iter().enumerate();
        let mut far = far.filter(|&(_, &index)| index > limits.offset).peekable();
        if far.peek().is_none() {
            return true;
        }
        let smallest = self.smallest(limits);
        far.any(|(level, &index)| index <= smallest[level])
    }

    /// The smallest indices at each depth that are there or ever were.
    fn smallest(&self, limits: &Limits) -> Path {
        let mut smallest = self.least.clone();
        smallest.resize(limits.depth, i32::MAX);
        for (path, _) in &self.entries {
            lower(&mut smallest, path);
        }
        smallest
    }

    /// Drops the facts that the offset limit forbids. What was dropped does not come back: the smallest indices only become smaller.
    pub(crate) fn trim(&mut self, limits: &Limits) {
        let beyond = |path: &[i32]| path.iter().any(|&index| index > limits.offset);
        if !self.entries.iter().any(|(path, _)| beyond(path)) {
            return;
        }
        let smallest = self.smallest(limits);
        self.entries.retain(|(path, _)| {
            let far: SmallVec<[bool; 6]> = path
                .iter()
                .enumerate()
                .filter(|&(_, &index)| index > limits.offset)
                .map(|(level, &index)| index == smallest[level])
                .collect();
            far.is_empty() || far.contains(&true)
        });
        self.least.resize(limits.depth, i32::MAX);
        for (path, _) in &self.entries {
            lower(&mut self.least, path);
        }
    }

    /// Joins one fact in: what the slot holds must be both what was known and `base`. True if the tree changed.
    ///
    /// # Errors
    /// As [`TypeTree::insert`]; the tree is then unchanged.
    pub fn or_slot(
        &mut self,
        path: &[i32],
        base: BaseType,
        pointers: Pointers,
        limits: &Limits,
    ) -> Result<bool, TreeError> {
        let old = self.get(path);
        let Some(joined) = old.or(base, pointers) else {
            let path = Path::from_slice(path);
            return Err(TreeError::Conflict { path, old, new: base });
        };
        if joined == old {
            return Ok(false);
        }
        for len in 0..path.len() {
            let found = self.exact(&path[..len]);
            if !matches!(found, BaseType::Unknown | BaseType::Pointer | BaseType::Anything) {
                let path = Path::from_slice(&path[..len]);
                return Err(TreeError::NotPointer { path, found });
            }
        }
        if path.is_empty() {
            self.set(path, joined);
            return Ok(true);
        }
        Ok(self.insert(path, joined, pointers, limits)? == Inserted::Changed)
    }

    /// Joins all facts of another tree in. True if this tree changed.
    ///
    /// # Errors
    /// The first fact that contradicts; this tree is then unchanged.
    pub fn or(&mut self, other: &Self, pointers: Pointers, limits: &Limits) -> Result<bool, TreeError> {
        if let Some(entries) = self.merge_plain(other, pointers, limits) {
            let changed = entries.len() > self.entries.len();
            self.entries = entries;
            return Ok(changed);
        }
        let before = self.clone();
        let mut changed = false;
        for (path, base) in &other.entries {
            match self.or_slot(path, *base, pointers, limits) {
                Ok(change) => changed |= change,
                Err(error) => {
                    *self = before;
                    return Err(error);
                }
            }
        }
        Ok(changed)
    }

    /// The entries of both trees where that is all that joining them means: no path covers another, none contradicts, and no limit is
    /// in the way. Linear, where joining fact by fact is quadratic. `None` if it takes more.
    fn merge_plain(
        &self,
        other: &Self,
        pointers: Pointers,
        limits: &Limits,
    ) -> Option<Vec<(Path, BaseType)>> {
        let mut kinds = PathKinds::default();
        let mut both = self.entries.iter().chain(&other.entries);
        if !both.all(|(path, _)| kinds.admit(path, limits)) {
            return None;
        }
        let mut merged: Vec<(Path, BaseType)> = Vec::with_capacity(self.entries.len() + other.entries.len());
        let mut own = self.entries.iter().peekable();
        let copy = |(path, base): &(Path, BaseType)| (Path::from_slice(path), *base);
        for fact in &other.entries {
            while let Some(before) = own.next_if(|(path, _)| path.as_slice() < fact.0.as_slice()) {
                merged.push(copy(before));
            }
            match own.next_if(|(path, _)| *path == fact.0) {
                Some(known) if known.1.or(fact.1, pointers) == Some(known.1) => merged.push(copy(known)),
                Some(_) => return None,
                None if fact.0.len() > ALWAYS_TAKEN && merged.capacity() > limits.entries => return None,
                None => merged.push(copy(fact)),
            }
        }
        merged.extend(own.map(copy));
        // What is behind a path comes right after it.
        let leads = |pair: &[(Path, BaseType)]| {
            let [(path, base), (next, _)] = pair else {
                return true;
            };
            *base == BaseType::Pointer || !next.starts_with(path)
        };
        merged.windows(2).all(leads).then_some(merged)
    }

    /// Joins another tree in although facts contradict each other: a float takes the place of an integer or an address (also of one that
    /// is only known by what is behind it), an address in memory that of an integer, and else what is there stays. So bytes that may hold a
    /// float are taken for one, which loses no derivative. True if this tree changed.
    ///
    /// What took the place of something else is never lost again, so a value that is told the same contradictory things over and over comes
    /// to rest.
    pub fn or_stronger(&mut self, other: &Self, limits: &Limits) -> bool {
        let before = self.entries.clone();
        for (path, base) in &other.entries {
            let contradicts = match self.or_slot(path, *base, Pointers::Distinct, limits) {
                Err(TreeError::Conflict { .. }) => true,
                // A fact behind something that is no pointer any more is left out.
                Err(TreeError::NotPointer { path: at, found }) => {
                    at == *path && matches!(found, BaseType::Float(_))
                }
                _ => false,
            };
            if contradicts {
                self.replace(path, *base, limits);
            }
        }
        self.entries != before
    }

    /// Puts a fact in the place of what contradicts it, with all that is behind that, if it is stronger than all of it and no limit keeps it
    /// out.
    fn replace(&mut self, path: &[i32], base: BaseType, limits: &Limits) {
        // What the offset limit may drop later must not drive out what stays.
        if path.iter().any(|&index| index > limits.offset) {
            return;
        }
        let contradicts = |(known, old): &&(Path, BaseType)| {
            let cover = cover(known, path);
            known.len() == path.len()
                && (cover.old_covers_new || cover.new_covers_old)
                && *old != base
                && *old != BaseType::Anything
        };
        let gone: Vec<&(Path, BaseType)> = self.entries.iter().filter(contradicts).collect();
        if !gone.iter().all(|(_, old)| is_stronger(base, *old, path.len())) {
            return;
        }
        let is_pointer = base == BaseType::Pointer;
        let is_behind = |known: &[i32]| {
            let beyond = known.len() > path.len();
            beyond && !is_pointer && cover(path, &known[..path.len()]).old_covers_new
        };
        let is_kept =
            |known: &[i32]| !is_behind(known) && !gone.iter().any(|(gone, _)| known.starts_with(gone));
        let kept = self.entries.iter().filter(|(known, _)| is_kept(known));
        let mut replaced = Self {
            entries: kept.cloned().collect(),
            least: self.least.clone(),
        };
        let put = replaced.or_slot(path, base, Pointers::Distinct, limits);
        if put.is_ok() && replaced.get(path) == base {
            *self = replaced;
        }
    }

    /// What can be said about a value that one of the two trees describes: the keys that both have, with what can be said about each.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let entries = self.entries.iter().filter_map(|(path, base)| {
            let both = base.and(other.exact(path));
            both.is_known().then(|| (path.clone(), both))
        });
        Self::of(entries)
    }

    /// This tree as seen through memory or a register: `offset` goes in front of every path. What gets too deep is left out.
    #[must_use]
    pub fn only(&self, offset: i32, limits: &Limits) -> Self {
        let entries = self
            .entries
            .iter()
            .filter(|(path, _)| path.len() < limits.depth)
            .map(|(path, base)| {
                let mut longer = Path::from_slice(&[offset]);
                longer.extend_from_slice(path);
                (longer, *base)
            });
        Self::of(entries)
    }

    /// The start of the value without its first index: keys that begin with -1 or 0 lose it, others are left out.
    ///
    /// # Errors
    /// If -1 and 0 contradict each other, or a path is empty.
    pub fn data0(&self, limits: &Limits) -> Result<Self, TreeError> {
        let mut result = Self::new();
        for start in [EVERY, 0] {
            for (path, base) in &self.entries {
                let (&first, rest) = path.split_first().ok_or(TreeError::WholeValue)?;
                if first == EVERY && start == EVERY {
                    result.set(rest, *base);
                } else if first == start {
                    result.or_slot(rest, *base, Pointers::Distinct, limits)?;
                }
            }
        }
        Ok(result)
    }

    /// The facts that are not `Anything`.
    #[must_use]
    pub fn purge_anything(&self) -> Self {
        self.filter(|base| base != BaseType::Anything)
    }

    /// The facts that are `Anything`.
    #[must_use]
    pub fn just_anything(&self) -> Self {
        self.filter(|base| base == BaseType::Anything)
    }

    /// The facts that are `Integer`.
    #[must_use]
    pub fn just_integers(&self) -> Self {
        self.filter(|base| base == BaseType::Integer)
    }

    /// The facts but for the one about the value as a whole.
    pub(crate) fn without_whole(&self) -> Self {
        let kept = self.entries.iter().filter(|(path, _)| !path.is_empty());
        Self::of(kept.cloned())
    }

    fn filter(&self, keep: impl Fn(BaseType) -> bool) -> Self {
        let kept = self.entries.iter().filter(|(_, base)| keep(*base));
        Self::of(kept.cloned())
    }

    /// Every integer becomes anything: what a constant that only looks like one may be.
    #[must_use]
    pub fn integers_to_anything(&self) -> Self {
        let entries = self.entries.iter().map(|(path, base)| {
            let base = if *base == BaseType::Integer {
                BaseType::Anything
            } else {
                *base
            };
            (path.clone(), base)
        });
        Self::of(entries)
    }

    /// Every offset becomes the first one; what is `Anything` is left out.
    ///
    /// # Errors
    /// If facts that were apart contradict each other then.
    pub fn replace_every(&self, limits: &Limits) -> Result<Self, TreeError> {
        let mut result = Self::new();
        for (path, base) in &self.entries {
            if *base != BaseType::Anything {
                let first: Path = path.iter().map(|&index| index.max(0)).collect();
                result.insert(&first, *base, Pointers::Distinct, limits)?;
            }
        }
        Ok(result)
    }

    /// The one float format that the first `size` bytes of the value consist of.
    pub fn all_float(&self, size: u64) -> Option<ir::FloatKind> {
        if let Some(kind) = self.get(&[EVERY]).float() {
            return Some(kind);
        }
        let kind = self.get(&[0]).float()?;
        let step = (kind.bits() / 8) as usize;
        let same = |offset: u64| self.get(&[offset as i32]).float() == Some(kind);
        (0..size).step_by(step).all(same).then_some(kind)
    }
}

/// At which levels the paths of each length stand for every offset. Where that is the same for all of a length, none covers another.
#[derive(Default)]
struct PathKinds([Option<u8>; u8::BITS as usize]);

impl PathKinds {
    /// Takes note of a path. False if it may cover one that was there, or is beyond a limit.
    fn admit(&mut self, path: &[i32], limits: &Limits) -> bool {
        let Some(known) = self.0.get_mut(path.len()) else {
            return false;
        };
        let levels = path.iter().enumerate();
        let every = levels.fold(0, |every, (level, &index)| {
            every | u8::from(index == EVERY) << level
        });
        let within = path.iter().all(|&index| index <= limits.offset);
        within && path.len() <= limits.depth && *known.get_or_insert(every) == every
    }
}

/// Lowers the smallest indices at each depth to those of a path.
fn lower(smallest: &mut [i32], path: &[i32]) {
    for (least, &index) in smallest.iter_mut().zip(path) {
        *least = index.min(*least);
    }
}

/// The keys that cover an index: -1 first.
fn choices(index: i32) -> impl Iterator<Item = i32> {
    [EVERY, index]
        .into_iter()
        .take(if index == EVERY { 1 } else { 2 })
}

impl fmt::Display for TypeTree {
    /// Enzyme's text: `{[-1]:Pointer, [-1,0]:Float@double}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (position, (path, base)) in self.entries.iter().enumerate() {
            if position != 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}:{base}", show(path))?;
        }
        f.write_str("}")
    }
}
