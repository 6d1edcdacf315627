//! From expressions to code: [`Emitter`], [`Lowering`], and the tangent and adjoint of a rule.
//!
//! The tangent of output `j` is the sum over inputs of `partial(j, i) * dx_i`; the adjoint of input `i` is the sum
//! over outputs of `partial(j, i) * y_bar_j`. Both are the same sum of products, formed by [`Lowering::sum`]:
//! absent (inactive) factors cost nothing, partials 1 and -1 cost no multiplication, and a partial that is a select
//! selects between products (`fabs`: `x < 0 ? -dx : dx`), so that a branch that is not taken cannot turn an infinite
//! factor into NaN. Terms that select on one condition share the select.
//!
//! Common subexpressions are emitted once per [`Lowering`]. The cost is linear in the distinct nodes.

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::entry::{MathRule, Scalar, Slot};
use crate::expr::{Arena, BinaryOp, Constant, ExprId, Node, Predicate};

/// Where expressions go: a builder of IR, an interpreter, dual numbers.
///
/// Floats have one type, chosen by the emitter: that of the primal operation, or a vector of it. Conditions and
/// integers are values as well. Vector lanes, widths and flags are the emitter's business.
pub trait Emitter {
    /// A value of any sort.
    type Value: Copy;
    /// An operand of the primal operation.
    fn operand(&mut self, slot: Slot) -> Self::Value;
    /// An output of the primal operation, by index in [`MathRule::outputs`].
    fn output(&mut self, index: usize) -> Self::Value;
    /// A float constant.
    fn constant(&mut self, value: Constant) -> Self::Value;
    /// An integer constant that is an argument of a call; its type is that of the callee's parameter.
    fn integer(&mut self, value: i64) -> Self::Value;
    /// `scale * value + offset` in the type of the integer `value`.
    fn integer_affine(&mut self, value: Self::Value, scale: i64, offset: i64) -> Self::Value;
    /// A signed integer as a float.
    fn integer_to_float(&mut self, value: Self::Value) -> Self::Value;
    /// `-a`
    fn neg(&mut self, a: Self::Value) -> Self::Value;
    /// A float operation.
    fn binary(&mut self, op: BinaryOp, a: Self::Value, b: Self::Value) -> Self::Value;
    /// A comparison.
    fn compare(&mut self, predicate: Predicate, a: Self::Value, b: Self::Value) -> Self::Value;
    /// `if condition { a } else { b }`
    fn select(&mut self, condition: Self::Value, a: Self::Value, b: Self::Value) -> Self::Value;
    /// A call of the function with canonical name `name`, an entry of the table with a scalar float result.
    fn call(&mut self, name: &'static str, arguments: &[Self::Value]) -> Self::Value;
    /// The product of a partial and a tangent or cotangent. An emitter with strong zeros makes this 0 when
    /// `derivative` is 0, whatever the partial.
    fn scale(&mut self, partial: Self::Value, derivative: Self::Value) -> Self::Value {
        self.binary(BinaryOp::Mul, partial, derivative)
    }
}

/// Lowers expressions of one arena for one operation, each distinct node once.
pub struct Lowering<'a, V> {
    arena: &'a Arena,
    values: HashMap<ExprId, V>,
}

impl<'a, V: Copy> Lowering<'a, V> {
    /// Nothing lowered yet.
    pub fn new(arena: &'a Arena) -> Self {
        Self {
            arena,
            values: HashMap::new(),
        }
    }

    /// The value of `expr`.
    pub fn value<E: Emitter<Value = V>>(&mut self, expr: ExprId, emitter: &mut E) -> V {
        if let Some(&value) = self.values.get(&expr) {
            return value;
        }
        let value = match self.arena.node(expr) {
            Node::Operand { operand, component } => emitter.operand(Slot {
                operand: *operand,
                component: *component,
            }),
            Node::Output(k) => emitter.output(usize::from(*k)),
            Node::Constant(c) => emitter.constant(*c),
            Node::Integer(n) => emitter.integer(*n),
            Node::IntegerAffine { value, scale, offset } => {
                let value = self.value(*value, emitter);
                emitter.integer_affine(value, *scale, *offset)
            }
            Node::IntegerToFloat(a) => {
                let a = self.value(*a, emitter);
                emitter.integer_to_float(a)
            }
            Node::Neg(a) => {
                let a = self.value(*a, emitter);
                emitter.neg(a)
            }
            Node::Binary(op, a, b) => {
                let (a, b) = (self.value(*a, emitter), self.value(*b, emitter));
                emitter.binary(*op, a, b)
            }
            Node::Compare(predicate, a, b) => {
                let (a, b) = (self.value(*a, emitter), self.value(*b, emitter));
                emitter.compare(*predicate, a, b)
            }
            Node::Select(condition, a, b) => {
                let condition = self.value(*condition, emitter);
                let (a, b) = (self.value(*a, emitter), self.value(*b, emitter));
                emitter.select(condition, a, b)
            }
            Node::Call(name, arguments) => {
                let arguments: SmallVec<[V; 3]> = arguments.iter().map(|&a| self.value(a, emitter)).collect();
                emitter.call(name, &arguments)
            }
            Node::Either(first, _) => self.value(*first, emitter),
        };
        self.values.insert(expr, value);
        value
    }

    /// The sum of `partial * derivative` over `terms`; `None` when it is structurally zero.
    pub fn sum<E: Emitter<Value = V>>(&mut self, terms: &[(ExprId, V)], emitter: &mut E) -> Option<V> {
        let mut total = None;
        let mut rest: Vec<(ExprId, V)> = terms.to_vec();
        while let Some(&(partial, derivative)) = rest.first() {
            let Node::Select(condition, ..) = *self.arena.node(partial) else {
                rest.remove(0);
                total = self.add_product(total, partial, derivative, emitter);
                continue;
            };
            let (mut if_true, mut if_false) = (Vec::new(), Vec::new());
            rest.retain(|&(partial, derivative)| match *self.arena.node(partial) {
                Node::Select(c, a, b) if c == condition => {
                    if_true.push((a, derivative));
                    if_false.push((b, derivative));
                    false
                }
                _ => true,
            });
            let (a, b) = (self.sum(&if_true, emitter), self.sum(&if_false, emitter));
            if a.is_none() && b.is_none() {
                continue;
            }
            let condition = self.value(condition, emitter);
            let mut or_zero = |v: Option<V>| v.unwrap_or_else(|| emitter.constant(0.0.into()));
            let (a, b) = (or_zero(a), or_zero(b));
            let selected = emitter.select(condition, a, b);
            total = Some(match total {
                Some(total) => emitter.binary(BinaryOp::Add, total, selected),
                None => selected,
            });
        }
        total
    }

    fn add_product<E: Emitter<Value = V>>(
        &mut self,
        total: Option<V>,
        partial: ExprId,
        derivative: V,
        emitter: &mut E,
    ) -> Option<V> {
        if self.arena.is(partial, 0.0) {
            return total;
        }
        let (magnitude, negative) = match *self.arena.node(partial) {
            Node::Neg(inner) => (Some(inner), true),
            _ if self.arena.is(partial, 1.0) => (None, false),
            _ if self.arena.is(partial, -1.0) => (None, true),
            _ => (Some(partial), false),
        };
        let product = match magnitude {
            Some(expr) => {
                let value = self.value(expr, emitter);
                emitter.scale(value, derivative)
            }
            None => derivative,
        };
        Some(match (total, negative) {
            (None, false) => product,
            (None, true) => emitter.neg(product),
            (Some(total), false) => emitter.binary(BinaryOp::Add, total, product),
            (Some(total), true) => emitter.binary(BinaryOp::Sub, total, product),
        })
    }
}

/// Which of a partial's alternatives to emit: gets (output, input), returns an index. Use `|_, _| 0` for the preferred.
pub trait Choose: FnMut(usize, usize) -> usize {}
impl<F: FnMut(usize, usize) -> usize> Choose for F {}

/// The tangents of all outputs of `rule`, given the tangents of its inputs (`None` for an inactive one), in the order
/// of [`MathRule::inputs`] and [`MathRule::outputs`]. `None` in the result is a zero tangent that cost nothing.
pub fn tangent<E: Emitter>(
    arena: &Arena,
    rule: &MathRule,
    tangents: &[Option<E::Value>],
    emitter: &mut E,
) -> Vec<Option<E::Value>> {
    let mut lowering = Lowering::new(arena);
    (0..rule.outputs().len())
        .map(|output| {
            let terms: Vec<_> = tangents
                .iter()
                .enumerate()
                .filter_map(|(input, dx)| Some((rule.partial(output, input).preferred()?, (*dx)?)))
                .collect();
            lowering.sum(&terms, emitter)
        })
        .collect()
}

/// The contributions to the adjoints of the inputs that `wanted` names (true per input), given the adjoints of the
/// outputs (`None` for zero). `choose` picks among the alternatives of each partial, as the cache planned.
pub fn adjoint<E: Emitter>(
    arena: &Arena,
    rule: &MathRule,
    cotangents: &[Option<E::Value>],
    wanted: &[bool],
    choose: &mut impl Choose,
    emitter: &mut E,
) -> Vec<Option<E::Value>> {
    let mut lowering = Lowering::new(arena);
    let floats = |output: usize| rule.outputs()[output].scalar == Scalar::Float;
    (0..rule.inputs().len())
        .map(|input| {
            if !wanted[input] {
                return None;
            }
            let mut terms = Vec::new();
            for (output, y_bar) in cotangents
                .iter()
                .enumerate()
                .filter(|(output, _)| floats(*output))
            {
                let alternatives = &rule.partial(output, input).alternatives;
                if let (Some(y_bar), false) = (*y_bar, alternatives.is_empty()) {
                    let chosen = choose(output, input).min(alternatives.len() - 1);
                    terms.push((alternatives[chosen].expr, y_bar));
                }
            }
            lowering.sum(&terms, emitter)
        })
        .collect()
}
