//! Arguments packed in memory.

/// A list of arguments: the first, and the list of the others or `()`.
///
/// The order of the fields is C's, so that a list of shadows (`&mut T` for `&T`) has its members where the list of primal arguments has them;
/// a tuple would promise nothing.
#[repr(C)]
pub struct Pack<H, T>(pub H, pub T);

/// A list that can be taken apart.
///
/// # Safety
/// [`Packed::take`] reads no bytes but those of `Self`.
pub unsafe trait Packed {
    /// The members, as nested pairs.
    type Items;

    /// Reads each member by itself. A read of the whole list would load a list of one reference as an integer, because its order is C's; where
    /// that pointer's shadow is would be lost.
    ///
    /// # Safety
    /// `list` is the address of a list, which is moved out of.
    unsafe fn take(list: *const Self) -> Self::Items;
}

// SAFETY: nothing is read.
unsafe impl Packed for () {
    type Items = ();

    #[inline(always)]
    unsafe fn take(_: *const Self) {}
}

// SAFETY: the members are read.
unsafe impl<H, T: Packed> Packed for Pack<H, T> {
    type Items = (H, T::Items);

    #[inline(always)]
    unsafe fn take(list: *const Self) -> Self::Items {
        // SAFETY: promised by the caller.
        unsafe { ((&raw const (*list).0).read(), T::take(&raw const (*list).1)) }
    }
}

/// Checks that a slice and its shadow have the same length: the derivative reads or writes the shadow wherever the function does its own.
///
/// # Panics
/// If they have not.
#[inline]
#[track_caller]
pub fn same_length(argument: &str, primal: usize, shadow: usize) {
    if primal != shadow {
        different_lengths(argument, primal, shadow);
    }
}

/// Not inlined, so that nothing is prepared for a message that is never written.
#[cold]
#[inline(never)]
#[track_caller]
fn different_lengths(argument: &str, primal: usize, shadow: usize) -> ! {
    panic!("`{argument}` has {primal} elements and its shadow {shadow}: they must have the same length")
}

/// The shadow of direction `lane` among `W` that are one behind the other.
///
/// # Safety
/// The slice is alive for `'a`, and nobody writes to it meanwhile.
pub unsafe fn lane<'a, T, const W: usize>(shadows: *const [T], lane: usize) -> &'a [T] {
    let length = shadows.len() / W;
    // SAFETY: promised by the caller; the part is inside.
    unsafe { core::slice::from_raw_parts(shadows.cast::<T>().add(lane * length), length) }
}

/// As [`lane`], to be written.
///
/// # Safety
/// The slice is mutable and alive for `'a`, and each direction is taken once.
pub unsafe fn lane_mut<'a, T, const W: usize>(shadows: *const [T], lane: usize) -> &'a mut [T] {
    let length = shadows.len() / W;
    // SAFETY: promised by the caller; the parts do not overlap.
    unsafe { core::slice::from_raw_parts_mut(shadows.cast::<T>().cast_mut().add(lane * length), length) }
}
