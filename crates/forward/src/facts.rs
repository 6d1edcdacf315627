//! What the analyses say about one primal body, as the questions that making its tangent asks.

use std::cell::RefCell;

use activity::{ActivityFacts, CallActivity, Content, EntryMemory, ValueTypes};
use indexmap::IndexMap;
use ir::{Bodies, CastOp, Context, EntitySet, FuncId, Function, Inst, Op, TypeData, Uses, Value, ValueDef};

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
pub(crate) struct LocalTypes<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
    plain: RefCell<IndexMap<FuncId, EntitySet<Value>>>,
}

impl<'a> LocalTypes<'a> {
    pub(crate) fn new(ctx: &'a Context, bodies: Bodies<'a>) -> Self {
        Self {
            ctx,
            bodies,
            plain: RefCell::default(),
        }
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
            TypeData::Int(_) => {
                let mut known = self.plain.borrow_mut();
                let plain = known
                    .entry(func)
                    .or_insert_with(|| plain_integers(self.ctx, function));
                match plain.contains(value) {
                    true => Content::Plain,
                    false => Content::Unknown,
                }
            }
            _ => Content::Unknown,
        }
    }
}

/// The integers that hold no bits of floats and addresses, from what they are made of and what is done with them.
///
/// Bits of floats and addresses come from casts, and from loads, parameters and calls of integers that nothing counts with, and go
/// through what moves bits. Two passes along the uses.
fn plain_integers(ctx: &Context, function: &Function) -> EntitySet<Value> {
    let uses = Uses::of(function);
    let counted = counted(function, &uses);
    let mut holds_bits = EntitySet::with_len(function.value_count());
    let mut work = Vec::new();
    for value in function.values() {
        let is_source = match function.value(value).def {
            ValueDef::Const(_) => false,
            ValueDef::Param(_) => !counted.contains(value),
            ValueDef::Inst(inst) => match function.inst(inst).op {
                Op::Cast(CastOp::PtrToInt) => true,
                Op::Cast(CastOp::Bitcast) => !is_integer(ctx, function.ty(function.inst(inst).operands[0])),
                Op::Load(_) | Op::AtomicRmw(..) | Op::Call(_) | Op::Invoke(_) | Op::ExtractValue(_) => {
                    !counted.contains(value)
                }
                _ => false,
            },
        };
        if is_source && is_wide(ctx, function.ty(value)) && holds_bits.insert(value) {
            work.push(value);
        }
    }
    while let Some(value) = work.pop() {
        for &(user, _) in uses.of_value(value) {
            let data = function.inst(user);
            if let Some(result) = data.result
                && moves_bits(&data.op)
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

/// Whether an operation on integers passes bits on.
fn moves_bits(op: &Op) -> bool {
    matches!(
        op,
        Op::Phi
            | Op::Select
            | Op::Freeze
            | Op::Cast(CastOp::Trunc | CastOp::ZExt | CastOp::Bitcast)
            | Op::Binary(_)
            | Op::Shuffle(_)
            | Op::ExtractElement
            | Op::InsertElement
    )
}

/// The values that something counts with, or with something that they become as a whole.
fn counted(function: &Function, uses: &Uses) -> EntitySet<Value> {
    let mut counted = EntitySet::with_len(function.value_count());
    let mut work: Vec<Value> = function
        .values()
        .filter(|&value| {
            uses.of_value(value)
                .iter()
                .any(|&(user, at)| counts(function, user, at))
        })
        .collect();
    while let Some(value) = work.pop() {
        if !counted.insert(value) {
            continue;
        }
        let Some(inst) = function.def_inst(value) else {
            continue;
        };
        let data = function.inst(inst);
        if matches!(
            data.op,
            Op::Phi | Op::Select | Op::Freeze | Op::Cast(CastOp::ZExt)
        ) {
            work.extend_from_slice(&data.operands);
        }
    }
    counted
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
