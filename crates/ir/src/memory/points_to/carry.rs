//! Which values may carry an address.

use crate::context::Context;
use crate::entity::{EntitySet, EntityVec};
use crate::function::{Function, Value};
use crate::inst::{BinOp, CastOp, Inst, InstData, Op};
use crate::memory::effects::Knowledge;
use crate::types::{Type, TypeData};

/// Whether a type holds pointers (`Some(true)`), or integers that are wide enough for one (`Some(false)`).
fn holds(ctx: &Context, ty: Type) -> Option<bool> {
    match ctx.types.get(ty) {
        TypeData::Ptr(_) => Some(true),
        TypeData::Int(bits) => (u64::from(*bits) >= 8 * ctx.layout.pointer_size(0)).then_some(false),
        TypeData::Array { element, .. }
        | TypeData::Vector { element, .. }
        | TypeData::ScalableVector { element, .. } => holds(ctx, *element),
        TypeData::Struct { fields, .. } => {
            let held = fields.iter().filter_map(|&field| holds(ctx, field));
            held.reduce(|a, b| a || b)
        }
        _ => None,
    }
}

/// Whether values of a type are registers that hold addresses, not single ones.
pub(super) fn is_bundle(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Ptr(_) => false,
        TypeData::Int(bits) => u64::from(*bits) > 8 * ctx.layout.pointer_size(0),
        _ => true,
    }
}

/// What has to do with addresses in a function.
pub(super) struct Carriers {
    /// The values that may carry an address: pointers, and what may hold one and goes where it could be used as one.
    pub(super) values: EntitySet<Value>,
    /// The instructions that act or compute such a value, in the order of layout: instructions are large, and no others need be read again.
    pub(super) insts: Vec<Inst>,
}

/// Finds what has to do with addresses.
pub(super) fn carriers(ctx: &Context, function: &Function, knowledge: &dyn Knowledge) -> Carriers {
    let mut kinds: EntityVec<Value, Option<bool>> = EntityVec::filled(function.value_count(), None);
    let mut carriers = EntitySet::with_len(function.value_count());
    for value in function.values() {
        kinds[value] = holds(ctx, function.ty(value));
        if kinds[value] == Some(true) {
            carriers.insert(value);
        }
    }
    // Integers matter backwards from where they are used as more than numbers.
    let mut work: Vec<Value> = carriers.iter().collect();
    let found = |value: Value, carriers: &mut EntitySet<Value>, work: &mut Vec<Value>| {
        let open = kinds[value] == Some(false) && !carriers.contains(value);
        if open && knowledge.may_hold_address(function, value) {
            carriers.insert(value);
            work.push(value);
        }
    };
    let mut insts = Vec::with_capacity(function.inst_count());
    for inst in function.all_insts() {
        let data = function.inst(inst);
        if acts(&data.op) {
            insts.push((inst, None));
        } else if let Some(result) = data.result.filter(|&result| kinds[result].is_some()) {
            insts.push((inst, Some(result)));
        }
        for value in sinks(data) {
            found(*value, &mut carriers, &mut work);
        }
    }
    while let Some(value) = work.pop() {
        let Some(inst) = function.def_inst(value) else {
            continue;
        };
        for operand in sources(function, function.inst(inst)) {
            found(operand, &mut carriers, &mut work);
        }
    }
    let carries = |computed: Option<Value>| computed.is_none_or(|result| carriers.contains(result));
    let insts = insts.iter().filter(|&&(_, computed)| carries(computed));
    Carriers {
        insts: insts.map(|&(inst, _)| inst).collect(),
        values: carriers,
    }
}

/// Whether an instruction does more than to compute its result. Of one that does not nothing follows where its result is no carrier.
pub(super) fn acts(op: &Op) -> bool {
    matches!(
        op,
        Op::Alloca { .. }
            | Op::Load(_)
            | Op::Store(_)
            | Op::AtomicRmw(..)
            | Op::CmpXchg(_)
            | Op::Ret
            | Op::Call(_)
            | Op::Invoke(_)
            | Op::VaArg
            | Op::LandingPad { .. }
            | Op::Resume
            | Op::Opaque { .. }
    )
}

/// The operands that leave the world of numbers: stored, passed, returned, made an address.
fn sinks(data: &InstData) -> &[Value] {
    match data.op {
        Op::Store(_) => &data.operands[..1],
        Op::AtomicRmw(..) | Op::CmpXchg(_) => &data.operands[1..],
        Op::Call(_) | Op::Invoke(_) => &data.operands[1..],
        Op::Ret | Op::Cast(CastOp::IntToPtr) | Op::Resume | Op::Opaque { .. } => &data.operands,
        _ => &[],
    }
}

/// The operands whose addresses the result of an instruction may carry. Loads and calls are not among these instructions.
pub(super) fn sources<'a>(
    function: &'a Function,
    data: &'a InstData,
) -> impl Iterator<Item = Value> + use<'a> {
    let range = match data.op {
        Op::Gep { .. } | Op::ExtractElement | Op::ExtractValue(_) | Op::Freeze => 0..1,
        Op::InsertElement | Op::InsertValue(_) | Op::Shuffle(_) => 0..2,
        Op::Select => 1..3,
        Op::Phi => 0..data.operands.len(),
        Op::Cast(op) => match op {
            CastOp::FpToUi | CastOp::FpToSi | CastOp::FpExt | CastOp::FpTrunc => 0..0,
            CastOp::UiToFp | CastOp::SiToFp => 0..0,
            _ => 0..1,
        },
        Op::Binary(op) => match op {
            BinOp::Add | BinOp::And | BinOp::Or | BinOp::Xor | BinOp::Shl | BinOp::LShr => 0..2,
            BinOp::Sub if is_difference(function, data) => 0..0,
            BinOp::Sub => 0..1,
            _ => 0..0,
        },
        _ => 0..0,
    };
    data.operands[range].iter().copied()
}

/// A difference of two addresses is a number.
fn is_difference(function: &Function, data: &InstData) -> bool {
    data.operands.iter().all(|&operand| {
        let cast = function.def_inst(operand).map(|inst| &function.inst(inst).op);
        matches!(cast, Some(Op::Cast(CastOp::PtrToInt | CastOp::PtrToAddr)))
    })
}
