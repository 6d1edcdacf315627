//! Atomic read-modify-write operations.

use ir::Inst;

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn forward_atomic_rmw(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_atomic_rmw(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn forward_compare_exchange(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }

    pub(super) fn reverse_compare_exchange(&mut self, inst: Inst) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: format!("{:?}", self.op(inst)),
        })
    }
}
