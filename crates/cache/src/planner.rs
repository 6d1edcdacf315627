//! The steps of planning, in order.

use indexmap::{IndexMap, IndexSet};
use ir::graph::Callee;
use ir::{Block, Context, EntitySet, EntityVec, FuncId, Function, Inst, Type, TypeData, Value};
use rules::Resolver;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::demand::{Demand, Reads, pointee_type};
use crate::error::PlanError;
use crate::graph::{Graph, Nodes, Options};
use crate::node::{Node, Recipe, Way};
use crate::overwrite::Overwrites;
use crate::plan::{Mode, Overwritten, Plan, PlanInput, Planned};
use crate::print::{on_tape, slot_bytes};
use crate::refill::Refills;
use crate::repeats::find_repeats;
use crate::route::{Route, routes};
use crate::select::{Selected, select};
use crate::storage::{Item, Places, place};
use crate::thrift::select_thriftily;
use crate::words::{Word, WordId, pack};

/// Plans the tape of one body.
///
/// # Errors
/// All reasons why there is no plan.
pub fn plan(input: &PlanInput<'_>) -> Result<Plan, Vec<PlanError>> {
    let resolver = resolver(input);
    let demand = Demand::new(input, &resolver);
    let mut reads: Vec<(Inst, Reads)> = Vec::new();
    let mut adjoints = EntitySet::with_len(input.function.inst_count());
    for &block in input.shape.cfg.order() {
        if input.shape.returning.contains(block) {
            for &inst in input.function.insts(block) {
                if let Some(found) = demand.adjoint(inst) {
                    adjoints.insert(inst);
                    reads.push((inst, found));
                }
            }
        }
    }
    let routes = routes(input.function, input.shape, &adjoints).map_err(|error| vec![error])?;
    let overwrites = Overwrites::new(input, &resolver);
    let refills = Refills::new(input, &overwrites);
    let nodes = Nodes {
        input,
        resolver: &resolver,
        overwrites: &overwrites,
        refills: &refills,
    };
    let mut graph = Graph::of(&nodes, demanded(input, &routes, &reads))?;
    let mut selected = select_thriftily(&nodes, &mut graph);
    if input.mode == Mode::Split && is_avoidable(&graph, &selected) {
        // A frame costs two calls of the tape besides what is in it; a function without any is called without a tape.
        graph.raise_frame_prices();
        selected = select(&graph);
    }
    let (items, words) = pack(input, items(input, &resolver, &graph, &selected));
    let known = |node: Node| match graph.vertices.get_index_of(&node) {
        Some(at) => selected[at] != Selected::Unneeded || graph.vertices[at].options == Options::Free,
        None => nodes.is_free(node),
    };
    let mut places = place(input.ctx, input.function, input.shape, items, &known);
    find_repeats(input, &overwrites, &mut places);
    let plan = assemble(graph, &selected, (places, words), routes, adjoints);
    debug_assert!(is_complete(&plan), "what is recomputed has operands with ways");
    within_limit(input, plan)
}

/// What of the memory that the callee of `call` knows may be written after the call and before the reverse sweep comes to it: by this
/// function, or by those that [`PlanInput::overwritten`] speaks of. One entry for each argument.
pub fn overwritten_after(input: &PlanInput<'_>, calls: &[Inst]) -> Vec<Overwritten> {
    let resolver = resolver(input);
    let overwrites = Overwrites::new(input, &resolver);
    calls.iter().map(|&call| overwrites.after_call(call)).collect()
}

/// The loads that give the same value again if they are repeated in the reverse sweep. For reports and tests: [`plan`] finds them itself.
pub fn repeatable_loads(input: &PlanInput<'_>) -> EntitySet<Inst> {
    let resolver = resolver(input);
    let overwrites = Overwrites::new(input, &resolver);
    let insts = input.function.all_insts();
    insts.filter(|&inst| overwrites.is_repeatable(inst)).collect()
}

/// Whether all that is stored is in the frame, and could be computed again.
fn is_avoidable(graph: &Graph, selected: &[Selected]) -> bool {
    let vertices = graph.vertices.values().zip(selected);
    let mut stored = vertices.filter(|(_, selected)| **selected == Selected::Store);
    stored.all(|(vertex, _)| vertex.scope.is_none() && matches!(vertex.options, Options::Recompute(_)))
}

/// Knows the functions that the body calls: each name is looked up once.
fn resolver<'a>(input: &PlanInput<'a>) -> Resolver<'a> {
    let callee = |inst| Callee::of(input.ctx, input.function, inst).and_then(Callee::func);
    let called: IndexSet<FuncId> = input.function.all_insts().filter_map(callee).collect();
    let called: Vec<FuncId> = called.into_iter().collect();
    Resolver::new(input.ctx, input.bodies, input.rules, false, &called)
}

/// What the visited blocks read, and what their routes do.
fn demanded(
    input: &PlanInput<'_>,
    routes: &EntityVec<Block, Option<Route>>,
    reads: &[(Inst, Reads)],
) -> Vec<Node> {
    let mut demanded = Vec::new();
    for (inst, nodes) in reads {
        if routes[input.function.inst(*inst).block].is_some() {
            demanded.extend_from_slice(nodes);
        }
    }
    for &block in input.shape.cfg.order() {
        match &routes[block] {
            Some(Route::Loop { of, .. }) => demanded.push(Node::Count(*of)),
            Some(Route::Choice(_)) => demanded.push(Node::Choice(block)),
            _ => {}
        }
    }
    demanded
}

/// What is to be stored.
fn items(input: &PlanInput<'_>, resolver: &Resolver<'_>, graph: &Graph, selected: &[Selected]) -> Vec<Item> {
    let mut items = Vec::new();
    for (at, (&node, vertex)) in graph.vertices.iter().enumerate() {
        if selected[at] != Selected::Store {
            continue;
        }
        let ty = stored_type(input, resolver, node);
        let lanes = match node {
            Node::Shadow(_) => input.width,
            _ => 1,
        };
        let reason = match &vertex.options {
            Options::Store(reason) => (*reason).to_owned(),
            _ => "storing it costs less than computing it again".to_owned(),
        };
        let align = input.ctx.layout.align(&input.ctx.types, ty).unwrap_or(8);
        items.push(Item {
            node,
            ty,
            lanes,
            bytes: vertex.bytes,
            align: align.clamp(1, 16) as u32,
            scope: vertex.scope,
            reason,
        });
    }
    items
}

/// The type of one lane of a node as it is stored.
fn stored_type(input: &PlanInput<'_>, resolver: &Resolver<'_>, node: Node) -> Type {
    let types = &input.ctx.types;
    let of_value = |value: Value| match types.get(input.function.ty(value)) {
        TypeData::Int(1) => types.i8(),
        _ => input.function.ty(value),
    };
    match node {
        Node::Primal(value) | Node::Shadow(value) => of_value(value),
        Node::Choice(block) if input.shape.cfg.preds(block).len() <= 256 => types.i8(),
        Node::Choice(_) => types.i32(),
        Node::Count(_) | Node::Extent(_) => types.i64(),
        Node::Pointee { call, argument, .. } => pointee_type(input, resolver, call, argument),
        Node::Base(_) => types.ptr(),
        Node::Word(_) => types.i8(),
    }
}

fn assemble(
    graph: Graph,
    selected: &[Selected],
    (places, words): (Places, EntityVec<WordId, Word>),
    routes: EntityVec<Block, Option<Route>>,
    adjoints: EntitySet<Inst>,
) -> Plan {
    let mut nodes: IndexMap<Node, Planned, FxBuildHasher> = IndexMap::default();
    for (at, (node, vertex)) in graph.vertices.into_iter().enumerate() {
        match (vertex.options, selected[at]) {
            (_, Selected::Free) => {
                nodes.insert(node, Planned::way(Way::Free));
            }
            (Options::Recompute(recomputed), Selected::Recompute) => {
                let planned = Planned {
                    way: Way::Recompute,
                    recipe: Some(recomputed.recipe),
                    operands: recomputed.operands,
                };
                nodes.insert(node, planned);
            }
            _ => {}
        }
    }
    for (id, slot) in places.slots.iter() {
        nodes.insert(slot.node, Planned::way(Way::Stored(id)));
    }
    for (id, word) in words.iter() {
        for (node, first, count) in word.places() {
            let planned = Planned {
                way: Way::Recompute,
                recipe: Some(Recipe::Bits {
                    word: id,
                    first,
                    count,
                }),
                operands: SmallVec::from_slice(&[Node::Word(id)]),
            };
            nodes.insert(node, planned);
        }
    }
    for extent in &places.extents {
        let Some(values) = &extent.values else { continue };
        for &value in values {
            nodes.entry(value).or_insert(Planned::way(Way::Free));
        }
        let planned = Planned {
            way: Way::Recompute,
            recipe: Some(Recipe::Extent(extent.of)),
            operands: values.iter().copied().collect(),
        };
        nodes.insert(Node::Extent(extent.of), planned);
    }
    Plan {
        nodes,
        routes,
        adjoints,
        slots: places.slots,
        frame: places.frame,
        nests: places.nests,
        records: places.records,
        words,
    }
}

impl Planned {
    fn way(way: Way) -> Self {
        Self {
            way,
            recipe: None,
            operands: SmallVec::new(),
        }
    }
}

/// Whether every operand of every recomputed node has a way.
fn is_complete(plan: &Plan) -> bool {
    plan.nodes.values().all(|planned| {
        planned
            .operands
            .iter()
            .all(|&operand| plan.way(operand).is_some())
    })
}

/// The plan, if it keeps within the limit; else what goes beyond.
fn within_limit(input: &PlanInput<'_>, plan: Plan) -> Result<Plan, Vec<PlanError>> {
    let Some(limit) = input.options.tape_limit else {
        return Ok(plan);
    };
    let mut total = 0.0;
    let mut errors = Vec::new();
    for slot in plan.slots.values() {
        if !on_tape(slot, input.mode) {
            continue;
        }
        let bytes = slot_bytes(slot);
        total += bytes;
        if total > limit as f64 {
            errors.push(PlanError::TapeLimit {
                inst: defining(input.function, slot.node),
                limit,
                what: describe(input.ctx, input.function, slot.node),
                bytes: bytes as u64,
                reason: slot.reason.clone(),
            });
        }
    }
    match errors.is_empty() {
        true => Ok(plan),
        false => Err(errors),
    }
}

/// The instruction that a node belongs to.
fn defining(function: &Function, node: Node) -> Option<Inst> {
    match node {
        Node::Primal(value) | Node::Shadow(value) => function.def_inst(value),
        Node::Choice(block) => function.insts(block).first().copied(),
        Node::Pointee { call, .. } => Some(call),
        Node::Count(_) | Node::Extent(_) | Node::Base(_) | Node::Word(_) => None,
    }
}

/// A node in words, for a message that shows the instruction. Values without a name have none here: LLVM's numbers are not ours.
fn describe(ctx: &Context, function: &Function, node: Node) -> String {
    let what = |value: Value| match function.ty(value) {
        ty if ctx.types.is_ptr(ty) => "the address",
        _ => "the value",
    };
    let named = |value: Value| match function.value_names.get(&value) {
        Some(name) => format!(" %{name}"),
        None => String::new(),
    };
    match node {
        Node::Primal(value) => format!("{}{}", what(value), named(value)),
        Node::Shadow(value) => format!("the shadow of {}{}", what(value), named(value)),
        Node::Choice(block) => format!("how {} was entered", function.block_name(block)),
        Node::Count(current) => format!("the iterations of {current}"),
        Node::Extent(current) => format!("the extent of {current}"),
        Node::Pointee { argument, .. } => format!("the number behind argument {argument} of a call"),
        Node::Base(nest) => format!("the arrays of {nest}"),
        Node::Word(_) => "conditions of one iteration".to_owned(),
    }
}
