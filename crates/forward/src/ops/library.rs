//! Calls of functions that the rule table knows, by the kind of their entry.

use ir::attrs::ParamAttrs;
use ir::{ConstData, Inst, IntPred, Type, TypeData, Value};
use rules::code::MathCall;
use rules::{Entry, InactiveResult, Kind, MathRule, Param, Place, Return, Scalar};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

/// How a logical parameter is passed.
#[derive(Clone, Copy, Debug)]
enum Passed {
    /// One argument, by position.
    One(usize),
    /// A complex number as two arguments, the first by position.
    Two(usize),
    /// A complex number in memory (`byval`).
    Memory(usize),
}

/// The arguments of a call, by logical parameter.
struct Shape {
    params: SmallVec<[Passed; 4]>,
    /// The argument through which a complex result is returned.
    sret: Option<usize>,
    float: Type,
}

/// What is refused where activity is known only at run time.
const LIBRARY: &str = "a library function that reads or writes numbers through pointers";

impl Emit<'_> {
    /// Copies a call of a known function and makes its tangent.
    pub(super) fn call_library(&mut self, inst: Inst, name: &str, entry: &Entry) -> Outcome {
        match &entry.kind {
            Kind::Math(rule) => self.call_math(inst, name, entry, rule),
            Kind::Reduction(reduction) => self.reduction(inst, *reduction),
            Kind::Structural(structural) => self.structural(inst, name, *structural),
            Kind::Allocation(allocation) => self.allocation(inst, allocation),
            Kind::Deallocation(deallocation) => self.deallocation(inst, deallocation),
            Kind::Reallocation(reallocation) => self.reallocation(inst, reallocation),
            Kind::Transfer(transfer) => self.transfer(inst, transfer),
            Kind::Set(set) => self.set_bytes(inst, set),
            Kind::Inactive(inactive) => self.call_inactive(inst, name, entry, inactive.result),
            Kind::Unsupported(unsupported) => {
                let is_active = self.touches_active(inst);
                self.copy_call(inst);
                match is_active {
                    true => Err(ErrorKind::UnsupportedFunction {
                        name: name.to_owned(),
                        family: unsupported.family,
                        remedy: unsupported.remedy,
                    }),
                    false => Ok(()),
                }
            }
        }
    }

    /// A function that carries no derivative. It must not overwrite memory that has tangents.
    fn call_inactive(&mut self, inst: Inst, name: &str, entry: &Entry, result: InactiveResult) -> Outcome {
        self.copy_call(inst);
        let args = self.data(inst).args();
        let overwrites = (args.iter().enumerate()).any(|(position, &arg)| {
            entry.overwrites_through(position) && self.active(arg) && self.points(arg)
        });
        if overwrites {
            return Err(ErrorKind::InactiveWrite {
                name: name.to_owned(),
            });
        }
        if let InactiveResult::LeastBytes(operand) = result {
            return self.least_bytes(inst, operand);
        }
        if result == InactiveResult::SameCallOnShadows && self.result_active(inst) {
            let shadowed: SmallVec<[usize; 4]> = (0..args.len())
                .filter(|&position| self.active(args[position]))
                .collect();
            return self.call_on_shadows(inst, &shadowed);
        }
        Ok(())
    }

    /// Makes the result of a call that tells an object's size the smallest one of the object and its shadows.
    fn least_bytes(&mut self, inst: Inst, operand: u8) -> Outcome {
        let data = self.data(inst);
        let at = usize::from(operand) + 1;
        let argument = data.operands[at];
        let Some(result) = data.result.filter(|_| self.active(argument)) else {
            return Ok(());
        };
        let mut least = self.primal(result);
        let operands = self.primals(&data.operands);
        for shadow in self.shadow(argument)? {
            let mut operands = operands.clone();
            operands[at] = shadow;
            let call = self.call_again(inst, &operands);
            let size = self.b.result(call);
            let is_less = self.b.icmp(IntPred::Ult, size, least);
            least = self.b.select(is_less, size, least);
        }
        self.set_primal(result, least);
        Ok(())
    }

    /// Whether a value is an address.
    fn points(&self, value: Value) -> bool {
        self.b.ctx.types.is_ptr(self.source_type(value))
    }

    /// The same call with the shadows of the arguments at some positions, in each direction.
    pub(super) fn call_on_shadows(&mut self, inst: Inst, positions: &[usize]) -> Outcome {
        let data = self.data(inst);
        let mut shadows: SmallVec<[(usize, Lanes); 4]> = SmallVec::new();
        for &position in positions {
            shadows.push((position + 1, self.shadow(data.operands[position + 1])?));
        }
        let operands = self.primals(&data.operands);
        let lanes = (0..self.width())
            .filter_map(|lane| {
                let mut operands = operands.clone();
                for (position, shadow) in &shadows {
                    operands[*position] = shadow[lane];
                }
                let call = self.call_again(inst, &operands);
                self.b.func.inst(call).result
            })
            .collect::<Lanes>();
        if !lanes.is_empty() {
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    /// Copies a call of a math function.
    fn copy_math(&mut self, inst: Inst, entry: &Entry) -> Inst {
        let copy = self.copy_call(inst);
        if !self.input.options.reads_math_state {
            let source = self.source();
            ::shadow::forget_math_state(&mut self.b, source, inst, copy, entry);
        }
        copy
    }

    fn call_math(&mut self, inst: Inst, name: &str, entry: &Entry, rule: &MathRule) -> Outcome {
        let copy = self.copy_math(inst, entry);
        let mismatch = || ErrorKind::Signature {
            name: name.to_owned(),
        };
        let shape = self.shape(inst, entry).ok_or_else(mismatch)?;
        let mut call = MathCall {
            operands: SmallVec::new(),
            outputs: SmallVec::new(),
            float: shape.float,
        };
        for (passed, param) in shape.params.iter().zip(&entry.params) {
            let parts = self.operand(inst, *passed, *param, &shape);
            call.operands.push(parts);
        }
        let mut inputs = Vec::new();
        for slot in rule.inputs() {
            let passed = shape.params[usize::from(slot.operand)];
            inputs.push(self.input_tangent(inst, passed, slot.component, &shape)?);
        }
        self.outputs(inst, copy, entry, rule, &shape, &mut call);
        let tangents = self.math(rule, &call, &inputs);
        self.place(inst, entry, rule, &shape, tangents)
    }

    /// Which arguments belong to which logical parameter; `None` if they do not fit.
    fn shape(&self, inst: Inst, entry: &Entry) -> Option<Shape> {
        let data = self.data(inst);
        let args = data.args();
        let types = &self.b.ctx.types;
        let sret = (entry.returns == Return::Complex && data.result.is_none()).then_some(0);
        let mut next = usize::from(sret.is_some());
        let mut params = SmallVec::new();
        let mut float = types.float_kind(data.ty).map(|_| data.ty);
        for param in &entry.params {
            let ty = self.source_type(*args.get(next)?);
            let is_float = types.float_kind(ty).is_some();
            let passed = match param {
                Param::Float if is_float => {
                    float = Some(ty);
                    Passed::One(next)
                }
                Param::Float => return None,
                Param::Complex => self.complex_param(inst, next, &mut float)?,
                _ => Passed::One(next),
            };
            next += if let Passed::Two(_) = passed { 2 } else { 1 };
            params.push(passed);
        }
        if float.is_none()
            || sret.is_some()
            || types.is_aggregate(data.ty)
            || entry.returns == Return::Complex
        {
            float = self.return_float(inst, sret).or(float);
        }
        // A function from numbers to integers alone has no tangent, so any type serves.
        let float = float.unwrap_or(types.double());
        Some(Shape { params, sret, float })
    }

    /// How a complex argument is passed at position `at`; says the type of its parts.
    fn complex_param(&self, inst: Inst, at: usize, float: &mut Option<Type>) -> Option<Passed> {
        let args = self.data(inst).args();
        let types = &self.b.ctx.types;
        let ty = self.source_type(args[at]);
        let (part, passed) = match types.get(ty) {
            TypeData::Float(_) => (ty, Passed::Two(at)),
            TypeData::Vector { element, len: 2 } => (*element, Passed::One(at)),
            TypeData::Array { element, len: 2 } => (*element, Passed::One(at)),
            TypeData::Struct { fields, .. } if fields.len() == 2 => (fields[0], Passed::One(at)),
            TypeData::Ptr(_) => {
                let pointee = self.param_attrs(inst, at).and_then(|attrs| attrs.byval)?;
                (types.member(pointee, 0)?, Passed::Memory(at))
            }
            _ => return None,
        };
        types.float_kind(part)?;
        *float = Some(part);
        Some(passed)
    }

    /// The float type of a result that is a complex number or a structure.
    fn return_float(&self, inst: Inst, sret: Option<usize>) -> Option<Type> {
        let types = &self.b.ctx.types;
        let ty = match sret {
            Some(at) => self.param_attrs(inst, at).and_then(|attrs| attrs.sret)?,
            None => self.data(inst).ty,
        };
        let part = types.member(ty, 0)?;
        types.float_kind(part).map(|_| part)
    }

    /// The attributes of an argument at the call, or else at the callee.
    fn param_attrs(&self, inst: Inst, at: usize) -> Option<&ParamAttrs> {
        let ctx = &self.b.ctx;
        let data = self.data(inst);
        let call = ctx.attrs(data.op.call_info()?.attrs).param(at);
        let is_memory = |attrs: &&ParamAttrs| attrs.byval.is_some() || attrs.sret.is_some();
        call.filter(is_memory).or_else(|| {
            let constant = self.source().as_const(data.callee()?)?;
            let ConstData::Func(func) = *ctx.consts.get(constant) else {
                return None;
            };
            ctx.attrs(ctx.funcs[func].attrs).param(at).filter(is_memory)
        })
    }

    /// The parts of an operand, as copies. A scalar among vectors is the same for all lanes.
    fn operand(&mut self, inst: Inst, passed: Passed, param: Param, shape: &Shape) -> [Option<Value>; 2] {
        let args = self.data(inst).args();
        match (passed, param) {
            (Passed::Two(at), _) => [Some(self.primal(args[at])), Some(self.primal(args[at + 1]))],
            (Passed::Memory(at), _) => {
                let address = self.primal(args[at]);
                self.load_parts(address, shape.float).map(Some)
            }
            (Passed::One(at), Param::Complex) => {
                let value = self.primal(args[at]);
                self.parts(value).map(Some)
            }
            (Passed::One(at), Param::Float) => {
                let value = self.primal(args[at]);
                [Some(self.in_shape(value, shape.float)), None]
            }
            (Passed::One(at), _) => [Some(self.primal(args[at])), None],
        }
    }

    fn in_shape(&mut self, value: Value, float: Type) -> Value {
        match *self.b.ctx.types.get(float) {
            TypeData::Vector { element, len } if self.b.ty(value) == element => {
                rules::code::broadcast(&mut self.b, value, float, len)
            }
            _ => value,
        }
    }

    /// The real and imaginary part of a complex value.
    fn parts(&mut self, value: Value) -> [Value; 2] {
        match self.b.ctx.types.get(self.b.ty(value)) {
            TypeData::Vector { .. } => [0, 1].map(|part| {
                let index = self.b.i32(part);
                self.b.extract_element(value, index)
            }),
            _ => [0, 1].map(|part| self.b.extract_value(value, &[part])),
        }
    }

    fn load_parts(&mut self, address: Value, float: Type) -> [Value; 2] {
        [0, 1].map(|part| {
            let at = self.part_address(address, float, part);
            self.b.load(float, at, ir::Access::default())
        })
    }

    fn part_address(&mut self, address: Value, float: Type, part: i64) -> Value {
        if part == 0 {
            return address;
        }
        let size = self.b.ctx.size_of(float).unwrap_or(0) as i64;
        let offset = self.b.i64(part * size);
        self.b.byte_offset(address, offset)
    }

    /// The tangent of one real input.
    fn input_tangent(
        &mut self,
        inst: Inst,
        passed: Passed,
        component: u8,
        shape: &Shape,
    ) -> Outcome<Option<Lanes>> {
        let args = self.data(inst).args();
        Ok(match passed {
            Passed::Two(at) => self.tangent(args[at + usize::from(component)]).cloned(),
            Passed::Memory(at) if !self.active(args[at]) => None,
            Passed::Memory(at) => {
                self.refuse_runtime_activity(LIBRARY)?;
                let addresses = self.shadow(args[at])?;
                let lanes = addresses
                    .iter()
                    .map(|&address| self.load_parts(address, shape.float)[usize::from(component)]);
                Some(lanes.collect())
            }
            Passed::One(at) => self.tangent(args[at]).cloned().map(|lanes| {
                let is_complex = !matches!(self.b.ctx.types.get(self.b.ty(lanes[0])), TypeData::Float(_))
                    && self.b.ty(lanes[0]) != shape.float;
                lanes
                    .iter()
                    .map(|&lane| match is_complex {
                        true => self.parts(lane)[usize::from(component)],
                        false => self.in_shape(lane, shape.float),
                    })
                    .collect()
            }),
        })
    }

    /// The results that partials read, as copies.
    fn outputs(
        &mut self,
        inst: Inst,
        copy: Inst,
        entry: &Entry,
        rule: &MathRule,
        shape: &Shape,
        call: &mut MathCall,
    ) {
        let reads: SmallVec<[u8; 8]> = (0..entry.params.len())
            .flat_map(|operand| rule.reads(operand as u8).outputs)
            .collect();
        let result = self.b.func.inst(copy).result;
        let args = self.data(inst).args();
        for (index, output) in rule.outputs().iter().enumerate() {
            let value = match (reads.contains(&(index as u8)), output.place) {
                (false, _) => None,
                (true, Place::Return(part)) => match (result, shape.sret) {
                    (Some(value), _) => Some(self.component(value, part, entry)),
                    (None, Some(at)) => {
                        let address = self.primal(args[at]);
                        Some(self.load_parts(address, shape.float)[usize::from(part)])
                    }
                    _ => None,
                },
                (true, Place::Pointee(operand)) => {
                    let Passed::One(at) = shape.params[usize::from(operand)] else {
                        continue;
                    };
                    let address = self.primal(args[at]);
                    let ty = self.output_type(output.scalar, shape.float);
                    Some(self.b.load(ty, address, ir::Access::default()))
                }
            };
            call.outputs.push(value);
        }
    }

    /// C's integers behind pointers are `int`s.
    fn output_type(&self, scalar: Scalar, float: Type) -> Type {
        match scalar {
            Scalar::Float => float,
            Scalar::Integer => self.b.ctx.types.i32(),
        }
    }

    fn component(&mut self, value: Value, part: u8, entry: &Entry) -> Value {
        match entry.returns {
            Return::Complex => self.parts(value)[usize::from(part)],
            Return::Struct(_) => self.b.extract_value(value, &[u32::from(part)]),
            _ => value,
        }
    }

    /// Puts the tangents of the outputs where the outputs are.
    fn place(
        &mut self,
        inst: Inst,
        entry: &Entry,
        rule: &MathRule,
        shape: &Shape,
        tangents: Vec<Option<Lanes>>,
    ) -> Outcome {
        let args = self.data(inst).args();
        let mut returned: SmallVec<[Option<Lanes>; 2]> = SmallVec::new();
        for (output, tangent) in rule.outputs().iter().zip(tangents) {
            match output.place {
                Place::Return(_) => returned.push(tangent),
                Place::Pointee(operand) => {
                    let Passed::One(at) = shape.params[usize::from(operand)] else {
                        continue;
                    };
                    self.write_output(args[at], output.scalar, shape.float, tangent)?;
                }
            }
        }
        if let Some(at) = shape.sret {
            for (part, tangent) in returned.into_iter().enumerate() {
                self.write_part((args[at], part as i64), shape.float, tangent)?;
            }
            return Ok(());
        }
        if self.result_active(inst) && returned.iter().any(Option::is_some) {
            self.return_tangents(inst, entry, &returned);
        }
        Ok(())
    }

    /// Writes the tangent of what a function wrote through a pointer. Integers in shadows stay the same as in primals.
    fn write_output(
        &mut self,
        address: Value,
        scalar: Scalar,
        float: Type,
        tangent: Option<Lanes>,
    ) -> Outcome {
        match scalar {
            Scalar::Float => self.write_part((address, 0), float, tangent),
            Scalar::Integer if self.active(address) => {
                self.refuse_runtime_activity(LIBRARY)?;
                let addresses = self.shadow(address)?;
                let ty = self.output_type(scalar, float);
                let primal = self.primal(address);
                let value = self.b.load(ty, primal, ir::Access::default());
                for &address in &addresses {
                    self.b.store(value, address, ir::Access::default());
                }
                Ok(())
            }
            Scalar::Integer => Ok(()),
        }
    }

    fn write_part(&mut self, (address, part): (Value, i64), float: Type, tangent: Option<Lanes>) -> Outcome {
        if !self.active(address) {
            return Ok(());
        }
        self.refuse_runtime_activity(LIBRARY)?;
        let addresses = self.shadow(address)?;
        let zero = self.b.zero(float);
        let values = tangent.unwrap_or_else(|| self.splat(zero));
        for (&value, &address) in values.iter().zip(&addresses) {
            let at = self.part_address(address, float, part);
            self.b.store(value, at, ir::Access::default());
        }
        Ok(())
    }

    /// The tangent of a returned value, in its own shape.
    fn return_tangents(&mut self, inst: Inst, entry: &Entry, parts: &[Option<Lanes>]) {
        let ty = self.data(inst).ty;
        if !matches!(entry.returns, Return::Complex | Return::Struct(_)) {
            if let Some(Some(lanes)) = parts.first() {
                self.set_result(inst, lanes.clone());
            }
            return;
        }
        let zero = self.b.zero(ty);
        let is_vector = matches!(self.b.ctx.types.get(ty), TypeData::Vector { .. });
        let lanes = self.each(|emit, lane| {
            let mut whole = zero;
            for (part, tangent) in parts.iter().enumerate() {
                let Some(tangent) = tangent else { continue };
                whole = match is_vector {
                    true => {
                        let index = emit.b.i32(part as i32);
                        emit.b.insert_element(whole, tangent[lane], index)
                    }
                    false => emit.b.insert_value(whole, tangent[lane], &[part as u32]),
                };
            }
            whole
        });
        self.set_result(inst, lanes);
    }
}
