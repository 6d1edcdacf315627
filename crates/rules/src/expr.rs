//! Symbolic expressions: the right-hand sides of derivative rules.
//!
//! An [`Arena`] holds hash-consed [`Node`]s, so that equal expressions have equal [`ExprId`]s and a rule that uses
//! a value twice computes it once. Rules are written with [`Expr`], a copyable handle with operator overloading; a
//! rule's closure runs once, when the table is built, and what remains is data.
//!
//! Every node has a sort: float (in the one float type of the operation), integer, or condition. An expression
//! reads only the operands of the primal operation ([`Node::Operand`]), its outputs ([`Node::Output`]) and constants.
//!
//! Structural zeros and ones are folded while building (`0 * x` is `0`, whatever `x`): a partial that is the
//! constant 0 means "does not depend", never "happens to be zero". Constants carry about 106 bits
//! ([`Constant`]), so that rules for `x86_fp80` and `fp128` lose nothing. Building is O(1) per node.
//!
//! What this module does not know: functions, LLVM, types of a fixed width.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use indexmap::IndexSet;
use smallvec::SmallVec;

/// Index of a node in an [`Arena`]. Equal expressions of one arena have equal ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExprId(u32);

/// A real constant as an unevaluated sum `hi + lo` with `|lo| <= ulp(hi) / 2`.
///
/// An emitter for types up to `double` uses `hi` alone; for wider types it adds the two.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Constant {
    /// The nearest double.
    pub hi: f64,
    /// What `hi` leaves over; 0 when the constant is a double.
    pub lo: f64,
}

impl Constant {
    /// pi
    pub const PI: Self = Self::new(std::f64::consts::PI, 1.2246467991473532e-16);
    /// 1 / pi
    pub const FRAC_1_PI: Self = Self::new(std::f64::consts::FRAC_1_PI, -1.9678676675182486e-17);
    /// ln 2
    pub const LN_2: Self = Self::new(std::f64::consts::LN_2, 2.3190468138462996e-17);
    /// ln 10
    pub const LN_10: Self = Self::new(std::f64::consts::LN_10, -2.1707562233822494e-16);
    /// 1 / ln 2
    pub const LOG2_E: Self = Self::new(std::f64::consts::LOG2_E, 2.0355273740931033e-17);
    /// 1 / ln 10
    pub const LOG10_E: Self = Self::new(std::f64::consts::LOG10_E, 1.098319650216765e-17);
    /// 2 / sqrt(pi)
    pub const FRAC_2_SQRT_PI: Self = Self::new(std::f64::consts::FRAC_2_SQRT_PI, 1.533545961316588e-17);
    /// sqrt(pi) / 2
    pub const FRAC_SQRT_PI_2: Self = Self::new(0.886226925452758, -3.8332932499128993e-17);
    /// 1 / sqrt(2 pi)
    pub const FRAC_1_SQRT_2PI: Self = Self::new(0.3989422804014327, -2.49232720227773e-17);
    /// sqrt(2 pi)
    pub const SQRT_2PI: Self = Self::new(2.5066282746310007, -1.8328579980459167e-16);

    const fn new(hi: f64, lo: f64) -> Self {
        Self { hi, lo }
    }

    /// The quotient `numerator / denominator` to about 106 bits.
    pub fn ratio(numerator: f64, denominator: f64) -> Self {
        let hi = numerator / denominator;
        Self::new(hi, (-hi).mul_add(denominator, numerator) / denominator)
    }

    fn bits(self) -> (u64, u64) {
        (self.hi.to_bits(), self.lo.to_bits())
    }
}

impl From<f64> for Constant {
    fn from(value: f64) -> Self {
        Self::new(value, 0.0)
    }
}

impl Eq for Constant {}

impl std::hash::Hash for Constant {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
    }
}

/// A float operation with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
}

pub use ir::FloatPred as Predicate;

/// One node of an expression.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// Operand `operand` of the primal operation: a float, an integer, or part `component` (0 real, 1 imaginary) of a
    /// complex number. Component is 0 for everything that is not complex.
    Operand {
        /// Position in the logical parameter list of the entry.
        operand: u8,
        /// 0, or 1 for an imaginary part.
        component: u8,
    },
    /// Output `k` of the primal operation, in the order of [`crate::MathRule::outputs`].
    Output(u8),
    /// A real constant.
    Constant(Constant),
    /// An integer constant, only as an argument of a call (the `2` of `jn(2, x)`).
    Integer(i64),
    /// `scale * value + offset` of an integer, wrapping, in that integer's own type.
    IntegerAffine {
        /// An integer node.
        value: ExprId,
        /// Factor.
        scale: i64,
        /// Summand.
        offset: i64,
    },
    /// A signed integer as a float.
    IntegerToFloat(ExprId),
    /// `-a`
    Neg(ExprId),
    /// A float operation.
    Binary(BinaryOp, ExprId, ExprId),
    /// A condition.
    Compare(Predicate, ExprId, ExprId),
    /// `if condition then a else b`; both sides may be evaluated.
    Select(ExprId, ExprId, ExprId),
    /// A call of the math function of that canonical name in the same table, at the same float type.
    Call(&'static str, SmallVec<[ExprId; 3]>),
    /// Two expressions of equal value that read different things. Only at the root of a partial, and split into
    /// alternatives when the rule is registered.
    Either(ExprId, ExprId),
}

impl Node {
    /// The nodes that this one reads.
    pub fn children(&self) -> SmallVec<[ExprId; 3]> {
        match self {
            Node::Operand { .. } | Node::Output(_) | Node::Constant(_) | Node::Integer(_) => SmallVec::new(),
            Node::IntegerAffine { value, .. } => SmallVec::from_slice(&[*value]),
            Node::IntegerToFloat(a) | Node::Neg(a) => SmallVec::from_slice(&[*a]),
            Node::Binary(_, a, b) | Node::Compare(_, a, b) | Node::Either(a, b) => {
                SmallVec::from_slice(&[*a, *b])
            }
            Node::Select(c, a, b) => SmallVec::from_slice(&[*c, *a, *b]),
            Node::Call(_, arguments) => arguments.clone(),
        }
    }
}

/// What an expression reads of the primal operation.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Reads {
    /// Logical operands, ascending.
    pub operands: SmallVec<[u8; 4]>,
    /// Outputs, ascending.
    pub outputs: SmallVec<[u8; 2]>,
}

impl Reads {
    /// Whether nothing of the primal is read: the partial is a constant.
    pub fn is_empty(&self) -> bool {
        self.operands.is_empty() && self.outputs.is_empty()
    }
}

/// All nodes of a table.
#[derive(Default, Debug)]
pub struct Arena {
    nodes: IndexSet<Node>,
}

impl Arena {
    /// The node behind an id of this arena.
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The value of a constant node.
    pub fn constant(&self, id: ExprId) -> Option<Constant> {
        match self.node(id) {
            Node::Constant(c) => Some(*c),
            _ => None,
        }
    }

    /// Whether the node is the constant `value`.
    pub fn is(&self, id: ExprId, value: f64) -> bool {
        self.constant(id).is_some_and(|c| c.hi == value && c.lo == 0.0)
    }

    /// Which operands and outputs of the primal operation the expression reads.
    pub fn reads(&self, id: ExprId) -> Reads {
        let mut reads = Reads::default();
        self.visit(id, &mut |node| match node {
            Node::Operand { operand, .. } => reads.operands.push(*operand),
            Node::Output(k) => reads.outputs.push(*k),
            _ => {}
        });
        reads.operands.sort_unstable();
        reads.operands.dedup();
        reads.outputs.sort_unstable();
        reads
    }

    /// A rough price in arithmetic operations of evaluating the expression once: 1 for an addition, multiplication,
    /// comparison or select, 4 for a division, 20 for a call. For weighing recomputation against storage.
    pub fn cost(&self, id: ExprId) -> u32 {
        let mut cost = 0;
        self.visit(id, &mut |node| {
            cost += match node {
                Node::Operand { .. }
                | Node::Output(_)
                | Node::Constant(_)
                | Node::Integer(_)
                | Node::Either(..) => 0,
                Node::Binary(BinaryOp::Div, ..) => 4,
                Node::Call(..) => 20,
                _ => 1,
            };
        });
        cost
    }

    /// Calls `visit` once for each distinct node of the expression, operands before users.
    pub fn visit(&self, id: ExprId, visit: &mut impl FnMut(&Node)) {
        let mut seen = std::collections::HashSet::new();
        self.visit_unseen(id, &mut seen, visit);
    }

    fn visit_unseen(
        &self,
        id: ExprId,
        seen: &mut std::collections::HashSet<ExprId>,
        visit: &mut impl FnMut(&Node),
    ) {
        if seen.insert(id) {
            for child in self.node(id).children() {
                self.visit_unseen(child, seen, visit);
            }
            visit(self.node(id));
        }
    }

    /// The alternatives of a partial, split at [`Node::Either`]; the preferred one first.
    pub(crate) fn alternatives(&self, id: ExprId) -> SmallVec<[ExprId; 2]> {
        match *self.node(id) {
            Node::Either(a, b) => {
                let mut all = self.alternatives(a);
                all.extend(self.alternatives(b));
                all
            }
            _ => SmallVec::from_slice(&[id]),
        }
    }

    /// The id of `node`, simplified by the identities that hold for structural zeros and ones.
    pub fn intern(&mut self, node: Node) -> ExprId {
        match self.simplify(&node) {
            Some(id) => id,
            None => self.insert(node),
        }
    }

    fn insert(&mut self, node: Node) -> ExprId {
        let (index, _) = self.nodes.insert_full(node);
        ExprId(u32::try_from(index).expect("a rule table has fewer than 2^32 expression nodes"))
    }

    fn simplify(&mut self, node: &Node) -> Option<ExprId> {
        match *node {
            Node::Neg(a) => match self.node(a).clone() {
                Node::Constant(c) => Some(self.insert(Node::Constant(Constant::new(-c.hi, -c.lo)))),
                Node::Neg(b) => Some(b),
                Node::Either(b, c) => {
                    let (b, c) = (self.intern(Node::Neg(b)), self.intern(Node::Neg(c)));
                    Some(self.insert(Node::Either(b, c)))
                }
                _ => None,
            },
            Node::Binary(op, a, b) => self.simplify_binary(op, a, b),
            Node::Select(_, a, b) if a == b => Some(a),
            Node::IntegerAffine {
                value,
                scale: 1,
                offset: 0,
            } => Some(value),
            _ => None,
        }
    }

    fn simplify_binary(&mut self, op: BinaryOp, a: ExprId, b: ExprId) -> Option<ExprId> {
        match op {
            BinaryOp::Add if self.is(a, 0.0) => return Some(b),
            BinaryOp::Add | BinaryOp::Sub if self.is(b, 0.0) => return Some(a),
            BinaryOp::Sub if self.is(a, 0.0) => return Some(self.intern(Node::Neg(b))),
            BinaryOp::Mul if self.is(a, 0.0) || self.is(b, 1.0) => return Some(a),
            BinaryOp::Mul if self.is(b, 0.0) || self.is(a, 1.0) => return Some(b),
            BinaryOp::Mul if self.is(a, -1.0) => return Some(self.intern(Node::Neg(b))),
            BinaryOp::Mul if self.is(b, -1.0) => return Some(self.intern(Node::Neg(a))),
            BinaryOp::Div if self.is(b, 1.0) || self.is(a, 0.0) => return Some(a),
            _ => {}
        }
        let (a, b) = (self.constant(a)?, self.constant(b)?);
        if a.lo != 0.0 || b.lo != 0.0 {
            return None;
        }
        let value = match op {
            BinaryOp::Add => a.hi + b.hi,
            BinaryOp::Sub => a.hi - b.hi,
            BinaryOp::Mul => a.hi * b.hi,
            BinaryOp::Div => return Some(self.insert(Node::Constant(Constant::ratio(a.hi, b.hi)))),
        };
        Some(self.insert(Node::Constant(value.into())))
    }
}

/// A handle on an expression under construction. `Copy`, with the arithmetic operators, also against `f64`.
#[derive(Clone, Copy)]
pub struct Expr<'a> {
    arena: &'a RefCell<Arena>,
    id: ExprId,
}

/// A condition under construction.
#[derive(Clone, Copy)]
pub struct Condition<'a>(Expr<'a>);

impl<'a> Expr<'a> {
    pub(crate) fn new(arena: &'a RefCell<Arena>, node: Node) -> Self {
        let id = arena.borrow_mut().intern(node);
        Self { arena, id }
    }

    pub(crate) fn id(self) -> ExprId {
        self.id
    }

    fn make(self, node: Node) -> Self {
        Self::new(self.arena, node)
    }

    /// A constant.
    pub fn constant(self, value: impl Into<Constant>) -> Self {
        self.make(Node::Constant(value.into()))
    }

    /// A call of the table's function `name` with this expression as the first argument.
    pub fn call(self, name: &'static str, others: &[Expr<'a>]) -> Self {
        let mut arguments = SmallVec::from_slice(&[self.id]);
        arguments.extend(others.iter().map(|e| e.id));
        self.make(Node::Call(name, arguments))
    }

    /// An integer constant (an order, an exponent), only for arguments of calls.
    pub fn integer(self, value: i64) -> Self {
        self.make(Node::Integer(value))
    }

    /// This integer operand times `scale` plus `offset`.
    pub fn affine(self, scale: i64, offset: i64) -> Self {
        self.make(Node::IntegerAffine {
            value: self.id,
            scale,
            offset,
        })
    }

    /// This integer operand as a float.
    pub fn to_float(self) -> Self {
        self.make(Node::IntegerToFloat(self.id))
    }

    /// The same value, written so that it reads something else; the cache chooses.
    pub fn or(self, other: Self) -> Self {
        self.make(Node::Either(self.id, other.id))
    }

    /// The condition `self predicate other`.
    pub fn compare(self, predicate: Predicate, other: Self) -> Condition<'a> {
        Condition(self.make(Node::Compare(predicate, self.id, other.id)))
    }

    /// Ordered `self == value`.
    pub fn is(self, value: f64) -> Condition<'a> {
        self.compare(Predicate::Oeq, self.constant(value))
    }

    /// Ordered `self < other`.
    pub fn lt(self, other: Self) -> Condition<'a> {
        self.compare(Predicate::Olt, other)
    }

    /// `self * self`
    pub fn square(self) -> Self {
        self * self
    }

    /// `1 / self`
    pub fn recip(self) -> Self {
        1.0 / self
    }
}

/// Shorthand for the functions that rules call often.
macro_rules! unary_calls {
    ($($(#[$doc:meta])* $method:ident),* $(,)?) => {
        impl<'a> Expr<'a> {
            $(
                #[doc = concat!("The table's function `", stringify!($method), "` of this expression.")]
                pub fn $method(self) -> Self {
                    self.call(stringify!($method), &[])
                }
            )*
        }
    };
}
unary_calls!(
    sin, cos, tan, sinh, cosh, exp, exp2, log, sqrt, fabs, trunc, rint, erfc, j0, j1, y0, y1
);

impl<'a> Expr<'a> {
    /// The table's function `copysign` with the magnitude of this expression.
    pub fn copysign(self, sign: Self) -> Self {
        self.call("copysign", &[sign])
    }

    /// The table's function `pow` with this expression as the base.
    pub fn pow(self, exponent: Self) -> Self {
        self.call("pow", &[exponent])
    }
}

impl<'a> Condition<'a> {
    /// `if self { a } else { b }`, where both may be evaluated.
    pub fn select(self, a: impl IntoExpr<'a>, b: impl IntoExpr<'a>) -> Expr<'a> {
        let (a, b) = (a.into_expr(self.0), b.into_expr(self.0));
        self.0.make(Node::Select(self.0.id, a.id, b.id))
    }
}

/// What can stand where a rule needs an expression: an expression or a number.
pub trait IntoExpr<'a> {
    /// The expression, in the arena of `near`.
    fn into_expr(self, near: Expr<'a>) -> Expr<'a>;
}

impl<'a> IntoExpr<'a> for Expr<'a> {
    fn into_expr(self, _: Expr<'a>) -> Expr<'a> {
        self
    }
}

impl<'a> IntoExpr<'a> for f64 {
    fn into_expr(self, near: Expr<'a>) -> Expr<'a> {
        near.constant(self)
    }
}

impl<'a> IntoExpr<'a> for Constant {
    fn into_expr(self, near: Expr<'a>) -> Expr<'a> {
        near.constant(self)
    }
}

macro_rules! binary_operators {
    ($($trait:ident $method:ident),*) => {
        $(
            impl<'a, R: IntoExpr<'a>> $trait<R> for Expr<'a> {
                type Output = Expr<'a>;
                fn $method(self, right: R) -> Expr<'a> {
                    let right = right.into_expr(self);
                    self.make(Node::Binary(BinaryOp::$trait, self.id, right.id))
                }
            }
            impl<'a> $trait<Expr<'a>> for f64 {
                type Output = Expr<'a>;
                fn $method(self, right: Expr<'a>) -> Expr<'a> {
                    right.constant(self).$method(right)
                }
            }
            impl<'a> $trait<Expr<'a>> for Constant {
                type Output = Expr<'a>;
                fn $method(self, right: Expr<'a>) -> Expr<'a> {
                    right.constant(self).$method(right)
                }
            }
        )*
    };
}
binary_operators!(Add add, Sub sub, Mul mul, Div div);

impl<'a> Neg for Expr<'a> {
    type Output = Expr<'a>;
    fn neg(self) -> Expr<'a> {
        self.make(Node::Neg(self.id))
    }
}
