//! Values that carry derivatives and may be anything: an error that says where their bytes come from, or, where the user allows guesses
//! (`-enzyme-loose-types`), an integer without an adjoint, and a warning.
//!
//! Only what an instruction treats as an integer is guessed to be one. What a copy moves is never guessed: nothing says what it is.

use ::shadow::{Warning, WarningKind};
use ir::{Inst, Value};
use typeanalysis::UnknownBytes;

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// Takes an active value that may be anything for an integer.
    ///
    /// # Errors
    /// If the user does not allow guesses.
    pub(crate) fn guess_integer(&mut self, value: Value) -> Outcome {
        let what = format!("the value {} is an integer", self.source().value_name(value));
        match self.undeduced_bytes(value) {
            Some(unknown) if self.input.options.types.loose => {
                self.guess(self.source().def_inst(value), what, unknown);
                Ok(())
            }
            _ => Err(self.undeduced(value)),
        }
    }

    /// An integer operation whose operand may be the bits of an active float, which has no adjoint.
    ///
    /// # Errors
    /// If they are known to be, or if the user does not allow guesses.
    pub(crate) fn unclear_bits(&mut self, inst: Inst, name: &str) -> Outcome {
        let facts = self.input.facts;
        match facts.undeduced_operand(self.b.ctx, self.source(), inst) {
            Some(unknown) if self.input.options.types.loose => {
                let what = format!("the operands of `{name}` are integers");
                self.guess(Some(inst), what, unknown);
                Ok(())
            }
            unknown => Err(ErrorKind::BitArithmetic {
                name: name.to_owned(),
                unknown,
            }),
        }
    }

    /// The error for an active value that may be anything.
    pub(crate) fn undeduced(&self, value: Value) -> ErrorKind {
        ErrorKind::UndeducedType {
            what: format!("the active value {}", self.source().value_name(value)),
            unknown: self.undeduced_bytes(value),
        }
    }

    /// What the type analysis does not know of a value.
    pub(crate) fn undeduced_bytes(&self, value: Value) -> Option<Box<UnknownBytes>> {
        let size = self.b.ctx.store_size_of(self.source_type(value))?;
        let unknown = self.input.facts.undeduced(self.source(), value, size);
        unknown.map(Box::new)
    }

    fn guess(&mut self, inst: Option<Inst>, what: String, unknown: Box<UnknownBytes>) {
        self.guesses.add([Warning {
            func: self.source().id,
            inst,
            kind: WarningKind::Guess { what, unknown },
        }]);
    }
}
