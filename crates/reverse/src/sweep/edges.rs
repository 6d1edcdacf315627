//! The edges of the reverse sweep: from the reverse of a block to that of the block before it.
//!
//! The reverse of a loop has a block before it, where its counter is set and where what is needed from outside is brought. From there
//! it goes to the reverse of the block that the primal left the loop from. If that may be one of several, or if iterations start with a
//! record, iterations have a *start* block that goes on by an index of targets: the reverse of a loop then has one header, too.

use indexmap::IndexSet;
use ir::graph::Loop;
use ir::metadata::MetaSet;
use ir::{Access, Block, Inst, IntPred, NewInst, Op, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::lookup::{Place, internal};
use cache::Node;

/// How the reverse of a loop is entered.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The block before it.
    before: Block,
    /// The variable of its counter.
    counter: Value,
    /// The variable of the index of the target with which an iteration starts.
    target: Value,
    /// The primal blocks with whose reverses an iteration may start.
    targets: IndexSet<Block>,
    /// For each of them a block of this iteration that leads there.
    leads: Vec<Block>,
    /// Where iterations start.
    start: Block,
}

impl Emit<'_> {
    /// Makes the blocks before the reverses of all loops that the reverse sweep visits, outer ones first.
    pub(crate) fn make_entries(&mut self) {
        let shape = self.input.shape;
        let i64 = self.b.ctx.types.i64();
        let i32 = self.b.ctx.types.i32();
        for of in shape.loops.all() {
            let header = shape.loops.get(of).header;
            if self.input.plan.route(header).is_none() {
                continue;
            }
            let entry = Entry {
                before: self.b.add_block(),
                counter: self.variable(i64),
                target: self.variable(i32),
                targets: IndexSet::new(),
                leads: Vec::new(),
                start: self.b.add_block(),
            };
            let place = Place {
                block: entry.before,
                scope: shape.parent(of),
            };
            let counter = entry.counter;
            self.entries[of] = Some(entry);
            let set = self.at_place(place, |emit| -> Outcome {
                let count = emit.need(Node::Count(of))?[0];
                emit.b.store(count, counter, Access::default());
                Ok(())
            });
            if let Some(last) = self.source().terminator(header) {
                self.note(last, set);
            }
        }
    }

    /// The block before the reverse of a loop.
    pub(crate) fn entry_block(&self, of: Loop) -> Outcome<Block> {
        self.entry(of).map(|entry| entry.before)
    }

    fn entry(&self, of: Loop) -> Outcome<&Entry> {
        self.entries[of]
            .as_ref()
            .ok_or_else(|| internal(format!("the reverse of {of} is not visited")))
    }

    /// The present end of a place.
    pub(crate) fn place_end(&self, place: Place) -> Block {
        self.place_ends.get(&place.block).copied().unwrap_or(place.block)
    }

    /// Says where a place ends.
    pub(crate) fn set_place_end(&mut self, place: Place, end: Block) {
        self.place_ends.insert(place.block, end);
    }

    /// The number of an iteration in the reverse of a loop.
    pub(crate) fn read_reverse_counter(&mut self, of: Loop) -> Outcome<Value> {
        let counter = self.entry(of)?.counter;
        let i64 = self.b.ctx.types.i64();
        Ok(self.b.load(i64, counter, Access::default()))
    }

    /// The reverse of a block of the primal.
    pub(crate) fn reverse_of(&mut self, block: Block) -> Block {
        if let Some(made) = self.reversed[block] {
            return made;
        }
        let made = self.b.add_block();
        let name = self.source().block_name(block);
        self.b
            .func
            .block_names
            .insert(made, format!("invert{name}").into());
        self.reversed[block] = Some(made);
        made
    }

    /// Makes a block for the edge from the reverse of `block` to that of its predecessor `pred`, or of a dominator `pred` if the way in
    /// between is skipped. `phis` are the adjoints of the phis of `block`.
    pub(crate) fn reverse_edge(
        &mut self,
        block: Block,
        pred: Block,
        phis: &[(Inst, Lanes)],
    ) -> Outcome<Block> {
        let (here, before) = (self.b.block(), self.place);
        let edge = self.b.add_block();
        self.b.go_to(edge);
        self.place = Place {
            block: edge,
            scope: self.input.shape.scope(block),
        };
        let made = self.on_edge(block, pred, phis);
        self.b.go_to(here);
        self.place = before;
        made.map(|()| edge)
    }

    fn on_edge(&mut self, block: Block, pred: Block, phis: &[(Inst, Lanes)]) -> Outcome {
        let shape = self.input.shape;
        for (phi, lanes) in phis {
            let incoming = self.data(*phi).incoming().find(|&(from, _)| from == pred);
            if let Some((_, value)) = incoming {
                self.at(*phi);
                self.add(value, lanes)?;
            }
        }
        if let Some(of) = shape.loops.with_header(block) {
            if shape.loops.contains(of, pred) {
                return self.next_iteration(of, pred);
            }
            self.place.scope = shape.parent(of);
            if let Some(nest) = self.input.plan.nest_at(of) {
                let base = self.need(Node::Base(nest))?[0];
                self.release(base);
            }
        }
        self.enter(block, pred)
    }

    /// From the end of an iteration's reverse to that of the iteration before.
    fn next_iteration(&mut self, of: Loop, latch: Block) -> Outcome {
        let counter = self.read_reverse_counter(of)?;
        let one = self.b.i64(1);
        let less = self.b.binary_with(ir::BinOp::Sub, counter, one, ir::Flags::NUW);
        let entry = self.entry(of)?.clone();
        self.b.store(less, entry.counter, Access::default());
        if self.has_start(of)? {
            let lead = self.reverse_of(latch);
            let index = self.add_target(of, latch, lead)?;
            let index = self.b.i32(index as i32);
            self.b.store(index, entry.target, Access::default());
            self.back_edge(latch, entry.start);
        } else {
            let next = self.reverse_of(latch);
            self.back_edge(latch, next);
        }
        Ok(())
    }

    /// Ends an iteration. The reverse of a vectorized loop works on vectors, and that of what is left over has as few iterations as it:
    /// neither is to be vectorized again.
    fn back_edge(&mut self, latch: Block, to: Block) {
        let source = self.input.source;
        let primal = source.terminator(latch);
        let vectorized_loop =
            primal.is_some_and(|last| self.b.ctx.meta(source.inst(last).meta).vectorized_loop);
        let void = self.b.ctx.types.void();
        let mut back = NewInst::new(Op::Br, void, &[]).targets(&[to]);
        if vectorized_loop {
            back.meta = self.b.ctx.add_meta(MetaSet {
                vectorized_loop,
                ..MetaSet::default()
            });
        }
        self.b.push(back);
    }

    /// Whether iterations of the reverse of a loop have a start block. By the time that the header is reversed all targets are known,
    /// because blocks behind a loop are reversed before its header is.
    fn has_start(&self, of: Loop) -> Outcome<bool> {
        Ok(self.input.plan.record(of).is_some() || self.entry(of)?.targets.len() > 1)
    }

    /// The index of a target of a loop's reverse, which `lead` leads to.
    fn add_target(&mut self, of: Loop, target: Block, lead: Block) -> Outcome<usize> {
        let Some(entry) = &mut self.entries[of] else {
            return Err(internal(format!("the reverse of {of} is not visited")));
        };
        let (index, is_new) = entry.targets.insert_full(target);
        if is_new {
            entry.leads.push(lead);
        }
        Ok(index)
    }

    /// Goes from the reverse of `block` to that of `pred`, into the loops that are around `pred` only.
    fn enter(&mut self, block: Block, pred: Block) -> Outcome {
        let loops = &self.input.shape.loops;
        let mut entered: SmallVec<[Loop; 4]> = loops
            .around(pred)
            .filter(|&of| !loops.contains(of, block))
            .collect();
        entered.reverse();
        for (position, &of) in entered.iter().enumerate() {
            let known = self.entry(of)?.targets.get_index_of(&pred);
            let (index, lead) = match known {
                Some(index) => (index, None),
                None => {
                    let lead = match position + 1 == entered.len() {
                        true => self.reverse_of(pred),
                        false => self.b.add_block(),
                    };
                    (self.add_target(of, pred, lead)?, Some(lead))
                }
            };
            let entry = self.entry(of)?;
            let (target, before) = (entry.target, entry.before);
            let index = self.b.i32(index as i32);
            self.b.store(index, target, Access::default());
            self.b.br(before);
            match lead {
                Some(lead) if position + 1 < entered.len() => self.b.go_to(lead),
                // From here on the way is there.
                _ => return Ok(()),
            }
        }
        let next = self.reverse_of(pred);
        self.b.br(next);
        Ok(())
    }

    /// Ends the blocks before loops, and makes the starts of iterations.
    pub(crate) fn finish_entries(&mut self) -> Outcome {
        for of in self.input.shape.loops.all() {
            let Some(entry) = self.entries[of].clone() else {
                continue;
            };
            let place = Place {
                block: entry.before,
                scope: self.input.shape.parent(of),
            };
            let end = self.place_end(place);
            self.b.go_to(end);
            let has_start = self.has_start(of)?;
            match (&entry.leads[..], has_start) {
                ([], _) => {
                    self.b.unreachable();
                }
                ([only], false) => {
                    self.b.br(*only);
                }
                _ => {
                    self.b.br(entry.start);
                }
            }
            self.b.go_to(entry.start);
            match has_start && !entry.leads.is_empty() {
                true => {
                    self.pop_record(of);
                    let i32 = self.b.ctx.types.i32();
                    let index = self.b.load(i32, entry.target, Access::default());
                    self.go_by_index(index, &entry.leads);
                }
                false => {
                    self.b.unreachable();
                }
            }
        }
        Ok(())
    }

    /// Goes to the block at an index.
    pub(crate) fn go_by_index(&mut self, index: Value, blocks: &[Block]) {
        match *blocks {
            [only] => {
                self.b.br(only);
            }
            [first, second] => {
                let zero = self.b.i32(0);
                let is_first = self.b.icmp(IntPred::Eq, index, zero);
                self.b.cond_br(is_first, first, second);
            }
            _ => {
                let mut operands: SmallVec<[Value; 4]> = SmallVec::from_slice(&[index]);
                for position in 0..blocks.len().saturating_sub(1) {
                    operands.push(self.b.i32(position as i32));
                }
                // The last one is the default.
                let mut targets: SmallVec<[Block; 4]> = SmallVec::from_iter(blocks.last().copied());
                targets.extend(blocks.iter().take(blocks.len().saturating_sub(1)).copied());
                let void = self.b.ctx.types.void();
                self.b
                    .push(NewInst::new(Op::Switch, void, &operands).targets(&targets));
            }
        }
    }
}
