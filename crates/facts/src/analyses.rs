//! The analyses of everything that one request reaches.

use std::rc::Rc;

use activity::{Activities, ActivityFacts, ActivityInput, ContextKey, EntryMemory};
use indexmap::IndexMap;
use ir::phases::phase;
use ir::{Bodies, Context, FuncId, Inst};
use rules::RuleTable;

use crate::disguised::disguised;
use crate::types::{Seeds, Types};

/// What the analyses of a whole request say about one function that it reaches. Analyzing once what a request reaches serves the
/// derivatives of all the functions that it calls: made anew for each, the cost would be the square of the length of call chains.
#[derive(Clone, Debug)]
pub struct Analyses {
    pub(crate) types: Types,
    pub(crate) activities: Rc<Activities>,
    /// See [`Facts::disguised`](crate::Facts::disguised).
    pub(crate) disguised: Rc<IndexMap<FuncId, Vec<Inst>>>,
}

/// What the analyses of a caller say about a callee with a body.
#[derive(Clone, Debug)]
pub struct Known {
    /// The types in the callee; `None` if the type analysis has not entered the call.
    types: Option<Types>,
    activities: Rc<Activities>,
    disguised: Rc<IndexMap<FuncId, Vec<Inst>>>,
}

impl Analyses {
    /// The activity in the function that was asked about.
    pub fn root(&self) -> &ActivityFacts {
        self.activities.root()
    }

    /// What these analyses say about the callee of a call of a function with a body, and what identifies the callee's types, if the type
    /// analysis has entered the call.
    pub(crate) fn callee(&self, inst: Inst) -> (Option<Seeds>, Known) {
        let (seeds, types) = self.types.call(inst).unzip();
        let activities = Rc::clone(&self.activities);
        let disguised = Rc::clone(&self.disguised);
        let known = Known {
            types,
            activities,
            disguised,
        };
        (seeds, known)
    }
}

/// What the analyses of a function depend on.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Types, constants, declarations.
    pub ctx: &'a Context,
    /// The bodies that are known.
    pub bodies: Bodies<'a>,
    /// What library functions do.
    pub rules: &'a RuleTable,
    /// Options of the activity analysis.
    pub activity: activity::Options,
    /// Options of the type analysis.
    pub types: &'a typeanalysis::TypeOptions,
    /// The function, and what is active where it is entered.
    pub context: &'a ContextKey,
    /// What is known of types where it is entered.
    pub seeds: &'a Seeds,
    /// Whether derivatives are moved with what is moved, whatever it is. Then what may be floats in disguise counts as not known, and is
    /// no error.
    pub moves_unknown: bool,
}

impl Question<'_> {
    /// Analyzes all that the function reaches; `known`, the analyses of a caller, serve as far as they have entered the function as the
    /// question says.
    pub fn answer(&self, known: Option<Known>) -> Analyses {
        let (types, activities) = known.map_or((None, None), |known| {
            (known.types, Some((known.activities, known.disguised)))
        });
        // Where its types were not entered the caller's activity analysis knew no types. That is less precise than new analyses, but
        // only it can say what is inactive in classes of its own.
        let activities = activities.filter(|_| types.is_some() || !self.context.memory.inactive.is_empty());
        let types = types.unwrap_or_else(|| {
            let _phase = phase("type analysis");
            let entry = (self.context.func, self.seeds);
            Types::analyze(self.ctx, self.bodies, self.rules, self.types, entry)
        });
        let reached = activities.filter(|(known, _)| known.get(self.context).is_some());
        if let Some((activities, disguised)) = reached {
            return Analyses {
                types,
                activities,
                disguised,
            };
        }
        let activities = self.activities(&types);
        let (types, activities, disguised) = match disguised(self, &activities) {
            Some(found) if self.moves_unknown || found.stores.is_empty() => {
                let activities = self.activities(&found.types);
                (found.types, activities, IndexMap::new())
            }
            Some(found) => (types, activities, found.stores),
            None => (types, activities, IndexMap::new()),
        };
        Analyses {
            types,
            activities: Rc::new(activities),
            disguised: Rc::new(disguised),
        }
    }

    fn activities(&self, types: &Types) -> Activities {
        let _phase = phase("activity analysis");
        // What another analysis knows to be inactive is said in classes of its own.
        let memory = EntryMemory {
            inactive: Vec::new(),
            analysis: 0,
            ..self.context.memory.clone()
        };
        activity::analyze(&ActivityInput {
            ctx: self.ctx,
            bodies: self.bodies,
            rules: self.rules,
            types: &types.contents(self.ctx, self.bodies),
            func: self.context.func,
            params: &self.context.params,
            ret: self.context.ret,
            memory: &memory,
            options: self.activity,
        })
    }
}
