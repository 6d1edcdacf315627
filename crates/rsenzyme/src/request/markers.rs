//! Markers: operands such as `enzyme_dup` that say how to take the operands after them.

use llvm_sys::LLVMOpcode;

use crate::raw::Val;

/// The markers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Marker {
    Const,
    Dup,
    DupNoNeed,
    DupV,
    DupNoNeedV,
    Out,
    NotOverwritten,
    ByRef,
    Interleave,
    Width,
    PrimalReturn,
    NoReturn,
    ConstReturn,
    ActiveReturn,
    DupReturn,
    RuntimeActivity,
    /// Ours, for [`super::rustc::seed`].
    Seed,
    StrongZero,
    Allocated,
    Tape,
    NoFree,
    Vector,
    Scalar,
    Buffer,
    /// One that the protocol knows and this version does not.
    Later,
}

/// Spellings.
const MARKERS: [(&str, Marker); 29] = [
    (super::rustc::seed::MARKER, Marker::Seed),
    ("enzyme_const", Marker::Const),
    ("enzyme_dup", Marker::Dup),
    ("enzyme_dupnoneed", Marker::DupNoNeed),
    ("enzyme_dupv", Marker::DupV),
    ("enzyme_dupnoneedv", Marker::DupNoNeedV),
    ("enzyme_out", Marker::Out),
    ("enzyme_not_overwritten", Marker::NotOverwritten),
    ("enzyme_byref", Marker::ByRef),
    ("enzyme_interleave", Marker::Interleave),
    ("enzyme_width", Marker::Width),
    ("enzyme_primal_return", Marker::PrimalReturn),
    ("enzyme_noret", Marker::NoReturn),
    ("enzyme_const_return", Marker::ConstReturn),
    ("enzyme_active_return", Marker::ActiveReturn),
    ("enzyme_dup_return", Marker::DupReturn),
    ("enzyme_runtime_activity", Marker::RuntimeActivity),
    ("enzyme_strong_zero", Marker::StrongZero),
    ("enzyme_allocated", Marker::Allocated),
    ("enzyme_tape", Marker::Tape),
    ("enzyme_nofree", Marker::NoFree),
    ("enzyme_vector", Marker::Vector),
    ("enzyme_scalar", Marker::Scalar),
    ("enzyme_buffer", Marker::Buffer),
    ("enzyme_interface", Marker::Later),
    ("enzyme_trace", Marker::Later),
    ("enzyme_likelihood", Marker::Later),
    ("enzyme_observations", Marker::Later),
    ("enzyme_active_rand_var", Marker::Later),
];

/// The names of the markers that this version knows, for messages.
pub(crate) fn known_names() -> String {
    let known = MARKERS
        .iter()
        .filter(|(_, marker)| !matches!(marker, Marker::Later | Marker::Seed));
    known.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

impl Marker {
    /// The marker with this name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        MARKERS
            .iter()
            .find(|(spelling, _)| *spelling == name)
            .map(|&(_, marker)| marker)
    }
}

/// The name `enzyme_...` that an operand stands for, if it is a marker: a metadata string, a global variable of that name, its loaded
/// value, or a stack slot that was given that name.
pub(crate) fn name_of(operand: Val) -> Option<String> {
    name_within(operand, 8).filter(|name| name.starts_with("enzyme_"))
}

/// Looks through at most `depth` casts, loads and phis.
fn name_within(operand: Val, depth: u32) -> Option<String> {
    if let Some(text) = operand.metadata_string() {
        return Some(text);
    }
    if operand.is_global_variable() {
        return global_marker(operand, depth);
    }
    if depth == 0 {
        return None;
    }
    match operand.opcode()? {
        LLVMOpcode::LLVMLoad
        | LLVMOpcode::LLVMBitCast
        | LLVMOpcode::LLVMAddrSpaceCast
        | LLVMOpcode::LLVMPtrToInt => name_within(*operand.operands().first()?, depth - 1),
        LLVMOpcode::LLVMTrunc | LLVMOpcode::LLVMZExt | LLVMOpcode::LLVMSExt => {
            name_within(*operand.operands().first()?, depth - 1)
        }
        LLVMOpcode::LLVMAlloca => Some(operand.name()),
        LLVMOpcode::LLVMPHI => {
            let mut names = operand
                .operands()
                .into_iter()
                .map(|leaf| name_within(leaf, depth - 1));
            let first = names.next()??;
            names.all(|name| name.as_deref() == Some(&first)).then_some(first)
        }
        _ => None,
    }
}

/// A global's own name, or that of the marker whose address it holds.
fn global_marker(global: Val, depth: u32) -> Option<String> {
    let name = global.name();
    if name.starts_with("enzyme_") || depth == 0 || !global.is_constant_global() {
        return Some(name);
    }
    match global.initializer() {
        Some(value) if value.is_global_variable() => global_marker(value, depth - 1),
        _ => Some(name),
    }
}

/// Whether a global variable is one of the markers.
pub(crate) fn is_marker(global: Val) -> bool {
    Marker::of_name(&global.name()).is_some()
}
