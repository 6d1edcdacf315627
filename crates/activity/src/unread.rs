//! Memory that is written and never read: what is stored there matters to nobody, so no derivative is.

use ir::memory::{Class, PointsTo};
use ir::{BinOp, CastOp, EntitySet, Function, Inst, Op, Uses, Value, ValueDef};
use rules::{CallKind, Entry, Kind};

use crate::tables::Map;

/// The classes of a function whose objects are known here alone, and whose addresses are used for writing and releasing only. Where
/// nobody asks for derivatives of the result (`returns_nothing`), they may be returned, too.
pub(crate) fn unread(
    function: &Function,
    points_to: PointsTo<'_>,
    uses: &Uses,
    calls: &Map<Inst, CallKind<'_>>,
    returns_nothing: bool,
) -> EntitySet<Class> {
    let mut unread = EntitySet::with_len(points_to.class_count());
    for value in function.values() {
        if let Some(class) = points_to.class(value) {
            unread.insert(class);
        }
    }
    let outside = points_to.globals().map(|(_, class)| class);
    let returned = points_to.returned().filter(|_| !returns_nothing);
    let outside = outside.chain(points_to.external()).chain(returned);
    outside.for_each(|class| {
        unread.remove(class);
    });
    for inst in calls.keys() {
        for &(_, class) in points_to.call(*inst) {
            unread.remove(class);
        }
    }
    for value in function.values() {
        if !points_to.classes(value).any(|class| unread.contains(class)) {
            continue;
        }
        let starts_here = match function.value(value).def {
            ValueDef::Inst(inst) => !matches!(function.inst(inst).op, Op::Load(_)),
            ValueDef::Param(_) | ValueDef::Const(_) => false,
        };
        let fine = || {
            let mut uses = uses.of_value(value).iter();
            uses.all(|&(inst, position)| {
                only_writes(function, calls, inst, position as usize)
                    || returns_nothing && matches!(function.inst(inst).op, Op::Ret)
                    || is_address(function, points_to, inst, position as usize)
            })
        };
        if !starts_here || points_to.class(value).is_none() || !fine() {
            for class in points_to.classes(value) {
                unread.remove(class);
            }
        }
    }
    unread
}

/// Whether an instruction computes another address of the same memory from one.
fn is_address(function: &Function, points_to: PointsTo<'_>, inst: Inst, position: usize) -> bool {
    let data = function.inst(inst);
    let computes = match data.op {
        Op::Gep { .. } => position == 0,
        Op::Phi | Op::Select | Op::Freeze => true,
        Op::Cast(op) => {
            use CastOp::{AddrSpaceCast, Bitcast, IntToPtr, PtrToInt};
            matches!(op, Bitcast | AddrSpaceCast | PtrToInt | IntToPtr)
        }
        // Aligning an address.
        Op::Binary(op) => matches!(op, BinOp::And | BinOp::Add | BinOp::Sub | BinOp::Or),
        _ => false,
    };
    computes
        && data
            .result
            .is_some_and(|result| points_to.class(result).is_some())
}

/// Whether an instruction does nothing with an address but to write there or to compare it.
fn only_writes(function: &Function, calls: &Map<Inst, CallKind<'_>>, inst: Inst, position: usize) -> bool {
    let data = function.inst(inst);
    match data.op {
        Op::Store(_) => position == 1,
        Op::ICmp(_) => true,
        Op::Call(_) | Op::Invoke(_) => match calls.get(&inst) {
            Some(CallKind::Rule(entry)) => position > 0 && writes_at(entry, position - 1, data.result),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a function of the table only writes through an argument, or releases it.
fn writes_at(entry: &Entry, index: usize, result: Option<Value>) -> bool {
    match &entry.kind {
        Kind::Transfer(transfer) => usize::from(transfer.destination) == index && result.is_none(),
        Kind::Set(set) => usize::from(set.destination) == index && result.is_none(),
        Kind::Deallocation(_) => true,
        Kind::Inactive(_) => !entry.reads_through(index) && !entry.result_follows_operands(),
        _ => false,
    }
}
