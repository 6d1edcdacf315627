//! What the table says about one operation or library function.
//!
//! An [`Entry`] has a logical parameter list (a complex number is one parameter, however an ABI packs it), a
//! result, memory behaviour, and a [`Kind`] with what differentiation needs. Everything a consumer can ask is a field
//! or a method here; facts about partials (what they read, whether they are constant) are computed from the
//! expressions when the rule is registered and never written by hand.

use smallvec::SmallVec;

use crate::expr::{Arena, ExprId, Reads};

/// Index of an entry in its table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EntryId(pub(crate) u32);

/// One operation, LLVM intrinsic or library function.
#[derive(Debug)]
pub struct Entry {
    /// The canonical name: the double-precision C name of a function (`sin`), the base name of an intrinsic that has
    /// no such twin (`llvm.vector.reduce.fadd`), or the opcode (`fmul` as `instruction fmul`).
    pub name: &'static str,
    /// Logical parameters, in order.
    pub params: SmallVec<[Param; 4]>,
    /// Whether further arguments of any type may follow the parameters.
    pub variadic: Variadic,
    /// What is returned.
    pub returns: Return,
    /// Memory behaviour beyond the accesses through pointer parameters, and control behaviour.
    pub effects: Effects,
    /// What it means for differentiation.
    pub kind: Kind,
}

/// Arguments beyond the parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variadic {
    /// None.
    None,
    /// Any number; memory behind pointers among them is read at most (`printf`).
    Read,
    /// Any number; memory behind pointers among them is written (`scanf`).
    Written,
}

/// A logical parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Param {
    /// A float of the function's float type.
    Float,
    /// A complex number whose parts have the function's float type; two real components.
    Complex,
    /// A float of another type than the function's own (`nexttoward`'s second).
    OtherFloat,
    /// An integer, of any width.
    Integer,
    /// A pointer.
    Pointer(PointerParam),
    /// A pointer through which one float of the function's float type is written, and nothing read or kept.
    FloatOut,
    /// A pointer through which one integer is written, and nothing read or kept.
    IntegerOut,
    /// Anything (`metadata`, a value of any type); carries no derivative.
    Any,
}

/// What a function does with memory reached from a pointer parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PointerParam {
    /// May read it.
    pub read: bool,
    /// May write it.
    pub write: bool,
    /// May keep a copy of the pointer beyond the call (other than in the returned value).
    pub captured: bool,
    /// What is written is text, a lock, a handle, a time: never a float of the program.
    pub opaque: bool,
}

/// What a function returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Return {
    /// Nothing.
    Void,
    /// A float of the function's float type.
    Float,
    /// A complex number.
    Complex,
    /// An integer.
    Integer,
    /// A struct of such scalars, in order (`llvm.sincos`: two floats, `llvm.frexp`: float and integer).
    Struct(SmallVec<[Scalar; 2]>),
    /// A pointer to memory that nothing else points to (or null).
    FreshPointer,
    /// A pointer whose origin the table does not know.
    Pointer,
    /// A pointer into the object that operand `0` of this variant points to (or null).
    PointerInto(u8),
    /// Any value.
    Any,
}

/// A scalar's sort.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scalar {
    /// A float of the function's float type.
    Float,
    /// An integer.
    Integer,
}

/// Memory and control behaviour beyond pointer parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects {
    /// May write `errno`, the floating-point status flags or `signgam`: never a location that carries a derivative.
    pub errno: bool,
    /// Reads or writes state that no pointer of the program reaches: heap bookkeeping, streams, the clock, locks.
    /// Two such calls must keep their order.
    pub hidden: bool,
    /// May read or write any memory that escaped.
    pub memory: bool,
    /// With [`Effects::memory`]: may leave addresses that it is given or finds in memory that the program reaches. Code that makes text of values
    /// writes characters, and no addresses but those of new memory.
    pub moves_addresses: bool,
    /// Is known never to return normally.
    pub noreturn: bool,
    /// May unwind.
    pub unwinds: bool,
}

impl Effects {
    /// No effect: the value depends on the operands only.
    pub const NONE: Self = Self {
        errno: false,
        hidden: false,
        memory: false,
        moves_addresses: false,
        noreturn: false,
        unwinds: false,
    };
    /// `errno` only, as C's math functions.
    pub const ERRNO: Self = Self {
        errno: true,
        ..Self::NONE
    };
    /// State that the program cannot point to, and `errno`.
    pub const HIDDEN: Self = Self {
        errno: true,
        hidden: true,
        ..Self::NONE
    };
    /// Anything.
    pub const ANY: Self = Self {
        errno: true,
        hidden: true,
        memory: true,
        moves_addresses: true,
        noreturn: false,
        unwinds: true,
    };
    /// Anything that reads or writes characters and numbers.
    pub const TEXT: Self = Self {
        moves_addresses: false,
        ..Self::ANY
    };
    /// Hidden state, then never returns.
    pub const NORETURN: Self = Self {
        noreturn: true,
        ..Self::HIDDEN
    };
}

/// What an entry means for differentiation.
#[derive(Debug)]
pub enum Kind {
    /// A function of numbers with a Jacobian (all-zero for `floor`, `isnan`, integer results).
    Math(MathRule),
    /// A vector reduction; structural.
    Reduction(Reduction),
    /// Moves values about without computing: an operation that emitters treat by its own code.
    Structural(Structural),
    /// Returns new memory.
    Allocation(Allocation),
    /// Releases memory.
    Deallocation(Deallocation),
    /// Resizes an allocation, possibly moving it.
    Reallocation(Reallocation),
    /// Copies bytes.
    Transfer(Transfer),
    /// Fills bytes.
    Set(Set),
    /// Carries no derivative.
    Inactive(Inactive),
    /// Known, but its derivative is not implemented: an error that names the family if it is active.
    Unsupported(Unsupported),
}

/// One real (or integer) number among the operands: a part of a complex operand has its own slot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slot {
    /// Position in [`Entry::params`].
    pub operand: u8,
    /// 0, or 1 for an imaginary part.
    pub component: u8,
}

/// Where an output goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// Component `0` of this variant of the returned value (struct field, or part of a complex number).
    Return(u8),
    /// Memory behind pointer operand `0` of this variant.
    Pointee(u8),
}

/// One number that a math function produces.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Output {
    /// Where it goes.
    pub place: Place,
    /// What it is; integers have no derivative but partials may read them.
    pub scalar: Scalar,
}

/// A function of numbers and its Jacobian.
#[derive(Debug)]
pub struct MathRule {
    pub(crate) inputs: SmallVec<[Slot; 4]>,
    pub(crate) outputs: SmallVec<[Output; 2]>,
    /// Output-major, `outputs.len() * inputs.len()`.
    pub(crate) partials: Vec<Partial>,
    /// Boxes of inputs on which the rule is smooth and the tests sample; see [`MathRule::domain`].
    pub(crate) domain: Vec<Vec<(f64, f64)>>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) intrinsic: Option<&'static str>,
}

/// The derivative of one output with respect to one input.
#[derive(Clone, Default, Debug)]
pub struct Partial {
    /// Equivalent expressions, the preferred one first; empty when the output does not depend on the input.
    pub alternatives: SmallVec<[Alternative; 2]>,
}

/// One way of computing a partial.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// The expression, in the table's arena.
    pub expr: ExprId,
    /// What it reads, computed from the expression.
    pub reads: Reads,
    /// Its price; see [`Arena::cost`].
    pub cost: u32,
}

/// An input at which the rule is not smooth or a partial is not finite, and what the policy says.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Values of all float slots and integer operands, in operand order.
    pub inputs: Vec<f64>,
    /// The expected partials, output-major over float outputs and float inputs; NaN matches NaN.
    pub partials: Vec<f64>,
    /// Why.
    pub reason: &'static str,
}

/// A rule for one function with all its partials.
impl MathRule {
    /// The real inputs that a derivative can flow from, in operand order.
    pub fn inputs(&self) -> &[Slot] {
        &self.inputs
    }

    /// All numbers produced: components of the return value first, then pointees by operand.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// The derivative of `outputs()[output]` with respect to `inputs()[input]`.
    pub fn partial(&self, output: usize, input: usize) -> &Partial {
        &self.partials[output * self.inputs.len() + input]
    }

    /// Whether any partial is structurally nonzero.
    pub fn has_derivative(&self) -> bool {
        self.partials.iter().any(|p| !p.is_zero())
    }

    /// Whether every partial is a constant: tangents and adjoints read no primal value.
    pub fn is_linear(&self) -> bool {
        self.partials.iter().all(Partial::is_constant)
    }

    /// Whether all partials are finite wherever the operands are, but for overflow: they are made of operands by sums, products and choices.
    pub fn has_finite_partials(&self, arena: &crate::expr::Arena) -> bool {
        let mut finite = true;
        let all = self.partials.iter().flat_map(|partial| &partial.alternatives);
        for alternative in all {
            arena.visit(alternative.expr, &mut |node| {
                use crate::expr::{BinaryOp, Node};
                finite &= !matches!(
                    node,
                    Node::Output(_) | Node::Binary(BinaryOp::Div, ..) | Node::Call(..)
                );
            });
        }
        finite
    }

    /// The union over outputs and preferred alternatives of what the partials of logical operand `operand` read: what
    /// must be available for its adjoint.
    pub fn reads(&self, operand: u8) -> Reads {
        let mut union = Reads::default();
        for (index, partial) in self.partials.iter().enumerate() {
            let slot = self.inputs[index % self.inputs.len()];
            if slot.operand == operand
                && let Some(preferred) = partial.alternatives.first()
            {
                union.operands.extend_from_slice(&preferred.reads.operands);
                union.outputs.extend_from_slice(&preferred.reads.outputs);
            }
        }
        union.operands.sort_unstable();
        union.operands.dedup();
        union.outputs.sort_unstable();
        union.outputs.dedup();
        union
    }

    /// Whether some output depends on logical operand `operand`.
    pub fn depends_on(&self, operand: u8) -> bool {
        !self.inputs.is_empty()
            && self
                .partials
                .iter()
                .enumerate()
                .any(|(i, p)| self.inputs[i % self.inputs.len()].operand == operand && !p.is_zero())
    }

    /// Boxes in which the rule holds and is smooth: one interval per float slot and per integer operand, in operand
    /// order. Tests sample them; nothing else depends on them.
    pub fn domain(&self) -> &[Vec<(f64, f64)>] {
        &self.domain
    }

    /// Inputs at kinks, poles and branch points, with the partials that the policy of `docs/add-a-rule.md` gives.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Base name of the LLVM intrinsic with the same value, which an emitter prefers (`llvm.sin` for `sin`).
    pub fn intrinsic(&self) -> Option<&'static str> {
        self.intrinsic
    }
}

impl Partial {
    pub(crate) fn new(arena: &Arena, root: ExprId) -> Self {
        let alternatives = arena
            .alternatives(root)
            .into_iter()
            .filter(|&e| !arena.is(e, 0.0))
            .map(|expr| Alternative {
                expr,
                reads: arena.reads(expr),
                cost: arena.cost(expr),
            })
            .collect();
        Self { alternatives }
    }

    /// The preferred expression; `None` when structurally zero.
    pub fn preferred(&self) -> Option<ExprId> {
        self.alternatives.first().map(|a| a.expr)
    }

    /// Structurally zero: the output does not depend on the input.
    pub fn is_zero(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// Reads nothing of the primal.
    pub fn is_constant(&self) -> bool {
        self.alternatives.first().is_none_or(|a| a.reads.is_empty())
    }
}

/// A reduction of a vector operand to a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reduction {
    /// `start + x0 + x1 + ...`; operand 0 the start, operand 1 the vector.
    Add,
    /// `start * x0 * x1 * ...`; operand 0 the start, operand 1 the vector.
    Mul,
    /// Minimum of the lanes of operand 0, a NaN lane ignored (`fmin`) .
    MinNum,
    /// Maximum of the lanes of operand 0, a NaN lane ignored (`fmax`).
    MaxNum,
    /// Minimum of the lanes of operand 0, NaN if any lane is.
    Minimum,
    /// Maximum of the lanes of operand 0, NaN if any lane is.
    Maximum,
    /// Integer and bitwise reductions: no derivative.
    Integer,
}

/// Operations that move values without computing. The linear ones apply to tangents unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Structural {
    /// The result is operand 0 (`llvm.ssa.copy`, `llvm.arithmetic.fence`, `llvm.expect`, `llvm.launder.invariant.group`).
    Identity,
    /// A pointer derived from operand 0 (`llvm.ptrmask`, `llvm.threadlocal.address`, `llvm.preserve.*.access.index`).
    PointerIdentity,
    /// `llvm.intel.subscript(rank, lower, stride, base, index)`: the address `stride * (index - lower)` bytes behind operand 3.
    Subscript,
    /// `llvm.masked.load(ptr, mask, passthru)`.
    MaskedLoad,
    /// `llvm.masked.store(value, ptr, mask)`.
    MaskedStore,
    /// `llvm.masked.gather(ptrs, mask, passthru)`.
    Gather,
    /// `llvm.masked.scatter(value, ptrs, mask)`.
    Scatter,
    /// `llvm.masked.expandload(ptr, mask, passthru)`.
    ExpandLoad,
    /// `llvm.masked.compressstore(value, ptr, mask)`.
    CompressStore,
    /// `llvm.vector.insert(vector, subvector, index)`.
    VectorInsert,
    /// `llvm.vector.extract(vector, index)`.
    VectorExtract,
    /// `llvm.vector.reverse(vector)`.
    VectorReverse,
    /// `llvm.vector.splice.left(a, b, offset)`: lanes from `offset` on of `a` followed by `b`.
    VectorSpliceLeft,
    /// `llvm.vector.splice.right(a, b, offset)`: the last `offset` lanes of `a` followed by `b`.
    VectorSpliceRight,
    /// `llvm.vector.interleave<n>(...)`.
    VectorInterleave,
    /// `llvm.vector.deinterleave<n>(...)`.
    VectorDeinterleave,
    /// `llvm.matrix.transpose(matrix, rows, columns)`.
    MatrixTranspose,
    /// `llvm.matrix.multiply(a, b, m, n, k)`; bilinear.
    MatrixMultiply,
}

/// How many bytes: the product of a constant and the values of some operands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bytes {
    /// Factor.
    pub scale: u64,
    /// Operands whose values are multiplied.
    pub operands: SmallVec<[u8; 2]>,
}

/// New memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allocation {
    /// Size; `None` when the operands do not say it.
    pub bytes: Option<Bytes>,
    /// The operand that gives the alignment, if any.
    pub alignment: Option<u8>,
    /// The memory is all zero.
    pub zeroed: bool,
    /// Where the pointer to the memory goes.
    pub place: Place,
    /// Canonical name of the entry that releases it; `None` for collected memory.
    pub deallocator: Option<&'static str>,
}

/// Release of memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deallocation {
    /// The pointer.
    pub pointer: u8,
    /// The operand that repeats the size, if any.
    pub bytes: Option<u8>,
    /// The operand that repeats the alignment, if any.
    pub alignment: Option<u8>,
}

/// Change of an allocation's size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reallocation {
    /// The old pointer, possibly null.
    pub pointer: u8,
    /// The old size, where the caller must say it.
    pub old_bytes: Option<u8>,
    /// The new size.
    pub bytes: Bytes,
    /// The operand that gives the alignment, if any.
    pub alignment: Option<u8>,
    /// Canonical name of the entry that releases the result.
    pub deallocator: &'static str,
}

/// A copy of bytes: tangents are copied alike, adjoints flow back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// Pointer written.
    pub destination: u8,
    /// Pointer read.
    pub source: u8,
    /// How much.
    pub bytes: Bytes,
    /// The two may overlap (`memmove`).
    pub overlap: bool,
}

/// A fill with one byte value: the destination's shadow becomes zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Set {
    /// Pointer written.
    pub destination: u8,
    /// The operand with the byte; `None` for zero.
    pub value: Option<u8>,
    /// How much.
    pub bytes: Bytes,
}

/// No derivative flows through the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inactive {
    /// What the result may carry.
    pub result: InactiveResult,
}

/// The activity of what an inactive function returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InactiveResult {
    /// Nothing active.
    Inactive,
    /// A pointer that the same call on the shadow operands finds in shadow memory, which has the same links
    /// (`__dynamic_cast`, tree increments).
    SameCallOnShadows,
    /// A pointer into the object of operand `0` of this variant, chosen by its content (`strchr`), or null: the shadow is at
    /// the same offset from the operand's shadow.
    SameOffset(u8),
    /// A number of bytes that the object of operand `0` of this variant has at least: an allocator may have given more than it was asked for,
    /// and not the same to a shadow. Who uses all of them must use no more of the shadow than there is, so the primal's is the smallest of them.
    LeastBytes(u8),
}

/// Known without derivative rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// What it belongs to: `BLAS`, `MPI`, ...
    pub family: &'static str,
    /// What the user can do.
    pub remedy: &'static str,
}

impl Entry {
    /// The math rule, if it is one.
    pub fn math(&self) -> Option<&MathRule> {
        match &self.kind {
            Kind::Math(rule) => Some(rule),
            _ => None,
        }
    }

    /// Whether no derivative flows through the operation, whatever its operands: results and written memory carry
    /// none. Memory that it fills holds inactive data: its shadow must be zeroed ([`Entry::overwrites_through`]). Results that are pointers may still lead to active memory
    /// ([`Entry::result_follows_operands`]).
    pub fn is_inactive(&self) -> bool {
        match &self.kind {
            Kind::Math(rule) => !rule.has_derivative(),
            Kind::Inactive(_) | Kind::Reduction(Reduction::Integer) => true,
            _ => false,
        }
    }

    /// Whether it only says between which instructions memory is in use, or does not change, or gives stack memory back before the
    /// function returns. A reverse sweep reads and writes memory after that.
    pub fn bounds_memory_use(&self) -> bool {
        let bounds = ["llvm.lifetime.", "llvm.invariant.", "llvm.stackrestore"];
        bounds.iter().any(|prefix| self.name.starts_with(prefix))
    }

    /// Whether the returned pointer may lead to active memory although the call computes nothing differentiable.
    pub fn result_follows_operands(&self) -> bool {
        matches!(&self.kind, Kind::Inactive(i) if i.result != InactiveResult::Inactive)
    }

    /// Whether the value depends on the operands alone: no memory, at most `errno`. Such a call can be repeated.
    pub fn is_pure(&self) -> bool {
        let e = self.effects;
        !(e.hidden || e.memory || e.noreturn || e.unwinds)
            && self
                .params
                .iter()
                .all(|p| !matches!(p, Param::Pointer(_) | Param::FloatOut | Param::IntegerOut))
    }

    /// Whether memory behind operand `operand` may be read; variadic arguments are taken to be.
    pub fn reads_through(&self, operand: usize) -> bool {
        match self.params.get(operand) {
            Some(Param::Pointer(p)) => p.read || self.effects.memory,
            Some(Param::Any) => true,
            Some(_) => false,
            None => true,
        }
    }

    /// Whether memory behind operand `operand` may be written.
    pub fn writes_through(&self, operand: usize) -> bool {
        match self.params.get(operand) {
            Some(Param::Pointer(p)) => p.write || self.effects.memory,
            Some(Param::FloatOut | Param::IntegerOut) => true,
            Some(Param::Any) => self.effects.memory,
            Some(_) => false,
            None => self.effects.memory || self.variadic == Variadic::Written,
        }
    }

    /// Whether data from outside may replace floats of the program in memory behind operand `operand` (`fread`, `scanf`), so that
    /// its shadow must become zero or the call be refused. Narrower than [`Entry::writes_through`], which also says yes for
    /// text buffers, locks, streams and functions about whose own objects nothing is known.
    pub fn overwrites_through(&self, operand: usize) -> bool {
        match self.params.get(operand) {
            Some(Param::Pointer(p)) => p.write && !p.opaque,
            Some(Param::FloatOut | Param::IntegerOut) => true,
            Some(_) => false,
            None => self.variadic == Variadic::Written,
        }
    }

    /// Whether the function may keep a copy of pointer operand `operand` (other than by returning it).
    pub fn captures(&self, operand: usize) -> bool {
        match self.params.get(operand) {
            Some(Param::Pointer(p)) => p.captured || self.effects.memory,
            Some(Param::Any) | None => self.effects.memory,
            Some(_) => false,
        }
    }
}
