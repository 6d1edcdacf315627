//! Tangents in two parts (`__enzyme_augmentfwd` and `__enzyme_fwdsplit`): a recording function that runs the primal, and a replaying one
//! that computes tangents later, whatever memory holds by then.
//!
//! # Algorithm
//! A tangent function is made as always, and then cut in two. Its copies of primal instructions are the *recording* function. The rest is
//! the *replaying* function, with all branches. What that needs of the primal it calculates again where arithmetic on
//! parameters and on other such values is enough; all else (what was loaded, what calls returned, addresses of new memory) is *logged*: the
//! recording function appends it to a log right after it is computed, and the replaying one reads it at the same place. Both take the same
//! branches, so the log is read in the order in which it was written, from its beginning: callees log in the middle of their callers,
//! recursion included, and nothing needs to be planned.
//!
//! # Invariants
//! - The replaying function accesses shadow memory only, and calls nothing of the primal that does anything.
//! - The recording function knows no shadows: it takes the parameters of the primal.
//! - The two belong together only if they were cut from the same tangent function. The log begins with a number that says from which, and what it
//!   logs; the replaying function ends the program with a message if it is another one (module `outer`).
//!
//! # Cost
//! Linear in the bodies, times the rounds until parameters are known to be needed. The log has what is logged, in order, once for each
//! execution.
//!
//! # What it does not know
//! Memory that is the same in both parts (`enzyme_not_overwritten`): it is logged all the same. Calls that may throw, calls through
//! pointers, and derivatives that users registered for both parts at once are refused; those in two parts take the place of both (module
//! `rule`).

mod cut;
mod lasting;
mod log;
mod outer;
mod parts;
mod rule;

pub(crate) use rule::rule_of;

use indexmap::{IndexMap, IndexSet};
use ir::{Bodies, Context, EntitySet, FuncId, Function, GlobalId, Inst};
use rustc_hash::FxHashMap;

use crate::Forward;
use crate::emit::Marks;
use crate::error::{Error, ErrorKind};
use crate::request::{Job, Request, Requests};
use ::shadow::{GlobalShadow, Kept, ShadowGlobals};
use parts::{Parts, Reads, Side};
use rule::SplitRule;

/// Bytes of the head of a log that a caller provides memory for.
pub const LOG_BYTES: u64 = 48;

/// Who holds the head of the log between the two parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Holder {
    /// It is on the heap, and its address is handed on.
    Heap,
    /// The caller provides [`LOG_BYTES`] bytes, which may be moved.
    Caller,
}

/// One of the two functions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Half {
    /// Takes each parameter, followed by its shadow if `shadows` says so: these are ignored. Returns the log, if it is on the heap, and
    /// the value.
    Recording,
    /// Takes and returns what a tangent function does, and takes the log as its last argument. With `keep` it leaves the log for another run.
    Replaying {
        /// The log is used again.
        keep: bool,
        /// The value of the function is returned as well.
        primal: bool,
    },
}

/// What was asked of a tangent function that is to be cut.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Wanted {
    tangent: FuncId,
    holder: Holder,
    half: Half,
    /// For the recording function, which parameters are followed by a shadow.
    shadows: Vec<bool>,
}

/// The tangent functions to cut, and what was made of them.
#[derive(Default, Debug)]
pub(crate) struct Splits {
    /// What is known of the bodies that were made, if any of them is to be cut.
    marks: Option<FxHashMap<FuncId, Marks>>,
    wanted: IndexMap<Wanted, FuncId>,
    /// Tangent functions of which the user gives both parts.
    rules: IndexMap<FuncId, SplitRule>,
    /// Those of the outer functions that have a log.
    logged: EntitySet<FuncId>,
}

impl Splits {
    /// Notes what is known of a body.
    pub(crate) fn note(&mut self, tangent: FuncId, marks: Marks) {
        if let Some(all) = &mut self.marks {
            all.insert(tangent, marks);
        }
    }
}

/// A cut function: what records and what replays.
#[derive(Clone, Copy, Debug)]
struct Pair {
    record: FuncId,
    replay: FuncId,
}

impl Forward<'_> {
    /// One of the two functions for a request: declared, and made by [`Forward::run_split`]. The request is that of both: its value is
    /// returned if the function has one. `shadows` says of each parameter whether the recording function is given a shadow of it.
    pub fn request_half(
        &mut self,
        mut request: Request,
        shadows: Vec<bool>,
        holder: Holder,
        half: Half,
    ) -> FuncId {
        self.splits.marks.get_or_insert_default();
        self.requests.in_halves = true;
        let ctx = &self.module.ctx;
        let ret = ctx.types.return_type(ctx.funcs[request.func].ty);
        request.ret.primal = ret.is_some_and(|ret| ret != ctx.types.void());
        let (func, refused) = (request.func, self.refused.len());
        let tangent = self.request(request);
        if self.refused.len() > refused {
            return func;
        }
        let order = self.asked.remove(&tangent).unwrap_or(1);
        let wanted = Wanted {
            tangent,
            holder,
            half,
            shadows,
        };
        if let Some(&known) = self.splits.wanted.get(&wanted) {
            return known;
        }
        let outer = outer::declare(&mut self.module.ctx, &self.requests, &wanted);
        self.splits.wanted.insert(wanted, outer);
        if matches!(half, Half::Replaying { .. }) {
            self.asked.insert(outer, order);
        }
        outer
    }

    /// Whether a function of [`Forward::request_half`] has a log, after [`Forward::run_split`].
    pub fn has_log(&self, half: FuncId) -> bool {
        self.splits.logged.contains(half)
    }

    /// As [`Forward::run`], where all that was asked for are halves: gives the functions to export.
    ///
    /// # Errors
    /// Everything that has no derivative, or that cannot be cut. Then the requests are forgotten.
    pub fn run_split(&mut self) -> Result<Vec<FuncId>, Vec<Error>> {
        let mut made = self.run()?;
        let tangents: IndexSet<FuncId> = self.requests.functions().collect();
        made.retain(|func| !tangents.contains(func));
        let cut = self.cut(&tangents);
        let (pairs, reads) = cut.inspect_err(|_| self.splits.wanted.clear())?;
        let runtime = log::make(self.module);
        made.extend(runtime.all());
        let mut declared: FxHashMap<FuncId, Pair> = FxHashMap::default();
        for (&tangent, parts) in &pairs {
            declared.extend(
                cut::declare(&mut self.module.ctx, &self.requests, tangent, parts)
                    .map(|pair| (tangent, pair)),
            );
        }
        let mut bodies: Vec<Function> = Vec::new();
        let mut errors = Vec::new();
        let (all, ctx) = self.module.split();
        for (&tangent, parts) in &pairs {
            let Some(&pair) = declared.get(&tangent) else {
                continue;
            };
            if let Some(rule) = &parts.rule {
                let primal = parts.hands_primal_on();
                bodies.push(rule.record(ctx, pair, runtime, primal));
                bodies.push(rule.replay(ctx, pair, runtime, primal));
                continue;
            }
            let Some(source) = all.get(tangent) else { continue };
            let cutting = cut::Cutting {
                source,
                parts,
                parts_of: &pairs,
                declared: &declared,
                reads: &reads,
                runtime,
            };
            for body in [cutting.record(ctx, pair), cutting.replay(ctx, pair)] {
                match body {
                    Ok(body) => bodies.push(body),
                    Err(cut::Missing(value)) => {
                        let what = format!("{} is missing in a part", source.value_name(value));
                        let kind = ErrorKind::Internal { what };
                        errors.extend(self.requests.error_in(all, tangent, source.def_inst(value), kind));
                    }
                }
            }
        }
        if !errors.is_empty() {
            self.splits.wanted.clear();
            return Err(errors);
        }
        for (wanted, &outer) in &self.splits.wanted {
            let (Some(&pair), Some(parts)) = (declared.get(&wanted.tangent), pairs.get(&wanted.tangent))
            else {
                continue;
            };
            let tag = outer::tag(ctx, all, (&self.requests, &pairs), wanted);
            let log = parts.logs.then_some((runtime, tag));
            self.splits.logged.extend(parts.logs.then_some(outer));
            bodies.push(outer::body(ctx, wanted, (outer, pair), log, parts.returns_primal));
        }
        for body in bodies {
            made.push(body.id);
            self.module.set_body(body);
        }
        Ok(made)
    }

    /// Finds out which part of each tangent function belongs where, of all that what was asked for calls.
    fn cut(&mut self, tangents: &IndexSet<FuncId>) -> Result<(IndexMap<FuncId, Parts>, Reads), Vec<Error>> {
        let marks = self.splits.marks.take().unwrap_or_default();
        let mut work: Vec<FuncId> = self.splits.wanted.keys().map(|wanted| wanted.tangent).collect();
        let mut pairs: IndexMap<FuncId, Parts> = IndexMap::new();
        let mut errors = Vec::new();
        let mut rules = std::mem::take(&mut self.splits.rules);
        let (bodies, ctx) = self.module.split();
        while let Some(tangent) = work.pop() {
            if pairs.contains_key(&tangent) {
                continue;
            }
            let returns_primal = self.splits.wants_primal(tangent);
            if let (Some(rule), Some(request)) =
                (rules.shift_remove(&tangent), self.requests.request_of(tangent))
            {
                pairs.insert(tangent, Parts::registered(rule, request, returns_primal));
                continue;
            }
            let (Some(source), Some(marks), Some(request)) = (
                bodies.get(tangent),
                marks.get(&tangent),
                self.requests.request_of(tangent),
            ) else {
                continue;
            };
            let side = Side {
                ctx,
                source,
                marks,
                shadows: shadows_of_order(ctx, &self.globals, request.order),
                tangents,
                requests: &self.requests,
            };
            match Parts::of(&side, request, returns_primal) {
                Ok(parts) => {
                    work.extend(parts.calls.values().map(|call| call.tangent));
                    pairs.insert(tangent, parts);
                }
                Err((inst, what)) => {
                    let kind = ErrorKind::SplitForward { what };
                    errors.extend(self.requests.error_in(bodies, tangent, inst, kind));
                }
            }
        }
        for (tangent, (inst, what)) in lasting::check(ctx, bodies, &pairs) {
            let kind = ErrorKind::SplitForward { what };
            errors.extend(self.requests.error_in(bodies, tangent, inst, kind));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let reads = parts::settle(bodies, ctx, &mut pairs);
        Ok((pairs, reads))
    }

    /// Whether the user gives both parts of a function's tangent, and parts are what is being made.
    pub(crate) fn is_given(&self, func: FuncId) -> bool {
        self.requests.in_halves && rule_of(&self.module.ctx, func).is_some()
    }

    /// Takes the functions that the user gives for a request.
    pub(crate) fn take_rule(&mut self, job: &Job) -> Result<(), Error> {
        let request = &job.request;
        let (bodies, ctx) = self.module.split();
        let Some(functions) = rule_of(ctx, request.func) else {
            return Ok(());
        };
        let rule = SplitRule::read(ctx, bodies, request, functions).map_err(|kind| Error {
            func: request.func,
            inst: None,
            kind,
        })?;
        self.splits.rules.insert(job.func, rule);
        Ok(())
    }
}

impl Splits {
    /// Whether a replaying function returns the value of the primal.
    fn wants_primal(&self, tangent: FuncId) -> bool {
        self.wanted.keys().any(|wanted| {
            wanted.tangent == tangent && matches!(wanted.half, Half::Replaying { primal: true, .. })
        })
    }
}

/// The parameters of a tangent function that are primals, by position.
fn primal_positions(request: &Request) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut next = 0;
    for activity in &request.params {
        positions.push(next);
        next += if activity.is_dual() { 2 } else { 1 };
    }
    positions
}

/// The global variables that are shadows to a tangent function of some order: those of lower orders are data to it.
fn shadows_of_order(ctx: &Context, globals: &ShadowGlobals, order: u32) -> EntitySet<GlobalId> {
    let is_own = |made: &GlobalShadow| made.at.kept == Kept::Tangents && made.at.order == order;
    let made = globals.all().filter(is_own).map(|made| made.shadow);
    let of_user = ctx
        .globals
        .values()
        .filter_map(|global| global.shadow.filter(|_| order == 1));
    made.chain(of_user).collect()
}

/// The instruction of the primal that one of its tangent function was made for.
fn primal_of(data: &ir::InstData, primal: Option<&Function>) -> Option<Inst> {
    let origin = data.origin.or(data.location)?;
    let primal = primal?;
    primal
        .all_insts()
        .find(|&inst| primal.inst(inst).origin == Some(origin))
}

/// What an instruction of a tangent function that calls another one calls.
fn called(side: &Side<'_>, inst: Inst) -> Option<FuncId> {
    let callee = ir::graph::Callee::of(side.ctx, side.source, inst)?.func()?;
    side.tangents.contains(&callee).then_some(callee)
}

impl Requests {
    /// The request that a tangent function answers.
    pub(crate) fn request_of(&self, tangent: FuncId) -> Option<&Request> {
        self.all()
            .find(|(_, func)| *func == tangent)
            .map(|(request, _)| request)
    }

    /// An error at an instruction of a tangent function.
    fn error_in(
        &self,
        bodies: Bodies<'_>,
        tangent: FuncId,
        inst: Option<Inst>,
        kind: ErrorKind,
    ) -> Option<Error> {
        let func = self.request_of(tangent)?.func;
        let data = bodies
            .get(tangent)
            .zip(inst)
            .map(|(source, inst)| source.inst(inst));
        Some(Error {
            func,
            inst: data.and_then(|data| primal_of(data, bodies.get(func))),
            kind,
        })
    }

    /// All tangent functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = FuncId> + '_ {
        self.all().map(|(_, func)| func)
    }
}
