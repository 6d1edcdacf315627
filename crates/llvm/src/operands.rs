//! How LLVM orders an instruction's operands, against our lists of values and targets. Import reads by this, cloning writes by it.
//!
//! LLVM's operand list mixes values and blocks: a conditional branch has (condition, false, true), a call has its callee last, an
//! invoke has its destinations before that. Ours are `operands` (callee first) and `targets` (true first). Phis are not covered: their
//! blocks are no operands in LLVM. Cases of a switch are no operands either; they follow the positions given here.

use smallvec::SmallVec;

use crate::ffi::Val;
use crate::opcode;

/// Positions in LLVM's operand list.
pub(crate) type Positions = SmallVec<[u32; 8]>;

/// The positions of our operands and of our targets, each in our order.
pub(crate) fn positions(inst: Val, opcode: i32) -> (Positions, Positions) {
    let count = inst.operand_count();
    match opcode {
        opcode::BR if count == 3 => (SmallVec::from_slice(&[0]), SmallVec::from_slice(&[2, 1])),
        opcode::CALL | opcode::INVOKE => call_positions(opcode, count),
        opcode::BR
        | opcode::SWITCH
        | opcode::INDIRECT_BR
        | opcode::CLEANUP_RET
        | opcode::CATCH_RET
        | opcode::CATCH_SWITCH
        | opcode::CALL_BR => (0..count).partition(|&position| !inst.operand(position).is_block()),
        _ => ((0..count).collect(), Positions::new()),
    }
}

fn call_positions(opcode: i32, count: u32) -> (Positions, Positions) {
    let callee = count - 1;
    let blocks = if opcode == opcode::INVOKE { 2 } else { 0 };
    let rest = callee - blocks;
    (
        std::iter::once(callee).chain(0..rest).collect(),
        (rest..callee).collect(),
    )
}
