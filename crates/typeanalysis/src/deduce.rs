//! What those who emit derivatives ask: which bytes of a value, of memory or of a copy are which type. An answer covers every byte, or is
//! an error that names the bytes that are not known.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use ir::{FuncId, Function, Inst, Op, Value};

use crate::base::{BaseType, Pointers};
use crate::facts::TypeFacts;
use crate::report::Derivation;
use crate::tree::{EVERY, TypeTree};
use crate::window::clamp;

/// Bytes of one type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypedRange {
    /// The bytes. A range of floats or pointers consists of whole ones.
    pub bytes: Range<u64>,
    /// What they are.
    pub base: BaseType,
}

/// Where bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whereabouts {
    /// In a value.
    Value(Value),
    /// In memory that a pointer leads to.
    Memory(Value),
    /// Moved by an instruction.
    Copy(Inst),
}

/// The type of some bytes is not known, and matters.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct UnknownBytes {
    /// The function.
    pub func: FuncId,
    /// Where the bytes are.
    pub place: Whereabouts,
    /// How many bytes were asked about.
    pub size: u64,
    /// Those that are not known.
    pub unknown: Vec<Range<u64>>,
    /// What is known of the value that holds them or of the pointers that lead to them.
    pub known: Vec<TypeTree>,
    /// Why that is known.
    pub because: Vec<Derivation>,
    /// The instructions that the bytes come from, the one that has them first; see [`UnknownBytes::traced`].
    pub sources: Vec<Inst>,
}

/// Instructions of which an error tells that bytes come from them.
const SOURCES: usize = 12;

impl UnknownBytes {
    /// What the user can do.
    pub const REMEDY: &'static str = "compile with optimization and strict aliasing so that TBAA names the types of accesses, or with \
        debug information; call __enzyme_float, __enzyme_double, __enzyme_integer or __enzyme_pointer on the memory; annotate the \
        parameter or call with \"enzyme_type\"; or allow guesses with -enzyme-loose-types";

    /// The same with where the bytes come from: backwards from the value that holds them, through everything that moves bits, to loads,
    /// calls and parameters.
    #[must_use]
    pub fn traced(mut self, function: &Function) -> Self {
        let mut todo: VecDeque<Value> = VecDeque::new();
        match self.place {
            Whereabouts::Value(value) | Whereabouts::Memory(value) => todo.push_back(value),
            Whereabouts::Copy(inst) => {
                self.sources.push(inst);
                todo.extend(function.inst(inst).args().iter().take(2));
            }
        }
        while let Some(value) = todo.pop_front() {
            let Some(inst) = function.def_inst(value) else {
                continue;
            };
            if self.sources.len() >= SOURCES {
                break;
            }
            if self.sources.contains(&inst) {
                continue;
            }
            self.sources.push(inst);
            let data = function.inst(inst);
            if !matches!(data.op, Op::Call(_) | Op::Invoke(_) | Op::Alloca { .. }) {
                todo.extend(data.operands.iter().copied());
            }
        }
        self
    }
}

impl fmt::Display for UnknownBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<String> = self
            .unknown
            .iter()
            .map(|range| format!("{}..{}", range.start, range.end))
            .collect();
        let place = match self.place {
            Whereabouts::Value(_) => "a value of",
            Whereabouts::Memory(_) => "memory of",
            Whereabouts::Copy(_) => "a copy of",
        };
        write!(
            f,
            "cannot deduce the type of bytes {} in {place} {} bytes",
            ranges.join(", "),
            self.size
        )?;
        for known in &self.known {
            write!(f, "; known is {known}")?;
        }
        Ok(())
    }
}

impl TypeFacts {
    /// The type at a byte offset of a value.
    pub fn scalar(&self, value: Value, offset: u64) -> BaseType {
        self.tree(value).get(&[clamp(offset)])
    }

    /// The types of the first `size` bytes of a value, `Unknown` where they are not known.
    pub fn bytes(&self, value: Value, size: u64) -> Vec<TypedRange> {
        ranges(self.tree(value), 0, size, self.trees.limits())
    }

    /// The types of `size` bytes of memory, `offset` bytes behind a pointer.
    pub fn memory(&self, pointer: Value, offset: u64, size: u64) -> Vec<TypedRange> {
        ranges(&self.contents(pointer), offset, size, self.trees.limits())
    }

    /// What is behind a pointer.
    fn contents(&self, pointer: Value) -> TypeTree {
        // Facts about the start of the pointer contradict each other in no tree that the solver keeps.
        let contents = self.tree(pointer).data0(self.trees.limits()).unwrap_or_default();
        contents.without_whole()
    }

    /// The types of the first `size` bytes of a value.
    ///
    /// # Errors
    /// If some are not known.
    pub fn deduce(&self, value: Value, size: u64) -> Result<Vec<TypedRange>, UnknownBytes> {
        let found = self.bytes(value, size);
        self.complete(found, size, Whereabouts::Value(value), &[value])
    }

    /// The types of the first `size` bytes behind a pointer.
    ///
    /// # Errors
    /// If some are not known.
    pub fn deduce_memory(&self, pointer: Value, size: u64) -> Result<Vec<TypedRange>, UnknownBytes> {
        let found = self.memory(pointer, 0, size);
        self.complete(found, size, Whereabouts::Memory(pointer), &[pointer])
    }

    /// The types of the bytes that an instruction moves: `bytes` of them, between the first two arguments of a call (or the address and
    /// the value of a load or store).
    ///
    /// # Errors
    /// If some are not known from either side.
    pub fn deduce_copy(
        &self,
        function: &Function,
        inst: Inst,
        bytes: u64,
    ) -> Result<Vec<TypedRange>, UnknownBytes> {
        let data = function.inst(inst);
        let (pointers, held): (Vec<Value>, Option<Value>) = match data.address() {
            Some((address, _)) => (
                vec![address],
                data.result.or_else(|| data.operands.first().copied()),
            ),
            None => (data.args().iter().copied().take(2).collect(), None),
        };
        let mut known = held.map_or_else(TypeTree::new, |value| self.tree(value).clone());
        for &pointer in &pointers {
            // Both sides describe the same bytes; where they contradict each other the analysis has reported it.
            let _ = known.or(&self.contents(pointer), Pointers::Distinct, self.trees.limits());
        }
        let found = ranges(&known, 0, bytes, self.trees.limits());
        let sources: Vec<Value> = held.into_iter().chain(pointers).collect();
        self.complete(found, bytes, Whereabouts::Copy(inst), &sources)
    }

    fn complete(
        &self,
        found: Vec<TypedRange>,
        size: u64,
        place: Whereabouts,
        sources: &[Value],
    ) -> Result<Vec<TypedRange>, UnknownBytes> {
        let gaps = found.iter().filter(|range| range.base == BaseType::Unknown);
        let unknown: Vec<Range<u64>> = gaps.map(|range| range.bytes.clone()).collect();
        if unknown.is_empty() {
            return Ok(found);
        }
        Err(UnknownBytes {
            func: self.func,
            place,
            size,
            unknown,
            known: sources.iter().map(|&value| self.tree(value).clone()).collect(),
            because: sources.iter().flat_map(|&value| self.explain(value)).collect(),
            sources: Vec::new(),
        })
    }
}

/// The types of `size` bytes from `start` in what a tree describes, as adjacent ranges numbered from 0.
fn ranges(tree: &TypeTree, start: u64, size: u64, limits: &crate::Limits) -> Vec<TypedRange> {
    let mut found: Vec<TypedRange> = Vec::new();
    let mut push = |bytes: Range<u64>, base: BaseType| match found.last_mut() {
        Some(last) if last.base == base && last.bytes.end == bytes.start => last.bytes.end = bytes.end,
        _ => found.push(TypedRange { bytes, base }),
    };
    // The last offset at which trees say something of its own.
    let last = tree
        .entries()
        .filter_map(|(path, _)| path.first().copied())
        .max()
        .unwrap_or(EVERY);
    let mut at = 0;
    while at < size {
        let offset = start + at;
        let left = size - at;
        let base = tree.get(&[clamp(offset)]);
        let step = base.step(limits.pointer_bytes) as u64;
        let beyond = offset as i64 > i64::from(last);
        let (base, length) = match base {
            BaseType::Unknown if beyond => (base, left),
            _ if beyond && left.is_multiple_of(step) => (base, left),
            _ if step > left => (BaseType::Unknown, left),
            _ => (base, step),
        };
        push(at..at + length, base);
        at += length;
    }
    found
}
