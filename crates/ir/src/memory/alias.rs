//! Whether two accesses may overlap, and what an instruction does to a location.
//!
//! What is used, in this order: constant offsets from one base; different identified objects (stack slots, allocations, globals,
//! `noalias` and `byval` parameters); objects whose address no other code has, against addresses from elsewhere; `!tbaa`;
//! `!alias.scope` and `!noalias`, within one iteration or, if the scope was opened outside of every loop, always. Phis and selects are
//! followed to a few bases. A question costs the length of the address computations.
//!
//! Callees are known by [`Summaries`]: what they write before they return, as the answers are about executions in which the function itself
//! returns. Where it goes on when a call unwinds, also what they write otherwise.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::effects::{CallEffects, Knowledge, call_effects};
use super::objects::{Based, Object, Objects};
use super::summary::{Executions, Summaries};
use super::tbaa;
use crate::attrs::ModRef;
use crate::context::{Context, Meta};
use crate::entity::EntitySet;
use crate::function::{Function, Value};
use crate::graph::{Callee, Loops};
use crate::inst::{Inst, Op, Ordering};

/// Whether two locations share bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alias {
    /// Never.
    No,
    /// Perhaps.
    May,
    /// Always, but they are not the same bytes.
    Partial,
    /// They start at the same byte.
    Must,
}

/// Some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    /// Where they start. If their number is unknown, bytes before it may belong to the location too.
    pub address: Value,
    /// How many, if that is known.
    pub size: Option<u64>,
    /// The metadata of the access.
    pub meta: Meta,
}

impl Location {
    /// The memory that an address leads to, all around it.
    pub fn around(address: Value) -> Self {
        Self {
            address,
            size: None,
            meta: Meta::none(),
        }
    }

    /// What a load, store or atomic operation accesses; `None` for other instructions.
    pub fn of(ctx: &Context, function: &Function, inst: Inst) -> Option<Self> {
        let data = function.inst(inst);
        let (address, _) = data.address()?;
        let ty = match data.op {
            Op::Store(_) => function.ty(data.operands[0]),
            Op::AtomicRmw(..) | Op::CmpXchg(_) => function.ty(data.operands[1]),
            _ => data.ty,
        };
        Some(Self {
            address,
            size: ctx.store_size_of(ty),
            meta: data.meta,
        })
    }
}

/// When two locations are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Values have the meaning that they have at one moment: both locations belong to the same iteration of every loop.
    Same,
    /// The accesses may belong to different iterations, so what a loop computes is not the same value for both.
    Any,
}

/// What is known about the memory of one function.
#[derive(Clone, Copy, Debug)]
pub struct Aliases<'a> {
    ctx: &'a Context,
    function: &'a Function,
    facts: &'a AliasFacts,
}

/// The facts behind [`Aliases`].
#[derive(Clone, Debug)]
pub struct AliasFacts {
    objects: Objects,
    /// What each call does, by instruction number.
    calls: indexmap::IndexMap<Inst, CallEffects>,
    /// Values that loops compute.
    varying: EntitySet<Value>,
    /// Alias scopes that are opened, and once only while the function is executed.
    lasting: FxHashSet<(u32, u32)>,
}

impl AliasFacts {
    /// Finds them. Linear in the function.
    pub fn of(
        ctx: &Context,
        function: &Function,
        loops: &Loops,
        summaries: &Summaries,
        knowledge: &dyn Knowledge,
    ) -> Self {
        let mut calls = indexmap::IndexMap::new();
        let mut varying = EntitySet::with_len(function.value_count());
        let (mut lasting, mut repeated) = (FxHashSet::default(), FxHashSet::default());
        let mut blocks = None;
        let executions = Executions::returning(function, &mut blocks);
        for inst in function.all_insts() {
            let data = function.inst(inst);
            if data.op.call_info().is_some() {
                let effects = known_effects(ctx, function, (inst, executions), summaries, knowledge);
                calls.insert(inst, effects);
            }
            let cyclic = loops.depth(data.block) > 0 || !loops.irreducible().is_empty();
            if let Some(result) = data.result.filter(|_| cyclic) {
                varying.insert(result);
            }
            for &scope in &ctx.meta(data.meta).opened_scopes {
                // Code that was copied may open the same scope again.
                if !lasting.insert(scope) || cyclic {
                    repeated.insert(scope);
                }
            }
        }
        lasting.retain(|scope| !repeated.contains(scope));
        let effects = |inst: Inst| calls.get(&inst).cloned().unwrap_or_else(CallEffects::unknown);
        let objects = Objects::of(ctx, function, &effects);
        Self {
            objects,
            calls,
            varying,
            lasting,
        }
    }

    /// The facts together with what they are about.
    pub fn view<'a>(&'a self, ctx: &'a Context, function: &'a Function) -> Aliases<'a> {
        Aliases {
            ctx,
            function,
            facts: self,
        }
    }
}

/// What a call does in some executions of its function, by attributes, knowledge, and the summary of the callee's body.
pub(super) fn known_effects(
    ctx: &Context,
    function: &Function,
    (inst, executions): (Inst, Executions<'_>),
    summaries: &Summaries,
    knowledge: &dyn Knowledge,
) -> CallEffects {
    let mut effects = call_effects(ctx, function, inst, knowledge);
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
    let summary = callee.and_then(|callee| summaries.of_call(callee, executions, function.inst(inst)));
    if let Some(summary) = summary {
        summary.narrow(&mut effects);
    }
    effects
}

impl<'a> Aliases<'a> {
    /// The objects of the function.
    pub fn objects(self) -> &'a Objects {
        &self.facts.objects
    }

    /// Whether two locations share bytes.
    pub fn alias(self, a: &Location, b: &Location, moment: Moment) -> Alias {
        if a.size == Some(0) || b.size == Some(0) {
            return Alias::No;
        }
        let meta = |location: &Location| self.ctx.meta(location.meta);
        let counts = |scope| moment == Moment::Same || self.facts.lasting.contains(&scope);
        let by_offset = self.same_base(a, b, moment);
        if let Some(known) = by_offset {
            return known;
        }
        if tbaa::disjoint_types(self.ctx, meta(a), meta(b))
            || tbaa::disjoint_scopes(meta(a), meta(b), &counts)
            || self.different_objects(a.address, b.address)
        {
            return Alias::No;
        }
        Alias::May
    }

    /// The answer for addresses at known offsets from one base; `None` for others.
    fn same_base(self, a: &Location, b: &Location, moment: Moment) -> Option<Alias> {
        let based = |location: &Location| {
            self.facts
                .objects
                .based(self.ctx, self.function, location.address)
        };
        let (x, y) = (based(a), based(b));
        let same = x.base == y.base
            || matches!((x.object, y.object), (Object::Global(g), Object::Global(h)) if g == h);
        if !same || moment == Moment::Any && (self.is_varying(&x) || self.is_varying(&y)) {
            return None;
        }
        let (from, to) = (x.offset?, y.offset?);
        if from.terms != to.terms {
            return None;
        }
        let distance = i128::from(to.constant) - i128::from(from.constant);
        Some(overlap(distance, a.size, b.size))
    }

    /// Whether an address is not the same in all iterations.
    fn is_varying(self, based: &Based) -> bool {
        let varying = |value: Value| self.facts.varying.contains(value);
        let terms = based.offset.iter().flat_map(|offset| offset.terms.iter());
        varying(based.base) || terms.into_iter().any(|&(value, _)| varying(value))
    }

    /// Whether two addresses lead to different objects.
    fn different_objects(self, a: Value, b: Value) -> bool {
        let bases = |address| self.facts.objects.bases(self.ctx, self.function, address);
        let (Some(a), Some(b)) = (bases(a), bases(b)) else {
            return false;
        };
        a.iter().all(|&a| b.iter().all(|&b| self.are_different(a, b)))
    }

    fn are_different(self, a: Object, b: Object) -> bool {
        let objects = &self.facts.objects;
        // What is only said to come from null comes from resizing nothing: it is new memory, which may be known by other addresses.
        let (nothing, other) = if a == Object::Nothing { (a, b) } else { (b, a) };
        if nothing == Object::Nothing {
            return !matches!(other, Object::Nothing | Object::Unknown(_));
        }
        if a == b {
            return false;
        }
        if objects.is_identified(a) && objects.is_identified(b) {
            return true;
        }
        // What the function has made is not what it was given: parameters and globals are older.
        let made = |object| matches!(object, Object::Stack(_) | Object::Heap(_));
        let older = |object| matches!(object, Object::Param(_) | Object::Global(_));
        if made(a) && older(b) || made(b) && older(a) {
            return true;
        }
        // Another parameter is not based on one that nothing else aliases ("noalias" in LangRef's parameter attributes).
        let param = |object| matches!(object, Object::Param(_));
        if param(a) && param(b) && (objects.is_identified(a) || objects.is_identified(b)) {
            return true;
        }
        objects.is_private(self.function, a) || objects.is_private(self.function, b)
    }

    /// What an instruction may do to a location.
    pub fn mod_ref(self, inst: Inst, location: &Location, moment: Moment) -> ModRef {
        let data = self.function.inst(inst);
        let access = match data.op {
            Op::Load(_) => ModRef::REF,
            Op::Store(_) => ModRef::MOD,
            Op::AtomicRmw(..) | Op::CmpXchg(_) => ModRef::BOTH,
            Op::Call(_) | Op::Invoke(_) => return self.call_mod_ref(inst, location),
            Op::Fence(_) | Op::Opaque { .. } | Op::VaArg => {
                return self.outside_access(location, ModRef::BOTH);
            }
            _ => return ModRef::NONE,
        };
        let ordered = data
            .address()
            .is_some_and(|(_, access)| access.volatile || access.ordering > Ordering::Monotonic);
        if ordered && !self.is_private(location) {
            return ModRef::BOTH;
        }
        let Some(accessed) = Location::of(self.ctx, self.function, inst) else {
            return ModRef::BOTH;
        };
        match self.alias(&accessed, location, moment) {
            Alias::No => ModRef::NONE,
            _ => self.keep_constant(location, access),
        }
    }

    fn call_mod_ref(self, inst: Inst, location: &Location) -> ModRef {
        let Some(effects) = self.facts.calls.get(&inst) else {
            return ModRef::BOTH;
        };
        let mut found = self.outside_access(location, effects.other);
        let data = self.function.inst(inst);
        for (index, &arg) in data.args().iter().enumerate() {
            let access = effects.arg(index).access;
            if !access.is_none() && self.may_reach(arg, location) {
                found = found.union(access);
            }
        }
        for &extra in &data.operands[1 + data.args().len()..] {
            if self.may_reach(extra, location) {
                found = ModRef::BOTH;
            }
        }
        self.keep_constant(location, found)
    }

    /// Whether memory around an argument may be the location's.
    fn may_reach(self, arg: Value, location: &Location) -> bool {
        self.ctx
            .types
            .is_ptr(self.ctx.types.scalar(self.function.ty(arg)))
            && !self.different_objects(arg, location.address)
    }

    /// What code that knows the function's memory only by addresses it could find does to a location.
    fn outside_access(self, location: &Location, access: ModRef) -> ModRef {
        match self.is_private(location) {
            true => ModRef::NONE,
            false => self.keep_constant(location, access),
        }
    }

    fn is_private(self, location: &Location) -> bool {
        let bases = self
            .facts
            .objects
            .bases(self.ctx, self.function, location.address);
        bases.is_some_and(|bases| self.all_private(&bases))
    }

    fn all_private(self, bases: &SmallVec<[Object; 2]>) -> bool {
        let private = |&base: &Object| self.facts.objects.is_private(self.function, base);
        bases.iter().all(private)
    }

    /// Memory that never changes is not modified.
    fn keep_constant(self, location: &Location, access: ModRef) -> ModRef {
        let meta = self.ctx.meta(location.meta);
        let by_meta = meta.invariant_load || meta.tbaa.is_some_and(|tag| tag.constant);
        let constant =
            |base: &Object| matches!(base, Object::Global(global) if self.ctx.globals[*global].constant);
        let bases = self
            .facts
            .objects
            .bases(self.ctx, self.function, location.address);
        let by_object = bases.is_some_and(|bases| !bases.is_empty() && bases.iter().all(constant));
        ModRef {
            reads: access.reads,
            writes: access.writes && !by_meta && !by_object,
        }
    }
}

/// The relation of ranges that start `distance` bytes apart, the second after the first if that is positive.
fn overlap(distance: i128, first: Option<u64>, second: Option<u64>) -> Alias {
    let apart = |size: Option<u64>, gap: i128| size.is_some_and(|size| gap >= i128::from(size));
    match (first, second) {
        (Some(_), Some(_)) if distance == 0 => Alias::Must,
        (Some(_), Some(_)) if distance > 0 && apart(first, distance) => Alias::No,
        (Some(_), Some(_)) if distance < 0 && apart(second, -distance) => Alias::No,
        (Some(_), Some(_)) => Alias::Partial,
        _ => Alias::May,
    }
}
