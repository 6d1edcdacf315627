//! Rules as code: the tangents and adjoints of a function of numbers, as instructions of a [`Builder`].
//!
//! Partials are emitted once for all directions, sums of products for each. Floats have the type of the primal operation, vectors
//! included. Functions that partials call become LLVM intrinsics where there is one, else calls of the C library in the precision at
//! hand, lane by lane for vectors.

use ir::{BinOp, Builder, CastOp, Context, FloatKind, FloatPred, Type, TypeData, Value};
use smallvec::SmallVec;

use crate::entry::{MathRule, Slot};
use crate::expr::{BinaryOp, Constant, Predicate};
use crate::lower::{Emitter, Lowering};
use crate::names::{Library, Precision, spell};
use crate::table::RuleTable;

/// One value for each direction.
pub type Lanes = SmallVec<[Value; 2]>;

/// The operands and results of one primal operation, as values of the function that is built.
pub struct MathCall {
    /// The real and imaginary part of each logical operand; integers are in the first place.
    pub operands: SmallVec<[[Option<Value>; 2]; 4]>,
    /// The results, in the order of [`MathRule::outputs`].
    pub outputs: SmallVec<[Option<Value>; 2]>,
    /// The type of floats: scalar or vector.
    pub float: Type,
}

/// Where the code of rules goes.
pub struct Code<'c, 'a> {
    b: &'c mut Builder<'a>,
    table: &'c RuleTable,
    strong_zero: bool,
}

impl<'c, 'a> Code<'c, 'a> {
    /// Code at the end of the builder's block. With `strong_zero` a derivative of zero times any partial is zero.
    pub fn new(b: &'c mut Builder<'a>, table: &'c RuleTable, strong_zero: bool) -> Self {
        Self {
            b,
            table,
            strong_zero,
        }
    }

    /// The tangents of the outputs of a rule, given those of its inputs in the order of [`MathRule::inputs`]. An output without a
    /// tangent does not depend on any active input.
    pub fn tangents(
        &mut self,
        rule: &MathRule,
        call: &MathCall,
        inputs: &[Option<Lanes>],
        width: usize,
    ) -> Vec<Option<Lanes>> {
        let mut lowering = Lowering::new(self.table.arena());
        let mut tangents = vec![None; rule.outputs().len()];
        for (output, tangent) in tangents.iter_mut().enumerate() {
            let partial = |input| rule.partial(output, input).preferred();
            *tangent = self.sums(&mut lowering, call, inputs, partial, width);
        }
        tangents
    }

    /// What the inputs of a rule get, given the adjoints of its outputs in the order of [`MathRule::outputs`]: `None` where that is
    /// nothing, and for inputs that `wanted` does not say.
    pub fn adjoints(
        &mut self,
        rule: &MathRule,
        call: &MathCall,
        outputs: &[Option<Lanes>],
        wanted: &[bool],
        width: usize,
    ) -> Vec<Option<Lanes>> {
        let mut lowering = Lowering::new(self.table.arena());
        let mut adjoints = vec![None; rule.inputs().len()];
        for (input, adjoint) in adjoints.iter_mut().enumerate() {
            if wanted.get(input).copied().unwrap_or(false) {
                let partial = |output| rule.partial(output, input).preferred();
                *adjoint = self.sums(&mut lowering, call, outputs, partial, width);
            }
        }
        adjoints
    }

    /// For each direction the sum of the known derivatives times their partials.
    fn sums(
        &mut self,
        lowering: &mut Lowering<'_, Value>,
        call: &MathCall,
        derivatives: &[Option<Lanes>],
        partial: impl Fn(usize) -> Option<crate::expr::ExprId>,
        width: usize,
    ) -> Option<Lanes> {
        let mut lanes = Lanes::new();
        for lane in 0..width {
            let known = derivatives.iter().enumerate();
            let terms: Vec<_> = known
                .filter_map(|(at, derivative)| Some((partial(at)?, derivative.as_ref()?[lane])))
                .collect();
            lanes.extend(lowering.sum(&terms, &mut RuleEmitter { code: self, call }));
        }
        (lanes.len() == width).then_some(lanes)
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
            .table
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
        let mut name = format!("{base}.{}", suffix(self.b.ctx, float));
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
struct RuleEmitter<'e, 'c, 'a> {
    code: &'e mut Code<'c, 'a>,
    call: &'e MathCall,
}

impl Emitter for RuleEmitter<'_, '_, '_> {
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
        self.code.rule_constant(self.call.float, value)
    }

    fn integer(&mut self, value: i64) -> Value {
        let i32 = self.code.b.ctx.types.i32();
        self.code.b.int(i32, i128::from(value))
    }

    fn integer_affine(&mut self, value: Value, scale: i64, offset: i64) -> Value {
        let ty = self.code.b.ty(value);
        let mut result = value;
        if scale != 1 {
            let scale = int_like(self.code.b, ty, scale);
            result = self.code.b.binary(BinOp::Mul, result, scale);
        }
        if offset != 0 {
            let offset = int_like(self.code.b, ty, offset);
            result = self.code.b.binary(BinOp::Add, result, offset);
        }
        result
    }

    fn integer_to_float(&mut self, value: Value) -> Value {
        let float = self.call.float;
        let is_vector = self.code.b.ctx.types.int_bits(self.code.b.ty(value)).is_none();
        match *self.code.b.ctx.types.get(float) {
            TypeData::Vector { len, element } if !is_vector => {
                let scalar = self.code.b.cast(CastOp::SiToFp, value, element);
                broadcast(self.code.b, scalar, float, len)
            }
            _ => self.code.b.cast(CastOp::SiToFp, value, float),
        }
    }

    fn neg(&mut self, a: Value) -> Value {
        self.code.b.fneg(a)
    }

    fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.code.b.binary(op.into(), a, b)
    }

    fn compare(&mut self, predicate: Predicate, a: Value, b: Value) -> Value {
        self.code.b.fcmp(predicate, a, b)
    }

    fn select(&mut self, condition: Value, a: Value, b: Value) -> Value {
        self.code.b.select(condition, a, b)
    }

    fn call(&mut self, name: &'static str, arguments: &[Value]) -> Value {
        self.code.library(name, self.call.float, arguments)
    }

    fn scale(&mut self, partial: Value, derivative: Value) -> Value {
        self.code.product(partial, derivative)
    }
}

impl Code<'_, '_> {
    /// The product of a partial and a derivative. With strong zeros a zero derivative gives zero whatever the partial.
    pub fn product(&mut self, partial: Value, derivative: Value) -> Value {
        let product = self.b.binary(BinOp::FMul, partial, derivative);
        if !self.strong_zero {
            return product;
        }
        let zero = self.b.zero(self.b.ty(derivative));
        let is_zero = self.b.fcmp(FloatPred::Oeq, derivative, zero);
        self.b.select(is_zero, zero, product)
    }
}

/// An integer in every lane of an integer type or vector of integers.
pub fn int_like(b: &mut Builder<'_>, ty: Type, value: i64) -> Value {
    match *b.ctx.types.get(ty) {
        TypeData::Vector { element, len } => {
            let scalar = b.int(element, i128::from(value));
            broadcast(b, scalar, ty, len)
        }
        _ => b.int(ty, i128::from(value)),
    }
}

/// A vector with the same value in every lane.
pub fn broadcast(b: &mut Builder<'_>, scalar: Value, vector: Type, len: u32) -> Value {
    let poison = b.poison(vector);
    let first = b.i32(0);
    let single = b.insert_element(poison, scalar, first);
    b.shuffle(single, poison, vec![0; len as usize].into())
}

/// The mangling of a float type in names of intrinsics.
pub fn suffix(ctx: &Context, ty: Type) -> String {
    let types = &ctx.types;
    let scalar = types.float_kind(ty).map_or("", FloatKind::intrinsic_suffix);
    match types.get(ty) {
        TypeData::Vector { len, .. } => format!("v{len}{scalar}"),
        TypeData::ScalableVector { len, .. } => format!("nxv{len}{scalar}"),
        _ => scalar.to_owned(),
    }
}
