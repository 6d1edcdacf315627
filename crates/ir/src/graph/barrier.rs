//! What inline assembly does to the operands of its call, where that is known: without text, or only asking the processor.

use crate::constant::{AsmOperands, ConstData, OpaqueConst};
use crate::context::Context;
use crate::function::{Function, Value};
use crate::inst::Inst;
use crate::types::TypeData;

/// What a call of inline assembly does. Those of empty text ([`OpaqueConst::EmptyAsm`]) keep an optimizer from knowing or from moving
/// something; when they run, nothing but this happens (LangRef, "Inline Assembler Expressions").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barrier {
    /// Nothing.
    Nothing,
    /// The result is this operand.
    Returns(Value),
    /// A value is stored.
    Stores {
        /// The value.
        value: Value,
        /// Where it is stored.
        address: Value,
    },
    /// The result is integers about the processor or the time; the operands are integers that say which ([`OpaqueConst::QueryAsm`]).
    Asks,
}

impl Barrier {
    /// What the call or invoke `inst` does, if that is known: of empty assembly not where bits are taken for those of
    /// another type, or move from one place in memory to another.
    pub fn of(ctx: &Context, function: &Function, inst: Inst) -> Option<Self> {
        let data = function.inst(inst);
        let callee = function.as_const(data.callee()?)?;
        let ConstData::Opaque { kind, .. } = *ctx.consts.get(callee) else {
            return None;
        };
        let operands = match kind {
            OpaqueConst::EmptyAsm(operands) => operands,
            OpaqueConst::QueryAsm => return asks(ctx, function, inst).then_some(Self::Asks),
            _ => return None,
        };
        match (operands, data.result, data.args()) {
            (AsmOperands::Inputs, None, _) => Some(Self::Nothing),
            (AsmOperands::InMemory, None, &[written, read]) if written == read => Some(Self::Nothing),
            (AsmOperands::Tied, Some(_), &[operand]) if function.ty(operand) == data.ty => {
                Some(Self::Returns(operand))
            }
            (AsmOperands::Tied, None, &[address, value]) => Some(Self::Stores { value, address }),
            _ => None,
        }
    }
}

/// Whether a call takes and gives integers only.
fn asks(ctx: &Context, function: &Function, inst: Inst) -> bool {
    let data = function.inst(inst);
    let is_int = |ty| ctx.types.int_bits(ty).is_some();
    let gives = match ctx.types.get(data.ty) {
        TypeData::Struct { fields, .. } => fields.iter().all(|&field| is_int(field)),
        _ => is_int(data.ty),
    };
    gives && data.args().iter().all(|&arg| is_int(function.ty(arg)))
}
