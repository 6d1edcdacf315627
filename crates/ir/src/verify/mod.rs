//! The verifier: what every body must satisfy before anything else may look at it.
//!
//! It checks, in this order: blocks end in their only terminator and start with their phis; operands and targets exist and are as many
//! as the operation says; types fit (LangRef, per instruction); calls fit their function type; phis name each predecessor as often as
//! it precedes; every use is dominated by its definition. Type and dominance checks wait until the structure is sound, because they
//! would stumble over it. All errors are collected. Near linear: dominators are computed once.
//!
//! Opaque instructions and types are taken as they are: what they mean is not known here.

mod types;

use thiserror::Error;

use crate::context::{Context, FuncId, Module};
use crate::entity::{Entity, EntitySet, EntityVec};
use crate::function::{Block, Function, Value, ValueDef};
use crate::graph::{Cfg, Dominators};
use crate::inst::{Inst, InstData, Op};
use crate::text::{print_inst, print_type};
use crate::types::{Type, TypeData};

/// A rule that a body breaks.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("@{name}: {kind}{}", self.place())]
pub struct VerifyError {
    /// The function.
    pub func: FuncId,
    /// Its symbol.
    pub name: Box<str>,
    /// The instruction, if it is one that is wrong.
    pub inst: Option<Inst>,
    /// The instruction as text.
    pub text: Box<str>,
    /// Which rule.
    pub kind: VerifyErrorKind,
}

impl VerifyError {
    fn place(&self) -> String {
        if self.text.is_empty() {
            String::new()
        } else {
            format!(", in `{}`", self.text)
        }
    }
}

/// The rules of the verifier, as they are broken.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum VerifyErrorKind {
    /// A body without blocks.
    #[error("the body has no block")]
    NoBlock,
    /// The parameters of the body are not those of the declaration.
    #[error("the parameters differ from the declared type")]
    Parameters,
    /// A block that does not end in a terminator.
    #[error("block {0} does not end in a terminator")]
    NoTerminator(Block),
    /// Jumps to the entry.
    #[error("the entry block has a predecessor, {0}")]
    EntryHasPredecessor(Block),
    /// A terminator before the end of its block.
    #[error("a terminator stands before the end of its block")]
    EarlyTerminator,
    /// A phi after another instruction.
    #[error("a phi stands after another instruction")]
    LatePhi,
    /// An instruction that is in two blocks, or says that it is in another one.
    #[error("the instruction is not in the block that it names")]
    Misplaced,
    /// Too few or too many operands.
    #[error("{found} operands instead of {expected}")]
    OperandCount {
        /// How many the operation takes, in words.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// Too few or too many targets.
    #[error("{found} targets instead of {expected}")]
    TargetCount {
        /// How many the operation takes, in words.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// An operand that is no value of this function.
    #[error("operand {position} is not a value of this function")]
    UnknownOperand {
        /// Which operand.
        position: usize,
    },
    /// An operand that an instruction outside of all blocks defines.
    #[error("operand {position} is defined by an instruction that is in no block")]
    RemovedOperand {
        /// Which operand.
        position: usize,
    },
    /// A target that is not in the order of layout.
    #[error("target {0} is no block of this function")]
    UnknownTarget(Block),
    /// An operand of a type that the operation does not take.
    #[error("operand {position} is of type {found} instead of {expected}")]
    OperandType {
        /// Which operand.
        position: usize,
        /// What the operation takes.
        expected: String,
        /// What it gets.
        found: String,
    },
    /// A result of a type that the operation does not give.
    #[error("the result is of type {found} instead of {expected}")]
    ResultType {
        /// What the operation gives.
        expected: String,
        /// What the instruction says.
        found: String,
    },
    /// A result where there should be none, or none where there should be one.
    #[error("the result value does not fit the type")]
    Result,
    /// Indices or a mask that lead nowhere.
    #[error("the indices lead to no member")]
    Indices,
    /// A conversion between these types does not exist.
    #[error("{from} cannot be converted to {to} like this")]
    Conversion {
        /// The operand's type.
        from: String,
        /// The result's type.
        to: String,
    },
    /// A call that does not fit its function type.
    #[error("the arguments do not fit the function type {0}")]
    Signature(String),
    /// A switch with a case that is no constant or repeated.
    #[error("case {0} is not a constant of its own")]
    Case(usize),
    /// A phi whose incoming blocks are not the predecessors.
    #[error("the incoming blocks are not the predecessors of the block")]
    Incoming,
    /// A phi with two values for one predecessor.
    #[error("two different values come from {0}")]
    IncomingTwice(Block),
    /// A use that its definition does not dominate.
    #[error("the definition of operand {position} does not dominate this use")]
    Dominance {
        /// Which operand.
        position: usize,
    },
}

/// Checks all bodies of a module.
///
/// # Errors
/// Everything that is wrong, in the order of functions and instructions.
pub fn verify_module(module: &Module) -> Result<(), Vec<VerifyError>> {
    let mut errors = Vec::new();
    for body in module.bodies() {
        if let Err(more) = verify_function(&module.ctx, body) {
            errors.extend(more);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks a body.
///
/// # Errors
/// Everything that is wrong, in the order of instructions.
pub fn verify_function(ctx: &Context, function: &Function) -> Result<(), Vec<VerifyError>> {
    let mut verifier = Verifier {
        ctx,
        function,
        errors: Vec::new(),
    };
    verifier.structure();
    if verifier.errors.is_empty() {
        for inst in function.all_insts() {
            verifier.types(inst);
        }
        verifier.graph();
    }
    if verifier.errors.is_empty() {
        Ok(())
    } else {
        Err(verifier.errors)
    }
}

struct Verifier<'a> {
    ctx: &'a Context,
    function: &'a Function,
    errors: Vec<VerifyError>,
}

impl<'a> Verifier<'a> {
    /// An error of the whole body.
    fn fail(&mut self, kind: VerifyErrorKind) {
        self.push(None, kind);
    }

    fn fail_at(&mut self, inst: Inst, kind: VerifyErrorKind) {
        self.push(Some(inst), kind);
    }

    fn push(&mut self, inst: Option<Inst>, kind: VerifyErrorKind) {
        let text = match (inst, &kind) {
            // These operands cannot be printed.
            (_, VerifyErrorKind::UnknownOperand { .. }) | (None, _) => String::new(),
            (Some(inst), _) if self.is_printable(inst) => print_inst(self.ctx, self.function, inst),
            _ => String::new(),
        };
        self.errors.push(VerifyError {
            func: self.function.id,
            name: self.ctx.funcs[self.function.id].name.clone(),
            inst,
            text: text.into(),
            kind,
        });
    }

    /// The printer relies on what the structure check establishes: enough operands, and targets that exist.
    fn is_printable(&self, inst: Inst) -> bool {
        let data = self.function.inst(inst);
        let values = self.function.value_count();
        operand_count(data).is_none()
            && target_count(data).is_none()
            && data.operands.iter().all(|operand| operand.index() < values)
            && data
                .targets
                .iter()
                .all(|target| target.index() < self.function.block_count())
    }

    fn data(&self, inst: Inst) -> &'a InstData {
        self.function.inst(inst)
    }

    fn type_text(&self, ty: Type) -> String {
        print_type(self.ctx, ty)
    }

    /// Blocks, positions, numbers of operands and targets.
    fn structure(&mut self) {
        let function = self.function;
        if function.blocks().is_empty() {
            self.fail(VerifyErrorKind::NoBlock);
            return;
        }
        self.parameters();
        let mut present = EntitySet::with_len(function.block_count());
        let mut placed = EntitySet::with_len(function.inst_count());
        for &block in function.blocks() {
            present.insert(block);
            for &inst in function.insts(block) {
                if !placed.insert(inst) || function.inst(inst).block != block {
                    self.fail_at(inst, VerifyErrorKind::Misplaced);
                }
            }
        }
        for &block in function.blocks() {
            self.block(block);
            for &inst in function.insts(block) {
                self.shape(inst, &present, &placed);
            }
        }
    }

    fn parameters(&mut self) {
        let function = self.function;
        let declared = self.ctx.types.param_types(self.ctx.funcs[function.id].ty);
        let fits = function.params.len() == declared.len()
            && function
                .params
                .iter()
                .zip(declared)
                .enumerate()
                .all(|(index, (&value, &ty))| {
                    let data = function.value(value);
                    data.ty == ty && data.def == ValueDef::Param(index as u32)
                });
        if !fits {
            self.fail(VerifyErrorKind::Parameters);
        }
    }

    fn block(&mut self, block: Block) {
        let insts = self.function.insts(block);
        let mut phis_over = false;
        for (index, &inst) in insts.iter().enumerate() {
            let op = &self.data(inst).op;
            if op.is_terminator() && index + 1 < insts.len() {
                self.fail_at(inst, VerifyErrorKind::EarlyTerminator);
            }
            let is_phi = *op == Op::Phi;
            if is_phi && phis_over {
                self.fail_at(inst, VerifyErrorKind::LatePhi);
            }
            phis_over |= !is_phi;
        }
        if self.function.terminator(block).is_none() {
            self.fail(VerifyErrorKind::NoTerminator(block));
        }
    }

    /// Operands and targets that exist, as many as the operation says, and a result exactly if there is a type for it.
    fn shape(&mut self, inst: Inst, present: &EntitySet<Block>, placed: &EntitySet<Inst>) {
        let data = self.data(inst);
        if let Some(expected) = operand_count(data) {
            let found = data.operands.len();
            self.fail_at(inst, VerifyErrorKind::OperandCount { expected, found });
        }
        if let Some(expected) = target_count(data) {
            let found = data.targets.len();
            self.fail_at(inst, VerifyErrorKind::TargetCount { expected, found });
        }
        for (position, &operand) in data.operands.iter().enumerate() {
            if operand.index() >= self.function.value_count() {
                self.fail_at(inst, VerifyErrorKind::UnknownOperand { position });
                continue;
            }
            if let Some(def) = self.function.def_inst(operand)
                && !placed.contains(def)
            {
                self.fail_at(inst, VerifyErrorKind::RemovedOperand { position });
            }
        }
        for &target in &data.targets {
            if !present.contains(target) {
                self.fail_at(inst, VerifyErrorKind::UnknownTarget(target));
            }
        }
        let is_void = *self.ctx.types.get(data.ty) == TypeData::Void;
        let result_fits = match data.result {
            None => is_void,
            Some(result) => {
                let value = self.function.value(result);
                !is_void && value.ty == data.ty && value.def == ValueDef::Inst(inst)
            }
        };
        if !result_fits {
            self.fail_at(inst, VerifyErrorKind::Result);
        }
    }

    /// Predecessors of the entry, phis and dominance.
    fn graph(&mut self) {
        let cfg = Cfg::of(self.function);
        let entry = self.function.entry();
        for &block in self.function.blocks() {
            if self.function.successors(block).contains(&entry) {
                self.fail(VerifyErrorKind::EntryHasPredecessor(block));
            }
        }
        let dominators = Dominators::of(&cfg);
        let mut positions = EntityVec::filled(self.function.inst_count(), 0u32);
        for &block in self.function.blocks() {
            for (position, &inst) in self.function.insts(block).iter().enumerate() {
                positions[inst] = position as u32;
            }
        }
        let predecessors = self.predecessors();
        for &block in self.function.blocks() {
            for &inst in self.function.insts(block) {
                if self.data(inst).op == Op::Phi {
                    self.incoming(inst, &predecessors[block]);
                }
                if cfg.is_reached(block) {
                    self.dominance(inst, &cfg, &dominators, &positions);
                }
            }
        }
    }

    /// The predecessors of each block, once for every edge, sorted. Unreached ones count: phis must name them too.
    fn predecessors(&self) -> EntityVec<Block, Vec<Block>> {
        let mut predecessors = EntityVec::filled(self.function.block_count(), Vec::new());
        for &block in self.function.blocks() {
            for &next in self.function.successors(block) {
                predecessors[next].push(block);
            }
        }
        for list in predecessors.values_mut() {
            list.sort_unstable();
        }
        predecessors
    }

    fn incoming(&mut self, inst: Inst, predecessors: &[Block]) {
        let data = self.data(inst);
        let mut incoming: Vec<(Block, Value)> = data.incoming().collect();
        incoming.sort_unstable();
        if !incoming
            .iter()
            .map(|&(block, _)| block)
            .eq(predecessors.iter().copied())
        {
            self.fail_at(inst, VerifyErrorKind::Incoming);
        }
        for pair in incoming.windows(2) {
            if pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1 {
                self.fail_at(inst, VerifyErrorKind::IncomingTwice(pair[0].0));
            }
        }
    }

    /// Operands must be defined on every path to their use; those of a phi at the end of the incoming block.
    fn dominance(
        &mut self,
        inst: Inst,
        cfg: &Cfg,
        dominators: &Dominators,
        positions: &EntityVec<Inst, u32>,
    ) {
        let data = self.data(inst);
        for (position, &operand) in data.operands.iter().enumerate() {
            let Some(def) = self.function.def_inst(operand) else {
                continue;
            };
            let from = self.data(def);
            let (block, before) = if data.op == Op::Phi {
                (data.targets[position], u32::MAX)
            } else {
                (data.block, positions[inst])
            };
            // Nothing is ever executed on a path from a block that is never reached.
            if !cfg.is_reached(block) {
                continue;
            }
            let dominated = match from.op {
                // The result exists on the normal edge only: every way to the use must take it last.
                Op::Invoke(_) if from.block != block => {
                    let (normal, unwind) = (from.targets[0], from.targets[1]);
                    let only_edge = cfg
                        .preds(normal)
                        .iter()
                        .all(|&pred| pred == from.block || dominators.dominates(normal, pred));
                    normal != unwind && only_edge && dominators.dominates(normal, block)
                }
                Op::Invoke(_) => false,
                _ if from.block == block => positions[def] < before,
                _ => dominators.dominates(from.block, block),
            };
            let on_edge = data.op == Op::Phi
                && matches!(from.op, Op::Invoke(_))
                && from.block == block
                && from.targets[0] == data.block;
            if !dominated && !on_edge {
                self.fail_at(inst, VerifyErrorKind::Dominance { position });
            }
        }
    }
}

/// What the operation says about the number of operands, if there are not so many.
fn operand_count(data: &InstData) -> Option<&'static str> {
    let found = data.operands.len();
    let exactly = |count: usize, words| (found != count).then_some(words);
    match &data.op {
        Op::Fence(_) | Op::Br | Op::Unreachable => exactly(0, "none"),
        Op::FNeg
        | Op::Cast(_)
        | Op::Freeze
        | Op::ExtractValue(_)
        | Op::Alloca { .. }
        | Op::Load(_)
        | Op::VaArg
        | Op::CondBr
        | Op::IndirectBr
        | Op::Resume => exactly(1, "one"),
        Op::Binary(_)
        | Op::ICmp(_)
        | Op::FCmp(_)
        | Op::ExtractElement
        | Op::Shuffle(_)
        | Op::InsertValue(_)
        | Op::Store(_)
        | Op::AtomicRmw(..) => exactly(2, "two"),
        Op::Select | Op::InsertElement | Op::CmpXchg(_) => exactly(3, "three"),
        Op::Ret => (found > 1).then_some("at most one"),
        Op::Gep { .. } | Op::Switch => (found < 1).then_some("at least one"),
        Op::Call(info) | Op::Invoke(info) => {
            (found < 1 + usize::from(info.bundle_operands)).then_some("a callee and the operands of bundles")
        }
        Op::Phi => (found != data.targets.len() || found == 0).then_some("one for each incoming block"),
        Op::LandingPad { .. } | Op::Opaque { .. } => None,
    }
}

/// What the operation says about the number of targets, if there are not so many.
fn target_count(data: &InstData) -> Option<&'static str> {
    let found = data.targets.len();
    let exactly = |count: usize, words| (found != count).then_some(words);
    match &data.op {
        Op::Br => exactly(1, "one"),
        Op::CondBr | Op::Invoke(_) => exactly(2, "two"),
        Op::Switch => (found != data.operands.len()).then_some("a default and one for each case"),
        Op::Phi | Op::IndirectBr | Op::Opaque { .. } => None,
        _ => exactly(0, "none"),
    }
}
