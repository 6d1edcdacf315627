//! Which values can carry a derivative at all.
//!
//! Floats and pointers can. An integer can if its bits may be those of a float or an address (it is loaded from memory that holds
//! some, say) and it goes where they would be used as such: to memory, a call, a return, a vector or aggregate, or a cast to a float or
//! an address. An integer that ends in comparisons, indices, branches and conversions of its number carries none, whatever was
//! done to it in between.

use ir::{CastOp, Context, EntitySet, EntityVec, FuncId, Function, InstData, Op, Type, TypeData, Value};
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

/// The values that can carry a derivative, while the instructions are read.
pub(crate) struct Carriers<'a> {
    ctx: &'a Context,
    function: &'a Function,
    kinds: EntityVec<Value, Holds>,
    found: EntitySet<Value>,
    /// Integers that were found and whose origin has not been followed.
    work: Vec<Value>,
}

impl<'a> Carriers<'a> {
    /// Those that are so by their types.
    pub(crate) fn new(ctx: &'a Context, types: &dyn ValueTypes, function: &'a Function) -> Self {
        let count = function.value_count();
        let mut kinds = EntityVec::filled(count, Holds::Nothing);
        let mut found = EntitySet::with_len(count);
        for value in function.values() {
            let content = types.content(function.id, value);
            if content.may_be_float() || content.may_be_pointer() {
                kinds[value] = holds(ctx, function.ty(value));
            }
            if kinds[value] == Holds::Derivatives {
                found.insert(value);
            }
        }
        Self {
            ctx,
            function,
            kinds,
            found,
            work: Vec::new(),
        }
    }

    /// Reads an instruction: integers that it uses as more than numbers are found. `kind` says what it calls, `params` which parameters
    /// of known functions can carry a derivative.
    pub(crate) fn meet(
        &mut self,
        data: &InstData,
        kind: Option<CallKind<'_>>,
        params: &Map<FuncId, Vec<bool>>,
    ) {
        for (position, &operand) in data.operands.iter().enumerate() {
            if self.kinds[operand] == Holds::Integers && self.is_sink(data, kind, params, position) {
                self.add(operand);
            }
        }
    }

    /// Follows what was found to where it comes from.
    pub(crate) fn finish(mut self) -> EntitySet<Value> {
        while let Some(value) = self.work.pop() {
            let Some(inst) = self.function.def_inst(value) else {
                continue;
            };
            for &operand in passed_on(self.function.inst(inst)) {
                self.add(operand);
            }
        }
        self.found
    }

    fn add(&mut self, value: Value) {
        if self.kinds[value] == Holds::Integers && self.found.insert(value) {
            self.work.push(value);
        }
    }

    /// Whether an integer operand is used as more than a number.
    fn is_sink(
        &self,
        data: &InstData,
        kind: Option<CallKind<'_>>,
        params: &Map<FuncId, Vec<bool>>,
        position: usize,
    ) -> bool {
        let result_holds = |data: &InstData| holds(self.ctx, data.ty) == Holds::Derivatives;
        match data.op {
            Op::Store(_) => position == 0,
            Op::AtomicRmw(..) | Op::CmpXchg(_) => position > 0,
            Op::Ret | Op::Resume | Op::Opaque { .. } => true,
            Op::Cast(CastOp::Bitcast | CastOp::IntToPtr) => result_holds(data),
            Op::InsertValue(_) => position == 1 && result_holds(data),
            Op::Select | Op::Phi | Op::Freeze => result_holds(data),
            Op::Call(_) | Op::Invoke(_) => position > 0 && is_sink_arg(kind, params, position - 1),
            _ => false,
        }
    }
}

fn is_sink_arg(kind: Option<CallKind<'_>>, params: &Map<FuncId, Vec<bool>>, index: usize) -> bool {
    match kind {
        Some(CallKind::Body(callee)) => match params.get(&callee) {
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
