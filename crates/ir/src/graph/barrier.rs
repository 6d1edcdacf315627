//! What inline assembly without text does to the operands of its call.

use crate::constant::{AsmOperands, ConstData, OpaqueConst};
use crate::context::Context;
use crate::function::{Function, Value};
use crate::inst::Inst;

/// What a call of empty inline assembly ([`OpaqueConst::EmptyAsm`]) does. Such calls keep an optimizer from knowing or from moving
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
}

impl Barrier {
    /// What the call or invoke `inst` does, if it is of empty assembly and that is known: not where bits are taken for those of
    /// another type, or move from one place in memory to another.
    pub fn of(ctx: &Context, function: &Function, inst: Inst) -> Option<Self> {
        let data = function.inst(inst);
        let callee = function.as_const(data.callee()?)?;
        let ConstData::Opaque {
            kind: OpaqueConst::EmptyAsm(operands),
            ..
        } = *ctx.consts.get(callee)
        else {
            return None;
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
