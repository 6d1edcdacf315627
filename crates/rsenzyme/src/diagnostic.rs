//! What the engine tells its host.

use std::fmt;
use std::time::Duration;

use ir::phases::PhaseTime;

use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// For information.
    Note,
    /// The result is right, but the user should look.
    Warning,
    /// The request was not carried out: compilation must fail.
    Error,
}

/// A message with its place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The text: what, where, remedy.
    pub message: String,
    /// The function that it is about; null if it is about the module.
    pub function: LLVMValueRef,
    /// The source location, a `DILocation`; null if there is none. It belongs to the context, so it outlives the instruction that had
    /// it, which may be in a copy that is gone by now.
    pub location: LLVMMetadataRef,
}

impl fmt::Display for Diagnostic {
    /// The source line, where it is known, and the message: for programs that have no diagnostics of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: locations come from the module that was lowered, and their context is alive as long as the host uses the diagnostic.
        if let Some(place) = unsafe { llvm::location_text(self.location) } {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What lowering did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Whether the module changed.
    pub changed: bool,
    /// What to tell the user, in the order of the module.
    pub diagnostics: Vec<Diagnostic>,
    /// The plans of tapes, if [`Options::print_plan`](crate::Options::print_plan) asks for them.
    pub plans: String,
    /// What the analyses found, for standard output, if [`Options::print_type`](crate::Options::print_type) or
    /// [`Options::print_activity`](crate::Options::print_activity) asks for it.
    pub analyses: String,
    /// What each phase took, if [`Options::time`](crate::Options::time) asks for it.
    pub times: Vec<PhaseTime>,
}

impl Outcome {
    /// The reports that options ask for, for standard error: plans of tapes and times of phases. Empty if none was asked for.
    pub fn reports(&self) -> String {
        let mut text = self.plans.clone();
        let total: Duration = self.times.iter().map(|phase| phase.time).sum();
        if !self.times.is_empty() {
            let share = |time: Duration| 100.0 * time.as_secs_f64() / total.as_secs_f64().max(1e-9);
            let mut line = |name: &str, time: Duration, entered: String| {
                let (ms, share) = (1e3 * time.as_secs_f64(), share(time));
                text += &format!("{ms:10.3} ms {share:5.1} %  {name}{entered}\n");
            };
            for phase in &self.times {
                let entered = match phase.entered {
                    0 | 1 => String::new(),
                    entered => format!(" ({entered} times)"),
                };
                line(phase.name, phase.time, entered);
            }
            line("total", total, String::new());
        }
        text
    }
}
