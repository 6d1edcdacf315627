//! Until the library of functions is there. TO BE DELETED with that.
use crate::emit::{Emit, Outcome};
impl Emit<'_> {
    pub(super) fn forward_library(&mut self, _: ir::Inst, _: &str, _: &rules::Entry) -> Outcome {
        Ok(())
    }
    pub(super) fn reverse_library(&mut self, _: ir::Inst, _: &str, _: &rules::Entry) -> Outcome {
        Ok(())
    }
    pub(crate) fn clear(&mut self, _: ir::Value, _: ir::Value) {}
}
