//! Calls: of functions that the rules know, of intrinsics on integers, and of functions with bodies.

use ir::{BinOp, Inst};

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::window::{Window, clamp};

/// Intrinsics on integers that may be pointers.
#[derive(Clone, Copy)]
enum IntegerOp {
    /// The smaller or larger of two.
    Extremum,
    /// Arithmetic with a flag for overflow.
    WithOverflow(BinOp),
    /// Moves bits about: nothing is known of the outcome.
    Bits,
}

fn integer_op(name: &str) -> Option<IntegerOp> {
    let (base, _) = name.strip_prefix("llvm.")?.rsplit_once('.')?;
    if let Some((op, _)) = ir::checked::operation(base) {
        return Some(IntegerOp::WithOverflow(op));
    }
    Some(match base {
        "smax" | "smin" | "umax" | "umin" => IntegerOp::Extremum,
        "bswap" | "bitreverse" | "fshl" | "fshr" => IntegerOp::Bits,
        _ => return None,
    })
}

impl Solver<'_, '_> {
    /// A call that enters no body; those that do are visited by `interproc`.
    pub(super) fn call(&mut self, inst: Inst, result: Option<Node>, operands: &[Node]) {
        let ctx = self.ctx();
        let data = self.body.function.inst(inst);
        let Some(name) = self.body.callee_name(ctx, inst) else {
            return;
        };
        let args: super::Nodes = operands[1..=data.args().len()].iter().copied().collect();
        let attrs = data.op.call_info().map(|info| ctx.attrs(info.attrs));
        let callee = self.body.callee(ctx, inst).map(|func| &ctx.funcs[func]);
        let decl = callee.map(|callee| ctx.attrs(callee.attrs));
        let has = |key| {
            [attrs, decl]
                .into_iter()
                .flatten()
                .any(|attrs| attrs.string(key).is_some())
        };
        if has("enzyme_ta_norecur") || has("enzyme_notypeanalysis") {
            return;
        }
        let allocator = [attrs, decl]
            .into_iter()
            .flatten()
            .find_map(|attrs| attrs.string("enzyme_allocator"));
        if let (Some(index), Some(result)) = (allocator.and_then(|text| text.parse::<usize>().ok()), result) {
            let size = args.get(index).copied();
            self.user_allocation(result, size);
            return;
        }
        match (integer_op(name), result) {
            (Some(op), Some(result)) => self.integer_call(op, result, &args),
            (Some(_), None) => {}
            (None, _) => {
                let rules = self.shared.input.rules;
                let found = match callee {
                    Some(decl) => rules.declared(&ctx.types, name, decl.ty),
                    None => rules.callee(name),
                };
                if let Some(found) = found {
                    self.library_call(found.entry, result, &args);
                }
            }
        }
    }

    fn user_allocation(&mut self, result: Node, size: Option<Node>) {
        let bytes = size.and_then(|size| u64::try_from(self.const_int(size)?).ok());
        self.allocation(result, bytes);
        if let Some(size) = size {
            self.learn_integer(size, "the size of new memory");
        }
    }

    fn integer_call(&mut self, op: IntegerOp, result: Node, args: &[Node]) {
        match (op, args) {
            (IntegerOp::Extremum, &[x, y]) => self.extremum(result, x, y),
            (IntegerOp::WithOverflow(op), &[x, y]) => self.with_overflow(op, result, x, y),
            _ => {}
        }
    }

    fn extremum(&mut self, result: Node, x: Node, y: Node) {
        use BaseType::{Anything, Integer, Pointer};
        const WHY: &str = "the smaller or larger of two values has their type";
        let base = self.every(result);
        if self.up() && matches!(base, Integer | Pointer) {
            self.learn_all(x, base, Why::from(result, WHY));
            self.learn_all(y, base, Why::from(result, WHY));
        }
        match (self.every(x), self.every(y)) {
            (left @ (Integer | Pointer), right) if left == right => {
                self.learn_all(result, left, Why::from(x, WHY));
            }
            (Integer, Anything) => self.learn_all(result, Integer, Why::from(x, WHY)),
            (Anything, Integer) => self.learn_all(result, Integer, Why::from(y, WHY)),
            _ => {}
        }
    }

    fn with_overflow(&mut self, op: BinOp, result: Node, x: Node, y: Node) {
        let size = self.size(x);
        let tree = self.tree(result);
        let first = self.trees().shift(tree, Window::first(size));
        let first = self.or_nothing(first);
        let integer = self.shared.trees.inner0(first) == BaseType::Integer;
        if self.up() && integer && op != BinOp::Sub {
            for node in [x, y] {
                self.learn_all(
                    node,
                    BaseType::Integer,
                    Why::from(result, "only integers add up to an integer"),
                );
            }
        }
        let base = self.inner0(x).binary(op, self.inner0(y)).unwrap_or_default();
        let whole = self.size(result);
        let flag = Window {
            start: 0,
            size: Some(clamp(whole.saturating_sub(size))),
            to: clamp(size),
        };
        let trees = self.trees();
        let (outcome, integer) = (trees.all(base), trees.all(BaseType::Integer));
        let outcome = trees.shift(outcome, Window::first(size));
        let both = outcome.and_then(|outcome| {
            let flag = trees.shift(integer, flag)?;
            trees.or(outcome, flag)
        });
        let both = self.or_nothing(both);
        self.learn(
            result,
            both,
            Why::from(x, "arithmetic, and whether it overflowed"),
        );
    }
}
