//! Memory that a function makes for itself: nobody else knows it, and all that is written to it is known.

use std::rc::Rc;

use ir::graph::Affine;
use ir::memory::address::{ConstBase, Offset, const_base, decompose};
use ir::memory::{Location, Moment};
use ir::{Inst, Op, Ordering, Value};
use rules::{Allocation, CallKind, Kind};

use crate::overwrite::Overwrites;

/// The most writers of a body in which objects are looked at.
const MOST_WRITERS: usize = 4_000;
/// The most objects that are looked at in one body.
const MOST_OBJECTS: usize = 64;

impl<'a> Overwrites<'a> {
    /// An address as a place in an object.
    pub(crate) fn place(&self, address: Value) -> Option<(Value, Offset)> {
        let found = decompose(self.input.ctx, self.input.function, address);
        let offset = found.offset?;
        self.is_affine(&offset).then_some((found.base, offset))
    }

    /// Whether an offset can be computed in 64 bits as it stands.
    fn is_affine(&self, offset: &Offset) -> bool {
        let types = &self.input.ctx.types;
        self.input.ctx.layout.pointer_size(0) == 8
            && (offset.terms.iter()).all(|term| types.int_bits(self.input.function.ty(term.0)) == Some(64))
    }

    /// The stores that write an object, if it belongs to the function alone, begins undefined or with zeros, and nothing else writes it.
    pub(crate) fn stores_of(&self, object: Value) -> Option<Rc<[Inst]>> {
        if let Some(known) = self.stores.borrow().get(&object) {
            return known.clone();
        }
        let found = match self.stores.borrow().len() < MOST_OBJECTS && self.is_own(object) {
            true => self.find_stores(object),
            false => None,
        };
        self.stores.borrow_mut().insert(object, found.clone());
        found
    }

    /// Whether an object is made by the function with nothing or zeros in it, and nobody else knows it.
    fn is_own(&self, object: Value) -> bool {
        let function = self.input.function;
        let Some(inst) = self.maker(object) else {
            return false;
        };
        let is_new = match function.inst(inst).op {
            Op::Alloca { .. } => function.inst(inst).block == function.entry(),
            _ => self.allocation(inst).is_some(),
        };
        let made = function.inst(inst).result;
        is_new && made.is_some_and(|made| !self.aliases().objects().is_captured(made))
    }

    fn find_stores(&self, object: Value) -> Option<Rc<[Inst]>> {
        let function = self.input.function;
        let writers = self.all_writers();
        if writers.len() > MOST_WRITERS {
            return None;
        }
        let around = Location::around(object);
        let aliases = self.aliases();
        let mut stores = Vec::new();
        for writer in writers {
            if !aliases.mod_ref(writer, &around, Moment::Any).writes {
                continue;
            }
            let data = function.inst(writer);
            let is_plain = matches!(data.op, Op::Store(access) if !access.volatile && access.ordering == Ordering::NotAtomic);
            if !is_plain || self.place(data.operands[1])?.0 != object {
                return None;
            }
            stores.push(writer);
        }
        Some(stores.into())
    }

    /// The instruction that makes an object. Where Rust makes a vector that may be empty, its address is a choice between that of an allocation
    /// and one that is nowhere: who reads there has the allocation.
    pub(crate) fn maker(&self, object: Value) -> Option<Inst> {
        let (function, shape) = (self.input.function, self.input.shape);
        let inst = function.def_inst(object)?;
        let data = function.inst(inst);
        if !matches!(data.op, Op::Phi) {
            return Some(inst);
        }
        let is_nowhere = |value: Value| {
            let constant = function.as_const(value);
            constant.is_some_and(|constant| const_base(self.input.ctx, constant) == ConstBase::Nowhere)
        };
        let mut others = data.operands.iter().filter(|&&value| !is_nowhere(value));
        let (&made, None) = (others.next()?, others.next()) else {
            return None;
        };
        let maker = function.def_inst(made)?;
        // One execution of the choice for each of the allocation.
        let together = shape.scope(function.inst(maker).block) == shape.scope(data.block);
        (together && self.allocation(maker).is_some()).then_some(maker)
    }

    /// What an instruction allocates, if it returns the address.
    pub(crate) fn allocation(&self, inst: Inst) -> Option<&'a Allocation> {
        let function = self.input.function;
        let Op::Call(_) = function.inst(inst).op else {
            return None;
        };
        match self.resolver.call(function, inst) {
            Some(CallKind::Rule(entry)) => match &entry.kind {
                Kind::Allocation(made) if made.place == rules::Place::Return(0) => Some(made),
                _ => None,
            },
            _ => None,
        }
    }
}

/// An offset in 64 bits.
pub(crate) fn affine(offset: &Offset) -> Affine {
    let start = Affine::number(64, i128::from(offset.constant));
    offset.terms.iter().fold(start, |sum, &(value, factor)| {
        sum.plus(&Affine::value(64, value).times(i128::from(factor)))
    })
}
