//! Objects of which no place is written twice.
//!
//! ```text
//! t = malloc(n * n * 8); for i { for j <= i { ... t[k * n + j] ...  t[i * n + j] = ...; } }
//! ```
//! Tables, trajectories and factorizations are filled place by place from what is in them already. A store in such a loop may write what any load of
//! the loop reads, as far as alias facts go. But if no place is ever written twice, then what a load has found stays, and what was not written
//! before the load was undefined.
//!
//! # What must hold
//! The object belongs to the function and begins undefined (`alloca`, `malloc`), and all that writes to it are stores to places that are affine in the
//! iterations of the loops around them, computed without a wrap. From the innermost loop outwards, a step of each must be
//! at least as long as all that the loops inside may write: rows do not overlap. How long that is follows from trip counts, where those depend on
//! iterations of loops further out with the most that these have. Stores of one iteration (unrolled loops) are one wide store;
//! other stores must end before the first begins, or begin after its end.
//!
//! Comparisons are of affine expressions, whose difference must be a number. They hold modulo two to the width, and so for the numbers
//! themselves: addresses in an object are exact, as address arithmetic that wraps is poison.
//!
//! # Cost
//! Linear in the stores and the loops around them, quadratic in different rows of one object, of which there are at most [`MOST_ROWS`].
//!
//! # What it does not know
//! Loops that LLVM has split into one for most iterations and one for the rest. Of objects of zeros a load may read what is written later:
//! [`crate::behind`].

use std::rc::Rc;

use ir::graph::{Affine, Count, Guard, Loop, Stride, expanded, is_invariant};
use ir::memory::address::decompose;
use ir::{Block, Flags, Inst, Op, Value};
use smallvec::SmallVec;

use crate::overwrite::Overwrites;
use crate::temporary::affine;

/// The most rows that are compared with each other.
const MOST_ROWS: usize = 16;

/// The places that a store writes.
#[derive(Debug)]
pub(crate) struct Row {
    /// The first one, as an offset from the object.
    pub(crate) base: Affine,
    /// The bytes that an iteration writes, with gaps.
    pub(crate) width: i64,
    /// The loops around, the innermost first, each with what an iteration adds.
    pub(crate) steps: SmallVec<[(Loop, Affine); 3]>,
    /// Where one of the stores is.
    pub(crate) block: Block,
}

/// An object whose places are all written at most once after it was made.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    /// The loop that it is made in.
    pub(crate) scope: Option<Loop>,
    /// It begins with zeros, not undefined.
    zeroed: bool,
}

impl Overwrites<'_> {
    /// Whether an address leads to an object of which no place is written twice.
    pub(crate) fn is_written_once(&self, address: Value) -> bool {
        let object = decompose(self.input.ctx, self.input.function, address).base;
        self.rows_of(object).is_some_and(|rows| !rows.zeroed)
    }

    /// What is written to an object, if no place is after it was made.
    pub(crate) fn rows_of(&self, object: Value) -> Option<Rc<Rows>> {
        if let Some(known) = self.rows.borrow().get(&object) {
            return known.clone();
        }
        let found = self.rows(object).filter(|rows| self.are_apart(&rows.rows));
        let found = found.map(Rc::new);
        self.rows.borrow_mut().insert(object, found.clone());
        found
    }

    fn rows(&self, object: Value) -> Option<Rows> {
        let (function, shape) = (self.input.function, self.input.shape);
        let maker = self.maker(object)?;
        if !shape.loops.irreducible().is_empty() {
            return None;
        }
        let stores = self.stores_of(object)?;
        let scope = shape.scope(function.inst(maker).block);
        let mut rows: Vec<Row> = Vec::new();
        for &store in stores.iter() {
            let row = self.row(object, store, scope)?;
            let wide = rows.iter().enumerate();
            let wide = wide
                .filter_map(|(at, known)| Some((at, known.with(&row)?)))
                .next();
            match wide {
                Some((at, wide)) => rows[at] = wide,
                None if rows.len() < MOST_ROWS => rows.push(row),
                None => return None,
            }
        }
        let zeroed = self.allocation(maker).is_some_and(|made| made.zeroed);
        Some(Rows { rows, scope, zeroed })
    }

    fn row(&self, object: Value, store: Inst, scope: Option<Loop>) -> Option<Row> {
        let (ctx, function, shape) = (self.input.ctx, self.input.function, self.input.shape);
        let data = function.inst(store);
        let width = i64::try_from(ctx.store_size_of(function.ty(data.operands[0]))?).ok()?;
        let (_, offset) = self.place(data.operands[1])?;
        if !self.is_exact(object, data.operands[1]) {
            return None;
        }
        let mut base = affine(&offset);
        let mut steps = SmallVec::new();
        let around = shape.around(shape.scope(data.block), None);
        for current in around.take_while(|&current| Some(current) != scope) {
            let (start, step) = self.split(&base, current)?;
            steps.push((current, expanded(ctx, function, step)));
            base = start;
        }
        let base = expanded(ctx, function, base);
        let block = data.block;
        Some(Row {
            base,
            width,
            steps,
            block,
        })
    }

    /// An expression in an iteration of a loop: what it is in the first, and what each adds.
    pub(crate) fn split(&self, whole: &Affine, current: Loop) -> Option<(Affine, Affine)> {
        let mut start = Affine::number(whole.bits, whole.constant);
        let mut step = Affine::number(whole.bits, 0);
        for &(value, factor) in &whole.terms {
            if is_invariant(self.input.function, &self.input.shape.loops, current, value) {
                start = start.plus(&Affine::value(whole.bits, value).times(factor));
                continue;
            }
            let found = self.input.shape.inductions.get(value)?;
            if found.of != current || !(found.nsw || found.nuw) || found.start.bits != whole.bits {
                return None;
            }
            start = start.plus(&found.start.times(factor));
            step = step.plus(&found.step.times(factor));
        }
        Some((start, step))
    }

    /// Whether an address is computed from an object without a wrap, or is poison.
    pub(crate) fn is_exact(&self, object: Value, address: Value) -> bool {
        let function = self.input.function;
        let mut at = address;
        while at != object {
            let Some(inst) = function.def_inst(at) else {
                return false;
            };
            let data = function.inst(inst);
            let exact = [Flags::INBOUNDS, Flags::NUSW]
                .iter()
                .any(|&flag| data.flags.contains(flag));
            if !matches!(data.op, Op::Gep { .. }) || !exact {
                return false;
            }
            at = data.operands[0];
        }
        true
    }

    /// Whether rows do not overlap themselves or each other.
    fn are_apart(&self, rows: &[Row]) -> bool {
        let lengths: Option<Vec<Option<Affine>>> = rows.iter().map(|row| self.length(row)).collect();
        let Some(lengths) = lengths else { return false };
        let precedes = |a: usize, b: usize| {
            let gap = lengths[a]
                .as_ref()
                .map(|length| rows[b].base.minus(&rows[a].base.plus(length)));
            gap.and_then(|gap| gap.as_number()).is_some_and(|gap| gap >= 0)
        };
        // Of a row that goes down it is not the first place that is the base.
        let all_up = rows.iter().all(|row| !row.goes_down());
        rows.len() == 1 || all_up && (0..rows.len()).all(|a| (0..a).all(|b| precedes(a, b) || precedes(b, a)))
    }

    /// The bytes from the first place of a row to the end of the last, if that is known; `None` if places may overlap.
    fn length(&self, row: &Row) -> Option<Option<Affine>> {
        let mut length = Some(Affine::number(64, i128::from(row.width)));
        for (current, step) in &row.steps {
            let step = match step.as_number() {
                Some(step) => Affine::number(64, step.abs()),
                None => step.clone(),
            };
            let inside = length?;
            let gap = step.minus(&inside).as_number()?;
            if gap < 0 {
                return None;
            }
            length = self.reach(*current, &step).map(|reach| inside.plus(&reach));
        }
        Some(length)
    }

    /// How far a step goes at most in all iterations of a loop, whatever those of loops around are.
    fn reach(&self, current: Loop, step: &Affine) -> Option<Affine> {
        let (ctx, function) = (self.input.ctx, self.input.function);
        let count = self.input.shape.counts[current].as_ref()?;
        match (&count.backedges, step.as_number()) {
            (Count::Number(number), _) => Some(step.times(i128::try_from(*number).ok()?)),
            (
                Count::Steps {
                    low,
                    high,
                    stride: Stride::Number(stride),
                    guard: Guard::Always,
                },
                Some(step),
            ) if low.bits == 64 && step % i128::from(*stride) == 0 => {
                let distance = expanded(ctx, function, high.minus(low));
                let most = self.most(distance, self.input.shape.parent(current))?;
                Some(most.times(step / i128::from(*stride)))
            }
            _ => None,
        }
    }

    /// The most that an expression is in any iteration of a loop and of those around it.
    fn most(&self, mut whole: Affine, scope: Option<Loop>) -> Option<Affine> {
        let (ctx, function) = (self.input.ctx, self.input.function);
        for current in self.input.shape.around(scope, None) {
            let (start, step) = self.split(&whole, current)?;
            whole = match step.as_number()? {
                step if step > 0 => {
                    let reach = self.reach(current, &Affine::number(whole.bits, step))?;
                    expanded(ctx, function, start.plus(&reach))
                }
                _ => start,
            };
        }
        Some(whole)
    }
}

impl Row {
    /// Both as one, if they are of one iteration and do not overlap in it.
    fn with(&self, other: &Self) -> Option<Self> {
        let between = other.base.minus(&self.base).as_number()?;
        let between = i64::try_from(between).ok()?;
        let (first, second, between) = match between >= 0 {
            true => (self, other, between),
            false => (other, self, between.checked_neg()?),
        };
        (self.steps == other.steps && between >= first.width).then(|| Self {
            base: first.base.clone(),
            width: between.saturating_add(second.width),
            steps: self.steps.clone(),
            block: self.block,
        })
    }

    pub(crate) fn goes_down(&self) -> bool {
        let numbers = self.steps.iter().map(|(_, step)| step.as_number());
        numbers.flatten().any(|step| step < 0)
    }
}
