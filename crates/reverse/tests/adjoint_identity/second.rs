//! Second derivatives, from gradients that are executed with dual numbers.

use std::cell::Cell;

use ir::interp::{Datum, Interpreter, Limits};
use ir::testing::{Inputs, Plan, Program, plans};
use ir::{FuncId, Module};
use proptest::test_runner::TestCaseError;

use crate::support::*;

/// All floats of a program's inputs: doubles, then arrays.
pub fn flat(inputs: &Inputs) -> Vec<(f64, f64)> {
    [inputs.doubles.clone(), inputs.arrays.concat()].concat()
}

/// The same inputs with other numbers and tangents.
pub fn with_floats(inputs: &Inputs, floats: &[(f64, f64)]) -> Inputs {
    let mut floats = floats.iter().copied();
    let mut next = || floats.next().expect("there are as many numbers as before");
    Inputs {
        doubles: inputs.doubles.iter().map(|_| next()).collect(),
        arrays: inputs
            .arrays
            .iter()
            .map(|array| array.iter().map(|_| next()).collect())
            .collect(),
        ..inputs.clone()
    }
}

/// The product of the Hessian of the returned number with a direction: the tangent of the gradient, which starts with the seed 1 and
/// shadows of zeros.
pub fn hessian_product(
    module: &Module,
    gradient: FuncId,
    inputs: &Inputs,
    direction: &[f64],
) -> Result<Vec<f64>, String> {
    let limits = Limits {
        steps: 50_000_000,
        ..Limits::default()
    };
    let mut machine = Interpreter::new(module, Host, limits).map_err(|kind| kind.to_string())?;
    let duals: Vec<(f64, f64)> = flat(inputs)
        .iter()
        .zip(direction)
        .map(|(dual, &tangent)| (dual.0, tangent))
        .collect();
    let (doubles, arrays) = duals.split_at(inputs.doubles.len());
    let mut args: Vec<Datum> = doubles.iter().map(|&(x, dx)| Datum::dual(x, dx)).collect();
    args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
    let mut shadows = Vec::new();
    let mut rest = arrays;
    for array in &inputs.arrays {
        let (numbers, others) = rest.split_at(array.len());
        rest = others;
        let primal = allocate(&mut machine, &vec![0.0; array.len()], false);
        machine
            .memory
            .store_duals(primal, numbers)
            .map_err(|error| error.to_string())?;
        let shadow = allocate(&mut machine, &vec![0.0; array.len()], false);
        args.extend([Datum::ptr(primal), Datum::ptr(shadow)]);
        shadows.push((shadow, array.len()));
    }
    args.push(Datum::f64(1.0));
    let result = machine.run(gradient, &args).map_err(|trap| trap.to_string())?;
    let adjoints = result.members()[1..].iter().map(Datum::to_dual);
    let mut products: Vec<f64> = adjoints
        .map(|adjoint| adjoint.map(|dual| dual.1).ok_or("an adjoint is undefined"))
        .collect::<Result<_, _>>()?;
    for (shadow, len) in shadows {
        let adjoints = machine.memory.load_duals(shadow, len);
        let adjoints = adjoints.map_err(|error| error.to_string())?;
        products.extend(adjoints.iter().map(|dual| dual.1));
    }
    Ok(products)
}

/// The tangent along `v` of the returned number, so far along `w`.
fn tangent_at(program: &Program, (v, w): (&[f64], &[f64]), step: f64) -> Result<f64, String> {
    let numbers = flat(&program.entry.inputs);
    let moved: Vec<(f64, f64)> = numbers
        .iter()
        .zip(v.iter().zip(w))
        .map(|(dual, (&v, &w))| (dual.0 + step * w, v))
        .collect();
    let entry = ir::testing::Entry {
        func: program.entry.func,
        inputs: with_floats(&program.entry.inputs, &moved),
    };
    let run = entry
        .interpret(&program.module)
        .map_err(|trap| trap.to_string())?;
    Ok(run.result.1)
}

/// The difference quotient along `w` of the tangent along `v`; `None` if the one to the left is another than the one to the right, as where
/// a condition changes in between.
fn quotient(program: &Program, directions: (&[f64], &[f64])) -> Result<Option<f64>, String> {
    const STEP: f64 = 1e-5;
    let at = |step| tangent_at(program, directions, step);
    let (left, here, right) = (at(-STEP)?, at(0.0)?, at(STEP)?);
    let (before, after) = ((here - left) / STEP, (right - here) / STEP);
    let is_smooth = (before - after).abs() <= 1e-2 * (1.0 + before.abs().max(after.abs()));
    Ok(is_smooth.then_some((before + after) / 2.0))
}

/// Checks the Hessian of one program. Says whether a difference quotient was there to be compared with, and neither is zero; `None` if
/// it is refused.
fn check_hessian(program: &Program) -> Result<Option<bool>, String> {
    let mut module = program.module.clone();
    let inputs = &program.entry.inputs;
    let Some(gradient) = gradient(&mut module, program)? else {
        return Ok(None);
    };
    let v: Vec<f64> = flat(inputs).iter().map(|dual| dual.1).collect();
    let w = Weights(0.25).some(v.len());
    let product = |direction: &[f64], other: &[f64]| -> Result<Sum, String> {
        let mut sum = Sum::default();
        let products = hessian_product(&module, gradient, inputs, direction)?;
        products.iter().zip(other).for_each(|(&x, &y)| sum.add(x, y));
        Ok(sum)
    };
    let (first, second) = (product(&v, &w)?, product(&w, &v)?);
    let size = 1.0 + first.size.max(second.size);
    let (first, second) = (first.value, second.value);
    if (first - second).abs() > 1e-10 * size || !first.is_finite() {
        return Err(format!(
            "<w, H v> = {first}, <v, H w> = {second}\n{inputs:?}\n{module}"
        ));
    }
    let quotient = quotient(program, (&v, &w))?;
    match quotient {
        Some(quotient) if (first - quotient).abs() > 1e-6 * size => Err(format!(
            "<w, H v> = {first}, the difference quotient is {quotient}\n{inputs:?}\n{module}"
        )),
        // A number that is not zero for a reason.
        _ => Ok(Some(quotient.is_some() && first.abs() > 1e-3)),
    }
}

#[test]
fn second_derivatives_are_symmetric() {
    let (all, refused, compared) = (Cell::new(0u32), Cell::new(0u32), Cell::new(0u32));
    let result = runner(400).run(&plans(PLAIN), |plan: Plan| {
        all.set(all.get() + 1);
        match check_hessian(&Program::new(&plan)).map_err(TestCaseError::fail)? {
            None => refused.set(refused.get() + 1),
            Some(true) => compared.set(compared.get() + 1),
            Some(false) => {}
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (all, refused, compared) = (all.get(), refused.get(), compared.get());
    println!("{refused} of {all} are refused, {compared} have a difference quotient that is not zero");
    assert!(refused * 100 <= all, "{refused} of {all} are refused");
    assert!(compared * 3 >= all, "only {compared} of {all} could be compared");
}
