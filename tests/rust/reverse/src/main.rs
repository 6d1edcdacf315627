//! Every shape of `autodiff_reverse` and the helpers of reverse mode, against closed forms.
use rsenzyme_rs::{autodiff_reverse, gradient, gradient_into, value_and_gradient, vjp};
use std::hint::black_box;

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-13 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

#[autodiff_reverse(scalar_reverse, Active, Active, Active)]
#[autodiff_reverse(scalar_by_x, Active, Const, ActiveOnly)]
fn scalar(x: f64, n: f64) -> f64 {
    x.powf(n) + (x * n).sin()
}

#[autodiff_reverse(powers_reverse, Duplicated, Const, Active)]
fn powers(x: &[f64], n: i32) -> f64 {
    x.iter().map(|x| x.powi(n)).sum()
}

#[autodiff_reverse(scale_reverse, Duplicated, Active)]
fn scale(x: &mut [f64], by: f64) {
    for x in x {
        *x *= by;
    }
}

struct Spring {
    stiffness: f64,
    length: f64,
}
impl Spring {
    #[autodiff_reverse(energy_reverse, Duplicated, Active, Active)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * (x - self.length).powi(2)
    }
}

fn main() {
    let (x, n) = (black_box(1.3f64), black_box(2.5f64));
    let by_x = n * x.powf(n - 1.0) + n * (x * n).cos();
    let by_n = x.powf(n) * x.ln() + x * (x * n).cos();
    let (value, dx, dn) = scalar_reverse(x, n, 2.0);
    close(value, scalar(x, n));
    close(dx, 2.0 * by_x);
    close(dn, 2.0 * by_n);
    close(scalar_by_x(x, n, 1.0), by_x);
    println!("scalars");
    let x = black_box([1.0, 2.0, 3.0]);
    let mut d = [10.0, 0.0, 0.0];
    close(powers_reverse(&x, &mut d, 3, 1.0), 36.0);
    close(d[0], 13.0);
    close(d[1], 12.0);
    close(d[2], 27.0);
    println!("slices");
    let (mut y, mut dy) = (x, [1.0, 2.0, 3.0]);
    let d_by = scale_reverse(&mut y, &mut dy, 5.0);
    close(d_by, 1.0 + 4.0 + 9.0);
    close(dy[1], 10.0);
    println!("mutable");
    let spring = Spring {
        stiffness: 3.0,
        length: 1.0,
    };
    let mut shadow = Spring {
        stiffness: 0.0,
        length: 0.0,
    };
    let (value, dx) = spring.energy_reverse(&mut shadow, 3.0, 1.0);
    close(value, 6.0);
    close(dx, 6.0);
    close(shadow.stiffness, 2.0);
    close(shadow.length, -6.0);
    println!("methods");
    let g = gradient(|x: &[f64; 3]| x[0] * x[1].sin() + x[2], &x);
    close(g[0], 2f64.sin());
    close(g[1], 2f64.cos());
    close(g[2], 1.0);
    let (v, g) = value_and_gradient(|x: &(f64, f64)| x.0 / x.1, &(3.0, 2.0));
    close(v, 1.5);
    close(g.1, -0.75);
    let (_, a) = vjp(|x: &[f64; 2]| [x[0] * x[1], x[0]], &[2.0, 3.0], [1.0, 10.0]);
    close(a[0], 13.0);
    close(a[1], 2.0);
    let mut g = [0.0; 3];
    gradient_into(
        |x: &[f64]| x.windows(2).map(|w| (w[1] - w[0] * w[0]).powi(2)).sum::<f64>(),
        &x[..],
        &mut g,
    );
    for i in 0..3 {
        let mut e = 0.0;
        if i > 0 {
            e += 2.0 * (x[i] - x[i - 1] * x[i - 1]);
        }
        if i < 2 {
            e += -4.0 * x[i] * (x[i + 1] - x[i] * x[i]);
        }
        close(g[i], e);
    }
    println!("reverse mode is right");
}
