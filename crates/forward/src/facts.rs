//! What the analyses say about one primal body, as the questions that making its tangent asks.

use activity::{ActivityFacts, CallActivity, Content, EntryMemory, ValueTypes};
use ir::{Bodies, CastOp, Context, EntitySet, FuncId, Function, Inst, Op, TypeData, Uses, Value};

/// What some bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    /// No float and no address.
    Integer,
    /// A float.
    Float,
    /// An address.
    Pointer,
    /// Not known.
    Unknown,
}

/// The facts about one body.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    activity: ActivityFacts,
    plain: EntitySet<Value>,
}

impl Facts {
    /// The facts about `function`.
    pub(crate) fn new(ctx: &Context, function: &Function, activity: ActivityFacts) -> Self {
        Self {
            activity,
            plain: plain_integers(ctx, function),
        }
    }

    /// Whether a value carries a derivative or leads to memory that may.
    pub(crate) fn active(&self, value: Value) -> bool {
        self.activity.value(value) && !self.plain.contains(value)
    }

    /// Whether an instruction does something to derivatives.
    pub(crate) fn inst(&self, inst: Inst) -> bool {
        self.activity.inst(inst)
    }

    /// What may hold tangents besides memory of parameters at a call that the analysis does not resolve.
    pub(crate) fn memory_at_calls(&self) -> &EntryMemory {
        self.activity.memory_at_calls()
    }

    /// The activities of a call of a function with a body.
    pub(crate) fn call(&self, inst: Inst) -> Option<&CallActivity> {
        self.activity.call(inst)
    }

    /// What the bytes at `offset` of a value are.
    pub(crate) fn sort(&self, value: Value, _offset: u64) -> Sort {
        if self.plain.contains(value) {
            Sort::Integer
        } else {
            Sort::Unknown
        }
    }

    /// What the memory is that an instruction reaches `offset` bytes behind an address; at every offset if none is given.
    pub(crate) fn memory_sort(&self, _inst: Inst, _address: Value, _offset: Option<u64>) -> Sort {
        Sort::Unknown
    }

    /// Whether the memory there holds addresses behind which floats are known to be.
    pub(crate) fn memory_leads_to_floats(&self, _inst: Inst, _address: Value, _offset: Option<u64>) -> bool {
        false
    }

    /// Whether floats are known to be behind the address at `offset` of a value.
    pub(crate) fn leads_to_floats(&self, _value: Value, _offset: u64) -> bool {
        false
    }

    /// Whether a derivative may be lost when an instruction writes an active value to memory without a shadow.
    pub(crate) fn loses_tangent(&self, inst: Inst) -> bool {
        self.activity
            .stores_into_inactive()
            .iter()
            .any(|store| store.inst == inst && store.read_back)
    }
}

/// What LLVM's types and the uses of integers say about values.
#[derive(Clone, Copy)]
pub(crate) struct LocalTypes<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
}

impl<'a> LocalTypes<'a> {
    pub(crate) fn new(ctx: &'a Context, bodies: Bodies<'a>) -> Self {
        Self { ctx, bodies }
    }
}

impl ValueTypes for LocalTypes<'_> {
    fn content(&self, func: FuncId, value: Value) -> Content {
        let Some(function) = self.bodies.get(func) else {
            return Content::Unknown;
        };
        let types = &self.ctx.types;
        match types.get(types.scalar(function.ty(value))) {
            TypeData::Float(_) => Content::Float,
            TypeData::Ptr(_) => Content::Pointer,
            _ => Content::Unknown,
        }
    }
}

/// The integers that hold no bits of floats and addresses, from what they are made of and what is done with them.
///
/// Bits of floats and addresses come from casts and from loads of integers that are used for nothing but moving them, and go through
/// what moves bits. One pass along the uses.
fn plain_integers(ctx: &Context, function: &Function) -> EntitySet<Value> {
    let uses = Uses::of(function);
    let mut holds_bits = EntitySet::with_len(function.value_count());
    let mut work = Vec::new();
    for inst in function.all_insts() {
        let data = function.inst(inst);
        let Some(result) = data.result.filter(|_| is_integer(ctx, data.ty)) else {
            continue;
        };
        let is_source = match data.op {
            Op::Cast(CastOp::PtrToInt) => true,
            Op::Cast(CastOp::Bitcast) => !is_integer(ctx, function.ty(data.operands[0])),
            Op::Load(_) | Op::AtomicRmw(..) => {
                is_wide(ctx, data.ty)
                    && !uses
                        .of_value(result)
                        .iter()
                        .any(|&(user, at)| counts(function, user, at))
            }
            _ => false,
        };
        if is_source && holds_bits.insert(result) {
            work.push(result);
        }
    }
    while let Some(value) = work.pop() {
        for &(user, _) in uses.of_value(value) {
            let data = function.inst(user);
            let moves = matches!(
                data.op,
                Op::Phi
                    | Op::Select
                    | Op::Freeze
                    | Op::Cast(CastOp::Trunc | CastOp::ZExt | CastOp::Bitcast)
                    | Op::Binary(_)
                    | Op::Shuffle(_)
                    | Op::ExtractElement
                    | Op::InsertElement
            );
            if let Some(result) = data.result
                && moves
                && is_wide(ctx, data.ty)
                && holds_bits.insert(result)
            {
                work.push(result);
            }
        }
    }
    function
        .values()
        .filter(|&value| is_integer(ctx, function.ty(value)) && !holds_bits.contains(value))
        .collect()
}

fn is_integer(ctx: &Context, ty: ir::Type) -> bool {
    matches!(ctx.types.get(ctx.types.scalar(ty)), TypeData::Int(_))
}

/// Fewer than 16 bits are no float.
fn is_wide(ctx: &Context, ty: ir::Type) -> bool {
    matches!(ctx.types.get(ctx.types.scalar(ty)), TypeData::Int(bits) if *bits >= 16)
}

/// Whether a use calculates or counts with an integer.
fn counts(function: &Function, user: Inst, at: u32) -> bool {
    use ir::BinOp::{Add, Mul, SDiv, SRem, Sub, UDiv, URem};
    match function.inst(user).op {
        Op::Binary(op) => matches!(op, Add | Sub | Mul | UDiv | SDiv | URem | SRem),
        Op::Cast(op) => matches!(op, CastOp::SExt | CastOp::UiToFp | CastOp::SiToFp),
        Op::ICmp(_) | Op::Switch | Op::Alloca { .. } => true,
        Op::Gep { .. } => at > 0,
        _ => false,
    }
}
