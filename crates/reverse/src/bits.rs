//! Conditions and choices that share a byte of the tape ([`cache::Word`]).
//!
//! In the forward sweep a word is a variable. It is cleared when an iteration of its loop begins, and after each condition that is added to
//! it it is stored: of several stores to one place LLVM drops all but the last that a path comes by.

use ir::{Access, BinOp, Flags, NewInst, Op, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome};
use cache::{Node, WordId};
use ir::graph::Loop;

impl Emit<'_> {
    /// Clears the words of a scope.
    pub(crate) fn clear_words(&mut self, scope: Option<Loop>) {
        let plan = self.input.plan;
        for (word, _) in plan.words().filter(|(_, word)| word.scope == scope) {
            let variable = self.word_variable(word);
            let i8 = self.b.ctx.types.i8();
            let zero = self.b.int(i8, 0);
            self.b.store(zero, variable, Access::default());
        }
    }

    fn word_variable(&mut self, word: WordId) -> Value {
        if let Some(variable) = self.bit_words[word] {
            return variable;
        }
        let i8 = self.b.ctx.types.i8();
        let variable = self.variable(i8);
        self.bit_words[word] = Some(variable);
        variable
    }

    /// Adds a condition or a choice to its word, from bit `first` on.
    pub(crate) fn keep_bits(&mut self, node: Node, value: Value, (word, first): (WordId, u32)) -> Outcome {
        let variable = self.word_variable(word);
        let i8 = self.b.ctx.types.i8();
        let value = match node {
            Node::Primal(condition) if !self.is_branched_on(condition) => self.frozen(value),
            _ => value,
        };
        let mut bits = self.resized(value, i8);
        if first > 0 {
            let first = self.b.int(i8, i128::from(first));
            bits = self.b.binary(BinOp::Shl, bits, first);
        }
        let before = self.b.load(i8, variable, Access::default());
        let sum = self.b.binary(BinOp::Or, before, bits);
        self.b.store(sum, variable, Access::default());
        self.keep(Node::Word(word), |_| SmallVec::from_slice(&[sum]))
    }

    /// Whether the program branches on a condition whenever it computes it: then it is not poison.
    fn is_branched_on(&self, condition: Value) -> bool {
        let source = self.source();
        let block = source.def_inst(condition).map(|inst| source.inst(inst).block);
        let last = block.and_then(|block| source.terminator(block));
        last.is_some_and(|last| {
            let data = source.inst(last);
            matches!(data.op, Op::CondBr) && data.operands.first() == Some(&condition)
        })
    }

    /// A condition that is not poison: one that nothing depends on may be, and must not spoil the others in its byte. A comparison is made on
    /// frozen operands, as LLVM then freezes them for the comparison that is there, too, and still sees a minimum or a maximum in what
    /// follows.
    fn frozen(&mut self, condition: Value) -> Value {
        let compared = self
            .b
            .func
            .def_inst(condition)
            .map(|inst| self.b.func.inst(inst).clone());
        match compared {
            Some(data) if matches!(data.op, Op::FCmp(_) | Op::ICmp(_)) && data.flags == Flags::none() => {
                let operands: SmallVec<[Value; 3]> = data
                    .operands
                    .iter()
                    .map(|&operand| self.freeze(operand))
                    .collect();
                let again = self.b.push(NewInst::new(data.op.clone(), data.ty, &operands));
                self.b.result(again)
            }
            _ => self.freeze(condition),
        }
    }

    fn freeze(&mut self, value: Value) -> Value {
        if self.b.func.as_const(value).is_some() {
            return value;
        }
        let ty = self.b.ty(value);
        let frozen = self.b.push(NewInst::new(Op::Freeze, ty, &[value]));
        self.b.result(frozen)
    }

    /// Takes a node's bits out of its word, in the reverse sweep.
    pub(crate) fn bits(&mut self, node: Node, word: WordId, (first, count): (u32, u32)) -> Outcome<Value> {
        let i8 = self.b.ctx.types.i8();
        let mut bits = self.need(Node::Word(word))?[0];
        if first > 0 {
            let first = self.b.int(i8, i128::from(first));
            bits = self.b.binary(BinOp::LShr, bits, first);
        }
        let ty = self.node_type(node);
        if self.b.ctx.types.int_bits(ty) != Some(count) {
            let mask = self.b.int(i8, (1 << count) - 1);
            bits = self.b.binary(BinOp::And, bits, mask);
        }
        Ok(self.resized(bits, ty))
    }
}
