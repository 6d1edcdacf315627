//! Arithmetic statements: on floats, on integers, on vectors. Scales keep values within [-4, 4] and partials below 1 in sum.

use super::lower::Lowering;
use super::plan::{Leaf, Pick};
use crate::function::{NewInst, Value};
use crate::inst::{BinOp, CastOp, FloatPred, IntPred, Op};
use crate::types::Type;

impl Lowering<'_> {
    pub(super) fn leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        use Leaf::*;
        if !self.affords(1) {
            return;
        }
        match leaf {
            Add | Sub | Mul | Div | Rem | Neg | Fma | Sin | Cos | Exp | Gauss | Log | Root | Tanh | Atan
            | Floor | Constant | Select | Freeze | Max | Abs => {
                let value = self.double_leaf(leaf, picks);
                self.env.doubles.push(value);
            }
            SingleAdd | SingleMul | SingleDiv | SingleSin | SingleRoot | SingleSelect | Round => {
                let value = self.single_leaf(leaf, picks);
                self.env.singles.push(value);
            }
            IntAdd | IntMul | IntXor | IntShift | IntDiv | IntRem | ToInt | Compare => {
                let value = self.int_leaf(leaf, picks);
                self.env.ints.push(value);
            }
            Extend => {
                let (single, double) = (self.single(picks[0]), self.double_ty());
                let value = self.b.cast(CastOp::FpExt, single, double);
                self.env.doubles.push(value);
            }
            FromInt => {
                let value = self.double_from_int(picks[0]);
                self.env.doubles.push(value);
            }
            Lanes | LaneSelect | LaneShuffle | LaneReduce | LaneSingle => {
                let value = self.lane_leaf(leaf, picks);
                self.env.doubles.push(value);
            }
            _ => self.memory_leaf(leaf, picks),
        }
    }

    fn double_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) -> Value {
        let (x, y) = (self.double(picks[0]), self.double(picks[1]));
        let double = self.double_ty();
        match leaf {
            Leaf::Add => self.scaled(BinOp::FAdd, x, y, 0.5),
            Leaf::Sub => self.scaled(BinOp::FSub, x, y, 0.5),
            Leaf::Mul => self.scaled(BinOp::FMul, x, y, 0.125),
            Leaf::Div => {
                let divisor = self.square_plus_one(y);
                self.scaled(BinOp::FDiv, x, divisor, 0.25)
            }
            Leaf::Rem => {
                let divisor = self.number(1.7);
                self.b.binary(BinOp::FRem, x, divisor)
            }
            Leaf::Neg => self.b.fneg(x),
            Leaf::Fma => {
                let z = self.double(picks[2]);
                let value = self.call_named("llvm.fma.f64", double, &[x, y, z]);
                let scale = self.number(0.1);
                self.b.binary(BinOp::FMul, value, scale)
            }
            Leaf::Sin => self.math("sin", x, picks[3]),
            Leaf::Cos => self.math("cos", x, picks[3]),
            Leaf::Tanh => self.call_named("tanh", double, &[x]),
            Leaf::Atan => self.call_named("atan", double, &[x]),
            Leaf::Exp => {
                let quarter = self.number(0.25);
                let scaled = self.b.binary(BinOp::FMul, x, quarter);
                self.math("exp", scaled, picks[3])
            }
            Leaf::Gauss => {
                let square = self.b.binary(BinOp::FMul, x, x);
                let negative = self.b.fneg(square);
                self.math("exp", negative, picks[3])
            }
            Leaf::Log => {
                let argument = self.square_plus_one(x);
                self.math("log", argument, picks[3])
            }
            Leaf::Root => {
                let argument = self.square_plus_one(x);
                let root = self.math("sqrt", argument, picks[3]);
                let scale = self.number(0.75);
                self.b.binary(BinOp::FMul, root, scale)
            }
            Leaf::Floor => self.call_named("llvm.floor.f64", double, &[x]),
            Leaf::Constant => self.number(f64::from(picks[0]) / 64.0 - 2.0),
            Leaf::Max => self.call_named("llvm.maxnum.f64", double, &[x, y]),
            Leaf::Abs => self.call_named("llvm.fabs.f64", double, &[x]),
            Leaf::Freeze => self.freeze(x),
            _ => {
                let condition = self.condition([picks[2], picks[3], picks[0]]);
                self.b.select(condition, x, y)
            }
        }
    }

    fn freeze(&mut self, x: Value) -> Value {
        let ty = self.b.ty(x);
        let inst = self.b.push(NewInst::new(Op::Freeze, ty, &[x]));
        self.b.result(inst)
    }

    /// `x * x + 1`.
    fn square_plus_one(&mut self, x: Value) -> Value {
        let square = self.b.binary(BinOp::FMul, x, x);
        let one = self.number_of(self.b.ty(x), 1.0);
        self.b.binary(BinOp::FAdd, square, one)
    }

    /// A function of libm, or the intrinsic of the same name.
    fn math(&mut self, name: &str, x: Value, pick: Pick) -> Value {
        let double = self.double_ty();
        if pick.is_multiple_of(2) {
            self.call_named(name, double, &[x])
        } else {
            self.call_named(&format!("llvm.{name}.f64"), double, &[x])
        }
    }

    fn single_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) -> Value {
        let float = self.b.ctx.types.float();
        if leaf == Leaf::Round {
            let x = self.double(picks[0]);
            return self.b.cast(CastOp::FpTrunc, x, float);
        }
        let (x, y) = (self.single(picks[0]), self.single(picks[1]));
        match leaf {
            Leaf::SingleAdd => self.scaled(BinOp::FAdd, x, y, 0.5),
            Leaf::SingleMul => self.scaled(BinOp::FMul, x, y, 0.125),
            Leaf::SingleDiv => {
                let divisor = self.square_plus_one(y);
                self.scaled(BinOp::FDiv, x, divisor, 0.25)
            }
            Leaf::SingleSin => self.call_named("sinf", float, &[x]),
            Leaf::SingleRoot => {
                let argument = self.square_plus_one(x);
                let root = self.call_named("llvm.sqrt.f32", float, &[argument]);
                let scale = self.number_of(float, 0.75);
                self.b.binary(BinOp::FMul, root, scale)
            }
            _ => {
                let condition = self.b.fcmp(FloatPred::Olt, x, y);
                self.b.select(condition, x, y)
            }
        }
    }

    fn int_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) -> Value {
        let i64 = self.b.ctx.types.i64();
        let (x, y) = (self.int(picks[0]), self.int(picks[1]));
        match leaf {
            Leaf::IntAdd => self.b.binary(BinOp::Add, x, y),
            Leaf::IntMul => self.b.binary(BinOp::Mul, x, y),
            Leaf::IntXor => self.b.binary(BinOp::Xor, x, y),
            Leaf::IntShift => {
                let limit = self.b.i64(63);
                let amount = self.b.binary(BinOp::And, y, limit);
                let op = [BinOp::Shl, BinOp::LShr, BinOp::AShr][usize::from(picks[2]) % 3];
                self.b.binary(op, x, amount)
            }
            Leaf::IntDiv | Leaf::IntRem => {
                // Odd, and not -1: no division is undefined.
                let (one, low) = (self.b.i64(1), self.b.i64(0xff));
                let small = self.b.binary(BinOp::And, y, low);
                let divisor = self.b.binary(BinOp::Or, small, one);
                let ops = match leaf {
                    Leaf::IntDiv => [BinOp::UDiv, BinOp::SDiv],
                    _ => [BinOp::URem, BinOp::SRem],
                };
                self.b.binary(ops[usize::from(picks[2]) % 2], x, divisor)
            }
            Leaf::ToInt => {
                let (value, scale) = (self.double(picks[0]), self.number(3.0));
                let scaled = self.b.binary(BinOp::FMul, value, scale);
                let i32 = self.b.ctx.types.i32();
                let narrow = self.b.cast(CastOp::FpToSi, scaled, i32);
                self.b.cast(CastOp::SExt, narrow, i64)
            }
            _ => {
                let condition = if picks[2].is_multiple_of(2) {
                    let (a, b) = (self.double(picks[0]), self.double(picks[1]));
                    self.b.fcmp(FloatPred::Olt, a, b)
                } else {
                    self.b.icmp(IntPred::Slt, x, y)
                };
                self.b.cast(CastOp::ZExt, condition, i64)
            }
        }
    }

    /// A double from four bits of an integer.
    fn double_from_int(&mut self, pick: Pick) -> Value {
        let (x, fifteen) = (self.int(pick), self.b.i64(15));
        let small = self.b.binary(BinOp::And, x, fifteen);
        let double = self.double_ty();
        let value = self.b.cast(CastOp::SiToFp, small, double);
        let scale = self.number(0.25);
        self.b.binary(BinOp::FMul, value, scale)
    }

    /// A vector of doubles in reach.
    pub(super) fn vector(&mut self, len: u32, picks: [Pick; 4], first: Pick) -> Value {
        let double = self.double_ty();
        let ty = self.b.ctx.types.vector(double, len);
        let mut vector = self.b.poison(ty);
        for lane in 0..len {
            let pick = picks[lane as usize % 4].wrapping_add(first);
            let (value, index) = (self.double(pick), self.b.i64(i64::from(lane)));
            vector = self.b.insert_element(vector, value, index);
        }
        vector
    }

    fn lane_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) -> Value {
        let len = if picks[3].is_multiple_of(2) { 2 } else { 4 };
        let (x, y) = (self.vector(len, picks, 0), self.vector(len, picks, 1));
        let result = match leaf {
            Leaf::LaneReduce => return self.reduce(len, x),
            Leaf::LaneSingle => return self.lane_single(x, picks[0]),
            Leaf::Lanes if picks[2].is_multiple_of(2) => self.scaled(BinOp::FMul, x, y, 0.125),
            Leaf::Lanes => self.scaled(BinOp::FSub, x, y, 0.5),
            Leaf::LaneSelect => {
                let condition = self.b.fcmp(FloatPred::Olt, x, y);
                self.b.select(condition, x, y)
            }
            _ => self.shuffle(x, y, len, picks),
        };
        let index = self.index(picks[1]);
        let mask = self.b.i64(i64::from(len) - 1);
        let index = self.b.binary(BinOp::And, index, mask);
        self.b.extract_element(result, index)
    }

    fn shuffle(&mut self, x: Value, y: Value, len: u32, picks: [Pick; 4]) -> Value {
        let lanes = (0..len).map(|lane| i32::from(picks[lane as usize % 4]) % (2 * len as i32));
        let mask: Box<[i32]> = lanes.collect();
        let ty = self.b.ty(x);
        let inst = self.b.push(NewInst::new(Op::Shuffle(mask), ty, &[x, y]));
        self.b.result(inst)
    }

    fn reduce(&mut self, len: u32, x: Value) -> Value {
        let (double, start) = (self.double_ty(), self.number(0.0));
        let name = format!("llvm.vector.reduce.fadd.v{len}f64");
        let sum = self.call_named(&name, double, &[start, x]);
        let scale = self.number(1.0 / f64::from(len));
        self.b.binary(BinOp::FMul, sum, scale)
    }

    /// Rounds all lanes, calculates on floats and goes back.
    fn lane_single(&mut self, x: Value, pick: Pick) -> Value {
        let float = self.b.ctx.types.float();
        let wide: Type = self.b.ty(x);
        let narrow = self.b.ctx.types.with_element(wide, float);
        let rounded = self.b.cast(CastOp::FpTrunc, x, narrow);
        let product = self.scaled(BinOp::FMul, rounded, rounded, 0.125);
        let back = self.b.cast(CastOp::FpExt, product, wide);
        let index = self.b.i64(i64::from(pick % 2));
        self.b.extract_element(back, index)
    }
}
