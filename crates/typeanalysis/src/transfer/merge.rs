//! Where values meet: phis, selects and comparisons.

use std::collections::VecDeque;

use indexmap::IndexSet;
use ir::{BinOp, InstData, IntPred, Op};
use smallvec::SmallVec;

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::tree::{EVERY, TypeTree};
use crate::trees::TreeId;

/// Values that a phi is followed back to; beyond that only its own operands count.
const WEB: usize = 64;

/// What flows into a phi: values, and the additions of constants that lie between.
struct Inflow {
    values: SmallVec<[Node; 4]>,
    sums: SmallVec<[Node; 4]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    Phis,
    SelectsOnly,
}

impl Solver<'_, '_> {
    /// A comparison yields an integer; its operands are of one type.
    pub(super) fn compare(&mut self, result: Node, x: Node, y: Node) {
        self.learn_integer(result, "a comparison is true or false");
        if self.up() {
            for (one, other) in [(x, y), (y, x)] {
                let base = self.inner0(other);
                if base != BaseType::Anything {
                    self.learn_all(
                        one,
                        base,
                        Why::from(other, "only values of one type are compared"),
                    );
                }
            }
        }
    }

    pub(super) fn select(&mut self, result: Node, condition: Node, x: Node, y: Node) {
        const WHY: &str = "both choices have the type of the outcome";
        if self.up() && (self.shared.input.options.strict_aliasing || x == y) {
            let tree = self.tree(result);
            let definite = self.trees().purge_anything(tree);
            self.learn(x, definite, Why::from(result, WHY));
            self.learn(y, definite, Why::from(result, WHY));
        }
        if self.is_extremum(condition, x, y) {
            let base = self.inner0(x).and(self.inner0(y));
            if base.is_known() {
                self.learn_all(
                    result,
                    base,
                    Why::from(x, "the smaller or larger of two values has their type"),
                );
                return;
            }
        }
        // What is definite in both choices holds; what may be anything must be anything in both.
        let (left, right) = (self.tree(x), self.tree(y));
        let trees = self.trees();
        let definite = (trees.purge_anything(left), trees.purge_anything(right));
        let both = trees.and(definite.0, definite.1);
        let anything = (trees.just_anything(left), trees.just_anything(right));
        let either = trees.and(anything.0, anything.1);
        let tree = trees.or(both, either);
        let tree = self.or_nothing(tree);
        self.learn(result, tree, Why::from(x, "both choices have this type"));
    }

    /// Whether the condition compares the two choices by order.
    fn is_extremum(&self, condition: Node, x: Node, y: Node) -> bool {
        let Some(inst) = self.body.def_inst(condition) else {
            return false;
        };
        let data = self.body.function.inst(inst);
        let ordered = match data.op {
            Op::ICmp(pred) => !matches!(pred, IntPred::Eq | IntPred::Ne),
            Op::FCmp(_) => true,
            _ => return false,
        };
        let operands = [Node::from(data.operands[0]), Node::from(data.operands[1])];
        ordered && (operands == [x, y] || operands == [y, x])
    }

    pub(super) fn phi(&mut self, data: &InstData, result: Node, incoming: &[Node]) {
        if incoming.is_empty() {
            return;
        }
        if self.up() {
            self.phi_up(data, result, incoming);
        }
        for through in [Through::Phis, Through::SelectsOnly] {
            let inflow = self.inflow(result, incoming, through);
            if let Some((tree, from)) = self.phi_tree(result, &inflow) {
                self.learn_down(
                    result,
                    tree,
                    Why::from(from, "all values that arrive here have this type"),
                );
            }
        }
    }

    /// What leaves a phi entered it; through a loop's back edge that is not certain while the loop has not run.
    fn phi_up(&mut self, data: &InstData, result: Node, incoming: &[Node]) {
        let single = incoming.iter().all(|&value| value == incoming[0]);
        if !single && !self.shared.input.options.strict_aliasing {
            return;
        }
        let tree = self.tree(result);
        let tree = if single {
            tree
        } else {
            self.trees().purge_anything(tree)
        };
        let header = self.body.loops.with_header(data.block);
        for (&value, &from) in incoming.iter().zip(&data.targets) {
            if !header.is_some_and(|header| self.body.loops.contains(header, from)) {
                self.learn(value, tree, Why::from(result, "values that meet are of one type"));
            }
        }
    }

    fn is_constant(&self, node: Node) -> bool {
        self.body.constant(node).is_some()
    }

    /// The operation and operands of a binary operation.
    fn as_binary(&self, node: Node) -> Option<(BinOp, Node, Node)> {
        let data = self.body.function.inst(self.body.def_inst(node)?);
        match data.op {
            Op::Binary(op) => Some((op, data.operands[0].into(), data.operands[1].into())),
            _ => None,
        }
    }

    fn inflow(&self, phi: Node, incoming: &[Node], through: Through) -> Inflow {
        let mut inflow = Inflow {
            values: SmallVec::new(),
            sums: SmallVec::new(),
        };
        let mut seen = IndexSet::from([phi]);
        let mut todo: VecDeque<Node> = incoming.iter().copied().collect();
        while let Some(mut node) = todo.pop_front() {
            if let Some((BinOp::Add, x, y)) = self.as_binary(node) {
                for (constant, other) in [(x, y), (y, x)] {
                    if self.is_constant(constant) {
                        inflow.sums.push(node);
                        node = other;
                        break;
                    }
                }
            }
            if !seen.insert(node) {
                continue;
            }
            let data = self.body.def_inst(node).map(|inst| self.body.function.inst(inst));
            match data.map(|data| (&data.op, &data.operands)) {
                Some((Op::Phi, operands)) if through == Through::Phis && seen.len() < WEB => {
                    todo.extend(operands.iter().map(|&operand| Node::from(operand)));
                }
                Some((Op::Select, operands)) => {
                    todo.extend(operands[1..].iter().map(|&operand| Node::from(operand)))
                }
                _ => inflow.values.push(node),
            }
        }
        inflow
    }

    /// What is known about all values that flow in, with one of them to tell of.
    fn phi_tree(&mut self, phi: Node, inflow: &Inflow) -> Option<(TreeId, Node)> {
        let &first = inflow.values.first()?;
        let mut known: Option<TreeId> = None;
        for (position, &value) in inflow.values.iter().enumerate() {
            let tree = self.tree(value);
            let step = match inflow.values.as_slice() {
                &[one, two] => self.repeated(phi, value, if position == 0 { two } else { one }),
                _ => None,
            };
            if step.is_some() {
                known = step;
                break;
            }
            known = Some(match known {
                Some(before) => self.trees().and(before, tree),
                None => tree,
            });
        }
        let mut known = known?;
        if !inflow.sums.is_empty() && inflow.values.len() == 1 && matches!(self.const_int(first), Some(0 | 1))
        {
            // Counting from zero or one: that is an integer, not a pattern of bits that could be anything.
            known = self.trees().all(BaseType::Integer);
        }
        for &sum in &inflow.sums {
            known = self.with_sum(known, sum);
        }
        Some((known, first))
    }

    /// The type of a phi that is calculated from itself and `other` by repeating an operation: `value` is that operation.
    fn repeated(&mut self, phi: Node, value: Node, other: Node) -> Option<TreeId> {
        let (op, x, y) = self.as_binary(value)?;
        let other_tree = if self.is_constant(other) {
            // What is added to or multiplied with a constant start is a number.
            self.trees().all(BaseType::Integer)
        } else {
            self.tree(other)
        };
        match op {
            BinOp::Add | BinOp::Mul if x == phi || y == phi => {
                let (left, right) = if x == phi {
                    (other_tree, self.tree(y))
                } else {
                    (self.tree(x), other_tree)
                };
                let whole = |tree: TreeId, solver: &Self| solver.shared.trees.get(tree).get(&[EVERY]);
                let base = whole(left, self)
                    .binary(op, whole(right, self))
                    .unwrap_or_default();
                Some(self.trees().all(base))
            }
            BinOp::Sub if x == phi => Some(other_tree),
            _ => None,
        }
    }

    /// What remains known about a value when a constant is added to it, again and again.
    fn with_sum(&mut self, known: TreeId, sum: Node) -> TreeId {
        let Some((op, x, y)) = self.as_binary(sum) else {
            return known;
        };
        let bytes = |node: Node, solver: &mut Self| {
            let tree = if solver.is_constant(node) {
                solver.tree(node)
            } else {
                known
            };
            solver.shared.trees.inner0(tree)
        };
        let (left, right) = (bytes(x, self), bytes(y, self));
        let base = left.binary(op, right).unwrap_or_default();
        let tree = TypeTree::all(base);
        let tree = self.trees().intern(tree);
        self.trees().and(known, tree)
    }
}
