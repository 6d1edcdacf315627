//! How often the loops of a nest run, computed before its root: in the forward sweep for the size of the block, in the reverse sweep for the
//! places of the arrays in it.

use ir::graph::Loop;
use ir::{BinOp, Block, Flags, NewInst, Op, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome};
use crate::lookup::internal;
use cache::{ChoiceTest, Guard, Node};

const EXACT: Flags = Flags::NSW.union(Flags::NUW);

impl Emit<'_> {
    /// How often a loop of a nest runs: 0 where a guard does not hold.
    pub(crate) fn iterations(&mut self, inner: &cache::NestLoop) -> Outcome<Value> {
        self.select_merges(inner)?;
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let backedges = self.backedges(inner.of)?;
        let mut number = self.b.binary_with(BinOp::Add, backedges, one, EXACT);
        for guard in &inner.guards {
            let (condition, is) = match guard {
                Guard::Condition { value, is } => (self.value(*value)?, *is),
                Guard::Repeats(other) => {
                    let backedges = self.backedges(*other)?;
                    (self.b.icmp(ir::IntPred::Ne, backedges, zero), true)
                }
                Guard::Test(test) => {
                    number = self.select_by(test, &|_, from| Ok(from.map_or(zero, |_| number)))?;
                    continue;
                }
            };
            number = match is {
                true => self.b.select(condition, number, zero),
                false => self.b.select(condition, zero, number),
            };
        }
        self.substitutes.clear();
        // Where a loop around is not entered it may be computed from poison: times zero iterations it must be zero all the same.
        let ty = self.b.ty(number);
        let frozen = self.b.push(NewInst::new(Op::Freeze, ty, &[number]));
        Ok(self.b.result(frozen))
    }

    /// Selects the phis that the trip counts of a loop of a nest and of those in its guards read, before the nest's root.
    fn select_merges(&mut self, inner: &cache::NestLoop) -> Outcome {
        self.substitutes.clear();
        let repeated = |guard: &Guard| match guard {
            Guard::Repeats(other) => Some(*other),
            _ => None,
        };
        let counted: SmallVec<[Loop; 2]> = inner.guards.iter().filter_map(repeated).collect();
        let plan = self.input.plan;
        let loops = plan.nests().flat_map(|(_, nest)| &nest.loops);
        let read = loops.filter(|other| other.of == inner.of || counted.contains(&other.of));
        for merged in read.flat_map(|other| &other.merges) {
            let Some(phi) = self.source().def_inst(merged.phi) else {
                return Err(internal(format!("{} is no phi", merged.phi)));
            };
            let ty = self.source_type(merged.phi);
            let selected = self.select_by(&merged.test, &|emit, from| {
                let incoming = emit.data(phi).incoming().find(|&(block, _)| Some(block) == from);
                match incoming {
                    Some((_, value)) => emit.value(value),
                    None => Ok(emit.b.poison(ty)),
                }
            })?;
            self.substitutes.insert(merged.phi, selected);
        }
        Ok(())
    }

    /// A value by a test of conditions that are there: what `leaf` gives for the predecessor, or for a target that does not lead on.
    fn select_by(
        &mut self,
        test: &ChoiceTest,
        leaf: &impl Fn(&mut Self, Option<Block>) -> Outcome<Value>,
    ) -> Outcome<Value> {
        match test {
            ChoiceTest::From(from) => leaf(self, Some(*from)),
            ChoiceTest::Branch {
                condition: Node::Primal(condition),
                targets,
                ..
            } if targets.len() == 2 => {
                let mut values: SmallVec<[Value; 2]> = SmallVec::new();
                for target in targets {
                    values.push(match target {
                        Some(test) => self.select_by(test, leaf)?,
                        None => leaf(self, None)?,
                    });
                }
                let condition = self.value(*condition)?;
                Ok(self.b.select(condition, values[0], values[1]))
            }
            ChoiceTest::Branch { .. } => Err(internal("a nest is guarded by a switch".to_owned())),
        }
    }

    /// The exact trip count of a loop.
    fn backedges(&mut self, of: Loop) -> Outcome<Value> {
        match self.input.shape.exact_count(of) {
            Some(count) => self.count_value(&count.backedges),
            None => Err(internal(format!("{of} has no trip count"))),
        }
    }
}
