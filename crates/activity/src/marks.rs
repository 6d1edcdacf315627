//! What the user says about instructions and globals by attributes and metadata (enzyme-interface.md, section 3).

use ir::graph::Callee;
use ir::{Context, Function, GlobalId, GlobalVar, Inst};
use rules::RuleTable;

use crate::input::Options;

/// What is said of an instruction: its result, and what it does. `Some(true)` is active.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Mark {
    pub(crate) value: Option<bool>,
    pub(crate) inst: Option<bool>,
}

impl Mark {
    pub(crate) fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// The marks on an instruction: its metadata, and the attributes of a call, its return, and the function that it calls. The active
/// forms are tested first.
pub(crate) fn of_inst(ctx: &Context, function: &Function, inst: Inst) -> Mark {
    let data = function.inst(inst);
    let set = ctx.meta(data.meta);
    let site = data.op.call_info().map(|info| ctx.attrs(info.attrs));
    if set.enzyme.is_empty() && site.is_none() {
        return Mark::default();
    }
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
    let declared = callee.map(|callee| ctx.attrs(ctx.funcs[callee].attrs));
    let lists = [site, declared];
    let lists = || lists.iter().flatten();
    let said = |key: &str| set.enzyme(key).is_some() || lists().any(|list| list.string(key).is_some());
    let returned = |key: &str| lists().any(|list| list.ret.string(key).is_some());
    let either = |active: bool, inactive: bool| match (active, inactive) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    Mark {
        value: either(
            said("enzyme_active") || said("enzyme_active_val") || returned("enzyme_active"),
            said("enzyme_inactive") || said("enzyme_inactive_val") || returned("enzyme_inactive"),
        ),
        inst: either(
            said("enzyme_active") || said("enzyme_active_inst"),
            said("enzyme_inactive") || said("enzyme_inactive_inst"),
        ),
    }
}

/// Whether argument `index` of a call carries no derivative by an attribute of the call or of the callee.
pub(crate) fn arg_is_inactive(ctx: &Context, function: &Function, inst: Inst, index: usize) -> bool {
    let site = function
        .inst(inst)
        .op
        .call_info()
        .map(|info| ctx.attrs(info.attrs));
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
    let declared = callee.map(|callee| ctx.attrs(ctx.funcs[callee].attrs));
    let mut params = site
        .into_iter()
        .chain(declared)
        .filter_map(|list| list.param(index));
    params.any(|attrs| attrs.string("enzyme_inactive").is_some())
}

/// What is known of the memory of a global variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum GlobalMark {
    /// It is declared inactive, whatever is stored there.
    Inactive,
    /// It may hold derivatives when the function is entered.
    Active,
    /// It holds derivatives if some are stored there.
    Open,
}

/// The mark of a global.
pub(crate) fn of_global(ctx: &Context, rules: &RuleTable, options: Options, id: GlobalId) -> GlobalMark {
    let global = &ctx.globals[id];
    let said = |kind: &str| string(global, kind);
    if said("enzyme_activity_value") == Some("active") || global.shadow.is_some() {
        return GlobalMark::Active;
    }
    let inactive = said("enzyme_inactive").is_some()
        || said("enzyme_activity_value") == Some("const")
        || global.name.contains("enzyme_const")
        || rules.global_is_inactive(&global.name)
        || options.globals_default_inactive;
    if inactive {
        GlobalMark::Inactive
    } else if !global.constant && !options.unmarked_globals_inactive_at_entry {
        GlobalMark::Active
    } else {
        GlobalMark::Open
    }
}

fn string<'a>(global: &'a GlobalVar, kind: &str) -> Option<&'a str> {
    let mut strings = global.strings.iter();
    strings.find(|(name, _)| &**name == kind).map(|(_, text)| &**text)
}
