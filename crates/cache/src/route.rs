//! The way of the reverse sweep through the blocks.

use ir::Block;
use ir::graph::Loop;

/// Where the reverse sweep goes after the reverse of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// The block is the entry: the reverse sweep ends.
    End,
    /// To the reverse of this block: its only predecessor.
    Block(Block),
    /// To the reverse of this block, a dominator: nothing in between has an adjoint, and the block's phis have none.
    Skip(Block),
    /// The block is the header of a loop: to the reverse of the latch if the counter is above zero, else of the preheader.
    Loop {
        /// The loop.
        of: Loop,
        /// Its preheader.
        preheader: Block,
        /// Its latch.
        latch: Block,
    },
    /// To the reverse of the predecessor that [`crate::Node::Choice`] says: a position in this list.
    Choice(Vec<Block>),
}
