//! What the reverse sweep reads: nodes, and the ways in which they get there.

use ir::graph::{Affine, Loop};
use ir::{Block, Inst, Value};

use crate::carried::Carried;
use crate::choice::ChoiceTest;
use crate::refill::Filling;
use crate::storage::{NestId, SlotId};
use crate::words::WordId;

/// Something that the reverse sweep reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// A value of the primal.
    Primal(Value),
    /// The shadow of an address (or of a vector or aggregate with addresses), as many as the width says.
    Shadow(Value),
    /// From which predecessor a block was entered: the position in the list of [`crate::Route::Choice`].
    Choice(Block),
    /// The number of back edges that the last execution of a loop took: a value of the scope around the loop.
    Count(Loop),
    /// A number in memory behind an argument of a library function, as it is when the call has returned: a result that it wrote
    /// (`sincos`), or a part of a complex operand in memory.
    Pointee {
        /// The call.
        call: Inst,
        /// The argument.
        argument: u32,
        /// The so-many-th number behind it.
        index: u32,
    },
    /// The number of iterations of a loop of a nest, as [`crate::NestLoop`] says: a value of the scope around the nest's root. The product
    /// along the loops around a slot is the number of elements of its array.
    Extent(Loop),
    /// The address of the arrays of a nest: a value of the scope around the nest's root.
    Base(NestId),
    /// Conditions and choices of one iteration together, a byte.
    Word(WordId),
}

impl std::fmt::Display for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Primal(value) => write!(f, "{value}"),
            Self::Shadow(value) => write!(f, "{value}'"),
            Self::Choice(block) => write!(f, "choice {block}"),
            Self::Count(current) => write!(f, "count {current}"),
            Self::Pointee {
                call,
                argument,
                index,
            } => write!(f, "{call} argument {argument} number {index}"),
            Self::Extent(current) => write!(f, "extent {current}"),
            Self::Base(nest) => write!(f, "base {nest}"),
            Self::Word(word) => write!(f, "{word}"),
        }
    }
}

/// How a node gets to the reverse sweep.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Way {
    /// It is there: a constant, a parameter, memory that lives in both sweeps.
    Free,
    /// It is computed again from [`crate::Plan::operands`], as [`crate::Plan::recipe`] says.
    Recompute,
    /// The forward sweep stores it.
    Stored(SlotId),
}

/// How a node is computed again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recipe {
    /// The instruction that defines it, once more. Of [`Node::Primal`] on the primal operands. Of [`Node::Shadow`] for each lane on the
    /// shadows of active operands that may hold addresses, and on the primals of others.
    Repeat(Inst),
    /// The load of memory that was filled anew: what it was filled with there.
    Refill(Box<Filling>),
    /// The phi of a header: the load of what was loaded in an iteration before.
    Carried(Box<Carried>),
    /// `start + counter * step + counter * (counter - 1) / 2 * change` of a loop whose reverse is around; `start` is a value (its shadow, if
    /// this is the recipe of a shadow) from outside the loop, and so are the values in `step` and `change`. Of addresses, these are in
    /// bytes.
    Recurrence {
        /// The loop.
        of: Loop,
        /// The value in the first iteration.
        start: Node,
        /// What the first iteration adds.
        step: Affine,
        /// By how much that grows with each iteration; `None` if it does not.
        change: Option<Affine>,
    },
    /// `base + rest + count * step` with the [`Node::Count`] of a loop: what a recurrence of it was in the last iteration. `base` is an
    /// address (its shadow, if this is the recipe of a shadow) to which the rest is added in bytes, or nothing.
    Last {
        /// The loop.
        of: Loop,
        /// The address.
        base: Option<Node>,
        /// What is added to it in the first iteration.
        rest: Affine,
        /// What each iteration adds.
        step: Affine,
    },
    /// A phi of a block with several predecessors, all of whose incoming values dominate the block: the incoming value of the
    /// predecessor that [`Node::Choice`] says.
    Merge(Block),
    /// The only incoming value of a phi.
    Same(Node),
    /// A [`Node::Choice`], by conditions.
    Test(ChoiceTest),
    /// A [`Node::Count`], by the exact trip count in [`crate::Shape::counts`], as an unsigned number. All its values are computed
    /// before the loop.
    TripCount(Loop),
    /// A [`Node::Extent`], by the exact trip count and the guards in [`crate::NestLoop`].
    Extent(Loop),
    /// So many bits of a [`Node::Word`], where the forward sweep has put them.
    Bits {
        /// The word.
        word: WordId,
        /// The lowest bit.
        first: u32,
        /// How many.
        count: u32,
    },
}
