//! Plans of random programs, against executions: what a plan says can be computed again is compared with what was computed.
//!
//! The interpreter tells of each block that is entered, by calls that are put into the canonical body after it was planned. At each
//! block it is checked that the conditions of a choice name the block that was executed before, that recurrences have their values,
//! and that counters are below the extents that were computed when their nest was entered. At the end each load that may be repeated is:
//! memory at its address must hold what it gave. None of this shares code with the plan.

use std::cell::Cell;

use cache::{ChoiceTest, Guard, Merged, Mode, NestLoop, Node, Plan, Recipe, Shape, Way};
use indexmap::IndexMap;
use ir::graph::Loop;
use ir::interp::{Datum, Event, ExternalCall, Externals, Interpreter, Limits, TrapKind};
use ir::testing::{Config, Libm, Program, plans};
use ir::{
    Block, Const, Entity, EntitySet, FuncId, Function, Inst, Module, NewInst, Op, Type, Value, ValueDef,
};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

use crate::support::{Case, How, planned};

/// What was compared.
#[derive(Clone, Copy, Default, Debug)]
struct Counts {
    loads: usize,
    choices: usize,
    recurrences: usize,
    lasts: usize,
    extents: usize,
}

struct Watcher<'a> {
    module: &'a Module,
    function: &'a Function,
    shape: &'a Shape,
    plan: &'a Plan,
    repeatable: &'a EntitySet<Inst>,
    depth: usize,
    values: IndexMap<Value, Datum>,
    /// The load that is being executed, and where.
    access: Option<(Inst, u64)>,
    loads: Vec<(u64, Type, Datum)>,
    before: Option<Block>,
    counters: IndexMap<Loop, u128>,
    extents: IndexMap<Loop, u128>,
    counts: Counts,
    wrong: Option<String>,
}

impl Watcher<'_> {
    fn complain(&mut self, text: String) {
        self.wrong.get_or_insert(text);
    }

    fn bits(&self, value: Value) -> Option<u128> {
        match self.function.value(value).def {
            ValueDef::Const(constant) => self.constant(constant),
            _ => self.values.get(&value)?.to_bits(),
        }
    }

    fn constant(&self, constant: Const) -> Option<u128> {
        let ctx = &self.module.ctx;
        let bits = ctx.types.int_bits(ctx.const_type(constant))?;
        let number = ctx.consts.int_value(&ctx.types, constant)?;
        Some(number as u128 & (u128::MAX >> (128 - bits)))
    }

    fn define(&mut self, value: Value, datum: &Datum) {
        self.values.insert(value, datum.clone());
        let Some((inst, address)) = self.access.take() else {
            return;
        };
        if self.function.inst(inst).result == Some(value) && self.repeatable.contains(inst) {
            self.loads.push((address, self.function.ty(value), datum.clone()));
        }
    }

    fn enter_block(&mut self, block: Block) {
        if let (Some(before), Some(Recipe::Test(test))) = (self.before, self.plan.recipe(Node::Choice(block)))
        {
            self.counts.choices += 1;
            let found = self.decide(test);
            if found != Some(before) {
                self.complain(format!(
                    "{block} was entered from {before}, the test says {found:?}"
                ));
            }
        }
        if let Some(current) = self.shape.loops.with_header(block) {
            self.iterate(current, block);
        }
        for phi in self.function.phis(block) {
            self.last(phi);
        }
        self.before = Some(block);
    }

    fn decide(&self, test: &ChoiceTest) -> Option<Block> {
        match test {
            ChoiceTest::From(block) => Some(*block),
            ChoiceTest::Branch { at, targets, .. } => {
                let last = self.function.inst(self.function.terminator(*at)?);
                let value = self.bits(last.operands[0])?;
                let target = match last.op {
                    Op::CondBr => usize::from(value == 0),
                    _ => {
                        let is_case = |&case: &Value| self.bits(case) == Some(value);
                        last.operands[1..].iter().position(is_case).map_or(0, |at| at + 1)
                    }
                };
                self.decide(targets[target].as_ref()?)
            }
        }
    }

    fn iterate(&mut self, current: Loop, header: Block) {
        let again = self
            .before
            .is_some_and(|before| self.shape.loops.contains(current, before));
        let counter = match again {
            true => self.counters.get(&current).copied().unwrap_or(0) + 1,
            false => 0,
        };
        self.counters.insert(current, counter);
        if !again && let Some(nest) = self.plan.nest_at(current) {
            for member in &self.plan.nest(nest).loops {
                let extent = self.extent(member);
                self.extents.insert(member.of, extent);
            }
        }
        if let Some(&extent) = self.extents.get(&current) {
            self.counts.extents += 1;
            if counter >= extent {
                self.complain(format!("{current} is in iteration {counter} of {extent}"));
            }
        }
        for phi in self.function.phis(header) {
            self.recurrence(phi, counter);
        }
    }

    fn extent(&self, member: &NestLoop) -> u128 {
        let merges: Vec<(Value, u128)> = (self.plan.nests())
            .flat_map(|(_, nest)| nest.loops.iter().flat_map(|inner| &inner.merges))
            .map(|merged| (merged.phi, self.merged(merged)))
            .collect();
        let value_of = |value: Value| match merges.iter().find(|(phi, _)| *phi == value) {
            Some((_, number)) => *number,
            None => self.bits(value).unwrap_or(0),
        };
        let count = |of: Loop| {
            let count = self.shape.counts[of]
                .as_ref()
                .expect("loops of nests have counts");
            count.backedges.eval(&value_of)
        };
        let holds = |guard: &Guard| match guard {
            Guard::Condition { value, is } => self.bits(*value) == Some(u128::from(*is)),
            Guard::Repeats(other) => count(*other) > 0,
            Guard::Test(test) => self.decide(test).is_some(),
        };
        match member.guards.iter().all(holds) {
            true => count(member.of) + 1,
            false => 0,
        }
    }

    fn merged(&self, merged: &Merged) -> u128 {
        let phi = self.function.def_inst(merged.phi).expect("a phi");
        let from = self.decide(&merged.test);
        let mut incoming = self.function.inst(phi).incoming();
        let value = incoming.find(|&(block, _)| Some(block) == from);
        value.and_then(|(_, value)| self.bits(value)).unwrap_or(0)
    }

    fn recurrence(&mut self, phi: Inst, counter: u128) {
        let Some(result) = self.function.inst(phi).result else {
            return;
        };
        let Some(Recipe::Recurrence {
            start: Node::Primal(start),
            step,
            change,
            ..
        }) = self.plan.recipe(Node::Primal(result))
        else {
            return;
        };
        let step_bits = step.eval(&|value| self.bits(value).unwrap_or(0));
        let (Some(start), Some(found)) = (self.bits(*start), self.bits(result)) else {
            return;
        };
        let change_bits = change
            .as_ref()
            .map_or(0, |change| change.eval(&|value| self.bits(value).unwrap_or(0)));
        let expected = start
            .wrapping_add(counter.wrapping_mul(step_bits))
            .wrapping_add((counter * counter.saturating_sub(1) / 2).wrapping_mul(change_bits))
            & (u128::MAX >> (128 - step.bits));
        self.counts.recurrences += 1;
        if found != expected {
            self.complain(format!(
                "{result} is {found} in iteration {counter}, not {expected}"
            ));
        }
    }

    /// What a phi has that takes the last value of a recurrence.
    fn last(&mut self, phi: Inst) {
        let Some(result) = self.function.inst(phi).result else {
            return;
        };
        let Some(Recipe::Last { of, base, rest, step }) = self.plan.recipe(Node::Primal(result)) else {
            return;
        };
        let bits_of = |value: Value| self.bits(value).unwrap_or(0);
        let base = match base {
            Some(Node::Primal(base)) => bits_of(*base),
            _ => 0,
        };
        let count = self.counters.get(of).copied().unwrap_or(0);
        let expected = base
            .wrapping_add(rest.eval(&bits_of))
            .wrapping_add(count.wrapping_mul(step.eval(&bits_of)))
            & (u128::MAX >> (128 - step.bits));
        let Some(found) = self.bits(result) else { return };
        self.counts.lasts += 1;
        if found != expected {
            self.complain(format!(
                "{result} is {found} after {count} repetitions, not {expected}"
            ));
        }
    }

    fn end(&mut self, memory: &mut ir::interp::Memory) {
        for (address, ty, datum) in std::mem::take(&mut self.loads) {
            // What was freed is there in the derivative, where frees are deferred.
            if let Ok(found) = memory.load(&self.module.ctx, ty, address) {
                self.counts.loads += 1;
                if found.to_bits() != datum.to_bits() {
                    self.complain(format!("a load gave {datum:?}, memory has {found:?}"));
                }
            }
        }
    }
}

impl Externals for Watcher<'_> {
    const WATCHES: bool = true;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        match call.name {
            "at.block" | "at.end" if self.depth != 1 => Ok(Some(Datum::Unit)),
            "at.block" => {
                let block = call.bits(0).expect("a number");
                self.enter_block(Block::new(block as usize));
                Ok(Some(Datum::Unit))
            }
            "at.end" => {
                self.end(call.memory);
                Ok(Some(Datum::Unit))
            }
            _ => Libm.call(call),
        }
    }

    fn watch(&mut self, event: Event<'_>) {
        match event {
            Event::Enter { .. } => self.depth += 1,
            Event::Leave => self.depth -= 1,
            // Parameters are defined while the call begins.
            Event::Define { value, datum } if self.depth == 1 => self.define(value, datum),
            Event::Access { inst, address } if self.depth == 1 => self.access = Some((inst, address)),
            _ => {}
        }
    }
}

/// Puts calls into the body that tell which block is executed, and when it ends.
fn instrument(module: &mut Module, func: FuncId) {
    let ctx = &mut module.ctx;
    let (void, i32) = (ctx.types.void(), ctx.types.i32());
    let (at_block_ty, at_end_ty) = (ctx.types.func(void, &[i32]), ctx.types.func(void, &[]));
    let at_block = ctx.declare_func("at.block", at_block_ty);
    let at_end = ctx.declare_func("at.end", at_end_ty);
    let mut body = module.body(func).expect("there is a body").clone();
    let ctx = &mut module.ctx;
    let call = |ctx: &mut ir::Context, body: &mut Function, func: FuncId, arg: Option<i128>| {
        let callee = ctx.consts.intern(ir::ConstData::Func(func));
        let mut operands = vec![body.constant(ctx, callee)];
        if let Some(number) = arg {
            let number = ctx.consts.int(&ctx.types, i32, number);
            operands.push(body.constant(ctx, number));
        }
        let info = ir::CallInfo {
            func_ty: ctx.funcs[func].ty,
            attrs: ir::Attrs::none(),
            conv: 0,
            tail: ir::TailKind::None,
            bundle_operands: 0,
        };
        NewInst::new(Op::Call(info), void, &operands)
    };
    for block in body.blocks().to_vec() {
        let new = call(ctx, &mut body, at_block, Some(block.index() as i128));
        let phis = body.phis(block).count();
        body.insert_inst(ctx, block, phis, new);
        let last = body.terminator(block).expect("blocks end");
        if matches!(body.inst(last).op, Op::Ret) {
            let new = call(ctx, &mut body, at_end, None);
            let at = body.insts(block).len() - 1;
            body.insert_inst(ctx, block, at, new);
        }
    }
    module.set_body(body);
}

fn check(program: Program, how: &How) -> Result<Counts, TestCaseError> {
    let mut module = program.module.clone();
    let functions: Vec<FuncId> = module.bodies().map(|body| body.id).collect();
    for &func in &functions {
        let body = module.body(func).expect("there is a body");
        let canonical = ir::canonical::canonicalize(&module.ctx, body);
        let canonical = canonical.map_err(|error| TestCaseError::fail(error.to_string()))?;
        module.set_body(canonical);
    }
    let mut counts = Counts::default();
    let Case {
        mut module,
        func,
        shape,
        repeatable,
        plan,
    } = planned(module, program.entry.func, how);
    let plan = plan.map_err(|errors| TestCaseError::fail(format!("{errors:?}")))?;
    for (node, way) in plan.nodes() {
        prop_assert_eq!(way == Way::Recompute, plan.recipe(node).is_some());
        for &operand in plan.operands(node) {
            prop_assert!(plan.way(operand).is_some(), "{node} reads {operand}");
        }
    }
    let body = module.body(func).expect("there is a body").clone();
    instrument(&mut module, func);
    let text = || format!("{plan}\n{}", ir::text::print_module(&module));
    let watcher = Watcher {
        module: &module,
        function: &body,
        shape: &shape,
        plan: &plan,
        repeatable: &repeatable,
        depth: 0,
        values: IndexMap::new(),
        access: None,
        loads: Vec::new(),
        before: None,
        counters: IndexMap::new(),
        extents: IndexMap::new(),
        counts: Counts::default(),
        wrong: None,
    };
    let mut interpreter = Interpreter::new(&module, watcher, Limits::default())
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    let arguments = program.entry.arguments(&mut interpreter);
    let (args, ..) = arguments.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let outcome = interpreter.run(func, &args);
    outcome.map_err(|trap| TestCaseError::fail(format!("{trap}\n{}", text())))?;
    let watcher = interpreter.externals();
    if let Some(wrong) = &watcher.wrong {
        return Err(TestCaseError::fail(format!("{wrong}\n{}", text())));
    }
    counts.add(watcher.counts);
    Ok(counts)
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.loads += other.loads;
        self.choices += other.choices;
        self.recurrences += other.recurrences;
        self.lasts += other.lasts;
        self.extents += other.extents;
    }
}

#[test]
fn what_is_computed_again_is_the_same() {
    let default = RunnerConfig::default();
    let chosen = std::env::var("PROPTEST_CASES").is_ok();
    let mut runner = TestRunner::new(RunnerConfig {
        cases: if chosen { default.cases } else { 1_000 },
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0xcac4e),
        failure_persistence: None,
        ..default
    });
    let totals = Cell::new(Counts::default());
    let cases = (plans(Config::default()), any::<bool>(), any::<bool>());
    let result = runner.run(&cases, |(plan, split, wide)| {
        let how = How {
            mode: if split { Mode::Split } else { Mode::Combined },
            width: if wide { 3 } else { 1 },
            ..How::default()
        };
        let mut counts = totals.get();
        counts.add(check(Program::new(&plan), &how)?);
        totals.set(counts);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let totals = totals.get();
    println!("{totals:?}");
    // A plan that stores everything would pass, so count what was compared.
    assert!(totals.loads > 1_000 && totals.choices > 200, "{totals:?}");
    assert!(totals.recurrences > 1_000 && totals.extents > 200, "{totals:?}");
}
