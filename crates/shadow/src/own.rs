//! Whether a shadow is memory of its own.

use ir::{Builder, CastOp, IntPred, Value};

/// Addresses below are no memory: Rust's empty vectors and strings have their alignment for an address.
const FIRST_PAGE: i64 = 4096;

/// On a call that does nothing to derivatives: it releases what its first argument leads to, so that the shadow is released, too. What a
/// gradient releases at its end it calls through a pointer, which no table of library functions knows.
pub const RELEASES: &str = "rsenzyme_releases";

/// The shadow of what is released, or null if there is none of its own: a pointer in active memory that leads to nothing active is its own
/// shadow, and one that was replaced by an inactive function (a string that grew while it was written to) has the shadow of what was there
/// before, which is nowhere. Releasing null does nothing.
pub fn releasable(b: &mut Builder<'_>, shadow: Value, primal: Value) -> Value {
    let i64 = b.ctx.types.i64();
    let (address, page) = (b.cast(CastOp::PtrToInt, shadow, i64), b.i64(FIRST_PAGE));
    let is_nowhere = b.icmp(IntPred::Ult, address, page);
    let is_same = b.icmp(IntPred::Eq, shadow, primal);
    let null = b.zero(b.ty(shadow));
    let other = b.select(is_same, null, shadow);
    b.select(is_nowhere, null, other)
}
