//! Calls.

use ir::Inst;

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn forward_call(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_call(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }
}
