//! Points-to classes: a partition of the objects that a function's addresses may lead to.
//!
//! Steensgaard's analysis ("Points-to Analysis in Almost Linear Time", POPL 1996), made bottom-up over the call graph as in data
//! structure analysis (Lattner, Lenharth and Adve, PLDI 2007): each function has classes of its own, a call puts a copy of the
//! callee's classes among the caller's, and the functions of one strongly connected component share theirs. So two calls of one
//! function on different objects do not make these objects one, while recursion costs precision and nothing else.
//!
//! A class stands for objects that the function cannot tell apart. The *content* of a class at an offset is the class of the objects
//! that addresses stored there lead to: structures are divided into fields by constant byte offsets, arrays have the fields of one
//! element, and what is accessed at unknown offsets has one field (`classes` says how). Copies of memory copy fields, so the objects
//! themselves stay apart. Two addresses of different classes lead to different objects in every execution,
//! provided that this holds for what the function starts from: parameters, what they reach, and different globals, each of which gets
//! a class of its own. (Whether parameters are really apart is the business of whoever calls; the activity analysis asks what is
//! declared active and inactive there.)
//!
//! Vectors and aggregates in registers have a class of their own, like memory that holds them: [`PointsTo::classes`] looks into it.
//!
//! # What carries an address
//! Pointers; integers of at least a pointer's width, and vectors and aggregates with either, if they end up in memory, in a call, in a
//! return or in `inttoptr`, and the caller of the analysis does not know that they are numbers. Sums, bit operations and shifts of
//! such integers carry the addresses of their operands; products, quotients and differences of two addresses do not.
//!
//! # What it does not know
//! Addresses that are copied in pieces smaller than themselves, or computed by other arithmetic; addresses in floats; which order
//! things happen in.

mod build;
mod calls;
mod carry;
mod classes;
mod insts;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

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
    functions: IndexMap<FuncId, FunctionClasses, FxBuildHasher>,
}

/// A place in the objects of a class.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Place {
    class: Class,
    offset: i64,
}

impl Place {
    fn shift(self, bytes: i64) -> Self {
        Self {
            class: self.class,
            offset: self.offset.wrapping_add(bytes),
        }
    }
}

/// Bytes that are copied between the objects of two classes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct ShapeLink {
    a: Place,
    b: Place,
    len: Option<i64>,
}

/// The fields of a class.
#[derive(Clone, Debug)]
struct Shape {
    /// Offsets count modulo this; 0 if they are exact.
    period: u64,
    /// What addresses at each offset lead to.
    fields: Vec<(i64, Place)>,
    /// Copies that begin here.
    links: Vec<ShapeLink>,
}

/// The classes of one strongly connected component.
#[derive(Clone, Debug)]
struct Component {
    shapes: EntityVec<Class, Shape>,
    globals: IndexMap<GlobalId, Place, FxBuildHasher>,
    external: Option<Place>,
}

/// What a value is: an address, or a register that holds some.
#[derive(Clone, Copy, Debug)]
struct Held {
    place: Place,
    /// It is a vector or an aggregate, whose fields are those of the place.
    bundle: bool,
}

/// Where a function's values lead.
#[derive(Clone, Debug)]
struct FunctionClasses {
    component: usize,
    params: Vec<Value>,
    values: EntityVec<Value, Option<Held>>,
    returned: Option<Held>,
    calls: IndexMap<Inst, Vec<(Class, Class)>, FxBuildHasher>,
}

impl Pointers {
    /// Finds the classes. Near linear in the bodies and in the classes that calls copy.
    pub fn of(ctx: &Context, bodies: Bodies<'_>, calls: &CallGraph, knowledge: &dyn Knowledge) -> Self {
        let mut pointers = Self {
            components: Vec::new(),
            functions: IndexMap::default(),
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
    /// The objects that an address may lead to: `None` if it leads to none (null, functions), or if the value is no single address.
    pub fn class(self, value: Value) -> Option<Class> {
        let held = self.held(value)?;
        (!held.bundle).then_some(held.place.class)
    }

    /// The objects that the addresses in a value may lead to: of a vector or aggregate there may be several.
    pub fn classes(self, value: Value) -> impl Iterator<Item = Class> + use<'a> {
        self.led_to(self.held(value))
    }

    fn held(self, value: Value) -> Option<Held> {
        self.function.values.get(value).copied().flatten()
    }

    fn led_to(self, held: Option<Held>) -> impl Iterator<Item = Class> + use<'a> {
        let address = held.filter(|held| !held.bundle).map(|held| held.place.class);
        let register = held.filter(|held| held.bundle);
        let contents = register
            .into_iter()
            .flat_map(move |held| self.contents(held.place.class));
        address.into_iter().chain(contents)
    }

    /// The objects that addresses in the objects of a class lead to, each as often as there are fields that lead there.
    pub fn contents(self, class: Class) -> impl Iterator<Item = Class> + use<'a> {
        let fields = &self.component.shapes[class].fields;
        fields.iter().map(|(_, place)| place.class)
    }

    /// The classes, their contents, the contents of these, and so on.
    pub fn reachable(self, from: impl IntoIterator<Item = Class>) -> Vec<Class> {
        let mut seen = crate::EntitySet::with_len(self.class_count());
        let mut found: Vec<Class> = from.into_iter().filter(|&class| seen.insert(class)).collect();
        let mut next = 0;
        while let Some(&class) = found.get(next) {
            next += 1;
            found.extend(self.contents(class).filter(|&content| seen.insert(content)));
        }
        found
    }

    /// The number of classes: the length of tables of facts about them.
    pub fn class_count(self) -> usize {
        self.component.shapes.len()
    }

    /// What the return value may lead to.
    pub fn returned(self) -> impl Iterator<Item = Class> + use<'a> {
        self.led_to(self.function.returned)
    }

    /// The class of a global variable, if the function or something that it calls mentions it.
    pub fn global(self, global: GlobalId) -> Option<Class> {
        self.component.globals.get(&global).map(|place| place.class)
    }

    /// The global variables that the function or something that it calls mentions.
    pub fn globals(self) -> impl Iterator<Item = (GlobalId, Class)> + use<'a> {
        let globals = &self.component.globals;
        globals.iter().map(|(&global, place)| (global, place.class))
    }

    /// The objects that code outside of all known bodies may have an address of, if there is such code.
    pub fn external(self) -> Option<Class> {
        self.component.external.map(|place| place.class)
    }

    /// At a call of a function whose body is known: pairs of a class of the callee that the call makes known to both sides, and the
    /// class that it is here. In a recursive call both are the same.
    pub fn call(self, inst: Inst) -> &'a [(Class, Class)] {
        self.function.calls.get(&inst).map_or(&[], Vec::as_slice)
    }
}
