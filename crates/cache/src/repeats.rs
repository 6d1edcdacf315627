//! Loops whose iterations store the same again.
//!
//! The load of `a[j]` in `for i { for j { ... b[i][j] * a[j] ... } }` gives in each iteration of `i` what it gave in the first, if the loop over
//! `i` leaves the memory alone. An array with an element for each `j` holds all of it: what the next iteration of `i` stores is what is
//! there. Products of matrices and vectors, sums over pairs and the like store a row in place of a matrix.
//!
//! # Algorithm
//! A value is *the same in all of* a loop, in equal iterations of the loops inside, if it is computed outside; if it is a recurrence of a loop
//! inside whose start and step are; if it is calculated without memory from values that are; or if it is a plain load from an address that
//! is, and nothing in the loop may write there (`ir::memory::Aliases::mod_ref`, as of any two iterations). Other values are taken to differ:
//! those that are chosen by control flow, and results of calls.
//!
//! # Cost
//! For each stored value and loop around it the expression down to loads, at most [`DEEPEST`] deep, and for each load the writers of the loop; bounded
//! by [`MOST_QUESTIONS`] in one body, beyond which values are taken to differ.

use ir::graph::{Affine, Loop};
use ir::memory::Location;
use ir::{Function, Inst, Op, Ordering, Value};
use rustc_hash::FxHashMap;

use crate::node::Node;
use crate::overwrite::Overwrites;
use crate::plan::PlanInput;
use crate::shape::Shape;
use crate::storage::{Places, Slot, Storage};

/// How far expressions are followed.
const DEEPEST: u32 = 16;
/// Values and writers that are looked at in one body.
const MOST_QUESTIONS: usize = 500_000;

/// Finds for each array the loops whose iterations store the same again: [`Slot::same_in`].
pub(crate) fn find_repeats(input: &PlanInput<'_>, overwrites: &Overwrites<'_>, places: &mut Places) {
    let mut repeats = Repeats {
        ctx: input.ctx,
        function: input.function,
        shape: input.shape,
        overwrites,
        known: FxHashMap::default(),
        questions: 0,
    };
    for slot in places.slots.values_mut() {
        if let Storage::Array { nest } = slot.storage {
            repeats.narrow(slot, places.nests[nest].root);
        }
    }
}

struct Repeats<'a, 'b> {
    ctx: &'a ir::Context,
    function: &'a Function,
    shape: &'a Shape,
    overwrites: &'a Overwrites<'b>,
    /// Whether a value that is used in the second loop is the same in all of the first.
    known: FxHashMap<(Value, Loop, Loop), bool>,
    questions: usize,
}

impl Repeats<'_, '_> {
    /// For a slot in an array of the nest with this root. One axis stays: the array has an element at least.
    fn narrow(&mut self, slot: &mut Slot, root: Loop) {
        let (Node::Primal(value), Some(scope)) = (slot.node, slot.scope) else {
            return;
        };
        let shape = self.shape;
        let mut axes = shape.around(Some(scope), Some(root)).count();
        for of in shape.around(Some(scope), Some(root)) {
            if axes > 1 && self.is_same(value, of, scope, 0) {
                slot.same_in.push(of);
                slot.elements *= shape.frequency(shape.parent(of)) / shape.frequency(Some(of));
                axes -= 1;
            }
        }
    }

    /// Whether a value that is used in `scope` is the same in all of `of`, which is `scope` or around it.
    fn is_same(&mut self, value: Value, of: Loop, scope: Loop, depth: u32) -> bool {
        let Some(inst) = self.function.def_inst(value) else {
            return true;
        };
        if !self.is_inside(inst, of) {
            return true;
        }
        if let Some(&known) = self.known.get(&(value, of, scope)) {
            return known;
        }
        self.questions += 1;
        if depth > DEEPEST || self.questions > MOST_QUESTIONS {
            return false;
        }
        let found = self.is_same_result(value, inst, (of, scope), depth);
        self.known.insert((value, of, scope), found);
        found
    }

    fn is_same_result(&mut self, value: Value, inst: Inst, (of, scope): (Loop, Loop), depth: u32) -> bool {
        let function = self.function;
        let data = function.inst(inst);
        match data.op {
            Op::Phi => self.is_same_recurrence(value, (of, scope), depth),
            Op::Load(access) => {
                let plain = !access.volatile && access.ordering <= Ordering::Unordered;
                plain && self.is_same(data.operands[0], of, scope, depth + 1) && !self.is_written(inst, of)
            }
            _ => {
                is_calculation(&data.op)
                    && (data.operands.iter()).all(|&operand| self.is_same(operand, of, scope, depth + 1))
            }
        }
    }

    /// Whether a phi is a recurrence of a loop between `of` and `scope` that begins and goes on the same way in all of `of`.
    fn is_same_recurrence(&mut self, phi: Value, (of, scope): (Loop, Loop), depth: u32) -> bool {
        let shape = self.shape;
        let Some(found) = shape.inductions.get(phi) else {
            return false;
        };
        let around_scope = shape.loops.contains(found.of, shape.loops.get(scope).header);
        let values = |affine: &Affine| affine.terms.iter().map(|&(value, _)| value).collect::<Vec<_>>();
        found.of != of
            && around_scope
            && [&found.start, &found.step]
                .into_iter()
                .flat_map(values)
                .all(|value| self.is_same(value, of, scope, depth + 1))
    }

    fn is_inside(&self, inst: Inst, of: Loop) -> bool {
        self.shape.loops.contains(of, self.function.inst(inst).block)
    }

    /// Whether something in the loop may write what `load` reads.
    fn is_written(&mut self, load: Inst, of: Loop) -> bool {
        let Some(location) = Location::of(self.ctx, self.function, load) else {
            return true;
        };
        let written = self
            .overwrites
            .is_written_within(of, &location, &mut self.questions);
        written || self.questions > MOST_QUESTIONS
    }
}

/// Whether an instruction's result depends on nothing but its operands.
pub(crate) fn is_calculation(op: &Op) -> bool {
    matches!(
        op,
        Op::Binary(_)
            | Op::FNeg
            | Op::Cast(_)
            | Op::ICmp(_)
            | Op::FCmp(_)
            | Op::Select
            | Op::Gep { .. }
            | Op::ExtractElement
            | Op::InsertElement
            | Op::Shuffle(_)
            | Op::ExtractValue(_)
            | Op::InsertValue(_)
    )
}
