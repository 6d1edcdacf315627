//! What the adjoints of instructions read: the only list of that knowledge.
//!
//! | instruction | reads |
//! |---|---|
//! | arithmetic, math functions | what the partials for its active operands read, by the rule table |
//! | load, store and atomic operation on floats | the shadow of the address |
//! | masked and scattered access | the same, and the mask |
//! | transfer and fill of bytes | the shadows of the addresses, the number of bytes |
//! | select | the condition |
//! | extract and insert of a lane | the index |
//! | product of matrices, reduction by product, minimum, maximum | the operands |
//! | call of a body, or through an address | what [`crate::CallDemand`] says |
//!
//! An instruction whose result is only an address has no adjoint: its shadow is computed in the forward sweep.

use facts::{BitMove, Held, bit_move};
use ir::graph::Barrier;
use ir::{Inst, InstData, Op, Type, TypeData, Value};
use rules::{
    Bytes, CallKind, Entry, Instruction, Kind, Location, MathRule, Reduction, Resolver, Scalar, Structural,
    bind_call,
};
use smallvec::SmallVec;

use crate::node::Node;
use crate::plan::{Mode, PlanInput};

/// What one adjoint reads.
pub(crate) type Reads = SmallVec<[Node; 4]>;

/// The knowledge, for one body.
pub(crate) struct Demand<'a> {
    input: &'a PlanInput<'a>,
    resolver: &'a Resolver<'a>,
}

impl<'a> Demand<'a> {
    pub(crate) fn new(input: &'a PlanInput<'a>, resolver: &'a Resolver<'a>) -> Self {
        Self { input, resolver }
    }

    /// What the adjoint of an instruction reads; `None` if its reverse does nothing.
    pub(crate) fn adjoint(&self, inst: Inst) -> Option<Reads> {
        let mut reads = self.reads(inst)?;
        if self.input.options.runtime_activity {
            let shadows: Reads = reads.clone();
            let addresses = shadows.iter().filter_map(|&node| match node {
                Node::Shadow(value) => self.primal(value),
                _ => None,
            });
            reads.extend(addresses);
        }
        Some(reads)
    }

    fn reads(&self, inst: Inst) -> Option<Reads> {
        let data = self.data(inst);
        match data.op {
            Op::Call(_) | Op::Invoke(_) => self.call(inst),
            Op::Store(_) => self.store(inst, data.operands[0]),
            Op::AtomicRmw(..) | Op::CmpXchg(_) => self.store(inst, data.operands[1]),
            Op::Alloca { .. } => self.alloca(data),
            Op::Ret => Some(Reads::new()),
            _ => {
                let result = data.result.filter(|&result| self.carries_float(result))?;
                self.active(result).then(|| self.computed(inst))
            }
        }
    }

    fn data(&self, inst: Inst) -> &'a InstData {
        self.input.function.inst(inst)
    }

    fn active(&self, value: Value) -> bool {
        self.input.facts.active(value)
    }

    /// Whether bits of a value may belong to a float.
    fn carries_float(&self, value: Value) -> bool {
        let types = &self.input.ctx.types;
        match types.get(types.scalar(self.input.function.ty(value))) {
            TypeData::Float(_) => true,
            TypeData::Ptr(_) => false,
            _ => {
                let pieces = self
                    .input
                    .facts
                    .pieces(self.input.ctx, self.input.function, value);
                let may = |held| matches!(held, Held::Float(_) | Held::Unknown);
                pieces.is_empty() || pieces.iter().any(|piece| may(piece.held))
            }
        }
    }

    /// Operations whose result is an active number.
    fn computed(&self, inst: Inst) -> Reads {
        let data = self.data(inst);
        let operand = |at: usize| self.primal(data.operands[at]);
        match data.op {
            Op::Binary(op) => match Instruction::of_binary(op) {
                Some(instruction) => self.arithmetic(data, instruction),
                None => self.bits(inst),
            },
            Op::FNeg => self.arithmetic(data, Instruction::FNeg),
            Op::Cast(op) => match Instruction::of_cast(op) {
                Some(instruction) => self.arithmetic(data, instruction),
                None => Reads::new(),
            },
            Op::Select | Op::ExtractElement | Op::InsertElement => {
                let at = match data.op {
                    Op::Select => 0,
                    Op::ExtractElement => 1,
                    _ => 2,
                };
                operand(at).into_iter().collect()
            }
            Op::Load(_) => self.shadow(data.operands[0]).into_iter().collect(),
            _ => Reads::new(),
        }
    }

    fn arithmetic(&self, data: &InstData, instruction: Instruction) -> Reads {
        let mut reads = Reads::new();
        let Some(rule) = self.input.rules.instruction(instruction).math() else {
            return reads;
        };
        for (at, &operand) in data.operands.iter().enumerate() {
            if self.active(operand) {
                let found = rule.reads(at as u8);
                let operands = found.operands.iter().map(|&at| data.operands[usize::from(at)]);
                let results = found.outputs.iter().filter_map(|_| data.result);
                reads.extend(operands.chain(results).filter_map(|value| self.primal(value)));
            }
        }
        reads
    }

    /// Integer operations on the bits of floats: the absolute value needs the sign.
    fn bits(&self, inst: Inst) -> Reads {
        let moved = bit_move(self.input.ctx, self.input.function, self.input.facts, inst);
        match moved {
            Some(BitMove::Abs { operand }) => {
                let value = self.data(inst).operands[operand];
                self.primal(value).into_iter().collect()
            }
            _ => Reads::new(),
        }
    }

    /// Something is written to memory that has a shadow.
    fn store(&self, inst: Inst, value: Value) -> Option<Reads> {
        let (address, _) = self.data(inst).address()?;
        self.written(inst, value, address)
    }

    fn written(&self, inst: Inst, value: Value, address: Value) -> Option<Reads> {
        let types = &self.input.ctx.types;
        let is_address = types.is_ptr(types.scalar(self.input.function.ty(value)));
        let works = self.input.facts.inst(inst) && self.active(address) && !is_address;
        works.then(|| self.shadow(address).into_iter().collect())
    }

    /// In split mode the shadow of memory that is not made at the entry is on the tape, and is taken from it again.
    fn alloca(&self, data: &InstData) -> Option<Reads> {
        let elsewhere = data.block != self.input.function.entry();
        let works = elsewhere && self.input.mode == Mode::Split && self.active(data.result?);
        works.then(Reads::new)
    }

    /// A node for a value, unless it is a constant.
    fn primal(&self, value: Value) -> Option<Node> {
        self.input
            .function
            .as_const(value)
            .is_none()
            .then_some(Node::Primal(value))
    }

    /// A node for the shadow of a value, if it has one.
    fn shadow(&self, value: Value) -> Option<Node> {
        self.active(value).then_some(Node::Shadow(value))
    }

    fn call(&self, inst: Inst) -> Option<Reads> {
        if !self.input.facts.inst(inst) {
            return None;
        }
        match self.resolver.call(self.input.function, inst)? {
            CallKind::Inactive | CallKind::Allocation => None,
            CallKind::Barrier(Barrier::Nothing | Barrier::Asks) => None,
            CallKind::Barrier(Barrier::Returns(_)) => {
                let result = self.data(inst).result?;
                (self.active(result) && self.carries_float(result)).then(Reads::new)
            }
            CallKind::Barrier(Barrier::Stores { value, address }) => self.written(inst, value, address),
            CallKind::Rule(entry) => self.library(inst, entry),
            CallKind::Body(_) | CallKind::Custom | CallKind::Unknown => {
                Some(self.input.calls.reads(inst).into_iter().collect())
            }
        }
    }

    fn library(&self, inst: Inst, entry: &Entry) -> Option<Reads> {
        let args = self.data(inst).args();
        let mut reads = Reads::new();
        let shadow = |at: u8| args.get(usize::from(at)).and_then(|&arg| self.shadow(arg));
        let primal = |at: u8| args.get(usize::from(at)).and_then(|&arg| self.primal(arg));
        let bytes = |bytes: &Bytes| -> Reads { bytes.operands.iter().filter_map(|&at| primal(at)).collect() };
        match &entry.kind {
            Kind::Math(rule) => reads = self.math(inst, entry, rule),
            Kind::Reduction(Reduction::Add | Reduction::Integer) => {}
            Kind::Reduction(_) => reads.extend(args.iter().filter_map(|&arg| self.primal(arg))),
            Kind::Structural(structural) => return self.structural(inst, *structural),
            Kind::Transfer(transfer) => {
                reads.push(shadow(transfer.destination)?);
                reads.extend(shadow(transfer.source));
                reads.extend(bytes(&transfer.bytes));
            }
            Kind::Set(set) => {
                reads.push(shadow(set.destination)?);
                reads.extend(bytes(&set.bytes));
            }
            Kind::Reallocation(moved) => {
                let result = self.data(inst).result?;
                reads.extend(self.shadow(result));
                reads.extend(shadow(moved.pointer));
                reads.extend(moved.old_bytes.and_then(primal));
                reads.extend(bytes(&moved.bytes));
            }
            Kind::Allocation(_) | Kind::Deallocation(_) | Kind::Inactive(_) => return None,
            Kind::Unsupported(_) => {}
        }
        Some(reads)
    }

    /// What the partials for the active inputs of a function read, and the shadows of numbers in memory.
    fn math(&self, inst: Inst, entry: &Entry, rule: &MathRule) -> Reads {
        let mut reads = Reads::new();
        let data = self.data(inst);
        let (ctx, function) = (self.input.ctx, self.input.function);
        let Some(binding) = bind_call(ctx, self.input.rules, function, inst, entry) else {
            return reads;
        };
        let mut add = |location: Location| {
            let node = match location {
                Location::Argument(at) | Location::ArgumentMember(at, _) => {
                    data.args().get(at as usize).and_then(|&arg| self.primal(arg))
                }
                Location::Pointee(argument, index) => Some(Node::Pointee {
                    call: inst,
                    argument,
                    index,
                }),
                Location::Returned | Location::ReturnedMember(_) => data.result.map(Node::Primal),
            };
            reads.extend(node);
        };
        let mut in_memory: SmallVec<[u32; 2]> = SmallVec::new();
        for &slot in rule.inputs() {
            let Some(location) = binding.operand(slot) else {
                continue;
            };
            let argument = match location {
                Location::Argument(at) | Location::ArgumentMember(at, _) => at,
                Location::Pointee(at, _) => {
                    in_memory.push(at);
                    at
                }
                Location::Returned | Location::ReturnedMember(_) => continue,
            };
            if !data
                .args()
                .get(argument as usize)
                .is_some_and(|&arg| self.active(arg))
            {
                continue;
            }
            let found = rule.reads(slot.operand);
            let places = binding.operands().iter();
            places
                .filter(|(slot, _)| found.operands.contains(&slot.operand))
                .for_each(|&(_, place)| add(place));
            found
                .outputs
                .iter()
                .for_each(|&output| add(binding.outputs[usize::from(output)]));
        }
        in_memory.extend(binding.outputs.iter().filter_map(|output| match output {
            Location::Pointee(at, _) => Some(*at),
            _ => None,
        }));
        let shadows = in_memory
            .iter()
            .filter_map(|&at| self.shadow(*data.args().get(at as usize)?));
        reads.extend(shadows);
        reads
    }

    fn structural(&self, inst: Inst, structural: Structural) -> Option<Reads> {
        let data = self.data(inst);
        let args = data.args();
        let arg = |at: usize| args.get(at).copied();
        let result = || {
            data.result
                .filter(|&result| self.active(result) && self.carries_float(result))
        };
        let mut reads = Reads::new();
        match structural {
            Structural::MaskedLoad | Structural::ExpandLoad | Structural::Gather => {
                result()?;
                reads.extend(arg(0).and_then(|address| self.shadow(address)));
                reads.extend(arg(1).and_then(|mask| self.primal(mask)));
            }
            Structural::MaskedStore | Structural::Scatter | Structural::CompressStore => {
                if !self.carries_float(arg(0)?) {
                    return None;
                }
                reads.push(self.shadow(arg(1)?)?);
                reads.extend(arg(2).and_then(|mask| self.primal(mask)));
            }
            Structural::MatrixMultiply => {
                result()?;
                let (a, b) = (arg(0)?, arg(1)?);
                reads.extend(self.active(a).then(|| self.primal(b)).flatten());
                reads.extend(self.active(b).then(|| self.primal(a)).flatten());
            }
            Structural::PointerIdentity | Structural::Subscript => return None,
            _ => {
                result()?;
            }
        }
        Some(reads)
    }
}

/// The type of the numbers in memory behind an argument of a library function.
pub(crate) fn pointee_type(
    input: &PlanInput<'_>,
    resolver: &Resolver<'_>,
    call: Inst,
    argument: u32,
) -> Type {
    let types = &input.ctx.types;
    let Some(CallKind::Rule(entry)) = resolver.call(input.function, call) else {
        return types.double();
    };
    let Some(binding) = bind_call(input.ctx, input.rules, input.function, call, entry) else {
        return types.double();
    };
    let outputs = entry.math().map_or(&[][..], MathRule::outputs);
    let is_integer = outputs.iter().zip(&binding.outputs).any(|(output, place)| {
        output.scalar == Scalar::Integer && matches!(place, Location::Pointee(at, _) if *at == argument)
    });
    let float = binding.float.and_then(|kind| types.find(&TypeData::Float(kind)));
    match is_integer {
        // C's `int`.
        true => types.i32(),
        false => float.unwrap_or(types.double()),
    }
}
