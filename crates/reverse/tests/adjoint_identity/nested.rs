//! Tangents of gradients of random programs, against the gradient that is executed with dual numbers. What a gradient releases at its end has a shadow
//! that is not released.

use std::cell::Cell;

use forward::{Forward, ForwardOptions};
use ir::interp::Datum;
use ir::testing::{Inputs, Plan, Program, plans};
use ir::verify::verify_module;
use ir::{FuncId, Module};
use proptest::test_runner::TestCaseError;
use rules::RuleTable;

use crate::second::{flat, hessian_product};
use crate::support::*;

/// A number of an input with its tangent.
fn pair((x, _): (f64, f64), dx: f64) -> [Datum; 2] {
    [Datum::f64(x), Datum::f64(dx)]
}

/// The product of the Hessian with a direction by the tangent function of a gradient.
fn tangent_of_gradient(
    module: &Module,
    func: FuncId,
    inputs: &Inputs,
    direction: &[f64],
) -> Result<Vec<f64>, String> {
    let mut machine = machine(module)?;
    let numbers = flat(inputs);
    let (doubles, rest) = numbers.split_at(inputs.doubles.len());
    let mut args: Vec<Datum> = Vec::new();
    for (&dual, &dx) in doubles.iter().zip(direction) {
        args.extend(pair(dual, dx));
    }
    args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
    let mut left = Vec::new();
    let mut at = doubles.len();
    let mut rest = rest;
    for array in &inputs.arrays {
        let (own, others) = rest.split_at(array.len());
        rest = others;
        let primals: Vec<f64> = own.iter().map(|dual| dual.0).collect();
        let zeros = vec![0.0; array.len()];
        // The primal, its tangent, its adjoint, and the tangent of that.
        let places = [&primals[..], &direction[at..at + array.len()], &zeros, &zeros];
        let places = places.map(|numbers| allocate(&mut machine, numbers, false));
        at += array.len();
        args.extend(places.map(Datum::ptr));
        left.push((places[3], array.len()));
    }
    args.extend([Datum::f64(1.0), Datum::f64(0.0)]);
    let result = machine.run(func, &args).map_err(|trap| trap.to_string())?;
    let tangents = result.members()[1..].iter().map(Datum::to_dual);
    let mut products: Vec<f64> = tangents
        .map(|tangent| tangent.map(|dual| dual.0).ok_or("a tangent is undefined"))
        .collect::<Result<_, _>>()?;
    for (place, len) in left {
        products.extend(contents(&mut machine, place, len, false));
    }
    Ok(products)
}

/// Compares the tangent of the gradient with dual numbers; false if it is refused.
fn check(program: &Program) -> Result<bool, String> {
    let mut module = program.module.clone();
    let inputs = &program.entry.inputs;
    let Some(gradient) = gradient(&mut module, program)? else {
        return Ok(false);
    };
    let direction: Vec<f64> = flat(inputs).iter().map(|dual| dual.1).collect();
    let expected = hessian_product(&module, gradient, inputs, &direction)?;
    let mut params = vec![forward::Activity::Dual; inputs.doubles.len()];
    params.extend(vec![forward::Activity::Const; inputs.ints.len()]);
    params.extend(vec![forward::Activity::Dual; 2 * inputs.arrays.len() + 1]);
    let mut forward = Forward::new(&mut module, RuleTable::standard(), ForwardOptions::default());
    let second = forward.request(forward::Request {
        func: gradient,
        params,
        ret: forward::ReturnRequest {
            shadow: true,
            primal: false,
        },
        width: 1,
        order: 1,
        memory: Default::default(),
    });
    if let Err(errors) = forward.run() {
        println!("refused: {}", errors[0]);
        return Ok(false);
    }
    if let Err(errors) = verify_module(&module) {
        return Err(format!("invalid: {}\n{module}", errors[0]));
    }
    let found = tangent_of_gradient(&module, second, inputs, &direction)
        .map_err(|error| format!("{error}\n{inputs:?}\n{module}"))?;
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        // A comparison that NaN fails.
        let is_close = (found - expected).abs() <= 1e-9 * (1.0 + expected.abs());
        if !is_close {
            return Err(format!(
                "number {index} is {found} instead of {expected}\n{inputs:?}\n{module}"
            ));
        }
    }
    Ok(true)
}

#[test]
fn tangents_of_gradients_agree_with_dual_numbers() {
    let (all, refused) = (Cell::new(0u32), Cell::new(0u32));
    let result = runner(300).run(&plans(PLAIN), |plan: Plan| {
        all.set(all.get() + 1);
        if !check(&Program::new(&plan)).map_err(TestCaseError::fail)? {
            refused.set(refused.get() + 1);
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (all, refused) = (all.get(), refused.get());
    println!("{refused} of {all} are refused");
    assert!(refused * 100 <= 4 * all, "{refused} of {all} are refused");
}
