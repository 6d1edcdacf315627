//! Iterators and closures.

use crate::check::Checks;
use std::hint::black_box;

const X: [f64; 6] = [0.5, 1.5, 2.5, 0.75, 1.25, 2.0];

fn compose(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    move |x| f(g(x))
}

struct Powers {
    x: f64,
    current: f64,
    left: usize,
}
impl Iterator for Powers {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        self.left = self.left.checked_sub(1)?;
        let value = self.current;
        self.current *= self.x;
        Some(value)
    }
}

pub fn all(checks: &mut Checks) {
    checks.program("zip", &X, |x| x.iter().zip(&x[1..]).map(|(a, b)| a * b.sin()).sum());
    checks.program("enumerate", &X, |x| {
        x.iter().enumerate().map(|(i, x)| (i as f64 + 1.0) * x * x).sum()
    });
    checks.program("windows", &X, |x| x.windows(3).map(|w| w[0] * w[1] - w[2] * w[2]).sum());
    checks.program("chunks", &X, |x| x.chunks(4).map(|c| c.iter().product::<f64>()).sum());
    checks.program("chunks_exact", &X, |x| {
        x.chunks_exact(2).map(|c| c[0].atan2(c[1])).fold(1.0, |a, b| a * b)
    });
    checks.program("fold", &X, |x| x.iter().fold(0.1, |sum, x| sum * x + x.cos()));
    checks.program("rev", &X, |x| x.iter().rev().fold(1.0, |sum, x| 1.0 / (sum + x)));
    checks.program("step_by", &X, |x| (0..x.len()).step_by(2).map(|i| x[i].exp() * x[i + 1]).sum());
    checks.program("step_by on a slice", &X, |x| x.iter().step_by(2).map(|x| x.powi(3)).sum());
    checks.program("skip, take, chain", &X, |x| {
        x.iter().skip(3).chain(x.iter().take(2)).map(|x| x.sqrt()).product()
    });
    checks.program("filter", &X, |x| x.iter().filter(|x| **x > 1.0).map(|x| x.ln()).sum());
    checks.program("filter_map, flat_map", &X, |x| {
        let some = x.iter().filter_map(|x| (*x > 0.6).then(|| x * x));
        some.flat_map(|y| [y, 2.0 * y, y * y]).sum()
    });
    checks.program("scan, take_while", &X, |x| {
        let sums = x.iter().scan(0.0, |sum, x| {
            *sum += x;
            Some(*sum)
        });
        sums.take_while(|sum| *sum < 6.0).map(|sum| sum * sum).sum()
    });
    checks.program("max_by, min_by", &X, |x| {
        let max = x.iter().copied().max_by(f64::total_cmp).unwrap_or(0.0);
        let min = x.iter().copied().min_by(|a, b| a.partial_cmp(b).expect("no NaN")).unwrap_or(0.0);
        max * max / min
    });
    checks.program("fold with f64::max", &X, |x| {
        x.iter().copied().fold(f64::NEG_INFINITY, f64::max) * x[0]
    });
    checks.program("iter_mut on a copy", &X, |x| {
        let mut y = [0.0; 6];
        y.copy_from_slice(x);
        for (i, y) in y.iter_mut().enumerate() {
            *y *= y.sin() + i as f64;
        }
        y.iter().sum()
    });
    checks.program("an iterator of one's own", &X, |x| {
        let powers = Powers { x: x[0], current: x[1], left: black_box(5) };
        powers.zip(x).map(|(p, x)| p * x).sum()
    });
    checks.program("closures that capture active values", &X, |x| {
        let (a, b) = (x[0], x[1]);
        let line = |t: f64| a * t + b;
        let mut calls = 0.0;
        let mut counted = |t: f64| {
            calls += t;
            line(line(t))
        };
        let result = counted(x[2]) * counted(x[3]);
        result + calls
    });
    checks.program("closures in and out of functions", &X, |x| {
        compose(f64::sin, |t| t * x[1])(x[0]) * compose(|t| t + x[2], f64::exp)(x[3])
    });
    checks.program("boxed closures", &X, |x| {
        let (a, b) = (x[1], x[2]);
        let list: Vec<Box<dyn Fn(f64) -> f64>> =
            vec![Box::new(move |t| t * a), Box::new(move |t| t.sin() + b), Box::new(f64::exp)];
        list.iter().fold(x[0], |t, f| f(t))
    });
    checks.program("dyn FnMut", &X, |x| {
        let mut sum = 0.0;
        let mut add = |t: f64| sum += t * t;
        let add: &mut dyn FnMut(f64) = &mut add;
        x.iter().for_each(|x| add(*x));
        sum.sqrt()
    });
    checks.program("array::map, from_fn, iter::repeat", &X, |x| {
        let a: [f64; 3] = std::array::from_fn(|i| x[i] * x[i + 3]);
        let b = a.map(|a| a * a);
        b.iter().sum::<f64>() * std::iter::repeat_n(x[0], 3).product::<f64>()
    });
    checks.program("nested loops with labels", &X, |x| {
        let mut sum = 0.0;
        'outer: for (i, a) in x.iter().enumerate() {
            for b in &x[i..] {
                if sum > 8.3 {
                    break 'outer;
                }
                if *b < 0.6 {
                    continue 'outer;
                }
                sum += a * b;
            }
        }
        sum
    });
    checks.program("peekable and while let", &X, |x| {
        let mut numbers = x.iter().peekable();
        let mut sum = 0.0;
        while let Some(number) = numbers.next() {
            sum += match numbers.peek() {
                Some(next) => number * **next,
                None => number.powi(2),
            };
        }
        sum
    });
    checks.program("dedup, position, any", &X, |x| {
        let at = x.iter().position(|x| *x > 2.0).unwrap_or(0);
        let far = x.iter().any(|x| *x > 100.0);
        if far { 0.0 } else { x[at] * x[at] * x[0] }
    });
}
