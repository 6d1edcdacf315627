//! Words of unknown type that are moved through registers: `ptr::swap` of the elements of a hash table that grows, sorts of structures.
//!
//! A copy of bytes whose type is not known is differentiated word by word (`ops::words`); an integer that is loaded and stored is the same in
//! another form. Where such a load has failed ([`movable`]) it is written as the copy that it is, through a variable of its own
//! ([`through_memory`]), and the derivative is made once more. All its uses must be stores, so nobody looks at the number, and
//! each use follows the load that it belongs to, so one variable is enough.

use std::rc::Rc;

use facts::only_doubles;
use ir::canonical::copy_bytes;
use ir::{Access, Context, Function, Inst, Module, NewInst, Op, Ordering, Type, TypeData, Uses, Value};
use rustc_hash::FxHashSet;

use crate::error::{Error, ErrorKind};

/// The bits of a word.
const BITS: u32 = 64;

/// A load, by the name of its function and its place among the instructions of the canonical body.
pub type Place = (Box<str>, usize);

/// Loads that are written as copies.
#[derive(Clone, Default, Debug)]
pub struct Moved(Rc<FxHashSet<Place>>);

impl Moved {
    /// These loads.
    pub fn new(places: impl IntoIterator<Item = Place>) -> Self {
        Self(Rc::new(places.into_iter().collect()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The loads that some errors are about and that only move words. None where words cannot be told apart.
pub fn movable(module: &Module, errors: &[Error]) -> Vec<Place> {
    let mut places = Vec::new();
    let about_types = |error: &&Error| matches!(error.kind, ErrorKind::UndeducedType { .. });
    if !errors.iter().any(|error| about_types(&error)) || !only_doubles(&module.ctx, module.bodies()) {
        return places;
    }
    for error in errors.iter().filter(about_types) {
        let (Some(body), Some(store)) = (module.body(error.func), error.inst) else {
            continue;
        };
        let data = body.inst(store);
        let load = match data.op {
            Op::Store(_) => body.def_inst(data.operands[0]),
            Op::Load(_) => Some(store),
            _ => None,
        };
        let Some(load) = load.filter(|&load| only_moves(&module.ctx, body, load)) else {
            continue;
        };
        let place = body.all_insts().position(|inst| inst == load);
        places.extend(place.map(|place| (module.ctx.funcs[error.func].name.clone(), place)));
    }
    places
}

/// Whether a load reads whole words, and all that is done with them is that they are stored.
fn only_moves(ctx: &Context, body: &Function, load: Inst) -> bool {
    let data = body.inst(load);
    let (Op::Load(access), Some(result)) = (&data.op, data.result) else {
        return false;
    };
    let is_words = words_of(ctx, data.ty).is_some();
    let uses = Uses::of(body);
    let users = uses.of_value(result);
    is_words
        && is_plain(access)
        && !users.is_empty()
        && users.iter().all(|&(user, position)| {
            position == 0 && matches!(&body.inst(user).op, Op::Store(access) if is_plain(access))
        })
}

/// How many words an integer, or a vector of words, consists of.
fn words_of(ctx: &Context, ty: Type) -> Option<u64> {
    let (scalar, lanes) = match *ctx.types.get(ty) {
        TypeData::Vector { element, len } => (element, len),
        _ => (ty, 1),
    };
    let bits = ctx.types.int_bits(scalar)?;
    (bits > 0 && bits % BITS == 0).then(|| u64::from(bits / BITS) * u64::from(lanes))
}

fn is_plain(access: &Access) -> bool {
    access.ordering == Ordering::NotAtomic && !access.volatile
}

/// Writes those loads of a canonical body that were found to move words as copies.
pub(crate) fn through_memory(ctx: &mut Context, body: &mut Function, moved: &Moved) {
    if moved.is_empty() {
        return;
    }
    let name = ctx.funcs[body.id].name.clone();
    let places = body.all_insts().enumerate();
    let loads: Vec<Inst> = places
        .filter(|&(place, _)| moved.0.contains(&(name.clone(), place)))
        .map(|(_, inst)| inst)
        .collect();
    for load in loads {
        if only_moves(ctx, body, load) {
            copy(ctx, body, load);
        }
    }
}

/// Writes one load and its stores as copies through a variable.
fn copy(ctx: &mut Context, body: &mut Function, load: Inst) {
    let (ty, source) = (body.inst(load).ty, body.inst(load).operands[0]);
    let Some(result) = body.inst(load).result else {
        return;
    };
    let stores: Vec<Inst> = Uses::of(body)
        .of_value(result)
        .iter()
        .map(|&(store, _)| store)
        .collect();
    let (i32, ptr) = (ctx.types.i32(), ctx.types.ptr());
    let one = ctx.consts.int(&ctx.types, i32, 1);
    let one = body.constant(ctx, one);
    let words = words_of(ctx, ty).unwrap_or(1);
    let word = ctx.types.i64();
    let ty = ctx.types.array(word, words);
    let variable = NewInst::new(Op::Alloca { ty, align: 8 }, ptr, &[one]);
    let entry = body.entry();
    let variable = body.insert_inst(ctx, entry, 0, variable);
    let Some(variable) = body.inst(variable).result else {
        return;
    };
    for store in stores {
        let to = body.inst(store).operands[1];
        replace(ctx, body, store, (to, variable, words));
    }
    replace(ctx, body, load, (variable, source, words));
}

/// Puts a copy in the place of an instruction.
fn replace(ctx: &mut Context, body: &mut Function, inst: Inst, (to, from, words): (Value, Value, u64)) {
    let mut new = copy_bytes(ctx, body, (to, from), words * 8);
    let data = body.inst(inst);
    let (block, location) = (data.block, data.origin.or(data.location));
    new.location = location;
    let place = body.insts(block).iter().position(|&other| other == inst);
    body.insert_inst(ctx, block, place.unwrap_or(0), new);
    body.remove_inst(inst);
}

#[cfg(test)]
mod tests {
    use ir::text::parse_module;
    use ir::{Function, Op};

    use super::{Moved, through_memory};

    /// How many loads, stores and calls there are after the first two instructions were to be written as copies.
    fn written(ty: &str, between: &str) -> [usize; 3] {
        let text = format!(
            "define void @f(ptr %p, ptr %q, ptr %r) {{
              %a = load {ty}, ptr %p
              %b = load {ty}, ptr %q
              {between}
              store {ty} %b, ptr %p
              store {ty} %a, ptr %q
              ret void
            }}"
        );
        let mut module = parse_module(&text).expect("the text is IR");
        let mut body: Function = module.bodies().next().expect("one function").clone();
        let moved = Moved::new([("f".into(), 0), ("f".into(), 1)]);
        through_memory(&mut module.ctx, &mut body, &moved);
        let count = |is: fn(&Op) -> bool| body.all_insts().filter(|&inst| is(&body.inst(inst).op)).count();
        [
            count(|op| matches!(op, Op::Load(_))),
            count(|op| matches!(op, Op::Store(_))),
            count(|op| matches!(op, Op::Call(_))),
        ]
    }

    #[test]
    fn what_only_moves_is_copied() {
        assert_eq!(written("i64", ""), [0, 0, 4]);
        assert_eq!(written("i128", ""), [0, 0, 4]);
        assert_eq!(written("<2 x i64>", ""), [0, 0, 4]);
        assert_eq!(written("i64", "store i64 %a, ptr %r"), [0, 0, 5]);
    }

    #[test]
    fn what_is_looked_at_is_no_copy() {
        // The first is a number; the second is still moved.
        assert_eq!(written("i64", "%c = add i64 %a, 1"), [1, 1, 2]);
        assert_eq!(
            written("i64", "%c = inttoptr i64 %a to ptr\nstore i64 1, ptr %c"),
            [1, 2, 2]
        );
        // Parts of words, and floats.
        assert_eq!(written("i32", ""), [2, 2, 0]);
        assert_eq!(written("double", ""), [2, 2, 0]);
    }
}
