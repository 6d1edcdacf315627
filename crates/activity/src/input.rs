//! What the analysis depends on.

use ir::memory::Class;
use ir::{Bodies, Context, FuncId, GlobalId, Value};
use rules::RuleTable;

/// The activity of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ParamActivity {
    /// It carries no derivative. Of a pointer: nor does any memory that is reached through it, whatever is stored there.
    Const,
    /// It has a shadow or a derivative. Of a pointer: so has all memory that is reached through it.
    Dual,
}

/// The activity of a return value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReturnActivity {
    /// Nobody asks for its derivative or shadow.
    Const,
    /// Its derivative or shadow is asked for.
    Active,
}

/// Memory besides that of parameters that may hold derivatives when a function is entered. Empty for the function of a user's request;
/// its callees meet what the request stores there.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct EntryMemory {
    /// Global variables, in order.
    pub globals: Vec<GlobalId>,
    /// What code outside of all known bodies can reach.
    pub external: bool,
    /// Classes of the memory that is reached from dual parameters and the result, in order, which hold no derivatives when the function
    /// is entered: members of structures that lead to constant data. Only callees have some.
    pub inactive: Vec<Class>,
    /// The analysis whose classes these are, because each has its own; 0 if there are none.
    pub analysis: u64,
    /// Memory that is declared inactive may be read after the function by somebody who does not know what it stored there: nothing tells
    /// callers which function they call.
    pub read_later: bool,
}

/// Under which activities a function is analyzed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ContextKey {
    /// The function.
    pub func: FuncId,
    /// The activity of each parameter.
    pub params: Vec<ParamActivity>,
    /// The activity of the return value.
    pub ret: ReturnActivity,
    /// What else may hold derivatives at the entry, of the memory that the function knows.
    pub memory: EntryMemory,
}

/// What the bits of a value are, as far as derivatives go.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Content {
    /// Neither floats nor addresses: integers, booleans, nothing.
    Plain,
    /// Floats, and no address.
    Float,
    /// Addresses, and no float.
    Pointer,
    /// Anything.
    Unknown,
}

impl Content {
    /// Whether the bits may belong to a float.
    pub fn may_be_float(self) -> bool {
        matches!(self, Self::Float | Self::Unknown)
    }

    /// Whether the bits may belong to an address.
    pub fn may_be_pointer(self) -> bool {
        matches!(self, Self::Pointer | Self::Unknown)
    }
}

/// What is known of values beyond their LLVM types. An answer must hold in every call of the function that the analysis meets.
pub trait ValueTypes {
    /// What the bits of a value are; [`Content::Unknown`] if that is not known.
    fn content(&self, func: FuncId, value: Value) -> Content;
}

/// Nothing is known beyond LLVM's types.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoTypes;

impl ValueTypes for NoTypes {
    fn content(&self, _: FuncId, _: Value) -> Content {
        Content::Unknown
    }
}

/// Options, by Enzyme's meaning of them.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Globals without a mark are inactive, whatever is stored in them (`enzyme-globals-default-inactive`).
    pub globals_default_inactive: bool,
    /// Memory of globals without a mark carries no derivative when the function is entered
    /// (`enzyme_nonmarkedglobals_inactiveloads`). What is stored there later is followed in any case.
    pub unmarked_globals_inactive_at_entry: bool,
    /// Functions without a body and without a rule are inactive (`enzyme-emptyfn-inactive`).
    pub empty_functions_inactive: bool,
}

impl Default for Options {
    /// Enzyme's defaults.
    fn default() -> Self {
        Self {
            globals_default_inactive: false,
            unmarked_globals_inactive_at_entry: true,
            empty_functions_inactive: false,
        }
    }
}

/// Everything that the analysis depends on.
#[derive(Clone, Copy)]
pub struct ActivityInput<'a> {
    /// Types, constants, declarations.
    pub ctx: &'a Context,
    /// The bodies that are known.
    pub bodies: Bodies<'a>,
    /// What library functions do.
    pub rules: &'a RuleTable,
    /// What is known of values beyond their LLVM types.
    pub types: &'a dyn ValueTypes,
    /// The function of the request.
    pub func: FuncId,
    /// The activities of its parameters; missing ones are [`ParamActivity::Const`].
    pub params: &'a [ParamActivity],
    /// The activity of its return value.
    pub ret: ReturnActivity,
    /// What else may hold derivatives when the function is entered, besides globals that are marked so.
    pub memory: &'a EntryMemory,
    /// Options.
    pub options: Options,
}

impl ActivityInput<'_> {
    /// The context of the request itself.
    pub fn key(&self) -> ContextKey {
        let count = self.ctx.types.param_types(self.ctx.funcs[self.func].ty).len();
        let mut params = self.params.to_vec();
        params.resize(count, ParamActivity::Const);
        ContextKey {
            func: self.func,
            params,
            ret: self.ret,
            memory: self.memory.clone(),
        }
    }
}
