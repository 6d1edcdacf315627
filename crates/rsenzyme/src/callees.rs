//! Functions that a call through a constant pointer may lead to: those of the module that have the type of the call and whose address is known
//! to more than calls of them. They are looked up, and imported, only where an analysis has met such a call, because most programs have
//! none, and some types (two addresses, no result) are those of much of a language's library.

use forward::{Callee, Callees, ErrorKind, Lacking};
use ir::ConstData;
use llvm::Importer;
use reverse::Moved;

use crate::messages;
use crate::places::Places;
use crate::raw::{Mod, Ty, Val};
use crate::request::Kind;

/// A function that was found.
struct Found {
    func: Val,
    /// Where it is in virtual tables, if it is nowhere else.
    slots: Option<Box<[u64]>>,
}

/// What was looked up.
#[derive(Default)]
pub(crate) struct Looked {
    types: Vec<Ty>,
    found: Vec<Found>,
    /// Loads that only move words of unknown type.
    pub(crate) moved: Moved,
}

impl Looked {
    /// The types of calls through pointers among errors that were not looked up yet.
    pub(crate) fn missing<'e>(
        &self,
        importer: &Importer,
        errors: impl Iterator<Item = &'e forward::Error>,
    ) -> Vec<Ty> {
        let places = Places::new(importer);
        let types = errors
            .filter(|error| error.kind == ErrorKind::IndirectCall)
            .filter_map(|error| places.raw(error.func, error.inst?))
            .filter(|call| call.is_call_or_invoke())
            .map(Val::called_type)
            .filter(|ty| !self.types.contains(ty));
        let mut missing = Vec::new();
        for ty in types {
            if !missing.contains(&ty) {
                missing.push(ty);
            }
        }
        missing
    }

    /// Looks up functions of more types.
    pub(crate) fn look_up(&mut self, module: Mod, types: Vec<Ty>, from_rustc: bool) {
        let fits = |func: &Val| func.has_body() && types.contains(&func.function_type());
        for func in module.functions().filter(fits) {
            let mut uses = Uses {
                module,
                from_rustc,
                slots: Vec::new(),
                elsewhere: false,
            };
            uses.of_function(func);
            if uses.elsewhere || !uses.slots.is_empty() {
                let slots = (!uses.elsewhere).then(|| uses.slots.into());
                self.found.push(Found { func, slots });
            }
        }
        self.types.extend(types);
    }

    /// The functions, which the importer imports.
    pub(crate) fn functions(&self) -> impl Iterator<Item = Val> + '_ {
        self.found.iter().map(|found| found.func)
    }

    /// The lists in the terms of an importer.
    pub(crate) fn callees(&self, importer: &mut Importer) -> Callees {
        let callee = |found: &Found| {
            // SAFETY: functions of the module live as long as the engine.
            let func = unsafe { importer.func_id(found.func.raw()) };
            let slots = found.slots.clone();
            (importer.module.ctx.funcs[func].ty, Callee { func, slots })
        };
        self.found.iter().map(callee).collect()
    }

    /// Says that the addresses of the functions matter: derivatives compare them, so two functions with the same code must not become one
    /// (what one of them copies may be numbers, and what the other copies integers).
    pub(crate) fn keep_apart(&self) {
        for found in &self.found {
            found.func.keep_address();
        }
    }
}

/// Where the address of a function is.
struct Uses {
    module: Mod,
    /// Virtual tables are laid out as rustc does it.
    from_rustc: bool,
    slots: Vec<u64>,
    /// The address is known to more than virtual tables.
    elsewhere: bool,
}

impl Uses {
    fn of_function(&mut self, func: Val) {
        for user in func.users() {
            if user.is_call_or_invoke() {
                let is_request = user
                    .callee()
                    .is_some_and(|callee| Kind::of_name(&callee.name()).is_some());
                self.elsewhere |= !is_request && user.args().contains(&func);
            } else {
                self.of_constant(func, user, 0);
            }
        }
    }

    /// `user` has the constant `part` among its operands; the address is at `offset` of that.
    fn of_constant(&mut self, part: Val, user: Val, offset: u64) {
        if user.is_global_variable() {
            match user.name().starts_with("llvm.") {
                true => {}
                false if self.from_rustc && is_virtual_table(user) => self.slots.push(offset),
                false => self.elsewhere = true,
            }
            return;
        }
        let Some(members) = self.members(user).filter(|_| !user.is_instruction()) else {
            self.elsewhere = true;
            return;
        };
        for (at, member) in members {
            if member == part {
                for next in user.users() {
                    self.of_constant(user, next, at + offset);
                }
            }
        }
    }

    /// The members of a constant, with their offsets.
    fn members(&self, constant: Val) -> Option<Vec<(u64, Val)>> {
        let ty = constant.ty();
        let size = self.module.size_of(ty.element()).unwrap_or(0);
        let count = match ty.is_struct() {
            true => ty.fields().len() as u64,
            false => ty.array_len()?,
        };
        let member = |index: u64| {
            let at = match ty.is_struct() {
                true => self.module.offset_of(ty, index as u32),
                false => index * size,
            };
            Some((at, constant.aggregate_element(index as u32)?))
        };
        (0..count).map(member).collect()
    }
}

/// Whether a constant begins as virtual tables of Rust do: the function that drops, or null, the size, and the alignment.
fn is_virtual_table(global: Val) -> bool {
    let fields = match global.initializer() {
        Some(init) if global.is_constant_global() => init.ty().fields(),
        _ => return false,
    };
    let bytes = |ty: &Ty| {
        (ty.element().int_bits() == Some(8))
            .then(|| ty.array_len())
            .flatten()
    };
    match fields.as_slice() {
        [first, ..] if bytes(first) == Some(24) => true,
        [first, second, ..] => first.is_ptr() && bytes(second) == Some(16),
        _ => false,
    }
}

/// Writes into the messages of functions that stand for derivatives that there are not what is wrong, where, and what can be done.
pub(crate) fn explain(importer: &mut Importer, lacking: &[Lacking]) {
    for lacking in lacking {
        let Some(global) = lacking.message else { continue };
        let mut error = messages::derivative_error(importer, usize::MAX, &lacking.error);
        error.function.clear();
        let name = llvm::demangle(&importer.module.ctx.funcs[lacking.func].name);
        let inst = lacking.error.inst;
        let line = inst.and_then(|inst| Places::new(importer).location(lacking.error.func, inst));
        let line = line.map_or_else(String::new, |line| format!(" ({line})"));
        let text = format!(
            "rsenzyme: a constant function pointer or trait object led to `{name}`, which has no derivative: {error}{line}\0"
        );
        let ctx = &mut importer.module.ctx;
        let byte = ctx.types.int(8);
        let ty = ctx.types.array(byte, text.len() as u64);
        let init = ctx.consts.intern(ConstData::Data {
            ty,
            bytes: text.into_bytes().into(),
        });
        let global = &mut ctx.globals[global];
        (global.ty, global.init) = (ty, Some(init));
    }
}
