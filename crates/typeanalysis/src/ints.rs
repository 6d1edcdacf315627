//! Which integers a value is known to take.
//!
//! Address arithmetic, sizes of copies and arguments of calls are useful to type analysis when they are numbers. A value's set holds
//! numbers that it takes in some execution: constants, the values of counted loops, what the caller says about parameters, and simple
//! arithmetic on those. The set may be incomplete, and is empty where nothing is known. Of numbers above [`TypeOptions::max_int`] a set
//! keeps at most one, and only while it holds no other.
//!
//! One pass in reverse post-order, independent of types: linear in the function times the bound on sets.
//!
//! [`TypeOptions::max_int`]: crate::TypeOptions::max_int

use ir::graph::Count;
use ir::{BinOp, CastOp, ConstData, EntityVec, Inst, InstData, Op, Value, ValueDef};
use smallvec::SmallVec;

use crate::body::Body;
use crate::input::{KnownInts, TypeInput};

/// A sorted set of integers.
pub type IntSet = SmallVec<[i64; 2]>;

/// Numbers that arrive at a phi from before the loop are followed only if they are small: larger ones are rarely offsets.
const SMALL: i64 = 20;

/// The integers that the values of a function take, given those of its parameters.
pub(crate) fn known_ints(
    input: &TypeInput<'_>,
    body: &Body<'_>,
    params: &[KnownInts],
) -> EntityVec<Value, IntSet> {
    let function = body.function;
    let mut finder = Finder {
        input,
        body,
        sets: EntityVec::filled(function.value_count(), IntSet::new()),
    };
    for value in function.values() {
        finder.sets[value] = match function.value(value).def {
            ValueDef::Param(index) => match params.get(index as usize) {
                Some(set) => set.iter().copied().collect(),
                None => IntSet::new(),
            },
            ValueDef::Const(constant) => finder.constant(constant),
            ValueDef::Inst(_) => IntSet::new(),
        };
    }
    for &block in body.cfg.order() {
        for &inst in function.insts(block) {
            if let Some(result) = function.inst(inst).result {
                finder.sets[result] = finder.inst(inst, function.inst(inst));
            }
        }
    }
    finder.sets
}

struct Finder<'s, 'a> {
    input: &'s TypeInput<'a>,
    body: &'s Body<'a>,
    sets: EntityVec<Value, IntSet>,
}

impl Finder<'_, '_> {
    fn constant(&self, constant: ir::Const) -> IntSet {
        let ctx = self.input.ctx;
        match ctx.consts.get(constant) {
            ConstData::Null(_) => IntSet::from_slice(&[0]),
            ConstData::Int { .. } => {
                let value = ctx.consts.int_value(&ctx.types, constant);
                value
                    .and_then(|value| i64::try_from(value).ok())
                    .into_iter()
                    .collect()
            }
            _ => IntSet::new(),
        }
    }

    fn insert(&self, set: &mut IntSet, value: i64) {
        let far = |value: i64| value.unsigned_abs() > self.input.options.max_int.unsigned_abs();
        match set.as_slice() {
            [] => set.push(value),
            [only] if far(*only) => {
                if only.unsigned_abs() > value.unsigned_abs() {
                    set[0] = value;
                }
            }
            _ if far(value) => {}
            _ => {
                if let Err(at) = set.binary_search(&value) {
                    set.insert(at, value);
                }
            }
        }
    }

    fn inst(&self, inst: Inst, data: &InstData) -> IntSet {
        match &data.op {
            Op::Cast(CastOp::FpToSi | CastOp::FpToUi) => IntSet::new(),
            Op::Cast(_) | Op::Freeze => self.sets[data.operands[0]].clone(),
            Op::Binary(op) => self.binary(*op, data),
            Op::Phi => self.phi(inst, data),
            Op::Load(_) => self.load(inst, data),
            Op::Call(_) => self.call(inst, data),
            _ => IntSet::new(),
        }
    }

    fn binary(&self, op: BinOp, data: &InstData) -> IntSet {
        let (left, right) = (&self.sets[data.operands[0]], &self.sets[data.operands[1]]);
        let mut set = IntSet::new();
        if left.len() == 1 || right.len() == 1 {
            for &x in left {
                for &y in right {
                    if let Some(value) = arithmetic(op, x, y) {
                        self.insert(&mut set, value);
                    }
                }
            }
        }
        if op == BinOp::Mul && (left.contains(&0) || right.contains(&0)) {
            self.insert(&mut set, 0);
        }
        set
    }

    fn phi(&self, inst: Inst, data: &InstData) -> IntSet {
        let mut set = IntSet::new();
        if let Some(values) = data.result.and_then(|result| self.counted(result)) {
            values.for_each(|value| self.insert(&mut set, value));
            return set;
        }
        for (from, value) in data.incoming() {
            if self.body.dominators.dominates(data.block, from) {
                continue;
            }
            for &known in &self.sets[value] {
                if known.checked_abs().is_some_and(|size| size < SMALL) {
                    self.insert(&mut set, known);
                }
            }
            // A value that is counted onwards from the phi is taken to pass 0.
            let counts = self.body.function.def_inst(value).is_some_and(|def| {
                let data = self.body.function.inst(def);
                matches!(data.op, Op::Binary(BinOp::Add | BinOp::Sub))
                    && data
                        .operands
                        .iter()
                        .any(|&operand| self.body.function.def_inst(operand) == Some(inst))
            });
            if counts {
                self.insert(&mut set, 0);
            }
        }
        set
    }

    /// The values of a phi that counts from a constant by a constant, in a loop that runs a constant number of times.
    fn counted(&self, phi: Value) -> Option<impl Iterator<Item = i64> + use<>> {
        let found = self.body.inductions.get(phi)?;
        let data = self.body.loops.get(found.of);
        let (start, step) = (found.start.as_number()?, found.step.as_number()?);
        let Count::Number(backedges) = self.body.trips[found.of].as_ref()?.backedges else {
            return None;
        };
        // A loop that is left from its header evaluates the phi once more than its body runs; that value leads nowhere.
        let rotated = match data.latches.as_slice() {
            [latch] => data.exits.iter().any(|(from, _)| from == latch),
            _ => false,
        };
        let extra = u128::from(self.input.options.strict_aliasing && !rotated);
        let last = i128::try_from(backedges.saturating_sub(extra)).ok()?;
        let limit = i128::from(self.input.options.max_int);
        let (first, last) = window(start, step, last, limit);
        let value = move |k: i128| i64::try_from(start + k * step).ok();
        Some((first..=last).filter_map(value))
    }

    /// A load from a local variable that one store has written before.
    fn load(&self, inst: Inst, data: &InstData) -> IntSet {
        let function = self.body.function;
        let address = data.operands[0];
        let is_alloca = |def| matches!(function.inst(def).op, Op::Alloca { .. });
        if !function.def_inst(address).is_some_and(is_alloca) {
            return IntSet::new();
        }
        let mut stored = None;
        for &(user, position) in self.body.uses.of_value(address) {
            match function.inst(user).op {
                Op::Store(_) if position == 1 => {
                    if self.body.comes_before(user, inst) && stored.replace(user).is_some() {
                        return IntSet::new();
                    }
                }
                Op::Load(_) => {}
                _ if self.leaves_alone(user) => {}
                _ => return IntSet::new(),
            }
        }
        stored.map_or_else(IntSet::new, |store| {
            self.sets[function.inst(store).operands[0]].clone()
        })
    }

    /// Whether a use of a local variable's address leaves its contents alone, at least in one thread: OpenMP's division of a loop gives
    /// the first thread the bounds that were stored.
    fn leaves_alone(&self, user: Inst) -> bool {
        let data = self.body.function.inst(user);
        let unused = || {
            data.result
                .is_some_and(|result| self.body.uses.of_value(result).is_empty())
        };
        let divides = |name: &str| name.starts_with("__kmpc_for_static_init");
        matches!(data.op, Op::Cast(_)) && unused()
            || self.body.callee_name(self.input.ctx, user).is_some_and(divides)
    }

    fn call(&self, inst: Inst, data: &InstData) -> IntSet {
        let mut set = IntSet::new();
        match self.body.callee_name(self.input.ctx, inst) {
            Some(name) if name.starts_with("llvm.abs.") => {
                for value in &self.sets[data.operands[1]] {
                    self.insert(&mut set, value.saturating_abs());
                }
            }
            Some(name) if is_thread_index(name) => self.insert(&mut set, 0),
            _ => {}
        }
        set
    }
}

/// Indices of threads and blocks on graphics processors: one of each is the first.
pub(crate) fn is_thread_index(name: &str) -> bool {
    name.starts_with("llvm.nvvm.read.ptx.sreg.tid.")
        || name.starts_with("llvm.nvvm.read.ptx.sreg.ctaid.")
        || name.starts_with("llvm.amdgcn.workitem.id.")
}

fn arithmetic(op: BinOp, x: i64, y: i64) -> Option<i64> {
    let shift = || u32::try_from(y).ok().filter(|&bits| bits < 63);
    match op {
        BinOp::Add => x.checked_add(y),
        BinOp::Sub => x.checked_sub(y),
        BinOp::Mul => x.checked_mul(y),
        BinOp::SDiv => x.checked_div(y),
        BinOp::Shl => x.checked_mul(1i64.checked_shl(shift()?)?),
        BinOp::AShr | BinOp::LShr if op == BinOp::AShr || x >= 0 => Some(x >> shift()?),
        _ => None,
    }
}

/// The iterations `k` up to `last` in which `start + k * step` is within `limit`; at least the first.
fn window(start: i128, step: i128, last: i128, limit: i128) -> (i128, i128) {
    let (start, step) = if step < 0 { (-start, -step) } else { (start, step) };
    if step == 0 {
        return (0, 0);
    }
    let end = if start >= limit { 0 } else { (limit - start) / step };
    let first = if start < -limit {
        (-limit - start + step - 1) / step
    } else {
        0
    };
    (first.min(last), end.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_counted_loops() {
        assert_eq!(window(0, 1, 9, 100), (0, 9));
        assert_eq!(window(0, 1, 1_000_000, 100), (0, 100));
        assert_eq!(window(0, -3, 1_000, 100), (0, 33));
        assert_eq!(window(-1000, 10, 1_000, 100), (90, 110));
        assert_eq!(window(5000, 1, 10, 100), (0, 0));
    }

    #[test]
    fn arithmetic_without_overflow() {
        assert_eq!(arithmetic(BinOp::Shl, 3, 2), Some(12));
        assert_eq!(arithmetic(BinOp::Shl, 1, 63), None);
        assert_eq!(arithmetic(BinOp::SDiv, 1, 0), None);
        assert_eq!(arithmetic(BinOp::LShr, -8, 1), None);
        assert_eq!(arithmetic(BinOp::AShr, -8, 1), Some(-4));
        assert_eq!(arithmetic(BinOp::Mul, i64::MAX, 2), None);
    }
}
