//! Canonical bodies compute the same as the originals and have the form that is promised, checked by definition.

use ir::canonical::{NotCanonical, canonicalize, restore_addresses};
use ir::graph::{Cfg, Dominators, Loops};
use ir::interp::{Datum, Interpreter, Limits, NoExternals};
use ir::testing::{Config, Program, plans};
use ir::text::parse_module;
use ir::verify::{verify_function, verify_module};
use ir::{Context, Function, Module, Op};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

/// What is wrong with the form of a body.
fn defects(function: &Function) -> Vec<String> {
    let cfg = Cfg::of(function);
    let loops = Loops::of(&cfg, &Dominators::of(&cfg));
    let mut found = Vec::new();
    if cfg.order().len() != function.blocks().len() {
        found.push("a block is not reached".to_owned());
    }
    let returns = |inst: &ir::Inst| function.inst(*inst).op == Op::Ret;
    if function.all_insts().filter(returns).count() > 1 {
        found.push("several blocks return".to_owned());
    }
    for current in loops.all() {
        let data = loops.get(current);
        let name = function.block_name(data.header);
        if loops.preheader(&cfg, current).is_none() {
            found.push(format!("{name}: no preheader"));
        }
        if data.latches.len() != 1 {
            found.push(format!("{name}: several latches"));
        }
        for &(_, exit) in &data.exits {
            if cfg.preds(exit).iter().any(|&pred| !loops.contains(current, pred)) {
                found.push(format!("{name}: shared exit"));
            }
        }
        for &block in loops.blocks(current) {
            for &inst in function.insts(block) {
                let Some(result) = function.inst(inst).result else {
                    continue;
                };
                for user in function.all_insts() {
                    let data = function.inst(user);
                    for (position, &operand) in data.operands.iter().enumerate() {
                        let place = match data.op {
                            Op::Phi => data.targets[position],
                            _ => data.block,
                        };
                        if operand == result && !loops.contains(current, place) {
                            found.push(format!("{name}: {} escapes", function.value_name(result)));
                        }
                    }
                }
            }
        }
    }
    found
}

fn canonical(ctx: &Context, function: &Function) -> Function {
    let body = canonicalize(ctx, function).expect("the body has a canonical form");
    if let Err(errors) = verify_function(ctx, &body) {
        panic!("{errors:?}\n{}", ir::text::print_function(ctx, &body));
    }
    assert_eq!(
        defects(&body),
        Vec::<String>::new(),
        "{}",
        ir::text::print_function(ctx, &body)
    );
    body
}

fn parsed(text: &str) -> Module {
    let module = parse_module(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    if let Err(errors) = verify_module(&module) {
        panic!("{errors:?}");
    }
    module
}

fn run(module: &Module, args: &[i128]) -> i128 {
    let func = module.ctx.find_func("f").expect("@f is defined");
    let mut interpreter = Interpreter::new(module, NoExternals, Limits::default()).expect("it starts");
    let args: Vec<Datum> = args.iter().map(|&arg| Datum::int(32, arg)).collect();
    let result = interpreter.run(func, &args).expect("it runs");
    result.to_bits().expect("@f returns an integer") as i128
}

/// `@f` in canonical form gives the same for all small pairs of arguments.
fn check(text: &str) {
    let module = parsed(text);
    let mut changed = module.clone();
    let func = module.ctx.find_func("f").expect("@f is defined");
    let body = canonical(&module.ctx, module.body(func).expect("@f has a body"));
    changed.set_body(body);
    for x in 0..7 {
        for y in 0..7 {
            assert_eq!(run(&module, &[x, y]), run(&changed, &[x, y]), "f({x}, {y})");
        }
    }
}

#[test]
fn returns_are_merged() {
    check(
        "define i32 @f(i32 %x, i32 %y) {
        a:
          %less = icmp slt i32 %x, %y
          br i1 %less, label %b, label %c
        b:
          ret i32 %x
        c:
          %sum = add i32 %x, %y
          ret i32 %sum
        dead:
          br label %c
        }",
    );
}

#[test]
fn addresses_that_were_integers_are_addresses() {
    let text = "define i32 @f(i32 %x, i32 %y) {
        a:
          %p = alloca i32
          %q = alloca i32
          store i32 %y, ptr %p
          store i32 77, ptr %q
          %none = icmp eq i32 %x, 0
          br i1 %none, label %chosen, label %b
        b:
          %i = ptrtoint ptr %p to i64
          %one = icmp eq i32 %x, 1
          br i1 %one, label %chosen, label %c
        c:
          %j = ptrtoint ptr %q to i64
          br label %chosen
        chosen:
          %n = phi i64 [ 8, %a ], [ %i, %b ], [ %j, %c ]
          %r = inttoptr i64 %n to ptr
          %again = inttoptr i64 %n to ptr
          br i1 %none, label %d, label %e
        d:
          ret i32 -1
        e:
          %z = load i32, ptr %r
          store i32 5, ptr %again
          %w = load i32, ptr %p
          %sum = add i32 %z, %w
          ret i32 %sum
        }
        define i64 @kept(ptr %p, i64 %n) {
          %i = ptrtoint ptr %p to i64
          %j = add i64 %i, %n
          %q = inttoptr i64 %j to ptr
          %v = load i64, ptr %q
          ret i64 %v
        }";
    let module = parsed(text);
    let mut changed = module.clone();
    for name in ["f", "kept"] {
        let func = module.ctx.find_func(name).expect("it is defined");
        let mut body = module.body(func).expect("it has a body").clone();
        restore_addresses(&mut changed.ctx, &mut body);
        let casts = body
            .all_insts()
            .filter(|&inst| matches!(body.inst(inst).op, ir::Op::Cast(_)));
        assert_eq!(casts.count(), if name == "f" { 0 } else { 2 }, "{name}");
        changed.set_body(body);
    }
    verify_module(&changed).expect("it is well-formed");
    for x in 0..4 {
        assert_eq!(run(&module, &[x, 9]), run(&changed, &[x, 9]), "f({x}, 9)");
    }
}

#[test]
fn loops_get_preheader_and_latch() {
    // Two ways into the header, two ways back, and a switch with two edges to it.
    check(
        "define i32 @f(i32 %x, i32 %y) {
        a:
          switch i32 %x, label %other [ i32 1, label %head  i32 2, label %head ]
        other:
          br label %head
        head:
          %i = phi i32 [ 0, %a ], [ 0, %a ], [ 1, %other ], [ %i1, %odd ], [ %i2, %even ]
          %sum = phi i32 [ 5, %a ], [ 5, %a ], [ %x, %other ], [ %sum, %odd ], [ %more, %even ]
          %bit = and i32 %i, 1
          %is_odd = icmp eq i32 %bit, 1
          %stop = icmp sgt i32 %i, 9
          br i1 %stop, label %end, label %body
        body:
          br i1 %is_odd, label %odd, label %even
        odd:
          %i1 = add i32 %i, 1
          br label %head
        even:
          %i2 = add i32 %i, 1
          %more = add i32 %sum, %y
          br label %head
        end:
          ret i32 %sum
        }",
    );
}

#[test]
fn values_leave_loops_through_phis() {
    // Nested loops that are left at three places, one of them out of both; the exits meet.
    check(
        "define i32 @f(i32 %x, i32 %y) {
        a:
          br label %outer
        outer:
          %i = phi i32 [ 0, %a ], [ %i1, %next ]
          %t = mul i32 %i, 3
          br label %inner
        inner:
          %j = phi i32 [ 0, %outer ], [ %j1, %again ]
          %p = mul i32 %i, %j
          %hit = icmp eq i32 %p, %x
          br i1 %hit, label %found, label %again
        again:
          %j1 = add i32 %j, 1
          %full = icmp sge i32 %j1, %y
          br i1 %full, label %next, label %inner
        next:
          %i1 = add i32 %i, 1
          %k = add i32 %j1, %t
          %over = icmp sgt i32 %i1, 4
          br i1 %over, label %done, label %outer
        found:
          %q = add i32 %p, %t
          br label %join
        done:
          %r = add i32 %k, %i
          br label %join
        join:
          %s = phi i32 [ %q, %found ], [ %r, %done ]
          %u = add i32 %s, %i
          %v = add i32 %u, %t
          ret i32 %v
        }",
    );
}

#[test]
fn several_exits_to_one_block() {
    // A search that breaks: both exits lead to one block, which also comes from elsewhere.
    check(
        "define i32 @f(i32 %x, i32 %y) {
        a:
          %none = icmp eq i32 %y, 0
          br i1 %none, label %end, label %head
        head:
          %i = phi i32 [ 0, %a ], [ %i1, %latch ]
          %sq = mul i32 %i, %i
          %hit = icmp sge i32 %sq, %x
          br i1 %hit, label %end, label %latch
        latch:
          %i1 = add i32 %i, 1
          %over = icmp sgt i32 %i1, %y
          br i1 %over, label %end, label %head
        end:
          %r = phi i32 [ -1, %a ], [ %sq, %head ], [ %i1, %latch ]
          ret i32 %r
        }",
    );
}

#[test]
fn irreducible_regions_are_named() {
    let module = parsed(
        "define i32 @f(i32 %x, i32 %y) {
        a:
          %c = icmp eq i32 %x, 0
          br i1 %c, label %b, label %c1
        b:
          br i1 %c, label %c1, label %end
        c1:
          br label %b
        end:
          ret i32 0
        }",
    );
    let func = module.ctx.find_func("f").expect("@f is defined");
    let result = canonicalize(&module.ctx, module.body(func).expect("@f has a body"));
    let Err(NotCanonical::Irreducible { blocks }) = result else {
        panic!("{result:?}");
    };
    assert_eq!(blocks, ["b", "c1"]);
}

#[test]
fn random_programs_stay_what_they_are() {
    let mut runner = TestRunner::new(RunnerConfig {
        cases: 300,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x5eed),
        failure_persistence: None,
        ..RunnerConfig::default()
    });
    let result = runner.run(&plans(Config::default()), |plan| {
        let program = Program::new(&plan);
        let mut changed = program.module.clone();
        let bodies: Vec<Function> = program
            .module
            .bodies()
            .map(|body| canonical(&program.module.ctx, body))
            .collect();
        bodies.into_iter().for_each(|body| changed.set_body(body));
        prop_assert_eq!(
            program.entry.interpret(&program.module),
            program.entry.interpret(&changed)
        );
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
