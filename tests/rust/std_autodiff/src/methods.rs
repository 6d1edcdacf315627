//! Methods with `self`.

use std::autodiff::{autodiff_forward, autodiff_reverse};
use std::hint::black_box as hide;

use crate::check::close;

struct Spring {
    stiffness: f64,
    length: f64,
}

impl Spring {
    #[autodiff_reverse(energy_reverse, Duplicated, Active, Active)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * (x - self.length) * (x - self.length)
    }

    #[autodiff_forward(force_forward, Const, Dual, Dual)]
    fn force(&self, x: f64) -> f64 {
        -self.stiffness * (x - self.length)
    }
}

trait Potential {
    fn at(&self, x: f64) -> f64;
}

impl Potential for Spring {
    fn at(&self, x: f64) -> f64 {
        self.energy(x)
    }
}

#[autodiff_reverse(potential_reverse, Const, Active, Active)]
fn of_potential<P: Potential>(potential: &P, x: f64) -> f64 {
    2.0 * potential.at(x)
}

pub fn run() {
    let spring = hide(Spring { stiffness: 3.0, length: 1.0 });
    let mut shadow = Spring { stiffness: 0.0, length: 0.0 };
    let (value, dx) = spring.energy_reverse(&mut shadow, 2.0, 1.0);
    close("a method", &[value, dx, shadow.stiffness, shadow.length], &[1.5, 3.0, 0.5, -3.0]);
    let (value, tangent) = spring.force_forward(2.0, 1.0);
    close("another method", &[value, tangent], &[-3.0, -3.0]);
    let (value, dx) = potential_reverse(&spring, 2.0, 1.0);
    close("a method of a trait", &[value, dx], &[3.0, 6.0]);
}
