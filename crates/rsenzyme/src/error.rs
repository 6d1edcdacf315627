//! Why there is no derivative.

use std::fmt;

use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

use crate::diagnostic::{Diagnostic, Severity};
use crate::request::RequestError;

/// One reason, with its place.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The function that it is in, as its symbol.
    pub function: String,
    /// The instruction, as LLVM prints it.
    pub instruction: Option<String>,
    /// What the user can do.
    pub remedy: Option<String>,
    /// The reasons, line by line.
    pub details: Vec<String>,
    /// For hosts: the function and the `DILocation`. Null where there is none.
    pub(crate) place: (LLVMValueRef, LLVMMetadataRef),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.function.is_empty() {
            write!(f, ", in `{}`", llvm::demangle(&self.function))?;
        }
        if let Some(instruction) = &self.instruction {
            write!(f, " at `{instruction}`")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        for line in &self.details {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// What can be wrong.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A call of an `__enzyme_*` function does not follow the protocol.
    #[error("{0}")]
    Request(String),
    /// The function, or something that it calls, has no derivative.
    #[error("{0}")]
    Derivative(forward::ErrorKind),
    /// LLVM refuses what was made of the function, or it cannot be prepared.
    #[error("{0}")]
    Llvm(String),
    /// A registration global or annotation has the wrong form.
    #[error("cannot use the registration `{name}`: {problem}")]
    Registration {
        /// The global's name, or the annotation.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// An invariant of rsenzyme does not hold.
    #[error("internal error of rsenzyme: {0}; please report it with the input")]
    Internal(String),
}

impl Error {
    /// An error of the protocol, at a request.
    pub(crate) fn request(error: &RequestError, call: crate::raw::Val) -> Self {
        let function = call.parent_function();
        Self {
            kind: ErrorKind::Request(error.to_string()),
            // Its text names the functions that matter, and the host shows the place.
            function: String::new(),
            instruction: None,
            remedy: None,
            details: Vec::new(),
            place: (function.raw(), call.location()),
        }
    }

    /// What LLVM refuses.
    pub(crate) fn llvm(message: String) -> Self {
        Self::of_module(ErrorKind::Llvm(message))
    }

    /// A registration of the wrong form.
    pub(crate) fn registration(name: &str, problem: &'static str) -> Self {
        Self::of_module(ErrorKind::Registration {
            name: name.to_owned(),
            problem,
        })
    }

    /// A request of a program that makes no sense.
    pub(crate) fn misused(function: String, problem: &str) -> Self {
        Self {
            kind: ErrorKind::Request(problem.to_owned()),
            function,
            instruction: None,
            remedy: None,
            details: Vec::new(),
            place: (std::ptr::null_mut(), std::ptr::null_mut()),
        }
    }

    /// A bug of ours.
    pub(crate) fn internal(what: &str) -> Self {
        Self::of_module(ErrorKind::Internal(what.to_owned()))
    }

    fn of_module(kind: ErrorKind) -> Self {
        Self {
            kind,
            function: String::new(),
            instruction: None,
            remedy: None,
            details: Vec::new(),
            place: (std::ptr::null_mut(), std::ptr::null_mut()),
        }
    }

    /// For the host.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: self.to_string(),
            function: self.place.0,
            location: self.place.1,
        }
    }
}
