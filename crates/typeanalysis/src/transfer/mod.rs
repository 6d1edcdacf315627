//! Transfer functions: what each instruction says about its operands and its result, in both directions.
//!
//! Every function here is monotone: more knowledge about an operand or a result never leads to less being learned, but where `Anything`
//! takes the place of something definite. One file per family of instructions; [`Solver::visit`] chooses.

mod address;
mod aggregate;
mod arith;
mod call;
mod library;
mod memory;
mod merge;
mod vector;

pub(crate) mod seeds;

use ir::graph::Barrier;
use ir::{CastOp, ConstData, ConstOp, Inst, InstData, Op, Type, TypeData};
use smallvec::SmallVec;

use crate::base::BaseType;
use crate::body::{Item, ItemKind, Node};
use crate::log::Why;
use crate::solver::Solver;
use crate::window::Window;

/// Operands as nodes.
pub(crate) type Nodes = SmallVec<[Node; 4]>;

impl Solver<'_, '_> {
    /// Applies the transfer function of an item.
    pub fn visit(&mut self, item: Item) {
        self.item = Some(item);
        match self.body.items[item] {
            ItemKind::Inst(inst) => self.visit_inst(inst),
            ItemKind::Expr(node, constant) => self.visit_expr(node, constant),
        }
    }

    fn visit_expr(&mut self, result: Node, constant: ir::Const) {
        let ctx = self.ctx();
        let ConstData::Expr { op, operands, .. } = ctx.consts.get(constant) else {
            return;
        };
        let operands: Nodes = operands
            .iter()
            .filter_map(|&operand| self.body.const_node(operand))
            .collect();
        match (op, operands.as_slice()) {
            (ConstOp::Gep { source, inbounds }, _) => self.gep(result, *source, &operands, *inbounds),
            (ConstOp::Cast(op), &[x]) => self.cast(*op, result, x),
            (ConstOp::Binary(op), &[x, y]) => self.binary(*op, result, x, y),
            _ => {}
        }
    }

    fn visit_inst(&mut self, inst: Inst) {
        let body = self.body;
        let data = body.function.inst(inst);
        let operands: Nodes = data.operands.iter().map(|&operand| operand.into()).collect();
        match data.result {
            Some(result) => self.visit_value(inst, data, result.into(), &operands),
            None => self.visit_effect(inst, data, &operands),
        }
    }

    fn visit_effect(&mut self, inst: Inst, data: &InstData, operands: &[Node]) {
        match (&data.op, operands) {
            (Op::Store(access), &[value, address]) => match self.body.headers.get(&inst) {
                Some(&number) if self.up() => self.number_of_header(value, number),
                Some(_) => {}
                None => self.store(value, address, access.align),
            },
            (Op::Call(_) | Op::Invoke(_), _) => match Barrier::of(self.ctx(), self.body.function, inst) {
                // Assembly knows of no alignment.
                Some(Barrier::Stores { value, address }) => self.store(value.into(), address.into(), 1),
                _ => self.call(inst, None, operands),
            },
            _ => {}
        }
    }

    fn visit_value(&mut self, inst: Inst, data: &InstData, result: Node, operands: &[Node]) {
        match (&data.op, operands) {
            (Op::FNeg, &[x]) => {
                self.learn_float(result, "floats are negated");
                self.learn_float(x, "floats are negated");
            }
            (Op::Binary(op), &[x, y]) => self.binary(*op, result, x, y),
            (Op::Cast(op), &[x]) => self.cast(*op, result, x),
            (Op::ICmp(_) | Op::FCmp(_), &[x, y]) => self.compare(result, x, y),
            (Op::Select, &[condition, x, y]) => self.select(result, condition, x, y),
            (Op::Freeze, &[x]) => self.same(result, x, "freezing keeps the bits"),
            (Op::ExtractElement, &[vector, index]) => self.extract_element(result, vector, index),
            (Op::InsertElement, &[vector, element, index]) => {
                self.insert_element(result, vector, element, index)
            }
            (Op::Shuffle(mask), &[x, y]) => self.shuffle(result, x, y, mask),
            (Op::ExtractValue(path), &[aggregate]) => self.extract_value(result, aggregate, path),
            (Op::InsertValue(path), &[aggregate, member]) => {
                self.insert_value(result, aggregate, member, path)
            }
            (Op::Alloca { ty, .. }, &[count]) => self.alloca(result, *ty, count),
            (Op::Load(_), &[address]) => match self.body.headers.get(&inst) {
                Some(&number) => self.number_of_header(result, number),
                None => self.load(result, address),
            },
            (Op::Gep { source }, _) => {
                let inbounds = data.flags.contains(ir::Flags::INBOUNDS);
                self.gep(result, *source, operands, inbounds);
            }
            (Op::AtomicRmw(op, _), &[address, value]) => self.atomic_rmw(*op, result, address, value),
            (Op::CmpXchg(_), &[address, expected, new]) => {
                self.compare_exchange(result, address, expected, new)
            }
            (Op::Phi, _) => self.phi(data, result, operands),
            (Op::Call(_) | Op::Invoke(_), _) => match Barrier::of(self.ctx(), self.body.function, inst) {
                Some(Barrier::Returns(x)) => self.same(result, x.into(), "empty assembly keeps the bits"),
                Some(Barrier::Asks) => {
                    for &number in operands[1..=data.args().len()].iter().chain([&result]) {
                        self.learn_integer(number, "the processor is asked for numbers by numbers");
                    }
                }
                _ => self.call(inst, Some(result), operands),
            },
            _ => {}
        }
    }

    /// A node is what its LLVM type says, if that is a float or a vector of floats.
    pub(crate) fn learn_float(&mut self, node: Node, text: &'static str) {
        let ctx = self.ctx();
        if let Some(kind) = ctx.types.float_kind(self.body.ty(ctx, node)) {
            self.learn_all(node, BaseType::Float(kind), Why::ground(text));
        }
    }

    pub(crate) fn learn_integer(&mut self, node: Node, text: &'static str) {
        self.learn_all(node, BaseType::Integer, Why::ground(text));
    }

    pub(crate) fn learn_is_pointer(&mut self, node: Node, text: &'static str) {
        self.learn_all(node, BaseType::Pointer, Why::ground(text));
    }

    /// Two nodes have the same bits.
    pub(crate) fn same(&mut self, result: Node, x: Node, text: &'static str) {
        self.learn(result, self.tree(x), Why::from(x, text));
        if self.up() {
            self.learn(x, self.tree(result), Why::from(result, text));
        }
    }

    /// Whether a node is an integer or a vector of integers for LLVM.
    pub(crate) fn is_integer_type(&self, node: Node) -> bool {
        let ctx = self.ctx();
        let ty: Type = ctx.types.scalar(self.body.ty(ctx, node));
        matches!(ctx.types.get(ty), TypeData::Int(_))
    }

    /// Learns what flowed down into an integer: if that is anything, and the integer's uses leave nothing else, it is an integer.
    pub(crate) fn learn_down(&mut self, result: Node, tree: crate::TreeId, why: Why) {
        let anything = self.shared.trees.inner0(tree) == BaseType::Anything;
        let integer = anything
            && self.is_integer_type(result)
            && self
                .body
                .value(result)
                .is_some_and(|value| self.body.integral.is_integer(value));
        if integer {
            self.learn_all(
                result,
                BaseType::Integer,
                Why {
                    text: "nothing but an integer is used like this",
                    ..why
                },
            );
        } else {
            self.learn(result, tree, why);
        }
    }

    fn cast(&mut self, op: CastOp, result: Node, x: Node) {
        match op {
            CastOp::Trunc => self.truncate(result, x),
            CastOp::ZExt => self.zero_extend(result, x),
            CastOp::SExt => {
                self.learn_integer(result, "only integers have a sign to extend");
                self.learn_integer(x, "only integers have a sign to extend");
            }
            CastOp::FpTrunc | CastOp::FpExt => {
                self.learn_float(result, "floats are converted");
                self.learn_float(x, "floats are converted");
            }
            CastOp::FpToUi | CastOp::FpToSi => {
                self.learn_integer(result, "floats become integers");
                self.learn_float(x, "floats become integers");
            }
            CastOp::UiToFp | CastOp::SiToFp => {
                self.learn_float(result, "integers become floats");
                self.learn_integer(x, "integers become floats");
            }
            CastOp::IntToPtr if self.const_int(x).is_some() => {
                self.learn_all(
                    result,
                    BaseType::Anything,
                    Why::ground("a number as an address may be anything"),
                );
            }
            CastOp::PtrToInt
            | CastOp::PtrToAddr
            | CastOp::IntToPtr
            | CastOp::Bitcast
            | CastOp::AddrSpaceCast => {
                self.same(result, x, "the cast keeps the bits");
            }
        }
    }

    fn truncate(&mut self, result: Node, x: Node) {
        const WHY: &str = "the low bytes stay";
        let (wide, narrow) = (self.size(x), self.size(result));
        // A byte of a float says nothing about the byte.
        if narrow != 1 {
            let tree = self.tree(x);
            let trees = self.trees();
            let low = trees
                .shift(tree, Window::first(wide))
                .and_then(|tree| trees.shift(tree, Window::first(narrow)));
            let low = self.or_nothing(low);
            self.learn(result, low, Why::from(x, WHY));
        }
        if self.up() && (narrow != 1 || wide == 1) {
            let tree = self.tree(result);
            let low = self.trees().shift(tree, Window::first(narrow));
            let low = self.or_nothing(low);
            self.learn(x, low, Why::from(result, WHY));
        }
    }

    fn zero_extend(&mut self, result: Node, x: Node) {
        let ctx = self.ctx();
        let bit = ctx.types.int_bits(ctx.types.scalar(self.body.ty(ctx, x))) == Some(1);
        let tree = if bit {
            self.trees().all(BaseType::Anything)
        } else {
            self.tree(x)
        };
        self.learn_down(result, tree, Why::from(x, "zeros are put before the number"));
        if self.up() {
            self.learn(
                x,
                self.tree(result),
                Why::from(result, "zeros were put before the number"),
            );
        }
    }
}
