//! Address arithmetic.

use indexmap::IndexSet;
use ir::memory::address::{GepIndex, Offset, walk_indices};
use ir::{Inst, Op, Type, Value};
use smallvec::SmallVec;

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::tree::EVERY;
use crate::trees::TreeId;
use crate::window::{Window, clamp};

/// Combinations of known indices that are tried.
const COMBINATIONS: usize = 4096;

/// Steps by which a chain of addresses is followed.
const CHAIN: usize = 64;

/// An offset that an address may have from its base.
pub(crate) struct Reach {
    pub(crate) offset: i64,
    /// How far the addressed object extends, if the first index is zero: beyond is another object.
    size: Option<i32>,
}

const DOWN: &str = "an address within an object leads to what lies there";
const UP: &str = "what lies at an address within an object is part of it";

impl Solver<'_, '_> {
    pub(super) fn gep(&mut self, result: Node, source: Type, operands: &[Node], inbounds: bool) {
        let Some((&base, indices)) = operands.split_first() else {
            return;
        };
        let ctx = self.ctx();
        if let Some(constant) = self.body.constant(base) {
            match ctx.consts.get(constant) {
                ir::ConstData::Undef(_) | ir::ConstData::Poison(_) => {
                    self.learn_all(
                        result,
                        BaseType::Anything,
                        Why::ground("an undefined address may be anything"),
                    );
                    return;
                }
                ir::ConstData::Null(_) if self.is_number(indices) => {
                    self.learn_all(
                        result,
                        BaseType::Integer,
                        Why::ground("an offset from null is a number"),
                    );
                    return;
                }
                _ => {}
            }
        }
        if indices.is_empty() {
            self.same(result, base, "the address is the same");
            return;
        }
        if self.up() && (inbounds || self.is_certain_pointer(result, base)) {
            for &index in indices {
                self.learn_integer(index, "an index of an address");
            }
        }
        let integral = |&index: &Node| matches!(self.inner0(index), BaseType::Integer | BaseType::Anything);
        if !inbounds && !indices.iter().all(integral) {
            // One of the indices may be the pointer, and the base an offset.
            return;
        }
        self.gep_any_offset(result, base);
        if let Some((reaches, _)) = self.reaches(result, source, base, indices) {
            let is_walk = self.walks(result, indices);
            self.gep_offsets((result, base), &reaches, !is_walk);
        }
    }

    /// What lies at all of some offsets.
    pub(crate) fn at_all(&mut self, inside: TreeId, reaches: &[Reach]) -> Option<TreeId> {
        let mut down = None;
        for reach in reaches {
            let Ok(start) = i32::try_from(reach.offset) else {
                continue;
            };
            let window = Window {
                start,
                size: reach.size,
                to: 0,
            };
            let part = self.trees().shift(inside, window);
            let part = self.or_nothing(part);
            down = Some(match down {
                Some(before) => self.trees().and(before, part),
                None => part,
            });
        }
        down
    }

    /// `llvm.intel.subscript(rank, lower, stride, base, index)`: the address `stride * (index - lower)` bytes behind the base. Intel's
    /// Fortran compiler addresses arrays with it.
    pub(super) fn subscript(&mut self, result: Node, args: &[Node]) {
        let &[rank, lower, stride, base, index] = args else {
            return;
        };
        if self.up() {
            for number in [rank, lower, stride, index] {
                self.learn_integer(number, "a subscript of an array");
            }
        }
        self.gep_any_offset(result, base);
        let [lower, stride, index] = [lower, stride, index].map(|node| self.ints(node));
        let mut reaches = Vec::new();
        for &first in &lower {
            for &bytes in &stride {
                for &at in index.iter().filter(|&&at| at >= 0) {
                    let offset = at.checked_sub(first).and_then(|steps| steps.checked_mul(bytes));
                    let offset = offset.filter(|&offset| offset >= 0 && reaches.len() < COMBINATIONS);
                    reaches.extend(offset.map(|offset| Reach { offset, size: None }));
                }
            }
        }
        self.gep_offsets((result, base), &reaches, true);
    }

    /// Whether indices from null give a number other than zero.
    fn is_number(&self, indices: &[Node]) -> bool {
        let mut nonzero = false;
        indices.iter().all(|&index| match self.const_int(index) {
            Some(value) if value != 0 => {
                nonzero = true;
                true
            }
            _ => self.inner0(index) == BaseType::Integer,
        }) && nonzero
    }

    /// Whether base and result are pointers for sure, so that what is added can only be integers.
    fn is_certain_pointer(&self, result: Node, base: Node) -> bool {
        !self.shared.input.options.strict_aliasing
            && self.inner0(base) == BaseType::Pointer
            && self.inner0(result) == BaseType::Pointer
    }

    /// What holds whatever the offset is.
    fn gep_any_offset(&mut self, result: Node, base: Node) {
        let tree = self.tree(base);
        if let Ok(everywhere) = self.trees().keep_every(tree) {
            self.learn(result, everywhere, Why::from(base, DOWN));
        }
        let start = self.inner0(base);
        self.learn_all(result, start, Why::from(base, DOWN));
        if self.up() {
            let start = self.inner0(result);
            self.learn_all(base, start, Why::from(result, UP));
        }
    }

    /// What holds at known offsets, also of the address if it is `told`.
    fn gep_offsets(&mut self, (result, base): (Node, Node), reaches: &[Reach], told: bool) {
        let (from, to) = (self.tree(base), self.tree(result));
        let trees = self.trees();
        let (inside, there) = (trees.data0(from), trees.data0(to));
        let (inside, there) = (self.or_nothing(inside), self.or_nothing(there));
        let mut up = self.shared.trees.empty();
        for reach in reaches {
            let Ok(offset) = i32::try_from(reach.offset) else {
                continue;
            };
            let moved = Window {
                start: 0,
                size: None,
                to: offset,
            };
            let trees = self.trees();
            let joined = trees.shift(there, moved).and_then(|part| trees.or(up, part));
            up = joined.unwrap_or(up);
        }
        let Some(down) = self.at_all(inside, reaches) else {
            return;
        };
        if told {
            let tree = self.trees().only(down, EVERY);
            self.learn(result, tree, Why::from(base, DOWN));
        }
        if self.up() {
            let tree = self.trees().only(up, EVERY);
            self.learn(base, tree, Why::from(result, UP));
        }
    }

    /// The offsets that are known, and how far each variable index goes with a step; `None` if nothing can be said about them.
    pub(crate) fn reaches(
        &self,
        result: Node,
        source: Type,
        base: Node,
        indices: &[Node],
    ) -> Option<(Vec<Reach>, SmallVec<[i64; 2]>)> {
        let ctx = self.ctx();
        if !ctx.types.is_ptr(self.body.ty(ctx, result)) {
            return None;
        }
        let walked = indices
            .iter()
            .map(|&index| match (self.const_int(index), self.body.value(index)) {
                (None, Some(value)) => GepIndex::Value(value),
                (value, _) => GepIndex::Number(value.unwrap_or(0)),
            });
        let (offset, addressed) = walk_indices(ctx, source, walked)?;
        let sets = self.index_sets(base, &offset)?;
        let size = clamp(ctx.size_of(addressed)?);
        let first = *indices.first()?;
        let mut reaches = vec![(offset.constant, self.const_int(first) == Some(0))];
        for (&(value, factor), set) in offset.terms.iter().zip(&sets) {
            if reaches.len() * set.len() > COMBINATIONS {
                return None;
            }
            let further = |&(offset, zero): &(i64, bool)| {
                let zero_here = move |index: i64| {
                    if self.body.value(first) == Some(value) {
                        index == 0
                    } else {
                        zero
                    }
                };
                let step = move |&index: &i64| {
                    let moved = index
                        .checked_mul(factor)
                        .and_then(|bytes| offset.checked_add(bytes));
                    moved.map(|moved| (moved, zero_here(index)))
                };
                set.iter().filter_map(step).collect::<Vec<_>>()
            };
            reaches = reaches.iter().flat_map(further).collect();
        }
        let reach = |(offset, zero): (i64, bool)| Reach {
            offset,
            size: zero.then_some(size),
        };
        let reaches = reaches.into_iter().filter(|reach| reach.0 >= 0).map(reach);
        let steps = offset.terms.iter().map(|&(_, factor)| factor);
        Some((reaches.collect(), steps.collect()))
    }

    /// The numbers that each variable index takes; `None` if that is unknown for one, or if an index with several numbers counts the same
    /// loop as an index further down the chain of addresses: then the offsets are not independent.
    fn index_sets(&self, base: Node, offset: &Offset) -> Option<Vec<SmallVec<[i64; 2]>>> {
        let mut outer: Option<IndexSet<ir::Block>> = None;
        let mut sets = Vec::new();
        for &(value, _) in &offset.terms {
            let known = self.frame.ints[value].iter().copied();
            let set: SmallVec<[i64; 2]> = known.filter(|&index| index >= 0).collect();
            if set.is_empty() {
                return None;
            }
            if set.len() > 1 {
                let outer = outer.get_or_insert_with(|| self.loops_below(base));
                if !outer.is_empty()
                    && self
                        .counted_loops(value)
                        .iter()
                        .any(|header| outer.contains(header))
                {
                    return None;
                }
            }
            sets.push(set);
        }
        Some(sets)
    }

    /// The loops that the indices of the addresses below `base` count.
    fn loops_below(&self, base: Node) -> IndexSet<ir::Block> {
        let mut headers = IndexSet::new();
        let mut at = base;
        for _ in 0..CHAIN {
            let Some(inst) = self.body.def_inst(at) else { break };
            let data = self.body.function.inst(inst);
            match data.op {
                Op::Gep { .. } => {
                    for &index in &data.operands[1..] {
                        headers.extend(self.counted_loops(index));
                    }
                }
                Op::Cast(_) => {}
                _ => break,
            }
            at = data.operands[0].into();
        }
        headers
    }

    /// The headers of the loops whose phis a value is calculated from.
    fn counted_loops(&self, value: Value) -> IndexSet<ir::Block> {
        let function = self.body.function;
        let mut headers = IndexSet::new();
        let mut seen: IndexSet<Inst> = IndexSet::new();
        let mut todo: Vec<Value> = vec![value];
        while let Some(value) = todo.pop() {
            let Some(inst) = function.def_inst(value) else {
                continue;
            };
            if seen.len() >= CHAIN || !seen.insert(inst) {
                continue;
            }
            let data = function.inst(inst);
            match data.op {
                Op::Phi if self.body.loops.with_header(data.block).is_some() => {
                    headers.insert(data.block);
                }
                Op::Phi | Op::Cast(_) | Op::Binary(_) | Op::FNeg => {
                    todo.extend(data.operands.iter().copied())
                }
                _ => {}
            }
        }
        headers
    }
}
