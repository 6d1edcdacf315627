//! Requests to the linker step of `cargo rsenzyme`: calls of functions that do not exist, which it replaces by derivatives.
//!
//! The protocol is Enzyme's: the function, then for each argument a marker and its operands. What is differentiated is always [`adapter`], so
//! that there are three arguments, all of them addresses: the arguments with a shadow, the function's closure with the constant arguments, and the result.
//!
//! The missing functions' names tell whoever links without that step what to do.

use core::mem::{ManuallyDrop, MaybeUninit};

use crate::pack::Packed;
use crate::plain::{Plain, zero};

/// The address of packed arguments or of a result.
type Address = *mut u8;
/// A function of packed arguments, of constants and of where the result goes.
type Adapter = unsafe extern "C-unwind" fn(Address, Address, Address);
/// A marker: only its address means something.
type Marker = *const u8;

unsafe extern "C" {
    static enzyme_const: u8;
    static enzyme_dup: u8;
    static enzyme_dupv: u8;
    static enzyme_width: u8;
}

// `C-unwind`, because the differentiated function may panic.
unsafe extern "C-unwind" {
    #[link_name = "__enzyme_fwddiff_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_forward(
        adapter: Adapter,
        active_marker: Marker,
        active: Address,
        active_shadow: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result: Address,
        result_shadow: Address,
    );

    #[link_name = "__enzyme_fwddiff_inactive_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_forward_inactive(
        adapter: Adapter,
        active_marker: Marker,
        active: Address,
        active_shadow: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result: Address,
    );

    #[link_name = "__enzyme_fwddiff_wide_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_forward_wide(
        adapter: Adapter,
        width_marker: Marker,
        width: u64,
        active_marker: Marker,
        active_stride: usize,
        active: Address,
        active_shadows: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result_stride: usize,
        result: Address,
        result_shadows: Address,
    );

    #[link_name = "__enzyme_fwddiff_wide_inactive_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_forward_wide_inactive(
        adapter: Adapter,
        width_marker: Marker,
        width: u64,
        active_marker: Marker,
        active_stride: usize,
        active: Address,
        active_shadows: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result: Address,
    );

    #[link_name = "__enzyme_autodiff_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_reverse(
        adapter: Adapter,
        active_marker: Marker,
        active: Address,
        active_shadow: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result: Address,
        result_shadow: Address,
    );

    #[link_name = "__enzyme_autodiff_inactive_BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]
    fn request_reverse_inactive(
        adapter: Adapter,
        active_marker: Marker,
        active: Address,
        active_shadow: Address,
        constant_marker: Marker,
        constant: Address,
        result_marker: Marker,
        result: Address,
    );
}

/// The closure and the constant arguments.
#[repr(C)]
struct Constants<F, C>(F, C);

/// What is differentiated: reads the arguments, calls the closure, writes the result.
///
/// # Safety
/// The addresses are those of an `A`, of a `Constants<F, C>` and of the memory for an `R`. `A` and `C` are moved out of.
unsafe extern "C-unwind" fn adapter<F, A, C, R>(active: Address, constant: Address, result: Address)
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    // SAFETY: promised by the caller.
    unsafe {
        let constant = constant.cast::<Constants<F, C>>();
        let function = &(*constant).0;
        let value = function(A::take(active.cast()), C::take(&raw const (*constant).1));
        result.cast::<R>().write(value);
    }
}

/// Something that is handed to [`adapter`], which moves out of it.
fn held<T>(value: T) -> ManuallyDrop<T> {
    ManuallyDrop::new(value)
}

fn address<T>(value: &mut T) -> Address {
    (&raw mut *value).cast()
}

/// The value and the tangent of `function(active, constant)` in the direction of `shadow`.
///
/// # Safety
/// `D` has the layout of `A`, and memory that `shadow` leads to has the shape of what `active` leads to.
#[inline]
pub unsafe fn forward<F, A, D, C, R>(function: F, active: A, shadow: D, constant: C) -> (R, R)
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
    R: Plain,
{
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadow) = (held(active), held(shadow));
    let mut constant = held(Constants(function, constant));
    let (mut result, mut tangent) = (MaybeUninit::<R>::uninit(), zero::<R>());
    // SAFETY: the request calls the derivative of the adapter, with the shadows that its caller promised; it writes the result.
    unsafe {
        request_forward(
            adapter::<F, A, C, R>,
            &raw const enzyme_dup,
            address(&mut active),
            address(&mut shadow),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_dup,
            address(&mut result),
            address(&mut tangent),
        );
        drop_closure::<F, C>(&mut constant);
        (result.assume_init(), tangent)
    }
}

/// As [`forward`], for a result without a tangent.
///
/// # Safety
/// As [`forward`].
#[inline]
pub unsafe fn forward_inactive<F, A, D, C, R>(function: F, active: A, shadow: D, constant: C) -> R
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadow) = (held(active), held(shadow));
    let mut constant = held(Constants(function, constant));
    let mut result = MaybeUninit::<R>::uninit();
    // SAFETY: as in `forward`.
    unsafe {
        request_forward_inactive(
            adapter::<F, A, C, R>,
            &raw const enzyme_dup,
            address(&mut active),
            address(&mut shadow),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_const,
            address(&mut result),
        );
        drop_closure::<F, C>(&mut constant);
        result.assume_init()
    }
}

/// The value and the tangents in the directions of `W` shadows.
///
/// # Safety
/// As [`forward`], for each shadow.
#[inline]
pub unsafe fn forward_wide<F, A, D, C, R, const W: usize>(
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
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadows) = (held(active), held(shadows));
    let mut constant = held(Constants(function, constant));
    let (mut result, mut tangents) = (MaybeUninit::<R>::uninit(), [zero::<R>(); W]);
    // SAFETY: as in `forward`; shadow `v` is `v` strides behind the first, as elements of an array are.
    unsafe {
        request_forward_wide(
            adapter::<F, A, C, R>,
            &raw const enzyme_width,
            W as u64,
            &raw const enzyme_dupv,
            size_of::<D>(),
            address(&mut active),
            address(&mut shadows),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_dupv,
            size_of::<R>(),
            address(&mut result),
            address(&mut tangents),
        );
        drop_closure::<F, C>(&mut constant);
        (result.assume_init(), tangents)
    }
}

/// As [`forward_wide`], for a result without tangents.
///
/// # Safety
/// As [`forward`], for each shadow.
#[inline]
pub unsafe fn forward_wide_inactive<F, A, D, C, R, const W: usize>(
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
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadows) = (held(active), held(shadows));
    let mut constant = held(Constants(function, constant));
    let mut result = MaybeUninit::<R>::uninit();
    // SAFETY: as in `forward_wide`.
    unsafe {
        request_forward_wide_inactive(
            adapter::<F, A, C, R>,
            &raw const enzyme_width,
            W as u64,
            &raw const enzyme_dupv,
            size_of::<D>(),
            address(&mut active),
            address(&mut shadows),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_const,
            address(&mut result),
        );
        drop_closure::<F, C>(&mut constant);
        result.assume_init()
    }
}

/// The value of `function(active, constant)`, and `shadow` with the adjoints of the arguments that are in it by value added. Adjoints of what
/// is behind references are added to the memory that `shadow` refers to. `seed` is the adjoint of the result.
///
/// # Safety
/// As [`forward`].
#[inline]
pub unsafe fn reverse<F, A, D, C, R>(function: F, active: A, shadow: D, constant: C, mut seed: R) -> (R, D)
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
    R: Plain,
{
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadow) = (held(active), held(shadow));
    let mut constant = held(Constants(function, constant));
    let mut result = MaybeUninit::<R>::uninit();
    // SAFETY: as in `forward`; the adjoint of the result is taken from `seed`.
    unsafe {
        request_reverse(
            adapter::<F, A, C, R>,
            &raw const enzyme_dup,
            address(&mut active),
            address(&mut shadow),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_dup,
            address(&mut result),
            address(&mut seed),
        );
        drop_closure::<F, C>(&mut constant);
        (result.assume_init(), ManuallyDrop::into_inner(shadow))
    }
}

/// As [`reverse`], for a result without an adjoint.
///
/// # Safety
/// As [`forward`].
#[inline]
pub unsafe fn reverse_inactive<F, A, D, C, R>(function: F, active: A, shadow: D, constant: C) -> (R, D)
where
    F: Fn(A::Items, C::Items) -> R,
    A: Packed,
    C: Packed,
{
    const { assert!(size_of::<A>() == size_of::<D>()) };
    let (mut active, mut shadow) = (held(active), held(shadow));
    let mut constant = held(Constants(function, constant));
    let mut result = MaybeUninit::<R>::uninit();
    // SAFETY: as in `reverse`.
    unsafe {
        request_reverse_inactive(
            adapter::<F, A, C, R>,
            &raw const enzyme_dup,
            address(&mut active),
            address(&mut shadow),
            &raw const enzyme_const,
            address(&mut constant),
            &raw const enzyme_const,
            address(&mut result),
        );
        drop_closure::<F, C>(&mut constant);
        (result.assume_init(), ManuallyDrop::into_inner(shadow))
    }
}

/// Drops the closure; the adapter moved the constant arguments out.
///
/// # Safety
/// The closure is dropped only here.
unsafe fn drop_closure<F, C>(constants: &mut Constants<F, C>) {
    // SAFETY: promised by the caller.
    unsafe { core::ptr::drop_in_place(&raw mut constants.0) }
}
