//! Moving trees through memory and registers: selecting byte ranges, shifting them, collapsing full ranges to -1 and expanding them.

use indexmap::IndexMap;

use crate::base::{BaseType, Pointers};
use crate::tree::{EVERY, Limits, Path, TreeError, TypeTree};

/// The bytes that an operation selects and where it puts them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    /// The first byte.
    pub start: i32,
    /// How many bytes; `None` for all that follow.
    pub size: Option<i32>,
    /// Where the first byte comes to lie.
    pub to: i32,
}

impl Window {
    /// The first `size` bytes, where they are.
    pub fn first(size: u64) -> Self {
        Self {
            start: 0,
            size: Some(clamp(size)),
            to: 0,
        }
    }
}

/// A size as an index: what does not fit is beyond every offset that trees keep.
pub(crate) fn clamp(size: u64) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

/// The offsets of one tail and type, to see whether they fill a range.
type Groups = IndexMap<(Path, BaseType), Vec<i32>>;

/// Whether offsets at every step fill `[0, size)`.
fn fills(offsets: &[i32], size: u64, tail: &[i32], base: BaseType, limits: &Limits) -> bool {
    let step = if tail.is_empty() {
        base.step(limits.pointer_bytes)
    } else {
        limits.pointer_bytes
    };
    // A range with more steps than there are offsets cannot be full: this keeps huge ranges cheap.
    let steps = size.div_ceil(step as u64);
    steps <= offsets.len() as u64 && (0..steps).all(|index| offsets.contains(&clamp(index * step as u64)))
}

impl TypeTree {
    /// The contents of the first `size` bytes behind the pointer that this tree describes: the inverse of [`TypeTree::only`]. Facts
    /// that fill the range become facts about every offset.
    ///
    /// # Errors
    /// If collapsing brings facts together that contradict each other.
    pub fn lookup(&self, size: u64, limits: &Limits) -> Result<Self, TreeError> {
        let mut groups = Groups::new();
        for (path, base) in self.entries() {
            match *path {
                [] => return Err(TreeError::WholeValue),
                [0 | EVERY, offset, ref tail @ ..] if offset == EVERY || i64::from(offset) < size as i64 => {
                    groups.entry((tail.into(), base)).or_default().push(offset);
                }
                _ => {}
            }
        }
        // Tails in order, so that pointers come before what is behind them.
        groups.sort_unstable_keys();
        let mut result = Self::new();
        for ((tail, base), offsets) in &groups {
            let every = offsets.contains(&EVERY) || fills(offsets, size, tail, *base, limits);
            let single = [EVERY];
            let offsets = if every { &single[..] } else { offsets };
            for &offset in offsets {
                let pointers = if every {
                    Pointers::LikeIntegers
                } else {
                    Pointers::Distinct
                };
                result.insert(&join(offset, tail), *base, pointers, limits)?;
            }
        }
        Ok(result)
    }

    /// Facts about all elements of a value of `size` bytes become facts about every offset.
    ///
    /// # Errors
    /// If an index is outside the value, or collapsing brings facts together that contradict each other.
    pub fn canonicalize(&self, size: u64, limits: &Limits) -> Result<Self, TreeError> {
        if self.entries().all(|(path, _)| path.first() == Some(&EVERY)) {
            return Ok(self.clone());
        }
        let mut groups = Groups::new();
        for (path, base) in self.entries() {
            let (&first, tail) = path.split_first().ok_or(TreeError::WholeValue)?;
            if first != EVERY && first as u64 >= size {
                return Err(TreeError::OutOfSize { index: first, size });
            }
            groups.entry((tail.into(), base)).or_default().push(first);
        }
        groups.sort_unstable_keys();
        let full = |(tail, base): &(Path, BaseType), offsets: &[i32]| {
            !offsets.contains(&EVERY) && fills(offsets, size, tail, *base, limits)
        };
        if !groups.iter().any(|(key, offsets)| full(key, offsets)) {
            return Ok(self.clone());
        }
        let mut result = Self::new();
        for collapse in [false, true] {
            for (key, offsets) in groups
                .iter()
                .filter(|(key, offsets)| full(key, offsets) == collapse)
            {
                let single = [EVERY];
                for &offset in if collapse { &single[..] } else { offsets } {
                    result.insert(&join(offset, &key.0), key.1, Pointers::Distinct, limits)?;
                }
            }
        }
        Ok(result)
    }

    /// The facts about the bytes of a window, moved to where the window puts them. Facts about every offset are expanded to the elements
    /// within a bounded window, aligned as they were from the start of the value; in an unbounded one they stay, or hold at the new start
    /// alone if that is not 0 (nothing is known before it). Paths of length 0 are kept.
    ///
    /// # Errors
    /// If an expanded fact contradicts one that was there.
    pub fn shift(&self, window: Window, limits: &Limits) -> Result<Self, TreeError> {
        if !self.is_known_past_whole() {
            return Ok(self.clone());
        }
        if window.size == Some(0) {
            return Ok(Self::new());
        }
        let mut result = Self::new();
        for (path, base) in self.entries() {
            let Some((&first, tail)) = path.split_first() else {
                result.set_if_absent(path, base);
                continue;
            };
            if first == EVERY && window.size.is_some() {
                continue;
            }
            let moved = if first == EVERY {
                if window.to == 0 { EVERY } else { window.to }
            } else {
                let inside = first - window.start;
                if inside < 0 || window.size.is_some_and(|size| inside >= size) {
                    continue;
                }
                inside.saturating_add(window.to)
            };
            // Different fixed offsets stay different, so nothing can collide.
            result.set_if_absent(&join(moved, tail), base);
        }
        result.shorten(limits);
        result.trim(limits);
        if let Some(size) = window.size {
            self.expand(window, size, &mut result, limits)?;
        }
        Ok(result)
    }

    /// Puts the facts about every offset into `result`, at each element of a window of `size` bytes.
    fn expand(&self, window: Window, size: i32, result: &mut Self, limits: &Limits) -> Result<(), TreeError> {
        let step = self.get(&[EVERY]).step(limits.pointer_bytes);
        let aligned = (step - window.start % step) % step;
        // Beyond the offset limit only the first element can be kept.
        let end = size.min(limits.offset.saturating_add(step).saturating_add(1));
        for (path, base) in self.entries() {
            let Some((&EVERY, tail)) = path.split_first() else {
                continue;
            };
            let mut offset = aligned;
            while offset < end {
                let moved = join(offset.saturating_add(window.to), tail);
                result.or_slot(&moved, base, Pointers::Distinct, limits)?;
                offset += step;
            }
        }
        Ok(())
    }

    /// The facts about a register of `size` bytes without those about the bytes from `start` to `end`. A fact about every offset becomes
    /// facts about the elements that remain whole.
    ///
    /// # Errors
    /// If a fact about every offset contradicts one at an offset, or a path is empty.
    pub fn clear(&self, start: u64, end: u64, size: u64, limits: &Limits) -> Result<Self, TreeError> {
        let kept = |offset: u64| offset < start || (offset >= end && offset < size);
        let step = self.get(&[EVERY]).step(limits.pointer_bytes) as u64;
        // Whole elements that do not touch what is cleared.
        let whole = |offset: &u64| offset + step <= start || (*offset >= end && offset + step <= size);
        let mut result = Self::new();
        for (path, base) in self.entries() {
            let (&first, tail) = path.split_first().ok_or(TreeError::WholeValue)?;
            if first == EVERY {
                let near = size.min(limits.offset as u64 + 1);
                for offset in (0..near).step_by(step as usize).filter(whole) {
                    result.or_slot(&join(clamp(offset), tail), base, Pointers::Distinct, limits)?;
                }
            } else if kept(first as u64) {
                result.or_slot(path, base, Pointers::Distinct, limits)?;
            }
        }
        Ok(result)
    }

    /// What holds of any address that is computed from this one: that it is a pointer, and what is behind every offset.
    ///
    /// # Errors
    /// If the value is no pointer.
    pub fn keep_every(&self, limits: &Limits) -> Result<Self, TreeError> {
        let mut result = Self::new();
        for (path, base) in self.entries() {
            match *path {
                [] => return Err(TreeError::WholeValue),
                [0 | EVERY] if !matches!(base, BaseType::Pointer | BaseType::Anything) => {
                    return Err(TreeError::NotPointer {
                        path: path.into(),
                        found: base,
                    });
                }
                [0 | EVERY] | [0 | EVERY, EVERY, ..] => {
                    result.insert(path, base, Pointers::Distinct, limits)?;
                }
                _ => {}
            }
        }
        Ok(result)
    }
}

/// `first` in front of a path.
fn join(first: i32, tail: &[i32]) -> Path {
    let mut path = Path::from_slice(&[first]);
    path.extend_from_slice(tail);
    path
}
