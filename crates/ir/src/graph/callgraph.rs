//! The call graph of what some functions reach, with its strongly connected components.

use indexmap::{IndexMap, IndexSet};
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxBuildHasher;

use crate::constant::{ConstData, Consts, OpaqueConst};
use crate::context::{Bodies, Context, FuncId};
use crate::entity::{Entity, EntityVec};
use crate::function::Function;
use crate::inst::{Inst, Op};

/// What a call calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Callee {
    /// A function by name.
    Direct(FuncId),
    /// An address that is known only at run time.
    Indirect,
    /// Inline assembly.
    Asm,
}

impl Callee {
    /// What the call or invoke `inst` calls; `None` for other instructions. Casts of a function's address are looked through.
    pub fn of(ctx: &Context, function: &Function, inst: Inst) -> Option<Self> {
        let callee = function.inst(inst).callee()?;
        Some(match function.as_const(callee) {
            Some(constant) => Self::of_const(&ctx.consts, constant),
            None => Self::Indirect,
        })
    }

    fn of_const(consts: &Consts, constant: crate::constant::Const) -> Self {
        match consts.get(constant) {
            ConstData::Func(func) => Self::Direct(*func),
            ConstData::Expr {
                op: crate::constant::ConstOp::Cast(_),
                operands,
                ..
            } => Self::of_const(consts, operands[0]),
            ConstData::Opaque {
                kind: OpaqueConst::InlineAsm | OpaqueConst::EmptyAsm(_) | OpaqueConst::QueryAsm,
                ..
            } => Self::Asm,
            _ => Self::Indirect,
        }
    }

    /// The function, if it is known.
    pub fn func(self) -> Option<FuncId> {
        match self {
            Self::Direct(func) => Some(func),
            _ => None,
        }
    }
}

/// Who calls whom, among the functions that some roots reach by direct calls.
#[derive(Clone, Debug)]
pub struct CallGraph {
    functions: Vec<FuncId>,
    calls: CallMap,
    components: Vec<Vec<FuncId>>,
    component: EntityVec<FuncId, u32>,
}

/// The calls of each function.
type CallMap = IndexMap<FuncId, Calls, FxBuildHasher>;

/// The calls of one function.
#[derive(Clone, Default, Debug)]
struct Calls {
    callees: Vec<FuncId>,
    indirect: bool,
}

/// The component of a function that is not reached.
const NO_COMPONENT: u32 = u32::MAX;

impl CallGraph {
    /// The graph of what `roots` reach. Linear in the bodies that are reached.
    pub fn of(ctx: &Context, bodies: Bodies<'_>, roots: &[FuncId]) -> Self {
        let mut calls = CallMap::default();
        let mut work: Vec<FuncId> = roots.iter().rev().copied().collect();
        while let Some(func) = work.pop() {
            if calls.contains_key(&func) {
                continue;
            }
            let found = bodies
                .get(func)
                .map_or_else(Calls::default, |body| calls_of(ctx, body));
            work.extend(found.callees.iter().rev());
            calls.insert(func, found);
        }
        let components = components(&calls);
        let mut component = EntityVec::filled(ctx.funcs.len(), NO_COMPONENT);
        for (number, members) in components.iter().enumerate() {
            for &member in members {
                component[member] = number as u32;
            }
        }
        Self {
            functions: calls.keys().copied().collect(),
            calls,
            components,
            component,
        }
    }

    /// The functions that are reached, declarations included, in the order of discovery.
    pub fn functions(&self) -> &[FuncId] {
        &self.functions
    }

    /// The functions that `func` calls directly, each once.
    pub fn callees(&self, func: FuncId) -> &[FuncId] {
        self.calls.get(&func).map_or(&[], |calls| &calls.callees)
    }

    /// Whether `func` calls addresses or inline assembly: then it may call anything.
    pub fn calls_indirectly(&self, func: FuncId) -> bool {
        self.calls.get(&func).is_some_and(|calls| calls.indirect)
    }

    /// The strongly connected components, callees before callers.
    pub fn components(&self) -> &[Vec<FuncId>] {
        &self.components
    }

    /// Whether `func` can reach itself by direct calls.
    pub fn is_recursive(&self, func: FuncId) -> bool {
        let number = self.component.get(func).copied().unwrap_or(NO_COMPONENT);
        number != NO_COMPONENT
            && (self.components[number as usize].len() > 1 || self.callees(func).contains(&func))
    }

    /// Whether two functions can each reach the other.
    pub fn same_component(&self, a: FuncId, b: FuncId) -> bool {
        match (self.component.get(a), self.component.get(b)) {
            (Some(&a), Some(&b)) => a == b && a != NO_COMPONENT,
            _ => false,
        }
    }
}

fn calls_of(ctx: &Context, body: &Function) -> Calls {
    let mut calls = Calls::default();
    let mut seen: IndexSet<FuncId, FxBuildHasher> = IndexSet::default();
    for inst in body.all_insts() {
        match Callee::of(ctx, body, inst) {
            Some(Callee::Direct(func)) => {
                seen.insert(func);
            }
            Some(_) => calls.indirect = true,
            // Terminators like `callbr` are calls that we do not model.
            None => calls.indirect |= matches!(body.inst(inst).op, Op::Opaque { .. }),
        }
    }
    calls.callees = seen.into_iter().collect();
    calls
}

/// Kosaraju's algorithm gives components in reverse topological order, which is callees first. (Tarjan's in petgraph is recursive: a
/// long chain of calls would overflow the stack.)
fn components(calls: &CallMap) -> Vec<Vec<FuncId>> {
    let mut graph: DiGraph<FuncId, ()> = DiGraph::new();
    for &func in calls.keys() {
        graph.add_node(func);
    }
    for (from, found) in calls.values().enumerate() {
        for callee in &found.callees {
            if let Some(to) = calls.get_index_of(callee) {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
    }
    petgraph::algo::kosaraju_scc(&graph)
        .into_iter()
        .map(|component| {
            let mut members: Vec<FuncId> = component.into_iter().map(|node| graph[node]).collect();
            members.sort_by_key(|func| func.index());
            members
        })
        .collect()
}
