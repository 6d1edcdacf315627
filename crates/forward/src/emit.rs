//! The state of making one tangent function: a builder, and the maps from primal values to their copies and tangents.
//!
//! # Tangents
//! A primal value has a tangent of its own type in each direction, or none, which stands for zero and costs nothing. By leaves of the
//! type: a float's tangent is its derivative, a pointer's is its shadow (the address of the memory with the derivatives), an integer's
//! is the piece of derivative or shadow that has the place of the integer's bits. [`Emit::shadow`] makes an explicit value where
//! absence cannot be expressed: in memory, phis, calls and returns.

use indexmap::IndexMap;
use ir::{
    Block, Bodies, Builder, EntitySet, EntityVec, Flags, Function, Inst, InstData, NewInst, Op, Type, Value,
    ValueDef,
};
use rules::RuleTable;
use smallvec::SmallVec;

use crate::ForwardOptions;
use crate::error::{Error, ErrorKind};
use crate::request::{Request, Requests};
use ::shadow::{Warning, WarningKind};
use facts::Facts;
use shadow::ShadowGlobals;

pub(crate) use rules::code::Lanes;

/// What happens at an instruction.
pub(crate) type Outcome<T = ()> = Result<T, ErrorKind>;

/// What is only read while a body is made.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    /// The primal body.
    pub(crate) source: &'a Function,
    /// All bodies.
    pub(crate) bodies: Bodies<'a>,
    /// Activity and types in this body.
    pub(crate) facts: Facts<'a>,
    /// Derivative rules.
    pub(crate) rules: &'a RuleTable,
    /// Options.
    pub(crate) options: &'a ForwardOptions,
    /// What was asked.
    pub(crate) request: &'a Request,
}

/// What grows across bodies.
pub(crate) struct Shared<'a> {
    /// The memo of requests.
    pub(crate) requests: &'a mut Requests,
    /// The shadows of globals.
    pub(crate) globals: &'a mut ShadowGlobals,
}

/// An edge value that waits for its phi: the copies of the predecessor are known only when all blocks are.
struct Incoming {
    phi: Inst,
    from: Block,
    primal: Value,
    tangent: Option<Lanes>,
}

/// What is known of a tangent function when its body is made.
pub(crate) struct Emitted {
    pub(crate) errors: Vec<Error>,
    pub(crate) guesses: Vec<Warning>,
    pub(crate) marks: Marks,
}

/// A tangent function under construction.
pub(crate) struct Emit<'a> {
    pub(crate) b: Builder<'a>,
    pub(crate) input: Input<'a>,
    pub(crate) shared: Shared<'a>,
    values: EntityVec<Value, Option<Value>>,
    tangents: EntityVec<Value, Option<Lanes>>,
    blocks: EntityVec<Block, Option<Block>>,
    /// The copies from which an edge of the primal is taken, where that is not just the copy of its source.
    edges: IndexMap<(Block, Block), SmallVec<[Block; 2]>>,
    incoming: Vec<Incoming>,
    errors: Vec<Error>,
    guesses: Vec<Warning>,
    pub(crate) marks: Marks,
}

/// Which part of a tangent function computes the primal: what split mode cuts it by.
#[derive(Default, Debug)]
pub(crate) struct Marks {
    /// Copies of primal instructions.
    pub(crate) primal: EntitySet<Inst>,
    /// Each return, with the primal and the packed shadow that it returns.
    pub(crate) returns: Vec<(Inst, Option<Value>, Option<Value>)>,
}

impl<'a> Emit<'a> {
    /// A function whose blocks are there, but empty. `order` is the order of the primal blocks to copy, the entry first.
    pub(crate) fn new(b: Builder<'a>, input: Input<'a>, shared: Shared<'a>, order: &[Block]) -> Self {
        let source = input.source;
        let mut emit = Self {
            b,
            input,
            shared,
            values: EntityVec::filled(source.value_count(), None),
            tangents: EntityVec::filled(source.value_count(), None),
            blocks: EntityVec::filled(source.block_count(), None),
            edges: IndexMap::new(),
            incoming: Vec::new(),
            errors: Vec::new(),
            guesses: Vec::new(),
            marks: Marks::default(),
        };
        for (position, &block) in order.iter().enumerate() {
            let copy = if position == 0 {
                emit.b.block()
            } else {
                emit.b.add_block()
            };
            emit.blocks[block] = Some(copy);
            if let Some(name) = source.block_names.get(&block) {
                emit.b.func.block_names.insert(copy, name.clone());
            }
        }
        emit
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

    /// The copy of a primal block.
    pub(crate) fn block(&self, block: Block) -> Block {
        self.blocks[block].expect("successors of reached blocks are reached")
    }

    /// The copy of a primal value.
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

    /// The tangent of a primal value, if it has one.
    pub(crate) fn tangent(&self, value: Value) -> Option<&Lanes> {
        self.tangents[value].as_ref()
    }

    /// Sets the tangent of a primal value. Inactive values keep none, whatever was computed.
    pub(crate) fn set_tangent(&mut self, value: Value, lanes: Lanes) {
        if !self.active(value) {
            return;
        }
        if let Some(name) = self.source().value_names.get(&value) {
            for (lane, &tangent) in lanes.iter().enumerate() {
                let name: Box<str> = match lanes.len() {
                    1 => format!("{name}'").into(),
                    _ => format!("{name}'{lane}").into(),
                };
                let is_constant = self.b.func.as_const(tangent).is_some();
                if !is_constant {
                    self.b.func.value_names.entry(tangent).or_insert(name);
                }
            }
        }
        self.tangents[value] = Some(lanes);
    }

    /// Sets the tangent of an instruction's result.
    pub(crate) fn set_result(&mut self, inst: Inst, lanes: Lanes) {
        if let Some(result) = self.data(inst).result {
            self.set_tangent(result, lanes);
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

    /// Copies an instruction that is no terminator and no phi, and says that its result is the copy of the primal one.
    pub(crate) fn copy(&mut self, inst: Inst) -> Inst {
        let data = self.data(inst);
        let operands = self.primals(&data.operands);
        let copy = self.b.copy(data, operands, SmallVec::new());
        self.note_copy(inst, copy);
        copy
    }

    /// Says that the result of `copy` is the copy of that of `inst`.
    pub(crate) fn note_copy(&mut self, inst: Inst, copy: Inst) {
        self.marks.primal.insert(copy);
        if let (Some(result), Some(new)) = (self.data(inst).result, self.b.func.inst(copy).result) {
            self.set_primal(result, new);
        }
    }

    /// Makes the same operation as `inst` on other operands: no origin, and only the metadata that also holds for shadows.
    pub(crate) fn repeat(&mut self, inst: Inst, operands: &[Value]) -> Inst {
        let data = self.data(inst);
        // Of wrap flags and the like only those of addresses hold for shadows: bits of tangents are any bits.
        let flags = match data.op {
            Op::Gep { .. } => data.flags,
            _ => tangent_flags(data.flags),
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
    /// caller writes seeds to the shadows of what it never writes itself.
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
        self.b.fast_math = tangent_flags(data.flags.union(extra));
    }

    /// Records an error at an instruction. Its result gets poison for a tangent, so that uses are not reported as well.
    pub(crate) fn fail(&mut self, inst: Inst, kind: ErrorKind) {
        self.errors.push(Error {
            func: self.source().id,
            inst: Some(inst),
            kind,
        });
        if let Some(result) = self.data(inst).result {
            let poison = self.b.poison(self.data(inst).ty);
            if self.values[result].is_none() {
                self.values[result] = Some(poison);
            }
            if self.tangents[result].is_none() && self.active(result) {
                self.tangents[result] = Some(self.splat(poison));
            }
        }
    }

    /// Records an error that is about the function as a whole.
    pub(crate) fn fail_function(&mut self, kind: ErrorKind) {
        self.errors.push(Error {
            func: self.source().id,
            inst: None,
            kind,
        });
    }

    /// Records a guess that an instruction carries no derivative: its result gets an explicit zero where one is expected.
    pub(crate) fn guess(&mut self, inst: Inst, kind: WarningKind) {
        self.guesses.push(Warning {
            func: self.source().id,
            inst: Some(inst),
            kind,
        });
    }

    /// Says that the edge from `from` to `to` is taken from a block of the copy. Without such a word it is taken from the copy of
    /// `from`.
    pub(crate) fn edge_from(&mut self, from: Block, to: Block, copy: Block) {
        self.edges.entry((from, to)).or_default().push(copy);
    }

    /// Prepares what flows into the phis of `to`, at the end of the copy of `from`: explicit tangents are made here.
    pub(crate) fn flow(&mut self, from: Block, to: Block) {
        let source = self.source();
        for phi in source.phis(to) {
            let incoming = source.inst(phi).incoming().find(|&(block, _)| block == from);
            let Some((_, value)) = incoming else { continue };
            let tangent = if self.result_active(phi) {
                match self.shadow(value) {
                    Ok(lanes) => Some(lanes),
                    Err(kind) => {
                        self.fail(phi, kind);
                        None
                    }
                }
            } else {
                None
            };
            self.incoming.push(Incoming {
                phi,
                from,
                primal: value,
                tangent,
            });
        }
    }

    /// Fills the phis and gives what was found.
    pub(crate) fn finish(mut self) -> Emitted {
        for incoming in std::mem::take(&mut self.incoming) {
            self.fill_phi(&incoming);
        }
        Emitted {
            errors: self.errors,
            guesses: self.guesses,
            marks: self.marks,
        }
    }

    fn fill_phi(&mut self, incoming: &Incoming) {
        let data = self.data(incoming.phi);
        let Some(result) = data.result else { return };
        let Some(phi) = self.values[result] else { return };
        if self.b.func.def_inst(phi).is_none() {
            return;
        }
        let primal = self.primal(incoming.primal);
        let preds = match self.edges.get(&(incoming.from, data.block)) {
            Some(preds) => preds.clone(),
            None => SmallVec::from_slice(&[self.block(incoming.from)]),
        };
        // A terminator that names the block several times has an edge, and the phi an entry, for each.
        let repeats = self
            .source()
            .successors(incoming.from)
            .iter()
            .filter(|&&to| to == data.block)
            .count()
            .max(1);
        for _ in 0..repeats {
            for &pred in &preds {
                self.b.add_incoming(phi, pred, primal);
                let (Some(lanes), Some(phis)) = (&incoming.tangent, self.tangents[result].clone()) else {
                    continue;
                };
                for (&value, &phi) in lanes.iter().zip(&phis) {
                    if self.b.func.def_inst(phi).is_some() {
                        self.b.add_incoming(phi, pred, value);
                    }
                }
            }
        }
    }

    /// Whether a type is void.
    pub(crate) fn is_void(&self, ty: Type) -> bool {
        ty == self.b.ctx.types.void()
    }

    /// Copies a phi without its incoming values, with tangents if it is active.
    pub(crate) fn phi(&mut self, inst: Inst) {
        let data = self.data(inst);
        let copy = self.b.copy(data, SmallVec::new(), SmallVec::new());
        self.note_copy(inst, copy);
        if self.result_active(inst) {
            let lanes = self.each(|emit, _| emit.b.phi(data.ty));
            self.set_result(inst, lanes);
        }
    }

    /// Where the code of rules goes.
    pub(crate) fn code(&mut self) -> rules::code::Code<'_, 'a> {
        rules::code::Code::new(&mut self.b, self.input.rules, self.input.options.strong_zero)
    }

    /// The tangents of the outputs of a rule; see [`rules::code::Code::tangents`].
    pub(crate) fn math(
        &mut self,
        rule: &rules::MathRule,
        call: &rules::code::MathCall,
        inputs: &[Option<Lanes>],
    ) -> Vec<Option<Lanes>> {
        let width = self.width();
        self.code().tangents(rule, call, inputs, width)
    }

    /// The operation of an instruction.
    pub(crate) fn op(&self, inst: Inst) -> &'a Op {
        &self.data(inst).op
    }
}

/// The float flags of tangent arithmetic for an operation with these flags.
fn tangent_flags(flags: Flags) -> Flags {
    let promised = Flags::NNAN.union(Flags::NINF).0;
    Flags(flags.fast_math().0 & !promised)
}
