//! Derivatives of closures.
//!
//! What a closure captures is constant. Arguments are [`Plain`] values or slices of them behind references, results are plain values.

use crate::pack::Pack;
use crate::plain::{Plain, Scalar, zero};
use crate::request::{forward, reverse};

/// Something that can be differentiated with respect to: a plain value, or a slice of plain values.
///
/// # Safety
/// [`Point::same_shape`] must be true only if a shadow of `other`'s shape can stand beside `self`.
pub unsafe trait Point {
    /// Whether both have the same shape.
    fn same_shape(&self, other: &Self) -> bool;
}

// SAFETY: all plain values of a type have the same shape.
unsafe impl<T: Plain> Point for T {
    fn same_shape(&self, _: &Self) -> bool {
        true
    }
}

// SAFETY: slices of the same length have the same shape.
unsafe impl<T: Plain> Point for [T] {
    fn same_shape(&self, other: &Self) -> bool {
        self.len() == other.len()
    }
}

#[track_caller]
fn check_shape<X: Point + ?Sized>(x: &X, shadow: &X) {
    assert!(
        x.same_shape(shadow),
        "the point and the direction or derivative must have the same length"
    );
}

/// The value of `f` at `x` and its derivative in the direction `dx` (Jacobian-vector product), by forward mode.
///
/// # Panics
/// If `x` and `dx` are slices of different lengths, and where `f` does.
#[track_caller]
pub fn jvp<X: Point + ?Sized, R: Plain>(f: impl Fn(&X) -> R, x: &X, dx: &X) -> (R, R) {
    check_shape(x, dx);
    // SAFETY: both lists are one reference, to values of the same shape.
    unsafe { forward(|(x, ()), ()| f(x), Pack(x, ()), Pack(dx, ()), ()) }
}

/// The derivative of a function of one number, by forward mode.
///
/// # Panics
/// Where `f` does.
pub fn derivative<T: Scalar, R: Plain>(f: impl Fn(T) -> R, x: T) -> R {
    // SAFETY: both lists are one number.
    unsafe { forward(|(x, ()), ()| f(x), Pack(x, ()), Pack(T::ONE, ()), ()).1 }
}

/// The Jacobian of `f` at `x`: element `[i][j]` is the derivative of result `i` with respect to argument `j`. By forward mode, one
/// direction after the other.
///
/// # Panics
/// Where `f` does.
pub fn jacobian<T: Scalar, const N: usize, const M: usize>(
    f: impl Fn(&[T; N]) -> [T; M],
    x: &[T; N],
) -> [[T; N]; M] {
    let mut jacobian = [[zero::<T>(); N]; M];
    for column in 0..N {
        let mut direction = [zero::<T>(); N];
        direction[column] = T::ONE;
        let (_, tangent) = jvp(&f, x, &direction);
        for (row, entry) in jacobian.iter_mut().zip(tangent) {
            row[column] = entry;
        }
    }
    jacobian
}

/// The value of `f` at `x`, and `seed` times its Jacobian (vector-Jacobian product), by reverse mode.
///
/// # Panics
/// Where `f` does.
pub fn vjp<X: Plain, R: Plain>(f: impl Fn(&X) -> R, x: &X, seed: R) -> (R, X) {
    let mut adjoint = zero::<X>();
    // SAFETY: both lists are one reference, to values of the same type.
    let (value, _) = unsafe { reverse(|(x, ()), ()| f(x), Pack(x, ()), Pack(&mut adjoint, ()), (), seed) };
    (value, adjoint)
}

/// The value and the gradient of `f` at `x`, by reverse mode.
///
/// # Panics
/// Where `f` does.
pub fn value_and_gradient<X: Plain, T: Scalar>(f: impl Fn(&X) -> T, x: &X) -> (T, X) {
    vjp(f, x, T::ONE)
}

/// The gradient of `f` at `x`, by reverse mode.
///
/// # Panics
/// Where `f` does.
pub fn gradient<X: Plain, T: Scalar>(f: impl Fn(&X) -> T, x: &X) -> X {
    value_and_gradient(f, x).1
}

/// The value of `f` at `x`; its gradient replaces what is in `gradient`. By reverse mode, for slices too.
///
/// # Panics
/// If `x` and `gradient` have different lengths, and where `f` does.
#[track_caller]
pub fn value_and_gradient_into<X: Plain, T: Scalar>(f: impl Fn(&[X]) -> T, x: &[X], gradient: &mut [X]) -> T {
    check_shape(x, gradient);
    gradient.fill(zero());
    // SAFETY: both lists are one slice, of the same length.
    unsafe { reverse(|(x, ()), ()| f(x), Pack(x, ()), Pack(gradient, ()), (), T::ONE).0 }
}

/// The gradient of `f` at `x` replaces what is in `gradient`. By reverse mode, for slices too.
///
/// # Panics
/// If `x` and `gradient` have different lengths, and where `f` does.
#[track_caller]
pub fn gradient_into<X: Plain, T: Scalar>(f: impl Fn(&[X]) -> T, x: &[X], gradient: &mut [X]) {
    value_and_gradient_into(f, x, gradient);
}
