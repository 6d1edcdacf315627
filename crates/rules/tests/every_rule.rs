//! Every math entry of the table, by a loop over the table: partials against finite differences of an independent
//! primal, partials of partials (dual numbers through the rules of called functions) against finite differences of
//! partials, edges against the policy, adjoints against tangents. There is no list of entries to forget one on.

mod support;

use rules::eval::DualEvaluator;
use rules::table::sample_slots;
use rules::{Dual, Entry, Evaluator, ExprId, Lowering, MathRule, Node, RuleTable, Scalar, adjoint, tangent};
use support::primal;

/// A repeatable number in [0, 1).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn math_entries() -> impl Iterator<Item = (&'static Entry, &'static MathRule)> {
    RuleTable::standard()
        .entries()
        .iter()
        .filter_map(|e| Some((e, e.math()?)))
}

/// Whether there is anything to differentiate: a float output and a float input.
fn is_numeric(rule: &MathRule) -> bool {
    !rule.inputs().is_empty() && rule.outputs().iter().any(|o| o.scalar == Scalar::Float)
}

/// The box list of a rule; (-2, 2) for floats and (-3, 3) for integers where it gives none.
fn boxes(entry: &Entry, rule: &MathRule) -> Vec<Vec<(f64, f64)>> {
    if !rule.domain().is_empty() {
        return rule.domain().to_vec();
    }
    let slots = sample_slots(&entry.params);
    vec![
        slots
            .iter()
            .map(|s| {
                if is_float(entry, s.operand) {
                    (-2.0, 2.0)
                } else {
                    (-3.0, 3.0)
                }
            })
            .collect(),
    ]
}

fn is_float(entry: &Entry, operand: u8) -> bool {
    !matches!(entry.params[usize::from(operand)], rules::Param::Integer)
}

/// Points of all boxes, each with the room that finite differences have around it.
fn samples(entry: &Entry, rule: &MathRule, count: usize) -> Vec<(Vec<f64>, Vec<f64>)> {
    let slots = sample_slots(&entry.params);
    let mut random = Random(
        entry
            .name
            .bytes()
            .fold(7, |h: u64, b| h.wrapping_mul(31).wrapping_add(u64::from(b))),
    );
    let mut points = Vec::new();
    for intervals in boxes(entry, rule) {
        assert_eq!(
            intervals.len(),
            slots.len(),
            "{}: one interval per numeric operand",
            entry.name
        );
        for _ in 0..count {
            let room: Vec<f64> = intervals.iter().map(|(low, high)| 0.02 * (high - low)).collect();
            let point = intervals
                .iter()
                .zip(&room)
                .zip(&slots)
                .map(|(((low, high), room), slot)| {
                    if is_float(entry, slot.operand) {
                        low + room + (high - low - 2.0 * room) * random.next()
                    } else {
                        (low + (high - low + 1.0) * random.next()).floor().min(*high)
                    }
                });
            points.push((point.collect(), room));
        }
    }
    points
}

/// Ridders' method: central differences extrapolated to step 0. Returns the derivative and its error estimate.
fn derivative(f: impl Fn(f64) -> f64, x: f64, step: f64) -> (f64, f64) {
    const ROWS: usize = 8;
    let mut h = step;
    let mut table = [[0.0; ROWS]; ROWS];
    let (mut best, mut error) = (f64::NAN, f64::INFINITY);
    for i in 0..ROWS {
        table[0][i] = (f(x + h) - f(x - h)) / ((x + h) - (x - h));
        let mut factor = 4.0;
        for j in 1..=i {
            table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1.0);
            factor *= 4.0;
            let estimate = (table[j][i] - table[j - 1][i])
                .abs()
                .max((table[j][i] - table[j - 1][i - 1]).abs());
            if estimate <= error {
                (best, error) = (table[j][i], estimate);
            }
        }
        h /= 2.0;
    }
    (best, error)
}

fn call(name: &str, arguments: &[f64]) -> f64 {
    let entry = RuleTable::standard()
        .canonical(name)
        .unwrap_or_else(|| panic!("{name} is called but has no entry"));
    primal(entry, arguments).unwrap_or_else(|| panic!("{name} is called but has no primal"))[0]
}

fn evaluate(entry: &Entry, expr: ExprId, inputs: &[f64]) -> f64 {
    let outputs = primal(entry, inputs).expect("checked before");
    let mut emitter = Evaluator::with_params(&entry.params, inputs, &outputs, call);
    Lowering::new(RuleTable::standard().arena()).value(expr, &mut emitter)
}

fn slot_of(entry: &Entry, rule: &MathRule, input: usize) -> usize {
    sample_slots(&entry.params)
        .iter()
        .position(|s| *s == rule.inputs()[input])
        .expect("inputs are numeric operands")
}

fn with(point: &[f64], index: usize, value: f64) -> Vec<f64> {
    let mut moved = point.to_vec();
    moved[index] = value;
    moved
}

/// Fails unless `got` is the derivative of `f` within what finite differences can tell.
fn check(what: &str, f: impl Fn(f64) -> f64, x: f64, room: f64, got: f64) -> Result<(), String> {
    let (expected, error) = derivative(f, x, room);
    let scale = expected.abs().max(1.0);
    if error > 1e-5 * scale {
        return Err(format!(
            "{what}: finite differences do not converge (error {error:e}); is the domain smooth?"
        ));
    }
    let tolerance = 1e-8 * scale + 20.0 * error;
    if (got - expected).abs() <= tolerance {
        Ok(())
    } else {
        Err(format!(
            "{what}: the rule gives {got}, finite differences {expected} (error {error:e})"
        ))
    }
}

fn report(failures: Vec<String>) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_math_entry_has_a_primal() {
    let missing: Vec<_> = math_entries()
        .filter(|(_, rule)| is_numeric(rule))
        .filter(|(entry, rule)| {
            let point = &samples(entry, rule, 1)[0].0;
            primal(entry, point).is_none_or(|v| v.len() != rule.outputs().len())
        })
        .map(|(entry, _)| format!("{} {}", entry.name, support::signature(entry)))
        .collect();
    report(missing);
}

#[test]
fn partials_match_finite_differences() {
    let mut failures = Vec::new();
    let mut checked = 0;
    for (entry, rule) in math_entries().filter(|(_, rule)| is_numeric(rule)) {
        for (point, room) in samples(entry, rule, 12) {
            for (input, output) in pairs(rule) {
                let slot = slot_of(entry, rule, input);
                if room[slot] == 0.0 {
                    continue;
                }
                let value = |x: f64| primal(entry, &with(&point, slot, x)).expect("has a primal")[output];
                let alternatives = &rule.partial(output, input).alternatives;
                let got: Vec<f64> = if alternatives.is_empty() {
                    vec![0.0]
                } else {
                    alternatives
                        .iter()
                        .map(|a| evaluate(entry, a.expr, &point))
                        .collect()
                };
                for (k, got) in got.into_iter().enumerate() {
                    let what = format!(
                        "{} output {output} input {input} form {k} at {point:?}",
                        entry.name
                    );
                    failures.extend(check(&what, value, point[slot], room[slot], got).err());
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 2000, "only {checked} partials were checked");
    report(failures);
}

fn pairs(rule: &MathRule) -> Vec<(usize, usize)> {
    let floats = (0..rule.outputs().len()).filter(|&k| rule.outputs()[k].scalar == Scalar::Float);
    floats
        .flat_map(|output| (0..rule.inputs().len()).map(move |input| (input, output)))
        .collect()
}

#[test]
fn second_derivatives_by_dual_numbers_match_finite_differences() {
    let table = RuleTable::standard();
    let mut failures = Vec::new();
    for (entry, rule) in math_entries().filter(|(_, rule)| is_numeric(rule)) {
        for (point, room) in samples(entry, rule, 4) {
            let outputs = primal(entry, &point).expect("has a primal");
            for (input, output) in pairs(rule) {
                let direction = slot_of(entry, rule, input);
                let partial = rule.partial(output, input);
                if room[direction] == 0.0 || partial.is_zero() {
                    continue;
                }
                let operands: Vec<Dual> = point
                    .iter()
                    .enumerate()
                    .map(|(k, &value)| Dual {
                        value,
                        tangent: if k == direction { 1.0 } else { 0.0 },
                    })
                    .collect();
                let results: Vec<Dual> = (0..outputs.len())
                    .map(|k| {
                        let slope = rule.partial(k, input).preferred();
                        let tangent = slope.map_or(0.0, |e| evaluate(entry, e, &point));
                        Dual {
                            value: outputs[k],
                            tangent,
                        }
                    })
                    .collect();
                for alternative in &partial.alternatives {
                    let mut dual = DualEvaluator::new(table, &entry.params, &operands, &results, call);
                    let got = Lowering::new(table.arena())
                        .value(alternative.expr, &mut dual)
                        .tangent;
                    let value = |x: f64| evaluate(entry, alternative.expr, &with(&point, direction, x));
                    let what = format!("{} d2 output {output} input {input} at {point:?}", entry.name);
                    failures.extend(check(&what, value, point[direction], room[direction], got).err());
                }
            }
        }
    }
    report(failures);
}

#[test]
fn edges_follow_the_policy() {
    let mut failures = Vec::new();
    let mut checked = 0;
    for (entry, rule) in math_entries() {
        for edge in rule.edges() {
            let got: Vec<f64> = (0..rule.outputs().len())
                .filter(|&k| rule.outputs()[k].scalar == Scalar::Float)
                .flat_map(|output| (0..rule.inputs().len()).map(move |input| (output, input)))
                .map(|(output, input)| {
                    rule.partial(output, input)
                        .preferred()
                        .map_or(0.0, |e| evaluate(entry, e, &edge.inputs))
                })
                .collect();
            let same = |(a, b): (&f64, &f64)| {
                a == b || (a.is_nan() && b.is_nan()) || b.is_finite() && (a - b).abs() <= 1e-13 * b.abs()
            };
            if got.len() != edge.partials.len() || !got.iter().zip(&edge.partials).all(same) {
                failures.push(format!(
                    "{} at {:?}: {got:?}, the policy says {:?} ({})",
                    entry.name, edge.inputs, edge.partials, edge.reason
                ));
            }
            checked += 1;
        }
    }
    assert!(checked > 60, "only {checked} edges");
    report(failures);
}

/// `<w, J v> = <J^T w, v>`, which also checks that folding and select sharing in the sum change nothing.
#[test]
fn adjoint_is_the_transpose_of_the_tangent() {
    let arena = RuleTable::standard().arena();
    let mut random = Random(3);
    for (entry, rule) in math_entries().filter(|(_, rule)| is_numeric(rule)) {
        for (point, _) in samples(entry, rule, 3) {
            let outputs = primal(entry, &point).expect("has a primal");
            let v: Vec<f64> = rule.inputs().iter().map(|_| random.next() - 0.5).collect();
            let w: Vec<f64> = rule
                .outputs()
                .iter()
                .map(|o| {
                    if o.scalar == Scalar::Float {
                        random.next() - 0.5
                    } else {
                        0.0
                    }
                })
                .collect();
            let mut emitter = Evaluator::with_params(&entry.params, &point, &outputs, call);
            let some = |x: &[f64]| x.iter().map(|&x| Some(x)).collect::<Vec<_>>();
            let dot = |a: &[f64], b: Vec<Option<f64>>| -> f64 {
                a.iter().zip(b).map(|(a, b)| a * b.unwrap_or(0.0)).sum()
            };
            let forward = dot(&w, tangent(arena, rule, &some(&v), &mut emitter));
            let wanted = vec![true; v.len()];
            let reverse = dot(
                &v,
                adjoint(arena, rule, &some(&w), &wanted, &mut |_, _| 0, &mut emitter),
            );
            let partials: f64 = pairs(rule)
                .into_iter()
                .map(|(i, o)| {
                    w[o] * v[i]
                        * rule
                            .partial(o, i)
                            .preferred()
                            .map_or(0.0, |e| evaluate(entry, e, &point))
                })
                .sum();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + a.abs()).max(partials.abs());
            assert!(
                close(forward, reverse) && close(forward, partials),
                "{}: {forward} {reverse} {partials}",
                entry.name
            );
        }
    }
}

#[test]
fn called_functions_are_entries_with_a_scalar_result() {
    let table = RuleTable::standard();
    for (entry, rule) in math_entries() {
        for (input, output) in pairs(rule) {
            for alternative in &rule.partial(output, input).alternatives {
                table.arena().visit(alternative.expr, &mut |node| {
                    if let Node::Call(name, arguments) = node {
                        let callee = table.canonical(name).and_then(Entry::math);
                        let callee = callee
                            .unwrap_or_else(|| panic!("{} calls {name}, which has no rule", entry.name));
                        assert_eq!(callee.outputs().len(), 1);
                        let params = &table.canonical(name).expect("found above").params;
                        assert_eq!(
                            sample_slots(params).len(),
                            arguments.len(),
                            "{} calls {name}",
                            entry.name
                        );
                    }
                    assert!(
                        !matches!(node, Node::Either(..)),
                        "{}: an alternative below the root",
                        entry.name
                    );
                });
            }
        }
    }
}
