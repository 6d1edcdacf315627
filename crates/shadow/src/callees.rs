//! Calls through pointers that have no shadow: a function pointer, closure or trait object that is declared constant.
//!
//! Nothing but the address tells what is called. Where the functions that it may be were looked up ([`Callees`]), the call is differentiated
//! as if it chose among them, by comparing the address; the derivatives are made for the activities of the call, so what a constant
//! closure has captured stays constant. An address that is none of them ends the program with a message: it comes from another module.
//!
//! Most of those functions are never called there: they only happen to have the right type. One that has no derivative must
//! not keep the others from having theirs, so it gets a function that says why and ends the program ([`Needs`] tells which derivatives nothing
//! else needs).

use std::rc::Rc;

use ir::memory::address::decompose;
use ir::{Builder, Context, Entity as _, FuncId, Function, GlobalId, Inst, IntPred, Op, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Error;
use crate::generated::ending_with;

/// A function whose address is known to others than those that call it.
#[derive(Clone, Debug)]
pub struct Callee {
    /// The function.
    pub func: FuncId,
    /// Where it is in tables that begin as virtual tables do, in bytes, if nothing else has its address and such tables are only
    /// entered at their beginning.
    pub slots: Option<Box<[u64]>>,
}

/// What calls through pointers may lead to, for each type of function that was looked up.
#[derive(Clone, Default, Debug)]
pub struct Callees(Rc<FxHashMap<Type, Vec<Callee>>>);

impl FromIterator<(Type, Callee)> for Callees {
    fn from_iter<I: IntoIterator<Item = (Type, Callee)>>(callees: I) -> Self {
        let mut lists: FxHashMap<Type, Vec<Callee>> = FxHashMap::default();
        for (ty, callee) in callees {
            lists.entry(ty).or_default().push(callee);
        }
        Self(Rc::new(lists))
    }
}

impl Callees {
    /// The functions that a call through a pointer may lead to; none if that was not looked up.
    pub fn of_call(&self, ctx: &Context, function: &Function, inst: Inst) -> Vec<FuncId> {
        let data = function.inst(inst);
        let Some(info) = data.op.call_info() else {
            return Vec::new();
        };
        let Some(found) = self.0.get(&info.func_ty) else {
            return Vec::new();
        };
        let slot = slot(ctx, function, inst);
        let fits = |callee: &&Callee| {
            let in_slot = match (&callee.slots, slot) {
                (Some(slots), Some(slot)) => slots.contains(&slot),
                _ => true,
            };
            in_slot && takes_the_same(ctx, ctx.funcs[callee.func].attrs, info.attrs)
        };
        found.iter().filter(fits).map(|callee| callee.func).collect()
    }
}

/// The one of some functions that goes with the function that an address is of; another one if it is of none of them.
pub fn choose(
    b: &mut Builder<'_>,
    address: Value,
    choices: impl Iterator<Item = (FuncId, FuncId)>,
    otherwise: FuncId,
) -> Value {
    let mut chosen = b.func_address(otherwise);
    for (func, answer) in choices {
        let (func, answer) = (b.func_address(func), b.func_address(answer));
        let is_it = b.icmp(IntPred::Eq, address, func);
        chosen = b.select(is_it, answer, chosen);
    }
    chosen
}

/// Where in a table the callee of a call was loaded from.
fn slot(ctx: &Context, function: &Function, inst: Inst) -> Option<u64> {
    let load = function.def_inst(*function.inst(inst).operands.first()?)?;
    let data = function.inst(load);
    if !matches!(data.op, Op::Load(_)) {
        return None;
    }
    let offset = decompose(ctx, function, data.operands[0]).offset?;
    u64::try_from(offset.as_constant()?).ok()
}

/// Whether what is said of the memory behind arguments is the same, as far as both say something: Rust says how large it is.
fn takes_the_same(ctx: &Context, callee: ir::Attrs, call: ir::Attrs) -> bool {
    let (callee, call) = (ctx.attrs(callee), ctx.attrs(call));
    // The first is the object, whose type callers do not know.
    let pairs = callee.params.iter().zip(&call.params).skip(1);
    pairs
        .map(|(callee, call)| (callee.dereferenceable, call.dereferenceable))
        .all(|(callee, call)| callee == 0 || call == 0 || callee == call)
}

/// Which requests, by their numbers, were made for which.
#[derive(Default, Debug)]
pub struct Needs {
    /// Whose derivative is being made.
    current: Option<usize>,
    /// Asked for by the user.
    roots: Vec<usize>,
    /// What the derivative of each cannot do without.
    needs: FxHashMap<usize, Vec<usize>>,
}

impl Needs {
    /// What is asked for from here on is for this request, or for the user.
    pub fn begin(&mut self, request: Option<usize>) {
        self.current = request;
    }

    /// Somebody cannot do without this request.
    pub fn ask(&mut self, request: usize) {
        match self.current {
            Some(current) => self.needs.entry(current).or_default().push(request),
            None => self.roots.push(request),
        }
    }

    /// Those that what the user asked for cannot do without.
    pub fn all(&self) -> FxHashSet<usize> {
        let mut found = FxHashSet::default();
        let mut work = self.roots.clone();
        while let Some(request) = work.pop() {
            if found.insert(request) {
                work.extend(self.needs.get(&request).into_iter().flatten());
            }
        }
        found
    }
}

/// A derivative that could not be made, where only a constant pointer may lead to its function. What stands for it ends the program.
#[derive(Clone, Debug)]
pub struct Lacking {
    /// Why there is none.
    pub error: Error,
    /// The function that the pointer may lead to.
    pub func: FuncId,
    /// The constant with the message that is printed then, for whoever can say it better.
    pub message: Option<GlobalId>,
}

impl Lacking {
    /// Of a derivative of `func`, with the bodies of the functions that were declared for it.
    pub fn new(ctx: &mut Context, func: FuncId, error: Error, declared: &[FuncId]) -> (Self, Vec<Function>) {
        let global = format!(
            "rsenzyme.lacking.{}",
            declared.first().map_or(0, |func| func.index())
        );
        let name = &ctx.funcs[func].name;
        let text = format!(
            "rsenzyme: `{name}` was called through a constant pointer and has no derivative: {error}\0"
        );
        let bodies = declared
            .iter()
            .map(|&declared| ending_with(ctx, declared, &global, &text));
        let bodies = bodies.collect();
        let message = ctx.find_global(&global);
        (Self { error, func, message }, bodies)
    }
}

#[cfg(test)]
mod tests {
    use super::Needs;

    #[test]
    fn what_nothing_needs_is_not_needed() {
        let mut needs = Needs::default();
        needs.ask(0);
        needs.begin(Some(0));
        needs.ask(1);
        // Request 2 was made by 0 for a constant pointer only, and needs 1 and 3.
        needs.begin(Some(2));
        needs.ask(1);
        needs.ask(3);
        let mut all: Vec<usize> = needs.all().into_iter().collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1]);
        // Somebody else cannot do without it.
        needs.begin(Some(1));
        needs.ask(2);
        assert_eq!(needs.all().len(), 4);
    }
}
