//! What type analysis says, in the words that making tangents needs.

use std::rc::Rc;

use activity::{Content, ValueTypes};
use indexmap::IndexMap;
use ir::{Context, FuncId, Function, Inst, TypeData, Value};
use typeanalysis::base::BaseType;
use typeanalysis::facts::{ContextId, TypeAnswer, TypeFacts};
use typeanalysis::input::{ArgSeed, SeedStyle, TypeInput, default_seeds};
use typeanalysis::tree::{EVERY, TypeTree};
use typeanalysis::{Contradiction, TypeWarning, UnknownBytes};

use crate::declared;

/// What some bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// No float and no address.
    Integer,
    /// A float.
    Float,
    /// An address.
    Pointer,
    /// Not known.
    Unknown,
}

impl Sort {
    fn of(base: BaseType) -> Self {
        match base {
            BaseType::Integer => Self::Integer,
            BaseType::Float(_) => Self::Float,
            BaseType::Pointer => Self::Pointer,
            BaseType::Anything | BaseType::Unknown => Self::Unknown,
        }
    }
}

/// What is known of the types of a function's arguments and return where it is called: part of the identity of its tangent function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Seeds {
    params: Vec<ArgSeed>,
    ret: TypeTree,
}

impl Seeds {
    /// What LLVM's types say.
    pub fn of_signature(ctx: &Context, func: FuncId) -> Self {
        let (params, ret) = default_seeds(ctx, func, SeedStyle::Request);
        Self { params, ret }
    }

    /// What LLVM's types say to a request. An integer with a shadow is no number: calling conventions pass small structures of floats that way, and what
    /// it is shows where it is used.
    pub fn of_request(ctx: &Context, func: FuncId, has_shadow: impl Fn(usize) -> bool) -> Self {
        let mut seeds = Self::of_signature(ctx, func);
        let types = ctx.types.param_types(ctx.funcs[func].ty);
        for (index, (seed, &ty)) in seeds.params.iter_mut().zip(types).enumerate() {
            if has_shadow(index) && ctx.types.int_bits(ty).is_some() {
                *seed = ArgSeed::default();
            }
        }
        seeds
    }

    /// What `print-activity-analysis` begins with: what LLVM's types say, but nothing about pointers.
    pub fn of_activity_printer(ctx: &Context, func: FuncId) -> Self {
        let (params, ret) = default_seeds(ctx, func, SeedStyle::ActivityPrinter);
        Self { params, ret }
    }

    /// What a context of an analysis was entered with.
    fn of_facts(facts: &TypeFacts) -> Self {
        let mut params = Vec::new();
        while let Some((tree, ints)) = facts.seed(params.len()) {
            params.push(ArgSeed {
                tree: tree.clone(),
                known_ints: ints.clone(),
            });
        }
        let ret = facts.return_seed().clone();
        Self { params, ret }
    }
}

/// The types in one function, where one call or request enters it.
#[derive(Clone, Debug)]
pub struct Types {
    answer: Rc<TypeAnswer>,
    context: ContextId,
}

impl Types {
    /// Analyzes `func`, which has a body, as `seeds` say it is entered.
    pub fn analyze(
        ctx: &Context,
        bodies: ir::Bodies<'_>,
        rules: &rules::RuleTable,
        options: &typeanalysis::TypeOptions,
        (func, seeds): (FuncId, &Seeds),
    ) -> Self {
        let answer = typeanalysis::analyze(&TypeInput {
            ctx,
            bodies,
            rules,
            func,
            params: &seeds.params,
            ret: &seeds.ret,
            options,
        });
        let context = answer.root();
        Self {
            answer: Rc::new(answer),
            context,
        }
    }

    /// The types in the callee of a call, with what identifies them.
    pub fn call(&self, inst: Inst) -> Option<(Seeds, Self)> {
        let context = self.facts().call(inst)?;
        let types = Self {
            answer: Rc::clone(&self.answer),
            context,
        };
        Some((Seeds::of_facts(types.facts()), types))
    }

    /// All that the analysis says about the function.
    pub fn facts(&self) -> &TypeFacts {
        self.answer.facts(self.context)
    }

    /// What the bytes at `offset` of a value are.
    pub fn sort(&self, value: Value, offset: u64) -> Sort {
        Sort::of(self.base(value, offset))
    }

    /// The format of the float that starts at byte `offset` of a value, if it is one.
    pub fn float(&self, value: Value, offset: u64) -> Option<ir::FloatKind> {
        self.facts().tree(value).get(&[index(Some(offset))]).float()
    }

    /// What the memory is `offset` bytes behind an address; at every offset if none is given.
    pub fn memory_sort(&self, address: Value, offset: Option<u64>) -> Sort {
        Sort::of(self.memory_base(address, offset))
    }

    /// What starts at `offset` of a value.
    pub(crate) fn base(&self, value: Value, offset: u64) -> BaseType {
        self.facts().tree(value).get(&[index(Some(offset))])
    }

    /// What starts `offset` bytes behind an address; what is everywhere behind it if no offset is given.
    pub(crate) fn memory_base(&self, address: Value, offset: Option<u64>) -> BaseType {
        self.facts().tree(address).get(&[0, index(offset)])
    }

    /// Whether the memory behind an address holds addresses behind which floats are known to be.
    pub fn memory_leads_to_floats(&self, address: Value, offset: Option<u64>) -> bool {
        has_float(self.facts().tree(address), &[0, index(offset)])
    }

    /// Whether memory that an address leads to, over however many other addresses, is known to hold a float of this format somewhere.
    pub fn leads_to(&self, address: Value, kind: ir::FloatKind) -> bool {
        let tree = self.facts().tree(address);
        tree.entries()
            .any(|(path, base)| path.len() > 1 && base.float() == Some(kind))
    }

    /// The facts about a function's values that contradict each other.
    pub fn contradictions(&self, func: FuncId) -> impl Iterator<Item = &Contradiction> {
        self.answer
            .contradictions
            .iter()
            .filter(move |found| found.func == func)
    }

    /// What the analysis left out, in any of the functions that it entered.
    pub fn warnings(&self) -> impl Iterator<Item = &TypeWarning> {
        self.answer.warnings.iter()
    }

    /// The first `size` bytes of a value if the type of one of them is not known, with where they come from.
    pub fn undeduced(&self, function: &Function, value: Value, size: u64) -> Option<UnknownBytes> {
        let unknown = self.facts().deduce(value, size).err()?;
        Some(unknown.traced(function))
    }

    /// The first `size` bytes behind an address if the type of one of them is not known, with where they come from.
    pub fn undeduced_memory(&self, function: &Function, address: Value, size: u64) -> Option<UnknownBytes> {
        let unknown = self.facts().deduce_memory(address, size).err()?;
        Some(unknown.traced(function))
    }

    /// The types of all functions that the analysis entered, for activity analysis.
    pub fn contents<'a>(&'a self, ctx: &'a Context, bodies: ir::Bodies<'a>) -> Contents<'a> {
        let mut contexts: IndexMap<FuncId, Vec<&TypeFacts>> = IndexMap::new();
        for (_, facts) in self.answer.contexts() {
            contexts.entry(facts.func).or_default().push(facts);
        }
        Contents {
            ctx,
            bodies,
            contexts,
        }
    }
}

/// An offset as an element of a path. Offsets beyond what trees keep are found by none.
fn index(offset: Option<u64>) -> i32 {
    match offset {
        Some(offset) => i32::try_from(offset).unwrap_or(i32::MAX),
        None => EVERY,
    }
}

/// Whether a path that starts so and goes on leads to a float.
fn has_float(tree: &TypeTree, start: &[i32]) -> bool {
    tree.entries().any(|(path, base)| {
        let fits = |(&at, &wanted): (&i32, &i32)| at == EVERY || wanted == EVERY || at == wanted;
        path.len() > start.len() && base.float().is_some() && path.iter().zip(start).all(fits)
    })
}

/// The types of values in all contexts of an analysis.
pub struct Contents<'a> {
    ctx: &'a Context,
    bodies: ir::Bodies<'a>,
    contexts: IndexMap<FuncId, Vec<&'a TypeFacts>>,
}

impl ValueTypes for Contents<'_> {
    fn content(&self, func: FuncId, value: Value) -> Content {
        let Some(function) = self.bodies.get(func) else {
            return Content::Unknown;
        };
        let types = &self.ctx.types;
        let ty = function.ty(value);
        match types.get(types.scalar(ty)) {
            TypeData::Float(_) => return Content::Float,
            TypeData::Ptr(_) => return Content::Pointer,
            _ => {}
        }
        match self.deduced(func, value, self.ctx.store_size_of(ty).unwrap_or(0)) {
            Content::Unknown if declared::is_integer(self.ctx, function, value) => Content::Plain,
            content => content,
        }
    }
}

impl Contents<'_> {
    /// What the memory behind an address begins with, as [`content`](ValueTypes::content) says it of a value.
    pub(crate) fn memory_content(&self, func: FuncId, address: Value) -> Content {
        let contexts = self.contexts.get(&func).into_iter().flatten();
        let contents = contexts.map(|facts| match facts.tree(address).get(&[0, 0]) {
            BaseType::Unknown | BaseType::Anything => Content::Unknown,
            BaseType::Integer => Content::Plain,
            BaseType::Float(_) => Content::Float,
            BaseType::Pointer => Content::Pointer,
        });
        let agreed = contents.reduce(|one, other| if one == other { one } else { Content::Unknown });
        agreed.unwrap_or(Content::Unknown)
    }

    /// What holds in every context of the function: where two disagree, nothing.
    fn deduced(&self, func: FuncId, value: Value, size: u64) -> Content {
        let mut contexts = self.contexts.get(&func).into_iter().flatten();
        let Some(first) = contexts.next() else {
            return Content::Unknown;
        };
        let content = content(self.ctx, first.tree(value), size);
        match contexts.all(|facts| self::content(self.ctx, facts.tree(value), size) == content) {
            true => content,
            false => Content::Unknown,
        }
    }
}

/// What the first `size` bytes of a value are. `Anything`, such as zero, agrees with all.
fn content(ctx: &Context, tree: &TypeTree, size: u64) -> Content {
    let (mut floats, mut pointers) = (false, false);
    let mut offset = 0;
    while offset < size {
        offset += match tree.get(&[index(Some(offset))]) {
            BaseType::Float(kind) => {
                floats = true;
                u64::from(kind.bits() / 8)
            }
            BaseType::Pointer => {
                pointers = true;
                ctx.layout.pointer_size(0)
            }
            BaseType::Integer | BaseType::Anything => 1,
            BaseType::Unknown => return Content::Unknown,
        };
    }
    match (floats, pointers) {
        (false, false) => Content::Plain,
        (true, false) => Content::Float,
        (false, true) => Content::Pointer,
        (true, true) => Content::Unknown,
    }
}
