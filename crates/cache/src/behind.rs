//! Loads of places that a loop which fills an object has left behind.
//!
//! ```text
//! t = calloc(n * n, 8); for i { for j <= i { for k < j { ... t[j * n + k] ... } t[i * n + j] = ...; } }
//! ```
//! Where stores go through an object in rows that do not overlap ([`crate::once`]), the steps of all loops being positive, places are written in
//! the order of their addresses. A load of a lower address than the one that is written next is never overwritten, whatever
//! the object began with.
//!
//! # Algorithm
//! The place of the load is expressed in the steps of the row: `first + c1 * step1 + c2 * step2`, where the `c` are sums of iterations of the loops
//! around the load. The next place that is written has the iterations `k` of the row's loops in their place (zero for a loop that is not
//! around the load: what comes after is not before). If no `c` exceeds its `k`, and one is less, the load is behind. How large
//! `c - k` may get follows from trip counts, from the innermost loop outwards: a counter that is added is replaced by its most, which
//! may depend on counters further out; one that is taken away by zero.
//!
//! # Cost
//! The loops around a load times the loops of a row.

use ir::graph::{Affine, Count, Guard, Loop, Stride, expanded};
use ir::{Block, Inst, Value};
use smallvec::SmallVec;

use crate::once::{Row, Rows};
use crate::overwrite::Overwrites;
use crate::temporary::affine;

/// A sum of counters of loops, times numbers, and of what no loop changes.
#[derive(Clone, Debug)]
struct Counters {
    rest: Affine,
    of: SmallVec<[(Loop, i128); 4]>,
}

impl Counters {
    fn number(number: i128) -> Self {
        Self {
            rest: Affine::number(64, number),
            of: SmallVec::new(),
        }
    }

    fn add(&mut self, current: Loop, factor: i128) -> Option<()> {
        match self.of.iter_mut().find(|(known, _)| *known == current) {
            Some((_, sum)) => *sum = sum.checked_add(factor)?,
            None => self.of.push((current, factor)),
        }
        Some(())
    }

    /// Takes out the factor of a loop.
    fn take(&mut self, current: Loop) -> i128 {
        let at = self.of.iter().position(|(known, _)| *known == current);
        at.map_or(0, |at| self.of.swap_remove(at).1)
    }
}

impl Overwrites<'_> {
    /// Whether what is written to the object of a load after the load is behind its place.
    pub(crate) fn is_behind(&self, load: Inst, address: Value) -> bool {
        let Some((object, offset)) = self.place(address) else {
            return false;
        };
        let Some(rows) = self.rows_of(object).filter(|_| self.is_exact(object, address)) else {
            return false;
        };
        let function = self.input.function;
        let data = function.inst(load);
        let bytes = self.input.ctx.store_size_of(data.ty).map(i128::from);
        let place = affine(&offset);
        rows.rows.iter().all(|row| {
            let narrow = bytes.is_some_and(|bytes| bytes <= i128::from(row.width));
            self.comes_first(row, data.block)
                || narrow && self.is_behind_row(&rows, row, &place, data.block) == Some(true)
        })
    }

    /// Whether a store is executed once, and before a block is.
    fn comes_first(&self, row: &Row, block: Block) -> bool {
        row.steps.is_empty() && row.block != block && self.input.shape.dominators.dominates(row.block, block)
    }

    fn is_behind_row(&self, rows: &Rows, row: &Row, place: &Affine, block: Block) -> Option<bool> {
        let shape = self.input.shape;
        if row.goes_down() || row.steps.is_empty() {
            return None;
        }
        let mut most = i128::MAX;
        for (at, mut ahead) in self.places(rows, row, place, block)?.into_iter().enumerate() {
            let of = row.steps[at].0;
            if shape.loops.contains(of, block) {
                ahead.add(of, -1)?;
            }
            let ahead = self.most_of(ahead, rows.scope, block)?;
            if ahead > 0 {
                return Some(false);
            }
            most = most.min(ahead);
        }
        Some(most < 0)
    }

    /// A place in the steps of a row: how many of each, the innermost first.
    fn places(&self, rows: &Rows, row: &Row, place: &Affine, block: Block) -> Option<Vec<Counters>> {
        let (ctx, function, shape) = (self.input.ctx, self.input.function, self.input.shape);
        let mut found = vec![Counters::number(0); row.steps.len()];
        let mut whole = place.clone();
        let around = shape.around(shape.scope(block), None);
        for current in around.take_while(|&current| Some(current) != rows.scope) {
            let (start, step) = self.split(&whole, current)?;
            let step = expanded(ctx, function, step);
            whole = start;
            if step.as_number() == Some(0) {
                continue;
            }
            // Of rows of a fixed length a step is also a number of steps in a row.
            let steps = row.steps.iter().enumerate().rev();
            let (at, times) = steps
                .filter_map(|(at, (_, of))| Some((at, quotient(&step, of)?)))
                .next()?;
            found[at].add(current, times)?;
        }
        let mut rest = expanded(ctx, function, whole).minus(&row.base);
        for (at, (_, step)) in row.steps.iter().enumerate().rev() {
            let times = multiples(&rest, step);
            found[at].rest = Affine::number(64, times);
            rest = rest.minus(&step.times(times));
        }
        (rest.as_number() == Some(0)).then_some(found)
    }

    /// The most that a sum of counters of the loops around a block is.
    fn most_of(&self, mut sum: Counters, scope: Option<Loop>, block: Block) -> Option<i128> {
        let shape = self.input.shape;
        let around = shape.around(shape.scope(block), None);
        for current in around.take_while(|&current| Some(current) != scope) {
            let factor = sum.take(current);
            if factor <= 0 {
                continue;
            }
            let most = self.most_iterations(current, scope)?;
            sum.rest = sum.rest.plus(&most.rest.times(factor));
            for (outer, step) in most.of {
                sum.add(outer, step.checked_mul(factor)?)?;
            }
        }
        let rest = expanded(self.input.ctx, self.input.function, sum.rest);
        if sum.of.iter().any(|(_, factor)| *factor > 0) {
            return None;
        }
        rest.as_number()
    }

    /// The number of the last iteration of a loop, from zero, in the counters of the loops around it.
    fn most_iterations(&self, current: Loop, scope: Option<Loop>) -> Option<Counters> {
        let (ctx, function, shape) = (self.input.ctx, self.input.function, self.input.shape);
        let mut last = match &shape.counts[current].as_ref()?.backedges {
            Count::Number(number) => return Some(Counters::number(i128::try_from(*number).ok()?)),
            Count::Steps {
                low,
                high,
                stride: Stride::Number(1),
                guard: Guard::Always,
            } if low.bits == 64 => expanded(ctx, function, high.minus(low)),
            Count::Steps { .. } => return None,
        };
        let mut found = Counters::number(0);
        let around = shape.around(shape.parent(current), None);
        for outer in around.take_while(|&outer| Some(outer) != scope) {
            let (start, step) = self.split(&last, outer)?;
            found.add(outer, step.as_number()?)?;
            last = expanded(ctx, function, start);
        }
        found.rest = last;
        Some(found)
    }
}

/// How many times a step can be taken out of an expression: by its first value, or of numbers towards zero.
fn multiples(whole: &Affine, step: &Affine) -> i128 {
    match step.terms.first() {
        None if step.constant != 0 && whole.terms.is_empty() => whole.constant / step.constant,
        None => 0,
        Some(&(value, factor)) => {
            let mut terms = whole.terms.iter();
            let found = terms.find(|term| term.0 == value).map_or(0, |term| term.1);
            found / factor
        }
    }
}

/// How many times an expression is another one.
fn quotient(whole: &Affine, of: &Affine) -> Option<i128> {
    match (whole.as_number(), of.as_number()) {
        (Some(0), _) => Some(0),
        (Some(whole), Some(of)) => (of != 0 && whole % of == 0).then(|| whole / of),
        (None, None) => (whole == of).then_some(1),
        _ => None,
    }
}
