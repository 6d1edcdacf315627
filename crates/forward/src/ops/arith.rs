//! Arithmetic, conversions, select and freeze.

use ir::{BinOp, CastOp, Inst, Op, Value};
use rules::Instruction;
use rules::code::MathCall;
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use ::shadow::WarningKind;

impl Emit<'_> {
    pub(super) fn arithmetic(&mut self, inst: Inst) -> Outcome {
        let copy = self.copy(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        match *self.op(inst) {
            Op::FNeg => {
                let rule = self.input.rules.instruction(Instruction::FNeg);
                self.float_operation(inst, self.b.result(copy), rule)
            }
            Op::Binary(op) => match Instruction::of_binary(op) {
                Some(instruction) => {
                    let rule = self.input.rules.instruction(instruction);
                    self.float_operation(inst, self.b.result(copy), rule)
                }
                None => self.bit_operation(inst, op),
            },
            Op::Cast(op) => self.cast(inst, op),
            Op::Select => self.select(inst),
            _ => self.freeze(inst),
        }
    }

    /// The tangent of an operation on floats by its rule.
    fn float_operation(&mut self, inst: Inst, output: Value, entry: &rules::Entry) -> Outcome {
        let data = self.data(inst);
        let Some(rule) = entry.math() else {
            return Err(ErrorKind::UnsupportedInstruction {
                name: entry.name.to_owned(),
            });
        };
        let operands = self.primals(&data.operands);
        let call = MathCall {
            operands: operands.iter().map(|&operand| [Some(operand), None]).collect(),
            outputs: SmallVec::from_slice(&[Some(output)]),
            float: data.ty,
        };
        let inputs: Vec<Option<Lanes>> = data
            .operands
            .iter()
            .map(|&operand| self.tangent(operand).cloned())
            .collect();
        if let Some(Some(lanes)) = self.math(rule, &call, &inputs).into_iter().next() {
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    fn cast(&mut self, inst: Inst, op: CastOp) -> Outcome {
        let data = self.data(inst);
        let operand = data.operands[0];
        match op {
            // Numbers made from integers, and integers made from numbers, are locally constant.
            CastOp::UiToFp | CastOp::SiToFp | CastOp::FpToUi | CastOp::FpToSi => return Ok(()),
            CastOp::SExt => {
                return self.unclear_bits(inst, op.name());
            }
            _ => {}
        }
        if matches!(op, CastOp::IntToPtr | CastOp::PtrToInt) || self.tangent(operand).is_some() {
            let operand = self.shadow(operand)?;
            let lanes = operand
                .iter()
                .map(|&lane| self.repeat_value(inst, &[lane]))
                .collect();
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    fn select(&mut self, inst: Inst) -> Outcome {
        let operands = &self.data(inst).operands;
        let condition = self.primal(operands[0]);
        if self.tangent(operands[1]).is_none()
            && self.tangent(operands[2]).is_none()
            && !self.is_address(inst)
        {
            return Ok(());
        }
        let if_true = self.shadow(operands[1])?;
        let if_false = self.shadow(operands[2])?;
        let lanes = self.each(|emit, lane| match if_true[lane] == if_false[lane] {
            true => if_true[lane],
            false => emit.repeat_value(inst, &[condition, if_true[lane], if_false[lane]]),
        });
        self.set_result(inst, lanes);
        Ok(())
    }

    /// A frozen poison is some number: it does not depend on anything.
    fn freeze(&mut self, inst: Inst) -> Outcome {
        if let Some(operand) = self.tangent(self.data(inst).operands[0]).cloned() {
            let lanes = operand
                .iter()
                .map(|&lane| self.repeat_value(inst, &[lane]))
                .collect();
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    /// Whether the result of an instruction is a pointer or a vector of pointers, whose shadow is never just absent.
    pub(super) fn is_address(&self, inst: Inst) -> bool {
        let types = &self.b.ctx.types;
        types.is_ptr(types.scalar(self.data(inst).ty))
    }

    /// An operation on integers whose operand may be the bits of an active float: an error, or, if nothing is known and the user allows
    /// guesses, an integer.
    fn unclear_bits(&mut self, inst: Inst, name: &str) -> Outcome {
        let facts = self.input.facts;
        match facts.undeduced_operand(self.b.ctx, self.source(), inst) {
            Some(unknown) if self.input.options.types.loose => {
                let what = format!("the operands of `{name}` are integers");
                self.guess(inst, WarningKind::Guess { what, unknown });
                Ok(())
            }
            unknown => Err(ErrorKind::BitArithmetic {
                name: name.to_owned(),
                unknown,
            }),
        }
    }

    fn bit_operation(&mut self, inst: Inst, op: BinOp) -> Outcome {
        match self.bits(inst) {
            Some(lanes) => {
                self.set_result(inst, lanes);
                Ok(())
            }
            None => self.unclear_bits(inst, op.name()),
        }
    }
}
