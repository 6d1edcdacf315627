//! Which values can carry a derivative at all.
//!
//! Floats and pointers can. An integer can if its bits may be those of a float or an address (it is loaded from memory that holds
//! some, say) and it goes where they would be used as such: to memory, a call, a return, a vector or aggregate, or a cast to a float or
//! an address. An integer that ends in comparisons, indices, branches and conversions of its number carries none, whatever was
//! done to it in between.

use ir::{
    CastOp, Context, EntitySet, EntityVec, FuncId, Function, Inst, InstData, Op, Type, TypeData, Value,
};
use rules::{Kind, Param};

use crate::input::ValueTypes;
use crate::tables::Map;
use rules::CallKind;

/// What a type can hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Holds {
    /// No derivative.
    Nothing,
    /// Integers only, of at least eight bits.
    Integers,
    /// Floats or pointers.
    Derivatives,
}

fn holds(ctx: &Context, ty: Type) -> Holds {
    match ctx.types.get(ty) {
        TypeData::Float(_) | TypeData::Ptr(_) => Holds::Derivatives,
        TypeData::Int(bits) if *bits >= 8 => Holds::Integers,
        TypeData::Array { element, .. }
        | TypeData::Vector { element, .. }
        | TypeData::ScalableVector { element, .. } => holds(ctx, *element),
        TypeData::Struct { fields, .. } => {
            let fields = fields.iter().map(|&field| holds(ctx, field));
            fields.max().unwrap_or(Holds::Nothing)
        }
        TypeData::Opaque(_) => Holds::Derivatives,
        _ => Holds::Nothing,
    }
}

/// What the answer for one function depends on.
pub(crate) struct CarryInput<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) types: &'a dyn ValueTypes,
    pub(crate) function: &'a Function,
    pub(crate) calls: &'a Map<Inst, CallKind<'a>>,
    /// For functions whose parameters are known: which of them can carry a derivative.
    pub(crate) params: &'a Map<FuncId, Vec<bool>>,
}

/// The values that can carry a derivative.
pub(crate) fn carriers(input: &CarryInput<'_>) -> EntitySet<Value> {
    let function = input.function;
    let count = function.value_count();
    let mut kinds = EntityVec::filled(count, Holds::Nothing);
    let mut carriers = EntitySet::with_len(count);
    for value in function.values() {
        let content = input.types.content(function.id, value);
        if content.may_be_float() || content.may_be_pointer() {
            kinds[value] = holds(input.ctx, function.ty(value));
        }
        if kinds[value] == Holds::Derivatives {
            carriers.insert(value);
        }
    }
    let mut work = Vec::new();
    let mut found = |value: Value, work: &mut Vec<Value>| {
        if kinds[value] == Holds::Integers && carriers.insert(value) {
            work.push(value);
        }
    };
    for inst in function.all_insts() {
        let data = function.inst(inst);
        for (position, &operand) in data.operands.iter().enumerate() {
            if kinds[operand] == Holds::Integers && is_sink(input, inst, data, position) {
                found(operand, &mut work);
            }
        }
    }
    while let Some(value) = work.pop() {
        let Some(inst) = function.def_inst(value) else {
            continue;
        };
        for &operand in passed_on(function.inst(inst)) {
            found(operand, &mut work);
        }
    }
    carriers
}

/// Whether an integer operand is used as more than a number.
fn is_sink(input: &CarryInput<'_>, inst: Inst, data: &InstData, position: usize) -> bool {
    let result_holds = |data: &InstData| holds(input.ctx, data.ty) == Holds::Derivatives;
    match data.op {
        Op::Store(_) => position == 0,
        Op::AtomicRmw(..) | Op::CmpXchg(_) => position > 0,
        Op::Ret | Op::Resume | Op::Opaque { .. } => true,
        Op::Cast(CastOp::Bitcast | CastOp::IntToPtr) => result_holds(data),
        Op::InsertValue(_) => position == 1 && result_holds(data),
        Op::Select | Op::Phi | Op::Freeze => result_holds(data),
        Op::Call(_) | Op::Invoke(_) => position > 0 && is_sink_arg(input, inst, position - 1),
        _ => false,
    }
}

fn is_sink_arg(input: &CarryInput<'_>, inst: Inst, index: usize) -> bool {
    match input.calls.get(&inst) {
        Some(CallKind::Body(callee)) => match input.params.get(callee) {
            Some(params) => params.get(index).copied().unwrap_or(true),
            None => true,
        },
        Some(CallKind::Rule(entry)) => {
            let number = matches!(entry.params.get(index), Some(Param::Integer));
            !number && !entry.is_inactive() && !matches!(entry.kind, Kind::Allocation(_))
        }
        Some(CallKind::Inactive | CallKind::Allocation) => false,
        _ => true,
    }
}

/// The operands whose bits the result of an instruction may contain.
pub(crate) fn passed_on(data: &InstData) -> &[Value] {
    let operands = &data.operands;
    match &data.op {
        Op::Binary(_) | Op::FNeg | Op::Freeze | Op::Phi => operands,
        Op::Cast(op) => match op {
            CastOp::FpToUi | CastOp::FpToSi | CastOp::UiToFp | CastOp::SiToFp => &[],
            _ => operands,
        },
        Op::Select => &operands[1..],
        Op::Gep { .. } | Op::ExtractElement | Op::ExtractValue(_) => &operands[..1],
        Op::InsertElement | Op::InsertValue(_) | Op::Shuffle(_) => &operands[..2],
        _ => &[],
    }
}
