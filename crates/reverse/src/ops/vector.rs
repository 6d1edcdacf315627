//! Members of vectors and aggregates.

use ir::Inst;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn shadow_of_rearrangement(&mut self, inst: Inst) -> Outcome<Lanes> {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_rearrangement(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }
}
