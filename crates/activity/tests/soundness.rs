//! Random programs, run with dual numbers: what the analysis calls inactive has a zero tangent.
//!
//! The interpreter computes tangents through everything, also through memory, integers and calls, and knows nothing of activity. Inputs
//! that are declared constant get zero tangents. At each step:
//! - a float that is not varied in the context of its call has a zero tangent,
//! - in a call for which there is no context every float has,
//! - a store of a nonzero tangent goes through an active address, or is reported as a store into memory declared inactive, or leads to memory that nobody reads.
//!
//! In a second run the tangents of all inactive values are taken away, also of those that are varied but not useful: the tangents of the
//! result and of what dual parameters lead to stay the same.
//!
//! Each callee is analyzed again by itself, under the activities of its context: the same must be varied, however that context came about
//! (contexts grow while their callers learn more).
//!
//! A program that reads such memory again is out of the analysis's promise, and says so by `read_back`.

use std::cell::Cell;

use activity::{
    Activities, ActivityFacts, ActivityInput, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity,
    analyze,
};
use ir::interp::{Datum, Event, ExternalCall, Externals, TrapKind};
use ir::testing::{Config, Execution, Libm, Plan, Program, plans};
use ir::{Bodies, Context, EntitySet, Inst, Module, Op, Value};
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
    /// Floats that were seen with a zero tangent because they are not varied.
    inactive: usize,
    /// Take the tangents of inactive values away, instead of complaining.
    erase: bool,
    /// Tangents that were taken away.
    erased: usize,
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

    fn define(&mut self, value: Value, datum: &mut Datum) {
        let Some(frame) = self.frames.last() else { return };
        if self.erase {
            let active = frame.facts.is_some_and(|facts| facts.value(value));
            if !active && has_tangent(datum) {
                self.erased += 1;
                erase(datum);
            }
            return;
        }
        let moves = has_tangent(datum);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if moves {
            frame.moving.insert(value);
        } else {
            frame.moving.remove(value);
        }
        let varied = frame.facts.is_some_and(|facts| facts.varied(value));
        let is_float = self
            .module
            .ctx
            .types
            .float_kind(frame.function.ty(value))
            .is_some();
        if is_float && !varied {
            self.inactive += 1;
            if moves {
                self.complain(|frame| {
                    let name = frame.function.value_name(value);
                    format!("{name} is not varied and has a tangent: {datum:?}")
                });
            }
        }
    }

    fn access(&mut self, inst: Inst) {
        let Some(frame) = self.frames.last() else { return };
        let data = frame.function.inst(inst);
        if self.erase || !matches!(data.op, Op::Store(_)) || !frame.moving.contains(data.operands[0]) {
            return;
        }
        // Where pointers that are declared inactive meet active ones, derivatives need a shadow that does not exist.
        let fine = frame.facts.is_some_and(|facts| {
            let reported = facts
                .stores_into_inactive()
                .iter()
                .any(|store| store.inst == inst);
            facts.value(data.operands[1]) && facts.inst(inst) || reported || facts.is_unread(data.operands[1])
        });
        // The bits of a float in an integer that nobody uses as such may be stored nowhere: it is a carrier because of the store.
        if !fine {
            let text = ir::text::print_inst(&self.module.ctx, frame.function, inst);
            self.complain(|_| format!("a tangent is lost by {text}"));
        }
    }
}

fn erase(datum: &mut Datum) {
    match datum {
        Datum::Unit => {}
        Datum::Scalar(scalar) => scalar.tangent = 0,
        Datum::Members(members) => members.iter_mut().for_each(erase),
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

/// Analyzes and runs one program. The number of floats that are not varied, and of tangents that are not useful; `None` if the facts say that the activities of the
/// parameters do not fit the program.
fn check(plan: &Plan, bits: u32) -> Result<Option<(usize, usize)>, TestCaseError> {
    let mut program = Program::new(plan);
    let params = choose(&mut program, bits);
    let func = program.entry.func;
    let ret = match bits >> 31 {
        0 => ReturnActivity::Const,
        _ => ReturnActivity::Active,
    };
    let (bodies, ctx) = program.module.split();
    let activities = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func,
        params: &params,
        ret,
        memory: &EntryMemory::default(),
        options: Options::default(),
    });
    for facts in activities.iter().skip(1) {
        compare_alone(ctx, bodies, facts)?;
    }
    if activities.iter().any(|facts| is_refused(&program.module, facts)) {
        return Ok(None);
    }
    let watch = |erase: bool| {
        let mut watcher = Watcher {
            module: &program.module,
            activities: &activities,
            frames: Vec::new(),
            wrong: None,
            inactive: 0,
            erase,
            erased: 0,
        };
        let outcome = program.entry.interpret_with(&program.module, &mut watcher);
        (outcome, watcher.wrong, watcher.inactive, watcher.erased)
    };
    let text = || format!("{params:?}\n{}", ir::text::print_module(&program.module));
    let (outcome, wrong, inactive, _) = watch(false);
    let expected = outcome.map_err(|trap| TestCaseError::fail(format!("{trap}\n{}", text())))?;
    if let Some(wrong) = wrong {
        return Err(TestCaseError::fail(format!("{wrong}\n{}", text())));
    }
    let (outcome, _, _, erased) = watch(true);
    let found = outcome.map_err(|trap| TestCaseError::fail(format!("{trap}\n{}", text())))?;
    let (expected, found) = (asked(&params, ret, expected), asked(&params, ret, found));
    prop_assert_eq!(expected, found, "without inactive tangents\n{}", text());
    Ok(Some((inactive, erased)))
}

/// Analyzes a callee by itself.
fn compare_alone(ctx: &Context, bodies: Bodies<'_>, facts: &ActivityFacts) -> Result<(), TestCaseError> {
    let key = facts.key();
    // Classes of memory are those of one analysis.
    if !key.memory.inactive.is_empty() {
        return Ok(());
    }
    let alone = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func: key.func,
        params: &key.params,
        ret: key.ret,
        memory: &key.memory,
        options: Options::default(),
    });
    let function = bodies.get(key.func).expect("facts are about bodies");
    // Of a global that holds derivatives at the entry only the caller knows what addresses in it lead to.
    let may_have_more = !key.memory.globals.is_empty();
    let differs = |value: &Value| {
        let (alone, met) = (alone.root().varied(*value), facts.varied(*value));
        alone != met && !(may_have_more && alone)
    };
    let found = function.values().find(differs);
    let text = || ir::text::print_function(ctx, function);
    prop_assert_eq!(found, None, "alone under {:?}\n{}", key, text());
    Ok(())
}

/// The tangents that a request asks for: of the result and of arrays that are dual.
fn asked(params: &[ParamActivity], ret: ReturnActivity, execution: Execution) -> Vec<f64> {
    let mut tangents = Vec::new();
    if ret == ReturnActivity::Active {
        tangents.push(execution.result.1);
    }
    let count = execution.arrays.len() + execution.single_arrays.len();
    let mut of_arrays = params[params.len() - count..].iter();
    let mut is_dual = || of_arrays.next() == Some(&ParamActivity::Dual);
    for array in &execution.arrays {
        if is_dual() {
            tangents.extend(array.iter().map(|element| element.1));
        }
    }
    for array in &execution.single_arrays {
        if is_dual() {
            tangents.extend(array.iter().map(|element| f64::from(element.1)));
        }
    }
    tangents
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
        rng_seed: match default.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0xac71),
            chosen => chosen,
        },
        failure_persistence: None,
        ..default
    });
    let (seen, useless) = (Cell::new(0), Cell::new(0));
    let (refused, all) = (Cell::new(0), Cell::new(0));
    let cases = (plans(Config::default()), any::<u32>());
    let result = runner.run(&cases, |(plan, bits)| {
        match check(&plan, bits)? {
            Some((inactive, erased)) => {
                seen.set(seen.get() + inactive);
                useless.set(useless.get() + erased);
            }
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
    println!("{all} programs, {refused} of which do not fit their activities");
    println!(
        "{seen} floats that are not varied, {} tangents that are not useful",
        useless.get()
    );
    assert!(
        useless.get() > 1_000,
        "only {} tangents were useless",
        useless.get()
    );
    assert!(refused * 4 < all, "{refused} of {all} programs were left out");
}
