//! Derivatives of closures.
//!
//! What a closure captures is constant. Arguments are [`Plain`] values or slices of them behind references, results are plain values.

use crate::pack::Pack;
use crate::plain::{Plain, Scalar, zero};
use crate::request::{forward, forward_inactive, reverse};

/// Something that can be differentiated with respect to: a plain value, or a slice of plain values.
///
/// # Safety
/// [`Point::same_shape`] must be true only if a shadow of `other`'s shape can stand beside `self`.
pub unsafe trait Point {
    /// Whether both have the same shape.
    fn same_shape(&self, other: &Self) -> bool;
    /// Makes everything zero.
    fn clear(&mut self);
}

// SAFETY: all plain values of a type have the same shape.
unsafe impl<T: Plain> Point for T {
    fn same_shape(&self, _: &Self) -> bool {
        true
    }

    fn clear(&mut self) {
        *self = zero();
    }
}

// SAFETY: slices of the same length have the same shape.
unsafe impl<T: Plain> Point for [T] {
    fn same_shape(&self, other: &Self) -> bool {
        self.len() == other.len()
    }

    fn clear(&mut self) {
        self.fill(zero());
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
    let (value, [tangent]) = unsafe { forward(|(x, ()), ()| f(x), Pack(x, ()), [Pack(dx, ())], ()) };
    (value, tangent)
}

/// The derivative of a function of one number, by forward mode.
///
/// # Panics
/// Where `f` does.
pub fn derivative<T: Scalar, R: Plain>(f: impl Fn(T) -> R, x: T) -> R {
    // SAFETY: both lists are one number.
    let (_, [tangent]) = unsafe { forward(|(x, ()), ()| f(x), Pack(x, ()), [Pack(T::ONE, ())], ()) };
    tangent
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

/// Reverse mode with the adjoints of a point in memory, which are cleared first.
#[track_caller]
fn reverse_into<X: Point + ?Sized, R: Plain>(f: impl Fn(&X) -> R, x: &X, seed: R, adjoint: &mut X) -> R {
    check_shape(x, adjoint);
    adjoint.clear();
    // SAFETY: both lists are one reference, to values of the same shape.
    unsafe { reverse(|(x, ()), ()| f(x), Pack(x, ()), [Pack(adjoint, ())], (), [seed]).0 }
}

/// The value of `f` at `x`, and `seed` times its Jacobian (vector-Jacobian product), by reverse mode.
///
/// # Panics
/// Where `f` does.
pub fn vjp<X: Plain, R: Plain>(f: impl Fn(&X) -> R, x: &X, seed: R) -> (R, X) {
    let mut adjoint = zero::<X>();
    let value = reverse_into(f, x, seed, &mut adjoint);
    (value, adjoint)
}

/// As [`vjp`], for slices: the product replaces what is in `adjoint`.
///
/// # Panics
/// If `x` and `adjoint` have different lengths, and where `f` does.
#[track_caller]
pub fn vjp_into<X: Plain, R: Plain>(f: impl Fn(&[X]) -> R, x: &[X], seed: R, adjoint: &mut [X]) -> R {
    reverse_into(f, x, seed, adjoint)
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

/// The value of `f` at `x`; its gradient replaces what is in `gradient`. By reverse mode, for slices.
///
/// # Panics
/// If `x` and `gradient` have different lengths, and where `f` does.
#[track_caller]
pub fn value_and_gradient_into<X: Plain, T: Scalar>(f: impl Fn(&[X]) -> T, x: &[X], gradient: &mut [X]) -> T {
    reverse_into(f, x, T::ONE, gradient)
}

/// The gradient of `f` at `x` replaces what is in `gradient`. By reverse mode, for slices.
///
/// # Panics
/// If `x` and `gradient` have different lengths, and where `f` does.
#[track_caller]
pub fn gradient_into<X: Plain, T: Scalar>(f: impl Fn(&[X]) -> T, x: &[X], gradient: &mut [X]) {
    reverse_into(f, x, T::ONE, gradient);
}

/// Forward mode over reverse mode: the gradient, and its derivative in the direction `v`.
#[track_caller]
fn forward_over_reverse<X: Point + ?Sized, T: Scalar>(
    f: impl Fn(&X) -> T,
    (x, v): (&X, &X),
    (gradient, product): (&mut X, &mut X),
) {
    check_shape(x, v);
    check_shape(x, gradient);
    check_shape(x, product);
    gradient.clear();
    product.clear();
    // SAFETY: lists and shadows are references to values of the same shape.
    unsafe {
        forward_inactive(
            |(x, (gradient, ())), ()| {
                reverse(
                    |(x, ()), ()| f(x),
                    Pack(x, ()),
                    [Pack(gradient, ())],
                    (),
                    [T::ONE],
                );
            },
            Pack(x, Pack(gradient, ())),
            [Pack(v, Pack(product, ()))],
            (),
        );
    }
}

/// The Hessian of `f` at `x` times `v`, without the Hessian: forward mode over reverse mode, at a few times the cost of the gradient.
///
/// # Panics
/// Where `f` does.
pub fn hessian_vector_product<X: Plain, T: Scalar>(f: impl Fn(&X) -> T, x: &X, v: &X) -> X {
    let (mut gradient, mut product) = (zero::<X>(), zero::<X>());
    forward_over_reverse(f, (x, v), (&mut gradient, &mut product));
    product
}

/// As [`hessian_vector_product`], for slices: the gradient and the product replace what is in `gradient` and `product`.
///
/// # Panics
/// If the slices have different lengths, and where `f` does.
#[track_caller]
pub fn hessian_vector_product_into<X: Plain, T: Scalar>(
    f: impl Fn(&[X]) -> T,
    x: &[X],
    v: &[X],
    gradient: &mut [X],
    product: &mut [X],
) {
    forward_over_reverse(f, (x, v), (gradient, product));
}

/// The Hessian of `f` at `x`: element `[i][j]` is the second derivative with respect to arguments `i` and `j`. One product for each row.
///
/// # Panics
/// Where `f` does.
pub fn hessian<T: Scalar, const N: usize>(f: impl Fn(&[T; N]) -> T, x: &[T; N]) -> [[T; N]; N] {
    let mut hessian = [[zero::<T>(); N]; N];
    for (row, values) in hessian.iter_mut().enumerate() {
        let mut direction = [zero::<T>(); N];
        direction[row] = T::ONE;
        // A row is a column: the Hessian is symmetric.
        *values = hessian_vector_product(&f, x, &direction);
    }
    hessian
}
