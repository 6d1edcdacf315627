//! Loads, stores and addresses.

use ir::Inst;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn forward_store(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_store(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_load(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn shadow_of_load(&mut self, inst: Inst) -> Outcome<Lanes> {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn shadow_of_gep(&mut self, inst: Inst) -> Outcome<Lanes> {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }
}
