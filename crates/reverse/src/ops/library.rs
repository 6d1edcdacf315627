//! Calls of functions that the rule table knows, by the kind of their entry.
//!
//! A math function is copied in the forward sweep. In the reverse sweep the adjoints of its outputs, wherever these are (returned, members
//! of what is returned, behind out parameters), are taken and multiplied by the partials; where the numbers of a call are says
//! [`rules::bind_call`].

use cache::Node;
use ir::{Access, Inst, IntPred, Type, TypeData, Value};
use rules::code::MathCall;
use rules::{Binding, Entry, InactiveResult, Kind, Location, MathRule, Scalar};
use smallvec::SmallVec;

use crate::adjoint;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// The forward sweep of a call of a known function.
    pub(super) fn forward_library(&mut self, inst: Inst, name: &str, entry: &Entry) -> Outcome {
        match &entry.kind {
            Kind::Math(rule) => self.forward_math(inst, name, entry, rule),
            Kind::Reduction(reduction) => self.forward_reduction(inst, *reduction),
            Kind::Structural(structural) => self.forward_structural(inst, name, *structural),
            Kind::Allocation(allocation) => self.forward_allocation(inst, allocation),
            Kind::Deallocation(deallocation) => self.forward_deallocation(inst, deallocation),
            Kind::Reallocation(reallocation) => self.forward_reallocation(inst, reallocation),
            Kind::Transfer(transfer) => self.forward_transfer(inst, transfer),
            Kind::Set(set) => self.forward_set(inst, set),
            Kind::Inactive(inactive) => self.forward_inactive(inst, name, entry, inactive.result),
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

    /// The reverse sweep of a call of a known function.
    pub(super) fn reverse_library(&mut self, inst: Inst, name: &str, entry: &Entry) -> Outcome {
        match &entry.kind {
            Kind::Math(rule) => self.reverse_math(inst, name, entry, rule),
            Kind::Reduction(reduction) => self.reverse_reduction(inst, *reduction),
            Kind::Structural(structural) => self.reverse_structural(inst, *structural),
            Kind::Reallocation(reallocation) => self.reverse_reallocation(inst, reallocation),
            Kind::Transfer(transfer) => self.reverse_transfer(inst, transfer),
            Kind::Set(set) => self.reverse_set(inst, set),
            Kind::Allocation(_) | Kind::Deallocation(_) | Kind::Inactive(_) | Kind::Unsupported(_) => Ok(()),
        }
    }

    /// A function that carries no derivative. It must not overwrite memory that has adjoints.
    fn forward_inactive(&mut self, inst: Inst, name: &str, entry: &Entry, result: InactiveResult) -> Outcome {
        self.copy_call(inst);
        let args = self.data(inst).args();
        let overwrites = (args.iter().enumerate()).any(|(position, &arg)| {
            entry.overwrites_through(position)
                && self.active(arg)
                && self.b.ctx.types.is_ptr(self.source_type(arg))
        });
        if overwrites {
            return Err(ErrorKind::InactiveWrite {
                name: name.to_owned(),
            });
        }
        if let InactiveResult::LeastBytes(operand) = result {
            return self.least_bytes(inst, operand);
        }
        if !self.result_active(inst) {
            return Ok(());
        }
        match result {
            InactiveResult::Inactive | InactiveResult::LeastBytes(_) => Ok(()),
            InactiveResult::SameCallOnShadows => {
                let shadowed: SmallVec<[usize; 4]> = (0..args.len())
                    .filter(|&position| self.active(args[position]))
                    .collect();
                self.call_on_shadows(inst, &shadowed)
            }
            InactiveResult::SameOffset(operand) => {
                let argument = args[usize::from(operand)];
                let shadows = self.shadow(argument)?;
                self.shadow_of_moved(inst, argument, &shadows)
            }
        }
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

    /// The same call with the shadows of the arguments at some positions, in each direction.
    pub(super) fn call_on_shadows(&mut self, inst: Inst, positions: &[usize]) -> Outcome {
        let data = self.data(inst);
        let mut shadows: SmallVec<[(usize, Lanes); 4]> = SmallVec::new();
        for &position in positions {
            shadows.push((position + 1, self.shadow(data.operands[position + 1])?));
        }
        let operands = self.primals(&data.operands);
        let mut lanes = Lanes::new();
        for lane in 0..self.width() {
            let mut operands = operands.clone();
            for (position, shadow) in &shadows {
                operands[*position] = shadow[lane];
            }
            let call = self.call_again(inst, &operands);
            lanes.extend(self.b.func.inst(call).result);
        }
        if !lanes.is_empty() {
            self.set_result_shadow(inst, lanes);
        }
        Ok(())
    }

    /// Where the numbers of a call are.
    fn binding(&self, inst: Inst, name: &str, entry: &Entry) -> Outcome<Binding> {
        rules::bind_call(self.b.ctx, self.input.rules, self.source(), inst, entry).ok_or_else(|| {
            ErrorKind::Signature {
                name: name.to_owned(),
            }
        })
    }

    /// Outputs in memory: nothing happens to the adjoints of floats there yet; integers are kept equal in shadows.
    fn forward_math(&mut self, inst: Inst, name: &str, entry: &Entry, rule: &MathRule) -> Outcome {
        let copy = self.copy_call(inst);
        if !self.input.options.reads_math_state {
            let source = self.source();
            ::shadow::forget_math_state(&mut self.b, source, inst, copy, entry);
        }
        if !self.touches_active(inst) {
            return Ok(());
        }
        let binding = self.binding(inst, name, entry)?;
        let args = self.data(inst).args();
        let varied = rule.inputs().iter().any(|&slot| {
            let at = binding.operand(slot).and_then(argument_of);
            at.is_some_and(|at| self.active(args[at as usize]))
        });
        for (output, location) in rule.outputs().iter().zip(&binding.outputs) {
            let Location::Pointee(at, _) = *location else {
                continue;
            };
            let address = args[at as usize];
            if !self.active(address) {
                let loses = varied && output.scalar == Scalar::Float && self.input.facts.loses_tangent(inst);
                if loses {
                    return Err(ErrorKind::StoreToInactive);
                }
            } else if output.scalar == Scalar::Integer {
                let i32 = self.b.ctx.types.i32();
                let primal = self.primal(address);
                let value = self.b.load(i32, primal, Access::default());
                for shadow in self.shadow(address)? {
                    self.b.store(value, shadow, Access::default());
                }
            }
        }
        Ok(())
    }

    fn reverse_math(&mut self, inst: Inst, name: &str, entry: &Entry, rule: &MathRule) -> Outcome {
        if !rule.has_derivative() && !self.writes_active(inst) {
            return match self.data(inst).result {
                Some(result) => self.take(result).map(|_| ()),
                None => Ok(()),
            };
        }
        let binding = self.binding(inst, name, entry)?;
        let Some(float) = self.math_type(inst, &binding) else {
            return Ok(());
        };
        let outputs = self.take_outputs(inst, rule, &binding, float)?;
        if outputs.iter().all(Option::is_none) {
            return Ok(());
        }
        let wanted = self.wanted_inputs(inst, rule, &binding);
        if !wanted.contains(&true) {
            return Ok(());
        }
        let call = self.math_call(inst, rule, &binding, float, &wanted)?;
        let width = self.width();
        let adjoints = self.code().adjoints(rule, &call, &outputs, &wanted, width);
        for (&slot, adjoint) in rule.inputs().iter().zip(adjoints) {
            if let (Some(location), Some(lanes)) = (binding.operand(slot), adjoint) {
                self.add_at(inst, location, &lanes)?;
            }
        }
        Ok(())
    }

    /// Whether a call may write to memory that has a shadow.
    fn writes_active(&self, inst: Inst) -> bool {
        let is_ptr = |value| self.b.ctx.types.is_ptr(self.source_type(value));
        let args = self.data(inst).args();
        args.iter().any(|&arg| is_ptr(arg) && self.active(arg))
    }

    /// The type in which a math function calculates: a float, or a vector of floats.
    fn math_type(&mut self, inst: Inst, binding: &Binding) -> Option<Type> {
        let kind = binding.float?;
        let args = self.data(inst).args();
        let types = &self.b.ctx.types;
        let floats = binding
            .operands()
            .iter()
            .filter_map(|&(_, location)| match location {
                Location::Argument(at) => Some(self.source_type(args[at as usize])),
                _ => None,
            });
        let own = |ty: &Type| matches!(types.get(types.scalar(*ty)), TypeData::Float(own) if *own == kind);
        let arguments: SmallVec<[Type; 4]> = floats.filter(own).collect();
        let is_vector = |ty: &&Type| matches!(types.get(**ty), TypeData::Vector { .. });
        let found = arguments.iter().find(is_vector).or(arguments.first()).copied();
        let returned = Some(self.data(inst).ty).filter(own);
        let in_members = (binding.operands().iter())
            .any(|(_, location)| !matches!(location, Location::Argument(_)))
            || binding.outputs.iter().any(|output| *output != Location::Returned);
        match found.or(returned.filter(|_| !in_members)) {
            Some(ty) => Some(ty),
            None => Some(self.b.ctx.types.float_of(kind)),
        }
    }

    /// The adjoints of the outputs, which are zero afterwards.
    fn take_outputs(
        &mut self,
        inst: Inst,
        rule: &MathRule,
        binding: &Binding,
        float: Type,
    ) -> Outcome<Vec<Option<Lanes>>> {
        let data = self.data(inst);
        let returned = match data.result {
            Some(result) => self.take(result)?,
            None => None,
        };
        let mut outputs = Vec::new();
        for (output, &location) in rule.outputs().iter().zip(&binding.outputs) {
            let adjoint = match (output.scalar, location) {
                (Scalar::Integer, _) => None,
                (_, Location::Pointee(at, index)) => {
                    self.take_from_memory(data.args()[at as usize], index, float)?
                }
                (_, Location::ReturnedMember(member)) => returned.as_ref().map(|lanes| {
                    let members = lanes.iter().map(|&lane| self.member(lane, member));
                    members.collect::<Lanes>()
                }),
                _ => returned.clone(),
            };
            outputs.push(adjoint.map(|lanes| {
                let lanes = lanes.iter().map(|&lane| self.converted(lane, float));
                lanes.collect()
            }));
        }
        Ok(outputs)
    }

    /// A float in another format: some functions return another one than they calculate in.
    fn converted(&mut self, value: Value, float: Type) -> Value {
        let ty = self.b.ty(value);
        let types = &self.b.ctx.types;
        let (Some(from), Some(to)) = (types.float_kind(ty), types.float_kind(float)) else {
            return value;
        };
        if from == to {
            return value;
        }
        let op = match from.bits() < to.bits() {
            true => ir::CastOp::FpExt,
            false => ir::CastOp::FpTrunc,
        };
        let scalar = self.b.ctx.types.float_of(to);
        let ty = self.b.ctx.types.with_element(ty, scalar);
        self.b.cast(op, value, ty)
    }

    /// The adjoint of a number in memory, which is zero afterwards; `None` if it has none.
    fn take_from_memory(&mut self, address: Value, index: u32, float: Type) -> Outcome<Option<Lanes>> {
        if !self.active(address) {
            return Ok(None);
        }
        let (scalar, zero) = (float, self.b.zero(float));
        let size = self.b.ctx.size_of(scalar).unwrap_or(0);
        let room = self.b.ctx.types.array(float, u64::from(index) + 1);
        let shadows = self.adjoint_places(address, room)?;
        let lanes = shadows.iter().map(|&shadow| {
            let place = self.offset_by(shadow, u64::from(index) * size);
            let adjoint = self.b.load(scalar, place, Access::default());
            self.b.store(zero, place, Access::default());
            adjoint
        });
        let lanes = lanes.collect();
        self.taken(address, lanes).map(Some)
    }

    /// A member of an aggregate, or a lane of a vector.
    fn member(&mut self, value: Value, index: u32) -> Value {
        match self.b.ctx.types.get(self.b.ty(value)) {
            TypeData::Vector { .. } => {
                let index = self.b.i32(index as i32);
                self.b.extract_element(value, index)
            }
            _ => self.b.extract_value(value, &[index]),
        }
    }

    /// Which inputs have an adjoint.
    fn wanted_inputs(&mut self, inst: Inst, rule: &MathRule, binding: &Binding) -> SmallVec<[bool; 4]> {
        let args = self.data(inst).args();
        let inputs = rule.inputs().iter();
        inputs
            .map(|&slot| match binding.operand(slot) {
                Some(Location::Argument(at) | Location::ArgumentMember(at, _)) => {
                    self.has_adjoint(args[at as usize])
                }
                Some(Location::Pointee(at, _)) => self.active(args[at as usize]),
                _ => false,
            })
            .collect()
    }

    /// The numbers that the partials for the wanted inputs read.
    fn math_call(
        &mut self,
        inst: Inst,
        rule: &MathRule,
        binding: &Binding,
        float: Type,
        wanted: &[bool],
    ) -> Outcome<MathCall> {
        let operands = binding
            .operands()
            .iter()
            .map(|(slot, _)| usize::from(slot.operand) + 1)
            .max();
        let mut call = MathCall {
            operands: SmallVec::from_elem([None, None], operands.unwrap_or(0)),
            outputs: SmallVec::from_elem(None, rule.outputs().len()),
            float,
        };
        for (&slot, _) in rule.inputs().iter().zip(wanted).filter(|&(_, &wanted)| wanted) {
            let reads = rule.reads(slot.operand);
            for &(slot, location) in binding.operands() {
                let (operand, component) = (usize::from(slot.operand), usize::from(slot.component));
                let known = call.operands[operand][component].is_some();
                if reads.operands.contains(&slot.operand) && !known {
                    let value = self.number(inst, location)?;
                    call.operands[operand][component] = Some(self.in_shape(value, float));
                }
            }
            for output in reads.outputs {
                let output = usize::from(output);
                if call.outputs[output].is_none() {
                    call.outputs[output] = Some(self.number(inst, binding.outputs[output])?);
                }
            }
        }
        Ok(call)
    }

    /// A scalar float among vectors is the same for all lanes.
    fn in_shape(&mut self, value: Value, float: Type) -> Value {
        match *self.b.ctx.types.get(float) {
            TypeData::Vector { element, len } if self.b.ty(value) == element => {
                rules::code::broadcast(&mut self.b, value, float, len)
            }
            _ => value,
        }
    }

    /// A number of a call, in the reverse sweep.
    fn number(&mut self, inst: Inst, location: Location) -> Outcome<Value> {
        let data = self.data(inst);
        let result = data.result.ok_or_else(|| ErrorKind::Internal {
            what: "a number of a call that returns nothing is read".to_owned(),
        });
        match location {
            Location::Argument(at) => self.need_primal(data.args()[at as usize]),
            Location::ArgumentMember(at, member) => {
                let value = self.need_primal(data.args()[at as usize])?;
                Ok(self.member(value, member))
            }
            Location::Returned => self.need_primal(result?),
            Location::ReturnedMember(member) => {
                let value = self.need_primal(result?)?;
                Ok(self.member(value, member))
            }
            Location::Pointee(argument, index) => self.need_pointee(inst, argument, index),
        }
    }

    /// A number that a call read or wrote in memory, in the reverse sweep.
    fn need_pointee(&mut self, inst: Inst, argument: u32, index: u32) -> Outcome<Value> {
        let node = Node::Pointee {
            call: inst,
            argument,
            index,
        };
        Ok(self.need(node)?[0])
    }

    /// Adds to the adjoint of a number, where that is.
    fn add_at(&mut self, inst: Inst, location: Location, lanes: &Lanes) -> Outcome {
        let args = self.data(inst).args();
        match location {
            Location::Argument(at) => {
                let arg = args[at as usize];
                let ty = self.source_type(arg);
                let lanes: Lanes = lanes
                    .iter()
                    .map(|&lane| match self.b.ty(lane) == ty {
                        true => lane,
                        false => self.sum_of_lanes(lane),
                    })
                    .collect();
                self.add(arg, &lanes)
            }
            Location::ArgumentMember(at, member) => {
                let arg = args[at as usize];
                let ty = self.source_type(arg);
                match self.b.ctx.types.get(ty) {
                    TypeData::Vector { .. } => {
                        let zero = self.b.zero(ty);
                        let index = self.b.i32(member as i32);
                        let lanes: Lanes = lanes
                            .iter()
                            .map(|&lane| self.b.insert_element(zero, lane, index))
                            .collect();
                        self.add(arg, &lanes)
                    }
                    _ => self.add_member(arg, &[member], lanes),
                }
            }
            Location::Pointee(at, index) => {
                let room = self.b.ctx.types.array(self.b.ty(lanes[0]), u64::from(index) + 1);
                let shadows = self.adjoint_places(args[at as usize], room)?;
                for (&shadow, &lane) in shadows.iter().zip(lanes) {
                    let size = self.b.ctx.size_of(self.b.ty(lane)).unwrap_or(0);
                    let place = self.offset_by(shadow, u64::from(index) * size);
                    self.accumulate(place, lane, Access::default(), false);
                }
                Ok(())
            }
            Location::Returned | Location::ReturnedMember(_) => Ok(()),
        }
    }

    /// The sum of the lanes of a vector of floats.
    fn sum_of_lanes(&mut self, vector: Value) -> Value {
        let TypeData::Vector { len, .. } = *self.b.ctx.types.get(self.b.ty(vector)) else {
            return vector;
        };
        let mut sum = None;
        for lane in 0..len {
            let lane = self.member(vector, lane);
            sum = Some(match sum {
                Some(sum) => adjoint::sum(&mut self.b, sum, lane),
                None => lane,
            });
        }
        sum.unwrap_or(vector)
    }
}

/// The argument that a number is passed in or behind.
fn argument_of(location: Location) -> Option<u32> {
    match location {
        Location::Argument(at) | Location::ArgumentMember(at, _) | Location::Pointee(at, _) => Some(at),
        Location::Returned | Location::ReturnedMember(_) => None,
    }
}
