//! What can go wrong at the edge to LLVM.

/// Why a body could not be written as LLVM IR. Nothing of the export that failed is left in the module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// An instruction can only be copied from its origin, and has none or was changed.
    #[error("in `{function}`: cannot write `{instruction}`: {reason}")]
    Unsupported {
        /// The function that was written.
        function: String,
        /// The instruction, in our text.
        instruction: String,
        /// What is in the way.
        reason: String,
    },
    /// A constant or a symbol cannot be written.
    #[error("in `{function}`: cannot write a constant: {reason}")]
    Constant {
        /// The function that mentions it.
        function: String,
        /// What is in the way.
        reason: String,
    },
    /// LLVM's verifier does not accept what was written: a bug of whoever made the body, or of the exporter.
    #[error("LLVM's verifier rejects `{function}`: {message}\n{text}")]
    Rejected {
        /// The function that was written.
        function: String,
        /// What the verifier says about the module.
        message: String,
        /// The function as it was written, cut after some thousand characters; empty for all but the first few.
        text: String,
    },
}

/// Why LLVM's passes did not run on a function or its copy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The function cannot be copied.
    #[error("`{function}` cannot be copied: {reason}")]
    NotCopied {
        /// The function.
        function: String,
        /// What is in the way.
        reason: String,
    },
    /// Bodies that stand for functions of libraries were not taken in.
    #[error("LLVM does not link the bodies that stand for functions of libraries into the module")]
    Bodies,
    /// LLVM did not run a pipeline.
    #[error("LLVM refused the pipeline `{passes}`: {message}")]
    Pipeline {
        /// The pipeline.
        passes: String,
        /// LLVM's message.
        message: String,
    },
    /// LLVM did not run the passes.
    #[error("LLVM refused the passes `{passes}` on `{function}`: {message}")]
    Passes {
        /// The function.
        function: String,
        /// The pipeline.
        passes: String,
        /// LLVM's message.
        message: String,
    },
}
