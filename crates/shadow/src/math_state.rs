//! Calls of math functions that leave more than their result: `errno`, `signgam`, status flags.

use ir::attrs::{FuncFlags, MemoryEffects};
use ir::{Builder, Function, Inst, Op};
use rules::Entry;

/// Declares that the copy of a call of a math function has no effect, where all that it leaves besides its result is `errno`. LLVM then drops
/// it if nothing uses the result, and takes it out of loops and together with others. To be called where nobody reads `errno`.
///
/// `inst` is the call in `source`, `copy` its copy in what the builder writes.
pub fn forget_math_state(b: &mut Builder<'_>, source: &Function, inst: Inst, copy: Inst, entry: &Entry) {
    let attrs = b.ctx.funcs[source.id].attrs;
    let is_strict = b.ctx.attrs(attrs).flags.contains(FuncFlags::STRICTFP);
    if is_strict || !entry.is_pure() || !entry.effects.errno {
        return;
    }
    let Op::Call(mut info) = b.func.inst(copy).op else {
        return;
    };
    let mut attrs = b.ctx.attrs(info.attrs).clone();
    if info.bundle_operands > 0 || attrs.memory.any().is_none() {
        return;
    }
    let pure = FuncFlags::NOUNWIND.union(FuncFlags::WILLRETURN);
    attrs.flags = attrs.flags.union(pure);
    attrs.memory = MemoryEffects::NONE;
    info.attrs = b.ctx.add_attrs(attrs);
    let location = source.inst(inst).origin;
    let data = b.func.inst_mut(copy);
    data.op = Op::Call(info);
    // A clone of the original would have the original's attributes.
    data.origin = None;
    data.location = data.location.or(location);
}
