//! Choices between values: what was chosen gets the adjoint.

use ir::Inst;

use crate::emit::{Emit, Lanes, Outcome};

impl Emit<'_> {
    pub(super) fn shadow_of_select(&mut self, inst: Inst) -> Outcome<Lanes> {
        let operands = &self.data(inst).operands;
        let if_true = self.shadow(operands[1])?;
        let if_false = self.shadow(operands[2])?;
        if if_true == if_false {
            return Ok(if_true);
        }
        let condition = self.value(operands[0])?;
        Ok(self.each(|emit, lane| emit.repeat_value(inst, &[condition, if_true[lane], if_false[lane]])))
    }

    pub(super) fn reverse_select(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result else { return Ok(()) };
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        let wanted = [1, 2].map(|at| self.has_adjoint(data.operands[at]));
        if wanted == [false, false] {
            return Ok(());
        }
        let condition = self.need_primal(data.operands[0])?;
        let zero = self.b.zero(data.ty);
        for (at, _) in [1, 2].into_iter().zip(wanted).filter(|&(_, wanted)| wanted) {
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| match at {
                    1 => self.b.select(condition, lane, zero),
                    _ => self.b.select(condition, zero, lane),
                })
                .collect();
            self.add(data.operands[at], &lanes)?;
        }
        Ok(())
    }
}
