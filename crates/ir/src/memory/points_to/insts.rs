//! What instructions do to the classes of what they compute with.

use super::build::{Builder, Slot};
use super::carry::sources;
use super::classes::Cell;
use crate::function::{Function, Value};
use crate::inst::{BinOp, CastOp, Inst, InstData, Op};
use crate::memory::address::gep_offset;
use crate::types::{Type, TypeData};

/// Lanes of a vector that are told apart when it is shuffled.
const MAX_LANES: usize = 16;

impl Builder<'_> {
    pub(super) fn inst(&mut self, function: &Function, inst: Inst) {
        let data = function.inst(inst);
        let operands = &data.operands;
        match &data.op {
            Op::Alloca { .. } => {
                if let Some(result) = data.result {
                    self.slot(function, result);
                }
            }
            Op::Load(_) => {
                if let Some(result) = data.result {
                    self.access(function, operands[0], result);
                }
            }
            Op::Store(_) => self.access(function, operands[1], operands[0]),
            Op::AtomicRmw(..) => {
                for value in operands[1..].iter().copied().chain(data.result) {
                    self.access(function, operands[0], value);
                }
            }
            Op::CmpXchg(_) => {
                for &value in &operands[1..] {
                    self.access(function, operands[0], value);
                }
                // The result is the value that was found, and a flag.
                if let Some(result) = data.result {
                    self.access(function, operands[0], result);
                }
            }
            Op::Ret => self.ret(function, data),
            Op::Call(_) | Op::Invoke(_) => self.call(function, inst),
            Op::VaArg | Op::LandingPad { .. } | Op::Resume | Op::Opaque { .. } => {
                for value in operands.iter().copied().chain(data.result) {
                    self.escape(function, value);
                }
            }
            _ => self.compute(function, data),
        }
    }

    /// Makes what is behind an address and a value the same.
    fn access(&mut self, function: &Function, address: Value, value: Value) {
        let (Some(address), Some(slot)) = (self.slot(function, address), self.slot(function, value)) else {
            return;
        };
        let at = if address.bundle {
            self.inside(address)
        } else {
            address.cell
        };
        if slot.bundle {
            let bytes = self.ctx.size_of(function.ty(value));
            self.classes.link(at, slot.cell, bytes);
        } else {
            self.place(at, slot);
        }
    }

    /// Instructions that compute addresses from others.
    fn compute(&mut self, function: &Function, data: &InstData) {
        let Some(result) = data.result else { return };
        let Some(slot) = self.slot(function, result) else {
            // An operand may be a register all the same: nothing of it goes on.
            return;
        };
        match &data.op {
            Op::Gep { .. } => self.gep(function, data, slot),
            Op::ExtractValue(path) => self.member(function, data, path, (result, false)),
            Op::InsertValue(path) => self.member(function, data, path, (result, true)),
            Op::ExtractElement => self.element(function, data, (result, data.operands[0])),
            Op::InsertElement => {
                self.same(function, slot, data.operands[0]);
                self.element(function, data, (data.operands[1], result));
            }
            Op::Shuffle(mask) => self.shuffle(function, data, mask),
            Op::Select | Op::Phi | Op::Freeze => {
                for source in sources(function, data) {
                    self.same(function, slot, source);
                }
            }
            Op::Cast(op) => self.cast(function, data, *op, slot),
            Op::Binary(op) => self.arithmetic(function, data, *op, slot),
            _ => {
                for source in sources(function, data) {
                    if let Some(source) = self.slot(function, source) {
                        self.merge(slot, source);
                    }
                }
            }
        }
    }

    /// A value is exactly another.
    fn same(&mut self, function: &Function, slot: Slot, source: Value) {
        match self.slot(function, source) {
            Some(source) if source.bundle == slot.bundle => self.classes.join(slot.cell, source.cell),
            Some(source) => self.merge(slot, source),
            None => {}
        }
    }

    fn gep(&mut self, function: &Function, data: &InstData, slot: Slot) {
        let Some(base) = self.slot(function, data.operands[0]) else {
            return;
        };
        let offset = gep_offset(self.ctx, function, data).filter(|_| !slot.bundle && !base.bundle);
        let Some(offset) = offset else {
            return self.merge(slot, base);
        };
        for &(_, factor) in &offset.terms {
            self.classes.stride(base.cell, factor.unsigned_abs());
        }
        self.classes.join(slot.cell, base.cell.shift(offset.constant));
    }

    /// A member of an aggregate is a value: the result of `extractvalue`, the second operand of `insertvalue`.
    fn member(
        &mut self,
        function: &Function,
        data: &InstData,
        path: &[u32],
        (result, inserts): (Value, bool),
    ) {
        let (whole, part) = if inserts {
            (result, data.operands[1])
        } else {
            (data.operands[0], result)
        };
        let Some(register) = self.slot(function, whole) else {
            return;
        };
        if inserts {
            self.same(function, register, data.operands[0]);
        }
        let Some(part) = self.slot(function, part) else {
            return;
        };
        match self.path_offset(function.ty(whole), path) {
            Some(offset) if register.bundle => self.place(register.cell.shift(offset), part),
            _ => self.merge(register, part),
        }
    }

    /// How far a member of an aggregate is from its start.
    fn path_offset(&self, mut ty: Type, path: &[u32]) -> Option<i64> {
        let ctx = self.ctx;
        let mut offset = 0;
        for &index in path {
            offset += ctx.layout.member_offset(&ctx.types, ty, u64::from(index))?;
            ty = ctx.types.member(ty, u64::from(index))?;
        }
        i64::try_from(offset).ok()
    }

    /// An element of a vector is a value. The index is the last operand.
    fn element(&mut self, function: &Function, data: &InstData, (part, whole): (Value, Value)) {
        let (Some(part), Some(register)) = (self.slot(function, part), self.slot(function, whole)) else {
            return;
        };
        let ctx = self.ctx;
        let index = data.operands.last().and_then(|&index| function.as_const(index));
        let index = index.and_then(|index| ctx.consts.int_value(&ctx.types, index));
        let bytes = self.element_bytes(function.ty(whole));
        let Some(bytes) = bytes.filter(|_| register.bundle) else {
            return self.merge(register, part);
        };
        match index.and_then(|index| i64::try_from(index).ok()) {
            Some(index) => self.place(register.cell.shift(index.wrapping_mul(bytes)), part),
            None => {
                self.classes.stride(register.cell, bytes as u64);
                self.place(register.cell, part);
            }
        }
    }

    /// The bytes of an element of a vector of fixed length.
    fn element_bytes(&self, ty: Type) -> Option<i64> {
        match *self.ctx.types.get(ty) {
            TypeData::Vector { element, .. } => i64::try_from(self.ctx.size_of(element)?).ok(),
            _ => None,
        }
    }

    fn shuffle(&mut self, function: &Function, data: &InstData, mask: &[i32]) {
        let Some(result) = data.result.and_then(|result| self.slot(function, result)) else {
            return;
        };
        let from = [data.operands[0], data.operands[1]];
        let sources = from.map(|value| self.slot(function, value));
        let lanes = match *self.ctx.types.get(function.ty(from[0])) {
            TypeData::Vector { len, .. } => Some(i64::from(len)),
            _ => None,
        };
        let bytes = self.element_bytes(function.ty(from[0]));
        let fits = mask.len() <= MAX_LANES && bytes.is_some_and(|bytes| bytes >= 8);
        let (Some(lanes), Some(bytes), true) = (lanes, bytes, fits) else {
            for source in sources.into_iter().flatten() {
                self.merge(result, source);
            }
            return;
        };
        for (lane, &from) in mask.iter().enumerate() {
            let from = i64::from(from);
            let source = sources[usize::from(from >= lanes)].filter(|_| from >= 0);
            let Some(source) = source else { continue };
            let at = source.cell.shift(from % lanes * bytes);
            let cell = self.classes.content(at);
            let content = Slot { cell, bundle: false };
            self.place(result.cell.shift(lane as i64 * bytes), content);
        }
    }

    fn cast(&mut self, function: &Function, data: &InstData, op: CastOp, slot: Slot) {
        if matches!(
            op,
            CastOp::FpToUi
                | CastOp::FpToSi
                | CastOp::UiToFp
                | CastOp::SiToFp
                | CastOp::FpExt
                | CastOp::FpTrunc
        ) {
            return;
        }
        let Some(source) = self.slot(function, data.operands[0]) else {
            return;
        };
        match (slot.bundle, source.bundle) {
            (true, true) | (false, false) => self.classes.join(slot.cell, source.cell),
            // The low bytes of a wide integer are those of the address.
            (true, false) => self.place(slot.cell, source),
            (false, true) => self.place(source.cell, slot),
        }
    }

    /// Sums and bit operations of addresses as integers.
    fn arithmetic(&mut self, function: &Function, data: &InstData, op: BinOp, slot: Slot) {
        let ctx = self.ctx;
        let sources: Vec<Value> = sources(function, data).collect();
        let number = |value: Value| {
            let constant = function.as_const(value)?;
            i64::try_from(ctx.consts.int_value(&ctx.types, constant)?).ok()
        };
        let moved = match (op, number(data.operands[1])) {
            (BinOp::Add, number) => number,
            (BinOp::Sub, number) => number.map(i64::wrapping_neg),
            _ => None,
        };
        for source in sources {
            let Some(source_slot) = self.slot(function, source) else {
                continue;
            };
            match moved.filter(|_| source == data.operands[0] && !slot.bundle && !source_slot.bundle) {
                Some(bytes) => self.classes.join(slot.cell, source_slot.cell.shift(bytes)),
                None => self.merge(slot, source_slot),
            }
        }
    }

    fn ret(&mut self, function: &Function, data: &InstData) {
        let slot = data
            .operands
            .first()
            .and_then(|&value| self.slot(function, value));
        let Some(slot) = slot else { return };
        if let Some(returned) = self.returned(function.id, slot.bundle) {
            self.classes.join(returned.cell, slot.cell);
        }
    }

    /// What a member of the component returns.
    pub(super) fn returned(&mut self, func: crate::FuncId, bundle: bool) -> Option<Slot> {
        let fresh: Cell = self.classes.add();
        let nodes = self.functions.get_mut(&func)?;
        Some(*nodes.returned.get_or_insert(Slot { cell: fresh, bundle }))
    }
}
