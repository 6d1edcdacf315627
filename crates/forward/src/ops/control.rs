//! Terminators: blocks are mirrored, so jumps are copied; a return returns what was asked.

use ir::{Inst, Op, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn terminator(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        if let Op::Ret = data.op {
            return self.ret(inst);
        }
        let mut seen: SmallVec<[_; 4]> = SmallVec::new();
        for &to in &data.targets {
            if !seen.contains(&to) {
                seen.push(to);
                self.flow(data.block, to);
            }
        }
        let operands = self.primals(&data.operands);
        let targets = data.targets.iter().map(|&to| self.block(to)).collect();
        let from = self.b.block();
        for to in seen {
            self.edge_from(data.block, to, from);
        }
        let copy = self.b.copy(data, operands, targets);
        self.marks.primal.insert(copy);
        Ok(())
    }

    fn ret(&mut self, inst: Inst) -> Outcome {
        let wanted = self.input.request.ret;
        let Some(&value) = self.data(inst).operands.first() else {
            let ret = self.b.ret(None);
            self.marks.returns.push((ret, None, None));
            return Ok(());
        };
        let primal = self.primal(value);
        let shadow = match wanted.shadow {
            true => Some(self.packed_shadow(value)?),
            false => None,
        };
        let result = match (wanted.primal, shadow) {
            (false, None) => None,
            (true, None) => Some(primal),
            (false, Some(shadow)) => Some(shadow),
            (true, Some(shadow)) => {
                let fields = [self.b.ty(primal), self.b.ty(shadow)];
                let pair = self.b.ctx.types.structure(&fields);
                let pair = self.b.poison(pair);
                let pair = self.b.insert_value(pair, primal, &[0]);
                Some(self.b.insert_value(pair, shadow, &[1]))
            }
        };
        let ret = self.b.ret(result);
        let primal = wanted.primal.then_some(primal);
        self.marks.returns.push((ret, primal, shadow));
        Ok(())
    }

    /// The shadow of a value as it crosses a call: itself, or an array with one for each direction.
    pub(crate) fn packed_shadow(&mut self, value: Value) -> Outcome<Value> {
        let lanes = self.shadow(value)?;
        Ok(self.pack(&lanes))
    }

    /// One value for all directions.
    pub(crate) fn pack(&mut self, lanes: &[Value]) -> Value {
        if let [single] = *lanes {
            return single;
        }
        let ty = self.b.ty(lanes[0]);
        let array = self.b.ctx.types.array(ty, lanes.len() as u64);
        let mut packed = self.b.poison(array);
        for (lane, &value) in lanes.iter().enumerate() {
            packed = self.b.insert_value(packed, value, &[lane as u32]);
        }
        packed
    }

    /// The values for each direction of what [`Emit::pack`] made.
    pub(crate) fn unpack(&mut self, packed: Value) -> crate::emit::Lanes {
        match self.width() {
            1 => SmallVec::from_slice(&[packed]),
            _ => self.each(|emit, lane| emit.b.extract_value(packed, &[lane as u32])),
        }
    }

    /// Terminators that only LLVM knows (`catchswitch`, `callbr`, ...).
    pub(super) fn opaque_terminator(&mut self, name: &str) -> Outcome {
        Err(ErrorKind::UnsupportedInstruction {
            name: name.to_owned(),
        })
    }
}
