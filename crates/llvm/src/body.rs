//! Import of function bodies.
//!
//! Two passes, because phis and code in odd layouts use values that are defined further down: the first makes every block,
//! instruction and result, the second fills in operands and targets.

use ir::{
    Access, Block, CallInfo, Flags, FuncId, Function, Indices, Inst, NewInst, Op, Ordering, Origin, Type,
    Value,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::Importer;
use crate::ffi::{Bb, Val};
use crate::opcode;
use crate::operands::positions;

/// The state of one body's import.
struct Body {
    func: Function,
    values: FxHashMap<Val, Value>,
    blocks: FxHashMap<Bb, Block>,
    /// Instructions whose operands are still missing.
    pending: Vec<(Inst, Val, i32)>,
}

impl Importer {
    /// Reads the body of a function that has one.
    pub(crate) fn read_body(&mut self, raw: Val, id: FuncId) -> Function {
        let mut body = Body {
            func: Function::new(&self.module.ctx, id),
            values: FxHashMap::default(),
            blocks: FxHashMap::default(),
            pending: Vec::new(),
        };
        for index in 0..raw.param_count() {
            let param = body.func.params[index as usize];
            body.values.insert(raw.param(index), param);
        }
        if raw.has_personality() {
            body.func.personality = Some(self.constant(raw.personality()));
        }
        let mut next = raw.first_block();
        while let Some(block) = next {
            body.blocks.insert(block, body.func.add_block());
            next = block.next();
        }
        self.read_instructions(raw, &mut body);
        for (inst, raw, code) in std::mem::take(&mut body.pending) {
            self.read_operands(&mut body, inst, raw, code);
        }
        self.read_variables(raw, &mut body.func, &body.values);
        if self.options.names {
            read_names(raw, &mut body);
        }
        body.func
    }

    fn read_instructions(&mut self, raw: Val, body: &mut Body) {
        let mut next_block = raw.first_block();
        while let Some(raw_block) = next_block {
            let block = body.blocks[&raw_block];
            let mut next = raw_block.first_inst();
            while let Some(raw_inst) = next {
                self.read_instruction(body, block, raw_inst);
                next = raw_inst.next_inst();
            }
            next_block = raw_block.next();
        }
    }

    fn read_instruction(&mut self, body: &mut Body, block: Block, raw: Val) {
        let code = raw.opcode();
        let ty = self.type_of(raw);
        let (op, flags) = self.operation(raw, code);
        let meta = match code {
            opcode::CALL => self.call_meta(raw),
            _ => self.inst_meta(raw),
        };
        let origin = Some(Origin::new(raw.address()));
        let inst = body.func.push_inst(
            &self.module.ctx,
            block,
            NewInst {
                op,
                flags,
                ty,
                operands: SmallVec::new(),
                targets: SmallVec::new(),
                meta,
                origin,
                location: origin,
            },
        );
        if let Some(result) = body.func.inst(inst).result {
            body.values.insert(raw, result);
        }
        body.pending.push((inst, raw, code));
    }

    fn read_operands(&mut self, body: &mut Body, inst: Inst, raw: Val, code: i32) {
        let mut operands: SmallVec<[Value; 3]> = SmallVec::new();
        let mut targets: SmallVec<[Block; 2]> = SmallVec::new();
        match code {
            opcode::PHI => {
                for index in 0..raw.operand_count() {
                    operands.push(self.value(body, raw.operand(index)));
                    targets.push(body.blocks[&raw.incoming_block(index)]);
                }
            }
            opcode::BR
            | opcode::CALL
            | opcode::INVOKE
            | opcode::SWITCH
            | opcode::INDIRECT_BR
            | opcode::CLEANUP_RET
            | opcode::CATCH_RET
            | opcode::CATCH_SWITCH
            | opcode::CALL_BR => {
                let (values, blocks) = positions(raw, code);
                for position in values {
                    operands.push(self.value(body, raw.operand(position)));
                }
                for position in blocks {
                    targets.push(body.blocks[&raw.operand(position).as_block()]);
                }
                if code == opcode::SWITCH {
                    for case in 1..targets.len() as u32 {
                        operands.push(self.value(body, raw.switch_case(case)));
                    }
                }
            }
            _ => {
                for index in 0..raw.operand_count() {
                    operands.push(self.value(body, raw.operand(index)));
                }
            }
        }
        if matches!(code, opcode::CALL | opcode::INVOKE) {
            self.replace_sort(raw, &mut operands, &mut body.func);
        }
        let data = body.func.inst_mut(inst);
        data.operands = operands;
        data.targets = targets;
    }

    fn value(&mut self, body: &mut Body, raw: Val) -> Value {
        if let Some(&known) = body.values.get(&raw) {
            return known;
        }
        let constant = self.constant(raw);
        let value = body.func.constant(&self.module.ctx, constant);
        body.values.insert(raw, value);
        value
    }

    pub(crate) fn type_of(&mut self, raw: Val) -> Type {
        self.types.import(&mut self.module.ctx.types, raw.ty())
    }

    /// What an instruction does, with its flags.
    fn operation(&mut self, raw: Val, code: i32) -> (Op, Flags) {
        if let Some(op) = opcode::binary(code) {
            return (Op::Binary(op), arithmetic_flags(raw, code));
        }
        let none = Flags::none();
        match code {
            opcode::CALL => match self.call_info(raw, code) {
                Some(info) => (Op::Call(info), fast_math(raw)),
                None => (opaque(code), none),
            },
            opcode::INVOKE => match self.call_info(raw, code) {
                Some(info) => (Op::Invoke(info), none),
                None => (opaque(code), none),
            },
            opcode::LOAD => (Op::Load(access(raw)), none),
            opcode::STORE => (Op::Store(access(raw)), none),
            opcode::GEP => {
                let source = self.types.import(&mut self.module.ctx.types, raw.gep_source());
                (Op::Gep { source }, gep_flags(raw))
            }
            opcode::PHI => (Op::Phi, fast_math(raw)),
            opcode::BR if raw.operand_count() == 1 => (Op::Br, none),
            opcode::BR => (Op::CondBr, none),
            opcode::ICMP => match opcode::int_pred(raw.icmp_predicate()) {
                Some(pred) => (Op::ICmp(pred), flag(raw.same_sign(), Flags::SAMESIGN)),
                None => (opaque(code), none),
            },
            opcode::FCMP => match opcode::float_pred(raw.fcmp_predicate()) {
                Some(pred) => (Op::FCmp(pred), fast_math(raw)),
                None => (opaque(code), none),
            },
            opcode::SELECT => (Op::Select, fast_math(raw)),
            opcode::FNEG => (Op::FNeg, fast_math(raw)),
            opcode::ALLOCA => {
                let ty = self
                    .types
                    .import(&mut self.module.ctx.types, raw.allocated_type());
                let align = raw.alignment();
                (Op::Alloca { ty, align }, none)
            }
            _ => match opcode::cast(code) {
                Some(op) => (Op::Cast(op), cast_flags(raw, code)),
                None => (rare_operation(raw, code), none),
            },
        }
    }

    /// What a call says besides its operands; `None` if it has more bundle operands than we count.
    fn call_info(&mut self, raw: Val, code: i32) -> Option<CallInfo> {
        let args = raw.arg_count();
        let others = if code == opcode::INVOKE { 3 } else { 1 };
        let bundle_operands = u16::try_from(raw.operand_count() - others - args).ok()?;
        let func_ty = self.types.import(&mut self.module.ctx.types, raw.called_type());
        Some(CallInfo {
            func_ty,
            attrs: self.call_attrs(raw, args),
            conv: raw.call_conv(),
            tail: if code == opcode::CALL {
                opcode::tail(raw.tail_kind())
            } else {
                ir::TailKind::None
            },
            bundle_operands,
        })
    }
}

/// Instructions that are rare in optimised code.
fn rare_operation(raw: Val, code: i32) -> Op {
    match code {
        opcode::SWITCH => Op::Switch,
        opcode::INDIRECT_BR => Op::IndirectBr,
        opcode::RET => Op::Ret,
        opcode::UNREACHABLE => Op::Unreachable,
        opcode::RESUME => Op::Resume,
        opcode::LANDING_PAD => Op::LandingPad {
            cleanup: raw.cleanup(),
        },
        opcode::FREEZE => Op::Freeze,
        opcode::VA_ARG => Op::VaArg,
        opcode::EXTRACT_ELEMENT => Op::ExtractElement,
        opcode::INSERT_ELEMENT => Op::InsertElement,
        opcode::EXTRACT_VALUE => Op::ExtractValue(Indices::from(raw.indices())),
        opcode::INSERT_VALUE => Op::InsertValue(Indices::from(raw.indices())),
        opcode::SHUFFLE => Op::Shuffle((0..raw.mask_len()).map(|lane| raw.mask_value(lane)).collect()),
        opcode::FENCE => Op::Fence(opcode::ordering(raw.ordering())),
        opcode::CMPXCHG => Op::CmpXchg(cmpxchg_access(raw)),
        opcode::ATOMIC_RMW => match opcode::rmw(raw.rmw_op()) {
            Some(op) => Op::AtomicRmw(op, access(raw)),
            None => opaque(code),
        },
        _ => opaque(code),
    }
}

fn opaque(code: i32) -> Op {
    Op::Opaque {
        name: opcode::opaque_name(code),
        terminator: opcode::is_opaque_terminator(code),
    }
}

fn access(raw: Val) -> Access {
    Access {
        align: raw.alignment(),
        ordering: opcode::ordering(raw.ordering()),
        failure: Ordering::NotAtomic,
        volatile: raw.volatile(),
        weak: false,
    }
}

fn cmpxchg_access(raw: Val) -> Access {
    Access {
        align: raw.alignment(),
        ordering: opcode::ordering(raw.success_ordering()),
        failure: opcode::ordering(raw.failure_ordering()),
        volatile: raw.volatile(),
        weak: raw.weak(),
    }
}

fn flag(set: bool, flag: Flags) -> Flags {
    if set { flag } else { Flags::none() }
}

/// Fast-math flags have the same order in LLVM's numbers and ours.
pub(crate) const FAST_MATH_SHIFT: u32 = Flags::REASSOC.0.trailing_zeros();

fn fast_math(raw: Val) -> Flags {
    if raw.can_use_fast_math() {
        Flags(raw.fast_math() << FAST_MATH_SHIFT).fast_math()
    } else {
        Flags::none()
    }
}

fn arithmetic_flags(raw: Val, code: i32) -> Flags {
    use ir::BinOp::{AShr, Add, LShr, Mul, Or, SDiv, Shl, Sub, UDiv};
    match opcode::binary(code) {
        Some(Add | Sub | Mul | Shl) => flag(raw.nuw(), Flags::NUW).union(flag(raw.nsw(), Flags::NSW)),
        Some(UDiv | SDiv | LShr | AShr) => flag(raw.exact(), Flags::EXACT),
        Some(Or) => flag(raw.disjoint(), Flags::DISJOINT),
        Some(op) if op.is_float() => fast_math(raw),
        _ => Flags::none(),
    }
}

fn cast_flags(raw: Val, code: i32) -> Flags {
    use ir::CastOp::{FpExt, FpTrunc, Trunc, UiToFp, ZExt};
    match opcode::cast(code) {
        Some(Trunc) => flag(raw.nuw(), Flags::NUW).union(flag(raw.nsw(), Flags::NSW)),
        Some(ZExt | UiToFp) => flag(raw.nneg(), Flags::NNEG),
        Some(FpExt | FpTrunc) => fast_math(raw),
        _ => Flags::none(),
    }
}

/// The flags of a `getelementptr`: LLVM's bits are 1 inbounds, 2 no unsigned signed wrap, 4 no unsigned wrap.
fn gep_flags(raw: Val) -> Flags {
    let bits = raw.gep_flags();
    flag(bits & 1 != 0, Flags::INBOUNDS)
        .union(flag(bits & 2 != 0, Flags::NUSW))
        .union(flag(bits & 4 != 0, Flags::NUW))
}

/// Names of values and blocks, for people.
fn read_names(raw: Val, body: &mut Body) {
    let mut names: Vec<(Value, String)> = body
        .values
        .iter()
        .filter(|(raw, _)| !raw.is_constant())
        .map(|(raw, &value)| (value, raw.name()))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    names.sort_unstable_by_key(|entry| entry.0);
    for (value, name) in names {
        body.func.value_names.insert(value, name.into());
    }
    let mut next = raw.first_block();
    while let Some(block) = next {
        let name = block.as_value().name();
        if !name.is_empty() {
            body.func.block_names.insert(body.blocks[&block], name.into());
        }
        next = block.next();
    }
}
