//! The text of `print-activity-analysis`, as Enzyme's users know it (enzyme-interface.md, section 5.4).
//!
//! ```text
//! <argument>: icv:<0|1>
//! <block name>
//! <instruction>: icv:<0|1> ici:<0|1>
//! ```
//!
//! `icv` says that the value is inactive, `ici` that the instruction is: it neither computes a number that is active nor writes to
//! active memory. So an address can be active while the instruction that computes it is not. Terminators are inactive instructions, and
//! so are stores of inactive values. Parameters are what the pass declares them to be, whether they matter or not.

use ir::{Block, ConstData, Context, Function, Inst, Op, Value};

use crate::facts::ActivityFacts;
use crate::input::ParamActivity;
use crate::useful::holds_float;

/// How the parts of a function are spelled; only LLVM prints instructions exactly as it does.
pub trait Spelling {
    /// A parameter with its type.
    fn param(&self, param: Value) -> String;
    /// The name of a block; empty if it has none.
    fn block(&self, block: Block) -> String;
    /// An instruction.
    fn inst(&self, inst: Inst) -> String;
}

/// The lines for one function.
pub fn lines(
    ctx: &Context,
    function: &Function,
    facts: &ActivityFacts,
    spelling: &dyn Spelling,
) -> Vec<String> {
    let bit = |inactive: bool| u8::from(inactive);
    let mut lines = Vec::new();
    for (index, &param) in function.params.iter().enumerate() {
        let text = spelling.param(param);
        lines.push(format!(
            "{text}: icv:{}",
            bit(facts.param(index) == ParamActivity::Const)
        ));
    }
    for &block in function.blocks() {
        lines.push(spelling.block(block));
        for &inst in function.insts(block) {
            let value_is_active = function
                .inst(inst)
                .result
                .is_some_and(|result| facts.value(result));
            lines.push(format!(
                "{}: icv:{} ici:{}",
                spelling.inst(inst),
                bit(!value_is_active),
                bit(!moves_numbers(ctx, function, facts, inst)),
            ));
        }
    }
    lines
}

/// Whether an instruction does something to derivatives other than computing or making the place where they are.
fn moves_numbers(ctx: &Context, function: &Function, facts: &ActivityFacts, inst: Inst) -> bool {
    let data = function.inst(inst);
    if data.op.is_terminator() && !matches!(data.op, Op::Invoke(_)) {
        return false;
    }
    // Zeros that are written over derivatives are nothing that moves.
    let address = match data.op {
        Op::Store(_) => Some(1),
        Op::AtomicRmw(..) => Some(0),
        _ => None,
    };
    if let Some(address) = address {
        let moved = data.operands[1 - address];
        let constant = function.as_const(moved).map(|constant| ctx.consts.get(constant));
        let is_function = matches!(constant, Some(ConstData::Func(_)));
        return facts.value(data.operands[address]) && (facts.value(moved) || is_function);
    }
    let computes_number = |result| holds_float(&ctx.types, data.ty) && facts.useful.contains(result);
    let is_address = data.result.is_some_and(|result| !computes_number(result));
    let only_address = is_address && !facts.touches_memory(inst);
    facts.inst(inst) && !only_address
}
