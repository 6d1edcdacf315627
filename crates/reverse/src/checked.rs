//! Activity that is known only at run time (Enzyme's `enzyme_runtime_activity`).
//!
//! An address whose shadow is the address itself is inactive: the caller passes such pairs for arguments, and inactive pointers that meet
//! active ones, in phis and selects, in calls or in memory, stand for themselves instead of being errors. So wherever shadow memory is
//! accessed the two are compared.
//!
//! The forward sweep writes to inactive memory what the primal has written there, once more; copies have no length then. In the reverse
//! sweep the shadow of an inactive address is replaced by a *sink*, memory of the gradient itself that nobody reads: what is added there
//! is lost, and what was stored gets nothing. A sink instead of adding zero, because inactive memory may be read-only, and may be
//! changed by other threads. There are no branches.
//!
//! # Cost
//! A comparison for each access, and the primal address beside the shadow in the reverse sweep: the plan counts both
//! ([`cache::PlanOptions::runtime_activity`]).
//!
//! # What it does not know
//! A null pointer is its own shadow in any case; where that makes a difference (`realloc`) it is taken for active. Refused are
//! vectors of addresses, masked accesses, atomic stores of addresses and integers, gradients that the user registers, and bytes of unknown type.

use ir::{Access, Inst, IntPred, Ordering, Type, Value};

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// Whether activity is known only at run time.
    pub(crate) fn runtime_activity(&self) -> bool {
        self.input.options.runtime_activity
    }

    /// An error for what does not compare addresses with their shadows.
    pub(crate) fn refuse_runtime_activity(&self, what: &'static str) -> Outcome {
        match self.runtime_activity() {
            true => Err(ErrorKind::RuntimeActivity { what }),
            false => Ok(()),
        }
    }

    /// An error for an atomic or volatile store that is mirrored, which would be done twice.
    pub(crate) fn refuse_atomic(&self, inst: Inst) -> Outcome {
        let access = self.data(inst).address().map(|(_, access)| access);
        match access.is_some_and(|access| access.ordering != Ordering::NotAtomic || access.volatile) {
            true => self.refuse_runtime_activity(
                "an atomic or volatile store of addresses or integers to active memory",
            ),
            false => Ok(()),
        }
    }

    /// Whether an address is inactive, for each of its shadows, in the sweep that is being made; `None` if that is not asked at run
    /// time.
    pub(crate) fn inactive_at(&mut self, address: Value, shadows: &[Value]) -> Outcome<Option<Lanes>> {
        if !self.runtime_activity() {
            return Ok(None);
        }
        let primal = self.value(address)?;
        let lanes = shadows
            .iter()
            .map(|&shadow| self.b.icmp(IntPred::Eq, shadow, primal));
        Ok(Some(lanes.collect()))
    }

    /// The shadows of an address in the reverse sweep, to add to or take from a value of type `ty` there: of inactive memory a sink.
    pub(crate) fn adjoint_places(&mut self, address: Value, ty: Type) -> Outcome<Lanes> {
        let shadows = self.shadow(address)?;
        let Some(inactive) = self.inactive_at(address, &shadows)? else {
            return Ok(shadows);
        };
        let sink = self.sink(ty);
        Ok(self.chosen(&inactive, sink, &shadows))
    }

    /// Memory that nobody reads, with room for a value of type `ty`.
    pub(crate) fn sink(&mut self, ty: Type) -> Value {
        if let Some(&sink) = self.sinks.get(&ty) {
            return sink;
        }
        let sink = self.variable(ty);
        self.sinks.insert(ty, sink);
        sink
    }

    /// Memory of type `ty` that is zero, and stays so: nothing else is stored there.
    pub(crate) fn zeros(&mut self, ty: Type) -> Value {
        let zeros = self.variable(ty);
        let here = self.b.block();
        self.b.go_to(self.variables);
        let zero = self.b.zero(ty);
        self.b.store(zero, zeros, Access::default());
        self.b.go_to(here);
        zeros
    }

    /// `when` in the directions in which a condition holds, else the lane of `otherwise`.
    pub(crate) fn chosen(&mut self, conditions: &[Value], when: Value, otherwise: &[Value]) -> Lanes {
        let pairs = conditions.iter().zip(otherwise);
        pairs
            .map(|(&condition, &otherwise)| self.b.select(condition, when, otherwise))
            .collect()
    }

    /// What was taken from the adjoint of memory: nothing where that is inactive.
    pub(crate) fn taken(&mut self, address: Value, lanes: Lanes) -> Outcome<Lanes> {
        if !self.runtime_activity() {
            return Ok(lanes);
        }
        let shadows = self.shadow(address)?;
        let Some(inactive) = self.inactive_at(address, &shadows)? else {
            return Ok(lanes);
        };
        let zero = self.b.zero(self.b.ty(lanes[0]));
        Ok(self.chosen(&inactive, zero, &lanes))
    }

    /// What is mirrored in shadow memory: at inactive addresses the primal value, once more.
    pub(crate) fn mirrored(
        &mut self,
        (value, address): (Value, Value),
        shadows: &[Value],
        values: Lanes,
    ) -> Outcome<Lanes> {
        let Some(inactive) = self.inactive_at(address, shadows)? else {
            return Ok(values);
        };
        let primal = self.primal(value);
        Ok(self.chosen(&inactive, primal, &values))
    }

    /// A number of bytes that are written to shadow memory, for each direction: none where that is inactive.
    pub(crate) fn bytes_where_active(
        &mut self,
        address: Value,
        shadows: &[Value],
        bytes: Value,
    ) -> Outcome<Lanes> {
        let all: Lanes = shadows.iter().map(|_| bytes).collect();
        let Some(inactive) = self.inactive_at(address, shadows)? else {
            return Ok(all);
        };
        let none = self.b.zero(self.b.ty(bytes));
        Ok(self.chosen(&inactive, none, &all))
    }
}
