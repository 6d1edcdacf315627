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
use smallvec::SmallVec;

use super::effects::Knowledge;
use crate::context::{Bodies, Context, FuncId, GlobalId};
use crate::entity::{Entity, EntityVec};
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

/// Where a value leads, without the offset, in one word: there is one for each value of a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Led(u32);

impl Led {
    /// The value carries no address.
    const NOWHERE: Self = Self(u32::MAX);

    #[inline]
    fn of(held: Option<Held>) -> Self {
        held.map_or(Self::NOWHERE, |held| {
            Self((held.place.class.index() as u32) << 1 | u32::from(held.bundle))
        })
    }

    /// The class of an address.
    #[inline]
    fn address(self) -> Option<Class> {
        (self.0 & 1 == 0).then(|| Class::new((self.0 >> 1) as usize))
    }

    /// The class of a register that holds addresses.
    #[inline]
    fn register(self) -> Option<Class> {
        (self.0 & 1 == 1 && self != Self::NOWHERE).then(|| Class::new((self.0 >> 1) as usize))
    }
}

/// Where a function's values lead.
#[derive(Clone, Debug)]
struct FunctionClasses {
    component: usize,
    params: Vec<Option<Held>>,
    values: EntityVec<Value, Led>,
    returned: Option<Held>,
    calls: IndexMap<Inst, Vec<(Class, Class)>, FxBuildHasher>,
}

impl Pointers {
    /// Finds the classes. Near linear in the bodies and in the classes that calls copy.
    pub fn of(ctx: &Context, bodies: Bodies<'_>, calls: &CallGraph, knowledge: &dyn Knowledge) -> Self {
        let mut pointers = Self::new();
        for members in calls.components() {
            pointers.add(ctx, bodies, members, knowledge);
        }
        pointers
    }

    /// No function yet.
    pub fn new() -> Self {
        Self {
            components: Vec::new(),
            functions: IndexMap::default(),
        }
    }

    /// Finds the classes of one component of the call graph, after those of the components that it calls: for who has more to do with
    /// each function while it is at hand.
    pub fn add(&mut self, ctx: &Context, bodies: Bodies<'_>, members: &[FuncId], knowledge: &dyn Knowledge) {
        build::component(ctx, bodies, members, knowledge, self);
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

impl Default for Pointers {
    fn default() -> Self {
        Self::new()
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
    #[inline]
    pub fn class(self, value: Value) -> Option<Class> {
        self.led(value).address()
    }

    /// The objects that the addresses in a value may lead to: of a vector or aggregate there may be several.
    #[inline]
    pub fn classes(self, value: Value) -> impl Iterator<Item = Class> + use<'a> {
        self.led_to(self.led(value))
    }

    #[inline]
    fn led(self, value: Value) -> Led {
        let led = self.function.values.get(value);
        led.copied().unwrap_or(Led::NOWHERE)
    }

    #[inline]
    fn led_to(self, led: Led) -> impl Iterator<Item = Class> + use<'a> {
        let register = led.register().map(|class| &self.component.shapes[class]);
        let fields = register.map_or(&[][..], |shape| &shape.fields);
        let contents = fields.iter().map(|(_, place)| place.class);
        led.address().into_iter().chain(contents)
    }

    /// The objects that addresses in the objects of a class lead to, each as often as there are fields that lead there.
    pub fn contents(self, class: Class) -> impl Iterator<Item = Class> + use<'a> {
        let fields = &self.component.shapes[class].fields;
        fields.iter().map(|(_, place)| place.class)
    }

    /// The classes, their contents, the contents of these, and so on.
    pub fn reachable(self, from: impl IntoIterator<Item = Class>) -> SmallVec<[Class; 8]> {
        let mut seen = crate::EntitySet::with_len(self.class_count());
        let mut found: SmallVec<[Class; 8]> = from.into_iter().filter(|&class| seen.insert(class)).collect();
        let mut next = 0;
        while let Some(&class) = found.get(next) {
            next += 1;
            found.extend(self.contents(class).filter(|&content| seen.insert(content)));
        }
        found
    }

    /// The number of classes: the length of tables of facts about them.
    #[inline]
    pub fn class_count(self) -> usize {
        self.component.shapes.len()
    }

    /// What the return value may lead to.
    pub fn returned(self) -> impl Iterator<Item = Class> + use<'a> {
        self.led_to(Led::of(self.function.returned))
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
