//! Why there is no plan.

use ir::Inst;

/// Why there is no plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// The size of a value that must be stored is not known.
    #[error(
        "the reverse sweep reads a scalable vector, which the tape has no place for; compile without scalable vectors"
    )]
    ScalableVector {
        /// The instruction that defines it.
        inst: Option<Inst>,
    },
    /// A value that does not fit into the limit.
    #[error(
        "the tape is limited to {limit} bytes; storing {what} ({bytes} bytes, estimated) goes beyond it: {reason}"
    )]
    TapeLimit {
        /// The instruction that defines it.
        inst: Option<Inst>,
        /// The limit in bytes.
        limit: u64,
        /// What would have to be stored.
        what: String,
        /// How many bytes that is for one execution of the function, as far as trip counts are known.
        bytes: u64,
        /// Why it must be stored.
        reason: String,
    },
    /// The function is not what crate `ir::canonical` makes.
    #[error("internal error: the body is not canonical: {what}")]
    NotCanonical {
        /// What is wrong.
        what: String,
    },
}
