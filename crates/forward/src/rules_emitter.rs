//! Derivative rules as code: the tangents of a function of numbers, in every direction.
//!
//! Partials are emitted once for all directions, sums of products for each. Floats have the type of the primal operation, vectors
//! included. Functions that partials call become LLVM intrinsics where there is one, else calls of the C library in the precision at
//! hand, lane by lane for vectors.

use ir::{BinOp, CastOp, FloatKind, FloatPred, Type, TypeData, Value};
use rules::names::{Library, Precision, spell};
use rules::{BinaryOp, Constant, Emitter, Lowering, MathRule, Predicate, Slot};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes};

/// The operands and results of one primal operation, as copies.
pub(crate) struct MathCall {
    /// The real and imaginary part of each logical operand; integers are in the first place.
    pub(crate) operands: SmallVec<[[Option<Value>; 2]; 4]>,
    /// The results, in the order of [`MathRule::outputs`].
    pub(crate) outputs: SmallVec<[Option<Value>; 2]>,
    /// The type of floats: scalar or vector.
    pub(crate) float: Type,
}

impl Emit<'_> {
    /// The tangents of the outputs of a rule, given those of its inputs in the order of [`MathRule::inputs`]. An output without a
    /// tangent does not depend on any active input.
    pub(crate) fn math(
        &mut self,
        rule: &MathRule,
        call: &MathCall,
        inputs: &[Option<Lanes>],
    ) -> Vec<Option<Lanes>> {
        let arena = self.input.rules.arena();
        let width = self.width();
        let mut lowering = Lowering::new(arena);
        let mut tangents = vec![None; rule.outputs().len()];
        for (output, tangent) in tangents.iter_mut().enumerate() {
            let mut lanes = Lanes::new();
            for lane in 0..width {
                let terms: Vec<_> = inputs
                    .iter()
                    .enumerate()
                    .filter_map(|(input, dx)| {
                        let partial = rule.partial(output, input).preferred()?;
                        Some((partial, dx.as_ref()?[lane]))
                    })
                    .collect();
                let mut emitter = RuleEmitter { emit: self, call };
                lanes.extend(lowering.sum(&terms, &mut emitter));
            }
            *tangent = (lanes.len() == width).then_some(lanes);
        }
        tangents
    }

    /// A float constant in a type of floats. Formats wider than double take both parts.
    fn rule_constant(&mut self, ty: Type, constant: Constant) -> Value {
        let kind = self.b.ctx.types.float_kind(ty);
        let is_wide = matches!(
            kind,
            Some(FloatKind::X86Fp80 | FloatKind::Fp128 | FloatKind::PpcFp128)
        );
        let high = self.float(ty, constant.hi);
        if !is_wide || constant.lo == 0.0 {
            return high;
        }
        let low = self.float(ty, constant.lo);
        self.b.binary(BinOp::FAdd, high, low)
    }

    fn float(&mut self, ty: Type, value: f64) -> Value {
        self.b.float(ty, value).expect("rules calculate in float types")
    }

    /// A call of a math function of the rule table.
    fn library(&mut self, name: &'static str, float: Type, arguments: &[Value]) -> Value {
        let intrinsic = self
            .input
            .rules
            .canonical(name)
            .and_then(|entry| entry.math()?.intrinsic());
        if let Some(base) = intrinsic {
            return self.intrinsic(base, float, arguments);
        }
        match *self.b.ctx.types.get(float) {
            TypeData::Vector { len, element } => self.by_lane(name, (float, element, len), arguments),
            _ => self.libm(name, float, arguments),
        }
    }

    /// Overloaded intrinsics carry the float type in their name, and that of an integer operand where they have one.
    fn intrinsic(&mut self, base: &str, float: Type, arguments: &[Value]) -> Value {
        let mut name = format!("{base}.{}", self.suffix(float));
        let types: SmallVec<[Type; 4]> = arguments.iter().map(|&argument| self.b.ty(argument)).collect();
        for &ty in &types {
            if let Some(bits) = self.b.ctx.types.int_bits(ty) {
                name.push_str(&format!(".i{bits}"));
            }
        }
        let ty = self.b.ctx.types.func(float, &types);
        let func = self.b.ctx.declare_func(&name, ty);
        let call = self.b.call(func, arguments);
        self.b.result(call)
    }

    /// The mangling of a float type in names of intrinsics.
    pub(crate) fn suffix(&self, ty: Type) -> String {
        let types = &self.b.ctx.types;
        let scalar = types.float_kind(ty).map_or("", FloatKind::intrinsic_suffix);
        match types.get(ty) {
            TypeData::Vector { len, .. } => format!("v{len}{scalar}"),
            TypeData::ScalableVector { len, .. } => format!("nxv{len}{scalar}"),
            _ => scalar.to_owned(),
        }
    }

    fn by_lane(
        &mut self,
        name: &'static str,
        (vector, element, len): (Type, Type, u32),
        arguments: &[Value],
    ) -> Value {
        let mut result = self.b.poison(vector);
        for lane in 0..len {
            let index = self.b.i32(lane as i32);
            let scalars: SmallVec<[Value; 4]> = arguments
                .iter()
                .map(|&argument| match *self.b.ctx.types.get(self.b.ty(argument)) {
                    TypeData::Vector { .. } => self.b.extract_element(argument, index),
                    _ => argument,
                })
                .collect();
            let value = self.libm(name, element, &scalars);
            result = self.b.insert_element(result, value, index);
        }
        result
    }

    /// The C library has no functions of 16-bit floats: they are calculated in single precision.
    fn libm(&mut self, name: &'static str, float: Type, arguments: &[Value]) -> Value {
        let kind = self.b.ctx.types.float_kind(float);
        let precision = match kind {
            Some(FloatKind::Float | FloatKind::Half | FloatKind::BFloat) => Precision::Single,
            Some(FloatKind::X86Fp80 | FloatKind::PpcFp128) => Precision::LongDouble,
            Some(FloatKind::Fp128) if self.long_double_is_quad() => Precision::LongDouble,
            Some(FloatKind::Fp128) => Precision::Quad,
            _ => Precision::Double,
        };
        let symbol = spell(name, precision, Library::C).unwrap_or_else(|| name.to_owned());
        let is_half = matches!(kind, Some(FloatKind::Half | FloatKind::BFloat));
        let single = self.b.ctx.types.float();
        let actual = if is_half { single } else { float };
        let arguments: SmallVec<[Value; 4]> = arguments
            .iter()
            .map(|&argument| match is_half && self.b.ty(argument) == float {
                true => self.b.cast(CastOp::FpExt, argument, single),
                false => argument,
            })
            .collect();
        let types: SmallVec<[Type; 4]> = arguments.iter().map(|&argument| self.b.ty(argument)).collect();
        let ty = self.b.ctx.types.func(actual, &types);
        let func = self.b.ctx.declare_func(&symbol, ty);
        let call = self.b.call(func, &arguments);
        let result = self.b.result(call);
        match is_half {
            true => self.b.cast(CastOp::FpTrunc, result, float),
            false => result,
        }
    }

    /// Of the targets with `fp128`, x86-64 has another `long double`.
    fn long_double_is_quad(&self) -> bool {
        !self.b.ctx.triple.is_empty() && !self.b.ctx.triple.starts_with("x86_64")
    }
}

/// The emitter of one rule.
struct RuleEmitter<'e, 'a> {
    emit: &'e mut Emit<'a>,
    call: &'e MathCall,
}

impl Emitter for RuleEmitter<'_, '_> {
    type Value = Value;

    fn operand(&mut self, slot: Slot) -> Value {
        let operand = self.call.operands.get(usize::from(slot.operand));
        operand
            .and_then(|parts| parts[usize::from(slot.component)])
            .expect("the call has the operands of its rule: its signature was checked")
    }

    fn output(&mut self, index: usize) -> Value {
        self.call.outputs[index].expect("the call has the outputs of its rule: its signature was checked")
    }

    fn constant(&mut self, value: Constant) -> Value {
        self.emit.rule_constant(self.call.float, value)
    }

    fn integer(&mut self, value: i64) -> Value {
        let i32 = self.emit.b.ctx.types.i32();
        self.emit.b.int(i32, i128::from(value))
    }

    fn integer_affine(&mut self, value: Value, scale: i64, offset: i64) -> Value {
        let ty = self.emit.b.ty(value);
        let mut result = value;
        if scale != 1 {
            let scale = self.emit.int_like(ty, scale);
            result = self.emit.b.binary(BinOp::Mul, result, scale);
        }
        if offset != 0 {
            let offset = self.emit.int_like(ty, offset);
            result = self.emit.b.binary(BinOp::Add, result, offset);
        }
        result
    }

    fn integer_to_float(&mut self, value: Value) -> Value {
        let float = self.call.float;
        let is_vector = self.emit.b.ctx.types.int_bits(self.emit.b.ty(value)).is_none();
        match *self.emit.b.ctx.types.get(float) {
            TypeData::Vector { len, element } if !is_vector => {
                let scalar = self.emit.b.cast(CastOp::SiToFp, value, element);
                self.emit.broadcast(scalar, float, len)
            }
            _ => self.emit.b.cast(CastOp::SiToFp, value, float),
        }
    }

    fn neg(&mut self, a: Value) -> Value {
        self.emit.b.fneg(a)
    }

    fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.emit.b.binary(op.into(), a, b)
    }

    fn compare(&mut self, predicate: Predicate, a: Value, b: Value) -> Value {
        self.emit.b.fcmp(predicate, a, b)
    }

    fn select(&mut self, condition: Value, a: Value, b: Value) -> Value {
        self.emit.b.select(condition, a, b)
    }

    fn call(&mut self, name: &'static str, arguments: &[Value]) -> Value {
        self.emit.library(name, self.call.float, arguments)
    }

    fn scale(&mut self, partial: Value, derivative: Value) -> Value {
        self.emit.product(partial, derivative)
    }
}

impl Emit<'_> {
    /// The product of a partial and a tangent. With strong zeros a zero tangent gives zero whatever the partial.
    pub(crate) fn product(&mut self, partial: Value, tangent: Value) -> Value {
        let product = self.b.binary(BinOp::FMul, partial, tangent);
        if !self.input.options.strong_zero {
            return product;
        }
        let zero = self.b.zero(self.b.ty(tangent));
        let is_zero = self.b.fcmp(FloatPred::Oeq, tangent, zero);
        self.b.select(is_zero, zero, product)
    }

    /// An integer in every lane of an integer type or vector of integers.
    pub(crate) fn int_like(&mut self, ty: Type, value: i64) -> Value {
        match *self.b.ctx.types.get(ty) {
            TypeData::Vector { element, len } => {
                let scalar = self.b.int(element, i128::from(value));
                self.broadcast(scalar, ty, len)
            }
            _ => self.b.int(ty, i128::from(value)),
        }
    }

    /// A vector with the same value in every lane.
    pub(crate) fn broadcast(&mut self, scalar: Value, vector: Type, len: u32) -> Value {
        let poison = self.b.poison(vector);
        let first = self.b.i32(0);
        let single = self.b.insert_element(poison, scalar, first);
        self.b.shuffle(single, poison, vec![0; len as usize].into())
    }
}
