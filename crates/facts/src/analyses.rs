//! The analyses of everything that one request reaches.

use std::rc::Rc;

use activity::{Activities, ActivityInput, ContextKey};
use ir::{Bodies, Context, Inst};
use rules::RuleTable;

use crate::types::{Seeds, Types};

/// What the analyses of a whole request say about one function that it reaches. Analyzing once what a request reaches serves the
/// derivatives of all the functions that it calls: made anew for each, the cost would be the square of the length of call chains.
#[derive(Clone, Debug)]
pub struct Analyses {
    pub(crate) types: Types,
    pub(crate) activities: Rc<Activities>,
}

impl Analyses {
    /// The same analyses, about the callee of a call of a function with a body, and what identifies the callee's types. `None` if the
    /// type analysis has not entered the call.
    pub(crate) fn callee(&self, inst: Inst) -> Option<(Seeds, Self)> {
        let (seeds, types) = self.types.call(inst)?;
        let activities = Rc::clone(&self.activities);
        Some((seeds, Self { types, activities }))
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
}

impl Question<'_> {
    /// Analyzes all that the function reaches; `known`, the analyses of a caller, serve as far as they have entered the function as the
    /// question says.
    pub fn answer(&self, known: Option<Analyses>) -> Analyses {
        let types = match known {
            Some(known) if known.activities.get(self.context).is_some() => return known,
            Some(known) => known.types,
            None => {
                let entry = (self.context.func, self.seeds);
                Types::analyze(self.ctx, self.bodies, self.rules, self.types, entry)
            }
        };
        let activities = activity::analyze(&ActivityInput {
            ctx: self.ctx,
            bodies: self.bodies,
            rules: self.rules,
            types: &types.contents(self.ctx, self.bodies),
            func: self.context.func,
            params: &self.context.params,
            ret: self.context.ret,
            memory: &self.context.memory,
            options: self.activity,
        });
        Analyses {
            types,
            activities: Rc::new(activities),
        }
    }
}
