//! What the user says of storing and recomputing, by Enzyme's attributes and metadata.
//!
//! | mark | on | effect |
//! |---|---|---|
//! | `enzyme_shouldrecompute` | function, instruction | what a call returns is computed again rather than stored: the user promises that this gives the same |
//! | `enzyme_nocache` | function, instruction | the same; what cannot be computed again is stored all the same |
//! | `enzyme_mustcache` | load | is stored and never loaded again |

use ir::graph::Callee;
use ir::{Context, Function, Inst, Op};

/// What an instruction's result is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// Computed again.
    Recompute,
    /// Computed again if it can be without a call.
    NoCache,
    /// Stored.
    Store,
}

impl Mark {
    /// The mark of an instruction, if it has one.
    pub(crate) fn of(ctx: &Context, function: &Function, inst: Inst) -> Option<Self> {
        let data = function.inst(inst);
        let meta = &ctx.meta(data.meta).enzyme;
        let on_inst = |key: &str| meta.iter().any(|(kind, _)| &**kind == key);
        let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
        let site = data.op.call_info().map(|info| info.attrs);
        let lists: Vec<_> = site
            .into_iter()
            .chain(callee.map(|callee| ctx.funcs[callee].attrs))
            .collect();
        let marked =
            |key: &str| on_inst(key) || lists.iter().any(|&attrs| ctx.attrs(attrs).string(key).is_some());
        if marked("enzyme_shouldrecompute") {
            Some(Self::Recompute)
        } else if marked("enzyme_nocache") {
            Some(match data.op {
                Op::Call(_) => Self::Recompute,
                _ => Self::NoCache,
            })
        } else if marked("enzyme_mustcache") {
            Some(Self::Store)
        } else {
            None
        }
    }
}
