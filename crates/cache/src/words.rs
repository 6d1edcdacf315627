//! Conditions and choices of one iteration that share a byte.
//!
//! Of what an iteration stores, a condition needs one bit and a choice among n predecessors as many as n - 1 has. Those of one scope are
//! put into bytes, in the order in which they are demanded, if a byte gets at least two of them. The forward sweep clears a word when an iteration
//! begins, and adds to it what it computes; the word is then stored as any other value is. So a bit that an iteration does not come by is
//! zero and is not read. In a combined function nothing is packed that is stored once, in a register.
//!
//! Bits of several iterations do not share a byte: the reverse sweep enters a loop at an iteration that only the count knows, and
//! a word for several iterations would have to be in memory or a register across branches that end the loop.

use indexmap::{IndexMap, IndexSet};
use ir::graph::Loop;
use ir::{Entity, EntityVec, TypeData};

use crate::node::Node;
use crate::plan::{Mode, PlanInput};
use crate::storage::Item;

ir::entity! {
    /// Conditions and choices that share a byte.
    WordId, "word"
}

/// The bits of a word.
const WORD: u32 = 8;

/// Conditions and choices that share a byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// The loop in whose every iteration there is one; `None` for the function.
    pub scope: Option<Loop>,
    /// What is in it, from the lowest bit on, with numbers of bits.
    pub nodes: Vec<(Node, u32)>,
}

impl Word {
    /// What is in it, with lowest bits and numbers of bits.
    pub fn places(&self) -> impl Iterator<Item = (Node, u32, u32)> + '_ {
        self.nodes.iter().scan(0, |next, &(node, count)| {
            let first = *next;
            *next += count;
            Some((node, first, count))
        })
    }
}

/// Replaces what fits into words by the words.
pub(crate) fn pack(input: &PlanInput<'_>, items: Vec<Item>) -> (Vec<Item>, EntityVec<WordId, Word>) {
    let mut groups: IndexMap<Option<Loop>, Vec<Vec<(Item, u32)>>> = IndexMap::new();
    let mut rest: Vec<Item> = Vec::new();
    for item in items {
        let in_register = item.scope.is_none() && input.mode == Mode::Combined;
        let Some(bits) = bits(input, item.node).filter(|_| !in_register) else {
            rest.push(item);
            continue;
        };
        let groups = groups.entry(item.scope).or_default();
        let has_room =
            |group: &Vec<(Item, u32)>| group.iter().map(|found| found.1).sum::<u32>() + bits <= WORD;
        match groups.last_mut().filter(|group| has_room(group)) {
            Some(group) => group.push((item, bits)),
            None => groups.push(vec![(item, bits)]),
        }
    }
    let mut words = EntityVec::new();
    for group in groups.into_values().flatten() {
        match group.len() {
            1 => rest.extend(group.into_iter().map(|found| found.0)),
            _ => {
                let node = Node::Word(WordId::new(words.len()));
                let (item, word) = together(input, node, &group);
                rest.push(item);
                words.push(word);
            }
        }
    }
    (rest, words)
}

/// The word of a group, as it is stored.
fn together(input: &PlanInput<'_>, node: Node, group: &[(Item, u32)]) -> (Item, Word) {
    let scope = group.first().and_then(|(item, _)| item.scope);
    let reasons: IndexSet<&str> = group.iter().map(|(item, _)| item.reason.as_str()).collect();
    let item = Item {
        node,
        ty: input.ctx.types.i8(),
        lanes: 1,
        bytes: 1,
        align: 1,
        scope,
        reason: Vec::from_iter(reasons).join("; "),
    };
    let nodes = group.iter().map(|(item, bits)| (item.node, *bits)).collect();
    (item, Word { scope, nodes })
}

/// How many bits a node needs; `None` if it is no number of a few bits.
fn bits(input: &PlanInput<'_>, node: Node) -> Option<u32> {
    match node {
        Node::Primal(value) => match input.ctx.types.get(input.function.ty(value)) {
            TypeData::Int(1) => Some(1),
            _ => None,
        },
        Node::Choice(block) => {
            let last = input.shape.cfg.preds(block).len().checked_sub(1)?;
            let bits = usize::BITS - last.leading_zeros();
            (bits <= WORD / 2).then_some(bits.max(1))
        }
        _ => None,
    }
}
