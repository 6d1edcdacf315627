//! Addresses that walk over memory word by word: `for (i...) words[i] = ...`.
//!
//! Of an index that counts an unknown number of times only is known that it takes some number, usually zero ([`crate::ints`]). What lies there tells
//! what the walk meets, as for Enzyme: arrays have one type of element. But words that are only moved may be those of a structure of numbers and
//! addresses, and to take all for what the first is loses derivatives in silence. So for such walks this is a hint, which comes last
//! ([`crate::hints`]), and none if the memory is known to have something else a whole number of steps away.

use ir::{Inst, Op, TypeData, Value};
use rules::Kind;

use crate::body::{Body, Node};
use crate::ints::IntSet;
use crate::solver::Solver;
use crate::tree::EVERY;
use crate::trees::TreeId;
use crate::window::Window;

/// The bytes of a copy that moves one word.
const WORD: i128 = 8;
/// Steps that are looked at before and behind the first.
const STEPS: i64 = 64;

impl Solver<'_, '_> {
    /// Whether an address has an index of which not all numbers are known, and is only used to move words.
    pub(crate) fn walks(&self, result: Node, indices: &[Node]) -> bool {
        let is_open = |&index: &Node| {
            let value = self.body.value(index).filter(|_| self.const_int(index).is_none());
            value.is_some_and(|value| is_open(&self.frame.ints[value]))
        };
        indices.iter().any(is_open)
            && self
                .body
                .value(result)
                .is_some_and(|value| self.moves_words(value))
    }

    fn moves_words(&self, address: Value) -> bool {
        let function = self.body.function;
        let types = &self.ctx().types;
        let is_word = |ty| matches!(types.get(types.scalar(ty)), TypeData::Int(_));
        let is_load = |inst: Inst| matches!(function.inst(inst).op, Op::Load(_));
        let users = self.body.uses.of_value(address);
        !users.is_empty()
            && users.iter().all(|&(user, position)| {
                let data = function.inst(user);
                match data.op {
                    Op::Load(_) => {
                        is_word(data.ty) && data.result.is_some_and(|word| self.is_only_stored(word))
                    }
                    Op::Store(_) if position == 1 => {
                        let word = data.operands[0];
                        is_word(function.ty(word))
                            && function.def_inst(word).is_some_and(is_load)
                            && self.is_only_stored(word)
                    }
                    Op::Call(_) => self.copies_a_word(user),
                    _ => false,
                }
            })
    }

    fn is_only_stored(&self, word: Value) -> bool {
        let users = self.body.uses.of_value(word);
        users.iter().all(|&(user, position)| {
            position == 0 && matches!(self.body.function.inst(user).op, Op::Store(_))
        })
    }

    fn copies_a_word(&self, call: Inst) -> bool {
        let name = self.body.callee_name(self.ctx(), call);
        let known = name.and_then(|name| self.shared.input.rules.callee(name));
        let Some(Kind::Transfer(transfer)) = known.map(|known| &known.entry.kind) else {
            return false;
        };
        let args = self.body.function.inst(call).args();
        let mut numbers = transfer.bytes.operands.iter().map(|&operand| {
            let arg = args.get(usize::from(operand)).copied();
            arg.and_then(|arg| self.const_int(arg.into()))
        });
        let bytes = numbers.try_fold(i128::from(transfer.bytes.scale), |product, number| {
            product.checked_mul(number?)
        });
        bytes.is_some_and(|bytes| bytes <= WORD)
    }

    /// What a walk meets, if that is the same at all steps, as far as is known by now.
    pub(crate) fn met_by_walk(&mut self, inst: Inst) -> Option<(Node, TreeId)> {
        let data = self.body.function.inst(inst);
        let Op::Gep { source } = data.op else { return None };
        let result: Node = data.result?.into();
        let operands: Vec<Node> = data.operands.iter().map(|&operand| operand.into()).collect();
        let (&base, indices) = operands.split_first()?;
        if !self.walks(result, indices) {
            return None;
        }
        let (reaches, steps) = self.reaches(result, source, base, indices)?;
        let tree = self.tree(base);
        let inside = self.trees().data0(tree).ok()?;
        for &step in steps.iter().filter(|&&step| step != 0) {
            for reach in &reaches {
                if self.differs_elsewhere(inside, reach.offset, step) {
                    return None;
                }
            }
        }
        let down = self.at_all(inside, &reaches)?;
        Some((result, self.trees().only(down, EVERY)))
    }

    fn differs_elsewhere(&mut self, inside: TreeId, offset: i64, step: i64) -> bool {
        let size = i32::try_from(step.unsigned_abs()).ok();
        let mut at = |offset: i64| {
            let start = i32::try_from(offset).ok()?;
            let window = Window { start, size, to: 0 };
            self.trees().shift(inside, window).ok()
        };
        let Some(first) = at(offset) else { return true };
        let others = (-STEPS..STEPS).map(|times| offset + times * step.abs());
        let others: Vec<TreeId> = others.filter(|&at| at >= 0).filter_map(&mut at).collect();
        others
            .into_iter()
            .any(|other| self.trees().or(first, other).is_err())
    }
}

/// Whether a set may lack numbers: loops that run a known number of times have several.
fn is_open(set: &IntSet) -> bool {
    set.iter().filter(|&&index| index >= 0).count() <= 1
}

/// The instructions that compute addresses.
pub(crate) fn addresses(body: &Body<'_>) -> Vec<Inst> {
    let is_address = |&inst: &Inst| matches!(body.function.inst(inst).op, Op::Gep { .. });
    body.function.all_insts().filter(is_address).collect()
}
