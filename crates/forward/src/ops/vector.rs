//! Members of aggregates and lanes of vectors: the same rearrangement of the tangents.

use ir::{Inst, Op};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn rearrange(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) {
            return Err(ErrorKind::ScalableVector);
        }
        // The number of operands with a tangent; the rest are indices.
        let values = match data.op {
            Op::ExtractElement | Op::ExtractValue(_) => 1,
            _ => 2,
        };
        if data.operands[..values]
            .iter()
            .all(|&value| self.tangent(value).is_none())
            && !self.is_address(inst)
        {
            return Ok(());
        }
        let mut shadows: SmallVec<[Lanes; 2]> = SmallVec::new();
        for &value in &data.operands[..values] {
            shadows.push(self.shadow(value)?);
        }
        let indices = self.primals(&data.operands[values..]);
        let lanes = self.each(|emit, lane| {
            let mut operands: SmallVec<[_; 3]> = shadows.iter().map(|lanes| lanes[lane]).collect();
            operands.extend_from_slice(&indices);
            emit.repeat_value(inst, &operands)
        });
        self.set_result(inst, lanes);
        Ok(())
    }
}
