//! Instructions: LLVM's (LangRef, "Instruction Reference"), as an operation, operand values and target blocks.
//!
//! Operands and targets are kept in uniform lists, so that generic code (remapping, use lists, graphs) needs no match over
//! operations. What each operation expects there is said at its [`Op`] variant and checked by the verifier.

use smallvec::SmallVec;

use crate::context::{Attrs, Meta};
use crate::function::{Block, Value};
use crate::origin::Origin;
use crate::types::Type;

crate::entity! {
    /// An instruction of a function.
    Inst, "inst"
}

/// Binary operations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    UDiv,
    SDiv,
    URem,
    SRem,
    Shl,
    LShr,
    AShr,
    And,
    Or,
    Xor,
    FAdd,
    FSub,
    FMul,
    FDiv,
    FRem,
}

impl BinOp {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Add,
        Self::Sub,
        Self::Mul,
        Self::UDiv,
        Self::SDiv,
        Self::URem,
        Self::SRem,
        Self::Shl,
        Self::LShr,
        Self::AShr,
        Self::And,
        Self::Or,
        Self::Xor,
        Self::FAdd,
        Self::FSub,
        Self::FMul,
        Self::FDiv,
        Self::FRem,
    ];

    /// Whether it calculates on floats.
    pub fn is_float(self) -> bool {
        matches!(
            self,
            Self::FAdd | Self::FSub | Self::FMul | Self::FDiv | Self::FRem
        )
    }

    /// The name in textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Sub => "sub",
            Self::Mul => "mul",
            Self::UDiv => "udiv",
            Self::SDiv => "sdiv",
            Self::URem => "urem",
            Self::SRem => "srem",
            Self::Shl => "shl",
            Self::LShr => "lshr",
            Self::AShr => "ashr",
            Self::And => "and",
            Self::Or => "or",
            Self::Xor => "xor",
            Self::FAdd => "fadd",
            Self::FSub => "fsub",
            Self::FMul => "fmul",
            Self::FDiv => "fdiv",
            Self::FRem => "frem",
        }
    }
}

/// Conversions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum CastOp {
    Trunc,
    ZExt,
    SExt,
    FpTrunc,
    FpExt,
    FpToUi,
    FpToSi,
    UiToFp,
    SiToFp,
    PtrToInt,
    PtrToAddr,
    IntToPtr,
    Bitcast,
    AddrSpaceCast,
}

impl CastOp {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Trunc,
        Self::ZExt,
        Self::SExt,
        Self::FpTrunc,
        Self::FpExt,
        Self::FpToUi,
        Self::FpToSi,
        Self::UiToFp,
        Self::SiToFp,
        Self::PtrToInt,
        Self::PtrToAddr,
        Self::IntToPtr,
        Self::Bitcast,
        Self::AddrSpaceCast,
    ];

    /// The name in textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trunc => "trunc",
            Self::ZExt => "zext",
            Self::SExt => "sext",
            Self::FpTrunc => "fptrunc",
            Self::FpExt => "fpext",
            Self::FpToUi => "fptoui",
            Self::FpToSi => "fptosi",
            Self::UiToFp => "uitofp",
            Self::SiToFp => "sitofp",
            Self::PtrToInt => "ptrtoint",
            Self::PtrToAddr => "ptrtoaddr",
            Self::IntToPtr => "inttoptr",
            Self::Bitcast => "bitcast",
            Self::AddrSpaceCast => "addrspacecast",
        }
    }
}

/// Integer comparisons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum IntPred {
    Eq,
    Ne,
    Ugt,
    Uge,
    Ult,
    Ule,
    Sgt,
    Sge,
    Slt,
    Sle,
}

impl IntPred {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Eq,
        Self::Ne,
        Self::Ugt,
        Self::Uge,
        Self::Ult,
        Self::Ule,
        Self::Sgt,
        Self::Sge,
        Self::Slt,
        Self::Sle,
    ];

    /// The name in textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Ugt => "ugt",
            Self::Uge => "uge",
            Self::Ult => "ult",
            Self::Ule => "ule",
            Self::Sgt => "sgt",
            Self::Sge => "sge",
            Self::Slt => "slt",
            Self::Sle => "sle",
        }
    }

    /// The comparison that holds exactly when this one does not.
    pub fn inverse(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Ugt => Self::Ule,
            Self::Uge => Self::Ult,
            Self::Ult => Self::Uge,
            Self::Ule => Self::Ugt,
            Self::Sgt => Self::Sle,
            Self::Sge => Self::Slt,
            Self::Slt => Self::Sge,
            Self::Sle => Self::Sgt,
        }
    }

    /// The comparison with its operands exchanged.
    pub fn swapped(self) -> Self {
        match self {
            Self::Eq | Self::Ne => self,
            Self::Ugt => Self::Ult,
            Self::Uge => Self::Ule,
            Self::Ult => Self::Ugt,
            Self::Ule => Self::Uge,
            Self::Sgt => Self::Slt,
            Self::Sge => Self::Sle,
            Self::Slt => Self::Sgt,
            Self::Sle => Self::Sge,
        }
    }
}

/// Float comparisons: `o` is false and `u` is true when an operand is NaN.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum FloatPred {
    False,
    Oeq,
    Ogt,
    Oge,
    Olt,
    Ole,
    One,
    Ord,
    Uno,
    Ueq,
    Ugt,
    Uge,
    Ult,
    Ule,
    Une,
    True,
}

impl FloatPred {
    /// All of them, in LLVM's numbering: bit 0 equal, bit 1 greater, bit 2 less, bit 3 unordered.
    pub const ALL: [Self; 16] = [
        Self::False,
        Self::Oeq,
        Self::Ogt,
        Self::Oge,
        Self::Olt,
        Self::Ole,
        Self::One,
        Self::Ord,
        Self::Uno,
        Self::Ueq,
        Self::Ugt,
        Self::Uge,
        Self::Ult,
        Self::Ule,
        Self::Une,
        Self::True,
    ];

    /// The name in textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Oeq => "oeq",
            Self::Ogt => "ogt",
            Self::Oge => "oge",
            Self::Olt => "olt",
            Self::Ole => "ole",
            Self::One => "one",
            Self::Ord => "ord",
            Self::Uno => "uno",
            Self::Ueq => "ueq",
            Self::Ugt => "ugt",
            Self::Uge => "uge",
            Self::Ult => "ult",
            Self::Ule => "ule",
            Self::Une => "une",
            Self::True => "true",
        }
    }

    /// The answer for an outcome of comparing two floats; `None` is unordered.
    pub fn holds(self, outcome: Option<std::cmp::Ordering>) -> bool {
        let bit = match outcome {
            Some(std::cmp::Ordering::Equal) => 1,
            Some(std::cmp::Ordering::Greater) => 2,
            Some(std::cmp::Ordering::Less) => 4,
            None => 8,
        };
        self as u8 & bit != 0
    }
}

/// Read-modify-write operations of `atomicrmw`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum RmwOp {
    Xchg,
    Add,
    Sub,
    And,
    Nand,
    Or,
    Xor,
    Max,
    Min,
    UMax,
    UMin,
    FAdd,
    FSub,
    FMax,
    FMin,
    FMaximum,
    FMinimum,
    UIncWrap,
    UDecWrap,
    USubCond,
    USubSat,
}

impl RmwOp {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::Xchg,
        Self::Add,
        Self::Sub,
        Self::And,
        Self::Nand,
        Self::Or,
        Self::Xor,
        Self::Max,
        Self::Min,
        Self::UMax,
        Self::UMin,
        Self::FAdd,
        Self::FSub,
        Self::FMax,
        Self::FMin,
        Self::FMaximum,
        Self::FMinimum,
        Self::UIncWrap,
        Self::UDecWrap,
        Self::USubCond,
        Self::USubSat,
    ];

    /// The name in textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xchg => "xchg",
            Self::Add => "add",
            Self::Sub => "sub",
            Self::And => "and",
            Self::Nand => "nand",
            Self::Or => "or",
            Self::Xor => "xor",
            Self::Max => "max",
            Self::Min => "min",
            Self::UMax => "umax",
            Self::UMin => "umin",
            Self::FAdd => "fadd",
            Self::FSub => "fsub",
            Self::FMax => "fmax",
            Self::FMin => "fmin",
            Self::FMaximum => "fmaximum",
            Self::FMinimum => "fminimum",
            Self::UIncWrap => "uinc_wrap",
            Self::UDecWrap => "udec_wrap",
            Self::USubCond => "usub_cond",
            Self::USubSat => "usub_sat",
        }
    }
}

/// Memory ordering of atomic operations (LangRef, "Atomic Memory Ordering Constraints").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum Ordering {
    #[default]
    NotAtomic,
    Unordered,
    Monotonic,
    Acquire,
    Release,
    AcqRel,
    SeqCst,
}

/// How memory is accessed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Access {
    /// Alignment in bytes; 0 for the type's natural one.
    pub align: u32,
    /// The atomic ordering (of `cmpxchg`: on success).
    pub ordering: Ordering,
    /// The ordering of `cmpxchg` on failure.
    pub failure: Ordering,
    /// `volatile`.
    pub volatile: bool,
    /// `weak`, for `cmpxchg`.
    pub weak: bool,
}

/// Flags of arithmetic, address and call instructions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u32);

impl Flags {
    /// No unsigned wrap.
    pub const NUW: Self = Self(1);
    /// No signed wrap.
    pub const NSW: Self = Self(1 << 1);
    /// Exact division or right shift.
    pub const EXACT: Self = Self(1 << 2);
    /// `or` of disjoint bits.
    pub const DISJOINT: Self = Self(1 << 3);
    /// The operand is not negative.
    pub const NNEG: Self = Self(1 << 4);
    /// Both operands of a comparison have the same sign.
    pub const SAMESIGN: Self = Self(1 << 5);
    /// Address within the object.
    pub const INBOUNDS: Self = Self(1 << 6);
    /// No unsigned signed wrap, of addresses.
    pub const NUSW: Self = Self(1 << 7);
    /// Fast-math: reassociation.
    pub const REASSOC: Self = Self(1 << 8);
    /// Fast-math: no NaNs.
    pub const NNAN: Self = Self(1 << 9);
    /// Fast-math: no infinities.
    pub const NINF: Self = Self(1 << 10);
    /// Fast-math: no signed zeros.
    pub const NSZ: Self = Self(1 << 11);
    /// Fast-math: reciprocals.
    pub const ARCP: Self = Self(1 << 12);
    /// Fast-math: contraction.
    pub const CONTRACT: Self = Self(1 << 13);
    /// Fast-math: approximate functions.
    pub const AFN: Self = Self(1 << 14);
    /// All fast-math flags.
    pub const FAST: Self = Self(0x7f00);

    /// No flags.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Only the fast-math flags.
    #[must_use]
    pub const fn fast_math(self) -> Self {
        Self(self.0 & Self::FAST.0)
    }
}

impl std::fmt::Debug for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flags({:#x})", self.0)
    }
}

/// Tail-call kinds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(missing_docs, reason = "the LangRef's own names")]
pub enum TailKind {
    #[default]
    None,
    Tail,
    MustTail,
    NoTail,
}

/// What a call says besides its operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CallInfo {
    /// The function type of the call.
    pub func_ty: Type,
    /// Attributes of the call site.
    pub attrs: Attrs,
    /// The calling convention, as LLVM numbers it.
    pub conv: u32,
    /// The tail-call kind.
    pub tail: TailKind,
    /// How many operands at the end belong to operand bundles.
    pub bundle_operands: u16,
}

/// Indices of `extractvalue` and `insertvalue`.
pub type Indices = Box<[u32]>;

/// What an instruction does. Each variant says what its operands and targets are; no mention means none.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// Negation of a float or vector of floats: `[x]`.
    FNeg,
    /// Arithmetic: `[x, y]`.
    Binary(BinOp),
    /// A conversion: `[x]`.
    Cast(CastOp),
    /// Integer or pointer comparison: `[x, y]`.
    ICmp(IntPred),
    /// Float comparison: `[x, y]`.
    FCmp(FloatPred),
    /// `[condition, if_true, if_false]`.
    Select,
    /// `[x]`.
    Freeze,
    /// `[vector, index]`.
    ExtractElement,
    /// `[vector, element, index]`.
    InsertElement,
    /// `[x, y]`; the mask names lanes of both, -1 for poison.
    Shuffle(Box<[i32]>),
    /// `[aggregate]`.
    ExtractValue(Indices),
    /// `[aggregate, member]`.
    InsertValue(Indices),
    /// `[count]`: stack memory for `count` objects.
    Alloca {
        /// The type of one object.
        ty: Type,
        /// Alignment in bytes.
        align: u32,
    },
    /// `[address]`.
    Load(Access),
    /// `[value, address]`.
    Store(Access),
    /// `[base, indices...]`: address arithmetic.
    Gep {
        /// The type that is stepped over.
        source: Type,
    },
    /// A memory fence.
    Fence(Ordering),
    /// `[address, value]`.
    AtomicRmw(RmwOp, Access),
    /// `[address, expected, new]`.
    CmpXchg(Access),
    /// `[list]`: the next variable argument.
    VaArg,
    /// `[callee, arguments..., bundle operands...]`.
    Call(CallInfo),
    /// Operands are the incoming values, targets the blocks that they come from.
    Phi,
    /// Targets: `[next]`.
    Br,
    /// `[condition]`; targets: `[if_true, if_false]`.
    CondBr,
    /// `[value, cases...]`; targets: `[default, case targets...]`. Cases are integer constants.
    Switch,
    /// `[address]`; targets: the possible ones.
    IndirectBr,
    /// `[]` or `[value]`.
    Ret,
    /// Never reached.
    Unreachable,
    /// `[callee, arguments..., bundle operands...]`; targets: `[normal, unwind]`.
    Invoke(CallInfo),
    /// `[exception]`.
    Resume,
    /// Operands are the clauses.
    LandingPad {
        /// A cleanup runs in any case.
        cleanup: bool,
    },
    /// Any other instruction, which can only be copied; targets are its successors if it ends a block.
    Opaque {
        /// The name of the instruction, for messages.
        name: &'static str,
        /// Whether it ends its block.
        terminator: bool,
    },
}

impl Op {
    /// Whether it ends a block.
    pub fn is_terminator(&self) -> bool {
        match self {
            Self::Br
            | Self::CondBr
            | Self::Switch
            | Self::IndirectBr
            | Self::Ret
            | Self::Unreachable
            | Self::Invoke(_)
            | Self::Resume => true,
            Self::Opaque { terminator, .. } => *terminator,
            _ => false,
        }
    }

    /// What a call or invoke says besides its operands.
    #[inline]
    pub fn call_info(&self) -> Option<&CallInfo> {
        match self {
            Self::Call(info) | Self::Invoke(info) => Some(info),
            _ => None,
        }
    }
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct InstData {
    /// What it does.
    pub op: Op,
    /// Arithmetic and fast-math flags.
    pub flags: Flags,
    /// The type of the result; void if there is none.
    pub ty: Type,
    /// Operands, as the operation says.
    pub operands: SmallVec<[Value; 3]>,
    /// Successors of a terminator, or incoming blocks of a phi.
    pub targets: SmallVec<[Block; 2]>,
    /// The value that it defines, unless its type is void.
    pub result: Option<Value>,
    /// The block that it is in.
    pub block: Block,
    /// Metadata that analyses read.
    pub meta: Meta,
    /// The instruction that it was imported from or is an exact copy of (up to operands and targets).
    pub origin: Option<Origin>,
    /// The imported instruction whose source location it shares.
    pub location: Option<Origin>,
}

impl InstData {
    /// The called value, for calls and invokes.
    #[inline]
    pub fn callee(&self) -> Option<Value> {
        self.op.call_info().and_then(|_| self.operands.first().copied())
    }

    /// The arguments, for calls and invokes; without operand bundles.
    #[inline]
    pub fn args(&self) -> &[Value] {
        match self.op.call_info() {
            Some(info) => &self.operands[1..self.operands.len() - usize::from(info.bundle_operands)],
            None => &[],
        }
    }

    /// The incoming pairs of a phi.
    pub fn incoming(&self) -> impl Iterator<Item = (Block, Value)> + '_ {
        let phi = matches!(self.op, Op::Phi);
        self.targets
            .iter()
            .copied()
            .zip(self.operands.iter().copied())
            .filter(move |_| phi)
    }

    /// The address operand and the access, for loads, stores and atomic operations.
    pub fn address(&self) -> Option<(Value, Access)> {
        match self.op {
            Op::Load(access) | Op::AtomicRmw(_, access) | Op::CmpXchg(access) => {
                Some((self.operands[0], access))
            }
            Op::Store(access) => Some((self.operands[1], access)),
            _ => None,
        }
    }
}
