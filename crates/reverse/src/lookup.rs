//! What the reverse sweep has of the forward sweep.

use ir::graph::Loop;
use ir::{Block, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

/// Something of the forward sweep that the reverse sweep reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Node {
    /// A primal value.
    Primal(Value),
    /// The shadow of a value that is or holds an address, in every direction.
    Shadow(Value),
    /// From which predecessor a block was entered.
    Choice(Block),
    /// How many back edges the last execution of a loop took.
    Count(Loop),
}

impl Emit<'_> {
    /// What the reverse sweep has of a node, at the current place.
    pub(crate) fn need(&mut self, node: Node) -> Outcome<Lanes> {
        Err(ErrorKind::Internal {
            what: format!("{node:?} is needed, but not planned"),
        })
    }

    /// A primal value in the reverse sweep.
    pub(crate) fn need_primal(&mut self, value: Value) -> Outcome<Value> {
        if self.source().as_const(value).is_some() {
            return Ok(self.primal(value));
        }
        Ok(self.need(Node::Primal(value))?[0])
    }

    /// Primal values in the reverse sweep.
    pub(crate) fn need_primals(&mut self, values: &[Value]) -> Outcome<SmallVec<[Value; 3]>> {
        values.iter().map(|&value| self.need_primal(value)).collect()
    }

    /// The shadow of a value in the reverse sweep.
    pub(crate) fn need_shadow(&mut self, value: Value) -> Outcome<Lanes> {
        match self.active(value) && self.source().as_const(value).is_none() {
            true => self.need(Node::Shadow(value)),
            false => self.inactive_shadow(value, facts::Sort::Unknown),
        }
    }
}
