//! Types that are nothing but floats.

use core::mem::MaybeUninit;

/// A value that consists of floats only, so that a derivative of it is a value of the same type, and all zeros are one.
///
/// # Safety
/// The type must hold no references, pointers, integers, enumerations or anything else for which all bytes zero, or arbitrary floats in the
/// place of floats, would not be a valid value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not consist of floats only, so it cannot be the derivative of a value",
    note = "results with a derivative are floats, arrays and tuples of floats; for a structure of floats write `unsafe impl rsenzyme_rs::Plain for ...`",
    note = "give a result without derivative the activity `Const`, or write results through a `&mut` argument with `Dual` or `Duplicated`"
)]
pub unsafe trait Plain: Copy {}

/// `f32` or `f64`.
pub trait Scalar: Plain {
    /// 1, the seed of a derivative.
    const ONE: Self;
}

impl Scalar for f32 {
    const ONE: Self = 1.0;
}
impl Scalar for f64 {
    const ONE: Self = 1.0;
}

// SAFETY: floats.
unsafe impl Plain for f32 {}
// SAFETY: floats.
unsafe impl Plain for f64 {}
// SAFETY: there are no bytes.
unsafe impl Plain for () {}
// SAFETY: floats, if the elements are.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

macro_rules! tuples {
    ($(($($member:ident)+))*) => {
        $(
            // SAFETY: floats, if the members are.
            unsafe impl<$($member: Plain),+> Plain for ($($member,)+) {}
        )*
    };
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

/// The zero of a type.
#[must_use]
pub fn zero<T: Plain>() -> T {
    // SAFETY: all zeros are a value of a plain type.
    unsafe { MaybeUninit::zeroed().assume_init() }
}
