//! What the analyses say about one primal body, as the questions that making its derivative asks.

use std::ops::Range;

use activity::{ActivityFacts, CallActivity, ContextKey, EntryMemory};
use ir::memory::address::{ConstBase, const_base, decompose};
use ir::{Context, FloatKind, Function, GlobalId, Inst, Value};
use typeanalysis::{BaseType, Contradiction, TreeError, TypeWarning, UnknownBytes};

use crate::analyses::{Analyses, Known};
use crate::elements::array_of;
use crate::pieces::{Held, Piece};
use crate::types::{Seeds, Sort, Types};

/// The facts about one body.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    activity: &'a ActivityFacts,
    analyses: &'a Analyses,
}

impl<'a> Facts<'a> {
    /// The facts about the function in the context `key`; those of the request itself if the request does not reach that context.
    pub fn new(analyses: &'a Analyses, key: &ContextKey) -> Self {
        let activities = &analyses.activities;
        Self {
            activity: activities.get(key).unwrap_or_else(|| activities.root()),
            analyses,
        }
    }

    fn types(&self) -> &'a Types {
        &self.analyses.types
    }

    /// Whether a value carries a derivative or leads to memory that may.
    pub fn active(&self, value: Value) -> bool {
        self.activity.value(value)
    }

    /// Whether an instruction does something to derivatives.
    pub fn inst(&self, inst: Inst) -> bool {
        self.activity.inst(inst)
    }

    /// Whether a number may influence something that a derivative is asked of.
    pub fn useful(&self, value: Value) -> bool {
        self.activity.useful(value)
    }

    /// What may hold tangents besides memory of parameters at a call that the analysis does not resolve.
    pub fn memory_at_calls(&self) -> &EntryMemory {
        self.activity.memory_at_calls()
    }

    /// Whether an inactive value leads to memory that active values may lead to as well. Offsets from null lead to none.
    pub fn is_mixed(&self, ctx: &Context, function: &Function, value: Value) -> bool {
        let is_nothing = |value: Value| {
            let base = function.as_const(decompose(ctx, function, value).base);
            base.is_some_and(|base| matches!(const_base(ctx, base), ConstBase::Nothing | ConstBase::Nowhere))
        };
        self.activity.is_mixed(value) && !is_nothing(value)
    }

    /// The activities of a call of a function with a body.
    pub fn call(&self, inst: Inst) -> Option<&CallActivity> {
        self.activity.call(inst)
    }

    /// What the analyses say about the callee of a call of a function with a body, with what identifies its types.
    pub fn callee(&self, inst: Inst) -> (Option<Seeds>, Known) {
        self.analyses.callee(inst)
    }

    /// What the bytes at `offset` of a value are.
    pub fn sort(&self, value: Value, offset: u64) -> Sort {
        self.types().sort(value, offset)
    }

    /// The format of the float that starts at byte `offset` of a value, if it is one.
    pub fn float(&self, value: Value, offset: u64) -> Option<ir::FloatKind> {
        self.types().float(value, offset)
    }

    /// What the memory is `offset` bytes behind an address; at every offset if none is given.
    pub fn memory_sort(&self, address: Value, offset: Option<u64>) -> Sort {
        self.types().memory_sort(address, offset)
    }

    /// What the bytes of a value are; see [`Types::pieces`].
    pub fn pieces(&self, ctx: &Context, function: &Function, value: Value) -> Vec<Piece> {
        self.types().pieces(ctx, function, value)
    }

    /// What the first `bytes` bytes behind an address are.
    pub fn memory_pieces(&self, ctx: &Context, address: Value, bytes: u64) -> Vec<Piece> {
        self.types().memory_pieces(ctx, address, bytes)
    }

    /// Whether memory that an address leads to is known to hold a float of this format somewhere: by its type, or by how it is indexed.
    pub fn leads_to(&self, ctx: &Context, function: &Function, address: Value, kind: FloatKind) -> bool {
        self.types().leads_to(address, kind) || array_of(ctx, function, address) == Some(kind)
    }

    /// The variable that a constant address leads into, and which of its bytes from there on are addresses, as far as is known.
    pub fn variable_addresses(
        &self,
        ctx: &Context,
        function: &Function,
        address: Value,
    ) -> Option<(GlobalId, Vec<Range<u64>>)> {
        let ConstBase::Global(global, Some(offset)) = const_base(ctx, function.as_const(address)?) else {
            return None;
        };
        let offset = u64::try_from(offset).ok()?;
        let bytes = ctx.size_of(ctx.globals[global].ty)?.checked_sub(offset)?;
        let pieces = self.memory_pieces(ctx, address, bytes).into_iter();
        let addresses = pieces.filter(|piece| piece.held == Held::Pointer);
        let ranges = addresses.map(|piece| piece.start + offset..piece.end + offset);
        Some((global, ranges.collect()))
    }

    /// What all memory behind an address is, at whatever offset.
    pub fn memory_held(&self, address: Value) -> Held {
        self.types().memory_held(address)
    }

    /// Whether the memory behind an address holds addresses behind which floats are known to be.
    pub fn memory_leads_to_floats(&self, address: Value, offset: Option<u64>) -> bool {
        self.types().memory_leads_to_floats(address, offset)
    }

    /// The contradictory facts that a derivative would depend on: whether bytes of an active value, or of memory that it leads to, are
    /// a float or an integer. Bytes that are a float at one time and an address at another, say in a union, have a shadow in either
    /// case.
    pub fn contradictions(&self, function: &Function) -> Vec<&'a Contradiction> {
        let matters = |found: &&'a Contradiction| {
            let TreeError::Conflict { old, new, .. } = found.error else {
                return false;
            };
            let loses = |one: BaseType, other: BaseType| one.float().is_some() && other == BaseType::Integer;
            (loses(old, new) || loses(new, old)) && found.value.is_none_or(|value| self.active(value))
        };
        self.types().contradictions(function.id).filter(matters).collect()
    }

    /// The contradictory facts about bytes that are a float at one time and something else at another, say in a union. Moving such
    /// bytes forward needs no choice; their adjoint does.
    pub fn mixtures(&self, function: &Function) -> Vec<&'a Contradiction> {
        let is_mixture = |found: &&'a Contradiction| match found.error {
            TreeError::Conflict { old, new, .. } => old.float().is_some() || new.float().is_some(),
            _ => false,
        };
        self.types()
            .contradictions(function.id)
            .filter(is_mixture)
            .collect()
    }

    /// The first active value of floating-point type in a body whose bytes are an address or an integer by all that is known of them: memory
    /// that they are moved through holds something else at other times, or is misread. As what they are copied is not known then.
    pub fn misread_float(&self, ctx: &Context, function: &Function) -> Option<Value> {
        let is_float = |value: Value| {
            ctx.types
                .float_kind(ctx.types.scalar(function.ty(value)))
                .is_some()
        };
        let is_other = |value: Value| matches!(self.sort(value, 0), Sort::Pointer | Sort::Integer);
        let mut values = function.values();
        values.find(|&value| {
            is_float(value) && function.as_const(value).is_none() && self.active(value) && is_other(value)
        })
    }

    /// The instructions that store integers which come from active memory to active memory, where nothing but their declared type says
    /// that they are not the bits of floats.
    pub fn disguised(&self, func: ir::FuncId) -> &'a [Inst] {
        self.analyses.disguised.get(&func).map_or(&[], Vec::as_slice)
    }

    /// What the type analysis left out, in any of the functions that it entered.
    pub fn type_warnings(&self) -> impl Iterator<Item = &'a TypeWarning> + use<'a> {
        self.types().warnings()
    }

    /// The first `size` bytes of a value if the type of one of them is not known, with where they come from.
    pub fn undeduced(&self, function: &Function, value: Value, size: u64) -> Option<UnknownBytes> {
        self.types().undeduced(function, value, size)
    }

    /// The first word behind an address if the type of one of its bytes is not known, with where they come from.
    pub fn undeduced_memory(&self, function: &Function, address: Value) -> Option<UnknownBytes> {
        self.types().undeduced_memory(function, address, 8)
    }

    /// An active operand of an instruction of which it is not known what it is.
    pub fn undeduced_operand(
        &self,
        ctx: &Context,
        function: &Function,
        inst: Inst,
    ) -> Option<Box<UnknownBytes>> {
        let operands = function.inst(inst).operands.iter().copied();
        let mut unknown = operands
            .filter(|&operand| self.active(operand))
            .filter_map(|operand| {
                let size = ctx.store_size_of(function.ty(operand))?;
                self.undeduced(function, operand, size)
            });
        unknown.next().map(Box::new)
    }

    /// Whether a derivative may be lost when an instruction writes an active value to memory without a shadow.
    pub fn loses_tangent(&self, inst: Inst) -> bool {
        self.activity
            .stores_into_inactive()
            .iter()
            .any(|store| store.inst == inst && store.read_back)
    }
}
