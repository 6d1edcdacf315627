//! Points-to classes: a partition of the objects that a function's addresses may lead to.
//!
//! Steensgaard's analysis ("Points-to Analysis in Almost Linear Time", POPL 1996), made bottom-up over the call graph as in data
//! structure analysis (Lattner, Lenharth and Adve, PLDI 2007): each function has classes of its own, a call puts a copy of the
//! callee's classes among the caller's, and the functions of one strongly connected component share theirs. So two calls of one
//! function on different objects do not make these objects one, while recursion costs precision and nothing else.
//!
//! A class stands for objects that the function cannot tell apart; its *content* is the class of the objects that addresses stored in
//! them lead to. Objects are not divided into fields. Two addresses of different classes lead to different objects in every execution,
//! provided that this holds for what the function starts from: parameters, what they reach, and different globals, each of which gets
//! a class of its own. (Whether parameters are really apart is the business of whoever calls; the activity analysis asks what is
//! declared active and inactive there.)
//!
//! # What carries an address
//! Pointers; integers of at least a pointer's width, and vectors and aggregates with either, if they end up in memory, in a call, in a
//! return or in `inttoptr`, and the caller of the analysis does not know that they are numbers. Sums, bit operations and shifts of
//! such integers carry the addresses of their operands; products, quotients and differences of two addresses do not.
//!
//! # What it does not know
//! Addresses that are copied in pieces smaller than themselves, or computed by other arithmetic; addresses in floats; which order
//! things happen in; fields.

mod build;
mod carry;
mod classes;

use indexmap::IndexMap;

use super::effects::Knowledge;
use crate::context::{Bodies, Context, FuncId, GlobalId};
use crate::entity::EntityVec;
use crate::function::Value;
use crate::graph::CallGraph;
use crate::inst::Inst;

crate::entity! {
    /// A class of objects, of one strongly connected component of the call graph.
    Class, "class"
}

/// The classes of all functions that a call graph reaches and whose bodies are known.
#[derive(Clone, Debug)]
pub struct Pointers {
    components: Vec<Component>,
    functions: IndexMap<FuncId, FunctionClasses>,
}

/// The classes of one strongly connected component.
#[derive(Clone, Debug)]
struct Component {
    content: EntityVec<Class, Option<Class>>,
    globals: IndexMap<GlobalId, Class>,
    external: Option<Class>,
}

/// Where a function's values lead.
#[derive(Clone, Debug)]
struct FunctionClasses {
    component: usize,
    params: Vec<Value>,
    values: EntityVec<Value, Option<Class>>,
    returned: Option<Class>,
    calls: IndexMap<Inst, Vec<(Class, Class)>>,
}

impl Pointers {
    /// Finds the classes. Near linear in the bodies and in the classes that calls copy.
    pub fn of(ctx: &Context, bodies: Bodies<'_>, calls: &CallGraph, knowledge: &dyn Knowledge) -> Self {
        let mut pointers = Self {
            components: Vec::new(),
            functions: IndexMap::new(),
        };
        for members in calls.components() {
            build::component(ctx, bodies, members, knowledge, &mut pointers);
        }
        pointers
    }

    /// The classes of a function; `None` if its body was not analyzed.
    pub fn function(&self, func: FuncId) -> Option<PointsTo<'_>> {
        let function = self.functions.get(&func)?;
        Some(PointsTo {
            function,
            component: &self.components[function.component],
        })
    }
}

/// The classes of one function.
#[derive(Clone, Copy, Debug)]
pub struct PointsTo<'a> {
    function: &'a FunctionClasses,
    component: &'a Component,
}

impl<'a> PointsTo<'a> {
    /// The objects that a value may lead to: `None` if it carries no address, or none of an object (null, functions).
    pub fn class(self, value: Value) -> Option<Class> {
        self.function.values.get(value).copied().flatten()
    }

    /// The objects that addresses in the objects of a class lead to; `None` if there are none.
    pub fn content(self, class: Class) -> Option<Class> {
        self.component.content[class]
    }

    /// The class, its content, the content of that, and so on.
    pub fn reachable(self, class: Class) -> impl Iterator<Item = Class> + 'a {
        // The chain may end in a cycle, which is entered at most once: no chain is longer than there are classes.
        let count = self.component.content.len();
        let chain = std::iter::successors(Some(class), move |&class| self.content(class));
        let mut seen = crate::EntitySet::with_len(count);
        chain.take_while(move |&class| seen.insert(class))
    }

    /// The number of classes: the length of tables of facts about them.
    pub fn class_count(self) -> usize {
        self.component.content.len()
    }

    /// What the return value may lead to.
    pub fn returned(self) -> Option<Class> {
        self.function.returned
    }

    /// The class of a global variable, if the function or something that it calls mentions it.
    pub fn global(self, global: GlobalId) -> Option<Class> {
        self.component.globals.get(&global).copied()
    }

    /// The global variables that the function or something that it calls mentions.
    pub fn globals(self) -> impl Iterator<Item = (GlobalId, Class)> + 'a {
        let globals = &self.component.globals;
        globals.iter().map(|(&global, &class)| (global, class))
    }

    /// The objects that code outside of all known bodies may have an address of, if there is such code.
    pub fn external(self) -> Option<Class> {
        self.component.external
    }

    /// At a call of a function whose body is known: pairs of a class of the callee that the call makes known to both sides, and the
    /// class that it is here. In a recursive call both are the same.
    pub fn call(self, inst: Inst) -> &'a [(Class, Class)] {
        self.function.calls.get(&inst).map_or(&[], Vec::as_slice)
    }
}
