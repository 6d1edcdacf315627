//! The canonical form of a body: what reverse mode and the plan of its tape rely on.
//!
//! [`canonicalize`] gives a body that computes the same, in which
//! - every block is reached from the entry;
//! - at most one block returns;
//! - every loop has a *preheader* (the only block outside that leads to the header, and leads nowhere else) and one *latch* (the only
//!   source of back edges);
//! - exits are *dedicated*: a block outside a loop that the loop leads to is entered from that loop alone (exception handlers excepted:
//!   no block can be put before a `landingpad`);
//! - values that a loop computes are used outside of it only by phis of its exit blocks, or through such phis (LLVM's LCSSA form, see
//!   "Loop Terminology" in its documentation).
//!
//! # Algorithm
//! Unreached blocks go first. Returns are merged. Then blocks are put on edges, all from one snapshot of the loops each: preheaders and
//! latches, which only change edges into one header, and after that dedicated exits, one for each group of edges into a block
//! that come from the same innermost loop. Last the loops are closed from inner to outer (`closed`).
//!
//! # Invariants
//! Instructions keep their numbers, origins and flags; new ones are phis, jumps and one `ret`. Values keep their numbers.
//!
//! # Cost
//! Linear in the body times the depth of its loops, plus the dominance frontiers of loop exits.
//!
//! # What it does not do
//! It makes no irreducible region reducible, and changes no terminator whose targets have addresses (`indirectbr`, `callbr`).

mod addresses;
mod closed;
mod copies;
mod edges;

use crate::context::Context;
use crate::entity::EntitySet;
use crate::function::{Block, Function};
use crate::graph::{Cfg, Dominators, Loops};
use crate::inst::Op;

pub use addresses::restore_addresses;
pub use copies::{copy_bytes, copy_parameters};
use edges::Edges;

/// Why a body has no canonical form.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotCanonical {
    /// A cycle that is entered at several blocks.
    #[error("a cycle of blocks ({}) is entered at several places", .blocks.join(", "))]
    Irreducible {
        /// The names of its blocks.
        blocks: Vec<String>,
    },
    /// A jump that cannot be redirected.
    #[error("the jump `{name}` goes to blocks whose addresses are data")]
    Jump {
        /// The instruction.
        name: &'static str,
    },
}

/// The canonical form of a body.
///
/// # Errors
/// If it has irreducible regions, or jumps to computed addresses.
pub fn canonicalize(ctx: &Context, function: &Function) -> Result<Function, NotCanonical> {
    let mut body = function.clone();
    drop_unreached(&mut body);
    check(&body)?;
    edges::merge_returns(ctx, &mut body);
    let loops = loops_of(&body)?;
    Edges::of(&body).enter_loops(ctx, &mut body, &loops);
    let loops = loops_of(&body)?;
    Edges::of(&body).leave_loops(ctx, &mut body, &loops);
    // Layout in reverse post-order: a definition comes before its uses but for phis, as readers of the text expect.
    let cfg = Cfg::of(&body);
    body.set_order(cfg.order().to_vec());
    closed::close_loops(ctx, &mut body);
    Ok(body)
}

fn check(body: &Function) -> Result<(), NotCanonical> {
    for &block in body.blocks() {
        let last = body.terminator(block).map(|inst| &body.inst(inst).op);
        let name = match last {
            Some(Op::IndirectBr) => "indirectbr",
            Some(Op::Opaque {
                name,
                terminator: true,
            }) => name,
            _ => continue,
        };
        return Err(NotCanonical::Jump { name });
    }
    Ok(())
}

fn loops_of(body: &Function) -> Result<Loops, NotCanonical> {
    let cfg = Cfg::of(body);
    let loops = Loops::of(&cfg, &Dominators::of(&cfg));
    match loops.irreducible().first() {
        None => Ok(loops),
        Some(region) => {
            let mut region = region.clone();
            region.sort();
            Err(NotCanonical::Irreducible {
                blocks: region.iter().map(|&block| body.block_name(block)).collect(),
            })
        }
    }
}

/// Takes blocks that are never executed from the layout, and what phis say of them.
fn drop_unreached(body: &mut Function) {
    let cfg = Cfg::of(body);
    if cfg.order().len() == body.blocks().len() {
        return;
    }
    let reached: EntitySet<Block> = cfg.order().iter().copied().collect();
    body.set_order(cfg.order().to_vec());
    for &block in cfg.order() {
        let phis: Vec<_> = body.phis(block).collect();
        for phi in phis {
            let data = body.inst_mut(phi);
            let incoming: Vec<_> = data
                .incoming()
                .filter(|&(from, _)| reached.contains(from))
                .collect();
            data.targets = incoming.iter().map(|&(from, _)| from).collect();
            data.operands = incoming.iter().map(|&(_, value)| value).collect();
        }
    }
}
