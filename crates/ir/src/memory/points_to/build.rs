//! Making the classes of one strongly connected component.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::carry::{Carriers, carriers, is_bundle};
use super::classes::{Cell, Classes};
use super::{Class, Component, FunctionClasses, Held, Led, Place, Pointers, Shape};
use crate::constant::{Const, ConstData};
use crate::context::{Bodies, Context, FuncId, GlobalId, Linkage};
use crate::entity::{EntitySet, EntityVec};
use crate::function::{Function, Value};
use crate::inst::Inst;
use crate::memory::address::{ConstBase, const_base};
use crate::memory::effects::Knowledge;
use crate::types::Type;

/// Adds the classes of the component with these members.
pub(super) fn component(
    ctx: &Context,
    bodies: Bodies<'_>,
    members: &[FuncId],
    knowledge: &dyn Knowledge,
    pointers: &mut Pointers,
) {
    let functions: Vec<&Function> = members
        .iter()
        .filter(|&&func| !knowledge.hides_body(ctx, func))
        .filter_map(|&func| bodies.get(func))
        .collect();
    if functions.is_empty() {
        return;
    }
    let mut builder = Builder {
        ctx,
        knowledge,
        pointers,
        classes: Classes::default(),
        globals: IndexMap::default(),
        external: None,
        functions: IndexMap::default(),
    };
    let declared: Vec<_> = functions
        .iter()
        .map(|function| builder.declare(function))
        .collect();
    for (&function, insts) in functions.iter().zip(declared) {
        for inst in insts {
            builder.inst(function, inst);
        }
    }
    builder.read_initializers();
    builder.expose_globals();
    builder.drop_local_links();
    let finished = builder.finish();
    let number = pointers.components.len();
    pointers.components.push(finished.0);
    for (func, mut function) in finished.1 {
        function.component = number;
        pointers.functions.insert(func, function);
    }
}

/// What a value is: an address, or a register that holds some.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Where the address leads; of a register, the register itself.
    pub(super) cell: Cell,
    pub(super) bundle: bool,
}

/// The nodes of one function.
pub(super) struct Nodes {
    pub(super) carriers: EntitySet<Value>,
    pub(super) values: EntityVec<Value, Option<Slot>>,
    pub(super) params: Vec<Value>,
    pub(super) returned: Option<Slot>,
    pub(super) calls: IndexMap<Inst, Vec<CallPair>, FxBuildHasher>,
}

/// A class of a callee and the node that it is here; recursive calls have nodes on both sides.
pub(super) enum CallPair {
    Foreign(Class, Cell),
    Own(Slot),
}

pub(super) struct Builder<'a> {
    pub(super) ctx: &'a Context,
    pub(super) knowledge: &'a dyn Knowledge,
    pub(super) pointers: &'a Pointers,
    pub(super) classes: Classes,
    pub(super) globals: IndexMap<GlobalId, Cell, FxBuildHasher>,
    external: Option<Cell>,
    pub(super) functions: IndexMap<FuncId, Nodes, FxBuildHasher>,
}

impl Builder<'_> {
    /// Makes room for a function. Returns its instructions that have to do with addresses.
    fn declare(&mut self, function: &Function) -> Vec<Inst> {
        let Carriers { values, insts } = carriers(self.ctx, function, self.knowledge);
        let nodes = Nodes {
            carriers: values,
            values: EntityVec::filled(function.value_count(), None),
            params: function.params.clone(),
            returned: None,
            calls: IndexMap::default(),
        };
        self.functions.insert(function.id, nodes);
        insts
    }

    /// What a value is; `None` if it carries no address of an object.
    pub(super) fn slot(&mut self, function: &Function, value: Value) -> Option<Slot> {
        let nodes = &self.functions[&function.id];
        if !nodes.carriers.contains(value) {
            return None;
        }
        if nodes.values[value].is_some() {
            return nodes.values[value];
        }
        let slot = match function.as_const(value) {
            Some(constant) => self.constant(constant)?,
            None => Slot {
                cell: self.classes.add(),
                bundle: is_bundle(self.ctx, function.ty(value)),
            },
        };
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.values[value] = Some(slot);
        }
        Some(slot)
    }

    /// What a constant leads to.
    fn constant(&mut self, constant: Const) -> Option<Slot> {
        let ctx = self.ctx;
        let ty = ctx.const_type(constant);
        let address = |cell: Cell| Some(Slot { cell, bundle: false });
        if ctx.types.is_ptr(ty) {
            return match const_base(ctx, constant) {
                ConstBase::Global(global, offset) => {
                    let cell = self.global(global);
                    if offset.is_none() {
                        self.classes.stride(cell, 1);
                    }
                    address(cell.shift(offset.unwrap_or(0)))
                }
                ConstBase::Func | ConstBase::Nothing | ConstBase::Nowhere => None,
                ConstBase::Unknown => address(self.external()),
            };
        }
        match ctx.consts.get(constant) {
            ConstData::Aggregate { members, .. } => self.aggregate(ty, members),
            ConstData::Expr { operands, .. } => {
                let slots: Vec<Slot> = operands
                    .iter()
                    .filter_map(|&operand| self.constant(operand))
                    .collect();
                let first = *slots.first()?;
                for &slot in &slots {
                    self.merge(first, slot);
                }
                Some(first)
            }
            ConstData::Global(global) => address(self.global(*global)),
            _ => None,
        }
    }

    /// The register that a constant aggregate is.
    fn aggregate(&mut self, ty: Type, members: &[Const]) -> Option<Slot> {
        let ctx = self.ctx;
        let mut register = None;
        for (index, &member) in members.iter().enumerate() {
            let Some(slot) = self.constant(member) else {
                continue;
            };
            let cell = *register.get_or_insert_with(|| self.classes.add());
            match ctx.layout.member_offset(&ctx.types, ty, index as u64) {
                Some(offset) => self.place(cell.shift(offset as i64), slot),
                None => {
                    self.classes.stride(cell, 1);
                    self.place(cell, slot);
                }
            }
        }
        register.map(|cell| Slot { cell, bundle: true })
    }

    /// What is at a place of memory or of a register is this.
    pub(super) fn place(&mut self, at: Cell, slot: Slot) {
        if slot.bundle {
            self.classes.join(at, slot.cell);
        } else {
            let content = self.classes.content(at);
            self.classes.join(content, slot.cell);
        }
    }

    /// The node of a global variable.
    pub(super) fn global(&mut self, global: GlobalId) -> Cell {
        if let Some(&node) = self.globals.get(&global) {
            return node;
        }
        let node = self.classes.add();
        self.globals.insert(global, node);
        node
    }

    /// The contents of globals are what their initializers mention. That may be further globals, which come after those before in the
    /// table: a list of globals may be long, so this is no recursion.
    fn read_initializers(&mut self) {
        let mut next = 0;
        while let Some((&global, &cell)) = self.globals.get_index(next) {
            next += 1;
            let init = self.ctx.globals[global].init;
            if let Some(slot) = init.and_then(|init| self.constant(init)) {
                self.place(cell, slot);
            }
        }
    }

    /// What unknown code can reach. Whatever it leads to is in it too.
    pub(super) fn external(&mut self) -> Cell {
        if let Some(cell) = self.external {
            return cell;
        }
        let cell = self.classes.add();
        self.classes.stride(cell, 1);
        let content = self.classes.content(cell);
        self.classes.join(cell, content);
        self.external = Some(cell);
        cell
    }

    /// Unknown code can reach all variable globals that other modules see, and store in them what it reaches.
    fn expose_globals(&mut self) {
        let Some(external) = self.external else { return };
        for (global, cell) in self.globals.clone() {
            let global = &self.ctx.globals[global];
            if global.linkage != Linkage::Internal && !global.constant {
                self.classes.join(cell, external);
            }
        }
    }

    /// Links to objects that no caller learns of serve callers no more.
    fn drop_local_links(&mut self) {
        let mut exported: Vec<Cell> = self.globals.values().copied().chain(self.external).collect();
        for nodes in self.functions.values() {
            let params = nodes.params.iter().filter_map(|&param| nodes.values[param]);
            exported.extend(params.chain(nodes.returned).map(|slot| slot.cell));
        }
        self.classes.drop_local_links(&exported);
    }

    /// Addresses that are computed in some way from each other: they lead to the same objects, to unknown places in them.
    pub(super) fn merge(&mut self, a: Slot, b: Slot) {
        let (a, b) = match (a.bundle, b.bundle) {
            (false, false) | (true, true) => (a.cell, b.cell),
            (true, false) => (self.inside(a), b.cell),
            (false, true) => (a.cell, self.inside(b)),
        };
        self.classes.stride(a, 1);
        self.classes.join(a, b);
    }

    /// What all addresses in a register lead to.
    pub(super) fn inside(&mut self, register: Slot) -> Cell {
        self.classes.stride(register.cell, 1);
        self.classes.content(register.cell)
    }

    pub(super) fn escape(&mut self, function: &Function, value: Value) {
        if let Some(slot) = self.slot(function, value) {
            let external = self.external();
            self.classes.join(slot.cell, external);
        }
    }

    fn finish(self) -> (Component, Vec<(FuncId, FunctionClasses)>) {
        let (origins, shapes) = self.classes.finish();
        let place = |cell: Cell| origins[cell.node as usize].shift(cell.offset);
        let held = |slot: Slot| Held {
            place: place(slot.cell),
            bundle: slot.bundle,
        };
        let globals = self.globals.into_iter();
        let component = Component {
            globals: globals.map(|(global, cell)| (global, place(cell))).collect(),
            external: self.external.map(place),
            shapes,
        };
        let functions = self.functions.into_iter().map(|(func, nodes)| {
            let calls = nodes.calls.iter();
            let calls = calls.map(|(&inst, found)| (inst, pairs(found, &place, &component.shapes)));
            let function = FunctionClasses {
                component: 0,
                params: nodes
                    .params
                    .iter()
                    .map(|&param| nodes.values[param].map(held))
                    .collect(),
                values: nodes
                    .values
                    .values()
                    .map(|slot| Led::of(slot.map(held)))
                    .collect(),
                returned: nodes.returned.map(held),
                calls: calls.collect(),
            };
            (func, function)
        });
        let functions = functions.collect();
        (component, functions)
    }
}

/// The pairs of classes that a call makes known to both sides.
fn pairs(
    found: &[CallPair],
    place: &dyn Fn(Cell) -> Place,
    shapes: &EntityVec<Class, Shape>,
) -> Vec<(Class, Class)> {
    let mut pairs: IndexSet<(Class, Class), FxBuildHasher> = IndexSet::default();
    for pair in found {
        match *pair {
            CallPair::Foreign(theirs, cell) => {
                pairs.insert((theirs, place(cell).class));
            }
            // Both sides share what the argument reaches, too.
            CallPair::Own(slot) => {
                let mut work = vec![place(slot.cell).class];
                while let Some(shared) = work.pop() {
                    if pairs.insert((shared, shared)) {
                        work.extend(shapes[shared].fields.iter().map(|(_, place)| place.class));
                    }
                }
            }
        }
    }
    pairs.into_iter().collect()
}
