//! The state of making one gradient function: a builder, and what became of primal values in it.
//!
//! # What a primal value has
//! In the forward sweep a *copy* ([`Emit::primal`]) and, if it is active and an address, a *shadow* in each direction. In the reverse
//! sweep an *adjoint* (module `adjoint`) if it is active and has floats. What the reverse sweep reads of the forward sweep it asks for
//! with [`Emit::need`]. [`Emit::value`] and [`Emit::shadow`] work in both sweeps.

use indexmap::IndexMap;
use ir::graph::Loop;
use ir::{
    Block, Bodies, Builder, EntitySet, EntityVec, Flags, Function, Inst, InstData, NewInst, Op, Type, Value,
    ValueDef,
};
use rules::RuleTable;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ReverseOptions;
use crate::error::{Error, ErrorKind};
use crate::lookup::Place;
use crate::masked::{self, Operations};
use crate::ops::KnownCalls;
use crate::ops::words::Words;
use crate::request::{Request, Requests, Role};
use crate::runtime::RuntimeFunctions;
use crate::tape::Layout;
use ::shadow::{ShadowGlobals, Warnings};
use cache::{NestId, Node, Plan, Shape, SlotId, WordId};
use facts::{Facts, Sort};

pub(crate) use rules::code::Lanes;

/// What happens at an instruction.
pub(crate) type Outcome<T = ()> = Result<T, ErrorKind>;

/// What is only read while a body is made.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    /// The primal body, in canonical form.
    pub(crate) source: &'a Function,
    /// All bodies.
    pub(crate) bodies: Bodies<'a>,
    /// Activity and types in this body.
    pub(crate) facts: Facts<'a>,
    /// Derivative rules.
    pub(crate) rules: &'a RuleTable,
    /// Options.
    pub(crate) options: &'a ReverseOptions,
    /// What was asked.
    pub(crate) request: &'a Request,
    /// Which of the answers is made.
    pub(crate) role: Role,
    /// The graphs of the body.
    pub(crate) shape: &'a Shape,
    /// What the reverse sweep has of the forward sweep.
    pub(crate) plan: &'a Plan,
    /// What the calls of the body call.
    pub(crate) calls: &'a KnownCalls,
    /// What of the memory that calls of bodies know may be written before their reverse.
    pub(crate) overwritten: &'a FxHashMap<Inst, cache::Overwritten>,
    /// Which memory of unknown type may be told apart as words.
    pub(crate) words: Words,
}

impl Operations for Input<'_> {
    fn is_masked_store(&self, inst: Inst) -> bool {
        let entry = self.calls.rule(self.rules, inst);
        entry.is_some_and(masked::is_masked_store)
    }

    fn is_finite(&self, inst: Inst) -> bool {
        match self.source.inst(inst).op {
            Op::Binary(op) => rules::Instruction::of_binary(op)
                .is_none_or(|known| masked::is_finite(self.rules, self.rules.instruction(known))),
            Op::Call(_) => {
                let entry = self.calls.rule(self.rules, inst);
                entry.is_some_and(|entry| masked::is_finite(self.rules, entry))
            }
            _ => true,
        }
    }
}

/// What grows across bodies.
pub(crate) struct Shared<'a> {
    /// The memo of requests.
    pub(crate) requests: &'a mut Requests,
    /// The shadows of globals.
    pub(crate) globals: &'a mut ShadowGlobals,
    /// The tape's functions.
    pub(crate) runtime: &'a mut RuntimeFunctions,
}

/// The two parts of a gradient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sweep {
    /// The primal computation.
    Forward,
    /// The adjoints.
    Reverse,
}

/// A gradient function under construction.
pub(crate) struct Emit<'a> {
    pub(crate) b: Builder<'a>,
    pub(crate) input: Input<'a>,
    pub(crate) shared: Shared<'a>,
    /// Which sweep is being made.
    pub(crate) sweep: Sweep,
    /// The first block, where variables are made and set to zero.
    pub(crate) variables: Block,
    values: EntityVec<Value, Option<Value>>,
    shadows: EntityVec<Value, Option<Lanes>>,
    pub(crate) adjoints: EntityVec<Value, Option<Lanes>>,
    blocks: EntityVec<Block, Option<Block>>,
    /// The blocks from which an edge of the primal is taken in the forward sweep.
    pub(crate) edges: IndexMap<(Block, Block), SmallVec<[Block; 2]>>,
    /// The shadows that flow into phis, by the block that they come from.
    pub(crate) incoming: FxHashMap<(Block, Inst), Lanes>,
    /// The number of back edges that a loop has taken, in the forward sweep.
    pub(crate) counters: EntityVec<Loop, Option<Value>>,
    /// The counters of the next iterations, until the phis are filled.
    pub(crate) next_counters: Vec<(Loop, Value)>,
    /// The phis of choices, until they are filled.
    pub(crate) choice_phis: Vec<(Block, Value)>,
    /// Where control goes when the variables are made.
    pub(crate) start: Option<Block>,
    /// The return of the primal, and the end of its copy, from where the reverse sweep follows.
    pub(crate) returning: Option<(Inst, Block)>,
    /// The variables of what is stored in the frame or in records.
    pub(crate) slots: EntityVec<SlotId, Option<Lanes>>,
    /// The variables of conditions that share a byte.
    pub(crate) bit_words: EntityVec<WordId, Option<Value>>,
    /// The variables of what the forward sweep of the same function has.
    pub(crate) free: FxHashMap<Node, Lanes>,
    /// The arrays of nests, in the sweep that is being made.
    pub(crate) layouts: FxHashMap<NestId, Layout>,
    /// What stands for phis while numbers of iterations are computed before a nest.
    pub(crate) substitutes: FxHashMap<Value, Value>,
    /// The slots of numbers that calls write to memory.
    pub(crate) pointees: FxHashMap<Inst, SmallVec<[SlotId; 2]>>,
    /// The address of the tape, once it is used.
    pub(crate) arena: Option<Value>,
    /// The adjoint of the return value.
    pub(crate) seed: Option<Lanes>,
    /// Where the reverse sweep is.
    pub(crate) place: Place,
    /// What the end of the reverse sweep returns first.
    pub(crate) end_fields: Vec<Value>,
    /// Where places before loops end for now.
    pub(crate) place_ends: FxHashMap<Block, Block>,
    /// The blocks where the reverses of blocks start.
    pub(crate) reversed: EntityVec<Block, Option<Block>>,
    /// How the reverse of a loop is entered.
    pub(crate) entries: EntityVec<Loop, Option<crate::sweep::Entry>>,
    /// What was needed before, by the place where it is.
    pub(crate) found: FxHashMap<(Node, Block), Lanes>,
    pub(crate) errors: Vec<Error>,
    /// Guesses that the user allows.
    pub(crate) guesses: Warnings,
    /// Counters that could also be floats: their memory keeps the adjoint that it has.
    pub(crate) in_place: facts::InPlace,
    /// Memory that nobody reads, by the type that there is room for.
    pub(crate) sinks: FxHashMap<Type, Value>,
    /// The instructions whose results are calculated whether they are wanted or not.
    masked: EntitySet<Inst>,
    /// Whether the present instruction is one.
    is_masked: bool,
}

impl<'a> Emit<'a> {
    /// A function whose first block is the builder's.
    pub(crate) fn new(b: Builder<'a>, input: Input<'a>, shared: Shared<'a>) -> Self {
        let source = input.source;
        let variables = b.block();
        let in_place = input.facts.stepped_in_place(b.ctx, source);
        let sweep = match input.role.has_forward() {
            true => Sweep::Forward,
            false => Sweep::Reverse,
        };
        Self {
            b,
            input,
            shared,
            sweep,
            variables,
            values: EntityVec::filled(source.value_count(), None),
            shadows: EntityVec::filled(source.value_count(), None),
            adjoints: EntityVec::filled(source.value_count(), None),
            blocks: EntityVec::filled(source.block_count(), None),
            edges: IndexMap::new(),
            incoming: FxHashMap::default(),
            next_counters: Vec::new(),
            choice_phis: Vec::new(),
            start: None,
            returning: None,
            end_fields: Vec::new(),
            place_ends: FxHashMap::default(),
            counters: EntityVec::filled(input.shape.loops.all().len(), None),
            slots: EntityVec::filled(input.plan.slots().len(), None),
            bit_words: EntityVec::filled(input.plan.words().len(), None),
            free: FxHashMap::default(),
            layouts: FxHashMap::default(),
            substitutes: FxHashMap::default(),
            pointees: pointees(input.plan),
            arena: None,
            seed: None,
            place: Place {
                block: variables,
                scope: None,
            },
            reversed: EntityVec::filled(source.block_count(), None),
            entries: EntityVec::filled(input.shape.loops.all().len(), None),
            found: FxHashMap::default(),
            errors: Vec::new(),
            guesses: Warnings::default(),
            in_place,
            sinks: FxHashMap::default(),
            masked: match input.role.has_reverse() {
                true => crate::masked::masked(source, input.shape, input.plan, &input),
                false => EntitySet::new(),
            },
            is_masked: false,
        }
    }

    /// The number of directions.
    pub(crate) fn width(&self) -> usize {
        self.input.request.width as usize
    }

    /// The primal body.
    pub(crate) fn source(&self) -> &'a Function {
        self.input.source
    }

    /// An instruction of the primal body.
    pub(crate) fn data(&self, inst: Inst) -> &'a InstData {
        self.input.source.inst(inst)
    }

    /// The operation of an instruction.
    pub(crate) fn op(&self, inst: Inst) -> &'a Op {
        &self.data(inst).op
    }

    /// Whether a primal value carries a derivative or leads to one.
    pub(crate) fn active(&self, value: Value) -> bool {
        self.input.facts.active(value)
    }

    /// Whether the result of an instruction is active.
    pub(crate) fn result_active(&self, inst: Inst) -> bool {
        self.data(inst).result.is_some_and(|result| self.active(result))
    }

    /// The type of a primal value.
    pub(crate) fn source_type(&self, value: Value) -> Type {
        self.source().ty(value)
    }

    /// Whether a value is or holds an address, so that it has a shadow if it is active.
    pub(crate) fn points(&self, value: Value) -> bool {
        self.holds_address(value, self.source_type(value), 0)
    }

    fn holds_address(&self, value: Value, ty: Type, offset: u64) -> bool {
        let types = &self.b.ctx.types;
        match types.get(types.scalar(ty)) {
            ir::TypeData::Ptr(_) => true,
            ir::TypeData::Int(bits) => *bits >= 32 && self.input.facts.sort(value, offset) == Sort::Pointer,
            ir::TypeData::Array { .. } | ir::TypeData::Struct { .. } => {
                (0..types.member_count(ty)).any(|index| {
                    match (
                        types.member(ty, index),
                        self.b.ctx.layout.member_offset(types, ty, index),
                    ) {
                        (Some(member), Some(at)) => self.holds_address(value, member, offset + at),
                        _ => false,
                    }
                })
            }
            _ => false,
        }
    }

    /// A variable: stack memory of this type, made at the start of the function.
    pub(crate) fn variable(&mut self, ty: Type) -> Value {
        let here = self.b.block();
        self.b.go_to(self.variables);
        let variable = self.b.alloca(ty);
        self.b.go_to(here);
        variable
    }

    /// Ends the block of variables.
    pub(crate) fn start_after_variables(&mut self) {
        if let Some(start) = self.start {
            self.b.go_to(self.variables);
            self.b.br(start);
        }
    }

    /// The copy of a primal block in the forward sweep.
    pub(crate) fn block(&mut self, block: Block) -> Block {
        if let Some(copy) = self.blocks[block] {
            return copy;
        }
        let copy = self.b.add_block();
        if let Some(name) = self.source().block_names.get(&block) {
            self.b.func.block_names.insert(copy, name.clone());
        }
        self.blocks[block] = Some(copy);
        copy
    }

    /// The copy of a primal value in the forward sweep. Constants are there in both sweeps.
    pub(crate) fn primal(&mut self, value: Value) -> Value {
        if let Some(copy) = self.values[value] {
            return copy;
        }
        let copy = match self.source().value(value).def {
            ValueDef::Const(constant) => self.b.constant(constant),
            // A use before its definition is only possible where control never arrives.
            ValueDef::Param(_) | ValueDef::Inst(_) => return self.b.poison(self.source().ty(value)),
        };
        self.values[value] = Some(copy);
        copy
    }

    /// The copy of a primal value, if there is one.
    pub(crate) fn known_primal(&self, value: Value) -> Option<Value> {
        self.values[value]
    }

    /// The copies of primal values.
    pub(crate) fn primals(&mut self, values: &[Value]) -> SmallVec<[Value; 3]> {
        values.iter().map(|&value| self.primal(value)).collect()
    }

    /// Says which value is the copy of a primal one.
    pub(crate) fn set_primal(&mut self, value: Value, copy: Value) {
        self.values[value] = Some(copy);
        if let Some(name) = self.source().value_names.get(&value) {
            self.b
                .func
                .value_names
                .entry(copy)
                .or_insert_with(|| name.clone());
        }
    }

    /// A primal value in the sweep that is being made: its copy, or what the reverse sweep has of it.
    pub(crate) fn value(&mut self, value: Value) -> Outcome<Value> {
        match self.sweep {
            Sweep::Forward => Ok(self.primal(value)),
            Sweep::Reverse => self.need_primal(value),
        }
    }

    /// Primal values in the sweep that is being made.
    pub(crate) fn value_list(&mut self, values: &[Value]) -> Outcome<SmallVec<[Value; 3]>> {
        values.iter().map(|&value| self.value(value)).collect()
    }

    /// The shadow of a primal value that the forward sweep made, if it made one.
    pub(crate) fn known_shadow(&self, value: Value) -> Option<&Lanes> {
        self.shadows[value].as_ref()
    }

    /// Sets the shadow of a primal value in the forward sweep. Inactive values keep none, whatever was computed.
    pub(crate) fn set_shadow(&mut self, value: Value, lanes: Lanes) {
        if !self.active(value) {
            return;
        }
        if let Some(name) = self.source().value_names.get(&value) {
            for (lane, &shadow) in lanes.iter().enumerate() {
                let name: Box<str> = match lanes.len() {
                    1 => format!("{name}'").into(),
                    _ => format!("{name}'{lane}").into(),
                };
                if self.b.func.as_const(shadow).is_none() {
                    self.b.func.value_names.entry(shadow).or_insert(name);
                }
            }
        }
        self.shadows[value] = Some(lanes);
    }

    /// Sets the shadow of an instruction's result in the forward sweep.
    pub(crate) fn set_result_shadow(&mut self, inst: Inst, lanes: Lanes) {
        if let Some(result) = self.data(inst).result {
            self.set_shadow(result, lanes);
        }
    }

    /// The same value in every direction.
    pub(crate) fn splat(&self, value: Value) -> Lanes {
        SmallVec::from_elem(value, self.width())
    }

    /// A value for each direction.
    pub(crate) fn each(&mut self, mut make: impl FnMut(&mut Self, usize) -> Value) -> Lanes {
        (0..self.width()).map(|lane| make(self, lane)).collect()
    }

    /// A value for each direction, made by something that can fail.
    pub(crate) fn try_each(
        &mut self,
        mut make: impl FnMut(&mut Self, usize) -> Outcome<Value>,
    ) -> Outcome<Lanes> {
        (0..self.width()).map(|lane| make(self, lane)).collect()
    }

    /// Copies an instruction that is no terminator and no phi into the forward sweep, and says that its result is the copy of the primal
    /// one.
    pub(crate) fn copy(&mut self, inst: Inst) -> Inst {
        let data = self.data(inst);
        let operands = self.primals(&data.operands);
        let copy = self.b.copy(data, operands, SmallVec::new());
        self.note_copy(inst, copy);
        copy
    }

    /// Says that the result of `copy` is the copy of that of `inst`.
    pub(crate) fn note_copy(&mut self, inst: Inst, copy: Inst) {
        if let (Some(result), Some(new)) = (self.data(inst).result, self.b.func.inst(copy).result) {
            self.set_primal(result, new);
        }
    }

    /// Makes the same operation as `inst` on other operands: no origin, and only the metadata that also holds for shadows.
    pub(crate) fn repeat(&mut self, inst: Inst, operands: &[Value]) -> Inst {
        let data = self.data(inst);
        // Of wrap flags and the like only those of addresses hold for shadows: bits of derivatives are any bits.
        let flags = match data.op {
            Op::Gep { .. } => data.flags,
            _ => derivative_flags(data.flags),
        };
        let mut new = NewInst::new(data.op.clone(), data.ty, operands).flags(flags);
        if data.address().is_some() {
            new.meta = self.shadow_meta(data);
        }
        self.b.push(new)
    }

    /// The same, for operations with a result.
    pub(crate) fn repeat_value(&mut self, inst: Inst, operands: &[Value]) -> Value {
        let copy = self.repeat(inst, operands);
        self.b.result(copy)
    }

    /// Metadata of an access that is true of the same access to shadow memory: its type and the scopes that it is disjoint from,
    /// because shadows are laid out like their primals and overlap exactly if these do. That memory never changes is not: the
    /// reverse sweep adds to the shadows of what the primal never writes.
    pub(crate) fn shadow_meta(&mut self, data: &InstData) -> ir::Meta {
        let mut meta = self.b.ctx.meta(data.meta).clone();
        meta.range.clear();
        meta.enzyme.clear();
        meta.invariant_load = false;
        if let Some(tag) = &mut meta.tbaa {
            tag.constant = false;
        }
        self.b.ctx.add_meta(meta)
    }

    /// How the builder marks what it makes for an instruction: with its source location and its float flags. That NaN and infinity
    /// do not occur is a promise about the primal alone: partials have poles where primals are finite.
    pub(crate) fn at(&mut self, inst: Inst) {
        let data = self.data(inst);
        self.b.location = data.location.or(data.origin);
        let extra = self.input.options.extra_flags;
        self.b.fast_math = derivative_flags(data.flags.union(extra));
        self.is_masked = self.masked.contains(inst);
    }

    /// Records an error at an instruction. In the forward sweep its result gets poison, so that uses are not reported as well.
    pub(crate) fn fail(&mut self, inst: Inst, kind: ErrorKind) {
        let error = Error {
            func: self.source().id,
            inst: Some(inst),
            kind,
        };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
        if let Some(result) = self.data(inst).result {
            let poison = self.b.poison(self.data(inst).ty);
            if self.values[result].is_none() {
                self.values[result] = Some(poison);
            }
            if self.shadows[result].is_none() && self.active(result) {
                self.shadows[result] = Some(self.splat(poison));
            }
        }
    }

    /// Where the code of rules goes.
    pub(crate) fn code(&mut self) -> rules::code::Code<'_, 'a> {
        let strong_zero = self.input.options.strong_zero || self.is_masked;
        rules::code::Code::new(&mut self.b, self.input.rules, strong_zero)
    }

    /// The shadow or adjoint of a value as it crosses a call: itself, or an array with one for each direction.
    pub(crate) fn pack(&mut self, lanes: &[Value]) -> Value {
        if let [single] = *lanes {
            return single;
        }
        let ty = self.b.ty(lanes[0]);
        let array = self.b.ctx.types.array(ty, lanes.len() as u64);
        let mut packed = self.b.poison(array);
        for (lane, &value) in lanes.iter().enumerate() {
            packed = self.b.insert_value(packed, value, &[lane as u32]);
        }
        packed
    }

    /// The values for each direction of what [`Emit::pack`] made.
    pub(crate) fn unpack(&mut self, packed: Value) -> Lanes {
        match self.width() {
            1 => SmallVec::from_slice(&[packed]),
            _ => self.each(|emit, lane| emit.b.extract_value(packed, &[lane as u32])),
        }
    }
}

/// The slots of numbers that calls write to memory, by call.
fn pointees(plan: &Plan) -> FxHashMap<Inst, SmallVec<[SlotId; 2]>> {
    let mut found: FxHashMap<Inst, SmallVec<[SlotId; 2]>> = FxHashMap::default();
    for (id, slot) in plan.slots() {
        if let Node::Pointee { call, .. } = slot.node {
            found.entry(call).or_default().push(id);
        }
    }
    found
}

/// The float flags of derivative arithmetic for an operation with these flags.
fn derivative_flags(flags: Flags) -> Flags {
    let promised = Flags::NNAN.union(Flags::NINF).0;
    Flags(flags.fast_math().0 & !promised)
}
