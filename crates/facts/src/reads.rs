//! What bytes of local variables are by how they are read.
//!
//! Type analysis knows nothing of bytes that nobody reads, but nor does it of bytes that are read at an offset that changes, or as integers of
//! unknown meaning. So it is asked here, by the accesses themselves. From bytes that nothing reads, or only what carries no derivative, nothing flows
//! back, whatever they are; and those that are read as floats of one format only are such floats. Where bytes are copied to another variable that is asked in its turn.

use std::ops::Range;

use ir::graph::Callee;
use ir::memory::address::{Offset, decompose};
use ir::{Context, FloatKind, Function, Inst, Op, TypeData, Value};
use rules::{Kind, RuleTable, Transfer};

use crate::body::Facts;
use crate::elements::is_private;
use crate::pieces::{Held, Piece, push, stride};

/// How many copies after each other are followed.
const DEPTH: usize = 8;

/// Bytes of a word.
const WORD: u64 = 8;

impl Facts<'_> {
    /// The words of a piece of memory that an address leads to, each with what it is read as: integers if no read carries a derivative. Linear in the
    /// function for each word and each variable that it is copied to.
    pub fn pieces_by_reads(
        &self,
        ctx: &Context,
        rules: &RuleTable,
        function: &Function,
        address: Value,
        piece: Piece,
    ) -> Vec<Piece> {
        let found = decompose(ctx, function, address);
        let start = found.offset.and_then(|offset| offset.as_constant());
        let Some(at) = start.and_then(|start| u64::try_from(start).ok()) else {
            return vec![piece];
        };
        let is_active = |value| self.active(value);
        let held = |bytes: Range<u64>| {
            let bytes = at + bytes.start..at + bytes.end;
            held_by_reads((ctx, rules), function, &is_active, (found.base, bytes))
        };
        let whole = held(piece.start..piece.end);
        if whole != Held::Unknown {
            return vec![Piece { held: whole, ..piece }];
        }
        let mut words = Vec::new();
        let mut start = piece.start;
        while start < piece.end {
            let end = (start + 1).next_multiple_of(WORD).min(piece.end);
            push(&mut words, start, end, held(start..end));
            start = end;
        }
        words
    }
}

/// What some bytes of a variable of the function are: integers if no read carries a derivative.
fn held_by_reads(
    (ctx, rules): (&Context, &RuleTable),
    function: &Function,
    is_active: &dyn Fn(Value) -> bool,
    (root, bytes): (Value, Range<u64>),
) -> Held {
    let mut reading = Reading {
        ctx,
        rules,
        function,
        is_active,
        seen: Vec::new(),
        found: None,
    };
    match (reading.of(root, bytes), reading.found) {
        (false, _) => Held::Unknown,
        (true, None) => Held::Integer,
        (true, Some(kind)) => Held::Float(kind),
    }
}

struct Reading<'a> {
    ctx: &'a Context,
    rules: &'a RuleTable,
    function: &'a Function,
    is_active: &'a dyn Fn(Value) -> bool,
    /// What is being asked.
    seen: Vec<(Value, Range<u64>)>,
    /// The floats that were read.
    found: Option<FloatKind>,
}

impl Reading<'_> {
    /// Looks at all reads of some bytes; false if one of them reads something else than whole floats of one format.
    fn of(&mut self, root: Value, bytes: Range<u64>) -> bool {
        let asked = (root, bytes.clone());
        if self.seen.contains(&asked) {
            return true;
        }
        let is_variable = self
            .function
            .def_inst(root)
            .is_some_and(|inst| matches!(self.function.inst(inst).op, Op::Alloca { .. }));
        if !is_variable || self.seen.len() > DEPTH || !is_private(self.ctx, self.rules, self.function, root) {
            return false;
        }
        self.seen.push(asked);
        let function = self.function;
        function.all_insts().all(|inst| self.read(inst, root, &bytes))
    }

    fn read(&mut self, inst: Inst, root: Value, bytes: &Range<u64>) -> bool {
        let data = self.function.inst(inst);
        match data.op {
            Op::Load(_) if data.result.is_some_and(|result| (self.is_active)(result)) => {
                let Some(offset) = self.offset_in(root, data.operands[0]) else {
                    return true;
                };
                !overlaps(&offset, self.ctx.size_of(data.ty), bytes) || self.float(data.ty, &offset, bytes)
            }
            Op::AtomicRmw(..) | Op::CmpXchg(_) => self
                .offset_in(root, data.operands[0])
                .is_none_or(|offset| !overlaps(&offset, None, bytes)),
            Op::Call(_) => self.copy(inst, root, bytes),
            _ => true,
        }
    }

    /// Whether a load reads whole floats of the format of all others.
    fn float(&mut self, ty: ir::Type, offset: &Option<Offset>, bytes: &Range<u64>) -> bool {
        let scalar = self.ctx.types.scalar(ty);
        let (TypeData::Float(kind), Some(offset)) = (self.ctx.types.get(scalar), offset) else {
            return false;
        };
        let size = stride(*kind);
        let aligned = |number: u64| number.is_multiple_of(size);
        let distance = (i128::from(offset.constant) - i128::from(bytes.start)).rem_euclid(i128::from(size));
        let is_whole = aligned(bytes.end - bytes.start)
            && distance == 0
            && offset
                .terms
                .iter()
                .all(|&(_, factor)| aligned(factor.unsigned_abs()));
        is_whole && *self.found.get_or_insert(*kind) == *kind
    }

    /// Looks at what a call copies to somewhere else.
    fn copy(&mut self, inst: Inst, root: Value, bytes: &Range<u64>) -> bool {
        let data = self.function.inst(inst);
        let callee = Callee::of(self.ctx, self.function, inst).and_then(Callee::func);
        let known = callee.and_then(|callee| self.rules.intrinsic(&self.ctx.funcs[callee].name));
        let Some(Kind::Transfer(transfer)) = known.map(|known| &known.entry.kind) else {
            return true;
        };
        let args = data.args();
        let [to, from] = [transfer.destination, transfer.source].map(|at| args[usize::from(at)]);
        let Some(offset) = self.offset_in(root, from) else {
            return true;
        };
        let length = self.length(inst, transfer);
        if !overlaps(&offset, length, bytes) {
            return true;
        }
        let target = decompose(self.ctx, self.function, to);
        let places = (
            offset.and_then(|offset| offset.as_constant()),
            target.offset.and_then(|offset| offset.as_constant()),
        );
        match places {
            (Some(from), Some(to)) => {
                let at = |byte: u64| u64::try_from(byte as i64 - from + to).unwrap_or(0);
                self.of(target.base, at(bytes.start)..at(bytes.end))
            }
            _ => false,
        }
    }

    fn length(&self, inst: Inst, transfer: &Transfer) -> Option<u64> {
        let args = self.function.inst(inst).args();
        let factors = transfer.bytes.operands.iter();
        factors
            .copied()
            .try_fold(transfer.bytes.scale, |product, operand| {
                let constant = self.function.as_const(args[usize::from(operand)])?;
                let factor = self.ctx.consts.int_value(&self.ctx.types, constant)?;
                product.checked_mul(u64::try_from(factor).ok()?)
            })
    }

    /// Where an address leads in a variable, if it does; the inner `None` is an unknown place.
    fn offset_in(&self, root: Value, address: Value) -> Option<Option<Offset>> {
        let found = decompose(self.ctx, self.function, address);
        if found.base == root {
            return Some(found.offset);
        }
        // A walk that ended early may still lead to the variable.
        let ended = self.function.def_inst(found.base);
        let is_known = ended.is_none_or(|inst| !matches!(self.function.inst(inst).op, Op::Gep { .. }));
        if is_known { None } else { Some(None) }
    }
}

/// Whether an access of a size from an offset on may meet some bytes.
fn overlaps(offset: &Option<Offset>, size: Option<u64>, bytes: &Range<u64>) -> bool {
    let (Some(offset), Some(size)) = (offset, size) else {
        return true;
    };
    let step = offset
        .terms
        .iter()
        .fold(0u64, |all, &(_, factor)| gcd(all, factor.unsigned_abs()));
    let (start, size) = (i128::from(offset.constant), i128::from(size));
    let (first, end) = (i128::from(bytes.start), i128::from(bytes.end));
    match i128::from(step) {
        0 => start < end && first < start + size,
        step => {
            // The smallest start of an access that ends behind the first byte.
            let least = first - size + 1;
            let met = least + (start - least).rem_euclid(step);
            met < end
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => gcd(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::held_by_reads;
    use crate::pieces::Held;
    use ir::FloatKind;
    use rules::RuleTable;

    const TEXT: &str = "
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @g(ptr)
define double @f(i64 %i, ptr %out) {
  %a = alloca [48 x i8]
  %b = alloca [48 x i8]
  %c = alloca [48 x i8]
  %d = alloca [48 x i8]
  %a8 = getelementptr i8, ptr %a, i64 8
  %x = load double, ptr %a8
  %a32 = getelementptr i8, ptr %a, i64 32
  %p = getelementptr { double, double }, ptr %a32, i64 %i
  %y = load float, ptr %p
  call void @llvm.memcpy.p0.p0.i64(ptr %c, ptr %b, i64 16, i1 false)
  call void @llvm.memcpy.p0.p0.i64(ptr %b, ptr %c, i64 16, i1 false)
  %c4 = getelementptr i8, ptr %c, i64 4
  %z = load i32, ptr %c4
  %b32 = getelementptr i8, ptr %b, i64 32
  call void @llvm.memcpy.p0.p0.i64(ptr %out, ptr %b32, i64 8, i1 false)
  call void @g(ptr %d)
  ret double %x
}";

    #[test]
    fn bytes_are_what_they_are_read_as_at_their_offset_at_multiples_and_where_they_were_copied_to() {
        let module = match ir::text::parse_module(TEXT) {
            Ok(module) => module,
            Err(error) => panic!("{error}"),
        };
        let func = module.ctx.find_func("f").expect("it is there");
        let function = module.body(func).expect("it has a body");
        let value = |name: &str| {
            let named = function.value_names.iter().find(|(_, found)| &***found == name);
            *named.expect("it is there").0
        };
        let held = |name, bytes| {
            let known = (&module.ctx, RuleTable::standard());
            held_by_reads(known, function, &|_| true, (value(name), bytes))
        };
        let unread = |name, bytes| held(name, bytes) == Held::Integer;
        assert_eq!(held("a", 8..16), Held::Float(FloatKind::Double));
        assert_eq!(held("a", 0..4), Held::Float(FloatKind::Float), "every 16 bytes");
        assert_eq!(held("a", 30..34), Held::Unknown, "part of a float");
        assert_eq!(held("a", 8..20), Held::Unknown, "of two formats");
        assert!(unread("a", 4..8));
        assert!(unread("a", 20..32));
        assert!(unread("a", 36..48));
        assert!(unread("b", 0..4), "copied to and fro");
        assert!(!unread("b", 4..8), "read where it was copied to");
        assert!(unread("b", 16..32));
        assert!(!unread("b", 32..40), "copied to unknown memory");
        assert!(!unread("d", 0..8), "passed on");
    }
}
