//! Plans as text that a person reads: what is stored, where, why, and how much that is.
//!
//! One section for the frame, one for each nest of arrays, one for the records of each loop, the loops with their numbers of iterations, the
//! calls that have tapes of their own, and the total as a formula in these numbers. How values, instructions and source lines are
//! written is up to a [`Spelling`], so that a host shows its own.

use std::collections::BTreeMap;
use std::fmt::{Formatter, Result, Write as _};

use ir::graph::{Affine, Count, Guard, Loop, Stride};
use ir::{Block, Context, EntitySet, FuncId, Function, Inst, Value};

use crate::node::Node;
use crate::plan::{Mode, Plan};
use crate::shape::Shape;
use crate::storage::{Slot, SlotId, Storage};

/// How parts of a body are written.
pub trait Spelling {
    /// A value where it is used.
    fn value(&self, value: Value) -> String;

    /// The instruction that defines a value.
    fn definition(&self, value: Value) -> String;

    /// An instruction.
    fn inst(&self, inst: Inst) -> String;

    /// The name of a block, if it has one.
    fn block(&self, block: Block) -> Option<String>;

    /// The source line of an instruction, if it is known.
    fn line(&self, inst: Inst) -> Option<String>;
}

/// The names and numbers of the body itself.
#[derive(Clone, Copy, Debug)]
pub struct OwnNames<'a>(pub &'a Function);

impl Spelling for OwnNames<'_> {
    fn value(&self, value: Value) -> String {
        self.0.value_name(value)
    }

    fn definition(&self, value: Value) -> String {
        self.0.value_name(value)
    }

    fn inst(&self, inst: Inst) -> String {
        inst.to_string()
    }

    fn block(&self, block: Block) -> Option<String> {
        Some(format!("%{}", self.0.block_name(block)))
    }

    fn line(&self, _: Inst) -> Option<String> {
        None
    }
}

/// A plan with what its text needs.
#[derive(Clone, Copy)]
pub struct Printed<'a> {
    /// Types and names.
    pub ctx: &'a Context,
    /// The body.
    pub function: &'a Function,
    /// Its graphs.
    pub shape: &'a Shape,
    /// Where the sweeps are.
    pub mode: Mode,
    /// Its plan.
    pub plan: &'a Plan,
    /// The calls whose callees have tapes of their own, with the callees.
    pub calls: &'a [(Inst, Vec<FuncId>)],
    /// How parts of the body are written.
    pub spelling: &'a dyn Spelling,
}

impl std::fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let name = &self.ctx.funcs[self.function.id].name;
        let (recomputed, stored) = self.plan.totals();
        writeln!(f, "tape of @{name}: {stored} stored, {recomputed} computed again")?;
        self.frame(f)?;
        for (id, nest) in self.plan.nests() {
            let per = self.bytes_per_iteration(&nest.slots);
            writeln!(f, "  {id}, one block of arrays for {}: {per}", nest.root)?;
            self.slots(f, &nest.slots)?;
        }
        for (of, record) in self.plan.records() {
            let bytes = record.bytes;
            writeln!(
                f,
                "  records, pushed as {of} goes on: {bytes} bytes in each iteration of {of}"
            )?;
            self.slots(f, &record.slots)?;
        }
        self.loops(f)?;
        self.calls(f)?;
        self.total(f)
    }
}

impl Printed<'_> {
    fn frame(&self, f: &mut Formatter<'_>) -> Result {
        let frame = self.plan.frame();
        if frame.slots.is_empty() {
            return Ok(());
        }
        let place = match self.mode {
            Mode::Combined => "registers or stack of the gradient function",
            Mode::Split => "frame on the tape",
        };
        writeln!(f, "  {place}: {} bytes in each execution", frame.bytes)?;
        self.slots(f, &frame.slots)
    }

    fn slots(&self, f: &mut Formatter<'_>, slots: &[SlotId]) -> Result {
        for &id in slots {
            let slot = self.plan.slot(id);
            writeln!(f, "    {id}: {}", self.what(slot.node))?;
            writeln!(f, "      {} bytes {}", slot.bytes, place(slot))?;
            writeln!(f, "      because {}", slot.reason)?;
            if let Some(line) = self.defining(slot.node).and_then(|inst| self.spelling.line(inst)) {
                writeln!(f, "      {line}")?;
            }
        }
        Ok(())
    }

    /// A node, with the instruction that defines it.
    fn what(&self, node: Node) -> String {
        let spelling = self.spelling;
        match node {
            Node::Primal(value) => spelling.definition(value),
            Node::Shadow(value) => format!("shadow of {}", spelling.definition(value)),
            Node::Choice(block) => match (spelling.block(block), self.function.insts(block).first()) {
                (Some(name), _) => format!("from which block {name} was entered"),
                (None, Some(&first)) => {
                    format!("from which block that of `{}` was entered", spelling.inst(first))
                }
                (None, None) => "from which block another one was entered".to_owned(),
            },
            Node::Count(current) => format!("iterations of {current}"),
            Node::Extent(current) => format!("extent of {current}"),
            Node::Pointee { call, argument, .. } => {
                format!("the number behind argument {argument} of {}", spelling.inst(call))
            }
            Node::Base(nest) => format!("address of the arrays of {nest}"),
            Node::Word(word) => {
                let nodes = &self.plan.word(word).nodes;
                let texts: Vec<String> = nodes.iter().map(|&(node, _)| self.what(node)).collect();
                format!("bits: {}", texts.join(" | "))
            }
        }
    }

    /// The instruction whose source line tells most about a node.
    fn defining(&self, node: Node) -> Option<Inst> {
        match node {
            Node::Primal(value) | Node::Shadow(value) => self.function.def_inst(value),
            Node::Pointee { call, .. } => Some(call),
            Node::Choice(block) => {
                let dominator = self.shape.dominators.idom(block)?;
                self.function.terminator(dominator)
            }
            Node::Word(word) => {
                let &(node, _) = self.plan.word(word).nodes.first()?;
                self.defining(node)
            }
            Node::Count(_) | Node::Extent(_) | Node::Base(_) => None,
        }
    }

    fn bytes_per_iteration(&self, slots: &[SlotId]) -> String {
        let mut sums: BTreeMap<(Option<Loop>, &[Loop]), u64> = BTreeMap::new();
        for slot in slots.iter().map(|&slot| self.plan.slot(slot)) {
            *sums.entry((slot.scope, &slot.same_in)).or_default() += slot.bytes;
        }
        let text = |((scope, same_in), bytes): ((Option<Loop>, &[Loop]), u64)| match scope {
            Some(scope) => format!(
                "{bytes} bytes in each iteration of {scope}{}",
                for_all_of(same_in)
            ),
            None => format!("{bytes} bytes in each execution"),
        };
        let texts: Vec<String> = sums.into_iter().map(text).collect();
        texts.join(", ")
    }

    /// The loops around slots: their numbers of iterations are what totals are made of.
    fn loops(&self, f: &mut Formatter<'_>) -> Result {
        let mut mentioned: EntitySet<Loop> = EntitySet::new();
        for (_, slot) in self.plan.slots() {
            mentioned.extend(self.shape.around(slot.scope, None));
        }
        for current in mentioned.iter() {
            let data = self.shape.loops.get(current);
            let inside = data
                .parent
                .map_or(String::new(), |parent| format!(" in {parent}"));
            let header = self.spelling.block(data.header);
            let header = header.map_or(String::new(), |name| format!(" at {name}"));
            let iterations = self.iterations(current);
            writeln!(f, "  {current}{inside}{header}: {iterations}")?;
            let exit = self.shape.counts[current]
                .as_ref()
                .map_or(data.header, |count| count.exit.0);
            let last = self.function.terminator(exit);
            if let Some(line) = last.and_then(|last| self.spelling.line(last)) {
                writeln!(f, "      {line}")?;
            }
        }
        Ok(())
    }

    fn calls(&self, f: &mut Formatter<'_>) -> Result {
        for (call, callees) in self.calls {
            let names: Vec<String> = callees
                .iter()
                .map(|&callee| format!("@{}", self.ctx.funcs[callee].name))
                .collect();
            let scope = self.shape.scope(self.function.inst(*call).block);
            let times = scope.map_or(String::new(), |scope| format!(" in each iteration of {scope}"));
            let names = names.join(" or ");
            writeln!(f, "  call{times} with a tape of its own, that of {names}")?;
            writeln!(f, "      {}", self.spelling.inst(*call))?;
            if let Some(line) = self.spelling.line(*call) {
                writeln!(f, "      {line}")?;
            }
        }
        Ok(())
    }

    /// What is stored in all, but for the tapes of calls.
    fn total(&self, f: &mut Formatter<'_>) -> Result {
        let mut sums: BTreeMap<Vec<Loop>, u64> = BTreeMap::new();
        for (_, slot) in self.plan.slots().filter(|(_, slot)| on_tape(slot, self.mode)) {
            let is_axis = |of: &Loop| !slot.same_in.contains(of);
            let mut loops: Vec<Loop> = self.shape.around(slot.scope, None).filter(is_axis).collect();
            loops.reverse();
            *sums.entry(loops).or_default() += slot.bytes;
        }
        let term = |(loops, bytes): (&Vec<Loop>, &u64)| {
            loops.iter().fold(bytes.to_string(), |mut text, current| {
                // Writing to a string cannot fail.
                let _ = write!(text, " * {current}");
                text
            })
        };
        let formula: Vec<String> = sums.iter().map(term).collect();
        let calls = if self.calls.is_empty() {
            ""
        } else {
            ", and the tapes of calls"
        };
        let estimate = tape_bytes(self.plan, self.mode);
        match formula.as_slice() {
            [] => writeln!(f, "  total: 0 bytes{calls}"),
            terms => {
                let formula = terms.join(" + ");
                let loops = || sums.keys().flatten();
                let is_number = |current: &Loop| {
                    let count = self.shape.counts[*current].as_ref();
                    matches!(count.map(|count| &count.backedges), Some(Count::Number(_)))
                };
                let note = match (loops().next(), loops().all(is_number)) {
                    (None, _) => String::new(),
                    (_, true) => format!(" = {estimate}"),
                    (_, false) => format!(
                        " (estimate: {estimate}, with 10 iterations where the number is not constant)"
                    ),
                };
                writeln!(f, "  total: {formula}{note} bytes{calls}")
            }
        }
    }

    /// The iterations of a loop, as a formula in values that are known when it is entered.
    fn iterations(&self, current: Loop) -> String {
        let Some(count) = self.shape.exact_count(current) else {
            return "number of iterations not known when it is entered".to_owned();
        };
        match &count.backedges {
            Count::Number(number) => format!("{} iterations", number + 1),
            Count::Steps {
                low,
                high,
                stride,
                guard,
            } => format!("{} iterations", self.steps((low, high), stride, *guard)),
        }
    }

    /// One more than [`Count::Steps`]: the header runs once more than there are back edges.
    fn steps(&self, (low, high): (&Affine, &Affine), stride: &Stride, guard: Guard) -> String {
        let distance = high.minus(low);
        let and = |number: i128| self.affine(&distance.plus(&Affine::number(distance.bits, number)));
        let (by, less) = match stride {
            Stride::Number(number) => (number.to_string(), (number - 1).to_string()),
            Stride::Value(stride) => {
                let by = self.affine(stride);
                let by = if by.contains(' ') { format!("({by})") } else { by };
                let less = format!("{by} - 1");
                (by, less)
            }
        };
        match (guard, stride) {
            (Guard::Always, Stride::Number(1)) => and(1),
            (Guard::Always, _) => format!("({}) / {by} + 1", and(0)),
            (Guard::Wrapping, _) => format!(
                "({}) / {by} + 1, where the quotient is modulo 2^{}",
                and(0),
                distance.bits
            ),
            (Guard::SignedLess | Guard::UnsignedLess, Stride::Number(1)) => format!("max({}, 0) + 1", and(0)),
            (Guard::SignedLess | Guard::UnsignedLess, _) => {
                format!("(max({}, 0) + {less}) / {by} + 1", and(0))
            }
            (Guard::SignedAtMost | Guard::UnsignedAtMost, Stride::Number(1)) => {
                format!("max({}, 0) + 1", and(1))
            }
            (Guard::SignedAtMost | Guard::UnsignedAtMost, _) => {
                format!("max({} + {by}, 0) / {by} + 1", and(0))
            }
        }
    }

    fn affine(&self, expression: &Affine) -> String {
        let mut text = String::new();
        for &(value, factor) in &expression.terms {
            let name = self.spelling.value(value);
            let sign = match (text.is_empty(), factor < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += sign;
            match factor.unsigned_abs() {
                1 => text += &name,
                factor => text += &format!("{factor}*{name}"),
            }
        }
        match (text.is_empty(), expression.constant) {
            (true, constant) => constant.to_string(),
            (false, 0) => text,
            (false, constant) if constant < 0 => format!("{text} - {}", constant.unsigned_abs()),
            (false, constant) => format!("{text} + {constant}"),
        }
    }
}

/// Whether a slot is memory of the tape: in a combined gradient the frame is not.
pub(crate) fn on_tape(slot: &Slot, mode: Mode) -> bool {
    !(matches!(slot.storage, Storage::Frame { .. }) && mode == Mode::Combined)
}

/// The bytes of a slot in one execution of the function, as an estimate.
pub(crate) fn slot_bytes(slot: &Slot) -> f64 {
    slot.bytes as f64 * slot.elements
}

/// The bytes that one execution of the function stores on the tape, as an estimate.
fn tape_bytes(plan: &Plan, mode: Mode) -> f64 {
    let slots = plan.slots().filter(|(_, slot)| on_tape(slot, mode));
    slots.map(|(_, slot)| slot_bytes(slot)).sum()
}

/// That loops share what is stored.
fn for_all_of(same_in: &[Loop]) -> String {
    let names: Vec<String> = same_in.iter().map(Loop::to_string).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" for all of {}", names.join(" and ")),
    }
}

fn place(slot: &Slot) -> String {
    match (slot.storage, slot.scope) {
        (Storage::Frame { offset }, _) => format!("at {offset}"),
        (Storage::Array { .. }, Some(scope)) => {
            let same = for_all_of(&slot.same_in);
            format!("in an array, for each iteration of {scope}{same}")
        }
        (Storage::Array { .. }, None) => "in an array".to_owned(),
        (Storage::Record { offset, .. }, _) => format!("at {offset} of the record"),
    }
}

/// The plan without names.
impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (recomputed, stored) = self.totals();
        writeln!(f, "{stored} stored, {recomputed} recomputed")?;
        self.slots()
            .try_for_each(|(id, slot)| writeln!(f, "  {id}: {}", Line(slot)))
    }
}

struct Line<'a>(&'a Slot);

impl std::fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let slot = self.0;
        write!(f, "{}, {} bytes, ", slot.node, slot.bytes)?;
        match (slot.storage, slot.scope) {
            (Storage::Frame { offset }, _) => write!(f, "frame at {offset}")?,
            (Storage::Array { nest }, Some(scope)) => {
                write!(f, "array of {nest} for {scope}{}", for_all_of(&slot.same_in))?;
            }
            (Storage::Array { nest }, None) => write!(f, "array of {nest}")?,
            (Storage::Record { of, offset }, _) => write!(f, "record of {of} at {offset}")?,
        }
        write!(f, ": {}", slot.reason)
    }
}
