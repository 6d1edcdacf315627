//! Calls of functions that the rules table knows: its parameter sorts are type facts.

use ir::TypeData;
use rules::{Bytes, Entry, Kind, Param, Place, Return, Structural};

use super::Nodes;
use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;

const KNOWN: &str = "the prototype of a library function";

impl Solver<'_, '_> {
    pub(super) fn library_call(&mut self, entry: &Entry, result: Option<Node>, args: &[Node]) {
        match &entry.kind {
            Kind::Structural(operation) => {
                self.structural_call(*operation, result, args);
                return;
            }
            Kind::Transfer(copy) => {
                if let (Some(&to), Some(&from)) = (
                    args.get(usize::from(copy.destination)),
                    args.get(usize::from(copy.source)),
                ) {
                    self.transfer(to, from, copy.bytes.scale, &picked(args, &copy.bytes));
                }
            }
            Kind::Allocation(allocation) => {
                let size = allocation
                    .bytes
                    .as_ref()
                    .and_then(|bytes| self.constant_size(args, bytes));
                match (allocation.place, result) {
                    (Place::Return(_), Some(result)) => self.allocation(result, size),
                    (Place::Pointee(operand), _) => {
                        if let Some(&place) = args.get(usize::from(operand)) {
                            self.learn_behind(place, BaseType::Pointer);
                        }
                    }
                    (Place::Return(_), None) => {}
                }
            }
            Kind::Reallocation(change) => {
                if let (Some(result), Some(&old)) = (result, args.get(usize::from(change.pointer))) {
                    self.learn_is_pointer(result, KNOWN);
                    self.transfer(result, old, change.bytes.scale, &picked(args, &change.bytes));
                }
            }
            _ => {}
        }
        for (&param, &arg) in entry.params.iter().zip(args) {
            self.learn_param(param, arg, entry, result, args);
        }
        if let Some(result) = result {
            self.learn_return(entry, result);
        }
    }

    /// The size of an allocation, if its operands are constants.
    fn constant_size(&self, args: &[Node], bytes: &Bytes) -> Option<u64> {
        bytes.operands.iter().try_fold(bytes.scale, |size, &operand| {
            let count = self.const_int(*args.get(usize::from(operand))?)?;
            size.checked_mul(u64::try_from(count).ok()?)
        })
    }

    fn learn_param(&mut self, param: Param, arg: Node, entry: &Entry, result: Option<Node>, args: &[Node]) {
        match param {
            Param::Float | Param::OtherFloat | Param::Complex => self.learn_members(arg),
            Param::Integer => self.learn_integer(arg, KNOWN),
            Param::Pointer(_) => self.learn_is_pointer(arg, KNOWN),
            Param::IntegerOut => self.learn_behind(arg, BaseType::Integer),
            Param::FloatOut => {
                let kind = self.float_of(entry, result, args);
                self.learn_behind(arg, kind.unwrap_or(BaseType::Unknown));
            }
            Param::Any => {}
        }
    }

    /// The float type that a call works in: that of its result or of its first float operand.
    fn float_of(&self, entry: &Entry, result: Option<Node>, args: &[Node]) -> Option<BaseType> {
        let ctx = self.ctx();
        let floats = entry
            .params
            .iter()
            .zip(args)
            .filter(|(param, _)| **param == Param::Float);
        let candidates = floats.map(|(_, &arg)| arg).chain(result);
        let mut kinds = candidates.filter_map(|node| ctx.types.float_kind(self.body.ty(ctx, node)));
        kinds.next().map(BaseType::Float)
    }

    /// A pointer to one value of this type.
    fn learn_behind(&mut self, pointer: Node, base: BaseType) {
        let trees = self.trees();
        let value = trees.all(base);
        let first = trees.replace_every(value);
        let first = self.or_nothing(first);
        self.learn_pointer(pointer, first, Why::ground(KNOWN));
    }

    /// A number, a vector of them, or an aggregate of numbers is what LLVM's type says.
    fn learn_members(&mut self, node: Node) {
        let ctx = self.ctx();
        let ty = self.body.ty(ctx, node);
        let base = |ty| match *ctx.types.get(ctx.types.scalar(ty)) {
            TypeData::Float(kind) => BaseType::Float(kind),
            TypeData::Int(_) => BaseType::Integer,
            _ => BaseType::Unknown,
        };
        let members: Vec<BaseType> = match ctx.types.get(ty) {
            TypeData::Array { element, .. } => vec![base(*element)],
            TypeData::Struct { fields, .. } => fields.iter().map(|&field| base(field)).collect(),
            // A complex number of two floats may be passed as one integer: its bits are floats all the same, but which is unknown here.
            TypeData::Int(_) => return,
            _ => vec![base(ty)],
        };
        let same = members.windows(2).all(|two| two[0] == two[1]);
        if let (true, Some(&first)) = (same, members.first()) {
            self.learn_all(node, first, Why::ground(KNOWN));
            return;
        }
        for (index, &member) in members.iter().enumerate() {
            let (Some(offset), Some(part)) = (
                ctx.layout.member_offset(&ctx.types, ty, index as u64),
                ctx.types
                    .member(ty, index as u64)
                    .and_then(|ty| ctx.store_size_of(ty)),
            ) else {
                return;
            };
            let window = crate::Window {
                start: 0,
                size: Some(crate::window::clamp(part)),
                to: crate::window::clamp(offset),
            };
            let tree = self.trees().all(member);
            let moved = self.trees().shift(tree, window);
            let moved = self.or_nothing(moved);
            self.learn(node, moved, Why::ground(KNOWN));
        }
    }

    fn learn_return(&mut self, entry: &Entry, result: Node) {
        match &entry.returns {
            Return::Float | Return::Complex | Return::Struct(_) => self.learn_members(result),
            Return::Integer => self.learn_integer(result, KNOWN),
            Return::FreshPointer | Return::Pointer | Return::PointerInto(_) => {
                self.learn_is_pointer(result, KNOWN)
            }
            Return::Void | Return::Any => {}
        }
    }

    fn structural_call(&mut self, operation: Structural, result: Option<Node>, args: &[Node]) {
        const LANES: &str = "lanes change places";
        match (operation, result, args) {
            (Structural::Identity | Structural::PointerIdentity, Some(result), &[x, ..]) => {
                self.same(result, x, "the call returns its operand");
            }
            (Structural::Subscript, Some(result), args) => self.subscript(result, args),
            (Structural::MaskedLoad | Structural::ExpandLoad, Some(result), &[address, .., otherwise]) => {
                self.access(result, address);
                self.flow_every_lane(
                    result,
                    otherwise,
                    "lanes that are not loaded are of one type with the others",
                );
            }
            (Structural::MaskedStore | Structural::CompressStore, None, &[value, address, ..]) => {
                self.access(value, address);
            }
            (Structural::VectorReverse | Structural::MatrixTranspose, Some(result), &[x, ..])
            | (Structural::VectorExtract | Structural::VectorDeinterleave, Some(result), &[x, ..]) => {
                self.flow_every_lane(x, result, LANES);
                if self.up() && matches!(operation, Structural::VectorReverse | Structural::MatrixTranspose) {
                    self.flow_every_lane(result, x, LANES);
                }
            }
            (
                Structural::VectorInsert
                | Structural::VectorSpliceLeft
                | Structural::VectorSpliceRight
                | Structural::VectorInterleave,
                Some(result),
                &[x, y, ..],
            ) => {
                if self.every(x) == self.every(y) {
                    self.flow_every_lane(x, result, LANES);
                }
                if self.up() {
                    self.flow_every_lane(result, x, LANES);
                    self.flow_every_lane(result, y, LANES);
                }
            }
            (Structural::MatrixMultiply, Some(result), &[x, y, ..]) => {
                for node in [result, x, y] {
                    self.learn_float(node, "floats are multiplied");
                }
            }
            _ => {}
        }
    }
}

/// The operands whose product is a number of bytes.
fn picked(args: &[Node], bytes: &Bytes) -> Nodes {
    let operands = bytes.operands.iter();
    operands
        .filter_map(|&operand| args.get(usize::from(operand)).copied())
        .collect()
}
