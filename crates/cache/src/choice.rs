//! From which predecessor a block was entered, as a test of conditions.

use ir::Block;

use crate::node::Node;

/// A decision that names the predecessor. Emitted as jumps, each condition is read only where the primal computed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChoiceTest {
    /// It was this predecessor.
    From(Block),
    /// The terminator of a block decided.
    Branch {
        /// The block.
        at: Block,
        /// The condition of its branch, or the value of its switch.
        condition: Node,
        /// What follows for each of the terminator's targets, in their order; `None` where the target does not lead to the block.
        targets: Vec<Option<ChoiceTest>>,
    },
}
