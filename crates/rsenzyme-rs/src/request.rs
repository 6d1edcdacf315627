//! Requests to the linker step of `cargo rsenzyme`: calls of functions that do not exist, which it replaces by derivatives.
//!
//! The protocol is Enzyme's: the function, then for each argument a marker and its operands. What is differentiated is always [`adapter`], so
//! that there are three arguments, all of them addresses: the arguments with a shadow, the function's closure with the constant arguments, and the
//! result. [`ask`] packs them for both modes ([`Forward`], [`Reverse`]); one direction is a list of one.
//!
//! The missing functions' names tell whoever links without that step what to do. With the feature `panic-without-derivatives` they are there, and
//! panic, unless `cargo rsenzyme` compiles this crate: it sets `cfg(rsenzyme)`.
//!
//! A panic of the function goes past the derivative: the closure is dropped, as are the arguments by the function itself; boxes in shadows leak.

use core::mem::{ManuallyDrop, MaybeUninit};

use crate::pack::Packed;
use crate::plain::{Plain, zero};

/// The address of packed arguments or of a result.
type Address = *mut u8;
/// The address of an [`adapter`], whose type names the type of the result.
type Adapter = *const ();

#[cfg(any(rsenzyme, not(feature = "panic-without-derivatives")))]
mod missing {
    use super::Adapter;

    // `C-unwind`, because the differentiated function may panic.
    unsafe extern "C-unwind" {
        #[link_name = "__enzyme_fwddiff_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
        pub(super) fn forward(adapter: Adapter, ...);

        #[link_name = "__enzyme_autodiff_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
        pub(super) fn reverse(adapter: Adapter, ...);
    }

    unsafe extern "C" {
        pub(super) static enzyme_const: u8;
        pub(super) static enzyme_dupv: u8;
        pub(super) static enzyme_width: u8;
    }
}

/// Operands of a request, as they are in memory.
#[cfg_attr(
    not(any(rsenzyme, not(feature = "panic-without-derivatives"))),
    allow(dead_code, reason = "a request that panics reads nothing")
)]
struct At {
    width: u64,
    active: Address,
    /// Each shadow is a stride behind the one before, as elements of an array are.
    shadows: Address,
    shadow_stride: usize,
    constant: Address,
    result: Address,
    result_shadows: Address,
    result_stride: usize,
}

/// A mode: its call of a missing function.
trait Mode {
    /// Asks for the derivative of `adapter`; the result has shadows if `ACTIVE`.
    ///
    /// # Safety
    /// The addresses are those of the adapter's arguments and of as many shadows as the width says.
    unsafe fn request<const ACTIVE: bool>(adapter: Adapter, at: &At);
}

/// Tangents: shadows are read, those of the result written.
struct Forward;
/// Adjoints: shadows of the result are read, the others added to.
struct Reverse;

/// The call of a missing function; what is said of the result comes last.
#[cfg(any(rsenzyme, not(feature = "panic-without-derivatives")))]
macro_rules! call {
    ($function:ident, $adapter:ident, $at:ident, $($result:expr),*) => {
        missing::$function(
            $adapter,
            &raw const missing::enzyme_width,
            $at.width,
            &raw const missing::enzyme_dupv,
            $at.shadow_stride,
            $at.active,
            $at.shadows,
            &raw const missing::enzyme_const,
            $at.constant,
            $($result),*
        )
    };
}

macro_rules! mode {
    ($mode:ident, $function:ident) => {
        impl Mode for $mode {
            #[cfg(any(rsenzyme, not(feature = "panic-without-derivatives")))]
            #[inline(always)]
            unsafe fn request<const ACTIVE: bool>(adapter: Adapter, at: &At) {
                let (dup, constant) = (
                    &raw const missing::enzyme_dupv,
                    &raw const missing::enzyme_const,
                );
                // SAFETY: the call becomes one of the adapter's derivative; the addresses are the caller's promise.
                unsafe {
                    if ACTIVE {
                        call!(
                            $function,
                            adapter,
                            at,
                            dup,
                            at.result_stride,
                            at.result,
                            at.result_shadows
                        );
                    } else {
                        call!($function, adapter, at, constant, at.result);
                    }
                }
            }

            #[cfg(not(any(rsenzyme, not(feature = "panic-without-derivatives"))))]
            #[track_caller]
            unsafe fn request<const ACTIVE: bool>(_: Adapter, _: &At) {
                panic!("this program was built without derivatives: build it with `cargo rsenzyme build`");
            }
        }
    };
}

mode!(Forward, forward);
mode!(Reverse, reverse);

/// The closure and the constant arguments, which the adapter moves out of.
#[repr(C)]
struct Constants<F, C>(F, ManuallyDrop<C>);

/// What is differentiated: reads the arguments, calls the closure, writes the result.
///
/// # Safety
/// The addresses are those of an `A`, of a `Constants<F, C>` and of the memory for an `R`. `A` and `C` are moved out of.
///
/// The result is a reference, because references are known to lead to memory of their own: else it could be that the result overwrites an
/// argument, which the reverse sweep would have to keep.
unsafe extern "C-unwind" fn adapter<F, A, C, R>(
    active: Address,
    constant: Address,
    result: &mut MaybeUninit<R>,
) where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    // SAFETY: promised by the caller.
    unsafe {
        let constant = constant.cast::<Constants<F, C>>();
        let function = &(*constant).0;
        let value = function(A::take(active.cast()), C::take((&raw const (*constant).1).cast()));
        result.write(value);
    }
}

fn address<T>(value: &mut T) -> Address {
    (&raw mut *value).cast()
}

/// Packs everything and asks: the value, and both lists of shadows as they are afterwards. The result has shadows if `ACTIVE`.
///
/// # Safety
/// `D` has the layout of `A`, and memory that each shadow leads to has the shape of what `active` leads to. If `ACTIVE`, `S` is `R`.
#[inline]
#[track_caller]
unsafe fn ask<M, F, A, D, C, R, S, const W: usize, const ACTIVE: bool>(
    function: F,
    active: A,
    shadows: [D; W],
    constant: C,
    mut result_shadows: [S; W],
) -> (R, [D; W], [S; W])
where
    M: Mode,
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadows) = (ManuallyDrop::new(active), ManuallyDrop::new(shadows));
    let mut constant = Constants(function, ManuallyDrop::new(constant));
    let mut result = MaybeUninit::<R>::uninit();
    // SAFETY: the shadows are as the caller promised; the request moves out of the arguments and writes the result.
    unsafe {
        M::request::<ACTIVE>(
            adapter::<F, A, C, R> as Adapter,
            &At {
                width: W as u64,
                active: address(&mut active),
                shadows: address(&mut shadows),
                shadow_stride: size_of::<D>(),
                constant: address(&mut constant),
                result: address(&mut result),
                result_shadows: address(&mut result_shadows),
                result_stride: size_of::<S>(),
            },
        );
        (
            result.assume_init(),
            ManuallyDrop::into_inner(shadows),
            result_shadows,
        )
    }
}

/// The value of `function(active, constant)` and its tangents in the directions of the shadows.
///
/// # Safety
/// `D` has the layout of `A`, and memory that each shadow leads to has the shape of what `active` leads to.
#[inline]
#[track_caller]
pub unsafe fn forward<F, A, D, C, R, const W: usize>(
    function: F,
    active: A,
    shadows: [D; W],
    constant: C,
) -> (R, [R; W])
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
    R: Plain,
{
    // SAFETY: promised by the caller.
    let (value, shadows, tangents) = unsafe {
        ask::<Forward, _, _, _, _, _, _, W, true>(function, active, shadows, constant, [zero::<R>(); W])
    };
    core::mem::forget(shadows);
    (value, tangents)
}

/// As [`forward`], for a result without tangents.
///
/// # Safety
/// As [`forward`].
#[inline]
#[track_caller]
pub unsafe fn forward_inactive<F, A, D, C, R, const W: usize>(
    function: F,
    active: A,
    shadows: [D; W],
    constant: C,
) -> R
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    // SAFETY: promised by the caller.
    let (value, shadows, _) =
        unsafe { ask::<Forward, _, _, _, _, _, _, W, false>(function, active, shadows, constant, [(); W]) };
    core::mem::forget(shadows);
    value
}

/// The value of `function(active, constant)`, and the shadows with the adjoints of the arguments that are in them by value added. Adjoints of
/// what is behind references are added to the memory that the shadows refer to. `seeds` are the adjoints of the result.
///
/// # Safety
/// As [`forward`].
#[inline]
#[track_caller]
pub unsafe fn reverse<F, A, D, C, R, const W: usize>(
    function: F,
    active: A,
    shadows: [D; W],
    constant: C,
    seeds: [R; W],
) -> (R, [D; W])
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
    R: Plain,
{
    // SAFETY: promised by the caller.
    let (value, shadows, _) =
        unsafe { ask::<Reverse, _, _, _, _, _, _, W, true>(function, active, shadows, constant, seeds) };
    (value, shadows)
}

/// As [`reverse`], for a result without adjoints.
///
/// # Safety
/// As [`forward`].
#[inline]
#[track_caller]
pub unsafe fn reverse_inactive<F, A, D, C, R, const W: usize>(
    function: F,
    active: A,
    shadows: [D; W],
    constant: C,
) -> (R, [D; W])
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    // SAFETY: promised by the caller.
    let (value, shadows, _) =
        unsafe { ask::<Reverse, _, _, _, _, _, _, W, false>(function, active, shadows, constant, [(); W]) };
    (value, shadows)
}
