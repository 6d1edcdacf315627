//! Random programs, run with dual numbers: what the analysis calls inactive has a zero tangent.
//!
//! The interpreter computes tangents through everything, also through memory, integers and calls, and knows nothing of activity. Inputs
//! that are declared constant get zero tangents. At each step:
//! - a float that is inactive in the context of its call has a zero tangent,
//! - in a call for which there is no context every float has,
//! - a store of a nonzero tangent goes through an active address, or is reported as a store into memory declared inactive.
//!
//! A program that reads such memory again is out of the analysis's promise, and says so by `read_back`.

use std::cell::Cell;

use activity::{
    Activities, ActivityFacts, ActivityInput, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity,
    analyze,
};
use ir::interp::{Datum, Event, ExternalCall, Externals, TrapKind};
use ir::testing::{Config, Libm, Plan, Program, plans};
use ir::{EntitySet, Inst, Module, Op, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};
use rules::RuleTable;

/// A call that is being executed.
struct Frame<'a> {
    function: &'a ir::Function,
    /// Its context; `None` if nothing about the call is active.
    facts: Option<&'a ActivityFacts>,
    /// Values with a tangent that is not zero.
    moving: EntitySet<Value>,
}

/// Follows an execution and compares.
struct Watcher<'a> {
    module: &'a Module,
    activities: &'a Activities,
    frames: Vec<Frame<'a>>,
    /// What was found wrong first.
    wrong: Option<String>,
    /// Floats that were seen with a zero tangent because they are inactive.
    inactive: usize,
}

impl Watcher<'_> {
    fn complain(&mut self, text: impl FnOnce(&Frame<'_>) -> String) {
        if self.wrong.is_none()
            && let Some(frame) = self.frames.last()
        {
            let name = &self.module.ctx.funcs[frame.function.id].name;
            self.wrong = Some(format!("in @{name}: {}", text(frame)));
        }
    }

    fn enter(&mut self, caller: Option<Inst>, func: ir::FuncId) {
        let facts = match (caller, self.frames.last()) {
            (Some(inst), Some(frame)) => frame
                .facts
                .and_then(|facts| facts.call(inst))
                .and_then(|call| self.activities.get(&call.key)),
            _ => Some(self.activities.root()),
        };
        let function = self.module.body(func).expect("only bodies are entered");
        self.frames.push(Frame {
            function,
            facts,
            moving: EntitySet::new(),
        });
    }

    fn define(&mut self, value: Value, datum: &Datum) {
        let moves = has_tangent(datum);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if moves {
            frame.moving.insert(value);
        } else {
            frame.moving.remove(value);
        }
        let active = frame.facts.is_some_and(|facts| facts.value(value));
        let is_float = self
            .module
            .ctx
            .types
            .float_kind(frame.function.ty(value))
            .is_some();
        if is_float && !active {
            self.inactive += 1;
            if moves {
                self.complain(|frame| {
                    let name = frame.function.value_name(value);
                    format!("{name} is inactive and has a tangent: {datum:?}")
                });
            }
        }
    }

    fn access(&mut self, inst: Inst) {
        let Some(frame) = self.frames.last() else { return };
        let data = frame.function.inst(inst);
        if !matches!(data.op, Op::Store(_)) || !frame.moving.contains(data.operands[0]) {
            return;
        }
        // Where pointers that are declared inactive meet active ones, derivatives need a shadow that does not exist.
        let fine = frame.facts.is_some_and(|facts| {
            let reported = facts
                .stores_into_inactive()
                .iter()
                .any(|store| store.inst == inst);
            facts.value(data.operands[1]) && facts.inst(inst) || reported
        });
        // The bits of a float in an integer that nobody uses as such may be stored nowhere: it is a carrier because of the store.
        if !fine {
            let text = ir::text::print_inst(&self.module.ctx, frame.function, inst);
            self.complain(|_| format!("a tangent is lost by {text}"));
        }
    }
}

fn has_tangent(datum: &Datum) -> bool {
    match datum {
        Datum::Unit => false,
        // Negative zeros, of doubles and of floats, are zeros.
        Datum::Scalar(scalar) => ![0, 1 << 63, 1 << 31].contains(&scalar.tangent),
        Datum::Members(members) => members.iter().any(has_tangent),
    }
}

impl Externals for Watcher<'_> {
    const WATCHES: bool = true;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        Libm.call(call)
    }

    fn watch(&mut self, event: Event<'_>) {
        match event {
            Event::Enter { caller, func } => self.enter(caller, func),
            Event::Leave => {
                self.frames.pop();
            }
            Event::Define { value, datum } => self.define(value, datum),
            Event::Access { inst, .. } => self.access(inst),
        }
    }
}

/// Activities from bits; inputs that are constant lose their tangents.
fn choose(program: &mut Program, mut bits: u32) -> Vec<ParamActivity> {
    let mut next = || {
        let dual = bits & 1 == 1;
        bits = bits.rotate_right(1);
        if dual {
            ParamActivity::Dual
        } else {
            ParamActivity::Const
        }
    };
    let inputs = &mut program.entry.inputs;
    let mut params = Vec::new();
    for input in &mut inputs.doubles {
        params.push(next());
        if params.last() == Some(&ParamActivity::Const) {
            input.1 = 0.0;
        }
    }
    for input in &mut inputs.singles {
        params.push(next());
        if params.last() == Some(&ParamActivity::Const) {
            input.1 = 0.0;
        }
    }
    params.extend(inputs.ints.iter().map(|_| ParamActivity::Const));
    for array in &mut inputs.arrays {
        params.push(next());
        if params.last() == Some(&ParamActivity::Const) {
            array.iter_mut().for_each(|element| element.1 = 0.0);
        }
    }
    for array in &mut inputs.single_arrays {
        params.push(next());
        if params.last() == Some(&ParamActivity::Const) {
            array.iter_mut().for_each(|element| element.1 = 0.0);
        }
    }
    params
}

/// Analyzes and runs one program. The number of inactive floats that were seen; `None` if the facts say that the activities of the
/// parameters do not fit the program.
fn check(plan: &Plan, bits: u32) -> Result<Option<usize>, TestCaseError> {
    let mut program = Program::new(plan);
    let params = choose(&mut program, bits);
    let func = program.entry.func;
    let (bodies, ctx) = program.module.split();
    let activities = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func,
        params: &params,
        ret: ReturnActivity::Active,
        memory: &EntryMemory::default(),
        options: Options::default(),
    });
    if activities.iter().any(|facts| is_refused(&program.module, facts)) {
        return Ok(None);
    }
    let mut watcher = Watcher {
        module: &program.module,
        activities: &activities,
        frames: Vec::new(),
        wrong: None,
        inactive: 0,
    };
    let outcome = program.entry.interpret_with(&program.module, &mut watcher);
    let (wrong, inactive) = (watcher.wrong, watcher.inactive);
    let text = || ir::text::print_module(&program.module);
    outcome.map_err(|trap| TestCaseError::fail(format!("{trap}\n{}", text())))?;
    match wrong {
        Some(wrong) => Err(TestCaseError::fail(format!("{wrong}\n{params:?}\n{}", text()))),
        None => Ok(Some(inactive)),
    }
}

/// Whether the user has declared memory constant that the program uses for derivatives: something active is stored there and may be read
/// back, or its address meets active ones where only shadows can tell them apart.
fn is_refused(module: &Module, facts: &ActivityFacts) -> bool {
    if facts.stores_into_inactive().iter().any(|store| store.read_back) {
        return true;
    }
    let function = module.body(facts.func()).expect("facts are about bodies");
    let meets = |inst: Inst| {
        let data = function.inst(inst);
        let mixed = |operands: &[Value]| operands.iter().any(|&operand| facts.is_mixed(operand));
        facts.inst(inst)
            && match data.op {
                Op::Phi | Op::InsertElement | Op::InsertValue(_) | Op::Shuffle(_) => mixed(&data.operands),
                Op::Select => mixed(&data.operands[1..]),
                Op::Store(_) => mixed(&data.operands[..1]),
                _ => false,
            }
    };
    let returns = |inst: Inst| {
        let data = function.inst(inst);
        let asked = facts.ret() == ReturnActivity::Active && matches!(data.op, Op::Ret);
        asked && data.operands.iter().any(|&operand| facts.is_mixed(operand))
    };
    function.all_insts().any(|inst| meets(inst) || returns(inst))
}

#[test]
fn what_is_inactive_has_no_tangent() {
    let default = RunnerConfig::default();
    let chosen = std::env::var("PROPTEST_CASES").is_ok();
    let mut runner = TestRunner::new(RunnerConfig {
        cases: if chosen { default.cases } else { 3_000 },
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0xac71),
        failure_persistence: None,
        ..default
    });
    let (seen, refused, all) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let cases = (plans(Config::default()), any::<u32>());
    let result = runner.run(&cases, |(plan, bits)| {
        match check(&plan, bits)? {
            Some(inactive) => seen.set(seen.get() + inactive),
            None => refused.set(refused.get() + 1),
        }
        all.set(all.get() + 1);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // An analysis that calls everything active would pass, so count what was called inactive.
    assert!(
        seen.get() > 10_000,
        "only {} inactive floats were seen",
        seen.get()
    );
    let (seen, refused, all) = (seen.get(), refused.get(), all.get());
    println!("{seen} inactive floats were seen in {all} programs; {refused} do not fit their activities");
    assert!(refused * 4 < all, "{refused} of {all} programs were left out");
}
