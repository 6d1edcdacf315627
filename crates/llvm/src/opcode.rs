//! The numbers of LLVM's C API for opcodes, predicates and orderings, and ours for them: one table for each, read in both directions.

use ir::{BinOp, CastOp, FloatPred, IntPred, Ordering, RmwOp, TailKind};

/// The numbers of `LLVMOpcode` that are not in a table below.
pub(crate) const RET: i32 = 1;
pub(crate) const BR: i32 = 2;
pub(crate) const SWITCH: i32 = 3;
pub(crate) const INDIRECT_BR: i32 = 4;
pub(crate) const INVOKE: i32 = 5;
pub(crate) const UNREACHABLE: i32 = 7;
pub(crate) const ALLOCA: i32 = 26;
pub(crate) const LOAD: i32 = 27;
pub(crate) const STORE: i32 = 28;
pub(crate) const GEP: i32 = 29;
pub(crate) const ICMP: i32 = 42;
pub(crate) const FCMP: i32 = 43;
pub(crate) const PHI: i32 = 44;
pub(crate) const CALL: i32 = 45;
pub(crate) const SELECT: i32 = 46;
pub(crate) const VA_ARG: i32 = 49;
pub(crate) const EXTRACT_ELEMENT: i32 = 50;
pub(crate) const INSERT_ELEMENT: i32 = 51;
pub(crate) const SHUFFLE: i32 = 52;
pub(crate) const EXTRACT_VALUE: i32 = 53;
pub(crate) const INSERT_VALUE: i32 = 54;
pub(crate) const FENCE: i32 = 55;
pub(crate) const CMPXCHG: i32 = 56;
pub(crate) const ATOMIC_RMW: i32 = 57;
pub(crate) const RESUME: i32 = 58;
pub(crate) const LANDING_PAD: i32 = 59;
pub(crate) const CLEANUP_RET: i32 = 61;
pub(crate) const CATCH_RET: i32 = 62;
pub(crate) const CATCH_PAD: i32 = 63;
pub(crate) const CLEANUP_PAD: i32 = 64;
pub(crate) const CATCH_SWITCH: i32 = 65;
pub(crate) const FNEG: i32 = 66;
pub(crate) const CALL_BR: i32 = 67;
pub(crate) const FREEZE: i32 = 68;

const BINARY: [(i32, BinOp); 18] = [
    (8, BinOp::Add),
    (9, BinOp::FAdd),
    (10, BinOp::Sub),
    (11, BinOp::FSub),
    (12, BinOp::Mul),
    (13, BinOp::FMul),
    (14, BinOp::UDiv),
    (15, BinOp::SDiv),
    (16, BinOp::FDiv),
    (17, BinOp::URem),
    (18, BinOp::SRem),
    (19, BinOp::FRem),
    (20, BinOp::Shl),
    (21, BinOp::LShr),
    (22, BinOp::AShr),
    (23, BinOp::And),
    (24, BinOp::Or),
    (25, BinOp::Xor),
];

const CASTS: [(i32, CastOp); 14] = [
    (30, CastOp::Trunc),
    (31, CastOp::ZExt),
    (32, CastOp::SExt),
    (33, CastOp::FpToUi),
    (34, CastOp::FpToSi),
    (35, CastOp::UiToFp),
    (36, CastOp::SiToFp),
    (37, CastOp::FpTrunc),
    (38, CastOp::FpExt),
    (39, CastOp::PtrToInt),
    (40, CastOp::IntToPtr),
    (41, CastOp::Bitcast),
    (60, CastOp::AddrSpaceCast),
    (69, CastOp::PtrToAddr),
];

const RMW: [(i32, RmwOp); 21] = [
    (0, RmwOp::Xchg),
    (1, RmwOp::Add),
    (2, RmwOp::Sub),
    (3, RmwOp::And),
    (4, RmwOp::Nand),
    (5, RmwOp::Or),
    (6, RmwOp::Xor),
    (7, RmwOp::Max),
    (8, RmwOp::Min),
    (9, RmwOp::UMax),
    (10, RmwOp::UMin),
    (11, RmwOp::FAdd),
    (12, RmwOp::FSub),
    (13, RmwOp::FMax),
    (14, RmwOp::FMin),
    (15, RmwOp::UIncWrap),
    (16, RmwOp::UDecWrap),
    (17, RmwOp::USubCond),
    (18, RmwOp::USubSat),
    (19, RmwOp::FMaximum),
    (20, RmwOp::FMinimum),
];

const ORDERINGS: [(i32, Ordering); 7] = [
    (0, Ordering::NotAtomic),
    (1, Ordering::Unordered),
    (2, Ordering::Monotonic),
    (4, Ordering::Acquire),
    (5, Ordering::Release),
    (6, Ordering::AcqRel),
    (7, Ordering::SeqCst),
];

const TAILS: [(i32, TailKind); 4] = [
    (0, TailKind::None),
    (1, TailKind::Tail),
    (2, TailKind::MustTail),
    (3, TailKind::NoTail),
];

/// Integer predicates count from 32, in the order of [`IntPred::ALL`].
const FIRST_INT_PREDICATE: i32 = 32;

fn ours<T: Copy>(table: &[(i32, T)], number: i32) -> Option<T> {
    table.iter().find(|entry| entry.0 == number).map(|entry| entry.1)
}

fn theirs<T: Copy + PartialEq>(table: &[(i32, T)], wanted: T) -> i32 {
    table
        .iter()
        .find(|entry| entry.1 == wanted)
        .map_or(0, |entry| entry.0)
}

/// The arithmetic operation of an opcode.
pub(crate) fn binary(opcode: i32) -> Option<BinOp> {
    // The table is in the order of the numbers.
    let entry = BINARY.get(usize::try_from(opcode.checked_sub(BINARY[0].0)?).ok()?)?;
    Some(entry.1)
}

/// The opcode of an arithmetic operation.
pub(crate) fn binary_opcode(op: BinOp) -> i32 {
    theirs(&BINARY, op)
}

/// The conversion of an opcode.
pub(crate) fn cast(opcode: i32) -> Option<CastOp> {
    ours(&CASTS, opcode)
}

/// The opcode of a conversion.
pub(crate) fn cast_opcode(op: CastOp) -> i32 {
    theirs(&CASTS, op)
}

/// The operation of an `atomicrmw`.
pub(crate) fn rmw(number: i32) -> Option<RmwOp> {
    ours(&RMW, number)
}

/// The number of an `atomicrmw` operation.
pub(crate) fn rmw_number(op: RmwOp) -> i32 {
    theirs(&RMW, op)
}

/// A memory ordering; an unknown one is the strongest.
pub(crate) fn ordering(number: i32) -> Ordering {
    ours(&ORDERINGS, number).unwrap_or(Ordering::SeqCst)
}

/// The number of a memory ordering.
pub(crate) fn ordering_number(ordering: Ordering) -> i32 {
    theirs(&ORDERINGS, ordering)
}

/// A tail-call kind.
pub(crate) fn tail(number: i32) -> TailKind {
    ours(&TAILS, number).unwrap_or(TailKind::None)
}

/// The number of a tail-call kind.
pub(crate) fn tail_number(tail: TailKind) -> i32 {
    theirs(&TAILS, tail)
}

/// An integer predicate.
pub(crate) fn int_pred(number: i32) -> Option<IntPred> {
    let index = usize::try_from(number - FIRST_INT_PREDICATE).ok()?;
    IntPred::ALL.get(index).copied()
}

/// The number of an integer predicate.
pub(crate) fn int_pred_number(pred: IntPred) -> i32 {
    pred as i32 + FIRST_INT_PREDICATE
}

/// A float predicate.
pub(crate) fn float_pred(number: i32) -> Option<FloatPred> {
    FloatPred::ALL.get(usize::try_from(number).ok()?).copied()
}

/// The number of a float predicate.
pub(crate) fn float_pred_number(pred: FloatPred) -> i32 {
    pred as i32
}

/// The names of instructions that are only copied.
pub(crate) fn opaque_name(opcode: i32) -> &'static str {
    match opcode {
        CLEANUP_RET => "cleanupret",
        CATCH_RET => "catchret",
        CATCH_PAD => "catchpad",
        CLEANUP_PAD => "cleanuppad",
        CATCH_SWITCH => "catchswitch",
        CALL_BR => "callbr",
        CALL => "call",
        INVOKE => "invoke",
        ATOMIC_RMW => "atomicrmw",
        _ => "unknown instruction",
    }
}

/// Whether an instruction that is only copied ends its block.
pub(crate) fn is_opaque_terminator(opcode: i32) -> bool {
    matches!(opcode, CLEANUP_RET | CATCH_RET | CATCH_SWITCH | CALL_BR | INVOKE)
}
