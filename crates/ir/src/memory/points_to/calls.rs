//! What calls do to the classes of what they pass.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::build::{Builder, CallPair, Slot};
use super::classes::{Cell, Classes};
use super::{Class, Held, Place, PointsTo};
use crate::context::FuncId;
use crate::function::{Function, Value};
use crate::graph::Callee;
use crate::inst::Inst;
use crate::memory::effects::{CallEffects, Returned, call_effects};

impl Builder<'_> {
    pub(super) fn call(&mut self, function: &Function, inst: Inst) {
        let callee = Callee::of(self.ctx, function, inst).and_then(Callee::func);
        match callee {
            Some(callee) if self.functions.contains_key(&callee) => {
                self.recursive_call(function, inst, callee);
            }
            Some(callee) => match self.pointers.function(callee) {
                Some(summary) => self.known_call(function, inst, callee, summary),
                None => self.foreign_call(function, inst),
            },
            None => self.foreign_call(function, inst),
        }
    }

    /// A call within the component: both sides use the same nodes.
    fn recursive_call(&mut self, function: &Function, inst: Inst, callee: FuncId) {
        let data = function.inst(inst);
        let params = self.functions[&callee].params.clone();
        let mut pairs = Vec::new();
        for (index, &arg) in data.args().iter().enumerate() {
            let Some(slot) = self.slot(function, arg) else {
                continue;
            };
            match params.get(index) {
                Some(&param) => {
                    let own = self.member_value(callee, param, slot.bundle);
                    self.meet(slot, own);
                    pairs.push(CallPair::Own(slot));
                }
                None => self.escape(function, arg),
            }
        }
        let result = data.result.and_then(|result| self.slot(function, result));
        if let Some(result) = result
            && let Some(returned) = self.returned(callee, result.bundle)
        {
            self.meet(result, returned);
            pairs.push(CallPair::Own(result));
        }
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.calls.insert(inst, pairs);
        }
    }

    /// Two values are the same, if the call has the types of the function.
    fn meet(&mut self, a: Slot, b: Slot) {
        if a.bundle == b.bundle {
            self.classes.join(a.cell, b.cell);
        } else {
            self.merge(a, b);
        }
    }

    /// A parameter of a member, which carries an address because some argument does.
    fn member_value(&mut self, func: FuncId, param: Value, bundle: bool) -> Slot {
        let fresh = Slot {
            cell: self.classes.add(),
            bundle,
        };
        match self.functions.get_mut(&func) {
            Some(nodes) => {
                nodes.carriers.insert(param);
                *nodes.values[param].get_or_insert(fresh)
            }
            None => fresh,
        }
    }

    /// A call of a function whose classes are known: a copy of those that it shares with callers.
    fn known_call(&mut self, function: &Function, inst: Inst, callee: FuncId, summary: PointsTo<'_>) {
        let data = function.inst(inst);
        let mut copy = Copy::default();
        let params = &self.pointers.functions[&callee].params;
        for (&arg, &param) in data.args().iter().zip(params) {
            if let (Some(slot), Some(held)) = (self.slot(function, arg), param) {
                self.enter(&mut copy, summary, held, slot);
            }
        }
        let declared = self.ctx.types.param_types(self.ctx.funcs[callee].ty).len();
        for &extra in data.args().iter().skip(declared) {
            self.escape(function, extra);
        }
        let result = data.result.and_then(|result| self.slot(function, result));
        if let (Some(slot), Some(held)) = (result, summary.function.returned) {
            self.enter(&mut copy, summary, held, slot);
        }
        for (&global, &place) in &summary.component.globals {
            let cell = self.global(global);
            copy.pair(&mut self.classes, summary, place, cell);
        }
        if let Some(place) = summary.component.external {
            let cell = self.external();
            copy.pair(&mut self.classes, summary, place, cell);
        }
        copy.links(&mut self.classes, summary);
        let pairs = copy.origins.into_iter();
        let pairs = pairs.map(|(class, cell)| CallPair::Foreign(class, cell));
        let pairs = pairs.collect();
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.calls.insert(inst, pairs);
        }
    }

    /// A value of the caller is one of the callee.
    fn enter(&mut self, copy: &mut Copy, summary: PointsTo<'_>, held: Held, slot: Slot) {
        if held.bundle == slot.bundle {
            return copy.pair(&mut self.classes, summary, held.place, slot.cell);
        }
        // The call has not the type of the function.
        let other = Slot {
            cell: self.classes.add(),
            bundle: held.bundle,
        };
        copy.pair(&mut self.classes, summary, held.place, other.cell);
        self.merge(slot, other);
    }

    /// A call of something without a known body.
    fn foreign_call(&mut self, function: &Function, inst: Inst) {
        let data = function.inst(inst);
        let effects = call_effects(self.ctx, function, inst, self.knowledge);
        let args: Vec<Option<Slot>> = data.args().iter().map(|&arg| self.slot(function, arg)).collect();
        for &(to, from) in &effects.copies {
            let arg = |index: u32| args.get(index as usize).copied().flatten();
            if let (Some(to), Some(from)) = (arg(to), arg(from)) {
                let bytes = self.copied_bytes(function, inst, &effects);
                self.classes.link(to.cell, from.cell, bytes);
            }
        }
        if !effects.only_copies {
            self.mix(&effects, &args);
        }
        if let Some(result) = data.result.and_then(|result| self.slot(function, result)) {
            self.foreign_result(&effects, &args, result);
        }
        let bundles = data.operands.iter().skip(1 + data.args().len());
        for &operand in bundles {
            self.escape(function, operand);
        }
    }

    /// How much a call copies, if it is a constant.
    fn copied_bytes(&self, function: &Function, inst: Inst, effects: &CallEffects) -> Option<u64> {
        let arg = *function.inst(inst).args().get(effects.copied? as usize)?;
        let bytes = self
            .ctx
            .consts
            .int_value(&self.ctx.types, function.as_const(arg)?)?;
        u64::try_from(bytes).ok()
    }

    /// What the addresses in a value lead to, accessed at unknown offsets.
    fn anywhere(&mut self, slot: Slot) -> Cell {
        let cell = if slot.bundle { self.inside(slot) } else { slot.cell };
        self.classes.stride(cell, 1);
        cell
    }

    /// A function of which only accesses are known may store what it has seen wherever it writes.
    fn mix(&mut self, effects: &CallEffects, args: &[Option<Slot>]) {
        let reaches_other = effects.other.writes || effects.other.reads;
        let meet = if reaches_other {
            self.external()
        } else {
            self.classes.add()
        };
        self.classes.stride(meet, 1);
        for (index, slot) in args.iter().enumerate() {
            let (Some(slot), effect) = (*slot, effects.arg(index)) else {
                continue;
            };
            if effect.captured {
                let cell = self.anywhere(slot);
                self.classes.join(cell, meet);
            } else if !effect.access.is_none() {
                let cell = self.anywhere(slot);
                let content = self.classes.content(cell);
                self.classes.join(content, meet);
            }
        }
    }

    fn foreign_result(&mut self, effects: &CallEffects, args: &[Option<Slot>], result: Slot) {
        match &effects.returned {
            Returned::Nothing | Returned::Fresh => {}
            Returned::Into(sources) => {
                for &source in sources {
                    if let Some(slot) = args.get(source as usize).copied().flatten() {
                        self.merge(result, slot);
                    }
                }
            }
            Returned::Anything => {
                let external = self.external();
                self.classes.join(result.cell, external);
                // An address that is not kept may still be returned, and so may one that is found where the function reads.
                for (index, slot) in args.iter().enumerate() {
                    let Some(slot) = *slot else { continue };
                    self.merge(result, slot);
                    if effects.arg(index).access.reads {
                        let cell = self.anywhere(slot);
                        let content = self.classes.content(cell);
                        self.merge(
                            result,
                            Slot {
                                cell: content,
                                bundle: false,
                            },
                        );
                    }
                }
            }
        }
    }
}

/// The copy of a callee's classes that one call makes.
#[derive(Default)]
struct Copy {
    /// Where the origin of each class is.
    origins: IndexMap<Class, Cell, FxBuildHasher>,
}

impl Copy {
    /// Makes a place of the callee and a cell the same, and their contents, and so on.
    fn pair(&mut self, classes: &mut Classes, summary: PointsTo<'_>, place: Place, cell: Cell) {
        let mut work = vec![(place, cell)];
        while let Some((place, cell)) = work.pop() {
            let origin = cell.shift(place.offset.wrapping_neg());
            if let Some(&known) = self.origins.get(&place.class) {
                classes.join(known, origin);
                continue;
            }
            self.origins.insert(place.class, origin);
            let shape = &summary.component.shapes[place.class];
            classes.stride(origin, shape.period);
            for &(at, content) in &shape.fields {
                work.push((content, classes.content(origin.shift(at))));
            }
        }
    }

    /// The copies of bytes that the callee makes between what it shares with its callers.
    fn links(&self, classes: &mut Classes, summary: PointsTo<'_>) {
        for &class in self.origins.keys() {
            for link in &summary.component.shapes[class].links {
                let cell = |place: Place| {
                    let origin = self.origins.get(&place.class)?;
                    Some(origin.shift(place.offset))
                };
                if let (Some(a), Some(b)) = (cell(link.a), cell(link.b)) {
                    let len = link.len.and_then(|len| u64::try_from(len).ok());
                    classes.link(a, b, len);
                }
            }
        }
    }
}
